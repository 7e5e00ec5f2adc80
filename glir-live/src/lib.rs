//! Live sessions: a producer's frames go to any number of browsers, what people do there comes back.
//!
//! A [`Session`] listens on an address of this machine, takes frames from a program that need know nothing of networks, and
//! gives each client what it can take: every frame to who keeps up, merged ones to who is slow, a snapshot to who comes late,
//! the rest to who comes back. Its memory grows with the scene, not with its clients' slowness.
//!
//! ```no_run
//! use glir_live::Session;
//! use glir_spec::commands::{Clear, State, Swap};
//! use glir_spec::enums::Plane;
//! use glir_spec::{Frame, Header, StateChanges, StateField};
//! use std::time::Duration;
//!
//! let session = Session::builder().header(Header { width: 320, height: 200, ..Header::default() }).start()?;
//! println!("open {}", session.url());
//! for shade in (0..=100).cycle() {
//!     let grey = shade as f32 / 100.0;
//!     let mut frame = Frame::new();
//!     frame.push(State { changes: StateChanges::new([StateField::ClearColor([grey, grey, grey, 1.0])]) });
//!     frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
//!     frame.push(Swap {});
//!     for fault in session.send(&frame)? {
//!         eprintln!("{fault}");
//!     }
//!     for event in session.replies() {
//!         println!("{:?} of {}", event.reply, event.client);
//!     }
//!     // Whoever is slower than this gets merged frames.
//!     std::thread::sleep(Duration::from_millis(16));
//! }
//! # Ok::<(), glir_live::Error>(())
//! ```
//!
//! The messages are described in the reference, on the page of the live session.

#![forbid(unsafe_code)]

mod access;
mod doors;
mod hub;
mod keep;
pub mod limits;
mod line;
mod owned;
mod pages;
mod parcel;
#[cfg(feature = "pixels")]
mod pixels;
mod pool;
mod requests;
mod server;
mod session;
mod shared;
mod site;
mod socket;
mod stream;
mod timed;

pub use pages::{Pages, Question};
#[cfg(feature = "pixels")]
pub use pixels::{PictureFormat, Pixels};
pub use session::{Builder, Session};

use glir_spec::Reply;
use std::fmt;

/// The guide's programs are compiled with the tests.
#[cfg(doctest)]
#[doc = include_str!("../../docs/live.md")]
struct Guide;

/// Why a session can't do what it was asked for: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    pub(crate) fn new(sentence: impl Into<String>) -> Self {
        Error(sentence.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// A client of a session, by its number: who came earlier has a lower one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u64);

impl ClientId {
    /// The session itself, which answers READs where no client does.
    pub const NONE: ClientId = ClientId(0);
}

impl fmt::Display for ClientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("the session"),
            number => write!(f, "client {number}"),
        }
    }
}

/// Something that came back.
///
/// HELLO says that a client came and what it has, CLOSE that it went. ACK and RESUME are the session's own affair.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Whose it is.
    pub client: ClientId,
    /// What it is. Payloads stand in it, whatever their length.
    pub reply: Reply<'static>,
}

/// What is known of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInfo {
    /// Its number.
    pub id: ClientId,
    /// Its interpreter and context, for people; empty before its HELLO.
    pub interpreter: String,
    /// Frames that it was sent and has not acknowledged.
    pub frames_on_the_way: usize,
    /// Bytes of those frames.
    pub bytes_on_the_way: u64,
}
