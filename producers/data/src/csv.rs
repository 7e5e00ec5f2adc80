//! Delimited text: finds the delimiter, the header and the time column, and keeps whole numbers whole.
//!
//! | part | what is read |
//! | --- | --- |
//! | delimiter | comma, semicolon, tab, bar, or any run of blanks; quoted cells; lines that start with `#` or `%` are skipped |
//! | text | UTF-8; names that are not are read as Windows-1252 |
//! | header | a first line in which no cell is a number; `name (unit)` and `name [unit]` give the unit |
//! | numbers | decimal point, or decimal comma where the delimiter is another; columns of whole numbers stay 32-bit integers |
//! | missing | empty, `NaN`, `NA`, `N/A`, `null`, `None`, `-`, `?`: NaN |
//! | time | a column named so, with its unit, or a first column that rises in even steps; dates and times of day too. `timer` and `millis` count milliseconds, as microcontrollers do |
//!
//! Time stamps become seconds: dates and times of day count from the first row, numbers stay as they are.

mod cell;
mod column;
mod rows;
mod sniff;
mod time;

use crate::error::{ErrorKind, Place, excerpt};
use crate::limits::{MAX_CHANNELS, MAX_NOTES};
use crate::{Channel, Error, Format, Moment, Recording, table};
use column::Column;
use rows::Rows;
use std::borrow::Cow;

pub use time::TimeColumn;

/// How to read text, where it should not be guessed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CsvOptions {
    /// The byte between cells, such as `b';'`; `b' '` stands for any run of blanks. Found if `None`.
    pub delimiter: Option<u8>,
    /// Whether the first line names the columns. Found if `None`.
    pub header: Option<bool>,
    /// Which column is time.
    pub time: TimeColumn,
    /// Seconds in one unit of the time column (0.001 for milliseconds). Taken from the column's name if `None`.
    pub time_unit: Option<f64>,
}

/// Nanoseconds since 1970, or since midnight, that a text tells.
pub(crate) fn moment(text: &str) -> Option<i128> {
    cell::moment(text.trim().as_bytes())
}

pub(crate) fn read(bytes: &[u8], options: &CsvOptions) -> Result<Recording<'static>, Error> {
    let Columns { columns, notes, start, .. } = columns(bytes, options, false)?;
    let channels = columns.into_iter().map(|column| column.channel).collect();
    Ok(Recording { format: Some(Format::Csv), channels, notes, start })
}

/// What a text holds.
pub(crate) struct Columns {
    /// Those of numbers.
    pub(crate) columns: Vec<table::Column<'static>>,
    /// Sentences for the user.
    pub(crate) notes: Vec<String>,
    /// Numbers and names of columns without any value.
    pub(crate) missing: Vec<(usize, Option<String>)>,
    /// When the first row was, if the column that became time tells it.
    start: Option<Moment>,
}

/// All columns of numbers but the one that became time; with `dates` also those of dates and times of day.
pub(crate) fn columns(bytes: &[u8], options: &CsvOptions, dates: bool) -> Result<Columns, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let dialect = sniff::dialect(bytes, options.delimiter);
    let mut rows = Rows::new(bytes, dialect);
    let mut notes = Vec::new();

    if !rows.advance()? {
        return Err(Error::whole(Format::Csv, ErrorKind::Empty, "the file has no line with cells"));
    }
    let width = rows.cells().len();
    if width > MAX_CHANNELS {
        let message = format!("{width} columns are over the limit of {MAX_CHANNELS}");
        return Err(Error::new(Format::Csv, rows.place(None), ErrorKind::TooLarge, message));
    }
    let has_header = options.header.unwrap_or_else(|| sniff::is_header(rows.cells(), dialect));
    let titles: Vec<Title> = if has_header {
        if rows.cells().any(|cell| std::str::from_utf8(cell).is_err()) {
            notes.push("the columns' names are not UTF-8; they are read as Windows-1252".into());
        }
        rows.cells().map(|cell| Title::parse(&words(cell))).collect()
    } else {
        vec![Title::default(); width]
    };

    let mut columns: Vec<Column> = (0..width).map(|_| Column::default()).collect();
    let mut more = if has_header { rows.advance()? } else { true };
    let mut shortfall = Shortfall::default();
    let mut rows_read = 0_usize;
    while more {
        let found = rows.cells().len();
        if found > width {
            // A delimiter after the last cell is a habit of many writers, not a column.
            if rows.cells().skip(width).any(|cell| !cell.trim_ascii().is_empty()) {
                let message = format!("{found} cells stand where the first line has {width}");
                return Err(Error::new(Format::Csv, rows.place(None), ErrorKind::Malformed, message));
            }
        } else if !shortfall.allows(width, found) {
            let message =
                format!("{found} cells stand where the first line has {width}, as on too many lines before");
            return Err(Error::new(Format::Csv, rows.place(None), ErrorKind::Malformed, message));
        }
        let cells = rows.cells().chain(std::iter::repeat(&b""[..]));
        for (index, (column, text)) in columns.iter_mut().zip(cells).enumerate() {
            if let Err(wanted) = column.push(text, dialect.decimal_comma) {
                let name = titles.get(index).and_then(|title| title.name.clone());
                let place = match rows.place(Some(index)) {
                    Place::Line { line, column, .. } => Place::Line { line, column, name },
                    place => place,
                };
                let message = format!("{:?} is not {wanted}", excerpt(text));
                return Err(Error::new(Format::Csv, place, ErrorKind::Malformed, message));
            }
        }
        rows_read += 1;
        more = rows.advance()?;
    }

    let (timing, start) = time::take(&mut columns, &titles, options, &mut notes)?;
    let (mut channels, mut missing) = (Vec::new(), Vec::new());
    for (index, (column, title)) in columns.into_iter().zip(titles).enumerate() {
        let (column, content) = if dates { column.timed() } else { (column, table::Content::Numbers) };
        let what = match column.into_samples() {
            Ok(samples) => {
                let Title { name, unit } = title;
                let channel = Channel { name, unit, timing: timing.clone(), ..Channel::from(samples) };
                channels.push(table::Column { number: index, content, channel });
                continue;
            }
            Err(None) => continue,
            Err(Some(what)) => what,
        };
        if notes.len() < MAX_NOTES {
            let name = title.name.as_deref().map(|name| format!(" {:?}", excerpt(name.as_bytes())));
            let name = name.unwrap_or_default();
            notes.push(format!("column {}{name} holds {what} and is left out", index + 1));
        }
        if what == column::NOTHING {
            missing.push((index, title.name));
        }
    }
    if channels.is_empty() {
        let message = match (rows_read, has_header) {
            (1.., _) if !missing.is_empty() => {
                "no column holds a number: all values are missing, empty or NaN"
            }
            (_, true) => "the file has a header and no column of numbers",
            (_, false) => "no column holds numbers",
        };
        return Err(Error::whole(Format::Csv, ErrorKind::Empty, message));
    }
    Ok(Columns { columns: channels, notes, missing, start })
}

/// A cell of words: UTF-8, or what programs wrote before it, whose first half is the same.
fn words(cell: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(cell) {
        Ok(words) => words.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(cell).0,
    }
}

/// Cells that short lines left out. Each costs memory that the file did not pay for, so they may not outnumber the cells
/// that are there: a header of a million commas over a million empty lines stays small.
#[derive(Default)]
struct Shortfall {
    missing: usize,
    found: usize,
}

impl Shortfall {
    fn allows(&mut self, width: usize, found: usize) -> bool {
        self.missing += width - found;
        self.found += found;
        self.missing <= self.found.max(1024)
    }
}

/// A column's heading.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Title {
    pub(crate) name: Option<String>,
    pub(crate) unit: Option<String>,
}

impl Title {
    /// Splits `ECG (mV)` and `ECG [mV]` into name and unit.
    fn parse(text: &str) -> Title {
        let text = text.trim();
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        for (open, close) in [('(', ')'), ('[', ']')] {
            if let Some((name, unit)) = text.strip_suffix(close).and_then(|text| text.rsplit_once(open)) {
                return Title { name: some(name.trim()), unit: some(unit.trim()) };
            }
        }
        Title { name: some(text), unit: None }
    }
}
