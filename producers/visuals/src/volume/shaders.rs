//! The shaders of volumes.

use super::{MAX_SAMPLES, Rendering};
use crate::error::Result;
use crate::light;
use crate::place::Parts;
use glir_shaders::Function;

const VERTEX: &str = "
attribute vec3 a_corner;
uniform vec3 u_first_high;
uniform vec3 u_first_low;
uniform vec3 u_x;
uniform vec3 u_y;
uniform vec3 u_z;
uniform mat4 u_projection;
uniform vec4 u_viewport;
varying vec4 v_back;
varying vec4 v_from;
varying vec4 v_depth;
varying vec4 v_x;
varying vec3 v_y;
varying vec3 v_z;
vec3 $scene(vec3 high, vec3 low);
vec4 $to_eye(vec3 scene);
vec4 $to_clip(vec4 eye);
void $identify();
vec3 eye(vec3 way) { return $to_eye($scene(u_first_high, u_first_low + way)).xyz; }
void main() {
    $identify();
    vec3 first = eye(vec3(0.0));
    vec3 x = eye(u_x) - first;
    // With it, pixels a unit at the distance where w is 1.
    v_x = vec4(x, abs(0.5 * u_viewport.w * u_projection[1][1]));
    v_y = eye(u_y) - first;
    v_z = eye(u_z) - first;
    float solid = dot(cross(x, v_y), v_z);
    bool perspective = u_projection[2][3] != 0.0;
    float front = perspective || u_projection[2][2] < 0.0 ? 1.0 : -1.0;
    // A mirrored box would show its near sides for its far ones.
    vec3 corner = a_corner;
    if (solid * front * u_projection[0][0] * u_projection[1][1] < 0.0) corner.x = 1.0 - corner.x;
    vec3 at = first + corner.x * x + corner.y * v_y + corner.z * v_z;
    v_back = vec4(corner, at.z);
    // The eye within the box's coordinates, or the way that one looks.
    vec3 what = perspective ? -first : vec3(0.0, 0.0, -front);
    vec3 shares = vec3(dot(cross(v_y, v_z), what), dot(cross(v_z, x), what), dot(cross(x, v_y), what));
    v_from = vec4(shares / solid, perspective ? 0.0 : front);
    v_depth = vec4(u_projection[2][2], u_projection[3][2], u_projection[2][3], u_projection[3][3]);
    gl_Position = $to_clip(vec4(at, 1.0));
    AT_ANY_DEPTH
}";

/// `float sampled(vec3 at)` of a 3D texture.
const SOLID: &str = "
uniform sampler3D u_volume;
float sampled(vec3 at) { return texture(u_volume, at).r; }";

/// The same of slices beside each other. Half a texel from each slice's edge, its neighbours do not count.
const ATLAS: &str = "
uniform sampler2D u_volume;
uniform vec2 u_tiles;
float sliced(float slice, vec2 at) {
    float row = floor((slice + 0.5) / u_tiles.x);
    vec2 tile = vec2(slice - row * u_tiles.x, row);
    vec2 texel = clamp(at * u_size.xy, vec2(0.5), u_size.xy - 0.5);
    return texture2D(u_volume, (tile * u_size.xy + texel) / (u_tiles * u_size.xy)).r;
}
float sampled(vec3 at) {
    float slice = clamp(at.z * u_size.z - 0.5, 0.0, u_size.z - 1.0);
    float low = floor(slice);
    return mix(sliced(low, at.xy), sliced(min(low + 1.0, u_size.z - 1.0), at.xy), slice - low);
}";

const FRAGMENT: &str = "
varying vec4 v_back;
varying vec4 v_from;
varying vec4 v_depth;
varying vec4 v_x;
varying vec3 v_y;
varying vec3 v_z;
uniform vec3 u_size;
uniform float u_samples;
uniform float u_smooth;
void $finish(vec4 color, float coverage);
#SAMPLING#
#RENDERING#
float value_at(vec3 at) {
    return sampled(u_smooth > 0.5 ? at : (floor(at * u_size) + 0.5) / u_size);
}
// How far back along the way to the far side the box begins: by the sides that one looks at from outside.
vec3 entries(vec3 back, vec3 way) {
    vec3 safe = mix(way, vec3(1e-9), vec3(lessThan(abs(way), vec3(1e-9))));
    return mix((back - 1.0) / safe, back / safe, step(vec3(0.0), safe));
}
// The eye's z, so far back along the way to the far side.
float z_at(float back) {
    return v_from.w == 0.0 ? v_back.w * (1.0 - back) : v_back.w + back * v_from.w;
}
// A side of the box, as a way across it; the sign does not matter.
vec3 side_of(vec3 axis) {
    return axis.x * cross(v_y, v_z) + axis.y * cross(v_z, v_x.xyz) + axis.z * cross(v_x.xyz, v_y);
}
// How much of the pixel the box covers. A ray gets shorter toward an edge where the sides meet by which it comes and goes, so its length
// says how far that is. The box is half a pixel smaller for it, since nothing is drawn beside it.
float inside_edges(vec3 way, vec3 sides, float box) {
    vec3 ray = way.x * v_x.xyz + way.y * v_y + way.z * v_z;
    vec3 off = abs(v_back.xyz - 0.5);
    vec3 comes = side_of(vec3(equal(sides, vec3(box))));
    vec3 goes = side_of(vec3(equal(off, vec3(max(off.x, max(off.y, off.z))))));
    // Of a ray of length 1, what a unit aside takes from its length.
    vec3 along = normalize(ray);
    float shrinks = length(comes / dot(comes, along) - goes / dot(goes, along));
    float pixels = v_x.w / abs(v_depth.z * z_at(0.5 * box) + v_depth.w);
    return clamp(box * length(ray) * pixels / max(shrinks, 1e-9), 0.0, 1.0);
}
#SHADING#
void main() {
    bool perspective = v_from.w == 0.0;
    vec3 way = perspective ? v_back.xyz - v_from.xyz : v_from.xyz;
    vec3 sides = entries(v_back.xyz, way);
    float box = min(sides.x, min(sides.y, sides.z));
    float near_z = -(v_depth.y + v_depth.w) / (v_depth.x + v_depth.z);
    float near_plane = perspective ? 1.0 - near_z / v_back.w : (near_z - v_back.w) * v_from.w;
    float reach = min(box, near_plane);
    if (!(reach > 0.0)) discard;
    vec3 start = v_back.xyz - way * reach;
    vec3 path = way * reach;
    float voxels = length(path * u_size);
    // Through few voxels a step is a large part of one, which would show as contours.
    float count = min(max(ceil(voxels * u_samples), 64.0), float(MAX_SAMPLES));
    // What counts, and where it was found: 0 at the start, 1 at the far side.
    float found = 0.0;
    float coverage = 1.0;
    vec4 color = vec4(0.0);
    #CAST#
    if (!(color.a > 0.002)) discard;
    // Where the near plane cuts it, there is no edge.
    if (box <= near_plane) coverage *= inside_edges(way, sides, box);
    float z = z_at(reach * (1.0 - found));
    float depth = (v_depth.x * z + v_depth.y) / (v_depth.z * z + v_depth.w);
    WRITE_DEPTH
    $finish(color, coverage);
}";

const COLORS: &str = "
uniform vec2 u_limits;
uniform sampler2D u_map;
vec4 mapped(float share) { return texture2D(u_map, vec2((clamp(share, 0.0, 1.0) * 255.0 + 0.5) / 256.0, 0.5)); }";

const MAXIMUM: &str = "
    float most = -1e9;
    for (int i = 0; i < MAX_SAMPLES; i++) {
        if (float(i) >= count) break;
        most = max(most, value_at(start + path * ((float(i) + 0.5) / count)));
    }
    float share = (most - u_limits.x) * u_limits.y;
    // From nothing to all within a tenth of the range, so that the lower limit makes no edge.
    color = mapped(share);
    color.a *= clamp(10.0 * share, 0.0, 1.0);";

const MIST: &str = "
    float span = voxels / count;
    vec3 sum = vec3(0.0);
    for (int i = 0; i < MAX_SAMPLES; i++) {
        if (float(i) >= count) break;
        float share = clamp((value_at(start + path * ((float(i) + 0.5) / count)) - u_limits.x) * u_limits.y, 0.0, 1.0);
        vec4 here = mapped(share);
        // What a stretch lets through is what a voxel lets through, to the power of its length.
        float through = exp2(span * log2(max(1.0 - here.a * share * u_density, 0.0001)));
        float hides = (1.0 - color.a) * (1.0 - through);
        sum += here.rgb * hides;
        color.a += hides;
        if (color.a > 0.995) break;
    }
    color.rgb = sum / max(color.a, 0.0001);";

const SURFACE: &str = "
    float before = value_at(start);
    bool hit = before >= u_level;
    float low = 0.0;
    float high = 0.0;
    float most = before;
    float highest = 0.0;
    // The greatest value that was passed before the surface was met, and where.
    float peak = -1e9;
    float passed = 0.0;
    float last = before;
    bool rising = false;
    for (int i = 1; i <= MAX_SAMPLES; i++) {
        if (hit || float(i) > count) break;
        high = float(i) / count;
        float value = value_at(start + path * high);
        hit = value >= u_level;
        low = hit ? low : high;
        highest = value > most ? high : highest;
        most = max(most, value);
        if (rising && value < last && last > peak) {
            peak = last;
            passed = high - 1.0 / count;
        }
        rising = value > last || (rising && value == last);
        last = value;
    }
    // Between the last two samples, by halves.
    for (int i = 0; i < 8; i++) {
        float middle = 0.5 * (low + high);
        bool above = value_at(start + path * middle) >= u_level;
        high = above ? middle : high;
        low = above ? low : middle;
    }
    found = hit ? high : highest;
    vec3 at = start + path * found;
    vec3 slope = slope_at(at);
    float pixels = voxel_at(reach * (1.0 - found));
    // How much of the pixel the box cuts open.
    float open = clamp(pixels * (before - u_level) / max(length(slope), 1e-6) + 0.5, 0.0, 1.0);
    if (!hit) {
        // A ray that passes within a pixel of the surface has a part of it: edges are smooth.
        coverage = u_smooth > 0.5 ? covered(u_level - most, slope, pixels) : 0.0;
        if (!(coverage > 0.0)) discard;
    }
    // Where the box cuts the inside open, its side is the surface.
    vec3 side = normalize(side_of(sign(path) * vec3(equal(sides, vec3(box)))));
    vec3 ray = normalize(path.x * v_x.xyz + path.y * v_y + path.z * v_z);
    color = vec4(shaded(slope, side, open, ray), u_color.a);
    if (hit && passed > 0.0 && u_smooth > 0.5) {
        // So has one that then meets the surface farther behind.
        slope = slope_at(start + path * passed);
        float share = covered(u_level - peak, slope, voxel_at(reach * (1.0 - passed)));
        if (share > 0.0) color.rgb = mix(color.rgb, shaded(slope, side, 0.0, ray), share);
    }";

const SHADING: &str = "
// A voxel's difference. Beyond the outermost voxels' middles values stay, which is no slope of theirs.
vec3 slope_at(vec3 at) {
    vec3 texel = 1.0 / u_size;
    vec3 below = max(at - texel, 0.5 * texel);
    vec3 above = min(at + texel, 1.0 - 0.5 * texel);
    return vec3(
        sampled(vec3(above.x, at.yz)) - sampled(vec3(below.x, at.yz)),
        sampled(vec3(at.x, above.y, at.z)) - sampled(vec3(at.x, below.y, at.z)),
        sampled(vec3(at.xy, above.z)) - sampled(vec3(at.xy, below.z))
    ) / max((above - below) * u_size, 0.5);
}
// The pixels of a voxel, so far back along the way to the far side.
float voxel_at(float back) {
    float unit = (length(v_x.xyz) / u_size.x + length(v_y) / u_size.y + length(v_z) / u_size.z) / 3.0;
    return unit * v_x.w / abs(v_depth.z * z_at(back) + v_depth.w);
}
// How much of a pixel the surface has where the value is so far below the level.
float covered(float below, vec3 slope, float pixels) { return 1.0 - pixels * below / max(length(slope), 1e-6); }
vec3 shaded(vec3 slope, vec3 side, float open, vec3 ray) {
    // Values fall outward; a mirrored box turns the sign.
    float outward = dot(cross(v_x.xyz, v_y), v_z) > 0.0 ? -1.0 : 1.0;
    vec3 curved = outward * side_of(slope * u_size);
    curved = dot(curved, curved) > 0.0 ? normalize(curved) : -ray;
    vec3 normal = normalize(mix(curved, outward * side, open) - 0.001 * ray);
    // On edges, errors shall not turn the surface away.
    normal = normalize(normal - max(dot(normal, ray), 0.0) * ray);
    vec3 seen = vec3(1.0, 1.0, v_from.w < 0.0 ? -1.0 : 1.0);
    return $lit(u_color.rgb, normal * seen, -ray * seen);
}";

const SURFACE_HEAD: &str = "
uniform float u_level;
uniform vec4 u_color;
vec3 $lit(vec3 color, vec3 normal, vec3 viewer);";

/// The shaders of a volume; `solid` of a 3D texture, `exact` with a depth for each fragment.
pub(super) fn parts(rendering: Rendering, solid: bool, exact: bool) -> Result<Parts> {
    let mist = format!("{COLORS}\nuniform float u_density;");
    let (head, cast) = match rendering {
        Rendering::Maximum => (COLORS, MAXIMUM),
        Rendering::Mist { .. } => (mist.as_str(), MIST),
        Rendering::Surface { .. } => (SURFACE_HEAD, SURFACE),
    };
    // The far sides' own depth means nothing then; in the middle, no plane clips them.
    let vertex = VERTEX.replace("AT_ANY_DEPTH", if exact { "gl_Position.z = 0.0;" } else { "" });
    let depth = if exact { "gl_FragDepth = clamp(0.5 * depth + 0.5, 0.0, 1.0);" } else { "" };
    let fragment = FRAGMENT
        .replace("#CAST#", cast)
        .replace("#SHADING#", if matches!(rendering, Rendering::Surface { .. }) { SHADING } else { "" })
        .replace("#RENDERING#", head)
        .replace("#SAMPLING#", if solid { SOLID } else { ATLAS })
        .replace("WRITE_DEPTH", depth);
    let fragment = fragment.replace("MAX_SAMPLES", &MAX_SAMPLES.to_string());
    let mut fill = Function::new("volume_fill", &fragment)?;
    if matches!(rendering, Rendering::Surface { .. }) {
        fill = fill.with("lit", light::lit()?)?;
    }
    Ok(Parts {
        vertex: Function::new("volume", &vertex)?,
        fragment: fill,
        item: Some(Function::new("volume_item", "vec4 item() { return vec4(0.0); }")?),
    })
}
