//! `glir shrink`: a stream made as small as it gets while it keeps a fault.

use crate::failure::{Failure, Outcome, plain, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::sizes::counted;
use crate::trace::picture::{different, last};
use crate::trace::{failed, open, outcome};
use clap::{ArgGroup, Args};
use glir_native::Api;
use glir_spec::Code;
use glir_trace::{ShrinkError, has_diagnostic, shrink};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// Make a stream as small as it gets while it keeps a fault
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true))]
#[command(
    after_help = "The oracle is a command line for the shell; {} in it is the file that is tried. It exits with 0 if the \
    fault is still there.\n\n\
    Examples:\n  \
    glir shrink bug.glir --diagnostic unknown-id -o small.glir\n  \
    glir shrink bug.glir --pixels-differ gl,gles3 -o small.glir\n  \
    glir shrink crash.glir --oracle '! glir render {} -o /dev/null' -o small.glir"
)]
pub(crate) struct ShrinkVerb {
    #[command(flatten)]
    input: InputArgs,
    /// Keep a diagnostic with this code
    #[arg(long, value_name = "CODE", group = "what", value_parser = code)]
    diagnostic: Option<Code>,
    /// Keep what this command says is there
    #[arg(long, value_name = "COMMAND", group = "what")]
    oracle: Option<String>,
    /// Keep that the last pictures of two interpreters differ
    #[arg(long, value_name = "API,API", group = "what", value_delimiter = ',')]
    pixels_differ: Vec<Api>,
    /// Stop looking after so many seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    seconds: u64,
    /// The file to write; - for standard output
    #[arg(short, long, value_name = "OUT.glir")]
    output: PathBuf,
}

fn code(text: &str) -> Result<Code, String> {
    let found = Code::ALL.iter().find(|code| code.text() == text).copied();
    found.ok_or_else(|| format!("there is no code {text}; docs/reference/diagnostics.md lists them"))
}

impl ShrinkVerb {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        if !matches!(self.pixels_differ.len(), 0 | 2) {
            return Err(Failure::Unusable("--pixels-differ takes two interpreters, such as gl,gles3".into()));
        }
        let input = self.input.open()?;
        self.input.refuse_to_overwrite(&self.output)?;
        Output::expect_extension(&self.output, "glir", "a stream in its binary form")?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        let folder = tempfile::tempdir().map_err(|error| Failure::about("no folder", plain(&error)))?;
        let tried = folder.path().join("tried.glir");
        let until = Instant::now() + Duration::from_secs(self.seconds);
        let mut tries = 0;
        let mut oracle = |bytes: &[u8]| -> Result<bool, Failure> {
            if let Some(code) = self.diagnostic {
                return Ok(has_diagnostic(bytes, code));
            }
            if let [one, other] = self.pixels_differ[..] {
                let (one, other) = (last(&input.name, bytes, one)?, last(&input.name, bytes, other)?);
                return Ok(one.zip(other).is_some_and(|(one, other)| different(&one, &other) > 0));
            }
            let command = self.oracle.as_deref().unwrap_or_default();
            std::fs::write(&tried, bytes).map_err(|error| Failure::writing(tried.display(), &error))?;
            let command = command.replace("{}", &tried.display().to_string());
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(&command).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let left = until.saturating_duration_since(Instant::now());
            let status =
                ended(&mut shell, left).map_err(|error| Failure::about("the oracle", plain(&error)))?;
            tries += 1;
            match status.map(|status| status.code()) {
                None if tries == 1 => {
                    let why = format_args!("it did not end within {}", counted(self.seconds, "second"));
                    Err(Failure::about("the oracle", why))
                }
                // The shell's words for what is not there or can't be run (POSIX.1-2024, Shell Command Language, 2.8.2).
                Some(Some(code @ (126 | 127))) if tries == 1 => {
                    let why = format_args!("the shell can't run `{command}` (exit code {code})");
                    Err(Failure::about("the oracle", why))
                }
                status => Ok(status == Some(Some(0))),
            }
        };
        let shrunk = match shrink(&trace, Duration::from_secs(self.seconds), &mut oracle) {
            Ok(shrunk) => shrunk,
            Err(ShrinkError::Trace(error)) => return Err(failed(&input.name)(error)),
            Err(ShrinkError::Oracle(failure)) => return Err(failure),
            Err(ShrinkError::NotThere) => {
                return Err(Failure::about(&input.name, "the fault is not there to begin with"));
            }
        };
        let mut out = Output::open(Some(&self.output))?;
        out.write_all(&shrunk.bytes).map_err(|error| out.failed(&error))?;
        out.finish()?;
        let late = if shrunk.unfinished { "; there was no time to look for less" } else { "" };
        let (left, tries) = (counted(shrunk.commands as u64, "command"), counted(shrunk.tries, "try"));
        say(format_args!("{}: {left} left, {}{late}", input.name, tries.replace("trys", "tries")));
        Ok(outcome(&input.name, &trace))
    }
}

/// How a command ends, if it does in time; else it is stopped.
fn ended(command: &mut Command, time: Duration) -> std::io::Result<Option<ExitStatus>> {
    let (mut child, until) = (command.spawn()?, Instant::now() + time);
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}
