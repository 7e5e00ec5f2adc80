//! Uploads by gloo's buffers: what a DATA command costs beside the bytes that it saves, and what the policies make of
//! changes that lie apart.

use crate::copying::CopyingBackend;
use crate::timing::{interleaved, per_run};
use glir_core::{Backend, FrameInput, Interpreter, NoBlobs, Settings};
use glir_gloo::{Context, Mode, Program, Upload, Vertex, VertexBuffer};
use glir_native::{Api, Headless};
use glir_spec::commands::{Data, Swap};
use glir_spec::ids::ObjectId;
use glir_spec::structs::Region;
use glir_spec::{Encoding, Frame, Header};
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;

const VERTEX: &str = "attribute vec4 a; void main() { gl_Position = a; }";
const FRAGMENT: &str = "void main() { gl_FragColor = vec4(1.0); }";

type Point = [f32; 4];
/// Points of the buffer: 1 MiB.
const POINTS: usize = 1 << 16;
/// Stretches of it that change in a frame.
const STRETCHES: usize = 16;
/// Points of a stretch: 64 bytes.
const CHANGED: usize = 4;
/// Unchanged bytes between two stretches.
const GAPS: [usize; 8] = [128, 256, 512, 1024, 2048, 4096, 8192, 32768];

/// Carries out frames, wherever.
type Draw<'d> = &'d mut dyn FnMut(&Frame);

fn carry_out<B: Backend>(interpreter: &mut Interpreter<B>, frame: &Frame) {
    interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    interpreter.take_replies();
}

/// All of it: on the backend that copies, on real GL, and the encoding of vertices.
pub(crate) fn gloo() -> Result<Value, Box<dyn Error>> {
    let header = Header::default();
    let made = Interpreter::new(CopyingBackend::new(), &header, Settings::default());
    let mut copying = made.map_err(|refused| refused.0.to_string())?;
    let mut results = serde_json::Map::new();
    results.insert("copying".into(), one_way(&mut |frame| carry_out(&mut copying, frame))?);
    let mut gles = Headless::open(Api::Gles3, &header, Settings::default())?;
    let interpreter = gles.interpreter()?;
    results.insert("gles3".into(), one_way(&mut |frame| carry_out(interpreter, frame))?);
    if let Some(diagnostic) = interpreter.take_diagnostics().pop() {
        return Err(diagnostic.to_string().into());
    }
    results.insert("encoding".into(), encoding());
    Ok(results.into())
}

fn one_way(draw: Draw<'_>) -> Result<Value, Box<dyn Error>> {
    let mut way = Way::new()?;
    let context = way.context.clone();
    draw(&context.swap());
    let (command, byte) = way.model(draw);
    let mut policies = Vec::new();
    for gap in GAPS {
        policies.push(way.compare(draw, gap)?);
    }
    Ok(json!({
        "ns_per_data_command": command * 1e9,
        "ns_per_kibibyte": byte * 1e9 * 1024.0,
        "command_in_bytes": command / byte,
        "changes_apart": policies,
    }))
}

struct Way {
    context: Context,
    buffer: VertexBuffer<Point>,
    program: Program,
    step: u32,
}

impl Way {
    fn new() -> Result<Self, Box<dyn Error>> {
        let context = Context::new(800, 600)?;
        let buffer = VertexBuffer::<Point>::zeros(&context, POINTS)?;
        let mut program = Program::new(&context, VERTEX, FRAGMENT)?;
        program.set("a", &buffer)?;
        program.draw(Mode::Points, 0..1)?;
        Ok(Way { context, buffer, program, step: 0 })
    }

    /// What a DATA command costs, and a byte of its payload, in seconds: from frames of many small and of as many larger ones,
    /// built and carried out.
    fn model(&self, draw: Draw<'_>) -> (f64, f64) {
        const COMMANDS: usize = 512;
        const SMALL: usize = 128;
        const LARGE: usize = 2048;
        let id = ObjectId(self.buffer.id().0);
        let bytes = [1u8; LARGE];
        let frame_of = |size: usize| {
            let mut frame = Frame::new();
            for index in 0..COMMANDS {
                let payload = frame.payload(Encoding::Raw, &bytes[..size]);
                frame.push(Data { id, region: Region::Bytes { offset: (index * LARGE) as u64 }, payload });
            }
            frame.push(Swap {});
            frame
        };
        let draw = std::cell::RefCell::new(draw);
        let pair =
            interleaved(80, || draw.borrow_mut()(&frame_of(LARGE)), || draw.borrow_mut()(&frame_of(SMALL)));
        let byte = pair.difference / (COMMANDS * (LARGE - SMALL)) as f64;
        (pair.second / COMMANDS as f64 - byte * SMALL as f64, byte)
    }

    /// A frame in which stretches change that lie `gap` bytes apart.
    fn frame(&mut self, gap: usize, policy: Upload) -> Result<Frame, glir_gloo::Error> {
        self.step += 1;
        self.buffer.set_policy(policy);
        let apart = gap / size_of::<Point>() + CHANGED;
        for index in 0..STRETCHES {
            self.buffer.write(index * apart, &[[self.step as f32; 4]; CHANGED])?;
        }
        self.program.draw(Mode::Points, 0..1)?;
        Ok(self.context.swap())
    }

    /// Several blocks beside one, and what the default takes.
    fn compare(&mut self, draw: Draw<'_>, gap: usize) -> Result<Value, Box<dyn Error>> {
        let several = Upload::Blocks { gap: 0 };
        let mut sizes = Vec::new();
        for policy in [several, Upload::Span, Upload::default()] {
            let frame = self.frame(gap, policy)?;
            draw(&frame);
            sizes.push((frame.len() - 2, frame.head().len() + frame.arena().len()));
        }
        let both = std::cell::RefCell::new((self, draw));
        let run = |policy: Upload| {
            let (way, draw) = &mut *both.borrow_mut();
            // Frame after frame, so that a run is long enough to be timed.
            for _ in 0..20 {
                if let Ok(frame) = way.frame(gap, policy) {
                    draw(&frame);
                }
            }
        };
        let pair = interleaved(40, || run(several), || run(Upload::Span));
        Ok(json!({
            "gap": gap,
            "several": { "commands": sizes[0].0, "bytes": sizes[0].1 },
            "span": { "commands": sizes[1].0, "bytes": sizes[1].1 },
            "default": { "commands": sizes[2].0, "bytes": sizes[2].1 },
            "several_over_span": pair.ratio,
        }))
    }
}

#[derive(Clone, Copy, Vertex)]
#[repr(C)]
struct Structured {
    position: [f32; 3],
    normal: [f32; 3],
    #[gloo(normalized)]
    color: [u8; 4],
    size: f32,
}

/// Bytes a second at which vertices are written into a buffer's own copy, beside plain copies.
fn encoding() -> Value {
    const COUNT: usize = 1 << 15;
    let point = Structured { position: [1.0; 3], normal: [0.5; 3], color: [1; 4], size: 2.0 };
    let points = vec![point; COUNT];
    let mut bytes = vec![0u8; COUNT * Structured::SIZE];
    let copied = bytes.clone();
    let pair = interleaved(
        60,
        || {
            for (point, into) in points.iter().zip(bytes.chunks_exact_mut(Structured::SIZE)) {
                point.write(into);
            }
            black_box(&mut bytes);
        },
        || drop(black_box(copied.clone())),
    );
    let Ok(context) = Context::new(8, 8) else { return Value::Null };
    let Ok(mut buffer) = VertexBuffer::new(&context, &points) else { return Value::Null };
    let written = per_run(60, |run| {
        let value = Structured { size: run as f32, ..point };
        let values = vec![value; COUNT];
        black_box(buffer.write(0, &values).is_ok());
    });
    let total = (COUNT * Structured::SIZE) as f64;
    json!({
        "structured_bytes_per_second": total / pair.first,
        "copied_bytes_per_second": total / pair.second,
        "share_of_copy": 1.0 / pair.ratio,
        "written_bytes_per_second": total / written.median,
    })
}
