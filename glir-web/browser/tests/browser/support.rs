//! What the tests share: streams, pages, native pictures, comparisons.

use glir_browser::{Angle, Browser, Files};
use glir_core::file::Writer;
use glir_core::text::{Document, Item, parse};
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::{Api, Headless, OpenError};
use glir_spec::Header;
use serde_json::Value;
use std::path::PathBuf;

/// A page with a canvas and the package's module under `glir`.
const PAGE: &str = r#"<!doctype html><meta charset="utf-8"><title>test</title><body>
<script type="module">
import * as glir from "/glir.js";
import * as emitter from "/emitter.js";
globalThis.glir = glir;
globalThis.emitter = emitter;
globalThis.faults = [];
globalThis.base64 = (bytes) => {
  let text = "";
  for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
  return btoa(text);
};
globalThis.open = async (options = {}) => {
  const canvas = document.createElement("canvas");
  document.body.append(canvas);
  const view = await glir.attach(canvas, options);
  view.addEventListener("diagnostic", ({ detail }) => faults.push(detail));
  return view;
};
// Takes a view's context away. What is returned gives it back, and waits for one of the states.
globalThis.lose = async (view) => {
  const extension = view.canvas.getContext(view.webgl === 2 ? "webgl2" : "webgl").getExtension("WEBGL_lose_context");
  const until = (...wanted) => new Promise((go) => {
    const look = () => wanted.includes(view.state) && (view.removeEventListener("state", look), go());
    view.addEventListener("state", look);
    look();
  });
  extension.loseContext();
  await until("lost");
  return async (...wanted) => {
    // The browser allows it only when the event that tells of the loss is over.
    setTimeout(() => extension.restoreContext());
    await until(...wanted);
  };
};
document.body.dataset.ready = "";
</script>"#;

/// A browser with the test page.
pub(crate) struct Stage {
    pub(crate) browser: Browser,
    pub(crate) files: Files,
}

impl Stage {
    /// Nothing where there is no browser.
    pub(crate) async fn open(angle: Angle) -> Option<Stage> {
        Stage::open_with(angle, &[]).await
    }

    pub(crate) async fn open_with(angle: Angle, flags: &[&str]) -> Option<Stage> {
        if !is_built() {
            return None;
        }
        let browser = Browser::start_with(angle, flags).await.unwrap()?;
        let files = Files::serve(folder("glir-web/dist/package")).await.unwrap();
        files.put("/test.html", PAGE);
        let stage = Stage { browser, files };
        stage.reload().await;
        Some(stage)
    }

    /// Opens the test page anew.
    pub(crate) async fn reload(&self) {
        self.browser.open(&self.files.url("/test.html")).await.unwrap();
        let waiting =
            "while (!('ready' in document.body.dataset)) await new Promise((go) => setTimeout(go, 5));";
        self.run(waiting, &[]).await;
    }

    /// Runs a script, which must not throw.
    pub(crate) async fn run(&self, script: &str, args: &[Value]) -> Value {
        self.browser.run(script, args).await.unwrap()
    }

    /// The console must have had nothing to say.
    pub(crate) async fn quiet(&self) {
        assert_eq!(self.browser.complaints().await.unwrap(), Vec::<String>::new());
    }

    /// Keeps a screenshot where `GLIR_SHOTS` names a folder.
    pub(crate) async fn shoot(&self, name: &str) {
        let Some(folder) = std::env::var_os("GLIR_SHOTS") else { return };
        let picture = self.browser.screenshot().await.unwrap();
        std::fs::write(PathBuf::from(folder).join(format!("{name}.png")), picture).unwrap();
    }
}

/// Whether the package is built. If not: one line that says so, or a failure where the browser layer is required.
pub(crate) fn is_built() -> bool {
    let built = folder("glir-web/dist/package/glir.js").is_file() && glir_export::assets().is_ok();
    if !built {
        let sentence = "the browser package is not built; run `cargo xtask web`, then this again";
        assert!(std::env::var_os("GLIR_REQUIRE_BROWSER").is_none(), "{sentence}");
        eprintln!("skipped the browser layer: {sentence}");
    }
    built
}

/// An exported page in a folder of its own.
pub(crate) struct Exported {
    folder: tempfile::TempDir,
}

impl Exported {
    /// Nothing where the package is not built.
    pub(crate) fn new(page: glir_export::Page<'_>, stream: &[u8]) -> Option<Exported> {
        if !is_built() {
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut html = Vec::new();
        let summary = page.write(stream, &mut html).unwrap();
        assert!(summary.faults.is_empty() && summary.tags > 0);
        std::fs::write(folder.path().join("page.html"), html).unwrap();
        Some(Exported { folder })
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("page.html")
    }

    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.path().display())
    }

    pub(crate) fn text(&self) -> String {
        std::fs::read_to_string(self.path()).unwrap()
    }
}

/// A folder of the workspace.
pub(crate) fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// The reference's examples by name.
pub(crate) fn examples() -> Vec<(String, Document)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder("docs/reference/examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "glirt") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            found.push((name, parse(&std::fs::read_to_string(&path).unwrap()).unwrap()));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

/// One example.
pub(crate) fn example(name: &str) -> Document {
    examples().into_iter().find(|(found, _)| found == name).unwrap().1
}

/// A document as the bytes of a file.
pub(crate) fn file(document: &Document) -> Vec<u8> {
    let Some(Item::Header(header)) = document.items.first() else { panic!("there is no header") };
    let mut writer = Writer::new(Vec::new(), header).unwrap();
    for item in &document.items[1..] {
        match item {
            Item::Frame { frame, time_us } => writer.frame(frame, *time_us).unwrap(),
            Item::Blob { encoding, bytes, .. } => drop(writer.blob(*encoding, bytes).unwrap()),
            _ => {}
        }
    }
    writer.finish().unwrap()
}

/// A document's frames, cut behind the first `count`.
pub(crate) fn first_frames(document: &Document, count: usize) -> Document {
    let mut seen = 0;
    let keep = |item: &&Item| {
        seen += usize::from(matches!(item, Item::Frame { .. }));
        !matches!(item, Item::Frame { .. }) || seen <= count
    };
    Document { items: document.items.iter().filter(keep).cloned().collect() }
}

/// The header of a document.
pub(crate) fn header(document: &Document) -> Header<'static> {
    match document.items.first() {
        Some(Item::Header(header)) => header.clone(),
        _ => panic!("there is no header"),
    }
}

/// The picture that native drawing makes: width, height, RGBA from the top down. None if the API can't draw the stream,
/// or this machine has no such API and none is required.
pub(crate) fn native(document: &Document, api: Api) -> Option<(u32, u32, Vec<u8>)> {
    let mut session = match Headless::open(api, &header(document), Settings::default()) {
        Ok(session) => session,
        Err(OpenError::Stream(_)) => return None,
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            eprintln!("skipped the comparison with native drawing: {error}");
            return None;
        }
    };
    for item in &document.items {
        let Item::Frame { frame, .. } = item else { continue };
        let input = FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs };
        session.interpreter().unwrap().draw(input);
    }
    Some(session.picture().unwrap())
}

/// How many pixels differ.
pub(crate) fn differing(a: &[u8], b: &[u8]) -> usize {
    assert_eq!(a.len(), b.len(), "the pictures have different sizes");
    a.chunks_exact(4).zip(b.chunks_exact(4)).filter(|(a, b)| a != b).count()
}

/// Decodes a PNG: width, height, RGBA.
pub(crate) fn png(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    pixels.truncate(info.buffer_size());
    let pixels = match info.color_type {
        png::ColorType::Rgba => pixels,
        png::ColorType::Rgb => pixels.chunks_exact(3).flat_map(|rgb| [rgb[0], rgb[1], rgb[2], 255]).collect(),
        other => panic!("a PNG of type {other:?}"),
    };
    (info.width, info.height, pixels)
}
