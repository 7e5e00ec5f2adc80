//! What is in vain.

use crate::sample::{draw, header, position, scene, uniform};
use glir_core::file::Writer;
use glir_spec::Frame;
use glir_spec::commands::{Create, Data, Delete, Size, Swap};
use glir_spec::enums::{BufferRole, BufferUsage};
use glir_spec::ids::ObjectId;
use glir_spec::structs::{Descriptor, Region};
use glir_trace::{Finding, Trace, audit, stat};

fn findings(frames: &[Frame]) -> Vec<((u64, u32), Finding)> {
    let mut writer = Writer::new(Vec::new(), &header()).unwrap();
    frames.iter().for_each(|frame| writer.frame(frame, 0).unwrap());
    let bytes = writer.finish().unwrap();
    let mut found = Vec::new();
    audit(&Trace::open(&bytes).unwrap(), &mut |place, finding| found.push((place, finding))).unwrap();
    found
}

fn first() -> Frame {
    scene(0, 1).remove(0)
}

#[test]
fn what_is_said_again_is_found() {
    let mut frame = Frame::new();
    uniform(&mut frame, 1, 0, &[0.0, 0.0]);
    uniform(&mut frame, 1, 0, &[0.0, 0.0]);
    uniform(&mut frame, 1, 0, &[0.0, 1.0]);
    uniform(&mut frame, 1, 0, &[0.0, 0.0]);
    position(&mut frame, 1, 3);
    position(&mut frame, 1, 3);
    frame.push(Swap {});
    let found = findings(&[first(), frame]);
    let redundant: Vec<_> = found
        .iter()
        .filter_map(|(place, finding)| match finding {
            Finding::Redundant(name, 1) if place.0 == 1 => Some((place.1, *name)),
            _ => None,
        })
        .collect();
    // The scene's first frame may have set the attribute so already.
    assert!(redundant.iter().filter(|found| found.1 == "UNIFORM").eq([&(1, "UNIFORM")]), "{redundant:?}");
    assert!(redundant.contains(&(5, "ATTRIBUTE")), "{redundant:?}");
}

#[test]
fn uploads_in_vain_are_found() {
    let mut frame = Frame::new();
    let data = |frame: &mut Frame, value: f32| {
        let payload = frame.floats(&[value; 6]);
        frame.push(Data { id: ObjectId(3), region: Region::Bytes { offset: 0 }, payload });
    };
    draw(&mut frame, 1);
    data(&mut frame, 1.0);
    data(&mut frame, 2.0);
    draw(&mut frame, 1);
    data(&mut frame, 2.0);
    frame.push(Swap {});
    let mut start = first();
    position(&mut start, 1, 3);
    let found = findings(&[start, frame]);
    assert!(found.contains(&((1, 2), Finding::Overwritten(3, 24, (1, 1)))), "{found:?}");
    assert!(found.contains(&((1, 4), Finding::Repeated(3, 24))), "{found:?}");
}

#[test]
fn leaks_and_uses_after_deletion_are_found() {
    let mut frame = Frame::new();
    let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static };
    frame.push(Create { id: ObjectId(90), descriptor: descriptor.clone() });
    frame.push(Create { id: ObjectId(91), descriptor });
    frame.push(Delete { id: ObjectId(91) });
    frame.push(Size { id: ObjectId(91), width: 4, height: 1, depth: 1 });
    position(&mut frame, 1, 3);
    draw(&mut frame, 1);
    frame.push(Swap {});
    let mut idle = Frame::new();
    idle.push(Swap {});
    let mut frames = vec![first(), frame];
    frames.extend(std::iter::repeat_n(idle, 20));
    let found = findings(&frames);
    assert!(found.contains(&((1, 3), Finding::AfterDelete(91, (1, 2)))), "{found:?}");
    assert!(found.contains(&((1, 2), Finding::Unused(91, "buffer", (1, 1)))), "{found:?}");
    assert!(found.contains(&((21, 0), Finding::Unused(90, "buffer", (1, 0)))), "{found:?}");
    let leaked = |finding: &Finding| matches!(finding, Finding::Leaked(3, "buffer", _, 1));
    assert!(found.iter().any(|(_, finding)| leaked(finding)), "{found:?}");
    assert!(found.iter().any(|(place, finding)| *place == (1, 3) && matches!(finding, Finding::Refused(_))));
}

#[test]
fn counts_are_those_of_the_stream() {
    let mut writer = Writer::new(Vec::new(), &header()).unwrap();
    let frames = crate::sample::animation(3, 10);
    frames.iter().for_each(|frame| writer.frame(frame, 0).unwrap());
    let bytes = writer.finish().unwrap();
    let stat = stat(&Trace::open(&bytes).unwrap()).unwrap();
    assert_eq!((stat.frames, stat.draws, stat.refused), (3, 30, 0));
    assert_eq!(stat.commands, frames.iter().map(|frame| frame.len() as u64).sum::<u64>());
    assert_eq!(stat.by_name["UNIFORM"].0, 60);
    assert_eq!(stat.payloads, [60 * 12 + 24, 0, 0]);
    assert_eq!(stat.json()["by_command"]["DRAW"]["count"], 30);
}
