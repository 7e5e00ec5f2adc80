//! Very many points: a million of a random walk as a hairline of 8 bytes a point, and a part of it, smooth and two pixels wide.
//!
//! ```console
//! $ cargo run -p glir-visuals --example fast_line fast_line.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context, Rect};
use glir_visuals::{Axis, Color, FastLine, Side, Stroke, Typeface, View, Visual};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(800, 480)?;
    context.set_title("A million points")?;
    let typeface = Typeface::sans(&context)?;
    context.clear(Clear::color([1.0; 4]))?;

    // Steps of one up or down, by a linear congruential generator (Knuth, «The Art of Computer Programming» 2, 3.3.4, table 1, line 26).
    let mut state = 1_u64;
    let mut height = 0.0;
    let walk: Vec<[f64; 2]> = (0..1_000_000)
        .map(|step| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            height += if state >> 63 == 0 { 1.0 } else { -1.0 };
            [f64::from(step), height]
        })
        .collect();
    let part = &walk[500_000..500_200];
    let span = |points: &[[f64; 2]]| {
        let heights = || points.iter().map(|point| point[1]);
        let (low, high) = (heights().fold(f64::MAX, f64::min), heights().fold(f64::MIN, f64::max));
        [points[0][0], points[points.len() - 1][0], low - 0.05 * (high - low), high + 0.05 * (high - low)]
    };
    let plots = [
        (walk.clone(), Stroke::Hairline, 275.0, span(&walk)),
        (part.to_vec(), Stroke::Smooth(2.0), 35.0, span(part)),
    ];
    for (points, stroke, bottom, rect) in plots {
        let view = View::rect(rect, [70.0, bottom, 710.0, 190.0]);
        context.set_viewport(Rect { x: 70, y: bottom as i32, width: 710, height: 190 })?;
        FastLine::new(&context, points, Color::rgb8(0, 114, 178), stroke)?.draw(&view)?;
        context.set_viewport(None)?;
        for side in [Side::Bottom, Side::Left] {
            Axis::new(&typeface, side)?.draw(&view)?;
        }
    }
    save::save(&context.header(), &[context.swap()], "fast_line.glir")
}
