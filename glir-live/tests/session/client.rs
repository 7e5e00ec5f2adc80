//! A client as the tests have it: a real WebSocket, an interpreter that draws nothing, and a scene to follow.

use glir_core::capabilities::Capabilities;
use glir_core::file::chunk::{BLOCK, ChunkHeader, Kind, MAGIC};
use glir_core::file::message;
use glir_core::{Blobs, FrameInput, Interpreter, NullBackend, Outcome, Settings, Store};
use glir_live::Session;
use glir_spec::commands::{Clear, Create, Data, Draw, SetShaders, Size, Swap, Uniform};
use glir_spec::enums::{BufferRole, BufferUsage, ComponentType, FeedbackMode, Mode, Plane};
use glir_spec::ids::{AttributeSlot, BufferId, ProgramId, UniformSlot};
use glir_spec::replies::{Ack, Hello, Limit, Resume};
use glir_spec::structs::{
    AttributeDecl, AttributeSource, Descriptor, Interface, Region, Selection, Shaders, UniformDecl,
};
use glir_spec::wire::Hash;
use glir_spec::{Encoding, Frame, GlslType, Header, Profile, Reply, Target, Value};
use std::collections::HashMap;
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::client::IntoClientRequest;
use tungstenite::handshake::client::Request;
use tungstenite::{Message, WebSocket};

pub(crate) const HEADER: Header<'static> = Header {
    major: 1,
    minor: 0,
    profile: Profile::Es2,
    requires: Vec::new(),
    uses: Vec::new(),
    width: 64,
    height: 64,
    samples: 0,
    title: glir_spec::wire::Str(std::borrow::Cow::Borrowed("a test")),
    generator: glir_spec::wire::Str(std::borrow::Cow::Borrowed("")),
};

pub(crate) fn session() -> Session {
    Session::builder().header(HEADER).start().expect("a session starts")
}

#[derive(Default)]
struct Blobbed(HashMap<Hash, Vec<u8>>);

impl Blobs for Blobbed {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        self.0.get(hash).map(Store::from)
    }
}

/// What one message was.
#[derive(Debug, PartialEq)]
pub(crate) enum Got {
    Begin,
    /// The interpreter has not what the header asks for.
    Refused(String),
    Meta(Vec<(String, String)>),
    Blob(Hash),
    /// A frame came to its SWAP.
    Frame(u64),
    Partial(u64),
    /// The connection was closed: code and reason.
    Closed(u16, String),
}

pub(crate) struct Client {
    pub(crate) socket: WebSocket<TcpStream>,
    interpreter: Option<Interpreter<NullBackend>>,
    blobs: Blobbed,
    /// Replies of the interpreter's that were not sent.
    pub(crate) replies: Vec<Reply<'static>>,
    pub(crate) diagnostics: Vec<String>,
    pub(crate) received: u64,
    /// All messages, one after another.
    pub(crate) stream: Vec<u8>,
}

/// A request for the session's socket with these headers instead of the usual ones.
pub(crate) fn request(url: &str, headers: &[(&'static str, &str)]) -> Request {
    let mut request = url.into_client_request().expect("an address");
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().expect("a header"));
    }
    request
}

pub(crate) fn address(url: &str) -> String {
    url.split('/').nth(2).unwrap_or("").to_owned()
}

/// Opens a socket; an error is the HTTP status.
pub(crate) fn open(url: &str, headers: &[(&'static str, &str)]) -> Result<WebSocket<TcpStream>, u16> {
    let stream = TcpStream::connect(address(url)).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a time");
    match tungstenite::client::client(request(url, headers), stream) {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
            Err(response.status().as_u16())
        }
        Err(other) => panic!("the handshake broke: {other}"),
    }
}

pub(crate) fn hello(limits: &[(&'static str, u64)]) -> Reply<'static> {
    Reply::Hello(Hello {
        major: 1,
        minor: 0,
        interpreter: "a test's client".into(),
        profile: Profile::Es3,
        features: Vec::new(),
        extensions: Vec::new(),
        limits: limits.iter().map(|(name, value)| Limit { name: (*name).into(), value: *value }).collect(),
    })
}

pub(crate) fn packed(replies: Vec<Reply<'_>>) -> Message {
    let mut frame = Frame::new();
    replies.into_iter().for_each(|reply| frame.push_reply(reply));
    Message::Binary(message::replies(&frame).expect("a message").into())
}

impl Client {
    /// Opens a socket and says nothing yet.
    pub(crate) fn silent(session: &Session) -> Client {
        Client::at(&session.socket_url())
    }

    pub(crate) fn at(url: &str) -> Client {
        let socket = open(url, &[]).expect("the server takes the client");
        Client {
            socket,
            interpreter: None,
            blobs: Blobbed::default(),
            replies: Vec::new(),
            diagnostics: Vec::new(),
            received: 0,
            stream: Vec::new(),
        }
    }

    pub(crate) fn join(session: &Session) -> Client {
        let mut client = Client::silent(session);
        client.send(vec![hello(&[])]);
        client
    }

    /// Comes back on a new connection with what it has.
    pub(crate) fn back(self, url: &str, name: &str, frame: u64) -> Client {
        let blobs = self.blobs.0.keys().map(|hash| hash.to_string().into()).collect();
        let resume = Reply::Resume(Resume { session: name.to_owned().into(), frame, blobs });
        let mut socket = open(url, &[]).expect("the server takes the client");
        socket.send(packed(vec![hello(&[]), resume])).expect("sent");
        Client { socket, ..self }
    }

    pub(crate) fn send(&mut self, replies: Vec<Reply<'_>>) {
        self.socket.send(packed(replies)).expect("sent");
    }

    pub(crate) fn ack(&mut self, frame: u64) {
        self.send(vec![Reply::Ack(Ack { frame })]);
    }

    /// Takes one message.
    pub(crate) fn take(&mut self) -> Got {
        loop {
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => return self.part(&bytes),
                Ok(Message::Close(frame)) => {
                    let frame = frame.expect("a close has a reason");
                    return Got::Closed(frame.code.into(), frame.reason.to_string());
                }
                Ok(_) => {}
                Err(error) => panic!("the connection broke: {error}"),
            }
        }
    }

    /// Takes messages up to a complete frame, and acknowledges it.
    pub(crate) fn frame(&mut self) -> u64 {
        loop {
            match self.take() {
                Got::Frame(number) => {
                    self.ack(number);
                    return number;
                }
                Got::Closed(code, reason) => panic!("closed with {code}: {reason}"),
                _ => {}
            }
        }
    }

    /// Takes frames until one with at least this number.
    pub(crate) fn frame_from(&mut self, number: u64) -> u64 {
        loop {
            let got = self.frame();
            if got >= number {
                return got;
            }
        }
    }

    fn part(&mut self, bytes: &[u8]) -> Got {
        self.received += bytes.len() as u64;
        self.stream.extend_from_slice(bytes);
        if bytes.starts_with(&MAGIC) {
            let mut reader = glir_core::file::SliceReader::new(bytes);
            let Some(glir_core::file::Item::Header(header)) = reader.next() else {
                panic!("a damaged header")
            };
            let backend = NullBackend::with(Capabilities::least(Target::Webgl2));
            self.blobs.0.clear();
            return match Interpreter::new(backend, &header, Settings::default()) {
                Ok(interpreter) => {
                    self.interpreter = Some(interpreter);
                    Got::Begin
                }
                Err(refused) => Got::Refused(refused.0.to_string()),
            };
        }
        let header = ChunkHeader::decode(bytes.first_chunk::<BLOCK>().expect("a header")).expect("a chunk");
        let extent = header.extent();
        assert_eq!(extent.padded, bytes.len() as u64, "a message is one chunk");
        let head = &bytes[BLOCK..BLOCK + header.head_len as usize];
        let arena = bytes.get(extent.arena as usize..extent.contents as usize).unwrap_or(&[]);
        let mut reader = glir_spec::wire::Reader::new(head);
        match header.kind {
            Kind::META => {
                let count = reader.map().expect("a map");
                let mut text = || reader.str().expect("text").to_owned();
                Got::Meta((0..count).map(|_| (text(), text())).collect())
            }
            Kind::BLOB => {
                reader.array().and_then(|_| reader.uint()).expect("an encoding");
                let hash = Hash(reader.bin().expect("a hash").try_into().expect("32 bytes"));
                self.blobs.0.insert(hash, arena.to_vec());
                Got::Blob(hash)
            }
            Kind::FRAME => {
                let interpreter = self.interpreter.as_mut().expect("a header came first");
                interpreter.set_frame(header.sequence);
                let outcome = interpreter.draw(FrameInput { head, arena: arena.into(), blobs: &self.blobs });
                self.diagnostics.extend(interpreter.take_diagnostics().iter().map(ToString::to_string));
                let replies = interpreter.take_replies();
                self.replies.extend(replies.into_iter().filter(|reply| !matches!(reply, Reply::Ack(_))));
                match outcome {
                    Outcome::Complete => Got::Frame(header.sequence),
                    _ => Got::Partial(header.sequence),
                }
            }
            kind => panic!("a chunk of kind {kind}"),
        }
    }
}

/// A scene: a program, a buffer of many bytes, a uniform.
pub(crate) struct Scene;

const PROGRAM: ProgramId = ProgramId(1);
pub(crate) const BUFFER: BufferId = BufferId(2);

impl Scene {
    /// The first frame, which makes everything.
    pub(crate) fn made(bytes: usize) -> Frame {
        let mut frame = Frame::new();
        frame.push(Create { id: PROGRAM.into(), descriptor: Descriptor::Program {} });
        frame.push(SetShaders {
            program: PROGRAM,
            shaders: Shaders::Render {
                vertex: "attribute vec2 a; void main() { gl_Position = vec4(a, 0.0, 1.0); }".into(),
                fragment: "precision highp float; uniform vec4 u; void main() { gl_FragColor = u; }".into(),
                geometry: None,
            },
            interface: Interface {
                attributes: vec![AttributeDecl { name: "a".into(), ty: GlslType::Vec2 }],
                uniforms: vec![UniformDecl { name: "u".into(), ty: GlslType::Vec4, count: 1 }],
                samplers: Vec::new(),
                blocks: Vec::new(),
                feedback: Vec::new(),
                feedback_mode: FeedbackMode::Interleaved,
            },
        });
        let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Dynamic };
        frame.push(Create { id: BUFFER.into(), descriptor });
        frame.push(Size { id: BUFFER.into(), width: bytes as u64, height: 1, depth: 1 });
        let contents = vec![1; bytes];
        let payload = frame.payload(Encoding::U8, &contents);
        frame.push(Data { id: BUFFER.into(), region: Region::Bytes { offset: 0 }, payload });
        let source = AttributeSource::View {
            buffer: BUFFER,
            ty: ComponentType::F32,
            components: 0,
            offset: 0,
            stride: 8,
            normalized: false,
            divisor: 0,
        };
        frame.push(glir_spec::commands::Attribute { program: PROGRAM, slot: AttributeSlot(0), source });
        Scene::draw(&mut frame, 0.0);
        frame
    }

    /// A frame that draws with another colour.
    pub(crate) fn shade(shade: f32) -> Frame {
        let mut frame = Frame::new();
        Scene::draw(&mut frame, shade);
        frame
    }

    /// A frame that fills the buffer anew.
    pub(crate) fn filled(bytes: usize, value: u8) -> Frame {
        let mut frame = Frame::new();
        let contents = vec![value; bytes];
        let payload = frame.payload(Encoding::U8, &contents);
        frame.push(Data { id: BUFFER.into(), region: Region::Bytes { offset: 0 }, payload });
        Scene::draw(&mut frame, 0.5);
        frame
    }

    pub(crate) fn draw(frame: &mut Frame, shade: f32) {
        let value = Value(frame.floats(&[shade, shade, shade, 1.0]));
        frame.push(Uniform { program: PROGRAM, slot: UniformSlot(0), value, first: 0 });
        frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
        let selection = Selection::Arrays { count: 3, first: 0 };
        frame.push(Draw { program: PROGRAM, mode: Mode::Triangles, selection, instances: 1 });
        frame.push(Swap {});
    }
}
