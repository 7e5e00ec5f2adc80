//! A triangle on every API: the same pixels everywhere.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::{Api, Headless};
use glir_spec::commands::*;
use glir_spec::enums::*;
use glir_spec::ids::*;
use glir_spec::structs::*;
use glir_spec::wire::{Encoding, Value};
use glir_spec::{Frame, GlslType, Header, StateChanges, StateField};

fn triangle() -> Frame {
    let mut frame = Frame::new();
    let vertices: Vec<u8> =
        [-0.8f32, -0.8, 0.8, -0.8, 0.0, 0.9].iter().flat_map(|v| v.to_le_bytes()).collect();
    frame.push(Create {
        id: ObjectId(1),
        descriptor: Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static },
    });
    frame.push(Size { id: ObjectId(1), width: 24, height: 1, depth: 1 });
    let payload = frame.payload(Encoding::F32, &vertices);
    frame.push(Data { id: ObjectId(1), region: Region::Bytes { offset: 0 }, payload });
    frame.push(Create { id: ObjectId(2), descriptor: Descriptor::Program {} });
    frame.push(SetShaders {
        program: ProgramId(2),
        shaders: Shaders::Render {
            vertex: "attribute vec2 a_position; varying vec2 v; void main() { v = a_position; gl_Position = vec4(a_position, 0.0, 1.0); }".into(),
            fragment: "precision mediump float; varying vec2 v; uniform vec4 u_color; void main() { gl_FragColor = u_color * vec4(fract(v * 3.0), 1.0, 1.0); }".into(),
            geometry: None,
        },
        interface: Interface {
            attributes: vec![AttributeDecl { name: "a_position".into(), ty: GlslType::Vec2 }],
            uniforms: vec![UniformDecl { name: "u_color".into(), ty: GlslType::Vec4, count: 1 }],
            samplers: vec![], blocks: vec![], feedback: vec![], feedback_mode: FeedbackMode::Interleaved,
        },
    });
    frame.push(Attribute {
        program: ProgramId(2),
        slot: AttributeSlot(0),
        source: AttributeSource::packed(BufferId(1), ComponentType::F32),
    });
    let color: Vec<u8> = [1.0f32, 0.5, 0.25, 1.0].iter().flat_map(|v| v.to_le_bytes()).collect();
    let value = Value(frame.payload(Encoding::F32, &color));
    frame.push(Uniform { program: ProgramId(2), slot: UniformSlot(0), value, first: 0 });
    frame.push(State { changes: StateChanges::new([StateField::ClearColor([0.1, 0.2, 0.3, 1.0])]) });
    frame.push(Clear { planes: vec![Plane::Color, Plane::Depth], attachment: None, value: None });
    frame.push(Draw {
        program: ProgramId(2),
        mode: Mode::Triangles,
        selection: Selection::Arrays { count: 3, first: 0 },
        instances: 1,
    });
    frame.push(Swap {});
    frame
}

#[test]
fn triangle_is_the_same_on_every_api() {
    let frame = triangle();
    let header = Header { width: 64, height: 48, ..Header::default() };
    let mut pictures = Vec::new();
    for api in Api::ALL {
        let mut session = match Headless::open(api, &header, Settings::default()) {
            Ok(session) => session,
            Err(error) => {
                assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
                eprintln!("skipped: {error}");
                return;
            }
        };
        let interpreter = session.interpreter().unwrap();
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        let faults: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
        assert_eq!(faults, Vec::<String>::new(), "{api}");
        let (width, height, pixels) = session.picture().unwrap();
        assert_eq!((width, height), (64, 48));
        let corner: [u8; 4] = pixels[..4].try_into().unwrap();
        assert!(
            corner == [26, 51, 76, 255] || corner == [26, 51, 77, 255],
            "{api}: the clear colour stands in the corner, {corner:?}"
        );
        let middle = &pixels[(24 * 64 + 32) * 4..][..4];
        assert_eq!(middle[2], 64, "{api}: the triangle is in the middle, {middle:?}");
        pictures.push(pixels);
        eprintln!("{api}: {:?} {}", session.info().version, session.info().renderer);
    }
    assert!(pictures.windows(2).all(|pair| pair[0] == pair[1]));
}
