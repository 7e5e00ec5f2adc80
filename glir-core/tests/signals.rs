//! Lists and signals, without a GPU: what is kept, run again, driven, taken and refused.
#![allow(clippy::unwrap_used, clippy::panic)] // a helper that fails is a test that fails

#[path = "signals/remade.rs"]
mod remade;

use glir_core::retain::{InMemory, Retained};
use glir_core::text::{Document, EventLog, Item, parse};
use glir_core::{FrameInput, Interpreter, NoBlobs, NullBackend, Settings, TraceBackend};
use glir_spec::enums::{KeyAction, PointerAction};
use glir_spec::ids::CanvasId;
use glir_spec::replies::{Key, Pointer, Resize, Wheel};
use glir_spec::{Frame, Reply, Target};

const HEADER: &str =
    r#"["GLIR", {"profile": "es3", "width": 400, "height": 200, "requires": ["lists", "signals"]}]"#;

/// A program with uniforms, a list that draws with it, and what a test adds.
fn scene(more: &str) -> Document {
    let text = format!(
        r#"{HEADER}
["CREATE", 1, "program"]
["SHADERS", 1, {{"vertex": "uniform vec4 u_view; void main() {{ gl_Position = u_view; }}",
                "fragment": "precision mediump float; uniform mat4 u_camera; uniform float u_a; uniform int u_i; void main() {{ gl_FragColor = u_camera[0] * u_a * float(u_i); }}"}},
               {{"uniforms": ["vec4 u_view", "mat4 u_camera", "float u_a", "int u_i"]}}]
["RECORD", 1]
["CLEAR", ["color"]]
["DRAW", 1, "points", {{"count": 1}}]
["END"]
["REDRAW", 1]
{more}
["RUN", 1]
["SWAP"]
"#
    );
    parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

struct Play<B: glir_core::Backend>(Interpreter<B>);

fn play<B: glir_core::Backend>(backend: B, document: &Document) -> Play<B> {
    let Some(Item::Header(header)) = document.items.first() else { panic!("no header") };
    let mut interpreter = match Interpreter::new(backend, header, Settings::default()) {
        Ok(interpreter) => interpreter,
        Err(refused) => panic!("{}", refused.0),
    };
    draw(&mut interpreter, document);
    Play(interpreter)
}

fn draw<B: glir_core::Backend>(interpreter: &mut Interpreter<B>, document: &Document) {
    for item in &document.items {
        let Item::Frame { frame, .. } = item else { continue };
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    }
}

fn null(document: &Document) -> Play<NullBackend> {
    play(NullBackend::new(Target::Gl33), document)
}

impl<B: glir_core::Backend> Play<B> {
    fn faults(&mut self) -> Vec<String> {
        self.0.take_diagnostics().iter().map(ToString::to_string).collect()
    }

    fn numbers(&self, id: u32) -> Vec<f64> {
        self.0.signals().value(id).unwrap().numbers().to_vec()
    }

    fn pointer(&mut self, action: PointerAction, at: (f32, f32), button: Option<u8>, time: f64) -> bool {
        self.modified(action, at, button, time, 0)
    }

    fn modified(
        &mut self,
        action: PointerAction,
        (x, y): (f32, f32),
        button: Option<u8>,
        time: f64,
        modifiers: u32,
    ) -> bool {
        let canvas = CanvasId(0);
        self.0.event(&Reply::Pointer(Pointer { canvas, action, x, y, button, buttons: 0, modifiers, time }))
    }

    fn drag(&mut self, from: (f32, f32), to: (f32, f32), button: u8, modifiers: u32) {
        let steps = [PointerAction::Down, PointerAction::Move, PointerAction::Up];
        for (step, at) in steps.into_iter().zip([from, to, to]) {
            let button = (step != PointerAction::Move).then_some(button);
            let time = f64::from(step as u8);
            assert!(self.modified(step, at, button, time, modifiers), "{step}");
        }
    }

    fn key(&mut self, key: &str, modifiers: u32) -> bool {
        let (canvas, action) = (CanvasId(0), KeyAction::Down);
        self.0.event(&Reply::Key(Key { canvas, action, key: key.into(), modifiers, time: 0.0 }))
    }

    fn wheel(&mut self, (x, y): (f32, f32), dy: f32) -> bool {
        let canvas = CanvasId(0);
        self.0.event(&Reply::Wheel(Wheel { canvas, x, y, dx: 0.0, dy, modifiers: 0, time: 0.0 }))
    }
}

fn close(found: &[f64], wanted: &[f64]) {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-9 * b.abs().max(1.0);
    assert!(found.len() == wanted.len() && found.iter().zip(wanted).all(near), "{found:?} is not {wanted:?}");
}

const PAN_ZOOM: &str = r#"["SIGNAL", 2, "pan_zoom", [], {"f64": [0, 0, 40, 20]}]
["BIND", 2, {"uniform": "u_view", "program": 1}]"#;

#[test]
fn arithmetic_is_that_of_f64() {
    let mut play = null(&scene(
        r#"["SIGNAL", 1, "constant", [], {"f64": [3, 4]}]
["SIGNAL", 2, "constant", [], {"f64": [0.5]}]
["SIGNAL", 3, "mul", [1, 2]]
["SIGNAL", 4, "length", [1]]
["SIGNAL", 5, "vector", [4, 1]]
["SIGNAL", 6, "component", [5], {"f64": [2, 0]}]
["SIGNAL", 7, "rotation", [8, 2]]
["SIGNAL", 8, "constant", [], {"f64": [0, 0, 1]}]
["SIGNAL", 9, "rotation", [8, 2]]
["SIGNAL", 10, "inverse", [9]]
["SIGNAL", 11, "mul", [9, 10]]
["SIGNAL", 12, "constant", [], {"f64": [1234567890.125]}]
["SIGNAL", 13, "high", [12]]
["SIGNAL", 14, "low", [12]]
["SIGNAL", 15, "less", [2, 4]]
["SIGNAL", 16, "select", [15, 1, 3]]
["SIGNAL", 17, "mod", [2, 4]]"#,
    ));
    close(&play.numbers(3), &[1.5, 2.0]);
    close(&play.numbers(5), &[5.0, 3.0, 4.0]);
    close(&play.numbers(6), &[4.0, 5.0]);
    let mut one = [0.0; 16];
    (0..4).for_each(|i| one[5 * i] = 1.0);
    close(&play.numbers(11), &one);
    close(&play.numbers(13), &[f64::from(1_234_567_890.125_f64 as f32)]);
    assert_eq!(play.numbers(13)[0] + play.numbers(14)[0], 1_234_567_890.125);
    close(&play.numbers(16), &[3.0, 4.0]);
    close(&play.numbers(17), &[0.5]);
    // What is declared later can't be used before.
    let faults = play.faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].contains("there is no signal 8; declare it before it is used"), "{faults:?}");
}

#[test]
fn what_does_not_fit_is_refused_in_words() {
    let mut play = null(&scene(
        r#"["SIGNAL", 1, "constant", [], {"f64": [3, 4]}]
["SIGNAL", 1, "add", [1, 1]]
["SIGNAL", 0, "add", [1, 1]]
["SIGNAL", 3, "constant", [], {"f64": [1, 2, 3]}]
["SIGNAL", 4, "add", [1, 3]]
["SIGNAL", 5, "sin", []]
["SIGNAL", 6, "component", [1], {"f64": [2]}]
["SIGNAL", 7, "pan_zoom", [], {"f64": [0, 0, 0, 1]}]
["SIGNAL", 8, "pan_zoom", [3], {"f64": [0, 0, 1, 1]}]
["SIGNAL", 9, "constant", [], {"f32": [1]}]
["BIND", 1, {"uniform": "u_view", "program": 1}]
["BIND", 77, {"uniform": "u_view", "program": 1}]
["BIND", 1, {"uniform": "u_i", "program": 1}]
["BIND", 1, {"visible": 0}]
["RUN", 0]
["RECORD", 5]
["DELETE", 1]
["UNIFORM", 1, 0, {"f32": [1, 2, 3, 4]}]
["END"]"#,
    ));
    let faults = play.faults();
    let wanted = [
        "signal 1 stands already",
        "0 names no signal",
        "add takes two signals of one type, not vec2 and vec3",
        "sin does not take ()",
        "the components of a vec2 go from 0 to 1",
        "pan_zoom's rectangle is empty",
        "pan_zoom takes its area as vec4",
        "a signal's numbers are f64, not f32",
        "signal 1 is vec2; the target takes vec4",
        "there is no signal 77",
        "signal 1 is vec2; the target takes int",
        "0 names no list",
        "0 names no list",
        "DELETE can't stand in a list",
        "list 5 stays as it was: not all of its commands can be kept",
    ];
    assert_eq!(faults.len(), wanted.len(), "{faults:#?}");
    for (fault, wanted) in faults.iter().zip(wanted) {
        assert!(fault.contains(wanted), "{fault} does not say {wanted}");
    }
}

#[test]
fn a_drag_moves_what_is_seen_and_draws_it_anew() {
    let mut play = null(&scene(PAN_ZOOM));
    assert_eq!(play.faults(), Vec::<String>::new());
    assert!(!play.0.tick(0.1), "the frame has drawn the first values");
    // 100 of 400 pixels are 10 of 40 units.
    play.drag((200.0, 100.0), (300.0, 150.0), 0, 0);
    close(&play.numbers(2), &[-10.0, -5.0, 30.0, 15.0]);
    assert!(play.0.tick(0.2) && !play.0.tick(0.3));
    // The point under the pointer stays.
    assert!(play.wheel((100.0, 100.0), 120.0));
    play.0.tick(0.4);
    let [left, bottom, right, top] = play.numbers(2)[..] else { panic!() };
    close(&[left + (right - left) / 4.0, (bottom + top) / 2.0], &[0.0, 5.0]);
    assert!(right - left < 40.0);
    // A double click brings back where it began.
    for time in [5.0, 5.2] {
        assert!(play.pointer(PointerAction::Down, (50.0, 50.0), Some(0), time));
        assert!(play.pointer(PointerAction::Up, (50.0, 50.0), Some(0), time + 0.05));
    }
    play.0.tick(5.3);
    close(&play.numbers(2), &[0.0, 0.0, 40.0, 20.0]);
}

#[test]
fn a_box_and_the_keys_reach_what_the_pointer_does() {
    let more = r#"["SIGNAL", 3, "selection", [2]]"#;
    let mut play = null(&scene(&format!("{PAN_ZOOM}\n{more}")));
    assert!(play.modified(PointerAction::Down, (100.0, 50.0), Some(0), 0.0, 1));
    assert!(play.modified(PointerAction::Move, (300.0, 150.0), None, 0.1, 1));
    play.0.tick(0.1);
    close(&play.numbers(3), &[100.0, 50.0, 300.0, 150.0]);
    assert!(play.modified(PointerAction::Up, (300.0, 150.0), Some(0), 0.2, 1));
    play.0.tick(0.3);
    close(&play.numbers(2), &[10.0, 5.0, 30.0, 15.0]);
    close(&play.numbers(3), &[0.0; 4]);
    assert!(play.key("ArrowRight", 0) && play.key("+", 0));
    play.0.tick(0.4);
    close(&play.numbers(2), &[14.0, 6.0, 30.0, 14.0]);
    assert!(play.key("Home", 0));
    play.0.tick(0.5);
    close(&play.numbers(2), &[0.0, 0.0, 40.0, 20.0]);
    // What no signal takes is the producer's: other keys, the browser's keys, a pointer that only moves.
    assert!(!play.key("q", 0) && !play.key("+", 2));
    assert!(!play.pointer(PointerAction::Move, (3.0, 3.0), None, 1.0));
    assert!(!play.pointer(PointerAction::Down, (500.0, 3.0), Some(0), 1.0));
}

#[test]
fn a_thrown_rectangle_comes_to_rest() {
    let mut play = null(&scene(r#"["SIGNAL", 2, "pan_zoom", [], {"f64": [0, 0, 40, 20, 0, 0.3]}]"#));
    for (step, at, time) in [
        (PointerAction::Down, 100.0, 1.00),
        (PointerAction::Move, 110.0, 1.01),
        (PointerAction::Move, 130.0, 1.03),
        (PointerAction::Up, 130.0, 1.04),
    ] {
        play.pointer(step, (at, 50.0), (step != PointerAction::Move).then_some(0), time);
    }
    play.0.tick(1.04);
    let before = play.numbers(2)[0];
    assert!(play.0.is_moving());
    let mut time = 1.04;
    while play.0.is_moving() && time < 10.0 {
        time += 0.02;
        play.0.tick(time);
    }
    // 20 pixels in 20 ms are 100 units a second: 0.3 s of it, less what is too slow to see.
    assert!((before - 30.0..before - 29.0).contains(&play.numbers(2)[0]), "{:?}", play.numbers(2));
    assert!(time < 4.0, "{time}");
}

#[test]
fn cameras_turn_and_come_home() {
    for op in ["turntable", "arcball", "fly"] {
        let numbers = if op == "turntable" { "[30, 20, 5]" } else { "[5]" };
        let mut play = null(&scene(&format!(
            r#"["SIGNAL", 2, "{op}", [], {{"f64": {numbers}}}]
["BIND", 2, {{"uniform": "u_camera", "program": 1}}]"#
        )));
        assert_eq!(play.faults(), Vec::<String>::new());
        play.0.tick(0.0);
        let home = play.numbers(2);
        play.drag((200.0, 100.0), (240.0, 120.0), 0, 0);
        assert!(play.0.tick(0.1), "{op}");
        assert_ne!(play.numbers(2), home);
        // A view matrix moves and turns, so its upper left part keeps lengths.
        let m = play.numbers(2);
        for column in 0..3 {
            let length: f64 = (0..3).map(|row| m[4 * column + row] * m[4 * column + row]).sum();
            assert!((length - 1.0).abs() < 1e-12, "{op}: {length}");
        }
        assert!(play.key("Home", 0));
        play.0.tick(0.2);
        assert_eq!(play.numbers(2), home, "{op}");
        let mut moved = false;
        for key in ["ArrowUp", "ArrowLeft"] {
            assert!(play.key(key, 0), "{op}");
            moved |= play.0.tick(10.3 + f64::from(u8::from(moved)));
        }
        assert!(moved && play.numbers(2) != home, "{op}");
    }
}

#[test]
fn lists_are_run_where_they_are_seen() {
    let document = scene(
        r#"["SIGNAL", 2, "constant", [], {"f64": [0]}]
["SIGNAL", 3, "constant", [], {"f64": [10, 20, 30, 40]}]
["BIND", 3, {"rectangle": "viewport", "list": 1}]
["RECORD", 2]
["GROUP", "inner"]
["DRAW", 1, "points", {"count": 7}]
["END"]
["RUN", 1]
["END"]
["RUN", 2]
["BIND", 2, {"visible": 1}]"#,
    );
    let play = play(TraceBackend::new(Target::Gl33), &document);
    let mut backend = play.0.into_backend();
    let log = backend.log().clone();
    let drawn: Vec<_> =
        log.lines().filter(|line| line.contains("glDraw") || line.contains("glViewport")).collect();
    // List 1 is hidden when it is run at the end.
    let wanted = [
        "glViewport(0, 0, 400, 200)",
        "glDrawArrays(GL_POINTS, 0, 7)",
        "glViewport(10, 20, 30, 40)",
        "glDrawArrays(GL_POINTS, 0, 1)",
    ];
    assert_eq!(drawn, wanted);
}

#[test]
fn hostile_lists_end() {
    // Each list runs the one before twice: 2^16 commands at depth 16, and no deeper.
    let mut more = String::new();
    for list in 2..40 {
        more += &format!("[\"RECORD\", {list}]\n[\"RUN\", {0}]\n[\"RUN\", {0}]\n[\"END\"]\n", list - 1);
    }
    more += "[\"RUN\", 39]\n[\"RECORD\", 50]\n[\"RUN\", 50]\n[\"END\"]\n[\"RUN\", 50]\n[\"RECORD\", 60]";
    let mut play = null(&scene(&more));
    let faults = play.faults();
    assert_eq!(faults.len(), 4, "{} faults, the first {}", faults.len(), faults[0]);
    assert!(
        faults[0].contains("lists are run at most 16 deep") && faults[1].contains("16 deep"),
        "{faults:?}"
    );
    assert!(faults[3].contains("no END in this chunk ends the list"), "{faults:?}");
}

#[test]
fn a_canvas_follows_its_size_where_the_stream_asks() {
    let resize = Reply::Resize(Resize { canvas: CanvasId(0), width: 640, height: 480, pixel_ratio: 2.0 });
    let mut still = null(&scene(PAN_ZOOM));
    assert!(!still.0.event(&resize));
    assert_eq!((still.0.canvas().2, still.0.canvas().3), (400, 200));
    let mut follows = null(&scene(r#"["INPUT", 2, "canvas_size"]"#));
    follows.0.event(&resize);
    assert_eq!((follows.0.canvas().2, follows.0.canvas().3), (640, 480));
    assert!(follows.0.tick(0.0));
    close(&follows.numbers(2), &[640.0, 480.0]);
}

#[test]
fn what_no_controller_takes_is_the_producers() {
    let mut play = null(&scene(
        r#"["SIGNAL", 2, "pan_zoom", [], {"f64": [0, 0, 1, 1]}]
["INPUT", 3, "canvas_size"]"#,
    ));
    assert!(play.pointer(PointerAction::Down, (10.0, 10.0), Some(0), 0.0));
    assert!(play.pointer(PointerAction::Up, (10.0, 10.0), Some(0), 0.1));
    assert!(play.wheel((10.0, 10.0), 1.0) && play.key("Home", 0));
    // A button, a key and a modifier that a pan_zoom has no use for; a pointer that only passes; and every size.
    assert!(!play.pointer(PointerAction::Down, (10.0, 10.0), Some(1), 1.0));
    assert!(!play.pointer(PointerAction::Move, (20.0, 10.0), None, 3.0));
    assert!(!play.key("F5", 0) && !play.key("Home", 2));
    let size = Resize { canvas: CanvasId(0), width: 300, height: 100, pixel_ratio: 1.0 };
    assert!(!play.0.event(&Reply::Resize(size)));
    assert_eq!((play.0.canvas().2, play.0.canvas().3), (300, 100));
}

#[test]
fn without_the_feature_nothing_is_kept() {
    let text = "[\"GLIR\", {\"profile\": \"es3\"}]\n[\"RECORD\", 1]\n[\"END\"]\n[\"INPUT\", 1, \"time\"]\n[\"SWAP\"]\n";
    let mut play = null(&parse(text).unwrap());
    let faults = play.faults();
    assert!(faults.len() == 3 && faults[0].contains("needs the feature \"lists\""), "{faults:#?}");
}

/// A log says the same when it is read and written again, and replays to the values that it was recorded with.
#[test]
fn a_log_replays_to_the_same_values() {
    let text = r#"["RESIZE", 0, 300, 150, 1.5]
["ACK", 0]
["POINTER", 0, "down", 10.25, 20, 0, 1, 0, 0.5]
["POINTER", 0, "move", 110.5, 20, null, 1, 0, 0.55]
["TICK", 0.56]
["POINTER", 0, "up", 110.5, 20, 0, 0, 0, 0.56]
["TICK", 0.6]
["TICK", 0.7123456789]
["WHEEL", 0, 10, 10, 0, 120, 0, 0.8]
["KEY", 0, "down", "ArrowLeft", 1, 0.9]
["TICK", 1]
"#;
    let log = EventLog::parse(text).unwrap();
    let lines: String = log.entries().iter().map(|entry| entry.line() + "\n").collect();
    assert_eq!(lines, text);
    let scene = scene(
        r#"["SIGNAL", 2, "pan_zoom", [], {"f64": [0, 0, 40, 20, 0, 0.5]}]
["BIND", 2, {"uniform": "u_view", "program": 1}]"#,
    );
    let values = || {
        let mut play = null(&scene);
        let mut log = log.clone();
        log.replay_before(&mut play.0, 0);
        log.replay_rest(&mut play.0);
        play.numbers(2)
    };
    let first = values();
    assert!(first[0] < -5.0, "thrown, it went on: {first:?}");
    assert_eq!(first, values());
    // By the clock, as a window replays it, every tick falls where it fell.
    let mut play = null(&scene);
    let mut log = log;
    for step in 0..200 {
        log.replay_until(&mut play.0, f64::from(step) * 0.01);
    }
    assert_eq!(log.next_time(), None);
    assert_eq!(first, play.numbers(2));
}

/// Who comes late to a stream that has changed its signals over and over gets what stands, and no more.
#[test]
fn a_snapshot_has_the_signals_that_stand() {
    let mut text = String::from(
        r#"["SIGNAL", 1, "constant", [], {"f64": [1, 2, 3, 4]}]
["SIGNAL", 2, "mul", [1, 1]]
["SIGNAL", 3, "constant", [], {"f64": [0.5]}]
["BIND", 2, {"uniform": "u_view", "program": 1}]
["CREATE", 7, "program"]
["SHADERS", 7, {"vertex": "uniform float u_x; void main() { gl_Position = vec4(u_x); }", "fragment": "void main() { gl_FragColor = vec4(1.0); }"}, {"uniforms": ["float u_x"]}]
["BIND", 3, {"uniform": "u_x", "program": 7}]
"#,
    );
    for step in 0..60 {
        // Signals that come and go, and one that is another than it was.
        text += "[\"SIGNAL\", 4, \"constant\", [], {\"f64\": [1]}]\n[\"SIGNAL\", 5, \"sin\", [4]]\n";
        text += "[\"BIND\", 5, {\"uniform\": \"u_a\", \"program\": 1}]\n[\"FORGET\", 5]\n[\"FORGET\", 4]\n";
        if step > 0 {
            text += "[\"FORGET\", 6]\n";
        }
        text += &format!("[\"SIGNAL\", 6, \"constant\", [], {{\"f64\": [{step}, 0]}}]\n");
        text += &format!("[\"SIGNAL\", 1, \"constant\", [], {{\"f64\": [{step}, 2, 3, 4]}}]\n");
        text += "[\"BIND\", 3, {\"uniform\": \"u_a\", \"program\": 1}]\n[\"RUN\", 1]\n[\"SWAP\"]\n";
    }
    // Other slots: what was bound to them stays bound to their numbers.
    text += r#"["SHADERS", 1, {"vertex": "uniform vec4 u_view; void main() { gl_Position = u_view; }", "fragment": "uniform mediump mat4 u_camera; uniform mediump float u_a; void main() { gl_FragColor = u_camera[0] * u_a; }"},
               {"uniforms": ["vec4 u_view", "mat4 u_camera", "float u_a"]}]
["DELETE", 7]
"#;
    let document = scene(&text);
    let Some(Item::Header(header)) = document.items.first() else { panic!("no header") };
    let mut play = null(&Document { items: vec![Item::Header(header.clone())] });
    let mut retained = Retained::new(header, InMemory);
    let frames = document.items.iter().filter_map(|item| match item {
        Item::Frame { frame, .. } => Some(frame),
        _ => None,
    });
    for (number, frame) in (0..).zip(frames) {
        play.0.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        retained.feed(frame.head(), None, play.0.account(), number, true);
    }
    assert_eq!(play.faults(), Vec::<String>::new());
    // Who was there before one frame, and gets what changed: an id stands for another signal now.
    let before = Document { items: document.items.iter().take(40).cloned().collect() };
    let mut slow = null(&before);
    assert_eq!(slow.numbers(6), [38.0, 0.0]);
    for frame in &retained.frames(Some(38)).unwrap() {
        slow.0.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    }
    assert_eq!(slow.faults(), Vec::<String>::new());
    assert_eq!((slow.numbers(6), slow.numbers(2)), (vec![59.0, 0.0], play.numbers(2)));
    let late: Vec<Frame> = retained.frames(None).unwrap();
    let count: usize = late.iter().map(Frame::len).sum();
    assert!(count < 120, "{count} commands");
    let mut fresh = null(&Document { items: vec![Item::Header(header.clone())] });
    for frame in &late {
        fresh.0.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    }
    assert_eq!(fresh.faults(), Vec::<String>::new());
    assert_eq!(fresh.numbers(2), [3481.0, 4.0, 9.0, 16.0]);
    assert_eq!(fresh.numbers(2), play.numbers(2));
    assert_eq!((fresh.numbers(6), fresh.0.signals().value(5)), (vec![59.0, 0.0], None));
}

#[test]
fn linked_rectangles_share_the_axis_whoever_is_moved() {
    let mut play = null(&scene(
        r#"["SIGNAL", 1, "constant", [], {"f64": [0, 100, 400, 100]}]
["SIGNAL", 2, "pan_zoom", [1], {"f64": [0, 0, 40, 20]}]
["SIGNAL", 3, "constant", [], {"f64": [0, 0, 400, 100]}]
["SIGNAL", 4, "pan_zoom", [3, 2], {"f64": [7, -1, 9, 1, 8]}]
["SIGNAL", 5, "pan_zoom", [3, 4], {"f64": [7, -1, 9, 1, 8]}]
["SIGNAL", 6, "pan_zoom", [3], {"f64": [7, -1, 9, 1, 8]}]
["SIGNAL", 7, "pan_zoom", [3, 2], {"f64": [7, -1, 9, 1]}]
["SIGNAL", 2, "pan_zoom", [1, 4], {"f64": [0, 0, 40, 20, 16]}]
["SIGNAL", 2, "pan_zoom", [1, 2], {"f64": [0, 0, 40, 20, 8]}]"#,
    ));
    let faults = play.faults();
    let wanted = [
        "signal 4 is itself linked",
        "takes the pan_zoom of each linked axis",
        "pan_zoom takes 1 operand",
        "can't take an area or a link that was declared after it",
        "can't take an area or a link that was declared after it",
    ];
    assert_eq!(faults.len(), wanted.len(), "{faults:#?}");
    for (fault, wanted) in faults.iter().zip(wanted) {
        assert!(fault.contains(wanted), "{fault} does not say {wanted}");
    }
    close(&play.numbers(4), &[0.0, -1.0, 40.0, 1.0]);
    // The lower one is dragged by a quarter of its width and height: x moves in both, y in one.
    play.drag((200.0, 20.0), (100.0, 45.0), 0, 0);
    close(&play.numbers(4), &[10.0, -1.5, 50.0, 0.5]);
    close(&play.numbers(2), &[10.0, 0.0, 50.0, 20.0]);
    play.drag((200.0, 120.0), (300.0, 120.0), 0, 0);
    close(&play.numbers(4), &[0.0, -1.5, 40.0, 0.5]);
}

/// What a stream gives up is gone: its events, its bindings, its id and its place among those that a stream may have.
#[test]
fn forgotten_signals_are_gone() {
    let mut play = null(&scene(
        r#"["SIGNAL", 1, "constant", [], {"f64": [0, 0, 200, 200]}]
["SIGNAL", 2, "pan_zoom", [], {"f64": [0, 0, 40, 20]}]
["SIGNAL", 3, "pan_zoom", [1], {"f64": [0, 0, 8, 8]}]
["SIGNAL", 4, "mul", [3, 3]]
["BIND", 4, {"uniform": "u_view", "program": 1}]
["SIGNAL", 5, "constant", [], {"f64": [0]}]
["BIND", 5, {"visible": 1}]
["FORGET", 1]
["FORGET", 3]
["FORGET", 9]
["FORGET", 4]
["FORGET", 3]
["FORGET", 5]
["SIGNAL", 4, "sin", [2]]"#,
    ));
    let faults = play.faults();
    let wanted = [
        "signal 1 can't be forgotten: it is among the operands of another",
        "signal 3 can't be forgotten: it is among the operands of another",
        "there is no signal 9",
    ];
    assert_eq!(faults.len(), wanted.len(), "{faults:#?}");
    for (fault, wanted) in faults.iter().zip(wanted) {
        assert!(fault.contains(wanted), "{fault} does not say {wanted}");
    }
    // The area of the one that is gone is the other's.
    play.drag((100.0, 100.0), (200.0, 100.0), 0, 0);
    close(&play.numbers(2), &[-10.0, 0.0, 30.0, 20.0]);
    assert_eq!(play.0.signals().value(3), None);
    assert_eq!(play.numbers(4)[0], libm::sin(-10.0));
}

/// Over and over, as boxes come and go: a stream has room for ever, and what stays keeps its value, its hand and its bindings.
#[test]
fn signals_come_and_go_for_ever() {
    let mut text = String::from(PAN_ZOOM);
    for round in 0..2000 {
        let base = 10 + 50 * (round % 3);
        for id in base..base + 40 {
            text += &format!("\n[\"SIGNAL\", {id}, \"constant\", [], {{\"f64\": [{round}]}}]");
        }
        for id in (base..base + 40).rev() {
            text += &format!("\n[\"FORGET\", {id}]");
        }
    }
    let mut play = null(&scene(&text));
    assert_eq!(play.faults(), Vec::<String>::new());
    play.drag((200.0, 100.0), (300.0, 150.0), 0, 0);
    close(&play.numbers(2), &[-10.0, -5.0, 30.0, 15.0]);
    assert!(play.0.tick(1.0));
}

/// Tab walks what the pointer reaches, and leads out behind the last; keys go to the one that was chosen.
#[test]
fn tab_chooses_a_controller() {
    let mut play = null(&scene(
        r#"["SIGNAL", 1, "constant", [], {"f64": [0, 0, 200, 200]}]
["SIGNAL", 2, "pan_zoom", [1], {"f64": [0, 0, 10, 10]}]
["SIGNAL", 3, "focused", [2]]
["SIGNAL", 4, "constant", [], {"f64": [200, 0, 200, 200]}]
["SIGNAL", 5, "pan_zoom", [4], {"f64": [0, 0, 10, 10]}]
["SIGNAL", 6, "focused", [5]]
["SIGNAL", 7, "clock"]
["SIGNAL", 8, "focused", [1]]"#,
    ));
    assert!(play.faults()[0].contains("focused takes a controller"));
    let focus = |play: &mut Play<NullBackend>, tab: Option<u32>| {
        let taken = tab.map(|modifiers| play.key("Tab", modifiers));
        play.0.tick(0.0);
        (taken.unwrap_or_default(), play.numbers(3)[0], play.numbers(6)[0])
    };
    assert_eq!(focus(&mut play, None), (false, 0.0, 0.0));
    assert_eq!(focus(&mut play, Some(0)), (true, 1.0, 0.0));
    assert!(play.key("ArrowRight", 0));
    play.0.tick(0.0);
    assert_eq!((play.numbers(2)[0], play.numbers(5)[0]), (1.0, 0.0));
    assert_eq!(focus(&mut play, Some(0)), (true, 0.0, 1.0));
    assert!(play.key("ArrowRight", 0));
    play.0.tick(0.0);
    assert_eq!((play.numbers(2)[0], play.numbers(5)[0]), (1.0, 1.0));
    // Behind the last one, and before the first, Tab is the page's.
    assert_eq!(focus(&mut play, Some(0)), (false, 0.0, 0.0));
    assert_eq!(focus(&mut play, Some(1)), (true, 0.0, 1.0));
    assert_eq!(focus(&mut play, Some(1)), (true, 1.0, 0.0));
    assert_eq!(focus(&mut play, Some(1)), (false, 0.0, 0.0));
    // What the pointer touches has the keys, but nothing is shown of that.
    play.drag((50.0, 50.0), (60.0, 50.0), 0, 0);
    assert_eq!(focus(&mut play, None), (false, 0.0, 0.0));
    assert_eq!(focus(&mut play, Some(0)), (true, 0.0, 1.0));
    // With control it is the browser's; one controller alone needs no choice.
    assert!(!play.key("Tab", 2));
    assert!(!null(&scene(PAN_ZOOM)).key("Tab", 0));
}

/// Microseconds since 1970 are near the end of what f64 can tell: seventeen notches of the wheel from a day to a few of them, and a drag by
/// single pixels, less than f64 can tell each.
#[test]
fn time_stamps_zoom_as_far_as_f64_does() {
    let epoch = 1_715_000_000_000_000.0;
    let rect = format!("[{epoch}, 0, {}, 1]", epoch + 8.64e10);
    let mut play = null(&scene(&format!("[\"SIGNAL\", 2, \"pan_zoom\", [], {{\"f64\": {rect}}}]")));
    for _ in 0..400 {
        assert!(play.wheel((200.0, 100.0), 120.0));
    }
    play.0.tick(0.0);
    let [left, _, right, _] = play.numbers(2)[..] else { panic!("no rectangle") };
    assert!((1.0..2.5).contains(&(right - left)), "{} microseconds are seen", right - left);
    // Data from 0 on goes on to the same share of its greatest number.
    assert!((left - epoch - 4.32e10).abs() < 1e3);
    for _ in 0..12 {
        play.wheel((200.0, 100.0), -120.0);
    }
    play.0.tick(0.0);
    let [left, _, right, _] = play.numbers(2)[..] else { panic!("no rectangle") };
    let pixel = (right - left) / 400.0;
    assert!(pixel < 0.125, "a pixel is less than f64 tells apart");
    assert!(play.pointer(PointerAction::Down, (100.0, 100.0), Some(0), 0.0));
    for step in 1..=200_u8 {
        play.pointer(PointerAction::Move, (100.0 + f32::from(step), 100.0), None, f64::from(step));
    }
    play.0.tick(300.0);
    let moved = left - play.numbers(2)[0];
    assert!((moved - 200.0 * pixel).abs() <= 0.5, "{moved} of {}", 200.0 * pixel);
}

/// What the pointer does, keys do too: along each axis alone, around, along, nearer, faster.
#[test]
fn keys_reach_what_the_pointer_reaches() {
    let cases: [(&str, &str, &[&str]); 4] = [
        ("pan_zoom", "[0, 0, 40, 20]", &["ArrowLeft", "ArrowUp", "+", "-", "x", "X", "y", "Y"]),
        ("turntable", "[30, 45, 5]", &["ArrowLeft", "ArrowUp", "+", "w", "a", "s", "d"]),
        ("arcball", "[5]", &["ArrowLeft", "ArrowUp", "-", "w", "a", "s", "d", "q", "e"]),
        ("fly", "[1]", &["w", "a", "s", "d", "f", "c", "q", "e", "i", "j", "k", "l", "ArrowUp"]),
    ];
    for (op, numbers, keys) in cases {
        let target = if op == "pan_zoom" { "u_view" } else { "u_camera" };
        let mut play = null(&scene(&format!(
            "[\"SIGNAL\", 2, \"{op}\", [], {{\"f64\": {numbers}}}]\n[\"BIND\", 2, {{\"uniform\": \"{target}\", \"program\": 1}}]"
        )));
        let home = play.numbers(2);
        let mut time = 0.0;
        for key in keys {
            assert!(play.key(key, 0), "{op} takes {key}");
            time += 0.1;
            play.0.tick(time);
            assert!(play.numbers(2) != home, "{op}: {key} moves");
            let (canvas, action, modifiers) = (CanvasId(0), KeyAction::Up, 0);
            play.0.event(&Reply::Key(Key { canvas, action, key: (*key).into(), modifiers, time }));
            assert!(play.key("Home", 0));
            play.0.tick(time);
            assert_eq!(play.numbers(2), home, "{op}: Home goes back");
        }
    }
    // Faster goes farther.
    let way = |faster: bool| {
        let mut play = null(&scene("[\"SIGNAL\", 2, \"fly\", [], {\"f64\": [1]}]"));
        assert!(!faster || play.key("+", 0));
        assert!(play.key("w", 0));
        play.0.tick(0.2);
        play.numbers(2)[14]
    };
    assert!((way(true) / way(false) - 1.25).abs() < 1e-9);
}

/// Whatever a log, a page or a window says: no panic, and what is no number moves nothing.
#[test]
fn strange_events_do_no_harm() {
    let mut play = null(&scene(
        r#"["INPUT", 1, "canvas_size"]
["SIGNAL", 2, "pan_zoom", [1], {"f64": [0, 0, 40, 20, 4, 1]}]
["BIND", 2, {"uniform": "u_view", "program": 1}]"#,
    ));
    let home = play.numbers(2);
    let strange = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN_POSITIVE, -0.0];
    for number in strange {
        for action in [PointerAction::Down, PointerAction::Move, PointerAction::Up, PointerAction::Leave] {
            for time in [f64::NAN, f64::INFINITY, -1e300, 1e300] {
                play.pointer(action, (number, 1.0), Some(200), time);
                play.pointer(action, (1.0, number), Some(0), time);
                play.0.tick(time);
            }
        }
        play.wheel((number, 1.0), number);
        play.wheel((1.0, 1.0), number);
        let (canvas, width, height) = (CanvasId(0), 0, u32::MAX);
        play.0.event(&Reply::Resize(Resize { canvas, width, height, pixel_ratio: number }));
        play.0.event(&Reply::Resize(Resize {
            canvas: CanvasId(u32::MAX),
            width: 1,
            height: 1,
            pixel_ratio: 1.0,
        }));
    }
    assert!(play.key("Home", 0));
    play.0.tick(1e301);
    assert!(play.numbers(2).iter().all(|number| number.is_finite()));
    assert_eq!(play.numbers(2), home);
    assert_eq!(play.0.canvas().2, 400, "a size that no canvas can have changes nothing");
}
