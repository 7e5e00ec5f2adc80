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

in vec3 v_at;
uniform  sampler2D u_image;
uniform  samplerCube u_cube;

void main() {
    vec4 plain = texture(u_image, v_at.xy) + texture(u_image, v_at.yx, 0.0);
    vec4 projected = textureProj(u_image, vec3(v_at.xy, 1.5)) + textureProj(u_image, vec4(v_at.xy, 0.0, 1.25));
    vec4 cube = texture(u_cube, v_at) + texture(u_cube, -v_at, 0.0);
    glir_FragData[0] = vec4(((plain + projected) * 0.15 + cube * 0.2).rgb, 1.0);
}
