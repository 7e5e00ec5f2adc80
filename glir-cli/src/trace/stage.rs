//! A trace drawn up to any place, from the nearest keyframe before it.

use crate::answers::set_time;
use crate::failure::Failure;
use crate::trace::failed;
use glir_core::{FrameInput, Interpreter, Outcome, Settings, Store};
use glir_native::{Api, GlBackend, Headless, OpenError};
use glir_spec::{Feature, Frame};
use glir_trace::{Blobs, FrameChunk, Trace, split, without_redraw};
use std::borrow::Cow;

/// A context in which a trace has been drawn up to a place.
pub(crate) struct Stage<'a> {
    pub(crate) session: Headless,
    pub(crate) blobs: Blobs<'a>,
}

impl<'a> Stage<'a> {
    /// Draws up to the end of a frame, or up to so many of its commands; none if no context takes the stream. Features that only
    /// looking at it needs are there as well, where the context has them.
    pub(crate) fn at(
        name: &str,
        trace: &Trace<'a>,
        api: Api,
        frame: u64,
        commands: Option<usize>,
    ) -> Result<Option<Self>, Failure> {
        let Some(mut stage) = Self::begin(name, trace, api, frame)? else { return Ok(None) };
        let outcome = up_to(name, trace, frame, commands, &mut |part| stage.draw(name, part))?;
        Ok((outcome != Outcome::Stopped).then_some(stage))
    }

    /// Begins the stream of a frame.
    fn begin(name: &str, trace: &Trace<'a>, api: Api, frame: u64) -> Result<Option<Self>, Failure> {
        let mut header = trace.header(frame).map_err(failed(name))?;
        for feature in [Feature::BufferRead, Feature::ReadBuffer] {
            if !header.uses.contains(&feature) && !header.requires.contains(&feature) {
                header.uses.push(feature);
            }
        }
        let session = match Headless::open(api, &header, Settings::default()) {
            Ok(session) => session,
            Err(OpenError::Stream(_)) => return Ok(None),
            Err(error) => return Err(Failure::about(name, error)),
        };
        let blobs = trace.blobs(frame).map_err(failed(name))?;
        Ok(Some(Stage { session, blobs }))
    }

    /// Draws a frame at its time, and has it looked at behind its commands: how many there have been.
    pub(crate) fn draw_and_look(
        &mut self,
        name: &str,
        part: Part<'_>,
        mut look: impl FnMut(&mut Interpreter<GlBackend>, &Blobs<'a>, u32),
    ) -> Result<Outcome, Failure> {
        let interpreter = self.session.interpreter().map_err(|error| Failure::about(name, error))?;
        set_time(interpreter, part.time_us);
        let (blobs, head, arena) = (&self.blobs, part.head, Store::Memory(part.arena));
        let outcome = interpreter.draw_and_look(FrameInput { head, arena, blobs }, |interpreter, count| {
            interpreter.take_replies();
            interpreter.take_diagnostics();
            look(interpreter, blobs, count);
        });
        interpreter.take_replies();
        interpreter.take_diagnostics();
        Ok(outcome)
    }

    /// Draws a frame, or a part of one, at its time, and forgets what is answered.
    pub(crate) fn draw(&mut self, name: &str, part: Part<'_>) -> Result<Outcome, Failure> {
        let interpreter = self.session.interpreter().map_err(|error| Failure::about(name, error))?;
        set_time(interpreter, part.time_us);
        let input = FrameInput { head: part.head, arena: Store::Memory(part.arena), blobs: &self.blobs };
        let outcome = interpreter.draw(input);
        interpreter.take_replies();
        interpreter.take_diagnostics();
        Ok(outcome)
    }
}

/// The head of a frame, or of its first commands.
fn first_commands(head: &[u8], commands: Option<usize>) -> Cow<'_, [u8]> {
    let Some(count) = commands else { return head.into() };
    let mut part = Frame::new();
    split(head).take(count).for_each(|command| part.push_encoded(command));
    part.head().to_vec().into()
}

/// A frame chunk, or a part of one, with its time: signals that go by the clock have gone on to there when it is drawn, as in a
/// deterministic replay.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<'p> {
    pub(crate) time_us: u64,
    pub(crate) head: &'p [u8],
    pub(crate) arena: &'p [u8],
}

impl<'p> From<&'p FrameChunk<'_>> for Part<'p> {
    fn from(chunk: &'p FrameChunk<'_>) -> Self {
        Part { time_us: chunk.time_us, head: &chunk.head, arena: &chunk.arena }
    }
}

/// What draws a part.
type Drawing<'d> = &'d mut dyn FnMut(Part<'_>) -> Result<Outcome, Failure>;

/// Has a trace drawn up to the end of a frame, or up to so many of its commands, from the nearest keyframe before it on.
fn up_to(
    name: &str,
    trace: &Trace<'_>,
    frame: u64,
    commands: Option<usize>,
    draw: Drawing<'_>,
) -> Result<Outcome, Failure> {
    let mut first = trace.first_of_stream(frame).map_err(failed(name))?;
    if let Some((next, keyframe)) = trace.keyframe(frame).map_err(failed(name))? {
        // It holds what signals have set by the time of the frame behind it.
        let time_us = trace.frame(next).map_err(failed(name))?.map_or(0, |chunk| chunk.time_us);
        let (drawn, redraw) = without_redraw(&keyframe.head, &keyframe.arena);
        draw(Part { time_us, head: drawn.head(), arena: drawn.arena() })?;
        if !redraw.is_empty() {
            draw(Part { time_us, head: redraw.head(), arena: &[] })?;
        }
        first = next;
    }
    let mut outcome = Outcome::Complete;
    for number in trace.frames().filter(|number| (first..=frame).contains(number)) {
        let Some(chunk) = trace.frame(number).map_err(failed(name))? else { continue };
        let head = first_commands(&chunk.head, commands.filter(|_| number == frame));
        outcome = draw(Part { head: &head, ..Part::from(&chunk) })?;
        if outcome == Outcome::Stopped {
            break;
        }
    }
    Ok(outcome)
}
