//! What a page of its own holds of a trace.

use super::SHORT;
use super::delta::{Table, delta};
use super::drawing::{Drawing, Seen, Steps};
use crate::failure::{Failure, say};
use crate::sizes::counted;
use crate::trace::{Range, failed};
use glir_core::text::Printer;
use glir_native::Api;
use glir_trace::{State, Trace, Walk, split};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Frames that are shown unless others are asked for.
const SHOWN: u64 = 100;
/// The most bytes that the pictures and contents of a trace take.
const ROOM: usize = 16 << 20;

/// What is wanted of a page.
pub(super) struct Wanted {
    pub(super) frames: Option<Range>,
    /// The most commands behind each of which everything is shown.
    pub(super) commands: u64,
    /// Who draws; none for a page without pictures.
    pub(super) api: Option<Api>,
}

/// The state that a page knows so far.
#[derive(Default)]
struct Known {
    /// All but the objects.
    rest: Value,
    objects: BTreeMap<u64, Rc<Value>>,
}

impl Known {
    /// Goes on to a state; what leads there.
    fn advance(&mut self, state: &State) -> Option<Value> {
        let mut rest = state.json();
        let mut objects = BTreeMap::new();
        let mut changed = serde_json::Map::new();
        if let Some(parts) = rest.as_object_mut() {
            // The page knows where it is.
            for place in ["frame", "command"] {
                parts.remove(place);
            }
            let all = match parts.remove("objects") {
                Some(Value::Array(all)) => all,
                _ => Vec::new(),
            };
            for object in all {
                let id = object["id"].as_u64().unwrap_or(0);
                let known = self.objects.remove(&id);
                let part = match &known {
                    Some(known) => delta(known, &object),
                    None => Some(json!([object])),
                };
                let same = known.filter(|_| part.is_none());
                changed.extend(part.map(|part| (id.to_string(), part)));
                objects.insert(id, same.unwrap_or_else(|| Rc::new(object)));
            }
        }
        changed.extend(self.objects.keys().map(|gone| (gone.to_string(), json!(0))));
        self.objects = objects;
        let from = std::mem::replace(&mut self.rest, rest);
        let from = if from.is_null() { json!({}) } else { from };
        let mut parts = match delta(&from, &self.rest) {
            Some(Value::Object(parts)) => parts,
            _ => serde_json::Map::new(),
        };
        if !changed.is_empty() {
            parts.insert("objects".into(), Value::Object(changed));
        }
        (!parts.is_empty()).then_some(Value::Object(parts))
    }
}

/// A trace as a page holds it.
pub(super) fn exported(name: &str, trace: &Trace<'_>, wanted: &Wanted) -> Result<Value, Failure> {
    let all: Vec<u64> = trace.frames().collect();
    let last = all.last().copied().unwrap_or(0);
    let range = wanted.frames.unwrap_or(Range { first: 0, last: last.min(SHOWN - 1) });
    let mut notes = Vec::new();
    if wanted.frames.is_some() {
        for end in [range.first, range.last] {
            trace.header(end).map_err(failed(name))?;
        }
    } else if last >= SHOWN {
        say(format_args!("{name}: the page has the first {SHOWN} frames; --frames names others"));
    }
    let mut count = 0;
    for number in all.iter().filter(|number| (range.first..=range.last).contains(number)) {
        let chunk = trace.frame(*number).map_err(failed(name))?;
        count += chunk.map_or(0, |chunk| split(&chunk.head).count() as u64);
    }
    let behind = count <= wanted.commands;
    if !behind {
        let (commands, most) = (counted(count, "command"), counted(wanted.commands, "command"));
        notes.push(format!("the page has state and pictures at the ends of frames only, since {commands} are more than {most}"));
        say(format_args!(
            "{name}: {}; --commands allows more, --frames takes fewer frames",
            notes.join("; ")
        ));
    }
    let mut findings: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    glir_trace::audit(trace, &mut |(frame, command), finding| {
        if let glir_trace::Finding::Refused(diagnostic) = finding {
            findings.entry(frame).or_default().push(format!("{frame}:{command} {diagnostic}"));
        }
    })
    .map_err(failed(name))?;
    let mut drawing = Drawing::new(name, trace, wanted.api, Table::with_room(ROOM));
    let (mut walk, mut known, mut frames) = (Walk::new(trace), Known::default(), Vec::new());
    let (mut printer, mut stream) = (Printer::new(), None);
    for number in all.into_iter().filter(|number| *number <= range.last) {
        let begins = trace.first_of_stream(number).map_err(failed(name))?;
        if stream.replace(begins) != Some(begins) {
            printer = Printer::new();
            printer.elide = Some(SHORT);
        }
        let chunk = trace.frame(number).map_err(failed(name))?;
        if number < range.first {
            // Slots have the names that were declared before.
            chunk.iter().for_each(|chunk| printer.follow(&chunk.head));
            continue;
        }
        let (mut lines, mut steps) = (Vec::new(), Steps::new());
        if let Some(chunk) = &chunk {
            lines.extend(split(&chunk.head).map(|command| line(&mut printer, command, &chunk.arena)));
        }
        if behind {
            let mut seen = Vec::new();
            let look = &mut |count: u32, state: &State| {
                if let Some(delta) = known.advance(state) {
                    steps.entry(count).or_default().insert("state".into(), delta);
                }
                let framebuffer = known.rest["framebuffer"].as_u64().unwrap_or(0);
                seen.push(Seen {
                    count,
                    objects: known.objects.clone(),
                    framebuffer,
                    fields: known.rest["state"].clone(),
                });
            };
            walk.commands(number, look).map_err(failed(name))?;
            if let Some(chunk) = &chunk {
                drawing.commands(chunk, &seen, &mut steps)?;
            }
        } else {
            if let Some(delta) = known.advance(&walk.end(number).map_err(failed(name))?) {
                steps.entry(lines.len() as u32).or_default().insert("state".into(), delta);
            }
            if let Some(chunk) = &chunk {
                drawing.end(chunk, &mut steps)?;
            }
        }
        let steps: Vec<Value> = steps
            .into_iter()
            .map(|(count, mut step)| {
                step.insert("behind".into(), count.into());
                Value::Object(step)
            })
            .collect();
        frames.push(json!({
            "number": number, "time_us": chunk.map_or(0, |chunk| chunk.time_us), "commands": lines,
            "findings": findings.remove(&number).unwrap_or_default(), "steps": steps,
        }));
    }
    let table = drawing.table;
    if table.full {
        let why = format!("its pictures and contents end where they would take more than {} MB", ROOM >> 20);
        say(format_args!("{name}: {why}; --frames takes fewer frames"));
        notes.push(why);
    }
    Ok(json!({
        "name": name, "frames": frames, "behind": behind, "notes": notes, "pictures": table.pictures,
        "contents": table.contents,
    }))
}

/// A command as the page shows it.
pub(super) fn line(printer: &mut Printer, command: &[u8], arena: &[u8]) -> String {
    let mut line = String::new();
    printer.line(command, arena, &mut line);
    line.truncate(line.trim_end().len());
    line
}
