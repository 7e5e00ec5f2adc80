#pragma STDGL invariant(all)
invariant gl_Position;
attribute vec2 a_position;
invariant varying vec2 v_one;
varying vec2 v_two;
invariant v_two;
void main() {
    v_one = a_position * 0.5;
    v_two = a_position.yx + 0.5;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
