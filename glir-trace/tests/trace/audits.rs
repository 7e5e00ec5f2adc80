//! What is in vain.

use crate::sample::{draw, header, position, scene, uniform};
use glir_core::file::Writer;
use glir_spec::Frame;
use glir_spec::commands::{Attribute, Create, Data, Delete, Size, Swap};
use glir_spec::enums::{BufferRole, BufferUsage};
use glir_spec::ids::{AttributeSlot, ObjectId, ProgramId};
use glir_spec::structs::{AttributeSource, Descriptor, Region};
use glir_spec::wire::Value;
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
    // What is shown as it was is idle of nothing.
    let mut shown = Frame::new();
    shown.push(Swap {});
    let mut still = vec![first(), frame.clone()];
    still.extend(std::iter::repeat_n(shown, 20));
    let leaked =
        |found: &[(_, Finding)]| found.iter().any(|(_, finding)| matches!(finding, Finding::Leaked(..)));
    assert!(!leaked(&findings(&still)));
    // Others that are drawn, without it, are.
    let mut idle = Frame::new();
    let constant = Value(idle.floats(&[0.0, 0.0]));
    let source = AttributeSource::Constant { constant };
    idle.push(Attribute { program: ProgramId(2), slot: AttributeSlot(0), source });
    draw(&mut idle, 2);
    idle.push(Swap {});
    let mut frames = vec![first(), frame];
    frames.extend(std::iter::repeat_n(idle, 20));
    let found = findings(&frames);
    assert!(found.contains(&((1, 3), Finding::AfterDelete(91, (1, 2)))), "{found:?}");
    assert!(found.contains(&((1, 2), Finding::Unused(91, "buffer", (1, 1)))), "{found:?}");
    assert!(found.contains(&((21, 2), Finding::Unused(90, "buffer", (1, 0)))), "{found:?}");
    let leaked = |finding: &Finding| matches!(finding, Finding::Leaked(3, "buffer", _, 1));
    assert!(found.iter().any(|(_, finding)| leaked(finding)), "{found:?}");
    assert!(found.iter().any(|(place, finding)| *place == (1, 3) && matches!(finding, Finding::Refused(_))));
}

/// A stream of text, each of whose frames is made of its number.
fn numbered(frames: u32, frame: impl Fn(u32) -> String) -> Vec<((u64, u32), Finding)> {
    let mut text = r#"["GLIR", {"profile": "es3", "width": 8, "height": 8}]
["CREATE", 1, "program"]
["SHADERS", 1, {"vertex": "attribute vec2 a; varying vec2 p; void main() { p = a; gl_Position = vec4(a, 0.0, 1.0); }",
  "fragment": "precision highp float; uniform sampler2D s; varying vec2 p; void main() { gl_FragColor = texture2D(s, p); }"},
 {"attributes": ["vec2 a"], "samplers": ["sampler2D s"]}]
["CREATE", 2, {"texture": "2d", "format": "rgba8"}]
["SIZE", 2, 4, 4]
["TEXTURE", 1, "s", 2]
["ATTRIBUTE", 1, "a", {"constant": [0, 0]}]
"#
    .to_owned();
    for number in 0..frames {
        text += &frame(number);
        text += "[\"DRAW\", 1, \"points\", {\"count\": 1}]\n[\"SWAP\"]\n";
    }
    let (header, frames) = crate::orders::parsed(&text);
    let bytes = crate::orders::file(&header, &frames);
    let mut found = Vec::new();
    audit(&Trace::open(&bytes).unwrap(), &mut |place, finding| found.push((place, finding))).unwrap();
    found
}

fn leaked(found: &[((u64, u32), Finding)]) -> Vec<u32> {
    let ids = found.iter().filter_map(|(_, finding)| match finding {
        Finding::Leaked(id, ..) => Some(*id),
        _ => None,
    });
    ids.collect()
}

#[test]
fn what_newer_ones_replace_again_and_again_is_a_leak_in_few_frames() {
    let texture = |id: u32| {
        format!(
            "[\"CREATE\", {id}, {{\"texture\": \"2d\", \"format\": \"rgba8\"}}]\n[\"SIZE\", {id}, 4, 4]\n[\"TEXTURE\", 1, \"s\", {id}]\n"
        )
    };
    // A texture for each frame, and none goes. The last one is in use.
    assert_eq!(leaked(&numbered(4, |frame| texture(10 + frame))), [10, 11, 12]);
    // Indices, which no property refers to.
    let indices = |frame: u32| {
        let id = 10 + frame;
        format!(
            "[\"CREATE\", {id}, {{\"buffer\": \"index\"}}]\n[\"SIZE\", {id}, 2]\n[\"DRAW\", 1, \"points\", {{\"elements\": {id}, \"count\": 1}}]\n"
        )
    };
    assert_eq!(leaked(&numbered(4, indices)), [10, 11, 12]);
    // A program for each frame, of the same shaders.
    let program = |frame: u32| {
        let id = 10 + frame;
        format!(
            "[\"CREATE\", {id}, \"program\"]\n[\"SHADERS\", {id}, {{\"vertex\": \"attribute vec2 a; void main() {{ gl_Position = vec4(a, 0.0, 1.0); }}\", \"fragment\": \"void main() {{ gl_FragColor = vec4(1.0); }}\"}}, {{\"attributes\": [\"vec2 a\"]}}]\n[\"ATTRIBUTE\", {id}, \"a\", {{\"constant\": [0, 0]}}]\n[\"DRAW\", {id}, \"points\", {{\"count\": 1}}]\n"
        )
    };
    assert_eq!(leaked(&numbered(4, program)), [10, 11, 12]);
    // Each goes when the next one comes.
    let gone = |frame: u32| match frame {
        0 => texture(10),
        _ => format!("{}[\"DELETE\", {}]\n", texture(10 + frame), 9 + frame),
    };
    assert_eq!(leaked(&numbered(6, gone)), [0; 0]);
}

#[test]
fn what_is_kept_for_later_is_no_leak() {
    let texture = |id: u32| {
        format!(
            "[\"CREATE\", {id}, {{\"texture\": \"2d\", \"format\": \"rgba8\"}}]\n[\"SIZE\", {id}, 4, 4]\n"
        )
    };
    let bind = |id: u32| format!("[\"TEXTURE\", 1, \"s\", {id}]\n");
    let none =
        |frames: u32, frame: &dyn Fn(u32) -> String| assert_eq!(leaked(&numbered(frames, frame)), [0; 0]);
    // A scene that stays as it is, however long.
    none(30, &|_| String::new());
    // Two that take turns.
    none(9, &|frame| if frame == 0 { texture(10) + &texture(11) } else { bind(10 + frame % 2) });
    // Pages that are made when they are shown first, and shown again.
    none(9, &|frame| if frame < 4 { texture(10 + frame) + &bind(10 + frame) } else { bind(10 + frame % 4) });
    // All made at once, and shown one after another.
    none(4, &|frame| match frame {
        0 => (10..14).map(texture).collect::<String>() + &bind(10),
        _ => bind(10 + frame),
    });
    // One that another takes the place of, once.
    none(4, &|frame| if frame == 1 { texture(10) + &bind(10) } else { String::new() });
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
