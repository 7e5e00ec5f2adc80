//! Pictures of traces, for who compares them: drawn off screen, a frame or a part of one at a time.

use crate::failure::Failure;
use crate::trace::stage::Stage;
use glir_core::{FrameInput, Outcome, Settings, Store};
use glir_native::{Api, Headless, OpenError};
use glir_spec::Frame;
use glir_trace::{Blobs, Trace, TraceError, split};

/// A picture: width, height, and pixels.
pub(crate) type Picture = (u32, u32, Vec<u8>);

/// A trace that is being drawn.
pub(crate) struct Drawn<'t, 'a> {
    name: &'t str,
    trace: &'t Trace<'a>,
    api: Api,
    session: Option<Headless>,
    blobs: Blobs<'a>,
    stream: Option<u64>,
}

impl<'t, 'a> Drawn<'t, 'a> {
    pub(crate) fn new(name: &'t str, trace: &'t Trace<'a>, api: Api) -> Self {
        Drawn { name, trace, api, session: None, blobs: Blobs::default(), stream: None }
    }

    fn failed(&self, error: TraceError) -> Failure {
        Failure::about(self.name, error)
    }

    /// Draws a frame, or its first commands, and gives the picture; none if the context does not take the stream. Frames must
    /// come one after another.
    pub(crate) fn frame(&mut self, number: u64, commands: Option<usize>) -> Result<Option<Picture>, Failure> {
        let first = self.trace.first_of_stream(number).map_err(|error| self.failed(error))?;
        if self.stream.replace(first) != Some(first) {
            let header = self.trace.header(number).map_err(|error| self.failed(error))?;
            self.blobs = self.trace.blobs(number).map_err(|error| self.failed(error))?;
            self.session = match Headless::open(self.api, &header, Settings::default()) {
                Ok(session) => Some(session),
                Err(OpenError::Stream(_)) => None,
                Err(error) => return Err(Failure::about(self.name, error)),
            };
        }
        let Some(session) = &mut self.session else { return Ok(None) };
        if let Some(chunk) = self.trace.frame(number).map_err(|error| Failure::about(self.name, error))? {
            let mut part = Frame::new();
            let head = match commands {
                None => &*chunk.head,
                Some(count) => {
                    split(&chunk.head).take(count).for_each(|command| part.push_encoded(command));
                    part.head()
                }
            };
            let interpreter = session.interpreter().map_err(|error| Failure::about(self.name, error))?;
            let input = FrameInput { head, arena: Store::Memory(&chunk.arena), blobs: &self.blobs };
            let outcome = interpreter.draw(input);
            interpreter.take_replies();
            interpreter.take_diagnostics();
            if outcome == Outcome::Stopped {
                return Ok(None);
            }
        }
        let unreadable = |why| Failure::about(self.name, format!("the picture can't be read: {why:?}"));
        session.picture().map(Some).map_err(unreadable)
    }
}

/// The picture behind so many commands of a frame, or at its end; none if no context takes the stream.
pub(crate) fn at(
    name: &str,
    trace: &Trace<'_>,
    api: Api,
    frame: u64,
    commands: Option<usize>,
) -> Result<Option<Picture>, Failure> {
    let Some(mut stage) = Stage::at(name, trace, api, frame, commands)? else { return Ok(None) };
    let unreadable = |why| Failure::about(name, format!("the picture can't be read: {why:?}"));
    stage.session.picture().map(Some).map_err(unreadable)
}

/// The last picture of a file.
pub(crate) fn last(name: &str, bytes: &[u8], api: Api) -> Result<Option<Picture>, Failure> {
    let Ok(trace) = Trace::open(bytes) else { return Ok(None) };
    let mut drawn = Drawn::new(name, &trace, api);
    let mut picture = None;
    for number in trace.frames() {
        picture = drawn.frame(number, None)?;
    }
    Ok(picture)
}

/// Pixels that differ; all of them if the sizes do.
pub(crate) fn different(a: &Picture, b: &Picture) -> u64 {
    if (a.0, a.1) != (b.0, b.1) {
        return u64::from(a.0) * u64::from(a.1);
    }
    let (pixels_a, pixels_b) = (a.2.as_chunks::<4>().0, b.2.as_chunks::<4>().0);
    pixels_a.iter().zip(pixels_b).filter(|(a, b)| a != b).count() as u64
}
