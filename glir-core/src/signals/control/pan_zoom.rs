//! Pan and zoom: a rectangle of the data that a person moves.
//!
//! Numbers: left, bottom, right and top of the rectangle to begin with; options (1: x stays, 2: y stays, 4: a unit is as long in x
//! as in y, 8: x is the linked controller's, 16: y is); the seconds in which a thrown rectangle comes to rest (0: it is not thrown). The last two may be left out.

use super::super::value::Value;
use super::{Area, Controller, Event, LEFT, RIGHT, SHIFT, arrow, is_home, wheel_factor};
use crate::diagnostic::Decimal;
use glam::DVec2;

const KEEP_X: u32 = 1;
const KEEP_Y: u32 = 2;
const EVEN: u32 = 4;
const LINK_X: u32 = 8;
const LINK_Y: u32 = 16;

/// Share of the rectangle that an arrow key moves it by; with shift a tenth of that.
const STEP: f64 = 0.1;
/// Factor of the keys + and −.
const KEY_ZOOM: f64 = 0.8;
/// Pixels below which a box is a slip of the hand.
const LEAST_BOX: f64 = 4.0;

/// Which axes are another controller's too.
pub(super) fn linked(options: f64) -> [bool; 2] {
    // Numbers that are no options were refused.
    let options = options as u32;
    [options & LINK_X != 0, options & LINK_Y != 0]
}

#[derive(Clone, Copy, PartialEq)]
struct Rect {
    low: DVec2,
    high: DVec2,
}

#[derive(Clone, Copy)]
enum Drag {
    /// So that this point of the data stays under the pointer: where steps of the pointer are less than f64 can tell, they add up.
    Pan {
        held: DVec2,
    },
    /// Around this point of the data.
    Zoom {
        around: DVec2,
    },
    Box {
        from: DVec2,
        to: DVec2,
    },
}

pub(in crate::signals) struct PanZoom {
    home: Rect,
    now: Rect,
    options: u32,
    /// Seconds in which the speed of a throw falls to 1/e; 0 for none.
    rest: f64,
    drag: Option<Drag>,
    /// Units a second, while thrown.
    speed: DVec2,
    /// The last drag's time, and its speed.
    last: f64,
    hand: DVec2,
}

impl PanZoom {
    pub(super) fn of(numbers: &[f64]) -> Result<Self, String> {
        let (&[left, bottom, right, top], rest) = numbers
            .split_first_chunk::<4>()
            .filter(|_| numbers.len() <= 6)
            .ok_or_else(|| format!("pan_zoom takes 4 to 6 numbers; {} are given", numbers.len()))?;
        if left == right || bottom == top {
            return Err("pan_zoom's rectangle is empty".into());
        }
        let home = Rect { low: DVec2::new(left, bottom), high: DVec2::new(right, top) };
        let options = rest.first().copied().unwrap_or(0.0);
        if !(0..32u32).any(|known| f64::from(known) == options) {
            return Err(format!(
                "pan_zoom's options are a sum of 1, 2, 4, 8 and 16, not {}",
                Decimal(options as f32)
            ));
        }
        let rest = rest.get(1).copied().unwrap_or(0.0);
        if !(0.0..=10.0).contains(&rest) {
            return Err(format!("pan_zoom comes to rest in 0 to 10 seconds, not {}", Decimal(rest as f32)));
        }
        let still = DVec2::ZERO;
        let options = options as u32;
        Ok(PanZoom { home, now: home, options, rest, drag: None, speed: still, last: 0.0, hand: still })
    }

    /// The rectangle that is seen: the wanted one, wider or higher where units are even.
    fn seen(&self, area: &Area) -> Rect {
        let size = self.now.high - self.now.low;
        if self.options & EVEN == 0 || !area.is_some() {
            return self.now;
        }
        // Units a pixel; the larger of both shows all that is wanted.
        let unit = (size.abs() / area.size).max_element();
        let half = DVec2::splat(unit) * area.size / 2.0 * size.signum();
        let middle = (self.now.low + self.now.high) / 2.0;
        Rect { low: middle - half, high: middle + half }
    }

    fn point(&self, at: DVec2, area: &Area) -> DVec2 {
        let seen = self.seen(area);
        seen.low + (seen.high - seen.low) * area.share(at)
    }

    /// 1 for the axes that may change.
    fn free(&self) -> DVec2 {
        let free = |bit| f64::from(u8::from(self.options & bit == 0));
        DVec2::new(free(KEEP_X), free(KEEP_Y))
    }

    fn shift(&mut self, by: DVec2) {
        let by = by * self.free();
        self.take(Rect { low: self.now.low + by, high: self.now.high + by });
    }

    /// Factors of both axes; where units are even, that of both together.
    fn apart(&self, factor: DVec2) -> DVec2 {
        if self.options & EVEN == 0 { factor } else { DVec2::splat(factor.x * factor.y) }
    }

    /// Units are even and an axis stays: so must their length.
    fn is_fixed(&self) -> bool {
        self.options & EVEN != 0 && self.options & (KEEP_X | KEEP_Y) != 0
    }

    /// Where units are even, the other axis takes the units of this one around its middle.
    fn fit(&mut self, axis: usize, area: &Area) {
        if self.options & EVEN == 0 {
            return;
        }
        let (Rect { low, high }, other) = (self.now, 1 - axis);
        // Without an area that is no number, and the rectangle not taken.
        let units = (high - low) / area.size;
        let mut factor = DVec2::ONE;
        factor[other] = (units[axis] / units[other]).abs();
        self.zoom((low + high) / 2.0, factor);
    }

    /// Scales the rectangle around a point of the data.
    fn zoom(&mut self, around: DVec2, factor: DVec2) {
        if self.is_fixed() {
            return;
        }
        let factor = DVec2::ONE + (factor - DVec2::ONE) * self.free();
        let scaled = |corner: DVec2| around + (corner - around) * factor;
        self.take(Rect { low: scaled(self.now.low), high: scaled(self.now.high) });
    }

    /// Takes a rectangle, unless f64 can't tell its edges apart.
    fn take(&mut self, new: Rect) {
        let size = (new.high - new.low).abs();
        let least = new.low.abs().max(new.high.abs()) * (4.0 * f64::EPSILON);
        let fits = new.low.is_finite() && new.high.is_finite() && size.is_finite();
        if fits && size.cmpgt(least).all() && size.cmpgt(DVec2::splat(1e-290)).all() {
            self.now = new;
        }
    }

    fn finish_box(&mut self, from: DVec2, to: DVec2, area: &Area) {
        let (low, high) = (from.min(to), from.max(to));
        let wide = (high - low).cmpge(DVec2::splat(LEAST_BOX));
        // A box that is a line chooses a span of one axis.
        if !wide.any() || self.is_fixed() {
            return;
        }
        let (chosen_low, chosen_high) = (self.point(low, area), self.point(high, area));
        let select = |axis: usize| wide.test(axis) && self.free()[axis] > 0.0;
        let mut new = self.now;
        for axis in 0..2 {
            if select(axis) {
                new.low[axis] = chosen_low[axis];
                new.high[axis] = chosen_high[axis];
            }
        }
        self.take(new);
        if !wide.all() {
            self.fit(usize::from(wide.y), area);
        }
    }

    /// Begins where another one begins; what a person has moved, axis by axis, stays.
    pub(super) fn begin_as(&mut self, other: &PanZoom) {
        for axis in 0..2 {
            let ends = |rect: &Rect| [rect.low[axis], rect.high[axis]];
            if ends(&self.now) == ends(&self.home) {
                [self.now.low[axis], self.now.high[axis]] = ends(&other.home);
            }
        }
        (self.home, self.drag) = (other.home, None);
    }

    fn key(&mut self, key: &str, modifiers: u32, area: &Area) -> bool {
        if key == "Escape" && matches!(self.drag, Some(Drag::Box { .. })) {
            self.drag = None;
            return true;
        }
        if is_home(key) {
            self.now = self.home;
            return true;
        }
        let seen = self.seen(area);
        let middle = (seen.low + seen.high) / 2.0;
        // One axis alone, unless units are even, as a drag with the right button does; capitals zoom out.
        let factor = match key {
            "x" => DVec2::new(KEY_ZOOM, 1.0),
            "X" => DVec2::new(1.0 / KEY_ZOOM, 1.0),
            "y" => DVec2::new(1.0, KEY_ZOOM),
            "Y" => DVec2::new(1.0, 1.0 / KEY_ZOOM),
            _ => DVec2::ONE,
        };
        if factor != DVec2::ONE {
            self.zoom(middle, self.apart(factor));
            return true;
        }
        let Some([x, y, z]) = arrow(key) else { return false };
        if z != 0.0 {
            let factor = if z > 0.0 { KEY_ZOOM } else { 1.0 / KEY_ZOOM };
            self.zoom(middle, DVec2::splat(factor));
        } else {
            let step = if modifiers & SHIFT == 0 { STEP } else { STEP / 10.0 };
            self.shift(DVec2::new(x, y) * step * (seen.high - seen.low));
        }
        true
    }
}

impl Controller for PanZoom {
    fn event(&mut self, event: &Event<'_>, area: &Area) -> bool {
        match *event {
            Event::Down { twice: true, button: LEFT, .. } => {
                self.now = self.home;
                self.speed = DVec2::ZERO;
                self.drag = None;
            }
            Event::Down { at, button, modifiers, .. } => {
                self.speed = DVec2::ZERO;
                self.hand = DVec2::ZERO;
                self.drag = match button {
                    LEFT if modifiers & SHIFT != 0 => Some(Drag::Box { from: at, to: at }),
                    LEFT => Some(Drag::Pan { held: self.point(at, area) }),
                    RIGHT => Some(Drag::Zoom { around: self.point(at, area) }),
                    _ => return false,
                };
            }
            Event::Drag { from, at, time } => match &mut self.drag {
                None => return false,
                Some(Drag::Box { to, .. }) => *to = at.clamp(area.low, area.low + area.size),
                Some(Drag::Pan { held }) => {
                    let held = *held;
                    let by = held - self.point(at, area);
                    self.shift(by);
                    let seconds = time - self.last;
                    // A speed over less than a millisecond is noise.
                    if seconds > 1e-3 {
                        self.hand = by / seconds;
                        self.last = time;
                    }
                }
                Some(Drag::Zoom { around }) => {
                    let around = *around;
                    let moved = (at - from) / area.size.max_element().max(1.0);
                    let factor = DVec2::new(libm::exp(-3.0 * moved.x), libm::exp(-3.0 * moved.y));
                    self.zoom(around, self.apart(factor));
                }
            },
            Event::Up { at, time } => match self.drag.take() {
                None => return false,
                Some(Drag::Box { from, .. }) => {
                    self.finish_box(from, at.clamp(area.low, area.low + area.size), area);
                }
                // Held still before it was let go, it is not thrown.
                Some(Drag::Pan { .. }) if self.rest > 0.0 && time - self.last < 0.1 => self.speed = self.hand,
                Some(_) => {}
            },
            Event::Wheel { at, turned } => {
                self.speed = DVec2::ZERO;
                let around = self.point(at, area);
                self.zoom(around, DVec2::splat(wheel_factor(turned)));
            }
            Event::KeyDown { key, modifiers } => return self.key(key, modifiers, area),
            Event::KeyUp { .. } => return false,
        }
        true
    }

    fn advance(&mut self, seconds: f64) {
        let slower = libm::exp(-seconds / self.rest);
        // The way under a speed that falls exponentially.
        self.shift(self.speed * self.rest * (1.0 - slower));
        self.speed *= slower;
        let size = (self.now.high - self.now.low).abs();
        if (self.speed.abs() / size).max_element() < 1e-3 {
            self.speed = DVec2::ZERO;
        }
    }

    fn is_moving(&self) -> bool {
        self.speed != DVec2::ZERO
    }

    fn value(&self, area: &Area) -> Value {
        let Rect { low, high } = self.seen(area);
        Value::vec4([low.x, low.y, high.x, high.y])
    }

    fn axis(&mut self, axis: usize, ends: Option<[f64; 2]>, area: &Area) -> [f64; 2] {
        let Rect { low, high } = self.seen(area);
        let seen = [low[axis], high[axis]];
        let Some(ends) = ends.filter(|ends| *ends != seen) else { return seen };
        [self.now.low[axis], self.now.high[axis]] = ends;
        self.fit(axis, area);
        ends
    }

    fn pan_zoom(&mut self) -> Option<&mut PanZoom> {
        Some(self)
    }

    fn selection(&self) -> [f64; 4] {
        match self.drag {
            Some(Drag::Box { from, to }) => {
                let (low, high) = (from.min(to), from.max(to));
                [low.x, low.y, high.x, high.y]
            }
            _ => [0.0; 4],
        }
    }
}
