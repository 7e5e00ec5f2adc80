//! `glir play` in a real window, on the display that GLIR_REQUIRE_WINDOW promises: resize, screenshot, close.

use super::bench::Bench;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

const STREAM: &str = r#"["GLIR", {"width": 60, "height": 40, "title": "glir window test"}]
["STATE", {"clear_color": [1, 0.5, 0, 1]}]
["CLEAR", ["color"]]
["SWAP"]
"#;

/// Runs a tool that speaks to the display; what it prints.
pub(crate) fn tool(arguments: &[&str]) -> String {
    let output = Command::new("xdotool").args(arguments).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

pub(crate) fn wait_for<T>(what: &str, mut ready: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(value) = ready() {
            return value;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "waited in vain for {what}");
        sleep(Duration::from_millis(50));
    }
}

/// One window has the keyboard at a time.
pub(crate) static DISPLAY: Mutex<()> = Mutex::new(());

/// Waits for a window of this title; tells what its program said if that ends before.
pub(crate) fn window_of(window: &mut Window, title: &str) -> String {
    wait_for(title, || {
        if let Some(status) = window.0.try_wait().unwrap() {
            let mut said = String::new();
            let _ = window.0.stderr.take().map(|mut stderr| stderr.read_to_string(&mut said));
            panic!("no window {title:?}, {status}: {said}");
        }
        tool(&["search", "--onlyvisible", "--name", title]).lines().next().map(str::to_owned)
    })
}

/// Ends the child even if the test fails.
pub(crate) struct Window(pub(crate) Child);

impl Drop for Window {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_window_resizes_saves_and_closes() {
    if std::env::var_os("GLIR_REQUIRE_WINDOW").is_none() {
        eprintln!("skipped the window layer: GLIR_REQUIRE_WINDOW is not set");
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    let bench = Bench::new();
    bench.write("w.glirt", STREAM.as_bytes());
    let mut command = bench.command(&["play", "w.glirt"]);
    let mut window = Window(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let id = window_of(&mut window, "glir window test");
    tool(&["windowsize", "--sync", &id, "120", "100"]);
    tool(&["windowfocus", "--sync", &id]);
    // The stream is drawn anew for the window's size a moment after it has settled.
    let size = wait_for("a screenshot of the new size", || {
        tool(&["key", "s"]);
        sleep(Duration::from_millis(300));
        let names = bench.files();
        let last = names.iter().rfind(|name| name.ends_with(".png"))?;
        let file = std::io::BufReader::new(std::fs::File::open(bench.path(last)).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert!(
            pixels.chunks_exact(4).all(|pixel| pixel == [255, 128, 0, 255] || pixel == [255, 127, 0, 255])
        );
        Some((info.width, info.height)).filter(|&size| size == (120, 100))
    });
    assert_eq!(size, (120, 100));
    tool(&["key", "q"]);
    let status = wait_for("the window to close", || window.0.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
}

/// The colour of the picture that is saved now.
pub(crate) fn color(bench: &Bench, want: [u8; 4]) {
    wait_for("a screenshot of the colour", || {
        tool(&["key", "s"]);
        sleep(Duration::from_millis(200));
        let names = bench.files();
        let last = names.iter().rfind(|name| name.ends_with(".png"))?;
        let file = std::io::BufReader::new(std::fs::File::open(bench.path(last)).unwrap());
        let mut reader = png::Decoder::new(file).read_info().ok()?;
        let mut pixels = vec![0; reader.output_buffer_size()?];
        reader.next_frame(&mut pixels).ok()?;
        std::fs::remove_file(bench.path(last)).unwrap();
        (pixels.get(..4) == Some(&want[..])).then_some(())
    });
}

#[test]
fn frames_are_stepped_through() {
    if std::env::var_os("GLIR_REQUIRE_WINDOW").is_none() {
        eprintln!("skipped the window layer: GLIR_REQUIRE_WINDOW is not set");
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    let bench = Bench::new();
    let mut text = "[\"GLIR\", {\"width\": 64, \"height\": 64, \"title\": \"glir steps\"}]\n".to_owned();
    for color in ["1, 0, 0", "0, 1, 0", "0, 0, 1"] {
        text += &format!(
            "[\"STATE\", {{\"clear_color\": [{color}, 1]}}]\n[\"CLEAR\", [\"color\"]]\n[\"SWAP\"]\n"
        );
    }
    bench.write("steps.glirt", text.as_bytes());
    let run = bench.glir(&["play", "steps.glirt", "--frames", "1..3"]);
    assert_eq!(run.err, "glir: steps.glirt: there is no frame 3; it has 3 frames, counted from 0\n");
    let mut command = bench.command(&["play", "steps.glirt", "--fps", "0.01"]);
    let mut window = Window(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let id = window_of(&mut window, "glir steps");
    tool(&["windowfocus", "--sync", &id]);
    color(&bench, [255, 0, 0, 255]);
    tool(&["key", "Right"]);
    color(&bench, [0, 255, 0, 255]);
    tool(&["key", "Right"]);
    color(&bench, [0, 0, 255, 255]);
    tool(&["key", "Left"]);
    color(&bench, [0, 255, 0, 255]);
    tool(&["key", "Left"]);
    color(&bench, [255, 0, 0, 255]);
    tool(&["key", "q"]);
    wait_for("the window to close", || window.0.try_wait().unwrap());
    let mut command = bench.command(&["play", "steps.glirt", "--frames", "2", "--fps", "0.01"]);
    let mut window = Window(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let id = window_of(&mut window, "glir steps");
    tool(&["windowfocus", "--sync", &id]);
    color(&bench, [0, 0, 255, 255]);
    tool(&["key", "q"]);
    wait_for("the window to close", || window.0.try_wait().unwrap());
}

/// A drag, the wheel and keys move the picture of a stream with no producer; what was done is drawn again from the log.
fn moved_by_hand(bench: &Bench, stream: &str, title: &str, scale: u32) {
    let mut command = bench.command(&["play", stream, "--api", "gles3", "--record-events", "log.jsonl"]);
    let mut window = Window(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let id = window_of(&mut window, title);
    tool(&["windowfocus", "--sync", &id]);
    sleep(Duration::from_millis(300));
    let to = |x: u32, y: u32| {
        tool(&["mousemove", "--window", &id, &(scale * x).to_string(), &(scale * y).to_string()]);
        sleep(Duration::from_millis(100));
    };
    to(30, 20);
    tool(&["mousedown", "1"]);
    to(40, 22);
    to(45, 25);
    tool(&["mouseup", "1"]);
    to(15, 10);
    tool(&["click", "4"]);
    tool(&["key", "Left"]);
    tool(&["key", "plus"]);
    sleep(Duration::from_millis(300));
    wait_for("a screenshot", || {
        // S is the scene's where it moves a camera.
        tool(&["key", "F12"]);
        sleep(Duration::from_millis(300));
        bench.files().into_iter().find(|name| name.ends_with(".png"))
    });
    let shown = bench.files().into_iter().rfind(|name| name.ends_with(".png")).unwrap();
    tool(&["key", "Escape"]);
    let status = wait_for("the window to close", || window.0.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
    let run = bench.glir(&["render", stream, "--api", "gles3", "--events", "log.jsonl", "-o", "again.png"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let run = bench.glir(&["render", stream, "--api", "gles3", "-o", "still.png"]);
    assert_eq!(run.code, 0);
    let pixels = |name: &str| {
        let file = std::io::BufReader::new(std::fs::File::open(bench.path(name)).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        pixels
    };
    assert!(pixels(&shown) != pixels("still.png"), "the picture has moved");
    assert!(pixels(&shown) == pixels("again.png"), "the log says how");
}

#[test]
fn a_window_is_moved_by_hand_and_tells_how() {
    if std::env::var_os("GLIR_REQUIRE_WINDOW").is_none() {
        eprintln!("skipped the window layer: GLIR_REQUIRE_WINDOW is not set");
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    let bench = Bench::new();
    bench.write("w.glirt", super::events::MOVABLE.as_bytes());
    moved_by_hand(&bench, "w.glirt", "glir signals test", 1);
}

#[test]
fn figures_are_moved_by_hand() {
    if std::env::var_os("GLIR_REQUIRE_WINDOW").is_none() {
        eprintln!("skipped the window layer: GLIR_REQUIRE_WINDOW is not set");
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    for (kind, name, data) in [
        ("lines", "line", "x,y\n0,0\n1,3\n2,1\n3,4\n"),
        ("mesh", "solid", "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n"),
    ] {
        let bench = Bench::new();
        let file = format!("{name}.{}", if kind == "mesh" { "obj" } else { "csv" });
        bench.write(&file, data.as_bytes());
        let title = format!("glir {name} test");
        let run = bench.glir(&["plot", kind, &file, "--title", &title, "--size", "360x240", "-o", "p.glir"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        moved_by_hand(&bench, "p.glir", &title, 5);
    }
}

#[test]
fn without_a_display_one_sentence_tells_why() {
    let bench = Bench::new();
    bench.write("w.glirt", STREAM.as_bytes());
    let mut command = bench.command(&["play", "w.glirt"]);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    let output = command.output().unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        error.starts_with("glir: there is no display to open a window on") && error.lines().count() == 1,
        "{error}"
    );
}

/// Waits until the window's title says this.
pub(crate) fn titled(id: &str, want: &str) {
    wait_for(want, || (tool(&["getwindowname", id]) == want).then_some(()));
}

/// The timeline: draws one by one, a range over and over, speeds, and the pointer on the bar.
#[test]
fn a_timeline_is_played_by_keys_and_by_the_pointer() {
    if std::env::var_os("GLIR_REQUIRE_WINDOW").is_none() {
        eprintln!("skipped the window layer: GLIR_REQUIRE_WINDOW is not set");
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    let bench = Bench::new();
    let mut text = "[\"GLIR\", {\"width\": 400, \"height\": 100, \"title\": \"glir timeline\"}]\n".to_owned();
    for frame in 0..6 {
        for color in [format!("0, 0, 0.{frame}"), format!("0.{frame}, 1, 0")] {
            text += &format!("[\"STATE\", {{\"clear_color\": [{color}, 1]}}]\n[\"CLEAR\", [\"color\"]]\n");
        }
        text += "[\"SWAP\"]\n";
    }
    bench.write("t.glirt", text.as_bytes());
    // As a recording, whose frames are packed and have keyframes between them.
    assert_eq!(bench.glir(&["convert", "t.glirt", "--keyframes", "90", "-o", "t.glir"]).code, 0);
    let mut command = bench.command(&["play", "t.glir", "--fps", "0.02"]);
    let mut window = Window(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let id = window_of(&mut window, "glir timeline");
    tool(&["windowfocus", "--sync", &id]);
    let first = |frame: u8| [0, 0, (f32::from(frame) * 25.5).round() as u8, 255];
    let whole = |frame: u8| [(f32::from(frame) * 25.5).round() as u8, 255, 0, 255];
    let press = |key: &str| drop(tool(&["key", key]));
    color(&bench, whole(0));
    press("space");
    titled(&id, "glir timeline: frame 1 of 6, paused");
    press("period");
    titled(&id, "glir timeline: frame 2 of 6, draw 1 of 2, paused");
    color(&bench, first(1));
    press("period");
    titled(&id, "glir timeline: frame 2 of 6, paused");
    color(&bench, whole(1));
    press("comma");
    color(&bench, first(1));
    press("comma");
    color(&bench, whole(0));
    press("period");
    press("Right");
    titled(&id, "glir timeline: frame 2 of 6, paused");
    press("End");
    color(&bench, whole(5));
    press("Home");
    titled(&id, "glir timeline: frame 1 of 6, paused");
    press("Right");
    press("bracketleft");
    press("Right");
    press("Right");
    press("bracketright");
    titled(&id, "glir timeline: frame 4 of 6, from 2 to 4, paused");
    press("Home");
    titled(&id, "glir timeline: frame 2 of 6, from 2 to 4, paused");
    press("greater");
    titled(&id, "glir timeline: frame 2 of 6, 2× as fast, from 2 to 4, paused");
    press("less");
    titled(&id, "glir timeline: frame 2 of 6, from 2 to 4, paused");
    // The bar begins 32 pixels from the left; its end is the last frame, before it stand the words.
    let click = |x: &str, y: &str| drop(tool(&["mousemove", "--window", &id, x, y, "click", "1"]));
    click("34", "86");
    titled(&id, "glir timeline: frame 1 of 6, from 2 to 4, paused");
    click("300", "86");
    titled(&id, "glir timeline: frame 6 of 6, from 2 to 4, paused");
    color(&bench, whole(5));
    click("150", "30");
    sleep(Duration::from_millis(200));
    titled(&id, "glir timeline: frame 6 of 6, from 2 to 4, paused");
    if let Some(folder) = std::env::var_os("GLIR_SHOTS") {
        // Where ImageMagick is there, the window as it is seen.
        let path = std::path::PathBuf::from(folder).join("timeline.png");
        let _ = Command::new("import").args(["-window", &id]).arg(path).status();
    }
    press("q");
    wait_for("the window to close", || window.0.try_wait().unwrap());
    // Four frames of 50 ms ten times as fast, over and over: no one waits for 0.02 frames a second.
    let mut command = bench.command(&[
        "play",
        "t.glir",
        "--fps",
        "5",
        "--speed",
        "10",
        "--frames",
        "1..2",
        "--loop",
        "--record-events",
        "log",
    ]);
    let mut window = Window(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let id = window_of(&mut window, "glir timeline");
    tool(&["windowfocus", "--sync", &id]);
    sleep(Duration::from_millis(2500));
    press("q");
    wait_for("the window to close", || window.0.try_wait().unwrap());
    let log = std::fs::read_to_string(bench.path("log")).unwrap();
    let number = |line: &str| line.strip_prefix("[\"ACK\", ")?.split([',', ']']).next()?.parse::<u64>().ok();
    let frames: Vec<u64> = log.lines().filter_map(number).collect();
    // Of two frames at five a second, ten times as fast, two seconds show fifty rounds; without --speed five. What is played begins on
    // what frame 0 has left.
    let rounds = frames.iter().filter(|frame| **frame == 2).count();
    assert!(rounds > 12, "{rounds} rounds: {log}");
    assert!(frames.iter().all(|frame| *frame <= 2), "nothing behind the range is played: {log}");
}
