//! Parts of traces: they stand on their own.

use crate::pixels::pictures;
use crate::sample::{animation, recorded, scene, tested};
use glir_core::file::Index;
use glir_trace::{Recording, Trace, slice, split, state, trim};

fn trimmed(trace: &Trace<'_>, first: u64, last: u64) -> Vec<u8> {
    trim(trace, first..=last, Vec::new()).unwrap().unwrap()
}

#[test]
fn a_trimmed_trace_has_the_same_states() {
    for seed in 0..6 {
        let bytes = recorded(&scene(seed, 20), Recording::default());
        let trace = Trace::open(&bytes).unwrap();
        let part = trimmed(&trace, 8, 12);
        let part = Trace::open(&part).unwrap();
        assert_eq!(part.frame_count(), 6, "what was before, and five frames");
        for frame in 8..=12 {
            let mut of_part = state(&part, frame - 7, None, true).unwrap().json();
            of_part["frame"] = frame.into();
            assert_eq!(
                of_part,
                state(&trace, frame, None, true).unwrap().json(),
                "seed {seed}, frame {frame}"
            );
        }
    }
}

#[test]
fn a_slice_of_an_animation_is_its_frame() {
    let bytes = recorded(&animation(30, 100), Recording::default());
    let trace = Trace::open(&bytes).unwrap();
    let part = slice(&trace, 20, Vec::new()).unwrap().unwrap();
    assert!(Index::find(&part).is_some());
    let part = Trace::open(&part).unwrap();
    let chunk = part.frame(0).unwrap().unwrap();
    let kept = split(&chunk.head).count();
    // Ideal are those that make and fill the program and buffer (6), CLEAR, 3 a triangle, and SWAP.
    assert!(kept <= (6 + 2 + 300) * 105 / 100, "{kept}");
    assert!(kept >= 300, "{kept}");
}

#[test]
fn an_empty_range_is_told() {
    let bytes = recorded(&animation(3, 1), Recording::default());
    let trace = Trace::open(&bytes).unwrap();
    assert!(trim(&trace, 1..=3, Vec::new()).is_err());
    assert!(slice(&trace, 3, Vec::new()).is_err());
}

#[test]
fn a_slice_has_one_frame_where_depths_are_tested() {
    let bytes = recorded(&tested(60, 20), Recording::default());
    let trace = Trace::open(&bytes).unwrap();
    let part = slice(&trace, 40, Vec::new()).unwrap().unwrap();
    let chunk = Trace::open(&part).unwrap().frame(0).unwrap().unwrap();
    // Program and buffer take five commands, the attribute and STATE one each; CLEAR, three a triangle, SWAP.
    assert_eq!(split(&chunk.head).count(), 7 + 1 + 60 + 1);
    if let (Some(part), Some(whole)) = (pictures(&part), pictures(&bytes)) {
        assert_eq!(part[0], whole[40]);
    }
}
