//! Verbs on recorded streams: `state`, `stat`, `lint`, `trim`, `slice`, `convert`, `merge`, `diff`, `shrink`, and parts of `dump`.

use crate::bench::{Bench, stream};
use serde_json::{Value, json};
use std::fs;

/// Three frames: a buffer and a program, a picture, and a picture with a fault.
const TEXT: &str = r#"["GLIR", {"width": 16, "height": 16}]
["CREATE", 1, "program"]
["LABEL", 1, "triangle"]
["SHADERS", 1, {"vertex": "attribute vec2 a_at; void main() { gl_Position = vec4(a_at, 0.0, 1.0); }", "fragment": "precision highp float; uniform vec4 u_color; void main() { gl_FragColor = u_color; }"}, {"attributes": ["vec2 a_at"], "uniforms": ["vec4 u_color"]}]
["CREATE", 2, {"buffer": "vertex"}]
["SIZE", 2, 24]
["DATA", 2, 0, {"f32": [-1, -1, 1, -1, 0, 1]}]
["CREATE", 3, {"buffer": "vertex"}]
["ATTRIBUTE", 1, "a_at", {"buffer": 2}]
["SWAP"]
["UNIFORM", 1, "u_color", [1, 0, 0, 1]]
["CLEAR", ["color"]]
["DRAW", 1, "triangles", {"count": 3}]
["SWAP"]
["UNIFORM", 1, "u_color", [0, 1, 0, 1]]
["CLEAR", ["color"]]
["DRAW", 1, "triangles", {"count": 3}]
["DELETE", 77]
["SWAP"]
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.write("a.glirt", TEXT.as_bytes());
    assert_eq!(bench.glir(&["build", "a.glirt", "-o", "a.glir"]).code, 0);
    bench
}

#[test]
fn the_state_at_a_place_is_shown() {
    let bench = bench();
    let run = bench.glir(&["state", "a.glir", "--at", "1:0", "--json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let state: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(state["objects"][0]["uniforms"]["u_color"], json!([1, 0, 0, 1]));
    assert_eq!(state["objects"][0]["label"], "triangle");
    assert_eq!(state["objects"][0]["attributes"]["a_at"], json!({ "buffer": 2 }));
    let run = bench.glir(&["state", "a.glir", "--object", "2"]);
    assert!(run.out.starts_with("object 2: buffer\n") && !run.out.contains("object 1"), "{}", run.out);
    let run = bench.glir(&["state", "a.glirt", "--glirt"]);
    bench.write("state.glirt", run.out.as_bytes());
    assert_eq!(bench.glir(&["check", "state.glirt"]).code, 0, "{}", run.out);
    for (arguments, sentence) in [
        (&["--at", "9"][..], "glir: a.glir: there is no frame 9; it has 3 frames, counted from 0\n"),
        (&["--at", "1:9"], "glir: a.glir: frame 1 has no command 9; it has 4 commands, counted from 0\n"),
        (&["--object", "9"], "glir: a.glir: no object has the id 9 there\n"),
    ] {
        let run = bench.glir(&[&["state", "a.glir"], arguments].concat());
        assert_eq!((run.code, run.err.as_str()), (2, sentence));
    }
    let run = bench.glir(&["state", "a.glir", "--at", "x"]);
    assert!(run.code == 2 && run.err.contains("a place is FRAME or FRAME:COMMAND"), "{}", run.err);
}

#[test]
fn a_frame_whose_payload_alone_is_damaged_is_told_where_it_is_read() {
    let bench = bench();
    let numbers = vec!["7.5"; 400].join(", ");
    let text = format!(
        r#"["GLIR", {{"profile": "es2", "width": 8, "height": 8}}]
["CREATE", 1, {{"buffer": "vertex"}}]
["SIZE", 1, 1600]
["DATA", 1, 0, {{"f32": [{numbers}]}}]
["SWAP"]
["CLEAR", ["color"]]
["SWAP"]
"#
    );
    bench.write("whole.glirt", text.as_bytes());
    assert_eq!(bench.glir(&["convert", "whole.glirt", "--plain", "-o", "payload.glir"]).code, 0);
    let mut bytes = fs::read(bench.path("payload.glir")).unwrap();
    let payload = 7.5_f32.to_le_bytes().repeat(300);
    let at = bytes.windows(payload.len()).position(|window| window == payload).unwrap();
    bytes[at + 400..at + 416].fill(0xa5);
    bench.write("payload.glir", &bytes);
    let sentence = "glir: payload.glir: frame 0 is damaged and left out; `glir info` says where\n";
    for arguments in [
        &["state", "payload.glir", "--at", "1"][..],
        &["stat", "payload.glir"],
        &["assert", "payload.glir"],
        &["slice", "payload.glir", "--frame", "1", "-o", "slice.glir"],
        &["trim", "payload.glir", "--frames", "1..1", "-o", "trim.glir"],
        &["inspect", "payload.glir", "--no-pictures", "-o", "page.html"],
    ] {
        let run = bench.glir(arguments);
        assert!(run.err.contains(sentence), "{arguments:?}: {}", run.err);
        assert_eq!(run.code, 1, "{arguments:?}");
    }
}

#[test]
fn frames_that_are_lost_are_told() {
    let bench = bench();
    assert_eq!(bench.glir(&["convert", "a.glir", "--plain", "-o", "damaged.glir"]).code, 0);
    let mut bytes = fs::read(bench.path("damaged.glir")).unwrap();
    // In the second frame, whose commands hold the only red.
    let red = [0xca, 0x3f, 0x80, 0, 0, 0xca, 0, 0, 0, 0];
    let at = bytes.windows(10).position(|window| window == red).or_else(|| {
        let floats = [0, 0, 0x80, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f];
        bytes.windows(16).position(|window| window == floats)
    });
    let at = at.unwrap();
    bytes[at..at + 8].iter_mut().for_each(|byte| *byte = !*byte);
    bench.write("damaged.glir", &bytes);
    let sentence = "glir: damaged.glir: 1 frame is damaged and left out; `glir info` says where\n";
    // What there is is given, and the exit code says that it is not all.
    bench.write("other.glir", &bytes);
    let other = sentence.replace("damaged.glir", "other.glir");
    for (arguments, writes) in [
        (&["stat", "damaged.glir"][..], ""),
        (&["stat", "--json", "damaged.glir"], ""),
        (&["lint", "damaged.glir"], ""),
        (&["state", "damaged.glir"], ""),
        (&["state", "--json", "damaged.glir"], ""),
        (&["slice", "damaged.glir", "--frame", "0", "-o", "slice.glir"], "slice.glir"),
        (&["trim", "damaged.glir", "--frames", "0..0", "-o", "trim.glir"], "trim.glir"),
        (&["merge", "--side-by-side", "damaged.glir", "a.glir", "-o", "merged.glir"], "merged.glir"),
        (&["diff", "damaged.glir", "other.glir"], ""),
        (
            &["shrink", "damaged.glir", "--oracle", "true", "--seconds", "1", "-o", "shrunk.glir"],
            "shrunk.glir",
        ),
        (&["inspect", "damaged.glir", "--no-pictures", "-o", "page.html"], "page.html"),
    ] {
        let run = bench.glir(arguments);
        assert!(run.err.starts_with(sentence), "{arguments:?}: {}", run.err);
        assert_eq!(run.code, 1, "{arguments:?}");
        if arguments[0] == "diff" {
            assert_eq!(run.err, format!("{sentence}{other}glir: damaged.glir and other.glir do the same\n"));
        } else if writes.is_empty() {
            assert!(!run.out.is_empty(), "{arguments:?}");
        } else {
            assert!(bench.path(writes).exists(), "{arguments:?}");
        }
    }
    // One behind the other, what is damaged is told as it is met.
    let run = bench.glir(&["merge", "damaged.glir", "a.glir", "-o", "both.glir"]);
    assert!(run.code == 1 && bench.path("both.glir").exists(), "{}", run.err);
    // Whole files end as ever.
    assert_eq!(bench.glir(&["stat", "a.glir"]).code, 0);
    assert_eq!(bench.glir(&["info", "damaged.glir"]).code, 1);
}

#[test]
fn single_commands_are_printed() {
    let bench = bench();
    let run = bench.glir(&["dump", "--at", "2:2", "a.glir"]);
    assert_eq!(run.out, "[\"DRAW\", 1, \"triangles\", {\"count\": 3}] // 2:2\n");
    let run = bench.glir(&["dump", "--command", "uniform", "a.glir"]);
    assert_eq!(
        run.out,
        "[\"UNIFORM\", 1, \"u_color\", [1, 0, 0, 1]] // 1:0\n[\"UNIFORM\", 1, \"u_color\", [0, 1, 0, 1]] // 2:0\n"
    );
    let run = bench.glir(&["dump", "--object", "2", "--frame", "0", "a.glir"]);
    let places: Vec<&str> = run.out.lines().filter_map(|line| line.split(" // ").nth(1)).collect();
    assert_eq!(places, ["0:3", "0:4", "0:5", "0:7"]);
    let run = bench.glir(&["dump", "--frame", "1..2", "a.glir"]);
    assert_eq!(run.out, TEXT.split_once("[\"SWAP\"]\n").unwrap().1);
    let run = bench.glir(&["dump", "--command", "paint", "a.glir"]);
    assert!(run.code == 2 && run.err.contains("there is no command PAINT"), "{}", run.err);
    let run = bench.glir(&["dump", "--at", "2:9", "a.glir"]);
    assert_eq!(run.err, "glir: a.glir: frame 2 has no command 9; it has 5 commands, counted from 0\n");
}

#[test]
fn counts_and_findings_are_shown() {
    let bench = bench();
    let run = bench.glir(&["stat", "--json", "a.glir"]);
    let stat: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&stat["commands"], &stat["draws"], &stat["refused"]), (&json!(18), &json!(2), &json!(1)));
    let run = bench.glir(&["stat", "a.glir"]);
    assert!(run.code == 0 && run.out.contains("  draws                2\n"), "{}", run.out);
    let run = bench.glir(&["lint", "a.glir"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("refused: 1 finding\n  2:3 "), "{}", run.out);
    assert!(run.out.contains("nothing has used buffer 3, made at 0:6"), "{}", run.out);
    let run = bench.glir(&["lint", "--json", "a.glir"]);
    let lint: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&lint["counts"]["refused"], &lint["counts"]["unused"]), (&json!(1), &json!(1)));
    bench.write(
        "three.glirt",
        b"[\"GLIR\", {\"profile\": \"es3\", \"requires\": [\"compute\"]}]\n[\"SWAP\"]\n",
    );
    let run = bench.glir(&["lint", "three.glirt"]);
    assert_eq!(run.code, 0, "what blocks a target is advice");
    assert!(
        run.out.contains("blocks-webgl1: 1 finding") && run.out.contains("blocks-webgl2: 1 finding"),
        "{}",
        run.out
    );
}

#[test]
fn parts_stand_on_their_own() {
    let bench = bench();
    assert_eq!(bench.glir(&["trim", "a.glir", "--frames", "2", "-o", "two.glir"]).code, 0);
    let run = bench.glir(&["check", "two.glir"]);
    assert!(run.err.contains("no object has the id 77"), "{}", run.err);
    let run = bench.glir(&["slice", "a.glir", "--frame", "2", "-o", "picture.glir"]);
    assert_eq!((run.code, run.err.as_str()), (0, "glir: a.glir: 9 commands left\n"));
    let run = bench.glir(&["check", "picture.glir"]);
    assert!(run.code == 0 && run.out.contains("fine (1 frame"), "{}{}", run.out, run.err);
    let text = bench.glir(&["dump", "picture.glir"]).out;
    assert!(!text.contains("[1, 0, 0, 1]") && !text.contains("\"CREATE\", 3"), "{text}");
    for arguments in [&["trim", "a.glir", "--frames", "2..7"][..], &["slice", "a.glir", "--frame", "3"]] {
        let old = fs::read(bench.path("two.glir")).unwrap();
        let run = bench.glir(&[arguments, &["-o", "two.glir"]].concat());
        assert_eq!(run.code, 2);
        assert_eq!(fs::read(bench.path("two.glir")).unwrap(), old, "the old output stays");
        let run = bench.glir(&[arguments, &["-o", "a.glir"]].concat());
        assert!(run.code == 2 && run.err.contains("this is the input"), "{}", run.err);
    }
}

#[test]
fn streams_are_written_anew() {
    let bench = bench();
    bench.write("b.glir", &stream());
    assert_eq!(bench.glir(&["convert", "b.glir", "-o", "packed.glir"]).code, 0);
    assert_eq!(bench.glir(&["convert", "packed.glir", "--plain", "-o", "plain.glir"]).code, 0);
    let dump = |name: &str| bench.glir(&["dump", name]).out;
    // Notes and blobs keep their order, too.
    assert_eq!(dump("packed.glir"), dump("b.glir"));
    assert_eq!(fs::read(bench.path("plain.glir")).unwrap(), stream());
    assert_eq!(bench.glir(&["merge", "a.glir", "b.glir", "-o", "both.glir"]).code, 0);
    assert_eq!(dump("both.glir"), dump("a.glir") + &dump("b.glir"));
    let mut hurt = stream();
    let frame = hurt.windows(4).position(|window| window == b"FRAM").unwrap();
    hurt[frame + 64] ^= 1;
    bench.write("hurt.glir", &hurt);
    let run = bench.glir(&["convert", "hurt.glir", "-o", "healed.glir"]);
    assert!(run.code == 1 && run.err.contains("the head of this FRAM chunk is damaged"), "{}", run.err);
    assert_eq!(bench.glir(&["info", "healed.glir"]).code, 0);
    bench.write("picture.png", b"\x89PNG\r\n\x1a\n and so on");
    let run = bench.glir(&["merge", "a.glir", "picture.png", "-o", "both.glir"]);
    assert_eq!((run.code, run.err.as_str()), (2, "glir: picture.png: this is not a GLIR file\n"));
    let run = bench.glir(&["merge", "a.glir", "b.glir", "-o", "b.glir"]);
    assert!(run.code == 2 && run.err.contains("this is the input"), "{}", run.err);
}

#[test]
fn differences_are_told_by_meaning() {
    let bench = bench();
    let run = bench.glir(&["diff", "a.glir", "a.glirt"]);
    assert_eq!((run.code, run.out.as_str()), (0, ""), "{}", run.err);
    bench.write("b.glirt", TEXT.replace("[0, 1, 0, 1]", "[0, 1, 1, 1]").as_bytes());
    let run = bench.glir(&["diff", "a.glir", "b.glirt"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("- 2:2 [\"DRAW\"") && run.out.contains("uniform u_color"), "{}", run.out);
    let run = bench.glir(&["diff", "--json", "a.glir", "b.glirt"]);
    let diff: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&diff["equal"], &diff["changes"][0]["a"]["command"]), (&json!(false), &json!(2)));
    assert_eq!(bench.glir(&["diff", "--html", "d.html", "a.glir", "b.glirt"]).code, 1);
    assert!(fs::read_to_string(bench.path("d.html")).unwrap().contains("uniform u_color"));
    let run = bench.glir(&["diff", "a.glir"]);
    assert_eq!(run.code, 2);
}

#[test]
fn differences_are_told_by_pixels() {
    let bench = bench();
    bench.write("b.glirt", TEXT.replace("[0, 1, 0, 1]", "[0, 1, 1, 1]").as_bytes());
    let run = bench.glir(&["diff", "--pixels", "a.glir", "b.glirt"]);
    if run.code == 2 && std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped: {}", run.err);
        return;
    }
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.out.contains("frames 2 and 2 differ in") && run.out.contains("first behind command 2:"),
        "{}",
        run.out
    );
    assert_eq!(bench.glir(&["diff", "--pixels", "a.glir", "a.glirt"]).code, 0);
    assert_eq!(bench.glir(&["diff", "--across", "gl,gles3", "a.glir"]).code, 0);
}

/// A constant of contexts that native Mesa and a browser on it have different numbers of.
const CONTEXT: &str =
    "fract(float(gl_MaxVaryingVectors) / 7.0) + fract(float(gl_MaxVertexUniformVectors) / 7.0)";

#[test]
fn a_browser_is_told_from_a_native_context() {
    let package = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../glir-web/dist/package");
    if std::env::var_os("GLIR_REQUIRE_BROWSER").is_none() {
        eprintln!("skipped the browser: GLIR_REQUIRE_BROWSER is not set");
        return;
    }
    let bench = bench();
    let package = package.to_string_lossy();
    let across = |file: &str| bench.glir(&["diff", "--across", "gles3,webgl2", "--web", &package, file]);
    let run = across("a.glir");
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("all 3 frames show the same"), "{}", run.err);
    let told = TEXT.replace("gl_FragColor = u_color;", &format!("gl_FragColor = u_color + vec4({CONTEXT});"));
    bench.write("b.glirt", told.as_bytes());
    let run = across("b.glirt");
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.out.contains("frames 1 and 1 differ in") && run.out.contains("first behind command 2:"),
        "{}",
        run.out
    );
    // Only one of the two has the profile.
    bench.write("c.glirt", b"[\"GLIR\", {\"profile\": \"es3\"}]\n[\"SWAP\"]\n");
    let run = bench.glir(&["diff", "--across", "gles3,webgl1", "--web", &package, "c.glirt"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("only one of the interpreters takes the stream"), "{}", run.err);
    let run = bench.glir(&["diff", "--across", "gles3,webgl2", "a.glir"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("cargo xtask web"), "{}", run.err);
    let run = bench.glir(&["diff", "--across", "gles3,webgl3", "a.glir"]);
    assert_eq!(run.code, 2);
}

#[test]
fn faults_become_small() {
    let bench = bench();
    let run = bench.glir(&["shrink", "a.glir", "--diagnostic", "unknown-id", "-o", "small.glir"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.starts_with("glir: a.glir: 1 command left, "), "{}", run.err);
    assert_eq!(bench.glir(&["dump", "small.glir"]).out.lines().nth(1), Some("[\"DELETE\", 77]"));
    let oracle = format!("{} dump {{}} | grep -q DRAW", env!("CARGO_BIN_EXE_glir"));
    let run = bench.glir(&["shrink", "a.glir", "--oracle", &oracle, "-o", "draw.glir"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.starts_with("glir: a.glir: 1 command left, "), "{}", run.err);
    let run = bench.glir(&["shrink", "a.glir", "--oracle", "false", "-o", "none.glir"]);
    assert_eq!((run.code, run.err.as_str()), (2, "glir: a.glir: the fault is not there to begin with\n"));
    assert!(!bench.files().contains(&"none.glir".to_owned()));
    let run = bench.glir(&["shrink", "a.glir", "--diagnostic", "bad-luck", "-o", "none.glir"]);
    assert!(run.code == 2 && run.err.contains("there is no code bad-luck"), "{}", run.err);
    let run = bench.glir(&["shrink", "a.glir", "-o", "none.glir"]);
    assert_eq!(run.code, 2);
}

#[test]
fn streams_are_held_to_their_assertions() {
    let bench = bench();
    let note = |text: &str| format!("[\"META\", \"assert\", {}]\n", json!(text));
    let with = |pixel: &str, state: &str, code: &str| {
        let text = TEXT.replacen(
            "[\"SWAP\"]\n[\"UNIFORM\", 1, \"u_color\", [0",
            &format!("{}{}[\"SWAP\"]\n[\"UNIFORM\", 1, \"u_color\", [0", note(pixel), note(state)),
            1,
        );
        text.replace("[\"DELETE\", 77]\n", &format!("[\"DELETE\", 77]\n{}", note(code)))
    };
    let good = with(
        "pixel 8,2 is 255 0 0 255",
        "state object 1 uniforms.u_color is [1, 0, 0, 1]",
        "diagnostic unknown-id",
    );
    bench.write("good.glirt", good.as_bytes());
    let bad = with("pixel 8,2 is 255 9 0 255 within 2", "state state.blend is true", "diagnostic none");
    bench.write("bad.glirt", bad.as_bytes());
    let run = bench.glir(&["assert", "--no-pixels", "good.glirt"]);
    assert_eq!((run.code, run.err.as_str()), (0, "glir: 2 assertions held, 0 assertions did not\n"));
    let run = bench.glir(&["assert", "--no-pixels", "bad.glirt"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("1:4 state state.blend is true: it is false"), "{}", run.err);
    assert!(run.err.contains("2:4 diagnostic none: it is unknown-id"), "{}", run.err);
    let check = bench.glir(&["check", "bad.glirt"]);
    assert!(
        check.code == 1
            && check.err.contains("frame 1, command 4: assert state state.blend is true: it is false"),
        "{}",
        check.err
    );
    // They stay what they are in a file.
    assert_eq!(bench.glir(&["convert", "bad.glirt", "-o", "bad.glir"]).code, 0);
    assert_eq!(
        bench.glir(&["assert", "--no-pixels", "bad.glir"]).err,
        run.err.replace("bad.glirt", "bad.glir")
    );
    // What a damaged frame asserts nobody knows.
    assert_eq!(bench.glir(&["convert", "good.glirt", "-o", "good.glir"]).code, 0);
    let mut bytes = std::fs::read(bench.path("good.glir")).unwrap();
    let last = bytes.chunks(64).rposition(|part| part.starts_with(b"FRAM")).unwrap();
    bytes[64 * last + 66] ^= 1;
    bench.write("hurt.glir", &bytes);
    let run = bench.glir(&["assert", "--no-pixels", "hurt.glir"]);
    assert!(run.code == 1 && run.err.contains("1 frame is damaged"), "{}", run.err);
    let run = bench.glir(&["assert", "good.glirt", "bad.glirt"]);
    if run.code == 2 && std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped: {}", run.err);
        return;
    }
    assert!(run.err.contains("1:3 pixel 8,2 is 255 9 0 255 within 2: it is 255 0 0 255"), "{}", run.err);
    assert!(run.err.contains("3 assertions held, 3 assertions did not"), "{}", run.err);
    // Who draws a stream holds it to them, too.
    let broken = "frame 1, command 3: assert pixel 8,2 is 255 9 0 255 within 2: it is 255 0 0 255";
    let run = bench.glir(&["render", "bad.glirt", "-o", "bad.png"]);
    assert!(run.code == 1 && run.err.contains(broken), "{}", run.err);
    let run = bench.glir(&["render", "bad.glir", "--json", "-o", "bad.png"]);
    let summary: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(summary["assertions"].as_array().unwrap().len(), 3, "{summary}");
    assert_eq!(summary["assertions"][0], broken);
    let run = bench.glir(&["render", "good.glirt", "-o", "good.png"]);
    assert!(!run.err.contains("assert"), "{}", run.err);
    // A window is opened all the same, where there can be one.
    let mut play = bench.command(&["play", "bad.glirt"]);
    let play = play.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").output().unwrap();
    assert!(String::from_utf8_lossy(&play.stderr).contains(broken));
}

#[test]
fn time_is_told_by_group_and_draw() {
    let bench = bench();
    let text = TEXT
        .replace("[\"CLEAR\"", "[\"GROUP\", \"picture\"]\n[\"CLEAR\"")
        .replace("3}]\n", "3}]\n[\"END\"]\n");
    bench.write("g.glirt", text.as_bytes());
    let run = bench.glir(&["profile", "g.glirt", "--json"]);
    if run.code == 2 && std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped: {}", run.err);
        return;
    }
    assert_eq!(run.code, 0, "{}", run.err);
    let profile: Value = serde_json::from_str(&run.out).unwrap();
    let group =
        profile["groups"].as_array().unwrap().iter().find(|group| group["group"] == "picture").unwrap();
    assert_eq!(group["commands"], 4, "two frames of CLEAR and DRAW");
    let draws = profile["draws"].as_array().unwrap();
    assert_eq!(draws.len(), 4);
    assert!(draws.iter().all(|draw| draw["done_us"].as_f64() >= draw["cpu_us"].as_f64()));
    // Mesa's rasterizer has timer queries: what draws takes it some time.
    let timed: Vec<f64> = draws.iter().filter_map(|draw| draw["gpu_us"].as_f64()).collect();
    if std::env::var_os("GLIR_REQUIRE_GL").is_some() {
        assert!(timed.len() == 4 && timed.iter().sum::<f64>() > 0.0, "{profile}");
    }
    // A stream that measures so itself is not measured.
    let own = text.replacen("\"width\"", "\"uses\": [\"timer-query\"], \"width\"", 1);
    bench.write("own.glirt", own.as_bytes());
    let run = bench.glir(&["profile", "own.glirt", "--json"]);
    let profile: Value = serde_json::from_str(&run.out).unwrap();
    assert!(profile["draws"].as_array().unwrap().iter().all(|draw| draw["gpu_us"].is_null()), "{profile}");
    let run = bench.glir(&["profile", "g.glirt", "--frames", "2"]);
    assert!(run.code == 0 && run.out.contains(" in picture [\"DRAW\""), "{}", run.out);
}

#[test]
fn the_draws_of_lists_have_their_time_where_they_are_run() {
    let bench = bench();
    let text = r#"["GLIR", {"width": 8, "height": 8, "profile": "es3", "requires": ["lists", "signals"]}]
["RECORD", 6]
["GROUP", "inner"]
["CLEAR", ["depth"]]
["END"]
["END"]
["RECORD", 5]
["CLEAR", ["color"]]
["RUN", 6]
["CLEAR", ["stencil"]]
["END"]
["SWAP"]
["GROUP", "pass"]
["RUN", 5]
["RUN", 5]
["END"]
["RECORD", 5]
["RECORD", 9]
["END"]
["END"]
["RUN", 5]
["SIGNAL", 1, "constant", [], {"f64": [0]}]
["BIND", 1, {"visible": 6}]
["RUN", 5]
["SWAP"]
"#;
    bench.write("lists.glirt", text.as_bytes());
    for arguments in [&["--frames", "1..1"][..], &[]] {
        let mut all = vec!["profile", "lists.glirt", "--most", "100", "--json"];
        all.extend(arguments);
        let run = bench.glir(&all);
        if run.code == 2 && std::env::var_os("GLIR_REQUIRE_GL").is_none() {
            eprintln!("skipped: {}", run.err);
            return;
        }
        let profile: Value = serde_json::from_str(&run.out).unwrap();
        let mut draws: Vec<(u64, u64, String, String)> = Vec::new();
        for draw in profile["draws"].as_array().unwrap() {
            assert_eq!(draw["frame"], 1);
            let text = |name: &str| draw[name].as_str().unwrap().to_owned();
            let place = (draw["command"].as_u64().unwrap(), draw["draw"].as_u64().unwrap());
            draws.push((place.0, place.1, text("group"), text("line")));
        }
        draws.sort();
        let mut wanted = Vec::new();
        for (command, group, inner) in
            [(1, "pass", "pass / inner"), (2, "pass", "pass / inner"), (8, "", "inner")]
        {
            wanted.push((command, 0, group.to_owned(), "[\"CLEAR\", [\"color\"]]".to_owned()));
            wanted.push((command, 1, inner.to_owned(), "[\"CLEAR\", [\"depth\"]]".to_owned()));
            wanted.push((command, 2, group.to_owned(), "[\"CLEAR\", [\"stencil\"]]".to_owned()));
        }
        // What a signal hides is run as it is.
        wanted.push((11, 0, String::new(), "[\"CLEAR\", [\"color\"]]".to_owned()));
        wanted.push((11, 1, String::new(), "[\"RUN\", 6]".to_owned()));
        wanted.push((11, 2, String::new(), "[\"CLEAR\", [\"stencil\"]]".to_owned()));
        assert_eq!(draws, wanted, "{arguments:?}");
        let group = |name: &str| {
            let groups = profile["groups"].as_array().unwrap();
            groups.iter().find(|group| group["group"] == name).map(|group| group["commands"].clone())
        };
        assert_eq!((group("pass"), group("pass / inner")), (Some(json!(4)), Some(json!(2))));
    }
    let run = bench.glir(&["profile", "lists.glirt", "--most", "99"]);
    assert!(
        run.out.contains("  1:1 draw 1 of the list in pass / inner [\"CLEAR\", [\"depth\"]]"),
        "{}",
        run.out
    );
}

#[test]
fn a_page_to_look_through_is_written() {
    let bench = bench();
    let run = bench.glir(&["inspect", "a.glir", "--no-pictures", "-o", "a.html"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let page = fs::read_to_string(bench.path("a.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("default-src 'none'"));
    let data = page.split("application/json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    let trace = &data["traces"][0];
    assert_eq!(trace["frames"].as_array().unwrap().len(), 3);
    assert_eq!(trace["frames"][1]["commands"][2], "[\"DRAW\", 1, \"triangles\", {\"count\": 3}]");
    assert_eq!(trace["frames"][1]["commands"][0], "[\"UNIFORM\", 1, \"u_color\", [1, 0, 0, 1]]");
    // Only what has changed stands behind a command.
    let object = json!({ "1": { "uniforms": { "u_color": [[0, 1, 0, 1]] } } });
    assert_eq!(trace["frames"][2]["steps"][0], json!({ "behind": 1, "state": { "objects": object } }));
    assert!(trace["frames"][2]["findings"][0].as_str().unwrap().contains("no object has the id 77"));
    assert_eq!((&trace["pictures"], &trace["contents"]), (&json!([]), &json!([])));
    // Of a stream with more commands than are wanted it has the ends of frames.
    let run = bench.glir(&["inspect", "a.glir", "--no-pictures", "--commands", "3", "-o", "ends.html"]);
    assert!(
        run.code == 0 && run.err.contains("are more than 3 commands; --commands allows more"),
        "{}",
        run.err
    );
    let page = fs::read_to_string(bench.path("ends.html")).unwrap();
    let data = page.split("application/json\">").nth(1).unwrap().split("</script>").next().unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    let steps = |frame: usize| data["traces"][0]["frames"][frame]["steps"].as_array().unwrap().len();
    assert_eq!([0, 1, 2].map(steps), [1; 3]);
    assert!(data["traces"][0]["notes"][0].as_str().unwrap().contains("at the ends of frames only"));
    let run = bench.glir(&["inspect", "a.glir", "a.glir", "--no-pictures", "-o", "both.html"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let run = bench.glir(&["inspect", "a.glir", "a.html", "-o", "a.html"]);
    assert!(run.code == 2 && run.err.contains("this is the input"), "{}", run.err);
    // What a stream says can't end the tag that holds it.
    bench.write("sly.glirt", b"[\"GLIR\"]\n[\"META\", \"</script>\", \"<!--\"]\n[\"SWAP\"]\n");
    assert_eq!(bench.glir(&["inspect", "sly.glirt", "--no-pictures", "-o", "sly.html"]).code, 0);
    let page = fs::read_to_string(bench.path("sly.html")).unwrap();
    assert_eq!(page.matches("</script>").count(), 2);
    let run = bench.glir(&["inspect", "a.glir", "--frames", "1..9", "-o", "b.html"]);
    assert!(run.code == 2 && !bench.files().contains(&"b.html".to_owned()), "{}", run.err);
}

/// What an interpreter answered is recorded, and held against what another answers.
#[test]
fn a_replay_is_held_to_the_recorded_replies() {
    let bench = bench();
    let stream = |color: &str| {
        format!(
            r#"["GLIR", {{"width": 8, "height": 8}}]
["STATE", {{"clear_color": [{color}, 1]}}]
["CLEAR", ["color"]]
["DELETE", 77]
["READ", 5, {{"framebuffer": 0, "x": 0, "y": 0, "width": 1, "height": 1}}]
["SWAP"]
["TIME", 2000000]
["READ", 6, {{"framebuffer": 0, "x": 0, "y": 0, "width": 8, "height": 8}}]
["SWAP"]
"#
        )
    };
    bench.write("s.glirt", stream("1, 0, 0").as_bytes());
    let run = bench.glir(&["convert", "s.glirt", "--replies", "gl", "-o", "s.glir"]);
    if run.code == 2 && std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped: {}", run.err);
        return;
    }
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let info = bench.glir(&["info", "s.glir"]);
    assert!(info.out.contains("unknown-id"), "{}", info.out);
    // The fault was there when it was recorded, so it is no difference; without --deterministic it is a fault.
    let run = bench.glir(&["render", "s.glir", "--deterministic", "-o", "s.png"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(bench.glir(&["render", "s.glir", "-o", "s.png"]).code, 1);
    let run = bench.glir(&["render", "s.glir", "--deterministic", "--api", "gles3", "-o", "s.png"]);
    assert_eq!(run.code, 0, "{}", run.err);
    // The same replies to another stream.
    let recorded = fs::read(bench.path("s.glir")).unwrap();
    let (text, other) = (stream("1, 0, 0"), stream("0, 1, 0"));
    bench.write("other.glirt", other.as_bytes());
    assert_eq!(bench.glir(&["convert", "other.glirt", "--replies", "gl", "-o", "other.glir"]).code, 0);
    let swapped = swap_frames(&recorded, &fs::read(bench.path("other.glir")).unwrap());
    bench.write("swapped.glir", &swapped);
    let run = bench.glir(&["render", "swapped.glir", "--deterministic", "-o", "s.png"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("swapped.glir: frame 0: reply 1 is [\"PIXELS\", 5"), "{}", run.err);
    assert!(run.err.contains("swapped.glir: frame 1: reply 0 is [\"PIXELS\", \"blake3 "), "{}", run.err);
    // The replies to the frame at which it stops are read, and none to those behind it.
    let run = bench.glir(&["render", "swapped.glir", "--deterministic", "--frame", "0", "-o", "s.png"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("frame 0: reply 1") && !run.err.contains("frame 1"), "{}", run.err);
    let run = bench.glir(&["render", "s.glir", "--deterministic", "--frame", "0", "-o", "s.png"]);
    assert_eq!((run.code, run.err.contains("no replies")), (0, false), "{}", run.err);
    // What leaves replies out says so.
    let left_out = "s.glir: the replies that were recorded are left out";
    let run = bench.glir(&["trim", "s.glir", "--frames", "0..0", "-o", "part.glir"]);
    assert!(run.code == 0 && run.err.contains(left_out), "{}", run.err);
    let run = bench.glir(&["merge", "--side-by-side", "s.glir", "s.glir", "-o", "both.glir"]);
    assert!(run.code == 0 && run.err.contains(left_out), "{}", run.err);
    let run = bench.glir(&["render", "swapped.glir", "--deterministic", "--json", "-o", "s.png"]);
    let summary: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(summary["differences"].as_array().unwrap().len(), 2, "{summary}");
    // A recording without replies is told.
    bench.write("s.glirt", text.as_bytes());
    assert_eq!(bench.glir(&["convert", "s.glirt", "-o", "none.glir"]).code, 0);
    let run = bench.glir(&["render", "none.glir", "--deterministic", "-o", "s.png"]);
    assert!(run.err.contains("no replies were recorded"), "{}", run.err);
    let run = bench.glir(&["render", "s.glir", "--deterministic", "--size", "9x9", "-o", "s.png"]);
    assert_eq!(run.code, 2);
}

/// A recording with another one's frames.
pub(crate) fn swap_frames(notes: &[u8], frames: &[u8]) -> Vec<u8> {
    use glir_core::file::{Item, Options, Room, SliceReader, Writer};
    let (room, others) = (Room::new(), Room::new());
    let mut frames = SliceReader::unpacking(frames, Options::default(), &others)
        .filter(|item| matches!(item, Item::Frame { .. }));
    let mut writer = None;
    for item in SliceReader::unpacking(notes, Options::default(), &room) {
        match (item, &mut writer) {
            (Item::Header(header), _) => writer = Some(Writer::new(Vec::new(), &header).unwrap()),
            (Item::Frame { time_us, .. }, Some(writer)) => {
                let Some(Item::Frame { head, arena, .. }) = frames.next() else { panic!("as many frames") };
                writer.raw_frame(head, arena, time_us).unwrap();
            }
            (Item::Meta(notes), Some(writer)) => {
                let notes: Vec<_> = notes.iter().map(|(key, value)| (&**key, &**value)).collect();
                writer.meta(&notes).unwrap();
            }
            _ => {}
        }
    }
    writer.unwrap().finish().unwrap()
}

/// Two interpreters that differ are the same driver with and without single precision in fragments: `mediump` is computed with
/// fewer bits in shaders of ES.
#[test]
fn a_stream_is_shrunk_to_where_interpreters_differ() {
    let bench = bench();
    let fragment = r"precision mediump float;\nuniform vec4 u_color;\nvoid main() { gl_FragColor = vec4(fract(gl_FragCoord.x * 1234.567 + u_color.x)); }";
    let mut text = TEXT.to_owned();
    let at = text.find("\"fragment\": \"").unwrap() + "\"fragment\": \"".len();
    let end = at + text[at..].find('"').unwrap();
    text.replace_range(at..end, fragment);
    text = text.replace("[\"DELETE\", 77]\n", "");
    bench.write("d.glirt", text.as_bytes());
    let run = bench.glir(&["shrink", "d.glirt", "--pixels-differ", "gl", "-o", "small.glir"]);
    assert!(run.code == 2 && run.err.contains("takes two interpreters"), "{}", run.err);
    let run = bench.glir(&["shrink", "a.glir", "--pixels-differ", "gl,gl", "-o", "small.glir"]);
    if run.code == 2 && run.err.contains("no") && std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped: {}", run.err);
        return;
    }
    assert!(run.err.contains("the fault is not there to begin with"), "{}", run.err);
    let run = bench.glir(&["shrink", "d.glirt", "--pixels-differ", "gl,gles3", "-o", "small.glir"]);
    if run.err.contains("not there to begin with") {
        eprintln!("skipped: this driver computes mediump with as many bits on both");
        return;
    }
    assert_eq!(run.code, 0, "{}", run.err);
    // They still differ, and what has nothing to do with it is gone.
    let still = bench.glir(&["shrink", "small.glir", "--pixels-differ", "gl,gles3", "-o", "smaller.glir"]);
    assert_eq!(still.code, 0, "{}", still.err);
    let dump = bench.glir(&["dump", "small.glir"]);
    let commands = dump.out.lines().filter(|line| line.starts_with('[')).count();
    assert!(commands < TEXT.lines().filter(|line| line.starts_with('[')).count(), "{}", dump.out);
    assert!(dump.out.contains("[\"DRAW\"") && dump.out.contains("1234.567"), "{}", dump.out);
}

#[test]
fn a_difference_is_applied() {
    let bench = bench();
    bench.write("b.glirt", TEXT.replace("[0, 1, 0, 1]", "[0, 1, 1, 1]").as_bytes());
    let run = bench.glir(&["diff", "a.glir", "b.glirt", "--patch", "ab.patch"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert_eq!(bench.glir(&["convert", "a.glir", "-o", "packed.glir"]).code, 0);
    let run = bench.glir(&["apply", "packed.glir", "ab.patch", "-o", "made.glir"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(bench.glir(&["build", "b.glirt", "-o", "b.glir"]).code, 0);
    assert_eq!(fs::read(bench.path("made.glir")).unwrap(), fs::read(bench.path("b.glir")).unwrap());
    for (input, patch, sentence) in [
        ("b.glir", "ab.patch", "glir: ab.patch: the patch was made for another stream\n"),
        (
            "a.glir",
            "b.glir",
            "glir: b.glir: this is no patch, or it is damaged; `glir diff --patch` writes one\n",
        ),
    ] {
        let run = bench.glir(&["apply", input, patch, "-o", "wrong.glir"]);
        assert_eq!((run.code, run.err.as_str()), (2, sentence));
        assert!(!bench.path("wrong.glir").exists());
    }
    assert_eq!(
        bench.glir(&["apply", "a.glir", "ab.patch", "-o", "a.glir"]).code,
        2,
        "the input is not overwritten"
    );
}
