//! What is wrong is told in one sentence, with the code that an interpreter would give; nothing is sent, nothing panics.

use crate::stage::{FRAGMENT, VERTEX, check, small};
use glir_gloo::*;
use proptest::prelude::*;

fn told<T: std::fmt::Debug>(result: Result<T>) -> (Code, String) {
    let error = result.unwrap_err();
    let sentence = error.to_string();
    assert!(!sentence.ends_with('.') && sentence.len() < 1000, "{sentence}");
    (error.code(), sentence)
}

#[track_caller]
fn is<T: std::fmt::Debug>(result: Result<T>, code: Code, sentence: &str) {
    assert_eq!(told(result), (code, sentence.to_owned()));
}

fn program(context: &Context) -> Program {
    let vertex =
        "attribute vec2 a_position; attribute vec4 a_color; uniform float u_list[3]; uniform bool u_flag;
        uniform mat3 u_matrix; void main() { gl_Position = vec4(a_position, 0.0, 1.0); }";
    let fragment =
        "precision highp float; uniform vec4 u_color; uniform sampler2D u_image; uniform samplerCube u_sky;
        void main() { gl_FragColor = u_color; }";
    Program::new(context, vertex, fragment).unwrap()
}

#[test]
fn values_of_another_type_name_both() {
    let context = small();
    let mut program = program(&context);
    let mismatch = Code::TypeMismatch;
    is(program.set("u_color", [1.0, 0.0, 0.0]), mismatch, "uniform `u_color` is vec4; a vec3 was given");
    is(program.set("u_color", 1), mismatch, "uniform `u_color` is vec4; an int was given");
    is(program.set("u_color", [1u32, 2]), mismatch, "uniform `u_color` is vec4; an uvec2 was given");
    is(program.set("u_color", [1u8, 2, 3, 4]), mismatch, "uniform `u_color` is vec4; 4 × u8 was given");
    is(program.set("u_flag", 1), mismatch, "uniform `u_flag` is bool; an int was given");
    is(program.set("u_flag", [true, false]), mismatch, "uniform `u_flag` is bool; a bvec2 was given");
    is(program.set("u_list", 1.0), mismatch, "uniform `u_list` is float[3]; a float was given");
    is(
        program.set("u_list", &[true]),
        mismatch,
        "uniform `u_list` is float[3]; an array of 1 × bool was given",
    );
    is(
        program.set("u_list", &[1.0, 2.0, 3.0, 4.0]),
        Code::WrongLength,
        "uniform `u_list` is float[3]; an array of 4 × float was given",
    );
    is(program.set("u_list[3]", 1.0), Code::OutOfRange, "uniform `u_list[3]` is float[3]; a float was given");
    is(program.set("u_list[2]", [1.0, 2.0]), mismatch, "uniform `u_list[2]` is float; a vec2 was given");
    is(program.set("u_list", [1.0; 4]), mismatch, "uniform `u_list` is float[3]; a vec4 was given");
    let none: [f32; 0] = [];
    is(
        program.set("u_list", &none[..]),
        Code::WrongLength,
        "uniform `u_list` is float[3]; an array of 0 × float was given",
    );
    is(
        program.set("u_matrix", [[1.0, 0.0], [0.0, 1.0]]),
        mismatch,
        "uniform `u_matrix` is mat3; a mat2 was given",
    );
    is(
        program.set("u_matrix", &[[1.0, 0.0, 0.0]; 2]),
        Code::WrongLength,
        "uniform `u_matrix` is mat3; an array of 2 × vec3 was given",
    );
    // The declaration decides how numbers are read.
    program.set("u_list", [1.0, 2.0, 3.0]).unwrap();
    program.set("u_list[1]", [1.0, 2.0]).unwrap();
    program.set("u_matrix", [[0.0; 3]; 3]).unwrap();
    program.set("u_matrix", [0.0; 9]).unwrap();
    program.set("u_color", &[0.0; 4]).unwrap();

    let image = Texture2D::new(&context, (4, 4), Format::Rgba8).unwrap();
    is(
        program.set("u_sky", &image),
        mismatch,
        "sampler `u_sky` is samplerCube; texture 2 (\"2d\", rgba8) was given",
    );
    is(program.set("u_image", 3), mismatch, "sampler `u_image` is sampler2D; an int was given");
    is(
        program.set("u_color", &image),
        mismatch,
        "uniform `u_color` is vec4; texture 2 (\"2d\", rgba8) was given",
    );

    let mut buffer = VertexBuffer::new(&context, &[[0.0f32; 3]; 4]).unwrap();
    buffer.set_label("corners").unwrap();
    is(
        program.set("a_position", &buffer),
        mismatch,
        "attribute `a_position` is vec2; buffer 3 \"corners\" of vec3 was given",
    );
    is(
        program.set("a_position", [[1.0, 2.0, 3.0]; 2]),
        mismatch,
        "attribute `a_position` is vec2; a list of 2 × vec3 was given",
    );
    is(
        program.set("a_position", [[1.0, 2.0, 3.0]; 1]),
        mismatch,
        "attribute `a_position` is vec2; an array of 1 × vec3 was given",
    );
    program.set("a_position", [[1.0, 2.0]; 1]).unwrap();
    is(program.set("a_position", 1.0), mismatch, "attribute `a_position` is vec2; a float was given");
    is(
        program.set("u_color", &buffer),
        mismatch,
        "uniform `u_color` is vec4; buffer 3 \"corners\" of vec3 was given",
    );
    // A vec4 from three components is completed.
    program.set("a_color", &buffer).unwrap();
    is(
        program.set("a_colour", &buffer),
        Code::UnknownSlot,
        "program 1 has no `a_colour`; it has `a_position`, `a_color`, `u_list`, `u_flag`, `u_matrix`, `u_color`, `u_image`, `u_sky`",
    );
    is(buffer.field("x"), Code::UnknownSlot, "buffer 3 \"corners\" has no field `x`; it has ``");
    is(
        program.bind(&buffer),
        Code::UnknownSlot,
        "no field of buffer 3 \"corners\" (``) has the name of an attribute of program 1, which has `a_position`, `a_color`",
    );
    program.set("a_position", [[0.0, 1.0]; 3]).unwrap();
}

#[test]
fn draws_that_can_not_be() {
    let context = small();
    let mut program = program(&context);
    let draw = |program: &mut Program| program.draw(Mode::Triangles, ..);
    is(draw(&mut program), Code::Unset, "program 1 samples `u_image`, which has no texture; set it first");
    let image = Texture2D::new(&context, (4, 4), Format::Rgba8).unwrap();
    program.set("u_image", &image).unwrap();
    program.set("u_sky", &TextureCube::new(&context, 4, Format::Rgba8).unwrap()).unwrap();
    is(
        draw(&mut program),
        Code::Unset,
        "program 1 reads the attribute `a_position` (vec2), which is not set",
    );
    program.set("a_position", [0.0, 0.0]).unwrap();
    program.set("a_color", [0.0; 4]).unwrap();
    is(
        draw(&mut program),
        Code::BadArgument,
        "program 1 reads no buffer a vertex, so a draw of it says how many vertices it has",
    );
    program.draw(Mode::Triangles, 0..3).unwrap();
    context.swap();
    program.set("a_position", &[[0.0f32, 0.0]; 3]).unwrap();
    is(
        program.draw(Mode::Triangles, 0..4),
        Code::DrawOutside,
        "the draw reads 4 vertices, but the buffer of `a_position` holds 3",
    );
    is(
        program.draw(Mode::Points, 0..usize::MAX),
        Code::OutOfRange,
        "vertex 18446744073709551615 is beyond 2^31",
    );
    let indices = IndexBuffer::new(&context, &[0u16, 1, 3]).unwrap();
    is(
        program.draw(Mode::Triangles, &indices),
        Code::DrawOutside,
        "the indices reach vertex 3, but the buffer of `a_position` holds 3",
    );
    is(
        program.draw(Mode::Triangles, indices.range(1..4)),
        Code::RegionOutside,
        "buffer 5 has 3 indices; indices 1 to 4 exceed it",
    );
    is(
        program.draw_instances(Mode::Triangles, .., u32::MAX),
        Code::LimitExceeded,
        "4294967295 instances are more than the 16777216 of one draw",
    );
    program.set("a_color", VertexBuffer::new(&context, &[[0.0f32; 4]]).unwrap().view().divisor(2)).unwrap();
    is(
        program.draw_instances(Mode::Triangles, .., 3),
        Code::DrawOutside,
        "the draw has 3 instances, but the buffer of `a_color` holds 2",
    );
    let restart = IndexBuffer::new(&context, &[0u16, 0xffff]).unwrap();
    is(
        program.draw(Mode::Points, &restart),
        Code::DrawOutside,
        "the index 65535 restarts primitives on some contexts, so profile es2 can't use it",
    );
    let empty = FrameBuffer::new(&context).unwrap();
    let message = empty.with(|| draw(&mut program));
    is(message, Code::IncompleteFramebuffer, "framebuffer 8 has no attachments");
    assert_eq!(context.pending(), 0);
}

#[test]
fn numbers_out_of_range() {
    let context = small();
    let bytes = "more than the 2147483647 bytes that a buffer may have";
    is(
        VertexBuffer::<f32>::zeros(&context, usize::MAX),
        Code::OutOfRange,
        &format!("{} elements of 4 bytes are {bytes}", usize::MAX),
    );
    let mut buffer = VertexBuffer::<f32>::zeros(&context, 4).unwrap();
    assert_eq!(told(buffer.write(3, &[1.0, 2.0])).0, Code::RegionOutside);
    assert_eq!(told(buffer.write(usize::MAX, &[1.0])).0, Code::RegionOutside);
    assert_eq!(told(buffer.set(4, 1.0)).0, Code::RegionOutside);
    is(buffer.slice_mut(2..9), Code::RegionOutside, "buffer 1 has 4 elements; 2..9 is no part of it");
    #[allow(clippy::reversed_empty_ranges)]
    let reversed = buffer.slice_mut(3..1);
    assert_eq!(told(reversed).0, Code::RegionOutside);
    assert_eq!(told(buffer.slice_mut(..=usize::MAX)).0, Code::RegionOutside);
    assert_eq!(told(buffer.resize(usize::MAX / 2)).0, Code::OutOfRange);
    assert!(buffer.get(usize::MAX).is_none());
    assert_eq!(told(buffer.read_back(2..9)).0, Code::RegionOutside);

    is(
        Texture2D::new(&context, (0, 4), Format::Rgba8),
        Code::OutOfRange,
        "a texture can't be 0×4×1; its sides go from 1 to 16384",
    );
    assert_eq!(told(Texture3D::new(&context, (1, 1, 20000), Format::R8)).0, Code::OutOfRange);
    assert_eq!(told(Texture3D::new(&context, (1, 1, 1), Format::Depth16)).0, Code::BadFormat);
    assert_eq!(told(RenderBuffer::new(&context, (1, 0), Format::Rgba8)).0, Code::OutOfRange);
    assert_eq!(told(RenderBuffer::new(&context, (1, 1), Format::Rgb8ui)).0, Code::BadFormat);
    let mut texture = Texture2D::new(&context, (4, 4), Format::R32f).unwrap();
    is(texture.write(&[0.0f32; 15]), Code::WrongLength, "4×4×1 texels of r32f are 64 bytes; 60 were given");
    let area = Area { origin: [3, 0, 0], size: Some([2, 1, 1]), level: 0 };
    is(
        texture.write_area(area, &[0.0f32; 2]),
        Code::RegionOutside,
        "texture 2 is 4×4×1 at level 0; 2×1×1 texels at 3,0,0 exceed it",
    );
    assert_eq!(told(texture.write_area(Area { level: 1, ..area }, &[0.0f32; 2])).0, Code::RegionOutside);
    let area = Area { origin: [u32::MAX; 3], size: Some([u32::MAX; 3]), level: 0 };
    assert_eq!(told(texture.write_area(area, &[0.0f32; 2])).0, Code::RegionOutside);
    assert_eq!(told(texture.set_anisotropy(f32::NAN)).0, Code::OutOfRange);
    let message = told(texture.set_interpolation(MinFilter::LinearMipmapLinear, Filter::Nearest));
    assert_eq!(message.0, Code::IncompleteTexture);
    let integers = Texture2D::new(&context, (4, 4), Format::Rgba8ui);
    assert_eq!(
        told(integers.unwrap().set_interpolation(MinFilter::Linear, Filter::Nearest)).0,
        Code::BadFormat
    );

    assert_eq!(told(Context::new(0, 1)).0, Code::OutOfRange);
    assert_eq!(told(context.resize(1, 20000)).0, Code::OutOfRange);
    assert_eq!(told(context.clear(Clear::color([f32::NAN; 4]))).0, Code::OutOfRange);
    assert_eq!(told(context.clear(Clear { depth: Some(2.0), ..Clear::default() })).0, Code::OutOfRange);
    assert_eq!(told(context.set_state([StateField::LineWidth(f32::INFINITY)])).0, Code::OutOfRange);
    let far = Rect { x: i32::MAX, y: 0, width: 9, height: 1 };
    assert_eq!(told(context.set_viewport(far.clone())).0, Code::OutOfRange);
    assert_eq!(told(context.read_pixels(Some(far))).0, Code::RegionOutside);
    let long = "x".repeat(5000);
    assert_eq!(told(context.group(&long)).0, Code::LimitExceeded);
    assert_eq!(told(context.note(&long, "")).0, Code::LimitExceeded);
    assert_eq!(told(context.set_title(&long)).0, Code::LimitExceeded);
    assert_eq!(told(buffer.set_label(&long)).0, Code::LimitExceeded);
    let mut program = program(&context);
    assert!(told(program.set(&long, 1.0)).1.len() < 300);
    assert_eq!(told(Program::new(&context, &"/".repeat(2 << 20), "")).0, Code::LimitExceeded);
    assert_eq!(told(Program::new(&context, "\0", "")).0, Code::ShaderError);
    let name = format!("uniform float {long};");
    assert_eq!(told(Program::new(&context, &name, "")).0, Code::BadArgument);
    assert_eq!(told(Program::new(&context, "uniform float u[5000];", "")).0, Code::OutOfRange);
    assert_eq!(told(Program::new(&context, "uniform sampler2D u[5000];", "")).0, Code::LimitExceeded);
    assert_eq!(told(Program::new(&context, "#version 300 es\n", "")).0, Code::ShaderError);
    is(
        Program::new(&context, "uniform vec2 u;", "uniform vec3 u;"),
        Code::TypeMismatch,
        "the uniform `u` is vec2 in one shader and vec3 in another",
    );
    let many: String = (0..17).map(|index| format!("attribute float a{index};")).collect();
    assert_eq!(told(Program::new(&context, &many, "")).0, Code::LimitExceeded);
    assert_eq!(context.pending(), 0);
}

#[test]
fn wide_and_odd_vertices() {
    #[derive(Clone, Copy, Vertex)]
    #[repr(C)]
    struct Wide {
        position: [f32; 2],
        rest: [[f32; 4]; 4],
        more: [[f32; 4]; 4],
        last: [[f32; 4]; 4],
        end: [[f32; 4]; 4],
    }
    #[derive(Clone, Copy, Vertex)]
    #[repr(C, packed)]
    struct Odd {
        flag: u8,
        position: [f32; 2],
    }
    #[derive(Clone, Copy, Vertex)]
    #[repr(C)]
    struct Nothing {}
    let context = small();
    let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    let wide = VertexBuffer::<Wide>::zeros(&context, 3).unwrap();
    is(
        program.bind(&wide),
        Code::OutOfRange,
        "values stand 264 bytes apart in buffer 2; at most 255 are allowed",
    );
    let odd = VertexBuffer::new(&context, &[Odd { flag: 1, position: [0.5, 0.25] }]).unwrap();
    assert_eq!({ odd.get(0).unwrap().position }, [0.5, 0.25]);
    is(program.bind(&odd), Code::Misaligned, "offset 1 and stride 9 must be multiples of the 4 bytes of f32");
    is(
        VertexBuffer::<Nothing>::zeros(&context, 3),
        Code::BadArgument,
        "a vertex without fields has no bytes to store",
    );
}

#[test]
fn objects_of_another_context_are_refused() {
    let (context, other) = (small(), small());
    let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    let buffer = VertexBuffer::new(&other, &[[0.0f32, 0.0]; 3]).unwrap();
    is(program.set("a_position", &buffer), Code::UnknownId, "buffer 1 belongs to another context");
    let texture = Texture2D::new(&other, (1, 1), Format::Rgba8).unwrap();
    assert_eq!(told(FrameBuffer::with_color(&context, &texture)).0, Code::UnknownId);
    program.set("a_position", &[[0.0f32, 0.0]; 3]).unwrap();
    let indices = IndexBuffer::new(&other, &[0u8]).unwrap();
    assert_eq!(told(program.draw(Mode::Points, &indices)).0, Code::UnknownId);
}

#[test]
fn a_settled_header_refuses_what_it_does_not_name() {
    let context = Context::with_header(Header { width: 8, height: 8, ..Header::default() }).unwrap();
    let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    program.set("a_position", &[[0.0f32, 0.0]; 3]).unwrap();
    is(
        program.draw_instances(Mode::Points, .., 2),
        Code::FeatureMissing,
        "drawing instances needs the feature \"instancing\", which the stream's header does not name",
    );
    let indices = IndexBuffer::new(&context, &[0u32]).unwrap();
    is(
        program.draw(Mode::Points, &indices),
        Code::FeatureMissing,
        "an index type of u32 needs the feature \"uint-indices\", which the stream's header does not name",
    );
    let vertex = "#version 300 es\nin vec2 a; void main() {}";
    let mut newer = Program::new(&context, vertex, "#version 300 es\n").unwrap();
    newer.set("a", &[[0.0f32; 2]]).unwrap();
    is(
        newer.draw(Mode::Points, ..),
        Code::FeatureMissing,
        "the vertex shader's #version needs the feature \"glsl-300\", which the stream's header does not name",
    );
    // A header that is still open comes to name it.
    let context = Context::new(8, 8).unwrap();
    let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
    program.set("a_position", &[[0.0f32, 0.0]; 3]).unwrap();
    program.draw_instances(Mode::Points, .., 2).unwrap();
    context.allow(Feature::FloatLinear, false).unwrap();
    let header = context.fix_header();
    assert_eq!((header.profile, &header.requires[..]), (Profile::Es2, &[Feature::Instancing][..]));
    assert_eq!(header.uses, [Feature::FloatLinear]);
    let indices = IndexBuffer::new(&context, &[0u32]).unwrap();
    assert_eq!(told(program.draw(Mode::Points, &indices)).0, Code::FeatureMissing);
    check(&header, &[context.swap()]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever the numbers are, a call gives an error or commands that the check takes.
    #[test]
    fn no_number_panics(
        numbers in proptest::collection::vec(prop_oneof![any::<u32>(), 0u32..5, Just(u32::MAX), Just(16384u32)], 12),
        floats in [any::<f32>(), any::<f32>(), any::<f32>(), any::<f32>()],
        name in ".{0,20}",
    ) {
        let context = small();
        let n = |index: usize| numbers[index];
        let mut program = Program::new(&context, VERTEX, FRAGMENT).unwrap();
        let mut buffer = VertexBuffer::new(&context, &[[0.0f32, 1.0]; 7]).unwrap();
        drop(program.set(&name, floats));
        drop(program.set("u_color", floats));
        drop(program.set(&format!("u_color[{}]", n(0)), floats));
        drop(buffer.write(n(0) as usize, &[[floats[0], floats[1]]; 2]));
        let view = buffer.view().skip(n(1) as usize).step_by(n(2) as usize).divisor(n(3));
        drop(program.set("a_position", view));
        drop(context.set_viewport(Rect { x: n(4) as i32, y: n(5) as i32, width: n(6), height: n(7) }));
        drop(context.set_state([StateField::LineWidth(floats[0]), StateField::DepthRange([floats[1], floats[2]])]));
        drop(context.clear(Clear { color: Some(floats), depth: Some(floats[0]), stencil: Some(n(0) as u8) }));
        drop(program.draw_instances(Mode::Points, n(8) as usize..n(9) as usize, n(10)));
        drop(program.draw_instances(Mode::Points, .., n(10)));
        let texture = Texture2D::new(&context, (n(0) % 64, n(1)), Format::Rgba8);
        if let Ok(mut texture) = texture {
            let area = Area { level: n(2), origin: [n(3), n(4), n(5)], size: Some([n(6), n(7), 1]) };
            drop(texture.write_area(area, &[0u8; 16]));
            let mut target = FrameBuffer::with_color(&context, &texture).unwrap();
            drop(target.attach(AttachmentPoint::Color1, Image::from(&texture).level(n(8)).layer(n(9))));
            drop(target.with(|| program.draw(Mode::Points, ..)));
            let _ = target.read_pixels(Some(Rect { x: n(2) as i32, y: n(3) as i32, width: n(4), height: n(5) }), n(11));
        }
        check(&context.header(), &[context.swap()]);
    }
}
