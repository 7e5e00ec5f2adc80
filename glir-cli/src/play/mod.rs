//! `glir play`: a stream in a window. And the windows of `glir plot`.

mod bar;
mod player;
mod plotted;
mod reel;

use crate::answers;
use crate::events::{Recorder, read_log};
use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::render::write_png;
use crate::replay::Findings;
use crate::trace::Range;
use clap::Args;
use glir_core::Interpreter;
use glir_core::backend::{PixelClass, PixelRead, Surface};
use glir_core::file::Room;
use glir_native::window::{WindowOptions, run};
use glir_native::{Api, GlBackend};
use player::Player;
pub(crate) use plotted::{Made, Pane, show};
use reel::Reel;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// From one picture to the next while something moves.
const PICTURE: Duration = Duration::from_micros(16_667);

/// How long a window must keep its size before what it shows is drawn anew for it.
const SETTLED: Duration = Duration::from_millis(150);

/// Play a stream in a window
#[derive(Debug, Args)]
#[command(
    after_help = "Keys: S or F12 saves a screenshot, Space pauses and goes on, Escape, Q or Ctrl+W closes.\n\
    The arrows go one frame on or back, period and comma one draw, Home and End to the first and the last frame.\n\
    [ and ] begin and end what is played at the frame that is shown, L plays it again and again, < and > change the speed.\n\
    While playing is paused, or the pointer moves, there is a timeline at the lower edge, on which the pointer seeks.\n\
    A stream with signals takes the pointer and the keys that it has a use for.\n\
    Frames that carry times keep them; others are shown at --fps. The last frame stays.\n\
    A window that is resized draws the stream for its size. Where parts of a picture stand in pixels, as plots do, it shows it scaled;\n\
    `glir plot DATA` without -o makes the plot again.\n\n\
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
    /// Begin at this frame, counted from 0 as chunks are (one that came in two parts is two; the timeline counts it once), and end
    /// with the other, if one is given; with --loop these are played again
    #[arg(long, value_name = "N|A..B")]
    frames: Option<Range>,
    /// Play so many times as fast
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR", value_parser = rate)]
    speed: f64,
    /// Take size, time and replies from the recording, and tell where a reply differs; the picture keeps its size in any window, and
    /// takes no events
    #[arg(long, conflicts_with_all = ["events", "record_events"])]
    deterministic: bool,
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

impl Play {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let mut findings = Findings::new(&input.name, false);
        let room = Room::new();
        let reel = Reel::read(&input.name, &bytes, &room, &mut findings)?;
        let mut player = Player::new(&reel, &input.name, findings);
        // Drawn once more off screen, since a person may never look at the frame.
        if reel.chunks.iter().any(|chunk| glir_trace::asserted(chunk.head).next().is_some()) {
            let broken = crate::trace::assert::hold(&input.name, &bytes, Some(self.api), false)?;
            player.broken = broken.len() as u64;
        }
        if let Some(frames) = self.frames {
            let count = reel.chunks.len() as u64;
            if frames.last >= count {
                return Err(Failure::about(&input.name, glir_trace::TraceError::NoFrame(frames.last, count)));
            }
            // One frame alone is where it begins.
            let last = if frames.last > frames.first { frames.last + 1 } else { count };
            player.range = (frames.first as usize, last as usize);
        }
        player.recorder = match &self.record_events {
            Some(path) => {
                self.input.refuse_to_overwrite(path)?;
                Some(Recorder::new(Output::open(Some(path))?))
            }
            None => None,
        };
        player.events = self.events.as_deref().map(read_log).transpose()?;
        player.step = Duration::from_secs_f64(1.0 / self.fps);
        player.looping = self.repeat;
        player.deterministic = self.deterministic;
        player.answered = reel.chunks.iter().any(|chunk| chunk.answers.is_some());
        if player.deterministic && !player.answered {
            say(format_args!("{}: {}", input.name, answers::NONE));
        }
        player.speed = self.speed;
        play(player, self.api)
    }
}

/// Opens the window, and plays until it is closed.
fn play(mut player: Player<'_>, api: Api) -> Result<Outcome, Failure> {
    let header = player.reel.header(0);
    let options =
        WindowOptions { api, title: player.name_of_stream(), width: header.width, height: header.height };
    run(options, &mut player).map_err(|error| Failure::Unusable(error.to_string()))?;
    if let Some(recorder) = player.recorder {
        recorder.finish()?;
    }
    let faults = match player.deterministic && player.answered {
        // A fault that was answered so when it was recorded is what was to come of it.
        true => player.differences.len() as u64 + player.broken,
        false => player.findings.errors + player.broken,
    };
    Ok(Outcome::of_faults(faults > 0))
}

/// Saves the picture that is shown; what is to be told of it.
fn save(interpreter: &mut Interpreter<GlBackend>, name: &str) -> Result<String, String> {
    let (_, canvas, width, height) = interpreter.canvas();
    let source = Surface::Canvas(canvas);
    let read = PixelRead { source, attachment: 0, x: 0, y: 0, width, height, class: PixelClass::Unorm };
    let pixels = interpreter
        .read_canvas(&read)
        .map_err(|failure| format!("the picture can't be read: {failure:?}"))?;
    let rows: Vec<&[u8]> = pixels.chunks_exact(width as usize * 4).rev().collect();
    let path = free_name(name);
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

/// A name for a screenshot in the current folder that no file has.
fn free_name(input: &str) -> PathBuf {
    let stem = Path::new(input).file_stem().map_or("glir".into(), |stem| stem.to_string_lossy());
    let stem = if input == "standard input" { "glir".into() } else { stem };
    (1..10_000u32)
        .map(|number| PathBuf::from(format!("{stem}-{number:03}.png")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| format!("{stem}.png").into())
}
