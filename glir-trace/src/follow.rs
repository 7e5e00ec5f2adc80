//! Following a stream without drawing it: the check says what counts, [`Retained`] keeps what is still needed.

use crate::commands::{Blobs, split};
use crate::trace::FrameChunk;
use glir_core::retain::{Account, InMemory, Retained, Waited};
use glir_core::{Capabilities, Diagnostic, FrameInput, Interpreter, NullBackend, Outcome, Settings, Store};
use glir_spec::commands::Run;
use glir_spec::wire::{Encoding, Hash};
use glir_spec::{Frame, Header, Profile, Target};
use std::borrow::Cow;
use std::sync::Arc;

/// A stream as far as it has been followed.
pub struct Follower<'a> {
    interpreter: Interpreter<NullBackend>,
    pub(crate) retained: Retained<InMemory>,
    /// The blobs that payloads may name.
    pub blobs: Blobs<'a>,
    /// Diagnostics since they were taken last.
    pub diagnostics: Vec<Diagnostic>,
    complete: bool,
}

impl<'a> Follower<'a> {
    /// Begins a stream, checked for the kind of context that has most. A header that no interpreter takes gives its
    /// diagnostic.
    pub fn new(header: &Header<'_>) -> Result<Self, Box<Diagnostic>> {
        let desktop = header.requires.iter().any(|feature| feature.info().gles2 == "-");
        let es2 = header.profile == Profile::Es2 && !desktop;
        Self::on(header, if es2 { Target::Gles2 } else { Target::Gl33 })
    }

    /// Begins a stream, checked for a kind of context.
    pub fn on(header: &Header<'_>, target: Target) -> Result<Self, Box<Diagnostic>> {
        let mut capabilities = Capabilities::least(target);
        capabilities.limits = capabilities.limits.with_largest_pictures();
        let interpreter = Interpreter::new(NullBackend::with(capabilities), header, Settings::default())
            .map_err(|refused| Box::new(refused.0))?;
        Ok(Follower {
            interpreter,
            retained: Retained::new(header, InMemory),
            blobs: Blobs::default(),
            diagnostics: Vec::new(),
            complete: true,
        })
    }

    /// Takes a blob.
    pub fn blob(&mut self, hash: Hash, encoding: Encoding, bytes: Cow<'a, [u8]>) {
        self.blobs.insert(hash, encoding, bytes);
    }

    /// Lets time go on to so many microseconds since the stream began, as a deterministic replay does in front of a frame chunk.
    pub fn advance(&mut self, time_us: u64) {
        let due = self.interpreter.advance(time_us as f64 / 1e6);
        let mut account = self.interpreter.account().clone();
        let mut set = Frame::new();
        std::mem::take(&mut account.set).iter().for_each(|(_, uniform)| set.push_encoded(uniform));
        if !set.is_empty() {
            let frame = self.interpreter.frame();
            self.retained.feed(set.head(), None, &account, frame, self.complete);
        }
        if let Some(list) = due {
            let mut run = Frame::new();
            run.push(Run { list });
            let complete = self.complete;
            self.frame(run.head(), &[]);
            self.complete = complete;
        }
    }

    /// Takes a frame chunk at its time.
    pub(crate) fn chunk(&mut self, chunk: &FrameChunk<'_>) -> Outcome {
        self.advance(chunk.time_us);
        self.frame(&chunk.head, &chunk.arena)
    }

    /// Takes a frame chunk.
    pub fn frame(&mut self, head: &[u8], arena: &[u8]) -> Outcome {
        self.frame_as(head, arena, None)
    }

    /// Takes a frame chunk, of which another form, with as many commands, is retained.
    pub(crate) fn frame_as(&mut self, head: &[u8], arena: &[u8], kept: Option<&Frame>) -> Outcome {
        let frame = self.interpreter.frame();
        let outcome = self.check(head, arena);
        self.complete = outcome != Outcome::Partial;
        let (head, arena) = kept.map_or((head, arena), |kept| (kept.head(), kept.arena()));
        let arena = (!arena.is_empty()).then(|| Arc::from(arena));
        let account = behind(self.interpreter.account());
        self.retained.feed(head, arena, &account, frame, outcome == Outcome::Complete);
        outcome
    }

    /// Takes a frame chunk, and shows what a stream would have left that ended behind one of its commands: so many there have been,
    /// and what is retained of them and of all before.
    pub(crate) fn frame_by_command(
        &mut self,
        head: &[u8],
        arena: &[u8],
        look: &mut dyn FnMut(u32, Retained<InMemory>),
    ) {
        let frame = self.interpreter.frame();
        let kept: Option<Arc<[u8]>> = (!arena.is_empty()).then(|| Arc::from(arena));
        let input = FrameInput { head, arena: Store::Memory(arena), blobs: &self.blobs };
        let retained = &self.retained;
        let (mut commands, mut begun) = (split(head), Frame::new());
        let outcome = self.interpreter.draw_and_look(input, |interpreter, count| {
            let new = (count as usize).saturating_sub(begun.len());
            commands.by_ref().take(new).for_each(|command| begun.push_encoded(command));
            let mut so_far = retained.clone();
            so_far.feed(begun.head(), kept.clone(), &behind(interpreter.account()), frame, false);
            look(count, so_far);
        });
        self.interpreter.take_replies();
        self.diagnostics.extend(self.interpreter.take_diagnostics());
        self.complete = outcome != Outcome::Partial;
        let account = behind(self.interpreter.account());
        self.retained.feed(head, kept, &account, frame, outcome == Outcome::Complete);
    }

    /// Takes frames that have waited.
    pub(crate) fn catch_up(&mut self, waited: &Waited) -> Outcome {
        let last = self.interpreter.frame().saturating_add(waited.frames - 1);
        self.interpreter.set_frame(last);
        if !waited.before.is_empty() {
            self.frame(waited.before.head(), &[]);
        }
        self.frame(&waited.last, &[])
    }

    /// What the interpreter said of the last chunk.
    pub(crate) fn account(&self) -> &Account {
        self.interpreter.account()
    }

    /// Takes a frame chunk, and keeps nothing of it.
    pub fn check(&mut self, head: &[u8], arena: &[u8]) -> Outcome {
        let input = FrameInput { head, arena: Store::Memory(arena), blobs: &self.blobs };
        let outcome = self.interpreter.draw(input);
        self.interpreter.take_replies();
        self.diagnostics.extend(self.interpreter.take_diagnostics());
        outcome
    }

    /// Begins with a keyframe, behind which the frame `frame` follows at a time in microseconds.
    pub fn begin(&mut self, head: &[u8], arena: &[u8], frame: u64, time_us: u64) {
        self.interpreter.tick(time_us as f64 / 1e6);
        self.interpreter.set_frame(frame.saturating_sub(1));
        self.frame(head, arena);
        self.interpreter.settle();
        self.interpreter.set_frame(frame);
        self.diagnostics.clear();
    }

    /// The number of the frame that follows.
    pub fn next_frame(&self) -> u64 {
        self.interpreter.frame()
    }

    /// True between frames: the last chunk ended its frame.
    pub fn is_between_frames(&self) -> bool {
        self.complete
    }

    /// Commands met so far.
    pub fn commands(&self) -> u64 {
        self.interpreter.commands()
    }

    /// What the last chunk's refused commands were, by number.
    pub fn refused(&self) -> &[u32] {
        &self.interpreter.account().refused
    }

    /// True once a snapshot may lack something.
    pub fn is_lossy(&self) -> bool {
        self.retained.is_lossy()
    }

    /// Everything so far as one frame that draws the present.
    pub fn snapshot(&mut self) -> Frame {
        let mut frame = Frame::new();
        self.retained.snapshot(&mut |chunk| chunk.append_to(&mut frame));
        frame
    }

    /// What the canvases show, as one frame, and nothing else; and whether it may lack something.
    pub fn into_picture(self) -> (Frame, bool) {
        let mut frame = Frame::new();
        let lossy = self.retained.into_picture(&mut |chunk| chunk.append_to(&mut frame));
        (frame, lossy)
    }
}

/// An account that tells of each value which a command has made a signal set as set behind it. A session tells it in front, since what is
/// bound has another value by the time that somebody joins; here it is the value that draws have found.
fn behind(account: &Account) -> Cow<'_, Account> {
    if account.set.is_empty() {
        return Cow::Borrowed(account);
    }
    let mut account = account.clone();
    account.set.iter_mut().for_each(|(number, _)| *number += 1);
    Cow::Owned(account)
}
