//! What buffers and textures hold at a place: read back from the context that has drawn up to there, drawn textures included.

use crate::trace::picture::Picture;
use glir_core::text::{Item, parse};
use glir_core::{Backend, FrameInput, Interpreter, Store};
use glir_spec::Reply;
use glir_spec::wire::{Encoding, Payload};
use glir_trace::Blobs;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The most bytes of a buffer, and elements of anything, that are shown.
const BYTES: u64 = 4096;
const SHOWN: usize = 1024;
/// The number of the READ.
const REQUEST: u32 = 0x6c6f_6f6b;
/// The most texels of what is read by drawing it.
const DRAWN: u64 = 1 << 22;
/// The most layers of the first level, and levels of the first layer, that stand in a page of its own.
const HELD: u32 = 8;
const VERTEX: &str = "#version 300 es\nvoid main() { gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0, 0.0, 1.0); }";

/// What an object holds: text, and a picture of what has pixels; or why that is not known.
pub(super) enum Held {
    Text(String, Option<Picture>),
    Error(String),
}

/// A level of a texture, and a layer, slice or face of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) level: u32,
    pub(super) layer: u32,
}

/// What a texture consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    size: [u32; 3],
    pub(super) levels: u32,
    /// Slices become fewer from level to level.
    solid: bool,
    layered: bool,
}

impl Shape {
    /// Of an object of the state's JSON.
    pub(super) fn of(object: &Value) -> Shape {
        let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
        let extent = |at: usize| number(&object["size"][at]).unwrap_or(1).max(1);
        let descriptor = &object["descriptor"];
        let target = descriptor["texture"].as_str().unwrap_or("");
        let solid = target == "3d";
        let depth = if target == "cube" { 6 } else { extent(2) };
        let size = [extent(0), extent(1), depth];
        let longest =
            size.iter().take(if solid { 3 } else { 2 }).max().map_or(1, |longest| longest.ilog2() + 1);
        let levels = match number(&descriptor["levels"]) {
            _ if target.is_empty() => 1,
            Some(0) => longest,
            levels => levels.unwrap_or(1).min(longest),
        };
        Shape { size, levels, solid, layered: !["", "2d"].contains(&target) }
    }

    /// Layers of a level.
    pub(super) fn layers(self, level: u32) -> u32 {
        let [_, _, depth] = self.size;
        if self.solid { (depth >> level.min(31)).max(1) } else { depth }
    }

    /// The parts that a page of its own holds: its first layers, and its first levels.
    pub(super) fn parts(self) -> impl Iterator<Item = Part> {
        let layers = (0..self.layers(0).min(HELD)).map(|layer| Part { level: 0, layer });
        layers.chain((1..self.levels.min(HELD)).map(|level| Part { level, layer: 0 }))
    }

    fn extent(self, level: u32) -> (u32, u32) {
        let [width, height, _] = self.size.map(|size| (size >> level.min(31)).max(1));
        (width, height)
    }

    /// A part in words.
    fn name(self, part: Part) -> String {
        let mut name = format!("level {} of {}", part.level, self.levels);
        if self.layered {
            let _ = write!(name, ", layer {} of {}", part.layer, self.layers(part.level));
        }
        name
    }
}

/// What is in use where an object is looked at, which is not to notice.
pub(super) struct Scene<'s> {
    /// Numbers that are none of the objects', from this one on.
    pub(super) free: u32,
    pub(super) framebuffer: u64,
    /// The state's fields.
    pub(super) fields: &'s Value,
}

/// What an object of the state's JSON holds, for the interpreter that has drawn up to there. The stream does not notice.
pub(super) fn contents<B: Backend>(
    interpreter: &mut Interpreter<B>,
    blobs: &Blobs<'_>,
    object: &Value,
    part: Part,
    scene: &Scene<'_>,
) -> Held {
    let (id, kind) = (&object["id"], object["kind"].as_str().unwrap_or(""));
    let size = object["size"][0].as_u64().unwrap_or(0);
    if !["buffer", "texture", "renderbuffer"].contains(&kind) {
        return Held::Error("it holds nothing that can be read".into());
    }
    if size == 0 {
        return Held::Text("no storage".into(), None);
    }
    let mut aside = |lines: &[Value]| {
        let mut text = "[\"GLIR\", {\"profile\": \"es3\"}]\n".to_owned();
        lines.iter().for_each(|line| _ = writeln!(text, "{line}"));
        let items = parse(&text).map(|document| document.items).unwrap_or_default();
        for item in &items {
            let Item::Frame { frame, .. } = item else { continue };
            interpreter.aside(FrameInput { head: frame.head(), arena: Store::Memory(frame.arena()), blobs });
        }
        let mine = |reply: &Reply<'_>| match reply {
            Reply::Bytes(bytes) => bytes.request.0 == REQUEST,
            Reply::Pixels(pixels) => pixels.request.0 == REQUEST,
            _ => false,
        };
        let refused: Vec<String> =
            interpreter.take_diagnostics().into_iter().map(|diagnostic| diagnostic.message).collect();
        (interpreter.take_replies().into_iter().find(mine), refused)
    };
    if kind == "buffer" {
        let source = json!({ "buffer": id, "offset": 0, "size": size.min(BYTES) });
        let (reply, refused) = aside(&[json!(["READ", REQUEST, source])]);
        return match reply {
            Some(Reply::Bytes(bytes)) => match &bytes.payload {
                Payload::Inline { bytes, .. } => Held::Text(numbers(object, bytes, size), None),
                _ => Held::Error("it can't be read here".into()),
            },
            _ => Held::Error(format!("it can't be read here: {}", refused.join("; "))),
        };
    }
    let shape = Shape::of(object);
    if part.level >= shape.levels || part.layer >= shape.layers(part.level) {
        return Held::Error(format!("there is no {}", shape.name(part)));
    }
    let format = object["descriptor"][kind].as_str().filter(|_| kind != "texture");
    let format = format.or(object["descriptor"]["format"].as_str()).unwrap_or("");
    let [framebuffer, renderbuffer, program] = [0, 1, 2].map(|more| scene.free.saturating_add(more));
    let ahead = json!(["CREATE", framebuffer, "framebuffer"]);
    let read = json!(["READ", REQUEST, { "framebuffer": framebuffer }]);
    let samples = object["descriptor"]["samples"].as_u64().unwrap_or(0);
    let mut pixels = None;
    if !is_depth(format) && samples == 0 {
        let attach = json!(["ATTACH", framebuffer, "color0", id, part.level, part.layer]);
        let (reply, _) = aside(&[ahead.clone(), attach, read.clone()]);
        aside(&[json!(["DELETE", framebuffer])]);
        pixels = reply;
    }
    let (width, height) = shape.extent(part.level);
    let drawn = pixels.is_none() && kind == "texture";
    if drawn && u64::from(width) * u64::from(height) > DRAWN {
        return Held::Error(format!(
            "{width}×{height} texels of the format {format} are too many to be read"
        ));
    }
    if drawn && let Some(fragment) = fragment(object, part, width, height) {
        let plain = plain();
        let before: serde_json::Map<_, _> =
            plain.keys().map(|name| (name.clone(), scene.fields[name].clone())).collect();
        let sampler = sampler(object);
        let (_, refused) = aside(&[
            ahead,
            json!(["CREATE", renderbuffer, { "renderbuffer": "rgba32ui" }]),
            json!(["SIZE", renderbuffer, width, height]),
            json!(["ATTACH", framebuffer, "color0", renderbuffer]),
            json!(["CREATE", program, "program"]),
            json!(["SHADERS", program, { "vertex": VERTEX, "fragment": fragment }, { "samplers": [format!("{sampler} u_image")] }]),
            json!(["TEXTURE", program, "u_image", id]),
            json!(["FRAMEBUFFER", framebuffer]),
            json!(["STATE", plain]),
            json!(["DRAW", program, "triangles", { "count": 3 }]),
        ]);
        let (reply, _) = if refused.is_empty() { aside(&[read]) } else { (None, refused) };
        aside(&[
            json!(["FRAMEBUFFER", scene.framebuffer]),
            json!(["STATE", before]),
            json!(["DELETE", program]),
            json!(["DELETE", framebuffer]),
            json!(["DELETE", renderbuffer]),
        ]);
        pixels = reply;
    }
    let Some(Reply::Pixels(pixels)) = pixels else {
        let what = if samples > 0 { format!("of {samples} samples ") } else { String::new() };
        return Held::Error(format!(
            "a {kind} {what}of the format {format} can't be read here; draw or BLIT it to one that can"
        ));
    };
    let Payload::Inline { encoding, bytes } = &pixels.payload else {
        return Held::Error("it can't be read here".into());
    };
    // What was drawn are the bits of floats.
    let encoding = if drawn { Encoding::F32 } else { *encoding };
    // What was drawn is what shaders read.
    let swizzled = drawn && !object["descriptor"]["swizzle"].is_null();
    let chosen = if swizzled { (0, 4) } else { chosen(format) };
    let size = encoding.size().max(1);
    let kept: Vec<u8> = bytes
        .chunks_exact(size * 4)
        .flat_map(|texel| texel.chunks_exact(size).skip(chosen.0).take(chosen.1))
        .flatten()
        .copied()
        .collect();
    let (picture, range) = picture(encoding, &kept, chosen.1, pixels.width, pixels.height);
    let mut text = if kind == "texture" { format!("{}, ", shape.name(part)) } else { String::new() };
    let _ = write!(text, "{}×{}", pixels.width, pixels.height);
    if is_depth(format) {
        text += ", depth";
    }
    if swizzled {
        text += ", swizzled";
    }
    if let Some((least, most)) = range {
        let _ = write!(text, ", shown from {least} to {most}");
    }
    let all = kept.len() as u64;
    Held::Text(format!("{text}\n{}", elements(encoding, &kept, all)), Some(picture))
}

fn is_depth(format: &str) -> bool {
    format.starts_with("depth")
}

/// The fields of the state that a draw of every pixel depends on, with what leaves it alone.
fn plain() -> serde_json::Map<String, Value> {
    let fields = json!({
        "viewport": null, "scissor": null, "blend": false, "depth_test": false, "stencil_test": false, "cull_face": null,
        "color_mask": [true, true, true, true], "sample_alpha_to_coverage": false, "sample_coverage": null,
        "rasterizer_discard": false,
    });
    fields.as_object().cloned().unwrap_or_default()
}

/// The first of a texel's four elements that a format has, and how many.
fn chosen(format: &str) -> (usize, usize) {
    match format {
        "rgb10_a2" | "rgb10_a2ui" | "rgb5_a1" => (0, 4),
        _ if format.starts_with("rgba") || format.contains("alpha8") && format != "alpha8" => (0, 4),
        _ if format.starts_with("rgb") || format.starts_with("srgb") || format.starts_with("r11") => (0, 3),
        _ if format.starts_with("rg") => (0, 2),
        _ if format.starts_with("alpha") => (3, 1),
        _ if format.starts_with('r') || format.starts_with("luminance") || is_depth(format) => (0, 1),
        _ => (0, 4),
    }
}

/// What samples a texture.
fn sampler(object: &Value) -> &'static str {
    match object["descriptor"]["texture"].as_str() {
        Some("cube") => "samplerCube",
        Some("2d_array") => "sampler2DArray",
        Some("3d") => "sampler3D",
        _ => "sampler2D",
    }
}

/// A shader that writes a part's texels as the bits of floats; none for what can't be sampled so.
fn fragment(object: &Value, part: Part, width: u32, height: u32) -> Option<String> {
    let (sampler, Part { level, layer }) = (sampler(object), part);
    let texel = match sampler {
        // A cube is sampled by its filter, which may know of no other level.
        "samplerCube" if level > 0 => return None,
        "samplerCube" => {
            let direction = [
                "1.0, -p.y, -p.x",
                "-1.0, -p.y, p.x",
                "p.x, 1.0, p.y",
                "p.x, -1.0, -p.y",
                "p.x, -p.y, 1.0",
                "-p.x, -p.y, -1.0",
            ];
            format!("textureLod(u_image, vec3({}), 0.0)", direction.get(layer as usize)?)
        }
        "sampler2D" => format!("texelFetch(u_image, ivec2(gl_FragCoord.xy), {level})"),
        _ => format!("texelFetch(u_image, ivec3(ivec2(gl_FragCoord.xy), {layer}), {level})"),
    };
    if !object["descriptor"]["compare"].is_null() {
        return None;
    }
    Some(format!(
        "#version 300 es\nprecision highp float;\nprecision highp int;\nuniform highp {sampler} u_image;\nout highp uvec4 o_bits;\n\
         void main() {{ vec2 p = gl_FragCoord.xy / vec2({width}.0, {height}.0) * 2.0 - 1.0; o_bits = floatBitsToUint({texel}); }}"
    ))
}

/// A number that is none of these objects', with two more behind it.
pub(super) fn free(ids: impl Iterator<Item = u64>) -> u32 {
    let ids: BTreeSet<u64> = ids.collect();
    let next = ids.last().map_or(1, |last| last.saturating_add(1));
    let is_free = |id: &u32| (0..3).all(|more| !ids.contains(&(u64::from(*id) + more)));
    let gap = || (1..u32::MAX - 2).find(is_free);
    u32::try_from(next).ok().filter(|next| *next < u32::MAX - 2).or_else(gap).unwrap_or(0)
}

/// A buffer's first bytes, of so many, as elements of the type in which it was last filled, or as bytes.
fn numbers(object: &Value, bytes: &[u8], all: u64) -> String {
    let filled = object["data"].as_array().and_then(|data| data.last()).and_then(|data| data[1].as_object());
    let name = filled.and_then(|filled| filled.keys().next()).map_or("u8", String::as_str);
    let encoding = Encoding::ALL.iter().copied().find(|encoding| encoding.text() == name);
    elements(encoding.unwrap_or(Encoding::U8), bytes, all)
}

/// The first elements, eight a line, and how many there are in so many bytes if these are not all.
fn elements(encoding: Encoding, bytes: &[u8], all: u64) -> String {
    let mut text = encoding.text().to_owned();
    let size = encoding.size().max(1);
    for (number, element) in bytes.chunks_exact(size).take(SHOWN).enumerate() {
        text.push(if number % 8 == 0 { '\n' } else { ' ' });
        let _ = write!(text, "{}", one(encoding, element));
    }
    let (shown, all) = ((bytes.len() / size).min(SHOWN) as u64, all / size as u64);
    if shown < all {
        let _ = write!(text, "\n… ({shown} of {all} elements)");
    }
    text
}

/// An element as a number.
fn one(encoding: Encoding, bytes: &[u8]) -> f64 {
    let part = |length: usize| {
        let mut whole = [0; 8];
        whole.iter_mut().zip(bytes.iter().take(length)).for_each(|(to, from)| *to = *from);
        u64::from_le_bytes(whole)
    };
    match encoding {
        Encoding::Raw | Encoding::U8 => part(1) as f64,
        Encoding::I8 => f64::from(part(1) as u8 as i8),
        Encoding::U16 => part(2) as f64,
        Encoding::I16 => f64::from(part(2) as u16 as i16),
        Encoding::U32 => part(4) as f64,
        Encoding::I32 => f64::from(part(4) as u32 as i32),
        Encoding::F16 => half::f16::from_bits(part(2) as u16).to_f64(),
        Encoding::F32 => f64::from(f32::from_bits(part(4) as u32)),
        Encoding::F64 => f64::from_bits(part(8)),
    }
}

/// So many elements a pixel as a picture; what is not from 0 to 1 is stretched between its least and its greatest value. Integers always
/// are, and are opaque, since their alpha is none. Where that is so, the values are told.
fn picture(
    encoding: Encoding,
    bytes: &[u8],
    channels: usize,
    width: u32,
    height: u32,
) -> (Picture, Option<(f64, f64)>) {
    let size = encoding.size().max(1);
    let values: Vec<f64> = bytes.chunks_exact(size).map(|element| one(encoding, element)).collect();
    let whole = matches!(encoding, Encoding::U32 | Encoding::I32);
    let colours = || values.iter().enumerate().filter(|(at, _)| !whole || at % channels.max(1) < 3);
    let finite = || colours().map(|(_, value)| *value).filter(|value| value.is_finite());
    let (least, most) = match encoding {
        Encoding::U8 => (0.0, 255.0),
        _ if whole => (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max)),
        _ => (finite().fold(0.0, f64::min), finite().fold(1.0, f64::max)),
    };
    let scaled = |value: &f64| match most - least {
        // Everything is the same: black if it is nothing.
        0.0 if *value == 0.0 => 0,
        0.0 => 255,
        span => ((value - least) / span * 255.0).round() as u8,
    };
    let texel = |texel: &[f64]| {
        let at = |at: usize| texel.get(at).map_or(0, scaled);
        match channels {
            1 => [at(0), at(0), at(0), 255],
            4 if !whole => [at(0), at(1), at(2), at(3)],
            _ => [at(0), at(1), at(2), 255],
        }
    };
    let pixels: Vec<u8> = values.chunks_exact(channels.max(1)).flat_map(texel).collect();
    let row = width as usize * 4;
    let upright: Vec<u8> = pixels.chunks_exact(row.max(1)).rev().flatten().copied().collect();
    let told = whole || least < 0.0 || most > 1.0 && encoding != Encoding::U8;
    ((width, height, upright), told.then_some((least, most)))
}

#[cfg(test)]
mod tests {
    use super::{Part, Shape, chosen, elements, free, one, picture};
    use glir_spec::wire::Encoding;
    use serde_json::json;

    #[test]
    fn elements_are_numbers() {
        assert_eq!(one(Encoding::I16, &(-3i16).to_le_bytes()), -3.0);
        assert_eq!(one(Encoding::F32, &0.5f32.to_le_bytes()), 0.5);
        assert_eq!(one(Encoding::F16, &[0, 0x3c]), 1.0);
        assert_eq!(elements(Encoding::U8, &[1, 2], 2), "u8\n1 2");
        assert_eq!(elements(Encoding::F64, &[1, 2, 3], 3), "f64", "what is no whole element is none");
        assert!(elements(Encoding::U8, &[0; 5000], 5000).ends_with("\n… (1024 of 5000 elements)"));
        // Of a larger buffer no more is read than is shown.
        assert!(elements(Encoding::F32, &[0; 4096], 40_000).ends_with("\n… (1024 of 10000 elements)"));
        assert!(elements(Encoding::F32, &[0; 4096], 4096).ends_with(" 0"));
    }

    #[test]
    fn integers_are_scaled_and_opaque() {
        let bytes = [3_999_999_998u32, 4_000_000_000].map(u32::to_le_bytes).concat();
        let (shown, range) = picture(Encoding::U32, &bytes, 1, 2, 1);
        assert_eq!(shown, (2, 1, vec![0, 0, 0, 255, 255, 255, 255, 255]));
        assert_eq!(range, Some((3_999_999_998.0, 4_000_000_000.0)));
        let bytes = [-7i32, -5, -6, 1_000_000].map(i32::to_le_bytes).concat();
        let (shown, range) = picture(Encoding::I32, &bytes, 4, 1, 1);
        assert_eq!((shown.2, range), (vec![0, 255, 128, 255], Some((-7.0, -5.0))));
        assert_eq!(picture(Encoding::U8, &[1, 2, 3, 4], 4, 1, 1), ((1, 1, vec![1, 2, 3, 4]), None));
    }

    #[test]
    fn a_texture_has_levels_and_layers() {
        let shape = |texture: &str, size: &[u32], levels: u32| {
            Shape::of(
                &json!({ "size": size, "descriptor": { "texture": texture, "format": "r8", "levels": levels } }),
            )
        };
        let name = |shape: Shape, level, layer| shape.name(Part { level, layer });
        assert_eq!(name(shape("cube", &[4, 4], 3), 2, 5), "level 2 of 3, layer 5 of 6");
        assert_eq!(name(shape("2d", &[4, 9], 0), 0, 0), "level 0 of 4");
        assert_eq!(name(shape("3d", &[4, 4, 8], 0), 2, 1), "level 2 of 4, layer 1 of 2");
        assert_eq!(name(shape("2d_array", &[4, 4, 8], 0), 2, 1), "level 2 of 3, layer 1 of 8");
        let all =
            ["r8", "rg8", "rgb565", "rgba8", "alpha8", "luminance8", "srgb8_alpha8", "depth_component16"];
        assert_eq!(all.map(chosen), [(0, 1), (0, 2), (0, 3), (0, 4), (3, 1), (0, 1), (0, 4), (0, 1)]);
    }

    #[test]
    fn a_free_number_is_nobodys() {
        let most = u64::from(u32::MAX);
        assert_eq!(free([].into_iter()), 1);
        assert_eq!(free([1, 7].into_iter()), 8);
        assert_eq!(free([1, 2, 4, most].into_iter()), 5);
    }
}
