//! `glir conform`: what it refuses before anything is run.

use crate::bench::{Bench, Run};
use std::fs;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../conformance/cases/drawing");

/// Runs a suite of one case on the tracing interpreter.
fn conform(bench: &Bench, more: &[&str]) -> Run {
    fs::create_dir_all(bench.path("suite/cases/drawing")).unwrap();
    for kind in ["glirt", "commands", "log", "replies", "png"] {
        let name = format!("first-vertex.{kind}");
        bench.write(&format!("suite/cases/drawing/{name}"), &fs::read(format!("{CASES}/{name}")).unwrap());
    }
    let usual = ["conform", "--suite", "suite", "--interpreter", "trace"];
    bench.glir(&[&usual, more].concat())
}

#[test]
fn no_time_and_nobody_at_work_are_refused() {
    let bench = Bench::new();
    assert_eq!(conform(&bench, &["--jobs", "1", "--patience", "30"]).code, 0);
    for (option, sentence) in [
        ("--jobs", "at least 1 interpreter must be run at a time, as a whole number"),
        ("--patience", "an interpreter needs time for a case: 1 second to a day, in whole seconds"),
    ] {
        for number in ["0", "-1", "0.5", "some"] {
            let run = conform(&bench, &[&format!("{option}={number}")]);
            assert_eq!(run.code, 2, "{option} {number}");
            assert!(run.err.contains(sentence) && run.out.is_empty(), "{}", run.err);
        }
    }
    assert_eq!(conform(&bench, &["--patience", "18446744073709551615"]).code, 2);
    // One case falls to one of the shards.
    let runs = ["0/2", "1/2"].map(|shard| conform(&bench, &["--shard", shard]));
    let empty = runs.iter().find(|run| run.code == 1).unwrap();
    assert!(empty.err.contains("so nothing was tested"), "{}", empty.err);
}

#[test]
fn a_line_about_no_interpreter_is_refused_with_its_place() {
    let bench = Bench::new();
    let list = |testee: &str| {
        bench.write("known.txt", format!("# known\n\n{testee} objects/* because it is so\n").as_bytes());
        ["--baseline", "--skip", "--flakes"].map(|list| conform(&bench, &[list, "known.txt"]))
    };
    for known in ["trace", "gl*", "webgl2-mesa", "*-swiftshader", "webgl1-d3d11", "*"] {
        for run in list(known) {
            assert!(run.code == 1 && run.err.contains("there is no such case"), "{known}: {}", run.err);
        }
    }
    for unknown in ["trac", "webgl3*", "webgl2-messa", "mine"] {
        for run in list(unknown) {
            assert_eq!(run.code, 2, "{unknown}");
            let start = format!("glir: known.txt: line 3: {unknown:?} names no interpreter");
            assert!(run.err.starts_with(&start) && run.out.is_empty(), "{}", run.err);
        }
    }
    // Who is run has a name, whatever it is.
    let run = conform(&bench, &["--interpreter", "mine=no-such-program", "--baseline", "known.txt"]);
    assert!(run.code == 1 && run.out.contains("mine: not there"), "{} {}", run.out, run.err);
}
