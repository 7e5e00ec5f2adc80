//! The guide `docs/embedding.md`: its pieces run as they stand there.

use crate::support::{example, file, folder, is_built};
use glir_browser::{Angle, Browser, Files};
use serde_json::json;

/// The guide's pieces with what stands behind their opening fences.
fn pieces() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder("docs/embedding.md")).unwrap();
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("\n```") {
        let (kind, body) = after.split_once('\n').unwrap();
        let (body, after) = body.split_once("\n```").unwrap();
        found.push((kind.to_owned(), format!("{body}\n")));
        rest = after;
    }
    found
}

/// A page with a canvas that runs a module and notes its end.
fn page(head: &str, script: &str) -> String {
    format!(
        "<!doctype html><meta charset=utf-8>{head}<title>guide</title><canvas></canvas><script type=module src='{script}'></script>"
    )
}

const SHOWN: &str = "for (let turn = 0; turn < 500; turn++) {
      const view = document.querySelector('glir-view')?.view ?? globalThis.shown;
      if (view?.frame >= 0 && view.state !== 'loading') return { frames: view.frames, faults: view.diagnostics.length, state: view.state };
      await new Promise((go) => setTimeout(go, 10));
    }
    return null;";

#[tokio::test]
async fn the_guide_runs() {
    if !is_built() {
        return;
    }
    let Some(browser) = Browser::start(Angle::SwiftShader).await.unwrap() else { return };
    let files = Files::serve(folder("glir-web/dist")).await.unwrap();
    files.put("/recording.glir", file(&example("animation")));
    files.put("/recording.png", std::fs::read(folder("docs/images/ecg-gl.png")).unwrap());
    let (mut run, mut policy) = (0, String::new());
    let pieces = pieces();
    for (kind, _) in pieces.iter().filter(|(kind, _)| kind == "html policy") {
        policy = pieces.iter().find(|(found, _)| found == kind).unwrap().1.clone();
    }
    assert!(policy.contains("Content-Security-Policy"));
    for (kind, body) in pieces {
        let body = body.replace("/glir-web/", "/package/");
        match kind.as_str() {
            "html page" => files.put("/page.html", body),
            "js canvas" => {
                // Under the strict policy, too: every script here has an address.
                files.put("/script.js", format!("{body}globalThis.shown = view;\n"));
                files.put("/page.html", page(&policy, "/script.js"));
            }
            "js live" => {
                // Without a server it can only be read; the sessions' own tests follow one.
                let script = body.replacen("import", "// import", 1);
                let read = "new (Object.getPrototypeOf(async () => {}).constructor)(args[0]); return true;";
                assert_eq!(browser.run(read, &[json!(script)]).await.unwrap(), true);
                continue;
            }
            "js page-worker" => {
                let worker = body.replace("console.info(", "void (globalThis.told = data.frame, ");
                assert_ne!(worker, body);
                files.put("/script.js", worker);
                continue;
            }
            "js worker" => {
                files.put("/worker.js", body);
                files.put("/page.html", page("", "/script.js"));
                browser.open(&files.url("/page.html")).await.unwrap();
                let told = "for (let turn = 0; turn < 500 && !('told' in globalThis); turn++) await new Promise((go) => setTimeout(go, 10)); return told;";
                assert_eq!(browser.run(told, &[]).await.unwrap(), 0);
                run += 1;
                continue;
            }
            "html policy" | "sh" => continue,
            other => panic!("nobody knows what to do with `{other}`"),
        }
        browser.open(&files.url("/page.html")).await.unwrap();
        let shown = browser.run(SHOWN, &[]).await.unwrap();
        assert_eq!(shown["faults"], 0, "{kind}: {shown} {:?}", browser.complaints().await);
        run += 1;
    }
    assert_eq!(run, 5);
    assert_eq!(browser.complaints().await.unwrap(), Vec::<String>::new());
}
