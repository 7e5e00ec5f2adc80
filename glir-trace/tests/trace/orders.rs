//! Commands in another order and by other numbers: a difference if and only if something else comes of it. What comes of a stream
//! its pictures and replies say, as the native interpreter gives them.

use glir_core::file::Writer;
use glir_core::text::{self, Item};
use glir_core::{FrameInput, NoBlobs, Settings, Store};
use glir_native::{Api, Headless};
use glir_spec::{Frame, Header, Reply};
use glir_trace::{Diff, Trace, diff};

/// A text's header and frames.
pub(crate) fn parsed(text: &str) -> (Header<'static>, Vec<Frame>) {
    let mut header = None;
    let mut frames = Vec::new();
    for item in text::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}")).items {
        match item {
            Item::Header(found) => header = Some(found.into_owned()),
            Item::Frame { frame, .. } => frames.push(frame),
            _ => {}
        }
    }
    (header.unwrap(), frames)
}

pub(crate) fn file(header: &Header<'_>, frames: &[Frame]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), header).unwrap();
    frames.iter().for_each(|frame| writer.frame(frame, 0).unwrap());
    writer.finish().unwrap()
}

pub(crate) fn differences(a: &[u8], b: &[u8]) -> Diff {
    diff(&Trace::open(a).unwrap(), &Trace::open(b).unwrap()).unwrap()
}

/// What comes of a stream: the picture and the replies of each frame, and what of it is refused. A reply to a READ goes by
/// what it brings: its number is the producer's choice, as is the order of READs.
pub(crate) type Outcome = Vec<(Vec<u8>, Vec<String>, usize)>;

/// A context for one stream after another.
#[derive(Default)]
pub(crate) struct Context(Option<Headless>);

impl Context {
    /// What comes of a stream; none without a context.
    pub(crate) fn outcome(&mut self, header: &Header<'_>, frames: &[Frame]) -> Option<Outcome> {
        if let Some(session) = &mut self.0 {
            session.restart(header, Settings::default()).unwrap();
        } else {
            match Headless::open(Api::Gles3, header, Settings::default()) {
                Ok(session) => self.0 = Some(session),
                Err(error) => {
                    assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
                    eprintln!("skipped: {error}");
                }
            }
        }
        self.0.as_mut().map(|session| drawn(session, frames))
    }

    /// Whether there is a context.
    pub(crate) fn is_there(&self) -> bool {
        self.0.is_some()
    }
}

fn drawn(session: &mut Headless, frames: &[Frame]) -> Outcome {
    let frames = frames.iter().map(|frame| {
        let arena = Store::Memory(frame.arena());
        session.interpreter().unwrap().draw(FrameInput { head: frame.head(), arena, blobs: &NoBlobs });
        let picture = session.picture().unwrap().2;
        let interpreter = session.interpreter().unwrap();
        let refused = interpreter.take_diagnostics().len();
        let replies = interpreter.take_replies().into_iter().filter_map(|reply| match reply {
            Reply::Pixels(pixels) => Some(format!("{:?}", (pixels.width, pixels.height, pixels.payload))),
            Reply::Bytes(bytes) => Some(format!("{:?}", bytes.payload)),
            Reply::QueryResult(result) => Some(format!("{:?}", result.value)),
            _ => None,
        });
        let mut replies: Vec<String> = replies.collect();
        replies.sort_unstable();
        (picture, replies, refused)
    });
    frames.collect()
}

/// Two programs, a texture of 8×8 with a framebuffer around it, another one, and buffers.
const BEGIN: &str = r#"["GLIR", {"profile": "es3", "width": 8, "height": 8, "requires": ["lists", "signals"]}]
["CREATE", 1, "program"]
["SHADERS", 1, {"vertex": "attribute vec2 a; void main() { gl_Position = vec4(a, 0.0, 1.0); gl_PointSize = 4.0; }",
  "fragment": "precision highp float; uniform vec4 u[4]; uniform vec4 v; void main() { gl_FragColor = u[0] + u[1] + u[2] + u[3] + v; }"},
 {"attributes": ["vec2 a"], "uniforms": ["vec4 u[4]", "vec4 v"]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": "attribute vec2 a; varying vec2 p; void main() { p = a; gl_Position = vec4(a * 2.0 - 1.0, 0.0, 1.0); gl_PointSize = 1.0; }",
  "fragment": "precision highp float; uniform sampler2D s; varying vec2 p; void main() { gl_FragColor = texture2D(s, p); }"},
 {"attributes": ["vec2 a"], "samplers": ["sampler2D s"]}]
["CREATE", 3, {"buffer": "vertex"}]
["SIZE", 3, 64]
["DATA", 3, 0, {"f32": [0, 0, 1, 0, 1, 1, 0, 1, -0.5, -0.5, 0.5, 0.5, 0, 0, 0.25, 0.25]}]
["ATTRIBUTE", 1, "a", {"buffer": 3}]
["ATTRIBUTE", 2, "a", {"buffer": 3}]
["CREATE", 10, {"texture": "2d", "format": "rgba8", "levels": 4}]
["SIZE", 10, 8, 8]
["INTERPOLATION", 10, "nearest", "nearest"]
["CREATE", 11, {"texture": "2d", "format": "rgba8"}]
["SIZE", 11, 8, 8]
["TEXTURE", 2, "s", 10]
["CREATE", 20, "framebuffer"]
["ATTACH", 20, "color0", 10]
["CREATE", 21, "framebuffer"]
["ATTACH", 21, "color0", 11]
["CREATE", 4, {"buffer": "vertex"}]
["SIZE", 4, 800]
["UNIFORM", 1, "v", [0.125, 0.25, 0.5, 1]]
"#;

/// What shows all that there is.
const SHOW: &str = r#"
["FRAMEBUFFER", 0]
["STATE", {"scissor": null, "color_mask": [true, true, true, true]}]
["DRAW", 2, "triangle_fan", {"count": 4}]
["READ", 90, {"framebuffer": 20}]
["READ", 91, {"framebuffer": 21}]
["READ", 92, {"buffer": 3}]
["READ", 93, {"buffer": 4}]
["READ", 94, {"framebuffer": 0}]
["SWAP"]
"#;

/// Frames in which one and two stand in this order, and in the other.
fn both(before: &str, one: &str, two: &str) -> [String; 2] {
    [(one, two), (two, one)].map(|(one, two)| format!("{BEGIN}{before}\n{one}\n{two}\n{SHOW}"))
}

const TEXELS: [&str; 2] = [
    r#"["DATA", 10, {"width": 2, "height": 1}, {"u8": [1, 2, 3, 4, 5, 6, 7, 8]}]"#,
    r#"["DATA", 10, {"x": 1, "width": 2, "height": 1}, {"u8": [9, 9, 9, 9, 8, 8, 8, 8]}]"#,
];

#[test]
fn what_meets_has_an_order() {
    let mut context = Context::default();
    let all = r#"["DATA", 10, {}, {"u8": [INNER]}]"#.replace("INNER", &vec!["77"; 256].join(", "));
    let feedback = r#"["CREATE", 5, "program"]
["SHADERS", 5, {"vertex": "attribute vec2 a; varying vec2 p; void main() { p = a + 1.0; gl_Position = vec4(a, 0.0, 1.0); gl_PointSize = 1.0; }",
  "fragment": "precision highp float; varying vec2 p; void main() { gl_FragColor = vec4(p, 0.0, 1.0); }"},
 {"attributes": ["vec2 a"], "feedback": ["vec2 p"]}]
["ATTRIBUTE", 5, "a", {"buffer": 3}]
["FEEDBACK", 5, 0, 4]"#;
    let depth = r#"["STATE", {"depth_test": true, "clear_depth": 0.25}]"#;
    for (before, one, two) in [
        ("", r#"["DATA", 3, 0, {"f32": [0.5, 0.5, 0.75]}]"#, r#"["DATA", 3, 8, {"f32": [0.25, 1]}]"#),
        ("", TEXELS[0], TEXELS[1]),
        ("", &all, TEXELS[0]),
        (
            "",
            r#"["UNIFORM", 1, "u", [0.25, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]"#,
            r#"["UNIFORM", 1, "u", [0, 0.5, 0, 0], 2]
["FRAMEBUFFER", 21]"#,
        ),
        (
            "",
            r#"["UNIFORM", 1, "u", [0.25, 0, 0, 0, 0, 0.25, 0, 0]]"#,
            r#"["UNIFORM", 1, "u", [0, 0.5, 0, 0, 0, 0, 0.5, 0], 1]"#,
        ),
        (
            "[\"FRAMEBUFFER\", 20]\n[\"STATE\", {\"clear_color\": [1, 0, 1, 0]}]",
            &all,
            r#"["CLEAR", ["color"]]"#,
        ),
        ("[\"FRAMEBUFFER\", 20]", &all, r#"["DRAW", 1, "points", {"count": 1, "first": 6}]"#),
        ("", &all, r#"["MIPMAPS", 10]"#),
        ("", r#"["DATA", 10, {"level": 1}, {"u8": [INNER]}]"#, r#"["MIPMAPS", 10]"#),
        (feedback, r#"["DATA", 4, 4, {"f32": [3]}]"#, r#"["DRAW", 5, "points", {"count": 3}]"#),
        (
            "[\"FRAMEBUFFER\", 21]\n[\"STATE\", {\"clear_color\": [1, 0, 1, 0]}]\n[\"CLEAR\", [\"color\"]]",
            &all,
            r#"["BLIT", 21, 20, [0, 0, 4, 4], [2, 2, 6, 6]]"#,
        ),
        ("", r#"["READ", 1, {"framebuffer": 20}]"#, &all),
        (depth, r#"["CLEAR", ["depth"]]"#, r#"["DRAW", 1, "points", {"count": 1, "first": 6}]"#),
        ("", r#"["STATE", {"clear_color": [0, 1, 0, 1]}]"#, r#"["CLEAR", ["color"]]"#),
        (
            "[\"FRAMEBUFFER\", 20]\n[\"STATE\", {\"clear_color\": [1, 0, 1, 0]}]\n[\"CLEAR\", [\"color\"]]",
            r#"["STATE", {"scissor": [1, 1, 2, 2]}]"#,
            r#"["BLIT", 20, 0, [0, 0, 8, 8], [0, 0, 8, 8]]"#,
        ),
    ] {
        let small = vec!["55"; 64].join(", ");
        let last = if before.contains("depth_test") {
            ""
        } else {
            "\n[\"DRAW\", 1, \"points\", {\"count\": 1, \"first\": 5}]"
        };
        let texts = both(before, &one.replace("INNER", &small), two).map(|text| {
            // The canvas and levels show what was set.
            let shown = format!(
                "[\"INTERPOLATION\", 10, \"nearest_mipmap_nearest\", \"nearest\"]\n[\"FRAMEBUFFER\", 0]{last}\n[\"DRAW\", 2, \"points\", {{\"count\": 1, \"first\": 7}}]\n[\"STATE\", {{\"viewport\": [0, 0, 4, 4]}}]\n[\"DRAW\", 2, \"triangle_fan\", {{\"count\": 4}}]\n[\"SWAP\"]\n[\"STATE\", {{\"viewport\": null}}]"
            );
            text.replace(SHOW, &format!("{shown}{SHOW}"))
        });
        let [a, b] = texts.map(|text| parsed(&text));
        let found = differences(&file(&a.0, &a.1), &file(&b.0, &b.1));
        assert!(!found.is_empty(), "{before}\n{one}\n{two}");
        let (Some(of_a), Some(of_b)) = (context.outcome(&a.0, &a.1), context.outcome(&b.0, &b.1)) else {
            continue;
        };
        assert_ne!(of_a, of_b, "{before}\n{one}\n{two}");
        assert_eq!(of_a[0].2 + of_b[0].2, 0, "{before}\n{one}\n{two}");
    }
}

#[test]
fn what_never_meets_has_none() {
    let mut context = Context::default();
    let passes = r#"["FRAMEBUFFER", N]
["STATE", {"clear_color": [0, 1, 0, 1]}]
["CLEAR", ["color"]]
["DRAW", 1, "points", {"count": 1, "first": 6}]"#;
    let (first, second) = (passes.replace('N', "20"), passes.replace('N', "21"));
    // With the same values, but for another part of each.
    let second = second.replace("[0, 1, 0, 1]", "[1, 1, 0, 1]");
    let many = |order: &mut dyn Iterator<Item = u32>| {
        order.fold(String::new(), |mut text, at| {
            text += &format!("[\"DATA\", 4, {}, {{\"f32\": [{at}]}}]\n", 8 * at);
            text
        })
    };
    let texels = |order: &mut dyn Iterator<Item = u32>| {
        order.fold(String::new(), |mut text, at| {
            let (x, y) = (at % 8, at / 8);
            text += &format!(
                "[\"DATA\", 10, {{\"x\": {x}, \"y\": {y}, \"width\": 1, \"height\": 1}}, {{\"u8\": [{at}, 0, 7, 9]}}]\n"
            );
            text
        })
    };
    let pairs = [
        both(r#"["FRAMEBUFFER", 20]"#, r#"["STATE", {"blend": true}]"#, r#"["CLEAR", ["color"]]"#),
        both("", r#"["STATE", {"clear_depth": 0.5, "depth_mask": false}]"#, r#"["CLEAR", ["color"]]"#),
        both("", r#"["STATE", {"clear_color": [0, 1, 0, 1]}]"#, r#"["DRAW", 1, "points", {"count": 1}]"#),
        both("", r#"["STATE", {"depth_func": "always"}]"#, r#"["DRAW", 1, "points", {"count": 1}]"#),
        both("", r#"["STATE", {"color_mask": [true, false, true, false]}]"#, r#"["MIPMAPS", 10]"#),
        both("", r#"["STATE", {"cull_face": "back"}]"#, r#"["READ", 1, {"framebuffer": 20}]"#),
        both("", r#"["STATE", {"cull_face": "back"}]"#, r#"["BLIT", 20, 0, [0, 0, 8, 8], [0, 0, 8, 8]]"#),
        both("", r#"["READ", 1, {"framebuffer": 20}]"#, r#"["READ", 2, {"buffer": 3}]"#),
        both("", r#"["CLEAR", ["color"]]"#, r#"["CLEAR", ["depth"]]"#),
        both("", r#"["UNIFORM", 1, "u", [0.5, 0, 0, 0]]"#, r#"["UNIFORM", 1, "u", [0, 0.5, 0, 0], 1]"#),
        both("", r#"["LABEL", 1, "a"]"#, r#"["DRAW", 1, "points", {"count": 1}]"#),
        both("", r#"["GROUP", "a"]"#, "[\"DRAW\", 1, \"points\", {\"count\": 1}]")
            .map(|text| text.replace(SHOW, &format!("[\"END\"]{SHOW}"))),
        both("", r#"["META", "a", "b"]"#, r#"["DRAW", 1, "points", {"count": 1}]"#),
        both(
            "",
            "[\"CREATE\", 30, {\"buffer\": \"vertex\"}]\n[\"SIZE\", 30, 8]",
            r#"["DRAW", 1, "points", {"count": 1}]"#,
        ),
        // Two that go, of which one refers to the other.
        both(
            "[\"CREATE\", 30, {\"texture\": \"2d\", \"format\": \"rgba8\"}]\n[\"CREATE\", 31, \"framebuffer\"]\n[\"ATTACH\", 31, \"color0\", 30]",
            r#"["DELETE", 30]"#,
            r#"["DELETE", 31]"#,
        ),
        // What keeps its name and type keeps its value.
        both(
            "",
            r#"["UNIFORM", 1, "v", [1, 0, 0, 1]]"#,
            r#"["SHADERS", 1, {"vertex": "attribute vec2 a; void main() { gl_Position = vec4(a, 0.0, 1.0); gl_PointSize = 2.0; }",
  "fragment": "precision highp float; uniform vec4 u[4]; uniform vec4 v; void main() { gl_FragColor = u[0] + v; }"},
 {"attributes": ["vec2 a"], "uniforms": ["vec4 u[4]", "vec4 v"]}]"#,
        ),
        both("", TEXELS[0], &TEXELS[1].replace("\"x\": 1", "\"x\": 2")),
        both("", &first, &second),
        [0, 1].map(|way| {
            let body = match way {
                0 => many(&mut (0..100)),
                _ => many(&mut (0..100).map(|at| at * 37 % 100)),
            };
            format!("{BEGIN}{body}{SHOW}")
        }),
        [0, 1].map(|way| {
            let body = match way {
                0 => texels(&mut (0..64)),
                _ => texels(&mut (0..64).map(|at| at * 37 % 64)),
            };
            format!("{BEGIN}{body}{SHOW}")
        }),
    ];
    for texts in pairs {
        let texts =
            texts.map(|text| format!("{text}[\"DRAW\", 1, \"points\", {{\"count\": 1}}]\n[\"SWAP\"]\n"));
        let [a, b] = texts.clone().map(|text| parsed(&text));
        let (a, b) = (a, b);
        let mut words = String::new();
        let found = differences(&file(&a.0, &a.1), &file(&b.0, &b.1));
        found.print(9, &mut words);
        assert!(found.is_empty(), "{}\n{words}", texts[0]);
        let (Some(of_a), Some(of_b)) = (context.outcome(&a.0, &a.1), context.outcome(&b.0, &b.1)) else {
            continue;
        };
        assert_eq!(of_a, of_b, "{}", texts[0]);
        assert_eq!(of_a[0].2, 0, "{}", texts[0]);
    }
}

/// A stream in which each kind of id is another number, and the numbers come of all kinds of commands.
fn numbered(new: [u32; 12]) -> String {
    let text = r#"["GLIR", {"profile": "es3", "width": 8, "height": 8, "requires": ["lists", "signals"]}]
["CREATE", P, "program"]
["SHADERS", P, {"vertex": "attribute vec2 a; void main() { gl_Position = vec4(a, 0.0, 1.0); gl_PointSize = 4.0; }",
  "fragment": "precision highp float; uniform float u; uniform float v; void main() { gl_FragColor = vec4(u, v, 0.0, 1.0); }"},
 {"attributes": ["vec2 a"], "uniforms": ["float u", "float v"]}]
["CREATE", B, {"buffer": "vertex"}]
["SIZE", B, 16]
["DATA", B, 0, {"f32": [0, 0, 0.5, 0.5]}]
["CREATE", I, {"buffer": "index"}]
["SIZE", I, 2]
["DATA", I, 0, {"u8": [0, 1]}]
["ATTRIBUTE", P, "a", {"buffer": B}]
["CREATE", Q, {"query": "any_samples_passed"}]
["CREATE", T, {"texture": "2d", "format": "rgba8"}]
["SIZE", T, 4, 4]
["CREATE", F, "framebuffer"]
["ATTACH", F, "color0", T]
["INPUT", S, "canvas_size"]
["SIGNAL", C, "constant", [], {"f64": [0.5]}]
["SIGNAL", D, "add", [C, C]]
["BIND", D, {"uniform": "u", "program": P}]
["BIND", C, {"visible": L}]
["RECORD", L]
["GROUP", "inner"]
["UNIFORM", P, "v", [0.75]]
["DRAW", P, "points", {"elements": I, "count": 2, "type": "u8"}]
["END"]
["END"]
["QUERY", Q, "begin"]
["RUN", L]
["QUERY", Q, "end"]
["READ", R, {"framebuffer": F}]
["READ", R, {"buffer": B}]
["REDRAW", L]
["SWAP"]
["CURRENT", K, 4, 4]
["CLEAR", ["color"]]
["SIGNAL", C, "constant", [], {"f64": [0.25]}]
["RUN", L]
["CURRENT", 0]
["BLIT", F, 0, [0, 0, 4, 4], [0, 0, 4, 4]]
["READ", R, {"framebuffer": 0}]
["FORGET", S]
["SWAP"]
"#;
    let mut out = String::new();
    let mut names = text.chars().peekable();
    // A capital that stands alone behind a bracket, a blank or a colon is an id.
    let mut before = ' ';
    while let Some(char) = names.next() {
        let alone = names.peek().is_some_and(|next| [',', ']', '}'].contains(next)) && " [".contains(before);
        match "PBIQTFSCDLRK".find(char).filter(|_| alone) {
            Some(at) => out += &new[at].to_string(),
            None => out.push(char),
        }
        before = char;
    }
    out
}

#[test]
fn numbers_of_all_kinds_are_no_difference() {
    let mut context = Context::default();
    let [a, b] = [[1, 2, 3, 4, 5, 6, 1, 2, 3, 1, 1, 1], [71, 66, 51, 50, 49, 12, 99, 98, 108, 7, 5, 9]]
        .map(|new| parsed(&numbered(new)));
    let found = differences(&file(&a.0, &a.1), &file(&b.0, &b.1));
    assert!(found.is_empty(), "{found:?}");
    let (Some(of_a), Some(of_b)) = (context.outcome(&a.0, &a.1), context.outcome(&b.0, &b.1)) else { return };
    assert_eq!(of_a, of_b);
    assert_eq!(of_a.iter().map(|(.., refused)| refused).sum::<usize>(), 0, "{of_a:?}");
    // And what the numbers are of is one.
    for (old, new) in [
        ("[\"SIGNAL\", 3, \"add\", [2, 2]]", "[\"SIGNAL\", 3, \"mul\", [2, 2]]"),
        ("{\"f64\": [0.25]}", "{\"f64\": [0.75]}"),
        ("[\"UNIFORM\", 1, \"v\", [0.75]]", "[\"UNIFORM\", 1, \"v\", [0.5]]"),
        ("[\"BIND\", 3, {\"uniform\": \"u\"", "[\"BIND\", 3, {\"uniform\": \"v\""),
        ("[\"BIND\", 3, {\"uniform\"", "[\"BIND\", 2, {\"uniform\""),
        ("[\"READ\", 1, {\"framebuffer\": 6}]", "[\"READ\", 1, {\"framebuffer\": 0}]"),
        ("[\"BLIT\", 6, 0, ", "[\"BLIT\", 0, 6, "),
        ("[\"CURRENT\", 1, 4, 4]", "[\"CURRENT\", 0]"),
        ("[\"INPUT\", 1, \"canvas_size\"]", "[\"INPUT\", 1, \"pointer\"]"),
    ] {
        let text = numbered([1, 2, 3, 4, 5, 6, 1, 2, 3, 1, 1, 1]);
        assert!(text.contains(old), "{old} in {text}");
        let b = parsed(&text.replace(old, new));
        assert!(!differences(&file(&a.0, &a.1), &file(&b.0, &b.1)).is_empty(), "{new}");
    }
}
