//! A signal that grows: an electrocardiogram as a monitor would send it, 60 frames a second.
//!
//! The buffer has room for what is shown. Each frame appends the samples that came since the last, by DATA at an offset, and
//! moves the picture by one UNIFORM: so a frame is a few hundred bytes, however long the signal. When the buffer is full it
//! begins again at its start, as the paper of a monitor does. Open the address that is printed, in several windows if you
//! like; slow ones get fewer frames, late ones the present.
//!
//! Run it with `cargo run --release -p glir-live --example growing_signal`, and end it by Ctrl+C. A number as argument ends it
//! after so many seconds, and says what was sent.

use glir_data::{Options, read};
use glir_live::Session;
use glir_spec::commands::{
    Attribute, Clear, Create, Data, Draw, Label, SetShaders, Size, State, Swap, Uniform,
};
use glir_spec::enums::{BufferRole, BufferUsage, ComponentType, FeedbackMode, Mode, Plane};
use glir_spec::ids::{AttributeSlot, BufferId, ProgramId, UniformSlot};
use glir_spec::structs::{
    AttributeDecl, AttributeSource, Descriptor, Interface, Region, Selection, Shaders, UniformDecl,
};
use glir_spec::{Frame, GlslType, Header, StateChanges, StateField, Value};
use std::error::Error;
use std::io::Write;
use std::time::{Duration, Instant};

/// The recording that comes with the project: five minutes, one lead, 360 samples a second.
const RECORDING: &[u8] = include_bytes!("../../producers/data/recordings/mit-bih-208/ecg.edf");
/// Seconds that the picture shows.
const SHOWN: f64 = 10.0;
const RATE: f64 = 60.0;

const PROGRAM: ProgramId = ProgramId(1);
const SIGNAL: BufferId = BufferId(2);

const VERTEX: &str = "
    attribute vec2 a_point;     // time in samples, millivolts
    uniform vec2 u_samples;     // shown samples, the newest one
    varying float v_age;
    void main() {
        v_age = (u_samples.y - a_point.x) / u_samples.x;
        gl_Position = vec4(a_point.x / u_samples.x * 2.0 - 1.0, a_point.y * 0.5, 0.0, 1.0);
    }";
const FRAGMENT: &str = "
    precision mediump float;
    varying float v_age;
    void main() {
        // What the pen is about to overwrite fades.
        float age = v_age < 0.0 ? v_age + 1.0 : v_age;
        gl_FragColor = vec4(mix(vec3(0.04, 0.45, 0.30), vec3(0.93, 0.95, 0.96), smoothstep(0.55, 1.0, age)), 1.0);
    }";

fn main() -> Result<(), Box<dyn Error>> {
    let seconds = std::env::args().nth(1).map(|text| text.parse::<f64>()).transpose()?;
    let recording = read(RECORDING, "ecg.edf", &Options::default())?;
    let channel = recording.channel(0).ok_or("the recording has no channel")?;
    let rate = channel.timing.rate().ok_or("the recording has no rate")?;
    let capacity = (SHOWN * rate) as usize;

    let header = Header { width: 960, height: 320, title: "A growing signal".into(), ..Header::default() };
    let session = Session::builder().header(header).start()?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", session.url())?;
    drop(out);
    session.send(&scene(capacity))?;

    let began = Instant::now();
    let (mut appended, mut sent, mut late) = (0, 0, 0.0f64);
    let mut frame = Frame::new();
    for number in 1u32.. {
        let due = began + Duration::from_secs_f64(f64::from(number) / RATE);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let now = (began.elapsed().as_secs_f64() * rate) as usize;
        // Where the buffer ends, the samples come in two parts.
        while appended < now {
            let at = appended % capacity;
            let count = (now - appended).min(capacity - at);
            let mut values = vec![0.0f32; count];
            // After its end the recording begins again.
            channel.read(appended % channel.len(), &mut values);
            let points: Vec<f32> =
                values.iter().enumerate().flat_map(|(i, value)| [(at + i) as f32, *value]).collect();
            let payload = frame.floats(&points);
            frame.push(Data { id: SIGNAL.into(), region: Region::Bytes { offset: 8 * at as u64 }, payload });
            appended += count;
        }
        let newest = appended.saturating_sub(1) % capacity;
        let value = Value(frame.floats(&[capacity as f32, newest as f32]));
        frame.push(Uniform { program: PROGRAM, slot: UniformSlot(0), value, first: 0 });
        frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
        // Older points stand behind the newest; the line must not jump from there to here.
        let older = (appended.min(capacity) - newest).saturating_sub(1);
        for (first, count) in
            [(0, newest + 1), (newest + 1, older)].into_iter().filter(|(_, count)| *count > 1)
        {
            let selection = Selection::Arrays { count: count as u32, first: first as u32 };
            frame.push(Draw { program: PROGRAM, mode: Mode::LineStrip, selection, instances: 1 });
        }
        frame.push(Swap {});
        if let Some(fault) = session.send(&frame)?.first() {
            return Err(fault.to_string().into());
        }
        sent += frame.head().len() + frame.arena().len();
        late = late.max((Instant::now() - due).as_secs_f64());
        frame.clear();
        session.replies().for_each(drop);
        let elapsed = began.elapsed().as_secs_f64();
        if seconds.is_some_and(|seconds| elapsed > seconds) {
            let each = sent as f64 / f64::from(number);
            writeln!(
                std::io::stdout(),
                "{:.1} frames a second of {each:.0} bytes each; the latest frame was {:.1} ms late",
                f64::from(number) / elapsed,
                late * 1e3,
            )?;
            break;
        }
    }
    Ok(())
}

/// The first frame: a program, and a buffer with room for what is shown.
fn scene(capacity: usize) -> Frame {
    let mut frame = Frame::new();
    frame.push(Create { id: PROGRAM.into(), descriptor: Descriptor::Program {} });
    frame.push(SetShaders {
        program: PROGRAM,
        shaders: Shaders::Render { vertex: VERTEX.into(), fragment: FRAGMENT.into(), geometry: None },
        interface: Interface {
            attributes: vec![AttributeDecl { name: "a_point".into(), ty: GlslType::Vec2 }],
            uniforms: vec![UniformDecl { name: "u_samples".into(), ty: GlslType::Vec2, count: 1 }],
            samplers: Vec::new(),
            blocks: Vec::new(),
            feedback: Vec::new(),
            feedback_mode: FeedbackMode::Interleaved,
        },
    });
    let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Dynamic };
    frame.push(Create { id: SIGNAL.into(), descriptor });
    frame.push(Label { id: SIGNAL.into(), text: "signal".into() });
    frame.push(Size { id: SIGNAL.into(), width: 8 * capacity as u64, height: 1, depth: 1 });
    let source = AttributeSource::View {
        buffer: SIGNAL,
        ty: ComponentType::F32,
        components: 0,
        offset: 0,
        stride: 8,
        normalized: false,
        divisor: 0,
    };
    frame.push(Attribute { program: PROGRAM, slot: AttributeSlot(0), source });
    let paper = StateField::ClearColor([0.96, 0.97, 0.98, 1.0]);
    frame.push(State { changes: StateChanges::new([paper]) });
    frame.push(Clear { planes: vec![Plane::Color], attachment: None, value: None });
    frame.push(Swap {});
    frame
}
