//! Taking a command into the graph: what it makes, replaces, or lets go.

use super::contents::{Area, Contents};
use super::graph::{Canvas, Graph, NodeId, Object, Setting, encoded};
use super::tail::Hidden;
use super::{Keep, Piece, Source};
use crate::planes::{self, ALL, COLOR};
use glir_spec::commands::{
    Attach, Attribute, Bind, Blit, Block, Clear, Command, CommandVisitor, Create, Current, Data, Delete,
    Dispatch, Draw, DrawBuffers, End, Extension, Feedback, Forget, Framebuffer, Group, Input, Interpolation,
    Label, Meta, Mipmaps, Query, Read, Record, Redraw, Run, SetShaders, Signal, Size, State, Swap, Texture,
    Uniform, Wrapping,
};
use glir_spec::enums::*;
use glir_spec::ids::*;
use glir_spec::structs::{AttributeSource, Descriptor, Region, Selection};
pub use glir_spec::wire::payload_of;
use glir_spec::wire::{Encoding, Hash, Payload, Reader, Wire as _, Writer};

/// The visitor at one command that the interpreter took.
pub(super) struct Folding<'f, K: Keep> {
    pub(super) graph: &'f mut Graph<K::Kept>,
    pub(super) keeper: &'f mut K,
    /// The command as it came.
    pub(super) bytes: &'f [u8],
    pub(super) arena: Option<&'f K::Kept>,
    pub(super) blobs: &'f [(Hash, Encoding, K::Kept)],
    /// The canvas on which nothing shows that is drawn now.
    pub(super) hidden: Option<Hidden>,
}

/// A command in which something else stands between two places.
pub(super) fn spliced(bytes: &[u8], from: usize, to: usize, put: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut out = bytes.get(..from).unwrap_or_default().to_vec();
    put(&mut Writer::new(&mut out));
    out.extend_from_slice(bytes.get(to..).unwrap_or_default());
    out
}

/// A command whose payload lies in the arena, with the payload called offset 0, and where it lies; none for any other.
pub(super) fn detach(bytes: &[u8]) -> Option<(Vec<u8>, u64, u64)> {
    let (payload, from, to) = payload_of(bytes)?;
    let Payload::Arena { encoding, offset, length } = payload else { return None };
    let command = spliced(bytes, from, to, |w| Payload::Arena { encoding, offset: 0, length }.encode(w));
    Some((command, offset, length))
}

/// An encoded command with its payload placed anew; none if it has none.
pub fn attach(bytes: &[u8], place: impl FnOnce(Encoding) -> Payload<'static>) -> Option<Vec<u8>> {
    let (payload, from, to) = payload_of(bytes)?;
    let payload = place(payload.encoding());
    Some(spliced(bytes, from, to, |w| payload.encode(w)))
}

impl<K: Keep> Folding<'_, K> {
    /// Keeps the command as it came.
    fn keep(&mut self, needs: Vec<NodeId>) -> NodeId {
        match (detach(self.bytes), self.arena) {
            (Some((command, offset, length)), Some(arena)) => {
                let kept = self.keeper.part(arena, offset, length);
                self.graph.fresh = self.graph.fresh.saturating_add(length);
                self.graph.add(command, Some(kept), needs)
            }
            _ => self.graph.add(self.bytes.to_vec(), None, needs),
        }
    }

    /// Keeps the command as a property of an object.
    fn set(&mut self, id: u32, setting: Setting, refers: u32) {
        // What a property refers to must be there when it is set anew.
        let needs = self.graph.object(refers).map(|object| vec![object.create]).unwrap_or_default();
        let node = self.keep(needs);
        self.graph.set(id, setting, node, refers);
    }

    /// All that an object is, its contents included.
    fn whole(&self, id: u32, needs: &mut Vec<NodeId>) {
        let Some(object) = self.graph.object(id) else { return };
        self.made(object, needs);
        needs.extend(object.contents.present(ALL));
    }

    /// All that an object is but for its contents.
    fn made(&self, object: &Object, needs: &mut Vec<NodeId>) {
        needs.extend([object.create, object.storage]);
        needs.extend(object.settings.iter().map(|set| set.node));
    }

    /// The images attached to a framebuffer.
    fn images(&self, framebuffer: u32) -> Vec<(AttachmentPoint, u32)> {
        let settings = self.graph.object(framebuffer).map_or(&[][..], |object| &object.settings);
        let attached = settings.iter().filter_map(|set| match set.setting {
            Setting::Attach(point) => Some((AttachmentPoint::from_number(point.into())?, set.object)),
            _ => None,
        });
        attached.filter(|(_, object)| *object != 0).collect()
    }

    /// Everything that these planes of a framebuffer are, 0 being the current canvas.
    fn surface(&self, framebuffer: u32, planes: u8, needs: &mut Vec<NodeId>) {
        if framebuffer == 0 {
            needs.push(self.graph.canvas.1);
            if let Some(canvas) = self.graph.canvases.iter().find(|canvas| canvas.id == self.graph.canvas.0) {
                needs.push(canvas.sized);
                needs.extend(canvas.contents.present(planes));
            }
            return;
        }
        self.whole(framebuffer, needs);
        for (_, image) in self.images(framebuffer) {
            let Some(object) = self.graph.object(image) else { continue };
            self.made(object, needs);
            needs.extend(object.contents.present(planes));
        }
    }

    /// The state and these planes of the target.
    fn surroundings(&self, planes: u8, needs: &mut Vec<NodeId>) {
        needs.extend(self.graph.state.iter().map(|(_, node)| *node));
        needs.extend([self.graph.framebuffer.1, self.graph.canvas.1]);
        let target = self.graph.framebuffer.0;
        self.surface(target, planes, needs);
    }

    /// A program and all that it reads, and the buffers that it writes.
    fn program(&self, id: u32, needs: &mut Vec<NodeId>) -> Vec<u32> {
        self.whole(id, needs);
        let settings = self.graph.object(id).map_or(&[][..], |object| &object.settings);
        let referred: Vec<(Setting, u32)> = settings.iter().map(|set| (set.setting, set.object)).collect();
        let mut written = Vec::new();
        for (setting, object) in referred {
            if object == 0 {
                continue;
            }
            self.whole(object, needs);
            let storage = self.graph.object(object).map(|object| &object.descriptor);
            let storage = matches!(storage, Some(Descriptor::Buffer { buffer: BufferRole::Storage, .. }));
            if matches!(setting, Setting::Feedback(_)) || storage {
                written.push(object);
            }
        }
        written
    }

    /// Of some planes of a framebuffer those of which it will ever be seen what is drawn to them now.
    fn seen(&self, framebuffer: u32, planes: u8) -> u8 {
        let canvas = (framebuffer == 0).then_some(self.graph.canvas.0);
        let hidden = self.hidden.filter(|hidden| Some(hidden.canvas) == canvas);
        planes & !hidden.map_or(0, |hidden| hidden.planes)
    }

    /// Notes that a command filled a part of objects.
    fn written(&mut self, node: NodeId, objects: impl IntoIterator<Item = u32>) {
        for id in objects {
            if let Some(object) = self.graph.object_mut(id) {
                object.contents.push(node, None, object.planes());
            }
        }
    }

    /// Notes that a command filled a part of these planes of a surface, and of this colour attachment if one is named.
    fn painted(&mut self, node: NodeId, framebuffer: u32, planes: u8, attachment: Option<u32>) {
        if framebuffer == 0 {
            let id = self.graph.canvas.0;
            if let Some(canvas) = self.graph.canvas_mut(id) {
                canvas.contents.push(node, None, planes);
            }
            return;
        }
        for image in self.targets(framebuffer, attachment) {
            if let Some(object) = self.graph.object_mut(image) {
                object.contents.push(node, None, planes & object.planes());
            }
        }
    }

    /// The images of a framebuffer that are drawn to; of its colours only one, if one is named.
    fn targets(&self, framebuffer: u32, attachment: Option<u32>) -> Vec<u32> {
        let drawn = self.graph.object(framebuffer).map_or(0, |object| object.drawn);
        let drawn = attachment.map_or(drawn, |only| 1u32.checked_shl(only).unwrap_or(0));
        let is_target = |(point, image): (AttachmentPoint, u32)| {
            point.color_index().is_none_or(|index| drawn & 1 << index != 0).then_some(image)
        };
        self.images(framebuffer).into_iter().filter_map(is_target).collect()
    }

    /// Lets go of what a CLEAR of these planes covers.
    fn cleared(&mut self, planes: u8, attachment: Option<u32>) {
        let framebuffer = self.graph.framebuffer.0;
        if framebuffer == 0 {
            let id = self.graph.canvas.0;
            let Some(canvas) = self.graph.canvas_mut(id) else { return };
            let (width, height) = canvas.size;
            let covered = self.graph.reach.cleared(width.into(), height.into());
            if let Some(canvas) = self.graph.canvas_mut(id) {
                canvas.contents.clear(planes & covered);
            }
            return;
        }
        // Of images that differ in size only the part that all have is cleared.
        let images: Vec<u32> = self.images(framebuffer).into_iter().map(|(_, image)| image).collect();
        let mut sizes =
            images.iter().filter_map(|image| self.graph.object(*image)).map(|object| &object.size[..2]);
        let first = sizes.next();
        let (Some(&[width, height]), true) = (first, sizes.all(|size| Some(size) == first)) else { return };
        let covered = planes & self.graph.reach.cleared(width, height);
        for image in self.targets(framebuffer, attachment) {
            if let Some(object) = self.graph.object_mut(image)
                && is_single(&object.descriptor)
            {
                object.contents.clear(covered);
            }
        }
    }

    /// One DATA in place of many.
    fn compose(&mut self, id: u32) {
        let Some(object) = self.graph.object(id) else { return };
        let (Descriptor::Buffer { .. }, Some(writes)) = (&object.descriptor, object.contents.many()) else {
            return;
        };
        let size = object.size[0];
        let nodes: Vec<_> = writes.iter().filter_map(|write| self.graph.node(write.node)).collect();
        let mut pieces = Vec::with_capacity(nodes.len());
        for node in nodes {
            let Ok(Command::Data(Data { region: Region::Bytes { offset }, payload, .. })) =
                Command::decode(&mut Reader::new(&node.command))
            else {
                return;
            };
            let bytes = match (payload, &node.payload) {
                (Payload::Inline { bytes, .. }, _) => Source::Inline(bytes.into_owned()),
                (Payload::Arena { .. }, Some(kept)) => Source::Kept(kept),
                (Payload::Blob { hash, .. }, _) => {
                    let named = self.blobs.iter().find(|(known, ..)| *known == hash);
                    let Some((_, _, kept)) = named else { return };
                    Source::Kept(kept)
                }
                _ => return,
            };
            pieces.push(Piece { offset, bytes });
        }
        let kept = self.keeper.compose(size, &pieces);
        self.graph.fresh = self.graph.fresh.saturating_add(size);
        let payload = Payload::Arena { encoding: Encoding::Raw, offset: 0, length: size };
        let data = Data { id: ObjectId(id), region: Region::Bytes { offset: 0 }, payload };
        let node = self.graph.add(encoded!(data), Some(kept), Vec::new());
        if let Some(object) = self.graph.object_mut(id) {
            object.contents.clear(ALL);
            object.contents.push(node, Some(Area { level: 0, origin: [0; 3], size: [size, 1, 1] }), COLOR);
        }
    }
}

/// True if an object is one image: no levels, no layers.
fn is_single(descriptor: &Descriptor) -> bool {
    match descriptor {
        Descriptor::Renderbuffer { .. } => true,
        Descriptor::Texture { texture, levels, .. } => *texture == TextureTarget::D2 && *levels == 1,
        _ => false,
    }
}

/// The box that a DATA fills.
fn area(object: &Object, region: &Region, length: u64) -> Area {
    match *region {
        Region::Bytes { offset } => Area { level: 0, origin: [offset, 0, 0], size: [length, 1, 1] },
        Region::Texels { level, x, y, z, width, height, depth } => {
            let cube = matches!(object.descriptor, Descriptor::Texture { texture: TextureTarget::Cube, .. });
            let volume = matches!(object.descriptor, Descriptor::Texture { texture: TextureTarget::D3, .. });
            let halved = |side: u64| (side >> level.min(63)).max(1);
            let layers = if cube {
                6
            } else if volume {
                halved(object.size[2])
            } else {
                object.size[2]
            };
            let all = [halved(object.size[0]), halved(object.size[1]), layers];
            let origin = [x, y, z].map(u64::from);
            let rest =
                |i: usize, given: Option<u32>| given.map_or(all[i].saturating_sub(origin[i]), u64::from);
            Area { level, origin, size: [rest(0, width), rest(1, height), rest(2, depth)] }
        }
    }
}

impl<'a, K: Keep> CommandVisitor<'a> for Folding<'_, K> {
    type Output = ();

    fn current(&mut self, command: Current) {
        let id = command.canvas.0;
        let first = self.graph.canvas_mut(0).map_or((1, 1), |canvas| canvas.size);
        let known = self.graph.canvases.iter().find(|canvas| canvas.id == id).map(|canvas| canvas.size);
        let (width, height) = known.unwrap_or(first);
        let size = (command.width.unwrap_or(width), command.height.unwrap_or(height));
        let changes = known != Some(size);
        let mut node = 0;
        // What it would go by may be of another size when it is carried out again. So may the canvas be of this size then, when it is to lose
        // what it holds: therefore it takes yet another one before.
        let other = (1, 1 + u32::from(size == (1, 1)));
        for (width, height) in [other, size].into_iter().filter(|_| changes) {
            let sized = Current { canvas: command.canvas, width: Some(width), height: Some(height) };
            node = self.graph.add(encoded!(sized), None, vec![node]);
        }
        if !changes {
            node = self.keep(Vec::new());
        }
        let Some(canvas) = self.graph.canvas_mut(id) else { return };
        if changes {
            *canvas = Canvas { id, size, sized: node, contents: Contents::default() };
        }
        self.graph.canvas = (id, node);
        self.graph.framebuffer = (0, 0);
    }

    fn swap(&mut self, _: Swap) {}
    fn group(&mut self, _: Group<'a>) {}
    fn end(&mut self, _: End) {}
    fn meta(&mut self, _: Meta<'a>) {}
    fn extension(&mut self, _: Extension<'a>) {}
    fn read(&mut self, _: Read) {}

    fn create(&mut self, command: Create) {
        let create = self.keep(Vec::new());
        self.graph.insert(Object {
            id: command.id.0,
            descriptor: command.descriptor,
            create,
            storage: 0,
            size: [0; 3],
            contents: Contents::default(),
            settings: Vec::new(),
            users: Vec::new(),
            drawn: 1,
            uniforms: (0, Vec::new()),
        });
    }

    fn delete(&mut self, command: Delete) {
        let id = command.id.0;
        let Some(object) = self.graph.remove(id) else { return };
        self.graph.unwire(id);
        for user in object.users {
            let Some(owner) = self.graph.object_mut(user) else { continue };
            let mut loose = Vec::new();
            owner.settings.retain_mut(|set| {
                if set.object != id {
                    return true;
                }
                // An attribute can't be unset: it stays with the object that will be deleted again behind it.
                set.object = 0;
                let stays = matches!(set.setting, Setting::Attribute(_));
                if !stays {
                    loose.push(set.setting);
                }
                stays
            });
            for setting in loose {
                let program = ProgramId(user);
                let nothing = BufferId(0);
                let command = match setting {
                    Setting::Texture(slot) => {
                        encoded!(Texture { program, slot: SamplerSlot(slot), texture: TextureId(0) })
                    }
                    Setting::Block(slot) => {
                        encoded!(Block {
                            program,
                            slot: BlockSlot(slot),
                            buffer: nothing,
                            offset: 0,
                            size: 0
                        })
                    }
                    Setting::Feedback(slot) => encoded!(Feedback {
                        program,
                        slot: FeedbackSlot(slot),
                        buffer: nothing,
                        offset: 0,
                        size: 0,
                    }),
                    Setting::Attach(point) => {
                        let Some(point) = AttachmentPoint::from_number(point.into()) else { continue };
                        let object = ObjectId(0);
                        encoded!(Attach {
                            framebuffer: FramebufferId(user),
                            point,
                            object,
                            level: 0,
                            layer: 0,
                        })
                    }
                    _ => continue,
                };
                let node = self.graph.add(command, None, Vec::new());
                self.graph.set(user, setting, node, 0);
            }
        }
        if self.graph.framebuffer.0 == id {
            let node =
                self.graph.add(encoded!(Framebuffer { framebuffer: FramebufferId(0) }), None, Vec::new());
            self.graph.framebuffer = (0, node);
        }
    }

    fn size(&mut self, command: Size) {
        let node = self.keep(Vec::new());
        if let Some(object) = self.graph.object_mut(command.id.0) {
            object.storage = node;
            object.size = [command.width, command.height.into(), command.depth.into()];
            object.contents.clear(ALL);
        }
    }

    fn data(&mut self, command: Data<'a>) {
        let id = command.id.0;
        let Some(object) = self.graph.object(id) else { return };
        let area = area(object, &command.region, command.payload.byte_len());
        let all = match &object.descriptor {
            Descriptor::Buffer { .. } => area.size[0] == object.size[0],
            descriptor => is_single(descriptor) && area.size[..2] == object.size[..2],
        };
        let node = self.keep(Vec::new());
        let Some(object) = self.graph.object_mut(id) else { return };
        if all {
            object.contents.clear(ALL);
        }
        object.contents.push(node, Some(area), object.planes());
        self.compose(id);
    }

    fn label(&mut self, command: Label<'a>) {
        self.set(command.id.0, Setting::Label, 0);
    }
    fn interpolation(&mut self, command: Interpolation) {
        self.set(command.texture.0, Setting::Interpolation, 0);
    }
    fn wrapping(&mut self, command: Wrapping) {
        self.set(command.texture.0, Setting::Wrapping, 0);
    }

    fn mipmaps(&mut self, command: Mipmaps) {
        let mut needs = Vec::new();
        self.whole(command.texture.0, &mut needs);
        let node = self.keep(needs);
        self.written(node, [command.texture.0]);
    }

    fn shaders(&mut self, command: SetShaders<'a>) {
        let node = self.keep(Vec::new());
        self.graph.redefine(command.program.0, node, &command.interface);
    }

    fn attribute(&mut self, command: Attribute<'a>) {
        let refers = match &command.source {
            AttributeSource::View { buffer, .. } => buffer.0,
            AttributeSource::Constant { .. } => 0,
        };
        self.set(command.program.0, Setting::Attribute(command.slot.0), refers);
    }

    fn uniform(&mut self, command: Uniform<'a>) {
        let (program, slot, first) = (command.program.0, command.slot.0, command.first);
        let count = self.graph.elements(program, slot, command.value.0.byte_len());
        self.graph.forget_uniforms(program, slot, first, count);
        self.set(program, Setting::Uniform { slot, first, count }, 0);
    }

    fn texture(&mut self, command: Texture) {
        self.set(command.program.0, Setting::Texture(command.slot.0), command.texture.0);
    }
    fn block(&mut self, command: Block) {
        self.set(command.program.0, Setting::Block(command.slot.0), command.buffer.0);
    }
    fn feedback(&mut self, command: Feedback) {
        self.set(command.program.0, Setting::Feedback(command.slot.0), command.buffer.0);
    }

    fn attach(&mut self, command: Attach) {
        // The check asks for storage of what is attached.
        let storage = self.graph.object(command.object.0).map_or(0, |object| object.storage);
        let create = self.graph.object(command.object.0).map_or(0, |object| object.create);
        let node = self.keep(vec![create, storage]);
        self.graph.set(command.framebuffer.0, Setting::Attach(command.point as u8), node, command.object.0);
    }

    fn framebuffer(&mut self, command: Framebuffer) {
        let id = command.framebuffer.0;
        let create = self.graph.object(id).map_or(0, |object| object.create);
        let node = self.keep(vec![create]);
        self.graph.framebuffer = (id, node);
    }

    fn draw_buffers(&mut self, command: DrawBuffers) {
        self.set(command.framebuffer.0, Setting::DrawBuffers, 0);
        let indices = command.attachments.iter().flatten().filter_map(|point| point.color_index());
        let drawn = indices.fold(0, |drawn, index| drawn | 1 << index);
        if let Some(framebuffer) = self.graph.object_mut(command.framebuffer.0) {
            framebuffer.drawn = drawn;
        }
    }

    fn blit(&mut self, command: Blit) {
        let (source, destination) = (command.source.0, command.destination.0);
        let planes = planes::bits(&command.planes);
        let seen = self.seen(destination, planes);
        if seen == 0 {
            return;
        }
        let mut needs = Vec::new();
        self.surroundings(0, &mut needs);
        self.surface(source, planes, &mut needs);
        self.surface(destination, seen, &mut needs);
        let node = self.keep(needs);
        self.painted(node, destination, seen, None);
    }

    fn state(&mut self, command: State) {
        // Each field becomes a command of its own, its value standing as it came: [80, {number: value}].
        let mut r = Reader::new(self.bytes);
        if r.array().and_then(|_| r.uint()).and_then(|_| r.map()).is_err() {
            return;
        }
        for field in command.changes.0 {
            self.graph.reach.note(&field);
            let number = field.number();
            let start = r.offset();
            if r.skip().and_then(|()| r.skip()).is_err() {
                return;
            }
            let mut bytes = Vec::new();
            let mut w = Writer::new(&mut bytes);
            w.array(2);
            w.uint(State::OPCODE.into());
            w.map(1);
            bytes.extend_from_slice(r.between(start, r.offset()));
            let node = self.graph.add(bytes, None, Vec::new());
            match self.graph.state.iter_mut().find(|(known, _)| *known == number) {
                Some(known) => known.1 = node,
                None => self.graph.state.push((number, node)),
            }
        }
    }

    fn clear(&mut self, command: Clear<'a>) {
        let target = self.graph.framebuffer.0;
        let seen = self.seen(target, planes::bits(&command.planes));
        if seen == 0 {
            return;
        }
        self.cleared(seen, command.attachment);
        let mut needs = Vec::new();
        self.surroundings(seen, &mut needs);
        let node = self.keep(needs);
        self.painted(node, target, seen, command.attachment);
    }

    fn draw(&mut self, command: Draw) {
        let program = command.program.0;
        let captures =
            |set: &super::graph::Set| matches!(set.setting, Setting::Feedback(_) | Setting::Block(_));
        let writes = self.graph.object(program).is_some_and(|object| object.settings.iter().any(captures));
        let target = self.graph.framebuffer.0;
        let (drawn, tested) = (self.graph.reach.drawn(), self.graph.reach.tested());
        let seen = self.seen(target, drawn);
        if seen == 0 && !writes {
            return;
        }
        let mut needs = Vec::new();
        self.surroundings(seen | tested, &mut needs);
        let written = self.program(program, &mut needs);
        if let Selection::Elements { elements, .. } = command.selection {
            self.whole(elements.0, &mut needs);
        }
        if seen == 0 && written.is_empty() {
            return;
        }
        let node = self.keep(needs);
        self.written(node, written);
        self.painted(node, target, seen, None);
    }

    fn query(&mut self, command: Query) {
        match command.action {
            QueryAction::Begin => self.set(command.query.0, Setting::Running, 0),
            QueryAction::End => {
                if let Some(object) = self.graph.object_mut(command.query.0) {
                    object.settings.retain(|set| set.setting != Setting::Running);
                }
            }
        }
    }

    fn dispatch(&mut self, command: Dispatch) {
        let mut needs = Vec::new();
        let written = self.program(command.program.0, &mut needs);
        let node = self.keep(needs);
        self.written(node, written);
    }

    // Lists have been unrolled before.
    fn record(&mut self, _: Record) {}
    fn run(&mut self, _: Run) {}
    fn redraw(&mut self, _: Redraw) {}

    fn input(&mut self, command: Input) {
        let node = self.keep(Vec::new());
        self.graph.declare(command.id.0, node);
    }
    fn signal(&mut self, command: Signal<'a>) {
        let node = self.keep(Vec::new());
        self.graph.declare(command.id.0, node);
    }
    fn bind(&mut self, command: Bind) {
        let node = self.keep(Vec::new());
        self.graph.bind(&command.target, command.signal.0, node);
    }
    fn forget(&mut self, command: Forget) {
        self.graph.forget(command.signal.0);
    }
}
