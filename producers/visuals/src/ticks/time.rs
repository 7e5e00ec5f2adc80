//! Ticks of time: calendar steps from nanoseconds to centuries, in UTC.

use super::formula::Expr;
use super::linear::nice;
use super::{Epoch, LABELS, Measure};

const DAY: f64 = 86_400.0;
/// Seconds of the shortest month, so that labels of months keep apart.
const MONTH: f64 = 28.0 * DAY;
const YEAR: f64 = 365.0 * DAY;
/// Seconds from 1970 back to the year 0.
const YEAR_0: f64 = -62_167_219_200.0;

/// A step of seconds to months: its seconds, the minor steps in it, and how many digits and other characters its labels have.
struct Candidate {
    seconds: f64,
    minor: f64,
    digits: f64,
    signs: f64,
}

/// Steps, minor steps, digits and signs of labels. Parts of seconds stand before these.
#[rustfmt::skip]
const STEPS: [(f64, f64, f64, f64); 25] = [
    (1.0, 5.0, 6.0, 2.0), (2.0, 2.0, 6.0, 2.0), (5.0, 5.0, 6.0, 2.0), (10.0, 5.0, 6.0, 2.0), (15.0, 3.0, 6.0, 2.0),
    (30.0, 3.0, 6.0, 2.0),
    (60.0, 4.0, 4.0, 1.0), (120.0, 4.0, 4.0, 1.0), (300.0, 5.0, 4.0, 1.0), (600.0, 5.0, 4.0, 1.0), (900.0, 3.0, 4.0, 1.0),
    (1800.0, 3.0, 4.0, 1.0), (3600.0, 4.0, 4.0, 1.0), (7200.0, 4.0, 4.0, 1.0), (10_800.0, 3.0, 4.0, 1.0),
    (21_600.0, 6.0, 4.0, 1.0), (43_200.0, 4.0, 4.0, 1.0),
    (DAY, 4.0, 8.0, 2.0), (2.0 * DAY, 2.0, 8.0, 2.0), (7.0 * DAY, 7.0, 8.0, 2.0), (14.0 * DAY, 2.0, 8.0, 2.0),
    (MONTH, 1.0, 6.0, 1.0), (2.0 * MONTH, 2.0, 6.0, 1.0), (3.0 * MONTH, 3.0, 6.0, 1.0), (6.0 * MONTH, 6.0, 6.0, 1.0),
];

/// All steps below a year, the shortest first.
fn candidates() -> impl DoubleEndedIterator<Item = Candidate> {
    let parts = (1..=9_i32).rev().flat_map(|decimals| {
        [(1.0, 5.0), (2.0, 4.0), (5.0, 5.0)].map(|(mantissa, minor)| Candidate {
            seconds: mantissa / 10.0_f64.powi(decimals),
            minor,
            // "56.789", or "12:35" at a whole minute.
            digits: (2.0 + f64::from(decimals)).max(4.0),
            signs: 1.0,
        })
    });
    let steps = STEPS.map(|(seconds, minor, digits, signs)| Candidate { seconds, minor, digits, signs });
    parts.collect::<Vec<_>>().into_iter().chain(steps)
}

/// `u_ticks`, `u_index` and `u_format`; what `low` and `high` count is the epoch's to say.
///
/// The last number of `u_ticks` is the mode: 0 for parts of a day, 1 for days, 2 for months. Of steps below a microsecond, whose number in
/// a second is no number that floats have, the third ones of `u_index` and `u_format` are whole microseconds and the nanoseconds beyond.
pub(super) fn formula(
    low: &Expr,
    high: &Expr,
    length: &Expr,
    measure: &Measure,
    epoch: Epoch,
) -> [Vec<Expr>; 3] {
    let unit = f64::from(epoch.per_second);
    let seconds = |counts: &Expr| if unit == 1.0 { counts.clone() } else { counts / unit };
    let since_1970 = |seconds: Expr| match epoch.seconds {
        0 => seconds,
        from => seconds + from as f64,
    };
    let range = seconds(&(high - low));
    let least = low.min(high);
    let scale = length.max(1.0) / range.abs().max(1e-300);
    let most = (length / (LABELS as f64 - 2.0)).max(measure.spacing);
    let needed = &most / &scale;
    let ends = [low, high].map(|end| since_1970(seconds(end)));

    // The first step whose labels have room; longer ones than half a year are years of 1, 2 or 5 times a power of ten.
    let most = if measure.along {
        // Years have four digits, but for those beyond the calendar.
        let far = ends[0].abs().max(ends[1].abs()) / YEAR + 1970.0;
        let digits = (far.order() + 1.0).max(4.0);
        let sign = ends[0].min(&ends[1]).less(YEAR_0) * measure.minus;
        most.max(digits * measure.digit + sign + measure.gap)
    } else {
        most
    };
    let years = nice(&(most / &scale / YEAR).max(1.0));
    let many = Expr::from(1.5).less(&years.size);
    let mut step = &years.size * (12.0 * MONTH);
    let mut minor =
        many.select(years.mantissa.less(1.5).select(5.0, years.mantissa.less(3.5).select(2.0, 5.0)), 4.0);
    for candidate in candidates().rev() {
        let width = measure.digit * candidate.digits + measure.colon * candidate.signs + measure.gap;
        let pixels = if measure.along { width } else { 0.0 };
        let fits = Expr::from(pixels / candidate.seconds).less(&scale) * needed.less(candidate.seconds);
        step = fits.select(candidate.seconds, step);
        minor = fits.select(candidate.minor, minor);
    }

    // The second in which the range begins, its day, and what is left of both: differences of numbers near each other, which are exact.
    let second = seconds(&least).floor();
    let rest = seconds(&(&least - &second * unit));
    let second = since_1970(second);
    let day = (&second / DAY).floor();
    let in_day = &second - &day * DAY;
    let moment = &in_day + &rest;
    // Where the range runs backward, it begins at its other end.
    let backward = high.less(low);

    // Parts of a day: whole numbers of a unit, which is a second or a decimal part of one.
    let part = step.less(0.9);
    let decimals = part.select(-(&step * (1.0 + 1e-9)).order(), 0.0);
    let fine = Expr::from(6.5).less(&decimals);
    let per_second = fine.select(1e9, decimals.ten_to());
    let units = (&step * &per_second + 0.5).floor();
    let begin = part.select(&rest, &moment);
    let count = (&begin / &step - 1e-9).ceil();
    let start = (&count * &step - &begin) / &range + &backward;
    let delta = &step / &range;
    let first = &count * &units;

    // Days; weeks begin on Monday, and day 4 was the first one of them.
    let days = (&step / DAY).max(1.0);
    let offset = Expr::from(6.5).less(&days).select(4.0, 0.0);
    let first_day = ((&day + &moment / DAY - &offset) / &days - 1e-9).ceil() * &days + &offset;
    let day_start = ((&first_day - &day) * DAY - &moment) / &range + &backward;

    // Months, counted from the year 0. Ticks begin before the visible ones.
    let months = (&step / MONTH + 0.5).floor();
    let first_month = (month(&day) / &months).floor() * &months;
    let low_day = (&ends[0] / DAY).floor();
    let fraction = &ends[0] / DAY - &low_day;
    let per_day = Expr::from(DAY) / &range;

    let is_day = Expr::from(0.9 * DAY).less(&step);
    let is_month = Expr::from(20.0 * DAY).less(&step);
    let style = is_month.select(
        Expr::from(11.5).less(&months).select(4.0, 3.0),
        is_day.select(2.0, step.less(59.0).select(1.0, 0.0)),
    );
    let three = |month: &Expr, day: &Expr, other: &Expr| is_month.select(month, is_day.select(day, other));
    let nothing = Expr::from(0.0);
    let in_second = fine.select((&first / 1e3).floor(), &first);
    [
        vec![
            three(&fraction, &day_start, &start),
            is_month.select(&per_day, &delta),
            minor,
            &is_day + &is_month,
        ],
        vec![
            three(&first_month, &first_day, &day),
            three(&low_day, &nothing, &part.select(&in_day, &first)),
            part.select(in_second, &nothing),
        ],
        vec![three(&months, &days, &units), decimals, fine.select(first.modulo(1e3), per_second), style],
    ]
}

/// The month of a day, counted from the year 0: Howard Hinnant's `civil_from_days` (howardhinnant.github.io/date_algorithms.html).
fn month(day: &Expr) -> Expr {
    let day = day + 719_468.0;
    let era = (&day / 146_097.0).floor();
    let of_era = &day - &era * 146_097.0;
    let leap = (&of_era / 36_524.0).floor() - (&of_era / 1460.0).floor() - (&of_era / 146_096.0).floor();
    let year = ((&of_era + leap) / 365.0).floor();
    let before = &year * 365.0 + (&year / 4.0).floor() - (&year / 100.0).floor();
    let since_march = ((of_era - before) * 5.0 + 2.0) / 153.0;
    (year + era * 400.0) * 12.0 + since_march.floor() + 2.0
}
