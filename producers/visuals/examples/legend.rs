//! A legend of lines, points and an area, in a corner of a plot.
//!
//! ```console
//! $ cargo run -p glir-visuals --example legend legend.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context, Rect};
use glir_visuals::{
    Axis, Color, Dash, Each, Grid, Legend, LegendCorner, Line, LineStyle, MarkerStyle, Markers, Rectangles,
    Side, Swatch, Typeface, View, Visual,
};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(640, 420)?;
    context.set_title("Legend")?;
    let typeface = Typeface::sans(&context)?;
    let frame = [60.0, 55.0, 560.0, 345.0];
    let view = View::rect([0.0, 10.0, 0.0, 1.2], frame);
    let (blue, orange, green) = (Color::rgb8(0, 114, 178), Color::rgb8(213, 94, 0), Color::rgb8(0, 158, 115));

    let model = |x: f64| 1.0 - (-0.5 * x).exp();
    let curve: Vec<[f64; 2]> = (0..=200).map(|step| f64::from(step) / 20.0).map(|x| [x, model(x)]).collect();
    let measured: Vec<[f64; 2]> =
        (1..20).map(|step| f64::from(step) / 2.0).map(|x| [x, model(x) + 0.06 * (x * 9.1).sin()]).collect();
    let style = LineStyle { width: 2.0, color: Each::One(blue), ..LineStyle::default() };
    let mut line = Line::new(&context, &curve, style)?;
    let dash = Some(Dash::pixels(&[8.0, 5.0]));
    let limit = [[0.0, 1.0], [10.0, 1.0]];
    let style = LineStyle { width: 1.0, color: Each::One(Color::BLACK), dash, ..LineStyle::default() };
    let mut limit = Line::new(&context, &limit, style)?;
    let style = MarkerStyle { size: Each::One(8.0), color: Each::One(orange), ..MarkerStyle::default() };
    let mut points = Markers::new(&context, &measured, style)?;
    let mut range = Rectangles::new(&context, &[[2.0, 0.0, 4.0, 1.2]], green.with_alpha(0.25))?;

    let mut legend = Legend::new(
        &typeface,
        &[
            ("model", Swatch::Line { color: blue, width: 2.0, dashed: false }),
            ("limit", Swatch::Line { color: Color::BLACK, width: 1.0, dashed: true }),
            ("measured", Swatch::Disc { color: orange, size: 8.0 }),
            ("range of interest", Swatch::Patch { color: green.with_alpha(0.25) }),
        ],
    )?;
    let mut style = legend.style().clone();
    style.corner = LegendCorner::BottomRight;
    legend.set_style(style)?;

    context.clear(Clear::color([1.0; 4]))?;
    let [x, y, width, height] = frame.map(|side| side as u32);
    context.set_viewport(Rect { x: x as i32, y: y as i32, width, height })?;
    let mut grid = Grid::new(&typeface)?;
    for visual in [&mut grid as &mut dyn Visual, &mut range, &mut line, &mut limit, &mut points, &mut legend]
    {
        visual.draw(&view)?;
    }
    context.set_viewport(None)?;
    for (side, title) in [(Side::Bottom, "Time (h)"), (Side::Left, "Saturation")] {
        let mut axis = Axis::new(&typeface, side)?;
        axis.set_title(title)?;
        axis.draw(&view)?;
    }
    save::save(&context.header(), &[context.swap()], "legend.glir")
}
