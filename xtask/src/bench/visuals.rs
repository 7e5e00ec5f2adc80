//! `cargo xtask bench visuals`: lines, markers and signals of very many points.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use super::{Row, finish};
use crate::{Outcome, run};

const KINDS: [&str; 6] = ["hairline", "smooth", "line", "markers", "markers-each", "signals"];
const COUNTS: [&str; 3] = ["100000", "1000000", "10000000"];

/// The most bytes a point of each kind may take in the stream: what its documentation says, and a little for shaders.
fn bytes_a_point(kind: &str) -> f64 {
    match kind {
        "hairline" | "smooth" => 12.5,
        "markers" => 8.5,
        "markers-each" | "signals" => 16.5,
        _ => 112.5,
    }
}

pub(super) fn run(program: &Path, folder: &Path, quick: bool) -> Outcome {
    let mut results = Map::new();
    let mut rows = Vec::new();
    for kind in KINDS {
        for count in COUNTS.into_iter().take(if quick { 2 } else { 3 }) {
            println!("bench: visuals {kind} {count}");
            let printed = run::output(Command::new(program).args(["visuals", kind, count]))?;
            let value: Value =
                serde_json::from_str(&printed).with_context(|| format!("{kind} printed no JSON"))?;
            rows.extend(figures(kind, count, &value)?);
            results.insert(format!("{kind} {count}"), value);
        }
    }
    finish(&folder.join("visuals.json"), &Value::Object(results), &rows)
}

fn figures(kind: &str, count: &str, value: &Value) -> Result<Vec<Row>> {
    let number = |name: &str| value[name].as_f64().with_context(|| format!("no {name} was measured"));
    let row = |what: &str, measured: f64, unit, target, met| Row {
        what: format!("{kind}, {count} points: {what}").into(),
        measured,
        unit,
        target,
        met,
    };
    // SWAP ends any frame.
    let commands = value["pan_commands"].as_array().map_or(f64::NAN, |names| names.len() as f64 - 1.0);
    let bytes = number("bytes_a_point")?;
    Ok(vec![
        row("built in", number("build_seconds")? * 1e3, "ms", "", true),
        row("bytes a point", bytes, "bytes", "as documented", bytes <= bytes_a_point(kind)),
        row("peak beyond the data", number("peak_bytes_beyond_the_data")? / 1e6, "MB", "", true),
        row("commands of a pan", commands, "before SWAP", "<= 3", commands <= 3.0),
        row("bytes of a pan", number("pan_bytes")?, "bytes", "<= 512", number("pan_bytes")? <= 512.0),
        row("a frame", number("frame_seconds")? * 1e3, "ms", "", true),
    ])
}
