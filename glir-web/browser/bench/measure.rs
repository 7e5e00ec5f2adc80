//! `measure PAGE.html…`: what the interpreter costs in Chromium, as one line of JSON. `cargo xtask bench web` runs it.
//!
//! `measure make-raw OUT.html POINTS [DRAWN]` writes a page that holds so many points as they are, four bytes each, and draws
//! all or the first of them.

use anyhow::{Context as _, Result, bail};
use glir_browser::{Angle, Browser, Files};
use glir_core::file::Writer;
use glir_core::text::{Item, parse};
use glir_export::Page;
use glir_spec::Command;
use glir_spec::wire::{Encoding, Reader};
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::ExitCode;

/// How often a page is opened.
const OPENINGS: usize = 5;

/// Notes when the first frame has been presented, and when its pixels could be read: then the driver has drawn it.
const WATCH: &str = "(() => {
  const look = () => {
    const view = globalThis.glir?.page?.view;
    if (!view || view.frame < 0 || view.state === 'loading') return void setTimeout(look, 2);
    const presented = performance.now();
    view.pixels();
    globalThis.firstFrame = { presented, drawn: performance.now(), faults: view.diagnostics.length };
  };
  look();
})();";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.first().map(String::as_str) {
        Some("make-raw") => make_raw(&arguments[1..]).map(|()| json!(null)),
        _ => measure(&arguments).await,
    };
    match result {
        #[allow(clippy::print_stdout)] // the result is this program's output
        Ok(value) => {
            println!("{value}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("measure: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn measure(pages: &[String]) -> Result<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Files::serve(root.join("../dist")).await?;
    files.put("/bench.js", std::fs::read(root.join("bench/bench.js"))?);
    files.put("/bench.html", "<!doctype html><meta charset=utf-8><title>bench</title>");
    let mut results = Map::new();
    for angle in Angle::ALL {
        let mut found = Map::new();
        let browser = start(angle).await?;
        browser.open(&files.url("/bench.html")).await?;
        for what in ["commands", "unseen", "upload", "points"] {
            let script = format!("return (await import('/bench.js')).{what}()");
            found.insert(what.to_owned(), browser.run(&script, &[]).await?);
        }
        drop(browser);
        for page in pages {
            let name = Path::new(page).file_stem().context("a page has a name")?.to_string_lossy();
            let path = std::fs::canonicalize(page).with_context(|| format!("{page} is not there"))?;
            let url = format!("file://{}", path.display());
            let mut times = first_frame(angle, &url).await?;
            times["bytes"] = json!(std::fs::metadata(&path)?.len());
            found.insert(format!("first_frame_{name}"), times);
        }
        results.insert(angle.to_string(), Value::Object(found));
    }
    Ok(Value::Object(results))
}

async fn start(angle: Angle) -> Result<Browser> {
    Browser::start(angle).await?.context("there is no browser to measure in")
}

/// Milliseconds from the start of the navigation, medians of several openings. The first of all is left out: a browser that
/// has just started has no process for the graphics yet, which says nothing of the page.
async fn first_frame(angle: Angle, url: &str) -> Result<Value> {
    let browser = start(angle).await?;
    browser.prelude(WATCH).await?;
    let wait = "for (let turn = 0; turn < 5000 && !globalThis.firstFrame; turn++) await new Promise((go) => setTimeout(go, 10));
        return { ...firstFrame, state: glir.page.view.state };";
    let (mut presented, mut drawn) = (Vec::new(), Vec::new());
    let mut first = Value::Null;
    for turn in 0..=OPENINGS {
        browser.open("about:blank").await?;
        browser.open(url).await?;
        let times = browser.run(wait, &[]).await?;
        if times["faults"] != 0 || times["state"] == "failed" {
            bail!("{url} has faults: {times}");
        }
        if turn == 0 {
            first = times["drawn"].clone();
            continue;
        }
        presented.push(times["presented"].as_f64().context("a time is a number")?);
        drawn.push(times["drawn"].as_f64().context("a time is a number")?);
    }
    Ok(
        json!({ "presented_ms": median(presented), "drawn_ms": median(drawn), "first_of_a_browser_ms": first }),
    )
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The raw page's stream, but for the samples.
const RAW: &str = r##"["GLIR", {"profile": "es3", "width": 1600, "height": 900, "title": "Points as they are"}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, BYTES]
["CREATE", 2, "program"]
["SHADERS", 2, {
  "vertex": ["#version 300 es", "in float a_value;", "uniform float u_count;", "void main() {",
    "  gl_Position = vec4(float(gl_VertexID) / u_count * 2.0 - 1.0, a_value * 0.2, 0.0, 1.0);", "  gl_PointSize = 1.0;", "}"],
  "fragment": ["#version 300 es", "precision highp float;", "out vec4 colour;", "void main() { colour = vec4(0.0, 0.3, 0.6, 1.0); }"]
}, {"attributes": ["float a_value"], "uniforms": ["float u_count"]}]
["ATTRIBUTE", 2, "a_value", {"buffer": 1, "stride": 4, "offset": 0}]
["UNIFORM", 2, "u_count", POINTS]
["DATA", 1, 0, {"f32": []}]
["STATE", {"clear_color": [1, 1, 1, 1]}]
["CLEAR", ["color"]]
["DRAW", 2, "points", {"count": POINTS}]
["SWAP"]
"##;

/// A page of raw samples, drawn as they are.
fn make_raw(arguments: &[String]) -> Result<()> {
    let (out, points, drawn) = match arguments {
        [out, points] => (out, points, points),
        [out, points, drawn] => (out, points, drawn),
        _ => bail!("make-raw OUT.html POINTS [DRAWN]"),
    };
    let points: u32 = points.parse()?;
    let text = RAW.replace("BYTES", &(u64::from(points) * 4).to_string()).replace("POINTS", drawn);
    let document = parse(&text)?;
    let (Some(Item::Header(header)), Some(Item::Frame { frame: told, .. })) =
        (document.items.first(), document.items.get(1))
    else {
        bail!("the text has a header and a frame")
    };
    let mut noise = 1u32;
    let samples: Vec<u8> = (0..points)
        .flat_map(|index| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let wave = (f64::from(index) * 1e-5).sin() * 3.0 + (f64::from(index) * 2e-3).sin();
            (wave as f32 + (noise >> 8) as f32 / 16_777_216.0 - 0.5).to_le_bytes()
        })
        .collect();
    let mut frame = glir_spec::Frame::new();
    let mut reader = Reader::new(told.head());
    for _ in 0..reader.array()? {
        let mut command = Command::decode(&mut reader)?;
        if let Command::Data(data) = &mut command {
            data.payload = frame.payload(Encoding::F32, &samples).into_owned();
        }
        frame.push(command);
    }
    let mut writer = Writer::new(Vec::new(), header)?;
    writer.frame(&frame, 0)?;
    let mut page = BufWriter::new(File::create(out)?);
    let summary = Page::new().title("Points as they are").write(&writer.finish()?, &mut page)?;
    eprintln!("{out}: {} tags, {} of them packed", summary.tags, summary.packed);
    Ok(())
}
