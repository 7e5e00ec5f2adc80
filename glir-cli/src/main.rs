//! The `glir` command. Each verb is a file of its own; what they share is how streams come in and results go out.

#![deny(unsafe_code)]

mod answers;
mod browser;
mod build;
mod check;
mod conform;
mod data;
mod dialect;
mod dump;
mod events;
mod export;
mod failure;
mod info;
mod input;
mod map;
mod output;
mod play;
mod plot;
mod progress;
mod render;
mod replay;
mod serve;
mod sizes;
mod testee;
mod trace;

use clap::{Parser, Subcommand};
use failure::{Failure, Outcome};
use std::process::ExitCode;

/// Inspect and build GLIR streams: OpenGL commands as files.
#[derive(Debug, Parser)]
#[command(name = "glir", version, arg_required_else_help = true, max_term_width = 100)]
#[command(
    after_help = "A stream IN is a .glir file or its text form .glirt, by path or - for standard input.\n\
    Exit codes: 0 fine, 1 faults or differences were found, 2 the input or the command line can't be used."
)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    Assert(trace::assert::AssertVerb),
    Build(build::Build),
    Check(check::Check),
    Conform(conform::Conform),
    Apply(trace::apply::Apply),
    Convert(trace::convert::Convert),
    Diff(trace::diff::DiffVerb),
    Dump(dump::Dump),
    Export(export::Export),
    Info(info::Info),
    Inspect(trace::inspect::Inspect),
    Lint(trace::lint::Lint),
    Merge(trace::convert::Merge),
    Play(play::Play),
    Plot(plot::PlotVerb),
    Profile(trace::profile::Profile),
    Record(trace::record::Record),
    Render(render::Render),
    Serve(serve::Serve),
    Shrink(trace::shrink::ShrinkVerb),
    Slice(trace::slice::Slice),
    Stat(trace::stat::StatVerb),
    State(trace::state::StateVerb),
    #[command(hide = true)]
    Testee(testee::TesteeVerb),
    Trim(trace::trim::Trim),
}

fn main() -> ExitCode {
    let arguments = plot::with_kind(std::env::args_os().collect());
    let result = match Cli::parse_from(arguments).verb {
        Verb::Assert(verb) => verb.run(),
        Verb::Build(verb) => verb.run(),
        Verb::Check(verb) => verb.run(),
        Verb::Conform(verb) => verb.run(),
        Verb::Apply(verb) => verb.run(),
        Verb::Convert(verb) => verb.run(),
        Verb::Diff(verb) => verb.run(),
        Verb::Dump(verb) => verb.run(),
        Verb::Export(verb) => verb.run(),
        Verb::Info(verb) => verb.run(),
        Verb::Inspect(verb) => verb.run(),
        Verb::Lint(verb) => verb.run(),
        Verb::Merge(verb) => verb.run(),
        Verb::Play(verb) => verb.run(),
        Verb::Plot(verb) => verb.run(),
        Verb::Profile(verb) => verb.run(),
        Verb::Record(verb) => verb.run(),
        Verb::Render(verb) => verb.run(),
        Verb::Serve(verb) => verb.run(),
        Verb::Shrink(verb) => verb.run(),
        Verb::Slice(verb) => verb.run(),
        Verb::Stat(verb) => verb.run(),
        Verb::State(verb) => verb.run(),
        Verb::Testee(verb) => verb.run(),
        Verb::Trim(verb) => verb.run(),
    };
    match result {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Faults) => ExitCode::from(1),
        // Who closes the pipe has seen enough; that is no fault.
        Err(Failure::PipeClosed) => ExitCode::SUCCESS,
        Err(Failure::Unusable(sentence)) => {
            failure::say(&sentence);
            ExitCode::from(2)
        }
    }
}
