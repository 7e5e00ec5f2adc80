//! The cases on the interpreter that needs no GPU.

use crate::{folder, suite};
use glir_conformance::case::Case;
use glir_conformance::coverage::is_negative;
use glir_conformance::image::Picture;
use glir_conformance::judge::{judge, missing};
use glir_conformance::kind;
use glir_conformance::lists::{self, Lists};
use glir_conformance::testee::Testee;
use glir_conformance::trace::Trace;

#[test]
fn the_tracing_interpreter_passes() {
    let suite = suite();
    assert!(suite.entries.len() >= 40, "{} cases", suite.entries.len());
    let mut trace = Trace;
    let hello = trace.hello();
    let mut wrong = Vec::new();
    for entry in &suite.entries {
        let case = &entry.case;
        if missing(case, &hello).is_some() {
            continue;
        }
        let work =
            kind::carry_out(case, &mut |request| Ok(trace.answer(request)), |why: String| why).unwrap();
        wrong.extend(
            judge("trace", case, &entry.goldens, &hello, &work)
                .into_iter()
                .map(|fault| (case.id.clone(), fault)),
        );
    }
    // What is known to fail is judged by the runner, which also tells when it passes.
    let known = std::fs::read_to_string(folder().join("lists/baseline.txt")).unwrap();
    let known = lists::parse(&known).unwrap();
    wrong.retain(|(case, _)| Lists::find(&known, "trace", case).is_none());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn enough_cases_are_negative() {
    let suite = suite();
    let negative = suite.entries.iter().filter(|entry| is_negative(entry)).count();
    assert!(negative * 100 >= suite.entries.len() * 40, "{negative} of {}", suite.entries.len());
}

#[test]
fn cases_are_small_and_unlike() {
    let suite = suite();
    for (index, entry) in suite.entries.iter().enumerate() {
        let case = &entry.case;
        let (width, height) = case.size;
        let drawn = |picture: &Picture| picture.rgba.iter().any(|byte| *byte != 0);
        let picture = entry.goldens.picture.as_ref().is_some_and(drawn);
        assert!(
            !picture || u64::from(width) * u64::from(height) <= 128 * 128,
            "{} has a large canvas",
            case.id
        );
        let same = suite.entries[..index].iter().find(|other| {
            let other = &other.case;
            let script =
                |case: &Case| case.script.lines.iter().map(|line| line.text.clone()).collect::<Vec<_>>();
            (&other.bytes, &other.source, other.strict, other.budget, &other.events, &other.targets)
                == (&case.bytes, &case.source, case.strict, case.budget, &case.events, &case.targets)
                && script(other) == script(case)
        });
        assert!(same.is_none(), "{} is {} again", case.id, same.map_or("", |other| &other.case.id));
    }
}
