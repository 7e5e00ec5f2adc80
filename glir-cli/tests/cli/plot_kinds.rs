//! `glir plot lines`, `scatter`, `hist`, `image`, `mesh`, `volume` and `molecule`: streams that the check passes, and refusals.

use super::bench::Bench;

/// Files of the producers' samples.
fn sample(path: &str) -> String {
    format!("{}/../producers/data/{path}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn each_kind_becomes_a_stream_that_the_check_passes() {
    let bench = Bench::new();
    let rows: String = (1..300).map(|i| format!("{i},{},{}\n", f64::from(i).sqrt(), i % 5)).collect();
    bench.write("t.csv", format!("time (s),speed (m/s),class\n{rows}").as_bytes());
    bench.write("dates.csv", b"date,value\n2024-01-01,1\n2024-02-01,3\n2024-03-01,2\n");
    let (pdb, ply) = (sample("structures/1crn/1crn.pdb"), sample("samples/trefoil.ply"));
    let npy = sample("samples/orbital.npy");
    let kinds: [&[&str]; 9] = [
        &["lines", "t.csv", "--log-x", "--title", "Speeds"],
        &["lines", "t.csv", "dates.csv", "-y", "1"],
        &["lines", "dates.csv"],
        &[
            "scatter", "t.csv", "-x", "speed", "-y", "0", "-c", "class", "--cmap", "magma_r", "--marker",
            "star",
        ],
        &["hist", "t.csv", "-y", "speed,class", "--bins", "12"],
        &["image", "t.csv", "--clim", "0..100", "--smooth"],
        &["mesh", &ply, "--edges"],
        &["volume", &npy, "--level", "60"],
        &["molecule", &pdb],
    ];
    for (index, kind) in kinds.iter().enumerate() {
        let stream = format!("{index}.glir");
        let arguments: Vec<&str> =
            ["plot"].iter().chain(*kind).chain(&["-o", &stream, "--size", "320x240"]).copied().collect();
        let run = bench.glir(&arguments);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{kind:?}");
        let run = bench.glir(&["check", &stream]);
        assert_eq!(run.code, 0, "{kind:?}: {}{}", run.out, run.err);
    }
    // What is of the plane asks for no more than WebGL 1 has.
    for index in 0..6 {
        let run = bench.glir(&["check", &format!("{index}.glir"), "--target", "webgl1"]);
        assert_eq!(run.code, 0, "{index}: {}{}", run.out, run.err);
    }
}

#[test]
fn pictures_are_drawn() {
    let bench = Bench::new();
    let picture =
        ["plot", "molecule", &sample("structures/1crn/1crn.pdb"), "-o", "m.png", "--size", "160x120"];
    let run = bench.glir(&picture);
    if run.code == 2 && std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped the drawing layer: {}", run.err.trim());
        return;
    }
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let bytes = std::fs::read(bench.path("m.png")).unwrap();
    assert!(bytes.starts_with(b"\x89PNG") && bytes.len() > 3000, "{} bytes", bytes.len());
}

#[test]
fn what_does_not_fit_is_told_in_a_sentence() {
    let bench = Bench::new();
    bench.write("t.csv", b"a,b\n1,2\n3,4\n");
    bench.write("one.csv", b"a\n1\n2\n");
    bench.write("noise.pdb", b"\x00\xff\x00\xff");
    bench.write("empty.stl", b"");
    let cases: [(&[&str], &str); 9] = [
        (&["lines", "t.csv", "-y", "c"], "there is no column \"c\""),
        (&["lines", "missing.csv"], "no such file"),
        (&["scatter", "one.csv"], "markers need two columns"),
        (&["hist", "t.csv", "--bins", "0"], "a histogram has 1 to 100000 bins, not 0"),
        (&["volume", "t.csv"], "a volume has depth, height and width"),
        (&["molecule", "noise.pdb"], "noise.pdb"),
        (&["mesh", "empty.stl"], "empty.stl"),
        (&["lines", "t.csv", "--log-x", "--xlim", "-1..1"], "they must be above 0 and differ"),
        (&["scatter", "t.csv", "--marker", "blob"], "blob"),
    ];
    for (case, expected) in cases {
        let arguments: Vec<&str> = ["plot"].iter().chain(case).chain(&["-o", "x.glir"]).copied().collect();
        let run = bench.glir(&arguments);
        assert_eq!(run.code, 2, "{case:?}: {}", run.err);
        assert!(run.err.contains(expected), "{case:?}: {}", run.err);
        assert!(!bench.path("x.glir").exists(), "{case:?}");
    }
    // The input is never overwritten.
    let run = bench.glir(&["plot", "lines", "t.csv", "-o", "t.csv"]);
    assert_eq!(run.code, 2, "{}", run.err);
    assert_eq!(std::fs::read(bench.path("t.csv")).unwrap(), b"a,b\n1,2\n3,4\n");
}
