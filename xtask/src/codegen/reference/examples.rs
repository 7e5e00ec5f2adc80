//! Text streams in the documents: read just far enough to know that no example names what the table does not have.

use anyhow::{Context, Result, ensure};
use glir_spec::commands::COMMANDS;
use serde_json::Value;

use crate::codegen::table::required;
use crate::root::Root;

const FOLDER: &str = "docs/reference/examples/";

/// The first elements of lines that are no commands.
const OTHER_LINES: &[&str] = &["GLIR", "BLOB", "CHUNK", "TIME", "FILE_META", "?"];

/// Every example as a section: its name, then all of it.
pub(super) fn shown(root: &Root) -> Result<String> {
    let mut text = String::new();
    for path in root.files(&[".glirt"])? {
        let Some(name) = path.strip_prefix(FOLDER) else { continue };
        let source = root.read(&path)?;
        check(&source).with_context(|| path.clone())?;
        ensure!(source.starts_with("// "), "{path} must open with a comment that says what it draws");
        let title = name.trim_end_matches(".glirt").replace('-', " ");
        text.push_str(&format!(
            "## {title}\n\n[{name}](examples/{name})\n\n```jsonc\n{}\n```\n\n",
            source.trim_end()
        ));
    }
    ensure!(!text.is_empty(), "{FOLDER} holds no example");
    text.pop();
    Ok(text)
}

/// Refuses text that is no sequence of JSON arrays, or has a command that the table does not know or that has a wrong
/// number of arguments.
pub(super) fn check(source: &str) -> Result<()> {
    let kept = without_comments(source);
    for value in serde_json::Deserializer::from_str(&kept).into_iter::<Vec<Value>>() {
        let line = value.context("an example is not JSON")?;
        let shown = serde_json::to_string(&line)?;
        let name =
            line.first().and_then(Value::as_str).with_context(|| format!("{shown} names no command"))?;
        if OTHER_LINES.contains(&name) {
            continue;
        }
        let info = COMMANDS.iter().find(|info| info.name == name);
        let info = info.with_context(|| format!("there is no command {name}"))?;
        let arguments = line.len() - 1;
        ensure!(
            (required(info.fields)..=info.fields.len()).contains(&arguments),
            "{shown} has {arguments} arguments; {name} takes {} to {}",
            required(info.fields),
            info.fields.len()
        );
    }
    Ok(())
}

/// The text without what stands between `//` outside a string and the end of its line.
fn without_comments(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    for line in source.lines() {
        let (mut quoted, mut escaped) = (false, false);
        let comment = line.char_indices().find(|&(at, char)| {
            match char {
                _ if escaped => escaped = false,
                '\\' => escaped = quoted,
                '"' => quoted = !quoted,
                _ => {}
            }
            !quoted && line[at..].starts_with("//")
        });
        kept.push_str(&line[..comment.map_or(line.len(), |(at, _)| at)]);
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::{check, without_comments};

    #[test]
    fn a_stream_over_several_lines_is_read() {
        assert!(check("// a comment\n[\"SIZE\", // another\n 1, 2]\n[\"SWAP\"]\n").is_ok());
    }

    #[test]
    fn a_string_may_hold_two_slashes() {
        assert_eq!(without_comments("[\"a//b\\\"//\"] // c"), "[\"a//b\\\"//\"] \n");
    }

    #[test]
    fn what_the_table_does_not_have_is_found() {
        assert!(check("[\"PAINT\", 1]").is_err());
        assert!(check("[\"SIZE\", 1]").is_err());
        assert!(check("[\"SWAP\", 1]").is_err());
        assert!(check("[\"SWAP\"").is_err());
    }
}
