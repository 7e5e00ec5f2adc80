//! Whether every rule of the reference has an id: an entry of a list is one, and so is a sentence that says what must be.

use anyhow::{Result, bail};
use glir_conformance::coverage::marker;

/// Words by which a sentence says what must or must not be.
const WORDS: &[&str] = &[
    "must",
    "may",
    "shall",
    "can't",
    "cannot",
    "has to",
    "have to",
    "never",
    "always",
    "only",
    "refused",
    "reported",
    "at most",
    "at least",
    "no more than",
    "exactly",
];

/// Refuses an entry of a list that ends without an id: a sentence in a list is a rule.
pub(super) fn every_entry_has_an_id(page: &str, text: &str) -> Result<()> {
    for block in blocks(text) {
        if block.kind == Kind::Entry && !behind_ids(&block.text).is_empty() {
            bail!(
                "{page}.md: this rule has no id behind it, such as [S-{}-1]: {}",
                page.to_uppercase(),
                block.text
            );
        }
    }
    Ok(())
}

/// Refuses what reads as a rule, in a paragraph or a table, and has no id behind it. What is only explained says so without words
/// such as `must`. A table is one rule where the paragraph before it ends with an id.
pub(super) fn every_rule_has_an_id(page: &str, prose: &str) -> Result<()> {
    let mut is_introduced = false;
    for block in blocks(prose) {
        let rest = behind_ids(&block.text);
        let is_covered = block.kind == Kind::Row && is_introduced;
        if let (false, Some(word)) = (is_covered, normative(rest)) {
            bail!(
                "{page}.md: this says {word:?} and has no id behind it; give it one, or reword what only explains: {rest}"
            );
        }
        if block.kind != Kind::Row {
            is_introduced = block.kind != Kind::Heading && rest.is_empty();
        }
    }
    Ok(())
}

/// The first word of a text by which it is a rule.
fn normative(text: &str) -> Option<&'static str> {
    let plain: String = text.chars().map(|char| if is_of_word(char) { char } else { ' ' }).collect();
    let padded = format!(" {} ", plain.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" "));
    WORDS.iter().copied().find(|word| padded.contains(&format!(" {word} ")))
}

fn is_of_word(char: char) -> bool {
    char.is_alphanumeric() || matches!(char, '\'' | '-' | '_')
}

/// What stands behind the last id of a text; all of it if it has none.
fn behind_ids(text: &str) -> &str {
    let mut rest = text;
    while let Some((_, _, after)) = marker(rest) {
        rest = after;
    }
    rest.trim()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A heading, whose text is nobody's rule.
    Heading,
    /// An entry of a list.
    Entry,
    /// A row of a table.
    Row,
    Paragraph,
}

/// A piece of Markdown, its lines joined.
struct Block {
    kind: Kind,
    text: String,
}

/// The pieces of a page, but for what is fenced, and names of ids and codes in notes on commands.
fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let (mut is_open, mut is_fenced) = (false, false);
    for line in text.lines() {
        let bare = line.trim_start();
        if bare.starts_with("```") {
            (is_fenced, is_open) = (!is_fenced, false);
            continue;
        }
        let is_named = ["{{", "Sentences: ", "Errors: "].iter().any(|start| bare.starts_with(start));
        if is_fenced || bare.is_empty() || is_named {
            is_open = false;
            continue;
        }
        if bare.starts_with('#') {
            blocks.push(Block { kind: Kind::Heading, text: String::new() });
            is_open = false;
            continue;
        }
        let kind = match bare {
            _ if bare.starts_with("- ") || is_numbered(bare) => Some(Kind::Entry),
            _ if bare.starts_with('|') => Some(Kind::Row),
            _ => None,
        };
        match (kind, blocks.last_mut().filter(|_| is_open)) {
            // What stands further in belongs to the entry, what does not begins anew.
            (None, Some(last)) if last.kind != Kind::Entry || line.starts_with("  ") => {
                last.text.push(' ');
                last.text.push_str(bare);
            }
            _ => blocks.push(Block { kind: kind.unwrap_or(Kind::Paragraph), text: bare.to_owned() }),
        }
        is_open = kind != Some(Kind::Row);
    }
    blocks
}

fn is_numbered(line: &str) -> bool {
    let behind = line.trim_start_matches(|char: char| char.is_ascii_digit());
    behind.len() < line.len() && behind.starts_with(". ")
}

#[cfg(test)]
mod tests {
    use super::{every_entry_has_an_id, every_rule_has_an_id};

    #[test]
    fn entries_without_ids_are_found() {
        let right = "- A rule. [S-MODEL-1]\n- Another\n  one. [S-MODEL-2]\n\ntext\n";
        assert!(every_entry_has_an_id("model", right).is_ok());
        assert!(every_entry_has_an_id("model", "- A rule.\n").is_err());
        assert!(every_entry_has_an_id("model", "1. A rule. [S-MODEL-1] And more.\n").is_err());
        assert!(every_entry_has_an_id("model", "```\n- no rule\n```\n").is_ok());
    }

    #[test]
    fn paragraphs_that_say_what_must_be_are_found() {
        let fits = |text: &str| every_rule_has_an_id("model", text).is_ok();
        assert!(fits("# It must\n\nA stream is a file.\n\n```\nit must\n```\n\nErrors: must.\n"));
        assert!(fits("It must be\nso. [S-A-1] It is `must_not`, and mayhem.\n"));
        assert!(!fits("A chunk must be\nwhole.\n"));
        assert!(!fits("A chunk is whole. [S-A-1] It is left out\nand reported.\n"));
        assert!(!fits("Of these\nat\nmost two.\n"));
    }

    #[test]
    fn a_table_is_a_rule_where_an_id_stands_before_it() {
        let fits = |text: &str| every_rule_has_an_id("model", text).is_ok();
        let table = "| one | two |\n| --- | --- |\n| a | at most 2 |\n";
        assert!(!fits(&format!("These are:\n\n{table}")));
        assert!(fits(&format!("These are: [S-A-1]\n\n{table}")));
        assert!(fits("| a [S-A-1] | b |\n"));
        assert!(!fits(&format!("These are: [S-A-1]\n\n{table}\nThose are:\n\n{table}")));
        assert!(!fits(&format!("These are. [S-A-1]\n\n## Those\n\n{table}")));
    }
}
