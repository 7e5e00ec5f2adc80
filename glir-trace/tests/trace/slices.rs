//! Slices of pictures that are made of parts: the same pixels on every canvas, and no more than they rest on.

use crate::pixels::{Picture, file, open};
use crate::rich::rich;
use crate::tiles::tiled;
use glir_core::{FrameInput, Store};
use glir_spec::Frame;
use glir_spec::commands::{Current, Swap};
use glir_spec::ids::CanvasId;
use glir_trace::{Trace, slice, split};

/// The pictures of the current canvas and of the first two, behind a frame of a file, and what was said on the way.
fn shown(bytes: &[u8], last: u64) -> Option<(Vec<Picture>, Vec<String>)> {
    let trace = Trace::open(bytes).unwrap();
    let blobs = trace.blobs(0).unwrap();
    let mut session = open(&trace.header(0).unwrap())?;
    for number in trace.frames().filter(|number| *number <= last) {
        let chunk = trace.frame(number).unwrap().unwrap();
        let input = FrameInput { head: &chunk.head, arena: Store::Memory(&chunk.arena), blobs: &blobs };
        session.interpreter().unwrap().draw(input);
    }
    let said = session.interpreter().unwrap().take_diagnostics();
    let mut pictures = vec![session.picture().unwrap()];
    for canvas in [0, 1] {
        let mut frame = Frame::new();
        frame.push(Current { canvas: CanvasId(canvas), width: None, height: None });
        frame.push(Swap {});
        let input = FrameInput { head: frame.head(), arena: Store::Memory(&[]), blobs: &blobs };
        session.interpreter().unwrap().draw(input);
        pictures.push(session.picture().unwrap());
    }
    Some((pictures, said.iter().map(ToString::to_string).collect()))
}

fn sliced(bytes: &[u8], frame: u64) -> Vec<u8> {
    slice(&Trace::open(bytes).unwrap(), frame, Vec::new()).unwrap().unwrap()
}

fn commands(bytes: &[u8]) -> Vec<Vec<u8>> {
    let chunk = Trace::open(bytes).unwrap().frame(0).unwrap().unwrap();
    split(&chunk.head).map(<[u8]>::to_vec).collect()
}

#[test]
fn slices_of_parted_pictures_show_the_same() {
    let (mut kept, mut all) = (0, 0);
    let seeds = std::env::var("GLIR_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(24);
    for seed in 0..seeds {
        // Every third one is of another kind: lists, signals, captured vertices.
        let text = if seed % 3 == 2 { rich(seed, 11) } else { tiled(seed, 12) };
        let bytes = file(&text);
        for frame in [11, seed % 11] {
            let Some((whole, _)) = shown(&bytes, frame) else { return };
            let part = sliced(&bytes, frame);
            let (pictures, said) = shown(&part, 0).unwrap();
            assert_eq!(said, Vec::<String>::new(), "seed {seed}, frame {frame}");
            assert_eq!(pictures, whole, "seed {seed}, frame {frame}");
            let again = sliced(&part, 0);
            assert!(commands(&again).len() <= commands(&part).len(), "seed {seed}, frame {frame}");
            assert_eq!(shown(&again, 0).unwrap().0, whole, "seed {seed}, frame {frame}, sliced again");
            kept += commands(&part).len();
        }
        all += text.lines().count();
    }
    assert!(kept < all, "{kept} of {all}");
}

const BEGIN: &str = r#"["GLIR", {"profile": "es3", "width": 16, "height": 16}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 64]
["DATA", 1, 0, {"f32": [-1, -1, 1, -1, -1, 1, 1, 1]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": "attribute vec2 a; uniform vec2 p; void main() { gl_Position = vec4(a * 0.5 + p, 0.0, 1.0); }",
  "fragment": "precision highp float; uniform vec4 c; void main() { gl_FragColor = c; }"}, {"attributes": ["vec2 a"], "uniforms": ["vec4 c", "vec2 p"]}]
["ATTRIBUTE", 2, "a", {"buffer": 1}]
["CREATE", 3, {"texture": "2d", "format": "rgba8"}]
["SIZE", 3, 16, 16]
["CREATE", 4, "framebuffer"]
["ATTACH", 4, "color0", 3]
["CREATE", 5, "program"]
["SHADERS", 5, {"vertex": "attribute vec2 a; varying vec2 v; void main() { v = a * 0.5 + 0.5; gl_Position = vec4(a, 0.0, 1.0); }",
  "fragment": "precision highp float; varying vec2 v; uniform sampler2D s; void main() { gl_FragColor = texture2D(s, v); }"}, {"attributes": ["vec2 a"], "samplers": ["sampler2D s"]}]
["ATTRIBUTE", 5, "a", {"buffer": 1}]
["TEXTURE", 5, "s", 3]
"#;

/// A stream of many frames, of which a slice keeps no more than one frame's worth.
fn frames(count: u32, frame: impl Fn(u32) -> String) -> String {
    let mut text = BEGIN.to_owned();
    for number in 0..count {
        text += &frame(number);
        text += "[\"SWAP\"]\n";
    }
    text
}

fn color(number: u32) -> String {
    format!("[{}, {}, 0.25, 1]", (number % 7) as f32 / 7.0, (number % 5 + 1) as f32 / 5.0)
}

/// What slices have to let go of, each in a stream of its own.
fn kinds() -> Vec<(&'static str, String)> {
    let draw = r#"["DRAW", 2, "triangle_strip", {"count": 4}]"#;
    let half = |number: u32, x: u32| {
        format!(
            "[\"STATE\", {{\"viewport\": [{x}, 0, 8, 16], \"scissor\": [{x}, 0, 8, 16], \"clear_color\": {}}}]\n[\"CLEAR\", [\"color\"]]\n[\"UNIFORM\", 2, \"c\", {}]\n{draw}\n",
            color(number),
            color(number + x + 2)
        )
    };
    vec![
        ("halves in every frame", frames(40, |number| half(number, 0) + &half(number, 8))),
        ("halves in turn", frames(41, |number| half(number, number % 2 * 8))),
        (
            "quarters",
            frames(40, |number| {
                let quarter = |at: u32| {
                    format!(
                        "[\"STATE\", {{\"viewport\": [{}, {}, 8, 8], \"scissor\": [{0}, {1}, 8, 8]}}]\n[\"STATE\", {{\"clear_color\": {}}}]\n[\"CLEAR\", [\"color\"]]\n{draw}\n",
                        at % 2 * 8,
                        at / 2 * 8,
                        color(number + at)
                    )
                };
                (0..4).map(quarter).collect::<String>()
            }),
        ),
        (
            "copies",
            frames(40, |number| {
                format!(
                    "[\"FRAMEBUFFER\", 4]\n[\"STATE\", {{\"clear_color\": {}}}]\n[\"CLEAR\", [\"color\"]]\n[\"UNIFORM\", 2, \"c\", {}]\n{draw}\n[\"BLIT\", 4, 0, [0, 0, 16, 16], [0, 0, 16, 16]]\n",
                    color(number),
                    color(number + 1)
                )
            }),
        ),
        (
            "objects that are deleted",
            frames(20, |number| {
                let (buffer, next) = (100 + number, 101 + number);
                format!(
                    "[\"CREATE\", {next}, {{\"buffer\": \"vertex\"}}]\n[\"SIZE\", {next}, 32]\n[\"DATA\", {next}, 0, {{\"f32\": [0, 0, 1, 0, 0, 1, 1, 1]}}]\n[\"ATTRIBUTE\", 2, \"a\", {{\"buffer\": {next}}}]\n{}[\"CLEAR\", [\"color\"]]\n[\"UNIFORM\", 2, \"c\", {}]\n{draw}\n[\"ATTRIBUTE\", 2, \"a\", {{\"buffer\": 1}}]\n[\"DELETE\", {next}]\n",
                    if number % 3 == 0 { "" } else { "[\"LABEL\", 1, \"corners\"]\n" },
                    color(number + buffer),
                )
            }),
        ),
        (
            "bytes that nothing reads",
            frames(20, |number| {
                let place = number as f32 / 20.0;
                format!(
                    "[\"DATA\", 1, 32, {{\"f32\": [{place}, 1, 1, 1, 0, 0, 0, 0]}}]\n[\"DATA\", 1, 0, {{\"f32\": [{place}, 0, 1, 0]}}]\n[\"DATA\", 1, 16, {{\"f32\": [0, 1, 1, {place}]}}]\n[\"DATA\", 3, {{\"x\": 0, \"y\": 0, \"width\": 2, \"height\": 1}}, {{\"u8\": [1, 2, 3, 4, 5, 6, 7, 8]}}]\n[\"CLEAR\", [\"color\"]]\n[\"UNIFORM\", 2, \"c\", {}]\n{draw}\n",
                    color(number)
                )
            }),
        ),
        (
            "values that nothing reads",
            frames(20, |number| {
                format!(
                    "[\"STATE\", {{\"blend_color\": {}, \"depth_func\": \"always\", \"clear_color\": {}, \"stencil_reference\": {}}}]\n[\"CLEAR\", [\"color\"]]\n[\"UNIFORM\", 2, \"c\", {}]\n[\"UNIFORM\", 2, \"p\", [0.25, 0]]\n{draw}\n[\"UNIFORM\", 2, \"c\", {}]\n[\"UNIFORM\", 2, \"p\", [0, 0.5]]\n[\"ATTRIBUTE\", 5, \"a\", {{\"buffer\": 1, \"offset\": {}}}]\n[\"INTERPOLATION\", 3, \"nearest\", \"nearest\"]\n{draw}\n[\"TEXTURE\", 5, \"s\", 0]\n[\"STATE\", {{\"line_width\": 2, \"clear_depth\": 0.5}}]\n",
                    color(number),
                    color(number + 1),
                    number % 8,
                    color(number + 2),
                    color(number + 3),
                    number % 2 * 8,
                )
            }),
        ),
        (
            "rows of a texture",
            frames(20, |number| {
                let texels = |seed: u32| {
                    let bytes: Vec<String> =
                        (0..64u32).map(|at| ((at * 37 + seed * 11) % 256).to_string()).collect();
                    bytes.join(", ")
                };
                let row = |row: u32| {
                    format!(
                        "[\"DATA\", 3, {{\"x\": 0, \"y\": {row}, \"width\": 16, \"height\": 1}}, {{\"u8\": [{}]}}]\n",
                        texels(row + number)
                    )
                };
                let rows: String = (0..16).map(row).collect();
                format!(
                    "{rows}[\"CLEAR\", [\"color\"]]\n[\"DRAW\", 5, \"triangle_strip\", {{\"count\": 4}}]\n"
                )
            }),
        ),
    ]
}

/// How few commands draw the same, none of them refused: one after the other is left out as long as that goes.
fn ideal(part: &[u8]) -> Option<usize> {
    let (whole, _) = shown(part, 0)?;
    let trace = Trace::open(part).unwrap();
    let header = trace.header(0).unwrap();
    assert_eq!(trace.frame(0).unwrap().unwrap().arena.len(), 0, "all payloads are short");
    let same = |commands: &[Vec<u8>]| {
        let mut frame = Frame::new();
        commands.iter().for_each(|command| frame.push_encoded(command));
        let mut writer = glir_core::file::Writer::new(Vec::new(), &header).unwrap();
        writer.frame(&frame, 0).unwrap();
        shown(&writer.finish().unwrap(), 0).unwrap() == (whole.clone(), Vec::new())
    };
    let mut left = commands(part);
    let mut at = left.len() - 1;
    // The SWAP at the end stays.
    while at > 0 {
        at -= 1;
        let mut less = left.clone();
        less.remove(at);
        if same(&less) {
            left = less;
            at = at.min(left.len() - 1);
        }
    }
    Some(left.len())
}

/// A buffer of settings, one for each thing, of which a block reads the first of what is left behind its offset.
const SETTINGS: &str = r##"["GLIR", {"profile": "es3", "width": 8, "height": 8}]
["CREATE", 4, {"buffer": "uniform"}]
["SIZE", 4, 25600]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 32]
["DATA", 1, 0, {"f32": [-1, -1, 1, -1, -1, 1, 1, 1]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": ["#version 300 es", "in vec2 a; void main() { gl_Position = vec4(a, 0.0, 1.0); }"],
  "fragment": ["#version 300 es", "precision highp float; layout(std140) uniform S { vec4 u; }; out vec4 o; void main() { o = u; }"]},
 {"attributes": ["vec2 a"], "blocks": [{"name": "S", "size": 16}]}]
["ATTRIBUTE", 2, "a", {"buffer": 1}]
"##;

#[test]
fn of_the_rest_of_a_buffer_a_block_reads_its_own_size() {
    let things: String = (0..100)
        .map(|at| format!("[\"DATA\", 4, {}, {{\"f32\": [0.{at:02}, 1, 0, 1]}}]\n", at * 256))
        .collect();
    let draw = "[\"BLOCK\", 2, \"S\", 4, 512]\n[\"CLEAR\", [\"color\"]]\n[\"DRAW\", 2, \"triangle_strip\", {\"count\": 4}]\n[\"SWAP\"]\n";
    let bytes = file(&format!("{SETTINGS}{things}{draw}"));
    let part = sliced(&bytes, 0);
    let Some((whole, _)) = shown(&bytes, 0) else { return };
    assert_eq!(shown(&part, 0).unwrap(), (whole, Vec::new()));
    assert_eq!(commands(&part).len(), ideal(&part).unwrap());
}

#[test]
fn slices_keep_what_pixels_rest_on() {
    for (what, text) in kinds() {
        let bytes = file(&text);
        let last = Trace::open(&bytes).unwrap().frame_count() - 1;
        let part = sliced(&bytes, last);
        let kept = commands(&part).len();
        let Some((whole, _)) = shown(&bytes, last) else { return };
        let (pictures, said) = shown(&part, 0).unwrap();
        assert_eq!((pictures, said), (whole, Vec::new()), "{what}");
        let ideal = ideal(&part).unwrap();
        println!("{what}: {kept} commands, ideal {ideal}");
        assert!(kept * 100 <= ideal * 105, "{what}: {kept} commands are kept, {ideal} do");
    }
}

/// What is drawn on top of each other for long is there to the last draw; where it is too much, that is said.
#[test]
fn nothing_of_many_draws_is_left_out_in_silence() {
    const DRAWS: usize = 140_000;
    let draw = "[\"DRAW\", 2, \"points\", {\"count\": 1}]\n";
    let bytes = file(&(BEGIN.to_owned() + &draw.repeat(DRAWS) + "[\"SWAP\"]\n"));
    assert!(commands(&sliced(&bytes, 0)).len() > DRAWS);

    let mut few = Trace::open(&bytes).unwrap();
    few.set_most_drawings(5000);
    assert!(!few.is_overdrawn());
    slice(&few, 0, Vec::new()).unwrap().unwrap();
    assert!(few.is_overdrawn());
}

/// A canvas keeps the size that it had from another one, or from its own past, whatever of these has become since.
#[test]
fn canvases_keep_sizes_that_others_gave() {
    for sizes in [
        "[\"CURRENT\", 0, 11, 5]\n[\"CURRENT\", 1]\n[\"CLEAR\", [\"color\"]]\n[\"CURRENT\", 0, 16, 16]\n",
        "[\"CURRENT\", 0, 8, 8]\n[\"CLEAR\", [\"color\"]]\n[\"BLIT\", 0, 4, [0, 0, 8, 8], [0, 0, 8, 8]]\n[\"CURRENT\", 0, 9, 9]\n[\"CURRENT\", 0, 8, 8]\n[\"BLIT\", 4, 0, [0, 0, 4, 4], [4, 4, 4, 4]]\n",
        "[\"CURRENT\", 1, 3, 4]\n[\"CURRENT\", 1, 9, null]\n[\"CURRENT\", 1, null, 7]\n[\"CLEAR\", [\"color\"]]\n",
    ] {
        let color = "[\"STATE\", {\"clear_color\": [1, 0.5, 0.25, 1]}]\n";
        let bytes = file(&(BEGIN.to_owned() + color + sizes + "[\"SWAP\"]\n"));
        let Some((whole, _)) = shown(&bytes, 0) else { return };
        let (pictures, said) = shown(&sliced(&bytes, 0), 0).unwrap();
        assert_eq!(said, Vec::<String>::new());
        assert!(pictures == whole, "{sizes}");
    }
}
