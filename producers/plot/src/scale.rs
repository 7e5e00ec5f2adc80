//! Scales: what span of values a lane shows, what distance grid lines have.

use crate::layout::{Lane, Layout};
use crate::points::Line;
use crate::{PlotError, paper};

/// The share of points at each end that may be outliers.
const TAIL: f64 = 0.01;
/// How many times their own span the other points' neighbours may lie away before they are cut off.
const REACH: f64 = 8.0;
/// The share of points at each end that may leave the row of a strip chart.
const ROW_TAIL: f64 = 0.005;
/// Room above and below the values, as a share of their span.
const ROOM: f64 = 0.06;

/// Gives each lane the values at its edges: all the same with `shared`. Returns the number of points that lie too far
/// outside to be drawn.
pub(crate) fn fit(layout: &mut Layout, lines: &[Line], shared: bool) -> Result<usize, PlotError> {
    let rows_of_one = layout.rows > 1;
    let spans: Vec<Option<(f64, f64)>> = if rows_of_one {
        vec![middle(lines.iter().flatten(), ROW_TAIL, 0.0); lines.len()]
    } else {
        lines.iter().map(|line| middle(line.iter(), TAIL, REACH)).collect()
    };
    let all = spans.iter().flatten().copied().reduce(|(low, high), (a, b)| (low.min(a), high.max(b)));
    let Some(all) = all else {
        return Err(PlotError::new("the channels have no finite value at these times"));
    };
    for (lane, span) in layout.lanes.iter_mut().zip(spans) {
        let (low, high) = if shared { all } else { span.unwrap_or(all) };
        lane.value = with_room(low, high);
    }
    if rows_of_one && layout.paper {
        paper::align_rows(layout);
    }
    let outside = |(lane, line): (&Lane, &Line)| {
        let [bottom, top] = lane.clip().map(|y| (y - lane.bottom) / lane.height);
        let shares = line.iter().map(|[_, value]| share(*value, lane.value));
        shares.filter(|share| *share < bottom || *share > top).count()
    };
    Ok(layout.lanes.iter().zip(lines).map(outside).sum())
}

/// The span of the finite values but for a share of outliers at each end, which count only within so many times the span of
/// the others.
fn middle<'p>(points: impl Iterator<Item = &'p [f64; 2]>, outliers: f64, reach: f64) -> Option<(f64, f64)> {
    let mut values: Vec<f64> = points.map(|[_, value]| *value).filter(|value| value.is_finite()).collect();
    let last = values.len().checked_sub(1)?;
    let tail = (values.len() as f64 * outliers) as usize;
    let mut nth = |index: usize| *values.select_nth_unstable_by(index, f64::total_cmp).1;
    let (lowest, highest) = (nth(0), nth(last));
    let (low, high) = (nth(tail), nth(last - tail));
    // A signal that hardly ever moves is all outliers.
    if low == high {
        return Some((lowest, highest));
    }
    let reach = if reach > 0.0 { (high - low) * reach } else { 0.0 };
    Some((lowest.max(low - reach), highest.min(high + reach)))
}

fn with_room(low: f64, high: f64) -> (f64, f64) {
    // Halves, because the difference of two numbers may exceed the greatest.
    let half = high / 2.0 - low / 2.0;
    let room = if half > 0.0 { half * 2.0 * ROOM } else { (high.abs() * 0.1).max(f64::MIN_POSITIVE * 1e9) };
    let room = if half > 0.0 || high != 0.0 { room } else { 1.0 };
    ((low - room).max(f64::MIN), (high + room).min(f64::MAX))
}

/// Where a value lies in a span: 0 at its start, 1 at its end. Far outside it is bounded, so that it stays exact enough as a
/// 32-bit float. NaN for a value that is not finite.
pub(crate) fn share(value: f64, (from, to): (f64, f64)) -> f64 {
    const FAR: f64 = 1000.0;
    // Quarters, because the difference of two numbers may exceed the greatest.
    let share = (value / 4.0 - from / 4.0) / (to / 4.0 - from / 4.0);
    if value.is_finite() { share.clamp(-FAR, FAR) } else { f64::NAN }
}

/// Distances of fine and of strong grid lines.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Steps {
    pub(crate) fine: f64,
    pub(crate) strong: f64,
}

/// The least of 1, 2 and 5 times a power of ten that is not below a value.
pub(crate) fn nice(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| factor * power >= value * (1.0 - 1e-9));
    let step = factor.unwrap_or(10.0) * power;
    if step.is_finite() && step > 0.0 { step } else { 1.0 }
}

/// The same for seconds, which people count in minutes and hours above a minute.
pub(crate) fn nice_time(value: f64) -> f64 {
    const STEPS: [f64; 17] = [
        1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0,
        21600.0, 43200.0,
    ];
    match STEPS.into_iter().find(|step| *step >= value * (1.0 - 1e-9)) {
        Some(step) if value > 0.5 => step,
        _ => nice(value),
    }
}

/// The same where there are dates: days and weeks above half a day.
pub(crate) fn calendar_time(value: f64) -> f64 {
    const DAY: f64 = 86_400.0;
    const DAYS: [f64; 8] = [1.0, 2.0, 7.0, 14.0, 28.0, 91.0, 182.0, 364.0];
    if value <= 43_200.0 * (1.0 + 1e-9) {
        return nice_time(value);
    }
    let days = value / DAY;
    DAY * DAYS
        .into_iter()
        .find(|step| *step >= days * (1.0 - 1e-9))
        .unwrap_or_else(|| nice(days / 364.0) * 364.0)
}

/// The multiples of a step within a span; none if they are more than a picture can show.
pub(crate) fn multiples((from, to): (f64, f64), step: f64) -> Vec<f64> {
    const MOST: f64 = 20_000.0;
    let (first, last) = ((from / step).ceil(), (to / step).floor());
    let count = last - first + 1.0;
    // Beyond 2⁵³ neighbouring multiples are not to be told apart.
    if !((1.0..=MOST).contains(&count) && first.abs() < 9e15 && last.abs() < 9e15) {
        return Vec::new();
    }
    (0..count as usize).map(|index| (first + index as f64) * step).collect()
}

#[cfg(test)]
mod tests {
    use super::{REACH, TAIL, middle, multiples, nice, nice_time, share, with_room};

    #[test]
    fn steps_are_nice() {
        assert_eq!([0.3, 1.0, 3.0, 7.0, 0.011].map(nice), [0.5, 1.0, 5.0, 10.0, 0.02]);
        assert_eq!([27.2, 61.0, 0.3, 0.7].map(nice_time), [30.0, 120.0, 0.5, 1.0]);
        assert_eq!([f64::NAN, -1.0, 0.0, f64::INFINITY].map(nice), [1.0; 4]);
    }

    #[test]
    fn grid_lines_are_multiples() {
        assert_eq!(multiples((-0.5, 2.0), 1.0), [0.0, 1.0, 2.0]);
        assert!(multiples((1e300, 2e300), 1.0).is_empty());
        assert!(multiples((0.0, 1.0), f64::MIN_POSITIVE).is_empty());
    }

    #[test]
    fn an_outlier_does_not_flatten_the_rest() {
        let mut points: Vec<[f64; 2]> = (0..1000).map(|i| [f64::from(i), f64::from(i % 10)]).collect();
        assert_eq!(middle(points.iter(), TAIL, REACH), Some((0.0, 9.0)));
        points[500][1] = 30.0;
        assert_eq!(middle(points.iter(), TAIL, REACH), Some((0.0, 30.0)), "a spike stays whole");
        points[500][1] = 1e6;
        assert_eq!(middle(points.iter(), TAIL, REACH), Some((0.0, 81.0)), "a fault is cut off");
        let pulses: Vec<[f64; 2]> = (0..1000).map(|i| [0.0, f64::from(u8::from(i == 3))]).collect();
        assert_eq!(middle(pulses.iter(), TAIL, REACH), Some((0.0, 1.0)), "rare pulses are the signal");
    }

    #[test]
    fn spans_hold_for_any_values() {
        let values = [0.0, 1.0, -1.0, 1e-320, f64::MIN_POSITIVE, 1e300, f64::MAX, f64::MIN];
        for low in values {
            for high in values.into_iter().filter(|high| *high >= low) {
                let span = with_room(low, high);
                let shares = [low, high].map(|value| share(value, span));
                assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{low} {high} {shares:?}");
            }
        }
        assert!(share(f64::INFINITY, (0.0, 1.0)).is_nan());
    }
}
