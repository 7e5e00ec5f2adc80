//! Taking a command into the graph: what it makes, replaces, or lets go.

use super::contents::{Area, Contents};
use super::graph::{Canvas, Graph, NodeId, Object, Setting, encoded};
use super::{Keep, Piece, Source};
use glir_spec::StateField;
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
    pub(super) hidden: Option<u32>,
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
        needs.extend([object.create, object.storage]);
        needs.extend(object.settings.iter().map(|set| set.node));
        needs.extend(object.contents.present());
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

    /// Everything that a framebuffer is, 0 being the current canvas.
    fn surface(&self, framebuffer: u32, needs: &mut Vec<NodeId>) {
        if framebuffer == 0 {
            needs.push(self.graph.canvas.1);
            if let Some(canvas) = self.graph.canvases.iter().find(|canvas| canvas.id == self.graph.canvas.0) {
                needs.push(canvas.sized);
                needs.extend(canvas.contents.present());
            }
            return;
        }
        self.whole(framebuffer, needs);
        for (_, image) in self.images(framebuffer) {
            self.whole(image, needs);
        }
    }

    /// The state and the target.
    fn surroundings(&self, needs: &mut Vec<NodeId>) {
        needs.extend(self.graph.state.iter().map(|(_, node)| *node));
        needs.extend([self.graph.framebuffer.1, self.graph.canvas.1]);
        let target = self.graph.framebuffer.0;
        self.surface(target, needs);
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

    /// True if what is drawn to the target now will never be seen.
    fn is_hidden(&self) -> bool {
        self.graph.framebuffer.0 == 0 && self.hidden == Some(self.graph.canvas.0)
    }

    /// Notes that a command filled a part of objects.
    fn written(&mut self, node: NodeId, objects: impl IntoIterator<Item = u32>) {
        for id in objects {
            if let Some(object) = self.graph.object_mut(id) {
                let lost = object.contents.push(node, None);
                self.graph.lossy |= lost;
            }
        }
    }

    /// Notes that a command filled a part of a surface.
    fn painted(&mut self, node: NodeId, framebuffer: u32) {
        if framebuffer == 0 {
            let id = self.graph.canvas.0;
            if let Some(canvas) = self.graph.canvas_mut(id) {
                let lost = canvas.contents.push(node, None);
                self.graph.lossy |= lost;
            }
            return;
        }
        let images: Vec<u32> = self.images(framebuffer).into_iter().map(|(_, image)| image).collect();
        self.written(node, images);
    }

    /// Lets go of what a CLEAR of these planes covers, in a single image.
    fn cleared(&mut self, planes: &[Plane]) {
        let open = self.graph.open;
        if !open.scissor {
            return;
        }
        let color = open.color && planes.contains(&Plane::Color);
        let depth = open.depth && planes.contains(&Plane::Depth);
        let stencil = open.stencil && planes.contains(&Plane::Stencil);
        let target = self.graph.framebuffer.0;
        if target == 0 {
            let id = self.graph.canvas.0;
            let all = color && (depth && stencil || !self.graph.uses_depth);
            if let Some(canvas) = self.graph.canvas_mut(id).filter(|_| all) {
                canvas.contents.clear();
            }
            return;
        }
        // Which outputs are drawn is not followed: more than one colour image is left as it is.
        let images = self.images(target);
        let colors = images.iter().filter(|(point, _)| point.color_index().is_some()).count();
        let redirected =
            self.graph.object(target).is_some_and(|object| object.setting(Setting::DrawBuffers).is_some());
        for (point, image) in images {
            let all = match point {
                AttachmentPoint::Depth => depth,
                AttachmentPoint::Stencil => stencil,
                AttachmentPoint::DepthStencil => depth && stencil,
                _ => color && colors == 1 && !redirected && point == AttachmentPoint::Color0,
            };
            if let Some(object) = self.graph.object_mut(image)
                && all
                && is_single(&object.descriptor)
            {
                object.contents.clear();
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
        let payload = Payload::Arena { encoding: Encoding::Raw, offset: 0, length: size };
        let data = Data { id: ObjectId(id), region: Region::Bytes { offset: 0 }, payload };
        let node = self.graph.add(encoded!(data), Some(kept), Vec::new());
        if let Some(object) = self.graph.object_mut(id) {
            object.contents.clear();
            object.contents.push(node, Some(Area { level: 0, origin: [0; 3], size: [size, 1, 1] }));
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
        let new = !self.graph.canvases.iter().any(|canvas| canvas.id == id);
        let node = self.keep(Vec::new());
        let Some(canvas) = self.graph.canvas_mut(id) else { return };
        let known = if new { first } else { canvas.size };
        let size = (command.width.unwrap_or(known.0), command.height.unwrap_or(known.1));
        if new || size != canvas.size {
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
            owner.settings.retain(|set| {
                let refers = set.object == id;
                if refers {
                    loose.push(set.setting);
                }
                !refers
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
                    // An attribute can't be unset; what is not set anew stays unset.
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
            object.contents.clear();
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
            object.contents.clear();
        }
        let lost = object.contents.push(node, Some(area));
        self.graph.lossy |= lost;
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
        self.graph.rewire(command.program.0);
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
    }

    fn blit(&mut self, command: Blit) {
        let (source, destination) = (command.source.0, command.destination.0);
        if destination == 0 && self.hidden == Some(self.graph.canvas.0) {
            return;
        }
        let mut needs = Vec::new();
        self.surroundings(&mut needs);
        self.surface(source, &mut needs);
        self.surface(destination, &mut needs);
        let node = self.keep(needs);
        self.painted(node, destination);
    }

    fn state(&mut self, command: State) {
        // Each field becomes a command of its own, its value standing as it came: [80, {number: value}].
        let mut r = Reader::new(self.bytes);
        if r.array().and_then(|_| r.uint()).and_then(|_| r.map()).is_err() {
            return;
        }
        for field in command.changes.0 {
            match &field {
                StateField::Scissor(scissor) => self.graph.open.scissor = scissor.is_none(),
                StateField::ColorMask(mask) => self.graph.open.color = *mask == [true; 4],
                StateField::DepthMask(mask) => self.graph.open.depth = *mask,
                StateField::StencilWriteMask(mask) => self.graph.open.stencil = *mask == 255,
                StateField::DepthTest(true) | StateField::StencilTest(true) => self.graph.uses_depth = true,
                _ => {}
            }
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
        if self.is_hidden() {
            return;
        }
        if command.attachment.is_none() {
            self.cleared(&command.planes);
        }
        let mut needs = Vec::new();
        self.surroundings(&mut needs);
        let node = self.keep(needs);
        let target = self.graph.framebuffer.0;
        self.painted(node, target);
    }

    fn draw(&mut self, command: Draw) {
        let program = command.program.0;
        let captures =
            |set: &super::graph::Set| matches!(set.setting, Setting::Feedback(_) | Setting::Block(_));
        let writes = self.graph.object(program).is_some_and(|object| object.settings.iter().any(captures));
        if self.is_hidden() && !writes {
            return;
        }
        let mut needs = Vec::new();
        self.surroundings(&mut needs);
        let written = self.program(program, &mut needs);
        if let Selection::Elements { elements, .. } = command.selection {
            self.whole(elements.0, &mut needs);
        }
        if self.is_hidden() && written.is_empty() {
            return;
        }
        let node = self.keep(needs);
        self.written(node, written);
        if !self.is_hidden() {
            let target = self.graph.framebuffer.0;
            self.painted(node, target);
        }
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
