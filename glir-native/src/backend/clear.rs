//! Clears: of one attachment for the stream, and of fresh images.

use super::GlBackend;
use glir_core::backend::ClearValue;
use glir_spec::Format;
use glir_spec::formats::FormatClass;
use glow::HasContext as _;

impl GlBackend {
    pub(super) fn clear_color_attachment(&mut self, attachment: u32, value: &ClearValue) {
        // SAFETY: see the module's head; the value is of the attachment's class.
        unsafe {
            match value {
                ClearValue::Float(value) => self.gl.clear_buffer_f32_slice(glow::COLOR, attachment, value),
                ClearValue::Int(value) => self.gl.clear_buffer_i32_slice(glow::COLOR, attachment, value),
                ClearValue::Uint(value) => self.gl.clear_buffer_u32_slice(glow::COLOR, attachment, value),
            }
        }
    }

    /// Clears the only image of the bound framebuffer: colours to 0, depth as given, stencil to 0.
    pub(super) fn clear_fresh(&mut self, format: Format, depth: f32) {
        self.unmasked(|backend| {
            let gl = &backend.gl;
            // SAFETY: see the module's head; the bound framebuffer has one image of this format.
            unsafe {
                match format.info().class {
                    FormatClass::Int => gl.clear_buffer_i32_slice(glow::COLOR, 0, &[0; 4]),
                    FormatClass::Uint => gl.clear_buffer_u32_slice(glow::COLOR, 0, &[0; 4]),
                    FormatClass::Float => {
                        gl.clear_color(0.0, 0.0, 0.0, 0.0);
                        gl.clear(glow::COLOR_BUFFER_BIT);
                    }
                    FormatClass::Depth | FormatClass::DepthStencil | FormatClass::Stencil => {
                        if backend.desktop {
                            gl.clear_depth(f64::from(depth));
                        } else {
                            gl.clear_depth_f32(depth);
                        }
                        gl.clear_stencil(0);
                        gl.clear(glow::DEPTH_BUFFER_BIT | glow::STENCIL_BUFFER_BIT);
                    }
                }
            }
        });
    }
}
