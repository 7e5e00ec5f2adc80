//! A text: what parses prints to a text that parses to the same, and the interpreter takes it.

#![no_main]

#[path = "../../glir-core/tests/check/contract/mod.rs"]
mod contract;
#[allow(dead_code)] // the backend behind it is for other tests to see
#[path = "../../glir-core/tests/check/stage.rs"]
mod stage;

use glir_core::text::{self, Item};
use glir_core::{FrameInput, Interpreter, NoBlobs, NullBackend, Settings};
use glir_spec::Target;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Ok(document) = text::parse(text) else { return };
    let printed = document.to_string();
    let again = text::parse(&printed).unwrap_or_else(|error| panic!("{error}\n{printed}"));
    assert_eq!(again.to_string(), printed);
    let mut interpreter = None;
    for item in &document.items {
        match item {
            Item::Header(header) => {
                let stage = stage::Stage::new(NullBackend::new(Target::Gles3), stage::Script::default());
                let settings = Settings { memory_budget: 1 << 22, strict: false };
                interpreter = Interpreter::new(stage, header, settings).ok();
            }
            Item::Frame { frame, .. } => {
                let Some(interpreter) = &mut interpreter else { continue };
                interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
                interpreter.take_replies();
                interpreter.take_diagnostics();
            }
            Item::Blob { .. } | Item::Meta(_) => {}
        }
    }
});
