#version 330 core
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_GL_OES_standard_derivatives 1
#define glir_GL_EXT_frag_depth 1
#define glir_GL_EXT_shader_texture_lod 1
#define glir_GL_EXT_draw_buffers 1
#define glir_VERSION 100
layout(location = 0) out vec4 glir_FragData[gl_MaxDrawBuffers];
#line 1
// With this extension on, the one colour goes to every draw buffer.


in vec2 v_at;
void glir_main() {
    if (v_at.x < 0.2) return;
    glir_FragData[0] = vec4(v_at, 0.25, 1.0);
}

void main() {
    glir_main();
    for (int glir_i = 1; glir_i < gl_MaxDrawBuffers; ++glir_i) { glir_FragData[glir_i] = glir_FragData[0]; }
}
