//! `glir convert` and `glir merge`: streams written anew, in another form or as one file.

use crate::answers;
use crate::failure::{Failure, Outcome, say};
use crate::input::{Input, InputArgs};
use crate::output::Output;
use crate::replay::{Findings, Host, replay};
use crate::trace::{is_partial, tell_of_replies};
use clap::Args;
use glir_core::file::FileFault;
use glir_core::{FrameInput, Settings, Store};
use glir_native::{Api, Headless};
use glir_spec::wire::Str;
use glir_spec::{Encoding, Header};
use glir_trace::{Form, Recorder, Recording, convert, side_by_side};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// How a result is written.
#[derive(Debug, Args)]
struct FormArgs {
    /// Write plain chunks, which every reader takes: nothing packed, no keyframes, payloads where they were
    #[arg(long)]
    plain: bool,
    /// The part of the file that keyframes may take, in percent; 0 for none
    #[arg(long, value_name = "PERCENT", default_value_t = 4, conflicts_with = "plain")]
    keyframes: u64,
}

impl FormArgs {
    fn form(&self) -> Form {
        match self.plain {
            true => Form::Plain,
            false => Form::Recorded(self.recording()),
        }
    }

    fn recording(&self) -> Recording {
        Recording { keyframe_percent: self.keyframes, ..Recording::default() }
    }
}

/// Write a stream anew: packed and with keyframes, or plain
#[derive(Debug, Args)]
#[command(
    after_help = "The result has an index, payloads that come again are stored once, and whoever seeks finds keyframes.\n\
    What is damaged is told and left out.\n\n\
    Examples:\n  \
    glir convert cut-short.glir -o whole.glir\n  \
    glir convert recording.glir --plain -o for-others.glir\n  \
    glir convert scene.glir --replies gl -o reference.glir && glir render reference.glir --deterministic -o seen.png\n  \
    glir convert scene.glirt -o scene.glir"
)]
pub(crate) struct Convert {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    form: FormArgs,
    /// Draw it, and record what the interpreter answers, to which --deterministic holds a replay
    #[arg(long, value_name = "API", conflicts_with = "plain")]
    replies: Option<Api>,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
}

impl Convert {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        self.input.refuse_to_overwrite(&self.output)?;
        if let Some(api) = self.replies {
            return answered(&input, api, self.form.recording(), &self.output);
        }
        write(&[input], self.form.form(), &self.output)
    }
}

/// Put streams into one file: one behind the other, or side by side in one picture
#[derive(Debug, Args)]
#[command(
    after_help = "One behind the other, each stream begins anew where its header stands; frames are numbered over all of them.\n\
    Side by side they are one stream, whose picture has theirs from left to right. Their frames come when they came: those of one\n\
    moment together, as do those of streams without times. Objects and signals get other ids, lists are carried out where they\n\
    run, READs and queries are left out. Streams with several canvases, with inputs or controllers of a pointer, or drawn anew\n\
    between their frames can't share a picture.\n\n\
    Examples:\n  \
    glir merge monday.glir tuesday.glir -o both.glir\n  \
    glir merge --side-by-side before.glir after.glir -o both.glir && glir play both.glir"
)]
pub(crate) struct Merge {
    /// .glir files or their text forms, in order
    #[arg(value_name = "IN", num_args = 1.., required = true)]
    inputs: Vec<PathBuf>,
    /// Show them in one picture, at the same time
    #[arg(long, conflicts_with = "plain")]
    side_by_side: bool,
    #[command(flatten)]
    form: FormArgs,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
}

impl Merge {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut inputs = Vec::new();
        for path in &self.inputs {
            InputArgs::named(path).refuse_to_overwrite(&self.output)?;
            inputs.push(InputArgs::named(path).open()?);
        }
        if self.side_by_side {
            return beside(&inputs, self.form.recording(), &self.output);
        }
        write(&inputs, self.form.form(), &self.output)
    }
}

fn write(inputs: &[Input], form: Form, output: &std::path::Path) -> Result<Outcome, Failure> {
    Output::expect_extension(output, "glir", "a stream in its binary form")?;
    let streams = inputs.iter().map(Input::stream).collect::<Result<Vec<_>, _>>()?;
    let bytes: Vec<&[u8]> = streams.iter().map(|stream| &**stream).collect();
    // What is no stream at all is known before the old output is touched.
    for (input, bytes) in inputs.iter().zip(&bytes) {
        glir_trace::Trace::open(bytes).map_err(crate::trace::failed(&input.name))?;
    }
    let mut out = Output::open(Some(output))?;
    let mut damaged = false;
    let mut fault = |number: usize, fault: FileFault| {
        damaged = true;
        let name = inputs.get(number).map_or("", |input| &input.name);
        say(format_args!("{name}: {fault}"));
    };
    let written = convert(&bytes, &mut out, form, &mut fault).map(drop);
    match written {
        Ok(()) => out.finish()?,
        Err(error) => return Err(out.failed(&error)),
    }
    Ok(Outcome::of_faults(damaged))
}

/// Writes streams as one picture.
fn beside(inputs: &[Input], recording: Recording, output: &std::path::Path) -> Result<Outcome, Failure> {
    Output::expect_extension(output, "glir", "a stream in its binary form")?;
    let streams = inputs.iter().map(Input::stream).collect::<Result<Vec<_>, _>>()?;
    let mut traces = Vec::new();
    for (input, bytes) in inputs.iter().zip(&streams) {
        traces.push(crate::trace::open(input, bytes)?);
    }
    let mut out = Output::open(Some(output))?;
    match side_by_side(&traces, &mut out, recording) {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(out.failed(&error)),
        Err(error) => {
            let name = error.stream().and_then(|number| inputs.get(number)).map_or("", |input| &input.name);
            let name = if name.is_empty() { "side by side" } else { name };
            return Err(Failure::about(name, error));
        }
    }
    out.finish()?;
    inputs.iter().zip(&traces).for_each(|(input, trace)| tell_of_replies(&input.name, trace));
    let partial = inputs.iter().zip(&traces).filter(|(input, trace)| is_partial(&input.name, trace)).count();
    Ok(Outcome::of_faults(partial > 0))
}

/// Writes a stream anew with what an interpreter answers.
fn answered(
    input: &Input,
    api: Api,
    recording: Recording,
    output: &std::path::Path,
) -> Result<Outcome, Failure> {
    Output::expect_extension(output, "glir", "a stream in its binary form")?;
    let bytes = input.stream()?;
    glir_trace::Trace::open(&bytes).map_err(crate::trace::failed(&input.name))?;
    let out = Output::open(Some(output))?;
    let (name, findings) = (&input.name, Findings::new(&input.name, false));
    let mut answering =
        Answering { name, api, recording, out: Some(out), recorder: None, session: None, findings };
    replay(name, &bytes, &mut answering)?;
    answering.end()?;
    if let Some(out) = answering.out.take() {
        out.finish()?;
    }
    Ok(Outcome::of_faults(!answering.findings.damage.is_empty()))
}

/// Draws a stream, and records it with the answers behind each frame chunk.
struct Answering<'i> {
    name: &'i str,
    api: Api,
    recording: Recording,
    out: Option<Output>,
    recorder: Option<Recorder<Output>>,
    session: Option<Headless>,
    findings: Findings,
}

impl Answering<'_> {
    fn failed(&self, error: impl std::fmt::Display) -> Failure {
        Failure::about(self.name, error)
    }

    /// Ends the stream that is being written.
    fn end(&mut self) -> Result<(), Failure> {
        if let Some(recorder) = self.recorder.take() {
            self.out = Some(recorder.finish().map_err(|error| self.failed(error))?);
        }
        Ok(())
    }
}

impl Host for Answering<'_> {
    fn begin(&mut self, header: &Header<'_>) -> Result<ControlFlow<()>, Failure> {
        self.end()?;
        // One context draws at a time.
        self.session = None;
        self.session =
            Some(Headless::open(self.api, header, Settings::default()).map_err(|error| self.failed(error))?);
        if let Some(out) = self.out.take() {
            self.recorder =
                Some(Recorder::new(out, header, self.recording).map_err(|error| self.failed(error))?);
        }
        Ok(ControlFlow::Continue(()))
    }

    fn blob(&mut self, encoding: Encoding, bytes: &[u8]) {
        if let Some(recorder) = &mut self.recorder {
            // What can't be written will be told with the next frame.
            let _ = recorder.blob(encoding, bytes);
        }
    }

    fn frame(&mut self, input: FrameInput<'_>, time_us: u64) -> Result<ControlFlow<()>, Failure> {
        let name = self.name;
        let failed = |error: &dyn std::fmt::Display| Failure::about(name, error);
        let (Some(recorder), Some(session)) = (&mut self.recorder, &mut self.session) else {
            return Ok(ControlFlow::Break(()));
        };
        let Store::Memory(arena) = input.arena else { return Ok(ControlFlow::Break(())) };
        recorder.frame(input.head, arena, time_us).map_err(|error| failed(&error))?;
        let interpreter = session.interpreter().map_err(|error| failed(&error))?;
        answers::set_time(interpreter, time_us);
        interpreter.draw(input);
        let lines = answers::lines(&interpreter.take_replies(), &interpreter.take_diagnostics());
        recorder.meta(&[(answers::KEY, &answers::note(&lines))]).map_err(|error| failed(&error))?;
        Ok(ControlFlow::Continue(()))
    }

    fn notes(&mut self, notes: &[(Str<'_>, Str<'_>)]) -> Result<(), Failure> {
        let kept: Vec<(&str, &str)> = notes
            .iter()
            .filter(|(key, _)| &**key != answers::KEY)
            .map(|(key, value)| (&**key, &**value))
            .collect();
        match &mut self.recorder {
            Some(recorder) if !kept.is_empty() => {
                recorder.meta(&kept).map_err(|error| Failure::about(self.name, error))
            }
            _ => Ok(()),
        }
    }

    fn damage(&mut self, fault: &FileFault) {
        self.findings.add_damage(fault);
    }
}
