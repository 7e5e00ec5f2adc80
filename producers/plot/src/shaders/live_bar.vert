#version 300 es
// Families of bars a pixel wide at even steps: the grid, of which a new view needs no more than where it starts.
precision highp float;
precision highp int;
uniform highp sampler2D u_lanes;
// What the bars are: 0 upright, 1 lying, 2 lying in each lane, 3 one rectangle; the colour's number; bars of a family or, in
// lanes, the most that one has; the row of the lanes' texture that says where they are.
uniform ivec4 u_family;
// First position, step, start and length of a bar; of a rectangle its left and lower edge, width and height.
uniform vec4 u_bars;
// Left edge and width of what lies in lanes.
uniform vec2 u_across;
uniform vec4 u_colors[6];
uniform vec2 u_canvas;
flat out vec4 v_color;

void main() {
    int bar = gl_VertexID / 6;
    int corner = gl_VertexID - bar * 6;
    vec2 unit = vec2(corner == 1 || corner == 4 || corner == 5, corner == 2 || corner == 3 || corner == 5);
    vec4 rect = u_bars;
    if (u_family.x == 0) {
        rect = vec4(floor(u_bars.x + float(bar) * u_bars.y), u_bars.z, 1.0, u_bars.w);
    } else if (u_family.x == 1) {
        rect = vec4(u_bars.z, floor(u_bars.x + float(bar) * u_bars.y), u_bars.w, 1.0);
    } else if (u_family.x == 2) {
        int lane = bar / u_family.z;
        int which = bar - lane * u_family.z;
        vec4 levels = texelFetch(u_lanes, ivec2(lane, u_family.w), 0);
        bool there = float(which) < levels.z;
        rect = vec4(u_across.x, floor(levels.x + float(which) * levels.y), there ? u_across.y : 0.0, there ? 1.0 : 0.0);
    }
    v_color = u_colors[u_family.y];
    gl_Position = vec4((rect.xy + unit * rect.zw) / u_canvas * 2.0 - 1.0, 0.0, 1.0);
}
