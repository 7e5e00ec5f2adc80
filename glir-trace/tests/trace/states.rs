//! The state at a place.

use crate::sample::{animation, recorded};
use glir_core::text::{Item, parse};
use glir_trace::{Recorder, Recording, Trace, state};
use serde_json::json;

#[test]
fn the_state_behind_a_command_is_told() {
    let bytes = recorded(&animation(3, 5), Recording::default());
    let trace = Trace::open(&bytes).unwrap();
    let before = state(&trace, 1, Some(3), true).unwrap().json();
    let behind = state(&trace, 1, Some(4), true).unwrap().json();
    assert_eq!(before["frame"], 1);
    let color = |state: &serde_json::Value| state["objects"][0]["uniforms"]["u_color"].clone();
    // Command 3 is the first u_offset, command 4 the first u_color.
    assert_eq!(color(&before), json!([0.25, 0.5, 0.25, 1]));
    assert_eq!(color(&behind), json!([0, 0.5, 0.25, 1]));
    assert_eq!(before["objects"][1]["kind"], "buffer");
    assert_eq!(before["objects"][1]["size"], json!([24]));
    assert_eq!(before["state"]["line_width"], 1);
    assert_eq!(before["canvases"]["0"], json!({ "width": 32, "height": 32 }));
    let why = state(&trace, 1, Some(99), true).unwrap_err().to_string();
    assert_eq!(why, "frame 1 has no command 99; it has 20 commands, counted from 0");
    let mut text = String::new();
    state(&trace, 2, None, false).unwrap().print(&[], &mut text);
    assert!(text.contains("uniforms u_color [0.25,0.5,0.25,1]"), "{text}");
}

#[test]
fn a_list_that_is_refused_stays_as_it_was() {
    let text = r#"["GLIR", {"requires": ["lists"]}]
["RECORD", 1]
["CLEAR", ["color"]]
["END"]
["RECORD", 1]
["CREATE", 60, {"buffer": "vertex"}]
["CREATE", 61, {"buffer": "vertex"}]
["END"]
["SWAP"]
"#;
    let items = parse(text).unwrap().items;
    let [Item::Header(header), Item::Frame { frame, .. }] = &items[..] else { panic!("{items:?}") };
    let mut recorder = Recorder::new(Vec::new(), header, Recording::default()).unwrap();
    recorder.frame(frame.head(), frame.arena(), 0).unwrap();
    let bytes = recorder.finish().unwrap();
    let trace = Trace::open(&bytes).unwrap();
    let state = state(&trace, 0, None, false).unwrap().json();
    assert_eq!(state["lists"], json!({ "1": [["CLEAR", ["color"]]] }));
}
