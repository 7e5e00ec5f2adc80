//! The elements: symbols, radii and colours.

/// A chemical element, or an unknown one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Element(u8);

impl Element {
    /// What is no element: drawn pink, of middle size.
    pub const UNKNOWN: Element = Element(0);

    /// By atomic number, 1 to 118.
    pub fn from_number(number: u8) -> Option<Element> {
        (1..=TABLE.len()).contains(&usize::from(number)).then_some(Element(number))
    }

    /// By symbol, letter case and blanks aside; `D` is hydrogen.
    ///
    /// ```
    /// use glir_data::molecule::Element;
    /// assert_eq!(Element::from_symbol(b"FE").map(Element::number), Some(26));
    /// assert_eq!(Element::from_symbol(b" C"), Element::from_number(6));
    /// assert_eq!(Element::from_symbol(b"Xx"), None);
    /// ```
    pub fn from_symbol(symbol: &[u8]) -> Option<Element> {
        let symbol = symbol.trim_ascii();
        let symbol = if symbol.eq_ignore_ascii_case(b"D") { b"H" } else { symbol };
        let index = TABLE.iter().position(|(known, ..)| known.as_bytes().eq_ignore_ascii_case(symbol))?;
        Self::from_number(index as u8 + 1)
    }

    /// The atomic number; 0 if unknown.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The symbol; `X` if unknown.
    pub fn symbol(self) -> &'static str {
        self.row().0
    }

    /// The van der Waals radius, in ångström. For elements of the main groups Bondi's (1964) as Mantina and others (2009)
    /// completed them, for others Alvarez's (2013); 2 Å where nobody has measured.
    pub fn radius(self) -> f32 {
        f32::from(self.row().1) / 100.0
    }

    /// The colour by which Jmol shows it: red, green, blue from 0 to 1, sRGB. They grew from the colours of Corey, Pauling
    /// and Koltun's models: carbon grey, oxygen red, nitrogen blue, sulphur yellow.
    pub fn color(self) -> [f32; 3] {
        let [_, red, green, blue] = self.row().2.to_be_bytes();
        [red, green, blue].map(|part| f32::from(part) / 255.0)
    }

    fn row(self) -> (&'static str, u16, u32) {
        let index = usize::from(self.0).checked_sub(1);
        index.and_then(|index| TABLE.get(index).copied()).unwrap_or(("X", 200, 0xff_1493))
    }
}

/// Symbol, van der Waals radius in picometres, Jmol's colour as `0xRRGGBB`, by atomic number.
///
/// Sources of the radii: A. Bondi, J. Phys. Chem. 68 (1964) 441; M. Mantina and others, J. Phys. Chem. A 113 (2009) 5806;
/// S. Alvarez, Dalton Trans. 42 (2013) 8617. Source of the colours: Jmol, "Jmol Colors". Both as the Python package
/// mendeleev 1.3 lists them.
#[rustfmt::skip]
const TABLE: [(&str, u16, u32); 118] = [
    ("H", 120, 0xffffff), ("He", 140, 0xd9ffff), ("Li", 181, 0xcc80ff), ("Be", 153, 0xc2ff00),
    ("B", 192, 0xffb5b5), ("C", 170, 0x909090), ("N", 155, 0x3050f8), ("O", 152, 0xff0d0d),
    ("F", 147, 0x90e050), ("Ne", 154, 0xb3e3f5), ("Na", 227, 0xab5cf2), ("Mg", 173, 0x8aff00),
    ("Al", 184, 0xbfa6a6), ("Si", 210, 0xf0c8a0), ("P", 180, 0xff8000), ("S", 180, 0xffff30),
    ("Cl", 175, 0x1ff01f), ("Ar", 188, 0x80d1e3), ("K", 275, 0x8f40d4), ("Ca", 231, 0x3dff00),
    ("Sc", 258, 0xe6e6e6), ("Ti", 246, 0xbfc2c7), ("V", 242, 0xa6a6ab), ("Cr", 245, 0x8a99c7),
    ("Mn", 245, 0x9c7ac7), ("Fe", 244, 0xe06633), ("Co", 240, 0xf090a0), ("Ni", 240, 0x50d050),
    ("Cu", 238, 0xc88033), ("Zn", 239, 0x7d80b0), ("Ga", 187, 0xc28f8f), ("Ge", 211, 0x668f8f),
    ("As", 185, 0xbd80e3), ("Se", 190, 0xffa100), ("Br", 183, 0xa62929), ("Kr", 202, 0x5cb8d1),
    ("Rb", 303, 0x702eb0), ("Sr", 249, 0x00ff00), ("Y", 275, 0x94ffff), ("Zr", 252, 0x94e0e0),
    ("Nb", 256, 0x73c2c9), ("Mo", 245, 0x54b5b5), ("Tc", 244, 0x3b9e9e), ("Ru", 246, 0x248f8f),
    ("Rh", 244, 0x0a7d8c), ("Pd", 215, 0x006985), ("Ag", 253, 0xc0c0c0), ("Cd", 249, 0xffd98f),
    ("In", 193, 0xa67573), ("Sn", 217, 0x668080), ("Sb", 206, 0x9e63b5), ("Te", 206, 0xd47a00),
    ("I", 198, 0x940094), ("Xe", 216, 0x429eb0), ("Cs", 343, 0x57178f), ("Ba", 268, 0x00c900),
    ("La", 298, 0x70d4ff), ("Ce", 288, 0xffffc7), ("Pr", 292, 0xd9ffc7), ("Nd", 295, 0xc7ffc7),
    ("Pm", 200, 0xa3ffc7), ("Sm", 290, 0x8fffc7), ("Eu", 287, 0x61ffc7), ("Gd", 283, 0x45ffc7),
    ("Tb", 279, 0x30ffc7), ("Dy", 287, 0x1fffc7), ("Ho", 281, 0x00ff9c), ("Er", 283, 0x00e675),
    ("Tm", 279, 0x00d452), ("Yb", 280, 0x00bf38), ("Lu", 274, 0x00ab24), ("Hf", 263, 0x4dc2ff),
    ("Ta", 253, 0x4da6ff), ("W", 257, 0x2194d6), ("Re", 249, 0x267dab), ("Os", 248, 0x266696),
    ("Ir", 241, 0x175487), ("Pt", 229, 0xd0d0e0), ("Au", 232, 0xffd123), ("Hg", 245, 0xb8b8d0),
    ("Tl", 196, 0xa6544d), ("Pb", 202, 0x575961), ("Bi", 207, 0x9e4fb5), ("Po", 197, 0xab5c00),
    ("At", 202, 0x754f45), ("Rn", 220, 0x428296), ("Fr", 348, 0x420066), ("Ra", 283, 0x007d00),
    ("Ac", 280, 0x70abfa), ("Th", 293, 0x00baff), ("Pa", 288, 0x00a1ff), ("U", 271, 0x008fff),
    ("Np", 282, 0x0080ff), ("Pu", 281, 0x006bff), ("Am", 283, 0x545cf2), ("Cm", 305, 0x785ce3),
    ("Bk", 340, 0x8a4fe3), ("Cf", 305, 0xa136d4), ("Es", 270, 0xb31fd4), ("Fm", 200, 0xb31fba),
    ("Md", 200, 0xb30da6), ("No", 200, 0xbd0d87), ("Lr", 200, 0xc70066), ("Rf", 200, 0xcc0059),
    ("Db", 200, 0xd1004f), ("Sg", 200, 0xd90045), ("Bh", 200, 0xe00038), ("Hs", 200, 0xe6002e),
    ("Mt", 200, 0xeb0026), ("Ds", 200, 0xeb0026), ("Rg", 200, 0xeb0026), ("Cn", 200, 0xeb0026),
    ("Nh", 200, 0xeb0026), ("Fl", 200, 0xeb0026), ("Mc", 200, 0xeb0026), ("Lv", 200, 0xeb0026),
    ("Ts", 200, 0xeb0026), ("Og", 200, 0xeb0026),
];

#[cfg(test)]
mod tests {
    use super::Element;

    #[test]
    fn the_table_is_in_order() {
        let known = [
            (1, "H", 1.2),
            (6, "C", 1.7),
            (8, "O", 1.52),
            (16, "S", 1.8),
            (26, "Fe", 2.44),
            (54, "Xe", 2.16),
            (92, "U", 2.71),
            (118, "Og", 2.0),
        ];
        for (number, symbol, radius) in known {
            let element = Element::from_number(number);
            assert_eq!(element.map(Element::symbol), Some(symbol));
            assert_eq!(element.map(Element::radius), Some(radius));
        }
        assert_eq!(Element::from_number(0), None);
        assert_eq!(Element::from_number(119), None);
        assert_eq!(Element::UNKNOWN.symbol(), "X");
        assert_eq!(Element::from_symbol(b"O").map(Element::color), Some([1.0, 13.0 / 255.0, 13.0 / 255.0]));
    }
}
