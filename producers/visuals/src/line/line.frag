// The distance of a pixel to a segment's stroke, and what it covers.

uniform vec4 u_viewport;
uniform vec4 u_style;
uniform vec2 u_pattern;
// Middle and half length of each dash.
uniform vec2 u_dashes[4];

varying vec4 v_at;
varying vec4 v_ends;
varying vec4 v_segment;
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
    if (end.w < 0.5) {
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

void main() {
    // A triangle between two quadrilaterals.
    if (v_segment.z > 0.001 && v_segment.z < 0.999) discard;
    float half_width = v_segment.w;
    vec2 along_it = v_segment.xy;
    vec2 pixel = gl_FragCoord.xy - u_viewport.xy;
    // Along and across, from the segment's beginning; and along, back from its end.
    vec2 way = pixel - v_ends.xy;
    vec2 at = vec2(v_at.x + dot(way, along_it), way.y * along_it.x - way.x * along_it.y);
    float until = v_at.y + dot(v_ends.zw - pixel, along_it);
    float size = at.x + until;
    float distance = abs(at.y) - half_width;
    float begins = at_end(at, v_start, distance, half_width, size);
    float ends = at_end(vec2(until, at.y), v_end, distance, half_width, size);
    distance = max(begins, ends);
    if (distance > 1e5) discard;
    if (u_pattern.x > 0.0) {
        float units = max(v_at.w, 1e-20);
        float along = v_at.z + max(until < 0.0 ? at.x + until : at.x, 0.0) * units;
        // The nearest dash: how far beyond its end this is, and on which side.
        float beyond = 1e30;
        float side = 1.0;
        for (int i = 0; i < 4; i++) {
            vec2 dash = u_dashes[i];
            float off = mod(along - dash.x + 0.5 * u_pattern.x, u_pattern.x) - 0.5 * u_pattern.x;
            if (abs(off) - dash.y < beyond) {
                beyond = abs(off) - dash.y;
                side = off < 0.0 ? -1.0 : 1.0;
            }
        }
        beyond /= units;
        if (u_style.z > 0.5 && u_style.z < 1.5 && beyond > 0.0) {
            // A round end may lie around the corner: its middle is on the other segment then.
            float middle = (along - v_at.z) / units - side * beyond;
            float behind = at.x + until - middle;
            way = at - vec2(middle, 0.0);
            if (middle < 0.0 && v_start.w > 0.5) way = at - v_start.xy * middle;
            if (behind < 0.0 && v_end.w > 0.5) way = vec2(until, at.y) - v_end.xy * behind;
            distance = max(distance, length(way) - half_width);
        } else {
            distance = max(distance, cap(beyond, abs(at.y), half_width, size));
        }
    }
    float coverage = clamp(0.5 - distance, 0.0, 1.0);
    if (coverage <= 0.0) discard;
    float share = size > 0.0 ? clamp(at.x / size, 0.0, 1.0) : 0.0;
    vec4 color = mix(v_color_from, v_color_to, share);
    $finish(vec4(color.rgb, color.a * min(u_style.x, 1.0)), coverage);
}
