//! Small programs and the streams that they make, as text under `tests/cases`. `BLESS=1` writes them anew.

use crate::stage::{FRAGMENT, VERTEX, check, small, text};
use glir_gloo::*;
use std::path::Path;

/// Compares a stream with its golden text, and holds it against the check.
pub(crate) fn golden(name: &str, context: &Context, frames: &[Frame]) {
    let header = context.header();
    check(&header, frames);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/cases/{name}.glirt"));
    let found = text(&header, frames);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, expected, "{name}: BLESS=1 accepts the change");
}

#[derive(Clone, Copy, Vertex)]
#[repr(C)]
struct Point {
    position: [f32; 2],
    #[gloo(name = "a_tint", normalized)]
    color: [u8; 4],
    #[gloo(skip)]
    _hidden: Option<u32>,
}

#[test]
fn triangle() {
    let context = small();
    context.set_title("A triangle").unwrap();
    let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    program.set_label("fill").unwrap();
    let mut buffer = VertexBuffer::new(&context, &[[-1.0f32, -1.0], [1.0, -1.0], [0.0, 1.0]]).unwrap();
    buffer.set_label("corners").unwrap();
    program.set("a_position", &buffer).unwrap();
    program.set("u_color", [1.0, 0.5, 0.0, 1.0]).unwrap();
    let mut frames = Vec::new();
    for step in 0..3 {
        context.set_preset(Preset::Translucent);
        context.clear(Clear::color_and_depth([0.0, 0.0, 0.0, 1.0])).unwrap();
        program.draw(Mode::Triangles, ..).unwrap();
        if step == 0 {
            buffer.set(2, [0.5, 1.0]).unwrap();
        }
        frames.push(context.swap());
    }
    drop(program);
    frames.push(context.swap());
    drop(buffer);
    frames.push(context.swap());
    golden("triangle", &context, &frames);
}

#[test]
fn structured_and_indexed() {
    let context = small();
    let vertex = "attribute vec4 a_position, a_tint; varying vec4 v_color;
        void main() { v_color = a_tint; gl_Position = a_position; }";
    let fragment = "precision highp float; varying vec4 v_color; void main() { gl_FragColor = v_color; }";
    let mut program = Program::new(&context, vertex, fragment).unwrap();
    let point = |x: f32, y: f32, r: u8| Point { position: [x, y], color: [r, 0, 0, 255], _hidden: Some(1) };
    let points = [point(-1.0, -1.0, 0), point(1.0, -1.0, 100), point(-1.0, 1.0, 200), point(1.0, 1.0, 255)];
    let mut buffer = VertexBuffer::new(&context, &points).unwrap();
    assert_eq!(buffer.get(3).unwrap().color, [255, 0, 0, 255]);
    assert!(buffer.get(3).unwrap()._hidden.is_none());
    program.bind(&buffer).unwrap();
    let indices = IndexBuffer::new(&context, &[0u8, 1, 2, 2, 1, 3]).unwrap();
    program.draw(Mode::Triangles, &indices).unwrap();
    program.draw(Mode::Lines, indices.range(1..3)).unwrap();
    buffer.slice_mut(1..3).unwrap()[0].color[1] = 9;
    program.draw(Mode::Points, 1..4).unwrap();
    golden("structured", &context, &[context.swap()]);
}

#[test]
fn instances_and_constants() {
    let context = small();
    let vertex = "attribute vec2 a_position, a_offset; attribute float a_size; attribute mat2 a_turn;
        void main() { gl_Position = vec4(a_turn * a_position * a_size + a_offset, 0.0, 1.0); }";
    let mut program = Program::new(&context, vertex, FRAGMENT).unwrap();
    let corners = [[0.0f32, 0.0], [0.5, 0.0], [0.0, 0.5]];
    program.set("a_position", &corners).unwrap();
    let offsets =
        VertexBuffer::new(&context, &[[0.0f32, 0.0], [-0.5, 0.0], [9.0, 9.0], [0.0, -0.5]]).unwrap();
    program.set("a_offset", offsets.view().step_by(3).divisor(2)).unwrap();
    program.set("a_size", 1.0).unwrap();
    program.set("a_turn", [[1.0, 0.0], [0.0, 1.0]]).unwrap();
    program.draw_instances(Mode::Triangles, .., 4).unwrap();
    program.set("a_size", 0.5).unwrap();
    // The same again: the buffer that was made for it takes what differs.
    program.set("a_position", &[[0.0f32, 0.0], [0.5, 0.0], [0.0, 0.25]]).unwrap();
    program.draw_instances(Mode::Triangles, .., 2).unwrap();
    program.draw_instances(Mode::Triangles, .., 0).unwrap();
    program.draw(Mode::Triangles, 3..3).unwrap();
    golden("instances", &context, &[context.swap()]);
}

#[test]
fn uniforms() {
    let context = small();
    let vertex = "uniform mat4 u_mvp; uniform vec2 u_list[4]; uniform bool u_flag; uniform bvec2 u_flags; uniform ivec3 u_i;
        attribute vec2 a_position; void main() { gl_Position = u_mvp * vec4(a_position + u_list[0], 0.0, 1.0); }";
    let mut program = Program::new(&context, vertex, FRAGMENT).unwrap();
    program.set("a_position", &[[0.0f32, 0.0]; 3]).unwrap();
    let identity = [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];
    program.set("u_mvp", identity).unwrap();
    program.set("u_list", &[[1.0, 1.0], [2.0, 2.0], [3.0, 3.0], [4.0, 4.0]]).unwrap();
    program.set("u_flag", true).unwrap();
    program.set("u_flags", [false, true]).unwrap();
    program.set("u_i", [1, -2, 3]).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    // One element; a value that is set back; the same as before; numbers in a row.
    program.set("u_list[2]", [5.0, 5.0]).unwrap();
    program.set("u_flag", false).unwrap();
    program.set("u_flag", true).unwrap();
    program.set("u_i", [1, -2, 3]).unwrap();
    program.set("u_mvp", &identity.concat()).unwrap();
    program.set("u_color", [0.0, 0.0, 0.0, 0.0]).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    golden("uniforms", &context, &[context.swap()]);
}

#[test]
fn textures_and_targets() {
    let context = small();
    let vertex = "attribute vec2 a_position; varying vec2 v_at;
        void main() { v_at = a_position * 0.5 + 0.5; gl_Position = vec4(a_position, 0.0, 1.0); }";
    let fragment = "precision highp float; varying vec2 v_at; uniform sampler2D u_image;
        void main() { gl_FragColor = texture2D(u_image, v_at); }";
    let mut show = Program::new(&context, vertex, fragment).unwrap();
    let mut fill = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    let square =
        VertexBuffer::new(&context, &[[-1.0f32, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]).unwrap();
    show.set("a_position", &square).unwrap();
    fill.set("a_position", &square).unwrap();
    fill.set("u_color", [0.0, 1.0, 0.0, 1.0]).unwrap();

    let options = TextureOptions { mipmaps: Mipmaps::Auto, ..Format::Rgba8.into() };
    let mut picture = Texture2D::new(&context, (16, 16), options).unwrap();
    picture.set_interpolation(MinFilter::LinearMipmapLinear, Filter::Nearest).unwrap();
    picture.set_wrapping([Wrap::Repeat, Wrap::MirroredRepeat, Wrap::ClampToEdge]);
    let depth = RenderBuffer::new(&context, (16, 16), Format::Depth16).unwrap();
    let mut target = FrameBuffer::with_color(&context, &picture).unwrap();
    target.attach(AttachmentPoint::Depth, &depth).unwrap();
    show.set("u_image", &picture).unwrap();
    {
        let _on = target.bind();
        context.clear(Clear::color_and_depth([0.0, 0.0, 0.0, 1.0])).unwrap();
        fill.draw(Mode::TriangleStrip, ..).unwrap();
        let message = show.draw(Mode::TriangleStrip, ..).unwrap_err().to_string();
        assert_eq!(
            message,
            "program 1 samples texture 4, which is attached to the framebuffer that it draws to"
        );
    }
    show.draw(Mode::TriangleStrip, ..).unwrap();
    let _request = target.read_pixels(Some(Rect { x: 1, y: 2, width: 3, height: 4 }), 0).unwrap();
    let first = context.swap();
    // Covered by the second write, so never sent.
    picture.write_area(Area { origin: [2, 2, 0], size: Some([1, 1, 1]), level: 0 }, &[1u8, 2, 3, 4]).unwrap();
    picture
        .write_area(Area { origin: [2, 2, 0], size: Some([2, 1, 1]), level: 0 }, &[[5u8, 6, 7, 8]; 2])
        .unwrap();
    target.detach(AttachmentPoint::Depth);
    target.with(|| fill.draw(Mode::TriangleStrip, ..)).unwrap();
    show.draw(Mode::TriangleStrip, ..).unwrap();
    golden("textures", &context, &[first, context.swap()]);
}

#[test]
fn blocks_and_es3() {
    let context = small();
    let vertex = "#version 300 es
        layout(std140) uniform Scene { mat4 transform; vec3 tint[2]; float gain; };
        in vec2 a_position; in int a_layer; flat out int v_layer;
        void main() { v_layer = a_layer; gl_Position = transform * vec4(a_position, gain, 1.0); }";
    let fragment = "#version 300 es
        precision highp float; precision highp sampler2DArray; uniform sampler2DArray u_layers; uniform uint u_seed;
        flat in int v_layer; layout(location = 0) out vec4 color; layout(location = 1) out vec4 other;
        layout(std140) uniform Scene { mat4 transform; vec3 tint[2]; float gain; };
        void main() { color = texture(u_layers, vec3(0.5, 0.5, float(v_layer))); other = vec4(tint[1], float(u_seed)); }";
    let mut program = Program::new(&context, vertex, fragment).unwrap();
    program.set("a_position", &[[0.0f32, 0.0], [1.0, 0.0], [0.0, 1.0]]).unwrap();
    program.set("a_layer", &[0i8, 1, 1]).unwrap();
    program.set("u_seed", 7u32).unwrap();
    let layers = Texture2DArray::with_data(&context, (1, 1, 2), Format::R8, &[0u8, 255]).unwrap();
    program.set("u_layers", &layers).unwrap();
    let mut scene = UniformBuffer::new(&program, "Scene").unwrap();
    scene.set("tint", &[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).unwrap();
    scene.set("gain", 0.5).unwrap();
    program.set("Scene", &scene).unwrap();
    let a = Texture2D::new(&context, (8, 8), Format::Rgba8).unwrap();
    let cube = TextureCube::new(&context, 8, Format::Rgba8).unwrap();
    let mut target = FrameBuffer::with_color(&context, &a).unwrap();
    target.attach(AttachmentPoint::Color1, Image::from(&cube).layer(3)).unwrap();
    let on = target.bind();
    context.clear_attachment(1, ClearValue::Float([0.0, 0.0, 1.0, 1.0])).unwrap();
    program.draw(Mode::Triangles, ..).unwrap();
    drop(on);
    scene.set("tint[1]", [4.0, 5.5, 6.0]).unwrap();
    let group = context.group("again").unwrap();
    target.with(|| program.draw(Mode::Triangles, ..)).unwrap();
    drop(group);
    target.copy_to(None, Filter::Linear).unwrap();
    golden("es3", &context, &[context.swap()]);
}

#[test]
fn shaders_given_anew() {
    let context = small();
    let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    program.set("a_position", &[[0.0f32, 0.0]; 3]).unwrap();
    program.set("u_color", [1.0, 0.0, 0.0, 1.0]).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    let other = "precision highp float; uniform float u_color; void main() { gl_FragColor = vec4(u_color); }";
    program.set_shaders(VERTEX, other).unwrap();
    // Never drawn with: the stream goes from the first shaders to the third and keeps the first colour.
    program.set("u_color", 0.5).unwrap();
    program.set_shaders(VERTEX, FRAGMENT).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    let error = program.set_shaders("attribute vec2 a[2];", FRAGMENT).unwrap_err();
    assert_eq!(
        error.to_string(),
        "vertex shader, line 1: the attribute `a` is an array, which attributes can't be"
    );
    program.draw(Mode::Points, ..).unwrap();
    golden("shaders", &context, &[context.swap()]);
}

#[test]
fn canvases_and_groups() {
    let context = small();
    context.note("author", "Ada").unwrap();
    let image = Texture2D::new(&context, (4, 4), Format::Rgba8).unwrap();
    let target = FrameBuffer::with_color(&context, &image).unwrap();
    let on = target.bind();
    let outer = context.group("outer").unwrap();
    let inner = context.group("inner").unwrap();
    context.clear(Clear::color([1.0, 0.0, 0.0, 1.0])).unwrap();
    // Ends the inner one, too.
    drop(outer);
    drop(inner);
    // Another canvas: the framebuffer that is bound stays the target, and the stream is told again.
    context.set_canvas(1, Some((8, 8))).unwrap();
    context.set_canvas(1, None).unwrap();
    context.clear(Clear::color([1.0, 0.0, 0.0, 1.0])).unwrap();
    drop(on);
    let _open = context.group("open at the frame's end").unwrap();
    context.clear(Clear { stencil: Some(3), ..Clear::default() }).unwrap();
    let first = context.swap();
    context.resize(8, 8).unwrap();
    context.resize(16, 8).unwrap();
    assert_eq!(context.size(), (16, 8));
    let request = context.read_pixels(None).unwrap();
    assert_eq!(request.id().0, 0);
    // A bound framebuffer may be dropped by its owner; guards may end in any order.
    let (a, b) = (target.bind(), target.bind());
    drop(target);
    drop(a);
    context.clear(Clear::color([1.0, 0.0, 0.0, 1.0])).unwrap();
    drop(b);
    drop(image);
    context.clear(Clear::color([1.0, 0.0, 0.0, 1.0])).unwrap();
    golden("canvases", &context, &[first, context.swap()]);
}
