//! Grid lines: across a rectangle, at the ticks of its axes.

use crate::axis::parts;
use crate::bounds::Bounds;
use crate::color::Color;
use crate::error::{Error, Result, refuse};
use crate::place::Place;
use crate::ticks::{Driver, Epoch, Formula, Measure, Scale, Unit, formula};
use crate::typeface::Typeface;
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use crate::{Side, TickSlots};
use glir_gloo::{IndexBuffer, Mode};
use glir_transforms::Transform;
use std::sync::Arc;

/// How grid lines look.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GridStyle {
    /// Of lines at ticks with labels.
    pub color: Color,
    /// Of lines at the others; transparent for none.
    pub minor_color: Color,
    /// Their width, in whole pixels.
    pub width: f32,
}

impl Default for GridStyle {
    fn default() -> Self {
        let gray = Color::rgb(0.0, 0.0, 0.0);
        GridStyle { color: gray.with_alpha(0.13), minor_color: gray.with_alpha(0.05), width: 1.0 }
    }
}

/// Lines across the rectangle that a view is seen in, where [`Axis`](crate::Axis) has ticks: those of axes whose letters are as large. It is
/// drawn with GL's viewport on the rectangle, before or behind the data.
///
/// ```
/// use glir_visuals::{Grid, Typeface, View, Visual, ticks::Scale};
///
/// let context = glir_gloo::Context::new(640, 480)?;
/// let mut grid = Grid::new(&Typeface::sans(&context)?)?;
/// grid.set_scales([Some(Scale::Time), None])?; // only upright lines
/// grid.draw(&View::rect([1.7e9, 1.7e9 + 60.0, -1.0, 1.0], [0.0, 0.0, 640.0, 480.0]))?;
/// # Ok::<(), glir_visuals::Error>(())
/// ```
#[derive(Debug)]
pub struct Grid {
    typeface: Typeface,
    style: GridStyle,
    size: f32,
    epochs: [Epoch; 2],
    lines: [Option<Lines>; 2],
    shared: Arc<parts::Shared>,
}

/// The lines of one axis.
#[derive(Debug)]
struct Lines {
    place: Place,
    scale: Scale,
    formula: Formula,
    driver: Option<Driver>,
}

impl Grid {
    /// Lines of plain numbers both ways. The typeface is the axes', whose labels' widths decide which ticks there are.
    ///
    /// # Errors
    ///
    /// Too many objects in the context.
    pub fn new(typeface: &Typeface) -> Result<Grid> {
        let mut grid = Grid {
            typeface: typeface.clone(),
            style: GridStyle::default(),
            size: crate::AxisStyle::default().size,
            epochs: [Epoch::default(); 2],
            lines: [None, None],
            shared: typeface.shared()?,
        };
        grid.set_scales([Some(Scale::Linear); 2])?;
        Ok(grid)
    }

    /// What x and y mean; `None` for no lines.
    ///
    /// # Errors
    ///
    /// None that a program has not.
    pub fn set_scales(&mut self, scales: [Option<Scale>; 2]) -> Result<()> {
        for (index, scale) in scales.into_iter().enumerate() {
            if self.lines[index].as_ref().map(|lines| lines.scale) != scale {
                self.lines[index] = match scale {
                    Some(scale) => Some(Lines {
                        place: parts::grid(&self.typeface, scale)?,
                        scale,
                        formula: self.formula(index, scale),
                        driver: None,
                    }),
                    None => None,
                };
            }
        }
        self.apply()
    }

    /// The size of the axes' letters in pixels an em, if it is not 12.
    ///
    /// # Errors
    ///
    /// A size that is not finite, or not above 0.
    pub fn set_size(&mut self, size: f32) -> Result<()> {
        if !(size > 0.0 && size <= 200.0) {
            return refuse(format!("the axes' size is more than 0, and up to 200 pixels; {size} was given"));
        }
        self.size = size;
        self.choose_anew();
        Ok(())
    }

    /// From when on times in x and y count, and in which unit, where those are times: the axes' own epochs.
    ///
    /// # Errors
    ///
    /// What is no [`Epoch`].
    pub fn set_epochs(&mut self, epochs: [Epoch; 2]) -> Result<()> {
        epochs.iter().try_for_each(|epoch| epoch.check())?;
        self.epochs = epochs;
        self.choose_anew();
        Ok(())
    }

    fn formula(&self, index: usize, scale: Scale) -> Formula {
        let unit = Unit { epoch: self.epochs[index], ..Unit::default() };
        formula(scale, &Measure::of(&self.typeface.font(), self.size, index == 0), unit)
    }

    fn choose_anew(&mut self) {
        for index in 0..2 {
            let Some(scale) = self.lines[index].as_ref().map(|lines| lines.scale) else { continue };
            let formula = self.formula(index, scale);
            if let Some(lines) = &mut self.lines[index] {
                (lines.formula, lines.driver) = (formula, None);
            }
        }
    }

    /// How the lines look.
    ///
    /// # Errors
    ///
    /// A width that is not finite, or below 0.
    pub fn set_style(&mut self, style: GridStyle) -> Result<()> {
        if !(0.0..=200.0).contains(&style.width) {
            return refuse(format!("a grid's width is 0 to 200 pixels; {} was given", style.width));
        }
        self.style = style;
        self.apply()
    }

    /// Where the programs take the ticks and the rectangle: those of x, then those of y.
    pub fn slots(&self) -> Vec<TickSlots> {
        self.lines.iter().flatten().filter_map(|lines| parts::tick_slots(&lines.place)).collect()
    }

    fn apply(&mut self) -> Result<()> {
        // Lines reach from the near side across the rectangle: a tick as long as any canvas.
        let minor = if self.style.minor_color.0[3] > 0.0 { 1.0 } else { 0.0 };
        for (lines, side) in self.lines.iter_mut().zip([Side::Bottom, Side::Left]) {
            if let Some(Lines { place, .. }) = lines {
                place.set("u_side", side.directions())?;
                place.set("u_lines", [self.style.width.round(), 32_768.0, 32_768.0, minor])?;
                place.set("u_spine", 0.0)?;
                place.set("u_color", self.style.color.clamped())?;
                place.set("u_minor_color", self.style.minor_color.clamped())?;
            }
        }
        Ok(())
    }

    fn each(
        &mut self,
        view: &View,
        mut then: impl FnMut(&mut Place, &IndexBuffer<u16>) -> Result<()>,
    ) -> Result<()> {
        for (index, lines) in self.lines.iter_mut().enumerate() {
            if let Some(Lines { place, formula, driver, .. }) = lines {
                parts::choose(&self.typeface, &mut [place], view, index == 0, formula, driver)?;
                then(place, &self.shared.ticks)?;
            }
        }
        Ok(())
    }
}

impl Visual for Grid {
    /// Refused, but for none: what a grid shows is the view's range.
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        if transform.is_empty() {
            return Ok(());
        }
        Err(Error::Data("a grid takes no transform: it shows the range of its view".into()))
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.lines.iter_mut().flatten().try_for_each(|lines| lines.place.set_opacity(opacity))
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.each(view, |place, indices| place.draw(view, Mode::Triangles, indices))
    }

    /// All of it is one item.
    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        self.each(view, |place, indices| place.pick(view, first, Mode::Triangles, indices))?;
        Ok(1)
    }

    fn bounds(&self) -> Option<Bounds> {
        None
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.lines.iter().flatten().flat_map(|lines| lines.place.slots()).collect()
    }
}
