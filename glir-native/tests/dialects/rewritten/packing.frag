#version 330 core
#extension GL_ARB_shading_language_packing : enable
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_VERSION 300
#line 1


in vec2 v_at;
layout(location = 0) out vec4 c;
void main() {
    vec2 a = unpackHalf2x16(packHalf2x16(v_at * 3.0)) / 3.0;
    vec2 b = unpackSnorm2x16(packSnorm2x16(v_at));
    vec2 d = unpackUnorm2x16(packUnorm2x16(abs(v_at)));
    float limits = float((gl_MaxVaryingComponents / 4) > 15) * float((gl_MaxVaryingComponents / 4) > 14) * float(7 > 6) * float((-8) < -7);
    c = vec4(abs(a.x), abs(b.y), 
             d.x, limits);
}
