//! `cargo xtask setup`: finds out what this machine lacks to build, draw and test GLIR, and installs it.
//!
//! A need is met when the program, library or driver itself is found, wherever it came from. Only what is missing is
//! asked of apt-get, so a second run does nothing and takes no time.

use std::process::ExitCode;

use anyhow::Result;

use crate::Outcome;

mod apt;
mod needs;
mod probe;

#[cfg(test)]
pub(crate) use needs::of as needs_of;
pub(crate) use needs::{Layer, Need};

/// Arguments of `cargo xtask setup`.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Install nothing; exit with 1 if something is missing that building or drawing needs
    #[arg(long)]
    check: bool,
}

/// Reports on every need, and installs what is missing unless only asked to check.
pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let mut missing = Vec::new();
    for need in needs::of(Layer::ALL) {
        match probe::find(&need.probe) {
            Some(place) => println!("{:8} {}: found ({place})", need.layer.name(), need.what),
            None => {
                println!("{:8} {}: missing", need.layer.name(), need.what);
                missing.push(need);
            }
        }
    }
    let missing = if arguments.check {
        apt::advise(&missing);
        missing
    } else {
        install(missing)?
    };
    let vital = missing.iter().any(|need| need.layer.is_vital());
    println!("{}", summary(&missing));
    Ok(if vital { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Installs what the layers lack, silently when they lack nothing; what is missing afterwards.
pub(crate) fn prepare(layers: &[Layer]) -> Result<Vec<&'static Need>> {
    let missing = needs::of(layers).filter(|need| probe::find(&need.probe).is_none()).collect();
    install(missing)
}

/// Installs layer by layer, so that a package that can't be had spoils no other layer.
fn install(missing: Vec<&'static Need>) -> Result<Vec<&'static Need>> {
    if missing.is_empty() {
        return Ok(missing);
    }
    let Some(apt) = apt::Apt::find() else {
        apt::advise(&missing);
        return Ok(missing);
    };
    apt.update();
    let mut left = Vec::new();
    for layer in Layer::ALL {
        let wanted: Vec<_> = missing.iter().copied().filter(|need| need.layer == *layer).collect();
        if wanted.is_empty() {
            continue;
        }
        apt.install(*layer, &wanted)?;
        left.extend(wanted.into_iter().filter(|need| probe::find(&need.probe).is_none()));
    }
    apt::advise(&left);
    Ok(left)
}

fn summary(missing: &[&Need]) -> String {
    if missing.is_empty() {
        return "setup: this machine has all it needs".into();
    }
    let names: Vec<_> = missing.iter().map(|need| need.what).collect();
    format!("setup: still missing {}", names.join(", "))
}
