//! Frames are found by number, through the index or without it.

use crate::sample::{Shown, chunk, encoded, file, file_header, read};
use glir_core::file::{Index, Item, SliceReader};
use glir_spec::Header;

fn frame_at(bytes: &[u8], number: u64) -> Option<u64> {
    let mut reader = SliceReader::new(bytes);
    reader.seek_frame(number).then(|| match reader.next() {
        Some(Item::Frame { number, .. }) => number,
        item => panic!("{item:?}"),
    })
}

#[test]
fn frames_are_found_over_all_streams() {
    let bytes = [file(), file()].concat();
    assert_eq!(Index::find(&bytes), Some(Index::scan(&bytes)));
    for number in 0..6 {
        assert_eq!(frame_at(&bytes, number), Some(number));
    }
    assert_eq!(frame_at(&bytes, 6), None);
}

#[test]
fn reading_goes_on_behind_the_frame() {
    let bytes = [file(), file()].concat();
    let all = read(&bytes);
    let fifth = all.iter().position(|item| matches!(item, Shown::Frame(4, ..))).unwrap();
    let mut reader = SliceReader::new(&bytes);
    assert!(reader.seek_frame(4));
    assert_eq!(reader.map(Shown::from).collect::<Vec<_>>(), all[fifth..]);
}

#[test]
fn a_file_without_index_is_walked() {
    let bytes = file();
    let cut = &bytes[..bytes.len() - 64];
    assert_eq!(Index::find(cut), None);
    assert_eq!(frame_at(cut, 2), Some(2));
    assert_eq!(frame_at(b"no file at all", 0), None);
    assert_eq!(frame_at(&[], 0), None);
}

#[test]
fn a_damaged_index_is_not_followed() {
    let bytes = file();
    for at in bytes.len() - 192..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x10;
        assert_eq!(frame_at(&damaged, 1), Some(1), "byte {at}");
    }
}

#[test]
fn an_index_that_lies_is_not_believed() {
    // It names the first frame's chunk as frame 1.
    let mut bytes = file_header(1, 0, &encoded(&Header::default()));
    let first = bytes.len() as u8;
    bytes.extend(chunk(*b"FRAM", 0, &[0x90], &[]));
    bytes.extend(chunk(*b"FRAM", 1, &[0x91, 0x91, 2], &[]));
    let index_offset = bytes.len() as u64;
    let head = [0x91, 0x93, 1, 1, 0xcc, first];
    let trailer = glir_core::file::chunk::Trailer { index_offset, stream_len: index_offset + 192 };
    bytes.extend(chunk(*b"INDX", 0, &head, &trailer.encode()));
    assert!(Index::find(&bytes).is_some(), "the index is well-formed");
    let mut reader = SliceReader::new(&bytes);
    assert!(reader.seek_frame(1));
    assert!(matches!(reader.next(), Some(Item::Frame { number: 1, head: [0x91, 0x91, 2], .. })));
}
