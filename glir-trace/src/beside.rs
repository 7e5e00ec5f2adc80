//! Recording beside the producer: frames are copied and handed over, a thread of its own follows, packs and writes them.

use crate::record::{Recorder, Recording};
use glir_spec::{Encoding, Frame, Header};
use std::io::{self, Write};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

/// What is handed over.
enum Part {
    Frame { head: Vec<u8>, arena: Vec<u8>, time_us: u64 },
    Blob { encoding: Encoding, bytes: Vec<u8> },
}

/// A head's and an arena's memory.
type Spare = (Vec<u8>, Vec<u8>);

/// Frames that may wait for the thread. There are none: a producer that is faster waits until the frame before is written, so that who is
/// killed loses the last frame and no other.
const WAITING: usize = 0;

/// The most bytes of an arena's memory that are kept for the next frame.
const SPARE: usize = 1 << 20;

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
    /// Memory of frames that are written: what is touched already costs the producer less than new pages.
    spare: Receiver<Spare>,
    thread: Option<JoinHandle<io::Result<W>>>,
    began: Instant,
    sink: S,
}

impl<W: Write + Send + 'static, S: FnMut(&Frame)> Tee<W, S> {
    /// Begins a recording; frames go on to the sink.
    pub fn new(out: W, header: &Header<'_>, recording: Recording, sink: S) -> io::Result<Self> {
        let header = header.clone().into_owned();
        let (parts, taken) = sync_channel(WAITING);
        let (emptied, spare) = channel();
        let record = move || {
            let mut recorder = Recorder::new(out, &header, recording)?;
            drain(&mut recorder, &taken, &emptied)?;
            recorder.finish()
        };
        let thread = std::thread::Builder::new().name("glir-record".into()).spawn(record)?;
        Ok(Tee { parts: Some(parts), spare, thread: Some(thread), began: Instant::now(), sink })
    }

    /// Records a frame, at this moment, and passes it on. An error is that of an earlier frame's; the frame is passed on all
    /// the same.
    pub fn frame(&mut self, frame: &Frame) -> io::Result<()> {
        let time_us = u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (mut head, mut arena) = self.spare.try_recv().unwrap_or_default();
        head.extend_from_slice(frame.head());
        arena.extend_from_slice(frame.arena());
        let part = Part::Frame { head, arena, time_us };
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

fn drain<W: Write>(
    recorder: &mut Recorder<W>,
    parts: &Receiver<Part>,
    emptied: &Sender<Spare>,
) -> io::Result<()> {
    for part in parts {
        match part {
            Part::Frame { mut head, mut arena, time_us } => {
                recorder.frame(&head, &arena, time_us)?;
                head.clear();
                arena.clear();
                // What was once large is not kept for what may be small.
                arena.shrink_to(SPARE);
                let _ = emptied.send((head, arena));
            }
            Part::Blob { encoding, bytes } => drop(recorder.blob(encoding, &bytes)?),
        }
    }
    Ok(())
}
