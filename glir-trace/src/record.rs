//! Recording: frames go in as they are drawn, and out as a file of packed chunks, whose repeated payloads are stored once and
//! whose keyframes let a reader begin in the middle.

use crate::commands::split;
use crate::cut::arena_payload;
use crate::cut::without_redraw;
use crate::follow::Follower;
use glir_core::Outcome;
use glir_core::file::Writer;
use glir_core::retain::{Account, Later, attach};
use glir_spec::wire::{Encoding, Hash, Payload};
use glir_spec::{Frame, Header};
use std::io::{self, Write};

/// How a recording is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recording {
    /// Packs chunks by LZ4 where that gains something.
    pub packed: bool,
    /// Payloads of at least so many bytes are stored once, however often they come.
    pub blob_bytes: u64,
    /// The part of the file that keyframes may take, in percent; 0 for none.
    pub keyframe_percent: u64,
}

impl Default for Recording {
    fn default() -> Self {
        Recording { packed: true, blob_bytes: 4096, keyframe_percent: 4 }
    }
}

/// Keyframes stand at least so many frames apart.
const APART: u64 = 8;

/// Writes a stream as it comes. Every frame is flushed: who is killed loses the frame that was being written.
///
/// It follows the stream as an interpreter would, so that it can say at any time what is still needed.
pub struct Recorder<W: Write> {
    writer: Writer<W>,
    recording: Recording,
    /// None if no keyframes are wanted.
    follower: Option<Follower<'static>>,
    /// Frames that are written, and wait to be followed until a keyframe is due.
    later: Box<Later>,
    time_us: u64,
    /// That of the last frame that waits to be followed.
    waited_us: u64,
    keyframe_bytes: u64,
    /// What a keyframe took last.
    estimate: u64,
    since_keyframe: u64,
}

impl<W: Write> Recorder<W> {
    /// Begins a recording. A header that no interpreter takes is recorded without keyframes.
    pub fn new(out: W, header: &Header<'_>, recording: Recording) -> io::Result<Self> {
        let follower = (recording.keyframe_percent > 0).then(|| Follower::new(header).ok()).flatten();
        Self::with(out, header, recording, follower)
    }

    fn with(
        out: W,
        header: &Header<'_>,
        recording: Recording,
        follower: Option<Follower<'static>>,
    ) -> io::Result<Self> {
        let mut writer = Writer::new(out, header)?;
        writer.repeat_header(header)?;
        writer.set_packing(recording.packed);
        writer.set_apart(true);
        Ok(Recorder {
            writer,
            recording,
            follower,
            later: Box::default(),
            time_us: 0,
            waited_us: 0,
            keyframe_bytes: 0,
            estimate: 0,
            since_keyframe: 0,
        })
    }

    /// Begins in the middle of a stream that has been followed: what it needs from before comes first.
    pub fn begin_at(
        out: W,
        header: &Header<'_>,
        recording: Recording,
        mut follower: Follower<'static>,
    ) -> io::Result<Self> {
        let mut blobs: Vec<Hash> = Vec::new();
        let before = follower.snapshot();
        blobs.extend(split(before.head()).filter_map(crate::commands::blob_of));
        let mut recorder = Recorder::with(out, header, recording, None)?;
        for hash in blobs {
            if let Some((encoding, bytes)) = follower.blobs.get(&hash) {
                recorder.writer.blob(*encoding, bytes)?;
            }
        }
        let (drawn, redraw) = without_redraw(before.head(), before.arena());
        recorder.put(drawn.head(), drawn.arena(), 0)?;
        if !redraw.is_empty() {
            recorder.put(redraw.head(), &[], 0)?;
        }
        recorder.later.followed(before.head(), before.arena(), &Account::default(), false);
        recorder.follower = (recording.keyframe_percent > 0).then_some(follower);
        Ok(recorder)
    }

    /// Appends notes about the stream.
    pub fn meta(&mut self, notes: &[(&str, &str)]) -> io::Result<()> {
        self.writer.meta(notes)
    }

    /// Appends a blob, by whose hash payloads name it from now on.
    pub fn blob(&mut self, encoding: Encoding, bytes: &[u8]) -> io::Result<Hash> {
        let hash = self.writer.blob(encoding, bytes)?;
        if let Some(follower) = &mut self.follower {
            follower.blob(hash, encoding, bytes.to_vec().into());
        }
        Ok(hash)
    }

    /// Appends a frame. The time is in microseconds since the stream began, 0 if unknown.
    pub fn frame(&mut self, head: &[u8], arena: &[u8], time_us: u64) -> io::Result<()> {
        self.time_us = time_us;
        self.keyframe_if_due()?;
        let kept = self.with_blobs(head, arena)?;
        self.follow(head, arena, kept.as_ref());
        let (head, arena) = kept.as_ref().map_or((head, arena), |kept| (kept.head(), kept.arena()));
        self.since_keyframe += 1;
        self.writer.raw_frame(head, arena, time_us)
    }

    /// Follows a frame, of which another form may be kept, now or when it is asked for.
    fn follow(&mut self, head: &[u8], arena: &[u8], kept: Option<&Frame>) {
        if self.follower.is_none() {
            return;
        }
        if self.later.take(head, arena) {
            self.waited_us = self.time_us;
            return;
        }
        self.catch_up();
        if let Some(follower) = &mut self.follower {
            follower.advance(self.time_us);
            let outcome = follower.frame_as(head, arena, kept);
            follower.diagnostics.clear();
            self.later.followed(head, arena, follower.account(), outcome == Outcome::Complete);
        }
    }

    /// Follows the frames that have waited.
    fn catch_up(&mut self) {
        let (Some(follower), Some(waited)) = (&mut self.follower, self.later.give()) else { return };
        follower.advance(self.waited_us);
        let outcome = follower.catch_up(&waited);
        follower.diagnostics.clear();
        self.later.followed(&waited.last, &[], follower.account(), outcome == Outcome::Complete);
    }

    /// Appends commands that the follower has seen already.
    fn put(&mut self, head: &[u8], arena: &[u8], time_us: u64) -> io::Result<()> {
        let kept = self.with_blobs(head, arena)?;
        let (head, arena) = kept.as_ref().map_or((head, arena), |kept| (kept.head(), kept.arena()));
        self.writer.raw_frame(head, arena, time_us)
    }

    /// A frame with its long payloads as blobs, which are written; none if it has none.
    fn with_blobs(&mut self, head: &[u8], arena: &[u8]) -> io::Result<Option<Frame>> {
        if (arena.len() as u64) < self.recording.blob_bytes {
            return Ok(None);
        }
        let range = |offset: u64, length: u64| {
            let (start, length) = (usize::try_from(offset).ok()?, usize::try_from(length).ok()?);
            arena.get(start..)?.get(..length)
        };
        let mut frame = Frame::new();
        let mut count = 0;
        for command in split(head) {
            count += 1;
            let long = arena_payload(command).filter(|(_, length)| *length >= self.recording.blob_bytes);
            let Some(bytes) = long.and_then(|(offset, length)| range(offset, length)) else {
                if !crate::commands::append(&mut frame, command, arena) {
                    return Ok(None);
                }
                continue;
            };
            let mut written = Ok(Hash([0; 32]));
            let length = bytes.len() as u64;
            let placed = attach(command, |encoding| {
                written = self.writer.blob(encoding, bytes);
                let hash = written.as_ref().map_or(Hash([0; 32]), |hash| *hash);
                Payload::Blob { encoding, hash, length }
            });
            written?;
            match placed {
                Some(placed) => frame.push_encoded(&placed),
                None => return Ok(None),
            }
        }
        // A head that is malformed somewhere is kept as it is.
        let whole = glir_spec::wire::Reader::new(head).array() == Ok(count);
        let whole = whole && reaches_end(head, count);
        Ok(whole.then_some(frame))
    }

    /// Writes a keyframe if there is room for one in the part of the file that they may take.
    fn keyframe_if_due(&mut self) -> io::Result<()> {
        let budget = (self.writer.position().saturating_mul(self.recording.keyframe_percent) / 100)
            .saturating_sub(self.keyframe_bytes);
        let due = self.since_keyframe >= APART && budget > self.estimate;
        if !due {
            return Ok(());
        }
        self.catch_up();
        let Some(follower) = &mut self.follower else { return Ok(()) };
        follower.advance(self.time_us);
        if !follower.is_between_frames() || follower.is_lossy() {
            return Ok(());
        }
        let snapshot = follower.snapshot();
        let frame = follower.next_frame();
        let kept = self.keyframe_blobs(&snapshot)?;
        let snapshot = kept.unwrap_or(snapshot);
        let Ok(part) = self.writer.keyframe_part(frame, snapshot.head(), snapshot.arena(), self.time_us)
        else {
            // It is larger than a chunk may be.
            self.follower = None;
            return Ok(());
        };
        self.estimate = part.bytes();
        if part.bytes() <= budget {
            self.keyframe_bytes += part.bytes();
            self.since_keyframe = 0;
            self.writer.append(part)?;
        }
        Ok(())
    }

    /// A keyframe's long payloads as blobs, where the stream has them.
    fn keyframe_blobs(&mut self, snapshot: &Frame) -> io::Result<Option<Frame>> {
        let before = self.writer.position();
        let kept = self.with_blobs(snapshot.head(), snapshot.arena())?;
        self.keyframe_bytes += self.writer.position() - before;
        Ok(kept)
    }

    /// Bytes written so far.
    pub fn position(&self) -> u64 {
        self.writer.position()
    }

    /// Ends the recording with its index.
    pub fn finish(mut self) -> io::Result<W> {
        self.keyframe_if_due()?;
        self.writer.finish()
    }
}

fn reaches_end(head: &[u8], count: usize) -> bool {
    let mut reader = glir_spec::wire::Reader::new(head);
    reader.array() == Ok(count) && (0..count).all(|_| reader.skip().is_ok()) && reader.is_empty()
}
