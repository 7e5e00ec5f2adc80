//! One stream drawn in one context: chunks in, pictures and replies out.

use crate::backend::WebBackend;
use crate::context::{Canvas, Context, Paper, Shared};
use crate::foreign::{InJavaScript, Lent, Places};
use crate::replies;
use glir_core::backend::{Failure, Handle, PixelClass, PixelRead, Surface};
use glir_core::file::chunk::{BLOCK, ChunkHeader, FileHeader, Kind, checksum};
use glir_core::file::{decode_blob, decode_header};
use glir_core::retain::{Keep as _, Retained};
use glir_core::signals::Signals;
use glir_core::{Blobs, Diagnostic, FrameInput, Interpreter, NoBlobs, Outcome, Settings, Store};
use glir_spec::enums::Severity;
use glir_spec::replies::{ContextLost, ContextRestored, Limit};
use glir_spec::wire::{Hash, Str};
use glir_spec::{Code, Header, Reply};
use js_sys::{Array, Object, Reflect, Uint8Array};
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
    frames: f64,
    /// Diagnostics that no call has handed out yet.
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

/// A WebSocket message or file may hold a part that is not what its header says: the sentence, and its code.
fn damaged(frame: u64, message: &str) -> Diagnostic {
    replies::general(Severity::Error, Code::DamagedChunk, frame, message.to_owned())
}

fn failed(failure: &Failure) -> Diagnostic {
    let (code, message) = match failure {
        Failure::OutOfMemory => (Code::OutOfMemory, "no memory is left for the context".to_owned()),
        Failure::ContextLost => (Code::ContextLost, "the context was lost".to_owned()),
        Failure::Driver(message) => (Code::DriverError, message.clone()),
    };
    replies::general(Severity::Fatal, code, 0, message)
}

#[wasm_bindgen]
impl Engine {
    /// An engine without a stream. Options: `memoryBudget` (bytes that a stream's objects may take), `strict` (stops at the
    /// first error), `retain` (keeps what a lost context is rebuilt from; true unless said otherwise).
    #[wasm_bindgen(constructor)]
    pub fn new(context: &Context, options: JsValue) -> Engine {
        let option = |name: &str| Reflect::get(&options, &JsValue::from_str(name)).unwrap_or_default();
        let mut settings = Settings { strict: option("strict").is_truthy(), ..Settings::default() };
        if let Some(budget) = option("memoryBudget").as_f64().filter(|budget| *budget >= 0.0) {
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
            retains: option("retain").as_bool().unwrap_or(true),
            frames: 0.0,
            waiting: Vec::new(),
            moved: None,
        }
    }

    /// Begins a stream: the bytes are a file's header part, its 64-byte block and head. What was drawn before is gone.
    /// Returns diagnostics; after a fatal one nothing is drawn until the next stream.
    pub fn begin(&mut self, part: &[u8]) -> Array {
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
            Err(message) => {
                self.waiting.push(replies::general(Severity::Fatal, Code::Malformed, 0, message));
            }
        }
        self.take_diagnostics()
    }

    /// Takes one chunk: its 64-byte header, head and arena. The arena stays where it is; its buffer must not change while
    /// the engine retains it, and may be transferred away if it does not.
    ///
    /// Returns `{kind, outcome, frame, replies, diagnostics}`. The outcome is `complete` (a frame ended), `partial` (it goes
    /// on in the next chunk), `stopped` (nothing more is drawn) or `none` (not a frame).
    pub fn chunk(&mut self, header: &[u8], head: &[u8], arena: Uint8Array) -> Object {
        let result = Object::new();
        let block = header.first_chunk::<BLOCK>().and_then(ChunkHeader::decode);
        let (mut outcome, mut sequence, mut said) = ("none", 0, Vec::new());
        match block {
            None => self.waiting.push(damaged(0, "no chunk starts here")),
            Some(block) if checksum(head) != block.head_crc || head.len() != block.head_len as usize => {
                let message =
                    ["the head of this ", kind_name(block.kind), " chunk is damaged; the chunk is left out"];
                self.waiting.push(damaged(block.sequence, &message.concat()));
            }
            Some(block) => {
                sequence = block.sequence;
                replies::set(&result, "kind", kind_name(block.kind));
                if block.kind == Kind::FRAME {
                    (outcome, said) = self.frame(block.sequence, head, arena);
                } else if block.kind == Kind::BLOB {
                    self.blob(block.sequence, head, arena);
                }
            }
        }
        replies::set(&result, "outcome", outcome);
        replies::set(&result, "frame", sequence as f64);
        let found = self.gather();
        // A frame's ACK comes behind all that the frame has caused.
        let back = found.iter().map(Diagnostic::reply).chain(said);
        replies::set(&result, "replies", replies::chunk(back).map_or(JsValue::NULL, JsValue::from));
        replies::set(&result, "diagnostics", found.iter().map(replies::diagnostic).collect::<Array>());
        result
    }

    /// Shows canvas 0. Without a target it goes into the context's own canvas, which takes its size; with one, a canvas of
    /// the page, it is copied there, so that several engines may share a context.
    pub fn present(&mut self, target: Option<Canvas>) {
        let Some((interpreter, shared)) = self.enter() else { return };
        let Some((width, height)) = interpreter.backend().canvas_size(Handle(0)) else { return };
        let own = &shared.canvas;
        match &target {
            None => size(own, width, height),
            // Making a drawing buffer anew costs time, so that of several views only grows.
            Some(_) => size(own, width.max(own.width()), height.max(own.height())),
        }
        match interpreter.backend_mut().show(Handle(0)) {
            Ok(true) => shared.disturb(),
            Ok(false) => {}
            Err(failure) => self.waiting.push(failed(&failure)),
        }
        let Some(target) = target else { return };
        size(&target, width, height);
        if let Ok(paper) = target.get_context("2d", &JsValue::UNDEFINED)
            && paper.is_object()
        {
            let paper: Paper = paper.unchecked_into();
            paper.set_composite("copy");
            let top = self.shared.canvas.height().saturating_sub(height);
            let drawn = paper.draw_image(&self.shared.canvas, 0, top, width, height, 0, 0, width, height);
            if let Err(error) = drawn {
                self.waiting.push(failed(&crate::backend::thrown(&error)));
            }
        }
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
                self.waiting.push(failed(&failure));
                empty()
            }
        }
    }

    /// Lets something happen to a canvas: an event in the text form, such as `["RESIZE", 0, 640, 480, 2]`. Returns 2 if a signal of the
    /// stream has taken it, 1 if the picture may change because of it, else 0.
    pub fn event(&mut self, event: Array) -> u32 {
        let Some(event) = replies::event(event) else { return 0 };
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

    /// Says that the context was lost. Frames that come meanwhile are checked and retained, but not drawn. Returns a chunk
    /// of replies for the producer.
    #[wasm_bindgen(js_name = contextLost)]
    pub fn context_lost(&mut self) -> Option<Uint8Array> {
        replies::chunk([Reply::ContextLost(ContextLost {})])
    }

    /// Says that the context came back: everything is made again. Returns `{replies, diagnostics}`.
    #[wasm_bindgen(js_name = contextRestored)]
    pub fn context_restored(&mut self) -> Object {
        self.shared.restore();
        self.rebuild();
        let found = self.gather();
        let result = Object::new();
        let back = [Reply::ContextRestored(ContextRestored {})].into_iter();
        let back = back.chain(found.iter().map(Diagnostic::reply));
        replies::set(&result, "replies", replies::chunk(back).map_or(JsValue::NULL, JsValue::from));
        replies::set(&result, "diagnostics", found.iter().map(replies::diagnostic).collect::<Array>());
        result
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
        self.waiting.clear();
        self.frames = 0.0;
        self.shared.disturb();
    }

    /// The first message of a session: who answers, what it has, and further limits by name, such as `window_bytes`.
    pub fn hello(&mut self, extra: JsValue) -> Option<Uint8Array> {
        let mut reply = match &self.state {
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
        if let Reply::Hello(hello) = &mut reply
            && let Some(extra) = extra.dyn_ref::<Object>()
        {
            for name in Object::keys(extra).iter() {
                let value = Reflect::get(extra, &name).ok().and_then(|value| value.as_f64());
                if let (Some(name), Some(value)) = (name.as_string(), value) {
                    hello.limits.push(Limit { name: Str::from(name), value: value as u64 });
                }
            }
        }
        replies::chunk([reply])
    }

    /// Diagnostics that no other call has handed out.
    #[wasm_bindgen(js_name = takeDiagnostics)]
    pub fn take_diagnostics(&mut self) -> Array {
        self.gather().iter().map(replies::diagnostic).collect()
    }

    /// What the engine has done: `{frames, commands, retained}`; the last is false once a rebuilt picture may differ.
    pub fn stats(&self) -> Object {
        let result = Object::new();
        let commands = match &self.state {
            State::Drawing(interpreter) => interpreter.commands(),
            _ => 0,
        };
        replies::set(&result, "frames", self.frames);
        replies::set(&result, "commands", commands as f64);
        let whole = self.retains && self.retained.as_ref().is_some_and(|retained| !retained.is_lossy());
        replies::set(&result, "retained", whole);
        result
    }
}

impl Engine {
    fn size(&self) -> (u32, u32) {
        match &self.state {
            State::Drawing(interpreter) => interpreter.backend().canvas_size(Handle(0)).unwrap_or((0, 0)),
            _ => self.header.as_ref().map_or((0, 0), |header| (header.width, header.height)),
        }
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
            Err(failure) => self.waiting.push(failed(&failure)),
        }
    }

    /// Draws one chunk of a frame.
    fn frame(
        &mut self,
        sequence: u64,
        head: &[u8],
        arena: Uint8Array,
    ) -> (&'static str, Vec<Reply<'static>>) {
        let arena = Rc::new(Lent::new(&self.places, arena));
        let _ = self.enter();
        let Some(retained) = &mut self.retained else { return ("none", Vec::new()) };
        let State::Drawing(interpreter) = &mut self.state else {
            return ("none", Vec::new());
        };
        interpreter.set_frame(sequence);
        let input = FrameInput { head, arena: Store::Foreign(arena.as_ref()), blobs: &Kept(retained) };
        let outcome = interpreter.draw(input);
        if self.retains {
            let account = interpreter.account().clone();
            let kept = (glir_core::Foreign::len(arena.as_ref()) > 0).then_some(arena);
            retained.feed(head, kept, &account, sequence, outcome == Outcome::Complete);
        }
        let said = interpreter.take_replies();
        if outcome == Outcome::Complete
            && let Some(moved) = self.moved.take()
        {
            interpreter.take_over(moved);
        }
        self.frames += f64::from(outcome == Outcome::Complete);
        let outcome = match outcome {
            Outcome::Complete => "complete",
            Outcome::Partial => "partial",
            Outcome::Stopped => "stopped",
        };
        (outcome, said)
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
        retained.snapshot(&mut |chunk| {
            let arena = match chunk.payload {
                Some(kept) => Store::Foreign(kept.as_ref()),
                None => Store::Memory(&[]),
            };
            // What a snapshot holds has been taken once, so payloads stand in its chunks.
            interpreter.draw(FrameInput { head: chunk.head, arena, blobs: &NoBlobs });
        });
        // The producer has had its replies.
        interpreter.take_replies();
        if let Some(moved) = moved {
            interpreter.take_over(moved);
            interpreter.tick(0.0);
        }
    }

    fn gather(&mut self) -> Vec<Diagnostic> {
        let mut found = std::mem::take(&mut self.waiting);
        if let State::Drawing(interpreter) = &mut self.state {
            found.append(&mut interpreter.take_diagnostics());
        }
        found
    }
}

fn size(canvas: &Canvas, width: u32, height: u32) {
    if canvas.width() != width {
        canvas.set_width(width);
    }
    if canvas.height() != height {
        canvas.set_height(height);
    }
}

/// The name of a kind of chunk; those of later versions have none here.
pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::FRAME => "FRAM",
        Kind::BLOB => "BLOB",
        Kind::META => "META",
        Kind::REPLIES => "RPLY",
        Kind::INDEX => "INDX",
        _ => "unknown",
    }
}

/// The header in a file's header part.
fn header_of(part: &[u8]) -> Result<Header<'static>, String> {
    let Some(block) = part.first_chunk::<BLOCK>().and_then(FileHeader::decode) else {
        return Err("the file header is damaged".to_owned());
    };
    let head = part.get(BLOCK..).and_then(|rest| rest.get(..block.head_len as usize)).unwrap_or(&[]);
    if checksum(head) != block.head_crc {
        return Err("the file header is damaged".to_owned());
    }
    let header = decode_header(head, block.major, block.minor);
    header.map(Header::into_owned).map_err(|why| ["the header can't be read: ", &why].concat())
}
