//! What recording, seeking, cutting and comparing cost, on 300 frames of 3,005 commands, as one line of JSON. `cargo xtask
//! bench traces` holds it against what is asked. Run it alone with `cargo run --release -p glir-trace --example figures`.
//!
//! With the word `draw` or `upload` it makes the GL calls of the same animation, or of the same uploads, and measures nothing: for tools that
//! record GL calls. `window` draws in a window, where such tools see frames end, and `draw-killed` ends by SIGKILL.
//! With `record` it records, with `drawn N` it draws so many frames and with `drawn-and-recorded N` it records them beside that, for tools
//! that count instructions; with `share` it measures what recording takes of a frame, alone.

// A measurement that can't be made has no result to give.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../../tests/trace/sample.rs"]
#[allow(dead_code, unreachable_pub)]
mod sample;

mod drawn;
mod killed;

use glir_core::file::{Item, Options, Room, SliceReader, Writer};
use glir_core::text::Printer;
use glir_spec::commands::{Data, Delete, Draw, Size, Uniform};
use glir_spec::enums::Mode;
use glir_spec::ids::{ObjectId, ProgramId, UniformSlot};
use glir_spec::structs::{Region, Selection};
use glir_spec::wire::Value;
use glir_spec::{Code, Frame};
use glir_trace::{Recording, Tee, Trace, diff, has_diagnostic, shrink, slice, split, state};
use serde_json::json;
use std::convert::Infallible;
use std::time::{Duration, Instant};

/// Seconds that this thread has had a processor, where the system says so.
fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds: f64 = text.split(' ').next()?.parse().ok()?;
    Some(nanoseconds * 1e-9)
}

/// The shortest of some runs, in seconds. What takes long is measured by the time on the processor, since on a busy machine it
/// would be others' time, too; the system counts that in some milliseconds.
fn seconds<T>(runs: u32, mut run: impl FnMut() -> T) -> f64 {
    const LONG: f64 = 0.1;
    let one = |_| {
        let (start, before) = (Instant::now(), processor());
        std::hint::black_box(run());
        let elapsed = start.elapsed().as_secs_f64();
        let busy = before.zip(processor()).map(|(before, after)| after - before);
        busy.filter(|_| elapsed > LONG).unwrap_or(elapsed)
    };
    (0..runs).map(one).fold(f64::INFINITY, f64::min)
}

fn plain(frames: &[Frame]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &sample::header()).unwrap();
    frames.iter().for_each(|frame| writer.frame(frame, 0).unwrap());
    writer.finish().unwrap()
}

pub(crate) fn readable(bytes: &[u8]) -> usize {
    let room = Room::new();
    let items = SliceReader::unpacking(bytes, Options::default(), &room);
    items.filter(|item| matches!(item, Item::Frame { .. })).count()
}

/// The most frames that sixteen damaged bytes cost, at fifty places.
fn lost(bytes: &[u8]) -> usize {
    let whole = readable(bytes);
    let mut random = sample::Random(11);
    let lose = |_| {
        let mut damaged = bytes.to_vec();
        let at = 256 + random.below(bytes.len() as u32 - 512) as usize;
        damaged[at..at + 16].iter_mut().for_each(|byte| *byte = !*byte);
        whole - readable(&damaged)
    };
    (0..50).map(lose).max().unwrap_or(0)
}

/// The text of the last command, found in a file that has not been looked at.
fn last_command(bytes: &[u8]) -> String {
    let trace = Trace::open(bytes).unwrap();
    let frame = trace.frames().last().unwrap();
    let mut printer = Printer::new();
    let mut first = 0;
    if let Some((next, keyframe)) = trace.keyframe(frame).unwrap() {
        printer.follow(&keyframe.head);
        first = next;
    }
    for number in first..frame {
        printer.follow(&trace.frame(number).unwrap().unwrap().head);
    }
    let chunk = trace.frame(frame).unwrap().unwrap();
    let mut line = String::new();
    printer.line(split(&chunk.head).last().unwrap(), &chunk.arena, &mut line);
    line
}

/// Seconds that handing over an animation takes the producer, whose frames come 16 milliseconds apart, as on a screen: on the processor, less
/// those of a producer that only waits. Where the system does not count them, by the clock.
fn beside(frames: &[Frame]) -> f64 {
    let pace = |mut each: Box<dyn FnMut(&Frame) + '_>| {
        let (before, mut spent) = (processor(), 0.0);
        for frame in frames {
            let start = Instant::now();
            each(frame);
            spent += start.elapsed().as_secs_f64();
            std::thread::sleep(Duration::from_millis(16).saturating_sub(start.elapsed()));
        }
        (before.zip(processor()).map(|(before, after)| after - before), spent)
    };
    let (idle, _) = pace(Box::new(|_| {}));
    let mut tee = Tee::new(Vec::new(), &sample::header(), Recording::default(), |_: &Frame| {}).unwrap();
    let (busy, spent) = pace(Box::new(|frame| tee.frame(frame).unwrap()));
    tee.finish().unwrap();
    busy.zip(idle).map_or(spent, |(busy, idle)| (busy - idle).max(0.0))
}

/// Puts a fault into a frame.
type Fault = fn(&mut Frame);

/// Faults of different kinds, each a command and what is said of it, or of a later one: an object that is not there, a draw of vertices that
/// are not, a uniform of another type, a buffer that becomes too small for the draws behind it, and bytes behind its end.
fn faults() -> [(Code, Fault); 5] {
    let draw_too_many = |frame: &mut Frame| {
        let selection = Selection::Arrays { first: 0, count: 300 };
        frame.push(Draw { program: ProgramId(1), mode: Mode::Triangles, selection, instances: 1 });
    };
    let other_type = |frame: &mut Frame| {
        let value = Value(frame.ints(&[1, 2, 3, 4]));
        frame.push(Uniform { program: ProgramId(1), slot: UniformSlot(1), value, first: 0 });
    };
    let behind_the_end = |frame: &mut Frame| {
        let payload = frame.floats(&[1.0, 2.0]);
        frame.push(Data { id: ObjectId(2), region: Region::Bytes { offset: 20 }, payload });
    };
    [
        (Code::UnknownId, |frame| frame.push(Delete { id: ObjectId(777) })),
        (Code::DrawOutside, draw_too_many),
        (Code::TypeMismatch, other_type),
        (Code::DrawOutside, |frame| frame.push(Size { id: ObjectId(2), width: 16, height: 1, depth: 1 })),
        (Code::RegionOutside, behind_the_end),
    ]
}

/// Commands that are left of seeded faults, in order, and the longest time that took.
fn shrunk(frames: &[Frame]) -> (Vec<usize>, f64) {
    let mut random = sample::Random(5);
    let (mut sizes, mut longest) = (Vec::new(), 0.0f64);
    for (code, fault) in faults() {
        let mut faulty = frames.to_vec();
        let at = random.below(faulty.len() as u32) as usize;
        let mut with = Frame::new();
        let middle = random.below(faulty[at].len() as u32 - 1);
        for (number, command) in (0..).zip(split(faulty[at].head())) {
            if number == middle {
                fault(&mut with);
            }
            with.push_encoded(command);
        }
        faulty[at] = with;
        let bytes = plain(&faulty);
        let trace = Trace::open(&bytes).unwrap();
        let mut oracle = |bytes: &[u8]| Ok::<bool, Infallible>(has_diagnostic(bytes, code));
        let start = Instant::now();
        sizes.push(shrink(&trace, Duration::from_secs(120), &mut oracle).unwrap().commands);
        longest = longest.max(start.elapsed().as_secs_f64());
    }
    sizes.sort_unstable();
    (sizes, longest)
}

/// Canvases on which it is measured what recording takes of a frame: one with next to nothing to fill, and a window's.
const SIZES: [(u32, u32); 2] = [(32, 32), (1280, 720)];

fn main() {
    match std::env::args().nth(1).as_deref() {
        Some("draw") => return drawn::draw(&plain(&sample::animation(300, 1000))),
        Some("upload") => return drawn::draw(&sample::repeated(300, 4 << 20)),
        Some("window") => return drawn::window(sample::animation(300, 1000)),
        Some("draw-killed") => return killed::draw(&sample::animation(300, 1000)),
        Some("record-killed") => return killed::record(&sample::animation(300, 1000)),
        Some(word @ ("drawn" | "drawn-and-recorded")) => {
            let frames = std::env::args().nth(2).unwrap().parse().unwrap();
            return drawn::counted(&sample::animation(frames, 1000), word != "drawn");
        }
        Some("share") => {
            let frames = sample::animation(61, 1000);
            return println!("{:?}", SIZES.map(|size| drawn::share_of_frame(&frames, size)));
        }
        Some("record") => return drop(sample::recorded(&sample::animation(100, 1000), Recording::default())),
        _ => {}
    }
    let frames = sample::animation(300, 1000);
    let commands: usize = frames.iter().map(Frame::len).sum();
    let bytes = sample::recorded(&frames, Recording::default());
    let unkeyed = Recording { keyframe_percent: 0, ..Recording::default() };
    let trace = Trace::open(&bytes).unwrap();
    let keyframes: Vec<(u64, u64)> = trace.keyframes().collect();
    let keyframe_bytes: u64 = keyframes.iter().map(|(_, bytes)| bytes).sum();
    let sliced = slice(&trace, 150, Vec::new()).unwrap().unwrap();
    let chunk = Trace::open(&sliced).unwrap().frame(0).unwrap().unwrap();
    // Program and buffer take five commands, the attribute one; CURRENT, CLEAR, three a triangle, SWAP.
    let ideal = 6 + 2 + 3000 + 1;
    let per_command = |seconds: f64| seconds * 1e6 / commands as f64;
    let (sizes, longest) = shrunk(&frames);
    let other = plain(&frames);
    let other = Trace::open(&other).unwrap();
    let tested = sample::tested(300, 1000);
    let tested = sample::recorded(&tested, Recording::default());
    let deep = Trace::open(&tested).unwrap();
    let deep_keyframes: u64 = deep.keyframes().map(|(_, bytes)| bytes).sum();
    let deep_slice = slice(&deep, 150, Vec::new()).unwrap().unwrap();
    let deep_chunk = Trace::open(&deep_slice).unwrap().frame(0).unwrap().unwrap();
    let [small, large] = SIZES.map(|size| drawn::share_of_frame(&frames, size));
    let result = json!({
        "commands": commands,
        "record_percent_of_frame": small.map(|(percent, _)| percent),
        "frame_ms": small.map(|(_, milliseconds)| milliseconds),
        "record_percent_of_large_frame": large.map(|(percent, _)| percent),
        "large_frame_ms": large.map(|(_, milliseconds)| milliseconds),
        "bytes_per_command": bytes.len() as f64 / commands as f64,
        "keyframes": keyframes.len(),
        "keyframe_percent": 100.0 * keyframe_bytes as f64 / bytes.len() as f64,
        "repeated_bytes": sample::repeated(300, 4 << 20).len(),
        "frames_lost_by_16_bytes": lost(&bytes),
        "frames_lost_by_kill": killed::lost(),
        "record_us_per_command": per_command(seconds(3, || sample::recorded(&frames, Recording::default()))),
        "record_on_thread_us_per_command": per_command(beside(&frames)),
        "record_without_keyframes_us_per_command": per_command(seconds(3, || sample::recorded(&frames, unkeyed))),
        "last_command_ms": 1e3 * seconds(5, || last_command(&bytes)),
        "state_at_end_ms": 1e3 * seconds(3, || state(&Trace::open(&bytes).unwrap(), 299, None, false).unwrap()),
        "slice_s": seconds(3, || slice(&trace, 150, Vec::new()).unwrap().unwrap()),
        "slice_over_ideal": split(&chunk.head).count() as f64 / f64::from(ideal),
        "tested_keyframe_percent": 100.0 * deep_keyframes as f64 / tested.len() as f64,
        "tested_state_at_end_ms": 1e3 * seconds(3, || state(&Trace::open(&tested).unwrap(), 299, None, false).unwrap()),
        "tested_slice_s": seconds(3, || slice(&deep, 150, Vec::new()).unwrap().unwrap()),
        // A STATE more.
        "tested_slice_over_ideal": split(&deep_chunk.head).count() as f64 / f64::from(ideal + 1),
        "diff_s": seconds(3, || diff(&trace, &other).unwrap()),
        "differences": u8::from(!diff(&trace, &other).unwrap().is_empty()),
        "shrunk": sizes,
        "shrunk_median": sizes[sizes.len() / 2],
        "shrink_longest_s": longest,
    });
    println!("{result}");
}
