//! Reading pixels and copying between framebuffers.

use super::GlBackend;
use glir_core::backend::{BlitCall, Failure, Handle, PixelClass, PixelRead};
use glow::HasContext as _;
use glow::PixelPackData;

impl GlBackend {
    pub(super) fn copy(&mut self, blit: &BlitCall) {
        let (source, destination) = (self.surface(blit.source), self.surface(blit.destination));
        let mask = blit.planes.iter().fold(0, |mask, plane| mask | plane.gl());
        let corners = |rect: &glir_spec::structs::Rect| {
            (
                rect.x,
                rect.y,
                rect.x.saturating_add_unsigned(rect.width),
                rect.y.saturating_add_unsigned(rect.height),
            )
        };
        let (sx0, sy0, sx1, sy1) = corners(&blit.source_rect);
        let (dx0, dy0, dx1, dy1) = corners(&blit.destination_rect);
        // SAFETY: see the module's head; both framebuffers are complete and share no image.
        unsafe {
            self.gl.bind_framebuffer(glow::READ_FRAMEBUFFER, source);
            self.gl.bind_framebuffer(glow::DRAW_FRAMEBUFFER, destination);
            self.gl.blit_framebuffer(sx0, sy0, sx1, sy1, dx0, dy0, dx1, dy1, mask, blit.filter.gl());
        }
    }

    pub(super) fn pixels(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure> {
        let size = u64::from(read.width) * u64::from(read.height) * read.class.pixel_bytes();
        let mut bytes = vec![0; size as usize];
        let (format, ty) = match read.class {
            PixelClass::Unorm => (glow::RGBA, glow::UNSIGNED_BYTE),
            PixelClass::Float => (glow::RGBA, glow::FLOAT),
            PixelClass::Int => (glow::RGBA_INTEGER, glow::INT),
            PixelClass::Uint => (glow::RGBA_INTEGER, glow::UNSIGNED_INT),
        };
        let source = self.surface(read.source);
        let before = self.raised();
        let gl = self.gl.clone();
        // SAFETY: see the module's head; the slice holds the rectangle, tightly packed.
        unsafe {
            gl.bind_framebuffer(glow::FRAMEBUFFER, source);
            let samples = if self.es2 { 0 } else { gl.get_parameter_i32(glow::SAMPLES) };
            let resolved = if samples > 0 { Some(self.resolve(source, read)?) } else { None };
            let attachment = glow::COLOR_ATTACHMENT0 + if resolved.is_some() { 0 } else { read.attachment };
            if !self.es2 {
                gl.read_buffer(attachment);
            }
            let (x, y) = (read.x as i32, read.y as i32);
            let (width, height) = (read.width as i32, read.height as i32);
            gl.read_pixels(x, y, width, height, format, ty, PixelPackData::Slice(Some(&mut bytes)));
            match resolved {
                Some((framebuffer, renderbuffer)) => {
                    gl.delete_framebuffer(framebuffer);
                    gl.delete_renderbuffer(renderbuffer);
                }
                None if !self.es2 && read.attachment > 0 => gl.read_buffer(glow::COLOR_ATTACHMENT0),
                None => {}
            }
        }
        self.outcome(before)?;
        Ok(bytes)
    }

    /// Resolves a multisampled attachment into a framebuffer of its own, which is then bound for reading.
    ///
    /// # Safety
    ///
    /// As for the module; the source is multisampled and complete.
    unsafe fn resolve(
        &mut self,
        source: Option<glow::Framebuffer>,
        read: &PixelRead,
    ) -> Result<(glow::Framebuffer, glow::Renderbuffer), Failure> {
        let gl = self.gl.clone();
        // SAFETY: as promised by the caller.
        unsafe {
            let attachment = glow::COLOR_ATTACHMENT0 + read.attachment;
            gl.bind_framebuffer(glow::READ_FRAMEBUFFER, source);
            gl.read_buffer(attachment);
            let format = self.format_of(attachment);
            let framebuffer = gl.create_framebuffer().map_err(Failure::Driver)?;
            let renderbuffer = gl.create_renderbuffer().map_err(Failure::Driver)?;
            let (width, height) = ((read.x + read.width) as i32, (read.y + read.height) as i32);
            gl.bind_renderbuffer(glow::RENDERBUFFER, Some(renderbuffer));
            gl.renderbuffer_storage(glow::RENDERBUFFER, format, width, height);
            gl.bind_framebuffer(glow::DRAW_FRAMEBUFFER, Some(framebuffer));
            let target = glow::DRAW_FRAMEBUFFER;
            gl.framebuffer_renderbuffer(
                target,
                glow::COLOR_ATTACHMENT0,
                glow::RENDERBUFFER,
                Some(renderbuffer),
            );
            self.unmasked(|backend| {
                let gl = &backend.gl;
                gl.blit_framebuffer(
                    0,
                    0,
                    width,
                    height,
                    0,
                    0,
                    width,
                    height,
                    glow::COLOR_BUFFER_BIT,
                    glow::NEAREST,
                );
            });
            gl.read_buffer(glow::COLOR_ATTACHMENT0);
            gl.bind_framebuffer(glow::READ_FRAMEBUFFER, Some(framebuffer));
            Ok((framebuffer, renderbuffer))
        }
    }

    /// The internal format of an attached renderbuffer of the framebuffer bound for reading.
    fn format_of(&self, attachment: u32) -> u32 {
        // SAFETY: see the module's head; only renderbuffers are multisampled.
        unsafe {
            let name = self.gl.get_framebuffer_attachment_parameter_i32(
                glow::READ_FRAMEBUFFER,
                attachment,
                glow::FRAMEBUFFER_ATTACHMENT_OBJECT_NAME,
            );
            let Some(name) = std::num::NonZeroU32::new(name as u32) else { return glow::RGBA8 };
            self.gl.bind_renderbuffer(glow::RENDERBUFFER, Some(glow::NativeRenderbuffer(name)));
            self.gl.get_renderbuffer_parameter_i32(glow::RENDERBUFFER, glow::RENDERBUFFER_INTERNAL_FORMAT)
                as u32
        }
    }

    /// Shows a canvas in the window that the context belongs to: its lower left corner at the window's.
    pub fn show(&mut self, canvas: Handle, width: u32, height: u32) {
        let Some(canvas) = self.canvases.at(canvas) else { return };
        let (w, h) = (canvas.width.min(width) as i32, canvas.height.min(height) as i32);
        let name = canvas.framebuffer;
        // SAFETY: see the module's head. ES 3.0 and desktop GL copy between framebuffers; the window's is number 0.
        unsafe {
            self.gl.bind_framebuffer(glow::READ_FRAMEBUFFER, Some(name));
            self.gl.bind_framebuffer(glow::DRAW_FRAMEBUFFER, None);
            self.unmasked(|backend| {
                // A window may be in sRGB mode; the canvas's numbers go to it as they are.
                if backend.desktop {
                    backend.gl.disable(glow::FRAMEBUFFER_SRGB);
                }
                backend.gl.blit_framebuffer(0, 0, w, h, 0, 0, w, h, glow::COLOR_BUFFER_BIT, glow::NEAREST);
                if backend.desktop {
                    backend.gl.enable(glow::FRAMEBUFFER_SRGB);
                }
            });
            self.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(name));
        }
    }
}
