//! How textures are sampled: filters, wrapping, levels, cubes, volumes, arrays, swizzles, comparison.

use crate::reference::{HasContext as _, Reference};
use crate::stage::{compare, list, shaders};

const WHOLE: &str = "#version 300 es
out vec2 v_place;
void main() {
    v_place = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
    gl_Position = vec4(v_place * 2.0 - 1.0, 0.0, 1.0);
}";

fn fragment(sampler: &str, expression: &str) -> String {
    format!(
        "#version 300 es\nprecision highp float;\nuniform highp {sampler} u_image;\nin vec2 v_place;\nout vec4 o_color;\n\
         void main() {{ o_color = vec4({expression}); }}"
    )
}

fn noise(count: usize) -> Vec<u8> {
    (0..count as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 17) as u8).collect()
}

/// A stream that makes texture 1, fills it, and shows it by an expression.
fn stream(
    features: &str,
    descriptor: &str,
    size: &str,
    commands: &str,
    sampler: &str,
    fragment: &str,
) -> String {
    format!(
        r#"["GLIR", {{"profile": "es3", "width": 40, "height": 30, "requires": [{features}]}}]
["CREATE", 1, {descriptor}]
["SIZE", 1, {size}]
{commands}
["CREATE", 2, "program"]
{}["TEXTURE", 2, "u_image", 1]
["DRAW", 2, "triangles", {{"count": 3}}]
["SWAP"]"#,
        shaders(2, WHOLE, fragment, &format!(r#"{{"samplers": ["{sampler} u_image"]}}"#))
    )
}

fn show(r: &Reference, fragment: &str) {
    r.program(WHOLE, fragment);
    // SAFETY: the reference's context is current.
    unsafe { r.gl.draw_arrays(glow::TRIANGLES, 0, 3) };
}

/// Every filter with every wrapping, on a texture with levels of its own that is no power of two.
#[test]
fn filters_and_wrappings() {
    let mins = [
        ("nearest", glow::NEAREST),
        ("linear", glow::LINEAR),
        ("nearest_mipmap_nearest", glow::NEAREST_MIPMAP_NEAREST),
        ("linear_mipmap_nearest", glow::LINEAR_MIPMAP_NEAREST),
        ("nearest_mipmap_linear", glow::NEAREST_MIPMAP_LINEAR),
        ("linear_mipmap_linear", glow::LINEAR_MIPMAP_LINEAR),
    ];
    let wraps = [
        ("repeat", glow::REPEAT),
        ("clamp_to_edge", glow::CLAMP_TO_EDGE),
        ("mirrored_repeat", glow::MIRRORED_REPEAT),
    ];
    let levels =
        [noise(12 * 9 * 4), noise(6 * 4 * 4 + 7)[7..].to_vec(), noise(3 * 2 * 4 + 31)[31..].to_vec()];
    let fragment = fragment("sampler2D", "texture(u_image, (v_place * v_place - 0.4) * vec2(2.7, 3.1))");
    for (k, (min, gl_min)) in mins.into_iter().enumerate() {
        let (mag, gl_mag) = if k % 2 == 0 { ("nearest", glow::NEAREST) } else { ("linear", glow::LINEAR) };
        let (s, gl_s) = wraps[k % 3];
        let (t, gl_t) = wraps[(k + 1 + k / 3) % 3];
        let mut commands = String::new();
        for (level, data) in levels.iter().enumerate() {
            commands += &format!("[\"DATA\", 1, {{\"level\": {level}}}, {{\"u8\": {}}}]\n", list(data));
        }
        commands +=
            &format!("[\"INTERPOLATION\", 1, \"{min}\", \"{mag}\"]\n[\"WRAPPING\", 1, \"{s}\", \"{t}\"]");
        let descriptor = r#"{"texture": "2d", "format": "rgba8", "levels": 3}"#;
        compare(
            &stream("", descriptor, "12, 9", &commands, "sampler2D", &fragment),
            by_hand!(|r| {
                let (rgba, byte) = (glow::RGBA, glow::UNSIGNED_BYTE);
                r.texture(glow::RGBA8, [12, 9], rgba, byte, &levels[0]);
                for (level, width, height) in [(1, 6, 4), (2, 3, 2)] {
                    let data = glow::PixelUnpackData::Slice(Some(&levels[level as usize]));
                    let format = glow::RGBA8 as i32;
                    r.gl.tex_image_2d(glow::TEXTURE_2D, level, format, width, height, 0, rgba, byte, data);
                }
                r.gl.tex_parameter_i32(glow::TEXTURE_2D, glow::TEXTURE_MAX_LEVEL, 2);
                r.sampling(glow::TEXTURE_2D, gl_min, gl_mag, gl_s);
                r.gl.tex_parameter_i32(glow::TEXTURE_2D, glow::TEXTURE_WRAP_T, gl_t as i32);
                show(r, &fragment);
            }),
        );
    }
}

/// Faces in their order and their own directions, their mipmaps, and edges filtered across faces.
#[test]
fn cubes() {
    let fragment = fragment(
        "samplerCube",
        "textureLod(u_image, vec3(sin(v_place.x * 7.0), cos(v_place.y * 9.0), sin(v_place.x * 11.0 + v_place.y)), v_place.y)",
    );
    let faces = noise(6 * 64);
    let half = 3 * 64;
    let commands = format!(
        r#"["DATA", 1, {{"z": 3, "depth": 3}}, {{"u8": {}}}]
["DATA", 1, {{"z": 0, "depth": 3}}, {{"u8": {}}}]
["DATA", 1, {{"x": 1, "y": 2, "z": 2, "width": 3, "height": 1, "depth": 2}}, {{"u8": {}}}]
["MIPMAPS", 1]
["INTERPOLATION", 1, "linear_mipmap_linear", "linear"]"#,
        list(&faces[half..]),
        list(&faces[..half]),
        list(&faces[5..29]),
    );
    let descriptor = r#"{"texture": "cube", "format": "rgba8", "levels": 0}"#;
    compare(
        &stream("", descriptor, "4, 4", &commands, "samplerCube", &fragment),
        by_hand!(|r| {
            let (rgba, byte, target) = (glow::RGBA, glow::UNSIGNED_BYTE, glow::TEXTURE_CUBE_MAP);
            r.gl.bind_texture(target, Some(r.gl.create_texture().unwrap()));
            for (face, data) in faces.chunks(64).enumerate() {
                let face_target = glow::TEXTURE_CUBE_MAP_POSITIVE_X + face as u32;
                let slice = |data| glow::PixelUnpackData::Slice(Some(data));
                r.gl.tex_image_2d(face_target, 0, glow::RGBA8 as i32, 4, 4, 0, rgba, byte, slice(data));
                if face == 2 || face == 3 {
                    let part = &faces[5 + (face - 2) * 12..][..12];
                    r.gl.tex_sub_image_2d(face_target, 0, 1, 2, 3, 1, rgba, byte, slice(part));
                }
            }
            r.gl.generate_mipmap(target);
            r.sampling(target, glow::LINEAR_MIPMAP_LINEAR, glow::LINEAR, glow::CLAMP_TO_EDGE);
            show(r, &fragment);
        }),
    );
}

/// Volumes and arrays: parts of several slices, wrapping in r, mipmaps of each kind.
#[test]
fn volumes_and_arrays() {
    for (target, gl_target, sampler, depth_level) in
        [("3d", glow::TEXTURE_3D, "sampler3D", 2), ("2d_array", glow::TEXTURE_2D_ARRAY, "sampler2DArray", 5)]
    {
        let at = if target == "3d" { "v_place.x * 2.3 - 0.6" } else { "floor(v_place.x * 5.0)" };
        let expression =
            format!("textureLod(u_image, vec3(v_place * vec2(1.0, 2.5) - 0.3, {at}), v_place.y * 2.0)");
        let fragment = fragment(sampler, &expression);
        let data = noise(5 * 3 * 5 * 3);
        let second = noise(2 * depth_level * 3 + 11)[11..].to_vec();
        let part = noise(60)[6..].to_vec();
        let commands = format!(
            r#"["DATA", 1, {{}}, {{"u8": {}}}]
["DATA", 1, {{"x": 1, "y": 0, "z": 2, "width": 3, "height": 3, "depth": 2}}, {{"u8": {}}}]
["MIPMAPS", 1]
["DATA", 1, {{"level": 1}}, {{"u8": {}}}]
["INTERPOLATION", 1, "linear_mipmap_linear", "linear"]
["WRAPPING", 1, "repeat", "mirrored_repeat", "mirrored_repeat"]"#,
            list(&data),
            list(&part),
            list(&second),
        );
        let descriptor = format!(r#"{{"texture": "{target}", "format": "rgb8", "levels": 0}}"#);
        compare(
            &stream("", &descriptor, "5, 3, 5", &commands, sampler, &fragment),
            by_hand!(|r| {
                let (rgb, byte) = (glow::RGB, glow::UNSIGNED_BYTE);
                r.gl.bind_texture(gl_target, Some(r.gl.create_texture().unwrap()));
                let slice = |data| glow::PixelUnpackData::Slice(Some(data));
                r.gl.tex_image_3d(gl_target, 0, glow::RGB8 as i32, 5, 3, 5, 0, rgb, byte, slice(&data));
                r.gl.tex_sub_image_3d(gl_target, 0, 1, 0, 2, 3, 3, 2, rgb, byte, slice(&part));
                r.gl.generate_mipmap(gl_target);
                let depth = depth_level as i32;
                r.gl.tex_sub_image_3d(gl_target, 1, 0, 0, 0, 2, 1, depth, rgb, byte, slice(&second));
                r.sampling(gl_target, glow::LINEAR_MIPMAP_LINEAR, glow::LINEAR, glow::REPEAT);
                r.gl.tex_parameter_i32(gl_target, glow::TEXTURE_WRAP_T, glow::MIRRORED_REPEAT as i32);
                r.gl.tex_parameter_i32(gl_target, glow::TEXTURE_WRAP_R, glow::MIRRORED_REPEAT as i32);
                show(r, &fragment);
            }),
        );
    }
}

/// Channels in other places, also of formats that desktop GL has to stand in for.
#[test]
fn swizzles() {
    let names = ["red", "green", "blue", "alpha", "zero", "one"];
    let values = [glow::RED, glow::GREEN, glow::BLUE, glow::ALPHA, glow::ZERO, glow::ONE];
    let fragment = fragment("sampler2D", "texture(u_image, v_place) * 0.9 + 0.05");
    for (format, internal, gl_format, size, order) in [
        ("rgba8", glow::RGBA8, glow::RGBA, 4, [3, 2, 4, 0]),
        ("rg8", glow::RG8, glow::RG, 2, [1, 3, 0, 5]),
        ("luminance_alpha8", glow::LUMINANCE_ALPHA, glow::LUMINANCE_ALPHA, 2, [3, 0, 5, 2]),
        ("alpha8", glow::ALPHA, glow::ALPHA, 1, [3, 0, 3, 5]),
        ("luminance8", glow::LUMINANCE, glow::LUMINANCE, 1, [4, 1, 3, 2]),
    ] {
        let data = noise(7 * 3 * size);
        let [r, g, b, a] = order.map(|k| names[k]);
        let descriptor =
            format!(r#"{{"texture": "2d", "format": "{format}", "swizzle": ["{r}", "{g}", "{b}", "{a}"]}}"#);
        let commands = format!("[\"DATA\", 1, {{}}, {{\"u8\": {}}}]", list(&data));
        compare(
            &stream("\"texture-swizzle\"", &descriptor, "7, 3", &commands, "sampler2D", &fragment),
            by_hand!(|r| {
                r.texture(internal, [7, 3], gl_format, glow::UNSIGNED_BYTE, &data);
                r.sampling(glow::TEXTURE_2D, glow::LINEAR, glow::LINEAR, glow::CLAMP_TO_EDGE);
                for (k, channel) in order.into_iter().enumerate() {
                    let parameter = glow::TEXTURE_SWIZZLE_R + k as u32;
                    r.gl.tex_parameter_i32(glow::TEXTURE_2D, parameter, values[channel] as i32);
                }
                show(r, &fragment);
            }),
        );
    }
}

/// Shadow samplers of each shape with each comparison, filtered and not.
#[test]
fn comparisons() {
    let funcs = [
        ("never", glow::NEVER),
        ("less", glow::LESS),
        ("equal", glow::EQUAL),
        ("lequal", glow::LEQUAL),
        ("greater", glow::GREATER),
        ("notequal", glow::NOTEQUAL),
        ("gequal", glow::GEQUAL),
        ("always", glow::ALWAYS),
    ];
    let shapes = [
        ("2d", glow::TEXTURE_2D, "sampler2DShadow", "vec3(v_place, 0.5)", 1usize),
        (
            "2d_array",
            glow::TEXTURE_2D_ARRAY,
            "sampler2DArrayShadow",
            "vec4(v_place, floor(v_place.x * 2.0), 0.5)",
            2,
        ),
        ("cube", glow::TEXTURE_CUBE_MAP, "samplerCubeShadow", "vec4(v_place - 0.5, 0.4, 0.5)", 6),
    ];
    for (k, (func, gl_func)) in funcs.into_iter().enumerate() {
        let (target, gl_target, sampler, coordinates, layers) = shapes[k % 3];
        let linear = k % 2 == 1;
        let (filter, gl_filter) = if linear { ("linear", glow::LINEAR) } else { ("nearest", glow::NEAREST) };
        let fragment = fragment(sampler, &format!("vec3(texture(u_image, {coordinates})), v_place.x"));
        // A third of the depths is the reference itself.
        let depths: Vec<f32> = (0..16 * layers).map(|i| [0.5, 0.25, 0.75, 0.5, 0.125][i * 7 % 5]).collect();
        let descriptor =
            format!(r#"{{"texture": "{target}", "format": "depth_component32f", "compare": "{func}"}}"#);
        let commands = format!(
            "[\"DATA\", 1, {{}}, {{\"f32\": {}}}]\n[\"INTERPOLATION\", 1, \"{filter}\", \"{filter}\"]",
            list(&depths)
        );
        let size = if target == "2d_array" { "4, 4, 2" } else { "4, 4" };
        compare(
            &stream("", &descriptor, size, &commands, sampler, &fragment),
            by_hand!(|r| {
                let bytes = crate::reference::bytes(&depths);
                r.gl.bind_texture(gl_target, Some(r.gl.create_texture().unwrap()));
                let internal = glow::DEPTH_COMPONENT32F as i32;
                let (format, ty) = (glow::DEPTH_COMPONENT, glow::FLOAT);
                let slice = |data| glow::PixelUnpackData::Slice(Some(data));
                match target {
                    "2d" => r.gl.tex_image_2d(gl_target, 0, internal, 4, 4, 0, format, ty, slice(&bytes)),
                    "2d_array" => {
                        r.gl.tex_image_3d(gl_target, 0, internal, 4, 4, 2, 0, format, ty, slice(&bytes));
                    }
                    _ => {
                        for (face, data) in bytes.chunks(64).enumerate() {
                            let face = glow::TEXTURE_CUBE_MAP_POSITIVE_X + face as u32;
                            r.gl.tex_image_2d(face, 0, internal, 4, 4, 0, format, ty, slice(data));
                        }
                    }
                }
                r.sampling(gl_target, gl_filter, gl_filter, glow::CLAMP_TO_EDGE);
                let mode = glow::COMPARE_REF_TO_TEXTURE as i32;
                r.gl.tex_parameter_i32(gl_target, glow::TEXTURE_COMPARE_MODE, mode);
                r.gl.tex_parameter_i32(gl_target, glow::TEXTURE_COMPARE_FUNC, gl_func as i32);
                show(r, &fragment);
            }),
        );
    }
}
