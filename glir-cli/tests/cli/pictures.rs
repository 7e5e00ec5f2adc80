//! Pictures of traces, as `diff --pixels`, `assert` and `render` look at them: at the frames' times, behind each command.

use crate::bench::{Bench, Run};

/// True if nothing draws here, which a machine that should draw is told.
fn cannot_draw(run: &Run) -> bool {
    let skipped = run.code == 2 && std::env::var_os("GLIR_REQUIRE_GL").is_none();
    if skipped {
        eprintln!("skipped: {}", run.err);
    }
    skipped
}

/// A program that fills its canvas with `u`.
const PROGRAM: &str = r#"["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 32]
["DATA", 1, 0, {"f32": [-1, -1, 1, -1, -1, 1, 1, 1]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": "attribute vec2 a; void main() { gl_Position = vec4(a, 0.0, 1.0); }", "fragment": "precision highp float; uniform vec4 u; void main() { gl_FragColor = u; }"}, {"attributes": ["vec2 a"], "uniforms": ["vec4 u"]}]
["ATTRIBUTE", 2, "a", {"buffer": 1}]
"#;

const DRAW: &str = "[\"DRAW\", 2, \"triangle_strip\", {\"count\": 4}]\n";
const SWAP: &str = "[\"SWAP\"]\n";

/// A stream that a signal of the time makes redder by so much a second.
fn reddening(a_second: f64, asserted: &str) -> String {
    format!(
        r#"["GLIR", {{"width": 8, "height": 8, "requires": ["lists", "signals"]}}]
{PROGRAM}["INPUT", 5, "time"]
["SIGNAL", 6, "constant", [], {{"f64": [{a_second}, 0, 0, 1]}}]
["SIGNAL", 7, "mul", [5, 6]]
["BIND", 7, {{"program": 2, "uniform": "u"}}]
{DRAW}{SWAP}["TIME", 1000000]
{DRAW}{SWAP}["TIME", 2000000]
{DRAW}["META", "assert", "{asserted}"]
{SWAP}"#
    )
}

#[test]
fn pictures_stand_at_their_frames_times() {
    let bench = Bench::new();
    bench.write("at.glirt", reddening(0.2, "pixel 3,3 is 102 0 0 255 within 1").as_bytes());
    let run = bench.glir(&["assert", "at.glirt"]);
    if cannot_draw(&run) {
        return;
    }
    assert_eq!((run.code, run.err.as_str()), (0, "glir: 1 assertion held, 0 assertions did not\n"));
    let run = bench.glir(&["render", "at.glirt", "--deterministic", "-o", "at.png"]);
    assert_eq!(run.code, 0, "{}", run.err);
    bench.write("begin.glirt", reddening(0.2, "pixel 3,3 is 0 0 0 0").as_bytes());
    let run = bench.glir(&["render", "begin.glirt", "-o", "begin.png"]);
    assert_eq!(run.code, 1);
    assert!(run.err.contains("it is 102 0 0 "), "{}", run.err);
    // Two that differ in what time does to them alone.
    bench.write("faster.glirt", reddening(0.3, "diagnostic none").as_bytes());
    let run = bench.glir(&["diff", "--pixels", "at.glirt", "faster.glirt"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.starts_with("frames 1 and 1 differ in 64 pixels"), "{}", run.out);
}
