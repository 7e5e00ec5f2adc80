//! `glir plot signals`, and `glir plot` of a recording: time series in plots that move, or as a still strip chart.

use super::figure::called;
use super::{Kind, draw};
use crate::data::DataArgs;
use crate::export::{Poster, write_page};
use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::play::{Made, Pane, show};
use crate::sizes::{counted, grouped};
use clap::Args;
use glir_core::file::Writer;
use glir_data::Recording;
use glir_native::Api;
use glir_plot::Plot;
use serde_json::json;
use std::io::Write;
use std::path::PathBuf;

/// Plot recordings: time series as lines
#[derive(Debug, Args)]
#[command(
    after_help = "Several recordings stand below each other, over one time: by their dates, where all tell when they began, else each by its own.\n\n\
    Examples:\n  \
    glir plot signals ecg.edf --time 60..90 -o ecg.html\n  \
    glir plot signals left.wav right.wav -o both.png"
)]
pub(crate) struct Recorded {
    /// Recordings: samples over time; - for standard input
    #[arg(required = true, value_name = "DATA")]
    data: Vec<PathBuf>,
    /// The most bytes to read from a pipe; files are mapped into memory
    #[arg(long, value_name = "BYTES", default_value_t = 4 << 30, hide_short_help = true)]
    max_bytes: u64,
    /// The result: .png, .glir or .html; - for a stream on standard output; a window without it
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    #[command(flatten)]
    look: DataArgs,
    /// Draw a picture with desktop OpenGL (gl), OpenGL ES 2.0 (gles2) or 3.0 (gles3)
    #[arg(long, default_value = "gl", value_name = "API")]
    api: Api,
    /// Print a summary as JSON on standard output
    #[arg(long)]
    json: bool,
}

impl Recorded {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let kind = Kind::of(self.output.as_deref())?;
        let mut inputs = Vec::new();
        for path in &self.data {
            let input = InputArgs::of(path, self.max_bytes);
            if let Some(output) = &self.output {
                input.refuse_to_overwrite(output)?;
            }
            inputs.push(input.open()?);
        }
        let mut recordings = Vec::new();
        for input in &inputs {
            let recording = glir_data::read(input, &input.name, &self.look.options())
                .map_err(|error| Failure::about(&input.name, error))?;
            if self.data.len() == 1 {
                recording.notes.iter().for_each(|note| say(format_args!("{}: {note}", input.name)));
            }
            recordings.push(recording);
        }
        let names: Vec<String> = inputs.iter().map(|input| input.name.clone()).collect();
        let (name, called) = (names.join(", "), called(&names));
        let title = called.join(", ");
        let recording = match recordings.len() {
            1 => recordings.remove(0),
            _ => {
                let parts = called.into_iter().zip(recordings).collect();
                let joined = glir_data::join(parts).map_err(|error| Failure::about(&name, error))?;
                joined.notes.iter().for_each(|note| say(format_args!("{note}")));
                joined
            }
        };
        let plot = self
            .look
            .plot(&title, &recording, self.look.pane(), matches!(kind, Kind::Picture))
            .map_err(|error| Failure::about(&name, error))?;
        plot.left_out.iter().for_each(|note| say(format_args!("{name}: {note}")));
        if let Kind::Window = kind {
            let mut again = |pane: Pane| -> Result<Made, String> {
                let Plot { header, frames, .. } = self.look.plot(&title, &recording, pane, false)?;
                Ok(Made { header, frames })
            };
            let Plot { header, frames, .. } = plot;
            return show(&name, self.api, Made { header, frames }, &mut again);
        }
        let mut out = Output::open(self.output.as_deref())?;
        let outcome = match kind {
            Kind::Stream | Kind::Window => {
                write_stream(&plot, &mut out).map_err(|error| out.failed(&error))?;
                Outcome::Fine
            }
            Kind::Picture => draw(&name, &plot.header, &plot.frames, self.api, &mut out)?,
            Kind::Page => {
                let mut stream = Vec::new();
                write_stream(&plot, &mut stream).map_err(|error| out.failed(&error))?;
                write_page(&name, &plot.header.title, &stream, Poster::Drawn(self.api), &mut out)?
            }
        };
        let output = out.name().to_owned();
        out.finish()?;
        if self.json {
            self.summarize(&name, &output, &recording, &plot)?;
        }
        Ok(outcome)
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
