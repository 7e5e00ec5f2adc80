//! What is retained of a stream draws what the stream drew: a snapshot at any frame, and what changed since any other.
//!
//! Streams are made at random from commands that work together: draws into textures that other draws read, scissored and
//! masked clears, mipmaps, shaders given anew, objects deleted and made again under their ids.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::retain::{InMemory, Retained};
use glir_core::text::Item;

use glir_core::{FrameInput, Interpreter, NoBlobs, NullBackend, Outcome, Settings};
use glir_native::{Api, Headless};
use glir_spec::commands::Command;
use glir_spec::wire::Reader;
use glir_spec::{Frame, Header, Target};

const HEADER: &str = r#"["GLIR", {"profile": "es3", "width": 24, "height": 24, "requires": ["lists", "draw-buffers", "signals"]}]"#;

const SETUP: &str = r#"
["CREATE", 1, "program"]
["SHADERS", 1, {"vertex": "attribute vec2 a_at; uniform vec4 u_place; void main() { gl_Position = vec4(a_at * u_place.xy + u_place.zw, u_place.z, 1.0); }", "fragment": "precision highp float; uniform vec4 u_color; void main() { gl_FragColor = u_color; }"}, {"attributes": ["vec2 a_at"], "uniforms": ["vec4 u_place", "vec4 u_color"]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": "attribute vec2 a_at; varying vec2 v_at; void main() { v_at = a_at * 0.5 + 0.5; gl_Position = vec4(a_at * 0.8, 0.0, 1.0); }", "fragment": "precision highp float; varying vec2 v_at; uniform sampler2D u_image; uniform float u_gain[3]; void main() { gl_FragColor = texture2D(u_image, v_at) * u_gain[1] + vec4(u_gain[0], u_gain[2], 0.0, 0.0); }"}, {"attributes": ["vec2 a_at"], "uniforms": ["float u_gain[3]"], "samplers": ["sampler2D u_image"]}]
["CREATE", 10, {"buffer": "vertex"}]
["SIZE", 10, 64]
["DATA", 10, 0, {"f32": [-1, -1, 1, -1, -1, 1, 1, 1]}]
["CREATE", 20, {"texture": "2d", "format": "rgba8"}]
["SIZE", 20, 16, 16]
["CREATE", 21, {"texture": "2d", "format": "rgba8", "levels": 0}]
["SIZE", 21, 16, 16]
["CREATE", 22, {"renderbuffer": "depth24_stencil8"}]
["SIZE", 22, 16, 16]
["CREATE", 23, {"texture": "2d", "format": "rgba8"}]
["SIZE", 23, 16, 16]
["CREATE", 30, "framebuffer"]
["ATTACH", 30, "color0", 20]
["ATTACH", 30, "color1", 23]
["ATTACH", 30, "depth_stencil", 22]
["CREATE", 31, "framebuffer"]
["ATTACH", 31, "color0", 21]
["ATTRIBUTE", 1, "a_at", {"buffer": 10}]
["ATTRIBUTE", 2, "a_at", {"buffer": 10}]
["UNIFORM", 1, "u_place", [1, 1, 0, 0]]
["UNIFORM", 2, "u_gain", [0, 1, 0]]
["TEXTURE", 2, "u_image", 20]
"#;

/// What CLEARs name.
const PLANES: [&str; 7] = [
    r#""color""#,
    r#""color""#,
    r#""color", "depth""#,
    r#""color", "depth""#,
    r#""depth", "stencil""#,
    r#""stencil""#,
    r#""color", "depth", "stencil""#,
];

/// What turns tests on and off, and masks.
const TESTS: [&str; 10] = [
    r#"["STATE", {"depth_test": true, "depth_func": "less"}]"#,
    r#"["STATE", {"depth_test": true, "depth_func": "lequal"}]"#,
    r#"["STATE", {"depth_test": false}]"#,
    r#"["STATE", {"depth_mask": false}]"#,
    r#"["STATE", {"depth_mask": true}]"#,
    r#"["STATE", {"stencil_test": true, "stencil_op_front": ["keep", "incr", "incr"]}]"#,
    r#"["STATE", {"stencil_test": true, "stencil_func_front": "equal", "stencil_reference": 1}]"#,
    r#"["STATE", {"stencil_test": false}]"#,
    r#"["STATE", {"stencil_write_mask": 1}]"#,
    r#"["STATE", {"stencil_write_mask": 255, "scissor": [-1, -1, 26, 27]}]"#,
];

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % sides
    }

    fn part(&mut self) -> f32 {
        self.roll(9) as f32 / 8.0
    }
}

/// One frame of a random stream.
fn frame_text(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..2 + dice.roll(10) {
        let texture = [20, 21, 23][dice.roll(3) as usize];
        let framebuffer = [0, 0, 30, 31][dice.roll(4) as usize];
        let line = match dice.roll(36) {
            0 => format!(r#"["UNIFORM", 1, "u_color", [{}, {}, {}, 1]]"#, dice.part(), dice.part(), dice.part()),
            1 => format!(r#"["UNIFORM", 1, "u_place", [{}, {}, {}, {}]]"#, dice.part(), dice.part(), dice.part() - 0.5, dice.part() - 0.5),
            2 => format!(r#"["UNIFORM", 2, "u_gain", [{}], {}]"#, dice.part(), dice.roll(3)),
            3 => format!(r#"["UNIFORM", 2, "u_gain", [{}, {}], 1]"#, dice.part(), dice.part()),
            4 => format!(r#"["TEXTURE", 2, "u_image", {texture}]"#),
            5 | 6 => format!(r#"["FRAMEBUFFER", {framebuffer}]"#),
            7 => format!(r#"["STATE", {{"clear_color": [{}, {}, {}, 1]}}]"#, dice.part(), dice.part(), dice.part()),
            8 => ["{\"scissor\": null}", "{\"scissor\": [3, 4, 9, 10]}", "{\"color_mask\": [true, false, true, true]}", "{\"color_mask\": [true, true, true, true]}"][dice.roll(4) as usize]
                .to_owned()
                .replace('{', "[\"STATE\", {")
                .replace('}', "}]"),
            9 => format!(r#"["CLEAR", [{}]]"#, PLANES[dice.roll(7) as usize]),
            26..=29 => TESTS[dice.roll(TESTS.len() as u64) as usize].to_owned(),
            30 => format!("[\"STATE\", {{\"clear_depth\": {}, \"clear_stencil\": {}}}]", dice.part().min(1.0), dice.roll(4)),
            31 => r#"["BLIT", 0, 31, [0, 0, 24, 24], [0, 0, 16, 16]]"#.to_owned(),
            32 => r#"["BLIT", 0, 30, [3, 2, 16, 16], [0, 0, 16, 16]]"#.to_owned(),
            33 => format!(r#"["DRAW_BUFFERS", 30, {}]"#, [r#"["color0"]"#, r#"[null, "color1"]"#, r#"["color0", "color1"]"#, "[]"][dice.roll(4) as usize]),
            34 => format!(r#"["CLEAR", ["color"], {}, {{"f32": [{}, {}, 0, 1]}}]"#, dice.roll(2), dice.part(), dice.part()),
            10..=12 => r#"["DRAW", 1, "triangle_strip", {"count": 4}]"#.to_owned(),
            13 | 14 => r#"["DRAW", 2, "triangle_strip", {"count": 4}]"#.to_owned(),
            15 => format!(r#"["DATA", 10, {}, {{"f32": [{}, {}]}}]"#, dice.roll(4) * 8, dice.part() * 2.0 - 1.0, dice.part() * 2.0 - 1.0),
            16 => format!(
                r#"["DATA", {texture}, {{"x": {}, "y": {}, "width": 2, "height": 2}}, {{"u8": [255, {}, 0, 255, 0, 255, 0, 255, 9, 9, 255, 255, 80, 80, 80, 255]}}]"#,
                dice.roll(14), dice.roll(14), dice.roll(255)
            ),
            17 => r#"["MIPMAPS", 21]"#.to_owned(),
            18 => "[\"DELETE\", 20]\n[\"CREATE\", 20, {\"texture\": \"2d\", \"format\": \"rgba8\"}]\n[\"SIZE\", 20, 16, 16]\n[\"ATTACH\", 30, \"color0\", 20]".to_owned(),
            19 => r#"["SHADERS", 1, {"vertex": "attribute vec2 a_at; uniform vec4 u_place; void main() { gl_Position = vec4(a_at * u_place.xy + u_place.zw, u_place.z, 1.0); }", "fragment": "precision highp float; uniform vec4 u_color; void main() { gl_FragColor = u_color.bgra; }"}, {"attributes": ["vec2 a_at"], "uniforms": ["vec4 u_color", "vec4 u_place"]}]"#.to_owned(),
            20 => r#"["STATE", {"blend": true, "blend_func": ["one", "one", "one", "one"]}]"#.to_owned(),
            21 => format!(
                "[\"RECORD\", {}]\n[\"UNIFORM\", 1, \"u_color\", [{}, 1, 0, 1]]\n[\"FRAMEBUFFER\", {framebuffer}]\n[\"DRAW\", 1, \"triangle_strip\", {{\"count\": 4}}]\n[\"DRAW\", 99, \"points\", {{\"count\": 1}}]\n{}\n[\"END\"]",
                1 + dice.roll(3),
                dice.part(),
                ["[\"CLEAR\", [\"color\"]]", "[\"RUN\", 2]", "[\"DRAW\", 2, \"triangle_strip\", {\"count\": 4}]"][dice.roll(3) as usize]
            ),
            22..=24 => format!(r#"["RUN", {}]"#, 1 + dice.roll(3)),
            _ => r#"["BLIT", 30, 0, [0, 0, 16, 16], [2, 2, 12, 12]]"#.to_owned(),
        };
        text.push_str(&line);
        text.push('\n');
    }
    if dice.roll(3) == 0 {
        let (first, second) = (PLANES[dice.roll(7) as usize], PLANES[dice.roll(7) as usize]);
        text = format!(
            "[\"FRAMEBUFFER\", 0]\n[\"STATE\", {{\"scissor\": null, \"color_mask\": [true, true, true, true]}}]\n[\"CLEAR\", [{first}]]\n[\"CLEAR\", [{second}]]\n{text}"
        );
    }
    text + "[\"SWAP\"]\n"
}

/// A whole stream: its header and its frames, each a head and an arena.
type Stream = (Header<'static>, Vec<(Vec<u8>, Vec<u8>)>);

fn stream(seed: u64, count: usize) -> Stream {
    let mut dice = Dice(seed);
    let mut text = format!("{HEADER}\n{SETUP}");
    for _ in 0..count {
        text.push_str(&frame_text(&mut dice));
    }
    parsed(&text)
}

fn parsed(text: &str) -> Stream {
    let document = glir_core::text::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let mut header = None;
    let mut frames = Vec::new();
    for item in document.items {
        match item {
            Item::Header(read) => header = Some(read),
            Item::Frame { frame, .. } => frames.push((frame.head().to_vec(), frame.arena().to_vec())),
            _ => {}
        }
    }
    (header.unwrap(), frames)
}

fn draw(session: &mut Headless, frames: &[Frame]) -> Vec<String> {
    let interpreter = session.interpreter().unwrap();
    for frame in frames {
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    }
    interpreter.take_diagnostics().iter().map(ToString::to_string).collect()
}

fn open(header: &Header<'_>) -> Option<Headless> {
    match Headless::open(Api::Gles3, header, Settings::default()) {
        Ok(session) => Some(session),
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            eprintln!("skipped: {error}");
            None
        }
    }
}

fn listing(frames: &[Frame]) -> String {
    let mut lines = String::new();
    for frame in frames {
        let mut reader = Reader::new(frame.head());
        for _ in 0..reader.array().unwrap() {
            lines += &format!("{:?}\n", Command::decode(&mut reader).unwrap());
        }
    }
    lines
}

#[test]
fn snapshots_and_changes_draw_the_same() {
    for seed in 0..8 {
        let (header, frames) = stream(seed, 40);
        let Some(mut original) = open(&header) else { return };
        let mut retained = Retained::new(&header, InMemory);
        let Some(mut slow) = open(&header) else { return };
        let mut slow_at = None;
        let mut dice = Dice(seed + 1000);
        for (number, (head, arena)) in (0..).zip(&frames) {
            let interpreter = original.interpreter().unwrap();
            let outcome = interpreter.draw(FrameInput { head, arena: arena.into(), blobs: &NoBlobs });
            assert_eq!(outcome, Outcome::Complete);
            retained.feed(head, Some(arena.clone().into()), interpreter.account(), number, true);
            let picture = original.picture().unwrap();
            if dice.roll(5) == 0 {
                let late = retained.frames(None).unwrap();
                let Some(mut fresh) = open(&header) else { return };
                let faults = draw(&mut fresh, &late);
                assert_eq!(faults, Vec::<String>::new(), "seed {seed}, frame {number}:\n{}", listing(&late));
                assert_eq!(
                    fresh.picture().unwrap(),
                    picture,
                    "snapshot, seed {seed}, frame {number}:\n{}",
                    listing(&late)
                );
            }
            if dice.roll(4) == 0 {
                let changes = retained.frames(slow_at).unwrap();
                let faults = draw(&mut slow, &changes);
                assert_eq!(
                    faults,
                    Vec::<String>::new(),
                    "seed {seed}, {slow_at:?} to {number}:\n{}",
                    listing(&changes)
                );
                assert_eq!(
                    slow.picture().unwrap(),
                    picture,
                    "seed {seed}, {slow_at:?} to {number}:\n{}",
                    listing(&changes)
                );
                slow_at = Some(number);
            }
        }
    }
}

/// Commands of a snapshot after so many frames, of which the `number`th is drawn as `frame` says.
fn kept(setup: &str, count: u32, frame: impl Fn(u32) -> String) -> usize {
    let mut text = format!("{HEADER}\n{SETUP}{setup}");
    (0..count).for_each(|number| text += &frame(number));
    let (header, frames) = parsed(&text);
    let mut interpreter = Interpreter::new(NullBackend::new(Target::Gles3), &header, Settings::default())
        .map_err(|e| e.0)
        .unwrap();
    let mut retained = Retained::new(&header, InMemory);
    for (number, (head, arena)) in (0..).zip(&frames) {
        interpreter.draw(FrameInput { head, arena: arena.into(), blobs: &NoBlobs });
        retained.feed(head, Some(arena.clone().into()), interpreter.account(), number, true);
    }
    assert_eq!(interpreter.take_diagnostics(), Vec::new());
    listing(&retained.frames(None).unwrap()).lines().count()
}

const STRIP: &str = r#"["DRAW", 1, "triangle_strip", {"count": 4}]"#;

/// A stream that draws its frames anew leaves no more behind when it is long than when it is short.
#[test]
fn memory_follows_the_scene() {
    let frame = |number: u32| {
        let place = f64::from(number) / 400.0;
        format!(
            "[\"FRAMEBUFFER\", 30]\n[\"CLEAR\", [\"color\"]]\n[\"UNIFORM\", 1, \"u_place\", [{place}, 1, 0, 0]]\n\
             [\"DATA\", 10, {}, {{\"f32\": [{place}, 1]}}]\n{STRIP}\n\
             [\"FRAMEBUFFER\", 0]\n[\"CLEAR\", [\"color\"]]\n[\"DRAW\", 2, \"triangle_strip\", {{\"count\": 4}}]\n[\"SWAP\"]\n",
            number % 4 * 8
        )
    };
    assert_eq!(kept("", 50, frame), kept("", 400, frame), "commands after 50 and 400 frames");
}

/// The same where tests are on and CLEARs name some of the planes, or name them one after the other.
#[test]
fn memory_follows_the_scene_whatever_planes_are_cleared() {
    let depth = r#"["STATE", {"depth_test": true}]"#;
    let both = r#"["STATE", {"depth_test": true, "stencil_test": true, "stencil_op_front": ["keep", "incr", "incr"]}]"#;
    let all = r#"["CLEAR", ["color", "depth", "stencil"]]"#;
    let scissor = r#"["STATE", {"depth_test": true, "scissor": [0, 0, 24, 24]}]"#;
    let target = r#"["FRAMEBUFFER", 30]"#;
    let outputs = r#"["DRAW_BUFFERS", 30, ["color0", "color1"]]"#;
    let cases: [(&str, &[&str]); 9] = [
        (depth, &[r#"["CLEAR", ["color", "depth"]]"#, STRIP]),
        (depth, &[r#"["CLEAR", ["depth"]]"#, r#"["CLEAR", ["color"]]"#, STRIP]),
        (depth, &[r#"["CLEAR", ["color", "depth"]]"#, STRIP, r#"["CLEAR", ["depth"]]"#, STRIP]),
        (all, &[depth, r#"["CLEAR", ["color", "depth"]]"#, STRIP]),
        (scissor, &[r#"["CLEAR", ["color", "depth"]]"#, STRIP]),
        (both, &[all, STRIP, r#"["CLEAR", ["stencil"]]"#, STRIP]),
        (depth, &[target, r#"["CLEAR", ["color", "depth"]]"#, STRIP]),
        (both, &[target, r#"["CLEAR", ["color"]]"#, r#"["CLEAR", ["depth", "stencil"]]"#, STRIP]),
        (outputs, &[target, r#"["CLEAR", ["color"]]"#, STRIP]),
    ];
    for (setup, frame) in cases {
        let frame = frame.join("\n") + "\n[\"SWAP\"]\n";
        // Up to 32 frames wait until they are looked at.
        let many = kept(setup, 400, |_| frame.clone());
        assert!(many < 160, "{many} commands are kept of {setup}\n{frame}");
    }
}

/// Lists that signals hide, or give a range or a rectangle, are kept as they were run.
#[test]
fn driven_lists_are_kept_as_they_ran() {
    let lists = r#"
["RECORD", 1]
["UNIFORM", 1, "u_color", [1, 0, 0, 1]]
["DRAW", 1, "triangle_strip", {"count": 4}]
["END"]
["RECORD", 2]
["UNIFORM", 1, "u_color", [0, 1, 0, 1]]
["DRAW", 1, "triangle_strip", {"count": 4}]
["RUN", 3]
["RUN", 1]
["END"]
["RECORD", 3]
["UNIFORM", 1, "u_color", [0, 0, 1, 1]]
["DRAW", 1, "triangle_strip", {"count": 4}]
["END"]
["SIGNAL", 50, "constant", [], {"f64": [0]}]
["SIGNAL", 51, "constant", [], {"f64": [0, 3]}]
["SIGNAL", 52, "constant", [], {"f64": [2, 3, 9, 8]}]
["BIND", 50, {"visible": 3}]
["BIND", 51, {"range": 2}]
["BIND", 52, {"rectangle": "viewport", "list": 1}]
["CLEAR", ["color"]]
["RUN", 2]
["RUN", 3]
["SWAP"]
["UNIFORM", 1, "u_place", [0.2, 0.2, -0.5, 0.5]]
["SWAP"]
"#;
    let (header, frames) = parsed(&format!("{HEADER}\n{SETUP}{lists}"));
    let Some(mut original) = open(&header) else { return };
    let mut retained = Retained::new(&header, InMemory);
    for (number, (head, arena)) in (0..).zip(&frames) {
        let interpreter = original.interpreter().unwrap();
        interpreter.draw(FrameInput { head, arena: arena.into(), blobs: &NoBlobs });
        let said: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
        assert_eq!(said, Vec::<String>::new());
        retained.feed(head, Some(arena.clone().into()), interpreter.account(), number, true);
    }
    let picture = original.picture().unwrap();
    let late = retained.frames(None).unwrap();
    let Some(mut fresh) = open(&header) else { return };
    assert_eq!(draw(&mut fresh, &late), Vec::<String>::new());
    assert_eq!(fresh.picture().unwrap(), picture, "{}", listing(&late));
    // The same without the lists.
    let mut slice = Frame::new();
    retained.into_picture(&mut |chunk| chunk.append_to(&mut slice));
    let Some(mut fresh) = open(&header) else { return };
    assert_eq!(draw(&mut fresh, &[slice]), Vec::<String>::new());
    assert_eq!(fresh.picture().unwrap(), picture);
}

/// What is drawn on top of each other without end is let go of in the end, and that is said.
#[test]
fn what_is_never_cleared_is_bounded() {
    let text = format!("{HEADER}\n{SETUP}[\"SWAP\"]\n{}[\"SWAP\"]\n", format!("{STRIP}\n").repeat(2000));
    let (header, frames) = parsed(&text);
    let mut interpreter = Interpreter::new(NullBackend::new(Target::Gles3), &header, Settings::default())
        .map_err(|e| e.0)
        .unwrap();
    let mut retained = Retained::new(&header, InMemory);
    for number in 0..300 {
        let (head, arena) = &frames[number.min(1)];
        interpreter.draw(FrameInput { head, arena: arena.into(), blobs: &NoBlobs });
        retained.feed(head, Some(arena.clone().into()), interpreter.account(), number as u64, true);
    }
    assert!(retained.is_lossy());
    let kept = listing(&retained.frames(None).unwrap()).lines().count();
    assert!(kept < 300_000, "{kept} of 600,000 draws are kept");
}
