//! Parts of traces: they stand on their own.

use crate::pixels::pictures;
use crate::sample::{animation, recorded, scene, tested};
use glir_core::file::Index;
use glir_trace::{Recording, Trace, slice, split, state, trim};

fn trimmed(trace: &Trace<'_>, first: u64, last: u64) -> Vec<u8> {
    trim(trace, first..=last, Vec::new()).unwrap().unwrap()
}

#[test]
fn a_trimmed_trace_has_the_same_states() {
    for seed in 0..6 {
        let bytes = recorded(&scene(seed, 20), Recording::default());
        let trace = Trace::open(&bytes).unwrap();
        let part = trimmed(&trace, 8, 12);
        let part = Trace::open(&part).unwrap();
        assert_eq!(part.frame_count(), 6, "what was before, and five frames");
        for frame in 8..=12 {
            let mut of_part = state(&part, frame - 7, None, true).unwrap().json();
            of_part["frame"] = frame.into();
            assert_eq!(
                of_part,
                state(&trace, frame, None, true).unwrap().json(),
                "seed {seed}, frame {frame}"
            );
        }
    }
}

#[test]
fn a_slice_of_an_animation_is_its_frame() {
    let bytes = recorded(&animation(30, 100), Recording::default());
    let trace = Trace::open(&bytes).unwrap();
    let part = slice(&trace, 20, Vec::new()).unwrap().unwrap();
    assert!(Index::find(&part).is_some());
    let part = Trace::open(&part).unwrap();
    let chunk = part.frame(0).unwrap().unwrap();
    let kept = split(&chunk.head).count();
    // Ideal are those that make and fill the program and buffer (6), CLEAR, 3 a triangle, and SWAP.
    assert!(kept <= (6 + 2 + 300) * 105 / 100, "{kept}");
    assert!(kept >= 300, "{kept}");
}

#[test]
fn an_empty_range_is_told() {
    let bytes = recorded(&animation(3, 1), Recording::default());
    let trace = Trace::open(&bytes).unwrap();
    assert!(trim(&trace, 1..=3, Vec::new()).is_err());
    assert!(slice(&trace, 3, Vec::new()).is_err());
}

#[test]
fn a_slice_has_one_frame_where_depths_are_tested() {
    let bytes = recorded(&tested(60, 20), Recording::default());
    let trace = Trace::open(&bytes).unwrap();
    let part = slice(&trace, 40, Vec::new()).unwrap().unwrap();
    let chunk = Trace::open(&part).unwrap().frame(0).unwrap().unwrap();
    // Program and buffer take five commands, the attribute and STATE one each; CLEAR, three a triangle, SWAP.
    assert_eq!(split(&chunk.head).count(), 7 + 1 + 60 + 1);
    if let (Some(part), Some(whole)) = (pictures(&part), pictures(&bytes)) {
        assert_eq!(part[0], whole[40]);
    }
}

/// A stream of which a signal of the time drives a colour, and the times of its frames.
const CLOCK: &str = r#"["GLIR", {"profile": "es2", "width": 8, "height": 8, "requires": ["signals"]}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 24]
["DATA", 1, 0, {"f32": [-1, -1, 3, -1, -1, 3]}]
["CREATE", 2, "program"]
["SHADERS", 2, {"vertex": "attribute vec2 p; void main() { gl_Position = vec4(p, 0.0, 1.0); }",
  "fragment": "precision mediump float; uniform float t; void main() { gl_FragColor = vec4(fract(t), floor(t) * 0.125, 0.0, 1.0); }"}, {"attributes": ["vec2 p"], "uniforms": ["float t"]}]
["ATTRIBUTE", 2, "p", {"buffer": 1}]
["INPUT", 1, "time"]
["BIND", 1, {"uniform": "t", "program": 2}]
["SWAP"]
"#;

/// The pictures of a deterministic replay: time is what the frames say.
fn played(bytes: &[u8]) -> Option<Vec<crate::pixels::Picture>> {
    let trace = Trace::open(bytes).unwrap();
    let mut session = crate::pixels::open(&trace.header(0).unwrap())?;
    let pictures = trace.frames().map(|number| {
        let chunk = trace.frame(number).unwrap().unwrap();
        let interpreter = session.interpreter().unwrap();
        interpreter.tick(chunk.time_us as f64 / 1e6);
        let arena = glir_core::Store::Memory(&chunk.arena);
        interpreter.draw(glir_core::FrameInput { head: &chunk.head, arena, blobs: &glir_core::NoBlobs });
        session.picture().unwrap()
    });
    Some(pictures.collect())
}

/// A stream of frames by their times, each as text behind a head.
fn timed(head: &str, frames: &[(u64, &str)]) -> Vec<u8> {
    let text = head.to_owned()
        + &frames.iter().map(|(_, frame)| format!("{frame}\n[\"SWAP\"]\n")).collect::<String>();
    let header = Trace::open(&crate::pixels::file(head)).unwrap().header(0).unwrap().into_owned();
    let mut writer = glir_core::file::Writer::new(Vec::new(), &header).unwrap();
    let items = glir_core::text::parse(&text).unwrap().items.into_iter();
    let parsed = items.filter_map(|item| match item {
        glir_core::text::Item::Frame { frame, .. } => Some(frame),
        _ => None,
    });
    for ((time, _), frame) in frames.iter().zip(parsed) {
        writer.frame(&frame, *time).unwrap();
    }
    writer.finish().unwrap()
}

#[test]
fn what_time_drives_is_not_what_was_set_before() {
    // The first frame sets what it has bound; the second one's time drives it on. The third sets it once more.
    let clock = CLOCK.trim_end().trim_end_matches("[\"SWAP\"]");
    let draw = "[\"CLEAR\", [\"color\"]]\n[\"DRAW\", 2, \"triangles\", {\"count\": 3}]";
    let set = format!("[\"UNIFORM\", 2, \"t\", {{\"f32\": [0]}}]\n{draw}");
    let bytes = timed(clock, &[(1_000_000, &set), (1_700_000, draw), (2_600_000, &set), (2_600_000, draw)]);
    let trace = Trace::open(&bytes).unwrap();
    let Some(whole) = played(&bytes) else { return };
    assert!(whole[0] != whole[1] && whole[1] != whole[2] && whole[2] == whole[3]);
    for frame in 0..4 {
        let part = slice(&trace, frame, Vec::new()).unwrap().unwrap();
        assert_eq!(played(&part).unwrap()[0], whole[frame as usize], "slice of {frame}");
        let part = trimmed(&trace, frame, frame);
        assert_eq!(played(&part).unwrap().last(), whole.get(frame as usize), "trim of {frame}");
    }
}

#[test]
fn time_goes_on_in_parts() {
    let draw = "[\"CLEAR\", [\"color\"]]\n[\"DRAW\", 2, \"triangles\", {\"count\": 3}]\n[\"SWAP\"]\n";
    let text = CLOCK.to_owned() + &draw.repeat(12);
    let frames = glir_core::text::parse(&text).unwrap().items.into_iter();
    let header = Trace::open(&crate::pixels::file(CLOCK)).unwrap().header(0).unwrap().into_owned();
    let mut writer = glir_core::file::Writer::new(Vec::new(), &header).unwrap();
    let frames = frames.filter_map(|item| match item {
        glir_core::text::Item::Frame { frame, .. } => Some(frame),
        _ => None,
    });
    for (number, frame) in (0..).zip(frames) {
        writer.frame(&frame, 1_000_000 + number * 437_000).unwrap();
    }
    let bytes = writer.finish().unwrap();
    let trace = Trace::open(&bytes).unwrap();
    let Some(whole) = played(&bytes) else { return };
    assert!((2..12).all(|at| whole[at] != whole[at - 1]), "time is seen");
    let part = trimmed(&trace, 5, 9);
    assert_eq!(played(&part).unwrap()[1..], whole[5..=9]);
    let again = trimmed(&Trace::open(&part).unwrap(), 2, 4);
    assert_eq!(played(&again).unwrap()[1..], whole[6..=8], "a part of a part");
    for frame in [1, 6, 11] {
        let part = slice(&trace, frame, Vec::new()).unwrap().unwrap();
        assert_eq!(played(&part).unwrap()[0], whole[frame as usize], "frame {frame}");
    }
    // Without a clock times begin with the part.
    let plain = recorded(&animation(6, 2), Recording::default());
    let part = trimmed(&Trace::open(&plain).unwrap(), 3, 5);
    let part = Trace::open(&part).unwrap();
    assert_eq!(part.frame(1).unwrap().unwrap().time_us, 0);
}

/// A draw for each frame, each in a column of its own, where nothing is cleared: all show what time has made of them in their frame.
fn column(number: u64) -> String {
    let x = number % 8;
    format!("[\"STATE\", {{\"scissor\": [{x}, 0, 1, 64]}}]\n[\"DRAW\", 2, \"triangles\", {{\"count\": 3}}]")
}

#[test]
fn what_time_has_drawn_stays() {
    let clock = CLOCK.trim_end().trim_end_matches("[\"SWAP\"]");
    let columns: Vec<String> = (0..8).map(column).collect();
    let nothing = String::new();
    // Frames that only let time go by stand between.
    let frames: Vec<(u64, &str)> = (0..16)
        .map(|at| (300_000 * at as u64, if at % 2 == 0 { &columns[at / 2] } else { &nothing }.as_str()))
        .collect();
    let bytes = timed(clock, &frames);
    let trace = Trace::open(&bytes).unwrap();
    let Some(whole) = played(&bytes) else { return };
    for frame in [3, 8, 15] {
        let part = slice(&trace, frame, Vec::new()).unwrap().unwrap();
        assert!(played(&part).unwrap()[0] == whole[frame as usize], "slice of {frame}");
        let part = trimmed(&trace, frame, 15);
        assert!(played(&part).unwrap()[1..] == whole[frame as usize..], "trim from {frame}");
    }
}

#[test]
fn a_list_that_time_runs_anew_is_followed() {
    let clock =
        CLOCK.trim_end().trim_end_matches("[\"SWAP\"]").replace("[\"signals\"]", "[\"lists\", \"signals\"]");
    let list = "[\"RECORD\", 1]\n[\"CLEAR\", [\"color\"]]\n[\"DRAW\", 2, \"triangles\", {\"count\": 3}]\n[\"END\"]\n[\"REDRAW\", 1]";
    let other = "[\"STATE\", {\"scissor\": [0, 0, 4, 4]}]\n[\"CLEAR\", [\"color\"]]";
    let bytes = timed(&clock, &[(100_000, list), (700_000, ""), (1_500_000, other), (1_900_000, "")]);
    let trace = Trace::open(&bytes).unwrap();
    let Some(whole) = played(&bytes) else { return };
    assert!(whole[0] != whole[1] && whole[1] != whole[2]);
    for frame in 0..4 {
        let part = slice(&trace, frame, Vec::new()).unwrap().unwrap();
        assert!(played(&part).unwrap()[0] == whole[frame as usize], "slice of {frame}");
        let part = trimmed(&trace, frame, 3);
        assert!(played(&part).unwrap().last() == whole.last(), "trim from {frame}");
    }
}

#[test]
fn a_list_that_was_run_anew_is_not_run_once_more() {
    // What the list has drawn by the signal's first value is covered by what the last frame draws.
    let head =
        CLOCK.trim_end().trim_end_matches("[\"SWAP\"]").replace("[\"signals\"]", "[\"lists\", \"signals\"]");
    let head =
        head.replace("[\"INPUT\", 1, \"time\"]", "[\"SIGNAL\", 1, \"constant\", [], {\"f64\": [0.5]}]");
    let list = "[\"RECORD\", 1]\n[\"CLEAR\", [\"color\"]]\n[\"DRAW\", 2, \"triangles\", {\"count\": 3}]\n[\"END\"]\n[\"REDRAW\", 1]";
    let other = "[\"STATE\", {\"clear_color\": [1, 0.5, 0, 1]}]\n[\"CLEAR\", [\"color\"]]";
    let bytes = timed(&head, &[(0, list), (100_000, ""), (200_000, other), (300_000, "")]);
    let trace = Trace::open(&bytes).unwrap();
    let Some(whole) = played(&bytes) else { return };
    assert!(whole[0] != whole[1] && whole[1] != whole[2] && whole[2] == whole[3]);
    for frame in 1..4 {
        let part = trimmed(&trace, frame, 3);
        assert!(played(&part).unwrap().last() == whole.last(), "trim from {frame}");
    }
    // Nor is it where a recording begins in the middle.
    let mut follower = trace.follow(3).unwrap();
    let before = follower.snapshot();
    let mut middle = glir_trace::Follower::new(&trace.header(0).unwrap()).unwrap();
    middle.frame(before.head(), before.arena());
    let mut recorder =
        glir_trace::Recorder::begin_at(Vec::new(), &trace.header(0).unwrap(), Recording::default(), middle)
            .unwrap();
    let last = trace.frame(3).unwrap().unwrap();
    recorder.frame(&last.head, &last.arena, 0).unwrap();
    assert!(played(&recorder.finish().unwrap()).unwrap().last() == whole.last(), "from the middle");
}
