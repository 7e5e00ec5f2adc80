//! A cube that turns once in sixty frames. Only the first frame has objects and vertices in it: each further one is a
//! CLEAR, the UNIFORM of the turn, a DRAW and a SWAP.
//!
//! ```console
//! $ cargo run -p glir-gloo --example spinning_cube cube.glir
//! $ glir play cube.glir
//! ```

mod common;

use glir_gloo::{
    Clear, Context, Face, Feature, Header, IndexBuffer, Mode, Preset, Profile, Program, VertexBuffer,
};
use std::error::Error;

const VERTEX: &str = "
attribute vec3 a_position;
attribute vec3 a_normal;
attribute vec4 a_color;
uniform mat4 u_view;
uniform mat4 u_turn;
varying vec4 v_color;
void main() {
    float light = 0.35 + 0.65 * max(dot(mat3(u_turn) * a_normal, normalize(vec3(0.4, 0.8, 0.6))), 0.0);
    v_color = vec4(a_color.rgb * light, 1.0);
    gl_Position = u_view * u_turn * vec4(a_position, 1.0);
}";

const FRAGMENT: &str = "
precision highp float;
varying vec4 v_color;
void main() { gl_FragColor = v_color; }";

fn main() -> Result<(), Box<dyn Error>> {
    // Four samples a pixel make the cube's edges smooth.
    let requires = vec![Feature::Multisample];
    let header =
        Header { width: 640, height: 480, profile: Profile::Es3, samples: 4, requires, ..Header::default() };
    let context = Context::with_header(header)?;
    context.set_title("A spinning cube")?;
    let (corners, triangles) = common::cube();
    let mut buffer = VertexBuffer::new(&context, &corners)?;
    buffer.set_label("corners")?;
    let indices = IndexBuffer::new(&context, &triangles)?;
    let mut program = Program::new(&context, VERTEX, FRAGMENT)?;
    program.bind(&buffer)?;
    program.set("u_view", common::perspective(0.7, 640.0 / 480.0, 1.0, 20.0, 6.0))?;
    context.set_preset(Preset::Opaque);
    context.set_cull_face(Face::Back)?;

    let mut frames = Vec::new();
    for step in 0..60 {
        context.clear(Clear::color_and_depth([0.12, 0.13, 0.16, 1.0]))?;
        program.set("u_turn", common::turned(step as f32 * std::f32::consts::TAU / 60.0 + 0.7, 0.5))?;
        program.draw(Mode::Triangles, &indices)?;
        frames.push(context.swap());
    }
    common::save(&context.header(), &frames, "spinning_cube.glir")
}
