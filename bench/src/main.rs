//! `glir-bench MEASURE`: one measurement a process, its result as one line of JSON. `cargo xtask bench` runs them all.

mod copying;
mod encode;
mod gloo;
mod live;
mod memory;
mod replay;
mod streams;
mod timing;
mod visuals;

use serde_json::Value;
use std::error::Error;
use std::process::ExitCode;

fn measure(arguments: &[String]) -> Result<Value, Box<dyn Error>> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["commands"] => replay::commands(),
        ["payloads"] => replay::payloads(),
        ["encode"] => encode::encode(),
        ["live", part] => live::live(part),
        ["live-client", url, rate, last] => live::follow(url, rate.parse()?, last.parse()?),
        ["gloo"] => gloo::gloo(),
        ["visuals", kind, count] => visuals::visuals(kind, count.parse()?),
        ["glow", frames, draws] => replay::beside_glow(frames.parse()?, draws.parse()?),
        ["side", side, frames] => replay::one_side(side, frames.parse()?),
        ["make-file", path, mebibytes] => memory::make_file(path, mebibytes.parse()?),
        ["memory", path] => memory::replay_mapped(path),
        _ => Err("measures: commands, payloads, encode, gloo, visuals KIND COUNT, live PART, glow FRAMES DRAWS, side NAME FRAMES, make-file PATH MIB, memory PATH".into()),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match measure(&arguments) {
        #[allow(clippy::print_stdout)] // the result is this program's output
        Ok(result) => {
            println!("{result}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("glir-bench: {error}");
            ExitCode::FAILURE
        }
    }
}
