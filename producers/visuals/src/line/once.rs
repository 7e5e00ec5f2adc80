//! Ink that a pixel takes once, however many segments share it.
//!
//! The alpha of what is drawn on serves as a mask: it becomes 0, then at each pixel the greatest coverage of any segment, and where it is not 0 the
//! line's colour is laid over what is there; at last alpha is 1 again. So the order of segments counts for nothing, and a line of many has the
//! edges of one.

use crate::color::Color;
use crate::error::Result;
use crate::place::{Parts, Place};
use crate::view::View;
use glir_gloo::{
    BlendEquation, BlendEquations, BlendFactor, BlendFunc, Context, Mode, StateField, VertexBuffer,
};
use glir_shaders::Function;

const ALPHA: StateField = StateField::ColorMask([false, false, false, true]);

/// What lies over all of the viewport before and behind the segments.
#[derive(Debug)]
pub(crate) struct Once {
    place: Place,
}

impl Once {
    pub(crate) fn new(context: &Context, color: Color) -> Result<Once> {
        let parts = Parts {
            vertex: Function::new(
                "whole",
                "attribute vec2 a_corner; void main() { gl_Position = vec4(a_corner * 2.0 - 1.0, 0.0, 1.0); }",
            )?,
            fragment: Function::new(
                "whole_color",
                "uniform vec4 u_color; void $finish(vec4 color, float coverage); void main() { $finish(u_color, 1.0); }",
            )?,
            item: None,
        };
        let mut once = Once { place: Place::new(context, "ink", parts)? };
        let corners = VertexBuffer::new(context, &[[0u8, 0], [0, 1], [1, 0], [1, 1]])?;
        once.place.set("a_corner", &corners)?;
        once.set_color(color)?;
        Ok(once)
    }

    /// The line's colour; how see-through it is is said by its segments.
    pub(crate) fn set_color(&mut self, color: Color) -> Result<()> {
        self.place.set("u_color", color.with_alpha(1.0).clamped())
    }

    /// What segments are drawn with in between: each pixel's alpha becomes the greatest.
    pub(crate) fn segments() -> Vec<StateField> {
        let (rgb, alpha) = (BlendEquation::Max, BlendEquation::Max);
        vec![ALPHA, StateField::BlendEquation(BlendEquations { rgb, alpha })]
    }

    /// Makes alpha 0.
    pub(crate) fn begin(&mut self, view: &View) -> Result<()> {
        self.draw(view, ALPHA, [BlendFactor::Zero, BlendFactor::Zero])
    }

    /// Lays the colour over what is there, by alpha, and makes alpha 1.
    pub(crate) fn end(&mut self, view: &View) -> Result<()> {
        let color = StateField::ColorMask([true, true, true, false]);
        self.draw(view, color, [BlendFactor::DstAlpha, BlendFactor::OneMinusDstAlpha])?;
        self.draw(view, ALPHA, [BlendFactor::One, BlendFactor::Zero])?;
        // What is masked is not cleared either.
        Ok(self.place.context().set_state([StateField::ColorMask([true; 4])])?)
    }

    fn draw(&mut self, view: &View, mask: StateField, [src, dst]: [BlendFactor; 2]) -> Result<()> {
        let factors = BlendFunc { src_rgb: src, dst_rgb: dst, src_alpha: src, dst_alpha: dst };
        self.place.set_state(vec![mask, StateField::BlendFunc(factors)]);
        self.place.draw(view, Mode::TriangleStrip, 0..4)
    }
}
