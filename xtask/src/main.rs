//! The house's own tool: `cargo xtask <verb>`, one file a verb.

#![forbid(unsafe_code)]
// Its reports go to a person, on stdout.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod codegen;
mod conformance;
mod demo;
mod gallery;
mod root;
mod run;
mod setup;
mod test;
mod tidy;
mod web;

use root::Root;

/// What every verb returns: whether all is well, or why the verb could not do its work.
type Outcome = anyhow::Result<ExitCode>;

/// Set-up, tests, demo, generated code and house rules of GLIR.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Find out what this machine lacks to build, draw and test, and install it
    Setup(setup::Arguments),
    /// Run every test that this machine can run, and say which layers were skipped
    Test(test::Arguments),
    /// Draw the shipped recording on desktop GL, GLES 2 and GLES 3, and put it into a page
    Demo,
    /// Draw every example natively and in the browser, on one page under target/gallery
    Gallery,
    /// Write the files that are generated from the Khronos registry and the language's table
    Codegen(codegen::Arguments),
    /// Run the conformance suite on every interpreter that this machine has, or write it as a data package
    Conformance(conformance::Arguments),
    /// Check the house rules
    Tidy,
    /// Build the browser's interpreter, its npm package and the parts that `glir` embeds
    Web(web::Arguments),
    /// Measure decoding, checking, replaying, encoding and memory, or the browser; results under target/bench
    Bench(bench::Arguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run_verb(&arguments.verb) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run_verb(verb: &Verb) -> Outcome {
    let root = Root::find()?;
    match verb {
        Verb::Setup(arguments) => setup::run(arguments),
        Verb::Test(arguments) => test::run(&root, arguments),
        Verb::Demo => demo::run(&root),
        Verb::Gallery => gallery::run(&root),
        Verb::Codegen(arguments) => codegen::run(&root, arguments),
        Verb::Bench(arguments) => bench::run(&root, arguments),
        Verb::Web(arguments) => web::run(&root, arguments),
        Verb::Conformance(arguments) => conformance::run(&root, arguments),
        Verb::Tidy => tidy::run(&root),
    }
}
