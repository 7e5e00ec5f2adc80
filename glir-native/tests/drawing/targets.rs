//! Targets: framebuffers of every make, several outputs, layers and levels, what is resized or deleted, canvases.

use crate::reference::{HasContext as _, Reference};
use crate::stage::{compare, everywhere, shaders};

const WHOLE: &str = "#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }";
const FLAT: &str = "#version 300 es
precision highp float;
uniform vec4 u_color;
out vec4 o_color;
void main() { o_color = u_color * vec4(fract(gl_FragCoord.xy * 0.21), 1.0, 1.0); }";

/// Program `id` fills the viewport with u_color and a pattern.
fn flat(id: u32) -> String {
    format!("[\"CREATE\", {id}, \"program\"]\n")
        + &shaders(id, WHOLE, FLAT, r#"{"uniforms": ["vec4 u_color"]}"#)
}

fn header(more: &str) -> String {
    format!("[\"GLIR\", {{\"profile\": \"es3\", \"width\": 32, \"height\": 24{more}}}]\n")
}

/// Sets up a framebuffer by hand from attachments of textures.
fn framebuffer(r: &Reference, attachments: &[(u32, glow::Texture)]) -> glow::Framebuffer {
    // SAFETY: the reference's context is current, and the textures are its own.
    unsafe {
        let framebuffer = r.gl.create_framebuffer().unwrap();
        r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(framebuffer));
        for &(point, texture) in attachments {
            r.gl.framebuffer_texture_2d(glow::FRAMEBUFFER, point, glow::TEXTURE_2D, Some(texture), 0);
        }
        framebuffer
    }
}

/// The pixels of one attachment of the bound framebuffer.
fn pixels(r: &Reference, point: u32, rect: [i32; 4], format: u32, ty: u32, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; rect[2] as usize * rect[3] as usize * size];
    // SAFETY: the reference's context is current, and the slice holds the rectangle.
    unsafe {
        r.gl.read_buffer(point);
        let slice = glow::PixelPackData::Slice(Some(&mut bytes));
        r.gl.read_pixels(rect[0], rect[1], rect[2], rect[3], format, ty, slice);
    }
    bytes
}

/// Four outputs of four classes, one of them left out; each cleared by its own value, each read back.
#[test]
fn several_outputs_of_several_classes() {
    let fragment = "#version 300 es
precision highp float;
precision highp int;
layout(location = 0) out vec4 o_color;
layout(location = 1) out vec4 o_left_out;
layout(location = 2) out ivec4 o_signed;
layout(location = 3) out uvec2 o_unsigned;
layout(location = 4) out vec2 o_float;
void main() {
    o_color = vec4(fract(gl_FragCoord.xy * 0.3), 0.5, 1.0);
    o_left_out = vec4(1.0);
    o_signed = ivec4(gl_FragCoord.xy, -5, -100000);
    o_unsigned = uvec2(gl_FragCoord.yx) * 1000u;
    o_float = gl_FragCoord.xy * vec2(0.125, -1000.0);
}";
    let text = header(r#", "requires": ["float-render"]"#)
        + r#"
["CREATE", 1, {"texture": "2d", "format": "rgba8"}]
["SIZE", 1, 12, 10]
["CREATE", 2, {"renderbuffer": "rgba8"}]
["SIZE", 2, 12, 10]
["CREATE", 3, {"texture": "2d", "format": "rgba32i"}]
["SIZE", 3, 12, 10]
["CREATE", 4, {"renderbuffer": "rg16ui"}]
["SIZE", 4, 12, 10]
["CREATE", 5, {"texture": "2d", "format": "rg32f"}]
["SIZE", 5, 12, 10]
["CREATE", 6, "framebuffer"]
["ATTACH", 6, "color0", 1]
["ATTACH", 6, "color1", 2]
["ATTACH", 6, "color2", 3]
["ATTACH", 6, "color3", 4]
["ATTACH", 6, "color4", 5]
["DRAW_BUFFERS", 6, ["color0", "color1", "color2", "color3", "color4"]]
["FRAMEBUFFER", 6]
["CLEAR", ["color"], 0, {"f32": [0.25, 0.5, 0.75, 1]}]
["CLEAR", ["color"], 1, {"f32": [1, 0, 0, 0.5]}]
["CLEAR", ["color"], 2, {"i32": [-1, 2147483647, -2147483648, 7]}]
["CLEAR", ["color"], 3, {"u32": [65535, 1, 2, 3]}]
["CLEAR", ["color"], 4, {"f32": [-1.5, 1e10, 0, 0]}]
["DRAW_BUFFERS", 6, ["color0", null, "color2", "color3", "color4"]]
["CREATE", 7, "program"]
"# + &shaders(7, WHOLE, fragment, "{}")
        + r#"["STATE", {"scissor": [3, 2, 5, 20]}]
["DRAW", 7, "triangles", {"count": 3}]
["STATE", {"scissor": null}]
["READ", 10, {"framebuffer": 6}]
["READ", 11, {"framebuffer": 6, "attachment": 1}]
["READ", 12, {"framebuffer": 6, "attachment": 2, "x": 1, "y": 1, "width": 5, "height": 3}]
["READ", 13, {"framebuffer": 6, "attachment": 3}]
["READ", 14, {"framebuffer": 6, "attachment": 4, "y": 8}]
["FRAMEBUFFER", 0]
["BLIT", 6, 0, [0, 0, 12, 10], [2, 3, 12, 10]]
["SWAP"]"#;
    let mut read = Vec::new();
    let all = compare(
        &text,
        by_hand!(|r| {
            r.program(WHOLE, fragment);
            let none = |size: usize| vec![0u8; 120 * size];
            let one = r.texture(glow::RGBA8, [12, 10], glow::RGBA, glow::UNSIGNED_BYTE, &none(4));
            let two = r.texture(glow::RGBA8, [12, 10], glow::RGBA, glow::UNSIGNED_BYTE, &none(4));
            let three = r.texture(glow::RGBA32I, [12, 10], glow::RGBA_INTEGER, glow::INT, &none(16));
            let four = r.texture(glow::RG16UI, [12, 10], glow::RG_INTEGER, glow::UNSIGNED_SHORT, &none(4));
            let five = r.texture(glow::RG32F, [12, 10], glow::RG, glow::FLOAT, &none(8));
            let points: Vec<u32> = (0..5).map(|i| glow::COLOR_ATTACHMENT0 + i).collect();
            let images = [one, two, three, four, five];
            let attachments: Vec<_> = points.iter().copied().zip(images).collect();
            let made = framebuffer(r, &attachments);
            r.gl.draw_buffers(&points);
            r.gl.clear_buffer_f32_slice(glow::COLOR, 0, &[0.25, 0.5, 0.75, 1.0]);
            r.gl.clear_buffer_f32_slice(glow::COLOR, 1, &[1.0, 0.0, 0.0, 0.5]);
            r.gl.clear_buffer_i32_slice(glow::COLOR, 2, &[-1, i32::MAX, i32::MIN, 7]);
            r.gl.clear_buffer_u32_slice(glow::COLOR, 3, &[65535, 1, 2, 3]);
            r.gl.clear_buffer_f32_slice(glow::COLOR, 4, &[-1.5, 1e10, 0.0, 0.0]);
            r.gl.draw_buffers(&[points[0], glow::NONE, points[2], points[3], points[4]]);
            r.gl.viewport(0, 0, 12, 10);
            r.gl.enable(glow::SCISSOR_TEST);
            r.gl.scissor(3, 2, 5, 20);
            r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
            r.gl.disable(glow::SCISSOR_TEST);
            let whole = [0, 0, 12, 10];
            read = vec![
                pixels(r, points[0], whole, glow::RGBA, glow::UNSIGNED_BYTE, 4),
                pixels(r, points[1], whole, glow::RGBA, glow::UNSIGNED_BYTE, 4),
                pixels(r, points[2], [1, 1, 5, 3], glow::RGBA_INTEGER, glow::INT, 16),
                pixels(r, points[3], whole, glow::RGBA_INTEGER, glow::UNSIGNED_INT, 16),
                pixels(r, points[4], [0, 8, 12, 2], glow::RGBA, glow::FLOAT, 16),
            ];
            r.gl.read_buffer(points[0]);
            r.gl.bind_framebuffer(glow::READ_FRAMEBUFFER, Some(made));
            r.gl.bind_framebuffer(glow::DRAW_FRAMEBUFFER, Some(r.canvas));
            r.gl.blit_framebuffer(0, 0, 12, 10, 2, 3, 14, 13, glow::COLOR_BUFFER_BIT, glow::NEAREST);
        }),
    );
    for shown in &all {
        for (index, expected) in read.iter().enumerate() {
            assert_eq!(shown.read(10 + index as u32), expected, "{}: attachment {index}", shown.api);
        }
    }
}

/// Levels, layers, slices and faces as attachments, each filled by a draw; then all of them are sampled.
#[test]
fn levels_layers_slices_and_faces_are_attached() {
    let sampling = "#version 300 es
precision highp float;
precision highp sampler3D;
precision highp sampler2DArray;
uniform sampler2DArray u_array;
uniform sampler3D u_volume;
uniform samplerCube u_cube;
out vec4 o_color;
void main() {
    ivec2 place = ivec2(gl_FragCoord.xy);
    if (place.y < 8) {
        o_color = texelFetch(u_array, ivec3(place.x % 4, place.y % 4, place.x / 4 % 3), place.y / 4 < 1 ? 1 : 2);
    } else if (place.y < 16) {
        o_color = texelFetch(u_volume, ivec3(place.x % 4, place.y % 4, place.x / 4 % 3), 0);
    } else {
        vec2 across = (vec2(place.x % 5, place.y - 16) + 0.5) / vec2(5.0, 8.0) * 2.0 - 1.0;
        int face = place.x / 5;
        vec3 to = face == 0 ? vec3(1.0, across) : face == 1 ? vec3(-1.0, across)
            : face == 2 ? vec3(across.x, 1.0, across.y) : face == 3 ? vec3(across.x, -1.0, across.y)
            : face == 4 ? vec3(across, 1.0) : vec3(across, -1.0);
        o_color = textureLod(u_cube, to, 0.0);
    }
}";
    let mut text = header("")
        + r#"["CREATE", 1, {"texture": "2d_array", "format": "rgba8", "levels": 3}]
["SIZE", 1, 9, 8, 3]
["INTERPOLATION", 1, "nearest_mipmap_nearest", "nearest"]
["CREATE", 2, {"texture": "3d", "format": "rgba8"}]
["SIZE", 2, 4, 4, 3]
["INTERPOLATION", 2, "nearest", "nearest"]
["CREATE", 3, {"texture": "cube", "format": "rgba8"}]
["SIZE", 3, 4, 4]
["INTERPOLATION", 3, "nearest", "nearest"]
["CREATE", 4, "framebuffer"]
["FRAMEBUFFER", 4]
"# + &flat(5)
        + "[\"CREATE\", 6, \"program\"]\n"
        + &shaders(
            6,
            WHOLE,
            sampling,
            r#"{"samplers": ["samplerCube u_cube", "sampler3D u_volume", "sampler2DArray u_array"]}"#,
        )
        + "[\"TEXTURE\", 6, \"u_array\", 1]\n[\"TEXTURE\", 6, \"u_volume\", 2]\n[\"TEXTURE\", 6, \"u_cube\", 3]\n";
    let color = |k: u32| [k as f32 / 16.0, 1.0 - k as f32 / 16.0, (k % 4) as f32 / 3.0, 1.0];
    let mut fill = |k: u32, attach: &str| {
        let [red, green, blue, alpha] = color(k);
        text += &format!("[\"ATTACH\", 4, \"color0\", {attach}]\n");
        text += &format!("[\"UNIFORM\", 5, \"u_color\", [{red}, {green}, {blue}, {alpha}]]\n");
        text += "[\"DRAW\", 5, \"triangles\", {\"count\": 3}]\n";
    };
    // Object, level, layer; GL's size of that level.
    let images = (0..3).flat_map(|layer| [(1, 1, layer, 4), (1, 2, layer, 2)]);
    let images = images.chain((0..3).map(|slice| (2, 0, slice, 4))).chain((0..6).map(|face| (3, 0, face, 4)));
    let images: Vec<(u32, i32, i32, i32)> = images.collect();
    for (k, (object, level, layer, _)) in images.iter().enumerate() {
        fill(k as u32, &format!("{object}, {level}, {layer}"));
    }
    text += "[\"FRAMEBUFFER\", 0]\n[\"DRAW\", 6, \"triangles\", {\"count\": 3}]\n[\"SWAP\"]";
    compare(
        &text,
        by_hand!(|r| {
            let slice = || glow::PixelUnpackData::Slice(None);
            let (rgba, byte, clamp) = (glow::RGBA, glow::UNSIGNED_BYTE, glow::CLAMP_TO_EDGE);
            let made: Vec<glow::Texture> = [glow::TEXTURE_2D_ARRAY, glow::TEXTURE_3D, glow::TEXTURE_CUBE_MAP]
                .into_iter()
                .enumerate()
                .map(|(unit, target)| {
                    r.gl.active_texture(glow::TEXTURE0 + unit as u32);
                    let texture = r.gl.create_texture().unwrap();
                    r.gl.bind_texture(target, Some(texture));
                    let min = if unit == 0 { glow::NEAREST_MIPMAP_NEAREST } else { glow::NEAREST };
                    r.sampling(target, min, glow::NEAREST, clamp);
                    texture
                })
                .collect();
            let format = glow::RGBA8 as i32;
            r.gl.active_texture(glow::TEXTURE0);
            for (level, width, height) in [(0, 9, 8), (1, 4, 4), (2, 2, 2)] {
                r.gl.tex_image_3d(
                    glow::TEXTURE_2D_ARRAY,
                    level,
                    format,
                    width,
                    height,
                    3,
                    0,
                    rgba,
                    byte,
                    slice(),
                );
            }
            r.gl.tex_parameter_i32(glow::TEXTURE_2D_ARRAY, glow::TEXTURE_MAX_LEVEL, 2);
            r.gl.active_texture(glow::TEXTURE1);
            r.gl.tex_image_3d(glow::TEXTURE_3D, 0, format, 4, 4, 3, 0, rgba, byte, slice());
            r.gl.active_texture(glow::TEXTURE2);
            for face in glow::TEXTURE_CUBE_MAP_POSITIVE_X..=glow::TEXTURE_CUBE_MAP_NEGATIVE_Z {
                r.gl.tex_image_2d(face, 0, format, 4, 4, 0, rgba, byte, slice());
            }
            let program = r.program(WHOLE, FLAT);
            let at = r.uniform(program, "u_color");
            let target = r.gl.create_framebuffer().unwrap();
            r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(target));
            for (k, &(object, level, layer, size)) in images.iter().enumerate() {
                let (to, point) = (glow::FRAMEBUFFER, glow::COLOR_ATTACHMENT0);
                let image = Some(made[object as usize - 1]);
                if object == 3 {
                    let face = glow::TEXTURE_CUBE_MAP_POSITIVE_X + layer as u32;
                    r.gl.framebuffer_texture_2d(to, point, face, image, level);
                } else {
                    r.gl.framebuffer_texture_layer(to, point, image, level, layer);
                }
                r.gl.viewport(0, 0, size, size);
                r.gl.uniform_4_f32_slice(at.as_ref(), &color(k as u32));
                r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
            }
            r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(r.canvas));
            r.gl.viewport(0, 0, 32, 24);
            let program = r.program(WHOLE, sampling);
            for (unit, name) in [(0, "u_array"), (1, "u_volume"), (2, "u_cube")] {
                r.gl.uniform_1_i32(r.uniform(program, name).as_ref(), unit);
            }
            r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
        }),
    );
}

/// Depth and stencil as textures and renderbuffers of every format: a slope is drawn, tested against, and shown.
#[test]
fn depth_and_stencil_planes() {
    let slope = "#version 300 es
uniform float u_depth;
void main() {
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0;
    gl_Position = vec4(corner, corner.x * u_depth, 1.0);
}";
    for (format, point, texture, stencil) in [
        ("depth_component16", "depth", true, false),
        ("depth_component24", "depth", true, false),
        ("depth_component32f", "depth", true, false),
        ("depth24_stencil8", "depth_stencil", true, true),
        ("depth32f_stencil8", "depth_stencil", true, true),
        ("depth_component16", "depth", false, false),
        ("depth_component24", "depth", false, false),
        ("depth_component32f", "depth", false, false),
        ("depth24_stencil8", "depth_stencil", false, true),
        ("depth32f_stencil8", "depth_stencil", false, true),
    ] {
        let create = if texture {
            format!(r#"{{"texture": "2d", "format": "{format}"}}"#)
        } else {
            format!(r#"{{"renderbuffer": "{format}"}}"#)
        };
        let program = "[\"CREATE\", 4, \"program\"]\n".to_owned()
            + &shaders(4, slope, FLAT, r#"{"uniforms": ["vec4 u_color", "float u_depth"]}"#);
        let steps = r#"["UNIFORM", 4, "u_depth", 0.75]
["UNIFORM", 4, "u_color", [1, 0.5, 0, 1]]
["STATE", {"depth_test": true, "depth_func": "greater"}]
["DRAW", 4, "triangles", {"count": 3}]
["UNIFORM", 4, "u_depth", -0.5]
["UNIFORM", 4, "u_color", [0, 0.5, 1, 1]]
["STATE", {"depth_func": "less", "depth_mask": false}]
["DRAW", 4, "triangles", {"count": 3}]
"#;
        let stencils = r#"["STATE", {"depth_test": false, "depth_mask": true, "stencil_test": true, "scissor": [4, 4, 9, 30],
 "stencil_op_front": ["keep", "keep", "incr"]}]
["DRAW", 4, "triangles", {"count": 3}]
["STATE", {"scissor": null, "stencil_func_front": "equal", "stencil_op_front": ["keep", "keep", "keep"]}]
["UNIFORM", 4, "u_color", [1, 1, 0.25, 1]]
["DRAW", 4, "triangles", {"count": 3}]
["STATE", {"stencil_test": false}]
"#;
        let steps = format!("{steps}{}", if stencil { stencils } else { "" });
        // Fresh storage has depth 0 and stencil 0, where a fresh canvas has depth 1.
        let text = header("")
            + &format!(
                r#"["CREATE", 1, {{"texture": "2d", "format": "rgba8"}}]
["SIZE", 1, 32, 24]
["CREATE", 2, {create}]
["SIZE", 2, 32, 24]
["CREATE", 3, "framebuffer"]
["ATTACH", 3, "color0", 1]
["ATTACH", 3, "{point}", 2]
["FRAMEBUFFER", 3]
{program}{steps}
["BLIT", 3, 0, [0, 0, 32, 24], [0, 0, 32, 24]]
["SWAP"]"#
            );
        let plain = header("")
            + &format!(
                "[\"STATE\", {{\"clear_depth\": 0}}]\n[\"CLEAR\", [\"color\", \"depth\"]]\n{program}{steps}[\"SWAP\"]"
            );
        let (all, expected) = (everywhere(&text), everywhere(&plain));
        for (shown, expected) in all.iter().zip(&expected) {
            assert!(shown.pixels == expected.pixels, "{}: {format} by {create}", shown.api);
            assert_ne!(shown.pixel(2, 2), shown.pixel(30, 2));
        }
    }
}

/// A texture, a renderbuffer and a framebuffer are deleted while attached or in use; sizes change under attachments.
#[test]
fn targets_change_under_the_stream() {
    let text = header("")
        + &flat(1)
        + r#"["UNIFORM", 1, "u_color", [1, 1, 1, 1]]
["CREATE", 2, {"texture": "2d", "format": "rgba8"}]
["SIZE", 2, 4, 4]
["CREATE", 3, {"renderbuffer": "rgba8"}]
["SIZE", 3, 16, 16]
["CREATE", 4, "framebuffer"]
["ATTACH", 4, "color0", 2]
["FRAMEBUFFER", 4]
["STATE", {"clear_color": [1, 0, 0, 1]}]
["CLEAR", ["color"]]
["SIZE", 2, 20, 10]
["READ", 1, {"framebuffer": 4}]
["DRAW", 1, "triangles", {"count": 3}]
["READ", 2, {"framebuffer": 4}]
["ATTACH", 4, "color0", 3]
["DELETE", 2]
["CLEAR", ["color"]]
["READ", 3, {"framebuffer": 4, "x": 15, "y": 15}]
["CREATE", 2, {"texture": "2d", "format": "rgba8"}]
["SIZE", 2, 2, 2]
["ATTACH", 4, "color1", 2]
["DRAW_BUFFERS", 4, ["color0", "color1"]]
["STATE", {"clear_color": [0, 1, 0, 1]}]
["CLEAR", ["color"]]
["READ", 4, {"framebuffer": 4}]
["READ", 5, {"framebuffer": 4, "attachment": 1}]
["DELETE", 2]
["CLEAR", ["color"]]
["READ", 6, {"framebuffer": 4}]
["DELETE", 4]
["STATE", {"clear_color": [0, 0, 1, 1]}]
["CLEAR", ["color"]]
["CREATE", 4, "framebuffer"]
["ATTACH", 4, "color0", 3]
["READ", 7, {"framebuffer": 4, "x": 1, "y": 1, "width": 1, "height": 1}]
["SWAP"]"#;
    for shown in everywhere(&text) {
        let api = shown.api;
        assert!(shown.read(1).len() == 800 && shown.read(1).iter().all(|&byte| byte == 0), "{api}");
        let whole = shown.read(2);
        let corner = &whole[(9 * 20 + 19) * 4..];
        let fract = |v: f32| (v.fract() * 255.0 + 0.5) as u8;
        assert_eq!(corner, [fract(19.5 * 0.21), fract(9.5 * 0.21), 255, 255], "{api}");
        assert_eq!(shown.read(3), [255, 0, 0, 255], "{api}");
        assert_eq!(shown.read(4), [0, 255, 0, 255].repeat(4), "{api}: as large as the smallest attachment");
        assert_eq!(shown.read(5), [0, 255, 0, 255].repeat(4), "{api}");
        assert_eq!(shown.read(6), [0, 255, 0, 255].repeat(256), "{api}");
        assert_eq!(shown.pixel(31, 23), [0, 0, 255, 255], "{api}: the canvas after the framebuffer is gone");
        assert_eq!(shown.read(7), [0, 255, 0, 255], "{api}");
    }
}

/// Canvases of their own sizes and contents; a viewport of null follows each.
#[test]
fn canvases_keep_what_they_have() {
    let text = header("")
        + &flat(1)
        + r#"["UNIFORM", 1, "u_color", [1, 0.5, 0.25, 1]]
["STATE", {"clear_color": [1, 0, 0, 1], "depth_test": true, "depth_func": "equal"}]
["CLEAR", ["color"]]
["CURRENT", 7, 10, 40]
["READ", 1, {"framebuffer": 0}]
["STATE", {"clear_depth": 0.5}]
["CLEAR", ["depth"]]
["DRAW", 1, "triangles", {"count": 3}]
["READ", 2, {"framebuffer": 0, "x": 9, "y": 39}]
["CURRENT", 0]
["DRAW", 1, "triangles", {"count": 3}]
["READ", 3, {"framebuffer": 0, "x": 31, "y": 23}]
["CURRENT", 9]
["CLEAR", ["color"]]
["READ", 4, {"framebuffer": 0, "x": 30, "y": 22}]
["SWAP"]
["CURRENT", 7, 6, 6]
["READ", 5, {"framebuffer": 0}]
["STATE", {"depth_test": false}]
["DRAW", 1, "triangles", {"count": 3}]
["SWAP"]"#;
    for shown in everywhere(&text) {
        let api = shown.api;
        assert_eq!(shown.read(1), [0; 1600], "{api}");
        assert_eq!(shown.read(2), [254, 38, 64, 255], "{api}: depth 0.5 everywhere");
        assert_eq!(shown.read(3), [255, 0, 0, 255], "{api}: depth 1 is not 0.5");
        assert_eq!(shown.read(4), [255, 0, 0, 255].repeat(4), "{api}: of canvas 0's size");
        assert_eq!(shown.read(5), [0; 144], "{api}: a new size is a fresh canvas");
        assert_eq!((shown.width, shown.height), (6, 6));
        assert_eq!(shown.pixel(5, 5)[2], 64, "{api}");
    }
}
