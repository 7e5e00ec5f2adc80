//! The `.glir` file: what is written is read back, whatever happens to the bytes in between.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::panic)]

mod damage;
mod foreign;
mod golden;
mod packed;
mod pieces;
mod sample;
mod seeking;

use glir_core::file::{Item, Options, SliceReader, Writer};
use glir_spec::commands::{Label, Swap};
use glir_spec::ids::ObjectId;
use glir_spec::wire::{Encoding, Str};
use glir_spec::{Frame, Header};
use sample::{Shown, read};

#[test]
fn a_stream_is_read_back() {
    let header = Header { width: 320, height: 200, title: Str::from("a title"), ..Header::default() };
    let mut writer = Writer::new(Vec::new(), &header).unwrap();
    let hash = writer.blob(Encoding::F32, &[1, 2, 3, 4]).unwrap();
    assert_eq!(writer.blob(Encoding::F32, &[1, 2, 3, 4]).unwrap(), hash, "stored once");
    writer.meta(&[("author", "somebody"), ("empty", "")]).unwrap();
    let mut frame = Frame::new();
    frame.push(Label { id: ObjectId(7), text: Str::from("seven") });
    let values: Vec<f32> = (0..100).map(|number| number as f32).collect();
    frame.floats(&values);
    frame.push(Swap {});
    writer.frame(&frame, 12_345).unwrap();
    writer.raw_frame(&[0x90], &[9; 65], 23_456).unwrap();
    let bytes = writer.finish().unwrap();

    assert_eq!(bytes.len() % 64, 0);
    let items: Vec<_> = SliceReader::new(&bytes).collect();
    let expected = [
        Item::Header(header),
        Item::Blob { hash, encoding: Encoding::F32, bytes: &[1, 2, 3, 4] },
        Item::Meta(vec![("author".into(), "somebody".into()), ("empty".into(), "".into())]),
        Item::Frame { number: 0, time_us: 12_345, head: frame.head(), arena: frame.arena() },
        Item::Frame { number: 1, time_us: 23_456, head: &[0x90], arena: &[9; 65] },
    ];
    assert_eq!(items, expected);
    assert_eq!(frame.arena().len(), 400);
    assert_eq!(hash.0, *blake3::hash(&[1, 2, 3, 4]).as_bytes());
}

#[test]
fn arenas_are_aligned_in_the_file() {
    let bytes = sample::file();
    let place = |part: &[u8]| part.as_ptr() as usize - bytes.as_ptr() as usize;
    for item in SliceReader::new(&bytes) {
        match item {
            Item::Frame { arena: part, .. } | Item::Blob { bytes: part, .. } if !part.is_empty() => {
                assert_eq!(place(part) % 64, 0);
            }
            _ => {}
        }
    }
}

#[test]
fn an_unfinished_stream_is_read() {
    let mut writer = Writer::new(Vec::new(), &Header::default()).unwrap();
    writer.frame(&Frame::new(), 0).unwrap();
    let shown = read(&writer.into_inner());
    assert!(matches!(shown[..], [Shown::Header(_), Shown::Frame(0, ..)]), "{shown:?}");
}

#[test]
fn concatenated_files_are_streams_in_turn() {
    let one = sample::file();
    let two = [one.as_slice(), &one].concat();
    let (single, double) = (read(&one), read(&two));
    assert_eq!(double.len(), 2 * single.len());
    assert_eq!(double[..single.len()], single);
    let frames = |shown: &[Shown]| {
        let numbers = shown
            .iter()
            .filter_map(|item| if let Shown::Frame(number, ..) = item { Some(*number) } else { None });
        numbers.collect::<Vec<_>>()
    };
    assert_eq!(frames(&double), [0, 1, 2, 3, 4, 5]);
}

#[test]
fn a_blob_is_compared_with_its_hash_on_demand() {
    // The checksum is right and the hash is not: only who asks for it pays for finding out.
    let bytes = sample::file_with_false_hash();
    let careful = Options { verify_blobs: true, ..Options::default() };
    let faults = |options| {
        let items = SliceReader::with_options(&bytes, options);
        items.filter(|item| matches!(item, Item::Fault(_))).count()
    };
    assert_eq!((faults(Options::default()), faults(careful)), (0, 1));
}

#[test]
fn what_no_reader_takes_is_not_written() {
    let mut writer = Writer::new(Vec::new(), &Header::default()).unwrap();
    let long = "k".repeat(5000);
    let error = writer.meta(&[(&long, "")]).unwrap_err();
    assert_eq!(error.to_string(), "a key of 5000 bytes is longer than the 1024 allowed");
    let error = Writer::new(Vec::new(), &Header { major: 70_000, ..Header::default() }).unwrap_err();
    assert_eq!(error.to_string(), "there is no GLIR 70000.0");
    assert_eq!(read(&writer.finish().unwrap()).len(), 1, "the refused notes left no trace");
}
