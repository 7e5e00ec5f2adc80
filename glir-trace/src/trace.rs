//! A recorded file, opened: its chunks are found by number, and unpacked when they are looked at.

use crate::commands::Blobs;
use crate::follow::Follower;
use glir_core::Diagnostic;
use glir_core::file::{
    Entry, FaultKind, FileFault, Index, Item, Keyframe, Options, Room, SliceReader, chunk::Kind,
};
use glir_spec::{Header, limits};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A file in memory, or mapped into it. Nothing but headers has been looked at before it is asked for.
#[derive(Clone, Debug)]
pub struct Trace<'a> {
    bytes: &'a [u8],
    index: Index,
    /// The entries of the frames, in order.
    frames: Vec<usize>,
    has_index: bool,
    /// How many frames are lost, once that has been asked.
    lost: OnceLock<u64>,
    /// Whether it ends within a part, once that has been asked.
    cut: OnceLock<bool>,
    /// Frames that were asked for and can't be read.
    unread: Arc<Mutex<BTreeSet<u64>>>,
    /// So many draws on top of each other are kept, and whether there were more.
    most_drawings: usize,
    overdrawn: Arc<AtomicBool>,
}

/// A frame chunk.
#[derive(Clone, Debug)]
pub struct FrameChunk<'a> {
    /// Its number among the file's frame chunks.
    pub number: u64,
    /// Microseconds since the stream began; 0 if unknown.
    pub time_us: u64,
    /// The commands.
    pub head: Cow<'a, [u8]>,
    /// The payloads.
    pub arena: Cow<'a, [u8]>,
}

/// Why a place of a trace can't be reached.
#[derive(Clone, Debug, PartialEq)]
pub enum TraceError {
    /// There is no such frame; there are so many frame chunks.
    NoFrame(u64, u64),
    /// The frame has no such command; it has so many.
    NoCommand(u64, u32, u32),
    /// The header of the frame's stream can't be read.
    NoHeader,
    /// No interpreter takes the stream.
    Refused(Box<Diagnostic>),
    /// Nothing of the file can be read.
    Unreadable(FileFault),
    /// Its commands carry so many bytes of payloads, many of them the same: too many to be taken apart in memory.
    TooLarge(u64),
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: u64| if count == 1 { "" } else { "s" };
        match self {
            TraceError::NoFrame(number, count) => {
                write!(
                    f,
                    "there is no frame {number}; it has {count} frame{}, counted from 0",
                    plural(*count)
                )
            }
            TraceError::NoCommand(frame, number, count) => write!(
                f,
                "frame {frame} has no command {number}; it has {count} command{}, counted from 0",
                plural((*count).into())
            ),
            TraceError::NoHeader => write!(f, "the stream's header can't be read"),
            TraceError::Refused(diagnostic) => diagnostic.fmt(f),
            TraceError::Unreadable(fault) => fault.fmt(f),
            TraceError::TooLarge(bytes) => write!(
                f,
                "its commands carry {bytes} bytes of payloads; at most {} can be taken apart",
                limits::DEFAULT_MEMORY_BUDGET
            ),
        }
    }
}

impl std::error::Error for TraceError {}

impl<'a> Trace<'a> {
    /// So many draws on top of each other are followed: some hundred bytes of memory each. Of more the older half is left out.
    pub const MOST_DRAWINGS: usize = 1 << 22;

    /// Opens a file by its index, or by a walk over its chunks if it has none.
    pub fn open(bytes: &'a [u8]) -> Result<Self, TraceError> {
        if let Some(Item::Fault(fault)) =
            SliceReader::new(bytes.get(..bytes.len().min(1 << 20)).unwrap_or(bytes)).next()
            && fault.is_fatal()
        {
            return Err(TraceError::Unreadable(fault));
        }
        let found = Index::find(bytes);
        let has_index = found.is_some();
        let index = found.unwrap_or_else(|| Index::scan(bytes));
        let is_frame = |entry: &Entry| entry.kind == Kind::FRAME;
        let frames = index.entries.iter().enumerate();
        let frames = frames.filter(|(_, entry)| is_frame(entry)).map(|(at, _)| at).collect();
        Ok(Trace {
            bytes,
            index,
            frames,
            has_index,
            lost: OnceLock::new(),
            cut: OnceLock::new(),
            unread: Arc::default(),
            most_drawings: Self::MOST_DRAWINGS,
            overdrawn: Arc::default(),
        })
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// True if the file ends with its index.
    pub fn has_index(&self) -> bool {
        self.has_index
    }

    /// The frame chunks' numbers, in order; those that are damaged are among them.
    pub fn frames(&self) -> impl Iterator<Item = u64> {
        self.frames.iter().filter_map(|at| self.index.entries.get(*at)).map(|entry| entry.number)
    }

    /// How many frame chunks there are.
    pub fn frame_count(&self) -> u64 {
        self.frames.len() as u64
    }

    /// True if the file ends within a part of it.
    pub fn is_cut(&self) -> bool {
        let ends = |item: Item<'_>| matches!(item, Item::Fault(fault) if matches!(fault.kind, FaultKind::Truncated { .. }));
        *self.cut.get_or_init(|| {
            let options = Options { verify_arenas: false, ..Options::default() };
            let mut reader = SliceReader::with_options(self.bytes, options);
            !self.has_index && std::iter::from_fn(|| reader.next().map(ends)).any(|ends| ends)
        })
    }

    /// How many frame chunks the file has had that can't be read any more. Arenas are not looked at.
    pub fn lost(&self) -> u64 {
        *self.lost.get_or_init(|| {
            let scanned = Index::scan(self.bytes);
            let intact = scanned.entries.iter().filter(|entry| entry.kind == Kind::FRAME);
            // Numbers count lost frames, too, but those behind the last one stand in an index only.
            let ends = intact.clone().next_back().map_or(0, |last| last.number.saturating_add(1));
            ends.max(self.frame_count()).saturating_sub(intact.count() as u64)
        })
    }

    /// The frames that were asked for so far and are damaged, in order: those too whose arenas alone are.
    pub fn unread(&self) -> Vec<u64> {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    /// Follows so many draws on top of each other rather than [`MOST_DRAWINGS`](Self::MOST_DRAWINGS).
    pub fn set_most_drawings(&mut self, most: usize) {
        self.most_drawings = most;
    }

    /// True once what was asked for lacks its oldest draws, since more lie on top of each other than are followed.
    pub fn is_overdrawn(&self) -> bool {
        self.overdrawn.load(Ordering::Relaxed)
    }

    /// Something is given out, which may lack draws.
    pub(crate) fn give(&self, lossy: bool) {
        self.overdrawn.fetch_or(lossy, Ordering::Relaxed);
    }

    /// Whether a note with a key stands behind a frame.
    pub fn has_note(&self, key: &str) -> bool {
        let entries = &self.index.entries;
        let mut noted = self.frames.iter().filter(|at| {
            let mut behind = entries.iter().skip(**at + 1).take_while(|entry| entry.kind != Kind::FRAME);
            behind.any(|entry| entry.kind == Kind::META)
        });
        noted.any(|at| {
            let room = Room::new();
            let mut reader = SliceReader::unpacking(self.bytes, Options::default(), &room);
            let there = entries.get(*at).is_some_and(|entry| reader.seek(entry)) && reader.next().is_some();
            let of_frame = |item: &Item<'_>| !matches!(item, Item::Frame { .. } | Item::Header(_));
            there && std::iter::from_fn(|| reader.next()).take_while(of_frame).any(
                |item| matches!(item, Item::Meta(notes) if notes.iter().any(|(found, _)| &**found == key)),
            )
        })
    }

    /// The keyframes: the frame before which each stands, and its bytes in the file.
    pub fn keyframes(&self) -> impl Iterator<Item = (u64, u64)> {
        let keyframes = self.index.entries.iter().filter(|entry| entry.kind == Kind::KEYFRAME);
        keyframes.map(|entry| (entry.base.saturating_add(entry.sequence), self.size_of(entry)))
    }

    fn size_of(&self, entry: &Entry) -> u64 {
        let block = usize::try_from(entry.offset).ok().and_then(|at| self.bytes.get(at..)?.first_chunk());
        let header = block.and_then(glir_core::file::chunk::ChunkHeader::decode);
        header.map_or(0, |header| header.extent().padded)
    }

    fn entry(&self, frame: u64) -> Result<&Entry, TraceError> {
        let of = |at: &usize| self.index.entries.get(*at);
        // Numbers grow, but frames that were lost leave gaps.
        let place = self.frames.partition_point(|at| of(at).is_some_and(|entry| entry.number < frame));
        let found = self.frames.get(place).and_then(of).filter(|entry| entry.number == frame);
        found.ok_or(TraceError::NoFrame(frame, self.frame_count()))
    }

    /// A frame chunk; none if it is damaged.
    pub fn frame(&self, number: u64) -> Result<Option<FrameChunk<'a>>, TraceError> {
        let entry = self.entry(number)?;
        let room = Room::new();
        let mut reader = SliceReader::unpacking(self.bytes, Options::default(), &room);
        let item = if reader.seek(entry) { reader.next() } else { None };
        let Some(Item::Frame { time_us, head, arena, .. }) = item else {
            self.unread.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
            return Ok(None);
        };
        Ok(Some(FrameChunk { number, time_us, head: self.borrowed(head), arena: self.borrowed(arena) }))
    }

    /// Bytes of the file as such, others copied out of their room.
    fn borrowed(&self, part: &[u8]) -> Cow<'a, [u8]> {
        let start = (part.as_ptr() as usize).wrapping_sub(self.bytes.as_ptr() as usize);
        match self.bytes.get(start..start.saturating_add(part.len())) {
            Some(bytes) if bytes.as_ptr() == part.as_ptr() => Cow::Borrowed(bytes),
            _ => Cow::Owned(part.to_vec()),
        }
    }

    /// The header of the stream to which a frame belongs.
    pub fn header(&self, frame: u64) -> Result<Header<'a>, TraceError> {
        let start = usize::try_from(self.entry(frame)?.stream).unwrap_or(usize::MAX);
        // A damaged one stands once more in front of all that draws.
        let found = SliceReader::new(self.bytes.get(start..).unwrap_or(&[]))
            .take_while(|item| matches!(item, Item::Header(_) | Item::Fault(_)))
            .find_map(|item| if let Item::Header(header) = item { Some(header) } else { None });
        found.ok_or(TraceError::NoHeader)
    }

    /// The number of the first frame of the stream to which a frame belongs; it may be lost.
    pub fn first_of_stream(&self, frame: u64) -> Result<u64, TraceError> {
        Ok(self.entry(frame)?.base)
    }

    /// The blobs of the stream to which a frame belongs, in memory.
    pub fn blobs(&self, frame: u64) -> Result<Blobs<'a>, TraceError> {
        let stream = self.entry(frame)?.stream;
        let mut blobs = Blobs::default();
        for entry in
            self.index.entries.iter().filter(|entry| entry.kind == Kind::BLOB && entry.stream == stream)
        {
            if let Some((hash, encoding, bytes)) = Index::blob(self.bytes, entry) {
                blobs.insert(hash, encoding, bytes);
            }
        }
        Ok(blobs)
    }

    /// The keyframe nearest before a frame.
    pub fn keyframe(&self, frame: u64) -> Result<Option<(u64, Keyframe<'a>)>, TraceError> {
        let entry = self.entry(frame)?;
        let Some(found) = self.index.keyframe(entry) else { return Ok(None) };
        let first = found.base.saturating_add(found.sequence);
        Ok(Keyframe::read(self.bytes, found).map(|keyframe| (first, keyframe)))
    }

    /// The frame before which the keyframe nearest before a frame stands.
    pub(crate) fn keyframe_before(&self, frame: u64) -> Result<Option<u64>, TraceError> {
        let found = self.index.keyframe(self.entry(frame)?);
        Ok(found.map(|found| found.base.saturating_add(found.sequence)))
    }

    /// The stream followed up to a frame, which is left out, from the nearest keyframe before it.
    pub fn follow(&self, frame: u64) -> Result<Follower<'a>, TraceError> {
        let header = self.header(frame)?;
        let mut follower = Follower::new(&header).map_err(TraceError::Refused)?;
        follower.retained.set_most_drawings(self.most_drawings);
        follower.blobs = self.blobs(frame)?;
        let mut first = self.first_of_stream(frame)?;
        if let Some((next, keyframe)) = self.keyframe(frame)? {
            // It holds what signals have set by the time of the frame behind it.
            let time = self.frame(next)?.map(|chunk| chunk.time_us);
            follower.begin(&keyframe.head, &keyframe.arena, keyframe.frame, time.unwrap_or(0));
            first = next;
        }
        for number in self.frames().filter(|number| (first..frame).contains(number)) {
            if let Some(chunk) = self.frame(number)? {
                follower.chunk(&chunk);
            }
        }
        Ok(follower)
    }
}
