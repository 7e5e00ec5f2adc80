// A point of a line strip.

varying float v_gap;

// The point; false if it is missing.
bool $from(out vec3 high, out vec3 low);
vec4 $place(vec3 high, vec3 low);
void $identify();

void main() {
    $identify();
    gl_PointSize = 1.0;
    vec3 high;
    vec3 low;
    // What leads to a missing point is not drawn.
    if (!$from(high, low)) {
        v_gap = 1.0;
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        return;
    }
    v_gap = 0.0;
    gl_Position = $place(high, low);
}
