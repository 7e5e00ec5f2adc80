//! Packed chunks: heads and arenas by LZ4, one block each, and where unpacked bytes stay while items borrow them.

use super::chunk::{ChunkHeader, PACKED_ARENA, PACKED_HEAD};
use glir_spec::limits;
use std::borrow::Cow;
use std::cell::OnceCell;

/// Parts of fewer bytes are left as they are: a chunk takes whole blocks of 64 bytes anyway.
const LEAST: usize = 128;
/// Parts of more bytes are left as they are, since an LZ4 block counts in 32 bits.
const MOST: usize = 1 << 30;
/// What is looked at of a long part to see whether packing gains anything.
const SAMPLE: usize = 64 << 10;
/// A byte of LZ4 stands for at most so many.
const MOST_RATIO: u64 = 255;

/// The bytes as an LZ4 block, if that saves an eighth of them.
pub(super) fn packed(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.len() < LEAST || bytes.len() > MOST {
        return None;
    }
    if bytes.len() > 4 * SAMPLE {
        let middle = bytes.len() / 2;
        let sample = bytes.get(middle..middle + SAMPLE)?;
        gaining(sample, &lz4_flex::block::compress(sample))?;
    }
    let packed = lz4_flex::block::compress(bytes);
    gaining(bytes, &packed)?;
    Some(packed)
}

fn gaining(bytes: &[u8], packed: &[u8]) -> Option<()> {
    (packed.len() <= bytes.len() - bytes.len() / 8).then_some(())
}

/// An LZ4 block unpacked; none if it does not give just so many bytes. Memory is in proportion to the stored bytes.
fn unpacked(stored: &[u8], length: u64, most: u64) -> Option<Vec<u8>> {
    let possible = (stored.len() as u64).saturating_mul(MOST_RATIO).min(most).min(MOST as u64);
    if length > possible {
        return None;
    }
    let bytes = lz4_flex::block::decompress(stored, usize::try_from(length).ok()?).ok()?;
    (bytes.len() as u64 == length).then_some(bytes)
}

/// Head and arena.
type Contents<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// A chunk's head and arena, unpacked if they are packed; none if they are not what the header promises. `most` bounds
/// the arena's bytes.
pub(super) fn contents<'a>(
    header: &ChunkHeader,
    head: &'a [u8],
    arena: &'a [u8],
    most: u64,
) -> Option<Contents<'a>> {
    let part = |flag: u32, stored: &'a [u8], length: u64, most: u64| match header.flags & flag {
        0 => Some(Cow::Borrowed(stored)),
        _ => unpacked(stored, length, most).map(Cow::Owned),
    };
    let head = part(PACKED_HEAD, head, header.head_unpacked.into(), most.min(limits::MAX_HEAD_BYTES as u64))?;
    let arena = part(PACKED_ARENA, arena, header.arena_unpacked, most.min(limits::MAX_ARENA_BYTES))?;
    Some((head, arena))
}

/// Where a [`SliceReader`](super::SliceReader) keeps what it has unpacked. It grows as long as it lives.
#[derive(Debug, Default)]
pub struct Room {
    bytes: OnceCell<Box<[u8]>>,
    next: OnceCell<Box<Room>>,
}

impl Room {
    /// Room for unpacked bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps bytes for as long as the room lives, and gives the room that follows.
    pub(super) fn keep(&self, bytes: Cow<'_, [u8]>) -> (&[u8], &Room) {
        let mut place = self;
        while place.bytes.get().is_some() {
            place = place.next.get_or_init(Box::default);
        }
        let kept = place.bytes.get_or_init(|| bytes.into_owned().into_boxed_slice());
        (kept, place.next.get_or_init(Box::default))
    }
}

impl Drop for Room {
    /// One after another: a long chain must not be undone by recursion.
    fn drop(&mut self) {
        let mut next = self.next.take();
        while let Some(mut room) = next {
            next = room.next.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Room, packed, unpacked};
    use std::borrow::Cow;

    #[test]
    fn what_is_packed_comes_back() {
        let bytes: Vec<u8> = (0..600_000u32).map(|number| (number / 100) as u8).collect();
        let block = packed(&bytes).unwrap_or_default();
        assert!(block.len() < bytes.len() / 10);
        assert_eq!(unpacked(&block, bytes.len() as u64, u64::MAX).as_deref(), Some(&bytes[..]));
        for wrong in [0, 1, bytes.len() as u64 - 1, bytes.len() as u64 + 1, u64::MAX] {
            assert_eq!(unpacked(&block, wrong, u64::MAX), None, "{wrong}");
        }
        assert_eq!(unpacked(&block, bytes.len() as u64, 1000), None, "the limit holds");
        for end in 0..block.len() {
            assert_eq!(unpacked(&block[..end], bytes.len() as u64, u64::MAX), None);
        }
    }

    #[test]
    fn what_gains_nothing_stays() {
        let mut seed = 1u64;
        let noise: Vec<u8> = (0..1_000_000)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (seed >> 56) as u8
            })
            .collect();
        assert_eq!((packed(&noise), packed(&noise[..1000]), packed(&[0; 100])), (None, None, None));
    }

    #[test]
    fn a_room_keeps_many_things() {
        let room = Room::new();
        let mut next = &room;
        let kept: Vec<&[u8]> = (0..200_000u32)
            .map(|number| {
                let (kept, behind) = next.keep(Cow::Owned(number.to_le_bytes().to_vec()));
                next = behind;
                kept
            })
            .collect();
        assert!(kept.iter().zip(0u32..).all(|(kept, number)| **kept == number.to_le_bytes()));
    }
}
