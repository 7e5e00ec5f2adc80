// A pixel of an image.

uniform vec2 u_size;
varying vec2 v_at;
varying vec2 v_density;
varying vec2 v_soft;

vec4 $sample(vec2 at);
vec4 $fetch(vec2 texel);
vec4 $stored(vec2 texel);
float $kernel(float off);
vec4 $shade(vec4 sum, vec4 nearest);
void $finish(vec4 color, float coverage);
TEXEL

// How much of a pixel lies between two borders, `a` and `b` pixels inside of them.
float between(float a, float b) {
    return max(clamp(a + 0.5, 0.0, 1.0) + clamp(b + 0.5, 0.0, 1.0) - 1.0, 0.0);
}

// How much of what lies under the pixel, from `low` to `high`, a texel is that is `scale` of the image's wide. Less than a thousandth is
// rounding.
float part(float texel, float low, float high, float scale) {
    return max(min(high, (texel + 1.0) * scale) - max(low, texel * scale) - 0.001 * scale, 0.0);
}

void main() {
    // Along which axes several texels share the pixel.
    vec2 several = step(1.01, v_density);
    vec4 nearest = vec4(0.0);
    vec4 sum = vec4(0.0);
    if (several.x + several.y < 0.5) {
        nearest = $fetch(floor(v_at));
        sum = $sample(v_at);
    } else {
        // The mean of what lies under it, from the level of which it has up to eight texels each way. Along an axis of few texels the
        // interpolation has its say.
        vec2 at = clamp(v_at, vec2(0.0), u_size);
        vec2 scale = vec2(1.0);
        vec2 texels = ceil(u_size);
        vec2 before = vec2(0.0);
        for (int level = 0; level < 7; level++) {
            vec2 next = step(8.0 * scale, v_density) * step(8.5, texels);
            before += next * texels;
            scale *= 1.0 + 7.0 * next;
            texels = ceil(u_size / scale);
        }
        vec2 low = max(at - 0.5 * v_density, 0.0);
        vec2 high = min(at + 0.5 * v_density, u_size);
        vec2 first = mix(floor(at - REACH + 0.5), floor(low / scale), several);
        vec2 count = mix(vec2(2.0 * REACH), min(ceil(high / scale), texels) - first, several);
        vec2 own = min(floor(at), texels - 1.0);
        vec2 totals = vec2(0.0);
        for (int y = 0; y < 9; y++) {
            if (float(y) >= count.y) break;
            float row = first.y + float(y);
            vec2 tall = several.y > 0.5 ? vec2(part(row, low.y, high.y, scale.y)) : vec2($kernel(row + 0.5 - at.y), float(row == own.y));
            for (int x = 0; x < 9; x++) {
                if (float(x) >= count.x) break;
                float column = first.x + float(x);
                vec2 wide = several.x > 0.5 ? vec2(part(column, low.x, high.x, scale.x)) : vec2($kernel(column + 0.5 - at.x), float(column == own.x));
                vec4 value = $stored(before + clamp(vec2(column, row), vec2(0.0), texels - 1.0));
                vec2 counts = wide * tall;
                sum += value * counts.x;
                OWN_SUM
                totals += counts;
            }
        }
        sum /= totals.x;
        OWN_MEAN
    }
    vec4 color = $shade(sum, nearest);
    float coverage = 1.0;
    if (v_soft.x > 0.0) coverage *= between(v_at.x / v_soft.x, (u_size.x - v_at.x) / v_soft.x);
    if (v_soft.y > 0.0) coverage *= between(v_at.y / v_soft.y, (u_size.y - v_at.y) / v_soft.y);
    if (coverage <= 0.0) discard;
    TEXELS
    $finish(color, coverage);
}
