//! `cargo xtask bench`: what replaying costs, as ratios taken in one run and as instruction counts.

use std::borrow::Cow;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use crate::root::Root;
use crate::setup::{self, Layer};
use crate::{Outcome, run};

mod traces;
mod visuals;
mod web;

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Measure this side; without a word, all that needs no browser
    side: Option<Side>,
    /// Fewer frames and a smaller file, without instruction counts: for a quick look
    #[arg(long)]
    quick: bool,
}

/// What can be measured apart.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Side {
    /// Drawing in Chromium
    Web,
    /// Lines, markers and signals of 10⁵ to 10⁷ points
    Visuals,
    /// Recordings: their size, seeking, cutting, comparing
    Traces,
}

/// A figure, and what it shall be, if anything.
struct Row {
    what: Cow<'static, str>,
    measured: f64,
    unit: &'static str,
    target: &'static str,
    met: bool,
}

pub(crate) fn run(root: &Root, arguments: &Arguments) -> Outcome {
    if let Some(Side::Web) = arguments.side {
        return web::run(root);
    }
    if let Some(Side::Traces) = arguments.side {
        setup::prepare(&[Layer::Build])?;
        return traces::run(root);
    }
    let layers: &[Layer] = if arguments.quick {
        &[Layer::Build, Layer::Drawing]
    } else {
        &[Layer::Build, Layer::Drawing, Layer::Bench]
    };
    setup::prepare(layers)?;
    println!("bench: building (the first time takes some minutes)");
    let built = run::succeeds(root.cargo().args(["build", "--release", "--package", "glir-bench"]))?;
    ensure!(built, "glir-bench does not build; the compiler's reason stands above");
    let target = root.target()?;
    let program = target.join("release").join("glir-bench");
    let folder = target.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;

    if let Some(Side::Visuals) = arguments.side {
        return visuals::run(&program, &folder, arguments.quick);
    }
    let measure = |words: &[&str], noop: bool| -> Result<Value> {
        let mut command = Command::new(&program);
        command.args(words);
        if noop {
            command.env("GALLIUM_NOOP", "1");
        }
        println!("bench: {}{}", if noop { "GALLIUM_NOOP=1 " } else { "" }, words.join(" "));
        let printed = run::output(&mut command)?;
        serde_json::from_str(&printed).with_context(|| format!("`{}` printed no JSON", words.join(" ")))
    };
    let frames = if arguments.quick { "30" } else { "300" };
    let mut results = Map::new();
    results.insert("commands".into(), measure(&["commands"], false)?);
    results.insert("payloads".into(), measure(&["payloads"], false)?);
    results.insert("encode".into(), measure(&["encode"], false)?);
    results.insert("gloo".into(), measure(&["gloo"], false)?);
    results.insert("beside_glow_noop".into(), measure(&["glow", frames, "1000"], true)?);
    results.insert("beside_glow_drawing".into(), measure(&["glow", "30", "1000"], false)?);
    let file = folder.join("memory.glir");
    let path = file.to_string_lossy();
    measure(&["make-file", &path, if arguments.quick { "64" } else { "512" }], false)?;
    results.insert("memory".into(), measure(&["memory", &path], false)?);
    fs::remove_file(&file).ok();
    let live = |part: &str| measure(&["live", part], false);
    let parts = json!({ "throughput": live("throughput")?, "slow": live("slow")?, "plot": live("plot")? });
    results.insert("live".into(), parts);
    if !arguments.quick && run::which("valgrind").is_some() {
        results.insert("instructions".into(), instructions(&program, &folder)?);
    }

    let results = Value::Object(results);
    finish(&folder.join("results.json"), &results, &rows(&results))
}

/// Keeps all results, and holds those that have a target against it.
fn finish(out: &Path, results: &Value, rows: &[Row]) -> Outcome {
    fs::write(out, format!("{results:#}\n"))
        .with_context(|| format!("{} can't be written", out.display()))?;
    println!("\n{:<64} {:>12} {:<14} {:<14} met", "figure", "measured", "", "target");
    for row in rows {
        let met = match (row.met, row.target) {
            (_, "") => "",
            (true, _) => "yes",
            (false, _) => "NO",
        };
        println!("{:<64} {:>12.2} {:<14} {:<14} {met}", row.what, row.measured, row.unit, row.target);
    }
    println!("\nAll results: {}", out.display());
    Ok(if rows.iter().all(|row| row.met) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The instructions that a program takes, as callgrind counts them; what it prints goes nowhere.
fn counted(program: &Path, words: &[&str], noop: bool, folder: &Path) -> Result<f64> {
    let out = folder.join("callgrind.out");
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--quiet"]).arg(format!("--callgrind-out-file={}", out.display()));
    command.arg(program).args(words);
    if noop {
        command.env("GALLIUM_NOOP", "1");
    }
    println!("bench: callgrind, {}", words.join(" "));
    run::output(&mut command)?;
    let text = fs::read_to_string(&out).context("callgrind wrote nothing")?;
    fs::remove_file(&out).ok();
    let line = text.lines().find_map(|line| line.strip_prefix("totals: ").or(line.strip_prefix("summary: ")));
    line.and_then(|line| line.trim().parse().ok()).context("callgrind's file has no total")
}

/// Instructions a command, from runs of two lengths: what start-up costs falls out of their difference.
fn instructions(program: &Path, folder: &Path) -> Result<Value> {
    const SHORT: u32 = 2;
    const LONG: u32 = 12;
    let count =
        |side: &str, frames: u32| counted(program, &["side", side, &frames.to_string()], true, folder);
    let commands = f64::from(LONG - SHORT) * 3002.0;
    let each = |side: &str| -> Result<f64> { Ok((count(side, LONG)? - count(side, SHORT)?) / commands) };
    let (glir, glow, check, frames) = (each("glir")?, each("glow")?, each("check")?, each("frames")?);
    // The sides that replay also build their frames; that is the producer's share and is taken off.
    Ok(json!({
        "glir_per_command": glir - frames,
        "glow_per_command": glow,
        "decode_and_check_per_command": check - frames,
        "encode_per_command": frames,
        "ratio": (glir - frames) / glow,
    }))
}

/// The figures that have a target.
fn rows(results: &Value) -> Vec<Row> {
    let get = |path: &str| results.pointer(path).and_then(Value::as_f64).unwrap_or(f64::NAN);
    let row = |what: &'static str, measured: f64, unit, target, met| Row {
        what: what.into(),
        measured,
        unit,
        target,
        met,
    };
    let commands = get("/commands/uniform_attribute_draw/commands_per_second") / 1e6;
    let pairs = get("/commands/uniform_draw/commands_per_second") / 1e6;
    let overhead = get("/beside_glow_noop/overhead_ns_per_command") / 1e3;
    let share = get("/payloads/share_of_memcpy") * 100.0;
    let memory = get("/memory/beyond_stream_bytes") / 1048576.0;
    let check = get("/beside_glow_drawing/decode_and_check_share") * 100.0;
    let live = get("/live/throughput/mib_1/share_of_bare") * 100.0;
    let growth = get("/live/slow/server_growth_bytes") / 1048576.0;
    let stale = get("/live/slow/stale_frames");
    let moved = get("/live/plot/most_bytes_per_move");
    vec![
        row(
            "small commands decoded and checked (uniform, attribute, draw)",
            commands,
            "million/s",
            ">= 10",
            commands >= 10.0,
        ),
        row("small commands decoded and checked (uniform, draw)", pairs, "million/s", ">= 10", pairs >= 10.0),
        row("payloads of 1 MiB, copied once, beside memcpy", share, "%", ">= 80", share >= 80.0),
        row(
            "overhead over the same calls on glow, idle driver",
            overhead,
            "us a command",
            "<= 0.25",
            overhead <= 0.25,
        ),
        row("decoding and checking, share of replay that draws", check, "%", "<= 10", check <= 10.0),
        row("peak memory beyond the mapped stream", memory, "MiB", "<= 16", memory <= 16.0),
        row("live session, frames of 1 MiB, beside a bare WebSocket", live, "%", ">= 70", live >= 70.0),
        row("live session's growth under a slow client", growth, "MiB", "<= 64", growth <= 64.0),
        row("frames that a slow client gets before the newest", stale, "frames", "<= 2", stale <= 2.0),
        row("a move of a plot of ten million samples", moved, "bytes", "<= 1024", moved <= 1024.0),
    ]
}
