//! Cut, flipped and hostile bytes: each costs the chunk that it hits, and never much time.

use crate::sample::{self, Shown, chunk, chunk_header, encoded, faults, file_header, part, read, read_with};
use glir_core::file::{FaultKind, Options, message};
use glir_spec::replies::Ack;
use glir_spec::{Frame, Header, Reply, limits};
use std::time::{Duration, Instant};

#[test]
fn a_file_cut_anywhere_is_read_up_to_its_last_whole_chunk() {
    let bytes = sample::file();
    let whole = read(&bytes);
    let mut most = 0;
    for end in 1..bytes.len() {
        let shown = read(&bytes[..end]);
        let faults = faults(&shown);
        let items: Vec<_> = shown.into_iter().filter(|item| !matches!(item, Shown::Fault(_))).collect();
        assert_eq!(items, whole[..items.len()], "cut at {end}");
        assert!(items.len() >= most, "cut at {end}: more bytes show less");
        assert!(faults.len() <= 1, "cut at {end}: {faults:?}");
        most = items.len();
    }
    assert_eq!(most, whole.len());
}

#[test]
fn the_missing_rest_is_reported_once() {
    let bytes = sample::file();
    let shown = read(&bytes[..300]);
    // The header takes 128 bytes; the first frame 64 + 64 + 70.
    assert_eq!(faults(&shown), [(128, FaultKind::Truncated { found: 172, expected: 198 })]);
}

#[test]
fn a_flipped_byte_costs_one_chunk_at_most() {
    let bytes = sample::file();
    let whole = read(&bytes);
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        let shown = read(&damaged);
        let found = faults(&shown);
        let items: Vec<_> = shown.into_iter().filter(|item| !matches!(item, Shown::Fault(_))).collect();
        let lost = whole.iter().filter(|item| !items.contains(item)).count();
        assert!(items.iter().all(|item| whole.contains(item)), "byte {at}: {items:?}");
        assert!(lost <= 1 && lost <= found.len() && found.len() <= 1, "byte {at}: lost {lost}, {found:?}");
    }
}

#[test]
fn an_unverified_arena_is_not_looked_at() {
    let head = [0x90];
    let mut header = chunk_header(*b"FRAM", 0, &head, &[1; 64]);
    header.arena_crc ^= 1;
    let mut bytes = file_header(1, 0, &encoded(&Header::default()));
    bytes.extend(part(&header.encode(), &head, &[1; 64]));
    let trusting = Options { verify_arenas: false, ..Options::default() };
    assert!(faults(&read_with(&bytes, trusting)).is_empty());
    assert!(matches!(faults(&read(&bytes))[..], [(_, FaultKind::DamagedArena(_))]));
}

#[test]
fn a_cut_file_before_another_costs_only_the_cut_chunk() {
    let bytes = sample::file();
    let whole = read(&bytes);
    // With less than its magic number the file is none.
    for end in 8..bytes.len() {
        let joined = [&bytes[..end], &bytes].concat();
        let shown = read(&joined);
        let second = shown.iter().rposition(|item| matches!(item, Shown::Header(_)));
        let tail = &shown[second.unwrap_or_default()..];
        assert_eq!(tail.len(), whole.len(), "cut at {end}: {shown:?}");
    }
}

#[test]
fn lost_frames_leave_gaps_in_the_numbers() {
    let mut bytes = file_header(1, 0, &encoded(&Header::default()));
    for sequence in [0, 1, 5, 3, u64::MAX, 9] {
        bytes.extend(chunk(*b"FRAM", sequence, &[0x90], &[]));
    }
    let numbers: Vec<_> = read(&bytes)
        .into_iter()
        .filter_map(|item| if let Shown::Frame(number, ..) = item { Some(number) } else { None })
        .collect();
    assert_eq!(numbers, [0, 1, 5, 6, u64::MAX, u64::MAX]);
}

#[test]
fn a_claimed_length_is_not_believed() {
    for arena_len in [1 << 40, 1 << 41, u64::MAX] {
        let mut header = chunk_header(*b"FRAM", 0, &[0x90], &[]);
        header.arena_len = arena_len;
        let mut bytes = file_header(1, 0, &encoded(&Header::default()));
        bytes.extend(part(&header.encode(), &[0x90], &[]));
        let found = faults(&read(&bytes));
        assert!(found.iter().any(|(_, kind)| matches!(kind, FaultKind::Truncated { .. })), "{found:?}");
    }
}

#[test]
fn a_chunk_beyond_the_readers_limit_is_left_out() {
    let mut bytes = file_header(1, 0, &encoded(&Header::default()));
    bytes.extend(chunk(*b"FRAM", 0, &[0x90], &[0; 4096]));
    bytes.extend(chunk(*b"FRAM", 1, &[0x90], &[0; 64]));
    let shown = read_with(&bytes, Options { max_chunk_bytes: 1024, ..Options::default() });
    assert!(
        matches!(shown[..], [Shown::Header(_), Shown::Fault(_), Shown::Frame(1, ..)]),
        "the next frame is read: {shown:?}"
    );
    let sentence = if let Shown::Fault(fault) = &shown[1] { fault.to_string() } else { String::new() };
    assert_eq!(
        sentence,
        "byte 128: this FRAM chunk has 4224 bytes, more than the 1024 allowed; it is left out"
    );
}

#[test]
fn an_arena_has_no_more_bytes_than_may_be() {
    for (arena_len, refused) in [(limits::MAX_ARENA_BYTES, false), (limits::MAX_ARENA_BYTES + 1, true)] {
        let mut header = chunk_header(*b"FRAM", 0, &[0x90], &[]);
        header.arena_len = arena_len;
        let mut bytes = file_header(1, 0, &encoded(&Header::default()));
        bytes.extend(part(&header.encode(), &[0x90], &[]));
        let found = faults(&read_with(&bytes, Options { max_chunk_bytes: u64::MAX, ..Options::default() }));
        let by_limit = |kind: &FaultKind| matches!(kind, FaultKind::TooLarge { size, limit: limits::MAX_ARENA_BYTES, .. } if *size == arena_len);
        assert_eq!(found.iter().any(|(_, kind)| by_limit(kind)), refused, "{found:?}");
    }
}

#[test]
fn a_chunk_has_no_more_notes_than_may_be() {
    for (count, taken) in [(limits::MAX_META_ENTRIES, true), (limits::MAX_META_ENTRIES + 1, false)] {
        let mut head = vec![0xde];
        head.extend((count as u16).to_be_bytes());
        for number in 0..count {
            // A key of four digits, and an empty text.
            head.extend([&[0xa4][..], format!("{number:04}").as_bytes(), &[0xa0]].concat());
        }
        let mut bytes = file_header(1, 0, &encoded(&Header::default()));
        bytes.extend(chunk(*b"META", 0, &head, &[]));
        let shown = read(&bytes);
        assert_eq!(matches!(&shown[1], Shown::Meta(notes) if notes.len() == count), taken, "{count}");
        assert_eq!(matches!(&shown[1], Shown::Fault(_)), !taken, "{count}");
    }
}

#[test]
fn a_message_has_no_more_replies_than_may_be() {
    for (count, taken) in [(limits::MAX_REPLIES, true), (limits::MAX_REPLIES + 1, false)] {
        let mut frame = Frame::new();
        for number in 0..count {
            frame.push_reply(Reply::Ack(Ack { frame: number as u64 }));
        }
        let packed = message::replies(&frame).unwrap();
        assert_eq!(message::decode_replies(&packed).is_ok(), taken, "{count}");
    }
}

#[test]
fn faults_without_end_are_counted_not_listed() {
    let mut bytes = file_header(1, 0, &encoded(&Header::default()));
    for sequence in 0..5000 {
        bytes.extend(chunk(*b"WHAT", sequence, &[], &[]));
    }
    bytes.extend(chunk(*b"FRAM", 0, &[0x90], &[]));
    let shown = read(&bytes);
    let found = faults(&shown);
    assert_eq!(found.len(), 1000);
    assert_eq!(found.last().map(|(_, kind)| kind), Some(&FaultKind::TooMany));
    assert!(matches!(shown.last(), Some(Shown::Frame(0, ..))));
}

/// Every block is an intact chunk header that claims all that follows it, with a wrong checksum: read naively, each
/// would be checksummed to the end of the file.
#[test]
fn nested_claims_take_linear_time() {
    let blocks = 64_000;
    let mut bytes = file_header(1, 0, &encoded(&Header::default()));
    for block in 0..blocks {
        let mut header = chunk_header(*b"FRAM", 0, &[], &[]);
        header.arena_len = 64 * (blocks - block - 1);
        bytes.extend(header.encode());
    }
    // Something that is no chunk, so that no claim ends at an intact part.
    bytes.extend([0xff; 640]);
    let begin = Instant::now();
    let shown = read(&bytes);
    assert_eq!(faults(&shown).len(), 3, "{:?}", faults(&shown));
    // Naively 128 GB are checksummed, which takes minutes; this takes milliseconds.
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}

/// Intact file headers with damaged heads, and no chunk anywhere: each scan must stop at the next header.
#[test]
fn scans_do_not_run_to_the_end_each_time() {
    let mut header = file_header(1, 0, &[]);
    header.truncate(64);
    let mut bytes = Vec::new();
    for _ in 0..64_000 {
        bytes.extend_from_slice(&header);
        bytes.extend_from_slice(&[0x89; 64]);
    }
    let begin = Instant::now();
    assert_eq!(faults(&read(&bytes)).len(), 1000);
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
}
