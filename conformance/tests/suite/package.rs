//! An interpreter in another language that knows nothing but the data package and the protocol.

use crate::{folder, suite};
use glir_conformance::case::Layer;
use glir_conformance::lists::{self, Lists};
use glir_conformance::package;
use glir_conformance::runner::{self, Candidate, Plan, Program};
use std::collections::HashMap;
use std::process::Command;

#[test]
fn the_example_passes_the_decoding_layer() {
    if Command::new("python3").arg("--version").output().is_err() {
        eprintln!("skipped the example testee: there is no python3");
        return;
    }
    let example = folder().join("examples/testee.py");
    let lines = std::fs::read_to_string(&example).unwrap().lines().count();
    assert!(lines <= 200, "the example has {lines} lines");
    let suite = suite();
    let data = tempfile::tempdir().unwrap();
    package::write(suite, &folder(), data.path()).unwrap();
    let words = ["python3", &example.to_string_lossy(), &data.path().to_string_lossy()].map(str::to_owned);
    let python = [Candidate { name: "python".into(), launcher: Box::new(Program(words.to_vec())) }];
    let known = std::fs::read_to_string(folder().join("lists/baseline.txt")).unwrap();
    // Lines about all testees are about layers that it does not answer in.
    let mut baseline = lists::parse(&known).unwrap();
    baseline.retain(|known| known.testee == "python");
    let lists = Lists { baseline, ..Lists::default() };
    let results = runner::run(suite, &python, &lists, &Plan::default(), &|_| true, &|_, _| {});
    // It says which layer it answers in, and is asked for no other.
    assert_eq!(results[0].hello.as_ref().map(|hello| hello.layers.clone()), Ok(vec![Layer::Decoding]));
    let wrong: Vec<_> = results[0].records.iter().filter(|record| record.unexpected.is_some()).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(results[0].records.len(), suite.entries.len());
}

#[test]
fn the_manifest_is_as_its_schema_says() {
    let manifest = package::manifest(suite());
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../src/manifest.schema.json")).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let wrong: Vec<String> =
        schema.iter_errors(&manifest).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // It would notice.
    let lies: [(&str, serde_json::Value); 9] = [
        ("/cases/0/size", serde_json::json!([-1, 0])),
        ("/cases/0/stream", "../../etc/passwd".into()),
        ("/cases/0/goldens", serde_json::json!({})),
        ("/cases/0/kind", "session".into()),
        ("/cases/0/features", serde_json::json!(["No such"])),
        ("/cases/0/tolerances", serde_json::json!([{ "rule": "blah", "testees": ["*"], "reason": "none" }])),
        ("/cases/0/tolerances", serde_json::json!([{ "rule": "exact", "testees": [], "reason": "none" }])),
        ("/cases/0/grade", "optional".into()),
        ("/cases/0/says", serde_json::json!([""])),
    ];
    for (place, lie) in lies {
        let mut manifest = manifest.clone();
        *manifest.pointer_mut(place).unwrap() = lie;
        assert!(!schema.is_valid(&manifest), "{place}");
    }
}

#[test]
fn the_manifest_says_what_a_compiler_must_name() {
    let manifest = package::manifest(suite());
    let cases = manifest["cases"].as_array().unwrap();
    let case = cases.iter().find(|case| case["id"] == "programs/message-of-a-compiler").unwrap();
    assert_eq!(case["says"], serde_json::json!(["fragment", "37", "gl_FragColor = u_missing;"]));
    assert!(cases.iter().filter(|case| case["says"].as_array().unwrap().is_empty()).count() > 1);
}

#[test]
fn the_pages_tell_every_layer_and_every_golden() {
    let page = |name: &str| std::fs::read_to_string(folder().join(name)).unwrap();
    let (protocol, parts, home) = (page("PROTOCOL.md"), page("PACKAGE.md"), page("README.md"));
    let row =
        |page: &str, start: &str| page.lines().filter(|line| line.starts_with(start)).collect::<String>();
    let hello = row(&protocol, "| `layers` | list of strings | the layers in which it answers");
    for layer in Layer::ALL {
        let name = layer.text();
        assert!(hello.contains(&format!("`{name}`")), "{name}: {hello}");
    }
    let (goldens, cases) = (row(&parts, "| `goldens/"), row(&home, "| `cases/"));
    for entry in package::manifest(suite())["cases"].as_array().unwrap() {
        for file in entry["goldens"].as_object().unwrap().values() {
            let (_, end) = file.as_str().unwrap().rsplit_once('.').unwrap();
            assert!(goldens.contains(&format!(".{end}`")) && cases.contains(&format!("`.{end}`")), "{end}");
        }
    }
}

#[test]
fn a_package_is_enough_by_itself() {
    let data = tempfile::tempdir().unwrap();
    let place = data.path().join("package");
    let count = package::write(suite(), &folder(), &place).unwrap();
    let mut texts = HashMap::new();
    for part in ["", "reference"] {
        for entry in std::fs::read_dir(place.join(part)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|end| end == "md") {
                texts.insert(path.clone(), std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    for page in
        ["README.md", "PROTOCOL.md", "reference/wire-form.md", "reference/replies.md", "reference/limits.md"]
    {
        assert!(texts.contains_key(&place.join(page)), "{page}");
    }
    for (path, text) in &texts {
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            if link.starts_with("https://") || (file.is_empty() && anchor.is_empty()) {
                continue;
            }
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(target.is_file(), "{}: {link}", path.display());
            let outer = !path.ends_with("reference") && path.parent() == Some(&place);
            if outer && !anchor.is_empty() {
                let heading = format!(" {}", anchor.replace('-', " "));
                let page = std::fs::read_to_string(&target).unwrap().to_lowercase().replace('`', "");
                let found = page.lines().any(|line| line.trim_start_matches('#') == heading);
                assert!(found, "{}: {link}", path.display());
            }
        }
    }
    // What an older package had and this one has not goes; what is no package's stays, and refuses.
    std::fs::write(place.join("streams/old.glir"), "old").unwrap();
    assert_eq!(package::write(suite(), &folder(), &place), Ok(count));
    assert!(!place.join("streams/old.glir").exists());
    std::fs::write(place.join("mine.txt"), "mine").unwrap();
    let refused = package::write(suite(), &folder(), &place).unwrap_err();
    assert!(refused.contains("mine.txt") && place.join("mine.txt").exists(), "{refused}");
    let refused = package::write(suite(), &folder(), &folder()).unwrap_err();
    assert!(refused.contains("older package"), "{refused}");
}

#[test]
fn covers_has_rows_of_the_table_too() {
    let manifest = package::manifest(suite());
    let cases = manifest["cases"].as_array().unwrap();
    let covers =
        |row: &str| cases.iter().any(|case| case["covers"].as_array().unwrap().contains(&row.into()));
    assert!(covers("S-DRAW.mode") && covers("S-Format.rgba8") && covers("S-MODEL-1"));
}

#[test]
fn a_program_that_is_not_there_is_told() {
    let nobody =
        [Candidate { name: "nobody".into(), launcher: Box::new(Program(vec!["/no/such/program".into()])) }];
    let results = runner::run(suite(), &nobody, &Lists::default(), &Plan::default(), &|_| true, &|_, _| {});
    assert!(results[0].hello.as_ref().is_err_and(|why| why.contains("can't be started")));
}

#[test]
fn a_program_that_ends_is_told_with_its_last_words() {
    let words = ["sh", "-c", "echo no context >&2; exit 3"].map(str::to_owned).to_vec();
    let short = [Candidate { name: "short".into(), launcher: Box::new(Program(words)) }];
    let results = runner::run(suite(), &short, &Lists::default(), &Plan::default(), &|_| true, &|_, _| {});
    let why = results[0].hello.clone().unwrap_err();
    assert!(why.contains("no context"), "{why}");
}
