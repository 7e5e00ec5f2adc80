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


in vec2 v_at;
void main() {
    if (length(v_at) > 0.7) discard;
    gl_FragDepth = gl_FragCoord.z * 0.5 + 0.25 * abs(v_at.x);
    glir_FragData[0] = vec4(vec3(gl_FragCoord.xy / 64.0, 0.5), 1.0);
}
