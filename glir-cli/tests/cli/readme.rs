//! The README tells the truth: its stream is the reference's, and its mistake gets the answer that it shows.

use super::bench::Bench;

const README: &str = include_str!("../../../README.md");
const TRIANGLE: &str = include_str!("../../../docs/reference/examples/triangle.glirt");

/// The text of the block that opens with this line.
fn block(opening: &str) -> &'static str {
    let (_, rest) = README.split_once(&format!("```{opening}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_stream_is_the_reference_s() {
    assert_eq!(block("jsonc").trim(), TRIANGLE.trim());
}

#[test]
fn the_mistake_gets_its_answer() {
    let bench = Bench::new();
    bench.write("triangle.glirt", TRIANGLE.replace("{\"count\": 3}", "{\"count\": 4}").as_bytes());
    let run = bench.glir(&["check", "triangle.glirt"]);
    assert_eq!((run.code, run.err.trim()), (1, block("text").trim()));
}
