//! The lines of a text, cut into cells: by the csv crate where a byte separates them, by hand where blanks do.

use csv::ByteRecord;

use super::sniff::Dialect;
use crate::error::{ErrorKind, Place};
use crate::{Error, Format};

pub(super) struct Rows<'a> {
    source: Source<'a>,
    record: ByteRecord,
    bytes: &'a [u8],
    comment: Option<u8>,
    delimiter: u8,
    /// Byte offset of the current line, or of blank lines and comments before it.
    at: usize,
}

enum Source<'a> {
    Delimited(Box<csv::Reader<&'a [u8]>>),
    Blanks { next: usize },
}

impl<'a> Rows<'a> {
    pub(super) fn new(bytes: &'a [u8], dialect: Dialect) -> Self {
        let source = if dialect.delimiter == b' ' {
            Source::Blanks { next: 0 }
        } else {
            let mut builder = csv::ReaderBuilder::new();
            builder.delimiter(dialect.delimiter).comment(dialect.comment).has_headers(false).flexible(true);
            Source::Delimited(Box::new(builder.from_reader(bytes)))
        };
        Rows {
            source,
            record: ByteRecord::new(),
            bytes,
            comment: dialect.comment,
            delimiter: dialect.delimiter,
            at: 0,
        }
    }

    /// Goes to the next line that has cells; `false` at the end.
    pub(super) fn advance(&mut self) -> Result<bool, Error> {
        match &mut self.source {
            Source::Delimited(reader) => {
                let at = |reader: &csv::Reader<&[u8]>| {
                    usize::try_from(reader.position().byte()).unwrap_or(usize::MAX)
                };
                self.at = at(reader);
                let found = reader.read_byte_record(&mut self.record);
                // Only the last cells can end where the text does.
                let rest = self.bytes.get(self.at..).filter(|_| at(reader) >= self.bytes.len());
                let error = match found {
                    Err(error) => error.to_string(),
                    Ok(true) if rest.is_some_and(|rest| ends_quoted(rest, self.delimiter, self.comment)) => {
                        "a quotation mark opens a cell that the file ends in; close it".into()
                    }
                    Ok(found) => return Ok(found),
                };
                Err(Error::new(Format::Csv, self.place(None), ErrorKind::Malformed, error))
            }
            Source::Blanks { next } => {
                while let Some(rest) = self.bytes.get(*next..).filter(|rest| !rest.is_empty()) {
                    self.at = *next;
                    let end = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |at| at + 1);
                    *next += end;
                    let line = rest.get(..end).unwrap_or_default().trim_ascii();
                    if line.is_empty() || line.first().copied() == self.comment {
                        continue;
                    }
                    self.record.clear();
                    for cell in line.split(u8::is_ascii_whitespace).filter(|cell| !cell.is_empty()) {
                        self.record.push_field(cell);
                    }
                    return Ok(true);
                }
                Ok(false)
            }
        }
    }

    /// The cells of the current line.
    pub(super) fn cells(&self) -> csv::ByteRecordIter<'_> {
        self.record.iter()
    }

    /// The current line, and a column counted from 0. Counts the lines up to it, so it is for errors only.
    pub(super) fn place(&self, column: Option<usize>) -> Place {
        let end = if self.bytes.contains(&b'\n') { b'\n' } else { b'\r' };
        let (before, after) = self.bytes.split_at(self.at.min(self.bytes.len()));
        let mut line = 1 + before.iter().filter(|byte| **byte == end).count();
        // The csv crate counts the blank lines and comments before a record as part of it.
        for skipped in after.split(|byte| *byte == end) {
            let text = skipped.trim_ascii_end();
            if !text.is_empty() && text.first().copied() != self.comment {
                break;
            }
            line += 1;
        }
        Place::Line { line: line as u64, column: column.map(|column| column + 1), name: None }
    }
}

/// Whether lines end within quotation marks, which open at the beginning of a cell (RFC 4180, section 2).
fn ends_quoted(mut lines: &[u8], delimiter: u8, comment: Option<u8>) -> bool {
    while let (Some(first), Some(end)) = (lines.first(), lines.iter().position(|byte| *byte == b'\n'))
        && (Some(*first) == comment || matches!(first, b'\n' | b'\r'))
    {
        lines = lines.get(end + 1..).unwrap_or_default();
    }
    #[derive(Clone, Copy, PartialEq)]
    enum At {
        Begin,
        Plain,
        Quoted,
        /// Behind a mark that ends the cell, or is the first of two that stand for one.
        Mark,
    }
    let next = |at: At, byte: &u8| match (at, *byte) {
        (At::Begin | At::Mark, b'"') => At::Quoted,
        (At::Quoted, b'"') => At::Mark,
        (At::Quoted, _) => At::Quoted,
        (_, b'\n' | b'\r') => At::Begin,
        (_, byte) if byte == delimiter => At::Begin,
        _ => At::Plain,
    };
    lines.iter().fold(At::Begin, next) == At::Quoted
}
