//! Any bytes: nothing panics, hangs, or grows without bound.

use crate::sample::{Random, header, recorded, scene};
use glir_core::file::Writer;
use glir_spec::{Frame, Header};
use glir_trace::*;
use std::convert::Infallible;
use std::time::Duration;

/// Asks a file for everything.
fn everything(bytes: &[u8]) {
    let Ok(trace) = Trace::open(bytes) else { return };
    let last = trace.frames().last().unwrap_or(0);
    let _ = audit(&trace, &mut |_, _| {});
    let _ = stat(&trace).map(|stat| stat.json());
    if let Ok(state) = state(&trace, last, None, true) {
        let mut text = String::new();
        state.print(&[], &mut text);
        assert_eq!(state.json()["frame"], last);
    }
    let _ = slice(&trace, last, Vec::new());
    let _ = trim(&trace, last / 2..=last, Vec::new());
    if let Ok(found) = diff(&trace, &trace) {
        assert!(found.is_empty(), "{found:?}");
    }
    let mut oracle = |bytes: &[u8]| Ok::<bool, Infallible>(!bytes.is_empty());
    let _ = shrink(&trace, Duration::from_secs(1), &mut oracle);
    let mut faults = 0;
    let _ = convert(&[bytes], Vec::new(), Form::Recorded(Recording::default()), &mut |_, _| faults += 1);
    let _ = convert(&[bytes], Vec::new(), Form::Plain, &mut |_, _| {});
}

#[test]
fn damaged_commands_are_survived() {
    let mut random = Random(4);
    for seed in 0..60 {
        let mut writer = Writer::new(Vec::new(), &header()).unwrap();
        for frame in scene(seed, 5) {
            let (mut head, arena) = (frame.head().to_vec(), frame.arena());
            for _ in 0..1 + random.below(6) {
                let at = random.below(head.len() as u32) as usize;
                head[at] = match random.below(3) {
                    0 => head[at] ^ (1 << random.below(8)),
                    1 => random.below(256) as u8,
                    _ => 0xff,
                };
            }
            writer.raw_frame(&head, arena, 0).unwrap();
        }
        everything(&writer.finish().unwrap());
    }
}

#[test]
fn damaged_files_are_survived() {
    let mut random = Random(8);
    let recording = Recording { keyframe_percent: 300, blob_bytes: 100, ..Recording::default() };
    let bytes = recorded(&scene(2, 30), recording);
    for _ in 0..60 {
        let mut damaged = bytes.clone();
        for _ in 0..1 + random.below(4) {
            let at = random.below(damaged.len() as u32) as usize;
            let run = 1 + random.below(40) as usize;
            damaged.iter_mut().skip(at).take(run).for_each(|byte| *byte ^= 0x5a);
        }
        damaged.truncate(damaged.len() - random.below(200) as usize);
        everything(&damaged);
    }
    for bytes in [&b""[..], b"[]", b"\x89GLIR\r\n\x1a", &bytes[..128], &bytes[..200]] {
        everything(bytes);
    }
}

#[test]
fn commands_at_random_are_survived() {
    let mut random = Random(16);
    let pool: Vec<Vec<u8>> = (0..10)
        .flat_map(|seed| scene(seed, 4))
        .flat_map(|frame| split(frame.head()).map(<[u8]>::to_vec).collect::<Vec<_>>())
        .collect();
    for _ in 0..30 {
        let mut writer = Writer::new(Vec::new(), &header()).unwrap();
        for _ in 0..4 {
            let mut frame = Frame::new();
            for _ in 0..random.below(60) {
                frame.push_encoded(&pool[random.below(pool.len() as u32) as usize]);
            }
            writer.raw_frame(frame.head(), &[7; 1024], 0).unwrap();
        }
        everything(&writer.finish().unwrap());
    }
}

#[test]
fn payloads_that_many_commands_share_are_counted_before_they_are_taken_apart() {
    use glir_spec::commands::Data;
    use glir_spec::ids::ObjectId;
    use glir_spec::structs::Region;
    use glir_spec::wire::{Encoding, Payload};

    let (mut frame, size) = (Frame::new(), 16 << 20);
    let payload = frame.payload(Encoding::U8, &vec![0; size]).into_owned();
    assert_eq!(payload, Payload::Arena { encoding: Encoding::U8, offset: 0, length: size as u64 });
    for _ in 0..300 {
        frame.push(Data { id: ObjectId(1), region: Region::Bytes { offset: 0 }, payload: payload.clone() });
    }
    frame.push(glir_spec::commands::Swap {});
    let mut writer = Writer::new(Vec::new(), &header()).unwrap();
    writer.frame(&frame, 0).unwrap();
    let bytes = writer.finish().unwrap();
    let trace = Trace::open(&bytes).unwrap();
    let shrunk = shrink(&trace, Duration::from_secs(1), &mut |_| Ok::<bool, Infallible>(true));
    let Err(ShrinkError::Trace(error)) = shrunk else { panic!("{shrunk:?}") };
    assert!(error.to_string().contains("5033164800 bytes of payloads"), "{error}");
}

#[test]
fn sixteen_damaged_bytes_cost_one_chunk_at_most() {
    use glir_core::file::{Item, Options, Room, SliceReader};

    let whole = recorded(&scene(5, 40), Recording::default());
    let read = |bytes: &[u8]| {
        let (room, mut frames, mut headers) = (Room::new(), Vec::new(), 0);
        for item in SliceReader::unpacking(bytes, Options::default(), &room) {
            match item {
                Item::Frame { number, .. } => frames.push(number),
                Item::Header(_) => headers += 1,
                _ => {}
            }
        }
        (frames, headers)
    };
    let (all, headers) = read(&whole);
    assert_eq!((all.len(), headers), (40, 1));
    let mut bytes = whole.clone();
    for at in (0..bytes.len() - 16).filter(|at| *at < 1024 || at % 5 == 0) {
        bytes[at..at + 16].iter_mut().for_each(|byte| *byte ^= 0xa5);
        let (frames, headers) = read(&bytes);
        assert_eq!(headers, 1, "at {at}");
        assert!(frames.len() + 1 >= all.len(), "at {at}: {frames:?}");
        let last = *frames.last().unwrap();
        let trace = Trace::open(&bytes).unwrap();
        assert!(trace.header(last).is_ok() && trace.frame(last).unwrap().is_some(), "at {at}");
        bytes[at..at + 16].copy_from_slice(&whole[at..at + 16]);
    }
    // Whatever the header's length, its copy is not hit with it.
    for length in 0..64 {
        let header = Header { title: "t".repeat(length).into(), ..header() };
        let mut recorder = Recorder::new(Vec::new(), &header, Recording::default()).unwrap();
        let frame = &scene(5, 1)[0];
        recorder.frame(frame.head(), frame.arena(), 0).unwrap();
        let mut bytes = recorder.finish().unwrap();
        for at in 0..512 {
            bytes[at..at + 16].iter_mut().for_each(|byte| *byte ^= 0xa5);
            assert_eq!(read(&bytes).1, 1, "a title of {length} bytes, at {at}");
            bytes[at..at + 16].iter_mut().for_each(|byte| *byte ^= 0xa5);
        }
    }
}
