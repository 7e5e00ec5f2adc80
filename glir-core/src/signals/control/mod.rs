//! Controllers: signals with a state that a person changes by pointer, wheel and keys.

mod arcball;
mod clock;
mod fly;
mod orbit;
mod pan_zoom;
mod turntable;

use super::value::Value;
use crate::diagnostic::Decimal;
use glam::DVec2;
use glir_spec::enums::SignalOp;
use glir_spec::signals::kind_of_controller;
use orbit::Orbit;
use pan_zoom::PanZoom;

/// A rectangle of a canvas, in pixels from the lower left corner.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) low: DVec2,
    pub(super) size: DVec2,
}

impl Area {
    /// The area of a vec4 (left, bottom, width, height).
    pub(super) fn of(value: &Value) -> Area {
        let number = |index| value.component(index);
        Area { low: DVec2::new(number(0), number(1)), size: DVec2::new(number(2), number(3)) }
    }

    /// Whether there is any of it, and a point lies in it.
    pub(super) fn contains(&self, point: DVec2) -> bool {
        let inside = point - self.low;
        self.is_some() && inside.cmpge(DVec2::ZERO).all() && inside.cmplt(self.size).all()
    }

    pub(super) fn is_some(&self) -> bool {
        self.size.cmpgt(DVec2::ZERO).all() && self.size.is_finite()
    }

    /// Where a point lies, from (0, 0) at the lower left to (1, 1).
    fn share(&self, point: DVec2) -> DVec2 {
        (point - self.low) / self.size
    }
}

/// The buttons of a pointer.
pub(super) const LEFT: u8 = 0;
pub(super) const RIGHT: u8 = 2;
/// Shift among the modifiers; the others are the browser's and the system's.
pub(super) const SHIFT: u32 = 1;

/// What a person does, where a controller is concerned. Points are in pixels of the canvas.
#[derive(Clone, Copy)]
pub(super) enum Event<'e> {
    /// A button went down in the area. `twice` if it is the second of a double click.
    Down { at: DVec2, button: u8, modifiers: u32, twice: bool },
    /// The pointer moved while the button that went down is held.
    Drag { from: DVec2, at: DVec2, time: f64 },
    /// The button went up.
    Up { at: DVec2, time: f64 },
    /// The wheel turned over the area: pixels, positive away from the user.
    Wheel { at: DVec2, turned: f64 },
    /// A key went down, or is repeated.
    KeyDown { key: &'e str, modifiers: u32 },
    /// A key went up.
    KeyUp { key: &'e str },
}

/// A signal with a state.
pub(super) trait Controller: Send {
    /// What a person did. True if the controller has a use for it.
    fn event(&mut self, event: &Event<'_>, area: &Area) -> bool;

    /// Seconds went by while it moves by itself.
    fn advance(&mut self, seconds: f64) {
        let _ = seconds;
    }

    /// Whether it moves by itself.
    fn is_moving(&self) -> bool {
        false
    }

    /// Its value.
    fn value(&self, area: &Area) -> Value;

    /// Where an axis of what it shows begins and ends, after it has been given other ends: how linked controllers keep together.
    fn axis(&mut self, axis: usize, ends: Option<[f64; 2]>, area: &Area) -> [f64; 2] {
        let _ = (axis, ends, area);
        [0.0; 2]
    }

    /// The controller, if it is a rectangle that is panned and zoomed.
    fn pan_zoom(&mut self) -> Option<&mut PanZoom> {
        None
    }

    /// The controller, if it is an orbit.
    fn orbit(&mut self) -> Option<&mut Orbit> {
        None
    }

    /// The rectangle that is being drawn, in pixels: left, bottom, right, top.
    fn selection(&self) -> [f64; 4] {
        [0.0; 4]
    }
}

/// Makes a controller of its numbers; what is wrong with them is a clause. None for other operations.
pub(super) fn of(op: SignalOp, numbers: &[f64]) -> Option<Result<Box<dyn Controller>, String>> {
    if let Some(wrong) = numbers.iter().find(|number| !number.is_finite()) {
        return is(op).then(|| Err(format!("{op} takes finite numbers, not {}", Decimal(*wrong as f32))));
    }
    Some(match op {
        SignalOp::PanZoom => PanZoom::of(numbers).map(boxed),
        SignalOp::Turntable => turntable::Turntable::of(numbers).map(boxed),
        SignalOp::Arcball => arcball::Arcball::of(numbers).map(boxed),
        SignalOp::Fly => fly::Fly::of(numbers).map(boxed),
        SignalOp::Clock => clock::Clock::of(numbers).map(boxed),
        _ => return None,
    })
}

/// Which axes, x and y, a controller shares with others.
pub(super) fn linked(op: SignalOp, numbers: &[f64]) -> [bool; 2] {
    match (op, numbers) {
        (SignalOp::PanZoom, [_, _, _, _, options, ..]) => pan_zoom::linked(*options),
        _ => [false; 2],
    }
}

/// Lets a controller go on as another one of its kind, which a person may have moved and which began elsewhere: what was not moved stands
/// where it begins, and that is where it is led home.
pub(super) fn go_on(ours: &mut Box<dyn Controller>, mut other: Box<dyn Controller>) {
    if let (Some(new), Some(old)) = (ours.pan_zoom(), other.pan_zoom()) {
        old.begin_as(new);
    } else if let (Some(new), Some(old)) = (ours.orbit(), other.orbit()) {
        old.begin_as(new);
    }
    *ours = other;
}

fn boxed<C: Controller + 'static>(controller: C) -> Box<dyn Controller> {
    Box::new(controller)
}

fn is(op: SignalOp) -> bool {
    kind_of_controller(op).is_some()
}

/// The factor by which a turn of the wheel makes what is seen smaller: a notch of 120 pixels is a quarter.
fn wheel_factor(turned: f64) -> f64 {
    libm::exp(-turned.clamp(-1200.0, 1200.0) * 0.002)
}

/// The directions of keys: arrows in x and y, + and − in z.
fn arrow(key: &str) -> Option<[f64; 3]> {
    Some(match key {
        "ArrowLeft" => [-1.0, 0.0, 0.0],
        "ArrowRight" => [1.0, 0.0, 0.0],
        "ArrowDown" => [0.0, -1.0, 0.0],
        "ArrowUp" => [0.0, 1.0, 0.0],
        "+" | "=" | "PageUp" => [0.0, 0.0, 1.0],
        "-" | "_" | "PageDown" => [0.0, 0.0, -1.0],
        _ => return None,
    })
}

/// The directions of W, A, S and D, which move the centre of a scene.
fn wasd(key: &str) -> Option<DVec2> {
    Some(match key {
        "a" | "A" => DVec2::NEG_X,
        "d" | "D" => DVec2::X,
        "s" | "S" => DVec2::NEG_Y,
        "w" | "W" => DVec2::Y,
        _ => return None,
    })
}

/// The keys that bring a controller back to where it began.
fn is_home(key: &str) -> bool {
    matches!(key, "Home" | "0" | "r" | "R")
}
