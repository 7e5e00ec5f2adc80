#extension GL_EXT_draw_buffers : enable
precision highp float;
varying vec2 v_at;
void main() {
    gl_FragData[0] = vec4(v_at, 0.25, 1.0);
    gl_FragData[1] = vec4(1.0 - v_at, 0.75, 1.0);
}
