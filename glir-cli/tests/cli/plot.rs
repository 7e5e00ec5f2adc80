//! `glir plot`: every kind of recording, as a stream and as a picture.

use super::bench::Bench;

fn csv() -> String {
    (0..500).map(|i| format!("{},{},{}\n", f64::from(i) / 100.0, (f64::from(i) * 0.1).sin(), i % 7)).collect()
}

#[test]
fn a_table_becomes_a_stream_and_the_same_picture() {
    let bench = Bench::new();
    bench.write("t.csv", format!("time (s),a,b\n{}", csv()).as_bytes());
    let run = bench.glir(&["plot", "t.csv", "-o", "t.glir", "--size", "300x200", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let summary: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&summary["channels"], &summary["samples"]), (&2.into(), &500.into()));
    for target in ["webgl1", "gles2", "gl33"] {
        assert_eq!(bench.glir(&["check", "t.glir", "--target", target]).code, 0);
    }
    // What does not move is the same picture, whichever way it takes.
    let still = ["--rows", "auto", "--size", "300x200"];
    assert_eq!(bench.glir(&[&["plot", "t.csv", "-o", "t.glir"], &still[..]].concat()).code, 0);
    let run = bench.glir(&[&["plot", "t.csv", "-o", "t.png"], &still[..]].concat());
    if run.code == 2 && std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped the drawing layer: {}", run.err.trim());
        return;
    }
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert_eq!(bench.glir(&["render", "t.glir", "-o", "r.png"]).code, 0);
    assert_eq!(std::fs::read(bench.path("t.png")).unwrap(), std::fs::read(bench.path("r.png")).unwrap());
}

#[test]
fn raw_samples_need_their_type() {
    let bench = Bench::new();
    let samples: Vec<u8> = (0..2000i16).flat_map(|i| (i % 100 - 50).to_le_bytes()).collect();
    bench.write("raw.bin", &samples);
    let arguments = [
        "plot",
        "raw.bin",
        "-o",
        "raw.glir",
        "--dtype",
        "int16",
        "--channels",
        "4",
        "--rate",
        "250",
        "--select",
        "0,3",
    ];
    let run = bench.glir(&[&arguments[..], &["--rows", "1"]].concat());
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let run = bench.glir(&["info", "raw.glir", "--json"]);
    assert!(run.out.contains("\"GROUP\": 3"), "two lanes and the grid: {}", run.out);
    // Without rows it moves.
    let run = bench.glir(&arguments);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let run = bench.glir(&["info", "raw.glir", "--json"]);
    assert!(run.out.contains("\"SIGNAL\""), "{}", run.out);
}

#[test]
fn what_can_not_be_plotted_is_told_and_leaves_nothing() {
    let bench = Bench::new();
    bench.write("t.csv", csv().as_bytes());
    bench.write("odd.wav", b"RIFF\x04\0\0\0WAVE");
    let cases: [(&[&str], &str); 6] = [
        (&["plot", "missing.csv", "-o", "t.png"], "no such file"),
        (&["plot", "t.csv", "-o", "t.jpg"], ".png for a picture, .glir for a stream or .html for a page"),
        (&["plot", "t.csv", "-o", "t.glir", "--select", "9"], "there is no channel 9"),
        (&["plot", "t.csv", "-o", "t.glir", "--time", "90..95"], "outside the recording"),
        (&["plot", "t.csv", "-o", "t.glir", "--dtype", "int5"], "int5"),
        (&["plot", "odd.wav", "-o", "t.glir"], "odd.wav"),
    ];
    for (arguments, part) in cases {
        let run = bench.glir(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(part), "{arguments:?}: {}", run.err);
    }
    assert_eq!(bench.files(), ["odd.wav", "t.csv"]);
}

#[test]
fn what_a_line_passes_over_is_told() {
    let bench = Bench::new();
    bench.write("gaps.csv", b"time [s],a,b\n0,1,1\n1,,2\n2,nan,3\n3,4,4\n");
    let run = bench.glir(&["plot", "gaps.csv", "-o", "gaps.glir", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let sentence = "channel 0 \"a\": 2 of 4 samples are missing or not finite; the line has gaps there";
    assert_eq!(run.err, format!("glir: gaps.csv: {sentence}\n"));
    assert!(run.out.contains(&sentence.replace('"', "\\\"")), "{}", run.out);
}

/// A recording of many channels, and one of more samples than are kept as they are.
#[test]
fn recordings_become_figures() {
    let bench = Bench::new();
    let samples: Vec<u8> =
        (0..1_200_000_i32).flat_map(|i| ((i % 2000 - 1000) as i16).to_le_bytes()).collect();
    bench.write("raw.bin", &samples);
    let raw = ["--dtype", "int16", "--rate", "1000", "--json"];
    let points = |more: &[&str]| {
        let run = bench.glir(&[&["plot", "raw.bin", "-o", "raw.glir"], &raw[..], more].concat());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{more:?}");
        let summary: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(summary["drawn_samples"], 1_200_000, "{more:?}");
        summary["points"].as_u64().unwrap()
    };
    assert_eq!(points(&["--channels", "100"]), 4 * ((1 << 18) / 100) * 100);
    assert_eq!(points(&["--channels", "1", "--full"]), 1_200_000);
    assert!((4 << 18..=(4 << 18) + 8).contains(&points(&[])));
    let run = bench.glir(&["check", "raw.glir", "--target", "webgl1"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}
