//! `glir plot`: a recording as a picture or a stream.

use crate::data::DataArgs;
use crate::export::{Poster, write_page};
use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::render::write_png;
use crate::replay::Findings;
use crate::sizes::{counted, grouped};
use clap::Args;
use glir_core::file::Writer;
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_data::Recording;
use glir_native::{Api, Headless};
use glir_plot::Plot;
use serde_json::json;
use std::ffi::OsStr;
use std::io::Write;
use std::path::PathBuf;

/// Plot a recording: time series as lines, to a picture or a stream
#[derive(Debug, Args)]
#[command(mut_arg("path", |path| path.help("A recording: samples over time; - for standard input")))]
#[command(after_help = "Reads CSV and TSV, NPY and NPZ, WAV, EDF and BDF, and raw samples (with --dtype).\n\
    OUT.png is drawn here; OUT.glir is a stream for any interpreter; OUT.html is a page that holds the stream and draws
    it anywhere, without a network.\n\n\
    Examples:\n  \
    glir plot recording.csv -o plot.png\n  \
    glir plot ecg.edf -o ecg.glir --time 60..90\n  \
    glir plot probe.bin -o probe.png --dtype int16 --channels 384 --rate 30000 --select 0,1,2\n  \
    glir plot data.npy -o data.png --rate 1000 --size 1200x400")]
pub(crate) struct PlotVerb {
    #[command(flatten)]
    input: InputArgs,
    /// The result: .png, .glir or .html; - for a stream on standard output
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    data: DataArgs,
    /// Draw a picture with desktop OpenGL (gl), OpenGL ES 2.0 (gles2) or 3.0 (gles3)
    #[arg(long, default_value = "gl", value_name = "API")]
    api: Api,
    /// Print a summary as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// What the name of the output asks for.
enum Kind {
    Picture,
    Stream,
    Page,
}

impl PlotVerb {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let kind = self.kind()?;
        self.input.refuse_to_overwrite(&self.output)?;
        let input = self.input.open()?;
        let recording = glir_data::read(&input, &input.name, &self.data.options())
            .map_err(|error| Failure::about(&input.name, error))?;
        recording.notes.iter().for_each(|note| say(format_args!("{}: {note}", input.name)));
        let plot = self
            .data
            .figure(&input.name)
            .signals(&recording)
            .map_err(|error| Failure::about(&input.name, error))?;
        plot.left_out.iter().for_each(|note| say(format_args!("{}: {note}", input.name)));
        let mut out = Output::open(Some(&self.output))?;
        let outcome = match kind {
            Kind::Stream => {
                write_stream(&plot, &mut out).map_err(|error| out.failed(&error))?;
                Outcome::Fine
            }
            Kind::Picture => self.draw(&input.name, &plot, &mut out)?,
            Kind::Page => {
                let mut stream = Vec::new();
                write_stream(&plot, &mut stream).map_err(|error| out.failed(&error))?;
                write_page(&input.name, &plot.header.title, &stream, Poster::Drawn(self.api), &mut out)?
            }
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
            Some(extension) if extension.eq_ignore_ascii_case("html") => Ok(Kind::Page),
            _ => Err(Failure::about(
                self.output.display(),
                "name the result .png for a picture, .glir for a stream or .html for a page",
            )),
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
            "notes": recording.notes.iter().chain(&plot.notes).chain(&plot.left_out).collect::<Vec<_>>(),
        });
        let mut out = Output::open(None)?;
        writeln!(out, "{summary:#}").map_err(|error| out.failed(&error))?;
        out.finish()
    }
}

fn write_stream(plot: &Plot, out: &mut impl Write) -> std::io::Result<()> {
    let mut writer = Writer::new(out, &plot.header)?;
    let points = format!("{} standing for {}", counted(plot.points, "point"), grouped(plot.samples));
    writer.meta(&[("made by", concat!("glir ", env!("CARGO_PKG_VERSION"))), ("lines", &points)])?;
    for frame in &plot.frames {
        writer.frame(frame, 0)?;
    }
    writer.finish().map(drop)
}
