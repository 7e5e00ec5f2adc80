//! `glir conform`: runs the conformance suite on interpreters, ours and others.

use crate::browser::{ANGLES, Page, TESTEE, angle_of};
use crate::failure::{Failure, Outcome, plain, say};
use crate::output::Output;
use crate::sizes::counted;
use clap::Args;
use glir_conformance::case::{Case, Layer};
use glir_conformance::judge::{Goldens, missing};
use glir_conformance::kind::{self, Work};
use glir_conformance::lists::{self, Known, Lists};
use glir_conformance::report::{json, junit, page};
use glir_conformance::runner::{self, Candidate, Outcome as Came, Plan, Program, Record, Results};
use glir_conformance::suite::{self, Suite};
use glir_conformance::{package, pattern, replies};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Run the conformance suite on interpreters
#[derive(Debug, Args)]
#[command(
    after_help = "Interpreters: trace, gl, gles2, gles3, live (the server of live sessions), webgl1-mesa, webgl2-mesa, webgl1-swiftshader, webgl2-swiftshader; a browser on\n\
    hardware is webgl1-ANGLE, where ANGLE is what Chromium's --use-angle takes; NAME=COMMAND is a program that speaks the\n\
    protocol of conformance/PROTOCOL.md, its words parted by blanks.\n\n\
    Examples:\n  \
    glir conform\n  \
    glir conform --interpreter gles3 --filter 'drawing/*' --report out.html\n  \
    glir conform --interpreter 'mine=python3 testee.py package'\n  \
    BLESS=1 glir conform --filter drawing/first-vertex"
)]
pub(crate) struct Conform {
    /// An interpreter; may be given several times [default: trace, gl, gles2, gles3, live]
    #[arg(long, value_name = "NAME")]
    interpreter: Vec<String>,
    /// Only cases that fit, such as `drawing/*`; may be given several times
    #[arg(long, value_name = "PATTERN")]
    filter: Vec<String>,
    /// The folder with cases/ and lists/
    #[arg(long, value_name = "FOLDER", default_value = "conformance")]
    suite: PathBuf,
    /// Print the results as JSON
    #[arg(long)]
    json: bool,
    /// Write the results as JUnit's XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write the results as a page
    #[arg(long, value_name = "FILE.html")]
    report: Option<PathBuf>,
    /// Only part I of N of the cases, such as 0/4
    #[arg(long, value_name = "I/N", value_parser = shard, default_value = "0/1")]
    shard: (usize, usize),
    /// Known failures [default: lists/baseline.txt of the suite]
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Cases that are not run [default: lists/skip.txt of the suite]
    #[arg(long, value_name = "FILE")]
    skip: Option<PathBuf>,
    /// Cases that flicker [default: lists/flakes.txt of the suite]
    #[arg(long, value_name = "FILE")]
    flakes: Option<PathBuf>,
    /// How often what failed is run again
    #[arg(long, value_name = "COUNT", default_value_t = 2)]
    reruns: u32,
    /// Seconds that an interpreter has for a case
    #[arg(long, value_name = "SECONDS", value_parser = patience, default_value = "20")]
    patience: u64,
    /// Interpreters that are run at the same time
    #[arg(long, value_name = "COUNT", value_parser = jobs, default_value = "2")]
    jobs: usize,
    /// The built browser package
    #[arg(long, value_name = "FOLDER", default_value = "glir-web/dist/package", hide_short_help = true)]
    web: PathBuf,
    /// Write the suite as data into a folder, and run nothing
    #[arg(long, value_name = "FOLDER")]
    package: Option<PathBuf>,
}

/// What is run where nothing is named.
const USUAL: [&str; 5] = ["trace", "gl", "gles2", "gles3", "live"];

/// Who goldens come from, the first that can.
const MASTERS: [&str; 3] = ["gles2", "gles3", "gl"];

fn shard(text: &str) -> Result<(usize, usize), String> {
    let parts = text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    parts.filter(|(part, of)| part < of).ok_or_else(|| "a shard is written 0/4, 1/4 and so on".into())
}

fn patience(text: &str) -> Result<u64, String> {
    text.parse()
        .ok()
        .filter(|seconds| (1..=86_400).contains(seconds))
        .ok_or_else(|| "an interpreter needs time for a case: 1 second to a day, in whole seconds".into())
}

fn jobs(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|jobs| *jobs > 0)
        .ok_or_else(|| "at least 1 interpreter must be run at a time, as a whole number".into())
}

impl Conform {
    pub(crate) fn run(&self) -> Result<Outcome, Failure> {
        let cases = self.suite.join("cases");
        if std::env::var_os("BLESS").is_some_and(|set| !set.is_empty() && set != "0") {
            return self.bless(&cases);
        }
        let suite = Suite::read(&cases).map_err(|wrong| Failure::Unusable(wrong.join("\nglir: ")))?;
        if let Some(folder) = &self.package {
            let count = package::write(&suite, &self.suite, folder).map_err(Failure::Unusable)?;
            say(format_args!("{}: {}", folder.display(), counted(count as u64, "file")));
            return Ok(Outcome::Fine);
        }
        self.finds(&suite)?;
        let candidates = self.candidates()?;
        let lists = self.lists(&candidates)?;
        let plan = self.plan();
        let told = |testee: &str, record: &Record| {
            if let Some(why) = &record.unexpected {
                say(format_args!("{testee}: {}: {}: {why}", record.case, record.outcome.name()));
            }
        };
        let wanted = |case: &Case| self.wants(&case.id);
        let mut results = runner::run(&suite, &candidates, &lists, &plan, &wanted, &told);
        if self.report.is_some() {
            let ours = USUAL.iter().map(|name| self.candidate(name)).collect::<Result<Vec<_>, _>>()?;
            runner::find_divergences(&suite, &candidates, &ours, &plan, &mut results);
        }
        let mut outlived = runner::outlived(&suite, &lists);
        let all = results.iter().flat_map(|testee| &testee.records);
        let nothing = all.clone().all(|record| matches!(record.outcome, Came::Skip(_)));
        match (nothing, all.count()) {
            (true, 0) if results.iter().all(|testee| testee.hello.is_ok()) => {
                let (part, of) = self.shard;
                outlived.push(format!("no case falls to shard {part}/{of}, so nothing was tested"));
            }
            (true, 1..) => outlived.push("every case was skipped, so nothing was tested".into()),
            _ => {}
        }
        outlived.iter().for_each(say);
        self.write(&suite, &results, &outlived)?;
        let not_there = results.iter().filter(|testee| testee.hello.is_err()).count();
        let unexpected: usize = results
            .iter()
            .flat_map(|testee| &testee.records)
            .filter(|record| record.unexpected.is_some())
            .count();
        Ok(Outcome::of_faults(unexpected + not_there + outlived.len() > 0))
    }

    /// Refuses a filter that no case fits: nothing would be tested.
    fn finds(&self, suite: &Suite) -> Result<(), Failure> {
        let fits = |filter: &&String| suite.entries.iter().any(|entry| pattern::fits(filter, &entry.case.id));
        match self.filter.iter().find(|filter| !fits(filter)) {
            Some(filter) => Err(Failure::Unusable(format!(
                "no case fits --filter {filter:?}; cases are named as `drawing/first-vertex`, and `*` stands for anything"
            ))),
            None => Ok(()),
        }
    }

    fn candidates(&self) -> Result<Vec<Candidate>, Failure> {
        let names: Vec<String> = match &self.interpreter[..] {
            [] => USUAL.map(str::to_owned).to_vec(),
            named => named.to_vec(),
        };
        let candidates =
            names.iter().map(|name| self.candidate(name)).collect::<Result<Vec<Candidate>, _>>()?;
        for (at, candidate) in candidates.iter().enumerate() {
            if candidate.name.is_empty() {
                return Err(Failure::Unusable("an interpreter has no name; write NAME=COMMAND".into()));
            }
            if candidates[..at].iter().any(|other| other.name == candidate.name) {
                return Err(Failure::Unusable(format!(
                    "two interpreters have the name {:?}",
                    candidate.name
                )));
            }
        }
        Ok(candidates)
    }

    fn wants(&self, id: &str) -> bool {
        self.filter.is_empty() || self.filter.iter().any(|filter| pattern::fits(filter, id))
    }

    fn plan(&self) -> Plan {
        Plan {
            patience: Duration::from_secs(self.patience),
            reruns: self.reruns,
            shard: self.shard,
            jobs: self.jobs,
        }
    }

    fn lists(&self, candidates: &[Candidate]) -> Result<Lists, Failure> {
        let list = |named: &Option<PathBuf>, usual: &str| -> Result<Vec<Known>, Failure> {
            let path = named.clone().unwrap_or_else(|| self.suite.join("lists").join(usual));
            let text = match fs::read_to_string(&path) {
                Ok(text) => text,
                Err(_) if named.is_none() => String::new(),
                Err(error) => return Err(Failure::about(path.display(), plain(&error))),
            };
            let list = lists::parse(&text).map_err(|why| Failure::about(path.display(), why))?;
            match list.iter().find(|known| !is_somebody(&known.testee, candidates)) {
                Some(Known { line, testee, .. }) => Err(Failure::about(
                    path.display(),
                    format!(
                        "line {line}: {testee:?} names no interpreter; --help names them, and --interpreter NAME=COMMAND others"
                    ),
                )),
                None => Ok(list),
            }
        };
        Ok(Lists {
            baseline: list(&self.baseline, "baseline.txt")?,
            skip: list(&self.skip, "skip.txt")?,
            flakes: list(&self.flakes, "flakes.txt")?,
        })
    }

    /// What starts an interpreter.
    fn candidate(&self, name: &str) -> Result<Candidate, Failure> {
        if let Some((name, command)) = name.split_once('=') {
            let words = command.split_whitespace().map(str::to_owned).collect();
            return Ok(Candidate { name: name.to_owned(), launcher: Box::new(Program(words)) });
        }
        let unknown = || Failure::Unusable(format!("there is no interpreter {name:?}; --help names them"));
        if let Some((webgl, angle)) = name.strip_prefix("webgl").and_then(|rest| rest.split_once('-')) {
            let webgl = webgl.parse().ok().filter(|version| [1, 2].contains(version)).ok_or_else(unknown)?;
            let angle = angle_of(angle).unwrap_or(angle).to_owned();
            let page = Page { webgl, angle, package: self.web.clone(), script: TESTEE };
            return Ok(Candidate { name: name.to_owned(), launcher: Box::new(page) });
        }
        if !USUAL.contains(&name) {
            return Err(unknown());
        }
        let program =
            std::env::current_exe().map_err(|error| Failure::about("this program", plain(&error)))?;
        let words = [program.display().to_string(), "testee".into(), "--api".into(), name.into()];
        Ok(Candidate { name: name.to_owned(), launcher: Box::new(Program(words.into())) })
    }

    /// Says what came out, and writes the reports that were asked for.
    fn write(&self, suite: &Suite, results: &[Results], outlived: &[String]) -> Result<(), Failure> {
        let put = |path: &Path, text: String| -> Result<(), Failure> {
            let mut out = Output::open(Some(path))?;
            out.write_all(text.as_bytes()).map_err(|error| out.failed(&error))?;
            out.finish()
        };
        if let Some(path) = &self.junit {
            put(path, junit(results, outlived))?;
        }
        if let Some(path) = &self.report {
            put(path, page(suite, results))?;
        }
        let mut out = Output::open(None)?;
        let text = if self.json { format!("{:#}\n", json(results, outlived)) } else { summary(results) };
        out.write_all(text.as_bytes()).map_err(|error| out.failed(&error))?;
        out.finish()
    }

    /// Makes goldens anew: logs by the tracing interpreter, replies and pictures by the first native one that can draw the
    /// case.
    fn bless(&self, cases: &Path) -> Result<Outcome, Failure> {
        let (suite, mut wrong) = Suite::read_unjudged(cases);
        self.finds(&suite)?;
        let names = ["trace"].into_iter().chain(MASTERS);
        let candidates: Vec<Candidate> = names.map(|name| self.candidate(name)).collect::<Result<_, _>>()?;
        let plan = self.plan();
        let mut masters = Vec::new();
        for candidate in &candidates {
            let mut master = runner::Master::new(candidate, &plan);
            let hello = master.hello().map_err(|why| Failure::about(&candidate.name, why))?;
            masters.push((master, hello));
        }
        let mut changed = 0;
        for entry in suite.entries.iter().filter(|entry| self.wants(&entry.case.id)) {
            let case = &entry.case;
            let mut goldens = Goldens::default();
            for (master, hello) in &mut masters {
                if missing(case, hello).is_some() {
                    continue;
                }
                let done = match master.carry_out(case).map_err(|why| Failure::about(&case.id, why))? {
                    Work::Stream(done) => done,
                    Work::Text(found) => {
                        goldens = kind::text::goldens(&found);
                        break;
                    }
                    // What must come of a session stands in its script.
                    Work::Session(_) => break,
                };
                goldens.decoding = goldens.decoding.or(done.decoding);
                goldens.calls = goldens.calls.or(done.calls);
                goldens.index = goldens.index.or(done.index);
                if let Some(chunks) = done.replies {
                    let lines = replies::lines(chunks.iter().map(Vec::as_slice));
                    goldens.replies = Some(lines.map_err(|why| Failure::about(&case.id, why))?);
                }
                goldens.picture = done.picture;
                if hello.draws {
                    break;
                }
            }
            if !case.has(Layer::Replies) {
                goldens.replies = None;
            }
            let judged = suite::Entry { goldens, ..entry.clone() };
            let broken = suite::check(&judged);
            if !broken.is_empty() {
                // What a case promises and does not keep is not made a golden by mistake.
                wrong.extend(broken.into_iter().map(|why| format!("{}: {why}; nothing is written", case.id)));
                continue;
            }
            if suite::write(&entry.path, &judged.goldens).map_err(Failure::Unusable)? {
                changed += 1;
                say(format_args!("{}: written", case.id));
            }
        }
        say(format_args!("{} changed; look at them with git diff", counted(changed, "case")));
        wrong.iter().for_each(say);
        Ok(Outcome::of_faults(!wrong.is_empty()))
    }
}

/// Whether a line of a list can be about an interpreter: one that has a name here, or one of this run.
fn is_somebody(pattern: &str, candidates: &[Candidate]) -> bool {
    let fits = |name: &str| pattern::fits(pattern, name);
    let mut pages = ANGLES.iter().flat_map(|angle| [1, 2].map(|version| format!("webgl{version}-{angle}")));
    USUAL.iter().any(|name| fits(name))
        || pages.any(|name| fits(&name))
        || candidates.iter().any(|candidate| fits(&candidate.name))
}

/// A line for each interpreter.
fn summary(results: &[Results]) -> String {
    let mut text = String::new();
    for testee in results {
        if let Err(why) = &testee.hello {
            text.push_str(&format!("{}: not there: {why}\n", testee.name));
            continue;
        }
        let count =
            |fits: fn(&Came) -> bool| testee.records.iter().filter(|record| fits(&record.outcome)).count();
        let known =
            testee.records.iter().filter(|record| record.known.is_some() && record.unexpected.is_none());
        text.push_str(&format!(
            "{}: {} passed, {} failed, {} flickered, {} broke or timed out, {} skipped; {} of these known\n",
            testee.name,
            count(|outcome| *outcome == Came::Pass),
            count(|outcome| matches!(outcome, Came::Fail(_))),
            count(|outcome| matches!(outcome, Came::Flake(_))),
            count(|outcome| matches!(outcome, Came::Crash(_) | Came::Timeout)),
            count(|outcome| matches!(outcome, Came::Skip(_))),
            known.count()
        ));
    }
    text
}
