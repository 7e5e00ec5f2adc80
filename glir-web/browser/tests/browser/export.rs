//! Exported pages: one file, no network, a strict policy, and a polite word where something is missing.

use crate::support::{Exported, differing, example, file, native, png};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use glir_browser::{Angle, Browser};
use glir_export::Page;
use glir_native::Api;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Waits until the page's view is done with its tags.
const SETTLED: &str = "const inside = (selector) => document.querySelector('glir-view').shadowRoot?.querySelector(selector);
    for (let turn = 0; turn < 1000; turn++) {
      const state = globalThis.glir?.page.view?.state;
      if (state && state !== 'loading' && state !== 'empty') break;
      if (!document.getElementById('trouble').hidden || inside('.say')?.dataset.kind === 'failed') break;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const { view } = glir.page;
    let text = '';
    for (const byte of view?.pixels().data ?? []) text += String.fromCharCode(byte);
    return { state: view?.state ?? null, frames: view?.frames ?? 0, pixels: btoa(text), faults: view?.diagnostics ?? [],
      scripts: document.querySelectorAll('script').length, trouble: document.getElementById('trouble').textContent, said: inside('.say span')?.textContent ?? '',
      heading: document.querySelector('h1').textContent, poster: document.querySelector('glir-view img')?.naturalWidth ?? null };";

/// The native picture of an example as a PNG.
fn poster(name: &str) -> Vec<u8> {
    let (width, height, pixels) = native(&example(name), Api::Gles3).unwrap_or((2, 2, vec![255; 16]));
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

async fn quiet(browser: &Browser) {
    assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn a_page_opens_from_a_file_and_equals_native() {
    let poster = poster("indexed-cube");
    let page = Page::new().title("A cube & <its> \"colours\"").poster(&poster);
    let Some(exported) = Exported::new(page, &file(&example("indexed-cube"))) else { return };
    for angle in Angle::ALL {
        let Some(browser) = Browser::start(angle).await.unwrap() else { return };
        browser.open(&exported.url()).await.unwrap();
        let result = browser.run(SETTLED, &[]).await.unwrap();
        assert_eq!(
            (&result["state"], &result["faults"], &result["trouble"]),
            (&json!("ended"), &json!([]), &json!(""))
        );
        assert_eq!(result["heading"], "A cube & <its> \"colours\"");
        // The tags have left the page; only the player stays.
        assert_eq!(result["scripts"], 1);
        if angle == Angle::GlEgl
            && let Some((_, _, native)) = native(&example("indexed-cube"), Api::Gles3)
        {
            assert_eq!(differing(&pixels(&result), &native), 0);
        }
        shoot(&browser, &format!("export-{angle}")).await;
        quiet(&browser).await;
    }
}

fn pixels(result: &Value) -> Vec<u8> {
    BASE64_STANDARD.decode(result["pixels"].as_str().unwrap()).unwrap()
}

async fn shoot(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("GLIR_SHOTS") {
        let picture = browser.screenshot().await.unwrap();
        std::fs::write(PathBuf::from(folder).join(format!("{name}.png")), picture).unwrap();
    }
}

#[tokio::test]
async fn a_recording_has_controls_and_plays() {
    let Some(exported) = Exported::new(Page::new().title("A fan"), &file(&example("animation"))) else {
        return;
    };
    let Some(browser) = Browser::start(Angle::GlEgl).await.unwrap() else { return };
    browser.open(&exported.url()).await.unwrap();
    let result = browser.run(SETTLED, &[]).await.unwrap();
    assert_eq!((&result["state"], &result["frames"]), (&json!("paused"), &json!(3)));
    let hidden = "return document.querySelector('glir-view').shadowRoot.querySelector('.bar').hidden";
    assert_eq!(browser.run(hidden, &[]).await.unwrap(), false);
    shoot(&browser, "export-animation").await;
    quiet(&browser).await;
}

#[tokio::test]
async fn nothing_else_runs_in_a_page() {
    let Some(exported) = Exported::new(Page::new().title("A fan"), &file(&example("animation"))) else {
        return;
    };
    let text = exported.text();
    let foreign = "<script>globalThis.evil = 1</script><img src=\"http://127.0.0.1:9/x.png\" onerror=\"globalThis.evil = 2\"></body>";
    std::fs::write(exported.path(), text.replace("</body>", foreign)).unwrap();
    let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
    browser.open(&exported.url()).await.unwrap();
    assert_eq!(browser.run(SETTLED, &[]).await.unwrap()["state"], "paused");
    let blocked = "let refused = false;
        try { await fetch('http://127.0.0.1:9/'); } catch { refused = true; }
        return { evil: globalThis.evil ?? null, refused };";
    assert_eq!(browser.run(blocked, &[]).await.unwrap(), json!({ "evil": null, "refused": true }));
    let complaints = browser.complaints().await.unwrap();
    assert!(
        complaints.len() >= 3 && complaints.iter().all(|line| line.contains("Content Security Policy")),
        "{complaints:?}"
    );
}

#[tokio::test]
async fn without_webgl_or_scripts_the_poster_stays() {
    let poster = poster("animation");
    let Some(exported) =
        Exported::new(Page::new().title("A fan").poster(&poster), &file(&example("animation")))
    else {
        return;
    };
    let flags = ["--disable-gpu", "--disable-3d-apis"];
    let Some(browser) = Browser::start_with(Angle::SwiftShader, &flags).await.unwrap() else { return };
    browser.open(&exported.url()).await.unwrap();
    let result = browser.run(SETTLED, &[]).await.unwrap();
    let (width, ..) = png(&poster);
    assert_eq!(result["poster"], width);
    let said = result["said"].as_str().unwrap();
    assert!(said.contains("WebGL") && said.ends_with("You see a picture instead."), "{said}");
    assert_eq!(result["trouble"], "");
    shoot(&browser, "export-no-webgl").await;
    drop(browser);

    let flags = ["--blink-settings=scriptEnabled=false"];
    let Some(browser) = Browser::start_with(Angle::SwiftShader, &flags).await.unwrap() else { return };
    browser.open(&exported.url()).await.unwrap();
    shoot(&browser, "export-no-script").await;
}

#[tokio::test]
async fn damaged_data_is_told() {
    let Some(exported) = Exported::new(Page::new().title("A fan").plain(), &file(&example("animation")))
    else {
        return;
    };
    let text = exported.text();
    let start = text.find("data-kind=\"glir\">").unwrap() + 17;
    let damage = [
        (
            "base64",
            "a part of its data is damaged",
            format!("{}!{}", &text[..start + 200], &text[start + 201..]),
        ),
        ("bytes", "is damaged", format!("{}AAAA{}", &text[..start + 400], &text[start + 404..])),
        ("cut", "the end of the page is missing", text[..start + 801].to_owned()),
    ];
    for (name, word, damaged) in damage {
        std::fs::write(exported.path(), damaged).unwrap();
        let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        browser.open(&exported.url()).await.unwrap();
        let result = browser.run(SETTLED, &[]).await.unwrap();
        let shown = browser
            .run(
                "const say = document.querySelector('glir-view').shadowRoot.querySelector('.say');
                 return say.hidden ? document.getElementById('trouble').textContent : say.textContent;",
                &[],
            )
            .await
            .unwrap();
        let shown = shown.as_str().unwrap();
        assert!(shown.contains(word), "{name}: {shown} {result}");
        assert_eq!(result["trouble"], "", "the element says it");
        let severity = &result["faults"][0]["severity"];
        assert_eq!(severity, if name == "bytes" { "error" } else { "fatal" }, "{result}");
        shoot(&browser, &format!("export-damaged-{name}")).await;
        quiet(&browser).await;
    }
}

#[tokio::test]
async fn a_page_without_player_or_module_says_so() {
    let Some(exported) = Exported::new(Page::new().title("A fan").plain(), &file(&example("animation")))
    else {
        return;
    };
    let text = exported.text();
    for (kind, word) in [("player", "no player"), ("wasm", "no WebAssembly module")] {
        // The tag and the script that takes it.
        let marked = text.find(&format!("data-kind=\"{kind}\"")).unwrap();
        let start = text[..marked].rfind("<script").unwrap();
        let end = (0..2).fold(start, |at, _| at + text[at..].find("</script>").unwrap() + 9);
        std::fs::write(exported.path(), format!("{}{}", &text[..start], &text[end..])).unwrap();
        let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
        browser.open(&exported.url()).await.unwrap();
        let said = browser
            .run(
                "const trouble = document.getElementById('trouble');
                 for (let turn = 0; turn < 300 && trouble.hidden; turn++) await new Promise((go) => setTimeout(go, 10));
                 return trouble.hidden ? null : trouble.textContent;",
                &[],
            )
            .await
            .unwrap();
        assert!(said.as_str().is_some_and(|said| said.contains(word)), "{kind}: {said}");
        quiet(&browser).await;
    }
}

#[tokio::test]
async fn large_data_comes_in_tags_one_at_a_time() {
    let mut frame = glir_spec::Frame::new();
    let text = "[\"GLIR\", {\"width\": 64, \"height\": 64}]\n[\"CREATE\", 1, {\"buffer\": \"vertex\"}]\n[\"SIZE\", 1, 75497472]\n[\"CREATE\", 2, {\"buffer\": \"vertex\"}]\n";
    let document = glir_core::text::parse(text).unwrap();
    let Some(glir_core::text::Item::Frame { frame: first, .. }) = document.items.get(1) else {
        panic!("there is a frame")
    };
    let mut reader = glir_spec::wire::Reader::new(first.head());
    for _ in 0..reader.array().unwrap() {
        frame.push(glir_spec::Command::decode(&mut reader).unwrap());
    }
    // 72 MiB that no packing makes smaller.
    let mut state = 7u64;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33).to_le_bytes()
    })
    .take(72 << 17)
    .flatten()
    .collect();
    let payload = frame.payload(glir_spec::wire::Encoding::Raw, &bytes).into_owned();
    let region = glir_spec::structs::Region::Bytes { offset: 0 };
    frame.push(glir_spec::commands::Data {
        id: glir_spec::ids::ObjectId(1),
        region: region.clone(),
        payload,
    });
    // A blob that no tag can hold: 40 MiB, which the page must put together again.
    let blob = &bytes[..40 << 20];
    let mut writer = glir_core::file::Writer::new(Vec::new(), &crate::support::header(&document)).unwrap();
    let hash = writer.blob(glir_spec::wire::Encoding::Raw, blob).unwrap();
    let size =
        glir_spec::commands::Size { id: glir_spec::ids::ObjectId(2), width: 40 << 20, height: 1, depth: 1 };
    frame.push(size);
    let payload = glir_spec::wire::Payload::Blob {
        encoding: glir_spec::wire::Encoding::Raw,
        hash,
        length: blob.len() as u64,
    };
    frame.push(glir_spec::commands::Data { id: glir_spec::ids::ObjectId(2), region, payload });
    frame.push(glir_spec::commands::State {
        changes: glir_spec::state::StateChanges::new([glir_spec::state::StateField::ClearColor([
            0.0, 1.0, 0.0, 1.0,
        ])]),
    });
    frame.push(glir_spec::commands::Clear {
        planes: vec![glir_spec::enums::Plane::Color],
        attachment: None,
        value: None,
    });
    frame.push(glir_spec::commands::Swap {});
    writer.frame(&frame, 0).unwrap();
    let Some(exported) = Exported::new(Page::new().title("Much").plain(), &writer.finish().unwrap()) else {
        return;
    };
    let text = exported.text();
    let tags: Vec<usize> =
        text.split("data-kind=\"glir\">").skip(1).filter_map(|rest| rest.find('<')).collect();
    assert!(tags.len() > 5 && tags.iter().all(|length| *length <= 32 << 20), "{tags:?}");
    drop(text);
    let Some(browser) = Browser::start(Angle::GlEgl).await.unwrap() else { return };
    browser.open(&exported.url()).await.unwrap();
    let result = browser.run(SETTLED, &[]).await.unwrap();
    assert_eq!(
        (&result["state"], &result["faults"], &result["scripts"]),
        (&json!("ended"), &json!([]), &json!(1))
    );
    assert_eq!(pixels(&result)[..4], [0, 255, 0, 255]);
    quiet(&browser).await;
}

#[tokio::test]
async fn browsers_without_newer_means_show_it_too() {
    let Some(exported) = Exported::new(Page::new().title("A cube"), &file(&example("indexed-cube"))) else {
        return;
    };
    let Some(browser) = Browser::start(Angle::GlEgl).await.unwrap() else { return };
    browser.prelude("delete Uint8Array.fromBase64;").await.unwrap();
    browser.open(&exported.url()).await.unwrap();
    let result = browser.run(SETTLED, &[]).await.unwrap();
    assert_eq!((&result["state"], &result["faults"]), (&json!("ended"), &json!([])));
    if let Some((_, _, native)) = native(&example("indexed-cube"), Api::Gles3) {
        assert_eq!(differing(&pixels(&result), &native), 0);
    }
    assert_eq!(browser.run("return typeof Uint8Array.fromBase64", &[]).await.unwrap(), "undefined");
    // What can't be unpacked is said: not even the player can.
    browser.prelude("delete globalThis.DecompressionStream;").await.unwrap();
    browser.open(&exported.url()).await.unwrap();
    let result = browser.run(SETTLED, &[]).await.unwrap();
    let trouble = result["trouble"].as_str().unwrap();
    assert!(trouble.contains("too old"), "{result}");
    shoot(&browser, "export-old").await;
    quiet(&browser).await;
}

#[tokio::test]
async fn without_webgl_2_a_page_draws_on_webgl_1() {
    let Some(exported) = Exported::new(Page::new().title("A fan"), &file(&example("animation"))) else {
        return;
    };
    let without = "const { getContext } = HTMLCanvasElement.prototype;
        HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind === 'webgl2' ? null : getContext.call(this, kind, ...rest); };";
    for angle in Angle::ALL {
        let Some(browser) = Browser::start(angle).await.unwrap() else { return };
        browser.prelude(without).await.unwrap();
        browser.open(&exported.url()).await.unwrap();
        let result = browser.run(SETTLED, &[]).await.unwrap();
        assert_eq!((&result["state"], &result["faults"]), (&json!("paused"), &json!([])), "{angle}");
        assert_eq!(browser.run("return glir.page.view.webgl", &[]).await.unwrap(), 1);
        let first = crate::support::first_frames(&example("animation"), 1);
        if angle == Angle::GlEgl
            && let Some((_, _, native)) = native(&first, Api::Gles2)
        {
            assert_eq!(differing(&pixels(&result), &native), 0);
        }
        quiet(&browser).await;
    }
}

#[tokio::test]
async fn a_page_suits_every_window_and_scheme() {
    let Some(exported) = Exported::new(
        Page::new()
            .title("A fan, which opens in three frames and has a title that is too long for a narrow window"),
        &file(&example("animation")),
    ) else {
        return;
    };
    let Some(browser) = Browser::start(Angle::GlEgl).await.unwrap() else { return };
    for name in ["light", "dark"] {
        for (width, height) in [(1600, 900), (360, 640)] {
            let metrics =
                json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
            browser.devtools("Emulation.setDeviceMetricsOverride", metrics).await.unwrap();
            let media = json!({ "features": [{ "name": "prefers-color-scheme", "value": name }] });
            browser.devtools("Emulation.setEmulatedMedia", media).await.unwrap();
            browser.open(&exported.url()).await.unwrap();
            assert_eq!(browser.run(SETTLED, &[]).await.unwrap()["state"], "paused");
            let wide = "return [document.documentElement.scrollWidth > innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]";
            let wide = browser.run(wide, &[]).await.unwrap();
            assert_eq!(wide, json!([false, name == "dark"]), "{name} {width}");
            shoot(&browser, &format!("export-{name}-{width}")).await;
        }
        quiet(&browser).await;
    }
}
