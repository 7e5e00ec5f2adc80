//! What can be wrong with a transform.

use std::fmt;

/// A parameter that makes no bijection, or shaders that can't be composed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum TransformError {
    /// A parameter that makes no bijection; the sentence says which and why.
    Parameter(String),
    /// The GLSL side can't be made.
    Shader(glir_shaders::ShaderError),
}

impl TransformError {
    pub(crate) fn parameter<T>(message: impl Into<String>) -> Result<T, TransformError> {
        Err(TransformError::Parameter(message.into()))
    }
}

impl fmt::Display for TransformError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TransformError::Parameter(message) => f.write_str(message),
            TransformError::Shader(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for TransformError {}

impl From<glir_shaders::ShaderError> for TransformError {
    fn from(error: glir_shaders::ShaderError) -> Self {
        TransformError::Shader(error)
    }
}
