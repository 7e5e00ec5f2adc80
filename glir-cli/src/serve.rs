//! `glir serve`: a stream or a plot, live in any number of browsers.

use crate::data::{DataArgs, stem};
use crate::failure::{Failure, Outcome, say};
use crate::input::{Input, InputArgs};
use crate::replay::{Findings, Host, replay};
use crate::trace::record::Tape;
use clap::{Args, ValueEnum};
use glir_core::file::FileFault;
use glir_core::{Diagnostic, FrameInput};
use glir_live::{Builder, Event, PictureFormat, Pixels, Session};
use glir_native::Api;
use glir_plot::Change;
use glir_spec::enums::Severity;
use glir_spec::{Header, Reply};
use std::io::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Show a stream or a plot live in browsers
#[derive(Debug, Args)]
#[command(
    after_help = "Prints the address to open, which holds a token: who has it may look. Ctrl+C ends.\n\
    Any number of browsers may follow; who comes late gets the present, who is slow gets fewer frames.\n\n\
    A plot is moved in the browser: drag or arrow keys pan, the wheel and + and - zoom, with Shift a box zooms and the\n\
    wheel zooms values; a double click or Home shows all again.\n\n\
    Examples:\n  \
    glir serve animation.glir\n  \
    glir serve --plot recording.edf --port 8000\n  \
    glir serve --plot ecg.wav --pixels\n  \
    glir serve --plot recording.edf --record session.glir\n  \
    glir serve scene.glir --loop --host 0.0.0.0 --allow-origin https://lab.example.org"
)]
pub(crate) struct Serve {
    #[command(flatten)]
    input: InputArgs,
    /// IN is data: plot it, with what `glir plot` takes
    #[arg(long)]
    plot: bool,
    #[command(flatten)]
    data: DataArgs,
    /// The port to listen on; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// The address to listen on; other than the loopback interface lets other machines in
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
    /// Let pages of this origin follow too, such as https://example.org
    #[arg(long, value_name = "ORIGIN")]
    allow_origin: Vec<String>,
    /// Use this token, so that the address stays good over a restart: 32 letters and digits or more
    #[arg(long, value_name = "TOKEN")]
    token: Option<String>,
    /// Draw here and send pictures, for browsers without WebGL
    #[arg(long)]
    pixels: bool,
    /// How pictures are sent
    #[arg(long, value_name = "FORMAT", default_value = "png", requires = "pixels")]
    picture: Picture,
    /// Draw pictures with desktop OpenGL (gl), OpenGL ES 2.0 (gles2) or 3.0 (gles3)
    #[arg(long, default_value = "gles3", value_name = "API", requires = "pixels")]
    api: Api,
    /// Frames a second, for frames without times
    #[arg(long, default_value_t = 60.0, value_name = "RATE", value_parser = crate::play::rate)]
    fps: f64,
    /// Begin again after the last frame
    #[arg(long = "loop")]
    repeat: bool,
    /// Record what is served, with the times at which it was; the file must not be there yet
    #[arg(long, value_name = "OUT.glir")]
    record: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Picture {
    /// Every pixel as it is
    Png,
    /// Smaller, with losses
    Jpeg,
}

/// How often somebody who waits looks whether it is over.
const LOOK: Duration = Duration::from_millis(100);
/// Diagnostics of browsers that are said; a client that fails at every frame would fill the terminal.
const SAID: u32 = 20;

impl Serve {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let stop = Arc::new(AtomicBool::new(false));
        let stopping = stop.clone();
        ctrlc::set_handler(move || stopping.store(true, Ordering::Relaxed))
            .map_err(|error| Failure::about("Ctrl+C", error))?;
        let tape = self.record.as_deref().map(Tape::create).transpose()?;
        if self.plot { self.serve_plot(&input, &stop, tape) } else { self.serve_stream(&input, &stop, tape) }
    }

    fn builder(&self) -> Builder {
        let mut builder = Session::builder().bind(SocketAddr::new(self.host, self.port));
        for origin in &self.allow_origin {
            builder = builder.allow_origin(origin);
        }
        if let Some(token) = &self.token {
            builder = builder.token(token);
        }
        if self.pixels {
            let format = match self.picture {
                Picture::Png => PictureFormat::Png,
                Picture::Jpeg => PictureFormat::Jpeg,
            };
            builder = builder.pixels(Pixels { api: self.api, format });
        }
        builder
    }

    fn start(&self, header: &Header<'_>) -> Result<Session, Failure> {
        let session = self.builder().header(header.clone()).start();
        let session = session.map_err(|error| Failure::Unusable(error.to_string()))?;
        if !self.host.is_loopback() {
            say(format_args!(
                "warning: other machines reach {}; who has the address may look",
                session.address()
            ));
        }
        if let Some(missing) = session.missing_page().filter(|_| !self.pixels) {
            say(missing);
        }
        let mut out = std::io::stdout().lock();
        // Whoever closed the pipe does not want the address.
        let _ = writeln!(out, "{}", session.url()).and_then(|()| out.flush());
        Ok(session)
    }

    fn serve_stream(&self, input: &Input, stop: &AtomicBool, tape: Option<Tape>) -> Result<Outcome, Failure> {
        let bytes = input.stream()?;
        let mut player = Player {
            verb: self,
            session: None,
            step: Duration::from_secs_f64(1.0 / self.fps),
            began: Instant::now(),
            begins_us: None,
            frames: 0,
            whole: true,
            stop,
            watch: Watch::default(),
            findings: Findings::new(&input.name, false),
            quiet: false,
            tape,
            tape_failure: None,
        };
        loop {
            replay(&input.name, &bytes, &mut player)?;
            // What is wrong with the stream was said once.
            player.quiet = true;
            let again = self.repeat && player.frames > 1;
            if !again || player.stopped() {
                break;
            }
            player.wait_until(Instant::now() + player.step);
        }
        while !player.stopped() {
            player.wait_until(Instant::now() + LOOK);
        }
        player.tape.map(Tape::finish).transpose()?;
        Ok(Outcome::Fine)
    }

    fn serve_plot(
        &self,
        input: &Input,
        stop: &AtomicBool,
        mut tape: Option<Tape>,
    ) -> Result<Outcome, Failure> {
        let unusable = |why: String| Failure::about(&input.name, why);
        let recording = glir_data::read(input, &input.name, &self.data.options())
            .map_err(|error| unusable(error.to_string()))?;
        recording.notes.iter().for_each(|note| say(format_args!("{}: {note}", input.name)));
        let chart = self.data.chart(&stem(&input.name), &recording).map_err(unusable)?;
        let mut plot = chart.live(&recording).map_err(|error| unusable(error.to_string()))?;
        let session = self.start(&plot.header())?;
        if let Some(tape) = &mut tape {
            tape.begin(&plot.header())?;
        }
        let mut trouble = None;
        plot.scene(&mut |frame| {
            let sent = session.send(frame).map(drop).map_err(|error| unusable(error.to_string()));
            let taped = sent.and_then(|()| record(&mut tape, frame));
            if let Err(failure) = taped {
                trouble.get_or_insert(failure);
            }
        })
        .map_err(|error| unusable(error.to_string()))?;
        if let Some(failure) = trouble {
            return Err(failure);
        }
        let mut watch = Watch::default();
        while !stop.load(Ordering::Relaxed) {
            let Some(first) = session.recv_timeout(LOOK) else { continue };
            let mut changed = false;
            // All that came meanwhile makes one frame.
            for event in std::iter::once(first).chain(session.replies()) {
                watch.event(&event);
                changed |= plot.event(&event.reply) == Change::View;
            }
            if changed {
                let frame = plot.frame().map_err(|error| unusable(error.to_string()))?;
                session.send(&frame).map_err(|error| unusable(error.to_string()))?;
                record(&mut tape, &frame)?;
            }
        }
        tape.map(Tape::finish).transpose()?;
        Ok(Outcome::Fine)
    }
}

/// Puts a frame on the tape, if there is one.
fn record(tape: &mut Option<Tape>, frame: &glir_spec::Frame) -> Result<(), Failure> {
    tape.as_mut().map_or(Ok(()), |tape| tape.frame(frame.head(), frame.arena()))
}

/// Says who comes and goes, and what goes wrong there.
#[derive(Default)]
struct Watch {
    said: u32,
}

impl Watch {
    fn event(&mut self, event: &Event) {
        let client = event.client;
        match &event.reply {
            Reply::Hello(hello) => say(format_args!("{client} is here: {}", hello.interpreter)),
            Reply::Close(_) => say(format_args!("{client} has gone")),
            Reply::ContextLost(_) => say(format_args!("{client} has lost its context")),
            Reply::DiagnosticReply(diagnostic) => {
                self.said += 1;
                if self.said <= SAID {
                    say(format_args!("{client}: {} {}", diagnostic.name, diagnostic.message));
                } else if self.said == SAID + 1 {
                    say("more diagnostics of clients are not said");
                }
            }
            _ => {}
        }
    }
}

/// Plays a file into a session.
struct Player<'s> {
    verb: &'s Serve,
    session: Option<Session>,
    step: Duration,
    began: Instant,
    /// The time of the stream's first frame.
    begins_us: Option<u64>,
    frames: u64,
    /// The last chunk ended its frame.
    whole: bool,
    stop: &'s AtomicBool,
    watch: Watch,
    findings: Findings,
    quiet: bool,
    tape: Option<Tape>,
    /// Why a blob could not be recorded; said at the next frame.
    tape_failure: Option<Failure>,
}

impl Player<'_> {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Waits, and hears what clients say meanwhile.
    fn wait_until(&mut self, due: Instant) {
        while !self.stopped() {
            let left = due.saturating_duration_since(Instant::now());
            let Some(session) = self.session.as_ref().filter(|_| !left.is_zero()) else { return };
            if let Some(event) = session.recv_timeout(left.min(LOOK)) {
                self.watch.event(&event);
            }
        }
    }

    fn session(&self) -> Result<&Session, Failure> {
        self.session.as_ref().ok_or_else(|| Failure::Unusable("the stream has no header".into()))
    }

    fn add(&mut self, faults: Vec<Diagnostic>) {
        if !self.quiet {
            self.findings
                .add(faults.into_iter().filter(|fault| fault.severity != Severity::Warning).collect());
        }
    }
}

impl Host for Player<'_> {
    fn begin(&mut self, header: &Header<'_>) -> Result<ControlFlow<()>, Failure> {
        match &self.session {
            Some(session) => {
                session.begin(header).map_err(|error| Failure::Unusable(error.to_string()))?;
            }
            None => self.session = Some(self.verb.start(header)?),
        }
        if let Some(tape) = &mut self.tape {
            tape.begin(header)?;
        }
        (self.began, self.begins_us, self.frames, self.whole) = (Instant::now(), None, 0, true);
        Ok(ControlFlow::Continue(()))
    }

    fn frame(&mut self, input: FrameInput<'_>, time_us: u64) -> Result<ControlFlow<()>, Failure> {
        let begins_us = *self.begins_us.get_or_insert(time_us);
        if self.whole {
            let due = match time_us {
                0 => self.step.mul_f64(self.frames as f64),
                time => Duration::from_micros(time.saturating_sub(begins_us)),
            };
            // A time beyond any clock means never.
            let due = self.began.checked_add(due).unwrap_or(self.began);
            self.wait_until(due);
        }
        if self.stopped() {
            return Ok(ControlFlow::Break(()));
        }
        let glir_core::Store::Memory(arena) = input.arena else { return Ok(ControlFlow::Continue(())) };
        if let Some(failure) = self.tape_failure.take() {
            return Err(failure);
        }
        if let Some(tape) = &mut self.tape {
            tape.frame(input.head, arena)?;
        }
        let before = self.session()?.frame();
        let sent = self.session()?.send_chunk(input.head, arena);
        self.add(sent.map_err(|error| Failure::Unusable(error.to_string()))?);
        self.whole = self.session()?.frame() > before;
        self.frames += u64::from(self.whole);
        Ok(ControlFlow::Continue(()))
    }

    fn blob(&mut self, encoding: glir_spec::Encoding, bytes: &[u8]) {
        if let Some(session) = &self.session {
            session.add_blob(encoding, bytes.to_vec());
        }
        if let Some(tape) = &mut self.tape {
            self.tape_failure = tape.blob(encoding, bytes).err();
        }
    }

    fn damage(&mut self, fault: &FileFault) {
        if !self.quiet {
            self.findings.add_damage(fault);
        }
    }
}
