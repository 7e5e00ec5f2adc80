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

/// Two frames: setup, and what is given.
fn picture(commands: &str) -> String {
    format!("[\"GLIR\", {{\"width\": 8, \"height\": 8}}]\n{PROGRAM}{SWAP}{commands}{SWAP}")
}

/// A draw in a colour.
fn fill(red: f32, green: f32) -> String {
    format!("[\"UNIFORM\", 2, \"u\", [{red}, {green}, 0, 1]]\n{DRAW}")
}

#[test]
fn the_first_difference_is_found_among_commands_that_stand_elsewhere() {
    let bench = Bench::new();
    let clear = "[\"CLEAR\", [\"color\"]]\n";
    let note = "[\"META\", \"note\", \"a\"]\n".repeat(5);
    let (red, green) = (fill(1.0, 0.0), fill(0.0, 1.0));
    bench.write("a.glirt", picture(&format!("{clear}{red}{red}")).as_bytes());
    bench.write("noted.glirt", picture(&format!("{clear}{note}{red}{green}")).as_bytes());
    let run = bench.glir(&["diff", "--pixels", "a.glirt", "noted.glirt"]);
    if cannot_draw(&run) {
        return;
    }
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("first behind command 4 of the first, 9 of the second:"), "{}", run.out);
    // A draw that only one has.
    bench.write("more.glirt", picture(&format!("{clear}{red}{red}{green}")).as_bytes());
    let run = bench.glir(&["diff", "--pixels", "a.glirt", "more.glirt"]);
    assert!(run.out.contains("first behind command 6, which stands in the second only:"), "{}", run.out);
    // What differs is covered, and differs again: the first of it is told, not any.
    let cover = red.repeat(6);
    bench.write("one.glirt", picture(&format!("{clear}{green}{cover}{green}")).as_bytes());
    bench.write(
        "two.glirt",
        picture(&format!("{clear}{}{cover}{}", fill(0.0, 0.2), fill(0.0, 0.4))).as_bytes(),
    );
    let run = bench.glir(&["diff", "--pixels", "one.glirt", "two.glirt"]);
    assert!(run.out.contains("first behind command 2:"), "{}", run.out);
    let run = bench.glir(&["diff", "--pixels", "--json", "one.glirt", "two.glirt"]);
    let said: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&said["command"], &said["command_b"], &said["frame_a"]), (&2.into(), &2.into(), &1.into()));
}

#[test]
fn a_frame_that_only_one_has_is_no_difference_of_the_frames_behind_it() {
    let bench = Bench::new();
    let clear = "[\"CLEAR\", [\"color\"]]\n";
    let frames = |colours: &[(f32, f32)]| {
        let frames = colours.iter().map(|(red, green)| format!("{clear}{}", fill(*red, *green)));
        picture(&frames.collect::<Vec<_>>().join(SWAP))
    };
    bench.write("a.glirt", frames(&[(1.0, 0.0), (0.0, 1.0)]).as_bytes());
    bench.write("b.glirt", frames(&[(1.0, 0.0), (0.4, 0.4), (0.0, 1.0)]).as_bytes());
    let run = bench.glir(&["diff", "--pixels", "a.glirt", "b.glirt"]);
    if cannot_draw(&run) {
        return;
    }
    assert_eq!((run.code, run.out.as_str()), (1, "+ frame 2, whole\n"), "{}", run.err);
    let run = bench.glir(&["diff", "--pixels", "b.glirt", "a.glirt"]);
    assert_eq!((run.code, run.out.as_str()), (1, "- frame 2, whole\n"), "{}", run.err);
    // One behind it that draws otherwise is told, too.
    bench.write("c.glirt", frames(&[(1.0, 0.0), (0.4, 0.4), (0.0, 1.0), (0.8, 0.0)]).as_bytes());
    bench.write("d.glirt", frames(&[(1.0, 0.0), (0.0, 1.0), (0.6, 0.0)]).as_bytes());
    let run = bench.glir(&["diff", "--pixels", "c.glirt", "d.glirt"]);
    assert!(
        run.out.starts_with("- frame 2, whole\nframes 4 and 3 differ in 64 pixels, first behind command 2:"),
        "{}",
        run.out
    );
}
