//! A camera for one picture of things in space. Cameras that a person moves are the scene's.

use crate::bounds::Bounds;
use crate::view::View;
use glam::{DMat4, DVec3};

/// The angle from the bottom to the top of what is seen, or from left to right where that is less, in degrees.
const ANGLE: f64 = 30.0;

/// How much wider than the box the picture is, at the most.
const MARGIN: f64 = 1.05;

/// A view of all that lies in a box, in perspective, from a direction: `azimuth` around the z axis, from −y towards x, and `elevation`
/// above the plane of x and y, both in degrees. z goes up.
///
/// ```
/// use glir_visuals::{Bounds, camera};
///
/// let bounds = Bounds::of([[0.0, 0.0, 0.0], [2.0, 2.0, 2.0]]);
/// let view = camera::orbit(bounds, 0.0, 0.0, [0.0, 0.0, 200.0, 100.0]);
/// let [x, y] = view.pixel([1.0, 1.0, 1.0].into()).unwrap();
/// assert!((x - 100.0).abs() < 1e-9 && (y - 50.0).abs() < 1e-9);
/// // x goes to the right and z up.
/// assert!(view.pixel([2.0, 1.0, 1.0].into()).unwrap()[0] > x);
/// assert!(view.pixel([1.0, 1.0, 2.0].into()).unwrap()[1] > y);
/// ```
pub fn orbit(bounds: Option<Bounds>, azimuth: f64, elevation: f64, viewport: [f64; 4]) -> View {
    let bounds = bounds.unwrap_or(Bounds { min: DVec3::splat(-1.0), max: DVec3::splat(1.0) });
    let half_size = bounds.size() * 0.5;
    let radius = half_size.length();
    let usable = radius > 0.0 && radius.is_finite();
    let (half_size, radius) = if usable { (half_size, radius) } else { (DVec3::ONE, 3.0_f64.sqrt()) };
    let aspect = viewport[2] / viewport[3];
    let aspect = if aspect > 0.0 && aspect.is_finite() { aspect } else { 1.0 };
    // A unit of height, or of width where that is less, at the distance 1.
    let least = (0.5 * ANGLE).to_radians().tan();
    let (wide, tall) = if aspect < 1.0 { (least, least / aspect) } else { (least * aspect, least) };

    // Things are turned to the camera: x to the right, z up, and away along −z of the eye.
    let upright = DMat4::from_rotation_x((elevation - 90.0).to_radians())
        * DMat4::from_rotation_z(-azimuth.to_radians());
    // So near that all corners of the box are just seen.
    let corners = (0..8).map(|corner| {
        let side = |axis: usize| if corner >> axis & 1 == 0 { -1.0 } else { 1.0 };
        upright.transform_vector3(half_size * DVec3::new(side(0), side(1), side(2)))
    });
    let needed = corners.map(|corner| corner.z + MARGIN * (corner.x.abs() / wide).max(corner.y.abs() / tall));
    let distance = needed.fold(1.1 * radius, f64::max);
    let (near, far) = (distance - 1.05 * radius, distance + 1.05 * radius);
    let projection = DMat4::from_cols_array_2d(&[
        [1.0 / wide, 0.0, 0.0, 0.0],
        [0.0, 1.0 / tall, 0.0, 0.0],
        [0.0, 0.0, (far + near) / (near - far), -1.0],
        [0.0, 0.0, 2.0 * far * near / (near - far), 0.0],
    ]);
    let view = DMat4::from_translation(DVec3::new(0.0, 0.0, -distance)) * upright;
    View { viewport, origin: bounds.center(), view, projection, signals: None }
}
