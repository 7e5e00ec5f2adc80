//! Frames that need not be followed when they come.
//!
//! Most frames of an animation set values, clear the canvas and draw. What counts of them, once another such frame has come, is
//! the last value of everything that they set: so they wait, and are then followed as one short chunk and the last of them. What such
//! a frame draws is hidden by the next one's CLEAR, whatever the check would say of its draws.

use super::Account;
use super::overtaken::{Key, Kind, Seen, kind_at, short_uniform};
use crate::planes;
use glir_spec::commands::*;
use glir_spec::wire::{Reader, elements};
use glir_spec::{Frame, limits};

/// Frames that wait are followed when they have more bytes than this.
const MOST: usize = 4 << 20;

/// After so many chunks in a row that could not wait, no more are looked at: the stream is another kind of one.
const PATIENCE: u32 = 16;

/// Where a command stands: the frame that waits, its first byte and the one behind its last.
type Place = (u32, u32, u32);

/// By what a frame is known to hide all that was drawn before it.
struct Known {
    /// The canvas that is drawn to.
    canvas: u32,
    /// A CLEAR of all that draws write there.
    clear: Vec<u8>,
    /// The planes that it fills, as bits.
    planes: u8,
}

/// The frames that wait.
#[derive(Default)]
pub struct Later {
    known: Option<Known>,
    /// Something in the stream may rest on what is drawn, or on values, in another way: no frame waits any more.
    never: bool,
    /// Chunks in a row that could not wait.
    hasty: u32,
    /// The heads, oldest first.
    heads: Vec<Vec<u8>>,
    bytes: usize,
    /// What frames before the last one set, and where each was set last.
    seen: Seen,
    latest: Vec<Option<Place>>,
    /// What the last one sets, by its place among all that is seen, and the same of one that may join it.
    last: Vec<(u32, u32, u32)>,
    next: Vec<(u32, u32, u32)>,
}

/// What stands for frames that have waited.
#[derive(Debug)]
pub struct Waited {
    /// How many frames these were.
    pub frames: u64,
    /// All that counts of those before the last one, without a SWAP.
    pub before: Frame,
    /// The last one's commands.
    pub last: Vec<u8>,
}

/// What a chunk is made of.
#[derive(Default)]
struct Looked {
    /// Its frame may wait, or tell whether others may.
    plain: bool,
    /// It has a command by which no frame may wait.
    never: bool,
    /// It clears as is known.
    clears: bool,
}

impl Later {
    /// Takes a chunk that may wait. False if it is to be followed now, behind those that wait.
    pub fn take(&mut self, head: &[u8], arena: &[u8]) -> bool {
        let Some(known) = self.known.as_ref().filter(|_| arena.is_empty() && !self.never) else {
            return false;
        };
        self.next.clear();
        let (seen, next) = (&mut self.seen, &mut self.next);
        let looked = look(head, Some(known), |key, start, end| next.push((seen.index(key), start, end)));
        if !(looked.plain && looked.clears && self.bytes + head.len() <= MOST) {
            return false;
        }
        let before = self.heads.len().saturating_sub(1) as u32;
        for (index, start, end) in self.last.drain(..) {
            if let Some(place) = self.latest.get_mut(index as usize) {
                *place = Some((before, start, end));
            }
        }
        std::mem::swap(&mut self.last, &mut self.next);
        self.latest.resize(self.seen.len(), None);
        self.bytes += head.len();
        self.heads.push(head.to_vec());
        true
    }

    /// A chunk has been followed, and this is what came of it.
    pub fn followed(&mut self, head: &[u8], arena: &[u8], account: &Account, complete: bool) {
        self.known = None;
        if self.never {
            return;
        }
        let fresh = account.fresh.map(|fresh| {
            let clear = elements(head).nth(fresh.command as usize).unwrap_or_default();
            Known { canvas: fresh.canvas, clear: clear.to_vec(), planes: fresh.planes & planes_of(clear) }
        });
        let looked = look(head, fresh.as_ref(), |_, _, _| {});
        self.never |= looked.never;
        if !looked.plain || !complete || !arena.is_empty() {
            self.hasty += 1;
            self.never |= self.hasty > PATIENCE;
            return;
        }
        self.hasty = 0;
        // In such a frame nothing changes what a CLEAR reaches, nor what draws do.
        let written = account.written | account.draws;
        self.known = fresh.filter(|known| written & !known.planes == 0);
    }

    /// What waits, if anything does.
    pub fn give(&mut self) -> Option<Waited> {
        self.seen = Seen::default();
        let last = self.heads.pop()?;
        let mut places: Vec<Place> = self.latest.drain(..).flatten().collect();
        places.sort_unstable();
        let mut before = Frame::new();
        for (frame, start, end) in places {
            let head = self.heads.get(frame as usize);
            if let Some(command) = head.and_then(|head| head.get(start as usize..end as usize)) {
                before.push_encoded(command);
            }
        }
        let frames = self.heads.len() as u64 + 1;
        self.heads.clear();
        self.last.clear();
        self.bytes = 0;
        Some(Waited { frames, before, last })
    }
}

/// Looks at a chunk's commands; what it sets is handed over with its place.
fn look(head: &[u8], known: Option<&Known>, mut sets: impl FnMut(Key, u32, u32)) -> Looked {
    let mut looked = Looked { plain: true, ..Looked::default() };
    let mut reader = Reader::new(head);
    let count = reader.array().unwrap_or(0);
    if count > limits::MAX_COMMANDS || head.len() > limits::MAX_HEAD_BYTES {
        return Looked::default();
    }
    let (mut ended, mut at) = (false, reader.offset());
    for _ in 0..count {
        let rest = head.get(at..).unwrap_or_default();
        let start = at;
        // Most are values of uniforms, so these are told without a reader.
        if let Some((key, size)) = short_uniform(rest) {
            looked.plain &= !ended;
            at += size;
            sets(key, start as u32, at as u32);
            continue;
        }
        let mut inside = Reader::new(rest);
        let Ok((kind, opcode, behind)) = kind_at(&mut inside) else { return Looked::default() };
        if !behind {
            inside = Reader::new(rest);
            if inside.skip().is_err() {
                return Looked::default();
            }
        }
        let bytes = rest.get(..inside.offset()).unwrap_or_default();
        at += bytes.len();
        let (from, to) = (start as u32, at as u32);
        // Nothing stands behind a SWAP.
        looked.plain &= !ended;
        match kind {
            Kind::Sets(key) if behind => sets(key, from, to),
            Kind::Sets(_) => match exact(opcode, bytes) {
                Some(key) => sets(key, from, to),
                None => looked.plain = false,
            },
            Kind::Silent => ended |= opcode == u64::from(Swap::OPCODE),
            Kind::Draw if opcode == u64::from(Clear::OPCODE) => match known {
                Some(known) if known.clear == bytes => looked.clears = true,
                // Another, of planes that are hidden too.
                Some(known) => looked.plain &= planes_of(bytes) & !known.planes == 0,
                None => {}
            },
            Kind::Draw => {}
            // Without a size.
            Kind::Current(which) => {
                looked.plain &=
                    known.is_some_and(|known| known.canvas == which) && bytes.ends_with(&[0xc0, 0xc0]);
            }
            Kind::Stands | Kind::Other => {
                looked.plain = false;
                looked.never |= rests(opcode);
            }
        }
    }
    looked.plain &= ended && at == head.len();
    looked
}

/// A key by which only equal commands are one: what a later one of another content sets may be refused. Only short ones have one.
fn exact(opcode: u64, bytes: &[u8]) -> Option<Key> {
    if opcode == u64::from(Data::OPCODE) || bytes.len() > 32 {
        return None;
    }
    let mut padded = [0; 32];
    padded.get_mut(..bytes.len())?.copy_from_slice(bytes);
    let mut key = [bytes.len() as u64, 0, 0, 0, 0];
    for (word, eight) in key.iter_mut().skip(1).zip(padded.as_chunks::<8>().0) {
        *word = u64::from_le_bytes(*eight);
    }
    Some(key)
}

/// True for commands behind which draws may write buffers, or values come and go without being set.
fn rests(opcode: u64) -> bool {
    const OPCODES: [u8; 12] = [
        Extension::OPCODE,
        Block::OPCODE,
        Feedback::OPCODE,
        Dispatch::OPCODE,
        Query::OPCODE,
        Record::OPCODE,
        Run::OPCODE,
        Redraw::OPCODE,
        Input::OPCODE,
        Signal::OPCODE,
        Bind::OPCODE,
        Forget::OPCODE,
    ];
    OPCODES.iter().any(|known| u64::from(*known) == opcode)
}

/// The planes that a CLEAR of a canvas names, as bits; none for what is no such command.
fn planes_of(command: &[u8]) -> u8 {
    match Command::decode(&mut Reader::new(command)) {
        Ok(Command::Clear(clear)) => planes::bits(&clear.planes),
        _ => 0,
    }
}
