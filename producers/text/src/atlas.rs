//! The atlas: fields of the glyphs that are used, packed into one texture that grows.

use crate::error::TextError;
use crate::font::Font;
use etagere::{BucketedAtlasAllocator, size2};
use std::collections::HashMap;

/// The greatest side of an atlas in texels: what any WebGL has.
pub const MAX_SIDE: u16 = 2048;
/// Texels an em: at three times the size corners begin to look round.
const EM: u16 = 48;
/// Texels of distance to either side of an edge: a pixel and more of the smallest text that can be read, of 8 pixels an em.
const SPREAD: u8 = 6;

/// The fields of a font's glyphs in one picture, made as they are asked for.
///
/// ```
/// use glir_text::{Atlas, Changes, Font};
///
/// let font = Font::sans();
/// let mut atlas = Atlas::new(&font);
/// let letter = font.glyph('g').ok_or("no g")?;
/// let shape = atlas.glyph(letter)?.ok_or("an empty g")?;
/// // Below the baseline, too; and its texels are what is to be sent.
/// assert!(shape.plane[1] < 0.0 && shape.plane[3] > 0.0);
/// assert!(!matches!(atlas.take_changes(), Changes::Areas(areas) if areas.is_empty()));
/// assert_eq!(atlas.area(shape.area).len(), usize::from(shape.area.width) * usize::from(shape.area.height));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Atlas {
    font: Font,
    packing: BucketedAtlasAllocator,
    width: u16,
    height: u16,
    texels: Vec<u8>,
    shapes: HashMap<u32, Option<Shape>>,
    changes: Changes,
}

/// Where a glyph stands in the atlas, and where on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Shape {
    /// Its rectangle in the atlas.
    pub area: Area,
    /// The rectangle that it covers, in ems from the glyph's origin: left, bottom, right, top.
    pub plane: [f32; 4],
}

/// A rectangle of texels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// From the left.
    pub x: u16,
    /// From below.
    pub y: u16,
    /// From left to right.
    pub width: u16,
    /// From bottom to top.
    pub height: u16,
}

/// What has changed in an atlas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changes {
    /// Its size; so everything is to be sent.
    All,
    /// These rectangles; none for nothing.
    Areas(Vec<Area>),
}

impl Atlas {
    /// An empty atlas, 256 × 64 texels large.
    pub fn new(font: &Font) -> Atlas {
        let (width, height) = (256, 64);
        Atlas {
            font: font.clone(),
            packing: BucketedAtlasAllocator::new(size2(width.into(), height.into())),
            width,
            height,
            texels: vec![0; usize::from(width) * usize::from(height)],
            shapes: HashMap::new(),
            changes: Changes::All,
        }
    }

    /// The font.
    pub fn font(&self) -> &Font {
        &self.font
    }

    /// Width and height in texels; it only grows, and what it holds stays in its place.
    pub fn size(&self) -> (u16, u16) {
        (self.width, self.height)
    }

    /// Its texels, row by row from the lowest one up: distances as [`Field`](crate::Field) has them.
    pub fn texels(&self) -> &[u8] {
        &self.texels
    }

    /// How many rows, from the lowest one up, hold glyphs.
    pub fn used_rows(&self) -> u16 {
        self.shapes.values().flatten().map(|shape| shape.area.y + shape.area.height).max().unwrap_or(0)
    }

    /// How many texels an em has.
    pub fn em(&self) -> u16 {
        EM
    }

    /// How many texels the distances reach to either side.
    pub fn spread(&self) -> u8 {
        SPREAD
    }

    /// A glyph's shape; none if it has none, as a space.
    ///
    /// # Errors
    /// If the atlas would have to be larger than [`MAX_SIDE`] each way: some two thousand letters.
    pub fn glyph(&mut self, id: u32) -> Result<Option<Shape>, TextError> {
        if let Some(shape) = self.shapes.get(&id) {
            return Ok(*shape);
        }
        let field = self.font.outline(id).field(EM, SPREAD);
        let shape = if field.texels.is_empty() {
            None
        } else {
            let area = self.place(field.width, field.height)?;
            self.write(area, &field.texels);
            Some(Shape { area, plane: field.plane })
        };
        self.shapes.insert(id, shape);
        Ok(shape)
    }

    /// What has changed since this was asked last.
    pub fn take_changes(&mut self) -> Changes {
        std::mem::replace(&mut self.changes, Changes::Areas(Vec::new()))
    }

    /// The texels of a rectangle, row by row.
    pub fn area(&self, area: Area) -> Vec<u8> {
        let rows = usize::from(area.y)..usize::from(area.y) + usize::from(area.height);
        let row = |row: usize| {
            let start = row * usize::from(self.width) + usize::from(area.x);
            self.texels.get(start..start + usize::from(area.width)).unwrap_or(&[])
        };
        rows.flat_map(row).copied().collect()
    }

    /// Room for a field, and a texel around it so that no other one shines in.
    fn place(&mut self, width: u16, height: u16) -> Result<Area, TextError> {
        let wanted = size2(i32::from(width) + 2, i32::from(height) + 2);
        let place = loop {
            if let Some(place) = self.packing.allocate(wanted) {
                break place;
            }
            self.grow()?;
        };
        let corner = place.rectangle.min;
        Ok(Area { x: corner.x as u16 + 1, y: corner.y as u16 + 1, width, height })
    }

    fn grow(&mut self) -> Result<(), TextError> {
        let (width, height) = match (self.width, self.height) {
            (width, height) if height < width => (width, height * 2),
            (width, height) if width < MAX_SIDE => (width * 2, height),
            (width, _) => {
                let message = format!(
                    "the atlas has no room for more glyphs than {} in {width}² texels",
                    self.shapes.len()
                );
                return Err(TextError::new(message));
            }
        };
        let mut texels = vec![0; usize::from(width) * usize::from(height)];
        let rows = texels.chunks_exact_mut(width.into()).zip(self.texels.chunks_exact(self.width.into()));
        for (to, from) in rows {
            if let Some(to) = to.get_mut(..from.len()) {
                to.copy_from_slice(from);
            }
        }
        (self.width, self.height, self.texels) = (width, height, texels);
        self.packing.grow(size2(width.into(), height.into()));
        self.changes = Changes::All;
        Ok(())
    }

    fn write(&mut self, area: Area, texels: &[u8]) {
        let stride = usize::from(self.width);
        for (row, from) in texels.chunks_exact(area.width.into()).enumerate() {
            let start = (usize::from(area.y) + row) * stride + usize::from(area.x);
            if let Some(to) = self.texels.get_mut(start..start + from.len()) {
                to.copy_from_slice(from);
            }
        }
        if let Changes::Areas(areas) = &mut self.changes {
            areas.push(area);
        }
    }
}

impl std::fmt::Debug for Atlas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (width, height) = self.size();
        write!(f, "Atlas {{ {width} × {height}, {} glyphs }}", self.shapes.len())
    }
}
