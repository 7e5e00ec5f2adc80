//! Colour bars as pictures and as commands.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{draw, golden, names, pick, small};
use glir_gloo::{Clear, Context, Frame};
use glir_visuals::ticks::Scale;
use glir_visuals::{ColorBar, Colormap, Side, Typeface, View, Visual};

fn draw_bars(context: &Context, bars: &mut [(ColorBar, [f64; 4])]) -> Frame {
    context.clear(Clear::color([1.0; 4])).unwrap();
    bars.iter_mut().for_each(|(bar, place)| bar.draw(&View::pixels(*place)).unwrap());
    context.swap()
}

#[test]
fn upright_and_level() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let map = |name| Colormap::named(name).unwrap();
    let mut speed = ColorBar::new(&typeface, &map("viridis"), [0.0, 3.5], Side::Right).unwrap();
    speed.set_title("Speed (m/s)").unwrap();
    let mut density = ColorBar::new(&typeface, &map("magma"), [-3.0, 2.0], Side::Bottom).unwrap();
    density.set_scale(Scale::Log).unwrap();
    density.set_title("Density").unwrap();
    let mut bars = [(speed, [150.0, 10.0, 14.0, 140.0]), (density, [15.0, 80.0, 110.0, 14.0])];
    let frames = [draw_bars(&context, &mut bars)];
    golden("color_bar", &context, &frames);
    assert!(context.header().requires.is_empty(), "WebGL 1 draws it");
    assert_eq!(names(&draw_bars(&context, &mut bars)).iter().filter(|name| **name != "DRAW").count(), 2);
}

#[test]
fn colours_run_from_the_lesser_to_the_greater_limit() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let map = Colormap::named("gray").unwrap();
    let forward = ColorBar::new(&typeface, &map, [0.0, 1.0], Side::Right).unwrap();
    let backward = ColorBar::new(&typeface, &map, [1.0, 0.0], Side::Right).unwrap();
    let mut bars = [(forward, [20.0, 20.0, 20.0, 120.0]), (backward, [120.0, 20.0, 20.0, 120.0])];
    let drawn = draw_bars(&context, &mut bars);
    let Some(picture) = draw(&context.header(), &[drawn]) else { return };
    let shade = |x: u32, y: u32| picture.at(x, 159 - y)[0];
    assert!(shade(30, 22) < 10 && shade(30, 138) > 245);
    assert!(shade(130, 22) > 245 && shade(130, 138) < 10);
    assert!(shade(30, 80).abs_diff(128) < 4);
}

#[test]
fn bad_input() {
    let context = small();
    let typeface = Typeface::sans(&context).unwrap();
    let map = Colormap::named("gray").unwrap();
    for limits in [[1.0, 1.0], [f64::NAN, 1.0], [0.0, f64::INFINITY]] {
        let error = ColorBar::new(&typeface, &map, limits, Side::Right).unwrap_err();
        assert!(error.to_string().starts_with("a colour bar's limits are two finite numbers"), "{error}");
    }
    let mut bar = ColorBar::new(&typeface, &map, [0.0, 1.0], Side::Left).unwrap();
    let (picked, taken) = pick(&context, &View::pixels([100.0, 20.0, 20.0, 100.0]), &mut bar, 9);
    assert_eq!(taken, 1);
    let Some(picture) = draw(&context.header(), &[picked]) else { return };
    assert_eq!((picture.number(110, 80), picture.number(2, 2)), (9, 0));
}
