//! What comes in one message: a part of a file, or a chunk of replies; and what must be true of every such message.

use crate::{decoded, zeros};
use glir_core::file::chunk::{BLOCK, ChunkHeader, Kind, MAGIC, checksum};
use glir_core::file::{Item, SliceReader, message};
use glir_core::text::{Printer, reply_line};
use glir_spec::Header;
use glir_spec::replies::REPLIES;
use glir_spec::schema::FieldInfo;
use serde_json::{Map, Value};

/// A message of a producer's.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    /// A stream begins: the header's fields.
    Header(Value),
    /// Notes.
    Meta(Value),
    /// A blob: its hash in hexadecimal, and its line in the text form.
    Blob(String, Value),
    /// A chunk of a frame.
    Frame {
        /// The frame's number.
        number: u64,
        /// The names of its commands.
        commands: Vec<String>,
        /// Whether it ends the frame.
        ends: bool,
    },
    /// A chunk of a kind that need not be known.
    Other,
}

impl Part {
    /// Reads a message, which must be one whole part with right checksums, and zeros where nothing stands.
    pub(super) fn read(bytes: &[u8]) -> Result<Part, String> {
        let part = Part::of(bytes)?;
        zeros::filled_message(bytes).map_or(Ok(part), Err)
    }

    fn of(bytes: &[u8]) -> Result<Part, String> {
        if bytes.starts_with(&MAGIC) {
            return header(bytes);
        }
        let chunk = bytes.first_chunk::<BLOCK>().and_then(ChunkHeader::decode);
        let chunk = chunk.ok_or("a message came that begins with no chunk's header")?;
        let extent = chunk.extent();
        if extent.padded != bytes.len() as u64 {
            let (kind, length) = (chunk.kind, bytes.len());
            return Err(format!("a message of {length} bytes came for a chunk {kind} of {}", extent.padded));
        }
        let head = bytes.get(BLOCK..BLOCK + chunk.head_len as usize).unwrap_or_default();
        let arena = bytes.get(extent.arena as usize..extent.contents as usize).unwrap_or_default();
        if checksum(head) != chunk.head_crc || checksum(arena) != chunk.arena_crc {
            return Err(format!("a chunk {} came that does not match its checksum", chunk.kind));
        }
        match chunk.kind {
            Kind::FRAME => {
                let (mut commands, mut wrong) = (Vec::new(), None);
                decoded::each(head, |_, command| match command {
                    Ok(command) => commands.push(command.name().to_owned()),
                    Err(code) => wrong = Some(code),
                });
                if let Some(code) = wrong {
                    return Err(format!("frame {} has a faulty command: {code}", chunk.sequence));
                }
                let ends = commands.last().is_some_and(|name| name == "SWAP");
                Ok(Part::Frame { number: chunk.sequence, commands, ends })
            }
            Kind::BLOB | Kind::META => stands_in_a_file(bytes),
            kind if kind.is_ancillary() => Ok(Part::Other),
            kind => Err(format!("a chunk of kind {kind} came, which no producer sends")),
        }
    }
}

/// A header by itself is a file.
fn header(bytes: &[u8]) -> Result<Part, String> {
    match SliceReader::new(bytes).next() {
        Some(Item::Header(header)) => {
            if message::header(&header).is_ok_and(|made| made.len() != bytes.len()) {
                return Err("more than its header came in the message that begins a stream".into());
            }
            let mut text = String::new();
            Printer::new().header(&header, &mut text);
            let mut fields = parsed(&text)?.get_mut(1).map(Value::take).unwrap_or_default();
            if let Some(fields) = fields.as_object_mut() {
                fill(fields, Header::INFO.fields);
            }
            Ok(Part::Header(Value::Array(vec!["GLIR".into(), fields])))
        }
        _ => Err("a stream's header came that can't be read".into()),
    }
}

/// What blobs and notes hold is read as in a file.
fn stands_in_a_file(bytes: &[u8]) -> Result<Part, String> {
    let mut file = message::header(&Header::default()).map_err(|error| error.to_string())?;
    file.extend_from_slice(bytes);
    let (mut printer, mut text) = (Printer::new(), String::new());
    let mut blob = None;
    for item in SliceReader::new(&file).skip(1) {
        match item {
            Item::Blob { hash, encoding, bytes } => {
                printer.blob(encoding, bytes, &mut text);
                blob = Some(hash.to_string());
            }
            Item::Meta(notes) => printer.meta(notes.iter().map(|(key, value)| (&**key, &**value)), &mut text),
            Item::Fault(fault) => return Err(format!("a chunk came that can't be read: {fault}")),
            Item::Header(_) | Item::Frame { .. } => {}
        }
    }
    let line = parsed(&text)?;
    Ok(match blob {
        Some(hash) => Part::Blob(hash, line),
        None => Part::Meta(line),
    })
}

fn parsed(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Fields that are left out are at their defaults.
fn fill(fields: &mut Map<String, Value>, infos: &[FieldInfo]) {
    for info in infos {
        if let Some(Ok(default)) = info.default.map(serde_json::from_str) {
            fields.entry(info.name).or_insert(default);
        }
    }
}

/// The replies of an interpreter's message as lines, all arguments written.
pub(super) fn replies(bytes: &[u8]) -> Result<Vec<Value>, String> {
    let (replies, arena) = message::decode_replies(bytes)?;
    let header = bytes.first_chunk::<BLOCK>().and_then(ChunkHeader::decode);
    if header.is_some_and(|header| (header.sequence, header.time_us) != (0, 0)) {
        return Err("a chunk of replies has a sequence number or a time".into());
    }
    if let Some(sentence) = zeros::filled_message(bytes) {
        return Err(sentence);
    }
    replies.iter().map(|reply| line(&reply_line(reply, arena))).collect()
}

fn line(text: &str) -> Result<Value, String> {
    let Value::Array(mut line) = parsed(text)? else { return Err("a reply is no list".into()) };
    if let Some(info) = REPLIES.iter().find(|info| line.first().is_some_and(|name| *name == info.name)) {
        for field in info.fields.iter().skip(line.len() - 1) {
            let default = field.default.and_then(|default| serde_json::from_str(default).ok());
            line.push(default.unwrap_or_default());
        }
    }
    Ok(Value::Array(line))
}

#[cfg(test)]
mod tests {
    use super::{Part, replies};
    use glir_core::file::chunk::Kind;
    use glir_core::file::message;
    use glir_core::text::push_reply;
    use glir_spec::commands::Swap;
    use glir_spec::{Frame, Header};

    #[test]
    fn parts_are_read_one_by_one() {
        let header = message::header(&Header { width: 8, ..Header::default() }).unwrap();
        let Ok(Part::Header(fields)) = Part::read(&header) else { panic!("a header") };
        assert_eq!((&fields[1]["width"], &fields[1]["profile"]), (&8.into(), &"es2".into()));
        let meta = message::meta(0, &[("session", "a")]).unwrap();
        assert_eq!(Part::read(&meta), Ok(Part::Meta(serde_json::json!(["FILE_META", {"session": "a"}]))));
        let mut frame = Frame::new();
        frame.push(Swap {});
        let chunk = message::chunk(Kind::FRAME, 7, 0, frame.head(), &[]).unwrap();
        let expected = Part::Frame { number: 7, commands: vec!["SWAP".into()], ends: true };
        assert_eq!(Part::read(&chunk), Ok(expected));
    }

    #[test]
    fn what_no_producer_sends_is_told() {
        let chunk = message::chunk(Kind::FRAME, 7, 0, &[0x90], &[]).unwrap();
        let mut damaged = chunk.clone();
        damaged[64] ^= 1;
        let longer = [chunk.clone(), vec![0; 64]].concat();
        let reply = message::replies(&Frame::new()).unwrap();
        for (bytes, word) in
            [(&damaged, "checksum"), (&longer, "for a chunk"), (&reply, "no producer"), (&vec![], "header")]
        {
            assert!(Part::read(bytes).is_err_and(|why| why.contains(word)), "{word}");
        }
    }

    #[test]
    fn replies_have_all_their_arguments() {
        let mut frame = Frame::new();
        push_reply("[\"RESUME\", \"a\", 3]", &mut frame).unwrap();
        let lines = replies(&message::replies(&frame).unwrap()).unwrap();
        assert_eq!(lines, [serde_json::json!(["RESUME", "a", 3, []])]);
        assert!(replies(&message::chunk(Kind::REPLIES, 1, 0, frame.head(), &[]).unwrap()).is_err());
    }
}
