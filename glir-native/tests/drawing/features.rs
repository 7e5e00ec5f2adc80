//! What goes beyond the profiles, where the context has it: compute, geometry shaders, queries, capturing, blocks.

use crate::reference::{HasContext as _, bytes};
use crate::stage::{compare, everywhere, list, quoted, shaders};

fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

const CAPTURING: &str = "#version 300 es
in vec2 a_position;
uniform float u_scale;
out vec3 v_color;
out vec2 v_position;
flat out ivec2 v_number;
out mat2 v_turn;
void main() {
    v_position = a_position.yx * u_scale;
    v_color = vec3(a_position * 0.5 + 0.5, 0.25);
    v_number = ivec2(gl_VertexID, gl_InstanceID);
    v_turn = mat2(a_position, -a_position.yx);
    gl_Position = vec4(a_position, 0.0, 1.0);
}";
const COLORED: &str = "#version 300 es
precision highp float;
in vec3 v_color;
out vec4 o_color;
void main() { o_color = vec4(v_color, 1.0); }";
const CORNERS: [f32; 12] = [-0.9, -0.8, 0.7, -0.9, 0.1, 0.6, -0.2, 0.9, 0.8, 0.8, 0.95, -0.4];

fn capturing(mode: &str) -> String {
    format!(
        r#"["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 48]
["DATA", 1, 0, {{"f32": {}}}]
["CREATE", 2, "program"]
{}
["ATTRIBUTE", 2, "a_position", {{"buffer": 1}}]
["UNIFORM", 2, "u_scale", 0.5]
"#,
        list(CORNERS),
        shaders(
            2,
            CAPTURING,
            COLORED,
            &format!(
                r#"{{"attributes": ["vec2 a_position"], "uniforms": ["float u_scale"],
"feedback": ["vec2 v_position", "ivec2 v_number", "mat2 v_turn", "vec4 gl_Position"], "feedback_mode": "{mode}"}}"#
            ),
        ),
    )
}

/// Interleaved capture while the same draw is seen, of two instances, and what lies around the range stays.
#[test]
fn varyings_are_captured_interleaved() {
    let text = String::from(r#"["GLIR", {"profile": "es3", "width": 32, "height": 32}]"#)
        + "\n"
        + &capturing("interleaved")
        + r#"["CREATE", 3, {"buffer": "vertex"}]
["SIZE", 3, 592]
["DATA", 3, 0, {"f32": [7, 8]}]
["DATA", 3, 584, {"f32": [9, 10]}]
["FEEDBACK", 2, 0, 3, 8, 576]
["CREATE", 4, {"query": "primitives_written"}]
["QUERY", 4, "begin"]
["DRAW", 2, "triangles", {"count": 6}, 2]
["QUERY", 4, "end"]
["READ", 5, {"buffer": 3}]
["READ", 6, {"buffer": 3, "offset": 4, "size": 12}]
["SWAP"]"#;
    let all = compare(
        &text,
        by_hand!(|r| {
            let program = r.program(CAPTURING, COLORED);
            r.positions(program, "a_position", &CORNERS);
            r.gl.draw_arrays_instanced(glow::TRIANGLES, 0, 6, 2);
        }),
    );
    let mut expected = vec![7.0f32, 8.0];
    for instance in 0..2 {
        for (vertex, corner) in CORNERS.chunks(2).enumerate() {
            let [x, y] = [corner[0], corner[1]];
            expected.extend([y * 0.5, x * 0.5, f32::from_bits(vertex as u32), f32::from_bits(instance)]);
            expected.extend([x, y, -y, -x, x, y, 0.0, 1.0]);
        }
    }
    expected.extend([9.0, 10.0]);
    for shown in &all {
        assert_eq!(floats(shown.read(5)), expected, "{}", shown.api);
        assert_eq!(floats(shown.read(6)), &expected[1..4], "{}", shown.api);
        assert_eq!(shown.result(4), Some(4), "{}", shown.api);
    }
}

/// Separate capture without drawing; what was captured is drawn from; a draw without buffers captures nothing.
#[test]
fn varyings_are_captured_separately() {
    let second = "#version 300 es
in vec2 a_position;
in mat2 a_turn;
out vec3 v_color;
void main() { v_color = vec3(a_turn[0] * 0.5 + 0.5, a_turn[1].x); gl_Position = vec4(a_position, 0.0, 1.0); }";
    let text = String::from(r#"["GLIR", {"profile": "es3", "width": 32, "height": 32}]"#)
        + "\n"
        + &capturing("separate")
        + r#"["CREATE", 3, {"buffer": "vertex"}]
["SIZE", 3, 48]
["CREATE", 4, {"buffer": "vertex"}]
["SIZE", 4, 48]
["CREATE", 5, {"buffer": "vertex"}]
["SIZE", 5, 112]
["CREATE", 6, {"buffer": "vertex"}]
["SIZE", 6, 96]
["FEEDBACK", 2, 0, 3]
["FEEDBACK", 2, 1, 4]
["FEEDBACK", 2, 2, 5, 16]
["FEEDBACK", 2, 3, 6]
["STATE", {"rasterizer_discard": true}]
["DRAW", 2, "triangles", {"count": 6}]
["STATE", {"rasterizer_discard": false}]
"# + "[\"CREATE\", 7, \"program\"]\n"
        + &shaders(7, second, COLORED, r#"{"attributes": ["vec2 a_position", "mat2 a_turn"]}"#)
        + r#"["ATTRIBUTE", 7, "a_position", {"buffer": 3}]
["ATTRIBUTE", 7, "a_turn", {"buffer": 5, "offset": 16}]
["DRAW", 7, "triangles", {"count": 6}]
["FEEDBACK", 2, 0, 0]
["FEEDBACK", 2, 1, 0]
["FEEDBACK", 2, 2, 0]
["FEEDBACK", 2, 3, 0]
["UNIFORM", 2, "u_scale", 1]
["DRAW", 2, "line_loop", {"count": 6}]
["READ", 1, {"buffer": 3}]
["READ", 2, {"buffer": 4}]
["SWAP"]"#;
    let turned: Vec<f32> = CORNERS.chunks(2).flat_map(|c| [c[1] * 0.5, c[0] * 0.5]).collect();
    let turns: Vec<f32> = CORNERS.chunks(2).flat_map(|c| [c[0], c[1], -c[1], -c[0]]).collect();
    let all = compare(
        &text,
        by_hand!(|r| {
            let program = r.program(second, COLORED);
            r.positions(program, "a_position", &turned);
            r.buffer(glow::ARRAY_BUFFER, &bytes(&turns));
            let turn = r.attribute(program, "a_turn");
            for column in 0..2 {
                let offset = column as i32 * 8;
                r.gl.vertex_attrib_pointer_f32(turn + column, 2, glow::FLOAT, false, 16, offset);
                r.gl.enable_vertex_attrib_array(turn + column);
            }
            r.gl.draw_arrays(glow::TRIANGLES, 0, 6);
            r.gl.disable_vertex_attrib_array(turn);
            r.gl.disable_vertex_attrib_array(turn + 1);
            let program = r.program(CAPTURING, COLORED);
            r.positions(program, "a_position", &CORNERS);
            r.gl.draw_arrays(glow::LINE_LOOP, 0, 6);
        }),
    );
    for shown in &all {
        assert_eq!(floats(shown.read(1)), turned, "{}", shown.api);
        let numbers: Vec<i32> =
            shown.read(2).chunks_exact(4).map(|b| i32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        assert_eq!(numbers, (0..6).flat_map(|i| [i, 0]).collect::<Vec<i32>>(), "{}", shown.api);
    }
}

/// Counting samples, whether any passed, and time; queries used again in a later frame.
#[test]
fn queries_bring_their_results_back() {
    let square = |x: f32| list([x, -0.5, x + 0.5, -0.5, x, 0.0, x + 0.5, 0.0]);
    let vertex = "attribute vec2 a_position; void main() { gl_Position = vec4(a_position, 0.0, 1.0); }";
    let fragment = "void main() { gl_FragColor = vec4(1.0); }";
    let stream = |features: &str, kind: &str| {
        format!(
            r#"["GLIR", {{"profile": "es3", "width": 16, "height": 16, "requires": [{features}]}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 32]
["DATA", 1, 0, {{"f32": {}}}]
["CREATE", 2, "program"]
{}
["ATTRIBUTE", 2, "a_position", {{"buffer": 1}}]
["CREATE", 3, {{"query": "{kind}"}}]
["CREATE", 4, {{"query": "{kind}"}}]
["QUERY", 3, "begin"]
["DRAW", 2, "triangle_strip", {{"count": 4}}]
["DRAW", 2, "triangle_strip", {{"count": 4}}]
["QUERY", 3, "end"]
["STATE", {{"scissor": [0, 0, 1, 1]}}]
["QUERY", 4, "begin"]
["DRAW", 2, "triangle_strip", {{"count": 4}}]
["SWAP"]
["QUERY", 4, "end"]
["QUERY", 3, "begin"]
["STATE", {{"scissor": null}}]
["DRAW", 2, "triangle_strip", {{"count": 4}}]
["QUERY", 3, "end"]
["SWAP"]"#,
            square(-0.25),
            shaders(2, vertex, fragment, r#"{"attributes": ["vec2 a_position"]}"#),
        )
    };
    for shown in everywhere(&stream("", "any_samples_passed")) {
        assert_eq!((shown.result(3), shown.result(4)), (Some(1), Some(0)), "{}", shown.api);
    }
    for shown in everywhere(&stream("\"samples-query\"", "samples_passed")) {
        assert_eq!((shown.result(3), shown.result(4)), (Some(16), Some(0)), "{}", shown.api);
    }
    for shown in everywhere(&stream("\"timer-query\"", "time_elapsed")) {
        assert!(shown.result(3).is_some_and(|time| time > 0), "{}: {:?}", shown.api, shown.result(3));
        assert!(shown.result(4).is_some(), "{}", shown.api);
    }
}

/// A storage block written by one dispatch, read by another and by a draw.
#[test]
fn compute_writes_storage() {
    let first = "#version 310 es
layout(local_size_x = 4) in;
layout(std430, binding = 1) buffer Numbers { uint numbers[]; };
uniform uint u_step;
void main() { numbers[gl_GlobalInvocationID.x] = numbers[gl_GlobalInvocationID.x] * 2u + gl_GlobalInvocationID.x * u_step; }";
    let vertex = "#version 310 es
layout(std430, binding = 0) readonly buffer Numbers { uint numbers[]; };
flat out uint v_number;
void main() {
    v_number = numbers[gl_VertexID];
    gl_Position = vec4((float(gl_VertexID) + 0.5) / 4.0 - 1.0, 0.0, 0.0, 1.0);
    gl_PointSize = 1.0;
}";
    let vertex = if crate::stage::storage_in_vertex_shaders() { vertex } else { return };
    let fragment = "#version 310 es
precision highp float;
flat in uint v_number;
out vec4 o_color;
void main() { o_color = vec4(float(v_number) / 255.0, 0.0, 0.0, 1.0); }";
    let text = format!(
        r#"["GLIR", {{"profile": "es3", "width": 8, "height": 1, "requires": ["compute"]}}]
["CREATE", 1, {{"buffer": "storage"}}]
["SIZE", 1, 512]
["DATA", 1, 256, {{"u32": [1, 2, 3, 4, 5, 6, 7, 8]}}]
["CREATE", 2, "program"]
["SHADERS", 2, {{"compute": {}}}, {{"uniforms": ["uint u_step"], "blocks": [{{"name": "Numbers", "size": 4, "storage": true}}]}}]
["BLOCK", 2, "Numbers", 1, 256, 32]
["UNIFORM", 2, "u_step", 3]
["DISPATCH", 2, 2]
["UNIFORM", 2, "u_step", 1]
["DISPATCH", 2, 2]
["CREATE", 3, "program"]
{}
["BLOCK", 3, "Numbers", 1, 256]
["DRAW", 3, "points", {{"count": 8}}]
["READ", 1, {{"buffer": 1, "offset": 256, "size": 32}}]
["SWAP"]"#,
        quoted(first),
        shaders(3, vertex, fragment, r#"{"blocks": [{"name": "Numbers", "size": 4, "storage": true}]}"#),
    );
    for shown in everywhere(&text) {
        let numbers: Vec<u32> = (0..8u32).map(|i| ((i + 1) * 2 + 3 * i) * 2 + i).collect();
        let expected: Vec<u8> = bytes(&numbers);
        assert_eq!(shown.read(1), expected, "{}", shown.api);
        let red: Vec<u8> = (0..8).map(|x| shown.pixel(x, 0)[0]).collect();
        assert_eq!(red, numbers.iter().map(|&n| n as u8).collect::<Vec<u8>>(), "{}", shown.api);
    }
}

/// A geometry shader turns points into squares, and lines with adjacency into triangles.
#[test]
fn geometry_shaders_make_primitives() {
    let vertex = "#version 320 es
in vec2 a_position;
out float v_number;
void main() { v_number = float(gl_VertexID); gl_Position = vec4(a_position, 0.0, 1.0); }";
    let geometry = "#version 320 es
layout(points) in;
layout(triangle_strip, max_vertices = 4) out;
in float v_number[];
out vec3 v_color;
uniform float u_side;
void main() {
    for (int i = 0; i < 4; i++) {
        v_color = vec3(v_number[0] / 6.0, float(i & 1), 0.5);
        gl_Position = gl_in[0].gl_Position + vec4(vec2(i & 1, i >> 1) * u_side, 0.0, 0.0);
        EmitVertex();
    }
    EndPrimitive();
}";
    let fragment = COLORED.replace("300", "320");
    let text = format!(
        r#"["GLIR", {{"profile": "es3", "width": 32, "height": 32, "requires": ["geometry-shader"]}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 48]
["DATA", 1, 0, {{"f32": {}}}]
["CREATE", 2, "program"]
["SHADERS", 2, {{"vertex": {}, "fragment": {}, "geometry": {}}}, {{"attributes": ["vec2 a_position"], "uniforms": ["float u_side"]}}]
["ATTRIBUTE", 2, "a_position", {{"buffer": 1}}]
["UNIFORM", 2, "u_side", 0.25]
["DRAW", 2, "points", {{"count": 6}}]
["SWAP"]"#,
        list(CORNERS),
        quoted(vertex),
        quoted(&fragment),
        quoted(geometry),
    );
    let plain = "#version 300 es
in vec2 a_position;
out vec3 v_color;
void main() { v_color = vec3(floor(float(gl_VertexID) / 4.0) / 6.0, float(gl_VertexID & 1), 0.5); gl_Position = vec4(a_position, 0.0, 1.0); }";
    compare(
        &text,
        by_hand!(|r| {
            let program = r.program(plain, COLORED);
            let square =
                |c: &[f32]| [c[0], c[1], c[0] + 0.25, c[1], c[0], c[1] + 0.25, c[0] + 0.25, c[1] + 0.25];
            let corners: Vec<f32> = CORNERS.chunks(2).flat_map(square).collect();
            r.positions(program, "a_position", &corners);
            for i in 0..6 {
                r.gl.draw_arrays(glow::TRIANGLE_STRIP, i * 4, 4);
            }
        }),
    );
}
