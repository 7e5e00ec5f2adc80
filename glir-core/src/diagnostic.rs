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

/// Why a command is not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is faulty.
    Fault(Box<Fault>),
    /// It uses an invalid object, and that has been reported.
    Silent,
}

/// What a check gives: something proven, or a refusal.
pub type Check<T> = Result<T, Refusal>;

/// A refusal for a fault.
#[cold]
pub fn refuse<T>(code: Code, object: u32, message: impl Into<String>) -> Check<T> {
    Err(Refusal::Fault(Box::new(Fault::new(code, object, message))))
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
        Reply::DiagnosticReply(DiagnosticReply {
            severity: self.severity,
            code: self.code,
            frame: self.frame,
            command: self.command,
            name: Str::from(self.name),
            object: ObjectId(self.object),
            label: Str::from(self.label.clone()),
            message: Str::from(self.message.clone()),
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
