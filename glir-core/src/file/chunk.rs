//! The layout of a `.glir` file, version 1: every offset, magic number and kind stands here.
//!
//! All integers are little-endian. Every part starts at a multiple of 64 bytes from the start of its stream, so that
//! payloads in a mapped file are aligned, and is padded with zeros. Checksums are CRC-32 (ISO-HDLC, as in PNG and zlib).
//!
//! | file header | bytes | chunk header | bytes | trailer | bytes |
//! | --- | --- | --- | --- | --- | --- |
//! | magic `89 47 4C 49 52 0D 0A 1A` | 0–7 | kind, four ASCII letters | 0–3 | magic `89` `GLIREND` | 0–7 |
//! | major version | 8–9 | flags: 0x100 the head, 0x200 the arena is packed | 4–7 | offset of the index's chunk | 8–15 |
//! | minor version | 10–11 | bytes of the head | 8–11 | bytes of the stream | 16–23 |
//! | bytes of the head | 12–15 | checksum of the head | 12–15 | zero | 24–59 |
//! | checksum of the head | 16–19 | bytes of the arena | 16–23 | checksum of bytes 0–59 | 60–63 |
//! | zero | 20–59 | checksum of the arena | 24–27 | | |
//! | checksum of bytes 0–59 | 60–63 | bytes of the head unpacked, 0 if it is not packed | 28–31 | | |
//! | | | sequence number | 32–39 | | |
//! | | | time in µs | 40–47 | | |
//! | | | bytes of the arena unpacked, 0 if it is not packed | 48–55 | | |
//! | | | zero | 56–59 | | |
//! | | | checksum of bytes 0–59 | 60–63 | | |
//!
//! The file header is followed by its head, a [`glir_spec::Header`] as MessagePack; a chunk header by its head, then by
//! its arena. The first 12 bytes of a file header and the place of its checksum stay as they are in every version.
//! Zero bytes are reserved: a writer writes 0, a reader ignores them. Flags that a reader does not know make it leave
//! the chunk out.
//!
//! | kind | head | arena | sequence number |
//! | --- | --- | --- | --- |
//! | `FRAM` | the commands | their payloads | the frame, from 0 |
//! | `BLOB` | `[encoding, hash]` | the bytes | the blob, from 0 |
//! | `META` | a map of strings | none | the chunk of metadata, from 0 |
//! | `room` | nothing | none | 0 |
//! | `keyf` | `[frame, commands]` | payloads of the commands | the frame chunk before which it stands |
//! | `head` | the stream's header once more, which a reader takes where the first one is damaged | none | 0 |
//! | `RPLY` | the replies (never in a file: what an interpreter sends back in a live session) | their payloads | 0 |
//! | `INDX` | an array of `[kind, sequence number, offset]`, the kind being 1 to 4 for the kinds above in their order, `keyf` being 4 | the trailer | 0 |
//!
//! A kind that starts with a lower-case letter is ancillary: who does not know it passes over it silently. A second
//! file header begins a new stream, so files may be concatenated.

pub use super::checksum::Checksum;

use glir_spec::limits::ALIGNMENT;

/// Bytes of a file header, chunk header or trailer.
pub const BLOCK: usize = 64;
/// What a file starts with. As in PNG, the first byte is no text, and a transfer as text damages the line ends.
pub const MAGIC: [u8; 8] = *b"\x89GLIR\r\n\x1a";
/// What a trailer starts with.
pub const TRAILER_MAGIC: [u8; 8] = *b"\x89GLIREND";

/// The flag of a chunk whose head is packed by LZ4.
pub const PACKED_HEAD: u32 = 0x100;
/// The flag of a chunk whose arena is packed by LZ4.
pub const PACKED_ARENA: u32 = 0x200;

/// The flags that a chunk of a kind may have. Of an index, notes and a blob's name nothing is packed.
pub fn packable(kind: Kind) -> u32 {
    match kind {
        Kind::FRAME | Kind::KEYFRAME => PACKED_HEAD | PACKED_ARENA,
        Kind::BLOB => PACKED_ARENA,
        _ => 0,
    }
}

/// Headers and trailer end with a checksum of what stands before it.
const CHECKSUM: usize = 60;

const _: () = assert!(BLOCK == ALIGNMENT);

/// The kind of a chunk, four ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Kind(pub [u8; 4]);

impl Kind {
    /// Commands and their payloads.
    pub const FRAME: Kind = Kind(*b"FRAM");
    /// Bytes that payloads name by hash.
    pub const BLOB: Kind = Kind(*b"BLOB");
    /// Notes about the stream.
    pub const META: Kind = Kind(*b"META");
    /// What the frames before it have left: who begins here needs no earlier frame.
    pub const KEYFRAME: Kind = Kind(*b"keyf");
    /// The stream's header once more, for who finds the first one damaged.
    pub const HEADER: Kind = Kind(*b"head");
    /// Nothing: room between chunks that one damaged place must not hit both.
    pub const ROOM: Kind = Kind(*b"room");
    /// Replies, on their way back to a producer.
    pub const REPLIES: Kind = Kind(*b"RPLY");
    /// Where the other chunks are.
    pub const INDEX: Kind = Kind(*b"INDX");

    /// The kind's number in an index; none for a kind that is not indexed.
    pub fn number(self) -> Option<u8> {
        match self {
            Kind::FRAME => Some(1),
            Kind::BLOB => Some(2),
            Kind::META => Some(3),
            Kind::KEYFRAME => Some(4),
            _ => None,
        }
    }

    /// The kind with this number in an index.
    pub fn from_number(number: u64) -> Option<Kind> {
        match number {
            1 => Some(Kind::FRAME),
            2 => Some(Kind::BLOB),
            3 => Some(Kind::META),
            4 => Some(Kind::KEYFRAME),
            _ => None,
        }
    }

    /// True if a reader that does not know the kind may pass over it silently.
    pub fn is_ancillary(self) -> bool {
        self.0[0].is_ascii_lowercase()
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|&byte| match byte {
            b'\'' | b'"' | b'\\' => write!(f, "\\{}", char::from(byte)),
            b' '..=b'~' => write!(f, "{}", char::from(byte)),
            _ => write!(f, "\\x{byte:02x}"),
        })
    }
}

/// The first block of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileHeader {
    /// Major version.
    pub major: u16,
    /// Minor version.
    pub minor: u16,
    /// Bytes of the head.
    pub head_len: u32,
    /// Checksum of the head.
    pub head_crc: u32,
}

impl FileHeader {
    /// The block.
    pub fn encode(&self) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        block[..8].copy_from_slice(&MAGIC);
        block[8..10].copy_from_slice(&self.major.to_le_bytes());
        block[10..12].copy_from_slice(&self.minor.to_le_bytes());
        block[12..16].copy_from_slice(&self.head_len.to_le_bytes());
        block[16..20].copy_from_slice(&self.head_crc.to_le_bytes());
        sealed(block)
    }

    /// Reads a block; none if it is not a file header or is damaged.
    pub fn decode(block: &[u8; BLOCK]) -> Option<FileHeader> {
        if !block.starts_with(&MAGIC) || !is_sealed(block) {
            return None;
        }
        Some(FileHeader {
            major: u16::from_le_bytes(take(block, 8)),
            minor: u16::from_le_bytes(take(block, 10)),
            head_len: u32::from_le_bytes(take(block, 12)),
            head_crc: u32::from_le_bytes(take(block, 16)),
        })
    }

    /// Bytes from the start of the header to the end of its head, without and with padding.
    pub fn extent(&self) -> Extent {
        Extent::of(self.head_len, 0)
    }
}

/// The first block of a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkHeader {
    /// What the chunk holds.
    pub kind: Kind,
    /// Bits that a reader must know: [`PACKED_HEAD`] and [`PACKED_ARENA`].
    pub flags: u32,
    /// Bytes of the head as it is stored.
    pub head_len: u32,
    /// Checksum of the head as it is stored.
    pub head_crc: u32,
    /// Bytes of the head once it is unpacked; 0 if it is not packed.
    pub head_unpacked: u32,
    /// Bytes of the arena as it is stored.
    pub arena_len: u64,
    /// Checksum of the arena as it is stored.
    pub arena_crc: u32,
    /// Bytes of the arena once it is unpacked; 0 if it is not packed.
    pub arena_unpacked: u64,
    /// The chunk's number among those of its kind, from 0.
    pub sequence: u64,
    /// Microseconds since the stream began; 0 if unknown.
    pub time_us: u64,
}

impl ChunkHeader {
    /// The block.
    pub fn encode(&self) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        block[..4].copy_from_slice(&self.kind.0);
        block[4..8].copy_from_slice(&self.flags.to_le_bytes());
        block[8..12].copy_from_slice(&self.head_len.to_le_bytes());
        block[12..16].copy_from_slice(&self.head_crc.to_le_bytes());
        block[16..24].copy_from_slice(&self.arena_len.to_le_bytes());
        block[24..28].copy_from_slice(&self.arena_crc.to_le_bytes());
        block[28..32].copy_from_slice(&self.head_unpacked.to_le_bytes());
        block[32..40].copy_from_slice(&self.sequence.to_le_bytes());
        block[40..48].copy_from_slice(&self.time_us.to_le_bytes());
        block[48..56].copy_from_slice(&self.arena_unpacked.to_le_bytes());
        sealed(block)
    }

    /// Reads a block; none if it is not a chunk header or is damaged.
    pub fn decode(block: &[u8; BLOCK]) -> Option<ChunkHeader> {
        // The letters first: they tell most payload bytes from a header without a checksum.
        if !block[..4].iter().all(u8::is_ascii_alphabetic) || !is_sealed(block) {
            return None;
        }
        Some(ChunkHeader {
            kind: Kind(take(block, 0)),
            flags: u32::from_le_bytes(take(block, 4)),
            head_len: u32::from_le_bytes(take(block, 8)),
            head_crc: u32::from_le_bytes(take(block, 12)),
            arena_len: u64::from_le_bytes(take(block, 16)),
            arena_crc: u32::from_le_bytes(take(block, 24)),
            head_unpacked: u32::from_le_bytes(take(block, 28)),
            arena_unpacked: u64::from_le_bytes(take(block, 48)),
            sequence: u64::from_le_bytes(take(block, 32)),
            time_us: u64::from_le_bytes(take(block, 40)),
        })
    }

    /// True if head or arena are packed.
    pub fn is_packed(&self) -> bool {
        self.flags & (PACKED_HEAD | PACKED_ARENA) != 0
    }

    /// Bytes from the start of the header to the end of its arena, without and with padding.
    pub fn extent(&self) -> Extent {
        Extent::of(self.head_len, self.arena_len)
    }
}

/// How far a header and what belongs to it reach, in bytes from the start of the header. Lengths that no memory can
/// hold saturate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Where the arena starts.
    pub arena: u64,
    /// Where the last byte that is not padding ends.
    pub contents: u64,
    /// Where the next part starts.
    pub padded: u64,
}

impl Extent {
    fn of(head_len: u32, arena_len: u64) -> Extent {
        let head_end = BLOCK as u64 + u64::from(head_len);
        let arena = padded(head_end);
        let contents = if arena_len == 0 { head_end } else { arena.saturating_add(arena_len) };
        Extent { arena, contents, padded: padded(contents) }
    }
}

/// The last block of a stream that has an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// Bytes from the start of the stream to the chunk of its index.
    pub index_offset: u64,
    /// Bytes of the stream, from its file header to the end of this block.
    pub stream_len: u64,
}

impl Trailer {
    /// The block.
    pub fn encode(&self) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        block[..8].copy_from_slice(&TRAILER_MAGIC);
        block[8..16].copy_from_slice(&self.index_offset.to_le_bytes());
        block[16..24].copy_from_slice(&self.stream_len.to_le_bytes());
        sealed(block)
    }

    /// Reads a block; none if it is not a trailer or is damaged.
    pub fn decode(block: &[u8; BLOCK]) -> Option<Trailer> {
        if !block.starts_with(&TRAILER_MAGIC) || !is_sealed(block) {
            return None;
        }
        Some(Trailer {
            index_offset: u64::from_le_bytes(take(block, 8)),
            stream_len: u64::from_le_bytes(take(block, 16)),
        })
    }
}

/// The next multiple of the alignment.
pub fn padded(len: u64) -> u64 {
    len.checked_next_multiple_of(ALIGNMENT as u64).unwrap_or(u64::MAX)
}

/// The checksum of all heads, arenas and blocks.
pub fn checksum(bytes: &[u8]) -> u32 {
    let mut sum = Checksum::new();
    sum.update(bytes);
    sum.finish()
}

/// The block at an offset, if it is there as a whole.
pub(super) fn block_at(bytes: &[u8], offset: u64) -> Option<&[u8; BLOCK]> {
    bytes.get(usize::try_from(offset).ok()?..)?.first_chunk()
}

fn sealed(mut block: [u8; BLOCK]) -> [u8; BLOCK] {
    let crc = checksum(&block[..CHECKSUM]);
    block[CHECKSUM..].copy_from_slice(&crc.to_le_bytes());
    block
}

fn is_sealed(block: &[u8; BLOCK]) -> bool {
    checksum(&block[..CHECKSUM]).to_le_bytes() == take(block, CHECKSUM)
}

fn take<const N: usize>(block: &[u8; BLOCK], at: usize) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&block[at..at + N]);
    bytes
}
