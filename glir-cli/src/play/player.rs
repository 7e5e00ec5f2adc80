//! The player: which frame is shown when, and what people make of it.

use super::bar::{Part, Told};
use super::reel::Reel;
use super::{PICTURE, SETTLED, save};
use crate::answers;
use crate::events::Recorder;
use crate::failure::say;
use crate::replay::Findings;
use glir_core::backend::Handle;
use glir_core::steps::between;
use glir_core::text::{Entry, EventLog};
use glir_core::{FrameInput, Interpreter, NoBlobs, Settings};
use glir_native::GlBackend;
use glir_native::window::{Next, Rectangle, View};
use glir_spec::enums::{KeyAction, PointerAction};
use glir_spec::{Header, Reply};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

pub(super) struct Player<'i> {
    pub(super) reel: &'i Reel<'i>,
    name: &'i str,
    /// From one frame without a time to the next.
    pub(super) step: Duration,
    pub(super) looping: bool,
    interpreter: Option<Interpreter<GlBackend>>,
    /// The stream that the interpreter draws.
    stream: usize,
    next_chunk: usize,
    /// Where a frame has been drawn in part.
    within: Option<Within>,
    /// When the window was opened; the times of events are counted from here.
    opened: Instant,
    /// When the first frame of the stream was due.
    began: Instant,
    shown: u32,
    /// When the next frame is due; none if there is none.
    due: Option<Instant>,
    paused: bool,
    /// The window's size in pixels, which canvases have rather than the header's if nothing of their streams is in pixels.
    size: Option<(u32, u32)>,
    /// Streams that have drawn to rectangles of a canvas: the window shows them scaled.
    in_pixels: BTreeSet<usize>,
    /// The size with which the stream was begun.
    begun: (u32, u32),
    /// When the window's new size counts.
    settles: Option<Instant>,
    pub(super) recorder: Option<Recorder>,
    /// What happens again.
    pub(super) events: Option<EventLog>,
    /// The first chunk that is played, and the one behind the last.
    pub(super) range: (usize, usize),
    /// How many times as fast it is played.
    pub(super) speed: f64,
    /// Size, time and replies are the recording's.
    pub(super) deterministic: bool,
    /// There are replies in the recording.
    pub(super) answered: bool,
    /// The chunks whose replies were not the recorded ones.
    pub(super) differences: BTreeSet<usize>,
    /// Assertions that do not hold.
    pub(super) broken: u64,
    /// The timeline is seen until then.
    seen: Option<Instant>,
    /// The window's inside in layout pixels, and physical ones for each.
    window: (u32, f64),
    /// The pointer holds the timeline's knob.
    held: bool,
    pub(super) findings: Findings,
}

/// How far a frame has been drawn.
#[derive(Clone, Copy)]
struct Within {
    /// Its draws so far.
    draws: usize,
    /// Those of them that are the next chunk's.
    in_chunk: usize,
}

/// How long the timeline stays when the pointer has stopped.
const SEEN: Duration = Duration::from_secs(2);

/// Speeds that keys choose from.
const SPEEDS: [f64; 7] = [0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0];

impl<'i> Player<'i> {
    /// Plays once, 60 frames a second.
    pub(super) fn new(reel: &'i Reel<'i>, name: &'i str, findings: Findings) -> Self {
        Player {
            reel,
            name,
            step: Duration::from_secs_f64(1.0 / 60.0),
            looping: false,
            interpreter: None,
            stream: 0,
            next_chunk: 0,
            within: None,
            opened: Instant::now(),
            began: Instant::now(),
            shown: 0,
            due: None,
            paused: false,
            size: None,
            in_pixels: BTreeSet::new(),
            begun: (0, 0),
            settles: None,
            recorder: None,
            events: None,
            range: (0, reel.chunks.len()),
            speed: 1.0,
            deterministic: false,
            answered: false,
            differences: BTreeSet::new(),
            broken: 0,
            seen: None,
            window: (1, 1.0),
            held: false,
            findings,
        }
    }

    /// The stream's title, or the input's name.
    pub(super) fn name_of_stream(&self) -> String {
        let header = self.reel.header(0);
        if header.title.is_empty() { self.name.to_owned() } else { header.title.to_string() }
    }
}

impl Player<'_> {
    fn header(&self) -> Header<'static> {
        let header = self.reel.header(self.stream);
        let size = self.size.filter(|_| !self.in_pixels.contains(&self.stream));
        let (width, height) = size.unwrap_or((header.width, header.height));
        Header { width, height, ..header }
    }

    /// Begins the stream on a backend.
    fn begin(&mut self, backend: GlBackend, now: Instant) -> Result<(), String> {
        let header = self.header();
        match Interpreter::new(backend, &header, Settings::default()) {
            Ok(interpreter) => {
                self.begun = (header.width, header.height);
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
        if self.deterministic {
            return;
        }
        if self.interpreter.as_ref().is_some_and(|interpreter| interpreter.signals().follows_size(0)) {
            self.size = Some((width, height));
            return;
        }
        self.size = Some((width, height));
        self.settles = Some(Instant::now() + SETTLED);
    }

    /// Draws the stream anew if its canvas should have another size: the window has settled with one, or a part of the picture turns out to
    /// be in pixels of the header's. True if it did.
    fn fit(&mut self, now: Instant) -> Result<bool, String> {
        let settled = self.settles.is_some_and(|at| at <= now);
        if settled {
            self.settles = None;
        }
        // Rectangles of what follows its canvas's size by a signal do so, too.
        let is_stiff =
            |drawn: &Interpreter<GlBackend>| drawn.is_in_pixels() && !drawn.signals().follows_size(0);
        let found = self.interpreter.as_ref().is_some_and(is_stiff) && self.in_pixels.insert(self.stream);
        let header = self.header();
        if !(settled || found) || (header.width, header.height) == self.begun {
            return Ok(false);
        }
        let (frame, within) = (self.frame(), self.within);
        self.restart(self.next_chunk.min(self.reel.chunks.len()), now)?;
        if let Some(within) = within {
            self.seek_draw(frame, within.draws)?;
        }
        Ok(true)
    }

    /// Lets signals move the picture; when they want to be asked again.
    fn tick(&mut self, now: Instant) -> Option<Instant> {
        if self.deterministic {
            return None;
        }
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
        self.within = None;
        self.change(stream, now)?;
        self.leap(chunks);
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

    /// Takes the last keyframe on the way to a chunk of the stream that has just begun.
    fn leap(&mut self, chunks: usize) {
        let (reel, Some(interpreter)) = (self.reel, &mut self.interpreter) else { return };
        let Some((before, keyframe)) = reel.keyframe(self.stream, self.next_chunk, chunks) else { return };
        let blobs: &dyn glir_core::Blobs = reel.streams.get(self.stream).map_or(&NoBlobs, |(_, blobs)| blobs);
        interpreter.set_frame(keyframe.frame.saturating_sub(1));
        interpreter.draw(FrameInput { head: &keyframe.head, arena: (&*keyframe.arena).into(), blobs });
        interpreter.settle();
        interpreter.set_frame(keyframe.frame);
        // What the frames before it have said is known.
        interpreter.take_replies();
        interpreter.take_diagnostics();
        self.next_chunk = *before;
    }

    /// Draws the next chunk, or what is left of it; true if a frame is complete.
    fn draw_chunk(&mut self, now: Instant) -> Result<bool, String> {
        let from = self.within.take().map_or(0, |within| within.in_chunk);
        self.draw_part(from, None, now)?;
        self.next_chunk += 1;
        Ok(self.reel.frames.binary_search(&self.next_chunk).is_ok()
            || self.next_chunk >= self.reel.chunks.len())
    }

    /// Draws what of the next chunk stands behind so many draws, and in front of so many if they are given.
    fn draw_part(&mut self, from: usize, to: Option<usize>, now: Instant) -> Result<(), String> {
        let reel = self.reel;
        let Some(chunk) = reel.chunks.get(self.next_chunk) else { return Ok(()) };
        if chunk.stream != self.stream {
            self.change(chunk.stream, now)?;
        }
        let Some(interpreter) = &mut self.interpreter else { return Ok(()) };
        let blobs: &dyn glir_core::Blobs =
            reel.streams.get(chunk.stream).map_or(&NoBlobs, |(_, blobs)| blobs);
        let part = (from > 0 || to.is_some()).then(|| {
            let places = chunk.steps();
            let at = |draws: usize| draws.checked_sub(1).and_then(|last| places.get(last)).copied();
            between(chunk.head, at(from).unwrap_or_default(), to.map(|to| at(to).unwrap_or_default()))
        });
        let head = part.as_deref().unwrap_or(chunk.head);
        match self.deterministic {
            true => answers::set_time(interpreter, chunk.time_us),
            // However a frame is reached, what signals had to draw before it is drawn.
            false if from == 0 => _ = interpreter.tick(0.0),
            false => {}
        }
        interpreter.draw(FrameInput { head, arena: chunk.arena.into(), blobs });
        let (replies, diagnostics) = (interpreter.take_replies(), interpreter.take_diagnostics());
        let whole = part.is_none();
        if let Some(recorded) = chunk.answers.as_ref().filter(|_| self.deterministic && whole) {
            let recorded: Vec<&str> = recorded.lines().collect();
            let difference = answers::difference(&recorded, &answers::lines(&replies, &diagnostics));
            if let Some(why) = difference.filter(|_| self.differences.insert(self.next_chunk)) {
                say(format_args!("{}: frame {}: {why}", self.name, self.next_chunk));
            }
        }
        for reply in replies {
            if let (Some(recorder), Reply::Ack(_)) = (&mut self.recorder, &reply) {
                recorder.note(&Entry::Reply(reply));
            }
        }
        self.findings.add(diagnostics);
        Ok(())
    }

    /// Begins, or begins again, at the first chunk that is to be played.
    fn rewind(&mut self, now: Instant) -> Result<(), String> {
        self.restart(self.range.0, now)?;
        if self.range.0 > 0 {
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

    /// The frame that is shown.
    fn frame(&self) -> usize {
        let done = self.reel.frame_at(self.next_chunk);
        match self.within {
            Some(_) => done.map_or(0, |frame| frame + 1),
            None => done.unwrap_or(0),
        }
    }

    /// Shows a frame, the nearest if there is no such one.
    fn seek(&mut self, frame: usize) -> Result<(), String> {
        let now = Instant::now();
        let frame = frame.min(self.reel.frames.len().saturating_sub(1));
        let Some(target) = self.reel.frames.get(frame).copied() else { return Ok(()) };
        let stream = self.reel.chunks.get(target - 1).map_or(0, |chunk| chunk.stream);
        let back = target < self.next_chunk || (self.within.is_some() && target == self.next_chunk);
        if back || stream != self.stream || self.reel.keyframe(stream, self.next_chunk, target).is_some() {
            self.restart(target, now)?;
        }
        while self.next_chunk < target {
            self.draw_chunk(now)?;
        }
        self.shown = u32::try_from(frame + 1).unwrap_or(u32::MAX);
        self.play_from(now);
        Ok(())
    }

    /// How many draws a frame has.
    fn draws_of(&self, frame: usize) -> usize {
        let end = self.reel.frames.get(frame).copied().unwrap_or(0);
        let chunks = self.reel.chunks.get(self.reel.start_of(frame)..end).unwrap_or(&[]);
        chunks.iter().map(|chunk| chunk.steps().len()).sum()
    }

    /// Shows a frame as it is behind so many of its draws, on the picture that the frame before has left.
    fn seek_draw(&mut self, frame: usize, draws: usize) -> Result<(), String> {
        if draws >= self.draws_of(frame) {
            return self.seek(frame);
        }
        let now = Instant::now();
        let going = self.frame() == frame && self.within.is_some_and(|within| within.draws <= draws);
        if !going {
            match frame.checked_sub(1) {
                Some(before) => self.seek(before)?,
                None => self.restart(0, now)?,
            }
        }
        let done = self.within.unwrap_or(Within { draws: 0, in_chunk: 0 });
        let (mut missing, mut in_chunk) = (draws - done.draws, done.in_chunk);
        while let Some(chunk) = self.reel.chunks.get(self.next_chunk) {
            let there = chunk.steps().len().saturating_sub(in_chunk);
            if missing <= there {
                break;
            }
            self.within = Some(Within { draws: 0, in_chunk });
            self.draw_chunk(now)?;
            (missing, in_chunk) = (missing - there, 0);
        }
        self.draw_part(in_chunk, Some(in_chunk + missing), now)?;
        self.within = Some(Within { draws, in_chunk: in_chunk + missing });
        Ok(())
    }

    /// Goes one draw on or back, across frames.
    fn step_draw(&mut self, on: bool) -> Result<(), String> {
        let (frame, within) = (self.frame(), self.within.map(|within| within.draws));
        match (on, within) {
            (true, Some(draws)) => self.seek_draw(frame, draws + 1),
            (true, None) if self.reel.frame_at(self.next_chunk).is_none() => self.seek_draw(0, 1),
            (true, None) if frame + 1 < self.reel.frames.len() => self.seek_draw(frame + 1, 1),
            (true, None) => Ok(()),
            (false, _) => {
                let draws = within.unwrap_or_else(|| self.draws_of(frame)).saturating_sub(1);
                if draws > 0 || frame == 0 { self.seek_draw(frame, draws) } else { self.seek(frame - 1) }
            }
        }
    }

    /// Lets what is played begin or end with the frame that is shown; where it does so already, with the whole again.
    fn mark(&mut self, end: bool) {
        let (frame, whole) = (self.frame(), (0, self.reel.chunks.len()));
        if end {
            let here = self.reel.frames.get(frame).copied().unwrap_or(whole.1);
            self.range.1 = if self.range.1 == here { whole.1 } else { here };
        } else {
            let here = self.reel.start_of(frame);
            self.range.0 = if self.range.0 == here { whole.0 } else { here };
        }
        if self.range.0 >= self.range.1 {
            self.range = if end { (whole.0, self.range.1) } else { (self.range.0, whole.1) };
        }
        self.looping |= self.range != whole;
    }

    /// Plays faster or slower from here on.
    fn change_speed(&mut self, faster: bool) {
        let next = match faster {
            true => SPEEDS.into_iter().find(|speed| *speed > self.speed),
            false => SPEEDS.into_iter().rev().find(|speed| *speed < self.speed),
        };
        self.speed = next.unwrap_or(self.speed);
        self.play_from(Instant::now());
    }

    /// What the timeline tells.
    fn told(&self) -> Told {
        let frame = self.frame();
        let last = self.reel.frame_at(self.range.1).unwrap_or(0);
        Told {
            frame,
            frames: self.reel.frames.len(),
            within: self.within.map(|within| (within.draws, self.draws_of(frame))),
            paused: self.paused,
            looping: self.looping,
            range: (self.reel.frame_at(self.range.0).map_or(0, |before| before + 1).min(last), last),
            speed: self.speed,
        }
    }

    /// Whether the timeline is seen now.
    fn is_told(&self) -> bool {
        let begun = self.paused || self.held || self.seen.is_some_and(|until| until > Instant::now());
        begun && self.reel.frames.len() > 1
    }

    /// When the frame that begins with a chunk is due.
    fn time_of(&self, chunk: usize) -> Option<Instant> {
        if chunk >= self.range.1 {
            return None;
        }
        let chunk = self.reel.chunks.get(chunk)?;
        if chunk.stream != self.stream {
            // Times begin anew; the last frame of the stream before is shown for one step.
            return Some(Instant::now() + self.step);
        }
        let time = match chunk.time_us {
            0 => self.step * self.shown,
            // What was cut out of another stream begins when that was there: it need not be waited for.
            time => Duration::from_micros(time.saturating_sub(self.reel.begins(self.stream))),
        };
        // A time beyond any clock means never.
        let time = Duration::try_from_secs_f64(time.as_secs_f64() / self.speed).ok()?;
        self.began.checked_add(time)
    }

    /// Pauses, or goes on; from what is played first if that is over, or nothing of it is shown.
    fn pause(&mut self) -> Result<(), String> {
        self.paused = !self.paused;
        if self.paused {
            return Ok(());
        }
        let now = Instant::now();
        let inside = self.within.is_some() || (self.range.0..self.range.1).contains(&self.next_chunk);
        if inside {
            // Time stood still: the next frame is due now.
            self.play_from(now);
            return Ok(());
        }
        self.rewind(now)
    }

    /// Does what a key stands for; false if it stands for nothing.
    fn key(&mut self, key: &str) -> Result<bool, String> {
        let frame = self.frame();
        let moves = ["ArrowLeft", "ArrowRight", "Home", "End", ",", "."].contains(&key);
        self.paused |= moves;
        match key {
            " " => self.pause()?,
            "ArrowLeft" => self.seek(frame.saturating_sub(1))?,
            // Of what has been drawn in part, the rest comes first.
            "ArrowRight" => self.seek(if self.within.is_some() { frame } else { frame + 1 })?,
            "Home" => self.seek(self.told().range.0)?,
            "End" => self.seek(self.told().range.1)?,
            "," | "." => self.step_draw(key == ".")?,
            "[" | "]" => self.mark(key == "]"),
            "l" | "L" => self.looping = !self.looping,
            "<" | ">" => self.change_speed(key == ">"),
            _ => return Ok(false),
        }
        self.seen = Some(Instant::now() + SEEN);
        Ok(true)
    }
}

impl View for Player<'_> {
    fn start(&mut self, backend: GlBackend, width: u32, height: u32, scale: f64) -> Result<(), String> {
        self.opened = Instant::now();
        self.begin(backend, self.opened)?;
        // On a high-DPI screen the canvas has the window's physical pixels, unless the first frame has the header's.
        if scale > 1.0 && !self.deterministic {
            self.size = Some((width, height));
            self.settles = Some(self.opened);
        }
        self.due = (!self.reel.chunks.is_empty()).then_some(self.began);
        self.window = ((f64::from(width) / scale) as u32, scale);
        if self.range.0 > 0 {
            self.rewind(self.opened)?;
        }
        Ok(())
    }

    fn draw(&mut self, now: Instant) -> Result<Next, String> {
        if let Some(due) = self.due.filter(|&due| due <= now && !self.paused) {
            while !self.draw_chunk(due)? {}
            self.shown += 1;
            self.due = self.time_of(self.next_chunk);
            if self.due.is_none() && self.looping && self.shown > 1 {
                let pause = now.max(due) + self.step.div_f64(self.speed);
                self.rewind(pause)?;
            }
        }
        self.fit(now)?;
        let mut moving = self.tick(now);
        if self.fit(now)? {
            moving = self.tick(now);
        }
        let playing = self.due.filter(|_| !self.paused);
        let vanishing = self.seen.filter(|until| *until > now);
        let next = [moving, playing, self.settles, vanishing].into_iter().flatten().min();
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
        if !self.deterministic
            && self.interpreter.as_mut().is_some_and(|interpreter| interpreter.event(&event))
        {
            return true;
        }
        let Reply::Key(key) = &event else { return false };
        if key.action != KeyAction::Down {
            return false;
        }
        self.key(&key.key).unwrap_or_else(|error| {
            say(error);
            true
        })
    }

    fn overlay(&mut self, width: u32, _: u32, scale: f64) -> Vec<Rectangle> {
        self.window = ((f64::from(width) / scale) as u32, scale);
        if self.is_told() { self.told().rectangles(width, scale) } else { Vec::new() }
    }

    fn touch(&mut self, action: PointerAction, x: f32, y: f32) -> bool {
        let (width, scale) = self.window;
        let (x, y) = (x / scale as f32, y / scale as f32);
        let told = self.told();
        let at = told.at(x, y, width).filter(|_| self.is_told());
        self.seen = (action != PointerAction::Leave).then(|| Instant::now() + SEEN);
        let done = match (action, at) {
            (PointerAction::Down, Some(Part::Play)) => self.pause(),
            (PointerAction::Down, Some(Part::Frame(frame))) => {
                (self.held, self.paused) = (true, true);
                self.seek(frame)
            }
            (PointerAction::Move, _) if self.held => self.seek(told.dragged(x, width)),
            (PointerAction::Up, _) if self.held => {
                self.held = false;
                return true;
            }
            _ => return self.held || at.is_some(),
        };
        if let Err(error) = done {
            say(error);
        }
        true
    }

    fn title(&mut self) -> Option<String> {
        // Who plays a stream from its beginning to its end need not be told.
        (self.is_told() && self.paused).then(|| format!("{}: {}", self.name_of_stream(), self.told().words()))
    }

    fn screenshot(&mut self) -> Result<String, String> {
        let interpreter = self.interpreter.as_mut().ok_or("there is nothing to save yet")?;
        save(interpreter, self.name)
    }
}
