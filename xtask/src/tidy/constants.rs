//! GL enum values come from the registry, never from a keyboard.

use super::house::{House, Violation};

/// Where GL enums are spoken of.
const SPEAKERS: &[&str] = &["glir-native/src/backend", "glir-web/src/backend", "glir-spec/src"];

const GENERATED: &str = "glir-spec/src/generated/gl.rs";

/// Masks rather than enums.
const PLAIN: &[u32] = &[0xFFFF, 0x7FFF];

/// No four-digit hexadecimal number stands where GL enums are spoken of.
pub(crate) fn typed_by_hand(house: &House) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in house.rust().filter(|file| speaks(&file.name)) {
        for (number, line) in file.code_lines() {
            for digits in four_digit_literals(line) {
                let value = u32::from_str_radix(digits, 16).unwrap_or_default();
                if !PLAIN.contains(&value) {
                    violations.push(file.violation(number, advice(house, digits)));
                }
            }
        }
    }
    violations
}

fn speaks(name: &str) -> bool {
    name != GENERATED && SPEAKERS.iter().any(|speaker| name.starts_with(speaker))
}

/// The digits of each literal such as `0x0DE1` or `0x0de1_u32` in a line.
fn four_digit_literals(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("0x").filter_map(|(start, _)| {
        let whole = !line[..start].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        let behind = &line[start + 2..];
        let digits = behind.split(|char: char| !char.is_ascii_hexdigit()).next()?;
        (whole && digits.len() == 4).then_some(digits)
    })
}

fn advice(house: &House, digits: &str) -> String {
    let wanted = format!(": u32 = 0x{};", digits.to_uppercase());
    let generated = house.file(GENERATED).map_or("", |file| &file.text);
    let name = generated.lines().find_map(|line| line.strip_prefix("pub const ")?.strip_suffix(&wanted));
    match name {
        Some(name) => format!("0x{digits} is typed by hand; write gl::{name}"),
        None => {
            format!("0x{digits} is typed by hand; if it is a GL enum, add its name to xtask/gl-names.txt")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::typed_by_hand;
    use crate::tidy::house::tests::house;

    #[test]
    fn a_typed_enum_is_found_and_named() {
        let house = house(&[
            ("glir-spec/src/generated/gl.rs", "pub const TEXTURE_2D: u32 = 0x0DE1;\n"),
            ("glir-spec/src/enums.rs", "a(0x0de1);\n// 0x0DE1\nb(0x12, 0xFFFF, 0x12345678);\n"),
            ("glir-native/src/backend/mod.rs", "c(0x1234_u32)\n"),
            ("glir-core/src/lib.rs", "d(0x0DE1)\n"),
        ]);
        let found: Vec<_> = typed_by_hand(&house).into_iter().map(|found| found.to_string()).collect();
        assert_eq!(
            found,
            [
                "glir-spec/src/enums.rs:1: 0x0de1 is typed by hand; write gl::TEXTURE_2D",
                "glir-native/src/backend/mod.rs:1: 0x1234 is typed by hand; if it is a GL enum, add its name to \
                 xtask/gl-names.txt",
            ]
        );
    }
}
