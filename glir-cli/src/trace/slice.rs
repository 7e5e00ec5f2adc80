//! `glir slice`: what one frame's picture rests on.

use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::sizes::counted;
use crate::trace::{failed, open};
use clap::Args;
use std::path::PathBuf;

/// Cut out what one frame's pixels rest on, and nothing else
#[derive(Debug, Args)]
#[command(after_help = "The result is one frame with the same pixels on every canvas.\n\n\
    Examples:\n  \
    glir slice recording.glir --frame 150 -o picture.glir\n  \
    glir slice recording.glir --frame 150 -o - | glir dump -")]
pub(crate) struct Slice {
    #[command(flatten)]
    input: InputArgs,
    /// The frame, counted from 0
    #[arg(long, value_name = "N")]
    frame: u64,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
}

impl Slice {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        self.input.refuse_to_overwrite(&self.output)?;
        Output::expect_extension(&self.output, "glir", "a stream in its binary form")?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        let mut part = Vec::new();
        glir_trace::slice(&trace, self.frame, &mut part)
            .map_err(failed(&input.name))?
            .map(drop)
            .map_err(|error| Failure::about(&input.name, error))?;
        let mut out = Output::open(Some(&self.output))?;
        std::io::Write::write_all(&mut out, &part).map_err(|error| out.failed(&error))?;
        out.finish()?;
        if let Ok(sliced) = glir_trace::Trace::open(&part)
            && let Ok(Some(chunk)) = sliced.frame(0)
        {
            let count = glir_trace::split(&chunk.head).count() as u64;
            say(format_args!("{}: {} left", input.name, counted(count, "command")));
        }
        Ok(Outcome::Fine)
    }
}
