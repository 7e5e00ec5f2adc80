//! What streams draw, held byte for byte against the same GL calls made by hand, and against each other on every API.
//!
//! One file a topic. `stage` draws streams, `reference` is a plain context for the calls by hand.

#[macro_use]
mod reference;
mod stage;

mod copies;
mod features;
mod formats;
mod targets;
mod vertices;
