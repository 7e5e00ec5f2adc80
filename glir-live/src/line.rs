//! What who answers on a connection has to say to the connection itself: that it may stay, and messages that go past the WebSocket library.
//!
//! The library copies each message into a buffer of its own, for each client, and keeps the room of the largest one. A frame's bytes
//! stand already, and are the same for all: they go from where they are kept to the socket.

use bytes::buf::Chain;
use bytes::{Buf, Bytes};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// A message on its way: the head that WebSocket gives it, and its bytes.
pub(crate) type Letter = Chain<Bytes, Bytes>;

/// A connection, as who answers on it sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line(Arc<State>);

#[derive(Debug, Default)]
struct State {
    stays: AtomicBool,
    letter: Mutex<Option<Letter>>,
}

impl Line {
    /// Says that the connection has become a client's socket, which may stay as long as it lives.
    pub(crate) fn stay(&self) {
        self.0.stays.store(true, Ordering::Relaxed);
    }

    pub(crate) fn stays(&self) -> bool {
        self.0.stays.load(Ordering::Relaxed)
    }

    /// Hands over a binary message. It goes with the next flush, before anything else. What came before must be flushed, so that nothing of it
    /// is half written.
    pub(crate) fn hand_over(&self, message: Bytes) {
        let letter = Buf::chain(head(message.len() as u64), message);
        *self.0.letter.lock().unwrap_or_else(PoisonError::into_inner) = Some(letter);
    }

    /// What was handed over, or is left of it.
    pub(crate) fn take(&self) -> Option<Letter> {
        self.0.letter.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Gives back what is left.
    pub(crate) fn put_back(&self, letter: Letter) {
        *self.0.letter.lock().unwrap_or_else(PoisonError::into_inner) = Some(letter);
    }
}

/// The head of a server's whole binary message (RFC 6455, section 5.2): no mask, the shortest of three lengths.
fn head(len: u64) -> Bytes {
    const WHOLE_BINARY: u8 = 0x82;
    let mut head = vec![WHOLE_BINARY];
    match (u8::try_from(len), u16::try_from(len)) {
        (Ok(short), _) if short < 126 => head.push(short),
        (_, Ok(medium)) => {
            head.push(126);
            head.extend(medium.to_be_bytes());
        }
        _ => {
            head.push(127);
            head.extend(len.to_be_bytes());
        }
    }
    head.into()
}

#[cfg(test)]
mod tests {
    use super::head;
    use tungstenite::protocol::Role;
    use tungstenite::{Message, WebSocket};

    /// What the library writes for a message of zeros, less the zeros.
    fn heads(len: usize) -> Vec<u8> {
        let mut socket = WebSocket::from_raw_socket(std::io::Cursor::new(Vec::new()), Role::Server, None);
        let sent = socket.send(Message::Binary(vec![0; len].into()));
        assert!(sent.is_ok());
        let mut written = std::mem::take(socket.get_mut().get_mut());
        written.truncate(written.len() - len);
        written
    }

    #[test]
    fn heads_are_those_that_the_library_writes() {
        for len in [0, 1, 125, 126, 127, 255, 256, 65_535, 65_536, 1 << 20] {
            assert_eq!(head(len as u64)[..], heads(len)[..], "{len}");
        }
    }
}
