//! Recordings as `glir record` and `glir convert` write them: packed chunks, payloads stored once, keyframes.

use crate::support::{Exported, Stage, differing, file, first_frames, native};
use glir_browser::{Angle, Browser};
use glir_core::file::chunk::{ChunkHeader, Kind, PACKED_ARENA, PACKED_HEAD};
use glir_core::text::{Document, parse};
use glir_export::Page;
use glir_native::Api;
use glir_trace::{Form, Recording, convert};
use serde_json::{Value, json};
use std::fmt::Write as _;

const FRAMES: usize = 60;

/// An animation whose every frame depends on those before: a picture that is overwritten in places and a triangle over it.
fn animation() -> Document {
    let mut text = String::from(
        r#"["GLIR", {"profile": "es2", "width": 64, "height": 64}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 32]
["DATA", 1, 0, {"f32": [-1, -1, 1, -1, -1, 1, 1, 1]}]
["CREATE", 2, "program"]
["SHADERS", 2, {
  "vertex": "attribute vec2 a_position; varying vec2 v_place; uniform vec2 u_shift;\nvoid main() { v_place = a_position * 0.5 + 0.5; gl_Position = vec4(a_position * 0.5 + u_shift, 0.0, 1.0); }",
  "fragment": "precision highp float; varying vec2 v_place; uniform sampler2D u_map;\nvoid main() { gl_FragColor = texture2D(u_map, v_place); }"},
 {"attributes": ["vec2 a_position"], "uniforms": ["vec2 u_shift"], "samplers": ["sampler2D u_map"]}]
["ATTRIBUTE", 2, "a_position", {"buffer": 1}]
["CREATE", 3, {"texture": "2d", "format": "rgba8"}]
["SIZE", 3, 64, 64]
["INTERPOLATION", 3, "nearest", "nearest"]
["TEXTURE", 2, "u_map", 3]
["CLEAR", ["color"]]
"#,
    );
    for frame in 0..FRAMES {
        if frame > 0 {
            let _ = writeln!(text, "[\"TIME\", {}]", frame * 20_000);
        }
        if frame % 7 == 0 {
            let texels: Vec<String> = (0..64 * 64)
                .map(|texel| format!("{},{},{},255", texel / 64 * 4, texel % 64 / 16 * 60, frame * 4 % 256))
                .collect();
            let _ = writeln!(text, "[\"DATA\", 3, {{}}, {{\"u8\": [{}]}}]", texels.join(","));
        }
        for step in 0..8 {
            let (x, y) = (((frame * 8 + step) as f64 * 0.1).sin() * 0.5, (frame as f64 * 0.13).cos() * 0.5);
            let _ = writeln!(text, "[\"UNIFORM\", 2, \"u_shift\", [{x}, {y}]]");
            let _ = writeln!(text, "[\"DRAW\", 2, \"triangle_strip\", {{\"count\": 4}}]");
        }
        let _ = writeln!(text, "[\"SWAP\"]");
    }
    parse(&text).unwrap()
}

/// The animation as it is recorded, with room for several keyframes in so short a file.
fn recording(animation: &Document) -> Vec<u8> {
    let form = Form::Recorded(Recording { keyframe_percent: 40, ..Recording::default() });
    let bytes = convert(&[&file(animation)], Vec::new(), form, &mut |_, fault| panic!("{fault}")).unwrap();
    let kinds: Vec<ChunkHeader> = chunks(&bytes).map(|(_, header)| header).collect();
    let flags = |kind| {
        kinds.iter().filter(|header| header.kind == kind).fold(0, |flags, header| flags | header.flags)
    };
    assert_eq!((flags(Kind::FRAME), flags(Kind::BLOB)), (PACKED_HEAD, PACKED_ARENA), "both are packed");
    assert!(kinds.iter().filter(|header| header.kind == Kind::KEYFRAME).count() > 2, "there are keyframes");
    bytes
}

/// The places and headers of a file's chunks.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = (usize, ChunkHeader)> {
    (64..bytes.len())
        .step_by(64)
        .filter_map(|at| Some((at, ChunkHeader::decode(bytes.get(at..)?.first_chunk()?)?)))
}

fn decoded(text: &Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.decode(text.as_str().unwrap()).unwrap()
}

/// A picture of the browser's is the one that native drawing makes of this frame.
#[track_caller]
fn is_native(animation: &Document, frame: usize, seen: &Value) {
    if let Some((_, _, native)) = native(&first_frames(animation, frame + 1), Api::Gles3) {
        assert_eq!(differing(&decoded(seen), &native), 0, "frame {frame}");
    }
}

/// Loads `/recording.glir`, and looks at frames in any order. How many commands were drawn for each is told, too.
const LOOK: &str = "const view = await open({ webgl: args[0] });
    await view.load('/recording.glir');
    const shots = [];
    for (const frame of args[1]) {
      let drawn = 0;
      const count = () => { drawn += 1; };
      view.addEventListener('frame', count);
      await view.seek(frame);
      view.removeEventListener('frame', count);
      shots.push([view.frame, base64(view.pixels().data), drawn]);
    }
    return { frames: view.frames, shots, faults };";

#[tokio::test]
async fn a_recording_shows_what_was_recorded_wherever_it_is_looked_at() {
    let animation = animation();
    let order = [59, 0, 30, 31, 29, 58, 12, 0, 59];
    for (angle, webgl) in [(Angle::GlEgl, 1), (Angle::GlEgl, 2), (Angle::SwiftShader, 2)] {
        let Some(stage) = Stage::open(angle).await else { return };
        stage.files.put("/recording.glir", recording(&animation));
        let seen = stage.run(LOOK, &[json!(webgl), json!(order)]).await;
        stage.files.put("/recording.glir", file(&animation));
        let plain = stage.run(LOOK, &[json!(webgl), json!(order)]).await;
        assert_eq!((&seen["frames"], &seen["faults"]), (&json!(FRAMES), &json!([])));
        for (index, wanted) in order.into_iter().enumerate() {
            let (shot, same) = (&seen["shots"][index], &plain["shots"][index]);
            assert_eq!(shot[0], wanted);
            assert_eq!(shot[1], same[1], "frame {wanted} of the recording and of the file, on {angle}");
            if angle == Angle::GlEgl {
                is_native(&animation, wanted, &shot[1]);
            }
        }
        let drawn = |from: &Value| {
            from["shots"].as_array().unwrap().iter().map(|shot| shot[2].as_u64().unwrap()).sum::<u64>()
        };
        let (with, without) = (drawn(&seen), drawn(&plain));
        assert!(with * 2 < without, "by keyframes {with} frames are drawn, without {without}");
        stage.quiet().await;
    }
}

#[tokio::test]
async fn a_lost_context_comes_back_behind_a_keyframe() {
    let animation = animation();
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    stage.files.put("/recording.glir", recording(&animation));
    let result = stage
        .run(
            "const view = await open({ webgl: 2, context: 'own' });
             await view.load('/recording.glir');
             await view.seek(50);
             const back = await lose(view);
             await back('paused');
             return { pixels: base64(view.pixels().data), faults };",
            &[],
        )
        .await;
    assert_eq!(result["faults"], json!([]));
    is_native(&animation, 50, &result["pixels"]);
    stage.quiet().await;
}

/// A keyframe that is no good costs nothing, a packed frame costs itself, and both are hostile enough to try.
#[tokio::test]
async fn what_does_not_unpack_is_left_out_and_told() {
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    let animation = animation();
    let mut bytes = recording(&animation);
    let spoil = |bytes: &mut Vec<u8>, wanted: Kind, which: usize| {
        let (at, mut header) = chunks(bytes).filter(|(_, header)| header.kind == wanted).nth(which).unwrap();
        if header.flags & PACKED_HEAD == 0 {
            header.flags |= PACKED_HEAD;
        }
        // It promises more than it gives.
        header.head_unpacked += 1;
        bytes[at..at + 64].copy_from_slice(&header.encode());
    };
    for keyframe in 0..chunks(&bytes).filter(|(_, header)| header.kind == Kind::KEYFRAME).count() {
        spoil(&mut bytes, Kind::KEYFRAME, keyframe);
    }
    stage.files.put("/recording.glir", bytes.clone());
    let seen = stage.run(LOOK, &[json!(2), json!([59, 20])]).await;
    assert_eq!(seen["faults"], json!([]), "nothing rests on a keyframe");
    is_native(&animation, 20, &seen["shots"][1][1]);
    // The last frame, so that no other rests on it.
    spoil(&mut bytes, Kind::FRAME, FRAMES - 1);
    stage.files.put("/recording.glir", bytes);
    let seen = stage.run(LOOK, &[json!(2), json!([59])]).await;
    let faults = seen["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    let said = faults[0]["message"].as_str().unwrap();
    assert_eq!(faults[0]["code"], "damaged-chunk");
    assert!(
        said.starts_with("byte ")
            && said.ends_with("this FRAM chunk is left out: what is packed in it is damaged"),
        "{said}"
    );
    stage.quiet().await;
}

#[tokio::test]
async fn a_recording_whose_beginning_is_lost_is_played() {
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    let animation = animation();
    let mut bytes = recording(&animation);
    bytes[..16].fill(0);
    stage.files.put("/recording.glir", bytes);
    let seen = stage.run(LOOK, &[json!(2), json!([59, 20])]).await;
    let faults = seen["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert_eq!(faults[0]["message"], "byte 0: the file header is damaged");
    is_native(&animation, 20, &seen["shots"][1][1]);
    stage.quiet().await;
}

#[tokio::test]
async fn a_page_is_made_of_a_recording() {
    let animation = animation();
    let Some(exported) = Exported::new(Page::new().title("Recorded"), &recording(&animation)) else { return };
    let Some(browser) = Browser::start(Angle::GlEgl).await.unwrap() else { return };
    browser.open(&exported.url()).await.unwrap();
    let result = browser
        .run(
            "for (let turn = 0; turn < 1000 && globalThis.glir?.page.view?.state !== 'paused'; turn++) {
               await new Promise((resolve) => setTimeout(resolve, 10));
             }
             const { view } = glir.page;
             let drawn = 0;
             view.addEventListener('frame', () => { drawn += 1; });
             await view.seek(40);
             let text = '';
             for (const byte of view.pixels().data) text += String.fromCharCode(byte);
             return { frames: view.frames, drawn, pixels: btoa(text), faults: view.diagnostics };",
            &[],
        )
        .await
        .unwrap();
    assert_eq!((&result["frames"], &result["faults"]), (&json!(FRAMES), &json!([])));
    assert!(result["drawn"].as_u64().unwrap() < 20, "its keyframes are in the page: {}", result["drawn"]);
    is_native(&animation, 40, &result["pixels"]);
    assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
}

/// The unpacker alone, with what LZ4 has packed and what it has not.
#[tokio::test]
async fn blocks_unpack_to_what_was_packed_and_to_nothing_else() {
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    let result = stage
        .run(
            "const { unpackBlock } = await import('/lz4.js');
             const text = (block, length) => { const bytes = unpackBlock(Uint8Array.from(block), length); return bytes && String.fromCharCode(...bytes); };
             const wrong = [
               [[], 0], [[0x10], 1], [[0x50, 97, 98, 99, 100, 101], 4], [[0x50, 97, 98, 99, 100, 101], 6],
               [[0x10, 97, 0, 0, 0x50, 1, 2, 3, 4, 5], 10], [[0x10, 97, 2, 0, 0x50, 1, 2, 3, 4, 5], 10],
               [[0x1f, 97, 1, 0, 255, 255], 600], [[0xf0, 255, 255], 1000], [[0x10, 97, 1], 5], [[0x10, 97, 1, 0], 5], [[0x10], 2 ** 32],
             ].map(([block, length]) => unpackBlock(Uint8Array.from(block), length));
             let seed = 1;
             const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648);
             for (let turn = 0; turn < 20000; turn++) {
               const block = Uint8Array.from({ length: random() % 40 }, () => random() >> 8);
               const bytes = unpackBlock(block, random() % 200);
               if (bytes && !(bytes instanceof Uint8Array)) throw new Error('neither bytes nor nothing');
             }
             return { plain: text([0x50, 97, 98, 99, 100, 101], 5), again: text([0x22, 97, 98, 2, 0, 0x50, 49, 50, 51, 52, 53], 13),
               one: text([0x1f, 97, 1, 0, 21, 0x50, 49, 50, 51, 52, 53], 46), wrong };",
            &[],
        )
        .await;
    assert_eq!(result["plain"], "abcde");
    assert_eq!(result["again"], "abababab12345");
    assert_eq!(result["one"], format!("{}12345", "a".repeat(41)));
    assert!(result["wrong"].as_array().unwrap().iter().all(Value::is_null), "{result}");
}

/// What the picture is behind so many of a frame's draws, drawn natively.
fn within(animation: &Document, frame: usize, draws: usize) -> Option<Vec<u8>> {
    use glir_core::steps::{between, steps};
    use glir_core::text::Item;
    let mut cut = first_frames(animation, frame + 1);
    if let Some(Item::Frame { frame, .. }) = cut.items.last_mut() {
        let place = draws.checked_sub(1).and_then(|last| steps(frame.head()).get(last).copied());
        let head = between(frame.head(), glir_core::steps::Step::default(), Some(place.unwrap_or_default()));
        let mut part = glir_spec::Frame::new();
        let arena = frame.arena().to_vec();
        assert!(arena.is_empty(), "payloads of this frame are inline");
        glir_spec::wire::elements(&head).for_each(|command| part.push_encoded(command));
        *frame = part;
    }
    native(&cut, Api::Gles3).map(|(_, _, pixels)| pixels)
}

#[tokio::test]
async fn a_recording_is_stepped_through_by_draws() {
    let animation = animation();
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    stage.files.put("/recording.glir", recording(&animation));
    let result = stage
        .run(
            "const view = await open();
             await view.load('/recording.glir');
             const places = [];
             const look = () => places.push([view.frame, view.draw, view.draws, base64(view.pixels().data)]);
             await view.seek(30);
             look();
             for (const direction of [1, 1, -1, -1, -1, 1]) {
               await view.stepDraw(direction);
               look();
             }
             for (const [frame, draws] of [[29, 3], [29, 5], [30, 0], [30, 8], [30, 100], [0, 4], [59, 7]]) {
               await view.seekDraw(frame, draws);
               look();
             }
             await view.seek(59);
             look();
             return { places, faults };",
            &[],
        )
        .await;
    assert_eq!(result["faults"], json!([]));
    let all = 8;
    let wanted: [(usize, Option<usize>); 15] = [
        (30, None),
        (31, Some(1)),
        (31, Some(2)),
        (31, Some(1)),
        (30, None),
        (30, Some(7)),
        (30, None),
        (29, Some(3)),
        (29, Some(5)),
        (30, Some(0)),
        (30, None),
        (30, None),
        (0, Some(4)),
        (59, Some(7)),
        (59, None),
    ];
    for (place, (frame, draws)) in result["places"].as_array().unwrap().iter().zip(wanted) {
        let first = usize::from(frame == 0);
        assert_eq!((&place[0], &place[1], &place[2]), (&json!(frame), &json!(draws), &json!(all + first)));
        // Frames with long payloads of their own are looked at whole.
        let picture = match draws {
            Some(draws) if frame > 0 => within(&animation, frame, draws),
            Some(_) => None,
            None => native(&first_frames(&animation, frame + 1), Api::Gles3).map(|(_, _, pixels)| pixels),
        };
        if let Some(picture) = picture {
            assert_eq!(differing(&decoded(&place[3]), &picture), 0, "frame {frame}, {draws:?} draws");
        }
    }
    assert_eq!(result["places"].as_array().unwrap().len(), wanted.len());
    stage.quiet().await;
}

#[tokio::test]
async fn a_range_is_played_again_and_again_at_any_speed() {
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    stage.files.put("/recording.glir", recording(&animation()));
    let result = stage
        .run(
            "const view = await open();
             await view.load('/recording.glir');
             const seen = [];
             view.addEventListener('frame', ({ detail }) => seen.push(detail.frame));
             view.range = [20, 24];
             view.loop = true;
             view.play();
             for (let turn = 0; turn < 500 && seen.filter((frame) => frame === 20).length < 4; turn++) await new Promise((go) => setTimeout(go, 10));
             view.pause();
             const round = seen.splice(0);
             view.range = null;
             view.loop = false;
             const took = [];
             for (const speed of [1, 4, 0.5]) {
               await view.seek(10);
               view.range = [10, 25];
               view.speed = speed;
               const start = performance.now();
               const paused = new Promise((resolve) => view.addEventListener('state', ({ detail }) => detail.state === 'paused' && resolve(), { once: false }));
               view.play();
               await paused;
               took.push(performance.now() - start);
             }
             view.speed = 1e9;
             return { round, took, frame: view.frame, speed: view.speed, range: view.range, faults };",
            &[],
        )
        .await;
    let round: Vec<u64> = result["round"].as_array().unwrap().iter().filter_map(Value::as_u64).collect();
    let begins = round.iter().position(|frame| *frame == 20).unwrap();
    let shown: Vec<u64> = round[begins..].iter().copied().filter(|frame| (20..25).contains(frame)).collect();
    assert_eq!(shown[..10], [20, 21, 22, 23, 24, 20, 21, 22, 23, 24], "{round:?}");
    assert!(round[begins..].iter().all(|frame| *frame < 25), "nothing behind the range is drawn: {round:?}");
    let took: Vec<f64> = result["took"].as_array().unwrap().iter().filter_map(Value::as_f64).collect();
    // Fifteen frames of 20 ms.
    assert!(took[0] > 280.0 && took[1] > 70.0 && took[2] > 580.0, "{took:?}");
    assert!(took[1] < took[0] && took[0] < took[2], "{took:?}");
    assert_eq!(
        (&result["speed"], &result["range"], &result["faults"]),
        (&json!(100), &json!([10, 25]), &json!([]))
    );
    stage.quiet().await;
}

/// What a view has recorded, taken to Rust.
const TAKE: &str = "const take = async (blob) => base64(new Uint8Array(await blob.arrayBuffer()));";

/// The pictures of a recording behind each of its frames.
fn pictures(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    use glir_core::file::{Item, Options, Room, SliceReader};
    use glir_core::{FrameInput, Outcome, Settings};
    let room = Room::new();
    let (mut session, mut blobs, mut found) = (None, glir_trace::Blobs::default(), Vec::new());
    for item in SliceReader::unpacking(bytes, Options { verify_blobs: true, ..Options::default() }, &room) {
        match item {
            Item::Header(header) => {
                session = glir_native::Headless::open(Api::Gles3, &header, Settings::default()).ok();
                blobs = glir_trace::Blobs::default();
            }
            Item::Blob { hash, encoding, bytes } => blobs.insert(hash, encoding, bytes.into()),
            Item::Frame { head, arena, .. } => {
                let session = session.as_mut()?;
                let input = FrameInput { head, arena: arena.into(), blobs: &blobs };
                let outcome = session.interpreter().unwrap().draw(input);
                assert_eq!(session.interpreter().unwrap().take_diagnostics(), []);
                if outcome == Outcome::Complete {
                    found.push(session.picture().unwrap().2);
                }
            }
            Item::Fault(fault) => panic!("{fault}"),
            _ => {}
        }
    }
    Some(found)
}

#[tokio::test]
async fn what_is_drawn_is_recorded_from_any_moment_on() {
    let animation = animation();
    let wanted: Option<Vec<Vec<u8>>> = (0..FRAMES)
        .map(|frame| native(&first_frames(&animation, frame + 1), Api::Gles3).map(|(_, _, pixels)| pixels))
        .collect();
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    for source in [recording(&animation), file(&animation)] {
        stage.files.put("/recording.glir", source);
        let script = format!(
            "{TAKE}
             const view = await open();
             const states = [];
             view.addEventListener('state', ({{ detail }}) => states.push([detail.state, view.recording]));
             const before = [view.recording, view.stopRecording()];
             await view.load('/recording.glir');
             await view.seek(20);
             view.record();
             const during = view.recording;
             await view.seek(26);
             // What is shown in part is recorded when it is whole, and to go back begins anew.
             await view.seekDraw(27, 3);
             await view.seek(28);
             await view.seek(10);
             await view.seek(12);
             const first = await take(view.stopRecording());
             view.record({{ bytes: 10000 }});
             for (const _ of [1, 2]) {{ await view.seek(0); for (let frame = 0; frame < 60; frame++) await view.seek(frame); }}
             const ring = await take(view.stopRecording());
             return {{ before, during, after: view.recording, first, ring, faults, states }};"
        );
        let result = stage.run(&script, &[]).await;
        assert_eq!(
            (&result["before"], &result["during"], &result["after"]),
            (&json!([false, null]), &json!(true), &json!(false))
        );
        assert_eq!(result["faults"], json!([]));
        let first = decoded(&result["first"]);
        let index = glir_core::file::Index::find(&first).expect("it ends with an index");
        assert_eq!(index.entries, glir_core::file::Index::scan(&first).entries);
        let (Some(shown), Some(wanted)) = (pictures(&first), &wanted) else { return };
        let places: Vec<_> =
            shown.iter().map(|picture| wanted.iter().position(|one| one == picture)).collect();
        // Where a keyframe stands between two frames, seeking goes by it.
        let [middle @ .., last] = &places[..] else { panic!("nothing was recorded") };
        assert_eq!((places[0], *last), (Some(20), Some(12)), "{places:?}");
        assert!(middle.contains(&Some(26)) && middle.contains(&Some(28)), "{places:?}");
        let ring = decoded(&result["ring"]);
        let shown = pictures(&ring).unwrap();
        assert!((3..60).contains(&shown.len()) && shown.last() == wanted.last(), "{} frames", shown.len());
        assert!(shown.iter().all(|picture| wanted.contains(picture)));
    }
    stage.quiet().await;
}

/// A view that records draws 3,000 commands in at most twice the time that it takes without.
#[tokio::test]
async fn to_record_costs_little() {
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    let result = stage
        .run(
            "const { Frame, file } = emitter;
             const frames = [];
             for (let number = 0; number < 60; number++) {
               const frame = new Frame(frames[0]);
               if (!number) {
                 frame.create(1, { buffer: 'vertex' }).size(1, 24).data(1, 0, { f32: [-1, -1, 1, -1, 0, 1] }).create(2, 'program').shaders(2, {
                   vertex: 'attribute vec2 a_position; uniform vec2 u_offset; void main() { gl_Position = vec4(a_position * 0.02 + u_offset, 0.0, 1.0); }',
                   fragment: 'precision mediump float; uniform vec4 u_color; void main() { gl_FragColor = u_color; }',
                 }, { attributes: ['vec2 a_position'], uniforms: ['vec2 u_offset', 'vec4 u_color'] }).attribute(2, 'a_position', { buffer: 1 });
               }
               frame.clear(['color']);
               for (let triangle = 0; triangle < 1000; triangle++) {
                 frame.uniform(2, 'u_offset', [Math.sin(triangle + number), Math.cos(triangle * 0.7)]).uniform(2, 'u_color', [triangle / 1000, 0.5, 0.2, 1]).draw(2, 'triangles', { count: 3 });
               }
               frames.push(frame.swap());
             }
             const bytes = file(frames, { header: { profile: 'es2', width: 64, height: 64 } });
             const view = await open({ webgl: 2 });
             await view.load(bytes);
             const once = async () => {
               await view.seek(0);
               const start = performance.now();
               for (let frame = 1; frame < 60; frame++) await view.seek(frame);
               view.pixels();
               return performance.now() - start;
             };
             await once();
             const [plain, recorded] = [[], []];
             let size = 0;
             for (let round = 0; round < 5; round++) {
               plain.push(await once());
               view.record();
               recorded.push(await once());
               size = view.stopRecording().size;
             }
             const median = (list) => list.sort((a, b) => a - b)[list.length >> 1];
             return { plain: median(plain) / 59, recorded: median(recorded) / 59, size, faults };",
            &[],
        )
        .await;
    let (plain, recorded) = (result["plain"].as_f64().unwrap(), result["recorded"].as_f64().unwrap());
    println!(
        "a frame of 3,002 commands: {plain:.2} ms, recorded {recorded:.2} ms: {:.2} times",
        recorded / plain
    );
    assert_eq!(result["faults"], json!([]));
    assert!(result["size"].as_u64().unwrap() > 1_000_000, "{result}");
    assert!(recorded <= 2.0 * plain, "{plain} ms, recorded {recorded} ms");
    stage.quiet().await;
}
