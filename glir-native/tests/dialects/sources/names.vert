#version 100
// Every name here is free in GLSL ES 1.00 and taken in desktop GLSL 3.30 or by the rewriter itself.
attribute vec2 texture;
attribute float sample;
varying vec2 smooth;
varying float glir_smooth;
uniform vec2 uint[2];
struct Filter { vec2 filter; float common; };
uniform Filter buffer;

float round(float x) { return floor(x + 0.25); }
vec2 transpose(vec2 v) { return v.yx; }
bool isnan(float x) { return x > 0.5; }

void main() {
    smooth = transpose(texture) * uint[1] + buffer.filter;
    glir_smooth = round(sample * 4.0) * 0.25 + (isnan(sample) ? buffer.common : 0.0);
    gl_Position = vec4(texture * uint[0], 0.0, 1.0);
}
