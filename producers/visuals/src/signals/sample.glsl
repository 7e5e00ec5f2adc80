// Where a sample stands: its channel's place, gain and colour come from a texture, its time from the ring of chunks.

uniform sampler2D u_table;
// Rows of the texture.
uniform float u_rows;
// Least and extent of offsets and gains.
uniform vec2 u_offset;
uniform vec2 u_gain;
// Slots of a chunk, chunks, samples of a chunk.
uniform vec3 u_shape;
// The oldest chunk, and how many there are.
uniform vec2 u_ring;
// The oldest sample's number, in thousands (of 4096) and the rest, and the time from sample to sample in two parts: times that of a
// thousand the first part of it is exact.
uniform vec4 u_time;

varying vec4 v_color;

float number(vec4 texel, vec2 range) {
    // Three bytes, the lowest first.
    float share = dot(floor(texel.xyz * 255.0 + 0.5), vec3(1.0, 256.0, 65536.0)) / 16777215.0;
    return range.x + range.y * share;
}

// `at`: channel and slot. False if there is no such sample.
bool sample_point(vec2 at, float value, out vec3 high, out vec3 low) {
    float row = floor((at.x + 0.5) / 1024.0);
    vec2 texel = vec2((at.x - row * 1024.0 + 0.5) / 1024.0, (3.0 * row + 0.5) / u_rows);
    v_color = texture2D(u_table, texel);
    vec4 offset = texture2D(u_table, texel + vec2(0.0, 1.0 / u_rows));
    vec4 gain = texture2D(u_table, texel + vec2(0.0, 2.0 / u_rows));

    float chunk = floor((at.y + 0.5) / u_shape.x);
    float index = at.y - chunk * u_shape.x - 1.0;
    float age = chunk - u_ring.x;
    if (age < 0.0) age += u_shape.y;
    // Before the oldest sample there is none.
    bool there = value < 1e38 && age < u_ring.y && age * u_shape.z + index > -0.5 && offset.w * gain.w > 0.5;
    float y = number(offset, u_offset) + number(gain, u_gain) * value;
    float count = age * u_shape.z + index;
    float thousands = floor((count + 0.5) / 4096.0);
    float rest = u_time.y + (count - 4096.0 * thousands);
    thousands = 4096.0 * (u_time.x + thousands);
    high = vec3(thousands * u_time.z, y, 0.0);
    low = vec3(rest * u_time.z + (thousands + rest) * u_time.w, 0.0, 0.0);
    return there;
}
