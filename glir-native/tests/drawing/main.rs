//! What streams draw, held byte for byte against the same GL calls made by hand, and against each other on every API.
//!
//! One file a topic. `stage` draws streams, `reference` is a plain context for the calls by hand.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[macro_use]
mod reference;
mod stage;

mod copies;
mod es2;
mod faults;
mod features;
mod formats;
mod sampling;
mod state;
mod targets;
mod uniforms;
mod vertices;
