//! The viewer of `glir inspect` in a real browser: the place of the cursor, what objects hold there, two traces side by side.

use super::bench::Bench;
use glir_browser::{Angle, Browser};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

const STREAM: &str = r#"["GLIR", {"profile": "es3", "width": 4, "height": 4}]
["CREATE", 1, {"texture": "2d", "format": "rgba8"}]
["SIZE", 1, 2, 2]
["DATA", 1, {}, {"u8": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}]
["SWAP"]
["STATE", {"clear_color": [1, 0, 0, 1]}]
["CLEAR", ["color"]]
["DELETE", 1]
["SWAP"]
"#;

/// Ends the server even if the test fails.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Waits until a pane says something.
const UNTIL: &str = "const pane = (at) => document.querySelectorAll('.pane')[at];
    const until = async (what) => { for (let turn = 0; turn < 500; turn++) { if (what()) return; await new Promise((go) => setTimeout(go, 20)); } throw new Error('in vain: ' + what + document.body.innerText); };
    const says = (at) => pane(at).querySelector('aside').innerText;";

async fn run(browser: &Browser, script: &str, args: &[Value]) -> Value {
    browser.run(&format!("{UNTIL}{script}"), args).await.unwrap()
}

#[tokio::test]
async fn a_trace_is_looked_through_in_a_browser() {
    if std::env::var_os("GLIR_REQUIRE_BROWSER").is_none() || std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped: GLIR_REQUIRE_BROWSER and GLIR_REQUIRE_GL are not set");
        return;
    }
    let bench = Bench::new();
    bench.write("a.glirt", STREAM.as_bytes());
    bench.write("b.glirt", STREAM.replace("[1, 0, 0, 1]", "[0, 1, 0, 1]").as_bytes());
    let mut child = bench.command(&["inspect", "a.glirt", "b.glirt"]).stdout(Stdio::piped()).spawn().unwrap();
    let out = child.stdout.take().unwrap();
    let _server = Server(child);
    let mut url = String::new();
    BufReader::new(out).read_line(&mut url).unwrap();
    let browser = Browser::start(Angle::GlEgl).await.unwrap().unwrap();
    browser.open(url.trim()).await.unwrap();
    // Both show their first frame; what the texture holds is read when it is opened.
    let held = run(
        &browser,
        "await until(() => pane(1)?.querySelector('details[data-name=\"texture 1\"]'));
         const details = pane(0).querySelector('details[data-name=\"texture 1\"]');
         details.open = true;
         await until(() => { const image = details.querySelector('img'); return image?.complete && image.naturalWidth === 2; });
         return [document.title, details.querySelector('div').innerText, pane(0).querySelectorAll('li').length];",
        &[],
    )
    .await;
    assert_eq!(
        held,
        json!(["a.glirt · b.glirt", "level 0 of 1, 2×2\nu8\n1 2 3 4 5 6 7 8\n9 10 11 12 13 14 15 16", 4])
    );
    // A key takes both to the next frame; a click shows what holds behind a command.
    let chosen = run(
        &browser,
        "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
         await until(() => [0, 1].every((at) => pane(at).querySelectorAll('li').length === 4 && says(at).includes('at the end of frame 1')));
         const after = pane(0).querySelectorAll('details[data-name^=texture]').length;
         pane(0).querySelectorAll('li')[1].click();
         await until(() => says(0).includes('behind command 1 of frame 1'));
         // Its width is known before its pixels are there.
         await until(() => { const image = pane(0).querySelector('aside img'); return image?.complete && image.naturalWidth === 4; });
         const image = pane(0).querySelector('aside img');
         const paper = new OffscreenCanvas(1, 1).getContext('2d');
         paper.drawImage(image, 0, 0);
         return [after, pane(0).querySelectorAll('details[data-name^=texture]').length, [...paper.getImageData(0, 0, 1, 1).data],
           pane(0).querySelectorAll('li[aria-selected]').length];",
        &[],
    )
    .await;
    assert_eq!(chosen, json!([0, 1, [255, 0, 0, 255], 1]));
    let keys = run(
        &browser,
        "const list = pane(1).querySelector('ol');
         list.focus();
         const press = (key) => list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
         press('ArrowDown');
         await until(() => says(1).includes('behind command 0 of frame 1'));
         pane(1).querySelector('input').value = 'clear';
         pane(1).querySelector('input').dispatchEvent(new Event('input'));
         return [...pane(1).querySelectorAll('li')].map((line) => line.innerText);",
        &[],
    )
    .await;
    assert_eq!(keys, json!(["0[\"STATE\", {\"clear_color\": [0, 1, 0, 1]}]", "1[\"CLEAR\", [\"color\"]]"]));
    // Keys go to the next command that the search shows.
    let chosen = run(
        &browser,
        "const list = pane(0).querySelector('ol');
         pane(0).querySelectorAll('nav button')[0].click();
         await until(() => says(0).includes('at the end of frame 0'));
         const numbers = () => [...pane(0).querySelectorAll('li')].map((line) => Number(line.dataset.number));
         pane(0).querySelector('input').value = '\"s';
         pane(0).querySelector('input').dispatchEvent(new Event('input'));
         const went = [numbers()];
         for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
           list.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
           went.push(Number(pane(0).querySelector('li[aria-selected]')?.dataset.number));
         }
         await until(() => says(0).includes('behind command 1 of frame 0'));
         return went;",
        &[],
    )
    .await;
    assert_eq!(chosen, json!([[1, 3], 1, 3, 3, 1]));
    shot(&browser, "inspect.png").await;
    assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
}

/// Objects, lists, signals, a texture that is drawn into, and what is refused.
const PAGED: &str = r#"["GLIR", {"profile": "es3", "width": 4, "height": 4, "requires": ["lists", "signals"]}]
["CREATE", 1, {"texture": "2d", "format": "rgba8"}]
["SIZE", 1, 2, 2]
["CREATE", 2, {"buffer": "vertex"}]
["SIZE", 2, 8]
["DATA", 2, 0, {"f32": [0.5, -2]}]
["CREATE", 3, "framebuffer"]
["ATTACH", 3, "color0", 1]
["FRAMEBUFFER", 3]
["STATE", {"clear_color": [0, 1, 0, 1]}]
["CLEAR", ["color"]]
["FRAMEBUFFER", 0]
["LABEL", 1, "<img src=x onerror=document.title='bad'>"]
["RECORD", 7]
["STATE", {"clear_color": [0, 0, 1, 1]}]
["CLEAR", ["color"]]
["END"]
["DELETE", 77]
["SWAP"]
["SIGNAL", 1, "constant", [], {"f64": [0.25]}]
["STATE", {"clear_color": [1, 0, 0, 1]}]
["CLEAR", ["color"]]
["RUN", 7]
["DATA", 2, 4, {"f32": [9]}]
["DELETE", 3]
["DELETE", 1]
["SWAP"]
"#;

/// What the page shows of a pane: the parts of the state by their names, and the picture's first pixel.
const SHOWN: &str = "const pixel = async (image) => {
      if (!image) return null;
      await image.decode();
      const paper = new OffscreenCanvas(1, 1).getContext('2d');
      paper.drawImage(image, 0, 0);
      return [...paper.getImageData(0, 0, 1, 1).data];
    };
    const parts = (at) => Object.fromEntries([...pane(at).querySelectorAll('details')].map((details) => [details.dataset.name, JSON.parse(details.querySelector(':scope > pre').textContent)]));
    const details = (at, name) => [...pane(at).querySelectorAll('details')].find((details) => details.dataset.name.startsWith(name));
    const behind = async (at, frame, command) => {
      pane(at).querySelectorAll('nav button')[frame].click();
      await until(() => says(at).includes(`at the end of frame ${frame}`));
      pane(at).querySelectorAll('li')[command].click();
      await until(() => says(at).includes(`behind command ${command} of frame ${frame}`));
    };";

/// A state as the page shows it.
fn parts(state: &Value) -> Value {
    let mut parts = serde_json::Map::new();
    parts.insert("state".into(), state["state"].clone());
    let canvas = format!("canvas {}, framebuffer {}", state["canvas"], state["framebuffer"]);
    parts.insert(canvas, state["canvases"].clone());
    for object in state["objects"].as_array().unwrap() {
        let label = object["label"].as_str().map_or(String::new(), |label| format!(" “{label}”"));
        let name = format!("{} {}{label}", object["kind"].as_str().unwrap(), object["id"]);
        parts.insert(name, object.clone());
    }
    if !state["signals"].as_object().unwrap().is_empty() {
        parts.insert("signals".into(), json!([state["signals"], state["bindings"]]));
    }
    for (id, list) in state["lists"].as_object().unwrap() {
        parts.insert(format!("list {id}"), list.clone());
    }
    Value::Object(parts)
}

#[tokio::test]
async fn an_exported_page_shows_what_is_behind_each_command() {
    if std::env::var_os("GLIR_REQUIRE_BROWSER").is_none() || std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped: GLIR_REQUIRE_BROWSER and GLIR_REQUIRE_GL are not set");
        return;
    }
    let bench = Bench::new();
    bench.write("a.glirt", PAGED.as_bytes());
    bench.write("b.glirt", STREAM.as_bytes());
    for arguments in [
        &["inspect", "a.glirt", "b.glirt", "-o", "both.html"][..],
        &["inspect", "a.glirt", "-o", "ends.html", "--commands", "3"],
        &["inspect", "a.glirt", "-o", "plain.html", "--no-pictures"],
    ] {
        assert_eq!(bench.glir(arguments).code, 0, "{arguments:?}");
    }
    let browser = Browser::start(Angle::GlEgl).await.unwrap().unwrap();
    let open =
        async |name: &str| browser.open(&format!("file://{}", bench.path(name).display())).await.unwrap();
    open("both.html").await;
    let all = run(
        &browser,
        &format!(
            "{SHOWN} await until(() => pane(1)?.querySelector('details'));
             const all = [];
             for (const [frame, count] of [18, 8].entries())
               for (let command = 0; command < count; command++) {{
                 await behind(0, frame, command);
                 all.push([frame, command, parts(0), await pixel(pane(0).querySelector('aside > img'))]);
               }}
             // Backwards, too.
             await behind(0, 0, 4);
             all.push([0, 4, parts(0), await pixel(pane(0).querySelector('aside > img'))]);
             return all;"
        ),
        &[],
    )
    .await;
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), 27);
    for shown in all {
        let place = format!("{}:{}", shown[0], shown[1]);
        let told = bench.glir(&["state", "a.glirt", "--at", &place, "--json"]);
        let told: Value = serde_json::from_str(&told.out).unwrap();
        assert_eq!(shown[2], parts(&told), "{place}");
        let (frame, command) = (shown[0].as_u64().unwrap(), shown[1].as_u64().unwrap());
        let pixel = match (frame, command) {
            (0, _) | (1, ..2) => json!([0, 0, 0, 0]),
            (1, 2) => json!([255, 0, 0, 255]),
            _ => json!([0, 0, 255, 255]),
        };
        assert_eq!(shown[3], pixel, "{place}");
    }
    // What objects hold: before and behind the draws and uploads.
    let held = run(
        &browser,
        &format!(
            "{SHOWN} const held = [];
             for (const [frame, command, name] of [[0, 2, 'texture 1'], [0, 9, 'texture 1'], [1, 3, 'texture 1'], [0, 2, 'buffer 2'], [0, 4, 'buffer 2'], [1, 4, 'buffer 2']]) {{
               if (frame === 0 && command === 2 && name === 'buffer 2') {{ await behind(0, 0, 3); }} else await behind(0, frame, command);
               const part = details(0, name);
               part.open = true;
               await until(() => part.querySelector('div pre'));
               held.push([part.querySelector('div pre').innerText.split('\\n').slice(-2), await pixel(part.querySelector('img'))]);
             }}
             return held;"
        ),
        &[],
    )
    .await;
    let numbers = |lines: [&str; 2]| json!([lines, null]);
    assert_eq!(held[0], json!([["0 0 0 0 0 0 0 0", "0 0 0 0 0 0 0 0"], [0, 0, 0, 0]]));
    let green = "0 255 0 255 0 255 0 255";
    assert_eq!(held[1], json!([[green, green], [0, 255, 0, 255]]));
    assert_eq!(held[2], held[1]);
    assert_eq!(
        [&held[3], &held[4], &held[5]].map(Clone::clone),
        [numbers(["u8", "0 0 0 0 0 0 0 0"]), numbers(["f32", "0.5 -2"]), numbers(["f32", "0.5 9"])]
    );
    // The second trace goes along, has its own state, and is chosen by keys.
    let second = run(
        &browser,
        "await until(() => says(1).includes('at the end of frame 1'));
         const list = pane(1).querySelector('ol');
         list.focus();
         for (let turn = 0; turn < 2; turn++) list.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
         await until(() => says(1).includes('behind command 1 of frame 1'));
         return [document.title, document.querySelectorAll('.pane').length, pane(1).querySelectorAll('details[data-name^=texture]').length, document.querySelectorAll('aside img').length];",
        &[],
    )
    .await;
    assert_eq!(second[0], "a.glirt · b.glirt");
    assert_eq!((&second[1], &second[2]), (&json!(2), &json!(1)));
    shot(&browser, "inspect-both.png").await;
    // A page of the ends of frames says so, and one without pictures has the states all the same.
    open("ends.html").await;
    let ends = run(
        &browser,
        &format!(
            "{SHOWN} await until(() => says(0).includes('at the end of frame 0'));
             pane(0).querySelectorAll('li')[3].click();
             pane(0).querySelectorAll('nav button')[1].click();
             await until(() => says(0).includes('at the end of frame 1'));
             return [says(0).includes('at the ends of frames only'), await pixel(pane(0).querySelector('aside > img')), parts(0)];"
        ),
        &[],
    )
    .await;
    let told: Value =
        serde_json::from_str(&bench.glir(&["state", "a.glirt", "--at", "1", "--json"]).out).unwrap();
    assert_eq!(ends, json!([true, [0, 0, 255, 255], parts(&told)]));
    open("plain.html").await;
    let plain = run(
        &browser,
        &format!(
            "{SHOWN} await until(() => says(0).includes('at the end of frame 0'));
             await behind(0, 0, 9);
             const part = details(0, 'texture 1');
             part.open = true;
             await until(() => part.querySelector('div pre'));
             return [document.images.length, part.querySelector('div pre').innerText, parts(0)['state'].clear_color];"
        ),
        &[],
    )
    .await;
    assert_eq!(plain, json!([0, "The page does not have what it holds.", [0, 1, 0, 1]]));
    assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
}

/// Textures with levels and layers, some of which nothing can be drawn to, and a large buffer.
const PARTS: &str = r#"["GLIR", {"profile": "es3", "width": 4, "height": 4, "requires": ["texture-swizzle"]}]
["CREATE", 1, {"buffer": "vertex"}]
["SIZE", 1, 40000]
["DATA", 1, 0, {"f32": [7]}]
["CREATE", 2, {"texture": "cube", "format": "depth_component32f", "levels": 2}]
["SIZE", 2, 4, 4]
["DATA", 2, {"z": 5, "x": 0, "y": 0, "width": 2, "height": 1, "depth": 1}, {"f32": [0.25, 0.5]}]
["CREATE", 3, {"texture": "2d", "format": "rgba8", "levels": 0}]
["SIZE", 3, 4, 4]
["DATA", 3, {"level": 1}, {"u8": [9, 8, 7, 6, 5, 4, 3, 2, 1, 2, 3, 4, 5, 6, 7, 8]}]
["CREATE", 4, {"texture": "2d", "format": "r32ui"}]
["SIZE", 4, 2, 1]
["DATA", 4, {}, {"u32": [3999999998, 4000000000]}]
["CREATE", 5, {"texture": "2d_array", "format": "alpha8"}]
["SIZE", 5, 2, 1, 20]
["CREATE", 6, {"renderbuffer": "depth24_stencil8"}]
["SIZE", 6, 4, 4]
["CREATE", 7, {"texture": "2d", "format": "rgba8"}]
["SIZE", 7, 2, 1]
["CREATE", 8, "framebuffer"]
["ATTACH", 8, "color0", 7]
["CREATE", 9, {"texture": "2d", "format": "alpha8", "swizzle": ["alpha", "zero", "one", "red"]}]
["SIZE", 9, 1, 1]
["DATA", 9, {}, {"u8": [255]}]
["FRAMEBUFFER", 8]
["STATE", {"scissor": [0, 0, 1, 1], "clear_color": [0, 1, 0, 1]}]
["DATA", 5, {"z": 1, "depth": 1}, {"u8": [255, 0]}]
["CLEAR", ["color"]]
["SWAP"]
"#;

/// What a page says of objects' parts, and the first and last pixel of the picture.
const HELD: &str = "await until(() => pane(0)?.querySelector('details[data-name=\"texture 7\"]'));
    const part = (id) => pane(0).querySelector(`details[data-name$=\" ${id}\"]`);
    const told = async (id, chosen = {}) => {
      part(id).open = true;
      await until(() => part(id).querySelector('div pre'));
      for (const [name, value] of Object.entries(chosen)) {
        const before = part(id).querySelector('div pre');
        const field = part(id).querySelector(`input[name=${name}]`);
        field.value = value;
        field.dispatchEvent(new Event('input'));
        await until(() => part(id).querySelector('div pre') && part(id).querySelector('div pre') !== before);
      }
      return part(id).querySelector('div pre').innerText;
    };
    const alpha = async (id) => {
      const image = part(id).querySelector('img');
      await image.decode();
      const paper = new OffscreenCanvas(2, 1).getContext('2d');
      paper.drawImage(image, 0, 0);
      return [...paper.getImageData(0, 0, 2, 1).data];
    };
    return [(await told(1)).split('\\n').slice(-1)[0], (await told(2, { layer: 5 })).split(' 0 0 ')[0], await told(3, { level: 1 }), await told(4), await alpha(4),
      await told(5, { layer: 1 }), await alpha(5), await told(6), await told(7), await told(5, { layer: 19 }), await told(9), part(4).querySelectorAll('input').length];";

#[tokio::test]
async fn levels_and_layers_of_any_format_are_looked_at() {
    if std::env::var_os("GLIR_REQUIRE_BROWSER").is_none() || std::env::var_os("GLIR_REQUIRE_GL").is_none() {
        eprintln!("skipped: GLIR_REQUIRE_BROWSER and GLIR_REQUIRE_GL are not set");
        return;
    }
    let bench = Bench::new();
    bench.write("a.glirt", PARTS.as_bytes());
    assert_eq!(bench.glir(&["inspect", "a.glirt", "-o", "a.html"]).code, 0);
    let mut child = bench.command(&["inspect", "a.glirt"]).stdout(Stdio::piped()).spawn().unwrap();
    let out = child.stdout.take().unwrap();
    let _server = Server(child);
    let mut url = String::new();
    BufReader::new(out).read_line(&mut url).unwrap();
    let browser = Browser::start(Angle::GlEgl).await.unwrap().unwrap();
    for (url, last) in [
        (url.trim(), "level 0 of 1, layer 19 of 20, 2×1\nf32\n0 0"),
        (
            &format!("file://{}", bench.path("a.html").display()),
            "The page has levels 0 to 0 of layer 0, and layers 0 to 7 of level 0; a page that is served shows all.",
        ),
    ] {
        browser.open(url).await.unwrap();
        let told = run(&browser, HELD, &[]).await;
        assert_eq!(
            told,
            json!([
                "… (1024 of 10000 elements)",
                "level 0 of 2, layer 5 of 6, 4×4, depth\nf32\n0.25 0.5",
                "level 1 of 3, 2×2\nu8\n9 8 7 6 5 4 3 2\n1 2 3 4 5 6 7 8",
                "level 0 of 1, 2×1, shown from 3999999998 to 4000000000\nu32\n3999999998 4000000000",
                [0, 0, 0, 255, 255, 255, 255, 255],
                "level 0 of 1, layer 1 of 20, 2×1\nf32\n1 0",
                [255, 255, 255, 255, 0, 0, 0, 255],
                "a renderbuffer of the format depth24_stencil8 can't be read here; draw or BLIT it to one that can",
                // What was read by drawing has left the framebuffer and the scissor as they were.
                "level 0 of 1, 2×1\nu8\n0 255 0 255 0 0 0 0",
                last,
                "level 0 of 1, 1×1, swizzled\nf32\n1 0 1 0",
                0,
            ]),
            "{url}"
        );
    }
    run(&browser, "for (const open of pane(0).querySelectorAll('details[open]')) open.open = false; const part = pane(0).querySelector('details[data-name=\"texture 2\"]'); part.open = true; part.scrollIntoView(); return 0;", &[]).await;
    shot(&browser, "inspect-parts.png").await;
    assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
}

async fn shot(browser: &Browser, name: &str) {
    if let Some(folder) = std::env::var_os("GLIR_SHOTS") {
        let picture = browser.screenshot().await.unwrap();
        std::fs::write(std::path::PathBuf::from(folder).join(name), picture).unwrap();
    }
}
