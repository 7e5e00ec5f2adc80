//! Shrinks the module with binaryen's `wasm-opt`, which its npm package brings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::root::Root;
use crate::run;

/// The npm package that brings `wasm-opt`, pinned so that sizes stay comparable.
const PACKAGE: &str = "binaryen@132.0.0";

/// What every browser with WebGL 2 knows. All features together would let in ones that browsers refuse.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-mutable-globals",
    "--enable-multivalue",
];

/// Shrinks a module in place. If it can't be done: why not, the module being as it was.
pub(super) fn run(root: &Root, module: &Path) -> Result<Option<String>> {
    let tool = match find(root)? {
        Ok(tool) => tool,
        Err(reason) => return Ok(Some(reason)),
    };
    let shrunk = module.with_extension("shrunk");
    let mut command = Command::new(tool);
    command.args(["-Oz", "--converge", "--strip-debug", "--strip-producers"]).args(FEATURES);
    command.arg(module).arg("-o").arg(&shrunk);
    if !run::succeeds(&mut command)? {
        return Ok(Some(format!("`{}` failed", run::line(&command))));
    }
    fs::rename(&shrunk, module).with_context(|| format!("{} can't be replaced", module.display()))?;
    Ok(None)
}

/// The tool, from the `PATH` or from npm; or why it can't be had.
fn find(root: &Root) -> Result<Result<PathBuf, String>> {
    if let Some(tool) = run::which("wasm-opt") {
        return Ok(Ok(tool));
    }
    let folder = root.target()?.join("tools");
    let tool = folder.join("node_modules/.bin/wasm-opt");
    if tool.exists() {
        return Ok(Ok(tool));
    }
    let Some(npm) = run::which("npm") else {
        return Ok(Err(format!("neither wasm-opt nor npm, which would bring {PACKAGE}, is there")));
    };
    println!("web: fetching {PACKAGE} with npm");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let mut command = Command::new(npm);
    command.args(["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]);
    command.arg(&folder).arg(PACKAGE);
    let installed = run::succeeds(&mut command)? && tool.exists();
    Ok(if installed { Ok(tool) } else { Err(format!("`{}` failed", run::line(&command))) })
}
