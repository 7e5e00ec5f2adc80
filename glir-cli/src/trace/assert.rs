//! `glir assert`: a stream as a test of itself.

use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::sizes::counted;
use crate::trace::picture::Drawn;
use crate::trace::{failed, open, print_json};
use clap::Args;
use glir_native::Api;
use glir_trace::{Assertion, assertions, holds};
use serde_json::json;
use std::path::PathBuf;

/// Hold streams to the assertions that stand in them
#[derive(Debug, Args)]
#[command(after_help = "An assertion is a META with the key assert, and holds where it stands:\n  \
    [\"META\", \"assert\", \"pixel 3,4 is 255 0 0 255 within 2\"]        counted from the lower left\n  \
    [\"META\", \"assert\", \"state state.blend is true\"]                names as in glir state --json\n  \
    [\"META\", \"assert\", \"state object 3 uniforms.u_color is [1, 0, 0, 1]\"]\n  \
    [\"META\", \"assert\", \"diagnostic unknown-id\"]                    of the command before; or none\n\
    Exit code 1 if one does not hold.\n\n\
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
        let (mut held, mut failures) = (0, Vec::new());
        for path in &self.inputs {
            let input = InputArgs::named(path).open()?;
            let bytes = input.stream()?;
            let trace = open(&input, &bytes)?;
            for ((frame, command), what) in assertions(&trace).map_err(failed(&input.name))? {
                let verdict = match &what {
                    Err(sentence) => Err(sentence.clone()),
                    Ok(Assertion::Pixel { .. }) if self.no_pixels => continue,
                    Ok(Assertion::Pixel { x, y, values, within }) => {
                        let upto = command as usize;
                        let picture = Drawn::until(&input.name, &trace, self.api, frame, upto)?;
                        pixel(picture, (*x, *y), *values, *within)
                    }
                    Ok(what) => holds(&trace, (frame, command), what).map_err(failed(&input.name))?,
                };
                let text = what.as_ref().map(ToString::to_string).unwrap_or_default();
                match verdict {
                    Ok(()) => held += 1,
                    Err(why) => {
                        if !self.json {
                            let text = if text.is_empty() { String::new() } else { format!("{text}: ") };
                            say(format_args!("{}: {frame}:{command} {text}{why}", input.name));
                        }
                        failures.push(json!({
                            "input": input.name, "frame": frame, "command": command, "assertion": text, "why": why,
                        }));
                    }
                }
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
        Ok(Outcome::of_faults(!failures.is_empty()))
    }
}

/// Whether a picture, whose rows stand from the top down, has a pixel's values.
fn pixel(
    picture: Option<super::picture::Picture>,
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
