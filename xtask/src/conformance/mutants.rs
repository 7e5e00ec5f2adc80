//! Mutants: faults of the interpreters as small patches, which the suite must catch. This file reads them.
//!
//! An entry stands between blank lines: what is wrong, in a sentence behind `#`; a name, a file, and perhaps interpreters; then text
//! that the file holds exactly once, with the right part and the wrong one between `⟨` and `⟩`. White space fits white space.

use std::collections::BTreeSet;
use std::ops::Range;

use anyhow::{Result, bail, ensure};

use crate::root::Root;

/// Where the entries are.
const FOLDER: &str = "conformance/mutants/";

/// Those that the suite does not catch, each with a reason.
const SURVIVORS: &str = "conformance/mutants/survivors.txt";

/// A mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mutant {
    pub(super) name: String,
    /// What is wrong with it: one sentence.
    pub(super) title: String,
    /// The file that it changes.
    pub(super) file: String,
    /// The interpreters that are asked, if not those that go with the file.
    pub(super) on: Vec<String>,
    pattern: Vec<Token>,
    /// What stands in the place of each right part.
    wrong: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Char(char),
    /// White space, however much.
    Space,
    /// A right part begins.
    Open,
    /// It ends.
    Close,
}

/// A part of a file that has a wrong form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Site {
    pub(super) mutant: String,
    pub(super) range: Range<usize>,
    pub(super) wrong: String,
}

/// A mutant that is known to survive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Survivor {
    pub(super) name: String,
    pub(super) reason: String,
}

/// All mutants, and those that are known to survive.
pub(super) fn read(root: &Root) -> Result<(Vec<Mutant>, Vec<Survivor>)> {
    let mut mutants = Vec::new();
    let files = root.files(&[".txt"])?;
    for file in files.iter().filter(|file| file.starts_with(FOLDER) && *file != SURVIVORS) {
        mutants.extend(parse(file, &root.read(file)?)?);
    }
    let survivors = survivors(&root.read(SURVIVORS)?)?;
    let mut names = BTreeSet::new();
    for mutant in &mutants {
        ensure!(names.insert(&*mutant.name), "two mutants have the name {}", mutant.name);
    }
    for survivor in &survivors {
        ensure!(names.contains(&*survivor.name), "{SURVIVORS}: there is no mutant {}", survivor.name);
    }
    Ok((mutants, survivors))
}

fn survivors(text: &str) -> Result<Vec<Survivor>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| match line.split_once(" because ") {
            Some((name, reason)) if !name.contains(' ') && !reason.trim().is_empty() => {
                Ok(Survivor { name: name.into(), reason: reason.trim().into() })
            }
            _ => bail!("{SURVIVORS}: a line is `NAME because REASON`, which {line:?} is not"),
        })
        .collect()
}

/// The entries of one file.
fn parse(place: &str, text: &str) -> Result<Vec<Mutant>> {
    let mut mutants = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().chain([""]) {
        if !line.trim().is_empty() {
            lines.push(line);
            continue;
        }
        let count = lines.iter().take_while(|line| line.starts_with('#')).count();
        let (title, rest) = lines.split_at(count);
        if let Some((head, pattern)) = rest.split_first() {
            let words: Vec<_> = title.iter().map(|line| line.trim_start_matches('#').trim()).collect();
            mutants.push(entry(place, &words.join(" "), head, &pattern.join("\n"))?);
        }
        lines.clear();
    }
    Ok(mutants)
}

fn entry(place: &str, title: &str, head: &str, pattern: &str) -> Result<Mutant> {
    let parts = head.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    let Some((name, rest)) = parts else {
        bail!(
            "{place}: an entry is `# SENTENCE`, `[NAME] FILE` and text, but {head:?} stands where [NAME] belongs"
        );
    };
    let about = format!("{place}: {name}");
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    ensure!(!name.is_empty() && name.chars().all(fits), "{about}: a name has small letters, digits and `-`");
    ensure!(!title.is_empty(), "{about}: a line with `#` says what is wrong");
    let (file, on) = match rest.split_once(" on ") {
        Some((file, on)) => (file, on.split(',').map(|name| name.trim().to_owned()).collect()),
        None => (rest, Vec::new()),
    };
    let (pattern, wrong) = tokens(pattern).map_err(|why| anyhow::anyhow!("{about}: {why}"))?;
    Ok(Mutant { name: name.into(), title: title.into(), file: file.trim().into(), on, pattern, wrong })
}

/// Text with `⟨RIGHT ⇒ WRONG⟩` in it, as what must be found and what goes there instead.
fn tokens(text: &str) -> Result<(Vec<Token>, Vec<String>), &'static str> {
    let (mut tokens, mut wrong) = (Vec::new(), Vec::new());
    let mut rest = text.trim();
    while let Some((before, marked)) = rest.split_once('⟨') {
        let (inside, behind) = marked.split_once('⟩').ok_or("a `⟨` has no `⟩`")?;
        let (right, instead) = inside.split_once('⇒').ok_or("there is no `⇒` between `⟨` and `⟩`")?;
        if right.trim().is_empty() {
            return Err("there is nothing before `⇒`");
        }
        push(&mut tokens, before);
        tokens.push(Token::Open);
        push(&mut tokens, right.trim());
        tokens.push(Token::Close);
        wrong.push(instead.trim().to_owned());
        rest = behind;
    }
    if wrong.is_empty() {
        return Err("no part stands between `⟨` and `⟩`");
    }
    push(&mut tokens, rest);
    Ok((tokens, wrong))
}

fn push(tokens: &mut Vec<Token>, text: &str) {
    for char in text.chars() {
        match char {
            c if !c.is_whitespace() => tokens.push(Token::Char(c)),
            _ if tokens.last() == Some(&Token::Space) => {}
            _ => tokens.push(Token::Space),
        }
    }
}

impl Mutant {
    /// Where a text has the mutant's right parts; an error says that it has them not, or more than once.
    pub(super) fn sites(&self, text: &str) -> Result<Vec<Site>> {
        let starts = text.char_indices().map(|(at, _)| at);
        let mut found = starts.filter_map(|at| self.fits(text, at));
        let places = match (found.next(), found.next()) {
            (Some(one), None) => one,
            (None, _) => bail!(
                "mutant {}: {} no longer holds its text; mend the entry in {FOLDER}, so that the suite goes on being tested by it",
                self.name,
                self.file
            ),
            (Some(_), Some(_)) => {
                bail!("mutant {}: {} holds its text more than once; let it say more", self.name, self.file)
            }
        };
        let site = |(range, wrong): (Range<usize>, &String)| Site {
            mutant: self.name.clone(),
            range,
            wrong: wrong.clone(),
        };
        Ok(places.into_iter().zip(&self.wrong).map(site).collect())
    }

    /// The right parts, if the pattern stands at a place.
    fn fits(&self, text: &str, start: usize) -> Option<Vec<Range<usize>>> {
        let (mut at, mut begin, mut places) = (start, start, Vec::new());
        for token in &self.pattern {
            let rest = text.get(at..)?;
            match *token {
                Token::Char(c) => at += rest.strip_prefix(c).map(|_| c.len_utf8())?,
                Token::Space => {
                    let behind = rest.trim_start();
                    if behind.len() == rest.len() {
                        return None;
                    }
                    at += rest.len() - behind.len();
                }
                Token::Open => begin = at,
                Token::Close => places.push(begin..at),
            }
        }
        Some(places)
    }
}

/// One entry, for tests.
#[cfg(test)]
pub(super) fn parse_one(text: &str) -> Mutant {
    parse("a test", text).unwrap().remove(0)
}

#[cfg(test)]
mod tests {
    use super::{Mutant, parse, survivors};

    const ENTRY: &str = "# Remarks\n# of the file.\n\n# one\n# too many\n[a-1] src/a.rs on gl, gles2\nfoo(⟨x ⇒ x + 1⟩, ⟨y ⇒⟩)\n";

    fn one() -> Mutant {
        parse("m.txt", ENTRY).unwrap().remove(0)
    }

    #[test]
    fn an_entry_has_a_sentence_a_name_a_file_and_text() {
        let mutant = one();
        assert_eq!((&*mutant.name, &*mutant.title, &*mutant.file), ("a-1", "one too many", "src/a.rs"));
        assert_eq!(mutant.on, ["gl", "gles2"]);
        for (text, why) in [
            ("# t\n[A] a.rs\n⟨x ⇒ y⟩", "small letters"),
            ("[a] a.rs\n⟨x ⇒ y⟩", "says what is wrong"),
            ("# t\n[a] a.rs\nx", "no part"),
            ("# t\n[a] a.rs\n⟨x", "no `⟩`"),
            ("# t\n[a] a.rs\n⟨x⟩", "no `⇒`"),
            ("# t\n[a] a.rs\n⟨ ⇒ x⟩", "nothing before"),
            ("# t\nx ⇒ y", "[NAME]"),
        ] {
            let error = parse("m.txt", text).unwrap_err().to_string();
            assert!(error.contains(why) && error.contains("m.txt"), "{error}");
        }
    }

    #[test]
    fn text_is_found_whatever_its_white_space() {
        let text = "fn f() {\n    foo(x,\n        y)\n}\n";
        let sites = one().sites(text).unwrap();
        let parts: Vec<_> = sites.iter().map(|site| (&text[site.range.clone()], &*site.wrong)).collect();
        assert_eq!(parts, [("x", "x + 1"), ("y", "")]);
    }

    #[test]
    fn text_that_is_not_there_once_is_an_error() {
        let gone = one().sites("foo(x,y)").unwrap_err().to_string();
        assert!(gone.contains("a-1") && gone.contains("src/a.rs") && gone.contains("no longer"), "{gone}");
        let twice = one().sites("foo(x, y); foo(x, y)").unwrap_err().to_string();
        assert!(twice.contains("more than once"), "{twice}");
    }

    #[test]
    fn a_survivor_has_a_reason() {
        let list = survivors("# known\n\na-1 because it can't be seen\n").unwrap();
        assert_eq!((&*list[0].name, &*list[0].reason), ("a-1", "it can't be seen"));
        assert!(survivors("a-1").is_err() && survivors("a 1 because x").is_err());
    }
}
