//! Looks for programs, shared libraries and EGL drivers without loading any of them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::needs::Probe;
use crate::run;

/// Where the thing was found, for the report.
pub(crate) fn find(probe: &Probe) -> Option<String> {
    let place = match probe {
        Probe::Program(name) => run::which(name),
        Probe::Library(name) => library(name),
        Probe::EglDriver => egl_driver(),
    };
    place.map(|path| path.display().to_string())
}

/// The dynamic linker's own cache first (it knows folders that only this machine has), then the usual folders.
fn library(name: &str) -> Option<PathBuf> {
    cached_library(linker_cache(), name)
        .filter(|path| path.exists())
        .or_else(|| library_folders().into_iter().map(|folder| folder.join(name)).find(|file| file.exists()))
}

/// What `ldconfig -p` prints. It is asked anew each time, since an installation may change it.
fn linker_cache() -> String {
    // Debian keeps ldconfig out of a plain user's PATH.
    let program = ["/sbin/ldconfig", "/usr/sbin/ldconfig"].into_iter().find(|path| Path::new(path).exists());
    let mut command = Command::new(program.unwrap_or("ldconfig"));
    let output = command.arg("-p").stdin(Stdio::null()).stderr(Stdio::null()).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// The path of a library in `ldconfig -p`'s text: lines such as `libEGL.so.1 (libc6,x86-64) => /lib/libEGL.so.1`.
fn cached_library(cache: impl AsRef<str>, name: &str) -> Option<PathBuf> {
    let mut lines = cache.as_ref().lines().map(str::trim);
    lines.find_map(|line| {
        let (kind, path) = line.strip_prefix(name)?.strip_prefix(" (")?.split_once(") => ")?;
        // On x86-64 a 32-bit library of the same name is of no use; its kind says only `libc6`.
        (env::consts::ARCH != "x86_64" || kind.contains("x86-64")).then(|| PathBuf::from(path))
    })
}

/// The folders in which libraries usually stand on Linux.
fn library_folders() -> Vec<PathBuf> {
    let named = env::var_os("LD_LIBRARY_PATH");
    let mut folders: Vec<PathBuf> = named.iter().flat_map(env::split_paths).collect();
    let triplet = format!("{}-linux-gnu", env::consts::ARCH);
    folders.extend(["/usr/local/lib", "/usr/lib64", "/lib64", "/usr/lib", "/lib"].map(PathBuf::from));
    folders.extend(["/usr/lib", "/lib"].map(|parent| Path::new(parent).join(&triplet)));
    folders
}

/// A vendor's EGL registration; Mesa's alone counts only where its software renderer stands too, because a machine
/// without a GPU draws with nothing else.
fn egl_driver() -> Option<PathBuf> {
    let registrations = egl_registrations();
    let of_mesa = |path: &PathBuf| path.to_string_lossy().contains("mesa");
    let vendor = registrations.iter().find(|path| !of_mesa(path)).cloned();
    vendor.or_else(|| registrations.iter().any(of_mesa).then(mesa_renderer).flatten())
}

/// The files that tell libglvnd which vendors there are.
fn egl_registrations() -> Vec<PathBuf> {
    if let Some(files) = env::var_os("__EGL_VENDOR_LIBRARY_FILENAMES") {
        return env::split_paths(&files).filter(|file| file.is_file()).collect();
    }
    let folders: Vec<PathBuf> = match env::var_os("__EGL_VENDOR_LIBRARY_DIRS") {
        Some(folders) => env::split_paths(&folders).collect(),
        None => ["/etc/glvnd/egl_vendor.d", "/usr/share/glvnd/egl_vendor.d"].map(PathBuf::from).to_vec(),
    };
    folders.iter().flat_map(|folder| files_in(folder)).filter(|file| has_extension(file, "json")).collect()
}

/// Mesa's software renderer: a file of its own up to Mesa 24, inside libgallium since.
fn mesa_renderer() -> Option<PathBuf> {
    let own = env::var_os("LIBGL_DRIVERS_PATH");
    let mut drivers: Vec<PathBuf> = own.iter().flat_map(env::split_paths).collect();
    drivers.extend(library_folders().iter().map(|folder| folder.join("dri")));
    let old = drivers.into_iter().map(|folder| folder.join("swrast_dri.so")).find(|file| file.exists());
    old.or_else(|| {
        let mut libraries = library_folders().into_iter().flat_map(|folder| files_in(&folder));
        libraries.find(|file| {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.starts_with("libgallium") && has_extension(file, "so")
        })
    })
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn has_extension(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{cached_library, find};
    use crate::setup::needs::Probe;

    const CACHE: &str = "3 libs found in cache `/etc/ld.so.cache'\n\
        \tlibEGL_mesa.so.0 (libc6,x86-64) => /lib/x86_64-linux-gnu/libEGL_mesa.so.0\n\
        \tlibEGL.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libEGL.so.1\n\
        \tlibEGL.so (libc6,x86-64) => /lib/x86_64-linux-gnu/libEGL.so\n";

    #[test]
    fn a_library_is_found_by_its_whole_name() {
        assert_eq!(
            cached_library(CACHE, "libEGL.so.1"),
            Some(PathBuf::from("/lib/x86_64-linux-gnu/libEGL.so.1"))
        );
        assert_eq!(cached_library(CACHE, "libEGL"), None);
        assert_eq!(cached_library(CACHE, "libGL.so.1"), None);
    }

    #[test]
    fn what_no_machine_has_is_not_found() {
        assert_eq!(find(&Probe::Program("no-machine-has-this-program")), None);
        assert_eq!(find(&Probe::Library("libno-machine-has-this.so.9")), None);
    }
}
