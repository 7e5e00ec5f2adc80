//! Why there is no plot.

use std::fmt;

/// Why there is no plot: one sentence, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlotError(String);

impl PlotError {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        PlotError(sentence.into())
    }
}

impl fmt::Display for PlotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PlotError {}
