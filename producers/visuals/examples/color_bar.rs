//! Colour bars: upright and level, of numbers, logarithms and large numbers.
//!
//! ```console
//! $ cargo run -p glir-visuals --example color_bar color_bar.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context};
use glir_visuals::ticks::Scale;
use glir_visuals::{ColorBar, Colormap, Side, Typeface, View, Visual};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(640, 400)?;
    context.set_title("Colour bars")?;
    let typeface = Typeface::sans(&context)?;
    context.clear(Clear::color([1.0; 4]))?;
    let bars = [
        ("viridis", [0.0, 3.5], Scale::Linear, Side::Right, "Speed (m/s)", [30.0, 30.0, 18.0, 340.0]),
        ("RdBu_r", [-2.5e-6, 2.5e-6], Scale::Linear, Side::Left, "Charge (C)", [210.0, 30.0, 18.0, 330.0]),
        ("inferno", [-3.0, 4.0], Scale::Log, Side::Bottom, "Counts per second", [270.0, 330.0, 340.0, 18.0]),
        ("cividis", [250.0, 320.0], Scale::Linear, Side::Top, "Temperature (K)", [270.0, 180.0, 340.0, 18.0]),
        ("turbo", [1.0, 0.0], Scale::Linear, Side::Bottom, "from 1 to 0", [270.0, 80.0, 340.0, 30.0]),
    ];
    for (name, limits, scale, side, title, place) in bars {
        let mut bar = ColorBar::new(&typeface, &Colormap::named(name)?, limits, side)?;
        bar.set_scale(scale)?;
        bar.set_title(title)?;
        bar.draw(&View::pixels(place))?;
    }
    save::save(&context.header(), &[context.swap()], "color_bar.glir")
}
