// Families of bars a pixel wide at even steps: the grid, of which a new view needs no more than where it starts.
precision highp float;
attribute float a_number;
uniform highp sampler2D u_lanes;
// What the bars are: 0 upright, 1 lying, 2 lying in each lane, 3 one rectangle; the colour's number; bars of a family or, in
// lanes, the most that one has; the row of the lanes' texture that says where they are.
uniform vec4 u_family;
// First position, step, start and length of a bar; of a rectangle its left and lower edge, width and height.
uniform vec4 u_bars;
// Left edge and width of what lies in lanes.
uniform vec2 u_across;
uniform vec4 u_colors[6];
uniform vec2 u_canvas;
// Rows of the data's texture, lanes.
uniform vec2 u_sizes;
varying vec4 v_color;

float over(float number, float by) {
    return floor((number + 0.5) / by);
}

void main() {
    float bar = over(a_number, 6.0);
    float corner = a_number - bar * 6.0;
    float right = abs(corner - 1.0) < 0.5 || abs(corner - 4.5) < 1.0 ? 1.0 : 0.0;
    float upper = abs(corner - 2.5) < 1.0 || corner > 4.5 ? 1.0 : 0.0;
    vec4 rect = u_bars;
    if (u_family.x < 0.5) {
        rect = vec4(floor(u_bars.x + bar * u_bars.y), u_bars.z, 1.0, u_bars.w);
    } else if (u_family.x < 1.5) {
        rect = vec4(u_bars.z, floor(u_bars.x + bar * u_bars.y), u_bars.w, 1.0);
    } else if (u_family.x < 2.5) {
        float lane = over(bar, u_family.z);
        float which = bar - lane * u_family.z;
        vec4 levels = texture2D(u_lanes, vec2((lane + 0.5) / u_sizes.y, (u_family.w + 0.5) / 6.0));
        float there = which < levels.z ? 1.0 : 0.0;
        rect = vec4(u_across.x, floor(levels.x + which * levels.y), there * u_across.y, there);
    }
    v_color = u_colors[int(u_family.y)];
    gl_Position = vec4((rect.xy + vec2(right, upper) * rect.zw) / u_canvas * 2.0 - 1.0, 0.0, 1.0);
}
