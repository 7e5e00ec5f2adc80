//! State fields, one GL call or few each.

use super::WebBackend;
use glir_core::backend::Failure;
use glir_spec::StateField;
use glir_spec::enums::CompareFunc;
use glir_spec::generated::gl;
use glir_spec::structs::StencilOps;

/// What the backend itself must know of the state: for calls that GLIR puts together, and to put things back.
pub(super) struct Known {
    scissor: bool,
    discard: bool,
    color_mask: [bool; 4],
    depth_mask: bool,
    stencil_write_mask: u8,
    pub(super) clear_color: [f32; 4],
    clear_depth: f32,
    clear_stencil: u8,
    stencil_func: [CompareFunc; 2],
    stencil_reference: u8,
    stencil_read_mask: u8,
    /// An error met outside the call that caused it, reported at the frame's end.
    pub(super) error: Option<Failure>,
}

impl Default for Known {
    fn default() -> Self {
        Known {
            scissor: false,
            discard: false,
            color_mask: [true; 4],
            depth_mask: true,
            stencil_write_mask: 255,
            clear_color: [0.0; 4],
            clear_depth: 1.0,
            clear_stencil: 0,
            stencil_func: [CompareFunc::Always; 2],
            stencil_reference: 0,
            stencil_read_mask: 255,
            error: None,
        }
    }
}

impl Known {
    /// What is known of a context that is as it was at first; an error stays.
    pub(super) fn renewed(&mut self) -> Self {
        Known { error: self.error.take(), ..Known::default() }
    }
}

impl WebBackend {
    fn toggle(&self, capability: u32, on: bool) {
        if on {
            self.gl.enable(capability);
        } else {
            self.gl.disable(capability);
        }
    }

    /// WebGL refuses draws whose two sides differ in reference or mask, and GLIR has one of each.
    fn stencil_func(&self) {
        let known = &self.known;
        let (reference, mask) = (i32::from(known.stencil_reference), u32::from(known.stencil_read_mask));
        let [front, back] = known.stencil_func;
        self.gl.stencil_func_separate(gl::FRONT, front.gl(), reference, mask);
        self.gl.stencil_func_separate(gl::BACK, back.gl(), reference, mask);
    }

    fn stencil_ops(&self, face: u32, ops: &StencilOps) {
        self.gl.stencil_op_separate(face, ops.fail.gl(), ops.depth_fail.gl(), ops.pass.gl());
    }

    pub(super) fn set_state(&mut self, field: &StateField) {
        let gl = &self.gl;
        match field {
            StateField::Viewport(Some(rect)) => gl.viewport(rect.x, rect.y, rect.width, rect.height),
            StateField::Viewport(None) => {}
            StateField::DepthRange([near, far]) => gl.depth_range(*near, *far),
            StateField::Scissor(rect) => {
                if let Some(rect) = rect {
                    gl.scissor(rect.x, rect.y, rect.width, rect.height);
                }
                self.known.scissor = rect.is_some();
                self.toggle(gl::SCISSOR_TEST, rect.is_some());
            }
            StateField::Blend(on) => self.toggle(gl::BLEND, *on),
            StateField::BlendFunc(f) => {
                gl.blend_func_separate(f.src_rgb.gl(), f.dst_rgb.gl(), f.src_alpha.gl(), f.dst_alpha.gl());
            }
            StateField::BlendEquation(equations) => {
                gl.blend_equation_separate(equations.rgb.gl(), equations.alpha.gl());
            }
            StateField::BlendColor([r, g, b, a]) => gl.blend_color(*r, *g, *b, *a),
            StateField::DepthTest(on) => self.toggle(gl::DEPTH_TEST, *on),
            StateField::DepthFunc(func) => gl.depth_func(func.gl()),
            StateField::DepthMask(on) => {
                gl.depth_mask(*on);
                self.known.depth_mask = *on;
            }
            StateField::StencilTest(on) => self.toggle(gl::STENCIL_TEST, *on),
            StateField::StencilFuncFront(func) => {
                self.known.stencil_func[0] = *func;
                self.stencil_func();
            }
            StateField::StencilFuncBack(func) => {
                self.known.stencil_func[1] = *func;
                self.stencil_func();
            }
            StateField::StencilReference(reference) => {
                self.known.stencil_reference = *reference;
                self.stencil_func();
            }
            StateField::StencilReadMask(mask) => {
                self.known.stencil_read_mask = *mask;
                self.stencil_func();
            }
            StateField::StencilWriteMask(mask) => {
                gl.stencil_mask(u32::from(*mask));
                self.known.stencil_write_mask = *mask;
            }
            StateField::StencilOpFront(ops) => self.stencil_ops(gl::FRONT, ops),
            StateField::StencilOpBack(ops) => self.stencil_ops(gl::BACK, ops),
            StateField::CullFace(face) => {
                if let Some(face) = face {
                    gl.cull_face(face.gl());
                }
                self.toggle(gl::CULL_FACE, face.is_some());
            }
            StateField::FrontFace(winding) => gl.front_face(winding.gl()),
            StateField::PolygonOffset(offset) => {
                if let Some(offset) = offset {
                    gl.polygon_offset(offset.factor, offset.units);
                }
                self.toggle(gl::POLYGON_OFFSET_FILL, offset.is_some());
            }
            StateField::LineWidth(width) => {
                let [least, greatest] = self.line_widths;
                gl.line_width(width.min(greatest).max(least));
            }
            StateField::ColorMask([r, g, b, a]) => {
                gl.color_mask(*r, *g, *b, *a);
                self.known.color_mask = [*r, *g, *b, *a];
            }
            StateField::SampleAlphaToCoverage(on) => self.toggle(gl::SAMPLE_ALPHA_TO_COVERAGE, *on),
            StateField::SampleCoverage(coverage) => {
                if let Some(coverage) = coverage {
                    gl.sample_coverage(coverage.value, coverage.invert);
                }
                self.toggle(gl::SAMPLE_COVERAGE, coverage.is_some());
            }
            StateField::Dither(on) => self.toggle(gl::DITHER, *on),
            StateField::RasterizerDiscard(on) => {
                self.known.discard = *on;
                self.toggle(gl::RASTERIZER_DISCARD, *on);
            }
            StateField::ClearColor([r, g, b, a]) => {
                gl.clear_color(*r, *g, *b, *a);
                self.known.clear_color = [*r, *g, *b, *a];
            }
            StateField::ClearDepth(depth) => {
                gl.clear_depth(*depth);
                self.known.clear_depth = *depth;
            }
            StateField::ClearStencil(value) => {
                gl.clear_stencil(i32::from(*value));
                self.known.clear_stencil = *value;
            }
        }
    }

    /// Runs something under a state in which everything is written everywhere, then puts the state back.
    pub(super) fn unmasked(&mut self, work: impl FnOnce(&mut Self)) {
        self.toggle(gl::SCISSOR_TEST, false);
        if self.known.discard {
            self.toggle(gl::RASTERIZER_DISCARD, false);
        }
        self.gl.color_mask(true, true, true, true);
        self.gl.depth_mask(true);
        self.gl.stencil_mask(255);
        work(self);
        let (gl, known) = (&self.gl, &self.known);
        let [r, g, b, a] = known.color_mask;
        gl.color_mask(r, g, b, a);
        gl.depth_mask(known.depth_mask);
        gl.stencil_mask(u32::from(known.stencil_write_mask));
        let [r, g, b, a] = known.clear_color;
        gl.clear_color(r, g, b, a);
        gl.clear_depth(known.clear_depth);
        gl.clear_stencil(i32::from(known.clear_stencil));
        self.toggle(gl::SCISSOR_TEST, known.scissor);
        if known.discard {
            self.toggle(gl::RASTERIZER_DISCARD, true);
        }
    }
}
