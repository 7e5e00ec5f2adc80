//! The runner as a producer: it listens, the testee comes, and what it says is heard in order.

use super::clients::{DEADLINE, LONGEST};
use super::parts::replies;
use super::said::Names;
use serde_json::Value;
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};
use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::{Error, Message, WebSocket};

/// The token in the address that the testee is told.
const TOKEN: &str = "token=0123456789abcdef0123456789abcdef";

/// The most replies that wait to be looked at.
const MOST_HEARD: usize = 1 << 17;

/// How often it is looked whether somebody comes.
const LOOK: Duration = Duration::from_millis(2);

/// A reply, and the number of the message that it stood in.
struct Heard {
    line: Value,
    message: u64,
}

/// A producer to whom the testee connects.
pub(super) struct Host {
    listener: TcpListener,
    socket: Option<WebSocket<TcpStream>>,
    heard: VecDeque<Heard>,
    messages: u64,
    came: Instant,
    /// The last frame that was sent to its SWAP on this connection, and the last that was acknowledged.
    sent: Option<u64>,
    acknowledged: Option<u64>,
}

impl Host {
    pub(super) fn new() -> Result<Host, String> {
        let failed = |error: std::io::Error| error.to_string();
        let listener = TcpListener::bind(("127.0.0.1", 0)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        Ok(Host {
            listener,
            socket: None,
            heard: VecDeque::new(),
            messages: 0,
            came: Instant::now(),
            sent: None,
            acknowledged: None,
        })
    }

    /// The address that the testee is to follow.
    pub(super) fn address(&self) -> Result<String, String> {
        let address = self.listener.local_addr().map_err(|error| error.to_string())?;
        Ok(format!("ws://{address}/ws?{TOKEN}"))
    }

    /// Waits until the testee connects.
    // The callback's type is the library's.
    #[allow(clippy::result_large_err)]
    pub(super) fn come(&mut self) -> Result<(), String> {
        let end = Instant::now() + DEADLINE;
        let stream = loop {
            match self.listener.accept() {
                Ok((stream, _)) => break stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock && Instant::now() < end => {
                    thread::sleep(LOOK);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return Err(format!("nobody connects in {} seconds", DEADLINE.as_secs()));
                }
                Err(error) => return Err(error.to_string()),
            }
        };
        let failed = |error: std::io::Error| error.to_string();
        stream.set_nonblocking(false).map_err(failed)?;
        stream.set_read_timeout(Some(DEADLINE)).map_err(failed)?;
        stream.set_write_timeout(Some(DEADLINE)).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let check = |request: &Request, response: Response| {
            if request.uri().path() == "/ws" && request.uri().query() == Some(TOKEN) {
                return Ok(response);
            }
            let mut refused = ErrorResponse::new(None);
            *refused.status_mut() = tungstenite::http::StatusCode::FORBIDDEN;
            Err(refused)
        };
        let socket = tungstenite::accept_hdr(stream, check)
            .map_err(|error| format!("it connects to another address than it was told: {error}"))?;
        self.socket = Some(socket);
        self.heard.clear();
        self.came = Instant::now();
        (self.sent, self.acknowledged) = (None, None);
        Ok(())
    }

    fn socket(&mut self) -> Result<&mut WebSocket<TcpStream>, String> {
        self.socket.as_mut().ok_or_else(|| "there is no connection".into())
    }

    pub(super) fn give(&mut self, messages: &[Vec<u8>], ended: Option<u64>) -> Result<(), String> {
        for message in messages {
            self.send(Message::Binary(message.clone().into()))?;
        }
        self.sent = ended.or(self.sent);
        Ok(())
    }

    pub(super) fn send(&mut self, message: Message) -> Result<(), String> {
        self.socket()?.send(message).map_err(|error| format!("the connection broke: {error}"))
    }

    pub(super) fn cut(&mut self) {
        self.socket = None;
    }

    /// Waits until the testee ends the connection. What it says meanwhile must be replies all the same.
    pub(super) fn gone(&mut self) -> Result<(), String> {
        loop {
            match self.message() {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(why) => return Err(why),
            }
        }
    }

    /// Reads one message of replies; false if the connection has ended.
    fn message(&mut self) -> Result<bool, String> {
        if self.came.elapsed() > LONGEST || self.heard.len() > MOST_HEARD {
            return Err("it speaks without end".into());
        }
        let bytes = match self.socket()?.read() {
            Ok(Message::Binary(bytes)) => bytes,
            Ok(Message::Text(_)) => return Err("a message of text came; all are binary".into()),
            Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => return Ok(false),
            Ok(_) => return Ok(true),
            Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Err(format!("nothing came in {} seconds", DEADLINE.as_secs()));
            }
            Err(_) => return Ok(false),
        };
        self.messages += 1;
        let message = self.messages;
        for line in replies(&bytes)? {
            if let (Some("ACK"), Some(number)) = (line[0].as_str(), line[1].as_u64()) {
                if self.acknowledged.is_some_and(|last| number <= last) {
                    return Err(format!(
                        "{line} came behind an ACK of frame {}",
                        self.acknowledged.unwrap_or(0)
                    ));
                }
                if self.sent.is_none_or(|sent| number > sent) {
                    return Err(format!("{line} came; that frame was not sent on this connection"));
                }
                self.acknowledged = Some(number);
            }
            self.heard.push_back(Heard { line, message });
        }
        Ok(true)
    }

    fn next(&mut self) -> Result<Heard, String> {
        loop {
            if let Some(heard) = self.heard.pop_front() {
                return Ok(heard);
            }
            if !self.message()? {
                return Err("it ended the connection".into());
            }
        }
    }

    /// What it says next is as the patterns say, all in one message if there are several.
    /// Replies of some names may come aside.
    pub(super) fn hear(
        &mut self,
        patterns: &[Value],
        aside: &[String],
        names: &mut Names,
    ) -> Result<(), String> {
        let mut message = None;
        for pattern in patterns {
            let heard = loop {
                let heard = self.next()?;
                let is_aside = aside.iter().any(|name| heard.line[0] == name.as_str());
                if !is_aside && !self.passes_over(&heard.line, pattern) {
                    break heard;
                }
            };
            if !names.fit_start(pattern, &heard.line) {
                return Err(format!("it says {} instead of {pattern}", heard.line));
            }
            if *message.get_or_insert(heard.message) != heard.message {
                return Err(format!("{} stands in a message of its own", heard.line));
            }
        }
        Ok(())
    }

    /// The size of its picture it may tell at any time; an ACK may stand for later frames too, and comes behind all else that
    /// its frame causes.
    fn passes_over(&self, line: &Value, pattern: &Value) -> bool {
        match (line[0].as_str(), pattern[0].as_str()) {
            (Some("RESIZE"), wanted) => wanted != Some("RESIZE"),
            (Some("ACK"), Some("ACK")) => line[1].as_u64() < pattern[1].as_u64(),
            (Some("ACK"), Some("QUERY_RESULT")) => true,
            (Some("ACK"), _) => line[1].as_u64() < self.sent,
            _ => false,
        }
    }
}
