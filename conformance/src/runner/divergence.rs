//! The first command at which a testee goes wrong: found by giving it and one that passes ever shorter beginnings of the stream.

use super::{Candidate, Outcome, Plan, Results, Session};
use crate::case::{Case, Layer};
use crate::judge::{Goldens, judge, missing};
use crate::kind::{Kind, Work};
use crate::protocol::{Done, Hello};
use crate::suite::Suite;
use crate::{calls, replies, stream};

/// The most failures of a testee that are looked into: each takes a few runs of its case, and with more it is not one command.
const MOST: usize = 24;

/// Finds it for the failures that nobody foresaw, and writes it into their records. What is right is said by a testee of the run that
/// passes the case, or by one of `ours`, which are started only if they are needed.
pub fn find_divergences(
    suite: &Suite,
    candidates: &[Candidate],
    ours: &[Candidate],
    plan: &Plan,
    results: &mut [Results],
) {
    let mut references = Vec::new();
    for candidate in ours {
        references.push((Session::new(candidate, plan), None));
    }
    let mut found = Vec::new();
    for (at, testee) in results.iter().enumerate() {
        let (Ok(hello), Some(candidate)) = (&testee.hello, candidates.get(at)) else { continue };
        let mut wrong = Session::new(candidate, plan);
        let failures = testee.records.iter().enumerate().filter(|(_, record)| record.unexpected.is_some());
        for (index, record) in failures.take(MOST) {
            let Outcome::Fail(faults) = &record.outcome else { continue };
            let entry = suite.entries.iter().find(|entry| entry.case.id == record.case);
            let (Some(fault), Some(entry)) = (faults.first(), entry) else { continue };
            if entry.case.kind != Kind::Stream {
                continue;
            }
            if entry.case.edited {
                let said = match &fault.texts {
                    Some((expected, _)) => {
                        format!(
                            "its bytes were edited; the first that differs is {}: {expected}",
                            fault.sentence
                        )
                    }
                    None => "its bytes were edited, so no command stands for them".to_owned(),
                };
                found.push((at, index, said));
                continue;
            }
            let search = Search { case: &entry.case, layer: fault.layer, hello, testee: &testee.name };
            let said =
                match passing(results, fault.layer, &record.case).and_then(|other| candidates.get(other)) {
                    Some(other) => search.run(&mut Session::new(other, plan), &mut wrong),
                    None => match references.iter_mut().find_map(|it| fit(it, &entry.case, fault.layer)) {
                        Some(right) => search.run(right, &mut wrong),
                        None => "nothing here can say what is right".into(),
                    },
                };
            found.push((at, index, said));
        }
    }
    for (testee, record, said) in found {
        results[testee].records[record].first_command = Some(said);
    }
}

/// A testee of the run that passes the case and answers in the layer.
fn passing(results: &[Results], layer: Layer, case: &str) -> Option<usize> {
    results.iter().position(|testee| {
        let answers = testee.hello.as_ref().is_ok_and(|hello| hello.layers.contains(&layer));
        answers && testee.records.iter().any(|record| record.case == case && record.outcome == Outcome::Pass)
    })
}

/// One of ours, if it is there, answers in the layer and can carry the case out.
fn fit<'r, 'c>(
    (session, known): &'r mut (Session<'c>, Option<Option<Hello>>),
    case: &Case,
    layer: Layer,
) -> Option<&'r mut Session<'c>> {
    let hello = known.get_or_insert_with(|| session.hello().ok()).as_ref()?;
    (hello.layers.contains(&layer) && missing(case, hello).is_none()).then_some(session)
}

/// What is looked for.
struct Search<'a> {
    case: &'a Case,
    layer: Layer,
    hello: &'a Hello,
    testee: &'a str,
}

impl Search<'_> {
    fn run(&self, right: &mut Session<'_>, wrong: &mut Session<'_>) -> String {
        let Search { case, layer, hello, testee } = *self;
        let commands = stream::commands(&case.document);
        let mut differ = |count: usize| -> Option<bool> {
            let bytes = stream::bytes(&stream::first_commands(&case.document, count)).ok()?;
            let expected = goldens(layer, right.carry_out_stream(case, bytes.clone()).ok()?)?;
            let found = Work::Stream(wrong.carry_out_stream(case, bytes).ok()?);
            Some(!judge(testee, case, &expected, hello, &found).is_empty())
        };
        if differ(commands) != Some(true) {
            return "with a second look, nothing differs from one that passes".into();
        }
        let (mut same, mut different) = (0, commands);
        while different - same > 1 {
            let middle = same + (different - same) / 2;
            match differ(middle) {
                Some(true) => different = middle,
                Some(false) => same = middle,
                None => return "a beginning of the stream can't be carried out".into(),
            }
        }
        shown(case, different)
    }
}

/// What a testee that is right says in a layer, as goldens.
fn goldens(layer: Layer, done: Done) -> Option<Goldens> {
    let none = Goldens::default();
    Some(match layer {
        Layer::Decoding => Goldens { decoding: done.decoding, ..none },
        Layer::Calls => Goldens { calls: done.calls.as_deref().map(calls::normalised), ..none },
        Layer::Replies => {
            let chunks = done.replies?;
            Goldens { replies: replies::lines(chunks.iter().map(Vec::as_slice)).ok(), ..none }
        }
        Layer::Pixels => Goldens { picture: done.picture, ..none },
        Layer::Index | Layer::Text | Layer::Producer | Layer::Interpreter => return None,
    })
}

/// The last of the first so many commands: its number and its text.
fn shown(case: &Case, count: usize) -> String {
    let text = stream::first_commands(&case.document, count).to_string();
    let shorter = stream::first_commands(&case.document, count.saturating_sub(1)).to_string();
    let line = text.lines().zip(shorter.lines()).find(|(a, b)| a != b).map(|(line, _)| line);
    let line = line.or(text.lines().nth(shorter.lines().count())).unwrap_or("[\"SWAP\"]");
    let short: String = line.chars().take(160).collect();
    format!("command {} of the stream: {short}", count - 1)
}
