//! `glir diff`: what differs between two streams, by what they do and by what they show.

use crate::failure::{Failure, Outcome, say};
use crate::input::{Input, InputArgs};
use crate::output::Output;
use crate::trace::painter::Interpreter;
use crate::trace::picture::{Drawn, different};
use crate::trace::{failed, is_partial, open, print_json, print_text};
use clap::Args;
use glir_native::Api;
use glir_trace::{Aligned, Pair, Trace, split};
use serde_json::json;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

/// Compare two streams by what they do, or by what they show
#[derive(Debug, Args)]
#[command(
    after_help = "Objects are known by what they are, not by their ids, and the order of what does not depend on each \
    other is no difference.\n\
    -  stands in the first only, + in the second only, ~ is said otherwise without an effect.\n\
    Exit code 1 if something differs.\n\n\
    Examples:\n  \
    glir diff yesterday.glir today.glir\n  \
    glir diff --html differences.html a.glir b.glir\n  \
    glir diff a.glir b.glir --patch ab.patch; glir apply a.glir ab.patch -o b-again.glir\n  \
    glir diff --pixels a.glir b.glir\n  \
    glir diff --across gl,gles3 scene.glir
  \
    glir diff --across gl,webgl2 scene.glir"
)]
pub(crate) struct DiffVerb {
    /// A .glir file or its text form
    #[arg(value_name = "A")]
    a: PathBuf,
    /// The other one; not with --across
    #[arg(value_name = "B", required_unless_present = "across", conflicts_with = "across")]
    b: Option<PathBuf>,
    /// Draw both, and find the first command after which the pictures differ
    #[arg(long)]
    pixels: bool,
    /// Draw one stream on two interpreters, and find the first command after which the pictures differ: gl, gles2, gles3, and webgl1 or webgl2 in
    /// a headless Chromium, on this machine's Mesa or on what is named behind a dash as for `glir conform`
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    across: Vec<Interpreter>,
    /// The interpreter that --pixels draws with
    #[arg(long, value_name = "API", default_value = "gl")]
    api: Api,
    /// The browser's package, as `cargo xtask web` builds it
    #[arg(long, value_name = "FOLDER", default_value = "glir-web/dist/package", hide_short_help = true)]
    web: PathBuf,
    /// The most differences of a kind that are printed
    #[arg(long, value_name = "N", default_value_t = 50)]
    most: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Write a page of HTML
    #[arg(long, value_name = "OUT.html", conflicts_with_all = ["across", "pixels"])]
    html: Option<PathBuf>,
    /// Write what leads from A to B, for `glir apply`
    #[arg(long, value_name = "OUT.patch", conflicts_with_all = ["across", "pixels"])]
    patch: Option<PathBuf>,
}

/// One of the two: a trace, and what draws it.
struct Side<'s, 'a> {
    name: &'s str,
    trace: &'s Trace<'a>,
    interpreter: Interpreter,
}

impl DiffVerb {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let a = InputArgs::named(&self.a).open()?;
        let b = self.b.as_deref().map(|path| InputArgs::named(path).open()).transpose()?;
        let bytes_a = a.stream()?;
        let trace_a = open(&a, &bytes_a)?;
        let Some(b) = b else {
            let [one, other] = &self.across[..] else {
                return Err(Failure::Unusable("--across takes two interpreters, such as gl,gles3".into()));
            };
            let side = |interpreter: &Interpreter| {
                let interpreter = interpreter.clone();
                Side { name: &a.name, trace: &trace_a, interpreter }
            };
            return self.pictures(&side(one), &side(other));
        };
        let bytes_b = b.stream()?;
        let trace_b = open(&b, &bytes_b)?;
        if self.pixels {
            let side = |name, trace| Side { name, trace, interpreter: Interpreter::Native(self.api) };
            return self.pictures(&side(&a.name, &trace_a), &side(&b.name, &trace_b));
        }
        self.meaning((&a, &trace_a), (&b, &trace_b))
    }

    fn meaning(&self, a: (&Input, &Trace<'_>), b: (&Input, &Trace<'_>)) -> Result<Outcome, Failure> {
        let names = format!("{} and {}", a.0.name, b.0.name);
        let diff = glir_trace::diff(a.1, b.1).map_err(failed(&names))?;
        if let Some(path) = &self.html {
            for input in [&Some(self.a.clone()), &self.b].into_iter().flatten() {
                InputArgs::named(input).refuse_to_overwrite(path)?;
            }
            Output::expect_extension(path, "html", "a page")?;
            let page = diff.html([&a.0.name, &b.0.name], self.most.max(1000));
            let mut out = Output::open(Some(path))?;
            out.write_all(page.as_bytes()).map_err(|error| out.failed(&error))?;
            out.finish()?;
        }
        if let Some(path) = &self.patch {
            for input in [&Some(self.a.clone()), &self.b].into_iter().flatten() {
                InputArgs::named(input).refuse_to_overwrite(path)?;
            }
            let patch =
                glir_trace::patch(a.1.bytes(), b.1.bytes()).map_err(|error| Failure::about(&names, error))?;
            let mut out = Output::open(Some(path))?;
            out.write_all(&patch).map_err(|error| out.failed(&error))?;
            out.finish()?;
        }
        if self.json {
            print_json(&diff.json())?;
        } else {
            let mut text = String::new();
            diff.print(self.most, &mut text);
            print_text(&text)?;
            if diff.is_empty() {
                say(format_args!("{names} do the same"));
            }
        }
        let partial = [a, b].iter().filter(|(input, trace)| is_partial(&input.name, trace)).count();
        Ok(Outcome::of_faults(!diff.is_empty() || partial > 0))
    }

    /// Draws both sides frame by frame, as they stand beside each other; at the first two frames whose pictures differ looks for the command
    /// that makes them do so.
    fn pictures(&self, a: &Side<'_, '_>, b: &Side<'_, '_>) -> Result<Outcome, Failure> {
        let aligned = match std::ptr::eq(a.trace, b.trace) {
            true => Aligned::by_place(a.trace, b.trace),
            false => Aligned::of(a.trace, b.trace),
        };
        let mut drawn = (self.drawn(a), self.drawn(b));
        let mut found = Found::default();
        for (frame_a, frame_b) in aligned.frames.iter().copied() {
            let one = frame_a.map(|frame| drawn.0.frame(frame)).transpose()?;
            let other = frame_b.map(|frame| drawn.1.frame(frame)).transpose()?;
            let pixels = match (&one, &other) {
                (Some(Some(one)), Some(Some(other))) => different(one, other),
                (Some(None), Some(None)) => 0,
                (Some(_), Some(_)) => {
                    return Err(Failure::about(a.name, "only one of the interpreters takes the stream"));
                }
                _ => {
                    found.only.push((frame_a, frame_b));
                    0
                }
            };
            if let (Some(frame_a), Some(frame_b)) = (frame_a, frame_b)
                && pixels > 0
            {
                found.frames = Some((frame_a, frame_b, pixels));
                break;
            }
        }
        drop(drawn);
        if let Some((frame_a, frame_b, _)) = found.frames {
            let steps = aligned.commands((a.trace, frame_a), (b.trace, frame_b)).map_err(failed(a.name))?;
            found.first = self.first((a, frame_a), (b, frame_b), &steps)?;
        }
        self.tell(a, b, &found)
    }

    fn drawn<'t, 'a>(&self, side: &Side<'t, 'a>) -> Drawn<'t, 'a> {
        Drawn::by(side.name, side.trace, side.interpreter.clone(), &self.web)
    }

    /// The first step behind which two frames show something else.
    fn first(
        &self,
        (a, frame_a): (&Side<'_, '_>, u64),
        (b, frame_b): (&Side<'_, '_>, u64),
        steps: &[Pair<u32>],
    ) -> Result<First, Failure> {
        let is_page = |side: &Side<'_, '_>| matches!(side.interpreter, Interpreter::Page(..));
        let most = if is_page(a) || is_page(b) { MOST_BY_PAGES } else { MOST };
        // How many commands have been carried out: before all of them, and behind each step.
        let mut places = vec![(0, 0)];
        for (one, other) in steps {
            let (before_a, before_b) = places.last().copied().unwrap_or_default();
            let behind = |command: Option<u32>, before| command.map_or(before, |at| at as usize + 1);
            places.push((behind(*one, before_a), behind(*other, before_b)));
        }
        let mut first = First { steps: places.len(), ..First::default() };
        let mut range = 0..places.len();
        loop {
            // More than can be looked at are looked at from afar first.
            let stride = range.len().div_ceil(most).max(1);
            let last = range.end.saturating_sub(1);
            let mut chosen: Vec<usize> = range.clone().step_by(stride).collect();
            if chosen.last() != Some(&last) {
                chosen.push(last);
            }
            first.looked += chosen.len();
            let counts = |of: fn(&(usize, usize)) -> usize| {
                let mut counts: Vec<usize> = chosen.iter().filter_map(|at| places.get(*at)).map(of).collect();
                counts.dedup();
                counts
            };
            let one = self.drawn(a).behind(frame_a, &counts(|place| place.0))?;
            let other = self.drawn(b).behind(frame_b, &counts(|place| place.1))?;
            let seen = |of: &[(usize, blake3::Hash)], count: usize| {
                let behind = of.partition_point(|(place, _)| *place <= count);
                behind.checked_sub(1).and_then(|at| of.get(at)).map(|(_, hash)| *hash)
            };
            let differs = |at: &usize| {
                let place = places.get(*at).copied().unwrap_or_default();
                seen(&one, place.0) != seen(&other, place.1)
            };
            let Some(nth) = chosen.iter().position(differs) else { return Ok(first) };
            let at = chosen.get(nth).copied().unwrap_or_default();
            let from =
                nth.checked_sub(1).and_then(|before| chosen.get(before)).map_or(0, |before| before + 1);
            if stride == 1 || from == at {
                first.step = Some(at.checked_sub(1).and_then(|step| steps.get(step)).copied());
                return Ok(first);
            }
            range = from..at + 1;
        }
    }

    /// Says what was found.
    fn tell(&self, a: &Side<'_, '_>, b: &Side<'_, '_>, found: &Found) -> Result<Outcome, Failure> {
        let only = |of: fn(&Pair<u64>) -> Option<u64>| found.only.iter().filter_map(of).collect::<Vec<_>>();
        let (only_a, only_b) = (only(|pair| pair.0), only(|pair| pair.1));
        let counts = (a.trace.frame_count(), b.trace.frame_count());
        let Some((frame_a, frame_b, pixels)) = found.frames else {
            let same = found.only.is_empty();
            if self.json {
                print_json(&json!({
                    "equal": same, "frames_a": counts.0, "frames_b": counts.1, "only_a": only_a, "only_b": only_b,
                }))?;
            } else if same {
                say(format_args!("all {} frames show the same", counts.0));
            } else {
                print_text(&self.alone(found))?;
                say(format_args!(
                    "the frames that both have show the same; one has {} frames, one {}",
                    counts.0, counts.1
                ));
            }
            let partial = [a, b].iter().filter(|side| is_partial(side.name, side.trace)).count();
            return Ok(Outcome::of_faults(!same || partial > 0));
        };
        let First { step, looked, steps } = found.first;
        let (command_a, command_b) = step.flatten().unwrap_or_default();
        let line_a = command_a.map(|command| self.line(a.trace, frame_a, command));
        let line_b = command_b.map(|command| self.line(b.trace, frame_b, command));
        if self.json {
            print_json(&json!({
                "equal": false, "frame_a": frame_a, "frame_b": frame_b, "pixels": pixels,
                "command": command_a, "line": line_a, "command_b": command_b, "line_b": line_b,
                "only_a": only_a, "only_b": only_b, "places": steps, "looked_at": looked,
            }))?;
            return Ok(Outcome::Faults);
        }
        let mut text = self.alone(found);
        _ = write!(text, "frames {frame_a} and {frame_b} differ in {pixels} pixels, ");
        _ = match (step, command_a, command_b) {
            (None, ..) => writeln!(text, "at their ends only"),
            (_, Some(one), Some(other)) if one == other => {
                writeln!(text, "first behind command {one}:")
            }
            (_, Some(one), Some(other)) => {
                writeln!(text, "first behind command {one} of the first, {other} of the second:")
            }
            (_, Some(one), None) => {
                writeln!(text, "first behind command {one}, which stands in the first only:")
            }
            (_, None, Some(other)) => {
                writeln!(text, "first behind command {other}, which stands in the second only:")
            }
            (_, None, None) => writeln!(text, "before their first commands already"),
        };
        match (line_a, line_b) {
            (Some(one), Some(other)) if one == other => _ = writeln!(text, "  {one}"),
            (one, other) => {
                one.into_iter().for_each(|line| _ = writeln!(text, "- {line}"));
                other.into_iter().for_each(|line| _ = writeln!(text, "+ {line}"));
            }
        }
        print_text(&text)?;
        if looked < steps {
            say(format_args!(
                "pictures were looked at in {looked} of {steps} places; what differed for a while between two of them is not told"
            ));
        }
        Ok(Outcome::Faults)
    }

    /// The frames that only one of the two has, a line each.
    fn alone(&self, found: &Found) -> String {
        let mut text = String::new();
        for pair in found.only.iter().take(self.most) {
            _ = match pair {
                (Some(frame), _) => writeln!(text, "- frame {frame}, whole"),
                (_, Some(frame)) => writeln!(text, "+ frame {frame}, whole"),
                (None, None) => Ok(()),
            };
        }
        if found.only.len() > self.most {
            _ = writeln!(text, "and {} more frames that only one has", found.only.len() - self.most);
        }
        text
    }

    fn line(&self, trace: &Trace<'_>, frame: u64, command: u32) -> String {
        let Ok(Some(chunk)) = trace.frame(frame) else { return String::new() };
        let mut printer = glir_core::text::Printer::new();
        printer.elide = Some(16);
        let mut line = String::new();
        if let Some(bytes) = split(&chunk.head).nth(command as usize) {
            printer.line(bytes, &chunk.arena, &mut line);
        }
        line.trim_end().to_owned()
    }
}

/// The most places of a frame at which pictures are looked at in one go, natively and by pages.
const MOST: usize = 4096;
const MOST_BY_PAGES: usize = 256;

/// What differs between the pictures of two traces.
#[derive(Default)]
struct Found {
    /// Frames that only one has, as far as was drawn.
    only: Vec<Pair<u64>>,
    /// The first two frames that differ, and the pixels that do.
    frames: Option<(u64, u64, u64)>,
    first: First,
}

/// The first place within two frames at which they differ.
#[derive(Clone, Copy, Default)]
struct First {
    /// None if it was not found; no commands if it is before all of them.
    step: Option<Option<Pair<u32>>>,
    /// Places at which pictures were looked at, and those that there are.
    looked: usize,
    steps: usize,
}
