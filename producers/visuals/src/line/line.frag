// The distance of a pixel to a segment's stroke, and what it covers.

uniform vec4 u_viewport;
uniform vec4 u_style;
uniform vec2 u_pattern;
// Middle and half length of each dash.
uniform vec2 u_dashes[4];

varying vec4 v_at;
varying vec4 v_ends;
varying vec3 v_segment;
varying vec4 v_start;
varying vec4 v_end;
varying vec4 v_color_from;
varying vec4 v_color_to;

void $finish(vec4 color, float coverage);

// The stroke's distance where it ends: `beyond` the end by so much, `v` from its middle.
float cap(float beyond, float v, float half_width, float size) {
    float side = v - half_width;
    float kind = u_style.z;
    if (size < 1e-3) {
        // A line of no length is a dot.
        kind = max(kind, 1.0);
    }
    if (kind < 0.5) return max(side, beyond);
    if (kind > 1.5 && kind < 2.5) return max(side, beyond - half_width);
    if (beyond <= 0.0) return side;
    return kind < 1.5 ? length(vec2(beyond, v)) - half_width : (v + beyond - half_width) * 0.7071068;
}

// The distance at one end, where x runs into the segment; more than 1e5 if the pixel is the other segment's.
float at_end(vec2 p, vec4 end, float distance, float half_width, float size) {
    if (end.w <= 0.0) {
        return max(distance, cap(-p.x, abs(p.y), half_width, size));
    }
    vec2 d = end.xy;
    vec2 t = normalize(d + vec2(1.0, 0.0));
    // The other one draws it, unless it lies beside this one and the other is too short to reach so far.
    if (dot(p, t) < -1e-3 && (p.x < 0.0 || -dot(p, d) <= end.z)) {
        return 1e6;
    }
    float round_limit = 0.25 * half_width;
    float join = u_style.y;
    // Corners of segments too short to have a direction would be thorns.
    if (join < 0.5 && min(end.z, size) < round_limit) join = 1.0;
    if (join > 0.5 && join < 1.5) {
        return p.x < 0.0 ? length(p) - half_width : distance;
    }
    if (join < 0.5 && t.x * u_style.w >= 1.0) {
        return distance;
    }
    // The corner is cut at right angles to its bisector.
    vec2 outward = d.y < 0.0 ? vec2(t.y, -t.x) : vec2(-t.y, t.x);
    return max(distance, dot(p, outward) - half_width * t.x);
}

// The distance to the dashes of a stretch of the line, from `low` to `high` along it, at whose 0 the pattern is at `phase`. A dash that
// goes on beyond the stretch is cut there: at a right angle if the stretch is another segment's, and as `stroke` is if it is `own`.
float dashes(vec2 at, float low, float high, float phase, float units, float half_width, bool own, float stroke) {
    float period = u_pattern.x / units;
    float side = abs(at.y) - half_width;
    float nearest = 1e6;
    for (int i = 0; i < 4; i++) {
        float half_dash = u_dashes[i].y / units;
        if (half_dash < 0.0) break;
        float middle = (u_dashes[i].x - phase) / units;
        // The repetition that is nearest, of those that lie on the stretch.
        float first = ceil((low - half_dash - middle) / period);
        float last = floor((high + half_dash - middle) / period);
        if (first > last) continue;
        middle += period * clamp(floor((at.x - middle) / period + 0.5), first, last);
        float from = middle - half_dash;
        float to = middle + half_dash;
        float begin = max(from, low);
        float end = min(to, high);
        bool before = at.x < 0.5 * (begin + end);
        bool cut = before ? from < low : to > high;
        float beyond = before ? begin - at.x : at.x - end;
        float distance = stroke;
        if (!cut) distance = cap(beyond, abs(at.y), half_width, own ? high - low : 1.0);
        else if (!own) distance = max(side, beyond);
        nearest = min(nearest, distance);
    }
    return nearest;
}

void main() {
    // A triangle between two quadrilaterals.
    if (v_segment.z > 0.001 && v_segment.z < 0.999) discard;
    float half_width = 0.5 * max(u_style.x, 1.0);
    vec2 along_it = v_segment.xy;
    vec2 pixel = gl_FragCoord.xy - u_viewport.xy;
    // Along and across, from the segment's beginning; and along, back from its end.
    vec2 way = pixel - v_ends.xy;
    vec2 at = vec2(v_at.x + dot(way, along_it), way.y * along_it.x - way.x * along_it.y);
    float until = v_at.y + dot(v_ends.zw - pixel, along_it);
    float size = at.x + until;
    float side = abs(at.y) - half_width;
    float begins = at_end(at, v_start, side, half_width, size);
    float ends = at_end(vec2(until, at.y), v_end, side, half_width, size);
    float stroke = max(begins, ends);
    if (stroke > 1e5) discard;
    float distance = stroke;
    if (u_pattern.x > 0.0) {
        float units = max(v_at.w, 1e-20);
        distance = dashes(at, 0.0, size, v_at.z, units, half_width, true, stroke);
        // The other segments' dashes reach around corners. Short segments are taken as if they went on.
        if (v_start.w > 0.0) {
            vec2 d = v_start.xy;
            vec2 there = vec2(dot(at, d), at.y * d.x - at.x * d.y);
            float low = -max(v_start.z, 2.0 * half_width);
            distance = min(distance, dashes(there, low, 0.0, v_at.z, v_start.w, half_width, false, 0.0));
        }
        if (v_end.w > 0.0) {
            vec2 d = v_end.xy;
            vec2 there = vec2(-dot(vec2(until, at.y), d), at.y * d.x - until * d.y);
            float high = max(v_end.z, 2.0 * half_width);
            float phase = v_at.z + size * units;
            distance = min(distance, dashes(there, 0.0, high, phase, v_end.w, half_width, false, 0.0));
        }
        // What reaches beyond this segment's sides, its quadrilateral would cut raggedly.
        distance = max(distance, side);
    }
    float coverage = clamp(0.5 - distance, 0.0, 1.0);
    if (coverage <= 0.0) discard;
    float share = size > 0.0 ? clamp(at.x / size, 0.0, 1.0) : 0.0;
    vec4 color = mix(v_color_from, v_color_to, share);
    $finish(vec4(color.rgb, color.a * min(u_style.x, 1.0)), coverage);
}
