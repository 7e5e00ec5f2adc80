//! Chromium without a window, as all that we start: where it is, and its flags.

use std::path::PathBuf;

/// The flags of every start. What draws (`--use-angle=…`) and where its profile lies come to them.
pub const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--ignore-gpu-blocklist",
    "--enable-unsafe-swiftshader",
    "--force-device-scale-factor=1",
];

/// Chromium by the variable `GLIR_CHROMIUM`, or as this machine has it.
pub fn chromium() -> Option<PathBuf> {
    program("GLIR_CHROMIUM", &["chromium", "chromium-browser", "google-chrome"])
}

/// A program by its variable, or by one of its names on the `PATH`.
pub fn program(variable: &str, names: &[&str]) -> Option<PathBuf> {
    if let Some(named) = std::env::var_os(variable) {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH")?;
    let mut found =
        std::env::split_paths(&path).flat_map(|folder| names.iter().map(move |name| folder.join(name)));
    found.find(|file| file.is_file())
}
