//! What a reader says when a file cannot be read: a kind to match on, a place to look at, one sentence to show.

use std::fmt;

use crate::Format;

/// What went wrong, for code that has to decide; people read [`Error`]'s `Display`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The file has no bytes, or no samples in them.
    Empty,
    /// No reader here knows the format.
    Unrecognised,
    /// The format is known, this variant of it is not read.
    Unsupported,
    /// The bytes contradict the format.
    Malformed,
    /// The file ends before what it promises.
    Truncated,
    /// A count exceeds a limit of [`crate::limits`].
    TooLarge,
    /// The caller's options do not fit the file.
    Options,
}

/// Where in the file the fault was found.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// The file as a whole.
    File,
    /// A byte, counted from 0.
    Byte(u64),
    /// A line of text, counted from 1, and where it matters the column, counted from 1, with its name.
    Line {
        /// The line, counted from 1.
        line: u64,
        /// The column, counted from 1.
        column: Option<usize>,
        /// The column's name, if the file has a header.
        name: Option<String>,
    },
}

/// Why a file could not be read.
///
/// `Display` gives one sentence that names the format, the place and the fault; it does not name the file, which
/// only the caller knows.
///
/// ```
/// let error = glir_data::read(b"time,ecg\n0,1\n1,abc\n", "a.csv", &Default::default()).unwrap_err();
/// assert_eq!(error.to_string(), "CSV, line 3, column 2 \"ecg\": \"abc\" is not a number");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The reader that gave up; `None` if none was chosen.
    pub format: Option<Format>,
    /// Where.
    pub place: Place,
    /// What, for code.
    pub kind: ErrorKind,
    /// What, for people: a clause without a full stop.
    pub message: String,
}

impl Error {
    pub(crate) fn new(format: Format, place: Place, kind: ErrorKind, message: impl Into<String>) -> Self {
        Error { format: Some(format), place, kind, message: message.into() }
    }

    /// An error of text, by the format that its name promises.
    pub(crate) fn of_text(self, format: Format) -> Self {
        Error { format: self.format.map(|own| if own == Format::Csv { format } else { own }), ..self }
    }

    pub(crate) fn whole(format: Format, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(format, Place::File, kind, message)
    }

    pub(crate) fn at(format: Format, byte: usize, kind: ErrorKind, message: impl Into<String>) -> Self {
        Self::new(format, Place::Byte(byte as u64), kind, message)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut before = "";
        if let Some(format) = self.format {
            write!(f, "{format}")?;
            before = ", ";
        }
        match &self.place {
            Place::File => {}
            Place::Byte(byte) => write!(f, "{before}byte {byte}")?,
            Place::Line { line, column, name } => {
                write!(f, "{before}line {line}")?;
                if let Some(column) = column {
                    write!(f, ", column {column}")?;
                }
                if let Some(name) = name {
                    write!(f, " {:?}", excerpt(name.as_bytes()))?;
                }
            }
        }
        if self.format.is_some() || self.place != Place::File {
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A stranger's text cut to a length that fits in a sentence.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    const LONGEST: usize = 40;
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(4 * LONGEST)).unwrap_or_default());
    // What is shown as a long escape says no more than a mark does.
    let shown = |char: char| if char.escape_debug().count() > 2 { char::REPLACEMENT_CHARACTER } else { char };
    let mut short: String = text.chars().take(LONGEST).map(shown).collect();
    if text.chars().nth(LONGEST).is_some() || bytes.len() > 4 * LONGEST {
        short.push('…');
    }
    short
}
