#version 330 core
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_GL_OES_standard_derivatives 1
#define glir_GL_EXT_frag_depth 1
#define glir_GL_EXT_shader_texture_lod 1
#define glir_GL_EXT_draw_buffers 1
#define glir_VERSION 100
#line 1
invariant gl_Position;
invariant gl_Position;
in vec2 a_position;
 out vec2 v_one;
out vec2 v_two;

void main() {
    v_one = a_position * 0.5;
    v_two = a_position.yx + 0.5;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
