//! From a figure to a scene: where everything stands, and which visuals draw it.

use super::Figure;
use super::axes::palette;
use super::axes::{Axes, Image, Item, Legend as Corner, Line, Pixels, Scatter, Traces, finite_span};
use super::scale::{Scale, transform};
use crate::PlotError;
use glir_scene::{Area, Camera, NodeId, PanZoom, Region, Scene};
use glir_text::{Align, AlignX, AlignY};
use glir_transforms::Transform;
use glir_visuals::{
    Axis, Color, ColorBar, Dash, Each, FastLine, Grid, ImageStyle, Interpolation, Legend, LegendCorner,
    LegendStyle, LineStyle, MarkerStyle, Markers, Rectangles, Side, Signals, SignalsStyle, Stroke, Swatch,
    Text, Typeface, View, Visual, ticks,
};

/// Points from which on a line is drawn by the way for very many.
const MANY: usize = 20_000;

/// Points from which on a line is as thin as GL draws it.
const VERY_MANY: usize = 1_000_000;

/// Between parts of a figure, in ems.
const GAP: f64 = 0.8;

/// The width of a colour bar, in ems.
const BAR: f64 = 1.2;

impl From<glir_visuals::Error> for PlotError {
    fn from(error: glir_visuals::Error) -> Self {
        PlotError::new(error.to_string())
    }
}

impl From<glir_scene::Error> for PlotError {
    fn from(error: glir_scene::Error) -> Self {
        PlotError::new(error.to_string())
    }
}

impl From<glir_gloo::Error> for PlotError {
    fn from(error: glir_gloo::Error) -> Self {
        PlotError::new(error.to_string())
    }
}

/// What all parts of a figure write with.
pub(super) struct Pen<'f> {
    pub(super) scene: &'f mut Scene,
    pub(super) typeface: Typeface,
    /// Pixels an em.
    pub(super) em: f64,
}

/// A scene of a figure, and the view boxes of its parts in their order.
pub(super) fn scene(figure: &Figure) -> Result<(Scene, Vec<NodeId>), PlotError> {
    let (width, height) = (figure.width, figure.height);
    for (name, side) in [("wide", width), ("high", height)] {
        if !(16..=16_384).contains(&side) {
            return Err(PlotError::new(format!("a figure is 16 to 16384 pixels {name}, not {side}")));
        }
    }
    let mut scene = Scene::new(width, height)?;
    scene.set_interactive(figure.interactive);
    let context = scene.context().clone();
    context.set_title(&figure.title)?;
    let root = scene.root();
    scene.set_background(root, Some(figure.background.clamped()))?;
    let typeface = Typeface::sans(&context)?;
    let mut pen = Pen { scene: &mut scene, typeface, em: f64::from(figure.text_size) };
    let mut area = Area::new(0.0, 0.0, width.into(), height.into());
    if !figure.title.is_empty() {
        let taken = pen.title(&figure.title, 1.5, &area)?;
        area = area.inset(0.0, 0.0, 0.0, taken);
    }
    let cells: Vec<_> = figure.panels.iter().map(|panel| panel.cell).collect();
    let areas = figure.grid().areas(area, &cells)?;
    let mut boxes = Vec::new();
    for (panel, area) in figure.panels.iter().zip(areas) {
        boxes.push(match (&panel.space, &panel.axes) {
            (Some(space), _) => pen.space(space, &area)?,
            (None, Some(axes)) => pen.axes(axes, &area)?,
            (None, None) => pen.axes(&Axes::new(), &area)?,
        });
    }
    figure.link(&mut scene, &boxes)?;
    Ok((scene, boxes))
}

impl Pen<'_> {
    /// Writes a title above an area, so many ems high; gives the pixels that it takes.
    pub(super) fn title(&mut self, words: &str, ems: f64, area: &Area) -> Result<f64, PlotError> {
        let size = self.em * ems / 1.2;
        let at = [area.x + area.width / 2.0, area.y + area.height - 0.5 * self.em];
        let mut text = Text::new(&self.typeface, &[words], &[at])?;
        text.set_size(size as f32)?;
        text.set_align(Align { x: AlignX::Center, y: AlignY::Top })?;
        let root = self.scene.root();
        self.scene.add(root, text)?;
        Ok((0.5 * self.em + 1.3 * size).ceil())
    }

    fn axes(&mut self, axes: &Axes, area: &Area) -> Result<NodeId, PlotError> {
        let em = self.em;
        let root = self.scene.root();
        let [x_span, y_span] = axes.spans()?;
        let rect = [x_span.0, y_span.0, x_span.1, y_span.1];
        let camera = PanZoom { even: axes.even, ..PanZoom::new(rect) };

        let mut x_axis = self.axis(Side::Bottom, axes.x.scale, &axes.x.label)?;
        let mut y_axis = self.axis(Side::Left, axes.y.scale, &axes.y.label)?;
        let names = axes.items.iter().find_map(|item| match item {
            Item::Traces(traces) => Some(traces.labels()),
            _ => None,
        });
        let names = names.or_else(|| (!axes.rows.is_empty()).then(|| axes.rows.clone()));
        let top = if axes.title.is_empty() { GAP * em } else { self.title(&axes.title, 1.3, area)? };
        let bar = axes.items.iter().find_map(Item::colors);
        let bar_room = if bar.is_some() { (BAR + 2.0 * GAP + 4.0) * em } else { 0.0 };
        // Rooms depend on labels, labels on the length of axes: twice is enough.
        let mut inner = area.inset(4.0 * em, 3.0 * em, GAP * em + bar_room, top + 0.6 * em);
        for _ in 0..2 {
            let view = view_of(&camera, &inner);
            let below = x_axis.room(&view) + 0.5 * em;
            let left = match &names {
                Some(names) => self.widest(names) + 1.5 * em,
                None => y_axis.room(&view) + 0.5 * em,
            };
            inner =
                area.inset(left.ceil(), below.ceil(), (1.5 * em + bar_room).ceil(), (top + 0.6 * em).ceil());
        }
        if inner.width < 8.0 || inner.height < 8.0 {
            return Err(PlotError::new(
                "there is no room for the axes; make the figure larger or its text smaller",
            ));
        }
        let inner = Area::new(inner.x.round(), inner.y.round(), inner.width.round(), inner.height.round());
        let view = self.scene.add_view(root, Region::At(inner), Camera::PanZoom(camera))?;

        if axes.grid && !axes.items.iter().any(|item| matches!(item, Item::Image(_))) {
            let mut grid = Grid::new(&self.typeface)?;
            grid.set_size(em as f32)?;
            let y = names.is_none().then(|| meaning(axes.y.scale));
            grid.set_scales([Some(meaning(axes.x.scale)), y])?;
            self.scene.add(view, grid)?;
        }
        let way = transform(axes.x.scale, axes.y.scale)?;
        for item in &axes.items {
            self.item(view, item, axes, &way)?;
        }
        self.scene.add_around(view, x_axis)?;
        match names {
            Some(names) => self.name_rows(view, &names, &inner)?,
            None => {
                self.scene.add_around(view, y_axis)?;
            }
        }
        self.frame(&inner)?;
        if let Some((colormap, limits)) = bar {
            let x = inner.x + inner.width + GAP * em;
            let place = Area::new(x.round(), inner.y, (BAR * em).round(), inner.height);
            let holder = self.scene.add_view(root, Region::At(place), Camera::Pixels)?;
            let bar = ColorBar::new(&self.typeface, colormap, [limits.0, limits.1], Side::Right)?;
            self.scene.add_around(holder, bar)?;
        }
        self.legend(view, axes)?;
        Ok(view)
    }

    fn axis(&self, side: Side, scale: Scale, label: &str) -> Result<Axis, PlotError> {
        let mut axis = Axis::new(&self.typeface, side)?;
        let mut style = axis.style().clone();
        style.size = self.em as f32;
        axis.set_style(style)?;
        axis.set_scale(meaning(scale))?;
        axis.set_title(label)?;
        Ok(axis)
    }

    /// The sides of the rectangle that have no axis.
    fn frame(&mut self, inner: &Area) -> Result<(), PlotError> {
        let (right, top) = (inner.x + inner.width, inner.y + inner.height);
        let sides = [[inner.x, top - 1.0, right, top], [right - 1.0, inner.y, right, top]];
        let color = Color::rgb(0.15, 0.15, 0.15).with_alpha(0.25);
        let sides = Rectangles::new(self.scene.context(), &sides, color)?;
        let root = self.scene.root();
        self.scene.add(root, sides)?;
        Ok(())
    }

    fn widest(&self, names: &[String]) -> f64 {
        let font = self.typeface.font();
        names.iter().map(|name| f64::from(font.measure(name, self.em as f32).width())).fold(0.0, f64::max)
    }

    /// Names beside the rows of channels, in the channels' own coordinates, so that they move with them.
    fn name_rows(&mut self, view: NodeId, names: &[String], inner: &Area) -> Result<(), PlotError> {
        let em = self.em;
        // Rows that are lower than letters name every second, third … one.
        let every = (1.3 * em * names.len() as f64 / inner.height).ceil().max(1.0) as usize;
        let box_of_names = Area::new(inner.x - 60.0 * em, inner.y, 60.0 * em - 0.5 * em, inner.height);
        let root = self.scene.root();
        let camera = PanZoom { pans_x: false, ..PanZoom::new([0.0, names.len() as f64 - 0.5, 1.0, -0.5]) };
        let holder = self.scene.add_view(root, Region::At(box_of_names), Camera::PanZoom(camera))?;
        let (words, places): (Vec<&str>, Vec<[f64; 2]>) = names
            .iter()
            .enumerate()
            .step_by(every)
            .map(|(row, name)| (name.as_str(), [1.0, row as f64]))
            .unzip();
        let mut text = Text::new(&self.typeface, &words, &places)?;
        text.set_size(em as f32)?;
        text.set_align(Align { x: AlignX::Right, y: AlignY::Center })?;
        self.scene.add(holder, text)?;
        self.scene.link(holder, view, glir_scene::Link::Y)?;
        Ok(())
    }

    fn item(&mut self, view: NodeId, item: &Item, axes: &Axes, way: &Transform) -> Result<(), PlotError> {
        match item {
            Item::Line(line) => self.line(view, line, axes, way),
            Item::Scatter(scatter) => {
                let markers = self.markers(scatter)?;
                self.place(view, markers, way)
            }
            Item::Bars(bars) => {
                // On a logarithmic axis there is no 0 to stand on.
                let floor = if axes.y.scale == Scale::Log { 1e-3 } else { 0.0 };
                // Few bars stand apart; between many, gaps of a pixel here and none there would look like data.
                let share = if bars.counts.counts.len() <= 40 { 0.04 } else { 0.0 };
                let bar = |(edges, count): (&[f64], &u64)| {
                    let gap = share * (edges[1] - edges[0]);
                    [edges[0] + gap, floor, edges[1] - gap, *count as f64]
                };
                let filled =
                    bars.counts.edges.windows(2).zip(&bars.counts.counts).filter(|(_, count)| **count > 0);
                let bars =
                    Rectangles::new(self.scene.context(), &filled.map(bar).collect::<Vec<_>>(), bars.color)?;
                self.place(view, bars, way)
            }
            Item::Image(image) => self.image(view, image, way),
            Item::Traces(traces) => self.traces(view, traces),
        }
    }

    /// Adds a visual behind the scales' transform.
    fn place<V: Visual + 'static>(
        &mut self,
        view: NodeId,
        visual: V,
        way: &Transform,
    ) -> Result<(), PlotError> {
        let handle = self.scene.add(view, visual)?;
        if !way.is_empty() {
            self.scene.set_transform(handle, way.clone())?;
        }
        Ok(())
    }

    fn line(&mut self, view: NodeId, line: &Line, axes: &Axes, way: &Transform) -> Result<(), PlotError> {
        let plain = axes.x.scale != Scale::Log && axes.y.scale != Scale::Log;
        let context = self.scene.context().clone();
        if line.points.len() > MANY && line.dashes.is_empty() {
            let mut points = line.points.clone();
            if !plain {
                points =
                    points.iter().map(|[x, y]| [axes.x.scale.place(*x), axes.y.scale.place(*y)]).collect();
            }
            // Software takes a second for a million smooth segments, and a tenth of that for hairlines.
            let stroke =
                if line.points.len() > VERY_MANY { Stroke::Hairline } else { Stroke::Smooth(line.width) };
            let fast = FastLine::new(&context, points, line.color, stroke)?;
            self.scene.add(view, fast)?;
            return Ok(());
        }
        let pattern: Vec<f64> = line.dashes.iter().map(|part| f64::from(part * line.width)).collect();
        let style = LineStyle {
            width: line.width,
            color: Each::One(line.color),
            dash: (!pattern.is_empty()).then(|| Dash::pixels(&pattern)),
            ..LineStyle::default()
        };
        let line = glir_visuals::Line::new(&context, &line.points, style)?;
        self.place(view, line, way)
    }

    fn markers(&mut self, scatter: &Scatter) -> Result<Markers, PlotError> {
        let count = scatter.points.len();
        let color = match &scatter.values {
            None => scatter.color.clone(),
            Some(values) if values.len() != count => {
                return Err(PlotError::new(format!(
                    "{count} points were given {} values to colour them by",
                    values.len()
                )));
            }
            Some(values) => {
                let (low, high) = scatter.value_limits();
                let share = |value: &f64| ((value - low) / (high - low)).clamp(0.0, 1.0);
                Each::Each(values.iter().map(|value| scatter.colormap.at(share(value))).collect())
            }
        };
        let style = MarkerStyle {
            symbol: Each::One(scatter.marker.parse().map_err(PlotError::from)?),
            size: scatter.size.clone(),
            color,
            ..MarkerStyle::default()
        };
        Ok(Markers::new(self.scene.context(), &scatter.points, style)?)
    }

    fn image(&mut self, view: NodeId, image: &Image, way: &Transform) -> Result<(), PlotError> {
        let (low, high) = image.value_limits();
        let style = ImageStyle {
            rect: Some(image.edges()),
            colormap: image.colormap.clone(),
            limits: Some([low, high]),
            interpolation: if image.smooth { Interpolation::Cubic } else { Interpolation::Nearest },
            ..ImageStyle::default()
        };
        let texels = match &image.pixels {
            Pixels::Values(values) => glir_visuals::Pixels::F32(values),
            Pixels::Colors(colors) => glir_visuals::Pixels::Rgba(colors),
        };
        let image = glir_visuals::Image::new(self.scene.context(), image.size, texels, style)?;
        self.place(view, image, way)
    }

    /// Channels below each other: a row each, in which the span of its values, or of all channels' values, has nine tenths of the height.
    fn traces(&mut self, view: NodeId, traces: &Traces) -> Result<(), PlotError> {
        let longest = traces.samples.iter().map(Vec::len).max().unwrap_or(0);
        let mut samples = Vec::with_capacity(longest * traces.samples.len());
        for channel in &traces.samples {
            samples.extend(channel);
            samples.extend(std::iter::repeat_n(f32::NAN, longest - channel.len()));
        }
        let spans: Vec<(f64, f64)> = traces
            .samples
            .iter()
            .map(|channel| finite_span(channel.iter().map(|value| f64::from(*value))))
            .collect();
        let widest = spans.iter().map(|(low, high)| high - low).fold(0.0, f64::max);
        let gain = |(low, high): &(f64, f64)| -0.9 / if traces.shared_scale { widest } else { high - low };
        // Rows count downward, samples upward.
        let gains: Vec<f64> = spans.iter().map(gain).collect();
        let offsets = spans.iter().zip(&gains).enumerate();
        let offsets: Vec<f64> =
            offsets.map(|(row, ((low, high), gain))| row as f64 - gain * (low / 2.0 + high / 2.0)).collect();
        let count = traces.samples.len();
        let colors: Vec<Color> = (0..count).map(palette).collect();
        let style = SignalsStyle {
            start: traces.start,
            step: traces.step,
            offset: Some(Each::Each(offsets)),
            gain: Each::Each(gains),
            color: Each::Each(colors),
            // Beyond a million samples smooth lines take their time.
            stroke: if samples.len() > VERY_MANY { Stroke::Hairline } else { Stroke::Smooth(traces.width) },
        };
        let signals = Signals::new(self.scene.context(), count, &samples, style)?;
        self.scene.add(view, signals)?;
        Ok(())
    }

    fn legend(&mut self, view: NodeId, axes: &Axes) -> Result<(), PlotError> {
        let corner = match axes.legend {
            Corner::Off => return Ok(()),
            Corner::Auto => emptiest(axes)?,
            Corner::UpperRight => LegendCorner::TopRight,
            Corner::UpperLeft => LegendCorner::TopLeft,
            Corner::LowerRight => LegendCorner::BottomRight,
            Corner::LowerLeft => LegendCorner::BottomLeft,
        };
        let entries: Vec<(&str, Swatch)> =
            axes.legend_entries().into_iter().map(|(name, item)| (name, swatch(item))).collect();
        if entries.is_empty() {
            return Ok(());
        }
        let mut legend = Legend::new(&self.typeface, &entries)?;
        let mut style = LegendStyle::default();
        (style.corner, style.size) = (corner, self.em as f32);
        legend.set_style(style)?;
        self.scene.add(view, legend)?;
        Ok(())
    }
}

/// The corner in which the fewest points of lines and markers lie.
fn emptiest(axes: &Axes) -> Result<LegendCorner, PlotError> {
    let [x, y] = axes.spans()?;
    // Of top right, top left, bottom right, bottom left: the first wins where all are alike.
    let mut crowds = [0_usize; 4];
    for item in &axes.items {
        let points = match item {
            Item::Line(Line { points, .. }) | Item::Scatter(Scatter { points, .. }) => points,
            _ => continue,
        };
        for [px, py] in points {
            let at = [
                (axes.x.scale.place(*px) - x.0) / (x.1 - x.0),
                (axes.y.scale.place(*py) - y.0) / (y.1 - y.0),
            ];
            let side = if at[0] > 0.7 {
                Some(0)
            } else if at[0] < 0.3 {
                Some(1)
            } else {
                None
            };
            let level = if at[1] > 0.72 {
                Some(0)
            } else if at[1] < 0.28 {
                Some(2)
            } else {
                None
            };
            if let (Some(side), Some(level)) = (side, level) {
                crowds[side + level] += 1;
            }
        }
    }
    let least = (0..4).min_by_key(|corner| crowds[*corner]).unwrap_or(0);
    let corners =
        [LegendCorner::TopRight, LegendCorner::TopLeft, LegendCorner::BottomRight, LegendCorner::BottomLeft];
    Ok(corners[least])
}

/// The sample beside a name.
fn swatch(item: &Item) -> Swatch {
    match item {
        Item::Line(line) => {
            Swatch::Line { color: line.color, width: line.width, dashed: !line.dashes.is_empty() }
        }
        Item::Scatter(scatter) => {
            Swatch::Disc { color: scatter.color.at(0), size: scatter.size.at(0).clamp(3.0, 12.0) }
        }
        Item::Bars(bars) => Swatch::Patch { color: bars.color },
        Item::Image(_) | Item::Traces(_) => Swatch::Patch { color: Color::TRANSPARENT },
    }
}

/// What an axis's coordinates mean to its ticks.
fn meaning(scale: Scale) -> ticks::Scale {
    match scale {
        Scale::Linear => ticks::Scale::Linear,
        Scale::Log => ticks::Scale::Log,
        Scale::Time => ticks::Scale::Time,
    }
}

fn view_of(camera: &PanZoom, area: &Area) -> View {
    let [left, bottom, right, top] = camera.seen(area);
    View::rect([left, right, bottom, top], [area.x, area.y, area.width, area.height])
}

impl Item {
    /// The colour map that a bar beside the axes explains, and the values of its ends.
    fn colors(&self) -> Option<(&glir_visuals::Colormap, (f64, f64))> {
        match self {
            Item::Image(image) if image.bar && matches!(image.pixels, Pixels::Values(_)) => {
                Some((&image.colormap, image.value_limits()))
            }
            Item::Scatter(scatter) if scatter.values.is_some() => {
                Some((&scatter.colormap, scatter.value_limits()))
            }
            _ => None,
        }
    }
}
