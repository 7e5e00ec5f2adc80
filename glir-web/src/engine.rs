//! One stream drawn in one context: chunks in, pictures and replies out.

use crate::backend::WebBackend;
use crate::context::{Context, Shared};
use crate::foreign::{InJavaScript, Lent, Places};
use crate::replies;
use glir_core::backend::{Failure, Handle, PixelClass, PixelRead, Surface};
use glir_core::file::chunk::{BLOCK, ChunkHeader, FileHeader, Kind, PACKED_HEAD, checksum};
use glir_core::file::{FaultKind, decode_blob, decode_header, decode_keyframe};
use glir_core::retain::{Keep as _, Retained};
use glir_core::signals::Signals;
use glir_core::steps::{between, steps};
use glir_core::{Blobs, Diagnostic, FrameInput, Interpreter, Outcome, Settings, Store};
use glir_spec::enums::Severity;
use glir_spec::replies::{ContextLost, ContextRestored};
use glir_spec::wire::Hash;
use glir_spec::{Code, Header, Reply, limits};
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The interpreter of one stream.
#[wasm_bindgen]
pub struct Engine {
    shared: Rc<Shared>,
    /// Its number among the engines of the context.
    number: u32,
    settings: Settings,
    places: Rc<Places>,
    header: Option<Header<'static>>,
    state: State,
    /// The blobs of the stream, and what is needed to draw the present again if the context is lost.
    retained: Option<Retained<InJavaScript>>,
    /// Whether frames are retained, or only blobs.
    retains: bool,
    /// Chunks say to which frame they belong.
    live: bool,
    frames: f64,
    /// Replies that have not been handed out yet, and diagnostics, which go before them.
    said: Vec<Reply<'static>>,
    waiting: Vec<Diagnostic>,
    /// What a person has moved, while the stream is drawn again from its beginning.
    moved: Option<Signals>,
}

enum State {
    /// No stream has begun, or the last one could not.
    Idle,
    Drawing(Box<Interpreter<WebBackend>>),
    /// The stream began while the context was lost.
    Waiting,
}

/// Blobs of a stream, which lie in JavaScript.
struct Kept<'r>(&'r Retained<InJavaScript>);

impl Blobs for Kept<'_> {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        self.0.blob(hash).map(|kept| self.0.keeper().store(kept))
    }
}

/// The same while a snapshot is made of what is retained.
struct Named {
    keeper: InJavaScript,
    blobs: Vec<(Hash, Rc<Lent>)>,
}

impl Blobs for Named {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        let found = self.blobs.iter().find(|(known, _)| known == hash);
        found.map(|(_, kept)| self.keeper.store(kept))
    }
}

/// A WebSocket message or file may hold a part that is not what its header says: the sentence, and its code.
fn damaged(frame: u64, message: &str) -> Diagnostic {
    replies::general(Severity::Error, Code::DamagedChunk, frame, message.to_owned())
}

fn failed(severity: Severity, frame: u64, failure: &Failure) -> Diagnostic {
    let (code, message) = match failure {
        Failure::OutOfMemory => (Code::OutOfMemory, "no memory is left for the context".to_owned()),
        Failure::ContextLost => (Code::ContextLost, "the context was lost".to_owned()),
        Failure::Driver(message) => (Code::DriverError, message.clone()),
    };
    replies::general(severity, code, frame, message)
}

#[wasm_bindgen]
impl Engine {
    /// An engine without a stream. `retain` keeps what a lost context is rebuilt from, `strict` stops at the first error,
    /// `budget` is how many bytes a stream's objects may take: NaN for what they may take by default.
    #[wasm_bindgen(constructor)]
    pub fn new(context: &Context, retain: bool, strict: bool, budget: f64) -> Engine {
        let mut settings = Settings { strict, ..Settings::default() };
        if budget >= 0.0 {
            settings.memory_budget = budget as u64;
        }
        Engine {
            number: context.0.number(),
            shared: context.0.clone(),
            settings,
            places: Rc::default(),
            header: None,
            state: State::Idle,
            retained: None,
            retains: retain,
            live: false,
            frames: 0.0,
            said: Vec::new(),
            waiting: Vec::new(),
            moved: None,
        }
    }

    /// Says whether the chunks that come are a live session's, whose numbers are those of frames. A file's chunks are numbered themselves,
    /// so its frames are counted.
    pub fn follow(&mut self, live: bool) {
        self.live = live;
    }

    /// Asks the driver for errors that drawing has left, for which a frame that only draws does not wait: when the page is at rest.
    pub fn settle(&mut self) {
        let Some((interpreter, _)) = self.enter() else { return };
        let frame = interpreter.frame().saturating_sub(1);
        if let Some(failure) = interpreter.backend_mut().ask() {
            self.waiting.push(failed(Severity::Error, frame, &failure));
        }
    }

    /// Begins a stream: the bytes are a file's header part, its 64-byte block and head. What was drawn before is gone.
    /// After a fatal diagnostic nothing is drawn until the next stream.
    pub fn begin(&mut self, part: &[u8]) {
        let moved = self.moved.take();
        self.reset();
        self.moved = moved;
        match header_of(part) {
            Ok(header) => {
                let header = self.header.insert(header).clone();
                self.retained = Some(Retained::new(&header, InJavaScript(self.places.clone())));
                if self.shared.gl.is_context_lost() {
                    self.state = State::Waiting;
                } else {
                    self.start(&header);
                }
            }
            Err(fault) => {
                let message = fault.to_string();
                self.waiting.push(replies::general(Severity::Fatal, Code::Malformed, 0, message));
            }
        }
    }

    /// Takes one chunk: its 64-byte header, head and arena, unpacked where the header says that they are packed. The arena stays where it is;
    /// its buffer must not change while the engine retains it, and may be transferred away if it does not. A keyframe belongs behind the
    /// stream's header and its blobs, in place of the frames for which it stands.
    ///
    /// Returns 0 for what is not a frame, 1 if a frame ended, 2 if it goes on in the next chunk, 3 if nothing more is drawn.
    pub fn chunk(&mut self, header: &[u8], head: &[u8], arena: Uint8Array) -> u32 {
        let block = header.first_chunk::<BLOCK>().and_then(ChunkHeader::decode);
        match block {
            None => self.waiting.push(damaged(0, "no chunk starts here")),
            Some(block) if !is_whole(&block, head) => {
                let message =
                    ["the head of this ", kind_name(block.kind), " chunk is damaged; the chunk is left out"];
                self.waiting.push(damaged(block.sequence, &message.concat()));
            }
            Some(block) if block.kind == Kind::FRAME => return self.frame(block.sequence, head, arena),
            Some(block) if block.kind == Kind::KEYFRAME => return self.keyframe(head, arena),
            Some(block) if block.kind == Kind::BLOB => self.blob(block.sequence, head, arena),
            Some(_) => {}
        }
        0
    }

    /// How many of the commands of a head draw.
    pub fn draws(head: &[u8]) -> usize {
        steps(head).len()
    }

    /// As `chunk`, but of a frame's commands only those behind so many draws and up to behind so many; what there is no such place for is
    /// the head's start or its end. The rest may follow, and belongs to the same frame.
    pub fn part(&mut self, head: &[u8], arena: Uint8Array, from: usize, to: usize) -> u32 {
        let places = steps(head);
        let at = |draws: usize| draws.checked_sub(1).and_then(|last| places.get(last).copied());
        self.frame(0, &between(head, at(from).unwrap_or_default(), at(to)), arena)
    }

    /// What the stream has made so far, as the chunks of one frame that makes it from nothing: heads and arenas in turn. The stream's header
    /// and its blobs belong in front of them.
    pub fn snapshot(&mut self) -> Array {
        let chunks = Array::new();
        if let Some(retained) = self.retained.as_mut().filter(|_| self.retains) {
            retained.snapshot(&mut |chunk| {
                chunks.push(&Uint8Array::from(chunk.head));
                chunks.push(
                    &chunk
                        .payload
                        .map_or_else(|| Uint8Array::new_with_length(0), |kept| kept.bytes().clone()),
                );
            });
        }
        chunks
    }

    /// What there is to say since this was asked last, as a chunk of replies: as many as a message may have, so ask until there are
    /// no more. A frame's ACK comes behind all that the frame has caused, so diagnostics stand first.
    pub fn replies(&mut self) -> Option<Uint8Array> {
        let said = std::mem::take(&mut self.said);
        self.gather();
        self.said.extend(said);
        let later = self.said.split_off(self.said.len().min(limits::MAX_REPLIES));
        replies::chunk(std::mem::replace(&mut self.said, later))
    }

    /// Shows canvas 0 in the lower left corner of the context's own canvas, which should be as large. False if there is none.
    pub fn present(&mut self) -> bool {
        let Some((interpreter, shared)) = self.enter() else { return false };
        match interpreter.backend_mut().show(Handle(0)) {
            Ok(true) => shared.disturb(),
            Ok(false) => {}
            Err(failure) => self.waiting.push(failed(Severity::Fatal, 0, &failure)),
        }
        true
    }

    /// The pixels of canvas 0: RGBA, rows from the top down. Empty without a stream or context.
    #[wasm_bindgen(js_name = readPixels)]
    pub fn read_pixels(&mut self) -> Uint8Array {
        let empty = || Uint8Array::new_with_length(0);
        let Some((interpreter, _)) = self.enter() else { return empty() };
        let Some((width, height)) = interpreter.backend().canvas_size(Handle(0)) else { return empty() };
        let (source, class) = (Surface::Canvas(Handle(0)), PixelClass::Unorm);
        let read = PixelRead { source, attachment: 0, x: 0, y: 0, width, height, class };
        match interpreter.backend_mut().picture(&read) {
            Ok(pixels) => {
                let upright = Uint8Array::new_with_length(pixels.length());
                let row = 4 * width;
                for y in 0..height {
                    upright.set(&pixels.subarray(y * row, (y + 1) * row), (height - 1 - y) * row);
                }
                upright
            }
            Err(failure) => {
                self.waiting.push(failed(Severity::Fatal, 0, &failure));
                empty()
            }
        }
    }

    /// Lets something happen to a canvas: the opcode of a reply such as RESIZE, its fields as numbers (NaN for nothing), and its text.
    /// Returns 2 if a signal of the stream has taken it, 1 if the picture may change because of it, else 0.
    pub fn event(&mut self, opcode: u8, numbers: &[f64], text: String) -> u32 {
        let Some(event) = replies::event(opcode, numbers, text) else { return 0 };
        // A size may make a canvas anew.
        if matches!(event, Reply::Resize(_)) {
            let _ = self.enter();
        }
        let State::Drawing(interpreter) = &mut self.state else { return 0 };
        match interpreter.event(&event) {
            true => 2,
            false => u32::from(!interpreter.signals().is_empty()),
        }
    }

    /// Lets time go on to so many seconds since the stream began, and draws what signals have changed. True if they have.
    pub fn tick(&mut self, seconds: f64) -> bool {
        match &self.state {
            State::Drawing(interpreter) if !interpreter.signals().is_empty() => {}
            _ => return false,
        }
        self.enter().is_some_and(|(interpreter, _)| interpreter.tick(seconds))
    }

    /// Whether signals move with time alone, so that `tick` should be called for every picture.
    #[wasm_bindgen(js_name = isMoving)]
    pub fn is_moving(&self) -> bool {
        matches!(&self.state, State::Drawing(interpreter) if interpreter.is_moving())
    }

    /// Whether a person moves something on canvas 0, so that the page should leave it the pointer.
    pub fn interacts(&self) -> bool {
        matches!(&self.state, State::Drawing(interpreter) if interpreter.signals().interacts(0))
    }

    /// Width of canvas 0 in pixels; 0 without a stream.
    pub fn width(&self) -> u32 {
        self.size().0
    }

    /// Height of canvas 0 in pixels; 0 without a stream.
    pub fn height(&self) -> u32 {
        self.size().1
    }

    /// Says that the context was lost. Frames that come meanwhile are checked and retained, but not drawn.
    #[wasm_bindgen(js_name = contextLost)]
    pub fn context_lost(&mut self) {
        self.said.push(Reply::ContextLost(ContextLost {}));
    }

    /// Says that the context came back: everything is made again.
    #[wasm_bindgen(js_name = contextRestored)]
    pub fn context_restored(&mut self) {
        self.shared.restore();
        self.rebuild();
        self.said.push(Reply::ContextRestored(ContextRestored {}));
        self.gather();
    }

    /// Ends the stream, which begins anew: what a person has moved stays moved.
    pub fn rewind(&mut self) {
        let moved = match &mut self.state {
            State::Drawing(interpreter) => Some(interpreter.take_signals()),
            _ => self.moved.take(),
        };
        self.reset();
        self.moved = moved;
    }

    /// Ends the stream and lets go of everything.
    pub fn reset(&mut self) {
        self.moved = None;
        self.state = State::Idle;
        self.header = None;
        self.retained = None;
        self.said.clear();
        self.waiting.clear();
        self.frames = 0.0;
        self.shared.disturb();
    }

    /// The first message of a session: who answers, and what it has.
    pub fn hello(&mut self) -> Option<Uint8Array> {
        let reply = match &self.state {
            State::Drawing(interpreter) => interpreter.hello(),
            _ => {
                let (shared, places) = (&self.shared, self.places.clone());
                let backend = WebBackend::new(&shared.gl, shared.extensions(), shared.webgl1, places).ok()?;
                shared.disturb();
                glir_core::interpreter::hello(
                    glir_core::Backend::capabilities(&backend),
                    self.settings.memory_budget,
                )
            }
        };
        replies::chunk(vec![reply])
    }

    /// How many frames have been drawn.
    pub fn frames(&self) -> f64 {
        self.frames
    }

    /// How many commands there were, faulty ones included.
    pub fn commands(&self) -> f64 {
        match &self.state {
            State::Drawing(interpreter) => interpreter.commands() as f64,
            _ => 0.0,
        }
    }

    /// Whether a lost context can be rebuilt; false once a rebuilt picture may differ.
    pub fn retained(&self) -> bool {
        self.retains && self.retained.as_ref().is_some_and(|retained| !retained.is_lossy())
    }
}

impl Engine {
    fn size(&self) -> (u32, u32) {
        match &self.state {
            State::Drawing(interpreter) => interpreter.backend().canvas_size(Handle(0)).unwrap_or((0, 0)),
            _ => self.header.as_ref().map_or((0, 0), |header| (header.width, header.height)),
        }
    }

    /// Puts diagnostics among the replies.
    fn gather(&mut self) {
        let mut found = std::mem::take(&mut self.waiting);
        if let State::Drawing(interpreter) = &mut self.state {
            found.append(&mut interpreter.take_diagnostics());
        }
        self.said.extend(found.into_iter().map(Diagnostic::into_reply));
    }

    /// Makes the context this engine's own for the calls that follow.
    fn enter(&mut self) -> Option<(&mut Interpreter<WebBackend>, &Shared)> {
        let State::Drawing(interpreter) = &mut self.state else { return None };
        if self.shared.take(self.number) {
            interpreter.backend_mut().enter();
            interpreter.resume();
        }
        Some((interpreter, &self.shared))
    }

    /// Makes backend and interpreter.
    fn start(&mut self, header: &Header<'_>) {
        let shared = &self.shared;
        shared.take(self.number);
        match WebBackend::new(&shared.gl, shared.extensions(), shared.webgl1, self.places.clone()) {
            Ok(backend) => match Interpreter::new(backend, header, self.settings) {
                Ok(interpreter) => self.state = State::Drawing(Box::new(interpreter)),
                Err(refused) => self.waiting.push(refused.0),
            },
            Err(failure) => self.waiting.push(failed(Severity::Fatal, 0, &failure)),
        }
    }

    /// Draws one chunk of a frame.
    fn frame(&mut self, sequence: u64, head: &[u8], arena: Uint8Array) -> u32 {
        let arena = Rc::new(Lent::new(&self.places, arena));
        let _ = self.enter();
        let (Some(retained), State::Drawing(interpreter)) = (&mut self.retained, &mut self.state) else {
            return 0;
        };
        match self.live {
            true => interpreter.set_frame(sequence),
            // However a frame is reached, what signals had to draw before it is drawn.
            false => _ = interpreter.tick(0.0),
        }
        let number = interpreter.frame();
        let input = FrameInput { head, arena: Store::Foreign(arena.as_ref()), blobs: &Kept(retained) };
        let outcome = interpreter.draw(input);
        if self.retains {
            let account = interpreter.account().clone();
            let kept = (glir_core::Foreign::len(arena.as_ref()) > 0).then_some(arena);
            retained.feed(head, kept, &account, number, outcome == Outcome::Complete);
        }
        self.said.append(&mut interpreter.take_replies());
        if outcome == Outcome::Complete
            && let Some(moved) = self.moved.take()
        {
            interpreter.take_over(moved);
        }
        self.frames += f64::from(outcome == Outcome::Complete);
        match outcome {
            Outcome::Complete => 1,
            Outcome::Partial => 2,
            Outcome::Stopped => 3,
        }
    }

    /// Begins in the middle of a stream. What its frames before have answered is known.
    fn keyframe(&mut self, head: &[u8], arena: Uint8Array) -> u32 {
        let Some((frame, commands)) = decode_keyframe(head) else { return 0 };
        let number = |state: &mut State, number: u64| {
            if let State::Drawing(interpreter) = state {
                interpreter.set_frame(number);
            }
        };
        number(&mut self.state, frame.saturating_sub(1));
        let moved = self.moved.take();
        let outcome = self.frame(frame.saturating_sub(1), head.get(commands..).unwrap_or(&[]), arena);
        number(&mut self.state, frame);
        if let State::Drawing(interpreter) = &mut self.state {
            interpreter.settle();
            if let Some(moved) = moved {
                interpreter.take_over(moved);
            }
        }
        self.said.clear();
        outcome
    }

    fn blob(&mut self, sequence: u64, head: &[u8], bytes: Uint8Array) {
        let Some(retained) = &mut self.retained else { return };
        match decode_blob(head) {
            Ok((encoding, hash)) => {
                retained.feed_blob(hash, encoding, Rc::new(Lent::new(&self.places, bytes)));
            }
            Err(why) => {
                let message = ["this BLOB chunk is left out: ", &why].concat();
                self.waiting.push(damaged(sequence, &message));
            }
        }
    }

    /// Draws the present again in a context that has nothing.
    fn rebuild(&mut self) {
        let Some(header) = self.header.clone() else { return };
        if !self.retains || matches!(self.state, State::Waiting) {
            let message = "the context was lost and nothing was retained; load the stream again".to_owned();
            self.waiting.push(replies::general(Severity::Warning, Code::ContextLost, 0, message));
        }
        let mut moved = None;
        if let State::Drawing(interpreter) = &mut self.state {
            interpreter.backend_mut().abandon();
            moved = Some(interpreter.take_signals());
        }
        self.state = State::Idle;
        self.start(&header);
        let (State::Drawing(interpreter), Some(retained)) = (&mut self.state, &mut self.retained) else {
            return;
        };
        let frame = retained.last_frame();
        interpreter.set_frame(frame.unwrap_or(0));
        let kept = retained.blobs().map(|(hash, _, kept)| (*hash, kept.clone())).collect();
        let named = Named { keeper: InJavaScript(self.places.clone()), blobs: kept };
        retained.snapshot(&mut |chunk| {
            let arena = match chunk.payload {
                Some(kept) => Store::Foreign(kept.as_ref()),
                None => Store::Memory(&[]),
            };
            // The newest frames are retained as they came: their payloads may be blobs.
            interpreter.draw(FrameInput { head: chunk.head, arena, blobs: &named });
        });
        interpreter.set_frame(frame.map_or(0, |last| last + 1));
        // The producer has had its replies.
        interpreter.take_replies();
        if let Some(moved) = moved {
            interpreter.take_over(moved);
            interpreter.tick(0.0);
        }
    }
}

/// Whether a chunk's head is what its header says. Of a packed one whoever has unpacked it knows.
fn is_whole(block: &ChunkHeader, head: &[u8]) -> bool {
    match block.flags & PACKED_HEAD {
        0 => head.len() == block.head_len as usize && checksum(head) == block.head_crc,
        _ => head.len() == block.head_unpacked as usize,
    }
}

/// The name of a kind of chunk; those of later versions have none here.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::FRAME => "FRAM",
        Kind::BLOB => "BLOB",
        Kind::META => "META",
        Kind::KEYFRAME => "keyf",
        Kind::REPLIES => "RPLY",
        Kind::INDEX => "INDX",
        _ => "unknown",
    }
}

/// The header in a file's header part.
pub(crate) fn header_of(part: &[u8]) -> Result<Header<'static>, FaultKind> {
    let block = part.first_chunk::<BLOCK>().and_then(FileHeader::decode).ok_or(FaultKind::DamagedHeader)?;
    let head = part.get(BLOCK..).and_then(|rest| rest.get(..block.head_len as usize)).unwrap_or(&[]);
    if checksum(head) != block.head_crc {
        return Err(FaultKind::DamagedHeader);
    }
    let header = decode_header(head, block.major, block.minor);
    header.map(Header::into_owned).map_err(FaultKind::BadHeader)
}
