//! Lines: pictures of joins, caps and dashes; what is sent; bad input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{VIEWPORT, draw, frame, golden, names, pick, rect, small};
use glir_transforms::{Map, Transform};
use glir_visuals::{Cap, Color, Dash, Each, Join, Line, LineStyle, View, Visual};

const BLUE: Color = Color::rgb(0.0, 0.45, 0.7);

/// The canvas in pixels.
fn pixels() -> View {
    View::pixels(VIEWPORT)
}

fn moved(points: &[[f64; 2]], x: f64, y: f64) -> Vec<[f64; 2]> {
    points.iter().map(|p| [p[0] + x, p[1] + y]).collect()
}

#[test]
fn joins_and_caps() {
    let context = small();
    let mut lines = Vec::new();
    let corner = [[8.0, 8.0], [28.0, 58.0], [48.0, 8.0]];
    let flat = [[8.0, 0.0], [30.0, 14.0], [52.0, 0.0]];
    for (column, join) in [Join::Miter, Join::Round, Join::Bevel].into_iter().enumerate() {
        let x = 58.0 * column as f64;
        let cap = [Cap::Butt, Cap::Round, Cap::Square][column];
        let color = BLUE.with_alpha(0.5).into();
        let style = LineStyle { width: 12.0, join, cap, color, ..LineStyle::default() };
        lines.push(Line::new(&context, &moved(&corner, x, 90.0), style.clone()).unwrap());
        lines.push(Line::new(&context, &moved(&flat, x, 64.0), style.clone()).unwrap());
        let triangle = [[10.0, 10.0], [50.0, 10.0], [30.0, 42.0]];
        let style = LineStyle { closed: true, width: 8.0, ..style };
        lines.push(Line::new(&context, &moved(&triangle, x, 0.0), style).unwrap());
    }
    for (row, cap) in [Cap::Butt, Cap::Round, Cap::Square, Cap::Triangle].into_iter().enumerate() {
        let y = 148.0 - 16.0 * row as f64;
        let style = LineStyle { width: 10.0, cap, ..LineStyle::default() };
        lines.push(Line::new(&context, &[[190.0, y], [228.0, y]], style).unwrap());
    }
    for (row, width) in [0.5f32, 1.0, 1.5, 2.0, 3.0].into_iter().enumerate() {
        let y = 80.0 - 10.0 * row as f64;
        let style = LineStyle { width, ..LineStyle::default() };
        lines.push(Line::new(&context, &[[184.0, y - 10.0], [232.0, y]], style).unwrap());
    }
    let mut visuals: Vec<&mut dyn Visual> = lines.iter_mut().map(|line| line as &mut dyn Visual).collect();
    let frame = frame(&context, &pixels(), &mut visuals);
    assert!(context.header().requires.is_empty());
    golden("line-joins", &context, &[frame]);
}

#[test]
fn dashes() {
    let context = small();
    let wave: Vec<[f64; 2]> =
        (0..=100).map(f64::from).map(|i| [10.0 + 2.2 * i, 12.0 * (i / 6.0).sin()]).collect();
    let mut lines = Vec::new();
    let patterns = [
        (Cap::Butt, Dash::pixels(&[12.0, 6.0]), 6.0),
        (Cap::Round, Dash::pixels(&[0.0, 10.0]), 6.0),
        (Cap::Square, Dash::pixels(&[14.0, 12.0, 0.0, 12.0]).with_phase(7.0), 5.0),
        (Cap::Triangle, Dash::scene(&[20.0, 12.0]), 6.0),
    ];
    for (row, (cap, dash, width)) in patterns.into_iter().enumerate() {
        let style = LineStyle { width, cap, dash: Some(dash), color: BLUE.into(), ..LineStyle::default() };
        lines.push(Line::new(&context, &moved(&wave, 0.0, 136.0 - 38.0 * row as f64), style).unwrap());
    }
    let mut visuals: Vec<&mut dyn Visual> = lines.iter_mut().map(|line| line as &mut dyn Visual).collect();
    let frame = frame(&context, &pixels(), &mut visuals);
    golden("line-dashes", &context, &[frame]);
}

/// The distance of a point to a segment.
fn distance(p: [f64; 2], [a, b]: [[f64; 2]; 2]) -> f64 {
    let way = [b[0] - a[0], b[1] - a[1]];
    let square = (way[0] * way[0] + way[1] * way[1]).max(1e-30);
    let share = (((p[0] - a[0]) * way[0] + (p[1] - a[1]) * way[1]) / square).clamp(0.0, 1.0);
    (p[0] - a[0] - share * way[0]).hypot(p[1] - a[1] - share * way[1])
}

/// The pieces of a path that dashes of a length take, every so many pixels, from an offset on.
fn dashed(path: &[[f64; 2]], dash: f64, every: f64, phase: f64) -> Vec<[[f64; 2]; 2]> {
    let (mut pieces, mut along) = (Vec::new(), 0.0);
    for pair in path.windows(2) {
        let way = [pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]];
        let size = way[0].hypot(way[1]);
        for repeat in -1..60 {
            let from = f64::from(repeat) * every - phase;
            let [from, to] = [from, from + dash].map(|at| at - along);
            if to >= 0.0 && from <= size {
                let at = |at: f64| [0, 1].map(|axis| pair[0][axis] + way[axis] * at.clamp(0.0, size) / size);
                pieces.push([at(from), at(to)]);
            }
        }
        along += size;
    }
    pieces
}

#[test]
fn dashes_are_whole_at_sharp_corners() {
    let path = [[20.0, 30.0], [90.0, 82.0], [140.0, 30.0], [210.0, 82.0], [225.0, 20.0], [228.0, 140.0]];
    for (dash, every) in [(0.0, 21.0), (13.0, 34.0)] {
        for step in 0..8 {
            let context = small();
            let phase = f64::from(step) * every / 8.0;
            let pattern = Dash::pixels(&[dash, every - dash]).with_phase(phase);
            let style = LineStyle { width: 15.0, dash: Some(pattern), ..LineStyle::default() };
            let mut line = Line::new(&context, &path, style).unwrap();
            let frame = frame(&context, &pixels(), &mut [&mut line]);
            let Some(picture) = draw(&context.header(), &[frame]) else { return };
            let pieces = dashed(&path, dash, every, phase);
            for (x, y) in (0..160).flat_map(|y| (0..240).map(move |x| (x, y))) {
                let at = [f64::from(x) + 0.5, 159.5 - f64::from(y)];
                // A dash that began before the line is no dash of it, but its end.
                let near = |piece: &[[f64; 2]; 2]| distance(at, *piece);
                let off = pieces.iter().map(near).fold(f64::INFINITY, f64::min) - 7.5;
                let expected = 255.0 * (1.0 - (0.5 - off).clamp(0.0, 1.0));
                let found = f64::from(picture.at(x, y)[0]);
                assert!(
                    (found - expected).abs() < 12.0,
                    "{dash}, {phase}: {found} at {x}, {y}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn colors_breaks_and_dots() {
    let context = small();
    let spiral: Vec<[f64; 2]> = (0..200)
        .map(f64::from)
        .map(|i| if i == 60.0 || i == 62.0 || i == 120.0 { f64::NAN } else { i })
        .map(|i| [120.0 + 0.38 * i * (i / 9.0).cos(), 80.0 + 0.38 * i * (i / 9.0).sin()])
        .collect();
    let map = glir_visuals::Colormap::named("plasma").unwrap();
    let colors: Vec<Color> = (0..200).map(|i| map.at(f64::from(i) / 200.0)).collect();
    let style = LineStyle { width: 7.0, color: Each::Each(colors), ..LineStyle::default() };
    let mut line = Line::new(&context, &spiral, style).unwrap();
    let frame = frame(&context, &pixels(), &mut [&mut line]);
    golden("line-colors", &context, &[frame]);
}

#[test]
fn a_pan_sends_one_uniform_and_a_zoom_no_more() {
    let context = small();
    let points: Vec<[f64; 2]> = (0..50).map(f64::from).map(|i| [i, (i / 5.0).sin()]).collect();
    let mut line = Line::new(&context, &points, LineStyle::default()).unwrap();
    let first = frame(&context, &rect([0.0, 50.0, -2.0, 2.0]), &mut [&mut line]);
    assert_eq!(names(&first).iter().filter(|name| **name == "DRAW").count(), 1);
    let panned = frame(&context, &rect([3.0, 53.0, -2.0, 2.0]), &mut [&mut line]);
    assert_eq!(names(&panned), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    line.set_style(LineStyle { width: 4.0, ..LineStyle::default() }).unwrap();
    let wider = frame(&context, &rect([3.0, 53.0, -2.0, 2.0]), &mut [&mut line]);
    assert_eq!(names(&wider), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    let node = Transform::new(Map::ScaleTranslate { scale: [1.0; 3], translate: [0.0, 1.0, 0.0] }).unwrap();
    line.set_transform(&node.dynamic()).unwrap();
    let third = frame(&context, &rect([3.0, 53.0, -2.0, 2.0]), &mut [&mut line]);
    assert!(!names(&third).contains(&"DATA"));
    // Dashes in pixels are measured anew when the view's scale changes, and not when it moves.
    line.set_style(LineStyle { dash: Some(Dash::pixels(&[4.0, 4.0])), ..LineStyle::default() }).unwrap();
    let dashed = frame(&context, &rect([3.0, 53.0, -2.0, 2.0]), &mut [&mut line]);
    assert!(names(&dashed).contains(&"DATA"));
    let panned = frame(&context, &rect([4.0, 54.0, -2.0, 2.0]), &mut [&mut line]);
    assert_eq!(names(&panned), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    draw(&context.header(), &[first, wider, third, dashed]);
}

#[test]
fn far_ends_leave_the_stroke_where_it_is() {
    // Zoomed in so far that the ends lie 10⁹ pixels away, a level line stays level and as wide.
    let context = small();
    let style = LineStyle { width: 10.0, ..LineStyle::default() };
    let mut line = Line::new(&context, &[[-1e9, 0.0], [1e9, 0.0]], style.clone()).unwrap();
    let mut short = Line::new(&context, &[[-1e9, 40.0], [0.0, 40.0]], style).unwrap();
    let view = rect([-120.0, 120.0, -80.0, 80.0]);
    let frame = frame(&context, &view, &mut [&mut line, &mut short]);
    let Some(picture) = draw(&context.header(), &[frame]) else { return };
    for x in 0..240 {
        let rows: Vec<u32> = (60..160).filter(|&y| picture.at(x, y) == [0, 0, 0, 255]).collect();
        assert_eq!(rows, (75..85).collect::<Vec<_>>(), "column {x}");
    }
    // The near end has its cap: five pixels beyond.
    assert_eq!(picture.at(122, 40), [0, 0, 0, 255]);
    assert_eq!(picture.at(126, 40), [255; 4]);
    assert_eq!(picture.at(0, 40), [0, 0, 0, 255]);
}

#[test]
fn segments_are_picked() {
    let context = small();
    let points = [[20.0, 80.0], [100.0, 80.0], [f64::NAN, 0.0], [140.0, 80.0], [140.0, 20.0]];
    let style = LineStyle { width: 9.0, ..LineStyle::default() };
    let mut line = Line::new(&context, &points, style).unwrap();
    let (frame, taken) = pick(&context, &pixels(), &mut line, 1000);
    assert_eq!(taken, 5);
    let Some(picture) = draw(&context.header(), &[frame]) else { return };
    assert_eq!(picture.number(60, 80), 1000);
    assert_eq!(picture.number(120, 80), 0);
    assert_eq!(picture.number(140, 110), 1003);
}

#[test]
fn bad_input_is_drawn_sensibly_or_told() {
    let context = small();
    let none: [[f64; 2]; 0] = [];
    let style = LineStyle { width: 9.0, cap: Cap::Butt, ..LineStyle::default() };
    let mut frames = Vec::new();
    for points in [&none[..], &[[f64::NAN, 1.0]], &[[f64::INFINITY, 0.0], [1e300, 1e300]]] {
        let mut line = Line::new(&context, points, style.clone()).unwrap();
        frames.push(frame(&context, &pixels(), &mut [&mut line]));
        assert!(!names(&frames[frames.len() - 1]).contains(&"DRAW"));
    }
    let mut dot = Line::new(&context, &[[120.0, 80.0]], style.clone()).unwrap();
    let mut same = Line::new(&context, &[[20.0, 80.0]; 5], style.clone()).unwrap();
    frames.push(frame(&context, &pixels(), &mut [&mut dot, &mut same]));
    if let Some(picture) = draw(&context.header(), &frames) {
        assert_eq!(picture.at(120, 80), [0, 0, 0, 255]);
        assert_eq!(picture.at(20, 80), [0, 0, 0, 255]);
        assert!((120..200).contains(&picture.inked()), "{}", picture.inked());
    }
    let told = |style: LineStyle| Line::new(&context, &[[0.0, 0.0]; 3], style).unwrap_err().to_string();
    let colors = Each::Each(vec![Color::BLACK; 2]);
    assert_eq!(told(LineStyle { color: colors, ..style.clone() }), "3 items were given 2 values of `color`");
    assert_eq!(told(LineStyle { width: f32::NAN, ..style.clone() }), "a line can't be NaN pixels wide");
    let dash = Some(Dash::pixels(&[0.0, 0.0]));
    assert_eq!(told(LineStyle { dash, ..style.clone() }), "a pattern of dashes must have a length");
    let dash = Some(Dash::pixels(&[1.0; 10]));
    assert_eq!(told(LineStyle { dash, ..style.clone() }), "a pattern has at most 4 dashes; 5 were given");
    let dash = Some(Dash::pixels(&[-1.0, 2.0]));
    assert_eq!(told(LineStyle { dash, ..style }), "a dash or gap can't be -1 long");
}
