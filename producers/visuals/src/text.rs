//! Text: strings at points of the scene, of a size in pixels.

use crate::bounds::{Bounds, ToPoint};
use crate::color::Color;
use crate::each::Each;
use crate::error::{Result, refuse};
use crate::place::{Parts, Place};
use crate::points;
use crate::typeface::{FIELD, Typeface};
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glam::DVec3;
use glir_gloo::{IndexBuffer, Mode, Vertex, VertexBuffer};
use glir_shaders::Function;
use glir_text::Align;
use glir_transforms::{Transform, origin};

const VERTEX: &str = "
attribute vec3 a_high;
attribute vec3 a_low;
attribute vec2 a_at;
attribute vec2 a_texel;
attribute vec2 a_turn;
attribute vec3 a_offset;
attribute vec4 a_color;
varying vec2 v_texel;
varying float v_size;
varying vec4 v_color;
vec4 $place(vec3 high, vec3 low);
vec2 $pixel(vec4 clip);
vec4 $at_pixel(vec2 pixel, vec4 clip);
void $identify();
void main() {
    $identify();
    v_texel = a_texel;
    v_size = a_offset.z;
    v_color = a_color;
    vec4 clip = $place(a_high, a_low);
    if (!(clip.w > 0.0)) {
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);
        return;
    }
    vec2 anchor = $pixel(clip) + a_offset.xy;
    // Upright and level lines stand on whole pixels.
    if (a_turn.y == 0.0) anchor.y = floor(anchor.y + 0.5);
    if (a_turn.x == 0.0) anchor.x = floor(anchor.x + 0.5);
    vec2 turned = vec2(a_turn.x * a_at.x - a_turn.y * a_at.y, a_turn.y * a_at.x + a_turn.x * a_at.y);
    gl_Position = $at_pixel(anchor + turned, clip);
}";

const FRAGMENT: &str = "
uniform vec4 u_halo;
uniform float u_wider;
varying vec2 v_texel;
varying float v_size;
varying vec4 v_color;
float $glyph(vec2 texel, float size, float light, float wider);
void $finish(vec4 color, float coverage);
void main() {
    vec4 color = u_wider > 0.0 ? vec4(u_halo.rgb, u_halo.a * v_color.a) : v_color;
    float light = dot(color.rgb, vec3(0.299, 0.587, 0.114));
    $finish(vec4(color.rgb, color.a * $glyph(v_texel, v_size, light, u_wider)), 1.0);
}";

/// The most pixels of an em: beyond, fields show their texels.
const MAX_SIZE: f32 = 1000.0;

/// A corner of a glyph, from its string's anchor on.
#[derive(Clone, Copy, Vertex)]
#[repr(C)]
struct Corner {
    at: [f32; 2],
    texel: [u16; 2],
    /// Cosine and sine.
    #[gloo(normalized)]
    turn: [i16; 2],
    /// x, y, and the size, which an attribute of its own would be one too many for: with an item's number there are eight.
    offset: [f32; 3],
}

/// Strings at points of the scene, all in one draw. Their sizes are pixels an em.
///
/// ```
/// use glir_gloo::Context;
/// use glir_text::{Align, AlignX, AlignY};
/// use glir_visuals::{Text, Typeface, View, Visual};
///
/// let context = Context::new(320, 240)?;
/// let typeface = Typeface::sans(&context)?;
/// let mut text = Text::new(&typeface, &["Paris", "Αθήνα", "Київ"], &[[2.35, 48.86], [23.73, 37.98], [30.52, 50.45]])?;
/// text.set_size(12.0)?;
/// text.set_align(Align { x: AlignX::Center, y: AlignY::Bottom })?;
/// text.set_offset([0.0, 4.0])?;
/// text.set_halo("white".parse()?, 1.0)?;
/// text.draw(&View::rect([0.0, 40.0, 30.0, 60.0], [0.0, 0.0, 320.0, 240.0]))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A pick is a string: any point of its letters' boxes. Lines that are level or upright stand on whole pixels.
#[derive(Debug)]
pub struct Text {
    place: Place,
    typeface: Typeface,
    strings: Vec<String>,
    points: Vec<[f64; 3]>,
    sizes: Each<f32>,
    colors: Each<Color>,
    rotations: Each<f32>,
    aligns: Each<Align>,
    offsets: Each<[f32; 2]>,
    stale: Stale,
    /// The strings of the glyphs that are drawn.
    items: Vec<u32>,
    numbered: bool,
    buffers: Option<Buffers>,
    /// The width of the rim, in pixels.
    halo: f32,
}

/// What is to be sent anew.
#[derive(Clone, Copy, Debug, Default)]
struct Stale {
    shapes: bool,
    points: bool,
    colors: bool,
}

#[derive(Debug)]
struct Buffers {
    corners: VertexBuffer<Corner>,
    high: VertexBuffer<[f32; 3]>,
    /// None where floats are fine enough, as for whole pixels.
    low: Option<VertexBuffer<[f32; 3]>>,
    colors: VertexBuffer<[u8; 4]>,
    indices: Triangles,
}

/// Two triangles for each glyph, in the smallest indices that will do.
#[derive(Debug)]
enum Triangles {
    Small(IndexBuffer<u16>),
    Large(IndexBuffer<u32>),
}

impl Text {
    /// Strings at points: 12 pixels high, black, level, anchored at the left end of their first baseline.
    ///
    /// # Errors
    ///
    /// If there are not as many points as strings.
    pub fn new<P: ToPoint>(typeface: &Typeface, strings: &[impl AsRef<str>], points: &[P]) -> Result<Text> {
        let parts = Parts {
            vertex: Function::new("text", VERTEX)?,
            fragment: Function::new("text_fill", FRAGMENT)?.with("glyph", Function::new("glyph", FIELD)?)?,
            item: None,
        };
        let mut place = Place::new(&typeface.context(), "text", parts)?;
        place.set("u_halo", [0.0; 4])?;
        place.set("u_wider", 0.0)?;
        let mut text = Text {
            place,
            typeface: typeface.clone(),
            strings: Vec::new(),
            points: Vec::new(),
            sizes: 12.0.into(),
            colors: Color::BLACK.into(),
            rotations: 0.0.into(),
            aligns: Align::default().into(),
            offsets: [0.0; 2].into(),
            stale: Stale::default(),
            items: Vec::new(),
            numbered: false,
            buffers: None,
            halo: 0.0,
        };
        text.set_data(strings, points)?;
        Ok(text)
    }

    /// Other strings at other points. What was given for each string stays, and must be for as many.
    ///
    /// # Errors
    ///
    /// Lengths that differ; nothing is changed then.
    pub fn set_data<P: ToPoint>(&mut self, strings: &[impl AsRef<str>], points: &[P]) -> Result<()> {
        if strings.len() != points.len() {
            return refuse(format!("{} strings were given {} points", strings.len(), points.len()));
        }
        self.sizes.hold("size", strings.len())?;
        self.colors.hold("color", strings.len())?;
        self.rotations.hold("rotation", strings.len())?;
        self.aligns.hold("align", strings.len())?;
        self.offsets.hold("offset", strings.len())?;
        let strings: Vec<String> = strings.iter().map(|string| string.as_ref().to_owned()).collect();
        let points: Vec<[f64; 3]> = points.iter().map(ToPoint::point).collect();
        // A string at a point that is not finite has no glyphs.
        let shown = |points: &[[f64; 3]]| points.iter().map(is_finite).collect::<Vec<_>>();
        self.stale.shapes |= strings != self.strings || shown(&points) != shown(&self.points);
        self.stale.points |= points != self.points;
        (self.strings, self.points) = (strings, points);
        Ok(())
    }

    /// Pixels an em, up to 1000; strings of other sizes (0, NaN) are not drawn.
    ///
    /// # Errors
    ///
    /// Another number of values than of strings, as for all that is given for each.
    pub fn set_size(&mut self, size: impl Into<Each<f32>>) -> Result<()> {
        let size = size.into();
        size.hold("size", self.strings.len())?;
        self.stale.shapes |= size != self.sizes;
        self.sizes = size;
        Ok(())
    }

    /// The colour.
    ///
    /// # Errors
    ///
    /// As [`set_size`](Self::set_size).
    pub fn set_color(&mut self, color: impl Into<Each<Color>>) -> Result<()> {
        let color = color.into();
        color.hold("color", self.strings.len())?;
        self.stale.colors |= color != self.colors;
        self.colors = color;
        Ok(())
    }

    /// The turn about the anchor, in degrees counterclockwise.
    ///
    /// # Errors
    ///
    /// As [`set_size`](Self::set_size).
    pub fn set_rotation(&mut self, degrees: impl Into<Each<f32>>) -> Result<()> {
        let degrees = degrees.into();
        degrees.hold("rotation", self.strings.len())?;
        self.stale.shapes |= degrees != self.rotations;
        self.rotations = degrees;
        Ok(())
    }

    /// Where strings are anchored at their points.
    ///
    /// # Errors
    ///
    /// As [`set_size`](Self::set_size).
    pub fn set_align(&mut self, align: impl Into<Each<Align>>) -> Result<()> {
        let align = align.into();
        align.hold("align", self.strings.len())?;
        self.stale.shapes |= align != self.aligns;
        self.aligns = align;
        Ok(())
    }

    /// Pixels to the right of and above the point where strings are anchored.
    ///
    /// # Errors
    ///
    /// As [`set_size`](Self::set_size).
    pub fn set_offset(&mut self, offset: impl Into<Each<[f32; 2]>>) -> Result<()> {
        let offset = offset.into();
        offset.hold("offset", self.strings.len())?;
        self.stale.shapes |= offset != self.offsets;
        self.offsets = offset;
        Ok(())
    }

    /// A rim around all letters, behind them, so many pixels wide; 0 for none. Letters' fields allow an eighth of the size.
    ///
    /// # Errors
    ///
    /// None that a program has not.
    pub fn set_halo(&mut self, color: Color, width: f32) -> Result<()> {
        self.halo = if width.is_finite() { width.max(0.0) } else { 0.0 };
        self.place.set("u_halo", color.clamped())
    }

    /// The strings.
    pub fn strings(&self) -> &[String] {
        &self.strings
    }

    /// Sends what has changed. True if there is anything to draw.
    fn prepare(&mut self) -> Result<bool> {
        if self.stale.shapes || self.buffers.is_none() {
            self.send_shapes()?;
        } else {
            if self.stale.points {
                let (high, low) = self.places();
                if let Some(buffers) = &mut self.buffers {
                    buffers.high.write(0, &high)?;
                    match (&mut buffers.low, low) {
                        (Some(buffer), low) => {
                            buffer.write(0, &low.unwrap_or_else(|| vec![[0.0; 3]; high.len()]))?;
                        }
                        (None, Some(low)) => {
                            let buffer = VertexBuffer::new(self.place.context(), &low)?;
                            self.place.set("a_low", &buffer)?;
                            buffers.low = Some(buffer);
                        }
                        (None, None) => {}
                    }
                }
            }
            if self.stale.colors {
                let colors = self.colors();
                if let Some(buffers) = &mut self.buffers {
                    buffers.colors.write(0, &colors)?;
                }
            }
        }
        self.stale = Stale::default();
        self.typeface.give(&mut self.place)?;
        Ok(!self.items.is_empty())
    }

    /// Makes all buffers anew.
    fn send_shapes(&mut self) -> Result<()> {
        let mut corners = Vec::new();
        self.items.clear();
        self.numbered = false;
        for (item, string) in self.strings.iter().enumerate() {
            let size = self.sizes.at(item);
            let drawn = size > 0.0 && size <= MAX_SIZE && self.points.get(item).is_some_and(is_finite);
            if !drawn {
                continue;
            }
            let turn = turn(self.rotations.at(item));
            let level = turn.contains(&0);
            let offset = self.offsets.at(item).map(|part| if part.is_finite() { part } else { 0.0 });
            let layout = self.typeface.layout(string, self.aligns.at(item));
            for line in &layout.lines {
                let baseline = line.baseline * size;
                // A baseline between two rows of pixels would blur the feet of all letters.
                let shift = if level { baseline.round() - baseline } else { 0.0 };
                for glyph in layout.glyphs.get(line.glyphs.clone()).unwrap_or(&[]) {
                    let Some(shape) = self.typeface.shape(glyph.id)? else { continue };
                    let [left, bottom, right, top] = shape.plane;
                    let (x0, x1) = (shape.area.x, shape.area.x + shape.area.width);
                    let (y0, y1) = (shape.area.y, shape.area.y + shape.area.height);
                    for (x, y, texel) in [
                        (left, bottom, [x0, y0]),
                        (right, bottom, [x1, y0]),
                        (left, top, [x0, y1]),
                        (right, top, [x1, y1]),
                    ] {
                        let at = [(glyph.x + x) * size, (glyph.y + y) * size + shift];
                        corners.push(Corner { at, texel, turn, offset: [offset[0], offset[1], size] });
                    }
                    self.items.push(item as u32);
                }
            }
        }
        if self.items.is_empty() {
            self.buffers = None;
            return Ok(());
        }
        let context = self.place.context().clone();
        let (high, low) = self.places();
        let buffers = Buffers {
            corners: VertexBuffer::new(&context, &corners)?,
            high: VertexBuffer::new(&context, &high)?,
            low: low.map(|low| VertexBuffer::new(&context, &low)).transpose()?,
            colors: VertexBuffer::new(&context, &self.colors())?,
            indices: Triangles::new(&context, self.items.len())?,
        };
        for name in ["at", "texel", "turn", "offset"] {
            self.place.set(&format!("a_{name}"), buffers.corners.field(name)?)?;
        }
        self.place.set("a_high", &buffers.high)?;
        match &buffers.low {
            Some(low) => self.place.set("a_low", low)?,
            None => self.place.set("a_low", [0.0_f32; 3])?,
        }
        self.place.set("a_color", buffers.colors.view().normalized())?;
        self.buffers = Some(buffers);
        Ok(())
    }

    fn draw_all(&mut self, view: &View) -> Result<()> {
        match self.buffers.as_ref().map(|buffers| &buffers.indices) {
            Some(Triangles::Small(indices)) => self.place.draw(view, Mode::Triangles, indices),
            Some(Triangles::Large(indices)) => self.place.draw(view, Mode::Triangles, indices),
            None => Ok(()),
        }
    }

    /// The points of all glyphs' corners, in two parts; without the second one where floats are fine enough.
    fn places(&mut self) -> (Vec<[f32; 3]>, Option<Vec<[f32; 3]>>) {
        let mut points = self.points.clone();
        self.place.data_transform().map_all(&mut points);
        let base = points::base(|| points.iter().copied());
        points.iter_mut().for_each(|point| *point = (DVec3::from(*point) - base).to_array());
        self.place.set_base(base);
        let corners =
            || self.items.iter().map(|item| points.get(*item as usize).copied().unwrap_or_default());
        let part =
            |part: usize| corners().flat_map(|corner| [origin::split_point(corner)[part]; 4]).collect();
        let coarse = corners().any(|corner| origin::split_point(corner)[1] != [0.0; 3]);
        let low = coarse && points::split(4 * self.items.len(), corners);
        (part(0), low.then(|| part(1)))
    }

    fn colors(&self) -> Vec<[u8; 4]> {
        self.items.iter().flat_map(|item| [self.colors.at(*item as usize).bytes(); 4]).collect()
    }
}

fn is_finite(point: &[f64; 3]) -> bool {
    point.iter().all(|part| part.is_finite())
}

/// Cosine and sine of an angle, in 32767ths; quarter turns are exact.
fn turn(degrees: f32) -> [i16; 2] {
    let degrees = if degrees.is_finite() { degrees.rem_euclid(360.0) } else { 0.0 };
    let (sine, cosine) = degrees.to_radians().sin_cos();
    [cosine, sine].map(|part| (part * 32_767.0).round() as i16)
}

impl Triangles {
    fn new(context: &glir_gloo::Context, quads: usize) -> Result<Triangles> {
        let corners = |quad: usize| [0, 1, 2, 2, 1, 3].map(move |corner| 4 * quad + corner);
        Ok(if 4 * quads <= usize::from(u16::MAX) {
            let indices: Vec<u16> = (0..quads).flat_map(corners).map(|index| index as u16).collect();
            Triangles::Small(IndexBuffer::new(context, &indices)?)
        } else {
            let indices: Vec<u32> = (0..quads).flat_map(corners).map(|index| index as u32).collect();
            Triangles::Large(IndexBuffer::new(context, &indices)?)
        })
    }
}

impl Visual for Text {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        self.stale.points |= self.place.set_transform(transform)?;
        Ok(())
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        if !self.prepare()? {
            return Ok(());
        }
        // All rims, then all letters: no rim lies over a letter before it.
        if self.halo > 0.0 {
            self.place.set("u_wider", self.halo)?;
            self.draw_all(view)?;
            self.place.set("u_wider", 0.0)?;
        }
        self.draw_all(view)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        let taken = self.strings.len() as u32;
        if !self.prepare()? {
            return Ok(taken);
        }
        if !self.numbered {
            let items: Vec<u32> = self.items.iter().flat_map(|item| [*item; 4]).collect();
            self.place.set_items(&items, 0)?;
            self.numbered = true;
        }
        match self.buffers.as_ref().map(|buffers| &buffers.indices) {
            Some(Triangles::Small(indices)) => self.place.pick(view, first, Mode::Triangles, indices)?,
            Some(Triangles::Large(indices)) => self.place.pick(view, first, Mode::Triangles, indices)?,
            None => {}
        }
        Ok(taken)
    }

    fn bounds(&self) -> Option<Bounds> {
        Bounds::of(&self.points)
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
