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

void main() {
    float limits = float((gl_MaxVertexUniformComponents / 4) > 127) * float((gl_MaxVaryingComponents / 4) > 7) * float((gl_MaxFragmentUniformComponents / 4) > 15);
    glir_FragData[0] = vec4(gl_PointCoord, gl_FrontFacing ? limits : 0.0, 1.0);
}
