//! The animation as it is drawn: off screen, in a window, and beside a recording.

use crate::sample;
use glir_core::backend::Handle;
use glir_core::{FrameInput, Interpreter, NoBlobs, Settings, Store};
use glir_native::window::{Next, Rectangle, View, WindowOptions, run};
use glir_native::{Api, GlBackend, Headless};
use glir_spec::enums::PointerAction;
use glir_spec::{Frame, Header, Reply};
use glir_trace::{Recording, Tee, Trace};
use std::time::Instant;

/// Draws a file off screen, every frame to its end.
pub(crate) fn draw(bytes: &[u8]) {
    let Some(mut session) = session() else { return };
    let trace = Trace::open(bytes).unwrap();
    let blobs = trace.blobs(0).unwrap();
    for number in trace.frames() {
        let chunk = trace.frame(number).unwrap().unwrap();
        let input = FrameInput { head: &chunk.head, arena: Store::Memory(&chunk.arena), blobs: &blobs };
        session.interpreter().unwrap().draw(input);
        session.interpreter().unwrap().take_replies();
    }
    session.picture().unwrap();
}

/// A context off screen, where there is one.
pub(crate) fn session() -> Option<Headless> {
    Headless::open(Api::Gles3, &sample::header(), Settings::default()).ok()
}

/// Seconds that all threads of this process have had a processor, where the system says so, in its ticks of a hundredth.
fn process() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The program's name, in brackets, may hold blanks.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / 100.0)
}

/// Draws a frame, until its picture is there.
fn shown(session: &mut Headless, frame: &Frame) {
    let input = FrameInput { head: frame.head(), arena: Store::Memory(frame.arena()), blobs: &NoBlobs };
    session.interpreter().unwrap().draw(input);
    session.interpreter().unwrap().take_replies();
    session.picture().unwrap();
}

/// Draws frames, and records them if that is asked: for tools that count instructions.
pub(crate) fn counted(frames: &[Frame], recorded: bool) {
    let Some(mut session) = session() else { return };
    let mut one = |frame: &Frame| shown(&mut session, frame);
    if !recorded {
        return frames.iter().for_each(one);
    }
    let mut tee = Tee::new(Vec::new(), &sample::header(), Recording::default(), &mut one).unwrap();
    frames.iter().for_each(|frame| tee.frame(frame).unwrap());
    tee.finish().unwrap();
}

/// Frames of a round, and rounds without and with a recording.
const ROUND: usize = 60;
const ROUNDS: usize = 15;

/// What recording adds to drawing, in percent of its time on all processors, and the milliseconds of a frame that is only drawn: rounds without
/// and with a recording, in turn, on a canvas of this size. A frame ends when its picture is there. That time is what frames lose at most,
/// where they keep every processor busy.
pub(crate) fn share_of_frame(frames: &[Frame], (width, height): (u32, u32)) -> Option<(f64, f64)> {
    let header = Header { width, height, ..sample::header() };
    let mut session = Headless::open(Api::Gles3, &header, Settings::default()).ok()?;
    let mut one = |frame: &Frame| shown(&mut session, frame);
    // What the first frame makes is there for all rounds, and a recording begins with it.
    let (first, round) = (&frames[0], &frames[1..=ROUND]);
    one(first);
    let (mut plain, mut recorded, mut alone) = (0.0, 0.0, f64::INFINITY);
    for _ in 0..ROUNDS {
        let (start, before) = (Instant::now(), process()?);
        round.iter().for_each(&mut one);
        plain += process()? - before;
        alone = alone.min(start.elapsed().as_secs_f64() / ROUND as f64);
        let before = process()?;
        let mut drawn = 0;
        let sink = |frame: &Frame| {
            if drawn > 0 {
                one(frame);
            }
            drawn += 1;
        };
        let mut tee = Tee::new(Vec::new(), &header, Recording::default(), sink).unwrap();
        std::iter::once(first).chain(round).for_each(|frame| tee.frame(frame).unwrap());
        tee.finish().unwrap();
        recorded += process()? - before;
    }
    Some((100.0 * (recorded / plain - 1.0), 1e3 * alone))
}

/// Draws the animation in a window, as fast as that shows it, and ends.
pub(crate) fn window(frames: Vec<Frame>) {
    let header = sample::header();
    let options = WindowOptions {
        api: Api::Gles3,
        title: "figures".into(),
        width: header.width,
        height: header.height,
    };
    // The end is the only error that there should be.
    let ended = run(options, &mut Shown { frames, next: 0, interpreter: None });
    assert!(ended.is_err_and(|error| error.to_string().contains(END)), "the window did not draw to the end");
}

/// What ends the window.
const END: &str = "all is drawn";

struct Shown {
    frames: Vec<Frame>,
    next: usize,
    interpreter: Option<Interpreter<GlBackend>>,
}

impl View for Shown {
    fn start(&mut self, backend: GlBackend, _: u32, _: u32, _: f64) -> Result<(), String> {
        let interpreter = Interpreter::new(backend, &sample::header(), Settings::default());
        self.interpreter = Some(interpreter.map_err(|refused| refused.0.message)?);
        Ok(())
    }

    fn draw(&mut self, now: Instant) -> Result<Next, String> {
        let Some(interpreter) = &mut self.interpreter else { return Ok(Next::Waiting) };
        let frame = self.frames.get(self.next).ok_or(END)?;
        self.next += 1;
        let input = FrameInput { head: frame.head(), arena: Store::Memory(frame.arena()), blobs: &NoBlobs };
        interpreter.draw(input);
        interpreter.take_replies();
        Ok(Next::At(now))
    }

    fn shown(&mut self) -> Option<(&mut GlBackend, Handle)> {
        let interpreter = self.interpreter.as_mut()?;
        let (_, canvas, _, _) = interpreter.canvas();
        Some((interpreter.backend_mut(), canvas))
    }

    fn event(&mut self, _: Reply<'static>) -> bool {
        false
    }

    fn screenshot(&mut self) -> Result<String, String> {
        Err("nobody looks".into())
    }

    fn overlay(&mut self, _: u32, _: u32, _: f64) -> Vec<Rectangle> {
        Vec::new()
    }

    fn touch(&mut self, _: PointerAction, _: f32, _: f32) -> bool {
        false
    }

    fn title(&mut self) -> Option<String> {
        None
    }
}
