//! `glir serve` and `glir export`: addresses, pages, goodbyes.

use super::bench::{Bench, stream};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// A server that runs, and its address.
fn serve(bench: &Bench, arguments: &[&str]) -> (Child, String) {
    let mut command = bench.command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut url = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
    (child, url.trim().to_owned())
}

fn end(mut child: Child) -> Option<i32> {
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    child.wait().unwrap().code()
}

/// The status of a request.
fn status(url: &str) -> String {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[cfg(unix)]
#[test]
fn a_stream_and_a_plot_are_served_until_ctrl_c() {
    let bench = Bench::new();
    bench.write("s.glir", &stream());
    let csv: String = (0..500).map(|i| format!("{},{}\n", f64::from(i) / 100.0, i % 7)).collect();
    bench.write("t.csv", csv.as_bytes());
    for arguments in [&["serve", "s.glir"][..], &["serve", "--plot", "t.csv"], &["serve", "s.glir", "--loop"]]
    {
        let (child, url) = serve(&bench, arguments);
        assert!(url.starts_with("http://127.0.0.1:") && url.contains("/?token="), "{url}");
        assert!(["200", "501"].contains(&&*status(&url)), "with or without the browser package");
        assert_eq!(status(&url.replace("token=", "token=0")), "403");
        assert_eq!(end(child), Some(0));
    }
}

#[cfg(unix)]
#[test]
fn a_port_that_is_taken_and_a_weak_token_are_told() {
    let bench = Bench::new();
    bench.write("s.glir", &stream());
    let (child, url) = serve(&bench, &["serve", "s.glir"]);
    let port = url.split([':', '/']).nth(4).unwrap();
    let run = bench.glir(&["serve", "s.glir", "--port", port]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains(port) && run.err.contains("choose another"), "{}", run.err);
    assert_eq!(end(child), Some(0));
    let run = bench.glir(&["serve", "s.glir", "--token", "secret"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("32 letters"), "{}", run.err);
    let run = bench.glir(&["serve", "--plot", "s.glir"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""), "a stream is no data");
}

/// Waits until a file has so many bytes.
#[cfg(unix)]
fn wait_for(path: &std::path::Path, bytes: u64) {
    for _ in 0..200 {
        if std::fs::metadata(path).is_ok_and(|data| data.len() >= bytes) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{} does not grow", path.display());
}

#[cfg(unix)]
#[test]
fn what_is_served_is_recorded_on_both_sides() {
    let bench = Bench::new();
    bench.write("s.glir", &stream());
    let (child, url) = serve(&bench, &["serve", "s.glir", "--record", "here.glir"]);
    let run = bench.glir(&["record", &url, "--seconds", "2", "-o", "there.glir"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = bench.glir(&["record", &url, "--seconds", "1", "--last", "100000", "-o", "ring.glir"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let run = bench.glir(&["record", &url, "-o", "there.glir"]);
    assert_eq!((run.code, run.err.contains("this is there already")), (2, true), "{}", run.err);
    assert_eq!(end(child), Some(0));
    let run = bench.glir(&["diff", "s.glir", "here.glir"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    for name in ["there.glir", "ring.glir"] {
        // What was there when they came.
        let run = bench.glir(&["state", name, "--object", "1"]);
        assert!(
            run.code == 0 && run.out.starts_with("object 1: buffer \"vertices\"\n"),
            "{}{}",
            run.out,
            run.err
        );
    }
    for (address, sentence) in
        [("127.0.0.1:1", "no address of a live session"), ("ws://127.0.0.1:1/ws", "no session answers")]
    {
        let run = bench.glir(&["record", address, "-o", "none.glir"]);
        assert!(run.code == 2 && run.err.contains(sentence), "{}", run.err);
        assert!(!bench.files().contains(&"none.glir".to_owned()));
    }
}

#[cfg(unix)]
#[test]
fn a_plot_of_dates_has_a_calendar() {
    let bench = Bench::new();
    let rows = |date: &str| {
        (10..60).map(|second| format!("{date}12:00:{second},{}\n", second % 7)).collect::<String>()
    };
    bench.write("dated.csv", format!("when,value\n{}", rows("2024-02-11 ")).as_bytes());
    bench.write("plain.csv", format!("when,value\n{}", rows("")).as_bytes());
    for (name, dated) in [("dated", true), ("plain", false)] {
        let (data, tape) = (format!("{name}.csv"), format!("{name}.glir"));
        let (child, _) = serve(&bench, &["serve", "--plot", &data, "--size", "320x240", "--record", &tape]);
        wait_for(&bench.path(&tape), 10_000);
        assert_eq!(end(child), Some(0));
        // The shaders of its axis reckon with days since the year 0.
        let run = bench.glir(&["dump", &tape]);
        assert_eq!((run.code, run.out.contains("719468.0")), (0, dated), "{name}: {}", run.err);
    }
}

#[cfg(unix)]
#[test]
fn who_is_killed_loses_one_frame_at_most() {
    let bench = Bench::new();
    bench.write("s.glir", &stream());
    let (mut child, _) =
        serve(&bench, &["serve", "s.glir", "--loop", "--fps", "200", "--record", "cut.glir"]);
    wait_for(&bench.path("cut.glir"), 4000);
    child.kill().unwrap();
    child.wait().unwrap();
    let run = bench.glir(&["info", "--json", "cut.glir"]);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(report["faults"].as_array().unwrap().len() <= 1, "{}", run.out);
    assert!(report["streams"].as_array().unwrap().iter().any(|stream| stream["frames"] == 2), "{}", run.out);
}

#[test]
fn a_page_is_whole_or_the_missing_part_is_named() {
    let bench = Bench::new();
    bench.write("s.glir", &stream());
    bench.write("t.csv", b"0,1\n1,2\n2,1\n");
    for arguments in [
        &["export", "s.glir", "-o", "s.html", "--no-poster"][..],
        &["plot", "t.csv", "-o", "t.html", "--size", "100x80"],
    ] {
        let run = bench.glir(arguments);
        if run.code == 2 {
            assert!(run.err.contains("cargo xtask web"), "{}", run.err);
            assert_eq!(bench.files(), ["s.glir", "t.csv"], "nothing is left behind");
            continue;
        }
        assert_eq!(run.code, 0, "{}", run.err);
        let page = std::fs::read_to_string(bench.path(arguments[3])).unwrap();
        assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
        assert!(page.contains("default-src 'none'"));
    }
    let run = bench.glir(&["export", "s.glir", "-o", "s.glir"]);
    assert_eq!(run.code, 2, "the input stays");
}

/// The answer to a GET with further headers: its status, and all that follows.
#[cfg(unix)]
fn ask(host: &str, path: &str, headers: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\n{headers}Connection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let status = String::from_utf8_lossy(&answer).split(' ').nth(1).unwrap_or_default().to_owned();
    let body = answer.windows(4).position(|end| end == b"\r\n\r\n").map_or(answer.len(), |at| at + 4);
    (status, answer.split_off(body))
}

/// The viewer: any place of two traces side by side, for who has the token, and for no page of elsewhere.
#[cfg(unix)]
#[test]
fn a_viewer_of_traces_is_served() {
    let bench = Bench::new();
    let text = |color: &str| {
        format!(
            r#"["GLIR", {{"profile": "es3", "width": 4, "height": 4}}]
["CREATE", 1, {{"texture": "2d", "format": "rgba8"}}]
["SIZE", 1, 2, 2]
["DATA", 1, {{}}, {{"u8": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}}]
["CREATE", 2, {{"buffer": "vertex"}}]
["SIZE", 2, 8]
["DATA", 2, 0, {{"f32": [0.5, -2]}}]
["SWAP"]
["STATE", {{"clear_color": [{color}, 1]}}]
["CLEAR", ["color"]]
["DELETE", 77]
["STATE", {{"clear_color": [0, 0, 1, 1]}}]
["CLEAR", ["color"]]
["SWAP"]
"#
        )
    };
    bench.write("a.glirt", text("1, 0, 0").as_bytes());
    bench.write("b.glirt", text("0, 1, 0").as_bytes());
    assert_eq!(bench.glir(&["convert", "b.glirt", "-o", "b.glir"]).code, 0);
    let (child, url) = serve(&bench, &["inspect", "a.glirt", "b.glir"]);
    let (host, token) = url.strip_prefix("http://").unwrap().split_once("/?token=").unwrap();
    let get = |path: &str| ask(host, &format!("{path}&token={token}"), "");
    let json = |path: &str| -> serde_json::Value { serde_json::from_slice(&get(path).1).unwrap() };
    // Nobody without the token, under another name, or from another page.
    for path in ["/", "/?token=0", "/view.js", "/state?number=0", "/picture?number=0"] {
        assert_eq!(ask(host, path, "").0, "403", "{path}");
    }
    assert_eq!(ask(host, &format!("/?token={token}"), "Origin: http://elsewhere.example\r\n").0, "403");
    assert_eq!(status(&url), "200");
    let (state, page) = ask(host, &format!("/?token={token}"), "");
    let page = String::from_utf8(page).unwrap();
    assert!(state == "200" && page.contains("view.js?token=") && page.contains("\"b.glir\""), "{page}");
    assert!(!page.contains("<style>"), "its policy allows nothing inline");
    assert_eq!(
        (get("/view.js?").0, get("/view.css?").0, get("/other?").0),
        ("200".into(), "200".into(), "404".into())
    );
    // Commands with findings, and what holds behind any of them.
    let frame = json("/frame?trace=0&number=1");
    assert_eq!(frame["commands"].as_array().unwrap().len(), 6);
    assert!(frame["findings"][0].as_str().unwrap().contains("unknown-id"), "{frame}");
    let color = |path: &str| json(path)["state"]["clear_color"].clone();
    assert_eq!(color("/state?trace=0&number=1&command=0"), serde_json::json!([1, 0, 0, 1]));
    assert_eq!(color("/state?trace=1&number=1&command=0"), serde_json::json!([0, 1, 0, 1]));
    assert_eq!(color("/state?trace=0&number=1"), serde_json::json!([0, 0, 1, 1]));
    for wrong in ["/state?trace=0&number=9", "/state?trace=7&number=0", "/state?trace=0&number=1&command=99"]
    {
        assert_eq!(get(wrong).0, "404", "{wrong}");
    }
    // Pictures and contents need a context.
    let (state, picture) = get("/picture?trace=0&number=1&command=1");
    if state == "404" && std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped what is drawn: {}", String::from_utf8_lossy(&picture));
        end(child);
        return;
    }
    let pixel = |path: &str| {
        let mut reader = png::Decoder::new(std::io::Cursor::new(get(path).1)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        [pixels[0], pixels[1], pixels[2]]
    };
    assert_eq!(pixel("/picture?trace=0&number=1&command=1"), [255, 0, 0]);
    assert_eq!(pixel("/picture?trace=1&number=1&command=1"), [0, 255, 0]);
    assert_eq!(pixel("/picture?trace=0&number=1"), [0, 0, 255]);
    let texture = json("/contents?trace=0&number=0&object=1");
    assert_eq!(texture["text"], "level 0 of 1, 2×2\nu8\n1 2 3 4 5 6 7 8\n9 10 11 12 13 14 15 16");
    assert!(texture["picture"].as_str().unwrap().starts_with("data:image/png;base64,"));
    assert_eq!(json("/contents?trace=1&number=0&object=2")["text"], "f32\n0.5 -2");
    assert_eq!(json("/contents?trace=0&number=0&command=0&object=2")["error"], "there is no object 2 here");
    assert_eq!(end(child), Some(0));
}
