//! Numbers that single precision has no room for, in larger or smaller units: an axis of 1e-40 counts multiples of 10⁻⁴⁰.

use super::axes::{Axes, Item};
use super::notes::{FARTHEST, has_place};
use super::scale::Scale;
use crate::PlotError;
use std::borrow::Cow;

/// The least span that is drawn as it is. Numbers below 1.2e-38 are 0 to many GPUs, and a picture has some thousand pixels.
pub(super) const LEAST_SPAN: f64 = 1e-30;

/// A number divided by 10 to a power, in two steps since 10³²⁰ is no number; kept where lines may still lead.
pub(super) fn divided(value: f64, power: i32) -> f64 {
    let (half, rest) = (power / 2, power - power / 2);
    let quotient = value * 10.0_f64.powi(-half) * 10.0_f64.powi(-rest);
    if value.is_finite() { quotient.clamp(-FARTHEST, FARTHEST) } else { value }
}

/// The power of ten of a positive number.
pub(super) fn order(value: f64) -> i32 {
    value.log10().floor() as i32
}

impl Axes {
    /// The axes with numbers that can be drawn: of an axis whose span is too narrow, or all of whose numbers are too great, the numbers
    /// are divided by a power of ten, which [`Axes::powers`] tells.
    ///
    /// # Errors
    /// Limits that make no sense.
    pub(super) fn in_reach(&self) -> Result<Cow<'_, Axes>, PlotError> {
        let spans = self.spans()?;
        let power = |index: usize| {
            let axis = if index == 0 { &self.x } else { &self.y };
            if axis.scale != Scale::Linear {
                return 0;
            }
            let size = (spans[index].1 - spans[index].0).abs();
            let far = |(low, high): (f64, f64)| low.abs().max(high.abs());
            match axis.limits {
                Some(limits) if far(limits) > FARTHEST => order(far(limits)),
                _ if size < LEAST_SPAN => order(far(spans[index])),
                None => self.all_beyond(index).map_or(0, order),
                _ => 0,
            }
        };
        let mut powers = [power(0), power(1)];
        if self.even {
            powers = [powers[0].max(powers[1]); 2];
        }
        if powers == [0; 2] {
            return Ok(Cow::Borrowed(self));
        }
        let mut axes = self.clone();
        axes.powers = powers;
        let [x, y] = powers;
        for (axis, power) in [(&mut axes.x, x), (&mut axes.y, y)] {
            axis.limits = axis.limits.map(|(low, high)| (divided(low, power), divided(high, power)));
        }
        for item in &mut axes.items {
            item.divide(x, y);
        }
        Ok(Cow::Owned(axes))
    }

    /// The greatest number along an axis, if there are some and none can be drawn for its size.
    fn all_beyond(&self, index: usize) -> Option<f64> {
        let mut greatest: Option<f64> = None;
        for item in &self.items {
            let numbers: Box<dyn Iterator<Item = f64>> = match item {
                Item::Line(line) => Box::new(line.points.iter().map(|point| point[index])),
                Item::Scatter(scatter) => Box::new(scatter.points.iter().map(|point| point[index])),
                Item::Bars(bars) if index == 0 => Box::new(bars.counts.edges.iter().copied()),
                Item::Image(image) => Box::new(image.edges().into_iter().skip(2 * index).take(2)),
                Item::Bars(_) | Item::Traces(_) => return None,
            };
            for number in numbers.filter(|number| number.is_finite() && *number != 0.0) {
                if has_place(number) {
                    return None;
                }
                greatest = Some(greatest.map_or(number.abs(), |most| most.max(number.abs())));
            }
        }
        greatest
    }
}

impl Item {
    fn divide(&mut self, x: i32, y: i32) {
        match self {
            Item::Line(line) => divide(&mut line.points, x, y),
            Item::Scatter(scatter) => divide(&mut scatter.points, x, y),
            // Counts are whole numbers.
            Item::Bars(bars) => bars.counts.edges.iter_mut().for_each(|edge| *edge = divided(*edge, x)),
            Item::Image(image) => {
                let [left, right, bottom, top] = image.edges();
                image.extent =
                    Some([divided(left, x), divided(right, x), divided(bottom, y), divided(top, y)]);
            }
            // Rows have numbers of their own, and y counts rows.
            Item::Traces(traces) => {
                (traces.start, traces.step) = (divided(traces.start, x), divided(traces.step, x));
            }
        }
    }
}

fn divide(points: &mut [[f64; 2]], x: i32, y: i32) {
    for point in points {
        *point = [divided(point[0], x), divided(point[1], y)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_small_or_too_great_is_counted_in_powers_of_ten() {
        let powers = |x: &[f64], y: &[f64]| {
            let mut axes = Axes::new();
            axes.line(x, y).unwrap();
            let near = axes.in_reach().unwrap();
            for (low, high) in near.spans().unwrap() {
                assert!((1e-20..1e20).contains(&(high - low)), "{y:?}: from {low} to {high}");
            }
            near.powers
        };
        assert_eq!(powers(&[0.0, 1.0], &[3e-20, 5.0]), [0, 0]);
        assert_eq!(powers(&[0.0, 1.0], &[1e-40, 3e-40]), [0, -40]);
        assert_eq!(powers(&[1e-300, 2e-300], &[5e-324, 5e-324])[0], -300);
        assert_eq!(powers(&[0.0, 1.0], &[f64::MIN_POSITIVE; 2])[1], -308);
        assert_eq!(powers(&[0.0, 1.0], &[1e300, -2e300]), [0, 300]);
        assert_eq!(powers(&[0.0, 1.0], &[f64::NAN, -1e308]), [0, 308]);
        // Among numbers that can be drawn those that can't are left out.
        assert_eq!(powers(&[0.0, 1.0], &[1e300, 1.0]), [0, 0]);
        // Where a unit is as long in x as in y, there is one power.
        let mut axes = Axes::new();
        axes.even = true;
        axes.line(&[0.0, 1e-35], &[0.0, 1e-40]).unwrap();
        assert_eq!(axes.in_reach().unwrap().powers, [-35, -35]);
    }
}
