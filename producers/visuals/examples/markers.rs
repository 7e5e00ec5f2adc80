//! Markers: every shape there is, and a cloud of which each has its own size, colour and angle.
//!
//! ```console
//! $ cargo run -p glir-visuals --example markers markers.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context};
use glir_visuals::{Color, Colormap, Each, MarkerStyle, Markers, Symbol, View, Visual};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(960, 540)?;
    context.set_title("Markers")?;
    let view = View::pixels([0.0, 0.0, 960.0, 540.0]);
    let map = Colormap::named("viridis")?;

    // One draw of all shapes, with an edge.
    let count = Symbol::ALL.len();
    let places: Vec<[f64; 2]> =
        (0..count).map(|i| [55.0 + 94.0 * (i % 5) as f64, 490.0 - 88.0 * (i / 5) as f64]).collect();
    let shares = (0..count).map(|i| i as f64 / count as f64);
    let style = MarkerStyle {
        symbol: Each::Each(Symbol::ALL.to_vec()),
        size: 52.0.into(),
        color: Each::Each(shares.map(|share| map.at(share)).collect()),
        edge_width: 2.0,
        ..MarkerStyle::default()
    };
    let mut shapes = Markers::new(&context, &places, style)?;

    // A sunflower's seeds: the golden angle from one to the next.
    let seeds = 700;
    let golden = std::f64::consts::PI * (3.0 - 5f64.sqrt());
    let places: Vec<[f64; 2]> = (0..seeds)
        .map(|i| (f64::from(i) * golden, 8.6 * f64::from(i).sqrt()))
        .map(|(angle, radius)| [720.0 + radius * angle.cos(), 270.0 + radius * angle.sin()])
        .collect();
    let share = |i: i32| f64::from(i) / f64::from(seeds);
    let warm = Colormap::named("inferno")?;
    let style = MarkerStyle {
        symbol: Symbol::TriangleRight.into(),
        size: (0..seeds).map(|i| (4.0 + 11.0 * share(i)) as f32).collect::<Vec<f32>>().into(),
        color: (0..seeds)
            .map(|i| warm.at(0.15 + 0.7 * share(i)).with_alpha(0.85))
            .collect::<Vec<Color>>()
            .into(),
        angle: (0..seeds).map(|i| (f64::from(i) * golden) as f32).collect::<Vec<f32>>().into(),
        ..MarkerStyle::default()
    };
    let mut sunflower = Markers::new(&context, &places, style)?;

    context.clear(Clear::color([1.0; 4]))?;
    shapes.draw(&view)?;
    sunflower.draw(&view)?;
    save::save(&context.header(), &[context.swap()], "markers.glir")
}
