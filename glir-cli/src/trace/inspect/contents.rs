//! What buffers and textures hold at a place: read back from the context that has drawn up to there, drawn textures included.

use crate::trace::picture::Picture;
use glir_core::{Backend, FrameInput, Interpreter, Store};
use glir_spec::commands::{Attach, Create, Delete, Read};
use glir_spec::enums::AttachmentPoint;
use glir_spec::ids::{BufferId, FramebufferId, ObjectId, RequestId};
use glir_spec::structs::{Descriptor, ReadSource};
use glir_spec::wire::{Encoding, Payload};
use glir_spec::{Frame, Reply};
use glir_trace::Blobs;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// The most bytes of a buffer, and elements of anything, that are shown.
const BYTES: u64 = 4096;
const SHOWN: usize = 1024;
/// The number of the READ.
const REQUEST: RequestId = RequestId(0x6c6f_6f6b);

/// What an object holds: text, and a picture of what has pixels; or why that is not known.
pub(super) enum Held {
    Text(String, Option<Picture>),
    Error(String),
}

/// What an object of the state's JSON holds, for the interpreter that has drawn up to there. The stream does not notice.
pub(super) fn contents<B: Backend>(
    interpreter: &mut Interpreter<B>,
    blobs: &Blobs<'_>,
    object: &Value,
    free: u32,
) -> Held {
    let id = object["id"].as_u64().and_then(|id| u32::try_from(id).ok()).unwrap_or(0);
    let framebuffer = FramebufferId(free);
    let holds = matches!(object["kind"].as_str(), Some("buffer" | "texture" | "renderbuffer"));
    if holds && object["size"][0].as_u64().unwrap_or(0) == 0 {
        return Held::Text("no storage".into(), None);
    }
    let mut frame = Frame::new();
    let source = match object["kind"].as_str() {
        Some("buffer") => {
            let size = object["size"][0].as_u64().unwrap_or(0);
            ReadSource::Buffer { buffer: BufferId(id), offset: 0, size: Some(size.min(BYTES)) }
        }
        Some("texture" | "renderbuffer") => {
            frame.push(Create { id: ObjectId(free), descriptor: Descriptor::Framebuffer {} });
            let point = AttachmentPoint::Color0;
            frame.push(Attach { framebuffer, point, object: ObjectId(id), level: 0, layer: 0 });
            ReadSource::Pixels { framebuffer, x: 0, y: 0, width: None, height: None, attachment: 0 }
        }
        _ => return Held::Error("it holds nothing that can be read".into()),
    };
    let attached = matches!(source, ReadSource::Pixels { .. });
    frame.push(Read { request: REQUEST, source });
    let mut aside = |frame: &Frame| {
        interpreter.aside(FrameInput { head: frame.head(), arena: Store::Memory(&[]), blobs });
        (interpreter.take_replies(), interpreter.take_diagnostics())
    };
    let (replies, refused) = aside(&frame);
    if attached && refused.iter().all(|refused| refused.name != "CREATE") {
        frame.clear();
        frame.push(Delete { id: ObjectId(free) });
        aside(&frame);
    }
    for reply in replies {
        match reply {
            Reply::Bytes(bytes) if bytes.request == REQUEST => {
                let Payload::Inline { bytes, .. } = &bytes.payload else { continue };
                return Held::Text(numbers(object, bytes), None);
            }
            Reply::Pixels(pixels) if pixels.request == REQUEST => {
                let Payload::Inline { encoding, bytes } = &pixels.payload else { continue };
                let (width, height) = (pixels.width, pixels.height);
                let text = format!("level 0, {width}×{height}\n{}", elements(*encoding, bytes));
                return Held::Text(text, Some(picture(*encoding, bytes, width, height)));
            }
            _ => {}
        }
    }
    let refused: Vec<String> = refused.into_iter().map(|diagnostic| diagnostic.message).collect();
    Held::Error(format!("it can't be read here: {}", refused.join("; ")))
}

/// A number that is none of these objects'.
pub(super) fn free(ids: impl Iterator<Item = u64>) -> u32 {
    let ids: BTreeSet<u64> = ids.collect();
    let next = ids.last().map_or(1, |last| last.saturating_add(1));
    let gap = || (1..u32::MAX).find(|id| !ids.contains(&u64::from(*id)));
    u32::try_from(next).ok().or_else(gap).unwrap_or(0)
}

/// A buffer's bytes as elements of the type in which it was last filled, or as bytes.
fn numbers(object: &Value, bytes: &[u8]) -> String {
    let filled = object["data"].as_array().and_then(|data| data.last()).and_then(|data| data[1].as_object());
    let name = filled.and_then(|filled| filled.keys().next()).map_or("u8", String::as_str);
    let encoding = Encoding::ALL.iter().copied().find(|encoding| encoding.text() == name);
    elements(encoding.unwrap_or(Encoding::U8), bytes)
}

/// Elements, eight a line.
fn elements(encoding: Encoding, bytes: &[u8]) -> String {
    let mut text = encoding.text().to_owned();
    let size = encoding.size().max(1);
    for (number, element) in bytes.chunks_exact(size).take(SHOWN).enumerate() {
        text.push(if number % 8 == 0 { '\n' } else { ' ' });
        let _ = write!(text, "{}", one(encoding, element));
    }
    if bytes.len() / size > SHOWN {
        text += "\n…";
    }
    text
}

/// An element as a number.
fn one(encoding: Encoding, bytes: &[u8]) -> f64 {
    let part = |length: usize| {
        let mut whole = [0; 8];
        whole.iter_mut().zip(bytes.iter().take(length)).for_each(|(to, from)| *to = *from);
        u64::from_le_bytes(whole)
    };
    match encoding {
        Encoding::Raw | Encoding::U8 => part(1) as f64,
        Encoding::I8 => f64::from(part(1) as u8 as i8),
        Encoding::U16 => part(2) as f64,
        Encoding::I16 => f64::from(part(2) as u16 as i16),
        Encoding::U32 => part(4) as f64,
        Encoding::I32 => f64::from(part(4) as u32 as i32),
        Encoding::F16 => half::f16::from_bits(part(2) as u16).to_f64(),
        Encoding::F32 => f64::from(f32::from_bits(part(4) as u32)),
        Encoding::F64 => f64::from_bits(part(8)),
    }
}

/// Four elements a pixel as a picture; what is not from 0 to 1 is stretched between its least and its greatest value.
fn picture(encoding: Encoding, bytes: &[u8], width: u32, height: u32) -> Picture {
    let size = encoding.size().max(1);
    let values: Vec<f64> = bytes.chunks_exact(size).map(|element| one(encoding, element)).collect();
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (least, most) = match encoding {
        Encoding::U8 => (0.0, 255.0),
        _ => (finite().fold(0.0, f64::min), finite().fold(1.0, f64::max)),
    };
    let pixels: Vec<u8> =
        values.iter().map(|value| ((value - least) / (most - least) * 255.0).round() as u8).collect();
    let row = width as usize * 4;
    let upright: Vec<u8> = pixels.chunks_exact(row.max(1)).rev().flatten().copied().collect();
    (width, height, upright)
}

#[cfg(test)]
mod tests {
    use super::{elements, free, one};
    use glir_spec::wire::Encoding;

    #[test]
    fn elements_are_numbers() {
        assert_eq!(one(Encoding::I16, &(-3i16).to_le_bytes()), -3.0);
        assert_eq!(one(Encoding::F32, &0.5f32.to_le_bytes()), 0.5);
        assert_eq!(one(Encoding::F16, &[0, 0x3c]), 1.0);
        assert_eq!(elements(Encoding::U8, &[1, 2]), "u8\n1 2");
        assert!(elements(Encoding::U8, &[0; 5000]).ends_with('…'));
        assert_eq!(elements(Encoding::F64, &[1, 2, 3]), "f64", "what is no whole element is none");
    }

    #[test]
    fn a_free_number_is_nobodys() {
        let most = u64::from(u32::MAX);
        assert_eq!(free([].into_iter()), 1);
        assert_eq!(free([1, 7].into_iter()), 8);
        assert_eq!(free([1, 2, 4, most].into_iter()), 3);
    }
}
