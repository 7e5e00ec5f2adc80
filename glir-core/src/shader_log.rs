//! Compilers' and linkers' logs, in the forms that drivers and browsers write them.

use crate::backend::ShaderMessage;

/// The messages of a log, each with its line in the source (0 if it names none).
///
/// Known forms: Mesa `0:12(5): error: text`, NVIDIA `0(12) : error C1008: text`, ANGLE, AMD and Intel `ERROR: 0:12: text`.
pub fn read_log(log: &str) -> Vec<(u32, String)> {
    log.lines().map(str::trim).filter(|line| !line.is_empty()).filter_map(read_line).collect()
}

fn read_line(line: &str) -> Option<(u32, String)> {
    let (rest, upper) = match line.strip_prefix("ERROR: ") {
        Some(rest) => (rest, true),
        None if line.starts_with("WARNING: ") => return None,
        None => (line, false),
    };
    let found = mesa(rest).or_else(|| nvidia(rest)).or_else(|| angle(rest).filter(|_| upper));
    match found {
        Some((_, text)) if text.starts_with("warning") => None,
        Some((number, text)) => {
            let text = text.strip_prefix("error: ").unwrap_or(&text).trim().to_owned();
            Some((number, text))
        }
        None if upper => Some((0, rest.to_owned())),
        // Closing lines such as «2 errors» say nothing new.
        None if line.to_ascii_lowercase().contains("error") && line.contains(':') => {
            Some((0, line.to_owned()))
        }
        None => None,
    }
}

/// `0:12(5): error: text`
fn mesa(line: &str) -> Option<(u32, String)> {
    let (_, rest) = numbered(line)?;
    let rest = rest.strip_prefix(':')?;
    let (number, rest) = numbered(rest)?;
    let rest = rest.strip_prefix('(')?;
    let (_, rest) = numbered(rest)?;
    let rest = rest.strip_prefix("):")?;
    Some((number, rest.trim().to_owned()))
}

/// `0(12) : error C1008: text`
fn nvidia(line: &str) -> Option<(u32, String)> {
    let (_, rest) = numbered(line)?;
    let (number, rest) = numbered(rest.strip_prefix('(')?)?;
    let rest = rest.strip_prefix(')')?.trim_start().strip_prefix(':')?.trim_start();
    let text = match rest.strip_prefix("error ").and_then(|rest| rest.split_once(": ")) {
        Some((_, text)) => text,
        None => rest,
    };
    Some((number, text.to_owned()))
}

/// `0:12: text`, behind `ERROR: `
fn angle(line: &str) -> Option<(u32, String)> {
    let (_, rest) = numbered(line)?;
    let (number, rest) = numbered(rest.strip_prefix(':')?)?;
    Some((number, rest.strip_prefix(':')?.trim().to_owned()))
}

fn numbered(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let number = text.get(..end)?.parse().ok()?;
    Some((number, text.get(end..)?))
}

/// A linker's log as messages.
pub fn link_messages(log: &str) -> Vec<ShaderMessage> {
    let mut messages: Vec<_> = log
        .lines()
        .map(|line| line.trim().trim_start_matches("error: ").to_owned())
        .filter(|line| !line.is_empty())
        .map(|text| ShaderMessage { stage: "program", line: 0, text })
        .collect();
    messages.truncate(8);
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
