//! What a command comes to, as a number that knows no ids: draws by what they read, objects by what they are.
//!
//! Two streams that do the same give the same numbers, however their objects are numbered and whatever the order of what does
//! not depend on each other. What sets something counts when something is drawn with it; that it was said at all counts in
//! a sum over the frame. What is done to one target has an order; what is done to several has none but that some of it reads
//! what other has drawn.

mod lists;
mod parts;
mod targets;

use super::content::Content;
use super::effects::{DEPTH, Effect, FrameDigest, Part, Planes, STENCIL};
use super::hash::{Digest, content, mix};
use super::object::{Object, Ref, Set, Slots, number, planes_at};
use super::signals::{List, Signals};
use super::state::State;
use super::value::{Bytes, encoded, value};
use crate::audit::Place;
use crate::commands::{Listing, names, split};
use crate::follow::Follower;
use crate::trace::{FrameChunk, Trace, TraceError};
use glir_core::retain::{Account, listed};
use glir_spec::commands::*;
use glir_spec::enums::{Plane, QueryAction};
use glir_spec::structs::{AttributeSource, BindTarget, ReadSource, Region as Where, Selection};
use glir_spec::wire::Reader;
use glir_spec::{Command, Feature};
use std::collections::HashMap;
use std::rc::Rc;

/// A canvas. Which it is counts only as far as it is canvas 0; its history tells two of a kind apart.
struct Canvas {
    id: u32,
    size: (u32, u32),
    /// Colour, depth and stencil.
    planes: [Content; 3],
    /// What was done to it in each frame.
    history: u64,
}

/// Where a stream ends: numbers and what they are of, in order.
pub(super) type Left = Vec<(u64, u32, &'static str, Place)>;

/// Follows a stream.
pub(super) struct Digester<'a> {
    follower: Follower<'a>,
    objects: HashMap<u32, Object>,
    last_serial: u64,
    /// What was said of objects that are no more.
    gone: Left,
    state: State,
    /// The framebuffer in use; 0 is the canvas.
    target: (u32, Place),
    canvases: Vec<Canvas>,
    canvas: usize,
    /// Samples a pixel, of canvases of any size.
    samples: u64,
    lists: HashMap<u32, List>,
    redraw: (u32, Place),
    signals: Signals,
    /// Queries that run, and what was drawn since they began.
    queries: Vec<(u32, Digest)>,
    /// The open groups, each with those around it.
    groups: Vec<u64>,
    /// What signals make of the lists that run.
    context: u64,
    /// What the interpreter has said of the frame.
    account: Rc<Account>,
    /// Lists of the frame that have run, and their commands.
    ran: usize,
    frames: u64,
    has_lists: bool,
    /// Parts of the effects at these commands of the frame are asked for.
    pub(super) wanted: HashMap<u32, Vec<Part>>,
}

impl<'a> Digester<'a> {
    /// Begins the stream to which a frame belongs.
    pub(super) fn new(trace: &Trace<'a>, frame: u64) -> Result<Self, TraceError> {
        let header = trace.header(frame)?;
        let mut follower = Follower::new(&header).map_err(TraceError::Refused)?;
        follower.blobs = trace.blobs(frame)?;
        let canvas =
            Canvas { id: 0, size: (header.width, header.height), planes: Default::default(), history: 0 };
        Ok(Digester {
            follower,
            objects: HashMap::new(),
            last_serial: 0,
            gone: Left::new(),
            state: State::new(),
            target: (0, (0, 0)),
            canvases: vec![canvas],
            canvas: 0,
            samples: header.samples.into(),
            lists: HashMap::new(),
            redraw: (0, (0, 0)),
            signals: Signals::default(),
            queries: Vec::new(),
            groups: Vec::new(),
            context: 0,
            account: Rc::default(),
            ran: 0,
            frames: 0,
            has_lists: names(&header, Feature::Lists),
            wanted: HashMap::new(),
        })
    }

    /// Takes a frame.
    pub(super) fn frame(&mut self, chunk: &FrameChunk<'_>) -> FrameDigest {
        self.follower.check(&chunk.head, &chunk.arena);
        self.follower.diagnostics.clear();
        let account = Rc::new(self.follower.account().clone());
        self.account = account.clone();
        self.ran = 0;
        let mut frame = FrameDigest { number: chunk.number, ..FrameDigest::default() };
        // The list that is recorded, and the sum of what its commands say.
        let mut recording: Option<(Listing, List)> = None;
        for (nth, bytes) in (0u32..).zip(split(&chunk.head)) {
            let at = (chunk.number, nth);
            let command = Command::decode(&mut Reader::new(bytes)).ok();
            let payloads = Bytes { arena: &chunk.arena, blobs: &self.follower.blobs };
            let value = value(command.as_ref(), bytes, payloads);
            let is_refused = command.is_none() || account.refused.binary_search(&nth).is_ok();
            let role = match (&command, &recording) {
                // What a list speaks of is known when it runs.
                (Some(command), None) => self.role(command),
                _ => 0,
            };
            let said = mix(mix(value, role), u64::from(is_refused));
            if let (Some(command), None) = (&command, &recording) {
                self.mention(command, said);
            }
            frame.said = frame.said.wrapping_add(said);
            let of = frame.said_of.entry(crate::commands::opcode(bytes)).or_default();
            *of = (of.0 + 1, of.1.wrapping_add(said));
            if let Some((mut listing, mut list)) = recording.take() {
                if listing.take(command.as_ref(), bytes) {
                    list.commands = listing.commands.into();
                    list.bound = self.lists.remove(&listing.list).map_or_else(Vec::new, |old| old.bound);
                    self.lists.insert(listing.list, list);
                } else {
                    list.said = list.said.wrapping_add(value);
                    recording = Some((listing, list));
                }
                continue;
            }
            match command {
                // Behind a RECORD that is refused at once no list follows.
                Some(Command::Record(c)) if self.has_lists && c.list.0 != 0 => {
                    let list = List { made: at, ..List::default() };
                    // One that can't be kept leaves the list as it was; no id is 0.
                    let id = if is_refused { 0 } else { c.list.0 };
                    recording = Some((Listing::of(id), list));
                }
                Some(command) if !is_refused => self.take(&command, &chunk.arena, value, at, &mut frame),
                _ => {}
            }
        }
        self.lists.remove(&0);
        self.frames += 1;
        let target = |canvas: &Canvas| (1 << 63) | u64::from(canvas.id);
        for chain in &frame.chains {
            if let Some(canvas) = self.canvases.iter_mut().find(|canvas| target(canvas) == chain.target) {
                canvas.history = mix(canvas.history, mix(self.frames, chain.digest()));
            }
        }
        frame
    }

    /// What is there at the end of the stream.
    pub(super) fn end(&mut self) -> Left {
        let mut left: Left = Vec::new();
        left.extend(self.signals.end().into_iter().map(|(digest, id, made)| (digest, id, "signal", made)));
        let ids: Vec<u32> = self.objects.keys().copied().collect();
        for id in ids {
            let digest = self.whole(id).full;
            if let Some(object) = self.objects.get(&id) {
                left.push((mix(digest, object.label), id, object.kind, object.made));
            }
        }
        for (id, list) in &self.lists {
            let bound = list.bound.iter().fold(0, |sum: u64, (key, signal, _)| {
                sum.wrapping_add(mix(*key, self.signals.known(*signal)))
            });
            left.push((mix(list.said, bound), *id, "list", list.made));
        }
        let (redraw, place) = self.redraw;
        if let Some(list) = self.lists.get(&redraw) {
            let empty = Bytes { arena: &[], blobs: &self.follower.blobs };
            let digest = listed(&list.commands).fold(0, |sum, bytes| {
                let command = Command::decode(&mut Reader::new(bytes)).ok();
                let role = command.as_ref().map_or(0, |command| self.role(command));
                mix(sum, mix(value(command.as_ref(), bytes, empty), role))
            });
            left.push((digest, redraw, "redraw", place));
        }
        left.sort_unstable();
        left
    }

    /// What was done to the canvases and said of the objects, each from the first frame to the last.
    pub(super) fn histories(mut self) -> Left {
        let mut all = std::mem::take(&mut self.gone);
        all.extend(self.objects.iter().map(|(id, object)| object.history(*id)));
        all.extend(self.canvases.iter().map(|canvas| (canvas.history, canvas.id, "canvas", (0, 0))));
        all
    }

    /// Notes with the objects that a command names that it was said.
    fn mention(&mut self, command: &Command<'_>, said: u64) {
        let mut nth = 0;
        crate::ids::objects(command, &mut |id| {
            nth += 1;
            if let Some(object) = self.objects.get_mut(&id) {
                object.said = object.said.wrapping_add(mix(said, nth));
            }
        });
    }

    /// What those things are that a command names, as far as that can't be set anew.
    fn role(&self, command: &Command<'_>) -> u64 {
        let base = |id: u32| self.objects.get(&id).map_or(0, |object| object.base);
        let slot = |opcode: u8, program: u32, slot: u32| {
            self.objects.get(&program).map_or(0, |object| mix(object.base, object.slots.key(opcode, slot)))
        };
        let opcode = command.opcode();
        match command {
            Command::Uniform(c) => slot(opcode, c.program.0, c.slot.0),
            Command::Attribute(c) => {
                let to = if let AttributeSource::View { buffer, .. } = &c.source { buffer.0 } else { 0 };
                mix(slot(opcode, c.program.0, c.slot.0), base(to))
            }
            Command::Texture(c) => mix(slot(opcode, c.program.0, c.slot.0), base(c.texture.0)),
            Command::Block(c) => mix(slot(opcode, c.program.0, c.slot.0), base(c.buffer.0)),
            Command::Feedback(c) => mix(slot(opcode, c.program.0, c.slot.0), base(c.buffer.0)),
            Command::Signal(c) => {
                c.operands.iter().fold(0, |sum, operand| mix(sum, self.signals.role(operand.0)))
            }
            Command::Bind(c) => {
                let of = match &c.target {
                    BindTarget::Uniform { program, uniform } => slot(Uniform::OPCODE, program.0, uniform.0),
                    _ => 0,
                };
                mix(self.signals.role(c.signal.0), of)
            }
            Command::Forget(c) => self.signals.role(c.signal.0),
            Command::Run(c) => self.lists.get(&c.list.0).map_or(0, |list| list.said),
            Command::Group(_) => self.groups.last().copied().unwrap_or(0),
            Command::Current(c) => u64::from(c.canvas.0 == 0),
            _ => {
                let mut sum = 0;
                crate::ids::objects(command, &mut |id| sum = mix(sum, base(id)));
                sum
            }
        }
    }

    fn reference(&self, id: u32) -> Ref {
        self.objects.get(&id).map_or_else(Ref::default, |object| Ref { id, serial: object.serial })
    }

    fn referred(&self, to: Ref) -> Option<&Object> {
        self.objects.get(&to.id).filter(|object| object.serial == to.serial)
    }

    /// What an object is, with all that it refers to.
    fn whole(&mut self, id: u32) -> Digest {
        let bound = match self.objects.get(&id) {
            Some(object) if !object.bound.is_empty() => {
                object.bound.iter().fold(0u64, |sum, (key, signal)| {
                    sum.wrapping_add(self.signals.digest(*signal).map_or(0, |digest| mix(*key, digest)))
                })
            }
            _ => 0,
        };
        let Some(object) = self.objects.get(&id) else { return Digest::default() };
        let refers = object.refers.iter().map(|(key, set)| {
            let referred = self.referred(set.refers).map_or_else(Digest::default, Object::own);
            referred.with(mix(set.digest, number(*key)))
        });
        let refers = refers.fold(Digest::plain(bound), Digest::plus);
        object.own().and(refers)
    }

    fn set(&mut self, id: u32, key: (u8, u64), digest: u64, refers: u32, range: (u64, u64), place: Place) {
        let refers = self.reference(refers);
        if let Some(object) = self.objects.get_mut(&id) {
            object.set(key, Set { digest, refers, range, place });
        }
    }

    /// Sets what a slot of a program takes.
    fn set_slot(
        &mut self,
        id: u32,
        (opcode, slot): (u8, u32),
        digest: u64,
        refers: u32,
        range: (u64, u64),
        place: Place,
    ) {
        let Some(key) = self.objects.get(&id).map(|object| object.slots.key(opcode, slot)) else { return };
        self.set(id, (opcode, key), digest, refers, range, place);
    }

    fn uniform(&mut self, command: &Uniform<'_>, arena: &[u8], value: u64, place: Place) {
        let id = command.program.0;
        let Some(object) = self.objects.get_mut(&id) else { return };
        let slot = object.slots.get(Uniform::OPCODE, command.slot.0);
        let Some((key, (size, count))) = slot.map(|slot| (slot.key, slot.elements)) else { return };
        let mut digest = value;
        if count > 1 {
            let payloads = Bytes { arena, blobs: &self.follower.blobs };
            let encoding = command.value.0.encoding() as u64;
            let bytes = payloads.of(&command.value.0).unwrap_or(&[]);
            let elements: Vec<u64> =
                bytes.chunks(size.max(1) as usize).map(|bytes| mix(content(bytes), encoding)).collect();
            digest = object.set_elements(key, command.first, &elements);
        }
        // A signal that drives it has its say again when it changes.
        if let Some((_, signal)) = object.bound.iter().find(|(bound, _)| *bound == key) {
            digest = mix(digest, self.signals.digest(*signal).unwrap_or(0));
        }
        object.set((Uniform::OPCODE, key), Set { digest, refers: Ref::default(), range: (0, 0), place });
    }

    fn take(&mut self, command: &Command<'_>, arena: &[u8], value: u64, at: Place, frame: &mut FrameDigest) {
        let opcode = command.opcode();
        match command {
            Command::Create(c) => {
                self.last_serial += 1;
                let object = Object::new(&c.descriptor, encoded(&c.descriptor), self.last_serial, at);
                self.objects.insert(c.id.0, object);
            }
            Command::Delete(c) => {
                if let Some(object) = self.objects.get(&c.id.0) {
                    // What it refers to may have gone before it.
                    let refers = object.refers.iter().map(|(key, set)| mix(set.digest, number(*key)));
                    let refers = refers.fold(object.label, u64::wrapping_add);
                    let digest = object.own().with(refers);
                    self.done(frame, digest, (opcode, at.1), (0, 0));
                }
                if let Some(object) = self.objects.remove(&c.id.0) {
                    self.gone.push(object.history(c.id.0));
                }
                self.queries.retain(|(id, _)| *id != c.id.0);
                if self.target.0 == c.id.0 {
                    self.target = (0, at);
                }
            }
            Command::Size(c) => {
                if let Some(object) = self.objects.get_mut(&c.id.0) {
                    object.resize(value, [c.width, c.height.into(), c.depth.into()], at);
                }
            }
            Command::Data(c) => self.data(c, value, at),
            Command::Label(c) => {
                if let Some(object) = self.objects.get_mut(&c.id.0) {
                    object.label = value;
                }
            }
            Command::State(c) => self.state.set(&c.changes, at),
            Command::SetShaders(c) => {
                if let Some(object) = self.objects.get_mut(&c.program.0) {
                    object.declare(Slots::of(&c.interface), value, at);
                }
            }
            Command::Uniform(c) => self.uniform(c, arena, value, at),
            Command::Attribute(c) => {
                let to = if let AttributeSource::View { buffer, .. } = &c.source { buffer.0 } else { 0 };
                self.set_slot(c.program.0, (opcode, c.slot.0), value, to, (0, 0), at);
            }
            Command::Texture(c) => {
                self.set_slot(c.program.0, (opcode, c.slot.0), value, c.texture.0, (0, 0), at);
            }
            Command::Block(c) => {
                self.set_slot(c.program.0, (opcode, c.slot.0), value, c.buffer.0, (c.offset, c.size), at);
            }
            Command::Feedback(c) => {
                self.set_slot(c.program.0, (opcode, c.slot.0), value, c.buffer.0, (c.offset, c.size), at);
            }
            Command::Attach(c) => {
                let range = (c.level.into(), c.layer.into());
                self.set(c.framebuffer.0, (opcode, c.point as u64), value, c.object.0, range, at);
            }
            Command::DrawBuffers(c) => {
                self.set(c.framebuffer.0, (opcode, 0), value, 0, (0, 0), at);
                if let Some(object) = self.objects.get_mut(&c.framebuffer.0) {
                    let points = c.attachments.iter().flatten();
                    object.drawn_colors =
                        points.fold(0, |planes, point| planes | planes_at(*point as u64)) & (DEPTH - 1);
                }
            }
            Command::Interpolation(c) => self.set(c.texture.0, (opcode, 0), value, 0, (0, 0), at),
            Command::Wrapping(c) => self.set(c.texture.0, (opcode, 0), value, 0, (0, 0), at),
            Command::Mipmaps(c) => {
                if let Some(object) = self.objects.get_mut(&c.texture.0) {
                    let first = object.region(0, [0; 3], [None; 3]);
                    let what = object.content.part(&first).with(value);
                    object.content.write(object.mipmaps(), what);
                    object.write_place = at;
                }
            }
            Command::Framebuffer(c) => self.target = (c.framebuffer.0, at),
            Command::Current(c) => self.current(c, at),
            Command::Draw(c) => self.draw(c, value, at, frame),
            Command::Dispatch(c) => {
                let digest = self.whole(c.program.0).with(mix(value, self.context));
                self.done(frame, digest, (opcode, at.1), (0, 0));
                self.capture(c.program.0, digest.full);
            }
            Command::Clear(c) => self.clear(c, value, at, frame),
            Command::Blit(c) => {
                let all =
                    c.planes.iter().fold(0, |planes, plane| planes | self.planes(c.destination.0, *plane));
                let surfaces = mix(self.surface(c.source.0), self.surface(c.destination.0));
                let read = c.planes.iter().fold(0, |planes, plane| planes | self.planes(c.source.0, *plane));
                let around = mix(surfaces, mix(self.state.scissor(), self.context));
                let digest = self.shown(c.source.0, read).with(around).with(value);
                self.done(frame, digest, (opcode, at.1), (c.destination.0, all));
                self.paint(c.destination.0, digest.full, all, 0);
            }
            Command::Read(c) => {
                let of = match &c.source {
                    ReadSource::Pixels { framebuffer, .. } => {
                        let colors = self.shown(framebuffer.0, DEPTH - 1);
                        colors.with(self.surface(framebuffer.0))
                    }
                    ReadSource::Buffer { buffer, .. } => {
                        self.objects.get(&buffer.0).map_or_else(Digest::default, Object::own)
                    }
                };
                self.done(frame, of.with(value), (opcode, at.1), (0, 0));
            }
            Command::Query(c) => {
                let base = self.objects.get(&c.query.0).map_or(0, |object| object.base);
                let at_end = self.queries.iter().position(|(id, _)| *id == c.query.0);
                let drawn = at_end.map_or_else(Digest::default, |at| self.queries.swap_remove(at).1);
                if c.action == QueryAction::Begin {
                    self.queries.push((c.query.0, Digest::default()));
                }
                self.done(frame, drawn.with(mix(value, base)), (opcode, at.1), (0, 0));
            }
            Command::Run(c) => self.run(c.list.0, at, frame),
            Command::Redraw(c) => self.redraw = (c.list.0, at),
            Command::Input(c) => {
                let what = mix(value, u64::from(c.canvas.0 == 0));
                self.signals.declare(c.id.0, what, what, &[], at);
            }
            Command::Signal(c) => {
                let operands: Vec<u32> = c.operands.iter().map(|operand| operand.0).collect();
                self.signals.declare(c.id.0, c.op as u64, value, &operands, at);
            }
            Command::Bind(c) => self.bind(c, value, at),
            Command::Forget(c) => self.signals.forget(c.signal.0),
            Command::Group(_) => {
                let around = self.groups.last().copied().unwrap_or(0);
                self.groups.push(mix(around, value));
            }
            Command::End(_) => _ = self.groups.pop(),
            Command::Swap(_) => self.groups.clear(),
            Command::Meta(c) if &*c.key == "assert" => {
                // A pixel holds of what is drawn, the state of what is set.
                let around = if c.value.starts_with("pixel") { 0 } else { self.state.whole() };
                let digest = self.shown(0, DEPTH - 1).with(mix(value, around));
                self.done(frame, digest, (opcode, at.1), (0, 0));
            }
            // What is carried out elsewhere, or only said.
            Command::Record(_) | Command::Meta(_) | Command::Extension(_) => {}
        }
    }

    /// Notes what is done, to some planes of a target or to none.
    fn done(
        &mut self,
        frame: &mut FrameDigest,
        digest: Digest,
        (opcode, command): (u8, u32),
        (target, planes): (u32, Planes),
    ) {
        if let Some(parts) = self.wanted.get_mut(&command) {
            let name = "what was drawn before".to_owned();
            parts.push(Part { name, digest: digest.full, place: None, is_drawn: true });
        }
        let effect = Effect { digest, opcode, command };
        let role = if planes == 0 { 0 } else { self.surface(target) };
        frame.push(self.key(target), role, planes, effect);
    }

    fn data(&mut self, command: &Data<'_>, value: u64, at: Place) {
        let Some(object) = self.objects.get_mut(&command.id.0) else { return };
        object.write_place = at;
        match &command.region {
            Where::Bytes { offset } => {
                let end = offset.saturating_add(command.payload.byte_len());
                object.content.write_bytes(*offset, end, value);
            }
            Where::Texels { level, x, y, z, width, height, depth } => {
                let size = [width, height, depth].map(|extent| extent.map(u64::from));
                let region = object.region((*level).into(), [*x, *y, *z].map(u64::from), size);
                object.content.write(region, Digest::plain(value));
            }
        }
    }

    fn current(&mut self, command: &Current, at: Place) {
        self.target = (0, at);
        let id = command.canvas.0;
        let size = self.canvases.first().map_or((1, 1), |canvas| canvas.size);
        self.canvas = self.canvases.iter().position(|canvas| canvas.id == id).unwrap_or_else(|| {
            self.canvases.push(Canvas { id, size, planes: Default::default(), history: 0 });
            self.canvases.len() - 1
        });
        if let Some(canvas) = self.canvases.get_mut(self.canvas) {
            let (width, height) = canvas.size;
            let size = (command.width.unwrap_or(width), command.height.unwrap_or(height));
            if canvas.size != size {
                canvas.size = size;
                canvas.planes = Default::default();
            }
        }
    }

    fn draw(&mut self, command: &Draw, value: u64, at: Place, frame: &mut FrameDigest) {
        let target = self.target.0;
        let (state, [color, depth, stencil]) = self.state.drawing();
        let mut planes = if color { self.planes(target, Plane::Color) } else { 0 };
        let tested = if depth { DEPTH } else { 0 } | if stencil { STENCIL } else { 0 };
        planes |= tested;
        let elements = match command.selection {
            Selection::Elements { elements, .. } => {
                self.objects.get(&elements.0).map_or_else(Digest::default, Object::own)
            }
            Selection::Arrays { .. } => Digest::default(),
        };
        let around = mix(mix(state, self.surface(target)), mix(value, self.context));
        let mut digest = self.whole(command.program.0).and(elements).with(around);
        if tested != 0 {
            digest.full = mix(digest.full, self.shown(target, tested).full);
        }
        if self.wanted.contains_key(&at.1) {
            let parts = self.parts(command, value);
            self.wanted.insert(at.1, parts);
        }
        self.done(frame, digest, (Draw::OPCODE, at.1), (target, planes));
        self.paint(target, digest.full, planes, 0);
        self.capture(command.program.0, digest.full);
        for (_, drawn) in &mut self.queries {
            *drawn = drawn.plus(digest);
        }
    }

    fn clear(&mut self, command: &Clear<'_>, value: u64, at: Place, frame: &mut FrameDigest) {
        let target = self.target.0;
        let by_state = command.value.is_none();
        let around = mix(self.state.clearing(&command.planes, by_state), self.context);
        let digest = Digest::plain(mix(mix(value, around), self.surface(target)));
        let (mut planes, mut whole) = (0, 0);
        for plane in &command.planes {
            let bits = match command.attachment {
                Some(index) => 1u32.checked_shl(index).unwrap_or(0) & (DEPTH - 1),
                None => self.planes(target, *plane),
            };
            planes |= bits;
            whole |= if self.state.clears_all(*plane) { bits } else { 0 };
        }
        if self.wanted.contains_key(&at.1) {
            let mut parts = self.state.parts_of_clear(&command.planes, by_state);
            parts.push(self.target_part());
            self.wanted.insert(at.1, parts);
        }
        self.done(frame, digest, (Clear::OPCODE, at.1), (target, planes));
        self.paint(target, digest.full, planes, whole);
    }
}
