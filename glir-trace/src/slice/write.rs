//! Writing what is kept: fields of the state together, where something reads them, and nothing that is set to what it is already.

use super::walk::{CLEARS, Keep, bit};
use super::{Plan, decoded};
use crate::commands::append;
use glir_spec::commands::*;
use glir_spec::enums::Plane;
use glir_spec::ids::*;
use glir_spec::state::StateChanges;
use glir_spec::wire::Payload;
use glir_spec::{Frame, StateField, limits};
use std::collections::{HashMap, HashSet};

/// What a command sets: deletions and shaders before it, object, opcode and slot.
type Key = (u32, u32, usize, u8, u32);

/// What is written, and what holds behind it.
struct Written<'a, 'p> {
    out: Frame,
    arena: &'a [u8],
    plan: &'p Plan,
    /// The serials of objects, by id.
    ids: HashMap<u32, usize>,
    /// The state as it is, and what it will be before something reads it.
    fields: Vec<StateField>,
    later: Vec<StateField>,
    /// The framebuffer's serial.
    target: usize,
    canvas: u32,
    canvases: HashMap<u32, (u32, u32)>,
    /// Those that something was drawn to.
    touched: HashSet<u32>,
    /// How often objects were deleted, and each program was given shaders.
    deletions: u32,
    linked: HashMap<usize, u32>,
    /// The command that has set something last.
    set: HashMap<Key, &'a [u8]>,
}

/// The kept commands of a stream whose first canvas begins with a size.
pub(super) fn written(commands: &[&[u8]], arena: &[u8], plan: &Plan, size: (u32, u32)) -> Frame {
    let deleted = deleted(commands, plan);
    let mut written = Written {
        out: Frame::new(),
        arena,
        plan,
        ids: HashMap::new(),
        fields: StateField::initial(),
        later: Vec::new(),
        target: 0,
        canvas: 0,
        canvases: HashMap::from([(0, size)]),
        touched: HashSet::new(),
        deletions: 0,
        linked: HashMap::new(),
        set: HashMap::new(),
    };
    let mut made = 0;
    for (at, (bytes, keep)) in commands.iter().zip(&plan.keep).enumerate() {
        let is_create = crate::commands::opcode(bytes) == u64::from(Create::OPCODE);
        made += usize::from(is_create);
        let is_kept = *keep != 0 && (!plan.is_deletion(at) || deleted.contains(&at));
        let Some(command) = is_kept.then(|| decoded(bytes)).flatten() else { continue };
        if let Command::Create(create) = &command {
            written.ids.insert(create.id.0, made);
        }
        written.command(&command, bytes, *keep);
    }
    written.out
}

/// The DELETEs that stay: where the id comes again, where something rests on it, or where else too much would be there at once.
fn deleted(commands: &[&[u8]], plan: &Plan) -> HashSet<usize> {
    let (mut bytes, mut last) = (0u64, 0);
    for (at, (command, _)) in commands.iter().zip(&plan.keep).enumerate().filter(|(_, (_, keep))| **keep != 0)
    {
        if let Some(Command::Size(size)) = decoded(command) {
            // As much as a texel, with smaller levels and samples, may take.
            let texels = size.width.saturating_mul(size.height.into()).saturating_mul(size.depth.into());
            bytes = bytes.saturating_add(texels.saturating_mul(if size.height == 1 { 1 } else { 32 }));
            last = at;
        }
    }
    let made = plan.made.iter().filter(|made| **made).count();
    let many = bytes > limits::DEFAULT_MEMORY_BUDGET / 4 || made > limits::MAX_OBJECTS / 2;
    let mut newest = HashMap::new();
    for (serial, id) in
        plan.ids.iter().enumerate().filter(|(serial, _)| plan.made.get(*serial) == Some(&true))
    {
        newest.insert(id, serial);
    }
    let stays = |(at, rests, serial): &(usize, bool, u32)| {
        let serial = *serial as usize;
        let again = plan.ids.get(serial).and_then(|id| newest.get(id)).is_some_and(|newest| *newest > serial);
        plan.made.get(serial) == Some(&true) && (*rests || again || many && *at < last)
    };
    plan.deletions.iter().filter(|deletion| stays(deletion)).map(|(at, ..)| *at).collect()
}

impl<'a> Written<'a, '_> {
    fn command(&mut self, command: &Command<'_>, bytes: &'a [u8], keep: Keep) {
        let is_new = match command {
            Command::State(state) => {
                for field in state.changes.0.iter().filter(|field| keep & bit(field.number()) != 0) {
                    self.later.retain(|known| known.number() != field.number());
                    self.later.push(field.clone());
                }
                return;
            }
            Command::Current(command) => self.current(command),
            Command::Framebuffer(command) => {
                let target = self.serial(command.framebuffer.0);
                std::mem::replace(&mut self.target, target) != target
            }
            Command::Delete(command) => {
                self.deletions += 1;
                if self.ids.remove(&command.id.0) == Some(self.target) {
                    self.target = 0;
                }
                true
            }
            Command::SetShaders(command) => {
                *self.linked.entry(self.serial(command.program.0)).or_default() += 1;
                true
            }
            Command::Uniform(command) => self.uniform(command, bytes),
            Command::Attribute(command) => self.sets(command.program.0, command.slot.0, bytes, false),
            Command::Texture(command) => {
                self.sets(command.program.0, command.slot.0, bytes, command.texture == TextureId(0))
            }
            Command::Block(command) => {
                self.sets(command.program.0, command.slot.0, bytes, command.buffer == BufferId(0))
            }
            Command::Feedback(command) => {
                self.sets(command.program.0, command.slot.0, bytes, command.buffer == BufferId(0))
            }
            Command::Attach(command) => {
                // Depth and stencil are one: both may be attached at once.
                let slot = command.point.color_index().unwrap_or(limits::MAX_COLOR_ATTACHMENTS);
                self.sets(command.framebuffer.0, slot, bytes, command.object == ObjectId(0))
            }
            Command::DrawBuffers(command) => self.sets(command.framebuffer.0, 0, bytes, false),
            Command::Interpolation(command) => self.sets(command.texture.0, 0, bytes, false),
            Command::Wrapping(command) => self.sets(command.texture.0, 0, bytes, false),
            Command::Clear(clear) => {
                !self.clears_nothing(clear) && self.read(CLEARS) && self.touches(self.target)
            }
            Command::Draw(_) => self.read(Keep::MAX) && self.touches(self.target),
            Command::Blit(blit) => self.read(bit(3)) && self.touches(self.serial(blit.destination.0)),
            _ => true,
        };
        if is_new {
            append(&mut self.out, bytes, self.arena);
        }
    }

    /// The serial that an id has; 0 is none.
    fn serial(&self, id: u32) -> usize {
        self.ids.get(&id).copied().unwrap_or(0)
    }

    fn current(&mut self, command: &Current) -> bool {
        let id = command.canvas.0;
        let known = self.canvases.get(&id).copied();
        let first = known.or_else(|| self.canvases.get(&0).copied()).unwrap_or_default();
        let size = (command.width.unwrap_or(first.0), command.height.unwrap_or(first.1));
        self.canvases.insert(id, size);
        if known != Some(size) {
            self.touched.remove(&id);
        }
        let same = known == Some(size) && self.canvas == id && self.target == 0;
        (self.canvas, self.target) = (id, 0);
        !same
    }

    /// Notes what sets a property. False if it is that already; `nothing` is what it is at first.
    fn sets(&mut self, object: u32, slot: u32, bytes: &'a [u8], nothing: bool) -> bool {
        let serial = self.serial(object);
        let linked = self.linked.get(&serial).copied().unwrap_or(0);
        let opcode = crate::commands::opcode(bytes) as u8;
        let before = self.set.insert((self.deletions, linked, serial, opcode, slot), bytes);
        match before {
            Some(known) => known != bytes,
            None => !(nothing && self.deletions == 0 && linked < 2),
        }
    }

    fn uniform(&mut self, command: &Uniform<'_>, bytes: &'a [u8]) -> bool {
        let driven = self.plan.driven.get(self.serial(command.program.0)) == Some(&true);
        let zero =
            matches!(&command.value.0, Payload::Inline { bytes, .. } if bytes.iter().all(|byte| *byte == 0));
        self.sets(command.program.0, command.slot.0, bytes, zero) || driven
    }

    /// Whether a CLEAR leaves the colours of a canvas as they are at first: all 0.
    fn clears_nothing(&self, command: &Clear<'_>) -> bool {
        let color = |fields: &[StateField]| {
            fields
                .iter()
                .find_map(|field| if let StateField::ClearColor(color) = field { Some(*color) } else { None })
        };
        let color = color(&self.later).or_else(|| color(&self.fields));
        let is_new = self.target == 0 && !self.touched.contains(&self.canvas);
        is_new && command.planes == [Plane::Color] && command.attachment.is_none() && color == Some([0.0; 4])
    }

    /// Notes that a target is drawn to.
    fn touches(&mut self, target: usize) -> bool {
        if target == 0 {
            self.touched.insert(self.canvas);
        }
        true
    }

    /// Something reads these fields: all that are to be set are set, if one of them is among those.
    fn read(&mut self, fields: Keep) -> bool {
        let known = &self.fields;
        self.later.retain(|field| !known.contains(field));
        if self.later.iter().any(|field| fields & bit(field.number()) != 0) {
            for field in &self.later {
                if let Some(known) = self.fields.iter_mut().find(|known| known.number() == field.number()) {
                    *known = field.clone();
                }
            }
            self.out.push(State { changes: StateChanges::new(self.later.drain(..)) });
        }
        true
    }
}
