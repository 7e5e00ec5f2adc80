//! Boxes around data, and points in two or three dimensions.

use glam::DVec3;

/// The smallest box around finite points, before any transform.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// The least of each coordinate.
    pub min: DVec3,
    /// The greatest of each coordinate.
    pub max: DVec3,
}

impl Bounds {
    /// The box around the points that are finite in all coordinates; none if there is none.
    pub fn of<P: ToPoint>(points: impl IntoIterator<Item = P>) -> Option<Bounds> {
        let mut bounds: Option<Bounds> = None;
        for point in points {
            let point = DVec3::from(point.point());
            if point.is_finite() {
                bounds = Some(match bounds {
                    None => Bounds { min: point, max: point },
                    Some(bounds) => Bounds { min: bounds.min.min(point), max: bounds.max.max(point) },
                });
            }
        }
        bounds
    }

    /// The box around both.
    #[must_use]
    pub fn union(self, other: Bounds) -> Bounds {
        Bounds { min: self.min.min(other.min), max: self.max.max(other.max) }
    }

    /// The middle.
    pub fn center(self) -> DVec3 {
        // Halves first: the sum of huge numbers overflows.
        self.min * 0.5 + self.max * 0.5
    }

    /// Width, height, depth.
    pub fn size(self) -> DVec3 {
        self.max - self.min
    }
}

/// What can be taken as a point. What has two coordinates has z = 0.
pub trait ToPoint: Copy {
    /// Its z is always 0.
    const FLAT: bool = false;
    /// x, y, z.
    fn point(self) -> [f64; 3];
}

impl ToPoint for [f64; 3] {
    fn point(self) -> [f64; 3] {
        self
    }
}

impl ToPoint for [f64; 2] {
    const FLAT: bool = true;
    fn point(self) -> [f64; 3] {
        [self[0], self[1], 0.0]
    }
}

impl ToPoint for [f32; 3] {
    fn point(self) -> [f64; 3] {
        self.map(f64::from)
    }
}

impl ToPoint for [f32; 2] {
    const FLAT: bool = true;
    fn point(self) -> [f64; 3] {
        [f64::from(self[0]), f64::from(self[1]), 0.0]
    }
}

impl ToPoint for (f64, f64) {
    const FLAT: bool = true;
    fn point(self) -> [f64; 3] {
        [self.0, self.1, 0.0]
    }
}

impl ToPoint for DVec3 {
    fn point(self) -> [f64; 3] {
        self.into()
    }
}

impl<P: ToPoint> ToPoint for &P {
    const FLAT: bool = P::FLAT;
    fn point(self) -> [f64; 3] {
        (*self).point()
    }
}
