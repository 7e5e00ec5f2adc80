//! The example is drawn, and looks like something.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../examples/waves.rs"]
mod waves;

use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::{Api, Headless};

#[test]
fn the_example_draws() {
    let (header, frames) = waves::picture().unwrap();
    let mut session = match Headless::open(Api::Gles3, &header, Settings::default()) {
        Ok(session) => session,
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            eprintln!("skipped the drawing layer: {error}");
            return;
        }
    };
    let interpreter = session.interpreter().unwrap();
    for frame in &frames {
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    }
    let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{told:?}");
    let (_, _, pixels) = session.picture().unwrap();
    let first = &pixels[..4];
    let other = pixels.chunks_exact(4).filter(|pixel| *pixel != first).count();
    assert!(other * 50 > pixels.len() / 4, "{other} pixels differ from the first");
}
