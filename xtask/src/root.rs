//! Where the workspace stands on disk, and what cargo says about it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::run;

/// Folders that hold no source of ours, wherever they stand.
const SKIPPED_FOLDERS: &[&str] = &["target", "node_modules", "dist"];

/// Hidden folders that do hold source; every other hidden folder is left alone.
const HIDDEN_FOLDERS: &[&str] = &[".ci", ".cargo", ".github"];

/// The workspace root.
pub(crate) struct Root(PathBuf);

impl Root {
    /// The workspace that this tool was built from.
    pub(crate) fn find() -> Result<Self> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let root = here.parent().context("xtask has no parent folder")?;
        anyhow::ensure!(
            root.join("Cargo.toml").is_file(),
            "{} holds no Cargo.toml: the workspace was moved; build xtask again with `cargo xtask`",
            root.display()
        );
        Ok(Self(root.to_path_buf()))
    }

    /// The folder itself.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// A path below the root, from its `/`-separated name.
    pub(crate) fn join(&self, relative: &str) -> PathBuf {
        self.0.join(relative)
    }

    /// Reads a text file below the root.
    pub(crate) fn read(&self, relative: &str) -> Result<String> {
        let path = self.join(relative);
        fs::read_to_string(&path).with_context(|| format!("{relative} can't be read"))
    }

    /// All files of the workspace whose name ends with one of `extensions`, as sorted `/`-separated names.
    pub(crate) fn files(&self, extensions: &[&str]) -> Result<Vec<String>> {
        let mut found = Vec::new();
        collect(&self.0, "", extensions, &mut found)?;
        found.sort();
        Ok(found)
    }

    /// A command that runs this toolchain's cargo in the workspace.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.current_dir(&self.0);
        command
    }

    /// What `cargo metadata` says of the workspace's own packages.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let mut command = self.cargo();
        command.args(["metadata", "--format-version", "1", "--no-deps"]);
        let text = run::output(&mut command)?;
        serde_json::from_str(&text).context("`cargo metadata` printed something that is not JSON")
    }

    /// The folder that cargo builds into.
    pub(crate) fn target(&self) -> Result<PathBuf> {
        let metadata = self.metadata()?;
        let target = metadata["target_directory"].as_str();
        Ok(PathBuf::from(target.context("`cargo metadata` names no target_directory")?))
    }
}

fn collect(folder: &Path, prefix: &str, extensions: &[&str], found: &mut Vec<String>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} can't be listed", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("{} can't be listed", folder.display()))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            let hidden = name.starts_with('.') && !HIDDEN_FOLDERS.contains(&name.as_str());
            if !hidden && !SKIPPED_FOLDERS.contains(&name.as_str()) {
                collect(&entry.path(), &format!("{prefix}{name}/"), extensions, found)?;
            }
        } else if kind.is_file() && extensions.iter().any(|extension| name.ends_with(extension)) {
            found.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}
