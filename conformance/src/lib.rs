//! The conformance suite: what makes an interpreter right, as files that any interpreter can run.
//!
//! A [`case`](case::Case) is a text stream with directives in its head; beside it stand its goldens. A *testee* is an
//! interpreter that speaks the [`protocol`]: it is given the bytes of a stream and says what it made of them. The
//! [`judge`] compares that with the goldens, layer by layer; the [`runner`] does so for many cases and testees, and the
//! [`report`]s say what came out.
//!
//! The folder's README says how to write a case, `PROTOCOL.md` how to write a testee.

#![forbid(unsafe_code)]

#[cfg(feature = "runner")]
mod assertion;
pub mod calls;
pub mod case;
#[cfg(feature = "runner")]
pub mod chromium;
pub mod coverage;
pub mod decoded;
mod directives;
pub mod driver;
pub mod edit;
pub mod fold;
pub mod image;
pub mod index;
pub mod judge;
pub mod kind;
pub mod lists;
pub mod package;
pub mod packing;
pub mod pattern;
pub mod picture;
pub mod protocol;
pub mod repeat;
pub mod replies;
pub mod report;
#[cfg(feature = "runner")]
pub mod runner;
pub mod stream;
pub mod suite;
pub mod testee;
pub mod trace;
pub mod usage;
pub mod value;
mod zeros;
