//! `glir dump`: a stream as text, whole or in part.

use crate::failure::{Failure, Outcome};
use crate::input::{Input, InputArgs};
use crate::output::Output;
use crate::progress;
use crate::trace::{Place, Range, failed};
use clap::Args;
use glir_core::file::{Item, Options, Room, SliceReader};
use glir_core::text::Printer;
use glir_spec::Command;
use glir_spec::wire::Reader;
use glir_trace::{Trace, objects, split};
use std::io::Write;
use std::path::PathBuf;

/// Payloads with more elements than this are shortened on demand.
const SHORT: usize = 16;

/// Print a stream as text, which build turns back into the same stream
#[derive(Debug, Args)]
#[command(
    after_help = "With --command, --object or --at only single commands are printed, each with its place behind it.\n\n\
    Examples:\n  \
    glir dump recording.glir -o recording.glirt\n  \
    glir dump --short --frame 3 recording.glir\n  \
    glir dump --frame 3..7 --command DRAW,CLEAR recording.glir\n  \
    glir dump --object 12 recording.glir\n  \
    glir dump --at 299:3004 recording.glir\n  \
    diff <(glir dump old.glir) <(glir dump new.glir)"
)]
pub(crate) struct Dump {
    #[command(flatten)]
    input: InputArgs,
    /// Print only the frame with this number, counted from 0, or those from A to B
    #[arg(long, value_name = "N|A..B")]
    frame: Option<Range>,
    /// Print only commands with these names
    #[arg(long = "command", value_name = "NAME", value_delimiter = ',', value_parser = named)]
    commands: Vec<&'static str>,
    /// Print only commands that name the object with this id
    #[arg(long = "object", value_name = "ID")]
    objects: Vec<u32>,
    /// Print only the command at this place
    #[arg(long, value_name = "FRAME:COMMAND", conflicts_with_all = ["frame", "commands", "objects"])]
    at: Option<Place>,
    /// Shorten long payloads; the text is then for people only
    #[arg(long)]
    short: bool,
    /// The file to write; standard output if not given
    #[arg(short, long, value_name = "OUT")]
    output: Option<PathBuf>,
}

/// A command's name in the table.
fn named(text: &str) -> Result<&'static str, String> {
    let name = text.to_ascii_uppercase();
    let found = glir_spec::commands::COMMANDS.iter().find(|info| info.name == name);
    found.map(|info| info.name).ok_or_else(|| format!("there is no command {name}"))
}

impl Dump {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        if let Some(output) = &self.output {
            self.input.refuse_to_overwrite(output)?;
        }
        let bytes = input.stream()?;
        if self.frame.is_some() || self.at.is_some() || self.picks() {
            return self.part(&input, &bytes);
        }
        let mut out = Output::open(self.output.as_deref())?;
        let bar = progress::over_bytes(bytes.len() as u64);
        let room = Room::new();
        let mut reader = SliceReader::unpacking(&bytes, Options::default(), &room);
        let mut printer = Printer::new();
        printer.elide = self.short.then_some(SHORT);
        let (mut text, mut faulty) = (String::new(), false);
        while let Some(item) = reader.next() {
            bar.set_position(reader.offset());
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
            out.write_all(text.as_bytes()).map_err(|error| out.failed(&error))?;
        }
        bar.finish_and_clear();
        out.finish()?;
        Ok(Outcome::of_faults(faulty))
    }

    /// True if single commands are asked for.
    fn picks(&self) -> bool {
        !self.commands.is_empty() || !self.objects.is_empty()
    }

    /// Prints frames, or commands of them. What comes before is not read where a keyframe stands for it.
    fn part(&self, input: &Input, bytes: &[u8]) -> Result<Outcome, Failure> {
        let trace = Trace::open(bytes).map_err(failed(&input.name))?;
        let frames = match (self.at, self.frame) {
            (Some(at), _) => Range { first: at.frame, last: at.frame },
            (None, Some(frames)) => frames,
            (None, None) => Range { first: 0, last: trace.frames().last().unwrap_or(0) },
        };
        if self.frame.is_some() || self.at.is_some() {
            for end in [frames.first, frames.last] {
                trace.header(end).map_err(failed(&input.name))?;
            }
        }
        let mut out = Output::open(self.output.as_deref())?;
        let (mut text, mut faulty) = (String::new(), false);
        let mut printer = Printer::new();
        printer.elide = self.short.then_some(SHORT);
        let mut stream = None;
        for number in trace.frames().filter(|number| (frames.first..=frames.last).contains(number)) {
            let begins = trace.first_of_stream(number).map_err(failed(&input.name))?;
            if stream.replace(begins) != Some(begins) {
                printer = Printer::new();
                printer.elide = self.short.then_some(SHORT);
                follow(&trace, begins, number, &mut printer).map_err(failed(&input.name))?;
            }
            let Some(chunk) = trace.frame(number).map_err(failed(&input.name))? else {
                crate::failure::say(format_args!("{}: frame {number} is damaged", input.name));
                faulty = true;
                continue;
            };
            text.clear();
            match self.at {
                Some(at) if at.command.is_some() => {
                    let count = split(&chunk.head).count() as u32;
                    let command = at.command.unwrap_or(0);
                    for (place, bytes) in (0..).zip(split(&chunk.head)) {
                        match place == command {
                            true => line(&mut printer, bytes, &chunk.arena, number, place, &mut text),
                            false => printer.follow(&alone(bytes)),
                        }
                    }
                    if command >= count {
                        return Err(failed(&input.name)(glir_trace::TraceError::NoCommand(
                            number, command, count,
                        )));
                    }
                }
                _ if self.picks() => {
                    for (place, bytes) in (0..).zip(split(&chunk.head)) {
                        match self.wants(bytes) {
                            true => line(&mut printer, bytes, &chunk.arena, number, place, &mut text),
                            false => printer.follow(&alone(bytes)),
                        }
                    }
                }
                _ => printer.frame(&chunk.head, &chunk.arena, chunk.time_us, &mut text),
            }
            out.write_all(text.as_bytes()).map_err(|error| out.failed(&error))?;
        }
        out.finish()?;
        Ok(Outcome::of_faults(faulty))
    }

    fn wants(&self, bytes: &[u8]) -> bool {
        let Ok(command) = Command::decode(&mut Reader::new(bytes)) else { return false };
        if !self.commands.is_empty() && !self.commands.contains(&command.name()) {
            return false;
        }
        let mut found = self.objects.is_empty();
        objects(&command, &mut |id| found |= self.objects.contains(&id));
        found
    }
}

/// Prints one command, with its place behind it.
fn line(printer: &mut Printer, command: &[u8], arena: &[u8], frame: u64, place: u32, out: &mut String) {
    printer.line(command, arena, out);
    if out.ends_with('\n') {
        out.pop();
    }
    out.push_str(&format!(" // {frame}:{place}\n"));
}

/// A head of one command.
fn alone(command: &[u8]) -> Vec<u8> {
    [&[0x91], command].concat()
}

/// Brings a printer to a frame, so that slots have their names.
fn follow(
    trace: &Trace<'_>,
    begins: u64,
    frame: u64,
    printer: &mut Printer,
) -> Result<(), glir_trace::TraceError> {
    let mut first = begins;
    if let Some((next, keyframe)) = trace.keyframe(frame)? {
        printer.follow(&keyframe.head);
        first = next;
    }
    for number in trace.frames().filter(|number| (first..frame).contains(number)) {
        if let Some(chunk) = trace.frame(number)? {
            printer.follow(&chunk.head);
        }
    }
    Ok(())
}
