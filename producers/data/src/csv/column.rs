//! One column while it grows: it stays in the narrowest type that holds what was read so far.

use super::cell::Cell;
use super::time::is_clock;
use crate::table::Content;
use crate::{Element, Endian, Samples};

/// The cells of a column.
#[derive(Debug)]
pub(super) enum Column {
    /// Only missing cells so far: how many.
    Missing(usize),
    /// 32-bit integers, packed as bytes in this machine's order.
    Whole(Vec<i32>),
    Numbers(Vec<f64>),
    /// Seconds since the first moment, which stands beside them in nanoseconds.
    Moments {
        first: i128,
        seconds: Vec<f64>,
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
                Cell::Moment(first) => Column::Moments { first, seconds: after_gap(*count, 0.0) },
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
            (Column::Moments { first, seconds }, Cell::Moment(moment)) => {
                seconds.push((moment - *first) as f64 / 1e9);
            }
            (Column::Moments { seconds, .. }, Cell::Missing) => seconds.push(f64::NAN),
            (Column::Moments { .. }, _) => return Err("a date or time as in the rows before"),
            _ => return Err("a number"),
        }
        Ok(())
    }

    /// Dates as seconds since 1970, times of day as seconds since midnight, and what the column then holds.
    pub(super) fn timed(self) -> (Self, Content) {
        match self {
            Column::Moments { first, seconds } => {
                let content = if is_clock(first) { Content::Clock } else { Content::Dates };
                let start = first as f64 / 1e9;
                (Column::Numbers(seconds.into_iter().map(|later| start + later).collect()), content)
            }
            other => (other, Content::Numbers),
        }
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

fn after_gap(missing: usize, value: f64) -> Vec<f64> {
    let mut values = vec![f64::NAN; missing];
    values.push(value);
    values
}
