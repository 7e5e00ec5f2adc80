//! Commands that a later one of the same span makes pointless, found without a look at what they say.
//!
//! An animation sets the same uniforms sixty times a second. Where nothing in between is kept that rests on them, all but
//! the last can be passed over, which costs less than taking each in and letting it go again.

use glir_spec::commands::*;
use glir_spec::wire::{DecodeError, Reader};

/// What a command sets: opcode, object, slot or place, first element, length.
type Key = [u64; 5];

/// For each command of a span, oldest first, whether it is to be taken in. None if something in the span may rest on an
/// earlier value; `hidden` says that draws leave nothing behind.
pub(super) fn needed<'b>(
    commands: impl DoubleEndedIterator<Item = &'b [u8]>,
    hidden: bool,
) -> Option<Vec<bool>> {
    let mut seen = Seen::default();
    let mut needed = Vec::new();
    for bytes in commands.rev() {
        needed.push(match kind(bytes).ok()? {
            Kind::Silent => false,
            Kind::Draw if hidden => false,
            Kind::Sets(key) => seen.insert(key),
            Kind::Draw | Kind::Other => return None,
        });
    }
    needed.reverse();
    Some(needed)
}

enum Kind {
    /// Leaves nothing behind.
    Silent,
    Draw,
    Sets(Key),
    Other,
}

fn kind(bytes: &[u8]) -> Result<Kind, DecodeError> {
    let mut r = Reader::new(bytes);
    r.array()?;
    let opcode = r.uint()?;
    let is = |other: u8| opcode == u64::from(other);
    Ok(if is(Uniform::OPCODE) {
        let (program, slot) = (r.uint()?, r.uint()?);
        let length = payload_length(&mut r)?;
        Kind::Sets([opcode, program, slot, r.uint()?, length])
    } else if is(Attribute::OPCODE) || is(Texture::OPCODE) {
        Kind::Sets([opcode, r.uint()?, r.uint()?, 0, 0])
    } else if is(Data::OPCODE) {
        let id = r.uint()?;
        // Of regions only a buffer's, [1, offset]: boxes of texels are told apart where they are taken in.
        if r.array()? != 2 || r.uint()? != 1 {
            return Ok(Kind::Other);
        }
        let offset = r.uint()?;
        Kind::Sets([opcode, id, offset, 0, payload_length(&mut r)?])
    } else if is(Draw::OPCODE) || is(Clear::OPCODE) {
        Kind::Draw
    } else if [Swap::OPCODE, Group::OPCODE, End::OPCODE, Meta::OPCODE, Read::OPCODE]
        .iter()
        .any(|other| is(*other))
    {
        Kind::Silent
    } else {
        Kind::Other
    })
}

/// The bytes of a payload, behind which the reader stands then.
fn payload_length(r: &mut Reader<'_>) -> Result<u64, DecodeError> {
    let parts = r.array()?;
    r.uint()?;
    if parts == 2 {
        return Ok(r.bin()?.len() as u64);
    }
    r.skip()?;
    r.uint()
}

/// Keys that were met. Who makes them collide slows down only who keeps their stream.
#[derive(Default)]
struct Seen {
    keys: Vec<Key>,
    /// Places in `keys`, from 1 on, found by hash; a power of two, at most half taken.
    places: Vec<u32>,
}

impl Seen {
    /// Where a key stands in `places`, or would stand.
    fn place(&self, key: &Key) -> usize {
        let mix = |hash: u64, part: &u64| (hash.rotate_left(23) ^ part).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mask = self.places.len() - 1;
        let mut at = (key.iter().fold(0, mix) >> 32) as usize & mask;
        while let Some(&index) = self.places.get(at)
            && index > 0
            && self.keys.get(index as usize - 1) != Some(key)
        {
            at = (at + 1) & mask;
        }
        at
    }

    /// Notes a key; true if it was not met before.
    fn insert(&mut self, key: Key) -> bool {
        if self.places.len() <= 2 * self.keys.len() {
            self.places = vec![0; (4 * self.keys.len()).next_power_of_two().max(64)];
            for index in 0..self.keys.len() {
                let at = self.place(&self.keys[index]);
                self.places[at] = index as u32 + 1;
            }
        }
        let at = self.place(&key);
        if self.places[at] > 0 {
            return false;
        }
        self.keys.push(key);
        self.places[at] = self.keys.len() as u32;
        true
    }
}
