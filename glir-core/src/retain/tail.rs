//! The end of the stream as it came: frames that the canvas still shows, or that have not been looked at yet.

use crate::planes;
use glir_spec::Frame;
use glir_spec::wire::Reader;
use std::collections::VecDeque;

/// What an interpreter says of a chunk that it has taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The commands that did nothing, in ascending order.
    pub refused: Vec<u32>,
    /// Commands of lists that did nothing: the RUN, and their number among all that it carried out.
    pub refused_in_lists: Vec<(u32, u32)>,
    /// From where on a canvas shows nothing older.
    pub fresh: Option<Fresh>,
    /// Planes of canvases, as bits, in which something was written.
    pub written: u8,
    /// A canvas was copied from.
    pub copied: bool,
    /// RUNs that ended early, and how many commands they have carried out.
    pub cut_short: Vec<(u32, u32)>,
    /// RUNs of lists that signals drive.
    pub driven: Vec<Driven>,
    /// Uniforms that commands have made signals set or let go: the command's number, and the UNIFORM in front of it that would have
    /// done the same, encoded.
    pub set: Vec<(u32, Vec<u8>)>,
    /// There are commands of lists in it.
    pub uses_lists: bool,
    /// Planes that a draw would write at the end of the chunk.
    pub draws: u8,
}

/// A list as signals had it when it was run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Driven {
    /// The chunk's own RUN, and the number among all that it carried out of the one that ran the list, or none for itself.
    pub run: (u32, Option<u32>),
    /// It did nothing.
    pub hidden: bool,
    /// The range that its draws took instead of their own.
    pub range: Option<(u32, u32)>,
    /// The STATE that it began with, encoded; nothing if there was none.
    pub state: Vec<u8>,
}

/// The last CLEAR of all of a canvas's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// Its number in the chunk, or that of the first of several that follow each other.
    pub command: u32,
    /// The canvas.
    pub canvas: u32,
    /// The planes that it clears, as bits: colour 1, depth 2, stencil 4.
    pub planes: u8,
}

/// A canvas of which older contents don't show.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hidden {
    pub(super) canvas: u32,
    /// The planes of which that is so.
    pub(super) planes: u8,
    /// Nothing else was written to any canvas.
    pub(super) all: bool,
}

/// Commands of a snapshot, in order. A payload stands alone in its chunk.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a, K> {
    /// The head: an array of commands.
    pub head: &'a [u8],
    /// The payload of the only command, which calls it offset 0 of the arena.
    pub payload: Option<&'a K>,
}

impl Chunk<'_, std::sync::Arc<[u8]>> {
    /// Appends the commands to a frame.
    pub fn append_to(&self, frame: &mut Frame) {
        let mut reader = Reader::new(self.head);
        let count = reader.array().unwrap_or(0);
        for _ in 0..count {
            let start = reader.offset();
            if reader.skip().is_err() {
                return;
            }
            let bytes = reader.between(start, reader.offset());
            match self.payload {
                Some(payload) => {
                    let placed =
                        super::fold::attach(bytes, |encoding| frame.payload(encoding, payload).into_owned());
                    if let Some(command) = placed {
                        frame.push_encoded(&command);
                    }
                }
                None => frame.push_encoded(bytes),
            }
        }
    }
}

/// Gathers commands without payloads into chunks.
pub(super) struct Emitter<'g, K> {
    give: &'g mut dyn FnMut(Chunk<'_, K>),
    plain: Frame,
}

/// Plain commands are gathered up to so many bytes.
const GATHERED: usize = 1 << 20;

impl<'g, K> Emitter<'g, K> {
    pub(super) fn new(give: &'g mut dyn FnMut(Chunk<'_, K>)) -> Self {
        Emitter { give, plain: Frame::new() }
    }

    pub(super) fn command(&mut self, bytes: &[u8], payload: Option<&K>) {
        if payload.is_some() {
            self.finish();
            let mut one = Frame::new();
            one.push_encoded(bytes);
            return (self.give)(Chunk { head: one.head(), payload });
        }
        self.plain.push_encoded(bytes);
        if self.plain.head().len() > GATHERED {
            self.finish();
        }
    }

    /// Commands without payloads that must not be parted.
    pub(super) fn together<'c>(&mut self, commands: impl Iterator<Item = &'c [u8]>) {
        commands.for_each(|bytes| self.plain.push_encoded(bytes));
        if self.plain.head().len() > GATHERED {
            self.finish();
        }
    }

    pub(super) fn finish(&mut self) {
        if !self.plain.is_empty() {
            (self.give)(Chunk { head: self.plain.head(), payload: None });
            self.plain.clear();
        }
    }
}

/// A chunk of the tail.
#[derive(Clone)]
pub(super) struct Part<K> {
    pub(super) frame: u64,
    pub(super) head: Vec<u8>,
    pub(super) arena: Option<K>,
    /// Bytes of the arena.
    pub(super) payload: u64,
    pub(super) account: Account,
    /// Commands before this one have been folded.
    pub(super) skip: u32,
}

impl<K> Part<K> {
    /// The commands that are left and were not refused, with their numbers.
    pub(super) fn commands(&self) -> impl Iterator<Item = (u32, &[u8])> {
        let mut reader = Reader::new(&self.head);
        let count = reader.array().unwrap_or(0) as u32;
        let commands = (0..count).map_while(move |number| {
            let start = reader.offset();
            reader.skip().ok()?;
            Some((number, reader.between(start, reader.offset())))
        });
        commands
            .filter(|(number, _)| *number >= self.skip && self.account.refused.binary_search(number).is_err())
    }
}

/// The end of the stream.
#[derive(Clone)]
pub(super) struct Tail<K> {
    parts: VecDeque<Part<K>>,
    bytes: usize,
    payload: u64,
    pub(super) last_complete: Option<u64>,
    /// The last chunk ended its frame.
    pub(super) is_complete: bool,
}

impl<K> Default for Tail<K> {
    fn default() -> Self {
        Tail { parts: VecDeque::new(), bytes: 0, payload: 0, last_complete: None, is_complete: false }
    }
}

/// Longer tails are folded: commands beyond, or heads of more bytes.
const LONG: (usize, usize) = (32, 1 << 20);

/// Tails with more bytes of payloads are folded as soon as a CLEAR allows it: else they would hold dozens of frames' data.
const HEAVY: u64 = 2 << 20;

impl<K> Tail<K> {
    pub(super) fn push(
        &mut self,
        head: &[u8],
        (arena, payload): (Option<K>, u64),
        account: Account,
        frame: u64,
        complete: bool,
    ) {
        self.bytes += head.len();
        self.payload = self.payload.saturating_add(payload);
        self.parts.push_back(Part { frame, head: head.to_vec(), arena, payload, account, skip: 0 });
        self.is_complete = complete;
        if complete {
            self.last_complete = Some(frame);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.parts.len()
    }

    pub(super) fn is_long(&self) -> bool {
        self.parts.len() > LONG.0 || self.bytes > LONG.1
    }

    pub(super) fn is_heavy(&self) -> bool {
        self.payload > HEAVY
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = &Part<K>> {
        self.parts.iter()
    }

    /// How many parts may be folded whole, how many commands of the next, and what then does not show.
    pub(super) fn cut(&self) -> Option<(usize, u32, Option<Hidden>)> {
        let fresh = |(index, part): (usize, &Part<K>)| Some((index, part.account.fresh?));
        let (whole, fresh) = self.parts.iter().enumerate().rev().find_map(fresh)?;
        // Nothing is left to fold if the cut is where the tail starts.
        if whole == 0 && self.parts.front().is_none_or(|part| part.skip >= fresh.command) {
            return None;
        }
        let folded = || self.parts.iter().take(whole + 1).map(|part| &part.account);
        let all = folded().all(|account| account.written & !fresh.planes == 0);
        // What is written to other planes may rest on depths and stencil values, but never on colours.
        let planes = if all { fresh.planes } else { planes::COLOR };
        let hidden = Hidden { canvas: fresh.canvas, planes, all };
        Some((whole, fresh.command, folded().all(|account| !account.copied).then_some(hidden)))
    }

    /// The first part, to be folded.
    pub(super) fn take(&mut self) -> Option<Part<K>> {
        let part = self.parts.pop_front()?;
        self.bytes = self.bytes.saturating_sub(part.head.len());
        self.payload = self.payload.saturating_sub(part.payload);
        Some(part)
    }

    /// A part of which the first commands have been folded.
    pub(super) fn give_back(&mut self, part: Part<K>) {
        self.bytes += part.head.len();
        self.payload = self.payload.saturating_add(part.payload);
        self.parts.push_front(part);
    }
}
