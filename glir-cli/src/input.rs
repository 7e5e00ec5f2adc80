//! How streams come in: from a file, mapped into memory, or from the standard input.

use crate::failure::{Failure, plain, say};
use crate::map::Map;
use crate::sizes::grouped;
use clap::Args;
use glir_core::file::FileFault;
use glir_core::file::chunk::MAGIC;
use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// Bytes that are read from a pipe unless more are allowed.
const MAX_BYTES: u64 = 4 << 30;

/// The argument IN and what belongs to it.
#[derive(Debug, Args)]
pub(crate) struct InputArgs {
    /// A .glir file or its text form; - for standard input
    #[arg(value_name = "IN")]
    path: PathBuf,
    /// The most bytes to read from a pipe; files are mapped into memory
    #[arg(long, value_name = "BYTES", default_value_t = MAX_BYTES, hide_short_help = true)]
    max_bytes: u64,
}

impl InputArgs {
    /// An input among several.
    pub(crate) fn named(path: &Path) -> Self {
        InputArgs { path: path.to_owned(), max_bytes: MAX_BYTES }
    }

    /// An input of which so many bytes are read from a pipe.
    pub(crate) fn of(path: &Path, max_bytes: u64) -> Self {
        InputArgs { path: path.to_owned(), max_bytes }
    }

    /// Opens the input.
    pub(crate) fn open(&self) -> Result<Input, Failure> {
        Input::open(&self.path, self.max_bytes)
    }

    /// Fails if the output would take the place of the input.
    pub(crate) fn refuse_to_overwrite(&self, output: &Path) -> Result<(), Failure> {
        let place = |path: &Path| fs::canonicalize(path).ok().filter(|path| path.is_file());
        if place(output).is_some_and(|output| place(&self.path).as_ref() == Some(&output)) {
            return Err(Failure::about(
                output.display(),
                "this is the input; name another file for the output",
            ));
        }
        Ok(())
    }
}

/// The bytes of an input, with the name to use for it in messages.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) name: String,
    bytes: Bytes,
}

#[derive(Debug)]
enum Bytes {
    Mapped(Map),
    Read(Vec<u8>),
}

impl Deref for Input {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match &self.bytes {
            Bytes::Mapped(map) => map,
            Bytes::Read(bytes) => bytes,
        }
    }
}

impl Input {
    /// Opens a path, or the standard input for `-`.
    pub(crate) fn open(path: &Path, max_bytes: u64) -> Result<Input, Failure> {
        if path.as_os_str() == "-" {
            let name = "standard input".to_owned();
            let bytes = read_all(io::stdin().lock(), max_bytes).map_err(|why| Failure::about(&name, why))?;
            return Ok(Input { name, bytes: Bytes::Read(bytes) });
        }
        let name = path.display().to_string();
        let unreadable = |error: io::Error| Failure::about(&name, plain(&error));
        let file = File::open(path).map_err(unreadable)?;
        let data = file.metadata().map_err(unreadable)?;
        if data.is_dir() {
            return Err(Failure::about(&name, "this is a folder; name a file in it"));
        }
        let bytes = if data.is_file() && data.len() > 0 {
            Bytes::Mapped(Map::new(&file).map_err(unreadable)?)
        } else {
            Bytes::Read(read_all(file, max_bytes).map_err(|why| Failure::about(&name, why))?)
        };
        Ok(Input { name, bytes })
    }

    /// True if this is, or once was, a .glir file.
    pub(crate) fn is_binary(&self) -> bool {
        self.starts_with(&MAGIC[..5])
    }

    /// True if this looks like the text form.
    pub(crate) fn is_text(&self) -> bool {
        let start = self.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self).trim_ascii_start();
        start.starts_with(b"[") || start.starts_with(b"//")
    }

    /// The stream in its binary form; text is translated.
    pub(crate) fn stream(&self) -> Result<Cow<'_, [u8]>, Failure> {
        if self.is_text() { crate::build::translate(self).map(Cow::Owned) } else { Ok(Cow::Borrowed(self)) }
    }

    /// Says a fault of the file; one that leaves nothing to read is a failure.
    pub(crate) fn report(&self, fault: &FileFault) -> Result<(), Failure> {
        if fault.is_fatal() {
            return Err(Failure::about(&self.name, fault));
        }
        say(format_args!("{}: {fault}", self.name));
        Ok(())
    }
}

/// Reads to the end, but not beyond the limit.
fn read_all(source: impl Read, max_bytes: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    source.take(max_bytes.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| plain(&error))?;
    if bytes.len() as u64 > max_bytes {
        return Err(format!("there are more than {} bytes; --max-bytes allows more", grouped(max_bytes)));
    }
    Ok(bytes)
}
