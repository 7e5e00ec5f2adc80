//! When samples were taken.

use std::ops::Range;
use std::sync::Arc;

/// The time of each sample.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Timing {
    /// Not known: the sample's number stands in for it.
    #[default]
    Index,
    /// At even steps.
    Even {
        /// Seconds at sample 0.
        start: f64,
        /// Samples a second (Hz); finite and positive.
        rate: f64,
    },
    /// One time stamp a sample, in seconds, never decreasing. Equal stamps do occur: clocks are coarser than samplers.
    Stamps(Arc<Vec<f64>>),
}

impl Timing {
    /// Samples at `rate` Hz from second 0; [`Timing::Index`] if the rate is not finite and positive.
    pub fn from_rate(rate: f64) -> Self {
        if rate.is_finite() && rate > 0.0 { Timing::Even { start: 0.0, rate } } else { Timing::Index }
    }

    /// Samples a second (Hz), if the steps are even.
    pub fn rate(&self) -> Option<f64> {
        if let Timing::Even { rate, .. } = self { Some(*rate) } else { None }
    }

    /// Time of a sample: seconds, or its number where time is not known. NaN past the last stamp.
    pub fn at(&self, index: usize) -> f64 {
        match self {
            Timing::Index => index as f64,
            Timing::Even { start, rate } => start + index as f64 / rate,
            Timing::Stamps(stamps) => stamps.get(index).copied().unwrap_or(f64::NAN),
        }
    }

    /// The first sample at or after a time, among `count` samples; `count` if there is none. NaN gives 0.
    pub fn index_at(&self, time: f64, count: usize) -> usize {
        let index = match self {
            Timing::Index => time.ceil(),
            Timing::Even { start, rate } => ((time - start) * rate).ceil(),
            Timing::Stamps(stamps) => {
                let known = stamps.get(..count).unwrap_or(stamps);
                return known.partition_point(|stamp| *stamp < time);
            }
        };
        // A float cast saturates, and takes NaN to 0.
        let mut index = (index as usize).min(count);
        // The product above may be off by one unit in the last place: settle with the times as they are told.
        while index > 0 && self.at(index - 1) >= time {
            index -= 1;
        }
        while index < count && self.at(index) < time {
            index += 1;
        }
        index
    }

    /// Sample numbers that divide `count` samples into bins of equal *time*: `bins` + 1 edges from the first sample at
    /// or after `time.start` to the first at or after `time.end`. With these edges, the envelope of an unevenly sampled
    /// line is exact on the screen too.
    ///
    /// ```
    /// use std::sync::Arc;
    /// let timing = glir_data::Timing::Stamps(Arc::new(vec![0.0, 0.1, 0.2, 9.0]));
    /// assert_eq!(timing.edges(0.0..10.0, 2, 4), [0, 3, 4]);
    /// ```
    pub fn edges(&self, time: Range<f64>, bins: usize, count: usize) -> Vec<usize> {
        // More bins than samples between two stamps cannot show more: bounds what a caller's number can allocate.
        let bins = bins.clamp(1, count.saturating_mul(4).max(1));
        let step = (time.end - time.start) / bins as f64;
        let mut edges: Vec<usize> = Vec::with_capacity(bins + 1);
        for bin in 0..=bins {
            let at = if bin == bins { time.end } else { time.start + step * bin as f64 };
            let edge = self.index_at(at, count);
            edges.push(edges.last().map_or(edge, |last| edge.max(*last)));
        }
        edges
    }
}
