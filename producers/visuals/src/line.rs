//! Lines of any width, with joins, caps and dashes.

use crate::bounds::{Bounds, ToPoint};
use crate::color::Color;
use crate::each::Each;
use crate::error::{Result, refuse};
use crate::place::{Depth, Parts, Place};
use crate::points::{self, Layout, Points};
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glir_gloo::{Context, Mode, VertexBuffer};
use glir_shaders::Function;
use glir_transforms::Transform;

mod dash;
mod fast;
mod once;
mod slots;

pub use dash::{Dash, DashUnit, MAX_DASHES};
pub use fast::{FastLine, Stroke};
pub(crate) use fast::{GAP, GREATEST};
use slots::{Slot, slots};

/// How two segments meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    /// In a corner, up to the miter limit; beyond it, bevelled.
    Miter,
    /// In an arc.
    #[default]
    Round,
    /// The corner cut off.
    Bevel,
}

/// How a line ends, and each of its dashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cap {
    /// At the point itself.
    Butt,
    /// Half a disc beyond it.
    #[default]
    Round,
    /// Half a square beyond it.
    Square,
    /// A right angle beyond it.
    Triangle,
}

/// How a line looks.
///
/// ```
/// use glir_visuals::{Cap, Dash, Join, LineStyle};
///
/// let style = LineStyle { width: 6.0, join: Join::Miter, dash: Some(Dash::pixels(&[12.0, 8.0])), ..LineStyle::default() };
/// assert_eq!(style.cap, Cap::Round);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LineStyle {
    /// In pixels. A line thinner than a pixel is one pixel wide and fainter.
    pub width: f32,
    /// One colour, or one for each point, blended between them.
    pub color: Each<Color>,
    /// How segments meet.
    pub join: Join,
    /// How it ends.
    pub cap: Cap,
    /// The greatest length of a corner, in widths.
    pub miter_limit: f32,
    /// Dashes, or none for a solid line.
    pub dash: Option<Dash>,
    /// Whether the last point is joined to the first.
    pub closed: bool,
}

impl Default for LineStyle {
    fn default() -> Self {
        LineStyle {
            width: 1.5,
            color: Each::One(Color::BLACK),
            join: Join::Round,
            cap: Cap::Round,
            miter_limit: 4.0,
            dash: None,
            closed: false,
        }
    }
}

/// A line through points, in two dimensions or three.
///
/// ```
/// use glir_gloo::{Clear, Context};
/// use glir_visuals::{Color, Join, Line, LineStyle, View, Visual};
///
/// let context = Context::new(640, 480)?;
/// let points = [[0.0, 0.0], [1.0, 2.0], [2.0, 0.5], [f64::NAN, 0.0], [3.0, 1.0], [4.0, 1.5]];
/// let style = LineStyle { width: 8.0, join: Join::Miter, color: Color::rgb8(0, 114, 178).into(), ..LineStyle::default() };
/// let mut line = Line::new(&context, &points, style)?;
///
/// context.clear(Clear::color([1.0; 4]))?;
/// line.draw(&View::rect([-1.0, 5.0, -1.0, 3.0], [0.0, 0.0, 640.0, 480.0]))?;
/// let frame = context.swap();
/// assert!(context.header().requires.is_empty()); // WebGL 1 draws it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It breaks where a point is NaN or infinite. A point between two breaks is a dot. Picking gives the number of the point at which a
/// segment begins, modulo 2²⁴.
///
/// # How it is drawn
///
/// Each segment is a quadrilateral, whose fragments reckon their distance to the stroke in pixels (after Rougier, "Shader-based
/// antialiased, dashed, stroked polylines", JCGT 2(2), 2013). Where two segments meet, the bisector between them says which
/// one draws a pixel, so that translucent lines are even. All quadrilaterals are one strip; the triangles between two of them are
/// known by their varyings and dropped. That takes four vertices a point (80 to 112 bytes for data in the plane, more for colours and
/// dashes), eight attributes, and no feature at all; for
/// millions of points there is [`FastLine`].
#[derive(Debug)]
pub struct Line {
    place: Place,
    points: Vec<[f64; 3]>,
    style: LineStyle,
    slots: Vec<Slot>,
    buffers: Option<Points>,
    dashed: dash::Sent,
    stale: Stale,
}

/// What has to be sent before the next draw.
#[derive(Debug, Default)]
struct Stale {
    points: bool,
    colors: bool,
}

impl Line {
    /// A line through these points.
    ///
    /// # Errors
    ///
    /// Colours that are not as many as points; dashes that are not positive; a width that is not a number.
    pub fn new<P: ToPoint>(context: &Context, points: &[P], style: LineStyle) -> Result<Line> {
        let points = points::collect(points);
        hold(&style, points.len())?;
        let mut line = Line {
            place: Place::new(context, "line", parts(points::layout(None))?)?,
            points,
            style,
            slots: Vec::new(),
            buffers: None,
            dashed: dash::Sent::default(),
            stale: Stale { points: true, colors: true },
        };
        line.send_style()?;
        Ok(line)
    }

    /// Takes other points and another style at once, where there are more or fewer of both.
    ///
    /// # Errors
    ///
    /// As [`Line::new`]; the line then stays as it was.
    pub fn set<P: ToPoint>(&mut self, points: &[P], style: LineStyle) -> Result<()> {
        hold(&style, points.len())?;
        self.points = points::collect(points);
        self.stale = Stale { points: true, colors: true };
        self.set_style(style)
    }

    /// Takes other points.
    ///
    /// # Errors
    ///
    /// If colours stand for each point and there are not as many.
    pub fn set_points<P: ToPoint>(&mut self, points: &[P]) -> Result<()> {
        hold(&self.style, points.len())?;
        self.points = points::collect(points);
        self.stale = Stale { points: true, colors: true };
        Ok(())
    }

    /// Takes another style. Only what differs is sent.
    ///
    /// # Errors
    ///
    /// As [`Line::new`]; the line then stays as it was.
    pub fn set_style(&mut self, style: LineStyle) -> Result<()> {
        hold(&style, self.points.len())?;
        self.stale.points |= style.closed != self.style.closed;
        self.stale.colors |= style.color != self.style.color;
        self.dashed.stale |= style.dash != self.style.dash;
        self.style = style;
        self.send_style()
    }

    /// How it looks.
    pub fn style(&self) -> &LineStyle {
        &self.style
    }

    /// The points.
    pub fn points(&self) -> &[[f64; 3]] {
        &self.points
    }

    /// What is done with depth; at first nothing.
    pub fn set_depth(&mut self, depth: Depth) {
        self.place.set_depth(depth);
    }

    fn send_style(&mut self) -> Result<()> {
        let style = &self.style;
        let (join, cap) = (f32::from(style.join as u8), f32::from(style.cap as u8));
        self.place.set("u_style", [style.width, join, cap, style.miter_limit])?;
        dash::set_pattern(&mut self.place, style.dash.as_ref())
    }

    /// Sends what has changed since the last draw.
    fn prepare(&mut self, view: &View) -> Result<()> {
        if self.stale.points {
            let mapped = points::mapped(&self.points, self.place.data_transform());
            self.slots = slots(&mapped, self.style.closed);
            let (before, slots) = (points::layout(self.buffers.as_ref()), &self.slots);
            let point = |index: usize| slots[index].point;
            let filled = Points::fill(&mut self.buffers, &self.place, slots.len(), point, 4)?;
            self.place.set_base(filled.base);
            if filled.new
                && let Some(buffers) = &self.buffers
            {
                let layout = points::layout(Some(buffers));
                if layout != before {
                    self.place.set_parts(parts(layout)?)?;
                }
                for (index, name) in ENDS.into_iter().enumerate() {
                    buffers.bind(&mut self.place, name, 4 * index)?;
                }
            }
            let codes: Vec<[u8; 4]> = slots::codes(&self.slots);
            let context = self.place.context().clone();
            self.place.set("a_code", &VertexBuffer::new(&context, &codes)?)?;
            self.stale.points = false;
            self.stale.colors = true;
            self.dashed.stale = true;
        }
        if self.stale.colors {
            match &self.style.color {
                Each::One(color) => {
                    for name in ["a_color_from", "a_color_to"] {
                        self.place.set(name, color.clamped())?;
                    }
                }
                Each::Each(colors) => {
                    let color = |slot: &Slot| colors.get(slot.source).map_or([0; 4], |color| color.bytes());
                    let bytes: Vec<[u8; 4]> = self.slots.iter().flat_map(|slot| [color(slot); 4]).collect();
                    let buffer = VertexBuffer::new(self.place.context(), &bytes)?;
                    self.place.set("a_color_from", buffer.view().normalized().skip(4))?;
                    self.place.set("a_color_to", buffer.view().normalized().skip(8))?;
                }
            }
            self.stale.colors = false;
        }
        self.dashed.send(&mut self.place, self.style.dash.as_ref(), &self.slots, view)
    }

    /// Vertices of a draw; none for a line without a segment.
    fn vertices(&self) -> Option<std::ops::Range<usize>> {
        let count = self.slots.len().checked_sub(3).filter(|count| *count > 0)?;
        Some(0..4 * count)
    }
}

/// The four points that a segment knows.
const ENDS: [&str; 4] = ["before", "from", "to", "after"];

// The number of the point at which the segment begins stands beside its flags.
const ITEM: &str = "
attribute vec4 a_code;
vec4 item() { return vec4(a_code.yzw, 0.0); }";

fn parts(layout: Layout) -> Result<Parts> {
    let mut vertex = Function::new("line", include_str!("line/line.vert"))?;
    for name in ENDS {
        vertex = vertex.with(name, Points::function(layout, name)?)?;
    }
    let fragment = Function::new("line_stroke", include_str!("line/line.frag"))?;
    Ok(Parts { vertex, fragment, item: Some(Function::new("line_item", ITEM)?) })
}

/// Refuses a style that no line of so many points can have.
fn hold(style: &LineStyle, points: usize) -> Result<()> {
    if !(style.width.is_finite() && style.width >= 0.0) {
        return refuse(format!("a line can't be {} pixels wide", style.width));
    }
    if !(style.miter_limit.is_finite() && style.miter_limit >= 1.0) {
        return refuse(format!("the miter limit {} is less than 1", style.miter_limit));
    }
    if let Some(dash) = &style.dash {
        dash.hold()?;
    }
    style.color.hold("color", points)
}

impl Visual for Line {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        self.stale.points |= self.place.set_transform(transform)?;
        Ok(())
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.prepare(view)?;
        match self.vertices() {
            Some(vertices) if self.style.width > 0.0 => self.place.draw(view, Mode::TriangleStrip, vertices),
            _ => Ok(()),
        }
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        self.prepare(view)?;
        let taken = self.points.len() as u32;
        let Some(vertices) = self.vertices() else { return Ok(taken) };
        self.place.pick(view, first, Mode::TriangleStrip, vertices)?;
        Ok(taken)
    }

    fn bounds(&self) -> Option<Bounds> {
        Bounds::of(&self.points)
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
