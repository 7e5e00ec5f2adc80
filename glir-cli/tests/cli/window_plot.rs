//! Plots in real windows that are resized, and on screens with two pixels a layout pixel: nothing of a picture stays in old pixels.

use super::bench::Bench;
use super::draw::picture;
use super::window::{DISPLAY, Window, tool, wait_for, window_of};
use std::process::Stdio;
use std::sync::PoisonError;
use std::thread::sleep;
use std::time::{Duration, Instant};

type Shot = (usize, usize, Vec<[u8; 4]>);

fn read(bench: &Bench, name: &str) -> Shot {
    let (width, pixels) = picture(&bench.path(name));
    (width, pixels.len() / width, pixels)
}

/// The picture that is saved now, once it is as wanted.
fn shown(bench: &Bench, what: &str, is_wanted: impl Fn(&Shot) -> bool) -> Shot {
    let began = Instant::now();
    let mut last = None;
    while began.elapsed() < Duration::from_secs(30) {
        // S is a camera's where a scene flies.
        tool(&["key", "F12"]);
        sleep(Duration::from_millis(300));
        let names = bench.files();
        let Some(name) = names.iter().rfind(|name| name.ends_with("-001.png")) else { continue };
        sleep(Duration::from_millis(100));
        let shot = read(bench, name);
        std::fs::remove_file(bench.path(name)).unwrap();
        if is_wanted(&shot) {
            return shot;
        }
        last = Some(shot);
    }
    let (width, height, pixels) = last.unwrap_or_default();
    if let Some(folder) = std::env::var_os("GLIR_SHOTS") {
        let path = std::path::Path::new(&folder).join("not-wanted.ppm");
        let mut bytes = format!("P6 {width} {height} 255\n").into_bytes();
        bytes.extend(pixels.iter().flat_map(|pixel| &pixel[..3]));
        std::fs::write(path, bytes).unwrap();
    }
    panic!("waited in vain for {what}; the last picture is {width} × {height}");
}

/// How many pixels differ; all, where sizes do.
fn differing(a: &Shot, b: &Shot) -> usize {
    if (a.0, a.1) != (b.0, b.1) {
        return usize::MAX;
    }
    a.2.iter().zip(&b.2).filter(|(a, b)| a != b).count()
}

/// Opens a window; it has the keyboard.
fn open(bench: &Bench, arguments: &[&str], title: &str, scale: &str) -> (Window, String) {
    let mut command = bench.command(arguments);
    command.env("WINIT_X11_SCALE_FACTOR", scale);
    let mut window = Window(command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap());
    let id = window_of(&mut window, title);
    tool(&["windowfocus", "--sync", &id]);
    sleep(Duration::from_millis(300));
    (window, id)
}

fn resize(id: &str, width: u32, height: u32) {
    tool(&["windowsize", "--sync", id, &width.to_string(), &height.to_string()]);
    // The pointer is somewhere; the keyboard may have gone with it.
    tool(&["windowfocus", "--sync", id]);
    sleep(Duration::from_millis(600));
}

fn close(mut window: Window) {
    tool(&["key", "Escape"]);
    let status = wait_for("the window to close", || window.0.try_wait().unwrap());
    assert_eq!(status.code(), Some(0));
}

fn is_skipped() -> bool {
    let is = std::env::var_os("GLIR_REQUIRE_WINDOW").is_none();
    if is {
        eprintln!("skipped the window layer: GLIR_REQUIRE_WINDOW is not set");
    }
    is
}

const LINE: &str = "x,y\n0,0\n1,3\n2,1\n3,4\n";

/// What `glir plot` draws for this size, after these keys.
fn drawn(bench: &Bench, plot: &[&str], keys: &[&str]) -> Shot {
    let run = bench.glir(&[&["plot"], plot, &["-o", "wanted.glir"]].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let log: String = keys.iter().map(|key| format!("[\"KEY\", 0, \"down\", \"{key}\", 0, 0]\n")).collect();
    bench.write("keys.jsonl", log.as_bytes());
    let run = bench.glir(&["render", "wanted.glir", "--events", "keys.jsonl", "-o", "wanted.png"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let shot = read(bench, "wanted.png");
    std::fs::remove_file(bench.path("wanted.png")).unwrap();
    shot
}

#[test]
fn a_plot_is_made_again_for_its_window() {
    if is_skipped() {
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    // Two channels are two plots that share their time; the mesh is turned by the arrows.
    let recording = "time (s),a (mV),b\n0,0.1,3\n0.5,0.3,4\n1,-0.2,5\n1.5,0.4,1\n";
    let solid = "v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nf 1 3 2\nf 1 2 4\nf 2 3 4\nf 1 4 3\n";
    for (kind, name, data) in
        [("lines", "a.csv", LINE), ("signals", "a.csv", recording), ("mesh", "a.obj", solid)]
    {
        let bench = Bench::new();
        bench.write(name, data.as_bytes());
        let title = format!("glir {kind} again");
        let plot = |size: &'static str| vec![kind, name, "--title", &title, "--size", size];
        let (window, id) = open(&bench, &[&["plot"], &plot("360x240")[..]].concat(), &title, "1");
        let first = drawn(&bench, &plot("360x240"), &[]);
        shown(&bench, "the plot as it was asked for", |shot| differing(shot, &first) == 0);
        // Arrows move by shares of what is seen, so what they show does not rest on the size.
        let keys = ["Right", "Right", "plus", "Up"];
        let named = ["ArrowRight", "ArrowRight", "+", "ArrowUp"];
        keys.iter().for_each(|key| drop(tool(&["key", key])));
        let moved = drawn(&bench, &plot("360x240"), &named);
        assert!(differing(&moved, &first) > 0, "{kind}: keys move it");
        shown(&bench, "what the keys have moved", |shot| differing(shot, &moved) == 0);
        resize(&id, 640, 400);
        let wide = drawn(&bench, &plot("640x400"), &named);
        shown(&bench, "the plot made again and moved", |shot| differing(shot, &wide) == 0);
        // There is no room for axes, and a plot has 16 pixels at least: what was made last stays, and so does the window.
        resize(&id, 60, 14);
        shown(&bench, "the plot as it was", |shot| differing(shot, &wide) == 0);
        resize(&id, 300, 420);
        let high = drawn(&bench, &plot("300x420"), &named);
        shown(&bench, "the plot made once more", |shot| differing(shot, &high) == 0);
        // Home is where the plot of this size begins.
        tool(&["key", "Home"]);
        let home = drawn(&bench, &plot("300x420"), &[]);
        shown(&bench, "the plot at home", |shot| differing(shot, &home) == 0);
        close(window);
    }
}

#[test]
fn a_plot_on_a_fine_screen_has_larger_letters_and_lines() {
    if is_skipped() {
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    let bench = Bench::new();
    bench.write("a.csv", LINE.as_bytes());
    let title = ["--title", "glir fine screen"];
    let plot = [&["plot", "lines", "a.csv", "--size", "300x200"][..], &title].concat();
    let (window, id) = open(&bench, &plot, title[1], "2");
    let large = |size: &'static str| {
        let more = ["lines", "a.csv", "--size", size, "--text-size", "26", "--line-width", "3"];
        drawn(&bench, &[&more[..], &title].concat(), &[])
    };
    let wanted = large("600x400");
    shown(&bench, "twice the pixels", |shot| differing(shot, &wanted) == 0);
    resize(&id, 800, 460);
    let wanted = large("800x460");
    shown(&bench, "twice the pixels of another size", |shot| differing(shot, &wanted) == 0);
    close(window);
    // A stream that holds a plot stays in its pixels, and one that has none is drawn with those of the screen.
    let run = bench.glir(&[&plot[..], &["-o", "p.glir"]].concat());
    assert_eq!(run.code, 0);
    let run = bench.glir(&["render", "p.glir", "-o", "wanted.png"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let wanted = read(&bench, "wanted.png");
    let (window, _) = open(&bench, &["play", "p.glir"], title[1], "2");
    shown(&bench, "the stream's own pixels", |shot| differing(shot, &wanted) == 0);
    close(window);
    let clear = "[\"GLIR\", {\"width\": 60, \"height\": 40, \"title\": \"glir plain\"}]\n[\"CLEAR\", [\"color\"]]\n[\"SWAP\"]\n";
    bench.write("c.glirt", clear.as_bytes());
    let (window, _) = open(&bench, &["play", "c.glirt"], "glir plain", "2");
    shown(&bench, "the screen's pixels", |shot| (shot.0, shot.1) == (120, 80));
    close(window);
}

#[test]
fn a_stream_in_pixels_keeps_its_canvas_in_any_window() {
    if is_skipped() {
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    let bench = Bench::new();
    bench.write("a.csv", LINE.as_bytes());
    let title = "glir kept canvas";
    let run = bench.glir(&["plot", "lines", "a.csv", "--title", title, "--size", "360x240", "-o", "p.glir"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let run = bench.glir(&["render", "p.glir", "-o", "wanted.png"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let still = read(&bench, "wanted.png");
    std::fs::remove_file(bench.path("wanted.png")).unwrap();
    let (window, id) = open(&bench, &["play", "p.glir", "--record-events", "log.jsonl"], title, "1");
    // Twice as wide and high, between bars of 40 pixels at its sides.
    resize(&id, 800, 480);
    shown(&bench, "the canvas as it was", |shot| differing(shot, &still) == 0);
    let to = |x: u32, y: u32| {
        tool(&["mousemove", "--window", &id, &x.to_string(), &y.to_string()]);
        sleep(Duration::from_millis(150));
    };
    to(400, 200);
    tool(&["mousedown", "1"]);
    to(440, 200);
    to(460, 220);
    tool(&["mouseup", "1"]);
    // Beside the picture nothing is held.
    to(20, 240);
    tool(&["click", "4"]);
    sleep(Duration::from_millis(300));
    let moved = shown(&bench, "a picture that was moved", |shot| differing(shot, &still) > 0);
    close(window);
    // 60 × 20 pixels of the window are 30 × 10 of the canvas.
    let log = [
        r#"["POINTER", 0, "down", 180, 140, 0, 1, 0, 0.5]"#,
        r#"["POINTER", 0, "move", 210, 130, null, 1, 0, 0.6]"#,
        r#"["POINTER", 0, "up", 210, 130, 0, 0, 0, 0.7]"#,
    ];
    bench.write("wanted.jsonl", log.join("\n").as_bytes());
    for log in ["wanted.jsonl", "log.jsonl"] {
        let run = bench.glir(&["render", "p.glir", "--events", log, "-o", "again.png"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        assert_eq!(differing(&moved, &read(&bench, "again.png")), 0, "{log}");
    }
}

/// Only the third frame has a viewport: the window's size is given up when it comes, and taken again by the stream behind.
#[test]
fn what_turns_out_to_be_in_pixels_goes_back_to_them() {
    if is_skipped() {
        return;
    }
    let _alone = DISPLAY.lock().unwrap_or_else(PoisonError::into_inner);
    let bench = Bench::new();
    let header = r#"["GLIR", {"width": 60, "height": 40, "title": "glir found late"}]"#;
    let clear = "[\"CLEAR\", [\"color\"]]\n[\"SWAP\"]\n";
    let scissor = r#"["STATE", {"scissor": [0, 0, 30, 20]}]"#;
    let text = format!("{header}\n{clear}{clear}{scissor}\n{clear}{header}\n{clear}");
    bench.write("t.glirt", text.as_bytes());
    let (window, id) = open(&bench, &["play", "t.glirt", "--fps", "0.01"], "glir found late", "1");
    resize(&id, 120, 100);
    let size = |what: &str, size: (usize, usize)| drop(shown(&bench, what, |shot| (shot.0, shot.1) == size));
    size("the window's size", (120, 100));
    tool(&["key", "Right"]);
    size("the window's size still", (120, 100));
    tool(&["key", "Right"]);
    size("the header's size", (60, 40));
    tool(&["key", "Left"]);
    size("the header's size from now on", (60, 40));
    tool(&["key", "End"]);
    size("the window's size in the other stream", (120, 100));
    close(window);
}
