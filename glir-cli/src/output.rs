//! How results go out: whole or not at all.

use crate::dialect::temporary_file;
use crate::failure::{Failure, plain};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Where a result goes. A file is written beside its place and takes it only when it is whole.
#[derive(Debug)]
pub(crate) struct Output {
    name: String,
    to: To,
}

#[derive(Debug)]
enum To {
    Stdout(BufWriter<io::Stdout>),
    /// A device or pipe, which nothing can replace.
    Device(BufWriter<fs::File>),
    File(BufWriter<NamedTempFile>, PathBuf),
}

impl Output {
    /// Opens a path, or the standard output for `-` and for no path at all.
    pub(crate) fn open(path: Option<&Path>) -> Result<Output, Failure> {
        let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
            return Ok(Output {
                name: "standard output".into(),
                to: To::Stdout(BufWriter::new(io::stdout())),
            });
        };
        let name = path.display().to_string();
        let failed = |error: io::Error| Failure::writing(&name, &error);
        // A link stays: what it points to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let old = fs::metadata(&target).ok();
        if old.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(Failure::about(&name, "this is a folder; name a file in it"));
        }
        if old.as_ref().is_some_and(|old| !old.is_file()) {
            let device = fs::File::options().write(true).open(&target).map_err(failed)?;
            return Ok(Output { name, to: To::Device(BufWriter::new(device)) });
        }
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            let why = format!("there is no folder {}; make it first", folder.display());
            return Err(Failure::about(&name, why));
        }
        let file = temporary_file().tempfile_in(folder).map_err(|error| {
            Failure::about(&name, format!("no file can be made in {}: {}", folder.display(), plain(&error)))
        })?;
        if let Some(old) = old {
            file.as_file().set_permissions(old.permissions()).map_err(failed)?;
        }
        Ok(Output { name, to: To::File(BufWriter::new(file), target) })
    }

    /// Fails where the name of an output asks for another format. Devices and the standard output have no format.
    pub(crate) fn expect_extension(path: &Path, extension: &str, what: &str) -> Result<(), Failure> {
        let named = path.extension().is_some_and(|found| found.eq_ignore_ascii_case(extension));
        let device = fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir());
        if named || device || path.as_os_str() == "-" || path.is_dir() {
            return Ok(());
        }
        Err(Failure::about(path.display(), format!("{what} is written; name it .{extension}")))
    }

    /// The name to use in messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The failure that an error in writing to this output is.
    pub(crate) fn failed(&self, error: &io::Error) -> Failure {
        Failure::writing(&self.name, error)
    }

    /// Ends the result and puts it in its place. Without it, an unfinished file vanishes.
    pub(crate) fn finish(self) -> Result<(), Failure> {
        let failed = |error: io::Error| Failure::writing(&self.name, &error);
        match self.to {
            To::Stdout(mut out) => out.flush().map_err(failed),
            To::Device(mut out) => out.flush().map_err(failed),
            To::File(out, target) => {
                let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
                file.persist(&target).map(drop).map_err(|error| failed(error.error))
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.to {
            To::Stdout(out) => out.write(bytes),
            To::Device(out) => out.write(bytes),
            To::File(out, _) => out.write(bytes),
        }
    }

    /// Passes bytes on only where somebody may be waiting for them.
    fn flush(&mut self) -> io::Result<()> {
        match &mut self.to {
            To::Stdout(out) => out.flush(),
            To::Device(out) => out.flush(),
            To::File(..) => Ok(()),
        }
    }
}
