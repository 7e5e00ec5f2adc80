//! From samples to points: every sample where there are few, the exact envelope where there are many.

use crate::Figure;
use crate::layout::{Lane, Layout};
use glir_data::{Channel, Recording};
use std::ops::Range;

/// Points of a whole figure, however many lanes it has: what keeps streams small.
const MAX_POINTS: usize = 2_000_000;

/// The line of one lane, as unbroken runs of points.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Trace {
    /// Time since the lane's start and value less the lane's lowest, both as shares of the lane's spans.
    pub(crate) points: Vec<[f32; 2]>,
    /// Runs of points that belong together; each has at least two.
    pub(crate) runs: Vec<Range<usize>>,
    /// Samples that the points stand for.
    pub(crate) samples: u64,
}

/// A trace for each lane.
pub(crate) fn traces(figure: &Figure, recording: &Recording<'_>, layout: &Layout) -> Vec<Trace> {
    let per_lane = MAX_POINTS / layout.lanes.len().max(1);
    let columns = (figure.width as usize).min(per_lane / 4).max(16);
    let trace = |lane: &Lane| recording.channel(lane.channel).map(|channel| trace(channel, lane, columns));
    layout.lanes.iter().map(|lane| trace(lane).unwrap_or_default()).collect()
}

fn trace(channel: &Channel<'_>, lane: &Lane, columns: usize) -> Trace {
    let count = channel.len();
    // One sample beyond each edge, so that lines reach the edges.
    let first = channel.timing.index_at(lane.time.0, count).saturating_sub(1);
    let last = channel.timing.index_at(lane.time.1, count).saturating_add(1).min(count);
    let mut builder = Builder {
        lane,
        trace: Trace { samples: last.saturating_sub(first) as u64, ..Trace::default() },
        open: None,
    };
    if last.saturating_sub(first) <= columns.saturating_mul(4) {
        for index in first..last {
            builder.point(channel.timing.at(index), channel.value(index).unwrap_or(f64::NAN));
        }
    } else {
        let edges = channel.timing.edges(lane.time.0..lane.time.1, columns, count);
        for bin in channel.minmax_between(&edges) {
            let (from, to) =
                (channel.timing.at(bin.start), channel.timing.at(bin.start + bin.len.saturating_sub(1)));
            let middle = from + (to - from) / 2.0;
            if bin.first.is_nan() {
                builder.end();
            } else {
                builder.point(from, bin.first);
            }
            if bin.min.is_finite() && bin.max.is_finite() {
                // The nearer extreme first keeps the line from crossing its column twice.
                let near_min = (bin.first - bin.min).abs() <= (bin.first - bin.max).abs();
                let (a, b) = if near_min { (bin.min, bin.max) } else { (bin.max, bin.min) };
                builder.point(middle, a);
                builder.point(middle, b);
            }
            if bin.last.is_nan() {
                builder.end();
            } else {
                builder.point(to, bin.last);
            }
        }
    }
    builder.end();
    builder.trace
}

struct Builder<'l> {
    lane: &'l Lane,
    trace: Trace,
    /// Where the unbroken run began.
    open: Option<usize>,
}

impl Builder<'_> {
    fn point(&mut self, time: f64, value: f64) {
        let share = |value: f64, (from, to): (f64, f64)| {
            // Halves keep the difference of the greatest numbers finite.
            let share = (value / 2.0 - from / 2.0) / (to / 2.0 - from / 2.0);
            share.clamp(-4.0, 5.0) as f32
        };
        let point = [share(time, self.lane.time), share(value, self.lane.value)];
        if !value.is_finite() || !time.is_finite() || point.iter().any(|part| part.is_nan()) {
            return self.end();
        }
        let start = *self.open.get_or_insert(self.trace.points.len());
        // A point right on the one before adds nothing, unless it is all there is.
        if self.trace.points.len() > start + 1 && self.trace.points.last() == Some(&point) {
            return;
        }
        self.trace.points.push(point);
    }

    /// Ends a run. A point on its own becomes a dot: a line from it to itself.
    fn end(&mut self) {
        let Some(start) = self.open.take() else { return };
        if self.trace.points.len() == start + 1 {
            self.trace.points.extend_from_within(start..);
        }
        self.trace.runs.push(start..self.trace.points.len());
    }
}
