//! Streams as they come out of a context: checked, printed, folded, drawn.

use glir_core::text::Printer;
use glir_core::{Capabilities, FrameInput, Interpreter, NoBlobs, NullBackend, Outcome, Settings};
use glir_gloo::{Context, Frame, Header};
use glir_native::{Api, Headless};
use glir_spec::commands::Command;
use glir_spec::structs::Region;
use glir_spec::wire::{Payload, Reader};
use glir_spec::{Feature, Reply, Target};
use std::collections::BTreeMap;

pub(crate) const VERTEX: &str =
    "attribute vec2 a_position; void main() { gl_Position = vec4(a_position, 0.0, 1.0); }";
pub(crate) const FRAGMENT: &str =
    "precision highp float; uniform vec4 u_color; void main() { gl_FragColor = u_color; }";

/// An interpreter that has all there is and draws nothing.
pub(crate) fn checker(header: &Header<'_>) -> Interpreter<NullBackend> {
    let mut capabilities = Capabilities::least(Target::Gles3);
    Feature::ALL.iter().for_each(|feature| capabilities.features.insert(*feature));
    let limits = &mut capabilities.limits;
    limits.max_3d_texture_size = 1 << 14;
    limits.max_array_texture_layers = 1 << 14;
    limits.max_texture_size = 1 << 14;
    limits.max_renderbuffer_size = 1 << 14;
    limits.max_cube_map_texture_size = 1 << 14;
    limits.max_color_attachments = 8;
    limits.max_draw_buffers = 8;
    limits.max_samples = 16;
    let settings = Settings { memory_budget: u64::MAX, ..Settings::default() };
    match Interpreter::new(NullBackend::with(capabilities), header, settings) {
        Ok(interpreter) => interpreter,
        Err(refused) => panic!("{}", refused.0),
    }
}

/// Holds frames against the check: there is nothing to say about them.
pub(crate) fn check(header: &Header<'_>, frames: &[Frame]) {
    let mut interpreter = checker(header);
    for frame in frames {
        let outcome =
            interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{told:?}\n{}", text(header, frames));
        assert_eq!(outcome, Outcome::Complete);
    }
}

/// The stream as text.
pub(crate) fn text(header: &Header<'_>, frames: &[Frame]) -> String {
    let mut printer = Printer::new();
    let mut out = String::new();
    printer.header(&Header { generator: "".into(), ..header.clone() }, &mut out);
    frames.iter().for_each(|frame| printer.frame(frame.head(), frame.arena(), 0, &mut out));
    out
}

/// The names of a frame's commands.
pub(crate) fn names(frame: &Frame) -> Vec<&'static str> {
    commands(frame).iter().map(Command::name).collect()
}

pub(crate) fn commands(frame: &Frame) -> Vec<Command<'_>> {
    let mut reader = Reader::new(frame.head());
    let count = reader.array().unwrap();
    (0..count).map(|_| Command::decode(&mut reader).unwrap()).collect()
}

/// What the buffers of a stream hold.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Folded {
    pub(crate) buffers: BTreeMap<u32, Vec<u8>>,
    /// DATA commands, and the bytes that they brought.
    pub(crate) data: (usize, usize),
}

impl Folded {
    pub(crate) fn take(&mut self, frame: &Frame) {
        for command in commands(frame) {
            match command {
                Command::Size(size) => drop(self.buffers.insert(size.id.0, vec![0; size.width as usize])),
                Command::Delete(delete) => drop(self.buffers.remove(&delete.id.0)),
                Command::Data(data) => {
                    let Region::Bytes { offset } = data.region else { continue };
                    let bytes = match &data.payload {
                        Payload::Inline { bytes, .. } => &**bytes,
                        Payload::Arena { offset, length, .. } => {
                            &frame.arena()[*offset as usize..][..*length as usize]
                        }
                        Payload::Blob { .. } => panic!("gloo makes no blobs"),
                    };
                    self.data = (self.data.0 + 1, self.data.1 + bytes.len());
                    let buffer = self.buffers.get_mut(&data.id.0).unwrap();
                    buffer[offset as usize..][..bytes.len()].copy_from_slice(bytes);
                }
                _ => {}
            }
        }
    }
}

/// A stream drawn natively: its last picture, rows from the top down, and the replies. `None` where there is no GL.
pub(crate) fn draw(
    api: Api,
    header: &Header<'_>,
    frames: &[Frame],
) -> Option<(Vec<u8>, Vec<Reply<'static>>)> {
    let mut session = match Headless::open(api, header, Settings::default()) {
        Ok(session) => session,
        Err(error) => {
            assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{api}: {error}");
            eprintln!("skipped the drawing layer: {error}");
            return None;
        }
    };
    let mut replies = Vec::new();
    for frame in frames {
        let interpreter = session.interpreter().unwrap();
        interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
        let told: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
        assert!(told.is_empty(), "{api}: {told:?}\n{}", text(header, frames));
        replies.extend(interpreter.take_replies());
    }
    Some((session.picture().unwrap().2, replies))
}

/// A context of a small canvas.
pub(crate) fn small() -> Context {
    Context::new(32, 32).unwrap()
}

/// A small generator (Knuth's MMIX): the same numbers in every run.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) as usize) % sides.max(1)
    }

    pub(crate) fn part(&mut self) -> f32 {
        self.roll(9) as f32 / 8.0
    }
}
