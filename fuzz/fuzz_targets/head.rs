//! A head and its arena: the interpreter takes it, behind a scene whose objects work together.

#![no_main]

#[path = "../../glir-core/tests/check/contract/mod.rs"]
mod contract;
#[allow(dead_code)] // only the scene is taken from here
#[path = "../../glir-core/tests/check/likely.rs"]
mod likely;
#[allow(dead_code)]
#[path = "../../glir-spec/tests/support/random.rs"]
mod random;
#[allow(dead_code)] // the backend behind it is for other tests to see
#[path = "../../glir-core/tests/check/stage.rs"]
mod stage;
#[path = "../../glir-core/tests/check/tested.rs"]
mod tested;

use glir_spec::{Frame, Profile, Target};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [which, at, bytes @ ..] = bytes else { return };
    let target = Target::ALL[usize::from(*which) % Target::ALL.len()];
    let (head, arena) = bytes.split_at(bytes.len() * usize::from(*at) / 255);
    let mut interpreter = tested::interpreter(target);
    let mut frame = Frame::new();
    likely::scene(&mut frame, target.profile() == Profile::Es3);
    tested::draw(&mut interpreter, frame.head(), frame.arena());
    tested::draw(&mut interpreter, head, arena);
    tested::draw(&mut interpreter, arena, head);
});
