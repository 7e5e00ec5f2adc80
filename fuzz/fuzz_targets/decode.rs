//! One command: both decoders agree, and what decodes encodes to the same again.

#![no_main]

use glir_spec::Command;
use glir_spec::wire::{Reader, from_slice};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut reader = Reader::new(bytes);
    let borrowed = Command::decode(&mut reader).ok().filter(|_| reader.finish().is_ok());
    let derived = from_slice::<Command<'_>>(bytes).ok();
    // Compared as bytes, since NaN differs from itself.
    let encoded = |command: &Command<'_>| {
        let mut out = Vec::new();
        command.encode(&mut out);
        out
    };
    assert_eq!(borrowed.as_ref().map(encoded), derived.as_ref().map(encoded));
    if let Some(command) = borrowed {
        let first = encoded(&command);
        let again = Command::decode(&mut Reader::new(&first)).expect("it was encoded here");
        assert_eq!(encoded(&again), first);
    }
});
