//! What a client says in one message: replies by their lines, or bytes that are none.

use super::script::known;
use crate::edit::{self, Edit};
use glir_core::file::chunk::Kind;
use glir_core::file::message;
use glir_core::text::push_reply;
use glir_spec::Frame;
use serde_json::Value;
use std::collections::BTreeMap;

/// The most times that a reply stands in a message.
const MOST: u64 = 1 << 17;

/// A message of a client's.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    /// A chunk of replies.
    Replies {
        /// The replies' lines. A string `$NAME` stands for what was found where the script had it first.
        lines: Vec<Value>,
        /// How often all of them stand in the message.
        times: u64,
        /// The kind of the chunk: `RPLY` if nothing is wrong.
        kind: Kind,
        /// Damage.
        edits: Vec<Edit>,
    },
    /// These bytes.
    Bytes(Vec<u8>),
    /// So many zeros.
    Zeros(u64),
    /// The beginning of a message that will have so many bytes, of which none come.
    Claim(u64),
    /// A message of text.
    Text(String),
}

impl Said {
    pub(super) fn parse(values: &[Value]) -> Result<Said, String> {
        let Some((Value::Object(options), lines)) = values.split_first() else {
            return Said::replies(values, 1, Kind::REPLIES, Vec::new());
        };
        known(options, &["hex", "zeros", "claims", "text", "times", "kind", "edit"])?;
        let text = |key| options.get(key).and_then(Value::as_str);
        let number = |key| options.get(key).and_then(Value::as_u64);
        if let Some(digits) = text("hex") {
            return edit::hex(&digits.split_whitespace().collect::<Vec<_>>()).map(Said::Bytes);
        }
        if let Some(count) = number("zeros") {
            return Ok(Said::Zeros(count.min(1 << 27)));
        }
        if let Some(count) = number("claims") {
            return Ok(Said::Claim(count));
        }
        if let Some(text) = text("text") {
            return Ok(Said::Text(text.to_owned()));
        }
        let kind = match text("kind") {
            Some(kind) => Kind(kind.as_bytes().try_into().map_err(|_| "a kind has four letters")?),
            None => Kind::REPLIES,
        };
        let edits = match options.get("edit") {
            Some(Value::Array(edits)) => edits
                .iter()
                .map(|edit| Edit::parse(edit.as_str().unwrap_or_default()))
                .collect::<Result<_, _>>()?,
            _ => Vec::new(),
        };
        Said::replies(lines, number("times").unwrap_or(1).min(MOST), kind, edits)
    }

    fn replies(lines: &[Value], times: u64, kind: Kind, edits: Vec<Edit>) -> Result<Said, String> {
        let said = Said::Replies { lines: lines.to_vec(), times, kind, edits };
        // Names are found when the script runs; that all else is right is seen now.
        said.message(&Names::default())?;
        Ok(said)
    }

    /// The lines of the replies in it.
    pub fn lines(&self) -> &[Value] {
        match self {
            Said::Replies { lines, .. } => lines,
            _ => &[],
        }
    }

    /// Whether it has a name of the script in it, so that its bytes are not known before.
    pub fn is_open(&self) -> bool {
        fn named(value: &Value) -> bool {
            match value {
                Value::String(text) => text.starts_with('$'),
                Value::Array(values) => values.iter().any(named),
                Value::Object(entries) => entries.values().any(named),
                _ => false,
            }
        }
        self.lines().iter().any(named)
    }

    /// The bytes of the message, if they are the same each time and not too many to be written out.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        let plain = match self {
            Said::Replies { times, .. } => *times == 1 && !self.is_open(),
            Said::Bytes(_) => true,
            Said::Zeros(_) | Said::Claim(_) | Said::Text(_) => false,
        };
        if plain { self.message(&Names::default()).ok() } else { None }
    }

    /// The bytes of the message; none for text and for what only claims to be one.
    ///
    /// # Errors
    /// What is wrong with one of its lines.
    pub fn message(&self, names: &Names) -> Result<Vec<u8>, String> {
        Ok(match self {
            Said::Replies { lines, times, kind, edits } => {
                let mut frame = Frame::new();
                for _ in 0..*times {
                    for line in lines {
                        let line = names.filled(line).to_string();
                        push_reply(&line, &mut frame).map_err(|error| error.message)?;
                    }
                }
                let bytes = message::chunk(*kind, 0, 0, frame.head(), frame.arena());
                edit::apply(edits, bytes.map_err(|error| error.to_string())?)?
            }
            Said::Bytes(bytes) => bytes.clone(),
            Said::Zeros(count) => vec![0; usize::try_from(*count).unwrap_or(0)],
            Said::Claim(_) | Said::Text(_) => Vec::new(),
        })
    }
}

/// What names of a script stand for.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<String, Value>);

impl Names {
    /// A value with its names replaced. One that is not known stays.
    fn filled(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.0.get(text).unwrap_or(value).clone(),
            Value::Array(values) => values.iter().map(|value| self.filled(value)).collect(),
            Value::Object(entries) => {
                entries.iter().map(|(key, value)| (key.clone(), self.filled(value))).collect()
            }
            other => other.clone(),
        }
    }

    /// Whether a line is as a pattern says, which may leave out its last arguments.
    pub fn fit_start(&mut self, pattern: &Value, line: &Value) -> bool {
        let (Some(patterns), Some(values)) = (pattern.as_array(), line.as_array()) else { return false };
        patterns.len() <= values.len()
            && patterns.iter().zip(values).all(|(pattern, value)| self.fit(pattern, value))
    }

    /// Whether a value is as a pattern says: `"*"` is any, `"$NAME"` the same wherever it stands, a list that begins with
    /// `"…"` has each of what follows it somewhere, one that begins with `"!"` has none of it; of an object only what is named is
    /// compared, and what it lacks is null.
    pub fn fit(&mut self, pattern: &Value, found: &Value) -> bool {
        match (pattern, found) {
            (Value::String(any), _) if any == "*" => true,
            (Value::String(name), _) if name.starts_with('$') => {
                self.0.entry(name.clone()).or_insert_with(|| found.clone()) == found
            }
            (Value::Array(patterns), Value::Array(values)) => {
                if let Some((Value::String(first), others)) = patterns.split_first() {
                    let stands = |pattern| values.iter().any(|value| self.fit(pattern, value));
                    match first.as_str() {
                        "…" => return others.iter().all(stands),
                        "!" => return !others.iter().any(stands),
                        _ => {}
                    }
                }
                patterns.len() == values.len()
                    && patterns.iter().zip(values).all(|(pattern, value)| self.fit(pattern, value))
            }
            (Value::Object(patterns), Value::Object(values)) => patterns
                .iter()
                .all(|(key, pattern)| self.fit(pattern, values.get(key).unwrap_or(&Value::Null))),
            (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
            (pattern, found) => pattern == found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Names, Said};
    use serde_json::json;

    #[test]
    fn patterns_say_what_matters() {
        let mut names = Names::default();
        let mut fits = |pattern, found| names.fit(&pattern, &found);
        assert!(fits(json!(["*", 1]), json!([{}, 1.0])));
        assert!(!fits(json!([1]), json!([1, 2])));
        assert!(fits(json!(["…", {"a": 1}]), json!([{"b": 2}, {"a": 1, "c": 3}])));
        assert!(!fits(json!(["…", {"a": 2}]), json!([{"a": 1}])));
        assert!(fits(json!(["!", "x"]), json!([])) && fits(json!(["!", "x"]), json!(["y"])));
        assert!(!fits(json!(["!", "x"]), json!(["y", "x"])) && !fits(json!(["!", "x"]), json!(3)));
        assert!(fits(json!({"resume": null, "session": "$s"}), json!({"session": "abc"})));
        assert!(fits(json!("$s"), json!("abc")) && !fits(json!("$s"), json!("abd")));
        let said = Said::parse(&[json!(["RESUME", "$s", 3])]).unwrap();
        assert!(said.is_open());
        assert!(String::from_utf8_lossy(&said.message(&names).unwrap()).contains("abc"));
    }

    #[test]
    fn what_is_no_message_is_told() {
        for (values, word) in [
            (vec![json!(["HELO"])], "HELO"),
            (vec![json!({"hex": "9"})], "pairs"),
            (vec![json!({"kind": "LONGER"}), json!(["ACK", 1])], "four letters"),
            (vec![json!({"size": 3})], "no option"),
        ] {
            assert!(Said::parse(&values).is_err_and(|why| why.contains(word)), "{values:?}");
        }
    }
}
