//! Traces as tests: notes in a stream that say what must hold where they stand.
//!
//! An assertion is a META whose key is `assert`, so it travels in text and in files, and every interpreter passes over it:
//! `["META", "assert", "pixel 3,4 is 255 0 0 255"]`.

use crate::audit::Place;
use crate::commands::split;
use crate::follow::Follower;
use crate::state::state;
use crate::trace::{Trace, TraceError};
use glir_spec::wire::Reader;
use glir_spec::{Code, Command};
use serde_json::Value;
use std::fmt;

/// The key of a META that asserts.
const KEY: &str = "assert";

/// What must hold.
#[derive(Clone, Debug, PartialEq)]
pub enum Assertion {
    /// A pixel of the canvas, counted from the lower left, has these values, each within the tolerance:
    /// `pixel 3,4 is 255 0 0 255` or `pixel 3,4 is 255 0 0 255 within 2`.
    Pixel {
        /// From the left.
        x: u32,
        /// From below.
        y: u32,
        /// Red, green, blue, alpha.
        values: [u8; 4],
        /// By how much each may differ.
        within: u8,
    },
    /// A part of the state, named as in the JSON of `glir state`, is a value: `state state.blend is true`,
    /// `state object 3 uniforms.u_color is [1, 0, 0, 1]`.
    State {
        /// The object; none for the state as a whole.
        object: Option<u64>,
        /// The names on the way to it.
        path: Vec<String>,
        /// The value, as JSON.
        value: Value,
    },
    /// The command before was refused with this code: `diagnostic unknown-id`; or was not: `diagnostic none`.
    Diagnostic(Option<Code>),
}

impl Assertion {
    /// Reads an assertion. An error is a sentence.
    pub fn parse(text: &str) -> Result<Assertion, String> {
        let (kind, rest) = text.trim().split_once(' ').unwrap_or((text, ""));
        let sides = || {
            let (what, value) = rest.split_once(" is ").ok_or_else(|| format!("{text:?} lacks «is»"))?;
            Ok::<(&str, &str), String>((what.trim(), value.trim()))
        };
        match kind {
            "pixel" => {
                let (place, value) = sides()?;
                let wrong =
                    || format!("{text:?} is no pixel; one looks like pixel 3,4 is 255 0 0 255 within 2");
                let (x, y) = place.split_once(',').ok_or_else(wrong)?;
                let (values, within) = value.split_once(" within ").unwrap_or((value, "0"));
                let values: Vec<u8> = values
                    .split_whitespace()
                    .map(str::parse)
                    .collect::<Result<_, _>>()
                    .map_err(|_| wrong())?;
                Ok(Assertion::Pixel {
                    x: x.trim().parse().map_err(|_| wrong())?,
                    y: y.trim().parse().map_err(|_| wrong())?,
                    values: values.try_into().map_err(|_| wrong())?,
                    within: within.trim().parse().map_err(|_| wrong())?,
                })
            }
            "state" => {
                let (what, value) = sides()?;
                let value = serde_json::from_str(value).map_err(|_| format!("{value:?} is no JSON"))?;
                let (object, path) = match what.strip_prefix("object ") {
                    None => (None, what),
                    Some(rest) => {
                        let (id, path) = rest.split_once(' ').unwrap_or((rest, ""));
                        (Some(id.parse().map_err(|_| format!("{id:?} is no object's id"))?), path)
                    }
                };
                let path = path.split('.').filter(|name| !name.is_empty()).map(str::to_owned).collect();
                Ok(Assertion::State { object, path, value })
            }
            "diagnostic" if rest.trim() == "none" => Ok(Assertion::Diagnostic(None)),
            "diagnostic" => {
                let code = Code::ALL.iter().find(|code| code.text() == rest.trim()).copied();
                code.map(|code| Assertion::Diagnostic(Some(code)))
                    .ok_or_else(|| format!("there is no code {:?}", rest.trim()))
            }
            _ => Err(format!("{text:?} asserts neither a pixel, nor a state, nor a diagnostic")),
        }
    }
}

impl fmt::Display for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Assertion::Pixel { x, y, values: [r, g, b, a], within } => {
                write!(f, "pixel {x},{y} is {r} {g} {b} {a}")?;
                if *within > 0 { write!(f, " within {within}") } else { Ok(()) }
            }
            Assertion::State { object, path, value } => {
                write!(f, "state ")?;
                if let Some(id) = object {
                    write!(f, "object {id} ")?;
                }
                write!(f, "{} is {value}", path.join("."))
            }
            Assertion::Diagnostic(None) => write!(f, "diagnostic none"),
            Assertion::Diagnostic(Some(code)) => write!(f, "diagnostic {}", code.text()),
        }
    }
}

/// An assertion as it was read; one that can't be read is a sentence.
pub type Read = Result<Assertion, String>;

/// The assertions of a trace with their places.
pub fn assertions(trace: &Trace<'_>) -> Result<Vec<(Place, Read)>, TraceError> {
    let mut found = Vec::new();
    for number in trace.frames() {
        let Some(chunk) = trace.frame(number)? else { continue };
        found.extend(asserted(&chunk.head).map(|(command, read)| ((number, command), read)));
    }
    Ok(found)
}

/// The assertions of a frame chunk's commands, each with the number of the command that it is.
pub fn asserted(head: &[u8]) -> impl Iterator<Item = (u32, Read)> {
    (0u32..).zip(split(head)).filter_map(|(number, bytes)| {
        if crate::commands::opcode(bytes) != u64::from(glir_spec::commands::Meta::OPCODE) {
            return None;
        }
        let Ok(Command::Meta(note)) = Command::decode(&mut Reader::new(bytes)) else { return None };
        (&*note.key == KEY).then(|| (number, Assertion::parse(&note.value)))
    })
}

/// Whether an assertion that needs no picture holds at a place; the error says what is there instead. A pixel holds as far as can
/// be told.
pub fn holds(
    trace: &Trace<'_>,
    (frame, command): Place,
    what: &Assertion,
) -> Result<Result<(), String>, TraceError> {
    match what {
        Assertion::Pixel { .. } => Ok(Ok(())),
        Assertion::State { object, path, value } => {
            let json = state(trace, frame, Some(command), true)?.json();
            let start = match object {
                None => Some(&json),
                Some(id) => {
                    json["objects"].as_array().and_then(|all| all.iter().find(|one| one["id"] == *id))
                }
            };
            let found = path.iter().try_fold(start, |at, name| at.map(|at| at.get(name)));
            Ok(match found.flatten() {
                Some(found) if same(found, value) => Ok(()),
                Some(found) => Err(format!("it is {found}")),
                None => Err("there is no such thing".into()),
            })
        }
        Assertion::Diagnostic(code) => {
            let mut follower: Follower<'_> = trace.follow(frame)?;
            let Some(chunk) = trace.frame(frame)? else { return Ok(Err("the frame is damaged".into())) };
            follower.advance(chunk.time_us);
            follower.diagnostics.clear();
            let number = follower.next_frame();
            follower.check(&chunk.head, &chunk.arena);
            let before = command.checked_sub(1);
            let mut here =
                follower.diagnostics.iter().filter(|found| found.frame == number && found.command == before);
            Ok(match (here.next(), code) {
                (None, None) => Ok(()),
                (Some(found), Some(code)) if found.code == *code => Ok(()),
                (Some(found), _) => Err(format!("it is {}", found.code.text())),
                (None, Some(_)) => Err("there is none".into()),
            })
        }
    }
}

/// Equal values; numbers by value, since 1 and 1.0 are one in the text form.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::Assertion;

    #[test]
    fn assertions_are_read_and_said_again() {
        for text in [
            "pixel 3,4 is 255 0 0 255",
            "pixel 3,4 is 255 0 0 255 within 2",
            "state state.blend is true",
            "state object 3 uniforms.u_color is [1,0,0,1]",
            "diagnostic unknown-id",
            "diagnostic none",
        ] {
            assert_eq!(Assertion::parse(text).map(|read| read.to_string()).as_deref(), Ok(text));
        }
        for wrong in [
            "",
            "pixel",
            "pixel 3 is 1 2 3 4",
            "pixel 1,2 is 1 2 3",
            "pixel 1,2 is 1 2 3 400",
            "state blend",
            "state x is y",
            "state object x y is 1",
            "diagnostic",
            "diagnostic bad-luck",
            "picture a",
        ] {
            assert!(Assertion::parse(wrong).is_err(), "{wrong}");
        }
    }
}
