//! Reading pixels and copying between framebuffers.

use super::{Canvas, GlBackend};
use crate::window::Rectangle;
use glir_core::backend::{BlitCall, Failure, Handle, PixelClass, PixelRead, Surface};
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

    /// The pixel of a canvas that [`GlBackend::show`] puts at a place of a window of so many pixels; both count from the lower left.
    pub fn pixel_at(&self, handle: Handle, (width, height): (u32, u32), [x, y]: [f32; 2]) -> [f32; 2] {
        let Some(&Canvas { width: w, height: h, .. }) = self.canvases.at(handle) else { return [x, y] };
        let [x0, y0, x1, y1] = fit(w, h, width, height);
        if (x1 - x0, y1 - y0) == (w as i32, h as i32) {
            return [x - x0 as f32, y - y0 as f32];
        }
        let along = |at: f32, low: i32, high: i32, size: u32| {
            (at - low as f32) / (high - low).max(1) as f32 * size as f32
        };
        [along(x, x0, x1, w), along(y, y0, y1, h)]
    }

    /// Shows a canvas in the window that the context belongs to, scaled to fit and centred on black.
    pub fn show(&mut self, handle: Handle, width: u32, height: u32) {
        let Some(&Canvas { framebuffer: name, width: w, height: h, samples, .. }) = self.canvases.at(handle)
        else {
            return;
        };
        let [x0, y0, x1, y1] = fit(w, h, width, height);
        let filter = if (x1 - x0, y1 - y0) == (w as i32, h as i32) { glow::NEAREST } else { glow::LINEAR };
        // SAFETY: see the module's head. ES 3.0 and desktop GL copy between framebuffers; the window's is number 0.
        unsafe {
            let bound = self.gl.get_parameter_framebuffer(glow::DRAW_FRAMEBUFFER_BINDING);
            let whole = PixelRead {
                source: Surface::Canvas(handle),
                attachment: 0,
                x: 0,
                y: 0,
                width: w,
                height: h,
                class: PixelClass::Unorm,
            };
            // Only equal rectangles may be copied from a multisampled canvas, so it is resolved first.
            let resolved = if samples > 0 { self.resolve(Some(name), &whole).ok() } else { None };
            self.gl.bind_framebuffer(
                glow::READ_FRAMEBUFFER,
                Some(resolved.map_or(name, |(framebuffer, _)| framebuffer)),
            );
            self.gl.bind_framebuffer(glow::DRAW_FRAMEBUFFER, None);
            self.unmasked(|backend| {
                let gl = &backend.gl;
                // A window may be in sRGB mode; the canvas's numbers go to it as they are.
                if backend.desktop {
                    gl.disable(glow::FRAMEBUFFER_SRGB);
                }
                gl.clear_color(0.0, 0.0, 0.0, 1.0);
                gl.clear(glow::COLOR_BUFFER_BIT);
                gl.blit_framebuffer(0, 0, w as i32, h as i32, x0, y0, x1, y1, glow::COLOR_BUFFER_BIT, filter);
                if backend.desktop {
                    gl.enable(glow::FRAMEBUFFER_SRGB);
                }
            });
            if let Some((framebuffer, renderbuffer)) = resolved {
                self.gl.delete_framebuffer(framebuffer);
                self.gl.delete_renderbuffer(renderbuffer);
            }
            self.gl.bind_framebuffer(glow::FRAMEBUFFER, bound);
        }
    }
}

impl GlBackend {
    /// Fills rectangles of the window that the context belongs to, one after another.
    pub fn paint(&mut self, rectangles: &[Rectangle]) {
        if rectangles.is_empty() {
            return;
        }
        // SAFETY: see the module's head. The window's framebuffer is number 0; scissor and colour are set back.
        unsafe {
            let bound = self.gl.get_parameter_framebuffer(glow::DRAW_FRAMEBUFFER_BINDING);
            let mut scissor = [0; 4];
            self.gl.get_parameter_i32_slice(glow::SCISSOR_BOX, &mut scissor);
            self.gl.bind_framebuffer(glow::DRAW_FRAMEBUFFER, None);
            self.unmasked(|backend| {
                let gl = &backend.gl;
                if backend.desktop {
                    gl.disable(glow::FRAMEBUFFER_SRGB);
                }
                gl.enable(glow::SCISSOR_TEST);
                for Rectangle { x, y, width, height, color: [r, g, b] } in rectangles {
                    gl.scissor(*x, *y, (*width).max(0), (*height).max(0));
                    gl.clear_color(*r, *g, *b, 1.0);
                    gl.clear(glow::COLOR_BUFFER_BIT);
                }
                gl.disable(glow::SCISSOR_TEST);
                if backend.desktop {
                    gl.enable(glow::FRAMEBUFFER_SRGB);
                }
            });
            let [x, y, width, height] = scissor;
            self.gl.scissor(x, y, width, height);
            self.gl.bind_framebuffer(glow::DRAW_FRAMEBUFFER, bound);
        }
    }
}

/// Where a picture of `w` × `h` stands in a window of `width` × `height`: as large as it can be, in the middle.
fn fit(w: u32, h: u32, width: u32, height: u32) -> [i32; 4] {
    let scale = (f64::from(width) / f64::from(w)).min(f64::from(height) / f64::from(h));
    let (shown_w, shown_h) = ((f64::from(w) * scale).round() as i32, (f64::from(h) * scale).round() as i32);
    let (x, y) = ((width as i32 - shown_w) / 2, (height as i32 - shown_h) / 2);
    [x, y, x + shown_w, y + shown_h]
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn a_canvas_is_centred_and_keeps_its_shape() {
        assert_eq!(fit(100, 50, 200, 200), [0, 50, 200, 150]);
        assert_eq!(fit(100, 50, 100, 50), [0, 0, 100, 50]);
        assert_eq!(fit(100, 100, 50, 80), [0, 15, 50, 65]);
    }
}
