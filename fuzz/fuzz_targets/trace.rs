//! A trace: looked at, cut, compared with itself and written anew, whatever its bytes are.

#![no_main]

use glir_trace::{Form, Recording, Trace, audit, convert, diff, slice, state, trim};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(trace) = Trace::open(bytes) else { return };
    let last = trace.frames().last().unwrap_or(0);
    let _ = audit(&trace, &mut |_, _| {});
    let _ = state(&trace, last, None, true);
    let _ = slice(&trace, last, Vec::new());
    let _ = trim(&trace, last / 2..=last, Vec::new());
    if let Ok(found) = diff(&trace, &trace) {
        assert!(found.is_empty());
    }
    let _ = convert(&[bytes], Vec::new(), Form::Recorded(Recording::default()), &mut |_, _| {});
});
