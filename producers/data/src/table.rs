//! Tables: columns of numbers, by name or number, for lines, scatter plots and histograms.
//!
//! ```
//! let table = glir_data::table::read(b"height,name,weight\n1.7,Ada,61\n1.8,Bo,80\n", "a.csv", &Default::default())?;
//! let weight = table.column("weight")?;
//! assert_eq!((weight.number, weight.channel.value(1)), (2, Some(80.0)));
//! assert_eq!(table.column("2")?.number, 2);
//! assert_eq!(table.column("age").unwrap_err().to_string(), "there is no column \"age\"; there are \"height\" (0), \"weight\" (2)");
//! # Ok::<(), glir_data::Error>(())
//! ```

use crate::error::{ErrorKind, Place, excerpt};
use crate::{
    Channel, CsvOptions, Element, Endian, Error, Format, Options, Recording, Samples, TimeColumn, Timing,
    csv, npy, npz,
};

/// What a column's numbers are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Content {
    /// What the file says.
    #[default]
    Numbers,
    /// Dates: microseconds, of which whole ones are exact over a century and more.
    Dates {
        /// The midnight from which they count, within the column, in seconds since 1970; UTC where the file tells a zone.
        epoch: i64,
    },
    /// Times of day: seconds since midnight.
    Clock,
    /// When samples of a recording were taken, in seconds; no column of the file, but last in number.
    Elapsed,
}

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column<'a> {
    /// Its place in the file, counted from 0; columns of words count too.
    pub number: usize,
    /// What its numbers are.
    pub content: Content,
    /// Name, unit and numbers. What is missing is NaN.
    pub channel: Channel<'a>,
}

/// Columns of numbers. They may be of different lengths, where each is an array of its own.
#[derive(Clone, Debug, Default)]
pub struct Table<'a> {
    /// The columns of numbers, in the file's order.
    pub columns: Vec<Column<'a>>,
    /// What was passed over, in sentences for the user.
    pub notes: Vec<String>,
    /// Numbers and names of columns without any value.
    missing: Vec<(usize, Option<String>)>,
}

impl<'a> Table<'a> {
    /// A column by its name, letter case aside where no name fits exactly, or else by its number, counted from 0.
    ///
    /// # Errors
    /// [`ErrorKind::Options`], with the columns that there are; [`ErrorKind::Empty`] for one without any value.
    pub fn column(&self, which: &str) -> Result<&Column<'a>, Error> {
        let named = |fits: &dyn Fn(&str) -> bool| {
            self.columns.iter().find(|column| column.channel.name.as_deref().is_some_and(fits))
        };
        let number = || {
            let number = which.parse::<usize>().ok()?;
            self.columns.iter().find(|column| column.number == number)
        };
        named(&|name| name == which)
            .or_else(|| named(&|name| name.eq_ignore_ascii_case(which)))
            .or_else(number)
            .ok_or_else(|| {
                let wanted = |(number, name): &&(usize, Option<String>)| {
                    name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(which))
                        || which.parse() == Ok(*number)
                };
                if self.missing.iter().any(|column| wanted(&column)) {
                    let which = excerpt(which.as_bytes());
                    let message = format!("column {which:?} has no value: all of its cells are empty or NaN");
                    return Error { format: None, place: Place::File, kind: ErrorKind::Empty, message };
                }
                let there: Vec<String> = self.columns.iter().take(12).map(Column::label).collect();
                let more = if self.columns.len() > 12 { ", …" } else { "" };
                let message = format!(
                    "there is no column {:?}; there are {}{more}",
                    excerpt(which.as_bytes()),
                    there.join(", ")
                );
                Error { format: None, place: Place::File, kind: ErrorKind::Options, message }
            })
    }
}

impl Table<'_> {
    /// What columns without any value are called: a name, or else a number.
    pub fn empty(&self) -> impl Iterator<Item = String> {
        self.missing.iter().map(|(number, name)| match name {
            Some(name) => format!("{:?}", excerpt(name.as_bytes())),
            None => number.to_string(),
        })
    }
}

impl Column<'_> {
    fn label(&self) -> String {
        match &self.channel.name {
            Some(name) => format!("{:?} ({})", excerpt(name.as_bytes()), self.number),
            None => self.number.to_string(),
        }
    }
}

/// Reads a table out of a file's bytes: text; an NPY array of one or two axes, the longer being rows; or every array of an
/// NPZ archive as a column of its name (`name[0]` and so on where it has two axes), or just the one that `options` name. A recording
/// is a column a channel, behind one of times where all channels share them.
///
/// # Errors
/// One [`Error`] that names the format and the line or byte. No input makes it panic.
pub fn read<'a>(bytes: &'a [u8], name: &str, options: &Options) -> Result<Table<'a>, Error> {
    let format = options.format.map_or_else(|| Format::detect(bytes, name), Ok)?;
    let (channels, notes) = match format {
        Format::Csv | Format::Tsv => {
            let csv_options = CsvOptions { time: TimeColumn::None, ..options.csv.clone() };
            let read = csv::columns(bytes, &csv_options, true);
            let csv::Columns { columns, notes, missing, .. } = read.map_err(|error| error.of_text(format))?;
            return Ok(Table { columns, notes, missing });
        }
        Format::Npy => {
            let Recording { channels, notes, .. } = npy::read(bytes, options.along)?;
            (channels, notes)
        }
        Format::Npz if options.array.is_some() => {
            let Recording { channels, notes, .. } =
                npz::read(bytes, options.array.as_deref(), options.along)?;
            (channels, notes)
        }
        Format::Npz => npz::all(bytes, options.along)?,
        Format::Wav | Format::Edf | Format::Raw => return Ok(of(crate::read(bytes, name, options)?)),
        other => {
            let message = format!("{other} holds no table; CSV, NPY, NPZ and recordings do");
            return Err(Error { format: None, place: Place::File, kind: ErrorKind::Unsupported, message });
        }
    };
    if channels.is_empty() {
        let message = notes.first().map_or("the archive holds no NPY array", String::as_str);
        return Err(Error {
            format: None,
            place: Place::File,
            kind: ErrorKind::Empty,
            message: message.into(),
        });
    }
    let column = |(number, channel)| Column { number, content: Content::Numbers, channel };
    let columns = channels.into_iter().enumerate().map(column).collect();
    Ok(Table { columns, notes, missing: Vec::new() })
}

/// A recording as a table.
fn of(recording: Recording<'_>) -> Table<'_> {
    let Recording { channels, mut notes, .. } = recording;
    let shared = channels.first().map(|first| (first.timing.clone(), first.len()));
    let shared = shared.filter(|(timing, count)| {
        channels.iter().all(|channel| channel.timing == *timing && channel.len() == *count)
    });
    let mut columns = Vec::with_capacity(channels.len() + 1);
    match shared {
        Some((Timing::Index, _)) => {}
        Some((timing, count)) => {
            let times: Vec<u8> = (0..count).flat_map(|index| timing.at(index).to_le_bytes()).collect();
            let times = Samples::owned(times, Element::F64, Endian::Little);
            let (name, unit) = (Some("time".into()), Some("s".into()));
            let channel = Channel { name, unit, ..Channel::from(times) };
            columns.push(Column { number: channels.len(), content: Content::Elapsed, channel });
        }
        None => notes.push("the channels were not sampled together, so rows are numbers of samples".into()),
    }
    let column = |(number, channel)| Column { number, content: Content::Numbers, channel };
    columns.extend(channels.into_iter().enumerate().map(column));
    Table { columns, notes, missing: Vec::new() }
}
