//! A picture on a cube: a small scene is drawn into a texture, whose mipmaps are then filled by themselves, and the texture
//! covers the faces of a cube on the canvas.
//!
//! ```console
//! $ cargo run -p glir-gloo --example render_to_texture texture.glir
//! ```

mod common;

use glir_gloo::*;
use std::error::Error;

const DISCS: &str = "
attribute vec2 a_position;
varying vec2 v_at;
void main() { v_at = a_position; gl_Position = vec4(a_position, 0.0, 1.0); }";

const DISCS_FRAGMENT: &str = "
precision highp float;
varying vec2 v_at;
uniform float u_time;
uniform vec3 u_colors[3];
void main() {
    vec3 color = vec3(0.96, 0.95, 0.92);
    for (int i = 0; i < 3; i++) {
        float angle = u_time + float(i) * 2.0944;
        float distance = length(v_at - 0.45 * vec2(cos(angle), sin(angle))) - 0.3;
        color = mix(u_colors[i], color, clamp(distance * 60.0, 0.0, 1.0));
    }
    float frame = max(abs(v_at.x), abs(v_at.y));
    gl_FragColor = vec4(frame > 0.94 ? vec3(0.15) : color, 1.0);
}";

const CUBE: &str = "
attribute vec3 a_position;
attribute vec3 a_normal;
attribute vec2 a_at;
uniform mat4 u_view;
uniform mat4 u_turn;
varying vec2 v_at;
varying float v_light;
void main() {
    v_light = 0.45 + 0.55 * max(dot(mat3(u_turn) * a_normal, normalize(vec3(0.4, 0.8, 0.6))), 0.0);
    v_at = a_at;
    gl_Position = u_view * u_turn * vec4(a_position, 1.0);
}";

const CUBE_FRAGMENT: &str = "
precision highp float;
varying vec2 v_at;
varying float v_light;
uniform sampler2D u_picture;
void main() { gl_FragColor = vec4(texture2D(u_picture, v_at).rgb * v_light, 1.0); }";

fn main() -> Result<(), Box<dyn Error>> {
    // Four samples a pixel make the cube's edges smooth.
    let requires = vec![Feature::Multisample];
    let header =
        Header { width: 640, height: 480, profile: Profile::Es3, samples: 4, requires, ..Header::default() };
    let context = Context::with_header(header)?;
    context.set_title("A picture on a cube")?;
    let options = TextureOptions { mipmaps: Mipmaps::Auto, ..Format::Rgba8.into() };
    let mut picture = Texture2D::new(&context, (256, 256), options)?;
    picture.set_interpolation(MinFilter::LinearMipmapLinear, Filter::Linear)?;
    let target = FrameBuffer::with_color(&context, &picture)?;

    let square = [[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]];
    let mut discs = Program::new(&context, DISCS, DISCS_FRAGMENT)?.with("a_position", square)?;
    discs.set("u_colors", [[0.84, 0.37, 0.0], [0.0, 0.45, 0.7], [0.0, 0.62, 0.45]])?;

    let (corners, triangles) = common::cube();
    let corners = VertexBuffer::new(&context, &corners)?;
    let indices = IndexBuffer::new(&context, &triangles)?;
    let mut cube = Program::new(&context, CUBE, CUBE_FRAGMENT)?
        .with("u_view", common::perspective(0.7, 640.0 / 480.0, 1.0, 20.0, 6.0))?
        .with("u_picture", &picture)?;
    cube.bind(&corners)?;

    let mut frames = Vec::new();
    for step in 0..60 {
        let time = step as f32 * std::f32::consts::TAU / 60.0;
        {
            let _on = target.bind();
            context.set_depth_test(None)?;
            discs.set("u_time", time)?;
            discs.draw(Mode::TriangleStrip, ..)?;
        }
        context.clear(Clear::color_and_depth([0.12, 0.13, 0.16, 1.0]))?;
        context.set_depth_test(CompareFunc::Less)?;
        cube.set("u_turn", common::turned(time + 0.7, 0.5))?;
        cube.draw(Mode::Triangles, &indices)?;
        frames.push(context.swap());
    }
    common::save(&context.header(), &frames, "render_to_texture.glir")
}
