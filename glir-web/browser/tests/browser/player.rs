//! Loading, playing, seeking, pictures, lost contexts, faults, and what people do on a canvas.

use crate::support::{Stage, differing, example, file, first_frames, native, png};
use glir_browser::Angle;
use glir_native::Api;
use serde_json::{Value, json};

/// Both renderers, each with both versions of WebGL.
const EVERYWHERE: [(Angle, u32); 4] =
    [(Angle::GlEgl, 1), (Angle::GlEgl, 2), (Angle::SwiftShader, 1), (Angle::SwiftShader, 2)];

/// The test page with a recording of several frames at `/animation.glir`.
async fn stage(angle: Angle) -> Option<Stage> {
    let stage = Stage::open(angle).await?;
    stage.files.put("/animation.glir", file(&example("animation")));
    Some(stage)
}

/// The native picture after the frame with this number.
fn frame(number: usize) -> Option<Vec<u8>> {
    native(&first_frames(&example("animation"), number + 1), Api::Gles3).map(|(_, _, pixels)| pixels)
}

fn decoded(text: &Value) -> Vec<u8> {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.decode(text.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_recording_loads_and_seeks_both_ways() {
    for (angle, webgl) in EVERYWHERE {
        let Some(stage) = stage(angle).await else { return };
        let result = stage
            .run(
                "const states = [];
             const view = await open({ webgl: args[0] });
             view.addEventListener('state', ({ detail }) => states.push(detail.state));
             await view.load('/animation.glir');
             const shots = [];
             const last = view.frames - 1;
             for (const frame of [0, last, 1, -5, 1000]) {
               await view.seek(frame);
               shots.push([view.frame, base64(view.pixels().data)]);
             }
             return { states, frames: view.frames, shots, faults, webgl: view.webgl };",
                &[json!(webgl)],
            )
            .await;
        let frames = result["frames"].as_u64().unwrap();
        assert!(frames > 2);
        assert_eq!(result["states"], json!(["loading", "paused", "ended", "paused", "ended"]));
        assert_eq!((&result["faults"], &result["webgl"]), (&json!([]), &json!(webgl)));
        let wanted = [0, frames - 1, 1, 0, frames - 1];
        for (shot, wanted) in result["shots"].as_array().unwrap().iter().zip(wanted) {
            assert_eq!(shot[0], wanted);
            if angle == Angle::GlEgl
                && let Some(native) = frame(wanted as usize)
            {
                assert_eq!(differing(&decoded(&shot[1]), &native), 0, "frame {wanted} on WebGL {webgl}");
            }
        }
        stage.quiet().await;
    }
}

#[tokio::test]
async fn a_recording_plays_at_its_own_pace() {
    for (angle, webgl) in EVERYWHERE {
        let Some(stage) = stage(angle).await else { return };
        let result = stage
            .run(
                "const view = await open({ webgl: args[0] });
                 await view.load('/animation.glir');
                 const seen = [];
                 view.addEventListener('frame', ({ detail }) => seen.push([detail.frame, performance.now()]));
                 const start = performance.now();
                 const ended = new Promise((resolve) => view.addEventListener('state', ({ detail }) => detail.state === 'ended' && resolve()));
                 view.play();
                 const playing = view.state;
                 await ended;
                 const took = performance.now() - start;
                 view.play();
                 view.pause();
                 return { seen: seen.map(([frame]) => frame), took, playing, paused: view.state, duration: view.duration, frames: view.frames };",
                &[json!(webgl)],
            )
            .await;
        let frames = result["frames"].as_u64().unwrap();
        assert_eq!(result["playing"], "playing");
        assert_eq!(result["paused"], "paused");
        let seen: Vec<u64> = result["seen"].as_array().unwrap().iter().filter_map(Value::as_u64).collect();
        // The first frame is there already; playing on from the end shows it again.
        let wanted: Vec<u64> = (1..frames).collect();
        assert_eq!(seen[..wanted.len()], wanted);
        let (took, duration) =
            (result["took"].as_f64().unwrap() / 1000.0, result["duration"].as_f64().unwrap());
        assert!(took > 0.8 * (duration - 1.0 / 30.0), "{took} s for {duration} s");
        stage.quiet().await;
    }
}

#[tokio::test]
async fn a_snapshot_is_a_png_of_the_picture() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let result = stage
        .run(
            "const view = await open();
             await view.load('/animation.glir');
             const blob = await view.snapshot();
             const bytes = new Uint8Array(await blob.arrayBuffer());
             return { type: blob.type, png: base64(bytes), pixels: base64(view.pixels().data), width: view.canvas.width };",
            &[],
        )
        .await;
    assert_eq!(result["type"], "image/png");
    let (width, _, pixels) = png(&decoded(&result["png"]));
    assert_eq!(result["width"], width);
    assert_eq!(pixels, decoded(&result["pixels"]));
    stage.quiet().await;
}

#[tokio::test]
async fn a_lost_context_comes_back_with_its_picture() {
    for angle in Angle::ALL {
        for webgl in [1, 2] {
            let Some(stage) = stage(angle).await else { return };
            let result = stage
                .run(
                    "const view = await open({ webgl: args[0], context: 'own' });
                     await view.load('/animation.glir');
                     await view.seek(1);
                     const before = base64(view.pixels().data);
                     const back = await lose(view);
                     const said = document.querySelector('p').textContent;
                     await back('paused');
                     const after = base64(view.pixels().data);
                     const hidden = document.querySelector('p').hidden;
                     await view.seek(2);
                     return { before, after, next: base64(view.pixels().data), said, hidden, faults };",
                    &[json!(webgl)],
                )
                .await;
            assert_eq!(result["before"], result["after"], "{angle}, WebGL {webgl}");
            assert!(result["said"].as_str().unwrap().contains("graphics context"));
            assert_eq!(result["hidden"], true);
            assert_eq!(result["faults"], json!([]));
            if angle == Angle::GlEgl
                && let Some(native) = frame(2)
            {
                assert_eq!(differing(&decoded(&result["next"]), &native), 0);
            }
        }
    }
}

#[tokio::test]
async fn a_closed_view_leaves_its_canvas_to_another() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let result = stage
        .run(
            "const canvas = document.createElement('canvas');
             document.body.append(canvas);
             const shots = [];
             for (let turn = 0; turn < 3; turn++) {
               const view = await glir.attach(canvas);
               await view.load('/animation.glir');
               shots.push(base64(view.pixels().data));
               view.close();
             }
             return shots;",
            &[],
        )
        .await;
    assert_eq!(result[0], result[1]);
    assert_eq!(result[0], result[2]);
    stage.quiet().await;
}

#[tokio::test]
async fn a_damaged_chunk_is_told_and_the_rest_is_shown() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let mut bytes = file(&example("animation"));
    // The head of the second frame: behind the file header and the first frame come its 64-byte header and its head.
    let seconds = bytes.windows(4).enumerate().filter(|(_, window)| window == b"FRAM").nth(1).unwrap().0;
    bytes[seconds + 66] ^= 0xff;
    stage.files.put("/damaged.glir", bytes);
    let result = stage
        .run(
            "const view = await open();
             await view.load('/damaged.glir');
             await view.seek(view.frames - 1);
             const box = document.querySelector('p');
             return { faults, said: box.textContent, role: box.getAttribute('role'), state: view.state, frames: view.frames };",
            &[],
        )
        .await;
    stage.shoot("damaged").await;
    assert_eq!(result["faults"].as_array().unwrap().len(), 1, "{result}");
    assert_eq!(result["faults"][0]["code"], "damaged-chunk");
    assert_eq!(result["role"], "status");
    assert!(result["said"].as_str().unwrap().starts_with("Part of this drawing is faulty: "));
    assert!(result["frames"].as_u64().unwrap() > 1);
    stage.quiet().await;
}

#[tokio::test]
async fn what_is_no_stream_is_refused_politely() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    stage.files.put("/text.glir", "[\"GLIR\"]");
    stage.files.put("/empty.glir", "");
    stage.files.put("/cut.glir", &file(&example("animation"))[..40]);
    for (name, word) in [("text", "GLIR"), ("empty", "empty"), ("cut", "header"), ("missing", "404")] {
        let result = stage
            .run(
                "const view = await open();
                 let thrown = null;
                 await view.load(`/${args[0]}.glir`).catch((error) => void (thrown = error.message));
                 const box = view.canvas.nextElementSibling;
                 const result = { state: view.state, said: box.textContent, role: box.getAttribute('role'), thrown, faults: faults.splice(0) };
                 view.close();
                 return result;",
                &[json!(name)],
            )
            .await;
        assert_eq!(result["state"], "failed", "{name}: {result}");
        assert_eq!(result["role"], "alert");
        assert!(result["said"].as_str().unwrap().contains(word), "{name}: {result}");
        assert_eq!(result["faults"][0]["severity"], "fatal", "{name}: {result}");
        assert_eq!(result["thrown"].is_null(), name != "missing");
    }
    // The page's own request for what is not there is the browser's to report, and nothing else.
    let complaints = stage.browser.complaints().await.unwrap();
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    assert!(complaints[0].contains("/missing.glir") && complaints[0].contains("404"));
}

#[tokio::test]
async fn a_faulty_command_draws_nothing_and_the_rest_goes_on() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let text = "[\"GLIR\", {\"width\": 32, \"height\": 32}]\n\
        [\"STATE\", {\"clear_color\": [1, 0, 0, 1]}]\n[\"DELETE\", 7]\n[\"CLEAR\", [\"color\"]]\n[\"SWAP\"]\n";
    stage.files.put("/faulty.glir", file(&glir_core::text::parse(text).unwrap()));
    let result = stage
        .run(
            "const view = await open();
             await view.load('/faulty.glir');
             return { faults, pixel: [...view.pixels().data.slice(0, 4)] };",
            &[],
        )
        .await;
    assert_eq!(result["pixel"], json!([255, 0, 0, 255]));
    let fault = &result["faults"][0];
    assert_eq!(
        (&fault["name"], &fault["command"], &fault["object"]),
        (&json!("DELETE"), &json!(1), &json!(7))
    );
    assert_eq!(fault["code"], "unknown-id");
    stage.quiet().await;
}

#[tokio::test]
async fn sources_of_every_kind_are_taken() {
    let Some(stage) = stage(Angle::SwiftShader).await else { return };
    let result = stage
        .run(
            "const view = await open();
             const bytes = new Uint8Array(await (await fetch('/animation.glir')).arrayBuffer());
             const shots = [];
             for (const source of [new URL('/animation.glir', location), bytes, bytes.buffer, new Blob([bytes]), await fetch('/animation.glir')]) {
               await view.load(source);
               shots.push(base64(view.pixels().data));
             }
             // In pieces of odd sizes, as from a slow network.
             view.begin();
             for (let at = 0; at < bytes.length; at += 77) view.push(bytes.slice(at, at + 77));
             view.end();
             shots.push(base64(view.pixels().data));
             return { same: shots.every((shot) => shot === shots[0]), faults };",
            &[],
        )
        .await;
    assert_eq!(result, json!({ "same": true, "faults": [] }));
    stage.quiet().await;
}

#[tokio::test]
async fn readings_come_back_as_replies() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    stage.files.put("/read.glir", file(&example("read-and-query")));
    let result = stage
        .run(
            "const view = await open();
             const replies = [];
             view.addEventListener('reply', ({ detail }) => replies.push(detail));
             await view.load('/read.glir');
             await new Promise((resolve) => setTimeout(resolve, 200));
             return replies.map((reply) => ({ ...reply, payload: reply.payload && [reply.payload.constructor.name, reply.payload.length] }));",
            &[],
        )
        .await;
    let names: Vec<&str> =
        result.as_array().unwrap().iter().filter_map(|reply| reply["name"].as_str()).collect();
    assert!(names.contains(&"PIXELS"), "{result}");
    let pixels = result.as_array().unwrap().iter().find(|reply| reply["name"] == "PIXELS").unwrap();
    assert_eq!(pixels["payload"][0], "Uint8Array");
    let area = pixels["width"].as_u64().unwrap() * pixels["height"].as_u64().unwrap();
    assert_eq!(pixels["payload"][1], 4 * area);
}

#[tokio::test]
async fn what_people_do_becomes_events() {
    let Some(stage) = stage(Angle::SwiftShader).await else { return };
    let result = stage
        .run(
            "const view = await open();
             view.canvas.style.width = '200px';
             view.canvas.tabIndex = 0;
             const events = [];
             view.addEventListener('event', ({ detail }) => events.push(detail));
             await view.load('/animation.glir');
             await new Promise((resolve) => setTimeout(resolve, 100));
             const box = view.canvas.getBoundingClientRect();
             const at = { clientX: box.left + 50, clientY: box.top + 10, bubbles: true };
             const send = (event) => view.canvas.dispatchEvent(event);
             send(new PointerEvent('pointerdown', { ...at, button: 0, buttons: 1, shiftKey: true, pointerId: 1 }));
             send(new PointerEvent('pointermove', { ...at, buttons: 1 }));
             send(new PointerEvent('pointermove', { ...at, clientX: box.left + 60, buttons: 1 }));
             send(new PointerEvent('pointerup', { ...at, button: 2, buttons: 0 }));
             send(new WheelEvent('wheel', { ...at, deltaY: 30, deltaMode: 0 }));
             send(new KeyboardEvent('keydown', { key: 'a', ctrlKey: true }));
             view.canvas.style.width = '100px';
             await new Promise((resolve) => setTimeout(resolve, 100));
             return { events, scale: view.canvas.width / 200, height: view.canvas.height };",
            &[],
        )
        .await;
    let events = result["events"].as_array().unwrap();
    let (scale, height) = (result["scale"].as_f64().unwrap(), result["height"].as_f64().unwrap());
    let find = |name: &str, action: &str| {
        let mut found = events
            .iter()
            .filter(|event| event["name"] == name && (action.is_empty() || event["action"] == action));
        found.next().unwrap_or_else(|| panic!("no {name} {action} in {events:?}"))
    };
    let near = |value: &Value, wanted: f64| (value.as_f64().unwrap() - wanted).abs() < 0.51;
    let down = find("POINTER", "down");
    assert!(near(&down["x"], 50.0 * scale) && near(&down["y"], height - 10.0 * scale), "{down}");
    assert_eq!((&down["button"], &down["buttons"], &down["modifiers"]), (&json!(0), &json!(1), &json!(1)));
    // Of two movements between pictures the last one counts.
    assert_eq!(events.iter().filter(|event| event["action"] == "move").count(), 1);
    assert!(near(&find("POINTER", "move")["x"], 60.0 * scale));
    assert_eq!(find("POINTER", "up")["button"], 2);
    assert_eq!(find("WHEEL", "")["dy"], -30.0);
    let key = find("KEY", "down");
    assert_eq!((&key["key"], &key["modifiers"]), (&json!("a"), &json!(2)));
    let sizes: Vec<_> =
        events.iter().filter(|event| event["name"] == "RESIZE").map(|event| &event["width"]).collect();
    assert_eq!(sizes.last(), Some(&&json!(100)));
    // All of them are replies that a producer can read.
    let count = stage
        .run(
            "return glir.decodeReplies(glir.encodeReplies(args[0])).map((reply) => reply.name)",
            &[result["events"].clone()],
        )
        .await;
    assert_eq!(count.as_array().unwrap().len(), events.len());
}

#[tokio::test]
async fn figures_are_told_once_a_second() {
    let Some(stage) = stage(Angle::SwiftShader).await else { return };
    let result = stage
        .run(
            "const view = await open({ loop: true });
             await view.load('/animation.glir');
             const told = new Promise((resolve) => view.addEventListener('stats', ({ detail }) => resolve(detail)));
             view.play();
             const stats = await told;
             view.close();
             return [stats, document.querySelectorAll('p').length];",
            &[],
        )
        .await;
    let stats = &result[0];
    assert!(stats["framesPerSecond"].as_f64().unwrap() > 1.0, "{stats}");
    assert!(stats["frames"].as_f64().unwrap() > 0.0 && stats["commands"].as_f64().unwrap() > 0.0, "{stats}");
    assert_eq!(stats["retained"], true);
    assert_eq!(result[1], 0);
    stage.quiet().await;
}

#[tokio::test]
async fn figures_go_on_over_loops_and_streams() {
    let Some(stage) = stage(Angle::SwiftShader).await else { return };
    let result = stage
        .run(
            "const view = await open({ loop: true });
             const told = [];
             view.addEventListener('stats', ({ detail }) => told.push([detail.frames, detail.commands]));
             const enough = (count) => new Promise((go) => view.addEventListener('stats', () => told.length >= count && go()));
             await view.load('/animation.glir');
             view.play();
             await enough(2);
             await view.load('/animation.glir');
             view.play();
             await enough(3);
             view.close();
             return { told, frames: view.frames };",
            &[],
        )
        .await;
    let told: Vec<(u64, u64)> = serde_json::from_value(result["told"].clone()).unwrap();
    assert!(told.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1), "{told:?}");
    assert!(told[0].0 > result["frames"].as_u64().unwrap(), "more than one loop is counted: {told:?}");
    stage.quiet().await;
}

/// Scripts that lose and restore a view's context, and wait for its states.
const LOSING: &str = "const view = await open({ context: 'own', ...(args[0] ?? {}) });
    const extension = view.canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
    const until = (...wanted) => new Promise((go) => {
      const look = () => wanted.includes(view.state) && (view.removeEventListener('state', look), go());
      view.addEventListener('state', look);
      look();
    });
    const lose = async () => { extension.loseContext(); await until('lost'); };
    // The browser allows it only when the event that tells of the loss is over.
    const restore = () => setTimeout(() => extension.restoreContext());
    const bytes = new Uint8Array(await (await fetch('/animation.glir')).arrayBuffer());
    const shots = [];";

#[tokio::test]
async fn a_context_may_be_lost_at_any_time() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let script = [
        LOSING,
        "// Before the first byte, in the middle of loading, and while nobody looks.
         for (const at of [0, 200, bytes.length >> 1, bytes.length - 100]) {
           view.begin(bytes.length);
           view.push(bytes.slice(0, at));
           await lose();
           view.push(bytes.slice(at));
           view.end();
           restore();
           await until('paused');
           shots.push([0, base64(view.pixels().data)]);
           await view.seek(2);
           shots.push([2, base64(view.pixels().data)]);
         }
         // A frame that is asked for meanwhile is shown afterwards.
         await view.seek(0);
         await lose();
         await view.seek(1);
         restore();
         await until('paused');
         shots.push([1, base64(view.pixels().data)]);
         // What was playing plays on.
         await view.seek(0);
         view.play();
         await lose();
         restore();
         await until('ended');
         shots.push([2, base64(view.pixels().data)]);
         return { shots, faults };",
    ];
    let result = stage.run(&script.concat(), &[]).await;
    assert_eq!(result["faults"], json!([]), "{}", result["faults"]);
    for (turn, shot) in result["shots"].as_array().unwrap().iter().enumerate() {
        let Some(native) = frame(shot[0].as_u64().unwrap() as usize) else { continue };
        assert_eq!(differing(&decoded(&shot[1]), &native), 0, "picture {turn}");
    }
}

#[tokio::test]
async fn payloads_stay_out_of_the_modules_memory() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let result = stage
        .run(
            "const view = await open();
             const { default: init } = await import('/wasm/glir.js');
             // A second call gives what the first one has made; its exports have short names.
             const memory = Object.values(await init()).find((value) => value instanceof WebAssembly.Memory);
             await view.load('/animation.glir');
             const before = memory.buffer.byteLength;
             const size = 64 << 20;
             const payload = new Uint8Array(size);
             for (let at = 0; at < size; at += 4096) payload[at] = at >> 12;
             const frame = new emitter.Frame().create(1, { buffer: 'vertex' }).size(1, size).data(1, 0, payload)
               .create(2, { texture: '2d', format: 'rgba8', levels: 1 }).size(2, 1024, 1024)
               .data(2, {}, { u8: payload.subarray(0, 4 << 20) })
               .state({ clear_color: [0, 0, 1, 1] }).clear(['color']).read(1, { buffer: 1, offset: size - 4096, size: 1 }).swap();
             const replies = [];
             view.addEventListener('reply', ({ detail }) => replies.push(detail));
             const bytes = emitter.file([frame], { header: { profile: 'es3', width: 16, height: 16 } });
             // As it comes from a network, and whole.
             view.begin(bytes.length);
             for (let at = 0; at < bytes.length; at += 1 << 20) view.push(bytes.slice(at, at + (1 << 20)));
             view.end();
             await view.load(bytes);
             return { grown: memory.buffer.byteLength - before, before, pixel: [...view.pixels().data.slice(0, 4)], faults,
               read: replies.filter(({ name }) => name === 'BYTES').map(({ payload }) => payload?.[0] ?? payload) };",
            &[],
        )
        .await;
    assert_eq!(result["faults"], json!([]));
    assert_eq!(result["pixel"], json!([0, 0, 255, 255]));
    // The last page's byte has come through, twice.
    assert_eq!(result["read"], json!([255, 255]));
    // 68 MiB of payloads, twice: the module has grown by its window and its tables at most.
    assert!(result["grown"].as_u64().unwrap() <= 1 << 20, "{result}");
    stage.quiet().await;
}

#[tokio::test]
async fn a_new_size_or_pixel_ratio_is_told() {
    let Some(stage) = stage(Angle::SwiftShader).await else { return };
    // The second time as in a browser that knows no pixels of the device.
    let without = "delete ResizeObserverEntry.prototype.devicePixelContentBoxSize;
        const { observe } = ResizeObserver.prototype;
        ResizeObserver.prototype.observe = function (target, options) {
          if (options?.box === 'device-pixel-content-box') throw new TypeError('there is no such box');
          observe.call(this, target, options);
        };";
    for fallback in [false, true] {
        if fallback {
            stage.browser.prelude(without).await.unwrap();
        }
        stage.browser.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await.unwrap();
        stage.reload().await;
        stage
            .run(
                "const view = await open();
                 view.canvas.style.width = '200px';
                 view.canvas.style.height = '100px';
                 view.canvas.style.display = 'block';
                 globalThis.sizes = [];
                 view.addEventListener('event', ({ detail }) => detail.name === 'RESIZE' && sizes.push([detail.width, detail.height, detail.pixel_ratio]));
                 await view.load('/animation.glir');
                 await new Promise((go) => setTimeout(go, 100));
                 view.canvas.style.width = '300px';
                 await new Promise((go) => setTimeout(go, 100));",
                &[],
            )
            .await;
        let metrics = json!({ "width": 800, "height": 600, "deviceScaleFactor": 2, "mobile": false });
        stage.browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
        // The page hears of it when it is drawn for somebody.
        stage.browser.screenshot().await.unwrap();
        let told = "for (let turn = 0; turn < 200 && sizes.at(-1)[2] !== 2; turn++) await new Promise((go) => setTimeout(go, 10)); return sizes";
        let sizes = stage.run(told, &[]).await;
        let sizes = sizes.as_array().unwrap();
        assert!(sizes.contains(&json!([300, 100, 1])), "{sizes:?}");
        // Chromium's emulation leaves the device's own pixels as they are.
        let wanted = if fallback { json!([600, 200, 2]) } else { json!([300, 100, 2]) };
        assert_eq!(sizes.last().unwrap(), &wanted, "fallback {fallback}: {sizes:?}");
    }
    stage.quiet().await;
}
