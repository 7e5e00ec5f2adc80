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
         await until(() => details.querySelector('img')?.naturalWidth === 2);
         return [document.title, details.querySelector('div').innerText, pane(0).querySelectorAll('li').length];",
        &[],
    )
    .await;
    assert_eq!(
        held,
        json!(["a.glirt · b.glirt", "level 0, 2×2\nu8\n1 2 3 4 5 6 7 8\n9 10 11 12 13 14 15 16", 4])
    );
    // A key takes both to the next frame; a click shows what holds behind a command.
    let chosen = run(
        &browser,
        "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
         await until(() => [0, 1].every((at) => pane(at).querySelectorAll('li').length === 4 && says(at).includes('at the end of frame 1')));
         const after = pane(0).querySelectorAll('details[data-name^=texture]').length;
         pane(0).querySelectorAll('li')[1].click();
         await until(() => says(0).includes('behind command 1 of frame 1'));
         await until(() => pane(0).querySelector('aside img')?.naturalWidth === 4);
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
    if let Some(folder) = std::env::var_os("GLIR_SHOTS") {
        let picture = browser.screenshot().await.unwrap();
        std::fs::write(std::path::PathBuf::from(folder).join("inspect.png"), picture).unwrap();
    }
    assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
}
