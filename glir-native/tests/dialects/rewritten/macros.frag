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
#ifdef glir_GL_ES

#ifdef glir_GL_FRAGMENT_PRECISION_HIGH

#else

#endif

#endif
#ifdef glir_GL_ARB_gpu_shader5
#error the extension GL_ARB_gpu_shader5 is not supported
#error desktop extensions are not there in GLSL ES
#endif
#ifdef NEVER
#error the extension GL_NOT_THERE is not supported
flat glir_noperspective in double x;
#endif
#pragma optimize(on)
in vec2 v_at;
#define SQUARE(x) ((x) * (x)) /* a comment in a macro */
#define COLOR(r, g) vec4(r, g, 1.e-1 + 2.5E+0 * 0.1, 1.)
void main() {
    float version = float(glir_VERSION) / 200.0;
    glir_FragData[0] = COLOR(SQUARE(v_at.x), version) * .75;
    glir_FragData[0].a = float(0x1) + float(010) * 0.;
}
