#version 330 core
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_GL_OES_standard_derivatives 1
#define glir_GL_EXT_frag_depth 1
#define glir_GL_EXT_shader_texture_lod 1
#define glir_GL_EXT_draw_buffers 1
#define glir_VERSION 100
#line 1

// Every name here is free in GLSL ES 1.00 and taken in desktop GLSL 3.30 or by the rewriter itself.
in vec2 glir_texture;
in float glir_sample;
out vec2 glir_smooth;
out float glir_glir_smooth;
uniform vec2 glir_uint[2];
struct Filter { vec2 glir_filter; float glir_common; };
uniform Filter glir_buffer;

float glir_round(float x) { return floor(x + 0.25); }
vec2 glir_transpose(vec2 v) { return v.yx; }
bool glir_isnan(float x) { return x > 0.5; }

void main() {
    glir_smooth = glir_transpose(glir_texture) * glir_uint[1] + glir_buffer.glir_filter;
    glir_glir_smooth = glir_round(glir_sample * 4.0) * 0.25 + (glir_isnan(glir_sample) ? glir_buffer.glir_common : 0.0);
    gl_Position = vec4(glir_texture * glir_uint[0], 0.0, 1.0);
}
