//! Decimation for drawing: the exact envelope of many samples in few bins.
//!
//! A line of ten million samples on a screen of a thousand columns needs four samples a column: the first, the lowest,
//! the highest and the last. Lines through those give the same pixels as lines through all of them. This is the M4
//! aggregation of Jugel, Jerzak, Hackenbroich and Markl, "M4: a visualization-oriented time series data aggregation",
//! Proceedings of the VLDB Endowment 7(10), 2014.

use std::ops::Range;

use crate::element::{Number, Wire, with_wire};
use crate::samples::Samples;

/// Independent running extremes: a single one would make each comparison wait for the last.
const LANES: usize = 16;

/// The samples of one bin, reduced to what a line through them shows.
///
/// `first` and `last` are the samples at the bin's edges as they are: NaN there means a gap, and the line to the
/// neighbouring bin is not to be drawn. `min` and `max` are over the samples whose stored numbers are finite; both are NaN
/// if there is none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// Index of the first sample.
    pub start: usize,
    /// Number of samples; at least 1.
    pub len: usize,
    /// The first sample.
    pub first: f64,
    /// The lowest finite sample.
    pub min: f64,
    /// The highest finite sample.
    pub max: f64,
    /// The last sample.
    pub last: f64,
}

/// `bins` ranges that cover `range` and differ in length by one at most: the edges, one more than bins.
///
/// No bin is empty: where there are fewer samples than bins, every sample gets its own.
pub(crate) fn even_edges(range: Range<usize>, bins: usize) -> impl Iterator<Item = usize> {
    let samples = range.end.saturating_sub(range.start);
    let bins = bins.min(samples).max(1);
    // 128 bits, because samples × bins may exceed 64.
    (0..=bins).map(move |bin| range.start + (samples as u128 * bin as u128 / bins as u128) as usize)
}

/// Reduces the samples between consecutive edges. The caller has clamped and ordered the edges; empty bins are dropped.
pub(crate) fn reduce(
    samples: &Samples<'_>,
    scale: (f64, f64),
    edges: impl Iterator<Item = usize>,
) -> Vec<Bin> {
    let mut bins = Vec::new();
    let mut edges = edges.peekable();
    while let (Some(start), Some(&end)) = (edges.next(), edges.peek()) {
        if start < end {
            bins.push(with_wire!(samples.element(), bin_as(samples, scale, start..end)));
        }
    }
    bins
}

fn bin_as<W: Wire>(samples: &Samples<'_>, scale: (f64, f64), range: Range<usize>) -> Bin {
    let (mut first, mut last) = (None, None);
    let mut extremes = Extremes::<W::Number>::new();
    samples.visit::<W>(range.clone(), |values| {
        first = first.or(values.first().copied());
        last = values.last().copied();
        extremes.add(values);
    });
    let value = |stored: Option<W::Number>| stored.map_or(f64::NAN, |stored| apply(scale, stored.to_f64()));
    let (min, max) = match extremes.finish() {
        // Scaling by a negative gain turns the envelope over.
        Some((low, high)) => {
            let (a, b) = (apply(scale, low.to_f64()), apply(scale, high.to_f64()));
            if b < a { (b, a) } else { (a, b) }
        }
        None => (f64::NAN, f64::NAN),
    };
    Bin { start: range.start, len: range.len(), first: value(first), min, max, last: value(last) }
}

fn apply((gain, offset): (f64, f64), stored: f64) -> f64 {
    if (gain, offset) == (1.0, 0.0) { stored } else { stored * gain + offset }
}

struct Extremes<N> {
    low: [N; LANES],
    high: [N; LANES],
}

impl<N: Number> Extremes<N> {
    fn new() -> Self {
        Extremes { low: [N::TOP; LANES], high: [N::BOTTOM; LANES] }
    }

    #[inline]
    fn add(&mut self, values: &[N]) {
        let (whole, rest) = values.as_chunks::<LANES>();
        for chunk in whole {
            self.add_lanes(chunk);
        }
        self.add_lanes(rest);
    }

    /// At most one value a lane.
    #[inline(always)]
    fn add_lanes(&mut self, values: &[N]) {
        for ((low, high), value) in self.low.iter_mut().zip(&mut self.high).zip(values) {
            *low = N::lower(*low, *value);
            *high = N::higher(*high, *value);
        }
    }

    /// Lowest and highest; `None` if no finite value was added.
    fn finish(self) -> Option<(N, N)> {
        let low = self.low.into_iter().fold(N::TOP, N::lower);
        let high = self.high.into_iter().fold(N::BOTTOM, N::higher);
        (low <= high).then_some((low, high))
    }
}
