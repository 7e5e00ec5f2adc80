//! Colours.

use crate::each::Each;
use crate::error::{Error, Result};
use std::str::FromStr;

/// A colour: red, green, blue (as sRGB encodes them) and alpha (straight), each 0 to 1.
///
/// ```
/// use glir_visuals::Color;
///
/// let orange: Color = "orange".parse()?;
/// assert_eq!(orange.bytes(), [255, 165, 0, 255]);
/// assert_eq!("#0f08".parse::<Color>()?.bytes(), [0, 255, 0, 136]);
/// assert_eq!("no colour".parse::<Color>().unwrap_err().to_string(), "`no colour` is no colour");
/// # Ok::<(), glir_visuals::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Color(pub [f32; 4]);

impl Color {
    /// Black.
    pub const BLACK: Color = Color([0.0, 0.0, 0.0, 1.0]);
    /// White.
    pub const WHITE: Color = Color([1.0; 4]);
    /// Nothing to be seen.
    pub const TRANSPARENT: Color = Color([0.0; 4]);

    /// An opaque colour.
    pub const fn rgb(red: f32, green: f32, blue: f32) -> Color {
        Color([red, green, blue, 1.0])
    }

    /// A colour of bytes, opaque.
    pub fn rgb8(red: u8, green: u8, blue: u8) -> Color {
        Color([red, green, blue, 255].map(|part| f32::from(part) / 255.0))
    }

    /// The same with another alpha.
    #[must_use]
    pub const fn with_alpha(self, alpha: f32) -> Color {
        let [red, green, blue, _] = self.0;
        Color([red, green, blue, alpha])
    }

    /// As bytes. What lies outside 0 to 1 is clamped; NaN is 0.
    pub fn bytes(self) -> [u8; 4] {
        self.0.map(|part| (part.clamp(0.0, 1.0) * 255.0).round() as u8)
    }

    /// The numbers, with NaN as 0 and the rest clamped to 0 to 1.
    pub fn clamped(self) -> [f32; 4] {
        self.0.map(|part| if part.is_nan() { 0.0 } else { part.clamp(0.0, 1.0) })
    }
}

impl FromStr for Color {
    type Err = Error;

    /// A colour as CSS writes it: names, `#rgb`, `#rrggbbaa`, `rgb(…)`, `hsl(…)`, `oklch(…)` and the like.
    fn from_str(text: &str) -> Result<Color> {
        match csscolorparser::parse(text) {
            Ok(color) => Ok(Color(color.to_array())),
            Err(_) => {
                let shown: String = text.chars().take(60).collect();
                Err(Error::Data(format!("`{shown}` is no colour")))
            }
        }
    }
}

impl From<[f32; 4]> for Color {
    fn from(parts: [f32; 4]) -> Self {
        Color(parts)
    }
}

impl From<[f32; 3]> for Color {
    fn from([red, green, blue]: [f32; 3]) -> Self {
        Color([red, green, blue, 1.0])
    }
}

impl From<[u8; 4]> for Color {
    fn from(parts: [u8; 4]) -> Self {
        Color(parts.map(|part| f32::from(part) / 255.0))
    }
}

impl From<[u8; 3]> for Color {
    fn from([red, green, blue]: [u8; 3]) -> Self {
        Color::rgb8(red, green, blue)
    }
}

impl TryFrom<&str> for Each<Color> {
    type Error = Error;

    fn try_from(text: &str) -> Result<Self> {
        Ok(Each::One(text.parse()?))
    }
}
