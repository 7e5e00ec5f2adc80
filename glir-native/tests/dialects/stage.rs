//! Draws a sample on a context, by a chosen way for its shaders, and gives the pixels of every attachment.

use crate::samples::Sample;
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::shader::Dialect;
use glir_native::{Headless, HeadlessContext};
use glir_spec::commands::*;
use glir_spec::enums::*;
use glir_spec::formats::Format;
use glir_spec::ids::*;
use glir_spec::structs::*;
use glir_spec::wire::{Encoding, Value};
use glir_spec::{Frame, Header, Reply, StateChanges, StateField};

pub(crate) const WIDTH: u32 = 64;
pub(crate) const HEIGHT: u32 = 48;

const PROGRAM: ProgramId = ProgramId(1);
const VERTICES: u32 = 2;
const TARGET: u32 = 3;
const DEPTH: u32 = 9;
const TEXTURES: u32 = 10;
const BLOCKS: u32 = 20;

/// The pixels of each attachment, or the first fault.
pub(crate) fn draw(
    sample: &Sample,
    context: HeadlessContext,
    dialect: Dialect,
) -> Result<Vec<Vec<u8>>, String> {
    let header = Header {
        width: WIDTH,
        height: HEIGHT,
        profile: sample.profile,
        requires: sample.needs.to_vec(),
        ..Header::default()
    };
    let mut session = Headless::open_on(context, dialect, &header, Settings::default())
        .map_err(|error| error.to_string())?;
    let frame = frame(sample);
    let interpreter = session.interpreter().map_err(|error| error.to_string())?;
    interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    if let Some(fault) = interpreter.take_diagnostics().first() {
        return Err(fault.to_string());
    }
    let replies = interpreter.take_replies();
    let pixels = replies.into_iter().filter_map(|reply| match reply {
        Reply::Pixels(pixels) => match pixels.payload {
            glir_spec::wire::Payload::Inline { bytes, .. } => Some(bytes.into_owned()),
            _ => None,
        },
        _ => None,
    });
    let pixels: Vec<_> = pixels.collect();
    if pixels.len() != sample.targets as usize {
        return Err(format!("{} attachments came back instead of {}", pixels.len(), sample.targets));
    }
    Ok(pixels)
}

fn frame(sample: &Sample) -> Frame {
    let mut frame = Frame::new();
    program(&mut frame, sample);
    vertices(&mut frame, sample);
    for (slot, (&(_, ty), id)) in sample.samplers.iter().zip(TEXTURES..).enumerate() {
        texture(&mut frame, id, ty.target());
        frame.push(Texture { program: PROGRAM, slot: SamplerSlot(slot as u32), texture: TextureId(id) });
    }
    for (slot, (&(_, values), id)) in sample.blocks.iter().zip(BLOCKS..).enumerate() {
        buffer(&mut frame, id, BufferRole::Uniform, values);
        let (slot, buffer) = (BlockSlot(slot as u32), BufferId(id));
        frame.push(Block { program: PROGRAM, slot, buffer, offset: 0, size: 0 });
    }
    if sample.targets > 1 {
        targets(&mut frame, sample.targets);
    }
    frame.push(State {
        changes: StateChanges::new([
            StateField::ClearColor([0.1, 0.2, 0.3, 1.0]),
            StateField::DepthTest(true),
        ]),
    });
    frame.push(Clear { planes: vec![Plane::Color, Plane::Depth], attachment: None, value: None });
    frame.push(Draw {
        program: PROGRAM,
        mode: sample.mode,
        selection: Selection::Arrays { count: 4, first: 0 },
        instances: sample.instances,
    });
    for attachment in 0..sample.targets {
        let framebuffer = FramebufferId(if sample.targets > 1 { TARGET } else { 0 });
        let source = ReadSource::Pixels { framebuffer, x: 0, y: 0, width: None, height: None, attachment };
        frame.push(Read { request: RequestId(attachment), source });
    }
    frame.push(Swap {});
    frame
}

fn program(frame: &mut Frame, sample: &Sample) {
    frame.push(Create { id: PROGRAM.into(), descriptor: Descriptor::Program {} });
    frame.push(SetShaders {
        program: PROGRAM,
        shaders: Shaders::Render {
            vertex: sample.vertex.into(),
            fragment: sample.fragment.into(),
            geometry: None,
        },
        interface: sample.interface(),
    });
    for (slot, &(_, ty, _, values)) in sample.uniforms.iter().enumerate() {
        let payload = match ty.encoding() {
            Encoding::F32 => frame.floats(values),
            _ => frame.ints(&values.iter().map(|&value| value as i32).collect::<Vec<_>>()),
        };
        frame.push(Uniform {
            program: PROGRAM,
            slot: UniformSlot(slot as u32),
            value: Value(payload),
            first: 0,
        });
    }
}

/// A strip over most of the canvas; every attribute reads from the same numbers.
fn vertices(frame: &mut Frame, sample: &Sample) {
    buffer(frame, VERTICES, BufferRole::Vertex, &[-0.9, -0.8, 0.8, -0.9, -0.8, 0.9, 0.9, 0.7]);
    for slot in 0..sample.attributes.len() {
        frame.push(Attribute {
            program: PROGRAM,
            slot: AttributeSlot(slot as u32),
            source: AttributeSource::View {
                buffer: BufferId(VERTICES),
                ty: ComponentType::F32,
                components: 0,
                offset: 0,
                stride: 8,
                normalized: false,
                divisor: 0,
            },
        });
    }
}

fn buffer(frame: &mut Frame, id: u32, role: BufferRole, values: &[f32]) {
    let id = ObjectId(id);
    frame.push(Create { id, descriptor: Descriptor::Buffer { buffer: role, usage: BufferUsage::Static } });
    frame.push(Size { id, width: values.len() as u64 * 4, height: 1, depth: 1 });
    let payload = frame.floats(values);
    frame.push(Data { id, region: Region::Bytes { offset: 0 }, payload });
}

/// A texture of 8 × 8 texels and, where its shape has them, 4 slices or 6 faces, of unlike colours.
fn texture(frame: &mut Frame, id: u32, target: TextureTarget) {
    let (depth, slices) = match target {
        TextureTarget::D2 => (1, 1),
        TextureTarget::D3 | TextureTarget::Array => (4, 4),
        TextureTarget::Cube => (1, 6),
    };
    create_texture(frame, id, target);
    frame.push(Size { id: ObjectId(id), width: 8, height: 8, depth });
    let count = 8 * 8 * slices;
    let texels: Vec<u8> = (0..count)
        .flat_map(|n: u32| [n * 29 % 251, n * 53 % 241, n * 97 % 239, 255].map(|c| c as u8))
        .collect();
    let payload = frame.payload(Encoding::U8, &texels);
    let region = Region::Texels { level: 0, x: 0, y: 0, z: 0, width: None, height: None, depth: None };
    frame.push(Data { id: ObjectId(id), region, payload });
}

fn create_texture(frame: &mut Frame, id: u32, texture: TextureTarget) {
    let swizzle = [Swizzle::Red, Swizzle::Green, Swizzle::Blue, Swizzle::Alpha];
    let descriptor =
        Descriptor::Texture { texture, format: Format::Rgba8, levels: 1, swizzle, compare: None };
    frame.push(Create { id: ObjectId(id), descriptor });
}

fn targets(frame: &mut Frame, count: u32) {
    let framebuffer = FramebufferId(TARGET);
    frame.push(Create { id: framebuffer.into(), descriptor: Descriptor::Framebuffer {} });
    let points: Vec<_> = (0..count).filter_map(AttachmentPoint::color).collect();
    for (&point, id) in points.iter().zip(TARGET + 1..) {
        create_texture(frame, id, TextureTarget::D2);
        frame.push(Size { id: ObjectId(id), width: WIDTH.into(), height: HEIGHT, depth: 1 });
        frame.push(Attach { framebuffer, point, object: ObjectId(id), level: 0, layer: 0 });
    }
    let depth = Descriptor::Renderbuffer { renderbuffer: Format::Depth16, samples: 0 };
    frame.push(Create { id: ObjectId(DEPTH), descriptor: depth });
    frame.push(Size { id: ObjectId(DEPTH), width: WIDTH.into(), height: HEIGHT, depth: 1 });
    let (point, object) = (AttachmentPoint::Depth, ObjectId(DEPTH));
    frame.push(Attach { framebuffer, point, object, level: 0, layer: 0 });
    frame.push(DrawBuffers { framebuffer, attachments: points.into_iter().map(Some).collect() });
    frame.push(Framebuffer { framebuffer });
}
