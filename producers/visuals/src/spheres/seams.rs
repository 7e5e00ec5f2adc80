//! The circles in which spheres cut each other: which of them can be seen, and the narrow bands along them that make them smooth.

use crate::color::Color;
use crate::each::Each;
use crate::error::Result;
use crate::light;
use crate::place::{Depth, Parts, Place};
use glam::DVec3;
use glir_gloo::{Context, Mode, VertexBuffer};
use glir_shaders::Function;
use glir_transforms::origin;

/// The most circles that are drawn: 40 bytes each. Where there are more, spheres are so many that they are small.
const MOST: usize = 20_000;

/// The most pairs of spheres that are looked at.
const LOOKS: usize = 1 << 22;

/// Places on a circle that are looked at: if other spheres cover all, it can't be seen.
const LOOKOUTS: usize = 32;

/// Pieces of a circle's band.
const PIECES: usize = 24;

/// The band reaches as far beyond its circle as a piece's middle lies within, and a pixel more.
const VERTEX: &str = "
attribute vec2 a_around;
attribute vec3 a_high;
attribute vec3 a_low;
attribute vec3 a_way;
attribute vec2 a_radii;
attribute vec4 a_color;
attribute vec4 a_other;
uniform float u_step;
uniform vec4 u_viewport;
uniform mat4 u_projection;
varying vec3 v_at;
varying vec4 v_first;
varying vec4 v_second;
varying vec4 v_color;
varying vec4 v_other;
varying vec4 v_depth;
varying float v_scale;
vec3 $scene(vec3 high, vec3 low);
vec4 $to_eye(vec3 scene);
vec4 $to_clip(vec4 eye);
void $identify();
vec3 eye(vec3 way) { return $to_eye($scene(a_high, a_low + way)).xyz; }
float stretch(vec3 way) { return distance(eye(way), eye(-way)) / (2.0 * u_step); }
void main() {
    $identify();
    vec3 first = eye(vec3(0.0));
    vec3 second = eye(a_way);
    float scale = stretch(vec3(u_step, 0.0, 0.0)) + stretch(vec3(0.0, u_step, 0.0)) + stretch(vec3(0.0, 0.0, u_step));
    vec2 radii = a_radii * scale / 3.0;
    float far = max(distance(first, second), 1e-30);
    vec3 axis = (second - first) / far;
    float plane = 0.5 * (far + (radii.x - radii.y) * (radii.x + radii.y) / far);
    float radius = sqrt(max((radii.x - plane) * (radii.x + plane), 0.0));
    vec3 right = normalize(abs(axis.x) < 0.6 ? vec3(0.0, axis.z, -axis.y) : vec3(-axis.z, 0.0, axis.x));
    vec3 up = cross(axis, right);
    float c = cos(a_around.x);
    float s = sin(a_around.x);
    vec3 at = first + plane * axis + radius * (c * right + s * up);
    vec3 along = c * up - s * right;
    bool perspective = u_projection[2][3] != 0.0;
    float w = u_projection[2][3] * at.z + u_projection[3][3];
    v_scale = 0.5 * u_viewport.w * abs(u_projection[1][1] / w);
    // Which way the circle goes on the screen, and what is across.
    vec2 seen = perspective ? along.xy - at.xy * (along.z / at.z) : along.xy;
    vec2 across = length(seen) > 1e-4 ? normalize(vec2(-seen.y, seen.x)) : vec2(1.0, 0.0);
    at.xy += across * a_around.y * (1.0 / v_scale + 0.0086 * radius);
    v_at = at;
    v_first = vec4(first, radii.x);
    v_second = vec4(second, radii.y);
    v_color = a_color;
    v_other = a_other;
    v_depth = vec4(u_projection[2][2], u_projection[3][2], u_projection[2][3], u_projection[3][3]);
    gl_Position = $to_clip(vec4(at, 1.0));
    // Fragments have the depth; in the middle, no plane clips the band.
    gl_Position.z = 0.0;
    if (w <= 0.0 || !(radius > 0.0)) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    }
}";

/// On one of the spheres, the one that is less steep here, the distance to the plane of the circle says in pixels how far off the circle
/// is, and so how much of the pixel is either's.
const FRAGMENT: &str = "
varying vec3 v_at;
varying vec4 v_first;
varying vec4 v_second;
varying vec4 v_color;
varying vec4 v_other;
varying vec4 v_depth;
varying float v_scale;
vec3 $lit(vec3 color, vec3 normal, vec3 viewer);
void $finish(vec4 color, float coverage);
// How far a sphere's surface goes away at most, from one pixel to the next.
float step_of(float out_by, float half_chord, float radius) {
    return min(out_by / (max(half_chord, 1e-3 * radius) * v_scale), sqrt(2.0 * radius / v_scale));
}
void main() {
    bool perspective = v_depth.z != 0.0;
    float front = perspective || v_depth.x < 0.0 ? 1.0 : -1.0;
    vec3 ray = perspective ? normalize(v_at) : vec3(0.0, 0.0, -front);
    // Where the ray is nearest to each centre, about that.
    vec3 from_first = v_at - v_first.xyz;
    vec3 from_second = v_at - v_second.xyz;
    float to_first = dot(from_first, ray);
    float to_second = dot(from_second, ray);
    vec3 a = from_first - to_first * ray;
    vec3 b = from_second - to_second * ray;
    float out_a = length(a);
    float out_b = length(b);
    if (max(out_a - v_first.w, out_b - v_second.w) * v_scale > 0.5) discard;
    float half_a = sqrt(max((v_first.w - out_a) * (v_first.w + out_a), 0.0));
    float half_b = sqrt(max((v_second.w - out_b) * (v_second.w + out_b), 0.0));
    // What lies far before the other is no seam.
    float a_before_b = to_first + half_a - to_second - half_b;
    float steps = step_of(out_a, half_a, v_first.w) + step_of(out_b, half_b, v_second.w);
    if (abs(a_before_b) > steps) discard;
    vec3 way = v_second.xyz - v_first.xyz;
    float far = length(way);
    vec3 axis = way / far;
    float plane = 0.5 * (far + (v_first.w - v_second.w) * (v_first.w + v_second.w) / far);
    bool on_first = half_a * v_second.w > half_b * v_first.w;
    float beyond = on_first ? dot(a - half_a * ray, axis) - plane : dot(b - half_b * ray, axis) + far - plane;
    float ahead = dot(axis, ray);
    vec3 slope = axis - ahead * ray + ahead * (on_first ? a / max(half_a, 1e-6 * v_first.w) : b / max(half_b, 1e-6 * v_second.w));
    float pixels = beyond * v_scale / max(length(slope), 1e-6);
    if (!(abs(pixels) < 0.5)) discard;
    // As far as the one that has most of the pixel; where that is not what is seen, something else covers the seam.
    float before = (pixels < 0.0 ? -to_first - half_a : -to_second - half_b) - 0.01 * steps - 1e-5 * v_first.w;
    float z = v_at.z + ray.z * before;
    float depth = (v_depth.x * z + v_depth.y) / (v_depth.z * z + v_depth.w);
    if (depth < -1.0 || depth > 1.0) discard;
    gl_FragDepth = 0.5 * depth + 0.5;
    vec3 seen = vec3(1.0, 1.0, front);
    vec3 first = $lit(v_color.rgb, normalize(a - half_a * ray) * seen, -ray * seen);
    vec3 second = $lit(v_other.rgb, normalize(b - half_b * ray) * seen, -ray * seen);
    $finish(vec4(mix(first, second, 0.5 + pixels), 1.0), 1.0);
}";

/// Two spheres whose circle can be seen.
pub(super) type Pair = [usize; 2];

/// The pairs of spheres that cut each other in a circle that no others cover, if they are not too many to be drawn.
pub(super) fn pairs(places: &[DVec3], radii: &[f32]) -> Option<Vec<Pair>> {
    let greatest = f64::from(radii.iter().fold(0.0_f32, |most, radius| most.max(*radius)));
    let cell = |index: usize| (places[index] / (2.0 * greatest)).floor().to_array().map(|part| part as i64);
    let mut cells: Vec<([i64; 3], usize)> = (0..places.len()).map(|index| (cell(index), index)).collect();
    cells.sort_unstable();
    // Both ways round, so that neighbours of a sphere are a range.
    let mut near: Vec<Pair> = Vec::new();
    let mut looks = 0;
    for &([x, y, z], one) in &cells {
        for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
            let at = |dz: i64| [x.saturating_add(dx), y.saturating_add(dy), z.saturating_add(dz)];
            let first = cells.partition_point(|(cell, _)| *cell < at(-1));
            for &(_, other) in cells[first..].iter().take_while(|(cell, _)| *cell <= at(1)) {
                looks += 1;
                if looks > LOOKS {
                    return None;
                }
                let [a, b] = [one, other].map(|index| f64::from(radii[index]));
                let square = places[one].distance_squared(places[other]);
                if one != other && square < (a + b).powi(2) && square > (a - b).powi(2) {
                    near.push([one, other]);
                }
            }
        }
    }
    near.sort_unstable();
    let of = |one: usize| {
        let first = near.partition_point(|pair| pair[0] < one);
        near[first..].iter().take_while(move |pair| pair[0] == one).map(|pair| pair[1])
    };
    let mut seen = Vec::new();
    for &[one, other] in near.iter().filter(|pair| pair[0] < pair[1]) {
        let others: Vec<usize> = of(one).filter(|third| *third != other).collect();
        let free = |point: DVec3| {
            !others
                .iter()
                .any(|third| point.distance_squared(places[*third]) < f64::from(radii[*third]).powi(2))
        };
        if circle(places, radii, [one, other]).any(free) {
            seen.push([one, other]);
            if seen.len() > MOST {
                return None;
            }
        }
    }
    Some(seen)
}

/// Places on the circle in which two spheres cut each other.
fn circle(places: &[DVec3], radii: &[f32], [one, other]: Pair) -> impl Iterator<Item = DVec3> {
    let [a, b] = [one, other].map(|index| f64::from(radii[index]));
    let way = places[other] - places[one];
    let far = way.length();
    let plane = 0.5 * (far + (a - b) * (a + b) / far);
    let radius = ((a - plane) * (a + plane)).max(0.0).sqrt();
    let (right, up) = (way / far).any_orthonormal_pair();
    let middle = places[one] + way * (plane / far);
    (0..LOOKOUTS).map(move |step| {
        let (sin, cos) = (step as f64 / LOOKOUTS as f64 * std::f64::consts::TAU).sin_cos();
        middle + (right * cos + up * sin) * radius
    })
}

/// A place for the bands' shaders.
pub(super) fn place(context: &Context) -> Result<Place> {
    let parts = Parts {
        vertex: Function::new("spheres_seam", VERTEX)?,
        fragment: Function::new("spheres_mix", FRAGMENT)?.with("lit", light::lit()?)?,
        item: None,
    };
    let mut place = Place::new(context, "spheres (seams)", parts)?;
    // Rims that end in a seam are a part of it, and lie behind.
    place.set_depth(Depth::Written);
    let turn = |step: usize| (step % PIECES) as f32 / PIECES as f32 * std::f32::consts::TAU;
    let around: Vec<[f32; 2]> =
        (0..=PIECES).flat_map(|step| [-1.0, 1.0].map(|side| [turn(step), side])).collect();
    place.set("a_around", &VertexBuffer::new(context, &around)?)?;
    Ok(place)
}

/// The vertices of a band.
pub(super) const BAND: (Mode, std::ops::Range<usize>) = (Mode::TriangleStrip, 0..2 * PIECES + 2);

/// What is known of spheres where their buffers are filled.
pub(super) struct Known<'s> {
    pub(super) places: &'s [DVec3],
    pub(super) radii: &'s [f32],
    /// Which of the visual's spheres each is.
    pub(super) items: &'s [u32],
    pub(super) colors: &'s Each<Color>,
    /// Whether places have low parts.
    pub(super) split: bool,
}

/// Sends the circles of pairs, and gives how many there are. Those of translucent spheres are left out.
pub(super) fn send(place: &mut Place, pairs: &[Pair], known: &Known<'_>) -> Result<u32> {
    let color = |index: usize| known.colors.at(known.items[index] as usize).bytes();
    let opaque = |pair: &&Pair| pair.iter().all(|index| color(*index)[3] == 255);
    let pairs: Vec<Pair> = pairs.iter().filter(opaque).copied().collect();
    if pairs.is_empty() {
        return Ok(0);
    }
    let context = place.context().clone();
    let part = |part: usize| -> Vec<[f32; 3]> {
        pairs.iter().map(|pair| origin::split_point(known.places[pair[0]].to_array())[part]).collect()
    };
    let way = |pair: &Pair| (known.places[pair[1]] - known.places[pair[0]]).as_vec3().to_array();
    place.set("a_high", VertexBuffer::new(&context, &part(0))?.view().divisor(1))?;
    if known.split {
        place.set("a_low", VertexBuffer::new(&context, &part(1))?.view().divisor(1))?;
    } else {
        place.set("a_low", [0.0_f32; 3])?;
    }
    let ways: Vec<[f32; 3]> = pairs.iter().map(way).collect();
    place.set("a_way", VertexBuffer::new(&context, &ways)?.view().divisor(1))?;
    let radii: Vec<[f32; 2]> = pairs.iter().map(|pair| pair.map(|index| known.radii[index])).collect();
    place.set("a_radii", VertexBuffer::new(&context, &radii)?.view().divisor(1))?;
    for (name, end) in [("a_color", 0), ("a_other", 1)] {
        let colors: Vec<[u8; 4]> = pairs.iter().map(|pair| color(pair[end])).collect();
        place.set(name, VertexBuffer::new(&context, &colors)?.view().normalized().divisor(1))?;
    }
    Ok(pairs.len() as u32)
}
