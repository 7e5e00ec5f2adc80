//! Pictures and logs of visuals, held against those under `tests/golden`; `BLESS=1` writes them anew.

#![allow(dead_code)] // each test uses a part
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use glir_core::text::Printer;
use glir_core::{FrameInput, NoBlobs, Settings};
use glir_gloo::{Clear, Context, Frame, Header};
use glir_native::{Api, Headless};
use glir_spec::commands::Command;
use glir_spec::wire::Reader;
use glir_visuals::{View, Visual};
use std::path::{Path, PathBuf};

/// The size of pictures in pixels.
pub(crate) const SIZE: (u32, u32) = (240, 160);

/// The viewport of a whole picture.
pub(crate) const VIEWPORT: [f64; 4] = [0.0, 0.0, SIZE.0 as f64, SIZE.1 as f64];

/// A context of a small canvas.
pub(crate) fn small() -> Context {
    Context::new(SIZE.0, SIZE.1).unwrap()
}

/// A view of a rectangle, `[left, right, bottom, top]`, on the whole picture.
pub(crate) fn rect(rect: [f64; 4]) -> View {
    View::rect(rect, VIEWPORT)
}

/// RGBA pixels, rows from the top down.
#[derive(Clone, PartialEq)]
pub(crate) struct Picture {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<[u8; 4]>,
}

impl Picture {
    /// The pixel in a column from the left and a row from the top.
    pub(crate) fn at(&self, x: u32, y: u32) -> [u8; 4] {
        self.pixels[(y * self.width + x) as usize]
    }

    /// How many pixels differ from white.
    pub(crate) fn inked(&self) -> usize {
        self.pixels.iter().filter(|pixel| **pixel != [255; 4]).count()
    }

    /// The number that picking wrote there.
    pub(crate) fn number(&self, x: u32, y: u32) -> u32 {
        u32::from_le_bytes(self.at(x, y))
    }
}

/// What frames draw on a native context; none where there is no GL.
pub(crate) fn draw_with(api: Api, header: &Header<'_>, frames: &[Frame]) -> Option<Picture> {
    let mut session = match Headless::open(api, header, Settings::default()) {
        Ok(session) => session,
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{api}: {error}");
            eprintln!("skipped the drawing layer: {error}");
            return None;
        }
    };
    for frame in frames {
        let interpreter = session.interpreter().unwrap();
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{api}: {told:?}\n{}", text(header, frames));
    }
    let (width, height, bytes) = session.picture().unwrap();
    Some(Picture { width, height, pixels: bytes.as_chunks::<4>().0.to_vec() })
}

/// What frames draw with GLES: version 2 where the header allows it, so that WebGL 1 can draw it, too.
pub(crate) fn draw(header: &Header<'_>, frames: &[Frame]) -> Option<Picture> {
    let api = if header.profile == glir_gloo::Profile::Es2 { Api::Gles2 } else { Api::Gles3 };
    draw_with(api, header, frames)
}

/// A frame: a white canvas, and visuals on it.
pub(crate) fn frame(context: &Context, view: &View, visuals: &mut [&mut dyn Visual]) -> Frame {
    context.clear(Clear::color_and_depth([1.0; 4])).unwrap();
    for visual in visuals {
        visual.draw(view).unwrap();
    }
    context.swap()
}

/// The numbers that a visual is picked by, on a canvas of its own.
pub(crate) fn pick(context: &Context, view: &View, visual: &mut dyn Visual, first: u32) -> (Frame, u32) {
    context.clear(Clear::color_and_depth([0.0; 4])).unwrap();
    let taken = visual.pick(view, first).unwrap();
    (context.swap(), taken)
}

/// The stream as text, payloads shortened.
pub(crate) fn text(header: &Header<'_>, frames: &[Frame]) -> String {
    let mut printer = Printer::new();
    printer.elide = Some(16);
    let mut out = String::new();
    printer.header(&Header { generator: "".into(), ..header.clone() }, &mut out);
    frames.iter().for_each(|frame| printer.frame(frame.head(), frame.arena(), 0, &mut out));
    shorten(&out)
}

/// Leaves out shaders that stand further up already.
fn shorten(text: &str) -> String {
    let mut known = std::collections::HashMap::new();
    let mut out = String::new();
    for line in text.lines() {
        let rest = line.strip_prefix("[\"SHADERS\", ").and_then(|rest| rest.split_once(", "));
        let again = rest.and_then(|(program, sources)| {
            let first = *known.entry(sources).or_insert(program);
            (first != program).then(|| format!("[\"SHADERS\", {program}, \"… as program {first}\"]"))
        });
        out.push_str(again.as_deref().unwrap_or(line));
        out.push('\n');
    }
    out
}

/// The names of a frame's commands.
pub(crate) fn names(frame: &Frame) -> Vec<&'static str> {
    let mut reader = Reader::new(frame.head());
    let count = reader.array().unwrap();
    (0..count).map(|_| Command::decode(&mut reader).unwrap().name()).collect()
}

fn golden_path(name: &str, extension: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/{name}.{extension}"))
}

/// Holds a stream against its golden text, and what it draws against its golden picture; gives the picture.
pub(crate) fn golden(name: &str, context: &Context, frames: &[Frame]) -> Option<Picture> {
    golden_stream(name, &context.header(), frames)
}

/// The same of a stream whose context is gone.
pub(crate) fn golden_stream(name: &str, header: &Header<'_>, frames: &[Frame]) -> Option<Picture> {
    golden_text(name, header, frames);
    let picture = draw(header, frames)?;
    golden_picture(name, &picture);
    // Desktop GL draws the same.
    if std::env::var_os("BLESS").is_none() {
        golden_picture(name, &draw_with(Api::Gl, header, frames)?);
    }
    Some(picture)
}

/// Holds a stream, or some frames of one, against its golden text.
pub(crate) fn golden_text(name: &str, header: &Header<'_>, frames: &[Frame]) {
    let path = golden_path(name, "glirt");
    let found = text(header, frames);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    if found != expected {
        let lines = found.lines().zip(expected.lines()).enumerate();
        let first = lines.into_iter().find(|(_, (found, expected))| found != expected);
        let (number, (found, expected)) = first.unwrap_or_default();
        let cut = |line: &str| line.chars().take(200).collect::<String>();
        panic!(
            "{name}, line {}: {} instead of {}; BLESS=1 accepts the change",
            number + 1,
            cut(found),
            cut(expected)
        );
    }
}

/// Holds a picture against its golden one: no channel of a pixel differs by more than 2.
pub(crate) fn golden_picture(name: &str, picture: &Picture) {
    let path = golden_path(name, "png");
    if std::env::var_os("BLESS").is_some() {
        save(&path, picture);
    }
    let expected = load(&path);
    assert_eq!((picture.width, picture.height), (expected.width, expected.height), "{name}");
    let differs = |(a, b): (&[u8; 4], &[u8; 4])| a.iter().zip(b).any(|(a, b)| a.abs_diff(*b) > 2);
    let wrong = picture.pixels.iter().zip(&expected.pixels).filter(|pair| differs(*pair)).count();
    if wrong > 0 {
        let found = std::env::temp_dir().join(format!("glir-visuals-{name}.png"));
        save(&found, picture);
        panic!("{name}: {wrong} pixels differ; found {}; BLESS=1 accepts the change", found.display());
    }
}

/// Writes a picture.
pub(crate) fn save(path: &Path, picture: &Picture) {
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut encoder = png::Encoder::new(file, picture.width, picture.height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(picture.pixels.as_flattened()).unwrap();
}

fn load(path: &Path) -> Picture {
    let file = match std::fs::File::open(path) {
        Ok(file) => std::io::BufReader::new(file),
        Err(error) => panic!("{}: {error}; BLESS=1 makes it", path.display()),
    };
    let mut reader = png::Decoder::new(file).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    Picture { width: info.width, height: info.height, pixels: bytes.as_chunks::<4>().0.to_vec() }
}
