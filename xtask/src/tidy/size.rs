//! Files are split early.

use super::house::{House, Violation};

/// The most lines of a Rust file.
const LINES: usize = 800;

/// Tables and generated code are read by searching, not from top to bottom; they may be longer.
const LONG: &[&str] = &[
    "/generated/",
    "glir-spec/src/commands.rs",
    "glir-spec/src/enums.rs",
    "glir-spec/src/formats.rs",
    "glir-spec/src/structs.rs",
];

/// No Rust file is longer than one can keep in mind.
pub(crate) fn length(house: &House) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in house.rust().filter(|file| !LONG.iter().any(|part| file.name.contains(part))) {
        let lines = file.text.lines().count();
        if lines > LINES {
            violations.push(
                file.violation(LINES + 1, format!("{lines} lines; split the file, {LINES} are the most")),
            );
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::length;
    use crate::tidy::house::tests::house;

    #[test]
    fn the_first_line_too_many_is_found() {
        let (most, over) = ("\n".repeat(800), "\n".repeat(801));
        let house = house(&[
            ("a/src/fits.rs", &most),
            ("a/src/long.rs", &over),
            ("a/src/generated/gl.rs", &over),
            ("glir-spec/src/commands.rs", &over),
        ]);
        let found: Vec<_> = length(&house).into_iter().map(|found| found.to_string()).collect();
        assert_eq!(found, ["a/src/long.rs:801: 801 lines; split the file, 800 are the most"]);
    }
}
