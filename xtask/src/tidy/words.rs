//! What a file must open with, and what must not be left lying in one.

use super::house::{House, Violation, word_offsets};

/// A Rust file opens by saying what room it is.
pub(crate) fn opening(house: &House) -> Vec<Violation> {
    let silent = house.rust().filter(|file| !file.text.starts_with("//! "));
    silent
        .map(|file| file.violation(1, "must open with a `//!` line that says what the file is for"))
        .collect()
}

/// Marks of unfinished work. Each is put together here so that this file holds none.
const LEFTOVERS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("X", "XX"),
    concat!("to", "do!"),
    concat!("unim", "plemented!"),
];

/// Unfinished work is no part of a commit.
pub(crate) fn leftovers(house: &House) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in &house.files {
        for (number, line) in file.lines() {
            for mark in LEFTOVERS {
                if word_offsets(line, mark).next().is_some() {
                    violations
                        .push(file.violation(number, format!("finish the work or open an issue: no {mark}")));
                }
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::{leftovers, opening};
    use crate::tidy::house::tests::house;

    #[test]
    fn a_silent_file_is_found() {
        let house = house(&[("a.rs", "//! A room.\n"), ("b.rs", "use std::fmt;\n"), ("c.md", "# C\n")]);
        let found: Vec<_> = opening(&house).into_iter().map(|found| found.file).collect();
        assert_eq!(found, ["b.rs"]);
    }

    #[test]
    fn unfinished_work_is_found_in_any_text() {
        let (later, macro_call) = (concat!("// TO", "DO later"), concat!("\nto", "do!()"));
        let house = house(&[("a.rs", macro_call), ("b.md", later), ("c.md", "TODOS and mastodon")]);
        let found: Vec<_> = leftovers(&house).into_iter().map(|found| (found.file, found.line)).collect();
        assert_eq!(found, [("a.rs".into(), 2), ("b.md".into(), 1)]);
    }
}
