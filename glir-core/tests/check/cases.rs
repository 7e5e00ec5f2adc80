//! Runs the cases under `tests/cases/`, and sees to it that no command and no code is without one.

use crate::stage::{Script, Stage};
use glir_core::text::{self, Item};
use glir_core::{
    Blobs, Capabilities, Diagnostic, Foreign, FrameInput, Interpreter, Outcome, Settings, Store, TraceBackend,
};
use glir_spec::commands::COMMANDS;
use glir_spec::wire::{Hash, Reader};
use glir_spec::{Code, Header, Target};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Codes that no stream on the check alone can bring about, each with the test that does.
const ELSEWHERE: [(Code, &str); 4] = [
    (Code::UnsupportedVersion, "check/limits.rs"),
    (Code::TooManyDiagnostics, "check/limits.rs"),
    (Code::TrailingBytes, "check/limits.rs"),
    (Code::DamagedChunk, "file/damage.rs"),
];

/// Commands that are never carried out, since no interpreter has their feature.
const NEVER_DONE: [&str; 4] = ["EXTENSION", "INPUT", "SIGNAL", "BIND"];

/// Commands at which nothing can be wrong but, of META, a length (`check/limits.rs`).
const NEVER_WRONG: [&str; 2] = ["SWAP", "META"];

#[derive(Default)]
struct HashedBlobs(HashMap<Hash, Vec<u8>>);

impl Blobs for HashedBlobs {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        self.0.get(hash).map(Store::from)
    }
}

/// The directives of a case.
struct Directions {
    target: Target,
    settings: Settings,
    script: Script,
    calls: bool,
    start: bool,
}

fn directions(text: &str) -> Directions {
    let mut directions = Directions {
        target: Target::Gles3,
        settings: Settings::default(),
        script: Script::default(),
        calls: true,
        start: false,
    };
    for line in text.lines().take_while(|line| line.starts_with("//")) {
        let line = line.trim_start_matches('/').trim();
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        match name {
            "target" => directions.target = Target::from_text(value).unwrap(),
            "budget" => directions.settings.memory_budget = value.parse().unwrap(),
            "strict" => directions.settings.strict = true,
            "memory" => directions.script.memory = Some(value.parse().unwrap()),
            "fails" => directions.script.fails.push(value.to_owned()),
            "result" => directions.script.result = Some(value.parse().unwrap()),
            "show" => {
                directions.calls = value != "diagnostics";
                directions.start = value == "start";
            }
            _ => {}
        }
    }
    directions
}

/// What is to be seen over all cases.
#[derive(Default)]
struct Seen {
    codes: BTreeSet<Code>,
    /// Commands that were carried out.
    done: BTreeSet<&'static str>,
    /// Commands that were refused.
    refused: BTreeSet<&'static str>,
}

impl Seen {
    fn frame(&mut self, head: &[u8], diagnostics: &[Diagnostic], first: u32) {
        let mut reader = Reader::new(head);
        let count = reader.array().unwrap_or(0);
        for index in (first..).take(count) {
            let mut command = Reader::new(head);
            command.seek(reader.offset());
            let opcode = command.array().and_then(|_| command.uint()).unwrap_or(0);
            let info = COMMANDS.iter().find(|info| u64::from(info.opcode) == opcode);
            let faulty = diagnostics.iter().any(|diagnostic| diagnostic.command == Some(index));
            if let Some(info) = info {
                let list = if faulty { &mut self.refused } else { &mut self.done };
                list.insert(info.name);
            }
            if reader.skip().is_err() {
                break;
            }
        }
        self.codes.extend(diagnostics.iter().map(|diagnostic| diagnostic.code));
    }
}

type Tested = Interpreter<Stage<TraceBackend>>;

fn open(header: &Header<'_>, directions: &Directions, out: &mut String, seen: &mut Seen) -> Option<Tested> {
    let capabilities = Capabilities::least(directions.target);
    let trace = TraceBackend::with(capabilities, String::new());
    let stage = Stage::new(trace, directions.script.clone());
    match Interpreter::new(stage, header, directions.settings) {
        Ok(mut interpreter) => {
            let calls = std::mem::take(interpreter.backend_mut().inner().log());
            if directions.start {
                *out += &calls;
            }
            Some(interpreter)
        }
        Err(refused) => {
            seen.codes.insert(refused.0.code);
            writeln!(out, "! {:?}: {}", refused.0.severity, refused.0).unwrap();
            None
        }
    }
}

/// Bytes that count as outside of this process's memory.
struct Outside<'a>(&'a [u8]);

impl Foreign for Outside<'_> {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }
    fn place(&self) -> u32 {
        0
    }
    fn read(&self, offset: u64, into: &mut [u8]) {
        into.copy_from_slice(&self.0[offset as usize..][..into.len()]);
    }
}

/// The calls, diagnostics and replies of a case, its payloads lying in memory or outside.
fn run(text: &str, outside: bool, seen: &mut Seen) -> String {
    let directions = directions(text);
    let document = text::parse(text).unwrap_or_else(|error| panic!("{error}"));
    let mut out = String::new();
    let mut blobs = HashedBlobs::default();
    let mut interpreter = None;
    let mut first = 0;
    for item in &document.items {
        match item {
            Item::Header(header) => interpreter = open(header, &directions, &mut out, seen),
            Item::Blob { bytes, hash, .. } => drop(blobs.0.insert(*hash, bytes.clone())),
            Item::Meta(_) => {}
            Item::Frame { frame, .. } => {
                let Some(interpreter) = &mut interpreter else { continue };
                let elsewhere = Outside(frame.arena());
                let arena = if outside { Store::Foreign(&elsewhere) } else { frame.arena().into() };
                let input = FrameInput { head: frame.head(), arena, blobs: &blobs };
                let number = interpreter.frame();
                let outcome = interpreter.draw(input);
                writeln!(out, "---- frame {number}: {outcome:?}").unwrap();
                let calls = std::mem::take(interpreter.backend_mut().inner().log());
                if directions.calls {
                    out += &calls;
                }
                let diagnostics = interpreter.take_diagnostics();
                for diagnostic in &diagnostics {
                    let severity = diagnostic.severity;
                    assert!(
                        !diagnostic.message.is_empty() && !diagnostic.message.ends_with('.'),
                        "{diagnostic}"
                    );
                    writeln!(out, "! {severity}: {diagnostic}").unwrap();
                }
                for reply in interpreter.take_replies() {
                    writeln!(out, "< {}", text::reply_line(&reply, &[])).unwrap();
                }
                seen.frame(frame.head(), &diagnostics, first);
                first = if outcome == Outcome::Partial { first + frame.len() as u32 } else { 0 };
            }
        }
    }
    out
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "glirt") {
            found.push(path);
        }
    }
}

#[test]
fn every_case_comes_out_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    paths.sort();
    let bless = std::env::var_os("BLESS").is_some();
    let mut seen = Seen::default();
    let mut differing = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let shown = path.strip_prefix(&folder).unwrap().display().to_string();
        let came = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&text, false, &mut seen)));
        let Ok(came) = came else {
            differing.push(format!("{shown}: panics, see above"));
            continue;
        };
        let golden = path.with_extension("log");
        if bless {
            std::fs::write(&golden, &came).unwrap();
        }
        let expected = std::fs::read_to_string(&golden).unwrap_or_default();
        if came != expected {
            let line = came.lines().zip(expected.lines()).take_while(|(a, b)| a == b).count();
            let [came, expected] = [&came, &expected].map(|text| text.lines().nth(line).unwrap_or("the end"));
            differing
                .push(format!("{shown}, line {} of its log:\n  was  {expected}\n  is   {came}", line + 1));
        }
    }
    assert!(differing.is_empty(), "{}\nBLESS=1 accepts this", differing.join("\n"));
    every_command_and_code_was_seen(&seen);
}

/// Where payloads lie makes no difference.
#[test]
fn payloads_may_lie_elsewhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths = Vec::new();
    files(&folder, &mut paths);
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let [here, elsewhere] = [false, true].map(|outside| run(&text, outside, &mut Seen::default()));
        assert_eq!(here, elsewhere, "{}", path.display());
    }
}

fn every_command_and_code_was_seen(seen: &Seen) {
    let codes = Code::ALL.iter().filter(|code| ELSEWHERE.iter().all(|(other, _)| other != *code));
    let missing: Vec<_> = codes.filter(|code| !seen.codes.contains(code)).map(|code| code.text()).collect();
    assert!(missing.is_empty(), "no case brings about {missing:?}");
    let names = || COMMANDS.iter().map(|info| info.name);
    let undone: Vec<_> =
        names().filter(|name| !seen.done.contains(name) && !NEVER_DONE.contains(name)).collect();
    assert!(undone.is_empty(), "no case carries out {undone:?}");
    let fine: Vec<_> =
        names().filter(|name| !seen.refused.contains(name) && !NEVER_WRONG.contains(name)).collect();
    assert!(fine.is_empty(), "no case refuses {fine:?}");
}
