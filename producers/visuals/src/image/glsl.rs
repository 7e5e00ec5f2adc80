//! The parts of an image's shaders: how texels are read, how they are weighed, and what they become.

use super::{Interpolation, Kind};
use crate::error::Result;
use crate::place::Parts;
use glir_shaders::Function;

// A texel by its place among all levels.
const STORED: &str = "
uniform sampler2D u_image;
uniform vec4 u_sheet;
vec4 $decode(vec4 raw);
vec4 stored(vec2 texel) { return $decode(texture2D(u_image, (texel + 0.5) / u_sheet.zw)); }";

// The same where strips divide them.
const STORED_IN_STRIPS: &str = "
uniform sampler2D u_image;
// A strip of the levels; the texture.
uniform vec4 u_sheet;
vec4 $decode(vec4 raw);
vec4 stored(vec2 texel) {
    vec2 strip = u_sheet.xy;
    vec2 number = floor(texel / strip);
    // A quotient may be off by one where it is near a whole number.
    vec2 rest = texel - number * strip;
    number += step(strip, rest) - step(rest, vec2(-0.5));
    // Strips of columns lie above each other, those of rows side by side.
    vec2 place = texel + (number.yx - number) * strip;
    return $decode(texture2D(u_image, (place + 0.5) / u_sheet.zw));
}";

const FETCH: &str = "
uniform vec2 u_size;
vec4 $stored(vec2 texel);
vec4 fetch(vec2 texel) { return $stored(clamp(texel, vec2(0.0), ceil(u_size) - 1.0)); }";

// A share of the range, times how much it counts, and how much it counts.
const DECODE_U8: &str = "vec4 decode(vec4 raw) { return vec4(raw.x, 0.0, 0.0, 1.0); }";
const DECODE_U16: &str = "
vec4 decode(vec4 raw) {
    vec2 bytes = floor(raw.xw * 255.0 + 0.5);
    return vec4((bytes.x + 256.0 * bytes.y) / 65535.0, 0.0, 0.0, 1.0);
}";
const DECODE_F32: &str = "
vec4 decode(vec4 raw) {
    vec3 bytes = floor(raw.xyz * 255.0 + 0.5);
    return vec4(raw.w * dot(bytes, vec3(1.0, 256.0, 65536.0)) / 16777215.0, 0.0, 0.0, raw.w);
}";
// Premultiplied, so that transparent texels have no colour to give.
const DECODE_COLOR: &str = "vec4 decode(vec4 raw) { return vec4(raw.rgb * raw.a, raw.a); }";

const NEAREST: &str = "
vec4 $fetch(vec2 texel);
vec4 nearest(vec2 at) { return $fetch(floor(at)); }";

const LINEAR: &str = "
vec4 $fetch(vec2 texel);
vec4 linear(vec2 at) {
    vec2 first = floor(at - 0.5);
    vec2 part = at - 0.5 - first;
    vec4 below = mix($fetch(first), $fetch(first + vec2(1.0, 0.0)), part.x);
    vec4 above = mix($fetch(first + vec2(0.0, 1.0)), $fetch(first + vec2(1.0, 1.0)), part.x);
    return mix(below, above, part.y);
}";

// Catmull and Rom's: it goes through the texels.
const CUBIC: &str = "
vec4 $fetch(vec2 texel);
float weight(float t) {
    t = abs(t);
    return t < 1.0 ? (1.5 * t - 2.5) * t * t + 1.0 : ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0;
}
vec4 cubic(vec2 at) {
    vec2 first = floor(at - 0.5);
    vec2 part = at - 0.5 - first;
    vec4 sum = vec4(0.0);
    for (int y = -1; y <= 2; y++) {
        for (int x = -1; x <= 2; x++) {
            vec2 step = vec2(float(x), float(y));
            sum += $fetch(first + step) * (weight(step.x - part.x) * weight(step.y - part.y));
        }
    }
    return sum;
}";

// Three lobes each way, made to sum to 1.
const LANCZOS: &str = "
vec4 $fetch(vec2 texel);
float weight(float t) {
    t = abs(t) * 3.14159265;
    return t < 1e-4 ? 1.0 : 3.0 * sin(t) * sin(t / 3.0) / (t * t);
}
vec4 lanczos(vec2 at) {
    vec2 first = floor(at - 0.5);
    vec2 part = at - 0.5 - first;
    vec4 sum = vec4(0.0);
    float total = 0.0;
    for (int y = -2; y <= 3; y++) {
        for (int x = -2; x <= 3; x++) {
            vec2 step = vec2(float(x), float(y));
            float w = weight(step.x - part.x) * weight(step.y - part.y);
            sum += $fetch(first + step) * w;
            total += w;
        }
    }
    return sum / total;
}";

// How much a texel so far from the place counts along an axis, by each interpolation.
const KERNEL_NEAREST: &str = "float kernel(float off) { return 1.0; }";
const KERNEL_LINEAR: &str = "float kernel(float off) { return max(1.0 - abs(off), 0.0); }";
const KERNEL_CUBIC: &str = "
float kernel(float off) {
    float t = abs(off);
    return t < 1.0 ? (1.5 * t - 2.5) * t * t + 1.0 : ((-0.5 * t + 2.5) * t - 4.0) * t + 2.0;
}";
const KERNEL_LANCZOS: &str = "
float kernel(float off) {
    float t = abs(off) * 3.14159265;
    return t < 1e-4 ? 1.0 : 3.0 * sin(t) * sin(t / 3.0) / (t * t);
}";

const SHADE_SCALAR: &str = "
uniform sampler2D u_map;
// Factor and summand from a share of the range to one of the limits; gamma.
uniform vec3 u_limits;
uniform vec4 u_bad;
vec4 shade(vec4 sum, vec4 nearest) {
    if (nearest.w <= 0.0) return u_bad;
    // Missing neighbours count for nothing.
    vec4 found = sum.w > 0.25 * nearest.w ? sum : nearest;
    float share = found.x / found.w;
    float t = pow(clamp(share * u_limits.x + u_limits.y, 0.0, 1.0), u_limits.z);
    return texture2D(u_map, vec2((t * 255.0 + 0.5) / 256.0, 0.5));
}";

const SHADE_COLOR: &str = "
vec4 shade(vec4 sum, vec4 nearest) {
    float alpha = clamp(sum.w, 0.0, 1.0);
    return vec4(clamp(sum.rgb / max(alpha, 1e-4), 0.0, 1.0), alpha);
}";

/// The corners of a rectangle, by their shares: x and y are linear, and their parts exact at the corners.
const RECTANGLE: &str = "
// The first corner and the way to the opposite one, high and low.
uniform vec4 u_from;
uniform vec4 u_way;
void corner(vec2 at, out vec3 high, out vec3 low) {
    high = vec3(u_from.xy, 0.0);
    low = vec3(u_from.zw + u_way.zw * at + u_way.xy * at, 0.0);
}";

const TEXEL: &str = "
vec4 texel(vec2 at) {
    vec4 value = $fetch(at);
    vec4 color = $shade(value, value);
    return vec4(color.rgb * color.a, color.a);
}";

/// Where texels are rectangles that lie askew, the colours of two that meet in a pixel share it.
const TEXELS: &str = "if (v_soft.x + v_soft.y > 0.0 && several.x + several.y < 0.5) {
        vec2 edge = floor(v_at + 0.5);
        vec2 share = clamp((v_at - edge) / max(v_soft, 1e-6) + 0.5, 0.0, 1.0);
        vec4 below = mix(texel(edge - 1.0), texel(edge - vec2(0.0, 1.0)), share.x);
        vec4 above = mix(texel(edge - vec2(1.0, 0.0)), texel(edge), share.x);
        vec4 mixed = mix(below, above, share.y);
        color = vec4(mixed.rgb / max(mixed.a, 1e-4), mixed.a);
    }";

/// The shaders of an image, whose texels may stand in strips.
pub(super) fn parts(kind: Kind, interpolation: Interpolation, strips: bool) -> Result<Parts> {
    let (name, decode) = match kind {
        Kind::U8 => ("decode_u8", DECODE_U8),
        Kind::U16 => ("decode_u16", DECODE_U16),
        Kind::F32 => ("decode_f32", DECODE_F32),
        Kind::Rgb | Kind::Rgba => ("decode_color", DECODE_COLOR),
    };
    let stored = Function::new("stored", if strips { STORED_IN_STRIPS } else { STORED })?
        .with("decode", Function::new(name, decode)?)?;
    let fetch = Function::new("fetch", FETCH)?.with("stored", &stored)?;
    // With how far from a place it looks, in texels.
    let (name, sample, kernel, reach) = match interpolation {
        Interpolation::Nearest => ("nearest", NEAREST, KERNEL_NEAREST, "0.5"),
        Interpolation::Linear => ("linear", LINEAR, KERNEL_LINEAR, "1.0"),
        Interpolation::Cubic => ("cubic", CUBIC, KERNEL_CUBIC, "2.0"),
        Interpolation::Lanczos => ("lanczos", LANCZOS, KERNEL_LANCZOS, "3.0"),
    };
    let sample = Function::new(name, sample)?.with("fetch", &fetch)?;
    let is_nearest = interpolation == Interpolation::Nearest;
    let (texel, texels) = if is_nearest { (TEXEL, TEXELS) } else { ("", "") };
    // Of rectangles both sums are one.
    let (own_sum, own_mean) = if is_nearest {
        ("", "nearest = sum;")
    } else {
        ("nearest += value * counts.y;", "nearest /= totals.y;")
    };
    let fragment = include_str!("image.frag")
        .replace("TEXELS", texels)
        .replace("TEXEL", texel)
        .replace("REACH", reach)
        .replace("OWN_SUM", own_sum)
        .replace("OWN_MEAN", own_mean);
    let (name, shade) =
        if kind.scalar() { ("shade_scalar", SHADE_SCALAR) } else { ("shade_color", SHADE_COLOR) };
    Ok(Parts {
        vertex: Function::new("image", include_str!("image.vert"))?
            .with("corner", Function::new("rectangle", RECTANGLE)?)?,
        fragment: Function::new("image_pixel", &fragment)?
            .with("stored", &stored)?
            .with("fetch", &fetch)?
            .with("sample", sample)?
            .with("kernel", Function::new("kernel", kernel)?)?
            .with("shade", Function::new(name, shade)?)?,
        item: Some(Function::new("one_item", "vec4 item() { return vec4(0.0); }")?),
    })
}
