//! `glir profile`: where the time of a stream goes, by group and by draw.

use crate::failure::{Failure, Outcome};
use crate::input::InputArgs;
use crate::trace::{Range, failed, open, outcome, print_json, print_text};
use clap::Args;
use glir_core::backend::{PixelClass, PixelRead, Surface};
use glir_core::text::Printer;
use glir_core::{FrameInput, Settings, Store};
use glir_native::{Api, Headless, OpenError};
use glir_spec::commands::{Clear, Dispatch, Draw, End, Group, Run};
use glir_spec::structs::BindTarget;
use glir_spec::wire::Reader;
use glir_spec::{Command, Feature, Frame, Header, limits};
use glir_trace::{Blobs, FrameChunk, Trace, split};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Instant;

/// Measure where a stream's time goes, by group and by draw
#[derive(Debug, Args)]
#[command(
    after_help = "Every command is carried out alone, twice: once for the time until the interpreter and the driver have taken it \
    (cpu),\n\
    once for the time until its pixels are there (done), from which the time of asking for a pixel is taken off.\n\
    The graphics card's own time (gpu) is a timer query's around the command, where the context has them and the stream uses none.\n\
    The draws of lists stand at the places of the RUNs, counted from 0; a list of which signals change where, what or whether it draws\n\
    is measured whole.\n\
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
    /// Draws, clears and dispatches: place, the command if it stands in a list, group, time.
    draws: Vec<(Place, Option<Vec<u8>>, String, Time)>,
}

/// Where a draw stands.
#[derive(Clone, Copy)]
struct Place {
    frame: u64,
    /// The draw, or the RUN of the list that it stands in.
    command: u32,
    /// How many draws of the list, and of those that it runs, are before it.
    draw: Option<u32>,
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
        let mut stages: Option<(u64, [Stage<'_>; 2], Lists)> = None;
        for number in trace.frames().filter(|number| *number <= wanted.last) {
            let first = trace.first_of_stream(number).map_err(failed(&input.name))?;
            if stages.as_ref().is_none_or(|(begun, ..)| *begun != first) {
                let header = trace.header(number).map_err(failed(&input.name))?;
                let one = |waits| self.stage(&input.name, &trace, number, &header, waits);
                stages = Some((first, [one(false)?, one(true)?], Lists::default()));
            }
            let Some((_, both, lists)) = &mut stages else { continue };
            let Some(chunk) = trace.frame(number).map_err(failed(&input.name))? else { continue };
            if number < wanted.first {
                both.iter_mut()
                    .try_for_each(|stage| stage.run(&input.name, &chunk.head, &chunk.arena).map(drop))?;
                let interpreter = both[0].session.interpreter();
                let interpreter = interpreter.map_err(|error| Failure::about(&input.name, error))?;
                lists.learn(&chunk.head, &interpreter.account().refused);
                continue;
            }
            measure(&input.name, both, lists, &chunk, &mut times)?;
        }
        times.draws.sort_by(|a, b| b.3.done.total_cmp(&a.3.done));
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
        let line = |place: &Place, inner: &Option<Vec<u8>>| {
            let mut line = String::new();
            if let Some(bytes) = inner {
                Printer::new().line(bytes, &[], &mut line);
            } else if let Ok(Some(chunk)) = trace.frame(place.frame)
                && let Some(bytes) = split(&chunk.head).nth(place.command as usize)
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
            let draws = times.draws.iter().map(|(place, inner, group, time)| {
                let mut fields = json!({
                    "frame": place.frame, "command": place.command, "group": group, "line": line(place, inner),
                });
                if let Some(draw) = place.draw {
                    fields["draw"] = draw.into();
                }
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
        for (place, inner, group, time) in &times.draws {
            let Place { frame, command, draw } = place;
            let draw = draw.map_or(String::new(), |draw| format!(" draw {draw} of the list"));
            let group = if group.is_empty() { String::new() } else { format!(" in {group}") };
            _ = writeln!(
                out,
                "{:>12} {}  {frame}:{command}{draw}{group} {}",
                "",
                time.row(),
                line(place, inner)
            );
        }
        print_text(&out)?;
        Ok(outcome(name, trace))
    }
}

/// The lists of a stream, as far as their commands can be carried out one at a time.
#[derive(Default)]
struct Lists {
    recorded: BTreeMap<u32, Vec<Vec<u8>>>,
    /// Those of which signals change where, what or whether they draw: they are run whole.
    driven: BTreeSet<u32>,
}

impl Lists {
    /// Takes a RECORD's block that was carried out, or a BIND.
    fn take(&mut self, command: &Command<'_>, block: &[&[u8]]) {
        match command {
            Command::Record(record) => {
                let inner = block.get(1..block.len().saturating_sub(1)).unwrap_or_default();
                self.recorded.insert(record.list.0, inner.iter().map(|bytes| bytes.to_vec()).collect());
            }
            Command::Bind(bind) => {
                self.driven.extend(match bind.target {
                    BindTarget::Uniform { .. } => None,
                    BindTarget::Rectangle { list, .. } => Some(list.0),
                    BindTarget::Range { range } => Some(range.0),
                    BindTarget::Visible { visible } => Some(visible.0),
                });
            }
            _ => {}
        }
    }

    /// Learns from a frame that is drawn at once, but for commands that were refused.
    fn learn(&mut self, head: &[u8], refused: &[u32]) {
        let commands: Vec<&[u8]> = split(head).collect();
        let mut at = 0;
        while let Some(rest) = commands.get(at..).filter(|rest| !rest.is_empty()) {
            let command = rest.first().map(|bytes| Command::decode(&mut Reader::new(bytes)));
            let length = match &command {
                Some(Ok(Command::Record(_))) => block(rest),
                _ => 1,
            };
            let fine = !refused.iter().any(|refused| (at..at + length).contains(&(*refused as usize)));
            if let Some(Ok(command)) = command.filter(|_| fine) {
                self.take(&command, rest.get(..length).unwrap_or_default());
            }
            at += length;
        }
    }
}

/// A frame being measured.
struct Measuring<'m, 'a> {
    name: &'m str,
    stages: &'m mut [Stage<'a>; 2],
    lists: &'m mut Lists,
    times: &'m mut Times,
    chunk: &'m FrameChunk<'m>,
    /// What asking for a pixel costs when there is nothing to wait for.
    idle: f64,
    groups: Vec<String>,
    /// Commands of lists so far.
    ran: usize,
}

/// Measures the commands of a frame, one at a time, those of the lists that it runs among them; a list is recorded at once.
fn measure(
    name: &str,
    stages: &mut [Stage<'_>; 2],
    lists: &mut Lists,
    chunk: &FrameChunk<'_>,
    times: &mut Times,
) -> Result<(), Failure> {
    let nothing = Frame::new();
    let [_, done] = &mut *stages;
    let idle = (0..3).map(|_| done.run(name, nothing.head(), &[])).collect::<Result<Vec<_>, _>>()?;
    let idle = idle.into_iter().map(|(took, _)| took).fold(f64::INFINITY, f64::min);
    let mut measuring = Measuring { name, stages, lists, times, chunk, idle, groups: Vec::new(), ran: 0 };
    let commands: Vec<&[u8]> = split(&chunk.head).collect();
    let mut at = 0;
    while let Some(rest) = commands.get(at..).filter(|rest| !rest.is_empty()) {
        let command = rest.first().and_then(|bytes| Command::decode(&mut Reader::new(bytes)).ok());
        let length = if matches!(command, Some(Command::Record(_))) { block(rest) } else { 1 };
        let part = rest.get(..length).unwrap_or_default();
        let place = Place { frame: chunk.number, command: at as u32, draw: None };
        match &command {
            Some(Command::Run(run)) if measuring.can_take_apart(run.list.0, 0) => {
                measuring.list(run.list.0, place, &mut 0, 1)?;
            }
            _ => {
                measuring.one(command.as_ref(), part, place)?;
                if let (Some(command), true) = (&command, measuring.was_taken()?) {
                    measuring.lists.take(command, part);
                }
            }
        }
        at += length;
    }
    Ok(())
}

impl Measuring<'_, '_> {
    /// Carries out a command, or a RECORD with what it records, and adds its time.
    fn one(&mut self, command: Option<&Command<'_>>, bytes: &[&[u8]], place: Place) -> Result<(), Failure> {
        let mut part = Frame::new();
        bytes.iter().for_each(|bytes| part.push_encoded(bytes));
        let [taken, done] = &mut *self.stages;
        let (cpu, gpu) = taken.run(self.name, part.head(), &self.chunk.arena)?;
        let whole = (done.run(self.name, part.head(), &self.chunk.arena)?.0 - self.idle).max(cpu);
        let time = Time { count: 1, cpu, gpu, done: whole };
        match command {
            Some(Command::Group(group)) => self.groups.push(group.label.to_string()),
            Some(Command::End(_)) => drop(self.groups.pop()),
            _ => {}
        }
        let path = self.groups.join(" / ");
        self.times.frames.entry(place.frame).or_default().add(time);
        let opcode = command.map_or(0, Command::opcode);
        if ![Group::OPCODE, End::OPCODE].contains(&opcode) {
            self.times.groups.entry(path.clone()).or_default().add(time);
        }
        if is_draw(opcode) {
            let inner = bytes.first().filter(|_| place.draw.is_some()).map(|bytes| bytes.to_vec());
            self.times.draws.push((place, inner, path, time));
        }
        Ok(())
    }

    /// Whether nothing of what was carried out last was refused.
    fn was_taken(&mut self) -> Result<bool, Failure> {
        let interpreter = self.stages[0].session.interpreter();
        let interpreter = interpreter.map_err(|error| Failure::about(self.name, error))?;
        Ok(interpreter.account().refused.is_empty())
    }

    /// Whether the commands of a list do alone what its RUN does.
    fn can_take_apart(&self, list: u32, depth: u32) -> bool {
        let count = self.lists.recorded.get(&list).map(Vec::len);
        !self.lists.driven.contains(&list)
            && depth < limits::MAX_RUN_DEPTH
            && count.is_some_and(|count| self.ran + count <= limits::MAX_LIST_COMMANDS)
    }

    /// Carries out the commands of a list, for the RUN at a place.
    fn list(&mut self, list: u32, place: Place, draws: &mut u32, depth: u32) -> Result<(), Failure> {
        let commands = self.lists.recorded.get(&list).cloned().unwrap_or_default();
        self.ran += commands.len();
        for bytes in &commands {
            let command = Command::decode(&mut Reader::new(bytes)).ok();
            match &command {
                Some(Command::Run(run)) if self.can_take_apart(run.list.0, depth) => {
                    self.list(run.list.0, place, draws, depth + 1)?;
                }
                _ => {
                    let draw = Some(*draws);
                    *draws += u32::from(is_draw(command.as_ref().map_or(0, Command::opcode)));
                    self.one(command.as_ref(), &[bytes], Place { draw, ..place })?;
                }
            }
        }
        Ok(())
    }
}

/// Commands that have lines of their own. A RUN has one where its list is not taken apart.
fn is_draw(opcode: u8) -> bool {
    [Draw::OPCODE, Clear::OPCODE, Dispatch::OPCODE, Run::OPCODE].contains(&opcode)
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
