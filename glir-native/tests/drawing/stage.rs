//! Draws text streams on each API and compares what comes of it.

use crate::reference::Reference;
use glir_core::Interpreter;
use glir_core::backend::{PixelClass, PixelRead, Surface};
use glir_core::text::{Document, Item, parse};
use glir_core::{Diagnostic, FrameInput, NoBlobs, Settings};
use glir_native::shader::Dialect;
use glir_native::{Api, ContextInfo, GlBackend, Headless, HeadlessContext, OpenError};
use glir_spec::wire::Payload;
use glir_spec::{Code, Header, Profile, Reply};
use glow::HasContext as _;

/// What a stream came to on one API.
pub(crate) struct Shown {
    pub(crate) api: Api,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The current canvas as RGBA bytes, rows from the top down; empty if the stream was refused.
    pub(crate) pixels: Vec<u8>,
    pub(crate) replies: Vec<Reply<'static>>,
    pub(crate) faults: Vec<Diagnostic>,
}

impl Shown {
    /// The bytes that came back for a READ.
    pub(crate) fn read(&self, request: u32) -> &[u8] {
        let payload = self.replies.iter().find_map(|reply| match reply {
            Reply::Pixels(pixels) if pixels.request.0 == request => Some(&pixels.payload),
            Reply::Bytes(bytes) if bytes.request.0 == request => Some(&bytes.payload),
            _ => None,
        });
        match payload {
            Some(Payload::Inline { bytes, .. }) => bytes,
            _ => panic!("{}: READ {request} brought nothing back: {:?}", self.api, self.said()),
        }
    }

    /// The result that came back for a query, the latest one.
    pub(crate) fn result(&self, query: u32) -> Option<u64> {
        let mut results = self.replies.iter().rev();
        results.find_map(|reply| match reply {
            Reply::QueryResult(result) if result.query.0 == query => Some(result.value),
            _ => None,
        })?
    }

    /// The diagnostics as lines.
    pub(crate) fn said(&self) -> Vec<String> {
        self.faults.iter().map(ToString::to_string).collect()
    }

    /// The pixel at a place counted from the lower left corner.
    pub(crate) fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let at = (((self.height - 1 - y) * self.width + x) * 4) as usize;
        [self.pixels[at], self.pixels[at + 1], self.pixels[at + 2], self.pixels[at + 3]]
    }
}

fn document(text: &str) -> (Document, Header<'static>) {
    let document =
        parse(text).unwrap_or_else(|mistakes| panic!("the stream can't be read: {mistakes}\n{text}"));
    let header = document.items.iter().find_map(|item| match item {
        Item::Header(header) => Some(header.clone()),
        _ => None,
    });
    let header = header.expect("a header comes first");
    (document, header)
}

/// Draws a stream; none, with a printed line, where there is no context.
pub(crate) fn draw(api: Api, text: &str) -> Option<Shown> {
    let (document, header) = document(text);
    let (width, height) = (header.width, header.height);
    let mut shown = Shown { api, width, height, pixels: Vec::new(), replies: Vec::new(), faults: Vec::new() };
    let mut session = match Headless::open(api, &header, Settings::default()) {
        Ok(session) => session,
        Err(OpenError::Stream(refusal)) => {
            shown.faults.push(*refusal);
            return Some(shown);
        }
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
            eprintln!("skipped the drawing layer: {error}");
            return None;
        }
    };
    for item in &document.items {
        let Item::Frame { frame, .. } = item else { continue };
        let interpreter = session.interpreter().expect("the context stays");
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        shown.replies.extend(interpreter.take_replies());
        shown.faults.extend(interpreter.take_diagnostics());
    }
    (shown.width, shown.height, shown.pixels) = session.picture().expect("a canvas can be read");
    Some(shown)
}

/// Draws a stream of profile es2 on a context that is taken for OpenGL ES 2.0 itself. Drivers tend to give a later
/// version when asked for that one; what GLIR does without it is then never met.
pub(crate) fn draw_on_es2_itself(text: &str) -> Option<Shown> {
    let (document, header) = document(text);
    let context = HeadlessContext::new(Api::Gles2).ok()?;
    let info = ContextInfo { version: (2, 0), ..context.info().clone() };
    // SAFETY: the context is current, the only one on this thread, and outlives the backend.
    let backend = unsafe { GlBackend::new(context.gl().clone(), info, Dialect::Native) }.expect("a backend");
    let mut interpreter = match Interpreter::new(backend, &header, Settings::default()) {
        Ok(interpreter) => interpreter,
        Err(refused) => {
            // Without the later version some features are not there.
            assert_eq!(refused.0.code, Code::UnsupportedStream, "{}", refused.0);
            return None;
        }
    };
    for item in &document.items {
        let Item::Frame { frame, .. } = item else { continue };
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    }
    let (_, canvas, width, height) = interpreter.canvas();
    let whole = PixelRead {
        source: Surface::Canvas(canvas),
        attachment: 0,
        x: 0,
        y: 0,
        width,
        height,
        class: PixelClass::Unorm,
    };
    let bytes = interpreter.read_canvas(&whole).expect("a canvas can be read");
    let pixels = bytes.chunks_exact(width as usize * 4).rev().collect::<Vec<_>>().concat();
    let (replies, faults) = (interpreter.take_replies(), interpreter.take_diagnostics());
    drop(interpreter);
    drop(context);
    Some(Shown { api: Api::Gles2, width, height, pixels, replies, faults })
}

/// Draws a stream on every API that it is for. On each it must run without a fault and show the same; features that it
/// requires may be missing.
pub(crate) fn everywhere(text: &str) -> Vec<Shown> {
    let (_, header) = document(text);
    let mut all: Vec<Shown> = Vec::new();
    for api in Api::ALL {
        let Some(shown) = draw(api, text) else { return Vec::new() };
        if shown.faults.first().is_some_and(|fault| fault.code == Code::UnsupportedStream) {
            let excused = api == Api::Gles2 && header.profile == Profile::Es3 || !header.requires.is_empty();
            assert!(excused, "{api}: {:?}\n{text}", shown.said());
            continue;
        }
        assert!(shown.faults.is_empty(), "{api}: {:#?}\n{text}", shown.said());
        if let Some(first) = all.first() {
            same(&shown, &first.pixels, &format!("{api} and {}", first.api), text);
        }
        all.push(shown);
    }
    assert!(!all.is_empty(), "no API takes the stream\n{text}");
    if header.profile == Profile::Es2
        && let Some(shown) = draw_on_es2_itself(text)
    {
        assert!(shown.faults.is_empty(), "ES 2.0 itself: {:#?}\n{text}", shown.said());
        same(&shown, &all[0].pixels, &format!("ES 2.0 itself and {}", all[0].api), text);
        all.push(shown);
    }
    all
}

/// Draws a stream on every API that it is for and compares each picture with one made by hand.
pub(crate) fn compare(text: &str, by_hand: impl FnOnce(&Reference)) -> Vec<Shown> {
    let all = everywhere(text);
    let Some(first) = all.first() else { return all };
    let (_, header) = document(text);
    let plain = Reference::new(header.profile, first.width, first.height, header.samples);
    by_hand(&plain);
    same(first, &plain.picture(), &format!("{} and the calls by hand", first.api), text);
    let uniform = first.pixels.chunks_exact(4).all(|pixel| pixel == &first.pixels[..4]);
    assert!(!uniform, "the picture shows only {:?}\n{text}", &first.pixels[..4]);
    all
}

fn same(shown: &Shown, other: &[u8], who: &str, text: &str) {
    assert_eq!(shown.pixels.len(), other.len(), "{who} differ in size\n{text}");
    let pairs = shown.pixels.chunks_exact(4).zip(other.chunks_exact(4)).enumerate();
    let differing: Vec<_> = pairs.filter(|(_, (a, b))| a != b).collect();
    let width = shown.width as usize;
    if let Some((index, (a, b))) = differing.first() {
        let (x, y) = (index % width, shown.height as usize - 1 - index / width);
        panic!("{who} differ at {} pixels; at {x},{y} {a:?} is not {b:?}\n{text}", differing.len());
    }
}

/// A SHADERS line.
pub(crate) fn shaders(program: u32, vertex: &str, fragment: &str, interface: &str) -> String {
    format!(
        "[\"SHADERS\", {program}, {{\"vertex\": {}, \"fragment\": {}}}, {interface}]\n",
        quoted(vertex),
        quoted(fragment)
    )
}

/// A JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n").replace('\t', "\\t");
    format!("\"{escaped}\"")
}

/// Numbers as a list.
pub(crate) fn list<T: ToString>(numbers: impl IntoIterator<Item = T>) -> String {
    let numbers: Vec<String> = numbers.into_iter().map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(", "))
}

/// Whether every context here takes storage blocks in vertex shaders, which GLES 3.1 leaves open.
pub(crate) fn storage_in_vertex_shaders() -> bool {
    [Api::Gl, Api::Gles3].into_iter().all(|api| {
        let Ok(context) = HeadlessContext::new(api) else { return false };
        // SAFETY: the context is current; a name that it does not know leaves 0.
        let most = unsafe { context.gl().get_parameter_i32(glow::MAX_VERTEX_SHADER_STORAGE_BLOCKS) };
        most > 0
    })
}
