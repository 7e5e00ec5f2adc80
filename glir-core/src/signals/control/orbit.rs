//! Orbits: the viewer looks at a centre from a distance. How the scene turns between them is a turntable's or an arcball's affair; all
//! else is the same: the left button turns, with shift it moves, the right one and the wheel zoom, and a double click leads home.

use super::super::value::Value;
use super::arcball::Arcball;
use super::turntable::Turntable;
use super::{Area, Controller, Event, LEFT, RIGHT, SHIFT, arrow, is_home, wasd, wheel_factor};
use crate::diagnostic::Decimal;
use glam::{DMat4, DVec2, DVec3};
use glir_spec::enums::SignalOp;

/// Degrees of an arrow key; with shift a fifth.
pub(super) const KEY_TURN: f64 = 5.0;
const KEY_ZOOM: f64 = 0.8;
/// Share of the area's height that a key moves the centre by; with shift a fifth.
const KEY_MOVE: f64 = 0.05;

/// How a scene turns in front of its viewer.
pub(super) trait Turning {
    /// The pointer was dragged, in pixels of the canvas.
    fn drag(&mut self, from: DVec2, at: DVec2, area: &Area);
    /// Turns to the right and up, in degrees, as arrow keys do.
    fn step(&mut self, x: f64, y: f64);
    /// Another key. False if it has no use for it.
    fn key(&mut self, key: &str) -> bool {
        let _ = key;
        false
    }
    /// Turns the world so that the viewer looks along −z.
    fn rotation(&self) -> DMat4;
}

/// Both ways to turn.
#[derive(Clone, Copy)]
pub(super) enum Turn {
    Table(Turntable),
    Ball(Arcball),
}

impl Turn {
    fn get(&self) -> &dyn Turning {
        match self {
            Turn::Table(table) => table,
            Turn::Ball(ball) => ball,
        }
    }

    fn get_mut(&mut self) -> &mut dyn Turning {
        match self {
            Turn::Table(table) => table,
            Turn::Ball(ball) => ball,
        }
    }
}

#[derive(Clone, Copy)]
struct Pose {
    turn: Turn,
    distance: f64,
    center: DVec3,
}

#[derive(Clone, Copy)]
enum Drag {
    Turn,
    Move,
    Zoom,
}

pub(in crate::signals) struct Orbit {
    home: Pose,
    now: Pose,
    drag: Option<Drag>,
}

impl Orbit {
    /// An orbit of an operation `op` around a centre: its x, y and z, or nothing for 0.
    pub(super) fn new(op: SignalOp, turn: Turn, distance: f64, center: &[f64]) -> Result<Self, String> {
        if distance <= 0.0 {
            return Err(format!("{op}'s distance must be positive, not {}", Decimal(distance as f32)));
        }
        let center = if center.is_empty() { DVec3::ZERO } else { DVec3::from_slice(center) };
        let home = Pose { turn, distance, center };
        Ok(Orbit { home, now: home, drag: None })
    }

    /// Begins where another one begins. How it is turned stays, and so do the distance, in that with which it begins, and a centre that a
    /// person has moved.
    pub(super) fn begin_as(&mut self, other: &Orbit) {
        self.zoom(other.home.distance / self.home.distance);
        if self.now.center == self.home.center {
            self.now.center = other.home.center;
        }
        (self.home, self.drag) = (other.home, None);
    }

    fn zoom(&mut self, factor: f64) {
        let distance = self.now.distance * factor;
        if distance.is_normal() && distance < 1e200 {
            self.now.distance = distance;
        }
    }

    /// Moves the centre in the plane of the picture, by shares of the area's height.
    fn shift(&mut self, by: DVec2) {
        let back = self.now.turn.get().rotation().inverse();
        let center = self.now.center - back.transform_vector3(by.extend(0.0) * self.now.distance);
        if center.is_finite() {
            self.now.center = center;
        }
    }
}

impl Controller for Orbit {
    fn event(&mut self, event: &Event<'_>, area: &Area) -> bool {
        match *event {
            Event::Down { twice: true, button: LEFT, .. } => {
                self.now = self.home;
                self.drag = None;
            }
            Event::Down { button, modifiers, .. } => {
                self.drag = Some(match button {
                    LEFT if modifiers & SHIFT != 0 => Drag::Move,
                    LEFT => Drag::Turn,
                    RIGHT => Drag::Zoom,
                    _ => return false,
                });
            }
            Event::Drag { from, at, .. } => match self.drag {
                None => return false,
                Some(Drag::Turn) => self.now.turn.get_mut().drag(from, at, area),
                Some(Drag::Move) => self.shift((at - from) / area.size.y.max(1.0)),
                Some(Drag::Zoom) => self.zoom(libm::exp(-0.01 * (at - from).y)),
            },
            Event::Up { .. } => return self.drag.take().is_some(),
            Event::Wheel { turned, .. } => self.zoom(wheel_factor(turned)),
            Event::KeyDown { key, .. } if is_home(key) => self.now = self.home,
            Event::KeyDown { key, modifiers } => {
                let share = if modifiers & SHIFT == 0 { 1.0 } else { 0.2 };
                match (arrow(key), wasd(key)) {
                    (Some([x, y, 0.0]), _) => {
                        self.now.turn.get_mut().step(x * KEY_TURN * share, y * KEY_TURN * share);
                    }
                    (Some([_, _, z]), _) => self.zoom(if z > 0.0 { KEY_ZOOM } else { 1.0 / KEY_ZOOM }),
                    // The viewer goes there, so the picture the other way.
                    (None, Some(way)) => self.shift(-way * KEY_MOVE * share),
                    (None, None) => return self.now.turn.get_mut().key(key),
                }
            }
            Event::KeyUp { .. } => return false,
        }
        true
    }

    fn orbit(&mut self) -> Option<&mut Orbit> {
        Some(self)
    }

    fn value(&self, _: &Area) -> Value {
        let back = DMat4::from_translation(DVec3::new(0.0, 0.0, -self.now.distance));
        Value::mat4(&(back * self.now.turn.get().rotation() * DMat4::from_translation(-self.now.center)))
    }
}
