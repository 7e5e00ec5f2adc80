//! Memory while a large file is replayed from a memory map.

use crate::streams;
use glir_core::file::{Item, SliceReader, Writer};
use glir_core::{FrameInput, Interpreter, NoBlobs, Settings};
use glir_spec::{Header, Target};
use serde_json::{Value, json};
use std::error::Error;
use std::fs::File;
use std::io::BufWriter;

/// Writes a file of so many mebibytes: frames of sixteen payloads of 1 MiB.
pub(crate) fn make_file(path: &str, mebibytes: usize) -> Result<Value, Box<dyn Error>> {
    let mut writer = Writer::new(BufWriter::new(File::create(path)?), &Header::default())?;
    writer.frame(&streams::large(1 << 20), 0)?;
    for frame in 0..mebibytes / 16 {
        writer.frame(&streams::uploads(16, 1 << 20), frame as u64)?;
    }
    writer.finish()?;
    Ok(json!({ "bytes": std::fs::metadata(path)?.len() }))
}

/// Replays it, on the backend that copies payloads as a driver does; gives what the kernel counted.
pub(crate) fn replay_mapped(path: &str) -> Result<Value, Box<dyn Error>> {
    let file = File::open(path)?;
    // SAFETY: the file is this benchmark's own and nobody else changes it meanwhile.
    let map = unsafe { memmap2::Mmap::map(&file)? };
    let backend = crate::copying::CopyingBackend::new();
    debug_assert_eq!(glir_core::Backend::capabilities(&backend).target, Target::Gl33);
    let made = Interpreter::new(backend, &Header::default(), Settings::default());
    let mut interpreter = made.map_err(|refused| refused.0.to_string())?;
    let mut frames = 0u64;
    for item in SliceReader::new(&map) {
        match item {
            Item::Frame { head, arena, .. } => {
                interpreter.draw(FrameInput { head, arena: arena.into(), blobs: &NoBlobs });
                interpreter.take_replies();
                frames += 1;
            }
            Item::Fault(fault) => return Err(fault.to_string().into()),
            _ => {}
        }
    }
    if let Some(diagnostic) = interpreter.take_diagnostics().first() {
        return Err(diagnostic.to_string().into());
    }
    let (peak, anonymous, stream) = (status("VmHWM")?, status("RssAnon")?, map.len() as u64);
    Ok(json!({
        "frames": frames,
        "stream_bytes": stream,
        "peak_bytes": peak,
        "beyond_stream_bytes": peak as i64 - stream as i64,
        "anonymous_bytes_at_end": anonymous,
    }))
}

/// Bytes of memory that this process holds now.
pub(crate) fn resident() -> std::io::Result<u64> {
    status("VmRSS")
}

/// The most bytes of memory that this process has held.
pub(crate) fn peak() -> std::io::Result<u64> {
    status("VmHWM")
}

/// Bytes that the kernel counts under a name.
fn status(name: &str) -> std::io::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(name));
    let kibibytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kibibytes.map(|count| count * 1024).ok_or_else(|| std::io::ErrorKind::Unsupported.into())
}
