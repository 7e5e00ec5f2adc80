//! Platform differences live in one `dialect.rs` a crate, chosen by module.

use super::house::{File, House, Violation};

/// What tells platforms apart. Byte order, pointer width and the like are properties of numbers; code may ask for them.
const QUESTIONS: &[&str] = &["target_arch", "target_os", "target_family", "target_env", "target_vendor"];

/// No function asks for its platform: neither `cfg!(target_os…)` anywhere nor `#[cfg(target_os…)]` inside a body.
pub(crate) fn conditions(house: &House) -> Vec<Violation> {
    house.rust().filter(|file| !file.name.ends_with("/dialect.rs")).flat_map(in_file).collect()
}

fn in_file(file: &File) -> Vec<Violation> {
    let inside = inside_functions(&file.code);
    let mut violations = Vec::new();
    for (number, line) in file.code_lines() {
        let asks = line.contains("cfg!(") || (line.contains("cfg(") && inside.get(number - 1) == Some(&true));
        if asks && QUESTIONS.iter().any(|question| line.contains(question)) {
            violations.push(file.violation(number, "choose the platform by module, in dialect.rs"));
        }
    }
    violations
}

/// For each line of masked code, whether it starts inside a function's body.
fn inside_functions(code: &str) -> Vec<bool> {
    let mut lines = Vec::new();
    let mut blocks: Vec<bool> = Vec::new();
    // Set between a function's name and its body.
    let mut announced = false;
    let mut parentheses = 0_usize;
    for line in code.lines() {
        lines.push(blocks.last().copied().unwrap_or(false));
        let mut rest = line;
        while let Some(char) = rest.chars().next() {
            if names_a_function(rest) && !line[..line.len() - rest.len()].ends_with(is_name) {
                announced = true;
                parentheses = 0;
            }
            match char {
                '(' | '[' => parentheses += 1,
                ')' | ']' => parentheses = parentheses.saturating_sub(1),
                // A declaration without a body; inside brackets it is an array's length.
                ';' if parentheses == 0 => announced = false,
                '{' => {
                    blocks.push(announced || blocks.last().copied().unwrap_or(false));
                    announced = false;
                }
                '}' => {
                    blocks.pop();
                }
                _ => {}
            }
            rest = &rest[char.len_utf8()..];
        }
    }
    lines
}

/// `fn name`, not the type `fn(…)`.
fn names_a_function(rest: &str) -> bool {
    rest.strip_prefix("fn ").is_some_and(|name| name.starts_with(is_name))
}

fn is_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

#[cfg(test)]
mod tests {
    use super::conditions;
    use crate::tidy::house::tests::house;

    fn lines(source: &str) -> Vec<usize> {
        let house = house(&[("a/src/lib.rs", source), ("a/src/dialect.rs", source)]);
        conditions(&house).into_iter().map(|found| found.line).collect()
    }

    #[test]
    fn a_condition_on_an_item_is_fine() {
        assert!(lines("#[cfg(target_arch = \"wasm32\")]\nmod web;\nstruct S { f: fn(u32) }\n").is_empty());
        assert!(
            lines("impl S {\n#[cfg(target_os = \"linux\")]\nfn f(&self, a: [u8; 4]) {\n}\n}\n").is_empty()
        );
        assert!(
            lines("trait T {\nfn f();\n}\nmod m {\n#[cfg(target_os = \"linux\")]\nuse a;\n}\n").is_empty()
        );
    }

    #[test]
    fn a_condition_in_a_body_is_found() {
        assert_eq!(lines("fn f(a: [u8; 4]) {\nif x {\n#[cfg(target_arch = \"wasm32\")]\ng();\n}\n}\n"), [3]);
        assert_eq!(lines("const C: bool = cfg!(target_os = \"linux\");\n"), [1]);
        assert!(lines("fn f() {\n#[cfg(test)]\ng();\ncfg!(target_endian = \"big\");\n}\n").is_empty());
    }
}
