//! `glir slice`: what one frame's picture rests on.

use crate::failure::{Failure, Outcome, say};
use crate::sizes::counted;
use crate::trace::{Cut, frame_number};
use clap::Args;
use std::io::Write as _;

/// Cut out what one frame's pixels rest on, and nothing else
#[derive(Debug, Args)]
#[command(after_help = "The result is one frame with the same pixels on every canvas.\n\n\
    Examples:\n  \
    glir slice recording.glir --frame 150 -o picture.glir\n  \
    glir slice recording.glir --frame 150 -o - | glir dump -")]
pub(crate) struct Slice {
    #[command(flatten)]
    cut: Cut,
    /// The frame, counted from 0
    #[arg(long, value_name = "N", value_parser = frame_number)]
    frame: u64,
}

impl Slice {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut count = None;
        let (name, outcome) = self.cut.write(|trace, out| {
            let mut part = Vec::new();
            if let Err(error) = glir_trace::slice(trace, self.frame, &mut part)? {
                return Ok(Err(error));
            }
            let head = glir_trace::Trace::open(&part).and_then(|sliced| sliced.frame(0));
            count = head.ok().flatten().map(|chunk| glir_trace::split(&chunk.head).count() as u64);
            Ok(out.write_all(&part))
        })?;
        if let Some(count) = count {
            say(format_args!("{name}: {} left", counted(count, "command")));
        }
        Ok(outcome)
    }
}
