#version 300 es
// A quad around one segment of a line whose points stand in a texture: no attribute, no buffer, nothing to upload for a new
// view but a few uniforms.
precision highp float;
precision highp int;
precision highp sampler2DArray;
uniform highp sampler2DArray u_data;
uniform highp sampler2D u_lanes;
// First lane, texel of its first point, texels from lane to lane, texel of the first time or -1.
uniform ivec4 u_place;
// First point that is drawn, segments of a lane, the last point.
uniform ivec3 u_range;
// Even times: x of the first point that is drawn, pixels from point to point. Others: coarse and fine part of the time at the
// left edge, pixels a second or microsecond of them. Last the left edge.
uniform vec4 u_time;
uniform vec2 u_canvas;
uniform vec2 u_pen;
out vec3 v_segment;
out vec4 v_bounds;
flat out vec3 v_color;

const float GAP = 1e37;
// Pixels of a segment that is cut off outside of the canvas: floats hold its ends, but not its width besides.
const float LONG = 1e6;

float texel(int index) {
    return texelFetch(u_data, ivec3(index & 2047, (index >> 11) & 2047, index >> 22), 0).r;
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

// An end of a segment, moved along it until it is near the canvas.
vec2 nearer(vec2 end, vec2 other) {
    float x = clamp(end.x, -4096.0, u_canvas.x + 4096.0);
    return vec2(x, mix(end.y, other.y, (x - end.x) / (other.x - end.x)));
}

void main() {
    int segment = gl_VertexID / 6;
    int corner = gl_VertexID - segment * 6;
    corner = corner < 3 ? corner : corner == 3 ? 2 : corner == 4 ? 1 : 3;
    int row = segment / u_range.y;
    int first = segment - row * u_range.y;
    vec4 place = texelFetch(u_lanes, ivec2(u_place.x + row, 0), 0);
    vec4 look = texelFetch(u_lanes, ivec2(u_place.x + row, 1), 0);
    int base = u_place.y + row * u_place.z;

    // The points before, at the start, at the end and behind.
    vec2 points[4];
    bool there[4];
    for (int i = 0; i < 4; i++) {
        int relative = first + i - 1;
        int index = u_range.x + relative;
        int inside = clamp(index, 0, u_range.z);
        float value = texel(base + inside);
        there[i] = index == inside && value < GAP;
        float x = u_time.x + float(relative) * u_time.y;
        if (u_place.w >= 0) {
            float coarse = texel(u_place.w + 2 * inside);
            float fine = texel(u_place.w + 2 * inside + 1);
            x = u_time.w + ((coarse - u_time.x) + (fine - u_time.y)) * u_time.z;
        }
        points[i] = vec2(x, place.x + (value - place.z) * place.w);
    }
    if (!there[1] || !there[2]) {
        v_segment = vec3(0.0);
        v_bounds = vec4(-1.0);
        v_color = vec3(0.0);
        gl_Position = vec4(2.0, 2.0, 0.0, 1.0);
        return;
    }
    if (points[2].x - points[1].x > LONG) {
        vec2 from = nearer(points[1], points[2]);
        vec2 to = nearer(points[2], points[1]);
        // Where it is cut it has no corner.
        there[0] = there[0] && from.x == points[1].x;
        there[3] = there[3] && to.x == points[2].x;
        points[1] = from;
        points[2] = to;
    }
    vec2 start = points[1];
    vec2 span = points[2] - start;
    float size = length(span);
    vec2 tangent = direction(span);
    vec2 along = size > 1e-6 ? tangent : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    vec2 cut_start = there[0] ? bisector(direction(start - points[0]), tangent) : vec2(0.0);
    vec2 cut_end = there[3] ? bisector(tangent, direction(points[3] - points[2])) : vec2(0.0);

    // Corners 0 to 3: start right, start left, end right, end left.
    float at_end = corner >= 2 ? 1.0 : 0.0;
    float side = float(corner & 1) * 2.0 - 1.0;
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
