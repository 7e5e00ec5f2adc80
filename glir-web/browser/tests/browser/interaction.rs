//! Pictures that a person moves, by real pointers, wheels, keys and fingers, and with no producer.

use crate::support::{Exported, Stage, differing, example, file, first_frames, header};
use base64::Engine as _;
use glir_browser::{Angle, Browser};
use glir_core::text::{Document, EventLog, Item, parse};
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_export::Page;
use glir_native::{Api, Headless};
use serde_json::{Value, json};

pub(crate) const EVERYWHERE: [(Angle, u32); 4] =
    [(Angle::GlEgl, 1), (Angle::GlEgl, 2), (Angle::SwiftShader, 1), (Angle::SwiftShader, 2)];

pub(crate) fn decoded(text: &Value) -> Vec<u8> {
    base64::prelude::BASE64_STANDARD.decode(text.as_str().unwrap()).unwrap()
}

/// Waits for two pictures.
pub(crate) const DRAWN: &str = "await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(go))));";

/// The mouse, as the browser's own events bring it.
async fn mouse(browser: &Browser, kind: &str, (x, y): (f64, f64), more: Value) {
    let mut event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
    event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    browser.devtools("Input.dispatchMouseEvent", event).await.unwrap();
}

pub(crate) async fn drag(browser: &Browser, from: (f64, f64), to: (f64, f64), modifiers: u32) {
    let half = ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0);
    let more = json!({ "modifiers": modifiers });
    let still = json!({ "buttons": 0, "button": "none", "modifiers": modifiers });
    mouse(browser, "mouseMoved", from, still).await;
    mouse(browser, "mousePressed", from, more.clone()).await;
    for at in [half, to] {
        mouse(browser, "mouseMoved", at, more.clone()).await;
        browser.run(DRAWN, &[]).await.unwrap();
    }
    mouse(browser, "mouseReleased", to, more).await;
}

pub(crate) async fn wheel(browser: &Browser, at: (f64, f64), dy: f64) {
    let more = json!({ "deltaX": 0, "deltaY": dy, "button": "none", "buttons": 0, "clickCount": 0 });
    mouse(browser, "mouseWheel", at, more).await;
    browser.run(DRAWN, &[]).await.unwrap();
}

/// The picture that a log of events leaves natively; none without such an API.
pub(crate) fn replayed(document: &Document, api: Api, log: &str) -> Option<Vec<u8>> {
    let mut session = match Headless::open(api, &header(document), Settings::default()) {
        Ok(session) => session,
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            return None;
        }
    };
    let interpreter = session.interpreter().unwrap();
    let mut log = EventLog::parse(log).unwrap();
    let frames = document.items.iter().filter_map(|item| match item {
        Item::Frame { frame, .. } => Some(frame),
        _ => None,
    });
    for (number, frame) in (0..).zip(frames) {
        log.replay_before(interpreter, number);
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    }
    log.replay_rest(interpreter);
    assert!(interpreter.take_diagnostics().is_empty());
    Some(session.picture().unwrap().2)
}

/// A view of 256 pixels in the middle of a page that can be scrolled; `globalThis.shot` gives its pixels.
pub(crate) const OPEN: &str = "document.body.style.height = '4000px';
    globalThis.view = await open({ webgl: args[0] });
    view.canvas.style = 'width: 256px; display: block';
    view.canvas.tabIndex = 0;
    globalThis.heard = [];
    view.addEventListener('event', ({ detail }) => heard.push(detail));
    globalThis.stop = view.recordEvents();
    await view.load(args[1]);
    globalThis.shot = () => base64(view.pixels().data);
    await new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
    const box = view.canvas.getBoundingClientRect();
    return [box.left, box.top, view.webgl];";

#[tokio::test]
async fn a_person_moves_a_recording_and_the_log_does_it_again() {
    for (angle, webgl) in EVERYWHERE {
        let Some(stage) = Stage::open(angle).await else { return };
        let document = example("pan-and-zoom");
        stage.files.put("/wave.glir", file(&document));
        let opened = stage.run(OPEN, &[json!(webgl), json!("/wave.glir")]).await;
        assert_eq!(opened[2], webgl);
        let (left, top) = (opened[0].as_f64().unwrap(), opened[1].as_f64().unwrap());
        let at = |x: f64, y: f64| (left + x, top + y);
        let shot = async || decoded(&stage.run(&format!("{DRAWN} return shot();"), &[]).await);
        let home = shot().await;

        drag(&stage.browser, at(120.0, 100.0), at(200.0, 140.0), 0).await;
        let dragged = shot().await;
        assert!(differing(&home, &dragged) > 100, "{angle}, WebGL {webgl}: a drag pans");
        wheel(&stage.browser, at(64.0, 64.0), -300.0).await;
        let zoomed = shot().await;
        assert!(differing(&dragged, &zoomed) > 100, "{angle}, WebGL {webgl}: the wheel zooms");
        stage.browser.press("\u{e014}+z").await.unwrap();
        let pressed = shot().await;
        assert!(differing(&zoomed, &pressed) > 100, "{angle}, WebGL {webgl}: keys move it");
        drag(&stage.browser, at(30.0, 30.0), at(220.0, 180.0), 8).await;
        let boxed = shot().await;
        assert!(differing(&pressed, &boxed) > 100, "{angle}, WebGL {webgl}: a box zooms");
        stage.shoot(&format!("moved-{angle}-{webgl}")).await;

        let told = stage
            .run(
                "const log = stop();
                 const again = await open({ webgl: args[0] });
                 await again.load('/wave.glir');
                 await again.replay(log);
                 const same = base64(again.pixels().data) === shot();
                 again.close();
                 return { log, same, heard: heard.map((event) => [event.name, event.action, event.key]), scrolled: scrollY, faults };",
                &[json!(webgl)],
            )
            .await;
        assert_eq!((&told["same"], &told["faults"]), (&json!(true), &json!([])), "{angle}, WebGL {webgl}");
        assert_eq!(told["scrolled"], 0, "a wheel that zooms does not scroll the page");
        // What no signal takes is the page's to hear: here movements without a button, and a key of no use.
        let heard = told["heard"].as_array().unwrap();
        assert!(heard.contains(&json!(["KEY", "down", "z"])), "{heard:?}");
        let taken = |event: &&Value| {
            let pressed = event[1] == "down";
            event[0] == "WHEEL"
                || pressed && (event[0] == "POINTER" || event[2] == "ArrowRight" || event[2] == "+")
        };
        assert_eq!(heard.iter().find(taken), None);
        if angle == Angle::GlEgl {
            let api = if webgl == 1 { Api::Gles2 } else { Api::Gles3 };
            if let Some(native) = replayed(&document, api, told["log"].as_str().unwrap()) {
                assert_eq!(differing(&native, &boxed), 0, "native replay differs on WebGL {webgl}");
            }
        }
        // Home brings it back to where it began.
        stage.browser.press("\u{e011}").await.unwrap();
        assert_eq!(differing(&shot().await, &home), 0);
        stage.quiet().await;
    }
}

#[tokio::test]
async fn two_fingers_zoom_and_the_page_stays() {
    let Some(stage) = Stage::open_with(Angle::GlEgl, &["--touch-events=enabled"]).await else { return };
    stage.files.put("/wave.glir", file(&example("pan-and-zoom")));
    let opened = stage.run(OPEN, &[json!(0), json!("/wave.glir")]).await;
    let (left, top) = (opened[0].as_f64().unwrap(), opened[1].as_f64().unwrap());
    let touch = async |kind: &str, points: &[(f64, f64)]| {
        let points: Vec<Value> =
            (0..).zip(points).map(|(id, (x, y))| json!({ "x": left + x, "y": top + y, "id": id })).collect();
        stage
            .browser
            .devtools("Input.dispatchTouchEvent", json!({ "type": kind, "touchPoints": points }))
            .await
            .unwrap();
        stage.run(DRAWN, &[]).await;
    };
    let before = decoded(&stage.run("return shot();", &[]).await);
    touch("touchStart", &[(118.0, 128.0)]).await;
    touch("touchStart", &[(118.0, 128.0), (138.0, 128.0)]).await;
    touch("touchMove", &[(98.0, 128.0), (158.0, 128.0)]).await;
    touch("touchMove", &[(88.0, 128.0), (168.0, 128.0)]).await;
    touch("touchEnd", &[]).await;
    let told = stage
        .run(
            "return { shot: shot(), log: stop(), touch: view.canvas.style.touchAction, scrolled: scrollY };",
            &[],
        )
        .await;
    assert!(differing(&before, &decoded(&told["shot"])) > 100);
    assert_eq!((&told["touch"], &told["scrolled"]), (&json!("none"), &json!(0)));
    // The fingers went from 20 to 80 pixels apart: what is seen is a quarter, around their middle.
    let text = file_text("pan-and-zoom");
    let mut session = glir_core::Interpreter::new(
        glir_core::NullBackend::new(glir_spec::Target::Gles3),
        &header(&text),
        Settings::default(),
    )
    .unwrap_or_else(|refused| panic!("{}", refused.0));
    let Some(Item::Frame { frame, .. }) = text.items.get(1) else { panic!("a frame") };
    session.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    EventLog::parse(told["log"].as_str().unwrap()).unwrap().replay_rest(&mut session);
    let seen = session.signals().value(1).unwrap().numbers().to_vec();
    for (found, wanted) in seen.iter().zip([3.75, -0.3, 6.25, 0.3]) {
        assert!((found - wanted).abs() < 0.1, "{seen:?}");
    }
    stage.quiet().await;
}

fn file_text(name: &str) -> Document {
    first_frames(&example(name), 1)
}

/// A lost context, another frame, a loop: what a person has moved stays moved.
#[tokio::test]
async fn what_was_moved_stays_moved() {
    for (angle, webgl) in EVERYWHERE {
        let Some(stage) = Stage::open(angle).await else { return };
        let mut document = example("pan-and-zoom");
        let again = parse("[\"GLIR\"]\n[\"RUN\", 1]\n[\"SWAP\"]\n[\"RUN\", 1]\n[\"SWAP\"]\n").unwrap();
        document.items.extend(again.items.into_iter().skip(1));
        stage.files.put("/wave.glir", file(&document));
        let opened = stage.run(OPEN, &[json!(webgl), json!("/wave.glir")]).await;
        let (left, top) = (opened[0].as_f64().unwrap(), opened[1].as_f64().unwrap());
        drag(&stage.browser, (left + 100.0, top + 100.0), (left + 180.0, top + 60.0), 0).await;
        let told = stage
            .run(
                "const next = () => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)));
                 await next();
                 const shots = [shot()];
                 await view.seek(2);
                 await next();
                 shots.push(shot());
                 await view.seek(0);
                 await next();
                 shots.push(shot());
                 const back = await lose(view);
                 await back('paused');
                 await next();
                 shots.push(shot());
                 return { same: shots.map((other) => other === shots[0]), faults: faults.filter(({ severity }) => severity !== 'warning') };",
                &[],
            )
            .await;
        assert_eq!(told, json!({ "same": [true, true, true, true], "faults": [] }), "{angle}, WebGL {webgl}");
    }
}

/// A stream with an input `canvas_size` has the pixels that it is shown with.
#[tokio::test]
async fn a_canvas_takes_the_size_that_it_is_shown_at() {
    let Some(stage) = Stage::open(Angle::GlEgl).await else { return };
    let mut document = example("pan-and-zoom");
    let sized = parse("[\"GLIR\"]\n[\"INPUT\", 9, \"canvas_size\"]\n[\"RUN\", 1]\n[\"SWAP\"]\n").unwrap();
    document.items.extend(sized.items.into_iter().skip(1));
    stage.files.put("/wave.glir", file(&document));
    let told = stage
        .run(
            "const next = () => new Promise((go) => setTimeout(go, 150));
             const view = await open();
             view.canvas.style = 'width: 200px; height: 120px; display: block';
             await view.load('/wave.glir');
             await view.seek(1);
             await next();
             const first = [view.canvas.width, view.canvas.height];
             view.canvas.style = 'width: 150px; height: 90px; display: block';
             await next();
             const { data } = view.pixels();
             return { first, second: [view.canvas.width, view.canvas.height], filled: data[3], faults };",
            &[],
        )
        .await;
    assert_eq!(told, json!({ "first": [200, 120], "second": [150, 90], "filled": 255, "faults": [] }));
    stage.quiet().await;
}

/// An exported page, opened from a file: it moves by the pointer, and by the keyboard alone.
#[tokio::test]
async fn an_exported_page_moves_without_a_producer() {
    let page = Page::new().title("A wave");
    let Some(exported) = Exported::new(page, &file(&example("pan-and-zoom"))) else { return };
    for angle in Angle::ALL {
        let Some(browser) = Browser::start(angle).await.unwrap() else { return };
        browser.open(&exported.url()).await.unwrap();
        let script = "while (!(globalThis.glir?.page?.view?.frame >= 0)) await new Promise((go) => setTimeout(go, 10));
             await new Promise((go) => setTimeout(go, 100));
             globalThis.shot = () => btoa(String.fromCharCode(...glir.page.view.pixels().data));
             const canvas = document.querySelector('glir-view').shadowRoot.querySelector('canvas');
             const box = canvas.getBoundingClientRect();
             return [box.left, box.top, box.width, box.height];";
        let place = browser.run(script, &[]).await.unwrap();
        let number = |index: usize| place[index].as_f64().unwrap();
        let at = |x: f64, y: f64| (number(0) + x * number(2), number(1) + y * number(3));
        let shot = async || decoded(&browser.run(&format!("{DRAWN} return shot();"), &[]).await.unwrap());
        let home = shot().await;
        drag(&browser, at(0.4, 0.5), at(0.7, 0.4), 0).await;
        let dragged = shot().await;
        assert!(differing(&home, &dragged) > 100);
        wheel(&browser, at(0.2, 0.2), -240.0).await;
        assert!(differing(&dragged, &shot().await) > 100);
        if let Some(shots) = std::env::var_os("GLIR_SHOTS") {
            let picture = browser.screenshot().await.unwrap();
            std::fs::write(std::path::Path::new(&shots).join(format!("exported-{angle}.png")), picture)
                .unwrap();
        }
        // By the keyboard alone: Tab leads to the canvas, keys move it, Tab leads out again.
        browser.run("document.activeElement?.blur(); getSelection().removeAllRanges();", &[]).await.unwrap();
        browser.press("\u{e011}").await.unwrap();
        browser
            .run("document.querySelector('glir-view').shadowRoot.querySelector('canvas').focus();", &[])
            .await
            .unwrap();
        browser.press("\u{e011}").await.unwrap();
        assert_eq!(differing(&shot().await, &home), 0, "Home goes back");
        browser.press("\u{e012}\u{e012}+").await.unwrap();
        assert!(differing(&home, &shot().await) > 100, "arrows and + move it");
        assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
    }
}
