//! What stands around the rows of a strip chart: the time at which each begins, and a line that says what the grid stands for.

use crate::figure::words::shorten;
use crate::grid::Style;
use crate::layout::Layout;
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
    let widest = starts(recording, bare).into_iter().map(width).fold(0.0, f64::max);
    let left = (widest + GAP).ceil() as u32;
    let layout = Layout::within(chart, recording, [left, (2.0 * SIZE) as u32, 0, 0])?;
    // With less room there may be a row less, or none but one.
    Ok((layout.rows > 1).then_some(layout))
}

/// When each row begins: minutes and seconds, or samples.
fn starts(recording: &Recording<'_>, layout: &Layout) -> Vec<String> {
    let start = |lane: &crate::layout::Lane| {
        let counts =
            recording.channel(lane.channel).is_some_and(|channel| matches!(channel.timing, Timing::Index));
        let step = lane.time.1 - lane.time.0;
        if counts { format!("{:.0}", lane.time.0) } else { clock(lane.time.0, step) }
    };
    layout.lanes.iter().map(start).collect()
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

/// Ends a frame of rows by words.
pub(crate) fn end(
    commands: &Frame,
    header: &Header<'static>,
    chart: &Chart,
    recording: &Recording<'_>,
    layout: &Layout,
    notes: &[String],
) -> Result<Frame, PlotError> {
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
    Ok(context.swap())
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn rows_begin_at_minutes_and_seconds() {
        let told = [(0.0, 30.0), (30.0, 30.0), (3599.9999, 30.0), (3630.0, 30.0), (-30.0, 30.0)];
        assert_eq!(told.map(|(at, step)| clock(at, step)), ["0:00", "0:30", "1:00:00", "1:00:30", "−0:30"]);
        assert_eq!([clock(0.5, 0.5), clock(61.25, 0.05)], ["0:00.5", "1:01.25"]);
    }
}
