//! One cell of text: a number, a moment, nothing, or words.

use crate::moment::SECOND;

/// What a cell says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Cell {
    Missing,
    Whole(i32),
    Number(f64),
    /// A date, a time of day, or both: nanoseconds since 1970, or since midnight.
    Moment(i128),
    Text,
}

impl Cell {
    pub(super) fn parse(text: &[u8], decimal_comma: bool) -> Cell {
        let text = text.trim_ascii();
        if let Some(whole) = whole(text) {
            return Cell::Whole(whole);
        }
        if is_missing(text) {
            return Cell::Missing;
        }
        if let Some(number) = number(text, decimal_comma) {
            return Cell::Number(number);
        }
        moment(text).map_or(Cell::Text, Cell::Moment)
    }
}

/// Up to nine digits with a sign: the commonest cell by far, and the one worth a path of its own.
fn whole(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 9 {
        return None;
    }
    let mut value = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i32::from(digit - b'0');
    }
    // −0 is a float.
    if negative && value == 0 { None } else { Some(if negative { -value } else { value }) }
}

fn is_missing(text: &[u8]) -> bool {
    const WORDS: [&str; 8] = ["nan", "na", "n/a", "null", "none", "nil", "-", "?"];
    text.is_empty() || text.len() <= 4 && WORDS.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()))
}

fn number(text: &[u8], decimal_comma: bool) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    // Rust also reads "infinity", "nan" and the like; a word is a number here only if it starts like one.
    let start = text.trim_start_matches(['+', '-']);
    let starts = start.starts_with(|first: char| first.is_ascii_digit() || first == '.' || first == ',');
    if !starts && !start.eq_ignore_ascii_case("inf") {
        return None;
    }
    if decimal_comma && text.len() <= 64 && text.contains(',') {
        return text.replacen(',', ".", 1).parse().ok();
    }
    text.parse().ok()
}

/// `2016-11-24`, `2016/11/24 13:58`, `2016-11-24T13:58:58.081+01:00`, `13:58:58.081`: nanoseconds since 1970, or since midnight.
pub(super) fn moment(text: &[u8]) -> Option<i128> {
    let date_end = text.iter().position(|byte| matches!(byte, b' ' | b'T' | b't'));
    let (date, time) = match date_end {
        Some(end) => (Some(&text[..end]), Some(text[end + 1..].trim_ascii())),
        None if text.contains(&b':') => (None, Some(text)),
        None => (Some(text), None),
    };
    let day = match date {
        Some(date) => i128::from(days(date)?) * 86_400 * SECOND,
        None => 0,
    };
    match time {
        Some(time) => Some(day + time_of_day(time)?),
        None => Some(day),
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, for years 1 to 9999.
fn days(date: &[u8]) -> Option<i64> {
    let separator = if date.contains(&b'/') { b'/' } else { b'-' };
    let mut parts = date.split(|byte| *byte == separator);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    // Only with the year first is the order of day and month sure.
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    let (year, month, day) = (digits(year)?, digits(month)?, digits(day)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = lengths.get(..usize::try_from(month).ok()?.checked_sub(1)?)?;
    let length = lengths.get(before.len())?;
    if year == 0 || day == 0 || day > *length {
        return None;
    }
    let past = year - 1;
    let leap_days = past / 4 - past / 100 + past / 400;
    // 719,162 days lie between 0001-01-01 and 1970-01-01.
    Some(past * 365 + leap_days + before.iter().sum::<i64>() + day - 1 - 719_162)
}

/// Nanoseconds since midnight, less the offset of a time zone if one is given.
fn time_of_day(text: &[u8]) -> Option<i128> {
    let (clock, zone) = match text {
        [clock @ .., b'Z' | b'z'] => (clock, 0),
        _ => match text.iter().rposition(|byte| matches!(byte, b'+' | b'-')) {
            Some(at) => {
                let sign = if text[at] == b'-' { -1 } else { 1 };
                let offset: Vec<u8> = text[at + 1..].iter().copied().filter(|byte| *byte != b':').collect();
                let (hours, minutes) = offset.split_at_checked(2)?;
                let minutes = if minutes.is_empty() { 0 } else { digits(minutes)? };
                (&text[..at], sign * (digits(hours)? * 60 + minutes))
            }
            None => (text, 0),
        },
    };
    let mut parts = clock.trim_ascii_end().split(|byte| *byte == b':');
    let (hours, minutes) = (digits(parts.next()?)?, digits(parts.next()?)?);
    let mut nanoseconds = 0;
    if let Some(seconds) = parts.next() {
        let (whole, fraction) = match seconds.iter().position(|byte| matches!(byte, b'.' | b',')) {
            Some(point) => (&seconds[..point], &seconds[point + 1..]),
            None => (seconds, &b""[..]),
        };
        let whole = digits(whole)?;
        // 60 is a leap second.
        if whole > 60 || !fraction.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut unit = SECOND;
        nanoseconds = i128::from(whole) * SECOND;
        for digit in fraction.iter().take(9) {
            unit /= 10;
            nanoseconds += i128::from(digit - b'0') * unit;
        }
    }
    if parts.next().is_some() || hours > 24 || minutes > 59 {
        return None;
    }
    Some(i128::from(hours * 60 + minutes - zone) * 60 * SECOND + nanoseconds)
}

/// One to four digits.
fn digits(text: &[u8]) -> Option<i64> {
    if text.is_empty() || text.len() > 4 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(text.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_say_what_they_are() {
        let parse = |text: &str| Cell::parse(text.as_bytes(), false);
        assert_eq!(parse(" -42 "), Cell::Whole(-42));
        assert_eq!(parse("999999999"), Cell::Whole(999_999_999));
        assert_eq!(parse("1234567890"), Cell::Number(1_234_567_890.0));
        assert_eq!(parse("-0"), Cell::Number(-0.0));
        assert_eq!(parse("1.5e-3"), Cell::Number(0.0015));
        assert_eq!(parse("-inf"), Cell::Number(f64::NEG_INFINITY));
        assert_eq!(parse("NaN"), Cell::Missing);
        assert_eq!(parse(""), Cell::Missing);
        assert_eq!(parse("infinity"), Cell::Text);
        assert_eq!(parse("1,5"), Cell::Text);
        assert_eq!(Cell::parse(b"1,5", true), Cell::Number(1.5));
        assert_eq!(parse("12.5.3"), Cell::Text);
    }

    #[test]
    fn moments_count_from_the_epoch_or_midnight() {
        let parse = |text: &str| moment(text.as_bytes());
        assert_eq!(parse("1970-01-01"), Some(0));
        assert_eq!(parse("2000-03-01"), Some(951_868_800 * SECOND));
        // What `date -u -d '2016-11-24 13:58:58' +%s` prints.
        assert_eq!(parse("2016-11-24 13:58:58.081000"), Some(1_479_995_938_081_000_000));
        assert_eq!(parse("2016-11-24T14:58:58.081+01:00"), Some(1_479_995_938_081_000_000));
        assert_eq!(parse("2016/11/24T13:58:58.081Z"), Some(1_479_995_938_081_000_000));
        assert_eq!(parse("00:00:01.5"), Some(3 * SECOND / 2));
        assert_eq!(parse("23:59"), Some(86_340 * SECOND));
        for wrong in [
            "2015-02-29",
            "2016-13-01",
            "24.11.2016",
            "24-11-2016",
            "12:60:00",
            "1:2:3:4",
            "abc",
            "-",
            "+",
            "T",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
