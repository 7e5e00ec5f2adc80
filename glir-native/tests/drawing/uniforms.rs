//! Uniforms of every type, arrays set in parts, members of structures, blocks; and what stays over new shaders.

use crate::reference::{HasContext as _, bytes};
use crate::stage::{compare, everywhere, list, quoted, shaders};

const WHOLE: &str = "#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }";

/// Each type as an array of three, of which the middle element and then the last two are set. The expression turns
/// element i into four numbers.
#[test]
fn every_type_and_arrays_in_parts() {
    for (ty, components, expression) in [
        ("float", 1, "vec4(u[i])"),
        ("vec2", 2, "vec4(u[i], u[i])"),
        ("vec3", 3, "vec4(u[i], 1.0)"),
        ("vec4", 4, "u[i]"),
        ("int", 1, "vec4(u[i])"),
        ("ivec2", 2, "vec4(u[i], 0, 8)"),
        ("ivec3", 3, "vec4(u[i], 8)"),
        ("ivec4", 4, "vec4(u[i])"),
        ("uint", 1, "vec4(u[i])"),
        ("uvec2", 2, "vec4(u[i], u[i])"),
        ("uvec3", 3, "vec4(u[i], 8u)"),
        ("uvec4", 4, "vec4(u[i])"),
        ("bool", 1, "vec4(u[i] ? 9.0 : 2.0)"),
        ("bvec2", 2, "vec4(u[i], u[i]) * 7.0"),
        ("bvec3", 3, "vec4(u[i], true) * 7.0"),
        ("bvec4", 4, "vec4(u[i]) * 7.0"),
        ("mat2", 4, "vec4(u[i][0], u[i][1])"),
        ("mat3", 9, "vec4(u[i][0], u[i][1].x + u[i][2].z * 0.5)"),
        ("mat4", 16, "u[i][0] + u[i][1] * 0.5 + u[i][2] * 0.25 + u[i][3].wzyx * 0.125"),
        ("mat2x3", 6, "vec4(u[i][0], u[i][1].z)"),
        ("mat2x4", 8, "u[i][0] + u[i][1].wxyz * 0.5"),
        ("mat3x2", 6, "vec4(u[i][0], u[i][2])"),
        ("mat3x4", 12, "u[i][0] + u[i][1] * 0.5 + u[i][2].wzxy * 0.25"),
        ("mat4x2", 8, "vec4(u[i][0], u[i][3]) + vec4(u[i][1], u[i][2]) * 0.5"),
        ("mat4x3", 12, "vec4(u[i][0] + u[i][1] * 0.5, u[i][2].z + u[i][3].y * 0.5)"),
    ] {
        let fragment = format!(
            "#version 300 es\nprecision highp float;\nprecision highp int;\nuniform {ty} u[3];\nuniform {ty} u_single;\nout vec4 o_color;\n\
             vec4 f({ty} u[3], int i) {{ return {expression}; }}\n\
             void main() {{\nint i = int(gl_FragCoord.x);\n{ty} single[3] = {ty}[3](u_single, u_single, u_single);\n\
             o_color = (i < 3 ? f(u, i) : f(single, 0)) / 16.0;\n}}"
        );
        let boolean = ty.starts_with('b');
        let value = |i: usize| if boolean { (i * 5 / 3) % 2 } else { (i * 7 + 3) % 16 };
        let element = |k: usize| (k * components..(k + 1) * components).map(value);
        let written = |values: Vec<usize>| {
            if components == 1 && values.len() == 1 { values[0].to_string() } else { list(values) }
        };
        let text = String::from(
            "[\"GLIR\", {\"profile\": \"es3\", \"width\": 4, \"height\": 1}]\n[\"CREATE\", 1, \"program\"]\n",
        ) + &shaders(
            1,
            WHOLE,
            &fragment,
            &format!(r#"{{"uniforms": ["{ty} u_single", "{ty} u[3]"]}}"#),
        ) + &format!(
            r#"["UNIFORM", 1, "u[1]", {}]
["DRAW", 1, "triangles", {{"count": 3}}]
["UNIFORM", 1, "u", {}, 1]
["UNIFORM", 1, "u_single", {}]
["DRAW", 1, "triangles", {{"count": 3}}]
["SWAP"]"#,
            written(element(0).collect()),
            written(element(1).chain(element(2)).collect()),
            written(element(3).collect()),
        );
        compare(
            &text,
            by_hand!(|r| {
                let program = r.program(WHOLE, &fragment);
                for (name, first, count) in [("u[1]", 1, 2), ("u_single", 3, 1)] {
                    let at = r.uniform(program, name);
                    let values: Vec<usize> =
                        (first * components..(first + count) * components).map(value).collect();
                    let floats: Vec<f32> = values.iter().map(|&v| v as f32).collect();
                    let ints: Vec<i32> = values.iter().map(|&v| v as i32).collect();
                    let uints: Vec<u32> = values.iter().map(|&v| v as u32).collect();
                    let (at, gl) = (at.as_ref(), &r.gl);
                    match ty {
                        "float" => gl.uniform_1_f32_slice(at, &floats),
                        "vec2" => gl.uniform_2_f32_slice(at, &floats),
                        "vec3" => gl.uniform_3_f32_slice(at, &floats),
                        "vec4" => gl.uniform_4_f32_slice(at, &floats),
                        "int" | "bool" => gl.uniform_1_i32_slice(at, &ints),
                        "ivec2" | "bvec2" => gl.uniform_2_i32_slice(at, &ints),
                        "ivec3" | "bvec3" => gl.uniform_3_i32_slice(at, &ints),
                        "ivec4" | "bvec4" => gl.uniform_4_i32_slice(at, &ints),
                        "uint" => gl.uniform_1_u32_slice(at, &uints),
                        "uvec2" => gl.uniform_2_u32_slice(at, &uints),
                        "uvec3" => gl.uniform_3_u32_slice(at, &uints),
                        "uvec4" => gl.uniform_4_u32_slice(at, &uints),
                        "mat2" => gl.uniform_matrix_2_f32_slice(at, false, &floats),
                        "mat3" => gl.uniform_matrix_3_f32_slice(at, false, &floats),
                        "mat4" => gl.uniform_matrix_4_f32_slice(at, false, &floats),
                        "mat2x3" => gl.uniform_matrix_2x3_f32_slice(at, false, &floats),
                        "mat2x4" => gl.uniform_matrix_2x4_f32_slice(at, false, &floats),
                        "mat3x2" => gl.uniform_matrix_3x2_f32_slice(at, false, &floats),
                        "mat3x4" => gl.uniform_matrix_3x4_f32_slice(at, false, &floats),
                        "mat4x2" => gl.uniform_matrix_4x2_f32_slice(at, false, &floats),
                        _ => gl.uniform_matrix_4x3_f32_slice(at, false, &floats),
                    }
                }
                r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
            }),
        );
    }
}

/// Members and elements of structures, a long array, and an array of which the shaders use only a part.
#[test]
fn structures_and_long_arrays() {
    let fragment = "#version 300 es
precision highp float;
struct Light { vec3 color; float powers[2]; };
uniform Light u_light;
uniform Light u_lights[2];
uniform vec4 u_long[40];
uniform float u_part[8];
out vec4 o_color;
void main() {
    int x = int(gl_FragCoord.x);
    if (x == 0) o_color = vec4(u_light.color * u_light.powers[1], u_light.powers[0]);
    else if (x < 3) o_color = vec4(u_lights[x - 1].color, u_lights[x - 1].powers[0] + u_lights[x - 1].powers[1]);
    else if (x < 43) o_color = u_long[x - 3];
    else o_color = vec4(u_part[0], u_part[3], 0.5, 1.0);
}";
    let long: Vec<f32> = (0..160).map(|i| (i * 13 % 32) as f32 / 32.0).collect();
    let text = String::from(
        "[\"GLIR\", {\"profile\": \"es3\", \"width\": 44, \"height\": 1}]\n[\"CREATE\", 1, \"program\"]\n",
    ) + &shaders(
        1,
        WHOLE,
        fragment,
        r#"{"uniforms": ["vec4 u_long[40]", "vec3 u_light.color", "float u_light.powers[2]", "vec3 u_lights[0].color",
 "vec3 u_lights[1].color", "float u_lights[0].powers[2]", "float u_lights[1].powers[2]", "float u_part[8]"]}"#,
    ) + &format!(
        r#"["UNIFORM", 1, "u_long", {}]
["UNIFORM", 1, "u_light.color", [1, 0.5, 0.25]]
["UNIFORM", 1, "u_light.powers", [0.75, 0.5]]
["UNIFORM", 1, "u_lights[0].color", [0.1, 0.2, 0.3]]
["UNIFORM", 1, "u_lights[1].color", [0.4, 0.5, 0.6]]
["UNIFORM", 1, "u_lights[1].powers", 0.25, 1]
["UNIFORM", 1, "u_lights[0].powers[0]", 0.5]
["UNIFORM", 1, "u_part", [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]]
["DRAW", 1, "triangles", {{"count": 3}}]
["SWAP"]"#,
        list(&long)
    );
    compare(
        &text,
        by_hand!(|r| {
            let program = r.program(WHOLE, fragment);
            let set = |name: &str, values: &[f32]| {
                r.gl.uniform_1_f32_slice(r.uniform(program, name).as_ref(), values);
            };
            let color =
                |name: &str, rgb: &[f32]| r.gl.uniform_3_f32_slice(r.uniform(program, name).as_ref(), rgb);
            r.gl.uniform_4_f32_slice(r.uniform(program, "u_long[0]").as_ref(), &long);
            color("u_light.color", &[1.0, 0.5, 0.25]);
            color("u_lights[0].color", &[0.1, 0.2, 0.3]);
            color("u_lights[1].color", &[0.4, 0.5, 0.6]);
            set("u_light.powers[0]", &[0.75, 0.5]);
            set("u_lights[0].powers[0]", &[0.5]);
            set("u_lights[1].powers[1]", &[0.25]);
            set("u_part[0]", &[0.1, 0.2, 0.3, 0.4]);
            r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
        }),
    );
}

/// Values and bindings stay over new shaders where name and type do, whatever slots they get; and over frames.
#[test]
fn new_shaders_keep_what_was_set() {
    let vertex = |names: [&str; 2]| {
        format!(
            "attribute vec2 {};\nattribute float {};\nvarying float v;\nvoid main() {{ v = {1}; gl_Position = vec4({0}, 0.0, 1.0); }}",
            names[0], names[1]
        )
    };
    let first = "precision mediump float; uniform vec3 u_kept; uniform float u_changed; uniform float u_gone; varying float v;
void main() { gl_FragColor = vec4(u_kept.xy, u_changed + u_gone, v); }";
    let second = "precision mediump float; uniform float u_new; uniform vec2 u_changed; uniform vec3 u_kept; varying float v;
uniform sampler2D u_image; void main() { gl_FragColor = vec4(u_kept.z, u_changed.x + u_new, texture2D(u_image, vec2(0.5)).r, v); }";
    let text = format!(
        r#"["GLIR", {{"width": 4, "height": 4}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 24]
["DATA", 1, 0, {{"f32": [-1, -1, 3, -1, -1, 3]}}]
["CREATE", 2, {{"texture": "2d", "format": "luminance8"}}]
["SIZE", 2, 1, 1]
["DATA", 2, {{}}, {{"u8": [77]}}]
["CREATE", 3, "program"]
["SHADERS", 3, {{"vertex": {v1}, "fragment": {f1}}}, {{"attributes": ["vec2 a_position", "float a_alpha"],
 "uniforms": ["vec3 u_kept", "float u_changed", "float u_gone"], "samplers": ["sampler2D u_image"]}}]
["ATTRIBUTE", 3, "a_position", {{"buffer": 1}}]
["ATTRIBUTE", 3, "a_alpha", {{"constant": 0.5}}]
["UNIFORM", 3, "u_kept", [0.25, 0.5, 0.75]]
["UNIFORM", 3, "u_changed", 1]
["TEXTURE", 3, "u_image", 2]
["DRAW", 3, "triangles", {{"count": 3}}]
["READ", 1, {{"framebuffer": 0, "width": 1, "height": 1}}]
["SWAP"]
["SHADERS", 3, {{"vertex": {v2}, "fragment": {f2}}}, {{"attributes": ["float a_alpha", "vec2 a_position"],
 "uniforms": ["float u_new", "vec2 u_changed", "vec3 u_kept"], "samplers": ["sampler2D u_image"]}}]
["DRAW", 3, "triangles", {{"count": 3}}]
["SWAP"]
["UNIFORM", 3, "u_new", 0.125]
["STATE", {{"scissor": [0, 0, 2, 4]}}]
["DRAW", 3, "triangles", {{"count": 3}}]
["SWAP"]"#,
        v1 = quoted(&vertex(["a_position", "a_alpha"])),
        v2 = quoted(&vertex(["a_position", "a_alpha"])),
        f1 = quoted(first),
        f2 = quoted(second),
    );
    for shown in everywhere(&text) {
        if shown.faults.is_empty() && shown.replies.len() > 3 {
            assert_eq!(shown.read(1), [64, 128, 255, 128], "{}", shown.api);
        }
        assert_eq!(shown.pixel(3, 1), [191, 0, 77, 128], "{}", shown.api);
        assert_eq!(shown.pixel(0, 1), [191, 32, 77, 128], "{}", shown.api);
    }
}

/// Blocks from ranges of buffers, shared by two stages, two blocks at once, a range moved and storage given anew.
#[test]
fn uniform_blocks() {
    let vertex = "#version 300 es
layout(std140) uniform Place { vec2 shift; float scale; mat3 turn; };
out vec2 v_at;
void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
    v_at = corner;
    gl_Position = vec4((turn * vec3(corner * scale, 1.0)).xy + shift, 0.0, 1.0);
}";
    let fragment = "#version 300 es
precision highp float;
layout(std140) uniform Place { vec2 shift; float scale; mat3 turn; };
layout(std140) uniform Shades { vec4 shades[3]; } u_shades;
in vec2 v_at;
out vec4 o_color;
void main() { o_color = u_shades.shades[int(v_at.x + 1.0) % 3] * scale + vec4(shift, 0.0, 0.0); }";
    let place = |x: f32, y: f32, scale: f32, s: f32| {
        [x, y, scale, 0.0, 1.0, s, 0.0, 0.0, -s, 1.0, 0.0, 0.0, 0.1, 0.0, 1.0, 0.0]
    };
    let places = [place(0.2, -0.3, 0.5, 0.4), place(-0.4, 0.4, 0.7, -0.2), place(0.1, 0.6, 0.3, 0.0)];
    let shades: Vec<f32> = (0..12).map(|i| (i * 5 % 12) as f32 / 11.0).collect();
    let mut text = format!(
        r#"["GLIR", {{"profile": "es3", "width": 24, "height": 24}}]
["CREATE", 1, {{"buffer": "uniform", "usage": "dynamic"}}]
["SIZE", 1, 600]
["DATA", 1, 0, {{"f32": {}}}]
["DATA", 1, 256, {{"f32": {}}}]
["CREATE", 2, {{"buffer": "uniform"}}]
["SIZE", 2, 48]
["DATA", 2, 0, {{"f32": {}}}]
["CREATE", 3, "program"]
"#,
        list(places[0]),
        list(places[1]),
        list(&shades),
    );
    text += &shaders(
        3,
        vertex,
        fragment,
        r#"{"blocks": [{"name": "Shades", "size": 48}, {"name": "Place", "size": 64}]}"#,
    );
    text += &format!(
        r#"["BLOCK", 3, "Place", 1, 0, 64]
["BLOCK", 3, "Shades", 2]
["DRAW", 3, "triangles", {{"count": 3}}]
["BLOCK", 3, "Place", 1, 256]
["STATE", {{"scissor": [0, 0, 12, 24]}}]
["DRAW", 3, "triangles", {{"count": 3}}]
["SIZE", 1, 320]
["DATA", 1, 256, {{"f32": {}}}]
["DATA", 2, 16, {{"f32": [1, 0.5, 0.25, 1]}}]
["STATE", {{"scissor": [6, 12, 12, 12]}}]
["DRAW", 3, "triangles", {{"count": 3}}]
["SWAP"]"#,
        list(places[2])
    );
    compare(
        &text,
        by_hand!(|r| {
            let program = r.program(vertex, fragment);
            for (binding, name) in [(0, "Place"), (1, "Shades")] {
                let index = r.gl.get_uniform_block_index(program, name).unwrap();
                r.gl.uniform_block_binding(program, index, binding);
            }
            let mut shades = shades.clone();
            r.gl.enable(glow::SCISSOR_TEST);
            for (k, [x, y, w, h]) in [[0, 0, 24, 24], [0, 0, 12, 24], [6, 12, 12, 12]].into_iter().enumerate()
            {
                if k == 2 {
                    shades[4..8].copy_from_slice(&[1.0, 0.5, 0.25, 1.0]);
                }
                let place = r.buffer(glow::UNIFORM_BUFFER, &bytes(&places[k]));
                r.gl.bind_buffer_base(glow::UNIFORM_BUFFER, 0, Some(place));
                let colors = r.buffer(glow::UNIFORM_BUFFER, &bytes(&shades));
                r.gl.bind_buffer_base(glow::UNIFORM_BUFFER, 1, Some(colors));
                r.gl.scissor(x, y, w, h);
                r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
            }
        }),
    );
}
