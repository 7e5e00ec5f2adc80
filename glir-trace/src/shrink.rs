//! A trace made small while it keeps what somebody asks of it: first what a place needs, then object by object, then command
//! by command (delta debugging, after Zeller and Hildebrandt 2002).

use crate::commands::{Blobs, blob_of, is_swap, split};
use crate::cut::{slice, trim};
use crate::trace::{Trace, TraceError};
use glir_core::file::Writer;
use glir_core::retain::{attach, payload_of};
use glir_spec::wire::{Hash, Payload, Reader};
use glir_spec::{Command, Frame, Header, limits};
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// A command that stands alone.
#[derive(Clone, Debug)]
struct Piece {
    /// The command; a payload of the arena calls it offset 0.
    bytes: Rc<[u8]>,
    payload: Option<Rc<[u8]>>,
    objects: Rc<[u32]>,
}

/// A trace made small.
#[derive(Clone, Debug)]
pub struct Shrunk {
    /// The file.
    pub bytes: Vec<u8>,
    /// Commands that are left, SWAPs among them.
    pub commands: usize,
    /// Traces that were tried.
    pub tries: u64,
    /// There was no time to look whether less would do.
    pub unfinished: bool,
}

struct Shrinker<'o, 'a, E> {
    header: Header<'a>,
    blobs: Blobs<'a>,
    oracle: &'o mut dyn FnMut(&[u8]) -> Result<bool, E>,
    tries: u64,
    until: Instant,
    late: bool,
}

/// Why a trace was not made smaller.
#[derive(Debug)]
pub enum ShrinkError<E> {
    /// The trace can't be read.
    Trace(TraceError),
    /// The oracle could not be asked.
    Oracle(E),
    /// The trace as it is does not have what is asked of it.
    NotThere,
}

/// Makes the stream to which the last frame belongs as small as it gets within the time while the oracle, which is given
/// `.glir` files of plain chunks, goes on to say true.
pub fn shrink<E>(
    trace: &Trace<'_>,
    time: Duration,
    oracle: &mut dyn FnMut(&[u8]) -> Result<bool, E>,
) -> Result<Shrunk, ShrinkError<E>> {
    let last = trace.frames().last().unwrap_or(0);
    let header = trace.header(last).map_err(ShrinkError::Trace)?;
    let blobs = trace.blobs(last).map_err(ShrinkError::Trace)?;
    let first = trace.first_of_stream(last).map_err(ShrinkError::Trace)?;
    let until = Instant::now() + time;
    let mut shrinker = Shrinker { header, blobs, oracle, tries: 0, until, late: false };
    let all: Vec<u64> = trace.frames().filter(|number| *number >= first).collect();
    let pieces = shrinker.begin(trace, &all)?;
    let pieces = shrinker.by_object(pieces).map_err(ShrinkError::Oracle)?;
    let pieces = shrinker.by_command(pieces).map_err(ShrinkError::Oracle)?;
    let bytes = shrinker.file(&pieces);
    Ok(Shrunk { bytes, commands: pieces.len(), tries: shrinker.tries, unfinished: shrinker.late })
}

impl<E> Shrinker<'_, '_, E> {
    fn ask(&mut self, bytes: &[u8]) -> Result<bool, E> {
        self.tries += 1;
        (self.oracle)(bytes)
    }

    fn keeps(&mut self, pieces: &[Piece]) -> Result<bool, E> {
        let bytes = self.file(pieces);
        self.ask(&bytes)
    }

    fn is_late(&mut self) -> bool {
        self.late |= Instant::now() >= self.until;
        self.late
    }

    /// The shortest beginning that shows it, and of that as few frames as possible, what they need being put before them.
    fn begin(&mut self, trace: &Trace<'_>, all: &[u64]) -> Result<Vec<Piece>, ShrinkError<E>> {
        let whole = self.frames(trace, all).map_err(ShrinkError::Trace)?;
        if !self.keeps(&whole).map_err(ShrinkError::Oracle)? {
            return Err(ShrinkError::NotThere);
        }
        // The last frame that is needed.
        let (mut low, mut high) = (0, all.len());
        while low + 1 < high && !self.is_late() {
            let middle = usize::midpoint(low, high);
            let part = self.frames(trace, all.get(..middle).unwrap_or(all)).map_err(ShrinkError::Trace)?;
            match self.keeps(&part).map_err(ShrinkError::Oracle)? {
                true => high = middle,
                false => low = middle,
            }
        }
        let all = all.get(..high).unwrap_or(all);
        let mut best = self.frames(trace, all).map_err(ShrinkError::Trace)?;
        let Some(last) = all.last().copied() else { return Ok(best) };
        let mut candidates: Vec<Vec<u8>> = Vec::new();
        if let Ok(Ok(part)) = slice(trace, last, Vec::new()) {
            candidates.push(part);
        }
        let mut length = 1;
        while length < all.len() {
            let from = all.get(all.len() - length).copied().unwrap_or(last);
            if let Ok(Ok(part)) = trim(trace, from..=last, Vec::new()) {
                candidates.push(part);
            }
            length *= 4;
        }
        for part in candidates {
            let Ok(part) = Trace::open(&part) else { continue };
            let numbers: Vec<u64> = part.frames().collect();
            let pieces = self.frames(&part, &numbers).map_err(ShrinkError::Trace)?;
            if pieces.len() < best.len()
                && !self.is_late()
                && self.keeps(&pieces).map_err(ShrinkError::Oracle)?
            {
                best = pieces;
                break;
            }
        }
        Ok(best)
    }

    /// The commands of some frames.
    fn frames(&mut self, trace: &Trace<'_>, numbers: &[u64]) -> Result<Vec<Piece>, TraceError> {
        let mut pieces = Vec::new();
        // Any number of commands may name the same bytes of an arena, and each gets its own here.
        let mut bytes = 0_u64;
        for number in numbers {
            let Some(chunk) = trace.frame(*number)? else { continue };
            let of = |command| payload_in(command, &chunk.arena).map_or(0, |payload| payload.len() as u64);
            bytes = split(&chunk.head).map(of).fold(bytes, u64::saturating_add);
            if bytes > limits::DEFAULT_MEMORY_BUDGET {
                return Err(TraceError::TooLarge(bytes));
            }
            pieces.extend(split(&chunk.head).map(|command| piece(command, &chunk.arena)));
        }
        Ok(pieces)
    }

    /// Takes out all that is said of an object, many objects at once first.
    fn by_object(&mut self, mut pieces: Vec<Piece>) -> Result<Vec<Piece>, E> {
        let ids: BTreeSet<u32> = pieces.iter().flat_map(|piece| piece.objects.iter().copied()).collect();
        let mut ids: Vec<u32> = ids.into_iter().collect();
        let mut size = ids.len();
        while size > 0 {
            let mut at = 0;
            while at < ids.len() && !self.is_late() {
                let out: HashSet<u32> = ids.iter().skip(at).take(size).copied().collect();
                let kept = |piece: &&Piece| !piece.objects.iter().any(|id| out.contains(id));
                let part: Vec<Piece> = pieces.iter().filter(kept).cloned().collect();
                if part.len() < pieces.len() && self.keeps(&part)? {
                    pieces = part;
                    ids.retain(|id| !out.contains(id));
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
        Ok(pieces)
    }

    /// Takes out runs of commands, long ones first, until no single one can go.
    fn by_command(&mut self, mut pieces: Vec<Piece>) -> Result<Vec<Piece>, E> {
        let mut size = pieces.len().div_ceil(2);
        while size > 0 && !self.is_late() {
            let before = pieces.len();
            let mut end = pieces.len();
            // From the end: what comes last rests on what comes first.
            while end > 0 && !self.is_late() {
                let start = end.saturating_sub(size);
                let (head, tail) = (pieces.get(..start), pieces.get(end..));
                let part = [head.unwrap_or_default(), tail.unwrap_or_default()].concat();
                if self.keeps(&part)? {
                    pieces = part;
                }
                end = start;
            }
            // Something went, so others may be free to go now.
            if size > 1 || pieces.len() == before {
                size /= 2;
            }
        }
        Ok(pieces)
    }

    /// The commands as a file: a SWAP ends a frame.
    fn file(&self, pieces: &[Piece]) -> Vec<u8> {
        let write = || {
            let mut writer = Writer::new(Vec::new(), &self.header)?;
            let mut named: HashSet<Hash> = HashSet::new();
            let mut frame = Frame::new();
            for piece in pieces {
                if let Some(hash) = blob_of(&piece.bytes)
                    && named.insert(hash)
                    && let Some((encoding, bytes)) = self.blobs.get(&hash)
                {
                    writer.blob(*encoding, bytes)?;
                }
                let placed = piece.payload.as_ref().and_then(|payload| {
                    attach(&piece.bytes, |encoding| frame.payload(encoding, payload).into_owned())
                });
                frame.push_encoded(placed.as_deref().unwrap_or(&piece.bytes));
                if is_swap(&piece.bytes) {
                    writer.frame(&frame, 0)?;
                    frame.clear();
                }
            }
            if !frame.is_empty() {
                writer.frame(&frame, 0)?;
            }
            writer.finish()
        };
        // Writing to memory does not fail, but for frames that no reader takes.
        write().unwrap_or_default()
    }
}

/// A command's payload, if it lies in the arena.
fn payload_in<'a>(command: &[u8], arena: &'a [u8]) -> Option<&'a [u8]> {
    let (Payload::Arena { offset, length, .. }, ..) = payload_of(command)? else { return None };
    arena.get(usize::try_from(offset).ok()?..)?.get(..usize::try_from(length).ok()?)
}

fn piece(bytes: &[u8], arena: &[u8]) -> Piece {
    let mut objects = Vec::new();
    if let Ok(command) = Command::decode(&mut Reader::new(bytes)) {
        crate::ids::objects(&command, &mut |id| objects.push(id));
    }
    Piece { bytes: bytes.into(), payload: payload_in(bytes, arena).map(Rc::from), objects: objects.into() }
}

/// An oracle that asks whether a diagnostic with this code comes up.
pub fn has_diagnostic(bytes: &[u8], code: glir_spec::Code) -> bool {
    let Ok(trace) = Trace::open(bytes) else { return false };
    let Some(last) = trace.frames().last() else { return false };
    let Ok(header) = trace.header(last) else { return false };
    let Ok(mut follower) = crate::Follower::new(&header) else { return false };
    follower.blobs = trace.blobs(last).unwrap_or_default();
    for number in trace.frames() {
        let Ok(Some(chunk)) = trace.frame(number) else { continue };
        let outcome = follower.check(&chunk.head, &chunk.arena);
        if follower.diagnostics.iter().any(|diagnostic| diagnostic.code == code) {
            return true;
        }
        if outcome == glir_core::Outcome::Stopped {
            return false;
        }
    }
    false
}
