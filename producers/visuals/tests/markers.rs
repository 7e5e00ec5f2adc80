//! Markers: every shape, edges, angles, large ones, sprites, what is sent, picking, bad input.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{VIEWPORT, draw, draw_with, frame, golden, names, pick, rect, small};
use glir_gloo::Context;
use glir_native::Api;
use glir_transforms::{Map, Transform};
use glir_visuals::{Color, Each, MarkerStyle, Markers, SizeUnit, Symbol, View, Visual};

fn pixels() -> View {
    View::pixels(VIEWPORT)
}

const ORANGE: Color = Color::rgb(0.9, 0.6, 0.0);

#[test]
fn every_shape() {
    let context = small();
    let count = Symbol::ALL.len();
    let points: Vec<[f64; 2]> =
        (0..count).map(|i| [16.0 + 30.0 * (i % 8) as f64, 142.0 - 38.0 * (i / 8) as f64]).collect();
    let style = MarkerStyle {
        symbol: Each::Each(Symbol::ALL.to_vec()),
        size: 20.0.into(),
        color: ORANGE.into(),
        edge_width: 1.5,
        ..MarkerStyle::default()
    };
    let mut markers = Markers::new(&context, &points, style).unwrap();
    let frame = frame(&context, &pixels(), &mut [&mut markers]);
    assert!(context.header().requires.is_empty());
    golden("markers-shapes", &context, &[frame]);
}

#[test]
fn sizes_colors_angles_and_edges() {
    let context = small();
    let count = 60;
    let places = (0..count).map(f64::from).map(|i| (i * 0.7, 9.0 * i.sqrt()));
    let points: Vec<[f64; 2]> =
        places.map(|(a, r)| [120.0 + r * 1.5 * a.cos(), 80.0 + r * a.sin()]).collect();
    let part = |i: u32| i as f32 / count as f32;
    let style = MarkerStyle {
        symbol: Symbol::Arrow.into(),
        size: (0..count).map(|i| 4.0 + 24.0 * part(i)).collect::<Vec<f32>>().into(),
        color: (0..count)
            .map(|i| Color::rgb(part(i), 0.4, 1.0 - part(i)).with_alpha(0.6))
            .collect::<Vec<_>>()
            .into(),
        edge_color: (0..count).map(|i| Color::rgb(0.0, part(i), 0.0)).collect::<Vec<_>>().into(),
        edge_width: 1.0,
        angle: (0..count).map(|i| i as f32 * 0.7).collect::<Vec<f32>>().into(),
        ..MarkerStyle::default()
    };
    let mut markers = Markers::new(&context, &points, style).unwrap();
    let frame = frame(&context, &pixels(), &mut [&mut markers]);
    golden("markers-styles", &context, &[frame]);
}

#[test]
fn sizes_in_units_of_the_scene_and_beyond_what_points_can_have() {
    let context = small();
    let style = MarkerStyle { size: 300.0.into(), unit: SizeUnit::Scene, ..MarkerStyle::default() };
    let mut markers = Markers::new(&context, &[[0.0, 0.0]], style).unwrap();
    // 1.5 units a pixel: 200 pixels.
    let first = frame(&context, &rect([-180.0, 180.0, -120.0, 120.0]), &mut [&mut markers]);
    let Some(picture) = draw(&context.header(), std::slice::from_ref(&first)) else { return };
    let row = |y: u32, picture: &common::Picture| (0..240).filter(|&x| picture.at(x, y) != [255; 4]).count();
    assert!((199..=202).contains(&row(80, &picture)), "{}", row(80, &picture));
    // A marker whose middle is outside is still there.
    let second = frame(&context, &rect([130.0, 490.0, -120.0, 120.0]), &mut [&mut markers]);
    assert_eq!(names(&second), ["CLEAR", "UNIFORM", "UNIFORM", "DRAW", "SWAP"]);
    let Some(picture) = draw(&context.header(), &[first, second]) else { return };
    assert!((12..=15).contains(&row(80, &picture)), "{}", row(80, &picture));
}

#[test]
fn very_many_are_sprites_and_look_alike() {
    // The same markers, as sprites and as triangles.
    let points: Vec<[f64; 2]> = (0..20_000)
        .map(|i| {
            if i < 40 {
                [10.0 + f64::from(i % 10) * 24.0, 20.0 + f64::from(i / 10) * 37.3]
            } else {
                [-50.0, 0.0]
            }
        })
        .collect();
    let mut pictures = Vec::new();
    for count in [20_000, 19_000] {
        let context = small();
        let style = MarkerStyle {
            symbol: Symbol::Spade.into(),
            size: 21.0.into(),
            edge_width: 1.0,
            angle: 0.4.into(),
            ..MarkerStyle::default()
        };
        let mut markers = Markers::new(&context, &points[..count], style).unwrap();
        let first = frame(&context, &pixels(), &mut [&mut markers]);
        if count == 20_000 {
            assert!(first.arena().len() < 16 * count + 1000, "{}", first.arena().len());
        }
        let Some(picture) = draw(&context.header(), &[first]) else { return };
        pictures.push(picture);
    }
    let differs = |(a, b): (&[u8; 4], &[u8; 4])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > 8);
    let wrong = pictures[0].pixels.iter().zip(&pictures[1].pixels).filter(|pair| differs(*pair)).count();
    assert!(wrong < 20, "{wrong} pixels differ");
    assert!(pictures[0].inked() > 5000);
}

#[test]
fn a_year_of_microseconds_zooms_to_one() {
    let year = 365.0 * 86_400.0 * 1e6;
    let points: Vec<[f64; 2]> = (-3..=3).map(|step| [year + f64::from(step), 0.0]).collect();
    let context = small();
    let mut markers =
        Markers::new(&context, &points, MarkerStyle { size: 9.0.into(), ..MarkerStyle::default() }).unwrap();
    let frame = frame(&context, &rect([year - 1.5, year + 1.5, -1.0, 1.0]), &mut [&mut markers]);
    let Some(picture) = draw(&context.header(), &[frame]) else { return };
    let inked: Vec<u32> = (0..240).filter(|&x| picture.at(x, 80) != [255; 4]).collect();
    let expected: Vec<u32> = [40, 120, 200].into_iter().flat_map(|x| x - 5..x + 5).collect();
    assert_eq!(inked, expected);
}

#[test]
fn only_what_differs_is_sent() {
    let context = small();
    let points: Vec<[f64; 2]> = (0..100).map(|i| [f64::from(i), f64::from(i % 10)]).collect();
    let base = MarkerStyle { color: vec![ORANGE; 100].into(), ..MarkerStyle::default() };
    let mut markers = Markers::new(&context, &points, base.clone()).unwrap();
    let view = rect([0.0, 100.0, 0.0, 10.0]);
    let mut frames = vec![frame(&context, &view, &mut [&mut markers])];
    markers.set_style(MarkerStyle { size: 12.0.into(), ..base.clone() }).unwrap();
    frames.push(frame(&context, &view, &mut [&mut markers]));
    assert_eq!(names(&frames[1]), ["CLEAR", "ATTRIBUTE", "DRAW", "SWAP"]);
    markers.set_style(MarkerStyle { size: 12.0.into(), edge_width: 1.0, ..base.clone() }).unwrap();
    frames.push(frame(&context, &view, &mut [&mut markers]));
    assert_eq!(names(&frames[2]), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    // Points that move: only the bytes that differ.
    let mut moved = points.clone();
    moved[7] = [7.5, 7.5];
    markers.set_points(&moved).unwrap();
    frames.push(frame(&context, &view, &mut [&mut markers]));
    assert!(frames[3].arena().len() <= 64, "{}", frames[3].arena().len());
    assert!(!names(&frames[3]).contains(&"SIZE"));
    let node = Transform::new(Map::ScaleTranslate { scale: [1.0; 3], translate: [1.0, 0.0, 0.0] }).unwrap();
    markers.set_transform(&node.dynamic()).unwrap();
    frames.push(frame(&context, &view, &mut [&mut markers]));
    assert!(!names(&frames[4]).contains(&"DATA"));
    for api in [Api::Gles2, Api::Gl] {
        draw_with(api, &context.header(), &frames);
    }
}

#[test]
fn markers_are_picked_by_their_number_in_the_data() {
    let context = small();
    let points = [[20.0, 80.0], [f64::NAN, 0.0], [120.0, 80.0], [200.0, 80.0]];
    let style = MarkerStyle { size: 30.0.into(), symbol: Symbol::Ring.into(), ..MarkerStyle::default() };
    let mut markers = Markers::new(&context, &points, style).unwrap();
    let (frame, taken) = pick(&context, &pixels(), &mut markers, 65_534);
    assert_eq!(taken, 4);
    let Some(picture) = draw(&context.header(), &[frame]) else { return };
    assert_eq!(picture.number(20 + 12, 80), 65_534);
    assert_eq!(picture.number(120 + 12, 80), 65_536);
    assert_eq!(picture.number(200 - 12, 80), 65_537);
    // A ring has a hole.
    assert_eq!(picture.number(120, 80), 0);
}

#[test]
fn bad_input_is_drawn_sensibly_or_told() {
    let context = small();
    let none: [[f64; 3]; 0] = [];
    let nans = [[f64::NAN; 3], [0.0, f64::INFINITY, 0.0], [1e200, 0.0, 0.0]];
    let mut frames = Vec::new();
    for points in [&none[..], &nans[..]] {
        let mut markers = Markers::new(&context, points, MarkerStyle::default()).unwrap();
        frames.push(frame(&context, &pixels(), &mut [&mut markers]));
        assert!(!names(&frames[frames.len() - 1]).contains(&"DRAW"));
        assert_eq!(pick(&context, &pixels(), &mut markers, 1).1, points.len() as u32);
    }
    let sizes: Each<f32> = vec![f32::NAN, -3.0, 0.0, f32::INFINITY, 10.0].into();
    let style = MarkerStyle { size: sizes, angle: f32::NAN.into(), ..MarkerStyle::default() };
    let row: Vec<[f64; 2]> = (0..5).map(|i| [40.0 * f64::from(i) + 20.0, 80.0]).collect();
    let mut markers = Markers::new(&context, &row, style).unwrap();
    frames.push(frame(&context, &pixels(), &mut [&mut markers]));
    if let Some(picture) = draw(&context.header(), &frames) {
        assert!((70..110).contains(&picture.inked()), "{}", picture.inked());
        assert_ne!(picture.at(180, 80), [255; 4]);
    }
    let told = |style: MarkerStyle| Markers::new(&context, &row, style).unwrap_err().to_string();
    let size: Each<f32> = vec![1.0; 3].into();
    assert_eq!(told(MarkerStyle { size, ..MarkerStyle::default() }), "5 items were given 3 values of `size`");
    assert_eq!(
        told(MarkerStyle { edge_width: -1.0, ..MarkerStyle::default() }),
        "an edge can't be -1 pixels wide"
    );
    let error = "blob".parse::<Symbol>().unwrap_err().to_string();
    assert!(error.starts_with("there is no symbol `blob`; there are disc, ring,"), "{error}");
    // Another number of points than of colours.
    let mut markers = Markers::new(
        &Context::new(8, 8).unwrap(),
        &row,
        MarkerStyle { color: vec![ORANGE; 5].into(), ..MarkerStyle::default() },
    )
    .unwrap();
    assert!(markers.set_points(&row[..4]).is_err());
    let color = vec![ORANGE; 4].into();
    markers.set(&row[..4], MarkerStyle { color, ..MarkerStyle::default() }).unwrap();
    assert_eq!(markers.len(), 4);
}
