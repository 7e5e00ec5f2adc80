//! What an interpreter answers, as recordings keep it: notes behind the frames that it answers, to which a deterministic replay is held.
//!
//! A note has the key `replies` and a reply a line, in the text form; a long one, such as the pixels of a READ, by its hash.

use glir_core::Diagnostic;
use glir_core::text::reply_line;
use glir_spec::Reply;
use glir_spec::wire::Str;

/// The key of the note.
pub(crate) const KEY: &str = "replies";

/// The most bytes of a line; of longer ones the hash is kept.
const LINE: usize = 1024;

/// Lets time be a recording's own: signals that go by the clock have gone on to the frame that is drawn next.
pub(crate) fn set_time<B: glir_core::Backend>(interpreter: &mut glir_core::Interpreter<B>, time_us: u64) {
    interpreter.tick(time_us as f64 / 1e6);
}

/// A frame chunk's answers, a line each: diagnostics first, as they are sent.
pub(crate) fn lines(replies: &[Reply<'_>], diagnostics: &[Diagnostic]) -> Vec<String> {
    let faults = diagnostics.iter().map(|fault| reply_line(&fault.reply(), &[]));
    faults
        .chain(replies.iter().map(|reply| reply_line(reply, &[])))
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// The note's value: as many lines as a note may hold.
pub(crate) fn note(lines: &[String]) -> String {
    let mut text = String::new();
    for line in lines {
        let line = short(line);
        if text.len() + line.len() >= glir_spec::limits::MAX_META_BYTES {
            break;
        }
        text += &line;
        text.push('\n');
    }
    text
}

/// A line, or what stands for a long one.
fn short(line: &str) -> String {
    if line.len() <= LINE {
        return line.to_owned();
    }
    let name = line.split([',', ']']).next().unwrap_or("[");
    format!("{name}, \"blake3 {}\"]", blake3::hash(line.as_bytes()).to_hex())
}

/// The answers among notes; none if there are none.
pub(crate) fn recorded<'n>(notes: &'n [(Str<'_>, Str<'_>)]) -> Option<Vec<&'n str>> {
    notes.iter().find(|(key, _)| &**key == KEY).map(|(_, value)| value.lines().collect())
}

/// What is told where there is nothing to hold a replay to.
pub(crate) const NONE: &str = "no replies were recorded; `glir convert --replies gl` records them";

/// The sentence about the first answer that is not the recorded one.
pub(crate) fn difference(recorded: &[&str], lines: &[String]) -> Option<String> {
    let count = recorded.len().max(lines.len());
    (0..count).find_map(|at| {
        let (was, is) = (recorded.get(at).copied(), lines.get(at).map(|line| short(line)));
        match (was, is) {
            (Some(was), Some(is)) if was == is => None,
            (Some(was), Some(is)) => Some(format!("reply {at} is {is}; the recording has {was}")),
            (Some(was), None) => Some(format!("reply {at} does not come; the recording has {was}")),
            (None, Some(is)) => Some(format!("reply {at} is {is}; the recording has none")),
            (None, None) => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{difference, lines, note};
    use glir_spec::Reply;
    use glir_spec::replies::Ack;

    #[test]
    fn answers_are_told_apart() {
        let answer = |frame| lines(&[Reply::Ack(Ack { frame })], &[]);
        let was = note(&answer(1));
        let was: Vec<&str> = was.lines().collect();
        assert_eq!(difference(&was, &answer(1)), None);
        assert_eq!(
            difference(&was, &answer(2)).as_deref(),
            Some("reply 0 is [\"ACK\", 2]; the recording has [\"ACK\", 1]")
        );
        assert_eq!(
            difference(&was, &[]).as_deref(),
            Some("reply 0 does not come; the recording has [\"ACK\", 1]")
        );
        assert_eq!(
            difference(&[], &answer(1)).as_deref(),
            Some("reply 0 is [\"ACK\", 1]; the recording has none")
        );
        // Long ones go by their hash.
        let long = vec![format!("[\"PIXELS\", \"{}\"]", "a".repeat(5000))];
        let was = note(&long);
        assert!(was.starts_with("[\"PIXELS\", \"blake3 ") && was.len() < 100, "{was}");
        assert_eq!(difference(&was.lines().collect::<Vec<_>>(), &long), None);
        let other = vec![format!("[\"PIXELS\", \"{}\"]", "b".repeat(5000))];
        assert!(difference(&was.lines().collect::<Vec<_>>(), &other).is_some());
    }
}
