//! Grids as pictures and as commands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{VIEWPORT, draw, frame, golden, names, rect, small};
use glir_gloo::{Clear, Context};
use glir_visuals::ticks::Scale;
use glir_visuals::{Axis, Color, Grid, GridStyle, Side, Typeface, View, Visual};

#[test]
fn numbers_and_logarithms() {
    let context = small();
    let mut grid = Grid::new(&Typeface::sans(&context).unwrap()).unwrap();
    grid.set_scales([Some(Scale::Linear), Some(Scale::Log)]).unwrap();
    let frames = [frame(&context, &rect([0.0, 5.0, 0.0, 3.0]), &mut [&mut grid])];
    golden("grid", &context, &frames);
    assert!(context.header().requires.is_empty(), "WebGL 1 draws it");
}

#[test]
fn lines_stand_at_the_ticks_of_axes() {
    // Every line of the grid goes on in a tick, to the pixel.
    let context = Context::new(320, 240).unwrap();
    let typeface = Typeface::sans(&context).unwrap();
    let plot = [57.0, 41.0, 241.0, 177.0];
    let view = View::rect([-0.37, 4.21, 0.13, 0.71], plot);
    let mut grid = Grid::new(&typeface).unwrap();
    let black = GridStyle::default();
    let black = {
        let mut style = black;
        (style.color, style.minor_color) = (Color::BLACK, Color::BLACK);
        style
    };
    grid.set_style(black).unwrap();
    let mut axis = Axis::new(&typeface, Side::Bottom).unwrap();
    let mut style = axis.style().clone();
    (style.color, style.labels, style.spine) = (Color::BLACK, false, false);
    axis.set_style(style).unwrap();
    grid.set_scales([Some(Scale::Linear), None]).unwrap();
    context.clear(Clear::color([1.0; 4])).unwrap();
    let rect = glir_gloo::Rect { x: 57, y: 41, width: 241, height: 177 };
    context.set_viewport(rect).unwrap();
    grid.draw(&view).unwrap();
    context.set_viewport(None).unwrap();
    axis.draw(&view).unwrap();
    let Some(picture) = draw(&context.header(), &[context.swap()]) else { return };
    let row = |y: u32| (0..320).filter(|x| picture.at(*x, 239 - y) != [255; 4]).collect::<Vec<u32>>();
    assert!(row(100).len() > 10);
    assert_eq!(row(100), row(39), "the line and the tick");
}

#[test]
fn a_pan_is_a_few_uniforms() {
    let context = small();
    let mut grid = Grid::new(&Typeface::sans(&context).unwrap()).unwrap();
    frame(&context, &rect([0.0, 5.0, 0.0, 1.0]), &mut [&mut grid]);
    let same = frame(&context, &rect([0.0, 5.0, 0.0, 1.0]), &mut [&mut grid]);
    assert_eq!(names(&same), ["CLEAR", "DRAW", "DRAW", "SWAP"]);
    let moved = frame(&context, &rect([0.5, 5.5, 0.0, 1.0]), &mut [&mut grid]);
    assert!(names(&moved).iter().all(|name| ["CLEAR", "UNIFORM", "DRAW", "SWAP"].contains(name)));
}

#[test]
fn bad_input() {
    let context = small();
    let mut grid = Grid::new(&Typeface::sans(&context).unwrap()).unwrap();
    assert!(grid.set_size(f32::NAN).is_err() && grid.set_size(0.0).is_err());
    let mut style = GridStyle::default();
    style.width = f32::INFINITY;
    assert_eq!(
        grid.set_style(style).unwrap_err().to_string(),
        "a grid's width is 0 to 200 pixels; inf was given"
    );
    let nothing = View::rect([f64::NAN, 1.0, f64::NAN, 2.0], VIEWPORT);
    let drawn = frame(&context, &nothing, &mut [&mut grid]);
    let Some(picture) = draw(&context.header(), &[drawn]) else { return };
    assert_eq!(picture.inked(), 0);
}
