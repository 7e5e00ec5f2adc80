//! From a view to commands.

use super::LivePlot;
use super::pyramid::{Group, Level, split};
use crate::emit::{INK, objects};
use crate::grid::{ROUNDING, RULED, Style};
use crate::layout::Lane;
use crate::scale::{Steps, multiples, share};
use crate::{Color, PALETTE, PlotError};
use glir_data::Timing;
use glir_spec::commands::{
    Clear, Create, Data, Draw, End, Group as Labelled, Interpolation, Label, SetShaders, Size, State,
    Texture, Uniform,
};
use glir_spec::enums::{
    BlendFactor, BufferRole, ComponentType, FeedbackMode, Filter, MinFilter, Mode, Plane, Swizzle,
    TextureTarget,
};
use glir_spec::ids::{BufferId, ProgramId, SamplerSlot, TextureId, UniformSlot};
use glir_spec::structs::{
    AttributeDecl, BlendFunc, Descriptor, Interface, Rect, Region, SamplerDecl, Selection, Shaders,
    UniformDecl,
};
use glir_spec::{Encoding, Format, Frame, GlslType, Profile, SamplerType, StateChanges, StateField, Value};

/// Ids beyond those that the words' context takes, which has a few objects for each of six lanes at most.
const BARS: ProgramId = ProgramId(1001);
const LINES: ProgramId = ProgramId(1002);
const DATA: TextureId = TextureId(1003);
const LANES: TextureId = TextureId(1004);
/// Profile es2: the numbers of vertices, which its shaders are not given.
const NUMBERS: BufferId = BufferId(1005);

/// Texels of a row and rows of a layer: what every context has, and 16 MiB a layer.
const SIDE: usize = 2048;
/// Values of a chunk of data, whole rows of which a layer has a whole number: 4 MiB, so that it shows that something comes.
const PART: usize = 512 * SIDE;
/// Values of a texel in profile es2, whose float textures have no fewer.
const FOUR: usize = 4;
/// The most values for which profile es2 serves: its one texture has no more, and its shaders count in floats, which are whole so far.
pub(super) const MOST_ES2: usize = FOUR * SIDE * SIDE;
/// Rows of the lanes' texture: place, look, then the bars in a lane.
const ROWS: usize = 6;
const FINE: usize = 2;
const STRONG: usize = 3;
const ZERO: usize = 4;
const RULE: usize = 5;
/// Numbers of the colours.
const C_FINE: i32 = 0;
const C_STRONG: i32 = 1;
const C_ZERO: i32 = 2;
const C_RULE: i32 = 3;
const C_FRAME: i32 = 4;
const C_MARK: i32 = 5;
/// Families of bars.
const UPRIGHT: i32 = 0;
const LYING: i32 = 1;
const IN_LANES: i32 = 2;
const RECTANGLE: i32 = 3;
/// Slots of the uniforms.
const B_FAMILY: u32 = 0;
const B_BARS: u32 = 1;
const B_ACROSS: u32 = 2;
const B_COLORS: u32 = 3;
const B_CANVAS: u32 = 4;
const B_SIZES: u32 = 5;
const L_PLACE: u32 = 0;
const L_RANGE: u32 = 1;
const L_TIME: u32 = 2;
const L_CANVAS: u32 = 3;
const L_PEN: u32 = 4;
const L_SIZES: u32 = 5;

/// Points a column of pixels below which a level is too coarse.
const FINENESS: f64 = 2.0;
/// The most segments of a picture: beyond, coarser levels are taken. Software GL draws so many in a few dozen milliseconds.
const SEGMENTS: usize = 1 << 18;
/// In profile es2, where each of their vertices has its number in a buffer: of 1.5 MiB at most.
const SEGMENTS_ES2: usize = 1 << 16;
/// Bars have places in that buffer too: no canvas has as many rows or columns.
const BARS_ES2: usize = 1 << 13;
/// As in static plots.
const FULLEST: f32 = 0.6;
const THINNEST: f32 = 0.1;

/// Everything as chunks of one frame.
pub(super) fn scene(plot: &mut LivePlot<'_>, give: &mut dyn FnMut(&Frame)) -> Result<(), PlotError> {
    let mut frame = Frame::new();
    frame.push(Labelled { label: "scene".into() });
    let es2 = plot.profile == Profile::Es2;
    programs(&mut frame, es2);
    let values = if es2 { FOUR } else { 1 };
    let rows = plot.pyramid.texels.div_ceil(SIDE * values).max(1);
    let layers = rows.div_ceil(SIDE);
    let height = if layers > 1 { SIDE } else { rows };
    let (target, format) =
        if es2 { (TextureTarget::D2, Format::Rgba32f) } else { (TextureTarget::Array, Format::R32f) };
    texture(&mut frame, (DATA, "samples"), target, format, (SIDE, height, layers));
    let lanes = plot.layout.lanes.len().max(1);
    texture(&mut frame, (LANES, "lanes"), TextureTarget::D2, Format::Rgba32f, (lanes, ROWS, 1));
    if es2 {
        numbers(plot, &mut frame);
        let sizes = [rows as f32, lanes as f32];
        floats(&mut frame, BARS, B_SIZES, &sizes);
        floats(&mut frame, LINES, L_SIZES, &sizes);
    }
    for (program, slot, texture) in [(BARS, 0, LANES), (LINES, 0, DATA), (LINES, 1, LANES)] {
        frame.push(Texture { program, slot: SamplerSlot(slot), texture });
    }
    colors(plot, &mut frame);
    frame.push(End {});
    give(&frame);
    upload(plot, SIDE * values, give);
    plot.sent.clear();
    plot.resized = true;
    give(&picture(plot)?);
    Ok(())
}

/// Both programs, in the language of the profile.
fn programs(frame: &mut Frame, es2: bool) {
    let [bars, lines] = if es2 {
        [
            (include_str!("../shaders/live_bar_es2.vert"), include_str!("../shaders/live_bar_es2.frag")),
            (include_str!("../shaders/live_line_es2.vert"), include_str!("../shaders/live_line_es2.frag")),
        ]
    } else {
        [
            (include_str!("../shaders/live_bar.vert"), include_str!("../shaders/live_bar.frag")),
            (include_str!("../shaders/live_line.vert"), include_str!("../shaders/live_line.frag")),
        ]
    };
    // Whole numbers are integers where there are some.
    let whole = |integer| if es2 { GlslType::Vec4 } else { integer };
    let range = if es2 { GlslType::Vec3 } else { GlslType::Ivec3 };
    let mut of_bars = vec![
        ("u_family", whole(GlslType::Ivec4), 1),
        ("u_bars", GlslType::Vec4, 1),
        ("u_across", GlslType::Vec2, 1),
        ("u_colors", GlslType::Vec4, 6),
        ("u_canvas", GlslType::Vec2, 1),
    ];
    let mut of_lines = vec![
        ("u_place", whole(GlslType::Ivec4), 1),
        ("u_range", range, 1),
        ("u_time", GlslType::Vec4, 1),
        ("u_canvas", GlslType::Vec2, 1),
        ("u_pen", GlslType::Vec2, 1),
    ];
    let data = if es2 { SamplerType::Sampler2d } else { SamplerType::Sampler2dArray };
    let mut attributes: &[&str] = &[];
    if es2 {
        of_bars.push(("u_sizes", GlslType::Vec2, 1));
        of_lines.push(("u_sizes", GlslType::Vec2, 1));
        attributes = &["a_number"];
    }
    let lanes = ("u_lanes", SamplerType::Sampler2d);
    program(frame, (BARS, "bars"), bars, attributes, &of_bars, &[lanes]);
    program(frame, (LINES, "lines"), lines, attributes, &of_lines, &[("u_data", data), lanes]);
}

/// The numbers of as many vertices as a picture can have.
fn numbers(plot: &LivePlot<'_>, frame: &mut Frame) {
    let points = |group: &Group, level: Option<&Level>| {
        level.map_or(0, |level| level.points.saturating_mul(group.lanes.len()))
    };
    let quads = plot.pyramid.groups.iter().map(|group| {
        let finest = points(group, group.levels.first());
        finest.min(SEGMENTS_ES2).max(points(group, group.levels.last()))
    });
    let vertices = 6 * quads.max().unwrap_or(0).max(BARS_ES2);
    let numbers: Vec<u8> = (0..vertices).flat_map(|number| (number as f32).to_le_bytes()).collect();
    objects::buffer(frame, NUMBERS, BufferRole::Vertex, "numbers", Encoding::F32, &numbers);
    for program in [BARS, LINES] {
        objects::attribute(frame, program, 0, NUMBERS, ComponentType::F32, 0, 4);
    }
}

/// The data, some rows of a layer a chunk. A row has so many values.
fn upload(plot: &LivePlot<'_>, width: usize, give: &mut dyn FnMut(&Frame)) {
    let mut part: Vec<u8> = Vec::with_capacity(4 * PART.min(plot.pyramid.texels));
    let mut row = 0;
    let mut send = |part: &mut Vec<u8>, row: &mut usize| {
        // The last row is filled up.
        part.resize(part.len().next_multiple_of(4 * width), 0);
        let rows = part.len() / (4 * width);
        let mut frame = Frame::new();
        let payload = frame.payload(Encoding::F32, part);
        let region = Region::Texels {
            level: 0,
            x: 0,
            y: (*row % SIDE) as u32,
            z: (*row / SIDE) as u32,
            width: Some(SIDE as u32),
            height: Some(rows as u32),
            depth: Some(1),
        };
        frame.push(Data { id: DATA.into(), region, payload });
        give(&frame);
        part.clear();
        *row += rows;
    };
    let clock = &plot.layout.clock;
    plot.pyramid.fill(plot.recording, &plot.channels, &plot.middle, clock, &mut |mut texels| {
        while !texels.is_empty() {
            let room = PART - part.len() / 4;
            let (now, later) = texels.split_at(room.min(texels.len()));
            part.extend(now.iter().flat_map(|texel| texel.to_le_bytes()));
            texels = later;
            if part.len() == 4 * PART {
                send(&mut part, &mut row);
            }
        }
    });
    if !part.is_empty() {
        send(&mut part, &mut row);
    }
}

/// What lines and bars are drawn with: nothing of the state is as it was, since words have been drawn.
fn own_state(plot: &LivePlot<'_>, frame: &mut Frame) {
    let over = BlendFunc {
        src_rgb: BlendFactor::One,
        dst_rgb: BlendFactor::OneMinusSrcAlpha,
        src_alpha: BlendFactor::One,
        dst_alpha: BlendFactor::OneMinusSrcAlpha,
    };
    let [red, green, blue] = plot.chart.background.floats();
    let clear = StateField::ClearColor([red, green, blue, 1.0]);
    let fields =
        [StateField::BlendFunc(over), clear, StateField::Viewport(None), StateField::DepthTest(false)];
    frame.push(State { changes: StateChanges::new(fields) });
}

/// The picture of the present view.
pub(super) fn picture(plot: &mut LivePlot<'_>) -> Result<Frame, PlotError> {
    let mut commands = Frame::new();
    let frame = &mut commands;
    let area = plot.layout.area;
    own_state(plot, frame);
    if plot.resized {
        let canvas = [plot.chart.width as f32, plot.chart.height as f32];
        floats(frame, BARS, B_CANVAS, &canvas);
        floats(frame, LINES, L_CANVAS, &canvas);
        floats(frame, BARS, B_ACROSS, &[area.x as f32, area.width as f32]);
        // Half the width, and how much ink: lines thinner than a pixel are one pixel wide and paler.
        let thin = plot.layout.thinnest_lane() as f32 * FULLEST;
        let width = plot.chart.line_width.min(thin).max(THINNEST);
        floats(frame, LINES, L_PEN, &[width.max(1.0) / 2.0, width.min(1.0)]);
        plot.resized = false;
    }
    for (lane, value) in plot.layout.lanes.iter_mut().zip(&plot.view.values) {
        (lane.time, lane.value) = (plot.view.time, *value);
    }
    send_lanes(plot, frame);
    let inside = Rect { x: area.x as i32, y: area.y as i32, width: area.width, height: area.height };
    state(frame, [StateField::Scissor(None), StateField::Blend(false)]);
    frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    grid(plot, frame);
    state(frame, [StateField::Scissor(Some(inside)), StateField::Blend(true)]);
    for group in &plot.pyramid.groups {
        lines(plot, group, frame);
    }
    if let Some([x0, y0, x1, y1]) = plot.view.marked {
        let rect = [x0.min(x1), y0.min(y1), (x1 - x0).abs(), (y1 - y0).abs()].map(|side| side as f32);
        bars(plot, frame, [RECTANGLE, C_MARK, 1, 0], &rect, 1);
    }
    plot.words.end(&commands, &plot.layout)
}

fn state<const N: usize>(frame: &mut Frame, fields: [StateField; N]) {
    frame.push(State { changes: StateChanges::new(fields) });
}

fn grid(plot: &LivePlot<'_>, frame: &mut Frame) {
    let Some(lane) = plot.layout.lanes.first() else { return };
    let area = plot.layout.area;
    let [left, bottom, width, height] = [area.x, area.y, area.width, area.height].map(f64::from);
    let [fine, strong] = [false, true].map(|strong| plot.words.uprights(&plot.layout, lane.time, strong));
    let in_row = |row: usize| plot.sent.chunks_exact(plot.layout.lanes.len()).nth(row);
    // Fine lines that strong ones cover need not be drawn.
    let fine = if fine == strong { Vec::new() } else { fine };
    let fine_row = (in_row(FINE) != in_row(STRONG)).then_some(FINE);
    for (runs, color, row) in [(fine, C_FINE, fine_row), (strong, C_STRONG, Some(STRONG))] {
        for run in runs {
            let x = left + run.first * width + ROUNDING;
            let place = [x, run.apart * width, bottom, height].map(|place| place as f32);
            let count = run.count.min(area.width as usize);
            bars(plot, frame, [UPRIGHT, color, count as i32, 0], &place, count);
        }
        if let Some(row) = row {
            in_lanes(plot, frame, row, color);
        }
    }
    in_lanes(plot, frame, ZERO, C_ZERO);
    in_lanes(plot, frame, RULE, C_RULE);
    let place = [left, width, bottom, height].map(|place| place as f32);
    bars(plot, frame, [UPRIGHT, C_FRAME, 2, 0], &place, 2);
    let place = [bottom, height, left, width + 1.0].map(|place| place as f32);
    bars(plot, frame, [LYING, C_FRAME, 2, 0], &place, 2);
}

/// Bars that the lanes' texture tells of.
fn in_lanes(plot: &LivePlot<'_>, frame: &mut Frame, row: usize, color: i32) {
    let lanes = plot.layout.lanes.len();
    let counts = plot.sent.iter().skip(row * lanes).take(lanes).map(|texel| texel[2] as usize);
    let most = counts.max().unwrap_or(0);
    if most > 0 {
        whole(plot, frame, BARS, B_FAMILY, &[IN_LANES, color, most as i32, row as i32]);
        draw(frame, BARS, bounded(plot, most * lanes));
    }
}

fn bars(plot: &LivePlot<'_>, frame: &mut Frame, family: [i32; 4], place: &[f32; 4], count: usize) {
    whole(plot, frame, BARS, B_FAMILY, &family);
    floats(frame, BARS, B_BARS, place);
    draw(frame, BARS, bounded(plot, count));
}

/// The lines of lanes that share their times.
fn lines(plot: &LivePlot<'_>, group: &Group, frame: &mut Frame) {
    let (from, to) = plot.view.time;
    let (first, last) =
        (group.timing.index_at(from, group.samples), group.timing.index_at(to, group.samples));
    let lanes = group.lanes.len();
    let columns = f64::from(plot.layout.area.width);
    let segments = |level: &&Level| {
        // One point beyond each edge, so that lines reach it.
        let start = (first / level.factor).saturating_sub(2);
        let end = (last / level.factor + 2).min(level.points.saturating_sub(1));
        (start, end.saturating_sub(start))
    };
    let share = |level: &&Level| (last - first) as f64 / level.factor as f64;
    // Levels go from fine to coarse: the coarsest that is fine enough, or the first that is not too much to draw.
    let fine = group.levels.iter().rev().find(|level| share(level) >= FINENESS * columns);
    let finest = fine.or(group.levels.first());
    let most = if plot.profile == Profile::Es2 { SEGMENTS_ES2 } else { SEGMENTS };
    let light = |level: &&Level| segments(level).1.saturating_mul(lanes) <= most;
    let at = finest.map_or(0, |finest| finest.factor);
    let chosen = group.levels.iter().filter(|level| level.factor >= at).find(light).or(group.levels.last());
    let Some(level) = chosen else { return };
    let (start, count) = segments(&level);
    if count == 0 {
        return;
    }
    let left = f64::from(plot.layout.area.x);
    let per_second = columns / (to - from);
    let time = if let Timing::Stamps(_) = group.timing {
        let clock = &plot.layout.clock;
        let (here, per_unit) = (clock.at(from), per_second / clock.step(1.0));
        let [coarse, fine] = split(here);
        // What two numbers do not hold of the edge's time would shake the line against its grid, so it moves the edge.
        let edge = left + (f64::from(coarse) + f64::from(fine) - here) * per_unit;
        [coarse, fine, per_unit as f32, edge as f32]
    } else {
        let (here, next) = (group.time(level, start), group.time(level, start + 1));
        [(left + (here - from) * per_second) as f32, ((next - here) * per_second) as f32, 0.0, left as f32]
    };
    let times = level.times.map_or(-1, |times| times as i32);
    let place = [group.lanes.start as i32, level.base as i32, level.points as i32, times];
    whole(plot, frame, LINES, L_PLACE, &place);
    whole(plot, frame, LINES, L_RANGE, &[start as i32, count as i32, level.points.saturating_sub(1) as i32]);
    floats(frame, LINES, L_TIME, &time);
    draw(frame, LINES, count * lanes);
}

/// Six vertices a quad; the shader knows its corners by their numbers.
fn draw(frame: &mut Frame, program: ProgramId, quads: usize) {
    let selection = Selection::Arrays { count: 6 * quads as u32, first: 0 };
    frame.push(Draw { program, mode: Mode::Triangles, selection, instances: 1 });
}

/// The lanes' texture, as far as it has changed.
fn send_lanes(plot: &mut LivePlot<'_>, frame: &mut Frame) {
    let lanes = plot.layout.lanes.len();
    let colors = match &plot.chart.colors[..] {
        [] if plot.layout.paper => &[INK],
        [] => &PALETTE[..],
        colors => colors,
    };
    let mut now = vec![[0.0; 4]; lanes * ROWS];
    for (number, lane) in plot.layout.lanes.iter().enumerate() {
        let chosen = colors.get(lane.place % colors.len().max(1)).copied().unwrap_or(Color::rgb(0));
        let middle = plot.middle.get(number).copied().unwrap_or(0.0);
        for (row, texel) in column(plot, lane, number, middle, chosen).into_iter().enumerate() {
            if let Some(place) = now.get_mut(row * lanes + number) {
                *place = texel;
            }
        }
    }
    if plot.sent.len() == now.len() {
        for lane in 0..lanes {
            let column = |texels: &[[f32; 4]]| -> Vec<[f32; 4]> {
                texels.iter().skip(lane).step_by(lanes).copied().collect()
            };
            let (old, new) = (column(&plot.sent), column(&now));
            if old != new {
                send_texels(frame, (lane, 1), &new);
            }
        }
    } else {
        send_texels(frame, (0, lanes), &now);
    }
    plot.sent = now;
}

fn send_texels(frame: &mut Frame, (first, count): (usize, usize), texels: &[[f32; 4]]) {
    let payload = frame.floats(texels.as_flattened());
    let region = Region::Texels {
        level: 0,
        x: first as u32,
        y: 0,
        z: 0,
        width: Some(count as u32),
        height: Some(ROWS as u32),
        depth: Some(1),
    };
    frame.push(Data { id: LANES.into(), region, payload });
}

/// What the texture holds of one lane.
fn column(plot: &LivePlot<'_>, lane: &Lane, number: usize, middle: f64, color: Color) -> [[f32; 4]; ROWS] {
    let (low, high) = lane.value;
    let place = [lane.bottom, lane.height, low - middle, lane.height / (high - low)];
    let [red, green, blue] = color.floats();
    let steps = plot.words.value_steps(&plot.layout, lane, number);
    let family = |step: Option<f64>| {
        let Some(step) = step else { return [0.0; 4] };
        let values = multiples(lane.value, step);
        let Some(first) = values.first() else { return [0.0; 4] };
        let y = lane.bottom + share(*first, lane.value) * lane.height + ROUNDING;
        let apart = step / (high - low) * lane.height;
        [y as f32, apart as f32, values.len().min(lane.height as usize) as f32, 0.0]
    };
    let fine = family(steps.map(|steps: Steps| steps.fine));
    let strong = family(steps.map(|steps| steps.strong));
    let zero = share(0.0, lane.value);
    let zero = if steps.is_some() && !plot.layout.paper && (0.0..=1.0).contains(&zero) {
        [(lane.bottom + zero * lane.height + ROUNDING) as f32, 0.0, 1.0, 0.0]
    } else {
        [0.0; 4]
    };
    let ruled = number > 0 && lane.height >= RULED;
    let rule = if ruled { [(lane.bottom + lane.height) as f32, 0.0, 1.0, 0.0] } else { [0.0; 4] };
    let lent = lane.lent * lane.height;
    [place.map(|part| part as f32), [red, green, blue, lent as f32], fine, strong, zero, rule]
}

fn colors(plot: &LivePlot<'_>, frame: &mut Frame) {
    let style = if plot.layout.paper { Style::PAPER } else { Style::PLAIN };
    let shares = [style.fine, style.strong, style.zero, style.rule, style.frame];
    let opaque = |share| {
        let [red, green, blue] = style.ink.over(plot.chart.background, share).floats();
        [red, green, blue, 1.0]
    };
    let mut all: Vec<f32> = shares.into_iter().flat_map(opaque).collect();
    // The box is see-through; colours are multiplied by their alpha.
    let [red, green, blue] = style.ink.floats();
    all.extend([red, green, blue, 1.0].map(|part| part * 0.2));
    floats(frame, BARS, B_COLORS, &all);
}

fn texture(
    frame: &mut Frame,
    (id, label): (TextureId, &str),
    target: TextureTarget,
    format: Format,
    (width, height, depth): (usize, usize, usize),
) {
    let descriptor = Descriptor::Texture {
        texture: target,
        format,
        levels: 1,
        swizzle: [Swizzle::Red, Swizzle::Green, Swizzle::Blue, Swizzle::Alpha],
        compare: None,
    };
    frame.push(Create { id: id.into(), descriptor });
    frame.push(Label { id: id.into(), text: label.into() });
    frame.push(Interpolation { texture: id, min: MinFilter::Nearest, mag: Filter::Nearest, anisotropy: 1.0 });
    frame.push(Size { id: id.into(), width: width as u64, height: height as u32, depth: depth as u32 });
}

/// A number a vertex.
fn numbered(name: &str) -> AttributeDecl<'static> {
    AttributeDecl { name: name.to_owned().into(), ty: GlslType::Float }
}

fn program(
    frame: &mut Frame,
    (id, label): (ProgramId, &str),
    (vertex, fragment): (&str, &str),
    attributes: &[&str],
    uniforms: &[(&str, GlslType, u32)],
    samplers: &[(&str, SamplerType)],
) {
    frame.push(Create { id: id.into(), descriptor: Descriptor::Program {} });
    frame.push(Label { id: id.into(), text: label.into() });
    let uniform = |(name, ty, count): &(&str, GlslType, u32)| UniformDecl {
        name: (*name).to_owned().into(),
        ty: *ty,
        count: *count,
    };
    let sampler = |(name, ty): &(&str, SamplerType)| SamplerDecl { name: (*name).to_owned().into(), ty: *ty };
    frame.push(SetShaders {
        program: id,
        shaders: Shaders::Render { vertex: vertex.into(), fragment: fragment.into(), geometry: None },
        interface: Interface {
            attributes: attributes.iter().map(|name| numbered(name)).collect(),
            uniforms: uniforms.iter().map(uniform).collect(),
            samplers: samplers.iter().map(sampler).collect(),
            blocks: Vec::new(),
            feedback: Vec::new(),
            feedback_mode: FeedbackMode::Interleaved,
        },
    });
}

fn floats(frame: &mut Frame, program: ProgramId, slot: u32, values: &[f32]) {
    objects::uniform(frame, program, slot, values);
}

/// Bars that there are numbers for.
fn bounded(plot: &LivePlot<'_>, bars: usize) -> usize {
    if plot.profile == Profile::Es2 { bars.min(BARS_ES2) } else { bars }
}

/// Whole numbers, in the profile's own type of uniforms.
fn whole(plot: &LivePlot<'_>, frame: &mut Frame, program: ProgramId, slot: u32, values: &[i32]) {
    if plot.profile == Profile::Es2 {
        let values: Vec<f32> = values.iter().map(|value| *value as f32).collect();
        return floats(frame, program, slot, &values);
    }
    let value = Value(frame.ints(values));
    frame.push(Uniform { program, slot: UniformSlot(slot), value, first: 0 });
}
