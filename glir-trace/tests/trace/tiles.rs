//! Random streams whose pictures are made of parts: subplots in rectangles of their own, copies between targets, buffers and textures written piece
//! by piece, objects that come and go under the same ids.

use crate::sample::Random;
use std::fmt::Write as _;

const BEGIN: &str = r#"["GLIR", {"profile": "es3", "width": 24, "height": 20, "requires": ["draw-buffers", "signals", "lists"]}]
["CREATE", 1, "program"]
["SHADERS", 1, {"vertex": "attribute vec2 a; attribute vec4 t; varying vec4 v; uniform vec4 u_place; void main() { v = t; gl_PointSize = 5.0; gl_Position = vec4(a * u_place.xy + u_place.zw, u_place.z, 1.0); }",
  "fragment": "precision highp float; varying vec4 v; uniform vec4 u_color; void main() { if (v.x > 0.95) discard; gl_FragColor = u_color + 0.25 * v; }"},
 {"attributes": ["vec2 a", "vec4 t"], "uniforms": ["vec4 u_place", "vec4 u_color"]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": "attribute vec2 a; varying vec2 v; void main() { v = a * 0.5 + 0.5; gl_PointSize = 7.0; gl_Position = vec4(a * 0.9, 0.1, 1.0); }",
  "fragment": "precision highp float; varying vec2 v; uniform sampler2D s; uniform float g[3]; void main() { gl_FragColor = texture2D(s, v) * g[1] + vec4(g[0], g[2], 0.0, 0.5); }"},
 {"attributes": ["vec2 a"], "uniforms": ["float g[3]"], "samplers": ["sampler2D s"]}]
["CREATE", 10, {"buffer": "vertex"}]
["SIZE", 10, 128]
["DATA", 10, 0, {"f32": [-1, -1, 1, -1, -1, 1, 1, 1, -0.5, -0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5]}]
["DATA", 10, 64, {"f32": [0, 0, 1, 0, 0, 1, 1, 1, -1, -1, 0, -1, -1, 0, 0, 0]}]
["CREATE", 11, {"buffer": "vertex"}]
["SIZE", 11, 64]
["CREATE", 12, {"buffer": "index"}]
["SIZE", 12, 24]
["DATA", 12, 0, {"u16": [0, 1, 2, 2, 1, 3, 4, 5, 6, 6, 5, 7]}]
["CREATE", 20, {"texture": "2d", "format": "rgba8"}]
["SIZE", 20, 16, 12]
["CREATE", 21, {"texture": "2d", "format": "rgba8", "levels": 0}]
["SIZE", 21, 16, 16]
["INTERPOLATION", 21, "linear_mipmap_nearest", "nearest"]
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
["ATTRIBUTE", 1, "a", {"buffer": 10}]
["ATTRIBUTE", 1, "t", {"constant": [0.5, 0.25, 0.75, 1]}]
["ATTRIBUTE", 2, "a", {"buffer": 10}]
["UNIFORM", 1, "u_place", [1, 1, 0, 0]]
["UNIFORM", 2, "g", [0, 1, 0]]
["TEXTURE", 2, "s", 21]
"#;

fn numbers(random: &mut Random, count: u32) -> String {
    let numbers: Vec<String> = (0..count).map(|_| format!("{}", random.below(9) as f32 / 8.0)).collect();
    numbers.join(", ")
}

fn bytes(random: &mut Random, count: u32) -> String {
    let numbers: Vec<String> = (0..count).map(|_| random.below(256).to_string()).collect();
    numbers.join(", ")
}

fn pick<'t>(random: &mut Random, of: &[&'t str]) -> &'t str {
    of[random.below(of.len() as u32) as usize]
}

fn rect(random: &mut Random) -> String {
    let (x, y) = (random.below(20) as i32 - 2, random.below(16) as i32 - 2);
    format!("[{x}, {y}, {}, {}]", 1 + random.below(14), 1 + random.below(12))
}

const PLANES: [&str; 6] = [
    r#""color""#,
    r#""color""#,
    r#""color", "depth""#,
    r#""depth""#,
    r#""stencil", "color""#,
    r#""color", "depth", "stencil""#,
];

/// Tiles that fill the target, each cleared and drawn in its own rectangle; sometimes one is left as it was.
fn tiles(random: &mut Random, text: &mut String) {
    let (columns, rows) = (1 + random.below(3), 1 + random.below(3));
    let (width, height) = (24u32.div_ceil(columns), 20u32.div_ceil(rows));
    let planes = pick(random, &PLANES);
    for tile in 0..columns * rows {
        let (x, y) = (tile % columns * width, tile / columns * height);
        let place = format!("[{x}, {y}, {width}, {height}]");
        let what = match random.below(4) {
            0 => format!("\"scissor\": {place}"),
            _ => format!("\"viewport\": {place}, \"scissor\": {place}"),
        };
        _ = writeln!(text, "[\"STATE\", {{{what}}}]");
        if random.below(8) > 0 {
            _ = writeln!(text, "[\"CLEAR\", [{planes}]]");
        }
        if random.below(5) == 0 {
            _ = writeln!(text, "[\"STATE\", {{\"scissor\": null}}]");
        }
        for _ in 0..random.below(3) {
            draw(random, text);
        }
    }
    if random.below(2) == 0 {
        _ = writeln!(text, "[\"STATE\", {{\"viewport\": null, \"scissor\": null}}]");
    }
}

fn draw(random: &mut Random, text: &mut String) {
    let program = 1 + random.below(2);
    let mode =
        pick(random, &["triangle_strip", "triangle_strip", "triangles", "points", "lines", "line_strip"]);
    let what = match random.below(4) {
        0 => format!(
            "{{\"elements\": 12, \"count\": {}, \"first\": {}}}",
            3 + random.below(4),
            random.below(6)
        ),
        _ => format!("{{\"count\": {}, \"first\": {}}}", 2 + random.below(3), random.below(3) * 4),
    };
    let instances = if random.below(6) == 0 { ", 2" } else { "" };
    _ = writeln!(text, "[\"DRAW\", {program}, \"{mode}\", {what}{instances}]");
}

fn state(random: &mut Random) -> String {
    let truth = random.below(2) == 0;
    match random.below(17) {
        0 | 1 => format!("\"clear_color\": [{}]", numbers(random, 4)),
        2 => format!("\"depth_test\": {truth}"),
        3 => format!("\"depth_func\": \"{}\"", pick(random, &["less", "lequal", "greater", "always"])),
        4 => format!("\"clear_depth\": {}, \"clear_stencil\": {}", random.unit(), random.below(3)),
        5 => format!("\"stencil_test\": {truth}"),
        6 => format!("\"stencil_func_front\": \"{}\"", pick(random, &["equal", "always"])),
        7 => format!("\"stencil_reference\": {}", random.below(3)),
        8 => format!("\"stencil_write_mask\": {}", pick(random, &["255", "1", "0"])),
        9 => "\"stencil_op_front\": [\"keep\", \"keep\", \"replace\"]".to_owned(),
        10 => format!(
            "\"blend\": {truth}, \"blend_func\": [\"src_alpha\", \"one_minus_src_alpha\", \"one\", \"one\"]"
        ),
        11 => format!("\"scissor\": {}", rect(random)),
        12 => format!("\"viewport\": {}", rect(random)),
        13 => "\"scissor\": null, \"viewport\": null".to_owned(),
        14 => format!("\"color_mask\": [true, {truth}, true, {truth}]"),
        15 => format!(
            "\"line_width\": {}, \"cull_face\": {}",
            1 + random.below(3),
            pick(random, &["null", "\"back\""])
        ),
        _ => format!("\"depth_mask\": {truth}"),
    }
}

/// What may become of the second canvas.
const CANVASES: [&str; 5] = [
    "[\"CURRENT\", 1]",
    "[\"CURRENT\", 1, 9, 7]",
    "[\"CURRENT\", 1, 12, 12]",
    "[\"CURRENT\", 0]",
    "[\"CURRENT\", 0, 24, 20]",
];

const SHADERS: &str = r#"["SHADERS", 1, {"vertex": "attribute vec2 a; attribute vec4 t; varying vec4 v; uniform vec4 u_place; void main() { v = t; gl_PointSize = 5.0; gl_Position = vec4(a * u_place.xy + u_place.zw, u_place.z, 1.0); }",
  "fragment": "precision highp float; varying vec4 v; uniform vec4 u_color; void main() { gl_FragColor = u_color.bgra + 0.5 * v; }"},
 {"attributes": ["vec4 t", "vec2 a"], "uniforms": ["vec4 u_color", "vec4 u_place"]}]"#;

fn step(random: &mut Random, text: &mut String) {
    let texture = [20, 21, 23][random.below(3) as usize];
    _ = match random.below(34) {
        0..=2 => return tiles(random, text),
        3 => writeln!(text, "[\"UNIFORM\", 1, \"u_color\", [{}]]", numbers(random, 4)),
        4 => writeln!(text, "[\"UNIFORM\", 1, \"u_place\", [{}]]", numbers(random, 4)),
        5 => writeln!(text, "[\"UNIFORM\", 2, \"g\", [{}], {}]", numbers(random, 1), random.below(3)),
        6 => writeln!(text, "[\"UNIFORM\", 2, \"g\", [{}], 1]", numbers(random, 2)),
        7 => writeln!(text, "[\"TEXTURE\", 2, \"s\", {texture}]"),
        8..=10 => writeln!(text, "[\"FRAMEBUFFER\", {}]", pick(random, &["0", "0", "30", "31"])),
        11..=13 => writeln!(text, "[\"STATE\", {{{}}}]", state(random)),
        14 => writeln!(text, "[\"CLEAR\", [{}]]", pick(random, &PLANES)),
        15 => writeln!(
            text,
            "[\"CLEAR\", [\"color\"], {}, {{\"f32\": [{}]}}]",
            random.below(2),
            numbers(random, 4)
        ),
        16 => writeln!(text, "{}", pick(random, &CANVASES)),
        17 => {
            let (from, to) = [(0, 31), (31, 0), (30, 0), (30, 31), (0, 30)][random.below(5) as usize];
            let whole = "[0, 0, 16, 12]";
            let filter = pick(random, &["nearest", "linear"]);
            let target = match random.below(4) {
                0 => rect(random),
                1 => "[0, 0, 24, 20]".to_owned(),
                _ => whole.to_owned(),
            };
            writeln!(text, "[\"BLIT\", {from}, {to}, {whole}, {target}, [\"color\"], \"{filter}\"]")
        }
        18 => writeln!(text, "[\"BLIT\", 31, 0, [0, 0, 16, 16], [0, 0, 24, 20]]"),
        19 => {
            let (from, to) = (rect(random), rect(random));
            let planes = pick(random, &["\"color\"", "\"depth\"", "\"stencil\", \"color\""]);
            writeln!(text, "[\"BLIT\", 0, 30, {from}, {to}, [{planes}]]")
        }
        20 | 21 => {
            let (at, count) = (random.below(12), 1 + random.below(12));
            writeln!(
                text,
                "[\"DATA\", 10, {}, {{\"f32\": [{}]}}]",
                8 * at,
                numbers(random, count.min(32 - 2 * at))
            )
        }
        22 => {
            writeln!(text, "[\"DATA\", 11, {}, {{\"f32\": [{}]}}]", 16 * random.below(3), numbers(random, 4))
        }
        23 => {
            let (first, count) = (random.below(9), 1 + random.below(4));
            let indices: Vec<String> = (0..count).map(|_| random.below(8).to_string()).collect();
            writeln!(text, "[\"DATA\", 12, {}, {{\"u16\": [{}]}}]", 2 * first, indices.join(", "))
        }
        24 => {
            // Halves of a level, and other parts of it.
            let (x, width) =
                if random.below(2) == 0 { (8 * random.below(2), 8) } else { (random.below(9), 5) };
            let texels = bytes(random, 4 * width * 12);
            let region = format!("\"x\": {x}, \"y\": 0, \"width\": {width}, \"height\": 12");
            writeln!(text, "[\"DATA\", {texture}, {{{region}}}, {{\"u8\": [{texels}]}}]")
        }
        25 => {
            let texels = bytes(random, 64 * 4);
            writeln!(text, "[\"DATA\", 21, {{\"level\": 1}}, {{\"u8\": [{texels}]}}]")
        }
        26 => writeln!(text, "[\"MIPMAPS\", 21]"),
        27 => match random.below(4) {
            0 => writeln!(text, "[\"ATTRIBUTE\", 1, \"t\", {{\"buffer\": 11, \"divisor\": 1}}]"),
            1 => writeln!(text, "[\"ATTRIBUTE\", 1, \"t\", {{\"constant\": [{}]}}]", numbers(random, 4)),
            2 => writeln!(text, "[\"ATTRIBUTE\", 1, \"a\", {{\"buffer\": 10, \"offset\": 8}}]"),
            _ => writeln!(text, "[\"ATTRIBUTE\", 2, \"a\", {{\"buffer\": 10, \"stride\": 8}}]"),
        },
        28 => match random.below(5) {
            0 => writeln!(
                text,
                "[\"DELETE\", 20]\n[\"CREATE\", 20, {{\"texture\": \"2d\", \"format\": \"rgba8\"}}]\n[\"SIZE\", 20, 16, 16]\n[\"ATTACH\", 30, \"color0\", 20]"
            ),
            1 => writeln!(
                text,
                "[\"DELETE\", 31]\n[\"CREATE\", 31, \"framebuffer\"]\n[\"ATTACH\", 31, \"color0\", {texture}]"
            ),
            2 => writeln!(text, "[\"SIZE\", 23, 16, {}]", 8 + random.below(9)),
            3 => writeln!(
                text,
                "[\"CREATE\", 50, {{\"buffer\": \"vertex\"}}]\n[\"SIZE\", 50, 64]\n[\"DATA\", 50, 0, {{\"f32\": [{}]}}]\n[\"ATTRIBUTE\", 2, \"a\", {{\"buffer\": 50}}]\n[\"DRAW\", 2, \"triangle_strip\", {{\"count\": 4}}]\n[\"DELETE\", 50]\n[\"ATTRIBUTE\", 2, \"a\", {{\"buffer\": 10}}]",
                numbers(random, 8)
            ),
            _ => writeln!(
                text,
                "[\"DELETE\", 22]\n[\"CREATE\", 22, {{\"renderbuffer\": \"depth24_stencil8\"}}]\n[\"SIZE\", 22, 16, 16]"
            ),
        },
        29 => match random.below(3) {
            0 => writeln!(text, "[\"ATTACH\", 30, \"depth_stencil\", {}]", pick(random, &["0", "22"])),
            1 => writeln!(
                text,
                "[\"DRAW_BUFFERS\", 30, {}]",
                pick(random, &["[\"color0\"]", "[null, \"color1\"]", "[\"color0\", \"color1\"]", "[]"])
            ),
            _ => writeln!(text, "[\"ATTACH\", 31, \"color0\", {texture}]"),
        },
        30 => match random.below(3) {
            0 => writeln!(text, "{SHADERS}"),
            1 => writeln!(text, "[\"INTERPOLATION\", {texture}, \"nearest\", \"linear\"]"),
            _ => writeln!(text, "[\"WRAPPING\", {texture}, \"repeat\", \"mirrored_repeat\"]"),
        },
        31 if random.below(6) == 0 => writeln!(
            text,
            "[\"SIGNAL\", 1, \"constant\", [], {{\"f64\": [{}]}}]\n[\"BIND\", 1, {{\"uniform\": \"u_color\", \"program\": 1}}]",
            numbers(random, 4)
        ),
        _ => {
            draw(random, text);
            Ok(())
        }
    };
}

/// A stream as text.
pub(crate) fn tiled(seed: u64, frames: u32) -> String {
    let mut random = Random(seed ^ 0x711e5);
    let mut text = BEGIN.to_owned();
    for _ in 0..frames {
        for _ in 0..2 + random.below(12) {
            step(&mut random, &mut text);
        }
        text += "[\"SWAP\"]\n";
    }
    text
}
