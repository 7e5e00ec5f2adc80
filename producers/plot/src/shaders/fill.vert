// Rectangles, in pixels of the canvas.
attribute vec2 a_position;
attribute vec3 a_color;
uniform vec2 u_canvas;
varying vec3 v_color;

void main() {
    v_color = a_color;
    gl_Position = vec4(a_position / u_canvas * 2.0 - 1.0, 0.0, 1.0);
}
