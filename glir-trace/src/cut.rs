//! Parts of a trace that stand on their own: frames with what they need, and what one frame's picture rests on.

use crate::commands::{Blobs, append, blob_of, is_swap, names, opcode, split};
use crate::slice::needed;
use crate::trace::{Trace, TraceError};
use glir_core::file::Writer;
use glir_core::retain::payload_of;
use glir_spec::commands::{Input, Redraw};
use glir_spec::enums::InputSource;
use glir_spec::wire::{Hash, Payload, Reader};
use glir_spec::{Command, Feature, Frame, Header};
use std::collections::HashSet;
use std::io::{self, Write};
use std::ops::RangeInclusive;

/// The frames of a range as a stream of its own: what they find from before them comes first, in the first frame.
///
/// The outer error is the trace's, the inner one the output's.
pub fn trim<W: Write>(
    trace: &Trace<'_>,
    frames: RangeInclusive<u64>,
    out: W,
) -> Result<io::Result<W>, TraceError> {
    let (first, last) = (*frames.start(), *frames.end());
    let header = trace.header(first)?;
    let blobs = trace.blobs(first)?;
    trace.frame(last)?;
    let mut follower = trace.follow(first)?;
    if let Some(chunk) = trace.frame(first)? {
        // What time drives is as it is where the part begins.
        follower.advance(chunk.time_us);
    }
    let (before, redraw) = {
        let before = follower.snapshot_open();
        without_redraw(before.head(), before.arena())
    };
    trace.give(follower.is_lossy());
    let chunks = || trace.frames().filter(|number| frames.contains(number));
    // Signals that go by the clock go on: then times are those since the whole stream began.
    let may = names(&header, Feature::Signals);
    let mut goes_on = may && has_time(before.head());
    for number in chunks().filter(|_| may) {
        goes_on = goes_on || trace.frame(number)?.is_some_and(|chunk| has_time(&chunk.head));
    }
    let mut from = goes_on.then_some(0);
    let begins = if goes_on { trace.frame(first)?.map_or(0, |chunk| chunk.time_us) } else { 0 };
    let write = || -> Result<io::Result<W>, TraceError> {
        let mut out = match Part::new(out, &header, &blobs) {
            Ok(out) => out,
            Err(error) => return Ok(Err(error)),
        };
        if !before.is_empty()
            && let Err(error) = out.frame(before.head(), before.arena(), begins)
        {
            return Ok(Err(error));
        }
        if !redraw.is_empty()
            && let Err(error) = out.frame(redraw.head(), &[], begins)
        {
            return Ok(Err(error));
        }
        for number in chunks() {
            let Some(chunk) = trace.frame(number)? else { continue };
            let from = *from.get_or_insert(chunk.time_us);
            if let Err(error) = out.frame(&chunk.head, &chunk.arena, chunk.time_us.saturating_sub(from)) {
                return Ok(Err(error));
            }
        }
        Ok(out.writer.finish())
    };
    write()
}

/// A picture, such as a keyframe, and its REDRAW. Signals that it binds are due to be drawn, which they have been by then: a REDRAW in a
/// chunk behind it leaves it at that.
pub fn without_redraw(head: &[u8], arena: &[u8]) -> (Frame, Frame) {
    let (mut left, mut redraw) = (Frame::new(), Frame::new());
    for bytes in split(head) {
        let is_redraw = opcode(bytes) == u64::from(Redraw::OPCODE);
        append(if is_redraw { &mut redraw } else { &mut left }, bytes, arena);
    }
    (left, redraw)
}

/// Whether commands declare an input of the time.
fn has_time(head: &[u8]) -> bool {
    let input = |command: &&[u8]| opcode(command) == u64::from(Input::OPCODE);
    split(head).filter(input).any(|command| {
        let decoded = Command::decode(&mut Reader::new(command));
        matches!(decoded, Ok(Command::Input(Input { source: InputSource::Time, .. })))
    })
}

/// One frame that draws what the canvases show at the end of a frame, and nothing that no pixel of it rests on.
pub fn slice<W: Write>(trace: &Trace<'_>, frame: u64, out: W) -> Result<io::Result<W>, TraceError> {
    let header = trace.header(frame)?;
    let blobs = trace.blobs(frame)?;
    let mut follower = trace.follow(frame)?;
    let mut time_us = 0;
    if let Some(chunk) = trace.frame(frame)? {
        time_us = chunk.time_us;
        follower.chunk(&chunk);
    }
    let (picture, lossy) = follower.into_picture();
    trace.give(lossy);
    let picture = needed(&picture, (header.width, header.height));
    let write = || {
        let mut out = Part::new(out, &header, &blobs)?;
        out.frame(picture.head(), picture.arena(), time_us)?;
        out.writer.finish()
    };
    Ok(write())
}

/// A stream that is written with the blobs that it names, and no others.
struct Part<'b, 'a, W: Write> {
    writer: Writer<W>,
    blobs: &'b Blobs<'a>,
    written: HashSet<Hash>,
}

impl<'b, 'a, W: Write> Part<'b, 'a, W> {
    fn new(out: W, header: &Header<'_>, blobs: &'b Blobs<'a>) -> io::Result<Self> {
        let mut writer = Writer::new(out, header)?;
        writer.set_packing(true);
        Ok(Part { writer, blobs, written: HashSet::new() })
    }

    fn frame(&mut self, head: &[u8], arena: &[u8], time_us: u64) -> io::Result<()> {
        for hash in split(head).filter_map(blob_of) {
            if self.written.insert(hash)
                && let Some((encoding, bytes)) = self.blobs.get(&hash)
            {
                self.writer.blob(*encoding, bytes)?;
            }
        }
        self.writer.raw_frame(head, arena, time_us)
    }
}

impl crate::Follower<'_> {
    /// Everything so far, as the beginning of the frame that follows: without a SWAP.
    pub fn snapshot_open(&mut self) -> Frame {
        without_swap(&self.snapshot())
    }
}

fn without_swap(frame: &Frame) -> Frame {
    let mut open = Frame::new();
    for command in split(frame.head()).filter(|command| !is_swap(command)) {
        append(&mut open, command, frame.arena());
    }
    open
}

/// True if a payload of some bytes is a candidate for a blob of its own.
pub(crate) fn arena_payload(command: &[u8]) -> Option<(u64, u64)> {
    match payload_of(command)? {
        (Payload::Arena { offset, length, .. }, ..) => Some((offset, length)),
        _ => None,
    }
}
