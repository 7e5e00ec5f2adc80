//! What a command comes to, as a number that knows no ids: draws by what they read, objects by what they are.
//!
//! Two streams that do the same give the same numbers, however their objects are numbered and whatever the order of what does
//! not depend on each other. What sets something counts when something is drawn with it; that it was said at all counts in
//! a sum over the frame.

use crate::audit::Place;
use crate::commands::split;
use crate::follow::Follower;
use crate::trace::{FrameChunk, Trace, TraceError};
use glir_core::retain::payload_of;
use glir_spec::Command;
use glir_spec::commands::*;
use glir_spec::structs::{AttributeSource, BindTarget, ReadSource, Selection};
use glir_spec::wire::{Payload, Reader, Wire, Writer};
use std::collections::HashMap;

/// Two numbers as one: never the same for different pairs, but by chance.
pub(super) fn mix(a: u64, b: u64) -> u64 {
    let product =
        u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b.rotate_left(32) ^ 0xd1b5_4a32_d192_ed03);
    let folded = (product as u64) ^ ((product >> 64) as u64);
    folded.wrapping_add(a.rotate_left(17)).wrapping_mul(0xff51_afd7_ed55_8ccd) ^ b
}

/// Bytes as a number.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let mut sum = bytes.len() as u64;
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        sum = mix(sum, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    mix(sum, u64::from_le_bytes(last))
}

/// Something that a stream does.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    /// What it comes to, but for what was drawn into what it reads.
    pub(super) local: u64,
    /// What it comes to.
    pub(super) full: u64,
    pub(super) opcode: u8,
    /// The command's number in its frame.
    pub(super) command: u32,
}

/// A frame.
#[derive(Clone, Debug, Default)]
pub(super) struct FrameDigest {
    pub(super) number: u64,
    pub(super) effects: Vec<Effect>,
    /// The sum of all that was said.
    pub(super) said: u64,
    /// The same by the command's number in the table.
    pub(super) said_of: HashMap<u64, (u64, u64)>,
}

impl FrameDigest {
    /// The frame as a number.
    pub(super) fn digest(&self) -> u64 {
        self.effects.iter().fold(self.said, |sum, effect| mix(sum, effect.local))
    }
}

/// A part of what a draw rests on: what it is called, its number, and the command that set it last.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) digest: u64,
    pub(super) place: Option<Place>,
}

/// A property: its number, what it refers to, and where it was set.
#[derive(Clone, Copy, Debug)]
struct Set {
    digest: u64,
    refers: u32,
    place: Place,
}

#[derive(Clone, Debug, Default)]
struct Object {
    kind: &'static str,
    /// Its descriptor.
    base: u64,
    made: Place,
    size: u64,
    /// Writes since the last that covers all, each with its region.
    writes: Vec<(Vec<u8>, u64)>,
    written: u64,
    write_place: Place,
    drawn: u64,
    /// Properties by command and slot.
    sets: HashMap<(u8, u32, u32), Set>,
    /// The sum of those that refer to nothing.
    plain: u64,
    names: Vec<(u8, Vec<String>)>,
}

impl Object {
    /// What it is, whatever was drawn into it.
    fn own(&self) -> u64 {
        mix(mix(self.base, self.size), mix(self.written, self.plain))
    }

    /// What it is to who only names it.
    fn role(&self) -> u64 {
        mix(self.base, self.sets.get(&(SetShaders::OPCODE, 0, 0)).map_or(self.size, |set| set.digest))
    }
}

/// Follows a stream.
pub(super) struct Digester<'a> {
    follower: Follower<'a>,
    objects: HashMap<u32, Object>,
    state: HashMap<u8, Set>,
    state_sum: u64,
    scissor: bool,
    target: (u32, Place),
    canvas: u64,
    /// Samples a pixel, of canvases of any size.
    samples: u64,
    recording: Option<u32>,
    /// Parts of the effects at these commands of the frame are asked for.
    pub(super) wanted: HashMap<u32, Vec<Part>>,
}

impl<'a> Digester<'a> {
    /// Begins the stream to which a frame belongs.
    pub(super) fn new(trace: &Trace<'a>, frame: u64) -> Result<Self, TraceError> {
        let header = trace.header(frame)?;
        let mut follower = Follower::new(&header).map_err(TraceError::Refused)?;
        follower.blobs = trace.blobs(frame)?;
        Ok(Digester {
            follower,
            objects: HashMap::new(),
            state: HashMap::new(),
            state_sum: 0,
            scissor: false,
            target: (0, (0, 0)),
            canvas: mix(header.width.into(), header.height.into()),
            samples: header.samples.into(),
            recording: None,
            wanted: HashMap::new(),
        })
    }

    /// Takes a frame.
    pub(super) fn frame(&mut self, chunk: &FrameChunk<'_>) -> FrameDigest {
        self.follower.check(&chunk.head, &chunk.arena);
        self.follower.diagnostics.clear();
        let refused = self.follower.refused().to_vec();
        let mut frame = FrameDigest { number: chunk.number, ..FrameDigest::default() };
        self.recording = None;
        for (number, bytes) in (0u32..).zip(split(&chunk.head)) {
            let at = (chunk.number, number);
            let command = Command::decode(&mut Reader::new(bytes));
            let value = self.value(bytes, &chunk.arena);
            let opcode = crate::commands::opcode(bytes);
            let (role, is_refused) = match &command {
                Ok(command) => (self.role(command), refused.binary_search(&number).is_ok()),
                Err(_) => (0, true),
            };
            let said = mix(mix(value, role), u64::from(is_refused));
            frame.said = frame.said.wrapping_add(said);
            let of = frame.said_of.entry(opcode).or_default();
            *of = (of.0 + 1, of.1.wrapping_add(said));
            if let (Ok(command), false) = (&command, is_refused) {
                self.take(command, bytes, value, at, &mut frame);
            }
        }
        frame
    }

    /// What is alive at the end of the stream, as numbers in order.
    pub(super) fn end(&self) -> Vec<(u64, u32, &'static str, Place)> {
        let mut left: Vec<_> = self
            .objects
            .iter()
            .map(|(id, object)| (self.whole(object, true), *id, object.kind, object.made))
            .collect();
        left.sort_unstable();
        left
    }

    /// A command as a number, ids left out and payloads by their contents.
    fn value(&self, bytes: &[u8], arena: &[u8]) -> u64 {
        let mut reader = Reader::new(bytes);
        let opcode = reader.array().and_then(|_| reader.uint()).unwrap_or(0);
        // Of nearly all commands the first field is the object.
        let names_one = (Create::OPCODE.into()..u64::from(FramebufferCommand::OPCODE) + 4).contains(&opcode)
            || opcode == u64::from(Draw::OPCODE)
            || opcode == u64::from(Query::OPCODE)
            || opcode == u64::from(Dispatch::OPCODE);
        if names_one && opcode != u64::from(Read::OPCODE) {
            _ = reader.skip();
        }
        let from = reader.offset();
        let rest = |start: usize, end: usize| bytes.get(start..end).unwrap_or_default();
        let short = |part: &[u8]| if part.len() <= 64 { hash(part) } else { long(part) };
        let tail = match payload_of(bytes) {
            Some((payload, start, end)) => {
                let content = match &payload {
                    Payload::Inline { bytes, .. } => short(bytes),
                    Payload::Arena { offset, length, .. } => {
                        let range = usize::try_from(*offset).ok().zip(usize::try_from(*length).ok());
                        let part = range.and_then(|(offset, length)| arena.get(offset..)?.get(..length));
                        part.map_or(0, short)
                    }
                    Payload::Blob { hash: name, length, .. } if *length > 64 => first(&name.0),
                    Payload::Blob { hash: name, .. } => {
                        self.follower.blobs.get(name).map_or(0, |(_, bytes)| hash(bytes))
                    }
                };
                let encoding = payload.encoding() as u64;
                mix(mix(hash(rest(from, start)), hash(rest(end, bytes.len()))), mix(content, encoding))
            }
            None => match opcode {
                // What they refer to is looked up, and is no part of the value.
                _ if is(opcode, AttributeCommand::OPCODE) => match Command::decode(&mut Reader::new(bytes)) {
                    Ok(Command::Attribute(c)) => attribute(&c),
                    _ => 0,
                },
                _ if is(opcode, TextureCommand::OPCODE)
                    || is(opcode, BlockCommand::OPCODE)
                    || is(opcode, FeedbackCommand::OPCODE)
                    || is(opcode, Attach::OPCODE) =>
                {
                    let start = reader.offset();
                    _ = reader.skip();
                    let slot = hash(reader.between(start, reader.offset()));
                    _ = reader.skip();
                    mix(slot, hash(rest(reader.offset(), bytes.len())))
                }
                _ if is(opcode, Draw::OPCODE) => match Command::decode(&mut Reader::new(bytes)) {
                    Ok(Command::Draw(c)) => drawing(&c),
                    _ => 0,
                },
                _ if is(opcode, Blit::OPCODE) => {
                    _ = reader.skip();
                    hash(rest(reader.offset(), bytes.len()))
                }
                _ => hash(rest(from, bytes.len())),
            },
        };
        mix(opcode, tail)
    }

    /// What the objects are that a command names.
    fn role(&self, command: &Command<'_>) -> u64 {
        let mut sum = 0;
        crate::ids::objects(command, &mut |id| {
            sum = mix(sum, self.objects.get(&id).map_or(0, Object::role));
        });
        sum
    }

    /// What an object is, with all that it refers to.
    fn whole(&self, object: &Object, drawn: bool) -> u64 {
        let of_refers = object.sets.iter().filter(|(_, set)| set.refers != 0).map(|(key, set)| {
            let referred = self.objects.get(&set.refers);
            let content = referred.map_or(0, |other| mix(other.own(), if drawn { other.drawn } else { 0 }));
            mix(mix(set.digest, hash_key(*key)), content)
        });
        let refers = of_refers.fold(0u64, u64::wrapping_add);
        mix(mix(object.own(), refers), if drawn { object.drawn } else { 0 })
    }

    fn surface(&self, id: u32) -> u64 {
        match self.objects.get(&id) {
            None => mix(mix(1, self.samples), self.canvas),
            Some(object) => {
                let images = object.sets.iter().filter(|(_, set)| set.refers != 0).map(|(key, set)| {
                    let image = self.objects.get(&set.refers).map_or(0, |image| mix(image.base, image.size));
                    mix(mix(set.digest, hash_key(*key)), image)
                });
                images.fold(object.plain, u64::wrapping_add)
            }
        }
    }

    fn set(&mut self, id: u32, key: (u8, u32, u32), digest: u64, refers: u32, place: Place) {
        let Some(object) = self.objects.get_mut(&id) else { return };
        let old = object.sets.insert(key, Set { digest, refers, place });
        if let Some(old) = old.filter(|old| old.refers == 0) {
            object.plain = object.plain.wrapping_sub(mix(old.digest, hash_key(key)));
        }
        if refers == 0 {
            object.plain = object.plain.wrapping_add(mix(digest, hash_key(key)));
        }
    }

    fn take(&mut self, command: &Command<'_>, bytes: &[u8], value: u64, at: Place, frame: &mut FrameDigest) {
        let opcode = command.opcode();
        let mut effect = |local: u64, full: u64| {
            frame.effects.push(Effect { local, full, opcode, command: at.1 });
        };
        // What a list holds counts by its bytes.
        if let Some(depth) = self.recording {
            self.recording = match command {
                Command::End(_) if depth == 0 => None,
                Command::End(_) => Some(depth - 1),
                Command::Group(_) => Some(depth + 1),
                _ => Some(depth),
            };
            let sum = mix(hash(bytes), self.role(command));
            return effect(sum, sum);
        }
        match command {
            Command::Create(c) => {
                let mut descriptor = Vec::new();
                c.descriptor.encode(&mut Writer::new(&mut descriptor));
                let kind = crate::audit::kind(&c.descriptor);
                let base = hash(&descriptor);
                self.objects.insert(c.id.0, Object { kind, base, made: at, ..Object::default() });
            }
            Command::Delete(c) => {
                if let Some(object) = self.objects.get(&c.id.0) {
                    effect(self.whole(object, false), self.whole(object, true));
                }
                self.objects.remove(&c.id.0);
                if self.target.0 == c.id.0 {
                    self.target = (0, at);
                }
            }
            Command::Size(c) => {
                if let Some(object) = self.objects.get_mut(&c.id.0) {
                    object.size = value;
                    object.writes.clear();
                    (object.written, object.drawn) = (0, 0);
                    object.write_place = at;
                }
            }
            Command::Data(c) => {
                if let Some(object) = self.objects.get_mut(&c.id.0) {
                    let mut region = Vec::new();
                    c.region.encode(&mut Writer::new(&mut region));
                    region.extend(c.payload.byte_len().to_le_bytes());
                    object.write_place = at;
                    let few = object.writes.len() < 64;
                    match object.writes.iter_mut().find(|(known, _)| *known == region) {
                        Some(known) => {
                            object.written = object.written.wrapping_sub(known.1).wrapping_add(value);
                            known.1 = value;
                        }
                        None if few => {
                            object.writes.push((region, value));
                            object.written = object.written.wrapping_add(value);
                        }
                        // Of many the order counts, too.
                        None => object.written = mix(object.written, value),
                    }
                }
            }
            Command::State(c) => {
                for field in &c.changes.0 {
                    let mut one = Vec::new();
                    let changes = glir_spec::state::StateChanges(vec![field.clone()]);
                    changes.encode(&mut Writer::new(&mut one));
                    let digest = hash(&one);
                    if let glir_spec::StateField::Scissor(scissor) = field {
                        self.scissor = scissor.is_some();
                    }
                    let set = Set { digest, refers: 0, place: at };
                    let old = self.state.insert(field.number(), set).map_or(0, |old| old.digest);
                    self.state_sum = self.state_sum.wrapping_sub(old).wrapping_add(digest);
                }
            }
            Command::SetShaders(c) => {
                self.set(c.program.0, (opcode, 0, 0), value, 0, at);
                if let Some(object) = self.objects.get_mut(&c.program.0) {
                    let names = |names: &mut dyn Iterator<Item = String>| names.collect::<Vec<_>>();
                    let interface = &c.interface;
                    object.names = vec![
                        (
                            AttributeCommand::OPCODE,
                            names(&mut interface.attributes.iter().map(|entry| entry.name.to_string())),
                        ),
                        (
                            Uniform::OPCODE,
                            names(&mut interface.uniforms.iter().map(|entry| entry.name.to_string())),
                        ),
                        (
                            TextureCommand::OPCODE,
                            names(&mut interface.samplers.iter().map(|entry| entry.name.to_string())),
                        ),
                        (
                            BlockCommand::OPCODE,
                            names(&mut interface.blocks.iter().map(|entry| entry.name.to_string())),
                        ),
                    ];
                }
            }
            Command::Uniform(c) => self.set(c.program.0, (opcode, c.slot.0, c.first), value, 0, at),
            Command::Attribute(c) => {
                let to = if let AttributeSource::View { buffer, .. } = &c.source { buffer.0 } else { 0 };
                self.set(c.program.0, (opcode, c.slot.0, 0), value, to, at);
            }
            Command::Texture(c) => self.set(c.program.0, (opcode, c.slot.0, 0), value, c.texture.0, at),
            Command::Block(c) => self.set(c.program.0, (opcode, c.slot.0, 0), value, c.buffer.0, at),
            Command::Feedback(c) => self.set(c.program.0, (opcode, c.slot.0, 0), value, c.buffer.0, at),
            Command::Attach(c) => {
                self.set(c.framebuffer.0, (opcode, c.point as u32, 0), value, c.object.0, at);
            }
            Command::DrawBuffers(c) => self.set(c.framebuffer.0, (opcode, 0, 0), value, 0, at),
            Command::Interpolation(c) => self.set(c.texture.0, (opcode, 0, 0), value, 0, at),
            Command::Wrapping(c) => self.set(c.texture.0, (opcode, 0, 0), value, 0, at),
            Command::Framebuffer(c) => self.target = (c.framebuffer.0, at),
            Command::Current(_) => {
                self.canvas = value;
                self.target = (0, at);
            }
            Command::Draw(c) => {
                let (local, full) = self.draw(c, value);
                if self.wanted.contains_key(&at.1) {
                    let parts = self.parts(c, value);
                    self.wanted.insert(at.1, parts);
                }
                effect(local, full);
                self.paint(self.target.0, full, false);
                self.capture(c.program.0, full);
            }
            Command::Dispatch(c) => {
                let program = self.objects.get(&c.program.0);
                let local = mix(value, program.map_or(0, |program| self.whole(program, false)));
                let full = mix(value, program.map_or(0, |program| self.whole(program, true)));
                effect(local, full);
                self.capture(c.program.0, full);
            }
            Command::Clear(_) => {
                let sum = mix(mix(value, self.state_sum), self.surface(self.target.0));
                if self.wanted.contains_key(&at.1) {
                    let parts = self.state_parts();
                    self.wanted.insert(at.1, parts);
                }
                effect(sum, sum);
                self.paint(self.target.0, sum, !self.scissor);
            }
            Command::Blit(c) => {
                let local = mix(mix(value, self.surface(c.source.0)), self.surface(c.destination.0));
                let drawn = self.drawn_in(c.source.0);
                effect(local, mix(local, drawn));
                self.paint(c.destination.0, mix(local, drawn), false);
            }
            Command::Mipmaps(c) => {
                if let Some(object) = self.objects.get_mut(&c.texture.0) {
                    object.drawn = mix(object.drawn, mix(object.written, value));
                }
            }
            Command::Read(c) => {
                let (of, drawn) = match &c.source {
                    ReadSource::Pixels { framebuffer, .. } => {
                        (self.surface(framebuffer.0), self.drawn_in(framebuffer.0))
                    }
                    ReadSource::Buffer { buffer, .. } => {
                        self.objects.get(&buffer.0).map_or((0, 0), |object| (object.own(), object.drawn))
                    }
                };
                let local = mix(hash(bytes), of);
                effect(local, mix(local, drawn));
            }
            Command::Record(_) => {
                self.recording = Some(0);
                effect(value, value);
            }
            Command::Bind(c) => {
                let of = match &c.target {
                    BindTarget::Uniform { program, .. } => {
                        self.objects.get(&program.0).map_or(0, Object::role)
                    }
                    _ => 0,
                };
                effect(mix(value, of), mix(value, of));
            }
            Command::Label(_) | Command::Query(_) => {
                let sum = mix(value, self.role(command));
                effect(sum, sum);
            }
            // Everything else counts as it stands.
            _ => effect(value, value),
        }
    }

    /// A draw as numbers: without and with what was drawn into what it reads.
    fn draw(&self, command: &Draw, value: u64) -> (u64, u64) {
        let elements = match command.selection {
            Selection::Elements { elements, .. } => self.objects.get(&elements.0).map_or(0, Object::own),
            Selection::Arrays { .. } => 0,
        };
        let around = mix(mix(self.state_sum, self.surface(self.target.0)), mix(value, elements));
        let program = self.objects.get(&command.program.0);
        let of = |drawn: bool| mix(around, program.map_or(0, |program| self.whole(program, drawn)));
        (of(false), of(true))
    }

    /// What a draw rests on, by name.
    fn parts(&self, command: &Draw, value: u64) -> Vec<Part> {
        let mut parts = vec![Part { name: "the draw itself".into(), digest: value, place: None }];
        if let Selection::Elements { elements, .. } = command.selection
            && let Some(object) = self.objects.get(&elements.0)
        {
            parts.push(Part {
                name: "indices".into(),
                digest: object.own(),
                place: Some(object.write_place),
            });
        }
        parts.extend(self.state_parts());
        let Some(program) = self.objects.get(&command.program.0) else { return parts };
        for (key, set) in &program.sets {
            let info = glir_spec::commands::COMMANDS.iter().find(|info| info.opcode == key.0);
            let what = info.map_or("property", |info| info.name).to_lowercase();
            let names = program.names.iter().find(|(opcode, _)| *opcode == key.0).map(|(_, names)| names);
            let slot = names.and_then(|names| names.get(key.1 as usize));
            let slot = slot.cloned().unwrap_or_else(|| key.1.to_string());
            let name = match key.0 {
                SetShaders::OPCODE => "shaders".to_owned(),
                _ if key.2 > 0 => format!("{what} {slot}[{}]", key.2),
                _ => format!("{what} {slot}"),
            };
            parts.push(Part { name: name.clone(), digest: set.digest, place: Some(set.place) });
            if let Some(object) = self.objects.get(&set.refers) {
                let name = format!("{} of {name}", object.kind);
                parts.push(Part { name, digest: object.own(), place: Some(object.write_place) });
            }
        }
        parts.sort_by(|a, b| a.name.cmp(&b.name));
        parts
    }

    fn state_parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = self
            .state
            .iter()
            .map(|(number, set)| {
                let info = glir_spec::state::STATE_FIELDS.iter().find(|info| info.number == *number);
                let name = format!("state {}", info.map_or("?", |info| info.name));
                Part { name, digest: set.digest, place: Some(set.place) }
            })
            .collect();
        parts.push(Part {
            name: "target".into(),
            digest: self.surface(self.target.0),
            place: Some(self.target.1),
        });
        parts.sort_by(|a, b| a.name.cmp(&b.name));
        parts
    }

    fn drawn_in(&self, framebuffer: u32) -> u64 {
        let Some(object) = self.objects.get(&framebuffer) else { return 0 };
        let images = object.sets.values().filter_map(|set| self.objects.get(&set.refers));
        images.fold(0u64, |sum, image| sum.wrapping_add(mix(image.drawn, image.written)))
    }

    /// Something fills a part of what is attached to a framebuffer, or all of it.
    fn paint(&mut self, framebuffer: u32, what: u64, all: bool) {
        let Some(object) = self.objects.get(&framebuffer) else { return };
        let images: Vec<u32> = object.sets.values().map(|set| set.refers).filter(|id| *id != 0).collect();
        for id in images {
            if let Some(image) = self.objects.get_mut(&id) {
                image.drawn = if all { what } else { mix(image.drawn, what) };
            }
        }
    }

    /// A draw fills the buffers that a program writes.
    fn capture(&mut self, program: u32, what: u64) {
        let Some(object) = self.objects.get(&program) else { return };
        let writes = |key: &(u8, u32, u32)| [FeedbackCommand::OPCODE, BlockCommand::OPCODE].contains(&key.0);
        let written = object.sets.iter().filter(|(key, set)| writes(key) && set.refers != 0);
        let written: Vec<(u8, u32)> = written.map(|(key, set)| (key.0, set.refers)).collect();
        for (opcode, id) in written {
            if let Some(buffer) = self.objects.get_mut(&id)
                && opcode == FeedbackCommand::OPCODE
            {
                buffer.drawn = mix(buffer.drawn, what);
            }
        }
    }
}

use glir_spec::commands::{
    Attribute as AttributeCommand, Block as BlockCommand, Feedback as FeedbackCommand,
    Framebuffer as FramebufferCommand, Texture as TextureCommand,
};

fn is(opcode: u64, other: u8) -> bool {
    opcode == u64::from(other)
}

fn hash_key((opcode, slot, first): (u8, u32, u32)) -> u64 {
    mix(opcode.into(), (u64::from(slot) << 32) | u64::from(first))
}

/// Long bytes by the hash that names them as a blob.
fn long(bytes: &[u8]) -> u64 {
    first(blake3::hash(bytes).as_bytes())
}

fn first(hash: &[u8; 32]) -> u64 {
    hash.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// A view without its buffer.
fn attribute(command: &glir_spec::commands::Attribute<'_>) -> u64 {
    let mut bytes = Vec::new();
    let mut source = command.source.clone();
    if let AttributeSource::View { buffer, .. } = &mut source {
        buffer.0 = 0;
    }
    source.encode(&mut Writer::new(&mut bytes));
    mix(command.slot.0.into(), hash(&bytes))
}

/// A draw without its objects.
fn drawing(command: &Draw) -> u64 {
    let mut bytes = Vec::new();
    let mut selection = command.selection.clone();
    if let Selection::Elements { elements, .. } = &mut selection {
        elements.0 = 0;
    }
    selection.encode(&mut Writer::new(&mut bytes));
    mix(mix(command.mode as u64, command.instances.into()), hash(&bytes))
}
