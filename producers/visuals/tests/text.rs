//! Text as pictures and as commands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{SIZE, draw, frame, golden, names, pick, rect, small};
use glir_text::{Align, AlignX, AlignY};
use glir_transforms::{Map, Transform};
use glir_visuals::{Color, Text, Typeface, View, Visual};

fn page() -> View {
    View::pixels([0.0, 0.0, SIZE.0.into(), SIZE.1.into()])
}

#[test]
fn sizes_scripts_turns_and_anchors() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let strings = [
        "8 px: The quick brown fox",
        "10 px: jumps over the lazy dog",
        "12 px: −3.25×10⁻³ µm",
        "14 px: Ωμέγα, Київ, é",
        "upright",
        "slanted",
        "two\nlines",
        "box \u{1F9EA}",
    ];
    let points = [
        [8.0, 146.0],
        [8.0, 132.0],
        [8.0, 116.0],
        [8.0, 98.0],
        [228.0, 20.0],
        [150.0, 30.0],
        [60.0, 60.0],
        [8.0, 10.0],
    ];
    let mut text = Text::new(&typeface, &strings, &points).unwrap();
    text.set_size(vec![8.0, 10.0, 12.0, 14.0, 12.0, 12.0, 12.0, 24.0]).unwrap();
    text.set_rotation(vec![0.0, 0.0, 0.0, 0.0, 90.0, 30.0, 0.0, 0.0]).unwrap();
    let middle = Align { x: AlignX::Center, y: AlignY::Center };
    let mut aligns = vec![Align::default(); 8];
    aligns[6] = middle;
    text.set_align(aligns).unwrap();
    let mut colors = vec![Color::BLACK; 8];
    (colors[5], colors[7]) = (Color::rgb8(200, 30, 30), Color::rgb8(0, 90, 180));
    text.set_color(colors).unwrap();
    let mut rim = Text::new(&typeface, &["halo"], &[[110.0, 10.0]]).unwrap();
    rim.set_size(24.0).unwrap();
    rim.set_color(Color::WHITE).unwrap();
    rim.set_halo(Color::rgb8(40, 40, 60), 2.0).unwrap();
    let frames = [frame(&context, &page(), &mut [&mut text, &mut rim])];
    golden("text", &context, &frames);
    assert!(context.header().requires.is_empty(), "WebGL 1 draws it");
}

#[test]
fn a_change_sends_what_differs() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let mut text = Text::new(&typeface, &["one", "two"], &[[20.0, 20.0], [120.0, 20.0]]).unwrap();
    frame(&context, &page(), &mut [&mut text]);
    let same = frame(&context, &page(), &mut [&mut text]);
    assert_eq!(names(&same), ["CLEAR", "DRAW", "SWAP"]);
    text.set_color(vec![Color::BLACK, Color::rgb8(255, 0, 0)]).unwrap();
    let recolored = frame(&context, &page(), &mut [&mut text]);
    assert_eq!(names(&recolored), ["CLEAR", "DATA", "DRAW", "SWAP"]);
    text.set_data(&["one", "two"], &[[20.0, 40.0], [120.0, 20.0]]).unwrap();
    assert_eq!(names(&frame(&context, &page(), &mut [&mut text])), ["CLEAR", "DATA", "DRAW", "SWAP"]);
    // A new letter is a small rectangle of the atlas.
    let mut other = Text::new(&typeface, &["x"], &[[20.0, 90.0]]).unwrap();
    let more = frame(&context, &page(), &mut [&mut text, &mut other]);
    let bytes = common::text(&context.header(), &[more]);
    assert!(!bytes.contains("luminance8"), "{bytes}");
    let moved = |x| Transform::scale_translate([1.0; 3], [x, 0.0, 0.0]).unwrap();
    let dynamic = moved(5.0).dynamic();
    text.set_transform(&dynamic).unwrap();
    frame(&context, &page(), &mut [&mut text]);
    let map = Map::ScaleTranslate { scale: [1.0; 3], translate: [9.0, 0.0, 0.0] };
    text.set_transform(&dynamic.with(map).unwrap()).unwrap();
    assert_eq!(names(&frame(&context, &page(), &mut [&mut text])), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    text.set_transform(&moved(2.0)).unwrap();
    assert!(names(&frame(&context, &page(), &mut [&mut text])).contains(&"DATA"));
}

#[test]
fn letters_keep_their_weight_wherever_they_stand() {
    // The ink of a string is the same wherever between two columns it begins.
    let inks: Vec<f64> = (0..4)
        .filter_map(|step| {
            let context = small();
            let typeface = Typeface::sans(&context).unwrap();
            let at = [[20.0 + f64::from(step) / 4.0, 80.0]];
            let mut text = Text::new(&typeface, &["Illumination 10⁻³"], &at).unwrap();
            text.set_size(10.0).unwrap();
            let picture = draw(&context.header(), &[frame(&context, &page(), &mut [&mut text])])?;
            Some(picture.pixels.iter().map(|pixel| 255.0 - f64::from(pixel[0])).sum())
        })
        .collect();
    for ink in &inks {
        assert!((ink / inks[0] - 1.0).abs() < 0.03, "{inks:?}");
    }
}

#[test]
fn strings_are_picked() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let mut text =
        Text::new(&typeface, &["███", "", "███"], &[[10.0, 20.0], [0.0, 0.0], [100.0, 20.0]]).unwrap();
    text.set_size(30.0).unwrap();
    let (picked, taken) = pick(&context, &page(), &mut text, 7);
    assert_eq!(taken, 3);
    let Some(picture) = draw(&context.header(), &[picked]) else { return };
    let at = |x: u32, y: u32| picture.number(x, SIZE.1 - 1 - y);
    assert_eq!((at(30, 30), at(130, 30), at(90, 150)), (7, 9, 0));
}

#[test]
fn bad_input() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let error = Text::new(&typeface, &["a", "b"], &[[0.0, 0.0]]).unwrap_err();
    assert_eq!(error.to_string(), "2 strings were given 1 points");
    let mut text = Text::new(
        &typeface,
        &["a", "b", "c", "d"],
        &[[f64::NAN, 0.0], [f64::INFINITY, 0.0], [9.0, 9.0], [1e300, 0.0]],
    )
    .unwrap();
    assert_eq!(text.set_size(vec![1.0]).unwrap_err().to_string(), "4 items were given 1 values of `size`");
    text.set_size(vec![12.0, 12.0, f32::NAN, 12.0]).unwrap();
    text.set_rotation(f32::INFINITY).unwrap();
    text.set_offset([f32::NAN, 0.0]).unwrap();
    text.set_halo(Color::BLACK, f32::NAN).unwrap();
    let drawn = frame(&context, &rect([0.0, 1.0, 0.0, 1.0]), &mut [&mut text]);
    if let Some(picture) = draw(&context.header(), &[drawn]) {
        assert_eq!(picture.inked(), 0);
    }
    let mut none = Text::new::<[f64; 2]>(&typeface, &[] as &[&str], &[]).unwrap();
    assert_eq!(names(&frame(&context, &page(), &mut [&mut none])), ["CLEAR", "SWAP"]);
    assert_eq!(none.bounds(), None);
}

#[test]
fn far_from_the_origin_text_stands_still() {
    // A year in microseconds, seen 240 of them wide: a float would err by thousands.
    let year = 365.0 * 86_400.0 * 1e6;
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let mut near = Text::new(&typeface, &["|"], &[[100.0, 80.0]]).unwrap();
    let mut frames = vec![frame(&context, &page(), &mut [&mut near])];
    let Some(expected) = draw(&context.header(), &frames) else { return };
    // The same visual, moved: its low halves come with the points that need them.
    near.set_data(&["|"], &[[year + 100.0, 80.0]]).unwrap();
    let far = View::rect([year, year + 240.0, 0.0, 160.0], common::VIEWPORT);
    frames.push(frame(&context, &far, &mut [&mut near]));
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert!(picture == expected);
}
