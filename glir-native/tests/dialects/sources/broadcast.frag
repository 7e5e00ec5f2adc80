// With this extension on, the one colour goes to every draw buffer.
#extension GL_EXT_draw_buffers : require
precision highp float;
varying vec2 v_at;
void main() {
    if (v_at.x < 0.2) return;
    gl_FragColor = vec4(v_at, 0.25, 1.0);
}
