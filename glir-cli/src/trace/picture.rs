//! Pictures of traces, for who compares them: drawn off screen, a frame or a part of one at a time.

use crate::failure::Failure;
use crate::trace::failed;
use crate::trace::painter::{Interpreter, Painter};
use crate::trace::stage::{Part, Stage};
use blake3::Hash;
use glir_core::Outcome;
use glir_native::Api;
use glir_trace::{Blobs, Trace};
use std::path::{Path, PathBuf};

/// A picture: width, height, and pixels.
pub(crate) type Picture = (u32, u32, Vec<u8>);

/// A trace that is being drawn.
pub(crate) struct Drawn<'t, 'a> {
    name: &'t str,
    trace: &'t Trace<'a>,
    interpreter: Interpreter,
    package: PathBuf,
    painter: Option<Painter>,
    blobs: Blobs<'a>,
    stream: Option<u64>,
}

impl<'t, 'a> Drawn<'t, 'a> {
    pub(crate) fn new(name: &'t str, trace: &'t Trace<'a>, api: Api) -> Self {
        Self::by(name, trace, Interpreter::Native(api), Path::new(""))
    }

    /// Drawn by an interpreter, for which the browser's package may be needed.
    pub(crate) fn by(name: &'t str, trace: &'t Trace<'a>, interpreter: Interpreter, package: &Path) -> Self {
        let (package, blobs) = (package.to_owned(), Blobs::default());
        Drawn { name, trace, interpreter, package, painter: None, blobs, stream: None }
    }

    /// Begins the stream of a frame, unless it has been begun.
    fn begin(&mut self, number: u64) -> Result<(), Failure> {
        let failed = |error| failed(self.name)(error);
        let first = self.trace.first_of_stream(number).map_err(failed)?;
        if self.stream.replace(first) != Some(first) {
            let header = self.trace.header(number).map_err(failed)?;
            self.blobs = self.trace.blobs(number).map_err(failed)?;
            self.painter = Painter::begin(self.name, &self.interpreter, &self.package, &header, &self.blobs)?;
        }
        Ok(())
    }

    /// Draws a frame, and gives the picture; none if the context does not take the stream. Frames must come one after another.
    pub(crate) fn frame(&mut self, number: u64) -> Result<Option<Picture>, Failure> {
        self.begin(number)?;
        if !self.pass(number)? {
            return Ok(None);
        }
        self.painter.as_mut().map_or(Ok(None), |painter| painter.picture(self.name))
    }

    /// Draws a frame of the stream that has begun; false if the context does not take it.
    fn pass(&mut self, number: u64) -> Result<bool, Failure> {
        let Some(painter) = &mut self.painter else { return Ok(false) };
        let Some(chunk) = self.trace.frame(number).map_err(failed(self.name))? else { return Ok(true) };
        Ok(painter.draw(self.name, Part::from(&chunk), &self.blobs)? != Outcome::Stopped)
    }

    /// What is seen behind so many commands of a frame, each as a hash, where the frames before it in its stream have been drawn. The places
    /// must grow.
    pub(crate) fn behind(mut self, number: u64, places: &[usize]) -> Result<Vec<(usize, Hash)>, Failure> {
        self.begin(number)?;
        let first = self.trace.first_of_stream(number).map_err(failed(self.name))?;
        for before in self.trace.frames().filter(|before| (first..number).contains(before)) {
            self.pass(before)?;
        }
        let chunk = self.trace.frame(number).map_err(failed(self.name))?;
        let (Some(chunk), Some(painter)) = (chunk, &mut self.painter) else { return Ok(Vec::new()) };
        painter.look(self.name, Part::from(&chunk), &self.blobs, places)
    }
}

/// The picture behind so many commands of a frame, or at its end; none if no context takes the stream.
pub(crate) fn at(
    name: &str,
    trace: &Trace<'_>,
    api: Api,
    frame: u64,
    commands: Option<usize>,
) -> Result<Option<Picture>, Failure> {
    let Some(mut stage) = Stage::at(name, trace, api, frame, commands)? else { return Ok(None) };
    let unreadable = |why| Failure::about(name, format!("the picture can't be read: {why:?}"));
    stage.session.picture().map(Some).map_err(unreadable)
}

/// The last picture of a file.
pub(crate) fn last(name: &str, bytes: &[u8], api: Api) -> Result<Option<Picture>, Failure> {
    let Ok(trace) = Trace::open(bytes) else { return Ok(None) };
    let mut drawn = Drawn::new(name, &trace, api);
    let mut picture = None;
    for number in trace.frames() {
        picture = drawn.frame(number)?;
    }
    Ok(picture)
}

/// Pixels that differ; all of them if the sizes do.
pub(crate) fn different(a: &Picture, b: &Picture) -> u64 {
    if (a.0, a.1) != (b.0, b.1) {
        return u64::from(a.0) * u64::from(a.1);
    }
    let (pixels_a, pixels_b) = (a.2.as_chunks::<4>().0, b.2.as_chunks::<4>().0);
    pixels_a.iter().zip(pixels_b).filter(|(a, b)| a != b).count() as u64
}
