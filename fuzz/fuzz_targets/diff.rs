//! Two traces compared, whatever their bytes are: one is no different from itself, and differences are the same from both sides.

#![no_main]

use glir_trace::{Trace, diff};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u16, &[u8])| {
    let (at, bytes) = input;
    let (a, b) = bytes.split_at(usize::from(at).min(bytes.len()));
    let (Ok(a), Ok(b)) = (Trace::open(a), Trace::open(b)) else { return };
    for trace in [&a, &b] {
        if let Ok(found) = diff(trace, trace) {
            assert!(found.is_empty());
        }
    }
    if let (Ok(there), Ok(back)) = (diff(&a, &b), diff(&b, &a)) {
        assert_eq!(there.is_empty(), back.is_empty());
    }
});
