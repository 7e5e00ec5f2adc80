precision highp float;
invariant varying vec2 v_one;
varying vec2 v_two;
invariant v_two;
void main() {
    gl_FragColor = vec4(abs(v_one), fract(v_two.x), 1.0);
}
