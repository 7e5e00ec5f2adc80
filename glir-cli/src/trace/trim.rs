//! `glir trim`: some frames of a stream, with what they need from before.

use crate::failure::{Failure, Outcome};
use crate::trace::{Cut, Range};
use clap::Args;

/// Cut frames out of a stream, with what they need from before
#[derive(Debug, Args)]
#[command(after_help = "The first frame begins with everything that the frames before it have left.\n\n\
    Examples:\n  \
    glir trim recording.glir --frames 100..119 -o part.glir\n  \
    glir trim recording.glir --frames 7 -o seven.glir && glir render seven.glir -o seven.png")]
pub(crate) struct Trim {
    #[command(flatten)]
    cut: Cut,
    /// The frames, counted from 0, the last one among them
    #[arg(long, value_name = "A..B")]
    frames: Range,
}

impl Trim {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let range = self.frames.first..=self.frames.last;
        let (_, outcome) = self.cut.write(|trace, out| Ok(glir_trace::trim(trace, range, out)?.map(drop)))?;
        Ok(outcome)
    }
}
