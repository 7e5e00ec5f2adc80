//! From lines and grid to commands.

mod lines;
pub(crate) mod objects;

use crate::clock;
use crate::grid::{Bar, Grid};
use crate::layout::{Lane, Layout};
use crate::points::Line;
use crate::{Chart, Color, PALETTE, Plot, PlotError, strip};
use glir_data::{Channel, Recording};
use glir_spec::commands::{Clear, Draw, End, Group, Meta, State, Swap};
use glir_spec::enums::{BufferRole, ComponentType, Mode, Plane};
use glir_spec::ids::{BufferId, ProgramId};
use glir_spec::structs::Selection;
use glir_spec::{Encoding, Frame, GlslType, Header, StateChanges, StateField};
use objects::Shader;

/// The colour of lines on the paper of electrocardiograms.
pub(crate) const INK: Color = Color::rgb(0x14213d);

/// Ids behind those that words take.
const FILL: ProgramId = ProgramId(101);
const BARS: BufferId = BufferId(102);
/// Ids from here on belong to lines.
const LINES: u32 = 103;

pub(crate) fn plot(
    chart: &Chart,
    canvas: (u32, u32),
    recording: &Recording<'_>,
    layout: &Layout,
    lines: &[Line],
    cut: usize,
    has_words: bool,
) -> Result<Plot, PlotError> {
    let grid = Grid::of(chart, layout);
    let title = objects::shortened(&chart.title);
    let mut frame = Frame::new();
    describe(&mut frame, title, recording, layout);
    let [red, green, blue] = chart.background.floats();
    frame.push(State { changes: StateChanges::new([StateField::ClearColor([red, green, blue, 1.0])]) });
    frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    draw_grid(&mut frame, chart, &grid.bars);
    let colors = match &chart.colors[..] {
        [] if layout.paper => &[INK],
        [] => &PALETTE[..],
        colors => colors,
    };
    let points = lines::draw(&mut frame, chart, canvas, layout, lines, colors);

    let header = Header {
        width: canvas.0,
        height: canvas.1,
        title: title.to_owned().into(),
        generator: concat!("glir-plot ", env!("CARGO_PKG_VERSION")).into(),
        ..Header::default()
    };
    let notes = notes(recording, layout, &grid);
    let mut left_out = left_out(&drawn(recording, layout).collect::<Vec<_>>(), layout.time);
    if cut > 0 {
        left_out.push(format!("{cut} points lie too far from all others to be drawn"));
    }
    if has_words {
        let (whole, missing) = strip::end(&frame, &header, chart, recording, layout, &notes)?;
        frame = whole;
        left_out.extend(missing);
    } else {
        frame.push(Swap {});
    }
    Ok(Plot { header, frames: vec![frame], samples: samples(recording, layout), points, notes, left_out })
}

/// The most channels that are named one by one.
const NAMED: usize = 8;

/// What the lines pass over.
pub(crate) fn left_out(channels: &[(usize, &Channel<'_>)], time: (f64, f64)) -> Vec<String> {
    let mut told = Vec::new();
    let mut more = 0;
    for (number, channel) in channels {
        let range = span(channel, time);
        let count = range.len();
        let gaps = channel.gaps(range);
        if gaps == 0 {
            continue;
        }
        if told.len() == NAMED {
            more += 1;
        } else {
            let name = channel.name.as_deref().map(|name| format!(" {:?}", objects::shortened(name)));
            let name = name.unwrap_or_default();
            told.push(format!(
                "channel {number}{name}: {gaps} of {count} samples are missing or not finite; the line has gaps there"
            ));
        }
    }
    if more > 0 {
        told.push(format!("{more} more channels have gaps"));
    }
    told
}

/// The channels that are drawn, each once, with their numbers.
fn drawn<'r>(
    recording: &'r Recording<'_>,
    layout: &Layout,
) -> impl Iterator<Item = (usize, &'r Channel<'r>)> {
    let lanes = if layout.rows > 1 { layout.lanes.get(..1).unwrap_or_default() } else { &layout.lanes[..] };
    lanes.iter().filter_map(|lane| Some((lane.channel, recording.channel(lane.channel)?)))
}

/// The samples of a channel at the drawn times.
pub(crate) fn span(channel: &Channel<'_>, (start, end): (f64, f64)) -> std::ops::Range<usize> {
    let (from, to) =
        (channel.timing.index_at(start, channel.len()), channel.timing.index_at(end, channel.len()));
    let last = to < channel.len() && channel.timing.at(to) <= end;
    from..(to + usize::from(last)).max(from)
}

/// What was measured, and what part of it each lane shows: enough to put axes to the picture.
fn describe(frame: &mut Frame, title: &str, recording: &Recording<'_>, layout: &Layout) {
    let mut note = |key: &str, value: &str| {
        frame.push(Meta { key: key.into(), value: objects::shortened(value).into() });
    };
    if !title.is_empty() {
        note("title", title);
    }
    if let Some(format) = recording.format {
        note("source", &format.to_string());
    }
    if let Some([date, time]) = layout.clock.moment(0.0, 9) {
        let time = time.trim_end_matches('0').trim_end_matches('.');
        note("start", &format!("{date}T{time}"));
    }
    let mut described = None;
    for (index, lane) in layout.lanes.iter().enumerate() {
        let Some(channel) = recording.channel(lane.channel) else { continue };
        if described != Some(lane.channel) {
            described = Some(lane.channel);
            let key = |what| format!("channel.{}.{what}", lane.channel);
            note(&key("name"), channel.name.as_deref().unwrap_or(""));
            note(&key("unit"), channel.unit.as_deref().unwrap_or(""));
            note(&key("rate"), &channel.timing.rate().map(|rate| rate.to_string()).unwrap_or_default());
        }
        note(&format!("lane.{index}.channel"), &lane.channel.to_string());
        note(&format!("lane.{index}.time"), &format!("{} {}", lane.time.0, lane.time.1));
        note(&format!("lane.{index}.value"), &format!("{} {}", lane.value.0, lane.value.1));
    }
}

/// The grid in one draw of two triangles a bar.
fn draw_grid(frame: &mut Frame, chart: &Chart, bars: &[Bar]) {
    /// Two floats, three bytes of colour and one of padding.
    const STRIDE: u32 = 12;
    let mut vertices = Vec::with_capacity(bars.len() * 6 * STRIDE as usize);
    for Bar { rect: [x, y, width, height], color } in bars {
        for (u, v) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)] {
            vertices.extend_from_slice(&(x + u * width).to_le_bytes());
            vertices.extend_from_slice(&(y + v * height).to_le_bytes());
            vertices.extend_from_slice(&[color.red, color.green, color.blue, 0]);
        }
    }
    frame.push(Group { label: "grid".into() });
    objects::program(
        frame,
        FILL,
        Shader {
            label: "bars",
            vertex: include_str!("shaders/fill.vert"),
            fragment: include_str!("shaders/fill.frag"),
            attributes: &[("a_position", GlslType::Vec2), ("a_color", GlslType::Vec3)],
            uniforms: &[("u_canvas", GlslType::Vec2, 1)],
        },
    );
    objects::uniform(frame, FILL, 0, &[chart.width as f32, chart.height as f32]);
    objects::buffer(frame, BARS, BufferRole::Vertex, "grid", Encoding::Raw, &vertices);
    objects::attribute(frame, FILL, 0, BARS, ComponentType::F32, 0, STRIDE);
    objects::attribute(frame, FILL, 1, BARS, ComponentType::U8, 8, STRIDE);
    let selection = Selection::Arrays { count: 6 * bars.len() as u32, first: 0 };
    frame.push(Draw { program: FILL, mode: Mode::Triangles, selection, instances: 1 });
    frame.push(End {});
}

/// Samples of the drawn channels at the drawn times.
fn samples(recording: &Recording<'_>, layout: &Layout) -> u64 {
    drawn(recording, layout).map(|(_, channel)| span(channel, layout.time).len() as u64).sum()
}

fn notes(recording: &Recording<'_>, layout: &Layout, grid: &Grid) -> Vec<String> {
    let Some(lane) = layout.lanes.first() else { return Vec::new() };
    let channel = recording.channel(lane.channel);
    let timed = layout
        .lanes
        .iter()
        .any(|lane| recording.channel(lane.channel).is_some_and(|c| c.timing != glir_data::Timing::Index));
    let dated = layout.clock.epoch.is_some();
    let time = |value: f64| format!("{}{}", rounded(value), if timed { " s" } else { " samples" });
    let span = |value: f64| if dated { clock::span(value) } else { time(value) };
    let wide = lane.time.1 - lane.time.0;
    // Three digits of what is seen.
    let decimals = (3.0 - wide.log10()).clamp(0.0, 9.0) as usize;
    let at = |value: f64| match layout.clock.moment(value, decimals) {
        Some([date, time]) if time.contains('.') => {
            format!("{date} {}", time.trim_end_matches('0').trim_end_matches('.'))
        }
        Some([date, time]) => format!("{date} {time}"),
        None => time(value),
    };
    let mut notes = Vec::new();
    if layout.rows > 1 {
        notes.push(format!("{} rows of {}", layout.rows, span(wide)));
    } else {
        notes.push(format!("from {} to {}", at(lane.time.0), at(lane.time.1)));
    }
    let mut steps: Vec<String> = Vec::new();
    if let Some(step) = grid.time_step {
        let own = if dated && !layout.paper { clock::tick_span(step) } else { span(step) };
        steps.push(format!("every {own}"));
    }
    let unit = |lane: &Lane| recording.channel(lane.channel).and_then(|channel| channel.unit.clone());
    let same = layout
        .lanes
        .iter()
        .all(|other| unit(other).as_ref() == channel.and_then(|channel| channel.unit.as_ref()));
    if let Some(step) = grid.value_step.filter(|_| same) {
        let unit = unit(lane).map(|unit| format!(" {}", objects::shortened(&unit))).unwrap_or_default();
        steps.push(format!("every {}{unit}", rounded(step)));
    }
    if !steps.is_empty() {
        notes.push(format!("grid lines {}", steps.join(" and ")));
    }
    notes
}

/// A number to six digits.
pub(crate) fn rounded(value: f64) -> String {
    let digits = value.abs().log10().floor();
    match digits as i64 {
        -4..=8 if digits.is_finite() => {
            let places = (5 - digits as i64).clamp(0, 9) as usize;
            let text = format!("{value:.places$}");
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
        _ => value.to_string().chars().take(24).collect(),
    }
}
