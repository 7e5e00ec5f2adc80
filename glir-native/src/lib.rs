//! The GLIR interpreter for desktop GL and GLES: contexts by glutin, calls by glow.
//!
//! Start reading at [`backend`]; its rooms have the same names as those of glir-core's check.

pub mod backend;
pub mod context;
mod dialect;
pub mod shader;
pub mod window;

pub use backend::GlBackend;
pub use context::{Api, ContextError, ContextInfo, Headless, HeadlessContext, OpenError, picture};

/// The README's Rust is compiled with the documentation's.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
