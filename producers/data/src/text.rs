//! Lines of text with their numbers, and numbers in them: what the readers of meshes and molecules share.

use crate::error::{ErrorKind, Place, excerpt};
use crate::{Error, Format};

/// The lines of a text, counted from 1; ends are `\n`, `\r\n` or `\r`.
#[derive(Clone)]
pub(crate) struct Lines<'a> {
    rest: &'a [u8],
    number: u64,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Lines { rest: bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), number: 0 }
    }

    /// What follows the last line given.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The number of the last line given.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u64, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(self.rest.len());
        let (line, after) = self.rest.split_at(end);
        let skip = if after.starts_with(b"\r\n") { 2 } else { usize::from(!after.is_empty()) };
        self.rest = &after[skip..];
        self.number += 1;
        Some((self.number, line))
    }
}

/// The words of a line.
pub(crate) fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

/// A number as people and programs write it; `nan` and `inf` are numbers.
pub(crate) fn number(word: &[u8]) -> Option<f64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// A whole number with an optional sign.
pub(crate) fn whole(word: &[u8]) -> Option<i64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// A fault on a line of text.
pub(crate) fn fault(format: Format, line: u64, message: impl Into<String>) -> Error {
    Error::new(format, Place::Line { line, column: None, name: None }, ErrorKind::Malformed, message)
}

/// The next word as a number, or a fault that says what it should have been.
pub(crate) fn wanted<'a>(
    format: Format,
    line: u64,
    words: &mut impl Iterator<Item = &'a [u8]>,
    what: &str,
) -> Result<f64, Error> {
    let Some(word) = words.next() else {
        return Err(fault(format, line, format!("the line ends where {what} should stand")));
    };
    number(word).ok_or_else(|| {
        fault(format, line, format!("{:?} stands where {what} should, and is no number", excerpt(word)))
    })
}
