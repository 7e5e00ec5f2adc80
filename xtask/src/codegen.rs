//! `cargo xtask codegen`: writes every generated file, or with `--check` proves that each is fresh.

use std::fs;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::Outcome;
use crate::root::Root;

mod emitter;
mod gl;
mod json_schema;
mod reference;
mod table;
mod typescript;

/// A file to be written: its name below the root, and all of its text.
pub(crate) struct Output {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// A function that makes generated files from checked-in ones; it writes nothing itself.
type Generator = fn(&Root) -> Result<Vec<Output>>;

/// All generators. A new one is a file under `codegen/` and a row here.
const GENERATORS: &[(&str, Generator)] = &[
    ("GL enum values", gl::generate),
    ("language reference", reference::generate),
    ("JSON schema of the text form", json_schema::generate),
    ("TypeScript types", typescript::generate),
    ("JavaScript emitter", emitter::generate),
];

/// Arguments of `cargo xtask codegen`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write nothing; exit with 1 and name each file that differs from what would be written
    #[arg(long)]
    check: bool,
}

/// Runs all generators and writes, or compares, what they make.
pub(crate) fn run(root: &Root, arguments: &Arguments) -> Outcome {
    let mut stale = 0;
    for (subject, generate) in GENERATORS {
        let outputs = generate(root).with_context(|| format!("generating the {subject}"))?;
        for output in outputs {
            let present = fs::read_to_string(root.join(&output.path)).ok();
            let Some(difference) = difference(present.as_deref(), &output.text) else { continue };
            stale += 1;
            if arguments.check {
                println!("{}: {difference}", output.path);
            } else {
                write(root, &output)?;
                println!("wrote {}", output.path);
            }
        }
    }
    Ok(match (arguments.check, stale) {
        (_, 0) => {
            println!("codegen: every generated file is fresh");
            ExitCode::SUCCESS
        }
        (true, _) => {
            println!("codegen: {stale} stale; run `cargo xtask codegen` and commit what it writes");
            ExitCode::FAILURE
        }
        (false, _) => ExitCode::SUCCESS,
    })
}

fn write(root: &Root, output: &Output) -> Result<()> {
    let path = root.join(&output.path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    }
    fs::write(&path, &output.text).with_context(|| format!("{} can't be written", output.path))
}

/// How the file on disk differs from the text it should hold: nothing if it does not, else one sentence with the
/// first differing line.
fn difference(present: Option<&str>, wanted: &str) -> Option<String> {
    let Some(present) = present else { return Some("the file is missing".into()) };
    if present == wanted {
        return None;
    }
    let mut lines = present.lines().zip(wanted.lines()).enumerate();
    let sentence = match lines.find(|(_, (is, should))| is != should) {
        Some((index, (is, should))) => format!("line {} is `{is}`, should be `{should}`", index + 1),
        None => {
            let (is, should) = (present.lines().count(), wanted.lines().count());
            if is == should {
                "line endings differ".into()
            } else {
                format!("has {is} lines, should have {should}")
            }
        }
    };
    Some(sentence)
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn equal_text_is_fresh() {
        assert_eq!(difference(Some("a\nb\n"), "a\nb\n"), None);
    }

    #[test]
    fn a_stale_file_is_told_by_its_first_differing_line() {
        let sentence = difference(Some("a\nb\nc\n"), "a\nB\nC\n");
        assert_eq!(sentence.as_deref(), Some("line 2 is `b`, should be `B`"));
    }

    #[test]
    fn a_cut_or_missing_file_is_stale() {
        assert_eq!(difference(Some("a\n"), "a\nb\n").as_deref(), Some("has 1 lines, should have 2"));
        assert_eq!(difference(Some("a"), "a\n").as_deref(), Some("line endings differ"));
        assert_eq!(difference(None, "a\n").as_deref(), Some("the file is missing"));
    }
}
