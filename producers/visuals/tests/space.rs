//! Visuals in space: a camera, depth, what lies behind the eye.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{VIEWPORT, golden, small};
use glam::{DVec3, dvec3};
use glir_gloo::Clear;
use glir_visuals::place::Depth;
use glir_visuals::{
    Color, Colormap, Dash, Each, Line, LineStyle, MarkerStyle, Markers, SizeUnit, Symbol, View, Visual,
};

/// A camera at `eye` that looks at the origin.
fn camera(eye: DVec3) -> View {
    let view = glam::dcamera::rh::view::look_at_mat4(eye, DVec3::ZERO, DVec3::Z);
    let projection = glam::dcamera::rh::proj::opengl::perspective(0.9, VIEWPORT[2] / VIEWPORT[3], 0.1, 100.0);
    View::camera(view, projection, VIEWPORT)
}

#[test]
fn lines_and_markers_hide_each_other() {
    let context = small();
    let helix: Vec<[f64; 3]> = (0..200)
        .map(|i| f64::from(i) / 10.0)
        .map(|a| [1.6 * a.cos(), 1.6 * a.sin(), a / 8.0 - 1.25])
        .collect();
    let map = Colormap::named("plasma").unwrap();
    let colors = (0..200).map(|i| map.at(f64::from(i) / 200.0)).collect();
    let style = LineStyle { width: 6.0, color: Each::Each(colors), ..LineStyle::default() };
    let mut line = Line::new(&context, &helix, style).unwrap();
    line.set_depth(Depth::Written);
    // A straight line towards the eye and past it.
    let style = LineStyle {
        width: 4.0,
        dash: Some(Dash::scene(&[0.5, 0.25])),
        color: Color::rgb(0.0, 0.5, 0.3).into(),
        ..LineStyle::default()
    };
    let mut past = Line::new(&context, &[[0.0, -2.0, -1.0], [7.0, 7.5, 3.0]], style).unwrap();
    past.set_depth(Depth::Written);
    let cube: Vec<[f64; 3]> = (0..27)
        .map(|i| [f64::from(i % 3) - 1.0, f64::from(i / 3 % 3) - 1.0, f64::from(i / 9) - 1.0])
        .collect();
    let style = MarkerStyle {
        symbol: Symbol::Square.into(),
        size: 0.25.into(),
        unit: SizeUnit::Scene,
        edge_width: 1.0,
        ..MarkerStyle::default()
    };
    let mut markers = Markers::new(&context, &cube, style).unwrap();
    markers.set_depth(Depth::Written);
    context.clear(Clear::color_and_depth([1.0; 4])).unwrap();
    let view = camera(dvec3(3.0, 3.5, 2.5));
    for visual in [&mut line as &mut dyn Visual, &mut past, &mut markers] {
        visual.draw(&view).unwrap();
    }
    golden("space", &context, &[context.swap()]);
}
