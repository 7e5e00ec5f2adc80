//! Makes one classic script of the package's modules, for pages that load nothing.
//!
//! Each module becomes a function that runs once and gives back what it exports; imports become constants. Only the forms
//! that the package and wasm-bindgen's glue use are known: what else starts with `import` or `export` is an error.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// The script of a module and all that it imports. Names are relative to `folder`.
pub(super) fn script(folder: &Path, entry: &str) -> Result<String> {
    let mut bundle = Bundle::default();
    bundle.add(entry, &|name| {
        let path = folder.join(name);
        fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))
    })?;
    Ok(bundle.finish())
}

/// Reads a module by its name.
type Source<'a> = &'a dyn Fn(&str) -> Result<String>;

#[derive(Default)]
struct Bundle {
    /// The number of each module; none while it is being read.
    numbers: BTreeMap<String, Option<usize>>,
    text: String,
    count: usize,
}

impl Bundle {
    /// Appends a module behind those that it imports; its number.
    fn add(&mut self, name: &str, source: Source<'_>) -> Result<usize> {
        match self.numbers.get(name) {
            Some(Some(number)) => return Ok(*number),
            Some(None) => bail!("{name} imports itself by way of others"),
            None => {}
        }
        self.numbers.insert(name.to_owned(), None);
        let module = self.module(name, &source(name)?, source)?;
        let number = self.count;
        self.count += 1;
        let _ = writeln!(self.text, "const m{number}=(()=>{{\n{module}}})();");
        self.numbers.insert(name.to_owned(), Some(number));
        Ok(number)
    }

    fn module(&mut self, name: &str, text: &str, source: Source<'_>) -> Result<String> {
        let (mut body, mut exports) = (String::new(), Vec::new());
        for statement in statements(text) {
            let what = || format!("{name}: `{}`", statement.lines().next().unwrap_or_default());
            if let Some(rest) = statement.strip_prefix("import ").filter(|_| statement.ends_with(';')) {
                let (clause, from) = split_import(rest).with_context(what)?;
                let number = self.add(&resolve(name, from), source)?;
                if let Some(pattern) = clause.map(pattern).transpose().with_context(what)? {
                    let _ = writeln!(body, "const {pattern}=m{number};");
                }
            } else if let Some(list) = statement.strip_prefix("export {") {
                let (list, from) = list.split_once('}').with_context(what)?;
                let of = match from.trim().trim_end_matches(';').trim().strip_prefix("from ") {
                    Some(from) => format!("m{}.", self.add(&resolve(name, unquoted(from)), source)?),
                    None => String::new(),
                };
                for item in list.split(',').map(str::trim).filter(|item| !item.is_empty()) {
                    let (local, outside) = item.split_once(" as ").unwrap_or((item, item));
                    exports.push(format!("{outside}:{of}{local}"));
                }
            } else if let Some(declaration) = statement.strip_prefix("export ") {
                exports.push(declared(declaration).with_context(what)?.to_owned());
                body.push_str(declaration);
                body.push('\n');
            } else {
                body.push_str(&statement);
                body.push('\n');
            }
        }
        // A classic script has no address of its own; what it loads by default lies beside the page.
        let body = body.replace("import.meta.url", "document.baseURI");
        Ok(format!("{body}return{{{}}};\n", exports.join(",")))
    }

    fn finish(self) -> String {
        format!("\"use strict\";(()=>{{\n{}}})();\n", self.text)
    }
}

/// Lines without indentation and whole-line comments. What an import or an export list spreads over several lines is
/// one.
fn statements(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    let mut comment = false;
    for line in text.lines() {
        let (indented, line) = (line.starts_with([' ', '\t']), line.trim());
        if comment || line.starts_with("/*") {
            comment = !line.contains("*/");
            continue;
        }
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        if let Some(so_far) = &mut open {
            so_far.push(' ');
            so_far.push_str(line);
            if line.contains('}') {
                found.extend(open.take());
            }
        } else if !indented
            && (line.starts_with("import ") || line.starts_with("export {"))
            && !line.ends_with(';')
        {
            open = Some(line.to_owned());
        } else if indented && (line.starts_with("import ") || line.starts_with("export ")) {
            // Text of a template, not a statement: a space keeps it from being taken for one.
            found.push(format!(" {line}"));
        } else {
            found.push(line.to_owned());
        }
    }
    found
}

/// `{ a } from "./b.js";` → what is bound, and the file.
fn split_import(rest: &str) -> Result<(Option<&str>, &str)> {
    let rest = rest.trim().trim_end_matches(';');
    Ok(match rest.rsplit_once(" from ") {
        Some((clause, from)) => (Some(clause.trim()), unquoted(from)),
        None => (None, unquoted(rest)),
    })
}

/// `init, { a, b as c }` → `{default:init,a,b:c}`; `* as all` → `all`.
fn pattern(clause: &str) -> Result<String> {
    let (default, named) = match clause.split_once('{') {
        Some((before, named)) => {
            (before.trim().trim_end_matches(',').trim(), named.trim_end_matches('}').trim())
        }
        None => (clause, ""),
    };
    if let Some(name) = default.strip_prefix("* as ") {
        return Ok(name.to_owned());
    }
    let mut parts = Vec::new();
    if !default.is_empty() {
        parts.push(format!("default:{default}"));
    }
    parts.extend(
        named.split(',').map(str::trim).filter(|name| !name.is_empty()).map(|name| name.replace(" as ", ":")),
    );
    Ok(format!("{{{}}}", parts.join(",")))
}

/// The name that a declaration declares.
fn declared(declaration: &str) -> Result<&str> {
    let mut rest = declaration;
    for word in ["async ", "function", "class ", "const ", "let "] {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim_start_matches(['*', ' ']);
    }
    let end =
        rest.find(|char: char| !char.is_alphanumeric() && char != '_' && char != '$').unwrap_or(rest.len());
    if rest.len() == declaration.len() || end == 0 {
        bail!("this form of export is not known here");
    }
    Ok(&rest[..end])
}

/// A file's name from the one that imports it.
fn resolve(from: &str, name: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in name.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

#[cfg(test)]
mod tests {
    use anyhow::{Result, bail};

    use super::Bundle;

    fn bundled(files: &[(&str, &str)]) -> Result<String> {
        let mut bundle = Bundle::default();
        bundle.add("a/main.js", &|name| match files.iter().find(|file| file.0 == name) {
            Some(file) => Ok(file.1.to_owned()),
            None => bail!("{name} is not there"),
        })?;
        Ok(bundle.finish())
    }

    #[test]
    fn imports_become_constants() {
        let text = bundled(&[
            ("a/main.js", "import init, {\n  one,\n  two as zwei,\n} from \"../b.js\";\ninit(one, zwei);\n"),
            (
                "b.js",
                "/** One. */\nexport const one = 1;\nexport async function two() {}\nfunction start() {}\nexport { start as default };\n",
            ),
        ]);
        let wanted = "\"use strict\";(()=>{\nconst m0=(()=>{\nconst one = 1;\nasync function two() {}\nfunction start() {}\n\
                      return{one,two,default:start};\n})();\nconst m1=(()=>{\nconst {default:init,one,two:zwei}=m0;\n\
                      init(one, zwei);\nreturn{};\n})();\n})();\n";
        assert_eq!(text.ok().as_deref(), Some(wanted));
    }

    #[test]
    fn what_is_passed_on_comes_from_its_module() {
        let text = bundled(&[
            ("a/main.js", "import * as all from \"./b.js\";\nexport { b } from \"./b.js\";\n"),
            ("a/b.js", "export class b {\n  // A comment.\n}\n"),
        ]);
        assert!(text.is_ok_and(|text| text.contains("class b {\n}\nreturn{b};")
            && text.contains("const all=m0;\nreturn{b:m0.b};")));
    }

    #[test]
    fn unknown_forms_and_circles_are_errors() {
        assert!(bundled(&[("a/main.js", "export default 3;\n")]).is_err());
        assert!(bundled(&[("a/main.js", "import \"./main.js\";\n")]).is_err());
    }
}
