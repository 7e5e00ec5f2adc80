//! Legends as pictures and as commands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{draw, frame, golden, names, pick, rect, small};
use glir_visuals::{Color, Legend, LegendCorner, LegendStyle, Swatch, Symbol, Typeface};

fn entries() -> Vec<(&'static str, Swatch)> {
    let color = |text: &str| text.parse::<Color>().unwrap();
    vec![
        ("line", Swatch::Line { color: color("steelblue"), width: 2.0, dashed: false }),
        ("dashes", Swatch::Line { color: color("#222"), width: 1.0, dashed: true }),
        ("points, Ångström", Swatch::Disc { color: color("darkorange"), size: 8.0 }),
        ("squares", Swatch::Marker { symbol: Symbol::Square, color: color("crimson"), size: 9.0 }),
        ("stars", Swatch::Marker { symbol: Symbol::Star, color: color("purple"), size: 11.0 }),
        ("area\nof two lines", Swatch::Patch { color: color("seagreen") }),
    ]
}

#[test]
fn samples_and_names() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let mut legend = Legend::new(&typeface, &entries()).unwrap();
    let mut other = Legend::new(&typeface, &entries()[..1]).unwrap();
    let mut style = LegendStyle::default();
    (style.corner, style.size) = (LegendCorner::BottomLeft, 10.0);
    other.set_style(style).unwrap();
    let view = rect([0.0, 1.0, 0.0, 1.0]);
    let frames = [frame(&context, &view, &mut [&mut legend, &mut other])];
    golden("legend", &context, &frames);
    assert!(context.header().requires.is_empty(), "WebGL 1 draws it");
    let panned = frame(&context, &rect([0.1, 1.1, 0.0, 1.0]), &mut [&mut legend, &mut other]);
    assert!(!names(&panned).contains(&"UNIFORM"), "a legend stays where it is");
}

#[test]
fn names_are_picked() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let line = Swatch::Line { color: Color::BLACK, width: 2.0, dashed: false };
    let mut legend = Legend::new(&typeface, &[("████", line), ("████", line)]).unwrap();
    let (picked, taken) = pick(&context, &rect([0.0, 1.0, 0.0, 1.0]), &mut legend, 3);
    assert_eq!(taken, 2);
    let Some(picture) = draw(&context.header(), &[picked]) else { return };
    let found: std::collections::BTreeSet<u32> =
        (0..160).flat_map(|y| (0..240).map(move |x| (x, y))).map(|(x, y)| picture.number(x, y)).collect();
    assert_eq!(found.into_iter().collect::<Vec<u32>>(), [0, 3, 4]);
}

#[test]
fn bad_input() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let none: [(&str, Swatch); 0] = [];
    let mut legend = Legend::new(&typeface, &none).unwrap();
    let view = rect([0.0, 1.0, 0.0, 1.0]);
    assert!(!names(&frame(&context, &view, &mut [&mut legend])).contains(&"DRAW"));
    let strange = Swatch::Disc { color: Color::BLACK, size: f32::NAN };
    let stranger = Swatch::Marker { symbol: Symbol::Square, color: Color::BLACK, size: f32::INFINITY };
    legend.set_entries(&[("", strange), ("x", strange), ("y", stranger)]).unwrap();
    frame(&context, &view, &mut [&mut legend]);
    let mut style = LegendStyle::default();
    style.size = f32::NAN;
    assert!(legend.set_style(style).is_err());
    assert!(legend.set_entries(&vec![("x", strange); 1001]).is_err());
}

#[test]
fn it_stands_in_corners_and_at_edges() {
    let line = Swatch::Line { color: Color::BLACK, width: 2.0, dashed: false };
    let places = [
        (LegendCorner::Top, [0, 1]),
        (LegendCorner::Bottom, [0, -1]),
        (LegendCorner::Left, [-1, 0]),
        (LegendCorner::Right, [1, 0]),
        (LegendCorner::BottomLeft, [-1, -1]),
    ];
    for (corner, [x, y]) in places {
        let context = small();
        let typeface = Typeface::sans(&context).unwrap();
        let mut legend = Legend::new(&typeface, &[("one", line)]).unwrap();
        let mut style = legend.style().clone();
        style.corner = corner;
        legend.set_style(style).unwrap();
        let frames = [frame(&context, &rect([0.0, 1.0, 0.0, 1.0]), &mut [&mut legend])];
        let Some(picture) = draw(&context.header(), &frames) else { return };
        let inked = |column: u32, row: u32| picture.at(column, row) != [255; 4];
        let columns: Vec<u32> = (0..240).filter(|x| (0..160).any(|y| inked(*x, y))).collect();
        let rows: Vec<u32> = (0..160).filter(|y| (0..240).any(|x| inked(x, *y))).collect();
        let side = |all: &[u32], size: i64| {
            let (before, after) = (i64::from(all[0]), size - 1 - i64::from(all[all.len() - 1]));
            if (before - after).abs() <= 2 { 0 } else { (before - after).signum() }
        };
        assert_eq!([side(&columns, 240), -side(&rows, 160)], [x, y], "{corner:?}");
    }
}
