//! `cargo xtask tidy`: the house rules that no compiler checks.
//!
//! A rule is a small function from the house to its violations, in a file under `tidy/` with its tests. A violation
//! is one line: where, and one sentence that says what to change.

use std::process::ExitCode;

use crate::Outcome;
use crate::root::Root;

mod arrows;
mod constants;
mod house;
mod links;
mod manifests;
mod mask;
mod platform;
mod size;
mod unsafety;
mod words;

use house::{House, Violation};

type Rule = fn(&House) -> Vec<Violation>;

const RULES: &[Rule] = &[
    arrows::workspace_arrows,
    arrows::platform_crates,
    manifests::licence,
    manifests::lints,
    unsafety::forbidden,
    unsafety::address,
    size::length,
    words::opening,
    words::leftovers,
    platform::conditions,
    constants::typed_by_hand,
    links::relative,
];

/// Checks all rules and prints each violation.
pub(crate) fn run(root: &Root) -> Outcome {
    let house = House::read(root)?;
    let mut violations: Vec<_> = RULES.iter().flat_map(|rule| rule(&house)).collect();
    violations.sort();
    for violation in &violations {
        println!("{violation}");
    }
    Ok(if violations.is_empty() {
        println!("tidy: {} rules hold in {} files", RULES.len(), house.files.len());
        ExitCode::SUCCESS
    } else {
        println!("tidy: {} found", violations.len());
        ExitCode::FAILURE
    })
}
