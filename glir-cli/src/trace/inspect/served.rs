//! The viewer served: any place of one trace, or of two side by side, is looked at when it is asked for.

use super::contents::{self, Held, Part, Scene, Shape};
use super::{SHORT, page};
use crate::failure::{Failure, Outcome, say};
use crate::trace::stage::Stage;
use crate::trace::{failed, picture};
use glir_core::text::Printer;
use glir_live::{Pages, Question};
use glir_native::Api;
use glir_trace::{Trace, split};
use serde_json::{Value, json};
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often it is looked whether it is over.
const LOOK: Duration = Duration::from_millis(100);

/// Traces with their names.
pub(super) type Traces<'t, 'a> = &'t [(&'t str, &'t Trace<'a>)];

/// Serves until Ctrl+C.
pub(super) fn serve(
    traces: Traces<'_, '_>,
    api: Api,
    address: SocketAddr,
    token: Option<String>,
) -> Result<Outcome, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let stopping = stop.clone();
    ctrlc::set_handler(move || stopping.store(true, Ordering::Relaxed))
        .map_err(|error| Failure::about("Ctrl+C", error))?;
    let pages = Pages::start(address, token).map_err(|error| Failure::Unusable(error.to_string()))?;
    if !address.ip().is_loopback() {
        say("warning: other machines reach this address; who has it may look");
    }
    let url = pages.url();
    let token = url.rsplit_once("token=").map_or("", |(_, token)| token);
    let mut out = std::io::stdout().lock();
    // Whoever closed the pipe does not want the address.
    let _ = writeln!(out, "{url}").and_then(|()| out.flush());
    while !stop.load(Ordering::Relaxed) {
        if let Some(question) = pages.next(LOOK) {
            answer(question, traces, api, token);
        }
    }
    Ok(Outcome::Fine)
}

const JSON: &str = "application/json";

/// Answers a question; what goes wrong is the answer, too.
fn answer(question: Question, traces: Traces<'_, '_>, api: Api, token: &str) {
    let number = |name: &str| question.value(name).and_then(|value| value.parse::<u64>().ok());
    let command = number("command").and_then(|command| u32::try_from(command).ok());
    let asked = (number("trace").unwrap_or(0), number("number").unwrap_or(0));
    let trace = usize::try_from(asked.0).ok().and_then(|at| traces.get(at)).copied();
    let place = |make: &dyn Fn(&str, &Trace<'_>, u64) -> Result<Value, Failure>| match trace {
        Some((name, trace)) => make(name, trace, asked.1),
        None => Err(Failure::Unusable("there is no such trace".into())),
    };
    let found = match &*question.path {
        "/" => listed(traces, token)
            .map(|data| ("text/html; charset=utf-8", page(&data, Some(token)).into_bytes())),
        "/view.js" => Ok(("text/javascript; charset=utf-8", super::SCRIPT.into())),
        "/view.css" => Ok(("text/css; charset=utf-8", super::STYLE.into())),
        "/frame" => place(&commands).map(|value| (JSON, value.to_string().into_bytes())),
        "/state" => place(&|name, trace, frame| {
            Ok(glir_trace::state(trace, frame, command, false).map_err(failed(name))?.json())
        })
        .map(|value| (JSON, value.to_string().into_bytes())),
        "/contents" => place(&|name, trace, frame| {
            let id = number("object").and_then(|id| u32::try_from(id).ok()).unwrap_or(0);
            let state = glir_trace::state(trace, frame, command, false).map_err(failed(name))?.json();
            let count = command.map(|last| last as usize + 1);
            match Stage::at(name, trace, api, frame, count)? {
                Some(stage) => {
                    let part =
                        |name: &str| number(name).map_or(0, |at| u32::try_from(at).unwrap_or(u32::MAX));
                    read(name, stage, &state, id, Part { level: part("level"), layer: part("layer") })
                }
                None => Ok(json!({ "error": "no context here takes the stream" })),
            }
        })
        .map(|value| (JSON, value.to_string().into_bytes())),
        "/picture" => match trace {
            Some((name, trace)) => {
                let count = command.map(|last| last as usize + 1);
                let drawn = picture::at(name, trace, api, asked.1, count);
                drawn.and_then(|drawn| {
                    let png = drawn.and_then(|picture| super::png(&picture));
                    png.map(|png| ("image/png", png))
                        .ok_or_else(|| Failure::Unusable("no context here takes the stream".into()))
                })
            }
            None => Err(Failure::Unusable("there is no such trace".into())),
        },
        _ => Err(Failure::Unusable("there is nothing at this address".into())),
    };
    match found {
        Ok((kind, bytes)) => question.answer(kind, bytes),
        Err(Failure::Unusable(why)) => question.refuse(&why),
        Err(Failure::PipeClosed) => question.refuse("it can't be answered"),
    }
}

/// What an object of a state holds.
fn read(name: &str, mut stage: Stage<'_>, state: &Value, id: u32, part: Part) -> Result<Value, Failure> {
    let objects = state["objects"].as_array().map(Vec::as_slice).unwrap_or_default();
    let Some(object) = objects.iter().find(|object| object["id"] == id) else {
        return Ok(json!({ "error": format!("there is no object {id} here") }));
    };
    let free = contents::free(objects.iter().filter_map(|object| object["id"].as_u64()));
    let interpreter = stage.session.interpreter().map_err(|error| Failure::about(name, error))?;
    let scene =
        Scene { free, framebuffer: state["framebuffer"].as_u64().unwrap_or(0), fields: &state["state"] };
    let mut answer = match contents::contents(interpreter, &stage.blobs, object, part, &scene) {
        Held::Text(text, picture) => {
            json!({ "text": text, "picture": picture.and_then(|picture| super::address(&picture)) })
        }
        Held::Error(error) => json!({ "error": error }),
    };
    if object["kind"] == "texture" {
        let shape = Shape::of(object);
        answer["levels"] = shape.levels.into();
        answer["layers"] = shape.layers(part.level).into();
    }
    Ok(answer)
}

/// What the page begins with: the traces and their frames.
fn listed(traces: Traces<'_, '_>, token: &str) -> Result<Value, Failure> {
    let one = |(name, trace): &(&str, &Trace<'_>)| {
        let frames = trace.frames().map(|number| {
            let chunk = trace.frame(number).map_err(failed(name))?;
            let (commands, time_us) =
                chunk.map_or((0, 0), |chunk| (split(&chunk.head).count(), chunk.time_us));
            Ok(json!({ "number": number, "time_us": time_us, "commands": commands }))
        });
        Ok(json!({ "name": name, "frames": frames.collect::<Result<Vec<_>, Failure>>()? }))
    };
    let traces = traces.iter().map(one).collect::<Result<Vec<_>, Failure>>()?;
    Ok(json!({ "traces": traces, "token": token }))
}

/// A frame's commands as text, and what an interpreter says of them.
fn commands(name: &str, trace: &Trace<'_>, frame: u64) -> Result<Value, Failure> {
    let mut printer = Printer::new();
    printer.elide = Some(SHORT);
    // Slots have the names that were declared before.
    let mut first = trace.first_of_stream(frame).map_err(failed(name))?;
    if let Some((next, keyframe)) = trace.keyframe(frame).map_err(failed(name))? {
        printer.follow(&keyframe.head);
        first = next;
    }
    for number in trace.frames().filter(|number| (first..frame).contains(number)) {
        let chunk = trace.frame(number).map_err(failed(name))?;
        chunk.iter().for_each(|chunk| printer.follow(&chunk.head));
    }
    let (mut lines, mut findings) = (Vec::new(), Vec::new());
    if let Some(chunk) = trace.frame(frame).map_err(failed(name))? {
        for command in split(&chunk.head) {
            lines.push(super::export::line(&mut printer, command, &chunk.arena));
        }
        let mut follower = trace.follow(frame).map_err(failed(name))?;
        follower.diagnostics.clear();
        follower.check(&chunk.head, &chunk.arena);
        findings.extend(follower.diagnostics.iter().map(ToString::to_string));
    }
    Ok(json!({ "commands": lines, "findings": findings }))
}
