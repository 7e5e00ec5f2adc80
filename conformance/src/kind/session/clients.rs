//! The runner as an interpreter: a connection to the testee, and what must be true of all that comes on it.

use super::parts::Part;
use super::said::{Names, Said};
use super::script::Door;
use crate::case::Layer;
use crate::protocol::Task;
use crate::replies;
use crate::testee::Testee as _;
use crate::trace::Trace;
use glir_core::file::{Item, SliceReader};
use glir_spec::Target;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{ErrorKind, Write as _};
use std::net::{IpAddr, TcpStream, ToSocketAddrs as _, UdpSocket};
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest as _;
use tungstenite::{Bytes, Error, HandshakeError, Message, WebSocket};

/// How long what must come may take.
pub(super) const DEADLINE: Duration = Duration::from_secs(10);

/// How long a connection may take with all that is said on it: who sends without end is no right testee.
pub(super) const LONGEST: Duration = Duration::from_secs(60);

/// The most bytes that a connection may bring.
const MOST_BYTES: usize = 256 << 20;

/// Frames that may be on their way without an ACK.
const MOST_FRAMES: usize = 2;

/// The window of a client that names none, in bytes.
const WINDOW: u64 = 64 << 20;

/// The most messages of a flood. A server that counts by the second has its seconds; one that counts nothing is found out.
const FLOOD: u32 = 4000;

/// What a connection begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// A header must come; if the client said that it comes back, notes may.
    First { back: bool },
    /// The notes behind a header.
    Notes,
    /// It has begun.
    Over,
}

/// Something that comes.
enum Came {
    Part(Part, Vec<u8>),
    Pong,
    Closed(u16),
}

/// A frame to its SWAP.
struct Frame {
    number: u64,
    commands: Vec<String>,
}

/// A client of the testee.
pub(super) struct Client {
    socket: Option<WebSocket<TcpStream>>,
    refused: Option<u16>,
    opened: Instant,
    start: Start,
    /// All messages from the header on, one after another; and how long they were before the last frame.
    stream: Vec<u8>,
    before: usize,
    /// The last frame, and one that has begun.
    last: Option<u64>,
    open: Option<Frame>,
    /// Frames without an ACK, with their bytes; and bytes of what comes with the next.
    on_the_way: Vec<(u64, u64)>,
    coming: u64,
    window: u64,
    blobs: BTreeSet<String>,
}

impl Client {
    /// Opens a connection to an address, as a client that had what an earlier connection brought.
    pub(super) fn open(address: &str, door: &Door, earlier: Option<Client>) -> Result<Client, String> {
        let (stream, before, last) =
            earlier.map(|earlier| (earlier.stream, earlier.before, earlier.last)).unwrap_or_default();
        let mut client = Client {
            socket: None,
            refused: None,
            opened: Instant::now(),
            start: Start::First { back: false },
            stream,
            before,
            last,
            open: None,
            on_the_way: Vec::new(),
            coming: 0,
            window: WINDOW,
            blobs: BTreeSet::new(),
        };
        let address = match &door.token {
            Some(token) => with_token(address, token)?,
            None => address.to_owned(),
        };
        let mut request = address.as_str().into_client_request().map_err(|error| error.to_string())?;
        for (name, value) in [("Origin", &door.origin), ("Host", &door.host)] {
            let Some(value) = value else { continue };
            let own = value.replace("{host}", authority(&address)?);
            request.headers_mut().insert(name, own.parse().map_err(|_| format!("{own:?} is no header"))?);
        }
        let failed = |error: std::io::Error| format!("{address} can't be reached: {error}");
        let stream = TcpStream::connect(authority(&address)?).map_err(failed)?;
        stream.set_read_timeout(Some(DEADLINE)).map_err(failed)?;
        stream.set_write_timeout(Some(DEADLINE)).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        match tungstenite::client::client(request, stream) {
            Ok((socket, _)) => client.socket = Some(socket),
            Err(HandshakeError::Failure(Error::Http(response))) => {
                client.refused = Some(response.status().as_u16());
            }
            Err(other) => return Err(format!("the connection is not opened: {other}")),
        }
        Ok(client)
    }

    pub(super) fn refused(&self, status: u16) -> Result<(), String> {
        match self.refused {
            Some(found) if found == status => Ok(()),
            Some(found) => Err(format!("the connection was refused with {found} instead of {status}")),
            None => Err(format!("the connection was not refused with {status}")),
        }
    }

    /// Nothing of the session comes, and the connection ends.
    pub(super) fn kept_out(&mut self, hello: &Said) -> Result<(), String> {
        if self.refused.is_some() {
            return Ok(());
        }
        // It may be closed already.
        let _ = self.say(hello, &Names::default());
        loop {
            self.bounded()?;
            match self.socket()?.read() {
                Ok(Message::Binary(_)) => return Err("it was let in".into()),
                Ok(Message::Close(_)) => return Ok(()),
                Ok(_) => {}
                Err(Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return Err("the connection stays open".into());
                }
                Err(_) => return Ok(()),
            }
        }
    }

    /// Whether what comes may go on.
    fn bounded(&self) -> Result<(), String> {
        if self.opened.elapsed() > LONGEST || self.stream.len() > MOST_BYTES {
            return Err("it sends without end".into());
        }
        Ok(())
    }

    fn socket(&mut self) -> Result<&mut WebSocket<TcpStream>, String> {
        match (&mut self.socket, self.refused) {
            (Some(socket), _) => Ok(socket),
            (None, Some(status)) => Err(format!("the connection was refused with {status}")),
            (None, None) => Err("there is no connection".into()),
        }
    }

    // ---- what is said ------------------------------------------------------------------------------------------

    pub(super) fn say(&mut self, said: &Said, names: &Names) -> Result<(), String> {
        let message = said.message(names)?;
        for line in said.lines() {
            self.note(line);
        }
        let socket = self.socket()?;
        let sent = match said {
            Said::Text(text) => socket.send(Message::text(text.clone())),
            Said::Claim(length) => {
                // A binary message by its first bytes: its length in full, and a mask of zeros.
                let start = [&[0x82, 0xff][..], &length.to_be_bytes(), &[0; 4]].concat();
                socket.get_mut().write_all(&start).map_err(Error::Io)
            }
            _ => socket.send(Message::Binary(message.into())),
        };
        sent.map_err(|error| format!("the message is not taken: {error}"))
    }

    /// Notes what a reply means for what may come.
    fn note(&mut self, line: &Value) {
        match line[0].as_str() {
            Some("HELLO") => {
                let limits = line[7].as_array().map(Vec::as_slice).unwrap_or_default();
                let window = limits.iter().find(|limit| limit["name"] == "window_bytes");
                self.window = window.and_then(|limit| limit["value"].as_u64()).unwrap_or(WINDOW);
            }
            Some("RESUME") => {
                self.start = Start::First { back: true };
                let blobs = line[3].as_array().map(Vec::as_slice).unwrap_or_default();
                self.blobs = blobs.iter().filter_map(|hash| hash.as_str().map(str::to_owned)).collect();
            }
            Some("ACK") => {
                let number = line[1].as_u64().unwrap_or(0);
                self.on_the_way.retain(|(sent, _)| *sent > number);
            }
            _ => {}
        }
    }

    /// Says something until the connection is closed for it.
    pub(super) fn flood(&mut self, said: &Said, names: &Names, code: u16) -> Result<(), String> {
        let message = Bytes::from(said.message(names)?);
        for _ in 0..FLOOD {
            self.bounded()?;
            if self.socket()?.send(Message::Binary(message.clone())).is_err() {
                break;
            }
            let timeout = |client: &mut Client, time| {
                client.socket()?.get_ref().set_read_timeout(Some(time)).map_err(|error| error.to_string())
            };
            timeout(self, Duration::from_millis(1))?;
            let came = self.socket()?.read();
            timeout(self, DEADLINE)?;
            match came {
                Ok(Message::Close(frame)) => return is_code(frame.map(|frame| frame.code.into()), code),
                Err(Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
                Err(_) => break,
                Ok(_) => {}
            }
        }
        self.closed(code)
    }

    pub(super) fn close(&mut self) -> Result<(), String> {
        let mut socket = self.socket.take().ok_or("there is no connection")?;
        // Who is gone needs no goodbye.
        let _ = socket.close(None);
        let _ = socket.flush();
        Ok(())
    }

    /// Ends the connection without a word.
    pub(super) fn cut(&mut self) {
        self.socket = None;
    }

    // ---- what comes --------------------------------------------------------------------------------------------

    fn came(&mut self) -> Result<Came, String> {
        loop {
            self.bounded()?;
            let socket = self.socket()?;
            match socket.read() {
                Ok(Message::Binary(bytes)) => return Ok(Came::Part(Part::read(&bytes)?, bytes.to_vec())),
                Ok(Message::Close(frame)) => {
                    return Ok(Came::Closed(frame.map_or(1005, |frame| frame.code.into())));
                }
                Ok(Message::Text(_)) => return Err("a message of text came; all are binary".into()),
                Ok(Message::Pong(_)) => return Ok(Came::Pong),
                Ok(_) => {}
                Err(Error::Io(error))
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
                {
                    return Err(format!("nothing came in {} seconds", DEADLINE.as_secs()));
                }
                Err(error) => return Err(format!("the connection broke: {error}")),
            }
        }
    }

    /// The next part, held to the rules; parts of a frame together. None where a pong came.
    fn part(&mut self) -> Result<Option<Seen>, String> {
        loop {
            let (part, bytes) = match self.came()? {
                Came::Part(part, bytes) => (part, bytes),
                Came::Pong => return Ok(None),
                Came::Closed(code) => return Err(format!("the connection was closed with {code}")),
            };
            let start = std::mem::replace(&mut self.start, Start::Over);
            match (start, &part) {
                (Start::First { .. }, Part::Header(_)) => {}
                (Start::First { back: true } | Start::Notes, Part::Meta(notes)) => {
                    if !notes[1]["session"].is_string() {
                        return Err("the notes at the start do not name the session".into());
                    }
                    let on = notes[1]["resume"] == "1";
                    if on != (start == Start::First { back: true }) {
                        return Err(
                            "`resume` is noted where the stream begins, or not where it goes on".into()
                        );
                    }
                }
                (Start::Over, _) => {}
                (Start::First { .. }, _) => return Err("a connection begins with no header".into()),
                (Start::Notes, _) => return Err("no notes stand behind the header".into()),
            }
            match part {
                Part::Header(line) => {
                    self.start = Start::Notes;
                    self.stream = bytes;
                    (self.before, self.last, self.open) = (self.stream.len(), None, None);
                    self.blobs.clear();
                    return Ok(Some(Seen { line, begins: start == Start::First { back: false } }));
                }
                Part::Meta(line) => {
                    self.stream.extend_from_slice(&bytes);
                    return Ok(Some(Seen { line, begins: start == Start::Notes || start == Start::Over }));
                }
                Part::Blob(hash, line) => {
                    self.coming += bytes.len() as u64;
                    self.stream.extend_from_slice(&bytes);
                    if !self.blobs.insert(hash) {
                        return Err("a blob came that the interpreter has".into());
                    }
                    return Ok(Some(Seen { line, begins: false }));
                }
                Part::Frame { number, commands, ends } => {
                    if self.open.is_none() {
                        self.before = self.stream.len();
                    }
                    self.stream.extend_from_slice(&bytes);
                    self.coming += bytes.len() as u64;
                    if let Some(frame) = self.frame(number, commands, ends)? {
                        let names = frame.commands.into_iter().map(Value::from).collect();
                        let line = json!(["FRAM", frame.number, Value::Array(names)]);
                        return Ok(Some(Seen { line, begins: false }));
                    }
                }
                Part::Other => {}
            }
        }
    }

    /// Takes a chunk of a frame; gives the frame if this ends it.
    fn frame(&mut self, number: u64, commands: Vec<String>, ends: bool) -> Result<Option<Frame>, String> {
        if self.last.is_some_and(|last| number <= last) {
            return Err(format!("frame {number} came behind frame {}", self.last.unwrap_or(0)));
        }
        let frame = self.open.get_or_insert(Frame { number, commands: Vec::new() });
        if frame.number != number {
            return Err(format!("a part of frame {number} came within frame {}", frame.number));
        }
        frame.commands.extend(commands);
        if !ends {
            return Ok(None);
        }
        self.last = Some(number);
        self.on_the_way.push((number, std::mem::take(&mut self.coming)));
        if self.on_the_way.len() > MOST_FRAMES {
            return Err(format!("{} frames are on their way", self.on_the_way.len()));
        }
        let bytes: u64 = self.on_the_way.iter().map(|(_, bytes)| bytes).sum();
        if self.on_the_way.len() > 1 && bytes > self.window {
            return Err(format!("{bytes} bytes are on their way, in a window of {}", self.window));
        }
        Ok(self.open.take())
    }

    /// What comes next is as a pattern says. The start of a new stream, and notes, are passed over unless they are meant.
    pub(super) fn get(&mut self, pattern: &Value, names: &mut Names) -> Result<(), String> {
        loop {
            let Some(seen) = self.part()? else { continue };
            if seen.begins && seen.line[0] != pattern[0] {
                continue;
            }
            return if seen.fits(pattern, names) {
                Ok(())
            } else {
                Err(format!("{} came instead of {pattern}", seen.line))
            };
        }
    }

    /// Takes and acknowledges frames until one has come.
    pub(super) fn catch(&mut self, wanted: u64, names: &Names) -> Result<(), String> {
        loop {
            let Some(seen) = self.part()? else { continue };
            if seen.begins || seen.line[0] == "BLOB" {
                continue;
            }
            let number = seen.line[1].as_u64().filter(|number| *number <= wanted);
            let Some(number) = number else {
                return Err(format!("{} came instead of frame {wanted}", seen.line));
            };
            self.say(&Said::parse(&[json!(["ACK", number])])?, names)?;
            if number == wanted {
                return Ok(());
            }
        }
    }

    /// Nothing comes before the testee has answered that it is there, twice: what it had to send it has sent then.
    pub(super) fn quiet(&mut self) -> Result<(), String> {
        for _ in 0..2 {
            let ping = self.socket()?.send(Message::Ping(Bytes::new()));
            ping.map_err(|error| format!("the connection broke: {error}"))?;
            while let Some(seen) = self.part()? {
                if !seen.begins {
                    return Err(format!("{} came, where nothing may", seen.line));
                }
            }
        }
        Ok(())
    }

    /// The testee closes the connection. What it sent before is of no interest.
    pub(super) fn closed(&mut self, code: u16) -> Result<(), String> {
        loop {
            match self.came()? {
                Came::Closed(found) => return is_code(Some(found), code),
                Came::Part(..) | Came::Pong => {}
            }
        }
    }

    // ---- what it means -----------------------------------------------------------------------------------------

    /// Whether the last frame makes these calls, one behind the other.
    pub(super) fn draws(&self, wanted: &[String]) -> Result<(), String> {
        let (before, whole) = (calls_of(&self.stream[..self.before])?, calls_of(&self.stream)?);
        let mut made = whole.lines().skip(before.lines().count());
        match wanted.iter().find(|call| !made.any(|line| line.trim() == call.trim())) {
            None => Ok(()),
            Some(call) => {
                let made: Vec<_> = whole.lines().skip(before.lines().count()).map(str::trim).collect();
                Err(format!("the frame does not call {call} in its place; it calls {}", made.join("; ")))
            }
        }
    }

    /// All that came, one after another, is a file that an interpreter carries out without a diagnostic.
    pub(super) fn audit(&self) -> Result<(), String> {
        if self.stream.is_empty() {
            return Ok(());
        }
        for item in SliceReader::new(&self.stream) {
            if let Item::Fault(fault) = item {
                return Err(format!("what came is no file: {fault}"));
            }
        }
        let done = Trace.run(&task(&self.stream))?;
        let lines = replies::lines(done.replies.unwrap_or_default().iter().map(Vec::as_slice))?;
        match lines.iter().find(|line| line.starts_with("[\"DIAGNOSTIC\"")) {
            Some(line) => Err(format!("what came can't be carried out: {line}")),
            None => Ok(()),
        }
    }
}

/// A part as scripts know it, and whether it may be passed over.
struct Seen {
    line: Value,
    begins: bool,
}

impl Seen {
    /// Frames are compared by their number, and by commands that they must hold or lack.
    fn fits(&self, pattern: &Value, names: &mut Names) -> bool {
        if self.line[0] != "FRAM" || pattern[0] != "FRAM" {
            return names.fit_start(pattern, &self.line);
        }
        let has = |name: &Value| self.line[2].as_array().is_some_and(|commands| commands.contains(name));
        let list = |key: &str| pattern[2][key].as_array().cloned().unwrap_or_default();
        names.fit(&pattern[1], &self.line[1])
            && list("holds").iter().all(has)
            && !list("lacks").iter().any(has)
    }
}

fn is_code(found: Option<u16>, wanted: u16) -> Result<(), String> {
    match found {
        Some(found) if found == wanted => Ok(()),
        Some(found) => Err(format!("the connection was closed with {found} instead of {wanted}")),
        None => Err(format!("the connection was closed without the code {wanted}")),
    }
}

fn task(stream: &[u8]) -> Task {
    Task {
        id: String::new(),
        stream: stream.to_vec(),
        layers: vec![Layer::Calls],
        target: Target::Gles3,
        strict: false,
        memory_budget: None,
        driver: Vec::new(),
        packing: None,
        from: None,
        events: None,
    }
}

/// The calls that a stream makes, in the order in which they are made: a longer stream's begin with a shorter one's.
fn calls_of(stream: &[u8]) -> Result<String, String> {
    Ok(Trace.run(&task(stream))?.calls.unwrap_or_default())
}

/// Host and port of an address.
fn authority(address: &str) -> Result<&str, String> {
    let rest = address.strip_prefix("ws://").ok_or_else(|| format!("{address:?} is no ws:// address"))?;
    rest.split(['/', '?'])
        .next()
        .filter(|name| !name.is_empty())
        .ok_or_else(|| "the address has no host".into())
}

/// An address with another token.
fn with_token(address: &str, token: &str) -> Result<String, String> {
    let (start, rest) =
        address.split_once("token=").ok_or("the address has no token, as its query parameter `token`")?;
    let rest = rest.split_once('&').map_or("", |(_, rest)| rest);
    let rest = if rest.is_empty() { String::new() } else { format!("&{rest}") };
    Ok(if token.is_empty() {
        format!("{start}{}", rest.trim_start_matches('&'))
    } else {
        format!("{start}token={token}{rest}")
    })
}

/// Whether an address can be reached on this machine only: it is one of the loopback interface, and nobody listens at its
/// port on the interface that leads out.
pub(super) fn is_local(address: &str) -> Result<(), String> {
    let authority = authority(address)?;
    let there: Vec<_> = authority.to_socket_addrs().map_err(|error| error.to_string())?.collect();
    if let Some(open) = there.iter().find(|there| !there.ip().is_loopback()) {
        return Err(format!("{open} is not on the loopback interface"));
    }
    let port = there.first().map_or(0, std::net::SocketAddr::port);
    match outward() {
        Some(ip) if TcpStream::connect_timeout(&(ip, port).into(), DEADLINE).is_ok() => {
            Err(format!("{ip}:{port} can be reached too"))
        }
        _ => Ok(()),
    }
}

/// This machine's address on the interface that leads out, if there is one. Nothing is sent.
fn outward() -> Option<IpAddr> {
    let socket = UdpSocket::bind(("0.0.0.0", 0)).ok()?;
    socket.connect(("192.0.2.1", 9)).ok()?;
    socket
        .local_addr()
        .ok()
        .map(|address| address.ip())
        .filter(|ip| !ip.is_loopback() && !ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::{authority, with_token};

    #[test]
    fn addresses_have_hosts_and_tokens() {
        let address = "ws://127.0.0.1:80/ws?token=abc&more=1";
        assert_eq!(authority(address), Ok("127.0.0.1:80"));
        assert!(authority("http://a/").is_err() && authority("ws:///a").is_err());
        assert_eq!(with_token(address, "x"), Ok("ws://127.0.0.1:80/ws?token=x&more=1".into()));
        assert_eq!(with_token("ws://a/ws?token=abc", ""), Ok("ws://a/ws?".into()));
        assert!(with_token("ws://a/ws", "x").is_err());
    }
}
