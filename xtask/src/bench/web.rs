//! `cargo xtask bench web`: what drawing in Chromium costs, beside the same WebGL calls made by hand and by turns with them,
//! and how long exported pages take to their first frame.

use std::fs;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use super::Row;
use crate::demo;
use crate::root::Root;
use crate::setup::{self, Layer};
use crate::{Outcome, run, web};

/// Samples of the long recording.
const LONG: u32 = 10_000_000;

/// Builds the pages, opens them, and sums up.
pub(super) fn run(root: &Root) -> Outcome {
    setup::prepare(&[Layer::Build, Layer::Drawing])?;
    if let Some(reason) = web::prepare()? {
        bail!("the browser's side can't be measured: {reason}");
    }
    web::run(root, &web::Arguments::default())?;
    println!("bench: building (the first time takes some minutes)");
    // Apart, since together they would be built with each other's features.
    for words in [&["--package", "glir-cli"][..], &["--package", "glir-browser", "--example", "measure"]] {
        let built = run::succeeds(root.cargo().args(["build", "--release"]).args(words))?;
        ensure!(built, "`cargo build --release {}` failed", words.join(" "));
    }
    let target = root.target()?;
    let release = target.join("release");
    let folder = target.join("bench");
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;

    let page = |name: &str| folder.join(name).display().to_string();
    let (demo, long, raw) = (page("demo.html"), page("long.html"), page("raw.html"));
    let samples = folder.join("long.npy");
    write_samples(&samples)?;
    let plot = |input: &str, words: &[&str], output: &str| -> Result<()> {
        let mut command = Command::new(release.join("glir"));
        command.args(["plot", input, "-o", output]).args(words).current_dir(root.path());
        ensure!(run::succeeds(&mut command)?, "`{}` failed", run::line(&command));
        Ok(())
    };
    plot(demo::RECORDING, &["--rows", "auto"], &demo)?;
    plot(&samples.display().to_string(), &["--rate", "1000"], &long)?;
    let measure = release.join("examples/measure");
    let points = LONG.to_string();
    run::output(Command::new(&measure).args(["make-raw", &raw, &points]))?;

    println!("bench: measuring in Chromium, on Mesa and on SwiftShader");
    let printed = run::output(Command::new(&measure).args([&demo, &long, &raw]))?;
    let results: Value = serde_json::from_str(&printed).context("the measurement printed no JSON")?;
    for file in [&samples, Path::new(&raw)] {
        fs::remove_file(file).with_context(|| format!("{} can't be removed", file.display()))?;
    }
    super::finish(&folder.join("web.json"), &results, &rows(&results))
}

/// A recording of one channel: two waves and noise, as 32-bit floats.
fn write_samples(path: &Path) -> Result<()> {
    let file = fs::File::create(path).with_context(|| format!("{} can't be written", path.display()))?;
    let mut out = BufWriter::new(file);
    let mut header = format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({LONG},), }}");
    // NPY 1.0: magic, version and length take 10 bytes; with the header and its line's end they are a multiple of 64.
    header.extend(std::iter::repeat_n(' ', 63 - (10 + header.len()) % 64));
    header.push('\n');
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&u16::try_from(header.len())?.to_le_bytes())?;
    out.write_all(header.as_bytes())?;
    let mut noise = 1u32;
    for index in 0..LONG {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let wave = (f64::from(index) * 1e-5).sin() * 3.0 + (f64::from(index) * 2e-3).sin();
        let sample = wave + f64::from(noise) / f64::from(u32::MAX) - 0.5;
        out.write_all(&(sample as f32).to_le_bytes())?;
    }
    out.flush()?;
    Ok(())
}

/// The figures of both renderers.
fn rows(results: &Value) -> Vec<Row> {
    let get = |renderer: &str, path: &str| {
        results.pointer(&format!("/{renderer}{path}")).and_then(Value::as_f64).unwrap_or(f64::NAN)
    };
    let mut rows = Vec::new();
    for (renderer, name) in [("gl-egl", "Mesa"), ("swiftshader", "SwiftShader")] {
        let mut row = |what: &str, measured: f64, unit, target, met| {
            rows.push(Row { what: format!("{what}, {name}").into(), measured, unit, target, met });
        };
        // What a view does: with all that a lost context is rebuilt from.
        let calls = get(renderer, "/commands/finished_ratio/retaining");
        row("3,000 small commands a frame, beside calls by hand", calls, "times", "<= 1.5", calls <= 1.5);
        let unseen = get(renderer, "/unseen/finished_ratio/retaining");
        row("the same outside the picture", unseen, "times", "<= 1.5", unseen <= 1.5);
        // How long the page itself is busy with them; what they cost the GPU's process comes later.
        row("until they are issued", get(renderer, "/commands/issued_ratio/retaining"), "times", "", true);
        let issued = get(renderer, "/unseen/issued_ratio/retaining");
        row("until those outside the picture are issued", issued, "times", "", true);
        let upload = get(renderer, "/upload/ratio") * 100.0;
        row("uploads of 16 MiB, beside bufferSubData", upload, "%", ">= 80", upload >= 80.0);
        let seconds = |page: &str| get(renderer, &format!("/first_frame_{page}/drawn_ms")) / 1000.0;
        row("first frame of the demo's page", seconds("demo"), "s", "", true);
        let long = seconds("long");
        row("first frame of a plot of 10 million samples", long, "s", "<= 4", long <= 4.0);
        let raw = seconds("raw");
        row("first frame of 10 million points as they are", raw, "s", "<= 4", raw <= 4.0);
        let drawing = get(renderer, "/points/drawn_ms") / 1000.0;
        row("of which uploading and drawing them by hand takes", drawing, "s", "", true);
    }
    rows
}
