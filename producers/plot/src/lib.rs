//! Plots as GLIR streams. A [`Figure`] says how a recording shall look; [`Figure::signals`] gives the stream.
//!
//! The crate emits commands and knows no interpreter. It draws time series as antialiased lines: a lane for each channel,
//! or, for one long channel, a strip chart of several rows. Axis labels come with the text visual.
//!
//! ```
//! use glir_data::{Channel, Recording, Samples, Timing};
//! let values: Vec<f32> = (0..1000).map(|i| (i as f32 * 0.05).sin()).collect();
//! let mut channel = Channel::from(Samples::from(&values[..]));
//! channel.timing = Timing::from_rate(250.0);
//! let recording = Recording { format: None, channels: vec![channel], notes: Vec::new() };
//!
//! let figure = glir_plot::Figure { width: 640, height: 240, ..Default::default() };
//! let plot = figure.signals(&recording)?;
//! assert_eq!((plot.header.width, plot.frames.len()), (640, 1));
//! # Ok::<(), glir_plot::PlotError>(())
//! ```

#![forbid(unsafe_code)]

mod emit;
mod layout;
mod lines;
mod palette;

pub use palette::{Color, PALETTE};

use glir_data::Recording;
use glir_spec::{Frame, Header};
use std::fmt;

/// How a plot looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Width of lines in pixels, 0.1 to 100.
    pub line_width: f32,
    /// Colours of the channels, in turn.
    pub colors: Vec<Color>,
    /// Behind everything.
    pub background: Color,
    /// The channels to draw, counted from 0; all if none are named.
    pub channels: Vec<usize>,
    /// The times to draw, from and to, in the recording's unit (seconds, or sample numbers if it has no rate); all if
    /// none are given.
    pub time: Option<(f64, f64)>,
    /// Rows of a strip chart: one long channel continues in the next row.
    pub rows: Rows,
    /// One scale for all channels instead of one for each.
    pub shared_scale: bool,
    /// What the plot is called, in the stream's header.
    pub title: String,
}

/// How many rows a strip chart has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// Several for one long channel, where that makes it readable; else one.
    #[default]
    Auto,
    /// This many.
    Count(u32),
}

impl Default for Figure {
    fn default() -> Self {
        Figure {
            width: 1600,
            height: 900,
            line_width: 1.25,
            colors: PALETTE.to_vec(),
            background: Color::WHITE,
            channels: Vec::new(),
            time: None,
            rows: Rows::Auto,
            shared_scale: false,
            title: String::new(),
        }
    }
}

/// A plot: a whole stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// The stream's header. Profile es2, no features: every interpreter draws it.
    pub header: Header<'static>,
    /// Its frames; one for a plot that stands still.
    pub frames: Vec<Frame>,
    /// Samples that the picture stands for.
    pub samples: u64,
    /// Points that were emitted for them.
    pub points: u64,
}

/// Why there is no plot: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlotError(pub String);

impl fmt::Display for PlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PlotError {}

impl Figure {
    /// Draws the channels of a recording over time.
    ///
    /// Where there are more than a few samples a pixel, each pixel column gets the first, least, greatest and last value of
    /// its samples (M4: Jugel et al., PVLDB 7(10), 2014), so the picture is the one that all samples would give, and its
    /// size does not depend on theirs. NaN is a gap. Positions are relative to their row's start, so that 32-bit floats
    /// suffice for long recordings.
    ///
    /// # Errors
    /// Sizes, widths or times out of range, a channel that is not there, a recording without values to draw.
    pub fn signals(&self, recording: &Recording<'_>) -> Result<Plot, PlotError> {
        let layout = layout::Layout::of(self, recording)?;
        let traces = lines::traces(self, recording, &layout);
        Ok(emit::plot(self, &layout, &traces))
    }
}

#[cfg(test)]
mod tests;
