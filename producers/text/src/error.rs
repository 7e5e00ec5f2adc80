//! What can be wrong with a font, or with the room for its glyphs.

use std::fmt;

/// A sentence that says what is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextError(String);

impl TextError {
    pub(crate) fn new(sentence: impl Into<String>) -> TextError {
        TextError(sentence.into())
    }
}

impl fmt::Display for TextError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TextError {}
