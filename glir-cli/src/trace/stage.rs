//! A trace drawn up to any place, from the nearest keyframe before it.

use crate::failure::Failure;
use crate::trace::failed;
use glir_core::{FrameInput, Outcome, Settings, Store};
use glir_native::{Api, Headless, OpenError};
use glir_spec::{Feature, Frame};
use glir_trace::{Blobs, Trace, split};

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
        let mut stage = Stage { session, blobs };
        let mut first = trace.first_of_stream(frame).map_err(failed(name))?;
        if let Some((next, keyframe)) = trace.keyframe(frame).map_err(failed(name))? {
            stage.draw(name, &keyframe.head, &keyframe.arena)?;
            first = next;
        }
        for number in trace.frames().filter(|number| (first..=frame).contains(number)) {
            let Some(chunk) = trace.frame(number).map_err(failed(name))? else { continue };
            let mut part = Frame::new();
            let head = match commands.filter(|_| number == frame) {
                None => &*chunk.head,
                Some(count) => {
                    split(&chunk.head).take(count).for_each(|command| part.push_encoded(command));
                    part.head()
                }
            };
            if stage.draw(name, head, &chunk.arena)? == Outcome::Stopped {
                return Ok(None);
            }
        }
        Ok(Some(stage))
    }

    /// Draws a frame, or a part of one, and forgets what is answered.
    fn draw(&mut self, name: &str, head: &[u8], arena: &[u8]) -> Result<Outcome, Failure> {
        let interpreter = self.session.interpreter().map_err(|error| Failure::about(name, error))?;
        let input = FrameInput { head, arena: Store::Memory(arena), blobs: &self.blobs };
        let outcome = interpreter.draw(input);
        interpreter.take_replies();
        interpreter.take_diagnostics();
        Ok(outcome)
    }
}
