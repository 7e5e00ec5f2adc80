//! Buffers and what draws make of them: attributes of every kind, indices, modes, points.

use crate::reference::{HasContext as _, bytes};
use crate::stage::{compare, everywhere, list, shaders};

/// Bytes without a pattern that a wrong offset or stride would not show.
fn noise(count: usize) -> Vec<u8> {
    (0..count as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 19) as u8).collect()
}

/// Every way for an attribute to be read: declared type, the view, and the same in GL's words. Eight vertices are drawn
/// as a pixel each, coloured by the value.
#[test]
fn attributes_are_read_as_declared() {
    // Declared type, components in GLSL, view, GL's type, size, normalized, stride, offset.
    type Row = (&'static str, &'static str, u32, i32, bool, i32, i32);
    const ROWS: [Row; 22] = [
        ("float", r#""type": "u8", "offset": 3, "stride": 5"#, glow::UNSIGNED_BYTE, 1, false, 5, 3),
        ("vec2", r#""type": "i8", "offset": 1, "stride": 7, "normalized": true"#, glow::BYTE, 2, true, 7, 1),
        (
            "vec3",
            r#""type": "i16", "offset": 2, "stride": 10, "normalized": true"#,
            glow::SHORT,
            3,
            true,
            10,
            2,
        ),
        ("vec4", r#""type": "u16", "offset": 6, "normalized": true"#, glow::UNSIGNED_SHORT, 4, true, 8, 6),
        ("vec4", r#""type": "u8", "normalized": true"#, glow::UNSIGNED_BYTE, 4, true, 4, 0),
        ("vec4", r#""type": "i16", "stride": 20"#, glow::SHORT, 4, false, 20, 0),
        ("vec3", r#""type": "i32", "offset": 4, "stride": 16"#, glow::INT, 3, false, 16, 4),
        ("vec2", r#""type": "u32", "normalized": true"#, glow::UNSIGNED_INT, 2, true, 8, 0),
        ("vec4", r#""type": "u8", "components": 2, "offset": 1"#, glow::UNSIGNED_BYTE, 2, false, 2, 1),
        ("vec4", r#""type": "u8", "components": 1, "stride": 3"#, glow::UNSIGNED_BYTE, 1, false, 3, 0),
        ("vec2", r#""type": "u8", "components": 4, "stride": 9"#, glow::UNSIGNED_BYTE, 4, false, 9, 0),
        ("float", r#""type": "f16", "offset": 2, "stride": 6"#, glow::HALF_FLOAT, 1, false, 6, 2),
        ("int", r#""type": "i8", "stride": 3"#, glow::BYTE, 1, false, 3, 0),
        ("ivec2", r#""type": "i16", "offset": 4"#, glow::SHORT, 2, false, 4, 4),
        ("ivec3", r#""type": "i32", "stride": 24, "offset": 8"#, glow::INT, 3, false, 24, 8),
        ("ivec4", r#""type": "i8", "stride": 11, "offset": 2"#, glow::BYTE, 4, false, 11, 2),
        ("ivec4", r#""type": "i16", "components": 2, "stride": 6"#, glow::SHORT, 2, false, 6, 0),
        ("uint", r#""type": "u8""#, glow::UNSIGNED_BYTE, 1, false, 1, 0),
        ("uvec2", r#""type": "u16", "stride": 14, "offset": 2"#, glow::UNSIGNED_SHORT, 2, false, 14, 2),
        ("uvec3", r#""type": "u32""#, glow::UNSIGNED_INT, 3, false, 12, 0),
        ("uvec4", r#""type": "u8", "offset": 7"#, glow::UNSIGNED_BYTE, 4, false, 4, 7),
        ("uvec4", r#""type": "u16", "components": 3, "stride": 8"#, glow::UNSIGNED_SHORT, 3, false, 8, 0),
    ];
    let noise = noise(256);
    for (ty, view, component, size, normalized, stride, offset) in ROWS {
        let integer = ty.starts_with('i') || ty.starts_with('u');
        let value = match ty.as_bytes().last() {
            Some(b'2') => "vec4(a_value, 0.0, 1.0)",
            Some(b'3') => "vec4(a_value, 1.0)",
            Some(b'4') => "vec4(a_value)",
            _ => "vec4(a_value, 0.0, 0.0, 1.0)",
        };
        let vertex = format!(
            "#version 300 es\nin {ty} a_value;\nout vec4 v_value;\nvoid main() {{\n\
             v_value = {value};\n\
             gl_Position = vec4((float(gl_VertexID) + 0.5) / 4.0 - 1.0, 0.0, 0.0, 1.0);\n\
             gl_PointSize = 1.0;\n}}"
        );
        let fragment = "#version 300 es\nprecision highp float;\nin vec4 v_value;\nout vec4 o_color;\n\
                        void main() { o_color = mix(fract(v_value * 0.3717 + 0.113), fract(v_value / 2.2e9), \
                        step(1.0e5, abs(v_value))); }";
        let text = format!(
            r#"["GLIR", {{"profile": "es3", "width": 8, "height": 1}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 256]
["DATA", 1, 0, {{"u8": {}}}]
["CREATE", 2, "program"]
{}
["ATTRIBUTE", 2, "a_value", {{"buffer": 1, {view}}}]
["DRAW", 2, "points", {{"count": 8}}]
["SWAP"]"#,
            list(&noise),
            shaders(2, &vertex, fragment, &format!(r#"{{"attributes": ["{ty} a_value"]}}"#)),
        );
        compare(
            &text,
            by_hand!(|r| {
                let program = r.program(&vertex, fragment);
                r.buffer(glow::ARRAY_BUFFER, &noise);
                let at = r.attribute(program, "a_value");
                if integer {
                    r.gl.vertex_attrib_pointer_i32(at, size, component, stride, offset);
                } else {
                    r.gl.vertex_attrib_pointer_f32(at, size, component, normalized, stride, offset);
                }
                r.gl.enable_vertex_attrib_array(at);
                r.gl.draw_arrays(glow::POINTS, 0, 8);
            }),
        );
    }
}

const MATRICES: &str = "#version 300 es
in mat3 a_turn;
in mat4 a_place;
in mat2x3 a_extra;
in vec2 a_corner;
out vec3 v_color;
void main() {
    vec3 turned = a_turn * vec3(a_corner, 1.0);
    v_color = a_extra * vec2(0.5, 1.0);
    gl_Position = a_place * vec4(turned.xy, 0.0, 1.0);
}";
const COLORED: &str = "#version 300 es
precision highp float;
in vec3 v_color;
out vec4 o_color;
void main() { o_color = vec4(v_color, 1.0); }";

/// Matrices from interleaved columns, one an instance, and constants; a vertex attribute beside them.
#[test]
fn matrices_take_a_location_a_column() {
    let corners = [-1.0f32, -1.0, 1.0, -1.0, 0.0, 1.0];
    let mut instances: Vec<f32> = Vec::new();
    for i in 0..3 {
        let (s, c) = (i as f32 * 0.7).sin_cos();
        instances.extend([c, s, 0.1, -s, c, 0.2, 0.05 * i as f32, 0.0, 1.0]);
        instances.extend([0.3, 0.0, 0.0, 0.0, 0.0, 0.4, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0]);
        instances.extend([i as f32 * 0.6 - 0.6, 0.1, 0.0, 1.0]);
        instances.extend([1.0, 0.0, i as f32 * 0.3, 0.0, 0.5, 0.2]);
    }
    let text = format!(
        r#"["GLIR", {{"profile": "es3", "width": 48, "height": 32}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 24]
["DATA", 1, 0, {{"f32": {}}}]
["CREATE", 2, {{"buffer": "vertex"}}]
["SIZE", 2, 372]
["DATA", 2, 0, {{"f32": {}}}]
["CREATE", 3, "program"]
{}
["ATTRIBUTE", 3, "a_corner", {{"buffer": 1}}]
["ATTRIBUTE", 3, "a_turn", {{"buffer": 2, "stride": 124, "divisor": 1}}]
["ATTRIBUTE", 3, "a_place", {{"buffer": 2, "offset": 36, "stride": 124, "divisor": 1}}]
["ATTRIBUTE", 3, "a_extra", {{"buffer": 2, "offset": 100, "stride": 124, "divisor": 1}}]
["DRAW", 3, "triangles", {{"count": 3}}, 3]
["ATTRIBUTE", 3, "a_extra", {{"constant": [0.5, 1, 0, 0, 0, 1]}}]
["ATTRIBUTE", 3, "a_place", {{"constant": [0.2, 0, 0, 0, 0, 0.2, 0, 0, 0, 0, 1, 0, 0, -0.7, 0, 1]}}]
["DRAW", 3, "triangles", {{"count": 3}}, 2]
["SWAP"]"#,
        list(corners),
        list(&instances),
        shaders(
            3,
            MATRICES,
            COLORED,
            r#"{"attributes": ["vec2 a_corner", "mat3 a_turn", "mat4 a_place", "mat2x3 a_extra"]}"#
        ),
    );
    compare(
        &text,
        by_hand!(|r| {
            let program = r.program(MATRICES, COLORED);
            r.positions(program, "a_corner", &corners);
            r.buffer(glow::ARRAY_BUFFER, &bytes(&instances));
            let mut first = [0; 3];
            for (k, (name, columns, rows, offset)) in
                [("a_turn", 3, 3, 0), ("a_place", 4, 4, 36), ("a_extra", 2, 3, 100)].into_iter().enumerate()
            {
                first[k] = r.attribute(program, name);
                for column in 0..columns {
                    let at = first[k] + column as u32;
                    r.gl.vertex_attrib_pointer_f32(
                        at,
                        rows,
                        glow::FLOAT,
                        false,
                        124,
                        offset + column * rows * 4,
                    );
                    r.gl.vertex_attrib_divisor(at, 1);
                    r.gl.enable_vertex_attrib_array(at);
                }
            }
            r.gl.draw_arrays_instanced(glow::TRIANGLES, 0, 3, 3);
            for at in (first[1]..first[1] + 4).chain(first[2]..first[2] + 2) {
                r.gl.disable_vertex_attrib_array(at);
            }
            r.gl.vertex_attrib_4_f32(first[1], 0.2, 0.0, 0.0, 0.0);
            r.gl.vertex_attrib_4_f32(first[1] + 1, 0.0, 0.2, 0.0, 0.0);
            r.gl.vertex_attrib_4_f32(first[1] + 2, 0.0, 0.0, 1.0, 0.0);
            r.gl.vertex_attrib_4_f32(first[1] + 3, 0.0, -0.7, 0.0, 1.0);
            r.gl.vertex_attrib_4_f32(first[2], 0.5, 1.0, 0.0, 1.0);
            r.gl.vertex_attrib_4_f32(first[2] + 1, 0.0, 0.0, 1.0, 1.0);
            r.gl.draw_arrays_instanced(glow::TRIANGLES, 0, 3, 2);
        }),
    );
}

/// Constants of integer types, and a type changed from one program to the next at the same location.
#[test]
fn constants_keep_their_class() {
    let program = |id: u32, ty: &str, expression: &str| {
        let vertex = format!(
            "#version 300 es\nin {ty} a_value;\nflat out {ty} v_value;\nuniform float u_x;\nvoid main() {{\n\
             v_value = a_value;\ngl_Position = vec4(u_x, 0.0, 0.0, 1.0);\ngl_PointSize = 4.0;\n}}"
        );
        let fragment = format!(
            "#version 300 es\nprecision highp float;\nprecision highp int;\nflat in {ty} v_value;\nout vec4 o_color;\n\
             void main() {{ o_color = {expression}; }}"
        );
        format!("[\"CREATE\", {id}, \"program\"]\n")
            + &shaders(
                id,
                &vertex,
                &fragment,
                &format!(r#"{{"attributes": ["{ty} a_value"], "uniforms": ["float u_x"]}}"#),
            )
    };
    let text = [
        "[\"GLIR\", {\"profile\": \"es3\", \"width\": 16, \"height\": 4}]\n",
        &program(1, "ivec4", "vec4(equal(v_value, ivec4(-7, 2147483647, -2147483647 - 1, 3)))"),
        &program(2, "uvec2", "vec4(vec2(equal(v_value, uvec2(4294967295u, 5u))), 1.0, 1.0)"),
        &program(3, "vec2", "vec4(v_value, 0.5, 1.0)"),
        &program(4, "int", "vec4(float(v_value + 2147483647) / 4.0, 0.0, 0.0, 1.0)"),
        r#"
["ATTRIBUTE", 1, "a_value", {"constant": [-7, 2147483647, -2147483648, 3]}]
["ATTRIBUTE", 2, "a_value", {"constant": [4294967295, 5]}]
["ATTRIBUTE", 3, "a_value", {"constant": [0.25, 1]}]
["ATTRIBUTE", 4, "a_value", {"constant": -2147483646}]
["UNIFORM", 1, "u_x", -0.75]
["DRAW", 1, "points", {"count": 1}]
["UNIFORM", 2, "u_x", -0.25]
["DRAW", 2, "points", {"count": 1}]
["UNIFORM", 3, "u_x", 0.25]
["DRAW", 3, "points", {"count": 1}]
["UNIFORM", 4, "u_x", 0.75]
["DRAW", 4, "points", {"count": 1}]
["SWAP"]"#,
    ]
    .concat();
    for shown in everywhere(&text) {
        assert_eq!(shown.pixel(1, 1), [255; 4], "{}", shown.api);
        assert_eq!(shown.pixel(5, 1), [255; 4], "{}", shown.api);
        assert_eq!(shown.pixel(9, 1), [64, 255, 128, 255], "{}", shown.api);
        assert_eq!(shown.pixel(13, 1), [64, 0, 0, 255], "{}", shown.api);
    }
}

const PLAIN: &str = "#version 300 es
uniform vec2 u_shift;
in vec2 a_position;
in vec3 a_color;
out vec3 v_color;
void main() {
    v_color = a_color;
    gl_Position = vec4(a_position + u_shift, 0.0, 1.0);
    gl_PointSize = 5.0;
}";
const PLAIN_INTERFACE: &str =
    r#"{"attributes": ["vec2 a_position", "vec3 a_color"], "uniforms": ["vec2 u_shift"]}"#;

/// Eight points on a ring, with colours: five floats each.
fn ring() -> Vec<f32> {
    let point = |i: usize| {
        let (s, c) = (i as f32 * std::f32::consts::FRAC_PI_4).sin_cos();
        [c * 0.8, s * 0.75, i as f32 / 7.0, 1.0 - i as f32 / 7.0, (i % 3) as f32 / 2.0]
    };
    (0..8).flat_map(point).collect()
}

/// Every mode, in order and through indices of each type, with a first index and a base vertex.
#[test]
fn modes_and_indices() {
    let modes = [
        ("points", glow::POINTS),
        ("lines", glow::LINES),
        ("line_loop", glow::LINE_LOOP),
        ("line_strip", glow::LINE_STRIP),
        ("triangles", glow::TRIANGLES),
        ("triangle_strip", glow::TRIANGLE_STRIP),
        ("triangle_fan", glow::TRIANGLE_FAN),
    ];
    let order = [7u32, 2, 5, 0, 3, 6, 1, 4];
    let vertices = ring();
    let mut text = format!(
        r#"["GLIR", {{"profile": "es3", "width": 128, "height": 224, "requires": ["base-vertex"]}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 160]
["DATA", 1, 0, {{"f32": {}}}]
["CREATE", 2, {{"buffer": "index"}}]
["SIZE", 2, 57]
["DATA", 2, 0, {{"u8": {order}}}]
["DATA", 2, 8, {{"u16": {order}}}]
["DATA", 2, 24, {{"u32": {order}}}]
["CREATE", 3, "program"]
{}
["ATTRIBUTE", 3, "a_position", {{"buffer": 1, "stride": 20}}]
["ATTRIBUTE", 3, "a_color", {{"buffer": 1, "stride": 20, "offset": 8}}]
"#,
        list(&vertices),
        shaders(3, PLAIN, COLORED, PLAIN_INTERFACE),
        order = list(order),
    );
    for (row, (mode, _)) in modes.iter().enumerate() {
        let selections = [
            r#"{"count": 7, "first": 1}"#,
            r#"{"elements": 2, "count": 8, "type": "u8"}"#,
            r#"{"elements": 2, "count": 6, "first": 5}"#,
            r#"{"elements": 2, "count": 5, "first": 7, "type": "u32", "base_vertex": 1}"#,
        ];
        for (column, selection) in selections.iter().enumerate() {
            text += &format!("[\"STATE\", {{\"viewport\": [{}, {}, 32, 32]}}]\n", column * 32, row * 32);
            text += &format!("[\"DRAW\", 3, \"{mode}\", {selection}]\n");
        }
    }
    text += "[\"SWAP\"]";
    compare(
        &text,
        by_hand!(|r| {
            let program = r.program(PLAIN, COLORED);
            r.buffer(glow::ARRAY_BUFFER, &bytes(&vertices));
            r.float_attribute(program, "a_position", 2, 20, 0);
            r.float_attribute(program, "a_color", 3, 20, 8);
            let narrow: Vec<u8> = order.iter().map(|&index| index as u8).collect();
            let middle: Vec<u16> = order.iter().map(|&index| index as u16).collect();
            r.buffer(glow::ELEMENT_ARRAY_BUFFER, &[narrow, bytes(&middle), bytes(&order), vec![0]].concat());
            for (row, (_, mode)) in modes.iter().enumerate() {
                let y = row as i32 * 32;
                r.gl.viewport(0, y, 32, 32);
                r.gl.draw_arrays(*mode, 1, 7);
                r.gl.viewport(32, y, 32, 32);
                r.gl.draw_elements(*mode, 8, glow::UNSIGNED_BYTE, 0);
                r.gl.viewport(64, y, 32, 32);
                r.gl.draw_elements(*mode, 6, glow::UNSIGNED_SHORT, 10);
                r.gl.viewport(96, y, 32, 32);
                r.gl.draw_elements_base_vertex(*mode, 5, glow::UNSIGNED_INT, 28, 1);
            }
        }),
    );
}

/// Instances with divisors, restarted strips of each index type, an attribute moved between draws, storage given anew.
#[test]
fn instances_restarts_and_new_storage() {
    let vertices = ring();
    let strip = [0u32, 1, 2, u32::MAX, 3, 4, 5, 6, u32::MAX, 7, 0];
    let shifts = [-0.4f32, 0.3, 0.0, 0.1, 0.5, -0.2];
    let vertex = "#version 300 es
in vec2 a_position;
in vec3 a_color;
in vec2 a_shift;
in uint a_index;
out vec3 v_color;
void main() {
    v_color = a_color * (1.0 - float(a_index) / 300.0) + float(gl_InstanceID) / 20.0;
    gl_Position = vec4(a_position * 0.4 + a_shift, 0.0, 1.0);
}";
    let mut text = format!(
        r#"["GLIR", {{"profile": "es3", "width": 64, "height": 64}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 160]
["DATA", 1, 0, {{"f32": {}}}]
["CREATE", 2, {{"buffer": "vertex"}}]
["SIZE", 2, 30]
["DATA", 2, 0, {{"f32": {}}}]
["DATA", 2, 24, {{"u8": [0, 50, 100, 150, 200, 250]}}]
["CREATE", 3, "program"]
{}
["ATTRIBUTE", 3, "a_position", {{"buffer": 1, "stride": 20}}]
["ATTRIBUTE", 3, "a_color", {{"buffer": 1, "stride": 20, "offset": 8}}]
["ATTRIBUTE", 3, "a_shift", {{"buffer": 2, "divisor": 2}}]
["ATTRIBUTE", 3, "a_index", {{"buffer": 2, "type": "u8", "offset": 24, "divisor": 1}}]
["DRAW", 3, "lines", {{"count": 8}}, 6]
["ATTRIBUTE", 3, "a_index", {{"buffer": 2, "type": "u8", "offset": 25, "divisor": 3}}]
"#,
        list(&vertices),
        list(shifts),
        shaders(
            3,
            vertex,
            COLORED,
            r#"{"attributes": ["uint a_index", "vec2 a_shift", "vec3 a_color", "vec2 a_position"]}"#
        ),
    );
    for (id, ty, top) in [(4, "u8", 255u32), (5, "u16", 65535), (6, "u32", u32::MAX)] {
        let indices = list(strip.iter().map(|&index| index.min(top)));
        text += &format!(
            r#"["CREATE", {id}, {{"buffer": "index"}}]
["SIZE", {id}, 44]
["DATA", {id}, 0, {{"{ty}": {indices}}}]
["DRAW", 3, "line_loop", {{"elements": {id}, "count": 11, "type": "{ty}"}}, {id}]
["DRAW", 3, "triangle_strip", {{"elements": {id}, "count": 7, "first": 4, "type": "{ty}"}}, 2]
"#
        );
    }
    // New storage is zeros, and what pointed to the old points to the new: all shifts are 0 but the last one.
    text += r#"["SIZE", 2, 64]
["DATA", 2, 16, {"f32": [0.6, 0.6]}]
["DRAW", 3, "triangles", {"count": 6, "first": 2}, 6]
["SWAP"]"#;
    compare(
        &text,
        by_hand!(|r| {
            let program = r.program(vertex, COLORED);
            r.buffer(glow::ARRAY_BUFFER, &bytes(&vertices));
            r.float_attribute(program, "a_position", 2, 20, 0);
            r.float_attribute(program, "a_color", 3, 20, 8);
            let second =
                r.buffer(glow::ARRAY_BUFFER, &[bytes(&shifts), vec![0, 50, 100, 150, 200, 250]].concat());
            r.float_attribute(program, "a_shift", 2, 8, 0);
            r.gl.vertex_attrib_divisor(r.attribute(program, "a_shift"), 2);
            let index = r.attribute(program, "a_index");
            r.gl.vertex_attrib_pointer_i32(index, 1, glow::UNSIGNED_BYTE, 1, 24);
            r.gl.vertex_attrib_divisor(index, 1);
            r.gl.enable_vertex_attrib_array(index);
            r.gl.draw_arrays_instanced(glow::LINES, 0, 8, 6);
            r.gl.vertex_attrib_pointer_i32(index, 1, glow::UNSIGNED_BYTE, 1, 25);
            r.gl.vertex_attrib_divisor(index, 3);
            r.gl.enable(glow::PRIMITIVE_RESTART_FIXED_INDEX);
            let narrow: Vec<u8> = strip.iter().map(|&index| index.min(255) as u8).collect();
            let middle: Vec<u16> = strip.iter().map(|&index| index.min(65535) as u16).collect();
            for (data, ty, size, instances) in [
                (narrow, glow::UNSIGNED_BYTE, 1, 4),
                (bytes(&middle), glow::UNSIGNED_SHORT, 2, 5),
                (bytes(&strip), glow::UNSIGNED_INT, 4, 6),
            ] {
                r.buffer(glow::ELEMENT_ARRAY_BUFFER, &data);
                r.gl.draw_elements_instanced(glow::LINE_LOOP, 11, ty, 0, instances);
                r.gl.draw_elements_instanced(glow::TRIANGLE_STRIP, 7, ty, 4 * size, 2);
            }
            r.gl.bind_buffer(glow::ARRAY_BUFFER, Some(second));
            r.gl.buffer_data_u8_slice(glow::ARRAY_BUFFER, &[0; 64], glow::STATIC_DRAW);
            r.gl.buffer_sub_data_u8_slice(glow::ARRAY_BUFFER, 16, &bytes(&[0.6f32, 0.6]));
            r.gl.draw_arrays_instanced(glow::TRIANGLES, 2, 6, 6);
        }),
    );
}

/// Points of several sizes, with gl_PointCoord, cut by the canvas's edge.
#[test]
fn points_have_sizes_and_coordinates() {
    let vertex = "attribute vec3 a_point; void main() { gl_Position = vec4(a_point.xy, 0.0, 1.0); gl_PointSize = a_point.z; }";
    let fragment = "precision mediump float; void main() { gl_FragColor = vec4(gl_PointCoord, 0.5, 1.0); }";
    let points = [-0.5f32, -0.5, 9.0, 0.4, 0.3, 16.0, 0.97, 0.6, 10.0, -0.7, 0.8, 1.0, 0.1, -0.9, 2.5];
    let text = format!(
        r#"["GLIR", {{"width": 48, "height": 40}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 60]
["DATA", 1, 0, {{"f32": {}}}]
["CREATE", 2, "program"]
{}
["ATTRIBUTE", 2, "a_point", {{"buffer": 1}}]
["DRAW", 2, "points", {{"count": 5}}]
["SWAP"]"#,
        list(points),
        shaders(2, vertex, fragment, r#"{"attributes": ["vec3 a_point"]}"#),
    );
    compare(
        &text,
        by_hand!(|r| {
            let program = r.program(vertex, fragment);
            r.buffer(glow::ARRAY_BUFFER, &bytes(&points));
            r.float_attribute(program, "a_point", 3, 12, 0);
            r.gl.draw_arrays(glow::POINTS, 0, 5);
        }),
    );
}
