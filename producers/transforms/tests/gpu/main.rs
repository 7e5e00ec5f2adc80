//! The GLSL side on real contexts: it agrees with the CPU's, and a floating origin keeps a microsecond of a year.

// The helpers stand outside of test functions, where these lints would look.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agree;
mod origin;

use glir_core::{FrameInput, NoBlobs, Settings};
use glir_native::{Api, Headless, OpenError};
use glir_shaders::{Emitted, Variable, Version};
use glir_spec::commands::{Attribute, Create, Data, Read, Size, Uniform};
use glir_spec::enums::{BufferRole, BufferUsage, ComponentType};
use glir_spec::ids::{BufferId, FramebufferId, ProgramId, RequestId};
use glir_spec::structs::{AttributeSource, Descriptor, ReadSource, Region};
use glir_spec::{Frame, Header, Profile, Reply, Value};

/// Pixels on a side.
const SIDE: u32 = 64;

/// The contexts, each with the versions of GLSL that it takes; none where there is no GL.
fn contexts() -> Option<Vec<(String, Version, Headless)>> {
    let mut contexts = Vec::new();
    for (api, version) in [
        (Api::Gl, Version::Es100),
        (Api::Gl, Version::Es300),
        (Api::Gles2, Version::Es100),
        (Api::Gles3, Version::Es100),
        (Api::Gles3, Version::Es300),
    ] {
        let profile = if api == Api::Gles2 { Profile::Es2 } else { Profile::Es3 };
        let header = Header { profile, width: SIDE, height: SIDE, ..Header::default() };
        match Headless::open(api, &header, Settings::default()) {
            Ok(session) => contexts.push((format!("{api}, {version:?}"), version, session)),
            Err(OpenError::Context(error)) => {
                assert!(std::env::var_os("GLIR_REQUIRE_GL").is_none(), "{error}");
                eprintln!("skipped the drawing layer: {error}");
                return None;
            }
            Err(error) => panic!("{error}"),
        }
    }
    Some(contexts)
}

/// Carries out a frame, with a READ of the whole canvas behind it; its pixels.
fn pixels(session: &mut Headless, mut frame: Frame, what: &str) -> Vec<[u8; 4]> {
    let source = ReadSource::Pixels {
        framebuffer: FramebufferId(0),
        x: 0,
        y: 0,
        width: None,
        height: None,
        attachment: 0,
    };
    frame.push(Read { request: RequestId(1), source });
    let interpreter = session.interpreter().unwrap();
    interpreter.draw(FrameInput { head: frame.head(), arena: frame.arena().into(), blobs: &NoBlobs });
    let faults: Vec<String> = interpreter.take_diagnostics().iter().map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{what}: {faults:?}");
    for reply in interpreter.take_replies() {
        if let Reply::Pixels(pixels) = reply {
            let glir_spec::Payload::Inline { bytes, .. } = pixels.payload else { panic!("no bytes") };
            return bytes.as_chunks::<4>().0.to_vec();
        }
    }
    panic!("{what}: no pixels came back");
}

/// Gives a program an attribute of `components` floats a vertex, in a new buffer.
fn attribute(frame: &mut Frame, emitted: &Emitted, name: &str, buffer: u32, values: &[f32], components: u8) {
    let buffer = BufferId(buffer);
    let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static };
    frame.push(Create { id: buffer.into(), descriptor });
    frame.push(Size { id: buffer.into(), width: 4 * values.len() as u64, height: 1, depth: 1 });
    let payload = frame.floats(values);
    frame.push(Data { id: buffer.into(), region: Region::Bytes { offset: 0 }, payload });
    let ty = ComponentType::F32;
    let source =
        AttributeSource::View { buffer, ty, components, offset: 0, stride: 0, normalized: false, divisor: 0 };
    frame.push(Attribute { program: ProgramId(1), slot: emitted.attribute(name).unwrap(), source });
}

/// Sets a bound uniform, if the program has it.
fn uniform(frame: &mut Frame, emitted: &Emitted, variable: &Variable, values: &[f32]) {
    let Some(slot) = emitted.uniform(variable) else { return };
    let value = Value(frame.floats(values));
    frame.push(Uniform { program: ProgramId(1), slot, value, first: 0 });
}
