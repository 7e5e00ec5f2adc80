//! Columns on axes: numbers as they are, and dates counted so that none of their digits is lost.

use glir_data::Moment;
use glir_data::array::Array;
use glir_data::table::{Column, Content};
use glir_plot::{Axis, Epoch, Scale};

use super::figure::number;

/// Of dates on axes.
const MICROSECONDS: u32 = 1_000_000;

/// A column's numbers, on their way to an axis.
pub(super) struct Values {
    pub(super) label: String,
    pub(super) content: Content,
    pub(super) numbers: Vec<f64>,
}

impl Values {
    /// All of a column's numbers.
    pub(super) fn of(column: &Column<'_>) -> Values {
        let mut numbers = vec![f64::NAN; column.channel.len()];
        column.channel.read_f64(0, &mut numbers);
        Values { label: label(column), content: column.content, numbers }
    }

    pub(super) fn is_dates(&self) -> bool {
        matches!(self.content, Content::Dates { .. })
    }

    /// Counts its dates as those of an epoch, or as numbers beside others: in seconds since 1970.
    pub(super) fn count_from(&mut self, epoch: Option<Epoch>) {
        let Content::Dates { epoch: own } = self.content else { return };
        match epoch {
            // Whole days apart, so whole microseconds stay whole.
            Some(epoch) => {
                let later = (own - epoch.seconds) as f64 * f64::from(MICROSECONDS);
                if later != 0.0 {
                    self.numbers.iter_mut().for_each(|micros| *micros += later);
                }
            }
            None => {
                let seconds = |micros: f64| own as f64 + micros / f64::from(MICROSECONDS);
                self.numbers.iter_mut().for_each(|micros| *micros = seconds(*micros));
            }
        }
    }
}

/// `name / unit`, or the number of a column without a name.
pub(super) fn label(column: &Column<'_>) -> String {
    let name = column.channel.name.clone().unwrap_or_else(|| column.number.to_string());
    match &column.channel.unit {
        Some(unit) => format!("{name} / {unit}"),
        None => name,
    }
}

/// An array's sides, in words.
pub(super) fn shape(array: &Array<'_>) -> String {
    let sides: Vec<String> = array.shape.iter().map(ToString::to_string).collect();
    if sides.is_empty() { "a single number".into() } else { sides.join(" × ") }
}

/// What to say of dates and numbers on one axis.
pub(super) fn mixed<'v>(axis: &str, values: impl IntoIterator<Item = &'v Values>) -> Option<String> {
    let (mut dates, mut numbers) = (None, None);
    for values in values {
        let first = if values.is_dates() { &mut dates } else { &mut numbers };
        first.get_or_insert(&values.label);
    }
    let (dates, numbers) = (dates?, numbers?);
    Some(format!(
        "{axis}: the dates of {dates:?} stand beside the numbers of {numbers:?}, as seconds since 1970"
    ))
}

/// How an axis of these counts: as the first of them, if all are dates.
pub(super) fn epoch<'v>(values: impl IntoIterator<Item = &'v Values>) -> Option<Epoch> {
    let mut first = None;
    for values in values {
        let Content::Dates { epoch } = values.content else { return None };
        first = first.or(Some(Epoch { seconds: epoch, per_second: MICROSECONDS }));
    }
    first
}

/// Gives an axis the label of what stands on it, where labels differ beside each other, and its calendar.
pub(super) fn describe<'v>(
    axis: &mut Axis,
    values: impl IntoIterator<Item = &'v Values>,
    epoch: Option<Epoch>,
) {
    let mut labels: Vec<&str> = Vec::new();
    for Values { label, .. } in values {
        if !labels.contains(&label.as_str()) {
            labels.push(label);
        }
    }
    axis.label = labels.join(", ");
    if let Some(epoch) = epoch {
        (axis.scale, axis.epoch) = (Scale::Time, epoch);
    }
}

/// An end of a span.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Number(f64),
    Moment(Moment),
}

impl End {
    fn read(text: &str) -> Result<End, String> {
        Moment::read(text).map_or_else(|| number(text).map(End::Number), |moment| Ok(End::Moment(moment)))
    }

    fn on(self, epoch: Option<Epoch>) -> f64 {
        match (self, epoch) {
            (End::Number(number), None) => number,
            (End::Number(seconds), Some(epoch)) => {
                (seconds - epoch.seconds as f64) * f64::from(epoch.per_second)
            }
            (End::Moment(moment), None) => moment.to_seconds(),
            (End::Moment(moment), Some(epoch)) => moment.micros_since(epoch.seconds),
        }
    }
}

/// From one number, date or time of day to another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span(End, End);

impl Span {
    /// `A..B`.
    pub(crate) fn read(text: &str) -> Result<Span, String> {
        let (from, to) = text.split_once("..").ok_or("a span looks like 0..10 or 2024-03-01..2024-04-01")?;
        let (from, to) = (End::read(from)?, End::read(to)?);
        if from == to { Err("a span goes from one number to another one".into()) } else { Ok(Span(from, to)) }
    }

    /// In seconds since a moment.
    pub(crate) fn since(self, start: Option<Moment>) -> Result<(f64, f64), String> {
        let seconds = |end: End| match (end, start) {
            (End::Number(seconds), _) => Ok(seconds),
            (End::Moment(moment), Some(start)) => {
                let micros = moment.micros_since(start.seconds) - start.micros_since(start.seconds);
                Ok(micros / f64::from(MICROSECONDS))
            }
            (End::Moment(_), None) => Err(
                "the recording does not tell on which date it began, so its times are asked for in seconds",
            ),
        };
        Ok((seconds(self.0)?, seconds(self.1)?))
    }

    /// As an axis of such an epoch counts; one without takes seconds since 1970.
    pub(super) fn on(self, epoch: Option<Epoch>) -> (f64, f64) {
        (self.0.on(epoch), self.1.on(epoch))
    }
}
