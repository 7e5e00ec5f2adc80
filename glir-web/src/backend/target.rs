//! Targets: renderbuffers, framebuffers and canvases.

use super::texture::face;
use super::{WebBackend, made};
use crate::gl::{Framebuffer, Gl, Renderbuffer, Texture};
use glir_core::backend::{Attachment, Failure, Handle, Surface};
use glir_spec::Format;
use glir_spec::enums::{AttachmentPoint, TextureTarget};
use glir_spec::formats::FormatClass;
use glir_spec::generated::gl;
use js_sys::Array;
use wasm_bindgen::JsValue;

/// What stands behind a renderbuffer: WebGL 1 has none of 8 bits a channel, so a texture stands for it.
pub(super) enum Image {
    Renderbuffer(Renderbuffer),
    Texture(Texture),
}

impl Image {
    pub(super) fn delete(&self, gl: &Gl) {
        match self {
            Image::Renderbuffer(name) => gl.delete_renderbuffer(name),
            Image::Texture(name) => gl.delete_texture(name),
        }
    }
}

/// A renderbuffer and its storage.
pub(super) struct RenderbufferObject {
    pub(super) image: Image,
    pub(super) format: Format,
    pub(super) samples: u32,
}

/// A framebuffer and what is attached to it.
pub(super) struct FramebufferObject {
    pub(super) name: Framebuffer,
    /// By the numbers of the points; depth-stencil images stand at both.
    images: [Option<Attachment>; 12],
    outputs: Vec<bool>,
}

impl FramebufferObject {
    pub(super) fn new(name: Framebuffer) -> Self {
        FramebufferObject { name, images: [None; 12], outputs: vec![true] }
    }

    fn image(&self, point: AttachmentPoint) -> Option<&Attachment> {
        self.images.get(point as usize)?.as_ref()
    }
}

/// A canvas: a framebuffer of our own, so that its contents stay and several may share a context.
pub(super) struct Canvas {
    pub(super) framebuffer: Framebuffer,
    pub(super) color: Image,
    depth_stencil: Image,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) samples: u32,
}

impl Canvas {
    pub(super) fn delete(&self, gl: &Gl) {
        gl.delete_framebuffer(&self.framebuffer);
        self.color.delete(gl);
        self.depth_stencil.delete(gl);
    }
}

impl WebBackend {
    /// GL's object for a surface.
    pub(super) fn surface(&self, surface: Surface) -> Option<&Framebuffer> {
        match surface {
            Surface::Canvas(canvas) => self.canvases.at(canvas).map(|canvas| &canvas.framebuffer),
            Surface::Framebuffer(framebuffer) => self.framebuffers.at(framebuffer).map(|object| &object.name),
        }
    }

    /// Width and height of a canvas in pixels.
    pub(crate) fn canvas_size(&self, canvas: Handle) -> Option<(u32, u32)> {
        self.canvases.at(canvas).map(|canvas| (canvas.width, canvas.height))
    }

    /// Binds the stream's target again after something else was bound.
    pub(super) fn back_to_target(&self) {
        self.gl.bind_framebuffer(gl::FRAMEBUFFER, self.target.and_then(|target| self.surface(target)));
    }

    /// An image without storage.
    fn make_image(&self, format: Format) -> Result<Image, Failure> {
        if self.webgl1 && format == Format::Rgba8 {
            let texture = made(self.gl.create_texture())?;
            self.bind_stand_in(&texture);
            // Sides that are no powers of two can be sampled only so, and attached anyway.
            let t = gl::TEXTURE_2D;
            self.gl.tex_parameter_i(t, gl::TEXTURE_MIN_FILTER, gl::NEAREST);
            self.gl.tex_parameter_i(t, gl::TEXTURE_MAG_FILTER, gl::NEAREST);
            self.gl.tex_parameter_i(t, gl::TEXTURE_WRAP_S, gl::CLAMP_TO_EDGE);
            self.gl.tex_parameter_i(t, gl::TEXTURE_WRAP_T, gl::CLAMP_TO_EDGE);
            return Ok(Image::Texture(texture));
        }
        let renderbuffer = made(self.gl.create_renderbuffer())?;
        // A name is no object to GL until it is first bound, and could not be attached.
        self.gl.bind_renderbuffer(gl::RENDERBUFFER, Some(&renderbuffer));
        Ok(Image::Renderbuffer(renderbuffer))
    }

    fn bind_stand_in(&self, texture: &Texture) {
        self.gl.active_texture(gl::TEXTURE0 + self.upload_unit);
        self.gl.bind_texture(gl::TEXTURE_2D, Some(texture));
    }

    /// Gives an image storage.
    fn store(&self, image: &Image, format: Format, width: u32, height: u32, samples: u32) {
        let gl = &self.gl;
        match image {
            Image::Texture(texture) => {
                self.bind_stand_in(texture);
                let (rgba, byte) = (gl::RGBA, gl::UNSIGNED_BYTE);
                // Without a view there is nothing that could throw.
                let _ = gl.tex_image_2d(gl::TEXTURE_2D, 0, rgba, width, height, 0, rgba, byte, None);
            }
            Image::Renderbuffer(renderbuffer) => {
                let stencil = self.webgl1 && format.info().class == FormatClass::DepthStencil;
                let internal = if stencil { gl::DEPTH_STENCIL } else { format.info().internal };
                gl.bind_renderbuffer(gl::RENDERBUFFER, Some(renderbuffer));
                if samples > 0 {
                    gl.renderbuffer_storage_multisample(gl::RENDERBUFFER, samples, internal, width, height);
                } else {
                    gl.renderbuffer_storage(gl::RENDERBUFFER, internal, width, height);
                }
            }
        }
    }

    pub(super) fn create_renderbuffer(&mut self, handle: Handle, format: Format) -> Result<(), Failure> {
        let image = self.make_image(format)?;
        self.renderbuffers.put(handle, RenderbufferObject { image, format, samples: 0 });
        Ok(())
    }

    pub(super) fn allocate_renderbuffer(
        &mut self,
        renderbuffer: Handle,
        format: Format,
        width: u32,
        height: u32,
        samples: u32,
    ) -> Result<(), Failure> {
        let texel = u64::from(format.info().texel_bytes) * u64::from(samples.max(1));
        let bytes = (u64::from(width) * u64::from(height)).saturating_mul(texel);
        let before = self.before(bytes);
        if let Some(object) = self.renderbuffers.at_mut(renderbuffer) {
            object.samples = samples;
        }
        let Some(object) = self.renderbuffers.at(renderbuffer) else { return Ok(()) };
        self.store(&object.image, format, width, height, samples);
        self.outcome(before, bytes)?;
        // Colours are zeros already; depths only as a driver sees fit.
        if !format.info().class.is_color() {
            self.clear_image(format, |backend, point, on| {
                let image = backend.renderbuffers.at(renderbuffer).map(|object| &object.image);
                backend.attach_to_bound(point, image.filter(|_| on));
            });
        }
        Ok(())
    }

    /// Fills a depth or stencil image with zeros. `attach` attaches it to the bound framebuffer, or takes it off.
    pub(super) fn clear_image(&mut self, format: Format, attach: impl Fn(&Self, u32, bool)) {
        let points: &[u32] = match format.info().class {
            FormatClass::Depth => &[gl::DEPTH_ATTACHMENT],
            FormatClass::Stencil => &[gl::STENCIL_ATTACHMENT],
            _ => &[gl::DEPTH_STENCIL_ATTACHMENT],
        };
        self.gl.bind_framebuffer(gl::FRAMEBUFFER, self.scratch.as_ref());
        points.iter().for_each(|&point| attach(self, point, true));
        if self.gl.check_framebuffer_status(gl::FRAMEBUFFER) == gl::FRAMEBUFFER_COMPLETE {
            self.clear_fresh(0.0);
        }
        points.iter().for_each(|&point| attach(self, point, false));
        self.back_to_target();
    }

    /// Attaches an image to the bound framebuffer, or nothing.
    pub(super) fn attach_to_bound(&self, point: u32, image: Option<&Image>) {
        let gl = &self.gl;
        match image {
            Some(Image::Texture(texture)) => {
                gl.framebuffer_texture_2d(gl::FRAMEBUFFER, point, gl::TEXTURE_2D, Some(texture), 0);
            }
            Some(Image::Renderbuffer(name)) => {
                gl.framebuffer_renderbuffer(gl::FRAMEBUFFER, point, gl::RENDERBUFFER, Some(name));
            }
            None => gl.framebuffer_renderbuffer(gl::FRAMEBUFFER, point, gl::RENDERBUFFER, None),
        }
    }

    pub(super) fn attach_texture(
        &self,
        point: u32,
        target: TextureTarget,
        name: Option<&Texture>,
        level: u32,
        layer: u32,
    ) {
        let gl = &self.gl;
        match target {
            TextureTarget::D2 => {
                gl.framebuffer_texture_2d(gl::FRAMEBUFFER, point, gl::TEXTURE_2D, name, level);
            }
            TextureTarget::Cube => {
                gl.framebuffer_texture_2d(gl::FRAMEBUFFER, point, face(layer), name, level);
            }
            TextureTarget::D3 | TextureTarget::Array => {
                gl.framebuffer_texture_layer(gl::FRAMEBUFFER, point, name, level, layer);
            }
        }
    }

    pub(super) fn attach_image(
        &mut self,
        framebuffer: Handle,
        point: AttachmentPoint,
        image: Option<&Attachment>,
    ) {
        let Some(object) = self.framebuffers.at_mut(framebuffer) else { return };
        let points: &[AttachmentPoint] = match point {
            AttachmentPoint::DepthStencil => &[AttachmentPoint::Depth, AttachmentPoint::Stencil],
            _ => &[point],
        };
        for &point in points {
            if let Some(place) = object.images.get_mut(point as usize) {
                *place = image.copied();
            }
        }
        let Some(object) = self.framebuffers.at(framebuffer) else { return };
        self.gl.bind_framebuffer(gl::FRAMEBUFFER, Some(&object.name));
        if self.webgl1 && point.color_index().is_none() {
            return self.attach_depths(object);
        }
        points.iter().for_each(|point| self.attach_one(point.gl(), image));
    }

    fn attach_one(&self, point: u32, image: Option<&Attachment>) {
        match image {
            None => self.attach_to_bound(point, None),
            Some(Attachment::Renderbuffer { renderbuffer }) => {
                self.attach_to_bound(point, self.renderbuffers.at(*renderbuffer).map(|object| &object.image));
            }
            Some(Attachment::Texture { texture, target, level, layer }) => {
                let name = self.textures.at(*texture).map(|texture| &texture.name);
                self.attach_texture(point, *target, name, *level, *layer);
            }
        }
    }

    /// WebGL 1 takes images of depth and stencil only at the point for both, and only if nothing stands at the others.
    fn attach_depths(&self, object: &FramebufferObject) {
        for point in [gl::DEPTH_STENCIL_ATTACHMENT, gl::DEPTH_ATTACHMENT, gl::STENCIL_ATTACHMENT] {
            self.attach_to_bound(point, None);
        }
        for point in [AttachmentPoint::Depth, AttachmentPoint::Stencil] {
            let Some(image) = object.image(point) else { continue };
            let both = self.format_of(image).is_some_and(|f| f.info().class == FormatClass::DepthStencil);
            self.attach_one(if both { gl::DEPTH_STENCIL_ATTACHMENT } else { point.gl() }, Some(image));
        }
    }

    /// The format of an image that was attached.
    fn format_of(&self, image: &Attachment) -> Option<Format> {
        match image {
            Attachment::Renderbuffer { renderbuffer } => {
                self.renderbuffers.at(*renderbuffer).map(|object| object.format)
            }
            Attachment::Texture { texture, .. } => {
                self.textures.at(*texture).and_then(|object| object.format)
            }
        }
    }

    /// Samples and format of a surface's colour attachment, if it is multisampled.
    pub(super) fn multisampled(&self, surface: Surface, attachment: u32) -> Option<Format> {
        match surface {
            Surface::Canvas(canvas) => {
                self.canvases.at(canvas).filter(|canvas| canvas.samples > 0).map(|_| Format::Rgba8)
            }
            Surface::Framebuffer(framebuffer) => {
                let point = AttachmentPoint::color(attachment)?;
                let image = self.framebuffers.at(framebuffer)?.image(point)?;
                let Attachment::Renderbuffer { renderbuffer } = image else { return None };
                self.renderbuffers.at(*renderbuffer).filter(|object| object.samples > 0).map(|o| o.format)
            }
        }
    }

    pub(super) fn set_draw_buffers(&mut self, framebuffer: Handle, enabled: &[bool]) {
        let Some(object) = self.framebuffers.at_mut(framebuffer) else { return };
        object.outputs = enabled.to_vec();
        self.gl.bind_framebuffer(gl::FRAMEBUFFER, Some(&object.name));
        self.send_draw_buffers(enabled);
    }

    /// The outputs of the target, if it is a framebuffer.
    pub(super) fn drawn(&self) -> Option<Vec<bool>> {
        match self.target {
            Some(Surface::Framebuffer(at)) => self.framebuffers.at(at).map(|object| object.outputs.clone()),
            _ => None,
        }
    }

    pub(super) fn send_draw_buffers(&self, enabled: &[bool]) {
        let buffers: Array = (0..)
            .zip(enabled)
            .map(|(index, on)| JsValue::from(if *on { gl::COLOR_ATTACHMENT0 + index } else { gl::NONE }))
            .collect();
        match &self.extensions.draw_buffers {
            Some(extension) => extension.draw_buffers(&buffers),
            None if !self.webgl1 => self.gl.draw_buffers(&buffers),
            None => {}
        }
    }

    pub(super) fn check_complete(&mut self, framebuffer: Handle) -> Result<(), Failure> {
        self.gl.bind_framebuffer(gl::FRAMEBUFFER, self.surface(Surface::Framebuffer(framebuffer)));
        match self.gl.check_framebuffer_status(gl::FRAMEBUFFER) {
            gl::FRAMEBUFFER_COMPLETE => Ok(()),
            _ if self.gl.is_context_lost() => Err(Failure::ContextLost),
            gl::FRAMEBUFFER_UNSUPPORTED => Err(Failure::Driver(
                "this combination of formats is not supported (GL_FRAMEBUFFER_UNSUPPORTED)".into(),
            )),
            other => Err(Failure::Driver(format!("the framebuffer is incomplete (GL status {other:#06x})"))),
        }
    }

    pub(super) fn make_canvas(
        &mut self,
        canvas: Handle,
        width: u32,
        height: u32,
        samples: u32,
    ) -> Result<(), Failure> {
        if let Some(old) = self.canvases.take(canvas) {
            old.delete(&self.gl);
        }
        let bytes = 8 * u64::from(width) * u64::from(height) * u64::from(samples.max(1));
        let before = self.before(bytes);
        let fresh = Canvas {
            framebuffer: made(self.gl.create_framebuffer())?,
            color: self.make_image(Format::Rgba8)?,
            depth_stencil: self.make_image(Format::Depth24Stencil8)?,
            width,
            height,
            samples,
        };
        self.store(&fresh.color, Format::Rgba8, width, height, samples);
        self.store(&fresh.depth_stencil, Format::Depth24Stencil8, width, height, samples);
        self.gl.bind_framebuffer(gl::FRAMEBUFFER, Some(&fresh.framebuffer));
        self.attach_to_bound(gl::COLOR_ATTACHMENT0, Some(&fresh.color));
        self.attach_to_bound(gl::DEPTH_STENCIL_ATTACHMENT, Some(&fresh.depth_stencil));
        self.canvases.put(canvas, fresh);
        let status = self.gl.check_framebuffer_status(gl::FRAMEBUFFER);
        if status == gl::FRAMEBUFFER_COMPLETE {
            self.clear_fresh(1.0);
        }
        self.outcome(before, bytes)?;
        if status != gl::FRAMEBUFFER_COMPLETE {
            if self.gl.is_context_lost() {
                return Err(Failure::ContextLost);
            }
            return Err(Failure::Driver(format!(
                "a framebuffer of {width}×{height} can't be made (GL status {status:#06x})"
            )));
        }
        Ok(())
    }
}
