//! The element `<glir-view>`: states, keys, controls, words.

use crate::support::{Stage, example, file};
use glir_browser::Angle;
use serde_json::json;

/// Space, arrows, Home and End in WebDriver's numbering.
const SPACE: &str = " ";
const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const HOME: &str = "\u{e011}";
const END: &str = "\u{e010}";
const TAB: &str = "\u{e004}";

/// Puts HTML on the page and waits until its view has a frame or has failed.
pub(crate) const SHOW: &str = "document.body.innerHTML = args[0];
    const element = document.querySelector('glir-view');
    globalThis.element = element;
    globalThis.inside = (selector) => element.shadowRoot.querySelector(selector);
    for (let turn = 0; turn < 400; turn++) {
      const state = element.view?.state;
      if (state && state !== 'loading' && state !== 'empty' && state !== 'connecting') break;
      if (inside('.say').dataset.kind === 'failed') break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return element.view?.state ?? null;";

async fn stage(angle: Angle) -> Option<Stage> {
    let stage = Stage::open(angle).await?;
    for name in ["animation", "indexed-cube"] {
        stage.files.put(&format!("/{name}.glir"), file(&example(name)));
    }
    Some(stage)
}

#[tokio::test]
async fn keys_play_and_step() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let html = "<button id=before>before</button><glir-view src='/animation.glir' controls label='A fan'></glir-view><button id=after>after</button>";
    assert_eq!(stage.run(SHOW, &[json!(html)]).await, "paused");
    let frame = "return element.view.frame";
    stage.run("document.getElementById('before').focus()", &[]).await;
    stage.browser.press(TAB).await.unwrap();
    let focused = "return [document.activeElement.localName, element.shadowRoot.activeElement?.localName]";
    assert_eq!(stage.run(focused, &[]).await, json!(["glir-view", "canvas"]));
    stage.shoot("element-focus").await;
    for (key, wanted) in [(RIGHT, 1), (RIGHT, 2), (RIGHT, 2), (LEFT, 1), (END, 2), (HOME, 0)] {
        press(&stage, key).await;
        assert_eq!(stage.run(frame, &[]).await, wanted, "after {key:?}");
    }
    press(&stage, SPACE).await;
    let ended = "for (let turn = 0; turn < 200 && element.view.state !== 'ended'; turn++) await new Promise((go) => setTimeout(go, 10));
        return [element.view.state, element.view.frame, inside('.play').textContent, inside('input').value, inside('output').textContent];";
    assert_eq!(stage.run(ended, &[]).await, json!(["ended", 2, "Play", "2", "3 / 3"]));
    // Tab leads on through the controls and out.
    let controls = [
        "button", "input", "button", "button", "button", "button", "button", "button", "button", "select",
        "button",
    ];
    for wanted in controls {
        stage.browser.press(TAB).await.unwrap();
        assert_eq!(stage.run(focused, &[]).await, json!(["glir-view", wanted]));
    }
    stage.browser.press(TAB).await.unwrap();
    assert_eq!(stage.run("return document.activeElement.id", &[]).await, "after");
    let words = stage
        .run(
            "const canvas = inside('canvas');
             return [canvas.getAttribute('aria-label'), canvas.getAttribute('role'), inside('.bar').getAttribute('role'),
               inside('.stage').getAttribute('aria-busy'), inside('input').getAttribute('aria-valuetext')];",
            &[],
        )
        .await;
    assert_eq!(words, json!(["A fan", "img", "group", "false", "Frame 3 of 3"]));
    stage.quiet().await;
}

/// Presses a key on the element's canvas.
pub(crate) async fn press(stage: &Stage, key: &str) {
    use fantoccini::actions::{InputSource as _, KeyAction, KeyActions};
    let value = key.chars().next().unwrap();
    let actions =
        KeyActions::new("keys".to_owned()).then(KeyAction::Down { value }).then(KeyAction::Up { value });
    stage.browser.client().perform_actions(actions).await.unwrap();
}

#[tokio::test]
async fn what_stands_inside_is_shown_until_there_is_a_picture() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let visible = "return getComputedStyle(inside('slot')).display !== 'none'";
    let html = "<glir-view src='/missing.glir'><p>A picture.</p></glir-view>";
    assert_eq!(stage.run(SHOW, &[json!(html)]).await, "failed");
    assert_eq!(stage.run(visible, &[]).await, true);
    let said = stage
        .run("return [inside('.say').hidden, inside('.say').getAttribute('role'), inside('.say span').textContent]", &[])
        .await;
    assert_eq!((&said[0], &said[1]), (&json!(false), &json!("alert")));
    assert!(said[2].as_str().unwrap().contains("404"), "{said}");
    stage.shoot("element-failed").await;
    // Another source heals it.
    stage.run("element.setAttribute('src', '/indexed-cube.glir'); await new Promise((go) => setTimeout(go, 500));", &[]).await;
    assert_eq!(stage.run(visible, &[]).await, false);
    assert_eq!(
        stage.run("return [element.view.state, inside('.say').hidden]", &[]).await,
        json!(["ended", true])
    );
    stage.shoot("element-healed").await;
    let complaints = stage.browser.complaints().await.unwrap();
    assert!(complaints.iter().all(|line| line.contains("/missing.glir")), "{complaints:?}");
}

#[tokio::test]
async fn without_webgl_it_says_so_and_keeps_what_stands_inside() {
    let flags = ["--disable-gpu", "--disable-3d-apis"];
    let Some(stage) = Stage::open_with(Angle::SwiftShader, &flags).await else { return };
    stage.files.put("/animation.glir", file(&example("animation")));
    let html = "<glir-view src='/animation.glir'><p>A picture.</p></glir-view>";
    stage.run(SHOW, &[json!(html)]).await;
    let said = stage.run("return [inside('.say').dataset.kind, inside('.say span').textContent]", &[]).await;
    assert_eq!(said[0], "failed");
    assert!(said[1].as_str().unwrap().contains("WebGL"), "{said}");
    assert_eq!(stage.run("return getComputedStyle(inside('slot')).display", &[]).await, "block");
    // Programs are told too, and of another source the same is said again.
    let again = stage
        .run(
            "const state = element.getAttribute('data-state');
             const told = [];
             element.addEventListener('diagnostic', ({ detail }) => told.push(detail.severity));
             element.setAttribute('src', '/indexed-cube.glir');
             for (let turn = 0; turn < 400 && !told.length; turn++) await new Promise((go) => setTimeout(go, 10));
             await new Promise((go) => setTimeout(go, 50));
             return { state, told, kind: inside('.say').dataset.kind, hidden: inside('.say').hidden };",
            &[],
        )
        .await;
    assert_eq!(again, json!({ "state": "failed", "told": ["fatal"], "kind": "failed", "hidden": false }));
    stage.shoot("element-no-webgl").await;
}

#[tokio::test]
async fn moved_it_stays_and_removed_it_lets_go() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let html = "<glir-view src='/animation.glir'></glir-view><div></div>";
    assert_eq!(stage.run(SHOW, &[json!(html)]).await, "paused");
    let result = stage
        .run(
            "const view = element.view;
             document.querySelector('div').append(element);
             await new Promise((go) => setTimeout(go, 50));
             const same = element.view === view;
             element.remove();
             await new Promise((go) => setTimeout(go, 50));
             const gone = element.view === null;
             document.body.append(element);
             for (let turn = 0; turn < 200 && element.view?.frame !== 0; turn++) await new Promise((go) => setTimeout(go, 10));
             return { same, gone, back: element.view.frame };",
            &[],
        )
        .await;
    assert_eq!(result, json!({ "same": true, "gone": true, "back": 0 }));
    stage.quiet().await;
}

#[tokio::test]
async fn it_fits_its_place_and_follows_colour_schemes() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let html = "<div style='width: 300px'><glir-view src='/animation.glir' controls></glir-view></div>
        <div style='width: 400px; height: 150px; background: #ddd'><glir-view src='/indexed-cube.glir' fill></glir-view></div>
        <div style='width: 500px; color-scheme: dark; background: #141416'><glir-view src='/missing.glir' controls></glir-view></div>";
    stage.run(SHOW, &[json!(html)]).await;
    let sizes = stage
        .run(
            "await new Promise((go) => setTimeout(go, 500));
             return [...document.querySelectorAll('glir-view')].slice(0, 2).map((element) => {
               const box = element.shadowRoot.querySelector('canvas').getBoundingClientRect();
               return [Math.round(box.width), Math.round(box.height)];
             });",
            &[],
        )
        .await;
    stage.shoot("element-places").await;
    // Never larger than the picture itself, unless it is to fill its place.
    assert_eq!(sizes, json!([[64, 64], [400, 150]]));
}

#[tokio::test]
async fn loading_is_shown_and_told() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    // A server that sends half and waits.
    let result = stage
        .run(
            "await glir.ready();
             const bytes = new Uint8Array(await (await fetch('/animation.glir')).arrayBuffer());
             let more;
             globalThis.fetch = async () => new Response(
               new ReadableStream({ start: (controller) => { more = controller; controller.enqueue(bytes.slice(0, 100)); } }),
               { headers: { 'content-length': String(bytes.length) } });
             document.body.innerHTML = '<glir-view src=/slow.glir label=Slow><p>A picture will stand here.</p></glir-view>';
             const element = document.querySelector('glir-view');
             globalThis.inside = (selector) => element.shadowRoot.querySelector(selector);
             globalThis.element = element;
             const told = () => ({ state: element.view?.state ?? null, busy: inside('.stage').getAttribute('aria-busy'),
               seen: getComputedStyle(inside('.wait')).visibility, value: inside('progress').position });
             const first = told();
             for (let turn = 0; turn < 400 && !(inside('progress').position > 0); turn++) await new Promise((go) => setTimeout(go, 10));
             await new Promise((go) => setTimeout(go, 500));
             globalThis.finish = async () => {
               more.enqueue(bytes.slice(100));
               more.close();
               for (let turn = 0; turn < 400 && element.view.state === 'loading'; turn++) await new Promise((go) => setTimeout(go, 10));
               await new Promise((go) => setTimeout(go, 300));
               return told();
             };
             return { first, half: told(), share: 100 / bytes.length };",
            &[],
        )
        .await;
    stage.shoot("element-loading").await;
    assert_eq!((&result["first"]["busy"], &result["first"]["seen"]), (&json!("true"), &json!("visible")));
    let half = &result["half"];
    assert_eq!(
        (&half["state"], &half["busy"], &half["seen"]),
        (&json!("loading"), &json!("true"), &json!("visible"))
    );
    let (value, share) = (half["value"].as_f64().unwrap(), result["share"].as_f64().unwrap());
    assert!((value - share).abs() < 0.01, "{value} of {share}");
    let done = stage.run("return finish()", &[]).await;
    assert_eq!(
        (&done["state"], &done["busy"], &done["seen"]),
        (&json!("paused"), &json!("false"), &json!("hidden"))
    );
    stage.quiet().await;
}

#[tokio::test]
async fn the_focus_is_seen_and_words_can_be_read() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    for scheme in ["light", "dark"] {
        let html = format!(
            "<style>:root {{ color-scheme: {scheme}; background: {} }}</style><button id=before>before</button>
             <glir-view src='/animation.glir' controls></glir-view><glir-view src='/missing.glir'></glir-view>",
            if scheme == "light" { "#fbfbfc" } else { "#141416" }
        );
        assert_eq!(stage.run(SHOW, &[json!(html)]).await, "paused");
        stage.run("document.getElementById('before').focus()", &[]).await;
        for part in ["canvas", "button", "input"] {
            stage.browser.press(TAB).await.unwrap();
            let outline = stage
                .run(
                    "const { outlineStyle, outlineWidth } = getComputedStyle(element.shadowRoot.activeElement);
                     return [element.shadowRoot.activeElement.localName, outlineStyle, parseFloat(outlineWidth)];",
                    &[],
                )
                .await;
            assert_eq!(outline, json!([part, "solid", 3]), "{scheme}");
        }
        stage.shoot(&format!("element-{scheme}")).await;
        // WCAG 2: 4.5 for text, 3 for the edges of controls and the ring.
        let contrasts = stage
            .run(
                "const other = document.querySelectorAll('glir-view')[1].shadowRoot;
                 for (let turn = 0; turn < 200 && other.querySelector('.say').hidden; turn++) await new Promise((go) => setTimeout(go, 10));
                 const light = (colour) => {
                   const [r, g, b] = colour.match(/[\\d.]+/g).map((value) => value / 255).map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
                   return 0.2126 * r + 0.7152 * g + 0.0722 * b;
                 };
                 const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((x, y) => y - x); return (x + 0.05) / (y + 0.05); };
                 const style = (root, selector) => getComputedStyle(root.querySelector(selector));
                 const page = getComputedStyle(document.documentElement).backgroundColor;
                 const [say, button, input] = [style(other, '.say'), style(element.shadowRoot, '.bar button'), element.shadowRoot.activeElement];
                 return { said: contrast(say.color, say.backgroundColor), button: contrast(button.color, button.backgroundColor),
                   count: contrast(style(element.shadowRoot, 'output').color, page),
                   edge: contrast(button.borderTopColor, button.backgroundColor), ring: contrast(getComputedStyle(input).outlineColor, page) };",
                &[],
            )
            .await;
        for (name, least) in [("said", 4.5), ("button", 4.5), ("count", 4.5), ("edge", 3.0), ("ring", 3.0)] {
            assert!(contrasts[name].as_f64().unwrap() >= least, "{scheme}: {name} of {contrasts}");
        }
        stage.reload().await;
    }
}

#[tokio::test]
async fn a_high_picture_stays_inside_the_place_it_fills() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let text = "[\"GLIR\", {\"width\": 100, \"height\": 900}]\n[\"STATE\", {\"clear_color\": [0, 0.4, 0.7, 1]}]\n[\"CLEAR\", [\"color\"]]\n[\"DELETE\", 9]\n[\"SWAP\"]\n";
    stage.files.put("/high.glir", file(&glir_core::text::parse(text).unwrap()));
    let html = "<style>body { margin: 0; height: 100vh; display: flex; flex-direction: column } glir-view { flex: 1; min-height: 0 }</style>
        <h1>A title</h1><glir-view src='/high.glir' fill controls></glir-view>";
    for (width, height) in [(1280, 800), (420, 700)] {
        stage.browser.resize(width, height).await.unwrap();
        assert_eq!(stage.run(SHOW, &[json!(html)]).await, "ended");
        let result = stage
            .run(
                "await new Promise((go) => setTimeout(go, 200));
                 const bottom = (selector) => inside(selector).getBoundingClientRect().bottom;
                 return { canvas: bottom('canvas'), say: bottom('.say'), high: innerHeight, scrolls: document.documentElement.scrollHeight > innerHeight + 1,
                   wide: document.documentElement.scrollWidth > innerWidth, seen: !inside('.say').hidden };",
                &[],
            )
            .await;
        stage.shoot(&format!("element-high-{width}")).await;
        assert_eq!(
            (&result["scrolls"], &result["wide"], &result["seen"]),
            (&json!(false), &json!(false), &json!(true)),
            "{result}"
        );
        let high = result["high"].as_f64().unwrap();
        for part in ["canvas", "say"] {
            assert!(result[part].as_f64().unwrap() <= high, "{part} in {result}");
        }
    }
    stage.quiet().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_told() {
    let Some(stage) = stage(Angle::SwiftShader).await else { return };
    for (attribute, address) in [("src", "http://[none/"), ("ws", "ws://[none/"), ("ws", "mailto:nobody")] {
        let html = format!("<glir-view {attribute}='{address}'></glir-view>");
        assert_eq!(stage.run(SHOW, &[json!(html)]).await, "failed", "{address}");
        let told = stage
            .run(
                "return { state: element.dataset.state, said: inside('.say span').textContent, hidden: inside('.say').hidden,
                   told: element.view.diagnostics.map(({ severity }) => severity), busy: inside('.stage').getAttribute('aria-busy') };",
                &[],
            )
            .await;
        assert_eq!(
            (&told["state"], &told["hidden"], &told["told"], &told["busy"]),
            (&json!("failed"), &json!(false), &json!(["fatal"]), &json!("false")),
            "{address}: {told}"
        );
        assert!(told["said"].as_str().unwrap().len() > 20, "{told}");
    }
}

#[tokio::test]
async fn the_first_frame_is_shown_while_the_rest_is_on_its_way() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let result = stage
        .run(
            "await glir.ready();
             const bytes = new Uint8Array(await (await fetch('/animation.glir')).arrayBuffer());
             globalThis.fetch = async () => new Response(
               new ReadableStream({ start: (controller) => controller.enqueue(bytes.slice(0, bytes.length - 64)) }),
               { headers: { 'content-length': String(bytes.length) } });
             document.body.innerHTML = '<glir-view src=/slow.glir><p>A picture will stand here.</p></glir-view>';
             const element = document.querySelector('glir-view');
             for (let turn = 0; turn < 400 && !element.hasAttribute('data-ready'); turn++) await new Promise((go) => setTimeout(go, 10));
             await new Promise((go) => setTimeout(go, 100));
             const inside = (selector) => element.shadowRoot.querySelector(selector);
             return { state: element.view.state, frame: element.view.frame, ready: element.hasAttribute('data-ready'),
               width: inside('canvas').width, waiting: getComputedStyle(inside('.wait')).visibility };",
            &[],
        )
        .await;
    stage.shoot("element-first-frame").await;
    assert_eq!(
        result,
        json!({ "state": "loading", "frame": 0, "ready": true, "width": 64, "waiting": "hidden" })
    );
    stage.quiet().await;
}

#[tokio::test]
async fn attributes_that_change_later_count() {
    let Some(stage) = stage(Angle::GlEgl).await else { return };
    let html = "<glir-view src='/animation.glir'><p>Nothing is shown.</p></glir-view>";
    assert_eq!(stage.run(SHOW, &[json!(html)]).await, "paused");
    let result = stage
        .run(
            "const wait = async (condition) => {
               for (let turn = 0; turn < 300 && !condition(); turn++) await new Promise((go) => setTimeout(go, 10));
               return condition();
             };
             element.toggleAttribute('loop', true);
             element.toggleAttribute('autoplay', true);
             let begun = 0;
             element.addEventListener('frame', ({ detail }) => void (begun += detail.frame === 0));
             const loops = await wait(() => begun > 1 && element.view.state === 'playing');
             element.toggleAttribute('loop', false);
             const ends = await wait(() => element.view.state === 'ended');
             element.removeAttribute('src');
             const empty = element.view.state === 'empty' && element.view.frames === 0 && !element.hasAttribute('data-ready');
             const slot = getComputedStyle(inside('slot')).display;
             const busy = inside('.stage').getAttribute('aria-busy');
             element.setAttribute('src', '/animation.glir');
             const again = await wait(() => element.view.state === 'ended' && element.hasAttribute('data-ready'));
             return { loops, ends, empty, slot, busy, again };",
            &[],
        )
        .await;
    assert_eq!(
        result,
        json!({ "loops": true, "ends": true, "empty": true, "slot": "block", "busy": "false", "again": true })
    );
    stage.quiet().await;
}
