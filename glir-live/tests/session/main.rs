//! Live sessions over real WebSockets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod doors;
mod following;
#[cfg(feature = "pixels")]
mod pixels;
mod plot;
mod replies;
mod slow;
