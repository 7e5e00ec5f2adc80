//! Lines of millions of points.

use crate::bounds::Bounds;
use crate::color::Color;
use crate::error::{Result, refuse};
use crate::line::once::Once;
use crate::place::{Parts, Place};
use crate::points::{self, Layout};
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glam::DVec3;
use glir_gloo::{BufferUsage, Context, Mode, VertexBuffer};
use glir_shaders::Function;
use glir_transforms::{Transform, origin};

/// Points that are converted at a time, so that millions need no second copy.
const CHUNK: usize = 1 << 14;

/// What stands for a missing point: no number beyond 10³⁷ is taken as data.
pub(crate) const GAP: f32 = 3e38;
pub(crate) const GREATEST: f64 = 1e37;

/// How a [`FastLine`] is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Stroke {
    /// GL's own line strip: one pixel wide, without smooth edges; a vertex a point.
    Hairline,
    /// Smooth, with round joins and so many pixels wide; four vertices a segment, from the same buffers. Needs the feature `instancing`,
    /// which all but the oldest devices of WebGL 1 have.
    Smooth(f32),
}

/// A line of one colour through very many points of the plane.
///
/// ```
/// use glir_gloo::{Clear, Context};
/// use glir_visuals::{Color, FastLine, Stroke, View, Visual};
///
/// let context = Context::new(640, 480)?;
/// let points: Vec<[f64; 2]> = (0..100_000).map(f64::from).map(|x| [x, (x * 1e-3).sin()]).collect();
/// let mut line = FastLine::new(&context, points, Color::BLACK, Stroke::Hairline)?;
/// assert_eq!(line.bytes_a_point(), 8);
/// context.clear(Clear::color([1.0; 4]))?;
/// line.draw(&View::rect([0.0, 1e5, -1.0, 1.0], [0.0, 0.0, 640.0, 480.0]))?;
/// assert!(context.header().requires.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A point takes 8 bytes, and 4 more for each axis on which single floats are too coarse: where they lose more than 2⁻²⁴ of the
/// extent, as of seconds since 1970, or more than 2⁻⁶ of a step between points in order, as of a million samples. It breaks where a point is NaN, infinite or beyond 10³⁷. A point alone
/// is a dot; among others, only of a smooth line. Picking gives one number for all of it.
#[derive(Debug)]
pub struct FastLine {
    place: Place,
    points: Vec<[f64; 2]>,
    stroke: Stroke,
    high: VertexBuffer<[f32; 2]>,
    low: [Option<VertexBuffer<f32>>; 2],
    corners: VertexBuffer<[u8; 2]>,
    color: Color,
    once: Option<Once>,
    stale: bool,
}

impl FastLine {
    /// A line through these points, which it keeps.
    ///
    /// # Errors
    ///
    /// A width that is not a number above 0; more points than a buffer may have.
    pub fn new(
        context: &Context,
        points: impl Into<Vec<[f64; 2]>>,
        color: Color,
        stroke: Stroke,
    ) -> Result<FastLine> {
        let mut line = FastLine {
            place: Place::new(context, "fast line", parts(stroke)?)?,
            points: points.into(),
            stroke,
            high: VertexBuffer::zeros(context, 0)?,
            low: [None, None],
            corners: VertexBuffer::new(context, &[[0u8, 0], [0, 1], [1, 0], [1, 1]])?,
            color,
            once: None,
            stale: true,
        };
        line.set_stroke(stroke)?;
        line.set_color(color)?;
        Ok(line)
    }

    /// Takes other points.
    ///
    /// # Errors
    ///
    /// None before the draw.
    pub fn set_points(&mut self, points: impl Into<Vec<[f64; 2]>>) -> Result<()> {
        self.points = points.into();
        self.stale = true;
        Ok(())
    }

    /// Puts points in place of others, from `first` on: only those are sent.
    ///
    /// # Errors
    ///
    /// Points behind the end.
    pub fn write(&mut self, first: usize, points: &[[f64; 2]]) -> Result<()> {
        let count = self.points.len();
        let Some(place) = first.checked_add(points.len()).and_then(|end| self.points.get_mut(first..end))
        else {
            return refuse(format!(
                "{} points from {first} on reach behind the {count} that there are",
                points.len()
            ));
        };
        place.copy_from_slice(points);
        if !self.stale {
            self.fill(first..first + points.len())?;
        }
        Ok(())
    }

    /// Takes another colour.
    ///
    /// # Errors
    ///
    /// None that a program has not.
    pub fn set_color(&mut self, color: Color) -> Result<()> {
        self.color = color;
        if let Some(once) = &mut self.once {
            once.set_color(color)?;
        }
        self.place.set("u_color", color.clamped())
    }

    /// Lets a smooth line ink each pixel once, however many of its segments share it; else they lie over each other, and where there are many to a pixel
    /// the line grows heavier and its edges hard.
    ///
    /// For this it takes the alpha of what it is drawn on, which must be opaque and hold alpha: it is 1 afterwards, in all of the viewport within
    /// the scissor. Needs the feature `blend-minmax`, which is part of profile es3 and which nearly all devices of WebGL 1 have.
    ///
    /// # Errors
    ///
    /// None before the draw.
    pub fn set_once(&mut self, once: bool) -> Result<()> {
        self.once = match once {
            true => Some(Once::new(self.place.context(), self.color)?),
            false => None,
        };
        Ok(())
    }

    /// Takes another stroke; nothing of the points is sent again.
    ///
    /// # Errors
    ///
    /// A width that is not a number above 0.
    pub fn set_stroke(&mut self, stroke: Stroke) -> Result<()> {
        stroke.hold()?;
        if !stroke.alike(self.stroke) {
            self.place.set_parts(parts(stroke)?)?;
        }
        self.stroke = stroke;
        if let Stroke::Smooth(width) = stroke {
            self.place.set("u_width", width)?;
            self.place.set("a_corner", &self.corners)?;
        }
        self.bind()
    }

    /// The points.
    pub fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Bytes that a point takes in the stream: 8, 12 or 16.
    pub fn bytes_a_point(&self) -> usize {
        if self.stale {
            let [x, y] = self.splits(self.base());
            return 8 + 4 * (usize::from(x) + usize::from(y));
        }
        8 + 4 * self.low.iter().flatten().count()
    }

    /// What is taken from the points before they are sent.
    fn base(&self) -> DVec3 {
        let transform = self.place.data_transform();
        points::base(|| {
            self.points.iter().map(|point| {
                let [x, y] = place(transform, *point);
                [x, y, 0.0]
            })
        })
    }

    /// Which axes need a low part.
    fn splits(&self, base: DVec3) -> [bool; 2] {
        let transform = self.place.data_transform();
        [0, 1].map(|axis| {
            let of = |point: &[f64; 2]| {
                let value = place(transform, *point)[axis];
                [value - base[axis], 0.0, 0.0]
            };
            Layout::over(|| self.points.iter().map(of)).split
        })
    }

    /// Makes buffers for the points as they are.
    fn make(&mut self) -> Result<()> {
        let context = self.place.context().clone();
        let count = self.points.len();
        let base = self.base();
        self.place.set_base(base);
        let splits = self.splits(base);
        // Behind the last point one is missing: it ends the last segment.
        if self.high.len() != count + 1 {
            self.high = VertexBuffer::zeros(&context, count + 1)?;
            self.high.set_usage(BufferUsage::Dynamic)?;
            self.high.set(count, [0.0, GAP])?;
        }
        for (low, split) in self.low.iter_mut().zip(splits) {
            *low = match split {
                true => Some(VertexBuffer::zeros(&context, count + 1)?),
                false => None,
            };
        }
        self.bind()?;
        self.fill(0..count)?;
        self.stale = false;
        Ok(())
    }

    /// Lets the program read the buffers.
    fn bind(&mut self) -> Result<()> {
        let ends: &[(usize, [&str; 3])] = match self.stroke {
            Stroke::Hairline => &[(0, ["a_point", "a_low_x", "a_low_y"])],
            Stroke::Smooth(_) => {
                &[(0, ["a_point", "a_low_x", "a_low_y"]), (1, ["a_next", "a_next_low_x", "a_next_low_y"])]
            }
        };
        let divisor = u32::from(self.stroke != Stroke::Hairline);
        for (skip, [high, low_x, low_y]) in ends {
            self.place.set(high, self.high.view().skip(*skip).divisor(divisor))?;
            for (low, name) in self.low.iter().zip([low_x, low_y]) {
                match low {
                    Some(low) => self.place.set(name, low.view().skip(*skip).divisor(divisor))?,
                    None => self.place.set(name, 0.0f32)?,
                }
            }
        }
        Ok(())
    }

    /// Writes points into the buffers, a chunk at a time.
    fn fill(&mut self, range: std::ops::Range<usize>) -> Result<()> {
        let (transform, base) = (self.place.data_transform(), self.place.base());
        let mut high: Vec<[f32; 2]> = Vec::with_capacity(CHUNK);
        let mut lows: [Vec<f32>; 2] = [Vec::new(), Vec::new()];
        let mut at = range.start;
        while at < range.end {
            let end = (at + CHUNK).min(range.end);
            high.clear();
            lows.iter_mut().for_each(Vec::clear);
            for point in &self.points[at..end] {
                let [x, y] = place(transform, *point);
                let [x, y] = [x - base.x, y - base.y].map(origin::split);
                if x[0].is_nan() || y[0].is_nan() {
                    high.push([0.0, GAP]);
                    lows.iter_mut().for_each(|low| low.push(0.0));
                } else {
                    high.push([x[0], y[0]]);
                    lows[0].push(x[1]);
                    lows[1].push(y[1]);
                }
            }
            self.high.write(at, &high)?;
            for (low, values) in self.low.iter_mut().zip(&lows) {
                if let Some(low) = low {
                    low.write(at, values)?;
                }
            }
            at = end;
        }
        Ok(())
    }

    fn go(&mut self, view: &View, first: Option<u32>) -> Result<()> {
        if self.stale {
            self.make()?;
        }
        let count = self.points.len();
        if count == 0 {
            return Ok(());
        }
        let strip = if count == 1 { Mode::Points } else { Mode::LineStrip };
        let segments = u32::try_from(count).unwrap_or(u32::MAX);
        let mode = Mode::TriangleStrip;
        if let (Stroke::Smooth(_), None, Some(once)) = (self.stroke, first, &mut self.once) {
            self.place.set_state(Once::segments());
            once.begin(view)?;
            self.place.draw_instances(view, mode, 0..4, segments)?;
            return once.end(view);
        }
        self.place.set_state(Vec::new());
        match (self.stroke, first) {
            (Stroke::Hairline, None) => self.place.draw(view, strip, 0..count),
            (Stroke::Hairline, Some(first)) => self.place.pick(view, first, strip, 0..count),
            (Stroke::Smooth(_), None) => self.place.draw_instances(view, mode, 0..4, segments),
            (Stroke::Smooth(_), Some(first)) => self.place.pick_instances(view, first, mode, 0..4, segments),
        }
    }
}

/// A point behind the static part of a transform; NaN in both coordinates where it is not to be drawn.
fn place(transform: &Transform, [x, y]: [f64; 2]) -> [f64; 2] {
    let [x, y, _] = if transform.is_empty() { [x, y, 0.0] } else { transform.map([x, y, 0.0]) };
    if x.abs() <= GREATEST && y.abs() <= GREATEST { [x, y] } else { [f64::NAN; 2] }
}

// y says that a point is missing.
const FROM: &str = "
attribute vec2 a_point;
attribute float a_low_x;
attribute float a_low_y;
bool from(out vec3 high, out vec3 low) {
    high = vec3(a_point, 0.0);
    low = vec3(a_low_x, a_low_y, 0.0);
    return a_point.y < 1e38;
}";

const TO: &str = "
attribute vec2 a_next;
attribute float a_next_low_x;
attribute float a_next_low_y;
bool to(out vec3 high, out vec3 low) {
    high = vec3(a_next, 0.0);
    low = vec3(a_next_low_x, a_next_low_y, 0.0);
    return a_next.y < 1e38;
}";

const COLOR: &str = "uniform vec4 u_color; vec4 color() { return u_color; }";

fn parts(stroke: Stroke) -> Result<Parts> {
    let item = Function::new("one_item", "vec4 item() { return vec4(0.0); }")?;
    let (from, to) = (Function::new("from", FROM)?, Function::new("to", TO)?);
    stroke.parts(&from, &to, Function::new("color", COLOR)?, item)
}

impl Stroke {
    /// The shaders of a stroke through points that functions give: `bool f(out vec3 high, out vec3 low)`, false for a missing one.
    pub(crate) fn parts(
        self,
        from: &Function,
        to: &Function,
        color: Function,
        item: Function,
    ) -> Result<Parts> {
        let (vertex, fragment) = match self {
            Stroke::Hairline => (
                Function::new("strip", include_str!("strip.vert"))?,
                Function::new("strip_color", include_str!("strip.frag"))?,
            ),
            Stroke::Smooth(_) => (
                Function::new("smooth", include_str!("smooth.vert"))?.with("to", to)?,
                Function::new("smooth_stroke", include_str!("smooth.frag"))?,
            ),
        };
        Ok(Parts {
            vertex: vertex.with("from", from)?,
            fragment: fragment.with("color", color)?,
            item: Some(item),
        })
    }

    /// Refuses a width that no line has.
    pub(crate) fn hold(self) -> Result<()> {
        match self {
            Stroke::Smooth(width) if !(width.is_finite() && width > 0.0) => {
                refuse(format!("a line can't be {width} pixels wide"))
            }
            _ => Ok(()),
        }
    }

    /// Whether both are drawn by the same shaders.
    pub(crate) fn alike(self, other: Stroke) -> bool {
        matches!(self, Stroke::Smooth(_)) == matches!(other, Stroke::Smooth(_))
    }
}

impl Visual for FastLine {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        self.stale |= self.place.set_transform(transform)?;
        Ok(())
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.go(view, None)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        self.go(view, Some(first))?;
        Ok(1)
    }

    fn bounds(&self) -> Option<Bounds> {
        Bounds::of(&self.points)
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
