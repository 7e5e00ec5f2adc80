//! The state at a place.

use crate::rich::rich;
use crate::sample::{animation, recorded};
use glir_core::text::{Item, parse};
use glir_trace::{Recorder, Recording, Trace, Walk, split, state};
use serde_json::{Value, json};

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

/// What is refused, recorded wrongly or not to its end, and what comes behind the end of a frame.
const FAULTY: &str = r#"["GROUP", "outer"]
["DATA", 3, 0, {"f32": [1, 2]}]
["DATA", 3, 4, {"f32": [3, 4]}]
["DELETE", 77]
["RECORD", 2]
["GROUP", "inner"]
["DRAW", 1, "points", {"count": 2}]
["END"]
["UNIFORM", 1, "v", [1, 0, 0, 1]]
["END"]
["RECORD", 3]
["CREATE", 60, {"buffer": "vertex"}]
["END"]
["END"]
["END"]
["RUN", 2]
["RUN", 9]
["BIND", 2, {"program": 1, "uniform": "v"}]
["CLEAR", ["color", "depth"]]
["DATA", 3, 0, {"f32": [5]}]
["DELETE", 1]
["RECORD", 4]
["DRAW", 2, "points", {"count": 2}]
["SIZE", 3, 4]
["SWAP"]
"#;

/// The states of a walk are those that are told of each place alone.
fn walk_as_told(name: &str, trace: &Trace<'_>) {
    let plain = |state: glir_trace::State| {
        let mut json = state.json();
        (json["frame"], json["command"]) = (Value::Null, Value::Null);
        json
    };
    let (mut walk, mut ends) = (Walk::new(trace), Walk::new(trace));
    for frame in trace.frames() {
        let mut walked = Vec::new();
        let look = &mut |count: u32, state: &glir_trace::State| walked.push((count, plain(state.clone())));
        if walk.commands(frame, look).is_err() {
            assert!(state(trace, frame, None, false).is_err(), "{name}");
            continue;
        }
        let behind = |count: u32| &walked.iter().rfind(|(at, _)| *at <= count).unwrap().1;
        let chunk = trace.frame(frame).unwrap();
        let count = chunk.map_or(0, |chunk| split(&chunk.head).count() as u32);
        for command in 0..count {
            let told = plain(state(trace, frame, Some(command), false).unwrap());
            assert_eq!(behind(command + 1), &told, "{name}, {frame}:{command}");
        }
        let end = plain(state(trace, frame, None, false).unwrap());
        assert_eq!(plain(ends.end(frame).unwrap()), end, "{name}, {frame}");
        assert_eq!(behind(count), &end, "{name}, {frame}");
    }
}

#[test]
fn a_walk_goes_through_the_states_that_are_told() {
    for seed in 0..2 {
        let text = rich(seed, 9) + FAULTY;
        let mut items = parse(&text).unwrap().items.into_iter();
        let Some(Item::Header(header)) = items.next() else { panic!("no header") };
        for keyframe_percent in [0, 100_000] {
            let recording = Recording { keyframe_percent, blob_bytes: 32, ..Recording::default() };
            let mut recorder = Recorder::new(Vec::new(), &header, recording).unwrap();
            for item in items.clone() {
                let Item::Frame { frame, time_us } = item else { continue };
                recorder.frame(frame.head(), frame.arena(), time_us).unwrap();
            }
            let bytes = recorder.finish().unwrap();
            let trace = Trace::open(&bytes).unwrap();
            assert_eq!(trace.keyframes().count() > 0, keyframe_percent > 0);
            walk_as_told(&format!("seed {seed}, {keyframe_percent} %"), &trace);
        }
    }
}

/// A recording of a text of one frame.
fn one_frame(text: &str) -> Vec<u8> {
    let items = parse(text).unwrap().items;
    let [Item::Header(header), Item::Frame { frame, .. }] = &items[..] else { panic!("{items:?}") };
    let mut recorder = Recorder::new(Vec::new(), header, Recording::default()).unwrap();
    recorder.frame(frame.head(), frame.arena(), 0).unwrap();
    recorder.finish().unwrap()
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
    let bytes = one_frame(text);
    let trace = Trace::open(&bytes).unwrap();
    let state = state(&trace, 0, None, false).unwrap().json();
    assert_eq!(state["lists"], json!({ "1": [["CLEAR", ["color"]]] }));
}

#[test]
fn what_signals_make_of_a_list_holds_before_it_is_recorded() {
    let text = r#"["GLIR", {"width": 16, "height": 16, "uses": ["lists", "signals"]}]
["SIGNAL", 1, "constant", [], {"f64": [0, 0, 4, 4]}]
["BIND", 1, {"rectangle": "scissor", "list": 1}]
["RUN", 1]
["SWAP"]
"#;
    let bytes = one_frame(text);
    let trace = Trace::open(&bytes).unwrap();
    let scissor = |at| state(&trace, 0, Some(at), false).unwrap().json()["state"]["scissor"].clone();
    assert_eq!((scissor(1), scissor(2)), (json!(null), json!([0, 0, 4, 4])));
}
