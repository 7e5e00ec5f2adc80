//! Commands and replies: each with its signature, arguments, rules, errors and examples.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use glir_spec::Code;
use glir_spec::commands::COMMANDS;
use glir_spec::replies::REPLIES;
use glir_spec::schema::CommandInfo;

use super::{examples, table, types};
use crate::codegen::table::{field_name, words};

/// What is written by hand about each command: rules, a line `Errors: …`, examples.
pub(super) const NOTES: &str = include_str!("../prose/command-notes.md");

/// The commands, group by group, each with a link.
pub(super) fn index() -> String {
    let rows = COMMANDS.iter().map(|info| {
        let first = words(info.doc);
        let first = first.split_inclusive(". ").next().unwrap_or_default().trim_end();
        vec![
            info.group.to_owned(),
            format!("[{0}](commands.md#{1})", info.name, anchor(info.name)),
            info.opcode.to_string(),
            first.to_owned(),
        ]
    });
    table(&["group", "command", "opcode", "in a sentence"], rows)
}

/// A section for each command.
pub(super) fn sections() -> Result<String> {
    let notes = notes()?;
    let mut text = String::new();
    let mut group = "";
    for info in COMMANDS {
        if info.group != group {
            group = info.group;
            let _ = write!(text, "## {}{}\n\n", group[..1].to_uppercase(), &group[1..]);
        }
        let note = notes.iter().find(|note| note.name == info.name);
        let note = note.with_context(|| format!("command-notes.md says nothing about {}", info.name))?;
        let doc =
            with_ids(info.doc, &note.sentences).with_context(|| format!("the notes on {}", info.name))?;
        text.push_str(&head(info, &doc));
        if let Some(feature) = info.needs {
            let _ = write!(text, "Needs the feature [`{feature}`](features.md#the-table).\n\n");
        }
        if !info.fields.is_empty() {
            let _ = writeln!(text, "{}", types::fields(info.fields));
        }
        if !note.body.is_empty() {
            let _ = write!(text, "{}\n\n", note.body);
        }
        if !note.errors.is_empty() {
            let links: Vec<_> =
                note.errors.iter().map(|code| format!("[`{code}`](diagnostics.md#{code})")).collect();
            let _ = write!(text, "Errors: {}.\n\n", links.join(", "));
        }
        for example in &note.examples {
            let _ = write!(text, "```jsonc\n{example}\n```\n\n");
        }
    }
    text.pop();
    Ok(text)
}

/// A section for each reply.
pub(super) fn replies() -> String {
    let mut text = String::new();
    for info in REPLIES {
        text.push_str(&head(info, &words(info.doc)));
        if !info.fields.is_empty() {
            let _ = writeln!(text, "{}", types::fields(info.fields));
        }
    }
    text.pop();
    text
}

/// A row's doc with an id behind each of its sentences: the table itself is read by compilers too, so its ids stand in the
/// notes.
fn with_ids(doc: &str, ids: &[&str]) -> Result<String> {
    let doc = words(doc);
    let mut sentences: Vec<&str> = Vec::new();
    let mut from = 0;
    for (at, _) in doc.match_indices(". ") {
        // An abbreviation goes on in lower case, and so does a clause behind a backtick.
        if doc[at + 2..].starts_with(|next: char| next.is_uppercase()) {
            sentences.push(&doc[from..=at]);
            from = at + 2;
        }
    }
    sentences.push(&doc[from..]);
    ensure!(
        sentences.len() == ids.len(),
        "the table says {} sentences, and `Sentences:` names {} ids",
        sentences.len(),
        ids.len()
    );
    let marked = sentences.iter().zip(ids).map(|(sentence, id)| format!("{sentence} [{id}]"));
    Ok(marked.collect::<Vec<_>>().join(" "))
}

/// Heading, signature, opcode and what it does.
fn head(info: &CommandInfo, doc: &str) -> String {
    let mut signature = format!("[\"{}\"", info.name);
    for field in info.fields {
        let _ = write!(signature, ", {}", field_name(field));
        if let Some(default) = field.default {
            let _ = write!(signature, " = {default}");
        }
    }
    format!("### {}\n\n`{signature}]`, opcode {}.\n\n{doc}\n\n", info.name, info.opcode)
}

/// A heading's anchor.
fn anchor(name: &str) -> String {
    name.to_lowercase()
}

/// What is written by hand about one command.
struct Note<'n> {
    name: &'n str,
    /// The ids of the sentences that the table says.
    sentences: Vec<&'n str>,
    /// The rules, as Markdown.
    body: String,
    errors: Vec<Code>,
    examples: Vec<String>,
}

/// All notes, each checked against the table.
fn notes() -> Result<Vec<Note<'static>>> {
    let sections = NOTES.split("\n## ").skip(1);
    let notes: Vec<_> = sections.map(note).collect::<Result<_>>()?;
    for note in &notes {
        ensure!(
            COMMANDS.iter().any(|info| info.name == note.name),
            "command-notes.md: no command is called {}",
            note.name
        );
    }
    Ok(notes)
}

/// One section of the notes, its heading's mark cut off.
fn note(section: &str) -> Result<Note<'_>> {
    let (name, rest) = section.split_once('\n').context("command-notes.md: a heading without text")?;
    let mut note =
        Note { name, sentences: Vec::new(), body: String::new(), errors: Vec::new(), examples: Vec::new() };
    let mut example: Option<Vec<&str>> = None;
    for line in rest.lines() {
        match (&mut example, line) {
            (None, "```jsonc") => example = Some(Vec::new()),
            (Some(lines), "```") => {
                let text = lines.join("\n");
                examples::check(&text).with_context(|| format!("the notes on {name}"))?;
                note.examples.push(text);
                example = None;
            }
            (Some(lines), line) => lines.push(line),
            (None, line) if line.starts_with("Sentences: ") => {
                note.sentences.extend(line.split_whitespace().skip(1));
            }
            (None, line) => match line.strip_prefix("Errors: ") {
                Some(codes) => {
                    for code in codes.trim_end_matches('.').split(", ") {
                        let Some(code) = Code::from_text(code) else {
                            bail!("the notes on {name}: there is no code {code}")
                        };
                        note.errors.push(code);
                    }
                }
                None => {
                    note.body.push_str(line);
                    note.body.push('\n');
                }
            },
        }
    }
    ensure!(!note.examples.is_empty(), "command-notes.md: {name} has no example");
    note.body = note.body.trim().to_owned();
    Ok(note)
}

#[cfg(test)]
mod tests {
    use super::{note, notes, with_ids};
    use crate::root::Root;
    use glir_conformance::suite::Suite;
    use glir_spec::Code;
    use std::collections::HashSet;

    /// What can befall every command, by the page on commands: of the wire form, of lists, of ids and payloads.
    const COMMON: [&str; 18] = [
        "after-swap",
        "unknown-id",
        "reserved-id",
        "wrong-kind",
        "invalid-object",
        "feature-missing",
        "bad-argument",
        "bad-payload",
        "unknown-blob",
        "wrong-length",
        "unknown-opcode",
        "unknown-value",
        "missing-argument",
        "extra-argument",
        "wrong-type",
        "out-of-range",
        "limit-exceeded",
        "malformed",
    ];

    #[test]
    fn every_error_that_a_case_shows_is_listed_and_every_listed_one_is_shown() {
        let root = Root::find().unwrap();
        let suite = Suite::read(&root.join("conformance/cases")).unwrap();
        let notes = notes().unwrap();
        let (mut seen, mut shown) = (0, HashSet::new());
        for entry in &suite.entries {
            for line in entry.goldens.replies.as_deref().unwrap_or_default() {
                let said: Vec<serde_json::Value> = serde_json::from_str(line).unwrap();
                let word = |index: usize| said.get(index).and_then(|word| word.as_str()).unwrap_or_default();
                let Some(note) = notes.iter().find(|note| note.name == word(5)) else { continue };
                shown.insert((note.name, word(2).to_owned()));
                if (word(0), word(1)) != ("DIAGNOSTIC", "error") || COMMON.contains(&word(2)) {
                    continue;
                }
                let listed = Code::from_text(word(2)).is_some_and(|code| note.errors.contains(&code));
                assert!(listed, "{}: {} lists no {}", entry.case.id, note.name, word(2));
                seen += 1;
            }
        }
        assert!(seen > 500, "{seen} errors");
        let listed =
            notes.iter().flat_map(|note| note.errors.iter().map(|code| (note.name, code.to_string())));
        let not_shown: Vec<_> = listed.filter(|error| !shown.contains(error)).collect();
        assert!(not_shown.is_empty(), "no case shows {not_shown:?}");
    }

    #[test]
    fn each_sentence_of_the_table_has_an_id() {
        let doc = " Does it, e.g. so.\n Then more.\n";
        let marked = with_ids(doc, &["S-A-1", "S-A-7"]).ok();
        assert_eq!(marked.as_deref(), Some("Does it, e.g. so. [S-A-1] Then more. [S-A-7]"));
        assert!(with_ids(doc, &["S-A-1"]).is_err());
    }

    #[test]
    fn a_note_is_taken_apart() {
        let text = "END\nSentences: S-END-1\n- A rule.\n\nErrors: unbalanced.\n\n```jsonc\n[\"END\"]\n```\n";
        let found = note(text).ok();
        let found = found.as_ref().map(|note| {
            (note.name, note.sentences.len(), note.body.as_str(), note.errors.len(), note.examples.len())
        });
        assert_eq!(found, Some(("END", 1, "- A rule.", 1, 1)));
    }

    #[test]
    fn a_code_or_command_that_is_not_there_is_found() {
        assert!(note("END\nErrors: no-such-code.\n\n```jsonc\n[\"END\"]\n```\n").is_err());
        assert!(note("END\n```jsonc\n[\"FINISH\"]\n```\n").is_err());
        assert!(note("END\nNo example.\n").is_err());
    }
}
