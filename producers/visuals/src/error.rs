//! What can be wrong with a visual.

use std::fmt;

/// What a visual's call gives, or why it gave nothing.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with a call to a visual; the visual stays as it was.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// Data that can't be drawn: lengths that differ, a name that nothing has. The sentence names both sides.
    Data(String),
    /// The stream would refuse it.
    Gloo(glir_gloo::Error),
    /// Shaders that can't be composed.
    Shader(glir_shaders::ShaderError),
    /// A transform without a GPU side.
    Transform(glir_transforms::TransformError),
}

/// An error of a visual's own.
pub(crate) fn refuse<T>(message: impl Into<String>) -> Result<T> {
    Err(Error::Data(message.into()))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Data(message) => f.write_str(message),
            Error::Gloo(error) => error.fmt(f),
            Error::Shader(error) => error.fmt(f),
            Error::Transform(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<glir_gloo::Error> for Error {
    fn from(error: glir_gloo::Error) -> Self {
        Error::Gloo(error)
    }
}

impl From<glir_shaders::ShaderError> for Error {
    fn from(error: glir_shaders::ShaderError) -> Self {
        Error::Shader(error)
    }
}

impl From<glir_transforms::TransformError> for Error {
    fn from(error: glir_transforms::TransformError) -> Self {
        Error::Transform(error)
    }
}
