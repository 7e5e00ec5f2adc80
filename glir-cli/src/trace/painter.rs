//! Who draws a trace for comparison: a native context, or a page in a browser.

use crate::answers::set_time;
use crate::browser::{Page, angle_of};
use crate::failure::Failure;
use crate::trace::picture::Picture;
use crate::trace::stage::Part;
use blake3::Hash;
use glir_conformance::runner::{Broken, Launcher, Link};
use glir_core::file::Writer;
use glir_core::{FrameInput, Outcome, Settings, Store};
use glir_native::{Api, Headless, OpenError};
use glir_spec::Header;
use glir_trace::{Blobs, part};
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

const SCRIPT: &str = include_str!("painter.js");

/// How long a page may take for a frame.
const PATIENCE: Duration = Duration::from_secs(120);

/// What draws.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Interpreter {
    /// A native context.
    Native(Api),
    /// A page: the version of WebGL, and what draws for Chromium.
    Page(u32, String),
}

impl FromStr for Interpreter {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if let Ok(api) = name.parse() {
            return Ok(Interpreter::Native(api));
        }
        let unknown = || {
            format!(
                "{name:?} is no interpreter: gl, gles2, gles3, webgl1 or webgl2, or webgl2-ANGLE, where ANGLE is what Chromium's --use-angle takes"
            )
        };
        let rest = name.strip_prefix("webgl").ok_or_else(unknown)?;
        let (version, angle) = rest.split_once('-').unwrap_or((rest, "mesa"));
        let version = version.parse().ok().filter(|version| [1, 2].contains(version)).ok_or_else(unknown)?;
        Ok(Interpreter::Page(version, angle_of(angle).ok_or_else(unknown)?.to_owned()))
    }
}

impl fmt::Display for Interpreter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Interpreter::Native(api) => api.fmt(f),
            Interpreter::Page(version, angle) => write!(f, "webgl{version}-{angle}"),
        }
    }
}

/// An interpreter at work on one stream.
pub(crate) enum Painter {
    Native(Box<Headless>),
    Page(Sheet),
}

impl Painter {
    /// Begins a stream; none if the context does not take it.
    pub(crate) fn begin(
        name: &str,
        interpreter: &Interpreter,
        package: &Path,
        header: &Header<'_>,
        blobs: &Blobs<'_>,
    ) -> Result<Option<Self>, Failure> {
        match interpreter {
            Interpreter::Native(api) => match Headless::open(*api, header, Settings::default()) {
                Ok(session) => Ok(Some(Painter::Native(Box::new(session)))),
                Err(OpenError::Stream(_)) => Ok(None),
                Err(error) => Err(Failure::about(name, error)),
            },
            Interpreter::Page(version, angle) => {
                let package = PathBuf::from(package);
                let page = Page { webgl: *version, angle: angle.clone(), package, script: SCRIPT };
                let link = page.launch().map_err(|why| Failure::about(interpreter, why))?;
                Sheet::begin(interpreter.to_string(), link, header, blobs)
                    .map(|sheet| Some(Painter::Page(sheet)))
            }
        }
    }

    /// Draws a chunk at its time.
    pub(crate) fn draw(&mut self, name: &str, part: Part<'_>, blobs: &Blobs<'_>) -> Result<Outcome, Failure> {
        match self {
            Painter::Native(session) => {
                let interpreter = session.interpreter().map_err(|error| Failure::about(name, error))?;
                set_time(interpreter, part.time_us);
                let (head, arena) = (part.head, Store::Memory(part.arena));
                let outcome = interpreter.draw(FrameInput { head, arena, blobs });
                interpreter.take_replies();
                interpreter.take_diagnostics();
                Ok(outcome)
            }
            Painter::Page(sheet) => {
                let sent = sheet.writer.raw_frame(part.head, part.arena, part.time_us);
                sheet.send(sent).map(|()| Outcome::Complete)
            }
        }
    }

    /// Draws a frame at its time, and gives what is seen behind so many of its commands, each as a hash; the places must grow, and stand
    /// behind commands that are done by themselves.
    pub(crate) fn look(
        &mut self,
        name: &str,
        whole: Part<'_>,
        blobs: &Blobs<'_>,
        places: &[usize],
    ) -> Result<Vec<(usize, Hash)>, Failure> {
        let (mut seen, mut wrong) = (Vec::new(), None);
        let nothing = Part { head: &[], arena: &[], ..whole };
        self.draw(name, nothing, blobs)?;
        if places.first() == Some(&0)
            && let Some(picture) = self.picture(name)?
        {
            seen.push((0, hash(&picture)));
        }
        match self {
            Painter::Native(session) => {
                let interpreter = session.interpreter().map_err(|error| Failure::about(name, error))?;
                let (head, arena) = (whole.head, Store::Memory(whole.arena));
                interpreter.draw_and_look(FrameInput { head, arena, blobs }, |interpreter, count| {
                    interpreter.take_replies();
                    interpreter.take_diagnostics();
                    if places.binary_search(&(count as usize)).is_ok() {
                        match glir_native::picture(interpreter) {
                            Ok(picture) => seen.push((count as usize, hash(&picture))),
                            Err(why) => wrong = Some(format!("the picture can't be read: {why:?}")),
                        }
                    }
                });
            }
            Painter::Page(_) => {
                let mut from = 0;
                for place in places.iter().copied().filter(|place| *place > 0) {
                    let next = part(whole.head, whole.arena, from..place);
                    self.draw(name, Part { head: next.head(), arena: next.arena(), ..whole }, blobs)?;
                    if let Some(picture) = self.picture(name)? {
                        seen.push((place, hash(&picture)));
                    }
                    from = place;
                }
            }
        }
        wrong.map_or(Ok(seen), |why| Err(Failure::about(name, why)))
    }

    /// What canvas 0 shows; none if the context does not take the stream.
    pub(crate) fn picture(&mut self, name: &str) -> Result<Option<Picture>, Failure> {
        match self {
            Painter::Native(session) => {
                let unreadable = |why| Failure::about(name, format!("the picture can't be read: {why:?}"));
                session.picture().map(Some).map_err(unreadable)
            }
            Painter::Page(sheet) => sheet.picture(),
        }
    }
}

/// A picture as a number: its size and its pixels.
fn hash((width, height, pixels): &Picture) -> Hash {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&width.to_le_bytes()).update(&height.to_le_bytes()).update(pixels);
    hasher.finalize()
}

/// What a writer has written and nobody has taken yet.
#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A page that draws.
pub(crate) struct Sheet {
    name: String,
    link: Box<dyn Link>,
    writer: Writer<Pipe>,
    pipe: Pipe,
    /// What the next message is: 0 for the first, then 1.
    kind: u8,
}

impl Sheet {
    fn begin(
        name: String,
        link: Box<dyn Link>,
        header: &Header<'_>,
        blobs: &Blobs<'_>,
    ) -> Result<Self, Failure> {
        let pipe = Pipe::default();
        let writer = Writer::new(pipe.clone(), header).map_err(|error| Failure::about(&name, error))?;
        let mut sheet = Sheet { name, link, writer, pipe, kind: 0 };
        let sent =
            blobs.iter().try_for_each(|(encoding, bytes)| sheet.writer.blob(encoding, bytes).map(drop));
        sheet.send(sent)?;
        Ok(sheet)
    }

    fn send(&mut self, written: io::Result<()>) -> Result<(), Failure> {
        written.map_err(|error| Failure::about(&self.name, error))?;
        let mut message = vec![self.kind];
        message.append(&mut self.pipe.take());
        self.kind = 1;
        self.ask(&message).map(drop)
    }

    fn ask(&mut self, message: &[u8]) -> Result<Vec<u8>, Failure> {
        let answer = self.link.ask(message, PATIENCE).map_err(|broken| {
            let why = match broken {
                Broken::Crash(why) => why,
                Broken::Timeout => "it gives no answer in time".into(),
            };
            Failure::about(&self.name, why)
        })?;
        match answer.split_first() {
            Some((0 | 1, _)) => Ok(answer),
            Some((2, said)) => Err(Failure::about(&self.name, String::from_utf8_lossy(said))),
            _ => Err(Failure::about(&self.name, "the page gives an answer that is none")),
        }
    }

    fn picture(&mut self) -> Result<Option<Picture>, Failure> {
        let answer = self.ask(&[2])?;
        let number = |at: usize| {
            let bytes = answer.get(at..)?.first_chunk::<4>()?;
            Some(u32::from_le_bytes(*bytes))
        };
        let picture = number(1)
            .zip(number(5))
            .map(|(width, height)| (width, height, answer.get(9..).unwrap_or_default().to_vec()));
        Ok(picture.filter(|_| answer.first() == Some(&1)))
    }
}
