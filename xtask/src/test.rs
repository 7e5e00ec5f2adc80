//! `cargo xtask test`: every test that this machine can run, then a plain word on each layer that it can't.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context, Result};

use crate::root::Root;
use crate::setup::{self, Layer, Need};
use crate::{Outcome, run, web};

/// Set to 1 for the tests when the machine can draw: a test that finds no context then fails rather than skips.
const REQUIRE_GL: &str = "GLIR_REQUIRE_GL";

/// Set to 1 for the tests when `DISPLAY` is a virtual one of ours: only then may a test open a window.
const REQUIRE_WINDOW: &str = "GLIR_REQUIRE_WINDOW";

/// Set to 1 for the tests when there is a browser and the package is built for it.
const REQUIRE_BROWSER: &str = "GLIR_REQUIRE_BROWSER";

/// Packages whose tests open pages.
const WITH_PAGES: &[&str] = &["glir-browser", "glir-export", "glir-live", "glir-cli"];

/// Arguments of `cargo xtask test`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Passed on to `cargo test`, such as `-p glir-core` or a test's name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    cargo: Vec<String>,
}

/// Sets up, tests the whole workspace, and sums up.
pub(crate) fn run(root: &Root, arguments: &Arguments) -> Outcome {
    let missing = setup::prepare(&[Layer::Build, Layer::Drawing, Layer::Window])?;
    let drawing = skipped(&missing, Layer::Drawing);
    let mut window = drawing.clone().or_else(|| skipped(&missing, Layer::Window));

    let mut command = root.cargo();
    // One failure hides no other.
    command.args(["test", "--no-fail-fast"]);
    // A package named by the user narrows the run; otherwise all are tested, this tool too.
    if !arguments.cargo.iter().any(|word| word.starts_with("-p") || word.starts_with("--package")) {
        command.arg("--workspace");
    }
    command.args(arguments.cargo.iter().filter(|word| *word != "--no-fail-fast"));
    if drawing.is_none() {
        command.env(REQUIRE_GL, "1");
    }
    let mut display = None;
    if window.is_none() {
        match VirtualDisplay::start() {
            Ok(started) => {
                // The user's own screen stays out of it.
                command.env("DISPLAY", &started.name).env_remove("WAYLAND_DISPLAY").env(REQUIRE_WINDOW, "1");
                display = Some(started);
            }
            Err(error) => window = Some(format!("{error:#}")),
        }
    }
    let (browser, small) = if arguments.cargo.is_empty() || opens_pages(&arguments.cargo) {
        build_pages(root)?
    } else {
        (Some("it was not asked for".into()), true)
    };
    if browser.is_none() {
        command.env(REQUIRE_BROWSER, "1");
    }
    let passed = run::succeeds(&mut command)? && small;
    drop(display);

    // What a narrowed run has tested is for its user to know.
    if arguments.cargo.is_empty() {
        report(passed, drawing.as_deref(), window.as_deref(), browser.as_deref());
    }
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn opens_pages(words: &[String]) -> bool {
    words.iter().any(|word| WITH_PAGES.iter().any(|package| word.ends_with(package)))
}

/// Builds the browser package. Why pages can't be tested, if they can't; and whether the package is within its bounds.
fn build_pages(root: &Root) -> Result<(Option<String>, bool)> {
    if let Some(reason) = web::prepare()? {
        return Ok((Some(reason), true));
    }
    let outcome = web::run(root, &web::Arguments::default());
    match outcome {
        Ok(code) => Ok((None, code == ExitCode::SUCCESS)),
        Err(error) => Ok((Some(format!("the package can't be built: {error:#}")), false)),
    }
}

/// Sums up by layer; after a failure only what was skipped is sure.
fn report(passed: bool, drawing: Option<&str>, window: Option<&str>, browser: Option<&str>) {
    println!();
    let layers = [
        ("language, core, producers, tools", None),
        ("drawing on GL, GLES 2 and GLES 3", drawing),
        ("window", window),
        ("WebGL 1 and 2 in a browser", browser),
    ];
    for (layer, skipped) in layers {
        match skipped {
            Some(reason) => println!("{layer:33} SKIPPED: {reason}"),
            None if passed => println!("{layer:33} tested"),
            None => {}
        }
    }
    if !passed {
        println!("test: failed, see above");
    }
}

/// Why a layer is skipped, if it is.
fn skipped(missing: &[&Need], layer: Layer) -> Option<String> {
    let names: Vec<_> = missing.iter().filter(|need| need.layer == layer).map(|need| need.what).collect();
    (!names.is_empty()).then(|| format!("this machine lacks {}", names.join(", ")))
}

/// An X server without a screen, stopped when dropped.
struct VirtualDisplay {
    server: Child,
    name: String,
}

impl VirtualDisplay {
    /// The server takes a free display and says on stdout, when it is ready, which one.
    fn start() -> Result<Self> {
        let mut command = Command::new("Xvfb");
        // Without a reset: the next window may be on its way while the last one goes.
        command.args(["-displayfd", "1", "-noreset", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let server = command.spawn().context("Xvfb can't be started")?;
        let mut display = Self { server, name: String::new() };
        let said = display.server.stdout.take().context("Xvfb has no output")?;
        let mut number = String::new();
        BufReader::new(said).read_line(&mut number).context("Xvfb says no display number")?;
        let number: u32 = number.trim().parse().context("Xvfb stopped before it had a display")?;
        display.name = format!(":{number}");
        Ok(display)
    }
}

impl Drop for VirtualDisplay {
    fn drop(&mut self) {
        // Both fail only where the server is gone already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::skipped;
    use crate::setup::{Layer, Need};

    #[test]
    fn a_skipped_layer_says_what_is_lacking() {
        let missing: Vec<&Need> = crate::setup::needs_of(&[Layer::Bench]).collect();
        let reason = skipped(&missing, Layer::Bench);
        assert_eq!(reason.as_deref(), Some("this machine lacks valgrind"));
        assert_eq!(skipped(&missing, Layer::Window), None);
    }
}
