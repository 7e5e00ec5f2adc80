attribute vec2 a_position;
varying vec2 v_at;
uniform float u_depth;
void main() {
    v_at = a_position;
    gl_Position = vec4(a_position, u_depth, 1.0);
}
