//! Tools that npm packages bring. None is needed to build: without them what is built is larger, or less is checked.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::root::Root;
use crate::run;

/// A program, and the npm package that brings it, pinned so that sizes and findings stay comparable.
pub(super) struct Tool {
    pub(super) program: &'static str,
    pub(super) package: &'static str,
}

/// Shrinks scripts.
pub(super) const ESBUILD: Tool = Tool { program: "esbuild", package: "esbuild@0.28.2" };
/// Checks types.
pub(super) const TSC: Tool = Tool { program: "tsc", package: "typescript@5.9.3" };

impl Tool {
    /// The tool from npm; or why it can't be had.
    pub(super) fn find(&self, root: &Root) -> Result<Result<PathBuf, String>> {
        // A folder of its own: npm takes away what it did not install in the same call.
        let folder = root.target()?.join("tools").join(self.package);
        let tool = folder.join("node_modules/.bin").join(self.program);
        if tool.exists() {
            return Ok(Ok(tool));
        }
        let package = self.package;
        let Some(npm) = run::which("npm") else {
            return Ok(Err(format!("npm, which would bring {package}, is not there")));
        };
        println!("web: fetching {package} with npm");
        fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
        let mut command = Command::new(npm);
        command.args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
        command.arg(&folder).arg(package);
        let installed = run::succeeds(&mut command)? && tool.exists();
        Ok(if installed { Ok(tool) } else { Err(format!("`{}` failed", run::line(&command))) })
    }
}
