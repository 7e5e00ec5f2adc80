//! The state, and which of it a command reads.

use super::effects::Part;
use super::hash::mix;
use super::value::encoded;
use crate::audit::Place;
use glir_spec::StateField;
use glir_spec::enums::Plane;
use glir_spec::state::StateChanges;

/// A field as it is set.
#[derive(Clone, Debug)]
struct Set {
    field: StateField,
    digest: u64,
    /// The STATE that set it; none for what a stream begins with.
    place: Option<Place>,
}

/// All fields, in the order of their numbers.
#[derive(Clone, Debug)]
pub(super) struct State {
    fields: Vec<Set>,
    /// What draws read, and the planes that they touch, as long as nothing has changed.
    drawing: Option<(u64, [bool; 3])>,
}

fn number(field: &StateField) -> u64 {
    encoded(&StateChanges(vec![field.clone()]))
}

/// The switch without which a field of draws says nothing.
fn switch(field: &StateField) -> Option<StateField> {
    Some(match field {
        StateField::BlendFunc(_) | StateField::BlendEquation(_) | StateField::BlendColor(_) => {
            StateField::Blend(true)
        }
        StateField::DepthFunc(_) | StateField::DepthMask(_) => StateField::DepthTest(true),
        StateField::StencilFuncFront(_)
        | StateField::StencilFuncBack(_)
        | StateField::StencilReference(_)
        | StateField::StencilReadMask(_)
        | StateField::StencilWriteMask(_)
        | StateField::StencilOpFront(_)
        | StateField::StencilOpBack(_) => StateField::StencilTest(true),
        _ => return None,
    })
}

impl State {
    /// What a stream begins with.
    pub(super) fn new() -> Self {
        let set = |field: StateField| Set { digest: number(&field), field, place: None };
        State { fields: StateField::initial().into_iter().map(set).collect(), drawing: None }
    }

    pub(super) fn set(&mut self, changes: &StateChanges, place: Place) {
        for field in &changes.0 {
            self.put(field.clone(), number(field), place);
        }
    }

    /// Sets a field to what a signal makes of it.
    pub(super) fn drive(&mut self, field: StateField, digest: u64, place: Place) {
        self.put(field, digest, place);
    }

    fn put(&mut self, field: StateField, digest: u64, place: Place) {
        self.drawing = None;
        let known = self.fields.iter_mut().find(|known| known.field.number() == field.number());
        if let Some(known) = known {
            *known = Set { field, digest, place: Some(place) };
        }
    }

    fn is(&self, field: &StateField) -> bool {
        self.fields.iter().any(|set| set.field == *field)
    }

    /// What a draw reads, and the planes that it reads or writes: colours all together, depth, stencil.
    pub(super) fn drawing(&mut self) -> (u64, [bool; 3]) {
        if let Some(known) = self.drawing {
            return known;
        }
        let read = self.fields.iter().filter(|set| self.draws(set));
        let sum = read.fold(0, |sum, set| mix(sum, set.digest));
        let color = !self.is(&StateField::ColorMask([false; 4]));
        let planes = match self.is(&StateField::RasterizerDiscard(true)) {
            true => [false; 3],
            false => [color, self.is(&StateField::DepthTest(true)), self.is(&StateField::StencilTest(true))],
        };
        *self.drawing.insert((sum, planes))
    }

    fn draws(&self, set: &Set) -> bool {
        use StateField as F;
        !matches!(set.field, F::ClearColor(_) | F::ClearDepth(_) | F::ClearStencil(_))
            && switch(&set.field).is_none_or(|switch| self.is(&switch))
    }

    fn clears(&self, set: &Set, planes: &[Plane], by_state: bool) -> bool {
        use StateField as F;
        let plane = match set.field {
            F::Scissor(_) | F::RasterizerDiscard(_) => return true,
            F::ClearColor(_) if !by_state => return false,
            F::ClearColor(_) | F::ColorMask(_) | F::Dither(_) => Plane::Color,
            F::ClearDepth(_) | F::DepthMask(_) => Plane::Depth,
            F::ClearStencil(_) | F::StencilWriteMask(_) => Plane::Stencil,
            _ => return false,
        };
        planes.contains(&plane)
    }

    /// What a CLEAR of some planes reads, with the state's own values or one of the command's.
    pub(super) fn clearing(&self, planes: &[Plane], by_state: bool) -> u64 {
        let read = self.fields.iter().filter(|set| self.clears(set, planes, by_state));
        read.fold(0, |sum, set| mix(sum, set.digest))
    }

    /// What a BLIT reads.
    pub(super) fn scissor(&self) -> u64 {
        let scissor = self.fields.iter().find(|set| matches!(set.field, StateField::Scissor(_)));
        scissor.map_or(0, |set| set.digest)
    }

    /// All of it.
    pub(super) fn whole(&self) -> u64 {
        self.fields.iter().fold(0, |sum, set| mix(sum, set.digest))
    }

    /// Whether a CLEAR fills all of a plane.
    pub(super) fn clears_all(&self, plane: Plane) -> bool {
        let open = match plane {
            Plane::Color => StateField::ColorMask([true; 4]),
            Plane::Depth => StateField::DepthMask(true),
            Plane::Stencil => StateField::StencilWriteMask(255),
        };
        self.is(&StateField::Scissor(None))
            && self.is(&open)
            && !self.is(&StateField::RasterizerDiscard(true))
    }

    /// The fields that a draw reads, by name.
    pub(super) fn parts_of_draw(&self) -> Vec<Part> {
        self.parts(|set| self.draws(set))
    }

    /// The fields that a CLEAR reads, by name.
    pub(super) fn parts_of_clear(&self, planes: &[Plane], by_state: bool) -> Vec<Part> {
        self.parts(|set| self.clears(set, planes, by_state))
    }

    fn parts(&self, which: impl Fn(&Set) -> bool) -> Vec<Part> {
        let part = |set: &Set| Part {
            name: format!("state {}", set.field.name()),
            digest: set.digest,
            place: set.place,
            is_drawn: false,
        };
        self.fields.iter().filter(|set| which(set)).map(part).collect()
    }
}
