#version 330 core
#define glir_GL_ES 1
#define glir_GL_FRAGMENT_PRECISION_HIGH 1
#define glir_VERSION 300
#line 1

in vec2 a_position;
out vec2 v_at;
void main() {
    v_at = 0.5 + 0.5 * a_position;
    gl_Position = vec4(a_position, 0.0, 1.0);
}
