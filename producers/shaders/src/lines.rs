//! Where each line of an emitted shader comes from.

use std::fmt;
use std::sync::Arc;

/// A shader of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The vertex shader.
    Vertex,
    /// The fragment shader.
    Fragment,
}

impl Stage {
    /// As diagnostics name it.
    pub fn text(self) -> &'static str {
        match self {
            Stage::Vertex => "vertex shader",
            Stage::Fragment => "fragment shader",
        }
    }
}

/// A line of a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The snippet's name.
    pub snippet: Arc<str>,
    /// The line in its source, counted from 1.
    pub line: u32,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` line {}", self.snippet, self.line)
    }
}

/// Rewrites each "vertex shader line 12" of a message to "vertex shader, `scale` line 3". A line that no snippet wrote is
/// said to be among the declarations.
pub(crate) fn explain(message: &str, origin: impl Fn(Stage, u32) -> Option<Origin>) -> String {
    let mut told = String::with_capacity(message.len());
    let mut rest = message;
    'text: while !rest.is_empty() {
        for stage in [Stage::Vertex, Stage::Fragment] {
            let Some(after) = rest.strip_prefix(stage.text()).and_then(|rest| rest.strip_prefix(" line "))
            else {
                continue;
            };
            let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            let Ok(line) = after[..end].parse() else { continue };
            told.push_str(stage.text());
            match origin(stage, line) {
                Some(origin) => told.push_str(&format!(", {origin}")),
                None => told.push_str(&format!(" line {line} (declarations)")),
            }
            rest = &after[end..];
            continue 'text;
        }
        let first = rest.chars().next().map_or(rest.len(), char::len_utf8);
        told.push_str(&rest[..first]);
        rest = &rest[first..];
    }
    told
}
