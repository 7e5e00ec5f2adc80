#ifdef GL_EXT_shader_texture_lod
#extension GL_EXT_shader_texture_lod : enable
#endif
precision highp float;
varying vec2 v_at;
uniform highp sampler2D u_image;
uniform highp samplerCube u_cube;
void main() {
#ifdef GL_EXT_shader_texture_lod
    vec4 a = texture2DLodEXT(u_image, v_at, 0.0) + texture2DProjLodEXT(u_image, vec3(v_at, 1.5), 0.0);
    vec4 b = textureCubeLodEXT(u_cube, vec3(v_at, 1.0), 0.0);
    vec4 c = texture2DGradEXT(u_image, v_at, vec2(0.001), vec2(0.001));
    vec4 d = textureCubeGradEXT(u_cube, vec3(v_at, -1.0), vec3(0.001), vec3(0.001));
    vec4 e = texture2DProjGradEXT(u_image, vec4(v_at, 0.0, 1.25), vec2(0.001), vec2(0.001));
    gl_FragColor = vec4((a + b + c + d + e).rgb / 6.0, 1.0);
#else
    gl_FragColor = vec4(1.0, 0.0, 1.0, 1.0);
#endif
}
