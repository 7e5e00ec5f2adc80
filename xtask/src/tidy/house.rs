//! What the rules look at: the workspace's packages and text files, read once.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::{Context, Result};
use serde_json::Value;

use super::mask::mask;
use crate::root::Root;

/// The text files that the rules read.
const READ: &[&str] =
    &[".rs", ".md", ".toml", ".html", ".js", ".ts", ".mjs", ".py", ".yml", ".yaml", ".glirt", "run"];

/// Everything the rules look at.
#[derive(Default)]
pub(crate) struct House {
    pub(crate) packages: Vec<Package>,
    pub(crate) files: Vec<File>,
    /// Names of all files in the workspace, whatever they hold, and of their folders; `/`-separated.
    pub(crate) names: BTreeSet<String>,
}

/// A package of the workspace.
#[derive(Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Its folder below the root.
    pub(crate) folder: String,
    pub(crate) licence: Option<String>,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A dependency as the manifest states it.
pub(crate) struct Dependency {
    pub(crate) name: String,
    /// For tests, benchmarks and examples only.
    pub(crate) dev: bool,
}

/// A text file.
pub(crate) struct File {
    /// Its name below the root, `/`-separated.
    pub(crate) name: String,
    pub(crate) text: String,
    /// In a Rust file the text with comments and literals blanked, line for line; else empty.
    pub(crate) code: String,
}

/// A breach of a rule.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Violation {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) sentence: String,
}

impl House {
    /// Reads the workspace.
    pub(crate) fn read(root: &Root) -> Result<Self> {
        let metadata = root.metadata()?;
        let listed = metadata["packages"].as_array().context("`cargo metadata` lists no packages")?;
        let packages = listed.iter().map(|package| Package::read(root, package)).collect::<Result<_>>()?;
        let mut names: BTreeSet<String> = root.files(&[""])?.into_iter().collect();
        let mut files = Vec::new();
        for name in names.iter().filter(|name| READ.iter().any(|extension| name.ends_with(extension))) {
            files.push(File::new(name, &root.read(name)?));
        }
        let folders: Vec<String> = names.iter().flat_map(|name| folders_of(name)).collect();
        names.extend(folders);
        Ok(Self { packages, files, names })
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.name.ends_with(".rs"))
    }

    /// A file by name.
    pub(crate) fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name == name)
    }
}

impl Package {
    fn read(root: &Root, package: &Value) -> Result<Self> {
        let text = |key: &str| package[key].as_str().map(str::to_owned);
        let name = text("name").context("`cargo metadata` shows a package without a name")?;
        let manifest = text("manifest_path").with_context(|| format!("package {name} has no manifest"))?;
        let folder =
            std::path::Path::new(&manifest).parent().and_then(|path| path.strip_prefix(root.path()).ok());
        let folder = folder.with_context(|| format!("package {name} stands outside the workspace"))?;
        let listed = package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default();
        let dependencies = listed.iter().filter_map(|entry| {
            Some(Dependency { name: entry["name"].as_str()?.to_owned(), dev: entry["kind"] == "dev" })
        });
        Ok(Self {
            folder: folder.to_string_lossy().replace('\\', "/"),
            licence: text("license"),
            dependencies: dependencies.collect(),
            name,
        })
    }

    /// The violation of a rule about this package as a whole.
    pub(crate) fn violation(&self, sentence: impl Into<String>) -> Violation {
        Violation { file: format!("{}/Cargo.toml", self.folder), line: 1, sentence: sentence.into() }
    }
}

impl File {
    /// A file with its text.
    pub(crate) fn new(name: &str, text: &str) -> Self {
        let code = if name.ends_with(".rs") { mask(text) } else { String::new() };
        Self { name: name.into(), text: text.into(), code }
    }

    /// The violation of a rule on a line, counted from 1.
    pub(crate) fn violation(&self, line: usize, sentence: impl Into<String>) -> Violation {
        Violation { file: self.name.clone(), line, sentence: sentence.into() }
    }

    /// The lines with their numbers, from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// The lines of the masked code with their numbers, from 1.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.code.lines())
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.sentence)
    }
}

/// The folders above a file: `a/b` and `a` for `a/b/c.rs`.
fn folders_of(name: &str) -> Vec<String> {
    name.match_indices('/').map(|(end, _)| name[..end].to_owned()).collect()
}

/// The byte offsets at which `word` stands in `line` as a whole word.
pub(crate) fn word_offsets<'a>(line: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let in_word = |char: char| char.is_alphanumeric() || char == '_';
    line.match_indices(word).map(|(start, _)| start).filter(move |start| {
        let before = line[..*start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !before.is_some_and(in_word) && !after.is_some_and(in_word)
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{Dependency, File, House, Package, folders_of, word_offsets};

    /// A house of the given files.
    pub(crate) fn house(files: &[(&str, &str)]) -> House {
        let files: Vec<_> = files.iter().map(|(name, text)| File::new(name, text)).collect();
        let names = files.iter().map(|file| file.name.clone()).collect();
        House { packages: Vec::new(), files, names }
    }

    /// A package with normal dependencies; `dev:` before a name makes it one for tests.
    pub(crate) fn package(name: &str, folder: &str, dependencies: &[&str]) -> Package {
        let dependency = |name: &&str| match name.strip_prefix("dev:") {
            Some(name) => Dependency { name: name.into(), dev: true },
            None => Dependency { name: (*name).into(), dev: false },
        };
        let dependencies = dependencies.iter().map(dependency).collect();
        Package { name: name.into(), folder: folder.into(), licence: None, dependencies }
    }

    #[test]
    fn folders_are_named_from_the_root_down() {
        assert_eq!(folders_of("a/b/c.rs"), ["a", "a/b"]);
        assert!(folders_of("c.rs").is_empty());
    }

    #[test]
    fn words_are_found_whole() {
        let found: Vec<_> = word_offsets("unsafe unsafe_op not_unsafe (unsafe)", "unsafe").collect();
        assert_eq!(found, [0, 29]);
    }
}
