#version 330 core
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_GL_OES_standard_derivatives 1
#define glir_GL_EXT_frag_depth 1
#define glir_GL_EXT_shader_texture_lod 1
#define glir_GL_EXT_draw_buffers 1
#define glir_VERSION 100
#line 1
in vec2 a_position;
out vec3 v_at;
uniform  sampler2D u_image;

void main() {
    vec4 low = textureLod(u_image, vec2(0.3, 0.6), 0.0);
    v_at = vec3(a_position, 1.0) + 0.125 * low.rgb + textureProjLod(u_image, vec3(1.0, 1.0, 2.0), 0.0).rgb * 0.125;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
