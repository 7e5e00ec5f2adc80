//! Differences: none between two recordings of one thing, and one for every edit.

use crate::sample::{Random, animation, header, recorded, scene};
use glir_core::file::Writer;
use glir_core::retain::{attach, payload_of};
use glir_spec::commands::*;
use glir_spec::ids::*;
use glir_spec::wire::{Payload, Reader, Value};
use glir_spec::{Command, Frame};
use glir_trace::{Recording, Trace, diff, split};

fn file(frames: &[Frame]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &header()).unwrap();
    frames.iter().for_each(|frame| writer.frame(frame, 0).unwrap());
    writer.finish().unwrap()
}

fn differences(a: &[u8], b: &[u8]) -> glir_trace::Diff {
    diff(&Trace::open(a).unwrap(), &Trace::open(b).unwrap()).unwrap()
}

/// What becomes of a command: the frame, its number there, and its bytes go in.
type Change<'c> = &'c mut dyn FnMut(usize, usize, &[u8]) -> Vec<Vec<u8>>;

/// Frames with each command put in another form.
fn rewritten(frames: &[Frame], change: Change<'_>) -> Vec<Frame> {
    let frames = frames.iter().enumerate().map(|(number, frame)| {
        let mut out = Frame::new();
        for (at, command) in split(frame.head()).enumerate() {
            for changed in change(number, at, command) {
                let place = match payload_of(&changed) {
                    Some((Payload::Arena { offset, length, .. }, ..)) => {
                        Some((offset as usize, length as usize))
                    }
                    _ => None,
                };
                let bytes = place.and_then(|(offset, length)| frame.arena().get(offset..offset + length));
                let placed = bytes
                    .and_then(|bytes| attach(&changed, |encoding| out.payload(encoding, bytes).into_owned()));
                out.push_encoded(placed.as_deref().unwrap_or(&changed));
            }
        }
        out
    });
    frames.collect()
}

/// All object ids but 0 made others, in another order.
fn renumbered(command: &[u8]) -> Vec<u8> {
    let new = |id: &mut u32| *id = if *id == 0 || *id == 999 { *id } else { 500 - *id };
    let mut command = Command::decode(&mut Reader::new(command)).unwrap();
    match &mut command {
        Command::Create(c) => new(&mut c.id.0),
        Command::Delete(c) => new(&mut c.id.0),
        Command::Size(c) => new(&mut c.id.0),
        Command::Data(c) => new(&mut c.id.0),
        Command::SetShaders(c) => new(&mut c.program.0),
        Command::Attribute(c) => {
            new(&mut c.program.0);
            if let glir_spec::structs::AttributeSource::View { buffer, .. } = &mut c.source {
                new(&mut buffer.0);
            }
        }
        Command::Uniform(c) => new(&mut c.program.0),
        Command::Texture(c) => {
            new(&mut c.program.0);
            new(&mut c.texture.0);
        }
        Command::Attach(c) => {
            new(&mut c.framebuffer.0);
            new(&mut c.object.0);
        }
        Command::Framebuffer(c) => new(&mut c.framebuffer.0),
        Command::Draw(c) => new(&mut c.program.0),
        _ => {}
    }
    let mut bytes = Vec::new();
    command.encode(&mut bytes);
    bytes
}

#[test]
fn a_trace_does_not_differ_from_itself_however_it_is_recorded() {
    for seed in 0..10 {
        let frames = scene(seed, 15);
        let forms = [
            file(&frames),
            recorded(&frames, Recording::default()),
            recorded(&frames, Recording { blob_bytes: 65, keyframe_percent: 400, packed: false }),
        ];
        for a in &forms {
            for b in &forms {
                let found = differences(a, b);
                assert!(found.is_empty(), "seed {seed}: {found:?}");
            }
        }
    }
}

#[test]
fn other_ids_are_no_difference() {
    for seed in 0..10 {
        let frames = scene(seed, 15);
        let other = rewritten(&frames, &mut |_, _, command| vec![renumbered(command)]);
        let found = differences(&file(&frames), &file(&other));
        assert!(found.is_empty(), "seed {seed}: {found:?}");
    }
}

#[test]
fn another_order_of_what_is_independent_is_no_difference() {
    let frames = animation(3, 20);
    // The two uniforms of each triangle change their places.
    let mut held: Option<Vec<u8>> = None;
    let other =
        rewritten(&frames, &mut |_, _, command| match Command::decode(&mut Reader::new(command)).unwrap() {
            Command::Uniform(c) if c.slot == UniformSlot(0) => {
                held = Some(command.to_vec());
                Vec::new()
            }
            Command::Uniform(_) => [vec![command.to_vec()], held.take().into_iter().collect()].concat(),
            _ => vec![command.to_vec()],
        });
    assert_ne!(file(&frames), file(&other));
    let found = differences(&file(&frames), &file(&other));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn every_single_edit_is_found() {
    let mut random = Random(99);
    let (mut edits, mut kinds) = (0, [0; 4]);
    while edits < 240 {
        let frames = if edits % 2 == 0 { scene(edits, 12) } else { animation(4, 12) };
        let number = random.below(frames.len() as u32) as usize;
        let count = frames[number].len() as u32;
        let at = random.below(count) as usize;
        let kind = random.below(4) as usize;
        let scale = 0.5 + random.unit();
        let mut done = false;
        let other = rewritten(&frames, &mut |frame, place, command| {
            let here = (frame, place) == (number, at);
            let decoded = Command::decode(&mut Reader::new(command)).unwrap();
            if !here || matches!(decoded, Command::Swap(_)) {
                return vec![command.to_vec()];
            }
            let encoded = |command: Command<'_>| {
                let mut bytes = Vec::new();
                command.encode(&mut bytes);
                vec![bytes]
            };
            done = true;
            match (kind, decoded) {
                // Left out.
                (0, _) => Vec::new(),
                // Said twice.
                (1, _) => vec![command.to_vec(), command.to_vec()],
                // A value is another.
                (2, Command::Uniform(mut c)) => {
                    let Value(Payload::Inline { encoding, bytes }) = &c.value else { unreachable!() };
                    let values: Vec<u8> = bytes
                        .as_chunks::<4>()
                        .0
                        .iter()
                        .flat_map(|four| (f32::from_le_bytes(*four) * scale + 0.125).to_le_bytes())
                        .collect();
                    c.value = Value(Payload::Inline { encoding: *encoding, bytes: values.into() });
                    encoded(c.into())
                }
                (2, Command::Draw(mut c)) => {
                    c.instances += 1;
                    encoded(c.into())
                }
                (2, Command::Clear(mut c)) => {
                    c.planes.push(glir_spec::enums::Plane::Depth);
                    encoded(c.into())
                }
                (2, Command::Size(mut c)) => {
                    c.width += 4;
                    encoded(c.into())
                }
                // Something comes before it.
                (3, _) => {
                    let color = [scale, 0.0, 0.0, 1.0];
                    let changes =
                        glir_spec::state::StateChanges(vec![glir_spec::StateField::ClearColor(color)]);
                    [encoded(State { changes }.into()), vec![command.to_vec()]].concat()
                }
                _ => {
                    done = false;
                    vec![command.to_vec()]
                }
            }
        });
        if !done {
            continue;
        }
        edits += 1;
        kinds[kind] += 1;
        let found = differences(&file(&frames), &file(&other));
        assert!(!found.is_empty(), "edit {edits} of kind {kind} at {number}:{at} was not found");
    }
    assert!(kinds.iter().all(|count| *count > 20), "{kinds:?}");
}

#[test]
fn a_change_names_what_makes_it() {
    let frames = animation(3, 5);
    let other = rewritten(&frames, &mut |frame, _, command| {
        let mut decoded = Command::decode(&mut Reader::new(command)).unwrap();
        if let Command::Uniform(c) = &mut decoded
            && frame == 1
            && c.slot == UniformSlot(1)
        {
            let white = [1.0f32; 4].iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
            c.value = Value(Payload::Inline { encoding: glir_spec::Encoding::F32, bytes: white.into() });
        }
        let mut bytes = Vec::new();
        decoded.encode(&mut bytes);
        vec![bytes]
    });
    let found = differences(&file(&frames), &file(&other));
    assert_eq!((found.changes.len(), found.idle.len(), found.only.len()), (5, 0, 0), "{found:?}");
    let change = &found.changes[0];
    assert_eq!(change.a.as_ref().unwrap().place, (1, 5));
    let names: Vec<&str> = change.because.iter().map(|(name, ..)| name.as_str()).collect();
    assert_eq!(names, ["uniform u_color"]);
    let (_, Some(a), Some(b)) = &change.because[0] else { panic!("{change:?}") };
    assert_eq!((a.place, b.place), ((1, 4), (1, 4)));
    assert!(a.line.contains("0.5") && !b.line.contains("0.5"), "{a:?} {b:?}");
    let mut text = String::new();
    found.print(10, &mut text);
    assert!(text.contains("- 1:5 [\"DRAW\", 1,") && text.contains("    uniform u_color\n"), "{text}");
    assert!(found.html(["a<b", "c"], 10).contains("a&lt;b and c"));
    assert_eq!(found.json()["changes"].as_array().unwrap().len(), 5);
}

#[test]
fn a_frame_too_many_is_one_difference() {
    let frames = animation(10, 5);
    let mut other = frames.clone();
    other.remove(4);
    let found = differences(&file(&frames), &file(&other));
    assert_eq!(
        (found.only.as_slice(), found.changes.len()),
        (&[(glir_trace::Side::A, 4)][..], 0),
        "{found:?}"
    );
}

#[test]
fn a_canvas_of_more_samples_is_a_difference() {
    let frames = animation(3, 5);
    let of = |samples| {
        let header = glir_spec::Header { profile: glir_spec::Profile::Es3, samples, ..header() };
        let mut writer = Writer::new(Vec::new(), &header).unwrap();
        frames.iter().for_each(|frame| writer.frame(frame, 0).unwrap());
        writer.finish().unwrap()
    };
    assert!(differences(&of(4), &of(4)).is_empty());
    assert!(!differences(&of(0), &of(4)).is_empty());
}
