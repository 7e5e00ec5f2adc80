//! Flying through the scene: W, A, S, D or the arrows move, F and C rise and sink, Q and E roll, dragging looks around, as
//! I, J, K and L do; + and − change the speed.
//!
//! Numbers: units a second, the position's x, y, z, and the orientation to begin with as a quaternion x, y, z, w. The last four, or
//! seven, may be left out.

use super::super::value::Value;
use super::{Area, Controller, Event, LEFT, SHIFT, is_home};
use crate::diagnostic::Decimal;
use glam::{DMat4, DQuat, DVec3};

/// Radians a pixel of dragging.
const LOOK: f64 = 0.005;
/// Radians a second of turning by keys.
const SPIN: f64 = 1.0;
/// A turn of the wheel changes the speed by this power of e a pixel.
const WHEEL_SPEED: f64 = 0.002;
/// Factor of the keys + and −.
const KEY_SPEED: f64 = 1.25;

#[derive(Clone, Copy)]
struct Pose {
    speed: f64,
    position: DVec3,
    /// Turns the viewer's axes to the world's.
    orientation: DQuat,
}

pub(super) struct Fly {
    home: Pose,
    now: Pose,
    dragged: bool,
    /// A bit for each pressed key of [`KEYS`].
    pressed: u32,
    fast: bool,
}

/// Keys, the direction of the viewer's axes in which they move, and the axis around which they turn.
const KEYS: [(&str, [f64; 3], [f64; 3]); 16] = [
    ("w", [0.0, 0.0, -1.0], [0.0; 3]),
    ("ArrowUp", [0.0, 0.0, -1.0], [0.0; 3]),
    ("s", [0.0, 0.0, 1.0], [0.0; 3]),
    ("ArrowDown", [0.0, 0.0, 1.0], [0.0; 3]),
    ("a", [-1.0, 0.0, 0.0], [0.0; 3]),
    ("ArrowLeft", [-1.0, 0.0, 0.0], [0.0; 3]),
    ("d", [1.0, 0.0, 0.0], [0.0; 3]),
    ("ArrowRight", [1.0, 0.0, 0.0], [0.0; 3]),
    ("f", [0.0, 1.0, 0.0], [0.0; 3]),
    ("c", [0.0, -1.0, 0.0], [0.0; 3]),
    ("q", [0.0; 3], [0.0, 0.0, 1.0]),
    ("e", [0.0; 3], [0.0, 0.0, -1.0]),
    ("i", [0.0; 3], [1.0, 0.0, 0.0]),
    ("k", [0.0; 3], [-1.0, 0.0, 0.0]),
    ("j", [0.0; 3], [0.0, 1.0, 0.0]),
    ("l", [0.0; 3], [0.0, -1.0, 0.0]),
];

/// The bit of a key; letters count whatever their case.
fn bit(key: &str) -> Option<u32> {
    KEYS.iter().position(|(known, ..)| known.eq_ignore_ascii_case(key)).map(|index| 1 << index)
}

impl Fly {
    pub(super) fn of(numbers: &[f64]) -> Result<Self, String> {
        let count = numbers.len();
        if !matches!(count, 1 | 4 | 8) {
            return Err(format!("fly takes 1, 4 or 8 numbers; {count} are given"));
        }
        if numbers[0] <= 0.0 {
            return Err(format!("fly's speed must be positive, not {}", Decimal(numbers[0] as f32)));
        }
        let position = numbers.get(1..4).map_or(DVec3::ZERO, DVec3::from_slice);
        let given = numbers.get(4..8).map_or(DQuat::IDENTITY, DQuat::from_slice);
        if !given.length_squared().is_normal() {
            return Err("fly's quaternion has no direction".into());
        }
        let home = Pose { speed: numbers[0], position, orientation: given.normalize() };
        Ok(Fly { home, now: home, dragged: false, pressed: 0, fast: false })
    }
}

impl Fly {
    fn hasten(&mut self, factor: f64) {
        let speed = self.now.speed * factor;
        if speed.is_normal() && speed < 1e200 {
            self.now.speed = speed;
        }
    }
}

impl Controller for Fly {
    fn event(&mut self, event: &Event<'_>, _: &Area) -> bool {
        match *event {
            Event::Down { twice: true, button: LEFT, .. } => {
                self.now = self.home;
                self.dragged = false;
            }
            Event::Down { button: LEFT, .. } => self.dragged = true,
            Event::Down { .. } => return false,
            Event::Drag { from, at, .. } => {
                if !self.dragged {
                    return false;
                }
                let moved = (at - from) * LOOK;
                let look = DQuat::from_rotation_y(-moved.x) * DQuat::from_rotation_x(moved.y);
                self.now.orientation = (self.now.orientation * look).normalize();
            }
            Event::Up { .. } => return std::mem::take(&mut self.dragged),
            Event::Wheel { turned, .. } => {
                self.hasten(libm::exp(turned.clamp(-1200.0, 1200.0) * WHEEL_SPEED));
            }
            Event::KeyDown { key, .. } if is_home(key) => self.now = self.home,
            Event::KeyDown { key, modifiers } => {
                if let "+" | "=" | "-" | "_" = key {
                    self.hasten(if matches!(key, "+" | "=") { KEY_SPEED } else { 1.0 / KEY_SPEED });
                    return true;
                }
                let Some(bit) = bit(key) else { return false };
                self.pressed |= bit;
                self.fast = modifiers & SHIFT != 0;
            }
            Event::KeyUp { key } => {
                let Some(bit) = bit(key) else { return false };
                self.pressed &= !bit;
            }
        }
        true
    }

    fn advance(&mut self, seconds: f64) {
        let (mut way, mut spin) = (DVec3::ZERO, DVec3::ZERO);
        for (index, (_, direction, turn)) in KEYS.iter().enumerate() {
            if self.pressed & (1 << index) != 0 {
                way += DVec3::from_array(*direction);
                spin += DVec3::from_array(*turn);
            }
        }
        let speed = if self.fast { 5.0 * self.now.speed } else { self.now.speed };
        let position = self.now.position + self.now.orientation * way.normalize_or_zero() * speed * seconds;
        if position.is_finite() {
            self.now.position = position;
        }
        if let Some(axis) = spin.try_normalize() {
            let turned = self.now.orientation * DQuat::from_axis_angle(axis, SPIN * seconds);
            self.now.orientation = turned.normalize();
        }
    }

    fn is_moving(&self) -> bool {
        self.pressed != 0
    }

    fn value(&self, _: &Area) -> Value {
        let inverse = DMat4::from_quat(self.now.orientation.inverse());
        Value::mat4(&(inverse * DMat4::from_translation(-self.now.position)))
    }
}
