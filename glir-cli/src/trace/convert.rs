//! `glir convert` and `glir merge`: streams written anew, in another form or as one file.

use crate::failure::{Failure, Outcome, say};
use crate::input::{Input, InputArgs};
use crate::output::Output;
use clap::Args;
use glir_core::file::FileFault;
use glir_trace::{Form, Recording, convert};
use std::path::PathBuf;

/// How a result is written.
#[derive(Debug, Args)]
struct FormArgs {
    /// Write plain chunks, which every reader takes: nothing packed, no keyframes, payloads where they were
    #[arg(long)]
    plain: bool,
    /// The part of the file that keyframes may take, in percent; 0 for none
    #[arg(long, value_name = "PERCENT", default_value_t = 4, conflicts_with = "plain")]
    keyframes: u64,
}

impl FormArgs {
    fn form(&self) -> Form {
        match self.plain {
            true => Form::Plain,
            false => Form::Recorded(Recording { keyframe_percent: self.keyframes, ..Recording::default() }),
        }
    }
}

/// Write a stream anew: packed and with keyframes, or plain
#[derive(Debug, Args)]
#[command(
    after_help = "The result has an index, payloads that come again are stored once, and whoever seeks finds keyframes.\n\
    What is damaged is told and left out.\n\n\
    Examples:\n  \
    glir convert cut-short.glir -o whole.glir\n  \
    glir convert recording.glir --plain -o for-a-page.glir\n  \
    glir convert scene.glirt -o scene.glir"
)]
pub(crate) struct Convert {
    #[command(flatten)]
    input: InputArgs,
    #[command(flatten)]
    form: FormArgs,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
}

impl Convert {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        self.input.refuse_to_overwrite(&self.output)?;
        write(&[input], self.form.form(), &self.output)
    }
}

/// Put streams one behind the other in one file
#[derive(Debug, Args)]
#[command(
    after_help = "Each stream begins anew where its header stands; frames are numbered over all of them.\n\n\
    Examples:\n  \
    glir merge monday.glir tuesday.glir -o both.glir"
)]
pub(crate) struct Merge {
    /// .glir files or their text forms, in order
    #[arg(value_name = "IN", num_args = 1.., required = true)]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    form: FormArgs,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
}

impl Merge {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let mut inputs = Vec::new();
        for path in &self.inputs {
            InputArgs::named(path).refuse_to_overwrite(&self.output)?;
            inputs.push(InputArgs::named(path).open()?);
        }
        write(&inputs, self.form.form(), &self.output)
    }
}

fn write(inputs: &[Input], form: Form, output: &std::path::Path) -> Result<Outcome, Failure> {
    Output::expect_extension(output, "glir", "a stream in its binary form")?;
    let streams = inputs.iter().map(Input::stream).collect::<Result<Vec<_>, _>>()?;
    let bytes: Vec<&[u8]> = streams.iter().map(|stream| &**stream).collect();
    // What is no stream at all is known before the old output is touched.
    for (input, bytes) in inputs.iter().zip(&bytes) {
        glir_trace::Trace::open(bytes).map_err(crate::trace::failed(&input.name))?;
    }
    let mut out = Output::open(Some(output))?;
    let mut damaged = false;
    let mut fault = |number: usize, fault: FileFault| {
        damaged = true;
        let name = inputs.get(number).map_or("", |input| &input.name);
        say(format_args!("{name}: {fault}"));
    };
    let written = convert(&bytes, &mut out, form, &mut fault).map(drop);
    match written {
        Ok(()) => out.finish()?,
        Err(error) => return Err(out.failed(&error)),
    }
    Ok(Outcome::of_faults(damaged))
}
