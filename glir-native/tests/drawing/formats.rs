//! Every texture format: whole and partial uploads, levels, fresh storage, sampled and read back bit for bit.

use crate::reference::HasContext as _;
use crate::stage::{compare, quoted};
use std::fmt::Write as _;

/// A format's name; GL's internal format, format and type; bytes of a texel; element of payloads; sampler kind.
type Row = (&'static str, u32, u32, u32, usize, &'static str, char);

#[rustfmt::skip]
const FORMATS: [Row; 56] = [
    ("alpha8", glow::ALPHA, glow::ALPHA, glow::UNSIGNED_BYTE, 1, "u8", 'f'),
    ("luminance8", glow::LUMINANCE, glow::LUMINANCE, glow::UNSIGNED_BYTE, 1, "u8", 'f'),
    ("luminance_alpha8", glow::LUMINANCE_ALPHA, glow::LUMINANCE_ALPHA, glow::UNSIGNED_BYTE, 2, "u8", 'f'),
    ("rgb8", glow::RGB8, glow::RGB, glow::UNSIGNED_BYTE, 3, "u8", 'f'),
    ("rgba8", glow::RGBA8, glow::RGBA, glow::UNSIGNED_BYTE, 4, "u8", 'f'),
    ("rgb565", glow::RGB565, glow::RGB, glow::UNSIGNED_SHORT_5_6_5, 2, "u16", 'f'),
    ("rgba4", glow::RGBA4, glow::RGBA, glow::UNSIGNED_SHORT_4_4_4_4, 2, "u16", 'f'),
    ("rgb5_a1", glow::RGB5_A1, glow::RGBA, glow::UNSIGNED_SHORT_5_5_5_1, 2, "u16", 'f'),
    ("r8", glow::R8, glow::RED, glow::UNSIGNED_BYTE, 1, "u8", 'f'),
    ("rg8", glow::RG8, glow::RG, glow::UNSIGNED_BYTE, 2, "u8", 'f'),
    ("r8_snorm", glow::R8_SNORM, glow::RED, glow::BYTE, 1, "i8", 'f'),
    ("rg8_snorm", glow::RG8_SNORM, glow::RG, glow::BYTE, 2, "i8", 'f'),
    ("rgb8_snorm", glow::RGB8_SNORM, glow::RGB, glow::BYTE, 3, "i8", 'f'),
    ("rgba8_snorm", glow::RGBA8_SNORM, glow::RGBA, glow::BYTE, 4, "i8", 'f'),
    ("srgb8", glow::SRGB8, glow::RGB, glow::UNSIGNED_BYTE, 3, "u8", 'f'),
    ("srgb8_alpha8", glow::SRGB8_ALPHA8, glow::RGBA, glow::UNSIGNED_BYTE, 4, "u8", 'f'),
    ("rgb10_a2", glow::RGB10_A2, glow::RGBA, glow::UNSIGNED_INT_2_10_10_10_REV, 4, "u32", 'f'),
    ("r16f", glow::R16F, glow::RED, glow::HALF_FLOAT, 2, "f16", 'f'),
    ("rg16f", glow::RG16F, glow::RG, glow::HALF_FLOAT, 4, "f16", 'f'),
    ("rgb16f", glow::RGB16F, glow::RGB, glow::HALF_FLOAT, 6, "f16", 'f'),
    ("rgba16f", glow::RGBA16F, glow::RGBA, glow::HALF_FLOAT, 8, "f16", 'f'),
    ("r32f", glow::R32F, glow::RED, glow::FLOAT, 4, "f32", 'f'),
    ("rg32f", glow::RG32F, glow::RG, glow::FLOAT, 8, "f32", 'f'),
    ("rgb32f", glow::RGB32F, glow::RGB, glow::FLOAT, 12, "f32", 'f'),
    ("rgba32f", glow::RGBA32F, glow::RGBA, glow::FLOAT, 16, "f32", 'f'),
    ("r11f_g11f_b10f", glow::R11F_G11F_B10F, glow::RGB, glow::UNSIGNED_INT_10F_11F_11F_REV, 4, "u32", 'f'),
    ("rgb9_e5", glow::RGB9_E5, glow::RGB, glow::UNSIGNED_INT_5_9_9_9_REV, 4, "u32", 'f'),
    ("r8ui", glow::R8UI, glow::RED_INTEGER, glow::UNSIGNED_BYTE, 1, "u8", 'u'),
    ("r8i", glow::R8I, glow::RED_INTEGER, glow::BYTE, 1, "i8", 'i'),
    ("rg8ui", glow::RG8UI, glow::RG_INTEGER, glow::UNSIGNED_BYTE, 2, "u8", 'u'),
    ("rg8i", glow::RG8I, glow::RG_INTEGER, glow::BYTE, 2, "i8", 'i'),
    ("rgb8ui", glow::RGB8UI, glow::RGB_INTEGER, glow::UNSIGNED_BYTE, 3, "u8", 'u'),
    ("rgb8i", glow::RGB8I, glow::RGB_INTEGER, glow::BYTE, 3, "i8", 'i'),
    ("rgba8ui", glow::RGBA8UI, glow::RGBA_INTEGER, glow::UNSIGNED_BYTE, 4, "u8", 'u'),
    ("rgba8i", glow::RGBA8I, glow::RGBA_INTEGER, glow::BYTE, 4, "i8", 'i'),
    ("r16ui", glow::R16UI, glow::RED_INTEGER, glow::UNSIGNED_SHORT, 2, "u16", 'u'),
    ("r16i", glow::R16I, glow::RED_INTEGER, glow::SHORT, 2, "i16", 'i'),
    ("rg16ui", glow::RG16UI, glow::RG_INTEGER, glow::UNSIGNED_SHORT, 4, "u16", 'u'),
    ("rg16i", glow::RG16I, glow::RG_INTEGER, glow::SHORT, 4, "i16", 'i'),
    ("rgb16ui", glow::RGB16UI, glow::RGB_INTEGER, glow::UNSIGNED_SHORT, 6, "u16", 'u'),
    ("rgb16i", glow::RGB16I, glow::RGB_INTEGER, glow::SHORT, 6, "i16", 'i'),
    ("rgba16ui", glow::RGBA16UI, glow::RGBA_INTEGER, glow::UNSIGNED_SHORT, 8, "u16", 'u'),
    ("rgba16i", glow::RGBA16I, glow::RGBA_INTEGER, glow::SHORT, 8, "i16", 'i'),
    ("r32ui", glow::R32UI, glow::RED_INTEGER, glow::UNSIGNED_INT, 4, "u32", 'u'),
    ("r32i", glow::R32I, glow::RED_INTEGER, glow::INT, 4, "i32", 'i'),
    ("rg32ui", glow::RG32UI, glow::RG_INTEGER, glow::UNSIGNED_INT, 8, "u32", 'u'),
    ("rg32i", glow::RG32I, glow::RG_INTEGER, glow::INT, 8, "i32", 'i'),
    ("rgb32ui", glow::RGB32UI, glow::RGB_INTEGER, glow::UNSIGNED_INT, 12, "u32", 'u'),
    ("rgb32i", glow::RGB32I, glow::RGB_INTEGER, glow::INT, 12, "i32", 'i'),
    ("rgba32ui", glow::RGBA32UI, glow::RGBA_INTEGER, glow::UNSIGNED_INT, 16, "u32", 'u'),
    ("rgba32i", glow::RGBA32I, glow::RGBA_INTEGER, glow::INT, 16, "i32", 'i'),
    ("rgb10_a2ui", glow::RGB10_A2UI, glow::RGBA_INTEGER, glow::UNSIGNED_INT_2_10_10_10_REV, 4, "u32", 'u'),
    ("depth_component16", glow::DEPTH_COMPONENT16, glow::DEPTH_COMPONENT, glow::UNSIGNED_SHORT, 2, "u16", 'f'),
    ("depth_component24", glow::DEPTH_COMPONENT24, glow::DEPTH_COMPONENT, glow::UNSIGNED_INT, 4, "u32", 'f'),
    ("depth_component32f", glow::DEPTH_COMPONENT32F, glow::DEPTH_COMPONENT, glow::FLOAT, 4, "f32", 'f'),
    ("depth24_stencil8", glow::DEPTH24_STENCIL8, glow::DEPTH_STENCIL, glow::UNSIGNED_INT_24_8, 4, "u32", 'f'),
];

/// Bytes that differ from texel to texel. Floats get exponents near 0, so that none is NaN or overflows.
fn texels(count: usize, element: &str) -> Vec<u8> {
    let noise = |i: usize| ((i as u32 + 3).wrapping_mul(2_246_822_519) >> 21) as u8;
    match element {
        "f16" => (0..count / 2)
            .flat_map(|i| (0x3000 | u16::from(noise(i)) << 4 | (i as u16 & 1) << 15).to_le_bytes())
            .collect(),
        "f32" => (0..count / 4).flat_map(|i| (f32::from(noise(i)) / 256.0).to_le_bytes()).collect(),
        _ => (0..count).map(noise).collect(),
    }
}

/// The bytes as a payload of the element type.
pub(crate) fn payload(bytes: &[u8], element: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word =
            chunk.iter().fold(0u32, |word, &byte| word << 8 | u32::from(byte)) << (8 * (3 - chunk.len()));
        for digit in 0..4 {
            let shown = DIGITS[(word >> (18 - 6 * digit) & 63) as usize];
            text.push(if digit <= chunk.len() as u32 { char::from(shown) } else { '=' });
        }
    }
    format!("{{\"{element}\": \"{text}\"}}")
}

const CORNERS: &str = "#version 300 es
void main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }";

/// Shows the bits of texels: four pixels a texel, each with one byte of every channel.
fn bits(kind: char) -> String {
    let (sampler, word) = match kind {
        'u' => ("usampler2D", "texel"),
        'i' => ("isampler2D", "uvec4(texel)"),
        _ => ("sampler2D", "floatBitsToUint(texel)"),
    };
    format!(
        "#version 300 es\nprecision highp float;\nprecision highp int;\nuniform highp {sampler} u_image;\n\
         uniform int u_level;\nout vec4 o_color;\nvoid main() {{\n\
         ivec2 place = ivec2(gl_FragCoord.xy);\n\
         {}vec4 texel = texelFetch(u_image, ivec2(place.x / 4, place.y) % textureSize(u_image, u_level), u_level);\n\
         uvec4 word = {word} >> uint(place.x % 4 * 8);\n\
         o_color = vec4(word & 255u) / 255.0;\n}}",
        if kind == 'f' { String::new() } else { kind.to_string() }
    )
}

/// Two levels of 5 × 3 and 2 × 1 texels. The upper level's parts come in an order that needs the rows' exact lengths.
#[test]
fn formats_hold_what_is_written() {
    for (name, internal, format, ty, size, element, kind) in FORMATS {
        let whole = texels(15 * size, element);
        let part = texels(40 * size, element)[34 * size..].to_vec();
        let second = texels(2 * size, element);
        let fragment = bits(kind);
        let sampler = if kind == 'f' { "sampler2D".to_owned() } else { format!("{kind}sampler2D") };
        let mut text = String::from(r#"["GLIR", {"profile": "es3", "width": 48, "height": 3}]"#);
        write!(
            text,
            r#"
["CREATE", 1, {{"texture": "2d", "format": "{name}", "levels": 2}}]
["SIZE", 1, 5, 3]
["INTERPOLATION", 1, "nearest_mipmap_nearest", "nearest"]
["CREATE", 2, "program"]
["SHADERS", 2, {{"vertex": {}, "fragment": {}}}, {{"samplers": ["{sampler} u_image"], "uniforms": ["int u_level"]}}]
["TEXTURE", 2, "u_image", 1]
["STATE", {{"viewport": [28, 1, 20, 1]}}]
["DRAW", 2, "triangles", {{"count": 3}}]
["DATA", 1, {{}}, {}]
["DATA", 1, {{"x": 1, "y": 1, "width": 3, "height": 2}}, {}]
["DATA", 1, {{"level": 1}}, {}]
["STATE", {{"viewport": [0, 0, 20, 3]}}]
["DRAW", 2, "triangles", {{"count": 3}}]
["UNIFORM", 2, "u_level", 1]
["STATE", {{"viewport": [0, 0, 48, 1], "scissor": [20, 0, 8, 1]}}]
["DRAW", 2, "triangles", {{"count": 3}}]
["SWAP"]"#,
            quoted(CORNERS),
            quoted(&fragment),
            payload(&whole, element),
            payload(&part, element),
            payload(&second, element),
        )
        .unwrap();
        compare(
            &text,
            by_hand!(|r| {
                let program = r.program(CORNERS, &fragment);
                r.texture(internal, [5, 3], format, ty, &vec![0; 15 * size]);
                let target = glow::TEXTURE_2D;
                let slice = |bytes| glow::PixelUnpackData::Slice(Some(bytes));
                r.gl.tex_image_2d(target, 1, internal as i32, 2, 1, 0, format, ty, slice(&second));
                r.sampling(target, glow::NEAREST_MIPMAP_NEAREST, glow::NEAREST, glow::CLAMP_TO_EDGE);
                r.gl.tex_parameter_i32(target, glow::TEXTURE_MAX_LEVEL, 1);
                r.gl.viewport(28, 1, 20, 1);
                r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
                r.gl.tex_sub_image_2d(target, 0, 0, 0, 5, 3, format, ty, slice(&whole));
                r.gl.tex_sub_image_2d(target, 0, 1, 1, 3, 2, format, ty, slice(&part));
                r.gl.viewport(0, 0, 20, 3);
                r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
                r.gl.uniform_1_i32(r.uniform(program, "u_level").as_ref(), 1);
                r.gl.viewport(0, 0, 48, 1);
                r.gl.enable(glow::SCISSOR_TEST);
                r.gl.scissor(20, 0, 8, 1);
                r.gl.draw_arrays(glow::TRIANGLES, 0, 3);
            }),
        );
    }
}
