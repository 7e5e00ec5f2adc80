attribute vec2 a_position;
varying vec3 v_at;
uniform highp sampler2D u_image;

void main() {
    vec4 low = texture2DLod(u_image, vec2(0.3, 0.6), 0.0);
    v_at = vec3(a_position, 1.0) + 0.125 * low.rgb + texture2DProjLod(u_image, vec3(1.0, 1.0, 2.0), 0.0).rgb * 0.125;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
