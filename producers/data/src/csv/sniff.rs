//! Guesses from the first lines: what separates cells, what marks comments, whether the first line is a header.

use super::cell::Cell;
use crate::limits::SNIFF_BYTES;

/// Lines looked at.
const LINES: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dialect {
    /// The byte between cells; a blank stands for any run of blanks.
    pub(super) delimiter: u8,
    /// The byte that opens a line of comment.
    pub(super) comment: Option<u8>,
    /// Whether `1,5` is one and a half.
    pub(super) decimal_comma: bool,
}

pub(super) fn dialect(bytes: &[u8], delimiter: Option<u8>) -> Dialect {
    let start = bytes.get(..bytes.len().min(SNIFF_BYTES)).unwrap_or_default();
    let mut lines: Vec<&[u8]> = start.split(|byte| matches!(byte, b'\n' | b'\r')).collect();
    // The last line may be cut where the look ends.
    if bytes.len() > start.len() && lines.len() > 1 {
        lines.pop();
    }
    lines.retain(|line| !line.trim_ascii().is_empty());
    let opens = |byte: u8| lines.iter().any(|line| line.first() == Some(&byte));
    let comment = [b'#', b'%'].into_iter().find(|byte| opens(*byte));
    lines.retain(|line| line.first().copied() != comment || comment.is_none());
    lines.truncate(LINES);

    let delimiter = delimiter.unwrap_or_else(|| find_delimiter(&lines));
    Dialect { delimiter, comment, decimal_comma: delimiter != b',' }
}

/// The candidate that cuts the most lines into the same number of cells, more than one. A tie goes to the first; if none
/// cuts half of the lines, the text is a single column and the delimiter a comma.
fn find_delimiter(lines: &[&[u8]]) -> u8 {
    let mut best = (lines.len().div_ceil(2).max(1) - 1, b',');
    for delimiter in [b'\t', b';', b',', b'|', b' '] {
        let mut counts: Vec<usize> = lines.iter().map(|line| separators(line, delimiter)).collect();
        counts.retain(|count| *count > 0);
        counts.sort_unstable();
        let agreeing = counts.chunk_by(|a, b| a == b).map(<[usize]>::len).max().unwrap_or(0);
        if agreeing > best.0 {
            best = (agreeing, delimiter);
        }
    }
    best.1
}

/// How often a delimiter stands in a line, outside of quotes.
fn separators(line: &[u8], delimiter: u8) -> usize {
    if delimiter == b' ' {
        let cells = line.split(u8::is_ascii_whitespace).filter(|cell| !cell.is_empty()).count();
        return cells.saturating_sub(1);
    }
    let mut quoted = false;
    let outside = line.iter().filter(|byte| {
        quoted ^= **byte == b'"';
        !quoted && **byte == delimiter
    });
    outside.count()
}

/// A line in which no cell is a number or a date, and some cell is a word.
pub(super) fn is_header<'a>(cells: impl Iterator<Item = &'a [u8]>, dialect: Dialect) -> bool {
    let mut words = false;
    for cell in cells {
        match Cell::parse(cell, dialect.decimal_comma) {
            Cell::Text => words = true,
            Cell::Missing => {}
            Cell::Whole(_) | Cell::Number(_) | Cell::Moment(_) => return false,
        }
    }
    words
}
