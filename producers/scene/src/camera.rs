//! Cameras: which part of a scene a view box shows, and from where.
//!
//! Each stands for a controller of the language's interaction (see its reference): the numbers here are the pose that it begins
//! with. The matrices worked out here are those of that pose, so that a picture is right before anything is touched, and on
//! interpreters whose events go nowhere.

use crate::error::{Result, refuse};
use crate::layout::Area;
use glam::{DMat4, DQuat, DVec3};
use glir_visuals::View;

/// What a view box looks through.
///
/// ```
/// use glir_scene::{Area, Camera, Lens, PanZoom, Region, Scene, Turntable};
///
/// let mut scene = Scene::new(640, 480)?;
/// let root = scene.root();
/// let half = |x: f64| Region::At(Area::new(x, 0.0, 320.0, 480.0));
/// let plane = PanZoom { even: true, ..PanZoom::new([0.0, -1.0, 10.0, 1.0]) };
/// scene.add_view(root, half(0.0), Camera::PanZoom(plane))?;
/// let space = Turntable { lens: Lens::Orthographic, ..Turntable::around([0.0; 3], 1.0) };
/// scene.add_view(root, half(320.0), Camera::Turntable(space))?;
/// # Ok::<(), glir_scene::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Camera {
    /// Pixels of the box, from its lower left corner; nobody moves it.
    Pixels,
    /// A rectangle of the plane.
    PanZoom(PanZoom),
    /// Circles around a centre, with z upward.
    Turntable(Turntable),
    /// Turns freely around a centre.
    Arcball(Arcball),
    /// Moves through the scene.
    Fly(Fly),
}

/// A rectangle of the plane that a person pans and zooms.
///
/// ```
/// use glir_scene::{Area, PanZoom};
///
/// // As long units in x as in y: more is seen where the box has another shape.
/// let camera = PanZoom { even: true, ..PanZoom::new([0.0, 0.0, 1.0, 1.0]) };
/// assert_eq!(camera.seen(&Area::new(0.0, 0.0, 200.0, 100.0)), [-0.5, 0.0, 1.5, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PanZoom {
    /// Left, bottom, right and top. Left may be greater than right, and bottom greater than top: the axis then runs the other way.
    pub rect: [f64; 4],
    /// A unit is as long in x as in y: the rectangle is widened where the box has another shape.
    pub even: bool,
    /// Whether a person may move it in x.
    pub pans_x: bool,
    /// Whether a person may move it in y.
    pub pans_y: bool,
    /// Seconds in which a thrown rectangle comes to rest, 0 to 10; 0: it is not thrown.
    pub inertia: f64,
}

/// How space becomes a plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Lens {
    /// What is farther is smaller. The vertical angle of view in degrees, above 0 and below 180.
    Perspective(f64),
    /// Parallels stay parallel. At the centre things are as large as through a perspective of 45°.
    Orthographic,
}

/// A camera that circles around a centre.
///
/// ```
/// use glir_scene::Turntable;
///
/// let camera = Turntable { elevation: 90.0, ..Turntable::around([1.0, 2.0, 3.0], 5.0) };
/// assert!(camera.distance > 5.0); // all of the sphere is seen
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turntable {
    /// Degrees above the plane, −90 to 90; 90 looks straight down.
    pub elevation: f64,
    /// Degrees around z; 0 looks along +y.
    pub azimuth: f64,
    /// From the centre, above 0.
    pub distance: f64,
    /// What it circles around.
    pub center: [f64; 3],
    /// Perspective or not.
    pub lens: Lens,
}

/// A camera that turns freely around a centre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arcball {
    /// From the centre, above 0.
    pub distance: f64,
    /// What it turns around.
    pub center: [f64; 3],
    /// How the scene is turned, as a quaternion x, y, z, w.
    pub orientation: [f64; 4],
    /// Perspective or not.
    pub lens: Lens,
}

/// A camera that moves through the scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fly {
    /// Units a second.
    pub speed: f64,
    /// Where it is.
    pub position: [f64; 3],
    /// How it is turned, as a quaternion x, y, z, w; without turn it looks along −z, with y upward.
    pub orientation: [f64; 4],
    /// The vertical angle of view in degrees.
    pub angle: f64,
    /// The nearest and the farthest that it sees.
    pub depth: [f64; 2],
}

impl PanZoom {
    /// Shows a rectangle: left, bottom, right, top.
    pub fn new(rect: [f64; 4]) -> Self {
        PanZoom { rect, even: false, pans_x: true, pans_y: true, inertia: 0.0 }
    }
}

impl Turntable {
    /// Looks at a sphere from all of which it sees, 30° above and 30° aside.
    pub fn around(center: [f64; 3], radius: f64) -> Self {
        let lens = Lens::Perspective(45.0);
        Turntable { elevation: 30.0, azimuth: 30.0, distance: lens.distance(radius), center, lens }
    }
}

impl Arcball {
    /// Looks along −z at a sphere, all of which it sees.
    pub fn around(center: [f64; 3], radius: f64) -> Self {
        let lens = Lens::Perspective(45.0);
        Arcball { distance: lens.distance(radius), center, orientation: [0.0, 0.0, 0.0, 1.0], lens }
    }
}

impl Lens {
    /// Far enough to see all of a sphere.
    fn distance(self, radius: f64) -> f64 {
        let radius = if radius.is_finite() && radius > 0.0 { radius } else { 1.0 };
        radius / (self.angle().to_radians() / 2.0).sin()
    }

    /// The vertical angle, at the centre.
    pub(crate) fn angle(self) -> f64 {
        match self {
            Lens::Perspective(angle) => angle,
            Lens::Orthographic => 45.0,
        }
    }

    /// The projection of a camera so far from what it looks at. What is [`NEAR`] to [`FAR`] times as far is seen.
    fn projection(self, distance: f64, aspect: f64) -> DMat4 {
        let angle = self.angle().to_radians();
        match self {
            Lens::Perspective(_) => perspective(angle, aspect, distance * NEAR, distance * FAR),
            Lens::Orthographic => {
                let half = distance * (angle / 2.0).tan();
                // From behind the camera on: nothing comes too near where nothing grows by coming near.
                DMat4::from_scale(DVec3::new(1.0 / (half * aspect), 1.0 / half, -1.0 / (distance * FAR)))
            }
        }
    }
}

/// The nearest that is seen, in distances of the centre.
pub(crate) const NEAR: f64 = 0.01;
/// The farthest.
pub(crate) const FAR: f64 = 100.0;

impl Camera {
    /// Shows a rectangle of the plane: left, bottom, right, top.
    pub fn rect(rect: [f64; 4]) -> Self {
        Camera::PanZoom(PanZoom::new(rect))
    }

    /// Whether nearer things hide those behind them.
    pub(crate) fn is_deep(&self) -> bool {
        !matches!(self, Camera::Pixels | Camera::PanZoom(_))
    }

    /// What is wrong with its numbers.
    pub(crate) fn hold(&self) -> Result<()> {
        let finite = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
        let lens = |lens: Lens| lens.angle() > 0.0 && lens.angle() < 180.0;
        match self {
            Camera::Pixels => Ok(()),
            Camera::PanZoom(camera) => {
                let [left, bottom, right, top] = camera.rect;
                let spans = [right - left, top - bottom];
                if !finite(&camera.rect) || !finite(&spans) || spans.contains(&0.0) {
                    return refuse(format!("a camera can't show the rectangle {:?}", camera.rect));
                }
                if !(0.0..=10.0).contains(&camera.inertia) {
                    return refuse(format!("inertia is 0 to 10 seconds, not {}", camera.inertia));
                }
                Ok(())
            }
            Camera::Turntable(camera) => {
                let right = finite(&camera.center) && finite(&[camera.elevation, camera.azimuth]);
                hold_distance(camera.distance, right && lens(camera.lens))
            }
            Camera::Arcball(camera) => {
                let right = finite(&camera.center) && turn(camera.orientation).is_some();
                hold_distance(camera.distance, right && lens(camera.lens))
            }
            Camera::Fly(camera) => {
                let [near, far] = camera.depth;
                let right =
                    finite(&camera.position) && finite(&[camera.speed]) && turn(camera.orientation).is_some();
                let deep = near > 0.0 && near < far && far < 1e30;
                if !(right && deep && lens(Lens::Perspective(camera.angle))) {
                    return refuse(
                        "a flying camera has finite numbers, an angle of 0 to 180 degrees, and 0 < near < far",
                    );
                }
                Ok(())
            }
        }
    }

    /// What is seen in an area with the pose as it is given.
    pub(crate) fn view(&self, area: &Area) -> View {
        let viewport = [area.x, area.y, area.width, area.height];
        let aspect = area.width.max(1.0) / area.height.max(1.0);
        match self {
            Camera::Pixels => View::rect([0.0, area.width.max(1.0), 0.0, area.height.max(1.0)], viewport),
            Camera::PanZoom(camera) => {
                let [left, bottom, right, top] = camera.seen(area);
                View::rect([left, right, bottom, top], viewport)
            }
            Camera::Turntable(camera) => {
                let tilt = (camera.elevation.clamp(-90.0, 90.0) - 90.0).to_radians();
                let turned =
                    DMat4::from_rotation_x(tilt) * DMat4::from_rotation_z(-camera.azimuth.to_radians());
                let projection = camera.lens.projection(camera.distance, aspect);
                orbit(turned, camera.distance, camera.center, projection, viewport)
            }
            Camera::Arcball(camera) => {
                let turned = DMat4::from_quat(turn(camera.orientation).unwrap_or_default());
                let projection = camera.lens.projection(camera.distance, aspect);
                orbit(turned, camera.distance, camera.center, projection, viewport)
            }
            Camera::Fly(camera) => {
                let turned = turn(camera.orientation).unwrap_or_default().inverse();
                let [near, far] = camera.depth;
                let projection = perspective(camera.angle.to_radians(), aspect, near, far);
                let origin = camera.position.into();
                View { origin, ..View::camera(DMat4::from_quat(turned), projection, viewport) }
            }
        }
    }
}

impl PanZoom {
    /// The rectangle that an area of pixels shows: the wanted one, wider or higher where units are even.
    pub fn seen(&self, area: &Area) -> [f64; 4] {
        let [left, bottom, right, top] = self.rect;
        if !self.even || area.width <= 0.0 || area.height <= 0.0 {
            return self.rect;
        }
        let (width, height) = (right - left, top - bottom);
        // Units a pixel; the larger of both shows all that is wanted.
        let unit = (width.abs() / area.width).max(height.abs() / area.height);
        let half = [unit * area.width / 2.0 * width.signum(), unit * area.height / 2.0 * height.signum()];
        let middle = [(left + right) / 2.0, (bottom + top) / 2.0];
        [middle[0] - half[0], middle[1] - half[1], middle[0] + half[0], middle[1] + half[1]]
    }
}

/// OpenGL's perspective: gluPerspective in the OpenGL 2.1 reference pages.
fn perspective(angle: f64, aspect: f64, near: f64, far: f64) -> DMat4 {
    let f = 1.0 / (angle / 2.0).tan();
    let depth = near - far;
    DMat4::from_cols_array(&[
        f / aspect,
        0.0,
        0.0,
        0.0, //
        0.0,
        f,
        0.0,
        0.0, //
        0.0,
        0.0,
        (far + near) / depth,
        -1.0, //
        0.0,
        0.0,
        2.0 * far * near / depth,
        0.0,
    ])
}

fn hold_distance(distance: f64, rest: bool) -> Result<()> {
    if rest && distance.is_normal() && distance > 0.0 && distance < 1e30 {
        return Ok(());
    }
    refuse("a camera has finite numbers, a distance above 0, and an angle of view of 0 to 180 degrees")
}

/// From so far, with the eye as the origin: a matrix of floats would not hold the digits of what is far from 0.
fn orbit(turned: DMat4, distance: f64, center: [f64; 3], projection: DMat4, viewport: [f64; 4]) -> View {
    let back = turned.inverse().transform_vector3(DVec3::new(0.0, 0.0, distance));
    View { origin: DVec3::from(center) + back, ..View::camera(turned, projection, viewport) }
}

/// A quaternion of length 1; none where there is no direction.
fn turn(orientation: [f64; 4]) -> Option<DQuat> {
    let turn = DQuat::from_array(orientation);
    let length = turn.length_squared();
    length.is_normal().then(|| turn.normalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_units_widen_the_rectangle() {
        let camera = PanZoom { even: true, ..PanZoom::new([0.0, 0.0, 1.0, 1.0]) };
        assert_eq!(camera.seen(&Area::new(0.0, 0.0, 200.0, 100.0)), [-0.5, 0.0, 1.5, 1.0]);
        let down = PanZoom { even: true, ..PanZoom::new([0.0, 1.0, 1.0, 0.0]) };
        assert_eq!(down.seen(&Area::new(0.0, 0.0, 100.0, 200.0)), [0.0, 1.5, 1.0, -0.5]);
    }

    #[test]
    fn what_is_around_the_centre_is_seen() {
        let area = Area::new(0.0, 0.0, 300.0, 200.0);
        for camera in [
            Camera::Turntable(Turntable::around([1.0, 2.0, 3.0], 5.0)),
            Camera::Turntable(Turntable {
                lens: Lens::Orthographic,
                ..Turntable::around([1.0, 2.0, 3.0], 5.0)
            }),
            Camera::Arcball(Arcball::around([1.0, 2.0, 3.0], 5.0)),
        ] {
            let view = camera.view(&area);
            for way in [DVec3::X, DVec3::Y, DVec3::Z, -DVec3::X, -DVec3::Y, -DVec3::Z] {
                let point = DVec3::new(1.0, 2.0, 3.0) + 5.0 * way - view.origin;
                let clip = (view.projection * view.view).project_point3(point);
                assert!(clip.abs().max_element() < 1.0, "{camera:?} sees {way} at {clip}");
            }
        }
    }

    #[test]
    fn cameras_without_sense_are_refused() {
        assert!(Camera::rect([0.0, 0.0, 0.0, 1.0]).hold().is_err());
        assert!(Camera::rect([0.0, f64::NAN, 1.0, 1.0]).hold().is_err());
        assert!(Camera::rect([-1e308, 0.0, 1e308, 1.0]).hold().is_err());
        let center = [0.0; 3];
        assert!(
            Camera::Turntable(Turntable { distance: 0.0, ..Turntable::around(center, 1.0) }).hold().is_err()
        );
        let arcball = Arcball { orientation: [0.0; 4], ..Arcball::around(center, 1.0) };
        assert!(Camera::Arcball(arcball).hold().is_err());
    }
}
