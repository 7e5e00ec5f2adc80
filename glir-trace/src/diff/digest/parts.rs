//! What a draw rests on, by name.

use super::super::effects::Part;
use super::Digester;
use glir_spec::commands::Draw;
use glir_spec::structs::Selection;

impl Digester<'_> {
    pub(super) fn target_part(&self) -> Part {
        let (target, place) = self.target;
        Part { name: "target".into(), digest: self.surface(target), place: Some(place), is_drawn: false }
    }

    /// What a draw rests on, by name.
    pub(super) fn parts(&self, command: &Draw, value: u64) -> Vec<Part> {
        let part = |name: String, digest: u64, place| Part { name, digest, place, is_drawn: false };
        let mut parts = vec![part("the draw itself".into(), value, None)];
        if let Selection::Elements { elements, .. } = command.selection
            && let Some(object) = self.objects.get(&elements.0)
        {
            parts.push(part("indices".into(), object.own().local, Some(object.write_place)));
        }
        parts.extend(self.state.parts_of_draw());
        parts.push(self.target_part());
        let Some(program) = self.objects.get(&command.program.0) else { return parts };
        for (key, set) in program.properties() {
            let name = program.slots.name(key);
            parts.push(part(name.clone(), set.digest, Some(set.place)));
            if let Some(object) = self.referred(set.refers) {
                let name = format!("{} of {name}", object.kind);
                parts.push(part(name, object.own().local, Some(object.write_place)));
            }
        }
        parts.sort_by(|a, b| a.name.cmp(&b.name));
        parts
    }
}
