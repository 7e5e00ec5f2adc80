//! The runner on testees that break, are silent, flicker or are wrong.

use crate::{folder, suite};
use glir_conformance::case::{Case, Layer};
use glir_conformance::lists::{self, Lists};
use glir_conformance::protocol::{Answer, Done, Hello, Request};
use glir_conformance::report::{json, junit, page};
use glir_conformance::runner::{self, Broken, Candidate, Launcher, Link, Outcome, Plan, Program, Results};
use glir_conformance::testee::Testee;
use glir_conformance::trace::Trace;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Case on which every testee of these tests is asked to misbehave.
const VICTIM: &str = "stream/groups";

/// What a testee does with the victim, told how often it has been asked.
type Conduct = fn(u32, Done) -> Result<Done, Broken>;

struct Fake {
    conduct: Conduct,
    asked: Arc<AtomicU32>,
}

impl Launcher for Fake {
    fn launch(&self) -> Result<Box<dyn Link>, String> {
        Ok(Box::new(Fake { conduct: self.conduct, asked: self.asked.clone() }))
    }
}

impl Link for Fake {
    fn ask(&mut self, message: &[u8], _: Duration) -> Result<Vec<u8>, Broken> {
        let answer = match Request::decode(message).unwrap() {
            Request::Run(task) => {
                let done = Trace.run(&task).unwrap();
                let victim = task.id == VICTIM;
                let times = if victim { self.asked.fetch_add(1, Ordering::Relaxed) } else { 0 };
                Answer::Done(if victim { (self.conduct)(times, done)? } else { done })
            }
            Request::End => return Ok(Vec::new()),
            request => Trace.answer(&request),
        };
        Ok(answer.encode())
    }

    fn end(&mut self, _: &[u8]) {}
}

fn candidate(name: &str, conduct: Conduct) -> Candidate {
    Candidate { name: name.into(), launcher: Box::new(Fake { conduct, asked: Arc::default() }) }
}

fn run(candidates: &[Candidate], lists: &Lists) -> Vec<Results> {
    let wanted = |case: &Case| case.chapter() == "stream";
    runner::run(suite(), candidates, lists, &Plan::default(), &wanted, &|_, _| {})
}

fn outcome(results: &Results) -> &runner::Record {
    results.records.iter().find(|record| record.case == VICTIM).unwrap()
}

fn all() -> [Candidate; 5] {
    [
        candidate("right", |_, done| Ok(done)),
        candidate("broken", |_, _| Err(Broken::Crash("it ended".into()))),
        candidate("silent", |_, _| Err(Broken::Timeout)),
        candidate("flickering", |times, done| {
            Ok(if times == 0 { Done { calls: Some("glFlush()".into()), ..done } } else { done })
        }),
        candidate("wrong", |_, done| {
            let calls = done.calls.map(|calls| calls.replacen("inner", "outer", 1));
            Ok(Done { calls, ..done })
        }),
    ]
}

#[test]
fn outcomes_are_told_apart() {
    let results = run(&all(), &Lists::default());
    let found: Vec<String> = results.iter().map(|testee| outcome(testee).outcome.name()).collect();
    assert_eq!(found, ["pass", "crash", "timeout", "flake", "fail: calls"]);
    let unexpected: Vec<bool> = results.iter().map(|testee| outcome(testee).unexpected.is_some()).collect();
    assert_eq!(unexpected, [false, true, true, true, true]);
    // One case that breaks a testee takes no other with it.
    let others = results.iter().flat_map(|testee| &testee.records).filter(|record| record.case != VICTIM);
    let known = std::fs::read_to_string(folder().join("lists/baseline.txt")).unwrap();
    let known = lists::parse(&known).unwrap();
    let mut others = others.filter(|record| Lists::find(&known, "trace", &record.case).is_none());
    assert!(others.all(|record| record.outcome == Outcome::Pass));
}

#[test]
fn what_is_known_does_not_fail_the_run_and_what_passes_must_not_be_known() {
    let list = |text: &str| lists::parse(text).unwrap();
    let lists = Lists {
        baseline: list(
            "broken stream/* crash because it breaks\nright stream/groups because it was wrong once\nwrong stream/groups calls because it is",
        ),
        skip: list("silent stream/groups because it hangs"),
        flakes: list("flickering stream/groups because of the weather"),
    };
    let results = run(&all(), &lists);
    let unexpected: Vec<bool> = results.iter().map(|testee| outcome(testee).unexpected.is_some()).collect();
    assert_eq!(unexpected, [true, false, false, false, false]);
    assert!(matches!(&outcome(&results[2]).outcome, Outcome::Skip(why) if why == "listed: it hangs"));
    // A pattern that is wider than what fails is told too.
    let passes = results[1].records.iter().filter(|record| record.unexpected.is_some());
    assert!(passes.count() > 0);
    let old = Lists { skip: list("someone stream/gone because it was there"), ..Lists::default() };
    assert_eq!(runner::outlived(suite(), &old), ["skip: someone stream/gone: there is no such case"]);
}

#[test]
fn a_list_excuses_no_other_failure_than_it_names() {
    let list = |text: &str| lists::parse(text).unwrap();
    let lists = Lists {
        baseline: list(
            "broken stream/groups because a layer is wrong\nwrong stream/groups pixels because of a colour",
        ),
        flakes: list("silent stream/groups because of the weather"),
        ..Lists::default()
    };
    let results = run(&all(), &lists);
    let unexpected: Vec<bool> = results.iter().map(|testee| outcome(testee).unexpected.is_some()).collect();
    // A crash is no wrong layer, calls are no pixels, and a flake that never passes is none.
    assert_eq!(unexpected, [false, true, true, true, true]);
}

#[test]
fn a_testee_that_answers_in_no_layer_is_not_there() {
    struct Mute(fn() -> Vec<u8>);
    impl Launcher for Mute {
        fn launch(&self) -> Result<Box<dyn Link>, String> {
            Ok(Box::new(Mute(self.0)))
        }
    }
    impl Link for Mute {
        fn ask(&mut self, message: &[u8], _: Duration) -> Result<Vec<u8>, Broken> {
            // An echo, as `cat` would give.
            Ok(if (self.0)().is_empty() { message.to_owned() } else { (self.0)() })
        }
        fn end(&mut self, _: &[u8]) {}
    }
    let none = || Answer::Hello(Hello { layers: Vec::new(), ..Trace.hello() }).encode();
    for (conduct, why) in [
        (none as fn() -> Vec<u8>, "its hello names no layer that it answers in"),
        (Vec::new, "its hello names no layer that it answers in"),
        (|| b"\x82\xa4type\xa5hello\xa8protocol\x01".to_vec(), "its hello names no layer that it answers in"),
    ] {
        let mute = Candidate { name: "mute".into(), launcher: Box::new(Mute(conduct)) };
        let results = run(&[mute], &Lists::default());
        assert_eq!(results[0].hello.as_ref().err().map(String::as_str), Some(why));
    }
}

/// A testee behind a shell leaves its child when it dies; the child holds the pipes, and nobody waits for it.
#[cfg(unix)]
#[test]
fn what_a_testee_leaves_behind_is_not_waited_for() {
    let sh = |script: &str| Program(vec!["sh".into(), "-c".into(), script.into()]);
    let plan = Plan { patience: Duration::from_secs(2), reruns: 0, ..Plan::default() };
    for (script, why) in [
        ("sleep 300 & echo gone >&2; exit 3", Some("it ended (exit status: 3): gone")),
        (
            "printf '\\377\\377\\377\\377'; sleep 300",
            Some(
                "what it writes is no message: one of 4294967295 bytes is too long (does something else write to its standard output?)",
            ),
        ),
        ("sleep 300; true", Some("it does not say hello")),
    ] {
        let start = std::time::Instant::now();
        let candidate = Candidate { name: "shell".into(), launcher: Box::new(sh(script)) };
        let results = runner::run(suite(), &[candidate], &Lists::default(), &plan, &|_| true, &|_, _| {});
        let said = results[0].hello.as_ref().err().unwrap();
        assert!(why.is_none_or(|why| said == why), "{script}: {said}");
        assert!(start.elapsed() < Duration::from_secs(60), "{script}");
    }
}

#[test]
fn shards_are_the_whole() {
    let suite = suite();
    let mut seen = Vec::new();
    for shard in 0..3 {
        let plan = Plan { shard: (shard, 3), ..Plan::default() };
        let results = runner::run(suite, &all()[..1], &Lists::default(), &plan, &|_| true, &|_, _| {});
        seen.extend(results[0].records.iter().map(|record| record.case.clone()));
    }
    seen.sort();
    let mut ids: Vec<String> = suite.entries.iter().map(|entry| entry.case.id.clone()).collect();
    ids.sort();
    assert_eq!(seen, ids);
}

#[test]
fn three_runs_say_the_same() {
    let texts = [0; 3].map(|_| {
        let results = run(&all(), &Lists::default());
        (format!("{:#}", json(&results, &[])), junit(&results, &[]), page(suite(), &results))
    });
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[1], texts[2]);
}

#[test]
fn the_first_command_that_goes_wrong_is_found() {
    let suite = suite();
    let candidates = all();
    let mut results = run(&candidates, &Lists::default());
    runner::find_divergences(suite, &candidates, &[], &Plan::default(), &mut results);
    let said = outcome(&results[4]).first_command.clone().unwrap();
    assert_eq!(said, "command 1 of the stream: [\"GROUP\", \"inner\"]");
    let text = page(suite, &results);
    assert!(text.contains(
        "It goes wrong at: <code>command 1 of the stream: [&quot;GROUP&quot;, &quot;inner&quot;]</code>"
    ));
}

#[test]
fn one_of_ours_says_what_is_right_where_no_other_testee_does() {
    let suite = suite();
    let [right, .., wrong] = all();
    let mut results = run(std::slice::from_ref(&wrong), &Lists::default());
    runner::find_divergences(suite, &[wrong], &[right], &Plan::default(), &mut results);
    let said = outcome(&results[0]).first_command.clone().unwrap();
    assert_eq!(said, "command 1 of the stream: [\"GROUP\", \"inner\"]");
}

#[test]
fn who_lacks_something_is_not_asked() {
    struct Poor;
    impl Launcher for Poor {
        fn launch(&self) -> Result<Box<dyn Link>, String> {
            Ok(Box::new(Poor))
        }
    }
    impl Link for Poor {
        fn ask(&mut self, message: &[u8], _: Duration) -> Result<Vec<u8>, Broken> {
            assert_eq!(Request::decode(message), Ok(Request::Hello));
            let (name, target, layers) = ("poor".into(), Some(glir_spec::Target::Gles2), vec![Layer::Pixels]);
            let hello = Hello { name, target, layers, draws: true, ..Hello::default() };
            Ok(Answer::Hello(hello).encode())
        }
        fn end(&mut self, _: &[u8]) {}
    }
    let poor = [Candidate { name: "poor".into(), launcher: Box::new(Poor) }];
    let wanted = |case: &Case| case.id == "buffers/storage-is-zero";
    let results = runner::run(suite(), &poor, &Lists::default(), &Plan::default(), &wanted, &|_, _| {});
    assert_eq!(results[0].records[0].outcome, Outcome::Skip("missing: the profile es3".into()));
}

#[test]
fn who_could_not_do_its_work_is_started_anew() {
    struct Spoilt(bool);
    impl Launcher for Spoilt {
        fn launch(&self) -> Result<Box<dyn Link>, String> {
            Ok(Box::new(Spoilt(false)))
        }
    }
    impl Link for Spoilt {
        fn ask(&mut self, message: &[u8], _: Duration) -> Result<Vec<u8>, Broken> {
            let request = Request::decode(message).unwrap();
            self.0 |= matches!(&request, Request::Run(task) if task.id == VICTIM);
            let answer = if self.0 { Answer::Failed("spoilt".into()) } else { Trace.answer(&request) };
            Ok(answer.encode())
        }

        fn end(&mut self, _: &[u8]) {}
    }
    let spoilt = [Candidate { name: "trace".into(), launcher: Box::new(Spoilt(false)) }];
    let results = run(&spoilt, &Lists::default());
    let wrong = results[0].records.iter().filter(|record| !matches!(record.outcome, Outcome::Pass));
    let wrong: Vec<_> = wrong.map(|record| (&*record.case, &record.outcome)).collect();
    assert_eq!(wrong, [(VICTIM, &Outcome::Crash("spoilt".into()))]);
}
