//! Logs of events: written by `glir play`, replayed by `glir play` and `glir render`.

use crate::failure::{Failure, plain, say};
use crate::output::Output;
use glir_core::text::{Entry, EventLog};
use std::io::{Read as _, Write as _};
use std::path::Path;

/// The most bytes of a log.
const MOST: u64 = 256 << 20;

/// Reads a log.
pub(crate) fn read_log(path: &Path) -> Result<EventLog, Failure> {
    let failed = |error: std::io::Error| Failure::about(path.display(), plain(&error));
    let mut text = String::new();
    std::fs::File::open(path).map_err(failed)?.take(MOST + 1).read_to_string(&mut text).map_err(failed)?;
    if text.len() as u64 > MOST {
        return Err(Failure::about(path.display(), "a log of events has at most 256 MiB"));
    }
    EventLog::parse(&text).map_err(|error| {
        let place = format!("{}:{}:{}", path.display(), error.line, error.column);
        Failure::about(place, error.message)
    })
}

/// Writes a log as things happen. What can't be written is told once, at the end.
pub(crate) struct Recorder {
    out: Output,
    failure: Option<Failure>,
}

impl Recorder {
    pub(crate) fn new(out: Output) -> Self {
        Recorder { out, failure: None }
    }

    pub(crate) fn note(&mut self, entry: &Entry) {
        if self.failure.is_some() {
            return;
        }
        if let Err(error) = writeln!(self.out, "{}", entry.line()) {
            let failure = self.out.failed(&error);
            if let Failure::Unusable(why) = &failure {
                say(why);
            }
            self.failure = Some(failure);
        }
    }

    pub(crate) fn finish(self) -> Result<(), Failure> {
        match self.failure {
            Some(failure) => Err(failure),
            None => self.out.finish(),
        }
    }
}
