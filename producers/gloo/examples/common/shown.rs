//! What the tests of other crates' examples share: a picture is drawn, and looks like something.

use glir_core::{FrameInput, NoBlobs, Settings};
use glir_gloo::{Frame, Header};
use glir_native::{Api, Headless};

/// Draws frames, and holds that nothing is told and that a fiftieth of the pixels at least differ from the first. Says what is skipped
/// where there is no GL.
#[allow(clippy::unwrap_used, clippy::panic)] // it is called in tests
pub(crate) fn holds(header: &Header<'_>, frames: &[Frame]) {
    let mut session = match Headless::open(Api::Gles3, header, Settings::default()) {
        Ok(session) => session,
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            eprintln!("skipped the drawing layer: {error}");
            return;
        }
    };
    let interpreter = session.interpreter().unwrap();
    for frame in frames {
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    }
    let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{told:?}");
    let (_, _, pixels) = session.picture().unwrap();
    let first = &pixels[..4];
    let other = pixels.chunks_exact(4).filter(|pixel| *pixel != first).count();
    assert!(other * 50 > pixels.len() / 4, "{other} pixels differ from the first");
}
