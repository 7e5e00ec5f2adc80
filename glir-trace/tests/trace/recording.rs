//! Recordings: small, crash-safe, and to be entered anywhere.

use crate::pixels::pictures;
use crate::sample::{animation, header, moving, recorded, repeated, scene};
use glir_core::file::{Item, Options, Room, SliceReader, Writer};
use glir_spec::Header;
use glir_trace::{Recorder, Recording, Trace, slice, state};

fn counts(bytes: &[u8]) -> (usize, usize) {
    let room = Room::new();
    let (mut frames, mut faults) = (0, 0);
    for item in SliceReader::unpacking(bytes, Options::default(), &room) {
        match item {
            Item::Frame { .. } => frames += 1,
            Item::Fault(_) => faults += 1,
            _ => {}
        }
    }
    (frames, faults)
}

#[test]
fn commands_are_small_and_keyframes_smaller() {
    let bytes = recorded(&animation(60, 1000), Recording::default());
    let commands = 60.0 * 3005.0;
    let each = bytes.len() as f64 / commands;
    assert!(each <= 8.0, "{each} bytes a command");
    let trace = Trace::open(&bytes).unwrap();
    let (count, sum) = trace.keyframes().fold((0, 0), |(count, sum), (_, bytes)| (count + 1, sum + bytes));
    assert!(count >= 2, "{count} keyframes");
    assert!(sum * 20 <= bytes.len() as u64, "{sum} of {}", bytes.len());
}

#[test]
fn what_comes_again_is_stored_once() {
    let bytes = repeated(300, 4 << 20);
    assert!(bytes.len() <= 4_500_000, "{}", bytes.len());
    assert_eq!(counts(&bytes), (300, 0));
}

#[test]
fn a_recording_cut_anywhere_has_all_whole_frames() {
    let bytes = recorded(&scene(1, 12), Recording::default());
    let mut most = 0;
    for end in (200..bytes.len()).step_by(7) {
        let (frames, faults) = counts(&bytes[..end]);
        assert!(frames >= most && faults <= 1, "cut at {end}: {frames} frames, {faults} faults");
        most = frames;
        // Without its index it is walked through.
        let trace = Trace::open(&bytes[..end]).unwrap();
        assert_eq!(trace.frame_count(), frames as u64);
    }
    assert_eq!(most, 12);
}

/// A state without the uploads: they may have become blobs, and those that only a hidden draw rests on may have been let go.
fn without_data(mut json: serde_json::Value) -> serde_json::Value {
    for object in json["objects"].as_array_mut().unwrap() {
        object.as_object_mut().unwrap().remove("data");
    }
    json
}

#[test]
fn the_same_is_found_through_keyframes_and_without() {
    for seed in 0..8 {
        let frames = scene(seed, 60);
        let plain = recorded(&frames, Recording { keyframe_percent: 0, packed: false, blob_bytes: u64::MAX });
        let keyed =
            recorded(&frames, Recording { keyframe_percent: 400, blob_bytes: 100, ..Recording::default() });
        let (plain, keyed) = (Trace::open(&plain).unwrap(), Trace::open(&keyed).unwrap());
        assert_eq!(plain.keyframes().count(), 0);
        assert!(keyed.keyframes().count() > 3, "{}", keyed.keyframes().count());
        for frame in [0, 7, 8, 9, 30, 59] {
            let (plain, keyed) =
                (state(&plain, frame, None, true).unwrap(), state(&keyed, frame, None, true).unwrap());
            assert_eq!(without_data(plain.json()), without_data(keyed.json()), "seed {seed}, frame {frame}");
        }
    }
}

/// Frames of an animation wait to be followed: what keyframes hold is the same, and so is what is seen of it.
#[test]
fn frames_that_wait_are_followed_as_if_they_had_not() {
    for seed in 0..24 {
        let frames = moving(seed, 60);
        let plain = recorded(&frames, Recording { keyframe_percent: 0, ..Recording::default() });
        let keyed = recorded(&frames, Recording { keyframe_percent: 90, ..Recording::default() });
        let (one, other) = (Trace::open(&plain).unwrap(), Trace::open(&keyed).unwrap());
        assert!(other.keyframes().count() > 2, "seed {seed}: {}", other.keyframes().count());
        for frame in 0..60 {
            let states =
                [&one, &other].map(|trace| without_data(state(trace, frame, None, true).unwrap().json()));
            assert_eq!(states[0], states[1], "seed {seed}, frame {frame}");
        }
        for (frame, _) in other.keyframes().filter(|(frame, _)| *frame < 60) {
            let [a, b] = [&one, &other].map(|trace| slice(trace, frame, Vec::new()).unwrap().unwrap());
            if let (Some(a), Some(b)) = (pictures(&a), pictures(&b)) {
                assert_eq!(a, b, "seed {seed}, frame {frame}");
            }
        }
    }
}

#[test]
fn a_recording_begins_in_the_middle() {
    let frames = scene(3, 20);
    let whole = recorded(&frames, Recording::default());
    let mut follower = glir_trace::Follower::new(&header()).unwrap();
    frames[..10].iter().for_each(|frame| _ = follower.frame(frame.head(), frame.arena()));
    let mut recorder = Recorder::begin_at(Vec::new(), &header(), Recording::default(), follower).unwrap();
    for frame in &frames[10..] {
        recorder.frame(frame.head(), frame.arena(), 0).unwrap();
    }
    let late = recorder.finish().unwrap();
    let (whole, late) = (Trace::open(&whole).unwrap(), Trace::open(&late).unwrap());
    let at = |trace: &Trace<'_>, frame| {
        let mut json = state(trace, frame, None, true).unwrap().json();
        json["frame"] = 0.into();
        json
    };
    // The first frame of the late one is what was before.
    for frame in 10..20 {
        assert_eq!(at(&whole, frame), at(&late, frame - 9), "frame {frame}");
    }
}

#[test]
fn malformed_heads_are_recorded_as_they_are() {
    let mut recorder =
        Recorder::new(Vec::new(), &Header::default(), Recording { blob_bytes: 1, ..Recording::default() })
            .unwrap();
    let heads: [&[u8]; 4] = [&[], &[0xc1], &[0x92, 0x91, 2], &[0x91, 0x91, 2, 0]];
    for head in heads {
        recorder.frame(head, &[1; 100], 0).unwrap();
    }
    let bytes = recorder.finish().unwrap();
    let room = Room::new();
    let items = SliceReader::unpacking(&bytes, Options::default(), &room);
    let found: Vec<&[u8]> = items
        .filter_map(|item| if let Item::Frame { head, .. } = item { Some(head) } else { None })
        .collect();
    assert_eq!(found, heads);
}

#[test]
fn a_writer_s_file_is_a_trace_too() {
    let mut writer = Writer::new(Vec::new(), &header()).unwrap();
    scene(5, 4).iter().for_each(|frame| writer.frame(frame, 0).unwrap());
    let bytes = writer.finish().unwrap();
    let trace = Trace::open(&bytes).unwrap();
    assert_eq!((trace.frame_count(), trace.has_index(), trace.keyframes().count()), (4, true, 0));
    assert_eq!(
        trace.frame(4).unwrap_err().to_string(),
        "there is no frame 4; it has 4 frames, counted from 0"
    );
}

#[test]
fn a_ring_holds_the_last_frames_and_no_more() {
    let frames = scene(7, 400);
    let whole = recorded(&frames, Recording::default());
    let whole = Trace::open(&whole).unwrap();
    let mut ring = glir_trace::Ring::new(&header(), 6000).unwrap();
    let mut most = 0;
    for (number, frame) in frames.iter().enumerate() {
        ring.frame(frame.head(), frame.arena(), number as u64 + 1);
        most = most.max(ring.bytes());
        if number % 97 != 40 {
            continue;
        }
        let bytes = ring.write(Vec::new()).unwrap();
        let part = Trace::open(&bytes).unwrap();
        // With or without a chunk for what was before.
        let before = part.frame_count() - ring.frames() as u64;
        assert!(before <= 1 && (before == 1 || number < 100), "{before} at {number}");
        let last = part.frame_count() - 1;
        let mut of_part = state(&part, last, None, true).unwrap().json();
        of_part["frame"] = number.into();
        let of_whole = state(&whole, number as u64, None, true).unwrap().json();
        assert_eq!(without_data(of_part), without_data(of_whole), "frame {number}");
    }
    let kept: usize = ring.frames();
    assert!(kept > 5 && kept < 100, "{kept}");
    // A scene of a few objects takes three snapshots of some thousand bytes.
    assert!(most < 2 * 6000 + 3 * 8000, "{most}");
}
