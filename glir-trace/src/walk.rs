//! States of a trace one after another: each frame is followed once, however many of its commands are looked behind.

use crate::commands::{opcode, split};
use crate::follow::Follower;
use crate::state::{SHORT, State};
use crate::trace::{Trace, TraceError};
use glir_core::retain::{InMemory, Retained};
use glir_core::text::Printer;
use glir_spec::Header;
use glir_spec::commands::{Blit, Clear, Dispatch, Draw, Record, Swap};

/// A trace that is walked through. Frames must come in ascending order; some may be left out.
pub struct Walk<'t, 'a> {
    trace: &'t Trace<'a>,
    follower: Option<Follower<'a>>,
    /// The stream and the keyframe from which it is followed, and the frame that comes next.
    begun: (u64, Option<u64>),
    next: u64,
}

impl<'t, 'a> Walk<'t, 'a> {
    /// Stands before the first frame.
    pub fn new(trace: &'t Trace<'a>) -> Self {
        Walk { trace, follower: None, begun: (0, None), next: 0 }
    }

    /// The state at the end of a frame, as [`state`](crate::state()) gives it.
    pub fn end(&mut self, frame: u64) -> Result<State, TraceError> {
        let (trace, header) = (self.trace, self.trace.header(frame)?);
        let follower = self.before(frame)?;
        if let Some(chunk) = trace.frame(frame)? {
            follower.chunk(&chunk);
        }
        let state = State::of(frame, None, &header, &lines(follower.retained.clone()));
        self.next = frame.saturating_add(1);
        Ok(state)
    }

    /// The states of a frame: the one before its first command, with the number 0, and behind so many commands each that differs from
    /// the one before it. They are as [`state`](crate::state()) gives them.
    pub fn commands(&mut self, frame: u64, look: &mut dyn FnMut(u32, &State)) -> Result<(), TraceError> {
        let (trace, header) = (self.trace, self.trace.header(frame)?);
        let chunk = trace.frame(frame)?;
        let follower = self.before(frame)?;
        if let Some(chunk) = &chunk {
            follower.advance(chunk.time_us);
        }
        let mut known = lines(follower.retained.clone());
        look(0, &State::of(frame, None, &header, &known));
        if let Some(chunk) = chunk {
            let mut see = |count: u32, retained: Retained<InMemory>, header: &Header<'_>| {
                let lines = lines(retained);
                if lines != known {
                    look(count, &State::of(frame, count.checked_sub(1), header, &lines));
                    known = lines;
                }
            };
            follower.frame_by_command(&chunk.head, &chunk.arena, &mut |count, retained| {
                see(count, retained, &header);
            });
        }
        self.next = frame.saturating_add(1);
        Ok(())
    }

    /// The trace followed up to a frame. Whoever looks at one place alone begins at the nearest keyframe, and so it is here.
    fn before(&mut self, frame: u64) -> Result<&mut Follower<'a>, TraceError> {
        let begun = (self.trace.first_of_stream(frame)?, self.trace.keyframe_before(frame)?);
        let missed = || self.trace.frames().any(|number| (self.next..frame).contains(&number));
        let follower = match self.follower.take().filter(|_| begun == self.begun && !missed()) {
            Some(follower) => follower,
            None => self.trace.follow(frame)?,
        };
        self.begun = begun;
        Ok(self.follower.insert(follower))
    }
}

/// The commands of a snapshot as text; what only draws is left out.
fn lines(mut retained: Retained<InMemory>) -> String {
    const DRAWING: [u8; 5] = [Draw::OPCODE, Clear::OPCODE, Blit::OPCODE, Dispatch::OPCODE, Swap::OPCODE];
    let mut printer = Printer::new();
    printer.elide = Some(SHORT);
    let (mut text, mut in_lists) = (String::new(), false);
    retained.snapshot(&mut |chunk| {
        let payload = chunk.payload.map_or(&[][..], |payload| payload);
        for command in split(chunk.head) {
            let opcode = opcode(command);
            // Lists come last.
            in_lists |= opcode == u64::from(Record::OPCODE);
            if in_lists || !DRAWING.map(u64::from).contains(&opcode) {
                printer.line(command, payload, &mut text);
            }
        }
    });
    text
}
