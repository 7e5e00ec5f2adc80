//! Figures: axes with lines, markers, images and histograms, and views of solid things, laid out in a grid.

mod axes;
mod draw;
mod histogram;
mod legend;
pub(crate) mod notes;
mod outline;
mod reach;
mod recording;
mod scale;
mod space;
pub(crate) mod words;

pub use axes::{Axes, Axis, Fill, Image, Legend, Line, Pixels, Scatter, Traces};
pub use histogram::{Bins, Counts};
pub(crate) use recording::name;
pub use recording::{Selection, Shown};
pub use scale::Scale;
pub use space::{Space, VolumeLook};

use crate::PlotError;
use glir_scene::{Cell, Grid, Link, NodeId, Scene};
use glir_spec::{Frame, Header};
use glir_visuals::Color;
pub use glir_visuals::ticks::Epoch;

/// A figure: plots in the cells of a grid, with a title above them.
///
/// ```
/// use glir_plot::Figure;
///
/// let x: Vec<f64> = (0..200).map(|i| f64::from(i) * 0.05).collect();
/// let wave: Vec<f64> = x.iter().map(|x| x.sin()).collect();
/// let mut figure = Figure::new(640, 480);
/// let axes = figure.axes();
/// axes.line(&x, &wave)?.label("sine");
/// axes.x.label = "time / s".into();
/// let drawing = figure.draw()?;
/// assert_eq!(drawing.frames.len(), 1); // pans and zooms wherever it is shown
/// # Ok::<(), glir_plot::PlotError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Figure {
    /// Width in pixels, 16 to 16,384.
    pub width: u32,
    /// Height in pixels, 16 to 16,384.
    pub height: u32,
    /// What stands above all plots.
    pub title: String,
    /// Behind everything.
    pub background: Color,
    /// Pixels an em of labels; titles are larger.
    pub text_size: f32,
    /// Whether people can pan, zoom and turn what they see. Stills need no signals.
    pub interactive: bool,
    /// Samples a pixel, 0 or 2 to 16: they make the edges of meshes smooth. With some the stream is of profile es3, which WebGL 1 and OpenGL
    /// ES 2.0 do not draw; interpreters have at least 4.
    pub samples: u32,
    /// Plots of one column share their x axes' spans.
    pub share_x: bool,
    /// Plots of one row share their y axes' spans.
    pub share_y: bool,
    pub(crate) panels: Vec<Panel>,
    /// Cells whose axes show the same part.
    links: Vec<Vec<(u16, u16)>>,
}

/// A cell, and what stands in it: a space, or else axes.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    pub(crate) cell: Cell,
    pub(crate) axes: Option<Axes>,
    pub(crate) space: Option<Space>,
}

impl Panel {
    fn title(&self) -> Option<&String> {
        match (&self.space, &self.axes) {
            (Some(space), _) => Some(&space.title),
            (None, axes) => axes.as_ref().map(|axes| &axes.title),
        }
    }
}

/// A figure as a stream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Drawing {
    /// Its header.
    pub header: Header<'static>,
    /// Its frames; one, for a figure that was drawn.
    pub frames: Vec<Frame>,
    /// What of the data the picture does not show, a sentence each.
    pub notes: Vec<String>,
    /// The one of them about characters that the font lacks.
    pub missing: Option<String>,
}

impl Figure {
    /// A figure without plots.
    pub fn new(width: u32, height: u32) -> Figure {
        Figure {
            width,
            height,
            title: String::new(),
            background: Color::WHITE,
            text_size: 13.0,
            interactive: true,
            samples: 0,
            share_x: false,
            share_y: false,
            panels: Vec::new(),
            links: Vec::new(),
        }
    }

    /// The axes of the first cell, which are made if there are none.
    pub fn axes(&mut self) -> &mut Axes {
        self.subplot(0, 0)
    }

    /// The axes of a cell, by its row from the top and its column, which are made if there are none. The grid has as many rows and columns
    /// as its cells ask for.
    pub fn subplot(&mut self, row: u16, column: u16) -> &mut Axes {
        let panel = self.panel(row, column);
        panel.space = None;
        panel.axes.get_or_insert_with(Axes::new)
    }

    /// The view of space of a cell, in place of what is there.
    pub fn space(&mut self, row: u16, column: u16) -> &mut Space {
        let panel = self.panel(row, column);
        panel.axes = None;
        panel.space.get_or_insert_with(Space::new)
    }

    /// Makes text, lines and markers so many times as large, for a screen with smaller pixels. The figure's own size in pixels stays.
    ///
    /// ```
    /// let mut figure = glir_plot::Figure::new(1280, 960); // 640 × 480 on a screen with two pixels a layout pixel
    /// figure.axes().line(&[0.0, 1.0], &[0.0, 1.0])?;
    /// figure.scale(2.0);
    /// assert_eq!(figure.text_size, 26.0);
    /// # Ok::<(), glir_plot::PlotError>(())
    /// ```
    pub fn scale(&mut self, factor: f32) {
        self.text_size *= factor;
        let axes = self.panels.iter_mut().filter_map(|panel| panel.axes.as_mut());
        axes.for_each(|axes| axes.scale_pixels(factor));
    }

    fn panel(&mut self, row: u16, column: u16) -> &mut Panel {
        let known = self.panels.iter().position(|panel| (panel.cell.row, panel.cell.column) == (row, column));
        let at = known.unwrap_or_else(|| {
            self.panels.push(Panel { cell: Cell::at(row, column), axes: None, space: None });
            self.panels.len() - 1
        });
        &mut self.panels[at]
    }

    /// The scene that draws the figure, to be changed and drawn further; and the view boxes of its plots, in the order in which they
    /// were added.
    ///
    /// # Errors
    /// One sentence: what of the figure can't be drawn.
    pub fn scene(&self) -> Result<(Scene, Vec<NodeId>), PlotError> {
        draw::scene(self).map(|staged| (staged.scene, staged.boxes))
    }

    /// Draws the figure as a stream of one frame.
    ///
    /// # Errors
    /// As [`Figure::scene`].
    pub fn draw(&self) -> Result<Drawing, PlotError> {
        let draw::Staged { mut scene, mut notes, typeface, .. } = draw::scene(self)?;
        let frames = vec![scene.frame()?];
        let missing = notes::boxes(&typeface.missing());
        notes.extend(missing.clone());
        let header = Header { samples: self.samples, ..scene.header() };
        Ok(Drawing { header, frames, notes, missing })
    }

    /// The grid that has all cells.
    fn grid(&self) -> Grid {
        let count =
            |of: fn(&Cell) -> u16| self.panels.iter().map(|panel| usize::from(of(&panel.cell)) + 1).max();
        Grid::even(count(|cell| cell.row).unwrap_or(1), count(|cell| cell.column).unwrap_or(1))
    }

    /// Names the plot in a cell, if there is one.
    pub fn set_title(&mut self, cell: (u16, u16), title: &str) {
        if let Some(panel) = self.panels.iter_mut().find(|panel| (panel.cell.row, panel.cell.column) == cell)
        {
            let title = title.to_owned();
            match (&mut panel.axes, &mut panel.space) {
                (Some(axes), _) => axes.title = title,
                (None, Some(space)) => space.title = title,
                (None, None) => {}
            }
        }
    }

    /// Lets the axes in some cells, by row and column, show the same part of x and y: whichever is moved, the others follow.
    pub fn link(&mut self, cells: &[(u16, u16)]) {
        if cells.len() > 1 {
            self.links.push(cells.to_vec());
        }
    }

    /// Links axes that share spans.
    fn link_boxes(&self, scene: &mut Scene, boxes: &[NodeId]) -> Result<(), PlotError> {
        let axes: Vec<(&Cell, &Axes, NodeId)> = self
            .panels
            .iter()
            .zip(boxes)
            .filter_map(|(panel, view)| Some((&panel.cell, panel.axes.as_ref()?, *view)))
            .collect();
        for (index, (cell, plot, view)) in axes.iter().enumerate() {
            for (other_cell, other, other_view) in &axes[..index] {
                let alike = |a: &Axis, b: &Axis| (a.scale, a.epoch) == (b.scale, b.epoch);
                if self.share_x && cell.column == other_cell.column && alike(&plot.x, &other.x) {
                    scene.link(*view, *other_view, Link::X)?;
                }
                let is_in = |cells: &Vec<(u16, u16)>, cell: &Cell| cells.contains(&(cell.row, cell.column));
                let linked = self.links.iter().any(|cells| is_in(cells, cell) && is_in(cells, other_cell));
                if linked && alike(&plot.x, &other.x) && alike(&plot.y, &other.y) {
                    scene.link(*view, *other_view, Link::Both)?;
                }
                if self.share_y && cell.row == other_cell.row && alike(&plot.y, &other.y) {
                    scene.link(*view, *other_view, Link::Y)?;
                }
            }
        }
        Ok(())
    }
}
