//! The maps themselves, on the CPU.

use crate::error::TransformError;
use crate::projection::Projection;
use glam::{DMat4, DVec3, DVec4};

/// A point, or what stands for one in another system of coordinates.
pub type Point = [f64; 3];

/// What is undefined, in every coordinate.
pub(crate) const UNDEFINED: Point = [f64::NAN; 3];

/// A map of points. Where it is undefined it gives NaN in all three coordinates, here as in GLSL.
///
/// [`Transform`](crate::Transform) makes one ready for use, and refuses parameters that make no bijection.
///
/// ```
/// use glir_transforms::{Map, Transform};
///
/// let turn = Transform::new(Map::Polar)?;
/// let back = turn.inverse();
/// let there = turn.map([2.0, 0.5, 0.0]);
/// let here = back.map(there);
/// assert!((here[0] - 2.0).abs() < 1e-12 && (here[1] - 0.5).abs() < 1e-12);
/// # Ok::<(), glir_transforms::TransformError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Map {
    /// Every point to itself.
    Null,
    /// `p * scale + translate`, by axis. No scale is 0.
    ScaleTranslate {
        /// Factors.
        scale: Point,
        /// What is added then.
        translate: Point,
    },
    /// An affine map: `matrix * vec4(p, 1)`. Its last row is 0, 0, 0, 1.
    Matrix(DMat4),
    /// A projective map: `matrix * vec4(p, 1)`, divided by its w. Undefined where w is 0.
    Perspective(DMat4),
    /// Logarithms by axis, to these bases; `None` leaves an axis as it is. Undefined for 0 and less.
    Log([Option<f64>; 3]),
    /// Logarithms on both sides of 0 by axis: sign(x) · ln(1 + |x| / c) with this c, below which it is nearly linear; `None`
    /// leaves an axis as it is.
    Symlog([Option<f64>; 3]),
    /// Powers by axis, with these exponents; `None` leaves an axis as it is. Undefined below 0, and at 0 for exponents below 0.
    Power([Option<f64>; 3]),
    /// (angle in radians, radius, z) to (x, y, z). Undefined for radii below 0. Back, angles are −π to π, and 0 for the origin.
    Polar,
    /// (azimuth in radians, angle from the z axis in radians, radius) to (x, y, z). Undefined for angles outside 0 to π and
    /// radii below 0. Back, azimuths are −π to π, and 0 on the z axis; both angles are 0 for the origin.
    Spherical,
    /// (longitude in degrees, latitude in degrees, z) to (x, y, z) on a plane.
    Projection(Projection),
}

impl Map {
    /// Refuses parameters that make no bijection, such as a scale of 0.
    pub(crate) fn hold(&self) -> Result<(), TransformError> {
        let axes = |values: &[Option<f64>; 3], what: &str, good: fn(f64) -> bool| match values
            .iter()
            .flatten()
            .find(|value| !good(**value))
        {
            Some(value) => TransformError::parameter(format!("{what} {value} makes no bijection")),
            None => Ok(()),
        };
        match self {
            Map::Null | Map::Polar | Map::Spherical => Ok(()),
            Map::ScaleTranslate { scale, translate } => {
                match scale.iter().find(|s| **s == 0.0 || !s.is_finite() || !s.recip().is_finite()) {
                    Some(scale) => TransformError::parameter(format!("the scale {scale} makes no bijection")),
                    None if translate.iter().any(|t| !t.is_finite()) => {
                        TransformError::parameter("a translation must be finite")
                    }
                    None => Ok(()),
                }
            }
            Map::Matrix(matrix) | Map::Perspective(matrix) => {
                if !matrix.is_finite() || !matrix.inverse().is_finite() || matrix.determinant() == 0.0 {
                    return TransformError::parameter("the matrix has no inverse");
                }
                if matches!(self, Map::Matrix(_)) && matrix.row(3) != DVec4::W {
                    return TransformError::parameter(
                        "an affine matrix has the last row 0, 0, 0, 1; take `perspective` for others",
                    );
                }
                Ok(())
            }
            Map::Log(bases) => axes(bases, "the base", |b| b > 0.0 && b.is_finite() && b.ln() != 0.0),
            Map::Symlog(widths) => axes(widths, "the width", |w| w > 0.0 && w.is_finite()),
            Map::Power(exponents) => axes(exponents, "the exponent", |e| e != 0.0 && e.is_finite()),
            Map::Projection(projection) => projection.hold(),
        }
    }

    /// The point's image.
    pub(crate) fn forward(&self, p: Point) -> Point {
        let [x, y, z] = p;
        match self {
            Map::Null => p,
            Map::ScaleTranslate { scale, translate } => [0, 1, 2].map(|i| p[i] * scale[i] + translate[i]),
            Map::Matrix(matrix) => matrix.transform_point3(DVec3::from(p)).into(),
            Map::Perspective(matrix) => project(matrix, p),
            Map::Log(bases) => {
                by_axis(bases, p, |x, base| if x > 0.0 { x.ln() / base.ln() } else { f64::NAN })
            }
            Map::Symlog(widths) => by_axis(widths, p, |x, width| (x.abs() / width).ln_1p().copysign(x)),
            Map::Power(exponents) => by_axis(exponents, p, power),
            Map::Polar if y >= 0.0 => [y * x.cos(), y * x.sin(), z],
            Map::Spherical if z >= 0.0 && (0.0..=std::f64::consts::PI).contains(&y) => {
                [z * y.sin() * x.cos(), z * y.sin() * x.sin(), z * y.cos()]
            }
            Map::Polar | Map::Spherical => UNDEFINED,
            Map::Projection(projection) => projection.forward(p),
        }
    }

    /// The point whose image this is.
    pub(crate) fn backward(&self, p: Point) -> Point {
        let [x, y, z] = p;
        match self {
            Map::Null => p,
            Map::ScaleTranslate { scale, translate } => [0, 1, 2].map(|i| (p[i] - translate[i]) / scale[i]),
            Map::Matrix(matrix) => matrix.inverse().transform_point3(DVec3::from(p)).into(),
            Map::Perspective(matrix) => project(&matrix.inverse(), p),
            Map::Log(bases) => by_axis(bases, p, |x, base| (x * base.ln()).exp()),
            Map::Symlog(widths) => by_axis(widths, p, |x, width| (x.abs().exp_m1() * width).copysign(x)),
            Map::Power(exponents) => by_axis(exponents, p, |x, exponent| power(x, 1.0 / exponent)),
            Map::Polar => [angle(y, x), x.hypot(y), z],
            Map::Spherical => {
                let flat = x.hypot(y);
                [angle(y, x), angle(flat, z), flat.hypot(z)]
            }
            Map::Projection(projection) => projection.backward(p),
        }
    }
}

/// A map of single axes; one that is undefined makes the point so.
fn by_axis(values: &[Option<f64>; 3], p: Point, map: impl Fn(f64, f64) -> f64) -> Point {
    let image = [0, 1, 2].map(|i| values[i].map_or(p[i], |value| map(p[i], value)));
    let undefined = (0..3).any(|i| values[i].is_some() && image[i].is_nan());
    if undefined { UNDEFINED } else { image }
}

fn power(x: f64, exponent: f64) -> f64 {
    if x > 0.0 {
        x.powf(exponent)
    } else if x == 0.0 && exponent > 0.0 {
        0.0
    } else {
        f64::NAN
    }
}

fn project(matrix: &DMat4, p: Point) -> Point {
    let q = *matrix * DVec3::from(p).extend(1.0);
    if q.w == 0.0 { UNDEFINED } else { (q.truncate() / q.w).into() }
}

/// The angle of a direction, −π to π; π and not −π for y = −0, as GLSL knows no −0.
pub(crate) fn angle(y: f64, x: f64) -> f64 {
    (y + 0.0).atan2(x + 0.0)
}
