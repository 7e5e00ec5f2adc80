//! The streams drawn natively. Skipped without GL, unless `GLIR_REQUIRE_GL` is set.

use crate::stage::{FRAGMENT, VERTEX, draw, small};
use glir_gloo::*;
use glir_native::Api;
use glir_spec::replies::Pixels;
use proptest::prelude::*;

fn pixel(picture: &[u8], x: usize, y: usize) -> [u8; 4] {
    let at = 4 * ((31 - y) * 32 + x);
    [picture[at], picture[at + 1], picture[at + 2], picture[at + 3]]
}

#[test]
fn a_texture_that_was_drawn_to_is_shown() {
    let context = small();
    let square =
        VertexBuffer::new(&context, &[[-1.0f32, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]]).unwrap();
    let mut fill = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    fill.set("a_position", &square).unwrap();
    let show = "precision highp float; uniform sampler2D u_image;
        void main() { gl_FragColor = texture2D(u_image, gl_FragCoord.xy / 32.0); }";
    let mut show = Program::new(&context, VERTEX, show).unwrap().with("a_position", &square).unwrap();
    let image = Texture2D::new(&context, (32, 32), Format::Rgba8).unwrap();
    show.set("u_image", &image).unwrap();
    let target = FrameBuffer::with_color(&context, &image).unwrap();
    {
        let _on = target.bind();
        context.clear(Clear::color([1.0, 0.0, 0.0, 1.0])).unwrap();
        context.set_scissor(Rect { x: 0, y: 0, width: 16, height: 32 }).unwrap();
        fill.set("u_color", [0.0, 1.0, 0.0, 1.0]).unwrap();
        fill.draw(Mode::TriangleStrip, ..).unwrap();
        context.set_scissor(None).unwrap();
    }
    show.draw(Mode::TriangleStrip, ..).unwrap();
    let request = target.read_pixels(Some(Rect { x: 15, y: 0, width: 2, height: 1 }), 0).unwrap();
    let frames = [context.swap()];
    for api in Api::ALL {
        let Some((picture, replies)) = draw(api, &context.header(), &frames) else { return };
        assert_eq!(pixel(&picture, 3, 3), [0, 255, 0, 255], "{api}");
        assert_eq!(pixel(&picture, 30, 30), [255, 0, 0, 255], "{api}");
        let answer = replies.iter().find_map(|reply| request.answer(reply));
        let Some(Answer::Pixels(Pixels { width: 2, height: 1, payload, .. })) = answer else {
            panic!("{api}: {replies:?}");
        };
        assert_eq!(payload.byte_len(), 8);
        assert_eq!(replies.iter().filter(|reply| request.answer(reply).is_some()).count(), 1);
    }
}

#[test]
fn structures_normalized_colours_and_instances() {
    #[derive(Clone, Copy, Vertex)]
    #[repr(C)]
    struct Marker {
        offset: [f32; 2],
        #[gloo(normalized)]
        color: [u8; 4],
        size: f32,
    }
    let context = small();
    let vertex = "attribute vec2 a_position, a_offset; attribute vec4 a_color; attribute float a_size; varying vec4 v_color;
        void main() { v_color = a_color; gl_Position = vec4(a_position * a_size + a_offset, 0.0, 1.0); }";
    let fragment = "precision highp float; varying vec4 v_color; void main() { gl_FragColor = v_color; }";
    let mut program = Program::new(&context, vertex, fragment).unwrap();
    program.set("a_position", &[[-0.25f32, -0.25], [0.25, -0.25], [-0.25, 0.25], [0.25, 0.25]]).unwrap();
    let marker = |x, y, color| Marker { offset: [x, y], color, size: 1.0 };
    let mut markers = VertexBuffer::new(
        &context,
        &[
            marker(-0.5, -0.5, [255, 0, 0, 255]),
            marker(0.5, -0.5, [0, 255, 0, 255]),
            marker(0.5, 0.5, [9, 9, 9, 9]),
        ],
    )
    .unwrap();
    program.bind_instances(&markers, 1).unwrap();
    context.clear(Clear::color([0.0, 0.0, 0.0, 1.0])).unwrap();
    program.draw_instances(Mode::TriangleStrip, .., 2).unwrap();
    let first = context.swap();
    markers.slice_mut(2..).unwrap()[0].color = [0, 0, 255, 255];
    program.draw_instances(Mode::TriangleStrip, .., 3).unwrap();
    let frames = [first, context.swap()];
    let header = context.header();
    assert_eq!((header.profile, &header.requires[..]), (Profile::Es2, &[Feature::Instancing][..]));
    for api in Api::ALL {
        let Some((picture, _)) = draw(api, &header, &frames) else { return };
        assert_eq!(pixel(&picture, 8, 8), [255, 0, 0, 255], "{api}");
        assert_eq!(pixel(&picture, 24, 8), [0, 255, 0, 255], "{api}");
        assert_eq!(pixel(&picture, 24, 24), [0, 0, 255, 255], "{api}");
        assert_eq!(pixel(&picture, 8, 24), [0, 0, 0, 255], "{api}");
    }
}

#[test]
fn uniform_blocks_samples_and_layers() {
    let context = small();
    let vertex = "#version 300 es
        in vec2 a_position; void main() { gl_Position = vec4(a_position, 0.0, 1.0); }";
    let fragment = "#version 300 es
        precision highp float; precision highp sampler3D; out vec4 color; uniform sampler3D u_volume;
        layout(std140) uniform Scene { vec3 tint; float gain; float list[2]; mat2 turn; };
        void main() { color = vec4(tint * gain * list[1] * turn[1][0], texture(u_volume, vec3(0.5, 0.5, 0.75)).r); }";
    let mut program = Program::new(&context, vertex, fragment).unwrap();
    program.set("a_position", &[[-1.0f32, -1.0], [3.0, -1.0], [-1.0, 3.0]]).unwrap();
    let volume = Texture3D::with_data(&context, (1, 1, 2), Format::R8, &[0u8, 255]).unwrap();
    program.set("u_volume", &volume).unwrap();
    let mut scene = UniformBuffer::new(&program, "Scene").unwrap();
    scene.set("tint", [1.0, 0.5, 0.25]).unwrap();
    scene.set("gain", 0.5).unwrap();
    scene.set("list", &[9.0, 2.0]).unwrap();
    scene.set("turn", [[5.0, 6.0], [1.0, 7.0]]).unwrap();
    program.set("Scene", &scene).unwrap();
    let samples = RenderBuffer::with_samples(&context, (32, 32), Format::Rgba8, 4).unwrap();
    let target = FrameBuffer::with_color(&context, &samples).unwrap();
    target.with(|| program.draw(Mode::Triangles, ..)).unwrap();
    target.copy_to(None, Filter::Nearest).unwrap();
    let frames = [context.swap()];
    for api in [Api::Gl, Api::Gles3] {
        let Some((picture, _)) = draw(api, &context.header(), &frames) else { return };
        let [r, g, b, a] = pixel(&picture, 9, 9);
        assert!(r == 255 && g.abs_diff(128) <= 1 && b.abs_diff(64) <= 1 && a > 180, "{api}: {r} {g} {b} {a}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    /// Random writes between draws, and the whole buffer uploaded at once: the same pixels.
    #[test]
    fn pieces_draw_what_the_whole_draws(
        start in proptest::collection::vec([-1.0f32..1.0, -1.0f32..1.0], 90),
        writes in proptest::collection::vec((0usize..80, proptest::collection::vec([-1.0f32..1.0, -1.0f32..1.0], 1..10)), 1..12),
    ) {
        let picture = |at_once: bool| {
            let context = small();
            let mut buffer = VertexBuffer::new(&context, &start).unwrap();
            buffer.set_policy(Upload::Blocks { gap: 16 });
            let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
            program.set("a_position", &buffer).unwrap();
            program.set("u_color", [1.0; 4]).unwrap();
            let mut frames = Vec::new();
            if !at_once {
                program.draw(Mode::Triangles, ..).unwrap();
                frames.push(context.swap());
            }
            for (index, (first, values)) in writes.iter().enumerate() {
                buffer.write(*first, values).unwrap();
                if !at_once && index % 3 == 0 {
                    program.draw(Mode::Triangles, ..).unwrap();
                }
            }
            context.clear(Clear::color([0.0; 4])).unwrap();
            program.draw(Mode::Triangles, ..).unwrap();
            frames.push(context.swap());
            draw(Api::Gles2, &context.header(), &frames).map(|(picture, _)| picture)
        };
        prop_assert_eq!(picture(false), picture(true));
    }
}

#[test]
fn a_geometry_shader_makes_squares_of_points() {
    let context = small();
    context.allow(Feature::GeometryShader, true).unwrap();
    let vertex = "#version 320 es
        in vec2 a_position; void main() { gl_Position = vec4(a_position, 0.0, 1.0); }";
    let geometry = "#version 320 es
        layout(points) in; layout(triangle_strip, max_vertices = 4) out;
        uniform float u_side;
        void main() {
            for (int i = 0; i < 4; i++) {
                vec2 corner = u_side * (vec2(i & 1, i >> 1) - 0.5);
                gl_Position = gl_in[0].gl_Position + vec4(corner, 0.0, 0.0);
                EmitVertex();
            }
        }";
    let fragment = "#version 320 es
        precision highp float; uniform vec4 u_color; out vec4 color; void main() { color = u_color; }";
    let mut program = Program::with_geometry(&context, vertex, geometry, fragment).unwrap();
    program.set("a_position", [[-0.5, -0.5], [0.5, 0.5]]).unwrap();
    program.set("u_side", 0.5).unwrap();
    program.set("u_color", [0.0, 1.0, 0.0, 1.0]).unwrap();
    context.clear(Clear::color([1.0, 0.0, 0.0, 1.0])).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    let frames = [context.swap()];
    let Some((picture, _)) = draw(Api::Gles3, &context.header(), &frames) else { return };
    for (x, y, inside) in [(8, 8, true), (5, 5, true), (3, 8, false), (24, 24, true), (16, 16, false)] {
        let wanted = if inside { [0, 255, 0, 255] } else { [255, 0, 0, 255] };
        assert_eq!(pixel(&picture, x, y), wanted, "{x}, {y}");
    }
}

#[test]
fn commands_made_elsewhere_may_leave_any_state_behind() {
    use glir_spec::commands::{Create, Data, Size, State};
    use glir_spec::enums::{BufferRole, BufferUsage};
    use glir_spec::ids::BufferId;
    use glir_spec::structs::{Descriptor, Region};
    use glir_spec::{Encoding, StateChanges, StateField};

    let context = small();
    let mut program = Program::new(
        &context,
        "attribute vec2 a_position; void main() { gl_Position = vec4(a_position, 0.0, 1.0); gl_PointSize = 16.0; }",
        "precision highp float; void main() { gl_FragColor = vec4(0.0, 1.0, 0.0, 1.0); }",
    )
    .unwrap();
    program.set("a_position", [[0.0, 0.0]]).unwrap();
    context.clear(Clear::color([1.0, 0.0, 0.0, 1.0])).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    // A payload in the arena behind one of the context's, and a scissor in which nothing is.
    let mut own = glir_spec::Frame::new();
    let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static };
    own.push(Create { id: BufferId(1000).into(), descriptor });
    own.push(Size { id: BufferId(1000).into(), width: 4096, height: 1, depth: 1 });
    let payload = own.payload(Encoding::U8, &[7; 4096]);
    own.push(Data { id: BufferId(1000).into(), region: Region::Bytes { offset: 0 }, payload });
    let nothing = glir_spec::structs::Rect { x: 0, y: 0, width: 1, height: 1 };
    own.push(State { changes: StateChanges::new([StateField::Scissor(Some(nothing))]) });
    context.append(&own).unwrap();
    context.clear(Clear::color([0.0, 0.0, 1.0, 1.0])).unwrap();
    program.draw(Mode::Points, ..).unwrap();
    let frames = [context.swap()];
    assert!(frames[0].arena().ends_with(&[7; 4096]));
    let Some((picture, _)) = draw(Api::Gles2, &context.header(), &frames) else { return };
    assert_eq!((pixel(&picture, 2, 2), pixel(&picture, 16, 16)), ([0, 0, 255, 255], [0, 255, 0, 255]));
}
