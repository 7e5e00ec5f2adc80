//! Shrinks what was built: the module with binaryen's `wasm-opt`, the script with esbuild.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::tools::{ESBUILD, Tool, WASM_OPT};
use crate::root::Root;
use crate::run;

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
pub(super) fn module(root: &Root, module: &Path) -> Result<Option<String>> {
    shrink(root, &WASM_OPT, module, |command, shrunk| {
        command.args(["-Oz", "--converge", "--strip-debug", "--strip-producers"]).args(FEATURES);
        command.arg(module).arg("-o").arg(shrunk);
    })
}

/// Shrinks a classic script in place: names, spaces, what can't be reached. If it can't be done: why not.
pub(super) fn script(root: &Root, script: &Path) -> Result<Option<String>> {
    shrink(root, &ESBUILD, script, |command, shrunk| {
        // Pages hold it inside an element: nothing in it may end that.
        command.args(["--minify", "--target=es2022", "--charset=utf8", "--legal-comments=none"]);
        command.args(["--log-level=warning", "--platform=browser"]);
        command.arg(script).arg(format!("--outfile={}", shrunk.display()));
    })
}

fn shrink(
    root: &Root,
    tool: &Tool,
    file: &Path,
    arguments: impl FnOnce(&mut Command, &Path),
) -> Result<Option<String>> {
    let program = match tool.find(root)? {
        Ok(program) => program,
        Err(reason) => return Ok(Some(reason)),
    };
    let shrunk = file.with_extension("shrunk");
    let mut command = Command::new(program);
    arguments(&mut command, &shrunk);
    if !run::succeeds(&mut command)? {
        return Ok(Some(format!("`{}` failed", run::line(&command))));
    }
    fs::rename(&shrunk, file).with_context(|| format!("{} can't be replaced", file.display()))?;
    Ok(None)
}
