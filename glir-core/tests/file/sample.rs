//! Small files to read, and what is read in a form that borrows nothing.

use glir_core::file::chunk::{ChunkHeader, FileHeader, Kind, checksum, padded};
use glir_core::file::{FaultKind, FileFault, Item, Options, PushReader, SliceReader, Writer};
use glir_spec::Header;
use glir_spec::wire::{Encoding, Hash, Wire};

/// An item that borrows nothing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shown {
    Header(Header<'static>),
    Frame(u64, u64, Vec<u8>, Vec<u8>),
    Blob(Hash, Encoding, Vec<u8>),
    Meta(Vec<(String, String)>),
    Fault(FileFault),
}

impl From<Item<'_>> for Shown {
    fn from(item: Item<'_>) -> Self {
        match item {
            Item::Header(header) => Shown::Header(header.into_owned()),
            Item::Frame { number, time_us, head, arena } => {
                Shown::Frame(number, time_us, head.into(), arena.into())
            }
            Item::Blob { hash, encoding, bytes } => Shown::Blob(hash, encoding, bytes.into()),
            Item::Meta(notes) => {
                Shown::Meta(notes.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect())
            }
            Item::Fault(fault) => Shown::Fault(fault),
        }
    }
}

/// A stream of three frames with a blob and notes, finished.
pub(crate) fn file() -> Vec<u8> {
    let header = Header { title: "sample".into(), ..Header::default() };
    let mut writer = Writer::new(Vec::new(), &header).unwrap();
    writer.raw_frame(&[0x91, 0x91, 2], &[1; 70], 1).unwrap();
    writer.blob(Encoding::U8, &[7; 10]).unwrap();
    writer.meta(&[("key", "value")]).unwrap();
    writer.raw_frame(&[0x91, 0x91, 2], &[], 2).unwrap();
    writer.raw_frame(&[0x90], &[3; 64], 3).unwrap();
    writer.finish().unwrap()
}

pub(crate) fn read(bytes: &[u8]) -> Vec<Shown> {
    read_with(bytes, Options::default())
}

pub(crate) fn read_with(bytes: &[u8], options: Options) -> Vec<Shown> {
    SliceReader::with_options(bytes, options).map(Shown::from).collect()
}

/// The items of bytes that come in the given pieces, then the rest.
pub(crate) fn read_in_pieces(bytes: &[u8], pieces: &[usize], options: Options) -> Vec<Shown> {
    let mut reader = PushReader::new(options);
    let mut shown = Vec::new();
    let mut rest = bytes;
    for &length in pieces {
        let (piece, left) = rest.split_at(length.min(rest.len()));
        reader.feed(piece);
        rest = left;
        while let Some(item) = reader.poll() {
            shown.push(item.into());
        }
    }
    reader.feed(rest);
    reader.finish();
    while let Some(item) = reader.poll() {
        shown.push(item.into());
    }
    shown
}

pub(crate) fn faults(shown: &[Shown]) -> Vec<(u64, FaultKind)> {
    let faults =
        shown.iter().filter_map(|item| if let Shown::Fault(fault) = item { Some(fault) } else { None });
    faults.map(|fault| (fault.offset, fault.kind.clone())).collect()
}

/// A file header and its head, for any version and bytes.
pub(crate) fn file_header(major: u16, minor: u16, head: &[u8]) -> Vec<u8> {
    let header = FileHeader { major, minor, head_len: head.len() as u32, head_crc: checksum(head) };
    part(&header.encode(), head, &[])
}

pub(crate) fn encoded(header: &Header<'_>) -> Vec<u8> {
    let mut head = Vec::new();
    header.encode(&mut glir_spec::wire::Writer::new(&mut head));
    head
}

/// A chunk header for the given contents.
pub(crate) fn chunk_header(kind: [u8; 4], sequence: u64, head: &[u8], arena: &[u8]) -> ChunkHeader {
    ChunkHeader {
        kind: Kind(kind),
        flags: 0,
        head_len: head.len() as u32,
        head_crc: checksum(head),
        head_unpacked: 0,
        arena_len: arena.len() as u64,
        arena_crc: checksum(arena),
        arena_unpacked: 0,
        sequence,
        time_us: 0,
    }
}

pub(crate) fn chunk(kind: [u8; 4], sequence: u64, head: &[u8], arena: &[u8]) -> Vec<u8> {
    part(&chunk_header(kind, sequence, head, arena).encode(), head, arena)
}

pub(crate) fn part(block: &[u8], head: &[u8], arena: &[u8]) -> Vec<u8> {
    let mut bytes = block.to_vec();
    for part in [head, arena] {
        bytes.extend_from_slice(part);
        bytes.resize(padded(bytes.len() as u64) as usize, 0);
    }
    bytes
}

/// A blob whose bytes do not have the hash that it names.
pub(crate) fn file_with_false_hash() -> Vec<u8> {
    let mut bytes = Writer::new(Vec::new(), &Header::default()).unwrap().into_inner();
    let mut head = vec![0x92, 1, 0xc4, 32];
    head.extend_from_slice(&[0xab; 32]);
    bytes.extend(chunk(*b"BLOB", 0, &head, &[1, 2, 3]));
    bytes
}
