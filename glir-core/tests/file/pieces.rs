//! The pieces in which bytes come make no difference.

use crate::sample::{chunk, encoded, file, file_header, read_in_pieces, read_with};
use glir_core::file::Options;
use glir_spec::Header;
use proptest::prelude::*;

/// Chunks with small random contents, some with flipped bytes, some cut.
fn streams() -> impl Strategy<Value = Vec<u8>> {
    let kinds = prop::sample::select(vec![*b"FRAM", *b"BLOB", *b"META", *b"INDX", *b"note", *b"WHAT"]);
    let bytes = |most| prop::collection::vec(any::<u8>(), 0..most);
    let chunks = prop::collection::vec((kinds, any::<u8>(), bytes(80), bytes(300)), 0..6);
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4);
    let whole = (chunks, damage, prop::option::of(any::<prop::sample::Index>()), 1..3_usize);
    whole.prop_map(|(chunks, damage, cut, copies)| {
        let mut bytes = file_header(1, 0, &encoded(&Header::default()));
        for (kind, sequence, head, arena) in chunks {
            bytes.extend(chunk(kind, u64::from(sequence), &head, &arena));
        }
        for (at, mask) in damage {
            let at = at.index(bytes.len());
            bytes[at] ^= mask;
        }
        let end = cut.map_or(bytes.len(), |cut| cut.index(bytes.len()));
        let joined = bytes[..end].repeat(copies);
        [joined, file()].concat()
    })
}

fn options() -> impl Strategy<Value = Options> {
    let sizes = prop::sample::select(vec![128, 400, u64::MAX]);
    (any::<bool>(), any::<bool>(), sizes).prop_map(|(verify_arenas, verify_blobs, max_chunk_bytes)| Options {
        verify_arenas,
        verify_blobs,
        max_chunk_bytes,
    })
}

proptest! {
    #[test]
    fn any_pieces_give_the_same_items(
        bytes in streams(),
        pieces in prop::collection::vec(0..200_usize, 0..40),
        options in options(),
    ) {
        prop_assert_eq!(read_in_pieces(&bytes, &pieces, options), read_with(&bytes, options));
    }

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..1000), pieces in prop::collection::vec(0..200_usize, 0..8)) {
        let options = Options::default();
        prop_assert_eq!(read_in_pieces(&bytes, &pieces, options), read_with(&bytes, options));
    }
}

#[test]
fn single_bytes_and_one_piece_give_the_same_items() {
    let bytes = [file(), file()[..900].to_vec(), file()].concat();
    let options = Options::default();
    let expected = read_with(&bytes, options);
    assert_eq!(read_in_pieces(&bytes, &vec![1; bytes.len()], options), expected);
    assert_eq!(read_in_pieces(&bytes, &[], options), expected);
}
