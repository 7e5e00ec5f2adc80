// The commonest shader: no version, no precision needed.
attribute vec2 a_position;
varying vec2 v_position;
uniform mat4 u_transform;

void main() {
    v_position = a_position;
    gl_Position = u_transform * vec4(a_position, 0.0, 1.0);
}
