//! Grids: where rows and columns of view boxes are. The sizes are those of CSS grid tracks, worked out by taffy.

use crate::error::{Result, refuse};
use taffy::prelude::*;

/// A rectangle in pixels of the canvas, from its lower left corner.
///
/// ```
/// use glir_scene::Area;
///
/// let area = Area::new(0.0, 0.0, 100.0, 80.0).inset(10.0, 20.0, 10.0, 0.0);
/// assert_eq!((area.x, area.y, area.width, area.height), (10.0, 20.0, 80.0, 60.0));
/// assert!(area.contains([50.0, 50.0]) && !area.contains([5.0, 50.0]));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Lower edge.
    pub y: f64,
    /// Width; nothing is drawn in an area without one.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Area {
    /// An area by its lower left corner and size.
    pub fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Area { x, y, width, height }
    }

    /// Whether a point is in it; its upper and right edges are not.
    pub fn contains(&self, [x, y]: [f64; 2]) -> bool {
        x >= self.x && x < self.x + self.width && y >= self.y && y < self.y + self.height
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Area) -> Area {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let right = (self.x + self.width).min(other.x + other.width);
        let top = (self.y + self.height).min(other.y + other.height);
        Area { x, y, width: (right - x).max(0.0), height: (top - y).max(0.0) }
    }

    /// Without a margin on each side.
    #[must_use]
    pub fn inset(&self, left: f64, bottom: f64, right: f64, top: f64) -> Area {
        let (width, height) = (self.width - left - right, self.height - bottom - top);
        Area { x: self.x + left, y: self.y + bottom, width: width.max(0.0), height: height.max(0.0) }
    }

    /// On whole pixels, as viewports are: edges that two areas share fall on the same pixel.
    #[must_use]
    pub(crate) fn snapped(&self) -> Area {
        let (x, y) = (self.x.round(), self.y.round());
        let (right, top) = ((self.x + self.width).round(), (self.y + self.height).round());
        Area { x, y, width: (right - x).max(0.0), height: (top - y).max(0.0) }
    }
}

/// The height of a row or the width of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Track {
    /// So many pixels.
    Pixels(f64),
    /// A share of what is left, in proportion to the other shares.
    Share(f64),
}

/// Rows from the top down, columns from the left.
///
/// ```
/// use glir_scene::{Area, Cell, Grid};
///
/// let grid = Grid::even(2, 2);
/// let cells = [Cell::at(0, 0), Cell::at(1, 0).spanning(1, 2)];
/// let areas = grid.areas(Area::new(0.0, 0.0, 400.0, 300.0), &cells)?;
/// // Rows count from the top, pixels from below.
/// assert!(areas[0].y > areas[1].y && areas[1].width > 1.9 * areas[0].width);
/// # Ok::<(), glir_scene::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Heights.
    pub rows: Vec<Track>,
    /// Widths.
    pub columns: Vec<Track>,
    /// Pixels between columns, and between rows.
    pub gap: [f64; 2],
}

/// A cell, or several that touch: first row, first column, and how many of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The first row, from 0 at the top.
    pub row: u16,
    /// The first column.
    pub column: u16,
    /// How many rows, at least 1.
    pub rows: u16,
    /// How many columns, at least 1.
    pub columns: u16,
}

impl Cell {
    /// One cell.
    pub fn at(row: u16, column: u16) -> Self {
        Cell { row, column, rows: 1, columns: 1 }
    }

    /// The same first cell and others next to it.
    #[must_use]
    pub fn spanning(self, rows: u16, columns: u16) -> Self {
        Cell { rows, columns, ..self }
    }
}

impl Grid {
    /// The most rows or columns.
    pub const MOST: usize = 1024;

    /// So many rows and columns of equal sizes.
    pub fn even(rows: usize, columns: usize) -> Self {
        let tracks = |count: usize| vec![Track::Share(1.0); count.min(Self::MOST)];
        Grid { rows: tracks(rows), columns: tracks(columns), gap: [0.0; 2] }
    }

    /// Where cells are within an area, in the order given.
    ///
    /// # Errors
    /// Cells that the grid does not have, more than [`MOST`](Self::MOST) tracks, sizes that are negative or no numbers.
    pub fn areas(&self, area: Area, cells: &[Cell]) -> Result<Vec<Area>> {
        for tracks in [&self.rows, &self.columns] {
            if tracks.is_empty() || tracks.len() > Self::MOST {
                return refuse(format!(
                    "a grid has 1 to {} rows and columns, not {}",
                    Self::MOST,
                    tracks.len()
                ));
            }
            if tracks.iter().any(|track| {
                let (Track::Pixels(size) | Track::Share(size)) = *track;
                !(0.0..=1e6).contains(&size)
            }) {
                return refuse("a row's or column's size is 0 to 1,000,000");
            }
        }
        let within =
            |first: u16, count: u16, all: usize| count > 0 && usize::from(first) + usize::from(count) <= all;
        for cell in cells {
            if !within(cell.row, cell.rows, self.rows.len())
                || !within(cell.column, cell.columns, self.columns.len())
            {
                return refuse(format!(
                    "a grid of {} rows and {} columns has no cell ({}, {}) of {} × {}",
                    self.rows.len(),
                    self.columns.len(),
                    cell.row,
                    cell.column,
                    cell.rows,
                    cell.columns
                ));
            }
        }
        self.computed(area, cells)
            .map_err(|error| crate::Error::own(format!("the grid can't be laid out: {error}")))
    }

    fn computed(&self, area: Area, cells: &[Cell]) -> std::result::Result<Vec<Area>, taffy::TaffyError> {
        let tracks = |tracks: &[Track]| -> Vec<_> {
            tracks
                .iter()
                .map(|track| match *track {
                    Track::Pixels(size) => length(size as f32),
                    // As `minmax(0, nfr)`: what a cell holds does not make it wider.
                    Track::Share(share) => minmax(length(0.0), fr(share as f32)),
                })
                .collect()
        };
        let mut tree: TaffyTree<()> = TaffyTree::new();
        tree.disable_rounding();
        let mut leaves = Vec::with_capacity(cells.len());
        for cell in cells {
            let style = Style {
                grid_row: Line { start: line(cell.row as i16 + 1), end: span(cell.rows) },
                grid_column: Line { start: line(cell.column as i16 + 1), end: span(cell.columns) },
                ..Style::default()
            };
            leaves.push(tree.new_leaf(style)?);
        }
        let root = tree.new_with_children(
            Style {
                display: Display::Grid,
                size: Size { width: length(area.width as f32), height: length(area.height as f32) },
                grid_template_rows: tracks(&self.rows),
                grid_template_columns: tracks(&self.columns),
                gap: Size { width: length(self.gap[0] as f32), height: length(self.gap[1] as f32) },
                ..Style::default()
            },
            &leaves,
        )?;
        tree.compute_layout(root, Size::MAX_CONTENT)?;
        let mut areas = Vec::with_capacity(leaves.len());
        for leaf in leaves {
            let layout = tree.layout(leaf)?;
            let (width, height) = (f64::from(layout.size.width), f64::from(layout.size.height));
            // Layouts go down from the top, canvases up from the bottom.
            let top = area.y + area.height - f64::from(layout.location.y);
            areas.push(Area { x: area.x + f64::from(layout.location.x), y: top - height, width, height });
        }
        Ok(areas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_take_what_pixels_and_gaps_leave() -> Result<()> {
        let grid = Grid {
            rows: vec![Track::Pixels(30.0), Track::Share(1.0)],
            columns: vec![Track::Share(1.0), Track::Share(3.0)],
            gap: [10.0, 5.0],
        };
        let cells = [Cell::at(0, 0).spanning(1, 2), Cell::at(1, 0), Cell::at(1, 1)];
        let areas = grid.areas(Area::new(0.0, 0.0, 410.0, 235.0), &cells)?;
        assert_eq!(areas[0], Area::new(0.0, 205.0, 410.0, 30.0));
        assert_eq!(areas[1], Area::new(0.0, 0.0, 100.0, 200.0));
        assert_eq!(areas[2], Area::new(110.0, 0.0, 300.0, 200.0));
        Ok(())
    }

    #[test]
    fn cells_beyond_the_grid_are_refused() {
        let error = Grid::even(2, 2).areas(Area::new(0.0, 0.0, 10.0, 10.0), &[Cell::at(1, 1).spanning(2, 1)]);
        let text = error.err().map(|error| error.to_string());
        assert_eq!(text.as_deref(), Some("a grid of 2 rows and 2 columns has no cell (1, 1) of 2 × 1"));
        assert!(Grid::even(0, 2).areas(Area::default(), &[]).is_err());
    }

    #[test]
    fn neighbours_share_their_edge_on_whole_pixels() -> Result<()> {
        let cells: Vec<Cell> = (0..3).map(|column| Cell::at(0, column)).collect();
        let areas = Grid::even(1, 3).areas(Area::new(0.0, 0.0, 100.0, 50.0), &cells)?;
        let snapped: Vec<Area> = areas.iter().map(Area::snapped).collect();
        assert_eq!(snapped.iter().map(|area| area.width).sum::<f64>(), 100.0);
        assert_eq!(snapped[0].x + snapped[0].width, snapped[1].x);
        Ok(())
    }
}
