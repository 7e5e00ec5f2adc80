//! What stands around the rows of a strip chart: the time or date at which each begins, and a line that says what the grid stands for.

use crate::figure::notes::boxes;
use crate::figure::words::shorten;
use crate::grid::Style;
use crate::layout::{Lane, Layout};
use crate::{Chart, PlotError};
use glir_data::{Recording, Timing};
use glir_gloo::Context;
use glir_spec::{Frame, Header};
use glir_text::{Align, AlignX, AlignY, Font};
use glir_visuals::{Color, Text, Typeface, View, Visual};

/// The least sides of a picture in which there is room for words.
const ROOMY: (u32, u32) = (240, 120);
/// Pixels an em.
const SIZE: f32 = 12.0;
/// Between words and rows, in pixels.
const GAP: f64 = 6.0;
/// From one line of words to the next, in ems.
const LINE: f64 = 1.2;

/// The rows with room for words to their left and below them. None for what is no strip chart, or has no room.
pub(crate) fn lay_out(
    chart: &Chart,
    recording: &Recording<'_>,
    bare: &Layout,
) -> Result<Option<Layout>, PlotError> {
    if bare.rows < 2 || chart.width < ROOMY.0 || chart.height < ROOMY.1 {
        return Ok(None);
    }
    let font = Font::sans();
    let width = |label: String| f64::from(font.measure(&label, SIZE).width());
    let room = |layout: &Layout| {
        let widest = starts(recording, layout).into_iter().map(width).fold(0.0, f64::max);
        (widest + GAP).ceil() as u32
    };
    let within = |left| Layout::within(chart, recording, [left, (2.0 * SIZE) as u32, 0, 0]);
    let mut left = room(bare);
    let mut layout = within(left)?;
    // Rows that are lower now may tell dates in one line instead of two.
    if layout.clock.epoch.is_some() && room(&layout) > left {
        left = room(&layout);
        layout = within(left)?;
    }
    // With less room there may be a row less, or none but one.
    Ok((layout.rows > 1).then_some(layout))
}

/// When each row begins: minutes and seconds, or samples, or a date and a time of day.
fn starts(recording: &Recording<'_>, layout: &Layout) -> Vec<String> {
    if layout.clock.epoch.is_some() {
        return dates(layout);
    }
    let start = |lane: &Lane| {
        let counts =
            recording.channel(lane.channel).is_some_and(|channel| matches!(channel.timing, Timing::Index));
        let step = lane.time.1 - lane.time.0;
        if counts { format!("{:.0}", lane.time.0) } else { clock(lane.time.0, step) }
    };
    layout.lanes.iter().map(start).collect()
}

/// When each row begins by the calendar: a time of day, as short as all of them are right, and above it the date where another day begins. Rows
/// that are lower than words tell every second, third … one.
fn dates(layout: &Layout) -> Vec<String> {
    let step = layout.lanes.first().map_or(1.0, |lane| lane.time.1 - lane.time.0);
    // Steps of whole seconds are as whole as the times between which they lie.
    let whole = step > 0.5 && (step - step.round()).abs() < 1e-6;
    let decimals = if whole { 0 } else { (2.0 - step.log10()).clamp(0.0, 9.0) as usize };
    let moment = |lane: &Lane| layout.clock.moment(lane.time.0, decimals).unwrap_or_default();
    let moments: Vec<[String; 2]> = layout.lanes.iter().map(moment).collect();
    let all_end = |end: &str| moments.iter().all(|[_, time]| time.ends_with(end));
    let shown = match decimals {
        0 if all_end(":00") => "00:00".len(),
        _ => usize::MAX,
    };
    let midnights = decimals == 0 && all_end("00:00:00");
    let line = LINE * f64::from(SIZE);
    let height = layout.thinnest_lane();
    let between = if height >= 2.0 * line { "\n" } else { " " };
    let every = (line / height).ceil().max(1.0) as usize;
    let mut day = "";
    let mut told = Vec::with_capacity(moments.len());
    for (row, [date, time]) in moments.iter().enumerate() {
        if row % every > 0 {
            told.push(String::new());
            continue;
        }
        let time = time.get(..shown).unwrap_or(time);
        told.push(match std::mem::replace(&mut day, date) == date {
            _ if midnights => date.clone(),
            true => time.to_owned(),
            false => format!("{date}{between}{time}"),
        });
    }
    told
}

/// Seconds as `m:ss` or `h:mm:ss`, with as many decimals as steps of this length need.
fn clock(seconds: f64, step: f64) -> String {
    let decimals =
        if step >= 1.0 && step.fract() == 0.0 { 0 } else { (1.0 - step.log10()).clamp(1.0, 9.0) as usize };
    let scale = 10f64.powi(decimals as i32);
    // Rounded first, so that no row begins at 0:60.
    let whole = (seconds.abs() * scale).round() / scale;
    let sign = if seconds < 0.0 && whole > 0.0 { "−" } else { "" };
    let (minutes, rest) = ((whole / 60.0).floor(), whole % 60.0);
    let width = if decimals == 0 { 2 } else { 3 + decimals };
    if minutes < 60.0 {
        format!("{sign}{minutes:.0}:{rest:0width$.decimals$}")
    } else {
        format!("{sign}{:.0}:{:02.0}:{rest:0width$.decimals$}", (minutes / 60.0).floor(), minutes % 60.0)
    }
}

/// Ends a frame of rows by words; a sentence tells those that can't be written.
pub(crate) fn end(
    commands: &Frame,
    header: &Header<'static>,
    chart: &Chart,
    recording: &Recording<'_>,
    layout: &Layout,
    notes: &[String],
) -> Result<(Frame, Option<String>), PlotError> {
    let context = Context::with_header(header.clone())?;
    context.append(commands)?;
    let typeface = Typeface::sans(&context)?;
    let [red, green, blue] = Style::PLAIN.ink.over(chart.background, 0.9).floats();
    let color = Color::rgb(red, green, blue);
    let area = [layout.area.x, layout.area.y, layout.area.width].map(f64::from);
    let [left, bottom, width] = area;
    let channel = layout.lanes.first().and_then(|lane| recording.channel(lane.channel));
    let name = channel.and_then(|channel| channel.name.clone());
    let caption: Vec<String> = name.into_iter().chain(notes.iter().cloned()).collect();
    let caption = shorten(&typeface.font(), &caption.join("; "), f64::from(SIZE), width);
    let mut strings = starts(recording, layout);
    let mut places: Vec<[f64; 2]> =
        layout.lanes.iter().map(|lane| [left - GAP, lane.bottom + lane.height / 2.0]).collect();
    let mut aligns = vec![Align { x: AlignX::Right, y: AlignY::Center }; strings.len()];
    strings.push(caption);
    places.push([left, bottom - GAP]);
    aligns.push(Align { x: AlignX::Left, y: AlignY::Top });
    let mut words = Text::new(&typeface, &strings, &places)?;
    words.set_size(SIZE)?;
    words.set_color(color)?;
    words.set_align(aligns)?;
    words.draw(&View::pixels([0.0, 0.0, f64::from(chart.width), f64::from(chart.height)]))?;
    Ok((context.swap(), boxes(&typeface.missing())))
}

#[cfg(test)]
mod tests {
    use super::{clock, starts};
    use crate::layout::Layout;
    use crate::{Chart, Rows};
    use glir_data::{Channel, Moment, Recording, Samples, Timing};

    #[test]
    fn rows_begin_at_minutes_and_seconds() {
        let told = [(0.0, 30.0), (30.0, 30.0), (3599.9999, 30.0), (3630.0, 30.0), (-30.0, 30.0)];
        assert_eq!(told.map(|(at, step)| clock(at, step)), ["0:00", "0:30", "1:00:00", "1:00:30", "−0:30"]);
        assert_eq!([clock(0.5, 0.5), clock(61.25, 0.05)], ["0:00.5", "1:01.25"]);
    }

    #[test]
    fn rows_tell_dates_as_short_as_they_are_right() {
        let values = vec![0.5_f32; 10_000];
        // So many seconds that begin then, in rows of a picture so high.
        let told = |start: &str, seconds: f64, rows: u32, height: u32| {
            let timing = Timing::from_rate(9999.0 / seconds);
            let channel = Channel { timing, ..Channel::from(Samples::from(&values[..])) };
            let start = Moment::read(start);
            let recording = Recording { channels: vec![channel], start, ..Recording::default() };
            let chart = Chart { height, rows: Rows::Count(rows), ..Chart::default() };
            starts(&recording, &Layout::of(&chart, &recording).unwrap_or_else(|error| panic!("{error}")))
        };
        assert_eq!(
            told("2024-02-28 14:00", 4.0 * 21_600.0, 4, 900),
            ["2024-02-28\n14:00", "20:00", "2024-02-29\n02:00", "08:00"]
        );
        assert_eq!(told("2024-02-28", 3.0 * 86_400.0, 3, 900), ["2024-02-28", "2024-02-29", "2024-03-01"]);
        assert_eq!(
            told("2024-12-31 23:59:30", 60.0, 2, 900),
            ["2024-12-31\n23:59:30", "2025-01-01\n00:00:00"]
        );
        assert_eq!(
            told("2024-12-31 23:59:59.999999", 2e-6, 2, 900),
            ["2024-12-31\n23:59:59.99999900", "2025-01-01\n00:00:00.00000000"]
        );
        // Rows of 11 pixels, in which every second word has room.
        let low = told("2024-02-28 00:00", 80.0 * 60.0, 80, 900);
        assert_eq!(low[..4], ["2024-02-28 00:00", "", "00:02", ""]);
    }
}
