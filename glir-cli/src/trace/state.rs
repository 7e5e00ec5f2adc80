//! `glir state`: what holds at a place of a stream.

use crate::failure::{Failure, Outcome};
use crate::input::InputArgs;
use crate::trace::{Place, failed, open, outcome, print_json, print_text};
use clap::Args;

/// Show the state at a place of a stream, with all objects
#[derive(Debug, Args)]
#[command(
    after_help = "A place is FRAME, which means its end, or FRAME:COMMAND, which means behind that command.\n\n\
    Examples:\n  \
    glir state recording.glir --at 299\n  \
    glir state recording.glir --at 3:17 --object 5\n  \
    glir state recording.glir --at 12 --json | jq '.objects[] | select(.kind == \"texture\")'\n  \
    glir state recording.glir --at 12 --glirt > twelve.glirt"
)]
pub(crate) struct StateVerb {
    #[command(flatten)]
    input: InputArgs,
    /// The place; the last frame's end if not given
    #[arg(long, value_name = "FRAME[:COMMAND]")]
    at: Option<Place>,
    /// Only the object with this id; may be given more than once
    #[arg(long = "object", value_name = "ID")]
    objects: Vec<u64>,
    /// Print long payloads whole
    #[arg(long)]
    full: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "glirt")]
    json: bool,
    /// Print the commands that bring the state about, as text that build takes
    #[arg(long, conflicts_with = "objects")]
    glirt: bool,
}

impl StateVerb {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        let last = trace.frames().last().unwrap_or(0);
        let at = self.at.unwrap_or(Place { frame: last, command: None });
        let full = self.full || self.glirt;
        let state = glir_trace::state(&trace, at.frame, at.command, full).map_err(failed(&input.name))?;
        if let Some(missing) = self.objects.iter().find(|id| !state.ids().any(|known| known == **id)) {
            return Err(Failure::about(&input.name, format!("no object has the id {missing} there")));
        }
        if self.json {
            let mut json = state.json();
            if !self.objects.is_empty()
                && let Some(objects) = json["objects"].as_array_mut()
            {
                objects.retain(|object| object["id"].as_u64().is_some_and(|id| self.objects.contains(&id)));
            }
            print_json(&json)?;
        } else if self.glirt {
            print_text(&state.text)?;
        } else {
            let mut text = String::new();
            state.print(&self.objects, &mut text);
            print_text(&text)?;
        }
        Ok(outcome(&input.name, &trace))
    }
}
