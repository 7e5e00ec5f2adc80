//! From points to commands.
//!
//! A line is a row of quads, one a segment, each half a line's width and a pixel larger than its segment. The fragment
//! shader takes the distance to the segment, so ends and joins are round and edges smooth, at any width on any context.
//! Each point stands four times in its buffer; the second end of a segment is the same buffer read one point later.

use crate::layout::{Lane, Layout};
use crate::lines::Trace;
use crate::{Color, Figure, Plot};
use glir_spec::commands::*;
use glir_spec::enums::*;
use glir_spec::ids::*;
use glir_spec::structs::*;
use glir_spec::wire::{Encoding, Value};
use glir_spec::{Frame, GlslType, Header, StateChanges, StateField};

const VERTEX: &str = "\
attribute vec2 a_start;
attribute vec2 a_end;
attribute float a_corner;
uniform vec2 u_scale;
uniform vec2 u_offset;
uniform vec2 u_canvas;
uniform float u_radius;
varying vec2 v_position;
varying vec2 v_segment;
void main() {
    vec2 start = a_start * u_scale + u_offset;
    v_segment = a_end * u_scale + u_offset - start;
    float size = length(v_segment);
    vec2 along = size > 0.0 ? v_segment / size : vec2(1.0, 0.0);
    vec2 across = vec2(-along.y, along.x);
    // Corners 0 to 3: start left, start right, end left, end right.
    float at_end = step(1.5, a_corner);
    float side = mod(a_corner, 2.0) * 2.0 - 1.0;
    float reach = u_radius + 1.0;
    v_position = v_segment * at_end + (along * (at_end * 2.0 - 1.0) + across * side) * reach;
    gl_Position = vec4((start + v_position) / u_canvas * 2.0 - 1.0, 0.0, 1.0);
}";

const FRAGMENT: &str = "\
#ifdef GL_FRAGMENT_PRECISION_HIGH
precision highp float;
#else
precision mediump float;
#endif
uniform vec4 u_color;
uniform float u_radius;
varying vec2 v_position;
varying vec2 v_segment;
void main() {
    float share = clamp(dot(v_position, v_segment) / max(dot(v_segment, v_segment), 1e-6), 0.0, 1.0);
    float distance = length(v_position - v_segment * share);
    float coverage = clamp(u_radius + 0.5 - distance, 0.0, 1.0) * min(2.0 * u_radius, 1.0);
    gl_FragColor = u_color * coverage;
}";

const FILL_VERTEX: &str = "\
attribute vec2 a_position;
attribute vec4 a_color;
uniform vec2 u_canvas;
varying vec4 v_color;
void main() {
    v_color = a_color;
    gl_Position = vec4(a_position / u_canvas * 2.0 - 1.0, 0.0, 1.0);
}";

const FILL_FRAGMENT: &str = "\
precision mediump float;
varying vec4 v_color;
void main() { gl_FragColor = v_color; }";

const LINES: ProgramId = ProgramId(1);
const FILL: ProgramId = ProgramId(2);
const CORNERS: BufferId = BufferId(3);
const INDICES: BufferId = BufferId(4);
const BACKDROP: BufferId = BufferId(5);
const FIRST_LANE: u32 = 16;

/// Segments of one draw: what 16-bit indices reach, less the value that restarts primitives.
const SEGMENTS: usize = 65532 / 4;
/// Bytes of one point in its buffer: two floats, four times.
const POINT: usize = 32;

pub(crate) fn plot(figure: &Figure, layout: &Layout, traces: &[Trace]) -> Plot {
    let mut frame = Frame::new();
    let canvas = [figure.width as f32, figure.height as f32];
    frame.push(Meta { key: "content".into(), value: "time series".into() });
    if !figure.title.is_empty() {
        frame.push(Meta { key: "title".into(), value: figure.title.as_str().into() });
    }
    let [red, green, blue] = figure.background.floats();
    frame.push(State { changes: StateChanges::new([StateField::ClearColor([red, green, blue, 1.0])]) });
    frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });

    backdrop(&mut frame, figure, layout, canvas);
    line_program(&mut frame, figure, canvas, traces);
    for (index, (lane, trace)) in layout.lanes.iter().zip(traces).enumerate() {
        line(&mut frame, figure, index, lane, trace);
    }
    frame.push(Swap {});

    let header = Header {
        width: figure.width,
        height: figure.height,
        title: figure.title.clone().into(),
        generator: concat!("glir-plot ", env!("CARGO_PKG_VERSION")).into(),
        ..Header::default()
    };
    let samples = traces.iter().map(|trace| trace.samples).sum();
    let points = traces.iter().map(|trace| trace.points.len() as u64).sum();
    Plot { header, frames: vec![frame], samples, points }
}

fn decl(name: &'static str, ty: GlslType) -> UniformDecl<'static> {
    UniformDecl { name: name.into(), ty, count: 1 }
}

fn buffer(frame: &mut Frame, id: BufferId, role: BufferRole, label: &str, encoding: Encoding, bytes: &[u8]) {
    let usage = BufferUsage::Static;
    frame.push(Create { id: id.into(), descriptor: Descriptor::Buffer { buffer: role, usage } });
    frame.push(Label { id: id.into(), text: label.into() });
    frame.push(Size { id: id.into(), width: bytes.len() as u64, height: 1, depth: 1 });
    let payload = frame.payload(encoding, bytes);
    frame.push(Data { id: id.into(), region: Region::Bytes { offset: 0 }, payload });
}

fn program(
    frame: &mut Frame,
    id: ProgramId,
    label: &'static str,
    shaders: [&'static str; 2],
    interface: Interface<'static>,
) {
    frame.push(Create { id: id.into(), descriptor: Descriptor::Program {} });
    frame.push(Label { id: id.into(), text: label.into() });
    let [vertex, fragment] = shaders.map(Into::into);
    frame.push(SetShaders {
        program: id,
        shaders: Shaders::Render { vertex, fragment, geometry: None },
        interface,
    });
}

fn interface(
    attributes: Vec<AttributeDecl<'static>>,
    uniforms: Vec<UniformDecl<'static>>,
) -> Interface<'static> {
    let feedback_mode = FeedbackMode::Interleaved;
    Interface { attributes, uniforms, samplers: vec![], blocks: vec![], feedback: vec![], feedback_mode }
}

fn attribute(
    frame: &mut Frame,
    program: ProgramId,
    slot: u32,
    buffer: BufferId,
    ty: ComponentType,
    offset: u64,
    stride: u32,
) {
    let normalized = ty == ComponentType::U8 && stride > 1;
    let source = AttributeSource::View { buffer, ty, components: 0, offset, stride, normalized, divisor: 0 };
    frame.push(Attribute { program, slot: AttributeSlot(slot), source });
}

fn uniform(frame: &mut Frame, program: ProgramId, slot: u32, values: &[f32]) {
    let value = Value(frame.floats(values));
    frame.push(Uniform { program, slot: UniformSlot(slot), value, first: 0 });
}

/// Frames and grids of all lanes: one buffer of rectangles, one draw.
fn backdrop(frame: &mut Frame, figure: &Figure, layout: &Layout, canvas: [f32; 2]) {
    if !layout.framed {
        return;
    }
    let ink = Color::rgb(0x1b3a5c);
    let [grid, zero, border] = [0.09, 0.22, 0.35].map(|share| ink.mixed(figure.background, share));
    let mut vertices = Vec::new();
    let mut rectangle = |x: f64, y: f64, width: f64, height: f64, color: Color| {
        for (u, v) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)] {
            vertices.extend_from_slice(&((x + u * width) as f32).to_le_bytes());
            vertices.extend_from_slice(&((y + v * height) as f32).to_le_bytes());
            vertices.extend_from_slice(&[color.red, color.green, color.blue, 255]);
        }
    };
    for lane in &layout.lanes {
        let [x, y, width, height] = lane.rect.map(f64::round);
        for share in marks(lane.time, layout.time_step, 400) {
            rectangle((x + share.1 * width).round(), y, 1.0, height, grid);
        }
        for (value, share) in marks(lane.value, lane.value_step, 100) {
            let color = if value == 0.0 { zero } else { grid };
            rectangle(x, (y + share * height).round(), width, 1.0, color);
        }
        rectangle(x, y, width, 1.0, border);
        rectangle(x, y + height - 1.0, width, 1.0, border);
        rectangle(x, y, 1.0, height, border);
        rectangle(x + width - 1.0, y, 1.0, height, border);
    }
    frame.push(Group { label: "grid".into() });
    let attributes = vec![
        AttributeDecl { name: "a_position".into(), ty: GlslType::Vec2 },
        AttributeDecl { name: "a_color".into(), ty: GlslType::Vec4 },
    ];
    let interface = interface(attributes, vec![decl("u_canvas", GlslType::Vec2)]);
    program(frame, FILL, "rectangles", [FILL_VERTEX, FILL_FRAGMENT], interface);
    uniform(frame, FILL, 0, &canvas);
    buffer(frame, BACKDROP, BufferRole::Vertex, "grid", Encoding::Raw, &vertices);
    attribute(frame, FILL, 0, BACKDROP, ComponentType::F32, 0, 12);
    attribute(frame, FILL, 1, BACKDROP, ComponentType::U8, 8, 12);
    let selection = Selection::Arrays { count: (vertices.len() / 12) as u32, first: 0 };
    frame.push(Draw { program: FILL, mode: Mode::Triangles, selection, instances: 1 });
    frame.push(End {});
}

/// Multiples of a step inside a span, each with its share of the span.
fn marks((from, to): (f64, f64), step: f64, most: usize) -> Vec<(f64, f64)> {
    let first = (from / step).ceil();
    (0..most)
        .map(|index| (first + index as f64) * step)
        .take_while(|&value| value <= to)
        .map(|value| (if value.abs() < step * 1e-9 { 0.0 } else { value }, (value - from) / (to - from)))
        .filter(|(_, share)| share.is_finite())
        .collect()
}

/// The program for lines, and what all lines share: the numbers of corners, and indices.
fn line_program(frame: &mut Frame, figure: &Figure, canvas: [f32; 2], traces: &[Trace]) {
    let longest = traces.iter().map(|trace| trace.points.len()).max().unwrap_or(0);
    let segments = longest.clamp(1, SEGMENTS);
    let attributes = vec![
        AttributeDecl { name: "a_start".into(), ty: GlslType::Vec2 },
        AttributeDecl { name: "a_end".into(), ty: GlslType::Vec2 },
        AttributeDecl { name: "a_corner".into(), ty: GlslType::Float },
    ];
    let uniforms = vec![
        decl("u_scale", GlslType::Vec2),
        decl("u_offset", GlslType::Vec2),
        decl("u_canvas", GlslType::Vec2),
        decl("u_radius", GlslType::Float),
        decl("u_color", GlslType::Vec4),
    ];
    program(frame, LINES, "lines", [VERTEX, FRAGMENT], interface(attributes, uniforms));
    uniform(frame, LINES, 2, &canvas);
    uniform(frame, LINES, 3, &[figure.line_width / 2.0]);

    let corners: Vec<u8> = (0..segments).flat_map(|_| [0, 1, 2, 3]).collect();
    buffer(frame, CORNERS, BufferRole::Vertex, "corners", Encoding::U8, &corners);
    attribute(frame, LINES, 2, CORNERS, ComponentType::U8, 0, 1);
    let indices: Vec<u8> = (0..segments as u16)
        .flat_map(|segment| [0, 1, 2, 2, 1, 3].map(|corner| segment * 4 + corner))
        .flat_map(u16::to_le_bytes)
        .collect();
    buffer(frame, INDICES, BufferRole::Index, "segments", Encoding::U16, &indices);
    let over = BlendFunc {
        src_rgb: BlendFactor::One,
        dst_rgb: BlendFactor::OneMinusSrcAlpha,
        src_alpha: BlendFactor::One,
        dst_alpha: BlendFactor::OneMinusSrcAlpha,
    };
    frame.push(State { changes: StateChanges::new([StateField::Blend(true), StateField::BlendFunc(over)]) });
}

/// The line of one lane, clipped to it.
fn line(frame: &mut Frame, figure: &Figure, index: usize, lane: &Lane, trace: &Trace) {
    if trace.runs.is_empty() {
        return;
    }
    let id = BufferId(FIRST_LANE + index as u32);
    let mut bytes = Vec::with_capacity(trace.points.len() * POINT);
    for [x, y] in &trace.points {
        for _ in 0..4 {
            bytes.extend_from_slice(&x.to_le_bytes());
            bytes.extend_from_slice(&y.to_le_bytes());
        }
    }
    let label = format!("channel {} from {}", lane.channel, lane.time.0);
    frame.push(Group { label: label.as_str().into() });
    buffer(frame, id, BufferRole::Vertex, &label, Encoding::F32, &bytes);
    let [x, y, width, height] = lane.rect;
    let inside = Rect {
        x: x.round() as i32,
        y: y.round() as i32,
        width: width.round() as u32,
        height: height.round().max(1.0) as u32,
    };
    frame.push(State { changes: StateChanges::new([StateField::Scissor(Some(inside))]) });
    uniform(frame, LINES, 0, &[width as f32, height as f32]);
    uniform(frame, LINES, 1, &[x as f32, y as f32]);
    let [red, green, blue] = figure.colors.get(lane.color).copied().unwrap_or(Color::rgb(0)).floats();
    uniform(frame, LINES, 4, &[red, green, blue, 1.0]);
    for run in &trace.runs {
        let mut start = run.start;
        while start + 1 < run.end {
            let segments = (run.end - 1 - start).min(SEGMENTS);
            let offset = (start * POINT) as u64;
            attribute(frame, LINES, 0, id, ComponentType::F32, offset, 8);
            attribute(frame, LINES, 1, id, ComponentType::F32, offset + POINT as u64, 8);
            let selection = Selection::Elements {
                elements: INDICES,
                count: 6 * segments as u32,
                first: 0,
                ty: IndexType::U16,
                base_vertex: 0,
            };
            frame.push(Draw { program: LINES, mode: Mode::Triangles, selection, instances: 1 });
            start += segments;
        }
    }
    frame.push(End {});
}
