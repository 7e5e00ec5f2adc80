//! Where commands draw: the images of a target, and how far the state lets a command reach.

use super::parts::Block;
use super::world::{Attached, CANVAS, DEPTH, STENCIL, Serial, World};
use glir_spec::StateField;
use glir_spec::enums::Mode;
use glir_spec::structs::Rect;
use std::ops::Range;

/// The places of planes.
pub(super) const COLOR: usize = 0;

/// What can be drawn to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Canvas(u32),
    Image(Attached),
}

impl Place {
    /// A rectangle of it.
    pub(super) fn block(&self, x: Range<u32>, y: Range<u32>) -> Block {
        let mut block = Block::flat(x, y);
        if let Place::Image(image) = self {
            (block.from[2], block.to[2]) = (image.layer, image.layer.saturating_add(1));
            (block.from[3], block.to[3]) = (image.level, image.level.saturating_add(1));
        }
        block
    }
}

/// The images of a target.
#[derive(Debug, Default)]
pub(super) struct Surface {
    /// Of which plane each is, and which colour.
    pub(super) places: Vec<(usize, u32, Place)>,
    /// What all of them have.
    size: (u32, u32),
    /// Colours that are drawn to, as bits.
    pub(super) drawn: u32,
}

impl Surface {
    pub(super) fn of(world: &World<'_>, target: Serial) -> Self {
        if target == CANVAS {
            let canvas = Place::Canvas(world.canvas);
            let size = world.canvases.get(&world.canvas).copied().unwrap_or_default();
            return Surface { places: (0..3).map(|plane| (plane, 0, canvas)).collect(), size, drawn: 1 };
        }
        let Some((attached, drawn)) = world.attachments(target) else { return Surface::default() };
        let mut surface = Surface { places: Vec::new(), size: (u32::MAX, u32::MAX), drawn };
        for (point, image) in attached.iter().enumerate() {
            let Some(image) = image else { continue };
            let Some(object) = world.object(image.object).filter(|object| object.alive) else { continue };
            let [width, height, _] = object.extent(image.level);
            surface.size = (surface.size.0.min(width), surface.size.1.min(height));
            let (plane, color) = match point {
                DEPTH => (1, 0),
                STENCIL => (2, 0),
                color => (COLOR, color as u32),
            };
            surface.places.push((plane, color, Place::Image(*image)));
        }
        surface
    }

    /// The images of a plane that are written, of colours one alone if it is named.
    pub(super) fn written(&self, plane: usize, only: Option<u32>) -> impl Iterator<Item = &Place> {
        let colors = only.map_or(self.drawn, |only| self.drawn & 1u32.checked_shl(only).unwrap_or(0));
        let is = move |of: usize, color: u32| of == plane && (plane != COLOR || colors & 1 << color != 0);
        self.places.iter().filter(move |(of, color, _)| is(*of, *color)).map(|(.., place)| place)
    }

    /// The images of a plane from which is copied.
    pub(super) fn read(&self, plane: usize) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(move |(of, color, _)| *of == plane && *color == 0).map(|(.., place)| place)
    }

    /// What of an area all images have.
    pub(super) fn clipped(&self, area: &Area) -> Area {
        area.common(&Area([0, 0, self.size.0.into(), self.size.1.into()]))
    }

    pub(super) fn holds(&self, area: &Area) -> bool {
        self.clipped(area).0 == area.0
    }
}

/// A rectangle in pixels: left, lower, right and upper edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Area(pub(super) [i64; 4]);

impl Area {
    const ALL: Area = Area([i64::MIN, i64::MIN, i64::MAX, i64::MAX]);

    pub(super) fn of(rect: &Rect) -> Self {
        let (x, y) = (i64::from(rect.x), i64::from(rect.y));
        Area([x, y, x + i64::from(rect.width), y + i64::from(rect.height)])
    }

    pub(super) fn common(&self, other: &Area) -> Area {
        let [left, lower, right, upper] = self.0;
        let [a, b, c, d] = other.0;
        Area([left.max(a), lower.max(b), right.min(c), upper.min(d)])
    }

    pub(super) fn wider(&self, by: i64) -> Area {
        let [left, lower, right, upper] = self.0;
        Area([
            left.saturating_sub(by),
            lower.saturating_sub(by),
            right.saturating_add(by),
            upper.saturating_add(by),
        ])
    }

    /// Columns and rows, as far as an image can have them.
    pub(super) fn ranges(&self) -> (Range<u32>, Range<u32>) {
        let fit = |edge: i64| edge.clamp(0, u32::MAX.into()) as u32;
        let [left, lower, right, upper] = self.0.map(fit);
        (left..right, lower..upper)
    }

    /// The same pixels of a place.
    pub(super) fn block(&self, place: &Place) -> Block {
        let (x, y) = self.ranges();
        place.block(x, y)
    }
}

/// What the scissor lets through.
pub(super) fn scissored(world: &World<'_>) -> Area {
    world.scissor().map_or(Area::ALL, Area::of)
}

/// As far as a draw can reach. Polygons end at the viewport, and so do lines, but for their width; a point whose middle is inside
/// may reach out of it, and a geometry shader makes of each what it likes.
pub(super) fn drawn(world: &World<'_>, mode: Mode, has_geometry: bool) -> Area {
    let scissor = scissored(world);
    let viewport = world.fields().iter().find_map(|field| match field {
        StateField::Viewport(rect) => rect.as_ref(),
        _ => None,
    });
    let width = world.fields().iter().find_map(|field| match field {
        StateField::LineWidth(width) => Some(f64::from(*width)),
        _ => None,
    });
    let beyond = match shape(mode) {
        _ if has_geometry => return scissor,
        Shape::Points => return scissor,
        Shape::Lines => width.unwrap_or(1.0).ceil() as i64 + 1,
        Shape::Polygons => 1,
    };
    viewport.map_or(scissor, |rect| scissor.common(&Area::of(rect).wider(beyond)))
}

/// What vertices make up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Shape {
    Points,
    Lines,
    Polygons,
}

pub(super) fn shape(mode: Mode) -> Shape {
    match mode {
        Mode::Points => Shape::Points,
        Mode::Triangles | Mode::TriangleStrip | Mode::TriangleFan => Shape::Polygons,
        Mode::TrianglesAdjacency | Mode::TriangleStripAdjacency => Shape::Polygons,
        Mode::Lines | Mode::LineLoop | Mode::LineStrip => Shape::Lines,
        Mode::LinesAdjacency | Mode::LineStripAdjacency => Shape::Lines,
    }
}
