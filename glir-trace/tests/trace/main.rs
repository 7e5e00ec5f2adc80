//! Recorded streams: what is written is found again, whole, in part, and in other words.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::panic)]

mod audits;
mod cutting;
mod differences;
mod edits;
mod hostile;
mod orders;
mod pixels;
mod properties;
mod recording;
mod rich;
mod sample;
mod shrinking;
mod slices;
mod states;
mod tiles;
