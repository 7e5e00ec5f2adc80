//! Points on their way into buffers: as many floats each as their precision asks for.

use crate::bounds::{Bounds, ToPoint};
use crate::error::Result;
use crate::place::Place;
use glam::DVec3;
use glir_gloo::VertexBuffer;
use glir_shaders::Function;
use glir_transforms::{Transform, origin};

/// The points of a visual, mapped by the static part of its transform. What is not finite then is NaN in all coordinates.
pub(crate) fn mapped(points: &[[f64; 3]], transform: &Transform) -> Vec<[f64; 3]> {
    let mut mapped = points.to_vec();
    if !transform.is_empty() {
        transform.map_all(&mut mapped);
    }
    for point in &mut mapped {
        // Beyond single precision nothing could be drawn either.
        if !point.iter().all(|value| (*value as f32).is_finite()) {
            *point = [f64::NAN; 3];
        }
    }
    mapped
}

/// All points as x, y, z.
pub(crate) fn collect<P: ToPoint>(points: &[P]) -> Vec<[f64; 3]> {
    points.iter().copied().map(ToPoint::point).collect()
}

/// How points lie in buffers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// All z are 0: two floats will do.
    pub(crate) flat: bool,
    /// A float is too coarse for them: there is a low part, too.
    pub(crate) split: bool,
}

/// What is taken from points, in double precision, before they become pairs of floats: so these have 2⁻⁴⁸ of the data's extent, and
/// not of its distance from 0, which for microseconds since 1970 would be 4 of them. A round number near the middle, so that data
/// over the same span have the same; 0 on axes that do not need it.
pub(crate) fn base<I: Iterator<Item = [f64; 3]>>(points: impl Fn() -> I) -> DVec3 {
    let Some(bounds) = Bounds::of(points()) else { return DVec3::ZERO };
    let (size, center) = (bounds.size(), bounds.center());
    let mut far = [0, 1, 2].map(|axis| {
        // What does not change has no extent to be measured by: there it is absolute, as of fractions of seconds.
        center[axis].abs() > if size[axis] > 0.0 { 4.0 * size[axis] } else { FAR }
    });
    for (axis, far) in far.iter_mut().enumerate().filter(|(_, far)| **far) {
        *far = points().map(|point| point[axis]).any(|value| {
            let [high, low] = origin::split(value).map(f64::from);
            value.is_finite() && high + low != value
        });
    }
    let mut base = DVec3::ZERO;
    for axis in (0..3).filter(|axis| far[*axis]) {
        let step = size[axis].log2().floor().exp2();
        let round = (center[axis] / step).round() * step;
        base[axis] = if round.is_finite() && step > 0.0 { round } else { f64::from(center[axis] as f32) };
    }
    base
}

/// From here on what a pair of floats loses of a number counts by itself.
const FAR: f64 = 16_777_216.0;

/// So many points get their low parts whenever they have any.
const FEW: usize = 1 << 16;

/// Whether these points in space are sent with their low parts.
pub(crate) fn split<I: Iterator<Item = [f64; 3]>>(count: usize, points: impl Fn() -> I) -> bool {
    count <= FEW || Layout::over(points).split
}

impl Layout {
    /// For very many points, which are gone through twice at most. Low parts stay where single floats lose more than 2⁻²⁴ of the
    /// extent on an axis, or, where the points are in order on it, more than 2⁻⁶ of a step: then neighbours, however far one zooms
    /// in, stand where they should.
    pub(crate) fn over<I: Iterator<Item = [f64; 3]>>(points: impl Fn() -> I) -> Layout {
        let Some(bounds) = Bounds::of(points()) else { return Layout { flat: true, split: false } };
        let (min, max, size) = (bounds.min, bounds.max, bounds.size());
        let mut coarse = [false; 3];
        // The last value, how finely the steps so far are seen by floats, and whether all went one way.
        let mut last = [f64::NAN; 3];
        let mut fine = [true; 3];
        let mut ways = [[false; 2]; 3];
        for point in points() {
            for axis in 0..3 {
                let value = point[axis];
                let lost = f64::from(origin::split(value)[1]).abs();
                coarse[axis] |= lost > size[axis] * 2f64.powi(-24);
                let step = value - last[axis];
                if step != 0.0 && step.is_finite() {
                    ways[axis][usize::from(step > 0.0)] = true;
                    fine[axis] &= lost <= step.abs() * 2f64.powi(-6);
                }
                if value.is_finite() {
                    last[axis] = value;
                }
            }
        }
        let split = (0..3).any(|axis| coarse[axis] || !fine[axis] && ways[axis] != [true; 2]);
        Layout { flat: min.z == 0.0 && max.z == 0.0, split }
    }
}

/// Points as a visual keeps them: two numbers each, or three.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    Flat(Vec<[f64; 2]>),
    Solid(Vec<[f64; 3]>),
}

impl Data {
    pub(crate) fn new<P: ToPoint>(points: &[P]) -> Data {
        let points = points.iter().copied().map(ToPoint::point);
        if P::FLAT {
            Data::Flat(points.map(|[x, y, _]| [x, y]).collect())
        } else {
            Data::Solid(points.collect())
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Data::Flat(points) => points.len(),
            Data::Solid(points) => points.len(),
        }
    }

    pub(crate) fn bounds(&self) -> Option<Bounds> {
        match self {
            Data::Flat(points) => Bounds::of(points),
            Data::Solid(points) => Bounds::of(points),
        }
    }

    /// A point behind the static part of a transform; NaN if it is not to be drawn.
    pub(crate) fn placed(&self, index: usize, transform: &Transform) -> [f64; 3] {
        let point = match self {
            Data::Flat(points) => points[index].point(),
            Data::Solid(points) => points[index],
        };
        let point = if transform.is_empty() { point } else { transform.map(point) };
        if point.iter().all(|value| (*value as f32).is_finite()) { point } else { [f64::NAN; 3] }
    }

    /// The numbers of the points that are drawn; none if that is all of them.
    pub(crate) fn drawn(&self, transform: &Transform) -> Option<Vec<u32>> {
        let good = |index: &u32| !self.placed(*index as usize, transform)[0].is_nan();
        let count = self.len() as u32;
        (!(0..count).all(|index| good(&index))).then(|| (0..count).filter(good).collect())
    }
}

/// Points converted at a time, so that millions need no second copy.
const CHUNK: usize = 1 << 14;

/// Whether single floats lose anything of a point.
fn inexact(point: &[f64; 3]) -> bool {
    point.iter().any(|value| origin::split(*value)[1].abs() > 0.0)
}

/// What has come of [`Points::fill`].
pub(crate) struct Filled {
    /// The buffers are new.
    pub(crate) new: bool,
    /// What was taken from the points: see [`base`].
    pub(crate) base: DVec3,
}

/// Points in buffers: flat ones as x, y or, split, as x, y and their low parts; others in one buffer, or two.
#[derive(Debug)]
pub(crate) enum Points {
    Flat(VertexBuffer<[f32; 2]>),
    FlatSplit(VertexBuffer<[f32; 4]>),
    Solid(VertexBuffer<[f32; 3]>),
    SolidSplit(VertexBuffer<[f32; 3]>, VertexBuffer<[f32; 3]>),
}

impl Points {
    fn layout(&self) -> Layout {
        let flat = matches!(self, Points::Flat(_) | Points::FlatSplit(_));
        Layout { flat, split: matches!(self, Points::FlatSplit(_) | Points::SolidSplit(..)) }
    }

    fn len(&self) -> usize {
        match self {
            Points::Flat(buffer) => buffer.len(),
            Points::FlatSplit(buffer) => buffer.len(),
            Points::Solid(buffer) | Points::SolidSplit(buffer, _) => buffer.len(),
        }
    }

    fn zeros(place: &Place, layout: Layout, count: usize) -> Result<Points> {
        let context = place.context();
        Ok(match (layout.flat, layout.split) {
            (true, false) => Points::Flat(VertexBuffer::zeros(context, count)?),
            (true, true) => Points::FlatSplit(VertexBuffer::zeros(context, count)?),
            (false, false) => Points::Solid(VertexBuffer::zeros(context, count)?),
            (false, true) => {
                Points::SolidSplit(VertexBuffer::zeros(context, count)?, VertexBuffer::zeros(context, count)?)
            }
        })
    }

    /// Buffers of `count` points, each `times` over: those that there are, where they are as long and lie alike; else new ones. The
    /// place is to be told what they are about.
    pub(crate) fn fill(
        points: &mut Option<Points>,
        place: &Place,
        count: usize,
        at: impl Fn(usize) -> [f64; 3],
        times: usize,
    ) -> Result<Filled> {
        let base = base(|| (0..count).map(&at));
        let at = |index: usize| (DVec3::from(at(index)) - base).to_array();
        let mut layout = Layout::over(|| (0..count).map(at));
        if count <= FEW {
            // Few points are kept exactly.
            layout.split = (0..count).any(|index| inexact(&at(index)));
        }
        let vertices = count.saturating_mul(times);
        let same =
            points.as_ref().is_some_and(|points| points.len() == vertices && points.layout() == layout);
        if !same {
            *points = Some(Points::zeros(place, layout, vertices)?);
        }
        let Some(points) = points else { return Ok(Filled { new: false, base }) };
        for first in (0..count).step_by(CHUNK) {
            let halves = (first..count.min(first + CHUNK)).flat_map(|index| {
                // What is not drawn must not trouble who reads it.
                let point = at(index).map(|value| if value.is_finite() { value } else { 0.0 });
                std::iter::repeat_n(origin::split_point(point), times)
            });
            points.write(first * times, halves)?;
        }
        Ok(Filled { new: !same, base })
    }

    fn write(&mut self, first: usize, halves: impl Iterator<Item = [[f32; 3]; 2]>) -> Result<()> {
        match self {
            Points::Flat(buffer) => {
                buffer.write(first, &halves.map(|[high, _]| [high[0], high[1]]).collect::<Vec<_>>())?;
            }
            Points::FlatSplit(buffer) => {
                let both = |[high, low]: [[f32; 3]; 2]| [high[0], high[1], low[0], low[1]];
                buffer.write(first, &halves.map(both).collect::<Vec<_>>())?;
            }
            Points::Solid(buffer) => {
                buffer.write(first, &halves.map(|[high, _]| high).collect::<Vec<_>>())?;
            }
            Points::SolidSplit(high, low) => {
                let (highs, lows): (Vec<_>, Vec<_>) = halves.map(|[high, low]| (high, low)).unzip();
                high.write(first, &highs)?;
                low.write(first, &lows)?;
            }
        }
        Ok(())
    }

    /// `void f(out vec3 high, out vec3 low)`, which reads points as the attributes `a_{name}` of this layout.
    pub(crate) fn function(layout: Layout, name: &str) -> Result<Function> {
        let (attributes, high, low) = match (layout.flat, layout.split) {
            (true, false) => {
                (format!("attribute vec2 a_{name};"), format!("vec3(a_{name}, 0.0)"), "vec3(0.0)".to_owned())
            }
            (true, true) => (
                format!("attribute vec4 a_{name};"),
                format!("vec3(a_{name}.xy, 0.0)"),
                format!("vec3(a_{name}.zw, 0.0)"),
            ),
            (false, false) => {
                (format!("attribute vec3 a_{name};"), format!("a_{name}"), "vec3(0.0)".to_owned())
            }
            (false, true) => (
                format!("attribute vec3 a_{name};\nattribute vec3 a_{name}_low;"),
                format!("a_{name}"),
                format!("a_{name}_low"),
            ),
        };
        let source = format!(
            "{attributes}\nvoid point_{name}(out vec3 high, out vec3 low) {{ high = {high}; low = {low}; }}"
        );
        Ok(Function::new(&format!("point_{name}"), &source)?)
    }

    /// Lets a program read them by [`function`](Self::function)'s attributes, from so many vertices on.
    pub(crate) fn bind(&self, place: &mut Place, name: &str, skip: usize) -> Result<()> {
        let name = format!("a_{name}");
        match self {
            Points::Flat(buffer) => place.set(&name, buffer.view().skip(skip)),
            Points::FlatSplit(buffer) => place.set(&name, buffer.view().skip(skip)),
            Points::Solid(buffer) => place.set(&name, buffer.view().skip(skip)),
            Points::SolidSplit(high, low) => {
                place.set(&name, high.view().skip(skip))?;
                place.set(&format!("{name}_low"), low.view().skip(skip))
            }
        }
    }
}

/// The layout of buffers; the simplest where there are none yet.
pub(crate) fn layout(points: Option<&Points>) -> Layout {
    points.map_or(Layout { flat: true, split: false }, Points::layout)
}
