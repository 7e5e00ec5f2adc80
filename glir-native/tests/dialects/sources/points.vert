attribute vec2 a_position;
uniform float u_size;
void main() {
    gl_PointSize = u_size;
    gl_Position = vec4(a_position * 0.6, 0.0, 1.0);
}
