precision highp float;
varying vec3 v_at;
uniform highp sampler2D u_image;
uniform highp samplerCube u_cube;

void main() {
    vec4 plain = texture2D(u_image, v_at.xy) + texture2D(u_image, v_at.yx, 0.0);
    vec4 projected = texture2DProj(u_image, vec3(v_at.xy, 1.5)) + texture2DProj(u_image, vec4(v_at.xy, 0.0, 1.25));
    vec4 cube = textureCube(u_cube, v_at) + textureCube(u_cube, -v_at, 0.0);
    gl_FragColor = vec4(((plain + projected) * 0.15 + cube * 0.2).rgb, 1.0);
}
