//! The protocol between runner and testee, as `PROTOCOL.md` describes it: MessagePack maps, one a message.
//!
//! Over pipes a message is preceded by its length, four bytes, the least significant first. Over a WebSocket a message is a
//! binary message. The runner asks, the testee answers each question once and in order.

use crate::case::{Case, Layer};
use crate::driver::Trouble;
use crate::image::Picture;
use crate::kind::{session, text};
use crate::packing::Packing;
use crate::value::Value;
use glir_spec::wire::Writer;
use glir_spec::{Feature, Target};
use std::io::{self, Read, Write};

/// The version of the protocol.
pub const VERSION: u64 = 1;

/// The longest message, in bytes.
pub const MAX_MESSAGE: usize = 256 << 20;

/// What the runner says.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Who are you?
    Hello,
    /// Carry a stream out.
    Run(Task),
    /// Read or print the text form.
    Text(text::Question),
    /// Take part in a live session.
    Session(session::Question),
    /// There is nothing more to do.
    End,
}

/// A stream to carry out.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The case, for messages.
    pub id: String,
    /// The bytes of a `.glir` file.
    pub stream: Vec<u8>,
    /// The layers that are asked about; the answer may leave others out.
    pub layers: Vec<Layer>,
    /// The kind of context to stand for, for testees that stand for any.
    pub target: Target,
    /// Whether to stop at the first error.
    pub strict: bool,
    /// The budget for the storage of all objects, in bytes; the testee's own if there is none.
    pub memory_budget: Option<u64>,
    /// What the driver is to do wrong.
    pub driver: Vec<Trouble>,
    /// What is to be done with packed chunks; what the testee likes if there is nothing.
    pub packing: Option<Packing>,
    /// The frame to begin with, by the keyframe before it; with the first one if there is none.
    pub from: Option<u64>,
    /// A log of events to replay.
    pub events: Option<String>,
}

impl Task {
    /// The task of a case.
    pub fn of(case: &Case) -> Task {
        Task {
            id: case.id.clone(),
            stream: case.bytes.clone(),
            layers: Layer::ALL.into_iter().filter(|layer| case.has(*layer)).collect(),
            target: case.target(),
            strict: case.strict,
            memory_budget: case.budget,
            driver: case.driver.clone(),
            packing: case.packing,
            from: case.from,
            events: case.events.clone(),
        }
    }
}

/// What the testee says.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Who it is.
    Hello(Hello),
    /// What came of a stream.
    Done(Done),
    /// What came of a question about the text form.
    Text(text::Reply),
    /// What came of a question about a live session.
    Session(session::Reply),
    /// It could not do its work, which is no fault of the stream: one sentence.
    Failed(String),
}

/// A testee, as it says itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hello {
    /// Who it is, for people.
    pub name: String,
    /// The kind of context that it is; none for one that stands for any.
    pub target: Option<Target>,
    /// The features that its context has beyond those of its profile.
    pub features: Vec<Feature>,
    /// The layers in which it answers.
    pub layers: Vec<Layer>,
    /// What it can have its driver do wrong, by name.
    pub driver: Vec<String>,
    /// What it can do with packed chunks.
    pub packing: Vec<Packing>,
    /// Whether it can begin at a keyframe.
    pub seeks: bool,
    /// Whether its diagnostics have this project's sentences; if not, only codes and places are compared.
    pub sentences: bool,
    /// Whether it draws, so that what is read back means something.
    pub draws: bool,
}

/// What came of a stream, by layer; none for a layer in which the testee does not answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Done {
    /// The log of [`decoded`](crate::decoded).
    pub decoding: Option<String>,
    /// The GL calls, one a line.
    pub calls: Option<String>,
    /// Chunks of kind `RPLY`.
    pub replies: Option<Vec<Vec<u8>>>,
    /// Canvas 0 at the end.
    pub picture: Option<Picture>,
    /// The log of [`index`](crate::index).
    pub index: Option<String>,
}

fn pair(w: &mut Writer<'_>, key: &str, value: &str) {
    w.str(key);
    w.str(value);
}

fn optional_uint(w: &mut Writer<'_>, key: &str, value: Option<u64>) {
    w.str(key);
    match value {
        Some(number) => w.uint(number),
        None => w.nil(),
    }
}

fn list<'s>(w: &mut Writer<'_>, key: &str, values: impl ExactSizeIterator<Item = &'s str>) {
    w.str(key);
    w.array(values.len());
    values.for_each(|value| w.str(value));
}

fn optional_str(w: &mut Writer<'_>, key: &str, value: Option<&str>) {
    w.str(key);
    match value {
        Some(text) => w.str(text),
        None => w.nil(),
    }
}

impl Request {
    /// The message.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let w = &mut Writer::new(&mut out);
        match self {
            Request::Hello => {
                w.map(2);
                pair(w, "type", "hello");
                w.str("protocol");
                w.uint(VERSION);
            }
            Request::Run(task) => {
                w.map(11);
                pair(w, "type", "run");
                pair(w, "id", &task.id);
                w.str("stream");
                w.bin(&task.stream);
                list(w, "layers", task.layers.iter().map(|layer| layer.text()));
                pair(w, "target", task.target.text());
                w.str("strict");
                w.bool(task.strict);
                optional_uint(w, "memory_budget", task.memory_budget);
                w.str("driver");
                w.array(task.driver.len());
                task.driver.iter().for_each(|trouble| w.str(&trouble.to_string()));
                optional_str(w, "packing", task.packing.map(Packing::text));
                optional_uint(w, "from", task.from);
                optional_str(w, "events", task.events.as_deref());
            }
            Request::Text(question) => question.encode(w),
            Request::Session(question) => question.encode(w),
            Request::End => {
                w.map(1);
                pair(w, "type", "end");
            }
        }
        out
    }

    /// Reads a message.
    ///
    /// # Errors
    /// One sentence.
    pub fn decode(message: &[u8]) -> Result<Request, String> {
        let value = Value::read(message).map_err(|error| error.to_string())?;
        let text = |key| value.get(key).and_then(Value::str);
        match text("type") {
            Some("hello") => match value.get("protocol").and_then(Value::uint) {
                Some(VERSION) => Ok(Request::Hello),
                other => Err(format!("the runner speaks version {other:?} of the protocol, not {VERSION}")),
            },
            Some("run") => Ok(Request::Run(Task {
                id: text("id").ok_or("a task without an id")?.to_owned(),
                stream: value.get("stream").and_then(Value::bin).ok_or("a task without a stream")?.to_owned(),
                layers: strings(&value, "layers").filter_map(Layer::from_text).collect(),
                target: text("target").and_then(Target::from_text).ok_or("a task without a target")?,
                strict: value.get("strict") == Some(&Value::Bool(true)),
                memory_budget: value.get("memory_budget").and_then(Value::uint),
                driver: strings(&value, "driver").map(Trouble::parse).collect::<Result<_, _>>()?,
                packing: text("packing").and_then(Packing::from_text),
                from: value.get("from").and_then(Value::uint),
                events: text("events").map(str::to_owned),
            })),
            Some("end") => Ok(Request::End),
            other => {
                let text = text::Question::decode(&value)?.map(Request::Text);
                let session = session::Question::decode(&value)?.map(Request::Session);
                text.or(session).ok_or_else(|| format!("a message of type {other:?}"))
            }
        }
    }
}

impl Answer {
    /// The message.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let w = &mut Writer::new(&mut out);
        match self {
            Answer::Hello(hello) => {
                w.map(11);
                pair(w, "type", "hello");
                w.str("protocol");
                w.uint(VERSION);
                pair(w, "name", &hello.name);
                optional_str(w, "target", hello.target.map(Target::text));
                list(w, "features", hello.features.iter().map(|feature| feature.text()));
                list(w, "layers", hello.layers.iter().map(|layer| layer.text()));
                list(w, "driver", hello.driver.iter().map(String::as_str));
                list(w, "packing", hello.packing.iter().map(|packing| packing.text()));
                w.str("seeks");
                w.bool(hello.seeks);
                w.str("sentences");
                w.bool(hello.sentences);
                w.str("draws");
                w.bool(hello.draws);
            }
            Answer::Done(done) => {
                w.map(6);
                pair(w, "type", "done");
                optional_str(w, "index", done.index.as_deref());
                optional_str(w, "decoding", done.decoding.as_deref());
                optional_str(w, "calls", done.calls.as_deref());
                w.str("replies");
                match &done.replies {
                    Some(chunks) => {
                        w.array(chunks.len());
                        chunks.iter().for_each(|chunk| w.bin(chunk));
                    }
                    None => w.nil(),
                }
                w.str("pixels");
                match &done.picture {
                    Some(picture) => {
                        w.array(3);
                        w.uint(u64::from(picture.width));
                        w.uint(u64::from(picture.height));
                        w.bin(&picture.rgba);
                    }
                    None => w.nil(),
                }
            }
            Answer::Text(reply) => reply.encode(w),
            Answer::Session(reply) => reply.encode(w),
            Answer::Failed(why) => {
                w.map(2);
                pair(w, "type", "failed");
                pair(w, "message", why);
            }
        }
        out
    }

    /// Reads a message. A field that is left out is nil.
    ///
    /// # Errors
    /// One sentence.
    pub fn decode(message: &[u8]) -> Result<Answer, String> {
        let value = Value::read(message).map_err(|error| error.to_string())?;
        let text = |key| value.get(key).and_then(Value::str).map(str::to_owned);
        let list = |key| strings(&value, key);
        let yes = |key| value.get(key) == Some(&Value::Bool(true));
        match text("type").as_deref() {
            Some("hello") => {
                let version = value.get("protocol").and_then(Value::uint);
                if version != Some(VERSION) {
                    return Err(format!("it speaks version {version:?} of the protocol, not {VERSION}"));
                }
                let layer =
                    |name| Layer::from_text(name).ok_or_else(|| format!("there is no layer {name:?}"));
                let layers = list("layers").map(layer).collect::<Result<Vec<_>, _>>()?;
                if layers.is_empty() {
                    return Err("its hello names no layer that it answers in".into());
                }
                let target = text("target").map(|name| {
                    Target::from_text(&name).ok_or_else(|| format!("there is no target {name:?}"))
                });
                Ok(Answer::Hello(Hello {
                    name: text("name").unwrap_or_default(),
                    target: target.transpose()?,
                    // Features of a later version are none that a case could ask for.
                    features: list("features").filter_map(Feature::from_text).collect(),
                    layers,
                    driver: list("driver").map(str::to_owned).collect(),
                    // Who says nothing knows of no flags, and leaves out what has any.
                    packing: match value.get("packing") {
                        None => vec![Packing::LeaveOut],
                        Some(_) => list("packing").filter_map(Packing::from_text).collect(),
                    },
                    seeks: yes("seeks"),
                    sentences: yes("sentences"),
                    draws: yes("draws"),
                }))
            }
            Some("done") => {
                let replies = match value.get("replies") {
                    Some(Value::Array(chunks)) => {
                        let chunks = chunks.iter().map(|chunk| chunk.bin().map(<[u8]>::to_owned));
                        Some(chunks.collect::<Option<_>>().ok_or("its replies are no byte strings")?)
                    }
                    _ => None,
                };
                let picture = match value.get("pixels") {
                    Some(pixels @ Value::Array(_)) => {
                        Some(picture(pixels).ok_or("its picture is not as said")?)
                    }
                    _ => None,
                };
                Ok(Answer::Done(Done {
                    decoding: text("decoding"),
                    calls: text("calls"),
                    replies,
                    picture,
                    index: text("index"),
                }))
            }
            Some("failed") => Ok(Answer::Failed(text("message").unwrap_or_default())),
            other => {
                let text = text::Reply::decode(&value)?.map(Answer::Text);
                let session = session::Reply::decode(&value)?.map(Answer::Session);
                text.or(session).ok_or_else(|| format!("a message of type {other:?}"))
            }
        }
    }

    /// A sentence about an answer that is none to what was asked.
    pub fn is_none(&self) -> String {
        match self {
            Answer::Failed(why) => why.clone(),
            Answer::Hello(_) => "it says hello again".into(),
            Answer::Done(_) => "it answers as if a stream had been carried out".into(),
            Answer::Text(_) => "it answers as if it had been asked about the text form".into(),
            Answer::Session(_) => "it answers as if it took part in a session".into(),
        }
    }
}

/// The strings of a list; none if it is left out.
fn strings<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v str> {
    value.get(key).map(Value::array).unwrap_or_default().iter().filter_map(Value::str)
}

fn picture(value: &Value) -> Option<Picture> {
    let [width, height, rgba] = value.array() else { return None };
    let side = |value: &Value| value.uint().and_then(|side| u32::try_from(side).ok());
    Picture::new(side(width)?, side(height)?, rgba.bin()?.to_owned())
}

/// Writes a message to a pipe.
///
/// # Errors
/// Those of the pipe; a message that is too long.
pub fn send(out: &mut impl Write, message: &[u8]) -> io::Result<()> {
    let length = u32::try_from(message.len()).ok().filter(|length| *length as usize <= MAX_MESSAGE);
    let length = length.ok_or_else(|| io::Error::other("the message is too long"))?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(message)?;
    out.flush()
}

/// Reads a message from a pipe; none at its end.
///
/// # Errors
/// Those of the pipe; an end inside a message; a message that is too long.
pub fn receive(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    let mut got = 0;
    while got < 4 {
        match input.read(&mut length[got..])? {
            0 if got == 0 => return Ok(None),
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            count => got += count,
        }
    }
    let length = u32::from_le_bytes(length) as usize;
    if length > MAX_MESSAGE {
        let why = format!(
            "what it writes is no message: one of {length} bytes is too long (does something else write to its standard output?)"
        );
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    // Room grows with what comes, not with what is announced.
    let mut message = Vec::new();
    input.take(length as u64).read_to_end(&mut message)?;
    if message.len() < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(Some(message)) }
}

#[cfg(test)]
mod tests {
    use super::{Answer, Done, Hello, Request, Task, receive, send};
    use crate::case::Layer;
    use crate::driver::{Kind, Trouble};
    use crate::image::Picture;
    use crate::kind::{session, text};
    use crate::packing::Packing;
    use glir_spec::{Feature, Target};

    #[test]
    fn messages_come_back_as_they_were() {
        let task = Task {
            id: "a/b".into(),
            stream: vec![1, 2, 3],
            layers: vec![Layer::Replies],
            target: Target::Webgl1,
            strict: true,
            memory_budget: Some(77),
            driver: vec![Trouble { kind: Kind::Lost, number: 3 }],
            packing: Some(Packing::LeaveOut),
            from: Some(5),
            events: None,
        };
        let read = text::Question::Read { id: "a/b".into(), text: b"[\xff".to_vec() };
        let print = text::Question::Print { id: "a/b".into(), stream: vec![1, 2] };
        let texts = [read, print].map(Request::Text);
        let stream = vec![1, 2];
        let sessions = [
            session::Question::Serve {
                id: "a/b".into(),
                stream: stream.clone(),
                origins: vec!["null".into()],
            },
            session::Question::Send { stream, anew: true },
            session::Question::Hear,
            session::Question::Follow { id: "a/b".into(), address: "ws://a".into() },
            session::Question::Act("[]".into()),
            session::Question::Stop,
        ]
        .map(Request::Session);
        let others = [Request::Hello, Request::Run(task), Request::End];
        for request in others.into_iter().chain(texts).chain(sessions) {
            assert_eq!(Request::decode(&request.encode()), Ok(request));
        }
        let hello = Hello {
            name: "someone".into(),
            target: Some(Target::Gles2),
            features: vec![Feature::Instancing],
            layers: vec![Layer::Decoding, Layer::Pixels],
            driver: vec!["lost".into()],
            packing: vec![Packing::Unpack],
            seeks: true,
            sentences: false,
            draws: true,
        };
        let done = Done {
            decoding: Some("SWAP".into()),
            calls: None,
            replies: Some(vec![vec![0], vec![]]),
            picture: Picture::new(1, 1, vec![1, 2, 3, 4]),
            index: Some("none".into()),
        };
        let mistake = text::Mistake { line: 7, message: "there is no SICE".into() };
        let replies =
            [text::Reply::Stream(vec![1]), text::Reply::Mistake(mistake), text::Reply::Text("[]".into())];
        let answers = [Answer::Hello(hello), Answer::Done(done), Answer::Failed("no memory".into())];
        let sessions = [
            session::Reply::Serving("ws://a".into()),
            session::Reply::Heard(Some(vec![1])),
            session::Reply::Heard(None),
            session::Reply::Done,
        ];
        let replies = replies.map(Answer::Text).into_iter().chain(sessions.map(Answer::Session));
        for answer in answers.into_iter().chain(replies) {
            assert_eq!(Answer::decode(&answer.encode()), Ok(answer));
        }
    }

    #[test]
    fn who_says_nothing_of_packed_chunks_leaves_them_out() {
        let mut message = b"\x83\xa4type\xa5hello\xa8protocol\x01\xa6layers\x91\xa8decoding".to_vec();
        let packing = |message: &[u8]| match Answer::decode(message) {
            Ok(Answer::Hello(hello)) => hello.packing,
            other => panic!("{other:?}"),
        };
        assert_eq!(packing(&message), [Packing::LeaveOut]);
        message[0] = 0x84;
        message.extend(b"\xa7packing\x91\xa6unpack");
        assert_eq!(packing(&message), [Packing::Unpack]);
    }

    #[test]
    fn pipes_carry_whole_messages() {
        let mut pipe = Vec::new();
        send(&mut pipe, b"one").unwrap();
        send(&mut pipe, b"").unwrap();
        let mut input = &pipe[..];
        assert_eq!(receive(&mut input).unwrap().as_deref(), Some(&b"one"[..]));
        assert_eq!(receive(&mut input).unwrap().as_deref(), Some(&b""[..]));
        assert_eq!(receive(&mut input).unwrap(), None);
        assert!(receive(&mut &pipe[..5]).is_err());
        assert!(receive(&mut &[255u8, 255, 255, 255][..]).is_err());
    }

    #[test]
    fn what_is_no_message_is_an_error() {
        for bytes in [&[][..], &[0xc1], &[0x80], &[0x81, 0xa4, b't', b'y', b'p', b'e', 1]] {
            assert!(Request::decode(bytes).is_err());
            assert!(Answer::decode(bytes).is_err());
        }
    }
}
