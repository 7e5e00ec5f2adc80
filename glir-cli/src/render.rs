//! `glir render`: a stream's picture, without a window.

use crate::answers;
use crate::events::read_log;
use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::replay::{Findings, Host, replay};
use crate::sizes::counted;
use clap::Args;
use glir_core::file::FileFault;
use glir_core::text::{EventLog, reply_line};
use glir_core::{FrameInput, Outcome as FrameOutcome, Settings};
use glir_native::{Api, Headless, OpenError};
use glir_spec::wire::Str;
use glir_spec::{Header, limits};
use serde_json::json;
use std::fmt::Display;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Draw a stream to a PNG picture, without a display
#[derive(Debug, Args)]
#[command(
    after_help = "The picture is the current canvas after the last frame, or after frame N (counted from 0).\n\
    A stream with faults is drawn without the faulty commands; the exit code is then 1.\n\n\
    Examples:\n  \
    glir render plot.glir -o plot.png\n  \
    glir render scene.glirt -o frame3.png --frame 3 --api gles3\n  \
    glir render shader.glirt -o large.png --size 3840x2160\n  \
    glir plot ecg.wav --size 800x450 -o - | glir render - -o ecg.png\n  \
    glir render pick.glirt -o pick.png --replies -\n  \
    glir render scene.glir -o seen.png --events hand.jsonl"
)]
pub(crate) struct Render {
    #[command(flatten)]
    input: InputArgs,
    /// The picture to write; - for standard output
    #[arg(short, long, value_name = "OUT.png")]
    output: PathBuf,
    /// Draw with desktop OpenGL (gl), OpenGL ES 2.0 (gles2) or 3.0 (gles3)
    #[arg(long, default_value = "gl", value_name = "API")]
    api: Api,
    /// Stop after this frame, counted from 0
    #[arg(long, value_name = "N")]
    frame: Option<u64>,
    /// Give the first canvas this size instead of the header's; what stands in pixels, as the parts of plots do, stays where it is
    #[arg(long, value_name = "WxH", value_parser = size)]
    size: Option<(u32, u32)>,
    /// Write replies (pixels read, query results, diagnostics) as text, one a line; - for standard output
    #[arg(long, value_name = "FILE")]
    replies: Option<PathBuf>,
    /// Let happen what a log of events says, as `glir play --record-events` writes it
    #[arg(long, value_name = "LOG")]
    events: Option<PathBuf>,
    /// Take size, time and replies from the recording, and tell where a reply differs
    #[arg(long, conflicts_with_all = ["size", "events"])]
    deterministic: bool,
    /// Stop at the first fault, and write no picture
    #[arg(long)]
    strict: bool,
    /// Print a summary as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// What is told of a picture that --size takes apart.
const IN_PIXELS: &str = "parts of the picture stand in pixels, where --size does not move them; make the stream for this size, as `glir plot DATA --size WxH` does";

/// A size as `WxH`.
pub(crate) fn size(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once(['x', 'X', '×']).ok_or("a size looks like 800x600")?;
    let side = |text: &str| match text.trim().parse() {
        Ok(side @ 1..=limits::MAX_CANVAS_EXTENT) => Ok(side),
        _ => Err(format!("{text:?} is no number from 1 to {}", limits::MAX_CANVAS_EXTENT)),
    };
    Ok((side(parts.0)?, side(parts.1)?))
}

impl Render {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        self.input.refuse_to_overwrite(&self.output)?;
        if let Some(replies) = &self.replies {
            self.input.refuse_to_overwrite(replies)?;
            if *replies == self.output {
                return Err(Failure::about(
                    replies.display(),
                    "the picture goes there; name another file for the replies",
                ));
            }
            if self.json && replies.as_os_str() == "-" {
                return Err(Failure::about(
                    "standard output",
                    "--json goes there; name a file for the replies",
                ));
            }
        }
        if self.json && self.output.as_os_str() == "-" {
            return Err(Failure::about("standard output", "--json goes there; name a file for the picture"));
        }
        Output::expect_extension(&self.output, "png", "a PNG picture")?;
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let replies = self.replies.as_deref().map(|path| Output::open(Some(path))).transpose()?;
        let mut drawing = Drawing {
            verb: self,
            name: &input.name,
            session: None,
            frames: 0,
            begun: false,
            resized: false,
            refused: false,
            stopped: false,
            reached: false,
            events: self.events.as_deref().map(read_log).transpose()?,
            asserts: false,
            said: Vec::new(),
            differences: Vec::new(),
            chunks: 0,
            answered: false,
            replies,
            findings: Findings::new(&input.name, self.json),
        };
        replay(&input.name, &bytes, &mut drawing)?;
        drawing.let_happen()?;
        let mut broken = Vec::new();
        if drawing.asserts {
            broken = crate::trace::assert::hold(&input.name, &bytes, Some(self.api), self.json)?;
            drawing.findings.errors += broken.len() as u64;
        }
        drawing.finish(&broken)
    }
}

struct Drawing<'r> {
    verb: &'r Render,
    name: &'r str,
    session: Option<Headless>,
    /// Frames that have ended with SWAP.
    frames: u64,
    /// A frame, or a part of one, has been given to the interpreter.
    begun: bool,
    /// The stream's canvas has another size than its header says.
    resized: bool,
    /// The context can't draw what the stream's header asks for.
    refused: bool,
    /// A fault ended the replay.
    stopped: bool,
    /// The frame that was asked for has been drawn.
    reached: bool,
    /// What people did.
    events: Option<EventLog>,
    /// Something of what was drawn is asserted.
    asserts: bool,
    /// What the last frame chunk was answered, and which replies were not the recorded ones.
    said: Vec<String>,
    differences: Vec<String>,
    /// Frame chunks that have been drawn, and whether the recording has answers to any.
    chunks: u64,
    answered: bool,
    replies: Option<Output>,
    findings: Findings,
}

impl Drawing<'_> {
    fn broken(&self, why: impl Display) -> Failure {
        Failure::about(self.name, why)
    }

    /// Passes on what came back.
    fn collect(&mut self) -> Result<(), Failure> {
        let Some(session) = &mut self.session else { return Ok(()) };
        let interpreter = session.interpreter().map_err(|error| Failure::about(self.name, error))?;
        let (replies, diagnostics) = (interpreter.take_replies(), interpreter.take_diagnostics());
        if self.verb.deterministic {
            self.said = answers::lines(&replies, &diagnostics);
        }
        if let Some(out) = &mut self.replies {
            let faults = diagnostics.iter().map(glir_core::Diagnostic::reply);
            for reply in faults.chain(replies) {
                let line = reply_line(&reply, &[]);
                writeln!(out, "{}", line.trim_end()).map_err(|error| out.failed(&error))?;
            }
        }
        self.findings.add(diagnostics);
        Ok(())
    }

    /// Lets the rest of the log happen.
    fn let_happen(&mut self) -> Result<(), Failure> {
        if let (Some(log), Some(session)) = (&mut self.events, &mut self.session) {
            let interpreter = session.interpreter().map_err(|error| Failure::about(self.name, error))?;
            log.replay_rest(interpreter);
        }
        self.collect()
    }

    fn finish(mut self, broken: &[String]) -> Result<Outcome, Failure> {
        let verb = self.verb;
        if let Some(frame) = verb.frame.filter(|_| !self.reached && !self.stopped) {
            let there = counted(self.frames, "frame");
            return Err(self.broken(format_args!("the stream has {there}; there is no frame {frame}")));
        }
        if let Some(replies) = self.replies.take() {
            replies.finish()?;
        }
        if verb.strict && self.findings.errors > 0 {
            say(format_args!("{}: stopped at the first fault; no picture was written", self.name));
            return Ok(Outcome::Faults);
        }
        if self.refused {
            let more = if verb.api == Api::Gles2 { "; --api gl and --api gles3 offer more" } else { "" };
            say(format_args!("{}: no picture was written{more}", self.name));
            return Ok(Outcome::Faults);
        }
        if !self.begun && self.findings.errors > 0 {
            say(format_args!("{}: no frame could be read; no picture was written", self.name));
            return Ok(Outcome::Faults);
        }
        let Some(mut session) = self.session.take() else {
            return Err(self.broken("nothing could be drawn"));
        };
        let drawn = session.interpreter().map_err(|error| Failure::about(self.name, error))?;
        if self.resized && drawn.is_in_pixels() && !drawn.signals().follows_size(0) {
            say(format_args!("{}: {IN_PIXELS}", self.name));
        }
        let (width, height, pixels) = session
            .picture()
            .map_err(|failure| self.broken(format_args!("the picture can't be read: {failure:?}")))?;
        let mut out = Output::open(Some(&verb.output))?;
        write_png(&mut out, width, height, &pixels)?;
        let output = out.name().to_owned();
        out.finish()?;
        if verb.json {
            let info = session.info();
            let summary = json!({
                "input": self.name, "output": output, "width": width, "height": height, "frames": self.frames,
                "api": verb.api.text(), "version": [info.version.0, info.version.1], "renderer": info.renderer,
                "findings": self.findings.json(), "assertions": broken, "differences": self.differences,
            });
            let mut out = Output::open(None)?;
            writeln!(out, "{summary:#}").map_err(|error| out.failed(&error))?;
            out.finish()?;
        }
        if verb.deterministic && !self.answered {
            say(format_args!("{}: {}", self.name, answers::NONE));
        }
        let differ = !self.differences.is_empty();
        // A fault that was answered so when it was recorded is what was to come of it.
        let faults =
            if verb.deterministic && self.answered { broken.len() as u64 } else { self.findings.errors };
        Ok(Outcome::of_faults(differ || faults > 0))
    }
}

impl Host for Drawing<'_> {
    fn begin(&mut self, header: &Header<'_>) -> Result<ControlFlow<()>, Failure> {
        if self.reached {
            return Ok(ControlFlow::Break(()));
        }
        self.session = None;
        let mut header = header.clone();
        if let Some((width, height)) = self.verb.size {
            self.resized = (header.width, header.height) != (width, height);
            (header.width, header.height) = (width, height);
        }
        let settings = Settings { strict: self.verb.strict, ..Settings::default() };
        match Headless::open(self.verb.api, &header, settings) {
            Ok(session) => {
                self.session = Some(session);
                Ok(ControlFlow::Continue(()))
            }
            Err(OpenError::Stream(refused)) => {
                self.findings.add(vec![*refused]);
                self.refused = true;
                Ok(ControlFlow::Break(()))
            }
            Err(error) => Err(self.broken(error)),
        }
    }

    fn frame(&mut self, input: FrameInput<'_>, time_us: u64) -> Result<ControlFlow<()>, Failure> {
        if self.reached {
            return Ok(ControlFlow::Break(()));
        }
        self.begun = true;
        let Some(session) = &mut self.session else { return Ok(ControlFlow::Break(())) };
        let interpreter = session.interpreter().map_err(|error| Failure::about(self.name, error))?;
        if let Some(log) = &mut self.events {
            log.replay_before(interpreter, self.frames);
        }
        self.asserts |= glir_trace::asserted(input.head).next().is_some();
        if self.verb.deterministic {
            answers::set_time(interpreter, time_us);
        }
        self.chunks += 1;
        let outcome = interpreter.draw(input);
        self.collect()?;
        match outcome {
            FrameOutcome::Partial => {}
            FrameOutcome::Complete => {
                self.frames += 1;
                // What was answered to it stands behind it.
                self.reached = self.verb.frame == Some(self.frames - 1);
            }
            FrameOutcome::Stopped => {
                self.stopped = true;
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn notes(&mut self, notes: &[(Str<'_>, Str<'_>)]) -> Result<(), Failure> {
        if let Some(recorded) = answers::recorded(notes).filter(|_| self.verb.deterministic) {
            self.answered = true;
            if let Some(why) = answers::difference(&recorded, &self.said) {
                let sentence = format!("frame {}: {why}", self.chunks.saturating_sub(1));
                if !self.verb.json {
                    say(format_args!("{}: {sentence}", self.name));
                }
                self.differences.push(sentence);
            }
        }
        Ok(())
    }

    fn damage(&mut self, fault: &FileFault) {
        if !self.reached {
            self.findings.add_damage(fault);
        }
    }
}

/// Writes RGBA pixels, rows from the top down, as a PNG file.
pub(crate) fn write_png(out: &mut Output, width: u32, height: u32, pixels: &[u8]) -> Result<(), Failure> {
    let name = out.name().to_owned();
    let mut encoder = png::Encoder::new(&mut *out, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder.write_header().and_then(|mut writer| {
        writer.write_image_data(pixels)?;
        writer.finish()
    });
    match written {
        Ok(()) => Ok(()),
        Err(png::EncodingError::IoError(error)) => Err(Failure::writing(&name, &error)),
        Err(error) => Err(Failure::about(&name, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_read() {
        assert_eq!(size("800x600"), Ok((800, 600)));
        assert!(
            size("800").is_err() && size("0x5").is_err() && size("99999x5").is_err() && size("-1x5").is_err()
        );
    }
}
