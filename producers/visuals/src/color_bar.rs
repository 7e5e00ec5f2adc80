//! Colour bars: a colour map beside an axis that tells what its colours mean.

use crate::axis::{Axis, Side, canvas_of};
use crate::bounds::Bounds;
use crate::colormap::Colormap;
use crate::error::{Error, Result, refuse};
use crate::place::{Parts, Place};
use crate::ticks::Scale;
use crate::typeface::Typeface;
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glir_gloo::{Mode, VertexBuffer};
use glir_shaders::Function;
use glir_transforms::Transform;

// The frame lies around the colours; both reach whole pixels.
const VERTEX: &str = "
attribute vec2 a_corner;
uniform vec4 u_viewport;
uniform vec2 u_canvas;
varying vec2 v_pixel;
void $identify();
void main() {
    $identify();
    vec2 low = floor(u_viewport.xy + 0.5);
    vec2 high = floor(u_viewport.xy + u_viewport.zw + 0.5) + 1.0;
    v_pixel = mix(low, high, a_corner);
    gl_Position = vec4(v_pixel / u_canvas * 2.0 - 1.0, 0.0, 1.0);
}";

const FRAGMENT: &str = "
uniform vec4 u_viewport;
uniform vec4 u_frame;
uniform float u_upright;
uniform float u_backward;
uniform sampler2D u_colors;
varying vec2 v_pixel;
void $finish(vec4 color, float coverage);
void main() {
    vec2 low = floor(u_viewport.xy + 0.5);
    vec2 high = floor(u_viewport.xy + u_viewport.zw + 0.5);
    vec2 at = (v_pixel - low) / max(high - low, 1.0);
    float share = u_upright > 0.5 ? at.y : at.x;
    if (u_backward > 0.5) share = 1.0 - share;
    vec4 color = texture2D(u_colors, vec2((clamp(share, 0.0, 1.0) * 255.0 + 0.5) / 256.0, 0.5));
    if (v_pixel.x < low.x + 1.0 || v_pixel.y < low.y + 1.0 || v_pixel.x > high.x || v_pixel.y > high.y) color = u_frame;
    $finish(color, 1.0);
}";

const ITEM: &str = "vec4 item() { return vec4(0.0); }";

/// A colour map in the rectangle that a view's viewport is, with an axis along a side. The view's range does not matter.
///
/// ```
/// use glir_visuals::{ColorBar, Colormap, Side, Typeface, View, Visual};
///
/// let context = glir_gloo::Context::new(640, 480)?;
/// let mut bar = ColorBar::new(&Typeface::sans(&context)?, &Colormap::named("viridis")?, [0.0, 3.5], Side::Right)?;
/// bar.set_title("Speed (m/s)")?;
/// context.set_viewport(None)?; // the axis reaches beyond the rectangle
/// bar.draw(&View::pixels([560.0, 40.0, 16.0, 400.0]))?;
/// # Ok::<(), glir_visuals::Error>(())
/// ```
#[derive(Debug)]
pub struct ColorBar {
    place: Place,
    axis: Axis,
    side: Side,
    limits: [f64; 2],
    typeface: Typeface,
}

impl ColorBar {
    /// A bar from the first limit (left, or below) to the second one, with its axis on a side: right or left of an upright one, below or
    /// above a level one.
    ///
    /// # Errors
    ///
    /// Limits that are not finite, or equal.
    pub fn new(typeface: &Typeface, colors: &Colormap, limits: [f64; 2], side: Side) -> Result<ColorBar> {
        let context = typeface.context();
        let parts = Parts {
            vertex: Function::new("color_bar", VERTEX)?,
            fragment: Function::new("color_bar_fill", FRAGMENT)?,
            item: Some(Function::new("item", ITEM)?),
        };
        let mut place = Place::new(&context, "colour bar", parts)?;
        let corners = [[0.0_f32, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]];
        place.set("a_corner", &VertexBuffer::new(&context, &corners)?)?;
        place.set("u_upright", if side.is_horizontal() { 0.0 } else { 1.0 })?;
        place.set("u_backward", 0.0)?;
        let mut axis = Axis::new(typeface, side)?;
        let mut style = axis.style().clone();
        (style.spine, style.minor) = (false, false);
        place.set("u_frame", style.color.clamped())?;
        axis.set_style(style)?;
        let mut bar = ColorBar { place, axis, side, limits: [0.0, 1.0], typeface: typeface.clone() };
        bar.set_colormap(colors)?;
        bar.set_limits(limits)?;
        Ok(bar)
    }

    /// Other colours.
    ///
    /// # Errors
    ///
    /// Too many objects in the context.
    pub fn set_colormap(&mut self, colors: &Colormap) -> Result<()> {
        let texture = colors.texture(&self.typeface.context())?;
        self.place.set("u_colors", &texture)
    }

    /// Which numbers have the first and the last colour. The bar runs from the lesser to the greater one.
    ///
    /// # Errors
    ///
    /// Limits that are not finite, or equal.
    pub fn set_limits(&mut self, limits: [f64; 2]) -> Result<()> {
        if !(limits[0].is_finite() && limits[1].is_finite()) || limits[0] == limits[1] {
            return refuse(format!(
                "a colour bar's limits are two finite numbers; {} and {} were given",
                limits[0], limits[1]
            ));
        }
        self.limits = limits;
        self.axis.keep_range();
        self.place.set("u_backward", if limits[0] > limits[1] { 1.0 } else { 0.0 })
    }

    /// What the limits mean: numbers, decimal logarithms, or times.
    ///
    /// # Errors
    ///
    /// None that a program has not.
    pub fn set_scale(&mut self, scale: Scale) -> Result<()> {
        self.axis.set_scale(scale)
    }

    /// The words beside it; empty for none.
    ///
    /// # Errors
    ///
    /// As [`Axis::set_title`].
    pub fn set_title(&mut self, title: &str) -> Result<()> {
        self.axis.set_title(title)
    }

    /// Its axis, to style it.
    pub fn axis_mut(&mut self) -> &mut Axis {
        &mut self.axis
    }

    /// The pixels that its axis takes beside the rectangle.
    pub fn room(&mut self, view: &View) -> f64 {
        let view = self.view(view);
        self.axis.room(&view)
    }

    /// The limits, seen in the view's rectangle.
    fn view(&self, view: &View) -> View {
        let [low, high] = [self.limits[0].min(self.limits[1]), self.limits[0].max(self.limits[1])];
        let rect = if self.side.is_horizontal() { [low, high, 0.0, 1.0] } else { [0.0, 1.0, low, high] };
        View::rect(rect, view.viewport)
    }

    fn prepare(&mut self) -> Result<()> {
        let canvas = canvas_of(&self.typeface.context());
        self.place.set("u_canvas", canvas)?;
        self.place.set("u_frame", self.axis.style().color.clamped())
    }
}

impl Visual for ColorBar {
    /// Refused, but for none: a colour bar lies on the canvas.
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        if transform.is_empty() {
            return Ok(());
        }
        Err(Error::Data("a colour bar takes no transform: it lies on the canvas".into()))
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)?;
        self.axis.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.prepare()?;
        self.place.draw(view, Mode::TriangleStrip, ..)?;
        let view = self.view(view);
        self.axis.draw(&view)
    }

    /// All of it is one item.
    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        self.prepare()?;
        self.place.pick(view, first, Mode::TriangleStrip, ..)?;
        let view = self.view(view);
        self.axis.pick(&view, first)
    }

    fn bounds(&self) -> Option<Bounds> {
        None
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots().into_iter().chain(self.axis.programs()).collect()
    }
}
