#extension GL_EXT_frag_depth : enable
precision highp float;
varying vec2 v_at;
void main() {
    if (length(v_at) > 0.7) discard;
    gl_FragDepthEXT = gl_FragCoord.z * 0.5 + 0.25 * abs(v_at.x);
    gl_FragColor = vec4(vec3(gl_FragCoord.xy / 64.0, 0.5), 1.0);
}
