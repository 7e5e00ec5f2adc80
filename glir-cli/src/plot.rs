//! `glir plot`: a recording as a picture or a stream.

use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::render::{size, write_png};
use crate::replay::Findings;
use crate::sizes::{counted, grouped};
use clap::Args;
use glir_core::file::Writer;
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_data::{Dtype, Format, Options, RawOptions, Recording, TimeColumn};
use glir_native::{Api, Headless};
use glir_plot::{Figure, Plot, Rows};
use serde_json::json;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Plot a recording: time series as lines, to a picture or a stream
#[derive(Debug, Args)]
#[command(after_help = "Reads CSV and TSV, NPY and NPZ, WAV, EDF and BDF, and raw samples (with --dtype).\n\
    OUT.png is drawn here; OUT.glir is a stream for any interpreter.\n\n\
    Examples:\n  \
    glir plot recording.csv -o plot.png\n  \
    glir plot ecg.edf -o ecg.glir --time 60..90\n  \
    glir plot probe.bin -o probe.png --dtype int16 --channels 384 --rate 30000 --select 0,1,2\n  \
    glir plot data.npy -o data.png --rate 1000 --size 1200x400")]
pub(crate) struct PlotVerb {
    #[command(flatten)]
    input: InputArgs,
    /// The result: .png, .glir; - for a stream on standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
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
    /// Draw a picture with desktop OpenGL (gl), OpenGL ES 2.0 (gles2) or 3.0 (gles3)
    #[arg(long, default_value = "gl", value_name = "API")]
    api: Api,
    /// Print a summary as JSON on standard output
    #[arg(long)]
    json: bool,
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

/// What the name of the output asks for.
enum Kind {
    Picture,
    Stream,
}

impl PlotVerb {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let kind = self.kind()?;
        self.input.refuse_to_overwrite(&self.output)?;
        let input = self.input.open()?;
        let recording = glir_data::read(&input, &input.name, &self.options())
            .map_err(|error| Failure::about(&input.name, error))?;
        recording.notes.iter().for_each(|note| say(format_args!("{}: {note}", input.name)));
        let plot = self
            .figure(&input.name)
            .signals(&recording)
            .map_err(|error| Failure::about(&input.name, error))?;
        let mut out = Output::open(Some(&self.output))?;
        let outcome = match kind {
            Kind::Stream => {
                write_stream(&plot, &mut out).map_err(|error| out.failed(&error))?;
                Outcome::Fine
            }
            Kind::Picture => self.draw(&input.name, &plot, &mut out)?,
        };
        let output = out.name().to_owned();
        out.finish()?;
        if self.json {
            self.summarize(&input.name, &output, &recording, &plot)?;
        }
        Ok(outcome)
    }

    fn kind(&self) -> Result<Kind, Failure> {
        if self.output.as_os_str() == "-" {
            return Ok(Kind::Stream);
        }
        match self.output.extension().and_then(OsStr::to_str) {
            Some(extension) if extension.eq_ignore_ascii_case("png") => Ok(Kind::Picture),
            Some(extension) if extension.eq_ignore_ascii_case("glir") => Ok(Kind::Stream),
            _ => Err(Failure::about(
                self.output.display(),
                "name the result .png for a picture or .glir for a stream",
            )),
        }
    }

    fn options(&self) -> Options {
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

    fn figure(&self, name: &str) -> Figure {
        let stem = Path::new(name)
            .file_stem()
            .map_or_else(|| name.to_owned(), |stem| stem.to_string_lossy().into_owned());
        Figure {
            width: self.size.0,
            height: self.size.1,
            line_width: self.line_width,
            channels: self.select.clone(),
            time: self.time,
            rows: self.rows.map_or(Rows::Auto, Rows::Count),
            shared_scale: self.shared_scale,
            title: self.title.clone().unwrap_or(stem),
            ..Figure::default()
        }
    }

    fn draw(&self, name: &str, plot: &Plot, out: &mut Output) -> Result<Outcome, Failure> {
        let broken = |why: String| Failure::about(name, why);
        let mut session = Headless::open(self.api, &plot.header, Settings::default())
            .map_err(|error| broken(error.to_string()))?;
        let mut findings = Findings::new(name, false);
        for frame in &plot.frames {
            let interpreter = session.interpreter().map_err(|error| broken(error.to_string()))?;
            interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
            findings.add(interpreter.take_diagnostics());
        }
        let (width, height, pixels) =
            session.picture().map_err(|failure| broken(format!("the picture can't be read: {failure:?}")))?;
        write_png(out, width, height, &pixels)?;
        Ok(Outcome::of_faults(findings.errors > 0))
    }

    fn summarize(
        &self,
        input: &str,
        output: &str,
        recording: &Recording<'_>,
        plot: &Plot,
    ) -> Result<(), Failure> {
        let summary = json!({
            "input": input,
            "output": output,
            "format": recording.format.map(|format| format.to_string()),
            "channels": recording.channels.len(),
            "samples": recording.len(),
            "rate": recording.rate(),
            "drawn_samples": plot.samples,
            "points": plot.points,
            "notes": recording.notes,
        });
        let mut out = Output::open(None)?;
        writeln!(out, "{summary:#}").map_err(|error| out.failed(&error))?;
        out.finish()
    }
}

fn write_stream(plot: &Plot, out: &mut Output) -> std::io::Result<()> {
    let mut writer = Writer::new(out, &plot.header)?;
    let points = format!("{} standing for {}", counted(plot.points, "point"), grouped(plot.samples));
    writer.meta(&[("made by", concat!("glir ", env!("CARGO_PKG_VERSION"))), ("lines", &points)])?;
    for frame in &plot.frames {
        writer.frame(frame, 0)?;
    }
    writer.finish().map(drop)
}
