//! Payloads in text, both ways: `{"f32": [0.5, 1]}`, base64, references to blobs.

use super::json::{Cursor, Kind, Member, Mistake, quote, write_string};
use super::to_wire::named;
use super::{ELISION, mistakes, numbers};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use glir_spec::limits::ALIGNMENT;
use glir_spec::wire::{Encoding, Hash};

/// A payload as the text gives it.
pub(super) enum Bytes {
    /// The bytes.
    Here { encoding: Encoding, bytes: Vec<u8> },
    /// Those of a blob.
    Blob { encoding: Encoding, hash: Hash, length: u64 },
    /// Those at a place in the arena, whatever lies there: how a faulty reference is kept.
    Arena { encoding: Encoding, offset: u64, length: u64 },
}

/// Reads a payload.
pub(super) fn read(json: &mut Cursor<'_>) -> Result<Bytes, Mistake> {
    const FORMS: &str = "a payload such as {\"f32\": [0.5, 1]}";
    if json.kind() != Kind::Object {
        return Err(json.unexpected(FORMS));
    }
    let at = json.position();
    let members = json.members()?;
    let find = |key: &str| members.iter().find(|member| member.key == key);
    if let Some(place) = find("blob").or_else(|| find("arena")) {
        let keys = [&*place.key, "type", "bytes"];
        if let Some(stray) = members.iter().find(|member| !keys.contains(&&*member.key)) {
            return Err(mistakes::unknown_field(stray, keys.into_iter()));
        }
        let missing = |key: &str| Mistake::new(at, format!("the field {key:?} is missing"));
        let ty = find("type").ok_or_else(|| missing("type"))?;
        let encoding =
            named(&mut json.value_of(ty), &Encoding::INFO).map_err(|mistake| mistake.within("type"))?;
        let encoding = Encoding::from_number(u64::from(encoding)).ok_or_else(|| missing("type"))?;
        let whole = |member: &Member<'_>| {
            let value = numbers::bounded(&mut json.value_of(member), 0, u64::MAX.into());
            value.map(|value| value as u64).map_err(|mistake| mistake.within(&member.key))
        };
        let length = whole(find("bytes").ok_or_else(|| missing("bytes"))?)?;
        return Ok(match &*place.key {
            "blob" => {
                let hash = read_hash(&mut json.value_of(place)).map_err(|mistake| mistake.within("blob"))?;
                Bytes::Blob { encoding, hash, length }
            }
            _ => Bytes::Arena { encoding, offset: whole(place)?, length },
        });
    }
    let [member] = members.as_slice() else {
        return Err(Mistake::new(at, format!("{FORMS} has one field, {} stand here", members.len())));
    };
    let Some(encoding) = Encoding::from_text(&member.key) else {
        return Err(mistakes::unknown_field(
            member,
            Encoding::ALL.iter().map(|encoding| encoding.text()).chain(["blob"]),
        ));
    };
    let mut value = json.value_of(member);
    let mut bytes = Vec::new();
    let read = if value.kind() == Kind::String {
        read_base64(&mut value).map(|decoded| bytes = decoded)
    } else if encoding == Encoding::Raw {
        Err(value.unexpected("a string of base64"))
    } else {
        numbers::read_list(&mut value, encoding, false, &mut bytes)
    };
    read.map_err(|mistake| mistake.within(&member.key))?;
    Ok(Bytes::Here { encoding, bytes })
}

/// Reads a string of base64.
pub(super) fn read_base64(json: &mut Cursor<'_>) -> Result<Vec<u8>, Mistake> {
    let at = json.position();
    let text = json.string()?;
    if text.starts_with(ELISION) {
        return Err(Mistake::new(
            at,
            "the numbers were left out when this text was printed; print it without shortening",
        ));
    }
    BASE64_STANDARD.decode(&*text).map_err(|_| {
        Mistake::new(
            at,
            "the string is not base64: letters, digits, + and / in groups of four, filled up with =",
        )
    })
}

/// Reads a hash of 64 hexadecimal digits.
pub(super) fn read_hash(json: &mut Cursor<'_>) -> Result<Hash, Mistake> {
    let at = json.position();
    let text = json.string()?;
    let mut bytes = [0; 32];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let sound =
        pairs.len() == bytes.len() && rest.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !sound {
        return Err(Mistake::new(
            at,
            format!("{} is not a hash, which has 64 hexadecimal digits", quote(&text)),
        ));
    }
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or(0) as u8;
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high) << 4 | digit(*low);
    }
    Ok(Hash(bytes))
}

/// Writes `{"f32": [0.5, 1]}`.
pub(super) fn write(encoding: Encoding, bytes: &[u8], elide: Option<usize>, out: &mut String) {
    out.push('{');
    write_string(encoding.text(), out);
    out.push_str(": ");
    if let Some(note) = elision(encoding, bytes, elide) {
        write_string(&note, out);
    } else if encoding == Encoding::Raw || !bytes.len().is_multiple_of(encoding.size()) {
        write_base64(bytes, out);
    } else {
        numbers::write_list(bytes, encoding, false, out);
    }
    out.push('}');
}

/// Writes bytes as a string of base64.
pub(super) fn write_base64(bytes: &[u8], out: &mut String) {
    out.push('"');
    BASE64_STANDARD.encode_string(bytes, out);
    out.push('"');
}

/// Writes bytes as a string of hexadecimal digits.
pub(super) fn write_hash(bytes: &[u8], out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
    }
    out.push('"');
}

/// What stands for elements that are too many to show.
pub(super) fn elision(encoding: Encoding, bytes: &[u8], elide: Option<usize>) -> Option<String> {
    let count = bytes.len() / encoding.size();
    let unit = if encoding == Encoding::Raw { "bytes" } else { "elements" };
    elide.is_some_and(|most| count > most).then(|| format!("{ELISION}{count} {unit}"))
}

pub(super) fn close_reference(encoding: Encoding, length: u64, out: &mut String) {
    out.push_str(", \"type\": ");
    write_string(encoding.text(), out);
    out.push_str(", \"bytes\": ");
    numbers::integer(length, out);
    out.push('}');
}

/// The bytes of an arena that a sound reference names.
pub(super) fn reach(arena: &[u8], offset: u64, length: u64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok().filter(|start| start.is_multiple_of(ALIGNMENT))?;
    arena.get(start..)?.get(..usize::try_from(length).ok()?)
}
