// A pixel of a line strip.

varying float v_gap;
vec4 $color();
void $finish(vec4 color, float coverage);

void main() {
    if (v_gap > 0.0) discard;
    $finish($color(), 1.0);
}
