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


in vec2 glir_smooth;
in float glir_glir_smooth;
uniform  sampler2D glir_texelFetch;
#define glir_layout(x) fract(x)
#define glir_inverse glir_layout

vec4 glir_trunc(const in vec4 glir_active) {
    vec4 glir_partition = glir_active;
    for (int glir_image2D = 0; glir_image2D < 3; glir_image2D++) { glir_partition *= 0.9; }
    return glir_partition;
}

void main() {
    vec4 case_1 = texture(glir_texelFetch, glir_smooth);
    float glir_row_major = glir_inverse(glir_glir_smooth);
    glir_FragData[0] = glir_trunc(vec4(case_1.rgb * glir_row_major, 1.0));
}
