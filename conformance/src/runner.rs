//! Runs cases on testees and says what came out.
//!
//! A testee's process or page takes many cases, one after another. When it breaks or is silent for too long it is ended, and
//! another takes the next case. What fails is run again: what then passes is a flake, not a failure.

mod divergence;
mod link;
mod process;

pub use divergence::find_divergences;
pub use link::{Broken, Launcher, Link};
pub use process::Program;

use crate::assertion;
use crate::case::Case;
use crate::judge::{self, Fault};
use crate::kind::{self, Work};
use crate::lists::{How, Known, Lists};
use crate::protocol::{Answer, Done, Hello, Request, Task};
use crate::suite::{Entry, Suite};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How cases are run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Time that a testee has for a case, and for saying hello.
    pub patience: Duration,
    /// How often what failed is run again.
    pub reruns: u32,
    /// This shard and the number of shards: case i is in shard i mod n.
    pub shard: (usize, usize),
    /// Testees that are run at the same time.
    pub jobs: usize,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { patience: Duration::from_secs(20), reruns: 2, shard: (0, 1), jobs: 2 }
    }
}

/// The most cases of a testee that are run again: with more failures it is not one case that flickers.
const MOST_RERUN: u32 = 20;

/// A testee, and how it is started.
pub struct Candidate {
    /// Its name, by which lists and tolerances know it.
    pub name: String,
    /// What starts it.
    pub launcher: Box<dyn Launcher + Send + Sync>,
}

/// What came of a case on a testee.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// It is right.
    Pass,
    /// It is wrong in some layers.
    Fail(Vec<Fault>),
    /// It passed when run again, having failed so.
    Flake(String),
    /// It was not run, or could not be judged: what is missing, or why.
    Skip(String),
    /// The testee broke: one sentence.
    Crash(String),
    /// The testee said nothing in time.
    Timeout,
}

impl Outcome {
    /// The outcome's name, failures by their first layer: `fail: pixels`.
    pub fn name(&self) -> String {
        match self {
            Outcome::Pass => "pass".into(),
            Outcome::Fail(faults) => match faults.first() {
                Some(fault) => format!("fail: {}", fault.layer.text()),
                None => "fail".into(),
            },
            Outcome::Flake(_) => "flake".into(),
            Outcome::Skip(_) => "skip".into(),
            Outcome::Crash(_) => "crash".into(),
            Outcome::Timeout => "timeout".into(),
        }
    }

    /// What there is to say about it.
    pub fn detail(&self) -> String {
        match self {
            Outcome::Pass => String::new(),
            Outcome::Timeout => "no answer in time".into(),
            Outcome::Flake(why) | Outcome::Skip(why) | Outcome::Crash(why) => why.clone(),
            Outcome::Fail(faults) => {
                let said = faults.iter().map(|fault| match &fault.texts {
                    Some((expected, found)) => {
                        format!(
                            "{}: {}: {found:?} instead of {expected:?}",
                            fault.layer.text(),
                            fault.sentence
                        )
                    }
                    None => format!("{}: {}", fault.layer.text(), fault.sentence),
                });
                said.collect::<Vec<_>>().join("; ")
            }
        }
    }
}

/// A result.
#[derive(Clone, Debug)]
pub struct Record {
    /// The case's id.
    pub case: String,
    /// What came of it.
    pub outcome: Outcome,
    /// The line of a list that foresaw it.
    pub known: Option<Known>,
    /// Why the run fails because of it, if it does.
    pub unexpected: Option<String>,
    /// The first command at which it goes wrong, where that was looked for.
    pub first_command: Option<String>,
}

/// What came of a testee.
pub struct Results {
    /// Its name.
    pub name: String,
    /// What it said of itself; none if it could not be started, and why.
    pub hello: Result<Hello, String>,
    /// A result for each case, by id.
    pub records: Vec<Record>,
}

/// Runs the cases that `wanted` picks on all candidates. `told` is called with each result as it comes.
pub fn run(
    suite: &Suite,
    candidates: &[Candidate],
    lists: &Lists,
    plan: &Plan,
    wanted: &(dyn Fn(&Case) -> bool + Sync),
    told: &(dyn Fn(&str, &Record) + Sync),
) -> Vec<Results> {
    let (shard, shards) = plan.shard;
    let entries: Vec<&Entry> = suite
        .entries
        .iter()
        .filter(|entry| wanted(&entry.case))
        .enumerate()
        .filter(|(index, _)| index % shards.max(1) == shard)
        .map(|(_, entry)| entry)
        .collect();
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..plan.jobs.clamp(1, candidates.len().max(1)) {
            scope.spawn(|| {
                while let Some((index, candidate)) = Some(next.fetch_add(1, Ordering::Relaxed))
                    .and_then(|at| candidates.get(at).map(|it| (at, it)))
                {
                    let found = run_one(candidate, &entries, lists, plan, told);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push((index, found));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, results)| results).collect()
}

fn run_one(
    candidate: &Candidate,
    entries: &[&Entry],
    lists: &Lists,
    plan: &Plan,
    told: &(dyn Fn(&str, &Record) + Sync),
) -> Results {
    let name = candidate.name.clone();
    let mut session = Session::new(candidate, plan);
    let hello = match session.hello() {
        Ok(hello) => hello,
        Err(why) => return Results { name, hello: Err(why), records: Vec::new() },
    };
    let mut records = Vec::new();
    for entry in entries {
        let outcome = match Lists::find(&lists.skip, &name, &entry.case.id) {
            Some(known) => Outcome::Skip(format!("listed: {}", known.reason)),
            // What is known to fail is not run again to see whether it flickers.
            None => {
                let known = Lists::find(&lists.baseline, &name, &entry.case.id).is_some();
                session.attempt(entry, &hello, !known)
            }
        };
        let (known, unexpected) = foreseen(&name, &entry.case.id, &outcome, lists);
        let case = entry.case.id.clone();
        let record = Record { case, outcome, known, unexpected, first_command: None };
        told(&name, &record);
        records.push(record);
    }
    session.end();
    Results { name, hello: Ok(hello), records }
}

/// The line of a list about an outcome, and why the run fails because of it.
fn foreseen(testee: &str, case: &str, outcome: &Outcome, lists: &Lists) -> (Option<Known>, Option<String>) {
    let baseline = Lists::find(&lists.baseline, testee, case).cloned();
    let flake = Lists::find(&lists.flakes, testee, case).cloned();
    match outcome {
        Outcome::Skip(_) => (None, None),
        Outcome::Pass => match baseline {
            Some(known) => (Some(known), Some("it passes, but the baseline says that it fails".into())),
            None => (None, None),
        },
        Outcome::Flake(_) => match flake {
            Some(known) => (Some(known), None),
            None => (None, Some("it flickers, and is no known flake".into())),
        },
        Outcome::Fail(_) | Outcome::Crash(_) | Outcome::Timeout => match baseline {
            Some(known) if is_so(outcome, known.how) => (Some(known), None),
            // A flake that failed each time it was run is none.
            _ => (None, Some(outcome.detail())),
        },
    }
}

/// Whether a failure is the one that a list knows.
fn is_so(outcome: &Outcome, how: Option<How>) -> bool {
    match (outcome, how) {
        (Outcome::Fail(_), None) => true,
        (Outcome::Fail(faults), Some(How::Layer(layer))) => {
            faults.first().is_some_and(|fault| fault.layer == layer)
        }
        (Outcome::Crash(_), Some(How::Crash)) | (Outcome::Timeout, Some(How::Timeout)) => true,
        _ => false,
    }
}

/// Lines of lists that are about no case that there is, whoever they name: they have outlived their reason.
pub fn outlived(suite: &Suite, lists: &Lists) -> Vec<String> {
    let all = [("baseline", &lists.baseline), ("skip", &lists.skip), ("flakes", &lists.flakes)];
    let mut found = Vec::new();
    for (name, list) in all {
        for known in list {
            let is_about_one =
                suite.entries.iter().any(|entry| crate::pattern::fits(&known.case, &entry.case.id));
            if !is_about_one {
                found.push(format!("{name}: {} {}: there is no such case", known.testee, known.case));
            }
        }
    }
    found
}

/// A testee at work.
pub(crate) struct Session<'c> {
    candidate: &'c Candidate,
    plan: &'c Plan,
    link: Option<Box<dyn Link>>,
    /// Cases that were run again.
    rerun: u32,
}

impl<'c> Session<'c> {
    /// One that is started when it is first asked.
    pub(crate) fn new(candidate: &'c Candidate, plan: &'c Plan) -> Self {
        Session { candidate, plan, link: None, rerun: 0 }
    }

    pub(crate) fn hello(&mut self) -> Result<Hello, String> {
        match self.ask(&Request::Hello) {
            Ok(Answer::Hello(hello)) => Ok(hello),
            Ok(other) => Err(format!("it answers hello by {other:?}")),
            Err(Broken::Crash(why)) => Err(why),
            Err(Broken::Timeout) => Err("it does not say hello".into()),
        }
    }

    fn ask(&mut self, request: &Request) -> Result<Answer, Broken> {
        if self.link.is_none() {
            self.link = Some(self.candidate.launcher.launch().map_err(Broken::Crash)?);
            if *request != Request::Hello {
                self.ask(&Request::Hello)?;
            }
        }
        let Some(link) = &mut self.link else { return Err(Broken::Crash("there is no link".into())) };
        let answer = link.ask(&request.encode(), self.plan.patience);
        let answer = answer.and_then(|message| Answer::decode(&message).map_err(Broken::Crash));
        if answer.is_err() {
            self.link = None;
        }
        answer
    }

    /// What a testee makes of a case.
    pub(crate) fn carry_out(&mut self, case: &Case) -> Result<Work, Broken> {
        let work = kind::carry_out(case, &mut |request| self.ask(request), Broken::Crash);
        // Who said that it could not do its work may not be able to do any other.
        if work.is_err() {
            self.link = None;
        }
        work
    }

    /// What a testee makes of another stream than the case's own.
    pub(crate) fn carry_out_stream(&mut self, case: &Case, stream: Vec<u8>) -> Result<Done, Broken> {
        match self.ask(&Request::Run(Task { stream, ..Task::of(case) }))? {
            Answer::Done(done) => Ok(done),
            other => {
                self.link = None;
                Err(Broken::Crash(other.is_none()))
            }
        }
    }

    /// Runs a case, again if it fails and may flicker.
    fn attempt(&mut self, entry: &Entry, hello: &Hello, again: bool) -> Outcome {
        if let Some(why) = judge::missing(&entry.case, hello) {
            return Outcome::Skip(format!("missing: {why}"));
        }
        let first = self.once(entry, hello);
        if first == Outcome::Pass || !again {
            return first;
        }
        self.rerun += 1;
        let reruns = if self.rerun > MOST_RERUN { 0 } else { self.plan.reruns };
        for _ in 0..reruns {
            // In a fresh process: what an earlier case left behind is no reason to fail.
            self.link = None;
            if self.once(entry, hello) == Outcome::Pass {
                let why =
                    format!("passed when run again, having been: {} ({})", first.name(), first.detail());
                return Outcome::Flake(why);
            }
        }
        first
    }

    fn once(&mut self, entry: &Entry, hello: &Hello) -> Outcome {
        match self.carry_out(&entry.case) {
            Ok(work) => {
                let mut faults =
                    judge::judge(&self.candidate.name, &entry.case, &entry.goldens, hello, &work);
                match self.asserted(entry, hello, &work) {
                    Ok(broken) => faults.extend(broken),
                    Err(Broken::Crash(why)) => return Outcome::Crash(why),
                    Err(Broken::Timeout) => return Outcome::Timeout,
                }
                if faults.is_empty() { Outcome::Pass } else { Outcome::Fail(faults) }
            }
            Err(Broken::Crash(why)) => Outcome::Crash(why),
            Err(Broken::Timeout) => Outcome::Timeout,
        }
    }

    /// What of a stream's own assertions does not hold.
    fn asserted(&mut self, entry: &Entry, hello: &Hello, work: &Work) -> Result<Vec<Fault>, Broken> {
        let Work::Stream(done) = work else { return Ok(Vec::new()) };
        assertion::judge(&entry.case, hello, done, &mut |stream| self.carry_out_stream(&entry.case, stream))
    }

    fn end(&mut self) {
        if let Some(link) = &mut self.link {
            link.end(&Request::End.encode());
        }
        self.link = None;
    }
}

/// A testee that goldens are made by.
pub struct Master<'c>(Session<'c>);

impl<'c> Master<'c> {
    /// One that is started when it is first asked.
    pub fn new(candidate: &'c Candidate, plan: &'c Plan) -> Self {
        Master(Session::new(candidate, plan))
    }

    /// Who it is.
    ///
    /// # Errors
    /// One sentence: it can't be started.
    pub fn hello(&mut self) -> Result<Hello, String> {
        self.0.hello()
    }

    /// What it makes of a case.
    ///
    /// # Errors
    /// One sentence: it broke.
    pub fn carry_out(&mut self, case: &Case) -> Result<Work, String> {
        self.0.carry_out(case).map_err(|broken| match broken {
            Broken::Crash(why) => why,
            Broken::Timeout => "it gives no answer in time".into(),
        })
    }
}
