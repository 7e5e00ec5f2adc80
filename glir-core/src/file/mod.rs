//! The `.glir` file: a header, then chunks of frames, blobs and metadata, then an index.
//!
//! Nothing here does I/O except [`Writer`], which takes any [`std::io::Write`]. [`SliceReader`] reads a whole file in
//! memory (or mapped into it) without copying, [`PushReader`] reads bytes as they come; both give the same items for
//! the same bytes. Neither trusts a byte: damage costs the chunk that it hits, and work and memory grow with the bytes
//! that are there, never with what they claim. The layout stands in [`chunk`].

mod checksum;
pub mod chunk;
mod contents;
mod fault;
mod index;
pub mod message;
mod pack;
mod parse;
mod push;
mod reader;
mod writer;

pub use contents::{decode_blob, decode_copy, decode_header, decode_keyframe};
pub use fault::{FaultKind, FileFault};
pub use index::{Entry, Index, Keyframe};
pub use pack::Room;
pub use parse::looks_like_text;
pub use push::PushReader;
pub use reader::{Item, Options, SliceReader};
pub use writer::{Part, Writer};
