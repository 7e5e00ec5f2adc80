// A marker: a point sprite, or the corner of a triangle around it.

attribute float a_size;
attribute float a_angle;
attribute vec4 a_color;
attribute vec4 a_edge_color;

uniform vec4 u_viewport;
// Width of the edge in pixels; whether sizes are units of the scene.
uniform vec2 u_edge;

// From the middle, in pixels, turned as the marker is.
varying vec2 v_at;
// Half the size in pixels; half the width of the edge; the angle's cosine and sine.
varying vec4 v_marker;
varying vec4 v_color;
varying vec4 v_edge_color;

// How far shapes reach from their middle, in sizes.
float $reach;
void $point(out vec3 high, out vec3 low);
void $symbol();
vec3 $scene(vec3 high, vec3 low);
vec4 $to_eye(vec3 scene);
vec4 $to_clip(vec4 eye);
vec2 $pixel(vec4 clip);
vec4 $spread(vec4 clip, vec2 pixel, float reach);
void $identify();

void main() {
    $identify();
    vec3 high;
    vec3 low;
    $point(high, low);
    vec4 eye = $to_eye($scene(high, low));
    vec4 clip = $to_clip(eye);
    vec2 pixel = $pixel(clip);
    float size = a_size;
    if (u_edge.y > 0.5) {
        // As wide as that many units beside it.
        size *= distance($pixel($to_clip(eye + vec4(1.0, 0.0, 0.0, 0.0))), pixel);
    }
    v_color = a_color;
    v_edge_color = a_edge_color;
    $symbol();
    // What is smaller than a pixel is fainter instead.
    float shown = min(size, 1.0);
    v_color.a *= shown * shown;
    v_edge_color.a *= shown * shown;
    size = max(size, 1.0);
    v_marker = vec4(0.5 * size, 0.5 * u_edge.x, cos(a_angle), sin(a_angle));
    float reach = $reach * size + 0.5 * u_edge.x + 0.75;
    v_at = vec2(reach, 0.0);
    if (!(clip.w > 0.0) || !(a_size > 0.0) || !(dot(pixel, pixel) >= 0.0)) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        gl_PointSize = 1.0;
        return;
    }
    gl_Position = $spread(clip, pixel, reach);
}
