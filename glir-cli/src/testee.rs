//! `glir testee`: this program's interpreters as testees of the conformance suite, on standard input and output.

mod live;

use crate::failure::{Failure, Outcome};
use clap::{Args, ValueEnum};
use glir_conformance::case::Layer;
use glir_conformance::driver::{self, Faulty, Trouble};
use glir_conformance::image::Picture;
use glir_conformance::packing::Packing;
use glir_conformance::protocol::{Done, Hello, Task};
use glir_conformance::testee::{Refused, Stage, Testee, carry_out, serve};
use glir_conformance::trace::Trace;
use glir_core::backend::{Handle, PixelClass, PixelRead, Surface};
use glir_core::{Backend as _, Capabilities, Interpreter, Settings};
use glir_native::{Api, GlBackend, Headless, OpenError};
use glir_spec::Header;
use live::Live;
use std::io;

/// Answer a runner of the conformance suite (see conformance/PROTOCOL.md)
#[derive(Debug, Args)]
pub(crate) struct TesteeVerb {
    /// The interpreter
    #[arg(long, value_enum)]
    api: Kind,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// GL calls as text; needs no GPU
    Trace,
    /// Desktop OpenGL
    Gl,
    /// OpenGL ES 2.0
    Gles2,
    /// OpenGL ES 3.0
    Gles3,
    /// The server of live sessions; needs no GPU
    Live,
}

impl TesteeVerb {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut testee: Box<dyn Testee> = match self.api {
            Kind::Trace => Box::new(Trace),
            Kind::Gl => Box::new(Native::new(Api::Gl)?),
            Kind::Gles2 => Box::new(Native::new(Api::Gles2)?),
            Kind::Gles3 => Box::new(Native::new(Api::Gles3)?),
            Kind::Live => Box::new(Live::default()),
        };
        serve(&mut *testee, &mut io::stdin().lock(), &mut io::stdout().lock())
            .map_err(|error| Failure::writing("standard output", &error))?;
        Ok(Outcome::Fine)
    }
}

/// The native interpreter. One context serves all streams.
struct Native {
    api: Api,
    session: Option<Headless<Faulty<GlBackend>>>,
    /// What the driver does wrong in the task at hand.
    troubles: Vec<Trouble>,
    /// Whether a stream of the task at hand has begun.
    begun: bool,
    capabilities: Capabilities,
}

impl Native {
    fn new(api: Api) -> Result<Self, Failure> {
        let unusable = |error: &dyn std::fmt::Display| Failure::about(api, error);
        let small = Header { width: 1, height: 1, ..Header::default() };
        let mut session = Headless::open_around(api, &small, Settings::default(), |backend| {
            Faulty::new(backend, Vec::new())
        })
        .map_err(|error| unusable(&error))?;
        let capabilities =
            session.interpreter().map_err(|error| unusable(&error))?.backend().capabilities().clone();
        let troubles = Vec::new();
        Ok(Native { api, session: Some(session), troubles, begun: false, capabilities })
    }

    /// Canvas 0 as it is.
    fn picture(&mut self) -> Option<Picture> {
        let interpreter = Stage::interpreter(self)?;
        let (width, height) = interpreter.backend().inner().canvas_size(Handle(0))?;
        let (source, class) = (Surface::Canvas(Handle(0)), PixelClass::Unorm);
        let read = PixelRead { source, attachment: 0, x: 0, y: 0, width, height, class };
        let pixels = interpreter.read_canvas(&read).ok()?;
        // Rows come from the lowest up.
        let row = width as usize * 4;
        let rgba = pixels.chunks_exact(row.max(1)).rev().flatten().copied().collect();
        Picture::new(width, height, rgba)
    }
}

impl Stage for Native {
    type Backend = Faulty<GlBackend>;

    fn begin(&mut self, header: &Header<'_>, settings: Settings) -> Result<(), Refused> {
        let troubles = self.troubles.clone();
        let around = |backend| Faulty::new(backend, troubles);
        let begun = match &mut self.session {
            Some(session) => session.restart_around(header, settings, Faulty::into_inner, around),
            None => {
                let opened = Headless::open_around(self.api, header, settings, around);
                opened.map(|session| self.session = Some(session))
            }
        };
        self.begun = true;
        begun.map_err(|error| match error {
            OpenError::Stream(diagnostic) => Refused::Stream(diagnostic),
            other => Refused::Context(other.to_string()),
        })
    }

    fn interpreter(&mut self) -> Option<&mut Interpreter<Faulty<GlBackend>>> {
        let session = self.session.as_mut().filter(|_| self.begun)?;
        session.interpreter().ok()
    }

    fn lose(&mut self) {
        if let Some(interpreter) = Stage::interpreter(self) {
            interpreter.backend_mut().lose();
        }
    }
}

impl Testee for Native {
    fn hello(&self) -> Hello {
        // The limits are the driver's own.
        let troubles = driver::Kind::ALL.into_iter().filter(|kind| *kind != driver::Kind::Least);
        Hello {
            name: self.capabilities.interpreter.clone(),
            target: Some(self.capabilities.target),
            features: self.capabilities.features.iter().collect(),
            layers: vec![Layer::Decoding, Layer::Replies, Layer::Pixels, Layer::Index],
            // One context serves all streams; that it is lost and comes back is played by making all objects again.
            driver: troubles.map(|kind| kind.text().to_owned()).collect(),
            packing: Packing::ALL.to_vec(),
            seeks: true,
            sentences: true,
            draws: true,
        }
    }

    fn run(&mut self, task: &Task) -> Result<Done, String> {
        self.begun = false;
        self.troubles = task.driver.clone();
        let done = carry_out(task, self)?;
        let picture = if task.layers.contains(&Layer::Pixels) { self.picture() } else { None };
        Ok(Done { picture, ..done })
    }
}
