//! How a verb ends, and how that is said.

use std::fmt::Display;
use std::io::{self, Write};

/// How a verb that could do its work ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Nothing was found wrong.
    Fine,
    /// Faults or differences were found.
    Faults,
}

impl Outcome {
    /// Faults if any were found.
    pub(crate) fn of_faults(found: bool) -> Outcome {
        if found { Outcome::Faults } else { Outcome::Fine }
    }
}

/// Why a verb could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input or the command line can't be used, or the output can't be written: one sentence.
    Unusable(String),
    /// The reader of the standard output went away.
    PipeClosed,
}

impl Failure {
    /// A failure about a thing, usually a file.
    pub(crate) fn about(thing: impl Display, why: impl Display) -> Failure {
        Failure::Unusable(format!("{thing}: {why}"))
    }

    /// A failure to write to a thing.
    pub(crate) fn writing(thing: impl Display, error: &io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Failure::PipeClosed;
        }
        Failure::Unusable(format!("{thing} can't be written: {}", plain(error)))
    }
}

/// Says a sentence on the standard error output. If that is closed, nobody can be told.
pub(crate) fn say(sentence: impl Display) {
    let _ = writeln!(io::stderr().lock(), "glir: {sentence}");
}

/// The system's words for an error, without its number.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
