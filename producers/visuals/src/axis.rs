//! Axes: a spine along a side of a rectangle, ticks, labels and a title.

use crate::bounds::Bounds;
use crate::color::Color;
use crate::error::{Error, Result, refuse};
use crate::place::Place;
use crate::ticks::{Driver, Epoch, Formula, Measure, Scale, Ticks, Unit, formula};
use crate::typeface::Typeface;
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glir_gloo::{Context, Mode};
use glir_spec::ids::{ProgramId, UniformSlot};
use glir_text::{Align, AlignX, AlignY};
use glir_transforms::Transform;
use std::sync::Arc;

pub(crate) mod parts;

/// The side of a rectangle that an axis runs along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Below it.
    Bottom,
    /// Above it.
    Top,
    /// To its left.
    Left,
    /// To its right.
    Right,
}

impl Side {
    /// Whether it runs from left to right.
    pub fn is_horizontal(self) -> bool {
        matches!(self, Side::Bottom | Side::Top)
    }

    /// The directions along it and away from the rectangle.
    pub(crate) fn directions(self) -> [f32; 4] {
        match self {
            Side::Bottom => [1.0, 0.0, 0.0, -1.0],
            Side::Top => [1.0, 0.0, 0.0, 1.0],
            Side::Left => [0.0, 1.0, -1.0, 0.0],
            Side::Right => [0.0, 1.0, 1.0, 0.0],
        }
    }
}

/// Where ticks point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TickDirection {
    /// Away from the rectangle.
    #[default]
    Out,
    /// Into it.
    In,
    /// Both ways.
    Both,
}

/// How an axis looks. Lengths are pixels.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AxisStyle {
    /// Of lines, labels and title.
    pub color: Color,
    /// Pixels an em of labels; titles are a sixth larger.
    pub size: f32,
    /// The width of spine and ticks, in whole pixels.
    pub width: f32,
    /// The length of ticks with labels; those without are 0.6 as long.
    pub length: f32,
    /// Where ticks point.
    pub direction: TickDirection,
    /// Between ticks and labels.
    pub pad: f32,
    /// Whether ticks without labels are drawn.
    pub minor: bool,
    /// Whether there are labels.
    pub labels: bool,
    /// Whether there is a line along the side.
    pub spine: bool,
}

impl Default for AxisStyle {
    fn default() -> Self {
        AxisStyle {
            color: Color::rgb(0.15, 0.15, 0.15),
            size: 12.0,
            width: 1.0,
            length: 5.0,
            direction: TickDirection::Out,
            pad: 4.0,
            minor: true,
            labels: true,
            spine: true,
        }
    }
}

/// Where programs take what a producer, or signals, tell an axis: for BIND. All are floats and vectors of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TickSlots {
    /// The program.
    pub program: ProgramId,
    /// `vec4 u_ticks`.
    pub ticks: UniformSlot,
    /// `vec3 u_index`.
    pub index: UniformSlot,
    /// `vec4 u_format`.
    pub format: Option<UniformSlot>,
    /// `vec4 u_viewport`: the rectangle, as in [`ViewSlots`].
    pub viewport: Option<UniformSlot>,
    /// `vec2 u_canvas`: the size of the canvas in pixels.
    pub canvas: Option<UniformSlot>,
}

/// An axis along a side of the rectangle that a [`View`] is seen in: the view says which range, its viewport where it lies on the canvas.
///
/// ```
/// use glir_gloo::Context;
/// use glir_visuals::{Axis, Side, Typeface, View, Visual};
///
/// let context = Context::new(640, 480)?;
/// let typeface = Typeface::sans(&context)?;
/// let mut axis = Axis::new(&typeface, Side::Bottom)?;
/// axis.set_title("Time (s)")?;
/// let view = View::rect([0.0, 10.0, -1.0, 1.0], [60.0, 50.0, 560.0, 410.0]);
/// context.set_viewport(None)?; // an axis reaches beyond the rectangle
/// axis.draw(&view)?;
/// assert!(axis.room(&view) < 50.0);
/// # Ok::<(), glir_visuals::Error>(())
/// ```
///
/// It is drawn with GL's viewport on the whole canvas, where other visuals of the same view have the view's.
///
/// # No producer is needed
///
/// Positions and digits are made in the vertex shader from three uniforms: the place of the first tick and the way to the next one, its number
/// in three parts of six digits, and how labels are written. A pan sends these, some fifty bytes; and nothing where a person moves the
/// view ([`View::signals`]): the formula that the producer reckons by then stands in the stream as signals, which drive the same uniforms.
///
/// Labels keep apart, since steps are chosen by the widths of labels. Those of an upright axis that a person has zoomed into until they have no
/// room beside it are drawn smaller. See [`ticks`](crate::ticks) for which ticks there are.
#[derive(Debug)]
pub struct Axis {
    lines: Place,
    labels: Place,
    title: Option<parts::Title>,
    typeface: Typeface,
    side: Side,
    scale: Scale,
    /// What a coordinate of 1 is.
    unit: Unit,
    style: AxisStyle,
    measure: Measure,
    formula: Formula,
    /// Its signals, where a person moves the view.
    driver: Option<Driver>,
    shared: Arc<parts::Shared>,
    canvas: Option<[f32; 2]>,
    /// The width of the widest label so far, in pixels: a title does not dance.
    widest: f64,
    /// As much is kept free for labels that come by panning, in digits.
    spare: f64,
}

impl Axis {
    /// An axis of plain numbers.
    ///
    /// # Errors
    ///
    /// Too many objects in the context.
    pub fn new(typeface: &Typeface, side: Side) -> Result<Axis> {
        let (scale, style) = (Scale::Linear, AxisStyle::default());
        let measure = Measure::of(&typeface.font(), style.size, side.is_horizontal());
        let mut axis = Axis {
            lines: parts::lines(typeface, scale)?,
            labels: parts::labels(typeface, scale)?,
            title: None,
            typeface: typeface.clone(),
            side,
            scale,
            unit: Unit::default(),
            style,
            formula: formula(scale, &measure, Unit::default()),
            measure,
            driver: None,
            shared: typeface.shared()?,
            canvas: None,
            widest: 0.0,
            spare: 3.5,
        };
        axis.apply()?;
        Ok(axis)
    }

    /// What its coordinates mean.
    ///
    /// # Errors
    ///
    /// None that a program has not.
    pub fn set_scale(&mut self, scale: Scale) -> Result<()> {
        if scale != self.scale {
            self.lines = parts::lines(&self.typeface, scale)?;
            self.labels = parts::labels(&self.typeface, scale)?;
            self.scale = scale;
            self.apply()?;
        }
        Ok(())
    }

    /// Of which power of ten its coordinates are multiples: 0 at first. Views have no room for numbers around 1e-40 or 1e300; what is drawn
    /// may be divided by such a power, which then stands at the axis's end: "×10⁻⁴⁰". Logarithms and times have none.
    ///
    /// # Errors
    ///
    /// A power beyond ±9,999.
    pub fn set_power(&mut self, power: i32) -> Result<()> {
        if !(-9_999..=9_999).contains(&power) {
            return refuse(format!("the power of an axis is -9999 to 9999; {power} was given"));
        }
        if power != self.unit.power {
            self.unit.power = power;
            self.apply()?;
        }
        Ok(())
    }

    /// From when on the coordinates of [`Scale::Time`] count, and in which unit: seconds since 1970 at first.
    ///
    /// # Errors
    ///
    /// What is no [`Epoch`].
    pub fn set_epoch(&mut self, epoch: Epoch) -> Result<()> {
        epoch.check()?;
        if epoch != self.unit.epoch {
            self.unit.epoch = epoch;
            self.apply()?;
        }
        Ok(())
    }

    /// How it looks.
    ///
    /// # Errors
    ///
    /// Sizes that are not finite or below 0, or an em of more than 200 pixels or of 0.
    pub fn set_style(&mut self, style: AxisStyle) -> Result<()> {
        for (name, value) in
            [("size", style.size), ("width", style.width), ("length", style.length), ("pad", style.pad)]
        {
            if !(0.0..=200.0).contains(&value) {
                return refuse(format!("an axis's {name} is 0 to 200 pixels; {value} was given"));
            }
        }
        if style.size == 0.0 {
            return refuse("an axis's size is more than 0");
        }
        if style != self.style {
            self.style = style;
            self.apply()?;
        }
        Ok(())
    }

    /// How it looks.
    pub fn style(&self) -> &AxisStyle {
        &self.style
    }

    /// The words beside it; empty for none.
    ///
    /// # Errors
    ///
    /// More letters than an atlas has room for.
    pub fn set_title(&mut self, title: &str) -> Result<()> {
        if self.title.as_ref().map_or("", |known| known.words.as_str()) == title {
            return Ok(());
        }
        self.title = if title.is_empty() {
            None
        } else {
            // Upright titles are read from below; both kinds are anchored at the edge that is next to the labels.
            let y = match self.side {
                Side::Bottom | Side::Right => AlignY::Top,
                Side::Top | Side::Left => AlignY::Bottom,
            };
            let align = Align { x: AlignX::Center, y };
            Some(parts::Title::new(&self.typeface, title, align, self.style.size * 7.0 / 6.0, self.side)?)
        };
        self.apply()
    }

    /// The size of the canvas that it is drawn on, in pixels; `None` for that of the context's canvas.
    pub fn set_canvas(&mut self, size: Option<[f64; 2]>) {
        self.canvas = size.map(|size| size.map(|side| side as f32));
    }

    /// The pixels that it takes beside the rectangle: ticks, labels, title. Never less than for an earlier view, so that layouts stay.
    pub fn room(&mut self, view: &View) -> f64 {
        let labels = self.title_distance(view);
        let title = match &self.title {
            Some(title) => f64::from(title.height),
            // What stands at the end of a horizontal axis lies below its labels.
            None if self.side.is_horizontal() => f64::from(self.style.size),
            None => 0.0,
        };
        (labels + title).ceil()
    }

    /// How much room is kept for labels that come by panning and zooming beside an upright axis: that of so many digits, 3.5 by default.
    /// Labels that take more are drawn smaller.
    pub fn set_spare(&mut self, digits: f64) {
        self.spare = if digits.is_nan() { 3.5 } else { digits.clamp(0.0, 100.0) };
        self.widest = 0.0;
    }

    /// The pixels that labels of a level axis may reach beyond its ends: half of the widest one's.
    pub fn overhang(&self, view: &View) -> f64 {
        if !self.side.is_horizontal() || !self.style.labels {
            return 0.0;
        }
        (0.5 * self.widest_label(view)).ceil()
    }

    /// The width of the widest label in pixels.
    fn widest_label(&self, view: &View) -> f64 {
        let font = self.typeface.font();
        let width = |label: &str| f64::from(font.measure(label, self.style.size).width());
        self.ticks(view).major.iter().map(|tick| width(&tick.label)).fold(0.0, f64::max)
    }

    /// Its ticks for a view.
    pub fn ticks(&self, view: &View) -> Ticks {
        let horizontal = self.side.is_horizontal();
        let length = if horizontal { view.viewport[2] } else { view.viewport[3] };
        let Some(range) = range(view, horizontal) else { return Ticks::default() };
        Ticks::of(&self.formula, self.scale, range, length)
    }

    /// Where its programs take the ticks, the rectangle and the canvas.
    pub fn slots(&self) -> Vec<TickSlots> {
        [&self.lines, &self.labels].into_iter().filter_map(parts::tick_slots).collect()
    }

    /// From the rectangle to the title.
    fn title_distance(&mut self, view: &View) -> f64 {
        let style = &self.style;
        let outward = if style.direction == TickDirection::In { 0.0 } else { style.length };
        let (size, beside) = (f64::from(style.size), f64::from(outward + style.pad));
        if !style.labels {
            return beside;
        }
        if self.side.is_horizontal() {
            let labels = beside + f64::from(self.typeface.font().metrics().cap_height) * size + 0.25 * size;
            // What stands at the end of the axis, below its labels: a title that comes near it stands a row lower.
            let end = match self.scale {
                // Its range stays, so what stands there is known.
                _ if self.spare == 0.0 => match self.ticks(view).end.as_str() {
                    "" => -size,
                    end => f64::from(self.typeface.font().measure(end, self.style.size).width()),
                },
                Scale::Time => 12.5 * self.measure.digit + 3.0 * self.measure.colon,
                // What labels are to be added to is as long as it is.
                Scale::Linear | Scale::Log => {
                    let end = self.ticks(view).end;
                    let width = f64::from(self.typeface.font().measure(&end, self.style.size).width());
                    width.max(4.0 * self.measure.digit)
                }
            };
            let title = self.title.as_ref().map_or(0.0, |title| f64::from(title.width));
            let narrow = title > 0.0 && 0.5 * title + end + size > 0.5 * view.viewport[2];
            return if narrow { labels + 1.1 * size } else { labels };
        }
        // Dates are written out: 2024-03-01.
        let spare = match self.scale {
            Scale::Time if self.spare > 0.0 => 8.0 * self.measure.digit + 2.0 * self.measure.colon,
            _ => self.spare * self.measure.digit,
        };
        let widest = self.widest_label(view).max(spare);
        self.widest = self.widest.max(widest.ceil());
        beside + self.widest + 0.4 * size
    }

    /// For an axis whose range stays: no room for other labels.
    pub(crate) fn keep_range(&mut self) {
        (self.spare, self.widest) = (0.0, 0.0);
    }

    /// Gives programs all that style, side and scale say.
    fn apply(&mut self) -> Result<()> {
        let style = &self.style;
        self.measure = Measure::of(&self.typeface.font(), style.size, self.side.is_horizontal());
        self.formula = formula(self.scale, &self.measure, self.unit);
        self.driver = None;
        let inward = if style.direction == TickDirection::Out { 0.0 } else { style.length };
        let outward = if style.direction == TickDirection::In { 0.0 } else { style.length };
        let minor = if style.minor { 0.6 } else { 0.0 };
        let width = style.width.round();
        let spine = if style.spine { 1.0 } else { 0.0 };
        let lines = [width, inward.round(), outward.round(), minor];
        let directions = self.side.directions();
        let color = style.color.clamped();
        self.lines.set("u_color", color)?;
        self.lines.set("u_side", directions)?;
        self.lines.set("u_lines", lines)?;
        self.lines.set("u_spine", spine)?;
        self.labels.set("u_color", color)?;
        self.labels.set("u_side", directions)?;
        let distance = outward + style.pad;
        let label = match self.side {
            Side::Bottom => [style.size, distance, -0.5, -1.0],
            Side::Top => [style.size, distance, -0.5, 0.0],
            Side::Left => [style.size, distance, -1.0, -0.5],
            Side::Right => [style.size, distance, 0.0, -0.5],
        };
        // Beyond the labels, and beside the end.
        let end = match self.side {
            Side::Bottom => [distance + 1.25 * style.size, 0.0, -1.0, -1.0],
            Side::Top => [distance + 1.25 * style.size, 0.0, -1.0, 0.0],
            Side::Left => [0.0, 0.7 * style.size, 0.0, 0.0],
            Side::Right => [0.0, 0.7 * style.size, -1.0, 0.0],
        };
        self.labels.set("u_label", label)?;
        self.labels.set("u_end", end)?;
        self.labels.set("u_room", 0.0)?;
        parts::set_font(&mut self.labels, &self.typeface)?;
        if let Some(title) = &mut self.title {
            title.place.set("u_color", color)?;
        }
        Ok(())
    }

    /// Tells the programs which ticks there are.
    fn choose(&mut self, view: &View) -> Result<()> {
        let mut places = [&mut self.lines, &mut self.labels];
        parts::choose(
            &self.typeface,
            &mut places,
            view,
            self.side.is_horizontal(),
            &self.formula,
            &mut self.driver,
        )?;
        let canvas = self.canvas.unwrap_or_else(|| canvas_of(&self.typeface.context()));
        for place in places {
            place.set("u_canvas", canvas)?;
        }
        if self.title.is_some() || !self.side.is_horizontal() {
            let distance = self.title_distance(view);
            self.labels.set("u_room", if self.side.is_horizontal() { 0.0 } else { self.widest as f32 })?;
            if let Some(title) = &mut self.title {
                title.place.set("u_canvas", canvas)?;
                title.place.set("u_distance", distance as f32)?;
            }
        }
        Ok(())
    }
}

/// The size of the context's canvas.
pub(crate) fn canvas_of(context: &Context) -> [f32; 2] {
    let (width, height) = context.size();
    [width as f32, height as f32]
}

/// The range of x or y that a view shows; none for a view that is no rectangle.
pub(crate) fn range(view: &View, horizontal: bool) -> Option<[f64; 2]> {
    let matrix = view.projection * view.view;
    let axis = if horizontal { 0 } else { 1 };
    let others = (0..4).filter(|column| *column != axis && *column != 3);
    let level = others.into_iter().all(|column| matrix.col(column)[axis] == 0.0);
    let flat = matrix.row(3).truncate() == glam::DVec3::ZERO && matrix.row(3).w == 1.0;
    let (scale, shift) = (matrix.col(axis)[axis], matrix.col(3)[axis]);
    if !(level && flat) || scale == 0.0 {
        return None;
    }
    Some([-1.0, 1.0].map(|edge| view.origin[axis] + (edge - shift) / scale))
}

impl Visual for Axis {
    /// Refused, but for none: what an axis shows is the view's range.
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        if transform.is_empty() {
            return Ok(());
        }
        Err(Error::Data("an axis takes no transform: it shows the range of its view".into()))
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.lines.set_opacity(opacity)?;
        self.labels.set_opacity(opacity)?;
        self.title.as_mut().map_or(Ok(()), |title| title.place.set_opacity(opacity))
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.choose(view)?;
        self.lines.draw(view, Mode::Triangles, &self.shared.ticks)?;
        if self.style.labels {
            self.typeface.give(&mut self.labels)?;
            self.labels.draw(view, Mode::Triangles, &self.shared.labels)?;
        }
        match &mut self.title {
            Some(title) => title.draw(&self.typeface, view),
            None => Ok(()),
        }
    }

    /// All of it is one item.
    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        self.choose(view)?;
        self.lines.pick(view, first, Mode::Triangles, &self.shared.ticks)?;
        if self.style.labels {
            self.typeface.give(&mut self.labels)?;
            self.labels.pick(view, first, Mode::Triangles, &self.shared.labels)?;
        }
        Ok(1)
    }

    fn bounds(&self) -> Option<Bounds> {
        None
    }

    fn programs(&self) -> Vec<ViewSlots> {
        let title = self.title.iter().flat_map(|title| title.place.slots());
        self.lines.slots().into_iter().chain(self.labels.slots()).chain(title).collect()
    }
}
