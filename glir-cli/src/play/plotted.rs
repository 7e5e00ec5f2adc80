//! A plot in a window: made again for the window's size once that has settled, with what a person has moved.

use super::{PICTURE, SETTLED, save};
use crate::failure::{Failure, Outcome};
use crate::replay::Findings;
use glir_core::backend::Handle;
use glir_core::{FrameInput, Interpreter, NoBlobs, Settings};
use glir_native::window::{Next, Rectangle, View, WindowOptions, run};
use glir_native::{Api, GlBackend};
use glir_spec::enums::PointerAction;
use glir_spec::{Frame, Header, Reply};
use std::time::Instant;

/// What a plot is made for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pane {
    /// Pixels.
    pub(crate) width: u32,
    /// Pixels.
    pub(crate) height: u32,
    /// Of them, how many a layout pixel is wide: letters and lines are so many times as large.
    pub(crate) scale: f32,
}

impl Pane {
    /// Of so many pixels on a screen where each is a layout pixel.
    pub(crate) fn plain((width, height): (u32, u32)) -> Pane {
        Pane { width, height, scale: 1.0 }
    }
}

/// A plot as commands.
pub(crate) struct Made {
    pub(crate) header: Header<'static>,
    pub(crate) frames: Vec<Frame>,
}

/// Shows a plot in a window until that is closed. It was made for its header's size; `make` makes it for others, or says why that can't be:
/// then the window shows scaled what it has.
pub(crate) fn show(
    name: &str,
    api: Api,
    first: Made,
    make: &mut dyn FnMut(Pane) -> Result<Made, String>,
) -> Result<Outcome, Failure> {
    let Header { width, height, title, .. } = &first.header;
    let title = if title.is_empty() { name.to_owned() } else { title.to_string() };
    let options = WindowOptions { api, title, width: *width, height: *height };
    let pane = Pane::plain((*width, *height));
    let mut plotted = Plotted {
        name,
        make,
        first: Some(first),
        interpreter: None,
        pane,
        tried: pane,
        drawn: pane,
        settles: None,
        opened: Instant::now(),
        findings: Findings::new(name, false),
    };
    run(options, &mut plotted).map_err(|error| Failure::Unusable(error.to_string()))?;
    Ok(Outcome::of_faults(plotted.findings.errors > 0))
}

struct Plotted<'p> {
    name: &'p str,
    make: &'p mut dyn FnMut(Pane) -> Result<Made, String>,
    /// Until the window is there.
    first: Option<Made>,
    interpreter: Option<Interpreter<GlBackend>>,
    /// The window's inside.
    pane: Pane,
    /// What the plot was to be made for last, and what the one that is shown was made for.
    tried: Pane,
    drawn: Pane,
    /// When the window's new size counts.
    settles: Option<Instant>,
    /// When the window was opened; the times of events are counted from here.
    opened: Instant,
    findings: Findings,
}

impl Plotted<'_> {
    /// Draws a plot. What can't be drawn gives the backend back, and why.
    fn begin(&mut self, backend: GlBackend, made: &Made) -> Result<(), Box<(String, GlBackend)>> {
        let mut interpreter = match Interpreter::new(backend, &made.header, Settings::default()) {
            Ok(interpreter) => interpreter,
            Err(refused) => {
                let (diagnostic, backend) = *refused;
                return Err(Box::new((format!("{}: {}", self.name, diagnostic.message), backend)));
            }
        };
        for frame in &made.frames {
            interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
            interpreter.take_replies();
            self.findings.add(interpreter.take_diagnostics());
        }
        self.interpreter = Some(interpreter);
        Ok(())
    }

    /// Makes the plot for the window's size. Where that fails the old one stays.
    fn make_again(&mut self) -> Result<(), String> {
        self.tried = self.pane;
        let Ok(made) = (self.make)(self.pane) else { return Ok(()) };
        let Some(mut old) = self.interpreter.take() else { return Ok(()) };
        let signals = old.take_signals();
        let fresh = |backend: GlBackend| {
            backend.reset().map_err(|failure| format!("the context can't be used: {failure:?}"))
        };
        match self.begin(fresh(old.into_backend())?, &made) {
            Ok(()) => self.drawn = self.pane,
            // The context has no canvas of this size.
            Err(refused) => {
                let made = (self.make)(self.drawn)?;
                self.begin(fresh(refused.1)?, &made).map_err(|refused| refused.0)?;
            }
        }
        if let Some(interpreter) = &mut self.interpreter {
            interpreter.carry_over(signals);
        }
        Ok(())
    }
}

impl View for Plotted<'_> {
    fn start(&mut self, backend: GlBackend, width: u32, height: u32, scale: f64) -> Result<(), String> {
        self.opened = Instant::now();
        self.pane = Pane { width, height, scale: scale as f32 };
        let Some(mut made) = self.first.take() else { return Ok(()) };
        if self.pane != self.drawn {
            self.tried = self.pane;
            if let Ok(fitting) = (self.make)(self.pane) {
                (made, self.drawn) = (fitting, self.pane);
            }
        }
        self.begin(backend, &made).map_err(|refused| refused.0)
    }

    fn draw(&mut self, now: Instant) -> Result<Next, String> {
        if self.settles.is_some_and(|at| at <= now) {
            self.settles = None;
            if self.pane != self.tried {
                self.make_again()?;
            }
        }
        let Some(interpreter) = &mut self.interpreter else { return Ok(Next::Waiting) };
        interpreter.tick(now.saturating_duration_since(self.opened).as_secs_f64());
        self.findings.add(interpreter.take_diagnostics());
        let moving = interpreter.is_moving().then(|| now + PICTURE);
        Ok([moving, self.settles].into_iter().flatten().min().map_or(Next::Waiting, Next::At))
    }

    fn shown(&mut self) -> Option<(&mut GlBackend, Handle)> {
        let interpreter = self.interpreter.as_mut()?;
        let (_, canvas, _, _) = interpreter.canvas();
        Some((interpreter.backend_mut(), canvas))
    }

    fn event(&mut self, event: Reply<'static>) -> bool {
        if let Reply::Resize(resize) = &event {
            self.pane = Pane { width: resize.width, height: resize.height, scale: resize.pixel_ratio };
            self.settles = Some(Instant::now() + SETTLED);
        }
        self.interpreter.as_mut().is_some_and(|interpreter| interpreter.event(&event))
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

    fn screenshot(&mut self) -> Result<String, String> {
        let interpreter = self.interpreter.as_mut().ok_or("there is nothing to save yet")?;
        save(interpreter, self.name)
    }
}
