//! `glir info`: what a stream holds, without drawing it.

use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::progress;
use crate::sizes::{counted, grouped};
use clap::Args;
use glir_core::file::chunk::Kind;
use glir_core::file::{FaultKind, FileFault, Index, Item, Options, Room, SliceReader};
use glir_spec::commands::COMMANDS;
use glir_spec::wire::Reader;
use glir_spec::{Header, VERSION};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Show what a stream holds: header, frames, commands, bytes, faults
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    glir info recording.glir\n  \
    glir info --json recording.glir | jq '.streams[0].commands'\n  \
    curl -s https://example.org/plot.glir | glir info -")]
pub(crate) struct Info {
    #[command(flatten)]
    input: InputArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What was counted.
#[derive(Default)]
struct Report {
    bytes: u64,
    has_index: bool,
    keyframes: u64,
    streams: Vec<Stream>,
    faults: Vec<FileFault>,
    /// Heads whose commands could not all be counted: the frame, and why.
    malformed: Vec<(u64, String)>,
}

#[derive(Default)]
struct Stream {
    /// None if the header is damaged.
    header: Option<Header<'static>>,
    notes: Vec<(String, String)>,
    frames: u64,
    duration_us: u64,
    head_bytes: u64,
    arena_bytes: u64,
    blobs: u64,
    blob_bytes: u64,
    commands: BTreeMap<u64, u64>,
}

impl Info {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let report = count(&bytes);
        if let Some(fault) = report.faults.first().filter(|_| report.streams.is_empty()) {
            return Err(Failure::about(&input.name, fault));
        }
        let mut out = Output::open(None)?;
        if self.json {
            let text = serde_json::to_string_pretty(&report.json(&input.name)).unwrap_or_default();
            writeln!(out, "{text}").map_err(|error| out.failed(&error))?;
        } else {
            report.print(&input.name, &mut out).map_err(|error| out.failed(&error))?;
        }
        out.finish()?;
        let sentences = report.sentences();
        if !self.json {
            sentences.iter().for_each(|sentence| say(format_args!("{}: {sentence}", input.name)));
        }
        Ok(Outcome::of_faults(!sentences.is_empty()))
    }
}

/// Reads a whole file once.
fn count(bytes: &[u8]) -> Report {
    let bar = progress::over_bytes(bytes.len() as u64);
    let index = Index::find(bytes);
    let has_index = index.is_some();
    let entries = index.map(|index| index.entries).unwrap_or_default();
    let keyframes = entries.iter().filter(|entry| entry.kind == Kind::KEYFRAME).count() as u64;
    let mut report = Report { bytes: bytes.len() as u64, has_index, keyframes, ..Report::default() };
    let room = Room::new();
    let mut reader = SliceReader::unpacking(bytes, Options::default(), &room);
    while let Some(item) = reader.next() {
        bar.set_position(reader.offset());
        report.add(item);
    }
    bar.finish_and_clear();
    report
}

impl Report {
    fn add(&mut self, item: Item<'_>) {
        match item {
            Item::Header(header) => {
                // A damaged one has been found where it stands once more.
                self.streams.pop_if(|stream| stream.header.is_none() && stream.frames + stream.blobs == 0);
                self.streams.push(Stream { header: Some(header.into_owned()), ..Stream::default() });
            }
            Item::Frame { number, time_us, head, arena } => {
                let stream = self.stream();
                stream.frames += 1;
                stream.duration_us = stream.duration_us.max(time_us);
                stream.head_bytes += head.len() as u64;
                stream.arena_bytes += arena.len() as u64;
                if let Err(why) = stream.count_commands(head) {
                    self.malformed.push((number, why));
                }
            }
            Item::Blob { bytes, .. } => {
                let stream = self.stream();
                stream.blobs += 1;
                stream.blob_bytes += bytes.len() as u64;
            }
            Item::Meta(notes) => {
                let notes = notes.iter().map(|(key, value)| (key.to_string(), value.to_string()));
                self.stream().notes.extend(notes);
            }
            Item::Fault(fault) => {
                if matches!(fault.kind, FaultKind::DamagedHeader | FaultKind::BadHeader(_)) {
                    self.streams.push(Stream::default());
                }
                self.faults.push(fault);
            }
        }
    }

    /// The stream that chunks belong to now. Its header is missing if it was damaged.
    fn stream(&mut self) -> &mut Stream {
        if self.streams.is_empty() {
            self.streams.push(Stream::default());
        }
        let last = self.streams.len() - 1;
        &mut self.streams[last]
    }

    fn sentences(&self) -> Vec<String> {
        let faults = self.faults.iter().map(ToString::to_string);
        let malformed = self.malformed.iter().map(|(frame, why)| format!("frame {frame}: {why}"));
        faults.chain(malformed).collect()
    }

    fn print(&self, name: &str, out: &mut impl Write) -> io::Result<()> {
        let index = if self.has_index { "with an index" } else { "without an index" };
        let keyframes = match self.keyframes {
            0 => String::new(),
            count => format!(" and {}", counted(count, "keyframe")),
        };
        writeln!(
            out,
            "{name}: {}, {}, {index}{keyframes}",
            counted(self.bytes, "byte"),
            counted(self.streams.len() as u64, "stream")
        )?;
        self.streams.iter().try_for_each(|stream| stream.print(out))
    }

    fn json(&self, name: &str) -> Value {
        let faults = self.faults.iter().map(|fault| {
            json!({ "offset": fault.offset, "code": fault.code().text(), "message": fault.kind.to_string() })
        });
        let malformed = self.malformed.iter().map(|(frame, why)| {
            json!({ "frame": frame, "code": glir_spec::Code::Malformed.text(), "message": why })
        });
        json!({
            "name": name,
            "bytes": self.bytes,
            "index": self.has_index,
            "keyframes": self.keyframes,
            "streams": self.streams.iter().map(Stream::json).collect::<Vec<_>>(),
            "faults": faults.chain(malformed).collect::<Vec<_>>(),
        })
    }
}

impl Stream {
    /// Counts by opcode; arguments are passed over.
    fn count_commands(&mut self, head: &[u8]) -> Result<(), String> {
        let mut reader = Reader::new(head);
        let mut count = || {
            for _ in 0..reader.array()? {
                let mut opcode = reader.clone();
                reader.skip()?;
                opcode.array()?;
                *self.commands.entry(opcode.uint()?).or_default() += 1;
            }
            reader.finish()
        };
        count().map_err(|error: glir_spec::wire::DecodeError| format!("the head is malformed: {error}"))
    }

    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        let row = |out: &mut dyn Write, key: &str, value: &str| writeln!(out, "  {key:<12} {value}");
        writeln!(out)?;
        match &self.header {
            Some(header) => {
                let newer = if header.minor > VERSION.1 { " (newer than this program)" } else { "" };
                row(
                    out,
                    "GLIR",
                    &format!("{}.{}{newer}, profile {}", header.major, header.minor, header.profile),
                )?;
                for (key, features) in [("requires", &header.requires), ("uses", &header.uses)] {
                    if !features.is_empty() {
                        row(out, key, &texts(features).join(", "))?;
                    }
                }
                let samples =
                    if header.samples == 0 { String::new() } else { format!(", {} samples", header.samples) };
                row(out, "canvas", &format!("{}×{}{samples}", header.width, header.height))?;
                for (key, text) in [("title", &header.title), ("generator", &header.generator)] {
                    if !text.is_empty() {
                        row(out, key, &text.escape_debug().to_string())?;
                    }
                }
            }
            None => row(out, "GLIR", "the header is missing")?,
        }
        for (key, value) in &self.notes {
            row(out, &key.escape_debug().to_string(), &value.escape_debug().to_string())?;
        }
        let seconds = self.duration_us as f64 / 1e6;
        let duration = if self.duration_us == 0 { String::new() } else { format!(" in {seconds:.3} s") };
        row(out, "frames", &format!("{}{duration}", grouped(self.frames)))?;
        row(out, "heads", &counted(self.head_bytes, "byte"))?;
        row(out, "payloads", &counted(self.arena_bytes, "byte"))?;
        if self.blobs > 0 {
            row(out, "blobs", &format!("{}, {}", grouped(self.blobs), counted(self.blob_bytes, "byte")))?;
        }
        row(out, "commands", &grouped(self.commands.values().sum()))?;
        for (&opcode, &count) in &self.commands {
            writeln!(out, "    {:<14} {:>12}", name_of(opcode), grouped(count))?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let header = self.header.as_ref().map(|header| {
            json!({
                "version": format!("{}.{}", header.major, header.minor),
                "profile": header.profile.text(),
                "requires": texts(&header.requires),
                "uses": texts(&header.uses),
                "width": header.width,
                "height": header.height,
                "samples": header.samples,
                "title": &*header.title,
                "generator": &*header.generator,
            })
        });
        let named = |(&opcode, &count): (&u64, &u64)| (name_of(opcode), Value::from(count));
        let notes = self.notes.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str())));
        json!({
            "header": header,
            "meta": notes.collect::<Map<_, _>>(),
            "frames": self.frames,
            "duration_us": self.duration_us,
            "head_bytes": self.head_bytes,
            "arena_bytes": self.arena_bytes,
            "blobs": self.blobs,
            "blob_bytes": self.blob_bytes,
            "commands": self.commands.iter().map(named).collect::<Map<_, _>>(),
        })
    }
}

fn texts(features: &[glir_spec::Feature]) -> Vec<&'static str> {
    features.iter().map(|feature| feature.text()).collect()
}

fn name_of(opcode: u64) -> String {
    let info = COMMANDS.iter().find(|info| u64::from(info.opcode) == opcode);
    info.map_or_else(|| format!("opcode {opcode}"), |info| info.name.to_owned())
}
