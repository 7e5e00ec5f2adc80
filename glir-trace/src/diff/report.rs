//! A difference in words: the commands on both sides, and what makes them differ.

use super::digest::Digester;
use super::effects::Part;
use super::{At, Change, Diff, EXPLAINED, Side, different};
use crate::audit::Place;
use crate::commands::split;
use crate::trace::{Trace, TraceError};
use glir_core::text::Printer;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

/// Payloads with more elements are shortened.
const SHORT: usize = 8;

/// Looks up the parts and lines of the first changes.
pub(super) fn explain(diff: &mut Diff, a: &Trace<'_>, b: &Trace<'_>) -> Result<(), TraceError> {
    let changes = diff.changes.get(..diff.changes.len().min(EXPLAINED)).unwrap_or_default();
    let places = |side: fn(&Change) -> Option<&At>| {
        changes.iter().filter_map(side).map(|at| at.place).collect::<Vec<Place>>()
    };
    let parts_a = parts(a, &places(|change| change.a.as_ref()))?;
    let parts_b = parts(b, &places(|change| change.b.as_ref()))?;
    let mut lines = [Lines::new(a), Lines::new(b)];
    for change in diff.changes.iter_mut().take(EXPLAINED) {
        if let (Some(at_a), Some(at_b)) = (&change.a, &change.b) {
            let none = Vec::new();
            let of_a = parts_a.get(&at_a.place).unwrap_or(&none);
            let of_b = parts_b.get(&at_b.place).unwrap_or(&none);
            let because = different(of_a, of_b).into_iter().map(|(name, place_a, place_b)| {
                let [lines_a, lines_b] = &mut lines;
                (name, place_a.map(|place| lines_a.at(place)), place_b.map(|place| lines_b.at(place)))
            });
            change.because = because.collect();
        }
        let [lines_a, lines_b] = &mut lines;
        for (at, lines) in [(&mut change.a, lines_a), (&mut change.b, lines_b)] {
            if let Some(at) = at {
                at.line = lines.at(at.place).line;
            }
        }
    }
    Ok(())
}

/// The parts of what stands at some places.
fn parts(trace: &Trace<'_>, places: &[Place]) -> Result<HashMap<Place, Vec<Part>>, TraceError> {
    let mut found = HashMap::new();
    let Some(last) = places.iter().map(|(frame, _)| *frame).max() else { return Ok(found) };
    let (mut stream, mut digester): (_, Option<Digester<'_>>) = (None, None);
    for number in trace.frames().filter(|number| *number <= last) {
        let first = trace.first_of_stream(number)?;
        if stream.replace(first) != Some(first) {
            digester = Some(Digester::new(trace, number)?);
        }
        let (Some(chunk), Some(digester)) = (trace.frame(number)?, &mut digester) else { continue };
        let wanted = places.iter().filter(|(frame, _)| *frame == number);
        digester.wanted = wanted.map(|(_, command)| (*command, Vec::new())).collect();
        digester.frame(&chunk);
        let of_frame = std::mem::take(&mut digester.wanted);
        found.extend(of_frame.into_iter().map(|(command, parts)| ((number, command), parts)));
    }
    Ok(found)
}

/// The commands of a trace as text, frames being read once.
struct Lines<'t, 'a> {
    trace: &'t Trace<'a>,
    frames: BTreeMap<u64, Vec<String>>,
}

impl<'t, 'a> Lines<'t, 'a> {
    fn new(trace: &'t Trace<'a>) -> Self {
        Lines { trace, frames: BTreeMap::new() }
    }

    fn at(&mut self, place: Place) -> At {
        let lines = self.frames.entry(place.0).or_insert_with(|| {
            let Ok(Some(chunk)) = self.trace.frame(place.0) else { return Vec::new() };
            let mut printer = Printer::new();
            printer.elide = Some(SHORT);
            let line = |command| {
                let mut line = String::new();
                printer.line(command, &chunk.arena, &mut line);
                line.truncate(line.trim_end().len());
                line
            };
            split(&chunk.head).map(line).collect()
        });
        At { place, line: lines.get(place.1 as usize).map(|line| shortened(line)).unwrap_or_default() }
    }
}

fn shortened(line: &str) -> String {
    const MOST: usize = 200;
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line.to_owned(),
    }
}

fn side(side: Side) -> &'static str {
    match side {
        Side::A => "a",
        Side::B => "b",
    }
}

impl Diff {
    /// The differences as text, at most so many of each kind.
    pub fn print(&self, most: usize, out: &mut String) {
        for (of, frame) in self.only.iter().take(most) {
            let sign = if *of == Side::A { '-' } else { '+' };
            _ = writeln!(out, "{sign} frame {frame}, whole");
        }
        let show = |sign: char, at: &Option<At>, out: &mut String| {
            if let Some(At { place: (frame, command), line }) = at {
                _ = writeln!(out, "{sign} {frame}:{command} {line}");
            }
        };
        for change in self.changes.iter().take(most) {
            show('-', &change.a, out);
            show('+', &change.b, out);
            for (name, a, b) in &change.because {
                _ = writeln!(out, "    {name}");
                for (sign, at) in [('-', a), ('+', b)] {
                    if let Some(At { place: (frame, command), line }) = at {
                        _ = writeln!(out, "      {sign} {frame}:{command} {line}");
                    }
                }
            }
        }
        for idle in self.idle.iter().take(most) {
            let (a, b) = idle.frames;
            _ = writeln!(
                out,
                "~ frame {a} and {b}: {} is said otherwise ({} and {} times), without an effect",
                idle.name, idle.counts.0, idle.counts.1
            );
        }
        for (of, kind, id, (frame, command)) in self.left.iter().take(most) {
            let sign = if *of == Side::A { '-' } else { '+' };
            _ = match *kind {
                "canvas" => writeln!(out, "{sign} canvas {id} shows otherwise"),
                "redraw" => writeln!(out, "{sign} at the end: REDRAW {id}, said at {frame}:{command}"),
                _ => writeln!(out, "{sign} at the end: {kind} {id}, made at {frame}:{command}"),
            };
        }
        let lists = [self.only.len(), self.changes.len(), self.idle.len(), self.left.len()];
        let hidden: usize = lists.into_iter().map(|count| count.saturating_sub(most)).sum();
        if hidden > 0 {
            _ = writeln!(out, "and {hidden} more");
        }
        if self.consequences > 0 {
            _ = writeln!(out, "{} more read what was drawn otherwise", self.consequences);
        }
    }

    /// The differences as JSON.
    pub fn json(&self) -> Value {
        let at = |at: &Option<At>| {
            at.as_ref().map(|At { place: (frame, command), line }| {
                json!({ "frame": frame, "command": command, "line": line })
            })
        };
        let changes = self.changes.iter().map(|change| {
            let because = change.because.iter();
            let because = because
                .map(|(part, a, b)| json!({ "part": part, "a": at(a), "b": at(b) }))
                .collect::<Vec<_>>();
            json!({ "a": at(&change.a), "b": at(&change.b), "because": because })
        });
        let only = self.only.iter().map(|(of, frame)| json!({ "side": side(*of), "frame": frame }));
        let idle = self.idle.iter().map(|idle| {
            json!({
                "frame_a": idle.frames.0, "frame_b": idle.frames.1, "command": idle.name,
                "count_a": idle.counts.0, "count_b": idle.counts.1,
            })
        });
        let left = self.left.iter().map(|(of, kind, id, (frame, command))| {
            json!({ "side": side(*of), "kind": kind, "id": id, "frame": frame, "command": command })
        });
        json!({
            "equal": self.is_empty(),
            "frames_a": self.frames[0],
            "frames_b": self.frames[1],
            "only": only.collect::<Vec<_>>(),
            "changes": changes.collect::<Vec<_>>(),
            "consequences": self.consequences,
            "idle": idle.collect::<Vec<_>>(),
            "left": left.collect::<Vec<_>>(),
        })
    }

    /// The differences as a page of HTML without scripts.
    pub fn html(&self, names: [&str; 2], most: usize) -> String {
        let mut text = String::new();
        self.print(most, &mut text);
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let mut rows = String::new();
        for line in text.lines() {
            let class = match line.trim_start().chars().next() {
                Some('-') => "a",
                Some('+') => "b",
                Some('~') => "idle",
                _ => "",
            };
            _ = writeln!(rows, "<div class=\"{class}\">{}</div>", escape(line));
        }
        let verdict = if self.is_empty() { "<div>no difference</div>" } else { "" };
        format!(
            "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{0} and {1}</title>\n<style>\
             body{{font:14px/1.5 monospace;margin:2em;white-space:pre-wrap}}\
             .a{{background:#ffecec}}.b{{background:#eaffea}}.idle{{background:#fff8d8}}</style>\n\
             <h1>{0} and {1}</h1>\n{verdict}{rows}</html>\n",
            escape(names[0]),
            escape(names[1])
        )
    }
}
