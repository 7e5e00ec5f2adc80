//! `glir profile`: where the time of a stream goes, by group and by draw.

use crate::failure::{Failure, Outcome};
use crate::input::InputArgs;
use crate::trace::{Range, failed, open, outcome, print_json, print_text};
use clap::Args;
use glir_core::backend::{PixelClass, PixelRead, Surface};
use glir_core::text::Printer;
use glir_core::{FrameInput, Settings, Store};
use glir_native::{Api, Headless, OpenError};
use glir_spec::commands::{Clear, Dispatch, Draw, End, Group, Record};
use glir_spec::wire::Reader;
use glir_spec::{Command, Feature, Frame, Header};
use glir_trace::{Blobs, FrameChunk, Trace, split};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

/// Measure where a stream's time goes, by group and by draw
#[derive(Debug, Args)]
#[command(
    after_help = "Every command is carried out alone, twice: once for the time until the interpreter and the driver have taken it \
    (cpu),\n\
    once for the time until its pixels are there (done), from which the time of asking for a pixel is taken off.\n\
    The graphics card's own time (gpu) is a timer query's around the command, where the context has them and the stream uses none.\n\
    On a software rasterizer all of it is the processor's.\n\n\
    Examples:\n  \
    glir profile recording.glir\n  \
    glir profile recording.glir --frames 100..109 --json"
)]
pub(crate) struct Profile {
    #[command(flatten)]
    input: InputArgs,
    /// Only these frames, counted from 0; those before are drawn and not counted
    #[arg(long, value_name = "A..B")]
    frames: Option<Range>,
    /// The interpreter that draws
    #[arg(long, value_name = "API", default_value = "gl")]
    api: Api,
    /// The most draws that are shown
    #[arg(long, value_name = "N", default_value_t = 10)]
    most: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Microseconds of one kind of thing.
#[derive(Clone, Copy, Default)]
struct Time {
    count: u64,
    cpu: f64,
    /// The graphics card's; none if it can't be told.
    gpu: Option<f64>,
    done: f64,
}

impl Time {
    fn add(&mut self, other: Time) {
        self.count += other.count;
        self.cpu += other.cpu;
        self.done += other.done;
        self.gpu = match (self.gpu, other.gpu) {
            (Some(one), Some(other)) => Some(one + other),
            (one, other) => one.or(other),
        };
    }

    fn json(&self) -> serde_json::Value {
        json!({ "commands": self.count, "cpu_us": self.cpu, "gpu_us": self.gpu, "done_us": self.done })
    }

    /// The columns.
    fn row(&self) -> String {
        let gpu = self.gpu.map_or_else(|| "-".to_owned(), |gpu| format!("{gpu:.1}"));
        format!("{:>12.1} {gpu:>12} {:>12.1}", self.cpu, self.done)
    }
}

/// What was measured.
#[derive(Default)]
struct Times {
    groups: BTreeMap<String, Time>,
    frames: BTreeMap<u64, Time>,
    /// Draws, clears and dispatches: place, group, time.
    draws: Vec<((u64, u32), String, Time)>,
}

/// A session that carries commands out one at a time.
struct Stage<'a> {
    session: Headless,
    blobs: Blobs<'a>,
    waits: bool,
    /// The graphics card's time is measured.
    timed: bool,
}

impl Stage<'_> {
    /// Carries commands out, and gives the microseconds that took, and those of the graphics card.
    fn run(&mut self, name: &str, head: &[u8], arena: &[u8]) -> Result<(f64, Option<f64>), Failure> {
        let interpreter = self.session.interpreter().map_err(|error| Failure::about(name, error))?;
        let input = FrameInput { head, arena: Store::Memory(arena), blobs: &self.blobs };
        let timed = self.timed && interpreter.backend_mut().begin_timer();
        let start = Instant::now();
        interpreter.draw(input);
        if self.waits {
            let (_, canvas, _, _) = interpreter.canvas();
            let source = Surface::Canvas(canvas);
            let read = PixelRead {
                source,
                attachment: 0,
                x: 0,
                y: 0,
                width: 1,
                height: 1,
                class: PixelClass::Unorm,
            };
            // A pixel that can't be had is no reason to stop measuring.
            let _ = interpreter.read_canvas(&read);
        }
        let took = start.elapsed().as_secs_f64() * 1e6;
        let card = interpreter.backend_mut().end_timer().filter(|_| timed);
        interpreter.take_replies();
        interpreter.take_diagnostics();
        Ok((took, card.map(|nanoseconds| nanoseconds as f64 / 1e3)))
    }
}

impl Profile {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        let last = trace.frames().last().unwrap_or(0);
        let wanted = self.frames.unwrap_or(Range { first: 0, last });
        for end in [wanted.first, wanted.last] {
            trace.header(end).map_err(failed(&input.name))?;
        }
        let mut times = Times::default();
        let mut stages: Option<(u64, [Stage<'_>; 2])> = None;
        for number in trace.frames().filter(|number| *number <= wanted.last) {
            let first = trace.first_of_stream(number).map_err(failed(&input.name))?;
            if stages.as_ref().is_none_or(|(begun, _)| *begun != first) {
                let header = trace.header(number).map_err(failed(&input.name))?;
                let one = |waits| self.stage(&input.name, &trace, number, &header, waits);
                stages = Some((first, [one(false)?, one(true)?]));
            }
            let Some((_, both)) = &mut stages else { continue };
            let Some(chunk) = trace.frame(number).map_err(failed(&input.name))? else { continue };
            if number < wanted.first {
                both.iter_mut()
                    .try_for_each(|stage| stage.run(&input.name, &chunk.head, &chunk.arena).map(drop))?;
                continue;
            }
            measure(&input.name, both, &chunk, &mut times)?;
        }
        times.draws.sort_by(|a, b| b.2.done.total_cmp(&a.2.done));
        times.draws.truncate(self.most);
        self.report(&input.name, &trace, &times)
    }

    fn stage<'a>(
        &self,
        name: &str,
        trace: &Trace<'a>,
        frame: u64,
        header: &Header<'_>,
        waits: bool,
    ) -> Result<Stage<'a>, Failure> {
        let session = match Headless::open(self.api, header, Settings::default()) {
            Ok(session) => session,
            Err(OpenError::Stream(refused)) => return Err(Failure::about(name, refused)),
            Err(error) => return Err(Failure::about(name, error)),
        };
        // One query of a kind may run at a time.
        let own = header.requires.iter().chain(&header.uses).any(|feature| *feature == Feature::TimerQuery);
        Ok(Stage { session, blobs: trace.blobs(frame).map_err(failed(name))?, waits, timed: !waits && !own })
    }

    fn report(&self, name: &str, trace: &Trace<'_>, times: &Times) -> Result<Outcome, Failure> {
        let line = |(frame, command): (u64, u32)| {
            let mut line = String::new();
            if let Ok(Some(chunk)) = trace.frame(frame)
                && let Some(bytes) = split(&chunk.head).nth(command as usize)
            {
                Printer::new().line(bytes, &chunk.arena, &mut line);
            }
            line.trim_end().to_owned()
        };
        if self.json {
            let with = |mut time: serde_json::Value, fields: serde_json::Value| {
                if let (Some(time), serde_json::Value::Object(fields)) = (time.as_object_mut(), fields) {
                    time.extend(fields);
                }
                time
            };
            let groups =
                times.groups.iter().map(|(group, time)| with(time.json(), json!({ "group": group })));
            let frames =
                times.frames.iter().map(|(frame, time)| with(time.json(), json!({ "frame": frame })));
            let draws = times.draws.iter().map(|(place, group, time)| {
                let fields =
                    json!({ "frame": place.0, "command": place.1, "group": group, "line": line(*place) });
                with(time.json(), fields)
            });
            let (groups, frames) = (groups.collect::<Vec<_>>(), frames.collect::<Vec<_>>());
            print_json(&json!({ "groups": groups, "frames": frames, "draws": draws.collect::<Vec<_>>() }))?;
            return Ok(outcome(name, trace));
        }
        let mut out = String::new();
        let row = |out: &mut String, what: &str, time: &Time| {
            _ = writeln!(out, "{:>12} {}  {what}", time.count, time.row());
        };
        _ = writeln!(out, "{:>12} {:>12} {:>12} {:>12}", "commands", "cpu µs", "gpu µs", "done µs");
        let mut all = Time::default();
        times.frames.values().for_each(|time| all.add(*time));
        row(&mut out, "all", &all);
        times.groups.iter().for_each(|(group, time)| row(&mut out, group, time));
        for (place, group, time) in &times.draws {
            let (frame, command) = place;
            let group = if group.is_empty() { String::new() } else { format!(" in {group}") };
            _ = writeln!(out, "{:>12} {}  {frame}:{command}{group} {}", "", time.row(), line(*place));
        }
        print_text(&out)?;
        Ok(outcome(name, trace))
    }
}

/// Measures the commands of a frame, one at a time; a list is recorded at once.
fn measure(
    name: &str,
    [taken, done]: &mut [Stage<'_>; 2],
    chunk: &FrameChunk<'_>,
    times: &mut Times,
) -> Result<(), Failure> {
    // What asking for a pixel costs when there is nothing to wait for.
    let nothing = Frame::new();
    let idle = (0..3).map(|_| done.run(name, nothing.head(), &[])).collect::<Result<Vec<_>, _>>()?;
    let idle = idle.into_iter().map(|(took, _)| took).fold(f64::INFINITY, f64::min);
    let commands: Vec<&[u8]> = split(&chunk.head).collect();
    let mut groups: Vec<String> = Vec::new();
    let mut at = 0;
    while let Some(bytes) = commands.get(at) {
        let command = Command::decode(&mut Reader::new(bytes));
        let opcode = command.as_ref().map_or(0, Command::opcode);
        let length = if opcode == Record::OPCODE { block(commands.get(at..).unwrap_or_default()) } else { 1 };
        let mut part = Frame::new();
        commands.iter().skip(at).take(length).for_each(|bytes| part.push_encoded(bytes));
        let (cpu, gpu) = taken.run(name, part.head(), &chunk.arena)?;
        let whole = (done.run(name, part.head(), &chunk.arena)?.0 - idle).max(cpu);
        let time = Time { count: 1, cpu, gpu, done: whole };
        match &command {
            Ok(Command::Group(group)) => groups.push(group.label.to_string()),
            Ok(Command::End(_)) => drop(groups.pop()),
            _ => {}
        }
        let path = groups.join(" / ");
        times.frames.entry(chunk.number).or_default().add(time);
        if ![Group::OPCODE, End::OPCODE].contains(&opcode) {
            times.groups.entry(path.clone()).or_default().add(time);
        }
        if [Draw::OPCODE, Clear::OPCODE, Dispatch::OPCODE].contains(&opcode) {
            times.draws.push(((chunk.number, at as u32), path, time));
        }
        at += length;
    }
    Ok(())
}

/// The commands from a RECORD to its END.
fn block(commands: &[&[u8]]) -> usize {
    let mut depth = 0;
    for (at, bytes) in commands.iter().enumerate() {
        match Command::decode(&mut Reader::new(bytes)) {
            Ok(Command::Record(_) | Command::Group(_)) => depth += 1,
            Ok(Command::End(_)) => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    commands.len()
}
