//! A font in a context: its atlas, and the texture that the atlas is sent as.

use crate::axis::parts::Shared;
use crate::error::{Error, Result};
use crate::place::Place;
use crate::ticks::{Driver, Formula};
use glir_gloo::{Area, Context, Filter, Format, MinFilter, Signal, Texture2D};
use glir_text::{Align, Atlas, Changes, Font, Layout, Shape};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A font in a context, shared by all that writes with it: its glyphs are sent once. Cloning it is cheap.
///
/// ```
/// use glir_visuals::{Text, Typeface};
///
/// let context = glir_gloo::Context::new(320, 240)?;
/// let typeface = Typeface::sans(&context)?;
/// let title = Text::new(&typeface, &["Ein Titel"], &[[0.0, 0.0]])?;
/// let notes = Text::new(&typeface, &["α", "β"], &[[1.0, 0.0], [2.0, 0.0]])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Typeface(Arc<Mutex<Sheet>>);

#[derive(Debug)]
struct Sheet {
    context: Context,
    atlas: Atlas,
    texture: Texture2D,
    /// What all axes draw with, once there is one.
    shared: Option<Arc<Shared>>,
    /// Formulas of ticks in the stream, whether they are of x, and for which length they were made: an axis and its grid follow the same signals.
    drivers: Vec<(Formula, (bool, u64), Driver)>,
    /// Characters that were written and have no glyph.
    missing: Vec<char>,
}

/// The most missing characters that are remembered.
const MOST_MISSING: usize = 64;

impl Typeface {
    /// The bundled font, DejaVu Sans.
    ///
    /// # Errors
    ///
    /// Too many objects in the context.
    pub fn sans(context: &Context) -> Result<Typeface> {
        Typeface::new(context, &Font::sans())
    }

    /// A font.
    ///
    /// # Errors
    ///
    /// Too many objects in the context.
    pub fn new(context: &Context, font: &Font) -> Result<Typeface> {
        let atlas = Atlas::new(font);
        let (width, height) = atlas.size();
        let mut texture = Texture2D::new(context, (width.into(), height.into()), Format::Luminance8)?;
        texture.set_interpolation(MinFilter::Linear, Filter::Linear)?;
        texture.set_label("glyphs")?;
        Ok(Typeface(Arc::new(Mutex::new(Sheet {
            context: context.clone(),
            atlas,
            texture,
            shared: None,
            drivers: Vec::new(),
            missing: Vec::new(),
        }))))
    }

    /// The font, for measuring.
    pub fn font(&self) -> Font {
        self.sheet().atlas.font().clone()
    }

    /// Characters that were drawn so far and have no glyph in the font, each once, in their order; up to 64. A box stands for each.
    ///
    /// ```
    /// use glir_visuals::{Text, Typeface, View, Visual};
    ///
    /// let context = glir_gloo::Context::new(320, 240)?;
    /// let typeface = Typeface::sans(&context)?;
    /// let mut words = Text::new(&typeface, &["時 is time"], &[[10.0, 10.0]])?;
    /// words.draw(&View::pixels([0.0, 0.0, 320.0, 240.0]))?;
    /// assert_eq!(typeface.missing(), ['時']);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn missing(&self) -> Vec<char> {
        self.sheet().missing.clone()
    }

    /// Words as glyphs that will be drawn.
    pub(crate) fn layout(&self, words: &str, align: Align) -> Layout {
        let layout = self.font().layout(words, align);
        if !layout.missing.is_empty() {
            let mut sheet = self.sheet();
            for character in &layout.missing {
                if sheet.missing.len() < MOST_MISSING && !sheet.missing.contains(character) {
                    sheet.missing.push(*character);
                }
            }
        }
        layout
    }

    /// The context.
    pub fn context(&self) -> Context {
        self.sheet().context.clone()
    }

    /// What all axes and grids draw with.
    pub(crate) fn shared(&self) -> Result<Arc<Shared>> {
        let mut sheet = self.sheet();
        if let Some(shared) = &sheet.shared {
            return Ok(Arc::clone(shared));
        }
        let shared = Arc::new(Shared::new(&sheet.context)?);
        sheet.shared = Some(Arc::clone(&shared));
        Ok(shared)
    }

    /// A formula of ticks that follows a rectangle: one that there is already, or another.
    pub(crate) fn driver(
        &self,
        formula: &Formula,
        rect: &Signal,
        horizontal: bool,
        length: f64,
    ) -> Result<Driver> {
        let mut sheet = self.sheet();
        let key = (horizontal, length.to_bits());
        let known = sheet
            .drivers
            .iter()
            .find(|(known, of, driver)| *of == key && driver.follows(rect) && known == formula);
        if let Some((_, _, driver)) = known {
            return Ok(driver.clone());
        }
        let driver = Driver::new(formula, &sheet.context, rect, horizontal, length)?;
        sheet.drivers.push((formula.clone(), key, driver.clone()));
        Ok(driver)
    }

    /// A glyph's shape; none if there is nothing to draw.
    pub(crate) fn shape(&self, glyph: u32) -> Result<Option<Shape>> {
        self.sheet().atlas.glyph(glyph).map_err(|error| Error::Data(error.to_string()))
    }

    /// Writes new glyphs to the texture, and gives it to a program with [`FIELD`] in its fragment stage.
    pub(crate) fn give(&self, place: &mut Place) -> Result<()> {
        let mut sheet = self.sheet();
        let Sheet { atlas, texture, .. } = &mut *sheet;
        let (width, height) = atlas.size();
        match atlas.take_changes() {
            Changes::All => {
                if texture.extent() != [width.into(), height.into(), 1] {
                    texture.resize((width.into(), height.into()))?;
                }
                // What is not used yet is zeros, as the texture is.
                let rows = atlas.used_rows();
                let part = Area { level: 0, origin: [0; 3], size: Some([width.into(), rows.into(), 1]) };
                let used = usize::from(width) * usize::from(rows);
                if let Some(texels) = atlas.texels().get(..used).filter(|_| rows > 0) {
                    texture.write_area(part, texels)?;
                }
            }
            Changes::Areas(areas) => {
                for area in areas {
                    let [x, y, wide, high] = [area.x, area.y, area.width, area.height].map(u32::from);
                    let part = Area { level: 0, origin: [x, y, 0], size: Some([wide, high, 1]) };
                    texture.write_area(part, &atlas.area(area))?;
                }
            }
        }
        place.set("u_field", &*texture)?;
        place.set(
            "u_atlas",
            [f32::from(width), f32::from(height), f32::from(atlas.em()), f32::from(atlas.spread())],
        )
    }

    fn sheet(&self) -> MutexGuard<'_, Sheet> {
        // What a panic elsewhere left behind is whole: an atlas changes by whole glyphs.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `float glyph(vec2 texel, float size, float light, float wider)` of fragment stages: how much of a pixel is covered at a point of the
/// atlas, drawn at `size` pixels an em and so many pixels wider, in a colour of this lightness.
///
/// Each pixel is the mean of four points, so that strokes thinner than a pixel keep their weight. Laid over each other as the web does it,
/// in sRGB's own numbers, half-covered pixels come out darker than half-way: strokes grow on light ground and thin out on dark
/// ground. The coverage is bent some of the way to what light would do, with exponents of 1.2 (dark) and 1.4 (light) instead of 2.2, since thin
/// strokes would fade or glare.
pub(crate) const FIELD: &str = "
uniform sampler2D u_field;
uniform vec4 u_atlas;
float covered(vec2 texel, float pixels, float wider) {
    float inside = (texture2D(u_field, texel / u_atlas.xy).r - 0.5) * 2.0 * u_atlas.w;
    return clamp((inside * pixels + wider) * 2.0 + 0.5, 0.0, 1.0);
}
float glyph(vec2 texel, float size, float light, float wider) {
    float pixels = size / u_atlas.z;
    // Beyond the field's reach all would be inside.
    wider = min(wider, u_atlas.w * pixels - 0.4);
    vec2 a = vec2(0.125, 0.375) / pixels;
    vec2 b = vec2(0.375, -0.125) / pixels;
    float coverage = 0.25 * (covered(texel + a, pixels, wider) + covered(texel - a, pixels, wider)
        + covered(texel + b, pixels, wider) + covered(texel - b, pixels, wider));
    return mix(1.0 - pow(1.0 - coverage, 1.0 / 1.2), pow(coverage, 1.0 / 1.4), light);
}";
