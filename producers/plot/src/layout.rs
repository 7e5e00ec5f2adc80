//! Where things stand: lanes and rows, what time and which values they span, and their grid.

use crate::{Figure, PlotError, Rows};
use glir_data::Recording;

/// Pixels around the picture.
const MARGIN: f64 = 16.0;
/// Pixels between rows, if there is room.
const GAP: f64 = 6.0;
/// The least height in pixels at which a lane has a frame and a grid.
const FRAMED: f64 = 24.0;
/// The greatest side of a figure in pixels.
const MAX_SIDE: u32 = 16384;
/// Most lanes of a figure.
const MAX_LANES: usize = 4096;

/// A whole picture.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) lanes: Vec<Lane>,
    /// Distance of vertical grid lines, in time.
    pub(crate) time_step: f64,
    /// Lanes are high enough for frames and grids.
    pub(crate) framed: bool,
}

/// A rectangle of the picture and the part of a channel that it shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lane {
    /// The channel's number in the recording.
    pub(crate) channel: usize,
    /// Which of the figure's colours.
    pub(crate) color: usize,
    /// Left edge, lower edge, width and height in pixels.
    pub(crate) rect: [f64; 4],
    /// Time at the left and at the right edge.
    pub(crate) time: (f64, f64),
    /// Value at the lower and at the upper edge.
    pub(crate) value: (f64, f64),
    /// Distance of horizontal grid lines, in values.
    pub(crate) value_step: f64,
}

impl Layout {
    pub(crate) fn of(figure: &Figure, recording: &Recording<'_>) -> Result<Layout, PlotError> {
        let fail = |message: String| Err(PlotError(message));
        let sides = 64..=MAX_SIDE;
        if !sides.contains(&figure.width) || !sides.contains(&figure.height) {
            return fail(format!(
                "a figure of {}×{} can't be made; sides go from 64 to {MAX_SIDE}",
                figure.width, figure.height
            ));
        }
        if !(0.1..=100.0).contains(&figure.line_width) {
            return fail(format!("the line width {} is not between 0.1 and 100", figure.line_width));
        }
        if figure.colors.is_empty() {
            return fail("the figure has no colours".into());
        }
        let channels = chosen(figure, recording)?;
        let (start, end) = time_span(figure, recording, &channels)?;
        let width = f64::from(figure.width) - 2.0 * MARGIN;
        let height = f64::from(figure.height) - 2.0 * MARGIN;
        let (rows, row_time) = match channels[..] {
            [only] => rows(figure, recording, only, (start, end), width, height),
            _ => (1, end - start),
        };
        let count = if channels.len() > 1 { channels.len() } else { rows };
        let values = value_spans(figure, recording, &channels, (start, end))?;

        let framed = height / count as f64 >= FRAMED;
        let gap = if framed { GAP } else { 0.0 };
        let lane_height = (height + gap) / count as f64 - gap;
        let mut lanes = Vec::with_capacity(count);
        for index in 0..count {
            let place = if channels.len() > 1 { index } else { 0 };
            let Some((&channel, &value)) = channels.get(place).zip(values.get(place)) else { continue };
            let top = MARGIN + index as f64 * (lane_height + gap);
            let from = if channels.len() > 1 { start } else { start + index as f64 * row_time };
            lanes.push(Lane {
                channel,
                color: place % figure.colors.len(),
                rect: [MARGIN, f64::from(figure.height) - top - lane_height, width, lane_height],
                time: (from, from + row_time),
                value,
                value_step: nice((value.1 - value.0) * 22.0 / lane_height),
            });
        }
        Ok(Layout { lanes, time_step: nice(row_time * 48.0 / width), framed })
    }
}

fn chosen(figure: &Figure, recording: &Recording<'_>) -> Result<Vec<usize>, PlotError> {
    let there = recording.channels.len();
    let channels: Vec<usize> =
        if figure.channels.is_empty() { (0..there).collect() } else { figure.channels.clone() };
    if let Some(missing) = channels.iter().find(|&&channel| channel >= there) {
        return Err(PlotError(format!(
            "there is no channel {missing}; the recording has {there}, counted from 0"
        )));
    }
    if channels.is_empty() {
        return Err(PlotError("the recording has no channels".into()));
    }
    if channels.len() > MAX_LANES {
        return Err(PlotError(format!(
            "{} channels are more than the {MAX_LANES} that a figure shows",
            channels.len()
        )));
    }
    Ok(channels)
}

fn time_span(
    figure: &Figure,
    recording: &Recording<'_>,
    channels: &[usize],
) -> Result<(f64, f64), PlotError> {
    let mut span: Option<(f64, f64)> = None;
    for extent in channels.iter().filter_map(|&channel| recording.channel(channel)?.time_extent()) {
        span = Some(span.map_or(extent, |(start, end)| (start.min(extent.0), end.max(extent.1))));
    }
    let Some((start, end)) = span.filter(|(start, end)| start.is_finite() && end.is_finite()) else {
        return Err(PlotError("the recording has no samples".into()));
    };
    let Some((from, to)) = figure.time else {
        // A single sample still takes some room.
        return Ok(if end > start { (start, end) } else { (start - 0.5, start + 0.5) });
    };
    if !(from.is_finite() && to.is_finite() && from < to) {
        return Err(PlotError(format!("the times {from} to {to} are no span")));
    }
    if to < start || from > end {
        return Err(PlotError(format!(
            "the times {from} to {to} lie outside the recording, which goes from {start} to {end}"
        )));
    }
    Ok((from, to))
}

/// The number of rows and the time of each.
fn rows(
    figure: &Figure,
    recording: &Recording<'_>,
    channel: usize,
    (start, end): (f64, f64),
    width: f64,
    height: f64,
) -> (usize, f64) {
    let span = end - start;
    let most = ((height / 80.0) as usize).clamp(1, 64);
    match figure.rows {
        Rows::Count(count) => {
            let count = count.clamp(1, MAX_LANES as u32) as usize;
            (count, span / count as f64)
        }
        Rows::Auto => {
            let Some(channel) = recording.channel(channel) else { return (1, span) };
            let count =
                channel.timing.index_at(end, channel.len()) - channel.timing.index_at(start, channel.len());
            let samples = count as f64 / width;
            // Up to 4 samples a pixel one row shows them all; beyond 40 even rows would be bands.
            if samples <= 4.0 || samples / most as f64 > 40.0 || most == 1 {
                return (1, span);
            }
            let row_time = nice_time(span / most as f64);
            (((span / row_time).ceil() as usize).clamp(1, most + 1), row_time)
        }
    }
}

/// The values at the lower and upper edges of each channel's lane.
fn value_spans(
    figure: &Figure,
    recording: &Recording<'_>,
    channels: &[usize],
    (start, end): (f64, f64),
) -> Result<Vec<(f64, f64)>, PlotError> {
    let spans: Vec<Option<(f64, f64)>> = channels
        .iter()
        .map(|&channel| {
            let channel = recording.channel(channel)?;
            let edges = channel.timing.edges(start..end, 1024, channel.len());
            let last = edges.last().copied().unwrap_or(0);
            // The last sample may stand right on the end.
            let bins =
                channel.minmax_between(&edges).into_iter().chain(channel.minmax_between(&[last, last + 1]));
            let mut span: Option<(f64, f64)> = None;
            for bin in bins.filter(|bin| bin.min.is_finite() && bin.max.is_finite()) {
                span =
                    Some(span.map_or((bin.min, bin.max), |(min, max)| (min.min(bin.min), max.max(bin.max))));
            }
            span
        })
        .collect();
    if spans.iter().all(Option::is_none) {
        return Err(PlotError("there is no finite value to draw in these channels and times".into()));
    }
    let all =
        spans.iter().flatten().fold((f64::MAX, f64::MIN), |all, span| (all.0.min(span.0), all.1.max(span.1)));
    let padded = |(min, max): (f64, f64)| {
        // A constant still takes some room, as far as the numbers can tell.
        let room = if max > min { (max - min) * 0.06 } else { (max.abs() * 0.1).max(0.5) };
        ((min - room).max(f64::MIN / 4.0), (max + room).min(f64::MAX / 4.0))
    };
    Ok(spans
        .into_iter()
        .map(|span| padded(if figure.shared_scale { all } else { span.unwrap_or(all) }))
        .collect())
}

/// The least of 1, 2 and 5 times a power of ten that is not below a value.
pub(crate) fn nice(value: f64) -> f64 {
    if !(value.is_finite() && value > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    let factor =
        [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= value * 0.999_999).unwrap_or(10.0);
    factor * power
}

/// The same for times, which people count in minutes and hours above a second.
fn nice_time(value: f64) -> f64 {
    const STEPS: [f64; 16] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0,
        21600.0,
    ];
    if value <= 1.0 || value > 21600.0 {
        return nice(value);
    }
    STEPS.into_iter().find(|&step| step >= value * 0.999_999).unwrap_or_else(|| nice(value))
}

#[cfg(test)]
mod tests {
    use super::{nice, nice_time};

    #[test]
    fn steps_are_nice() {
        assert_eq!([0.3, 1.0, 3.0, 7.0, 0.011].map(nice), [0.5, 1.0, 5.0, 10.0, 0.02]);
        assert_eq!([27.2, 61.0, 0.3].map(nice_time), [30.0, 120.0, 0.5]);
        assert_eq!([f64::NAN, -1.0, 0.0].map(nice), [1.0; 3]);
    }
}
