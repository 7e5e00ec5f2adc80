#version 330 core
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_GL_OES_standard_derivatives 1
#define glir_GL_EXT_frag_depth 1
#define glir_GL_EXT_shader_texture_lod 1
#define glir_GL_EXT_draw_buffers 1
#define glir_VERSION 100
layout(location = 0) out vec4 glir_FragData[1];
#line 1

 in vec2 v_one;
in vec2 v_two;

void main() {
    glir_FragData[0] = vec4(abs(v_one), fract(v_two.x), 1.0);
}
