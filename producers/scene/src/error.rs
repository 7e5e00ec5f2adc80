//! What can be wrong with a scene, in one sentence.

use std::fmt;

/// What is wrong with a call, which then changed nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

/// What a call gives, or why it gave nothing.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn own(message: impl Into<String>) -> Self {
        Error(message.into())
    }
}

pub(crate) fn refuse<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::own(message))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl From<glir_visuals::Error> for Error {
    fn from(error: glir_visuals::Error) -> Self {
        Error(error.to_string())
    }
}

impl From<glir_gloo::Error> for Error {
    fn from(error: glir_gloo::Error) -> Self {
        Error(error.to_string())
    }
}

impl From<glir_transforms::TransformError> for Error {
    fn from(error: glir_transforms::TransformError) -> Self {
        Error(error.to_string())
    }
}
