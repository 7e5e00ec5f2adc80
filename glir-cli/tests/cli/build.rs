//! `glir build`.

use crate::bench::{Bench, stream};
use std::fs;

const TEXT: &str = r#"["GLIR", {"width": 64, "height": 64, "title": "é"}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 24]
["DATA", 1, 0, {"f32": [-1, -1, 1, -1, 0, 1]}]
["SWAP"]
["GLIR", {}]
["TIME", 5]
["SWAP"]
"#;

#[test]
fn text_becomes_a_file_and_text_again() {
    let bench = Bench::new();
    bench.write("a.glirt", TEXT.as_bytes());
    let build = bench.glir(&["build", "a.glirt", "-o", "a.glir"]);
    assert_eq!((build.code, build.out.as_str(), build.err.as_str()), (0, "", ""));
    assert!(fs::read(bench.path("a.glir")).unwrap().starts_with(b"\x89GLIR\r\n\x1a"));
    let dump = bench.glir(&["dump", "a.glir"]);
    assert_eq!((dump.code, dump.out.as_str()), (0, TEXT));
    let info = bench.glir(&["info", "a.glir"]);
    assert!(info.out.contains("2 streams, with an index"), "{}", info.out);
    assert_eq!(bench.files(), ["a.glir", "a.glirt"]);
}

#[test]
fn a_mistake_is_told_with_its_place_and_nothing_is_written() {
    let bench = Bench::new();
    bench.write("old.glir", b"what was there");
    let run = bench.glir_reading(&["build", "-", "-o", "old.glir"], b"[\"GLIR\"]\n[\"DRAWN\"]\n");
    assert_eq!(run.code, 2);
    assert!(
        run.err.starts_with("glir: standard input: line 2, column 2: there is no command \"DRAWN\""),
        "{}",
        run.err
    );
    assert_eq!(fs::read(bench.path("old.glir")).unwrap(), b"what was there");
    assert_eq!(bench.files(), ["old.glir"]);
}

#[test]
fn text_in_other_encodings_is_told() {
    let run = Bench::new().glir_reading(&["build", "-", "-o", "-"], b"[\"GLIR\"]\n// \xe9\n");
    assert_eq!(
        (run.code, run.err.as_str()),
        (2, "glir: standard input: line 2: this is not UTF-8, as a text must be\n")
    );
}

#[test]
fn outputs_that_can_not_be_are_told() {
    let bench = Bench::new();
    bench.write("a.glirt", TEXT.as_bytes());
    bench.write("a.glir", &stream());
    let cases = [
        (["a.glirt", "no/such/a.glir"], "no/such/a.glir: there is no folder no/such; make it first"),
        (["a.glirt", "."], ".: this is a folder; name a file in it"),
        (["a.glirt", "./a.glirt"], "./a.glirt: this is the input; name another file for the output"),
        (["a.glir", "b.glir"], "a.glir: this is a .glir file already; build takes its text form"),
    ];
    for ([from, to], sentence) in cases {
        let run = bench.glir(&["build", from, "-o", to]);
        assert_eq!((run.code, run.err), (2, format!("glir: {sentence}\n")));
    }
    assert_eq!(bench.files(), ["a.glir", "a.glirt"]);
}

#[cfg(unix)]
#[test]
fn links_rights_and_devices_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let bench = Bench::new();
    bench.write("a.glirt", TEXT.as_bytes());
    bench.write("real.glir", b"");
    fs::set_permissions(bench.path("real.glir"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.glir", bench.path("link.glir")).unwrap();
    assert_eq!(bench.glir(&["build", "a.glirt", "-o", "link.glir"]).code, 0);
    assert!(fs::symlink_metadata(bench.path("link.glir")).unwrap().is_symlink());
    let real = fs::metadata(bench.path("real.glir")).unwrap();
    assert_eq!((real.permissions().mode() & 0o777, real.len() > 0), (0o640, true));
    assert_eq!(bench.glir(&["build", "a.glirt", "-o", "/dev/null"]).code, 0);

    bench.glir(&["build", "a.glirt", "-o", "new.glir"]);
    bench.write("plain", b"");
    let mode = |name| fs::metadata(bench.path(name)).unwrap().permissions().mode();
    assert_eq!(mode("new.glir"), mode("plain"), "a new file has a new file's rights");
}
