//! What of a stream is still needed: enough to draw the present again, and no more.
//!
//! [`Retained`] is fed the frames that an interpreter took. It keeps, as a graph, the commands on which the present
//! rests: of two SIZEs of a buffer the later one, of a texture that was drawn the draws and what they read. From that a
//! context that was lost is rebuilt, somebody who joins late gets a [snapshot](Retained::snapshot), and somebody who is
//! slow gets what has [changed](Retained::delta) instead of a queue of frames. Memory grows with the scene, not with
//! the length of the stream.
//!
//! Commands come out in the order in which they came in, each with everything that it needs before it; so what is set
//! when a draw comes is what was set when it came first. What is drawn to the canvas is kept from the last CLEAR of all
//! of it on.

mod contents;
mod fold;
mod graph;
mod later;
mod lists;
mod overtaken;
mod programs;
mod ran;
mod tail;

pub use fold::{attach, payload_of};
pub use later::{Later, Waited};
pub use ran::{Ran, listed};
pub use tail::{Account, Chunk, Driven, Fresh};

use crate::store::Store;
use fold::{Folding, detach};
use glir_spec::commands::{Command, End, Extension, Group, Meta, Read, Swap};
use glir_spec::wire::{Encoding, Hash, Reader};
use glir_spec::{Frame, Header};
use graph::{Graph, first_of};
use tail::{Hidden, Tail};

/// Where the bytes of payloads are kept: memory, or wherever the host has them.
pub trait Keep {
    /// A piece of kept bytes, cheap to clone.
    type Kept: Clone;

    /// A part of a piece. Whether it shares or copies is the keeper's choice; copying a small part lets go of a large
    /// whole.
    fn part(&mut self, whole: &Self::Kept, offset: u64, length: u64) -> Self::Kept;

    /// A piece of `size` bytes, zero but for the given parts, of which later ones win.
    fn compose(&mut self, size: u64, parts: &[Piece<'_, Self::Kept>]) -> Self::Kept;

    /// A piece as a store.
    fn store<'k>(&self, kept: &'k Self::Kept) -> Store<'k>;
}

/// A part of composed bytes.
#[derive(Clone, Debug)]
pub struct Piece<'a, K> {
    /// Where it goes.
    pub offset: u64,
    /// What goes there.
    pub bytes: Source<'a, K>,
}

/// Bytes to be composed.
#[derive(Clone, Debug)]
pub enum Source<'a, K> {
    /// A kept piece, whole.
    Kept(&'a K),
    /// Bytes that stood inline.
    Inline(Vec<u8>),
}

/// Keeps bytes in memory.
#[derive(Clone, Copy, Debug, Default)]
pub struct InMemory;

impl Keep for InMemory {
    type Kept = std::sync::Arc<[u8]>;

    fn part(&mut self, whole: &Self::Kept, offset: u64, length: u64) -> Self::Kept {
        if offset == 0 && length == whole.len() as u64 {
            return whole.clone();
        }
        let end = offset.saturating_add(length);
        whole.get(offset as usize..end as usize).unwrap_or(&[]).into()
    }

    fn compose(&mut self, size: u64, parts: &[Piece<'_, Self::Kept>]) -> Self::Kept {
        let mut bytes = vec![0; size as usize];
        for piece in parts {
            let source: &[u8] = match &piece.bytes {
                Source::Kept(kept) => kept,
                Source::Inline(inline) => inline,
            };
            let start = piece.offset as usize;
            if let Some(part) = bytes.get_mut(start..start.saturating_add(source.len())) {
                part.copy_from_slice(source);
            }
        }
        bytes.into()
    }

    fn store<'k>(&self, kept: &'k Self::Kept) -> Store<'k> {
        Store::Memory(kept)
    }
}

/// What a stream has made so far.
#[derive(Clone)]
pub struct Retained<K: Keep> {
    pub(crate) keeper: K,
    graph: Graph<K::Kept>,
    tail: Tail<K::Kept>,
    lists: lists::Lists,
    blobs: Vec<(Hash, Encoding, K::Kept)>,
}

impl<K: Keep> Retained<K> {
    /// Nothing yet.
    pub fn new(header: &Header<'_>, keeper: K) -> Self {
        Retained {
            keeper,
            graph: Graph::new((header.width, header.height)),
            tail: Tail::default(),
            lists: lists::Lists::default(),
            blobs: Vec::new(),
        }
    }

    /// The keeper.
    pub fn keeper(&self) -> &K {
        &self.keeper
    }

    /// Takes a chunk of a frame: its commands and arena, what the interpreter [said](crate::Interpreter::account) of it,
    /// and the frame's number. Numbers never fall; `complete` says that the chunk ends the frame.
    pub fn feed(
        &mut self,
        head: &[u8],
        arena: Option<K::Kept>,
        account: &Account,
        frame: u64,
        complete: bool,
    ) {
        let payload = arena.as_ref().map_or(0, |arena| self.keeper.store(arena).len());
        if account.uses_lists || !account.set.is_empty() {
            let (unrolled, account) = self.lists.take(head, account, frame);
            self.tail.push(unrolled.head(), (arena, payload), account, frame, complete);
        } else {
            self.tail.push(head, (arena, payload), account.clone(), frame, complete);
        }
        if self.tail.is_long() || self.tail.is_heavy() {
            self.fold();
        }
    }

    /// Takes a blob, by whose hash payloads name it from now on.
    pub fn feed_blob(&mut self, hash: Hash, encoding: Encoding, bytes: K::Kept) {
        if self.blob(&hash).is_none() {
            self.blobs.push((hash, encoding, bytes));
        }
    }

    /// The blobs of the stream. Any later frame may name one, so all are kept.
    pub fn blobs(&self) -> impl Iterator<Item = &(Hash, Encoding, K::Kept)> {
        self.blobs.iter()
    }

    /// The bytes of a blob.
    pub fn blob(&self, hash: &Hash) -> Option<&K::Kept> {
        self.blobs.iter().find(|(known, ..)| known == hash).map(|(_, _, bytes)| bytes)
    }

    /// The last complete frame's number, if there is one.
    pub fn last_frame(&self) -> Option<u64> {
        self.tail.last_complete
    }

    /// Keeps so many draws on top of each other; else it is 131,072.
    pub fn set_most_drawings(&mut self, most: usize) {
        self.graph.most_drawings = most;
    }

    /// True once more was drawn on top of each other than is kept: then what a snapshot shows may lack the oldest of it.
    pub fn is_lossy(&self) -> bool {
        self.graph.lossy
    }

    /// Everything from nothing: the chunks of one frame that draws the present. `give` gets them in order.
    pub fn snapshot(&mut self, give: &mut dyn FnMut(Chunk<'_, K::Kept>)) {
        self.emit(0, 0, give);
    }

    /// What changed after a frame was complete: the chunks that lead from there to the present. False, with nothing
    /// given, if that is not known any more; a snapshot for an interpreter that begins anew is the way then.
    pub fn delta(&mut self, after: u64, give: &mut dyn FnMut(Chunk<'_, K::Kept>)) -> bool {
        let since = first_of(after.saturating_add(1));
        self.fold();
        if since < self.graph.forgotten_deletions {
            return false;
        }
        self.emit(since, after.saturating_add(1), give);
        true
    }

    /// The chunks of one frame that draws what the canvases show now, and nothing else: objects that no pixel rests on are
    /// left out, and so are lists, which have been carried out. Whether it [is lossy](Self::is_lossy).
    pub fn into_picture(mut self, give: &mut dyn FnMut(Chunk<'_, K::Kept>)) -> bool {
        self.fold();
        self.fold_parts(self.tail.len(), 0, None);
        self.graph.keep_picture();
        let mut out = tail::Emitter::new(give);
        self.graph.emit(0, &mut |bytes, payload| out.command(bytes, payload));
        out.command(&graph::encoded!(Swap {}), None);
        out.finish();
        self.graph.lossy
    }

    /// Takes what the canvas no longer shows from the tail into the graph.
    fn fold(&mut self) {
        match self.tail.cut() {
            Some((whole, rest, hidden)) => self.fold_parts(whole, rest, hidden),
            // Drawn over and over without a CLEAR: the draws themselves are kept.
            None if self.tail.is_long() => self.fold_parts(self.tail.len(), 0, None),
            None => {}
        }
    }

    /// Takes whole parts and the first commands of the next one from the tail into the graph.
    fn fold_parts(&mut self, whole: usize, rest: u32, hidden: Option<Hidden>) {
        let mut parts: Vec<_> = (0..whole).filter_map(|_| self.tail.take()).collect();
        let partly = if rest > 0 { self.tail.take() } else { None };
        let partly_at = parts.len();
        parts.extend(partly);
        let until = |index: usize| if index == partly_at { rest } else { u32::MAX };
        let commands: Vec<_> = parts
            .iter()
            .enumerate()
            .flat_map(|(index, part)| {
                let commands = part.commands().take_while(move |(number, _)| *number < until(index));
                commands.map(|(_, bytes)| (part.frame, bytes, part.arena.as_ref()))
            })
            .collect();
        let canvas = hidden.filter(|hidden| hidden.all).map(|hidden| hidden.canvas);
        let hidden_target = canvas.filter(|_| self.graph.is_hidden(canvas));
        let needed = overtaken::needed(commands.iter().map(|(_, bytes, _)| *bytes), hidden_target);
        for (index, (frame, bytes, arena)) in commands.into_iter().enumerate() {
            self.graph.begin(frame);
            if needed.as_ref().is_some_and(|needed| needed.get(index) == Some(&false)) {
                continue;
            }
            let (graph, keeper, blobs) = (&mut self.graph, &mut self.keeper, &self.blobs);
            let mut folding = Folding { graph, keeper, bytes, arena, blobs, hidden };
            // What the interpreter took follows the table.
            let _ = Command::decode_into(&mut Reader::new(bytes), &mut folding);
        }
        if parts.len() > partly_at
            && let Some(mut part) = parts.pop()
        {
            part.skip = rest;
            self.tail.give_back(part);
        }
        self.graph.collect(false);
    }

    /// Gives out what came with numbers from `since` on, and the lists of frames from `since_frame` on.
    fn emit(&mut self, since: u64, since_frame: u64, give: &mut dyn FnMut(Chunk<'_, K::Kept>)) {
        self.fold();
        let mut out = tail::Emitter::new(give);
        self.graph.collect(true);
        self.graph.emit(since, &mut |bytes, payload| out.command(bytes, payload));
        for part in self.tail.parts() {
            if first_of(part.frame) < since {
                continue;
            }
            for (_, bytes) in part.commands().filter(|(_, bytes)| draws(bytes)) {
                match (detach(bytes), &part.arena) {
                    (Some((command, offset, length)), Some(arena)) => {
                        out.command(&command, Some(&self.keeper.part(arena, offset, length)));
                    }
                    _ => out.command(bytes, None),
                }
            }
        }
        self.lists.emit(since_frame, &mut out);
        if self.tail.is_complete {
            out.command(&graph::encoded!(Swap {}), None);
        }
        out.finish();
    }
}

/// False for commands that belong to the frame in which they came, not to what it shows: what asks for replies has had
/// them, what is for inspection spans frames that are gone, and SWAP comes once.
fn draws(command: &[u8]) -> bool {
    let mut reader = Reader::new(command);
    let opcode = reader.array().and_then(|_| reader.uint()).unwrap_or(0);
    ![Read::OPCODE, Group::OPCODE, End::OPCODE, Meta::OPCODE, Extension::OPCODE, Swap::OPCODE]
        .iter()
        .any(|silent| u64::from(*silent) == opcode)
}

impl Retained<InMemory> {
    /// A [snapshot](Retained::snapshot) as frames, the last of which ends by SWAP, or what changed
    /// [after](Retained::delta) a frame.
    pub fn frames(&mut self, after: Option<u64>) -> Option<Vec<Frame>> {
        let mut frames = vec![Frame::new()];
        let mut give = |chunk: Chunk<'_, std::sync::Arc<[u8]>>| {
            let full =
                frames.last().is_none_or(|frame| frame.arena().len() + frame.head().len() > FRAME_BYTES);
            if full {
                frames.push(Frame::new());
            }
            if let Some(frame) = frames.last_mut() {
                chunk.append_to(frame);
            }
        };
        match after {
            None => self.snapshot(&mut give),
            Some(after) => {
                if !self.delta(after, &mut give) {
                    return None;
                }
            }
        }
        Some(frames)
    }
}

/// A frame of a snapshot is not begun with more bytes than these; payloads are not split.
const FRAME_BYTES: usize = 16 << 20;
