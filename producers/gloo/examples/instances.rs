//! Four hundred markers in one draw: a square for each, whose fragments take their distance to a disc, a ring or a diamond.
//! Place, size, colour and shape of each stand in one structured buffer that goes on from instance to instance.
//!
//! In further frames a wave passes through a row of them. The rows that do not move are not sent again.
//!
//! ```console
//! $ cargo run -p glir-gloo --example instances instances.glir
//! ```

mod common;

use glir_gloo::{BufferUsage, Clear, Context, Mode, Preset, Program, Vertex, VertexBuffer};
use std::error::Error;

#[derive(Clone, Copy, Vertex)]
#[repr(C)]
struct Marker {
    /// From −1 to 1 on the canvas.
    center: [f32; 2],
    /// In pixels.
    size: f32,
    /// 0 a disc, 1 a ring, 2 a diamond.
    shape: f32,
    #[gloo(normalized)]
    color: [u8; 4],
}

const VERTEX: &str = "
attribute vec2 a_corner;
attribute vec2 a_center;
attribute float a_size;
attribute float a_shape;
attribute vec4 a_color;
uniform vec2 u_canvas;
varying vec2 v_at;
varying vec4 v_color;
varying float v_shape;
varying float v_size;
void main() {
    v_size = a_size + 2.0;
    v_at = a_corner * v_size;
    v_color = a_color;
    v_shape = a_shape;
    gl_Position = vec4(a_center + a_corner * v_size / u_canvas, 0.0, 1.0);
}";

const FRAGMENT: &str = "
precision highp float;
varying vec2 v_at;
varying vec4 v_color;
varying float v_shape;
varying float v_size;
void main() {
    float radius = 0.5 * (v_size - 2.0);
    vec2 at = v_at * 0.5;
    float distance = length(at) - radius;
    if (v_shape > 1.5) { distance = (abs(at.x) + abs(at.y) - radius) * 0.7071; }
    else if (v_shape > 0.5) { distance = abs(distance + 0.25 * radius) - 0.25 * radius; }
    gl_FragColor = vec4(v_color.rgb, v_color.a * clamp(0.5 - distance, 0.0, 1.0));
}";

const COLUMNS: usize = 25;
const ROWS: usize = 16;

fn marker(column: usize, row: usize, time: f32) -> Marker {
    let place = |index: usize, count: usize| (index as f32 + 0.5) / count as f32 * 2.0 - 1.0;
    let wave = (column as f32 * 0.5 - time).sin();
    let share = column as f32 / (COLUMNS - 1) as f32;
    let mix = |from: f32, to: f32| (from + (to - from) * share) as u8;
    Marker {
        center: [0.96 * place(column, COLUMNS), 0.94 * place(row, ROWS) + 0.03 * wave],
        size: 12.0 + 6.0 * wave,
        shape: (row % 3) as f32,
        color: [mix(20.0, 250.0), mix(110.0, 120.0), mix(190.0, 40.0), 255],
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let context = Context::new(640, 400)?;
    context.set_title("Markers")?;
    let all: Vec<Marker> =
        (0..ROWS * COLUMNS).map(|index| marker(index % COLUMNS, index / COLUMNS, 0.0)).collect();
    let mut markers = VertexBuffer::new(&context, &all)?;
    markers.set_usage(BufferUsage::Dynamic)?;
    let mut program = Program::new(&context, VERTEX, FRAGMENT)?
        .with("a_corner", [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]])?
        .with("u_canvas", [640.0, 400.0])?;
    program.bind_instances(&markers, 1)?;
    context.set_preset(Preset::Translucent);
    context.set_depth_test(None)?;

    let mut frames = Vec::new();
    for step in 0..30 {
        if step > 0 {
            let row = 8;
            let mut moved = markers.slice_mut(row * COLUMNS..(row + 1) * COLUMNS)?;
            for (column, place) in moved.iter_mut().enumerate() {
                *place = marker(column, row, step as f32 * 0.3);
            }
        }
        context.clear(Clear::color([1.0, 1.0, 1.0, 1.0]))?;
        program.draw_instances(Mode::TriangleStrip, .., (ROWS * COLUMNS) as u32)?;
        frames.push(context.swap());
    }
    common::save(&context.header(), &frames, "instances.glir")
}
