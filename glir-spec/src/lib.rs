//! GLIR's language: one table of commands and replies, their types, wire form, limits and versions.
//!
//! No I/O, no GL, no unsafe code. Start reading at [`commands`]; [`wire`] holds the two codecs, [`schema`] shows the
//! table as data, [`frame`] is what a producer fills.

#![forbid(unsafe_code)]

#[macro_use]
mod macros;

pub mod codes;
pub mod commands;
pub mod enums;
pub mod features;
pub mod formats;
pub mod frame;
pub mod generated;
pub mod glsl;
pub mod header;
pub mod ids;
pub mod limits;
pub mod replies;
pub mod schema;
pub mod signals;
pub mod state;
pub mod structs;
pub mod wire;

pub use codes::Code;
pub use commands::{Command, CommandVisitor};
pub use features::{Feature, Profile, Target};
pub use formats::Format;
pub use frame::Frame;
pub use glsl::{GlslType, SamplerType};
pub use header::{Header, VERSION};
pub use replies::{Reply, ReplyVisitor};
pub use state::{StateChanges, StateField};
pub use wire::{Encoding, Payload, Value};
