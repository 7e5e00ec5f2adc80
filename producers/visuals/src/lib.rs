//! Things to see: each a [`Visual`] that draws itself into a [`glir_gloo::Context`], for a [`View`].
//!
//! # What holds for all of them
//!
//! - **Data** is `f64`, of two or three dimensions ([`ToPoint`]). What is NaN or infinite is not drawn; no data is no error.
//! - **Precision**: positions travel as pairs of floats where one float is too coarse, and views have a floating origin, so that a year of
//!   microseconds zooms to one.
//! - **Sizes** (widths of lines, sizes of markers) are pixels of the canvas unless said otherwise.
//! - **Colours** are straight-alpha sRGB ([`Color`]) and are laid over each other as the web does it; what reaches the canvas is
//!   premultiplied. Attributes are one for all items or one for each ([`Each`]).
//! - **Setters send only what differs**, right before the next draw. A transform whose last steps are
//!   [dynamic](glir_transforms::Transform::dynamic) is moved by UNIFORM commands alone, and a view by those of
//!   [`ViewSlots`].
//!
//! How to write another visual is told in [`place`].

#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc)]

mod axis;
mod bounds;
pub mod camera;
mod color;
mod color_bar;
mod colormap;
mod each;
mod error;
mod grid;
pub mod image;
mod legend;
mod light;
pub mod line;
pub mod markers;
pub mod mesh;
pub mod place;
mod points;
mod rectangles;
pub mod signals;
pub mod spheres;
mod text;
pub mod ticks;
mod typeface;
mod view;
mod visual;
pub mod volume;

pub use axis::{Axis, AxisStyle, Side, TickDirection, TickSlots};
pub use bounds::{Bounds, ToPoint};
pub use color::Color;
pub use color_bar::ColorBar;
pub use colormap::{COLORMAP_TEXELS, Colormap};
pub use each::Each;
pub use error::{Error, Result};
pub use grid::{Grid, GridStyle};
pub use image::{Image, ImageStyle, Interpolation, Pixels};
pub use legend::{Legend, LegendCorner, LegendStyle, Swatch};
pub use light::Light;
pub use line::{Cap, Dash, DashUnit, FastLine, Join, Line, LineStyle, Stroke};
pub use markers::{MarkerStyle, Markers, SizeUnit, Symbol};
pub use mesh::{Mesh, Paint, Shading, Wireframe};
pub use rectangles::Rectangles;
pub use signals::{MAX_CHANNELS, Signals, SignalsStyle};
pub use spheres::Spheres;
pub use text::Text;
pub use typeface::Typeface;
pub use view::{MovingOrigin, View, ViewSignals, ViewSlots};
pub use visual::Visual;
pub use volume::{Rendering, Volume};
