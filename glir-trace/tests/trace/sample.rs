//! Streams to record: an animation of many small commands, and random scenes with all kinds of dependencies.

use glir_spec::commands::*;
use glir_spec::enums::*;
use glir_spec::ids::*;
use glir_spec::structs::*;
use glir_spec::wire::{Encoding, Str, Value};
use glir_spec::{Format, Frame, GlslType, Header, Profile, SamplerType};
use glir_trace::{Recorder, Recording};

const VERTEX: &str = "attribute vec2 a_position; uniform vec2 u_offset; varying vec2 v_place;
void main() { v_place = a_position; gl_Position = vec4(a_position * 0.2 + u_offset, 0.0, 1.0); }";
const FRAGMENT: &str = "precision highp float; uniform vec4 u_color; varying vec2 v_place;
void main() { gl_FragColor = u_color; }";
const TEXTURED: &str =
    "precision highp float; uniform vec4 u_color; uniform sampler2D u_map; varying vec2 v_place;
void main() { gl_FragColor = u_color + texture2D(u_map, v_place * 0.5 + 0.5); }";

pub(crate) fn header() -> Header<'static> {
    Header { profile: Profile::Es2, width: 32, height: 32, ..Header::default() }
}

fn entry(name: &'static str, ty: GlslType) -> UniformDecl<'static> {
    UniformDecl { name: Str::from(name), ty, count: 1 }
}

/// The commands that make a program with the given id.
fn program(frame: &mut Frame, id: u32, textured: bool) {
    frame.push(Create { id: ObjectId(id), descriptor: Descriptor::Program {} });
    let samplers = if textured {
        vec![SamplerDecl { name: Str::from("u_map"), ty: SamplerType::Sampler2d }]
    } else {
        Vec::new()
    };
    frame.push(SetShaders {
        program: ProgramId(id),
        shaders: Shaders::Render {
            vertex: Source::from(VERTEX),
            fragment: Source::from(if textured { TEXTURED } else { FRAGMENT }),
            geometry: None,
        },
        interface: Interface {
            attributes: vec![AttributeDecl { name: Str::from("a_position"), ty: GlslType::Vec2 }],
            uniforms: vec![entry("u_offset", GlslType::Vec2), entry("u_color", GlslType::Vec4)],
            samplers,
            blocks: Vec::new(),
            feedback: Vec::new(),
            feedback_mode: FeedbackMode::Interleaved,
        },
    });
}

use glir_spec::wire::Source;

fn buffer(frame: &mut Frame, id: u32, values: &[f32]) {
    let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static };
    frame.push(Create { id: ObjectId(id), descriptor });
    frame.push(Size { id: ObjectId(id), width: 4 * values.len() as u64, height: 1, depth: 1 });
    let payload = frame.floats(values);
    frame.push(Data { id: ObjectId(id), region: Region::Bytes { offset: 0 }, payload });
}

pub(crate) fn position(frame: &mut Frame, program: u32, buffer: u32) {
    let source = AttributeSource::packed(BufferId(buffer), ComponentType::F32);
    frame.push(Attribute { program: ProgramId(program), slot: AttributeSlot(0), source });
}

pub(crate) fn uniform(frame: &mut Frame, program: u32, slot: u32, values: &[f32]) {
    let value = Value(frame.floats(values));
    frame.push(Uniform { program: ProgramId(program), slot: UniformSlot(slot), value, first: 0 });
}

pub(crate) fn draw(frame: &mut Frame, program: u32) {
    let selection = Selection::Arrays { first: 0, count: 3 };
    frame.push(Draw { program: ProgramId(program), mode: Mode::Triangles, selection, instances: 1 });
}

/// The triangle's corners.
const CORNERS: [f32; 6] = [-1.0, -1.0, 1.0, -1.0, 0.0, 1.0];

/// An animation: so many frames, in each of which so many triangles are placed, coloured and drawn. Each has three commands
/// a triangle and five more.
pub(crate) fn animation(frames: u32, triangles: u32) -> Vec<Frame> {
    animated(frames, triangles, &[Plane::Color])
}

/// The same with a depth test, for which each frame clears colours and depths.
pub(crate) fn tested(frames: u32, triangles: u32) -> Vec<Frame> {
    animated(frames, triangles, &[Plane::Color, Plane::Depth])
}

fn animated(frames: u32, triangles: u32, planes: &[Plane]) -> Vec<Frame> {
    (0..frames)
        .map(|number| {
            let mut frame = Frame::new();
            if number == 0 {
                program(&mut frame, 1, false);
                buffer(&mut frame, 2, &CORNERS);
                position(&mut frame, 1, 2);
                if planes.contains(&Plane::Depth) {
                    let changes = StateChanges(vec![StateField::DepthTest(true)]);
                    frame.push(State { changes });
                }
            }
            frame.push(Current { canvas: CanvasId(0), width: None, height: None });
            frame.push(Group { label: Str::from("triangles") });
            frame.push(Clear { planes: planes.to_vec(), attachment: None, value: None });
            for triangle in 0..triangles {
                let (place, time) = (triangle as f32, number as f32);
                uniform(
                    &mut frame,
                    1,
                    0,
                    &[(place * 0.013 + time * 0.1).sin(), (place * 0.017 + time * 0.07).cos()],
                );
                uniform(&mut frame, 1, 1, &[(triangle % 16) as f32 / 16.0, 0.5, 0.25, 1.0]);
                draw(&mut frame, 1);
            }
            frame.push(End {});
            frame.push(Swap {});
            frame
        })
        .collect()
}

/// A small generator of numbers.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % end.max(1)
    }

    pub(crate) fn unit(&mut self) -> f32 {
        self.below(1 << 16) as f32 / 65536.0
    }
}

/// Random frames: objects come and go, textures are written and drawn to, pictures overlap, and not all that is done is seen.
pub(crate) fn scene(seed: u64, frames: u32) -> Vec<Frame> {
    let mut random = Random(seed ^ 0x5eed);
    let mut out = Vec::new();
    let mut next = 40;
    let mut extra: Vec<u32> = Vec::new();
    for number in 0..frames {
        let mut frame = Frame::new();
        if number == 0 {
            program(&mut frame, 1, false);
            program(&mut frame, 2, true);
            buffer(&mut frame, 3, &CORNERS);
            for id in [1, 2] {
                position(&mut frame, id, 3);
                uniform(&mut frame, id, 1, &[0.5, 0.25, 0.125, 1.0]);
            }
            for id in [10, 11] {
                let descriptor = Descriptor::Texture {
                    texture: TextureTarget::D2,
                    format: Format::Rgba8,
                    levels: 1,
                    swizzle: [Swizzle::Red, Swizzle::Green, Swizzle::Blue, Swizzle::Alpha],
                    compare: None,
                };
                frame.push(Create { id: ObjectId(id), descriptor });
                frame.push(Size { id: ObjectId(id), width: 8, height: 8, depth: 1 });
                frame.push(Create { id: ObjectId(id + 10), descriptor: Descriptor::Framebuffer {} });
                frame.push(Attach {
                    framebuffer: FramebufferId(id + 10),
                    point: AttachmentPoint::Color0,
                    object: ObjectId(id),
                    level: 0,
                    layer: 0,
                });
            }
            frame.push(Texture { program: ProgramId(2), slot: SamplerSlot(0), texture: TextureId(10) });
        }
        // Some producers begin each frame by naming what they draw to.
        if seed % 2 == 1 {
            frame.push(Current { canvas: CanvasId(0), width: None, height: None });
        }
        for _ in 0..3 + random.below(12) {
            match random.below(16) {
                0..=2 => {
                    let program = 1 + random.below(2);
                    let place = [random.unit() * 2.0 - 1.0, random.unit() * 2.0 - 1.0];
                    uniform(&mut frame, program, 0, &place);
                }
                3 => {
                    let program = 1 + random.below(2);
                    let color = [random.unit(), random.unit(), random.unit(), 1.0];
                    uniform(&mut frame, program, 1, &color);
                }
                4 | 5 => {
                    // A texture is not drawn to while it is read.
                    let target = 20 + random.below(2);
                    frame.push(Framebuffer { framebuffer: FramebufferId(target) });
                    frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
                    draw(&mut frame, 1);
                    frame.push(Framebuffer { framebuffer: FramebufferId(0) });
                }
                6 => {
                    let texture = TextureId(10 + random.below(2));
                    frame.push(Texture { program: ProgramId(2), slot: SamplerSlot(0), texture });
                }
                7 => {
                    let bytes: Vec<u8> = (0..256).map(|_| random.below(256) as u8).collect();
                    let payload = frame.payload(Encoding::U8, &bytes).into_owned();
                    let region =
                        Region::Texels { level: 0, x: 0, y: 0, z: 0, width: None, height: None, depth: None };
                    frame.push(Data { id: ObjectId(10 + random.below(2)), region, payload });
                }
                8 => {
                    buffer(&mut frame, next, &[random.unit(), -1.0, 1.0, random.unit(), -1.0, 1.0]);
                    extra.push(next);
                    next += 1;
                }
                9 if !extra.is_empty() => {
                    let at = random.below(extra.len() as u32) as usize;
                    position(&mut frame, 1, extra[at]);
                }
                10 if !extra.is_empty() => {
                    let id = extra.swap_remove(random.below(extra.len() as u32) as usize);
                    position(&mut frame, 1, 3);
                    frame.push(Delete { id: ObjectId(id) });
                }
                11 => {
                    let on = random.below(2) == 0;
                    let field = match random.below(4) {
                        0 => StateField::DepthTest(on),
                        1 => StateField::StencilTest(on),
                        _ => StateField::Blend(on),
                    };
                    frame.push(State { changes: StateChanges(vec![field]) });
                }
                12 => {
                    let planes = match random.below(6) {
                        0 | 1 => vec![Plane::Color, Plane::Depth],
                        2 => vec![Plane::Depth, Plane::Stencil],
                        3 => vec![Plane::Color, Plane::Depth, Plane::Stencil],
                        _ => vec![Plane::Color],
                    };
                    frame.push(Clear { planes, attachment: None, value: None });
                }
                // What no interpreter takes.
                13 if random.below(4) == 0 => frame.push(Delete { id: ObjectId(999) }),
                _ => draw(&mut frame, 1 + random.below(2)),
            }
        }
        frame.push(Swap {});
        out.push(frame);
    }
    out
}

/// Random frames of an animation, most of which set values, clear the canvas and draw, in any order, and some of which do what changes the
/// meaning of that: other shaders, masks, a part that is cleared, an object that goes. Not all that they say is taken.
pub(crate) fn moving(seed: u64, frames: u32) -> Vec<Frame> {
    let mut random = Random(seed ^ 0x0a11);
    // Some scenes have a depth or stencil test, and say in pieces what they clear.
    let tests = random.below(4);
    let clear = |frame: &mut Frame| {
        let named = [
            vec![Plane::Color],
            vec![Plane::Color, Plane::Depth],
            vec![Plane::Color, Plane::Depth, Plane::Stencil],
        ];
        let planes = named.into_iter().nth(tests.min(2) as usize).unwrap_or_default();
        if tests == 3 {
            frame.push(Clear { planes: vec![Plane::Depth, Plane::Stencil], attachment: None, value: None });
        }
        frame.push(Clear { planes, attachment: None, value: None });
    };
    let mut out = Vec::new();
    for number in 0..frames {
        let mut frame = Frame::new();
        if number == 0 {
            for id in [1, 2] {
                program(&mut frame, id, false);
                buffer(&mut frame, id + 2, &CORNERS);
                position(&mut frame, id, 3);
            }
            if tests > 0 {
                let changes = vec![StateField::DepthTest(true), StateField::StencilTest(tests > 1)];
                frame.push(State { changes: StateChanges(changes) });
            }
        }
        if seed.is_multiple_of(2) {
            frame.push(Current { canvas: CanvasId(0), width: None, height: None });
        }
        let cleared_after = random.below(4);
        for step in 0..6 + random.below(8) {
            if step == cleared_after {
                clear(&mut frame);
            }
            let id = 1 + random.below(2);
            match random.below(9) {
                0 | 1 => uniform(&mut frame, id, 0, &[random.unit() - 0.5, random.unit() - 0.5]),
                2 => uniform(&mut frame, id, 1, &[random.unit(), random.unit(), random.unit(), 1.0]),
                // As long as the right one, and of another type.
                3 => {
                    let value = Value(frame.ints(&[1, 2, 3, 4]));
                    frame.push(Uniform { program: ProgramId(id), slot: UniformSlot(1), value, first: 0 });
                }
                4 => position(&mut frame, id, 3 + random.below(3)),
                5 => uniform(&mut frame, id, 7, &[0.0]),
                _ => draw(&mut frame, id),
            }
        }
        match random.below(24) {
            0 => frame.push(State {
                changes: StateChanges(vec![StateField::ColorMask([true, false, true, true])]),
            }),
            1 => frame.push(State { changes: StateChanges(vec![StateField::ColorMask([true; 4])]) }),
            2 => program(&mut frame, 1, false),
            3 => frame.push(Delete { id: ObjectId(4) }),
            4 => buffer(&mut frame, 4, &[0.5, -1.0, 1.0, -0.5, -1.0, 1.0]),
            5 => clear(&mut frame),
            _ => {}
        }
        frame.push(Swap {});
        out.push(frame);
    }
    out
}

use glir_spec::StateField;
use glir_spec::state::StateChanges;

pub(crate) fn recorded(frames: &[Frame], recording: Recording) -> Vec<u8> {
    let mut recorder = Recorder::new(Vec::new(), &header(), recording).unwrap();
    for (number, frame) in (0..).zip(frames) {
        recorder.frame(frame.head(), frame.arena(), number * 16_000).unwrap();
    }
    recorder.finish().unwrap()
}

/// A file with so many uploads of the same noise of so many bytes.
pub(crate) fn repeated(uploads: u64, bytes: u32) -> Vec<u8> {
    let mut random = Random(3);
    let noise: Vec<u8> = (0..bytes).map(|_| random.below(256) as u8).collect();
    let mut recorder = Recorder::new(Vec::new(), &header(), Recording::default()).unwrap();
    for number in 0..uploads {
        let mut frame = Frame::new();
        if number == 0 {
            let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Stream };
            frame.push(Create { id: ObjectId(1), descriptor });
            frame.push(Size { id: ObjectId(1), width: u64::from(bytes), height: 1, depth: 1 });
        }
        let payload = frame.payload(Encoding::U8, &noise).into_owned();
        frame.push(Data { id: ObjectId(1), region: Region::Bytes { offset: 0 }, payload });
        frame.push(Swap {});
        recorder.frame(frame.head(), frame.arena(), number).unwrap();
    }
    recorder.finish().unwrap()
}
