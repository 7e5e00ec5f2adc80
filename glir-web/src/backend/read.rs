//! Reading pixels and copying between framebuffers.

use super::{WebBackend, made, thrown};
use crate::foreign::View;
use crate::gl::{Framebuffer, Renderbuffer};
use glir_core::backend::{BlitCall, Failure, PixelClass, PixelRead};
use glir_spec::Format;
use glir_spec::generated::gl;
use js_sys::Uint8Array;

impl WebBackend {
    pub(super) fn copy(&mut self, blit: &BlitCall) {
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
        self.gl.bind_framebuffer(gl::READ_FRAMEBUFFER, self.surface(blit.source));
        self.gl.bind_framebuffer(gl::DRAW_FRAMEBUFFER, self.surface(blit.destination));
        self.gl.blit_framebuffer(sx0, sy0, sx1, sy1, dx0, dy0, dx1, dy1, mask, blit.filter.gl());
    }

    /// Reads pixels into bytes that stay in JavaScript.
    pub(crate) fn pixels(&mut self, read: &PixelRead) -> Result<Uint8Array, Failure> {
        let size = u64::from(read.width) * u64::from(read.height) * read.class.pixel_bytes();
        let size = u32::try_from(size).map_err(|_| Failure::OutOfMemory)?;
        let (format, ty, view) = match read.class {
            PixelClass::Unorm => (gl::RGBA, gl::UNSIGNED_BYTE, View::U8),
            PixelClass::Float => (gl::RGBA, gl::FLOAT, View::F32),
            PixelClass::Int => (gl::RGBA_INTEGER, gl::INT, View::I32),
            PixelClass::Uint => (gl::RGBA_INTEGER, gl::UNSIGNED_INT, View::U32),
        };
        let bytes = Uint8Array::new_with_length(size);
        let before = self.raised();
        let resolved = match self.multisampled(read.source, read.attachment) {
            Some(format) => Some(self.resolve(read, format)?),
            None => None,
        };
        if resolved.is_none() {
            self.gl.bind_framebuffer(gl::FRAMEBUFFER, self.surface(read.source));
            if !self.webgl1 {
                self.gl.read_buffer(gl::COLOR_ATTACHMENT0 + read.attachment);
            }
        }
        let view = view.of(bytes.clone());
        let outcome = self.gl.read_pixels(read.x, read.y, read.width, read.height, format, ty, &view);
        match resolved {
            Some((framebuffer, renderbuffer)) => {
                self.gl.delete_framebuffer(&framebuffer);
                self.gl.delete_renderbuffer(&renderbuffer);
            }
            None if read.attachment > 0 && !self.webgl1 => self.gl.read_buffer(gl::COLOR_ATTACHMENT0),
            None => {}
        }
        outcome.map_err(|error| thrown(&error))?;
        self.outcome(before, u64::MAX)?;
        Ok(bytes)
    }

    /// Reads pixels for the interpreter's owner; the stream's target stays bound.
    pub(crate) fn picture(&mut self, read: &PixelRead) -> Result<Uint8Array, Failure> {
        let pixels = self.pixels(read);
        self.back_to_target();
        pixels
    }

    /// Resolves a multisampled attachment into a framebuffer of its own, which is then bound for reading.
    pub(super) fn resolve(
        &mut self,
        read: &PixelRead,
        format: Format,
    ) -> Result<(Framebuffer, Renderbuffer), Failure> {
        let framebuffer = made(self.gl.create_framebuffer())?;
        let renderbuffer = made(self.gl.create_renderbuffer())?;
        let (width, height) = (read.x + read.width, read.y + read.height);
        let gl = &self.gl;
        gl.bind_framebuffer(gl::READ_FRAMEBUFFER, self.surface(read.source));
        gl.read_buffer(gl::COLOR_ATTACHMENT0 + read.attachment);
        gl.bind_renderbuffer(gl::RENDERBUFFER, Some(&renderbuffer));
        gl.renderbuffer_storage(gl::RENDERBUFFER, format.info().internal, width, height);
        gl.bind_framebuffer(gl::DRAW_FRAMEBUFFER, Some(&framebuffer));
        let (target, point) = (gl::DRAW_FRAMEBUFFER, gl::COLOR_ATTACHMENT0);
        gl.framebuffer_renderbuffer(target, point, gl::RENDERBUFFER, Some(&renderbuffer));
        let (w, h) = (width as i32, height as i32);
        self.unmasked(|backend| {
            backend.gl.blit_framebuffer(0, 0, w, h, 0, 0, w, h, gl::COLOR_BUFFER_BIT, gl::NEAREST);
        });
        self.gl.read_buffer(gl::COLOR_ATTACHMENT0);
        self.gl.bind_framebuffer(gl::READ_FRAMEBUFFER, Some(&framebuffer));
        Ok((framebuffer, renderbuffer))
    }
}
