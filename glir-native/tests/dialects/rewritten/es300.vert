#version 330 core
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_VERSION 300
#line 1

layout(location = 0) in vec2 a_position;
uniform  int u_count;
layout(std140) uniform Scene {  vec4 tint;  mat4 transform; } scene;
flat out uvec2 v_bits;
centroid out vec3 v_at;
 out vec2 v_more;
const float[3] STEPS = float[3](0.25, 0.5, 0.75);
void main() {
    v_bits = uvec2(uint(gl_VertexID) << 1u, uint(u_count) & 3u);
    v_at = vec3(a_position, STEPS[gl_InstanceID % STEPS.length()]);
    v_more = a_position.yx;
    gl_Position = scene.transform * vec4(a_position, 0.0, 1.0);
}
