//! What is said about a damaged, truncated or foreign file.

use super::chunk::Kind;
use glir_spec::{Code, VERSION};
use std::fmt;

/// A fault of a file, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// The byte where the faulty part starts, counted from the start of the file.
    pub offset: u64,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What can be wrong with a file. The sentence is the kind's `Display`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// There are no bytes at all.
    Empty,
    /// The file is of another format.
    NotGlir,
    /// The file looks like the text form.
    Text,
    /// The file's major version is not the one that this crate reads.
    UnsupportedVersion {
        /// Major version of the file.
        major: u16,
        /// Minor version of the file.
        minor: u16,
    },
    /// The file ends inside its first header.
    TruncatedHeader,
    /// The bytes end before the part does.
    Truncated {
        /// Bytes that are there.
        found: u64,
        /// Bytes that the part should have.
        expected: u64,
    },
    /// The file header or its head is damaged, so the stream that it begins has no header.
    DamagedHeader,
    /// The file header is intact, but its head is not a header of this language.
    BadHeader(String),
    /// Where a chunk should start is none.
    DamagedChunkHeader,
    /// A chunk's head does not match its checksum.
    DamagedHead(Kind),
    /// A chunk's arena does not match its checksum.
    DamagedArena(Kind),
    /// A chunk is intact, but its contents are not what its kind asks for.
    BadChunk(Kind, String),
    /// A chunk's kind is unknown and not ancillary.
    UnknownKind(Kind),
    /// A chunk's flags have bits that this crate does not know.
    UnknownFlags(Kind, u32),
    /// A chunk is packed, and this reader does not unpack.
    Packed(Kind),
    /// A packed chunk does not give what its header promises.
    BadPacking(Kind),
    /// A chunk is larger than the reader allows.
    TooLarge {
        /// The chunk's kind.
        kind: Kind,
        /// Its bytes.
        size: u64,
        /// The most that are allowed.
        limit: u64,
    },
    /// There were more faults; they are not listed.
    TooMany,
}

impl FileFault {
    /// True if nothing of the file can be read.
    pub fn is_fatal(&self) -> bool {
        use FaultKind as Kind;
        matches!(
            self.kind,
            Kind::Empty
                | Kind::NotGlir
                | Kind::Text
                | Kind::TruncatedHeader
                | Kind::UnsupportedVersion { .. }
        )
    }

    /// The code of a diagnostic about this fault.
    pub fn code(&self) -> Code {
        match self.kind {
            FaultKind::UnsupportedVersion { .. } => Code::UnsupportedVersion,
            FaultKind::Empty | FaultKind::NotGlir | FaultKind::Text => Code::Malformed,
            FaultKind::TooLarge { .. } => Code::LimitExceeded,
            FaultKind::TooMany => Code::TooManyDiagnostics,
            _ => Code::DamagedChunk,
        }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.is_fatal() {
            true => self.kind.fmt(f),
            false => write!(f, "byte {}: {}", self.offset, self.kind),
        }
    }
}

impl std::error::Error for FileFault {}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FaultKind::Empty => write!(f, "the file is empty"),
            FaultKind::NotGlir => write!(f, "this is not a GLIR file"),
            FaultKind::Text => {
                write!(f, "this is not a GLIR file but looks like GLIR text; `glir build` makes a file of it")
            }
            FaultKind::UnsupportedVersion { major: 0, minor } => {
                write!(f, "this file is GLIR 0.{minor}; this program reads from {}.0 on", VERSION.0)
            }
            FaultKind::UnsupportedVersion { major, minor } => {
                write!(f, "this file is GLIR {major}.{minor}; this program reads up to {}.x", VERSION.0)
            }
            FaultKind::TruncatedHeader => {
                write!(f, "the file ends inside its header, so nothing of it can be read")
            }
            FaultKind::Truncated { found, expected } => {
                write!(f, "the file ends here too early: {found} of {expected} bytes of this part are there")
            }
            FaultKind::DamagedHeader => write!(f, "the file header is damaged"),
            FaultKind::BadHeader(why) => write!(f, "the header can't be read: {why}"),
            FaultKind::DamagedChunkHeader => {
                write!(f, "no chunk starts here; reading goes on at the next intact one")
            }
            FaultKind::DamagedHead(kind) => {
                write!(f, "the head of this {kind} chunk is damaged; the chunk is left out")
            }
            FaultKind::DamagedArena(kind) => {
                write!(f, "the payload bytes of this {kind} chunk are damaged; the chunk is left out")
            }
            FaultKind::BadChunk(kind, why) => write!(f, "this {kind} chunk is left out: {why}"),
            FaultKind::UnknownKind(kind) => {
                write!(f, "the chunk kind {kind} is unknown; the chunk is left out")
            }
            FaultKind::UnknownFlags(kind, flags) => {
                write!(f, "this {kind} chunk has the unknown flags {flags:#x}; the chunk is left out")
            }
            FaultKind::Packed(kind) => {
                write!(f, "this {kind} chunk is packed, which is not read here; `glir convert` unpacks it")
            }
            FaultKind::BadPacking(kind) => {
                write!(f, "what is packed in this {kind} chunk is damaged; the chunk is left out")
            }
            FaultKind::TooLarge { kind, size, limit } => {
                write!(f, "this {kind} chunk has {size} bytes, more than the {limit} allowed; it is left out")
            }
            FaultKind::TooMany => write!(f, "there are more faults from here on; they are not listed"),
        }
    }
}
