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
#ifdef glir_GL_EXT_shader_texture_lod

#endif

in vec2 v_at;
uniform  sampler2D u_image;
uniform  samplerCube u_cube;
void main() {
#ifdef glir_GL_EXT_shader_texture_lod
    vec4 a = textureLod(u_image, v_at, 0.0) + textureProjLod(u_image, vec3(v_at, 1.5), 0.0);
    vec4 b = textureLod(u_cube, vec3(v_at, 1.0), 0.0);
    vec4 c = textureGrad(u_image, v_at, vec2(0.001), vec2(0.001));
    vec4 d = textureGrad(u_cube, vec3(v_at, -1.0), vec3(0.001), vec3(0.001));
    vec4 e = textureProjGrad(u_image, vec4(v_at, 0.0, 1.25), vec2(0.001), vec2(0.001));
    glir_FragData[0] = vec4((a + b + c + d + e).rgb / 6.0, 1.0);
#else
    glir_FragData[0] = vec4(1.0, 0.0, 1.0, 1.0);
#endif
}
