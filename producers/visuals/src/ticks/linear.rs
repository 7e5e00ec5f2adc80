//! Ticks of plain numbers: every step of 1, 2 or 5 times a power of ten.

use super::formula::Expr;
use super::{LABELS, Measure};

/// A step of 1, 2 or 5 times a power of ten.
pub(super) struct Step {
    /// 1, 2 or 5.
    pub(super) mantissa: Expr,
    /// The power.
    pub(super) exponent: Expr,
    /// The power of ten as a quotient of whole numbers, one of which is 1: so multiples are as exact as numbers are.
    up: Expr,
    down: Expr,
    /// All of it.
    pub(super) size: Expr,
}

impl Step {
    fn new(mantissa: Expr, exponent: Expr) -> Step {
        let (up, down) = powers(&exponent);
        let size = &mantissa * &up / &down;
        Step { mantissa, exponent, up, down, size }
    }

    /// So many steps.
    pub(super) fn times(&self, count: &Expr) -> Expr {
        count * &self.mantissa * &self.up / &self.down
    }
}

/// A whole power of ten as a quotient.
fn powers(exponent: &Expr) -> (Expr, Expr) {
    (exponent.max(0.0).ten_to(), (-exponent.clone()).max(0.0).ten_to())
}

/// The least such step that is not less than `raw`.
pub(super) fn nice(raw: &Expr) -> Step {
    let exponent = raw.order();
    let (up, down) = powers(&exponent);
    let factor = raw.max(1e-300) * down / up;
    // What is a hair above a step by rounding is that step.
    let above = |step: f64| Expr::from(step * (1.0 + 1e-9)).less(&factor);
    let mantissa = above(2.0).select(5.0, above(1.0).select(2.0, 1.0));
    let carry = above(5.0);
    Step::new(carry.select(1.0, mantissa), exponent + &carry)
}

/// A number in three parts of six digits each, the lowest first; the last one has the sign.
pub(super) fn limbs(number: &Expr) -> [Expr; 3] {
    let higher = (number / 1e6).floor();
    [number.modulo(1e6), higher.modulo(1e6), (higher / 1e6).floor()]
}

/// From so many digits on, labels tell what is left of an offset.
const DIGITS: f64 = 9.0;

/// How numbers of up to a size are written: `exponent` is that of the power of ten that all are multiples of, 0 for none.
pub(super) struct Writing {
    /// The exponent of the greatest number.
    order: Expr,
    exponent: Expr,
    whole: Expr,
    sign: Expr,
}

impl Writing {
    /// For numbers from the lesser to the greater of two. Powers begin where Matplotlib's do: below 1e-4, and from 1e6 on.
    pub(super) fn of(least: &Expr, greatest: &Expr) -> Writing {
        let order = least.abs().max(greatest.abs()).order();
        let power = order.less(-4.5) + Expr::from(5.5).less(&order);
        let exponent = power.select(&order, 0.0);
        let whole = power.select(1.0, (&order + 1.0).max(1.0));
        Writing { order, exponent, whole, sign: least.less(0.0) }
    }

    /// Whether numbers that lie this close have so many digits in common that labels tell the rest alone, which counts from what stands at
    /// the axis's end; with doubles' digits, and no more than there are places for.
    fn offset_number(&self, step: &Step) -> Expr {
        let digits = &self.order - &step.exponent;
        let many = Expr::from(DIGITS - 0.5).less(&digits) * digits.less(16.5);
        many * Expr::from(-8.5).less(&step.exponent) * step.exponent.less(2.5) * self.order.less(17.5)
    }

    /// The width of the longest number from an offset: seven digits, of which the last six are those of multiples of a million steps.
    fn offset_width(&self, step: &Step, measure: &Measure) -> Expr {
        let decimals = (-step.exponent.clone()).max(0.0);
        let digits = (step.exponent.max(0.0) + 7.0).max(&decimals + 1.0);
        let point = Expr::from(0.5).less(&decimals) * measure.point;
        digits * measure.digit + point
    }

    fn decimals(&self, step: &Step) -> Expr {
        (&self.exponent - &step.exponent).max(0.0)
    }

    /// The width of the longest number, in pixels.
    fn width(&self, step: &Step, measure: &Measure) -> Expr {
        let decimals = self.decimals(step);
        let point = Expr::from(0.5).less(&decimals) * measure.point;
        (&self.whole + &decimals) * measure.digit + point + &self.sign * measure.minus
    }

    /// Mantissa, decimals, exponent and zeros behind: what the shader takes as `u_format`. Numbers are multiples of 10 to `power`.
    pub(super) fn format(&self, step: &Step, power: i32) -> Vec<Expr> {
        let zeros = (&step.exponent - &self.exponent).max(0.0);
        let exponent = match power {
            0 => self.exponent.clone(),
            power => &self.exponent + f64::from(power),
        };
        vec![step.mantissa.clone(), self.decimals(step), exponent, zeros]
    }

    /// As [`step`](Self::step), and whether labels count from an offset.
    fn offset_step(&self, measure: &Measure, length: &Expr, raw: impl Fn(&Expr) -> Expr) -> (Step, Expr) {
        let least = (length / (LABELS as f64 - 2.0)).max(measure.spacing);
        let first = nice(&raw(&least));
        let offset = self.offset_number(&first);
        if !measure.along {
            return (first, offset);
        }
        let width = offset.select(self.offset_width(&first, measure), self.width(&first, measure));
        (nice(&raw(&(width + measure.gap).max(&least))), offset)
    }

    /// The step for ticks of which `raw` times the pixels between them are `pixels` in the middle of nowhere else: the least nice one
    /// that leaves room for its labels. `raw(pixels)` is the step that lies so many pixels apart.
    pub(super) fn step(&self, measure: &Measure, length: &Expr, raw: impl Fn(&Expr) -> Expr) -> Step {
        // No more ticks than there are labels for.
        let least = (length / (LABELS as f64 - 2.0)).max(measure.spacing);
        let first = nice(&raw(&least));
        if !measure.along {
            return first;
        }
        // A larger step has no longer labels, so room for these is enough.
        let room = (self.width(&first, measure) + measure.gap).max(&least);
        nice(&raw(&room))
    }
}

/// `u_ticks`, `u_index` and `u_format`; the ends are multiples of 10 to `power`.
pub(super) fn formula(
    low: &Expr,
    high: &Expr,
    length: &Expr,
    measure: &Measure,
    power: i32,
) -> [Vec<Expr>; 3] {
    let range = high - low;
    let (least, greatest) = (low.min(high), low.max(high));
    let writing = Writing::of(&least, &greatest);
    let raw = |pixels: &Expr| range.abs() * pixels / length.max(1.0);
    // Multiples of another power of ten have their own end.
    let (step, offset) = match power {
        0 => writing.offset_step(measure, length, raw),
        _ => (writing.step(measure, length, raw), 0.0.into()),
    };
    let first = (&least / &step.size - 1e-9).ceil();
    let start = (step.times(&first) - low) / &range;
    let delta = &step.size / &range;
    let format = writing.format(&step, power);
    let whole =
        [step.mantissa.clone(), (-step.exponent.clone()).max(0.0), 0.0.into(), step.exponent.max(0.0)];
    let format =
        format.iter().zip(&whole).map(|(with_power, whole)| offset.select(whole, with_power)).collect();
    [vec![start, delta, offset, 0.0.into()], limbs(&first).into(), format]
}
