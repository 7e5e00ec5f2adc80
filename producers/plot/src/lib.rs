//! Plots as GLIR streams. A [`Chart`] says how a recording shall look; [`Chart::signals`] gives the stream.
//!
//! Time series are drawn as antialiased lines: a lane for each channel or, for one long channel, the rows of a strip
//! chart. The crate emits commands and knows no interpreter. A [`Figure`] and a [`LivePlot`] have axes with labels, and the rows of a strip
//! chart the times at which they begin, by the calendar where a recording tells when it did; [`Plot::notes`] says what the grid's lines stand for.
//!
//! ```
//! use glir_data::{Channel, Recording, Samples, Timing};
//!
//! let values: Vec<f32> = (0..1000).map(|i| (i as f32 * 0.05).sin()).collect();
//! let channel = Channel { timing: Timing::from_rate(250.0), ..Channel::from(Samples::from(&values[..])) };
//! let recording = Recording { channels: vec![channel], ..Recording::default() };
//!
//! let chart = glir_plot::Chart { width: 640, height: 240, ..Default::default() };
//! let plot = chart.signals(&recording)?;
//! assert_eq!((plot.header.width, plot.frames.len(), plot.samples), (640, 1, 1000));
//! # Ok::<(), glir_plot::PlotError>(())
//! ```
//!
//! # Profile
//!
//! The stream keeps to es2 and needs no feature, so every interpreter draws it, WebGL 1 included. GL's own lines can't be
//! relied on (contexts may refuse widths other than 1 and smooth none), so each segment is a quad whose fragments take
//! their distance to the segment. Its two ends and two neighbours are one buffer read at four offsets, which needs no
//! instancing: each point stands four times, 36 bytes in all.

#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc)]

mod clock;
mod color;
mod emit;
mod error;
mod figure;
mod grid;
mod layout;
mod live;
mod paper;
mod points;
mod scale;
mod strip;

pub use color::{Color, ColorError, PALETTE};
pub use error::PlotError;
pub use figure::{
    Axes, Axis, Bins, Counts, Drawing, Epoch, Figure, Fill, Image, Legend, Line, Pixels, Scale, Scatter,
    Selection, Shown, Space, Traces, VolumeLook,
};
pub use live::{Change, LivePlot};

use glir_data::Recording;
use glir_spec::{Frame, Header};

/// How a plot looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Width in pixels, 64 to 16,384.
    pub width: u32,
    /// Height in pixels, 64 to 16,384.
    pub height: u32,
    /// Width of lines in pixels, 0.1 to 100.
    pub line_width: f32,
    /// Colours of the channels, in turn. None for a choice that suits: [`PALETTE`], or ink on the paper of
    /// electrocardiograms.
    pub colors: Vec<Color>,
    /// Behind everything.
    pub background: Color,
    /// The channels to draw from the top down, counted from 0; none for all.
    pub channels: Vec<usize>,
    /// The times to draw, from and to, in seconds (or in samples if the recording has no rate); `None` for all.
    pub time: Option<(f64, f64)>,
    /// Rows of a strip chart, in which one long channel continues from row to row.
    pub rows: Rows,
    /// One scale for all channels instead of one for each.
    pub shared_scale: bool,
    /// What the plot is called, in the stream's header.
    pub title: String,
}

/// How many rows a strip chart has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// Several for one long channel, where they make it readable; else one. Where the recording tells when it began they begin at whole minutes,
    /// hours or days, if all of it is drawn.
    #[default]
    Auto,
    /// This many; more than one for a single channel only.
    Count(u32),
}

impl Default for Chart {
    fn default() -> Self {
        Chart {
            width: 1600,
            height: 900,
            line_width: 1.25,
            colors: Vec::new(),
            background: Color::WHITE,
            channels: Vec::new(),
            time: None,
            rows: Rows::Auto,
            shared_scale: false,
            title: String::new(),
        }
    }
}

/// A plot: a whole stream, and what to say about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The stream's header: profile es2, no features.
    pub header: Header<'static>,
    /// Its frames; one for a plot that stands still.
    pub frames: Vec<Frame>,
    /// Samples that the picture stands for.
    pub samples: u64,
    /// Points that its lines go through.
    pub points: u64,
    /// What the picture can't say without text, a sentence each: rows and grid.
    pub notes: Vec<String>,
    /// What of the data the picture does not show, a sentence each: gaps, and points that were cut off.
    pub left_out: Vec<String>,
}

impl Chart {
    /// Draws the channels of a recording over time.
    ///
    /// Where there are more than four samples a column of pixels, each column gets the first, lowest, highest and last
    /// of its samples (see [`glir_data::Channel::minmax_between`]): the line covers the pixels that all samples would,
    /// and the stream is no larger than the picture asks. Values that are not finite are gaps.
    ///
    /// A lane spans its channel's values. Values that are further from the middle 98 % than eight times their span do
    /// not count for that and are cut off at the lane's edge, so that one faulty sample does not flatten a recording. The
    /// rows of a strip chart span the middle 99 % and lend each other room for the rest.
    ///
    /// Channels in mV with a known rate are drawn on the paper of electrocardiograms, in squares of 0.04 s by 0.1 mV or
    /// multiples of those.
    ///
    /// # Errors
    /// One sentence, if the chart's numbers are out of range, a channel is not there, or there is nothing to draw.
    pub fn signals(&self, recording: &Recording<'_>) -> Result<Plot, PlotError> {
        self.signals_on((self.width, self.height), recording)
    }

    /// The same on a canvas of so many pixels that its own are not as many: that of a screen with several for each. Words and lines are
    /// larger there by as much.
    ///
    /// # Errors
    /// As [`Chart::signals`].
    pub fn signals_on(&self, canvas: (u32, u32), recording: &Recording<'_>) -> Result<Plot, PlotError> {
        let bare = layout::Layout::of(self, recording)?;
        let worded = strip::lay_out(self, recording, &bare)?;
        let has_words = worded.is_some();
        let mut layout = worded.unwrap_or(bare);
        let lines = points::lines(recording, &layout);
        let cut = scale::fit(&mut layout, &lines, self.shared_scale)?;
        emit::plot(self, canvas, recording, &layout, &lines, cut, has_words)
    }
}

/// The Rust of the producers' README is compiled with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
