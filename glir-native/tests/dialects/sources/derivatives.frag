#extension GL_OES_standard_derivatives : require
precision highp float;
varying vec2 v_at;
void main() {
    gl_FragColor = vec4(abs(dFdx(v_at.x)), abs(dFdy(v_at.y)), length(fwidth(v_at)), 1.0);
}
