//! Scales of axes: from data to where it stands, and the span that suits it.

use crate::PlotError;
use glir_transforms::Transform;

/// How an axis counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    #[default]
    Linear,
    /// By powers of ten. What is 0 or less is not drawn.
    Log,
    /// Time, evenly, with a calendar's labels: seconds since 1970-01-01 00:00 UTC, or what the axis's epoch says.
    Time,
}

/// Share of the span that is left free on either side.
const MARGIN: f64 = 0.05;

impl Scale {
    /// Where a value stands on the axis; NaN for what has no place.
    pub fn place(self, value: f64) -> f64 {
        match self {
            Scale::Linear | Scale::Time => value,
            Scale::Log if value > 0.0 => value.log10(),
            Scale::Log => f64::NAN,
        }
    }

    /// The span, in places, around what is finite; with a margin unless `tight`. A single time has half a second, of so many units, on
    /// either side.
    pub(crate) fn around(
        self,
        values: impl IntoIterator<Item = f64>,
        tight: bool,
        per_second: f64,
    ) -> (f64, f64) {
        let mut span: Option<(f64, f64)> = None;
        for value in values {
            let place = self.place(value);
            if place.is_finite() {
                span = Some(span.map_or((place, place), |(low, high)| (low.min(place), high.max(place))));
            }
        }
        let (low, high) = span.unwrap_or((0.0, 1.0));
        let size = high - low;
        // A single value stands in the middle of something to be seen; and what numbers hardly tell apart is one.
        if !(size > 0.0 && size > low.abs().max(high.abs()) * (16.0 * f64::EPSILON)) {
            return match self {
                Scale::Log => (low - 0.5, high + 0.5),
                Scale::Time => (low - 0.5 * per_second, high + 0.5 * per_second),
                Scale::Linear => apart(low),
            };
        }
        let margin = if tight { 0.0 } else { size * MARGIN };
        let around = (low - margin, high + margin);
        // Data that fills all numbers there are has no margin.
        if (around.1 - around.0).is_finite() { around } else { (low * 0.5, high * 0.5) }
    }

    /// Limits that were given, in places.
    pub(crate) fn limits(self, name: char, (low, high): (f64, f64)) -> Result<(f64, f64), PlotError> {
        let (from, to) = (self.place(low), self.place(high));
        if from.is_finite() && to.is_finite() && from != to && (to - from).is_finite() {
            return Ok((from, to));
        }
        let why = match self {
            Scale::Log => "they must be above 0 and differ",
            Scale::Linear | Scale::Time => "they must be finite and differ",
        };
        Err(PlotError::new(format!("{name} can't go from {low} to {high}: {why}")))
    }
}

/// A span around a single number, in which it is told apart from both ends.
pub(crate) fn apart(value: f64) -> (f64, f64) {
    let half = if value == 0.0 { 0.5 } else { (value.abs() * 0.05).max(f64::MIN_POSITIVE) };
    ((value - half).max(f64::MIN), (value + half).min(f64::MAX))
}

/// What the scales of x and y do to points.
pub(crate) fn transform(x: Scale, y: Scale) -> Result<Transform, PlotError> {
    let base = |scale: Scale| (scale == Scale::Log).then_some(10.0);
    if base(x).is_none() && base(y).is_none() {
        return Ok(Transform::null());
    }
    Transform::log([base(x), base(y), None]).map_err(|error| PlotError::new(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_suit_what_there_is() {
        assert_eq!(Scale::Linear.around([0.0, 10.0, f64::NAN], false, 1.0), (-0.5, 10.5));
        assert_eq!(Scale::Linear.around([0.0, 10.0], true, 1.0), (0.0, 10.0));
        assert_eq!(Scale::Linear.around([], true, 1.0), (0.0, 1.0));
        assert_eq!(Scale::Linear.around([20.0], false, 1.0), (19.0, 21.0));
        assert_eq!(Scale::Log.around([10.0, 1000.0, 0.0, -5.0], true, 1.0), (1.0, 3.0));
        let (low, high) = Scale::Linear.around([-1.7e308, 1.7e308], false, 1.0);
        assert!((high - low).is_finite());
    }

    #[test]
    fn spans_are_as_narrow_as_numbers_tell_apart() {
        // A hundred microseconds at today's time, and forty of a microsecond's count: no single line.
        let today = 1_715_000_000.0;
        let (low, high) = Scale::Time.around([today, today + 1e-4], true, 1.0);
        assert_eq!((low, high), (today, today + 1e-4));
        assert_eq!(Scale::Time.around([7e12], false, 1e6), (7e12 - 5e5, 7e12 + 5e5));
        let count = 1_715_000_000_000_000.0;
        assert_eq!(Scale::Linear.around([count, count + 40.0], true, 1.0), (count, count + 40.0));
        for value in [1e17, -1e17, 3.0, 5e-324, 1e-300, f64::MAX, -f64::MAX, 0.0] {
            let (low, high) = apart(value);
            assert!(
                low.is_finite() && high.is_finite() && low < high && low <= value && value <= high,
                "{value}"
            );
        }
    }

    #[test]
    fn limits_without_sense_are_refused() {
        assert_eq!(Scale::Log.limits('x', (1.0, 100.0)), Ok((0.0, 2.0)));
        let error = Scale::Log.limits('x', (0.0, 100.0)).unwrap_err().to_string();
        assert_eq!(error, "x can't go from 0 to 100: they must be above 0 and differ");
        assert!(Scale::Linear.limits('y', (1.0, 1.0)).is_err());
        // The axis may run the other way.
        assert_eq!(Scale::Linear.limits('y', (1.0, 0.0)), Ok((1.0, 0.0)));
    }
}
