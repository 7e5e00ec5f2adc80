//! A stream as one HTML file that needs no network, and the built browser package for servers.
//!
//! ```no_run
//! use glir_export::Page;
//!
//! let stream = std::fs::read("scene.glir")?;
//! let mut html = std::io::BufWriter::new(std::fs::File::create("scene.html")?);
//! Page::new().title("A scene").write(&stream, &mut html)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The package is embedded when this crate is built after `cargo xtask web`; without it [`assets`] gives an error that
//! says so.

#![forbid(unsafe_code)]

mod assets;
mod page;
mod pieces;
mod tags;

pub use assets::{Assets, Missing, assets};
pub use page::{Error, Page, Summary};
pub use pieces::{Pieces, TAG_BYTES};
