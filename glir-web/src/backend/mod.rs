//! The backend on WebGL 1 and 2 behind [`glir_core::Backend`]. One file a room, as in glir-core's check and glir-native.
//!
//! What differs from OpenGL ES: fresh storage is filled with zeros by WebGL itself, but for depths; a buffer that takes
//! captured varyings may be bound nowhere else; results of queries come in a later task of the page; WebGL 1 has no
//! renderbuffers of 8 bits a channel, so textures stand for them.

mod buffer;
mod capabilities;
mod clear;
mod draw;
#[cfg(target_arch = "wasm32")]
mod memory;
mod program;
mod query;
mod read;
mod show;
mod state;
mod target;
mod texture;

pub(crate) use capabilities::{Extensions, description};

use crate::foreign::Places;
use crate::gl::{self as js, Gl};
use glir_core::backend::*;
use glir_core::capabilities::Capabilities;
use glir_core::store::ForeignRange;
use glir_spec::enums::*;
use glir_spec::generated::gl;
use glir_spec::ids::{CanvasId, ObjectId};
use glir_spec::structs::Descriptor;
use glir_spec::{GlslType, StateField};
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// The backend on WebGL.
pub(crate) struct WebBackend {
    gl: Gl,
    extensions: Rc<Extensions>,
    capabilities: Capabilities,
    places: Rc<Places>,
    /// WebGL 1: unsized formats, fewer functions.
    webgl1: bool,
    /// A texture unit that no program uses, for uploads.
    upload_unit: u32,
    /// This engine's own vertex array, where the API has them.
    vertex_array: Option<js::VertexArray>,
    /// A framebuffer for clears and resolves.
    scratch: Option<js::Framebuffer>,
    buffers: Table<js::Buffer>,
    textures: Table<texture::TextureObject>,
    renderbuffers: Table<target::RenderbufferObject>,
    framebuffers: Table<target::FramebufferObject>,
    programs: Table<program::ProgramObject>,
    queries: Table<js::Query>,
    canvases: Table<target::Canvas>,
    /// What shows canvases.
    screen: show::Screen,
    /// The buffer bound for attributes and uploads, if that is known.
    array_buffer: Option<Handle>,
    /// The handle of the program in use.
    program: Option<Handle>,
    /// Locations as they are set.
    attributes: Vec<draw::Location>,
    /// What takes captured varyings at each index.
    captures: Vec<Handle>,
    /// The target of clears and draws.
    target: Option<Surface>,
    /// The least and the greatest line width.
    line_widths: [f32; 2],
    known: state::Known,
    /// Its objects went with a context that was lost.
    abandoned: bool,
    /// When GL was last asked for errors, and whether something was done since then that may well fail.
    asked: Asked,
}

/// When to ask GL for errors. The page stands still until the GPU's process has come so far, so a frame that only draws, as the
/// check has allowed it, does not ask each time.
#[derive(Default)]
struct Asked {
    /// Milliseconds of the page's clock.
    at: f64,
    /// Objects were made, sized, linked or put together.
    doubtful: bool,
}

/// Milliseconds after which GL is asked all the same.
const ASKED_AGAIN: f64 = 1000.0;

/// What `getError` says of a lost context; the Khronos registry of OpenGL does not list it.
const CONTEXT_LOST_WEBGL: u32 = 37_442;

/// Objects by handle.
struct Table<T>(Vec<Option<T>>);

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
        if let Some(place) = self.0.get_mut(handle.index()) {
            *place = Some(value);
        }
    }

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

/// What JavaScript threw, in a few words.
pub(crate) fn thrown(error: &JsValue) -> Failure {
    let text =
        js_sys::Reflect::get(error, &JsValue::from_str("message")).ok().and_then(|text| text.as_string());
    Failure::Driver(text.unwrap_or_else(|| "JavaScript threw something".to_owned()))
}

/// In a lost context everything succeeds and nothing happens: what a stream says meanwhile is retained, and done when the
/// context has come back.
fn unless_lost(outcome: Result<(), Failure>) -> Result<(), Failure> {
    match outcome {
        Err(Failure::ContextLost) => Ok(()),
        other => other,
    }
}

/// What WebGL gives for a name: nothing only when the context is lost.
fn made<T>(object: Option<T>) -> Result<T, Failure> {
    object.ok_or(Failure::ContextLost)
}

impl WebBackend {
    /// Takes over a context. Others may use it too, as long as [`WebBackend::enter`] is called after they did.
    pub(crate) fn new(
        gl: &Gl,
        extensions: Rc<Extensions>,
        webgl1: bool,
        places: Rc<Places>,
    ) -> Result<Self, Failure> {
        let capabilities = capabilities::of(gl, &extensions, webgl1);
        let mut backend = WebBackend {
            gl: gl.clone(),
            extensions,
            upload_unit: capabilities.limits.max_combined_texture_image_units,
            capabilities,
            places,
            webgl1,
            vertex_array: None,
            scratch: None,
            buffers: Table::default(),
            textures: Table::default(),
            renderbuffers: Table::default(),
            framebuffers: Table::default(),
            programs: Table::default(),
            queries: Table::default(),
            canvases: Table::default(),
            screen: show::Screen::default(),
            array_buffer: None,
            program: None,
            attributes: Vec::new(),
            captures: Vec::new(),
            target: None,
            line_widths: capabilities::line_widths(gl),
            known: state::Known::default(),
            abandoned: false,
            asked: Asked::default(),
        };
        backend.scratch = Some(made(gl.create_framebuffer())?);
        if !webgl1 {
            backend.vertex_array = Some(made(gl.create_vertex_array())?);
        }
        backend.enter();
        match backend.ask() {
            Some(failure) => Err(failure),
            None => Ok(backend),
        }
    }

    /// Makes a context in which somebody else drew this backend's own again. What the interpreter has set it sets anew:
    /// state, program, attributes, units, ranges and target.
    pub(crate) fn enter(&mut self) {
        let gl = &self.gl;
        gl.pixel_store(gl::UNPACK_ALIGNMENT, 1);
        gl.pixel_store(gl::PACK_ALIGNMENT, 1);
        if self.webgl1 {
            for location in 0..self.capabilities.limits.max_vertex_attribs {
                gl.disable_vertex_attrib_array(location);
                if let Some(instancing) = &self.extensions.instancing {
                    instancing.divisor(location, 0);
                }
            }
            self.attributes.clear();
        } else {
            gl.bind_vertex_array(self.vertex_array.as_ref());
            gl.disable(gl::RASTERIZER_DISCARD);
        }
        self.array_buffer = None;
        self.program = None;
        self.target = None;
        self.known = self.known.renewed();
    }

    /// Asks GL for errors, whatever was done: for a page that has nothing else to do.
    pub(crate) fn ask(&mut self) -> Option<Failure> {
        self.asked = Asked { at: js_sys::Date::now(), doubtful: false };
        let found = self.known.error.take().or_else(|| self.raised());
        // The page is told by an event, and by `Engine::context_lost`.
        found.filter(|_| !self.gl.is_context_lost())
    }

    /// Makes an object without storage.
    fn create_object(&mut self, handle: Handle, descriptor: &Descriptor) -> Result<(), Failure> {
        match descriptor {
            Descriptor::Buffer { .. } => self.buffers.put(handle, made(self.gl.create_buffer())?),
            Descriptor::Texture { texture, compare, .. } => {
                return self.create_texture(handle, *texture, *compare);
            }
            Descriptor::Renderbuffer { renderbuffer, .. } => {
                return self.create_renderbuffer(handle, *renderbuffer);
            }
            Descriptor::Framebuffer {} => {
                let name = made(self.gl.create_framebuffer())?;
                self.framebuffers.put(handle, target::FramebufferObject::new(name));
            }
            Descriptor::Program {} => self.programs.put(handle, program::ProgramObject::default()),
            Descriptor::Query { .. } => {
                let query = made(self.make_query())?;
                self.queries.put(handle, query);
            }
        }
        Ok(())
    }

    /// Says that the objects are gone, though the context is there: it was lost and has come back.
    pub(crate) fn abandon(&mut self) {
        self.abandoned = true;
    }

    /// Takes every object off the context.
    fn delete_all(&mut self) {
        let gl = self.gl.clone();
        // A lost context has taken everything with it.
        if self.abandoned || gl.is_context_lost() {
            return;
        }
        gl.use_program(None);
        gl.bind_framebuffer(gl::FRAMEBUFFER, None);
        for (kind, count) in [
            (Kind::Buffer, self.buffers.0.len()),
            (Kind::Texture, self.textures.0.len()),
            (Kind::Renderbuffer, self.renderbuffers.0.len()),
            (Kind::Framebuffer, self.framebuffers.0.len()),
            (Kind::Program, self.programs.0.len()),
            (Kind::Query, self.queries.0.len()),
        ] {
            (0..count).for_each(|index| self.delete(kind, Handle(index as u32)));
        }
        self.canvases.drain().for_each(|canvas| canvas.delete(&gl));
        self.screen.delete(&gl);
        if let Some(scratch) = self.scratch.take() {
            gl.delete_framebuffer(&scratch);
        }
        if let Some(array) = self.vertex_array.take() {
            gl.delete_vertex_array(&array);
        }
    }

    /// The first error that GL has raised since the last call. Asking waits for the GPU's process.
    fn raised(&self) -> Option<Failure> {
        let mut first = None;
        for _ in 0..32 {
            let failure = match self.gl.get_error() {
                gl::NO_ERROR => break,
                gl::OUT_OF_MEMORY => Failure::OutOfMemory,
                CONTEXT_LOST_WEBGL => Failure::ContextLost,
                gl::INVALID_ENUM => Failure::Driver("GL_INVALID_ENUM".into()),
                gl::INVALID_VALUE => Failure::Driver("GL_INVALID_VALUE".into()),
                gl::INVALID_OPERATION => Failure::Driver("GL_INVALID_OPERATION".into()),
                gl::INVALID_FRAMEBUFFER_OPERATION => {
                    Failure::Driver("GL_INVALID_FRAMEBUFFER_OPERATION".into())
                }
                other => Failure::Driver(format!("GL error {other:#06x}")),
            };
            first.get_or_insert(failure);
        }
        first
    }

    /// Notes what went wrong outside the call that caused it, for the frame's end.
    fn note(&mut self, outcome: Result<(), JsValue>) {
        if let Err(error) = outcome {
            self.known.error.get_or_insert_with(|| thrown(&error));
        }
    }
}

impl Backend for WebBackend {
    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    fn create(&mut self, handle: Handle, _: ObjectId, descriptor: &Descriptor) -> Result<(), Failure> {
        self.asked.doubtful = true;
        unless_lost(self.create_object(handle, descriptor))
    }

    fn delete(&mut self, kind: Kind, handle: Handle) {
        let gl = self.gl.clone();
        match kind {
            Kind::Buffer => {
                // GL unbinds what is deleted.
                self.array_buffer = None;
                self.captures.clear();
                self.buffers.take(handle).into_iter().for_each(|buffer| gl.delete_buffer(&buffer));
            }
            Kind::Texture => {
                self.textures.take(handle).into_iter().for_each(|texture| gl.delete_texture(&texture.name));
            }
            Kind::Renderbuffer => {
                self.renderbuffers.take(handle).into_iter().for_each(|old| old.image.delete(&gl));
            }
            Kind::Framebuffer => {
                self.framebuffers.take(handle).into_iter().for_each(|old| gl.delete_framebuffer(&old.name));
            }
            Kind::Program => {
                if self.program == Some(handle) {
                    gl.use_program(None);
                    self.program = None;
                }
                let program = self.programs.take(handle).and_then(|program| program.name);
                program.into_iter().for_each(|name| gl.delete_program(&name));
            }
            Kind::Query => {
                if let Some(query) = self.queries.take(handle) {
                    self.delete_query(&query);
                }
            }
        }
    }

    fn allocate(&mut self, handle: Handle, storage: &Storage) -> Result<(), Failure> {
        self.asked.doubtful = true;
        unless_lost(match *storage {
            Storage::Buffer { role, usage, bytes } => self.allocate_buffer(handle, role, usage, bytes),
            Storage::Texture { target, format, extent, levels } => {
                self.allocate_texture(handle, target, format, extent, levels)
            }
            Storage::Renderbuffer { format, width, height, samples } => {
                self.allocate_renderbuffer(handle, format, width, height, samples)
            }
        })
    }

    fn write_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: &[u8]) {
        self.upload_buffer(buffer, role, offset, bytes);
    }

    fn write_texture(&mut self, texture: Handle, region: &TexelBox, bytes: &[u8]) {
        self.upload_texture(texture, region, js_sys::Uint8Array::from(bytes));
    }

    fn foreign(&mut self) -> Option<&mut dyn ForeignWrites> {
        Some(self)
    }

    fn sampling(&mut self, texture: Handle, sampling: &Sampling) {
        self.set_sampling(texture, sampling);
    }

    fn mipmaps(&mut self, texture: Handle) {
        self.asked.doubtful = true;
        self.generate_mipmaps(texture);
    }

    fn link(&mut self, program: Handle, source: &ProgramSource<'_>) -> Result<Linked, LinkFailure> {
        self.asked.doubtful = true;
        match self.link_program(program, source) {
            Err(LinkFailure::Failure(Failure::ContextLost)) => Ok(Linked::default()),
            other => other,
        }
    }

    fn use_program(&mut self, program: Handle) {
        self.program = Some(program);
        self.gl.use_program(self.programs.at(program).and_then(|program| program.name.as_ref()));
    }

    fn uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]) {
        self.set_uniform(location, ty, count, bytes);
    }

    fn attribute(&mut self, location: u32, source: &VertexSource) {
        self.set_attribute(location, source);
    }

    fn texture_unit(&mut self, unit: u32, texture: Option<(TextureTarget, Handle)>) {
        let (target, name) = match texture {
            Some((target, handle)) => (target, self.textures.at(handle).map(|texture| &texture.name)),
            None => (TextureTarget::D2, None),
        };
        self.gl.active_texture(gl::TEXTURE0 + unit);
        self.gl.bind_texture(target.gl(), name);
    }

    fn buffer_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>) {
        self.bind_range(point, index, range);
    }

    fn attach(&mut self, framebuffer: Handle, point: AttachmentPoint, image: Option<&Attachment>) {
        self.asked.doubtful = true;
        self.attach_image(framebuffer, point, image);
    }

    fn draw_buffers(&mut self, framebuffer: Handle, enabled: &[bool]) {
        self.set_draw_buffers(framebuffer, enabled);
    }

    fn complete(&mut self, framebuffer: Handle) -> Result<(), Failure> {
        unless_lost(self.check_complete(framebuffer))
    }

    fn canvas(
        &mut self,
        canvas: Handle,
        _: CanvasId,
        width: u32,
        height: u32,
        samples: u32,
    ) -> Result<(), Failure> {
        self.asked.doubtful = true;
        unless_lost(self.make_canvas(canvas, width, height, samples))
    }

    fn target(&mut self, target: Surface) {
        self.target = Some(target);
        self.gl.bind_framebuffer(gl::FRAMEBUFFER, self.surface(target));
    }

    fn state(&mut self, field: &StateField) {
        self.set_state(field);
    }

    fn clear(&mut self, planes: &[Plane]) {
        self.gl.clear(planes.iter().fold(0, |mask, plane| mask | plane.gl()));
    }

    fn clear_attachment(&mut self, attachment: u32, value: &ClearValue) {
        self.clear_color_attachment(attachment, value);
    }

    fn draw(&mut self, draw: &DrawCall) {
        self.issue(draw);
    }

    fn dispatch(&mut self, _: [u32; 3]) {
        // WebGL has no compute shaders, so the check lets none through.
    }

    fn blit(&mut self, blit: &BlitCall) {
        self.copy(blit);
    }

    fn read_pixels(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure> {
        Ok(self.pixels(read)?.to_vec())
    }

    fn read_buffer(&mut self, buffer: Handle, offset: u64, size: u64) -> Result<Vec<u8>, Failure> {
        self.buffer_bytes(buffer, offset, size)
    }

    fn query(&mut self, query: Handle, kind: QueryKind, action: QueryAction) {
        self.run_query(query, kind, action);
    }

    fn query_result(&mut self, query: Handle, kind: QueryKind, _: bool) -> QueryState {
        self.result_of(query, kind)
    }

    fn present(&mut self, _: Handle) {
        // The page says when and where a canvas is shown.
    }

    fn label(&mut self, _: Kind, _: Handle, _: &str) {}

    fn group(&mut self, _: Option<&str>) {}

    fn poll_error(&mut self) -> Option<Failure> {
        // A clock that was set back must not keep it from asking.
        let since = (js_sys::Date::now() - self.asked.at).abs();
        if self.asked.doubtful || self.known.error.is_some() || since >= ASKED_AGAIN {
            return self.ask();
        }
        None
    }
}

impl ForeignWrites for WebBackend {
    fn write_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: ForeignRange<'_>) {
        let target = self.bind_for_upload(buffer, role);
        if let Some(part) = self.places.part(bytes.place(), bytes.offset, bytes.length) {
            let outcome = self.gl.buffer_sub_data_view(target, offset as f64, &part);
            self.note(outcome);
        }
    }

    fn write_texture(&mut self, texture: Handle, region: &TexelBox, bytes: ForeignRange<'_>) {
        if let Some(part) = self.places.part(bytes.place(), bytes.offset, bytes.length) {
            self.upload_texture(texture, region, part);
        }
    }
}

impl Drop for WebBackend {
    fn drop(&mut self) {
        self.delete_all();
    }
}
