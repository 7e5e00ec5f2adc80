//! Map projections of the sphere, by J. P. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987).
//!
//! Formulas are his; latitudes go through the isometric latitude q(φ) = ln tan(π/4 + φ/2) = 2 artanh tan(φ/2), which keeps its
//! digits near the equator, and angles through sines and cosines of what is not squared, which keep theirs near the poles.

use crate::error::TransformError;
use crate::map::{Point, UNDEFINED, angle};

/// A projection of a sphere to a plane. Angles are in degrees, lengths in the unit of the radius. Longitudes may be any; back, they
/// are −180 to 180.
///
/// Undefined: latitudes beyond ±90; for Mercator and Lambert the poles as well; for the orthographic one the far side of the
/// sphere. Back: what lies outside of the map.
///
/// ```
/// use glir_transforms::{Projection, Transform};
///
/// let europe = Projection::Lambert { radius: 6371.0, origin: [10.0, 52.0], parallels: [35.0, 65.0] };
/// let map = Transform::projection(europe)?;
/// let [x, y, _] = map.map([10.0, 52.0, 0.0]);
/// assert!(x.abs() < 1e-9 && y.abs() < 1e-9); // the origin, in kilometres
/// // Parallels that lie alike on both sides of the equator make no cone.
/// let none = Projection::Lambert { radius: 1.0, origin: [0.0, 0.0], parallels: [-30.0, 30.0] };
/// assert!(Transform::projection(none).is_err());
/// # Ok::<(), glir_transforms::TransformError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Projection {
    /// Equidistant cylindrical (pages 90–91); with `parallel` 0 the plate carrée.
    Equirectangular {
        /// The sphere's radius.
        radius: f64,
        /// The central meridian λ₀.
        meridian: f64,
        /// The standard parallel φ₁, true to scale; between −90 and 90.
        parallel: f64,
    },
    /// Mercator (pages 38–47, formulas 7-1 to 7-5).
    Mercator {
        /// The sphere's radius.
        radius: f64,
        /// The central meridian λ₀.
        meridian: f64,
    },
    /// Albers equal-area conic (pages 98–103, formulas 14-1 to 14-11).
    Albers {
        /// The sphere's radius.
        radius: f64,
        /// The longitude λ₀ and latitude φ₀ of the origin.
        origin: [f64; 2],
        /// The standard parallels φ₁ and φ₂, not opposite to each other.
        parallels: [f64; 2],
    },
    /// Lambert conformal conic (pages 104–110, formulas 15-1 to 15-5).
    Lambert {
        /// The sphere's radius.
        radius: f64,
        /// The longitude λ₀ and latitude φ₀ of the origin.
        origin: [f64; 2],
        /// The standard parallels φ₁ and φ₂, not opposite to each other, and no poles.
        parallels: [f64; 2],
    },
    /// Orthographic (pages 145–153, formulas 20-3 to 20-19): as seen from far away. Near the limb the way back magnifies rounding
    /// without end: floats are exact there to about 1e-7 / √(1 − ρ²) radians, where ρ is the share of the radius.
    Orthographic {
        /// The sphere's radius.
        radius: f64,
        /// The longitude λ₀ and latitude φ₁ of the centre.
        center: [f64; 2],
    },
}

/// The constants of a cone: n, Snyder's C or F, and ρ₀, for a radius of 1.
pub(crate) struct Cone {
    pub(crate) n: f64,
    pub(crate) c: f64,
    pub(crate) rho: f64,
}

/// Degrees from the central meridian, −180 to 180. What lies there already stays, so that a map has its right border.
pub(crate) fn around(longitude: f64) -> f64 {
    if longitude.abs() <= 180.0 {
        return longitude;
    }
    longitude - 360.0 * (longitude / 360.0 + 0.5).floor()
}

/// The isometric latitude of a sine and cosine.
fn isometric(latitude: f64) -> f64 {
    let (sin, cos) = latitude.to_radians().sin_cos();
    2.0 * (sin / (1.0 + cos)).atanh()
}

/// The latitude in degrees that has this isometric latitude.
fn latitude(isometric: f64) -> f64 {
    isometric.sinh().atan().to_degrees()
}

impl Projection {
    pub(crate) fn hold(&self) -> Result<(), TransformError> {
        let (radius, angles) = match *self {
            Projection::Equirectangular { radius, meridian, parallel } => (radius, vec![meridian, parallel]),
            Projection::Mercator { radius, meridian } => (radius, vec![meridian]),
            Projection::Albers { radius, origin, parallels }
            | Projection::Lambert { radius, origin, parallels } => (radius, [origin, parallels].concat()),
            Projection::Orthographic { radius, center } => (radius, center.to_vec()),
        };
        if !(radius > 0.0 && radius.is_finite()) || angles.iter().any(|angle| !angle.is_finite()) {
            return TransformError::parameter(
                "a projection has a radius above 0 and angles that are numbers",
            );
        }
        if angles.iter().skip(1).any(|latitude| latitude.abs() > 90.0) {
            return TransformError::parameter("a projection's latitudes are −90 to 90 degrees");
        }
        match self {
            Projection::Equirectangular { parallel, .. } if parallel.abs() >= 90.0 => {
                TransformError::parameter("no pole can be the standard parallel")
            }
            Projection::Albers { .. } | Projection::Lambert { .. } => {
                let Some(cone) = self.cone() else { return Ok(()) };
                let good = [cone.n, cone.c, cone.rho].iter().all(|value| value.is_finite());
                if good && cone.n.abs() > 1e-6 {
                    return Ok(());
                }
                TransformError::parameter(
                    "standard parallels may not lie opposite to each other, nor at a pole",
                )
            }
            _ => Ok(()),
        }
    }

    /// The cone's constants, for conic projections.
    pub(crate) fn cone(&self) -> Option<Cone> {
        let sine = |degrees: f64| degrees.to_radians().sin();
        match *self {
            Projection::Albers { origin, parallels: [first, second], .. } => {
                let n = (sine(first) + sine(second)) / 2.0;
                let c = first.to_radians().cos().powi(2) + 2.0 * n * sine(first);
                Some(Cone { n, c, rho: (c - 2.0 * n * sine(origin[1])).max(0.0).sqrt() / n })
            }
            Projection::Lambert { origin, parallels: [first, second], .. } => {
                let cosine =
                    |degrees: f64| if degrees.abs() < 90.0 { degrees.to_radians().cos() } else { f64::NAN };
                let n = if (first - second).abs() < 1e-9 {
                    sine(first)
                } else {
                    (cosine(first) / cosine(second)).ln() / (isometric(second) - isometric(first))
                };
                let c = cosine(first) * (n * isometric(first)).exp() / n;
                // At the pole of the cone's tip ρ is 0; at the other it has no end.
                let rho = if origin[1].abs() == 90.0 && (origin[1] > 0.0) == (n > 0.0) {
                    0.0
                } else if origin[1].abs() == 90.0 {
                    f64::INFINITY
                } else {
                    c * (-n * isometric(origin[1])).exp()
                };
                Some(Cone { n, c, rho })
            }
            _ => None,
        }
    }

    pub(crate) fn forward(&self, [lon, lat, z]: Point) -> Point {
        if !(lat.abs() <= 90.0 && lon.is_finite()) {
            return UNDEFINED;
        }
        let radians = lat.to_radians();
        match *self {
            Projection::Equirectangular { radius, meridian, parallel } => {
                let x = around(lon - meridian).to_radians() * parallel.to_radians().cos();
                [radius * x, radius * radians, z]
            }
            Projection::Mercator { .. } | Projection::Lambert { .. } if lat.abs() >= 90.0 => UNDEFINED,
            Projection::Mercator { radius, meridian } => {
                [radius * around(lon - meridian).to_radians(), radius * isometric(lat), z]
            }
            Projection::Albers { radius, origin, .. } | Projection::Lambert { radius, origin, .. } => {
                let Some(Cone { n, c, rho: rho0 }) = self.cone() else { return UNDEFINED };
                let rho = match self {
                    Projection::Albers { .. } => (c - 2.0 * n * radians.sin()).max(0.0).sqrt() / n,
                    _ => c * (-n * isometric(lat)).exp(),
                };
                let (sin, cos) = (n * around(lon - origin[0]).to_radians()).sin_cos();
                [radius * rho * sin, radius * (rho0 - rho * cos), z]
            }
            Projection::Orthographic { radius, center } => {
                let (sin, cos) = radians.sin_cos();
                let (sin0, cos0) = center[1].to_radians().sin_cos();
                let (east, ahead) = around(lon - center[0]).to_radians().sin_cos();
                if sin0 * sin + cos0 * cos * ahead < 0.0 {
                    return UNDEFINED;
                }
                [radius * cos * east, radius * (cos0 * sin - sin0 * cos * ahead), z]
            }
        }
    }

    pub(crate) fn backward(&self, [x, y, z]: Point) -> Point {
        let at = |meridian: f64, delta: f64, latitude: f64| {
            if delta.abs() > 180.0 + 1e-4 || latitude.is_nan() || latitude.abs() > 90.0 + 1e-4 {
                UNDEFINED
            } else {
                [around(meridian + delta), latitude.clamp(-90.0, 90.0), z]
            }
        };
        match *self {
            Projection::Equirectangular { radius, meridian, parallel } => {
                let delta = (x / (radius * parallel.to_radians().cos())).to_degrees();
                at(meridian, delta, (y / radius).to_degrees())
            }
            Projection::Mercator { radius, meridian } => {
                at(meridian, (x / radius).to_degrees(), latitude(y / radius))
            }
            Projection::Albers { radius, origin, .. } | Projection::Lambert { radius, origin, .. } => {
                let Some(Cone { n, c, rho: rho0 }) = self.cone() else { return UNDEFINED };
                let side = n.signum();
                let (across, down) = (side * x / radius, side * (rho0 - y / radius));
                let rho = across.hypot(down);
                let delta = (angle(across, down) / n).to_degrees();
                let lat = match self {
                    Projection::Albers { .. } => {
                        let sin = (c - (rho * n).powi(2)) / (2.0 * n);
                        if sin.abs() > 1.0 + 1e-6 {
                            return UNDEFINED;
                        };
                        let sin = sin.clamp(-1.0, 1.0);
                        sin.atan2(((1.0 - sin) * (1.0 + sin)).sqrt()).to_degrees()
                    }
                    _ if rho == 0.0 => return UNDEFINED,
                    _ => latitude((c * side / rho).ln() / n),
                };
                at(origin[0], delta, lat)
            }
            Projection::Orthographic { radius, center } => {
                let (x, y) = (x / radius, y / radius);
                let depth = 1.0 - x * x - y * y;
                if depth.is_nan() || depth < 0.0 {
                    return UNDEFINED;
                }
                let (sin0, cos0) = center[1].to_radians().sin_cos();
                let toward = depth.sqrt();
                let (up, ahead) = (toward * sin0 + y * cos0, toward * cos0 - y * sin0);
                let latitude = up.atan2(x.hypot(ahead)).to_degrees();
                at(center[0], angle(x, ahead).to_degrees(), latitude)
            }
        }
    }
}
