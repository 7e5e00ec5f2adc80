#version 330 core
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_VERSION 300
#line 1



flat in uvec2 v_bits;
centroid in vec3 v_at;
in vec2 v_more;
layout(std140) uniform Scene {  vec4 tint;  mat4 transform; } scene;
layout(location = 0) out  vec4 color;
float half_of(float glir_shared, float column) {
    switch (int(column)) {
        case 0: return glir_shared;
        default: return glir_shared * 0.5;
    }
}
void main() {
    float blue = float(v_bits.y) * 0.25 + half_of(v_at.z, 1.0) + float(v_bits.x >> 5u);
    color = vec4(abs(v_at.xy), blue, 1.0) * scene.tint + 0.0 * round(v_more.xyxy) + float(glir_VERSION - 300);
}
