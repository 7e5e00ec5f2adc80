//! `glir stat`: counts over a stream.

use crate::failure::{Failure, Outcome};
use crate::input::InputArgs;
use crate::sizes::{counted, grouped};
use crate::trace::{failed, open, outcome, print_json, print_text};
use clap::Args;
use std::fmt::Write as _;

/// Count commands, bytes, objects, and what is done in vain
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    glir stat recording.glir\n  \
    glir stat --json recording.glir | jq .redundant")]
pub(crate) struct StatVerb {
    #[command(flatten)]
    input: InputArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl StatVerb {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        let stat = glir_trace::stat(&trace).map_err(failed(&input.name))?;
        if self.json {
            let mut json = stat.json();
            json["input"] = input.name.clone().into();
            json["bytes"] = bytes.len().into();
            print_json(&json)?;
            return Ok(outcome(&input.name, &trace));
        }
        let mut out = String::new();
        let mut row = |key: &str, value: String| _ = writeln!(out, "  {key:<20} {value}");
        row("frames", grouped(stat.frames));
        row("commands", grouped(stat.commands));
        row("bytes a command", format!("{:.2}", bytes.len() as f64 / stat.commands.max(1) as f64));
        row("draws", grouped(stat.draws));
        row("longest frame", format!("{}, {}", stat.longest.1, counted(stat.longest.0, "command")));
        let [inline, arena, blob] = stat.payloads.map(grouped);
        row("payload bytes", format!("{inline} inline, {arena} in arenas, {blob} in blobs"));
        let made: Vec<String> = stat.made.iter().map(|(kind, count)| counted(*count, kind)).collect();
        row("objects made", made.join(", "));
        row("unused objects", grouped(stat.unused));
        let redundant: u64 = stat.redundant.values().sum();
        row("redundant commands", grouped(redundant));
        for (name, count) in &stat.redundant {
            row(&format!("  {name}"), grouped(*count));
        }
        row("repeated uploads", format!("{}, {} bytes", grouped(stat.repeated.0), grouped(stat.repeated.1)));
        row(
            "overwritten uploads",
            format!("{}, {} bytes", grouped(stat.overwritten.0), grouped(stat.overwritten.1)),
        );
        row("refused commands", grouped(stat.refused));
        _ = writeln!(out, "  {:<20} {:>12} {:>14} {:>14}", "command", "count", "head bytes", "payload bytes");
        let mut rows: Vec<_> = stat.by_name.iter().collect();
        rows.sort_by_key(|(_, (count, _))| std::cmp::Reverse(*count));
        for (name, (count, bytes)) in rows {
            let payload = stat.payloads_by_name.get(name).copied().unwrap_or(0);
            let (count, bytes, payload) = (grouped(*count), grouped(*bytes), grouped(payload));
            _ = writeln!(out, "  {name:<20} {count:>12} {bytes:>14} {payload:>14}");
        }
        print_text(&format!("{}: {}\n{out}", input.name, counted(bytes.len() as u64, "byte")))?;
        Ok(outcome(&input.name, &trace))
    }
}
