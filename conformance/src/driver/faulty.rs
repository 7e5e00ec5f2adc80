//! A backend that misbehaves as a case says, and hands everything else on.

use super::{Kind as Wrong, Trouble};
use glir_core::backend::*;
use glir_core::{Backend, Capabilities};
use glir_spec::enums::*;
use glir_spec::ids::{CanvasId, ObjectId};
use glir_spec::structs::Descriptor;
use glir_spec::{GlslType, StateField};
use std::collections::HashMap;

/// A backend with troubles.
#[derive(Debug)]
pub struct Faulty<B> {
    inner: B,
    troubles: Vec<Trouble>,
    /// The producer's ids of objects.
    ids: HashMap<(Kind, Handle), ObjectId>,
    draws: u64,
    error: Option<Failure>,
}

fn refused(what: &str) -> Failure {
    Failure::Driver(format!("{what} is not supported"))
}

impl<B> Faulty<B> {
    /// One that behaves but for these troubles.
    pub fn new(inner: B, troubles: Vec<Trouble>) -> Self {
        Faulty { inner, troubles, ids: HashMap::new(), draws: 0, error: None }
    }

    /// The backend that has the troubles.
    pub fn inner(&self) -> &B {
        &self.inner
    }

    /// The backend without its troubles.
    pub fn into_inner(self) -> B {
        self.inner
    }

    /// Loses the context: what is drawn from here on is found to be lost at the end of the frame.
    pub fn lose(&mut self) {
        self.error = Some(Failure::ContextLost);
    }

    fn has(&self, kind: Wrong, fits: impl Fn(u64) -> bool) -> bool {
        self.troubles.iter().any(|trouble| trouble.kind == kind && fits(trouble.number))
    }

    fn is_about(&self, kind: Wrong, object: Kind, handle: Handle) -> bool {
        let id = self.ids.get(&(object, handle)).map(|id| u64::from(id.0));
        self.has(kind, |number| Some(number) == id)
    }
}

/// The kind of an object, and the bytes that its storage takes, levels beyond the first not counted.
fn kind_and_bytes(storage: &Storage) -> (Kind, u64) {
    let texels = |format: glir_spec::Format, sides: [u32; 3]| {
        sides.into_iter().map(u64::from).product::<u64>() * u64::from(format.info().texel_bytes)
    };
    match storage {
        Storage::Buffer { bytes, .. } => (Kind::Buffer, *bytes),
        Storage::Texture { format, extent, .. } => {
            (Kind::Texture, texels(*format, [extent.width, extent.height, extent.depth]))
        }
        Storage::Renderbuffer { format, width, height, .. } => {
            (Kind::Renderbuffer, texels(*format, [*width, *height, 1]))
        }
    }
}

impl<B: Backend> Backend for Faulty<B> {
    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    fn create(&mut self, handle: Handle, id: ObjectId, descriptor: &Descriptor) -> Result<(), Failure> {
        if self.has(Wrong::Create, |number| number == u64::from(id.0)) {
            return Err(refused("making it"));
        }
        if self.has(Wrong::CreateMemory, |number| number == u64::from(id.0)) {
            return Err(Failure::OutOfMemory);
        }
        self.ids.insert((Kind::of(descriptor), handle), id);
        self.inner.create(handle, id, descriptor)
    }

    fn delete(&mut self, kind: Kind, handle: Handle) {
        self.ids.remove(&(kind, handle));
        self.inner.delete(kind, handle);
    }

    fn allocate(&mut self, handle: Handle, storage: &Storage) -> Result<(), Failure> {
        let (kind, bytes) = kind_and_bytes(storage);
        if self.is_about(Wrong::Storage, kind, handle) {
            return Err(refused("storage for it"));
        }
        if self.has(Wrong::Memory, |most| bytes > most) {
            return Err(Failure::OutOfMemory);
        }
        self.inner.allocate(handle, storage)
    }

    fn write_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: &[u8]) {
        self.inner.write_buffer(buffer, role, offset, bytes);
    }

    fn write_texture(&mut self, texture: Handle, region: &TexelBox, bytes: &[u8]) {
        self.inner.write_texture(texture, region, bytes);
    }

    fn foreign(&mut self) -> Option<&mut dyn ForeignWrites> {
        self.inner.foreign()
    }

    fn sampling(&mut self, texture: Handle, sampling: &Sampling) {
        self.inner.sampling(texture, sampling);
    }

    fn mipmaps(&mut self, texture: Handle) {
        self.inner.mipmaps(texture);
    }

    fn link(&mut self, program: Handle, source: &ProgramSource<'_>) -> Result<Linked, LinkFailure> {
        if self.is_about(Wrong::Link, Kind::Program, program) {
            return Err(LinkFailure::Failure(refused("linking it")));
        }
        self.inner.link(program, source)
    }

    fn use_program(&mut self, program: Handle) {
        self.inner.use_program(program);
    }

    fn uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]) {
        self.inner.uniform(location, ty, count, bytes);
    }

    fn attribute(&mut self, location: u32, source: &VertexSource) {
        self.inner.attribute(location, source);
    }

    fn texture_unit(&mut self, unit: u32, texture: Option<(TextureTarget, Handle)>) {
        self.inner.texture_unit(unit, texture);
    }

    fn buffer_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>) {
        self.inner.buffer_range(point, index, range);
    }

    fn attach(&mut self, framebuffer: Handle, point: AttachmentPoint, image: Option<&Attachment>) {
        self.inner.attach(framebuffer, point, image);
    }

    fn draw_buffers(&mut self, framebuffer: Handle, enabled: &[bool]) {
        self.inner.draw_buffers(framebuffer, enabled);
    }

    fn complete(&mut self, framebuffer: Handle) -> Result<(), Failure> {
        if self.is_about(Wrong::Framebuffer, Kind::Framebuffer, framebuffer) {
            return Err(refused("this combination of formats"));
        }
        self.inner.complete(framebuffer)
    }

    fn canvas(
        &mut self,
        canvas: Handle,
        id: CanvasId,
        width: u32,
        height: u32,
        samples: u32,
    ) -> Result<(), Failure> {
        let exceeds = |side| u64::from(width.max(height)) > side;
        if self.has(Wrong::Canvas, exceeds) {
            return Err(Failure::OutOfMemory);
        }
        if self.has(Wrong::CanvasRefused, exceeds) {
            return Err(refused("a canvas of this size"));
        }
        self.inner.canvas(canvas, id, width, height, samples)
    }

    fn target(&mut self, target: Surface) {
        self.inner.target(target);
    }

    fn state(&mut self, field: &StateField) {
        self.inner.state(field);
    }

    fn clear(&mut self, planes: &[Plane]) {
        self.inner.clear(planes);
    }

    fn clear_attachment(&mut self, attachment: u32, value: &ClearValue) {
        self.inner.clear_attachment(attachment, value);
    }

    fn draw(&mut self, draw: &DrawCall) {
        if self.has(Wrong::Draw, |number| number == self.draws) {
            self.error = Some(Failure::Driver("GL_INVALID_OPERATION".into()));
        }
        self.draws += 1;
        self.inner.draw(draw);
    }

    fn dispatch(&mut self, groups: [u32; 3]) {
        self.inner.dispatch(groups);
    }

    fn blit(&mut self, blit: &BlitCall) {
        self.inner.blit(blit);
    }

    fn read_pixels(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure> {
        if self.has(Wrong::Read, |_| true) {
            return Err(Failure::OutOfMemory);
        }
        self.inner.read_pixels(read)
    }

    fn read_buffer(&mut self, buffer: Handle, offset: u64, size: u64) -> Result<Vec<u8>, Failure> {
        if self.has(Wrong::Read, |_| true) {
            return Err(Failure::OutOfMemory);
        }
        self.inner.read_buffer(buffer, offset, size)
    }

    fn query(&mut self, query: Handle, kind: QueryKind, action: QueryAction) {
        self.inner.query(query, kind, action);
    }

    fn query_result(&mut self, query: Handle, kind: QueryKind, wait: bool) -> QueryState {
        self.inner.query_result(query, kind, wait)
    }

    fn present(&mut self, canvas: Handle) {
        self.inner.present(canvas);
    }

    fn label(&mut self, kind: Kind, handle: Handle, text: &str) {
        self.inner.label(kind, handle, text);
    }

    fn group(&mut self, label: Option<&str>) {
        self.inner.group(label);
    }

    fn poll_error(&mut self) -> Option<Failure> {
        self.error.take().or_else(|| self.inner.poll_error())
    }
}
