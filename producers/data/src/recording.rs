//! A recording: channels with names, units and times, over samples that stay as they are stored.

use std::ops::Range;

use crate::minmax::{self, Bin};
use crate::{Element, Format, Moment, Samples, Timing};

/// One measured quantity over time.
///
/// A sample's value is its stored number × `gain` + `offset`, computed in `f64` when read.
///
/// ```
/// use glir_data::{Channel, Samples, Timing};
/// let adc: [i16; 4] = [1024, 1224, 824, 1024];
/// let ecg = Channel {
///     name: Some("MLII".into()),
///     unit: Some("mV".into()),
///     timing: Timing::from_rate(360.0),
///     gain: 1.0 / 200.0,
///     offset: -1024.0 / 200.0,
///     ..Channel::from(Samples::from(&adc[..]))
/// };
/// let mut millivolts = [0.0; 4];
/// assert_eq!(ecg.read(0, &mut millivolts), 4);
/// assert_eq!(ecg.extent(), Some((-1.0, 1.0)));
/// ```
#[derive(Clone, Debug)]
pub struct Channel<'a> {
    /// What was measured, or where: `MLII`, `Fp1`, `left`.
    pub name: Option<String>,
    /// The unit of the values: `mV`, `uV`, `m/s`.
    pub unit: Option<String>,
    /// When the samples were taken.
    pub timing: Timing,
    /// What a stored number is multiplied by.
    pub gain: f64,
    /// What is then added.
    pub offset: f64,
    /// The stored numbers.
    pub samples: Samples<'a>,
}

impl<'a> From<Samples<'a>> for Channel<'a> {
    /// A channel with no name, unit or times, whose values are the stored numbers.
    fn from(samples: Samples<'a>) -> Self {
        Channel { name: None, unit: None, timing: Timing::Index, gain: 1.0, offset: 0.0, samples }
    }
}

impl Channel<'_> {
    /// Number of samples.
    pub fn len(&self) -> usize {
        self.samples.len()
    }

    /// Whether there is no sample.
    pub fn is_empty(&self) -> bool {
        self.samples.is_empty()
    }

    /// Reads values from sample `start` on until `out` is full or the channel ends; returns how many.
    pub fn read(&self, start: usize, out: &mut [f32]) -> usize {
        self.samples.read(start, self.scale(), out)
    }

    /// [`read`](Channel::read) without rounding to single precision.
    pub fn read_f64(&self, start: usize, out: &mut [f64]) -> usize {
        self.samples.read(start, self.scale(), out)
    }

    /// One value; `None` past the end.
    pub fn value(&self, index: usize) -> Option<f64> {
        let mut one = [0.0];
        (self.read_f64(index, &mut one) == 1).then_some(one[0])
    }

    /// Lowest and highest finite value; `None` if there is none.
    pub fn extent(&self) -> Option<(f64, f64)> {
        let whole = self.minmax(0..self.len(), 1);
        whole.first().map(|bin| (bin.min, bin.max)).filter(|(min, _)| !min.is_nan())
    }

    /// The envelope of `range` in `bins` bins of equal sample count, for drawing at even steps of time.
    ///
    /// The range is cut to the channel; there are never more bins than samples, and none is empty. Ten million
    /// single-precision samples take a few milliseconds, so a view may ask for it at every frame.
    ///
    /// ```
    /// let wave = [0.0_f32, 5.0, -5.0, 1.0, f32::NAN, 2.0];
    /// let channel = glir_data::Channel::from(glir_data::Samples::from(&wave[..]));
    /// let bins = channel.minmax(0..6, 2);
    /// assert_eq!((bins[0].first, bins[0].min, bins[0].max, bins[0].last), (0.0, -5.0, 5.0, -5.0));
    /// assert_eq!((bins[1].first, bins[1].min, bins[1].max, bins[1].last), (1.0, 1.0, 2.0, 2.0));
    /// ```
    pub fn minmax(&self, range: Range<usize>, bins: usize) -> Vec<Bin> {
        let end = range.end.min(self.len());
        let start = range.start.min(end);
        if bins == 0 {
            return Vec::new();
        }
        minmax::reduce(&self.samples, self.scale(), minmax::even_edges(start..end, bins))
    }

    /// The envelope between given edges, for bins that are even in time but not in samples; see [`Timing::edges`].
    ///
    /// Edges are sample numbers, cut to the channel. Empty bins are left out, so a [`Bin`] says where it starts.
    pub fn minmax_between(&self, edges: &[usize]) -> Vec<Bin> {
        minmax::reduce(&self.samples, self.scale(), edges.iter().map(|edge| *edge.min(&self.len())))
    }

    /// How many values of a range of samples are not finite: cells that were empty, NaN, infinities.
    ///
    /// ```
    /// let wave = [0.0_f32, f32::NAN, f32::INFINITY, 1.0];
    /// let channel = glir_data::Channel::from(glir_data::Samples::from(&wave[..]));
    /// assert_eq!((channel.gaps(0..4), channel.gaps(3..9)), (2, 0));
    /// ```
    pub fn gaps(&self, range: Range<usize>) -> usize {
        let floats = matches!(self.samples.element(), Element::F16 | Element::F32 | Element::F64);
        if !floats && self.gain.is_finite() && self.offset.is_finite() {
            return 0;
        }
        let (mut at, end) = (range.start, range.end.min(self.len()));
        let (mut values, mut gaps) = (vec![0.0; 4096], 0);
        while at < end {
            let block = values.len().min(end - at);
            let count = self.read_f64(at, &mut values[..block]);
            if count == 0 {
                break;
            }
            gaps += values[..count].iter().filter(|value| !value.is_finite()).count();
            at += count;
        }
        gaps
    }

    /// Time of the first and of the last sample; `None` if there is no sample.
    pub fn time_extent(&self) -> Option<(f64, f64)> {
        let last = self.len().checked_sub(1)?;
        Some((self.timing.at(0), self.timing.at(last)))
    }

    /// Detached from the bytes it was read from.
    pub fn into_owned(self) -> Channel<'static> {
        let Channel { name, unit, timing, gain, offset, samples } = self;
        Channel { name, unit, timing, gain, offset, samples: samples.into_owned() }
    }

    fn scale(&self) -> (f64, f64) {
        (self.gain, self.offset)
    }
}

/// Channels that were recorded together. They may differ in length and rate (EDF does).
#[derive(Clone, Debug, Default)]
pub struct Recording<'a> {
    /// The format it was read from; `None` if it was made in memory.
    pub format: Option<Format>,
    /// The channels, in the file's order; at least one in what a reader returns, each with at least one sample.
    pub channels: Vec<Channel<'a>>,
    /// What the reader assumed, skipped or found odd, a sentence each: worth showing to the person who opens the file.
    pub notes: Vec<String>,
    /// When second 0 of the channels' times was, if the file tells it: the first row's date, or the header's. Local time, unless a zone is
    /// told.
    pub start: Option<Moment>,
}

impl<'a> Recording<'a> {
    /// A channel by its number, from 0.
    pub fn channel(&self, index: usize) -> Option<&Channel<'a>> {
        self.channels.get(index)
    }

    /// Samples in the longest channel.
    pub fn len(&self) -> usize {
        self.channels.iter().map(Channel::len).max().unwrap_or(0)
    }

    /// Whether there is no sample at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rate (Hz) that all channels share, if they do.
    pub fn rate(&self) -> Option<f64> {
        let rate = self.channels.first()?.timing.rate()?;
        self.channels.iter().all(|channel| channel.timing.rate() == Some(rate)).then_some(rate)
    }

    /// Earliest and latest time over all channels; `None` if there is no sample.
    pub fn time_extent(&self) -> Option<(f64, f64)> {
        let extents = self.channels.iter().filter_map(Channel::time_extent);
        extents.reduce(|(first, last), (a, b)| (first.min(a), last.max(b)))
    }

    /// Gives channels whose times are not known a rate (Hz); leaves the others as they are, and all of them if the rate
    /// is not finite and positive.
    pub fn assume_rate(&mut self, rate: f64) {
        for channel in &mut self.channels {
            if channel.timing == Timing::Index {
                channel.timing = Timing::from_rate(rate);
            }
        }
    }

    /// Detached from the bytes it was read from.
    pub fn into_owned(self) -> Recording<'static> {
        Recording {
            format: self.format,
            channels: self.channels.into_iter().map(Channel::into_owned).collect(),
            notes: self.notes,
            start: self.start,
        }
    }
}
