//! Where the ticks of an axis stand, and what their labels say: on plain numbers, logarithms and time.
//!
//! ```
//! use glir_visuals::ticks::{Measure, Scale, Ticks};
//!
//! let measure = Measure { spacing: 60.0, ..Measure::default() };
//! let ticks = Ticks::new(Scale::Linear, [0.0, 1.1], 600.0, &measure);
//! let labels: Vec<&str> = ticks.major.iter().map(|tick| tick.label.as_str()).collect();
//! assert_eq!(labels, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
//! assert_eq!(ticks.minor.len(), 17);
//! ```
//!
//! # Which ticks
//!
//! - **Numbers**: steps of 1, 2 or 5 times a power of ten; the least one whose labels keep apart. All labels have as many decimals as the
//!   step. Where the greatest number is 10⁶ or more, or below 10⁻⁴, labels are multiples of a power of ten, which stands at the axis's end;
//!   where they would have ten digits or more, most of them alike, they tell what is to be added to the number that stands there: "+1700000000".
//! - **Logarithms** (coordinates are decimal logarithms): decades, or every second, fifth, tenth of them, or 1, 2 and 5 in each; steps
//!   as of plain numbers where less than a decade is seen.
//! - **Time** (coordinates are seconds since 1970 began, in UTC, or what an [`Epoch`] says): 1, 2 or 5 times parts of a second down to 1 ns; seconds, minutes, hours, days,
//!   weeks from Monday on, months, years, by the parts that clocks and calendars have. Labels are ISO 8601's; where they tell the time of
//!   day, midnight is told by its date, and the whole date stands at the axis's end; where they tell parts of seconds, so does the minute.
//!   Dates are those of the years 0 to 9999; where a step is a year or more, years beyond are told as numbers, up to ten million.
//!
//! Ticks are chosen by formulas that can be written into a stream as signals: see [`Axis`](crate::Axis).

mod decode;
mod formula;
pub(crate) mod glsl;
mod linear;
mod log;
mod time;

use crate::error::{Result, refuse};
pub(crate) use formula::{Expr, Formula};
use glir_gloo::{Context, Signal};

/// The most ticks with labels that an axis has.
pub(crate) const LABELS: usize = 32;

/// What an axis's coordinates mean.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scale {
    /// Numbers.
    #[default]
    Linear,
    /// Decimal logarithms of numbers.
    Log,
    /// Seconds since 1970 began, in UTC, if no [`Epoch`] says otherwise.
    Time,
}

/// From when on times count, and how many of their units a second has.
///
/// Seconds since 1970 are doubles 0.24 µs apart today. Microseconds from a day within the data on are told apart over a year, and whole ones
/// are exact.
///
/// ```
/// use glir_visuals::ticks::{Epoch, Measure, Ticks};
///
/// // A microsecond at the end of 2024, in microseconds from its middle on.
/// let epoch = Epoch { seconds: 1_719_878_400, per_second: 1_000_000 };
/// let end = 15_811_200e6;
/// let ticks = Ticks::times(epoch, [end, end + 1.0], 800.0, &Measure::default());
/// assert_eq!((ticks.major[1].label.as_str(), ticks.end.as_str()), ("00.0000002", "2025-01-01 00:00"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Epoch {
    /// The moment of 0, in seconds since 1970 began, in UTC; not more than 10¹⁵ either way.
    pub seconds: i64,
    /// How many units of the coordinates a second has: 1 for seconds, 1,000,000 for microseconds. At least 1.
    pub per_second: u32,
}

impl Default for Epoch {
    /// Seconds since 1970 began.
    fn default() -> Self {
        Epoch { seconds: 0, per_second: 1 }
    }
}

impl Epoch {
    /// A moment as ISO 8601 writes it: the date, and the time of day with so many decimals of its second, nine at most. None of what is not
    /// finite, or beyond the years 0 to 9999.
    ///
    /// ```
    /// use glir_visuals::ticks::Epoch;
    ///
    /// let epoch = Epoch { seconds: 1_719_878_400, per_second: 1_000_000 };
    /// assert_eq!(epoch.moment(59_999_999.0, 3).unwrap(), ["2024-07-02", "00:01:00.000"]);
    /// ```
    pub fn moment(self, at: f64, decimals: usize) -> Option<[String; 2]> {
        decode::moment(self, at, decimals)
    }

    /// Refuses what is no epoch.
    pub(crate) fn check(self) -> Result<()> {
        if self.per_second == 0 || self.seconds.unsigned_abs() > 1_000_000_000_000_000 {
            return refuse(format!(
                "times count from up to 10¹⁵ seconds around 1970, in one or more units a second; {} seconds and {} units were given",
                self.seconds, self.per_second
            ));
        }
        Ok(())
    }
}

/// What a coordinate of 1 is: of plain numbers 10 to a power, of times what their epoch says. Logarithms have their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) power: i32,
    pub(crate) epoch: Epoch,
}

/// The sizes of what labels are made of, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measure {
    /// The width of a digit.
    pub digit: f64,
    /// The width of a minus sign.
    pub minus: f64,
    /// The width of a point.
    pub point: f64,
    /// The width of a colon and of a hyphen, the greater one.
    pub colon: f64,
    /// The least room between two labels.
    pub gap: f64,
    /// The least room between two ticks.
    pub spacing: f64,
    /// Labels stand one beside another, so that their widths count.
    pub along: bool,
}

impl Default for Measure {
    /// Those of the bundled font at 12 pixels, on a horizontal axis.
    fn default() -> Self {
        Measure::of(&glir_text::Font::sans(), 12.0, true)
    }
}

impl Measure {
    /// Those of a font at a size in pixels; `along` as in [`Measure`].
    pub fn of(font: &glir_text::Font, size: f32, along: bool) -> Measure {
        let width = |characters: &str| {
            let widths = characters.chars().map(|character| font.advance(font.glyph(character).unwrap_or(0)));
            f64::from(size * widths.fold(0.0, f32::max))
        };
        let size = f64::from(size);
        Measure {
            digit: width("0123456789"),
            minus: width("−"),
            point: width("."),
            colon: width(":-"),
            gap: 1.2 * size,
            spacing: if along { 4.0 * size } else { 2.6 * size },
            along,
        }
    }
}

/// A tick with a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where it stands: 0 at the first end of the range, 1 at the second.
    pub at: f64,
    /// What it says.
    pub label: String,
}

/// The ticks of a range.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Ticks {
    /// Those with labels, in ascending order of their values.
    pub major: Vec<Tick>,
    /// Where those without labels stand, as [`Tick::at`].
    pub minor: Vec<f64>,
    /// What stands at the axis's end: a power of ten ("×10⁶"), what labels are to be added to ("+1700000000") or a date. Mostly empty.
    pub end: String,
}

impl Ticks {
    /// The ticks of a range, from its first to its second end (which may be the lesser one), that is so many pixels long.
    ///
    /// A range without extent, of what is not finite, or less than a few bits wide has none.
    pub fn new(scale: Scale, range: [f64; 2], length: f64, measure: &Measure) -> Ticks {
        Ticks::of(&formula(scale, measure, Unit::default()), scale, range, length)
    }

    /// As [`Ticks::new`], of times that count from another moment on than 1970, or in other units than seconds. What is no epoch has none.
    pub fn times(epoch: Epoch, range: [f64; 2], length: f64, measure: &Measure) -> Ticks {
        if epoch.check().is_err() {
            return Ticks::default();
        }
        let unit = Unit { epoch, ..Unit::default() };
        Ticks::of(&formula(Scale::Time, measure, unit), Scale::Time, range, length)
    }

    pub(crate) fn of(formula: &Formula, scale: Scale, range: [f64; 2], length: f64) -> Ticks {
        Chosen::new(formula, range, length).map_or_else(Ticks::default, |chosen| chosen.decode(scale))
    }
}

/// What the shaders of axes take: `u_ticks`, `u_index`, `u_format`. Each scale's formula says what the numbers are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Chosen {
    pub(crate) ticks: [f64; 4],
    pub(crate) index: [f64; 3],
    pub(crate) format: [f64; 4],
}

/// The formula of a scale's ticks; its inputs are both ends of the range, and its length in pixels.
pub(crate) fn formula(scale: Scale, measure: &Measure, unit: Unit) -> Formula {
    let [low, high, length] = [0, 1, 2].map(Expr::input);
    Formula::new(&match scale {
        Scale::Linear => linear::formula(&low, &high, &length, measure, unit.power),
        Scale::Log => log::formula(&low, &high, &length, measure),
        Scale::Time => time::formula(&low, &high, &length, measure, unit.epoch),
    })
}

impl Chosen {
    /// The ticks of a range; none if it has no extent.
    pub(crate) fn new(formula: &Formula, [low, high]: [f64; 2], length: f64) -> Option<Chosen> {
        let distinct = low.is_finite() && high.is_finite() && (high - low).is_finite() && low != high;
        let visible = length.is_finite() && length > 0.0;
        if !(distinct && visible) {
            return None;
        }
        let vectors = formula.eval(&[low, high, length]);
        let [ticks, index, format] = <[Vec<f64>; 3]>::try_from(vectors).ok()?;
        let chosen = Chosen {
            ticks: ticks.try_into().ok()?,
            index: index.try_into().ok()?,
            format: format.try_into().ok()?,
        };
        let all = chosen.ticks.iter().chain(&chosen.index).chain(&chosen.format);
        all.into_iter().all(|number| number.is_finite()).then_some(chosen)
    }
}

/// A formula in the stream, that follows what a person moves.
#[derive(Clone, Debug)]
pub(crate) struct Driver {
    /// vec4: left, bottom, right, top.
    rect: Signal,
    /// The pixels from one end to the other.
    length: Signal,
    /// `u_ticks`, `u_index` and `u_format`.
    pub(crate) vectors: Vec<Signal>,
}

impl Driver {
    /// A formula of x (or of y) for a rectangle and a length in pixels.
    pub(crate) fn new(
        formula: &Formula,
        context: &Context,
        rect: &Signal,
        horizontal: bool,
        length: f64,
    ) -> Result<Driver> {
        let [low, high] = if horizontal { [0, 2] } else { [1, 3] };
        let length = context.constant(length)?;
        let inputs = [rect.component(low)?, rect.component(high)?, length.clone()];
        let vectors = formula.signals(context, &inputs)?;
        Ok(Driver { rect: rect.clone(), length, vectors })
    }

    /// Whether it follows this rectangle.
    pub(crate) fn follows(&self, rect: &Signal) -> bool {
        self.rect == *rect
    }

    /// Tells it how long its axis is now.
    pub(crate) fn set_length(&self, length: f64) -> Result<()> {
        Ok(self.length.set(length)?)
    }
}
