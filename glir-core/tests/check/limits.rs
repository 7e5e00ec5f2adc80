//! Faults that take more bytes than a case should have, and bytes that the text form can't write.

use crate::stage::{Script, Stage};
use glir_core::{FrameInput, Interpreter, NoBlobs, NullBackend, Outcome, Settings, Store};
use glir_spec::commands::{Clear, Delete, End, Group, Label, Meta, Swap};
use glir_spec::enums::{Plane, Severity};
use glir_spec::ids::ObjectId;
use glir_spec::{Code, Frame, Header, Reply, Target, limits};

fn interpreter() -> Interpreter<Stage<NullBackend>> {
    let stage = Stage::new(NullBackend::new(Target::Gles3), Script::default());
    Interpreter::new(stage, &Header::default(), Settings::default()).map_err(|refused| refused.0).unwrap()
}

fn draw(
    interpreter: &mut Interpreter<Stage<NullBackend>>,
    head: &[u8],
) -> (Outcome, Vec<(Code, Option<u32>)>) {
    let outcome = interpreter.draw(FrameInput { head, arena: Store::Memory(&[]), blobs: &NoBlobs });
    let found = interpreter.take_diagnostics();
    (outcome, found.iter().map(|diagnostic| (diagnostic.code, diagnostic.command)).collect())
}

#[test]
fn diagnostics_beyond_the_limit_are_counted_in_each_frame_anew() {
    let mut interpreter = interpreter();
    for _ in 0..2 {
        let mut frame = Frame::new();
        for _ in 0..limits::MAX_DIAGNOSTICS_PER_FRAME + 5 {
            frame.push(End {});
        }
        frame.push(Swap {});
        let input = FrameInput { head: frame.head(), arena: Store::Memory(&[]), blobs: &NoBlobs };
        assert_eq!(interpreter.draw(input), Outcome::Complete);
        let found = interpreter.take_diagnostics();
        assert_eq!(found.len(), limits::MAX_DIAGNOSTICS_PER_FRAME + 1);
        let last = found.last().unwrap();
        assert_eq!((last.code, last.severity), (Code::TooManyDiagnostics, Severity::Warning));
        assert_eq!(last.message, "5 more diagnostics of this frame were not kept");
    }
}

#[test]
fn a_later_major_version_is_refused() {
    let header = Header { major: 2, ..Header::default() };
    let refused =
        Interpreter::new(NullBackend::new(Target::Gles3), &header, Settings::default()).err().unwrap();
    assert_eq!((refused.0.code, refused.0.severity), (Code::UnsupportedVersion, Severity::Fatal));
}

#[test]
fn bytes_behind_the_last_command_are_reported_after_it_was_carried_out() {
    let mut interpreter = interpreter();
    let (outcome, found) = draw(&mut interpreter, &[0x91, 0x91, 2, 0xc0, 0xc0]);
    assert_eq!((outcome, found), (Outcome::Complete, vec![(Code::TrailingBytes, None)]));
    assert_eq!(interpreter.take_replies().len(), 1);
}

#[test]
fn a_head_that_ends_early_keeps_what_stands_before_the_end() {
    let mut frame = Frame::new();
    frame.push(Delete { id: ObjectId(3) });
    frame.push(Swap {});
    let mut interpreter = interpreter();
    for length in 0..frame.head().len() - 1 {
        let (outcome, found) = draw(&mut interpreter, &frame.head()[..length]);
        assert_eq!(outcome, Outcome::Partial, "{length}");
        let codes: Vec<_> = found.iter().map(|(code, _)| *code).collect();
        let whole = length >= 4;
        assert_eq!(
            codes,
            [&[Code::UnknownId][..usize::from(whole)], &[Code::Malformed]].concat(),
            "{length}"
        );
    }
}

#[test]
fn a_head_is_an_array() {
    let mut interpreter = interpreter();
    for head in [&[][..], &[0xc0], &[0x80], &[0xdd, 0xff, 0xff, 0xff, 0xff], &[0xdd, 0x01, 0, 0, 0]] {
        let (outcome, found) = draw(&mut interpreter, head);
        assert_eq!(outcome, Outcome::Partial, "{head:?}");
        assert!(matches!(found[..], [(Code::Malformed | Code::LimitExceeded, _), ..]), "{head:?} {found:?}");
    }
}

#[test]
fn a_faulty_command_costs_itself_alone() {
    // An opcode that nobody has, a command that is no array, one whose argument is too deep, then a good one.
    let mut head = vec![0x94, 0x92, 0xcc, 0xfa, 1, 0xc3, 0x92, 96];
    head.extend([0x91; limits::MAX_DEPTH - 3]);
    head.push(1);
    let mut good = Frame::new();
    good.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    head.extend(&good.head()[1..]);
    let mut interpreter = interpreter();
    let (outcome, found) = draw(&mut interpreter, &head);
    assert_eq!(outcome, Outcome::Partial);
    let commands: Vec<_> = found.iter().map(|(_, command)| *command).collect();
    assert_eq!(commands, [Some(0), Some(1), Some(2)], "{found:?}");
    assert_eq!(found[0].0, Code::UnknownOpcode);
}

#[test]
fn too_long_texts_are_refused_by_their_limit() {
    let mut interpreter = interpreter();
    let mut frame = Frame::new();
    frame.push(Label { id: ObjectId(1), text: "x".repeat(limits::MAX_LABEL_BYTES + 1).into() });
    frame.push(Group { label: "x".repeat(limits::MAX_LABEL_BYTES + 1).into() });
    frame.push(Meta { key: "key".into(), value: "x".repeat(limits::MAX_META_BYTES + 1).into() });
    let (_, found) = draw(&mut interpreter, frame.head());
    assert_eq!(found, [0, 1, 2].map(|command| (Code::LimitExceeded, Some(command))));
}

#[test]
fn every_swap_is_acknowledged_by_its_number() {
    let mut interpreter = interpreter();
    for number in 0..3 {
        let mut frame = Frame::new();
        frame.push(Swap {});
        draw(&mut interpreter, frame.head());
        let replies = interpreter.take_replies();
        assert!(matches!(replies[..], [Reply::Ack(ref ack)] if ack.frame == number), "{replies:?}");
    }
}
