//! Lines with joins, caps, dashes and colours of their own: a rose, a signal with a gap, and the kinds of dashes.
//!
//! ```console
//! $ cargo run -p glir-visuals --example line line.glir
//! ```

#[path = "../../gloo/examples/common/save.rs"]
mod save;

use glir_gloo::{Clear, Context};
use glir_visuals::{Cap, Color, Colormap, Dash, Each, Join, Line, LineStyle, View, Visual};
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(960, 540)?;
    context.set_title("Lines")?;
    let view = View::pixels([0.0, 0.0, 960.0, 540.0]);

    // A closed line, coloured along its way.
    let rose: Vec<[f64; 2]> = (0..1200)
        .map(|step| f64::from(step) / 1200.0 * std::f64::consts::PI)
        .map(|angle| (angle, 200.0 * (5.0 * angle).cos()))
        .map(|(angle, radius)| [230.0 + radius * angle.cos(), 290.0 + radius * angle.sin()])
        .collect();
    let map = Colormap::named("turbo")?;
    let colors = (0..rose.len()).map(|index| map.at(index as f64 / rose.len() as f64)).collect();
    let style = LineStyle { width: 7.0, color: Each::Each(colors), closed: true, ..LineStyle::default() };
    let mut rose = Line::new(&context, &rose, style)?;

    // A signal that is missing for a while: the line breaks where a value is NaN.
    let signal: Vec<[f64; 2]> = (0..220)
        .map(|step| f64::from(step) * 2.2)
        .map(|x| {
            (x, if (150.0..190.0).contains(&x) { f64::NAN } else { (x / 17.0).sin() + (x / 5.3).cos() / 3.0 })
        })
        .map(|(x, y)| [460.0 + x, 450.0 + 45.0 * y])
        .collect();
    let style = LineStyle { width: 2.5, color: Color::rgb8(0, 114, 178).into(), ..LineStyle::default() };
    let mut signal = Line::new(&context, &signal, style)?;

    // Corners and ends of each kind, and dashes between them.
    let zigzag = [[0.0, 0.0], [70.0, 52.0], [120.0, 0.0], [190.0, 52.0], [215.0, 0.0]];
    let kinds = [
        (Join::Miter, Cap::Butt, None),
        (Join::Round, Cap::Round, None),
        (Join::Bevel, Cap::Square, None),
        (Join::Miter, Cap::Butt, Some(Dash::pixels(&[26.0, 10.0]))),
        (Join::Round, Cap::Round, Some(Dash::pixels(&[0.0, 21.0]))),
        (Join::Bevel, Cap::Triangle, Some(Dash::pixels(&[30.0, 20.0, 0.0, 20.0]))),
    ];
    let mut zigzags = Vec::new();
    for (index, (join, cap, dash)) in kinds.into_iter().enumerate() {
        let (x, y) = (480.0 + 240.0 * (index / 3) as f64, 290.0 - 108.0 * (index % 3) as f64);
        let points: Vec<[f64; 2]> = zigzag.iter().map(|p| [x + p[0], y + p[1]]).collect();
        let color = Color::rgb8(213, 94, 0).with_alpha(0.7).into();
        let style = LineStyle { width: 15.0, color, join, cap, dash, ..LineStyle::default() };
        zigzags.push(Line::new(&context, &points, style)?);
    }

    context.clear(Clear::color([1.0; 4]))?;
    rose.draw(&view)?;
    signal.draw(&view)?;
    for zigzag in &mut zigzags {
        zigzag.draw(&view)?;
    }
    save::save(&context.header(), &[context.swap()], "line.glir")
}
