//! The text form: what is printed parses back to the same, and what is wrong is said in one sentence.
//!
//! `BLESS=1` rewrites the goldens under `tests/text/`.

// In a test, a panic is the report.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::text::{self, Document, Item, Parser, Printer};
use glir_spec::commands::{COMMANDS, Label, Swap};
use glir_spec::ids::ObjectId;
use glir_spec::replies::{DiagnosticReply, Pixels, REPLIES};
use glir_spec::wire::{Encoding, Hash, Payload, Reader, Wire};
use glir_spec::{Command, Frame, Header, Reply};
use proptest::prelude::*;
use random::Entropy;
use std::path::{Path, PathBuf};

#[path = "../../glir-spec/tests/support/random.rs"]
mod random;

const HEADER: &str = "[\"GLIR\", {}]\n";

fn print(items: &[Item]) -> String {
    Document { items: items.to_vec() }.to_string()
}

fn print_frame(head: &[u8], arena: &[u8]) -> String {
    let (mut printer, mut out) = (Printer::new(), String::new());
    printer.header(&Header::default(), &mut out);
    printer.frame(head, arena, 0, &mut out);
    out
}

/// Parses commands that follow a plain header.
fn parse_frame(lines: &str) -> Frame {
    let document = text::parse(&format!("{HEADER}{lines}")).unwrap();
    match &document.items[..] {
        [_, Item::Frame { frame, time_us: 0 }] => frame.clone(),
        items => panic!("{items:?}"),
    }
}

fn commands(frame: &Frame) -> Vec<Command<'_>> {
    let mut reader = Reader::new(frame.head());
    let count = reader.array().unwrap();
    let commands = (0..count).map(|_| Command::decode(&mut reader).unwrap()).collect();
    reader.finish().unwrap();
    commands
}

/// A line that prints as it is written.
fn same(lines: &str) {
    let lines = lines.trim().lines().map(str::trim).collect::<Vec<_>>().join("\n") + "\n";
    let frame = parse_frame(&lines);
    assert_eq!(print_frame(frame.head(), frame.arena()), format!("{HEADER}{lines}"));
}

// ---- identities ----------------------------------------------------------------------------------------------------

/// A frame of random commands with a SWAP at its end, and nowhere else.
fn random_frame(entropy: &[u8]) -> Frame {
    let mut e = Entropy(entropy);
    let mut frame = Frame::new();
    for _ in 0..e.below(20) {
        let mut bytes = Vec::new();
        random::command(&mut e, COMMANDS, &mut frame, &mut bytes);
        if bytes != [0x91, Swap::OPCODE] {
            frame.push_encoded(&bytes);
        }
    }
    frame.push(Swap {});
    frame
}

fn entropy() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..2000)
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn parsed(text: &str) -> Result<Document, TestCaseError> {
    text::parse(text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))
}

proptest! {
    #![proptest_config(config(1000))]

    #[test]
    fn binary_to_text_to_binary(entropy in entropy()) {
        let frame = random_frame(&entropy);
        let text = print_frame(frame.head(), frame.arena());
        prop_assert_eq!(text.lines().count(), frame.len() + 1, "{}", text);
        prop_assert!(!text.contains("\"?\""), "{}", text);
        let document = parsed(&text)?;
        prop_assert_eq!(document.items.len(), 2);
        let Item::Frame { frame: again, .. } = &document.items[1] else { panic!("{document:?}") };
        prop_assert!(again.head() == frame.head() && again.arena() == frame.arena(), "{}", text);
        prop_assert_eq!(document.to_string(), text);
    }

    #[test]
    fn faulty_streams_keep_their_faults(
        entropy in entropy(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let frame = random_frame(&entropy);
        let mut head = frame.head().to_vec();
        for (index, byte) in damage {
            let at = index.index(head.len());
            head[at] = byte;
        }
        if cut.index(4) == 0 {
            head.truncate(cut.index(head.len()));
        }
        let text = print_frame(&head, frame.arena());
        let document = parsed(&text)?;
        prop_assert_eq!(&document.to_string(), &text);
    }

    #[test]
    fn headers_print_and_parse(entropy in entropy()) {
        let mut bytes = Vec::new();
        random::value(&mut Entropy(&entropy), Header::TYPE, &mut Frame::new(), &mut bytes);
        let mut header = Header::decode(&mut Reader::new(&bytes)).unwrap();
        header.major = 1;
        let items = [Item::Header(header.into_owned())];
        prop_assert_eq!(parsed(&print(&items))?.items, items);
    }

    #[test]
    fn every_reply_prints(entropy in entropy()) {
        let (mut bytes, mut frame) = (Vec::new(), Frame::new());
        random::command(&mut Entropy(&entropy), REPLIES, &mut frame, &mut bytes);
        let reply = Reply::decode(&mut Reader::new(&bytes)).unwrap();
        let line = text::reply_line(&reply, frame.arena());
        let json: serde_json::Value = serde_json::from_str(&line).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&json[0], reply.name());
    }

    #[test]
    fn pieces_make_the_whole(entropy in entropy(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8)) {
        let frame = random_frame(&entropy);
        let text = print_frame(frame.head(), frame.arena());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len())).collect();
        cuts.retain(|&cut| text.is_char_boundary(cut));
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let (mut parser, mut items) = (Parser::new(), Vec::new());
        for pair in cuts.windows(2) {
            parser.push(&text[pair[0]..pair[1]], &mut items).map_err(|error| TestCaseError::fail(error.to_string()))?;
        }
        parser.finish(&mut items).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(items, parsed(&text)?.items);
    }

    /// Whatever the text, the parser answers, and what it takes prints stably.
    #[test]
    fn damaged_text_is_judged(
        entropy in entropy(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec![
            "", "[", "]", "{", "}", "\"", ",", ":", "\\", "\\u", "0", "-", "1e", ".", "/", "//", "\n", "null", "é", "NaN",
        ])), 1..4),
    ) {
        let frame = random_frame(&entropy);
        let mut text = print_frame(frame.head(), frame.arena());
        for (index, piece) in damage {
            let at = index.index(text.len());
            if let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
                text.replace_range(at..at + c.len_utf8(), piece);
            }
        }
        match text::parse(&text) {
            Ok(document) => {
                let printed = document.to_string();
                prop_assert_eq!(parsed(&printed)?.to_string(), printed);
            }
            Err(error) => {
                let line = text.split('\n').nth(error.line - 1);
                let width = line.map(|line| line.chars().count());
                prop_assert!(width.is_some_and(|width| error.column <= width + 1), "{}\n{}", error, text);
            }
        }
    }
}

#[test]
fn floats_keep_their_bits() {
    let mut bits: Vec<u32> = (0..1 << 16).map(|i: u32| i.wrapping_mul(0x9e37_79b1)).collect();
    bits.extend([
        0,
        1 << 31,
        1,
        0x7f80_0000,
        0xff80_0000,
        0x7fc0_0000,
        0xffc0_0000,
        0x7fc0_0001,
        0x7f80_0001,
        0x7f7f_ffff,
    ]);
    let bytes: Vec<u8> = bits.iter().flat_map(|bits| bits.to_le_bytes()).collect();
    for encoding in [Encoding::F16, Encoding::F32, Encoding::F64] {
        let items = [
            Item::Header(Header::default()),
            Item::Blob { encoding, bytes: bytes.clone(), hash: Hash(*blake3::hash(&bytes).as_bytes()) },
        ];
        assert!(text::parse(&print(&items)).unwrap().items == items, "{encoding}");
    }
}

// ---- written by hand -----------------------------------------------------------------------------------------------

#[test]
fn canonical_lines_print_as_written() {
    same(
        r#"
        ["CURRENT", 0, 640, 480]
        ["GROUP", "a \"quoted\" name"]
        ["END"]
        ["EXTENSION", "vendor.name", {"raw": "AAEC"}]
        ["CREATE", 1, {"buffer": "vertex"}]
        ["CREATE", 2, {"buffer": "index", "usage": "dynamic"}]
        ["CREATE", 3, {"texture": "2d", "format": "rgba8", "levels": 0}]
        ["CREATE", 4, {"renderbuffer": "depth_component16", "samples": 4}]
        ["CREATE", 5, "framebuffer"]
        ["CREATE", 6, "program"]
        ["CREATE", 7, {"query": "time_elapsed"}]
        ["SIZE", 1, 1024]
        ["SIZE", 3, 8, 8]
        ["DATA", 1, 16, {"f32": [0.5, -1, 1e-7, "NaN", "-Infinity", -0.0]}]
        ["DATA", 1, 0, {"f32": "AAAAAAA="}]
        ["DATA", 3, {}, {"u8": [0, 255]}]
        ["DATA", 3, {"level": 1, "width": 2}, {"blob": "00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff", "type": "u8", "bytes": 16}]
        ["DATA", 1, 0, {"arena": 7, "type": "f32", "bytes": 1024}]
        ["SHADERS", 6, {"vertex": ["void main() {", "}"], "fragment": "void main() {}"}, {"attributes": ["vec2 a_position", {"name": "a b", "type": "float"}], "uniforms": ["vec4 u_color", "mat4 u_bones[64]", "bool u_on", "float u_size", "bvec2 u_two", "float u_list[2]"], "samplers": ["sampler2D u_image[1]"], "blocks": [{"name": "Scene", "size": 64}], "feedback": ["vec4 v_out"]}]
        ["ATTRIBUTE", 6, "a_position", {"buffer": 1, "type": "u8", "normalized": true}]
        ["ATTRIBUTE", 6, "a b", {"constant": 0.5}]
        ["UNIFORM", 6, "u_color", [1, 0, 0.5, 1]]
        ["UNIFORM", 6, "u_color", {"i32": [1, 0, 0, 1]}]
        ["UNIFORM", 6, "u_bones", [1, 2, 3], 7]
        ["UNIFORM", 6, "u_on", true]
        ["UNIFORM", 6, "u_on", 2]
        ["UNIFORM", 6, "u_two", [false, true]]
        ["UNIFORM", 6, "u_size", 3]
        ["UNIFORM", 6, "u_list", [3]]
        ["UNIFORM", 6, 6, {"f32": [1]}]
        ["TEXTURE", 6, "u_image[1]", 3]
        ["BLOCK", 6, "Scene", 2, 256]
        ["FEEDBACK", 6, "v_out", 1]
        ["ATTACH", 5, "color0", 3]
        ["DRAW_BUFFERS", 5, ["color0", null]]
        ["BLIT", 0, 5, [0, 0, 8, 8], [-1, 0, 8, 8], ["color", "depth"]]
        ["READ", 9, {"framebuffer": 5}]
        ["READ", 9, {"buffer": 1, "size": 18446744073709551615}]
        ["STATE", {"viewport": [0, 0, 8, 8], "blend": true, "blend_func": ["one", "one", "zero", "one"], "cull_face": null}]
        ["CLEAR", ["color", "depth"]]
        ["CLEAR", ["color"], 0, {"f32": [0, 0, 0, 1]}]
        ["DRAW", 6, "triangles", {"count": 3}]
        ["DRAW", 6, "lines", {"elements": 2, "count": 6, "type": "u32", "base_vertex": -1}, 5]
        ["DELETE", 6]
        ["UNIFORM", 6, 0, {"f32": [1, 0, 0.5, 1]}]
        ["?", "kQo="]
        ["SWAP"]
        "#,
    );
}

#[test]
fn the_sample_in_the_documentation_parses() {
    let source = include_str!("../src/text/mod.rs");
    let sample = source.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let text: String = sample.lines().map(|line| line.trim_start_matches("//!").to_owned() + "\n").collect();
    assert_eq!(text::parse(&text).unwrap().items.len(), 2, "{text}");
}

#[test]
fn freedoms_of_a_writer_have_one_meaning() {
    for (written, printed) in [
        (
            r#"["STATE", {"blend": true, "viewport": null}]"#,
            r#"["STATE", {"viewport": null, "blend": true}]"#,
        ),
        (
            r#"["CREATE", 1, {"usage": "static", "buffer": "vertex"}]"#,
            r#"["CREATE", 1, {"buffer": "vertex"}]"#,
        ),
        (r#"["SIZE", 1, 5, 1, 1]"#, r#"["SIZE", 1, 5]"#),
        (r#"["DATA", 1, 0, {"f32": "AACAPw=="}]"#, r#"["DATA", 1, 0, {"f32": [1]}]"#),
        (r#"["DATA", 1, 0, {"f32": [1.0, 10e-1, 0.1e1]}]"#, r#"["DATA", 1, 0, {"f32": [1, 1, 1]}]"#),
        (r#"["DATA", 1, 0, {"f64": ["0x7ff8000000000000"]}]"#, r#"["DATA", 1, 0, {"f64": ["NaN"]}]"#),
        (r#"["LABEL", 1, "A\u00e9\ud83d\ude00\/"]"#, "[\"LABEL\", 1, \"Aé😀/\"]"),
        (
            "[\"DRAW\", // what\n 1 ,\t\"points\"\r\n,{ \"count\" : 3}]",
            r#"["DRAW", 1, "points", {"count": 3}]"#,
        ),
        (r#"["END"] // done"#, r#"["END"]"#),
        (r#"["END"]["END"]"#, "[\"END\"]\n[\"END\"]"),
    ] {
        let frame = parse_frame(written);
        assert_eq!(print_frame(frame.head(), frame.arena()), format!("{HEADER}{printed}\n"));
    }
}

#[test]
fn an_element_of_a_uniform_array_has_a_name() {
    let frame = parse_frame(
        r#"["SHADERS", 1, {"vertex": "", "fragment": ""}, {"uniforms": ["vec2 u_a", "float u_b[4]", "float u_b[1].x"]}]
           ["UNIFORM", 1, "u_b[3]", 1]
           ["UNIFORM", 1, "u_b[1].x", 1]"#,
    );
    let places: Vec<_> = commands(&frame)
        .into_iter()
        .filter_map(|command| match command {
            Command::Uniform(uniform) => Some((uniform.slot.0, uniform.first)),
            _ => None,
        })
        .collect();
    assert_eq!(places, [(1, 3), (2, 0)]);
}

#[test]
fn parts_of_a_stream_stay_in_order() {
    let text = "[\"GLIR\", {\"width\": 64}]\n\
                [\"FILE_META\", {\"author\": \"someone\", \"b\": \"\"}]\n\
                [\"BLOB\", {\"u8\": [1, 2]}, \"HASH\"]\n\
                [\"TIME\", 16667]\n\
                [\"SWAP\"]\n\
                [\"END\"]\n\
                [\"CHUNK\"]\n\
                [\"CHUNK\"]\n\
                [\"TIME\", 9]\n\
                [\"CHUNK\"]\n\
                [\"END\"]\n\
                [\"GLIR\", {\"profile\": \"es3\", \"requires\": [\"uint-indices\"]}]\n\
                [\"SWAP\"]\n\
                [\"END\"]\n"
        .replace("HASH", &blake3::hash(&[1, 2]).to_string());
    let document = text::parse(&text).unwrap();
    let kinds: Vec<String> = document
        .items
        .iter()
        .map(|item| match item {
            Item::Header(header) => format!("header {}", header.width),
            Item::Frame { frame, time_us } => format!("frame {} {time_us}", frame.len()),
            Item::Blob { bytes, .. } => format!("blob {}", bytes.len()),
            Item::Meta(notes) => format!("meta {}", notes.len()),
        })
        .collect();
    let expected = [
        "header 64",
        "meta 2",
        "blob 2",
        "frame 1 16667",
        "frame 1 0",
        "frame 0 0",
        "frame 0 9",
        "frame 1 0",
        "header 800",
        "frame 1 0",
        "frame 1 0",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(document.to_string(), text);
}

/// A SWAP that is not the last command, and bytes behind the last, must not move to other frames.
#[test]
fn faults_of_framing_are_kept() {
    let heads: [(&[u8], &str); 6] = [
        (&[0x92, 0x91, 2, 0x91, 4], "[\"?\", \"kQI=\"]\n[\"END\"]\n"),
        (&[0x91, 0x91, 2, 0x91, 4], "[\"?\", \"kQI=\"]\n[\"?\", \"kQQ=\", 0]\n"),
        (&[0x93, 0x91, 4, 0x92], "[\"END\"]\n[\"?\", \"kg==\", 2]\n"),
        (&[0x92, 0x92, 17, 0xcd, 0x91, 4], "[\"DELETE\", 37124]\n[\"?\", \"\", 1]\n"),
        (&[0xa0], "[\"?\", \"oA==\"]\n"),
        (&[], "[\"?\", \"kQ==\", 1]\n"),
    ];
    for (head, lines) in heads {
        let text = print_frame(head, &[]);
        let document = text::parse(&text).unwrap();
        assert_eq!(document.to_string(), text);
        assert_eq!(text, format!("{HEADER}{lines}"), "{head:02x?}");
        let Item::Frame { frame, .. } = &document.items[1] else { panic!("{document:?}") };
        if head.first().is_some_and(|byte| *byte >> 4 == 9) {
            assert_eq!(frame.head(), head);
        }
    }
}

#[test]
fn long_payloads_are_shortened_for_people() {
    let mut frame = Frame::new();
    let (floats, raw) = (frame.floats(&[0.5; 1000]), frame.payload(Encoding::Raw, &[0; 99]).into_owned());
    for payload in [floats, raw, Payload::Inline { encoding: Encoding::U8, bytes: vec![1; 8].into() }] {
        frame.push(glir_spec::commands::Data {
            id: ObjectId(1),
            region: glir_spec::structs::Region::Bytes { offset: 0 },
            payload,
        });
    }
    let (mut printer, mut out) = (Printer::new(), String::new());
    printer.elide = Some(8);
    printer.frame(frame.head(), frame.arena(), 0, &mut out);
    assert_eq!(
        out,
        "[\"DATA\", 1, 0, {\"f32\": \"…1000 elements\"}]\n[\"DATA\", 1, 0, {\"raw\": \"…99 bytes\"}]\n\
         [\"DATA\", 1, 0, {\"u8\": [1, 1, 1, 1, 1, 1, 1, 1]}]\n"
    );
    let error = text::parse(&format!("{HEADER}{out}")).unwrap_err();
    assert!(error.message.contains("were left out"), "{error}");
}

#[test]
fn replies_are_lines() {
    let pixels = |bytes: Vec<u8>| {
        let payload = Payload::Inline { encoding: Encoding::U8, bytes: bytes.into() };
        Reply::Pixels(Pixels { request: 7.into(), width: 1, height: 2, payload })
    };
    assert_eq!(
        text::reply_line(&pixels(vec![1; 8]), &[]),
        "[\"PIXELS\", 7, 1, 2, {\"u8\": [1, 1, 1, 1, 1, 1, 1, 1]}]"
    );
    // Replies in memory may hold more bytes inline than the wire form allows.
    assert_eq!(text::reply_line(&pixels(vec![1; 800]), &[]).matches('1').count(), 801);
    let payload = Payload::Arena { encoding: Encoding::F32, offset: 64, length: 8 };
    let reply = Reply::Pixels(Pixels { request: 7.into(), width: 1, height: 2, payload });
    let arena = [[0u8; 64].as_slice(), &1f32.to_le_bytes(), &2.5f32.to_le_bytes()].concat();
    assert_eq!(text::reply_line(&reply, &arena), "[\"PIXELS\", 7, 1, 2, {\"f32\": [1, 2.5]}]");
    let reply = Reply::DiagnosticReply(DiagnosticReply {
        severity: glir_spec::enums::Severity::Error,
        code: glir_spec::Code::ALL[0],
        frame: 3,
        command: None,
        name: "".into(),
        object: ObjectId(0),
        label: "".into(),
        message: "it is\nso".into(),
    });
    let code = glir_spec::Code::ALL[0];
    let line = format!("[\"DIAGNOSTIC\", \"error\", \"{code}\", 3, null, \"\", 0, \"\", \"it is\\nso\"]");
    assert_eq!(text::reply_line(&reply, &[]), line);
}

/// Every default of the table can be read, so leaving it out is safe.
#[test]
fn every_default_is_a_value() {
    for info in COMMANDS {
        let required = info.fields.iter().take_while(|field| field.default.is_none()).count();
        assert!(
            info.fields.iter().skip(required).all(|field| field.default.is_some()),
            "{}: an argument without default stands behind one with it",
            info.name
        );
    }
    let mut frame = Frame::new();
    frame.push(Label { id: ObjectId(1), text: "".into() });
    assert_eq!(print_frame(frame.head(), &[]), format!("{HEADER}[\"LABEL\", 1, \"\"]\n"));
}

// ---- errors --------------------------------------------------------------------------------------------------------

/// `tests/text/errors.txt` holds faulty texts, each with its error: a text, a line of `=>` with the error, an empty line.
#[test]
fn errors_say_what_to_change() {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/text/errors.txt");
    let golden = std::fs::read_to_string(&path).unwrap();
    let mut blessed = String::new();
    for case in golden.split("\n\n").filter(|case| !case.trim().is_empty()) {
        let lines: Vec<&str> = case.lines().filter(|line| !line.starts_with("=> ")).collect();
        let text = lines.join("\n").replace("<esc>", "\u{1b}");
        let text = if text.starts_with("[\"GLIR\"") || text.starts_with('!') {
            text
        } else {
            format!("{HEADER}{text}")
        };
        let error = text::parse(text.trim_start_matches('!')).expect_err(&text);
        blessed.push_str(&format!("{}\n=> {error}\n\n", lines.join("\n")));
    }
    let blessed = blessed.trim_end().to_owned() + "\n";
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &blessed).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), blessed, "run with BLESS=1 and read the difference");
}
