//! Unsafe code has an address.

use super::house::{File, House, Violation, word_offsets};

/// Where `unsafe` may stand: the two backends, the making of native contexts, the mapping of files into memory,
/// and the benchmarks' and the drawing tests' GL by hand.
const ADDRESSES: &[&str] = &[
    "glir-native/src/backend",
    "glir-native/src/context",
    "glir-web/src/backend",
    "glir-cli/src/map",
    "bench/src",
    "glir-native/tests/drawing",
];

/// Crates that keep unsafe code in some of their files, so that they can't forbid it as a whole.
const WITH_UNSAFE: &[&str] = &["glir-native", "glir-web", "glir-cli", "glir-bench"];

/// Every other crate forbids it in its root file.
pub(crate) fn forbidden(house: &House) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in house.packages.iter().filter(|package| !WITH_UNSAFE.contains(&package.name.as_str())) {
        let roots = ["lib.rs", "main.rs"].map(|root| house.file(&format!("{}/src/{root}", package.folder)));
        for root in roots.into_iter().flatten() {
            if !root.code.contains("#![forbid(unsafe_code)]") {
                violations.push(root.violation(1, "must say `#![forbid(unsafe_code)]`"));
            }
        }
    }
    violations
}

/// No `unsafe` outside the known addresses.
pub(crate) fn address(house: &House) -> Vec<Violation> {
    let mut violations = Vec::new();
    for file in house.rust().filter(|file| !may_hold(file)) {
        for (number, line) in file.code_lines() {
            if word_offsets(line, "unsafe").next().is_some() {
                let sentence = format!("unsafe code stands only in {}", ADDRESSES.join(", "));
                violations.push(file.violation(number, sentence));
            }
        }
    }
    violations
}

fn may_hold(file: &File) -> bool {
    let below =
        |address: &str| file.name.strip_prefix(address).is_some_and(|rest| rest.starts_with(['/', '.']));
    ADDRESSES.iter().any(|address| below(address))
}

#[cfg(test)]
mod tests {
    use super::{address, forbidden};
    use crate::tidy::house::tests::{house, package};

    #[test]
    fn a_root_file_that_forbids_nothing_is_found() {
        let mut house = house(&[
            ("a/src/lib.rs", "//! A.\n#![forbid(unsafe_code)]\n"),
            ("b/src/main.rs", "//! B: `#![forbid(unsafe_code)]`\n"),
            ("glir-native/src/lib.rs", "//! Native.\n"),
        ]);
        house.packages = ["a", "b", "glir-native"].map(|name| package(name, name, &[])).into();
        let found: Vec<_> = forbidden(&house).into_iter().map(|found| found.file).collect();
        assert_eq!(found, ["b/src/main.rs"]);
    }

    #[test]
    fn unsafe_elsewhere_is_found_and_talk_of_it_is_not() {
        let house = house(&[
            ("glir-native/src/backend/draw.rs", "unsafe { gl.draw() }"),
            ("glir-native/src/context.rs", "unsafe { make() }"),
            ("glir-native/src/backend_table.rs", "\nunsafe fn f() {}"),
            ("glir-core/src/lib.rs", "//! No unsafe here.\n#![forbid(unsafe_code)]\n\"unsafe\""),
        ]);
        let found: Vec<_> = address(&house).into_iter().map(|found| (found.file, found.line)).collect();
        assert_eq!(found, [("glir-native/src/backend_table.rs".into(), 2)]);
    }
}
