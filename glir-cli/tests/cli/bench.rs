//! A folder of its own for each test, and the command run in it.

use glir_core::file::Writer;
use glir_core::file::chunk::{FileHeader, checksum};
use glir_spec::commands::{Create, Label, Swap};
use glir_spec::enums::{BufferRole, BufferUsage};
use glir_spec::ids::ObjectId;
use glir_spec::structs::Descriptor;
use glir_spec::wire::Encoding;
use glir_spec::{Frame, Header};
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub(crate) struct Bench {
    folder: TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Bench { folder: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// The names of all files, sorted.
    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glir"));
        command.args(arguments).current_dir(self.folder.path());
        command
    }

    pub(crate) fn glir(&self, arguments: &[&str]) -> Run {
        self.glir_reading(arguments, b"")
    }

    /// Runs with bytes on the standard input.
    pub(crate) fn glir_reading(&self, arguments: &[&str], input: &[u8]) -> Run {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The command may end before it has read everything; that is its affair.
        let _ = child.stdin.take().unwrap().write_all(input);
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// A stream of two frames, a blob and a note.
pub(crate) fn stream() -> Vec<u8> {
    let header = Header { title: "bench".into(), width: 64, height: 48, ..Header::default() };
    let mut writer = Writer::new(Vec::new(), &header).unwrap();
    writer.meta(&[("author", "a test")]).unwrap();
    writer.blob(Encoding::U8, &[5; 300]).unwrap();
    let mut frame = Frame::new();
    let descriptor = Descriptor::Buffer { buffer: BufferRole::Vertex, usage: BufferUsage::Static };
    frame.push(Create { id: ObjectId(1), descriptor });
    frame.push(Swap {});
    writer.frame(&frame, 0).unwrap();
    frame.clear();
    frame.push(Label { id: ObjectId(1), text: "vertices".into() });
    frame.push(Swap {});
    writer.frame(&frame, 1_500_000).unwrap();
    writer.finish().unwrap()
}

/// A stream without chunks that claims a version.
pub(crate) fn stream_of_version(major: u16, minor: u16) -> Vec<u8> {
    let header = FileHeader { major, minor, head_len: 0, head_crc: checksum(&[]) };
    header.encode().to_vec()
}
