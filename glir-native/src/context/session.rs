//! One stream on one headless context: the shortest way from commands to pixels.

use super::{Api, ContextError, ContextInfo, HeadlessContext};
use crate::backend::GlBackend;
use crate::shader::Dialect;
use glir_core::backend::{Failure, PixelClass, PixelRead, Surface};
use glir_core::{Backend, Diagnostic, Interpreter, Settings};
use glir_spec::Header;
use std::fmt;

/// An interpreter of one stream, with the context that it draws in. Its backend is that of the context, or one around it.
pub struct Headless<B: Backend = GlBackend> {
    // Dropped before the context. None only after a restart that failed.
    interpreter: Option<Interpreter<B>>,
    context: HeadlessContext,
}

/// Why a stream can't be drawn at all.
#[derive(Debug)]
pub enum OpenError {
    /// There is no context.
    Context(ContextError),
    /// The context can't be used.
    Driver(Failure),
    /// The context does not do what the stream's header asks for.
    Stream(Box<Diagnostic>),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Context(error) => error.fmt(f),
            OpenError::Driver(failure) => write!(f, "the context can't be used: {failure:?}"),
            OpenError::Stream(diagnostic) => f.write_str(&diagnostic.message),
        }
    }
}

impl std::error::Error for OpenError {}

impl Headless {
    /// Makes a context and begins a stream on it.
    pub fn open(api: Api, header: &Header<'_>, settings: Settings) -> Result<Self, OpenError> {
        let context = HeadlessContext::new(api).map_err(OpenError::Context)?;
        let dialect = Dialect::of(context.info());
        Self::open_on(context, dialect, header, settings)
    }

    /// Begins a stream on a context, with a chosen way for its shaders.
    pub fn open_on(
        context: HeadlessContext,
        dialect: Dialect,
        header: &Header<'_>,
        settings: Settings,
    ) -> Result<Self, OpenError> {
        Self::begin(context, dialect, header, settings, |backend| backend)
    }

    /// Begins another stream on the same context; nothing of the one before stays.
    pub fn restart(&mut self, header: &Header<'_>, settings: Settings) -> Result<(), OpenError> {
        self.restart_around(header, settings, |backend| backend, |backend| backend)
    }

    /// The current canvas: width, height and RGBA bytes, rows from the top down as image files have them.
    pub fn picture(&mut self) -> Result<(u32, u32, Vec<u8>), Failure> {
        picture(self.interpreter().map_err(|error| Failure::Driver(error.0))?)
    }
}

/// The current canvas of an interpreter whose context is current: width, height and RGBA bytes, rows from the top down as image files
/// have them.
pub fn picture<B: Backend>(interpreter: &mut Interpreter<B>) -> Result<(u32, u32, Vec<u8>), Failure> {
    let (_, canvas, width, height) = interpreter.canvas();
    let source = Surface::Canvas(canvas);
    let read = PixelRead { source, attachment: 0, x: 0, y: 0, width, height, class: PixelClass::Unorm };
    let mut pixels = interpreter.read_canvas(&read)?;
    let row = width as usize * 4;
    let rows = height as usize;
    for y in 0..rows / 2 {
        let (top, bottom) = pixels.split_at_mut((rows - 1 - y) * row);
        top[y * row..(y + 1) * row].swap_with_slice(&mut bottom[..row]);
    }
    Ok((width, height, pixels))
}

impl<B: Backend> Headless<B> {
    /// Makes a context and begins a stream on it, with a backend around the one that draws.
    pub fn open_around(
        api: Api,
        header: &Header<'_>,
        settings: Settings,
        around: impl FnOnce(GlBackend) -> B,
    ) -> Result<Self, OpenError> {
        let context = HeadlessContext::new(api).map_err(OpenError::Context)?;
        let dialect = Dialect::of(context.info());
        Self::begin(context, dialect, header, settings, around)
    }

    fn begin(
        context: HeadlessContext,
        dialect: Dialect,
        header: &Header<'_>,
        settings: Settings,
        around: impl FnOnce(GlBackend) -> B,
    ) -> Result<Self, OpenError> {
        context.make_current().map_err(OpenError::Context)?;
        let backend = new_backend(&context, dialect)?;
        match Interpreter::new(around(backend), header, settings) {
            Ok(interpreter) => Ok(Headless { interpreter: Some(interpreter), context }),
            Err(refused) => Err(OpenError::Stream(Box::new(refused.0))),
        }
    }

    /// The interpreter. The context is made current first, so that several may live on one thread.
    pub fn interpreter(&mut self) -> Result<&mut Interpreter<B>, ContextError> {
        self.context.make_current()?;
        self.interpreter.as_mut().ok_or_else(|| ContextError("the last stream could not begin".into()))
    }

    /// Begins another stream on the same context: `inner` takes the backend that draws out of the one around it, `around` puts it
    /// into another one. Nothing of the stream before stays.
    pub fn restart_around(
        &mut self,
        header: &Header<'_>,
        settings: Settings,
        inner: impl FnOnce(B) -> GlBackend,
        around: impl FnOnce(GlBackend) -> B,
    ) -> Result<(), OpenError> {
        self.context.make_current().map_err(OpenError::Context)?;
        let backend = match self.interpreter.take() {
            Some(interpreter) => inner(interpreter.into_backend()).reset().map_err(OpenError::Driver)?,
            None => new_backend(&self.context, Dialect::of(self.context.info()))?,
        };
        let interpreter = Interpreter::new(around(backend), header, settings);
        self.interpreter = Some(interpreter.map_err(|refused| OpenError::Stream(Box::new(refused.0)))?);
        Ok(())
    }

    /// What is known of the context.
    pub fn info(&self) -> &ContextInfo {
        self.context.info()
    }
}

/// The backend of a context that is current.
fn new_backend(context: &HeadlessContext, dialect: Dialect) -> Result<GlBackend, OpenError> {
    // SAFETY: the context is current, is made so again before each use of the interpreter, and outlives the
    // backend, which stands before it in the structure.
    let backend = unsafe { GlBackend::new(context.gl().clone(), context.info().clone(), dialect) };
    backend.map_err(OpenError::Driver)
}

impl<B: Backend> Drop for Headless<B> {
    fn drop(&mut self) {
        // The backend deletes its objects when it is dropped, right after this; they belong to this context.
        let _ = self.context.make_current();
    }
}
