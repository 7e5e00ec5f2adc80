//! Legends: samples of what is drawn, and their names.

use crate::bounds::Bounds;
use crate::color::Color;
use crate::error::{Error, Result, refuse};
use crate::markers::{MarkerStyle, Markers, Symbol};
use crate::place::{Parts, Place};
use crate::text::Text;
use crate::typeface::Typeface;
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glir_gloo::{IndexBuffer, Mode, Vertex, VertexBuffer};
use glir_shaders::Function;
use glir_text::{Align, AlignX, AlignY, Font};
use glir_transforms::Transform;

/// A sample beside a name.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Swatch {
    /// A piece of a line, so many pixels wide, with a gap in the middle if it is dashed.
    Line {
        /// Its colour.
        color: Color,
        /// Its width.
        width: f32,
        /// Whether it is dashed.
        dashed: bool,
    },
    /// A disc, so many pixels across.
    Disc {
        /// Its colour.
        color: Color,
        /// Its diameter.
        size: f32,
    },
    /// One of the markers' shapes.
    Marker {
        /// Its shape.
        symbol: Symbol,
        /// Its colour.
        color: Color,
        /// Its size, as [`MarkerStyle`](crate::MarkerStyle) has it.
        size: f32,
    },
    /// A rectangle, as for areas and histograms.
    Patch {
        /// Its colour.
        color: Color,
    },
}

/// Where a legend stands in its rectangle: in a corner, or in the middle of an edge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LegendCorner {
    /// Above, to the left.
    TopLeft,
    /// Above, to the right.
    #[default]
    TopRight,
    /// Below, to the left.
    BottomLeft,
    /// Below, to the right.
    BottomRight,
    /// Above, in the middle.
    Top,
    /// Below, in the middle.
    Bottom,
    /// To the left, half way up.
    Left,
    /// To the right, half way up.
    Right,
}

impl LegendCorner {
    /// Where that is: 0 for left and below, 1 for right and above, 0.5 for the middle.
    pub fn at(self) -> [f32; 2] {
        match self {
            LegendCorner::TopLeft => [0.0, 1.0],
            LegendCorner::TopRight => [1.0, 1.0],
            LegendCorner::BottomLeft => [0.0, 0.0],
            LegendCorner::BottomRight => [1.0, 0.0],
            LegendCorner::Top => [0.5, 1.0],
            LegendCorner::Bottom => [0.5, 0.0],
            LegendCorner::Left => [0.0, 0.5],
            LegendCorner::Right => [1.0, 0.5],
        }
    }
}

/// How a legend looks. Lengths are pixels.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LegendStyle {
    /// Of letters.
    pub color: Color,
    /// Behind all.
    pub background: Color,
    /// Of the line around it.
    pub border: Color,
    /// Pixels an em.
    pub size: f32,
    /// From the rectangle's edges.
    pub margin: f32,
    /// Where it stands.
    pub corner: LegendCorner,
}

impl Default for LegendStyle {
    fn default() -> Self {
        LegendStyle {
            color: Color::rgb(0.15, 0.15, 0.15),
            background: Color::WHITE.with_alpha(0.85),
            border: Color::rgb(0.8, 0.8, 0.8),
            size: 12.0,
            margin: 8.0,
            corner: LegendCorner::default(),
        }
    }
}

// A shape's corners in pixels from the legend's upper left corner, which lies in a corner of the rectangle.
const VERTEX: &str = "
attribute vec2 a_at;
attribute vec4 a_shape;
attribute vec4 a_color;
uniform vec4 u_viewport;
uniform vec4 u_box;
uniform vec2 u_corner;
varying vec2 v_from;
varying vec2 v_half;
varying float v_round;
varying vec4 v_color;
void $identify();
void main() {
    $identify();
    v_from = a_shape.xy;
    v_half = a_shape.zw;
    v_round = a_shape.z < 0.0 ? 1.0 : 0.0;
    v_color = a_color;
    vec2 low = u_corner * (u_viewport.zw - u_box.xy) + (1.0 - 2.0 * u_corner) * u_box.z;
    vec2 pixel = floor(low + 0.5) + vec2(a_at.x, u_box.y + a_at.y);
    gl_Position = vec4(pixel / u_viewport.zw * 2.0 - 1.0, 0.0, 1.0);
}";

// Rectangles have whole edges, or soft ones; discs have a negative half width.
const FRAGMENT: &str = "
varying vec2 v_from;
varying vec2 v_half;
varying float v_round;
varying vec4 v_color;
void $finish(vec4 color, float coverage);
void main() {
    vec2 inside = abs(v_half) - abs(v_from);
    float distance = v_round > 0.5 ? abs(v_half.x) - length(v_from) : min(inside.x, inside.y);
    $finish(v_color, clamp(distance + 0.5, 0.0, 1.0));
}";

const ITEM: &str = "vec4 item() { return vec4(0.0); }";

/// A shape's corner.
#[derive(Clone, Copy, Vertex)]
#[repr(C)]
struct Point {
    /// In pixels from the legend's upper left corner; y goes up.
    at: [f32; 2],
    /// From the shape's middle, and half its size; a disc's half width is negative.
    shape: [f32; 4],
    #[gloo(normalized)]
    color: [u8; 4],
}

/// Samples and names in a corner of the rectangle that a view's viewport is. It is drawn with GL's viewport on the rectangle.
///
/// ```
/// use glir_visuals::{Legend, Swatch, Typeface, View, Visual};
///
/// let context = glir_gloo::Context::new(640, 480)?;
/// let line = Swatch::Line { color: "steelblue".parse()?, width: 2.0, dashed: false };
/// let dots = Swatch::Disc { color: "darkorange".parse()?, size: 7.0 };
/// let mut legend = Legend::new(&Typeface::sans(&context)?, &[("model", line), ("measured", dots)])?;
/// legend.draw(&View::rect([0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 640.0, 480.0]))?;
/// # Ok::<(), glir_visuals::Error>(())
/// ```
///
/// A pick is an entry: its name's letters.
#[derive(Debug)]
pub struct Legend {
    place: Place,
    text: Text,
    typeface: Typeface,
    entries: Vec<(String, Swatch)>,
    style: LegendStyle,
    /// Width and height.
    size: [f32; 2],
    indices: Option<IndexBuffer<u16>>,
    markers: Option<Markers>,
}

/// The most entries of a legend.
const MAX_ENTRIES: usize = 1000;

impl Legend {
    /// A legend of these entries, the first one above.
    ///
    /// # Errors
    ///
    /// More than 1000 entries.
    pub fn new(typeface: &Typeface, entries: &[(impl AsRef<str>, Swatch)]) -> Result<Legend> {
        let context = typeface.context();
        let parts = Parts {
            vertex: Function::new("legend", VERTEX)?,
            fragment: Function::new("legend_fill", FRAGMENT)?,
            item: Some(Function::new("item", ITEM)?),
        };
        let mut legend = Legend {
            place: Place::new(&context, "legend", parts)?,
            text: Text::new::<[f64; 2]>(typeface, &[] as &[&str], &[])?,
            typeface: typeface.clone(),
            entries: Vec::new(),
            style: LegendStyle::default(),
            size: [0.0; 2],
            indices: None,
            markers: None,
        };
        legend.set_entries(entries)?;
        Ok(legend)
    }

    /// Other entries.
    ///
    /// # Errors
    ///
    /// More than 1000 of them.
    pub fn set_entries(&mut self, entries: &[(impl AsRef<str>, Swatch)]) -> Result<()> {
        if entries.len() > MAX_ENTRIES {
            return refuse(format!("a legend has up to {MAX_ENTRIES} entries; {} were given", entries.len()));
        }
        self.entries = entries.iter().map(|(name, swatch)| (name.as_ref().to_owned(), *swatch)).collect();
        self.lay_out()
    }

    /// How it looks.
    ///
    /// # Errors
    ///
    /// Sizes that are not finite or below 0, or an em of more than 200 pixels or of 0.
    pub fn set_style(&mut self, style: LegendStyle) -> Result<()> {
        if !(style.size > 0.0 && style.size <= 200.0 && (0.0..=10_000.0).contains(&style.margin)) {
            let LegendStyle { size, margin, .. } = style;
            return refuse(format!(
                "a legend's size is up to 200 pixels, its margin 0 or more; {size} and {margin} were given"
            ));
        }
        self.style = style;
        self.lay_out()
    }

    /// How it looks.
    pub fn style(&self) -> &LegendStyle {
        &self.style
    }

    /// Its width and height in pixels.
    pub fn size(&self) -> [f32; 2] {
        self.size
    }

    fn lay_out(&mut self) -> Result<()> {
        let font: Font = self.typeface.font();
        let em = self.style.size;
        let (pad, sample, row) = ((0.5 * em).round(), (1.8 * em).round(), (1.4 * em).round());
        let widest =
            self.entries.iter().map(|(name, _)| font.measure(name, em).width()).fold(0.0, f32::max).ceil();
        let lines = |name: &str| name.split('\n').count() as f32;
        let height: f32 = self.entries.iter().map(|(name, _)| lines(name) * row).sum();
        self.size =
            if self.entries.is_empty() { [0.0; 2] } else { [3.0 * pad + sample + widest, height + pad] };
        let mut shapes = Vec::new();
        let [width, height] = self.size;
        let (border, background) = (self.style.border, self.style.background);
        shape(&mut shapes, [0.5 * width, -0.5 * height], [0.5 * width, 0.5 * height], background);
        for (at, half) in [
            ([0.5 * width, -0.5], [0.5 * width, 0.5]),
            ([0.5 * width, 0.5 - height], [0.5 * width, 0.5]),
            ([0.5, -0.5 * height], [0.5, 0.5 * height - 1.0]),
            ([width - 0.5, -0.5 * height], [0.5, 0.5 * height - 1.0]),
        ] {
            shape(&mut shapes, at, half, border);
        }
        let (mut top, mut offsets) = (-0.5 * pad, Vec::new());
        let (mut places, mut symbols, mut colors, mut sizes) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (name, swatch) in &self.entries {
            let middle = (top - 0.5 * row).round();
            draw_swatch(&mut shapes, swatch, [pad, middle], sample, em);
            if let Swatch::Marker { symbol, color, size } = *swatch {
                // A marker's middle is a pixel's, as a line's is.
                places.push([f64::from(pad + (0.5 * sample).floor()) + 0.5, f64::from(middle) + 0.5]);
                symbols.push(symbol);
                colors.push(color);
                sizes.push(if size.is_finite() { size.clamp(0.0, em) } else { 0.0 });
            }
            offsets.push([2.0 * pad + sample, middle]);
            top -= lines(name) * row;
        }
        let names: Vec<&str> = self.entries.iter().map(|(name, _)| name.as_str()).collect();
        // Names are text at the legend's corner, moved by pixels; the first line's capitals stand around the sample's middle.
        let lift = -(0.5 * font.metrics().cap_height * em).round();
        let offsets: Vec<[f32; 2]> = offsets.iter().map(|[x, y]| [*x, y + lift]).collect();
        self.text = Text::new(&self.typeface, &names, &vec![[0.0, 0.0]; names.len()])?;
        self.text.set_size(em)?;
        self.text.set_color(self.style.color)?;
        self.text.set_align(Align { x: AlignX::Left, y: AlignY::Baseline })?;
        self.text.set_offset(offsets)?;
        let context = self.typeface.context();
        self.markers = if places.is_empty() {
            None
        } else {
            let style = MarkerStyle {
                symbol: symbols.into(),
                color: colors.into(),
                size: sizes.into(),
                ..MarkerStyle::default()
            };
            Some(Markers::new(&context, &places, style)?)
        };
        let points = VertexBuffer::new(&context, &shapes)?;
        for name in ["at", "shape", "color"] {
            self.place.set(&format!("a_{name}"), points.field(name)?)?;
        }
        let corners = |quad: usize| [0, 1, 2, 2, 1, 3].map(move |corner| (4 * quad + corner) as u16);
        let indices: Vec<u16> = (0..shapes.len() / 4).flat_map(corners).collect();
        self.indices = Some(IndexBuffer::new(&context, &indices)?);
        self.place.set("u_box", [width, height, self.style.margin, 0.0])?;
        self.place.set("u_corner", self.style.corner.at())
    }

    /// The view in which names stand: its 0, 0 is the legend's upper left corner.
    fn names_view(&self, view: &View) -> View {
        let [_, _, width, height] = view.viewport;
        let corner = self.style.corner.at().map(f64::from);
        let size = self.size.map(f64::from);
        let margin = f64::from(self.style.margin);
        let low = |axis: usize, length: f64| {
            (corner[axis] * (length - size[axis]) + (1.0 - 2.0 * corner[axis]) * margin + 0.5).floor()
        };
        let (left, top) = (low(0, width), low(1, height) + size[1]);
        View::rect([-left, width - left, -top, height - top], view.viewport)
    }
}

/// Appends a rectangle of this middle and half this size.
fn shape(points: &mut Vec<Point>, middle: [f32; 2], half: [f32; 2], color: Color) {
    let color = color.bytes();
    for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        // A pixel more, for soft edges.
        let from = [x * (half[0].abs() + 1.0), y * (half[1] + 1.0)];
        points.push(Point {
            at: [middle[0] + from[0], middle[1] + from[1]],
            shape: [from[0], from[1], half[0], half[1]],
            color,
        });
    }
}

/// Appends a sample that begins at a point and is so wide.
fn draw_swatch(points: &mut Vec<Point>, swatch: &Swatch, [left, middle]: [f32; 2], width: f32, em: f32) {
    let within = |value: f32, most: f32| if value.is_finite() { value.clamp(0.0, most) } else { 0.0 };
    let center = left + 0.5 * width;
    match *swatch {
        Swatch::Line { color, width: line, dashed } => {
            let half = 0.5 * within(line, em);
            // A line of an odd width lies on a row of pixels.
            let middle = if (2.0 * half).round() % 2.0 == 1.0 { middle + 0.5 } else { middle };
            if dashed {
                let dash = (width / 3.0).floor();
                shape(points, [left + 0.5 * dash, middle], [0.5 * dash, half], color);
                shape(points, [left + width - 0.5 * dash, middle], [0.5 * dash, half], color);
            } else {
                shape(points, [center, middle], [0.5 * width, half], color);
            }
        }
        Swatch::Disc { color, size } => {
            let radius = 0.5 * within(size, em);
            shape(points, [center, middle], [-radius, radius], color);
        }
        Swatch::Patch { color } => {
            let half = (0.38 * em).round();
            shape(points, [center, middle], [0.5 * width, half], color);
        }
        Swatch::Marker { .. } => {}
    }
}

impl Visual for Legend {
    /// Refused, but for none: a legend lies on the canvas.
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        if transform.is_empty() {
            return Ok(());
        }
        Err(Error::Data("a legend takes no transform: it lies on the canvas".into()))
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)?;
        self.markers.as_mut().map_or(Ok(()), |markers| markers.set_opacity(opacity))?;
        self.text.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        if self.entries.is_empty() {
            return Ok(());
        }
        if let Some(indices) = &self.indices {
            self.place.draw(view, Mode::Triangles, indices)?;
        }
        let names = self.names_view(view);
        if let Some(markers) = &mut self.markers {
            markers.draw(&names)?;
        }
        self.text.draw(&names)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        let names = self.names_view(view);
        self.text.pick(&names, first)
    }

    fn bounds(&self) -> Option<Bounds> {
        None
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
