//! How the times of a recording are told: in seconds, or by the calendar where it says when it began.

use glir_data::{Channel, Moment, Timing};
use glir_visuals::ticks::{Epoch, Measure, Ticks};

const DAY: f64 = 86_400.0;
/// Seconds from 1970 to its first Monday.
const MONDAY: i64 = 4 * 86_400;
/// Seconds before and after 1970 that an epoch may have.
const FARTHEST: u64 = 1_000_000_000_000_000;
/// Days longer than these are a month's.
const MONTH: f64 = 27.0 * DAY;

/// How the times of a recording stand on an axis: in seconds, or by the calendar if it tells when it began.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) epoch: Option<Epoch>,
    /// Second 0.
    start: Moment,
    /// Microseconds from the epoch to second 0.
    shift: f64,
    /// What seconds are told apart by, in microseconds, as a power of two: multiples of it are whole microseconds again where times were.
    quantum: f64,
}

impl Clock {
    /// That of some channels of a recording that began at `start`, for times from one to another in seconds.
    pub(crate) fn of<'c>(
        start: Option<Moment>,
        mut channels: impl Iterator<Item = &'c Channel<'c>>,
        time: (f64, f64),
    ) -> Clock {
        let far = time.0.abs().max(time.1.abs()).max(f64::MIN_POSITIVE);
        let quantum = (far * f64::EPSILON * 2e6).log2().ceil().exp2();
        let fits = quantum > 0.0 && quantum.is_finite();
        let start = start.filter(|start| start.seconds.unsigned_abs() <= FARTHEST);
        let start = start.filter(|_| fits && channels.all(|channel| channel.timing != Timing::Index));
        let Some(start) = start else {
            let start = Moment { seconds: 0, nanoseconds: 0 };
            return Clock { epoch: None, start, shift: 0.0, quantum: 0.0 };
        };
        let epoch = Epoch { seconds: start.seconds, per_second: 1_000_000 };
        Clock { epoch: Some(epoch), start, shift: start.micros_since(start.seconds), quantum }
    }

    /// Where a sample's time, in seconds, stands.
    pub(crate) fn place(&self, seconds: f64) -> f64 {
        match self.epoch {
            Some(_) => (seconds * 1e6 / self.quantum).round() * self.quantum + self.shift,
            None => seconds,
        }
    }

    /// Where any time stands: an edge of what is seen lies between samples, and moves by less than they are told apart by.
    pub(crate) fn at(&self, seconds: f64) -> f64 {
        self.step(seconds) + self.shift
    }

    /// So many seconds as a way on the axis.
    pub(crate) fn step(&self, seconds: f64) -> f64 {
        self.epoch.map_or(seconds, |epoch| seconds * f64::from(epoch.per_second))
    }

    /// By how much second 0 comes after what a clock or calendar has for a multiple of a step; weeks begin on Monday. 0 if there is no date.
    pub(crate) fn phase(&self, step: f64) -> f64 {
        if self.epoch.is_none() {
            return 0.0;
        }
        let part = f64::from(self.start.nanoseconds) / 1e9;
        // Steps of whole seconds are counted in integers, which have all digits.
        let whole = (step >= 1.0 && step.fract() == 0.0 && step < 9e15).then_some(step as i64);
        let minute = || self.start.seconds.rem_euclid(60) as f64;
        whole.map_or_else(minute, |step| (self.start.seconds - MONDAY).rem_euclid(step) as f64) + part
    }

    /// The ticks of a span of time across so many pixels; none if there is no date.
    pub(crate) fn ticks(&self, (from, to): (f64, f64), length: f64) -> Option<Ticks> {
        let range = [self.at(from), self.at(to)];
        Some(Ticks::times(self.epoch?, range, length, &Measure::default()))
    }

    /// The date, and the time of day with so many decimals. None if there is no date.
    pub(crate) fn moment(&self, seconds: f64, decimals: usize) -> Option<[String; 2]> {
        self.epoch?.moment(self.place(seconds), decimals)
    }
}

/// A span of time in the words of a calendar: so many seconds, minutes, hours or days.
pub(crate) fn span(seconds: f64) -> String {
    let units = [(DAY, "days"), (3600.0, "h"), (60.0, "min")];
    let of = |size: f64| seconds / size;
    let whole = |size: f64| of(size) > 0.5 && (of(size) - of(size).round()).abs() < 1e-6;
    match units.into_iter().find(|(size, _)| whole(*size)) {
        Some((size, _)) if size == DAY && of(size).round() == 1.0 => "1 day".to_owned(),
        Some((size, name)) => format!("{:.0} {name}", of(size)),
        None => format!("{} s", crate::emit::rounded(seconds)),
    }
}

/// The same of the way between two ticks, which may be months apart.
pub(crate) fn tick_span(seconds: f64) -> String {
    if seconds < MONTH {
        return span(seconds);
    }
    let months = (seconds / (30.436_875 * DAY)).round();
    let (count, name) = if months % 12.0 == 0.0 { (months / 12.0, "year") } else { (months, "month") };
    if count == 1.0 { format!("1 {name}") } else { format!("{count:.0} {name}s") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glir_data::Samples;

    fn clock(start: &str, time: (f64, f64)) -> Clock {
        let channel =
            Channel { timing: Timing::from_rate(1.0), ..Channel::from(Samples::from(&[0.0_f32, 1.0][..])) };
        Clock::of(Moment::read(start), [&channel].into_iter(), time)
    }

    #[test]
    fn steps_are_counted_as_clocks_and_calendars_do() {
        // A Wednesday.
        let clock = clock("2024-02-14T14:37:12.25", (0.0, 1e6));
        assert_eq!([60.0, 3600.0, DAY].map(|step| clock.phase(step)), [12.25, 2232.25, 52_632.25]);
        assert_eq!(clock.phase(7.0 * DAY), 2.0 * DAY + 52_632.25);
        assert_eq!(clock.phase(0.5).rem_euclid(0.5), 0.25);
        assert_eq!(
            clock.moment(0.0, 2),
            Some(["2024-02-14", "14:37:12.25"].map(str::to_owned)),
            "second 0 is told"
        );
    }

    #[test]
    fn a_year_has_whole_microseconds() {
        let clock = clock("2024-01-01T00:00:00.000003", (0.0, 366.0 * DAY));
        let last = 366.0 * DAY - 1e-6;
        assert_eq!(clock.place(last), 366.0 * DAY * 1e6 + 2.0);
        assert_eq!(clock.moment(last, 6), Some(["2025-01-01", "00:00:00.000002"].map(str::to_owned)));
    }

    #[test]
    fn spans_have_their_units() {
        let told = [1e-6, 0.5, 30.0, 60.0, 90.0, 600.0, 43_200.0, DAY, 14.0 * DAY].map(span);
        assert_eq!(
            told,
            ["0.000001 s", "0.5 s", "30 s", "1 min", "90 s", "10 min", "12 h", "1 day", "14 days"]
        );
        let told = [29.0, 31.0, 91.0, 366.0, 1826.0].map(|days| tick_span(days * DAY));
        assert_eq!(told, ["1 month", "1 month", "3 months", "1 year", "5 years"]);
    }
}
