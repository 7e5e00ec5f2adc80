//! Bars side by side with a colour each, and the same numbers as a stack: neighbours meet without a gap.
//!
//! ```console
//! $ cargo run -p glir-visuals --example rectangles rectangles.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context, Rect};
use glir_visuals::{Axis, Color, Colormap, Each, Rectangles, Side, Typeface, View, Visual};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(800, 320)?;
    context.set_title("Rectangles")?;
    let typeface = Typeface::sans(&context)?;
    context.clear(Clear::color([1.0; 4]))?;

    let values = [3.2, 5.1, 4.4, 6.8, 2.9, 1.2, 4.9, 7.4, 3.8, 2.2];
    let map = Colormap::named("viridis")?;
    let colors: Vec<Color> = values.iter().map(|value| map.at(value / 8.0)).collect();
    let side_by_side: Vec<[f64; 4]> =
        values.iter().enumerate().map(|(i, value)| [i as f64 + 0.05, 0.0, i as f64 + 0.95, *value]).collect();
    let stacked: Vec<[f64; 4]> = values
        .iter()
        .scan(0.0, |low, value| {
            let bottom = *low;
            *low += value;
            Some([2.0, bottom, 8.0, *low])
        })
        .collect();

    for (left, bars, top) in [(50.0, side_by_side, 8.0), (450.0, stacked, 45.0)] {
        let view = View::rect([0.0, 10.0, 0.0, top], [left, 30.0, 330.0, 270.0]);
        context.set_viewport(Rect { x: left as i32, y: 30, width: 330, height: 270 })?;
        Rectangles::new(&context, &bars, Each::Each(colors.clone()))?.draw(&view)?;
        context.set_viewport(None)?;
        for side in [Side::Bottom, Side::Left] {
            Axis::new(&typeface, side)?.draw(&view)?;
        }
    }
    save::save(&context.header(), &[context.swap()], "rectangles.glir")
}
