//! Replaying a stream: what `render`, `play` and `check` share. Frames and blobs are borrowed from the input.

use crate::failure::{Failure, say};
use crate::progress;
use glir_core::file::{FileFault, Item, SliceReader};
use glir_core::{Blobs, Diagnostic, FrameInput, Store};
use glir_spec::enums::Severity;
use glir_spec::wire::Hash;
use glir_spec::{Encoding, Header};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Who takes the parts of a stream.
pub(crate) trait Host {
    /// A stream begins; if there was one before, it is over.
    fn begin(&mut self, header: &Header<'_>) -> Result<ControlFlow<()>, Failure>;
    /// A frame chunk.
    fn frame(&mut self, input: FrameInput<'_>, time_us: u64) -> Result<ControlFlow<()>, Failure>;
    /// Bytes that later frames name by their hash; who draws here finds them in the frames' input.
    fn blob(&mut self, _: Encoding, _: &[u8]) {}
    /// A part of the file is damaged and was left out.
    fn damage(&mut self, fault: &FileFault);
}

/// The blobs of a file, where they lie in it.
#[derive(Default)]
struct BlobMap<'i>(HashMap<Hash, &'i [u8]>);

impl Blobs for BlobMap<'_> {
    fn blob(&self, hash: &Hash) -> Option<Store<'_>> {
        self.0.get(hash).copied().map(Store::Memory)
    }
}

/// Hands a file's parts to a host until it has enough. A file that nothing can be read of is a failure.
pub(crate) fn replay(name: &str, bytes: &[u8], host: &mut dyn Host) -> Result<(), Failure> {
    let bar = progress::over_bytes(bytes.len() as u64);
    let mut blobs = BlobMap::default();
    let mut reader = SliceReader::new(bytes);
    let mut begun = false;
    while let Some(item) = reader.next() {
        bar.set_position(reader.offset());
        let flow = match item {
            Item::Header(header) => {
                begun = true;
                blobs.0.clear();
                host.begin(&header)?
            }
            Item::Frame { time_us, head, arena, .. } if begun => {
                host.frame(FrameInput { head, arena: arena.into(), blobs: &blobs }, time_us)?
            }
            Item::Blob { hash, encoding, bytes } => {
                blobs.0.insert(hash, bytes);
                host.blob(encoding, bytes);
                ControlFlow::Continue(())
            }
            Item::Fault(fault) if fault.is_fatal() && !begun => return Err(Failure::about(name, fault)),
            Item::Fault(fault) => {
                host.damage(&fault);
                ControlFlow::Continue(())
            }
            Item::Frame { .. } | Item::Meta(_) => ControlFlow::Continue(()),
        };
        if flow.is_break() {
            break;
        }
    }
    bar.finish_and_clear();
    if begun { Ok(()) } else { Err(Failure::about(name, "there is no GLIR header in it")) }
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
