//! Packed chunks and keyframes: read where they are asked for, told where not, and never believed.

use crate::sample::{Shown, chunk_header, encoded, faults, file_header, part, read};
use glir_core::file::chunk::{Kind, PACKED_ARENA, PACKED_HEAD};
use glir_core::file::{FaultKind, Index, Item, Keyframe, Options, Room, SliceReader, Writer};
use glir_spec::Header;
use glir_spec::wire::Encoding;

/// A file of version 1.0 with packed chunks and a keyframe: it is never written anew.
const GOLDEN: &[u8] = include_bytes!("../data/v1-packed.glir");

/// Two hundred commands alike: GROUP "a".
fn head() -> Vec<u8> {
    let mut head = vec![0xdc, 0, 200];
    (0..200).for_each(|_| head.extend([0x92, 3, 0xa1, b'a']));
    head
}

fn file() -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &Header::default()).unwrap();
    writer.repeat_header(&Header::default()).unwrap();
    writer.set_packing(true);
    writer.blob(Encoding::U8, &[7; 5000]).unwrap();
    writer.raw_frame(&head(), &[1; 7000], 1).unwrap();
    writer.keyframe(1, &head(), &[3; 3000], 1).unwrap();
    writer.raw_frame(&[0x91, 0x91, 2], &[], 2).unwrap();
    writer.finish().unwrap()
}

fn unpacked(bytes: &[u8], options: Options) -> Vec<Shown> {
    let room = Room::new();
    SliceReader::unpacking(bytes, options, &room).map(Shown::from).collect()
}

#[test]
fn packed_chunks_are_smaller_and_come_back() {
    let bytes = file();
    assert!(bytes.len() < 1500, "{}", bytes.len());
    let shown = unpacked(&bytes, Options { verify_blobs: true, ..Options::default() });
    assert!(matches!(&shown[0], Shown::Header(_)));
    assert!(matches!(&shown[1], Shown::Blob(_, Encoding::U8, blob) if blob[..] == [7; 5000]));
    assert_eq!(shown[2], Shown::Frame(0, 1, head(), vec![1; 7000]));
    assert_eq!(shown[3], Shown::Frame(1, 2, vec![0x91, 0x91, 2], Vec::new()));
    assert_eq!(shown.len(), 4);
}

#[test]
fn who_does_not_unpack_says_so_and_reads_on() {
    let shown = read(&file());
    let found: Vec<FaultKind> = faults(&shown).into_iter().map(|(_, kind)| kind).collect();
    assert_eq!(found, [FaultKind::Packed(Kind::BLOB), FaultKind::Packed(Kind::FRAME)]);
    assert!(found[1].to_string().contains("`glir convert` unpacks it"));
    assert_eq!(shown.last(), Some(&Shown::Frame(1, 2, vec![0x91, 0x91, 2], Vec::new())));
}

/// A chunk that promises more than a file may unpack is left out by its header alone, and costs the next one nothing.
#[test]
fn what_a_file_unpacks_has_a_bound() {
    let mut bytes = file();
    let at = bytes.windows(4).position(|kind| kind == b"BLOB").unwrap();
    bytes[at + 48..at + 56].copy_from_slice(&(1u64 << 33).to_le_bytes());
    let sum = crc32fast::hash(&bytes[at..at + 60]);
    bytes[at + 60..at + 64].copy_from_slice(&sum.to_le_bytes());
    let shown = unpacked(&bytes, Options { max_chunk_bytes: u64::MAX, ..Options::default() });
    let [(_, fault)] = &faults(&shown)[..] else { panic!("{shown:?}") };
    assert_eq!(*fault, FaultKind::TooLarge { kind: Kind::BLOB, size: 1 << 33, limit: 1 << 32 });
    assert_eq!(shown[2], Shown::Frame(0, 1, head(), vec![1; 7000]));
}

#[test]
fn keyframes_are_found_with_and_without_the_index() {
    let bytes = file();
    let cut = &bytes[..bytes.len() - 64];
    assert_eq!(Index::find(cut), None);
    for (bytes, index) in [(&bytes[..], Index::find(&bytes).unwrap()), (cut, Index::scan(cut))] {
        let kinds: Vec<Kind> = index.entries.iter().map(|entry| entry.kind).collect();
        assert_eq!(kinds, [Kind::BLOB, Kind::FRAME, Kind::KEYFRAME, Kind::FRAME]);
        assert_eq!(index.keyframe(index.frame(0).unwrap()), None);
        let entry = index.keyframe(index.frame(1).unwrap()).unwrap();
        let keyframe = Keyframe::read(bytes, entry).unwrap();
        assert_eq!((keyframe.frame, keyframe.head.to_vec()), (1, head()));
        assert_eq!(keyframe.arena[..], [3; 3000]);
    }
}

#[test]
fn a_flipped_byte_of_a_packed_file_costs_one_chunk() {
    let bytes = file();
    let whole = unpacked(&bytes, Options::default());
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        let items: Vec<_> = unpacked(&damaged, Options::default());
        let good: Vec<_> = items.iter().filter(|item| !matches!(item, Shown::Fault(_))).collect();
        assert!(good.iter().all(|item| whole.contains(item)), "byte {at}");
        assert!(whole.len() - good.len() <= 1, "byte {at}");
    }
}

#[test]
fn sixteen_damaged_bytes_cost_at_most_the_chunks_they_touch() {
    let bytes = file();
    let whole = unpacked(&bytes, Options::default());
    for at in 0..bytes.len() - 16 {
        let mut damaged = bytes.clone();
        damaged[at..at + 16].iter_mut().for_each(|byte| *byte ^= 0xa7);
        let items = unpacked(&damaged, Options::default());
        let good = items.iter().filter(|item| !matches!(item, Shown::Fault(_))).count();
        // Sixteen bytes can lie across the border of two chunks.
        let border = (at..at + 16).any(|byte| byte % 64 == 0);
        assert!(whole.len() - good <= 1 + usize::from(border), "byte {at}: {good} of {}", whole.len());
    }
}

/// The header stands twice, so its place in the file may be lost as well as any other; whoever reads in pieces sees the same.
#[test]
fn a_lost_file_header_costs_nothing_else() {
    let bytes = file();
    let whole = unpacked(&bytes, Options::default());
    for (from, to) in [(0, 1), (0, 16), (0, 64), (2, 5), (8, 20), (60, 64), (64, 80), (0, 100)] {
        let mut damaged = bytes.clone();
        damaged[from..to].iter_mut().for_each(|byte| *byte ^= 0xa7);
        let shown = unpacked(&damaged, Options::default());
        assert_eq!(faults(&shown), [(0, FaultKind::DamagedHeader)], "{from}..{to}");
        assert_eq!(shown[1..], whole[..], "{from}..{to}");
        let index = Index::find(&damaged).unwrap();
        assert_eq!(index.entries, Index::find(&bytes).unwrap().entries);
    }
    // Of two damaged ones nobody knows what they were; what follows is given all the same.
    let mut damaged = bytes.clone();
    damaged[0..200].fill(0xa7);
    let shown = unpacked(&damaged, Options::default());
    assert!(shown.iter().all(|item| !matches!(item, Shown::Header(_))));
    assert_eq!(shown.last(), whole.last());
}

#[test]
fn a_packed_chunk_that_promises_too_much_is_left_out() {
    for promised in [0u32, 10, 100_000, u32::MAX] {
        let block = lz4_flex::block::compress(&head());
        let mut header = chunk_header(*b"FRAM", 0, &block, &[]);
        header.flags = PACKED_HEAD;
        header.head_unpacked = promised;
        let mut bytes = file_header(1, 0, &encoded(&Header::default()));
        bytes.extend(part(&header.encode(), &block, &[]));
        let found = faults(&unpacked(&bytes, Options::default()));
        let told = match found[..] {
            [(128, FaultKind::TooLarge { kind: Kind::FRAME, .. })] => promised == u32::MAX,
            [(128, FaultKind::BadPacking(Kind::FRAME))] => promised < u32::MAX,
            _ => false,
        };
        assert!(told, "{found:?}");
    }
    // A flag on a part that is never packed is unknown.
    let mut header = chunk_header(*b"META", 0, &[0x80], &[]);
    header.flags = PACKED_ARENA;
    let mut bytes = file_header(1, 0, &encoded(&Header::default()));
    bytes.extend(part(&header.encode(), &[0x80], &[]));
    let found = faults(&unpacked(&bytes, Options::default()));
    assert!(matches!(found[..], [(128, FaultKind::UnknownFlags(Kind::META, PACKED_ARENA))]), "{found:?}");
}

#[test]
fn the_golden_packed_file_is_read() {
    assert_eq!(
        unpacked(GOLDEN, Options { verify_blobs: true, ..Options::default() }),
        unpacked(&file(), Options::default())
    );
    let index = Index::find(GOLDEN).unwrap();
    assert_eq!(index, Index::scan(GOLDEN));
    let entry = index.keyframe(index.frame(1).unwrap()).unwrap();
    assert_eq!(Keyframe::read(GOLDEN, entry).unwrap().head[..], head());
    let mut reader = SliceReader::new(GOLDEN);
    assert!(reader.seek_frame(1));
    assert!(matches!(reader.next(), Some(Item::Frame { number: 1, .. })));
}
