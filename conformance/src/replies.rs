//! What a testee says back: chunks of replies as lines of text, and how those are compared.

use crate::image::{Picture, Rule, compare};
use crate::zeros;
use glir_core::file::message;
use glir_core::text::reply_line;
use glir_spec::Reply;
use serde_json::Value;

/// Codes whose sentences are a driver's.
const DRIVERS: [&str; 4] = ["shader-error", "interface-mismatch", "driver-error", "out-of-memory"];

/// Where the sentence of a DIAGNOSTIC stands in its line.
const SENTENCE: usize = 8;

/// The replies of some `RPLY` chunks, a line each. Between two ACKs diagnostics stand first, since nothing is said of where
/// they stand among other replies; but an ACK comes behind all that its frame caused. Results of queries stand at the end,
/// since they come with their frame or the next.
///
/// # Errors
/// One sentence: the bytes are no chunk of replies, or its writer left something else than zeros where nothing stands.
pub fn lines<'c>(chunks: impl IntoIterator<Item = &'c [u8]>) -> Result<Vec<String>, String> {
    let (mut lines, mut diagnostics, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let mut results = Vec::new();
    for chunk in chunks {
        let (replies, arena) = message::decode_replies(chunk)?;
        if let Some(sentence) = zeros::filled_message(chunk) {
            return Err(sentence);
        }
        for reply in replies {
            let line = reply_line(&reply, arena);
            match reply {
                Reply::DiagnosticReply(_) => diagnostics.push(line),
                Reply::Ack(_) => {
                    lines.append(&mut diagnostics);
                    lines.append(&mut others);
                    lines.push(line);
                }
                Reply::QueryResult(_) => results.push(line),
                _ => others.push(line),
            }
        }
    }
    lines.append(&mut diagnostics);
    lines.append(&mut others);
    lines.append(&mut results);
    Ok(lines)
}

/// What may differ.
#[derive(Clone, Copy, Debug)]
pub struct Leeway {
    /// Sentences of diagnostics are the language's own words, so they are compared.
    pub sentences: bool,
    /// Pixels, bytes and results are real ones, so they are compared.
    pub values: bool,
    /// Results of queries come from a clock or the like.
    pub results_vary: bool,
    /// How pixels are compared.
    pub rule: Rule,
}

/// Compares replies. What is wrong: the line, counted from 0, what it should be and what it is.
pub fn compare_lines(
    expected: &[String],
    found: &[String],
    leeway: Leeway,
) -> Result<(), (usize, Option<String>, Option<String>)> {
    for at in 0..expected.len().max(found.len()) {
        match (expected.get(at), found.get(at)) {
            (Some(a), Some(b)) if a == b || like(a, b, leeway) => {}
            (a, b) => return Err((at, a.cloned(), b.cloned())),
        }
    }
    Ok(())
}

fn like(a: &str, b: &str, leeway: Leeway) -> bool {
    let parsed = |line: &str| serde_json::from_str::<Vec<Value>>(line).unwrap_or_default();
    let (mut a, mut b) = (parsed(a), parsed(b));
    let name = a.first().and_then(Value::as_str).unwrap_or_default().to_owned();
    match &*name {
        "DIAGNOSTIC" => {
            let code = a.get(2).and_then(Value::as_str).unwrap_or_default();
            if !leeway.sentences || DRIVERS.contains(&code) {
                blank(&mut a, SENTENCE);
                blank(&mut b, SENTENCE);
            }
        }
        "PIXELS" if !leeway.values => {
            blank(&mut a, 4);
            blank(&mut b, 4);
        }
        "PIXELS" => {
            if let (Some(x), Some(y)) = (picture(&a), picture(&b))
                && compare(&x, &y, leeway.rule).passes
            {
                blank(&mut a, 4);
                blank(&mut b, 4);
            }
        }
        "BYTES" if !leeway.values => {
            blank(&mut a, 2);
            blank(&mut b, 2);
        }
        "QUERY_RESULT" if !leeway.values || leeway.results_vary => {
            blank(&mut a, 2);
            blank(&mut b, 2);
        }
        _ => {}
    }
    !a.is_empty() && a == b
}

fn blank(line: &mut [Value], index: usize) {
    if let Some(value) = line.get_mut(index) {
        *value = Value::Null;
    }
}

/// The pixels of a reply of bytes.
fn picture(line: &[Value]) -> Option<Picture> {
    let side = |index: usize| line.get(index)?.as_u64().and_then(|side| u32::try_from(side).ok());
    let numbers = line.get(4)?.get("u8")?.as_array()?;
    let bytes = numbers.iter().map(|number| u8::try_from(number.as_u64()?).ok());
    Picture::new(side(2)?, side(3)?, bytes.collect::<Option<_>>()?)
}

/// Codes of the errors and warnings that some lines tell, in order.
pub fn codes(lines: &[String]) -> Vec<String> {
    let parsed = lines.iter().filter_map(|line| serde_json::from_str::<Vec<Value>>(line).ok());
    let diagnostics = parsed.filter(|line| line.first().is_some_and(|name| name == "DIAGNOSTIC"));
    diagnostics.filter_map(|line| line.get(2)?.as_str().map(str::to_owned)).collect()
}

/// The first of some words that no sentence of a driver's has, if there is one: all must stand in one.
pub fn unsaid<'w>(words: &'w [String], lines: &[String]) -> Option<&'w str> {
    let parsed = lines.iter().filter_map(|line| serde_json::from_str::<Vec<Value>>(line).ok());
    let of_driver = parsed.filter(|line| {
        let code = line.get(2).and_then(Value::as_str).unwrap_or_default();
        line.first().is_some_and(|name| name == "DIAGNOSTIC") && DRIVERS.contains(&code)
    });
    let sentences: Vec<String> =
        of_driver.filter_map(|line| line.get(SENTENCE)?.as_str().map(str::to_owned)).collect();
    let lacks = |sentence: &str| words.iter().find(|word| !sentence.contains(&***word)).map(|word| &**word);
    if sentences.iter().any(|sentence| lacks(sentence).is_none()) {
        return None;
    }
    sentences.first().map_or(words.first().map(|word| &**word), |sentence| lacks(sentence))
}

/// Frame and command of each diagnostic that names a command.
pub fn places(lines: &[String]) -> Vec<(u64, u64)> {
    let parsed = lines.iter().filter_map(|line| serde_json::from_str::<Vec<Value>>(line).ok());
    let diagnostics = parsed.filter(|line| line.first().is_some_and(|name| name == "DIAGNOSTIC"));
    diagnostics.filter_map(|line| Some((line.get(3)?.as_u64()?, line.get(4)?.as_u64()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::{Leeway, compare_lines, lines, unsaid};
    use crate::image::Rule;
    use glir_core::file::message;
    use glir_spec::ids::RequestId;
    use glir_spec::replies::{Ack, ReadFailed};
    use glir_spec::{Frame, Reply};

    const STRICT: Leeway = Leeway {
        sentences: true,
        values: true,
        results_vary: false,
        rule: Rule::Difference { channel: 0, pixels: 0, block: 0 },
    };

    fn like(a: &str, b: &str, leeway: Leeway) -> bool {
        compare_lines(&[a.to_owned()], &[b.to_owned()], leeway).is_ok()
    }

    #[test]
    fn chunks_become_lines() {
        let mut frame = Frame::new();
        frame.push_reply(Reply::ReadFailed(ReadFailed { request: RequestId(3) }));
        frame.push_reply(Reply::Ack(Ack { frame: 0 }));
        let chunk = message::replies(&frame).unwrap();
        assert_eq!(lines([&*chunk]).unwrap(), ["[\"READ_FAILED\", 3]", "[\"ACK\", 0]"]);
        assert!(lines([&b"nothing"[..]]).is_err());
    }

    #[test]
    fn sentences_may_be_left_out() {
        let a = r#"["DIAGNOSTIC", "error", "unknown-id", 0, 3, "SIZE", 7, "", "there is no object 7"]"#;
        let b = r#"["DIAGNOSTIC", "error", "unknown-id", 0, 3, "SIZE", 7, "", "no such object"]"#;
        assert!(!like(a, b, STRICT));
        assert!(like(a, b, Leeway { sentences: false, ..STRICT }));
        assert!(!like(a, &b.replace("unknown-id", "wrong-kind"), Leeway { sentences: false, ..STRICT }));
        let driver = |line: &str| line.replace("unknown-id", "shader-error");
        assert!(like(&driver(a), &driver(b), STRICT));
    }

    #[test]
    fn what_a_compiler_says_names_the_place() {
        let words = ["line 3", "u_color"].map(str::to_owned);
        let line = |code: &str, sentence: &str| {
            vec![format!(
                "[\"DIAGNOSTIC\", \"error\", \"{code}\", 0, 3, \"SHADERS\", 7, \"\", \"{sentence}\"]"
            )]
        };
        assert_eq!(unsaid(&words, &line("shader-error", "line 3: no u_color")), None);
        assert_eq!(unsaid(&words, &line("shader-error", "line 3: no such name")), Some("u_color"));
        assert_eq!(unsaid(&words, &line("unknown-id", "line 3: no u_color")), Some("line 3"));
        assert_eq!(unsaid(&[], &[]), None);
    }

    #[test]
    fn pixels_are_compared_by_the_rule() {
        let a = r#"["PIXELS", 1, 1, 1, {"u8": [1, 2, 3, 4]}]"#;
        let b = r#"["PIXELS", 1, 1, 1, {"u8": [1, 2, 4, 4]}]"#;
        assert!(!like(a, b, STRICT));
        assert!(like(a, b, Leeway { rule: Rule::parse("channel 1").unwrap(), ..STRICT }));
        assert!(like(a, b, Leeway { values: false, ..STRICT }));
    }
}
