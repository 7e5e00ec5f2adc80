//! From what the shaders take to positions and labels, as the shaders do it.

use super::{Chosen, Epoch, LABELS, Scale, Tick, Ticks};

/// How far outside of the range a tick may stand to be seen: rounding.
const EDGE: f64 = 1e-6;

impl Chosen {
    pub(super) fn decode(&self, scale: Scale) -> Ticks {
        let mut ticks = Ticks::default();
        let inside = |at: f64| (-EDGE..=1.0 + EDGE).contains(&at);
        let parts = self.parts(scale);
        for slot in 0..LABELS {
            let at = self.at(scale, slot as f64);
            if inside(at) {
                ticks.major.push(Tick { at, label: self.label(scale, slot as f64) });
            }
        }
        for slot in -1..LABELS as i64 {
            for part in 1..parts {
                let at = self.minor_at(scale, slot as f64, f64::from(part), f64::from(parts));
                if inside(at) {
                    ticks.minor.push(at);
                }
            }
        }
        ticks.end = self.end(scale);
        ticks
    }

    /// Of how many minor steps each step is made.
    pub(super) fn parts(&self, scale: Scale) -> u32 {
        let [mantissa, ..] = self.format;
        let of = |mantissa: f64| if mantissa == 2.0 { 4 } else { 5 };
        match scale {
            Scale::Linear => of(mantissa),
            Scale::Log if self.ticks[3] == 2.0 => of(mantissa),
            Scale::Log if self.index[2] > 0.5 => 9,
            Scale::Log => (self.index[1].min(10.0)) as u32,
            Scale::Time => self.ticks[2] as u32,
        }
    }

    /// Where a tick stands.
    fn at(&self, scale: Scale, slot: f64) -> f64 {
        let [start, delta, factor, mode] = self.ticks;
        match (scale, mode as i32) {
            (Scale::Log, 1) => {
                let part = [1.0, 2.0, 5.0][(slot % 3.0) as usize];
                start + ((slot / 3.0).floor() + f64::log10(part)) * delta
            }
            (Scale::Log, 2) => (start + slot * delta).ln_1p() * factor,
            (Scale::Time, 2) => {
                (days_of_month(self.index[0] + slot * self.format[0]) - self.index[1] - start) * delta
            }
            _ => start + slot * delta,
        }
    }

    /// Where the minor tick stands that is so many of `parts` behind a tick.
    fn minor_at(&self, scale: Scale, slot: f64, part: f64, parts: f64) -> f64 {
        let [start, delta, _, mode] = self.ticks;
        match (scale, mode as i32) {
            (Scale::Log, 0 | 1) if self.index[2] > 0.5 => {
                // Those of 1, 2 and 5 are major ones already.
                let major = mode == 1.0 && (part == 1.0 || part == 4.0);
                if major { f64::NAN } else { start + (slot + f64::log10(part + 1.0)) * delta }
            }
            (Scale::Log, 1) => f64::NAN,
            _ => self.at(scale, slot + part / parts),
        }
    }

    fn label(&self, scale: Scale, slot: f64) -> String {
        match (scale, self.ticks[3] as i32) {
            (Scale::Linear, _) if self.ticks[2] > 0.5 => {
                let [_, decimals, _, zeros] = self.format;
                digits(self.value(slot) - self.offset() * MILLION, decimals as usize, zeros as usize)
            }
            (Scale::Linear, _) | (Scale::Log, 2) => self.number(slot),
            (Scale::Log, mode) => {
                let (power, part) = match mode {
                    1 => (self.index[0] + (slot / 3.0).floor(), [1, 2, 5][(slot % 3.0) as usize]),
                    _ => (self.index[0] + slot * self.index[1], 1),
                };
                if power.abs() > 999_999.5 {
                    return String::new();
                }
                let power = power as i32;
                match (mode, self.format[0] > 0.5) {
                    (1, true) if power < 0 => format!("0.{}{part}", "0".repeat((-power - 1) as usize)),
                    (1, true) => format!("{part}{}", "0".repeat(power as usize)),
                    _ if part == 1 => format!("10{}", superscript(power)),
                    _ => format!("{part}×10{}", superscript(power)),
                }
            }
            (Scale::Time, _) => self.moment(slot),
        }
    }

    /// The digits of a plain number.
    fn number(&self, slot: f64) -> String {
        let [_, decimals, _, zeros] = self.format;
        digits(self.value(slot), decimals as usize, zeros as usize)
    }

    /// A plain number in units of its step's last digit.
    fn value(&self, slot: f64) -> i128 {
        let [low, middle, high] = self.index;
        let index = (high * 1e12) as i128 + (middle * 1e6) as i128 + low as i128 + slot as i128;
        index * self.format[0] as i128
    }

    /// What labels count from, in millions of these.
    fn offset(&self) -> i128 {
        self.value(0.0).div_euclid(MILLION)
    }

    /// A date or a time of day.
    fn moment(&self, slot: f64) -> String {
        let [units, decimals, _, style] = self.format;
        let first = self.index[0];
        match style as i32 {
            0 | 1 => {
                let [day, seconds, units, fine] = self.parts_of(slot);
                if seconds == 0.0 && units == 0.0 && fine == 0.0 {
                    return date(day).get(5..).unwrap_or_default().to_owned();
                }
                let (hour, minute, second) =
                    (seconds as u32 / 3600, seconds as u32 / 60 % 60, seconds as u32 % 60);
                let mut label = format!("{hour:02}:{minute:02}");
                if decimals > 0.0 {
                    let coarse = decimals.min(6.0) as usize;
                    if second != 0 || units != 0.0 || fine != 0.0 {
                        label = format!("{second:02}.{:0>coarse$}", units as u32);
                    }
                    if label.contains('.') && decimals > 6.5 {
                        label +=
                            format!("{:03}", fine as u32).get(..decimals as usize - 6).unwrap_or_default();
                    }
                } else if style == 1.0 {
                    label += &format!(":{second:02}");
                }
                label
            }
            2 => date(first + slot * units),
            3 => date(days_of_month(first + slot * units)).get(..7).unwrap_or_default().to_owned(),
            _ => year(((first + slot * units) / 12.0).floor()),
        }
    }

    /// Day, second of the day, unit of the second, and nanosecond of the unit, which then is a microsecond, of a slot of time.
    fn parts_of(&self, slot: f64) -> [f64; 4] {
        let [units, decimals, per_second, _] = self.format;
        let [day, second, rest] = self.index;
        let (units, fine, per_second) = if decimals > 6.5 {
            let beyond = per_second + slot * units;
            (rest + (beyond / 1e3).floor(), beyond.rem_euclid(1e3), 1e6)
        } else {
            (rest + slot * units, 0.0, per_second)
        };
        let seconds = second + (units / per_second).floor();
        let days = (seconds / 86_400.0).floor();
        [day + days, seconds - days * 86_400.0, units.rem_euclid(per_second), fine]
    }

    /// What stands at the axis's end.
    fn end(&self, scale: Scale) -> String {
        let power = match scale {
            Scale::Linear if self.ticks[2] > 0.5 => {
                let offset = self.offset();
                let exponent = 6 + self.format[3] as i32 - self.format[1] as i32;
                let number = digits(offset, (-exponent).max(0) as usize, exponent.max(0) as usize);
                return if offset < 0 { number } else { format!("+{number}") };
            }
            Scale::Linear => self.format[2],
            Scale::Log if self.ticks[3] == 2.0 => self.format[2],
            Scale::Log => 0.0,
            Scale::Time if self.format[3] < 1.5 => {
                // The date of the last tick that is seen, be it at the very end.
                let [start, delta, ..] = self.ticks;
                let last = if delta > 0.0 { (1.0 - start) / delta } else { -start / delta };
                let last = (last + 1e-4).floor();
                let [day, seconds, ..] = self.parts_of(last);
                let date = date(day);
                if self.format[1] == 0.0 || date.is_empty() {
                    return date;
                }
                let minutes = (seconds / 60.0) as u32;
                return format!("{date} {:02}:{:02}", minutes / 60, minutes % 60);
            }
            Scale::Time => 0.0,
        };
        if power == 0.0 { String::new() } else { format!("×10{}", superscript(power as i32)) }
    }
}

/// What labels tell of a number that is near others, in units of its last digit.
const MILLION: i128 = 1_000_000;

/// A whole number with so many zeros behind it, and so many of all digits behind the point.
fn digits(value: i128, decimals: usize, zeros: usize) -> String {
    let zeros = if value == 0 { 0 } else { zeros };
    let digits = format!("{}{}", value.unsigned_abs(), "0".repeat(zeros));
    let digits = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    let sign = if value < 0 { "−" } else { "" };
    let point = if decimals > 0 { "." } else { "" };
    format!("{sign}{whole}{point}{rest}")
}

/// A whole number in superscripts.
fn superscript(number: i32) -> String {
    let raised = |character: char| match character {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => char::from_u32('⁰' as u32 + digit.to_digit(10).unwrap_or(0)).unwrap_or('⁰'),
    };
    number.to_string().chars().map(raised).collect()
}

/// The day, since 1970 began, on which a month begins; months are counted from the year 0. Howard Hinnant's `days_from_civil`
/// (howardhinnant.github.io/date_algorithms.html).
fn days_of_month(month: f64) -> f64 {
    let since_march = month.floor() - 2.0;
    let year = (since_march / 12.0).floor();
    let month = since_march - year * 12.0;
    let leap = (year / 4.0).floor() - (year / 100.0).floor() + (year / 400.0).floor();
    year * 365.0 + leap + ((153.0 * month + 2.0) / 5.0).floor() - 719_468.0
}

/// A year as a number, with four digits at least. Beyond ten million shaders have no digit for a year.
fn year(year: f64) -> String {
    match year {
        year if year.abs() > 9_999_999.5 => String::new(),
        year if year < 0.0 => format!("−{:04}", -year),
        year => format!("{year:04}"),
    }
}

/// A date, and a time of day with so many decimals.
pub(super) fn moment(epoch: Epoch, at: f64, decimals: usize) -> Option<[String; 2]> {
    epoch.check().ok()?;
    let per_second = f64::from(epoch.per_second);
    let whole = (at / per_second).floor();
    // The calendar's years are far below these seconds, which doubles have as whole numbers.
    if whole.is_nan() || whole.abs() > 1e15 {
        return None;
    }
    let decimals = decimals.min(9);
    let parts = 10_i64.pow(decimals as u32);
    let rest = ((at - whole * per_second) / per_second * parts as f64).round() as i64;
    // What is rounded up to a whole second is one.
    let seconds = epoch.seconds + whole as i64 + rest.div_euclid(parts);
    let (day, in_day, rest) =
        (seconds.div_euclid(86_400), seconds.rem_euclid(86_400), rest.rem_euclid(parts));
    let date = date(day as f64);
    let mut time = format!("{:02}:{:02}:{:02}", in_day / 3600, in_day / 60 % 60, in_day % 60);
    if decimals > 0 {
        time += &format!(".{rest:0decimals$}");
    }
    (!date.is_empty()).then_some([date, time])
}

/// A day since 1970 began as "YYYY-MM-DD": Howard Hinnant's `civil_from_days`. None for years before 0 and after 9999.
fn date(day: f64) -> String {
    let day = day + 719_468.0;
    let era = (day / 146_097.0).floor();
    let of_era = day - era * 146_097.0;
    let leap = (of_era / 36_524.0).floor() - (of_era / 1460.0).floor() - (of_era / 146_096.0).floor();
    let year = ((of_era + leap) / 365.0).floor();
    let of_year = of_era - (year * 365.0 + (year / 4.0).floor() - (year / 100.0).floor());
    let month = ((of_year * 5.0 + 2.0) / 153.0).floor();
    let of_month = of_year - ((153.0 * month + 2.0) / 5.0).floor() + 1.0;
    let (year, month) = if month < 10.0 {
        (year + era * 400.0, month + 3.0)
    } else {
        (year + era * 400.0 + 1.0, month - 9.0)
    };
    if !(0.0..10_000.0).contains(&year) {
        return String::new();
    }
    format!("{:04}-{:02}-{:02}", year as u32, month as u32, of_month as u32)
}
