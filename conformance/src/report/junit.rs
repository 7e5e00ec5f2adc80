//! The results for continuous integration: JUnit's XML, as most servers read it.

use crate::runner::{Outcome, Results};
use std::fmt::Write as _;

/// The results as XML: a suite for each testee, and one for what is wrong with the run itself.
pub fn junit(results: &[Results], of_the_run: &[String]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for testee in results {
        let count = |fits: &dyn Fn(&crate::runner::Record) -> bool| {
            testee.records.iter().filter(|record| fits(record)).count()
        };
        let failures = count(&|record| record.unexpected.is_some());
        let skipped = count(&|record| matches!(record.outcome, Outcome::Skip(_)));
        let errors = usize::from(testee.hello.is_err());
        // Writing to a string can't fail.
        let _ = writeln!(
            out,
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" skipped=\"{skipped}\" errors=\"{errors}\">",
            escaped(&testee.name),
            testee.records.len() + errors
        );
        if let Err(why) = &testee.hello {
            let _ = writeln!(
                out,
                "    <testcase classname=\"{0}\" name=\"start\"><error message=\"{1}\"/></testcase>",
                escaped(&testee.name),
                escaped(why)
            );
        }
        for record in &testee.records {
            let _ = write!(
                out,
                "    <testcase classname=\"{}\" name=\"{}\"",
                escaped(&testee.name),
                escaped(&record.case)
            );
            let _ = match (&record.outcome, &record.unexpected) {
                (_, Some(why)) => writeln!(
                    out,
                    "><failure type=\"{}\" message=\"{}\"/></testcase>",
                    escaped(&record.outcome.name()),
                    escaped(why)
                ),
                (Outcome::Skip(why), None) => {
                    writeln!(out, "><skipped message=\"{}\"/></testcase>", escaped(why))
                }
                (_, None) => writeln!(out, "/>"),
            };
        }
        out.push_str("  </testsuite>\n");
    }
    if !of_the_run.is_empty() {
        let count = of_the_run.len();
        let _ = writeln!(
            out,
            "  <testsuite name=\"the run\" tests=\"{count}\" failures=\"{count}\" skipped=\"0\" errors=\"0\">"
        );
        for why in of_the_run {
            let _ = writeln!(
                out,
                "    <testcase classname=\"the run\" name=\"lists\"><failure type=\"run\" message=\"{}\"/></testcase>",
                escaped(why)
            );
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no way to write other control characters.
            '\t' | '\n' | '\r' => out.push(' '),
            '\0'..='\x1f' => out.push('\u{fffd}'),
            _ => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::junit;
    use crate::runner::{Outcome, Record, Results};

    #[test]
    fn failures_and_skips_are_told() {
        let record = |case: &str, outcome, unexpected: Option<&str>| Record {
            case: case.into(),
            outcome,
            known: None,
            unexpected: unexpected.map(str::to_owned),
            first_command: None,
        };
        let results = [Results {
            name: "a<b".into(),
            hello: Err("no \"GL\"".into()),
            records: vec![
                record("x/one", Outcome::Pass, None),
                record("x/two", Outcome::Timeout, Some("no answer & so on")),
                record("x/three", Outcome::Skip("missing".into()), None),
            ],
        }];
        let xml = junit(&results, &["a list".into()]);
        assert!(
            xml.contains("<testsuite name=\"a&lt;b\" tests=\"4\" failures=\"1\" skipped=\"1\" errors=\"1\">"),
            "{xml}"
        );
        assert!(xml.contains("message=\"no answer &amp; so on\""));
        assert!(xml.contains("<skipped message=\"missing\"/>"));
    }
}
