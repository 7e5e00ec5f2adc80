//! Differences of JSON values, for a page that puts states together from them, and what stands in a page once.
//!
//! A difference is `[value]` for another value, `[kept, more]` for an array of which so many elements stay and others follow them, and
//! for an object an object: of each key that changes a difference, or 0 if it goes.

use super::contents::Held;
use crate::trace::picture::Picture;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// What leads from one value to another; none if they are the same.
pub(super) fn delta(from: &Value, to: &Value) -> Option<Value> {
    match (from, to) {
        _ if from == to => None,
        (Value::Object(from), Value::Object(to)) => {
            let gone = from.keys().filter(|key| !to.contains_key(*key)).map(|key| (key.clone(), json!(0)));
            let mut parts: Map<String, Value> = gone.collect();
            for (key, value) in to {
                let part = match from.get(key) {
                    Some(from) => delta(from, value),
                    None => Some(json!([value])),
                };
                parts.extend(part.map(|part| (key.clone(), part)));
            }
            Some(Value::Object(parts))
        }
        (Value::Array(from), Value::Array(to)) => {
            let kept = from.iter().zip(to).take_while(|(from, to)| from == to).count();
            let more = to.get(kept..).unwrap_or_default();
            Some(if kept > 0 { json!([kept, more]) } else { json!([to]) })
        }
        _ => Some(json!([to])),
    }
}

/// Pictures and contents of a page, each of which stands there once and has a number.
pub(super) struct Table {
    pub(super) pictures: Vec<String>,
    known_pictures: HashMap<(u32, blake3::Hash), usize>,
    pub(super) contents: Vec<Value>,
    known_contents: HashMap<String, usize>,
    /// Bytes that they may still take.
    left: usize,
    /// Something did not fit.
    pub(super) full: bool,
}

impl Table {
    /// Nothing yet, with room for so many bytes.
    pub(super) fn with_room(left: usize) -> Table {
        let (known_pictures, known_contents) = Default::default();
        Table {
            pictures: Vec::new(),
            known_pictures,
            contents: Vec::new(),
            known_contents,
            left,
            full: false,
        }
    }

    /// The number of a picture; none if there is no room for it.
    pub(super) fn picture(&mut self, picture: &Picture) -> Option<usize> {
        let key = (picture.0, blake3::hash(&picture.2));
        if let Some(known) = self.known_pictures.get(&key) {
            return Some(*known);
        }
        let address = if self.full { None } else { super::address(picture) }?;
        self.take(address.len())?;
        self.pictures.push(address);
        let number = self.pictures.len() - 1;
        self.known_pictures.insert(key, number);
        Some(number)
    }

    /// The number of what an object holds, with what else is to be known of it; none if there is no room for it.
    pub(super) fn contents(&mut self, held: Held, more: Map<String, Value>) -> Option<usize> {
        let mut value = match held {
            Held::Error(error) => json!({ "error": error }),
            Held::Text(text, None) => json!({ "text": text }),
            Held::Text(text, Some(picture)) => json!({ "text": text, "picture": self.picture(&picture)? }),
        };
        if let Value::Object(parts) = &mut value {
            parts.extend(more);
        }
        let text = value.to_string();
        if let Some(known) = self.known_contents.get(&text) {
            return Some(*known);
        }
        self.take(text.len())?;
        self.contents.push(value);
        let number = self.contents.len() - 1;
        self.known_contents.insert(text, number);
        Some(number)
    }

    fn take(&mut self, bytes: usize) -> Option<()> {
        let left = self.left.checked_sub(bytes).filter(|_| !self.full);
        self.full = left.is_none();
        self.left = left?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::contents::Held;
    use super::{Table, delta};
    use serde_json::{Map, json};

    #[test]
    fn differences_are_small() {
        let delta = |from, to| delta(&from, &to);
        assert_eq!(delta(json!({ "a": [1] }), json!({ "a": [1] })), None);
        assert_eq!(delta(json!([1, 2, 3]), json!([1, 4])), Some(json!([1, [4]])));
        assert_eq!(delta(json!([1, 2]), json!([1])), Some(json!([1, []])));
        assert_eq!(delta(json!([1, 2]), json!([3])), Some(json!([[3]])));
        assert_eq!(delta(json!([]), json!([3])), Some(json!([[3]])));
        assert_eq!(delta(json!(1), json!({ "a": 0 })), Some(json!([{ "a": 0 }])));
        let (from, to) =
            (json!({ "a": 1, "b": { "c": 2, "d": 3 } }), json!({ "b": { "c": 2, "d": 0 }, "e": null }));
        assert_eq!(delta(from, to), Some(json!({ "a": 0, "b": { "d": [0] }, "e": [null] })));
    }

    #[test]
    fn what_is_the_same_stands_once() {
        let mut table = Table::with_room(1000);
        let red = (1, 1, vec![255, 0, 0, 255]);
        assert_eq!((table.picture(&red), table.picture(&red), table.pictures.len()), (Some(0), Some(0), 1));
        // As many bytes of another width are another picture.
        let pixels = vec![7; 8];
        assert_eq!(
            (table.picture(&(2, 1, pixels.clone())), table.picture(&(1, 2, pixels))),
            (Some(1), Some(2))
        );
        let held = || Held::Text("u8".into(), Some((1, 1, vec![255, 0, 0, 255])));
        assert_eq!(
            (table.contents(held(), Map::new()), table.contents(held(), Map::new())),
            (Some(0), Some(0))
        );
        assert_eq!(table.contents[0], json!({ "text": "u8", "picture": 0 }));
        assert_eq!(table.contents(Held::Error("x".repeat(1000)), Map::new()), None);
        assert!(table.full);
        assert_eq!(
            (table.picture(&red), table.contents(Held::Error("no".into()), Map::new())),
            (Some(0), None)
        );
    }
}
