//! What can be wrong with snippets and what is made of them.

use std::fmt;

/// What an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A snippet can't be read, or holds what a snippet may not hold.
    Syntax,
    /// A hook that the snippet does not declare.
    UnknownHook,
    /// A hook and what shall fill it are of different types.
    Mismatch,
    /// Hooks that nothing fills.
    Unfilled,
    /// A function that calls itself, at once or through others.
    Recursion,
    /// Two declarations of one name that disagree.
    Conflict,
    /// Something that a stage of a program can't have: an attribute in a fragment shader.
    Stage,
    /// Something that the version of GLSL asked for does not have.
    Version,
    /// Too deep, too long, too many.
    TooLarge,
}

/// An error of this crate: one sentence that names the snippet, and its line where one is at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShaderError {
    /// What it is about.
    pub kind: ErrorKind,
    /// The name of the snippet.
    pub snippet: String,
    /// The line in the snippet's source, counted from 1; 0 for none.
    pub line: u32,
    message: String,
}

impl ShaderError {
    pub(crate) fn new(kind: ErrorKind, snippet: &str, line: u32, message: impl Into<String>) -> Self {
        ShaderError { kind, snippet: snippet.to_owned(), line, message: message.into() }
    }

    /// What is wrong, without its place.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ShaderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.snippet.is_empty() {
            write!(f, "`{}`", self.snippet)?;
            if self.line > 0 {
                write!(f, " line {}", self.line)?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ShaderError {}
