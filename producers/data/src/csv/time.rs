//! Finds the time column among the columns read, and turns it into seconds.

use std::sync::Arc;

use super::column::Column;
use super::{CsvOptions, Title};
use crate::error::{ErrorKind, excerpt};
use crate::{Error, Format, Moment, Timing};

/// How far a stamp may lie from an even grid, in steps, for the column to count as even: clocks are written with few
/// decimals, and a tenth of a step cannot be seen.
const EVEN: f64 = 0.1;

/// A day, in seconds.
const DAY: f64 = 86_400.0;
const DAY_IN_NANOSECONDS: i128 = 86_400_000_000_000;

/// Which column of a text is time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TimeColumn {
    /// The first whose name says so or that holds dates; else the first of all, if it rises in even steps.
    #[default]
    Auto,
    /// None: all columns are channels.
    None,
    /// This one, counted from 0.
    Index(usize),
    /// The one with this name, letter case aside.
    Name(String),
}

/// Takes the time column out of `columns` and says when the rows were recorded: after the first one, and when that was if it has a date.
pub(super) fn take(
    columns: &mut [Column],
    titles: &[Title],
    options: &CsvOptions,
    notes: &mut Vec<String>,
) -> Result<(Timing, Option<Moment>), Error> {
    let refuse = |message: String| Err(Error::whole(Format::Csv, ErrorKind::Options, message));
    join_date_and_clock(columns);
    if let Some(unit) = options.time_unit.filter(|unit| !(unit.is_finite() && *unit > 0.0)) {
        return refuse(format!("a time unit of {unit} seconds is not positive"));
    }
    let (index, asked) = match &options.time {
        TimeColumn::None => return Ok((Timing::Index, None)),
        TimeColumn::Index(index) => (*index, true),
        TimeColumn::Name(name) => {
            let named =
                |title: &Title| title.name.as_ref().is_some_and(|title| title.eq_ignore_ascii_case(name));
            match titles.iter().position(named) {
                Some(index) => (index, true),
                None => return refuse(format!("no column is named {:?}", excerpt(name.as_bytes()))),
            }
        }
        TimeColumn::Auto => match find(columns, titles) {
            Some(index) => (index, false),
            None => return Ok((Timing::Index, None)),
        },
    };
    let Some(column) = columns.get_mut(index) else {
        return refuse(format!("column {} was to be time, the file has {}", index + 1, columns.len()));
    };
    let title = titles.get(index).cloned().unwrap_or_default();
    let unit = options.time_unit.or_else(|| unit_of(&title));
    let Some(stamps) = seconds(column, unit.unwrap_or(1.0)) else {
        return refuse(format!("column {} was to be time and holds no numbers", index + 1));
    };
    if let Some(row) =
        stamps.iter().zip(stamps.iter().skip(1)).position(|(a, b)| b < a || a.is_nan() || b.is_nan())
    {
        let message = format!("time (column {}) goes back or is missing after row {}", index + 1, row + 1);
        if asked {
            return Err(Error::whole(Format::Csv, ErrorKind::Malformed, message));
        }
        notes.push(format!("{message}; it is shown as a channel, over row numbers"));
        return Ok((Timing::Index, None));
    }
    let start = match column {
        Column::Moments { first, .. } if !is_clock(*first) => Some(Moment::at(*first)),
        _ => None,
    };
    let is_number = !matches!(column, Column::Moments { .. });
    if !asked && is_number && unit.is_none() && !is_time(&words(&title)) && is_count(&stamps) {
        // Row numbers say nothing about time; under another name they may be data.
        if is_row_number(&words(&title)) {
            *column = Column::Taken;
            notes.push(format!("column {} numbers the rows and is left out", index + 1));
        }
        return Ok((Timing::Index, None));
    }
    *column = Column::Taken;
    if is_number && unit.is_none() && !asked {
        notes.push(format!("time (column {}) names no unit; it is taken for seconds", index + 1));
    }
    Ok((even(&stamps).unwrap_or_else(|| Timing::Stamps(Arc::new(stamps))), start))
}

/// Loggers often write the date in one column and the time of day in the next: makes the first the sum of both.
fn join_date_and_clock(columns: &mut [Column]) {
    for index in 1..columns.len() {
        let Some([date, clock]) = columns.get_mut(index - 1..=index) else { continue };
        if let (
            Column::Moments { first: day, micros: days },
            Column::Moments { first: hour, micros: hours },
        ) = (&mut *date, &*clock)
        {
            let whole_days =
                *day % DAY_IN_NANOSECONDS == 0 && days.iter().all(|micros| micros % (DAY * 1e6) == 0.0);
            if whole_days && is_clock(*hour) {
                // Both count from whole seconds.
                *day += *hour;
                days.iter_mut().zip(hours).for_each(|(days, hours)| *days += hours);
                *clock = Column::Taken;
            }
        }
    }
}

/// The column that is time by its name or its kind, else the first if it rises evenly beside others.
fn find(columns: &[Column], titles: &[Title]) -> Option<usize> {
    let readable = |index: &usize| {
        matches!(columns.get(*index), Some(Column::Whole(_) | Column::Numbers(_) | Column::Moments { .. }))
    };
    // A lone column named "time" would leave nothing to show.
    // A column with a name and no value is one to show, of which nothing can be shown.
    let is_shown = |(index, column): &(usize, &Column)| match column {
        Column::Whole(_) | Column::Numbers(_) => true,
        Column::Missing(_) => titles.get(*index).is_some_and(|title| title.name.is_some()),
        _ => false,
    };
    let others = columns.iter().enumerate().filter(is_shown).count();
    let named = (0..columns.len()).filter(readable).find(|index| {
        let dates = matches!(columns.get(*index), Some(Column::Moments { .. }));
        dates || (others > 1 && titles.get(*index).is_some_and(|title| is_time(&words(title))))
    });
    named.or_else(|| {
        let stamps = seconds(columns.first().filter(|_| others > 1)?, 1.0)?;
        let rises = stamps.len() > 2 && even(&stamps).is_some();
        rises.then_some(0)
    })
}

/// A column's name in lower-case words: `Time_ms` gives `time`, `ms`.
fn words(title: &Title) -> Vec<String> {
    let name = title.name.as_deref().unwrap_or_default();
    let parts = name.split(|letter: char| !letter.is_alphanumeric() && letter != 'µ' && letter != 'μ');
    parts.filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

fn is_time(words: &[String]) -> bool {
    const NAMES: [&str; 18] = [
        "time",
        "times",
        "t",
        "timestamp",
        "timestamps",
        "datetime",
        "date",
        "clock",
        "elapsed",
        "timer",
        "seconds",
        "sec",
        "millis",
        "ms",
        "zeit",
        "temps",
        "tiempo",
        "tempo",
    ];
    const BESIDE: [&str; 6] = ["stamp", "relative", "rel", "sample", "recording", "local"];
    let is = |names: &[&str], word: &String| names.contains(&word.as_str());
    // `t1`, `time of flight` and `date of birth` are no time axes: no other words may stand there.
    words.iter().any(|word| is(&NAMES, word))
        && words.iter().all(|word| is(&NAMES, word) || is(&BESIDE, word) || unit_named(word).is_some())
}

/// Whether a column's name says that it numbers the rows; having none says so too.
fn is_row_number(words: &[String]) -> bool {
    const NAMES: [&str; 10] = ["index", "idx", "sample", "samples", "n", "no", "nr", "row", "frame", "id"];
    words.iter().all(|word| NAMES.contains(&word.as_str()))
}

/// Seconds in one unit of a time column, by its title.
fn unit_of(title: &Title) -> Option<f64> {
    if let Some(unit) = title.unit.as_deref() {
        return unit_named(&unit.to_lowercase());
    }
    let words = words(title);
    match words.last().map(String::as_str) {
        // What microcontrollers call their count of milliseconds.
        Some("timer" | "millis") => Some(1e-3),
        Some(last) => unit_named(last),
        None => None,
    }
}

fn unit_named(word: &str) -> Option<f64> {
    Some(match word {
        "ns" | "nanoseconds" => 1e-9,
        "us" | "µs" | "μs" | "microseconds" => 1e-6,
        "ms" | "msec" | "milliseconds" => 1e-3,
        "s" | "sec" | "secs" | "second" | "seconds" => 1.0,
        "min" | "mins" | "minute" | "minutes" => 60.0,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3600.0,
        _ => return None,
    })
}

/// A column's cells as seconds; `None` if it has no numbers. Times of day that pass midnight go on into the next day.
fn seconds(column: &Column, unit: f64) -> Option<Vec<f64>> {
    match column {
        Column::Whole(values) => Some(values.iter().map(|value| f64::from(*value) * unit).collect()),
        Column::Numbers(values) => Some(values.iter().map(|value| value * unit).collect()),
        Column::Moments { first, micros } => {
            let clock_only = is_clock(*first);
            let start = Moment::at(*first).micros_since(Moment::at(*first).seconds);
            let (mut days, mut last) = (0.0, f64::NEG_INFINITY);
            let over_midnight = |micros: &f64| {
                let moment = (micros - start) / 1e6;
                if clock_only && moment + days < last - DAY / 2.0 {
                    days += DAY;
                }
                last = moment + days;
                last
            };
            Some(micros.iter().map(over_midnight).collect())
        }
        Column::Missing(_) | Column::Text | Column::Taken => None,
    }
}

/// Whether a moment has no date: it then counts from midnight, and lies within a day of 1970.
pub(super) fn is_clock(moment: i128) -> bool {
    moment.unsigned_abs() <= DAY_IN_NANOSECONDS.unsigned_abs()
}

/// Start and rate, if all stamps lie near an even rising grid.
fn even(stamps: &[f64]) -> Option<Timing> {
    let (start, end) = (*stamps.first()?, *stamps.last()?);
    let steps = (stamps.len() - 1) as f64;
    let rate = steps / (end - start);
    let on_grid = |(index, stamp): (usize, &f64)| ((stamp - start) * rate - index as f64).abs() <= EVEN;
    let is_even = rate.is_finite() && rate > 0.0 && stamps.iter().enumerate().all(on_grid);
    is_even.then_some(Timing::Even { start, rate })
}

/// Whether a column counts the rows from 0 or 1.
fn is_count(stamps: &[f64]) -> bool {
    let first = stamps.first().copied().unwrap_or(f64::NAN);
    (first == 0.0 || first == 1.0)
        && stamps.iter().enumerate().all(|(index, stamp)| *stamp == first + index as f64)
}
