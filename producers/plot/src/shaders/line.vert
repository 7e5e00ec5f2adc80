// A quad around one segment of a line, a little larger than the stroke.
attribute vec2 a_before;
attribute vec2 a_start;
attribute vec2 a_end;
attribute vec2 a_after;
attribute float a_lane;
attribute float a_corner;
uniform vec4 u_place[32];
uniform vec2 u_clip[32];
uniform vec3 u_color[32];
uniform vec2 u_canvas;
uniform vec2 u_pen;
varying vec3 v_segment;
varying vec4 v_bounds;
varying vec3 v_color;

vec2 direction(vec2 v) {
    float size = length(v);
    return size > 1e-6 ? v / size : vec2(0.0);
}

// The normal of the line that halves the corner between two directions; none where there is no corner.
vec2 bisector(vec2 a, vec2 b) {
    vec2 sum = a + b;
    float size = length(sum);
    return dot(a, a) > 0.5 && dot(b, b) > 0.5 && size > 1e-3 ? sum / size : vec2(0.0);
}

void main() {
    // No segment starts at this point.
    if (a_lane > 31.5) {
        v_segment = vec3(0.0);
        v_bounds = vec4(-1.0);
        v_color = vec3(0.0);
        gl_Position = vec4(2.0, 2.0, 0.0, 1.0);
        return;
    }
    int lane = int(a_lane + 0.5);
    vec2 scale = u_place[lane].xy;
    vec2 start = a_start * scale + u_place[lane].zw;
    vec2 segment = (a_end - a_start) * scale;
    float size = length(segment);
    vec2 tangent = direction(segment);
    vec2 along = size > 1e-6 ? tangent : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    vec2 cut_start = bisector(direction((a_start - a_before) * scale), tangent);
    vec2 cut_end = bisector(tangent, direction((a_after - a_end) * scale));

    // Corners 0 to 3: start right, start left, end right, end left.
    float at_end = step(1.5, a_corner);
    float side = mod(a_corner, 2.0) * 2.0 - 1.0;
    float reach = u_pen.x + 1.0;
    vec2 from_start = segment * at_end + (along * (at_end * 2.0 - 1.0) + across * side) * reach;
    vec2 position = start + from_start;
    v_segment = vec3(dot(from_start, along), side * reach, size);
    v_bounds = vec4(
        dot(from_start, cut_start),
        dot(segment - from_start, cut_end),
        position.y - u_clip[lane].x,
        u_clip[lane].y - position.y);
    v_color = u_color[lane];
    gl_Position = vec4(position / u_canvas * 2.0 - 1.0, 0.0, 1.0);
}
