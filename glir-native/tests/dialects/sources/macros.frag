#ifdef GL_ES
precision
#ifdef GL_FRAGMENT_PRECISION_HIGH
    highp
#else
    mediump
#endif
    float;
#endif
#ifdef GL_ARB_gpu_shader5
#extension GL_ARB_gpu_shader5 : require
#error desktop extensions are not there in GLSL ES
#endif
#ifdef NEVER
#extension GL_NOT_THERE : require
flat noperspective in double x;
#endif
#pragma optimize(on)
varying vec2 v_at;
#define SQUARE(x) ((x) * (x)) /* a comment in a macro */
#define COLOR(r, g) vec4(r, g, 1.e-1 + 2.5E+0 * 0.1, 1.)
void main() {
    float version = float(__VERSION__) / 200.0;
    gl_FragColor = COLOR(SQUARE(v_at.x), version) * .75;
    gl_FragColor.a = float(0x1) + float(010) * 0.;
}
