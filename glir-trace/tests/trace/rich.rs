//! Random scenes with all that a diff has to follow: depth and stencil, textures that are drawn into and written in parts, arrays of
//! uniforms, lists, signals, captured vertices, queries, reads and several canvases.

use crate::sample::Random;
use std::fmt::Write as _;

const BEGIN: &str = r#"["GLIR", {"profile": "es3", "width": 16, "height": 16, "requires": ["lists", "signals"]}]
["CREATE", 1, "program"]
["SHADERS", 1, {"vertex": "attribute vec2 a; uniform float z; void main() { gl_Position = vec4(a, z, 1.0); gl_PointSize = 5.0; }",
  "fragment": "precision highp float; uniform vec4 u[4]; uniform vec4 v; void main() { gl_FragColor = u[0] + u[1] * 0.5 + u[2] * 0.25 + u[3] * 0.125 + v; }"},
 {"attributes": ["vec2 a"], "uniforms": ["vec4 u[4]", "vec4 v", "float z"]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": "attribute vec2 a; varying vec2 p; void main() { p = a * 0.5 + 0.5; gl_Position = vec4(a, 0.25, 1.0); gl_PointSize = 9.0; }",
  "fragment": "precision highp float; uniform sampler2D s; varying vec2 p; void main() { gl_FragColor = texture2D(s, p) + vec4(0.0, 0.0, 0.0, 0.25); }"},
 {"attributes": ["vec2 a"], "samplers": ["sampler2D s"]}]
["CREATE", 5, "program"]
["SHADERS", 5, {"vertex": "attribute vec2 a; varying vec2 p; void main() { p = a * 0.75; gl_Position = vec4(a, 0.0, 1.0); gl_PointSize = 3.0; }",
  "fragment": "precision highp float; varying vec2 p; void main() { gl_FragColor = vec4(p, 0.5, 1.0); }"},
 {"attributes": ["vec2 a"], "feedback": ["vec2 p"]}]
["CREATE", 3, {"buffer": "vertex"}]
["SIZE", 3, 64]
["DATA", 3, 0, {"f32": [-1, -1, 1, -1, 1, 1, -1, 1, -0.5, -0.5, 0.5, 0.5, 0, 0, 0.25, -0.75]}]
["CREATE", 4, {"buffer": "vertex"}]
["SIZE", 4, 64]
["ATTRIBUTE", 1, "a", {"buffer": 3}]
["ATTRIBUTE", 2, "a", {"buffer": 3}]
["ATTRIBUTE", 5, "a", {"buffer": 3}]
["FEEDBACK", 5, 0, 4]
["CREATE", 10, {"texture": "2d", "format": "rgba8", "levels": 4}]
["SIZE", 10, 8, 8]
["CREATE", 11, {"texture": "2d", "format": "rgba8"}]
["SIZE", 11, 8, 8]
["INTERPOLATION", 10, "nearest_mipmap_nearest", "nearest"]
["TEXTURE", 2, "s", 10]
["CREATE", 30, {"renderbuffer": "depth24_stencil8"}]
["SIZE", 30, 8, 8]
["CREATE", 20, "framebuffer"]
["ATTACH", 20, "color0", 10]
["ATTACH", 20, "depth_stencil", 30]
["CREATE", 21, "framebuffer"]
["ATTACH", 21, "color0", 11]
["CREATE", 40, {"query": "any_samples_passed"}]
["SIGNAL", 1, "constant", [], {"f64": [0.25, 0.5, 0.25, 1]}]
["SIGNAL", 2, "add", [1, 1]]
["UNIFORM", 1, "v", [0.125, 0.25, 0.5, 0.5]]
["RECORD", 1]
["DRAW", 1, "points", {"count": 2, "first": 4}]
["END"]
["SWAP"]
"#;

/// What shows all that there is.
const END: &str = r#"["CURRENT", 1]
["READ", 90, {"framebuffer": 0}]
["CURRENT", 0]
["READ", 91, {"framebuffer": 20}]
["READ", 92, {"framebuffer": 21}]
["READ", 93, {"buffer": 3}]
["READ", 94, {"buffer": 4}]
["READ", 95, {"framebuffer": 0}]
["DRAW", 1, "triangle_fan", {"count": 4}]
["RUN", 1]
["RUN", 2]
["DRAW", 2, "triangle_fan", {"count": 4}]
["SWAP"]
"#;

/// A scene as text.
pub(crate) fn rich(seed: u64, frames: u32) -> String {
    let mut random = Random(seed ^ 0x71c4);
    let mut text = BEGIN.to_owned();
    let mut next = 100;
    for _ in 0..frames {
        for _ in 0..10 + random.below(14) {
            step(&mut random, &mut next, &mut text);
        }
        text += "[\"SWAP\"]\n";
    }
    text + END
}

fn numbers(random: &mut Random, count: u32) -> String {
    let numbers: Vec<String> = (0..count).map(|_| format!("{}", random.below(16) as f32 / 16.0)).collect();
    numbers.join(", ")
}

fn bytes(random: &mut Random, count: u32) -> String {
    let numbers: Vec<String> = (0..count).map(|_| random.below(256).to_string()).collect();
    numbers.join(", ")
}

fn state(random: &mut Random) -> String {
    let truth = random.below(2) == 0;
    match random.below(16) {
        0 | 1 => format!("\"clear_color\": [{}]", numbers(random, 4)),
        2 => format!("\"depth_test\": {truth}"),
        3 => format!(
            "\"depth_func\": \"{}\"",
            ["less", "lequal", "greater", "always"][random.below(4) as usize]
        ),
        4 => format!("\"clear_depth\": {}", random.unit()),
        5 => format!("\"stencil_test\": {truth}"),
        6 => format!("\"stencil_func_front\": \"{}\"", ["equal", "always"][random.below(2) as usize]),
        7 => format!("\"stencil_reference\": {}", random.below(3)),
        8 => format!("\"clear_stencil\": {}", random.below(3)),
        9 => "\"stencil_op_front\": [\"keep\", \"keep\", \"replace\"]".to_owned(),
        10 => format!("\"blend\": {truth}"),
        11 => "\"blend_func\": [\"src_alpha\", \"one_minus_src_alpha\", \"one\", \"zero\"]".to_owned(),
        12 => format!("\"scissor\": [{}, {}, 7, 6]", random.below(3), random.below(3)),
        13 => "\"scissor\": null".to_owned(),
        14 => format!("\"color_mask\": [true, {truth}, true, true]"),
        _ => format!("\"depth_mask\": {truth}"),
    }
}

fn step(random: &mut Random, next: &mut u32, text: &mut String) {
    let object = [10, 11][random.below(2) as usize];
    let target = [0, 0, 20, 21][random.below(4) as usize];
    let first = random.below(5);
    _ = match random.below(30) {
        0 => writeln!(text, "[\"UNIFORM\", 1, \"u\", [{}]]", numbers(random, 16)),
        1 | 2 => {
            let (first, count) = (random.below(3), 1 + random.below(2));
            writeln!(text, "[\"UNIFORM\", 1, \"u\", [{}], {first}]", numbers(random, 4 * count))
        }
        3 => writeln!(text, "[\"UNIFORM\", 1, \"v\", [{}]]", numbers(random, 4)),
        4 => writeln!(text, "[\"UNIFORM\", 1, \"z\", [{}]]", random.unit()),
        5..=7 => {
            let (at, count) = (random.below(8), 1 + random.below(6));
            writeln!(text, "[\"DATA\", 3, {}, {{\"f32\": [{}]}}]", 4 * at, numbers(random, count))
        }
        8..=10 => {
            let level = random.below(2) * u32::from(object == 10);
            let (x, y) = (random.below(3), random.below(3));
            let (width, height) = (1 + random.below(2), 1 + random.below(2));
            let texels = bytes(random, 4 * width * height);
            let region = format!(
                "\"level\": {level}, \"x\": {x}, \"y\": {y}, \"width\": {width}, \"height\": {height}"
            );
            writeln!(text, "[\"DATA\", {object}, {{{region}}}, {{\"u8\": [{texels}]}}]")
        }
        11 => writeln!(text, "[\"MIPMAPS\", 10]"),
        12..=14 => writeln!(text, "[\"STATE\", {{{}}}]", state(random)),
        15 | 16 => writeln!(text, "[\"FRAMEBUFFER\", {target}]"),
        17 => {
            let planes = ["[\"color\"]", "[\"depth\"]", "[\"stencil\"]", "[\"color\", \"depth\"]"];
            writeln!(text, "[\"CLEAR\", {}]", planes[random.below(4) as usize])
        }
        18 | 19 => writeln!(text, "[\"DRAW\", 1, \"triangles\", {{\"count\": 3, \"first\": {first}}}]"),
        20 => writeln!(text, "[\"DRAW\", 2, \"points\", {{\"count\": 2, \"first\": {first}}}]"),
        21 => writeln!(text, "[\"TEXTURE\", 2, \"s\", {object}]"),
        22 => {
            let buffer = 3 + random.below(2);
            writeln!(
                text,
                "[\"ATTRIBUTE\", 1, \"a\", {{\"buffer\": {buffer}, \"offset\": {}}}]",
                8 * random.below(2)
            )
        }
        23 => {
            let (from, to) = [(20, 21), (21, 20), (20, 0)][random.below(3) as usize];
            let x = random.below(4);
            writeln!(text, "[\"BLIT\", {from}, {to}, [0, 0, 4, 4], [{x}, 1, {}, 5]]", x + 4)
        }
        24 => match random.below(2) {
            0 => writeln!(text, "[\"READ\", {}, {{\"framebuffer\": {target}}}]", random.below(9)),
            _ => writeln!(text, "[\"READ\", {}, {{\"buffer\": {}}}]", random.below(9), 3 + random.below(2)),
        },
        25 => writeln!(
            text,
            "[\"DRAW\", 5, \"points\", {{\"count\": {}, \"first\": {first}}}]",
            1 + random.below(3)
        ),
        26 => match random.below(2) {
            0 => writeln!(text, "[\"RUN\", {}]", 1 + random.below(2)),
            _ => writeln!(
                text,
                "[\"RECORD\", {}]\n[\"UNIFORM\", 1, \"u\", [{}], 1]\n[\"STATE\", {{{}}}]\n[\"DRAW\", 1, \"points\", {{\"count\": 2, \"first\": {first}}}]\n[\"END\"]",
                1 + random.below(2),
                numbers(random, 4),
                state(random),
            ),
        },
        27 => match random.below(3) {
            0 => writeln!(text, "[\"SIGNAL\", 1, \"constant\", [], {{\"f64\": [{}]}}]", numbers(random, 4)),
            1 => writeln!(text, "[\"BIND\", 2, {{\"uniform\": \"v\", \"program\": 1}}]"),
            _ => writeln!(text, "[\"BIND\", 0, {{\"uniform\": \"v\", \"program\": 1}}]"),
        },
        28 => {
            let draw = format!("[\"DRAW\", 1, \"points\", {{\"count\": 1, \"first\": {first}}}]");
            writeln!(text, "[\"QUERY\", 40, \"begin\"]\n{draw}\n[\"QUERY\", 40, \"end\"]")
        }
        _ => match random.below(4) {
            0 => {
                *next += 1;
                let size = "\"SIZE\"";
                writeln!(
                    text,
                    "[\"CREATE\", {next}, {{\"buffer\": \"vertex\"}}]\n[{size}, {next}, 64]\n[\"LABEL\", {next}, \"some\"]\n[\"DATA\", {next}, 8, {{\"f32\": [{}]}}]",
                    numbers(random, 3)
                )
            }
            1 if *next > 100 => {
                *next -= 1;
                writeln!(text, "[\"DELETE\", {}]", *next + 1)
            }
            2 => writeln!(
                text,
                "[\"GROUP\", \"some\"]\n[\"DRAW\", 1, \"points\", {{\"count\": 1}}]\n[\"END\"]"
            ),
            _ => writeln!(
                text,
                "[\"CURRENT\", 1, 8, 8]\n[\"CLEAR\", [\"color\"]]\n[\"DRAW\", 1, \"points\", {{\"count\": 3}}]\n[\"CURRENT\", 0]"
            ),
        },
    };
}
