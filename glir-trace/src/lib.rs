//! Recorded streams: written with keyframes, found by place, inspected, compared, cut and made small.
//!
//! Nothing here draws, and nothing opens a file: bytes in, values out. What is still needed at a place is found by
//! [`glir_core::retain`], what a command may do by the check, on a backend that draws nothing.

#![forbid(unsafe_code)]

mod assert;
mod audit;
mod beside;
mod commands;
mod convert;
mod cut;
mod diff;
mod follow;
mod ids;
mod merge;
mod patch;
mod record;
mod ring;
mod shrink;
mod slice;
mod stat;
mod state;
mod trace;
mod walk;

pub use assert::{Assertion, Read, asserted, assertions, holds};
pub use audit::{Finding, Place, audit};
pub use beside::Tee;
pub use commands::{Blobs, joined, part, split};
pub use convert::{Form, convert};
pub use cut::{slice, trim, without_redraw};
pub use diff::{Aligned, At, Change, Diff, Idle, Pair, Side, diff};
pub use follow::Follower;
pub use ids::objects;
pub use merge::{MergeError, side_by_side};
pub use patch::{PatchError, apply, patch};
pub use record::{Recorder, Recording};
pub use ring::Ring;
pub use shrink::{ShrinkError, Shrunk, has_diagnostic, shrink};
pub use stat::{Stat, stat};
pub use state::{State, state};
pub use trace::{FrameChunk, Trace, TraceError};
pub use walk::Walk;
