//! Which sentence of the reference has which cases.
//!
//! Sentences of the prose, and of the table's commands, carry their ids in the text: `A frame is … SWAP. [S-MODEL-1]`. Rows of
//! the table have theirs by their names (see [`usage`](crate::usage)). Cases name the former in their heads, and use the
//! latter.

use crate::kind::{Kind, session};
use crate::replies;
use crate::suite::{Entry, Suite};
use crate::usage;
use std::collections::{BTreeMap, BTreeSet};

/// A sentence with an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Its id, such as `S-MODEL-1`.
    pub id: String,
    /// The page that it stands on, or none for a row of the table.
    pub page: String,
    /// What it says, without Markdown.
    pub text: String,
}

/// The ids in a text, each with what stands before it back to the id before, the start of its list entry or paragraph.
pub fn sentences(page: &str, text: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut begun = String::new();
    for line in text.lines() {
        let bare = line.trim_start();
        if bare.is_empty()
            || bare.starts_with("- ")
            || bare.starts_with('|')
            || bare.starts_with('#')
            || starts_number(bare)
        {
            begun.clear();
        }
        let mut rest = bare.trim_start_matches("- ");
        while let Some((before, id, after)) = marker(rest) {
            begun.push_str(before);
            let text = begun.split_whitespace().collect::<Vec<_>>().join(" ");
            found.push(Sentence { id: id.to_owned(), page: page.to_owned(), text });
            begun.clear();
            rest = after;
        }
        begun.push_str(rest);
        begun.push(' ');
    }
    found
}

fn starts_number(line: &str) -> bool {
    let rest = line.trim_start_matches(|char: char| char.is_ascii_digit());
    rest.len() < line.len() && rest.starts_with(". ")
}

/// The first marker `[S-…]` of a text, with what stands before and behind it.
pub fn marker(text: &str) -> Option<(&str, &str, &str)> {
    let mut from = 0;
    while let Some(at) = text[from..].find("[S-").map(|at| at + from) {
        let inside = &text[at + 1..];
        let end = inside.find(']')?;
        let id = &inside[..end];
        if id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
            return Some((&text[..at], id, &inside[end + 1..]));
        }
        from = at + 3;
    }
    None
}

/// A text without its markers, for those who show no ids.
pub fn without_markers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, _, after)) = marker(rest) {
        out.push_str(before.trim_end_matches(' '));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What is known about the coverage of all ids.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    /// For each id its cases, in order.
    pub cases: BTreeMap<String, BTreeSet<String>>,
    /// What is wrong: a case that names an id that there is not.
    pub unknown: Vec<String>,
}

impl Coverage {
    /// Looks through all cases.
    pub fn of(suite: &Suite, sentences: &[Sentence]) -> Coverage {
        let rows = usage::table();
        let mut coverage = Coverage::default();
        let ids = sentences.iter().map(|sentence| sentence.id.clone()).chain(rows.keys().cloned());
        coverage.cases.extend(ids.map(|id| (id, BTreeSet::new())));
        for entry in &suite.entries {
            let case = &entry.case;
            for id in &case.covers {
                match coverage.cases.get_mut(id) {
                    Some(cases) => drop(cases.insert(case.id.clone())),
                    None => coverage.unknown.push(format!("{}: there is no sentence {id}", case.id)),
                }
            }
            for id in usage::used(case, &entry.goldens) {
                if let Some(cases) = coverage.cases.get_mut(&id) {
                    cases.insert(case.id.clone());
                }
            }
        }
        coverage
    }

    /// The ids without a case.
    pub fn uncovered(&self) -> Vec<&str> {
        self.cases.iter().filter(|(_, cases)| cases.is_empty()).map(|(id, _)| id.as_str()).collect()
    }
}

/// Whether a case is a negative one: something in it is refused, or damaged.
pub fn is_negative(entry: &Entry) -> bool {
    if entry.case.kind == Kind::Session {
        return session::is_negative(&entry.case.script);
    }
    let replies = entry.goldens.replies.as_deref().unwrap_or_default();
    let grave = replies.iter().any(|line| {
        line.starts_with("[\"DIAGNOSTIC\", \"error\"") || line.starts_with("[\"DIAGNOSTIC\", \"fatal\"")
    });
    let damaged =
        entry.goldens.decoding.as_deref().is_some_and(|log| log.lines().any(|line| line.contains("! ")));
    grave
        || entry.goldens.mistake.is_some()
        || (damaged && !replies::codes(replies).is_empty())
        || entry.goldens.decoding.as_deref().is_some_and(|log| log.lines().any(|line| line.starts_with("! ")))
}

#[cfg(test)]
mod tests {
    use super::{sentences, without_markers};

    #[test]
    fn markers_end_sentences() {
        let text = "# The model\n\n- One. [S-M-1] Two over\n  two lines. [S-M-2]\n- No id.\n- Three [x](y) [S-M-3]\n\nA paragraph. [S-M-4]\n";
        let found: Vec<_> =
            sentences("model", text).into_iter().map(|found| (found.id, found.text)).collect();
        let expected = [
            ("S-M-1", "One."),
            ("S-M-2", "Two over two lines."),
            ("S-M-3", "Three [x](y)"),
            ("S-M-4", "A paragraph."),
        ];
        assert_eq!(found, expected.map(|(id, text)| (id.to_owned(), text.to_owned())));
        assert_eq!(without_markers("One. [S-M-1] Two. [S-M-2]"), "One. Two.");
        assert_eq!(without_markers("[S-x y] [a]"), "[S-x y] [a]");
    }
}
