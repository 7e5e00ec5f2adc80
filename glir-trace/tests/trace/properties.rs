//! Properties, over random scenes and random cuts: parts keep states and pixels, nothing differs from itself, edits are exact.

use crate::pixels::pictures;
use crate::sample::{Random, header, recorded, scene};
use glir_core::file::Writer;
use glir_spec::Frame;
use glir_trace::{
    Form, PatchError, Recording, Trace, apply, convert, diff, patch, slice, split, state, trim,
};
use proptest::prelude::*;

fn plain(frames: &[Frame]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &header()).unwrap();
    frames.iter().for_each(|frame| writer.frame(frame, 0).unwrap());
    writer.finish().unwrap()
}

/// A file with nothing packed, and no keyframes.
fn unpacked(file: &[u8]) -> Vec<u8> {
    convert(&[file], Vec::new(), Form::Plain, &mut |_, fault| panic!("{fault}")).unwrap()
}

/// How a file is written.
fn recording() -> impl Strategy<Value = Recording> {
    (any::<bool>(), 0u64..400, 0u64..100).prop_map(|(packed, blob_bytes, keyframe_percent)| Recording {
        packed,
        blob_bytes,
        keyframe_percent,
    })
}

/// A scene, and the first and the last of some of its frames.
fn cut() -> impl Strategy<Value = (u64, u32, u64, u64)> {
    (any::<u64>(), 2u32..24)
        .prop_flat_map(|(seed, frames)| {
            (Just(seed), Just(frames), 0..u64::from(frames), 0..u64::from(frames))
        })
        .prop_map(|(seed, frames, one, other)| (seed, frames, one.min(other), one.max(other)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_trimmed_trace_has_the_same_states((seed, frames, first, last) in cut(), form in recording()) {
        let bytes = recorded(&scene(seed, frames), form);
        let trace = Trace::open(&bytes).unwrap();
        let part = trim(&trace, first..=last, Vec::new()).unwrap().unwrap();
        let part = Trace::open(&part).unwrap();
        // What was before is a chunk of its own, if there was something.
        let before = u64::from(first > 0);
        prop_assert_eq!(part.frame_count(), last - first + 1 + before);
        for frame in first..=last {
            let mut of_part = state(&part, frame - first + before, None, true).unwrap().json();
            of_part["frame"] = frame.into();
            prop_assert_eq!(of_part, state(&trace, frame, None, true).unwrap().json());
        }
    }

    #[test]
    fn nothing_differs_from_itself_however_it_is_written(seed in any::<u64>(), frames in 1u32..24, one in recording(), other in recording()) {
        let scene = scene(seed, frames);
        let files = [recorded(&scene, one), recorded(&scene, other), plain(&scene)];
        let traces: Vec<Trace<'_>> = files.iter().map(|bytes| Trace::open(bytes).unwrap()).collect();
        for a in &traces {
            for b in &traces {
                let found = diff(a, b).unwrap();
                prop_assert!(found.is_empty(), "{:?}", found);
            }
        }
    }

    #[test]
    fn a_difference_applied_is_exact(one in any::<u64>(), other in any::<u64>(), frames in 1u32..16, more in 1u32..16, form in recording(), again in recording(), cut in any::<prop::sample::Index>()) {
        // Two scenes, and one with an edit in the middle.
        let (a, mut b) = (scene(one, frames), scene(other, more));
        let (a_file, b_file) = (recorded(&a, form), recorded(&b, again));
        let found = patch(&a_file, &b_file).unwrap();
        prop_assert_eq!(apply(&a_file, &found).unwrap(), unpacked(&b_file));
        // Packed or not, it is the same stream.
        prop_assert_eq!(apply(&unpacked(&a_file), &found).unwrap(), unpacked(&b_file));
        if unpacked(&b_file) != unpacked(&a_file) {
            prop_assert_eq!(apply(&b_file, &found), Err(PatchError::OtherStream));
        }
        b.clone_from(&a);
        let mut edited = Frame::new();
        let at = cut.index(b.len());
        edited.push(glir_spec::commands::Meta { key: "k".into(), value: "edited".into() });
        glir_spec::wire::elements(a[at].head()).for_each(|command| edited.push_encoded(command));
        let (a, arena) = (plain(&a), a[at].arena().to_vec());
        if arena.is_empty() {
            b[at] = edited;
        } else {
            drop(b.remove(at));
        }
        let b = plain(&b);
        let found = patch(&a, &b).unwrap();
        prop_assert_eq!(apply(&a, &found).unwrap(), b);
        prop_assert!(found.len() < 2000 + a.len() / 4, "{} bytes for an edit of {}", found.len(), a.len());
    }

    #[test]
    fn a_damaged_patch_gives_nothing_wrong(seed in any::<u64>(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (a, b) = (plain(&scene(seed, 3)), plain(&scene(seed ^ 1, 3)));
        let mut damaged = patch(&a, &b).unwrap();
        let at = at.index(damaged.len());
        damaged[at] = byte;
        if let Ok(made) = apply(&a, &damaged) {
            prop_assert_eq!(made, b);
        }
        damaged.truncate(at);
        prop_assert!(apply(&a, &damaged).is_err());
    }

    #[test]
    fn a_slice_has_no_more_than_the_whole_and_slices_to_itself((seed, frames, frame, _) in cut(), form in recording()) {
        let scene = scene(seed, frames);
        let bytes = recorded(&scene, form);
        let part = slice(&Trace::open(&bytes).unwrap(), frame, Vec::new()).unwrap().unwrap();
        let part = Trace::open(&part).unwrap();
        let count = |trace: &Trace<'_>| split(&trace.frame(0).unwrap().unwrap().head).count();
        let all: usize = scene.iter().map(Frame::len).sum();
        prop_assert!(count(&part) <= all + 1);
        let again = slice(&part, 0, Vec::new()).unwrap().unwrap();
        prop_assert_eq!(count(&Trace::open(&again).unwrap()), count(&part), "what is left is needed");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_show_the_same_pixels((seed, frames, first, last) in cut(), form in recording()) {
        let bytes = recorded(&scene(seed, frames), form);
        let Some(whole) = pictures(&bytes) else { return Ok(()) };
        let trace = Trace::open(&bytes).unwrap();
        let part = pictures(&trim(&trace, first..=last, Vec::new()).unwrap().unwrap()).unwrap();
        let before = usize::from(first > 0);
        prop_assert_eq!(&part[before..], &whole[first as usize..=last as usize]);
        let part = pictures(&slice(&trace, last, Vec::new()).unwrap().unwrap()).unwrap();
        prop_assert_eq!(&part[..], &whole[last as usize..=last as usize]);
    }
}

/// Scenes do not repeat each other, or the properties would hold of one only.
#[test]
fn seeds_make_different_scenes() {
    let mut random = Random(7);
    let scenes: Vec<Vec<u8>> = (0..20).map(|_| plain(&scene(u64::from(random.below(u32::MAX)), 6))).collect();
    assert!((1..20).all(|at| !scenes[..at].contains(&scenes[at])));
}
