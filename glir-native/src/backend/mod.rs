//! The backend on glow: desktop GL and GLES behind [`glir_core::Backend`]. One file a room, as in glir-core's check.
//!
//! Unsafe code lives here: every GL call is one. What makes them sound is the same everywhere: the context is current
//! on this thread for as long as the backend lives (its owner promises that to [`GlBackend::new`]), and the check has
//! proven ids, sizes, formats and ranges.

mod buffer;
mod capabilities;
mod clear;
mod draw;
mod program;
mod query;
mod read;
mod state;
mod target;
mod texture;

use crate::context::ContextInfo;
use crate::shader::Dialect;
use glir_core::backend::*;
use glir_core::capabilities::Capabilities;
use glir_spec::enums::*;
use glir_spec::ids::{CanvasId, ObjectId};
use glir_spec::structs::Descriptor;
use glir_spec::{GlslType, StateField};
use glow::HasContext as _;
use std::rc::Rc;

pub(crate) use program::ProgramObject;
pub(crate) use target::Canvas;

/// The backend on desktop GL and GLES.
pub struct GlBackend {
    gl: Rc<glow::Context>,
    info: ContextInfo,
    dialect: Dialect,
    capabilities: Capabilities,
    /// OpenGL ES before 3.0: unsized formats, fewer functions.
    es2: bool,
    /// Desktop GL: no luminance formats.
    desktop: bool,
    /// A texture unit that no program uses, for uploads.
    upload_unit: u32,
    /// The one vertex array, where the API has them.
    vertex_array: Option<glow::VertexArray>,
    /// A framebuffer for clears and resolves.
    scratch: Option<glow::Framebuffer>,
    buffers: Table<glow::Buffer>,
    textures: Table<texture::TextureObject>,
    renderbuffers: Table<glow::Renderbuffer>,
    framebuffers: Table<glow::Framebuffer>,
    programs: Table<ProgramObject>,
    queries: Table<glow::Query>,
    /// What measures the graphics card's time, while something does.
    timer: Option<glow::NativeQuery>,
    canvases: Table<Canvas>,
    /// The buffer bound for attributes and uploads, if that is known.
    array_buffer: Option<glow::Buffer>,
    /// The handle of the program in use.
    program: Option<Handle>,
    /// Which locations have an array enabled.
    attributes: Vec<bool>,
    /// Divisors by location.
    divisors: Vec<u32>,
    /// The least and the greatest line width.
    line_widths: [f32; 2],
    pub(crate) known: state::Known,
}

/// Objects by handle.
pub(crate) struct Table<T>(Vec<Option<T>>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Table(Vec::new())
    }
}

impl<T> Table<T> {
    fn put(&mut self, handle: Handle, value: T) {
        if handle.index() >= self.0.len() {
            self.0.resize_with(handle.index() + 1, || None);
        }
        self.0[handle.index()] = Some(value);
    }

    #[inline]
    fn at(&self, handle: Handle) -> Option<&T> {
        self.0.get(handle.index()).and_then(Option::as_ref)
    }

    fn at_mut(&mut self, handle: Handle) -> Option<&mut T> {
        self.0.get_mut(handle.index()).and_then(Option::as_mut)
    }

    fn take(&mut self, handle: Handle) -> Option<T> {
        self.0.get_mut(handle.index()).and_then(Option::take)
    }

    fn drain(&mut self) -> impl Iterator<Item = T> {
        self.0.drain(..).flatten()
    }
}

impl GlBackend {
    /// Takes over a context.
    ///
    /// # Safety
    ///
    /// The context must be current on this thread while any method of the backend runs, and when it is dropped; nobody
    /// else may change its state in between, except to draw canvases elsewhere.
    pub unsafe fn new(gl: Rc<glow::Context>, info: ContextInfo, dialect: Dialect) -> Result<Self, Failure> {
        let capabilities = capabilities::of(&gl, &info);
        let desktop = info.api == crate::context::Api::Gl;
        let es2 = !desktop && info.version < (3, 0);
        let units = capabilities.limits.max_combined_texture_image_units;
        let mut backend = GlBackend {
            gl,
            info,
            dialect,
            capabilities,
            es2,
            desktop,
            upload_unit: units,
            vertex_array: None,
            scratch: None,
            buffers: Table::default(),
            textures: Table::default(),
            renderbuffers: Table::default(),
            framebuffers: Table::default(),
            programs: Table::default(),
            queries: Table::default(),
            timer: None,
            canvases: Table::default(),
            array_buffer: None,
            program: None,
            attributes: Vec::new(),
            divisors: Vec::new(),
            line_widths: [1.0, 1.0],
            known: state::Known::default(),
        };
        backend.set_up()?;
        Ok(backend)
    }

    /// Deletes everything, so that another stream can begin on the same context.
    pub fn reset(mut self) -> Result<Self, Failure> {
        let (gl, info, dialect) = (self.gl.clone(), self.info.clone(), self.dialect);
        self.delete_all();
        // SAFETY: the promise that was made for this backend holds on.
        unsafe { Self::new(gl, info, dialect) }
    }

    /// What GLIR takes for granted and a fresh context does not have.
    fn set_up(&mut self) -> Result<(), Failure> {
        let gl = &self.gl;
        // SAFETY: see the module's head; each call is guarded by the context's kind and version.
        unsafe {
            if !self.es2 {
                let array = gl.create_vertex_array().map_err(Failure::Driver)?;
                gl.bind_vertex_array(Some(array));
                self.vertex_array = Some(array);
            }
            if self.desktop {
                gl.enable(glow::PROGRAM_POINT_SIZE);
                gl.enable(glow::TEXTURE_CUBE_MAP_SEAMLESS);
                // ES converts for sRGB attachments always, desktop GL only when asked.
                gl.enable(glow::FRAMEBUFFER_SRGB);
            }
            gl.pixel_store_i32(glow::UNPACK_ALIGNMENT, 1);
            gl.pixel_store_i32(glow::PACK_ALIGNMENT, 1);
            gl.get_parameter_f32_slice(glow::ALIASED_LINE_WIDTH_RANGE, &mut self.line_widths);
            self.scratch = Some(gl.create_framebuffer().map_err(Failure::Driver)?);
        }
        self.set_restart();
        match self.poll_error() {
            Some(failure) => Err(failure),
            None => Ok(()),
        }
    }

    /// Primitive restart at the greatest index of each type. GL before 4.3 has one index for all types, so it is set
    /// anew when the type changes.
    fn set_restart(&mut self) {
        if self.es2 {
            return;
        }
        // SAFETY: see the module's head; ES 3.0 and GL 4.3 have the fixed index, GL 3.1 the settable one.
        unsafe {
            if !self.desktop || self.info.version >= (4, 3) {
                self.gl.enable(glow::PRIMITIVE_RESTART_FIXED_INDEX);
            } else {
                self.gl.enable(glow::PRIMITIVE_RESTART);
            }
        }
    }

    fn delete_all(&mut self) {
        // SAFETY: see the module's head; every object is deleted once, since the tables are emptied.
        unsafe {
            self.gl.use_program(None);
            self.gl.bind_framebuffer(glow::FRAMEBUFFER, None);
            self.buffers.drain().for_each(|name| self.gl.delete_buffer(name));
            self.textures.drain().for_each(|texture| self.gl.delete_texture(texture.name));
            self.renderbuffers.drain().for_each(|name| self.gl.delete_renderbuffer(name));
            self.framebuffers.drain().for_each(|name| self.gl.delete_framebuffer(name));
            self.programs
                .drain()
                .filter_map(|program| program.name)
                .for_each(|name| self.gl.delete_program(name));
            self.queries.drain().for_each(|name| self.gl.delete_query(name));
            for canvas in self.canvases.drain() {
                canvas.delete(&self.gl);
            }
            if let Some(scratch) = self.scratch.take() {
                self.gl.delete_framebuffer(scratch);
            }
            if let Some(array) = self.vertex_array.take() {
                self.gl.delete_vertex_array(array);
            }
        }
    }

    /// The first error that GL has raised since the last call.
    fn raised(&self) -> Option<Failure> {
        let mut first = None;
        // An error flag a call; more than a few means that the context is gone and answers always the same.
        for _ in 0..32 {
            // SAFETY: see the module's head.
            let error = unsafe { self.gl.get_error() };
            let failure = match error {
                glow::NO_ERROR => break,
                glow::OUT_OF_MEMORY => Failure::OutOfMemory,
                glow::CONTEXT_LOST => Failure::ContextLost,
                glow::INVALID_ENUM => Failure::Driver("GL_INVALID_ENUM".into()),
                glow::INVALID_VALUE => Failure::Driver("GL_INVALID_VALUE".into()),
                glow::INVALID_OPERATION => Failure::Driver("GL_INVALID_OPERATION".into()),
                glow::INVALID_FRAMEBUFFER_OPERATION => {
                    Failure::Driver("GL_INVALID_FRAMEBUFFER_OPERATION".into())
                }
                other => Failure::Driver(format!("GL error {other:#06x}")),
            };
            first.get_or_insert(failure);
        }
        first
    }

    /// The GL context.
    pub fn gl(&self) -> &Rc<glow::Context> {
        &self.gl
    }

    /// What is known of the context.
    pub fn info(&self) -> &ContextInfo {
        &self.info
    }
}

impl Backend for GlBackend {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn create(&mut self, handle: Handle, _: ObjectId, descriptor: &Descriptor) -> Result<(), Failure> {
        let gl = &self.gl;
        // SAFETY: see the module's head.
        unsafe {
            match descriptor {
                Descriptor::Buffer { .. } => {
                    let buffer = gl.create_buffer().map_err(Failure::Driver)?;
                    self.buffers.put(handle, buffer);
                }
                Descriptor::Texture { texture, format, swizzle, compare, .. } => {
                    return self.create_texture(handle, *texture, *format, swizzle, *compare);
                }
                Descriptor::Renderbuffer { .. } => {
                    let renderbuffer = gl.create_renderbuffer().map_err(Failure::Driver)?;
                    // A name is no object to GL until it is first bound, and could not be attached.
                    gl.bind_renderbuffer(glow::RENDERBUFFER, Some(renderbuffer));
                    self.renderbuffers.put(handle, renderbuffer);
                }
                Descriptor::Framebuffer {} => {
                    let framebuffer = gl.create_framebuffer().map_err(Failure::Driver)?;
                    self.framebuffers.put(handle, framebuffer);
                }
                Descriptor::Program {} => self.programs.put(handle, ProgramObject::default()),
                Descriptor::Query { .. } => {
                    let query = gl.create_query().map_err(Failure::Driver)?;
                    self.queries.put(handle, query);
                }
            }
        }
        Ok(())
    }

    fn delete(&mut self, kind: Kind, handle: Handle) {
        let gl = &self.gl;
        // SAFETY: see the module's head; the object was made by `create` and is deleted once.
        unsafe {
            match kind {
                Kind::Buffer => {
                    // GL unbinds what is deleted.
                    self.array_buffer = None;
                    self.buffers.take(handle).into_iter().for_each(|name| gl.delete_buffer(name));
                }
                Kind::Texture => {
                    self.textures
                        .take(handle)
                        .into_iter()
                        .for_each(|texture| gl.delete_texture(texture.name));
                }
                Kind::Renderbuffer => {
                    self.renderbuffers.take(handle).into_iter().for_each(|name| gl.delete_renderbuffer(name));
                }
                Kind::Framebuffer => {
                    self.framebuffers.take(handle).into_iter().for_each(|name| gl.delete_framebuffer(name));
                }
                Kind::Program => {
                    if self.program == Some(handle) {
                        gl.use_program(None);
                        self.program = None;
                    }
                    let program = self.programs.take(handle).and_then(|program| program.name);
                    program.into_iter().for_each(|name| gl.delete_program(name));
                }
                Kind::Query => self.queries.take(handle).into_iter().for_each(|query| gl.delete_query(query)),
            }
        }
    }

    fn allocate(&mut self, handle: Handle, storage: &Storage) -> Result<(), Failure> {
        match *storage {
            Storage::Buffer { role, usage, bytes } => self.allocate_buffer(handle, role, usage, bytes),
            Storage::Texture { target, format, extent, levels } => {
                self.allocate_texture(handle, target, format, extent, levels)
            }
            Storage::Renderbuffer { format, width, height, samples } => {
                self.allocate_renderbuffer(handle, format, width, height, samples)
            }
        }
    }

    fn write_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: &[u8]) {
        self.upload_buffer(buffer, role, offset, bytes);
    }

    fn write_texture(&mut self, texture: Handle, region: &TexelBox, bytes: &[u8]) {
        self.upload_texture(texture, region, bytes);
    }

    fn sampling(&mut self, texture: Handle, sampling: &Sampling) {
        self.set_sampling(texture, sampling);
    }

    fn mipmaps(&mut self, texture: Handle) {
        self.generate_mipmaps(texture);
    }

    fn link(&mut self, program: Handle, source: &ProgramSource<'_>) -> Result<Linked, LinkFailure> {
        self.link_program(program, source)
    }

    fn use_program(&mut self, program: Handle) {
        self.program = Some(program);
        let name = self.programs.at(program).and_then(|program| program.name);
        // SAFETY: see the module's head.
        unsafe { self.gl.use_program(name) };
    }

    fn uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]) {
        self.set_uniform(location, ty, count, bytes);
    }

    fn attribute(&mut self, location: u32, source: &VertexSource) {
        self.set_attribute(location, source);
    }

    fn texture_unit(&mut self, unit: u32, texture: Option<(TextureTarget, Handle)>) {
        let (target, name) = match texture {
            Some((target, handle)) => (target, self.textures.at(handle).map(|texture| texture.name)),
            None => (TextureTarget::D2, None),
        };
        // SAFETY: see the module's head.
        unsafe {
            self.gl.active_texture(glow::TEXTURE0 + unit);
            self.gl.bind_texture(target.gl(), name);
        }
    }

    fn buffer_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>) {
        self.bind_range(point, index, range);
    }

    fn attach(&mut self, framebuffer: Handle, point: AttachmentPoint, image: Option<&Attachment>) {
        self.attach_image(framebuffer, point, image);
    }

    fn draw_buffers(&mut self, framebuffer: Handle, enabled: &[bool]) {
        self.set_draw_buffers(framebuffer, enabled);
    }

    fn complete(&mut self, framebuffer: Handle) -> Result<(), Failure> {
        self.check_complete(framebuffer)
    }

    fn canvas(
        &mut self,
        canvas: Handle,
        _: CanvasId,
        width: u32,
        height: u32,
        samples: u32,
    ) -> Result<(), Failure> {
        self.make_canvas(canvas, width, height, samples)
    }

    fn target(&mut self, target: Surface) {
        let name = self.surface(target);
        // SAFETY: see the module's head.
        unsafe { self.gl.bind_framebuffer(glow::FRAMEBUFFER, name) };
    }

    fn state(&mut self, field: &StateField) {
        self.set_state(field);
    }

    fn clear(&mut self, planes: &[Plane]) {
        let mask = planes.iter().fold(0, |mask, plane| mask | plane.gl());
        // SAFETY: see the module's head.
        unsafe { self.gl.clear(mask) };
    }

    fn clear_attachment(&mut self, attachment: u32, value: &ClearValue) {
        self.clear_color_attachment(attachment, value);
    }

    fn draw(&mut self, draw: &DrawCall) {
        self.issue(draw);
    }

    fn dispatch(&mut self, groups: [u32; 3]) {
        // SAFETY: see the module's head; compute is declared only where the context has it.
        unsafe {
            self.gl.dispatch_compute(groups[0], groups[1], groups[2]);
            self.gl.memory_barrier(glow::ALL_BARRIER_BITS);
        }
    }

    fn blit(&mut self, blit: &BlitCall) {
        self.copy(blit);
    }

    fn read_pixels(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure> {
        self.pixels(read)
    }

    fn read_buffer(&mut self, buffer: Handle, offset: u64, size: u64) -> Result<Vec<u8>, Failure> {
        self.buffer_bytes(buffer, offset, size)
    }

    fn query(&mut self, query: Handle, kind: QueryKind, action: QueryAction) {
        self.run_query(query, kind, action);
    }

    fn query_result(&mut self, query: Handle, kind: QueryKind, wait: bool) -> QueryState {
        self.result_of(query, kind, wait)
    }

    fn present(&mut self, _: Handle) {
        // SAFETY: see the module's head.
        unsafe { self.gl.flush() };
    }

    fn label(&mut self, kind: Kind, handle: Handle, text: &str) {
        self.name_object(kind, handle, text);
    }

    fn group(&mut self, label: Option<&str>) {
        if !self.gl.supports_debug() {
            return;
        }
        // SAFETY: see the module's head; the context has KHR_debug.
        unsafe {
            match label {
                // Drivers refuse messages beyond a limit that is at least 1024.
                Some(label) => {
                    let label: String = label.chars().take(200).collect();
                    self.gl.push_debug_group(glow::DEBUG_SOURCE_APPLICATION, 0, label);
                }
                None => self.gl.pop_debug_group(),
            }
        }
    }

    fn poll_error(&mut self) -> Option<Failure> {
        let kept = self.known.error.take();
        kept.or(self.raised())
    }
}

impl Drop for GlBackend {
    fn drop(&mut self) {
        self.delete_all();
    }
}
