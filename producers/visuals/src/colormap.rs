//! Colour maps: from 0 to 1 to a colour.

use crate::color::Color;
use crate::error::{Error, Result, refuse};
use colorous::Gradient;
use glir_gloo::{Context, Filter, Format, MinFilter, Texture2D};
use std::str::FromStr;

/// The texels of a colour map's texture.
pub const COLORMAP_TEXELS: usize = 256;

/// Names and gradients. Names are compared without case, `_`, `-` and spaces.
const NAMED: &[(&str, Gradient)] = &[
    ("viridis", colorous::VIRIDIS),
    ("plasma", colorous::PLASMA),
    ("inferno", colorous::INFERNO),
    ("magma", colorous::MAGMA),
    ("cividis", colorous::CIVIDIS),
    ("turbo", colorous::TURBO),
    ("Greys", colorous::GREYS),
    ("Blues", colorous::BLUES),
    ("Greens", colorous::GREENS),
    ("Oranges", colorous::ORANGES),
    ("Purples", colorous::PURPLES),
    ("Reds", colorous::REDS),
    ("BuGn", colorous::BLUE_GREEN),
    ("BuPu", colorous::BLUE_PURPLE),
    ("GnBu", colorous::GREEN_BLUE),
    ("OrRd", colorous::ORANGE_RED),
    ("PuBu", colorous::PURPLE_BLUE),
    ("PuBuGn", colorous::PURPLE_BLUE_GREEN),
    ("PuRd", colorous::PURPLE_RED),
    ("RdPu", colorous::RED_PURPLE),
    ("YlGn", colorous::YELLOW_GREEN),
    ("YlGnBu", colorous::YELLOW_GREEN_BLUE),
    ("YlOrBr", colorous::YELLOW_ORANGE_BROWN),
    ("YlOrRd", colorous::YELLOW_ORANGE_RED),
    ("BrBG", colorous::BROWN_GREEN),
    ("PRGn", colorous::PURPLE_GREEN),
    ("PiYG", colorous::PINK_GREEN),
    ("PuOr", colorous::PURPLE_ORANGE),
    ("RdBu", colorous::RED_BLUE),
    ("RdGy", colorous::RED_GREY),
    ("RdYlBu", colorous::RED_YELLOW_BLUE),
    ("RdYlGn", colorous::RED_YELLOW_GREEN),
    ("Spectral", colorous::SPECTRAL),
    ("cubehelix", colorous::CUBEHELIX),
    ("warm", colorous::WARM),
    ("cool", colorous::COOL),
    ("rainbow", colorous::RAINBOW),
    ("sinebow", colorous::SINEBOW),
];

/// Other names of the same.
const ALIASES: &[(&str, &str)] = &[("grays", "Greys"), ("gist_yarg", "Greys")];

/// A colour for each number from 0 to 1.
///
/// ```
/// use glir_visuals::Colormap;
///
/// let map: Colormap = "viridis".parse()?;
/// assert_eq!(map.at(0.0).bytes(), [68, 1, 84, 255]);
/// assert_eq!(Colormap::named("VIRIDIS_r")?.at(1.0), map.at(0.0));
/// let own = Colormap::between(&["black".parse()?, "red".parse()?])?;
/// assert_eq!(own.at(0.2).bytes(), [51, 0, 0, 255]);
/// assert!(Colormap::named("nothing").unwrap_err().to_string().starts_with("there is no colour map `nothing`; there are viridis,"));
/// # Ok::<(), glir_visuals::Error>(())
/// ```
///
/// | kind | names |
/// | --- | --- |
/// | perceptually uniform | `viridis` `plasma` `inferno` `magma` `cividis` |
/// | one hue | `Greys` `Blues` `Greens` `Oranges` `Purples` `Reds` `gray` |
/// | several hues | `BuGn` `BuPu` `GnBu` `OrRd` `PuBu` `PuBuGn` `PuRd` `RdPu` `YlGn` `YlGnBu` `YlOrBr` `YlOrRd` `cubehelix` `hot` `warm` `cool` |
/// | diverging | `BrBG` `PRGn` `PiYG` `PuOr` `RdBu` `RdGy` `RdYlBu` `RdYlGn` `Spectral` |
/// | rainbows | `turbo` `rainbow`, and `sinebow`, which ends where it begins |
///
/// Quantities want a perceptually uniform one, quantities with a middle a diverging one with the middle in the middle of the limits.
///
/// The perceptually uniform ones are tables of 256 colours, as their makers published them; the others are ColorBrewer's and D3's,
/// from the crate `colorous`.
#[derive(Clone, Debug, PartialEq)]
pub struct Colormap {
    name: String,
    texels: Vec<Color>,
}

impl Colormap {
    /// The names that [`named`](Self::named) knows, each of which may end in `_r` for the reverse; `gray` and `hot` among them.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMED.iter().map(|(name, _)| *name).chain(["gray", "hot"])
    }

    /// The map of this name, whatever its case; `_r` at the end reverses it.
    ///
    /// # Errors
    ///
    /// A name that no map has; the sentence lists those that there are.
    pub fn named(name: &str) -> Result<Colormap> {
        let (base, reversed) = match name.strip_suffix("_r").or_else(|| name.strip_suffix("_R")) {
            Some(base) => (base, true),
            None => (name, false),
        };
        let alias = ALIASES.iter().find(|(alias, _)| same(alias, base)).map_or(base, |(_, name)| name);
        let map = if same(alias, "gray") || same(alias, "grey") {
            Colormap::between(&[Color::BLACK, Color::WHITE])?
        } else if same(alias, "hot") {
            let [red, yellow] = [Color::rgb(1.0, 0.0, 0.0), Color::rgb(1.0, 1.0, 0.0)];
            Colormap::between(&[Color::BLACK, red, yellow, Color::WHITE])?
        } else if let Some((_, gradient)) = NAMED.iter().find(|(known, _)| same(known, alias)) {
            let texel = |index| {
                let color = gradient.eval_rational(index, COLORMAP_TEXELS);
                Color::rgb8(color.r, color.g, color.b)
            };
            Colormap { name: String::new(), texels: (0..COLORMAP_TEXELS).map(texel).collect() }
        } else {
            let known: Vec<&str> = Colormap::names().collect();
            let shown: String = name.chars().take(60).collect();
            return refuse(format!("there is no colour map `{shown}`; there are {}", known.join(", ")));
        };
        let map = Colormap { name: base.to_owned(), ..map };
        Ok(if reversed { map.reversed() } else { map })
    }

    /// Colours at even distances, with straight lines between them.
    ///
    /// # Errors
    ///
    /// No colour at all.
    pub fn between(colors: &[Color]) -> Result<Colormap> {
        let Some(last) = colors.len().checked_sub(1) else {
            return refuse("a colour map of no colours");
        };
        let texel = |index: usize| {
            let at = index as f32 / (COLORMAP_TEXELS - 1) as f32 * last as f32;
            let (from, to) = (at.floor() as usize, (at.floor() as usize + 1).min(last));
            let share = at - at.floor();
            let mix = |part: usize| colors[from].0[part] * (1.0 - share) + colors[to].0[part] * share;
            Color([0, 1, 2, 3].map(mix))
        };
        Ok(Colormap { name: "own".to_owned(), texels: (0..COLORMAP_TEXELS).map(texel).collect() })
    }

    /// The same from the other end.
    #[must_use]
    pub fn reversed(&self) -> Colormap {
        let name = match self.name.strip_suffix("_r") {
            Some(base) => base.to_owned(),
            None => format!("{}_r", self.name),
        };
        Colormap { name, texels: self.texels.iter().rev().copied().collect() }
    }

    /// The name by which it was made.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The colour of a number; what lies outside of 0 to 1 has the ends' colours, NaN none.
    pub fn at(&self, value: f64) -> Color {
        if value.is_nan() {
            return Color::TRANSPARENT;
        }
        let last = COLORMAP_TEXELS - 1;
        let at = value.clamp(0.0, 1.0) * last as f64;
        let (from, share) = ((at.floor() as usize).min(last), (at - at.floor()) as f32);
        let (a, b) = (self.texels[from].0, self.texels[(from + 1).min(last)].0);
        Color([0, 1, 2, 3].map(|part| a[part] * (1.0 - share) + b[part] * share))
    }

    /// The [`COLORMAP_TEXELS`] colours.
    pub fn texels(&self) -> &[Color] {
        &self.texels
    }

    /// The map as a texture of 256×1 straight-alpha texels, linearly filtered. The colour of `x` lies at `(x * 255.0 + 0.5) / 256.0`.
    ///
    /// # Errors
    ///
    /// Too many objects in the context.
    pub fn texture(&self, context: &Context) -> Result<Texture2D> {
        let bytes: Vec<[u8; 4]> = self.texels.iter().map(|color| color.bytes()).collect();
        let size = (COLORMAP_TEXELS as u32, 1);
        let mut texture = Texture2D::with_data(context, size, Format::Rgba8, &bytes)?;
        texture.set_interpolation(MinFilter::Linear, Filter::Linear)?;
        texture.set_label("colour map")?;
        Ok(texture)
    }
}

/// From black to white.
impl Default for Colormap {
    fn default() -> Self {
        let texel =
            |index| Color([0, 1, 2, 3].map(|part| if part == 3 { 1.0 } else { index as f32 / 255.0 }));
        Colormap { name: "gray".to_owned(), texels: (0..COLORMAP_TEXELS).map(texel).collect() }
    }
}

impl FromStr for Colormap {
    type Err = Error;

    fn from_str(name: &str) -> Result<Colormap> {
        Colormap::named(name)
    }
}

/// Whether two names are the same but for case, `_`, `-` and spaces.
fn same(a: &str, b: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
    };
    letters(a) == letters(b)
}
