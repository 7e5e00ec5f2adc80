// A segment as an instance: a quadrilateral around its stroke, in pixels.

// Which end, 0 or 1, and which side, 0 or 1.
attribute vec2 a_corner;

uniform vec4 u_viewport;
uniform float u_width;

// Along since the beginning, across, along until the end, all in pixels.
varying vec3 v_at;

// Both ends; false for one that is missing.
bool $from(out vec3 high, out vec3 low);
bool $to(out vec3 high, out vec3 low);
vec4 $place(vec3 high, vec3 low);
vec2 $pixel(vec4 clip);
void $identify();

void main() {
    $identify();
    v_at = vec3(0.0);
    gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
    vec3 high;
    vec3 low;
    vec3 to_high;
    vec3 to_low;
    bool ends = !$to(to_high, to_low);
    if (!$from(high, low)) return;
    vec4 from = $place(high, low);
    // The last point before a gap is a dot, so that one alone is seen.
    vec4 to = ends ? from : $place(to_high, to_low);
    vec2 p = $pixel(from);
    vec2 q = $pixel(to);
    if (!(dot(p, p) + dot(q, q) >= 0.0)) return;
    if (from.z + from.w <= 0.0 || to.z + to.w <= 0.0) return;

    float reach = 0.5 * max(u_width, 1.0) + 1.0;
    vec2 way = q - p;
    float size = length(way);
    vec2 along = size > 0.0 ? way / size : vec2(1.0, 0.0);
    // A segment that leads far out of the picture is cut there: floats would not hold its pixels' places.
    vec2 least = -2.0 * u_viewport.zw - reach;
    vec2 most = 3.0 * u_viewport.zw + reach;
    vec2 safe = vec2(abs(way.x) > 1e-6 ? way.x : 1e-6, abs(way.y) > 1e-6 ? way.y : 1e-6);
    vec2 t0 = (least - p) / safe;
    vec2 t1 = (most - p) / safe;
    vec2 entry = min(t0, t1);
    vec2 leave = max(t0, t1);
    float first = max(entry.x, entry.y);
    float last = min(leave.x, leave.y);
    if (first > last || first > 1.0 || last < 0.0) return;
    vec2 begin = p;
    vec2 end = q;
    if (first > 0.0) {
        begin = p + way * first;
        if (entry.x >= entry.y) begin.x = way.x > 0.0 ? least.x : most.x;
        else begin.y = way.y > 0.0 ? least.y : most.y;
    }
    if (last < 1.0) {
        end = p + way * last;
        if (leave.x <= leave.y) end.x = way.x > 0.0 ? most.x : least.x;
        else end.y = way.y > 0.0 ? most.y : least.y;
    }
    bool at_begin = a_corner.x < 0.5;
    float side = (a_corner.y * 2.0 - 1.0) * reach;
    vec2 foot = at_begin ? begin - along * reach : end + along * reach;
    float since = at_begin ? (first > 0.0 ? 0.0 : -reach) : length(end - begin) + reach;
    float until = at_begin ? length(end - begin) + reach : (last < 1.0 ? 0.0 : -reach);
    v_at = vec3(since, side, until);
    vec2 corner = foot + vec2(-along.y, along.x) * side;
    gl_Position = vec4(corner / u_viewport.zw * 2.0 - 1.0, mix(from.z / from.w, to.z / to.w, a_corner.x), 1.0);
}
