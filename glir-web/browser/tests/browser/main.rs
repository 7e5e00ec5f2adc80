//! The package in a real browser, held against native drawing.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod contexts;
mod element;
mod emitter;
mod examples;
mod export;
mod figures;
mod guide;
mod hostile;
mod interaction;
mod lifecycle;
mod player;
mod recordings;
mod support;
mod timeline;
