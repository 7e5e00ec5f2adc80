//! Commands that are likely to reach a backend: made at random for a scene whose objects work together.
//!
//! Randomness comes as bytes, so that proptest and fuzzers can shrink it; where it ends, everything is 0.

use crate::random::Entropy;
use glir_spec::commands::*;
use glir_spec::enums::*;
use glir_spec::ids::*;
use glir_spec::structs::*;
use glir_spec::wire::Encoding;
use glir_spec::{Format, Frame, GlslType, SamplerType, StateChanges, StateField};

/// Frames of a scene and likely commands, each ended by a SWAP.
pub(crate) fn frames(entropy: &[u8], es3: bool) -> Vec<Frame> {
    let e = &mut Entropy(entropy);
    let mut first = Frame::new();
    scene(&mut first, es3);
    let mut frames = vec![first];
    for _ in 0..3 {
        let mut frame = Frame::new();
        for _ in 0..e.below(50) {
            let command = likely(e, &mut frame, es3);
            frame.push(command);
        }
        frame.push(Swap {});
        frames.push(frame);
    }
    frames
}

fn one<T: Clone>(e: &mut Entropy<'_>, of: &[T]) -> T {
    of[e.below(of.len())].clone()
}

/// Small numbers mostly.
fn number(e: &mut Entropy<'_>) -> u32 {
    match e.below(12) {
        0 => u32::MAX - e.below(3) as u32,
        1 => (1 << 31) - e.below(3) as u32,
        2 => 1 << e.below(32),
        _ => e.below(20) as u32,
    }
}

/// A number of bytes: mostly one that is aligned and inside.
fn bytes(e: &mut Entropy<'_>) -> u64 {
    match e.below(10) {
        0 => u64::MAX - e.below(300) as u64,
        1 => u64::from(number(e)),
        2 => 256 * e.below(4) as u64,
        _ => 4 * e.below(20) as u64,
    }
}

const ROLES: [BufferRole; 4] =
    [BufferRole::Vertex, BufferRole::Index, BufferRole::Uniform, BufferRole::Storage];

const FORMATS: [Format; 12] = [
    Format::Rgba8,
    Format::Rgba8,
    Format::Rgb565,
    Format::Rgba4,
    Format::Rgba8ui,
    Format::R32i,
    Format::Rgba16f,
    Format::Rgba32f,
    Format::Depth16,
    Format::Depth24Stencil8,
    Format::Depth32fStencil8,
    Format::Stencil8,
];

fn descriptor(e: &mut Entropy<'_>) -> Descriptor {
    match e.below(6) {
        0 => Descriptor::Buffer { buffer: one(e, &ROLES), usage: BufferUsage::Static },
        1 => Descriptor::Texture {
            texture: one(e, TextureTarget::ALL),
            format: one(e, &FORMATS),
            levels: e.below(4) as u32,
            swizzle: [Swizzle::Red, Swizzle::Green, Swizzle::Blue, Swizzle::Alpha],
            compare: one(e, &[None, None, None, Some(CompareFunc::Less)]),
        },
        2 => Descriptor::Renderbuffer { renderbuffer: one(e, &FORMATS), samples: one(e, &[0, 0, 0, 2, 4]) },
        3 => Descriptor::Framebuffer {},
        4 => Descriptor::Program {},
        _ => Descriptor::Query { query: one(e, QueryKind::ALL) },
    }
}

fn uniform(ty: GlslType, name: &'static str, count: u32) -> UniformDecl<'static> {
    UniformDecl { name: name.into(), ty, count }
}

fn interface(e: &mut Entropy<'_>, es3: bool) -> Interface<'static> {
    let attribute = |name: &'static str, ty| AttributeDecl { name: name.into(), ty };
    let sampler = |name: &'static str, ty| SamplerDecl { name: name.into(), ty };
    let attributes = [
        attribute("a", GlslType::Vec2),
        attribute("b", GlslType::Mat3),
        attribute("c", if es3 { GlslType::Ivec3 } else { GlslType::Float }),
    ];
    let samplers = [
        sampler("s", SamplerType::Sampler2d),
        sampler("t", if es3 { SamplerType::Usampler2d } else { SamplerType::SamplerCube }),
        sampler("u", if es3 { SamplerType::Sampler2dShadow } else { SamplerType::Sampler2d }),
    ];
    let uniforms =
        [uniform(GlslType::Vec4, "v", 1), uniform(GlslType::Mat2, "w", 3), uniform(GlslType::Bool, "x", 2)];
    let feedback = |name: &'static str, ty| FeedbackDecl { name: name.into(), ty };
    let captured = if es3 { one(e, &[0, 0, 1, 2]) } else { 0 };
    Interface {
        attributes: attributes.into_iter().take(e.below(4)).collect(),
        uniforms: uniforms.into_iter().take(e.below(4)).collect(),
        samplers: samplers.into_iter().take(one(e, &[0, 0, 1, 1, 2, 3])).collect(),
        blocks: (0..if es3 { one(e, &[0, 0, 1, 2]) } else { 0 })
            .map(|index| BlockDecl {
                name: ["m", "n"][index].into(),
                size: 16 << (4 * index),
                storage: false,
            })
            .collect(),
        feedback: [feedback("p", GlslType::Vec4), feedback("q", GlslType::Float)]
            .into_iter()
            .take(captured)
            .collect(),
        feedback_mode: one(e, FeedbackMode::ALL),
    }
}

fn shaders(e: &mut Entropy<'_>) -> Shaders<'static> {
    match e.below(12) {
        0 => Shaders::Render { vertex: "#error no".into(), fragment: "".into(), geometry: None },
        1 => Shaders::Compute { compute: "#version 310 es".into() },
        2 => {
            let fragment = "#pragma has uniform vec4 v\n#pragma has uniform sampler2D s".into();
            Shaders::Render { vertex: "#pragma has attribute vec2 a".into(), fragment, geometry: None }
        }
        _ => Shaders::Render { vertex: "".into(), fragment: "".into(), geometry: None },
    }
}

fn rect(e: &mut Entropy<'_>) -> Rect {
    match e.below(5) {
        0 => Rect {
            x: number(e).cast_signed(),
            y: number(e).cast_signed(),
            width: number(e),
            height: number(e),
        },
        _ => Rect { x: 0, y: 0, width: 1 + e.below(8) as u32, height: 1 + e.below(8) as u32 },
    }
}

fn planes(e: &mut Entropy<'_>) -> Vec<Plane> {
    let count = one(e, &[1, 1, 1, 2, 3, 0]);
    (0..count).map(|_| one(e, Plane::ALL)).collect()
}

fn field(e: &mut Entropy<'_>) -> StateField {
    match e.below(7) {
        0 => StateField::Viewport(Some(rect(e))),
        1 => StateField::Viewport(None),
        2 => StateField::Scissor(Some(rect(e))),
        3 => StateField::Blend(e.below(2) == 1),
        4 => StateField::RasterizerDiscard(e.below(2) == 1),
        5 => StateField::LineWidth(number(e) as f32),
        _ => StateField::DepthRange([0.0, e.below(3) as f32 / 2.0]),
    }
}

/// A command with likely values: ids are those of the scene, mostly in their places.
fn likely(e: &mut Entropy<'_>, frame: &mut Frame, es3: bool) -> Command<'static> {
    let id = |e: &mut Entropy<'_>, likely: &[u32]| {
        if e.below(8) == 0 { e.below(18) as u32 } else { one(e, likely) }
    };
    let buffer = |e: &mut Entropy<'_>| BufferId(id(e, &[1, 1, 2, 3, 4, 0]));
    let texture = |e: &mut Entropy<'_>| id(e, &[5, 5, 6, 7]);
    let framebuffer = |e: &mut Entropy<'_>| FramebufferId(id(e, &[10, 11, 0]));
    let program = |e: &mut Entropy<'_>| ProgramId(id(e, &[12, 12, 13]));
    match e.below(34) {
        0 => Current { canvas: CanvasId(e.below(3) as u32), width: one(e, &[None, Some(9)]), height: None }
            .into(),
        1 => Create { id: ObjectId(id(e, &[1, 4, 7, 9, 11, 14])), descriptor: descriptor(e) }.into(),
        2 => Delete { id: ObjectId(1 + e.below(16) as u32) }.into(),
        3 => Size { id: ObjectId(id(e, &[1, 2, 3, 4])), width: bytes(e), height: 1, depth: 1 }.into(),
        4 | 5 => {
            let side = one(e, &[1, 2, 4, 8, 8, 8, 5]);
            Size { id: ObjectId(id(e, &[5, 6, 7, 8, 9])), width: side, height: side as u32, depth: 1 }.into()
        }
        6 => {
            let values: Vec<u32> = (0..e.below(20)).map(|_| number(e)).collect();
            Data {
                id: ObjectId(buffer(e).0),
                region: Region::Bytes { offset: bytes(e) },
                payload: frame.uints(&values),
            }
            .into()
        }
        7 => {
            let values: Vec<u16> = (0..e.below(20)).map(|_| number(e) as u16).collect();
            Data { id: ObjectId(2), region: Region::Bytes { offset: 0 }, payload: frame.shorts(&values) }
                .into()
        }
        8 => {
            let region = Region::Texels {
                level: e.below(3) as u32,
                x: e.below(3) as u32,
                y: 0,
                z: 0,
                width: one(e, &[None, Some(1)]),
                height: one(e, &[None, Some(1)]),
                depth: None,
            };
            let encoding = one(e, &[Encoding::Raw, Encoding::U8, Encoding::U16]);
            let payload = frame.payload(encoding, &vec![7; one(e, &[4, 2, 256, 128, 64])]).into_owned();
            Data { id: ObjectId(texture(e)), region, payload }.into()
        }
        9 => Interpolation {
            texture: TextureId(texture(e)),
            min: one(e, MinFilter::ALL),
            mag: one(e, Filter::ALL),
            anisotropy: one(e, &[1.0, 1.0, 2.0, 0.0]),
        }
        .into(),
        10 => Wrapping {
            texture: TextureId(texture(e)),
            s: one(e, Wrap::ALL),
            t: one(e, Wrap::ALL),
            r: Wrap::Repeat,
        }
        .into(),
        11 => Mipmaps { texture: TextureId(texture(e)) }.into(),
        12 => SetShaders { program: program(e), shaders: shaders(e), interface: interface(e, es3) }.into(),
        13..=16 => {
            let source = match e.below(6) {
                0 => AttributeSource::Constant {
                    constant: glir_spec::Value(frame.floats(&[1.0; 9][..one(e, &[2, 9, 1])])),
                },
                _ => AttributeSource::View {
                    buffer: buffer(e),
                    ty: one(
                        e,
                        &[ComponentType::F32, ComponentType::I32, ComponentType::I16, ComponentType::U8],
                    ),
                    components: e.below(5) as u8,
                    offset: bytes(e),
                    stride: one(e, &[0, 4, 16, 36, 3, 256]),
                    normalized: false,
                    divisor: one(e, &[0, 0, 0, 1, 2]),
                },
            };
            Attribute { program: program(e), slot: AttributeSlot(e.below(4) as u32), source }.into()
        }
        17 => Uniform {
            program: program(e),
            slot: UniformSlot(e.below(4) as u32),
            value: glir_spec::Value(frame.floats(&[0.5; 12][..one(e, &[4, 4, 8, 12, 1])])),
            first: e.below(3) as u32,
        }
        .into(),
        18 => Texture {
            program: program(e),
            slot: SamplerSlot(e.below(4) as u32),
            texture: TextureId(texture(e)),
        }
        .into(),
        19 => Block {
            program: program(e),
            slot: BlockSlot(e.below(3) as u32),
            buffer: BufferId(id(e, &[3])),
            offset: bytes(e),
            size: bytes(e),
        }
        .into(),
        20 => Feedback {
            program: program(e),
            slot: FeedbackSlot(e.below(3) as u32),
            buffer: BufferId(id(e, &[1, 4, 0])),
            offset: bytes(e),
            size: one(e, &[0, 0, 16, 64, 6]),
        }
        .into(),
        21 | 22 => Attach {
            framebuffer: framebuffer(e),
            point: one(e, AttachmentPoint::ALL),
            object: ObjectId(id(e, &[5, 6, 7, 8, 9, 0])),
            level: one(e, &[0, 0, 0, 1, 9, 31]),
            layer: one(e, &[0, 0, 0, 1, 5, 6]),
        }
        .into(),
        23 | 24 => glir_spec::commands::Framebuffer { framebuffer: framebuffer(e) }.into(),
        25 => {
            let point = |e: &mut Entropy<'_>, index| one(e, &[None, AttachmentPoint::color(index)]);
            let attachments = (0..e.below(4) as u32).map(|index| point(e, index)).collect();
            DrawBuffers { framebuffer: framebuffer(e), attachments }.into()
        }
        26 => Blit {
            source: framebuffer(e),
            destination: framebuffer(e),
            source_rect: rect(e),
            destination_rect: rect(e),
            planes: planes(e),
            filter: one(e, Filter::ALL),
        }
        .into(),
        27 => {
            let source = if e.below(3) == 0 {
                ReadSource::Buffer { buffer: buffer(e), offset: bytes(e), size: one(e, &[None, Some(4)]) }
            } else {
                ReadSource::Pixels {
                    framebuffer: framebuffer(e),
                    x: e.below(3) as u32,
                    y: 0,
                    width: one(e, &[None, Some(2)]),
                    height: None,
                    attachment: one(e, &[0, 0, 1]),
                }
            };
            Read { request: RequestId(1), source }.into()
        }
        28 => {
            State { changes: StateChanges::new((0..e.below(3)).map(|_| field(e)).collect::<Vec<_>>()) }.into()
        }
        29 => {
            let value = one(e, &[None, Some(0)]);
            let payload = value.map(|_| match e.below(3) {
                0 => frame.floats(&[1.0; 4]),
                1 => frame.ints(&[1; 4]),
                _ => frame.uints(&[1; 4]),
            });
            Clear { planes: planes(e), attachment: value.map(|_| e.below(3) as u32), value: payload }.into()
        }
        30 => Query { query: QueryId(id(e, &[14, 15])), action: one(e, QueryAction::ALL) }.into(),
        _ => {
            let count = one(e, &[1, 1, 2, 3, 4, 6, 0]);
            let selection = match e.below(3) {
                0 => Selection::Elements {
                    elements: BufferId(id(e, &[2])),
                    count,
                    first: one(e, &[0, 0, 1, 7]),
                    ty: one(e, IndexType::ALL),
                    base_vertex: one(e, &[0, 0, 0, 1, -1]),
                },
                _ => Selection::Arrays { count, first: one(e, &[0, 0, 0, 1, u32::MAX]) },
            };
            let instances = one(e, &[1, 1, 1, 2, 3, 0]);
            Draw { program: program(e), mode: one(e, Mode::ALL), selection, instances }.into()
        }
    }
}

/// Objects that work together, so that what follows has something to break.
pub(crate) fn scene(frame: &mut Frame, es3: bool) {
    let uniform = if es3 { BufferRole::Uniform } else { BufferRole::Vertex };
    for (id, role) in [(1, BufferRole::Vertex), (2, BufferRole::Index), (3, uniform), (4, BufferRole::Vertex)]
    {
        frame.push(Create {
            id: ObjectId(id),
            descriptor: Descriptor::Buffer { buffer: role, usage: BufferUsage::Static },
        });
        frame.push(Size { id: ObjectId(id), width: 512, height: 1, depth: 1 });
    }
    frame.push(Data {
        id: ObjectId(2),
        region: Region::Bytes { offset: 0 },
        payload: glir_spec::Payload::Inline {
            encoding: Encoding::U8,
            bytes: vec![1, 0, 2, 0, 0, 0, 255, 255, 3, 0, 0, 0].into(),
        },
    });
    let integer = if es3 { Format::Rgba8ui } else { Format::Rgba8 };
    for (id, format) in [(5, Format::Rgba8), (6, integer), (7, Format::Rgba8)] {
        let texture = if id == 6 && !es3 { TextureTarget::Cube } else { TextureTarget::D2 };
        let swizzle = [Swizzle::Red, Swizzle::Green, Swizzle::Blue, Swizzle::Alpha];
        let descriptor = Descriptor::Texture { texture, format, levels: 0, swizzle, compare: None };
        frame.push(Create { id: ObjectId(id), descriptor });
        frame.push(Size { id: ObjectId(id), width: 8, height: 8, depth: 1 });
    }
    for (id, format) in [(8, Format::Rgba4), (9, Format::Depth24Stencil8)] {
        frame.push(Create {
            id: ObjectId(id),
            descriptor: Descriptor::Renderbuffer { renderbuffer: format, samples: 0 },
        });
        frame.push(Size { id: ObjectId(id), width: 8, height: 8, depth: 1 });
    }
    for (id, image) in [(10, 5), (11, 8)] {
        frame.push(Create { id: ObjectId(id), descriptor: Descriptor::Framebuffer {} });
        let attach = |point, object| Attach {
            framebuffer: FramebufferId(id),
            point,
            object: ObjectId(object),
            level: 0,
            layer: 0,
        };
        frame.push(attach(AttachmentPoint::Color0, image));
        frame.push(attach(AttachmentPoint::DepthStencil, 9));
    }
    for id in [12, 13] {
        frame.push(Create { id: ObjectId(id), descriptor: Descriptor::Program {} });
        let interface = Interface {
            attributes: vec![AttributeDecl { name: "a".into(), ty: GlslType::Vec2 }],
            uniforms: vec![uniform_of_scene()],
            samplers: vec![SamplerDecl { name: "s".into(), ty: SamplerType::Sampler2d }],
            blocks: Vec::new(),
            feedback: Vec::new(),
            feedback_mode: FeedbackMode::Interleaved,
        };
        let shaders = Shaders::Render { vertex: "".into(), fragment: "".into(), geometry: None };
        frame.push(SetShaders { program: ProgramId(id), shaders, interface });
        let source = AttributeSource::packed(BufferId(1), ComponentType::F32);
        frame.push(Attribute { program: ProgramId(id), slot: AttributeSlot(0), source });
        frame.push(Texture { program: ProgramId(id), slot: SamplerSlot(0), texture: TextureId(7) });
    }
    for (id, query) in [(14, QueryKind::AnySamplesPassed), (15, QueryKind::SamplesPassed)] {
        frame.push(Create { id: ObjectId(id), descriptor: Descriptor::Query { query } });
    }
}

fn uniform_of_scene() -> UniformDecl<'static> {
    uniform(GlslType::Vec4, "v", 1)
}
