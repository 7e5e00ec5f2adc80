//! Mutants of what runs in pages as it is written: for each a package of its own with one file that is wrong, in a real browser.
//! Mutants of the module, which is compiled, are none of them: it has no environment that could tell it its fault, and what it
//! shares with the native interpreters is woven there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::hunt::Catch;
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
    pub(super) fn catch(&self, mutant: Option<&Mutant>) -> Result<Option<Catch>> {
        let package = match mutant {
            Some(mutant) => self.package(mutant)?,
            None => self.root.join(BUILT),
        };
        let usual = [USUAL.to_owned()];
        let interpreters = match mutant {
            Some(mutant) if !mutant.on.is_empty() => &mutant.on[..],
            _ => &usual[..],
        };
        for interpreter in interpreters {
            for part in 0..PARTS {
                let said = self.said(&package, interpreter, &format!("{part}/{PARTS}"))?;
                if let Some((case, how)) = first_unexpected(&said) {
                    return Ok(Some(Catch { interpreter: interpreter.clone(), case, how }));
                }
            }
        }
        Ok(None)
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

/// The first case with a result that no list foresaw, and how it came; or why the browser is not there.
fn first_unexpected(said: &Value) -> Option<(String, String)> {
    let testee = said["testees"].get(0)?;
    if let Some(why) = testee["not_there"].as_str() {
        return Some(("hello".into(), why.into()));
    }
    let results = testee["results"].as_array()?;
    let record = results.iter().find(|record| !record["unexpected"].is_null())?;
    let word = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
    Some((word("case"), word("outcome").trim_start_matches("fail: ").to_owned()))
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
    use super::{first_unexpected, is_page, patched};
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
    fn the_first_result_that_nobody_foresaw_is_a_catch() {
        let said = |results| json!({ "testees": [{ "name": "webgl2-mesa", "results": results }] });
        let known = json!({ "case": "a/a", "outcome": "fail: pixels", "known": "so it is" });
        let wrong = json!({ "case": "a/b", "outcome": "fail: replies", "unexpected": "line 1" });
        let found = first_unexpected(&said(json!([known, wrong])));
        assert_eq!(found, Some(("a/b".into(), "replies".into())));
        assert_eq!(first_unexpected(&said(json!([known]))), None);
        let nobody = json!({ "testees": [{ "not_there": "no browser" }] });
        assert_eq!(first_unexpected(&nobody), Some(("hello".into(), "no browser".into())));
    }
}
