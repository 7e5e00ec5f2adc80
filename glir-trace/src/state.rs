//! The state at a place of a trace: canvases, objects with all that is set of them, state fields, inputs and signals.

use crate::commands::split;
use crate::trace::{Trace, TraceError};
use glir_core::text::Printer;
use glir_spec::commands::State as StateCommand;
use glir_spec::state::{StateChanges, StateField};
use glir_spec::{Frame, Header};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// All that holds at a place of a stream.
#[derive(Clone, Debug)]
pub struct State {
    /// The frame chunk.
    pub frame: u64,
    /// The command behind which it holds; none for the end of the frame.
    pub command: Option<u32>,
    /// The commands that bring about the state, as text. Only if the whole text was asked for it can be parsed.
    pub text: String,
    objects: BTreeMap<u64, Map<String, Value>>,
    fields: Map<String, Value>,
    canvases: BTreeMap<u64, Value>,
    canvas: u64,
    framebuffer: u64,
    signals: BTreeMap<u64, Value>,
    bindings: Vec<Value>,
    lists: BTreeMap<u64, Vec<Value>>,
    redraw: u64,
}

/// Payloads with more elements are shortened.
pub(crate) const SHORT: usize = 16;

/// The state behind a command of a frame, counted from 0, or at the frame's end. Long payloads are shortened unless `full`.
pub fn state(trace: &Trace<'_>, frame: u64, command: Option<u32>, full: bool) -> Result<State, TraceError> {
    let header = trace.header(frame)?;
    let mut follower = trace.follow(frame)?;
    if let Some(chunk) = trace.frame(frame)? {
        follower.advance(chunk.time_us);
        let mut until = Frame::new();
        let commands: Vec<&[u8]> = split(&chunk.head).collect();
        match command {
            None => {
                follower.frame(&chunk.head, &chunk.arena);
            }
            Some(last) => {
                let count = commands.len() as u32;
                if last >= count {
                    return Err(TraceError::NoCommand(frame, last, count));
                }
                commands.iter().take(last as usize + 1).for_each(|command| until.push_encoded(command));
                follower.frame(until.head(), &chunk.arena);
            }
        }
    }
    let snapshot = follower.snapshot();
    trace.give(follower.is_lossy());
    let mut printer = Printer::new();
    printer.elide = (!full).then_some(SHORT);
    let mut text = String::new();
    printer.header(&header, &mut text);
    let commands_at = text.len();
    printer.frame(snapshot.head(), snapshot.arena(), 0, &mut text);
    let mut state = State::of(frame, command, &header, text.get(commands_at..).unwrap_or_default());
    state.text = text;
    Ok(state)
}

/// The fields of a state as JSON, by their names.
fn fields(changes: Vec<StateField>) -> Map<String, Value> {
    let mut frame = Frame::new();
    frame.push(StateCommand { changes: StateChanges(changes) });
    let mut line = String::new();
    Printer::new().frame(frame.head(), &[], 0, &mut line);
    let line = line.lines().next().unwrap_or_default();
    match serde_json::from_str(line) {
        Ok(Value::Array(values)) => values.get(1).and_then(Value::as_object).cloned().unwrap_or_default(),
        _ => Map::new(),
    }
}

impl State {
    /// What commands of a snapshot, as text, bring about.
    pub(crate) fn of(frame: u64, command: Option<u32>, header: &Header<'_>, lines: &str) -> State {
        let mut state = State::begin(frame, command, header);
        let mut recording = None;
        for line in lines.lines() {
            if let Ok(Value::Array(values)) = serde_json::from_str(line) {
                state.take(&values, &mut recording);
            }
        }
        state
    }

    fn begin(frame: u64, command: Option<u32>, header: &Header<'_>) -> State {
        State {
            frame,
            command,
            text: String::new(),
            objects: BTreeMap::new(),
            fields: fields(StateField::initial()),
            canvases: [(0, json!({ "width": header.width, "height": header.height }))].into(),
            canvas: 0,
            framebuffer: 0,
            signals: BTreeMap::new(),
            bindings: Vec::new(),
            lists: BTreeMap::new(),
            redraw: 0,
        }
    }

    /// Takes a command of the snapshot, as the values of its text form.
    fn take(&mut self, values: &[Value], recording: &mut Option<(u64, u32)>) {
        let name = values.first().and_then(Value::as_str).unwrap_or_default();
        let number = |at: usize| values.get(at).and_then(Value::as_u64).unwrap_or(0);
        let value = |at: usize| values.get(at).cloned().unwrap_or(Value::Null);
        let rest = |from: usize| Value::Array(values.get(from..).unwrap_or_default().to_vec());
        let id = number(1);
        if let Some((list, depth)) = recording {
            match name {
                "END" if *depth == 0 => *recording = None,
                _ => {
                    *depth = match name {
                        "GROUP" => *depth + 1,
                        "END" => *depth - 1,
                        _ => *depth,
                    };
                    self.lists.entry(*list).or_default().push(Value::Array(values.to_vec()));
                }
            }
            return;
        }
        match name {
            "CURRENT" => {
                self.canvas = id;
                self.framebuffer = 0;
                if let (Some(width), Some(height)) = (values.get(2), values.get(3)) {
                    self.canvases.insert(id, json!({ "width": width, "height": height }));
                } else {
                    let first = self.canvases.get(&0).cloned().unwrap_or_default();
                    self.canvases.entry(id).or_insert(first);
                }
            }
            "FRAMEBUFFER" => self.framebuffer = id,
            "STATE" => {
                for (field, value) in values.get(1).and_then(Value::as_object).into_iter().flatten() {
                    self.fields.insert(field.clone(), value.clone());
                }
            }
            "CREATE" => {
                let mut object = Map::new();
                match values.get(2) {
                    Some(Value::Object(descriptor)) => {
                        let kind = descriptor.keys().next().cloned().unwrap_or_default();
                        object.insert("kind".into(), Value::String(kind));
                    }
                    other => {
                        object.insert("kind".into(), other.cloned().unwrap_or_default());
                    }
                }
                object.insert("descriptor".into(), value(2));
                self.objects.insert(id, object);
            }
            "DELETE" => {
                self.objects.remove(&id);
                self.let_go(id);
                if self.framebuffer == id {
                    self.framebuffer = 0;
                }
            }
            "SIZE" => {
                // What it held is lost.
                let object = self.objects.entry(id).or_default();
                object.remove("data");
                object.remove("mipmaps");
                self.set(id, "size", rest(2));
            }
            "DATA" => {
                let mut piece = vec![value(2), value(3)];
                piece.truncate(2);
                let entry = self.objects.entry(id).or_default().entry("data").or_insert_with(|| json!([]));
                if let Value::Array(pieces) = entry {
                    pieces.push(Value::Array(piece));
                }
            }
            "LABEL" => self.set(id, "label", value(2)),
            "INTERPOLATION" => self.set(id, "interpolation", rest(2)),
            "WRAPPING" => self.set(id, "wrapping", rest(2)),
            "MIPMAPS" => self.set(id, "mipmaps", json!(true)),
            "SHADERS" => {
                self.set(id, "shaders", value(2));
                self.set(id, "interface", values.get(3).cloned().unwrap_or_else(|| json!({})));
            }
            "ATTRIBUTE" => self.part(id, "attributes", &value(2), value(3)),
            "UNIFORM" => {
                let mut name = value(2);
                // Elements of an array stand beside one another.
                if let (Some(text), Some(first)) = (name.as_str(), values.get(4).and_then(Value::as_u64))
                    && first > 0
                {
                    name = Value::String(format!("{text}[{first}]"));
                }
                self.part(id, "uniforms", &name, value(3));
            }
            "TEXTURE" => self.part(id, "textures", &value(2), value(3)),
            "BLOCK" => self.part(id, "blocks", &value(2), rest(3)),
            "FEEDBACK" => self.part(id, "feedback", &value(2), rest(3)),
            "ATTACH" => self.part(id, "attachments", &value(2), rest(3)),
            "DRAW_BUFFERS" => self.set(id, "draw_buffers", value(2)),
            "QUERY" => self.set(id, "running", json!(value(2) == "begin")),
            "INPUT" | "SIGNAL" => {
                self.signals.insert(id, Value::Array(values.to_vec()));
            }
            "FORGET" => {
                self.signals.remove(&id);
            }
            "BIND" => self.bindings.push(rest(1)),
            "RECORD" => {
                self.lists.insert(id, Vec::new());
                *recording = Some((id, 0));
            }
            "REDRAW" => self.redraw = id,
            _ => {}
        }
    }

    fn set(&mut self, id: u64, key: &str, value: Value) {
        self.objects.entry(id).or_default().insert(key.into(), value);
    }

    fn part(&mut self, id: u64, key: &str, name: &Value, value: Value) {
        let entry = self.objects.entry(id).or_default().entry(key).or_insert_with(|| json!({}));
        let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
        if let Value::Object(parts) = entry {
            parts.insert(name, value);
        }
    }

    /// What refers to an object that is gone refers to nothing.
    fn let_go(&mut self, id: u64) {
        let names = |value: &Value| {
            let named = value.get("buffer").or(value.get(0)).unwrap_or(value);
            named.as_u64() == Some(id)
        };
        for object in self.objects.values_mut() {
            for part in ["attributes", "textures", "blocks", "feedback", "attachments"] {
                let Some(Value::Object(entries)) = object.get_mut(part) else { continue };
                entries.retain(|_, value| !names(value));
                if entries.is_empty() {
                    object.remove(part);
                }
            }
        }
    }

    /// The state as JSON.
    pub fn json(&self) -> Value {
        let objects = self.objects.iter().map(|(id, object)| {
            let mut entry = Map::new();
            entry.insert("id".into(), json!(id));
            entry.extend(object.clone());
            Value::Object(entry)
        });
        let numbered = |map: &BTreeMap<u64, Value>| {
            map.iter().map(|(id, value)| (id.to_string(), value.clone())).collect::<Map<_, _>>()
        };
        let lists: Map<String, Value> =
            self.lists.iter().map(|(id, list)| (id.to_string(), Value::Array(list.clone()))).collect();
        json!({
            "frame": self.frame,
            "command": self.command,
            "canvases": numbered(&self.canvases),
            "canvas": self.canvas,
            "framebuffer": self.framebuffer,
            "state": self.fields,
            "objects": objects.collect::<Vec<_>>(),
            "signals": numbered(&self.signals),
            "bindings": self.bindings,
            "lists": lists,
            "redraw": self.redraw,
        })
    }

    /// The state for people; only objects with one of these ids, if any are given.
    pub fn print(&self, only: &[u64], out: &mut String) {
        if only.is_empty() {
            match self.command {
                Some(command) => _ = writeln!(out, "frame {}, behind command {command}", self.frame),
                None => _ = writeln!(out, "frame {}, at its end", self.frame),
            }
            for (id, size) in &self.canvases {
                let current = if *id == self.canvas { ", current" } else { "" };
                _ = writeln!(out, "canvas {id}: {}×{}{current}", size["width"], size["height"]);
            }
            _ = writeln!(out, "framebuffer {}", self.framebuffer);
            let initial = fields(StateField::initial());
            _ = writeln!(out, "state");
            for (name, value) in &self.fields {
                let note = if initial.get(name) == Some(value) { "" } else { "  (set)" };
                _ = writeln!(out, "  {name} {value}{note}");
            }
        }
        for (id, object) in self.objects.iter().filter(|(id, _)| only.is_empty() || only.contains(id)) {
            let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
            let label =
                if text("label").is_empty() { String::new() } else { format!(" {}", object["label"]) };
            _ = writeln!(out, "object {id}: {}{label}", text("kind"));
            for (key, value) in object.iter().filter(|(key, _)| !matches!(key.as_str(), "kind" | "label")) {
                match value {
                    Value::Object(parts)
                        if !matches!(key.as_str(), "descriptor" | "shaders" | "interface") =>
                    {
                        parts.iter().for_each(|(name, value)| _ = writeln!(out, "  {key} {name} {value}"));
                    }
                    _ => _ = writeln!(out, "  {key} {value}"),
                }
            }
        }
        if only.is_empty() {
            self.signals.iter().for_each(|(id, signal)| _ = writeln!(out, "signal {id}: {signal}"));
            self.bindings.iter().for_each(|binding| _ = writeln!(out, "binding {binding}"));
            for (id, list) in &self.lists {
                let redraw = if self.redraw == *id { ", of REDRAW" } else { "" };
                _ = writeln!(out, "list {id}{redraw}: {} commands", list.len());
            }
        }
    }

    /// The ids of the objects that there are.
    pub fn ids(&self) -> impl Iterator<Item = u64> {
        self.objects.keys().copied()
    }
}
