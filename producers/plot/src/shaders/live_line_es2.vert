// A quad around one segment of a line whose points stand in a texture, four to a texel: nothing to upload for a new view but a
// few uniforms. Numbers are floats, which are whole up to 2^24 in GLSL ES 1.00, where integers need not be.
precision highp float;
attribute float a_number;
uniform highp sampler2D u_data;
uniform highp sampler2D u_lanes;
// First lane, place of its first point, places from lane to lane, place of the first time or -1.
uniform vec4 u_place;
// First point that is drawn, segments of a lane, the last point.
uniform vec3 u_range;
// Even times: x of the first point that is drawn, pixels from point to point. Others: coarse and fine part of the time at the
// left edge, pixels a second or microsecond of them. Last the left edge.
uniform vec4 u_time;
uniform vec2 u_canvas;
uniform vec2 u_pen;
// Rows of the data's texture, lanes.
uniform vec2 u_sizes;
varying vec3 v_segment;
varying vec4 v_bounds;
varying vec3 v_color;

const float GAP = 1e37;
// Pixels of a segment that is cut off outside of the canvas: floats hold its ends, but not its width besides.
const float LONG = 1e6;

// What remains of whole numbers, without the errors of a division.
float over(float number, float by) {
    return floor((number + 0.5) / by);
}

float texel(float index) {
    float place = over(index, 4.0);
    float part = index - 4.0 * place;
    float y = over(place, 2048.0);
    vec4 four = texture2D(u_data, vec2((place - 2048.0 * y + 0.5) / 2048.0, (y + 0.5) / u_sizes.x));
    return part < 1.5 ? (part < 0.5 ? four.x : four.y) : (part < 2.5 ? four.z : four.w);
}

vec4 lane(float number, float row) {
    return texture2D(u_lanes, vec2((number + 0.5) / u_sizes.y, (row + 0.5) / 6.0));
}

vec2 direction(vec2 v) {
    float size = length(v);
    return size > 1e-6 ? v / size : vec2(0.0);
}

// The normal of the line that halves the corner between two directions. None where there is no corner, and none where the line
// turns back by more than 120 degrees: halving would cut a long segment along its length for the sake of a short one.
vec2 bisector(vec2 a, vec2 b) {
    vec2 sum = a + b;
    float size = length(sum);
    return dot(a, a) > 0.5 && dot(b, b) > 0.5 && size > 1.0 ? sum / size : vec2(0.0);
}

// A point of the line, and 1 if it is there. `relative` counts from the first that is drawn.
vec3 point(float relative, float base, vec4 place) {
    float index = u_range.x + relative;
    float inside = clamp(index, 0.0, u_range.z);
    float value = texel(base + inside);
    float x = u_time.x + relative * u_time.y;
    if (u_place.w >= 0.0) {
        float coarse = texel(u_place.w + 2.0 * inside);
        float fine = texel(u_place.w + 2.0 * inside + 1.0);
        x = u_time.w + ((coarse - u_time.x) + (fine - u_time.y)) * u_time.z;
    }
    float there = index == inside && value < GAP ? 1.0 : 0.0;
    return vec3(x, place.x + (value - place.z) * place.w, there);
}

// An end of a segment, moved along it until it is near the canvas.
vec2 nearer(vec2 end, vec2 other) {
    float x = clamp(end.x, -4096.0, u_canvas.x + 4096.0);
    return vec2(x, mix(end.y, other.y, (x - end.x) / (other.x - end.x)));
}

void main() {
    float segment = over(a_number, 6.0);
    float corner = a_number - segment * 6.0;
    corner = corner < 2.5 ? corner : corner < 3.5 ? 2.0 : corner < 4.5 ? 1.0 : 3.0;
    float row = over(segment, u_range.y);
    float first = segment - row * u_range.y;
    vec4 place = lane(u_place.x + row, 0.0);
    vec4 look = lane(u_place.x + row, 1.0);
    float base = u_place.y + row * u_place.z;

    vec3 before = point(first - 1.0, base, place);
    vec3 from = point(first, base, place);
    vec3 to = point(first + 1.0, base, place);
    vec3 behind = point(first + 2.0, base, place);
    if (from.z * to.z < 0.5) {
        v_segment = vec3(0.0);
        v_bounds = vec4(-1.0);
        v_color = vec3(0.0);
        gl_Position = vec4(2.0, 2.0, 0.0, 1.0);
        return;
    }
    if (to.x - from.x > LONG) {
        vec2 left = nearer(from.xy, to.xy);
        vec2 right = nearer(to.xy, from.xy);
        // Where it is cut it has no corner.
        before.z = left.x == from.x ? before.z : 0.0;
        behind.z = right.x == to.x ? behind.z : 0.0;
        from.xy = left;
        to.xy = right;
    }
    vec2 start = from.xy;
    vec2 span = to.xy - start;
    float size = length(span);
    vec2 tangent = direction(span);
    vec2 along = size > 1e-6 ? tangent : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    vec2 cut_start = before.z > 0.5 ? bisector(direction(start - before.xy), tangent) : vec2(0.0);
    vec2 cut_end = behind.z > 0.5 ? bisector(tangent, direction(behind.xy - to.xy)) : vec2(0.0);

    // Corners 0 to 3: start right, start left, end right, end left.
    float at_end = corner > 1.5 ? 1.0 : 0.0;
    float side = (corner - 2.0 * at_end) * 2.0 - 1.0;
    float reach = u_pen.x + 1.0;
    vec2 from_start = span * at_end + (along * (at_end * 2.0 - 1.0) + across * side) * reach;
    vec2 position = start + from_start;
    v_segment = vec3(dot(from_start, along), side * reach, size);
    v_bounds = vec4(
        dot(from_start, cut_start),
        dot(span - from_start, cut_end),
        position.y - (place.x - look.w),
        place.x + place.y + look.w - position.y);
    v_color = look.rgb;
    gl_Position = vec4(position / u_canvas * 2.0 - 1.0, 0.0, 1.0);
}
