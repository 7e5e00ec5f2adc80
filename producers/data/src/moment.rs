//! Moments: dates and times of day as text has them, to the nanosecond.

/// Nanoseconds in a second.
pub(crate) const SECOND: i128 = 1_000_000_000;

/// A date with a time of day, in UTC; or a time of day alone, which is one of 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// Whole seconds since 1970 began.
    pub seconds: i64,
    /// What is left, 0 to 999,999,999.
    pub nanoseconds: u32,
}

impl Moment {
    /// A date, a time of day, or both, as columns of text hold them. None for other words.
    ///
    /// ```
    /// use glir_data::Moment;
    ///
    /// let moment = Moment::read("1970-01-02T00:00:01.5+01:00").unwrap();
    /// assert_eq!((moment.seconds, moment.nanoseconds), (82_801, 500_000_000));
    /// assert_eq!(Moment::read("00:01").unwrap().to_seconds(), 60.0);
    /// assert_eq!(Moment::read("1.5"), None);
    /// ```
    pub fn read(text: &str) -> Option<Moment> {
        crate::csv::moment(text).map(Moment::at)
    }

    /// Of nanoseconds since 1970, which lie within the years that text has.
    pub(crate) fn at(nanoseconds: i128) -> Moment {
        Moment {
            seconds: nanoseconds.div_euclid(SECOND) as i64,
            nanoseconds: nanoseconds.rem_euclid(SECOND) as u32,
        }
    }

    /// Microseconds since so many seconds after 1970 began: exact for whole ones over 285 years.
    ///
    /// ```
    /// let last = glir_data::Moment::read("2024-12-31T23:59:59.999999").unwrap();
    /// assert_eq!(last.micros_since(1_704_067_200), 366.0 * 86_400e6 - 1.0);
    /// ```
    pub fn micros_since(self, seconds: i64) -> f64 {
        let whole = i128::from(self.seconds) - i128::from(seconds);
        let micros = whole * 1_000_000 + i128::from(self.nanoseconds / 1000);
        micros as f64 + f64::from(self.nanoseconds % 1000) / 1e3
    }

    /// Seconds since 1970 began, to a quarter of a microsecond today.
    pub fn to_seconds(self) -> f64 {
        self.seconds as f64 + f64::from(self.nanoseconds) / 1e9
    }
}
