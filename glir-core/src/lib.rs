//! What every GLIR interpreter shares: reader and writer, check, resource tables, shadow state, text form.
//!
//! Sans-I/O, no platform crate, no unsafe code.

#![forbid(unsafe_code)]

pub mod file;
pub mod text;
pub mod backend;
pub mod capabilities;
pub mod check;
pub mod checked;
pub mod diagnostic;
pub mod objects;
pub mod resources;
