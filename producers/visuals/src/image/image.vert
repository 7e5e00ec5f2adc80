// A corner of an image, or of a cell of its grid.

attribute vec2 a_at;
uniform vec2 u_size;
// Cells of the grid, each way.
uniform float u_cells;
uniform vec4 u_viewport;
// How far from upright the borders at the sides, and those at top and bottom, have to be to be smoothed: 0 is upright, 1 a diagonal.
uniform vec2 u_slant;

// In texels, from the texture's first.
varying vec2 v_at;
// Texels a pixel, each way.
varying vec2 v_density;
// Texels a pixel, straight away from the borders at the sides, and from top and bottom; 0 where they are not smoothed.
varying vec2 v_soft;

void $corner(vec2 at, out vec3 high, out vec3 low);
vec4 $place(vec3 high, vec3 low);
vec2 $pixel(vec4 clip);
void $identify();

// The pixel of a place, by its shares.
vec2 shown(vec2 at) {
    vec3 high;
    vec3 low;
    $corner(at, high, low);
    return $pixel($place(high, low));
}

float slant(vec2 way) {
    return min(abs(way.x), abs(way.y)) / max(max(abs(way.x), abs(way.y)), 1e-20);
}

void main() {
    $identify();
    vec3 high;
    vec3 low;
    $corner(a_at, high, low);
    gl_Position = $place(high, low);
    v_at = a_at * u_size;
    // How many texels share a pixel here, looking a little to the side.
    vec2 inward = vec2(a_at.x < 0.5 ? 1.0 : -1.0, a_at.y < 0.5 ? 1.0 : -1.0);
    vec2 here = $pixel(gl_Position);
    float wide = distance(shown(a_at + vec2(inward.x / u_cells, 0.0)), here);
    float tall = distance(shown(a_at + vec2(0.0, inward.y / u_cells)), here);
    v_density = u_size / u_cells / max(vec2(wide, tall), 1e-6);
    // Pixels a share. Borders that run askew end in a pixel's width, for which the corners move out by a pixel.
    vec2 x = (shown(a_at + vec2(inward.x / 256.0, 0.0)) - here) * inward.x * 256.0;
    vec2 y = (shown(a_at + vec2(0.0, inward.y / 256.0)) - here) * inward.y * 256.0;
    float area = abs(x.x * y.y - x.y * y.x);
    v_soft = vec2(0.0);
    if (gl_Position.w > 0.0 && area > 0.02 * length(x) * length(y)) {
        vec2 soft = vec2(length(y), length(x)) / area;
        if (slant(y) <= u_slant.x) soft.x = 0.0;
        if (slant(x) <= u_slant.y) soft.y = 0.0;
        vec2 out_by = vec2(abs(a_at.x - 0.5) > 0.499 ? -inward.x : 0.0, abs(a_at.y - 0.5) > 0.499 ? -inward.y : 0.0) * soft;
        v_soft = soft * u_size;
        v_at += out_by * u_size;
        gl_Position.xy += (x * out_by.x + y * out_by.y) / u_viewport.zw * 2.0 * gl_Position.w;
    }
}
