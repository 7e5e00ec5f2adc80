//! Parts of a trace, wherever it is cut and whatever its bytes are: each is a trace of its own, and a part of a part can be had.

#![no_main]

use glir_trace::{Trace, slice, trim};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (first, count, bytes) = input;
    let Ok(trace) = Trace::open(bytes) else { return };
    let (first, last) = (u64::from(first), u64::from(first) + u64::from(count));
    if let Ok(Ok(part)) = slice(&trace, first, Vec::new()) {
        let part = Trace::open(&part).expect("a slice is a trace");
        assert_eq!(part.frame_count(), 1);
        assert!(matches!(slice(&part, 0, Vec::new()), Ok(Ok(_))), "a slice can be sliced");
    }
    if let Ok(Ok(part)) = trim(&trace, first..=last, Vec::new()) {
        let part = Trace::open(&part).expect("a trimmed trace is a trace");
        // Of damaged frames none is left.
        if let Some(last) = part.frames().last() {
            assert!(matches!(trim(&part, 0..=last, Vec::new()), Ok(Ok(_))), "a trimmed trace can be trimmed");
        }
    }
});
