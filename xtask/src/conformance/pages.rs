//! Mutants of what runs in pages as it is written: for each a package of its own with one file that is wrong, in a real browser.
//! Mutants of the module, which is compiled, are none of them: it has no environment that could tell it its fault, and what it
//! shares with the native interpreters is woven there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::hunt::{Catch, Fate};
use super::mutants::Mutant;
use crate::root::Root;
use crate::run;

/// The files of the package.
const SOURCES: &str = "glir-web/package/";

/// The package as it was built from them.
const BUILT: &str = "glir-web/dist/package";

/// Who is asked if an entry names nobody.
const USUAL: &str = "webgl2-mesa";

/// The cases go to the browser in so many parts, one after another, until one tells.
const PARTS: usize = 8;

/// Seconds that a page has for a case. A slow machine must not count as a catch.
const PATIENCE: &str = "120";

/// Whether a mutant is one of these.
pub(super) fn is_page(mutant: &Mutant) -> bool {
    mutant.file.starts_with(SOURCES)
}

/// Where they are hunted.
pub(super) struct Pages<'p> {
    pub(super) root: &'p Root,
    /// `glir` without any fault.
    pub(super) program: &'p Path,
    /// Where their packages are put.
    pub(super) folder: PathBuf,
}

impl Pages<'_> {
    /// Runs cases until one tells a mutant's package from a right one; without a mutant, the right one itself.
    pub(super) fn fate(&self, mutant: Option<&Mutant>) -> Result<Fate> {
        let package = match mutant {
            Some(mutant) => self.package(mutant)?,
            None => self.root.join(BUILT),
        };
        let usual = [USUAL.to_owned()];
        let interpreters = match mutant {
            Some(mutant) if !mutant.on.is_empty() => &mutant.on[..],
            _ => &usual[..],
        };
        let mut broken = None;
        for interpreter in interpreters {
            for part in 0..PARTS {
                let said = self.said(&package, interpreter, &format!("{part}/{PARTS}"))?;
                let catch = |case, how| Catch { interpreter: interpreter.clone(), case, how };
                match unexpected(&said) {
                    Unexpected::Differs(case, how) => return Ok(Fate::Caught(catch(case, how))),
                    Unexpected::Breaks(case, how) => {
                        broken.get_or_insert(catch(case, how));
                    }
                    Unexpected::Nothing => {}
                }
            }
        }
        Ok(broken.map_or(Fate::Survived, Fate::Crashed))
    }

    /// What `glir conform` says of a part of the cases.
    fn said(&self, package: &Path, interpreter: &str, part: &str) -> Result<Value> {
        let mut command = Command::new(self.program);
        command.current_dir(self.root.path()).args(["conform", "--json", "--interpreter", interpreter]);
        command.args(["--patience", PATIENCE, "--shard", part, "--web"]).arg(package);
        let output = command.output().with_context(|| format!("`{}`", run::line(&command)))?;
        serde_json::from_slice(&output.stdout).with_context(|| {
            format!("`{}` says {}", run::line(&command), String::from_utf8_lossy(&output.stderr))
        })
    }

    /// The package with a mutant's file in it.
    fn package(&self, mutant: &Mutant) -> Result<PathBuf> {
        let place = self.folder.join(&mutant.name);
        if place.exists() {
            fs::remove_dir_all(&place)?;
        }
        copy(&self.root.join(BUILT), &place)?;
        let Some(name) = mutant.file.strip_prefix(SOURCES) else { bail!("{} is in no page", mutant.file) };
        let text = self.root.read(&mutant.file)?;
        let built = fs::read_to_string(place.join(name)).with_context(|| format!("{BUILT}/{name}"))?;
        if text != built {
            bail!("{BUILT}/{name} is not as {} is: `cargo xtask web` builds it", mutant.file);
        }
        fs::write(place.join(name), patched(mutant, &text)?)?;
        Ok(place)
    }
}

/// A file with a mutant's wrong parts in the places of the right ones.
fn patched(mutant: &Mutant, text: &str) -> Result<String> {
    let mut out = text.to_owned();
    for site in mutant.sites(text)?.into_iter().rev() {
        out.replace_range(site.range, &site.wrong);
    }
    Ok(out)
}

/// What no list foresaw: a case, and how it came.
#[derive(Debug, PartialEq)]
enum Unexpected {
    Nothing,
    /// In a layer, or it passes where it should not.
    Differs(String, String),
    /// The page breaks, gives no answer in time, is not there, or does not do the same twice.
    Breaks(String, String),
}

/// The first case that differs; else the first that breaks.
fn unexpected(said: &Value) -> Unexpected {
    let testee = &said["testees"][0];
    if let Some(why) = testee["not_there"].as_str() {
        return Unexpected::Breaks("hello".into(), why.into());
    }
    let word = |record: &Value, key: &str| record[key].as_str().unwrap_or_default().to_owned();
    let mut broken = Unexpected::Nothing;
    let results = testee["results"].as_array().map(Vec::as_slice).unwrap_or_default();
    for record in results.iter().filter(|record| !record["unexpected"].is_null()) {
        let (case, outcome) = (word(record, "case"), word(record, "outcome"));
        if !matches!(outcome.as_str(), "crash" | "timeout" | "flake") {
            return Unexpected::Differs(case, outcome.trim_start_matches("fail: ").to_owned());
        }
        if broken == Unexpected::Nothing {
            broken = Unexpected::Breaks(case, outcome);
        }
    }
    broken
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("{} can't be listed", from.display()))? {
        let path = entry?.path();
        let place = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy(&path, &place)?;
        } else {
            fs::copy(&path, &place)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Unexpected, is_page, patched, unexpected};
    use crate::conformance::mutants::parse_one;
    use serde_json::json;

    #[test]
    fn the_wrong_parts_take_the_places_of_the_right_ones() {
        let mutant = parse_one("# t\n[m] glir-web/package/a.js\nf(⟨x ⇒ y⟩); ⟨g(); ⇒ ⟩");
        assert!(is_page(&mutant));
        assert_eq!(patched(&mutant, "a; f(x);\n  g(); b").ok().as_deref(), Some("a; f(y);\n   b"));
        assert!(patched(&mutant, "f(y)").is_err());
    }

    #[test]
    fn the_first_case_that_nobody_foresaw_is_a_catch_unless_it_breaks() {
        let said = |results| json!({ "testees": [{ "name": "webgl2-mesa", "results": results }] });
        let known = json!({ "case": "a/a", "outcome": "fail: pixels", "known": "so it is" });
        let broken = json!({ "case": "a/b", "outcome": "crash", "unexpected": "it is gone" });
        let wrong = json!({ "case": "a/c", "outcome": "fail: replies", "unexpected": "line 1" });
        assert_eq!(
            unexpected(&said(json!([known, broken, wrong]))),
            Unexpected::Differs("a/c".into(), "replies".into())
        );
        assert_eq!(
            unexpected(&said(json!([known, broken]))),
            Unexpected::Breaks("a/b".into(), "crash".into())
        );
        assert_eq!(unexpected(&said(json!([known]))), Unexpected::Nothing);
        let nobody = json!({ "testees": [{ "not_there": "no browser" }] });
        assert_eq!(unexpected(&nobody), Unexpected::Breaks("hello".into(), "no browser".into()));
    }
}
