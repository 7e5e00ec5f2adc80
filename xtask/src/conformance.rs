//! `cargo xtask conformance`: the whole matrix of interpreters that this machine has, the suite as a data package, or the suite
//! itself under test.

mod hunt;
mod mutants;
mod pages;
mod weave;

use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use glir_conformance::package;
use glir_conformance::suite::Suite;

use crate::root::Root;
use crate::setup::{self, Layer};
use crate::{Outcome, run, web};

/// Interpreters that need a context.
const NATIVE: &[&str] = &["gl", "gles2", "gles3"];

/// Interpreters that need a browser.
const BROWSER: &[&str] = &["webgl1-mesa", "webgl2-mesa", "webgl1-swiftshader", "webgl2-swiftshader"];

/// Arguments of `cargo xtask conformance`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Write the suite as data into this folder, and run nothing
    #[arg(long, value_name = "DIR")]
    package: Option<PathBuf>,
    /// Test the suite itself: whether it catches the faults of conformance/mutants, or those whose names fit, such as
    /// 'wire-*,file-*'
    #[arg(long, value_name = "PATTERN", num_args = 0..=1, default_missing_value = "*", conflicts_with = "package")]
    mutants: Option<String>,
    /// Passed on to `glir conform`, such as --filter 'drawing/*'
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    conform: Vec<String>,
}

/// Builds `glir`, runs every interpreter that can be run, and says which were left out.
pub(crate) fn run(root: &Root, arguments: &Arguments) -> Outcome {
    if let Some(folder) = &arguments.package {
        let home = root.join("conformance");
        let suite = Suite::read(&home.join("cases")).map_err(|wrong| anyhow!("{}", wrong.join("\n")))?;
        let count = package::write(&suite, &home, folder).map_err(|why| anyhow!("{why}"))?;
        println!("conformance: {count} files in {}", folder.display());
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(wanted) = &arguments.mutants {
        return hunt::run(root, wanted);
    }
    let missing = setup::prepare(&[Layer::Build, Layer::Drawing])?;
    let drawing = missing.iter().all(|need| need.layer != Layer::Drawing);
    let browser = no_browser(root)?;
    let built = run::succeeds(root.cargo().args(["build", "--package", "glir-cli"]))?;
    ensure!(built, "glir does not build; the compiler's reason stands above");
    let report = root.target()?.join("conformance.html");
    let mut command = Command::new(root.target()?.join("debug").join("glir"));
    command
        .current_dir(root.path())
        .args(["conform", "--interpreter", "trace", "--interpreter", "live", "--report"])
        .arg(&report);
    if drawing {
        command.args(NATIVE.iter().flat_map(|name| ["--interpreter", name]));
    }
    if browser.is_none() {
        command.args(BROWSER.iter().flat_map(|name| ["--interpreter", name]));
    }
    let begun = Instant::now();
    let passed = run::succeeds(command.args(&arguments.conform))?;
    // On the error output: what `--json` prints is the same each time.
    eprintln!("The run took {}", spent(begun.elapsed()));
    if !drawing {
        println!("SKIPPED {}: this machine can't draw", NATIVE.join(", "));
    }
    if let Some(why) = browser {
        println!("SKIPPED {}: {why}", BROWSER.join(", "));
    }
    println!("The report: {}", report.display());
    Ok(if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Why pages can't be run, if they can't; builds what they need otherwise.
fn no_browser(root: &Root) -> Result<Option<String>> {
    if let Some(reason) = web::prepare()? {
        return Ok(Some(reason));
    }
    Ok(web::run(root, &web::Arguments::default())
        .err()
        .map(|error| format!("the package can't be built: {error:#}")))
}

/// A time as people say it.
fn spent(time: Duration) -> String {
    let seconds = time.as_secs_f64().round() as u64;
    match (seconds / 60, seconds % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::spent;
    use std::time::Duration;

    #[test]
    fn times_are_said_in_minutes_and_seconds() {
        for (seconds, said) in [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (185.2, "3 min 5 s")] {
            assert_eq!(spent(Duration::from_secs_f64(seconds)), said);
        }
    }
}
