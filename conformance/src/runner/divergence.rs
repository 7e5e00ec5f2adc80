//! The first command at which a testee goes wrong: found by giving it and one that passes ever shorter beginnings of the stream.

use super::{Candidate, Outcome, Plan, Results, Session};
use crate::case::{Case, Layer};
use crate::judge::{Goldens, judge};
use crate::protocol::{Done, Hello};
use crate::suite::Suite;
use crate::{calls, replies, stream};

/// Finds it for every failure, and writes it into the record. Takes a few runs of each case that failed.
pub fn find_divergences(suite: &Suite, candidates: &[Candidate], plan: &Plan, results: &mut [Results]) {
    let mut found = Vec::new();
    for (at, testee) in results.iter().enumerate() {
        let Ok(hello) = &testee.hello else { continue };
        for (index, record) in testee.records.iter().enumerate() {
            let Outcome::Fail(faults) = &record.outcome else { continue };
            let entry = suite.entries.iter().find(|entry| entry.case.id == record.case);
            let (Some(fault), Some(entry)) = (faults.first(), entry) else { continue };
            let reference = reference(results, fault.layer, &record.case);
            let said = match (reference, entry.case.edited) {
                (_, true) => "its bytes were edited, so no command stands for them".to_owned(),
                (None, _) => "no other testee of this run passes, so it is not known".to_owned(),
                (Some(other), false) => {
                    let pair = [(other, candidates), (at, candidates)];
                    let sessions = pair.map(|(index, all)| all.get(index).map(|it| Session::new(it, plan)));
                    match sessions {
                        [Some(right), Some(wrong)] => {
                            search(&entry.case, fault.layer, right, wrong, hello, &testee.name)
                        }
                        _ => continue,
                    }
                }
            };
            found.push((at, index, said));
        }
    }
    for (testee, record, said) in found {
        results[testee].records[record].first_command = Some(said);
    }
}

/// A testee that passes the case and answers in the layer.
fn reference(results: &[Results], layer: Layer, case: &str) -> Option<usize> {
    results.iter().position(|testee| {
        let answers = testee.hello.as_ref().is_ok_and(|hello| hello.layers.contains(&layer));
        answers && testee.records.iter().any(|record| record.case == case && record.outcome == Outcome::Pass)
    })
}

fn search(
    case: &Case,
    layer: Layer,
    mut right: Session<'_>,
    mut wrong: Session<'_>,
    hello: &Hello,
    testee: &str,
) -> String {
    let commands = stream::commands(&case.document);
    let mut differ = |count: usize| -> Option<bool> {
        let bytes = stream::bytes(&stream::first_commands(&case.document, count)).ok()?;
        let expected = goldens(layer, right.carry_out(case, bytes.clone()).ok()?)?;
        let found = wrong.carry_out(case, bytes).ok()?;
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
