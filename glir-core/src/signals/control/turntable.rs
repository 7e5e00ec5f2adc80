//! A turntable: the scene turns under the viewer around the z axis, and tilts; up stays up.
//!
//! Numbers: elevation and azimuth in degrees, distance, and the centre's x, y, z (0 if left out). Azimuth 0 looks along +y, elevation
//! 90 straight down.

use super::super::value::Value;
use super::{Area, Controller, Event, LEFT, RIGHT, SHIFT, arrow, is_home, wasd, wheel_factor};
use crate::diagnostic::Decimal;
use glam::{DMat4, DVec2, DVec3};

/// Degrees a pixel of dragging.
const TURN: f64 = 0.5;
/// Degrees of an arrow key; with shift a fifth.
const KEY_TURN: f64 = 5.0;
const KEY_ZOOM: f64 = 0.8;
/// Share of the area's height that a key moves the centre by; with shift a fifth.
const KEY_MOVE: f64 = 0.05;

#[derive(Clone, Copy)]
struct Pose {
    elevation: f64,
    azimuth: f64,
    distance: f64,
    center: DVec3,
}

#[derive(Clone, Copy)]
enum Drag {
    Turn,
    Move,
    Zoom,
}

pub(super) struct Turntable {
    home: Pose,
    now: Pose,
    drag: Option<Drag>,
}

impl Turntable {
    pub(super) fn of(numbers: &[f64]) -> Result<Self, String> {
        let (&[elevation, azimuth, distance], center) = numbers
            .split_first_chunk::<3>()
            .filter(|(_, center)| center.is_empty() || center.len() == 3)
            .ok_or_else(|| format!("turntable takes 3 or 6 numbers; {} are given", numbers.len()))?;
        if distance <= 0.0 {
            return Err(format!("turntable's distance must be positive, not {}", Decimal(distance as f32)));
        }
        let center = if center.is_empty() { DVec3::ZERO } else { DVec3::from_slice(center) };
        let home = Pose { elevation: elevation.clamp(-90.0, 90.0), azimuth, distance, center };
        Ok(Turntable { home, now: home, drag: None })
    }

    fn turn(&mut self, azimuth: f64, elevation: f64) {
        let azimuth = self.now.azimuth + azimuth;
        self.now.azimuth = azimuth - 360.0 * (azimuth / 360.0).floor();
        self.now.elevation = (self.now.elevation + elevation).clamp(-90.0, 90.0);
    }

    fn zoom(&mut self, factor: f64) {
        let distance = self.now.distance * factor;
        if distance.is_normal() && distance < 1e200 {
            self.now.distance = distance;
        }
    }

    /// Turns the world so that the viewer looks along −z.
    fn rotation(&self) -> DMat4 {
        let tilt = (self.now.elevation - 90.0).to_radians();
        DMat4::from_rotation_x(tilt) * DMat4::from_rotation_z(-self.now.azimuth.to_radians())
    }

    /// Moves the centre in the plane of the picture, by shares of the area's height.
    fn shift(&mut self, by: DVec2) {
        let moved = self.rotation().inverse().transform_vector3(by.extend(0.0) * self.now.distance);
        let center = self.now.center - moved;
        if center.is_finite() {
            self.now.center = center;
        }
    }
}

impl Controller for Turntable {
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
            Event::Drag { from, at, .. } => {
                let moved = at - from;
                match self.drag {
                    None => return false,
                    Some(Drag::Turn) => self.turn(-moved.x * TURN, -moved.y * TURN),
                    Some(Drag::Move) => self.shift(moved / area.size.y.max(1.0)),
                    Some(Drag::Zoom) => self.zoom(libm::exp(-0.01 * moved.y)),
                }
            }
            Event::Up { .. } => return self.drag.take().is_some(),
            Event::Wheel { turned, .. } => self.zoom(wheel_factor(turned)),
            Event::KeyDown { key, .. } if is_home(key) => self.now = self.home,
            Event::KeyDown { key, modifiers } => match arrow(key) {
                None => match wasd(key) {
                    // The viewer goes there, so the picture the other way.
                    Some(way) => {
                        self.shift(-way * if modifiers & SHIFT == 0 { KEY_MOVE } else { KEY_MOVE / 5.0 });
                    }
                    None => return false,
                },
                Some([x, y, 0.0]) => {
                    let step = if modifiers & SHIFT == 0 { KEY_TURN } else { KEY_TURN / 5.0 };
                    self.turn(x * step, y * step);
                }
                Some([_, _, z]) => self.zoom(if z > 0.0 { KEY_ZOOM } else { 1.0 / KEY_ZOOM }),
            },
            Event::KeyUp { .. } => return false,
        }
        true
    }

    fn value(&self, _: &Area) -> Value {
        let back = DMat4::from_translation(DVec3::new(0.0, 0.0, -self.now.distance));
        Value::mat4(&(back * self.rotation() * DMat4::from_translation(-self.now.center)))
    }
}
