//! From a figure to a scene: where everything stands, and which visuals draw it.

use super::axes::{Axes, Image, Item, Legend as Corner, Line, Pixels, Scatter, Traces, finite_span, palette};
use super::scale::{Scale, transform};
use super::{Figure, legend, notes, outline, reach, words};
use crate::PlotError;
use glir_gloo::Feature;
use glir_scene::{Area, Camera, Detail, NodeId, PanZoom, Region, Scene};
use glir_text::{Align, AlignX, AlignY};
use glir_transforms::Transform;
use glir_visuals::ticks::Epoch;
use glir_visuals::{
    Axis, Color, ColorBar, Colormap, Dash, Each, FastLine, Grid, ImageStyle, Interpolation, Legend,
    LegendCorner, LegendStyle, LineStyle, MarkerStyle, Markers, Rectangles, Side, Signals, SignalsStyle,
    Stroke, Text, Typeface, View, Visual, ticks,
};
use std::collections::BTreeMap;

/// Points from which on a line is drawn by the way for very many.
pub(super) const MANY: usize = 20_000;

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
    /// Whether people will pan and zoom.
    interactive: bool,
    /// What of the data is not seen.
    pub(super) notes: Vec<String>,
    /// The width of the axes that are drawn, in pixels.
    columns: f64,
    /// Nothing of what shows the figure shines through.
    opaque: bool,
}

/// What a bar of colours beside a plot tells.
pub(super) struct Colors<'c> {
    pub(super) colormap: &'c Colormap,
    pub(super) limits: (f64, f64),
    pub(super) label: &'c str,
    pub(super) scale: Scale,
    pub(super) epoch: Epoch,
    /// Limits are divided by 10 to this.
    pub(super) power: i32,
}

/// Axes with their places, before they stand in a scene.
struct Laid {
    camera: PanZoom,
    x_axis: Axis,
    y_axis: Axis,
    /// Of rows, in place of the left axis.
    names: Option<Vec<String>>,
    bar: Option<ColorBar>,
    bar_room: f64,
    /// Without a corner it stands to the right of them.
    legend: Option<(Legend, Option<LegendCorner>)>,
    inner: Area,
    /// To their left and right, in pixels.
    rooms: [f64; 2],
    /// There is no room for a bar of colours.
    barred: bool,
}

/// From the middle of the first and of the last of many rows to the edge of the axes, in ems at least.
const OUTER: f64 = 0.7;

/// Digits for which room is kept beside an upright axis that people zoom into.
const ZOOMED: f64 = 8.0;

/// The greatest share of the axes that a legend covers which nobody put there: a small plot has none rather than one in front of its data.
const MOST_COVERED: f64 = 0.3;

/// The share of it that may lie over lines and the like, counted in pixels of them.
const COVERED: f64 = 0.12;

/// How much smaller its letters may be, and their least size in pixels.
const SMALLER: [f32; 2] = [0.85, 0.7];
const LEAST_LETTERS: f32 = 8.0;

/// The least share of the width that axes keep where a legend stands beside them.
const KEPT: f64 = 0.55;

/// The least width of axes beside a bar of colours, in ems.
const BESIDE_BAR: f64 = 6.0;

/// A figure as a scene.
pub(super) struct Staged {
    pub(super) scene: Scene,
    /// The view boxes of its parts in their order.
    pub(super) boxes: Vec<NodeId>,
    /// What of its data is not seen.
    pub(super) notes: Vec<String>,
    /// What its words are written with.
    pub(super) typeface: Typeface,
}

/// A scene of a figure.
pub(super) fn scene(figure: &Figure) -> Result<Staged, PlotError> {
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
    match figure.samples {
        0 => {}
        2..=16 => context.allow(Feature::Multisample, true)?,
        other => return Err(PlotError::new(format!("a pixel has 0 or 2 to 16 samples, not {other}"))),
    }
    let root = scene.root();
    scene.set_background(root, Some(figure.background.clamped()))?;
    let typeface = Typeface::sans(&context)?;
    let em = f64::from(figure.text_size);
    let interactive = figure.interactive;
    let opaque = figure.background.clamped()[3] >= 1.0;
    let mut pen =
        Pen { scene: &mut scene, typeface, em, interactive, notes: Vec::new(), columns: 0.0, opaque };
    let mut area = Area::new(0.0, 0.0, width.into(), height.into());
    // Where there is hardly room for data, there is none for words.
    if !figure.title.is_empty() && area.height >= 10.0 * em {
        let taken = pen.title(&figure.title, 1.5, &area)?;
        area = area.inset(0.0, 0.0, 0.0, taken);
    }
    let cells: Vec<_> = figure.panels.iter().map(|panel| panel.cell).collect();
    let areas = figure.grid().areas(area, &cells)?;
    // Axes of one column leave the same room on both sides.
    let mut least: BTreeMap<u16, [f64; 2]> = BTreeMap::new();
    if figure.panels.len() > 1 {
        for (panel, area) in figure.panels.iter().zip(&areas) {
            if let (None, Some(axes), 1) = (&panel.space, &panel.axes, panel.cell.columns) {
                let axes = axes.in_reach()?;
                let [left, right] = pen.lay_out(&axes, area, GAP * em, [0.0; 2])?.rooms;
                let rooms = least.entry(panel.cell.column).or_default();
                *rooms = [rooms[0].max(left), rooms[1].max(right)];
            }
        }
    }
    let mut boxes = Vec::new();
    for (panel, area) in figure.panels.iter().zip(areas) {
        let least = least.get(&panel.cell.column).copied().unwrap_or_default();
        let told = pen.notes.len();
        boxes.push(match (&panel.space, &panel.axes) {
            (Some(space), _) => pen.space(space, &area)?,
            (None, Some(axes)) => pen.axes(&*axes.in_reach()?, &area, least)?,
            (None, None) => pen.axes(&Axes::new(), &area, least)?,
        });
        // Where there are several plots it is said whose a note is.
        let title = panel.title().filter(|title| figure.panels.len() > 1 && !title.is_empty());
        if let Some(title) = title {
            pen.notes.iter_mut().skip(told).for_each(|note| *note = format!("{title}: {note}"));
        }
    }
    let Pen { notes, typeface, .. } = pen;
    figure.link_boxes(&mut scene, &boxes)?;
    Ok(Staged { scene, boxes, notes, typeface })
}

impl Pen<'_> {
    /// Writes a title above an area, so many ems high, in up to three lines; gives the pixels that it takes.
    pub(super) fn title(&mut self, words: &str, ems: f64, area: &Area) -> Result<f64, PlotError> {
        let size = self.em * ems / 1.2;
        let at = [area.x + area.width / 2.0, area.y + area.height - 0.5 * self.em];
        let font = self.typeface.font();
        let words = words::wrap(&font, words, size, area.width - 2.0 * self.em, 3);
        let lines = words.lines().count().max(1) as f64;
        let mut text = Text::new(&self.typeface, &[words], &[at])?;
        text.set_size(size as f32)?;
        text.set_align(Align { x: AlignX::Center, y: AlignY::Top })?;
        let root = self.scene.root();
        self.scene.add(root, text)?;
        let further = (lines - 1.0) * f64::from(font.metrics().line_height) * size;
        Ok((0.5 * self.em + 1.3 * size + further).ceil())
    }

    /// Where axes stand in an area, below what takes `top` pixels of it. At least so much room is left to their left and right, so that
    /// plots of one column stand in line. A bar of colours is left out where it would leave them hardly any.
    fn lay_out(&self, axes: &Axes, area: &Area, top: f64, least: [f64; 2]) -> Result<Laid, PlotError> {
        let laid = self.lay_out_with(axes, area, top, least, true)?;
        if laid.bar.is_none() || laid.inner.width >= BESIDE_BAR * self.em {
            return Ok(laid);
        }
        let bare = self.lay_out_with(axes, area, top, least, false)?;
        Ok(Laid { barred: true, ..bare })
    }

    fn lay_out_with(
        &self,
        axes: &Axes,
        area: &Area,
        top: f64,
        least: [f64; 2],
        has_bar: bool,
    ) -> Result<Laid, PlotError> {
        let em = self.em;
        let [x_span, mut y_span] = axes.spans()?;
        let rows = axes.row_names();
        if let Some(names) = rows.as_ref().filter(|_| axes.y.limits.is_none()) {
            // Names and curves of the outermost of many rows have room above and below.
            let row = (area.height - 5.0 * em).max(em) / names.len().max(1) as f64;
            let air = (OUTER * em / row - 0.5).max(0.0) * (y_span.1 - y_span.0).signum();
            y_span = (y_span.0 - air, y_span.1 + air);
        }
        let rect = [x_span.0, y_span.0, x_span.1, y_span.1];
        let camera = PanZoom { even: axes.even, ..PanZoom::new(rect) };
        let font = self.typeface.font();
        // As for the title.
        let label = |label: &str, length: f64, across: f64| {
            let shown = if across < 10.0 * em { "" } else { label };
            words::shorten(&font, shown, em * 7.0 / 6.0, length * 0.85)
        };
        let x_label = label(&axes.x.label, area.width, area.height);
        let y_label = label(&axes.y.label, area.height, area.width);
        let mut x_axis = self.axis(Side::Bottom, &axes.x, &x_label)?;
        let mut y_axis = self.axis(Side::Left, &axes.y, &y_label)?;
        x_axis.set_power(axes.powers[0])?;
        y_axis.set_power(axes.powers[1])?;
        // Small plots have none to spare.
        if self.interactive && area.width > 25.0 * em {
            y_axis.set_spare(ZOOMED);
        }
        // What is drawn has most of the width.
        let longest = (0.3 * area.width).max(4.0 * em);
        let shortened = |names: Vec<String>| {
            names.iter().map(|name| words::shorten_middle(&font, name, em, longest)).collect()
        };
        let names: Option<Vec<String>> = rows.map(shortened);
        let colors = axes.items.iter().filter(|_| has_bar).find_map(|item| item.colors(axes));
        let mut bar = match colors {
            Some(colors) => Some(self.color_bar(&colors, area.height)?),
            None => None,
        };
        // Rooms depend on labels, labels on the length of axes: twice is enough. What stands at the end of the left axis lies above it.
        let above = if area.height > 12.0 * em { 1.1 } else { 0.6 };
        let top = (top + above * em).ceil();
        let mut inner = area.inset(4.0 * em, 3.0 * em, GAP * em, top);
        let (mut beside, mut bar_room, mut rooms) = (0.0, 0.0, [0.0; 2]);
        let mut legend = None;
        for round in 0..4 {
            let view = view_of(&camera, &inner);
            let below = x_axis.room(&view) + 0.5 * em;
            let left = match &names {
                Some(names) => self.widest(names) + 1.5 * em,
                None => y_axis.room(&view) + 0.5 * em,
            };
            let right = (x_axis.overhang(&view) + 0.5 * em).clamp(1.5 * em, 5.0 * em);
            if let Some(bar) = &mut bar {
                bar_room = self.bar_room(bar, inner.height);
            }
            // The legend is placed when the axes have their size, and may take some of it.
            if round == 2 {
                legend = self.legend(axes, &camera, &inner)?;
                if let Some((legend, None)) = &legend {
                    beside = f64::from(legend.size()[0]) + GAP * em;
                }
            }
            rooms = [left.ceil().max(least[0]), (right.max(bar_room) + beside).ceil().max(least[1])];
            inner = area.inset(rooms[0], below.ceil(), rooms[1], top);
        }
        let inner = Area::new(inner.x.round(), inner.y.round(), inner.width.round(), inner.height.round());
        Ok(Laid { camera, x_axis, y_axis, names, bar, bar_room, legend, inner, rooms, barred: false })
    }

    fn axes(&mut self, axes: &Axes, area: &Area, least: [f64; 2]) -> Result<NodeId, PlotError> {
        let em = self.em;
        let root = self.scene.root();
        self.notes.extend(notes::of(axes));
        let top = if axes.title.is_empty() { GAP * em } else { self.title(&axes.title, 1.3, area)? };
        let Laid { camera, x_axis, y_axis, names, bar, bar_room, legend, inner, barred, .. } =
            self.lay_out(axes, area, top, least)?;
        if barred {
            self.notes
                .push("the colour bar is left out: there is no room for it; make the figure larger".into());
        }
        let rect = camera.rect;
        if legend.is_none() && axes.legend == Corner::Auto && !axes.legend_entries().is_empty() {
            let why = "there is no room where it would not cover the data; make the figure larger";
            self.notes.push(format!("the legend is left out: {why}"));
        }
        if inner.width < 8.0 || inner.height < 8.0 {
            return Err(PlotError::new(
                "there is no room for the axes; make the figure larger or its text smaller",
            ));
        }
        let view = self.scene.add_view(root, Region::At(inner), Camera::PanZoom(camera))?;

        if axes.grid && !axes.items.iter().any(|item| matches!(item, Item::Image(_))) {
            let mut grid = Grid::new(&self.typeface)?;
            grid.set_size(em as f32)?;
            let y = names.is_none().then(|| meaning(axes.y.scale));
            grid.set_scales([Some(meaning(axes.x.scale)), y])?;
            grid.set_epochs([axes.x.epoch, axes.y.epoch])?;
            self.scene.add(view, grid)?;
        }
        let way = transform(axes.x.scale, axes.y.scale)?;
        self.columns = inner.width;
        for item in &axes.items {
            self.item(view, item, axes, &way)?;
        }
        self.scene.add_around(view, x_axis)?;
        match names {
            Some(names) => self.name_rows(view, &names, &inner, [rect[1], rect[3]])?,
            None => {
                self.scene.add_around(view, y_axis)?;
            }
        }
        self.frame(&inner)?;
        if let Some(bar) = bar {
            self.place_bar(bar, &inner)?;
        }
        match legend {
            Some((legend, Some(_))) => {
                self.scene.add(view, legend)?;
            }
            Some((legend, None)) => {
                let [width, _] = legend.size().map(f64::from);
                let x = inner.x + inner.width + bar_room.max(GAP * em);
                let place = Area::new(x.round(), inner.y, width, inner.height);
                let holder = self.scene.add_view(root, Region::At(place), Camera::Pixels)?;
                self.scene.add(holder, legend)?;
            }
            None => {}
        }
        Ok(view)
    }

    /// A bar of colours for a plot so high.
    pub(super) fn color_bar(&self, colors: &Colors<'_>, height: f64) -> Result<ColorBar, PlotError> {
        let limits = [colors.limits.0, colors.limits.1];
        let mut bar = ColorBar::new(&self.typeface, colors.colormap, limits, Side::Right)?;
        let mut style = bar.axis_mut().style().clone();
        style.size = self.em as f32;
        bar.axis_mut().set_style(style)?;
        bar.axis_mut().set_power(colors.power)?;
        if colors.scale == Scale::Time {
            bar.set_scale(ticks::Scale::Time)?;
            bar.axis_mut().set_epoch(colors.epoch)?;
        }
        let font = self.typeface.font();
        bar.set_title(&words::shorten(&font, colors.label, self.em * 7.0 / 6.0, height * 0.85))?;
        Ok(bar)
    }

    /// Stands a bar of colours to the right of an area.
    pub(super) fn place_bar(&mut self, bar: ColorBar, inner: &Area) -> Result<(), PlotError> {
        let em = self.em;
        let x = inner.x + inner.width + GAP * em;
        let place = Area::new(x.round(), inner.y, (BAR * em).round(), inner.height);
        let root = self.scene.root();
        let holder = self.scene.add_view(root, Region::At(place), Camera::Pixels)?;
        self.scene.add_around(holder, bar)?;
        Ok(())
    }

    /// The room that a bar of colours takes beside an area so high.
    pub(super) fn bar_room(&self, bar: &mut ColorBar, height: f64) -> f64 {
        (2.0 * GAP + BAR) * self.em + bar.room(&View::pixels([0.0, 0.0, self.em, height]))
    }

    fn axis(&self, side: Side, of: &super::Axis, label: &str) -> Result<Axis, PlotError> {
        let mut axis = Axis::new(&self.typeface, side)?;
        let mut style = axis.style().clone();
        style.size = self.em as f32;
        axis.set_style(style)?;
        axis.set_scale(meaning(of.scale))?;
        axis.set_epoch(of.epoch)?;
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
    fn name_rows(
        &mut self,
        view: NodeId,
        names: &[String],
        inner: &Area,
        [bottom, top]: [f64; 2],
    ) -> Result<(), PlotError> {
        let em = self.em;
        // Where rows are lower than letters, these are smaller, or name the first, the last and every second, third … row between; and
        // none is cut above or below.
        let row = inner.height / (bottom - top).abs().max(1.0);
        let size = (row / 1.3).clamp(0.65 * em, em);
        let every = (1.3 * size / row).ceil().max(1.0) as usize;
        let edge = |at: f64| ((0.6 * size / row - at).ceil().max(0.0) as usize).min(names.len() / 2);
        let last = names.len().saturating_sub(1);
        let last = last - edge(bottom - last as f64).min(last);
        let first = edge(-top);
        let named = (first..).step_by(every).take_while(|row| row + every <= last).chain([last]);
        let box_of_names = Area::new(inner.x - 60.0 * em, inner.y, 60.0 * em - 0.5 * em, inner.height);
        let root = self.scene.root();
        let camera = PanZoom { pans_x: false, ..PanZoom::new([0.0, bottom, 1.0, top]) };
        let holder = self.scene.add_view(root, Region::At(box_of_names), Camera::PanZoom(camera))?;
        let (words, places): (Vec<&str>, Vec<[f64; 2]>) =
            named.filter_map(|row| Some((names.get(row)?.as_str(), [1.0, row as f64]))).unzip();
        let mut text = Text::new(&self.typeface, &words, &places)?;
        text.set_size(size as f32)?;
        text.set_align(Align { x: AlignX::Right, y: AlignY::Center })?;
        self.scene.add(holder, text)?;
        self.scene.link(holder, view, glir_scene::Link::Y)?;
        Ok(())
    }

    fn item(&mut self, view: NodeId, item: &Item, axes: &Axes, way: &Transform) -> Result<(), PlotError> {
        match item {
            Item::Line(line) => self.line(view, line, axes, way),
            Item::Scatter(scatter) => {
                let markers = self.markers(scatter, axes.value_limits(scatter))?;
                self.place(view, markers, way)
            }
            Item::Bars(bars) => {
                // On a logarithmic axis there is no 0 to stand on.
                let floor = if axes.y.scale == Scale::Log { 1e-3 } else { 0.0 };
                // Few bars stand apart; between many, gaps of a pixel here and none there would look like data.
                let few = bars.counts.counts.len() <= 40 && axes.x.scale != Scale::Log;
                let share = if few { 0.04 } else { 0.0 };
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
        // A point between two gaps has no line; as a dot it is seen.
        let alone = alone(line, axes);
        if !alone.is_empty() {
            let size = Each::One(line.width + 2.5);
            let style = MarkerStyle { size, color: Each::One(line.color), ..MarkerStyle::default() };
            self.place(view, Markers::new(&context, &alone, style)?, way)?;
        }
        if line.points.len() > MANY && line.dashes.is_empty() {
            let mut points = line.points.clone();
            if !plain {
                points =
                    points.iter().map(|[x, y]| [axes.x.scale.place(*x), axes.y.scale.place(*y)]).collect();
            }
            // Software takes a second for a million smooth segments, and a tenth of that for hairlines.
            let stroke =
                if line.points.len() > VERY_MANY { Stroke::Hairline } else { Stroke::Smooth(line.width) };
            if stroke == Stroke::Hairline && (line.width - 1.5).abs() > 0.5 {
                let width = line.width;
                self.notes
                    .push(format!("a line of more than {VERY_MANY} points is one pixel wide, not {width}"));
            }
            // While all of very many is seen, their outline serves; from near by they are drawn themselves.
            let outline = self.interactive.then(|| outline::outline(&points)).flatten();
            let even = outline::evenly(&points).filter(|_| stroke == Stroke::Hairline);
            let count = u32::try_from(points.len()).unwrap_or(u32::MAX);
            let span = outline.as_ref().and_then(|outline| Some(outline.last()?[0] - outline.first()?[0]));
            // Of many segments that share a pixel each one would add to its ink.
            let once = self.opaque && stroke != Stroke::Hairline;
            let fast = |points: Vec<[f64; 2]>| -> Result<FastLine, PlotError> {
                let mut fast = FastLine::new(&context, points, line.color, stroke)?;
                fast.set_once(once)?;
                Ok(fast)
            };
            let whole = self.scene.add(view, fast(points)?)?;
            if let (Some(outline), Some(span)) = (outline, span) {
                // Then a column of the outline is half a pixel.
                let near = 2.0 * self.columns * span / outline::COLUMNS as f64;
                let mut detail = Detail::while_seen([0.0, near]);
                if let Some((places, spare)) = even {
                    detail = detail.with_even_vertices(count, places, spare);
                }
                self.scene.set_detail(whole, detail)?;
                let outline = self.scene.add(view, fast(outline)?)?;
                self.scene.set_detail(outline, Detail::while_seen([near, f64::INFINITY]))?;
            }
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

    fn markers(&mut self, scatter: &Scatter, (low, high): (f64, f64)) -> Result<Markers, PlotError> {
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
        let within = image.within_reach();
        let texels = match &image.pixels {
            Pixels::Values(values) => glir_visuals::Pixels::F32(within.as_deref().unwrap_or(values)),
            Pixels::Colors(colors) => glir_visuals::Pixels::Rgba(colors),
        };
        let (width, height) = image.size;
        let image = glir_visuals::Image::new(self.scene.context(), image.size, texels, style)?;
        match image.reduction() {
            [1, 1] => {}
            [wide, high] => self.notes.push(format!(
                "the image of {width} × {height} pixels has more than a texture has room for: means of {wide} × {high} of them are drawn"
            )),
        }
        self.place(view, image, way)
    }

    /// Channels below each other: a row each, in which the span of its values, or of all channels' values, has nine tenths of the height.
    fn traces(&mut self, view: NodeId, traces: &Traces) -> Result<(), PlotError> {
        let longest = traces.samples.iter().map(Vec::len).max().unwrap_or(0);
        let span = |channel: &Vec<f32>| {
            let values = channel.iter().map(|value| f64::from(*value));
            finite_span(values.filter(|value| notes::has_place(*value)))
        };
        let mut spans: Vec<(f64, f64)> = traces.samples.iter().map(span).collect();
        let widest = spans.iter().map(|(low, high)| high - low).fold(0.0, f64::max);
        let mut samples = Vec::with_capacity(longest * traces.samples.len());
        for (channel, span) in traces.samples.iter().zip(&mut spans) {
            // What single precision can't tell from 0 counts in a smaller unit.
            let size = if traces.shared_scale { widest } else { span.1 - span.0 };
            let power = if size < reach::LEAST_SPAN { reach::order(size) } else { 0 };
            *span = (reach::divided(span.0, power), reach::divided(span.1, power));
            let seen = |sample: &f32| match f64::from(*sample) {
                value if !notes::has_place(value) => f32::NAN,
                value if power != 0 => reach::divided(value, power) as f32,
                _ => *sample,
            };
            samples.extend(channel.iter().map(seen));
            samples.extend(std::iter::repeat_n(f32::NAN, longest - channel.len()));
        }
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

    /// The legend of axes that take so much room, and its corner; none if it stands to the right of them.
    fn legend(
        &self,
        axes: &Axes,
        camera: &PanZoom,
        inner: &Area,
    ) -> Result<Option<(Legend, Option<LegendCorner>)>, PlotError> {
        let mut style = LegendStyle::default();
        style.size = self.em as f32;
        let corner = match axes.legend {
            Corner::Off => return Ok(None),
            Corner::Auto => None,
            Corner::UpperRight => Some(LegendCorner::TopRight),
            Corner::UpperLeft => Some(LegendCorner::TopLeft),
            Corner::LowerRight => Some(LegendCorner::BottomRight),
            Corner::LowerLeft => Some(LegendCorner::BottomLeft),
        };
        let font = self.typeface.font();
        let margins = 2.0 * f64::from(style.margin);
        let room = |share: f64| share * inner.height - margins;
        let made = |height: f64, style: &LegendStyle| -> Result<Legend, PlotError> {
            let entries = legend::entries(axes, &font, style.size.into(), height);
            let mut legend = Legend::new(&self.typeface, &entries)?;
            legend.set_style(style.clone())?;
            Ok(legend)
        };
        if axes.legend_entries().is_empty() {
            return Ok(None);
        }
        if let Some(corner) = corner {
            style.corner = corner;
            return Ok(Some((made(room(1.0), &style)?, Some(corner))));
        }
        // Beside the axes it may be as high as they are.
        let mut outside = style.clone();
        (outside.margin, outside.corner) = (0.0, LegendCorner::TopLeft);
        let beside = made(inner.height, &outside)?;
        let whole = made(room(1.0), &style)?;
        let measured = |legend: &Legend| {
            let size = legend.size().map(f64::from);
            legend::emptiest(axes, camera.seen(inner), [inner.width, inner.height], size)
        };
        let (corner, covered) = measured(&whole);
        let [width, height] = whole.size().map(f64::from);
        let small = width <= 0.5 * inner.width && height <= 0.5 * inner.height;
        let is_whole =
            |em: f32| axes.legend_entries().len() == legend::entries(axes, &font, em.into(), room(1.0)).len();
        // Where it would take much of a small plot, it rather covers a little.
        let taken = f64::from(beside.size()[0]) + GAP * self.em;
        let bearable = if taken > 0.25 * inner.width { COVERED * width * height } else { 1.0 };
        if small && is_whole(style.size) && covered <= bearable {
            style.corner = corner;
            return Ok(Some((made(room(1.0), &style)?, Some(corner))));
        }
        if inner.width - taken >= KEPT * inner.width {
            return Ok(Some((beside, None)));
        }
        // There is no room for it elsewhere: in smaller letters, or with fewer names, it may have some where little of the data lies.
        let smaller = SMALLER.map(|share| (share * style.size).max(LEAST_LETTERS).min(style.size));
        let tries = [(smaller[0], 1.0), (smaller[1], 1.0), (smaller[1], 0.5)];
        for (size, share) in tries {
            style.size = size;
            let tried = made(room(share), &style)?;
            let [width, height] = tried.size().map(f64::from);
            let (corner, covered) = measured(&tried);
            let most = MOST_COVERED * inner.width * inner.height;
            if width * height <= most
                && covered <= COVERED * width * height
                && (share < 1.0 || is_whole(size))
            {
                style.corner = corner;
                return Ok(Some((made(room(share), &style)?, Some(corner))));
            }
        }
        Ok(None)
    }
}

/// The points of a line that have no neighbour to be joined with.
fn alone(line: &Line, axes: &Axes) -> Vec<[f64; 2]> {
    let drawn = |[x, y]: &[f64; 2]| {
        notes::has_place(axes.x.scale.place(*x)) && notes::has_place(axes.y.scale.place(*y))
    };
    let is_gap = |index: Option<usize>| !index.and_then(|at| line.points.get(at)).is_some_and(drawn);
    let points = line.points.iter().enumerate().filter(|(_, point)| drawn(point));
    let alone = points.filter(|(at, _)| is_gap(at.checked_sub(1)) && is_gap(at.checked_add(1)));
    alone.map(|(_, point)| *point).collect()
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
    /// What a bar beside the axes explains.
    fn colors<'a>(&'a self, axes: &Axes) -> Option<Colors<'a>> {
        match self {
            Item::Image(image) if image.bar && matches!(image.pixels, Pixels::Values(_)) => Some(Colors {
                colormap: &image.colormap,
                limits: image.told_limits(),
                label: &image.values_label,
                scale: Scale::Linear,
                epoch: Epoch::default(),
                power: image.power,
            }),
            Item::Scatter(scatter) if scatter.values.is_some() => Some(Colors {
                colormap: &scatter.colormap,
                limits: axes.value_limits(scatter),
                label: &scatter.values_label,
                scale: scatter.values_scale,
                epoch: scatter.values_epoch,
                power: 0,
            }),
            _ => None,
        }
    }
}
