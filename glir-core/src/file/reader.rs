//! Reading a whole file in memory, or mapped into it, without copying.

use super::chunk::{ChunkHeader, Kind, PACKED_ARENA, PACKED_HEAD, block_at};
use super::fault::{FaultKind, FileFault};
use super::index::{Entry, Index};
use super::pack::{Room, contents};
use super::parse::{Parser, Step};
use glir_spec::wire::{Encoding, Hash, Str};
use glir_spec::{Header, limits};
use std::borrow::Cow;

/// What a file holds, in the order of its bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum Item<'a> {
    /// A stream begins. If there was one before, it is over, and nothing of it stays.
    ///
    /// A stream whose header is damaged begins with a fault instead.
    Header(Header<'a>),
    /// A frame.
    Frame {
        /// The frame's number, counted from 0 over all streams of the file. Frames that were lost leave gaps.
        number: u64,
        /// Microseconds since the stream began; 0 if unknown.
        time_us: u64,
        /// The commands: a MessagePack array.
        head: &'a [u8],
        /// The payloads.
        arena: &'a [u8],
    },
    /// Bytes that later payloads name by hash.
    Blob {
        /// The hash. It is that of the bytes only if [`Options::verify_blobs`] is on.
        hash: Hash,
        /// Element type.
        encoding: Encoding,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// Notes about the stream: keys and values.
    Meta(Vec<(Str<'a>, Str<'a>)>),
    /// Something can't be read. Reading goes on behind it if it can.
    Fault(FileFault),
}

/// How carefully a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Compares arenas with their checksums (heads always are). Without it a damaged payload goes unnoticed, and no
    /// byte of an arena is touched, which keeps a huge mapped file on its disk.
    pub verify_arenas: bool,
    /// Compares blobs with their hashes.
    pub verify_blobs: bool,
    /// The largest chunk that is read, header and padding included. The limits of the language hold in any case.
    pub max_chunk_bytes: u64,
}

impl Default for Options {
    /// Arenas are verified, blobs are not, chunks may be as large as the language allows.
    fn default() -> Self {
        Options { verify_arenas: true, verify_blobs: false, max_chunk_bytes: u64::MAX }
    }
}

/// Reads a file that lies in memory. Items borrow its bytes.
///
/// It allocates nothing but the lists of headers, notes and sentences, and what it unpacks. Arenas lie at multiples of 64 bytes from the
/// start of their stream; who concatenates a cut file and another may misalign the second.
#[derive(Clone, Debug)]
pub struct SliceReader<'a> {
    bytes: &'a [u8],
    options: Options,
    parser: Parser,
    room: Option<&'a Room>,
    /// Bytes that were unpacked so far.
    unpacked: u64,
}

impl<'a> SliceReader<'a> {
    /// Reads with the default options.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self::with_options(bytes, Options::default())
    }

    /// Reads with the given options. Packed chunks are reported and left out.
    pub fn with_options(bytes: &'a [u8], options: Options) -> Self {
        SliceReader { bytes, options, parser: Parser::new(options), room: None, unpacked: 0 }
    }

    /// Reads packed chunks, too. What is unpacked stays in the room, so that items can borrow it; of one file that is at most
    /// [`limits::DEFAULT_MEMORY_BUDGET`] bytes, whatever its chunks promise.
    pub fn unpacking(bytes: &'a [u8], options: Options, room: &'a Room) -> Self {
        let mut parser = Parser::new(options);
        parser.keep_packed();
        SliceReader { bytes, options, parser, room: Some(room), unpacked: 0 }
    }

    /// Packed chunks as they are stored, and keyframes as notes without notes: for who looks at places only.
    pub(super) fn stored(bytes: &'a [u8], options: Options) -> Self {
        let mut parser = Parser::new(options);
        parser.keep_packed();
        SliceReader { bytes, options, parser, room: None, unpacked: 0 }
    }

    /// The byte at which the part of the last item starts.
    pub fn offset(&self) -> u64 {
        self.parser.part()
    }

    /// Makes frame `number` the next item and returns true; returns false, and changes nothing, if there is none.
    ///
    /// The way there is the file's index, or a walk over its chunks if it has none that holds. A frame may need what
    /// earlier ones made.
    pub fn seek_frame(&mut self, number: u64) -> bool {
        let found = Index::find(self.bytes).is_some_and(|index| self.seek_in(&index, number));
        found || self.seek_in(&Index::scan(self.bytes), number)
    }

    /// Where the stream of the last item starts, and the number of its first frame.
    pub(super) fn stream(&self) -> (u64, u64) {
        self.parser.stream()
    }

    fn seek_in(&mut self, index: &Index, number: u64) -> bool {
        index.frame(number).is_some_and(|entry| self.seek(entry))
    }

    /// Makes the frame that an entry of an index names the next item and returns true; returns false, and changes
    /// nothing, if it is not there.
    pub fn seek(&mut self, entry: &Entry) -> bool {
        let header = block_at(self.bytes, entry.offset).and_then(ChunkHeader::decode);
        // The index comes from the file too: it counts only where the chunk bears it out.
        if !header.is_some_and(|header| header.kind == Kind::FRAME && header.sequence == entry.sequence) {
            return false;
        }
        self.parser = self.parser.at_frame(entry);
        true
    }

    /// An item with what is packed in it unpacked; none for a keyframe, which is no item.
    fn unpack(&mut self, item: Item<'a>) -> Option<Item<'a>> {
        let Some(room) = self.room else { return Some(item) };
        let Some(header) = block_at(self.bytes, self.parser.part()).and_then(ChunkHeader::decode) else {
            return Some(item);
        };
        if header.kind == Kind::KEYFRAME && matches!(item, Item::Meta(_)) {
            return None;
        }
        if !header.is_packed() || matches!(item, Item::Fault(_)) {
            return Some(item);
        }
        let fault = |kind| Item::Fault(FileFault { offset: self.parser.part(), kind });
        // A byte of LZ4 stands for up to 255, so a small file may promise more than any machine has.
        let part = |flag, bytes: u64| if header.flags & flag == 0 { 0 } else { bytes };
        let head = part(PACKED_HEAD, header.head_unpacked.into());
        let arena = part(PACKED_ARENA, header.arena_unpacked);
        let left = limits::DEFAULT_MEMORY_BUDGET.saturating_sub(self.unpacked);
        let promised = [
            (head, limits::MAX_HEAD_BYTES as u64),
            (arena, limits::MAX_ARENA_BYTES),
            (head.saturating_add(arena), left),
        ];
        if let Some((size, limit)) = promised.into_iter().find(|(size, limit)| size > limit) {
            return Some(fault(FaultKind::TooLarge { kind: header.kind, size, limit }));
        }
        let fault = fault(FaultKind::BadPacking(header.kind));
        let most = self.options.max_chunk_bytes;
        Some(match item {
            Item::Frame { number, time_us, head, arena } => match contents(&header, head, arena, most) {
                Some((head, arena)) => {
                    let (head, arena) = (self.keep(room, head), self.keep(room, arena));
                    Item::Frame { number, time_us, head, arena }
                }
                None => fault,
            },
            Item::Blob { hash, encoding, bytes } => match contents(&header, &[], bytes, most) {
                Some((_, bytes)) => {
                    let wrong = self.options.verify_blobs && Hash(*blake3::hash(&bytes).as_bytes()) != hash;
                    let bytes = self.keep(room, bytes);
                    if wrong { fault } else { Item::Blob { hash, encoding, bytes } }
                }
                None => fault,
            },
            item => item,
        })
    }

    fn keep(&mut self, room: &'a Room, bytes: Cow<'a, [u8]>) -> &'a [u8] {
        match bytes {
            Cow::Borrowed(bytes) => bytes,
            owned @ Cow::Owned(_) => {
                self.unpacked = self.unpacked.saturating_add(owned.len() as u64);
                let (kept, behind) = self.room.unwrap_or(room).keep(owned);
                self.room = Some(behind);
                kept
            }
        }
    }
}

impl<'a> Iterator for SliceReader<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        loop {
            let rest = self.bytes.get(usize::try_from(self.parser.at()).ok()?..)?;
            match self.parser.step(rest, true) {
                Step::Item(item, _) => {
                    if let Some(item) = self.unpack(item) {
                        return Some(item);
                    }
                }
                Step::Take(_) => {}
                Step::Need(_) | Step::End => return None,
            }
        }
    }
}
