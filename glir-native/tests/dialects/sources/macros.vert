/* A comment, several
   lines long */ # version 100
#if __VERSION__ == 100 && defined(GL_ES)
#define ATTRIBUTE attribute
#define VARYING varying
#else
#error this is no GLSL ES 1.00
#endif
#ifndef GL_FRAGMENT_PRECISION_HIGH
#define PRECISION mediump
#else
#define PRECISION highp
#endif
ATTRIBUTE PRECISION vec2 a_position;
VARYING PRECISION vec2 v_at;
void main() {
    v_at = a_position; // a slash and a star: /*
    gl_Position = vec4(a_position, 0.0, 1.0);
}
