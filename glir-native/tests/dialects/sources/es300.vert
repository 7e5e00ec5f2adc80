#version 300 es
layout(location = 0) in vec2 a_position;
uniform highp int u_count;
layout(std140) uniform Scene { highp vec4 tint; highp mat4 transform; } scene;
flat out uvec2 v_bits;
centroid out vec3 v_at;
invariant out vec2 v_more;
const float[3] STEPS = float[3](0.25, 0.5, 0.75);
void main() {
    v_bits = uvec2(uint(gl_VertexID) << 1u, uint(u_count) & 3u);
    v_at = vec3(a_position, STEPS[gl_InstanceID % STEPS.length()]);
    v_more = a_position.yx;
    gl_Position = scene.transform * vec4(a_position, 0.0, 1.0);
}
