//! Colours, how they are written, and those that lines take in turn.

use std::fmt;
use std::str::FromStr;

/// An opaque colour in sRGB, as it is written to the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

/// Colours that stand apart from each other and from white, as thin lines too, for every kind of colour vision: from the
/// sets of Okabe and Ito (2008) and of Tol (SRON/EPS/TN/09-002), without their light ones. As many as Tableau's and Matplotlib's cycle has.
pub const PALETTE: [Color; 10] = [
    Color::rgb(0x0072b2),
    Color::rgb(0xd55e00),
    Color::rgb(0x117733),
    Color::rgb(0xaa4499),
    Color::rgb(0x332288),
    Color::rgb(0x882255),
    Color::rgb(0x009988),
    Color::rgb(0xee3377),
    Color::rgb(0x666633),
    Color::rgb(0x555555),
];

impl Color {
    /// White.
    pub const WHITE: Color = Color::rgb(0xffffff);

    /// A colour from `0xRRGGBB`.
    pub const fn rgb(value: u32) -> Color {
        Color { red: (value >> 16) as u8, green: (value >> 8) as u8, blue: value as u8 }
    }

    /// Red, green and blue from 0 to 1.
    pub fn floats(self) -> [f32; 3] {
        [self.red, self.green, self.blue].map(|channel| f32::from(channel) / 255.0)
    }

    /// `share` of this colour, 0 to 1, and the rest of another.
    pub(crate) fn over(self, other: Color, share: f32) -> Color {
        let mix = |a: u8, b: u8| (f32::from(a) * share + f32::from(b) * (1.0 - share)).round() as u8;
        Color {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
        }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

/// A text that is no colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColorError(String);

impl fmt::Display for ColorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is no colour; write red, green and blue as #0072b2 or #07b", self.0)
    }
}

impl std::error::Error for ColorError {}

impl FromStr for Color {
    type Err = ColorError;

    /// Three or six hexadecimal digits, with or without a `#`.
    fn from_str(text: &str) -> Result<Self, ColorError> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        let number =
            digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16));
        match (digits.len(), number) {
            (6, Some(Ok(value))) => Ok(Color::rgb(value)),
            // Each digit stands for two of its kind.
            (3, Some(Ok(value))) => {
                Ok(Color::rgb(((value & 0xf00) << 8 | (value & 0xf0) << 4 | value & 0xf) * 0x11))
            }
            _ => Err(ColorError(text.chars().take(40).collect())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Color, PALETTE};

    #[test]
    fn colours_are_read_and_written() {
        assert_eq!("#0072b2".parse(), Ok(PALETTE[0]));
        assert_eq!("07b".parse(), Ok(Color::rgb(0x0077bb)));
        assert_eq!(Color::rgb(0x0077bb).to_string(), "#0077bb");
        for wrong in ["", "#", "#12345", "blue", "#+12345", "#ééé"] {
            assert!(wrong.parse::<Color>().is_err(), "{wrong}");
        }
    }

    /// The luminance of WCAG 2.
    fn luminance(color: Color) -> f32 {
        let linear = |c: f32| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        let [red, green, blue] = color.floats().map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn lines_stand_out_on_white() {
        for color in PALETTE {
            let contrast = 1.05 / (luminance(color) + 0.05);
            assert!(contrast > 3.5, "{color} has a contrast of {contrast}");
        }
    }
}
