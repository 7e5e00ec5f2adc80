//! Shrinks the script that pages carry, with esbuild.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::tools::ESBUILD;
use crate::root::Root;
use crate::run;

/// Shrinks a classic script in place: names, spaces, what can't be reached. If it can't be done: why not, the script being
/// as it was.
pub(super) fn shrink(root: &Root, script: &Path) -> Result<Option<String>> {
    let program = match ESBUILD.find(root)? {
        Ok(program) => program,
        Err(reason) => return Ok(Some(reason)),
    };
    let shrunk = script.with_extension("shrunk");
    let mut command = Command::new(program);
    command.args(["--minify", "--target=es2022", "--charset=utf8", "--legal-comments=none"]);
    // For browsers, what would end the element that holds it is written otherwise.
    command.args(["--log-level=warning", "--platform=browser"]);
    command.arg(script).arg(format!("--outfile={}", shrunk.display()));
    if !run::succeeds(&mut command)? {
        return Ok(Some(format!("`{}` failed", run::line(&command))));
    }
    fs::rename(&shrunk, script).with_context(|| format!("{} can't be replaced", script.display()))?;
    Ok(None)
}
