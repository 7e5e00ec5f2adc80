//! BLIT, multisampling and sRGB: copies between targets, resolved samples, conversions of colours.

use crate::reference::{HasContext as _, Reference};
use crate::stage::{compare, shaders};

const WHOLE: &str = "#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }";
const PATTERN: &str = "#version 300 es
precision highp float;
out vec4 o_color;
void main() { o_color = vec4(fract(gl_FragCoord.xy * 0.19), fract(gl_FragCoord.x * gl_FragCoord.y * 0.07), 0.75); }";
const STAR: &str = "#version 300 es
void main() {
    float angle = float(gl_VertexID) * 2.3;
    gl_Position = vec4(cos(angle) * 0.95, sin(angle) * 0.9, sin(angle * 3.0) * 0.9, 1.0);
}";
const SHADE: &str = "#version 300 es
precision highp float;
uniform float u_alpha;
out vec4 o_color;
void main() { o_color = vec4(gl_FragCoord.xy / 32.0, gl_FragCoord.z, u_alpha); }";

fn header(more: &str) -> String {
    format!("[\"GLIR\", {{\"profile\": \"es3\", \"width\": 32, \"height\": 24{more}}}]\n")
}

/// A framebuffer of two renderbuffers by hand, bound.
fn framebuffer(r: &Reference, color: u32, samples: i32) -> glow::Framebuffer {
    // SAFETY: the reference's context is current.
    unsafe {
        let framebuffer = r.gl.create_framebuffer().unwrap();
        r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(framebuffer));
        for (format, points) in [
            (color, &[glow::COLOR_ATTACHMENT0][..]),
            (glow::DEPTH24_STENCIL8, &[glow::DEPTH_ATTACHMENT, glow::STENCIL_ATTACHMENT]),
        ] {
            let plane = r.gl.create_renderbuffer().unwrap();
            r.gl.bind_renderbuffer(glow::RENDERBUFFER, Some(plane));
            r.gl.renderbuffer_storage_multisample(glow::RENDERBUFFER, samples, format, 32, 24);
            for &point in points {
                r.gl.framebuffer_renderbuffer(glow::FRAMEBUFFER, point, glow::RENDERBUFFER, Some(plane));
            }
        }
        r.gl.clear_depth_f32(0.0);
        r.gl.clear(glow::COLOR_BUFFER_BIT | glow::DEPTH_BUFFER_BIT | glow::STENCIL_BUFFER_BIT);
        r.gl.clear_depth_f32(1.0);
        framebuffer
    }
}

fn blit(
    r: &Reference,
    from: glow::Framebuffer,
    to: glow::Framebuffer,
    rects: [i32; 8],
    mask: u32,
    filter: u32,
) {
    let [a, b, c, d, e, f, g, h] = rects;
    // SAFETY: the reference's context is current, and the framebuffers are its own.
    unsafe {
        r.gl.bind_framebuffer(glow::READ_FRAMEBUFFER, Some(from));
        r.gl.bind_framebuffer(glow::DRAW_FRAMEBUFFER, Some(to));
        r.gl.blit_framebuffer(a, b, a + c, b + d, e, f, e + g, f + h, mask, filter);
    }
}

/// Scaled copies with both filters, cut by the scissor and by the targets' edges; the colour mask does not matter.
#[test]
fn blits_scale_and_are_cut() {
    let text = header("")
        + r#"["CREATE", 1, {"renderbuffer": "rgba8"}]
["SIZE", 1, 32, 24]
["CREATE", 2, {"renderbuffer": "depth24_stencil8"}]
["SIZE", 2, 32, 24]
["CREATE", 3, "framebuffer"]
["ATTACH", 3, "color0", 1]
["ATTACH", 3, "depth_stencil", 2]
["FRAMEBUFFER", 3]
["CREATE", 4, "program"]
"# + &shaders(4, WHOLE, PATTERN, "{}")
        + r#"["DRAW", 4, "triangles", {"count": 3}]
["CREATE", 5, "program"]
"# + &shaders(5, STAR, SHADE, r#"{"uniforms": ["float u_alpha"]}"#)
        + r#"["UNIFORM", 5, "u_alpha", 1]
["STATE", {"depth_test": true, "depth_func": "always"}]
["DRAW", 5, "triangles", {"count": 9}]
["STATE", {"color_mask": [false, true, false, true]}]
["BLIT", 3, 0, [0, 0, 32, 24], [0, 0, 16, 12], ["color"], "linear"]
["BLIT", 3, 0, [5, 6, 7, 5], [16, 0, 16, 12], ["color"], "linear"]
["STATE", {"scissor": [2, 13, 20, 9]}]
["BLIT", 3, 0, [5, 6, 7, 5], [0, 12, 32, 12]]
["STATE", {"scissor": null}]
["BLIT", 3, 0, [-4, 20, 12, 8], [24, 20, 12, 8]]
["BLIT", 3, 0, [0, 0, 32, 24], [0, 0, 32, 24], ["depth", "stencil"]]
["FRAMEBUFFER", 0]
["STATE", {"color_mask": [true, true, true, true], "depth_func": "less"}]
["UNIFORM", 5, "u_alpha", 0.25]
["DRAW", 5, "triangles", {"count": 9, "first": 3}]
["SWAP"]"#;
    compare(
        &text,
        by_hand!(|r| {
            let source = framebuffer(r, glow::RGBA8, 0);
            r.program(WHOLE, PATTERN);
            r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
            let program = r.program(STAR, SHADE);
            let alpha = r.uniform(program, "u_alpha");
            r.gl.uniform_1_f32(alpha.as_ref(), 1.0);
            r.gl.enable(glow::DEPTH_TEST);
            r.gl.depth_func(glow::ALWAYS);
            r.gl.draw_arrays(glow::TRIANGLES, 0, 9);
            let (color, near, linear) = (glow::COLOR_BUFFER_BIT, glow::NEAREST, glow::LINEAR);
            blit(r, source, r.canvas, [0, 0, 32, 24, 0, 0, 16, 12], color, linear);
            blit(r, source, r.canvas, [5, 6, 7, 5, 16, 0, 16, 12], color, linear);
            r.gl.enable(glow::SCISSOR_TEST);
            r.gl.scissor(2, 13, 20, 9);
            blit(r, source, r.canvas, [5, 6, 7, 5, 0, 12, 32, 12], color, near);
            r.gl.disable(glow::SCISSOR_TEST);
            blit(r, source, r.canvas, [-4, 20, 12, 8, 24, 20, 12, 8], color, near);
            let planes = glow::DEPTH_BUFFER_BIT | glow::STENCIL_BUFFER_BIT;
            blit(r, source, r.canvas, [0, 0, 32, 24, 0, 0, 32, 24], planes, near);
            r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(r.canvas));
            r.gl.depth_func(glow::LESS);
            r.gl.uniform_1_f32(alpha.as_ref(), 0.25);
            r.gl.draw_arrays(glow::TRIANGLES, 3, 9);
        }),
    );
}

/// A multisampled canvas: edges, coverage from alpha, coverage by value, and READ of a part of it.
#[test]
fn a_multisampled_canvas() {
    let text = header(r#", "samples": 4"#)
        + "[\"CREATE\", 5, \"program\"]\n"
        + &shaders(5, STAR, SHADE, r#"{"uniforms": ["float u_alpha"]}"#)
        + r#"["UNIFORM", 5, "u_alpha", 0.6]
["STATE", {"clear_color": [0, 0, 0.5, 1]}]
["CLEAR", ["color", "depth"]]
["STATE", {"depth_test": true}]
["DRAW", 5, "triangles", {"count": 3}]
["STATE", {"sample_alpha_to_coverage": true}]
["DRAW", 5, "triangles", {"count": 3, "first": 3}]
["STATE", {"sample_alpha_to_coverage": false, "sample_coverage": [0.5, false]}]
["DRAW", 5, "triangles", {"count": 3, "first": 6}]
["STATE", {"sample_coverage": [0.25, true]}]
["DRAW", 5, "triangles", {"count": 3, "first": 9}]
["STATE", {"sample_coverage": null, "scissor": [1, 1, 2, 2]}]
["READ", 1, {"framebuffer": 0, "x": 7, "y": 5, "width": 10, "height": 4}]
["STATE", {"scissor": null}]
["CLEAR", ["depth"]]
["DRAW", 5, "lines", {"count": 12}]
["SWAP"]"#;
    let mut part = vec![0; 160];
    let all = compare(
        &text,
        by_hand!(|r| {
            r.gl.clear_color(0.0, 0.0, 0.5, 1.0);
            r.gl.clear(glow::COLOR_BUFFER_BIT | glow::DEPTH_BUFFER_BIT);
            r.gl.enable(glow::DEPTH_TEST);
            let program = r.program(STAR, SHADE);
            r.gl.uniform_1_f32(r.uniform(program, "u_alpha").as_ref(), 0.6);
            r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
            r.gl.enable(glow::SAMPLE_ALPHA_TO_COVERAGE);
            r.gl.draw_arrays(glow::TRIANGLES, 3, 3);
            r.gl.disable(glow::SAMPLE_ALPHA_TO_COVERAGE);
            r.gl.enable(glow::SAMPLE_COVERAGE);
            r.gl.sample_coverage(0.5, false);
            r.gl.draw_arrays(glow::TRIANGLES, 6, 3);
            r.gl.sample_coverage(0.25, true);
            r.gl.draw_arrays(glow::TRIANGLES, 9, 3);
            r.gl.disable(glow::SAMPLE_COVERAGE);
            let resolved = framebuffer(r, glow::RGBA8, 0);
            blit(r, r.canvas, resolved, [0, 0, 32, 24, 0, 0, 32, 24], glow::COLOR_BUFFER_BIT, glow::NEAREST);
            r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(resolved));
            let slice = glow::PixelPackData::Slice(Some(&mut part));
            r.gl.read_pixels(7, 5, 10, 4, glow::RGBA, glow::UNSIGNED_BYTE, slice);
            r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(r.canvas));
            r.gl.clear(glow::DEPTH_BUFFER_BIT);
            r.gl.draw_arrays(glow::LINES, 0, 12);
        }),
    );
    for shown in &all {
        assert_eq!(shown.read(1), part, "{}", shown.api);
    }
}

/// Multisampled renderbuffers of other formats than the canvas's, resolved by BLIT and by READ; depths as well.
#[test]
fn multisampled_renderbuffers_are_resolved() {
    for (format, internal, read) in [
        ("rgba8", glow::RGBA8, Some(glow::UNSIGNED_BYTE)),
        ("rgb565", glow::RGB565, Some(glow::UNSIGNED_BYTE)),
        ("r8", glow::R8, None),
        ("rgba16f", glow::RGBA16F, Some(glow::FLOAT)),
        ("srgb8_alpha8", glow::SRGB8_ALPHA8, Some(glow::UNSIGNED_BYTE)),
    ] {
        let text = header(r#", "requires": ["half-float-render"]"#)
            + &format!(
                r#"["CREATE", 1, {{"renderbuffer": "{format}", "samples": 4}}]
["SIZE", 1, 32, 24]
["CREATE", 2, {{"renderbuffer": "depth24_stencil8", "samples": 4}}]
["SIZE", 2, 32, 24]
["CREATE", 3, "framebuffer"]
["ATTACH", 3, "color0", 1]
["ATTACH", 3, "depth_stencil", 2]
["CREATE", 6, {{"texture": "2d", "format": "{format}"}}]
["SIZE", 6, 32, 24]
["CREATE", 7, "framebuffer"]
["ATTACH", 7, "color0", 6]
["FRAMEBUFFER", 3]
["CREATE", 5, "program"]
"#
            )
            + &shaders(5, STAR, SHADE, r#"{"uniforms": ["float u_alpha"]}"#)
            + r#"["UNIFORM", 5, "u_alpha", 0.6]
["STATE", {"depth_test": true, "depth_func": "gequal"}]
["DRAW", 5, "triangles", {"count": 12}]
["BLIT", 3, 7, [0, 0, 30, 24], [0, 0, 30, 24]]
["READ", 1, {"framebuffer": 3}]
["READ", 2, {"framebuffer": 7}]
["BLIT", 7, 0, [0, 0, 32, 24], [0, 0, 32, 24]]
["SWAP"]"#;
        let mut resolved = vec![0; 32 * 24 * if read == Some(glow::FLOAT) { 16 } else { 4 }];
        let all = compare(
            &text,
            by_hand!(|r| {
                let source = framebuffer(r, internal, 4);
                let program = r.program(STAR, SHADE);
                r.gl.uniform_1_f32(r.uniform(program, "u_alpha").as_ref(), 0.6);
                r.gl.enable(glow::DEPTH_TEST);
                r.gl.depth_func(glow::GEQUAL);
                r.gl.draw_arrays(glow::TRIANGLES, 0, 12);
                let middle = framebuffer(r, internal, 0);
                blit(r, source, middle, [0, 0, 30, 24, 0, 0, 30, 24], glow::COLOR_BUFFER_BIT, glow::NEAREST);
                if let Some(ty) = read {
                    r.gl.bind_framebuffer(glow::READ_FRAMEBUFFER, Some(middle));
                    let slice = glow::PixelPackData::Slice(Some(&mut resolved));
                    r.gl.read_pixels(0, 0, 32, 24, glow::RGBA, ty, slice);
                }
                let whole = [0, 0, 32, 24, 0, 0, 32, 24];
                blit(r, middle, r.canvas, whole, glow::COLOR_BUFFER_BIT, glow::NEAREST);
            }),
        );
        for shown in &all {
            if read.is_some() {
                assert!(shown.read(2) == resolved, "{}: {format}", shown.api);
            }
            let row = shown.read(1).len() / 24;
            let texel = row / 32;
            let rows = shown.read(1).chunks(row).zip(shown.read(2).chunks(row));
            for (own, blitted) in rows {
                assert_eq!(own[..30 * texel], blitted[..30 * texel], "{}: {format}", shown.api);
            }
        }
    }
}

/// sRGB: drawn to with blending, cleared, copied from and to linear formats, sampled, its mipmaps made.
#[test]
fn srgb_converts_when_drawn_and_sampled() {
    let show = "#version 300 es
precision highp float;
uniform sampler2D u_image;
out vec4 o_color;
void main() { o_color = textureLod(u_image, gl_FragCoord.xy / vec2(32.0, 24.0), gl_FragCoord.y < 12.0 ? 0.0 : 2.0); }";
    let text = header("")
        + r#"["CREATE", 1, {"texture": "2d", "format": "srgb8_alpha8", "levels": 0}]
["SIZE", 1, 32, 24]
["INTERPOLATION", 1, "linear_mipmap_nearest", "linear"]
["CREATE", 2, "framebuffer"]
["ATTACH", 2, "color0", 1]
["CREATE", 3, {"renderbuffer": "rgba8"}]
["SIZE", 3, 32, 24]
["CREATE", 4, "framebuffer"]
["ATTACH", 4, "color0", 3]
["FRAMEBUFFER", 2]
["STATE", {"clear_color": [0.2, 0.1, 0.6, 1]}]
["CLEAR", ["color"]]
["CREATE", 5, "program"]
"# + &shaders(5, WHOLE, PATTERN, "{}")
        + r#"["STATE", {"blend": true, "blend_func": ["src_alpha", "one_minus_src_alpha", "one", "zero"], "scissor": [4, 2, 24, 20]}]
["DRAW", 5, "triangles", {"count": 3}]
["STATE", {"blend": false, "scissor": null}]
["BLIT", 2, 4, [0, 0, 32, 24], [0, 0, 32, 24]]
["BLIT", 4, 2, [0, 0, 16, 16], [0, 0, 8, 8], ["color"], "linear"]
["MIPMAPS", 1]
["FRAMEBUFFER", 0]
["CREATE", 6, "program"]
"# + &shaders(6, WHOLE, show, r#"{"samplers": ["sampler2D u_image"]}"#)
        + r#"["TEXTURE", 6, "u_image", 1]
["DRAW", 6, "triangles", {"count": 3}]
["READ", 1, {"framebuffer": 2}]
["READ", 2, {"framebuffer": 4}]
["SWAP"]"#;
    let mut read = [vec![0; 3072], vec![0; 3072]];
    let all = compare(
        &text,
        by_hand!(|r| {
            let (rgba, byte) = (glow::RGBA, glow::UNSIGNED_BYTE);
            let texture = r.texture(glow::SRGB8_ALPHA8, [32, 24], rgba, byte, &[0; 3072]);
            r.sampling(glow::TEXTURE_2D, glow::LINEAR_MIPMAP_NEAREST, glow::LINEAR, glow::CLAMP_TO_EDGE);
            let srgb = r.gl.create_framebuffer().unwrap();
            r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(srgb));
            let (to, point) = (glow::FRAMEBUFFER, glow::COLOR_ATTACHMENT0);
            r.gl.framebuffer_texture_2d(to, point, glow::TEXTURE_2D, Some(texture), 0);
            r.gl.clear_color(0.2, 0.1, 0.6, 1.0);
            r.gl.clear(glow::COLOR_BUFFER_BIT);
            r.program(WHOLE, PATTERN);
            r.gl.enable(glow::BLEND);
            r.gl.blend_func_separate(glow::SRC_ALPHA, glow::ONE_MINUS_SRC_ALPHA, glow::ONE, glow::ZERO);
            r.gl.enable(glow::SCISSOR_TEST);
            r.gl.scissor(4, 2, 24, 20);
            r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
            r.gl.disable(glow::SCISSOR_TEST);
            r.gl.disable(glow::BLEND);
            let linear = framebuffer(r, glow::RGBA8, 0);
            let color = glow::COLOR_BUFFER_BIT;
            blit(r, srgb, linear, [0, 0, 32, 24, 0, 0, 32, 24], color, glow::NEAREST);
            blit(r, linear, srgb, [0, 0, 16, 16, 0, 0, 8, 8], color, glow::LINEAR);
            r.gl.generate_mipmap(glow::TEXTURE_2D);
            for (target, bytes) in [srgb, linear].into_iter().zip(&mut read) {
                r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(target));
                let slice = glow::PixelPackData::Slice(Some(bytes));
                r.gl.read_pixels(0, 0, 32, 24, rgba, byte, slice);
            }
            r.gl.bind_framebuffer(glow::FRAMEBUFFER, Some(r.canvas));
            r.program(WHOLE, show);
            r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
        }),
    );
    for shown in &all {
        assert!(shown.read(1) == read[0], "{}: the sRGB image", shown.api);
        assert!(shown.read(2) == read[1], "{}: the linear image", shown.api);
    }
}
