//! Cases about the text form: a text as a person might write it, right or wrong.
//!
//! The testee is asked for the file that it means, or for the line where it is wrong; then for the text of that file. Beside
//! the case stand what the file holds, `.commands`, and the text as this project prints it, `.text`; or `.mistake`, the line
//! that is wrong and a sentence about it.

use crate::case::{Case, Layer};
use crate::decoded;
use crate::judge::{self, Fault, Goldens};
use crate::protocol::{Answer, Hello, Request};
use crate::stream;
use crate::value::Value;
use crate::zeros;
use glir_core::file::chunk::{self, BLOCK, ChunkHeader, FileHeader};
use glir_core::file::{Item, SliceReader};
use glir_core::text::{Document, Printer};
use glir_spec::Command;
use glir_spec::wire::{Reader, Writer};
use std::fmt;

/// What a testee is asked about the text form.
#[derive(Clone, Debug, PartialEq)]
pub enum Question {
    /// The file that a text means.
    Read {
        /// The case, for messages.
        id: String,
        /// The text; bytes, since it may be no UTF-8.
        text: Vec<u8>,
    },
    /// The text of a file.
    Print {
        /// The case, for messages.
        id: String,
        /// The bytes of a `.glir` file.
        stream: Vec<u8>,
    },
}

/// What a testee says about the text form.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The bytes of the file that a text means.
    Stream(Vec<u8>),
    /// A text is wrong.
    Mistake(Mistake),
    /// A file as text.
    Text(String),
}

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The line, counted from 1.
    pub line: u64,
    /// One sentence.
    pub message: String,
}

/// What a testee has made of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The file that the text means.
    pub read: Result<Vec<u8>, Mistake>,
    /// The text of that file; none if the text is wrong.
    pub printed: Option<String>,
}

impl fmt::Display for Mistake {
    /// As it stands beside a case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl Mistake {
    /// Reads what stands beside a case.
    pub fn parse(text: &str) -> Option<Mistake> {
        let (line, message) = text.trim_end().strip_prefix("line ")?.split_once(": ")?;
        Some(Mistake { line: line.parse().ok()?, message: message.to_owned() })
    }
}

impl Question {
    pub(crate) fn encode(&self, w: &mut Writer<'_>) {
        let (kind, id, key, bytes) = match self {
            Question::Read { id, text } => ("read-text", id, "text", text),
            Question::Print { id, stream } => ("print-text", id, "stream", stream),
        };
        w.map(3);
        [("type", kind), ("id", id)]
            .into_iter()
            .flat_map(|(key, value)| [key, value])
            .for_each(|it| w.str(it));
        w.str(key);
        w.bin(bytes);
    }

    pub(crate) fn decode(value: &Value) -> Result<Option<Question>, String> {
        let text = |key| value.get(key).and_then(Value::str);
        let bytes = |key| value.get(key).and_then(Value::bin).map(<[u8]>::to_owned);
        let id = text("id").unwrap_or_default().to_owned();
        Ok(match text("type") {
            Some("read-text") => {
                Some(Question::Read { id, text: bytes("text").ok_or("there is no text to read")? })
            }
            Some("print-text") => {
                Some(Question::Print { id, stream: bytes("stream").ok_or("there is no stream to print")? })
            }
            _ => None,
        })
    }
}

impl Reply {
    pub(crate) fn encode(&self, w: &mut Writer<'_>) {
        let named = |w: &mut Writer<'_>, count, kind: &str| {
            w.map(count);
            w.str("type");
            w.str(kind);
        };
        match self {
            Reply::Stream(bytes) => {
                named(w, 2, "stream");
                w.str("stream");
                w.bin(bytes);
            }
            Reply::Mistake(mistake) => {
                named(w, 3, "mistake");
                w.str("line");
                w.uint(mistake.line);
                w.str("message");
                w.str(&mistake.message);
            }
            Reply::Text(text) => {
                named(w, 2, "text");
                w.str("text");
                w.str(text);
            }
        }
    }

    pub(crate) fn decode(value: &Value) -> Result<Option<Reply>, String> {
        let text = |key| value.get(key).and_then(Value::str);
        Ok(match text("type") {
            Some("stream") => {
                let bytes = value.get("stream").and_then(Value::bin);
                Some(Reply::Stream(bytes.ok_or("its answer has no stream")?.to_owned()))
            }
            Some("mistake") => {
                let line = value.get("line").and_then(Value::uint).ok_or("its mistake has no line")?;
                Some(Reply::Mistake(Mistake {
                    line,
                    message: text("message").unwrap_or_default().to_owned(),
                }))
            }
            Some("text") => Some(Reply::Text(text("text").ok_or("its answer has no text")?.to_owned())),
            _ => None,
        })
    }
}

/// Asks for the file of a case's text, and for the text of the file that the case itself says it means.
pub(super) fn carry_out<E>(
    case: &Case,
    ask: &mut dyn FnMut(&Request) -> Result<Answer, E>,
    nonsense: fn(String) -> E,
) -> Result<Found, E> {
    let id = || case.id.clone();
    let read = match ask(&Request::Text(Question::Read { id: id(), text: case.source.clone() }))? {
        Answer::Text(Reply::Stream(bytes)) => Ok(bytes),
        Answer::Text(Reply::Mistake(mistake)) => Err(mistake),
        other => return Err(nonsense(other.is_none())),
    };
    if case.bytes.is_empty() {
        return Ok(Found { read, printed: None });
    }
    match ask(&Request::Text(Question::Print { id: id(), stream: case.bytes.clone() }))? {
        Answer::Text(Reply::Text(text)) => Ok(Found { read, printed: Some(text) }),
        other => Err(nonsense(other.is_none())),
    }
}

/// What this project's reader and printer of the text form answer.
///
/// # Errors
/// One sentence: a text whose file can't be written.
pub fn answer(question: &Question) -> Result<Reply, String> {
    match question {
        Question::Read { text, .. } => match parsed(text) {
            Ok(document) => stream::bytes(&document).map(Reply::Stream).map_err(|error| error.to_string()),
            Err(mistake) => Ok(Reply::Mistake(mistake)),
        },
        Question::Print { stream, .. } => Ok(Reply::Text(print(stream))),
    }
}

/// What a text means.
///
/// # Errors
/// What is wrong with it.
pub fn parsed(text: &[u8]) -> Result<Document, Mistake> {
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = &text[..error.valid_up_to()];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count() as u64;
        Mistake { line, message: "the text is not UTF-8".into() }
    })?;
    glir_core::text::parse(text).map_err(|error| Mistake { line: error.line as u64, message: error.message })
}

/// A file as text.
fn print(stream: &[u8]) -> String {
    let (mut printer, mut out) = (Printer::new(), String::new());
    for item in SliceReader::new(stream) {
        match item {
            Item::Header(header) => printer.header(&header, &mut out),
            Item::Frame { time_us, head, arena, .. } => printer.frame(head, arena, time_us, &mut out),
            Item::Blob { encoding, bytes, .. } => printer.blob(encoding, bytes, &mut out),
            Item::Meta(notes) => printer.meta(notes.iter().map(|(key, value)| (&**key, &**value)), &mut out),
            Item::Fault(_) => {}
        }
    }
    out
}

/// What a case promises and its goldens do not keep.
pub(crate) fn check(case: &Case, goldens: &Goldens) -> Vec<String> {
    match (case.mistake, &goldens.mistake, &goldens.decoding, &goldens.text) {
        (_, None, None, None) => vec!["it has no goldens; BLESS=1 makes them".into()],
        (Some(line), Some(mistake), None, None) if mistake.line == line => Vec::new(),
        (None, None, Some(_), Some(_)) => Vec::new(),
        (Some(line), Some(mistake), ..) => {
            vec![format!("it promises a mistake in line {line}; there is: {mistake}")]
        }
        (Some(line), None, ..) => vec![format!("it promises a mistake in line {line}; there is none")],
        (None, Some(mistake), ..) => vec![format!("it promises no mistake; there is: {mistake}")],
        _ => vec!["one of its goldens .commands and .text is not there; BLESS=1 makes it".into()],
    }
}

/// Goldens from what a testee has made.
pub fn goldens(found: &Found) -> Goldens {
    match &found.read {
        Ok(bytes) => {
            Goldens { decoding: Some(decoded::log(bytes)), text: found.printed.clone(), ..Goldens::default() }
        }
        Err(mistake) => Goldens { mistake: Some(mistake.clone()), ..Goldens::default() },
    }
}

/// The first part of a file that a writer has written longer than it needs to be, if there is one.
fn longer(stream: &[u8]) -> Option<String> {
    longer_head(stream).or_else(|| longer_command(stream))
}

/// The first head of a header, a blob, notes or an index that is longer than it needs to be. The file is whole.
fn longer_head(stream: &[u8]) -> Option<String> {
    let mut at = 0;
    loop {
        let block = stream.get(at..)?.first_chunk()?;
        let (name, length, extent) = match (FileHeader::decode(block), ChunkHeader::decode(block)) {
            (Some(header), _) => (Some("the header".to_owned()), header.head_len, header.extent()),
            (None, Some(chunk)) => {
                let plain = [chunk::Kind::BLOB, chunk::Kind::META, chunk::Kind::HEADER, chunk::Kind::INDEX];
                let name =
                    plain.contains(&chunk.kind).then(|| format!("chunk {} {}", chunk.kind, chunk.sequence));
                (name, chunk.head_len, chunk.extent())
            }
            (None, None) => return None,
        };
        let head = stream.get(at + BLOCK..)?.get(..length as usize)?;
        if let (Some(name), Ok(value)) = (name, Value::read(head)) {
            let mut shortest = Vec::new();
            write(&value, &mut Writer::new(&mut shortest));
            let (found, least) = (head.len(), shortest.len());
            if found > least {
                return Some(format!("the head of {name} has {found} bytes; it could be written in {least}"));
            }
        }
        at = at.checked_add(usize::try_from(extent.padded).ok()?)?;
    }
}

/// A value in the shortest form.
fn write(value: &Value, w: &mut Writer<'_>) {
    match value {
        Value::Nil => w.nil(),
        Value::Bool(value) => w.bool(*value),
        Value::Uint(value) => w.uint(*value),
        Value::Int(value) => w.int(*value),
        Value::F32(value) => w.float32(*value),
        Value::F64(value) => w.float(*value),
        Value::Str(text) => w.str(text),
        Value::Bin(bytes) => w.bin(bytes),
        Value::Array(values) => {
            w.array(values.len());
            values.iter().for_each(|value| write(value, w));
        }
        Value::Map(entries) => {
            w.map(entries.len());
            for (key, value) in entries {
                write(key, w);
                write(value, w);
            }
        }
    }
}

/// The first command that is longer than it needs to be, or the first number of commands.
fn longer_command(stream: &[u8]) -> Option<String> {
    let mut frames = 0;
    for item in SliceReader::new(stream) {
        let Item::Frame { head, .. } = item else { continue };
        let mut reader = Reader::new(head);
        let count = reader.array().unwrap_or(0);
        let longer = |what: &str, found: usize, shortest: &[u8]| {
            let least = shortest.len();
            (found > least).then(|| {
                format!("{what} of chunk {frames} has {found} bytes; it could be written in {least}")
            })
        };
        let mut shortest = Vec::new();
        Writer::new(&mut shortest).array(count);
        if let Some(longer) = longer("the number of commands", reader.offset(), &shortest) {
            return Some(longer);
        }
        for index in 0..count {
            let start = reader.offset();
            let Ok(command) = Command::decode(&mut reader) else { break };
            let mut shortest = Vec::new();
            command.encode(&mut shortest);
            if let Some(longer) = longer(&format!("command {index}"), reader.offset() - start, &shortest) {
                return Some(longer);
            }
        }
        frames += 1;
    }
    None
}

/// What is wrong with what a testee has made.
pub(crate) fn judge(case: &Case, goldens: &Goldens, hello: &Hello, found: &Found) -> Vec<Fault> {
    let said = |sentence: String| vec![Fault::said(Layer::Text, sentence)];
    let differs = |expected: &Mistake, found: String| {
        vec![judge::differing(Layer::Text, 0, expected.to_string(), found)]
    };
    match (&goldens.mistake, &found.read) {
        (Some(expected), Ok(_)) => return differs(expected, "a file, as if nothing were wrong".into()),
        (Some(expected), Err(mistake)) => {
            let words = hello.sentences && case.sentences_vary.is_none();
            let same = if words { expected == mistake } else { expected.line == mistake.line };
            return if same { Vec::new() } else { differs(expected, mistake.to_string()) };
        }
        (None, Err(mistake)) => return said(format!("it takes the text for wrong: {mistake}")),
        (None, Ok(bytes)) => {
            let expected = goldens.decoding.as_deref().unwrap_or_default();
            if let Some(fault) = judge::text(Layer::Text, expected, Some(&decoded::log(bytes))) {
                return vec![fault];
            }
            if let Some(sentence) = longer(bytes).or_else(|| zeros::filled(bytes)) {
                return said(sentence);
            }
        }
    }
    let (Some(expected), Some(printed)) = (goldens.text.as_deref(), found.printed.as_deref()) else {
        return said("it printed nothing".into());
    };
    if hello.sentences {
        return judge::text(Layer::Text, expected, Some(printed)).into_iter().collect();
    }
    // White space, comments and what may be left out are the printer's: what it means is compared.
    let log = |text: &str| match parsed(text.as_bytes()) {
        Ok(document) => {
            stream::bytes(&document).map(|bytes| decoded::log(&bytes)).map_err(|error| error.to_string())
        }
        Err(mistake) => Err(mistake.to_string()),
    };
    match (log(expected), log(printed)) {
        (Ok(expected), Ok(found)) => judge::text(Layer::Text, &expected, Some(&found)).into_iter().collect(),
        (_, Err(why)) => said(format!("what it prints can't be read: {why}")),
        (Err(why), _) => said(format!("the golden can't be read: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Mistake, Question, Reply, answer, check, goldens, judge};
    use crate::case::{Case, Layer};
    use crate::protocol::Hello;

    const RIGHT: &str =
        "// Blanks mean nothing.\n// id: a/b\n// kind: text\n[\"GLIR\" ] [\"SIZE\",1 , 8,1]\n";
    const WRONG: &str =
        "// A wrong name.\n// id: a/b\n// kind: text\n// mistake: line 6\n[\"GLIR\"]\n[\"SICE\", 1, 8]\n";

    fn hello(sentences: bool) -> Hello {
        Hello { name: "someone".into(), layers: vec![Layer::Text], sentences, ..Hello::default() }
    }

    fn made(case: &Case) -> Found {
        let read = match answer(&Question::Read { id: String::new(), text: case.source.clone() }) {
            Ok(Reply::Stream(bytes)) => Ok(bytes),
            Ok(Reply::Mistake(mistake)) => Err(mistake),
            other => panic!("{other:?}"),
        };
        let printed = match answer(&Question::Print { id: String::new(), stream: case.bytes.clone() }) {
            Ok(Reply::Text(text)) if read.is_ok() => Some(text),
            _ => None,
        };
        Found { read, printed }
    }

    #[test]
    fn a_text_is_judged_by_its_file_and_by_what_is_printed() {
        let case = Case::parse("a/b", RIGHT, None).unwrap();
        let found = made(&case);
        let goldens = goldens(&found);
        assert_eq!(
            goldens.text.as_deref(),
            Some(
                "[\"GLIR\", {}]
[\"SIZE\", 1, 8]
"
            )
        );
        assert!(check(&case, &goldens).is_empty());
        assert!(judge(&case, &goldens, &hello(true), &found).is_empty());
        // Blanks of another printer are no fault, another number is.
        let printed = found.printed.clone().map(|text| text.replace(", ", " ,\t"));
        let other = Found { printed, ..found.clone() };
        assert!(judge(&case, &goldens, &hello(false), &other).is_empty());
        assert_eq!(judge(&case, &goldens, &hello(true), &other).len(), 1);
        let printed = found.printed.clone().map(|text| text.replace('8', "9"));
        assert_eq!(judge(&case, &goldens, &hello(false), &Found { printed, ..found.clone() }).len(), 1);
        let read = Err(Mistake { line: 1, message: "no".into() });
        assert_eq!(judge(&case, &goldens, &hello(true), &Found { read, ..found }).len(), 1);
    }

    #[test]
    fn a_writer_takes_the_shortest_form() {
        let text = format!("{RIGHT}[\"FILE_META\", {{\"a\": \"b\"}}]\n[\"BLOB\", {{\"u8\": [1]}}]\n");
        let bytes = made(&Case::parse("a/b", &text, None).unwrap()).read.unwrap();
        assert_eq!(super::longer(&bytes), None);
        let longer = |edits: &[&str]| {
            let edits: Vec<_> = edits.iter().map(|edit| crate::edit::Edit::parse(edit).unwrap()).collect();
            super::longer(&crate::edit::apply(&edits, bytes.clone()).unwrap()).unwrap_or_default()
        };
        // SIZE with its id in two bytes: 95 12 cc01 08 01 01.
        let command = longer(&["at chunk2.head = 91 95 12 cc 01 08 01 01", "at chunk2+8 = 08", "seal"]);
        assert_eq!(command, "command 0 of chunk 0 has 7 bytes; it could be written in 6");
        let count = longer(&["at chunk2.head = dc 00 01 95 12 01 08 01 01", "at chunk2+8 = 09", "seal"]);
        assert_eq!(count, "the number of commands of chunk 0 has 3 bytes; it could be written in 1");
        // A byte of a head in a longer form: what stands behind it moves into the padding.
        let head = |name: &[u8], index: usize, form: &[u8]| {
            let start = bytes.windows(4).position(|found| found == name).unwrap();
            let length = start + if start == 0 { 12 } else { 8 };
            let rest = &bytes[start + 64 + index + 1..start + 64 + usize::from(bytes[length])];
            let digits: String = form.iter().chain(rest).map(|byte| format!("{byte:02x}")).collect();
            let at = format!("at {} = {digits}", start + 64 + index);
            let length = format!("at {length} = {:02x}", usize::from(bytes[length]) + form.len() - 1);
            longer(&[&at, &length, "seal"])
        };
        let is = |found: String, name: &str| {
            assert!(found.starts_with(&format!("the head of {name} has ")), "{found}");
        };
        is(head(b"\x89GLI", 1, &[0xcc, 1]), "the header");
        is(head(b"META", 1, &[0xd9, 1]), "chunk META 0");
        is(head(b"BLOB", 0, &[0xdc, 0, 2]), "chunk BLOB 0");
        is(head(b"INDX", 0, &[0xdc, 0, 3]), "chunk INDX 0");
    }

    #[test]
    fn a_mistake_has_its_line() {
        let case = Case::parse("a/b", WRONG, None).unwrap();
        let found = made(&case);
        let goldens = goldens(&found);
        assert!(check(&case, &goldens).is_empty(), "{goldens:?}");
        assert_eq!(goldens.mistake.as_ref().and_then(|it| Mistake::parse(&it.to_string())), goldens.mistake);
        let other = |line| Found { read: Err(Mistake { line, message: "oh".into() }), printed: None };
        assert!(judge(&case, &goldens, &hello(false), &other(6)).is_empty());
        assert_eq!(judge(&case, &goldens, &hello(true), &other(6)).len(), 1);
        assert_eq!(judge(&case, &goldens, &hello(false), &other(5)).len(), 1);
        let promised = Case::parse("a/b", &WRONG.replace("line 6", "line 5"), None).unwrap();
        assert_eq!(check(&promised, &goldens).len(), 1);
    }
}
