//! The reference's example streams on every API: no faults, and the same pixels.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::text::{Item, parse};
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::{Api, Headless, OpenError};
use glir_spec::{Code, Profile};

#[test]
fn examples_are_the_same_on_every_api() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/examples");
    let mut drawn = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "glirt") {
            continue;
        }
        let document = parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let Some(Item::Header(header)) = document.items.first() else { panic!("{path:?} has no header") };
        let mut pictures = Vec::new();
        for api in Api::ALL {
            let mut session = match Headless::open(api, header, Settings::default()) {
                Ok(session) => session,
                Err(OpenError::Stream(diagnostic)) => {
                    // An es3 stream is not for GLES 2; anything else would be a fault.
                    assert_eq!(diagnostic.code, Code::UnsupportedStream, "{path:?} on {api}: {diagnostic}");
                    assert!(
                        api == Api::Gles2 && header.profile == Profile::Es3,
                        "{path:?} on {api}: {diagnostic}"
                    );
                    continue;
                }
                Err(error) => {
                    assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
                    eprintln!("skipped the drawing layer: {error}");
                    return;
                }
            };
            for item in &document.items {
                let Item::Frame { frame, .. } = item else { continue };
                let interpreter = session.interpreter().unwrap();
                interpreter.draw(FrameInput {
                    head: frame.head(),
                    arena: frame.arena().into(),
                    blobs: &NoBlobs,
                });
                let faults: Vec<String> =
                    interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
                assert!(faults.is_empty(), "{path:?} on {api}: {faults:?}");
            }
            let (_, _, pixels) = session.picture().unwrap();
            assert!(
                pixels.chunks_exact(4).any(|pixel| pixel != &pixels[..4]),
                "{path:?} on {api} shows something"
            );
            pictures.push((api, pixels));
        }
        for (api, pixels) in &pictures {
            let differing =
                pixels.chunks_exact(4).zip(pictures[0].1.chunks_exact(4)).filter(|(a, b)| a != b).count();
            assert_eq!(differing, 0, "{path:?}: {api} differs from {}", pictures[0].0);
        }
        drawn += 1;
    }
    assert!(drawn >= 20, "only {drawn} examples were drawn");
}
