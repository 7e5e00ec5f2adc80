//! What every GLIR interpreter shares: reader and writer, check, resource tables, shadow state, text form.
//!
//! Sans-I/O, no platform crate, no unsafe code.

#![forbid(unsafe_code)]

pub mod backend;
pub mod capabilities;
pub mod check;
pub mod checked;
pub mod diagnostic;
mod execute;
pub mod file;
pub mod interpreter;
mod lists;
pub mod null;
pub mod objects;
mod planes;
mod playback;
pub mod resources;
pub mod retain;
mod scan;
pub mod shader_log;
pub mod shadow;
pub mod signals;
pub mod steps;
pub mod store;
pub mod text;
pub mod trace;

pub use backend::Backend;
pub use capabilities::{Capabilities, FeatureSet, Limits};
pub use check::{Blobs, FrameInput, NoBlobs};
pub use diagnostic::Diagnostic;
pub use interpreter::{Interpreter, Outcome, Settings};
pub use null::NullBackend;
pub use store::{Foreign, Store};
pub use trace::TraceBackend;
