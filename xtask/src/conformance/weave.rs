//! Weaving: a copy of the sources in which every mutant's site has both forms, and the program built from it. The environment
//! variable `GLIR_FAULT` says which mutant the program is; without it, it is none.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::mutants::{Mutant, Site};
use super::pages;
use crate::root::Root;
use crate::run;

/// The variable by which a woven program is told its fault.
pub(super) const FAULT: &str = "GLIR_FAULT";

/// The crate that all others know: there the question is answered whether a fault is wanted.
const COMMON: &str = "glir-spec/src/lib.rs";
const FAULTS: &str = "glir-spec/src/faults.rs";

/// What the copy of that crate has more.
const ANSWER: &str = r#"//! Faults that are wanted: only in the copy that tests the conformance suite.

use std::sync::OnceLock;

/// Whether the program is to have a fault.
pub fn on(name: &str) -> bool {
    static WANTED: OnceLock<String> = OnceLock::new();
    WANTED.get_or_init(|| std::env::var("GLIR_FAULT").unwrap_or_default()) == name
}
"#;

/// Builds the program with all mutants, in `folder/build` from `folder/source`.
pub(super) fn build(root: &Root, mutants: &[Mutant], folder: &Path) -> Result<PathBuf> {
    // Apart from the build of the sources themselves: cargo tells the two copies of a package apart by nothing but times.
    let target = folder.join("build");
    let source = folder.join("source");
    copy(root, mutants, &source)?;
    let mut command = root.cargo();
    command.current_dir(&source).args([
        "build",
        "--quiet",
        "--locked",
        "--package",
        "glir-cli",
        "--target-dir",
    ]);
    let output = command
        .arg(&target)
        .output()
        .with_context(|| format!("`{}` can't be started", run::line(&command)))?;
    ensure!(
        output.status.success(),
        "the sources do not build with the mutants in them; mend the entry that the compiler complains of (their copy is {}):\n{}",
        source.display(),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(target.join("debug").join(format!("glir{}", std::env::consts::EXE_SUFFIX)))
}

/// Copies the files that git knows, the mutants woven in. What is as it was keeps its time, so that cargo leaves it alone.
fn copy(root: &Root, mutants: &[Mutant], source: &Path) -> Result<()> {
    let mut git = Command::new("git");
    git.current_dir(root.path()).args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = run::output(&mut git)?;
    let names: BTreeSet<&str> = listed.split('\0').filter(|name| !name.is_empty()).collect();
    let mut by_file: BTreeMap<&str, Vec<&Mutant>> = BTreeMap::new();
    for mutant in mutants {
        ensure!(names.contains(&*mutant.file), "mutant {}: there is no file {}", mutant.name, mutant.file);
        if pages::is_page(mutant) {
            continue;
        }
        by_file.entry(&mutant.file).or_default().push(mutant);
    }
    let mut kept = BTreeSet::from([source.join(FAULTS)]);
    for name in names {
        // Deleted, but not yet for git.
        let Ok(mut bytes) = fs::read(root.join(name)) else { continue };
        if let Some(mutants) = by_file.get(name) {
            bytes = woven(name, &root.read(name)?, mutants)?.into_bytes();
        }
        if name == COMMON {
            bytes.extend_from_slice(b"\npub mod faults;\nextern crate self as glir_spec;\n");
        }
        let path = source.join(name);
        put(&path, &bytes)?;
        kept.insert(path);
    }
    put(&source.join(FAULTS), ANSWER.as_bytes())?;
    clean(source, &kept)
}

fn put(path: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, bytes));
    written.with_context(|| format!("{} can't be written", path.display()))
}

/// Removes what an earlier copy had more.
fn clean(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} can't be listed", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            clean(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(&path).with_context(|| format!("{} can't be removed", path.display()))?;
        }
    }
    Ok(())
}

/// A file with its mutants.
fn woven(file: &str, text: &str, mutants: &[&Mutant]) -> Result<String> {
    let mut sites: Vec<Site> = Vec::new();
    for mutant in mutants {
        sites.extend(mutant.sites(text)?);
    }
    sites.sort_by_key(|site| (site.range.start, site.range.end));
    let (mut out, mut done, mut rest) = (String::new(), 0, &sites[..]);
    while let Some(first) = rest.first() {
        // Several mutants may have the same site.
        let same = rest.iter().take_while(|site| site.range == first.range).count();
        let (here, behind) = rest.split_at(same);
        if let Some(next) = behind.first() {
            ensure!(
                next.range.start >= first.range.end,
                "{file}: mutants {} and {} overlap; give them the same text, or parts that stand apart",
                first.mutant,
                next.mutant
            );
        }
        let range = first.range.clone();
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(&both(text.get(range.clone()).unwrap_or_default(), here));
        (done, rest) = (range.end, behind);
    }
    out.push_str(text.get(done..).unwrap_or_default());
    Ok(out)
}

/// The right form and the wrong ones, for the program to choose. Statements stand as they are; expressions in parentheses, so
/// that they may be part of a larger one.
fn both(right: &str, sites: &[Site]) -> String {
    let is_statement = |text: &str| text.is_empty() || text.ends_with(';');
    let statement = is_statement(right) || sites.iter().any(|site| is_statement(&site.wrong));
    let mut out = String::new();
    for Site { mutant, wrong, .. } in sites {
        out.push_str(&format!("if ::glir_spec::faults::on(\"{mutant}\") {{ {wrong} }} else "));
    }
    out.push_str(&format!("{{ {right} }}"));
    if statement { out } else { format!("({out})") }
}

#[cfg(test)]
mod tests {
    use super::{ANSWER, FAULT, both, pages, woven};
    use crate::conformance::mutants::{self, Mutant, Site, parse_one};
    use crate::root::Root;
    use std::collections::BTreeMap;

    fn site(mutant: &str, wrong: &str) -> Site {
        Site { mutant: mutant.into(), range: 0..0, wrong: wrong.into() }
    }

    /// Or the hunt would first notice that a mutant has lost its text.
    #[test]
    fn every_mutant_fits_the_sources() {
        let root = Root::find().unwrap();
        let (mutants, _) = mutants::read(&root).unwrap();
        let mut files: BTreeMap<&str, Vec<&Mutant>> = BTreeMap::new();
        let (of_pages, others): (Vec<&Mutant>, Vec<&Mutant>) =
            mutants.iter().partition(|mutant| pages::is_page(mutant));
        others.iter().for_each(|mutant| files.entry(&mutant.file).or_default().push(mutant));
        for (file, mutants) in files {
            woven(file, &root.read(file).unwrap(), &mutants).unwrap();
        }
        for mutant in of_pages {
            mutant.sites(&root.read(&mutant.file).unwrap()).unwrap();
        }
    }

    #[test]
    fn an_expression_stands_in_parentheses_and_a_statement_does_not() {
        let expression = both("a", &[site("m", "b")]);
        assert_eq!(expression, r#"(if ::glir_spec::faults::on("m") { b } else { a })"#);
        let statement = both("a();", &[site("m", ""), site("n", "b();")]);
        let expected = r#"if ::glir_spec::faults::on("m") {  } else if ::glir_spec::faults::on("n") { b(); } else { a(); }"#;
        assert_eq!(statement, expected);
    }

    #[test]
    fn all_mutants_of_a_file_are_woven_in() {
        let [one, other, same] =
            ["# t\n[a] f\n+ ⟨x ⇒ y⟩", "# t\n[b] f\n⟨g(); ⇒⟩", "# t\n[c] f\n1 + ⟨x ⇒ z⟩"].map(parse_one);
        let text = woven("f", "g();\n1 + x", &[&one, &other, &same]).unwrap();
        assert!(text.starts_with("if ::glir_spec::faults::on(\"b\") {  } else { g(); }\n1 + (if"), "{text}");
        assert!(
            text.ends_with("on(\"a\") { y } else if ::glir_spec::faults::on(\"c\") { z } else { x })"),
            "{text}"
        );
    }

    #[test]
    fn mutants_that_overlap_are_refused() {
        let [one, other] = ["# t\n[a] f\n⟨x + y ⇒ z⟩", "# t\n[b] f\nx + ⟨y ⇒ z⟩"].map(parse_one);
        let error = woven("f", "x + y", &[&one, &other]).unwrap_err().to_string();
        assert!(error.contains("a and b overlap"), "{error}");
    }

    #[test]
    fn the_copy_asks_for_the_variable_that_is_set() {
        assert!(ANSWER.contains(&format!("{FAULT:?}")));
    }
}
