#version 300 es
precision highp float;
precision highp int;
flat in uvec2 v_bits;
centroid in vec3 v_at;
in vec2 v_more;
layout(std140) uniform Scene { highp vec4 tint; highp mat4 transform; } scene;
out highp vec4 color;
float half_of(float shared, float column) {
    switch (int(column)) {
        case 0: return shared;
        default: return shared * 0.5;
    }
}
void main() {
    float blue = float(v_bits.y) * 0.25 + half_of(v_at.z, 1.0) + float(v_bits.x >> 5u);
    color = vec4(abs(v_at.xy), blue, 1.0) * scene.tint + 0.0 * round(v_more.xyxy) + float(__VERSION__ - 300);
}
