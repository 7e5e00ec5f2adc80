//! From a case's text to the bytes of a stream.

use glir_core::file::Writer;
use glir_core::text::{Document, Item};
use glir_spec::wire::Reader;
use glir_spec::{Frame, Header, commands};
use std::io;

/// The document as the bytes of a `.glir` file, with its index. One whose text begins anew with `GLIR` lines is several
/// streams, one after another.
///
/// # Errors
/// A header or chunk that the format can't hold: a version above 65535, say.
pub fn bytes(document: &Document) -> io::Result<Vec<u8>> {
    let mut done = Vec::new();
    let mut writer: Option<Writer<Vec<u8>>> = None;
    for item in &document.items {
        if let Item::Header(header) = item {
            if let Some(ended) = writer.take() {
                done = ended.finish()?;
            }
            // Places in a stream are counted from its own start, which is where the output is now.
            writer = Some(Writer::new(std::mem::take(&mut done), header)?);
        }
        let Some(writer) = &mut writer else { continue };
        match item {
            Item::Header(_) => {}
            Item::Frame { frame, time_us } => writer.frame(frame, *time_us)?,
            Item::Blob { encoding, bytes, .. } => drop(writer.blob(*encoding, bytes)?),
            Item::Meta(notes) => {
                let notes: Vec<_> = notes.iter().map(|(key, value)| (&**key, &**value)).collect();
                writer.meta(&notes)?;
            }
        }
    }
    writer.map_or(Ok(done), Writer::finish)
}

/// The first header of a document.
pub fn header(document: &Document) -> Option<&Header<'static>> {
    document.items.iter().find_map(|item| match item {
        Item::Header(header) => Some(header),
        _ => None,
    })
}

/// The number of commands of a document, SWAPs included.
pub fn commands(document: &Document) -> usize {
    let frames = document.items.iter().filter_map(|item| match item {
        Item::Frame { frame, .. } => Some(frame.len()),
        _ => None,
    });
    frames.sum()
}

/// The document's first so many commands, with a SWAP behind them where the last frame has none: what a picture looked
/// like at that point.
pub fn first_commands(document: &Document, count: usize) -> Document {
    let mut left = count;
    let mut items = Vec::new();
    for item in &document.items {
        let Item::Frame { frame, time_us } = item else {
            items.push(item.clone());
            continue;
        };
        if frame.len() <= left {
            left -= frame.len();
            items.push(item.clone());
        } else {
            items.push(Item::Frame { frame: cut(frame, left), time_us: *time_us });
            left = 0;
        }
        if left == 0 {
            break;
        }
    }
    Document { items }
}

/// A frame's first commands and a SWAP.
fn cut(frame: &Frame, count: usize) -> Frame {
    let mut shorter = Frame::new();
    let mut reader = Reader::new(frame.head());
    let _ = reader.array();
    // The arena comes first, so that payloads keep their places.
    let arena = frame.arena();
    if !arena.is_empty() {
        let _ = shorter.payload(glir_spec::Encoding::Raw, &padded(arena));
    }
    for _ in 0..count {
        let start = reader.offset();
        if reader.skip().is_err() {
            break;
        }
        shorter.push_encoded(reader.between(start, reader.offset()));
    }
    shorter.push(commands::Swap {});
    shorter
}

/// Bytes that are too many to travel inline.
fn padded(arena: &[u8]) -> Vec<u8> {
    let mut bytes = arena.to_vec();
    bytes.resize(arena.len().max(glir_spec::limits::MAX_INLINE_BYTES + 1), 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::{bytes, commands, first_commands};
    use glir_core::file::{Item, SliceReader};

    const TEXT: &str = r#"["GLIR", {"width": 8, "height": 8}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 128]
["DATA", 1, 0, {"f32": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]}]
["SWAP"]
["CLEAR", ["color"]]
["SWAP"]
"#;

    #[test]
    fn a_prefix_is_a_stream_of_its_own() {
        let Ok(document) = glir_core::text::parse(TEXT) else { panic!("the text is right") };
        assert_eq!(commands(&document), 6);
        let text = |count| first_commands(&document, count).to_string();
        assert_eq!(text(6), TEXT);
        assert_eq!(text(4), TEXT.split_inclusive("[\"SWAP\"]\n").next().unwrap_or_default());
        assert!(text(3).ends_with("16, 17]}]\n[\"SWAP\"]\n"), "{}", text(3));
        assert!(text(5).ends_with("[\"CLEAR\", [\"color\"]]\n[\"SWAP\"]\n"));
    }

    #[test]
    fn a_second_header_is_a_second_stream() {
        let text = "[\"GLIR\"]\n[\"SWAP\"]\n[\"GLIR\"]\n[\"SWAP\"]\n";
        let Ok(document) = glir_core::text::parse(text) else { panic!("the text is right") };
        let bytes = bytes(&document).unwrap_or_default();
        let headers = SliceReader::new(&bytes).filter(|item| matches!(item, Item::Header(_))).count();
        let faults = SliceReader::new(&bytes).filter(|item| matches!(item, Item::Fault(_))).count();
        assert_eq!((headers, faults), (2, 0));
    }
}
