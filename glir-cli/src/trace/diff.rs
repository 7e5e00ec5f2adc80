//! `glir diff`: what differs between two streams, by what they do and by what they show.

use crate::failure::{Failure, Outcome, say};
use crate::input::{Input, InputArgs};
use crate::output::Output;
use crate::trace::painter::Interpreter;
use crate::trace::picture::{Drawn, different};
use crate::trace::{failed, is_partial, open, print_json, print_text};
use clap::Args;
use glir_native::Api;
use glir_trace::{Trace, split};
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

    /// Draws both sides frame by frame; at the first frame whose pictures differ looks for the command that makes them do so.
    fn pictures(&self, a: &Side<'_, '_>, b: &Side<'_, '_>) -> Result<Outcome, Failure> {
        let mut drawn = (self.drawn(a), self.drawn(b));
        let mut found = None;
        for (frame_a, frame_b) in a.trace.frames().zip(b.trace.frames()) {
            let pictures = (drawn.0.frame(frame_a, None)?, drawn.1.frame(frame_b, None)?);
            let pixels = match &pictures {
                (Some(one), Some(other)) => different(one, other),
                (None, None) => 0,
                _ => return Err(Failure::about(a.name, "only one of the interpreters takes the stream")),
            };
            if pixels > 0 {
                found = Some((frame_a, frame_b, pixels));
                break;
            }
        }
        let counts = (a.trace.frame_count(), b.trace.frame_count());
        let Some((frame_a, frame_b, pixels)) = found else {
            let same = counts.0 == counts.1;
            if self.json {
                print_json(&json!({ "equal": same, "frames_a": counts.0, "frames_b": counts.1 }))?;
            } else if same {
                say(format_args!("all {} frames show the same", counts.0));
            } else {
                say(format_args!(
                    "the first frames show the same; one has {} frames, one {}",
                    counts.0, counts.1
                ));
            }
            let partial = [a, b].iter().filter(|side| is_partial(side.name, side.trace)).count();
            return Ok(Outcome::of_faults(!same || partial > 0));
        };
        let command = self.bisect(a, frame_a, b, frame_b)?;
        let line = self.line(a.trace, frame_a, command);
        if self.json {
            print_json(&json!({
                "equal": false, "frame_a": frame_a, "frame_b": frame_b, "pixels": pixels, "command": command, "line": line,
            }))?;
        } else {
            let mut text = String::new();
            _ = writeln!(
                text,
                "frames {frame_a} and {frame_b} differ in {pixels} pixels, first behind command {command}:"
            );
            _ = writeln!(text, "  {line}");
            print_text(&text)?;
        }
        Ok(Outcome::Faults)
    }

    fn drawn<'t, 'a>(&self, side: &Side<'t, 'a>) -> Drawn<'t, 'a> {
        Drawn::by(side.name, side.trace, side.interpreter.clone(), &self.web)
    }

    /// The first command of two frames behind which the pictures differ.
    fn bisect(
        &self,
        a: &Side<'_, '_>,
        frame_a: u64,
        b: &Side<'_, '_>,
        frame_b: u64,
    ) -> Result<usize, Failure> {
        let count = |side: &Side<'_, '_>, frame| {
            let chunk = side.trace.frame(frame).map_err(failed(side.name))?;
            Ok::<usize, Failure>(chunk.map_or(0, |chunk| split(&chunk.head).count()))
        };
        let (mut same, mut other) = (0, count(a, frame_a)?.max(count(b, frame_b)?));
        while same + 1 < other {
            let middle = usize::midpoint(same, other);
            let one = self.drawn(a).at(frame_a, middle)?;
            let two = self.drawn(b).at(frame_b, middle)?;
            let differs = match (&one, &two) {
                (Some(one), Some(two)) => different(one, two) > 0,
                _ => one.is_some() != two.is_some(),
            };
            if differs { other = middle } else { same = middle }
        }
        Ok(other.saturating_sub(1))
    }

    fn line(&self, trace: &Trace<'_>, frame: u64, command: usize) -> String {
        let Ok(Some(chunk)) = trace.frame(frame) else { return String::new() };
        let mut printer = glir_core::text::Printer::new();
        printer.elide = Some(16);
        let mut line = String::new();
        if let Some(bytes) = split(&chunk.head).nth(command) {
            printer.line(bytes, &chunk.arena, &mut line);
        }
        line.trim_end().to_owned()
    }
}
