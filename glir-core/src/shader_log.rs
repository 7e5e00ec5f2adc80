//! Compilers' and linkers' logs, in the forms that drivers and browsers write them.

use crate::backend::ShaderMessage;
use crate::scan::{find, lines, number, split, trim, trim_start};

/// The messages of a log, each with its line in the source (0 if it names none).
///
/// Known forms: Mesa `0:12(5): error: text`, NVIDIA `0(12) : error C1008: text`, ANGLE, AMD and Intel `ERROR: 0:12: text`.
pub fn read_log(log: &str) -> Vec<(u32, String)> {
    lines(log).filter_map(|line| read_line(trim(line))).collect()
}

fn read_line(line: &str) -> Option<(u32, String)> {
    if line.is_empty() {
        return None;
    }
    let (rest, upper) = match line.strip_prefix("ERROR: ") {
        Some(rest) => (rest, true),
        None if line.starts_with("WARNING: ") => return None,
        None => (line, false),
    };
    let found = mesa(rest).or_else(|| nvidia(rest)).or_else(|| angle(rest).filter(|_| upper));
    match found {
        Some((_, text)) if text.starts_with("warning") => None,
        Some((number, text)) => {
            let text = trim(text.strip_prefix("error: ").unwrap_or(&text)).to_owned();
            Some((number, text))
        }
        None if upper => Some((0, rest.to_owned())),
        // Closing lines such as «2 errors» say nothing new.
        None if find(&line.to_ascii_lowercase(), "error").is_some() && find(line, ":").is_some() => {
            Some((0, line.to_owned()))
        }
        None => None,
    }
}

/// `0:12(5): error: text`
fn mesa(line: &str) -> Option<(u32, String)> {
    let (_, rest) = number(line)?;
    let rest = rest.strip_prefix(':')?;
    let (line_number, rest) = number(rest)?;
    let rest = rest.strip_prefix('(')?;
    let (_, rest) = number(rest)?;
    let rest = rest.strip_prefix("):")?;
    Some((line_number, trim(rest).to_owned()))
}

/// `0(12) : error C1008: text`
fn nvidia(line: &str) -> Option<(u32, String)> {
    let (_, rest) = number(line)?;
    let (line_number, rest) = number(rest.strip_prefix('(')?)?;
    let rest = trim_start(trim_start(rest.strip_prefix(')')?).strip_prefix(':')?);
    let text = match rest.strip_prefix("error ").and_then(|rest| split(rest, ": ")) {
        Some((_, text)) => text,
        None => rest,
    };
    Some((line_number, text.to_owned()))
}

/// `0:12: text`, behind `ERROR: `
fn angle(line: &str) -> Option<(u32, String)> {
    let (_, rest) = number(line)?;
    let (line_number, rest) = number(rest.strip_prefix(':')?)?;
    Some((line_number, trim(rest.strip_prefix(':')?).to_owned()))
}

/// A linker's log as messages.
pub fn link_messages(log: &str) -> Vec<ShaderMessage> {
    let mut messages = Vec::new();
    for mut line in lines(log).map(trim) {
        while let Some(rest) = line.strip_prefix("error: ") {
            line = rest;
        }
        if !line.is_empty() && messages.len() < 8 {
            messages.push(ShaderMessage { stage: "program", line: 0, text: line.to_owned() });
        }
    }
    if messages.is_empty() {
        messages.push(ShaderMessage {
            stage: "program",
            line: 0,
            text: "the driver refused to link it".into(),
        });
    }
    messages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_driver_is_understood() {
        let log = "0:12(5): error: `x' undeclared\n0:13(1): warning: y\n0(7) : error C1008: undefined variable \"z\"\n\
                   ERROR: 0:3: 'w' : undeclared identifier\nERROR: 2 compilation errors.  No code generated.\n";
        let expected = [
            (12, "`x' undeclared"),
            (7, "undefined variable \"z\""),
            (3, "'w' : undeclared identifier"),
            (0, "2 compilation errors.  No code generated."),
        ];
        let found = read_log(log);
        assert_eq!(found, expected.map(|(line, text)| (line, text.to_owned())));
    }
}
