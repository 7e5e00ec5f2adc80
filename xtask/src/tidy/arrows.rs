//! Which crate may know which: `spec ← core ← {native, web}`, `spec ← producers`, tools on top.

use super::house::{House, Package, Violation};

/// Crates that talk to a GPU, a window or a browser; only an interpreter may.
const PLATFORM: &[&str] = &[
    "glow",
    "glutin",
    "glutin-winit",
    "winit",
    "raw-window-handle",
    "web-sys",
    "js-sys",
    "wasm-bindgen",
    "libc",
    "mozangle",
];

/// The workspace crates that nothing may build on.
const TOP: &[&str] = &["glir-cli", "xtask"];

/// Normal and build dependencies follow the arrows; tests may look anywhere but to the top.
pub(crate) fn workspace_arrows(house: &House) -> Vec<Violation> {
    let mut violations = Vec::new();
    for package in &house.packages {
        for dependency in &package.dependencies {
            let Some(other) = house.packages.iter().find(|other| other.name == dependency.name) else {
                continue;
            };
            if TOP.contains(&other.name.as_str()) {
                violations.push(package.violation(format!("nothing may depend on {}", other.name)));
            } else if !dependency.dev && !allowed(package, other) {
                let sentence = format!(
                    "{} must not depend on {}: the arrow points the other way",
                    package.name, other.name
                );
                violations.push(package.violation(sentence));
            }
        }
    }
    violations
}

fn allowed(from: &Package, to: &Package) -> bool {
    let producer = |package: &Package| package.folder.starts_with("producers/");
    match from.name.as_str() {
        "glir-spec" => false,
        "glir-core" => to.name == "glir-spec",
        "glir-native" | "glir-web" => matches!(to.name.as_str(), "glir-spec" | "glir-core"),
        _ if producer(from) => to.name == "glir-spec" || producer(to),
        _ => true,
    }
}

/// The language, the core and the producers run anywhere: no crate of a platform, not even below a feature.
pub(crate) fn platform_crates(house: &House) -> Vec<Violation> {
    let anywhere = |package: &&Package| {
        matches!(package.name.as_str(), "glir-spec" | "glir-core") || package.folder.starts_with("producers/")
    };
    let mut violations = Vec::new();
    for package in house.packages.iter().filter(anywhere) {
        for dependency in &package.dependencies {
            if !dependency.dev && PLATFORM.contains(&dependency.name.as_str()) {
                let sentence =
                    format!("{} runs anywhere; {} belongs in an interpreter", package.name, dependency.name);
                violations.push(package.violation(sentence));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::{platform_crates, workspace_arrows};
    use crate::tidy::house::{House, Package, tests::package};

    fn of(packages: Vec<Package>) -> House {
        House { packages, ..House::default() }
    }

    #[test]
    fn arrows_that_point_down_are_fine() {
        let house = of(vec![
            package("glir-spec", "glir-spec", &["serde", "dev:glir-core"]),
            package("glir-core", "glir-core", &["glir-spec"]),
            package("glir-native", "glir-native", &["glir-spec", "glir-core", "glow", "dev:glir-plot"]),
            package("glir-plot", "producers/plot", &["glir-spec", "glir-data"]),
            package("glir-data", "producers/data", &["glir-spec"]),
            package("glir-cli", "glir-cli", &["glir-core", "glir-native", "glir-plot"]),
        ]);
        assert_eq!(workspace_arrows(&house), []);
        assert_eq!(platform_crates(&house), []);
    }

    #[test]
    fn an_arrow_that_turns_back_is_named() {
        let house = of(vec![
            package("glir-spec", "glir-spec", &["glir-core"]),
            package("glir-core", "glir-core", &["glir-plot", "glow"]),
            package("glir-plot", "producers/plot", &["glir-core", "dev:glir-cli"]),
            package("glir-cli", "glir-cli", &[]),
        ]);
        let sentences: Vec<_> = workspace_arrows(&house).into_iter().map(|found| found.to_string()).collect();
        assert_eq!(
            sentences,
            [
                "glir-spec/Cargo.toml:1: glir-spec must not depend on glir-core: the arrow points the other way",
                "glir-core/Cargo.toml:1: glir-core must not depend on glir-plot: the arrow points the other way",
                "producers/plot/Cargo.toml:1: glir-plot must not depend on glir-core: the arrow points the other way",
                "producers/plot/Cargo.toml:1: nothing may depend on glir-cli",
            ]
        );
        assert_eq!(platform_crates(&house).len(), 1);
    }
}
