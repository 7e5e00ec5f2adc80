// A pixel of a marker: its distance to the shape, and what fill and edge cover of it.

varying vec2 v_at;
varying vec4 v_marker;
varying vec4 v_color;
varying vec4 v_edge_color;

float $shape(vec2 p);
vec2 $at();
void $finish(vec4 color, float coverage);

void main() {
    vec2 at = $at();
    vec2 turn = v_marker.zw;
    vec2 p = vec2(at.x * turn.x + at.y * turn.y, at.y * turn.x - at.x * turn.y) / v_marker.x;
    float distance = $shape(p) * v_marker.x;
    float coverage = clamp(0.5 + v_marker.y - distance, 0.0, 1.0);
    if (coverage <= 0.0) discard;
    float edge = v_marker.y > 0.0 ? clamp(0.5 + v_marker.y + distance, 0.0, 1.0) : 0.0;
    float alpha = mix(v_color.a, v_edge_color.a, edge);
    vec3 rgb = mix(v_color.rgb * v_color.a, v_edge_color.rgb * v_edge_color.a, edge);
    $finish(vec4(rgb / max(alpha, 1e-6), alpha), coverage);
}
