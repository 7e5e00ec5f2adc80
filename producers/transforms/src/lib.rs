//! Bijections of points with two sides that agree: one on the CPU, in double precision, and one in GLSL, as functions of
//! `glir-shaders`.
//!
//! ```
//! use glir_transforms::{Projection, Transform};
//!
//! // A map of the sphere, and a view of it that the user moves.
//! let map = Transform::projection(Projection::Mercator { radius: 1.0, meridian: 0.0 })?;
//! let view = Transform::scale_translate([0.5, 0.5, 1.0], [0.0; 3])?.dynamic();
//! let (cpu, gpu) = map.then(&view).fold();
//!
//! // What never changes is done once to the data; what may change runs on the GPU, its parameters as uniforms.
//! let mut cities = [[13.4, 52.5, 0.0], [-74.0, 40.7, 0.0]];
//! cpu.map_all(&mut cities);
//! assert!((cities[0][1] - 1.0804).abs() < 1e-3);
//! let glsl = gpu.glsl()?;
//! assert_eq!(glsl.function.signature().to_string(), "vec3 (vec3)");
//! assert_eq!(glsl.uniforms.len(), 2);
//! # Ok::<(), glir_transforms::TransformError>(())
//! ```
//!
//! # Where a transform is undefined
//!
//! Logarithms of 0 and less, latitudes beyond the poles, the far side of the sphere: such a point becomes NaN in all three
//! coordinates, on the CPU and in GLSL by the same comparisons, and every later step keeps it NaN. Each [`Map`] says where. GPUs draw
//! no vertex whose position is NaN.
//!
//! # Precision
//!
//! The CPU's side is in double precision. GLSL's has floats, and computes sines, logarithms and the like with
//! polynomials of its own, since GLSL ES promises little of its built-in ones; both agree to 1e-5 of the greater of 1 and the image.
//! Positions that need more than a float's 24 bits travel as pairs: see [`origin`].

#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc)]

mod error;
mod glsl;
mod map;
pub mod origin;
mod path;
mod projection;
mod transform;

pub use error::TransformError;
pub use glam::DMat4;
pub use glsl::Glsl;
pub use map::{Map, Point};
pub use projection::Projection;
pub use transform::Transform;
