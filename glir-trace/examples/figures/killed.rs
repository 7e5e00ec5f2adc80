//! Recordings that end by SIGKILL, in the middle of an animation that comes as fast as it can.

use crate::{drawn, readable, sample};
use glir_core::{FrameInput, Store};
use glir_spec::Frame;
use glir_trace::{Recording, Tee};
use std::fs::File;
use std::io::BufWriter;
use std::process::Command;

/// The frames that have been drawn when it comes.
const DRAWN: usize = 200;

/// The variable that names the file of the recording.
const FILE: &str = "FIGURES_FILE";

/// Ends this process at once.
fn kill() {
    let _ = Command::new("kill").args(["-KILL", &std::process::id().to_string()]).status();
}

/// Draws off screen until it is killed.
pub(crate) fn draw(frames: &[Frame]) {
    let Some(mut session) = drawn::session() else { return };
    for frame in &frames[..DRAWN] {
        let blobs = &glir_core::NoBlobs;
        let input = FrameInput { head: frame.head(), arena: Store::Memory(frame.arena()), blobs };
        session.interpreter().unwrap().draw(input);
        session.interpreter().unwrap().take_replies();
    }
    session.picture().unwrap();
    kill();
}

/// Records beside a producer that does nothing else, until it is killed.
pub(crate) fn record(frames: &[Frame]) {
    let out = BufWriter::new(File::create(std::env::var_os(FILE).unwrap()).unwrap());
    let mut tee = Tee::new(out, &sample::header(), Recording::default(), |_: &Frame| {}).unwrap();
    frames[..DRAWN].iter().for_each(|frame| tee.frame(frame).unwrap());
    kill();
}

/// The most frames that are lost of a recording that is killed, of five; none where nobody can be killed so.
pub(crate) fn lost() -> Option<usize> {
    let folder = std::env::temp_dir().join(format!("glir-figures-{}", std::process::id()));
    std::fs::create_dir_all(&folder).ok()?;
    let file = folder.join("killed.glir");
    let one = |_| {
        let mut program = Command::new(std::env::current_exe().ok()?);
        let status = program.arg("record-killed").env(FILE, &file).status().ok()?;
        let killed = status.code().is_none();
        killed.then(|| DRAWN - readable(&std::fs::read(&file).unwrap()))
    };
    let lost = (0..5).map(one).collect::<Option<Vec<usize>>>().and_then(|lost| lost.into_iter().max());
    let _ = std::fs::remove_dir_all(folder);
    lost
}
