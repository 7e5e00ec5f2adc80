//! Levels of detail: which is shown while how much is seen, which of its vertices are drawn, and what is sent.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{BLUE, RED, Screen, a_tile, names};
use glir_scene::{Camera, Detail, PanZoom, Region, Scene};
use glir_visuals::{FastLine, Stroke};

const COUNT: u32 = 1000;

/// A tile while 400 and more of x are seen, else a line of a thousand points; or that line alone.
fn scene(levels: bool, interactive: bool, rect: [f64; 4]) -> Scene {
    let mut scene = Scene::new(100, 100).unwrap();
    scene.set_interactive(interactive);
    let camera = Camera::PanZoom(PanZoom { pans_y: false, ..PanZoom::new(rect) });
    let view = scene.add_view(scene.root(), Region::Whole, camera).unwrap();
    let points: Vec<[f64; 2]> =
        (0..COUNT).map(|i| [f64::from(i), f64::from(i * 7919 % 1000) / 1000.0]).collect();
    let line = FastLine::new(scene.context(), points, BLUE, Stroke::Hairline).unwrap();
    let line = scene.add(view, line).unwrap();
    if levels {
        let near = Detail::while_seen([0.0, 400.0]).with_even_vertices(COUNT, [0.0, 1.0], 0.0);
        scene.set_detail(line, near).unwrap();
        let tile = scene.add(view, a_tile(scene.context(), [0.0, 0.0, 1000.0, 1.0], RED)).unwrap();
        scene.set_detail(tile, Detail::while_seen([400.0, f64::INFINITY])).unwrap();
    }
    scene
}

const ALL: [f64; 4] = [0.0, 0.0, 1000.0, 1.0];

#[test]
fn what_is_seen_chooses_a_level_and_its_vertices() {
    let mut leveled = scene(true, true, ALL);
    let frame = leveled.frame().unwrap();
    assert_eq!(names(&leveled.frame().unwrap()), ["RUN", "SWAP"], "levels are recorded once");
    let mut plain = scene(false, true, ALL);
    let without = plain.frame().unwrap();
    let (Some(mut screen), Some(mut whole)) = (Screen::new(&leveled), Screen::new(&plain)) else { return };
    screen.draw(&frame);
    whole.draw(&without);
    let red = [255, 0, 0, 255];
    assert!(screen.pixels().iter().all(|pixel| *pixel == red), "all is seen: the tile");
    for _ in 0..4 {
        screen.key("x", 0);
        whole.key("x", 0);
    }
    assert!(screen.pixels().contains(&red), "410 are seen");
    for key in ["x", "x", "x", "ArrowRight", "ArrowRight", "ArrowLeft"] {
        screen.key(key, 0);
        whole.key(key, 0);
        assert_eq!(screen.pixels(), whole.pixels(), "the line, after {key}");
    }
    // Up to the ends and beyond them.
    for key in ["ArrowLeft", "ArrowRight"] {
        for _ in 0..40 {
            screen.key(key, 0);
            whole.key(key, 0);
        }
        assert_eq!(screen.pixels(), whole.pixels(), "far away by {key}");
        screen.key("Home", 0);
        assert_eq!(screen.at(50, 50), red);
        whole.key("Home", 0);
        for _ in 0..12 {
            screen.key("x", 0);
            whole.key("x", 0);
        }
    }
}

#[test]
fn a_still_has_the_level_of_its_camera_alone() {
    for (rect, kept) in [(ALL, "the tile"), ([100.0, 0.0, 200.0, 1.0], "the line")] {
        let mut still = scene(true, false, rect);
        let frame = still.frame().unwrap();
        let names = names(&frame);
        assert_eq!(names.iter().filter(|name| **name == "DRAW").count(), 1, "{kept}");
        assert!(!names.contains(&"RECORD") && !names.contains(&"BIND"), "{kept}");
        let Some(mut screen) = Screen::new(&still) else { return };
        screen.draw(&frame);
        let is_red = screen.at(50, 50) == [255, 0, 0, 255];
        assert_eq!(is_red, kept == "the tile");
    }
}

#[test]
fn a_level_may_become_another_or_none() {
    let mut scene = scene(true, true, ALL);
    let first = scene.frame().unwrap();
    let view = scene.children(scene.root()).unwrap()[0];
    let children = scene.children(view).unwrap().to_vec();
    let [line, tile] = children[..] else { panic!("two visuals") };
    scene.set_detail(tile, None).unwrap();
    scene.set_detail(line, Detail::while_seen([2000.0, 3000.0])).unwrap();
    let second = scene.frame().unwrap();
    assert!(scene.set_detail(view, None).is_err(), "a box is no level");
    scene.remove(line).unwrap();
    let third = scene.frame().unwrap();
    assert!(names(&third).contains(&"RECORD"));
    let Some(mut screen) = Screen::new(&scene) else { return };
    for frame in [&first, &second, &third] {
        screen.draw(frame);
        assert_eq!(screen.at(50, 50), [255, 0, 0, 255]);
    }
    for _ in 0..12 {
        screen.key("x", 0);
    }
    assert_eq!(screen.at(50, 50), [255, 0, 0, 255], "the tile is shown whatever is seen");
}
