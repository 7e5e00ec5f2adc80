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
        Rows { source, record: ByteRecord::new(), bytes, comment: dialect.comment, at: 0 }
    }

    /// Goes to the next line that has cells; `false` at the end.
    pub(super) fn advance(&mut self) -> Result<bool, Error> {
        match &mut self.source {
            Source::Delimited(reader) => {
                self.at = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
                reader.read_byte_record(&mut self.record).map_err(|error| {
                    Error::new(Format::Csv, self.place(None), ErrorKind::Malformed, error.to_string())
                })
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
