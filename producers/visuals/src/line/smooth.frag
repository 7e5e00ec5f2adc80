// A pixel of a segment with round ends.

uniform float u_width;
varying vec3 v_at;
vec4 $color();
void $finish(vec4 color, float coverage);

void main() {
    float half_width = 0.5 * max(u_width, 1.0);
    float beyond = max(max(-v_at.x, -v_at.z), 0.0);
    float coverage = clamp(half_width + 0.5 - length(vec2(beyond, v_at.y)), 0.0, 1.0);
    if (coverage <= 0.0) discard;
    vec4 color = $color();
    $finish(vec4(color.rgb, color.a * min(u_width, 1.0)), coverage);
}
