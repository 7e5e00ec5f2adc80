//! `glir info`.

use crate::bench::{Bench, stream};
use serde_json::{Value, json};

#[test]
fn a_stream_is_described() {
    let bench = Bench::new();
    bench.write("a.glir", &stream());
    let run = bench.glir(&["info", "a.glir"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    for line in [
        "  canvas       64×48",
        "  frames       2 in 1.500 s",
        "  blobs        1, 300 bytes",
        "  author       a test",
    ] {
        assert!(run.out.lines().any(|found| found == line), "{line}:\n{}", run.out);
    }
}

#[test]
fn json_says_the_same() {
    let bench = Bench::new();
    let run = bench.glir_reading(&["info", "--json", "-"], &[stream(), stream()].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let report: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["index"], true);
    assert_eq!(report["streams"].as_array().unwrap().len(), 2);
    let stream = &report["streams"][1];
    assert_eq!(stream["commands"], json!({ "SWAP": 2, "CREATE": 1, "LABEL": 1 }));
    assert_eq!(stream["header"]["version"], "1.0");
    assert_eq!((&stream["frames"], &stream["blob_bytes"]), (&json!(2), &json!(300)));
}

#[test]
fn damage_is_told_and_the_rest_is_described() {
    let bench = Bench::new();
    let mut bytes = stream();
    let frame = bytes.windows(4).position(|window| window == b"FRAM").unwrap();
    bytes[frame + 64] ^= 1;
    bench.write("hurt.glir", &bytes);
    let run = bench.glir(&["info", "hurt.glir"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("  frames       1"), "{}", run.out);
    let sentence = format!(
        "glir: hurt.glir: byte {frame}: the head of this FRAM chunk is damaged; the chunk is left out\n"
    );
    assert_eq!(run.err, sentence);
    let json = bench.glir(&["info", "--json", "hurt.glir"]);
    let report: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((json.code, &report["faults"][0]["code"]), (1, &json!("damaged-chunk")));
    assert_eq!(report["faults"][0]["offset"], frame);
}

#[test]
fn a_pipe_is_not_read_without_bound() {
    let run = Bench::new().glir_reading(&["info", "--max-bytes", "100", "-"], &stream());
    assert_eq!(run.code, 2);
    assert_eq!(run.err, "glir: standard input: there are more than 100 bytes; --max-bytes allows more\n");
}
