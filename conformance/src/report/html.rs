//! The results as one page that needs no network: testees by cases, and for each failure the pictures and what differs.

use crate::image::{Picture, difference};
use crate::picture;
use crate::runner::{Outcome, Record, Results};
use crate::suite::{Entry, Suite};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use std::fmt::Write as _;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub fn page(suite: &Suite, results: &[Results]) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>GLIR conformance</title>\n<style>\n{STYLE}</style>\n\
         <h1>GLIR conformance</h1>\n"
    );
    summary(results, &mut out);
    matrix(suite, results, &mut out);
    out.push_str("<h2>What is not a pass</h2>\n");
    for testee in results {
        for record in testee.records.iter().filter(|record| is_shown(record)) {
            let entry = suite.entries.iter().find(|entry| entry.case.id == record.case);
            detail(&testee.name, record, entry, &mut out);
        }
    }
    let _ = write!(out, "<script>\n{SCRIPT}</script>\n</html>\n");
    out
}

fn is_shown(record: &Record) -> bool {
    !matches!(record.outcome, Outcome::Pass | Outcome::Skip(_)) || record.unexpected.is_some()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn summary(results: &[Results], out: &mut String) {
    out.push_str("<table class=\"summary\">\n<tr><th>testee<th>pass<th>fail<th>flake<th>crash, timeout<th>skip<th>interpreter\n");
    for testee in results {
        let count =
            |fits: fn(&Outcome) -> bool| testee.records.iter().filter(|record| fits(&record.outcome)).count();
        let who = match &testee.hello {
            Ok(hello) => hello.name.clone(),
            Err(why) => format!("not there: {why}"),
        };
        let _ = writeln!(
            out,
            "<tr><th>{}<td>{}<td>{}<td>{}<td>{}<td>{}<td class=\"text\">{}",
            escaped(&testee.name),
            count(|outcome| matches!(outcome, Outcome::Pass)),
            count(|outcome| matches!(outcome, Outcome::Fail(_))),
            count(|outcome| matches!(outcome, Outcome::Flake(_))),
            count(|outcome| matches!(outcome, Outcome::Crash(_) | Outcome::Timeout)),
            count(|outcome| matches!(outcome, Outcome::Skip(_))),
            escaped(&who)
        );
    }
    out.push_str("</table>\n");
}

fn matrix(suite: &Suite, results: &[Results], out: &mut String) {
    out.push_str(
        "<h2>Testees and cases</h2>\n<p><label><input type=\"checkbox\" id=\"only\"> only what is not a pass</label> \
         <label>Only cases named <input type=\"search\" id=\"filter\"></label></p>\n<table class=\"matrix\" id=\"matrix\">\n<tr><th>case",
    );
    results.iter().for_each(|testee| out.push_str(&format!("<th>{}", escaped(&testee.name))));
    out.push('\n');
    for entry in &suite.entries {
        let id = &entry.case.id;
        let found: Vec<Option<&Record>> =
            results.iter().map(|testee| testee.records.iter().find(|record| record.case == *id)).collect();
        if found.iter().all(Option::is_none) {
            continue;
        }
        let _ = write!(out, "<tr><th title=\"{}\">{}", escaped(&entry.case.title), escaped(id));
        for (record, testee) in found.into_iter().zip(results) {
            let Some(record) = record else {
                out.push_str("<td>");
                continue;
            };
            let class = match &record.outcome {
                _ if record.unexpected.is_some() => "bad",
                Outcome::Pass => "pass",
                Outcome::Skip(_) => "skip",
                _ => "known",
            };
            let text = escaped(&record.outcome.name());
            let title = escaped(&record.outcome.detail());
            if is_shown(record) {
                let _ = write!(
                    out,
                    "<td class=\"{class}\" title=\"{title}\"><a href=\"#{}\">{text}</a>",
                    anchor(&testee.name, id)
                );
            } else {
                let _ = write!(out, "<td class=\"{class}\" title=\"{title}\">{text}");
            }
        }
        out.push('\n');
    }
    out.push_str("</table>\n");
}

fn anchor(testee: &str, case: &str) -> String {
    escaped(&format!("{testee}/{case}"))
}

fn detail(testee: &str, record: &Record, entry: Option<&Entry>, out: &mut String) {
    let _ = writeln!(
        out,
        "<section id=\"{}\">\n<h3>{} on {}: {}</h3>",
        anchor(testee, &record.case),
        escaped(&record.case),
        escaped(testee),
        escaped(&record.outcome.name())
    );
    if let Some(entry) = entry {
        let _ = writeln!(out, "<p>{}</p>", escaped(&entry.case.title));
    }
    if let Some(known) = &record.known {
        let _ = writeln!(out, "<p class=\"known\">Known: {}</p>", escaped(&known.reason));
    }
    if let Some(command) = &record.first_command {
        let _ = writeln!(out, "<p>It goes wrong at: <code>{}</code></p>", escaped(command));
    }
    match &record.outcome {
        Outcome::Fail(faults) => {
            for fault in faults {
                let _ = writeln!(out, "<p><b>{}</b>: {}</p>", fault.layer.text(), escaped(&fault.sentence));
                if let Some((expected, found)) = &fault.texts {
                    let _ = writeln!(
                        out,
                        "<pre><ins>{}</ins>\n<del>{}</del></pre>",
                        escaped(expected),
                        escaped(found)
                    );
                }
                let golden = entry.and_then(|entry| entry.goldens.picture.as_ref());
                if let (Some((found, comparison)), Some(golden)) = (&fault.picture, golden) {
                    let _ = writeln!(out, "<p>similarity {:.4}</p>", comparison.similarity);
                    pictures(golden, found, out);
                }
            }
        }
        outcome => {
            let _ = writeln!(out, "<p>{}</p>", escaped(&outcome.detail()));
        }
    }
    if let Some(entry) = entry {
        let _ = writeln!(
            out,
            "<details><summary>the case</summary><pre>{}</pre></details>",
            escaped(&entry.case.text)
        );
    }
    out.push_str("</section>\n");
}

fn pictures(expected: &Picture, found: &Picture, out: &mut String) {
    let shown = |picture: &Picture, name: &str, class: &str| {
        let Ok(bytes) = picture::encode(picture) else { return String::new() };
        let data = BASE64_STANDARD.encode(bytes);
        format!(
            "<figure class=\"{class}\"><img alt=\"{name}\" src=\"data:image/png;base64,{data}\"><figcaption>{name}</figcaption></figure>"
        )
    };
    let _ = writeln!(
        out,
        "<div class=\"pictures\">{}{}{}<button type=\"button\">blink</button></div>",
        shown(expected, "golden", "expected"),
        shown(found, "found", "found"),
        shown(&difference(expected, found), "difference", "difference")
    );
}
