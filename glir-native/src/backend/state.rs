//! State fields, one GL call or few each.

use super::GlBackend;
use glir_core::backend::Failure;
use glir_spec::StateField;
use glir_spec::enums::{CompareFunc, StencilOp};
use glir_spec::structs::StencilOps;
use glow::HasContext as _;

/// What the backend itself must know of the state: for calls that GLIR puts together, and to put things back.
#[derive(Debug)]
pub(crate) struct Known {
    pub(super) scissor: bool,
    pub(super) discard: bool,
    pub(super) color_mask: [bool; 4],
    pub(super) depth_mask: bool,
    pub(super) stencil_write_mask: u8,
    pub(super) clear_color: [f32; 4],
    pub(super) clear_depth: f32,
    pub(super) clear_stencil: u8,
    stencil_func: [CompareFunc; 2],
    stencil_reference: u8,
    stencil_read_mask: u8,
    /// The restart index as last set (GL before 4.3).
    pub(super) restart: u32,
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
            restart: 0,
            error: None,
        }
    }
}

impl GlBackend {
    fn toggle(&self, capability: u32, on: bool) {
        // SAFETY: see the module's head.
        unsafe {
            if on {
                self.gl.enable(capability);
            } else {
                self.gl.disable(capability);
            }
        }
    }

    fn stencil_func(&self) {
        let known = &self.known;
        let (reference, mask) = (i32::from(known.stencil_reference), u32::from(known.stencil_read_mask));
        // SAFETY: see the module's head.
        unsafe {
            self.gl.stencil_func_separate(glow::FRONT, known.stencil_func[0].gl(), reference, mask);
            self.gl.stencil_func_separate(glow::BACK, known.stencil_func[1].gl(), reference, mask);
        }
    }

    fn stencil_ops(&self, face: u32, ops: &StencilOps) {
        let gl_of = |op: StencilOp| op.gl();
        // SAFETY: see the module's head.
        unsafe { self.gl.stencil_op_separate(face, gl_of(ops.fail), gl_of(ops.depth_fail), gl_of(ops.pass)) };
    }

    pub(super) fn set_state(&mut self, field: &StateField) {
        let gl = self.gl.clone();
        // SAFETY: see the module's head; values are inside GL's ranges.
        unsafe {
            match field {
                StateField::Viewport(Some(rect)) => {
                    gl.viewport(rect.x, rect.y, rect.width as i32, rect.height as i32);
                }
                StateField::Viewport(None) => {}
                StateField::DepthRange([near, far]) => {
                    if self.desktop {
                        gl.depth_range(f64::from(*near), f64::from(*far));
                    } else {
                        gl.depth_range_f32(*near, *far);
                    }
                }
                StateField::Scissor(rect) => {
                    self.known.scissor = rect.is_some();
                    self.toggle(glow::SCISSOR_TEST, rect.is_some());
                    if let Some(rect) = rect {
                        gl.scissor(rect.x, rect.y, rect.width as i32, rect.height as i32);
                    }
                }
                StateField::Blend(on) => self.toggle(glow::BLEND, *on),
                StateField::BlendFunc(f) => {
                    gl.blend_func_separate(
                        f.src_rgb.gl(),
                        f.dst_rgb.gl(),
                        f.src_alpha.gl(),
                        f.dst_alpha.gl(),
                    );
                }
                StateField::BlendEquation(equations) => {
                    gl.blend_equation_separate(equations.rgb.gl(), equations.alpha.gl());
                }
                StateField::BlendColor([r, g, b, a]) => gl.blend_color(*r, *g, *b, *a),
                StateField::DepthTest(on) => self.toggle(glow::DEPTH_TEST, *on),
                StateField::DepthFunc(func) => gl.depth_func(func.gl()),
                StateField::DepthMask(on) => {
                    self.known.depth_mask = *on;
                    gl.depth_mask(*on);
                }
                StateField::StencilTest(on) => self.toggle(glow::STENCIL_TEST, *on),
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
                    self.known.stencil_write_mask = *mask;
                    gl.stencil_mask(u32::from(*mask));
                }
                StateField::StencilOpFront(ops) => self.stencil_ops(glow::FRONT, ops),
                StateField::StencilOpBack(ops) => self.stencil_ops(glow::BACK, ops),
                StateField::CullFace(face) => {
                    self.toggle(glow::CULL_FACE, face.is_some());
                    if let Some(face) = face {
                        gl.cull_face(face.gl());
                    }
                }
                StateField::FrontFace(winding) => gl.front_face(winding.gl()),
                StateField::PolygonOffset(offset) => {
                    self.toggle(glow::POLYGON_OFFSET_FILL, offset.is_some());
                    if let Some(offset) = offset {
                        gl.polygon_offset(offset.factor, offset.units);
                    }
                }
                StateField::LineWidth(width) => {
                    let [least, greatest] = self.line_widths;
                    gl.line_width(width.clamp(least, greatest));
                }
                StateField::ColorMask([r, g, b, a]) => {
                    self.known.color_mask = [*r, *g, *b, *a];
                    gl.color_mask(*r, *g, *b, *a);
                }
                StateField::SampleAlphaToCoverage(on) => self.toggle(glow::SAMPLE_ALPHA_TO_COVERAGE, *on),
                StateField::SampleCoverage(coverage) => {
                    self.toggle(glow::SAMPLE_COVERAGE, coverage.is_some());
                    if let Some(coverage) = coverage {
                        gl.sample_coverage(coverage.value, coverage.invert);
                    }
                }
                StateField::Dither(on) => self.toggle(glow::DITHER, *on),
                StateField::RasterizerDiscard(on) => {
                    self.known.discard = *on;
                    self.toggle(glow::RASTERIZER_DISCARD, *on);
                }
                StateField::ClearColor([r, g, b, a]) => {
                    self.known.clear_color = [*r, *g, *b, *a];
                    gl.clear_color(*r, *g, *b, *a);
                }
                StateField::ClearDepth(depth) => {
                    self.known.clear_depth = *depth;
                    if self.desktop {
                        gl.clear_depth(f64::from(*depth));
                    } else {
                        gl.clear_depth_f32(*depth);
                    }
                }
                StateField::ClearStencil(value) => {
                    self.known.clear_stencil = *value;
                    gl.clear_stencil(i32::from(*value));
                }
            }
        }
    }

    /// Runs something under a state in which everything is written everywhere, then puts the state back.
    pub(super) fn unmasked(&mut self, work: impl FnOnce(&mut Self)) {
        let gl = self.gl.clone();
        // SAFETY: see the module's head.
        unsafe {
            self.toggle(glow::SCISSOR_TEST, false);
            if self.known.discard {
                self.toggle(glow::RASTERIZER_DISCARD, false);
            }
            gl.color_mask(true, true, true, true);
            gl.depth_mask(true);
            gl.stencil_mask(255);
            work(self);
            let [r, g, b, a] = self.known.color_mask;
            gl.color_mask(r, g, b, a);
            gl.depth_mask(self.known.depth_mask);
            gl.stencil_mask(u32::from(self.known.stencil_write_mask));
            let [r, g, b, a] = self.known.clear_color;
            gl.clear_color(r, g, b, a);
            gl.clear_stencil(i32::from(self.known.clear_stencil));
            if self.desktop {
                gl.clear_depth(f64::from(self.known.clear_depth));
            } else {
                gl.clear_depth_f32(self.known.clear_depth);
            }
            self.toggle(glow::SCISSOR_TEST, self.known.scissor);
            if self.known.discard {
                self.toggle(glow::RASTERIZER_DISCARD, true);
            }
        }
    }
}
