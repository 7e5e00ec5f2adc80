//! Streams of profile es2 with the features that it may name, on desktop GL, GLES 3, and GLES 2 with its extensions.

use crate::reference::{HasContext as _, bytes};
use crate::stage::{compare, everywhere, list, shaders};

const CORNERS: [f32; 8] = [-1.0, -1.0, 1.0, -1.0, -1.0, 1.0, 1.0, 1.0];
const WHOLE: &str = "attribute vec2 a_position;
varying vec2 v_place;
void main() { v_place = a_position; gl_Position = vec4(a_position, 0.0, 1.0); }";
const INTERFACE: &str = r#"{"attributes": ["vec2 a_position"]}"#;

fn header(features: &str) -> String {
    format!(
        r#"["GLIR", {{"profile": "es2", "width": 32, "height": 24, "requires": [{features}]}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 32]
["DATA", 1, 0, {{"f32": {}}}]
"#,
        list(CORNERS)
    )
}

/// Program `id` over the whole target.
fn program(id: u32, fragment: &str, interface: &str) -> String {
    format!(
        "[\"CREATE\", {id}, \"program\"]\n{}[\"ATTRIBUTE\", {id}, \"a_position\", {{\"buffer\": 1}}]\n",
        shaders(id, WHOLE, fragment, interface)
    )
}

/// Fragments by an extension each, drawn over the whole canvas.
#[test]
fn extensions_of_the_language() {
    let derivatives = "#extension GL_OES_standard_derivatives : enable
precision highp float;
varying vec2 v_place;
void main() {
    vec2 square = v_place * v_place;
    gl_FragColor = vec4(abs(dFdx(square.x)) * 8.0, abs(dFdy(square.y)) * 6.0, fwidth(square.x + square.y) * 4.0, 1.0);
}";
    let text = header("\"derivatives\"")
        + &program(2, derivatives, INTERFACE)
        + "[\"DRAW\", 2, \"triangle_strip\", {\"count\": 4}]\n[\"SWAP\"]";
    compare(
        &text,
        by_hand!(|r| {
            let program = r.program(WHOLE, derivatives);
            r.positions(program, "a_position", &CORNERS);
            r.gl.draw_arrays(glow::TRIANGLE_STRIP, 0, 4);
        }),
    );

    // Depths written by the fragment, then a plane across them.
    let depth = "#extension GL_EXT_frag_depth : require
precision highp float;
varying vec2 v_place;
void main() { gl_FragColor = vec4(0.0, 0.5, 1.0, 1.0); gl_FragDepthEXT = fract(v_place.x * 2.0 + v_place.y); }";
    let plane = "precision highp float; void main() { gl_FragColor = vec4(1.0, 0.5, 0.0, 1.0); }";
    let text = header("\"frag-depth\"")
        + &program(2, depth, INTERFACE)
        + &program(3, plane, INTERFACE)
        + r#"["STATE", {"depth_test": true}]
["DRAW", 2, "triangle_strip", {"count": 4}]
["DRAW", 3, "triangle_strip", {"count": 4}]
["SWAP"]"#;
    compare(
        &text,
        by_hand!(|r| {
            r.gl.enable(glow::DEPTH_TEST);
            for fragment in [depth, plane] {
                let program = r.program(WHOLE, fragment);
                r.positions(program, "a_position", &CORNERS);
                r.gl.draw_arrays(glow::TRIANGLE_STRIP, 0, 4);
            }
        }),
    );
}

/// Several outputs by gl_FragData, one of them switched off; each is sampled afterwards.
#[test]
fn several_outputs() {
    let write = "#extension GL_EXT_draw_buffers : require
precision highp float;
varying vec2 v_place;
void main() {
    gl_FragData[0] = vec4(v_place * 0.5 + 0.5, 0.0, 1.0);
    gl_FragData[1] = vec4(1.0);
    gl_FragData[2] = vec4(0.0, fract(v_place * 3.0), 1.0);
}";
    let read = "precision highp float;
varying vec2 v_place;
uniform sampler2D u_images[3];
void main() {
    vec2 place = v_place * 0.5 + 0.5;
    vec2 inside = vec2(fract(place.x * 3.0), place.y);
    gl_FragColor = place.x < 0.33 ? texture2D(u_images[0], inside) : place.x < 0.66 ? texture2D(u_images[1], inside)
        : texture2D(u_images[2], inside);
}";
    let samplers = r#"{"attributes": ["vec2 a_position"],
 "samplers": ["sampler2D u_images[2]", "sampler2D u_images[0]", "sampler2D u_images[1]"]}"#;
    let mut text = header("\"draw-buffers\"") + &program(2, write, INTERFACE) + &program(3, read, samplers);
    text += "[\"CREATE\", 9, \"framebuffer\"]\n";
    for i in 0..3 {
        let id = 4 + i;
        text += &format!(
            r#"["CREATE", {id}, {{"texture": "2d", "format": "rgba8"}}]
["SIZE", {id}, 16, 16]
["ATTACH", 9, "color{i}", {id}]
["TEXTURE", 3, "u_images[{i}]", {id}]
"#
        );
    }
    text += r#"["DRAW_BUFFERS", 9, ["color0", null, "color2"]]
["FRAMEBUFFER", 9]
["STATE", {"clear_color": [0.5, 0.5, 0.5, 1]}]
["CLEAR", ["color"]]
["STATE", {"scissor": [2, 2, 12, 12]}]
["DRAW", 2, "triangle_strip", {"count": 4}]
["FRAMEBUFFER", 0]
["STATE", {"scissor": null}]
["DRAW", 3, "triangle_strip", {"count": 4}]
["SWAP"]"#;
    compare(
        &text,
        by_hand!(|r| {
            let target = r.gl.create_framebuffer().unwrap();
            r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(target));
            for i in 0..3 {
                r.gl.active_texture(glow::TEXTURE0 + i);
                let texture = r.texture(glow::RGBA, [16, 16], glow::RGBA, glow::UNSIGNED_BYTE, &[0; 1024]);
                r.sampling(glow::TEXTURE_2D, glow::LINEAR, glow::LINEAR, glow::CLAMP_TO_EDGE);
                let (to, point) = (glow::FRAMEBUFFER, glow::COLOR_ATTACHMENT0 + i);
                r.gl.framebuffer_texture_2d(to, point, glow::TEXTURE_2D, Some(texture), 0);
            }
            r.gl.draw_buffers(&[glow::COLOR_ATTACHMENT0, glow::NONE, glow::COLOR_ATTACHMENT0 + 2]);
            r.gl.viewport(0, 0, 16, 16);
            r.gl.clear_color(0.5, 0.5, 0.5, 1.0);
            r.gl.clear(glow::COLOR_BUFFER_BIT);
            r.gl.enable(glow::SCISSOR_TEST);
            r.gl.scissor(2, 2, 12, 12);
            let program = r.program(WHOLE, write);
            r.positions(program, "a_position", &CORNERS);
            r.gl.draw_arrays(glow::TRIANGLE_STRIP, 0, 4);
            r.gl.disable(glow::SCISSOR_TEST);
            r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(r.canvas));
            r.gl.viewport(0, 0, 32, 24);
            let program = r.program(WHOLE, read);
            r.positions(program, "a_position", &CORNERS);
            for i in 0..3 {
                r.gl.uniform_1_i32(r.uniform(program, &format!("u_images[{i}]")).as_ref(), i);
            }
            r.gl.draw_arrays(glow::TRIANGLE_STRIP, 0, 4);
        }),
    );
}

/// Instances, wide indices, and the blend equations min and max.
#[test]
fn instances_wide_indices_and_extremes() {
    let vertex = "attribute vec2 a_position; attribute vec3 a_shift; varying vec2 v_place;
void main() { v_place = a_shift.yz; gl_Position = vec4(a_position * 0.3 + a_shift.xy, 0.0, 1.0); }";
    let fragment = "precision highp float; varying vec2 v_place; void main() { gl_FragColor = vec4(v_place, 0.5, 0.5); }";
    let shifts = [-0.6f32, 0.2, 0.3, 0.0, -0.2, 0.9, 0.2, 0.6, 0.1, 0.4, 0.1, 1.0];
    let text = header("\"instancing\", \"uint-indices\", \"blend-minmax\"")
        + &format!(
            r#"["CREATE", 2, {{"buffer": "vertex"}}]
["SIZE", 2, 48]
["DATA", 2, 0, {{"f32": {}}}]
["CREATE", 3, {{"buffer": "index"}}]
["SIZE", 3, 24]
["DATA", 3, 0, {{"u32": [0, 1, 2, 3, 2, 1]}}]
["CREATE", 4, "program"]
{}["ATTRIBUTE", 4, "a_position", {{"buffer": 1}}]
["ATTRIBUTE", 4, "a_shift", {{"buffer": 2, "divisor": 1}}]
["STATE", {{"blend": true, "blend_equation": ["max", "min"], "clear_color": [0.2, 0.4, 0.6, 0.8]}}]
["CLEAR", ["color"]]
["DRAW", 4, "triangles", {{"elements": 3, "count": 6, "type": "u32"}}, 4]
["ATTRIBUTE", 4, "a_shift", {{"constant": [0, -0.6, 0.9]}}]
["STATE", {{"blend_equation": ["func_reverse_subtract", "func_add"]}}]
["DRAW", 4, "triangles", {{"elements": 3, "count": 3, "first": 3, "type": "u32"}}]
["SWAP"]"#,
            list(shifts),
            shaders(4, vertex, fragment, r#"{"attributes": ["vec2 a_position", "vec3 a_shift"]}"#)
        );
    compare(
        &text,
        by_hand!(|r| {
            let program = r.program(vertex, fragment);
            r.positions(program, "a_position", &CORNERS);
            r.buffer(glow::ARRAY_BUFFER, &bytes(&shifts));
            r.float_attribute(program, "a_shift", 3, 12, 0);
            let shift = r.attribute(program, "a_shift");
            r.gl.vertex_attrib_divisor(shift, 1);
            r.buffer(glow::ELEMENT_ARRAY_BUFFER, &bytes(&[0u32, 1, 2, 3, 2, 1]));
            r.gl.enable(glow::BLEND);
            r.gl.blend_equation_separate(glow::MAX, glow::MIN);
            r.gl.clear_color(0.2, 0.4, 0.6, 0.8);
            r.gl.clear(glow::COLOR_BUFFER_BIT);
            r.gl.draw_elements_instanced(glow::TRIANGLES, 6, glow::UNSIGNED_INT, 0, 4);
            r.gl.disable_vertex_attrib_array(shift);
            r.gl.vertex_attrib_3_f32(shift, 0.0, -0.6, 0.9);
            r.gl.blend_equation_separate(glow::FUNC_REVERSE_SUBTRACT, glow::FUNC_ADD);
            r.gl.draw_elements(glow::TRIANGLES, 3, glow::UNSIGNED_INT, 12);
        }),
    );
}

/// Every format of ES 2.0, and those of the features for float and depth textures, seen through texture2D.
#[test]
fn textures_of_each_feature() {
    let fragment = "precision highp float;
varying vec2 v_place;
uniform sampler2D u_image;
uniform vec4 u_scale;
void main() { gl_FragColor = fract(texture2D(u_image, v_place * 0.5 + 0.5) * u_scale); }";
    let interface = r#"{"attributes": ["vec2 a_position"], "samplers": ["sampler2D u_image"], "uniforms": ["vec4 u_scale"]}"#;
    let noise: Vec<u8> = (0..512u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 20) as u8).collect();
    let floats: Vec<u8> = noise.iter().flat_map(|&v| (f32::from(v) / 64.0 - 2.0).to_le_bytes()).collect();
    let halves: Vec<u8> = noise.iter().flat_map(|&v| (0x3400 + u16::from(v) * 8).to_le_bytes()).collect();
    let (byte, rgb, rgba) = (glow::UNSIGNED_BYTE, glow::RGB, glow::RGBA);
    for (feature, format, element, data, size, gl_format, gl_type) in [
        ("", "alpha8", "u8", &noise, 1, glow::ALPHA, byte),
        ("", "luminance8", "u8", &noise, 1, glow::LUMINANCE, byte),
        ("", "luminance_alpha8", "u8", &noise, 2, glow::LUMINANCE_ALPHA, byte),
        ("", "rgb8", "u8", &noise, 3, rgb, byte),
        ("", "rgba8", "u8", &noise, 4, rgba, byte),
        ("", "rgb565", "raw", &noise, 2, rgb, glow::UNSIGNED_SHORT_5_6_5),
        ("", "rgba4", "raw", &noise, 2, rgba, glow::UNSIGNED_SHORT_4_4_4_4),
        ("", "rgb5_a1", "raw", &noise, 2, rgba, glow::UNSIGNED_SHORT_5_5_5_1),
        ("\"float-textures\"", "rgb32f", "raw", &floats, 12, rgb, glow::FLOAT),
        ("\"float-textures\"", "rgba32f", "raw", &floats, 16, rgba, glow::FLOAT),
        ("\"half-float-textures\"", "rgb16f", "raw", &halves, 6, rgb, glow::HALF_FLOAT_OES),
        ("\"half-float-textures\"", "rgba16f", "raw", &halves, 8, rgba, glow::HALF_FLOAT_OES),
    ] {
        let data = &data[..20 * size];
        let payload = if element == "u8" {
            format!("{{\"u8\": {}}}", list(data))
        } else {
            crate::formats::payload(data, element)
        };
        let float = format.ends_with("32f");
        let filter = if float { "nearest" } else { "linear" };
        let text = header(feature)
            + &program(2, fragment, interface)
            + &format!(
                r#"["CREATE", 3, {{"texture": "2d", "format": "{format}"}}]
["SIZE", 3, 5, 4]
["DATA", 3, {{}}, {payload}]
["INTERPOLATION", 3, "{filter}", "{filter}"]
["TEXTURE", 2, "u_image", 3]
["UNIFORM", 2, "u_scale", [1, 0.9, 0.8, 0.7]]
["DRAW", 2, "triangle_strip", {{"count": 4}}]
["SWAP"]"#
            );
        compare(
            &text,
            by_hand!(|r| {
                r.texture(gl_format, [5, 4], gl_format, gl_type, data);
                let filter = if float { glow::NEAREST } else { glow::LINEAR };
                r.sampling(glow::TEXTURE_2D, filter, filter, glow::CLAMP_TO_EDGE);
                let program = r.program(WHOLE, fragment);
                r.positions(program, "a_position", &CORNERS);
                r.gl.uniform_4_f32(r.uniform(program, "u_scale").as_ref(), 1.0, 0.9, 0.8, 0.7);
                r.gl.draw_arrays(glow::TRIANGLE_STRIP, 0, 4);
            }),
        );
    }
}

/// Depth textures are drawn to and sampled; fresh ones hold 0.
#[test]
fn depth_textures() {
    let slope = "attribute vec2 a_position; void main() { gl_Position = vec4(a_position * 0.7, a_position.x * 0.6, 1.0); }";
    let nothing = "precision mediump float; void main() { gl_FragColor = vec4(1.0); }";
    let show = "precision highp float;
varying vec2 v_place;
uniform sampler2D u_depth;
void main() { gl_FragColor = vec4(texture2D(u_depth, v_place * 0.5 + 0.5).r, 0.25, 0.0, 1.0); }";
    for (format, point) in [
        ("depth_component16", "depth"),
        ("depth_component24", "depth"),
        ("depth24_stencil8", "depth_stencil"),
    ] {
        let text = header("\"depth-textures\"")
            + &format!("[\"CREATE\", 2, \"program\"]\n{}", shaders(2, slope, nothing, INTERFACE))
            + &program(3, show, r#"{"attributes": ["vec2 a_position"], "samplers": ["sampler2D u_depth"]}"#)
            + &format!(
                r#"["ATTRIBUTE", 2, "a_position", {{"buffer": 1}}]
["CREATE", 4, {{"texture": "2d", "format": "{format}"}}]
["SIZE", 4, 16, 16]
["CREATE", 5, {{"texture": "2d", "format": "rgba8"}}]
["SIZE", 5, 16, 16]
["CREATE", 6, "framebuffer"]
["ATTACH", 6, "{point}", 4]
["ATTACH", 6, "color0", 5]
["FRAMEBUFFER", 6]
["STATE", {{"depth_test": true, "depth_func": "gequal"}}]
["DRAW", 2, "triangle_strip", {{"count": 4}}]
["FRAMEBUFFER", 0]
["STATE", {{"depth_test": false}}]
["TEXTURE", 3, "u_depth", 4]
["DRAW", 3, "triangle_strip", {{"count": 4}}]
["SWAP"]"#
            );
        for shown in everywhere(&text) {
            assert_eq!(shown.pixel(0, 0), [0, 64, 0, 255], "{}: {format} begins with 0", shown.api);
            assert_ne!(shown.pixel(8, 12), shown.pixel(24, 12), "{}: {format}", shown.api);
        }
    }
}

/// Whether any sample passed, where GLES 2 has the extension.
#[test]
fn occlusion_queries() {
    let white = "precision mediump float; void main() { gl_FragColor = vec4(1.0); }";
    let text = header("\"occlusion-query\"")
        + &program(2, white, INTERFACE)
        + r#"["CREATE", 3, {"query": "any_samples_passed"}]
["CREATE", 4, {"query": "any_samples_passed"}]
["QUERY", 3, "begin"]
["DRAW", 2, "triangle_strip", {"count": 4}]
["QUERY", 3, "end"]
["STATE", {"cull_face": "front_and_back"}]
["QUERY", 4, "begin"]
["DRAW", 2, "triangle_strip", {"count": 4}]
["QUERY", 4, "end"]
["SWAP"]"#;
    for shown in everywhere(&text) {
        assert_eq!((shown.result(3), shown.result(4)), (Some(1), Some(0)), "{}", shown.api);
    }
}
