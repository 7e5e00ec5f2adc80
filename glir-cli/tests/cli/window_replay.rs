//! `glir play --deterministic` in a real window: size, time and replies are those of the recording.

use super::bench::Bench;
use super::trace::swap_frames;
use super::window::{DISPLAY, Window, color, tool, wait_for, window_of};
use std::io::Read;
use std::process::Stdio;
use std::sync::PoisonError;
use std::time::Duration;

/// Two frames half a second apart, whose colour is the time: a red of 51 for each half second. The blue is given.
fn stream(blue: &str) -> String {
    let read = r#"{"framebuffer": 0, "x": 7, "y": 5, "width": 1, "height": 1}"#;
    format!(
        r#"["GLIR", {{"width": 60, "height": 40, "title": "glir as recorded", "requires": ["lists", "signals"]}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 32]
["DATA", 1, 0, {{"f32": [-1, -1, 1, -1, -1, 1, 1, 1]}}]
["CREATE", 2, "program"]
["SHADERS", 2, {{"vertex": "attribute vec2 a; void main() {{ gl_Position = vec4(a, 0.0, 1.0); }}",
                "fragment": "precision highp float; uniform float u_time; void main() {{ gl_FragColor = vec4(u_time * 0.4, 0.0, {blue}, 1.0); }}"}},
               {{"attributes": ["vec2 a"], "uniforms": ["float u_time"]}}]
["ATTRIBUTE", 2, "a", {{"buffer": 1}}]
["INPUT", 1, "time"]
["BIND", 1, {{"uniform": "u_time", "program": 2}}]
["RECORD", 1]
["DRAW", 2, "triangle_strip", {{"count": 4}}]
["END"]
["REDRAW", 1]
["RUN", 1]
["READ", 1, {read}]
["SWAP"]
["TIME", 500000]
["RUN", 1]
["READ", 2, {read}]
["SWAP"]
"#
    )
}

/// Plays a file, and takes a screenshot of a colour; the exit code and what was said.
fn played(bench: &Bench, arguments: &[&str], want: Option<[u8; 4]>) -> (Option<i32>, String) {
    let mut command = bench.command(&[&["play", "--api", "gles3"], arguments].concat());
    let mut window = Window(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let id = window_of(&mut window, "glir as recorded");
    tool(&["windowsize", "--sync", &id, "120", "100"]);
    tool(&["windowfocus", "--sync", &id]);
    // The second frame has come, and the window has settled; on a busy machine the picture is waited for.
    std::thread::sleep(Duration::from_millis(1200));
    if let Some(want) = want {
        color(bench, want);
    }
    let shot = wait_for("a screenshot", || {
        tool(&["key", "F12"]);
        std::thread::sleep(Duration::from_millis(200));
        bench.files().into_iter().find(|name| name.ends_with(".png"))
    });
    let file = std::io::BufReader::new(std::fs::File::open(bench.path(&shot)).unwrap());
    let reader = png::Decoder::new(file).read_info().unwrap();
    let info = reader.info();
    assert_eq!((info.width, info.height), (60, 40), "the picture has the recording's size in any window");
    std::fs::remove_file(bench.path(&shot)).unwrap();
    tool(&["key", "Escape"]);
    let status = wait_for("the window to close", || window.0.try_wait().unwrap());
    let mut said = String::new();
    window.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    let said: Vec<&str> = said.lines().filter(|line| !line.contains("saved ")).collect();
    (status.code(), said.join("\n"))
}

#[test]
fn a_window_shows_what_was_recorded_when_it_was_recorded() {
    if std::env::var_os("GLIR_REQUIRE_WINDOW").is_none() {
        eprintln!("skipped the window layer: GLIR_REQUIRE_WINDOW is not set");
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    let bench = Bench::new();
    for (name, blue) in [("a", "0.0"), ("b", "1.0")] {
        bench.write(&format!("{name}.glirt"), stream(blue).as_bytes());
        let (text, file) = (format!("{name}.glirt"), format!("{name}.glir"));
        let run = bench.glir(&["convert", &text, "--replies", "gles3", "-o", &file]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
    }
    // By the clock the red would have gone on.
    let seen = played(&bench, &["a.glir", "--deterministic"], Some([51, 0, 0, 255]));
    assert_eq!(seen, (Some(0), String::new()));
    // One stream's frames with the other one's replies: each frame is told once.
    let read = |name: &str| std::fs::read(bench.path(name)).unwrap();
    bench.write("swapped.glir", &swap_frames(&read("a.glir"), &read("b.glir")));
    let (code, said) = played(&bench, &["swapped.glir", "--deterministic"], Some([51, 0, 255, 255]));
    assert_eq!((code, said.lines().count()), (Some(1), 2), "{said}");
    assert!(said.contains("swapped.glir: frame 0: reply 0 is [\"PIXELS\", 1"), "{said}");
    assert!(said.contains("swapped.glir: frame 1: reply 0 is [\"PIXELS\", 2"), "{said}");
    // Where nothing was recorded, there is nothing to hold it to.
    assert_eq!(bench.glir(&["convert", "a.glirt", "-o", "none.glir"]).code, 0);
    let (code, said) = played(&bench, &["none.glir", "--deterministic"], Some([51, 0, 0, 255]));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("none.glir: no replies were recorded"), "{said}");
}
