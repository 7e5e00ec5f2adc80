//! Streams of strangers: damaged ones, and ones whose strings would like to be more than text.

use crate::support::{Exported, Stage, example, file};
use glir_browser::{Angle, Browser};
use glir_export::Page;
use serde_json::json;

/// Markup that would tell on itself, wherever it became more than text.
const EVIL: &str =
    "</title></script><script>globalThis.evil = 1</script><img src=/evil.png onerror='globalThis.evil = 2'>";

/// A stream with such strings wherever strings may be, two of them in faults that are shown to people.
fn evil_stream() -> Vec<u8> {
    let lines = [
        json!(["GLIR", { "width": 64, "height": 64, "title": EVIL, "generator": EVIL }]),
        json!(["META", EVIL, "javascript:globalThis.evil = 3"]),
        json!(["GROUP", EVIL]),
        json!(["CREATE", 1, "program"]),
        json!(["LABEL", 1, EVIL]),
        json!(["SHADERS", 1, {
            "vertex": format!("#error {EVIL}\nvoid main() {{}}"),
            "fragment": "void main() { gl_FragColor = vec4(1.0); }",
        }]),
        json!(["EXTENSION", format!("javascript:globalThis.evil = 4//{EVIL}"), { "u8": [1] }]),
        json!(["STATE", { "clear_color": [0, 1, 0, 1] }]),
        json!(["CLEAR", ["color"]]),
        json!(["END"]),
        json!(["SWAP"]),
    ];
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    file(&glir_core::text::parse(&text).unwrap())
}

/// What of the strings has become more than text.
const BETRAYED: &str = "const roots = [document, ...[...document.querySelectorAll('*')].map((each) => each.shadowRoot).filter(Boolean)];
    const found = roots.flatMap((root) => [...root.querySelectorAll('img, a, iframe, link, object, svg')].map((each) => each.outerHTML));
    const scripts = [...document.querySelectorAll('script')].filter((each) => each.textContent.includes('evil')).length;
    const loaded = performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('evil.png'));
    await new Promise((go) => setTimeout(go, 100));
    return { evil: globalThis.evil ?? null, found, scripts, loaded };";

#[tokio::test]
async fn strings_of_a_stream_stay_text() {
    let Some(stage) = Stage::open(Angle::SwiftShader).await else { return };
    stage.files.put("/evil.glir", evil_stream());
    let result = stage
        .run(
            "document.body.innerHTML = '<glir-view src=/evil.glir controls></glir-view><glir-view src=\"javascript:globalThis.evil = 5\"></glir-view>';
             const [drawn, refused] = document.querySelectorAll('glir-view');
             const view = await drawn.ready;
             for (let turn = 0; turn < 400 && view.frame < 0; turn++) await new Promise((go) => setTimeout(go, 10));
             for (let turn = 0; turn < 400 && refused.view?.state !== 'failed'; turn++) await new Promise((go) => setTimeout(go, 10));
             return { pixel: [...view.pixels().data.slice(0, 4)], said: drawn.shadowRoot.querySelector('.say').textContent,
               messages: view.diagnostics.map(({ message, label }) => message + label).join(' '), refused: refused.view.state };",
            &[],
        )
        .await;
    assert_eq!(result["pixel"], json!([0, 255, 0, 255]));
    assert_eq!(result["refused"], "failed");
    // The strings are told as they are.
    assert!(result["messages"].as_str().unwrap().contains("<script>globalThis.evil"), "{result}");
    assert!(result["said"].as_str().unwrap().contains("Part of this drawing is faulty"), "{result}");
    let clean = json!({ "evil": null, "found": [], "scripts": 0, "loaded": [] });
    assert_eq!(stage.run(BETRAYED, &[]).await, clean);
    // The address that is none is the browser's to report, and nothing else is.
    let complaints = stage.browser.complaints().await.unwrap();
    assert!(complaints.iter().all(|line| line.contains("javascript:")), "{complaints:?}");
}

#[tokio::test]
async fn strings_of_an_exported_stream_stay_text() {
    let Some(exported) = Exported::new(Page::new().title(EVIL).plain(), &evil_stream()) else { return };
    let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
    browser.open(&exported.url()).await.unwrap();
    let result = browser
        .run(
            "for (let turn = 0; turn < 400 && !(glir.page.view?.frame >= 0); turn++) await new Promise((go) => setTimeout(go, 10));
             return { pixel: [...glir.page.view.pixels().data.slice(0, 4)], title: document.title, heading: document.querySelector('h1').textContent,
               label: document.querySelector('glir-view').getAttribute('label') };",
            &[],
        )
        .await
        .unwrap();
    let wanted = json!({ "pixel": [0, 255, 0, 255], "title": EVIL, "heading": EVIL, "label": EVIL });
    assert_eq!(result, wanted);
    let clean = json!({ "evil": null, "found": [], "scripts": 0, "loaded": [] });
    assert_eq!(browser.run(BETRAYED, &[]).await.unwrap(), clean);
    assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
}

/// Loads so many damaged copies of a recording into one view. Every other one has its checksums mended, so that the damage
/// gets past them.
const DAMAGE: &str = "const { crc32 } = await import('/chunk.js');
    const sound = new Uint8Array(await (await fetch(args[0])).arrayBuffer());
    const view = await open({ context: 'own' });
    await view.load(sound);
    const before = base64(view.pixels().data);
    let state = 12345;
    const random = (below) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * below); };
    const mend = (bytes) => {
      const data = new DataView(bytes.buffer);
      for (let at = 0; at + 64 <= bytes.length; at += 64) {
        const kind = String.fromCharCode(...bytes.subarray(at, at + 4));
        if (!['FRAM', 'META', 'BLOB', 'INDX'].includes(kind)) continue;
        const head = data.getUint32(at + 8, true);
        if (at + 64 + head <= bytes.length) data.setUint32(at + 12, crc32(bytes.subarray(at + 64, at + 64 + head)), true);
        data.setUint32(at + 60, crc32(bytes.subarray(at, at + 60)), true);
      }
    };
    const wrong = [];
    const counts = {};
    let refused = 0;
    for (let turn = 0; turn < args[1]; turn++) {
      let bytes = sound.slice();
      const cut = random(4);
      if (cut === 0) bytes = bytes.slice(0, random(bytes.length));
      else if (cut === 1) { const at = random(bytes.length); const some = random(200); bytes = new Uint8Array([...bytes.slice(0, at), ...bytes.slice(at + some)]); }
      for (let flips = random(4) + (cut > 1); flips > 0; flips--) bytes[random(bytes.length)] ^= 1 << random(8);
      if (turn % 2) mend(bytes);
      faults.length = 0;
      const note = (what) => wrong.push(`turn ${turn}: ${what}`);
      try { await view.load(bytes); } catch (error) { note(error.stack); }
      if (view.frames > 1) await view.seek(view.frames - 1);
      counts[view.state] = (counts[view.state] ?? 0) + 1;
      const said = view.canvas.nextElementSibling;
      const shown = said?.localName === 'p' && !said.hidden ? said.textContent : '';
      const grave = faults.filter(({ severity }) => severity !== 'warning');
      if (!['failed', 'ended', 'paused'].includes(view.state)) note(`is ${view.state}`);
      if (view.state === 'failed' && !faults.some(({ severity }) => severity === 'fatal')) note('failed without a fatal diagnostic');
      if (grave.length && shown.length < 20) note(`nothing is shown of ${grave[0].message}`);
      refused += grave.filter(({ code }) => code === 'driver-error').length;
      if (grave.some(({ message, code }) => !message || !code)) note('a diagnostic without words');
    }
    await view.load(sound);
    return { wrong: wrong.slice(0, 5), counts, refused, healed: base64(view.pixels().data) === before };";

#[tokio::test]
async fn damaged_recordings_never_kill_a_view() {
    for (name, angle) in
        [("animation", Angle::GlEgl), ("several-outputs", Angle::GlEgl), ("indexed-cube", Angle::SwiftShader)]
    {
        let Some(stage) = Stage::open(angle).await else { return };
        stage.files.put("/sound.glir", file(&example(name)));
        let result = stage.run(DAMAGE, &[json!("/sound.glir"), json!(150)]).await;
        assert_eq!((&result["wrong"], &result["healed"]), (&json!([]), &json!(true)), "{name}: {result}");
        let counts = result["counts"].as_object().unwrap();
        assert!(counts.contains_key("failed") && counts.len() > 1, "{name}: {result}");
        // WebGL refuses what only it can know, such as a shader that leaves a draw buffer without an output. The driver's
        // word becomes a diagnostic; the browser writes its own into the console.
        let complaints = stage.browser.complaints().await.unwrap();
        assert!(complaints.iter().all(|line| line.contains("[.WebGL-")), "{complaints:?}");
        assert!(complaints.is_empty() || result["refused"].as_u64().unwrap() > 0, "{complaints:?}");
    }
}
