//! Clears: of one attachment for the stream, and of fresh images.

use super::WebBackend;
use glir_core::backend::ClearValue;
use glir_spec::generated::gl;

impl WebBackend {
    pub(super) fn clear_color_attachment(&mut self, attachment: u32, value: &ClearValue) {
        if self.webgl1 {
            return self.clear_by_mask(attachment, value);
        }
        match value {
            ClearValue::Float(value) => self.gl.clear_buffer_f(gl::COLOR, attachment, value),
            ClearValue::Int(value) => self.gl.clear_buffer_i(gl::COLOR, attachment, value),
            ClearValue::Uint(value) => self.gl.clear_buffer_u(gl::COLOR, attachment, value),
        }
    }

    /// WebGL 1 can't clear one of several attachments, so the others are left out of the outputs for the time.
    fn clear_by_mask(&mut self, attachment: u32, value: &ClearValue) {
        let ClearValue::Float([r, g, b, a]) = *value else { return };
        let outputs = self.drawn();
        if let Some(outputs) = &outputs {
            let only: Vec<bool> = (0..outputs.len()).map(|index| index == attachment as usize).collect();
            self.send_draw_buffers(&only);
        }
        self.gl.clear_color(r, g, b, a);
        self.gl.clear(gl::COLOR_BUFFER_BIT);
        let [r, g, b, a] = self.known.clear_color;
        self.gl.clear_color(r, g, b, a);
        if let Some(outputs) = outputs {
            self.send_draw_buffers(&outputs);
        }
    }

    /// Clears the bound framebuffer whole: colours and stencil to 0, depth as given.
    pub(super) fn clear_fresh(&mut self, depth: f32) {
        self.unmasked(|backend| {
            let gl = &backend.gl;
            gl.clear_color(0.0, 0.0, 0.0, 0.0);
            gl.clear_depth(depth);
            gl.clear_stencil(0);
            gl.clear(gl::COLOR_BUFFER_BIT | gl::DEPTH_BUFFER_BIT | gl::STENCIL_BUFFER_BIT);
        });
    }
}
