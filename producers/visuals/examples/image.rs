//! Images: numbers by colour maps, a hole in them, a photograph's like by Lanczos' kernel, and a map bent by polar coordinates.
//!
//! ```console
//! $ cargo run -p glir-visuals --example image image.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context};
use glir_transforms::Transform;
use glir_visuals::{Color, Image, ImageStyle, Interpolation, Pixels, View, Visual};
use std::error::Error;

/// Interference of two sources, and nothing known in a disc.
fn waves(width: usize, height: usize) -> Vec<f32> {
    let value = |x: f32, y: f32| {
        let [a, b] = [(0.3f32, 0.35f32), (0.7, 0.6)].map(|(u, v)| ((x - u).powi(2) + (y - v).powi(2)).sqrt());
        if a < 0.07 {
            f32::NAN
        } else {
            (60.0 * a).sin() / (1.0 + 6.0 * a) + (60.0 * b).sin() / (1.0 + 6.0 * b)
        }
    };
    (0..width * height)
        .map(|i| value((i % width) as f32 / width as f32, (i / width) as f32 / height as f32))
        .collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(960, 540)?;
    context.set_title("Images")?;
    let view = View::pixels([0.0, 0.0, 960.0, 540.0]);
    let mut images = Vec::new();

    let style = ImageStyle {
        rect: Some([15.0, 475.0, 15.0, 525.0]),
        colormap: "magma".parse()?,
        bad: Color::rgb8(120, 200, 120),
        ..ImageStyle::default()
    };
    images.push(Image::new(&context, (400, 440), Pixels::F32(&waves(400, 440)), style)?);

    // Twelve by nine texels, four ways.
    let few = waves(12, 9);
    for (index, interpolation) in
        [Interpolation::Nearest, Interpolation::Linear, Interpolation::Cubic, Interpolation::Lanczos]
            .into_iter()
            .enumerate()
    {
        let (x, y) = (490.0 + 231.0 * (index % 2) as f64, 375.0 - 165.0 * (index / 2) as f64);
        let style = ImageStyle {
            rect: Some([x, x + 224.0, y, y + 150.0]),
            interpolation,
            colormap: "viridis".parse()?,
            ..ImageStyle::default()
        };
        images.push(Image::new(&context, (12, 9), Pixels::F32(&few), style)?);
    }

    // Hours by days, as a clock.
    let days: Vec<u8> = (0..24 * 7)
        .map(|i| (128.0 + 120.0 * (i as f32 * 0.26).sin() * (i as f32 * 0.031).cos()) as u8)
        .collect();
    let style = ImageStyle {
        rect: Some([0.15, std::f64::consts::PI - 0.15, 55.0, 185.0]),
        colormap: "turbo".parse()?,
        ..ImageStyle::default()
    };
    let mut clock = Image::new(&context, (24, 7), Pixels::U8(&days), style)?;
    clock.set_transform(
        &Transform::polar().then(&Transform::scale_translate([1.2, 1.0, 1.0], [717.0, 12.0, 0.0])?),
    )?;
    images.push(clock);

    context.clear(Clear::color([1.0; 4]))?;
    for image in &mut images {
        image.draw(&view)?;
    }
    save::save(&context.header(), &[context.swap()], "image.glir")
}
