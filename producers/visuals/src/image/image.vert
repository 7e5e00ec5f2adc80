// A corner of an image, or of a cell of its grid.

attribute vec2 a_at;
uniform vec2 u_size;
// Cells of the grid, each way.
uniform float u_cells;

// In texels, from the texture's first.
varying vec2 v_at;
// Texels a pixel, each way.
varying vec2 v_density;

void $corner(vec2 at, out vec3 high, out vec3 low);
vec4 $place(vec3 high, vec3 low);
vec2 $pixel(vec4 clip);
void $identify();

void main() {
    $identify();
    vec3 high;
    vec3 low;
    $corner(a_at, high, low);
    gl_Position = $place(high, low);
    v_at = a_at * u_size;
    // How many texels share a pixel here, looking a little to the side.
    vec2 beside = vec2(a_at.x < 0.5 ? 1.0 : -1.0, a_at.y < 0.5 ? 1.0 : -1.0) / u_cells;
    vec2 here = $pixel(gl_Position);
    $corner(a_at + vec2(beside.x, 0.0), high, low);
    float wide = distance($pixel($place(high, low)), here);
    $corner(a_at + vec2(0.0, beside.y), high, low);
    float tall = distance($pixel($place(high, low)), here);
    v_density = u_size / u_cells / max(vec2(wide, tall), 1e-6);
}
