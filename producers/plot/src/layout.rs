//! Where things stand: lanes and rows, and the time that each spans.

use crate::clock::Clock;
use crate::scale::{calendar_time, nice_time};
use crate::{Chart, PlotError, Rows, paper};
use glir_data::Recording;
use std::ops::RangeInclusive;

/// The sides that a chart may have, in pixels.
const SIDES: RangeInclusive<u32> = 64..=16_384;
/// The most lanes of a chart.
const MAX_LANES: usize = 4_096;
/// The most rows of a strip chart.
const MAX_ROWS: u32 = 256;
/// The height of a strip chart's row that shows a signal well, in pixels.
const ROW_HEIGHT: f64 = 80.0;
/// Samples a column beyond which a signal is a band anyway, in rows too.
const DENSE: f64 = 48.0;
/// The least height in pixels of a lane that keeps its lines to itself.
const SEPARATE: f64 = 8.0;

/// A whole picture.
#[derive(Debug)]
pub(crate) struct Layout {
    /// What lies within the margins.
    pub(crate) area: Area,
    pub(crate) lanes: Vec<Lane>,
    /// It is drawn on the paper of electrocardiograms.
    pub(crate) paper: bool,
    /// Rows of a strip chart, 1 if it is none.
    pub(crate) rows: usize,
    /// Earliest and latest time.
    pub(crate) time: (f64, f64),
    /// What tells them.
    pub(crate) clock: Clock,
}

/// A rectangle in pixels from the lower left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// A horizontal part of the area, and the part of a channel that it shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lane {
    /// The channel's number in the recording.
    pub(crate) channel: usize,
    /// The channel's place among those drawn: which of the colours it takes.
    pub(crate) place: usize,
    /// Lower edge and height in pixels.
    pub(crate) bottom: f64,
    pub(crate) height: f64,
    /// Time at the left and at the right edge.
    pub(crate) time: (f64, f64),
    /// Value at the lower and at the upper edge; known once lines are.
    pub(crate) value: (f64, f64),
    /// The share of its height by which its line may leave it on either side.
    pub(crate) lent: f64,
}

impl Lane {
    /// Lower and upper bound of what its line may touch.
    pub(crate) fn clip(&self) -> [f64; 2] {
        let lent = self.lent * self.height;
        [self.bottom - lent, self.bottom + self.height + lent]
    }
}

impl Layout {
    pub(crate) fn of(chart: &Chart, recording: &Recording<'_>) -> Result<Layout, PlotError> {
        Layout::within(chart, recording, [0; 4])
    }

    /// With so much more room on the left, below, on the right and above, in pixels.
    pub(crate) fn within(
        chart: &Chart,
        recording: &Recording<'_>,
        [left, below, right, above]: [u32; 4],
    ) -> Result<Layout, PlotError> {
        let (width, height) = (chart.width, chart.height);
        if !SIDES.contains(&width) || !SIDES.contains(&height) {
            let (least, most) = SIDES.into_inner();
            return Err(PlotError::new(format!(
                "a picture of {width}×{height} pixels can't be drawn; each side takes {least} to {most}"
            )));
        }
        if !(0.1..=100.0).contains(&chart.line_width) {
            let wide = chart.line_width;
            return Err(PlotError::new(format!(
                "lines of {wide} pixels can't be drawn; their width is 0.1 to 100"
            )));
        }
        let channels = chosen(&chart.channels, recording)?;
        let time = time_span(chart.time, recording, &channels)?;
        let margin = margin(chart);
        let least = |side: u32, taken: u32| side.saturating_sub(2 * margin + taken).max(1);
        let mut area = Area {
            x: margin + left,
            y: margin + below,
            width: least(width, left + right),
            height: least(height, below + above),
        };

        let timed = channels.iter().filter_map(|channel| recording.channel(*channel));
        let clock = Clock::of(recording.start, timed, time);
        let (rows, row_time, begin) = rows(chart, recording, &channels, time, area, &clock)?;
        let count = if rows > 1 { rows } else { channels.len() };
        let share = f64::from(area.height) / count as f64;
        let paper = paper::fits(recording, &channels, share);
        if let Some(steps) = paper::time_steps(row_time, f64::from(area.width)).filter(|_| paper) {
            let width = paper::whole(area.width, row_time / steps.fine);
            area.x += (area.width - width) / 2;
            area.width = width;
        }
        // Rows of one channel and lanes of few pixels lend each other room.
        let lent = if rows > 1 {
            0.6
        } else if share < SEPARATE {
            2.0 / share
        } else {
            0.0
        };
        // Edges stand on whole pixels where lanes have many, so that all are drawn alike.
        let edge = |index: usize| {
            let y = f64::from(area.y + area.height) - index as f64 * share;
            if share < SEPARATE { y } else { y.round() }
        };
        let lane = |index: usize| {
            let place = if rows > 1 { 0 } else { index };
            let from = if rows > 1 { begin + index as f64 * row_time } else { time.0 };
            let (bottom, top) = (edge(index + 1), edge(index));
            Some(Lane {
                channel: *channels.get(place)?,
                place,
                bottom,
                height: top - bottom,
                time: (from, from + row_time),
                value: (0.0, 1.0),
                lent,
            })
        };
        Ok(Layout { area, lanes: (0..count).filter_map(lane).collect(), paper, rows, time, clock })
    }

    /// The least height of a lane, in pixels.
    pub(crate) fn thinnest_lane(&self) -> f64 {
        self.lanes.iter().map(|lane| lane.height).fold(f64::INFINITY, f64::min)
    }
}

/// What is left free around everything, in pixels.
pub(crate) fn margin(chart: &Chart) -> u32 {
    (chart.width.min(chart.height) / 50).clamp(4, 24)
}

/// The channels that are asked for; none stands for all.
pub(crate) fn chosen(asked: &[usize], recording: &Recording<'_>) -> Result<Vec<usize>, PlotError> {
    let there = recording.channels.len();
    if there == 0 {
        return Err(PlotError::new("the recording has no channels"));
    }
    let channels = if asked.is_empty() { (0..there).collect() } else { asked.to_vec() };
    if let Some(missing) = channels.iter().find(|channel| **channel >= there) {
        return Err(PlotError::new(format!(
            "there is no channel {missing}; the recording has {there}, counted from 0"
        )));
    }
    if channels.len() > MAX_LANES {
        let count = channels.len();
        return Err(PlotError::new(format!(
            "{count} channels are too many; a picture takes up to {MAX_LANES}"
        )));
    }
    Ok(channels)
}

/// The time that is asked for, or all that there is.
pub(crate) fn time_span(
    asked: Option<(f64, f64)>,
    recording: &Recording<'_>,
    channels: &[usize],
) -> Result<(f64, f64), PlotError> {
    let extents = channels.iter().filter_map(|channel| recording.channel(*channel)?.time_extent());
    let Some((start, end)) = extents.reduce(|(start, end), (a, b)| (start.min(a), end.max(b))) else {
        return Err(PlotError::new("the channels have no samples"));
    };
    let span = asked.unwrap_or(if end > start {
        (start, end)
    } else {
        // A single sample takes some room too.
        let room = (start.abs() * 1e-3).max(0.5);
        (start - room, start + room)
    });
    if !(span.0.is_finite() && span.1.is_finite() && span.1 / 4.0 - span.0 / 4.0 > 0.0) {
        return Err(PlotError::new(format!(
            "the time from {} to {} is no span that can be drawn",
            span.0, span.1
        )));
    }
    if span.1 < start || span.0 > end {
        return Err(PlotError::new(format!(
            "the time from {} to {} lies outside the recording, which goes from {start} to {end}",
            span.0, span.1
        )));
    }
    Ok(span)
}

/// The number of rows, the time that each spans, and that at which the first begins.
fn rows(
    chart: &Chart,
    recording: &Recording<'_>,
    channels: &[usize],
    (start, end): (f64, f64),
    area: Area,
    clock: &Clock,
) -> Result<(usize, f64, f64), PlotError> {
    let span = end - start;
    match (chart.rows, channels) {
        (Rows::Count(1), _) => Ok((1, span, start)),
        (Rows::Count(count), [_]) if (1..=MAX_ROWS).contains(&count) => {
            Ok((count as usize, span / f64::from(count), start))
        }
        (Rows::Count(count), [_]) => {
            Err(PlotError::new(format!("{count} rows can't be drawn; a picture takes 1 to {MAX_ROWS}")))
        }
        (Rows::Count(count), _) => {
            let many = channels.len();
            Err(PlotError::new(format!(
                "{many} channels can't be drawn in {count} rows; choose one channel or one row"
            )))
        }
        (Rows::Auto, [only]) => {
            let most = (f64::from(area.height) / ROW_HEIGHT).floor();
            let samples = recording.channel(*only).map_or(0, |channel| {
                channel.timing.index_at(end, channel.len()) - channel.timing.index_at(start, channel.len())
            });
            let per_column = samples as f64 / f64::from(area.width);
            // Up to four samples a column, one row shows each of them.
            if most < 2.0 || per_column <= 4.0 || per_column / most > DENSE {
                return Ok((1, span, start));
            }
            // The sample at the very end needs no row of its own.
            let count = |span: f64, row_time: f64| ((span / row_time - 1e-6).ceil() as usize).max(1);
            if clock.epoch.is_some() && chart.time.is_none() {
                // Rows begin at whole minutes, hours, days, where those that are as many as suit do.
                let begin = |row_time: f64| {
                    let phase = clock.phase(row_time);
                    ((start + phase) / row_time).floor() * row_time - phase
                };
                let mut row_time = calendar_time(span / most);
                // One row more than would begin anywhere, since both ends are cut.
                for _ in 0..3 {
                    let begin = begin(row_time);
                    let rows = count(end - begin, row_time);
                    if rows as f64 <= most + 1.0 {
                        return Ok((rows, row_time, begin));
                    }
                    row_time = calendar_time(row_time * (1.0 + 1e-6));
                }
            }
            let row_time = nice_time(span / most);
            Ok((count(span, row_time), row_time, start))
        }
        (Rows::Auto, _) => Ok((1, span, start)),
    }
}
