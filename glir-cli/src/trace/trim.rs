//! `glir trim`: some frames of a stream, with what they need from before.

use crate::failure::{Failure, Outcome};
use crate::input::InputArgs;
use crate::output::Output;
use crate::trace::{Range, failed, open};
use clap::Args;
use std::path::PathBuf;

/// Cut frames out of a stream, with what they need from before
#[derive(Debug, Args)]
#[command(after_help = "The first frame begins with everything that the frames before it have left.\n\n\
    Examples:\n  \
    glir trim recording.glir --frames 100..119 -o part.glir\n  \
    glir trim recording.glir --frames 7 -o seven.glir && glir render seven.glir -o seven.png")]
pub(crate) struct Trim {
    #[command(flatten)]
    input: InputArgs,
    /// The frames, counted from 0, the last one among them
    #[arg(long, value_name = "A..B")]
    frames: Range,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
}

impl Trim {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        self.input.refuse_to_overwrite(&self.output)?;
        Output::expect_extension(&self.output, "glir", "a stream in its binary form")?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        let mut out = Output::open(Some(&self.output))?;
        let range = self.frames.first..=self.frames.last;
        let written = glir_trace::trim(&trace, range, &mut out).map_err(failed(&input.name))?.map(drop);
        match written {
            Ok(()) => out.finish()?,
            Err(error) => return Err(out.failed(&error)),
        }
        Ok(Outcome::Fine)
    }
}
