//! Writing a file, to anything that takes bytes.

use super::chunk::{BLOCK, ChunkHeader, Extent, FileHeader, Kind, Trailer, checksum};
use super::chunk::{PACKED_ARENA, PACKED_HEAD, packable};
use super::contents::{IndexRow, encode_blob, encode_index, encode_keyframe, encode_meta};
use super::pack::packed;
use glir_spec::wire::{Encoding, Hash, Wire};
use glir_spec::{Frame, Header, limits};
use std::collections::HashSet;
use std::io::{self, Write};

/// Writes a stream as a `.glir` file. It only appends, so a pipe will do.
///
/// Every frame is flushed. A file without [`Writer::finish`] can be read; it only lacks its index. After an error the
/// output holds a part of a chunk: readers leave that out.
///
/// ```
/// use glir_core::file::{Item, SliceReader, Writer};
/// use glir_spec::commands::Swap;
/// use glir_spec::{Frame, Header};
///
/// let mut writer = Writer::new(Vec::new(), &Header::default())?;
/// let mut frame = Frame::new();
/// frame.push(Swap {});
/// writer.frame(&frame, 0)?;
/// let bytes = writer.finish()?;
///
/// let mut items = SliceReader::new(&bytes);
/// assert!(matches!(items.next(), Some(Item::Header(_))));
/// assert!(matches!(items.next(), Some(Item::Frame { number: 0, .. })));
/// assert!(items.next().is_none());
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    /// Bytes written.
    at: u64,
    rows: Vec<IndexRow>,
    frames: u64,
    notes: u64,
    blobs: HashSet<Hash>,
    packing: bool,
    apart: bool,
}

/// Bytes that damage may hit without hitting two chunks, where chunks are kept apart.
const APART: u64 = 16;

impl<W: Write> Writer<W> {
    /// Begins a stream. The file's version is the header's.
    pub fn new(mut out: W, header: &Header<'_>) -> io::Result<Self> {
        let (Ok(major), Ok(minor)) = (u16::try_from(header.major), u16::try_from(header.minor)) else {
            return Err(invalid(format!("there is no GLIR {}.{}", header.major, header.minor)));
        };
        let mut head = Vec::new();
        header.encode(&mut glir_spec::wire::Writer::new(&mut head));
        let head_len = head_len(&head).map_err(invalid)?;
        let block = FileHeader { major, minor, head_len, head_crc: checksum(&head) };
        write_part(&mut out, &block.encode(), &head, &[], block.extent())?;
        let at = block.extent().padded;
        let blobs = HashSet::new();
        Ok(Writer { out, at, rows: Vec::new(), frames: 0, notes: 0, blobs, packing: false, apart: false })
    }

    /// Writes the stream's header once more, which the reader of a file takes whose first bytes are damaged. An empty chunk stands
    /// between, so that what hits the one leaves the other.
    pub fn repeat_header(&mut self, header: &Header<'_>) -> io::Result<()> {
        self.chunk(Kind::ROOM, 0, 0, &[], &[])?;
        let mut head = Vec::new();
        header.encode(&mut glir_spec::wire::Writer::new(&mut head));
        self.chunk(Kind::HEADER, 0, 0, &head, &[])
    }

    /// Packs what is written from now on by LZ4, where that gains something. Files of packed chunks are smaller.
    pub fn set_packing(&mut self, packing: bool) {
        self.packing = packing;
    }

    /// Keeps what is written from now on so far apart that 16 damaged bytes in a row hit one chunk at most: behind one whose padding
    /// is less, which of any length every fourth is, comes an empty chunk.
    pub fn set_apart(&mut self, apart: bool) {
        self.apart = apart;
    }

    /// Bytes written so far.
    pub fn position(&self) -> u64 {
        self.at
    }

    /// Frame chunks written so far.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// True if the stream has a blob with this hash.
    pub fn has_blob(&self, hash: &Hash) -> bool {
        self.blobs.contains(hash)
    }

    /// Appends a frame. The time is in microseconds since the stream began, 0 if unknown.
    pub fn frame(&mut self, frame: &Frame, time_us: u64) -> io::Result<()> {
        self.raw_frame(frame.head(), frame.arena(), time_us)
    }

    /// Appends a frame from its head and arena.
    pub fn raw_frame(&mut self, head: &[u8], arena: &[u8], time_us: u64) -> io::Result<()> {
        self.chunk(Kind::FRAME, self.frames, time_us, head, arena)?;
        self.frames += 1;
        self.out.flush()
    }

    /// Appends a blob, unless the stream has it, and returns the hash by which payloads name it from then on.
    pub fn blob(&mut self, encoding: Encoding, bytes: &[u8]) -> io::Result<Hash> {
        let hash = Hash(*blake3::hash(bytes).as_bytes());
        if !self.blobs.contains(&hash) {
            self.chunk(Kind::BLOB, self.blobs.len() as u64, 0, &encode_blob(encoding, hash), bytes)?;
            self.blobs.insert(hash);
        }
        Ok(hash)
    }

    /// Appends a keyframe: commands, as [`Retained::frames`](crate::retain::Retained::frames) gives them, that stand for all
    /// frames so far, and the number that an interpreter gives the frame that follows.
    pub fn keyframe(&mut self, frame: u64, head: &[u8], arena: &[u8], time_us: u64) -> io::Result<()> {
        let part = self.keyframe_part(frame, head, arena, time_us)?;
        self.append(part)
    }

    /// A keyframe that is not written yet, and the bytes that it would take.
    pub fn keyframe_part(&self, frame: u64, head: &[u8], arena: &[u8], time_us: u64) -> io::Result<Part> {
        self.part(Kind::KEYFRAME, self.frames, time_us, &encode_keyframe(frame, head), arena)
    }

    /// Appends notes about the stream: keys and values.
    pub fn meta(&mut self, notes: &[(&str, &str)]) -> io::Result<()> {
        let head = encode_meta(notes).map_err(invalid)?;
        self.chunk(Kind::META, self.notes, 0, &head, &[])?;
        self.notes += 1;
        Ok(())
    }

    /// Ends the stream with its index, flushes and gives the output back.
    pub fn finish(mut self) -> io::Result<W> {
        let head = encode_index(&self.rows);
        // More than ten million chunks make an index that no reader takes; the file is whole without it.
        if head.len() <= limits::MAX_HEAD_BYTES {
            let mut trailer = Trailer { index_offset: self.at, stream_len: 0 };
            let extent =
                ChunkHeader { head_len: head_len(&head).map_err(invalid)?, arena_len: BLOCK as u64, ..EMPTY }
                    .extent();
            trailer.stream_len = self.at + extent.padded;
            self.chunk(Kind::INDEX, 0, 0, &head, &trailer.encode())?;
        }
        self.out.flush()?;
        Ok(self.out)
    }

    /// The output as it is now. The stream is not ended.
    pub fn into_inner(self) -> W {
        self.out
    }

    fn chunk(
        &mut self,
        kind: Kind,
        sequence: u64,
        time_us: u64,
        head: &[u8],
        arena: &[u8],
    ) -> io::Result<()> {
        if self.packs(kind) != 0 {
            let part = self.part(kind, sequence, time_us, head, arena)?;
            return self.append(part);
        }
        let header = chunk_header(kind, sequence, time_us, head, arena).map_err(invalid)?;
        self.put(&header, head, arena)
    }

    /// The flags that chunks of a kind may get.
    fn packs(&self, kind: Kind) -> u32 {
        if self.packing { packable(kind) } else { 0 }
    }

    /// A chunk, packed where that gains something.
    fn part(&self, kind: Kind, sequence: u64, time_us: u64, head: &[u8], arena: &[u8]) -> io::Result<Part> {
        // What no reader takes is refused before it is packed.
        chunk_header(kind, sequence, time_us, head, arena).map_err(invalid)?;
        let packs = self.packs(kind);
        let small_head = if packs & PACKED_HEAD != 0 { packed(head) } else { None };
        let small_arena = if packs & PACKED_ARENA != 0 { packed(arena) } else { None };
        let (head_bytes, arena_bytes) = (head.len(), arena.len());
        let mut flags = 0;
        if small_head.is_some() {
            flags |= PACKED_HEAD;
        }
        if small_arena.is_some() {
            flags |= PACKED_ARENA;
        }
        let head = small_head.unwrap_or_else(|| head.to_vec());
        let arena = small_arena.unwrap_or_else(|| arena.to_vec());
        let mut header = chunk_header(kind, sequence, time_us, &head, &arena).map_err(invalid)?;
        header.flags = flags;
        if flags & PACKED_HEAD != 0 {
            header.head_unpacked = head_bytes as u32;
        }
        if flags & PACKED_ARENA != 0 {
            header.arena_unpacked = arena_bytes as u64;
        }
        Ok(Part { header, head, arena })
    }

    /// Appends a chunk that [`Writer::keyframe_part`] has made.
    pub fn append(&mut self, part: Part) -> io::Result<()> {
        self.put(&part.header, &part.head, &part.arena)
    }

    fn put(&mut self, header: &ChunkHeader, head: &[u8], arena: &[u8]) -> io::Result<()> {
        let extent = header.extent();
        write_part(&mut self.out, &header.encode(), head, arena, extent)?;
        if header.kind.number().is_some() {
            self.rows.push((header.kind, header.sequence, self.at));
        }
        self.at += extent.padded;
        let is_near = extent.padded - extent.contents < APART - 1;
        if self.apart && is_near && header.kind.number().is_some() {
            let room = chunk_header(Kind::ROOM, 0, 0, &[], &[]).map_err(invalid)?;
            write_part(&mut self.out, &room.encode(), &[], &[], room.extent())?;
            self.at += room.extent().padded;
        }
        Ok(())
    }
}

/// A chunk that can be appended.
#[derive(Clone, Debug)]
pub struct Part {
    header: ChunkHeader,
    head: Vec<u8>,
    arena: Vec<u8>,
}

impl Part {
    /// The bytes that it takes in the file.
    pub fn bytes(&self) -> u64 {
        self.header.extent().padded
    }
}

const EMPTY: ChunkHeader = ChunkHeader {
    kind: Kind::FRAME,
    flags: 0,
    head_len: 0,
    head_crc: 0,
    head_unpacked: 0,
    arena_len: 0,
    arena_crc: 0,
    arena_unpacked: 0,
    sequence: 0,
    time_us: 0,
};

/// The header of a chunk with this head and arena.
pub(super) fn chunk_header(
    kind: Kind,
    sequence: u64,
    time_us: u64,
    head: &[u8],
    arena: &[u8],
) -> Result<ChunkHeader, String> {
    let arena_len = arena.len() as u64;
    if arena_len > limits::MAX_ARENA_BYTES {
        let limit = limits::MAX_ARENA_BYTES;
        return Err(format!("an arena of {arena_len} bytes is larger than the {limit} allowed"));
    }
    Ok(ChunkHeader {
        kind,
        head_len: head_len(head)?,
        head_crc: checksum(head),
        arena_len,
        arena_crc: checksum(arena),
        sequence,
        time_us,
        ..EMPTY
    })
}

/// Writes a header block, what belongs to it, and the padding.
pub(super) fn write_part(
    out: &mut impl Write,
    block: &[u8; BLOCK],
    head: &[u8],
    arena: &[u8],
    extent: Extent,
) -> io::Result<()> {
    let padding = |from: u64, to: u64| &[0; BLOCK][..(to - from) as usize];
    out.write_all(block)?;
    out.write_all(head)?;
    out.write_all(padding((BLOCK + head.len()) as u64, extent.arena))?;
    out.write_all(arena)?;
    out.write_all(padding(extent.arena + arena.len() as u64, extent.padded))
}

fn head_len(head: &[u8]) -> Result<u32, String> {
    let length = u32::try_from(head.len()).ok().filter(|_| head.len() <= limits::MAX_HEAD_BYTES);
    length.ok_or_else(|| {
        let limit = limits::MAX_HEAD_BYTES;
        format!("a head of {} bytes is larger than the {limit} allowed; split the frame", head.len())
    })
}

pub(super) fn invalid(sentence: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, sentence)
}
