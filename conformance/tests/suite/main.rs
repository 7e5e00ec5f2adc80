//! The suite held to its own rules: its cases on the tracing interpreter, the runner on testees that misbehave, sessions that are wrong, the data
//! package on an interpreter in another language.

#![allow(clippy::unwrap_used, clippy::panic)]

mod cases;
mod package;
mod runner;
mod sessions;

use glir_conformance::suite::Suite;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The folder of the suite.
fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Read once for all tests.
fn suite() -> &'static Suite {
    static SUITE: OnceLock<Suite> = OnceLock::new();
    SUITE.get_or_init(|| {
        Suite::read(&folder().join("cases")).unwrap_or_else(|wrong| panic!("{}", wrong.join("\n")))
    })
}
