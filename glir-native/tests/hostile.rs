//! Damaged streams on a real driver: whatever is done to the bytes, nothing panics, and the check lets nothing through
//! that the driver then refuses.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::text::{Item, Printer, parse};
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::{Api, Headless};
use glir_spec::{Code, Frame, Header};

/// Mutants of each example. GLIR_MUTANTS asks for more.
const MUTANTS: u32 = 12;

/// A small generator of the xorshift family (Marsaglia 2003): the same mutants in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

fn examples() -> Vec<(String, Header<'static>, Vec<Frame>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/reference/examples");
    let mut examples = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".glirt") {
            continue;
        }
        let document = parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let mut header = Header::default();
        let mut frames = Vec::new();
        for item in document.items {
            match item {
                Item::Header(found) => header = found,
                Item::Frame { frame, .. } => frames.push(frame),
                _ => {}
            }
        }
        examples.push((name, header, frames));
    }
    examples.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(examples.len() >= 20);
    examples
}

/// Changes a few bytes of a head. Small values are favoured: they stay valid MessagePack and mean something else.
fn mutate(head: &mut [u8], random: &mut Random) {
    for _ in 0..=random.below(3) {
        let at = random.below(head.len());
        head[at] = match random.below(4) {
            0 => random.next() as u8,
            1 => head[at] ^ (1 << random.below(8)),
            2 => random.below(24) as u8,
            _ => head[at].wrapping_add(1),
        };
    }
}

#[test]
fn mutants_neither_panic_nor_reach_the_driver_unproven() {
    let mutants = std::env::var("GLIR_MUTANTS").ok().and_then(|count| count.parse().ok()).unwrap_or(MUTANTS);
    let examples = examples();
    for api in [Api::Gl, Api::Gles3] {
        let mut session = match Headless::open(api, &Header::default(), Settings::default()) {
            Ok(session) => session,
            Err(error) => {
                assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
                eprintln!("skipped the drawing layer: {error}");
                return;
            }
        };
        let settings = Settings { memory_budget: 64 << 20, ..Settings::default() };
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for (name, header, frames) in &examples {
            for mutant in 0..mutants {
                session.restart(header, settings).unwrap();
                let interpreter = session.interpreter().unwrap();
                for frame in frames {
                    let mut head = frame.head().to_vec();
                    mutate(&mut head, &mut random);
                    interpreter.draw(FrameInput {
                        head: &head,
                        arena: frame.arena().into(),
                        blobs: &NoBlobs,
                    });
                    for diagnostic in interpreter.take_diagnostics() {
                        let refused = matches!(diagnostic.code, Code::DriverError | Code::ContextLost);
                        let shown = || {
                            let mut text = String::new();
                            Printer::new().frame(&head, frame.arena(), 0, &mut text);
                            text
                        };
                        assert!(!refused, "{api}: {name}, mutant {mutant}: {diagnostic}\n{}", shown());
                    }
                    interpreter.take_replies();
                }
            }
        }
    }
}
