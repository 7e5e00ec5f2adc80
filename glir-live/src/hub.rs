//! The middle of a session: the stream on one side, the clients on the other. It does no I/O; who calls it holds its lock.

use crate::limits;
use crate::parcel::{OnTheWay, Parcel};
use crate::stream::{Checked, Draft, Place, Stream, named_blobs};
use crate::{ClientId, ClientInfo, Error, Event};
use glir_core::Diagnostic;
use glir_core::file::message::decode_replies;
use glir_spec::enums::Severity;
use glir_spec::ids::{CanvasId, ObjectId, RequestId};
use glir_spec::replies::{Close, DiagnosticReply, Hello, ReadFailed};
use glir_spec::wire::{Hash, Str};
use glir_spec::{Code, Header, Payload, Reply};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Notify;

/// Stream and clients.
pub(crate) struct Hub {
    pub(crate) name: String,
    pub(crate) stream: Stream,
    clients: BTreeMap<ClientId, Client>,
    joined: u64,
    events: VecDeque<Event>,
    event_bytes: usize,
    dropped_events: u64,
    /// READs of the frame that is not complete, then those without an answer.
    asked: Vec<(RequestId, Option<u64>)>,
    reads: HashMap<RequestId, (ClientId, Instant)>,
    pub(crate) closed: bool,
}

/// An interpreter that follows the session, or a viewer of its pictures, which sends events only.
struct Client {
    interpreter: String,
    /// Its HELLO has come, and it wants frames.
    follows: bool,
    place: Place,
    blobs: usize,
    has: Vec<Hash>,
    window: u64,
    on_the_way: OnTheWay,
    /// Bytes that were sent ahead of the next frame.
    ahead: u64,
    /// Frames that must come as they are, and what leads to them.
    kept: VecDeque<Parcel>,
    /// It has closed its canvas 0, which is told once.
    left: bool,
    allowance: Allowance,
    wake: Arc<Notify>,
}

/// What a client may still send in this second.
struct Allowance {
    since: Instant,
    left: u32,
}

impl Allowance {
    fn new() -> Self {
        Allowance { since: Instant::now(), left: limits::MAX_REPLIES_PER_SECOND }
    }

    /// True if one more may come.
    fn take(&mut self) -> bool {
        if self.since.elapsed() >= Duration::from_secs(1) {
            *self = Allowance::new();
        }
        let some = self.left > 0;
        self.left = self.left.saturating_sub(1);
        some
    }
}

/// Why a connection ends: a close code and one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: u16,
    pub(crate) sentence: String,
}

impl Refusal {
    /// A message that breaks the protocol.
    pub(crate) fn malformed(sentence: impl Into<String>) -> Self {
        Refusal { code: 1002, sentence: sentence.into() }
    }

    /// More than anybody needs to say.
    fn flood() -> Self {
        let sentence = format!("more than {} replies came in one second", limits::MAX_REPLIES_PER_SECOND);
        Refusal { code: 1008, sentence }
    }

    /// A message that is too large.
    pub(crate) fn too_large(sentence: impl Into<String>) -> Self {
        Refusal { code: 1009, sentence: sentence.into() }
    }
}

impl Hub {
    pub(crate) fn new(name: String, stream: Stream) -> Self {
        Hub {
            name,
            stream,
            clients: BTreeMap::new(),
            joined: 0,
            events: VecDeque::new(),
            event_bytes: 0,
            dropped_events: 0,
            asked: Vec::new(),
            reads: HashMap::new(),
            closed: false,
        }
    }

    // ---- the producer's side ---------------------------------------------------------------------------------------

    /// Takes a chunk of a frame.
    pub(crate) fn send(&mut self, draft: Draft<'_>) -> Vec<Diagnostic> {
        let Checked { diagnostics, reads, complete } = self.stream.take(draft);
        self.asked.extend(reads);
        if complete {
            self.complete();
        }
        diagnostics
    }

    fn complete(&mut self) {
        let asked = std::mem::take(&mut self.asked);
        let reader = if asked.is_empty() { None } else { self.reader() };
        if let Some(reader) = reader
            && let Some(client) = self.clients.get_mut(&reader)
        {
            // The way to the frame before stands now or never: the next frame changes the present.
            let before = client.lead(&mut self.stream);
            client.keep(before);
        }
        self.stream.finish();
        let client = reader.and_then(|reader| self.clients.get_mut(&reader));
        if let Some(client) = client {
            client.keep(self.stream.exact());
            client.place = Place::At(self.stream.reached());
        }
        for (request, bytes) in asked {
            match (reader, bytes) {
                (Some(reader), Some(bytes)) if bytes <= limits::MAX_RESULT as u64 => {
                    self.reads.insert(request, (reader, Instant::now()));
                }
                (Some(_), Some(bytes)) => self.read_failed(
                    request,
                    &format!(
                        "a READ of {bytes} bytes is larger than the {} that a client may send",
                        limits::MAX_RESULT
                    ),
                ),
                (None, Some(_)) => {
                    self.read_failed(request, "there is no client that could answer this READ");
                }
                (_, None) => self.read_failed(request, ""),
            }
        }
        self.wake_all();
    }

    /// Begins another stream; every client gets it from its start.
    pub(crate) fn begin(&mut self, header: &Header<'_>) -> Result<(), Error> {
        self.stream = Stream::new(header, &self.name, self.stream.next())?;
        self.asked.clear();
        for client in self.clients.values_mut() {
            client.place = Place::Nowhere;
            client.kept.clear();
        }
        self.wake_all();
        Ok(())
    }

    /// The client that answers READs and queries: the oldest that has room for the frames that they need.
    fn reader(&self) -> Option<ClientId> {
        if self.reads.len() >= limits::MAX_READS {
            return None;
        }
        let able = |client: &&Client| client.follows && client.kept.len() < limits::MAX_KEPT_FRAMES;
        self.clients.iter().find(|(_, client)| able(client)).map(|(id, _)| *id)
    }

    /// True if some client has everything and could take one more frame at once.
    pub(crate) fn is_ready(&self) -> bool {
        let reached = self.stream.reached();
        self.clients.values().any(|client| {
            let current = client.place == Place::At(reached) && client.kept.is_empty();
            client.follows && current && client.on_the_way.has_room(0, client.window)
        })
    }

    /// True if there is something for which the producer's side may wait.
    pub(crate) fn has_news(&self) -> bool {
        self.closed || !self.events.is_empty() || self.is_ready()
    }

    pub(crate) fn clients(&self) -> Vec<ClientInfo> {
        let info = |(id, client): (&ClientId, &Client)| ClientInfo {
            id: *id,
            interpreter: client.interpreter.clone(),
            frames_on_the_way: client.on_the_way.frames(),
            bytes_on_the_way: client.on_the_way.bytes(),
        };
        self.clients.iter().map(info).collect()
    }

    /// The next event, in the order of arrival.
    pub(crate) fn event(&mut self) -> Option<Event> {
        self.forget_late_reads();
        let event = self.events.pop_front()?;
        self.event_bytes = self.event_bytes.saturating_sub(weight(&event.reply));
        Some(event)
    }

    /// Events that were dropped because the producer did not fetch them.
    pub(crate) fn dropped_events(&self) -> u64 {
        self.dropped_events
    }

    /// When the oldest READ without an answer fails.
    pub(crate) fn patience(&self) -> Option<Duration> {
        let oldest = self.reads.values().map(|(_, since)| since.elapsed()).max()?;
        Some(limits::READ_PATIENCE.saturating_sub(oldest))
    }

    fn forget_late_reads(&mut self) {
        let late = |since: &Instant| since.elapsed() >= limits::READ_PATIENCE;
        let late: Vec<RequestId> =
            self.reads.iter().filter(|(_, (_, since))| late(since)).map(|(request, _)| *request).collect();
        for request in late {
            self.reads.remove(&request);
            self.read_failed(request, "the client did not answer this READ in time");
        }
    }

    /// Tells the producer that a READ failed, and why unless that is known.
    fn read_failed(&mut self, request: RequestId, why: &str) {
        if !why.is_empty() {
            self.push(
                ClientId::NONE,
                Reply::DiagnosticReply(DiagnosticReply {
                    severity: Severity::Warning,
                    code: Code::LimitExceeded,
                    frame: self.stream.reached().saturating_sub(1),
                    command: None,
                    name: Str::from("READ"),
                    object: ObjectId(0),
                    label: Str::default(),
                    message: Str::from(why.to_owned()),
                }),
            );
        }
        self.push(ClientId::NONE, Reply::ReadFailed(ReadFailed { request }));
    }

    fn push(&mut self, client: ClientId, reply: Reply<'static>) {
        self.event_bytes += weight(&reply);
        self.events.push_back(Event { client, reply });
        while self.events.len() > limits::MAX_EVENTS || self.event_bytes > limits::MAX_EVENT_BYTES {
            let Some(oldest) = self.events.pop_front() else { break };
            self.event_bytes = self.event_bytes.saturating_sub(weight(&oldest.reply));
            self.dropped_events += 1;
        }
    }

    // ---- the clients' side -----------------------------------------------------------------------------------------

    /// A client comes. Its frames begin with its HELLO; a viewer gets none.
    pub(crate) fn join(&mut self) -> Result<(ClientId, Arc<Notify>), Refusal> {
        if self.clients.len() >= limits::MAX_CLIENTS {
            let sentence = format!("the session has {} clients already", limits::MAX_CLIENTS);
            return Err(Refusal { code: 1013, sentence });
        }
        self.joined += 1;
        let id = ClientId(self.joined);
        let wake = Arc::new(Notify::new());
        let client = Client {
            interpreter: String::new(),
            follows: false,
            place: Place::Nowhere,
            blobs: 0,
            has: Vec::new(),
            window: limits::DEFAULT_WINDOW,
            on_the_way: OnTheWay::default(),
            ahead: 0,
            kept: VecDeque::new(),
            left: false,
            allowance: Allowance::new(),
            wake: wake.clone(),
        };
        self.clients.insert(id, client);
        Ok((id, wake))
    }

    /// A client goes. READs that it owes fail.
    pub(crate) fn leave(&mut self, id: ClientId) {
        let Some(client) = self.clients.remove(&id) else { return };
        let owed: Vec<RequestId> =
            self.reads.iter().filter(|(_, (reader, _))| *reader == id).map(|(request, _)| *request).collect();
        for request in owed {
            self.reads.remove(&request);
            self.read_failed(request, "the client that was asked has gone");
        }
        if !client.interpreter.is_empty() && !client.left {
            self.push(id, Reply::Close(Close { canvas: CanvasId(0) }));
        }
    }

    /// The part of the session that serves a client has broken down.
    pub(crate) fn broke(&mut self, id: ClientId) {
        let message = Str::from(format!("what serves {id} has failed; this is a fault of the server"));
        let (severity, code) = (Severity::Fatal, Code::DriverError);
        let frame = self.stream.reached().saturating_sub(1);
        let (name, object, label) = (Str::from("SESSION"), ObjectId(0), Str::default());
        self.push(
            ClientId::NONE,
            Reply::DiagnosticReply(DiagnosticReply {
                severity,
                code,
                frame,
                command: None,
                name,
                object,
                label,
                message,
            }),
        );
    }

    /// The next frame for a client, if there is one and it has room.
    pub(crate) fn parcel(&mut self, id: ClientId) -> Option<Parcel> {
        let client = self.clients.get_mut(&id)?;
        if !client.follows || !client.on_the_way.has_room(0, client.window) {
            return None;
        }
        let parcel = match client.kept.pop_front() {
            Some(kept) => kept,
            None => client.lead(&mut self.stream),
        };
        let bytes = client.ahead + parcel.bytes;
        if !client.on_the_way.has_room(bytes, client.window) {
            // It goes when what is on its way has arrived; what is sent meanwhile comes behind it, as one frame.
            client.kept.push_front(parcel);
            return None;
        }
        match parcel.frame {
            Some(frame) => {
                client.on_the_way.add(frame, bytes);
                client.ahead = 0;
            }
            None => client.ahead = bytes,
        }
        (!parcel.is_empty()).then_some(parcel)
    }

    /// A client in this process, which draws what it takes and needs no credit.
    #[cfg(feature = "pixels")]
    pub(crate) fn follow(&mut self, id: ClientId, interpreter: &str) {
        if let Some(client) = self.clients.get_mut(&id) {
            client.follows = true;
            client.interpreter = interpreter.to_owned();
        }
    }

    /// The client in this process has drawn a frame.
    #[cfg(feature = "pixels")]
    pub(crate) fn drawn(&mut self, id: ClientId, frame: u64) {
        if let Some(client) = self.clients.get_mut(&id) {
            client.on_the_way.acknowledged(frame);
        }
    }

    /// What its interpreter answers.
    #[cfg(feature = "pixels")]
    pub(crate) fn answer(&mut self, id: ClientId, replies: impl Iterator<Item = Reply<'static>>) {
        for reply in replies.filter(|reply| !matches!(reply, Reply::Ack(_))) {
            // Only a message can break the protocol.
            let _ = self.reply(id, reply, &[]);
        }
    }

    /// A message of a client's. `viewer` says that it follows pictures, not frames; then frames that it has are its own affair
    /// and are given back.
    pub(crate) fn receive(
        &mut self,
        id: ClientId,
        message: &[u8],
        viewer: bool,
    ) -> Result<Option<u64>, Refusal> {
        let owes = self.reads.values().any(|(reader, _)| *reader == id);
        if message.len() > if owes { limits::MAX_RESULT + limits::RESULT_ROOM } else { limits::MAX_MESSAGE } {
            return Err(Refusal::too_large(format!("a message of {} bytes is too large", message.len())));
        }
        let (replies, arena) = decode_replies(message).map_err(Refusal::malformed)?;
        let mut acknowledged = None;
        if replies.is_empty() {
            let greeted = self.clients.get(&id).is_some_and(|client| !client.interpreter.is_empty());
            if !greeted {
                return Err(Refusal::malformed("the first reply must be HELLO"));
            }
            if self.exceeds(id) {
                return Err(Refusal::flood());
            }
        }
        for (index, reply) in replies.into_iter().enumerate() {
            let Some(client) = self.clients.get_mut(&id) else { return Ok(None) };
            let greeted = !client.interpreter.is_empty();
            match reply {
                Reply::Hello(hello) if !greeted && index == 0 => self.greet(id, hello, viewer),
                Reply::Hello(_) => return Err(Refusal::malformed("a second HELLO came on one connection")),
                _ if !greeted => return Err(Refusal::malformed("the first reply must be HELLO")),
                Reply::Resume(resume) if index == 1 && client.place == Place::Nowhere => {
                    if *resume.session == *self.name && !viewer {
                        client.place = Place::Back(resume.frame);
                        client.has = named_blobs(resume.blobs.iter().map(|name| &**name));
                    }
                }
                Reply::Resume(_) => {
                    return Err(Refusal::malformed(
                        "RESUME must stand right behind HELLO, in the same message",
                    ));
                }
                Reply::Ack(ack) => {
                    acknowledged = Some(ack.frame);
                    if client.on_the_way.acknowledged(ack.frame) {
                        client.wake.notify_one();
                    } else if !client.allowance.take() {
                        return Err(Refusal::flood());
                    }
                }
                reply => self.reply(id, reply, arena)?,
            }
        }
        Ok(acknowledged)
    }

    /// True if a client has said more in this second than it may.
    fn exceeds(&mut self, id: ClientId) -> bool {
        self.clients.get_mut(&id).is_some_and(|client| !client.allowance.take())
    }

    fn greet(&mut self, id: ClientId, hello: Hello<'_>, viewer: bool) {
        let Some(client) = self.clients.get_mut(&id) else { return };
        client.interpreter =
            if hello.interpreter.is_empty() { "unnamed".into() } else { hello.interpreter.to_string() };
        if let Some(limit) = hello.limits.iter().find(|limit| &*limit.name == limits::WINDOW) {
            client.window = limit.value;
        }
        client.follows = !viewer;
        client.wake.notify_one();
        self.push(id, owned(Reply::Hello(hello), &[]));
    }

    /// Passes a reply on. Results are taken from who was asked for them only.
    fn reply(&mut self, id: ClientId, reply: Reply<'_>, arena: &[u8]) -> Result<(), Refusal> {
        let request = match &reply {
            Reply::Pixels(pixels) => Some(pixels.request),
            Reply::Bytes(bytes) => Some(bytes.request),
            Reply::ReadFailed(failed) => Some(failed.request),
            _ => None,
        };
        if let Some(request) = request {
            if self.reads.get(&request).is_none_or(|(reader, _)| *reader != id) {
                return if self.exceeds(id) { Err(Refusal::flood()) } else { Ok(()) };
            }
            self.reads.remove(&request);
        } else if self.exceeds(id) {
            // These are the stream's doing, not the client's.
            let told = matches!(reply, Reply::DiagnosticReply(_) | Reply::QueryResult(_));
            return if told { Ok(()) } else { Err(Refusal::flood()) };
        }
        if matches!(&reply, Reply::Close(close) if close.canvas == CanvasId(0)) {
            let Some(client) = self.clients.get_mut(&id) else { return Ok(()) };
            if std::mem::replace(&mut client.left, true) {
                return Ok(());
            }
        }
        if matches!(reply, Reply::QueryResult(_)) {
            let first = self.clients.iter().find(|(_, client)| client.follows).map(|(id, _)| *id);
            if first != Some(id) {
                return Ok(());
            }
        }
        self.push(id, owned(reply, arena));
        Ok(())
    }

    fn wake_all(&self) {
        self.clients.values().for_each(|client| client.wake.notify_one());
    }

    /// Ends the session.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.wake_all();
    }
}

impl Client {
    /// What leads to the last complete frame; the client is there then.
    fn lead(&mut self, stream: &mut Stream) -> Parcel {
        let parcel = stream.lead(self.place, &mut self.blobs, &self.has);
        self.has = Vec::new();
        self.place = Place::At(stream.reached());
        parcel
    }

    fn keep(&mut self, parcel: Parcel) {
        if !parcel.is_empty() {
            self.kept.push_back(parcel);
        }
    }
}

/// What an event takes while it waits.
fn weight(reply: &Reply<'_>) -> usize {
    let variable = match reply {
        Reply::Pixels(pixels) => pixels.payload.byte_len() as usize,
        Reply::Bytes(bytes) => bytes.payload.byte_len() as usize,
        Reply::DiagnosticReply(diagnostic) => diagnostic.message.len() + diagnostic.label.len(),
        Reply::Hello(hello) => hello.interpreter.len() + 64 * hello.limits.len(),
        Reply::Key(key) => key.key.len(),
        _ => 0,
    };
    size_of::<Event>() + variable
}

/// A reply that borrows nothing. Payloads in the arena come along.
fn owned(mut reply: Reply<'_>, arena: &[u8]) -> Reply<'static> {
    let payload = match &mut reply {
        Reply::Pixels(pixels) => Some(&mut pixels.payload),
        Reply::Bytes(bytes) => Some(&mut bytes.payload),
        _ => None,
    };
    if let Some(payload) = payload
        && let Payload::Arena { encoding, offset, length } = *payload
    {
        let range = offset as usize..offset.saturating_add(length) as usize;
        let bytes = arena.get(range).unwrap_or(&[]).to_vec();
        *payload = Payload::Inline { encoding, bytes: bytes.into() };
    }
    crate::owned::reply(reply)
}
