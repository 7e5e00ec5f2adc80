//! Commands at random and bytes at random: no panic, no hang, bounded memory, and nothing unproven at the backend.
//!
//! Three sorts: streams that start from a working scene and go on with likely values, any commands that the schema
//! allows, and both with their bytes damaged.

use crate::likely;
use crate::random::{self, Entropy};
use crate::tested::{draw, interpreter};
use glir_core::{FrameInput, NoBlobs};
use glir_spec::commands::{COMMANDS, Draw, Swap};
use glir_spec::enums::{IndexType, Mode};
use glir_spec::ids::{BufferId, FramebufferId, ProgramId};
use glir_spec::structs::Selection;
use glir_spec::{Frame, Profile, Target};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

/// The same cases each time, and short ones.
fn runner(cases: u32) -> TestRunner {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

fn entropy(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

#[test]
fn likely_commands() {
    for &target in Target::ALL {
        let es3 = target.profile() == Profile::Es3;
        let run = |entropy: Vec<u8>| {
            let mut interpreter = interpreter(target);
            for frame in likely::frames(&entropy, es3) {
                draw(&mut interpreter, frame.head(), frame.arena());
            }
            Ok(())
        };
        runner(1000).run(&entropy(3000), run).unwrap_or_else(|fault| panic!("{target}: {fault}"));
    }
}

#[test]
fn a_scene_draws() {
    // Were everything refused, the tests of this file would prove little.
    for &target in Target::ALL {
        let mut interpreter = interpreter(target);
        let mut frame = Frame::new();
        likely::scene(&mut frame, target.profile() == Profile::Es3);
        for framebuffer in [0, 10, 11] {
            frame.push(glir_spec::commands::Framebuffer { framebuffer: FramebufferId(framebuffer) });
            for selection in [
                Selection::Arrays { count: 3, first: 1 },
                Selection::Elements {
                    elements: BufferId(2),
                    count: 3,
                    first: 0,
                    ty: IndexType::U16,
                    base_vertex: 0,
                },
            ] {
                frame.push(Draw { program: ProgramId(12), mode: Mode::Triangles, selection, instances: 1 });
            }
        }
        frame.push(Swap {});
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        let diagnostics = interpreter.take_diagnostics();
        let unexpected: Vec<_> = diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.object != 15 && diagnostic.object != 14)
            .collect();
        assert!(unexpected.is_empty(), "{target}: {unexpected:?}");
    }
}

#[test]
fn any_commands() {
    for &target in Target::ALL {
        let run = |entropy: Vec<u8>| {
            let mut interpreter = interpreter(target);
            let mut frame = Frame::new();
            likely::scene(&mut frame, target.profile() == Profile::Es3);
            draw(&mut interpreter, frame.head(), frame.arena());
            let e = &mut Entropy(&entropy);
            let mut frame = Frame::new();
            for _ in 0..20 {
                let mut bytes = Vec::new();
                random::command(e, COMMANDS, &mut frame, &mut bytes);
                frame.push_encoded(&bytes);
            }
            draw(&mut interpreter, frame.head(), frame.arena());
            Ok(())
        };
        runner(500).run(&entropy(2000), run).unwrap_or_else(|fault| panic!("{target}: {fault}"));
    }
}

#[test]
fn damaged_bytes() {
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6);
    let cut = any::<prop::sample::Index>();
    let run = |(entropy, damage, cut): (Vec<u8>, Vec<(prop::sample::Index, u8)>, prop::sample::Index)| {
        let mut interpreter = interpreter(Target::Gles3);
        for frame in likely::frames(&entropy, true) {
            let mut head = frame.head().to_vec();
            for (at, byte) in &damage {
                let at = at.index(head.len());
                head[at] = *byte;
            }
            draw(&mut interpreter, &head, frame.arena());
            draw(&mut interpreter, &head[..cut.index(head.len())], &[]);
        }
        Ok(())
    };
    runner(1000).run(&(entropy(1500), damage, cut), run).unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn bytes_at_random() {
    let run = |(head, arena): (Vec<u8>, Vec<u8>)| {
        let mut interpreter = interpreter(Target::Webgl2);
        draw(&mut interpreter, &head, &arena);
        Ok(())
    };
    runner(5000).run(&(entropy(300), entropy(100)), run).unwrap_or_else(|fault| panic!("{fault}"));
}
