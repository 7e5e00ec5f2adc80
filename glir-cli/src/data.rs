//! What `plot` and `serve --plot` share: how data is read, and how it is drawn.

use crate::render::size;
use clap::Args;
use glir_data::{Dtype, Format, Options, RawOptions, TimeColumn};
use glir_plot::{Chart, Rows};
use std::path::Path;

/// Arguments for data and chart.
#[derive(Debug, Args)]
pub(crate) struct DataArgs {
    /// Size in pixels
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
    /// Draw only these times, in seconds
    #[arg(long, value_name = "FROM..TO", value_parser = span, allow_hyphen_values = true)]
    time: Option<(f64, f64)>,
    /// Rows of a strip chart, for one long channel
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    rows: Option<u32>,
    /// One scale for all channels
    #[arg(long)]
    shared_scale: bool,
    /// Width of lines in pixels
    #[arg(long, default_value_t = 1.25, value_name = "PIXELS")]
    line_width: f32,
    /// The column of times in a table: a name, a number counted from 0, or none
    #[arg(long, value_name = "COLUMN", value_parser = column)]
    time_column: Option<TimeColumn>,
    /// The array to draw from an .npz archive
    #[arg(long, value_name = "NAME")]
    array: Option<String>,
    /// The plot's title, in the stream's header
    #[arg(long)]
    title: Option<String>,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if rate > 0.0 && f64::is_finite(rate) => Ok(rate),
        _ => Err(format!("{text:?} is no positive number")),
    }
}

fn span(text: &str) -> Result<(f64, f64), String> {
    let (from, to) = text.split_once("..").ok_or("a span looks like 10..20")?;
    let number = |text: &str| text.trim().parse::<f64>().map_err(|_| format!("{text:?} is no number"));
    Ok((number(from)?, number(to)?))
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
        let mut options = Options { rate: self.rate, array: self.array.clone(), ..Options::default() };
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

    /// How to draw it. Without a title it is called as its file is.
    pub(crate) fn chart(&self, name: &str) -> Chart {
        let stem = Path::new(name)
            .file_stem()
            .map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned());
        Chart {
            width: self.size.0,
            height: self.size.1,
            line_width: self.line_width,
            channels: self.select.clone(),
            time: self.time,
            rows: self.rows.map_or(Rows::Auto, Rows::Count),
            shared_scale: self.shared_scale,
            title: self.title.clone().unwrap_or(stem),
            ..Chart::default()
        }
    }
}
