//! Shrinks the module with binaryen's `wasm-opt`, which its npm package brings: its code, and the names by which it and
//! its glue know each other.

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

/// Shrinks a module in place, and puts the short names of its imports and exports into the files of its glue. If it can't
/// be done: why not, all being as it was.
pub(super) fn run(root: &Root, module: &Path, glue: &[PathBuf]) -> Result<Option<String>> {
    let tool = match find(root)? {
        Ok(tool) => tool,
        Err(reason) => return Ok(Some(reason)),
    };
    let shrunk = module.with_extension("shrunk");
    let mut command = Command::new(&tool);
    // Taken apart into single steps and put together anew, it comes out smaller than as the compiler left it.
    command.args(["--flatten", "--rereloop", "-Oz", "-Oz", "--converge"]).args(FEATURES);
    command.args(["--strip-debug", "--strip-producers", "--strip-target-features"]);
    // The lowest kilobyte of memory is the stack's last, at which it ends. Large functions with one caller stay apart, which
    // takes a little room here and gives more back when the module is zipped.
    command.args(["--low-memory-unused", "--one-caller-inline-max-function-size", "60"]);
    command.arg(module).arg("-o").arg(&shrunk);
    if !run::succeeds(&mut command)? {
        return Ok(Some(format!("`{}` failed", run::line(&command))));
    }
    // Apart from the above, which is done over and over.
    let mut command = Command::new(tool);
    command.arg("--minify-imports-and-exports-and-modules").args(FEATURES);
    command.arg(&shrunk).arg("-o").arg(&shrunk);
    let Ok(map) = run::output(&mut command) else {
        return Ok(Some(format!("`{}` failed", run::line(&command))));
    };
    let names = Names::of(&map)?;
    for path in glue {
        let read = || format!("{} can't be read", path.display());
        let text = names.put_into(&fs::read_to_string(path).with_context(read)?);
        fs::write(path, text).with_context(|| format!("{} can't be written", path.display()))?;
    }
    fs::rename(&shrunk, module).with_context(|| format!("{} can't be replaced", module.display()))?;
    Ok(None)
}

/// What `wasm-opt` says it renamed.
struct Names {
    /// Module, long name and short name of each import.
    imports: Vec<[String; 3]>,
    /// Long and short name of each export.
    exports: Vec<[String; 2]>,
}

impl Names {
    /// Reads the map, which is JSON but for commas behind the last entries.
    fn of(map: &str) -> Result<Self> {
        let lines: Vec<&str> = map.lines().map(str::trim).collect();
        let mut json = String::new();
        for (index, line) in lines.iter().enumerate() {
            let closes = lines.get(index + 1).is_some_and(|next| next.starts_with([']', '}']));
            json.push_str(if closes { line.trim_end_matches(',') } else { line });
        }
        let read = |name: &str| {
            let map: serde_json::Value = serde_json::from_str(&json)?;
            Ok::<_, anyhow::Error>(map.get(name).cloned().unwrap_or_default())
        };
        let changed = "wasm-opt's map of names has changed its form";
        Ok(Names {
            imports: serde_json::from_value(read("imports")?).context(changed)?,
            exports: serde_json::from_value(read("exports")?).context(changed)?,
        })
    }

    /// The glue, or its types, with the short names.
    fn put_into(&self, text: &str) -> String {
        // `wasm.name`, `readonly name:` and `export const name:` are exports; `name: function` are imports.
        let mut out = String::with_capacity(text.len());
        for line in text.lines() {
            let mut line = line.to_owned();
            if let Some([module, ..]) = self.imports.first() {
                line = line.replace(&format!("\"{module}\": import0"), &format!("{MODULE}: import0"));
            }
            let declared = line.trim_start();
            if let Some((name, rest)) = declared.split_once(": function")
                && let Some([.., short]) = self.imports.iter().find(|[_, long, _]| long == name)
            {
                line = format!("{short}: function{rest}");
            }
            for prefix in ["wasm.", "readonly ", "export const "] {
                line = renamed(&line, prefix, &self.exports);
            }
            out.push_str(&line);
            out.push('\n');
        }
        out
    }
}

/// What `wasm-opt` calls the only module that is imported from.
const MODULE: &str = "a";

/// A line in which names that follow the prefix are short.
fn renamed(line: &str, prefix: &str, names: &[[String; 2]]) -> String {
    let mut parts = line.split(prefix);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(part.len());
        let (name, rest) = part.split_at(end);
        let short = names.iter().find(|[long, _]| long == name).map_or(name, |[_, short]| short);
        out.push_str(prefix);
        out.push_str(short);
        out.push_str(rest);
    }
    out
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

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn the_glue_calls_by_short_names() {
        let map = "{\n \"imports\": [\n  [\"./x_bg.js\", \"__wbg_draw_1\", \"$\"],\n ],\n\"exports\": [\n  [\"draw\", \"b\"],\n ]\n}\n";
        let names = Names::of(map).expect("a map");
        let glue = "    __wbg_draw_1: function(a) {\n wasm.draw(wasm.drawn);\n \"./x_bg.js\": import0,\n";
        assert_eq!(names.put_into(glue), "$: function(a) {\n wasm.b(wasm.drawn);\n a: import0,\n");
        assert_eq!(names.put_into("  readonly draw: () => void;"), "  readonly b: () => void;\n");
    }
}
