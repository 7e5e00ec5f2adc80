//! What goes to a client at one time: the messages of one frame, made only when the socket takes them.

use crate::limits;
use crate::pool::Pool;
use bytes::Bytes;
use glir_core::file::chunk::{BLOCK, Kind, padded};
use glir_core::file::message;
use glir_spec::wire::{Encoding, Hash};
use std::collections::VecDeque;

/// A frame for a client, with what must be there before it.
#[derive(Clone, Default)]
pub(crate) struct Parcel {
    /// The frame that the client has when it has taken this; none if there is no frame in it.
    pub(crate) frame: Option<u64>,
    /// What it counts against the client's window.
    pub(crate) bytes: u64,
    parts: VecDeque<Part>,
}

/// One message to be.
#[derive(Clone)]
pub(crate) enum Part {
    /// It stands already.
    Ready(Bytes),
    /// Commands; the payload is shared with the scene until it is sent.
    Commands { frame: u64, time_us: u64, head: Vec<u8>, payload: Option<Bytes> },
    /// A blob.
    Blob { number: u64, encoding: Encoding, hash: Hash, bytes: Bytes },
}

impl Part {
    /// The bytes of the message.
    fn len(&self) -> u64 {
        match self {
            Part::Ready(bytes) => bytes.len() as u64,
            // Its head holds little more than a hash.
            Part::Blob { bytes, .. } => 2 * BLOCK as u64 + padded(bytes.len() as u64),
            Part::Commands { head, payload, .. } => {
                let payload = payload.as_ref().map_or(0, Bytes::len) as u64;
                padded((BLOCK + head.len()) as u64) + padded(payload)
            }
        }
    }

    /// The message. It fails only for what no chunk may hold, with a sentence.
    pub(crate) fn message(self, pool: &Pool) -> Result<Bytes, String> {
        Ok(match self {
            Part::Ready(bytes) => bytes,
            Part::Commands { frame, time_us, head, payload } => {
                let payload = payload.as_deref().unwrap_or(&[]);
                let room = |size| pool.take(size);
                pool.share(message::chunk_in(room, Kind::FRAME, frame, time_us, &head, payload)?)
            }
            Part::Blob { number, encoding, hash, bytes } => {
                message::blob(number, encoding, hash, &bytes).map_err(|error| error.to_string())?.into()
            }
        })
    }
}

impl Parcel {
    pub(crate) fn push(&mut self, part: Part) {
        self.bytes += part.len();
        self.parts.push_back(part);
    }

    /// The next message to be.
    pub(crate) fn pop(&mut self) -> Option<Part> {
        self.parts.pop_front()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}

/// What is on its way to a client.
#[derive(Default)]
pub(crate) struct OnTheWay(VecDeque<(u64, u64)>);

impl OnTheWay {
    pub(crate) fn frames(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.0.iter().map(|(_, bytes)| bytes).sum()
    }

    /// True if one more frame of so many bytes may go. If nothing is on its way any may, whatever its size.
    pub(crate) fn has_room(&self, bytes: u64, window: u64) -> bool {
        let fits = self.bytes().checked_add(bytes).is_some_and(|all| all <= window);
        self.0.is_empty() || (self.frames() < limits::MAX_ON_THE_WAY && fits)
    }

    pub(crate) fn add(&mut self, frame: u64, bytes: u64) {
        self.0.push_back((frame, bytes));
    }

    /// An ACK stands for its frame and all before it. False if no such frame is on its way.
    pub(crate) fn acknowledged(&mut self, frame: u64) -> bool {
        let before = self.0.len();
        self.0.retain(|(sent, _)| *sent > frame);
        self.0.len() < before
    }
}
