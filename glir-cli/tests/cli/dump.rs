//! `glir dump`.

use crate::bench::{Bench, stream};
use std::fs;
use std::io::Read;
use std::process::Stdio;

#[test]
fn a_stream_becomes_text_and_the_same_stream_again() {
    let bench = Bench::new();
    bench.write("a.glir", &stream());
    let dump = bench.glir(&["dump", "a.glir", "-o", "a.glirt"]);
    assert_eq!((dump.code, dump.out.as_str(), dump.err.as_str()), (0, "", ""));
    assert_eq!(bench.glir(&["build", "a.glirt", "-o", "b.glir"]).code, 0);
    assert_eq!(fs::read(bench.path("b.glir")).unwrap(), stream());
}

#[test]
fn one_frame_can_be_chosen() {
    let bench = Bench::new();
    bench.write("a.glir", &stream());
    let run = bench.glir(&["dump", "--frame", "1", "a.glir"]);
    assert_eq!(run.out, "[\"TIME\", 1500000]\n[\"LABEL\", 1, \"vertices\"]\n[\"SWAP\"]\n");
    let run = bench.glir(&["dump", "--frame", "2", "a.glir"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(run.err, "glir: a.glir: there is no frame 2; it has 2 frames, counted from 0\n");
}

#[test]
fn long_payloads_are_shortened_on_demand() {
    let bench = Bench::new();
    bench.write("a.glir", &stream());
    let length = |arguments: &[&str]| bench.glir(arguments).out.len();
    assert!(length(&["dump", "--short", "a.glir"]) < length(&["dump", "a.glir"]) / 2);
}

#[test]
fn damage_is_told_and_the_rest_is_printed() {
    let bench = Bench::new();
    let mut bytes = stream();
    let frame = bytes.windows(4).position(|window| window == b"FRAM").unwrap();
    bytes[frame + 64] ^= 1;
    let run = bench.glir_reading(&["dump", "-"], &bytes);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("[\"LABEL\", 1, \"vertices\"]") && !run.out.contains("CREATE"), "{}", run.out);
    assert!(run.err.starts_with(&format!("glir: standard input: byte {frame}: ")), "{}", run.err);
}

#[test]
fn a_reader_may_close_the_pipe() {
    let bench = Bench::new();
    let line = "[\"LABEL\", 1, \"a label to fill the pipe\"]\n";
    let text = format!("[\"GLIR\"]\n{}[\"SWAP\"]\n", line.repeat(20_000));
    bench.write("long.glirt", text.as_bytes());
    let mut command = bench.command(&["dump", "long.glirt"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut start = [0; 5];
    child.stdout.take().unwrap().read_exact(&mut start).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(start, *b"[\"GLI");
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}
