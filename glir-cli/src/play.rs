//! `glir play`: a stream in a window.

use crate::events::{Recorder, read_log};
use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::render::write_png;
use crate::replay::{BlobMap, Findings, Part, Parts};
use crate::trace::Range;
use clap::Args;
use glir_core::backend::{Handle, PixelClass, PixelRead, Surface};
use glir_core::file::Room;
use glir_core::text::{Entry, EventLog};
use glir_core::{FrameInput, Interpreter, NoBlobs, Outcome as FrameOutcome, Settings};
use glir_native::window::{Next, View, WindowOptions, run};
use glir_native::{Api, GlBackend};
use glir_spec::{Header, Reply};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Play a stream in a window
#[derive(Debug, Args)]
#[command(
    after_help = "Keys: S or F12 saves a screenshot, Space pauses and goes on, Home begins again, Escape, Q or Ctrl+W closes.\n\
    Period and comma go one frame on or back, and pause; [ and ] halve and double the speed.\n\
    A stream with signals takes the pointer and the keys that it has a use for.\n\
    Frames that carry times keep them; others are shown at --fps. The last frame stays.\n\n\
    Examples:\n  \
    glir play plot.glir\n  \
    glir play animation.glirt --fps 30 --loop\n  \
    glir play scene.glir --api gles3\n  \
    glir play scene.glir --record-events hand.jsonl && glir render scene.glir --events hand.jsonl -o seen.png"
)]
pub(crate) struct Play {
    #[command(flatten)]
    input: InputArgs,
    /// Draw with desktop OpenGL (gl), OpenGL ES 2.0 (gles2) or 3.0 (gles3)
    #[arg(long, default_value = "gl", value_name = "API")]
    api: Api,
    /// Frames a second, for frames without times
    #[arg(long, default_value_t = 60.0, value_name = "RATE", value_parser = rate)]
    fps: f64,
    /// Begin again after the last frame
    #[arg(long = "loop")]
    repeat: bool,
    /// Begin at this frame, counted from 0, and end with the other, if one is given; with --loop these are played again
    #[arg(long, value_name = "N|A..B")]
    frames: Option<Range>,
    /// Play so many times as fast
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = rate)]
    speed: f64,
    /// Write what people do to the picture as a log of events, one a line; - for standard output
    #[arg(long, value_name = "LOG")]
    record_events: Option<PathBuf>,
    /// Let happen again what a log of events says, at the same times
    #[arg(long, value_name = "LOG", conflicts_with = "record_events")]
    events: Option<PathBuf>,
}

pub(crate) fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.01..=1000.0).contains(&rate) => Ok(rate),
        _ => Err(format!("{text:?} is no rate from 0.01 to 1000")),
    }
}

/// A frame chunk of the input, by its place.
struct Chunk<'i> {
    /// The stream that it belongs to.
    stream: usize,
    head: &'i [u8],
    arena: &'i [u8],
    time_us: u64,
}

/// The whole input, ready to be played from any frame on: one stream, or several one after another.
struct Reel<'i> {
    streams: Vec<(Header<'i>, BlobMap<'i>)>,
    chunks: Vec<Chunk<'i>>,
}

impl Play {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let mut findings = Findings::new(&input.name, false);
        let room = Room::new();
        let mut reel = read(&input.name, &bytes, &room, &mut findings)?;
        let first = self.frames.map_or(0, |frames| usize::try_from(frames.first).unwrap_or(usize::MAX));
        if let Some(frames) = self.frames {
            let count = reel.chunks.len() as u64;
            if frames.last >= count {
                return Err(Failure::about(&input.name, glir_trace::TraceError::NoFrame(frames.last, count)));
            }
            // One frame alone is where it begins.
            if frames.last > frames.first {
                reel.chunks.truncate(frames.last as usize + 1);
            }
        }
        let recorder = match &self.record_events {
            Some(path) => {
                self.input.refuse_to_overwrite(path)?;
                Some(Recorder::new(Output::open(Some(path))?))
            }
            None => None,
        };
        let events = self.events.as_deref().map(read_log).transpose()?;
        let step = Duration::from_secs_f64(1.0 / self.fps);
        let player = Player::new(&reel, &input.name, findings);
        Player { step, repeat: self.repeat, recorder, events, first, speed: self.speed, ..player }
            .play(self.api)
    }
}

/// Shows a stream in a window.
pub(crate) fn show(name: &str, bytes: &[u8], api: Api) -> Result<Outcome, Failure> {
    let mut findings = Findings::new(name, false);
    let room = Room::new();
    let reel = read(name, bytes, &room, &mut findings)?;
    Player::new(&reel, name, findings).play(api)
}

impl<'i> Player<'i> {
    /// Plays once, 60 frames a second.
    fn new(reel: &'i Reel<'i>, name: &'i str, findings: Findings) -> Self {
        Player {
            reel,
            name,
            step: Duration::from_secs_f64(1.0 / 60.0),
            repeat: false,
            interpreter: None,
            stream: 0,
            next_chunk: 0,
            opened: Instant::now(),
            began: Instant::now(),
            shown: 0,
            due: None,
            paused: false,
            size: None,
            resized: None,
            recorder: None,
            events: None,
            first: 0,
            speed: 1.0,
            ends: Vec::new(),
            findings,
        }
    }

    /// Opens the window, and plays until it is closed.
    fn play(mut self, api: Api) -> Result<Outcome, Failure> {
        let header = self.reel.header(0);
        let title = if header.title.is_empty() { self.name.to_owned() } else { header.title.to_string() };
        let options = WindowOptions { api, title, width: header.width, height: header.height };
        run(options, &mut self).map_err(|error| Failure::Unusable(error.to_string()))?;
        if let Some(recorder) = self.recorder {
            recorder.finish()?;
        }
        Ok(Outcome::of_faults(self.findings.errors > 0))
    }
}

impl Reel<'_> {
    /// The header of a stream; every reel has a first one.
    fn header(&self, stream: usize) -> Header<'static> {
        self.streams.get(stream).map(|(header, _)| header.clone().into_owned()).unwrap_or_default()
    }
}

/// Reads where everything lies.
fn read<'i>(
    name: &'i str,
    bytes: &'i [u8],
    room: &'i Room,
    findings: &mut Findings,
) -> Result<Reel<'i>, Failure> {
    let mut reel = Reel { streams: Vec::new(), chunks: Vec::new() };
    let mut parts = Parts::new(name, bytes, room);
    while let Some(part) = parts.next()? {
        match part {
            Part::Header(header) => reel.streams.push((header, BlobMap::default())),
            Part::Frame { time_us, head, arena } => {
                let stream = reel.streams.len().saturating_sub(1);
                reel.chunks.push(Chunk { stream, head, arena, time_us });
            }
            Part::Blob { hash, bytes, .. } => {
                if let Some((_, blobs)) = reel.streams.last_mut() {
                    blobs.insert(hash, bytes);
                }
            }
            Part::Damage(fault) => findings.add_damage(&fault),
        }
    }
    Ok(reel)
}

struct Player<'i> {
    reel: &'i Reel<'i>,
    name: &'i str,
    step: Duration,
    repeat: bool,
    interpreter: Option<Interpreter<GlBackend>>,
    /// The stream that the interpreter draws.
    stream: usize,
    next_chunk: usize,
    /// When the window was opened; the times of events are counted from here.
    opened: Instant,
    /// When the first frame of the stream was due.
    began: Instant,
    shown: u32,
    /// When the next frame is due; none if there is none.
    due: Option<Instant>,
    paused: bool,
    /// The window's size in pixels, where the canvas has it rather than the header's.
    size: Option<(u32, u32)>,
    /// The window has had another size since this time.
    resized: Option<Instant>,
    recorder: Option<Recorder>,
    /// What happens again.
    events: Option<EventLog>,
    /// The chunk at which playing begins.
    first: usize,
    /// How many times as fast it is played.
    speed: f64,
    /// The chunks behind the frames that have been drawn.
    ends: Vec<usize>,
    findings: Findings,
}

/// From one picture to the next while something moves.
const PICTURE: Duration = Duration::from_micros(16_667);

/// How long a window must keep its size before the stream is drawn anew for it.
const SETTLED: Duration = Duration::from_millis(150);

impl Player<'_> {
    fn header(&self) -> Header<'static> {
        let header = self.reel.header(self.stream);
        let (width, height) = self.size.unwrap_or((header.width, header.height));
        Header { width, height, ..header }
    }

    /// Begins the stream on a backend.
    fn begin(&mut self, backend: GlBackend, now: Instant) -> Result<(), String> {
        match Interpreter::new(backend, &self.header(), Settings::default()) {
            Ok(interpreter) => {
                self.interpreter = Some(interpreter);
                self.shown = 0;
                self.began = now;
                Ok(())
            }
            Err(refused) => Err(format!("{}: {}", self.name, refused.0.message)),
        }
    }

    /// Begins a stream on the context of the one before.
    fn change(&mut self, stream: usize, now: Instant) -> Result<(), String> {
        let Some(interpreter) = self.interpreter.take() else { return Ok(()) };
        let backend = interpreter
            .into_backend()
            .reset()
            .map_err(|failure| format!("the context can't be used: {failure:?}"))?;
        self.stream = stream;
        self.begin(backend, now)
    }

    /// The window has another size.
    fn resize(&mut self, width: u32, height: u32) {
        if self.interpreter.as_ref().is_some_and(|interpreter| interpreter.signals().follows_size(0)) {
            self.size = Some((width, height));
            return;
        }
        let old = self.header();
        if (old.width, old.height) != (width, height) {
            self.size = Some((width, height));
            self.resized = Some(Instant::now());
        }
    }

    /// Lets signals move the picture; when they want to be asked again.
    fn tick(&mut self, now: Instant) -> Option<Instant> {
        let interpreter = self.interpreter.as_mut()?;
        let seconds = now.saturating_duration_since(self.opened).as_secs_f64();
        let waiting = self.events.as_mut().and_then(|log| {
            log.replay_until(interpreter, seconds);
            log.next_time().map(|time| self.opened + Duration::from_secs_f64(time.clamp(0.0, 1e6)))
        });
        let moving = interpreter.is_moving();
        let drawn = interpreter.tick(seconds);
        if let Some(recorder) = self.recorder.as_mut().filter(|_| drawn || moving) {
            recorder.note(&Entry::Tick(seconds));
        }
        self.findings.add(interpreter.take_diagnostics());
        let moving = interpreter.is_moving().then(|| now + PICTURE);
        [moving, waiting].into_iter().flatten().min()
    }

    /// Begins again, up to a frame that is drawn at once.
    fn restart(&mut self, chunks: usize, now: Instant) -> Result<(), String> {
        let (due, began, shown) = (self.due, self.began, self.shown);
        let signals = self.interpreter.as_mut().map(Interpreter::take_signals);
        // Only the last of the streams that have begun is seen.
        let last = chunks.checked_sub(1).and_then(|last| self.reel.chunks.get(last));
        let stream = last.map_or(0, |chunk| chunk.stream);
        self.next_chunk = self.reel.chunks.partition_point(|chunk| chunk.stream < stream);
        self.change(stream, now)?;
        while self.next_chunk < chunks {
            self.draw_chunk(now)?;
        }
        if chunks > 0 {
            (self.due, self.began, self.shown) = (due, began, shown);
            // What a person has moved stays where it is.
            if let (Some(interpreter), Some(signals)) = (&mut self.interpreter, signals) {
                interpreter.take_over(signals);
            }
        } else {
            self.due = (!self.reel.chunks.is_empty()).then_some(now);
        }
        Ok(())
    }

    /// Draws the next chunk; true if a frame is complete.
    fn draw_chunk(&mut self, now: Instant) -> Result<bool, String> {
        let reel = self.reel;
        let Some(chunk) = reel.chunks.get(self.next_chunk) else {
            self.next_chunk = usize::MAX;
            return Ok(true);
        };
        if chunk.stream != self.stream {
            self.change(chunk.stream, now)?;
        }
        self.next_chunk += 1;
        let Some(interpreter) = &mut self.interpreter else { return Ok(true) };
        let blobs: &dyn glir_core::Blobs =
            reel.streams.get(chunk.stream).map_or(&NoBlobs, |(_, blobs)| blobs);
        let outcome = interpreter.draw(FrameInput { head: chunk.head, arena: chunk.arena.into(), blobs });
        for reply in interpreter.take_replies() {
            if let (Some(recorder), Reply::Ack(_)) = (&mut self.recorder, &reply) {
                recorder.note(&Entry::Reply(reply));
            }
        }
        self.findings.add(interpreter.take_diagnostics());
        // A stream that ends without SWAP is over all the same.
        let ends = reel.chunks.get(self.next_chunk).is_none_or(|next| next.stream != chunk.stream);
        let complete = ends || outcome != FrameOutcome::Partial;
        if complete && self.ends.last().is_none_or(|last| *last < self.next_chunk) {
            self.ends.push(self.next_chunk);
        }
        Ok(complete)
    }

    /// Begins, or begins again, at the first chunk that is to be played.
    fn rewind(&mut self, now: Instant) -> Result<(), String> {
        self.restart(self.first, now)?;
        if self.first > 0 {
            self.play_from(now);
        }
        Ok(())
    }

    /// Counts time so that the next frame is due at a moment.
    fn play_from(&mut self, now: Instant) {
        self.due = self.time_of(self.next_chunk);
        if let Some(due) = self.due {
            self.began = match due >= now {
                true => self.began.checked_sub(due - now).unwrap_or(self.began),
                false => self.began + (now - due),
            };
            self.due = Some(now);
        }
    }

    /// Goes one frame on or back, and pauses.
    fn step(&mut self, on: bool) -> Result<(), String> {
        let now = Instant::now();
        self.paused = true;
        let chunks = self.reel.chunks.len();
        if on {
            if self.next_chunk < chunks {
                while !self.draw_chunk(now)? {}
                self.shown += 1;
            }
        } else {
            let drawn = self.ends.partition_point(|end| *end <= self.next_chunk.min(chunks));
            let Some(target) = drawn.checked_sub(2).and_then(|at| self.ends.get(at)).copied() else {
                return Ok(());
            };
            self.restart(target, now)?;
            self.shown = self.shown.saturating_sub(1);
        }
        self.due = self.time_of(self.next_chunk);
        Ok(())
    }

    /// Plays faster or slower from here on.
    fn change_speed(&mut self, factor: f64) {
        self.speed = (self.speed * factor).clamp(0.01, 100.0);
        self.play_from(Instant::now());
    }

    /// When the frame that begins with a chunk is due.
    fn time_of(&self, chunk: usize) -> Option<Instant> {
        let chunk = self.reel.chunks.get(chunk)?;
        if chunk.stream != self.stream {
            // Times begin anew; the last frame of the stream before is shown for one step.
            return Some(Instant::now() + self.step);
        }
        let time = match chunk.time_us {
            0 => self.step * self.shown,
            time => Duration::from_micros(time),
        };
        // A time beyond any clock means never.
        let time = Duration::try_from_secs_f64(time.as_secs_f64() / self.speed).ok()?;
        self.began.checked_add(time)
    }

    fn pause(&mut self) {
        self.paused = !self.paused;
        if !self.paused {
            // Time stood still: the next frame is due now.
            let now = Instant::now();
            if let Some(due) = self.due {
                self.began += now.saturating_duration_since(due);
                self.due = Some(now);
            }
        }
    }
}

impl View for Player<'_> {
    fn start(&mut self, backend: GlBackend, width: u32, height: u32, scale: f64) -> Result<(), String> {
        // On a high-DPI screen the canvas has the window's physical pixels.
        if scale > 1.0 {
            self.size = Some((width, height));
        }
        self.opened = Instant::now();
        self.begin(backend, self.opened)?;
        self.due = (!self.reel.chunks.is_empty()).then_some(self.began);
        if self.first > 0 {
            self.rewind(self.opened)?;
        }
        Ok(())
    }

    fn draw(&mut self, now: Instant) -> Result<Next, String> {
        if self.resized.is_some_and(|since| now >= since + SETTLED) {
            self.resized = None;
            self.restart(self.next_chunk.min(self.reel.chunks.len()), now)?;
        }
        if let Some(due) = self.due.filter(|&due| due <= now && !self.paused) {
            while !self.draw_chunk(due)? {}
            self.shown += 1;
            self.due = self.time_of(self.next_chunk);
            if self.due.is_none() && self.repeat && self.shown > 1 {
                let pause = now.max(due) + self.step;
                self.rewind(pause)?;
            }
        }
        let moving = self.tick(now);
        let playing = self.due.filter(|_| !self.paused);
        let settling = self.resized.map(|since| since + SETTLED);
        let next = [moving, playing, settling].into_iter().flatten().min();
        Ok(next.map_or(Next::Waiting, Next::At))
    }

    fn shown(&mut self) -> Option<(&mut GlBackend, Handle)> {
        let interpreter = self.interpreter.as_mut()?;
        let (_, canvas, _, _) = interpreter.canvas();
        Some((interpreter.backend_mut(), canvas))
    }

    fn event(&mut self, event: Reply<'static>) -> bool {
        if let Reply::Resize(resize) = &event {
            self.resize(resize.width, resize.height);
        }
        if let Some(recorder) = self.recorder.as_mut().filter(|_| !matches!(event, Reply::Close(_))) {
            recorder.note(&Entry::Reply(event.clone()));
        }
        if self.interpreter.as_mut().is_some_and(|interpreter| interpreter.event(&event)) {
            return true;
        }
        let Reply::Key(key) = &event else { return false };
        if key.action != glir_spec::enums::KeyAction::Down {
            return false;
        }
        match &*key.key {
            " " => self.pause(),
            "Home" | "." | "," => {
                let done = match &*key.key {
                    "Home" => self.rewind(Instant::now()),
                    key => self.step(key == "."),
                };
                if let Err(error) = done {
                    say(error);
                }
            }
            "[" => self.change_speed(0.5),
            "]" => self.change_speed(2.0),
            _ => return false,
        }
        true
    }

    fn screenshot(&mut self) -> Result<String, String> {
        let interpreter = self.interpreter.as_mut().ok_or("there is nothing to save yet")?;
        let (_, canvas, width, height) = interpreter.canvas();
        let source = Surface::Canvas(canvas);
        let read = PixelRead { source, attachment: 0, x: 0, y: 0, width, height, class: PixelClass::Unorm };
        let pixels = interpreter
            .read_canvas(&read)
            .map_err(|failure| format!("the picture can't be read: {failure:?}"))?;
        let rows: Vec<&[u8]> = pixels.chunks_exact(width as usize * 4).rev().collect();
        let path = free_name(self.name);
        let save = || {
            let mut out = Output::open(Some(&path))?;
            write_png(&mut out, width, height, &rows.concat())?;
            out.finish()
        };
        match save() {
            Ok(()) => Ok(format!("saved {}", path.display())),
            Err(Failure::Unusable(why)) => Err(why),
            Err(Failure::PipeClosed) => Err("the picture can't be written".into()),
        }
    }
}

/// A name for a screenshot in the current folder that no file has.
fn free_name(input: &str) -> std::path::PathBuf {
    let stem = Path::new(input).file_stem().map_or("glir".into(), |stem| stem.to_string_lossy());
    let stem = if input == "standard input" { "glir".into() } else { stem };
    (1..10_000u32)
        .map(|number| std::path::PathBuf::from(format!("{stem}-{number:03}.png")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| format!("{stem}.png").into())
}
