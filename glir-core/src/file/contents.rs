//! What stands in the heads of a file: the stream's header, a blob's name, notes and the index.

use super::chunk::Kind;
use glir_spec::wire::{DecodeError, Encoding, Hash, Reader, Str, Wire, Writer};
use glir_spec::{Feature, Header, VERSION, limits};

/// The stream's header. A newer minor version may have more fields behind those known here, and may use features that
/// are not: they are left out. An error is a sentence.
pub fn decode_header<'a>(head: &'a [u8], major: u16, minor: u16) -> Result<Header<'a>, String> {
    let mut r = Reader::new(head);
    let newer = u32::from(minor) > VERSION.1;
    let header = if newer { newer_header(&mut r) } else { Header::decode(&mut r) };
    let header = header.map_err(sentence)?;
    r.finish().map_err(sentence)?;
    if (header.major, header.minor) != (u32::from(major), u32::from(minor)) {
        return Err(format!("it says {}.{} where the file says {major}.{minor}", header.major, header.minor));
    }
    Ok(header)
}

/// The stream's header from where it stands once more, and the version that it names.
pub fn decode_copy<'a>(head: &'a [u8]) -> Result<Header<'a>, String> {
    let mut r = Reader::new(head);
    r.array().map_err(sentence)?;
    let (major, minor) = (r.uint().map_err(sentence)?, r.uint().map_err(sentence)?);
    if major != u64::from(VERSION.0) {
        return Err(format!("it is of version {major}"));
    }
    decode_header(head, major as u16, u16::try_from(minor).unwrap_or(u16::MAX))
}

fn newer_header<'a>(r: &mut Reader<'a>) -> Result<Header<'a>, DecodeError> {
    let fields = r.array()?;
    let header = Header {
        major: Wire::decode(r)?,
        minor: Wire::decode(r)?,
        profile: Wire::decode(r)?,
        requires: Wire::decode(r)?,
        uses: known_features(r)?,
        width: Wire::decode(r)?,
        height: Wire::decode(r)?,
        samples: Wire::decode(r)?,
        title: Wire::decode(r)?,
        generator: Wire::decode(r)?,
    };
    for _ in Header::INFO.fields.len()..fields {
        r.skip()?;
    }
    Ok(header)
}

fn known_features(r: &mut Reader<'_>) -> Result<Vec<Feature>, DecodeError> {
    let mut features = Vec::new();
    for _ in 0..r.array()? {
        // Repeats would let a short list of bytes grow into a long list of features.
        if let Some(feature) = Feature::from_number(r.uint()?).filter(|feature| !features.contains(feature)) {
            features.push(feature);
        }
    }
    Ok(features)
}

/// A blob's element type and hash, from a chunk's head.
pub fn decode_blob(head: &[u8]) -> Result<(Encoding, Hash), String> {
    let mut r = Reader::new(head);
    let fields = r.array().map_err(sentence)?;
    if fields != 2 {
        return Err(format!("its head has {fields} fields instead of 2"));
    }
    let encoding = Encoding::decode(&mut r).map_err(sentence)?;
    let hash = r.bin().map_err(sentence)?;
    let hash =
        <[u8; 32]>::try_from(hash).map_err(|_| format!("its hash has {} bytes instead of 32", hash.len()))?;
    r.finish().map_err(sentence)?;
    Ok((encoding, Hash(hash)))
}

pub(super) fn encode_blob(encoding: Encoding, hash: Hash) -> Vec<u8> {
    let mut head = Vec::new();
    let mut w = Writer::new(&mut head);
    w.array(2);
    encoding.encode(&mut w);
    w.bin(&hash.0);
    head
}

/// Notes: keys and values.
pub(super) fn decode_meta(head: &[u8]) -> Result<Vec<(Str<'_>, Str<'_>)>, String> {
    let mut r = Reader::new(head);
    let length = r.map().map_err(sentence)?;
    if length > limits::MAX_META_ENTRIES {
        return Err(format!("{length} notes are more than the {} allowed", limits::MAX_META_ENTRIES));
    }
    let mut notes = Vec::with_capacity(length);
    for _ in 0..length {
        let (key, value) = (r.str().map_err(sentence)?, r.str().map_err(sentence)?);
        check_note(key, value)?;
        notes.push((Str::from(key), Str::from(value)));
    }
    r.finish().map_err(sentence)?;
    Ok(notes)
}

pub(super) fn encode_meta(notes: &[(&str, &str)]) -> Result<Vec<u8>, String> {
    if notes.len() > limits::MAX_META_ENTRIES {
        return Err(format!("{} notes are more than the {} allowed", notes.len(), limits::MAX_META_ENTRIES));
    }
    let mut head = Vec::new();
    let mut w = Writer::new(&mut head);
    w.map(notes.len());
    for (key, value) in notes {
        check_note(key, value)?;
        w.str(key);
        w.str(value);
    }
    Ok(head)
}

fn check_note(key: &str, value: &str) -> Result<(), String> {
    if key.len() > limits::MAX_LABEL_BYTES {
        return Err(format!(
            "a key of {} bytes is longer than the {} allowed",
            key.len(),
            limits::MAX_LABEL_BYTES
        ));
    }
    if value.len() > limits::MAX_META_BYTES {
        return Err(format!(
            "a note of {} bytes is longer than the {} allowed",
            value.len(),
            limits::MAX_META_BYTES
        ));
    }
    Ok(())
}

/// The number of the frame that follows a keyframe, and where its commands start in the head.
pub fn decode_keyframe(head: &[u8]) -> Option<(u64, usize)> {
    let mut r = Reader::new(head);
    if r.array().ok()? != 2 {
        return None;
    }
    Some((r.uint().ok()?, r.offset()))
}

pub(super) fn encode_keyframe(frame: u64, commands: &[u8]) -> Vec<u8> {
    let mut head = Vec::with_capacity(commands.len() + 10);
    let mut w = Writer::new(&mut head);
    w.array(2);
    w.uint(frame);
    head.extend_from_slice(commands);
    head
}

/// An entry of the index as the file holds it: kind, sequence number, offset from the start of the stream.
pub(super) type IndexRow = (Kind, u64, u64);

/// The index; none if it is malformed. Rows of kinds that are not known are left out.
pub(super) fn decode_index(head: &[u8]) -> Option<Vec<IndexRow>> {
    let mut r = Reader::new(head);
    let length = r.array().ok()?;
    // A row takes four bytes at least, so memory stays in proportion to the bytes that are there.
    let mut rows = Vec::with_capacity(length.min(head.len() / 4));
    for _ in 0..length {
        if r.array().ok()? != 3 {
            return None;
        }
        let (kind, sequence, offset) = (r.uint().ok()?, r.uint().ok()?, r.uint().ok()?);
        if let Some(kind) = Kind::from_number(kind) {
            rows.push((kind, sequence, offset));
        }
    }
    r.finish().ok()?;
    Some(rows)
}

pub(super) fn encode_index(rows: &[IndexRow]) -> Vec<u8> {
    let mut head = Vec::new();
    let mut w = Writer::new(&mut head);
    w.array(rows.len());
    for (kind, sequence, offset) in rows {
        w.array(3);
        w.uint(u64::from(kind.number().unwrap_or_default()));
        w.uint(*sequence);
        w.uint(*offset);
    }
    head
}

fn sentence(error: DecodeError) -> String {
    error.to_string()
}
