//! Axes and what is drawn in them, as values: nothing is made before the figure is drawn.

use super::histogram::{Bins, Counts};
use super::notes::has_place;
use super::reach;
use super::scale::{Scale, apart};
use crate::PlotError;
use glir_visuals::ticks::Epoch;
use glir_visuals::{Color, Colormap, Each};

/// One of the two axes of a plot.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// What stands beside it: `time / s`.
    pub label: String,
    /// How it counts.
    pub scale: Scale,
    /// Where it begins and ends, in data; the first may be the greater. None for what the data spans.
    pub limits: Option<(f64, f64)>,
    /// From when on times count, and in which unit. Far from 0 numbers have few digits left for parts of a second: today's in seconds since 1970
    /// are 0.24 µs apart. Microseconds since a day near the data are told apart over a year:
    ///
    /// ```
    /// use glir_plot::{Axes, Epoch, Scale};
    ///
    /// let mut axes = Axes::new();
    /// axes.x.scale = Scale::Time;
    /// axes.x.epoch = Epoch { seconds: 1_704_067_200, per_second: 1_000_000 }; // 2024 began
    /// axes.line(&[0.0, 1.0, 366.0 * 86_400e6 - 1.0], &[0.0, 1.0, 2.0])?; // its first and its last microsecond
    /// # Ok::<(), glir_plot::PlotError>(())
    /// ```
    pub epoch: Epoch,
}

/// Where the legend stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Legend {
    /// Where it covers least of the data, if anything in the axes has a label: in a corner or at an edge, or else to the right of the axes,
    /// where that leaves them room.
    #[default]
    Auto,
    /// Nowhere.
    Off,
    /// Upper right.
    UpperRight,
    /// Upper left.
    UpperLeft,
    /// Lower right.
    LowerRight,
    /// Lower left.
    LowerLeft,
}

/// A plot: two axes, and what is drawn between them in the order in which it was added.
///
/// ```
/// use glir_plot::{Axes, Scale};
///
/// let x: Vec<f64> = (1..100).map(f64::from).collect();
/// let y: Vec<f64> = x.iter().map(|x| x.powf(-1.5)).collect();
/// let mut axes = Axes::new();
/// axes.line(&x, &y)?.label("model").dashed();
/// axes.scatter(&x, &y)?.label("measured");
/// axes.x.label = "frequency / Hz".into();
/// (axes.x.scale, axes.y.scale) = (Scale::Log, Scale::Log);
/// # Ok::<(), glir_plot::PlotError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Axes {
    /// What stands above.
    pub title: String,
    /// The lower axis.
    pub x: Axis,
    /// The left axis.
    pub y: Axis,
    /// Lines across at the ticks.
    pub grid: bool,
    /// A unit is as long in x as in y.
    pub even: bool,
    /// The names of what is drawn.
    pub legend: Legend,
    pub(crate) items: Vec<Item>,
    /// The names of lanes at y = 0, 1, …, downward, instead of numbers; empty for none.
    pub(crate) rows: Vec<String>,
    /// How many items have taken a colour of the palette.
    taken: usize,
    /// Coordinates are numbers divided by 10 to these.
    pub(crate) powers: [i32; 2],
}

impl Default for Axes {
    fn default() -> Self {
        Axes {
            title: String::new(),
            x: Axis::default(),
            y: Axis::default(),
            grid: true,
            even: false,
            legend: Legend::Auto,
            items: Vec::new(),
            rows: Vec::new(),
            taken: 0,
            powers: [0; 2],
        }
    }
}

/// What is drawn between axes.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    Line(Line),
    Scatter(Scatter),
    Bars(Fill),
    Image(Image),
    Traces(Traces),
}

/// A line through points. Where a coordinate is not finite it has a gap.
#[derive(Clone, Debug)]
pub struct Line {
    pub(crate) points: Vec<[f64; 2]>,
    /// Its colour.
    pub color: Color,
    /// Its width in pixels.
    pub width: f32,
    /// Lengths of dashes and gaps in turn, in widths of the line; empty for none.
    pub dashes: Vec<f32>,
    /// Its name in the legend.
    pub label: String,
}

/// Markers at points.
#[derive(Clone, Debug)]
pub struct Scatter {
    pub(crate) points: Vec<[f64; 2]>,
    /// Diameters in pixels.
    pub size: Each<f32>,
    /// Colours, unless values are given.
    pub color: Each<Color>,
    /// Values that the colour map turns into colours, one a point.
    pub values: Option<Vec<f64>>,
    /// The colour map of values.
    pub colormap: Colormap,
    /// The values of its ends; none for the least and the greatest.
    pub limits: Option<(f64, f64)>,
    /// What values are, beside their colour bar.
    pub values_label: String,
    /// How values count on their colour bar; [`Scale::Log`] is taken as linear.
    pub values_scale: Scale,
    /// From when on they count if they are times, and in which unit.
    pub values_epoch: Epoch,
    /// The marker's name, as `glir_visuals` knows it: `disc`, `square`, `cross`, …
    pub marker: String,
    /// Its name in the legend.
    pub label: String,
}

/// Bars of a histogram.
#[derive(Clone, Debug)]
pub struct Fill {
    pub(crate) counts: Counts,
    /// The colour of the bars.
    pub color: Color,
    /// Its name in the legend.
    pub label: String,
}

/// What an image is made of; rows from the top down.
#[derive(Clone, Debug, PartialEq)]
pub enum Pixels {
    /// A number each, which the colour map turns into colours. NaN is transparent.
    Values(Vec<f32>),
    /// Red, green, blue, alpha each: sRGB, straight alpha.
    Colors(Vec<[u8; 4]>),
}

/// An image between the axes.
#[derive(Clone, Debug)]
pub struct Image {
    pub(crate) size: (u32, u32),
    pub(crate) pixels: Pixels,
    /// Left, right, bottom and top edge; none for the pixels' numbers, row 0 at the top.
    pub extent: Option<[f64; 4]>,
    /// Values are multiples of 10 to this, where single precision has no room for themselves; limits and the colour bar tell them whole.
    pub power: i32,
    /// What has been subtracted from values that single precision would not tell apart, see [`Pixels::origin_of`]; limits and the colour bar
    /// count it in.
    pub origin: f64,
    /// The colour map of values.
    pub colormap: Colormap,
    /// The values of its ends; none for the least and the greatest.
    pub limits: Option<(f64, f64)>,
    /// Smooth between pixels; else each is a rectangle.
    pub smooth: bool,
    /// Whether a colour bar stands beside the axes, for values.
    pub bar: bool,
    /// What values are, beside the colour bar.
    pub values_label: String,
}

/// Many lines over a common, even time, one above the other.
#[derive(Clone, Debug)]
pub struct Traces {
    /// Channel by channel.
    pub(crate) samples: Vec<Vec<f32>>,
    /// The first sample's time and the time between two.
    pub start: f64,
    /// Seconds, or whatever x counts, from sample to sample.
    pub step: f64,
    /// Names of the channels, for the ticks; empty for their numbers.
    pub names: Vec<String>,
    /// One scale for all channels instead of one for each.
    pub shared_scale: bool,
    /// Width of the lines in pixels.
    pub width: f32,
}

/// Dashes of lines, and shapes of markers, when the palette has been gone through once, twice …
const DASHES: [&[f32]; 4] = [&[], &[4.0, 3.0], &[1.0, 2.5], &[6.0, 2.5, 1.0, 2.5]];
const MARKERS: [&str; 4] = ["disc", "square", "triangle_up", "diamond"];

/// Colours that items take in turn.
pub(crate) fn palette(index: usize) -> Color {
    let color = crate::PALETTE[index % crate::PALETTE.len()];
    Color::rgb8(color.red, color.green, color.blue)
}

fn pairs(x: &[f64], y: &[f64]) -> Result<Vec<[f64; 2]>, PlotError> {
    if x.len() != y.len() {
        return Err(PlotError::new(format!("x has {} values and y {}", x.len(), y.len())));
    }
    Ok(x.iter().zip(y).map(|(x, y)| [*x, *y]).collect())
}

impl Axes {
    /// Axes with nothing in them.
    pub fn new() -> Self {
        Axes::default()
    }

    /// Makes what has a size in pixels so many times as large.
    pub(super) fn scale_pixels(&mut self, factor: f32) {
        for item in &mut self.items {
            match item {
                Item::Line(line) => line.width *= factor,
                Item::Traces(traces) => traces.width *= factor,
                Item::Scatter(Scatter { size: Each::One(size), .. }) => *size *= factor,
                Item::Scatter(Scatter { size: Each::Each(sizes), .. }) => {
                    sizes.iter_mut().for_each(|size| *size *= factor);
                }
                Item::Bars(_) | Item::Image(_) => {}
            }
        }
    }

    fn next_color(&mut self) -> Color {
        self.taken += 1;
        palette(self.taken - 1)
    }

    /// How often the palette has been gone through before the next item.
    fn round(&self) -> usize {
        self.taken / crate::PALETTE.len()
    }

    /// Adds a line: in the next colour of [`PALETTE`](crate::PALETTE), and when those are used up dashed, dotted, and so on.
    ///
    /// # Errors
    /// If x and y are not equally many.
    pub fn line(&mut self, x: &[f64], y: &[f64]) -> Result<&mut Line, PlotError> {
        let points = pairs(x, y)?;
        // Very many points are drawn without dashes, whose places along a line take them one by one.
        let style = if points.len() > super::draw::MANY { 0 } else { self.round() % DASHES.len() };
        let color = self.next_color();
        self.items.push(Item::Line(Line {
            points,
            color,
            width: 1.5,
            dashes: DASHES[style].to_vec(),
            label: String::new(),
        }));
        match self.items.last_mut() {
            Some(Item::Line(line)) => Ok(line),
            _ => Err(PlotError::new("the line is lost")),
        }
    }

    /// Adds markers: discs in the next colour of [`PALETTE`](crate::PALETTE), and when those are used up squares, and so on.
    ///
    /// # Errors
    /// If x and y are not equally many.
    pub fn scatter(&mut self, x: &[f64], y: &[f64]) -> Result<&mut Scatter, PlotError> {
        let points = pairs(x, y)?;
        // Where there are many, they are small and let through what is under them.
        let many = points.len() > 2_000;
        let size = match points.len() {
            0..=2_000 => 7.0,
            2_001..=200_000 => 4.0,
            _ => 2.0,
        };
        let marker = MARKERS[self.round() % MARKERS.len()].into();
        let color = self.next_color().with_alpha(if many { 0.6 } else { 0.85 });
        self.items.push(Item::Scatter(Scatter {
            points,
            size: Each::One(size),
            color: Each::One(color),
            values: None,
            colormap: viridis()?,
            limits: None,
            values_label: String::new(),
            values_scale: Scale::Linear,
            values_epoch: Epoch::default(),
            marker,
            label: String::new(),
        }));
        match self.items.last_mut() {
            Some(Item::Scatter(scatter)) => Ok(scatter),
            _ => Err(PlotError::new("the markers are lost")),
        }
    }

    /// Adds a histogram of values: a bar for each bin, from 0 up to the count. Bins are even on the x axis as it is now: give it its scale
    /// before.
    ///
    /// # Errors
    /// If the bins make no sense.
    pub fn hist(&mut self, values: &[f64], bins: &Bins) -> Result<&mut Fill, PlotError> {
        let per_second = f64::from(self.x.epoch.per_second);
        let (low, high) = finite_ends(values.iter().copied());
        let counts = if self.x.scale == Scale::Time && low == high && !matches!(bins, Bins::Edges(_)) {
            // A single moment stands in a second.
            Counts::of(values, &Bins::Edges(vec![low - 0.5 * per_second, low + 0.5 * per_second]))?
        } else {
            Counts::on(self.x.scale, values, bins)?
        };
        let color = self.next_color();
        self.items.push(Item::Bars(Fill { counts, color, label: String::new() }));
        match self.items.last_mut() {
            Some(Item::Bars(bars)) => Ok(bars),
            _ => Err(PlotError::new("the bars are lost")),
        }
    }

    /// Adds an image, rows from the top down.
    ///
    /// # Errors
    /// If there are not width × height pixels.
    pub fn image(&mut self, width: u32, height: u32, pixels: Pixels) -> Result<&mut Image, PlotError> {
        let count = match &pixels {
            Pixels::Values(values) => values.len(),
            Pixels::Colors(colors) => colors.len(),
        };
        if u64::from(width) * u64::from(height) != count as u64 || count == 0 {
            return Err(PlotError::new(format!(
                "an image of {width} × {height} can't be made of {count} pixels"
            )));
        }
        let bar = matches!(pixels, Pixels::Values(_));
        self.items.push(Item::Image(Image {
            size: (width, height),
            pixels,
            power: 0,
            origin: 0.0,
            extent: None,
            colormap: viridis()?,
            limits: None,
            smooth: false,
            bar,
            values_label: String::new(),
        }));
        match self.items.last_mut() {
            Some(Item::Image(image)) => Ok(image),
            _ => Err(PlotError::new("the image is lost")),
        }
    }

    /// Adds channels, one above the other, the first at the top: sample `i` of each stands at `start + i * step`.
    ///
    /// # Errors
    /// If there is no channel, or the step is not above 0.
    pub fn traces(
        &mut self,
        channels: Vec<Vec<f32>>,
        start: f64,
        step: f64,
    ) -> Result<&mut Traces, PlotError> {
        if channels.is_empty() {
            return Err(PlotError::new("there are no channels"));
        }
        if !(step > 0.0 && step.is_finite() && start.is_finite()) {
            return Err(PlotError::new(format!("samples from {start} on can't be {step} apart")));
        }
        self.items.push(Item::Traces(Traces {
            samples: channels,
            start,
            step,
            names: Vec::new(),
            shared_scale: false,
            width: 1.2,
        }));
        match self.items.last_mut() {
            Some(Item::Traces(traces)) => Ok(traces),
            _ => Err(PlotError::new("the channels are lost")),
        }
    }

    /// Names of the rows of channels, in place of numbers beside them.
    pub(crate) fn row_names(&self) -> Option<Vec<String>> {
        let traces = self.items.iter().find_map(|item| match item {
            Item::Traces(traces) => Some(traces.labels()),
            _ => None,
        });
        traces.or_else(|| (!self.rows.is_empty()).then(|| self.rows.clone()))
    }

    /// Names and colours for the legend.
    pub(crate) fn legend_entries(&self) -> Vec<(&str, &Item)> {
        let mut entries = Vec::new();
        for item in &self.items {
            let label = match item {
                Item::Line(line) => &line.label,
                Item::Scatter(scatter) => &scatter.label,
                Item::Bars(bars) => &bars.label,
                Item::Image(_) | Item::Traces(_) => continue,
            };
            if !label.is_empty() {
                entries.push((label.as_str(), item));
            }
        }
        entries
    }

    /// The values of the ends of markers' colour map. Those without limits share them, as they share a bar.
    pub(crate) fn value_limits(&self, scatter: &Scatter) -> (f64, f64) {
        let shared = self.items.iter().filter_map(|item| match item {
            Item::Scatter(Scatter { values: Some(values), limits: None, .. }) => Some(values),
            _ => None,
        });
        scatter.limits.unwrap_or_else(|| finite_span(shared.flatten().copied()))
    }

    /// The spans of both axes, in places.
    pub(crate) fn spans(&self) -> Result<[(f64, f64); 2], PlotError> {
        let span = |axis: &Axis, name: char, index: usize| match axis.limits {
            Some(limits) => axis.scale.limits(name, limits),
            None => Ok(self.natural_span(axis, index)),
        };
        Ok([span(&self.x, 'x', 0)?, span(&self.y, 'y', 1)?])
    }

    /// The span of what is drawn: lines and markers get some air, images, bars and channels stand on the axes.
    fn natural_span(&self, axis: &Axis, index: usize) -> (f64, f64) {
        let (scale, per_second) = (axis.scale, f64::from(axis.epoch.per_second));
        let mut loose: Vec<f64> = Vec::new();
        let mut tight: Vec<f64> = Vec::new();
        let mut upside_down = false;
        for item in &self.items {
            match item {
                Item::Line(Line { points, .. }) | Item::Scatter(Scatter { points, .. }) => {
                    // What can't be drawn asks for no room.
                    let drawn = |point: &&[f64; 2]| {
                        has_place(self.x.scale.place(point[0])) && has_place(self.y.scale.place(point[1]))
                    };
                    let values = points.iter().filter(drawn).map(|point| point[index]);
                    let (low, high) =
                        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
                    if low <= high {
                        loose.extend([low, high]);
                    }
                }
                Item::Bars(bars) => match index {
                    // On a logarithmic axis from the first edge above 0 on.
                    0 => {
                        let mut edges =
                            bars.counts.edges.iter().filter(|edge| has_place(scale.place(**edge)));
                        tight.extend(edges.next());
                        tight.extend(edges.next_back());
                    }
                    _ => {
                        let highest = bars.counts.counts.iter().max().copied().unwrap_or(0);
                        tight.extend([
                            if scale == Scale::Log { 0.5 } else { 0.0 },
                            highest.max(1) as f64 * 1.05,
                        ]);
                    }
                },
                Item::Image(image) => {
                    let [left, right, bottom, top] = image.edges();
                    upside_down |= index == 1 && bottom > top;
                    tight.extend(if index == 0 { [left, right] } else { [bottom, top] });
                }
                Item::Traces(traces) => {
                    let longest = traces.samples.iter().map(Vec::len).max().unwrap_or(0);
                    tight.extend(match index {
                        0 => [traces.start, traces.start + traces.step * longest.saturating_sub(1) as f64],
                        _ => [-0.5, traces.samples.len() as f64 - 0.5],
                    });
                    upside_down |= index == 1;
                }
            }
        }
        if index == 1 && !self.rows.is_empty() {
            (loose, tight) = (Vec::new(), vec![-0.5, self.rows.len() as f64 - 0.5]);
            upside_down = true;
        }
        let (low, high) = match (loose.is_empty(), tight.is_empty()) {
            (_, true) => scale.around(loose, false, per_second),
            (true, false) => scale.around(tight, true, per_second),
            (false, false) => {
                let inner = scale.around(tight.iter().copied(), true, per_second);
                let outer = scale.around(loose, false, per_second);
                (inner.0.min(outer.0), inner.1.max(outer.1))
            }
        };
        if upside_down { (high, low) } else { (low, high) }
    }
}

impl Pixels {
    /// Numbers as pixels, and the power of ten that they were divided by for [`Image::power`]: 0, unless all of them lie beyond what single
    /// precision has room for.
    ///
    /// ```
    /// use glir_plot::Pixels;
    ///
    /// assert_eq!(Pixels::from_f64(&[1.0, 2.5]), (Pixels::Values(vec![1.0, 2.5]), 0));
    /// assert_eq!(Pixels::from_f64(&[1e308, -2e307]), (Pixels::Values(vec![1.0, -0.2]), 308));
    /// ```
    pub fn from_f64(values: &[f64]) -> (Pixels, i32) {
        let finite = values.iter().filter(|value| value.is_finite());
        let far = finite.fold(0.0_f64, |far, value| far.max(value.abs()));
        let power = if far > f64::from(f32::MAX) || far > 0.0 && far < reach::LEAST_SPAN {
            reach::order(far)
        } else {
            0
        };
        let pixel =
            |value: &f64| if power == 0 { *value as f32 } else { reach::divided(*value, power) as f32 };
        (Pixels::Values(values.iter().map(pixel).collect()), power)
    }
}

impl Pixels {
    /// What is to be subtracted from numbers that lie close to each other and far from 0, such as times since 1970, before they become
    /// pixels, for [`Image::origin`]: their middle. 0 where single precision tells some 65,000 of them apart without that.
    ///
    /// ```
    /// use glir_plot::Pixels;
    ///
    /// assert_eq!(Pixels::origin_of(&[1.7e9, 1.7e9 + 2.0, f64::NAN]), 1.7e9 + 1.0);
    /// assert_eq!(Pixels::origin_of(&[0.0, 1.7e9]), 0.0);
    /// ```
    pub fn origin_of(values: &[f64]) -> f64 {
        let (low, high) = finite_ends(values.iter().copied());
        let close = low < high && high - low < low.abs().max(high.abs()) / 256.0;
        if close { low.midpoint(high) } else { 0.0 }
    }
}

impl Image {
    /// Left, right, bottom and top.
    pub(crate) fn edges(&self) -> [f64; 4] {
        let (width, height) = self.size;
        self.extent.unwrap_or([-0.5, f64::from(width) - 0.5, f64::from(height) - 0.5, -0.5])
    }

    /// The values of the colour map's ends as they are told.
    pub(crate) fn told_limits(&self) -> (f64, f64) {
        let origin = reach::divided(self.origin, self.power);
        let (low, high) = self.value_limits();
        (low + origin, high + origin)
    }

    /// Its values, where some lie far beyond the limits that it was given.
    pub(crate) fn within_reach(&self) -> Option<Vec<f32>> {
        let (Pixels::Values(values), Some(_)) = (&self.pixels, self.limits) else { return None };
        within_reach(values, self.value_limits())
    }

    /// The values of the colour map's ends, divided as the pixels are.
    pub(crate) fn value_limits(&self) -> (f64, f64) {
        match (&self.pixels, self.limits) {
            (_, Some((low, high))) => {
                let place = |value: f64| reach::divided(value - self.origin, self.power);
                (place(low), place(high))
            }
            (Pixels::Values(values), None) => finite_span(values.iter().map(|value| f64::from(*value))),
            (Pixels::Colors(_), None) => (0.0, 1.0),
        }
    }
}

/// Values where some lie far beyond limits, such as a fill value: these are brought nearer, where they have the same colour. Texels tell
/// some 2²⁴ values apart, from the least to the greatest.
pub(crate) fn within_reach(values: &[f32], (a, b): (f64, f64)) -> Option<Vec<f32>> {
    let room = 4.0 * (b - a).abs();
    let (low, high) = ((a.min(b) - room) as f32, (a.max(b) + room) as f32);
    let is_far = |value: f32| value.is_finite() && !(low..=high).contains(&value);
    let near = |value: f32| if is_far(value) { value.clamp(low, high) } else { value };
    let sound = low < high && low.is_finite() && high.is_finite();
    (sound && values.iter().any(|value| is_far(*value)))
        .then(|| values.iter().map(|value| near(*value)).collect())
}

/// The least and the greatest that are finite; apart from each other.
pub(crate) fn finite_span(values: impl Iterator<Item = f64>) -> (f64, f64) {
    match finite_ends(values) {
        (low, high) if low < high => (low, high),
        (low, high) if low == high => apart(low),
        _ => (0.0, 1.0),
    }
}

/// The least and the greatest that are finite; infinities the wrong way around where there is none.
fn finite_ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = values.filter(|value| value.is_finite());
    finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
}

fn viridis() -> Result<Colormap, PlotError> {
    Colormap::named("viridis").map_err(|error| PlotError::new(error.to_string()))
}

impl Traces {
    /// The names of its rows.
    pub(crate) fn labels(&self) -> Vec<String> {
        (0..self.samples.len())
            .map(|row| self.names.get(row).cloned().unwrap_or_else(|| row.to_string()))
            .collect()
    }
}

impl Line {
    /// Names it for the legend.
    pub fn label(&mut self, label: &str) -> &mut Self {
        self.label = label.into();
        self
    }

    /// Gives it a colour.
    pub fn color(&mut self, color: Color) -> &mut Self {
        self.color = color;
        self
    }

    /// Sets its width in pixels.
    pub fn width(&mut self, width: f32) -> &mut Self {
        self.width = width;
        self
    }

    /// Dashes of four widths, with gaps of three.
    pub fn dashed(&mut self) -> &mut Self {
        self.dashes = vec![4.0, 3.0];
        self
    }
}

impl Scatter {
    /// Names it for the legend.
    pub fn label(&mut self, label: &str) -> &mut Self {
        self.label = label.into();
        self
    }

    /// Gives all a colour, or each its own.
    pub fn color(&mut self, color: impl Into<Each<Color>>) -> &mut Self {
        self.color = color.into();
        self
    }

    /// Sets diameters in pixels.
    pub fn size(&mut self, size: impl Into<Each<f32>>) -> &mut Self {
        self.size = size.into();
        self
    }

    /// Colours them by values.
    pub fn values(&mut self, values: Vec<f64>) -> &mut Self {
        self.values = Some(values);
        self
    }
}

impl Fill {
    /// Names it for the legend.
    pub fn label(&mut self, label: &str) -> &mut Self {
        self.label = label.into();
        self
    }

    /// What was counted.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::{Axes, Pixels, within_reach};

    #[test]
    fn limits_count_the_origin_in() {
        let mut axes = Axes::new();
        let image = axes.image(2, 1, Pixels::Values(vec![-1.0, 1.0])).unwrap();
        image.origin = 1.7e9;
        assert_eq!((image.value_limits(), image.told_limits()), ((-1.0, 1.0), (1.7e9 - 1.0, 1.7e9 + 1.0)));
        image.limits = Some((1.7e9, 1.7e9 + 0.5));
        assert_eq!((image.value_limits(), image.told_limits()), ((0.0, 0.5), (1.7e9, 1.7e9 + 0.5)));
    }

    #[test]
    fn fill_values_come_near_the_limits() {
        let values = [0.0, 0.25, f32::NAN, f32::INFINITY, 9.96921e36, 1.0, -1e20];
        let near = within_reach(&values, (0.0, 1.0)).unwrap();
        assert!(near[2].is_nan() && near[3] == f32::INFINITY);
        assert_eq!([near[0], near[1], near[4], near[5], near[6]], [0.0, 0.25, 5.0, 1.0, -4.0]);
        assert_eq!(within_reach(&values[..2], (0.0, 1.0)), None);
    }
}
