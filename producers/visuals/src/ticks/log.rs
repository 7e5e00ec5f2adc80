//! Ticks of logarithmic axes: decades, their parts, and plain steps where less than a decade is seen.

use super::formula::Expr;
use super::linear::{Writing, limbs, nice};
use super::{LABELS, Measure};

/// Below so many decades the steps are those of plain numbers.
const PLAIN_BELOW: f64 = 0.7;
/// The pixels of a decade from which its minor ticks, 2 to 9, can be told apart.
const MINOR_FROM: f64 = 44.0;

/// `u_ticks`, `u_index` and `u_format`; `low` and `high` are decimal logarithms.
///
/// The last number of `u_ticks` is the mode: 0 for decades, 1 for 1, 2 and 5 in each, 2 for plain steps.
pub(super) fn formula(low: &Expr, high: &Expr, length: &Expr, measure: &Measure) -> [Vec<Expr>; 3] {
    let range = high - low;
    let (least, greatest) = (low.min(high), low.max(high));
    let decades = range.abs();
    let pixels = length / decades.max(1e-300);
    let plain = decades.less(PLAIN_BELOW);
    // "2×10⁻³" must fit between 2 and 5, 0.30 and 0.40 decades apart; upright ones between 5 and 10.
    let room = if measure.along { measure.digit * 5.5 + measure.minus } else { measure.spacing * 0.6 };
    let parts =
        Expr::from(room + 0.5 * measure.gap).less(&pixels * 0.301) * decades.less((LABELS / 3 - 1) as f64);

    // Decades.
    let spacing = if measure.along {
        // "10" and raised digits, which are two thirds as wide.
        let far = least.abs().max(greatest.abs());
        let raised = far.max(1.0).order() + least.less(0.0) + 1.0;
        (raised * 0.67 + 2.0) * measure.digit + measure.gap
    } else {
        measure.spacing.into()
    };
    let spacing = (length / (LABELS as f64 - 2.0)).max(spacing);
    let step = parts.select(1.0, nice(&(&spacing / &pixels).max(1.0)).size);
    let first = parts.select(least.floor(), (&least / &step - 1e-9).ceil());
    let minor = step.less(1.5) * Expr::from(MINOR_FROM).less(&pixels);
    let short = Expr::from(-4.0).less(&least) * greatest.less(6.0);
    let start = (&first * &step - low) / &range;
    let delta = &step / &range;

    // Plain steps: the closest ticks are those at the greater end.
    let (value, other) = (low.exp10(), greatest.exp10());
    let writing = Writing::of(&0.0.into(), &other);
    let slope = &other * std::f64::consts::LN_10 / &pixels;
    let steps = writing.step(measure, length, |pixels| &slope * pixels);
    let index = (least.exp10() / &steps.size - 1e-9).ceil();
    let plain_start = (steps.times(&index) - &value) / &value;
    let plain_delta = &steps.size / &value;
    let factor = Expr::from(1.0) / (&range * std::f64::consts::LN_10);

    let [low_limb, middle, high_limb] = limbs(&index);
    let format = writing.format(&steps, 0);
    let ticks = vec![
        plain.select(plain_start, start),
        plain.select(plain_delta, delta),
        factor,
        plain.select(2.0, &parts),
    ];
    let index = vec![
        plain.select(low_limb, first * &step),
        plain.select(middle, step),
        plain.select(high_limb, minor),
    ];
    let mut format = format.into_iter();
    let mut next = || format.next().unwrap_or(0.0.into());
    let format = vec![
        plain.select(next(), short),
        plain.select(next(), 0.0),
        plain.select(next(), 0.0),
        plain.select(next(), 0.0),
    ];
    [ticks, index, format]
}
