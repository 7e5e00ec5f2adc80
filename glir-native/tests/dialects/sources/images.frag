#version 300 es
precision highp float;
precision lowp sampler3D;
precision lowp sampler2DArray;
uniform sampler2D u_image;
uniform sampler3D u_volume;
uniform sampler2DArray u_layers;
in vec2 v_at;
layout(location = 0) out vec4 first;
layout(location = 1) out vec4 second;
void main() {
    ivec2 size = textureSize(u_image, 0);
    vec4 texel = texelFetch(u_image, ivec2(v_at * vec2(size)), 0) + textureOffset(u_image, v_at, ivec2(1, 0));
    first = vec4((texel + texture(u_volume, vec3(v_at, 0.3))).rgb / 3.0, 1.0);
    second = vec4(textureLod(u_layers, vec3(v_at, 1.0), 0.0).rgb, 1.0);
}
