//! Edits that make the file anew around what they change: packing a part of a chunk, and making a keyframe of a frame. What stands
//! behind moves to its new place, and the index says so.

use glir_core::file::chunk::{
    ChunkHeader, FileHeader, Kind, PACKED_ARENA, PACKED_HEAD, Trailer, checksum, padded,
};
use glir_spec::wire::Writer;

/// A part of a file.
enum Part {
    /// A file header with its head and padding, as it was.
    Header(Vec<u8>),
    Chunk {
        header: ChunkHeader,
        head: Vec<u8>,
        arena: Vec<u8>,
    },
}

/// The file with a chunk's head or arena packed: into a block of nothing but literals, or into the one that is given.
pub(super) fn packed(file: &[u8], place: &str, block: &[u8]) -> Result<Vec<u8>, String> {
    let mut parts = parts(file)?;
    let (name, field) = place.split_once('.').unwrap_or((place, ""));
    let (header, head, arena) = chunk(&mut parts, name)?;
    let part = match field {
        "head" => {
            header.flags |= PACKED_HEAD;
            header.head_unpacked = head.len() as u32;
            head
        }
        "arena" => {
            header.flags |= PACKED_ARENA;
            header.arena_unpacked = arena.len() as u64;
            arena
        }
        _ => return Err(format!("{place:?} is neither head nor arena of a chunk")),
    };
    *part = if block.is_empty() { literals(part) } else { block.to_owned() };
    Ok(joined(parts))
}

/// The file with a chunk of commands as the keyframe before the next one, which gets the number `frame` from who begins there.
pub(super) fn with_keyframe(file: &[u8], place: &str, frame: u64) -> Result<Vec<u8>, String> {
    let mut parts = parts(file)?;
    let (header, head, _) = chunk(&mut parts, place)?;
    if header.kind != Kind::FRAME {
        return Err(format!("{place} holds no commands"));
    }
    header.kind = Kind::KEYFRAME;
    let mut start = Vec::new();
    let w = &mut Writer::new(&mut start);
    w.array(2);
    w.uint(frame);
    head.splice(0..0, start);
    let mut frames = 0;
    for part in &mut parts {
        match part {
            Part::Header(_) => frames = 0,
            Part::Chunk { header, .. } if header.kind == Kind::FRAME => {
                header.sequence = frames;
                frames += 1;
            }
            Part::Chunk { .. } => {}
        }
    }
    Ok(joined(parts))
}

/// An LZ4 block that stands for its own bytes.
fn literals(bytes: &[u8]) -> Vec<u8> {
    let mut block = vec![(bytes.len().min(15) << 4) as u8];
    if let Some(mut left) = bytes.len().checked_sub(15) {
        while left >= 255 {
            block.push(255);
            left -= 255;
        }
        block.push(left as u8);
    }
    block.extend_from_slice(bytes);
    block
}

/// The chunk of a name such as `chunk2`.
fn chunk<'p>(
    parts: &'p mut [Part],
    name: &str,
) -> Result<(&'p mut ChunkHeader, &'p mut Vec<u8>, &'p mut Vec<u8>), String> {
    let number: Option<usize> = name.strip_prefix("chunk").and_then(|number| number.parse().ok());
    let chunks = parts.iter_mut().filter_map(|part| match part {
        Part::Header(_) => None,
        Part::Chunk { header, head, arena } => Some((header, head, arena)),
    });
    let found = number.and_then(|number| chunks.into_iter().nth(number));
    found.ok_or_else(|| format!("the stream has no part {name:?}"))
}

/// A file that is whole, taken apart.
fn parts(file: &[u8]) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut rest = file;
    while let Some(block) = rest.first_chunk() {
        let (part, taken) = if let Some(header) = FileHeader::decode(block) {
            let taken = header.extent().padded as usize;
            (rest.get(..taken).map(|bytes| Part::Header(bytes.to_owned())), taken)
        } else {
            let header = ChunkHeader::decode(block).ok_or("this edit must come before any damage")?;
            let extent = header.extent();
            let head = rest.get(block.len()..block.len() + header.head_len as usize);
            let arena = match header.arena_len {
                0 => Some(&[][..]),
                _ => rest.get(extent.arena as usize..extent.contents as usize),
            };
            let contents = head.zip(arena);
            let chunk = |(head, arena): (&[u8], &[u8])| Part::Chunk {
                header,
                head: head.to_owned(),
                arena: arena.to_owned(),
            };
            (contents.map(chunk), extent.padded as usize)
        };
        parts.push(part.ok_or("this edit must come before any damage")?);
        rest = rest.get(taken..).unwrap_or_default();
    }
    Ok(parts)
}

/// The bytes of all parts, with lengths, checksums and indices that are right.
fn joined(parts: Vec<Part>) -> Vec<u8> {
    let mut file = Vec::new();
    let (mut origin, mut places) = (0, Vec::new());
    for part in parts {
        let at = (file.len() - origin) as u64;
        match part {
            Part::Header(bytes) => {
                (origin, places) = (file.len(), Vec::new());
                file.extend(bytes);
            }
            Part::Chunk { mut header, mut head, mut arena } => {
                if let Some(kind) = header.kind.number() {
                    places.push((kind, header.sequence, at));
                }
                if header.kind == Kind::INDEX {
                    head = rows(&places);
                    let starts = padded(at + 64 + head.len() as u64);
                    arena = Trailer { index_offset: at, stream_len: starts + 64 }.encode().to_vec();
                }
                (header.head_len, header.head_crc) = (head.len() as u32, checksum(&head));
                (header.arena_len, header.arena_crc) = (arena.len() as u64, checksum(&arena));
                file.extend(header.encode());
                for contents in [head, arena] {
                    file.extend(contents);
                    file.resize(origin + padded((file.len() - origin) as u64) as usize, 0);
                }
            }
        }
    }
    file
}

/// The head of an index.
fn rows(places: &[(u8, u64, u64)]) -> Vec<u8> {
    let mut head = Vec::new();
    let w = &mut Writer::new(&mut head);
    w.array(places.len());
    for (kind, sequence, offset) in places {
        w.array(3);
        w.uint(u64::from(*kind));
        w.uint(*sequence);
        w.uint(*offset);
    }
    head
}

#[cfg(test)]
mod tests {
    use super::{joined, literals, packed, parts, with_keyframe};
    use crate::packing::Packing;
    use crate::{decoded, index};
    use glir_core::file::chunk::Kind;
    use glir_core::file::{Index, Keyframe};

    fn stream() -> Vec<u8> {
        let text = "[\"GLIR\"]\n[\"CLEAR\", [\"color\"]]\n[\"SWAP\"]\n[\"CLEAR\", [\"depth\"]]\n[\"SWAP\"]\n[\"SWAP\"]\n";
        crate::stream::bytes(&glir_core::text::parse(text).unwrap()).unwrap()
    }

    #[test]
    fn what_is_not_changed_comes_out_as_it_was() {
        assert_eq!(joined(parts(&stream()).unwrap()), stream());
        assert!(parts(&stream()[1..]).is_err());
    }

    #[test]
    fn a_packed_head_says_the_same() {
        let file = packed(&stream(), "chunk1.head", &[]).unwrap();
        assert_ne!(file, stream());
        assert_eq!(decoded::log(&file), decoded::log(&stream()));
        assert!(decoded::log_as(&file, Packing::LeaveOut).contains("! damaged-chunk"));
        assert!(index::log(&file).lines().count() == 3);
        assert!(packed(&stream(), "chunk1", &[]).is_err() && packed(&stream(), "chunk9.head", &[]).is_err());
    }

    #[test]
    fn literals_are_counted() {
        assert_eq!(literals(b"ab"), b"\x20ab");
        assert_eq!(literals(&[7; 15])[..2], [0xf0, 0]);
        assert_eq!(literals(&[7; 300])[..4], [0xf0, 255, 30, 7]);
    }

    #[test]
    fn a_keyframe_stands_before_the_next_frame() {
        let file = with_keyframe(&stream(), "chunk1", 7).unwrap();
        let index = Index::find(&file).unwrap();
        let kinds: Vec<_> = index.entries.iter().map(|entry| (entry.kind, entry.sequence)).collect();
        assert_eq!(kinds, [(Kind::FRAME, 0), (Kind::KEYFRAME, 1), (Kind::FRAME, 1)]);
        assert_eq!(Keyframe::read(&file, &index.entries[1]).unwrap().frame, 7);
        assert!(with_keyframe(&file, "chunk1", 7).is_err());
    }
}
