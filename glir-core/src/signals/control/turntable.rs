//! A turntable: the scene turns under the viewer around the z axis, and tilts; up stays up.
//!
//! Numbers: elevation and azimuth in degrees, distance, and the centre's x, y, z (0 if left out). Azimuth 0 looks along +y, elevation
//! 90 straight down.

use super::Area;
use super::orbit::{Orbit, Turn, Turning};
use glam::{DMat4, DVec2};
use glir_spec::enums::SignalOp;

/// Degrees a pixel of dragging.
const TURN: f64 = 0.5;

#[derive(Clone, Copy)]
pub(super) struct Turntable {
    elevation: f64,
    azimuth: f64,
}

impl Turntable {
    pub(super) fn of(numbers: &[f64]) -> Result<Orbit, String> {
        let (&[elevation, azimuth, distance], center) = numbers
            .split_first_chunk::<3>()
            .filter(|(_, center)| center.is_empty() || center.len() == 3)
            .ok_or_else(|| format!("turntable takes 3 or 6 numbers; {} are given", numbers.len()))?;
        let turn = Turntable { elevation: elevation.clamp(-90.0, 90.0), azimuth };
        Orbit::new(SignalOp::Turntable, Turn::Table(turn), distance, center)
    }
}

impl Turning for Turntable {
    fn drag(&mut self, from: DVec2, at: DVec2, _: &Area) {
        let by = (from - at) * TURN;
        self.step(by.x, by.y);
    }

    fn step(&mut self, x: f64, y: f64) {
        let azimuth = self.azimuth + x;
        self.azimuth = azimuth - 360.0 * (azimuth / 360.0).floor();
        self.elevation = (self.elevation + y).clamp(-90.0, 90.0);
    }

    fn rotation(&self) -> DMat4 {
        let tilt = (self.elevation - 90.0).to_radians();
        DMat4::from_rotation_x(tilt) * DMat4::from_rotation_z(-self.azimuth.to_radians())
    }
}
