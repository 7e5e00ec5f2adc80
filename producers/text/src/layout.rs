//! Strings as placed glyphs: lines, runs of one direction, shaping, alignment.

use crate::font::Font;
use harfrust::{Buffer, Direction, ShapeOptions};
use std::ops::Range;
use unicode_bidi::{BidiInfo, Level};

/// Where a string is anchored, from left to right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlignX {
    /// At the left end of its lines.
    #[default]
    Left,
    /// In the middle of each line.
    Center,
    /// At the right end of its lines.
    Right,
}

/// Where a string is anchored, from top to bottom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AlignY {
    /// At the ascent of the first line.
    Top,
    /// Half-way between the last baseline and the top of the capitals of the first line, where eyes see the middle.
    Center,
    /// At the first baseline.
    #[default]
    Baseline,
    /// At the descent of the last line.
    Bottom,
}

/// Where a string is anchored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Align {
    /// From left to right; lines are set alike.
    pub x: AlignX,
    /// From top to bottom.
    pub y: AlignY,
}

/// A glyph at its place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// Its number in the font; 0 is the box for what the font lacks.
    pub id: u32,
    /// Its origin on the baseline, in ems to the right of the anchor.
    pub x: f32,
    /// And in ems above it.
    pub y: f32,
}

/// A box around a string, from the ascent of its first line to the descent of its last one, relative to the anchor; y goes up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extents {
    /// The left end of the longest line.
    pub left: f32,
    /// The descent of the last line.
    pub bottom: f32,
    /// The right end of the longest line.
    pub right: f32,
    /// The ascent of the first line.
    pub top: f32,
}

impl Extents {
    /// From left to right.
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// From bottom to top.
    pub fn height(&self) -> f32 {
        self.top - self.bottom
    }

    /// Of a string so many times as large: ems times the size in pixels are pixels.
    #[must_use]
    pub fn scaled(&self, size: f32) -> Extents {
        Extents {
            left: self.left * size,
            bottom: self.bottom * size,
            right: self.right * size,
            top: self.top * size,
        }
    }
}

/// A string as glyphs at their places, in ems from its anchor; y goes up. Made by [`Font::layout`].
///
/// ```
/// use glir_text::{Align, AlignX, AlignY, Font};
///
/// let layout = Font::sans().layout("two\nlines", Align { x: AlignX::Right, y: AlignY::Top });
/// assert_eq!(layout.lines.len(), 2);
/// // Everything is left of and below the anchor.
/// assert!(layout.glyphs.iter().all(|glyph| glyph.x <= 0.0 && glyph.y <= 0.0));
/// assert!(layout.lines[0].baseline > layout.lines[1].baseline);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Layout {
    /// The glyphs, line by line, each from left to right. Blank ones are among them.
    pub glyphs: Vec<Glyph>,
    /// The box around them.
    pub extents: Extents,
    /// The lines, the first one first; a string without any letter has one, too.
    pub lines: Vec<Line>,
    /// Characters that the font has no glyph for, each once, in their order: as a rule a box stands for each.
    pub missing: Vec<char>,
}

/// A line of a [`Layout`].
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// Its baseline, in ems above the anchor.
    pub baseline: f32,
    /// Its glyphs.
    pub glyphs: Range<usize>,
}

/// The most missing characters that are named.
const MOST_MISSING: usize = 64;

impl Layout {
    pub(crate) fn new(font: &Font, text: &str, align: Align) -> Layout {
        let metrics = font.metrics();
        let mut layout = Layout::default();
        let (mut left, mut right) = (0.0_f32, 0.0_f32);
        let mut baseline = 0.0;
        for line in text.split('\n') {
            let first = layout.glyphs.len();
            let width = set_line(font, line.strip_suffix('\r').unwrap_or(line), &mut layout);
            let start = match align.x {
                AlignX::Left => 0.0,
                AlignX::Center => -0.5 * width,
                AlignX::Right => -width,
            };
            for glyph in layout.glyphs.iter_mut().skip(first) {
                glyph.x += start;
                glyph.y += baseline;
            }
            left = left.min(start);
            right = right.max(start + width);
            layout.lines.push(Line { baseline, glyphs: first..layout.glyphs.len() });
            baseline -= metrics.line_height;
        }
        let last = baseline + metrics.line_height;
        let up = match align.y {
            AlignY::Top => -metrics.ascent,
            AlignY::Center => -0.5 * (metrics.cap_height + last),
            AlignY::Baseline => 0.0,
            AlignY::Bottom => -(last + metrics.descent),
        };
        for glyph in &mut layout.glyphs {
            glyph.y += up;
        }
        for line in &mut layout.lines {
            line.baseline += up;
        }
        layout.extents =
            Extents { left, right, bottom: last + metrics.descent + up, top: metrics.ascent + up };
        layout
    }
}

/// Appends a line's glyphs from x = 0 on, and gives its width.
fn set_line(font: &Font, line: &str, layout: &mut Layout) -> f32 {
    // What has no direction is the usual case, and needs no analysis.
    if line.bytes().all(|byte| byte.is_ascii() && byte != b'\t') {
        return shape(font, line, Direction::LeftToRight, 0.0, layout);
    }
    let spaced = line.replace('\t', "    ");
    let bidi = BidiInfo::new(&spaced, None::<Level>);
    let mut x = 0.0;
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let backward = levels.get(run.start).is_some_and(Level::is_rtl);
            let direction = if backward { Direction::RightToLeft } else { Direction::LeftToRight };
            x += shape(font, spaced.get(run).unwrap_or(""), direction, x, layout);
        }
    }
    x
}

/// Appends a run's glyphs from x on, and gives its width.
fn shape(font: &Font, run: &str, direction: Direction, x: f32, layout: &mut Layout) -> f32 {
    if run.is_empty() {
        return 0.0;
    }
    let mut buffer = Buffer::new();
    buffer.push_str(run);
    buffer.guess_segment_properties();
    buffer.set_direction(direction);
    // Shaping fails only for a buffer without a direction, or one that is shaped already.
    if harfrust::shape(&font.shaper(), &mut buffer, ShapeOptions::new()).is_err() {
        return 0.0;
    }
    let em = |units: i32| units as f32 / font.units();
    let mut at = 0.0;
    for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
        if info.glyph_id == 0
            && let Some(missing) = run.get(info.cluster as usize..).and_then(|rest| rest.chars().next())
            && !layout.missing.contains(&missing)
            && layout.missing.len() < MOST_MISSING
        {
            layout.missing.push(missing);
        }
        let (x, y) = (x + at + em(position.x_offset), em(position.y_offset));
        layout.glyphs.push(Glyph { id: info.glyph_id, x, y });
        at += em(position.x_advance);
    }
    at
}
