//! Faults that take more bytes than a case should have, and bytes that the text form can't write.

use crate::stage::{Script, Stage};
use glir_core::{FrameInput, Interpreter, NoBlobs, NullBackend, Outcome, Settings, Store};
use glir_spec::commands::{
    Bind, Clear, Create, Delete, End, Group, Input, Label, Meta, Read, Record, SetShaders, Signal, Swap,
};
use glir_spec::enums::{FeedbackMode, InputSource, Plane, Severity, SignalOp};
use glir_spec::ids::{CanvasId, FramebufferId, ListId, ObjectId, ProgramId, RequestId, SignalId};
use glir_spec::structs::{BindTarget, Descriptor, Interface, ReadSource, Shaders};
use glir_spec::{Code, Feature, Frame, Header, Profile, Reply, Target, limits};

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

/// An interpreter of a stream with lists and signals.
fn moving() -> Interpreter<Stage<NullBackend>> {
    let stage = Stage::new(NullBackend::new(Target::Gles3), Script::default());
    let header = Header {
        profile: Profile::Es3,
        requires: vec![Feature::Lists, Feature::Signals],
        ..Header::default()
    };
    Interpreter::new(stage, &header, Settings::default()).map_err(|refused| refused.0).unwrap()
}

/// Draws a frame of one command for each number, and gives the numbers of those that were refused.
fn refused(
    interpreter: &mut Interpreter<Stage<NullBackend>>,
    numbers: std::ops::Range<u32>,
    push: impl Fn(&mut Frame, u32),
) -> Vec<(Code, Option<u32>)> {
    let mut frame = Frame::new();
    numbers.for_each(|number| push(&mut frame, number));
    frame.push(Swap {});
    draw(interpreter, frame.head()).1
}

#[test]
fn objects_are_as_many_as_may_be() {
    let mut interpreter = moving();
    let most = limits::MAX_OBJECTS as u32;
    let create = |frame: &mut Frame, number| {
        frame.push(Create { id: ObjectId(number), descriptor: Descriptor::Framebuffer {} });
    };
    assert_eq!(refused(&mut interpreter, 1..most + 2, create), [(Code::LimitExceeded, Some(most))]);
    refused(&mut interpreter, 7..8, |frame, number| {
        frame.push(Delete { id: ObjectId(number) });
    });
    assert_eq!(refused(&mut interpreter, most + 1..most + 3, create), [(Code::LimitExceeded, Some(1))]);
}

#[test]
fn lists_are_as_many_and_as_long_as_may_be() {
    let mut interpreter = moving();
    let most = limits::MAX_LISTS as u32;
    let record = |frame: &mut Frame, number| {
        frame.push(Record { list: ListId(number) });
        frame.push(End {});
    };
    let found = refused(&mut interpreter, 1..most + 2, record);
    assert_eq!(found.iter().map(|(code, _)| *code).collect::<Vec<_>>(), [Code::LimitExceeded]);
    // A list that stands may be recorded anew.
    assert_eq!(refused(&mut interpreter, most..most + 1, record), []);

    // Each list has 4 MiB; of 16 the encoded commands' own bytes are too many.
    let mut interpreter = moving();
    let label = "x".repeat(limits::MAX_LABEL_BYTES);
    let mut codes = Vec::new();
    for list in 1..17 {
        let found = refused(&mut interpreter, 0..1, |frame, _| {
            frame.push(Record { list: ListId(list) });
            for _ in 0..(limits::MAX_LIST_BYTES / 16 / limits::MAX_LABEL_BYTES) {
                frame.push(Group { label: label.as_str().into() });
                frame.push(End {});
            }
            frame.push(End {});
        });
        codes.extend(found.iter().map(|(code, _)| (list, *code)));
    }
    assert_eq!(codes, [(16, Code::LimitExceeded)]);
}

#[test]
fn signals_and_bindings_are_as_many_as_may_be() {
    let mut interpreter = moving();
    let most = limits::MAX_SIGNALS as u32;
    let input = |frame: &mut Frame, number| {
        frame.push(Input { id: SignalId(number), source: InputSource::Time, canvas: CanvasId(0) });
    };
    let signal = |frame: &mut Frame, number| {
        frame.push(Signal {
            id: SignalId(number),
            op: SignalOp::Abs,
            operands: vec![SignalId(1)],
            constant: None,
        });
    };
    assert_eq!(refused(&mut interpreter, 1..most, input), []);
    assert_eq!(refused(&mut interpreter, most..most + 2, signal), [(Code::LimitExceeded, Some(1))]);
    assert_eq!(refused(&mut interpreter, most + 1..most + 2, input), [(Code::LimitExceeded, Some(0))]);

    let mut interpreter = moving();
    refused(&mut interpreter, 1..2, input);
    let most = limits::MAX_BINDINGS as u32;
    let bind = |frame: &mut Frame, number| {
        frame.push(Bind { signal: SignalId(1), target: BindTarget::Visible { visible: ListId(number) } });
    };
    assert_eq!(refused(&mut interpreter, 1..most + 2, bind), [(Code::LimitExceeded, Some(most))]);
    // A target that is bound may be bound anew.
    assert_eq!(refused(&mut interpreter, most..most + 1, bind), []);
}

#[test]
fn a_frame_reads_as_often_as_may_be() {
    let mut interpreter = moving();
    let most = limits::MAX_READS_PER_FRAME;
    let read = |frame: &mut Frame, request| {
        let source = ReadSource::Pixels {
            framebuffer: FramebufferId(0),
            x: 0,
            y: 0,
            width: Some(1),
            height: Some(1),
            attachment: 0,
        };
        frame.push(Read { request: RequestId(request), source });
    };
    assert_eq!(refused(&mut interpreter, 0..most + 1, read), [(Code::LimitExceeded, Some(most))]);
    assert_eq!(refused(&mut interpreter, 0..1, read), []);
}

#[test]
fn a_head_has_no_more_commands_than_may_be() {
    // Empty arrays, each a fault of its own if it were read.
    let count = limits::MAX_COMMANDS + 1;
    let mut head = vec![0xdd];
    head.extend((count as u32).to_be_bytes());
    head.resize(5 + count, 0x90);
    let (outcome, found) = draw(&mut interpreter(), &head);
    assert_eq!((outcome, found), (Outcome::Partial, vec![(Code::LimitExceeded, None)]));
}

#[test]
fn a_head_has_no_more_bytes_than_may_be() {
    let head = vec![0x90; limits::MAX_HEAD_BYTES + 1];
    let (outcome, found) = draw(&mut interpreter(), &head);
    assert_eq!((outcome, found), (Outcome::Partial, vec![(Code::LimitExceeded, None)]));
}

#[test]
fn a_source_is_as_long_as_may_be() {
    let mut interpreter = interpreter();
    let mut frame = Frame::new();
    frame.push(Create { id: ObjectId(1), descriptor: Descriptor::Program {} });
    for length in [limits::MAX_SOURCE_BYTES, limits::MAX_SOURCE_BYTES + 1] {
        let vertex = " ".repeat(length).into();
        let shaders = Shaders::Render { vertex, fragment: "".into(), geometry: None };
        frame.push(SetShaders {
            program: ProgramId(1),
            shaders,
            interface: Interface {
                attributes: vec![],
                uniforms: vec![],
                samplers: vec![],
                blocks: vec![],
                feedback: vec![],
                feedback_mode: FeedbackMode::Interleaved,
            },
        });
    }
    frame.push(Swap {});
    assert_eq!(draw(&mut interpreter, frame.head()).1, [(Code::LimitExceeded, Some(2))]);
}
