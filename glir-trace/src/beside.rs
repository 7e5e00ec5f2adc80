//! Recording beside the producer: frames are copied and handed over, a thread of its own follows, packs and writes them.

use crate::record::{Recorder, Recording};
use glir_spec::{Encoding, Frame, Header};
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

/// What is handed over.
enum Part {
    Frame { head: Vec<u8>, arena: Vec<u8>, time_us: u64 },
    Blob { encoding: Encoding, bytes: Vec<u8> },
}

/// Frames that may wait for the thread; a producer that is faster waits for it then.
const WAITING: usize = 16;

/// A recorder on a thread of its own, between a producer and whatever draws: each frame is recorded and passed on.
///
/// ```
/// use glir_spec::commands::Swap;
/// use glir_spec::{Frame, Header};
/// use glir_trace::{Recording, Tee, Trace};
///
/// let mut drawn = 0;
/// let mut tee = Tee::new(Vec::new(), &Header::default(), Recording::default(), |_: &Frame| drawn += 1)?;
/// let mut frame = Frame::new();
/// frame.push(Swap {});
/// tee.frame(&frame)?;
/// let bytes = tee.finish()?;
/// assert_eq!((drawn, Trace::open(&bytes).unwrap().frame_count()), (1, 1));
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Tee<W: Write + Send + 'static, S> {
    parts: Option<SyncSender<Part>>,
    thread: Option<JoinHandle<io::Result<W>>>,
    began: Instant,
    sink: S,
}

impl<W: Write + Send + 'static, S: FnMut(&Frame)> Tee<W, S> {
    /// Begins a recording; frames go on to the sink.
    pub fn new(out: W, header: &Header<'_>, recording: Recording, sink: S) -> io::Result<Self> {
        let header = header.clone().into_owned();
        let (parts, taken) = sync_channel(WAITING);
        let record = move || {
            let mut recorder = Recorder::new(out, &header, recording)?;
            drain(&mut recorder, &taken)?;
            recorder.finish()
        };
        let thread = std::thread::Builder::new().name("glir-record".into()).spawn(record)?;
        Ok(Tee { parts: Some(parts), thread: Some(thread), began: Instant::now(), sink })
    }

    /// Records a frame, at this moment, and passes it on. An error is that of an earlier frame's; the frame is passed on all
    /// the same.
    pub fn frame(&mut self, frame: &Frame) -> io::Result<()> {
        let time_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let part = Part::Frame { head: frame.head().to_vec(), arena: frame.arena().to_vec(), time_us };
        let sent = self.send(part);
        (self.sink)(frame);
        sent
    }

    /// Records a blob, by whose hash payloads name it from now on.
    pub fn blob(&mut self, encoding: Encoding, bytes: &[u8]) -> io::Result<()> {
        self.send(Part::Blob { encoding, bytes: bytes.to_vec() })
    }

    fn send(&mut self, part: Part) -> io::Result<()> {
        match &self.parts {
            Some(parts) if parts.send(part).is_ok() => Ok(()),
            // The thread has ended early: it says why.
            _ => self.end().map(drop),
        }
    }

    fn end(&mut self) -> io::Result<W> {
        self.parts = None;
        let ended = self.thread.take().map(JoinHandle::join);
        let over = || io::Error::other("the recording is over");
        ended.ok_or_else(over)?.unwrap_or_else(|_| Err(over()))
    }

    /// Waits until all is written, and ends the recording with its index.
    pub fn finish(mut self) -> io::Result<W> {
        self.end()
    }
}

fn drain<W: Write>(recorder: &mut Recorder<W>, parts: &Receiver<Part>) -> io::Result<()> {
    for part in parts {
        match part {
            Part::Frame { head, arena, time_us } => recorder.frame(&head, &arena, time_us)?,
            Part::Blob { encoding, bytes } => drop(recorder.blob(encoding, &bytes)?),
        }
    }
    Ok(())
}
