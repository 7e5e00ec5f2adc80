//! An arcball: a sphere around the centre that the pointer turns (Shoemake, «ARCBALL: A User Interface for Specifying
//! Three-Dimensional Orientation Using a Mouse», Graphics Interface 1992).
//!
//! Numbers: distance, the centre's x, y, z, and the orientation to begin with as a quaternion x, y, z, w. The last four, or seven, may
//! be left out.

use super::super::value::Value;
use super::{Area, Controller, Event, LEFT, RIGHT, SHIFT, arrow, is_home, wasd, wheel_factor};
use crate::diagnostic::Decimal;
use glam::{DMat4, DQuat, DVec2, DVec3};

/// Degrees of an arrow key; with shift a fifth.
const KEY_TURN: f64 = 5.0;
const KEY_ZOOM: f64 = 0.8;
/// Share of the area's height that a key moves the centre by; with shift a fifth.
const KEY_MOVE: f64 = 0.05;

#[derive(Clone, Copy)]
struct Pose {
    distance: f64,
    center: DVec3,
    orientation: DQuat,
}

#[derive(Clone, Copy)]
enum Drag {
    Turn,
    Move,
    Zoom,
}

pub(super) struct Arcball {
    home: Pose,
    now: Pose,
    drag: Option<Drag>,
}

impl Arcball {
    pub(super) fn of(numbers: &[f64]) -> Result<Self, String> {
        let count = numbers.len();
        if !matches!(count, 1 | 4 | 8) {
            return Err(format!("arcball takes 1, 4 or 8 numbers; {count} are given"));
        }
        if numbers[0] <= 0.0 {
            return Err(format!("arcball's distance must be positive, not {}", Decimal(numbers[0] as f32)));
        }
        let center = numbers.get(1..4).map_or(DVec3::ZERO, DVec3::from_slice);
        let given = numbers.get(4..8).map_or(DQuat::IDENTITY, DQuat::from_slice);
        if !given.length_squared().is_normal() {
            return Err("arcball's quaternion has no direction".into());
        }
        let home = Pose { distance: numbers[0], center, orientation: given.normalize() };
        Ok(Arcball { home, now: home, drag: None })
    }

    /// The point of the sphere under the pointer; beyond the sphere, of its rim.
    fn on_sphere(at: DVec2, area: &Area) -> DVec3 {
        let radius = area.size.min_element() / 2.0;
        let point = (at - area.low - area.size / 2.0) / radius.max(1.0);
        let distance = point.length_squared();
        if distance < 1.0 {
            point.extend((1.0 - distance).sqrt())
        } else {
            (point / distance.sqrt()).extend(0.0)
        }
    }

    fn turn(&mut self, by: DQuat) {
        let turned = (by * self.now.orientation).normalize();
        if turned.is_finite() {
            self.now.orientation = turned;
        }
    }

    /// Q and E turn the scene in the plane of the picture, as a drag along the rim does.
    fn roll(&mut self, key: &str) -> bool {
        let angle = match key {
            "q" | "Q" => KEY_TURN,
            "e" | "E" => -KEY_TURN,
            _ => return false,
        };
        self.turn(DQuat::from_axis_angle(DVec3::Z, angle.to_radians()));
        true
    }

    fn zoom(&mut self, factor: f64) {
        let distance = self.now.distance * factor;
        if distance.is_normal() && distance < 1e200 {
            self.now.distance = distance;
        }
    }

    /// Moves the centre in the plane of the picture, by shares of the area's height.
    fn shift(&mut self, by: DVec2) {
        let moved = self.now.orientation.inverse() * (by.extend(0.0) * self.now.distance);
        let center = self.now.center - moved;
        if center.is_finite() {
            self.now.center = center;
        }
    }
}

impl Controller for Arcball {
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
                Some(Drag::Turn) => {
                    // Twice the arc between both points, as Shoemake has it: it closes whichever way one drags.
                    let (a, b) = (Arcball::on_sphere(from, area), Arcball::on_sphere(at, area));
                    let axis = a.cross(b);
                    self.turn(DQuat::from_xyzw(axis.x, axis.y, axis.z, a.dot(b)));
                }
                Some(Drag::Move) => self.shift((at - from) / area.size.y.max(1.0)),
                Some(Drag::Zoom) => self.zoom(libm::exp(-0.01 * (at - from).y)),
            },
            Event::Up { .. } => return self.drag.take().is_some(),
            Event::Wheel { turned, .. } => self.zoom(wheel_factor(turned)),
            Event::KeyDown { key, .. } if is_home(key) => self.now = self.home,
            Event::KeyDown { key, modifiers } => match arrow(key) {
                None => match wasd(key) {
                    // The viewer goes there, so the picture the other way.
                    Some(way) => {
                        self.shift(-way * if modifiers & SHIFT == 0 { KEY_MOVE } else { KEY_MOVE / 5.0 });
                    }
                    None => return self.roll(key),
                },
                Some([x, y, 0.0]) => {
                    let step = if modifiers & SHIFT == 0 { KEY_TURN } else { KEY_TURN / 5.0 };
                    self.turn(DQuat::from_axis_angle(DVec3::new(-y, x, 0.0), step.to_radians()));
                }
                Some([_, _, z]) => self.zoom(if z > 0.0 { KEY_ZOOM } else { 1.0 / KEY_ZOOM }),
            },
            Event::KeyUp { .. } => return false,
        }
        true
    }

    fn value(&self, _: &Area) -> Value {
        let back = DMat4::from_translation(DVec3::new(0.0, 0.0, -self.now.distance));
        let turn = DMat4::from_quat(self.now.orientation);
        Value::mat4(&(back * turn * DMat4::from_translation(-self.now.center)))
    }
}
