//! The net of the globe in two projections: an orthographic view, whose lines end at the limb, and Mercator's map, closed by its last
//! meridian. The CPU projects the lines, with as many points as they need to look round; scale and place are left to the GPU.
//!
//! ```console
//! $ cargo run -p glir-transforms --example globe globe.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context, Frame, Header};
use glir_transforms::{Point, Projection, Transform};
use glir_visuals::{Color, Line, LineStyle, View, Visual};
use std::error::Error;

/// Meridians from one on, and parallels, every fifteen degrees: the ends of each.
fn net(first: i32) -> Vec<[Point; 2]> {
    let degrees = |step: i32| f64::from(step) * 15.0;
    let meridians =
        (first..=12).map(degrees).map(|longitude| [[longitude, -75.0, 0.0], [longitude, 75.0, 0.0]]);
    let parallels = (-5..=5).map(degrees).map(|latitude| [[-180.0, latitude, 0.0], [180.0, latitude, 0.0]]);
    meridians.chain(parallels).collect()
}

/// The stream's header and its only frame.
pub(crate) fn picture() -> Result<(Header<'static>, Vec<Frame>), Box<dyn Error>> {
    let context = Context::new(640, 320)?;
    context.set_title("the globe's net")?;
    context.clear(Clear::color([1.0; 4]))?;
    let globe = Transform::projection(Projection::Orthographic { radius: 1.0, center: [10.0, 45.0] })?;
    let map = Transform::projection(Projection::Mercator { radius: 1.0, meridian: 0.0 })?;
    // There and back again: the middle of the picture is where one looks at.
    let middle = globe.inverse().map([0.0, 0.0, 0.0]);
    assert!((middle[0] - 10.0).abs() < 1e-9 && (middle[1] - 45.0).abs() < 1e-9);

    // The limb: a circle, which no transform has to bend.
    let limb: Vec<Point> = (0..=180)
        .map(|step| (f64::from(step) / 180.0 * std::f64::consts::TAU).sin_cos())
        .map(|(sin, cos)| [cos, sin, 0.0])
        .collect();
    let view = View::pixels([0.0, 0.0, 640.0, 320.0]);
    // On the globe the first and the last meridian are one; the map has them at its borders, and twelve pixels between two.
    let wide = 144.0 / std::f64::consts::PI;
    for (projection, first, outline, scale, place) in
        [(globe, -11, vec![limb], 144.0, [160.0, 160.0]), (map, -12, Vec::new(), wide, [480.5, 160.5])]
    {
        // The far side of the globe is nowhere, so a line may come in pieces; NaN parts them.
        let pieces =
            net(first).into_iter().flat_map(|line| projection.map_path(&line, 0.1 / scale)).chain(outline);
        let points: Vec<Point> = pieces.flat_map(|piece| [piece, vec![[f64::NAN; 3]]].concat()).collect();
        let style = LineStyle { width: 1.2, color: Color::rgb8(0, 115, 179).into(), ..LineStyle::default() };
        let mut lines = Line::new(&context, &points, style)?;
        // What may change is left to the GPU: its numbers are uniforms.
        let place = Transform::scale_translate([scale; 3], [place[0], place[1], 0.0])?.dynamic();
        lines.set_transform(&place)?;
        lines.draw(&view)?;
    }
    Ok((context.header(), vec![context.swap()]))
}

#[allow(dead_code)] // a test draws the picture
fn main() -> Result<(), Box<dyn Error>> {
    let (header, frames) = picture()?;
    save::save(&header, &frames, "globe.glir")
}
