//! What is said about a faulty command: the same words on every interpreter.

use glir_spec::enums::Severity;
use glir_spec::ids::ObjectId;
use glir_spec::replies::DiagnosticReply;
use glir_spec::wire::{DecodeError, DecodeErrorKind, Str};
use glir_spec::{Code, Reply};
use std::fmt;

/// A fault found in a command, before its place in the stream is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is about.
    pub code: Code,
    /// The id of the object concerned, 0 for none.
    pub object: u32,
    /// One sentence.
    pub message: String,
}

impl Fault {
    /// A fault of an object.
    pub fn new(code: Code, object: u32, message: impl Into<String>) -> Self {
        Fault { code, object, message: message.into() }
    }
}

/// Why a command is not carried out. A box, since results of checks are passed on from call to call, and faults are few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(Box<Fault>);

impl Refusal {
    /// The command uses an invalid object, and that has been reported.
    #[cold]
    #[inline(never)]
    pub fn silent() -> Self {
        Fault::new(Code::InvalidObject, 0, "").into()
    }

    /// The fault, none if it has been reported.
    pub fn fault(self) -> Option<Fault> {
        if self.0.message.is_empty() { None } else { Some(*self.0) }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Refusal(Box::new(fault))
    }
}

/// What a check gives: something proven, or a refusal.
pub type Check<T> = Result<T, Refusal>;

/// A refusal for a fault. There are hundreds of places that make one, so each is kept small: see [`refuse`].
#[cold]
#[inline(never)]
pub(crate) fn refusal(code: Code, object: u32, message: fmt::Arguments<'_>) -> Refusal {
    Fault { code, object, message: fmt::format(message) }.into()
}

/// A check's result for a fault: its code, the object's id and the sentence, as for `format!`.
macro_rules! refuse {
    ($code:expr, $object:expr, $($message:tt)+) => {
        Err($crate::diagnostic::refusal($code, $object, format_args!($($message)+)))
    };
}
pub(crate) use refuse;

/// Text in quotation marks, escaped where it is no plain character. The standard library's way takes a table of all
/// characters that can be printed.
pub(crate) struct Quoted<'t>(pub(crate) &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        for (at, char) in self.0.char_indices() {
            match char {
                '\n' => f.write_str("\\n"),
                '\r' => f.write_str("\\r"),
                '\t' => f.write_str("\\t"),
                '\0'..='\x1f' | '\x7f' => write!(f, "\\u{{{:x}}}", char as u32),
                '"' | '\\' => f.write_str("\\"),
                _ => Ok(()),
            }?;
            if !char.is_ascii_control() {
                f.write_str(self.0.get(at..at + char.len_utf8()).unwrap_or_default())?;
            }
        }
        f.write_str("\"")
    }
}

/// A fault with its place in the stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// What it is about.
    pub code: Code,
    /// The frame, counted from 0.
    pub frame: u64,
    /// The command in its frame, counted from 0; none if no command is at fault.
    pub command: Option<u32>,
    /// The command's name; empty if no command is at fault or its opcode is unknown.
    pub name: &'static str,
    /// The id of the object concerned, 0 for none.
    pub object: u32,
    /// The object's label, empty for none.
    pub label: String,
    /// One sentence.
    pub message: String,
}

impl Diagnostic {
    /// The diagnostic as a reply.
    pub fn reply(&self) -> Reply<'static> {
        self.clone().into_reply()
    }

    /// The diagnostic as a reply, in its place.
    pub fn into_reply(self) -> Reply<'static> {
        Reply::DiagnosticReply(DiagnosticReply {
            severity: self.severity,
            code: self.code,
            frame: self.frame,
            command: self.command,
            name: Str::from(self.name),
            object: ObjectId(self.object),
            label: Str::from(self.label),
            message: Str::from(self.message),
        })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "frame {}", self.frame)?;
        if let Some(command) = self.command {
            write!(f, ", command {command}")?;
        }
        if !self.name.is_empty() {
            write!(f, " {}", self.name)?;
        }
        write!(f, ": {} [{}]", self.message, self.code)
    }
}

/// A number in a message: the fewest decimals that tell it from every other float. The standard library's way takes ten times
/// the program, which pages wait for.
pub(crate) struct Decimal(pub(crate) f32);

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.0;
        if value.is_nan() {
            return f.write_str("NaN");
        }
        if value < 0.0 {
            f.write_str("-")?;
        }
        if value.is_infinite() {
            return f.write_str("inf");
        }
        let (mut scaled, mut exponent) = (f64::from(value.abs()), 0);
        if scaled >= 1e9 || (scaled > 0.0 && scaled < 1e-4) {
            while scaled >= 10.0 {
                (scaled, exponent) = (scaled / 10.0, exponent + 1);
            }
            while scaled < 1.0 {
                (scaled, exponent) = (scaled * 10.0, exponent - 1);
            }
        }
        let (mut power, mut decimals) = (1u64, 0);
        let whole = loop {
            let whole = (scaled * power as f64 + 0.5) as u64;
            let read = whole as f64 / power as f64;
            if decimals == 9 || read as f32 == scaled as f32 {
                break whole;
            }
            (power, decimals) = (power * 10, decimals + 1);
        };
        write!(f, "{}", whole / power)?;
        if decimals > 0 {
            write!(f, ".{:0decimals$}", whole % power)?;
        }
        if exponent != 0 { write!(f, "e{exponent}") } else { Ok(()) }
    }
}

/// The fault that a decoding error is.
pub fn decode_fault(error: &DecodeError) -> Fault {
    use DecodeErrorKind as Kind;
    let code = match error.kind {
        Kind::TrailingBytes { .. } => Code::TrailingBytes,
        Kind::WrongType { .. } | Kind::InvalidUtf8 => Code::WrongType,
        Kind::OutOfRange { .. } => Code::OutOfRange,
        Kind::TooLong { .. } | Kind::TooDeep => Code::LimitExceeded,
        Kind::UnknownOpcode { .. } => Code::UnknownOpcode,
        Kind::UnknownValue { .. } => Code::UnknownValue,
        Kind::MissingArguments { .. } => Code::MissingArgument,
        Kind::ExtraArguments { .. } => Code::ExtraArgument,
        Kind::UnorderedFields => Code::BadArgument,
        _ => Code::Malformed,
    };
    Fault::new(code, 0, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Decimal, Quoted};

    #[test]
    fn quoted_text_is_plain() {
        for text in ["map", "a \"b\" \\ c", "tab\tline\n", "\x1b[0m", "Höhe"] {
            assert_eq!(Quoted(text).to_string(), format!("{text:?}"));
        }
    }

    #[test]
    fn numbers_are_short_and_exact() {
        let shown = |value: f32| Decimal(value).to_string();
        assert_eq!(
            [0.0, 0.5, -1.25, 16.0, 0.1, 1.5e-3].map(shown),
            ["0", "0.5", "-1.25", "16", "0.1", "0.0015"]
        );
        assert_eq!([f32::NAN, f32::NEG_INFINITY, 1e30].map(shown), ["NaN", "-inf", "1e30"]);
        assert_eq!(shown(16_777_217.0), "16777216");
    }
}
