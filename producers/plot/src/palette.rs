//! Colours.

/// A colour in sRGB, as written to the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Color {
    /// White.
    pub const WHITE: Color = Color { red: 255, green: 255, blue: 255 };

    /// A colour from `0xRRGGBB`.
    pub const fn rgb(value: u32) -> Color {
        Color { red: (value >> 16) as u8, green: (value >> 8) as u8, blue: value as u8 }
    }

    /// Red, green and blue from 0 to 1.
    pub fn floats(self) -> [f32; 3] {
        [self.red, self.green, self.blue].map(|channel| f32::from(channel) / 255.0)
    }

    /// A mixture: `share` of this colour and the rest of the other.
    pub fn mixed(self, other: Color, share: f32) -> Color {
        let mix = |a: u8, b: u8| (f32::from(a) * share + f32::from(b) * (1.0 - share)).round() as u8;
        Color {
            red: mix(self.red, other.red),
            green: mix(self.green, other.green),
            blue: mix(self.blue, other.blue),
        }
    }
}

/// Colours that people with any kind of colour vision tell apart on white: Okabe and Ito, Color Universal Design (2008),
/// without their black and yellow, the blue first.
pub const PALETTE: [Color; 6] = [
    Color::rgb(0x0072b2),
    Color::rgb(0xd55e00),
    Color::rgb(0x009e73),
    Color::rgb(0xcc79a7),
    Color::rgb(0xe69f00),
    Color::rgb(0x56b4e9),
];
