//! Where a file's chunks are: read from its end, or found by walking over them.

use super::chunk::{BLOCK, ChunkHeader, Kind, Trailer, block_at, checksum};
use super::contents::{IndexRow, decode_blob, decode_index, decode_keyframe};
use super::pack::contents;
use super::reader::{Item, Options, SliceReader};
use glir_spec::wire::{Encoding, Hash};
use std::borrow::Cow;

/// The frames, blobs, notes and keyframes of a file, in the order of its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// An entry a chunk.
    pub entries: Vec<Entry>,
}

/// The place of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the chunk holds.
    pub kind: Kind,
    /// A frame's number, counted over all streams of the file as [`Item::Frame`] does; the sequence number of others.
    pub number: u64,
    /// The chunk's number among those of its kind in its stream.
    pub sequence: u64,
    /// The byte of the file at which the chunk starts.
    pub offset: u64,
    /// The byte at which its stream starts.
    pub stream: u64,
    /// The number of its stream's first frame.
    pub base: u64,
}

impl Index {
    /// The index from the end of the file, or from the ends of its streams if it was concatenated; none if it is
    /// missing or damaged.
    ///
    /// It says what the file's writer said. Who goes by it must look whether the chunk is there.
    pub fn find(bytes: &[u8]) -> Option<Index> {
        let mut streams = Vec::new();
        let mut end = bytes.len() as u64;
        while end > 0 {
            let trailer = Trailer::decode(block_at(bytes, end.checked_sub(BLOCK as u64)?)?)?;
            let start = end.checked_sub(trailer.stream_len)?;
            streams.push((start, rows(bytes, start, &trailer)?));
            end = start;
        }
        let mut index = Index::default();
        for (stream, rows) in streams.into_iter().rev() {
            index.add_stream(stream, &rows)?;
        }
        Some(index)
    }

    /// The index made by walking over the chunks that can be read. No arena is touched.
    pub fn scan(bytes: &[u8]) -> Index {
        let options = Options { verify_arenas: false, ..Options::default() };
        let mut reader = SliceReader::stored(bytes, options);
        let mut entries = Vec::new();
        while let Some(item) = reader.next() {
            let offset = reader.offset();
            let Some(header) = block_at(bytes, offset).and_then(ChunkHeader::decode) else { continue };
            let number = match item {
                Item::Frame { number, .. } => number,
                Item::Blob { .. } | Item::Meta(_) => header.sequence,
                Item::Header(_) | Item::Fault(_) => continue,
            };
            let (stream, base) = reader.stream();
            let ChunkHeader { kind, sequence, .. } = header;
            entries.push(Entry { kind, number, sequence, offset, stream, base });
        }
        Index { entries }
    }

    /// The entry of a frame by its number.
    pub fn frame(&self, number: u64) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.kind == Kind::FRAME && entry.number == number)
    }

    /// The entry of the last keyframe that stands before a frame, in the same stream.
    pub fn keyframe(&self, frame: &Entry) -> Option<&Entry> {
        let fits = |entry: &&Entry| {
            entry.kind == Kind::KEYFRAME && entry.stream == frame.stream && entry.sequence <= frame.sequence
        };
        self.entries.iter().filter(fits).max_by_key(|entry| entry.sequence)
    }

    /// Appends the rows of the next stream; none if they make no sense.
    fn add_stream(&mut self, stream: u64, rows: &[IndexRow]) -> Option<()> {
        let base = self.next_frame()?;
        for &(kind, sequence, offset) in rows {
            let number = if kind == Kind::FRAME { base.checked_add(sequence)? } else { sequence };
            let offset = stream.checked_add(offset)?;
            if kind == Kind::FRAME && number < self.next_frame()? {
                return None;
            }
            self.entries.push(Entry { kind, number, sequence, offset, stream, base });
        }
        Some(())
    }

    fn next_frame(&self) -> Option<u64> {
        let last = self.entries.iter().rfind(|entry| entry.kind == Kind::FRAME);
        last.map_or(Some(0), |entry| entry.number.checked_add(1))
    }
}

/// What a keyframe holds: who begins with it, at frame `frame` of the interpreter's count, needs no earlier frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keyframe<'a> {
    /// The number that the interpreter gives the frame that follows.
    pub frame: u64,
    /// The commands: a MessagePack array, which ends with SWAP.
    pub head: Cow<'a, [u8]>,
    /// Their payloads.
    pub arena: Cow<'a, [u8]>,
}

impl<'a> Keyframe<'a> {
    /// Reads the keyframe that an entry of an index names; none if it is not there, or is damaged.
    pub fn read(bytes: &'a [u8], entry: &Entry) -> Option<Keyframe<'a>> {
        let (header, head, arena) = stored(bytes, entry.offset, Kind::KEYFRAME)?;
        if header.sequence != entry.sequence || checksum(arena) != header.arena_crc {
            return None;
        }
        let (head, arena) = contents(&header, head, arena, u64::MAX)?;
        let (frame, behind) = decode_keyframe(&head)?;
        let head = match head {
            Cow::Borrowed(head) => Cow::Borrowed(head.get(behind..)?),
            Cow::Owned(mut head) => {
                head.drain(..behind);
                Cow::Owned(head)
            }
        };
        Some(Keyframe { frame, head, arena })
    }
}

/// The header of the chunk at a place, and its head and arena as they are stored. The head matches its checksum.
fn stored(bytes: &[u8], offset: u64, kind: Kind) -> Option<(ChunkHeader, &[u8], &[u8])> {
    let header = ChunkHeader::decode(block_at(bytes, offset)?)?;
    let (extent, start) = (header.extent(), usize::try_from(offset).ok()?);
    let chunk = bytes.get(start..)?;
    let head = chunk.get(BLOCK..)?.get(..usize::try_from(header.head_len).ok()?)?;
    let arena = match header.arena_len {
        0 => &[],
        _ => chunk.get(usize::try_from(extent.arena).ok()?..usize::try_from(extent.contents).ok()?)?,
    };
    (header.kind == kind && checksum(head) == header.head_crc).then_some((header, head, arena))
}

impl Index {
    /// The hash, element type and bytes of the blob that an entry names, unpacked if they are packed; none if it is not
    /// there, or is damaged.
    pub fn blob<'a>(bytes: &'a [u8], entry: &Entry) -> Option<(Hash, Encoding, Cow<'a, [u8]>)> {
        let (header, head, arena) = stored(bytes, entry.offset, Kind::BLOB)?;
        let (encoding, hash) = decode_blob(head).ok()?;
        let (_, arena) = contents(&header, &[], arena, u64::MAX)?;
        Some((hash, encoding, arena))
    }

    /// The hash of the blob that an entry names, its bytes not being looked at.
    pub fn blob_hash(bytes: &[u8], entry: &Entry) -> Option<Hash> {
        let (_, head, _) = stored(bytes, entry.offset, Kind::BLOB)?;
        decode_blob(head).ok().map(|(_, hash)| hash)
    }
}

/// The rows of the stream that starts at `start` and ends with the trailer.
fn rows(bytes: &[u8], start: u64, trailer: &Trailer) -> Option<Vec<IndexRow>> {
    let at = start.checked_add(trailer.index_offset)?;
    let header = ChunkHeader::decode(block_at(bytes, at)?)?;
    let ends = trailer.index_offset.checked_add(header.extent().padded)?;
    if header.kind != Kind::INDEX || ends != trailer.stream_len {
        return None;
    }
    let head = usize::try_from(at).ok()?.checked_add(BLOCK)?;
    let head = bytes.get(head..)?.get(..usize::try_from(header.head_len).ok()?)?;
    if checksum(head) != header.head_crc { None } else { decode_index(head) }
}
