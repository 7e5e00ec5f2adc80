//! A flight recorder: the last frames of a stream in bounded memory, ready to be written when something has happened.

use crate::follow::Follower;
use crate::record::{Recorder, Recording};
use glir_spec::wire::{Encoding, Hash};
use glir_spec::{Frame, Header};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::{self, Write};

/// What begins a part of the ring: everything that the frames before it have left.
struct Keyframe {
    frame: Frame,
    next: u64,
}

/// Frames behind a keyframe.
struct Span {
    keyframe: Keyframe,
    frames: Vec<(Vec<u8>, Vec<u8>, u64)>,
    bytes: usize,
}

/// Keeps the last frames of a stream. What it keeps always begins at a keyframe, so it can be written as a file that stands on
/// its own at any time.
///
/// Memory holds the scene, as an interpreter does, the blobs of the stream, and at most twice the bytes that it was given.
pub struct Ring {
    header: Header<'static>,
    follower: Follower<'static>,
    spans: VecDeque<Span>,
    /// Bytes of frames that are kept at least, if there were as many.
    least: usize,
}

impl Ring {
    /// A ring that holds the last frames of so many bytes, and less than twice as many. A header that no interpreter takes
    /// gives its diagnostic.
    pub fn new(header: &Header<'_>, bytes: usize) -> Result<Self, Box<glir_core::Diagnostic>> {
        let header = header.clone().into_owned();
        let follower = Follower::new(&header)?;
        Ok(Ring { header, follower, spans: VecDeque::new(), least: bytes.max(1) })
    }

    /// Takes a blob.
    pub fn blob(&mut self, hash: Hash, encoding: Encoding, bytes: &[u8]) {
        self.follower.blob(hash, encoding, Cow::Owned(bytes.to_vec()));
    }

    /// Takes a frame. The time is in microseconds since the stream began, 0 if unknown.
    pub fn frame(&mut self, head: &[u8], arena: &[u8], time_us: u64) {
        self.follower.advance(time_us);
        let full = self.spans.back().is_none_or(|span| span.bytes >= self.least / 2);
        if full && self.follower.is_between_frames() {
            let keyframe = Keyframe { frame: self.follower.snapshot(), next: self.follower.next_frame() };
            self.spans.push_back(Span { keyframe, frames: Vec::new(), bytes: 0 });
            // What is left behind the first span must be enough.
            let behind = |spans: &VecDeque<Span>| spans.iter().skip(1).map(|span| span.bytes).sum::<usize>();
            while behind(&self.spans) >= self.least {
                self.spans.pop_front();
            }
        }
        self.follower.frame(head, arena);
        self.follower.diagnostics.clear();
        if let Some(span) = self.spans.back_mut() {
            span.bytes += head.len() + arena.len();
            span.frames.push((head.to_vec(), arena.to_vec(), time_us));
        }
    }

    /// Bytes of the frames and keyframes that are kept.
    pub fn bytes(&self) -> usize {
        let keyframe = |span: &Span| span.keyframe.frame.head().len() + span.keyframe.frame.arena().len();
        self.spans.iter().map(|span| span.bytes + keyframe(span)).sum()
    }

    /// How many frames are kept.
    pub fn frames(&self) -> usize {
        self.spans.iter().map(|span| span.frames.len()).sum()
    }

    /// Writes what is kept as a file: first what the oldest frame finds, then the frames. The ring goes on.
    pub fn write<W: Write>(&self, out: W) -> io::Result<W> {
        let Some(first) = self.spans.front() else {
            return Recorder::new(out, &self.header, Recording::default())?.finish();
        };
        let mut follower = Follower::new(&self.header).map_err(|why| io::Error::other(why.to_string()))?;
        follower.blobs = self.follower.blobs.clone();
        let frame = &first.keyframe.frame;
        let time_us = first.frames.first().map_or(0, |(.., time_us)| *time_us);
        // At the very beginning there is nothing before.
        let mut recorder = match frame.len() > 1 {
            true => {
                follower.begin(frame.head(), frame.arena(), first.keyframe.next, time_us);
                Recorder::begin_at(out, &self.header, Recording::default(), follower)?
            }
            false => Recorder::new(out, &self.header, Recording::default())?,
        };
        for (encoding, bytes) in self.follower.blobs.iter() {
            recorder.blob(encoding, bytes)?;
        }
        for (head, arena, time_us) in self.spans.iter().flat_map(|span| &span.frames) {
            recorder.frame(head, arena, *time_us)?;
        }
        recorder.finish()
    }
}
