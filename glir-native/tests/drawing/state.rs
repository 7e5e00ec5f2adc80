//! Every field of the state changes a picture, as the same GL calls do.

use crate::reference::{HasContext as _, Reference};
use crate::stage::{compare, shaders};

const SCENE: &str = "#version 300 es
uniform vec3 u_move;
void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    if (gl_InstanceID == 1) corner = corner.yx * 0.7 + 0.3;
    gl_Position = vec4(corner * 1.5 - 0.9 + u_move.xy, (corner.x - corner.y) * 0.5 + u_move.z, 1.0);
    gl_PointSize = 3.0;
}";
const COLOR: &str = "#version 300 es
precision highp float;
uniform vec4 u_color;
out vec4 o_color;
void main() { o_color = u_color; }";

/// A mode, where it is moved to, and its colour. Both windings are drawn.
type Step = (u32, [f32; 3], [f32; 4]);

/// What is drawn after each setting: two triangles that overlap, lines, points.
const STEPS: [Step; 4] = [
    (glow::TRIANGLES, [0.0, 0.0, 0.1], [0.9, 0.4, 0.2, 0.6]),
    (glow::TRIANGLES, [0.3, 0.1, -0.1], [0.2, 0.7, 0.5, 0.4]),
    (glow::LINE_STRIP, [0.1, 0.3, 0.0], [0.1, 0.3, 0.9, 0.8]),
    (glow::POINTS, [0.2, 0.1, 0.2], [1.0, 0.9, 0.3, 0.5]),
];

fn steps() -> String {
    let mut text = String::new();
    for (mode, [x, y, z], [r, g, b, a]) in STEPS {
        let mode = match mode {
            glow::TRIANGLES => "triangles",
            glow::LINE_STRIP => "line_strip",
            _ => "points",
        };
        text += &format!(
            r#"["UNIFORM", 1, "u_move", [{x}, {y}, {z}]]
["UNIFORM", 1, "u_color", [{r}, {g}, {b}, {a}]]
["DRAW", 1, "{mode}", {{"count": 3}}, 2]
"#
        );
    }
    text
}

/// A stream that sets a state and draws, clears with it, and draws again in the initial state's colours.
fn stream(samples: u32, before: &str, changes: &str) -> String {
    format!("[\"GLIR\", {{\"profile\": \"es3\", \"width\": 24, \"height\": 24, \"samples\": {samples}}}]\n")
        + "[\"CREATE\", 1, \"program\"]\n"
        + &shaders(1, SCENE, COLOR, r#"{"uniforms": ["vec3 u_move", "vec4 u_color"]}"#)
        + "[\"STATE\", {\"clear_color\": [0.3, 0.5, 0.2, 0.7]}]\n[\"CLEAR\", [\"color\", \"depth\", \"stencil\"]]\n"
        + before
        + &format!("[\"STATE\", {{{changes}}}]\n")
        + &steps()
        + "[\"SWAP\"]"
}

/// The same by hand.
fn by_hand(r: &Reference, set: impl FnOnce(&glow::Context)) {
    // SAFETY: the reference's context is current.
    unsafe {
        let gl = &r.gl;
        let program = r.program(SCENE, COLOR);
        let (place, color) = (r.uniform(program, "u_move"), r.uniform(program, "u_color"));
        gl.clear_color(0.3, 0.5, 0.2, 0.7);
        gl.clear(glow::COLOR_BUFFER_BIT | glow::DEPTH_BUFFER_BIT | glow::STENCIL_BUFFER_BIT);
        set(gl);
        for (mode, to, shade) in STEPS {
            gl.uniform_3_f32_slice(place.as_ref(), &to);
            gl.uniform_4_f32_slice(color.as_ref(), &shade);
            gl.draw_arrays_instanced(mode, 0, 3, 2);
        }
    }
}

type Set = fn(&glow::Context);

/// A case: the changes, and the calls. Each differs from the plain picture, or it would prove nothing.
macro_rules! case {
    ($changes:expr, |$gl:ident| $($calls:tt)*) => {
        ($changes, (|$gl: &glow::Context| {
            // SAFETY: the reference's context is current.
            unsafe { $($calls)* }
        }) as Set)
    };
}

fn run(samples: u32, before: &str, cases: &[(&str, Set)]) {
    let plain = crate::stage::everywhere(&stream(samples, before, ""));
    for (changes, set) in cases {
        let all = compare(&stream(samples, before, changes), |r| by_hand(r, *set));
        for (shown, plain) in all.iter().zip(&plain) {
            assert!(shown.pixels != plain.pixels, "{}: {changes} changes nothing", shown.api);
        }
    }
}

#[test]
fn blending_and_masks() {
    run(
        0,
        "",
        &[
            case!(
                r#""blend": true, "blend_func": ["src_alpha", "one_minus_src_alpha", "one", "zero"]"#,
                |gl| {
                    gl.enable(glow::BLEND);
                    gl.blend_func_separate(glow::SRC_ALPHA, glow::ONE_MINUS_SRC_ALPHA, glow::ONE, glow::ZERO);
                }
            ),
            case!(
                r#""blend": true, "blend_func": ["dst_color", "one_minus_src_color", "dst_alpha", "one"]"#,
                |gl| {
                    gl.enable(glow::BLEND);
                    gl.blend_func_separate(
                        glow::DST_COLOR,
                        glow::ONE_MINUS_SRC_COLOR,
                        glow::DST_ALPHA,
                        glow::ONE,
                    );
                }
            ),
            case!(
                r#""blend": true, "blend_color": [0.2, 0.4, 0.6, 0.8],
 "blend_func": ["constant_color", "one_minus_constant_color", "one_minus_constant_alpha", "constant_alpha"]"#,
                |gl| {
                    gl.enable(glow::BLEND);
                    gl.blend_color(0.2, 0.4, 0.6, 0.8);
                    gl.blend_func_separate(
                        glow::CONSTANT_COLOR,
                        glow::ONE_MINUS_CONSTANT_COLOR,
                        glow::ONE_MINUS_CONSTANT_ALPHA,
                        glow::CONSTANT_ALPHA,
                    );
                }
            ),
            case!(
                r#""blend": true, "blend_func": ["src_alpha_saturate", "one_minus_dst_alpha", "one_minus_dst_color", "src_color"],
 "blend_equation": ["func_subtract", "func_reverse_subtract"]"#,
                |gl| {
                    gl.enable(glow::BLEND);
                    gl.blend_func_separate(
                        glow::SRC_ALPHA_SATURATE,
                        glow::ONE_MINUS_DST_ALPHA,
                        glow::ONE_MINUS_DST_COLOR,
                        glow::SRC_COLOR,
                    );
                    gl.blend_equation_separate(glow::FUNC_SUBTRACT, glow::FUNC_REVERSE_SUBTRACT);
                }
            ),
            case!(r#""blend": true, "blend_equation": ["min", "max"]"#, |gl| {
                gl.enable(glow::BLEND);
                gl.blend_equation_separate(glow::MIN, glow::MAX);
            }),
            case!(r#""color_mask": [true, false, true, false]"#, |gl| gl
                .color_mask(true, false, true, false)),
            case!(r#""scissor": [7, 3, 9, 14]"#, |gl| {
                gl.enable(glow::SCISSOR_TEST);
                gl.scissor(7, 3, 9, 14);
            }),
            case!(r#""viewport": [-5, 4, 30, 13]"#, |gl| gl.viewport(-5, 4, 30, 13)),
            case!(r#""cull_face": "back""#, |gl| {
                gl.enable(glow::CULL_FACE);
                gl.cull_face(glow::BACK);
            }),
            case!(r#""cull_face": "front", "front_face": "cw""#, |gl| {
                gl.enable(glow::CULL_FACE);
                gl.cull_face(glow::FRONT);
                gl.front_face(glow::CW);
            }),
            case!(r#""cull_face": "front_and_back""#, |gl| {
                gl.enable(glow::CULL_FACE);
                gl.cull_face(glow::FRONT_AND_BACK);
            }),
            case!(r#""line_width": 3"#, |gl| gl.line_width(3.0)),
        ][..if widest_line() >= 3.0 { 12 } else { 11 }],
    );
}

/// The widest line that every context here draws.
fn widest_line() -> f32 {
    let plain = Reference::new(glir_spec::Profile::Es3, 1, 1, 0);
    let mut range = [1.0; 2];
    // SAFETY: the reference's context is current.
    unsafe { plain.gl.get_parameter_f32_slice(glow::ALIASED_LINE_WIDTH_RANGE, &mut range) };
    range[1]
}

#[test]
fn depths() {
    run(
        0,
        "[\"STATE\", {\"clear_depth\": 0.55}]\n[\"CLEAR\", [\"depth\"]]\n",
        &[
            case!(r#""depth_test": true"#, |gl| {
                half(gl);
                gl.enable(glow::DEPTH_TEST);
            }),
            case!(r#""depth_test": true, "depth_func": "greater", "depth_mask": false"#, |gl| {
                half(gl);
                gl.enable(glow::DEPTH_TEST);
                gl.depth_func(glow::GREATER);
                gl.depth_mask(false);
            }),
            case!(r#""depth_test": true, "depth_func": "notequal", "depth_range": [0.5, 0.5]"#, |gl| {
                half(gl);
                gl.enable(glow::DEPTH_TEST);
                gl.depth_func(glow::NOTEQUAL);
                gl.depth_range_f32(0.5, 0.5);
            }),
            case!(r#""depth_test": true, "depth_func": "lequal", "depth_range": [0.2, 0.7]"#, |gl| {
                half(gl);
                gl.enable(glow::DEPTH_TEST);
                gl.depth_func(glow::LEQUAL);
                gl.depth_range_f32(0.2, 0.7);
            }),
            case!(r#""depth_test": true, "polygon_offset": [-1.5, -4]"#, |gl| {
                half(gl);
                gl.enable(glow::DEPTH_TEST);
                gl.enable(glow::POLYGON_OFFSET_FILL);
                gl.polygon_offset(-1.5, -4.0);
            }),
        ],
    );
}

/// Clears the depth plane as the stream of `depths` does.
fn half(gl: &glow::Context) {
    // SAFETY: the reference's context is current.
    unsafe {
        gl.clear_depth_f32(0.55);
        gl.clear(glow::DEPTH_BUFFER_BIT);
    }
}

#[test]
fn stencils() {
    run(
        0,
        "[\"STATE\", {\"clear_stencil\": 254}]\n[\"CLEAR\", [\"stencil\"]]\n",
        &[
            case!(
                r#""stencil_test": true, "stencil_reference": 255, "stencil_func_front": "notequal", "stencil_func_back": "greater",
 "stencil_op_front": ["keep", "keep", "incr"], "stencil_op_back": ["keep", "keep", "incr_wrap"]"#,
                |gl| {
                    stencil(gl);
                    gl.stencil_func_separate(glow::FRONT, glow::NOTEQUAL, 255, 255);
                    gl.stencil_func_separate(glow::BACK, glow::GREATER, 255, 255);
                    gl.stencil_op_separate(glow::FRONT, glow::KEEP, glow::KEEP, glow::INCR);
                    gl.stencil_op_separate(glow::BACK, glow::KEEP, glow::KEEP, glow::INCR_WRAP);
                }
            ),
            case!(
                r#""stencil_test": true, "stencil_reference": 3, "stencil_read_mask": 7, "stencil_write_mask": 11,
 "stencil_func_front": "less", "stencil_func_back": "gequal", "depth_test": true,
 "stencil_op_front": ["zero", "invert", "replace"], "stencil_op_back": ["decr_wrap", "decr", "zero"]"#,
                |gl| {
                    stencil(gl);
                    gl.enable(glow::DEPTH_TEST);
                    gl.stencil_mask(11);
                    gl.stencil_func_separate(glow::FRONT, glow::LESS, 3, 7);
                    gl.stencil_func_separate(glow::BACK, glow::GEQUAL, 3, 7);
                    gl.stencil_op_separate(glow::FRONT, glow::ZERO, glow::INVERT, glow::REPLACE);
                    gl.stencil_op_separate(glow::BACK, glow::DECR_WRAP, glow::DECR, glow::ZERO);
                }
            ),
        ],
    );
}

/// Clears the stencil plane as the stream of `stencils` does, and turns the test on.
fn stencil(gl: &glow::Context) {
    // SAFETY: the reference's context is current.
    unsafe {
        gl.clear_stencil(254);
        gl.clear(glow::STENCIL_BUFFER_BIT);
        gl.enable(glow::STENCIL_TEST);
    }
}

#[test]
fn samples() {
    run(
        4,
        "",
        &[
            case!(r#""sample_alpha_to_coverage": true"#, |gl| gl.enable(glow::SAMPLE_ALPHA_TO_COVERAGE)),
            case!(r#""sample_coverage": [0.3, false]"#, |gl| {
                gl.enable(glow::SAMPLE_COVERAGE);
                gl.sample_coverage(0.3, false);
            }),
            case!(r#""sample_coverage": [0.6, true]"#, |gl| {
                gl.enable(glow::SAMPLE_COVERAGE);
                gl.sample_coverage(0.6, true);
            }),
        ],
    );
}

/// With nothing rasterized, draws leave the picture as it is; storage made meanwhile is zeros all the same.
#[test]
fn nothing_is_rasterized() {
    let plain = stream(0, "", "");
    let discarding = plain.replace("[\"SWAP\"]", "")
        + r#"["STATE", {"rasterizer_discard": true}]
["UNIFORM", 1, "u_move", [-0.3, -0.3, 0]]
["DRAW", 1, "triangles", {"count": 3}, 2]
["CREATE", 2, {"renderbuffer": "rgba8"}]
["SIZE", 2, 3, 3]
["CREATE", 3, "framebuffer"]
["ATTACH", 3, "color0", 2]
["READ", 1, {"framebuffer": 3}]
["SWAP"]"#;
    for (shown, expected) in
        crate::stage::everywhere(&discarding).iter().zip(&crate::stage::everywhere(&plain))
    {
        assert!(shown.pixels == expected.pixels, "{}", shown.api);
        assert_eq!(shown.read(1), [0; 36], "{}", shown.api);
    }
}

/// Clears obey scissor and masks, and a state set to what it is stays what it is.
#[test]
fn clears_are_masked() {
    let text = stream(0, "", "").replace("[\"SWAP\"]", "")
        + r#"["STATE", {"scissor": [2, 2, 12, 12], "color_mask": [true, true, false, true], "clear_color": [1, 0, 1, 0.5],
 "stencil_write_mask": 1, "clear_stencil": 3, "depth_mask": false, "clear_depth": 0}]
["CLEAR", ["color", "depth", "stencil"]]
["STATE", {"scissor": null, "color_mask": [true, true, true, true], "stencil_test": true, "stencil_reference": 1,
 "stencil_func_front": "equal", "stencil_func_back": "equal", "depth_test": true}]
["STATE", {"stencil_reference": 1}]
"# + &steps()
        + "[\"SWAP\"]";
    compare(&text, |r| {
        by_hand(r, |_| {});
        // SAFETY: the reference's context is current.
        unsafe {
            let gl = &r.gl;
            gl.enable(glow::SCISSOR_TEST);
            gl.scissor(2, 2, 12, 12);
            gl.color_mask(true, true, false, true);
            gl.clear_color(1.0, 0.0, 1.0, 0.5);
            gl.stencil_mask(1);
            gl.clear_stencil(3);
            gl.depth_mask(false);
            gl.clear_depth_f32(0.0);
            gl.clear(glow::COLOR_BUFFER_BIT | glow::DEPTH_BUFFER_BIT | glow::STENCIL_BUFFER_BIT);
            gl.disable(glow::SCISSOR_TEST);
            gl.color_mask(true, true, true, true);
            gl.enable(glow::STENCIL_TEST);
            gl.stencil_func(glow::EQUAL, 1, 255);
            gl.enable(glow::DEPTH_TEST);
            let program = gl.get_parameter_i32(glow::CURRENT_PROGRAM) as u32;
            let program = glow::NativeProgram(std::num::NonZeroU32::new(program).unwrap());
            let (place, color) = (r.uniform(program, "u_move"), r.uniform(program, "u_color"));
            for (mode, to, shade) in STEPS {
                gl.uniform_3_f32_slice(place.as_ref(), &to);
                gl.uniform_4_f32_slice(color.as_ref(), &shade);
                gl.draw_arrays_instanced(mode, 0, 3, 2);
            }
        }
    });
}
