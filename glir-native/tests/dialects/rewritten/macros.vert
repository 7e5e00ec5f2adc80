#version 330 core
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_GL_OES_standard_derivatives 1
#define glir_GL_EXT_frag_depth 1
#define glir_GL_EXT_shader_texture_lod 1
#define glir_GL_EXT_draw_buffers 1
#define glir_VERSION 100
#line 1
/* A comment, several
   lines long */ 
#if glir_VERSION == 100 && defined(glir_GL_ES)
#define ATTRIBUTE in
#define VARYING out
#else
#error this is no GLSL ES 1.00
#endif
#ifndef glir_GL_FRAGMENT_PRECISION_HIGH
#define PRECISION 
#else
#define PRECISION 
#endif
ATTRIBUTE PRECISION vec2 a_position;
VARYING PRECISION vec2 v_at;
void main() {
    v_at = a_position; // a slash and a star: /*
    gl_Position = vec4(a_position, 0.0, 1.0);
}
