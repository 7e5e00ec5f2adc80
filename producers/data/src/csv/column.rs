//! One column while it grows: it stays in the narrowest type that holds what was read so far.

use super::cell::Cell;
use super::time::is_clock;
use crate::table::Content;
use crate::{Element, Endian, Moment, Samples};

/// Seconds in a day.
const DAY: i64 = 86_400;

/// The cells of a column.
#[derive(Debug)]
pub(super) enum Column {
    /// Only missing cells so far: how many.
    Missing(usize),
    /// 32-bit integers, packed as bytes in this machine's order.
    Whole(Vec<i32>),
    Numbers(Vec<f64>),
    /// Microseconds since the second of the first moment, which stands beside them in nanoseconds: whole ones are exact.
    Moments {
        first: i128,
        micros: Vec<f64>,
    },
    /// Words: kept out of the recording.
    Text,
    /// Became the time of the others.
    Taken,
}

impl Default for Column {
    fn default() -> Self {
        Column::Missing(0)
    }
}

/// What a column holds that has no value at all.
pub(super) const NOTHING: &str = "no value, only empty cells or NaN,";

impl Column {
    /// Appends a cell; `Err` with what was wanted if the cell is of another kind than those before.
    pub(super) fn push(&mut self, text: &[u8], decimal_comma: bool) -> Result<(), &'static str> {
        let cell = match self {
            Column::Text | Column::Taken => return Ok(()),
            _ => Cell::parse(text, decimal_comma),
        };
        if let Column::Missing(count) = self {
            *self = match cell {
                Cell::Missing => Column::Missing(*count + 1),
                Cell::Whole(value) if *count == 0 => Column::Whole(vec![value]),
                Cell::Whole(value) => Column::Numbers(after_gap(*count, f64::from(value))),
                Cell::Number(value) => Column::Numbers(after_gap(*count, value)),
                Cell::Moment(first) => {
                    Column::Moments { first, micros: after_gap(*count, micros_since_second(first, first)) }
                }
                Cell::Text => Column::Text,
            };
            return Ok(());
        }
        if let (Column::Whole(values), Cell::Missing | Cell::Number(_)) = (&*self, cell) {
            *self = Column::Numbers(values.iter().copied().map(f64::from).collect());
        }
        match (self, cell) {
            (Column::Whole(values), Cell::Whole(value)) => values.push(value),
            (Column::Numbers(values), Cell::Whole(value)) => values.push(f64::from(value)),
            (Column::Numbers(values), Cell::Number(value)) => values.push(value),
            (Column::Numbers(values), Cell::Missing) => values.push(f64::NAN),
            (Column::Moments { first, micros }, Cell::Moment(moment)) => {
                micros.push(micros_since_second(moment, *first));
            }
            (Column::Moments { micros, .. }, Cell::Missing) => micros.push(f64::NAN),
            (Column::Moments { .. }, _) => return Err("a date or time as in the rows before"),
            _ => return Err("a number"),
        }
        Ok(())
    }

    /// Dates as microseconds since the midnight before their middle, times of day as seconds since midnight, and what the column then holds.
    pub(super) fn timed(self) -> (Self, Content) {
        let Column::Moments { first, mut micros } = self else { return (self, Content::Numbers) };
        let second = Moment::at(first).seconds;
        if is_clock(first) {
            micros.iter_mut().for_each(|micros| *micros = second as f64 + *micros / 1e6);
            return (Column::Numbers(micros), Content::Clock);
        }
        let ends = micros.iter().filter(|micros| micros.is_finite());
        let (low, high) =
            ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(*at), high.max(*at)));
        let middle = second + (low / 2e6 + high / 2e6) as i64;
        let epoch = middle.div_euclid(DAY) * DAY;
        // Whole days, so whole microseconds stay whole.
        let shift = (second - epoch) as f64 * 1e6;
        micros.iter_mut().for_each(|micros| *micros += shift);
        (Column::Numbers(micros), Content::Dates { epoch })
    }

    /// The column as samples; `Err(Some(what it holds))` if it is no column of numbers, `Err(None)` if it became time.
    pub(super) fn into_samples(self) -> Result<Samples<'static>, Option<&'static str>> {
        match self {
            Column::Whole(values) => Ok(pack(&values, i32::to_le_bytes, Element::I32)),
            Column::Numbers(values) => Ok(pack(&values, f64::to_le_bytes, Element::F64)),
            Column::Moments { .. } => Err(Some("dates or times")),
            Column::Missing(_) => Err(Some(NOTHING)),
            Column::Text => Err(Some("words")),
            Column::Taken => Err(None),
        }
    }
}

fn pack<T: Copy, const N: usize>(
    values: &[T],
    bytes: fn(T) -> [u8; N],
    element: Element,
) -> Samples<'static> {
    let mut packed = Vec::with_capacity(values.len() * N);
    for value in values {
        packed.extend_from_slice(&bytes(*value));
    }
    Samples::owned(packed, element, Endian::Little)
}

/// Microseconds from the second of one moment to another, of nanoseconds.
fn micros_since_second(moment: i128, first: i128) -> f64 {
    Moment::at(moment).micros_since(Moment::at(first).seconds)
}

fn after_gap(missing: usize, value: f64) -> Vec<f64> {
    let mut values = vec![f64::NAN; missing];
    values.push(value);
    values
}
