//! What is kept of a stream grows with the scene, not with the stream.
#![allow(clippy::unwrap_used)] // a helper that fails is a test that fails

use glir_core::capabilities::Capabilities;
use glir_core::retain::{InMemory, Retained};
use glir_core::{FrameInput, Interpreter, NoBlobs, NullBackend, Settings};
use glir_spec::commands::{Clear, Create, Data, Size, Swap};
use glir_spec::enums::{BufferRole, BufferUsage, Plane};
use glir_spec::ids::BufferId;
use glir_spec::structs::{Descriptor, Region};
use glir_spec::{Encoding, Frame, Header, Target};
use std::sync::{Arc, Weak};

const BUFFER: BufferId = BufferId(1);
const BYTES: usize = 1 << 20;

fn made() -> Frame {
    let mut frame = Frame::new();
    let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Dynamic };
    frame.push(Create { id: BUFFER.into(), descriptor });
    frame.push(Size { id: BUFFER.into(), width: BYTES as u64, height: 1, depth: 1 });
    frame.push(Swap {});
    frame
}

fn filled(value: u8) -> Frame {
    let mut frame = Frame::new();
    let contents = vec![value; BYTES];
    let payload = frame.payload(Encoding::U8, &contents);
    frame.push(Data { id: BUFFER.into(), region: Region::Bytes { offset: 0 }, payload });
    frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    frame.push(Swap {});
    frame
}

#[test]
fn what_was_filled_over_is_let_go_though_nobody_asks() {
    let header = Header::default();
    let backend = NullBackend::with(Capabilities::least(Target::Gl33));
    let mut interpreter = Interpreter::new(backend, &header, Settings::default()).ok().unwrap();
    let mut retained = Retained::new(&header, InMemory);
    let mut given: Vec<Weak<[u8]>> = Vec::new();
    let mut most = 0;
    for number in 0..200 {
        let frame = if number == 0 { made() } else { filled(number as u8) };
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        let arena: Option<Arc<[u8]>> = (number > 0).then(|| frame.arena().into());
        given.extend(arena.as_ref().map(Arc::downgrade));
        retained.feed(frame.head(), arena, interpreter.account(), number, true);
        most = most.max(given.iter().filter(|arena| arena.strong_count() > 0).count());
    }
    assert!(interpreter.take_diagnostics().is_empty());
    assert!(most <= 8, "{most} contents of one buffer were kept at once");
    let present = retained.frames(None).unwrap();
    assert_eq!(present.iter().map(|frame| frame.arena().len()).sum::<usize>(), BYTES);
    assert!(present.iter().any(|frame| frame.arena().ends_with(&[199; 64])));
}
