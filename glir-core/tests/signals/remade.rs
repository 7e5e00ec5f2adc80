//! What a window asks of an interpreter: whether a picture stands in pixels, and to go on with it in another layout.

use super::{PAN_ZOOM, close, null, scene};
use glir_spec::enums::PointerAction;

/// A plot that is made again for another size has other ids, places and beginnings, and shows what a person has chosen.
#[test]
fn what_a_person_moved_is_carried_over_by_order() {
    let plot = |[area, first, second]: [u32; 3], [place, distance]: [&str; 2], [one, other]: [&str; 2]| {
        let table = second + 1;
        scene(&format!(
            r#"["SIGNAL", {area}, "constant", [], {{"f64": {place}}}]
["SIGNAL", {first}, "pan_zoom", [{area}], {{"f64": {one}}}]
["SIGNAL", {second}, "pan_zoom", [], {{"f64": {other}}}]
["SIGNAL", {table}, "turntable", [{area}], {{"f64": [30, 20, {distance}]}}]"#
        ))
    };
    // The turntable, declared last, is hidden from the pointer nowhere but in its area.
    let old = plot([2, 3, 4], ["[0, 0, 100, 100]", "5"], ["[0, 0, 40, 20]", "[0, 0, 8, 2]"]);
    let new = plot([7, 5, 9], ["[10, 20, 50, 50]", "10"], ["[0, -1, 40, 21]", "[0, -1, 8, 3]"]);
    let mut before = null(&old);
    assert_eq!(before.faults(), Vec::<String>::new());
    // The turntable is turned and brought to twice its distance, the second moved along x and still held, the first let alone.
    before.drag((50.0, 50.0), (70.0, 40.0), 0, 0);
    let far = 50.0 - std::f32::consts::LN_2 * 100.0;
    before.drag((50.0, 50.0), (50.0, far), 2, 0);
    assert!(before.pointer(PointerAction::Down, (200.0, 100.0), Some(0), 3.0));
    assert!(before.pointer(PointerAction::Move, (300.0, 100.0), None, 3.1));
    before.0.tick(4.0);
    close(&before.numbers(4), &[-2.0, 0.0, 6.0, 2.0]);
    let turned = before.numbers(5);
    assert!((turned[14] + 10.0).abs() < 1e-4, "{turned:?}");
    let mut after = null(&new);
    after.0.carry_over(before.0.take_signals());
    assert!(after.0.tick(4.1), "the picture is drawn with what was moved");
    close(&after.numbers(5), &[0.0, -1.0, 40.0, 21.0]);
    close(&after.numbers(9), &[-2.0, -1.0, 6.0, 3.0]);
    let again = after.numbers(10);
    close(&again[..12], &turned[..12]);
    assert!((again[14] + 20.0).abs() < 2e-4, "{again:?}");
    // What was held is let go, what was touched last has the keys, and the areas are the new picture's.
    assert!(!after.pointer(PointerAction::Move, (60.0, 60.0), None, 4.2));
    assert!(after.key("ArrowRight", 0));
    after.0.tick(5.0);
    close(&after.numbers(9), &[-1.2, -1.0, 6.8, 3.0]);
    after.drag((40.0, 40.0), (40.0, 140.0), 0, 0);
    after.0.tick(6.0);
    assert_ne!(after.numbers(10), again);
    assert_eq!(after.numbers(5)[1], -1.0, "the turntable lies above it");
    // Home is where the new picture begins.
    assert!(after.key("Home", 0));
    after.0.tick(7.0);
    assert!((after.numbers(10)[14] + 10.0).abs() < 1e-9, "{:?}", after.numbers(10));
    after.drag((200.0, 150.0), (200.0, 150.0), 0, 0);
    assert!(after.key("Home", 0));
    after.0.tick(8.0);
    close(&after.numbers(9), &[0.0, -1.0, 8.0, 3.0]);
    // Another plot begins as it is.
    let mut other = null(&scene(PAN_ZOOM));
    other.0.carry_over(after.0.take_signals());
    other.0.tick(9.0);
    close(&other.numbers(2), &[0.0, 0.0, 40.0, 20.0]);
}

#[test]
fn who_draws_to_rectangles_of_a_canvas_is_known() {
    let framebuffer = r#"["CREATE", 10, {"renderbuffer": "rgba8"}]
["SIZE", 10, 8, 8]
["CREATE", 11, "framebuffer"]
["ATTACH", 11, "color0", 10]
["FRAMEBUFFER", 11]"#;
    let rectangle = r#"["STATE", {"viewport": [1, 2, 3, 4]}]"#;
    let scissor = r#"["STATE", {"scissor": [1, 2, 3, 4]}]"#;
    let back = r#"["FRAMEBUFFER", 0]"#;
    let free = r#"["STATE", {"viewport": null}]"#;
    let bound = r#"["SIGNAL", 3, "constant", [], {"f64": [10, 20, 30, 40]}]
["BIND", 3, {"rectangle": "viewport", "list": 1}]"#;
    for (more, wanted) in [
        (String::new(), false),
        (rectangle.to_owned(), true),
        (scissor.to_owned(), true),
        (bound.to_owned(), true),
        (format!("{framebuffer}\n{rectangle}\n{back}"), true),
        (format!("{framebuffer}\n{rectangle}\n{free}\n{back}"), false),
        (format!("{framebuffer}\n[\"BLIT\", 11, 0, [0, 0, 8, 8], [0, 0, 8, 8]]\n{back}"), true),
        (format!("{rectangle}\n{free}"), false),
    ] {
        let mut play = null(&scene(&more));
        assert_eq!(play.faults(), Vec::<String>::new(), "{more}");
        assert_eq!(play.0.is_in_pixels(), wanted, "{more}");
    }
}
