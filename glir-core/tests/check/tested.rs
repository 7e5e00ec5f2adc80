//! The interpreter under test: every feature, a small budget, a backend that holds it to the contract.

use crate::stage::{Script, Stage};
use glir_core::{Capabilities, FrameInput, Interpreter, NoBlobs, NullBackend, Settings};
use glir_spec::{Header, Target};

pub(crate) type Tested = Interpreter<Stage<NullBackend>>;

pub(crate) fn interpreter(target: Target) -> Tested {
    let capabilities = Capabilities::least(target);
    let header = Header {
        profile: target.profile(),
        uses: capabilities.features.iter().collect(),
        width: 8,
        height: 8,
        ..Header::default()
    };
    let script = Script { result: Some(3), ..Script::default() };
    let stage = Stage::new(NullBackend::with(capabilities), script);
    let settings = Settings { memory_budget: 1 << 20, strict: false };
    Interpreter::new(stage, &header, settings).map_err(|refused| refused.0).unwrap()
}

/// Draws a chunk and drops what comes back; each diagnostic must say something.
pub(crate) fn draw(interpreter: &mut Tested, head: &[u8], arena: &[u8]) {
    interpreter.draw(FrameInput { head, arena: arena.into(), blobs: &NoBlobs });
    assert!(interpreter.take_diagnostics().iter().all(|diagnostic| !diagnostic.message.is_empty()));
    interpreter.take_replies();
}
