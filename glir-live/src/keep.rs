//! Payloads as slices of the messages in which they travel: a frame is copied once, into its message, and kept there.

use bytes::Bytes;
use glir_core::Store;
use glir_core::retain::{Keep, Piece, Source};

/// Keeps payloads in shared bytes.
pub(crate) struct Shared;

/// A part smaller than this share of its whole is copied, so that it does not hold all of it.
const SMALL_SHARE: u64 = 4;

impl Keep for Shared {
    type Kept = Bytes;

    fn part(&mut self, whole: &Bytes, offset: u64, length: u64) -> Bytes {
        let end = offset.saturating_add(length).min(whole.len() as u64);
        let start = offset.min(end);
        let part = start as usize..end as usize;
        if (end - start).saturating_mul(SMALL_SHARE) < whole.len() as u64 {
            return Bytes::copy_from_slice(whole.get(part).unwrap_or(&[]));
        }
        whole.slice(part)
    }

    fn compose(&mut self, size: u64, parts: &[Piece<'_, Bytes>]) -> Bytes {
        let mut bytes = vec![0; size as usize];
        for piece in parts {
            let source: &[u8] = match &piece.bytes {
                Source::Kept(kept) => kept,
                Source::Inline(inline) => inline,
            };
            let start = piece.offset as usize;
            if let Some(part) = bytes.get_mut(start..start.saturating_add(source.len())) {
                part.copy_from_slice(source);
            }
        }
        bytes.into()
    }

    fn store<'k>(&self, kept: &'k Bytes) -> Store<'k> {
        Store::Memory(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::Shared;
    use bytes::Bytes;
    use glir_core::retain::{Keep, Piece, Source};

    #[test]
    fn large_parts_share_and_small_ones_let_go() {
        let whole = Bytes::from((0..64).collect::<Vec<u8>>());
        let large = Shared.part(&whole, 4, 40);
        assert_eq!((large.len(), large.as_ptr()), (40, whole[4..].as_ptr()));
        let small = Shared.part(&whole, 4, 3);
        assert_eq!(&small[..], [4, 5, 6]);
        assert_ne!(small.as_ptr(), whole[4..].as_ptr());
        assert!(Shared.part(&whole, 60, u64::MAX).len() <= 4, "a part never leaves its whole");
    }

    #[test]
    fn later_pieces_win() {
        let kept = Bytes::from_static(&[1, 2, 3]);
        let parts = [
            Piece { offset: 1, bytes: Source::Kept(&kept) },
            Piece { offset: 2, bytes: Source::Inline(vec![9]) },
        ];
        assert_eq!(&Shared.compose(5, &parts)[..], [0, 1, 9, 3, 0]);
    }
}
