//! The way from data to pixels, by a visual as small as one can be: triangles of one colour.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[path = "common/triangles.rs"]
mod triangles;

use common::{VIEWPORT, draw, frame, names, pick, rect, small};
use glir_transforms::{Map, Transform};
use glir_visuals::{Color, View, Visual};
use triangles::Triangles;

/// Two triangles beside each other: one on the left half, one on the right.
const CORNERS: [[f64; 3]; 6] =
    [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 2.0, 0.0], [1.0, 0.0, 0.0], [2.0, 0.0, 0.0], [1.0, 2.0, 0.0]];

#[test]
fn a_visual_is_seen_moved_and_picked() {
    let context = small();
    let mut triangles = Triangles::new(&context, &CORNERS, Color::rgb(1.0, 0.0, 0.0)).unwrap();
    let view = rect([0.0, 2.0, 0.0, 2.0]);
    let first = frame(&context, &view, &mut [&mut triangles]);
    // The same again: nothing but CLEAR, DRAW, SWAP.
    let again = frame(&context, &view, &mut [&mut triangles]);
    assert_eq!(names(&again), ["CLEAR", "DRAW", "SWAP"]);
    // A pan is one uniform, until the origin follows.
    let panned = frame(&context, &rect([0.25, 2.25, 0.0, 2.0]), &mut [&mut triangles]);
    assert_eq!(names(&panned), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    triangles.set_opacity(0.6).unwrap();
    let faded = frame(&context, &view, &mut [&mut triangles]);
    let mut frames = vec![first, again, panned, faded];
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.at(2, 158), [255, 102, 102, 255]);
    assert_eq!(picture.at(238, 2), [255; 4]);

    let (numbers, taken) = pick(&context, &view, &mut triangles, 255);
    assert_eq!(taken, 2);
    frames.push(numbers);
    let Some(picture) = draw(&context.header(), &frames) else { return };
    assert_eq!(picture.number(2, 150), 255);
    assert_eq!(picture.number(122, 150), 256);
    assert_eq!(picture.number(238, 2), 0);
}

#[test]
fn a_moved_node_is_one_uniform() {
    let context = small();
    let mut triangles = Triangles::new(&context, &CORNERS, Color::BLACK).unwrap();
    let view = rect([0.0, 2.0, 0.0, 2.0]);
    let at = |x: f64| Map::ScaleTranslate { scale: [0.5; 3], translate: [x, 0.0, 0.0] };
    let node = Transform::new(at(0.0)).unwrap().dynamic();
    triangles.set_transform(&node).unwrap();
    let first = frame(&context, &view, &mut [&mut triangles]);
    triangles.set_transform(&node.with(at(1.0)).unwrap()).unwrap();
    let second = frame(&context, &view, &mut [&mut triangles]);
    assert_eq!(names(&second), ["CLEAR", "UNIFORM", "DRAW", "SWAP"]);
    // Another transform with the same steps has other variables, and yet the same shaders.
    triangles.set_transform(&Transform::new(at(1.0)).unwrap().dynamic()).unwrap();
    let third = frame(&context, &view, &mut [&mut triangles]);
    assert_eq!(names(&third), ["CLEAR", "DRAW", "SWAP"]);
    let Some(picture) = draw(&context.header(), &[first, second, third]) else { return };
    assert_eq!(picture.at(2, 158), [255; 4]);
    assert_eq!(picture.at(122, 158), [0, 0, 0, 255]);
}

#[test]
fn other_transforms_fold_into_the_data_or_change_the_shaders() {
    let context = small();
    let mut triangles = Triangles::new(&context, &CORNERS, Color::BLACK).unwrap();
    let view = rect([0.0, 2.0, 0.0, 2.0]);
    let mut frames = vec![frame(&context, &view, &mut [&mut triangles])];
    let folded = Transform::scale_translate([0.5, 0.5, 1.0], [1.0, 1.0, 0.0]).unwrap();
    triangles.set_transform(&folded).unwrap();
    frames.push(frame(&context, &view, &mut [&mut triangles]));
    assert!(names(&frames[1]).contains(&"DATA") && !names(&frames[1]).contains(&"SHADERS"));
    let power = Transform::power([Some(2.0), None, None]).unwrap().dynamic();
    triangles.set_transform(&folded.then(&power)).unwrap();
    frames.push(frame(&context, &rect([0.0, 4.0, 0.0, 2.0]), &mut [&mut triangles]));
    assert!(names(&frames[2]).contains(&"SHADERS") && !names(&frames[2]).contains(&"DATA"));
    let Some(picture) = draw(&context.header(), &frames) else { return };
    // x from 1 to 1.5 has become 1 to 2.25, of 4 that are seen.
    assert_eq!(picture.at(55, 78), [255; 4]);
    assert_eq!(picture.at(62, 78), [0, 0, 0, 255]);
}

#[test]
fn a_year_of_microseconds_zooms_to_one() {
    let context = small();
    let year = 365.0 * 86_400.0 * 1e6;
    let corners = [[year, -1.0, 0.0], [year + 0.5, -1.0, 0.0], [year, 3.0, 0.0]];
    let mut triangles = Triangles::new(&context, &corners, Color::BLACK).unwrap();
    let mut frames = Vec::new();
    for step in 0..4 {
        let left = year - 0.5 + f64::from(step) / 8.0;
        frames.push(frame(
            &context,
            &View::rect([left, left + 1.0, 0.0, 1.0], VIEWPORT),
            &mut [&mut triangles],
        ));
        let Some(picture) = draw(&context.header(), &frames) else { return };
        let first = (0..240).find(|&x| picture.at(x, 80) != [255; 4]).unwrap();
        assert_eq!(first, 120 - 30 * step);
    }
}
