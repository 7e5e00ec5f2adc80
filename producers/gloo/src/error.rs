//! What can be wrong: a code of the language, and one sentence.

use glir_spec::Code;
use std::fmt;

/// What is wrong with a call, which then changed nothing in the stream.
///
/// The code is the one with which an interpreter would have refused the command; the sentence has the particulars.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    message: String,
}

/// What a call gives, or why it gave nothing.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Error { code, message: message.into() }
    }

    /// What the error is about, for programs.
    pub fn code(&self) -> Code {
        self.code
    }
}

/// An error of this code and sentence.
pub(crate) fn refuse<T>(code: Code, message: impl Into<String>) -> Result<T> {
    Err(Error::new(code, message))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A name as it is shown in a sentence: short, whatever was given.
pub(crate) fn shown(name: &str) -> String {
    const MOST: usize = 60;
    let mut text: String = name
        .chars()
        .take(MOST)
        .flat_map(|c| if c.is_control() { '\u{fffd}' } else { c }.to_string().chars().collect::<Vec<_>>())
        .collect();
    if name.chars().nth(MOST).is_some() {
        text.push('…');
    }
    text
}
