//! Choices: the interpreter takes the likely commands that they make.

#![no_main]

#[path = "../../glir-core/tests/check/contract/mod.rs"]
mod contract;
#[path = "../../glir-core/tests/check/likely.rs"]
mod likely;
#[allow(dead_code)] // commands by the schema are the business of other tests
#[path = "../../glir-spec/tests/support/random.rs"]
mod random;
#[allow(dead_code)] // the backend behind it is for other tests to see
#[path = "../../glir-core/tests/check/stage.rs"]
mod stage;
#[path = "../../glir-core/tests/check/tested.rs"]
mod tested;

use glir_spec::{Profile, Target};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((which, choices)) = bytes.split_first() else { return };
    let target = Target::ALL[usize::from(*which) % Target::ALL.len()];
    let mut interpreter = tested::interpreter(target);
    for frame in likely::frames(choices, target.profile() == Profile::Es3) {
        tested::draw(&mut interpreter, frame.head(), frame.arena());
    }
});
