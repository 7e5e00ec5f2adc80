#version 300 es
precision highp float;
in vec2 v_at;
out vec4 c;
void main() {
    vec2 a = unpackHalf2x16(packHalf2x16(v_at * 3.0)) / 3.0;
    vec2 b = unpackSnorm2x16(packSnorm2x16(v_at));
    vec2 d = unpackUnorm2x16(packUnorm2x16(abs(v_at)));
    float limits = float(gl_MaxVertexOutputVectors > 15) * float(gl_MaxFragmentInputVectors > 14) * float(gl_MaxProgramTexelOffset > 6) * float(gl_MinProgramTexelOffset < -7);
    c = vec4(abs(a.x), abs(b.y), \
             d.x, limits);
}
