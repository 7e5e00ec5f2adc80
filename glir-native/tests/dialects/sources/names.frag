#version 100
precision highp float;
varying vec2 smooth;
varying float glir_smooth;
uniform highp sampler2D texelFetch;
#define layout(x) fract(x)
#define inverse layout

vec4 trunc(const in vec4 active) {
    vec4 partition = active;
    for (int image2D = 0; image2D < 3; image2D++) { partition *= 0.9; }
    return partition;
}

void main() {
    vec4 case_1 = texture2D(texelFetch, smooth);
    float row_major = inverse(glir_smooth);
    gl_FragColor = trunc(vec4(case_1.rgb * row_major, 1.0));
}
