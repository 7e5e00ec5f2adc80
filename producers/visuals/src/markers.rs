//! Markers: shapes at points, by signed distance.

use crate::bounds::{Bounds, ToPoint};
use crate::color::Color;
use crate::each::Each;
use crate::error::{Result, refuse};
use crate::place::{Depth, Parts, Place};
use crate::points::{self, Data, Layout, Points};
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glir_gloo::{Context, Element, Mode, VertexBuffer};
use glir_shaders::Function;
use glir_transforms::Transform;

mod symbol;

pub use symbol::Symbol;

/// The greatest sprite that every device draws well enough: WebGL promises 1 pixel, and all known devices have 63 or more.
const MAX_SPRITE: f32 = 62.0;

/// From so many markers on they are sprites, if they are small.
const MANY: usize = 20_000;

/// What markers are measured in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SizeUnit {
    /// Pixels: as large however far the view is zoomed.
    #[default]
    Pixels,
    /// Units of the scene, as they lie across the view.
    Scene,
}

/// How markers look.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkerStyle {
    /// The shape.
    pub symbol: Each<Symbol>,
    /// The diameter of the disc; other shapes are about as large. What is not above 0 is not drawn.
    pub size: Each<f32>,
    /// What sizes are measured in.
    pub unit: SizeUnit,
    /// The colour of the inside.
    pub color: Each<Color>,
    /// The colour of the edge.
    pub edge_color: Each<Color>,
    /// The width of the edge in pixels, half of it inside; 0 for none.
    pub edge_width: f32,
    /// Radians, against the clock.
    pub angle: Each<f32>,
}

impl Default for MarkerStyle {
    fn default() -> Self {
        MarkerStyle {
            symbol: Each::One(Symbol::Disc),
            size: Each::One(8.0),
            unit: SizeUnit::Pixels,
            color: Each::One(Color::rgb(0.0, 0.447, 0.698)),
            edge_color: Each::One(Color::BLACK),
            edge_width: 0.0,
            angle: Each::One(0.0),
        }
    }
}

/// Shapes at points, in two dimensions or three.
///
/// ```
/// use glir_gloo::{Clear, Context};
/// use glir_visuals::{Color, MarkerStyle, Markers, Symbol, View, Visual};
///
/// let context = Context::new(640, 480)?;
/// let points = [[0.0, 0.0], [1.0, 2.0], [2.0, 0.5], [f64::NAN, 0.0]];
/// let style = MarkerStyle {
///     size: vec![10.0, 200.0, 30.0, 40.0].into(),
///     symbol: Symbol::Heart.into(),
///     color: Color::rgb8(204, 121, 167).into(),
///     edge_width: 1.5,
///     ..MarkerStyle::default()
/// };
/// let mut markers = Markers::new(&context, &points, style)?;
/// context.clear(Clear::color([1.0; 4]))?;
/// markers.draw(&View::rect([-1.0, 3.0, -1.0, 3.0], [0.0, 0.0, 640.0, 480.0]))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Each attribute is one for all, which costs nothing, or one for each. Where there is one shape for all, its distance alone is in
/// the shader. Picking gives a marker's number.
///
/// # Sprites and triangles
///
/// Devices draw points up to some size only (1 pixel is promised, about 64 is usual), and drop those whose middle is outside of the
/// picture, so that a marker at its border would vanish all at once. So a marker is a triangle around it, which has
/// neither fault, takes three vertices and no feature of the stream. From 20,000 markers on, where a size in pixels says that all
/// stay below 62, they are points instead: one vertex each, which is 8 or 16 bytes.
#[derive(Debug)]
pub struct Markers {
    place: Place,
    data: Data,
    style: MarkerStyle,
    drawn: Option<Vec<u32>>,
    buffers: Option<Points>,
    sprites: bool,
    symbols: Vec<Symbol>,
    numbered: bool,
    bound: bool,
    /// For so many markers the stream has the triangles' corners.
    corners: usize,
    stale: Stale,
}

/// What has to be sent before the next draw.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Stale {
    points: bool,
    size: bool,
    symbol: bool,
    color: bool,
    edge_color: bool,
    angle: bool,
}

const ALL_STALE: Stale =
    Stale { points: true, size: true, symbol: true, color: true, edge_color: true, angle: true };

impl Markers {
    /// Markers at these points.
    ///
    /// # Errors
    ///
    /// Attributes that are not as many as points; an edge whose width is below 0.
    pub fn new<P: ToPoint>(context: &Context, points: &[P], style: MarkerStyle) -> Result<Markers> {
        let data = Data::new(points);
        hold(&style, data.len())?;
        let sprites = sprites(&style, data.len());
        let symbols = symbols(&style);
        let mut markers = Markers {
            place: Place::new(context, "markers", parts(sprites, &symbols, points::layout(None))?)?,
            data,
            style,
            drawn: None,
            buffers: None,
            sprites,
            symbols,
            numbered: false,
            bound: false,
            corners: 0,
            stale: ALL_STALE,
        };
        markers.send_edge()?;
        Ok(markers)
    }

    /// Takes other points and another style at once, where there are more or fewer of both.
    ///
    /// # Errors
    ///
    /// As [`Markers::new`]; the markers then stay as they were.
    pub fn set<P: ToPoint>(&mut self, points: &[P], style: MarkerStyle) -> Result<()> {
        hold(&style, points.len())?;
        self.data = Data::new(points);
        self.stale = ALL_STALE;
        self.set_style(style)
    }

    /// Takes other points.
    ///
    /// # Errors
    ///
    /// If an attribute has a value for each point, and there are not as many.
    pub fn set_points<P: ToPoint>(&mut self, points: &[P]) -> Result<()> {
        hold(&self.style, points.len())?;
        let other_count = points.len() != self.data.len();
        self.data = Data::new(points);
        self.stale.points = true;
        if other_count {
            self.stale = ALL_STALE;
        }
        Ok(())
    }

    /// Takes another style. Only what differs is sent.
    ///
    /// # Errors
    ///
    /// As [`Markers::new`]; the markers then stay as they were.
    pub fn set_style(&mut self, style: MarkerStyle) -> Result<()> {
        hold(&style, self.data.len())?;
        let before = std::mem::replace(&mut self.style, style);
        self.stale.size |= before.size != self.style.size;
        self.stale.symbol |= before.symbol != self.style.symbol;
        self.stale.color |= before.color != self.style.color;
        self.stale.edge_color |= before.edge_color != self.style.edge_color;
        self.stale.angle |= before.angle != self.style.angle;
        self.send_edge()
    }

    /// How they look.
    pub fn style(&self) -> &MarkerStyle {
        &self.style
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.data.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is done with depth; at first nothing.
    pub fn set_depth(&mut self, depth: Depth) {
        self.place.set_depth(depth);
    }

    fn send_edge(&mut self) -> Result<()> {
        let scene = if self.style.unit == SizeUnit::Scene { 1.0 } else { 0.0 };
        self.place.set("u_edge", [self.style.edge_width, scene])
    }

    /// Vertices of a marker.
    fn times(&self) -> usize {
        if self.sprites { 1 } else { 3 }
    }

    fn prepare(&mut self) -> Result<()> {
        let sprites = sprites(&self.style, self.data.len());
        let symbols = symbols(&self.style);
        let mut other_parts = sprites != self.sprites || symbols != self.symbols;
        if sprites != self.sprites {
            self.stale = ALL_STALE;
            self.numbered = false;
            self.corners = 0;
        }
        (self.sprites, self.symbols) = (sprites, symbols);
        let times = self.times();
        if self.stale.points {
            let transform = self.place.data_transform();
            let drawn = self.data.drawn(transform);
            if drawn != self.drawn {
                (self.drawn, self.stale, self.numbered) = (drawn, ALL_STALE, false);
            }
            let number = |index: usize| self.drawn.as_ref().map_or(index, |drawn| drawn[index] as usize);
            let at = |index: usize| self.data.placed(number(index), transform);
            let before = points::layout(self.buffers.as_ref());
            let count = self.drawn.as_ref().map_or(self.data.len(), Vec::len);
            let filled = Points::fill(&mut self.buffers, &self.place, count, at, times)?;
            if filled.new {
                self.numbered = false;
                self.bound = false;
            }
            self.place.set_base(filled.base);
            other_parts |= points::layout(self.buffers.as_ref()) != before;
        }
        if other_parts {
            let layout = points::layout(self.buffers.as_ref());
            self.place.set_parts(parts(self.sprites, &self.symbols, layout)?)?;
            self.stale.symbol = true;
        }
        if !self.bound
            && let Some(buffers) = &self.buffers
        {
            buffers.bind(&mut self.place, "point", 0)?;
            self.bound = true;
        }
        if !self.sprites && self.corners != self.shown() {
            self.corners = self.shown();
            let corners: Vec<u8> = (0..self.shown()).flat_map(|_| [0, 1, 2]).collect();
            self.place.set("a_corner", &VertexBuffer::new(self.place.context(), &corners)?)?;
        }
        let stale = std::mem::replace(
            &mut self.stale,
            Stale {
                points: false,
                size: false,
                symbol: false,
                color: false,
                edge_color: false,
                angle: false,
            },
        );
        let sent = Sent { drawn: self.drawn.as_deref(), count: self.data.len(), times };
        let (place, style) = (&mut self.place, &self.style);
        if stale.size {
            sent.send(place, "a_size", &style.size, |size| if size.is_finite() { size } else { 0.0 }, false)?;
        }
        if stale.angle {
            sent.send(
                place,
                "a_angle",
                &style.angle,
                |turn| if turn.is_finite() { turn } else { 0.0 },
                false,
            )?;
        }
        if stale.symbol {
            match &style.symbol {
                // One shape is in the shader itself.
                _ if self.symbols.len() < 2 => {}
                each => sent.send(place, "a_symbol", each, |symbol| symbol as u8, false)?,
            }
        }
        if stale.color {
            sent.colors(place, "a_color", &style.color)?;
        }
        if stale.edge_color {
            sent.colors(place, "a_edge_color", &style.edge_color)?;
        }
        Ok(())
    }

    /// How many markers are drawn.
    fn shown(&self) -> usize {
        self.drawn.as_ref().map_or(self.data.len(), Vec::len)
    }

    fn mode(&self) -> Mode {
        if self.sprites { Mode::Points } else { Mode::Triangles }
    }
}

/// How values of items reach their vertices.
struct Sent<'a> {
    drawn: Option<&'a [u32]>,
    count: usize,
    times: usize,
}

impl Sent<'_> {
    fn values<T: Clone, E: Element>(&self, values: &[T], of: impl Fn(T) -> E) -> Vec<E> {
        let shown = self.drawn.map_or(self.count, <[u32]>::len);
        let mut list = Vec::with_capacity(shown.saturating_mul(self.times));
        for index in 0..shown {
            let number = self.drawn.map_or(index, |drawn| drawn[index] as usize);
            if let Some(value) = values.get(number) {
                list.extend(std::iter::repeat_n(of(value.clone()), self.times));
            }
        }
        list
    }

    fn send<T: Clone, E: Element>(
        &self,
        place: &mut Place,
        name: &str,
        each: &Each<T>,
        of: impl Fn(T) -> E,
        normalized: bool,
    ) -> Result<()> {
        match each {
            Each::One(value) => place.set(name, of(value.clone())),
            Each::Each(values) => {
                let buffer = VertexBuffer::new(place.context(), &self.values(values, of))?;
                let view = if normalized { buffer.view().normalized() } else { buffer.view() };
                place.set(name, view)
            }
        }
    }

    fn colors(&self, place: &mut Place, name: &str, colors: &Each<Color>) -> Result<()> {
        match colors {
            Each::One(color) => place.set(name, color.clamped()),
            each => self.send(place, name, each, Color::bytes, true),
        }
    }
}

/// Refuses a style that no markers at so many points can have.
fn hold(style: &MarkerStyle, points: usize) -> Result<()> {
    if !(style.edge_width.is_finite() && style.edge_width >= 0.0) {
        return refuse(format!("an edge can't be {} pixels wide", style.edge_width));
    }
    style.size.hold("size", points)?;
    style.symbol.hold("symbol", points)?;
    style.color.hold("color", points)?;
    style.edge_color.hold("edge_color", points)?;
    style.angle.hold("angle", points)
}

/// Whether markers are drawn as points.
fn sprites(style: &MarkerStyle, points: usize) -> bool {
    let largest = match &style.size {
        Each::One(size) => *size,
        Each::Each(sizes) => sizes.iter().copied().filter(|size| size.is_finite()).fold(0.0, f32::max),
    };
    points >= MANY
        && style.unit == SizeUnit::Pixels
        && largest.mul_add(1.26, style.edge_width) + 2.0 <= MAX_SPRITE
}

/// The shapes that there are, in the order of their numbers.
fn symbols(style: &MarkerStyle) -> Vec<Symbol> {
    match &style.symbol {
        Each::One(symbol) => vec![*symbol],
        Each::Each(list) => {
            let mut used = vec![false; Symbol::ALL.len()];
            list.iter().for_each(|symbol| used[*symbol as usize] = true);
            Symbol::ALL.iter().copied().filter(|symbol| used[*symbol as usize]).collect()
        }
    }
}

// The triangle around a circle; its corners are twice as far away.
const TRIANGLE: &str = "
attribute float a_corner;
varying vec2 v_at;
vec4 $at_pixel(vec2 pixel, vec4 clip);
vec4 spread(vec4 clip, vec2 pixel, float reach) {
    float angle = 1.5707963 + 2.0943951 * a_corner;
    // Divided by w, so that varyings are linear in pixels.
    v_at = 2.0 * reach * vec2(cos(angle), sin(angle));
    return $at_pixel(pixel + v_at, clip / clip.w);
}";

const SPRITE: &str = "
varying vec2 v_at;
vec4 spread(vec4 clip, vec2 pixel, float reach) {
    v_at = vec2(reach, 0.0);
    gl_PointSize = 2.0 * reach;
    return clip;
}";

const AT_TRIANGLE: &str = "varying vec2 v_at; vec2 at() { return v_at; }";
const AT_SPRITE: &str =
    "varying vec2 v_at; vec2 at() { return (gl_PointCoord - 0.5) * vec2(2.0, -2.0) * v_at.x; }";

const ALONE: &str = "void no_symbol() {}";
const SEVERAL: &str =
    "attribute float a_symbol; varying float v_symbol; void symbol() { v_symbol = a_symbol; }";

fn parts(sprites: bool, symbols: &[Symbol], layout: Layout) -> Result<Parts> {
    let shape = match symbols {
        [one] => one.function()?,
        several => Symbol::any(several)?,
    };
    let (spread, at) = if sprites { (SPRITE, AT_SPRITE) } else { (TRIANGLE, AT_TRIANGLE) };
    let vertex = Function::new("markers", include_str!("markers/markers.vert"))?;
    let fragment = Function::new("markers_fill", include_str!("markers/markers.frag"))?;
    let mut spread = Function::new("spread", spread)?;
    if !sprites {
        spread = spread.with("at_pixel", crate::place::at_pixel()?)?;
    }
    Ok(Parts {
        vertex: vertex
            .with("spread", spread)?
            .with("reach", symbols.iter().map(|symbol| symbol.reach()).fold(0.5, f32::max))?
            .with("point", Points::function(layout, "point")?)?
            .with("symbol", Function::new("symbol", if symbols.len() > 1 { SEVERAL } else { ALONE })?)?,
        fragment: fragment.with("shape", shape)?.with("at", Function::new("at", at)?)?,
        item: None,
    })
}

impl Visual for Markers {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        self.stale.points |= self.place.set_transform(transform)?;
        Ok(())
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.prepare()?;
        let count = self.shown() * self.times();
        if count == 0 {
            return Ok(());
        }
        self.place.draw(view, self.mode(), 0..count)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        self.prepare()?;
        let (shown, times) = (self.shown(), self.times());
        if shown > 0 {
            if !self.numbered {
                let number = |index: usize| self.drawn.as_ref().map_or(index as u32, |drawn| drawn[index]);
                let items: Vec<u32> =
                    (0..shown).flat_map(|index| std::iter::repeat_n(number(index), times)).collect();
                self.place.set_items(&items, 0)?;
                self.numbered = true;
            }
            self.place.pick(view, first, self.mode(), 0..shown * times)?;
        }
        Ok(self.data.len() as u32)
    }

    fn bounds(&self) -> Option<Bounds> {
        self.data.bounds()
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
