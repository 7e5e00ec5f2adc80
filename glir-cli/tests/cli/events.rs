//! Logs of events: `render --events` draws what a person has left, and says what is wrong with a log.

use super::bench::Bench;
use super::draw::{no_context, pixel};

/// A square of which a person sees the part that they pan and zoom to: red left of 0, green right of it.
pub(crate) const MOVABLE: &str = r#"["GLIR", {"width": 60, "height": 40, "title": "glir signals test", "requires": ["lists", "signals"]}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 32]
["DATA", 1, 0, {"f32": [-1, -1, 1, -1, -1, 1, 1, 1]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": "attribute vec2 a; uniform vec4 seen; varying float x; void main() { x = mix(seen.x, seen.z, a.x * 0.5 + 0.5); gl_Position = vec4(a, 0.0, 1.0); }",
                "fragment": "precision highp float; varying float x; void main() { gl_FragColor = x < 0.0 ? vec4(1.0, 0.0, 0.0, 1.0) : vec4(0.0, 1.0, 0.0, 1.0); }"},
               {"attributes": ["vec2 a"], "uniforms": ["vec4 seen"]}]
["ATTRIBUTE", 2, "a", {"buffer": 1}]
["SIGNAL", 1, "pan_zoom", [], {"f64": [-30, -20, 30, 20]}]
["BIND", 1, {"uniform": "seen", "program": 2}]
["RECORD", 1]
["DRAW", 2, "triangle_strip", {"count": 4}]
["END"]
["REDRAW", 1]
["RUN", 1]
["SWAP"]
"#;

#[test]
fn what_a_person_did_is_drawn() {
    let bench = Bench::new();
    bench.write("s.glirt", MOVABLE.as_bytes());
    let log = r#"// a drag by twenty pixels to the right
["POINTER", 0, "down", 30, 20, 0, 1, 0, 0.5]
["POINTER", 0, "move", 50, 20, null, 1, 0, 0.6]
["POINTER", 0, "up", 50, 20, 0, 0, 0, 0.7]
["TICK", 0.75]
"#;
    bench.write("log.jsonl", log.as_bytes());
    for api in ["gl", "gles2", "gles3"] {
        let run = bench.glir(&["render", "s.glirt", "-o", "0.png", "--api", api]);
        if no_context(&run) {
            return;
        }
        let run = bench.glir(&["render", "s.glirt", "-o", "1.png", "--api", api, "--events", "log.jsonl"]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{api}");
        let edges = ["0.png", "1.png"]
            .map(|name| (0..60).take_while(|x| pixel(&bench.path(name), *x, 20) == [255, 0, 0, 255]).count());
        assert_eq!(edges, [30, 50], "{api}");
    }
}

#[test]
fn a_log_that_is_none_is_told() {
    let bench = Bench::new();
    bench.write("s.glirt", MOVABLE.as_bytes());
    let cases = [
        ("[\"TICK\"]", "bad.jsonl:1:2: TICK: the seconds since the stream began are missing"),
        (
            "\n[\"SWAP\"]",
            "bad.jsonl:2:2: a log has no \"SWAP\"; it has RESIZE, POINTER, WHEEL, KEY, CLOSE, ACK, TICK",
        ),
        (
            "[\"KEY\", 0, \"press\", \"a\", 0, 0]",
            "bad.jsonl:1:12: KEY: action: \"press\" is not one of the names down, up",
        ),
        ("[\"TICK\", 1] 2", "bad.jsonl:1:13: one event stands in each line"),
        ("hello", "bad.jsonl:1:1: "),
        ("[\"TICK\", \"NaN\"]", "the time of an event is a finite number of seconds, not less than 0"),
        ("[\"KEY\", 0, \"up\", \"a\", 0, -1]", "the time of an event is a finite number of seconds"),
    ];
    for (log, sentence) in cases {
        bench.write("bad.jsonl", log.as_bytes());
        let run = bench.glir(&["render", "s.glirt", "-o", "x.png", "--events", "bad.jsonl"]);
        assert_eq!(run.code, 2);
        assert!(run.err.contains(sentence), "{log}: {}", run.err);
    }
    let run = bench.glir(&["render", "s.glirt", "-o", "x.png", "--events", "none.jsonl"]);
    assert_eq!((run.code, run.err.as_str()), (2, "glir: none.jsonl: no such file or directory\n"));
}
