// Coverage of a pixel by a stroke with round ends, from the pixel's distance to the segment.
precision highp float;
uniform vec2 u_pen;
varying vec3 v_segment;
varying vec4 v_bounds;
varying vec3 v_color;

void main() {
    // Neighbouring segments share the corner between them: each draws its own half.
    vec4 inside = step(vec4(-0.01, -0.01, 0.0, 0.0), v_bounds);
    float beyond = max(max(-v_segment.x, v_segment.x - v_segment.z), 0.0);
    float away = length(vec2(beyond, v_segment.y));
    float coverage = clamp(u_pen.x + 0.5 - away, 0.0, 1.0) * u_pen.y;
    coverage *= inside.x * inside.y * inside.z * inside.w;
    gl_FragColor = vec4(v_color, 1.0) * coverage;
}
