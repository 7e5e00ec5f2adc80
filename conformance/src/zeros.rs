//! What a writer leaves zero, since it means nothing: reserved bytes, padding, and what stands between payloads.

use glir_core::file::chunk::{BLOCK, ChunkHeader, FileHeader, Kind};
use glir_core::file::{Item, SliceReader, message};
use glir_spec::wire::{Payload, elements, payload_of};
use glir_spec::{Reply, replies};
use std::ops::Range;

/// The first byte of a file, or of one part of it, that should be zero and is not, as a sentence. The file is whole.
pub(crate) fn filled(stream: &[u8]) -> Option<String> {
    filled_parts(stream).or_else(|| {
        let mut frames = 0..;
        SliceReader::new(stream).find_map(|item| match item {
            Item::Frame { head, arena, .. } => {
                let payloads =
                    elements(head).filter_map(|command| payload_of(command).map(|(payload, ..)| payload));
                between(payloads, arena, &format!("chunk FRAM {}", frames.next().unwrap_or(0)))
            }
            _ => None,
        })
    })
}

/// The same of a chunk of commands or replies that is a message of a live session.
pub(crate) fn filled_message(bytes: &[u8]) -> Option<String> {
    if let Some(sentence) = filled_parts(bytes) {
        return Some(sentence);
    }
    let chunk = bytes.first_chunk::<BLOCK>().and_then(ChunkHeader::decode)?;
    let extent = chunk.extent();
    let head = bytes.get(BLOCK..)?.get(..chunk.head_len as usize)?;
    let arena = bytes.get(extent.arena as usize..extent.contents as usize)?;
    let name = format!("chunk {} {}", chunk.kind, chunk.sequence);
    match chunk.kind {
        Kind::FRAME => {
            between(elements(head).filter_map(|command| Some(payload_of(command)?.0)), arena, &name)
        }
        Kind::REPLIES => {
            let (replies, arena) = message::decode_replies(bytes).ok()?;
            let payloads = replies.into_iter().filter_map(|reply| match reply {
                Reply::Pixels(replies::Pixels { payload, .. })
                | Reply::Bytes(replies::Bytes { payload, .. }) => Some(payload),
                _ => None,
            });
            between(payloads, arena, &name)
        }
        _ => None,
    }
}

/// The first reserved or padding byte that is not zero.
fn filled_parts(stream: &[u8]) -> Option<String> {
    let mut at = 0_usize;
    loop {
        let block = stream.get(at..)?.first_chunk()?;
        let (name, reserved, head, arena, extent) =
            match (FileHeader::decode(block), ChunkHeader::decode(block)) {
                (Some(header), _) => ("the header".to_owned(), 20..60, header.head_len, 0, header.extent()),
                (None, Some(chunk)) => (
                    format!("chunk {} {}", chunk.kind, chunk.sequence),
                    56..60,
                    chunk.head_len,
                    chunk.arena_len,
                    chunk.extent(),
                ),
                (None, None) => return None,
            };
        let head_end = at.checked_add(BLOCK)?.checked_add(usize::try_from(head).ok()?)?;
        let arena_start = head_end.checked_next_multiple_of(BLOCK)?;
        let arena_end = arena_start.checked_add(usize::try_from(arena).ok()?)?;
        let next = at.checked_add(usize::try_from(extent.padded).ok()?)?;
        // The arena of an index is the trailer, which has reserved bytes of its own.
        let trailer = if name.starts_with("chunk INDX") { arena_start + 24..arena_start + 60 } else { 0..0 };
        let parts = [
            ("reserved", at + reserved.start..at + reserved.end),
            ("padding", head_end..arena_start),
            ("reserved", trailer),
            ("padding", arena_end..next),
        ];
        for (what, range) in parts {
            let bytes = stream.get(range).unwrap_or_default();
            if let Some(byte) = bytes.iter().find(|byte| **byte != 0) {
                return Some(format!("a {what} byte of {name} is {byte:#04x}; it should be 0"));
            }
        }
        at = next;
    }
}

/// The first byte of an arena that is not zero and belongs to no payload.
fn between<'p>(payloads: impl Iterator<Item = Payload<'p>>, arena: &[u8], name: &str) -> Option<String> {
    let place = |payload| match payload {
        Payload::Arena { offset, length, .. } => {
            let start = usize::try_from(offset).ok()?;
            Some(start..start.checked_add(usize::try_from(length).ok()?)?)
        }
        _ => None,
    };
    let mut places: Vec<Range<usize>> = payloads.filter_map(place).collect();
    places.sort_by_key(|place| place.start);
    let mut end = 0;
    // Payloads may overlap.
    places.push(arena.len()..arena.len());
    for place in places {
        let gap = arena.get(end..place.start.max(end)).unwrap_or_default();
        if let Some(byte) = gap.iter().find(|byte| **byte != 0) {
            return Some(format!("a byte between payloads of {name} is {byte:#04x}; it should be 0"));
        }
        end = end.max(place.end);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{filled, filled_message};
    use crate::edit::{self, Edit};
    use glir_core::file::chunk::Kind;
    use glir_core::file::message;
    use glir_core::text::push_reply;
    use glir_spec::Frame;

    /// A file with two payloads in an arena, a blob and an index.
    fn file() -> Vec<u8> {
        let payload = |byte| format!("{{\"u8\": [{}]}}", vec![byte; 70].join(", "));
        let text = format!(
            "[\"GLIR\", {{\"width\": 4, \"height\": 4}}]\n[\"CREATE\", 1, {{\"buffer\": \"vertex\"}}]\n[\"SIZE\", 1, 256]\n\
             [\"DATA\", 1, 0, {}]\n[\"DATA\", 1, 128, {}]\n[\"SWAP\"]\n[\"BLOB\", {{\"u8\": [1]}}]\n",
            payload("1"),
            payload("2")
        );
        crate::stream::bytes(&glir_core::text::parse(&text).unwrap()).unwrap()
    }

    fn edited(bytes: &[u8], edit: &str) -> Vec<u8> {
        let edits = [edit, "seal"].map(|edit| Edit::parse(edit).unwrap());
        edit::apply(&edits, bytes.to_vec()).unwrap()
    }

    fn says(found: Option<String>, start: &str) {
        let found = found.unwrap_or_default();
        assert!(found.starts_with(start), "{found:?}: {start}");
    }

    #[test]
    fn a_writer_of_files_leaves_what_means_nothing_zero() {
        let bytes = file();
        assert_eq!(filled(&bytes), None);
        let filled = |edit| filled(&edited(&bytes, edit));
        says(filled("at header+20 = 01"), "a reserved byte of the header is 0x01");
        says(filled("at header+59 = 01"), "a reserved byte of the header is 0x01");
        says(filled("at chunk0-1 = 02"), "a padding byte of the header is 0x02");
        says(filled("at chunk0+57 = 03"), "a reserved byte of chunk ");
        says(filled("at chunk0.arena-1 = 04"), "a padding byte of chunk ");
        says(filled("at chunk1-1 = 05"), "a padding byte of chunk ");
        says(filled("at chunk0.arena+70 = 06"), "a byte between payloads of chunk FRAM 0 is 0x06");
        says(filled("at chunk0.arena+127 = 07"), "a byte between payloads of chunk FRAM 0 is 0x07");
        says(filled("at chunk2.arena+24 = 08"), "a reserved byte of chunk INDX 0 is 0x08");
        assert_eq!(filled("at chunk0.arena+69 = 09"), None);
    }

    #[test]
    fn so_does_a_writer_of_messages() {
        let mut frame = Frame::new();
        for request in [1, 2] {
            let line = format!("[\"BYTES\", {request}, {{\"u8\": [{}]}}]", vec!["5"; 70].join(", "));
            push_reply(&line, &mut frame).unwrap();
        }
        let replies = message::replies(&frame).unwrap();
        assert_eq!(filled_message(&replies), None);
        let filled =
            |place: usize, byte: &str| filled_message(&edited(&replies, &format!("at {place} = {byte}")));
        let arena = replies.len() - 256;
        says(filled(56, "01"), "a reserved byte of chunk RPLY 0 is 0x01");
        says(filled(arena - 1, "02"), "a padding byte of chunk RPLY 0 is 0x02");
        says(filled(arena + 70, "03"), "a byte between payloads of chunk RPLY 0 is 0x03");
        says(filled(arena + 198, "04"), "a padding byte of chunk RPLY 0 is 0x04");
        assert_eq!(filled(arena + 128, "06"), None);
        let chunk = message::chunk(Kind::FRAME, 7, 0, &[0x90], &[0, 5]).unwrap();
        says(filled_message(&chunk), "a byte between payloads of chunk FRAM 7 is 0x05");
    }
}
