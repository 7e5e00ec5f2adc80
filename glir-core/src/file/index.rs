//! Where a file's chunks are: read from its end, or found by walking over them.

use super::chunk::{BLOCK, ChunkHeader, Kind, Trailer, block_at, checksum};
use super::contents::{IndexRow, decode_index};
use super::reader::{Item, Options, SliceReader};

/// The frames, blobs and notes of a file, in the order of its bytes.
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
        let mut reader = SliceReader::with_options(bytes, options);
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
