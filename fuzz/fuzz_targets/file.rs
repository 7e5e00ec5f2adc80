//! A file: the reader ends, and reads the same in pieces as at once.

#![no_main]

use glir_core::file::{Item, Options, PushReader, SliceReader};
use libfuzzer_sys::fuzz_target;

/// What there is to compare of an item.
fn shown(item: &Item<'_>) -> String {
    match item {
        Item::Header(header) => format!("{header:?}"),
        Item::Frame { number, time_us, head, arena } => format!("{number} {time_us} {head:?} {arena:?}"),
        Item::Blob { hash, bytes, .. } => format!("{hash} {bytes:?}"),
        Item::Meta(notes) => format!("{notes:?}"),
        Item::Fault(fault) => format!("{fault:?}"),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let whole: Vec<String> = SliceReader::new(bytes).map(|item| shown(&item)).collect();
    assert!(whole.len() <= bytes.len() / 64 + 8, "{} items in {} bytes", whole.len(), bytes.len());
    let mut reader = PushReader::new(Options::default());
    let mut pieces = Vec::new();
    for piece in bytes.chunks(bytes.first().map_or(1, |&byte| usize::from(byte) + 1)) {
        reader.feed(piece);
        while let Some(item) = reader.poll() {
            pieces.push(shown(&item));
        }
    }
    reader.finish();
    while let Some(item) = reader.poll() {
        pieces.push(shown(&item));
    }
    assert_eq!(pieces, whole);
});
