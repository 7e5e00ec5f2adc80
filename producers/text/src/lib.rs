//! Text as shapes: a font that is bundled, strings shaped into placed glyphs, and glyphs as signed-distance fields in an
//! atlas that grows. No OpenGL: what draws text takes its quads and texels from here.
//!
//! ```
//! use glir_text::{Align, AlignX, AlignY, Atlas, Font};
//!
//! let font = Font::sans();
//! let layout = font.layout("10⁻³ m", Align { x: AlignX::Center, y: AlignY::Top });
//! let mut atlas = Atlas::new(&font);
//! for glyph in &layout.glyphs {
//!     // A space has no shape. Everything is in ems: times the size in pixels it is the quad to draw.
//!     let Some(shape) = atlas.glyph(glyph.id)? else { continue };
//!     let left = 12.0 * (glyph.x + shape.plane[0]);
//!     assert!(left.abs() < 60.0);
//! }
//! assert!(font.measure("10⁻³ m", 12.0).width() < 60.0);
//! # Ok::<(), glir_text::TextError>(())
//! ```
//!
//! # The font
//!
//! [`Font::sans`] is DejaVu Sans 2.37 (dejavu-fonts.github.io, as the npm package `dejavu-fonts-ttf` 2.37.3 has it), unmodified:
//! Latin, Greek, Cyrillic, Hebrew, Arabic, and the mathematics that labels need. Its licence stands beside it in `fonts/`.
//! [`Font::new`] takes any other of TrueType or OpenType outlines.
//!
//! # What text may be
//!
//! Lines end at `\n` (a `\r` before it is dropped), a tab is four spaces, and lines are never broken for length. Each line is
//! taken apart by direction ([UAX #9](https://www.unicode.org/reports/tr9/)) and each run is shaped: kerning, ligatures, marks,
//! joined letters. A run's script is that of its first letter. What the font lacks is its box (`.notdef`): fonts are not
//! searched for others. Superscripts are those of Unicode ("10⁻³"); colour glyphs and vertical lines are not drawn.

#![forbid(unsafe_code)]
#![warn(clippy::missing_errors_doc)]

mod atlas;
mod error;
mod field;
mod font;
mod layout;

pub use atlas::{Area, Atlas, Changes, MAX_SIDE, Shape};
pub use error::TextError;
pub use field::{Field, Outline};
pub use font::{Font, Metrics};
pub use layout::{Align, AlignX, AlignY, Extents, Glyph, Layout, Line};
