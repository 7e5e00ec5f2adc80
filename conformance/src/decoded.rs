//! The log of the decoding layer: what the bytes of a stream hold, and what is wrong with them.
//!
//! | line | what it stands for |
//! | --- | --- |
//! | `HEADER [1, 0, 1, …]` | a stream begins: its header in the wire form |
//! | `FRAM 1500 128` | a chunk of commands: its time in µs, the bytes of its arena |
//! | `3 SIZE [1, 24, 1, 1]` | a command by its number in the chunk, with all its arguments in the wire form |
//! | `4 ! unknown-opcode` | a command that can't be decoded, and why |
//! | `! trailing-bytes` | a fault of the head that is no single command's |
//! | `BLOB [8, "hex:…", 4096]` | a blob: element type, hash, bytes |
//! | `META {"license": "CC0"}` | notes, sorted by the bytes of their keys in UTF-8 |
//! | `! damaged-chunk 192` | a fault of the file, and the byte where the faulty part starts |
//!
//! Values are JSON as [`Value`](crate::value::Value) shows them; floats are their bits, so no two languages can print them
//! differently. A number that a field takes as a float is shown in the field's own width, however it travelled.

use crate::packing::Packing;
use crate::value::Value;
use glir_core::diagnostic::decode_fault;
use glir_core::file::{Item, Room};
use glir_spec::commands::Command;
use glir_spec::wire::{DecodeError, DecodeErrorKind, Reader, Wire, Writer};
use glir_spec::{Code, Header, limits};
use std::fmt::Write as _;

/// The log of a stream, whose packed chunks are unpacked.
pub fn log(bytes: &[u8]) -> String {
    log_as(bytes, Packing::Unpack)
}

/// The log of a stream.
pub fn log_as(bytes: &[u8], packing: Packing) -> String {
    let (mut out, room) = (String::new(), Room::new());
    for item in packing.reader(bytes, &room) {
        // Writing to a string can't fail.
        let _ = match item {
            Item::Header(header) => writeln!(out, "HEADER {}", header_value(&header)),
            Item::Frame { time_us, head, arena, .. } => {
                let _ = writeln!(out, "FRAM {time_us} {}", arena.len());
                commands(head, &mut out);
                Ok(())
            }
            Item::Blob { hash, encoding, bytes } => {
                writeln!(out, "BLOB [{}, \"hex:{hash}\", {}]", encoding as u8, bytes.len())
            }
            Item::Meta(notes) => {
                let mut notes: Vec<_> = notes.iter().map(|(key, value)| (&**key, &**value)).collect();
                notes.sort_unstable();
                let notes = notes.into_iter();
                let entries =
                    notes.map(|(key, value)| (Value::Str(key.to_owned()), Value::Str(value.to_owned())));
                writeln!(out, "META {}", Value::Map(entries.collect()))
            }
            Item::Fault(fault) => writeln!(out, "! {} {}", fault.code(), fault.offset),
        };
    }
    out
}

fn header_value(header: &Header<'_>) -> Value {
    let mut bytes = Vec::new();
    header.encode(&mut Writer::new(&mut bytes));
    Value::read(&bytes).unwrap_or(Value::Nil)
}

/// A command's name and its arguments as they are in the wire form's shortest writing.
pub fn arguments(command: &Command<'_>) -> Value {
    let mut bytes = Vec::new();
    command.encode(&mut bytes);
    match Value::read(&bytes) {
        Ok(Value::Array(mut values)) if !values.is_empty() => Value::Array(values.split_off(1)),
        _ => Value::Nil,
    }
}

/// Each command of a head as it is decoded, with its number; a last error without a number is the head's own.
pub fn each<'h>(head: &'h [u8], mut visit: impl FnMut(Option<usize>, Result<Command<'h>, Code>)) {
    let mut reader = Reader::new(head);
    if head.len() > limits::MAX_HEAD_BYTES {
        return visit(None, Err(Code::LimitExceeded));
    }
    let count = match reader.array() {
        Ok(count) if count <= limits::MAX_COMMANDS => count,
        Ok(_) => return visit(None, Err(Code::LimitExceeded)),
        Err(_) => return visit(None, Err(Code::Malformed)),
    };
    for index in 0..count {
        let start = reader.offset();
        match Command::decode(&mut reader) {
            Ok(command) => visit(Some(index), Ok(command)),
            Err(error) => {
                reader.seek(start);
                let whole = reader.skip();
                // What can't be delimited is malformed, unless it is only too deep.
                let told = match &whole {
                    Ok(()) => code(&error),
                    Err(why) if matches!(why.kind, DecodeErrorKind::TooDeep) => code(why),
                    Err(_) => Code::Malformed,
                };
                visit(Some(index), Err(told));
                if whole.is_err() {
                    return;
                }
            }
        }
    }
    if let Err(error) = reader.finish() {
        visit(None, Err(code(&error)));
    }
}

fn code(error: &DecodeError) -> Code {
    decode_fault(error).code
}

fn commands(head: &[u8], out: &mut String) {
    each(head, |index, command| {
        let _ = match (index, command) {
            (Some(index), Ok(command)) => {
                writeln!(out, "{index} {} {}", command.name(), arguments(&command))
            }
            (Some(index), Err(code)) => writeln!(out, "{index} ! {code}"),
            (None, Err(code)) => writeln!(out, "! {code}"),
            (None, Ok(_)) => Ok(()),
        };
    });
}

#[cfg(test)]
mod tests {
    use super::log;

    fn of(text: &str) -> String {
        log(&crate::stream::bytes(&glir_core::text::parse(text).unwrap()).unwrap())
    }

    #[test]
    fn commands_and_faults_stand_in_their_order() {
        let text = "[\"GLIR\", {\"width\": 8, \"height\": 4}]\n[\"SIZE\", 1, 24]\n[\"?\", \"kX4=\"]\n\
                    [\"STATE\", {\"line_width\": 1}]\n[\"SWAP\"]\n[\"FILE_META\", {\"b\": \"2\", \"a\": \"1\"}]\n";
        let expected = "HEADER [1, 0, 1, [], [], 8, 4, 0, \"\", \"\"]\nFRAM 0 0\n0 SIZE [1, 24, 1, 1]\n1 ! unknown-opcode\n\
                        2 STATE [{\"43\": \"f32:3f800000\"}]\n3 SWAP []\nMETA {\"a\": \"1\", \"b\": \"2\"}\n";
        assert_eq!(of(text).replace("\"", "'"), expected.replace("\"", "'"));
    }

    #[test]
    fn damage_is_told_with_its_place() {
        assert_eq!(log(b""), "! malformed 0\n");
        assert_eq!(log(b"no stream at all"), "! malformed 0\n");
    }
}
