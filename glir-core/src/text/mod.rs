//! The text form, `.glirt`: JSON arrays, one command a line, to write by hand, to read, and to compare.
//!
//! ```text
//! ["GLIR", {"width": 64, "height": 64}]
//! // A triangle.
//! ["CREATE", 1, {"buffer": "vertex"}]
//! ["SIZE", 1, 24]
//! ["DATA", 1, 0, {"f32": [-1, -1, 1, -1, 0, 1]}]
//! ["CREATE", 2, "program"]
//! ["SHADERS", 2, {"vertex": ["attribute vec2 a_position;", "void main() { gl_Position = vec4(a_position, 0., 1.); }"],
//!                 "fragment": "uniform lowp vec4 u_color; void main() { gl_FragColor = u_color; }"},
//!            {"attributes": ["vec2 a_position"], "uniforms": ["vec4 u_color"]}]
//! ["ATTRIBUTE", 2, "a_position", {"buffer": 1}]
//! ["UNIFORM", 2, "u_color", [1, 0.5, 0, 1]]
//! ["DRAW", 2, "triangles", {"count": 3}]
//! ["SWAP"]
//! ```
//!
//! The first line is `["GLIR", {…}]` with the fields of [`glir_spec::Header`]. Every other line is a command: its name,
//! then its arguments in the order of the table. The printer writes one line a command; in a written text an array may
//! span several lines, and what stands between `//` and the end of the line is a comment, which is not kept.
//!
//! # Values
//!
//! - Arguments at the end, and fields of objects, that have their default may be left out; the printer leaves them out.
//!   A field called `ty` in Rust is `"type"` here.
//! - Named values are strings. Structures are objects, the small ones lists (`Rect` is `[x, y, width, height]`), the
//!   entries of an interface declarations such as `"mat4 u_bones[64]"` (an object where a name has other characters
//!   than GLSL's). Of a union's variants, the first is taken whose first field is there or has a default; a variant
//!   without fields is a string.
//! - A slot is the name that SHADERS declared, or its number. `["UNIFORM", 2, "u_lights[3]", …]` sets from element 3 on.
//! - A payload is `{"f32": [0.5, 1]}`, by element type; a string instead of the list is base64 of the little-endian
//!   bytes, and the only way to write `raw` ones. `{"blob": "<hash>", "type": "f32", "bytes": 4096}` is a blob's. The
//!   value of a uniform or a constant attribute whose declaration is known is a number or a flat list, for `bool` types
//!   of true and false.
//! - The floats that JSON has no numbers for are `"NaN"`, `"Infinity"`, `"-Infinity"` and, for other NaNs, the bits:
//!   `"0x7fc00001"`.
//! - A shader's source is a string or a list of lines.
//!
//! # Lines that are no commands
//!
//! | line | meaning |
//! | --- | --- |
//! | `["BLOB", {"f32": […]}, "<hash>"]` | bytes that later payloads name by hash; the hash may be left out, and is checked if it is there |
//! | `["FILE_META", {"key": "value"}]` | notes about the file |
//! | `["TIME", 16667]` | before a frame: its time in microseconds since the stream began |
//! | `["CHUNK"]` | ends a frame chunk without SWAP; SWAP ends one of itself |
//! | `["?", "<base64>"]` | a faulty command, kept byte for byte; with a number behind, bytes that stand for so many commands, where they can't be told apart |
//!
//! A BLOB inside a frame comes before it. A reference to a place where the arena has no payload is written as
//! `{"arena": 7, "type": "f32", "bytes": 64}`, so a faulty stream keeps its faults in the text form. Not kept are forms
//! of numbers longer than needed, where in the arena payloads lie, bytes there that no payload names, and a head that
//! is no array, which becomes a single faulty command.

mod declaration;
mod defaults;
mod json;
mod log;
mod mistakes;
mod names;
mod numbers;
mod parse;
mod payload;
mod print;
mod reply;
mod scan;
mod to_text;
mod to_wire;
mod words;

pub use log::{Entry, EventLog};
pub use parse::{Parser, parse};
pub use print::{Printer, reply_line};
pub use reply::push_reply;

use glir_spec::wire::{Encoding, Hash};
use glir_spec::{Frame, Header};
use std::fmt;

/// What a shortened payload starts with. A text that has it can't be parsed.
const ELISION: char = '…';

/// A text, parsed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// What stands in it, in order. The first item is a header.
    pub items: Vec<Item>,
}

/// One part of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A stream begins.
    Header(Header<'static>),
    /// The commands up to a SWAP, or the last ones.
    Frame {
        /// The commands and their payloads.
        frame: Frame,
        /// Microseconds since the stream began; 0 if unknown.
        time_us: u64,
    },
    /// Bytes that later payloads name by hash.
    Blob {
        /// Element type.
        encoding: Encoding,
        /// The bytes, little-endian.
        bytes: Vec<u8>,
        /// Their BLAKE3 hash.
        hash: Hash,
    },
    /// Notes about the file: keys and values.
    Meta(Vec<(String, String)>),
}

impl fmt::Display for Document {
    /// The text form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::new();
        let mut out = String::new();
        for item in &self.items {
            match item {
                Item::Header(header) => printer.header(header, &mut out),
                Item::Frame { frame, time_us } => {
                    printer.frame(frame.head(), frame.arena(), *time_us, &mut out);
                }
                Item::Blob { encoding, bytes, .. } => printer.blob(*encoding, bytes, &mut out),
                Item::Meta(notes) => {
                    printer.meta(notes.iter().map(|(key, value)| (&**key, &**value)), &mut out);
                }
            }
        }
        f.write_str(&out)
    }
}

/// What is wrong with a text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError {
    /// The line, counted from 1.
    pub line: usize,
    /// The character in the line, counted from 1.
    pub column: usize,
    /// One sentence that says what to change.
    pub message: String,
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for TextError {}

/// The hash by which payloads name these bytes.
fn hash_of(bytes: &[u8]) -> Hash {
    Hash(*blake3::hash(bytes).as_bytes())
}
