//! What of a trace is in vain: state set to what it is, uploads that nobody reads, objects without a use.

use crate::commands::split;
use crate::follow::Follower;
use crate::trace::{Trace, TraceError};
use glir_core::retain::payload_of;
use glir_core::{Diagnostic, Outcome};
use glir_spec::commands::*;
use glir_spec::structs::{AttributeSource, Descriptor, Region, Selection};
use glir_spec::wire::{Payload, Reader, Wire, Writer};
use std::collections::{HashMap, HashSet};

/// Where a command stands: the frame chunk, and the command's number in it.
pub type Place = (u64, u32);

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// A command sets what holds already: its name, and the object, or 0.
    Redundant(&'static str, u32),
    /// A DATA brings the bytes that are there already: the object, and how many.
    Repeated(u32, u64),
    /// What a DATA brought was overwritten before anything read it: the object, the bytes, and where it was brought.
    Overwritten(u32, u64, Place),
    /// A command was refused.
    Refused(Box<Diagnostic>),
    /// A command names an object that was deleted there.
    AfterDelete(u32, Place),
    /// An object was never used: its kind, and where it was made.
    Unused(u32, &'static str, Place),
    /// An object is still there at the end, though nothing has used it for many frames in which something was drawn, or newer
    /// ones have taken its place again and again: its kind, where it was made, and the frame that used it last.
    Leaked(u32, &'static str, Place, u64),
}

/// Frames that draw something, but nothing with it, after which an object that stays is called leaked.
const IDLE: u64 = 10;
/// So many objects that stay where newer ones have taken their place are called leaked. One may be kept for later.
const REPLACED: usize = 2;

struct Object {
    kind: &'static str,
    made: Place,
    /// The last frame that used it, and how many had drawn something by then; none if nothing did.
    used: Option<(u64, u64)>,
    /// Its descriptor.
    descriptor: Vec<u8>,
    /// What refers to a newer one of its kind now instead of it, if nothing has used it since.
    replaced: Option<(u32, Key)>,
    /// What was written since it was used last: bytes, and where.
    unread: HashMap<Vec<u8>, (u64, Place)>,
    is_container: bool,
}

/// What has been set, as bytes, by what it sets.
type Key = (u64, Vec<u8>);

#[derive(Default)]
struct Audit {
    objects: HashMap<u32, Object>,
    gone: HashMap<u32, Place>,
    /// By object; the state is that of 0.
    set: HashMap<u32, HashMap<Key, Vec<u8>>>,
    /// What programs and framebuffers refer to, by the place in them.
    refers: HashMap<u32, HashMap<Key, u32>>,
    framebuffer: u32,
    /// Programs by the shaders that they were given last.
    programs: HashMap<Vec<u8>, u32>,
    /// The buffers of indices with which programs draw.
    indices: HashMap<u32, u32>,
    /// Frames that have drawn something, and the last of them.
    drawn: (u64, Option<u64>),
}

/// Looks at a whole trace, each of its streams alone, and gives what it finds, in order, with its place. What holds at the end of
/// a stream has the place of its last command.
pub fn audit(trace: &Trace<'_>, give: &mut dyn FnMut(Place, Finding)) -> Result<(), TraceError> {
    let mut stream = None;
    let mut audit = Audit::default();
    let mut follower: Option<Follower<'_>> = None;
    let mut last = (0, 0);
    for number in trace.frames() {
        let first = trace.first_of_stream(number)?;
        if stream != Some(first) {
            std::mem::take(&mut audit).end(last, give);
            stream = Some(first);
            let mut begun = Follower::new(&trace.header(number)?).map_err(TraceError::Refused)?;
            begun.blobs = trace.blobs(number)?;
            follower = Some(begun);
        }
        let (Some(chunk), Some(follower)) = (trace.frame(number)?, &mut follower) else { continue };
        let outcome = follower.check(&chunk.head, &chunk.arena);
        let refused: HashSet<u32> = follower.refused().iter().copied().collect();
        let mut diagnostics = std::mem::take(&mut follower.diagnostics).into_iter().peekable();
        let mut recording = None;
        for (at, bytes) in (0u32..).zip(split(&chunk.head)) {
            let place = (number, at);
            last = place;
            let command = Command::decode(&mut Reader::new(bytes));
            if refused.contains(&at) {
                if let Ok(command) = &command {
                    crate::ids::objects(command, &mut |id| {
                        if let (None, Some(deleted)) = (audit.objects.get(&id), audit.gone.get(&id)) {
                            give(place, Finding::AfterDelete(id, *deleted));
                        }
                    });
                }
                continue;
            }
            // What lists hold is carried out elsewhere.
            match (&command, &mut recording) {
                (Ok(Command::Record(_)), None) => recording = Some(0),
                (Ok(Command::Group(_)), Some(depth)) => *depth += 1,
                (Ok(Command::End(_)), Some(0)) => recording = None,
                (Ok(Command::End(_)), Some(depth)) => *depth -= 1,
                (Ok(command), Some(_)) => {
                    crate::ids::objects(command, &mut |id| audit.use_object(id, number));
                }
                (Ok(command), None) => audit.take(command, bytes, &chunk.arena, place, give),
                (Err(_), _) => {}
            }
        }
        for diagnostic in diagnostics.by_ref() {
            let command = diagnostic.command.unwrap_or(0);
            give((number, command), Finding::Refused(Box::new(diagnostic)));
        }
        if outcome == Outcome::Stopped {
            break;
        }
    }
    audit.end(last, give);
    Ok(())
}

impl Audit {
    fn take(
        &mut self,
        command: &Command<'_>,
        bytes: &[u8],
        arena: &[u8],
        place: Place,
        give: &mut dyn FnMut(Place, Finding),
    ) {
        let opcode = u64::from(command.opcode());
        let name = command.name();
        let slot = |number: u32| number.to_le_bytes().to_vec();
        let mut found = |redundant: bool, id: u32| {
            if redundant {
                give(place, Finding::Redundant(name, id));
            }
        };
        match command {
            Command::Create(c) => {
                self.gone.remove(&c.id.0);
                let is_container =
                    matches!(c.descriptor, Descriptor::Framebuffer {} | Descriptor::Query { .. });
                let mut descriptor = Vec::new();
                c.descriptor.encode(&mut Writer::new(&mut descriptor));
                let object = Object {
                    kind: kind(&c.descriptor),
                    made: place,
                    used: None,
                    descriptor,
                    replaced: None,
                    unread: HashMap::new(),
                    is_container,
                };
                self.objects.insert(c.id.0, object);
            }
            Command::Delete(c) => {
                let id = c.id.0;
                self.gone.insert(id, place);
                self.set.remove(&id);
                self.refers.remove(&id);
                for (owner, refers) in &mut self.refers {
                    refers.retain(|key, to| {
                        // What referred to it refers to nothing, so setting it again is not in vain.
                        if *to == id
                            && let Some(set) = self.set.get_mut(owner)
                        {
                            set.remove(key);
                        }
                        *to != id
                    });
                }
                if self.framebuffer == id {
                    self.retarget();
                }
                if let Some(object) = self.objects.remove(&id)
                    && object.used.is_none()
                {
                    give(place, Finding::Unused(id, object.kind, object.made));
                }
            }
            Command::State(c) => {
                let mut redundant = !c.changes.0.is_empty();
                for field in &c.changes.0 {
                    let mut value = Vec::new();
                    let one = glir_spec::state::StateChanges(vec![field.clone()]);
                    one.encode(&mut Writer::new(&mut value));
                    redundant &= self.same(opcode, 0, vec![field.number()], value);
                }
                found(redundant, 0);
            }
            Command::Uniform(c) => {
                let mut part = slot(c.slot.0);
                part.extend(c.first.to_le_bytes());
                let redundant = self.same(opcode, c.program.0, part, tail(bytes, arena));
                found(redundant, c.program.0);
            }
            Command::Attribute(c) => {
                let to = if let AttributeSource::View { buffer, .. } = &c.source { buffer.0 } else { 0 };
                let redundant = self.refer(opcode, c.program.0, slot(c.slot.0), tail(bytes, arena), to);
                found(redundant, c.program.0);
            }
            Command::Texture(c) => {
                let redundant =
                    self.refer(opcode, c.program.0, slot(c.slot.0), tail(bytes, arena), c.texture.0);
                found(redundant, c.program.0);
            }
            Command::Block(c) => {
                let redundant =
                    self.refer(opcode, c.program.0, slot(c.slot.0), tail(bytes, arena), c.buffer.0);
                found(redundant, c.program.0);
            }
            Command::Feedback(c) => {
                let redundant =
                    self.refer(opcode, c.program.0, slot(c.slot.0), tail(bytes, arena), c.buffer.0);
                found(redundant, c.program.0);
            }
            Command::Attach(c) => {
                let redundant =
                    self.refer(opcode, c.framebuffer.0, slot(c.point as u32), tail(bytes, arena), c.object.0);
                found(redundant, c.framebuffer.0);
            }
            Command::SetShaders(c) => {
                let redundant = self.same(opcode, c.program.0, Vec::new(), tail(bytes, arena));
                if !redundant {
                    // Slots may have other meanings now.
                    let id = c.program.0;
                    self.set.entry(id).or_default().retain(|(of, _), _| *of == opcode);
                }
                found(redundant, c.program.0);
                // What stands behind the program's id.
                let mut reader = Reader::new(bytes);
                let behind = reader.array().and_then(|_| reader.uint()).and_then(|_| reader.skip());
                let shaders = bytes.get(reader.offset()..).filter(|_| behind.is_ok()).unwrap_or_default();
                let shaders = blake3::hash(shaders).as_bytes().to_vec();
                if let Some(old) = self.programs.insert(shaders.clone(), c.program.0) {
                    self.replace(old, c.program.0, (0, (opcode, shaders)));
                }
            }
            Command::Interpolation(c) => {
                let redundant = self.same(opcode, c.texture.0, Vec::new(), tail(bytes, arena));
                found(redundant, c.texture.0);
            }
            Command::Wrapping(c) => {
                let redundant = self.same(opcode, c.texture.0, Vec::new(), tail(bytes, arena));
                found(redundant, c.texture.0);
            }
            Command::Framebuffer(c) => {
                self.framebuffer = c.framebuffer.0;
                let redundant = self.same(opcode, 0, Vec::new(), tail(bytes, arena));
                found(redundant, c.framebuffer.0);
            }
            Command::Current(_) => self.retarget(),
            Command::Size(c) => {
                self.forget_data(c.id.0);
                if let Some(object) = self.objects.get_mut(&c.id.0) {
                    object.unread.clear();
                }
            }
            Command::Data(c) => self.data(c, bytes, arena, place, give),
            Command::Draw(c) => {
                self.draws(place.0);
                self.use_object(c.program.0, place.0);
                if let Selection::Elements { elements, .. } = c.selection {
                    let key = (opcode, Vec::new());
                    let indices = self.indices.insert(c.program.0, elements.0);
                    if let Some(old) = indices {
                        self.replace(old, elements.0, (c.program.0, key));
                    }
                    self.use_object(elements.0, place.0);
                }
                self.painted(self.framebuffer, place.0);
            }
            Command::Dispatch(c) => {
                self.draws(place.0);
                self.use_object(c.program.0, place.0);
            }
            Command::Run(_) => self.draws(place.0),
            Command::Clear(_) => self.painted(self.framebuffer, place.0),
            Command::Blit(c) => {
                self.draws(place.0);
                self.use_object(c.source.0, place.0);
                self.painted(c.destination.0, place.0);
            }
            Command::Mipmaps(c) => self.touch(c.texture.0, place.0),
            other => crate::ids::objects(other, &mut |id| self.use_object(id, place.0)),
        }
    }

    /// Notes what is set; true if it is what was set before.
    fn same(&mut self, opcode: u64, object: u32, part: Vec<u8>, value: Vec<u8>) -> bool {
        match self.set.entry(object).or_default().entry((opcode, part)) {
            std::collections::hash_map::Entry::Occupied(mut known) => {
                known.get() == &value || {
                    known.insert(value);
                    false
                }
            }
            std::collections::hash_map::Entry::Vacant(new) => {
                new.insert(value);
                false
            }
        }
    }

    /// As [`Audit::same`], of what refers to another object.
    fn refer(&mut self, opcode: u64, object: u32, part: Vec<u8>, value: Vec<u8>, to: u32) -> bool {
        let key = (opcode, part.clone());
        let refers = self.refers.entry(object).or_default();
        let old = if to == 0 { refers.remove(&key) } else { refers.insert(key.clone(), to) };
        if let Some(old) = old {
            self.replace(old, to, (object, key));
        }
        self.same(opcode, object, part, value)
    }

    fn data(
        &mut self,
        command: &Data<'_>,
        bytes: &[u8],
        arena: &[u8],
        place: Place,
        give: &mut dyn FnMut(Place, Finding),
    ) {
        let (id, length) = (command.id.0, command.payload.byte_len());
        let mut region = Vec::new();
        command.region.encode(&mut Writer::new(&mut region));
        // Of buffers the length belongs to the region.
        if matches!(command.region, Region::Bytes { .. }) {
            region.extend(length.to_le_bytes());
        }
        let opcode = u64::from(Data::OPCODE);
        let value = tail(bytes, arena);
        let set = self.set.entry(id).or_default();
        let key = (opcode, region.clone());
        if set.get(&key) == Some(&value) {
            give(place, Finding::Repeated(id, length));
        } else {
            // Other regions may overlap this one.
            set.retain(|(of, _), _| *of != opcode);
            set.insert(key, value);
        }
        if let Some(object) = self.objects.get_mut(&id)
            && let Some((lost, brought)) = object.unread.insert(region, (length, place))
        {
            give(place, Finding::Overwritten(id, lost, brought));
        }
    }

    /// A frame draws something.
    fn draws(&mut self, frame: u64) {
        if self.drawn.1.replace(frame) != Some(frame) {
            self.drawn.0 += 1;
        }
    }

    /// Something refers to another object now: a new one, perhaps, that takes the place of the old.
    fn replace(&mut self, old: u32, new: u32, by: (u32, Key)) {
        let Some(other) = self.objects.get(&new).map(|new| (new.made.0, new.descriptor.clone())) else {
            return;
        };
        if let Some(object) = self.objects.get_mut(&old)
            && object.used.is_some_and(|(used, _)| used < other.0)
            && object.descriptor == other.1
        {
            object.replaced = Some(by);
        }
    }

    /// Something uses an object, and with it what it refers to.
    fn use_object(&mut self, id: u32, frame: u64) {
        self.touch(id, frame);
        let refers: Vec<u32> =
            self.refers.get(&id).map(|refers| refers.values().copied().collect()).unwrap_or_default();
        refers.into_iter().for_each(|id| self.touch(id, frame));
    }

    fn touch(&mut self, id: u32, frame: u64) {
        let drawn = self.drawn.0;
        if let Some(object) = self.objects.get_mut(&id) {
            object.used = Some((frame, drawn));
            object.replaced = None;
            object.unread.clear();
        }
    }

    /// Something is drawn to a framebuffer: what is attached is used, and holds other bytes.
    fn painted(&mut self, framebuffer: u32, frame: u64) {
        if framebuffer == 0 {
            return;
        }
        self.use_object(framebuffer, frame);
        let images: HashSet<u32> = self
            .refers
            .get(&framebuffer)
            .map(|refers| refers.values().copied().collect())
            .unwrap_or_default();
        images.into_iter().for_each(|id| self.forget_data(id));
    }

    /// An object holds other bytes than any DATA has brought.
    fn forget_data(&mut self, id: u32) {
        if let Some(set) = self.set.get_mut(&id) {
            set.retain(|(of, _), _| *of != u64::from(Data::OPCODE));
        }
    }

    /// The canvas is the target.
    fn retarget(&mut self) {
        self.framebuffer = 0;
        if let Some(set) = self.set.get_mut(&0) {
            set.retain(|(of, _), _| *of != u64::from(Framebuffer::OPCODE));
        }
    }

    /// The stream ends.
    fn end(self, last: Place, give: &mut dyn FnMut(Place, Finding)) {
        let referred: HashSet<u32> = self.refers.values().flat_map(HashMap::values).copied().collect();
        let mut replaced: HashMap<(u32, Key), Vec<u32>> = HashMap::new();
        for (id, object) in self.objects.iter().filter(|(id, _)| !referred.contains(id)) {
            if let Some(by) = &object.replaced {
                replaced.entry(by.clone()).or_default().push(*id);
            }
        }
        let replaced = replaced.into_values().filter(|of| of.len() >= REPLACED);
        let replaced: HashSet<u32> = replaced.flatten().collect();
        let mut left: Vec<_> = self.objects.into_iter().filter(|(_, object)| !object.is_container).collect();
        left.sort_by_key(|(id, _)| *id);
        for (id, object) in left {
            match object.used {
                None => give(last, Finding::Unused(id, object.kind, object.made)),
                Some((used, drawn)) if drawn + IDLE < self.drawn.0 || replaced.contains(&id) => {
                    give(last, Finding::Leaked(id, object.kind, object.made, used));
                }
                Some(_) => {}
            }
        }
    }
}

/// A command with the hash of its payload in its place, so that equal ones are equal wherever payloads lie.
fn tail(bytes: &[u8], arena: &[u8]) -> Vec<u8> {
    match payload_of(bytes) {
        Some((Payload::Arena { encoding, offset, length }, from, to)) => {
            let range = usize::try_from(offset).ok().zip(usize::try_from(length).ok());
            let part = range.and_then(|(offset, length)| arena.get(offset..)?.get(..length)).unwrap_or(&[]);
            named(bytes, from, to, encoding as u8, blake3::hash(part).as_bytes())
        }
        Some((Payload::Blob { encoding, hash, .. }, from, to)) => {
            named(bytes, from, to, encoding as u8, &hash.0)
        }
        _ => bytes.to_vec(),
    }
}

fn named(bytes: &[u8], from: usize, to: usize, encoding: u8, hash: &[u8]) -> Vec<u8> {
    let part = |range: std::ops::Range<usize>| bytes.get(range).unwrap_or_default();
    [part(0..from), &[encoding], hash, part(to..bytes.len())].concat()
}

/// An object's kind in the table's word.
pub(crate) fn kind(descriptor: &Descriptor) -> &'static str {
    match descriptor {
        Descriptor::Buffer { .. } => "buffer",
        Descriptor::Texture { .. } => "texture",
        Descriptor::Renderbuffer { .. } => "renderbuffer",
        Descriptor::Framebuffer {} => "framebuffer",
        Descriptor::Program {} => "program",
        Descriptor::Query { .. } => "query",
    }
}
