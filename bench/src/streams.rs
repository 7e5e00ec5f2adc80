//! The streams that are measured: objects once, then frames of many small draws.

use glir_spec::Frame;
use glir_spec::GlslType;
use glir_spec::commands::*;
use glir_spec::enums::*;
use glir_spec::ids::*;
use glir_spec::structs::*;
use glir_spec::wire::{Encoding, Value};

/// Bytes uploaded each frame.
pub(crate) const UPLOAD: usize = 64 << 10;
/// Bytes of the vertex buffer.
pub(crate) const VERTICES: u64 = 1 << 16;
/// The shaders of all draws.
pub(crate) const VERTEX: &str = "attribute vec2 a; void main() { gl_Position = vec4(a, 0.0, 1.0); }";
/// See [`VERTEX`].
pub(crate) const FRAGMENT: &str =
    "precision mediump float; uniform vec4 u; void main() { gl_FragColor = u; }";

const PROGRAM: ProgramId = ProgramId(2);
const BUFFER: BufferId = BufferId(1);
const STREAMED: BufferId = BufferId(3);

/// Objects, before the first measured frame.
pub(crate) fn objects() -> Frame {
    let mut frame = Frame::new();
    for (id, bytes) in [(BUFFER, VERTICES), (STREAMED, UPLOAD as u64)] {
        let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static };
        frame.push(Create { id: id.into(), descriptor });
        frame.push(Size { id: id.into(), width: bytes, height: 1, depth: 1 });
    }
    frame.push(Create { id: PROGRAM.into(), descriptor: Descriptor::Program {} });
    frame.push(SetShaders {
        program: PROGRAM,
        shaders: Shaders::Render { vertex: VERTEX.into(), fragment: FRAGMENT.into(), geometry: None },
        interface: Interface {
            attributes: vec![AttributeDecl { name: "a".into(), ty: GlslType::Vec2 }],
            uniforms: vec![UniformDecl { name: "u".into(), ty: GlslType::Vec4, count: 1 }],
            samplers: vec![],
            blocks: vec![],
            feedback: vec![],
            feedback_mode: FeedbackMode::Interleaved,
        },
    });
    frame.push(view(0));
    frame
}

/// The byte offset of a draw's vertices: another one for each, so that nothing is redundant.
pub(crate) fn offset_of(draw: u32) -> u64 {
    u64::from(draw % 64 + 1) * 8
}

/// The colour of a draw: another one for each.
pub(crate) fn color_of(frame: u32, draw: u32) -> [f32; 4] {
    [draw as f32, frame as f32, 0.25, 1.0]
}

fn view(offset: u64) -> Attribute<'static> {
    let ty = ComponentType::F32;
    let source = AttributeSource::View {
        buffer: BUFFER,
        ty,
        components: 2,
        offset,
        stride: 8,
        normalized: false,
        divisor: 0,
    };
    Attribute { program: PROGRAM, slot: AttributeSlot(0), source }
}

/// A frame of draws, each with its uniform and, if asked, its attribute; and an upload.
pub(crate) fn draws(number: u32, draws: u32, attributes: bool, upload: bool) -> Frame {
    let mut frame = Frame::new();
    if upload {
        let bytes = [number as u8; UPLOAD];
        let payload = frame.payload(Encoding::U8, &bytes);
        frame.push(Data { id: STREAMED.into(), region: Region::Bytes { offset: 0 }, payload });
    }
    for draw in 0..draws {
        let value = Value(frame.floats(&color_of(number, draw)));
        frame.push(Uniform { program: PROGRAM, slot: UniformSlot(0), value, first: 0 });
        if attributes {
            frame.push(view(offset_of(draw)));
        }
        let selection = Selection::Arrays { count: 3, first: 0 };
        frame.push(Draw { program: PROGRAM, mode: Mode::Triangles, selection, instances: 1 });
    }
    frame.push(Swap {});
    frame
}

/// A frame of large uploads into one buffer, which [`large`] makes.
pub(crate) fn uploads(count: usize, bytes: usize) -> Frame {
    let mut frame = Frame::new();
    for index in 0..count {
        let bytes = vec![index as u8; bytes];
        let payload = frame.payload(Encoding::U8, &bytes);
        frame.push(Data { id: ObjectId(9), region: Region::Bytes { offset: 0 }, payload });
    }
    frame.push(Swap {});
    frame
}

/// The buffer that [`uploads`] writes to.
pub(crate) fn large(bytes: usize) -> Frame {
    let mut frame = Frame::new();
    let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Stream };
    frame.push(Create { id: ObjectId(9), descriptor });
    frame.push(Size { id: ObjectId(9), width: bytes as u64, height: 1, depth: 1 });
    frame
}
