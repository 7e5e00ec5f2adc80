//! Rectangles: sharp sides, none lost, what is strange left out.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{draw, frame, golden, names, pick, rect, small};
use glir_visuals::{Color, Rectangles, Visual};

const RED: Color = Color::rgb(1.0, 0.0, 0.0);

#[test]
fn bars_of_a_histogram() {
    let context = small();
    let counts = [1.0, 3.0, 7.0, 6.0, 2.0, 0.0, 0.5];
    let bars: Vec<[f64; 4]> =
        counts.iter().enumerate().map(|(i, count)| [i as f64, 0.0, i as f64 + 1.0, *count]).collect();
    let shades = [0.2, 0.4, 0.6, 0.8, 0.6, 0.4, 0.2].map(|shade| Color::rgb(0.0, shade, 1.0 - shade));
    let mut bars = Rectangles::new(&context, &bars, shades.to_vec()).unwrap();
    let view = rect([-0.5, 7.5, -0.5, 8.0]);
    let frames = [frame(&context, &view, &mut [&mut bars])];
    golden("rectangles", &context, &frames);
    assert_eq!(names(&frame(&context, &view, &mut [&mut bars])), ["CLEAR", "DRAW", "SWAP"]);
}

#[test]
fn none_is_thinner_than_a_pixel() {
    let context = small();
    let thin: Vec<[f64; 4]> = (0..24).map(|i| [f64::from(i), 0.0, f64::from(i) + 0.001, 1.0]).collect();
    let mut thin = Rectangles::new(&context, &thin, RED).unwrap();
    let frames = [frame(&context, &rect([0.0, 24.0, 0.0, 1.0]), &mut [&mut thin])];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.inked(), 24 * 160);
}

#[test]
fn strange_ones_are_left_out() {
    let context = small();
    let given = [[0.0, 0.0, f64::NAN, 1.0], [2.0, 1.0, 1.0, 0.0], [0.0, 0.0, f64::INFINITY, 1.0]];
    let mut some = Rectangles::new(&context, &given, RED).unwrap();
    let mut none = Rectangles::new(&context, &[], RED).unwrap();
    assert!(none.is_empty() && none.bounds().is_none());
    let bounds = some.bounds().unwrap();
    assert_eq!((bounds.min.x, bounds.max.x), (1.0, 2.0));
    let view = rect([0.0, 2.0, 0.0, 1.0]);
    let mut frames = vec![frame(&context, &view, &mut [&mut some, &mut none])];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.inked(), 120 * 160);
    let (numbers, taken) = pick(&context, &view, &mut some, 10);
    assert_eq!(taken, 3);
    frames.push(numbers);
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!((picture.number(60, 80), picture.number(180, 80)), (0, 11));
    let error = some.set(&given, vec![RED; 2]).unwrap_err();
    assert_eq!(error.to_string(), "3 items were given 2 values of `color`");
}
