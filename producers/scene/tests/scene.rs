//! Scenes: what is sent for a change, what is seen, what is deleted, what is picked.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{BLUE, GREEN, RED, Screen, a_tile, names};
use glir_scene::{Area, Camera, Cell, Grid, Link, NodeId, PanZoom, Region, Scene, Turntable};
use glir_spec::Frame;
use glir_transforms::{Map, Transform};

const UNIT: [f64; 4] = [0.0, 0.0, 1.0, 1.0];

/// A scene of 100 × 100 pixels with a view of the unit square over all of it.
fn unit_scene() -> (Scene, NodeId) {
    let mut scene = Scene::new(100, 100).unwrap();
    let view = scene.add_view(scene.root(), Region::Whole, Camera::rect(UNIT)).unwrap();
    (scene, view)
}

fn moved(x: f64) -> Map {
    Map::ScaleTranslate { scale: [1.0; 3], translate: [x, 0.0, 0.0] }
}

/// What a frame has before its list is run.
fn changes(scene: &mut Scene) -> Vec<&'static str> {
    let mut names = names(&scene.frame().unwrap());
    assert_eq!(names.split_off(names.len() - 2), ["RUN", "SWAP"]);
    names
}

#[test]
fn an_update_sends_what_changed() {
    let (mut scene, view) = unit_scene();
    let group = scene.add_group(view).unwrap();
    let way = Transform::new(moved(0.0)).unwrap().dynamic();
    scene.set_transform(group, way.clone()).unwrap();
    let tile = scene.add(group, a_tile(scene.context(), UNIT, RED)).unwrap();
    let other = scene.add(group, a_tile(scene.context(), UNIT, GREEN)).unwrap();
    assert!(changes(&mut scene).contains(&"CREATE"));
    assert_eq!(changes(&mut scene), [""; 0]);
    // A group moves what is under it, by one uniform each.
    scene.set_transform(group, way.with(moved(0.5)).unwrap()).unwrap();
    assert_eq!(changes(&mut scene), ["UNIFORM", "UNIFORM"]);
    scene.visual_mut(tile).unwrap().set_color(BLUE);
    assert_eq!(changes(&mut scene), ["UNIFORM"]);
    scene.set_opacity(other, 0.5).unwrap();
    assert_eq!(changes(&mut scene), ["UNIFORM"]);
    // What is hidden is not drawn, and needs nothing to be shown again.
    scene.set_visible(group, false).unwrap();
    let hidden = scene.frame().unwrap();
    // But for the box of a zoom, which is of the view.
    let bare = ["RECORD", "FRAMEBUFFER", "STATE", "CLEAR", "STATE", "DRAW", "END", "RUN", "SWAP"];
    assert_eq!(names(&hidden), bare);
    scene.set_visible(group, true).unwrap();
    assert!(!changes(&mut scene).iter().any(|name| ["CREATE", "DATA", "SHADERS", "UNIFORM"].contains(name)));
}

#[test]
fn a_still_scene_needs_no_signals() {
    let (mut scene, view) = unit_scene();
    scene.set_interactive(false);
    scene.add(view, a_tile(scene.context(), UNIT, RED)).unwrap();
    let first = scene.frame().unwrap();
    assert!(!names(&first).iter().any(|name| ["RECORD", "SIGNAL", "BIND", "INPUT", "REDRAW"].contains(name)));
    assert_eq!(scene.header().requires.len(), 0);
    assert_eq!(names(&scene.frame().unwrap()), ["STATE", "CLEAR", "STATE", "DRAW", "SWAP"]);
}

#[test]
fn a_camera_moves_with_nothing_sent() {
    let mut scene = Scene::new(100, 100).unwrap();
    scene.set_grid(scene.root(), Grid::even(2, 1)).unwrap();
    let [above, below] = [0, 1].map(|row| {
        let view = scene.add_view(scene.root(), Region::Cell(Cell::at(row, 0)), Camera::rect(UNIT)).unwrap();
        scene.add(view, a_tile(scene.context(), [0.0, 0.0, 0.5, 1.0], RED)).unwrap();
        view
    });
    scene.link(above, below, Link::X).unwrap();
    let first = scene.frame().unwrap();
    assert_eq!(names(&scene.frame().unwrap()), ["RUN", "SWAP"]);
    // The producer may move it, too.
    scene.set_camera(below, Camera::rect([0.5, 0.0, 1.5, 1.0])).unwrap();
    let second = scene.frame().unwrap();
    assert_eq!(names(&second), ["SIGNAL", "RUN", "SWAP"]);
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&first);
    let [red, white] = [[255, 0, 0, 255], [255; 4]];
    assert_eq!((screen.at(45, 25), screen.at(55, 25)), (red, white));
    // A quarter to the right in the upper box, which takes the lower one along.
    screen.drag([20.0, 75.0], [45.0, 75.0]);
    assert_eq!(
        (screen.at(20, 25), screen.at(45, 25), screen.at(70, 25), screen.at(80, 25)),
        (white, red, red, white)
    );
    assert_eq!(
        (screen.at(20, 75), screen.at(45, 75), screen.at(70, 75), screen.at(80, 75)),
        (white, red, red, white)
    );
    screen.draw(&second);
    assert_eq!((screen.at(0, 25), screen.at(0, 75)), (white, white));
}

#[test]
fn what_is_picked_is_what_is_seen_after_a_move() {
    let (mut scene, view) = unit_scene();
    let tile = scene.add(view, a_tile(scene.context(), [0.0, 0.0, 0.25, 1.0], RED)).unwrap();
    let first = scene.frame().unwrap();
    let request = scene.pick([60.0, 50.0]).unwrap();
    let second = scene.frame().unwrap();
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&first);
    screen.drag([10.0, 50.0], [60.0, 50.0]);
    let replies = screen.draw(&second);
    let picked = replies.iter().find_map(|reply| request.answer(reply)).unwrap();
    assert_eq!(picked.map(|picked| picked.node), Some(tile.node()));
}

#[test]
fn what_is_removed_leaves_the_stream() {
    let (mut scene, view) = unit_scene();
    let group = scene.add_group(view).unwrap();
    let inner = scene.add_group(group).unwrap();
    let tile = scene.add(inner, a_tile(scene.context(), UNIT, RED)).unwrap();
    scene.add(view, a_tile(scene.context(), UNIT, GREEN)).unwrap();
    // Without what shows the box of a zoom: a program and a buffer.
    let created = changes(&mut scene).iter().filter(|name| **name == "CREATE").count() - 2;
    scene.remove(group).unwrap();
    assert!(scene.visual(tile).is_err() && scene.parent(inner).is_err());
    let deleted = changes(&mut scene).iter().filter(|name| **name == "DELETE").count();
    assert_eq!(2 * deleted, created);
    assert_eq!(scene.remove(group).unwrap_err().to_string(), "the node has been removed from the scene");
    assert!(scene.remove(scene.root()).is_err());
}

/// A box that is removed gives up its signals, so boxes may come and go for ever, and what lies under it has its events again.
#[test]
fn removed_boxes_take_their_signals_along() {
    let (mut scene, view) = unit_scene();
    let tile = a_tile(scene.context(), [0.0, 0.0, 0.5, 1.0], RED);
    scene.add(view, tile).unwrap();
    let count = |frame: &Frame, wanted: &str| names(frame).iter().filter(|name| **name == wanted).count();
    let mut frames = vec![scene.frame().unwrap()];
    let mut standing = Vec::new();
    let mut alive = count(&frames[0], "SIGNAL");
    for round in 0..12 {
        let above = scene.add_view(scene.root(), Region::Whole, Camera::rect(UNIT)).unwrap();
        scene.add(above, a_tile(scene.context(), [0.75, 0.0, 1.0, 1.0], GREEN)).unwrap();
        if round % 2 == 0 {
            scene.link(above, view, Link::X).unwrap();
        }
        frames.push(scene.frame().unwrap());
        scene.set_camera(above, Camera::Turntable(Turntable::around([0.0; 3], 1.0))).ok();
        scene.remove(above).unwrap();
        frames.push(scene.frame().unwrap());
        for frame in &frames[frames.len() - 2..] {
            alive = alive + count(frame, "SIGNAL") - count(frame, "FORGET");
        }
        standing.push(alive);
    }
    assert_eq!(standing, [standing[0]; 12], "signals that stand after each round");
    // Another sort of camera leaves nothing of the one before.
    for round in 0..12 {
        let camera = match round % 2 {
            0 => Camera::Turntable(Turntable::around([0.5, 0.5, 0.0], 1.0)),
            _ => Camera::rect(UNIT),
        };
        scene.set_camera(view, camera).unwrap();
        frames.push(scene.frame().unwrap());
        let last = &frames[frames.len() - 1];
        alive = alive + count(last, "SIGNAL") - count(last, "FORGET");
    }
    assert_eq!(alive, standing[0]);
    let Some(mut screen) = Screen::new(&scene) else { return };
    frames.iter().for_each(|frame| drop(screen.draw(frame)));
    assert_eq!((screen.at(45, 50), screen.at(55, 50)), ([255, 0, 0, 255], [255; 4]));
    screen.drag([50.0, 50.0], [75.0, 50.0]);
    assert_eq!((screen.at(70, 50), screen.at(80, 50)), ([255, 0, 0, 255], [255; 4]));
}

/// Keys reach every box: Tab walks them, a ring shows where it is, and behind the last one Tab is the page's.
#[test]
fn tab_walks_boxes_and_shows_where_it_is() {
    let mut scene = Scene::new(100, 100).unwrap();
    scene.set_grid(scene.root(), Grid::even(1, 2)).unwrap();
    for column in 0..2 {
        let view =
            scene.add_view(scene.root(), Region::Cell(Cell::at(0, column)), Camera::rect(UNIT)).unwrap();
        scene.add(view, a_tile(scene.context(), [0.4, 0.0, 1.0, 1.0], RED)).unwrap();
    }
    let first = scene.frame().unwrap();
    assert_eq!(names(&scene.frame().unwrap()), ["RUN", "SWAP"]);
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&first);
    let white = [255; 4];
    let seen = |screen: &mut Screen| [screen.at(0, 50) != white, screen.at(50, 50) != white];
    assert_eq!(seen(&mut screen), [false, false]);
    assert!(screen.key("Tab", 0));
    assert_eq!(seen(&mut screen), [true, false]);
    assert_eq!((screen.at(3, 50), screen.at(15, 99) != white), (white, true), "a frame, nothing else");
    assert!(screen.key("Tab", 0));
    assert_eq!(seen(&mut screen), [false, true]);
    // A tenth to the right: the tile begins a tenth further left, in this box alone.
    assert!(screen.key("ArrowRight", 0));
    assert_eq!((screen.at(17, 50), screen.at(67, 50)), (white, [255, 0, 0, 255]));
    assert!(!screen.key("Tab", 0));
    assert_eq!(seen(&mut screen), [false, false]);
    assert!(screen.key("Tab", 1));
    assert_eq!(seen(&mut screen), [false, true]);
}

#[test]
fn the_box_of_a_zoom_is_seen_while_it_is_drawn() {
    let (mut scene, view) = unit_scene();
    scene.add(view, a_tile(scene.context(), [0.9, 0.9, 1.0, 1.0], RED)).unwrap();
    let first = scene.frame().unwrap();
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&first);
    screen.choose([20.0, 20.0], [60.0, 50.0]);
    let white = [255; 4];
    let edge = screen.at(40, 20);
    let inside = screen.at(40, 35);
    assert!(edge != white && inside != white && edge != inside, "{edge:?} around {inside:?}");
    assert_eq!((screen.at(59, 35), screen.at(20, 35)), (edge, edge));
    assert_eq!((screen.at(40, 15), screen.at(65, 35)), (white, white));
}

/// A node that was drawn moves, turns and comes back by one UNIFORM, whether or not anybody said that it would.
#[test]
fn nodes_move_without_their_data() {
    let (mut scene, view) = unit_scene();
    let group = scene.add_group(view).unwrap();
    scene.set_transform(group, Transform::new(moved(0.25)).unwrap()).unwrap();
    let tile = scene.add(group, a_tile(scene.context(), [0.0, 0.0, 0.25, 1.0], RED)).unwrap();
    let mut frames = vec![scene.frame().unwrap()];
    let half = Map::ScaleTranslate { scale: [0.5, 1.0, 1.0], translate: [0.5, 0.0, 0.0] };
    for (round, map) in [moved(0.5), moved(0.75), half, moved(0.0)].into_iter().enumerate() {
        scene.set_transform(group, Transform::new(map).unwrap()).unwrap();
        frames.push(scene.frame().unwrap());
        let sent = names(frames.last().unwrap());
        assert!(!sent.contains(&"DATA"), "{sent:?}");
        // The first time its shaders change.
        assert!(round == 0 || sent == ["UNIFORM", "RUN", "SWAP"], "{sent:?}");
    }
    assert_eq!(scene.bounds(group).unwrap().unwrap().max.x, 0.25);
    scene.set_transform(tile, Transform::new(moved(0.1)).unwrap()).unwrap();
    frames.push(scene.frame().unwrap());
    assert_eq!(names(frames.last().unwrap()), ["UNIFORM", "RUN", "SWAP"]);
    let Some(mut screen) = Screen::new(&scene) else { return };
    let red = [255, 0, 0, 255];
    let spans = [[25, 50], [50, 75], [75, 100], [50, 62], [0, 25], [10, 35]];
    for (frame, [from, to]) in frames.iter().zip(spans) {
        screen.draw(frame);
        let found: Vec<usize> = (0..100).filter(|x| screen.at(*x, 50) == red).collect();
        assert_eq!((found[0], found[found.len() - 1] + 1), (from, to));
    }
}

/// A unit of a thing at ten million units is as sharp as at 0, for all cameras, set and moved.
#[test]
fn far_things_in_space_are_as_near_ones() {
    let cameras = |at: [f64; 3]| {
        let turntable = Turntable::around(at, 1.0);
        let arcball = glir_scene::Arcball::around(at, 1.0);
        let fly = glir_scene::Fly {
            speed: 1.0,
            position: [at[0] + 0.3, at[1] + 0.2, at[2] + 2.0],
            orientation: [0.0, 0.0, 0.0, 1.0],
            angle: 45.0,
            depth: [0.1, 100.0],
        };
        [
            Camera::Turntable(turntable),
            Camera::Turntable(Turntable { lens: glir_scene::Lens::Orthographic, ..turntable }),
            Camera::Arcball(arcball),
            Camera::Fly(fly),
        ]
    };
    for (near, far) in cameras([0.0; 3]).into_iter().zip(cameras([1e7, -3e7, 2e7])) {
        let pictures: Vec<Option<Vec<[u8; 4]>>> = [(near, [0.0; 3]), (far, [1e7, -3e7, 2e7])]
            .into_iter()
            .flat_map(|(camera, at)| [(camera.clone(), at, false), (camera, at, true)])
            .map(|(camera, at, interactive)| {
                let mut scene = Scene::new(100, 100).unwrap();
                scene.set_interactive(interactive);
                let view = scene.add_view(scene.root(), Region::Whole, camera).unwrap();
                let corners: Vec<[f64; 3]> = [[0.0, 0.0, 0.0], [0.5, 0.1, 0.0], [0.1, 0.6, 0.2]]
                    .map(|[x, y, z]| [x + at[0], y + at[1], z + at[2]])
                    .to_vec();
                scene.add(view, common::Triangles::new(scene.context(), &corners, RED).unwrap()).unwrap();
                let frame = scene.frame().unwrap();
                let mut screen = Screen::new(&scene)?;
                screen.draw(&frame);
                Some(screen.pixels())
            })
            .collect();
        let Some(Some(first)) = pictures.first() else { return };
        assert!(first.iter().filter(|pixel| **pixel != [255; 4]).count() > 100);
        for (number, picture) in pictures.iter().enumerate() {
            let other = picture.as_ref().unwrap();
            let wrong = first.iter().zip(other).filter(|(a, b)| a != b).count();
            assert!(wrong <= 4, "picture {number}: {wrong} pixels differ");
        }
    }
}

#[test]
fn nodes_change_their_parents() {
    let (mut scene, view) = unit_scene();
    let [left, right] = [0.0, 0.5].map(|x| {
        let group = scene.add_group(view).unwrap();
        scene.set_transform(group, Transform::new(moved(x)).unwrap().dynamic()).unwrap();
        group
    });
    let tile = scene.add(left, a_tile(scene.context(), [0.0, 0.0, 0.5, 1.0], RED)).unwrap();
    let frames = [scene.frame().unwrap(), {
        scene.reparent(tile, right).unwrap();
        scene.frame().unwrap()
    }];
    assert_eq!(scene.children(left).unwrap(), []);
    // The transforms are alike, so the move is one uniform and nothing is made or deleted.
    assert_eq!(names(&frames[1]).iter().filter(|name| **name == "UNIFORM").count(), 1);
    assert!(!names(&frames[1]).iter().any(|name| ["CREATE", "DELETE", "DATA", "SHADERS"].contains(name)));
    assert!(scene.reparent(left, left).is_err());
    let inner = scene.add_group(left).unwrap();
    assert_eq!(scene.reparent(left, inner).unwrap_err().to_string(), "a node can't be put under itself");
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&frames[0]);
    assert_eq!((screen.at(25, 50), screen.at(75, 50)), ([255, 0, 0, 255], [255; 4]));
    screen.draw(&frames[1]);
    assert_eq!((screen.at(25, 50), screen.at(75, 50)), ([255; 4], [255, 0, 0, 255]));
}

#[test]
fn order_opacity_and_clip_are_seen() {
    let (mut scene, view) = unit_scene();
    let red = scene.add(view, a_tile(scene.context(), UNIT, RED)).unwrap();
    let green = scene.add(view, a_tile(scene.context(), UNIT, GREEN)).unwrap();
    let first = scene.frame().unwrap();
    scene.set_order(red, 1).unwrap();
    scene.set_opacity(red, 0.4).unwrap();
    scene.set_clip(red, Some(Area::new(0.0, 0.0, 50.0, 100.0))).unwrap();
    let second = scene.frame().unwrap();
    scene.set_opacity(view, 0.0).unwrap();
    let third = scene.frame().unwrap();
    assert!(scene.set_opacity(green, 1.5).is_err());
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&first);
    assert_eq!(screen.at(10, 50), [0, 255, 0, 255]);
    screen.draw(&second);
    assert_eq!((screen.at(10, 50), screen.at(90, 50)), ([102, 153, 0, 255], [0, 255, 0, 255]));
    screen.draw(&third);
    assert_eq!(screen.at(10, 50), [255; 4]);
}

#[test]
fn boxes_divide_the_canvas_and_clip() {
    let mut scene = Scene::new(100, 100).unwrap();
    scene.set_grid(scene.root(), Grid { gap: [10.0, 10.0], ..Grid::even(2, 2) }).unwrap();
    let mut view = |row, column| {
        scene.add_view(scene.root(), Region::Cell(Cell::at(row, column)), Camera::rect(UNIT)).unwrap()
    };
    let (top_left, bottom_right) = (view(0, 0), view(1, 1));
    scene.set_background(top_left, Some([0.0, 0.0, 1.0, 1.0])).unwrap();
    // Far beyond its box.
    scene.add(bottom_right, a_tile(scene.context(), [-9.0, -9.0, 9.0, 9.0], RED)).unwrap();
    let frame = scene.frame().unwrap();
    let lost = scene.add_view(scene.root(), Region::Cell(Cell::at(2, 0)), Camera::Pixels).unwrap();
    assert!(scene.frame().is_err());
    scene.remove(lost).unwrap();
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&frame);
    let [red, blue, white] = [[255, 0, 0, 255], [0, 0, 255, 255], [255; 4]];
    assert_eq!((screen.at(5, 95), screen.at(44, 55), screen.at(44, 54)), (blue, blue, white));
    assert_eq!((screen.at(55, 44), screen.at(54, 44), screen.at(99, 0)), (red, white, red));
}

#[test]
fn linked_boxes_show_the_same_span() {
    let mut scene = Scene::new(100, 100).unwrap();
    scene.set_grid(scene.root(), Grid::even(2, 1)).unwrap();
    let [above, below] = [0, 1].map(|row| {
        let view = scene.add_view(scene.root(), Region::Cell(Cell::at(row, 0)), Camera::rect(UNIT)).unwrap();
        let tile = a_tile(scene.context(), [0.0, 0.0, 0.5, 1.0], RED);
        scene.add(view, tile).unwrap();
        view
    });
    scene.link(below, above, Link::X).unwrap();
    scene.link(above, below, Link::X).unwrap();
    scene.set_camera(above, Camera::PanZoom(PanZoom::new([0.25, 0.0, 0.75, 2.0]))).unwrap();
    let frame = scene.frame().unwrap();
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&frame);
    let [red, white] = [[255, 0, 0, 255], [255; 4]];
    // Half of the span in x, and each its own in y.
    assert_eq!((screen.at(25, 10), screen.at(75, 10), screen.at(25, 45)), (red, white, red));
    assert_eq!((screen.at(25, 60), screen.at(75, 60), screen.at(25, 95)), (red, white, white));
}

#[test]
fn solid_boxes_do_not_hide_each_other() {
    let mut scene = Scene::new(100, 100).unwrap();
    for (distance, color) in [(2.0, RED), (8.0, GREEN)] {
        let camera =
            Turntable { elevation: 90.0, azimuth: 0.0, distance, ..Turntable::around([0.0; 3], 1.0) };
        let view = scene.add_view(scene.root(), Region::Whole, Camera::Turntable(camera)).unwrap();
        let mut solid = a_tile(scene.context(), [-1.0, -1.0, 1.0, 1.0], color);
        solid.write_depth();
        scene.add(view, solid).unwrap();
    }
    let frame = scene.frame().unwrap();
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&frame);
    // The second box lies above the first, however far away its scene is.
    assert_eq!((screen.at(50, 50), screen.at(10, 10)), ([0, 255, 0, 255], [255, 0, 0, 255]));
}

#[test]
fn items_are_picked_by_reading() {
    let (mut scene, view) = unit_scene();
    let left = scene.add(view, a_tile(scene.context(), [0.0, 0.0, 0.5, 1.0], RED)).unwrap();
    let right = scene.add(view, a_tile(scene.context(), [0.6, 0.0, 1.0, 1.0], RED)).unwrap();
    let first = scene.frame().unwrap();
    assert!(scene.pick([100.0, 5.0]).is_err() && scene.pick([f64::NAN, 5.0]).is_err());
    let mut frames = Vec::new();
    let mut requests = Vec::new();
    for at in [[10.0, 10.0], [49.5, 90.0], [52.0, 90.0], [55.0, 50.0], [99.5, 99.5]] {
        requests.push(scene.pick(at).unwrap());
        frames.push(scene.frame().unwrap());
    }
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&first);
    let picture: Vec<_> = (0..100).map(|x| screen.at(x, 50)).collect();
    let mut picked = Vec::new();
    for (frame, request) in frames.iter().zip(&requests) {
        let replies = screen.draw(frame);
        picked.push(replies.iter().find_map(|reply| request.answer(reply)).expect("an answer"));
    }
    let found: Vec<_> = picked.iter().map(|picked| picked.map(|picked| (picked.node, picked.item))).collect();
    let [left, right] = [left.node(), right.node()];
    // Near misses count; in the middle between both there is nothing.
    assert_eq!(found, [Some((left, 0)), Some((left, 1)), Some((left, 1)), None, Some((right, 1))]);
    // Picking is not seen.
    assert_eq!(picture, (0..100).map(|x| screen.at(x, 50)).collect::<Vec<_>>());
}

#[test]
fn of_layers_near_each_other_the_one_that_is_seen_is_picked() {
    let mut scene = Scene::new(100, 100).unwrap();
    let camera =
        Turntable { elevation: 90.0, azimuth: 0.0, distance: 4.0, ..Turntable::around([0.0; 3], 1.0) };
    let view = scene.add_view(scene.root(), Region::Whole, Camera::Turntable(camera)).unwrap();
    let mut nodes = Vec::new();
    // The nearest is drawn first.
    for (height, color) in [(0.003, RED), (0.002, GREEN), (0.001, BLUE), (0.0, GREEN)] {
        let mut tile = a_tile(scene.context(), [-1.0, -1.0, 1.0, 1.0], color);
        tile.write_depth();
        let node = scene.add(view, tile).unwrap().node();
        let place = Transform::scale_translate([1.0; 3], [0.0, 0.0, height]).unwrap();
        scene.set_transform(node, place).unwrap();
        nodes.push(node);
    }
    let first = scene.frame().unwrap();
    let request = scene.pick([50.0, 50.0]).unwrap();
    let second = scene.frame().unwrap();
    let Some(mut screen) = Screen::new(&scene) else { return };
    screen.draw(&first);
    assert_eq!(screen.at(50, 50), [255, 0, 0, 255]);
    let picked = screen.draw(&second).iter().find_map(|reply| request.answer(reply)).expect("an answer");
    assert_eq!(picked.map(|picked| picked.node), Some(nodes[0]));
}

#[test]
fn bounds_are_those_of_what_is_there() {
    let (mut scene, view) = unit_scene();
    let group = scene.add_group(view).unwrap();
    assert_eq!(scene.bounds(group).unwrap(), None);
    scene.add(group, a_tile(scene.context(), [1.0, 2.0, 3.0, 4.0], RED)).unwrap();
    scene.set_transform(group, Transform::new(moved(10.0)).unwrap()).unwrap();
    let bounds = scene.bounds(view).unwrap().unwrap();
    assert_eq!((bounds.min.to_array(), bounds.max.to_array()), ([11.0, 2.0, 0.0], [13.0, 4.0, 0.0]));
}
