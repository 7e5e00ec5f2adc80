//! Logs of very many lines that count on, kept short: of a run only the first two lines stand, then `… N`, so many lines more.
//!
//! What a folded line says follows from the two before it: each number in which they differ goes on by the same step.

/// The fewest lines that are folded: logs that a person reads stay as they are.
const FEWEST: usize = 4096;

/// A line as its text with numbers taken out, and the numbers.
fn parts(line: &str) -> (String, Vec<i128>) {
    let (mut text, mut numbers) = (String::with_capacity(line.len()), Vec::new());
    let mut digits = String::new();
    for char in line.chars().chain(['\n']) {
        // Longer ones are no counters, and are compared as text.
        if char.is_ascii_digit() && digits.len() < 30 {
            digits.push(char);
            continue;
        }
        if !digits.is_empty() {
            // A number with a zero before it has more to it than its value.
            if digits.len() > 1 && digits.starts_with('0') {
                text.push_str(&digits);
            } else {
                text.push('\0');
                numbers.push(digits.parse().unwrap_or(0));
            }
            digits.clear();
        }
        text.push(char);
    }
    (text, numbers)
}

/// The line behind two lines, if they are alike.
fn next(before: &str, last: &str) -> Option<String> {
    let ((text, from), (same, to)) = (parts(before), parts(last));
    if text != same {
        return None;
    }
    let mut out = String::with_capacity(last.len());
    let mut numbers = to.iter().zip(&from).map(|(to, from)| to + (to - from));
    for char in text.trim_end_matches('\n').chars() {
        match char {
            '\0' => out.push_str(&numbers.next()?.to_string()),
            char => out.push(char),
        }
    }
    Some(out)
}

/// Lines with long runs folded.
pub fn fold(lines: &[String]) -> Vec<String> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let mut end = (at + 2).min(lines.len());
        while end < lines.len() && next(&lines[end - 2], &lines[end - 1]).as_ref() == Some(&lines[end]) {
            end += 1;
        }
        if end - at >= FEWEST {
            out.extend_from_slice(&lines[at..at + 2]);
            out.push(format!("… {}", end - at - 2));
            at = end;
        } else {
            // The last line may begin the next run.
            let kept = (end - at).saturating_sub(1).max(1);
            out.extend_from_slice(&lines[at..at + kept]);
            at += kept;
        }
    }
    out
}

/// Lines as they were before they were folded.
///
/// # Errors
/// One sentence: a line that folds nothing, or too much.
pub fn unfold(lines: Vec<String>) -> Result<Vec<String>, String> {
    let mut out: Vec<String> = Vec::with_capacity(lines.len());
    for line in lines {
        let Some(times) = line.strip_prefix("… ") else {
            out.push(line);
            continue;
        };
        let times: usize =
            times.parse().ok().filter(|times| *times < 1 << 24).ok_or("a fold has no number")?;
        for _ in 0..times {
            let more = match &out[..] {
                [.., before, last] => next(before, last),
                _ => None,
            };
            out.push(more.ok_or("a fold stands behind lines that are not alike")?);
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{fold, unfold};

    #[test]
    fn long_runs_are_folded_and_come_back() {
        let mut lines: Vec<String> = vec!["[\"ACK\", 0]".into()];
        lines.extend((1..=5000).map(|number| format!("[\"BYTES\", {number}, 7, {}]", 10_000 - 2 * number)));
        lines.extend(["[\"ACK\", 1]".into(), "end".into()]);
        let folded = fold(&lines);
        assert_eq!(folded.len(), 6, "{folded:?}");
        assert_eq!(folded[3], "… 4998");
        assert_eq!(unfold(folded).as_ref(), Ok(&lines));
        let short: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        assert_eq!(fold(&short), short);
    }

    #[test]
    fn a_fold_needs_two_lines_that_are_alike() {
        assert!(unfold(vec!["a 1".into(), "… 3".into()]).is_err());
        assert!(unfold(vec!["a 1".into(), "b 2".into(), "… 3".into()]).is_err());
        assert!(unfold(vec!["a 1".into(), "a 2".into(), "… x".into()]).is_err());
    }
}
