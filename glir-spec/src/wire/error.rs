//! What can be wrong with the bytes of a head, each fault with a kind of its own and the byte where it stands.

use std::fmt;

/// A fault in the wire form, with its place. It is boxed: results of reading are passed on from call to call, and there are
/// many, while faults are few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(Box<DecodeFault>);

/// What a [`DecodeError`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeFault {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// The byte, counted from the start of the head.
    pub offset: usize,
    /// The field being read, empty outside any field.
    pub field: &'static str,
}

/// The kinds of fault in the wire form.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The bytes end inside a value.
    Truncated,
    /// Bytes follow the last value.
    TrailingBytes {
        /// How many.
        count: usize,
    },
    /// A value of another MessagePack type stands where `expected` belongs.
    WrongType {
        /// What belongs there.
        expected: &'static str,
        /// What stands there.
        found: Found,
    },
    /// A number does not fit its field.
    OutOfRange {
        /// The number.
        value: i128,
        /// What fits.
        expected: &'static str,
    },
    /// A string is not UTF-8.
    InvalidUtf8,
    /// An array or map has more entries than the limit allows.
    TooLong {
        /// The number of entries.
        length: usize,
        /// The most that are allowed.
        limit: usize,
    },
    /// Values are nested deeper than [`crate::limits::MAX_DEPTH`].
    TooDeep,
    /// No command or reply has this opcode.
    UnknownOpcode {
        /// The opcode.
        opcode: u64,
    },
    /// An enumeration has no such value.
    UnknownValue {
        /// The enumeration.
        of: &'static str,
        /// The number.
        value: u64,
    },
    /// A command or structure has fewer arguments than the table gives it.
    MissingArguments {
        /// The command or structure.
        of: &'static str,
        /// The arguments that the table gives it.
        expected: usize,
        /// The arguments that stand there.
        found: usize,
    },
    /// A command or structure has more arguments than the table gives it.
    ExtraArguments {
        /// The command or structure.
        of: &'static str,
        /// The arguments that the table gives it.
        expected: usize,
        /// The arguments that stand there.
        found: usize,
    },
    /// The fields of a STATE are not in ascending order, or one stands twice.
    UnorderedFields,
}

/// A MessagePack type, as named in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found(&'static str);

impl Found {
    pub(crate) fn of(marker: u8) -> Found {
        Found(match marker {
            0x00..=0x7f | 0xcc..=0xcf => "an unsigned integer",
            0xe0..=0xff | 0xd0..=0xd3 => "a signed integer",
            0xca | 0xcb => "a float",
            0xc0 => "nil",
            0xc2 | 0xc3 => "a boolean",
            0xa0..=0xbf | 0xd9..=0xdb => "a string",
            0xc4..=0xc6 => "a byte string",
            0x90..=0x9f | 0xdc | 0xdd => "an array",
            0x80..=0x8f | 0xde | 0xdf => "a map",
            0xc1 => "the reserved marker 0xc1",
            _ => "an extension value",
        })
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::ops::Deref for DecodeError {
    type Target = DecodeFault;
    fn deref(&self) -> &DecodeFault {
        &self.0
    }
}

impl DecodeError {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(kind: DecodeErrorKind, offset: usize) -> Self {
        DecodeError(Box::new(DecodeFault { kind, offset, field: "" }))
    }

    /// Names the field, unless an inner one has been named already.
    #[cold]
    pub(crate) fn in_field(mut self, field: &'static str) -> Self {
        if self.0.field.is_empty() {
            self.0.field = field;
        }
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use DecodeErrorKind as Kind;
        if !self.field.is_empty() {
            write!(f, "{}: ", self.field)?;
        }
        match &self.kind {
            Kind::Truncated => write!(f, "the bytes end inside a value"),
            Kind::TrailingBytes { count } => write!(f, "{count} bytes follow the last value"),
            Kind::WrongType { expected, found } => write!(f, "{found} stands where {expected} belongs"),
            Kind::OutOfRange { value, expected } => {
                // MessagePack's integers have 64 bits, which print in less program than 128.
                let sign = if *value < 0 { "-" } else { "" };
                write!(f, "{sign}{} is not {expected}", value.unsigned_abs() as u64)
            }
            Kind::InvalidUtf8 => write!(f, "the string is not UTF-8"),
            Kind::TooLong { length, limit } => {
                write!(f, "{length} entries are more than the {limit} allowed")
            }
            Kind::TooDeep => write!(f, "values are nested too deeply"),
            Kind::UnknownOpcode { opcode } => write!(f, "no command has the opcode {opcode}"),
            Kind::UnknownValue { of, value } => write!(f, "{value} is not a value of {of}"),
            Kind::MissingArguments { of, expected, found } => {
                write!(f, "{of} has {found} arguments; it takes {expected}")
            }
            Kind::ExtraArguments { of, expected, found } => {
                write!(f, "{of} has {found} arguments; it takes only {expected}")
            }
            Kind::UnorderedFields => write!(f, "state fields must stand in ascending order, each once"),
        }?;
        write!(f, " (byte {})", self.offset)
    }
}

impl std::error::Error for DecodeError {}
