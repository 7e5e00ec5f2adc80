//! Code that is generated, checked in and proven fresh by `cargo xtask codegen --check`.

pub mod gl;
