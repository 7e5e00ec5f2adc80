precision highp float;
varying vec2 v_position;
uniform vec4 u_color;

void main() {
    gl_FragColor = u_color;
    gl_FragColor.rg *= 0.5 + 0.5 * sin(6.0 * v_position);
}
