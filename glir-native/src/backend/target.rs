//! Targets: renderbuffers, framebuffers and canvases.

use super::GlBackend;
use super::texture::FACES;
use glir_core::backend::{Attachment, Failure, Handle, Surface};
use glir_spec::Format;
use glir_spec::enums::{AttachmentPoint, TextureTarget};
use glow::HasContext as _;

/// A canvas: a framebuffer of our own, so that contexts without a window draw the same.
#[derive(Debug)]
pub(crate) struct Canvas {
    pub(super) framebuffer: glow::Framebuffer,
    color: glow::Renderbuffer,
    depth_stencil: glow::Renderbuffer,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) samples: u32,
}

impl Canvas {
    pub(super) fn delete(&self, gl: &glow::Context) {
        // SAFETY: see the module's head; each name is deleted once.
        unsafe {
            gl.delete_framebuffer(self.framebuffer);
            gl.delete_renderbuffer(self.color);
            gl.delete_renderbuffer(self.depth_stencil);
        }
    }
}

impl GlBackend {
    /// GL's name for a surface.
    pub(super) fn surface(&self, surface: Surface) -> Option<glow::Framebuffer> {
        match surface {
            Surface::Canvas(canvas) => self.canvases.at(canvas).map(|canvas| canvas.framebuffer),
            Surface::Framebuffer(framebuffer) => self.framebuffers.at(framebuffer).copied(),
        }
    }

    /// Width and height of a canvas in pixels.
    pub fn canvas_size(&self, canvas: Handle) -> Option<(u32, u32)> {
        self.canvases.at(canvas).map(|canvas| (canvas.width, canvas.height))
    }

    /// Gives a bound-to-be renderbuffer storage without clearing it.
    fn store(&self, name: glow::Renderbuffer, format: u32, width: u32, height: u32, samples: u32) {
        let (width, height) = (width as i32, height as i32);
        // SAFETY: see the module's head.
        unsafe {
            self.gl.bind_renderbuffer(glow::RENDERBUFFER, Some(name));
            if samples > 0 {
                self.gl.renderbuffer_storage_multisample(
                    glow::RENDERBUFFER,
                    samples as i32,
                    format,
                    width,
                    height,
                );
            } else {
                self.gl.renderbuffer_storage(glow::RENDERBUFFER, format, width, height);
            }
        }
    }

    pub(super) fn allocate_renderbuffer(
        &mut self,
        renderbuffer: Handle,
        format: Format,
        width: u32,
        height: u32,
        samples: u32,
    ) -> Result<(), Failure> {
        let Some(&name) = self.renderbuffers.at(renderbuffer) else { return Ok(()) };
        let before = self.raised();
        self.store(name, format.info().internal, width, height, samples);
        self.outcome(before)?;
        self.clear_image(format, |gl, point, on| {
            let name = on.then_some(name);
            // SAFETY: see the module's head.
            unsafe { gl.framebuffer_renderbuffer(glow::FRAMEBUFFER, point, glow::RENDERBUFFER, name) };
        });
        self.outcome(None)
    }

    /// Fills an image with zeros: fresh storage is undefined in GL. `attach` attaches it to the bound framebuffer, or
    /// takes it off.
    pub(super) fn clear_image(&mut self, format: Format, attach: impl Fn(&glow::Context, u32, bool)) {
        let gl = self.gl.clone();
        let points = self.points_of(format);
        // SAFETY: see the module's head; the scratch framebuffer has this one image for the time of the clear.
        unsafe {
            let bound = gl.get_parameter_framebuffer(glow::FRAMEBUFFER_BINDING);
            gl.bind_framebuffer(glow::FRAMEBUFFER, self.scratch);
            points.iter().for_each(|&point| attach(&gl, point, true));
            if gl.check_framebuffer_status(glow::FRAMEBUFFER) == glow::FRAMEBUFFER_COMPLETE {
                self.clear_fresh(format, 0.0);
            }
            points.iter().for_each(|&point| attach(&gl, point, false));
            gl.bind_framebuffer(glow::FRAMEBUFFER, bound);
        }
    }

    /// The attachment points of an image of this format.
    fn points_of(&self, format: Format) -> &'static [u32] {
        use glir_spec::formats::FormatClass;
        match format.info().class {
            FormatClass::Depth => &[glow::DEPTH_ATTACHMENT],
            FormatClass::Stencil => &[glow::STENCIL_ATTACHMENT],
            FormatClass::DepthStencil => &[glow::DEPTH_ATTACHMENT, glow::STENCIL_ATTACHMENT],
            _ => &[glow::COLOR_ATTACHMENT0],
        }
    }

    pub(super) fn attach_image(
        &mut self,
        framebuffer: Handle,
        point: AttachmentPoint,
        image: Option<&Attachment>,
    ) {
        // ES 2.0 has no point for both planes at once; the two points together mean the same everywhere.
        let points: &[u32] = match point {
            AttachmentPoint::DepthStencil => &[glow::DEPTH_ATTACHMENT, glow::STENCIL_ATTACHMENT],
            AttachmentPoint::Depth => &[glow::DEPTH_ATTACHMENT],
            AttachmentPoint::Stencil => &[glow::STENCIL_ATTACHMENT],
            _ => &[point.gl()],
        };
        let gl = &self.gl;
        // SAFETY: see the module's head.
        unsafe {
            gl.bind_framebuffer(glow::FRAMEBUFFER, self.framebuffers.at(framebuffer).copied());
            for &point in points {
                match image {
                    None => gl.framebuffer_renderbuffer(glow::FRAMEBUFFER, point, glow::RENDERBUFFER, None),
                    Some(Attachment::Renderbuffer { renderbuffer }) => {
                        let name = self.renderbuffers.at(*renderbuffer).copied();
                        gl.framebuffer_renderbuffer(glow::FRAMEBUFFER, point, glow::RENDERBUFFER, name);
                    }
                    Some(Attachment::Texture { texture, target, level, layer }) => {
                        let name = self.textures.at(*texture).map(|texture| texture.name);
                        let level = *level as i32;
                        match target {
                            TextureTarget::D2 => {
                                gl.framebuffer_texture_2d(
                                    glow::FRAMEBUFFER,
                                    point,
                                    glow::TEXTURE_2D,
                                    name,
                                    level,
                                );
                            }
                            TextureTarget::Cube => {
                                let face = FACES.get(*layer as usize).copied().unwrap_or(FACES[0]);
                                gl.framebuffer_texture_2d(glow::FRAMEBUFFER, point, face, name, level);
                            }
                            TextureTarget::D3 | TextureTarget::Array => {
                                gl.framebuffer_texture_layer(
                                    glow::FRAMEBUFFER,
                                    point,
                                    name,
                                    level,
                                    *layer as i32,
                                );
                            }
                        }
                    }
                }
            }
        }
    }

    pub(super) fn set_draw_buffers(&mut self, framebuffer: Handle, enabled: &[bool]) {
        let buffers: Vec<u32> = enabled
            .iter()
            .enumerate()
            .map(|(index, on)| if *on { glow::COLOR_ATTACHMENT0 + index as u32 } else { glow::NONE })
            .collect();
        // SAFETY: see the module's head.
        unsafe {
            self.gl.bind_framebuffer(glow::FRAMEBUFFER, self.framebuffers.at(framebuffer).copied());
            self.gl.draw_buffers(&buffers);
        }
    }

    pub(super) fn check_complete(&mut self, framebuffer: Handle) -> Result<(), Failure> {
        let name = self.framebuffers.at(framebuffer).copied();
        // SAFETY: see the module's head.
        let status = unsafe {
            self.gl.bind_framebuffer(glow::FRAMEBUFFER, name);
            self.gl.check_framebuffer_status(glow::FRAMEBUFFER)
        };
        match status {
            glow::FRAMEBUFFER_COMPLETE => Ok(()),
            glow::FRAMEBUFFER_UNSUPPORTED => Err(Failure::Driver(
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
        let gl = self.gl.clone();
        if let Some(old) = self.canvases.take(canvas) {
            old.delete(&gl);
        }
        let before = self.raised();
        // SAFETY: see the module's head.
        let made = unsafe {
            Canvas {
                framebuffer: gl.create_framebuffer().map_err(Failure::Driver)?,
                color: gl.create_renderbuffer().map_err(Failure::Driver)?,
                depth_stencil: gl.create_renderbuffer().map_err(Failure::Driver)?,
                width,
                height,
                samples,
            }
        };
        self.store(made.color, glow::RGBA8, width, height, samples);
        self.store(made.depth_stencil, glow::DEPTH24_STENCIL8, width, height, samples);
        // SAFETY: see the module's head.
        let status = unsafe {
            gl.bind_framebuffer(glow::FRAMEBUFFER, Some(made.framebuffer));
            let target = glow::FRAMEBUFFER;
            gl.framebuffer_renderbuffer(
                target,
                glow::COLOR_ATTACHMENT0,
                glow::RENDERBUFFER,
                Some(made.color),
            );
            gl.framebuffer_renderbuffer(
                target,
                glow::DEPTH_ATTACHMENT,
                glow::RENDERBUFFER,
                Some(made.depth_stencil),
            );
            gl.framebuffer_renderbuffer(
                target,
                glow::STENCIL_ATTACHMENT,
                glow::RENDERBUFFER,
                Some(made.depth_stencil),
            );
            gl.check_framebuffer_status(target)
        };
        if status == glow::FRAMEBUFFER_COMPLETE {
            self.clear_fresh(Format::Rgba8, 1.0);
            self.clear_fresh(Format::Depth24Stencil8, 1.0);
        }
        self.canvases.put(canvas, made);
        self.outcome(before)?;
        if status != glow::FRAMEBUFFER_COMPLETE {
            return Err(Failure::Driver(format!(
                "a framebuffer of {width}×{height} can't be made (GL status {status:#06x})"
            )));
        }
        Ok(())
    }
}
