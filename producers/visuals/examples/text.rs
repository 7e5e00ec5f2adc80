//! Text: sizes from 8 to 48 pixels, scripts, turns, halos, light letters on dark ground.
//!
//! ```console
//! $ cargo run -p glir-visuals --example text text.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context};
use glir_text::{Align, AlignX, AlignY};
use glir_visuals::{Color, Each, Rectangles, Text, Typeface, View, Visual};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(800, 520)?;
    context.set_title("Text")?;
    let typeface = Typeface::sans(&context)?;
    let view = View::pixels([0.0, 0.0, 800.0, 520.0]);

    // Sizes, from small to large.
    let sizes = [8.0_f32, 9.0, 10.0, 11.0, 12.0, 14.0, 18.0, 24.0, 48.0];
    let words: Vec<String> = sizes
        .iter()
        .map(|size| {
            format!("{size} px: {}", if *size < 40.0 { "Hamburgefonstiv 0123456789" } else { "Ωmega" })
        })
        .collect();
    let mut top = 512.0;
    let places: Vec<[f64; 2]> = sizes
        .iter()
        .map(|size| {
            top -= 1.25 * f64::from(*size);
            [16.0, top]
        })
        .collect();
    let mut specimen = Text::new(&typeface, &words, &places)?;
    specimen.set_size(sizes.to_vec())?;

    // Scripts, kerning and ligatures, marks, mathematics, and what the font lacks.
    let words = [
        "Latin: ÄÖÜ çéñ AVATAR office",
        "Ελληνικά: αβγδε Ω",
        "Кириллица: Жизнь",
        "עברית",
        "العربية",
        "∂u/∂t = α∇²u,  x ≤ 3.2×10⁻³ µm ± 0.5 °C",
        "not in the font: \u{1F9EA}",
    ];
    let places: Vec<[f64; 2]> = (0..words.len()).map(|row| [16.0, 250.0 - 24.0 * row as f64]).collect();
    let mut scripts = Text::new(&typeface, &words, &places)?;
    scripts.set_size(15.0)?;
    scripts.set_color(Color::rgb8(0, 60, 110))?;

    // Spokes: every string turned about its own anchor.
    let spokes = 24;
    let angles: Vec<f32> = (0..spokes).map(|spoke| 360.0 / spokes as f32 * spoke as f32).collect();
    let words: Vec<String> = angles.iter().map(|angle| format!("———  {angle}°")).collect();
    let mut wheel = Text::new(&typeface, &words, &vec![[650.0, 390.0]; spokes])?;
    wheel.set_size(12.0)?;
    wheel.set_align(Align { x: AlignX::Left, y: AlignY::Center })?;
    wheel.set_color(Each::Each(
        (0..spokes).map(|spoke| Color::rgb(0.85 * spoke as f32 / 24.0, 0.25, 0.5)).collect(),
    ))?;
    wheel.set_rotation(angles)?;

    // Dark ground, and halos.
    let dark = Color::rgb8(25, 30, 45);
    let mut ground = Rectangles::new(&context, &[[400.0, 16.0, 784.0, 150.0]], dark)?;
    let words = ["light on dark, 10 px", "light on dark, 13 px", "two lines,\ncentred", "halo"];
    let mut light =
        Text::new(&typeface, &words, &[[416.0, 126.0], [416.0, 104.0], [680.0, 110.0], [416.0, 40.0]])?;
    light.set_size(vec![10.0, 13.0, 16.0, 40.0])?;
    light.set_color(vec![Color::WHITE, Color::WHITE, Color::rgb8(255, 200, 90), dark])?;
    let centered = Align { x: AlignX::Center, y: AlignY::Center };
    light.set_align(vec![Align::default(), Align::default(), centered, Align::default()])?;
    let mut halo = Text::new(&typeface, &["halo"], &[[416.0, 40.0]])?;
    halo.set_size(40.0)?;
    halo.set_color(dark)?;
    halo.set_halo(Color::rgb8(120, 200, 255), 3.0)?;

    context.clear(Clear::color([1.0; 4]))?;
    for visual in
        [&mut specimen as &mut dyn Visual, &mut scripts, &mut wheel, &mut ground, &mut light, &mut halo]
    {
        visual.draw(&view)?;
    }
    save::save(&context.header(), &[context.swap()], "text.glir")
}
