//! Damage done to the bytes of a stream: for what no text can say, such as a wrong checksum or a file that ends too early.
//!
//! A place is a number of bytes from the start, or a part with an offset: `header`, `header.head`, `chunk2`, `chunk2.head`,
//! `chunk2.arena`, `end`, each with `+N` or `-N` behind it; further streams of a file have `header1` and so on. Places are
//! those of the stream *before* any edit, or behind the last `pack` or `keyframe`, which make the file anew.
//!
//! | edit | what it does |
//! | --- | --- |
//! | `at PLACE = HEX` | writes bytes |
//! | `at PLACE xor HEX` | flips bits |
//! | `insert PLACE HEX` | puts bytes in |
//! | `remove PLACE N` | takes bytes out |
//! | `truncate PLACE` | cuts the file there |
//! | `append HEX` | adds bytes at the end |
//! | `seal` | makes the checksums right again, those that the edits before it have made wrong |
//! | `pack PLACE` | packs a chunk's head or arena into an LZ4 block of nothing but literals |
//! | `pack PLACE HEX` | says that these bytes are the head or arena packed, whatever they unpack to |
//! | `keyframe CHUNK N` | makes a chunk of commands the keyframe before the next chunk, whose frame gets the number N |
//!
//! `HEX` is pairs of digits, blanks between them allowed; `00*64` is 64 zeros.

mod rebuild;

use glir_core::file::chunk::{BLOCK, ChunkHeader, FileHeader, MAGIC, checksum};

/// One edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    kind: Kind,
    place: String,
    bytes: Vec<u8>,
    count: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Write,
    Flip,
    Insert,
    Remove,
    Truncate,
    Append,
    Seal,
    Pack,
    Keyframe,
}

impl Edit {
    /// Reads an edit.
    ///
    /// # Errors
    /// One sentence that says what is wrong with it.
    pub fn parse(text: &str) -> Result<Edit, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let edit = |kind, place: &str, bytes, count| Ok(Edit { kind, place: place.to_owned(), bytes, count });
        match words[..] {
            ["seal"] => edit(Kind::Seal, "", Vec::new(), 0),
            ["truncate", place] => edit(Kind::Truncate, place, Vec::new(), 0),
            ["remove", place, count] => {
                let count = count.parse().map_err(|_| format!("{count:?} is no number of bytes"))?;
                edit(Kind::Remove, place, Vec::new(), count)
            }
            ["pack", place, ref digits @ ..] => edit(Kind::Pack, place, hex(digits)?, 0),
            ["keyframe", place, number] => {
                let number = number.parse().map_err(|_| format!("{number:?} is no number of a frame"))?;
                edit(Kind::Keyframe, place, Vec::new(), number)
            }
            ["append", ref digits @ ..] if !digits.is_empty() => edit(Kind::Append, "", hex(digits)?, 0),
            ["at", place, "=", ref digits @ ..] if !digits.is_empty() => {
                edit(Kind::Write, place, hex(digits)?, 0)
            }
            ["at", place, "xor", ref digits @ ..] if !digits.is_empty() => {
                edit(Kind::Flip, place, hex(digits)?, 0)
            }
            ["insert", place, ref digits @ ..] if !digits.is_empty() => {
                edit(Kind::Insert, place, hex(digits)?, 0)
            }
            _ => Err(format!("{text:?} is no edit")),
        }
    }
}

/// Bytes from pairs of digits; `00*64` repeats a byte.
///
/// # Errors
/// One sentence that names what is no pair.
pub fn hex(words: &[&str]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    for word in words {
        let (digits, times) = match word.split_once('*') {
            Some((digits, times)) => {
                let times: usize = times.parse().map_err(|_| format!("{times:?} is no number"))?;
                (digits, times.min(1 << 20))
            }
            None => (*word, 1),
        };
        if digits.len() % 2 != 0 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(format!("{word:?} is no pairs of hexadecimal digits"));
        }
        let pairs = digits.as_bytes().chunks_exact(2);
        let value = |digit: u8| char::from(digit).to_digit(16).unwrap_or(0) as u8;
        let piece: Vec<u8> = pairs.map(|pair| value(pair[0]) << 4 | value(pair[1])).collect();
        (0..times).for_each(|_| bytes.extend_from_slice(&piece));
    }
    Ok(bytes)
}

/// Applies edits in order.
///
/// # Errors
/// One sentence: a place that is not in the stream.
pub fn apply(edits: &[Edit], stream: Vec<u8>) -> Result<Vec<u8>, String> {
    let (mut parts, mut length) = (parts(&stream), stream.len());
    let mut bytes = stream;
    for edit in edits {
        let rebuilt = match edit.kind {
            Kind::Pack => Some(rebuild::packed(&bytes, &edit.place, &edit.bytes)?),
            Kind::Keyframe => Some(rebuild::with_keyframe(&bytes, &edit.place, edit.count as u64)?),
            _ => None,
        };
        if let Some(rebuilt) = rebuilt {
            bytes = rebuilt;
            (parts, length) = (self::parts(&bytes), bytes.len());
            continue;
        }
        let outside = || format!("{} lies outside of the stream's {length} bytes", edit.place);
        let at = if edit.place.is_empty() { 0 } else { place(&parts, length, &edit.place)? };
        match edit.kind {
            Kind::Write | Kind::Flip => {
                let target = bytes.get_mut(at..at + edit.bytes.len()).ok_or_else(outside)?;
                for (byte, with) in target.iter_mut().zip(&edit.bytes) {
                    *byte = if edit.kind == Kind::Flip { *byte ^ with } else { *with };
                }
            }
            Kind::Insert => {
                if at > bytes.len() {
                    return Err(outside());
                }
                bytes.splice(at..at, edit.bytes.iter().copied());
            }
            Kind::Remove => {
                if at.checked_add(edit.count).is_none_or(|end| end > bytes.len()) {
                    return Err(outside());
                }
                bytes.drain(at..at + edit.count);
            }
            Kind::Truncate => bytes.truncate(at),
            Kind::Append => bytes.extend_from_slice(&edit.bytes),
            Kind::Seal => seal(&mut bytes),
            Kind::Pack | Kind::Keyframe => {}
        }
    }
    Ok(bytes)
}

/// A part of a stream: its name, where it starts, its head and its arena.
struct Part {
    name: String,
    start: usize,
    head: (usize, usize),
    arena: (usize, usize),
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The parts, as the lengths in their headers say, whatever the checksums say.
fn parts(bytes: &[u8]) -> Vec<Part> {
    let mut parts = Vec::new();
    let (mut at, mut headers, mut chunks) = (0, 0, 0);
    while at + BLOCK <= bytes.len() {
        let block = &bytes[at..at + BLOCK];
        let is_header = block.starts_with(&MAGIC);
        let (head, arena) =
            if is_header { (word(block, 12), Some(0)) } else { (word(block, 8), word(block, 16)) };
        let (head, arena) = (head.unwrap_or(0) as usize, arena.unwrap_or(0) as usize);
        let name = match (is_header, headers) {
            (true, 0) => "header".to_owned(),
            (true, number) => format!("header{number}"),
            (false, _) => format!("chunk{chunks}"),
        };
        headers += usize::from(is_header);
        chunks += usize::from(!is_header);
        let head_start = at + BLOCK;
        let arena_start = (head_start + head).next_multiple_of(BLOCK);
        parts.push(Part { name, start: at, head: (head_start, head), arena: (arena_start, arena) });
        at = if arena == 0 { arena_start } else { (arena_start + arena).next_multiple_of(BLOCK) };
    }
    parts
}

fn place(parts: &[Part], length: usize, text: &str) -> Result<usize, String> {
    if let Ok(at) = text.parse() {
        return Ok(at);
    }
    let split = text.find(['+', '-']).unwrap_or(text.len());
    let (name, offset) = text.split_at(split);
    let offset: isize = match offset.strip_prefix('+').unwrap_or(offset) {
        "" => 0,
        offset => offset.parse().map_err(|_| format!("{text:?} is no place"))?,
    };
    let (part, field) = name.split_once('.').unwrap_or((name, ""));
    let found = parts.iter().find(|known| known.name == part);
    let start = match (found, field) {
        (None, "") if part == "end" => length,
        (Some(part), "") => part.start,
        (Some(part), "head") => part.head.0,
        (Some(part), "arena") => part.arena.0,
        _ => return Err(format!("the stream has no part {name:?}")),
    };
    start.checked_add_signed(offset).ok_or_else(|| format!("{text:?} lies before the stream"))
}

/// Makes every checksum right.
fn seal(bytes: &mut [u8]) {
    for part in parts(bytes) {
        let sum = |bytes: &[u8], (start, length): (usize, usize)| {
            checksum(bytes.get(start..start + length).unwrap_or_default())
        };
        let (head, arena) = (sum(bytes, part.head), sum(bytes, part.arena));
        let is_header = bytes[part.start..].starts_with(&MAGIC);
        let block = &mut bytes[part.start..part.start + BLOCK];
        let at = if is_header { 16 } else { 12 };
        block[at..at + 4].copy_from_slice(&head.to_le_bytes());
        if !is_header {
            block[24..28].copy_from_slice(&arena.to_le_bytes());
        }
        let sum = checksum(&block[..BLOCK - 4]);
        block[BLOCK - 4..].copy_from_slice(&sum.to_le_bytes());
        debug_assert!(block.first_chunk().is_some_and(|block| {
            FileHeader::decode(block).is_some() || ChunkHeader::decode(block).is_some() || !is_header
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::{Edit, apply, hex};
    use glir_core::file::{Item, SliceReader};

    fn stream() -> Vec<u8> {
        let document = glir_core::text::parse("[\"GLIR\"]\n[\"META\", \"a\", \"b\"]\n[\"SWAP\"]\n").unwrap();
        crate::stream::bytes(&document).unwrap()
    }

    fn edited(edits: &[&str]) -> Result<Vec<u8>, String> {
        let edits: Vec<_> = edits.iter().map(|edit| Edit::parse(edit).unwrap()).collect();
        apply(&edits, stream())
    }

    fn faults(bytes: &[u8]) -> usize {
        SliceReader::new(bytes).filter(|item| matches!(item, Item::Fault(_))).count()
    }

    #[test]
    fn digits_are_bytes() {
        assert_eq!(hex(&["00ff", "1a"]), Ok(vec![0, 255, 26]));
        assert_eq!(hex(&["ab*3"]), Ok(vec![0xab; 3]));
        assert!(hex(&["0"]).is_err());
        assert!(hex(&["xy"]).is_err());
    }

    #[test]
    fn sealing_mends_what_an_edit_broke() {
        assert_eq!(faults(&stream()), 0);
        let damaged = edited(&["at chunk0.head+4 xor 01"]).unwrap();
        assert_eq!(faults(&damaged), 1);
        let sealed = edited(&["at chunk0.head+4 xor 01", "seal"]).unwrap();
        assert_eq!(faults(&sealed), 0);
    }

    #[test]
    fn places_outside_are_refused() {
        assert!(edited(&["at chunk7 = 00"]).is_err());
        assert!(edited(&["at 100000 = 00"]).is_err());
        assert!(edited(&["remove end 1"]).is_err());
        assert!(edited(&["truncate end-1"]).is_ok_and(|bytes| bytes.len() + 1 == stream().len()));
        assert!(Edit::parse("at 1").is_err());
    }
}
