//! What every manifest must say.

use super::house::{House, Violation};

const LICENCE: &str = "MIT OR Apache-2.0";

/// Every package is under the house's two licences.
pub(crate) fn licence(house: &House) -> Vec<Violation> {
    let other = house.packages.iter().filter(|package| package.licence.as_deref() != Some(LICENCE));
    other.map(|package| package.violation("must say `license.workspace = true`")).collect()
}

/// Every package takes the workspace's lints.
pub(crate) fn lints(house: &House) -> Vec<Violation> {
    let inherits = |folder: &str| {
        let manifest = house.file(&format!("{folder}/Cargo.toml"));
        let mut lines = manifest.map_or("", |file| &file.text).lines().map(str::trim);
        lines.any(|line| line == "[lints]")
            && lines
                .take_while(|line| !line.starts_with('['))
                .any(|line| line.replace(' ', "") == "workspace=true")
    };
    let without = house.packages.iter().filter(|package| !inherits(&package.folder));
    without.map(|package| package.violation("must say `[lints] workspace = true`")).collect()
}

#[cfg(test)]
mod tests {
    use super::{licence, lints};
    use crate::tidy::house::tests::{house, package};

    #[test]
    fn a_package_without_the_licences_is_found() {
        let mut house = house(&[]);
        house.packages = vec![package("a", "a", &[]), package("b", "b", &[])];
        house.packages[0].licence = Some("MIT OR Apache-2.0".into());
        let found: Vec<_> = licence(&house).into_iter().map(|found| found.file).collect();
        assert_eq!(found, ["b/Cargo.toml"]);
    }

    #[test]
    fn a_package_without_the_lints_is_found() {
        let mut house = house(&[
            ("a/Cargo.toml", "[package]\n\n[lints]\nworkspace = true\n"),
            ("b/Cargo.toml", "[lints.rust]\nx = 1\n"),
            ("c/Cargo.toml", "[lints]\n[dependencies]\nworkspace = true\n"),
        ]);
        house.packages = ["a", "b", "c"].map(|name| package(name, name, &[])).into();
        let found: Vec<_> = lints(&house).into_iter().map(|found| found.file).collect();
        assert_eq!(found, ["b/Cargo.toml", "c/Cargo.toml"]);
    }
}
