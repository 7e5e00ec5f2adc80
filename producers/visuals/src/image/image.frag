// A pixel of an image.

uniform vec2 u_size;
varying vec2 v_at;
varying vec2 v_density;
varying vec2 v_soft;

vec4 $sample(vec2 at);
vec4 $fetch(vec2 texel);
vec4 $shade(vec4 sum, vec4 nearest);
void $finish(vec4 color, float coverage);
TEXEL

// How much of a pixel lies between two borders, `a` and `b` pixels inside of them.
float between(float a, float b) {
    return max(clamp(a + 0.5, 0.0, 1.0) + clamp(b + 0.5, 0.0, 1.0) - 1.0, 0.0);
}

void main() {
    vec4 nearest = $fetch(floor(v_at));
    vec4 sum = vec4(0.0);
    // Where several texels share a pixel, up to 8×8 of them are averaged.
    vec2 count = clamp(ceil(v_density - 0.01), 1.0, 8.0);
    if (count.x + count.y < 2.5) {
        sum = $sample(v_at);
    } else {
        float total = 0.0;
        for (int y = 0; y < 8; y++) {
            if (float(y) >= count.y) break;
            for (int x = 0; x < 8; x++) {
                if (float(x) >= count.x) break;
                vec2 off = (vec2(float(x), float(y)) + 0.5) / count - 0.5;
                sum += $fetch(floor(v_at + off * v_density));
                total += 1.0;
            }
        }
        sum /= total;
    }
    vec4 color = $shade(sum, nearest);
    float coverage = 1.0;
    if (v_soft.x > 0.0) coverage *= between(v_at.x / v_soft.x, (u_size.x - v_at.x) / v_soft.x);
    if (v_soft.y > 0.0) coverage *= between(v_at.y / v_soft.y, (u_size.y - v_at.y) / v_soft.y);
    if (coverage <= 0.0) discard;
    TEXELS
    $finish(color, coverage);
}
