//! State fields as GL calls.

use super::TraceBackend;
use super::values::Floats;
use glir_spec::StateField;
use glir_spec::enums::CompareFunc;
use glir_spec::structs::StencilOps;
use std::fmt::Write;

/// The fields that GL takes in one call.
#[derive(Debug)]
pub(super) struct Stencil {
    front: CompareFunc,
    back: CompareFunc,
    reference: u8,
    mask: u8,
}

impl Default for Stencil {
    fn default() -> Self {
        Stencil { front: CompareFunc::Always, back: CompareFunc::Always, reference: 0, mask: 255 }
    }
}

impl<W: Write> TraceBackend<W> {
    fn toggle(&mut self, capability: &str, on: bool) {
        let call = if on { "glEnable" } else { "glDisable" };
        self.line(format_args!("{call}({capability})"));
    }

    fn stencil_func(&mut self, front: bool, back: bool) {
        let Stencil { reference, mask, .. } = self.stencil;
        if front {
            let func = self.stencil.front.gl_name();
            self.line(format_args!("glStencilFuncSeparate(GL_FRONT, {func}, {reference}, {mask})"));
        }
        if back {
            let func = self.stencil.back.gl_name();
            self.line(format_args!("glStencilFuncSeparate(GL_BACK, {func}, {reference}, {mask})"));
        }
    }

    fn stencil_ops(&mut self, face: &str, ops: &StencilOps) {
        let [fail, depth_fail, pass] =
            [ops.fail, ops.depth_fail, ops.pass].map(glir_spec::enums::StencilOp::gl_name);
        self.line(format_args!("glStencilOpSeparate({face}, {fail}, {depth_fail}, {pass})"));
    }

    /// A toggle and, if it is on, the call that gives its value.
    fn switch<T>(&mut self, capability: &str, value: Option<&T>, call: impl FnOnce(&T) -> String) {
        self.toggle(capability, value.is_some());
        if let Some(value) = value {
            let call = call(value);
            self.line(format_args!("{call}"));
        }
    }

    pub(super) fn set_state(&mut self, field: &StateField) {
        let list = |values: &[f32]| Floats(values).to_string().trim_matches(['[', ']']).to_owned();
        match field {
            StateField::Viewport(rect) => {
                if let Some(r) = rect {
                    self.line(format_args!("glViewport({}, {}, {}, {})", r.x, r.y, r.width, r.height));
                }
            }
            StateField::DepthRange(range) => self.line(format_args!("glDepthRangef({})", list(range))),
            StateField::Scissor(rect) => self.switch("GL_SCISSOR_TEST", rect.as_ref(), |r| {
                format!("glScissor({}, {}, {}, {})", r.x, r.y, r.width, r.height)
            }),
            StateField::Blend(on) => self.toggle("GL_BLEND", *on),
            StateField::BlendFunc(f) => {
                let factors = [f.src_rgb, f.dst_rgb, f.src_alpha, f.dst_alpha]
                    .map(glir_spec::enums::BlendFactor::gl_name);
                self.line(format_args!("glBlendFuncSeparate({})", factors.join(", ")));
            }
            StateField::BlendEquation(e) => {
                let (rgb, alpha) = (e.rgb.gl_name(), e.alpha.gl_name());
                self.line(format_args!("glBlendEquationSeparate({rgb}, {alpha})"));
            }
            StateField::BlendColor(color) => self.line(format_args!("glBlendColor({})", list(color))),
            StateField::DepthTest(on) => self.toggle("GL_DEPTH_TEST", *on),
            StateField::DepthFunc(func) => self.line(format_args!("glDepthFunc({})", func.gl_name())),
            StateField::DepthMask(on) => self.line(format_args!("glDepthMask({on})")),
            StateField::StencilTest(on) => self.toggle("GL_STENCIL_TEST", *on),
            StateField::StencilFuncFront(func) => {
                self.stencil.front = *func;
                self.stencil_func(true, false);
            }
            StateField::StencilFuncBack(func) => {
                self.stencil.back = *func;
                self.stencil_func(false, true);
            }
            StateField::StencilReference(reference) => {
                self.stencil.reference = *reference;
                self.stencil_func(true, true);
            }
            StateField::StencilReadMask(mask) => {
                self.stencil.mask = *mask;
                self.stencil_func(true, true);
            }
            StateField::StencilWriteMask(mask) => self.line(format_args!("glStencilMask({mask})")),
            StateField::StencilOpFront(ops) => self.stencil_ops("GL_FRONT", ops),
            StateField::StencilOpBack(ops) => self.stencil_ops("GL_BACK", ops),
            StateField::CullFace(face) => {
                self.switch("GL_CULL_FACE", face.as_ref(), |face| format!("glCullFace({})", face.gl_name()));
            }
            StateField::FrontFace(winding) => self.line(format_args!("glFrontFace({})", winding.gl_name())),
            StateField::PolygonOffset(offset) => {
                self.switch("GL_POLYGON_OFFSET_FILL", offset.as_ref(), |offset| {
                    format!("glPolygonOffset({}, {})", offset.factor, offset.units)
                });
            }
            StateField::LineWidth(width) => self.line(format_args!("glLineWidth({width})")),
            StateField::ColorMask([r, g, b, a]) => self.line(format_args!("glColorMask({r}, {g}, {b}, {a})")),
            StateField::SampleAlphaToCoverage(on) => self.toggle("GL_SAMPLE_ALPHA_TO_COVERAGE", *on),
            StateField::SampleCoverage(coverage) => {
                self.switch("GL_SAMPLE_COVERAGE", coverage.as_ref(), |coverage| {
                    format!("glSampleCoverage({}, {})", coverage.value, coverage.invert)
                });
            }
            StateField::Dither(on) => self.toggle("GL_DITHER", *on),
            StateField::RasterizerDiscard(on) => self.toggle("GL_RASTERIZER_DISCARD", *on),
            StateField::ClearColor(color) => self.line(format_args!("glClearColor({})", list(color))),
            StateField::ClearDepth(depth) => self.line(format_args!("glClearDepthf({depth})")),
            StateField::ClearStencil(value) => self.line(format_args!("glClearStencil({value})")),
        }
    }
}
