//! Replaying a stream: what `render`, `play`, `check` and `serve` share. Frames and blobs are borrowed from the input.

use crate::failure::{Failure, say};
use crate::progress;
use glir_core::file::{FileFault, Item, Options, Room, SliceReader};
use glir_core::{Blobs, Diagnostic, FrameInput, Store};
use glir_spec::enums::Severity;
use glir_spec::wire::{Hash, Str};
use glir_spec::{Encoding, Header};
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::ops::ControlFlow;

/// Who takes the parts of a stream.
pub(crate) trait Host {
    /// A stream begins; if there was one before, it is over.
    fn begin(&mut self, header: &Header<'_>) -> Result<ControlFlow<()>, Failure>;
    /// A frame chunk.
    fn frame(&mut self, input: FrameInput<'_>, time_us: u64) -> Result<ControlFlow<()>, Failure>;
    /// Bytes that later frames name by their hash; who draws here finds them in the frames' input.
    fn blob(&mut self, _: Encoding, _: &[u8]) {}
    /// Notes about the stream, or about the frame chunk before.
    fn notes(&mut self, _: &[(Str<'_>, Str<'_>)]) -> Result<(), Failure> {
        Ok(())
    }
    /// A part of the file is damaged and was left out.
    fn damage(&mut self, fault: &FileFault);
}

/// A part of a file that has begun with a header.
pub(crate) enum Part<'i> {
    /// A stream begins; if there was one before, it is over.
    Header(Header<'i>),
    /// A frame chunk.
    Frame { time_us: u64, head: &'i [u8], arena: &'i [u8] },
    /// Bytes that later frames name by their hash.
    Blob { hash: Hash, encoding: Encoding, bytes: &'i [u8] },
    /// Notes about the stream, or about the frame chunk before.
    Notes(Vec<(Str<'i>, Str<'i>)>),
    /// What was left out because it is damaged.
    Damage(FileFault),
}

/// The parts of a file, one after another.
pub(crate) struct Parts<'i> {
    name: &'i str,
    reader: SliceReader<'i>,
    begun: bool,
    /// Damage before the first good header: told when there is one, else the reason why nothing can be read.
    early: VecDeque<FileFault>,
    /// The header that the early damage is told before.
    header: Option<Header<'i>>,
}

impl<'i> Parts<'i> {
    /// The parts of a file; what is unpacked stays in the room.
    pub(crate) fn new(name: &'i str, bytes: &'i [u8], room: &'i Room) -> Self {
        let reader = SliceReader::unpacking(bytes, Options::default(), room);
        Parts { name, reader, begun: false, early: VecDeque::new(), header: None }
    }

    /// How many bytes have been read.
    pub(crate) fn offset(&self) -> u64 {
        self.reader.offset()
    }

    /// The next part. A file that nothing can be read of is a failure.
    pub(crate) fn next(&mut self) -> Result<Option<Part<'i>>, Failure> {
        loop {
            if self.begun {
                if let Some(fault) = self.early.pop_front() {
                    return Ok(Some(Part::Damage(fault)));
                }
                if let Some(header) = self.header.take() {
                    return Ok(Some(Part::Header(header)));
                }
            }
            match self.reader.next() {
                Some(Item::Header(header)) => {
                    self.begun = true;
                    self.header = Some(header);
                }
                Some(Item::Frame { time_us, head, arena, .. }) if self.begun => {
                    return Ok(Some(Part::Frame { time_us, head, arena }));
                }
                Some(Item::Blob { hash, encoding, bytes }) if self.begun => {
                    return Ok(Some(Part::Blob { hash, encoding, bytes }));
                }
                Some(Item::Meta(notes)) if self.begun => return Ok(Some(Part::Notes(notes))),
                Some(Item::Fault(fault)) if self.begun => return Ok(Some(Part::Damage(fault))),
                // The first ones say enough.
                Some(Item::Fault(fault)) if self.early.len() < SAID as usize => self.early.push_back(fault),
                Some(_) => {}
                None if self.begun => return Ok(None),
                None => {
                    return Err(match self.early.pop_front() {
                        Some(fault) => Failure::about(self.name, fault),
                        None => Failure::about(self.name, "there is no GLIR header in it"),
                    });
                }
            }
        }
    }
}

/// The blobs of a stream, where they lie in the file.
#[derive(Default)]
pub(crate) struct BlobMap<'i>(HashMap<Hash, &'i [u8]>);

impl<'i> BlobMap<'i> {
    pub(crate) fn insert(&mut self, hash: Hash, bytes: &'i [u8]) {
        self.0.insert(hash, bytes);
    }
}

impl Blobs for BlobMap<'_> {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        self.0.get(hash).copied().map(Store::Memory)
    }
}

/// Hands a file's parts to a host until it has enough. A file that nothing can be read of is a failure.
pub(crate) fn replay(name: &str, bytes: &[u8], host: &mut dyn Host) -> Result<(), Failure> {
    let bar = progress::over_bytes(bytes.len() as u64);
    let room = Room::new();
    let mut blobs = BlobMap::default();
    let mut parts = Parts::new(name, bytes, &room);
    while let Some(part) = parts.next()? {
        bar.set_position(parts.offset());
        let flow = match part {
            Part::Header(header) => {
                blobs = BlobMap::default();
                host.begin(&header)?
            }
            Part::Frame { time_us, head, arena } => {
                host.frame(FrameInput { head, arena: arena.into(), blobs: &blobs }, time_us)?
            }
            Part::Blob { hash, encoding, bytes } => {
                blobs.insert(hash, bytes);
                host.blob(encoding, bytes);
                ControlFlow::Continue(())
            }
            Part::Notes(notes) => {
                host.notes(&notes)?;
                ControlFlow::Continue(())
            }
            Part::Damage(fault) => {
                host.damage(&fault);
                ControlFlow::Continue(())
            }
        };
        if flow.is_break() {
            break;
        }
    }
    bar.finish_and_clear();
    Ok(())
}

/// What was found wrong with a stream, said once and counted.
pub(crate) struct Findings {
    name: String,
    quiet: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) damage: Vec<FileFault>,
    pub(crate) errors: u64,
    pub(crate) warnings: u64,
}

/// The most findings that are said one by one.
const SAID: u64 = 100;

impl Findings {
    /// Findings about an input. Quiet ones are kept, for JSON, and not said.
    pub(crate) fn new(name: &str, quiet: bool) -> Self {
        let name = name.to_owned();
        Findings { name, quiet, diagnostics: Vec::new(), damage: Vec::new(), errors: 0, warnings: 0 }
    }

    pub(crate) fn add(&mut self, diagnostics: Vec<Diagnostic>) {
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Warning => self.warnings += 1,
                Severity::Error | Severity::Fatal => self.errors += 1,
            }
            let count = self.errors + self.warnings;
            if !self.quiet && count <= SAID {
                let warning = if diagnostic.severity == Severity::Warning { "warning: " } else { "" };
                say(format_args!("{}: {warning}{diagnostic}", self.name));
            } else if !self.quiet && count == SAID + 1 {
                say(format_args!("{}: more faults follow; --json lists them", self.name));
            }
            if count <= 10 * SAID {
                self.diagnostics.push(diagnostic);
            }
        }
    }

    pub(crate) fn add_damage(&mut self, fault: &FileFault) {
        self.errors += 1;
        if !self.quiet {
            say(format_args!("{}: {fault}", self.name));
        }
        self.damage.push(fault.clone());
    }

    pub(crate) fn json(&self) -> Value {
        let diagnostics: Vec<Value> = self.diagnostics.iter().map(diagnostic_json).collect();
        let damage: Vec<Value> = self
            .damage
            .iter()
            .map(|fault| json!({ "offset": fault.offset, "code": fault.code().text(), "message": fault.to_string() }))
            .collect();
        json!({ "errors": self.errors, "warnings": self.warnings, "diagnostics": diagnostics, "damage": damage })
    }
}

fn diagnostic_json(diagnostic: &Diagnostic) -> Value {
    json!({
        "severity": diagnostic.severity.text(),
        "code": diagnostic.code.text(),
        "frame": diagnostic.frame,
        "command": diagnostic.command,
        "name": diagnostic.name,
        "object": diagnostic.object,
        "label": diagnostic.label,
        "message": diagnostic.message,
    })
}
