//! A live session on the loopback interface: beside a bare WebSocket of the same library, against a slow client, and with a plot
//! that is moved. The client is one and the same program everywhere.

use crate::memory::resident;
use crate::timing::interleaved;
use axum::Router;
use axum::extract::ws::{Message as Sent, WebSocketUpgrade};
use axum::routing::get;
use glir_core::file::chunk::{BLOCK, ChunkHeader, Kind};
use glir_core::file::message;
use glir_data::{Channel, Recording, Samples, Timing};
use glir_live::Session;
use glir_plot::{Change, Chart};
use glir_spec::commands::{Clear, Create, Data, Size, Swap};
use glir_spec::enums::{BufferRole, BufferUsage, Plane};
use glir_spec::ids::{BufferId, CanvasId};
use glir_spec::replies::{Ack, Hello, Wheel};
use glir_spec::structs::{Descriptor, Region};
use glir_spec::{Encoding, Frame, Profile, Reply};
use serde_json::{Value, json};
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tungstenite::{Message, WebSocket};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const BUFFER: BufferId = BufferId(1);
const MIB: usize = 1 << 20;
/// The command SWAP: an array of its opcode.
const SWAP: [u8; 2] = [0x91, Swap::OPCODE];
/// Nothing takes longer but a program that hangs.
const PATIENCE: Duration = Duration::from_secs(60);

/// One part of what is measured of a live session.
pub(crate) fn live(part: &str) -> Result<Value> {
    match part {
        "throughput" => Ok(json!({ "mib_1": throughput(MIB, 256)?, "kib_64": throughput(MIB / 16, 1024)? })),
        "slow" => slow_client(),
        "plot" => plot(),
        _ => Err("parts: throughput, slow, plot".into()),
    }
}

/// A client that takes so many bytes a second and writes each frame's number as a line, up to a last one.
pub(crate) fn follow(url: &str, bytes_per_second: f64, last: u64) -> Result<Value> {
    let mut client = Client::open(url, Some(bytes_per_second))?;
    client.greet()?;
    let mut taken = 0u64;
    loop {
        let frame = client.frame()?;
        taken += 1;
        writeln!(io::stdout(), "{frame}")?;
        if frame >= last {
            return Ok(json!({ "taken": taken }));
        }
    }
}

/// A socket that reads no faster than this many bytes a second.
struct Throttled {
    stream: TcpStream,
    bytes_per_second: Option<f64>,
}

impl Read for Throttled {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let Some(rate) = self.bytes_per_second else { return self.stream.read(bytes) };
        let most = bytes.len().min(16 << 10);
        let count = self.stream.read(bytes.get_mut(..most).unwrap_or_default())?;
        std::thread::sleep(Duration::from_secs_f64(count as f64 / rate));
        Ok(count)
    }
}

impl Write for Throttled {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

struct Client {
    socket: WebSocket<Throttled>,
    /// Bytes of the messages that came.
    received: u64,
}

impl Client {
    fn open(url: &str, bytes_per_second: Option<f64>) -> Result<Client> {
        let address = url.split('/').nth(2).ok_or("an address has a host")?;
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = Throttled { stream, bytes_per_second };
        let socket = tungstenite::client::client(url, stream).map_err(|error| error.to_string())?.0;
        Ok(Client { socket, received: 0 })
    }

    /// Opens a session's socket and greets.
    fn join(session: &Session, bytes_per_second: Option<f64>) -> Result<Client> {
        let mut client = Client::open(&session.socket_url(), bytes_per_second)?;
        client.greet()?;
        Ok(client)
    }

    fn greet(&mut self) -> Result<()> {
        self.send(Reply::Hello(Hello {
            major: 1,
            minor: 0,
            interpreter: "a benchmark's client".into(),
            profile: Profile::Es3,
            features: Vec::new(),
            extensions: Vec::new(),
            limits: Vec::new(),
        }))
    }

    fn send(&mut self, reply: Reply<'_>) -> Result<()> {
        let mut frame = Frame::new();
        frame.push_reply(reply);
        Ok(self.socket.send(Message::Binary(message::replies(&frame)?.into()))?)
    }

    fn message(&mut self) -> Result<tungstenite::Bytes> {
        loop {
            match self.socket.read()? {
                Message::Binary(bytes) => {
                    self.received += bytes.len() as u64;
                    return Ok(bytes);
                }
                Message::Close(close) => return Err(format!("the server has closed: {close:?}").into()),
                _ => {}
            }
        }
    }

    /// The number of the next frame that comes to its SWAP; it is acknowledged.
    fn frame(&mut self) -> Result<u64> {
        loop {
            let bytes = self.message()?;
            let block = bytes.first_chunk::<BLOCK>().ok_or("a message is shorter than a header")?;
            // The stream's own header is no chunk.
            let Some(header) = ChunkHeader::decode(block).filter(|header| header.kind == Kind::FRAME) else {
                continue;
            };
            let head = bytes.get(BLOCK..BLOCK + header.head_len as usize).unwrap_or(&[]);
            if head.ends_with(&SWAP) {
                self.send(Reply::Ack(Ack { frame: header.sequence }))?;
                return Ok(header.sequence);
            }
        }
    }
}

/// The frame that makes a buffer, and one that fills it.
fn frames(bytes: usize) -> (Frame, Frame) {
    let mut made = Frame::new();
    let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Dynamic };
    made.push(Create { id: BUFFER.into(), descriptor });
    made.push(Size { id: BUFFER.into(), width: bytes as u64, height: 1, depth: 1 });
    made.push(Swap {});
    let mut filled = Frame::new();
    let contents: Vec<u8> = (0..bytes).map(|index| (index % 251) as u8).collect();
    let payload = filled.payload(Encoding::U8, &contents);
    filled.push(Data { id: BUFFER.into(), region: Region::Bytes { offset: 0 }, payload });
    filled.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    filled.push(Swap {});
    (made, filled)
}

fn sent(session: &Session, frame: &Frame) -> Result<()> {
    match session.send(frame)?.first() {
        Some(fault) => Err(fault.to_string().into()),
        None => Ok(()),
    }
}

/// Frames of one size through a session that checks and keeps them, each acknowledged, beside messages of the same bytes through
/// the same server library's WebSocket and nothing else.
fn throughput(bytes: usize, count: u64) -> Result<Value> {
    let session = Session::builder().start()?;
    let (made, filled) = frames(bytes);
    sent(&session, &made)?;
    let mut follower = Client::join(&session, None)?;
    follower.frame()?;

    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))?;
    let url = format!("ws://{}/", listener.local_addr()?);
    let contents = axum::body::Bytes::from(filled.arena().to_vec());
    let pump = move |upgrade: WebSocketUpgrade| async move {
        upgrade.on_upgrade(move |mut socket| async move {
            // Each message asks for a run.
            while let Some(Ok(_)) = socket.recv().await {
                for _ in 0..count {
                    if socket.send(Sent::Binary(contents.clone())).await.is_err() {
                        return;
                    }
                }
            }
        })
    };
    runtime.spawn(async move { axum::serve(listener, Router::new().route("/", get(pump))).await });
    let mut bare = Client::open(&url, None)?;

    // The client's thread, in both cases.
    let (ask, asked) = mpsc::channel::<bool>();
    let (tell, told) = mpsc::channel::<std::result::Result<(), String>>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for live in asked {
                let mut run = || -> Result<()> {
                    if live {
                        for _ in 0..count {
                            follower.frame()?;
                        }
                        return Ok(());
                    }
                    bare.socket.send(Message::Binary(Vec::new().into()))?;
                    for _ in 0..count {
                        bare.message()?;
                    }
                    Ok(())
                };
                if tell.send(run().map_err(|error| error.to_string())).is_err() {
                    return;
                }
            }
        });
        let mut trouble = None;
        let mut turn = |live: bool| {
            let run = || -> Result<()> {
                ask.send(live)?;
                for _ in 0..if live { count } else { 0 } {
                    if !session.wait_ready(PATIENCE) {
                        return Err("the client is not ready".into());
                    }
                    sent(&session, &filled)?;
                }
                Ok(told.recv()??)
            };
            if let Err(error) = run() {
                trouble.get_or_insert(error.to_string());
            }
        };
        let cell = std::cell::RefCell::new(&mut turn);
        let pair = interleaved(9, || (cell.borrow_mut())(true), || (cell.borrow_mut())(false));
        drop(ask);
        if let Some(trouble) = trouble {
            return Err(trouble.into());
        }
        let moved = bytes as f64 * count as f64;
        Ok(json!({
            "session_bytes_per_second": moved / pair.first,
            "bare_bytes_per_second": moved / pair.second,
            "share_of_bare": 1.0 / pair.ratio,
        }))
    })
}

/// A client that takes 1 MB a second, under a producer of 100.
fn slow_client() -> Result<Value> {
    const FRAMES: u64 = 1000;
    const RATE: f64 = 1e6;
    let session = Session::builder().start()?;
    let (made, filled) = frames(MIB);
    sent(&session, &made)?;
    // In a process of its own, so that this one's memory is the server's.
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["live-client", &session.socket_url(), &RATE.to_string(), &FRAMES.to_string()]);
    let mut client = command.stdout(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(client.stdout.take().ok_or("a client without output")?).lines();
    let first = lines.next().ok_or("the client has ended")??;
    if first != "0" {
        return Err(format!("the client began with {first}").into());
    }
    let follower = std::thread::spawn(move || {
        let numbers = lines.map_while(|line| line.ok()?.parse::<u64>().ok());
        numbers.map(|frame| (Instant::now(), frame)).collect::<Vec<_>>()
    });
    let before = resident()?;
    let (mut most, began) = (before, Instant::now());
    for number in 1..=FRAMES {
        sent(&session, &filled)?;
        most = most.max(resident()?);
        let due = began + Duration::from_secs_f64(number as f64 * MIB as f64 / (100.0 * RATE));
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
    }
    let ended = Instant::now();
    let produced = FRAMES as f64 * MIB as f64 / (ended - began).as_secs_f64();
    let taken = follower.join().map_err(|_| "the client's reader has panicked")?;
    client.wait()?;
    if taken.last().is_none_or(|(_, frame)| *frame < FRAMES) {
        return Err("the client never had the last frame".into());
    }
    let stale = taken.iter().filter(|(at, frame)| *at > ended && *frame < FRAMES).count();
    Ok(json!({
        "produced_bytes_per_second": produced,
        "frames_taken": taken.len(),
        "stale_frames": stale,
        "server_growth_bytes": most.saturating_sub(before),
    }))
}

/// Ten million samples: until a client has all, and what moving them costs.
fn plot() -> Result<Value> {
    const SAMPLES: usize = 10_000_000;
    const MOVES: usize = 200;
    let values: Vec<f32> = (0..SAMPLES).map(|index| (index as f32 * 1e-3).sin()).collect();
    let channel = Channel { timing: Timing::from_rate(1000.0), ..Channel::from(Samples::from(&values[..])) };
    let recording = Recording { channels: vec![channel], ..Recording::default() };
    let began = Instant::now();
    let mut plot = Chart::default().live(&recording)?;
    let session = Session::builder().header(plot.header()).start()?;
    let mut faults = Vec::new();
    plot.scene(&mut |frame| match session.send(frame) {
        Ok(found) => faults.extend(found.into_iter().map(|fault| fault.to_string())),
        Err(error) => faults.push(error.to_string()),
    })?;
    if let Some(fault) = faults.first() {
        return Err(fault.clone().into());
    }
    let mut client = Client::join(&session, None)?;
    let last = session.frame().saturating_sub(1);
    while client.frame()? < last {}
    let first = began.elapsed().as_secs_f64();
    let whole = client.received;
    let (mut bytes, mut seconds) = (Vec::new(), Vec::new());
    for turn in 0..MOVES {
        let wheel = Wheel {
            canvas: CanvasId(0),
            x: 400.0,
            y: 100.0,
            dx: 0.0,
            dy: if turn % 40 < 20 { 120.0 } else { -120.0 },
            modifiers: 0,
            time: 0.0,
        };
        let began = Instant::now();
        client.send(Reply::Wheel(wheel))?;
        loop {
            let event = session.recv_timeout(PATIENCE).ok_or("no event came")?;
            if plot.event(&event.reply) == Change::View {
                break;
            }
        }
        sent(&session, &plot.frame()?)?;
        let wanted = session.frame().saturating_sub(1);
        let before = client.received;
        while client.frame()? < wanted {}
        seconds.push(began.elapsed().as_secs_f64());
        bytes.push(client.received - before);
    }
    seconds.sort_by(f64::total_cmp);
    Ok(json!({
        "scene_bytes": whole,
        "seconds_to_first_frame": first,
        "most_bytes_per_move": bytes.iter().max(),
        "median_seconds_per_move": seconds.get(MOVES / 2),
        "p95_seconds_per_move": seconds.get(MOVES * 95 / 100),
    }))
}
