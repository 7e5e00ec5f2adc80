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
        let is_mixed = kind.contains(&"t.csv") && kind.contains(&"dates.csv");
        assert_eq!((run.code, run.err.lines().count()), (0, usize::from(is_mixed)), "{kind:?}: {}", run.err);
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
fn several_files_stand_in_one_figure() {
    let bench = Bench::new();
    for (name, first) in [("a", "2024-03-01T12:00:00"), ("b", "2024-03-01T12:00:05")] {
        let rows: String = (0..9).map(|i| format!("{first}.{i},{i}\n")).collect();
        bench.write(&format!("{name}.csv"), format!("date,flow (l/s)\n{rows}").as_bytes());
        bench.write(&format!("{name}.npy"), &npy("4, 5", 1.0, 20));
        bench.write(&format!("{name}3.npy"), &npy("2, 3, 4", 1.0, 24));
    }
    bench.write("c.npy", &npy("5, 4", 2.0, 20));
    bench.write("numbers.csv", b"v\n1\n2\n3\n");
    bench.write("undated.csv", b"time (s),v\n0,1\n1,2\n2,3\n");
    let (pdb, ply) = (sample("structures/1crn/1crn.pdb"), sample("samples/trefoil.ply"));
    let count = |what: &str, arguments: &[&str]| -> u64 {
        let run = bench.glir(&[&["plot"], arguments, &["-o", "x.glir", "--size", "640x480"]].concat());
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.err);
        assert_eq!(bench.glir(&["check", "x.glir"]).code, 0, "{arguments:?}");
        let run = bench.glir(&["info", "x.glir", "--json"]);
        let info: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        info["streams"][0]["commands"][what].as_u64().unwrap_or_default()
    };
    for kind in [&["mesh", &ply][..], &["molecule", &pdb], &["volume", "a3.npy", "--no-bar"]] {
        let several = [kind, &kind[1..2], &kind[1..2]].concat();
        // Each has a view of its own, which people turn.
        assert!(
            count("INPUT", &several) + count("SIGNAL", &several)
                > count("INPUT", kind) + count("SIGNAL", kind),
            "{kind:?}"
        );
        assert!(count("DRAW", &several) >= count("DRAW", kind) + 2, "{kind:?}");
    }
    let images = ["image", "a.npy", "b.npy", "c.npy", "--no-bar"];
    assert!(count("DRAW", &images) >= count("DRAW", &["image", "a.npy", "--no-bar"]) + 2);
    // Recordings share their time.
    let run = bench.glir(&["plot", "a.csv", "b.csv", "-o", "x.glir", "--json"]);
    let summary: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((&summary["channels"], &summary["drawn_samples"]), (&2.into(), &18.into()));
    assert_eq!(summary["input"], "a.csv, b.csv");
    let run = bench.glir(&[
        "plot",
        "signals",
        "a.csv",
        "b.csv",
        "-o",
        "x.glir",
        "--json",
        "--time",
        "2024-03-01T12:00:05..2024-03-01T12:00:07",
    ]);
    let summary: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(summary["drawn_samples"], 9, "{}", run.err);
    let run = bench.glir(&["plot", "signals", "a.csv", "undated.csv", "-o", "x.glir"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("not all recordings tell when they began"), "{}", run.err);
    for (arguments, why) in [
        (&["signals", "a.csv", "numbers.csv"][..], "no time axis in common unless a rate is given"),
        (&["signals", "a.csv", "b.csv", "--rows", "4"], "2 channels can't be drawn in 4 rows"),
        (&["image", "a.npy", &ply], "this is a PLY mesh"),
        (&["mesh", &ply, "a.npy"], "a.npy"),
    ] {
        let run = bench.glir(&[&["plot"], arguments, &["-o", "no.glir"]].concat());
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(why) && !bench.path("no.glir").exists(), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn what_does_not_fit_is_told_in_a_sentence() {
    let bench = Bench::new();
    bench.write("t.csv", b"a,b\n1,2\n3,4\n");
    bench.write("one.csv", b"a\n1\n2\n");
    bench.write("noise.pdb", b"\x00\xff\x00\xff");
    bench.write("empty.stl", b"");
    bench.write("none.csv", b"t,v\n1,nan\n2,\n");
    let cases: [(&[&str], &str); 10] = [
        (&["lines", "t.csv", "-y", "c"], "there is no column \"c\""),
        (&["lines", "missing.csv"], "no such file"),
        (&["scatter", "one.csv"], "markers need two columns"),
        (&["lines", "none.csv"], "there is nothing to draw over \"t\": no value is in \"v\""),
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

/// An NPY file of one number over and over.
fn npy(shape: &str, value: f64, count: usize) -> Vec<u8> {
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({shape}), }}");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(118_u16.to_le_bytes());
    bytes.extend(format!("{header:<117}\n").bytes());
    bytes.extend(std::iter::repeat_n(value.to_le_bytes(), count).flatten());
    bytes
}

#[test]
fn what_is_not_seen_is_told() {
    let bench = Bench::new();
    bench.write("huge.csv", b"x,y\n1,1e400\n2,1e308\n3,-1e308\n");
    bench.write("neg.csv", b"x,y\n-1,1\n0,2\n-5,3\n");
    bench.write("flat.obj", b"v 0 0 0\nv 1 1 1\nv 2 2 2\nf 1 1 1\nf 1 2 3\n");
    bench.write("nan.npy", &npy("4, 5", f64::NAN, 20));
    bench.write("vnan.npy", &npy("2, 2, 2", f64::NAN, 8));
    bench.write("one.npy", &npy("2, 2, 2", 7.0, 8));
    bench.write("nan.xyz", b"2\n\nC nan 0 0\nC 0 0 0\n");
    bench.write("far.xyz", b"3\n\nC 0 0 0\nO 1 0 0\nC 1e30 0 0\n");
    bench.write("odd.xyz", b"3\n\nC 0 0 0\nQq 1 0 0\n999 2 0 0\n");
    bench.write("words.csv", "時間,温度\n1,2\n2,5\n3,4\n".as_bytes());
    bench.write("dates.csv", b"date,price\n2024-01-01,1\n2024-01-02,2\n2024-01-03,4\n");
    bench.write("plain.csv", b"t,v\n1,2\n2,3\n3,5\n");
    let cases: [(&[&str], &str); 18] = [
        (
            &["lines", "dates.csv", "--log-x"],
            "--log-x: a calendar has no logarithms; dates are drawn as seconds since 1970",
        ),
        (&["hist", "dates.csv", "-y", "date", "--log-x"], "--log-x: a calendar has no logarithms"),
        (
            &["scatter", "dates.csv", "-y", "price", "-c", "price", "--size", "160x120"],
            "the colour bar is left out: there is no room",
        ),
        (
            &["lines", "words.csv"],
            "words.csv: the font has no glyph for '時', '間', '温', '度'; a box stands for each",
        ),
        (
            &["lines", "plain.csv", "dates.csv"],
            "x: the dates of \"date\" stand beside the numbers of \"t\", as seconds since 1970",
        ),
        (&["lines", "huge.csv"], "huge.csv: 1 of 3 points of the line are not drawn: 1 is missing"),
        (&["scatter", "huge.csv"], "huge.csv: 1 of 3 points of the markers are not drawn: 1 is missing"),
        (&["lines", "neg.csv", "-x", "x", "--log-x"], "3 are 0 or less on a logarithmic axis"),
        (&["mesh", "flat.obj"], "nothing of the mesh can be drawn: each of its 2 triangles has no area"),
        (&["image", "nan.npy"], "nothing of the image can be drawn: of 20 values, 20 are missing"),
        (&["volume", "vnan.npy"], "nothing of the volume can be drawn: all of its 8 values are missing"),
        (&["volume", "one.npy", "--level", "99"], "its values go from 7 to 7, so there is no surface at 99"),
        (
            &["volume", "one.npy", "--clim", "8..9"],
            "nothing of the volume is seen: its values go from 7 to 7",
        ),
        (
            &["lines", "neg.csv", "-x", "x", "--xlim", "5..9"],
            "nothing of the line is seen: it lies beyond the limits of the axes",
        ),
        (
            &["scatter", "neg.csv", "--ylim", "5..9"],
            "nothing of the markers is seen: it lies beyond the limits",
        ),
        (
            &["molecule", "nan.xyz"],
            "1 of 2 atoms is not drawn: it has coordinates that are missing or beyond",
        ),
        (
            &["molecule", "far.xyz"],
            "1 of 3 atoms is not drawn: it has coordinates that are missing or beyond",
        ),
        (&["molecule", "odd.xyz"], "2 of 3 atoms are of no known element: pink, with a radius of 2 Å"),
    ];
    for (case, expected) in cases {
        let arguments: Vec<&str> = ["plot"].iter().chain(case).chain(&["-o", "x.glir"]).copied().collect();
        let run = bench.glir(&arguments);
        assert_eq!(run.code, 0, "{case:?}: {}", run.err);
        assert!(run.err.contains(expected) && run.err.lines().count() == 1, "{case:?}: {}", run.err);
    }
}

#[test]
fn valid_data_is_drawn_without_a_word() {
    let bench = Bench::new();
    bench.write("c17.npy", &npy("5, 5", 1e17, 25));
    bench.write("words.csv", "время,größe\n1,2\n2,5\n3,4\n".as_bytes());
    let days: String = (1..28).map(|day| format!("2024-03-{day:02},{day},2024-02-{day:02},1e17\n")).collect();
    bench.write("days.csv", format!("day,count,before,same\n{days}").as_bytes());
    bench.write("one.npy", &npy("2, 2, 2", 7.0, 8));
    let cases: [&[&str]; 9] = [
        &["volume", "one.npy"],
        &["image", "c17.npy"],
        &["lines", "words.csv", "-y", "größe"],
        &["lines", "days.csv", "-y", "count", "--xlim", "2024-03-01..2024-03-15T12:00"],
        &["lines", "days.csv", "-x", "count", "-y", "before"],
        &["scatter", "days.csv", "-x", "count", "-y", "count", "-c", "before"],
        &["scatter", "days.csv", "-x", "count", "-y", "count", "-c", "same"],
        &["hist", "days.csv", "-y", "day,before"],
        &["hist", "days.csv", "-y", "day"],
    ];
    for case in cases {
        let arguments: Vec<&str> = ["plot"].iter().chain(case).chain(&["-o", "x.glir"]).copied().collect();
        let run = bench.glir(&arguments);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{case:?}");
    }
}

#[test]
fn options_hold_what_they_are_given() {
    let bench = Bench::new();
    bench.write("t.csv", b"a,b\n1,2\n3,4\n");
    bench.write("v.npy", &npy("2, 2, 2", 7.0, 8));
    bench.write("p.png", b"\x89PNG\r\n\x1a\n0000");
    bench.write("far.obj", b"v 0 0 0\nv 1e30 0 0\nv 0 1e30 0\nf 1 2 3\n");
    let cases: [(&[&str], &str); 10] = [
        (&["volume", "v.npy", "--level", "nan"], "is not finite"),
        (&["volume", "v.npy", "--mist", "5"], "is no density above 0, up to 1"),
        (&["volume", "v.npy", "--mist", "nan"], "is no density above 0, up to 1"),
        (&["scatter", "t.csv", "--marker-size", "nan"], "is no size above 0, up to 1000 pixels"),
        (&["lines", "t.csv", "--line-width", "0"], "is no size above 0, up to 1000 pixels"),
        (&["image", "t.csv", "--extent", "0", "0", "0", "0"], "left and right edge differ"),
        (&["lines", "t.csv", "--xlim", "2024-02-30..2024-03-01"], "is no number"),
        (&["mesh", "far.obj"], "units from the middle to the farthest point"),
        (&["volume", "p.png"], "holds no table or array of numbers; it is drawn as an image"),
        (&["nope", "t.csv"], "unrecognized subcommand 'nope'"),
    ];
    for (case, expected) in cases {
        let arguments: Vec<&str> = ["plot"].iter().chain(case).chain(&["-o", "x.glir"]).copied().collect();
        let run = bench.glir(&arguments);
        assert_eq!(run.code, 2, "{case:?}: {}", run.err);
        assert!(run.err.contains(expected), "{case:?}: {}", run.err);
    }
}

#[test]
fn meshes_ask_for_smooth_edges() {
    let bench = Bench::new();
    bench.write("t.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
    for (api, samples) in [("gles3", "\"samples\": 4"), ("gles2", "")] {
        let run = bench.glir(&["plot", "mesh", "t.obj", "-o", "t.glir", "--api", api]);
        assert_eq!((run.code, run.err.as_str()), (0, ""));
        let run = bench.glir(&["dump", "t.glir"]);
        assert!(run.out.contains(samples) && (api == "gles3" || !run.out.contains("samples")), "{}", run.out);
    }
}

#[test]
fn what_is_left_out_is_told_truly() {
    let bench = Bench::new();
    bench.write("gap.csv", b"t,y\n0,1\nnan,9\n2,3\n3,4\n4,9\n");
    bench.write("none.csv", b"t,v\n1,nan\n2,\n");
    bench.write("nan.csv", b"v\nnan\nnan\n");
    bench.write("far.csv", b"1e308,-1e308\n2e307,0\n");
    bench.write("colours.csv", b"x,y,c\n1,2,inf\n2,3,inf\n");
    bench.write("cube.obj", b"v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n");
    bench.write("far.npy", &npy("2, 2, 2", 1e308, 8));
    let told: &[(&[&str], i32, &str)] = &[
        (
            &["lines", "gap.csv"],
            0,
            "1 of 5 rows are left out: \"t\", which is x, is missing or not finite there",
        ),
        (&["hist", "none.csv", "-y", "v"], 2, "column \"v\" has no value: all of its cells are empty or NaN"),
        (&["hist", "nan.csv"], 2, "no column holds a number: all values are missing, empty or NaN"),
        (
            &["scatter", "colours.csv", "-c", "c"],
            0,
            "2 of 2 values of the colours of the markers are infinite, and have the colours of the ends",
        ),
        (
            &["image", "cube.obj"],
            2,
            "by its name this is an OBJ mesh, which holds no table or array of numbers",
        ),
        (&["image", "far.csv"], 0, ""),
        (&["volume", "far.npy"], 0, "8 values lie beyond ±3.4e38, more than single precision has room for"),
    ];
    for (arguments, code, message) in told {
        let run = bench.glir(&[&["plot"], *arguments, &["-o", "out.glir"]].concat());
        assert_eq!(run.code, *code, "{arguments:?}: {}", run.err);
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
        let volume = arguments[0] == "volume";
        assert!(*code != 0 || volume || !run.err.contains("nothing"), "{arguments:?}: {}", run.err);
        assert!(!message.is_empty() || run.err.is_empty(), "{arguments:?}: {}", run.err);
    }
}
