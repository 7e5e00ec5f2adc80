//! A plain context with a canvas of its own, on which tests make GL calls by hand. It shares nothing with the
//! interpreter but the making of the context.

use glir_native::{Api, HeadlessContext};
use glir_spec::Profile;
pub(crate) use glow::HasContext;
use std::rc::Rc;

/// A closure of GL calls on a [`Reference`].
macro_rules! by_hand {
    (|$r:ident| { $($calls:tt)* }) => {
        |$r: &$crate::reference::Reference| {
            // SAFETY: the reference's context is current, and the calls name objects and ranges made beside them.
            unsafe { $($calls)* }
        }
    };
}

/// The context, with a framebuffer bound that stands for the canvas.
pub(crate) struct Reference {
    pub(crate) gl: Rc<glow::Context>,
    pub(crate) canvas: glow::Framebuffer,
    pub(crate) width: i32,
    pub(crate) height: i32,
    samples: i32,
    _context: HeadlessContext,
}

impl Reference {
    /// Everything is as GL starts it, except that rows are tightly packed and nothing is dithered, as GLIR has it.
    pub(crate) fn new(profile: Profile, width: u32, height: u32, samples: u32) -> Self {
        let api = if profile == Profile::Es2 { Api::Gles2 } else { Api::Gles3 };
        let context = HeadlessContext::new(api).expect("there was a context before");
        let gl = context.gl().clone();
        let (width, height, samples) = (width as i32, height as i32, samples as i32);
        // SAFETY: the context is current.
        let canvas = unsafe {
            gl.pixel_store_i32(glow::UNPACK_ALIGNMENT, 1);
            gl.pixel_store_i32(glow::PACK_ALIGNMENT, 1);
            gl.disable(glow::DITHER);
            let canvas = framebuffer(&gl, width, height, samples);
            gl.viewport(0, 0, width, height);
            gl.clear(glow::COLOR_BUFFER_BIT | glow::DEPTH_BUFFER_BIT | glow::STENCIL_BUFFER_BIT);
            canvas
        };
        Reference { gl, canvas, width, height, samples, _context: context }
    }

    /// The canvas as RGBA bytes, rows from the top down.
    pub(crate) fn picture(&self) -> Vec<u8> {
        let (gl, width, height) = (&self.gl, self.width, self.height);
        let mut bytes = vec![0; (width * height * 4) as usize];
        // SAFETY: the context is current, and the slice holds the whole canvas.
        unsafe {
            gl.bind_framebuffer(glow::FRAMEBUFFER, Some(self.canvas));
            if self.samples > 0 {
                gl.disable(glow::SCISSOR_TEST);
                let resolved = framebuffer(gl, width, height, 0);
                gl.bind_framebuffer(glow::READ_FRAMEBUFFER, Some(self.canvas));
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
                gl.bind_framebuffer(glow::FRAMEBUFFER, Some(resolved));
            }
            let pixels = glow::PixelPackData::Slice(Some(&mut bytes));
            gl.read_pixels(0, 0, width, height, glow::RGBA, glow::UNSIGNED_BYTE, pixels);
            assert_eq!(gl.get_error(), glow::NO_ERROR, "the calls by hand are themselves wrong");
        }
        let rows: Vec<&[u8]> = bytes.chunks_exact(width as usize * 4).rev().collect();
        rows.concat()
    }

    /// A linked program.
    pub(crate) fn program(&self, vertex: &str, fragment: &str) -> glow::Program {
        self.program_capturing(vertex, fragment, &[], 0)
    }

    /// A linked program that captures varyings, and is in use.
    pub(crate) fn program_capturing(
        &self,
        vertex: &str,
        fragment: &str,
        varyings: &[&str],
        mode: u32,
    ) -> glow::Program {
        let gl = &self.gl;
        // SAFETY: the context is current.
        unsafe {
            let program = gl.create_program().expect("a program");
            for (kind, source) in [(glow::VERTEX_SHADER, vertex), (glow::FRAGMENT_SHADER, fragment)] {
                let shader = gl.create_shader(kind).expect("a shader");
                gl.shader_source(shader, source);
                gl.compile_shader(shader);
                assert!(gl.get_shader_compile_status(shader), "{}\n{source}", gl.get_shader_info_log(shader));
                gl.attach_shader(program, shader);
            }
            if !varyings.is_empty() {
                gl.transform_feedback_varyings(program, varyings, mode);
            }
            gl.link_program(program);
            assert!(gl.get_program_link_status(program), "{}", gl.get_program_info_log(program));
            gl.use_program(Some(program));
            program
        }
    }

    /// A buffer with these bytes, bound to the target.
    pub(crate) fn buffer(&self, target: u32, bytes: &[u8]) -> glow::Buffer {
        // SAFETY: the context is current.
        unsafe {
            let buffer = self.gl.create_buffer().expect("a buffer");
            self.gl.bind_buffer(target, Some(buffer));
            self.gl.buffer_data_u8_slice(target, bytes, glow::STATIC_DRAW);
            buffer
        }
    }

    /// Two-component floats as the named attribute of the program.
    pub(crate) fn positions(&self, program: glow::Program, name: &str, values: &[f32]) {
        self.buffer(glow::ARRAY_BUFFER, &bytes(values));
        self.float_attribute(program, name, 2, 0, 0);
    }

    /// Floats of the bound buffer as the named attribute of the program.
    pub(crate) fn float_attribute(
        &self,
        program: glow::Program,
        name: &str,
        size: i32,
        stride: i32,
        offset: i32,
    ) {
        let location = self.attribute(program, name);
        // SAFETY: the context is current, and a buffer is bound.
        unsafe {
            self.gl.vertex_attrib_pointer_f32(location, size, glow::FLOAT, false, stride, offset);
            self.gl.enable_vertex_attrib_array(location);
        }
    }

    /// Where an attribute is.
    pub(crate) fn attribute(&self, program: glow::Program, name: &str) -> u32 {
        // SAFETY: the context is current.
        unsafe { self.gl.get_attrib_location(program, name) }.unwrap_or_else(|| panic!("no attribute {name}"))
    }

    /// Where a uniform is.
    pub(crate) fn uniform(&self, program: glow::Program, name: &str) -> Option<glow::UniformLocation> {
        // SAFETY: the context is current.
        let location = unsafe { self.gl.get_uniform_location(program, name) };
        assert!(location.is_some(), "no uniform {name}");
        location
    }

    /// A 2D texture of one level without filters, bound to the unit in use.
    pub(crate) fn texture(
        &self,
        internal: u32,
        size: [i32; 2],
        format: u32,
        ty: u32,
        bytes: &[u8],
    ) -> glow::Texture {
        let gl = &self.gl;
        let pixels = glow::PixelUnpackData::Slice(Some(bytes));
        // SAFETY: the context is current.
        unsafe {
            let texture = gl.create_texture().expect("a texture");
            gl.bind_texture(glow::TEXTURE_2D, Some(texture));
            gl.tex_image_2d(glow::TEXTURE_2D, 0, internal as i32, size[0], size[1], 0, format, ty, pixels);
            self.sampling(glow::TEXTURE_2D, glow::NEAREST, glow::NEAREST, glow::CLAMP_TO_EDGE);
            texture
        }
    }

    /// Filters and wrapping of the bound texture.
    pub(crate) fn sampling(&self, target: u32, min: u32, mag: u32, wrap: u32) {
        // SAFETY: the context is current.
        unsafe {
            self.gl.tex_parameter_i32(target, glow::TEXTURE_MIN_FILTER, min as i32);
            self.gl.tex_parameter_i32(target, glow::TEXTURE_MAG_FILTER, mag as i32);
            self.gl.tex_parameter_i32(target, glow::TEXTURE_WRAP_S, wrap as i32);
            self.gl.tex_parameter_i32(target, glow::TEXTURE_WRAP_T, wrap as i32);
        }
    }
}

/// A bound framebuffer with a colour, a depth and a stencil plane.
unsafe fn framebuffer(gl: &glow::Context, width: i32, height: i32, samples: i32) -> glow::Framebuffer {
    // SAFETY: the context is current, as the callers say.
    unsafe {
        let framebuffer = gl.create_framebuffer().expect("a framebuffer");
        gl.bind_framebuffer(glow::FRAMEBUFFER, Some(framebuffer));
        let planes: [(u32, &[u32]); 2] = [
            (glow::RGBA8, &[glow::COLOR_ATTACHMENT0]),
            (glow::DEPTH24_STENCIL8, &[glow::DEPTH_ATTACHMENT, glow::STENCIL_ATTACHMENT]),
        ];
        for (format, points) in planes {
            let plane = gl.create_renderbuffer().expect("a renderbuffer");
            gl.bind_renderbuffer(glow::RENDERBUFFER, Some(plane));
            if samples > 0 {
                gl.renderbuffer_storage_multisample(glow::RENDERBUFFER, samples, format, width, height);
            } else {
                gl.renderbuffer_storage(glow::RENDERBUFFER, format, width, height);
            }
            for &point in points {
                gl.framebuffer_renderbuffer(glow::FRAMEBUFFER, point, glow::RENDERBUFFER, Some(plane));
            }
        }
        assert_eq!(gl.check_framebuffer_status(glow::FRAMEBUFFER), glow::FRAMEBUFFER_COMPLETE);
        framebuffer
    }
}

/// The bytes of numbers.
pub(crate) fn bytes<T: Bytes>(values: &[T]) -> Vec<u8> {
    values.iter().flat_map(|value| value.le()).collect()
}

/// Numbers with little-endian bytes.
pub(crate) trait Bytes: Copy {
    fn le(self) -> Vec<u8>;
}

macro_rules! numbers {
    ($($ty:ty)+) => { $( impl Bytes for $ty { fn le(self) -> Vec<u8> { self.to_le_bytes().to_vec() } } )+ };
}

numbers! { u8 i8 u16 i16 u32 i32 f32 }
