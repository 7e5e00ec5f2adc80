//! `cargo xtask bench traces`: recording, seeking, cutting, comparing and shrinking, on 901,500 commands in 300 frames.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::{Row, counted, finish};
use crate::root::Root;
use crate::{Outcome, run};

mod apitrace;

/// A figure's name, what it is in words, its unit, and the most that it may be, as a number and in words.
const FIGURES: [(&str, &str, &str, f64, &str); 21] = [
    ("bytes_per_command", "a small command in a recording", "bytes", 8.0, "≤ 8"),
    ("keyframe_percent", "keyframes of a recording", "% of it", 5.0, "≤ 5"),
    ("repeated_bytes", "300 uploads of the same 4 MiB", "bytes", 4.5e6, "≤ 4,500,000"),
    ("frames_lost_by_16_bytes", "what 16 damaged bytes cost", "frames", 1.0, "≤ 1"),
    ("frames_lost_by_kill", "what SIGKILL costs a recording, the most of five", "frames", 1.0, "≤ 1"),
    ("record_us_per_command", "recording, all on one thread", "µs a command", f64::INFINITY, ""),
    ("record_on_thread_us_per_command", "recording beside the producer", "µs a command", 0.15, "≤ 0.15"),
    (
        "record_percent_of_frame",
        "recording, of the processors' time of frames of 32×32 pixels drawn back to back",
        "%",
        5.0,
        "≤ 5",
    ),
    ("record_percent_of_large_frame", "the same of frames of 1280×720 pixels", "%", 5.0, "≤ 5"),
    (
        "record_percent_of_instructions",
        "the same of frames of 32×32 pixels, by instructions",
        "%",
        5.0,
        "≤ 5",
    ),
    ("last_command_ms", "the last command as text", "ms", 20.0, "≤ 20"),
    ("state_at_end_ms", "the state at the end", "ms", 300.0, "≤ 300"),
    ("slice_s", "a slice of one frame", "s", 2.0, "≤ 2"),
    ("slice_over_ideal", "its commands over the fewest possible", "", 1.05, "≤ 1.05"),
    ("tested_keyframe_percent", "keyframes where depths are tested", "% of it", 5.0, "≤ 5"),
    ("tested_state_at_end_ms", "the state at the end where depths are tested", "ms", 300.0, "≤ 300"),
    ("tested_slice_s", "a slice of one frame where depths are tested", "s", 2.0, "≤ 2"),
    ("tested_slice_over_ideal", "its commands over the fewest possible", "", 1.05, "≤ 1.05"),
    ("diff_s", "comparing two recordings", "s", 2.0, "≤ 2"),
    ("differences", "differences between them", "", 0.0, "0"),
    ("shrunk_median", "a seeded fault made small, the median", "commands", 20.0, "≤ 20"),
];

pub(super) fn run(root: &Root) -> Outcome {
    println!("bench: building (the first time takes some minutes)");
    let words = ["build", "--release", "--package", "glir-trace", "--example", "figures"];
    ensure!(run::succeeds(root.cargo().args(words))?, "the example does not build; the reason stands above");
    let target = root.target()?;
    let program = target.join("release/examples/figures");
    let printed = run::output(&mut Command::new(&program))?;
    let mut results: Value = serde_json::from_str(&printed).context("figures printed no JSON")?;
    let folder = target.join("bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    results["record_percent_of_instructions"] = match run::which("valgrind") {
        Some(_) => recorded_beside_drawn(&program, &folder)?.into(),
        None => {
            println!("bench: valgrind is not there, so no instructions are counted");
            Value::Null
        }
    };
    let mut rows = rows(&results)?;
    match run::which("apitrace") {
        Some(apitrace) => {
            let peer = apitrace::measure(&apitrace, &program, &folder)?;
            rows.extend(apitrace::rows(&peer));
            results["apitrace"] = peer;
        }
        None => println!(
            "bench: apitrace is not there (on Debian: apt-get install apitrace), so only GLIR is measured"
        ),
    }
    finish(&path(&folder), &results, &rows)
}

/// What recording adds to the instructions of frames that are drawn, all threads together, in percent: a share that other work on the
/// machine does not change. From runs of two lengths, without what start-up costs.
fn recorded_beside_drawn(program: &Path, folder: &Path) -> Result<f64> {
    let count = |word: &str, frames: &str| counted(program, &[word, frames], false, folder);
    let added = |word: &str| Ok::<f64, anyhow::Error>(count(word, "70")? - count(word, "10")?);
    let drawn = added("drawn")?;
    Ok(100.0 * (added("drawn-and-recorded")? / drawn - 1.0))
}

fn path(folder: &Path) -> std::path::PathBuf {
    folder.join("traces.json")
}

fn rows(results: &Value) -> Result<Vec<Row>> {
    let row = |(name, what, unit, most, target): &(&str, &'static str, &'static str, f64, &'static str)| {
        let measured = &results[*name];
        // What needs a context is left out where there is none.
        if measured.is_null() && results.get(*name).is_some() {
            return Ok(None);
        }
        let measured = measured.as_f64().with_context(|| format!("no {name} was measured"))?;
        Ok(Some(Row { what: (*what).into(), measured, unit, target, met: measured <= *most }))
    };
    FIGURES.iter().filter_map(|figure| row(figure).transpose()).collect()
}
