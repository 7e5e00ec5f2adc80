//! The page on coverage: every sentence with its cases. It fails on a case that names no sentence, and on a sentence without a
//! case that no list excuses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use glir_conformance::coverage::{self, Coverage, Sentence, is_negative, marker};
use glir_conformance::pattern::fits;
use glir_conformance::suite::Suite;
use glir_conformance::usage;

use super::table;
use crate::root::Root;

/// The cases.
const CASES: &str = "conformance/cases";

/// Sentences that another test proves.
const ELSEWHERE: &str = "conformance/lists/elsewhere.txt";

/// Sentences whose cases are yet to be written, as patterns.
const UNCOVERED: &str = "conformance/lists/uncovered.txt";

/// The most cases that are named at a sentence.
const NAMED: usize = 4;

/// Refuses an entry of a list that ends without an id: a sentence in a list is a rule.
pub(super) fn every_rule_has_an_id(page: &str, text: &str) -> Result<()> {
    let mut entry: Option<String> = None;
    let mut fenced = false;
    for line in text.lines().chain([""]) {
        if line.starts_with("```") {
            fenced = !fenced;
        }
        let bare = line.trim_start();
        let behind_number = bare.trim_start_matches(|char: char| char.is_ascii_digit());
        let numbered = behind_number.len() < bare.len() && behind_number.starts_with(". ");
        let begins = !fenced && (bare.starts_with("- ") || numbered);
        let goes_on = entry.is_some() && !begins && line.starts_with("  ");
        if goes_on {
            if let Some(entry) = &mut entry {
                entry.push(' ');
                entry.push_str(bare);
            }
            continue;
        }
        if let Some(ended) = entry.take()
            && !ends_with_id(&ended)
        {
            bail!("{page}.md: this rule has no id behind it, such as [S-{}-1]: {ended}", page.to_uppercase());
        }
        if begins && page != "language" {
            entry = Some(bare.to_owned());
        }
    }
    Ok(())
}

fn ends_with_id(entry: &str) -> bool {
    let Some(at) = entry.rfind("[S-") else { return false };
    marker(&entry[at..]).is_some_and(|(_, _, rest)| rest.trim().is_empty())
}

/// The text with an anchor and a link at each id.
pub(super) fn linked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, id, after)) = marker(rest) {
        out.push_str(before);
        let _ = write!(out, "<a id=\"{id}\"></a><sub>[{id}](coverage.md#{id})</sub>");
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The page.
pub(super) fn page(root: &Root, sentences: &[Sentence]) -> Result<String> {
    let suite = Suite::read(&root.join(CASES)).map_err(|wrong| anyhow::anyhow!("{}", wrong.join("\n")))?;
    let found = Coverage::of(&suite, sentences);
    ensure!(found.unknown.is_empty(), "{}", found.unknown.join("\n"));
    let mut seen = std::collections::HashSet::new();
    let twice = sentences.iter().find(|sentence| !seen.insert(&sentence.id));
    ensure!(twice.is_none(), "the id {} stands twice", twice.map_or("", |sentence| &sentence.id));
    let elsewhere =
        coverage::elsewhere(&root.read(ELSEWHERE)?).map_err(|why| anyhow::anyhow!("{ELSEWHERE}: {why}"))?;
    for (id, (test, _)) in &elsewhere {
        ensure!(found.cases.contains_key(id), "{ELSEWHERE}: there is no sentence {id}");
        let (file, name) = test.split_once("::").unwrap_or((test, ""));
        let text = root.read(file).with_context(|| format!("{ELSEWHERE}: {id}"))?;
        ensure!(text.contains(name), "{ELSEWHERE}: {id}: {file} has no {name}");
    }
    let waiting = waiting(&root.read(UNCOVERED)?)?;
    let open: Vec<&str> = found.uncovered().into_iter().filter(|id| !elsewhere.contains_key(*id)).collect();
    let unexcused: Vec<&&str> =
        open.iter().filter(|id| !waiting.keys().any(|pattern| fits(pattern, id))).collect();
    ensure!(unexcused.is_empty(), "no case covers {unexcused:?}");
    for pattern in waiting.keys() {
        let still = open.iter().any(|id| fits(pattern, id));
        ensure!(still, "{UNCOVERED}: {pattern} is covered; take the line out");
    }
    Ok(shown(&suite, sentences, &found, &elsewhere, &open))
}

/// The patterns of a list, each with its reason.
fn waiting(text: &str) -> Result<BTreeMap<String, String>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let parts =
        lines.map(|line| line.split_once(" because ").with_context(|| format!("{UNCOVERED}: {line}")));
    parts.map(|line| line.map(|(pattern, why)| (pattern.trim().to_owned(), why.to_owned()))).collect()
}

fn shown(
    suite: &Suite,
    sentences: &[Sentence],
    found: &Coverage,
    elsewhere: &BTreeMap<String, (String, String)>,
    open: &[&str],
) -> String {
    let negative = suite.entries.iter().filter(|entry| is_negative(entry)).count();
    let cases = suite.entries.len();
    let mut text = format!(
        "<!-- Generated by `cargo xtask codegen` from the reference's sentences and the cases under conformance/: change \
         those. -->\n\n# Coverage\n\nEvery sentence of this reference that is a rule has an id, and so has every row of \
         the language's table, by its names. This page says which cases of the [conformance suite](../../conformance/README.md) \
         hold an interpreter to it. Uses of the table's rows are found in the streams themselves.\n\n\
         {cases} cases, of which {negative} are negative ({} %). {} ids, of which {} have a case, {} are proven by another \
         test alone, and {} wait for theirs.\n",
        (negative * 100).checked_div(cases).unwrap_or(0),
        found.cases.len(),
        found.cases.values().filter(|cases| !cases.is_empty()).count(),
        found.uncovered().len() - open.len(),
        open.len(),
    );
    let mut page = "";
    let mut rows = Vec::new();
    let flush = |page: &str, rows: &mut Vec<Vec<String>>, text: &mut String| {
        if !rows.is_empty() {
            let _ = write!(
                text,
                "\n## {page}\n\n{}",
                table(&["sentence", "what it says", "cases"], std::mem::take(rows))
            );
        }
    };
    for sentence in sentences {
        if sentence.page != page {
            flush(page, &mut rows, &mut text);
            page = &sentence.page;
        }
        let anchor = format!("<a id=\"{0}\"></a>[{0}]({1}.md#{0})", sentence.id, sentence.page);
        rows.push(vec![anchor, abridged(&sentence.text), cases_of(&sentence.id, found, elsewhere)]);
    }
    flush(page, &mut rows, &mut text);
    let of_table = usage::table();
    rows.extend(of_table.iter().map(|(id, says)| {
        vec![format!("<a id=\"{id}\"></a>`{id}`"), abridged(says), cases_of(id, found, elsewhere)]
    }));
    flush("rows of the table", &mut rows, &mut text);
    text
}

/// The start of a sentence, as plain text.
fn abridged(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    // Links go by their texts: their targets are other pages' business.
    while let Some((before, after)) = rest.split_once("](") {
        plain.push_str(&before.replacen('[', "", 1));
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    let plain = plain.replace(['`', '<', '>', '[', ']', '*'], "");
    let short: String = plain.chars().take(90).collect();
    if short.len() < plain.len() { format!("{}…", short.trim_end()) } else { short }
}

fn cases_of(id: &str, found: &Coverage, elsewhere: &BTreeMap<String, (String, String)>) -> String {
    let cases = found.cases.get(id).map(|cases| cases.iter().collect::<Vec<_>>()).unwrap_or_default();
    let mut named: Vec<String> = cases.iter().take(NAMED).map(|case| format!("`{case}`")).collect();
    if cases.len() > NAMED {
        named.push(format!("and {} more", cases.len() - NAMED));
    }
    if let Some((test, why)) = elsewhere.get(id) {
        named.push(format!("`{test}`: {why}"));
    }
    if named.is_empty() { "**none yet**".into() } else { named.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::{abridged, every_rule_has_an_id, linked};

    #[test]
    fn rules_without_ids_are_found() {
        assert!(
            every_rule_has_an_id("model", "- A rule. [S-MODEL-1]\n- Another\n  one. [S-MODEL-2]\n\ntext\n")
                .is_ok()
        );
        assert!(every_rule_has_an_id("model", "- A rule.\n").is_err());
        assert!(every_rule_has_an_id("model", "1. A rule. [S-MODEL-1] And more.\n").is_err());
        assert!(every_rule_has_an_id("model", "```\n- no rule\n```\n").is_ok());
    }

    #[test]
    fn ids_become_links() {
        assert_eq!(linked("A. [S-A-1]"), "A. <a id=\"S-A-1\"></a><sub>[S-A-1](coverage.md#S-A-1)</sub>");
        assert_eq!(abridged("See [this](model.md) and `that`."), "See this and that.");
    }
}
