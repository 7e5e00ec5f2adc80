//! Fonts: the bundled one and others, their measures and outlines.

use crate::error::TextError;
use crate::field::Outline;
use crate::layout::{Align, Extents, Layout};
use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use harfrust::{GlyphId, ShaperFont};
use std::sync::{Arc, OnceLock};

/// DejaVu Sans 2.37, whose licence stands beside it.
static SANS: &[u8] = include_bytes!("../fonts/DejaVuSans.ttf");

/// A font. Cloning it is cheap; clones are the same font.
///
/// ```
/// use glir_text::Font;
///
/// let font = Font::sans();
/// assert!(font.has('µ') && !font.has('\u{1F9EA}'));
/// // In ems, and at 12 pixels an em.
/// assert!(font.metrics().cap_height < 0.75);
/// assert!(font.measure("wide words", 12.0).width() > font.measure("words", 12.0).width());
/// assert!(Font::new(b"no font".to_vec(), 0).is_err());
/// ```
#[derive(Clone)]
pub struct Font(Arc<Inner>);

struct Inner {
    font: harfrust::Font,
    units: f32,
    metrics: Metrics,
}

/// Heights of a font, in ems above the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Metrics {
    /// The top of what lines need.
    pub ascent: f32,
    /// The bottom of what lines need; below 0.
    pub descent: f32,
    /// From one baseline to the next.
    pub line_height: f32,
    /// The top of an "x".
    pub x_height: f32,
    /// The top of an "H".
    pub cap_height: f32,
}

impl Font {
    /// The bundled font: DejaVu Sans 2.37.
    pub fn sans() -> Font {
        static FONT: OnceLock<Font> = OnceLock::new();
        FONT.get_or_init(|| {
            let font = harfrust::Font::new(SANS, 0).map(Font::of);
            // The tests read it; a font without glyphs would draw nothing, which is no panic either.
            font.unwrap_or_else(|| unreachable!("the bundled font is one"))
        })
        .clone()
    }

    /// A font of the bytes of a file: TrueType or OpenType, or the one at `index` in a collection of them.
    ///
    /// # Errors
    /// If there is none, or it has no outlines.
    pub fn new(bytes: impl Into<Vec<u8>>, index: u32) -> Result<Font, TextError> {
        let bytes: Vec<u8> = bytes.into();
        let length = bytes.len();
        let font = harfrust::Font::new(bytes, index)
            .ok_or_else(|| TextError::new(format!("{length} bytes have no font number {index}")))?;
        if font.outline_glyphs().is_empty() {
            return Err(TextError::new("the font has no outlines"));
        }
        Ok(Font::of(font))
    }

    fn of(font: harfrust::Font) -> Font {
        let units = f32::from(font.units_per_em().max(1));
        let metrics = font.metrics();
        let line = metrics.h_line();
        let em = |value: Option<f32>, usual: f32| match value {
            Some(value) if value.is_finite() && value.abs() <= 16.0 => value,
            _ => usual,
        };
        let ascent = em(line.map(|line| line.ascender.to_f32() / units), 0.9);
        let descent = em(line.map(|line| line.descender.to_f32() / units), -0.25);
        let gap = em(line.map(|line| line.line_gap.to_f32() / units), 0.0);
        // Fonts without newer tables leave these heights to their letters.
        let top = |letter: char| {
            let glyph = font.charmap().map_unicode(letter)?;
            font.glyph_metrics().extents(glyph).map(|extents| extents.y_bearing / units)
        };
        let x_height = metrics.x_height.map(|height| height.to_f32() / units).filter(|height| *height > 0.0);
        let cap_height =
            metrics.cap_height.map(|height| height.to_f32() / units).filter(|height| *height > 0.0);
        let metrics = Metrics {
            ascent,
            descent,
            line_height: ascent - descent + gap,
            x_height: em(x_height.or_else(|| top('x')), 0.5),
            cap_height: em(cap_height.or_else(|| top('H')), 0.7),
        };
        Font(Arc::new(Inner { font, units, metrics }))
    }

    /// Its heights.
    pub fn metrics(&self) -> Metrics {
        self.0.metrics
    }

    /// Whether it has a glyph for a character.
    pub fn has(&self, character: char) -> bool {
        self.glyph(character).is_some()
    }

    /// The glyph of a character by itself; none if the font lacks it.
    pub fn glyph(&self, character: char) -> Option<u32> {
        self.0.font.charmap().map_unicode(character).map(GlyphId::to_u32).filter(|id| *id != 0)
    }

    /// How far a glyph goes on, in ems.
    pub fn advance(&self, glyph: u32) -> f32 {
        self.0.font.glyph_metrics().h_advance(GlyphId::new(glyph)) / self.0.units
    }

    /// A string as glyphs at their places, in ems from the point that it is anchored at.
    pub fn layout(&self, text: &str, align: Align) -> Layout {
        Layout::new(self, text, align)
    }

    /// How much room a string takes at a size in pixels, anchored at the left end of its first baseline.
    pub fn measure(&self, text: &str, size: f32) -> Extents {
        self.layout(text, Align::default()).extents.scaled(size)
    }

    /// A glyph's outline; empty for a space, and for an outline that can't be read.
    pub fn outline(&self, glyph: u32) -> Outline {
        let mut pen = Pen { scale: 1.0 / self.0.units, outline: Outline::default() };
        if let Some(glyph) = self.0.font.outline_glyphs().get(GlyphId::new(glyph))
            && glyph.draw(&DrawOptions::new(), DrawMemory::Scratch, &mut pen).is_err()
        {
            return Outline::default();
        }
        pen.outline
    }

    pub(crate) fn shaper(&self) -> ShaperFont<'_, '_> {
        ShaperFont::new(&self.0.font)
    }

    pub(crate) fn units(&self) -> f32 {
        self.0.units
    }
}

impl std::fmt::Debug for Font {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Font").field("metrics", &self.0.metrics).finish_non_exhaustive()
    }
}

/// Collects an outline in ems.
struct Pen {
    scale: f32,
    outline: Outline,
}

impl PathSink for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.outline.move_to([x * self.scale, y * self.scale]);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.outline.line_to([x * self.scale, y * self.scale]);
    }
    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        let s = self.scale;
        self.outline.quad_to([cx0 * s, cy0 * s], [x * s, y * s]);
    }
    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let s = self.scale;
        self.outline.curve_to([cx0 * s, cy0 * s], [cx1 * s, cy1 * s], [x * s, y * s]);
    }
    fn close(&mut self) {
        self.outline.close();
    }
}
