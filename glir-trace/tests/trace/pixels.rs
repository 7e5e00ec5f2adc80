//! Parts of traces show what the whole shows, to the pixel.

use crate::sample::{header, recorded, scene};
use glir_core::file::Writer;
use glir_core::text::{self, Item};
use glir_core::{FrameInput, Settings, Store};
use glir_native::{Api, Headless};
use glir_spec::wire::Reader;
use glir_spec::{Command, Header};
use glir_trace::{MergeError, Recording, Trace, side_by_side, slice, split, trim};

pub(crate) type Picture = (u32, u32, Vec<u8>);

pub(crate) fn open(header: &Header<'_>) -> Option<Headless> {
    match Headless::open(Api::Gles3, header, Settings::default()) {
        Ok(session) => Some(session),
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            eprintln!("skipped: {error}");
            None
        }
    }
}

/// The pictures at the ends of a file's frames.
pub(crate) fn pictures(bytes: &[u8]) -> Option<Vec<Picture>> {
    let trace = Trace::open(bytes).unwrap();
    let blobs = trace.blobs(0).unwrap();
    let mut session = open(&trace.header(0).unwrap())?;
    let pictures = trace.frames().map(|number| {
        let chunk = trace.frame(number).unwrap().unwrap();
        let input = FrameInput { head: &chunk.head, arena: Store::Memory(&chunk.arena), blobs: &blobs };
        session.interpreter().unwrap().draw(input);
        session.picture().unwrap()
    });
    Some(pictures.collect())
}

#[test]
fn trimmed_and_sliced_traces_show_the_same() {
    for seed in 0..12 {
        let frames = scene(seed, 24);
        let bytes =
            recorded(&frames, Recording { keyframe_percent: 50, blob_bytes: 200, ..Recording::default() });
        let Some(whole) = pictures(&bytes) else { return };
        let trace = Trace::open(&bytes).unwrap();
        let part = trim(&trace, 9..=14, Vec::new()).unwrap().unwrap();
        let shown = pictures(&part).unwrap();
        // The first chunk is what was before, and no frame of its own.
        assert_eq!(shown[1..], whole[9..=14], "seed {seed}");
        for frame in [0, 5, 13, 23] {
            let part = slice(&trace, frame, Vec::new()).unwrap().unwrap();
            let shown = pictures(&part).unwrap();
            assert_eq!(shown.len(), 1);
            assert_eq!(shown[0], whole[frame as usize], "seed {seed}, frame {frame}");
            let sliced = Trace::open(&part).unwrap().frame(0).unwrap().unwrap();
            let kept = split(&sliced.head).count();
            let all: usize = frames.iter().map(glir_spec::Frame::len).sum();
            assert!(kept < all, "seed {seed}, frame {frame}: {kept} of {all}");
        }
    }
}

/// A part of a picture: rows from the top down, columns from the left.
fn part((width, _, pixels): &Picture, (x, y): (u32, u32), (part_width, part_height): (u32, u32)) -> Vec<u8> {
    let row = |row: u32| {
        let start = 4 * ((y + row) * width + x) as usize;
        &pixels[start..start + 4 * part_width as usize]
    };
    (0..part_height).flat_map(row).copied().collect()
}

#[test]
fn streams_side_by_side_show_what_each_shows_and_when() {
    let form = Recording { keyframe_percent: 50, blob_bytes: 200, ..Recording::default() };
    for seed in 0..8 {
        let (left, right) = (scene(seed, 12), scene(seed + 100, 20));
        // The second one's frames come between the first one's, and go on for longer.
        let files = [recorded(&left, form), {
            let mut writer = Writer::new(Vec::new(), &header()).unwrap();
            (0..)
                .zip(&right)
                .for_each(|(number, frame)| writer.frame(frame, 8_000 + number * 16_000).unwrap());
            writer.finish().unwrap()
        }];
        let traces = files.each_ref().map(|bytes| Trace::open(bytes).unwrap());
        let both = side_by_side(&traces, Vec::new(), form).unwrap().unwrap();
        let merged = Trace::open(&both).unwrap();
        let shared = merged.header(0).unwrap();
        assert_eq!((shared.width, shared.height), (64, 32));
        assert_eq!(merged.frame_count(), 32);
        let (Some(shown), Some(lefts), Some(rights)) =
            (pictures(&both), pictures(&files[0]), pictures(&files[1]))
        else {
            return;
        };
        let times = merged.frames().map(|number| merged.frame(number).unwrap().unwrap().time_us);
        for (time, picture) in times.zip(&shown) {
            let at =
                |begin: u64, last: usize| ((time.saturating_sub(begin)) / 16_000).min(last as u64) as usize;
            let expected = &lefts[at(0, 11)].2;
            assert_eq!(&part(picture, (0, 0), (32, 32)), expected, "seed {seed}, left at {time}");
            if time >= 8_000 {
                let expected = &rights[at(8_000, 19)].2;
                assert_eq!(&part(picture, (32, 0), (32, 32)), expected, "seed {seed}, right at {time}");
            }
        }
        // Nothing in it is refused, and its parts hold.
        let mut follower = merged.follow(31).unwrap();
        let last = merged.frame(31).unwrap().unwrap();
        follower.frame(&last.head, &last.arena);
        assert_eq!(follower.diagnostics, []);
        let picture = slice(&merged, 31, Vec::new()).unwrap().unwrap();
        assert_eq!(pictures(&picture).unwrap()[0], shown[31], "seed {seed}");
    }
}

#[test]
fn lists_side_by_side_may_be_asked_for_either_way() {
    let text = |how: &str, red: u8| {
        format!(
            r#"["GLIR", {{"profile": "es2", "width": 8, "height": 8, "{how}": ["lists"]}}]
["RECORD", 1]
["CLEAR", ["color"]]
["END"]
["STATE", {{"clear_color": [{red}, 0, 1, 1]}}]
["RUN", 1]
["SWAP"]
"#
        )
    };
    let files = [file(&text("uses", 1)), file(&text("requires", 0))];
    let traces = files.each_ref().map(|bytes| Trace::open(bytes).unwrap());
    let both = side_by_side(&traces, Vec::new(), Recording::default()).unwrap().unwrap();
    let merged = Trace::open(&both).unwrap();
    let (mut follower, frame) = (merged.follow(0).unwrap(), merged.frame(0).unwrap().unwrap());
    follower.frame(&frame.head, &frame.arena);
    assert_eq!(follower.diagnostics, []);
    let Some(shown) = pictures(&both) else { return };
    let last = shown.last().unwrap();
    assert_eq!(part(last, (2, 2), (1, 1)), [255, 0, 255, 255]);
    assert_eq!(part(last, (10, 2), (1, 1)), [0, 0, 255, 255]);
}

/// What may become of a uniform that a signal has set, and what draws with it.
const LEFT: [&str; 8] = [
    r#"["BIND", 0, {"uniform": "c", "program": 2}]"#,
    r#"["FORGET", 1]"#,
    r#"["DELETE", 2]"#,
    r#"["SIGNAL", 1, "constant", [], {"f64": [0, 1, 0, 1]}]"#,
    r#"["SIGNAL", 2, "constant", [], {"f64": [0, 1, 0, 1]}]
["BIND", 2, {"uniform": "c", "program": 2}]"#,
    r#"["SHADERS", 2, {"vertex": "attribute vec2 p; void main() { gl_Position = vec4(p * 0.5, 0.0, 1.0); }",
  "fragment": "precision mediump float; uniform vec4 d; void main() { gl_FragColor = d; }"}, {"attributes": ["vec2 p"], "uniforms": ["vec4 d"]}]"#,
    r#"["UNIFORM", 2, "c", [0, 0, 1, 1]]"#,
    r#"["BIND", 1, {"uniform": "c", "program": 2}]"#,
];

#[test]
fn what_signals_left_in_uniforms_is_kept() {
    let begin = r#"["GLIR", {"profile": "es2", "width": 16, "height": 16, "uses": ["lists", "signals"]}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 24]
["DATA", 1, 0, {"f32": [-1, -1, 1, -1, 0, 1]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": "attribute vec2 p; void main() { gl_Position = vec4(p, 0.0, 1.0); }",
  "fragment": "precision mediump float; uniform vec4 c; void main() { gl_FragColor = c; }"}, {"attributes": ["vec2 p"], "uniforms": ["vec4 c"]}]
["ATTRIBUTE", 2, "p", {"buffer": 1}]
["SIGNAL", 1, "constant", [], {"f64": [1, 0, 0, 1]}]
["BIND", 1, {"uniform": "c", "program": 2}]
"#;
    let draw = r#"["DRAW", 2, "triangles", {"count": 3}]"#;
    let corner = r#"["STATE", {"scissor": [0, 0, 4, 4]}]"#;
    for left in LEFT {
        let gone = left.contains("DELETE");
        for clear in ["", "[\"CLEAR\", [\"color\"]]"] {
            let again = if gone { "" } else { draw };
            let text = format!("{begin}{draw}\n{left}\n{clear}\n[\"SWAP\"]\n{corner}\n{again}\n[\"SWAP\"]\n");
            let bytes = file(&text);
            let trace = Trace::open(&bytes).unwrap();
            let Some(whole) = pictures(&bytes) else { return };
            for (frame, picture) in (0..).zip(&whole) {
                let sliced = slice(&trace, frame, Vec::new()).unwrap().unwrap();
                assert_eq!(&pictures(&sliced).unwrap()[0], picture, "slice {frame}: {left} {clear}");
                let trimmed = trim(&trace, frame..=frame, Vec::new()).unwrap().unwrap();
                assert_eq!(pictures(&trimmed).unwrap().last(), Some(picture), "trim {frame}: {left} {clear}");
            }
        }
    }
}

/// A file of a text, which may have several streams.
pub(crate) fn file(text: &str) -> Vec<u8> {
    let mut writer: Option<Writer<Vec<u8>>> = None;
    for item in text::parse(text).unwrap().items {
        match (item, &mut writer) {
            (Item::Header(header), _) => {
                let before = writer.take().map(|writer| writer.finish().unwrap());
                writer = Some(Writer::new(before.unwrap_or_default(), &header).unwrap());
            }
            (Item::Frame { frame, time_us }, Some(writer)) => writer.frame(&frame, time_us).unwrap(),
            _ => {}
        }
    }
    writer.unwrap().finish().unwrap()
}

#[test]
fn streams_that_cannot_share_a_picture_are_told() {
    let good = file("[\"GLIR\", {\"width\": 8, \"height\": 8}]\n[\"CLEAR\", [\"color\"]]\n[\"SWAP\"]\n");
    let refused = |text: &str| {
        let bad = file(text);
        let traces = [Trace::open(&good).unwrap(), Trace::open(&bad).unwrap()];
        match side_by_side(&traces, Vec::new(), Recording::default()) {
            Ok(_) => panic!("{text} is taken"),
            Err(error) => (error.stream(), error.to_string()),
        }
    };
    let canvas = "frame 0, command 1: a shared picture has one canvas, of one size";
    for (text, sentence) in [
        (
            "[\"GLIR\", {\"requires\": [\"signals\"]}]\n[\"INPUT\", 1, \"pointer\"]\n[\"SWAP\"]\n",
            "frame 0, command 0: pointer, wheel and size belong to a canvas of its own",
        ),
        (
            "[\"GLIR\", {\"requires\": [\"signals\"]}]\n[\"SIGNAL\", 1, \"pan_zoom\", [], {\"f64\": [0, 0, 9, 9]}]\n[\"SWAP\"]\n",
            "frame 0, command 0: a controller needs a canvas of its own",
        ),
        (
            "[\"GLIR\", {\"requires\": [\"lists\", \"signals\"]}]\n[\"INPUT\", 1, \"time\"]\n[\"BIND\", 1, {\"visible\": 1}]\n[\"SWAP\"]\n",
            "frame 0, command 1: a list that a signal drives can't share a picture",
        ),
        (
            "[\"GLIR\", {\"requires\": [\"lists\", \"signals\"]}]\n[\"REDRAW\", 1]\n[\"INPUT\", 1, \"time\"]\n[\"SWAP\"]\n",
            "frame 0, command 1: REDRAW draws between frames when signals change, which a shared picture can't",
        ),
        ("[\"GLIR\"]\n[\"CLEAR\", [\"color\"]]\n[\"CURRENT\", 1]\n[\"SWAP\"]\n", canvas),
        ("[\"GLIR\"]\n[\"CLEAR\", [\"color\"]]\n[\"CURRENT\", 0, 9, 9]\n[\"SWAP\"]\n", canvas),
        (
            "[\"GLIR\"]\n[\"SWAP\"]\n[\"GLIR\"]\n[\"SWAP\"]\n",
            "it has several streams; `glir trim` makes a file of one of them",
        ),
    ] {
        assert_eq!(refused(text), (Some(1), sentence.to_owned()), "{text}");
    }
    // What is asserted of one stream holds of it alone.
    let noted = file(
        "[\"GLIR\"]\n[\"META\", \"assert\", \"pixel 0,0 is 0 0 0 0\"]\n[\"META\", \"a\", \"b\"]\n[\"SWAP\"]\n",
    );
    let traces = [Trace::open(&noted).unwrap(), Trace::open(&noted).unwrap()];
    let both = side_by_side(&traces, Vec::new(), Recording::default()).unwrap().unwrap();
    let merged = Trace::open(&both).unwrap();
    let mut notes = Vec::new();
    for frame in merged.frames() {
        for command in split(&merged.frame(frame).unwrap().unwrap().head) {
            if let Ok(Command::Meta(meta)) = Command::decode(&mut Reader::new(command)) {
                notes.push(meta.key.to_string());
            }
        }
    }
    assert_eq!(notes, ["a", "a"]);
    let wide = file("[\"GLIR\", {\"width\": 16384, \"height\": 8}]\n[\"SWAP\"]\n");
    let traces = [Trace::open(&good).unwrap(), Trace::open(&wide).unwrap()];
    let error = side_by_side(&traces, Vec::new(), Recording::default()).unwrap_err();
    assert!(matches!(error, MergeError::TooLarge(_)) && error.to_string().contains("16392"), "{error}");
}

/// A stream that draws by lists and signals, on a canvas of so many samples a pixel.
fn listed(samples: u32, shift: f32) -> String {
    format!(
        r#"["GLIR", {{"profile": "es3", "width": 16, "height": 16, "samples": {samples}, "requires": ["lists", "signals"]}}]
["CREATE", 1, "program"]
["SHADERS", 1, {{"vertex": "attribute vec2 a; uniform vec2 o; void main() {{ gl_Position = vec4(a + o, 0.0, 1.0); gl_PointSize = 5.0; }}",
  "fragment": "precision highp float; uniform vec4 u; void main() {{ gl_FragColor = u; }}"}},
 {{"attributes": ["vec2 a"], "uniforms": ["vec4 u", "vec2 o"]}}]
["CREATE", 2, {{"buffer": "vertex"}}]
["SIZE", 2, 24]
["DATA", 2, 0, {{"f32": [-1, -0.75, 0.9, 0.1, {shift}, 1]}}]
["ATTRIBUTE", 1, "a", {{"buffer": 2}}]
["SIGNAL", 1, "constant", [], {{"f64": [0.25, 0.5, 0.25, 1]}}]
["SIGNAL", 2, "add", [1, 1]]
["BIND", 2, {{"uniform": "u", "program": 1}}]
["RECORD", 7]
["UNIFORM", 1, "o", [0.25, 0]]
["GROUP", "inner"]
["DRAW", 1, "triangles", {{"count": 3}}]
["END"]
["STATE", {{"clear_color": [0, {shift}, 0, 1]}}]
["DRAW", 99, "triangles", {{"count": 3}}]
["END"]
["RECORD", 8]
["CLEAR", ["color"]]
["RUN", 7]
["END"]
["RECORD", 9]
["RUN", 9]
["END"]
["RUN", 8]
["SWAP"]
["SIGNAL", 1, "constant", [], {{"f64": [0.5, {shift}, 0, 1]}}]
["RUN", 8]
["RUN", 9]
["SWAP"]
["UNIFORM", 1, "o", [-0.5, 0]]
["DRAW", 1, "points", {{"count": 3}}]
["FORGET", 2]
["UNIFORM", 1, "u", [1, 1, 0, 1]]
["DRAW", 1, "points", {{"count": 1}}]
["SWAP"]
"#
    )
}

#[test]
fn lists_signals_and_several_samples_share_a_picture() {
    for samples in [[0, 0], [4, 4], [0, 4]] {
        let files = [file(&listed(samples[0], 0.25)), file(&listed(samples[1], 0.75))];
        let traces = files.each_ref().map(|bytes| Trace::open(bytes).unwrap());
        let both = side_by_side(&traces, Vec::new(), Recording::default()).unwrap().unwrap();
        let merged = Trace::open(&both).unwrap();
        let features = &merged.header(0).unwrap().requires;
        assert_eq!(*features, [glir_spec::Feature::Signals]);
        let last = merged.frame_count() - 1;
        let mut follower = merged.follow(last).unwrap();
        let chunk = merged.frame(last).unwrap().unwrap();
        follower.frame(&chunk.head, &chunk.arena);
        assert_eq!(follower.diagnostics, []);
        let (Some(shown), Some(left), Some(right)) =
            (pictures(&both), pictures(&files[0]), pictures(&files[1]))
        else {
            return;
        };
        assert_eq!((shown.len(), left.len(), right.len()), (3, 3, 3));
        for (frame, picture) in shown.iter().enumerate() {
            assert_eq!(part(picture, (0, 0), (16, 16)), left[frame].2, "left, {samples:?}, {frame}");
            assert_eq!(part(picture, (16, 0), (16, 16)), right[frame].2, "right, {samples:?}, {frame}");
        }
        // And there is something to see: what differs between frames, and edges.
        assert!(left[0] != left[1] && left[1] != left[2] && left[0] != right[0]);
    }
}
