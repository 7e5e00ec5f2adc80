//! Replaying: on a backend that does nothing, on one that copies payloads once, and on real GL beside the same calls by hand.

use crate::streams;
use crate::timing::{interleaved, per_run};
use glir_core::{FrameInput, Interpreter, NoBlobs, NullBackend, Settings};
use glir_native::{Api, Headless, HeadlessContext};
use glir_spec::{Frame, Header, Target};
use glow::HasContext as _;
use serde_json::{Value, json};
use std::error::Error;
use std::hint::black_box;

fn input(frame: &Frame) -> FrameInput<'_> {
    FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs }
}

fn null(setup: &Frame) -> Result<Interpreter<NullBackend>, Box<dyn Error>> {
    let made = Interpreter::new(NullBackend::new(Target::Gl33), &Header::default(), Settings::default());
    let mut interpreter = made.map_err(|refused| refused.0.to_string())?;
    interpreter.draw(input(setup));
    no_faults(&mut interpreter.take_diagnostics())?;
    Ok(interpreter)
}

fn no_faults(diagnostics: &mut Vec<glir_core::Diagnostic>) -> Result<(), Box<dyn Error>> {
    match diagnostics.pop() {
        Some(diagnostic) => Err(diagnostic.to_string().into()),
        None => Ok(()),
    }
}

/// Small commands decoded and checked, on the backend that does nothing.
pub(crate) fn commands() -> Result<Value, Box<dyn Error>> {
    let mut results = serde_json::Map::new();
    for (name, attributes, each) in [("uniform_attribute_draw", true, 3), ("uniform_draw", false, 2)] {
        let mut interpreter = null(&streams::objects())?;
        let frames = [streams::draws(0, 1000, attributes, false), streams::draws(1, 1000, attributes, false)];
        let seconds = per_run(400, |run| {
            interpreter.draw(input(&frames[run % 2]));
            interpreter.take_replies();
        });
        no_faults(&mut interpreter.take_diagnostics())?;
        let count = f64::from(each * 1000 + 1);
        results.insert(
            name.into(),
            json!({
                "commands_per_second": count / seconds.median,
                "best_commands_per_second": count / seconds.least,
                "ns_per_command": seconds.median * 1e9 / count,
            }),
        );
    }
    Ok(results.into())
}

/// Payloads of 1 MiB through decode and check, copied once by the backend as GL would, beside a plain copy.
pub(crate) fn payloads() -> Result<Value, Box<dyn Error>> {
    const MIB: usize = 1 << 20;
    const COUNT: usize = 32;
    let frame = streams::uploads(COUNT, MIB);
    let mut interpreter = null(&streams::large(MIB))?;
    let untouched = per_run(100, |_| {
        interpreter.draw(input(&frame));
        interpreter.take_replies();
    });
    let mut copying =
        Interpreter::new(crate::copying::CopyingBackend::new(), &Header::default(), Settings::default())
            .map_err(|refused| refused.0.to_string())?;
    copying.draw(input(&streams::large(MIB)));
    let arena = frame.arena();
    let mut target = vec![0u8; MIB];
    let ratio = interleaved(
        60,
        || {
            copying.draw(input(&frame));
            copying.take_replies();
        },
        || {
            for index in 0..COUNT {
                target.copy_from_slice(&arena[index * MIB..(index + 1) * MIB]);
                black_box(&mut target);
            }
        },
    );
    let bytes = (COUNT * MIB) as f64;
    Ok(json!({
        "bytes_per_second_untouched": bytes / untouched.median,
        "bytes_per_second_copied_once": bytes / ratio.first,
        "memcpy_bytes_per_second": bytes / ratio.second,
        "share_of_memcpy": 1.0 / ratio.ratio,
    }))
}

/// The frames of the comparison with direct GL.
struct Program {
    frames: u32,
    draws: u32,
}

/// The same GL calls as the interpreter makes, written by hand on glow.
struct Direct {
    context: HeadlessContext,
    uniform: Option<glow::UniformLocation>,
    vertices: glow::Buffer,
    streamed: glow::Buffer,
}

impl Direct {
    fn new() -> Result<Self, Box<dyn Error>> {
        let context = HeadlessContext::new(Api::Gles3)?;
        let gl = context.gl().clone();
        // SAFETY: the context is current from its making on; every name is made right here.
        unsafe {
            let target = gl.create_framebuffer()?;
            let image = gl.create_renderbuffer()?;
            gl.bind_renderbuffer(glow::RENDERBUFFER, Some(image));
            gl.renderbuffer_storage(glow::RENDERBUFFER, glow::RGBA8, 800, 600);
            gl.bind_framebuffer(glow::FRAMEBUFFER, Some(target));
            gl.framebuffer_renderbuffer(
                glow::FRAMEBUFFER,
                glow::COLOR_ATTACHMENT0,
                glow::RENDERBUFFER,
                Some(image),
            );
            let array = gl.create_vertex_array()?;
            gl.bind_vertex_array(Some(array));
            let program = gl.create_program()?;
            for (stage, source) in
                [(glow::VERTEX_SHADER, streams::VERTEX), (glow::FRAGMENT_SHADER, streams::FRAGMENT)]
            {
                let shader = gl.create_shader(stage)?;
                gl.shader_source(shader, source);
                gl.compile_shader(shader);
                gl.attach_shader(program, shader);
            }
            gl.bind_attrib_location(program, 0, "a");
            gl.link_program(program);
            gl.use_program(Some(program));
            let uniform = gl.get_uniform_location(program, "u");
            let streamed = gl.create_buffer()?;
            gl.bind_buffer(glow::ARRAY_BUFFER, Some(streamed));
            gl.buffer_data_size(glow::ARRAY_BUFFER, streams::UPLOAD as i32, glow::STATIC_DRAW);
            let vertices = gl.create_buffer()?;
            gl.bind_buffer(glow::ARRAY_BUFFER, Some(vertices));
            gl.buffer_data_size(glow::ARRAY_BUFFER, streams::VERTICES as i32, glow::STATIC_DRAW);
            gl.enable_vertex_attrib_array(0);
            gl.viewport(0, 0, 800, 600);
            Ok(Direct { context, uniform, vertices, streamed })
        }
    }

    fn run(&self, program: &Program, uploads: &[u8]) {
        let gl = self.context.gl();
        // SAFETY: the context was made current by the caller; ranges lie inside the buffers made above.
        unsafe {
            for frame in 0..program.frames {
                gl.bind_buffer(glow::ARRAY_BUFFER, Some(self.streamed));
                gl.buffer_sub_data_u8_slice(glow::ARRAY_BUFFER, 0, uploads);
                gl.bind_buffer(glow::ARRAY_BUFFER, Some(self.vertices));
                for draw in 0..program.draws {
                    gl.uniform_4_f32_slice(self.uniform.as_ref(), &streams::color_of(frame, draw));
                    gl.vertex_attrib_pointer_f32(
                        0,
                        2,
                        glow::FLOAT,
                        false,
                        8,
                        streams::offset_of(draw) as i32,
                    );
                    gl.draw_arrays(glow::TRIANGLES, 0, 3);
                }
                gl.flush();
                black_box(gl.get_error());
            }
        }
    }
}

/// GLIR's replay on real GL, ready to run.
struct Replay {
    session: Headless,
    frames: Vec<Frame>,
}

impl Replay {
    fn new(program: &Program) -> Result<Self, Box<dyn Error>> {
        let mut session = Headless::open(Api::Gles3, &Header::default(), Settings::default())?;
        session.interpreter()?.draw(input(&streams::objects()));
        let frames =
            (0..program.frames).map(|frame| streams::draws(frame, program.draws, true, true)).collect();
        Ok(Replay { session, frames })
    }

    fn run(&mut self) -> Result<(), Box<dyn Error>> {
        let interpreter = self.session.interpreter()?;
        for frame in &self.frames {
            interpreter.draw(input(frame));
            interpreter.take_replies();
        }
        no_faults(&mut interpreter.take_diagnostics())
    }
}

/// The stream on real GL beside the same calls by hand. Under `GALLIUM_NOOP=1` the driver does nothing, so the difference
/// is GLIR's own.
pub(crate) fn beside_glow(frames: u32, draws: u32) -> Result<Value, Box<dyn Error>> {
    let program = Program { frames, draws };
    let mut replay = Replay::new(&program)?;
    let direct = Direct::new()?;
    let mut checked = null(&streams::objects())?;
    let uploads = vec![7u8; streams::UPLOAD];
    let mut failure = None;
    let pair = interleaved(
        9,
        || failure = replay.run().err().or(failure.take()),
        || {
            if direct.context.make_current().is_ok() {
                direct.run(&program, &uploads);
            }
        },
    );
    if let Some(failure) = failure {
        return Err(failure);
    }
    // Decoding and checking alone, on the backend that does nothing.
    let alone = per_run(9, |_| {
        for frame in &replay.frames {
            checked.draw(input(frame));
            checked.take_replies();
        }
    });
    let commands = f64::from(frames) * (f64::from(draws) * 3.0 + 2.0);
    Ok(json!({
        "driver_does_nothing": std::env::var_os("GALLIUM_NOOP").is_some(),
        "renderer": replay.session.info().renderer,
        "commands": commands,
        "glir_seconds": pair.first,
        "glow_seconds": pair.second,
        "ratio": pair.ratio,
        "overhead_ns_per_command": pair.difference * 1e9 / commands,
        "decode_and_check_ns_per_command": alone.median * 1e9 / commands,
        "decode_and_check_share": alone.median / pair.first,
    }))
}

/// One side of the comparison, some frames long: what callgrind counts.
pub(crate) fn one_side(side: &str, frames: u32) -> Result<Value, Box<dyn Error>> {
    let program = Program { frames, draws: 1000 };
    match side {
        "glir" => Replay::new(&program)?.run()?,
        "glow" => Direct::new()?.run(&program, &vec![7u8; streams::UPLOAD]),
        "check" => {
            let mut checked = null(&streams::objects())?;
            for frame in 0..frames {
                checked.draw(input(&streams::draws(frame, program.draws, true, true)));
            }
        }
        "frames" => {
            for frame in 0..frames {
                black_box(streams::draws(frame, program.draws, true, true));
            }
        }
        other => return Err(format!("{other:?} is none of glir, glow, check, frames").into()),
    }
    Ok(json!({ "side": side, "frames": frames, "commands": f64::from(frames) * 3002.0 }))
}
