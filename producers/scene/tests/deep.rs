//! Data far from 0, seen as closely as its numbers can tell apart: by a camera that a person moves, and by one that the producer sets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{RED, Screen, names};
use glir_gloo::Context;
use glir_scene::{Camera, NodeId, PanZoom, Region, Scene, Turntable};
use glir_transforms::{Map, Transform};
use glir_visuals::{
    Each, FastLine, Line, LineStyle, MarkerStyle, Markers, Rectangles, Signals, SignalsStyle, Stroke, Symbol,
};

const SIZE: (u32, u32) = (240, 80);

/// Microseconds from 1970 to a moment of 2024, and half a year of them.
const MOMENT: f64 = 1_715_000_000_000_000.0;
const HALF: f64 = 15_768_000_000_000.0;

/// What a visual shows: something upright at each unit around a moment, and the ends of a year. Units are microseconds in the data's own.
fn add(scene: &mut Scene, view: NodeId, kind: &str, moment: f64, unit: f64) -> NodeId {
    let context: &Context = &scene.context().clone();
    let at = |index: i32| moment + f64::from(index) * unit;
    let ends = [moment - HALF * unit, moment + HALF * unit];
    let upright = |x: f64| [[x, -1.0], [x, 2.0], [x, f64::NAN]];
    let strokes: Vec<[f64; 2]> = ends[..1]
        .iter()
        .copied()
        .chain((-64..64).map(at))
        .chain(ends[1..].iter().copied())
        .flat_map(upright)
        .collect();
    match kind {
        "markers" => {
            let points: Vec<[f64; 2]> = (-64..64).map(at).chain(ends).map(|x| [x, 0.5]).collect();
            let style = MarkerStyle {
                symbol: Each::One(Symbol::Square),
                size: Each::One(5.0),
                edge_width: 0.0,
                color: Each::One(RED),
                ..MarkerStyle::default()
            };
            scene.add(view, Markers::new(context, &points, style).unwrap()).unwrap().node()
        }
        "line" => {
            let style = LineStyle { width: 3.0, color: Each::One(RED), ..LineStyle::default() };
            scene.add(view, Line::new(context, &strokes, style).unwrap()).unwrap().node()
        }
        "hairline" | "smooth" => {
            let stroke = if kind == "smooth" { Stroke::Smooth(3.0) } else { Stroke::Hairline };
            scene.add(view, FastLine::new(context, strokes, RED, stroke).unwrap()).unwrap().node()
        }
        "rectangles" => {
            let bars: Vec<[f64; 4]> =
                (-64..64).map(at).map(|x| [x - 0.25 * unit, -1.0, x + 0.25 * unit, 2.0]).collect();
            scene.add(view, Rectangles::new(context, &bars, RED).unwrap()).unwrap().node()
        }
        // A quarter of a million samples around the moment, a unit apart; each crosses the middle half a unit before it.
        _ => {
            let samples: Vec<f32> =
                (0..1 << 18).map(|index: u32| if index.is_multiple_of(2) { -40.0 } else { 40.0 }).collect();
            let style = SignalsStyle {
                start: start(moment, unit),
                step: unit,
                offset: Some(Each::One(0.5)),
                color: Each::One(RED),
                ..SignalsStyle::default()
            };
            scene.add(view, Signals::new(context, 1, &samples, style).unwrap()).unwrap().node()
        }
    }
}

/// Where signals begin.
fn start(moment: f64, unit: f64) -> f64 {
    moment - f64::from(1 << 17) * unit + 0.5 * unit
}

/// The middles of what is drawn across the picture's middle.
fn columns(screen: &mut Screen) -> Vec<f64> {
    let pixels = screen.pixels();
    let middle = (SIZE.0 * SIZE.1 / 2) as usize..(SIZE.0 * (SIZE.1 / 2 + 1)) as usize;
    let inked: Vec<bool> = pixels[middle].iter().map(|pixel| pixel[1] < 160).collect();
    let mut found = Vec::new();
    let mut start = None;
    for (x, ink) in inked.iter().copied().chain([false]).enumerate() {
        match (ink, start) {
            (true, None) => start = Some(x),
            (false, Some(from)) => {
                found.push((from + x) as f64 / 2.0);
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Holds what is seen of a rectangle against where each unit should be.
fn hold(screen: &mut Screen, kind: &str, [left, right]: [f64; 2], moment: f64, unit: f64) {
    let width = f64::from(SIZE.0);
    let pixel = |from: f64, by: f64| (from - left + by) / (right - left) * width;
    let wanted: Vec<f64> = (-64..64)
        .map(|index| match kind {
            // Time goes on from the start by steps that nobody rounds.
            "signals" => pixel(start(moment, unit), (f64::from((1 << 17) + index) - 0.5) * unit),
            _ => pixel(moment + f64::from(index) * unit, 0.0),
        })
        .filter(|at| (6.0..width - 6.0).contains(at))
        .collect();
    assert!(wanted.len() >= 4, "{kind}: {} units are seen", wanted.len());
    let found = columns(screen);
    for wanted in &wanted {
        let nearest = found.iter().map(|at| (at - wanted).abs()).fold(f64::INFINITY, f64::min);
        assert!(nearest <= 1.0, "{kind}: nothing stands at {wanted}, but at {found:?}");
    }
    assert!(found.len() <= wanted.len() + 2, "{kind}: {found:?} is more than {wanted:?}");
}

fn scene(rect: [f64; 4]) -> (Scene, NodeId) {
    let mut scene = Scene::new(SIZE.0, SIZE.1).unwrap();
    let camera = Camera::PanZoom(PanZoom { pans_y: false, ..PanZoom::new(rect) });
    let view = scene.add_view(scene.root(), Region::Whole, camera).unwrap();
    (scene, view)
}

const KINDS: [&str; 6] = ["markers", "line", "hairline", "smooth", "signals", "rectangles"];

/// The unit of data, and the same moment in it: microseconds, and seconds with their fractions.
const UNITS: [(f64, f64); 2] = [(MOMENT, 1.0), (MOMENT * 1e-6, 1e-6)];

/// Both, but for what has edges between units, which seconds do not tell apart.
fn units(kind: &str) -> &'static [(f64, f64)] {
    if kind == "rectangles" { &UNITS[..1] } else { &UNITS }
}

#[test]
fn a_person_zooms_a_year_of_time_stamps_to_microseconds() {
    for kind in KINDS {
        for &(moment, unit) in units(kind) {
            let (mut scene, view) = scene([moment - HALF * unit, 0.0, moment + HALF * unit, 1.0]);
            add(&mut scene, view, kind, moment, unit);
            let first = scene.frame().unwrap();
            assert_eq!(names(&scene.frame().unwrap()), ["RUN", "SWAP"], "{kind}: nothing is sent anew");
            let Some(mut screen) = Screen::new(&scene) else { return };
            screen.draw(&first);
            screen.wheel([120.0, 40.0], 120.0 * 60.0);
            screen.wheel([120.0, 40.0], 120.0 * 59.0);
            let [left, _, right, _] = screen.rectangle();
            assert!((5.0..20.0).contains(&((right - left) / unit)), "{} units", (right - left) / unit);
            hold(&mut screen, kind, [left, right], moment, unit);
            // And aside, by a third.
            screen.drag([120.0, 40.0], [200.0, 40.0]);
            let [left, _, right, _] = screen.rectangle();
            hold(&mut screen, kind, [left, right], moment, unit);
        }
    }
}

#[test]
fn a_producer_shows_microseconds_of_a_year() {
    for interactive in [false, true] {
        for kind in KINDS {
            for &(moment, unit) in units(kind) {
                let (mut scene, view) = scene([moment - HALF * unit, 0.0, moment + HALF * unit, 1.0]);
                scene.set_interactive(interactive);
                add(&mut scene, view, kind, moment, unit);
                let first = scene.frame().unwrap();
                let Some(mut screen) = Screen::new(&scene) else { return };
                screen.draw(&first);
                for step in 0..3 {
                    let left = moment + f64::from(step) * unit - 7.0 * unit;
                    let rect = [left, left + 12.0 * unit];
                    scene.set_camera(view, Camera::rect([rect[0], 0.0, rect[1], 1.0])).unwrap();
                    let frame = scene.frame().unwrap();
                    let sent = names(&frame);
                    assert!(!sent.contains(&"DATA") && !sent.contains(&"SHADERS"), "{kind}: {sent:?}");
                    screen.draw(&frame);
                    hold(&mut screen, kind, rect, moment, unit);
                }
            }
        }
    }
}

/// Moved by its node, data far from 0 keeps its digits, and nothing of it is sent again.
#[test]
fn what_is_moved_keeps_its_digits() {
    for interactive in [false, true] {
        for kind in ["markers", "line", "hairline"] {
            let (mut scene, view) = scene([MOMENT - 6.0, 0.0, MOMENT + 6.0, 1.0]);
            scene.set_interactive(interactive);
            let node = add(&mut scene, view, kind, MOMENT, 1.0);
            let first = scene.frame().unwrap();
            let Some(mut screen) = Screen::new(&scene) else { return };
            screen.draw(&first);
            for (round, moved) in [86_400_000_003.25, 86_400_000_004.5, 7.75].into_iter().enumerate() {
                let by = Transform::scale_translate([1.0; 3], [moved, 0.0, 0.0]).unwrap();
                scene.set_transform(node, by).unwrap();
                let left = MOMENT + moved - 6.0;
                scene.set_camera(view, Camera::rect([left, 0.0, left + 12.0, 1.0])).unwrap();
                let frame = scene.frame().unwrap();
                let sent = names(&frame);
                assert!(!sent.contains(&"DATA"), "{kind}: {sent:?}");
                let steps = sent.iter().filter(|name| ["UNIFORM", "SIGNAL"].contains(name)).count();
                // The camera's own are one or three of them.
                assert!(round == 0 || steps <= 4 && !sent.contains(&"SHADERS"), "{kind}: {sent:?}");
                screen.draw(&frame);
                hold(&mut screen, kind, [left, left + 12.0], MOMENT + moved, 1.0);
            }
        }
    }
}

/// Pixels of a mesh that a node has turned and moved far away, under a camera there.
fn far_mesh(away: f64, interactive: bool) -> Option<Vec<[u8; 4]>> {
    let mut scene = Scene::new(120, 120).unwrap();
    scene.set_interactive(interactive);
    let root = scene.root();
    let there = [away, -0.5 * away, 0.25 * away];
    let camera = Turntable::around(there, 1.5);
    let view = scene.add_view(root, Region::Whole, Camera::Turntable(camera)).unwrap();
    let context = scene.context().clone();
    let corners = [[1.0, 0.0, 0.0], [-0.5, 0.9, 0.0], [-0.5, -0.9, 0.0], [0.0, 0.0, 1.2]];
    let faces = [[0, 2, 1], [0, 1, 3], [1, 2, 3], [2, 0, 3]];
    let mesh = glir_visuals::Mesh::new(&context, &corners, &faces).unwrap();
    let handle = scene.add(view, mesh).unwrap();
    let turn = glam::DMat4::from_translation(there.into()) * glam::DMat4::from_rotation_z(0.7);
    let turn = Transform::new(Map::Matrix(turn)).unwrap().dynamic();
    scene.set_transform(handle, turn).unwrap();
    // The header has what the frame needs.
    let frame = scene.frame().unwrap();
    let mut screen = Screen::new(&scene)?;
    screen.draw(&frame);
    Some(screen.pixels())
}

#[test]
fn what_is_turned_and_moved_far_keeps_its_digits() {
    for interactive in [false, true] {
        let (Some(near), Some(far)) = (far_mesh(0.0, interactive), far_mesh(1e8, interactive)) else {
            return;
        };
        let inked = near.iter().filter(|pixel| **pixel != near[0]).count();
        let differ = near.iter().zip(&far).filter(|(a, b)| a[0].abs_diff(b[0]) > 24).count();
        assert!(inked > 1500 && differ < 30, "{interactive}: {differ} of {inked} pixels differ");
    }
}
