//! Showing a canvas in the drawing buffer of the page's own: a copy in WebGL 2, a triangle over all of it in WebGL 1.

use super::target::Image;
use super::{WebBackend, made};
use crate::gl::{Buffer, Gl, Program};
use glir_core::backend::{Failure, Handle, PixelClass, PixelRead, Surface};
use glir_spec::Format;
use glir_spec::generated::gl;

/// What WebGL 1 needs to show a canvas.
#[derive(Default)]
pub(super) struct Screen(Option<(Program, Buffer)>);

impl Screen {
    pub(super) fn delete(&mut self, gl: &Gl) {
        if let Some((program, corners)) = self.0.take() {
            gl.delete_program(&program);
            gl.delete_buffer(&corners);
        }
    }
}

/// One triangle that covers everything.
const CORNERS: [f32; 6] = [-1.0, -1.0, 3.0, -1.0, -1.0, 3.0];
const VERTEX: &str = "attribute vec2 p;varying vec2 t;void main(){t=p*.5+.5;gl_Position=vec4(p,0,1);}";
const FRAGMENT: &str =
    "precision highp float;varying vec2 t;uniform sampler2D s;void main(){gl_FragColor=texture2D(s,t);}";

impl WebBackend {
    /// Shows a canvas pixel by pixel in the lower left corner of the drawing buffer. True if the context's state is not
    /// what the interpreter holds it to be any more.
    pub(crate) fn show(&mut self, handle: Handle) -> Result<bool, Failure> {
        let Some(canvas) = self.canvases.at(handle) else { return Ok(false) };
        let (width, height, samples) = (canvas.width, canvas.height, canvas.samples);
        if self.webgl1 {
            self.show_by_drawing(handle, width, height)?;
            return Ok(true);
        }
        let source = Surface::Canvas(handle);
        // Only equal rectangles of equal formats may be copied from a multisampled canvas, so it is resolved first.
        let resolved = if samples > 0 {
            let class = PixelClass::Unorm;
            let whole = PixelRead { source, attachment: 0, x: 0, y: 0, width, height, class };
            Some(self.resolve(&whole, Format::Rgba8)?)
        } else {
            self.gl.bind_framebuffer(gl::READ_FRAMEBUFFER, self.surface(source));
            None
        };
        self.gl.bind_framebuffer(gl::DRAW_FRAMEBUFFER, None);
        let (w, h) = (width as i32, height as i32);
        self.unmasked(|backend| {
            // Chromium empties a canvas that it has shown at the next clear or draw, not at a blit, which would be lost.
            backend.gl.clear(gl::COLOR_BUFFER_BIT);
            backend.gl.blit_framebuffer(0, 0, w, h, 0, 0, w, h, gl::COLOR_BUFFER_BIT, gl::NEAREST);
        });
        if let Some((framebuffer, renderbuffer)) = resolved {
            self.gl.delete_framebuffer(&framebuffer);
            self.gl.delete_renderbuffer(&renderbuffer);
        }
        self.back_to_target();
        Ok(false)
    }

    fn show_by_drawing(&mut self, handle: Handle, width: u32, height: u32) -> Result<(), Failure> {
        if self.screen.0.is_none() {
            self.screen.0 = Some(self.make_screen()?);
        }
        let Some(Image::Texture(color)) = self.canvases.at(handle).map(|canvas| &canvas.color) else {
            return Ok(());
        };
        let Some((program, corners)) = &self.screen.0 else { return Ok(()) };
        let gl = &self.gl;
        gl.bind_framebuffer(gl::FRAMEBUFFER, None);
        for capability in [
            gl::SCISSOR_TEST,
            gl::BLEND,
            gl::DEPTH_TEST,
            gl::STENCIL_TEST,
            gl::CULL_FACE,
            gl::DITHER,
            gl::SAMPLE_ALPHA_TO_COVERAGE,
            gl::SAMPLE_COVERAGE,
        ] {
            gl.disable(capability);
        }
        gl.color_mask(true, true, true, true);
        gl.viewport(0, 0, width, height);
        gl.use_program(Some(program));
        gl.active_texture(gl::TEXTURE0);
        gl.bind_texture(gl::TEXTURE_2D, Some(color));
        gl.bind_buffer(gl::ARRAY_BUFFER, Some(corners));
        gl.vertex_attrib_pointer(0, 2, gl::FLOAT, false, 0, 0.0);
        gl.enable_vertex_attrib_array(0);
        if let Some(instancing) = &self.extensions.instancing {
            instancing.divisor(0, 0);
        }
        gl.draw_arrays(gl::TRIANGLES, 0, 3);
        // A program that samples what its target is made of would be refused.
        gl.bind_texture(gl::TEXTURE_2D, None);
        Ok(())
    }

    fn make_screen(&self) -> Result<(Program, Buffer), Failure> {
        let gl = &self.gl;
        let program = made(gl.create_program())?;
        for (stage, source) in [(gl::VERTEX_SHADER, VERTEX), (gl::FRAGMENT_SHADER, FRAGMENT)] {
            let shader = made(gl.create_shader(stage))?;
            gl.shader_source(&shader, source);
            gl.compile_shader(&shader);
            gl.attach_shader(&program, &shader);
            gl.delete_shader(&shader);
        }
        gl.bind_attrib_location(&program, 0, "p");
        gl.link_program(&program);
        let corners = made(gl.create_buffer())?;
        gl.bind_buffer(gl::ARRAY_BUFFER, Some(&corners));
        let mut bytes = Vec::new();
        CORNERS.iter().for_each(|side| bytes.extend_from_slice(&side.to_le_bytes()));
        // A size and no view: nothing that could throw.
        let _ = gl.buffer_data(gl::ARRAY_BUFFER, bytes.len() as f64, gl::STATIC_DRAW);
        gl.buffer_sub_data(gl::ARRAY_BUFFER, 0.0, &bytes);
        Ok((program, corners))
    }
}
