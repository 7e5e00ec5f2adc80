//! `glir assert`: a stream as a test of itself.

use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::sizes::counted;
use crate::trace::picture;
use crate::trace::{failed, is_partial, open, print_json};
use clap::Args;
use glir_native::Api;
use glir_trace::{Assertion, Trace, assertions, holds};
use serde_json::json;
use std::path::PathBuf;

/// Hold streams to the assertions that stand in them
#[derive(Debug, Args)]
#[command(after_help = "An assertion is a META with the key assert, and holds where it stands:\n  \
    [\"META\", \"assert\", \"pixel 3,4 is 255 0 0 255 within 2\"]        counted from the lower left\n  \
    [\"META\", \"assert\", \"state state.blend is true\"]                names as in glir state --json\n  \
    [\"META\", \"assert\", \"state object 3 uniforms.u_color is [1, 0, 0, 1]\"]\n  \
    [\"META\", \"assert\", \"diagnostic unknown-id\"]                    of the command before; or none\n\
    Exit code 1 if one does not hold, or a frame is damaged. `glir render` and `glir play` hold a stream to its assertions too,\n\
    `glir check` to those that need no picture.\n\n\
    Examples:\n  \
    glir assert tests/*.glirt\n  \
    glir assert --api gles2 bug.glirt\n  \
    glir assert --no-pixels bug.glirt")]
pub(crate) struct AssertVerb {
    /// .glir files or their text forms
    #[arg(value_name = "IN", num_args = 1.., required = true)]
    inputs: Vec<PathBuf>,
    /// The interpreter that draws
    #[arg(long, value_name = "API", default_value = "gl")]
    api: Api,
    /// Pass over pixels: nothing is drawn
    #[arg(long)]
    no_pixels: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl AssertVerb {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let (mut held, mut partial, mut failures) = (0, false, Vec::new());
        let api = (!self.no_pixels).then_some(self.api);
        for path in &self.inputs {
            let input = InputArgs::named(path).open()?;
            let bytes = input.stream()?;
            let trace = open(&input, &bytes)?;
            let verdict = verdict(&input.name, &trace, api)?;
            // Nobody knows what a damaged frame asserted.
            partial |= is_partial(&input.name, &trace);
            held += verdict.held;
            for Broken { frame, command, assertion, why } in verdict.broken {
                if !self.json {
                    let text = if assertion.is_empty() { String::new() } else { format!("{assertion}: ") };
                    say(format_args!("{}: {frame}:{command} {text}{why}", input.name));
                }
                failures.push(json!({
                    "input": input.name, "frame": frame, "command": command, "assertion": assertion, "why": why,
                }));
            }
        }
        if self.json {
            print_json(&json!({ "held": held, "failures": failures }))?;
        } else {
            let failed = failures.len() as u64;
            say(format_args!(
                "{} held, {} did not",
                counted(held, "assertion"),
                counted(failed, "assertion")
            ));
        }
        Ok(Outcome::of_faults(partial || !failures.is_empty()))
    }
}

/// What came of a stream's assertions.
#[derive(Default)]
pub(crate) struct Verdict {
    held: u64,
    broken: Vec<Broken>,
}

/// An assertion that does not hold.
struct Broken {
    frame: u64,
    command: u32,
    /// The assertion, if it could be read.
    assertion: String,
    why: String,
}

impl Verdict {
    /// What does not hold, each a sentence.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let sentence = |Broken { frame, command, assertion, why }: &Broken| {
            let text = if assertion.is_empty() { String::new() } else { format!("{assertion}: ") };
            format!("frame {frame}, command {command}: assert {text}{why}")
        };
        self.broken.iter().map(sentence).collect()
    }
}

/// Holds a stream to its assertions; to those about pixels only where something draws.
pub(crate) fn verdict(name: &str, trace: &Trace<'_>, api: Option<Api>) -> Result<Verdict, Failure> {
    let mut verdict = Verdict::default();
    for ((frame, command), what) in assertions(trace).map_err(failed(name))? {
        let found = match &what {
            Err(sentence) => Err(sentence.clone()),
            Ok(Assertion::Pixel { x, y, values, within }) => match api {
                Some(api) => {
                    let picture = picture::at(name, trace, api, frame, Some(command as usize))?;
                    pixel(picture, (*x, *y), *values, *within)
                }
                None => continue,
            },
            Ok(what) => holds(trace, (frame, command), what).map_err(failed(name))?,
        };
        let assertion = what.as_ref().map(ToString::to_string).unwrap_or_default();
        match found {
            Ok(()) => verdict.held += 1,
            Err(why) => verdict.broken.push(Broken { frame, command, assertion, why }),
        }
    }
    Ok(verdict)
}

/// Says which of a file's assertions do not hold; how many those are. What can't be read at all has been told by who has read it.
pub(crate) fn hold(name: &str, bytes: &[u8], api: Option<Api>, quiet: bool) -> Result<Vec<String>, Failure> {
    let Ok(trace) = Trace::open(bytes) else { return Ok(Vec::new()) };
    let broken = verdict(name, &trace, api)?.sentences();
    if !quiet {
        broken.iter().for_each(|sentence| say(format_args!("{name}: {sentence}")));
    }
    Ok(broken)
}

/// Whether a picture, whose rows stand from the top down, has a pixel's values.
fn pixel(
    picture: Option<picture::Picture>,
    (x, y): (u32, u32),
    values: [u8; 4],
    within: u8,
) -> Result<(), String> {
    let Some((width, height, pixels)) = picture else {
        return Err("the interpreter does not take the stream".into());
    };
    if x >= width || y >= height {
        return Err(format!("the canvas is {width}×{height}"));
    }
    let row = (height - 1 - y) as usize;
    let found = pixels.as_chunks::<4>().0.get(row * width as usize + x as usize).copied().unwrap_or_default();
    match found.iter().zip(values).all(|(found, value)| found.abs_diff(value) <= within) {
        true => Ok(()),
        false => Err(format!("it is {} {} {} {}", found[0], found[1], found[2], found[3])),
    }
}
