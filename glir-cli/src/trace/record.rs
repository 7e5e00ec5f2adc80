//! `glir record`: what a live session shows, as a file; and the tape that `glir serve --record` writes, too.

use crate::failure::{Failure, Outcome, plain, say};
use crate::output::Output;
use crate::sizes::counted;
use clap::Args;
use glir_core::file::chunk::{BLOCK, ChunkHeader, Kind};
use glir_core::file::{Item, PushReader, message};
use glir_spec::commands::Swap;
use glir_spec::replies::{Ack, Hello, Limit};
use glir_spec::wire::Reader;
use glir_spec::{Encoding, Feature, Frame, Header, Profile, Reply};
use glir_trace::{Recorder, Recording, Ring, split};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket};

/// Record a live session as a file
#[derive(Debug, Args)]
#[command(
    after_help = "The address is the one that serve printed, or its WebSocket. The recording begins with what there is when it \
    connects.\n\
    Ctrl+C ends it. Each frame is written when it comes: who is killed loses the last one at most.\n\n\
    Examples:\n  \
    glir record 'http://127.0.0.1:8000/?token=…' -o session.glir\n  \
    glir record 'ws://127.0.0.1:8000/ws?token=…' -o ten.glir --seconds 10\n  \
    glir record \"$ADDRESS\" -o crash.glir --last 50000000"
)]
pub(crate) struct Record {
    /// The session's address
    #[arg(value_name = "URL")]
    url: String,
    /// The file to write; it must not be there yet
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
    /// End after so many frames
    #[arg(long, value_name = "N")]
    frames: Option<u64>,
    /// End after so many seconds
    #[arg(long, value_name = "SECONDS")]
    seconds: Option<u64>,
    /// Keep only the last frames, in memory of about so many bytes, and write them at the end
    #[arg(long, value_name = "BYTES")]
    last: Option<usize>,
}

/// A recording as it goes on, stream after stream in one file.
pub(crate) struct Tape {
    name: String,
    out: Option<BufWriter<File>>,
    recorder: Option<Recorder<BufWriter<File>>>,
    began: Instant,
    pub(crate) frames: u64,
}

impl Tape {
    /// A file that is not there yet: what is recorded can't be had again, so nothing is overwritten.
    pub(crate) fn create(path: &Path) -> Result<Tape, Failure> {
        Output::expect_extension(path, "glir", "a stream in its binary form")?;
        let name = path.display().to_string();
        let file = match File::create_new(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Failure::about(
                    &name,
                    "this is there already; name another file for the recording",
                ));
            }
            Err(error) => return Err(Failure::writing(&name, &error)),
        };
        let out = Some(BufWriter::new(file));
        Ok(Tape { name, out, recorder: None, began: Instant::now(), frames: 0 })
    }

    fn failed(&self, error: &io::Error) -> Failure {
        Failure::writing(&self.name, error)
    }

    /// A stream begins.
    pub(crate) fn begin(&mut self, header: &Header<'_>) -> Result<(), Failure> {
        let ended = self.recorder.take().map(Recorder::finish).transpose();
        let out = ended.map_err(|error| self.failed(&error))?.or(self.out.take());
        let Some(out) = out else { return Ok(()) };
        let recorder = Recorder::new(out, header, Recording::default());
        self.recorder = Some(recorder.map_err(|error| self.failed(&error))?);
        self.began = Instant::now();
        Ok(())
    }

    pub(crate) fn blob(&mut self, encoding: Encoding, bytes: &[u8]) -> Result<(), Failure> {
        let Some(recorder) = &mut self.recorder else { return Ok(()) };
        recorder.blob(encoding, bytes).map(drop).map_err(|error| Failure::writing(&self.name, &error))
    }

    /// A frame, at this moment.
    pub(crate) fn frame(&mut self, head: &[u8], arena: &[u8]) -> Result<(), Failure> {
        let time_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let Some(recorder) = &mut self.recorder else { return Ok(()) };
        self.frames += 1;
        recorder.frame(head, arena, time_us).map_err(|error| Failure::writing(&self.name, &error))
    }

    /// Ends the file with its index.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        let ended = self.recorder.take().map(Recorder::finish).transpose();
        let out = ended.map_err(|error| self.failed(&error))?.or(self.out.take());
        let Some(mut out) = out else { return Ok(()) };
        out.flush().map_err(|error| self.failed(&error))
    }
}

/// Where a session goes.
enum Sink {
    Tape(Tape),
    /// The last frames of the present stream.
    Ring(Option<Ring>, usize),
}

impl Sink {
    fn take(&mut self, item: Item<'_>, began: Instant) -> Result<(), Failure> {
        match (self, item) {
            (Sink::Tape(tape), Item::Header(header)) => tape.begin(&header),
            (Sink::Tape(tape), Item::Blob { encoding, bytes, .. }) => tape.blob(encoding, bytes),
            (Sink::Tape(tape), Item::Frame { head, arena, .. }) => tape.frame(head, arena),
            (Sink::Ring(ring, bytes), Item::Header(header)) => {
                *ring = Some(Ring::new(&header, *bytes).map_err(|why| Failure::Unusable(why.to_string()))?);
                Ok(())
            }
            (Sink::Ring(Some(ring), _), Item::Blob { hash, encoding, bytes }) => {
                ring.blob(hash, encoding, bytes);
                Ok(())
            }
            (Sink::Ring(Some(ring), _), Item::Frame { head, arena, .. }) => {
                ring.frame(head, arena, u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
                Ok(())
            }
            (_, Item::Fault(fault)) => {
                say(fault);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

/// How often somebody who waits looks whether it is over.
const LOOK: Duration = Duration::from_millis(100);
/// Bytes that may be on their way.
const WINDOW: u64 = 64 << 20;

impl Record {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = stop.clone();
        ctrlc::set_handler(move || stopping.store(true, Ordering::Relaxed))
            .map_err(|error| Failure::about("Ctrl+C", error))?;
        let mut socket = connect(&self.url)?;
        let mut sink = match self.last {
            Some(bytes) => {
                Output::expect_extension(&self.output, "glir", "a stream in its binary form")?;
                Sink::Ring(None, bytes)
            }
            None => Sink::Tape(Tape::create(&self.output)?),
        };
        let lost = |error: Error| Failure::about(&self.url, format!("the connection broke: {error}"));
        send(&mut socket, hello()).map_err(lost)?;
        let began = Instant::now();
        let until = self.seconds.map(|seconds| began + Duration::from_secs(seconds));
        let mut reader = PushReader::default();
        let mut frames = 0;
        let (mut broken, mut reason) = (None, String::new());
        while !stop.load(Ordering::Relaxed)
            && until.is_none_or(|until| Instant::now() < until)
            && self.frames.is_none_or(|most| frames < most)
        {
            let bytes = match socket.read() {
                Ok(Message::Binary(bytes)) => bytes,
                Ok(Message::Close(last)) => {
                    reason = last.map_or_else(String::new, |last| last.reason.to_string());
                    break;
                }
                Err(Error::ConnectionClosed | Error::AlreadyClosed) => break,
                Ok(_) => continue,
                Err(Error::Io(error))
                    if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) =>
                {
                    continue;
                }
                Err(error) => {
                    broken = Some(error.to_string());
                    break;
                }
            };
            reader.feed(&bytes);
            while let Some(item) = reader.poll() {
                sink.take(item, began)?;
            }
            if let Some(frame) = ended(&bytes) {
                frames += 1;
                if let Err(error) = send(&mut socket, vec![Reply::Ack(Ack { frame })]) {
                    broken = Some(error.to_string());
                    break;
                }
            }
        }
        // Whoever is on the other side may have gone already.
        let _ = socket.close(None);
        let has_begun = match &sink {
            Sink::Tape(tape) => tape.recorder.is_some(),
            Sink::Ring(ring, _) => ring.is_some(),
        };
        if !has_begun {
            if let Sink::Tape(tape) = sink {
                drop(tape);
                let _ = std::fs::remove_file(&self.output);
            }
            let why = broken.unwrap_or(reason);
            let why = if why.is_empty() { String::new() } else { format!(": {why}") };
            return Err(Failure::about(
                &self.url,
                format!("the session ended before it showed anything{why}"),
            ));
        }
        match sink {
            Sink::Tape(tape) => tape.finish()?,
            Sink::Ring(None, _) => {}
            Sink::Ring(Some(ring), _) => {
                frames = ring.frames() as u64;
                let mut out = Output::open(Some(&self.output))?;
                ring.write(&mut out)
                    .map(drop)
                    .map_err(|error| Failure::writing(out_name(&self.output), &error))?;
                out.finish()?;
            }
        }
        if let Some(why) = broken {
            say(format_args!("{}: the connection broke: {why}", self.url));
            return Ok(Outcome::Faults);
        }
        say(format_args!("{}: {}", self.output.display(), counted(frames, "frame")));
        Ok(Outcome::Fine)
    }
}

fn out_name(path: &Path) -> String {
    path.display().to_string()
}

/// Opens the WebSocket of an address, be it that of the page.
fn connect(url: &str) -> Result<WebSocket<TcpStream>, Failure> {
    let socket_url = match url.split_once("://") {
        Some(("ws", _)) => url.to_owned(),
        Some(("http", rest)) => format!("ws://{}", rest.replacen("/?", "/ws?", 1)),
        _ => {
            return Err(Failure::about(
                url,
                "this is no address of a live session; it begins with http:// or ws://",
            ));
        }
    };
    let authority = socket_url.split('/').nth(2).unwrap_or_default().to_owned();
    let unreachable = |why: String| Failure::about(url, format!("no session answers there: {why}"));
    let authority = if authority.contains(':') { authority } else { format!("{authority}:80") };
    let address = authority.to_socket_addrs().map_err(|error| unreachable(plain(&error)))?.next();
    let address = address.ok_or_else(|| unreachable("the name is unknown".into()))?;
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(10))
        .map_err(|error| unreachable(plain(&error)))?;
    let request =
        socket_url.as_str().into_client_request().map_err(|error| Failure::about(url, error.to_string()))?;
    let mut config = WebSocketConfig::default();
    config.max_message_size = Some(1 << 30);
    config.max_frame_size = Some(1 << 30);
    let (socket, _) = tungstenite::client::client_with_config(request, stream, Some(config))
        .map_err(|error| unreachable(error.to_string()))?;
    socket.get_ref().set_read_timeout(Some(LOOK)).map_err(|error| unreachable(plain(&error)))?;
    Ok(socket)
}

/// What a recorder says of itself: it draws nothing, so it takes everything.
fn hello() -> Vec<Reply<'static>> {
    vec![Reply::Hello(Hello {
        major: glir_spec::VERSION.0,
        minor: glir_spec::VERSION.1,
        interpreter: "glir record".into(),
        profile: Profile::Es3,
        features: Feature::ALL.to_vec(),
        extensions: Vec::new(),
        limits: vec![Limit { name: "window_bytes".into(), value: WINDOW }],
    })]
}

fn send(socket: &mut WebSocket<TcpStream>, replies: Vec<Reply<'_>>) -> Result<(), Error> {
    let mut frame = Frame::new();
    replies.into_iter().for_each(|reply| frame.push_reply(reply));
    // A few replies are no message that is too large.
    let message = message::replies(&frame).unwrap_or_default();
    socket.send(Message::Binary(message.into()))
}

/// The number of the frame that a message ends.
fn ended(message: &[u8]) -> Option<u64> {
    let header = ChunkHeader::decode(message.first_chunk::<BLOCK>()?)?;
    if header.kind != Kind::FRAME {
        return None;
    }
    let head = message.get(BLOCK..)?.get(..header.head_len as usize)?;
    let last = split(head).last()?;
    let mut reader = Reader::new(last);
    let opcode = reader.array().and_then(|_| reader.uint()).ok()?;
    (opcode == u64::from(Swap::OPCODE)).then_some(header.sequence)
}
