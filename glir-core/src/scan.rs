//! Looking for things in shaders and logs, byte by byte: their words are ASCII, and the standard library's way is made for
//! any text, which takes a page's module ten times the room.

/// Where a text begins in another.
pub(crate) fn find(text: &str, what: &str) -> Option<usize> {
    text.as_bytes().windows(what.len().max(1)).position(|window| window == what.as_bytes())
}

/// What stands before and behind the first occurrence of a text.
pub(crate) fn split<'t>(text: &'t str, what: &str) -> Option<(&'t str, &'t str)> {
    let at = find(text, what)?;
    Some((text.get(..at)?, text.get(at + what.len()..)?))
}

/// White space as GLSL has it.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The text from its first byte on that is no white space.
pub(crate) fn trim_start(text: &str) -> &str {
    let start = text.bytes().position(|byte| !is_space(byte)).unwrap_or(text.len());
    text.get(start..).unwrap_or_default()
}

/// The text without white space around it.
pub(crate) fn trim(text: &str) -> &str {
    let text = trim_start(text);
    let end = text.bytes().rposition(|byte| !is_space(byte)).map_or(0, |last| last + 1);
    text.get(..end).unwrap_or_default()
}

/// The lines of a text, without what ends them.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text).filter(|text| !text.is_empty());
    std::iter::from_fn(move || {
        let text = rest?;
        let (line, behind) = split(text, "\n").unwrap_or((text, ""));
        rest = Some(behind).filter(|behind| !behind.is_empty());
        Some(line.strip_suffix('\r').unwrap_or(line))
    })
}

/// The number with which a text begins, and what follows; none if it begins with none that fits.
pub(crate) fn number(text: &str) -> Option<(u32, &str)> {
    let end = text.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = (text.get(..end)?, text.get(end..)?);
    let add = |value: u32, byte: u8| value.checked_mul(10)?.checked_add(u32::from(byte - b'0'));
    let value = digits.bytes().try_fold(0, add)?;
    (end > 0).then_some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::{lines, number, split, trim};

    #[test]
    fn texts_come_apart_as_in_the_standard_library() {
        for text in ["", "a", "a\n", "a\r\nb\n\nc", "\n\n", "a\nb"] {
            assert!(lines(text).eq(text.lines()), "{text:?}");
        }
        for text in ["", "  ", " a b\t", "ä ", "a"] {
            assert_eq!(trim(text), text.trim());
        }
        assert_eq!(split("a*/b*/c", "*/"), "a*/b*/c".split_once("*/"));
        assert_eq!([number("12(5)"), number("x"), number("4294967296")], [Some((12, "(5)")), None, None]);
    }
}
