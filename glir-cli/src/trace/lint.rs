//! `glir lint`: what of a stream is in vain, or can't be carried out somewhere.

use crate::failure::{Failure, Outcome};
use crate::input::InputArgs;
use crate::sizes::counted;
use crate::trace::{failed, is_partial, open, print_json, print_text};
use clap::Args;
use glir_core::{Capabilities, Interpreter, NullBackend, Settings};
use glir_spec::Target;
use glir_trace::{Finding, Follower, Place, Trace};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Findings of one rule that are shown, unless all are asked for.
const SHOWN: usize = 10;

/// Find faults, leaks, what is done in vain, and what blocks which target
#[derive(Debug, Args)]
#[command(
    after_help = "Rules: refused, after-delete, leaked, unused, redundant, repeated-upload, overwritten-upload, blocks-TARGET.\n\
    Exit code 1 if commands are refused, named after their deletion, or leaked; the other rules are advice.\n\n\
    Examples:\n  \
    glir lint recording.glir\n  \
    glir lint --all --json recording.glir | jq '.findings[] | select(.rule == \"leaked\")'"
)]
pub(crate) struct Lint {
    #[command(flatten)]
    input: InputArgs,
    /// Show every finding, not ten of each rule
    #[arg(long)]
    all: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Findings of a rule.
#[derive(Default)]
struct Rule {
    count: u64,
    shown: Vec<(Place, String)>,
}

impl Lint {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let trace = open(&input, &bytes)?;
        let most = if self.all { usize::MAX } else { SHOWN };
        let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
        let mut add = |rule: &str, place: Place, sentence: &dyn Fn() -> String| {
            let rule = rules.entry(rule.to_owned()).or_default();
            rule.count += 1;
            if rule.shown.len() < most {
                rule.shown.push((place, sentence()));
            }
        };
        glir_trace::audit(&trace, &mut |place, finding| {
            let (rule, sentence) = sentence(&finding);
            add(rule, place, &sentence);
        })
        .map_err(failed(&input.name))?;
        for target in Target::ALL {
            if let Some((place, why, count)) = blocked(&trace, *target).map_err(failed(&input.name))? {
                let more = if count > 1 { format!(" (and {} more)", count - 1) } else { String::new() };
                add(&format!("blocks-{target}"), place, &|| format!("{why}{more}"));
            }
        }
        let bad = ["refused", "after-delete", "leaked"].iter().any(|rule| rules.contains_key(*rule));
        if self.json {
            let findings: Vec<Value> = rules
                .iter()
                .flat_map(|(name, rule)| {
                    rule.shown.iter().map(move |((frame, command), message)| {
                        json!({ "rule": name, "frame": frame, "command": command, "message": message })
                    })
                })
                .collect();
            let counts: BTreeMap<&String, u64> =
                rules.iter().map(|(name, rule)| (name, rule.count)).collect();
            print_json(&json!({ "input": input.name, "counts": counts, "findings": findings }))?;
        } else {
            let mut out = String::new();
            for (name, rule) in &rules {
                _ = writeln!(out, "{name}: {}", counted(rule.count, "finding"));
                for ((frame, command), message) in &rule.shown {
                    _ = writeln!(out, "  {frame}:{command} {message}");
                }
                let left = rule.count - rule.shown.len() as u64;
                if left > 0 {
                    _ = writeln!(out, "  and {left} more; --all shows them");
                }
            }
            if rules.is_empty() {
                _ = writeln!(out, "{}: nothing found", input.name);
            }
            print_text(&out)?;
        }
        Ok(Outcome::of_faults(is_partial(&input.name, &trace) || bad))
    }
}

/// The rule of a finding, and its sentence.
fn sentence(finding: &Finding) -> (&'static str, impl Fn() -> String + '_) {
    let rule = match finding {
        Finding::Redundant(..) => "redundant",
        Finding::Repeated(..) => "repeated-upload",
        Finding::Overwritten(..) => "overwritten-upload",
        Finding::Refused(_) => "refused",
        Finding::AfterDelete(..) => "after-delete",
        Finding::Unused(..) => "unused",
        Finding::Leaked(..) => "leaked",
    };
    let say = move || match finding {
        Finding::Redundant(name, 0) => format!("{name} sets what holds already"),
        Finding::Redundant(name, id) => format!("{name} sets what holds already of object {id}"),
        Finding::Repeated(id, bytes) => {
            format!("DATA brings {} that object {id} has already", counted(*bytes, "byte"))
        }
        Finding::Overwritten(id, bytes, (frame, command)) => format!(
            "DATA overwrites {} of object {id} that {frame}:{command} brought and nothing read",
            counted(*bytes, "byte")
        ),
        Finding::Refused(diagnostic) => diagnostic.to_string(),
        Finding::AfterDelete(id, (frame, command)) => format!("object {id} was deleted at {frame}:{command}"),
        Finding::Unused(id, kind, (frame, command)) => {
            format!("nothing has used {kind} {id}, made at {frame}:{command}")
        }
        Finding::Leaked(id, kind, (frame, command), used) => {
            format!("{kind} {id}, made at {frame}:{command}, is still there; frame {used} used it last")
        }
    };
    (rule, say)
}

/// Why a target does not take a trace as it is: the first reason with its place, and how many commands it does not take that
/// some other target takes.
fn blocked(
    trace: &Trace<'_>,
    target: Target,
) -> Result<Option<(Place, String, u64)>, glir_trace::TraceError> {
    let (mut first, mut count) = (None, 0);
    let mut stream = None;
    let mut follower: Option<Follower<'_>> = None;
    let mut anywhere: Option<Follower<'_>> = None;
    for number in trace.frames() {
        let begins = trace.first_of_stream(number)?;
        if stream != Some(begins) {
            stream = Some(begins);
            let header = trace.header(number)?;
            let capabilities = Capabilities::least(target);
            if let Err(refused) =
                Interpreter::new(NullBackend::with(capabilities), &header, Settings::default())
            {
                return Ok(Some(((number, 0), refused.0.to_string(), 1)));
            }
            follower = Follower::on(&header, target).ok();
            anywhere = Follower::new(&header).ok();
            for one in [&mut follower, &mut anywhere].into_iter().flatten() {
                one.blobs = trace.blobs(number)?;
            }
        }
        let (Some(chunk), Some(here), Some(there)) = (trace.frame(number)?, &mut follower, &mut anywhere)
        else {
            continue;
        };
        here.check(&chunk.head, &chunk.arena);
        there.check(&chunk.head, &chunk.arena);
        let refused_there = std::mem::take(&mut there.diagnostics);
        for diagnostic in here.diagnostics.drain(..) {
            let known = refused_there
                .iter()
                .any(|known| known.command == diagnostic.command && known.code == diagnostic.code);
            if !known {
                count += 1;
                first.get_or_insert_with(|| {
                    ((number, diagnostic.command.unwrap_or(0)), diagnostic.to_string())
                });
            }
        }
    }
    Ok(first.map(|(place, why)| (place, why, count)))
}
