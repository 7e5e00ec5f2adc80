//! Filled rectangles with their sides along the axes: bars, swatches, backgrounds.

use crate::bounds::Bounds;
use crate::color::Color;
use crate::each::Each;
use crate::error::Result;
use crate::place::{Parts, Place};
use crate::points;
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glam::DVec3;
use glir_gloo::{Context, Mode, Vertex, VertexBuffer};
use glir_shaders::Function;
use glir_transforms::{Transform, origin};

const VERTEX: &str = "
attribute vec2 a_from_high;
attribute vec2 a_from_low;
attribute vec2 a_to_high;
attribute vec2 a_to_low;
attribute vec2 a_corner;
attribute vec4 a_color;
varying vec4 v_color;
vec4 $place(vec3 high, vec3 low);
vec2 $pixel(vec4 clip);
vec4 $at_pixel(vec2 pixel, vec4 clip);
void $identify();
void main() {
    $identify();
    v_color = a_color;
    vec4 from = $place(vec3(a_from_high, 0.0), vec3(a_from_low, 0.0));
    vec4 to = $place(vec3(a_to_high, 0.0), vec3(a_to_low, 0.0));
    vec2 one = floor($pixel(from) + 0.5);
    vec2 other = floor($pixel(to) + 0.5);
    // Sides on whole pixels, and never less than one pixel apart.
    vec2 low = min(one, other);
    vec2 high = max(max(one, other), low + 1.0);
    gl_Position = $at_pixel(mix(low, high, a_corner), from);
}";

const FRAGMENT: &str = "
varying vec4 v_color;
void $finish(vec4 color, float coverage);
void main() { $finish(v_color, 1.0); }";

/// A corner of a rectangle.
#[derive(Clone, Copy, Vertex)]
#[repr(C)]
struct Corner {
    from_high: [f32; 2],
    from_low: [f32; 2],
    to_high: [f32; 2],
    to_low: [f32; 2],
    corner: [u8; 2],
    #[gloo(normalized)]
    color: [u8; 4],
}

/// Which corner each of a rectangle's six vertices is.
const CORNERS: [[u8; 2]; 6] = [[0, 0], [1, 0], [0, 1], [1, 0], [1, 1], [0, 1]];

/// Rectangles of one colour each: left, bottom, right and top of each in the plane.
///
/// ```
/// use glir_gloo::{Clear, Context};
/// use glir_visuals::{Color, Rectangles, View, Visual};
///
/// let context = Context::new(320, 240)?;
/// let counts = [2.0, 5.0, 3.0];
/// let bars: Vec<[f64; 4]> = (0..3).map(|i| [i as f64, 0.0, i as f64 + 0.9, counts[i]]).collect();
/// let mut bars = Rectangles::new(&context, &bars, Color::rgb8(0, 114, 178))?;
/// context.clear(Clear::color([1.0; 4]))?;
/// bars.draw(&View::rect([0.0, 3.0, 0.0, 6.0], [0.0, 0.0, 320.0, 240.0]))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Sides stand on whole pixels, so that they are sharp and neighbours leave no gap; a side is never shorter than a pixel, so that none
/// is lost. Those with an edge that is not finite are not drawn. A pick is a rectangle.
#[derive(Debug)]
pub struct Rectangles {
    place: Place,
    rectangles: Vec<[f64; 4]>,
    color: Each<Color>,
    /// The numbers of those that are drawn.
    items: Vec<u32>,
    stale: bool,
    numbered: bool,
}

impl Rectangles {
    /// Rectangles by left, bottom, right and top; one colour, or one for each.
    ///
    /// # Errors
    ///
    /// A list of colours of another length.
    pub fn new(
        context: &Context,
        rectangles: &[[f64; 4]],
        color: impl Into<Each<Color>>,
    ) -> Result<Rectangles> {
        let color = color.into();
        color.hold("color", rectangles.len())?;
        let parts = Parts {
            vertex: Function::new("rectangles", VERTEX)?,
            fragment: Function::new("rectangles_fill", FRAGMENT)?,
            item: None,
        };
        let place = Place::new(context, "rectangles", parts)?;
        let (rectangles, items) = (rectangles.to_vec(), Vec::new());
        Ok(Rectangles { place, rectangles, color, items, stale: true, numbered: false })
    }

    /// Other rectangles, and their colours.
    ///
    /// # Errors
    ///
    /// A list of colours of another length; nothing is changed then.
    pub fn set(&mut self, rectangles: &[[f64; 4]], color: impl Into<Each<Color>>) -> Result<()> {
        let color = color.into();
        color.hold("color", rectangles.len())?;
        (self.rectangles, self.color, self.stale) = (rectangles.to_vec(), color, true);
        Ok(())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rectangles.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rectangles.is_empty()
    }

    fn prepare(&mut self) -> Result<()> {
        if !std::mem::take(&mut self.stale) {
            return Ok(());
        }
        let transform = self.place.data_transform().clone();
        let ends = |[left, bottom, right, top]: &[f64; 4]| {
            [[*left, *bottom, 0.0], [*right, *top, 0.0]].map(|end| transform.map(end))
        };
        let base = points::base(|| self.rectangles.iter().flat_map(ends));
        self.place.set_base(base);
        let mut corners = Vec::with_capacity(6 * self.rectangles.len());
        self.items.clear();
        for (item, rectangle) in self.rectangles.iter().enumerate() {
            let ends = ends(rectangle).map(|end| (DVec3::from(end) - base).to_array());
            if !ends.iter().flatten().all(|part| part.is_finite()) {
                continue;
            }
            let [[from_high, from_low], [to_high, to_low]] =
                ends.map(|end| origin::split_point(end).map(|[x, y, _]| [x, y]));
            let color = self.color.at(item).bytes();
            corners.extend(CORNERS.map(|corner| Corner {
                from_high,
                from_low,
                to_high,
                to_low,
                corner,
                color,
            }));
            self.items.push(item as u32);
        }
        self.numbered = false;
        let buffer = VertexBuffer::new(self.place.context(), &corners)?;
        for field in ["from_high", "from_low", "to_high", "to_low", "corner", "color"] {
            self.place.set(&format!("a_{field}"), buffer.field(field)?)?;
        }
        Ok(())
    }
}

impl Visual for Rectangles {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        self.stale |= self.place.set_transform(transform)?;
        Ok(())
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.prepare()?;
        if self.items.is_empty() {
            return Ok(());
        }
        self.place.draw(view, Mode::Triangles, ..)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        self.prepare()?;
        if !self.items.is_empty() {
            if !self.numbered {
                let items: Vec<u32> = self.items.iter().flat_map(|item| [*item; 6]).collect();
                self.place.set_items(&items, 0)?;
                self.numbered = true;
            }
            self.place.pick(view, first, Mode::Triangles, ..)?;
        }
        Ok(self.rectangles.len() as u32)
    }

    fn bounds(&self) -> Option<Bounds> {
        let whole = self.rectangles.iter().filter(|rectangle| rectangle.iter().all(|edge| edge.is_finite()));
        Bounds::of(whole.flat_map(|[left, bottom, right, top]| [[*left, *bottom], [*right, *top]]))
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
