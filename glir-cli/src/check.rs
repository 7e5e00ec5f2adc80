//! `glir check`: whether a stream is right, and whether a kind of context can draw it; no GPU is needed.

use crate::failure::{Failure, Outcome, say};
use crate::input::InputArgs;
use crate::output::Output;
use crate::replay::{Findings, Host, replay};
use crate::sizes::counted;
use clap::Args;
use glir_core::Capabilities;
use glir_core::file::FileFault;
use glir_core::{FrameInput, Interpreter, NullBackend, Outcome as FrameOutcome, Settings};
use glir_spec::{Feature, Header, Profile, Target};
use serde_json::json;
use std::io::Write;
use std::ops::ControlFlow;

/// Check a stream against the language, and against a kind of context, without a GPU
#[derive(Debug, Args)]
#[command(
    after_help = "Without --target the stream is checked against some context of its profile: one with all features, and with\n\
    pictures as large as the language allows. With one, it is checked against the least context of that kind (pictures\n\
    up to 4096 pixels a side), and features that rest on an extension there are told as warnings.\n\
    Shaders are held against their declarations, but only a driver compiles them: `glir render` does.\n\n\
    Examples:\n  \
    glir check scene.glirt\n  \
    glir check plot.glir --target webgl1\n  \
    glir check --json plot.glir | jq .diagnostics"
)]
pub(crate) struct Check {
    #[command(flatten)]
    input: InputArgs,
    /// The kind of context
    #[arg(long, value_name = "TARGET", value_parser = target)]
    target: Option<Target>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn target(text: &str) -> Result<Target, String> {
    Target::from_text(text).ok_or_else(|| {
        let names: Vec<&str> = Target::ALL.iter().map(|target| target.text()).collect();
        format!("{text:?} is none of {}", names.join(", "))
    })
}

impl Check {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let input = self.input.open()?;
        let bytes = input.stream()?;
        let mut checking = Checking {
            asked: self.target,
            targets: Vec::new(),
            interpreter: None,
            findings: Findings::new(&input.name, self.json),
            frames: 0,
            commands: 0,
            rests_on: Vec::new(),
        };
        replay(&input.name, &bytes, &mut checking)?;
        checking.end_stream();
        let broken = crate::trace::assert::hold(&input.name, &bytes, None, self.json)?;
        checking.findings.errors += broken.len() as u64;
        let Checking { findings, frames, commands, rests_on, targets, .. } = checking;
        let targets: Vec<_> = targets.iter().map(|target| target.text()).collect();
        if self.json {
            let features: Vec<_> = rests_on
                .iter()
                .map(|(feature, way)| json!({ "feature": feature.text(), "needs": ways(way) }))
                .collect();
            let mut report = findings.json();
            if let Some(report) = report.as_object_mut() {
                report.insert("input".into(), json!(input.name));
                report.insert("targets".into(), json!(targets));
                report.insert("frames".into(), json!(frames));
                report.insert("commands".into(), json!(commands));
                report.insert("extensions".into(), json!(features));
                report.insert("assertions".into(), json!(broken));
            }
            let mut out = Output::open(None)?;
            writeln!(out, "{report:#}").map_err(|error| out.failed(&error))?;
            out.finish()?;
        } else {
            for (feature, way) in &rests_on {
                say(format_args!(
                    "{}: warning: the feature \"{feature}\" needs {} on {}",
                    input.name,
                    ways(way),
                    targets.join(", ")
                ));
            }
            let mut out = Output::open(None)?;
            let verdict =
                if findings.errors > 0 { counted(findings.errors, "fault") } else { "fine".to_owned() };
            let line = format!(
                "{}: {verdict} ({}, {}, checked for {})",
                input.name,
                counted(frames, "frame"),
                counted(commands, "command"),
                targets.join(" and ")
            );
            writeln!(out, "{line}").map_err(|error| out.failed(&error))?;
            out.finish()?;
        }
        Ok(Outcome::of_faults(findings.errors > 0))
    }
}

struct Checking {
    asked: Option<Target>,
    /// What the streams of the input were checked for, each kind once.
    targets: Vec<Target>,
    interpreter: Option<Interpreter<NullBackend>>,
    findings: Findings,
    frames: u64,
    commands: u64,
    /// Features that the stream names and that are no matter of course on the target.
    rests_on: Vec<(Feature, &'static str)>,
}

impl Checking {
    fn end_stream(&mut self) {
        if let Some(interpreter) = self.interpreter.take() {
            self.commands += interpreter.commands();
        }
    }
}

impl Host for Checking {
    fn begin(&mut self, header: &Header<'_>) -> Result<ControlFlow<()>, Failure> {
        self.end_stream();
        // Desktop GL has nearly every feature, so it stands for «some context».
        let some = if header.profile == Profile::Es2 && !header.requires.iter().any(desktop_only) {
            Target::Gles2
        } else {
            Target::Gl33
        };
        let target = self.asked.unwrap_or(some);
        if !self.targets.contains(&target) {
            self.targets.push(target);
        }
        for feature in header.requires.iter().chain(&header.uses) {
            let included = feature.info().base.is_some_and(|base| base <= target.profile());
            let way = feature.info().on(target);
            if self.asked.is_some()
                && !self.rests_on.contains(&(*feature, way))
                && !included
                && way != "core"
                && way != "-"
            {
                self.rests_on.push((*feature, way));
            }
        }
        let mut capabilities = Capabilities::least(target);
        if self.asked.is_none() {
            capabilities.limits = capabilities.limits.with_largest_pictures();
        }
        match Interpreter::new(NullBackend::with(capabilities), header, Settings::default()) {
            Ok(interpreter) => {
                self.interpreter = Some(interpreter);
                Ok(ControlFlow::Continue(()))
            }
            Err(refused) => {
                self.findings.add(vec![refused.0]);
                Ok(ControlFlow::Break(()))
            }
        }
    }

    fn frame(&mut self, input: FrameInput<'_>, _: u64) -> Result<ControlFlow<()>, Failure> {
        let Some(interpreter) = &mut self.interpreter else { return Ok(ControlFlow::Break(())) };
        let outcome = interpreter.draw(input);
        interpreter.take_replies();
        self.findings.add(interpreter.take_diagnostics());
        self.frames += u64::from(outcome == FrameOutcome::Complete);
        Ok(if outcome == FrameOutcome::Stopped { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    fn damage(&mut self, fault: &FileFault) {
        self.findings.add_damage(fault);
    }
}

/// A cell of the table of features in words: extensions, or versions of the API that include it.
fn ways(cell: &str) -> String {
    let words = cell.split(" | ").map(|way| match way.as_bytes() {
        [b'0'..=b'9', ..] => format!("version {way}"),
        _ => way.to_owned(),
    });
    words.collect::<Vec<_>>().join(" or ")
}

/// True for features that OpenGL ES 2.0 never has.
fn desktop_only(feature: &Feature) -> bool {
    feature.info().gles2 == "-"
}
