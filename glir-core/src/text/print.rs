//! The printer: headers, frames and replies in, lines of text out.

use super::defaults::Defaults;
use super::json::write_string;
use super::names::Names;
use super::to_text::ToText;
use super::{ELISION, hash_of, numbers, payload};
use glir_spec::commands::{COMMANDS, Delete, SetShaders, Swap};
use glir_spec::replies::REPLIES;
use glir_spec::wire::{Encoding, Reader, Wire, Writer};
use glir_spec::{Command, Header, Reply};

/// What a frame of one command starts with: an array of one value.
const ONE_COMMAND: &[u8] = &[0x91];

/// Prints a stream, part by part, in the order of its parts.
///
/// It follows SHADERS and DELETE, so that slots have their names.
#[derive(Debug, Default)]
pub struct Printer {
    /// Payloads with more elements than this are shortened to a note such as `"…1048576 elements"`. The text is then
    /// for people: it can't be parsed.
    pub elide: Option<usize>,
    names: Names,
    defaults: Defaults,
    /// The last frame chunk did not end in SWAP.
    open: bool,
    /// One command's wire form; kept for its memory.
    scratch: Vec<u8>,
}

impl Printer {
    /// A printer at the start of a stream, which shortens nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The header, with which a stream begins; what was declared before is forgotten.
    pub fn header(&mut self, header: &Header<'_>, out: &mut String) {
        // A header begins a new stream, which ends an open frame by itself.
        self.open = false;
        self.names.clear();
        self.scratch.clear();
        header.encode(&mut Writer::new(&mut self.scratch));
        out.push_str("[\"GLIR\", ");
        let mut to_text = ToText::new(&self.names, &mut self.defaults, &[], None);
        // What was encoded here follows the schema.
        let written = to_text.value(&mut Reader::new(&self.scratch), Header::TYPE, out);
        debug_assert!(written.is_ok());
        out.push_str("]\n");
    }

    /// A frame chunk: its head and arena, and its time in microseconds since the stream began, 0 if unknown.
    pub fn frame(&mut self, head: &[u8], arena: &[u8], time_us: u64, out: &mut String) {
        self.close(out);
        if time_us != 0 {
            out.push_str("[\"TIME\", ");
            numbers::integer(time_us, out);
            out.push_str("]\n");
        }
        if Reader::new(head).array().is_ok() {
            self.commands(head, arena, out);
            return;
        }
        // A head that is no array is kept as the one faulty command of a frame.
        let mut whole = ONE_COMMAND.to_vec();
        whole.extend_from_slice(if head.is_empty() { ONE_COMMAND } else { head });
        self.commands(&whole, arena, out);
    }

    /// A blob's element type and bytes.
    pub fn blob(&mut self, encoding: Encoding, bytes: &[u8], out: &mut String) {
        self.close(out);
        out.push_str("[\"BLOB\", ");
        payload::write(encoding, bytes, self.elide, out);
        out.push_str(", ");
        payload::write_hash(&hash_of(bytes).0, out);
        out.push_str("]\n");
    }

    /// Notes about the file: keys and values.
    pub fn meta<'n>(&mut self, notes: impl IntoIterator<Item = (&'n str, &'n str)>, out: &mut String) {
        self.close(out);
        out.push_str("[\"FILE_META\", {");
        let mut separator = "";
        for (key, value) in notes {
            out.push_str(separator);
            write_string(key, out);
            out.push_str(": ");
            write_string(value, out);
            separator = ", ";
        }
        out.push_str("}]\n");
    }

    /// One command as a line, for who picks commands out of frames: nothing is said of where frames end.
    pub fn line(&mut self, command: &[u8], arena: &[u8], out: &mut String) {
        let open = self.open;
        self.command(command, arena, true, out);
        self.open = open;
    }

    /// Takes note of the names that a frame declares, which is all that later lines need of it.
    pub fn follow(&mut self, head: &[u8]) {
        let mut reader = Reader::new(head);
        for _ in 0..reader.array().unwrap_or(0) {
            let from = reader.offset();
            let opcode = reader.array().and_then(|_| reader.uint()).unwrap_or(0);
            reader.seek(from);
            if reader.skip().is_err() {
                return;
            }
            if [SetShaders::OPCODE, Delete::OPCODE].map(u64::from).contains(&opcode)
                && let Ok(command) = Command::decode(&mut Reader::new(reader.between(from, reader.offset())))
            {
                self.names.follow(&command);
            }
        }
    }

    /// The commands of a frame.
    fn commands(&mut self, head: &[u8], arena: &[u8], out: &mut String) {
        let reader = &mut Reader::new(head);
        let count = reader.array().unwrap_or(0);
        self.open = true;
        for number in 0..count {
            let from = reader.offset();
            if reader.skip().is_err() {
                self.faulty(reader.between(from, head.len()), Some(count - number), out);
                return;
            }
            let last = number + 1 == count && reader.is_empty();
            if self.command(reader.between(from, reader.offset()), arena, last, out) {
                self.open = false;
            }
        }
        if !reader.is_empty() {
            self.faulty(reader.between(reader.offset(), head.len()), Some(0), out);
        } else if count == 0 {
            self.close(out);
        }
    }

    /// Marks the end of a frame that did not end itself.
    fn close(&mut self, out: &mut String) {
        if std::mem::take(&mut self.open) {
            out.push_str("[\"CHUNK\"]\n");
        }
    }

    /// One command. True if its line ends the frame.
    fn command(&mut self, bytes: &[u8], arena: &[u8], last: bool, out: &mut String) -> bool {
        let start = out.len();
        let reader = &mut Reader::new(bytes);
        let command = Command::decode(reader).and_then(|command| reader.finish().map(|()| command));
        let Ok(command) = command else {
            self.faulty(bytes, None, out);
            return false;
        };
        let swap = command.opcode() == Swap::OPCODE;
        if swap && !last {
            // A fault of the stream that must not become the end of a frame.
            self.faulty(bytes, None, out);
            return false;
        }
        self.scratch.clear();
        command.encode(&mut self.scratch);
        let mut to_text = ToText::new(&self.names, &mut self.defaults, arena, self.elide);
        if to_text.command(&mut Reader::new(&self.scratch), COMMANDS, out).is_err() {
            out.truncate(start);
            self.faulty(bytes, None, out);
            return false;
        }
        out.push('\n');
        self.names.follow(&command);
        swap
    }

    /// Bytes that are no command, or stand for `count` of them that can't be told apart.
    fn faulty(&mut self, bytes: &[u8], count: Option<usize>, out: &mut String) {
        out.push_str("[\"?\", ");
        match self.elide {
            Some(most) if bytes.len() > most => write_string(&format!("{ELISION}{} bytes", bytes.len()), out),
            _ => payload::write_base64(bytes, out),
        }
        if let Some(count) = count {
            out.push_str(", ");
            numbers::integer(count, out);
        }
        out.push_str("]\n");
    }
}

/// A reply as one line, without a line break at its end. `arena` holds what its payloads refer to.
///
/// ```
/// use glir_spec::Reply;
/// use glir_spec::replies::Ack;
///
/// assert_eq!(glir_core::text::reply_line(&Reply::Ack(Ack { frame: 7 }), &[]), "[\"ACK\", 7]");
/// ```
pub fn reply_line(reply: &Reply<'_>, arena: &[u8]) -> String {
    let (mut bytes, mut out) = (Vec::new(), String::new());
    reply.encode(&mut bytes);
    let (names, defaults) = (Names::default(), &mut Defaults::default());
    // What was encoded here follows the schema.
    let written =
        ToText::new(&names, defaults, arena, None).command(&mut Reader::new(&bytes), REPLIES, &mut out);
    debug_assert!(written.is_ok());
    out
}
