//! Lines: many lanes in one draw.
//!
//! Points of up to 32 lanes stand one after the other in one buffer, as shares of their lanes' spans; uniforms hold where
//! each lane lies on the canvas. A second buffer says for each point to which lane the segment from there to the next belongs,
//! or that none starts there: so gaps, ends and changes of lane need no draw of their own.

use super::objects::{Shader, attribute, buffer, program, uniform};
use crate::layout::{Lane, Layout};
use crate::points::Line;
use crate::scale::share;
use crate::{Chart, Color};
use glir_spec::commands::{Draw, End, Group, State};
use glir_spec::enums::{BlendFactor, BufferRole, ComponentType, IndexType, Mode};
use glir_spec::ids::{BufferId, ProgramId};
use glir_spec::structs::{BlendFunc, Rect, Selection};
use glir_spec::{Encoding, Frame, GlslType, StateChanges, StateField};

const PROGRAM: ProgramId = ProgramId(super::LINES);
const CORNERS: BufferId = BufferId(super::LINES + 1);
const INDICES: BufferId = BufferId(super::LINES + 2);
const FIRST_BATCH: u32 = super::LINES + 3;

/// Lanes of a batch: the length of the shader's uniform arrays. Three arrays of this length and two more uniforms fit into
/// the 128 vectors that every context has.
const LANES: usize = 32;
/// In the place of a lane: no segment starts at the point.
const BREAK: u8 = 255;
/// Corners of a segment's quad, each of which has its own copy of the points.
const CORNERS_PER_SEGMENT: usize = 4;
/// Segments of one draw: what 16-bit indices reach, less the value that restarts primitives.
const SEGMENTS: usize = 65_532 / CORNERS_PER_SEGMENT;
/// Bytes of a point: two floats for each corner.
const POINT: usize = 8 * CORNERS_PER_SEGMENT;

/// The most that a line takes of its lane's height: lanes of few pixels would else be all ink.
const FULLEST: f32 = 0.6;
/// The thinnest line in pixels.
const THINNEST: f32 = 0.1;

const SHADER: Shader = Shader {
    label: "lines",
    vertex: include_str!("../shaders/line.vert"),
    fragment: include_str!("../shaders/line.frag"),
    attributes: &[
        ("a_before", GlslType::Vec2),
        ("a_start", GlslType::Vec2),
        ("a_end", GlslType::Vec2),
        ("a_after", GlslType::Vec2),
        ("a_lane", GlslType::Float),
        ("a_corner", GlslType::Float),
    ],
    uniforms: &[
        ("u_place", GlslType::Vec4, LANES as u32),
        ("u_clip", GlslType::Vec2, LANES as u32),
        ("u_color", GlslType::Vec3, LANES as u32),
        ("u_canvas", GlslType::Vec2, 1),
        ("u_pen", GlslType::Vec2, 1),
    ],
};

/// Draws all lines on a canvas of so many pixels; returns the number of points that they go through.
pub(super) fn draw(
    frame: &mut Frame,
    chart: &Chart,
    canvas: (u32, u32),
    layout: &Layout,
    lines: &[Line],
    colors: &[Color],
) -> u64 {
    let lanes: Vec<(&Lane, &Line)> = layout.lanes.iter().zip(lines).collect();
    let batches: Vec<Batch> = lanes.chunks(LANES).map(Batch::of).collect();
    let longest = batches.iter().map(Batch::segments).max().unwrap_or(0).min(SEGMENTS);
    if longest == 0 {
        return 0;
    }
    frame.push(Group { label: "lines".into() });
    prepare(frame, chart, canvas, layout, longest);
    for (index, (batch, lanes)) in batches.iter().zip(lanes.chunks(LANES)).enumerate() {
        let first = index * LANES;
        let label = format!("lanes {first} to {}", first + lanes.len() - 1);
        frame.push(Group { label: label.as_str().into() });
        places(frame, layout, lanes, colors);
        batch.draw(frame, FIRST_BATCH + 2 * index as u32, &label);
        frame.push(End {});
    }
    frame.push(End {});
    batches.iter().map(|batch| batch.drawn).sum()
}

/// The program, what all lines share, and the state to draw them in.
fn prepare(frame: &mut Frame, chart: &Chart, canvas: (u32, u32), layout: &Layout, segments: usize) {
    program(frame, PROGRAM, SHADER);
    uniform(frame, PROGRAM, 3, &[chart.width as f32, chart.height as f32]);
    // Half the width, and how much ink: lines thinner than a pixel are one pixel wide and paler.
    let width = chart.line_width.min(layout.thinnest_lane() as f32 * FULLEST).max(THINNEST);
    uniform(frame, PROGRAM, 4, &[width.max(1.0) / 2.0, width.min(1.0)]);
    let corners: Vec<u8> = (0..segments).flat_map(|_| [0, 1, 2, 3]).collect();
    buffer(frame, CORNERS, BufferRole::Vertex, "corners", Encoding::U8, &corners);
    attribute(frame, PROGRAM, 5, CORNERS, ComponentType::U8, 0, 1);
    let quad = |segment: u16| [0, 1, 2, 2, 1, 3].map(|corner| segment * CORNERS_PER_SEGMENT as u16 + corner);
    let indices: Vec<u8> = (0..segments as u16).flat_map(quad).flat_map(u16::to_le_bytes).collect();
    buffer(frame, INDICES, BufferRole::Index, "quads", Encoding::U16, &indices);
    let over = BlendFunc {
        src_rgb: BlendFactor::One,
        dst_rgb: BlendFactor::OneMinusSrcAlpha,
        src_alpha: BlendFactor::One,
        dst_alpha: BlendFactor::OneMinusSrcAlpha,
    };
    let area = layout.area;
    // What else stands in the chart's pixels goes with the canvas; this does not.
    let along = |low: u32, length: u32, all: u32, pixels: u32| {
        let place = |at: u32| (f64::from(at) * f64::from(pixels) / f64::from(all)).round() as u32;
        (place(low), place(low + length) - place(low))
    };
    let (x, width) = along(area.x, area.width, chart.width, canvas.0);
    let (y, height) = along(area.y, area.height, chart.height, canvas.1);
    let inside = Rect { x: x as i32, y: y as i32, width, height };
    let fields = [StateField::Blend(true), StateField::BlendFunc(over), StateField::Scissor(Some(inside))];
    frame.push(State { changes: StateChanges::new(fields) });
}

/// Where the lanes of a batch lie, and their colours.
fn places(frame: &mut Frame, layout: &Layout, lanes: &[(&Lane, &Line)], colors: &[Color]) {
    let (mut place, mut clip, mut color) = (Vec::new(), Vec::new(), Vec::new());
    for (lane, _) in lanes {
        let [x, width] = [layout.area.x, layout.area.width].map(|side| side as f32);
        place.extend([width, lane.height as f32, x, lane.bottom as f32]);
        clip.extend(lane.clip().map(|y| y as f32));
        let chosen = colors.get(lane.place % colors.len().max(1)).copied();
        color.extend(chosen.unwrap_or(Color::rgb(0)).floats());
    }
    uniform(frame, PROGRAM, 0, &place);
    uniform(frame, PROGRAM, 1, &clip);
    uniform(frame, PROGRAM, 2, &color);
}

/// The points of several lanes, ready for their buffers.
#[derive(Default)]
struct Batch {
    points: Vec<u8>,
    lanes: Vec<u8>,
    /// Points of lines: all but the ones that only say where a run begins or ends.
    drawn: u64,
    last: Option<[f32; 2]>,
}

impl Batch {
    fn of(lanes: &[(&Lane, &Line)]) -> Batch {
        let mut batch = Batch::default();
        let points = lanes.iter().map(|(_, line)| line.len() + 2).sum::<usize>();
        batch.points.reserve(points * POINT);
        batch.lanes.reserve(points * CORNERS_PER_SEGMENT);
        for (number, (lane, line)) in lanes.iter().enumerate() {
            for [time, value] in *line {
                let point = [share(*time, lane.time) as f32, share(*value, lane.value) as f32];
                if point.iter().all(|part| part.is_finite()) {
                    batch.point(point, number as u8);
                } else {
                    batch.end();
                }
            }
            batch.end();
        }
        batch
    }

    /// The next point of a run. The first of a run stands twice, as its own predecessor.
    fn point(&mut self, point: [f32; 2], lane: u8) {
        if self.last.is_none() {
            self.push(point, BREAK);
        } else if self.last == Some(point) {
            return;
        }
        self.push(point, lane);
        self.drawn += 1;
        self.last = Some(point);
    }

    /// Ends a run: no segment starts at its last point, which stands twice too. A point on its own becomes a dot, a segment
    /// without length.
    fn end(&mut self) {
        let Some(point) = self.last.take() else { return };
        let [.., before, _] = self.lanes.as_chunks::<CORNERS_PER_SEGMENT>().0 else { return };
        if before[0] == BREAK {
            self.push(point, BREAK);
        } else if let Some(last) = self.lanes.last_chunk_mut::<CORNERS_PER_SEGMENT>() {
            *last = [BREAK; CORNERS_PER_SEGMENT];
        }
        self.push(point, BREAK);
    }

    fn push(&mut self, [x, y]: [f32; 2], lane: u8) {
        let ([a, b, c, d], [e, f, g, h]) = (x.to_le_bytes(), y.to_le_bytes());
        let corner = [a, b, c, d, e, f, g, h];
        self.points.extend([corner; CORNERS_PER_SEGMENT].as_flattened());
        self.lanes.extend([lane; CORNERS_PER_SEGMENT]);
    }

    /// Segments, drawn or not: each needs a point before it and one behind.
    fn segments(&self) -> usize {
        (self.lanes.len() / CORNERS_PER_SEGMENT).saturating_sub(3)
    }

    fn draw(&self, frame: &mut Frame, id: u32, label: &str) {
        if self.segments() == 0 {
            return;
        }
        let (points, lanes) = (BufferId(id), BufferId(id + 1));
        buffer(frame, points, BufferRole::Vertex, label, Encoding::F32, &self.points);
        buffer(frame, lanes, BufferRole::Vertex, &format!("{label}: whose"), Encoding::U8, &self.lanes);
        let mut first = 0;
        while first < self.segments() {
            let count = (self.segments() - first).min(SEGMENTS);
            for slot in 0..4 {
                let offset = (first + slot as usize) * POINT;
                attribute(frame, PROGRAM, slot, points, ComponentType::F32, offset as u64, 8);
            }
            let offset = (first + 1) * CORNERS_PER_SEGMENT;
            attribute(frame, PROGRAM, 4, lanes, ComponentType::U8, offset as u64, 1);
            let selection = Selection::Elements {
                elements: INDICES,
                count: 6 * count as u32,
                first: 0,
                ty: IndexType::U16,
                base_vertex: 0,
            };
            frame.push(Draw { program: PROGRAM, mode: Mode::Triangles, selection, instances: 1 });
            first += count;
        }
    }
}
