//! Prints what a recording holds: `cargo run -p glir-data --example summary -- FILE [RATE]`.
//!
//! Without a file it takes the recording that comes with the crate.
#![allow(clippy::print_stdout)] // printing is what it is for

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use glir_data::{Options, Timing, read};

fn main() -> ExitCode {
    match summary() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn summary() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let shipped = || concat!(env!("CARGO_MANIFEST_DIR"), "/recordings/mit-bih-208/ecg.edf").into();
    let path = PathBuf::from(arguments.next().unwrap_or_else(shipped));
    let rate = arguments.next().map(|rate| rate.to_string_lossy().parse()).transpose()?;

    let bytes = fs::read(&path)?;
    let recording = read(&bytes, &path.to_string_lossy(), &Options { rate, ..Options::default() })?;
    let format = recording.format.map_or_else(String::new, |format| format!("{format}, "));
    println!("{}: {format}{} channels", path.display(), recording.channels.len());
    for (index, channel) in recording.channels.iter().enumerate() {
        let name = channel.name.as_deref().unwrap_or("unnamed");
        let unit = channel.unit.as_deref().unwrap_or("");
        let times = match &channel.timing {
            Timing::Index => "numbered".to_owned(),
            Timing::Even { rate, .. } => format!("{rate:.6} Hz"),
            Timing::Stamps(_) => "time stamps".to_owned(),
        };
        print!("{index:3} {name:20} {:9} × {:7} {times}", channel.len(), channel.samples.element());
        if let Some((first, last)) = channel.time_extent().filter(|_| channel.timing != Timing::Index) {
            print!(", {first:.3} s to {last:.3} s");
        }
        match channel.extent() {
            Some((low, high)) => println!(", {} to {} {unit}", low as f32, high as f32),
            None => println!(", no finite value"),
        }
    }
    for note in &recording.notes {
        println!("note: {note}");
    }
    Ok(())
}
