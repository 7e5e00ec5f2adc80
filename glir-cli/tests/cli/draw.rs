//! Checking and drawing: `check` and `render` on real streams, right ones and faulty ones.

use super::bench::{Bench, Run};
use std::path::Path;

/// A green triangle on blue.
const TRIANGLE: &str = r#"["GLIR", {"width": 40, "height": 30}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 24]
["DATA", 1, 0, {"f32": [-1, -1, 3, -1, -1, 3]}]
["CREATE", 2, "program"]
["LABEL", 2, "paint"]
["SHADERS", 2, {"vertex": "attribute vec2 a; void main() { gl_Position = vec4(a, 0.0, 1.0); }",
                "fragment": "precision mediump float; uniform vec4 u; void main() { gl_FragColor = u; }"},
               {"attributes": ["vec2 a"], "uniforms": ["vec4 u"]}]
["ATTRIBUTE", 2, "a", {"buffer": 1}]
["UNIFORM", 2, "u", [0, 1, 0, 1]]
["STATE", {"clear_color": [0, 0, 1, 1], "scissor": [0, 0, 20, 30]}]
["CLEAR", ["color"]]
["DRAW", 2, "triangles", {"count": 3}]
["SWAP"]
["UNIFORM", 2, "u", [1, 0, 0, 1]]
["DRAW", 2, "triangles", {"count": 3}]
["SWAP"]
"#;

/// True if there is no context here; then drawing is not tested, unless it must be.
pub(crate) fn no_context(run: &Run) -> bool {
    let missing = run.code == 2
        && (run.err.contains("no EGL could be found") || run.err.contains("context could be made"));
    if missing {
        assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{}", run.err);
        eprintln!("skipped the drawing layer: {}", run.err.trim());
    }
    missing
}

/// The width of a picture, and its pixels from the top down.
pub(crate) fn picture(path: &Path) -> (usize, Vec<[u8; 4]>) {
    let file = std::io::BufReader::new(std::fs::File::open(path).unwrap());
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width as usize, pixels.as_chunks::<4>().0.to_vec())
}

pub(crate) fn pixel(path: &Path, x: usize, y: usize) -> [u8; 4] {
    let (width, pixels) = picture(path);
    pixels[y * width + x]
}

#[test]
fn a_stream_is_drawn_on_every_api() {
    let bench = Bench::new();
    bench.write("t.glirt", TRIANGLE.as_bytes());
    for api in ["gl", "gles2", "gles3"] {
        let run = bench.glir(&["render", "t.glirt", "-o", "t.png", "--api", api]);
        if no_context(&run) {
            return;
        }
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{api}");
        assert_eq!(pixel(&bench.path("t.png"), 5, 5), [255, 0, 0, 255], "{api}");
        assert_eq!(pixel(&bench.path("t.png"), 30, 5), [0, 0, 0, 0], "{api}: outside the scissor");
        let run = bench
            .glir(&["render", "t.glirt", "-o", "0.png", "--frame", "0", "--size", "80x60", "--api", api]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert_eq!(pixel(&bench.path("0.png"), 5, 50), [0, 255, 0, 255], "{api}");
    }
}

#[test]
fn binary_and_text_give_the_same_picture() {
    let bench = Bench::new();
    bench.write("t.glirt", TRIANGLE.as_bytes());
    assert_eq!(bench.glir(&["build", "t.glirt", "-o", "t.glir"]).code, 0);
    let run = bench.glir(&["render", "t.glirt", "-o", "a.png"]);
    if no_context(&run) {
        return;
    }
    assert_eq!(bench.glir(&["render", "t.glir", "-o", "b.png"]).code, 0);
    assert_eq!(std::fs::read(bench.path("a.png")).unwrap(), std::fs::read(bench.path("b.png")).unwrap());
}

#[test]
fn faults_are_told_and_the_rest_is_drawn() {
    let bench = Bench::new();
    let text = TRIANGLE.replace(
        "[\"DRAW\", 2, \"triangles\", {\"count\": 3}]\n[\"SWAP\"]\n[\"UNIFORM\"",
        "[\"DRAW\", 2, \"triangles\", {\"count\": 4}]\n[\"SWAP\"]\n[\"UNIFORM\"",
    );
    bench.write("t.glirt", text.as_bytes());
    let sentence = "t.glirt: frame 0, command 10 DRAW: the draw reads 4 vertices, but the buffer of a holds 3 [draw-outside]";
    let run = bench.glir(&["check", "t.glirt"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains(sentence), "{}", run.err);
    assert!(run.out.contains("1 fault"), "{}", run.out);
    let run = bench.glir(&["render", "t.glirt", "-o", "t.png"]);
    if no_context(&run) {
        return;
    }
    assert_eq!((run.code, run.err), (1, format!("glir: {sentence}\n")));
    assert_eq!(pixel(&bench.path("t.png"), 5, 5), [255, 0, 0, 255]);
    let run = bench.glir(&["render", "t.glirt", "-o", "strict.png", "--strict"]);
    assert_eq!(run.code, 1);
    assert!(!bench.path("strict.png").exists(), "a strict render of a faulty stream leaves no picture");
}

#[test]
fn shader_faults_name_stage_line_and_source() {
    let bench = Bench::new();
    bench.write("t.glirt", TRIANGLE.replace("gl_FragColor = u;", "gl_FragColor = v;").as_bytes());
    let run = bench.glir(&["render", "t.glirt", "-o", "t.png"]);
    if no_context(&run) {
        return;
    }
    assert_eq!(run.code, 1);
    assert!(
        run.err.contains("command 5 SHADERS: program 2 \"paint\": fragment shader line 1:"),
        "{}",
        run.err
    );
    assert!(run.err.contains("DRAW: program 2 \"paint\" has no working shaders"), "{}", run.err);
    assert_eq!(run.err.matches("no working shaders").count(), 1, "later uses are reported once: {}", run.err);
}

#[test]
fn replies_come_back_as_text() {
    let bench = Bench::new();
    bench.write("t.glirt", format!("{TRIANGLE}[\"READ\", 7, {{\"framebuffer\": 0, \"x\": 1, \"y\": 1, \"width\": 1, \"height\": 1}}]\n[\"SWAP\"]\n").as_bytes());
    let run = bench.glir(&["render", "t.glirt", "-o", "t.png", "--replies", "-"]);
    if no_context(&run) {
        return;
    }
    assert_eq!(run.code, 0, "{}", run.err);
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines.contains(&r#"["PIXELS", 7, 1, 1, {"u8": [255, 0, 0, 255]}]"#), "{}", run.out);
    assert!(lines.contains(&r#"["ACK", 2]"#), "{}", run.out);
}

#[test]
fn a_missing_frame_or_a_bad_size_is_told() {
    let bench = Bench::new();
    bench.write("t.glirt", TRIANGLE.as_bytes());
    let run = bench.glir(&["render", "t.glirt", "-o", "t.png", "--frame", "5"]);
    if no_context(&run) {
        return;
    }
    assert_eq!(
        (run.code, run.err.as_str()),
        (2, "glir: t.glirt: the stream has 2 frames; there is no frame 5\n")
    );
    assert!(!bench.path("t.png").exists());
    let run = bench.glir(&["render", "t.glirt", "-o", "t.png", "--size", "wide"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("a size looks like 800x600"), "{}", run.err);
}

#[test]
fn what_another_size_takes_apart_is_told() {
    let bench = Bench::new();
    bench.write("a.csv", b"x,y\n0,0\n1,3\n2,1\n");
    let plot = ["plot", "lines", "a.csv", "--size", "200x160", "-o"];
    let run = bench.glir(&[&plot[..], &["p.glir"]].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let run = bench.glir(&["render", "p.glir", "-o", "p.png", "--size", "300x200"]);
    if no_context(&run) {
        return;
    }
    let told = "glir: p.glir: parts of the picture stand in pixels, where --size does not move them; make the stream for this size, as `glir plot DATA --size WxH` does\n";
    assert_eq!((run.code, run.err.as_str()), (0, told));
    assert_eq!(picture(&bench.path("p.png")).0, 300);
    // Nothing is wrong with its own size, nor with what has no place in pixels, or finds it by the size.
    let run = bench.glir(&["render", "p.glir", "-o", "p.png", "--size", "200x160"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let header = r#"["GLIR", {"width": 60, "height": 40, "requires": ["lists", "signals"]}]"#;
    let clear = "[\"CLEAR\", [\"color\"]]\n[\"SWAP\"]\n";
    let follows =
        "[\"INPUT\", 1, \"canvas_size\"]\n[\"STATE\", {\"scissor\": [0, 0, 30, 20]}]\n".to_owned() + clear;
    for text in [clear, &follows] {
        bench.write("t.glirt", format!("{header}\n{text}").as_bytes());
        let run = bench.glir(&["render", "t.glirt", "-o", "t.png", "--size", "300x200"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{text}");
    }
}

#[test]
fn targets_are_checked_without_a_context() {
    let bench = Bench::new();
    bench.write("t.glirt", TRIANGLE.as_bytes());
    for target in ["webgl1", "webgl2", "gles2", "gles3", "gl33"] {
        let run = bench.glir(&["check", "t.glirt", "--target", target]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{target}");
        assert!(run.out.contains("fine"), "{}", run.out);
    }
    bench.write(
        "i.glirt",
        TRIANGLE.replace(r#""height": 30"#, r#""height": 30, "requires": ["instancing"]"#).as_bytes(),
    );
    let run = bench.glir(&["check", "i.glirt", "--target", "webgl1"]);
    assert_eq!(run.code, 0);
    assert!(
        run.err.contains("the feature \"instancing\" needs ANGLE_instanced_arrays on webgl1"),
        "{}",
        run.err
    );
    bench.write(
        "e.glirt",
        TRIANGLE.replace(r#""height": 30"#, r#""height": 30, "profile": "es3""#).as_bytes(),
    );
    let run = bench.glir(&["check", "e.glirt", "--target", "webgl1", "--json"]);
    assert_eq!(run.code, 1);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["diagnostics"][0]["code"], "unsupported-stream");
}

#[test]
fn an_input_is_never_overwritten_and_outputs_never_share_a_place() {
    let bench = Bench::new();
    bench.write("a.glirt", TRIANGLE.as_bytes());
    let cases: [(&[&str], &str); 6] = [
        (&["a.glirt", "-o", "a.glirt"], "this is the input"),
        (&["a.glirt", "-o", "a.png", "--replies", "a.glirt"], "this is the input"),
        (&["a.glirt", "-o", "a.png", "--replies", "a.png"], "the picture goes there"),
        (&["a.glirt", "-o", "-", "--replies", "-"], "the picture goes there"),
        (&["a.glirt", "-o", "-", "--json"], "--json goes there"),
        (&["a.glirt", "-o", "a.jpg"], "a PNG picture is written; name it .png"),
    ];
    for (arguments, sentence) in cases {
        let run = bench.glir(&[&["render"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(sentence) && run.out.is_empty(), "{arguments:?}: {}", run.err);
    }
    assert_eq!(std::fs::read(bench.path("a.glirt")).unwrap(), TRIANGLE.as_bytes());
    assert_eq!(bench.files(), ["a.glirt"]);
}

#[test]
fn a_good_picture_stays_where_no_frame_can_be_read() {
    let bench = Bench::new();
    bench.write("whole.glirt", TRIANGLE.as_bytes());
    assert_eq!(bench.glir(&["build", "whole.glirt", "-o", "whole.glir"]).code, 0);
    let whole = std::fs::read(bench.path("whole.glir")).unwrap();
    // The header is there, the first frame is not.
    bench.write("cut.glir", &whole[..300]);
    bench.write("good.png", b"a good picture");
    let run = bench.glir(&["render", "cut.glir", "-o", "good.png"]);
    if no_context(&run) {
        return;
    }
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("no frame could be read; no picture was written"), "{}", run.err);
    assert_eq!(std::fs::read(bench.path("good.png")).unwrap(), b"a good picture");
}

#[test]
fn check_and_render_agree_on_what_a_context_lacks() {
    let bench = Bench::new();
    let needy = TRIANGLE.replacen("{\"width\"", "{\"profile\": \"es3\", \"width\"", 1);
    bench.write("needy.glirt", needy.as_bytes());
    let checked = bench.glir(&["check", "needy.glirt", "--target", "gles2"]);
    assert_eq!(checked.code, 1);
    let drawn = bench.glir(&["render", "needy.glirt", "-o", "needy.png", "--api", "gles2"]);
    if no_context(&drawn) {
        return;
    }
    assert_eq!((drawn.code, bench.files()), (1, vec!["needy.glirt".to_owned()]), "{}", drawn.err);
    assert_eq!(checked.err.lines().next(), drawn.err.lines().next());
    assert!(
        drawn.err.contains("no picture was written; --api gl and --api gles3 offer more"),
        "{}",
        drawn.err
    );
}

#[test]
fn large_pictures_are_fine_but_not_for_every_context() {
    let bench = Bench::new();
    bench.write("wide.glirt", b"[\"GLIR\", {\"width\": 7680, \"height\": 4320}]\n[\"SWAP\"]\n");
    assert_eq!(bench.glir(&["check", "wide.glirt"]).code, 0);
    let run = bench.glir(&["check", "wide.glirt", "--target", "webgl1"]);
    let sentence = "the header's canvas is 7680×4320; width and height go from 1 to 4096 on this interpreter";
    assert!(run.code == 1 && run.err.contains(sentence), "{}", run.err);
}

#[test]
fn joined_streams_are_checked_each_for_what_it_asks() {
    let bench = Bench::new();
    let (two, three) = ("[\"GLIR\", {}]\n[\"SWAP\"]\n", "[\"GLIR\", {\"profile\": \"es3\"}]\n[\"SWAP\"]\n");
    bench.write("both.glirt", format!("{three}{two}").as_bytes());
    let run = bench.glir(&["check", "both.glirt"]);
    assert!(
        run.code == 0 && run.out.contains("2 frames") && run.out.contains("checked for gl33 and gles2"),
        "{}",
        run.out
    );
}

#[test]
fn a_damaged_header_is_told_in_one_sentence() {
    let bench = Bench::new();
    bench.write("whole.glirt", TRIANGLE.as_bytes());
    bench.glir(&["build", "whole.glirt", "-o", "hurt.glir"]);
    let mut bytes = std::fs::read(bench.path("hurt.glir")).unwrap();
    bytes[20] ^= 0xff;
    bench.write("hurt.glir", &bytes);
    for verb in [
        &["check", "hurt.glir"][..],
        &["check", "--json", "hurt.glir"],
        &["render", "hurt.glir", "-o", "x.png"],
    ] {
        let run = bench.glir(verb);
        assert_eq!((run.code, run.err.lines().count()), (2, 1), "{verb:?}: {}", run.err);
        assert!(run.err.contains("header is damaged"), "{}", run.err);
    }
}

#[test]
fn features_that_rest_on_extensions_are_told_in_words() {
    let bench = Bench::new();
    bench.write(
        "f.glirt",
        b"[\"GLIR\", {\"profile\": \"es3\", \"requires\": [\"float-render\"]}]\n[\"SWAP\"]\n",
    );
    let run = bench.glir(&["check", "f.glirt", "--target", "gles3"]);
    assert!(run.err.contains("EXT_color_buffer_float or version 3.2 on gles3"), "{}{}", run.out, run.err);
}
