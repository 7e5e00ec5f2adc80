//! The other side of the protocol: what an interpreter in Rust needs to be a testee.

use crate::case::Layer;
use crate::decoded;
use crate::driver::{Kind, Trouble};
use crate::index;
use crate::kind::{session, text};
use crate::packing::Packing;
use crate::protocol::{Answer, Done, Hello, Request, Task, receive, send};
use glir_core::file::chunk::Kind as ChunkKind;
use glir_core::file::{Index, Item, Keyframe, Room, message};
use glir_core::retain::{InMemory, Retained};
use glir_core::text::EventLog;
use glir_core::{Backend, Blobs, Diagnostic, FrameInput, Interpreter, NoBlobs, Outcome, Settings, Store};
use glir_spec::replies::{ContextLost, ContextRestored};
use glir_spec::wire::Hash;
use glir_spec::{Frame, Header, Reply, limits};
use std::collections::HashMap;
use std::io::{self, Read, Write};

/// An interpreter under test.
pub trait Testee {
    /// Who it is.
    fn hello(&self) -> Hello;

    /// Carries a stream out.
    ///
    /// # Errors
    /// One sentence: it could not do its work, which is no fault of the stream.
    fn run(&mut self, task: &Task) -> Result<Done, String>;

    /// Answers a question about the text form.
    ///
    /// # Errors
    /// One sentence: it does not speak the text form, and says so by its layers.
    fn text(&mut self, _: &text::Question) -> Result<text::Reply, String> {
        Err("it does not speak the text form".into())
    }

    /// Answers a question about a live session.
    ///
    /// # Errors
    /// One sentence: it takes no part in sessions, and says so by its layers.
    fn session(&mut self, _: &session::Question) -> Result<session::Reply, String> {
        Err("it takes no part in live sessions".into())
    }

    /// Answers a question.
    fn answer(&mut self, request: &Request) -> Answer {
        match request {
            Request::Hello => Answer::Hello(self.hello()),
            Request::Run(task) => self.run(task).map_or_else(Answer::Failed, Answer::Done),
            Request::Text(question) => self.text(question).map_or_else(Answer::Failed, Answer::Text),
            Request::Session(question) => self.session(question).map_or_else(Answer::Failed, Answer::Session),
            Request::End => Answer::Failed("there is nothing to answer".into()),
        }
    }
}

/// Answers until the runner has nothing more to ask.
///
/// # Errors
/// Those of the pipes.
pub fn serve(testee: &mut dyn Testee, input: &mut impl Read, output: &mut impl Write) -> io::Result<()> {
    while let Some(message) = receive(input)? {
        let answer = match Request::decode(&message) {
            Ok(Request::End) => return Ok(()),
            Ok(request) => testee.answer(&request),
            Err(why) => Answer::Failed(why),
        };
        send(output, &answer.encode())?;
    }
    Ok(())
}

/// Where streams are carried out.
pub trait Stage {
    /// What draws.
    type Backend: Backend;

    /// Begins a stream; nothing of the one before stays.
    ///
    /// # Errors
    /// The stream is refused, or there is no context for it.
    fn begin(&mut self, header: &Header<'_>, settings: Settings) -> Result<(), Refused>;

    /// The interpreter of the stream; none if it was refused.
    fn interpreter(&mut self) -> Option<&mut Interpreter<Self::Backend>>;

    /// Loses the context for good. Who can't does not say `lost` in its hello.
    fn lose(&mut self) {}
}

/// Why a stream can't begin.
#[derive(Clone, Debug)]
pub enum Refused {
    /// The interpreter has not what the header asks for.
    Stream(Box<Diagnostic>),
    /// There is no context: one sentence.
    Context(String),
}

#[derive(Default)]
struct Known(HashMap<Hash, Vec<u8>>);

impl Blobs for Known {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        self.0.get(hash).map(Store::from)
    }
}

/// The keyframe before a frame, and the byte at which it stands.
fn keyframe(stream: &[u8], frame: u64) -> Result<(u64, Keyframe<'_>), String> {
    let index = Index::scan(stream);
    let all = index.entries.iter().filter(|entry| entry.kind == ChunkKind::KEYFRAME);
    let mut read = all.filter_map(|entry| Some((entry.offset, Keyframe::read(stream, entry)?)));
    let found = read.find(|(_, keyframe)| keyframe.frame == frame);
    found.ok_or_else(|| format!("no keyframe stands before frame {frame}"))
}

/// Begins with a keyframe. What it causes is no answer to anybody.
fn begin_with(keyframe: &Keyframe<'_>, blobs: &Known, stage: &mut impl Stage) {
    let Some(interpreter) = stage.interpreter() else { return };
    interpreter.set_frame(keyframe.frame.saturating_sub(1));
    interpreter.draw(FrameInput { head: &keyframe.head, arena: (&*keyframe.arena).into(), blobs });
    interpreter.set_frame(keyframe.frame);
    interpreter.take_replies();
    interpreter.take_diagnostics();
}

/// Carries a task out on a stage: its replies, and the log of the decoding layer.
///
/// # Errors
/// One sentence: there is no context, the log of events is none, or there is no keyframe to begin with.
pub fn carry_out(task: &Task, stage: &mut impl Stage) -> Result<Done, String> {
    let settings = Settings {
        memory_budget: task.memory_budget.unwrap_or(Settings::default().memory_budget),
        strict: task.strict,
    };
    let mut events =
        task.events.as_deref().map(EventLog::parse).transpose().map_err(|error| error.to_string())?;
    let mut chunks = Vec::new();
    let mut blobs = Known::default();
    let mut kept = None;
    let happens = |kind, frame| task.driver.contains(&Trouble { kind, number: frame });
    let (packing, room) = (task.packing.unwrap_or(Packing::Unpack), Room::new());
    let mut start = task.from.map(|frame| keyframe(&task.stream, frame)).transpose()?;
    let mut reader = packing.reader(&task.stream, &room);
    while let Some(item) = reader.next() {
        if let Some((_, keyframe)) = start.take_if(|(offset, _)| *offset < reader.offset()) {
            begin_with(&keyframe, &blobs, stage);
        }
        match item {
            Item::Header(header) => {
                blobs = Known::default();
                let comes_back = task.driver.iter().any(|trouble| trouble.kind == Kind::Restored);
                kept = comes_back.then(|| Present::new(&header));
                match stage.begin(&header, settings) {
                    Ok(()) => {}
                    Err(Refused::Stream(diagnostic)) => chunks.push(packed([diagnostic.reply()])?),
                    Err(Refused::Context(why)) => return Err(why),
                }
            }
            Item::Blob { hash, encoding, bytes } => {
                if let Some(kept) = &mut kept {
                    kept.retained.feed_blob(hash, encoding, bytes.into());
                }
                blobs.0.insert(hash, bytes.to_owned());
            }
            // The keyframe stands for it.
            Item::Frame { .. } if start.is_some() => {}
            Item::Frame { head, arena, .. } => {
                let Some(interpreter) = stage.interpreter() else { continue };
                let frame = interpreter.frame();
                if let Some(events) = &mut events {
                    let untaken = events.replay_before(interpreter, frame);
                    if !untaken.is_empty() {
                        chunks.push(packed(untaken)?);
                    }
                }
                if happens(Kind::Lost, frame) {
                    stage.lose();
                }
                let Some(interpreter) = stage.interpreter() else { continue };
                let outcome = interpreter.draw(FrameInput { head, arena: arena.into(), blobs: &blobs });
                take(interpreter, &mut chunks)?;
                let Some(kept) = &mut kept else { continue };
                let (account, whole) = (interpreter.account().clone(), outcome == Outcome::Complete);
                kept.retained.feed(head, Some(arena.into()), &account, frame, whole);
                if whole && happens(Kind::Restored, frame) {
                    chunks.push(packed([Reply::ContextLost(ContextLost {})])?);
                    kept.restore(stage, settings)?;
                    chunks.push(packed([Reply::ContextRestored(ContextRestored {})])?);
                    stage.interpreter().map_or(Ok(()), |interpreter| take(interpreter, &mut chunks))?;
                }
            }
            Item::Meta(_) | Item::Fault(_) => {}
        }
    }
    if let (Some(events), Some(interpreter)) = (&mut events, stage.interpreter()) {
        let untaken = events.replay_rest(interpreter);
        if !untaken.is_empty() {
            chunks.push(packed(untaken)?);
        }
        take(interpreter, &mut chunks)?;
    }
    let decoding = task.layers.contains(&Layer::Decoding).then(|| decoded::log_as(&task.stream, packing));
    let index = task.layers.contains(&Layer::Index).then(|| index::log(&task.stream));
    Ok(Done { decoding, replies: Some(chunks), index, ..Done::default() })
}

/// What a context that comes back is filled from.
struct Present {
    header: Header<'static>,
    retained: Retained<InMemory>,
}

impl Present {
    fn new(header: &Header<'_>) -> Present {
        Present { header: header.clone().into_owned(), retained: Retained::new(header, InMemory) }
    }

    /// Makes everything again in a new context. What a person has moved stays moved.
    fn restore(&mut self, stage: &mut impl Stage, settings: Settings) -> Result<(), String> {
        let moved = stage.interpreter().map(Interpreter::take_signals);
        match stage.begin(&self.header, settings) {
            Ok(()) => {}
            Err(Refused::Stream(diagnostic)) => return Err(diagnostic.to_string()),
            Err(Refused::Context(why)) => return Err(why),
        }
        let interpreter = stage.interpreter().ok_or("the context did not come back")?;
        let frame = self.retained.last_frame();
        interpreter.set_frame(frame.unwrap_or(0));
        self.retained.snapshot(&mut |chunk| {
            let arena = chunk.payload.map_or(Store::Memory(&[]), |kept| Store::Memory(kept));
            // What a snapshot holds has been taken once, so payloads stand in its chunks.
            interpreter.draw(FrameInput { head: chunk.head, arena, blobs: &NoBlobs });
        });
        interpreter.set_frame(frame.map_or(0, |last| last + 1));
        // The producer has had its replies.
        interpreter.take_replies();
        if let Some(moved) = moved {
            interpreter.take_over(moved);
            interpreter.tick(0.0);
        }
        Ok(())
    }
}

/// What an interpreter has to say, as a chunk.
fn take<B: Backend>(interpreter: &mut Interpreter<B>, chunks: &mut Vec<Vec<u8>>) -> Result<(), String> {
    let diagnostics = interpreter.take_diagnostics();
    let replies = interpreter.take_replies();
    let all: Vec<Reply<'_>> = diagnostics.iter().map(Diagnostic::reply).chain(replies).collect();
    for part in all.chunks(limits::MAX_REPLIES) {
        chunks.push(packed(part.iter().cloned())?);
    }
    Ok(())
}

fn packed<'r>(replies: impl IntoIterator<Item = glir_spec::Reply<'r>>) -> Result<Vec<u8>, String> {
    let mut frame = Frame::new();
    replies.into_iter().for_each(|reply| frame.push_reply(reply));
    message::replies(&frame)
}
