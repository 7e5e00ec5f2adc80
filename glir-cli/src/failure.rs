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
    let _ = writeln!(io::stderr().lock(), "glir: {}", printable(&sentence.to_string()));
}

/// What files and clients say must not move a terminal's cursor, colour it or turn its text around: control characters, and those
/// that change the direction of text, are written as escapes. Lines stay lines.
fn printable(text: &str) -> String {
    let hidden = |letter: char| {
        let turns = matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        letter != '\n' && (letter.is_control() || turns)
    };
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        if hidden(letter) {
            plain.extend(letter.escape_unicode());
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// The system's words for an error, without its number.
pub(crate) fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_others_say_does_not_reach_into_the_terminal() {
        let said = "client 1 is here: \u{1b}]0;title\u{7}\u{1b}[2J\rglir: all is well\u{9b}31m\u{202e}";
        let plain = printable(said);
        assert!(!plain.contains(char::is_control) && !plain.contains('\u{202e}'), "{plain}");
        assert!(plain.contains("\\u{1b}[2J\\u{d}glir: all is well"), "{plain}");
        assert_eq!(printable("shader:\nline 2 “ä” →"), "shader:\nline 2 “ä” →");
    }
}
