//! What `plot` and `serve --plot` share: how data is read, and how it is drawn.

use crate::play::Pane;
use crate::plot::Span;
use crate::render::size;
use clap::Args;
use glir_data::{Dtype, Format, Options, RawOptions, Recording, TimeColumn};
use glir_plot::{Chart, Figure, Plot, PlotError, Rows, Selection};
use std::path::Path;

/// Arguments for data and chart.
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    /// Size in pixels; of a window, in those that its screen counts
    #[arg(long, default_value = "1600x900", value_name = "WxH", value_parser = size)]
    size: (u32, u32),
    /// Samples a second, where the recording does not say it
    #[arg(long, value_name = "HZ", value_parser = positive)]
    rate: Option<f64>,
    /// Raw samples of this type, such as int16, float32 or >i2
    #[arg(long, value_name = "TYPE")]
    dtype: Option<Dtype>,
    /// Channels of raw samples, interleaved
    #[arg(long, value_name = "N", requires = "dtype", value_parser = clap::value_parser!(u32).range(1..))]
    channels: Option<u32>,
    /// Bytes before the first raw sample
    #[arg(long, value_name = "BYTES", requires = "dtype")]
    offset: Option<usize>,
    /// Draw only these channels, counted from 0
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    select: Vec<usize>,
    /// Draw only these times, in seconds, or by dates such as 2024-03-01..2024-03-02T12:30 where the recording tells when it began
    #[arg(long, value_name = "FROM..TO", value_parser = Span::read, allow_hyphen_values = true)]
    time: Option<Span>,
    /// Draw a still strip chart instead, in which one long channel goes on from row to row: how many rows, or auto, which begin at whole minutes, hours or
    /// days where the recording tells its date
    #[arg(long, value_name = "N", value_parser = rows)]
    rows: Option<Rows>,
    /// One scale for all channels
    #[arg(long)]
    shared_scale: bool,
    /// Keep every sample in what moves, not envelopes of more than a million
    #[arg(long)]
    full: bool,
    /// Width of lines in pixels
    #[arg(long, default_value_t = 1.25, value_name = "PIXELS")]
    line_width: f32,
    /// The column of times in a table: a name, a number counted from 0, or none
    #[arg(long, value_name = "COLUMN", value_parser = column)]
    time_column: Option<TimeColumn>,
    /// The array to draw from an .npz archive
    #[arg(long, value_name = "NAME")]
    array: Option<String>,
    /// Along which axis of a two-dimensional array samples count, 0 or 1; along the longer one without this
    #[arg(long, value_name = "AXIS", value_parser = clap::value_parser!(u8).range(0..=1))]
    along: Option<u8>,
    /// The title; the file's name without this
    #[arg(long)]
    title: Option<String>,
}

/// A file's name without folders and extension.
pub(crate) fn stem(name: &str) -> String {
    let stem = Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.unwrap_or_else(|| name.to_owned())
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if rate > 0.0 && f64::is_finite(rate) => Ok(rate),
        _ => Err(format!("{text:?} is no positive number")),
    }
}

fn rows(text: &str) -> Result<Rows, String> {
    match (text, text.parse()) {
        ("auto", _) => Ok(Rows::Auto),
        (_, Ok(count @ 1..=1000)) => Ok(Rows::Count(count)),
        _ => Err(format!("{text:?} is neither auto nor a number of rows from 1 to 1000")),
    }
}

fn column(text: &str) -> Result<TimeColumn, String> {
    Ok(match (text, text.parse()) {
        ("none", _) => TimeColumn::None,
        (_, Ok(index)) => TimeColumn::Index(index),
        (name, Err(_)) => TimeColumn::Name(name.to_owned()),
    })
}

impl DataArgs {
    /// How to read the data.
    pub(crate) fn options(&self) -> Options {
        let along = self.along.map(usize::from);
        let mut options = Options { rate: self.rate, array: self.array.clone(), along, ..Options::default() };
        if let Some(time) = &self.time_column {
            options.csv.time = time.clone();
        }
        if let Some(dtype) = self.dtype {
            options.format = Some(Format::Raw);
            let channels = self.channels.unwrap_or(1) as usize;
            options.raw = Some(RawOptions { dtype, channels, offset_bytes: self.offset.unwrap_or(0) });
        }
        options
    }

    /// The size that is asked for.
    pub(crate) fn pane(&self) -> Pane {
        Pane::plain(self.size)
    }

    /// Draws it for a pane: as a chart if rows are asked for, else as a figure, which moves where it is shown unless it is to be `still`.
    pub(crate) fn plot(
        &self,
        stem: &str,
        recording: &Recording<'_>,
        pane: Pane,
        still: bool,
    ) -> Result<Plot, String> {
        let sentence = |error: PlotError| error.to_string();
        if self.rows.is_some() {
            let mut chart = self.chart(stem, recording)?;
            let side = |pixels: u32| (f64::from(pixels) / f64::from(pane.scale)).round() as u32;
            (chart.width, chart.height) = (side(pane.width), side(pane.height));
            return chart.signals_on((pane.width, pane.height), recording).map_err(sentence);
        }
        let mut figure = Figure::new(pane.width, pane.height);
        (figure.title, figure.interactive) = (self.title(stem), !still);
        let selection = Selection {
            channels: self.select.clone(),
            time: self.time(recording)?,
            shared_scale: self.shared_scale,
            full: self.full,
        };
        // How many plots there is room for depends on the size that letters will have.
        figure.text_size *= pane.scale;
        let shown = figure.recording(recording, &selection, self.line_width).map_err(sentence)?;
        figure.text_size /= pane.scale;
        figure.scale(pane.scale);
        let drawing = figure.draw().map_err(sentence)?;
        Ok(Plot {
            header: drawing.header,
            frames: drawing.frames,
            samples: shown.samples,
            points: shown.points,
            notes: Vec::new(),
            left_out: shown.left_out.into_iter().chain(drawing.missing).collect(),
        })
    }

    /// The times to draw, in seconds.
    fn time(&self, recording: &Recording<'_>) -> Result<Option<(f64, f64)>, String> {
        self.time.map(|span| span.since(recording.start)).transpose()
    }

    /// What it is called: as its file, if nothing else is asked.
    fn title(&self, stem: &str) -> String {
        self.title.clone().unwrap_or_else(|| stem.to_owned())
    }

    /// How to draw a chart of it.
    pub(crate) fn chart(&self, stem: &str, recording: &Recording<'_>) -> Result<Chart, String> {
        Ok(Chart {
            width: self.size.0,
            height: self.size.1,
            line_width: self.line_width,
            channels: self.select.clone(),
            time: self.time(recording)?,
            rows: self.rows.unwrap_or_default(),
            shared_scale: self.shared_scale,
            title: self.title(stem),
            ..Chart::default()
        })
    }
}
