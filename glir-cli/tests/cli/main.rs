//! The `glir` command as its users meet it: arguments in, output and exit code out.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bench;
mod build;
mod conform;
mod dates;
mod draw;
mod dump;
mod events;
mod info;
mod pictures;
mod plot;
mod plot_kinds;
mod readme;
mod serve;
mod trace;
mod viewer;
mod window;
mod window_plot;
mod window_replay;

use bench::Bench;

#[test]
fn wrong_usage_is_told() {
    let bench = Bench::new();
    for arguments in [&["frobnicate"][..], &["info"], &["info", "a", "b"], &["info", "--jason", "a"]] {
        let run = bench.glir(arguments);
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.err.contains("Usage: glir"), "{}", run.err);
        assert!(run.out.is_empty());
    }
}

#[test]
fn every_verb_shows_examples() {
    let bench = Bench::new();
    let help = bench.glir(&["--help"]);
    let commands = help.out.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let verbs: Vec<_> = commands.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(verbs.len() > 2, "{verbs:?}");
    for verb in verbs.into_iter().filter(|verb| *verb != "help") {
        let run = bench.glir(&[verb, "--help"]);
        assert_eq!(run.code, 0, "{verb}");
        assert!(run.out.contains(&format!("Examples:\n  glir {verb}")), "{verb}: {}", run.out);
    }
}

#[test]
fn what_can_not_be_read_is_told() {
    let bench = Bench::new();
    bench.write("empty.glir", b"");
    bench.write("picture.png", b"\x89PNG\r\n\x1a\nand so on");
    bench.write("cut.glir", &bench::stream()[..40]);
    let cases = [
        ("missing.glir", "glir: missing.glir: no such file or directory\n"),
        (".", "glir: .: this is a folder; name a file in it\n"),
        ("empty.glir", "glir: empty.glir: the file is empty\n"),
        ("picture.png", "glir: picture.png: this is not a GLIR file\n"),
        ("cut.glir", "glir: cut.glir: the file ends inside its header, so nothing of it can be read\n"),
    ];
    for (name, sentence) in cases {
        let run = bench.glir(&["info", name]);
        assert_eq!((run.code, run.err.as_str()), (2, sentence));
        assert!(run.out.is_empty(), "{}", run.out);
    }
}

#[test]
fn a_newer_major_version_is_refused() {
    let bench = Bench::new();
    bench.write("two.glir", &bench::stream_of_version(2, 1));
    let run = bench.glir(&["info", "two.glir"]);
    let sentence = "glir: two.glir: this file is GLIR 2.1; this program reads up to 1.x\n";
    assert_eq!((run.code, run.err.as_str()), (2, sentence));
}
