//! An arcball: a sphere around the centre that the pointer turns (Shoemake, «ARCBALL: A User Interface for Specifying
//! Three-Dimensional Orientation Using a Mouse», Graphics Interface 1992).
//!
//! Numbers: distance, the centre's x, y, z, and the orientation to begin with as a quaternion x, y, z, w. The last four, or seven, may
//! be left out.

use super::Area;
use super::orbit::{KEY_TURN, Orbit, Turn, Turning};
use glam::{DMat4, DQuat, DVec2, DVec3};
use glir_spec::enums::SignalOp;

#[derive(Clone, Copy)]
pub(super) struct Arcball {
    orientation: DQuat,
}

impl Arcball {
    pub(super) fn of(numbers: &[f64]) -> Result<Orbit, String> {
        let count = numbers.len();
        if !matches!(count, 1 | 4 | 8) {
            return Err(format!("arcball takes 1, 4 or 8 numbers; {count} are given"));
        }
        let given = numbers.get(4..8).map_or(DQuat::IDENTITY, DQuat::from_slice);
        if !given.length_squared().is_normal() {
            return Err("arcball's quaternion has no direction".into());
        }
        let turn = Arcball { orientation: given.normalize() };
        Orbit::new(SignalOp::Arcball, Turn::Ball(turn), numbers[0], numbers.get(1..4).unwrap_or_default())
    }

    fn turn(&mut self, by: DQuat) {
        let turned = (by * self.orientation).normalize();
        if turned.is_finite() {
            self.orientation = turned;
        }
    }
}

/// The point of the sphere under the pointer; beyond the sphere, of its rim.
fn on_sphere(at: DVec2, area: &Area) -> DVec3 {
    let radius = area.size.min_element() / 2.0;
    let point = (at - area.low - area.size / 2.0) / radius.max(1.0);
    let distance = point.length_squared();
    if distance < 1.0 { point.extend((1.0 - distance).sqrt()) } else { (point / distance.sqrt()).extend(0.0) }
}

impl Turning for Arcball {
    fn drag(&mut self, from: DVec2, at: DVec2, area: &Area) {
        // Twice the arc between both points, as Shoemake has it: it closes whichever way one drags.
        let (a, b) = (on_sphere(from, area), on_sphere(at, area));
        let axis = a.cross(b);
        self.turn(DQuat::from_xyzw(axis.x, axis.y, axis.z, a.dot(b)));
    }

    fn step(&mut self, x: f64, y: f64) {
        self.turn(DQuat::from_rotation_y(x.to_radians()) * DQuat::from_rotation_x(-y.to_radians()));
    }

    /// Q and E turn the scene in the plane of the picture, as a drag along the rim does.
    fn key(&mut self, key: &str) -> bool {
        let angle = match key {
            "q" | "Q" => KEY_TURN,
            "e" | "E" => -KEY_TURN,
            _ => return false,
        };
        self.turn(DQuat::from_axis_angle(DVec3::Z, angle.to_radians()));
        true
    }

    fn rotation(&self) -> DMat4 {
        DMat4::from_quat(self.orientation)
    }
}
