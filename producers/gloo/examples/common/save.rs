//! What the examples of all producers share: the output file.

use glir_core::file::Writer;
use glir_gloo::{Frame, Header};
use std::error::Error;
use std::fs::File;
use std::io::BufWriter;

/// Writes a stream to the file that the command line names, or to one of the given name.
pub(crate) fn save(header: &Header<'_>, frames: &[Frame], name: &str) -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| name.into());
    let mut writer = Writer::new(BufWriter::new(File::create(&path)?), header)?;
    for (index, frame) in frames.iter().enumerate() {
        writer.frame(frame, index as u64 * 1_000_000 / 30)?;
    }
    writer.finish()?;
    eprintln!("{path}: {} frames; `glir render {path} -o picture.png` shows the last one", frames.len());
    Ok(())
}
