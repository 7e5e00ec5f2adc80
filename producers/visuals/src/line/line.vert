// A segment of a line: a quadrilateral around its stroke, in pixels.

// Flags: corner, 4 × parity (2 for no segment), 12 if joined before, 24 if joined after; then the bytes of its number.
attribute vec4 a_code;
attribute vec4 a_color_from;
attribute vec4 a_color_to;
// Where in the pattern it begins, and its length in the pattern's unit.
attribute vec2 a_dash;

uniform vec4 u_viewport;
// Width, join, cap, miter limit.
uniform vec4 u_style;
// The pattern's length, and whether it is in units of the scene.
uniform vec2 u_pattern;

// What is the same for all of a segment; where a pixel is, it asks of gl_FragCoord, since rasterizers move corners to a grid.
// Pixels before the beginning and behind the end that are cut off; place in the pattern there, and the pattern's units a pixel.
varying vec4 v_at;
// The beginning and the end of what is drawn.
varying vec4 v_ends;
// Direction; parity.
varying vec3 v_segment;
// For either end: the direction of the segment that meets it, as seen from this one; that one's length, and the pattern's units a
// pixel on it; 0 units for a cap instead of a join.
varying vec4 v_start;
varying vec4 v_end;
varying vec4 v_color_from;
varying vec4 v_color_to;

// The segment's ends, and the points before and after them.
void $before(out vec3 high, out vec3 low);
void $from(out vec3 high, out vec3 low);
void $to(out vec3 high, out vec3 low);
void $after(out vec3 high, out vec3 low);
vec4 $place(vec3 high, vec3 low);
vec2 $pixel(vec4 clip);
void $identify();

// What an end has of another segment: direction in the frame `along`, length, units a pixel. `measure` is its length in the scene.
vec4 neighbour(vec2 way, vec2 along, float joined, float measure) {
    float size = length(way);
    if (joined < 0.5 || !(size > 1e-4)) {
        return vec4(1.0, 0.0, 0.0, 0.0);
    }
    vec2 d = way / size;
    vec2 seen = vec2(dot(d, along), d.y * along.x - d.x * along.y);
    // Who turns on the spot has no corner.
    if (seen.x <= -0.9995) return vec4(1.0, 0.0, 0.0, 0.0);
    return vec4(seen, size, u_pattern.y > 0.5 ? max(measure / size, 1e-20) : 1.0);
}

// How far the stroke reaches beyond an end.
float reach(vec4 end, float half_width) {
    float widest = sqrt(max(u_style.w * u_style.w - 1.0, 1.0));
    float corner = sqrt(max(1.0 - end.x, 0.0) / max(1.0 + end.x, 1e-6));
    return half_width * max(1.0, end.w > 0.0 ? min(corner, widest) : 1.5) + 1.0;
}

void main() {
    $identify();
    vec3 high;
    vec3 low;
    vec3 high_end;
    vec3 low_end;
    $before(high, low);
    vec4 before = $place(high, low);
    $from(high_end, low_end);
    vec4 from = $place(high_end, low_end);
    float reach_before = length((high_end - high) + (low_end - low));
    $to(high, low);
    vec4 to = $place(high, low);
    $after(high_end, low_end);
    vec4 after = $place(high_end, low_end);
    float reach_after = length((high_end - high) + (low_end - low));
    float flags = a_code.x;
    float joined_after = flags > 23.5 ? 1.0 : 0.0;
    flags -= 24.0 * joined_after;
    float joined_before = flags > 11.5 ? 1.0 : 0.0;
    flags -= 12.0 * joined_before;
    float parity = floor(flags / 4.0 + 0.125);
    float which = flags - 4.0 * parity;

    // What lies behind the near plane of a camera has no pixel.
    float near_from = from.z + from.w;
    float near_to = to.z + to.w;
    vec4 whole_from = from;
    if (near_from < 0.0 && near_to > 0.0) {
        from = mix(from, to, near_from / (near_from - near_to));
        joined_before = 0.0;
    }
    if (near_to < 0.0 && near_from > 0.0) {
        to = mix(to, whole_from, near_to / (near_to - near_from));
        joined_after = 0.0;
    }
    if (before.z + before.w <= 0.0) joined_before = 0.0;
    if (after.z + after.w <= 0.0) joined_after = 0.0;

    vec2 p = $pixel(from);
    vec2 q = $pixel(to);
    float shown = dot(p, p) + dot(q, q);
    if (parity > 1.5 || (near_from <= 0.0 && near_to <= 0.0) || !(shown >= 0.0)) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        v_at = vec4(0.0);
        v_ends = vec4(0.0);
        v_segment = vec3(1.0, 0.0, 0.5);
        v_start = vec4(1.0, 0.0, 0.0, 0.0);
        v_end = v_start;
        v_color_from = vec4(0.0);
        v_color_to = vec4(0.0);
        return;
    }
    float half_width = 0.5 * max(u_style.x, 1.0);
    float size = length(q - p);
    vec2 along = size > 0.0 ? (q - p) / size : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    v_start = neighbour(p - $pixel(before), along, joined_before, reach_before);
    // Seen from the end, the line is walked backwards.
    v_end = neighbour($pixel(after) - q, along, joined_after, reach_after);
    v_end.y = -v_end.y;

    // A segment that leads far out of the picture is cut there: floats would not hold its pixels' places.
    vec2 least = -2.0 * u_viewport.zw - 4.0 * half_width;
    vec2 most = 3.0 * u_viewport.zw + 4.0 * half_width;
    vec2 way = q - p;
    vec2 safe = vec2(abs(way.x) > 1e-6 ? way.x : 1e-6, abs(way.y) > 1e-6 ? way.y : 1e-6);
    vec2 t0 = (least - p) / safe;
    vec2 t1 = (most - p) / safe;
    vec2 entry = min(t0, t1);
    vec2 exit = max(t0, t1);
    float first = max(max(entry.x, entry.y), 0.0);
    float last = min(min(exit.x, exit.y), 1.0);
    vec2 begin = p;
    vec2 end = q;
    float more_before = reach(v_start, half_width);
    float more_after = reach(v_end, half_width);
    if (first > 0.0) {
        // The border itself, rather than a sum of large numbers that comes near it.
        begin = p + way * first;
        if (entry.x >= entry.y) begin.x = way.x > 0.0 ? least.x : most.x;
        else begin.y = way.y > 0.0 ? least.y : most.y;
        more_before = 0.0;
    }
    if (last < 1.0) {
        end = p + way * last;
        if (exit.x <= exit.y) end.x = way.x > 0.0 ? most.x : least.x;
        else end.y = way.y > 0.0 ? most.y : least.y;
        more_after = 0.0;
    }
    if (first > last) {
        end = begin;
    }

    bool at_begin = which < 1.5;
    float v = mod(which, 2.0) < 0.5 ? -half_width - 1.0 : half_width + 1.0;
    vec2 foot = at_begin ? begin - along * more_before : end + along * more_after;
    vec2 corner = foot + across * v;
    float before_begin = first > 0.0 ? length(begin - p) : 0.0;
    float after_end = last < 1.0 ? length(q - end) : 0.0;
    float since = at_begin ? before_begin - more_before : before_begin + length(end - begin) + more_after;
    float share = clamp(size > 0.0 ? since / size : 0.0, 0.0, 1.0);
    // Depth is linear in pixels; w = 1 keeps the varyings so, too.
    float depth = mix(from.z / from.w, to.z / to.w, share);
    gl_Position = vec4(corner / u_viewport.zw * 2.0 - 1.0, depth, 1.0);

    float units = u_pattern.y > 0.5 ? a_dash.y / max(size, 1e-6) : 1.0;
    v_at = vec4(before_begin, after_end, a_dash.x, units);
    v_ends = vec4(begin, end);
    v_segment = vec3(along, parity);
    v_color_from = a_color_from;
    v_color_to = a_color_to;
}
