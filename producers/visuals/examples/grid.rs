//! Grid lines behind a curve on logarithmic axes, and a grid of time with upright lines only.
//!
//! ```console
//! $ cargo run -p glir-visuals --example grid grid.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context, Rect};
use glir_visuals::ticks::Scale;
use glir_visuals::{Axis, Color, Grid, Line, LineStyle, Side, Typeface, View, Visual};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(800, 360)?;
    context.set_title("Grids")?;
    let typeface = Typeface::sans(&context)?;
    context.clear(Clear::color([1.0; 4]))?;

    // A low-pass of second order: coordinates are decimal logarithms.
    let response = |frequency: f64| -> f64 {
        let ratio = frequency / 1000.0;
        1.0 / ((1.0 - ratio * ratio).powi(2) + (0.3 * ratio).powi(2)).sqrt()
    };
    let bode: Vec<[f64; 2]> = (0..400)
        .map(|step| 1.0 + 4.0 * f64::from(step) / 399.0)
        .map(|decade| [decade, response(10.0_f64.powf(decade)).log10()])
        .collect();
    let start = 1_795_219_200.0; // 2026-11-21, midnight
    let day: Vec<[f64; 2]> = (0..400)
        .map(|step| 86_400.0 * f64::from(step) / 399.0)
        .map(|second| [start + second, 12.0 - 6.0 * (second / 86_400.0 * std::f64::consts::TAU + 0.6).cos()])
        .collect();
    let plots = [
        (bode, [60.0, 50.0, 330.0, 290.0], [1.0, 5.0, -4.0, 1.0], [Some(Scale::Log), Some(Scale::Log)]),
        (day, [450.0, 50.0, 330.0, 290.0], [start, start + 86_400.0, 4.0, 20.0], [Some(Scale::Time), None]),
    ];
    for (points, frame, rect, scales) in plots {
        let view = View::rect(rect, frame);
        let [x, y, width, height] = frame.map(|side| side as u32);
        context.set_viewport(Rect { x: x as i32, y: y as i32, width, height })?;
        let mut grid = Grid::new(&typeface)?;
        grid.set_scales(scales)?;
        grid.draw(&view)?;
        let style = LineStyle { width: 2.5, color: Color::rgb8(213, 94, 0).into(), ..LineStyle::default() };
        Line::new(&context, &points, style)?.draw(&view)?;
        context.set_viewport(None)?;
        for (side, scale) in [Side::Bottom, Side::Left].into_iter().zip(scales) {
            let mut axis = Axis::new(&typeface, side)?;
            axis.set_scale(scale.unwrap_or_default())?;
            axis.draw(&view)?;
        }
    }
    save::save(&context.header(), &[context.swap()], "grid.glir")
}
