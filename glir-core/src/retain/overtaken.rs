//! Commands that a later one of the same span makes pointless, found without a look at what they say.
//!
//! An animation sets the same uniforms sixty times a second. Where nothing in between is kept that rests on them, all but
//! the last can be passed over, which costs less than taking each in and letting it go again.

use glir_spec::commands::*;
use glir_spec::wire::{DecodeError, Reader};

/// What a command sets: opcode, object, slot or place, first element, length and type.
pub(super) type Key = [u64; 5];

/// For each command of a span, oldest first, whether it is to be taken in. None if something in the span may rest on an
/// earlier value; `hidden` is the canvas that is drawn to, if draws leave nothing behind.
pub(super) fn needed<'b>(
    commands: impl DoubleEndedIterator<Item = &'b [u8]>,
    hidden: Option<u32>,
) -> Option<Vec<bool>> {
    let mut seen = Seen::default();
    let mut needed = Vec::new();
    for bytes in commands.rev() {
        needed.push(match kind(bytes).ok()? {
            Kind::Silent => false,
            Kind::Draw if hidden.is_some() => false,
            Kind::Sets(key) => seen.insert(key),
            Kind::Stands => true,
            // Draws go on to where they went.
            Kind::Current(canvas) if hidden == Some(canvas) => true,
            Kind::Draw | Kind::Current(_) | Kind::Other => return None,
        });
    }
    needed.reverse();
    Some(needed)
}

pub(super) enum Kind {
    /// Leaves nothing behind.
    Silent,
    Draw,
    Sets(Key),
    /// Stays, and rests on nothing that commands of the other kinds set.
    Stands,
    Current(u32),
    Other,
}

fn kind(bytes: &[u8]) -> Result<Kind, DecodeError> {
    kind_at(&mut Reader::new(bytes)).map(|(kind, ..)| kind)
}

/// The kind of the command at which a reader stands, its opcode, and whether the reader stands behind it then: at a value of a uniform that
/// stands inline.
pub(super) fn kind_at(r: &mut Reader<'_>) -> Result<(Kind, u64, bool), DecodeError> {
    let parts = r.array()?;
    let opcode = r.uint()?;
    let is = |other: u8| opcode == u64::from(other);
    let mut behind = false;
    let kind = if is(Uniform::OPCODE) {
        let (program, slot) = (r.uint()?, r.uint()?);
        let (length, inline) = payload_length(r)?;
        behind = inline && parts == 5;
        Kind::Sets([opcode, program, slot, r.uint()?, length])
    } else if is(Attribute::OPCODE) || is(Texture::OPCODE) {
        Kind::Sets([opcode, r.uint()?, r.uint()?, 0, 0])
    } else if is(Data::OPCODE) {
        let id = r.uint()?;
        // Of regions only a buffer's, [1, offset]: boxes of texels are told apart where they are taken in.
        if r.array()? != 2 || r.uint()? != 1 {
            return Ok((Kind::Other, opcode, false));
        }
        let offset = r.uint()?;
        Kind::Sets([opcode, id, offset, 0, payload_length(r)?.0])
    } else if is(Draw::OPCODE) || is(Clear::OPCODE) {
        Kind::Draw
    } else if is(Current::OPCODE) {
        u32::try_from(r.uint()?).map_or(Kind::Other, Kind::Current)
    } else if [State::OPCODE, Label::OPCODE, Interpolation::OPCODE, Wrapping::OPCODE]
        .iter()
        .any(|other| is(*other))
    {
        Kind::Stands
    } else if [Swap::OPCODE, Group::OPCODE, End::OPCODE, Meta::OPCODE, Read::OPCODE]
        .iter()
        .any(|other| is(*other))
    {
        Kind::Silent
    } else {
        Kind::Other
    };
    Ok((kind, opcode, behind))
}

/// What the command at the start of some bytes sets, and its length, if it is a UNIFORM of small numbers whose value stands inline: the same
/// that [`kind_at`] says of it.
pub(super) fn short_uniform(bytes: &[u8]) -> Option<(Key, usize)> {
    let &[0x95, Uniform::OPCODE, program, slot, 0x92, encoding, 0xc4, length, ref rest @ ..] = bytes else {
        return None;
    };
    let first = *rest.get(usize::from(length))?;
    if (program | slot | encoding | first) >= 0x80 {
        return None;
    }
    let number = u64::from;
    let key = [
        number(Uniform::OPCODE),
        number(program),
        number(slot),
        number(first),
        number(length) << 8 | number(encoding),
    ];
    Some((key, 9 + usize::from(length)))
}

/// The bytes of a payload, with its type, and whether it stands inline. The reader stands behind it then.
fn payload_length(r: &mut Reader<'_>) -> Result<(u64, bool), DecodeError> {
    let parts = r.array()?;
    let encoding = r.uint()? & 0xff;
    if parts == 2 {
        return Ok(((r.bin()?.len() as u64) << 8 | encoding, true));
    }
    r.skip()?;
    Ok((r.uint()?.wrapping_shl(8) | encoding, false))
}

/// Keys that were met. Who makes them collide slows down only who keeps their stream.
#[derive(Default)]
pub(super) struct Seen {
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
        let before = self.keys.len();
        self.index(key);
        self.keys.len() > before
    }

    /// Which of the keys a key is, in the order in which they were met; it is noted if it was not met before.
    pub(super) fn index(&mut self, key: Key) -> u32 {
        if self.places.len() <= 2 * self.keys.len() {
            self.places = vec![0; (4 * self.keys.len()).next_power_of_two().max(64)];
            for index in 0..self.keys.len() {
                let at = self.place(&self.keys[index]);
                self.places[at] = index as u32 + 1;
            }
        }
        let at = self.place(&key);
        if self.places[at] == 0 {
            self.keys.push(key);
            self.places[at] = self.keys.len() as u32;
        }
        self.places[at] - 1
    }

    /// How many keys were met.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }
}
