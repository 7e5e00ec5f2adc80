//! The same workloads as GL calls, recorded by apitrace: what it takes where it is installed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::Row;
use crate::run;

/// Seconds after which a question is given up.
const PATIENCE: &str = "300";

/// The frames that `figures draw-killed` has drawn when it is killed.
const DRAWN: f64 = 200.0;

/// A figure's name, what it is in words, and its unit.
const FIGURES: [(&str, &str, &str); 12] = [
    ("calls", "apitrace: calls of the same animation", ""),
    ("bytes_per_call", "apitrace: a call in a recording", "bytes"),
    ("lost_percent_by_16_bytes", "apitrace: calls that 16 damaged bytes in the middle cost", "%"),
    ("last_call_ms", "apitrace: the last call as text", "ms"),
    ("repeated_bytes", "apitrace: 300 uploads of the same 4 MiB", "bytes"),
    ("frames_lost_by_kill", "apitrace: frames that SIGKILL costs", "frames"),
    ("state_at_end_s", "apitrace: the state at the end", "s"),
    ("slice_s", "apitrace: the frames that one frame rests on", "s"),
    ("slice_calls", "apitrace: calls that it keeps of them", ""),
    ("window_calls", "apitrace: of calls in a window", ""),
    ("diff_s", "apitrace: comparing two recordings", "s"),
    ("differences", "apitrace: lines that differ between them", ""),
];

/// Records the animation twice and the uploads once, and asks for what GLIR's tools are asked for.
pub(super) fn measure(apitrace: &Path, program: &Path, folder: &Path) -> Result<Value> {
    let file = |name: &str| folder.join(format!("{name}.trace"));
    let (first, second, uploads) = (file("first"), file("second"), file("uploads"));
    for (word, path) in [("draw", &first), ("draw", &second), ("upload", &uploads)] {
        println!("bench: apitrace records `figures {word}`");
        fs::remove_file(path).ok();
        let mut command = Command::new(apitrace);
        command.args(["trace", "--api", "egl", "--output"]).arg(path).arg(program).arg(word);
        run::output(&mut command)?;
    }
    let size = |path: &PathBuf| -> Result<u64> {
        Ok(fs::metadata(path).with_context(|| format!("apitrace wrote no {}", path.display()))?.len())
    };
    let calls = count(apitrace, &first)?;
    let start = Instant::now();
    dump(apitrace, &first, &["--calls", &calls.saturating_sub(1).to_string()])?;
    let last = start.elapsed().as_secs_f64();
    let mut bytes = fs::read(&first).context("the recording can't be read")?;
    let middle = bytes.len() / 2;
    if let Some(part) = bytes.get_mut(middle..middle + 16) {
        part.iter_mut().for_each(|byte| *byte = !*byte);
    }
    let damaged = file("damaged");
    fs::write(&damaged, bytes).context("the damaged recording can't be written")?;
    let left = count(apitrace, &damaged)?;
    let start = Instant::now();
    let differences = compare(apitrace, &first, &second, calls)?;
    let compared = start.elapsed().as_secs_f64();
    let killed = file("killed");
    fs::remove_file(&killed).ok();
    // It does not end well, which is what is measured.
    let mut command = Command::new(apitrace);
    command.args(["trace", "--api", "egl", "--output"]).arg(&killed).arg(program).arg("draw-killed");
    run::quietly(&mut command);
    let drawn = dump(apitrace, &killed, &[])?.lines().filter(|line| line.contains(" glClear(")).count();
    fs::remove_file(killed).ok();
    let windowed = windowed(apitrace, program, &file("window"), &file("slice"))?;
    let mut result = json!({
        "calls": calls,
        "bytes_per_call": size(&first)? as f64 / calls as f64,
        "lost_percent_by_16_bytes": 100.0 * (1.0 - left as f64 / calls as f64),
        "last_call_ms": 1e3 * last,
        "repeated_bytes": size(&uploads)?,
        "diff_s": compared,
        "differences": differences,
        "frames_lost_by_kill": DRAWN - drawn as f64,
    });
    if let (Some(result), Value::Object(more)) = (result.as_object_mut(), windowed) {
        result.extend(more);
    }
    for path in [first, second, uploads, damaged] {
        fs::remove_file(path).ok();
    }
    Ok(result)
}

/// What takes a window, where frames have ends and a replay has a place: the state at the end, and what one frame rests on. Nothing where
/// there is no display.
fn windowed(apitrace: &Path, program: &Path, file: &Path, slice: &Path) -> Result<Value> {
    if std::env::var_os("DISPLAY").is_none() {
        println!(
            "bench: there is no display (DISPLAY is not set), so apitrace's state and its parts are not measured"
        );
        return Ok(Value::Null);
    }
    println!("bench: apitrace records `figures window`, prints the state at its end and cuts a frame out");
    fs::remove_file(file).ok();
    let mut command = Command::new(apitrace);
    command.args(["trace", "--api", "egl", "--output"]).arg(file).arg(program).arg("window");
    run::output(&mut command)?;
    let calls = count(apitrace, file)?;
    // The last draw: behind it the context is taken down.
    let text = dump(apitrace, file, &[])?;
    let last = text.lines().rfind(|line| line.contains(" glDraw")).and_then(|line| line.split(' ').next());
    let last = last.context("apitrace recorded no draw")?.to_owned();
    let timed = |command: &mut Command| -> Result<(Option<f64>, String)> {
        let start = Instant::now();
        let output = command.stderr(Stdio::null()).output().context("apitrace can't be started")?;
        let seconds = start.elapsed().as_secs_f64();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok((output.status.success().then_some(seconds), text))
    };
    let patient = || {
        let mut command = Command::new("timeout");
        command.arg(PATIENCE);
        command
    };
    let (state, text) = timed(patient().args(["eglretrace", "--headless", "-D", &last]).arg(file))?;
    let state = state.filter(|_| text.contains("parameters"));
    let (sliced, _) =
        timed(patient().arg(apitrace).args(["gltrim", "--frames=150", "-o"]).arg(slice).arg(file))?;
    let kept = if sliced.is_some() { Some(count(apitrace, slice)?) } else { None };
    for path in [file, slice] {
        fs::remove_file(path).ok();
    }
    Ok(json!({ "state_at_end_s": state, "slice_s": sliced, "slice_calls": kept, "window_calls": calls }))
}

/// The figures; none has a bound, since they are not ours.
pub(super) fn rows(results: &Value) -> Vec<Row> {
    let row = |&(name, what, unit): &(&str, &'static str, &'static str)| {
        Some(Row { what: what.into(), measured: results[name].as_f64()?, unit, target: "", met: true })
    };
    FIGURES.iter().filter_map(row).collect()
}

/// What apitrace prints of a recording. That it ends badly on a damaged one is part of what is measured.
fn dump(apitrace: &Path, path: &Path, words: &[&str]) -> Result<String> {
    let mut command = Command::new(apitrace);
    command.args(["dump", "--color=never"]).args(words).arg(path).stderr(Stdio::null());
    let output = command.output().context("apitrace can't be started")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// How many calls can be printed: lines that begin with a number.
fn count(apitrace: &Path, path: &Path) -> Result<usize> {
    let text = dump(apitrace, path, &[])?;
    Ok(text.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())).count())
}

/// The lines that differ between two recordings, or all if nothing came of it in time.
fn compare(apitrace: &Path, first: &Path, second: &Path, calls: usize) -> Result<Value> {
    let mut command = Command::new("timeout");
    command.arg(PATIENCE).arg(apitrace).args(["diff", "--tool=diff", "--suppress-common-lines", "--calls"]);
    command.arg(format!("0-{calls}")).args([first, second]);
    let output = command.stderr(Stdio::null()).output().context("apitrace can't be started")?;
    let text = String::from_utf8_lossy(&output.stdout);
    // 124 is what `timeout` ends with.
    let differ = text.lines().filter(|line| !line.trim().is_empty()).count();
    Ok(if output.status.code() == Some(124) { Value::Null } else { json!(differ) })
}
