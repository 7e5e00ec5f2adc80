//! Hundreds of random edits of random scenes: each is found that changes what comes of the stream, or what it says, and none that
//! only says it in another order or by other numbers. Two commands depend on each other if the stream shows or replies otherwise once
//! they have changed places; that they do not is known by what they touch.

use crate::orders::{Context, differences, file, parsed};
use crate::rich::rich;
use crate::sample::Random;
use glir_spec::commands::*;
use glir_spec::enums::Plane;
use glir_spec::ids::*;
use glir_spec::structs::{AttributeSource, BindTarget, ReadSource, Region, Selection};
use glir_spec::wire::{Payload, Reader, Value};
use glir_spec::{Command, Frame, StateField};
use glir_trace::split;
use std::collections::HashMap;

/// A scene's encoded commands, frame by frame. Payloads stand inline.
type Scene = Vec<Vec<Vec<u8>>>;

fn frames(scene: &Scene) -> Vec<Frame> {
    let frames = scene.iter().map(|commands| {
        let mut frame = Frame::new();
        commands.iter().for_each(|command| frame.push_encoded(command));
        frame
    });
    frames.collect()
}

fn decoded(bytes: &[u8]) -> Command<'_> {
    Command::decode(&mut Reader::new(bytes)).unwrap()
}

fn encoded<'a>(command: impl Into<Command<'a>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    command.into().encode(&mut bytes);
    bytes
}

/// A part of something: what it is, a box in it, and whether it is written.
#[derive(Clone, Debug)]
struct Touch {
    what: String,
    part: [[u64; 2]; 3],
    writes: bool,
}

const ALL: [[u64; 2]; 3] = [[0, u64::MAX]; 3];

fn touch(writes: bool, what: impl Into<String>, part: [[u64; 2]; 3]) -> Touch {
    Touch { what: what.into(), part, writes }
}

fn meet(a: &Touch, b: &Touch) -> bool {
    let overlap = a.part.iter().zip(&b.part).all(|(a, b)| a[0] < b[1] && b[0] < a[1]);
    (a.writes || b.writes) && a.what == b.what && overlap
}

/// What is set when a command comes, as far as it says what the command touches.
#[derive(Clone, Debug, Default)]
struct Setting {
    framebuffer: u32,
    canvas: u32,
    /// What programs read and capture to, by opcode and program.
    bound: HashMap<(u8, u32), u32>,
    /// Depth of lists that are recorded.
    in_list: bool,
}

impl Setting {
    fn take(&mut self, command: &Command<'_>) {
        match command {
            Command::Framebuffer(c) => self.framebuffer = c.framebuffer.0,
            Command::Current(c) => (self.framebuffer, self.canvas) = (0, c.canvas.0),
            Command::Texture(c) => _ = self.bound.insert((Texture::OPCODE, c.program.0), c.texture.0),
            Command::Feedback(c) => _ = self.bound.insert((Feedback::OPCODE, c.program.0), c.buffer.0),
            Command::Attribute(c) => {
                if let AttributeSource::View { buffer, .. } = &c.source {
                    self.bound.insert((Attribute::OPCODE, c.program.0), buffer.0);
                }
            }
            Command::Record(_) => self.in_list = true,
            Command::End(_) => self.in_list = false,
            _ => {}
        }
    }

    /// What of a target a plane is: the framebuffers are those of the scenes.
    fn planes(&self, framebuffer: u32, plane: Plane, writes: bool) -> Touch {
        let level = [[0, 1], [0, u64::MAX], [0, u64::MAX]];
        match (framebuffer, plane) {
            (20, Plane::Color) => touch(writes, "content 10", level),
            (21, Plane::Color) => touch(writes, "content 11", level),
            (framebuffer, plane) => {
                touch(writes, format!("{plane} of {framebuffer} and {}", self.canvas), ALL)
            }
        }
    }

    fn fields(&self, which: impl Fn(u8) -> bool) -> Vec<Touch> {
        let all = StateField::initial().into_iter().map(|field| field.number());
        all.filter(|field| which(*field)).map(|field| touch(false, format!("state {field}"), ALL)).collect()
    }

    /// What a command touches; none if that is not so plain.
    fn touches(&self, command: &Command<'_>) -> Option<Vec<Touch>> {
        let object = |id: u32| touch(false, format!("object {id}"), ALL);
        let slot = |kind: u8, program: u32, slot: u32, first: u64, count: u64| {
            let part = [[slot.into(), u64::from(slot) + 1], [first, first + count], [0, 1]];
            touch(true, format!("slot {kind} of {program}"), part)
        };
        let content = |id: u32, writes| touch(writes, format!("content {id}"), ALL);
        let target = touch(false, "target", ALL);
        let mut touches = match command {
            Command::Create(c) => vec![touch(true, format!("object {}", c.id), ALL)],
            Command::Delete(c) => vec![touch(true, format!("object {}", c.id), ALL)],
            Command::Size(c) => vec![touch(true, format!("object {}", c.id), ALL)],
            Command::Label(c) => vec![object(c.id.0), touch(true, format!("label {}", c.id), ALL)],
            Command::Data(c) => {
                let part = match c.region {
                    Region::Bytes { offset } => [[0, 1], [offset, offset + c.payload.byte_len()], [0, 1]],
                    Region::Texels { level, x, y, width, height, .. } => {
                        let [level, x, y] = [level, x, y].map(u64::from);
                        let end = |from: u64, size: Option<u32>| {
                            size.map_or(u64::MAX, |size| from + u64::from(size))
                        };
                        [[level, level + 1], [x, end(x, width)], [y, end(y, height)]]
                    }
                };
                vec![object(c.id.0), touch(true, format!("content {}", c.id), part)]
            }
            Command::Mipmaps(c) => {
                let part = |from, to| [[from, to], [0, u64::MAX], [0, u64::MAX]];
                let what = format!("content {}", c.texture);
                vec![
                    object(c.texture.0),
                    touch(false, what.clone(), part(0, 1)),
                    touch(true, what, part(1, u64::MAX)),
                ]
            }
            Command::Uniform(c) => {
                let count = if c.slot.0 == 0 { c.value.0.byte_len() / 16 } else { 1 };
                let uniform = slot(Uniform::OPCODE, c.program.0, c.slot.0, c.first.into(), count);
                vec![object(c.program.0), uniform, touch(false, "signals", ALL)]
            }
            Command::Attribute(c) => {
                vec![object(c.program.0), slot(Attribute::OPCODE, c.program.0, c.slot.0, 0, 1)]
            }
            Command::Texture(c) => {
                vec![object(c.program.0), slot(Texture::OPCODE, c.program.0, c.slot.0, 0, 1)]
            }
            Command::State(c) => {
                let fields = c.changes.0.iter();
                fields.map(|field| touch(true, format!("state {}", field.number()), ALL)).collect()
            }
            Command::Framebuffer(_) => vec![touch(true, "target", ALL)],
            Command::Current(_) => vec![touch(true, "target", ALL), touch(true, "canvas", ALL)],
            Command::Clear(c) => {
                let mut touches = vec![target];
                for plane in &c.planes {
                    let fields: &[u8] = match plane {
                        Plane::Color => &[3, 50, 53, 54, 60],
                        Plane::Depth => &[3, 22, 54, 61],
                        Plane::Stencil => &[3, 35, 54, 62],
                    };
                    touches.push(self.planes(self.framebuffer, *plane, true));
                    touches.extend(self.fields(|field| fields.contains(&field)));
                }
                touches
            }
            Command::Draw(c) => {
                let mut touches = vec![target, object(c.program.0), touch(true, "query", ALL)];
                for kind in [Uniform::OPCODE, Attribute::OPCODE, Texture::OPCODE, Feedback::OPCODE] {
                    touches.push(touch(false, format!("slot {kind} of {}", c.program), ALL));
                }
                let of = |kind: u8| self.bound.get(&(kind, c.program.0));
                let read = of(Attribute::OPCODE).into_iter().chain(of(Texture::OPCODE));
                touches.extend(read.flat_map(|id| [object(*id), content(*id, false)]));
                touches.extend(of(Feedback::OPCODE).map(|id| content(*id, true)));
                touches.extend(self.fields(|field| field < 60));
                let planes = [Plane::Color, Plane::Depth, Plane::Stencil];
                touches.extend(planes.map(|plane| self.planes(self.framebuffer, plane, true)));
                touches.push(touch(false, "signals", ALL));
                touches
            }
            Command::Blit(c) => {
                let mut touches = self.fields(|field| field == 3);
                touches.push(touch(false, "canvas", ALL));
                touches.push(self.planes(c.source.0, Plane::Color, false));
                touches.push(self.planes(c.destination.0, Plane::Color, true));
                touches
            }
            Command::Read(c) => match &c.source {
                ReadSource::Pixels { framebuffer, .. } => {
                    vec![touch(false, "canvas", ALL), self.planes(framebuffer.0, Plane::Color, false)]
                }
                ReadSource::Buffer { buffer, .. } => vec![object(buffer.0), content(buffer.0, false)],
            },
            Command::Query(_) => vec![touch(true, "query", ALL)],
            Command::Signal(_) | Command::Bind(_) => vec![touch(true, "signals", ALL)],
            Command::Group(_) | Command::End(_) => vec![touch(true, "groups", ALL)],
            _ => return None,
        };
        touches.retain(|touch| touch.part.iter().all(|[from, to]| from < to));
        Some(touches)
    }
}

/// Another number for each id but 0 and for each canvas but 0.
fn renumbered(bytes: &[u8]) -> Vec<u8> {
    let mut command = decoded(bytes);
    let new = |id: &mut u32| *id = if *id == 0 { 0 } else { 700 - *id };
    let other = |id: &mut u32| *id = if *id == 0 { 0 } else { *id * 3 + 5 };
    match &mut command {
        Command::Create(c) => new(&mut c.id.0),
        Command::Delete(c) => new(&mut c.id.0),
        Command::Size(c) => new(&mut c.id.0),
        Command::Data(c) => new(&mut c.id.0),
        Command::Label(c) => new(&mut c.id.0),
        Command::Interpolation(c) => new(&mut c.texture.0),
        Command::Mipmaps(c) => new(&mut c.texture.0),
        Command::SetShaders(c) => new(&mut c.program.0),
        Command::Attribute(c) => {
            new(&mut c.program.0);
            if let AttributeSource::View { buffer, .. } = &mut c.source {
                new(&mut buffer.0);
            }
        }
        Command::Uniform(c) => new(&mut c.program.0),
        Command::Texture(c) => {
            new(&mut c.program.0);
            new(&mut c.texture.0);
        }
        Command::Feedback(c) => {
            new(&mut c.program.0);
            new(&mut c.buffer.0);
        }
        Command::Attach(c) => {
            new(&mut c.framebuffer.0);
            new(&mut c.object.0);
        }
        Command::Framebuffer(c) => new(&mut c.framebuffer.0),
        Command::Blit(c) => {
            new(&mut c.source.0);
            new(&mut c.destination.0);
        }
        Command::Read(c) => {
            c.request.0 = c.request.0 * 7 + 1;
            match &mut c.source {
                ReadSource::Pixels { framebuffer, .. } => new(&mut framebuffer.0),
                ReadSource::Buffer { buffer, .. } => new(&mut buffer.0),
            }
        }
        Command::Draw(c) => new(&mut c.program.0),
        Command::Query(c) => new(&mut c.query.0),
        Command::Record(c) => other(&mut c.list.0),
        Command::Run(c) => other(&mut c.list.0),
        Command::Current(c) => other(&mut c.canvas.0),
        Command::Signal(c) => {
            other(&mut c.id.0);
            c.operands.iter_mut().for_each(|operand| other(&mut operand.0));
        }
        Command::Bind(c) => {
            other(&mut c.signal.0);
            if let BindTarget::Uniform { program, .. } = &mut c.target {
                new(&mut program.0);
            }
        }
        _ => {}
    }
    encoded(command)
}

/// Other bytes in a payload, or another number of them.
fn other_bytes(random: &mut Random, payload: &mut Payload<'_>) {
    let Payload::Inline { bytes, .. } = payload else { panic!("{payload:?}") };
    let mut changed = bytes.to_vec();
    match random.below(3) {
        // A number less, or the last one again.
        0 if changed.len() > 4 => changed.truncate(changed.len() - 4),
        1 if changed.len() <= 60 => changed.extend_from_within(changed.len() - 4..),
        _ => {
            let at = random.below(changed.len() as u32) as usize;
            changed[at] ^= 1 + random.below(127) as u8;
        }
    }
    *bytes = changed.into();
}

/// Another command in a command's place; none if there is none of this kind.
fn edited(random: &mut Random, bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut command = decoded(bytes);
    match random.below(8) {
        0 => return Some(Vec::new()),
        1 => return Some(vec![bytes.to_vec(); 2]),
        2 => {
            let color = StateField::ClearColor([random.unit(), 0.25, 0.5, 1.0]);
            let changes = glir_spec::state::StateChanges(vec![color]);
            return Some(vec![encoded(State { changes }), bytes.to_vec()]);
        }
        _ => {}
    }
    match &mut command {
        Command::Data(c) => other_bytes(random, &mut c.payload),
        Command::Uniform(c) => {
            let Value(payload) = &mut c.value;
            other_bytes(random, payload);
        }
        Command::Draw(c) => match (&mut c.selection, random.below(2)) {
            (Selection::Arrays { count, .. }, 0) => *count += 1,
            (Selection::Arrays { first, .. }, _) => *first += 1,
            _ => return None,
        },
        Command::Size(c) => c.width += 4,
        Command::Clear(c) => match c.planes.iter().position(|plane| *plane == Plane::Stencil) {
            Some(at) => _ = c.planes.remove(at),
            None => c.planes.push(Plane::Stencil),
        },
        Command::Framebuffer(c) => c.framebuffer = FramebufferId(if c.framebuffer.0 == 20 { 21 } else { 20 }),
        Command::Texture(c) => c.texture.0 = 21 - c.texture.0,
        Command::Blit(c) => c.destination_rect.x += 1,
        Command::Run(c) => c.list.0 = 3 - c.list.0,
        Command::Bind(c) => c.signal.0 = (c.signal.0 + 1) % 3,
        Command::Signal(c) => other_bytes(random, c.constant.as_mut()?),
        Command::Attribute(c) => match &mut c.source {
            AttributeSource::View { offset, .. } => *offset += 4,
            AttributeSource::Constant { .. } => return None,
        },
        _ => return None,
    }
    Some(vec![encoded(command)])
}

#[derive(Default)]
struct Counts {
    edits: u32,
    dependent: u32,
    independent: u32,
    neither: u32,
}

/// Edits one scene; what it does is told if something is wrong.
fn edit(seed: u64, context: &mut Context, counts: &mut Counts) {
    let mut random = Random(seed ^ 0xed17);
    let (header, whole) = parsed(&rich(seed, 5));
    let scene: Scene = whole.iter().map(|frame| split(frame.head()).map(<[u8]>::to_vec).collect()).collect();
    let original = file(&header, &frames(&scene));
    let other: Scene =
        scene.iter().map(|frame| frame.iter().map(|command| renumbered(command)).collect()).collect();
    let told = |scene: &Scene| {
        let found = differences(&original, &file(&header, &frames(scene)));
        let mut words = String::new();
        found.print(5, &mut words);
        (!found.is_empty(), words)
    };
    let (differs, words) = told(&other);
    assert!(!differs, "seed {seed}, renumbered: {words}");
    let mut shown = |scene: &Scene| context.outcome(&header, &frames(scene));
    let before = shown(&scene);
    assert_eq!(before, shown(&other), "seed {seed}");
    let place = |random: &mut Random, rest: usize| {
        let frame = random.below(scene.len() as u32) as usize;
        (frame, random.below((scene[frame].len() - rest) as u32) as usize)
    };
    for _ in 0..30 {
        let (frame, at) = place(&mut random, 1);
        let Some(edited) = edited(&mut random, &scene[frame][at]) else { continue };
        let mut other = scene.clone();
        other[frame].splice(at..=at, edited);
        counts.edits += 1;
        assert!(
            told(&other).0,
            "seed {seed}: an edit of {:?} at {frame}:{at} is not found",
            decoded(&scene[frame][at])
        );
    }
    for _ in 0..60 {
        let (frame, at) = place(&mut random, 2);
        let (one, two) = (&scene[frame][at], &scene[frame][at + 1]);
        if one == two {
            continue;
        }
        let mut other = scene.clone();
        other[frame].swap(at, at + 1);
        counts.edits += 1;
        let mut setting = Setting::default();
        let earlier = scene[..frame].iter().flatten().chain(&scene[frame][..at]);
        earlier.for_each(|command| setting.take(&decoded(command)));
        let (one, two) = (decoded(one), decoded(two));
        let apart = match (setting.touches(&one), setting.touches(&two)) {
            (Some(a), Some(b)) if !setting.in_list => !a.iter().any(|a| b.iter().any(|b| meet(a, b))),
            _ => false,
        };
        // What is known to be apart is drawn now and then, to be sure.
        let depends = (!apart || random.below(4) == 0) && before != shown(&other);
        assert!(!(apart && depends), "seed {seed}: {one:?} and {two:?} at {frame}:{at} depend on each other");
        if random.below(2) == 0 {
            other.iter_mut().flatten().for_each(|command| *command = renumbered(command));
        }
        let (differs, words) = told(&other);
        if depends {
            counts.dependent += 1;
            assert!(
                differs,
                "seed {seed}: {one:?} and {two:?} at {frame}:{at} are swapped, which is not found"
            );
        } else if apart {
            counts.independent += 1;
            assert!(!differs, "seed {seed}: {one:?} and {two:?} at {frame}:{at} may be swapped\n{words}");
        } else {
            counts.neither += 1;
        }
    }
}

/// Scenes with these seeds; several tests share them, since drawing takes its time.
fn edit_all(seeds: std::ops::Range<u64>) {
    let (mut context, mut counts) = (Context::default(), Counts::default());
    let scenes = seeds.clone().count() as u32;
    seeds.for_each(|seed| edit(seed, &mut context, &mut counts));
    let Counts { edits, dependent, independent, neither } = counts;
    eprintln!("{edits} edits; of the swaps {dependent} found, {independent} none, {neither} neither");
    assert!(edits >= 70 * scenes && independent >= 15 * scenes, "{edits} {independent}");
    // Without a context nobody knows which depend on each other.
    assert!(dependent >= 5 * scenes || !context.is_there(), "{dependent}");
}

#[test]
fn edits_of_scenes_are_found_and_other_orders_are_none() {
    edit_all(0..3);
}

#[test]
fn edits_of_more_scenes_are_found_and_other_orders_are_none() {
    edit_all(3..6);
}

#[test]
fn edits_of_other_scenes_are_found_and_other_orders_are_none() {
    edit_all(6..9);
}
