//! `glir plot signals`, and `glir plot` of a recording: time series in plots that move, or as a still strip chart.

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

/// Plot a recording: time series as lines
#[derive(Debug, Args)]
pub(crate) struct Recorded {
    #[command(flatten)]
    input: InputArgs,
    /// The result: .png, .glir or .html; - for a stream on standard output; a window without it
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
    #[command(flatten)]
    data: DataArgs,
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
        if let Some(output) = &self.output {
            self.input.refuse_to_overwrite(output)?;
        }
        let input = self.input.open()?;
        let recording = glir_data::read(&input, &input.name, &self.data.options())
            .map_err(|error| Failure::about(&input.name, error))?;
        recording.notes.iter().for_each(|note| say(format_args!("{}: {note}", input.name)));
        let plot = self
            .data
            .plot(&input.name, &recording, self.data.pane(), matches!(kind, Kind::Picture))
            .map_err(|error| Failure::about(&input.name, error))?;
        plot.left_out.iter().for_each(|note| say(format_args!("{}: {note}", input.name)));
        if let Kind::Window = kind {
            let mut again = |pane: Pane| -> Result<Made, String> {
                let Plot { header, frames, .. } = self.data.plot(&input.name, &recording, pane, false)?;
                Ok(Made { header, frames })
            };
            let Plot { header, frames, .. } = plot;
            return show(&input.name, self.api, Made { header, frames }, &mut again);
        }
        let mut out = Output::open(self.output.as_deref())?;
        let outcome = match kind {
            Kind::Stream | Kind::Window => {
                write_stream(&plot, &mut out).map_err(|error| out.failed(&error))?;
                Outcome::Fine
            }
            Kind::Picture => draw(&input.name, &plot.header, &plot.frames, self.api, &mut out)?,
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
