//! Verbs on recorded streams: each is a file, and what they share stands here.

pub(crate) mod apply;
pub(crate) mod assert;
pub(crate) mod convert;
pub(crate) mod diff;
pub(crate) mod inspect;
pub(crate) mod lint;
mod painter;
mod picture;
pub(crate) mod profile;
pub(crate) mod record;
pub(crate) mod shrink;
pub(crate) mod slice;
mod stage;
pub(crate) mod stat;
pub(crate) mod state;
pub(crate) mod trim;

use crate::answers;
use crate::failure::{Failure, Outcome, say};
use crate::input::{Input, InputArgs};
use crate::output::Output;
use crate::sizes::{counted, grouped};
use clap::Args;
use glir_trace::{Trace, TraceError};
use serde_json::Value;
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;

/// A place in a stream: a frame, or a command of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) frame: u64,
    pub(crate) command: Option<u32>,
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Place, String> {
        let wrong = || "a place is FRAME or FRAME:COMMAND, both counted from 0, such as 3 or 3:17".to_owned();
        let (frame, command) = match text.split_once(':') {
            Some((frame, command)) => (frame, Some(command.parse().map_err(|_| wrong())?)),
            None => (text, None),
        };
        Ok(Place { frame: frame.parse().map_err(|_| wrong())?, command })
    }
}

/// The number of one frame.
pub(crate) fn frame_number(text: &str) -> Result<u64, String> {
    let several = text.contains("..");
    let trim = if several { "; `glir trim` takes several" } else { "" };
    text.parse().map_err(|_| format!("a frame is a number, counted from 0, such as 7{trim}"))
}

/// A range of frames: `3` is one, `3..7` is five of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) first: u64,
    pub(crate) last: u64,
}

impl FromStr for Range {
    type Err = String;

    fn from_str(text: &str) -> Result<Range, String> {
        let wrong = || "frames are N or A..B, counted from 0, B among them, such as 3..7".to_owned();
        let (first, last) = text.split_once("..").unwrap_or((text, text));
        let range =
            Range { first: first.parse().map_err(|_| wrong())?, last: last.parse().map_err(|_| wrong())? };
        if range.last < range.first { Err(wrong()) } else { Ok(range) }
    }
}

/// The arguments of verbs that cut a part out of a stream.
#[derive(Debug, Args)]
pub(crate) struct Cut {
    #[command(flatten)]
    input: InputArgs,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
}

impl Cut {
    /// Opens the trace, and writes what is made of it; the input's name, and whether frames of it are lost.
    pub(crate) fn write(
        &self,
        cut: impl FnOnce(&Trace<'_>, &mut Output) -> Result<io::Result<()>, TraceError>,
    ) -> Result<(String, Outcome), Failure> {
        let input = self.input.open()?;
        self.input.refuse_to_overwrite(&self.output)?;
        Output::expect_extension(&self.output, "glir", "a stream in its binary form")?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        let mut out = Output::open(Some(&self.output))?;
        cut(&trace, &mut out).map_err(failed(&input.name))?.map_err(|error| out.failed(&error))?;
        out.finish()?;
        tell_of_replies(&input.name, &trace);
        Ok((input.name.clone(), outcome(&input.name, &trace)))
    }
}

/// Says that what an interpreter answered when a stream was recorded is no part of what was made of it: frames have other numbers there.
pub(crate) fn tell_of_replies(name: &str, trace: &Trace<'_>) {
    if trace.has_note(answers::KEY) {
        say(format_args!(
            "{name}: the replies that were recorded are left out; `glir convert --replies gl` records them anew"
        ));
    }
}

/// How a verb ends that has done its work: what it gives is not all that there was if frames are lost.
pub(crate) fn outcome(name: &str, trace: &Trace<'_>) -> Outcome {
    Outcome::of_faults(is_partial(name, trace))
}

/// Whether frames of a trace are lost. Those of which no more than a payload is damaged are found when they are read, and told here.
pub(crate) fn is_partial(name: &str, trace: &Trace<'_>) -> bool {
    let unread = trace.unread();
    if let (0, Some(first)) = (trace.lost(), unread.first()) {
        match unread.len() as u64 - 1 {
            0 => say(format_args!("{name}: frame {first} is damaged and left out; `glir info` says where")),
            more => say(format_args!(
                "{name}: frame {first} and {} behind it are damaged and left out; `glir info` says where",
                counted(more, "frame")
            )),
        }
    }
    if trace.is_overdrawn() {
        say(format_args!(
            "{name}: more than {} draws lie on top of each other, of which the oldest are left out",
            grouped(Trace::MOST_DRAWINGS as u64)
        ));
    }
    trace.lost() > 0 || trace.is_cut() || trace.is_overdrawn() || !unread.is_empty()
}

/// The failure that an error about a trace is.
pub(crate) fn failed(name: &str) -> impl Fn(TraceError) -> Failure + '_ {
    move |error| Failure::about(name, error)
}

/// Opens a trace. A missing index is told, since it means that the recording was cut short, and so are frames that are lost.
pub(crate) fn open<'b>(input: &Input, bytes: &'b [u8]) -> Result<Trace<'b>, Failure> {
    let trace = Trace::open(bytes).map_err(failed(&input.name))?;
    if trace.frame_count() == 0 {
        return Err(Failure::about(&input.name, "there is no frame in it"));
    }
    if !trace.has_index() && !input.is_text() {
        say(format_args!(
            "{}: there is no index; its frames were found by looking through the file",
            input.name
        ));
    }
    let lost = trace.lost();
    if lost > 0 {
        let (frames, are) = (counted(lost, "frame"), if lost == 1 { "is" } else { "are" });
        say(format_args!("{}: {frames} {are} damaged and left out; `glir info` says where", input.name));
    }
    if trace.is_cut() {
        say(format_args!(
            "{}: the file ends within a part of it, which is left out; `glir info` says where",
            input.name
        ));
    }
    Ok(trace)
}

/// Prints JSON on the standard output.
pub(crate) fn print_json(value: &Value) -> Result<(), Failure> {
    let mut out = Output::open(None)?;
    writeln!(out, "{value:#}").map_err(|error| out.failed(&error))?;
    out.finish()
}

/// Prints text on the standard output.
pub(crate) fn print_text(text: &str) -> Result<(), Failure> {
    let mut out = Output::open(None)?;
    out.write_all(text.as_bytes()).map_err(|error| out.failed(&error))?;
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::{Place, Range};

    #[test]
    fn places_and_ranges_are_read() {
        assert_eq!("3".parse(), Ok(Place { frame: 3, command: None }));
        assert_eq!("3:17".parse(), Ok(Place { frame: 3, command: Some(17) }));
        assert_eq!("3..7".parse(), Ok(Range { first: 3, last: 7 }));
        assert_eq!("3".parse(), Ok(Range { first: 3, last: 3 }));
        for wrong in ["", "x", "3:", ":3", "-1", "3:99999999999"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
        for wrong in ["", "7..3", "3..", "..3", "a..b"] {
            assert!(wrong.parse::<Range>().is_err(), "{wrong}");
        }
    }
}
