//! Traces made small.

use crate::sample::{Random, animation, header, scene};
use glir_core::file::Writer;
use glir_spec::commands::{Create, Delete, Draw, Uniform};
use glir_spec::enums::{BufferRole, BufferUsage, Mode};
use glir_spec::ids::{ObjectId, ProgramId, UniformSlot};
use glir_spec::structs::{Descriptor, Selection};
use glir_spec::wire::Value;
use glir_spec::{Code, Frame};
use glir_trace::{ShrinkError, Trace, has_diagnostic, shrink, split};
use std::convert::Infallible;
use std::time::Duration;

fn file(frames: &[Frame]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &header()).unwrap();
    frames.iter().for_each(|frame| writer.frame(frame, 0).unwrap());
    writer.finish().unwrap()
}

/// A scene with a fault somewhere in it.
fn faulty(seed: u64) -> (Vec<Frame>, Code) {
    let mut random = Random(seed);
    let mut frames = if seed.is_multiple_of(2) { scene(seed, 30) } else { animation(10, 60) };
    let at = random.below(frames.len() as u32) as usize;
    let mut fault = Frame::new();
    let code = match seed % 4 {
        0 => {
            fault.push(Delete { id: ObjectId(777) });
            Code::UnknownId
        }
        1 => {
            let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static };
            fault.push(Create { id: ObjectId(1), descriptor });
            Code::IdInUse
        }
        2 => {
            let selection = Selection::Arrays { first: 0, count: 3000 };
            fault.push(Draw { program: ProgramId(1), mode: Mode::Triangles, selection, instances: 1 });
            Code::DrawOutside
        }
        _ => {
            let value = Value(fault.floats(&[1.0; 3]));
            fault.push(Uniform { program: ProgramId(1), slot: UniformSlot(1), value, first: 0 });
            Code::WrongLength
        }
    };
    let mut with = Frame::new();
    let middle = random.below(frames[at].len() as u32 - 1);
    for (number, command) in (0..).zip(split(frames[at].head())) {
        if number == middle.max(20.min(frames[at].len() as u32 - 2)) {
            split(fault.head()).for_each(|command| with.push_encoded(command));
        }
        with.push_encoded(command);
    }
    let arena = frames[at].arena().to_vec();
    let encoding = glir_spec::Encoding::Raw;
    if !arena.is_empty() {
        with.payload(encoding, &arena);
    }
    frames[at] = with;
    (frames, code)
}

#[test]
fn seeded_faults_become_small() {
    let mut sizes = Vec::new();
    for seed in 0..20 {
        let (frames, code) = faulty(seed);
        let bytes = file(&frames);
        assert!(has_diagnostic(&bytes, code), "seed {seed}: {code:?}");
        let trace = Trace::open(&bytes).unwrap();
        let mut oracle = |bytes: &[u8]| Ok::<bool, Infallible>(has_diagnostic(bytes, code));
        let shrunk = shrink(&trace, Duration::from_secs(60), &mut oracle).unwrap();
        assert!(has_diagnostic(&shrunk.bytes, code), "seed {seed}");
        assert!(!shrunk.unfinished);
        sizes.push(shrunk.commands);
    }
    sizes.sort_unstable();
    assert!(sizes[sizes.len() / 2] <= 20, "{sizes:?}");
}

#[test]
fn what_is_not_there_can_not_be_kept() {
    let bytes = file(&animation(2, 2));
    let trace = Trace::open(&bytes).unwrap();
    let mut never = |_: &[u8]| Ok::<bool, Infallible>(false);
    assert!(matches!(shrink(&trace, Duration::from_secs(9), &mut never), Err(ShrinkError::NotThere)));
    let mut always = |_: &[u8]| Ok::<bool, Infallible>(true);
    assert_eq!(shrink(&trace, Duration::from_secs(9), &mut always).unwrap().commands, 0);
    let mut broken = |_: &[u8]| Err("broken");
    assert!(matches!(
        shrink(&trace, Duration::from_secs(9), &mut broken),
        Err(ShrinkError::Oracle("broken"))
    ));
}
