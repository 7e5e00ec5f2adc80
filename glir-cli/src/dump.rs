//! `glir dump`: a stream as text.

use crate::failure::{Failure, Outcome};
use crate::input::InputArgs;
use crate::output::Output;
use crate::progress;
use crate::sizes::counted;
use clap::Args;
use glir_core::file::{Item, SliceReader};
use glir_core::text::Printer;
use std::io::Write;
use std::path::PathBuf;

/// Payloads with more elements than this are shortened on demand.
const SHORT: usize = 16;

/// Print a stream as text, which build turns back into the same stream
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    glir dump recording.glir -o recording.glirt\n  \
    glir dump --short --frame 3 recording.glir\n  \
    diff <(glir dump old.glir) <(glir dump new.glir)")]
pub(crate) struct Dump {
    #[command(flatten)]
    input: InputArgs,
    /// Print only the frame with this number, counted from 0
    #[arg(long, value_name = "N")]
    frame: Option<u64>,
    /// Shorten long payloads; the text is then for people only
    #[arg(long)]
    short: bool,
    /// The file to write; standard output if not given
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

impl Dump {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        if let Some(output) = &self.output {
            self.input.refuse_to_overwrite(output)?;
        }
        let bytes = input.stream()?;
        let mut out = Output::open(self.output.as_deref())?;
        let bar = progress::over_bytes(bytes.len() as u64);
        let mut reader = SliceReader::new(&bytes);
        let mut printer = Printer::new();
        let (mut text, mut faulty, mut frames, mut found) = (String::new(), false, 0, false);
        while let Some(item) = reader.next() {
            bar.set_position(reader.offset());
            if let Item::Frame { number, .. } = item {
                frames = number.saturating_add(1);
                found = self.frame == Some(number);
            }
            let wanted = self.frame.is_none() || found;
            // What is not wanted is followed all the same, so that slots have their names.
            printer.elide = if wanted { self.short.then_some(SHORT) } else { Some(0) };
            text.clear();
            match item {
                Item::Header(header) => printer.header(&header, &mut text),
                Item::Frame { time_us, head, arena, .. } => printer.frame(head, arena, time_us, &mut text),
                Item::Blob { encoding, bytes, .. } => printer.blob(encoding, bytes, &mut text),
                Item::Meta(notes) => {
                    printer.meta(notes.iter().map(|(key, note)| (&**key, &**note)), &mut text);
                }
                Item::Fault(fault) => {
                    input.report(&fault)?;
                    faulty = true;
                }
            }
            if wanted {
                out.write_all(text.as_bytes()).map_err(|error| out.failed(&error))?;
            }
            if found {
                break;
            }
        }
        bar.finish_and_clear();
        match self.frame {
            Some(number) if !found => {
                let why = format!(
                    "there is no frame {number}; it has {}, counted from 0",
                    counted(frames, "frame")
                );
                Err(Failure::about(&input.name, why))
            }
            _ => {
                out.finish()?;
                Ok(Outcome::of_faults(faulty))
            }
        }
    }
}
