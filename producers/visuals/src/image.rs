//! Images: numbers by a colour map, or colours.

use crate::bounds::Bounds;
use crate::color::Color;
use crate::colormap::Colormap;
use crate::error::{Result, refuse};
use crate::place::{Depth, Place};
use crate::points;
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glam::{DVec2, DVec3};
use glir_gloo::{Context, Filter, Format, IndexBuffer, MinFilter, Mode, Texture2D, VertexBuffer};
use glir_transforms::{Transform, origin};
use levels::{Bytes, MOST_SHARE, Rgb, Rgba, Shares, Sheet, Words};

mod glsl;
mod levels;

/// Cells of the grid, each way, that follows a transform which bends lines.
const CELLS: usize = 64;

/// What lies between texels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interpolation {
    /// Each texel is a rectangle of one colour.
    #[default]
    Nearest,
    /// Straight lines from texel to texel.
    Linear,
    /// Catmull and Rom's cubic, over 4×4 texels.
    Cubic,
    /// Lanczos' kernel with three lobes, over 6×6 texels.
    Lanczos,
}

/// The texels of an image, row by row.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Pixels<'a> {
    /// Numbers; a byte each in the stream.
    U8(&'a [u8]),
    /// Numbers; two bytes each.
    U16(&'a [u16]),
    /// Numbers; four bytes each. What is not finite is bad.
    F32(&'a [f32]),
    /// Opaque colours.
    Rgb(&'a [[u8; 3]]),
    /// Colours with straight alpha.
    Rgba(&'a [[u8; 4]]),
}

/// What of [`Pixels`] the shaders have to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    U8,
    U16,
    F32,
    Rgb,
    Rgba,
}

impl Kind {
    fn scalar(self) -> bool {
        !matches!(self, Kind::Rgb | Kind::Rgba)
    }

    fn format(self) -> Format {
        match self {
            Kind::U8 => Format::Luminance8,
            Kind::U16 => Format::LuminanceAlpha8,
            Kind::F32 | Kind::Rgba => Format::Rgba8,
            Kind::Rgb => Format::Rgb8,
        }
    }
}

impl Pixels<'_> {
    fn kind(self) -> Kind {
        match self {
            Pixels::U8(_) => Kind::U8,
            Pixels::U16(_) => Kind::U16,
            Pixels::F32(_) => Kind::F32,
            Pixels::Rgb(_) => Kind::Rgb,
            Pixels::Rgba(_) => Kind::Rgba,
        }
    }

    fn len(self) -> usize {
        match self {
            Pixels::U8(list) => list.len(),
            Pixels::U16(list) => list.len(),
            Pixels::F32(list) => list.len(),
            Pixels::Rgb(list) => list.len(),
            Pixels::Rgba(list) => list.len(),
        }
    }

    /// The least and the greatest finite number.
    fn extent(self) -> [f64; 2] {
        let of = |values: &mut dyn Iterator<Item = f64>| {
            let finite = values.filter(|value| value.is_finite());
            let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
            if low <= high { [low, high] } else { [0.0, 1.0] }
        };
        match self {
            Pixels::U8(list) => of(&mut list.iter().copied().map(f64::from)),
            Pixels::U16(list) => of(&mut list.iter().copied().map(f64::from)),
            Pixels::F32(list) => of(&mut list.iter().copied().map(f64::from)),
            Pixels::Rgb(_) | Pixels::Rgba(_) => [0.0, 1.0],
        }
    }
}

/// How an image looks, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageStyle {
    /// `[left, right, bottom, top]`; without one a texel is a unit, and the lower left corner is at 0, 0.
    pub rect: Option<[f64; 4]>,
    /// Whether the first row is the lowest. Image files have it at the top.
    pub first_row_below: bool,
    /// What lies between texels. Where several texels share a pixel, they are averaged, whatever this says.
    pub interpolation: Interpolation,
    /// The colours of numbers.
    pub colormap: Colormap,
    /// The numbers that have the map's first and last colour, in either order; without them, the least and the greatest there are.
    pub limits: Option<[f64; 2]>,
    /// Shares of the limits are raised to this power before they are looked up.
    pub gamma: f32,
    /// The colour of what is NaN or infinite.
    pub bad: Color,
}

impl Default for ImageStyle {
    fn default() -> Self {
        ImageStyle {
            rect: None,
            first_row_below: false,
            interpolation: Interpolation::Nearest,
            colormap: Colormap::default(),
            limits: None,
            gamma: 1.0,
            bad: Color::TRANSPARENT,
        }
    }
}

/// An image.
///
/// ```
/// use glir_gloo::{Clear, Context};
/// use glir_visuals::{Image, ImageStyle, Interpolation, Pixels, View, Visual};
///
/// let context = Context::new(640, 480)?;
/// let heights: Vec<f32> = (0..64 * 48).map(|i| ((i % 64) as f32 * 0.2).sin() * ((i / 64) as f32 * 0.2).cos()).collect();
/// let style = ImageStyle {
///     colormap: "viridis".parse()?,
///     limits: Some([-1.0, 1.0]),
///     interpolation: Interpolation::Cubic,
///     ..ImageStyle::default()
/// };
/// let mut image = Image::new(&context, (64, 48), Pixels::F32(&heights), style)?;
/// context.clear(Clear::color([1.0; 4]))?;
/// image.draw(&View::rect([0.0, 64.0, 0.0, 48.0], [0.0, 0.0, 640.0, 480.0]))?;
/// assert!(context.header().requires.is_empty()); // WebGL 1 draws it
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Numbers in textures
///
/// Float textures are a feature that WebGL 1 need not have, so floats travel as 24 bits of their range (the least to the greatest
/// finite number), and 8 bits that say whether there is a number: as many bytes as floats have, and as fine as a float at the
/// range's end. Limits that are 2¹⁶ times narrower than the range still have 256 steps. Bytes and 16-bit numbers travel as
/// they are. Limits, gamma and colours are uniforms and a small texture: changing them sends no texel.
///
/// Interpolation is done in the shader on the numbers themselves, before they become colours, and leaves out neighbours that are
/// bad. Colours are interpolated as sRGB, premultiplied. Picking gives one number for all of it.
///
/// # Many texels in a pixel
///
/// A pixel that texels share shows the mean of those under it, along each axis for itself, however many they are and however a person zooms: the
/// texture has means of 8, 64, 512 … columns and rows beside the image, which take less than a third of what it takes. Of numbers the mean
/// is taken before it becomes a colour; what is bad counts for nothing in it, and a pixel is bad where nothing else is under it. Where a pixel has several texels one way
/// and less than one the other, it is the mean one way, and the interpolation the other.
///
/// An image that is wider or higher than textures are lies in its texture in strips. What is more than a million texels long, or altogether
/// more than a texture of 16,384 × 16,384 has room for with its levels, is made smaller by whole numbers: see [`Image::reduction`].
///
/// # Edges
///
/// Borders that run askew, because a transform or a camera bends or turns the image, are smooth, and so are the edges of its texels
/// there where they are drawn as rectangles. Upright ones go along pixels: images that lie side by side have no seam.
#[derive(Debug)]
pub struct Image {
    place: Place,
    size: (u32, u32),
    kind: Kind,
    style: ImageStyle,
    texture: Option<Texture2D>,
    sheet: Sheet,
    extent: [f64; 2],
    cells: usize,
    indices: IndexBuffer<u16>,
    bent: bool,
    /// What it is bent by.
    transform: Transform,
}

impl Image {
    /// An image of so many texels each way.
    ///
    /// # Errors
    ///
    /// Texels that are not width × height; limits that are no numbers, a gamma that is not above 0.
    pub fn new(context: &Context, size: (u32, u32), pixels: Pixels<'_>, style: ImageStyle) -> Result<Image> {
        hold(&style)?;
        let kind = pixels.kind();
        let mut image = Image {
            place: Place::new(context, "image", glsl::parts(kind, style.interpolation, false)?)?,
            size,
            kind,
            style,
            texture: None,
            sheet: Sheet::of([0, 0]),
            extent: [0.0, 1.0],
            cells: 0,
            indices: IndexBuffer::new(context, &[])?,
            bent: false,
            transform: Transform::null(),
        };
        image.set_pixels(size, pixels)?;
        image.send_map()?;
        image.send_style()?;
        image.grid(1)?;
        Ok(image)
    }

    /// Takes other texels, perhaps of another kind or size.
    ///
    /// # Errors
    ///
    /// As [`Image::new`]; the image then stays as it was.
    pub fn set_pixels(&mut self, size: (u32, u32), pixels: Pixels<'_>) -> Result<()> {
        let (width, height) = size;
        let count = u64::from(width) * u64::from(height);
        if pixels.len() as u64 != count {
            return refuse(format!(
                "an image of {width}×{height} has {count} texels; {} were given",
                pixels.len()
            ));
        }
        let kind = pixels.kind();
        let extent = pixels.extent();
        let sheet = Sheet::of([width as usize, height as usize]);
        let texture = if count == 0 { None } else { Some(self.write(&sheet, pixels, extent)?) };
        if (kind, sheet.in_strips()) != (self.kind, self.sheet.in_strips()) {
            self.place.set_parts(glsl::parts(kind, self.style.interpolation, sheet.in_strips())?)?;
        }
        let other_kind = kind != self.kind;
        (self.size, self.kind, self.extent, self.texture, self.sheet) = (size, kind, extent, texture, sheet);
        if let Some(texture) = &self.texture {
            self.place.set("u_image", texture)?;
        }
        if other_kind {
            self.send_map()?;
            self.grid(self.cells.max(1))?;
        }
        self.send_style()
    }

    /// Takes another style. Only what differs is sent, and no texel.
    ///
    /// # Errors
    ///
    /// As [`Image::new`]; the image then stays as it was.
    pub fn set_style(&mut self, style: ImageStyle) -> Result<()> {
        hold(&style)?;
        if style.interpolation != self.style.interpolation {
            self.place.set_parts(glsl::parts(self.kind, style.interpolation, self.sheet.in_strips())?)?;
        }
        let other_map = style.colormap != self.style.colormap;
        self.style = style;
        if other_map {
            self.send_map()?;
        }
        self.send_style()
    }

    /// How it looks.
    pub fn style(&self) -> &ImageStyle {
        &self.style
    }

    /// Texels each way.
    pub fn size(&self) -> (u32, u32) {
        self.size
    }

    /// How many texels, each way, are drawn as one, their mean: 1 and 1, unless there are more than a texture has room for.
    pub fn reduction(&self) -> [u32; 2] {
        self.sheet.factor.map(|factor| u32::try_from(factor).unwrap_or(u32::MAX))
    }

    /// The least and the greatest finite number: what stands for limits that are not given.
    pub fn extent(&self) -> [f64; 2] {
        self.extent
    }

    /// What is done with depth; at first nothing.
    pub fn set_depth(&mut self, depth: Depth) {
        self.place.set_depth(depth);
    }

    fn rect(&self) -> [f64; 4] {
        self.style.rect.unwrap_or([0.0, f64::from(self.size.0), 0.0, f64::from(self.size.1)])
    }

    /// A texture of the texels and their levels, the one that there is where it fits.
    fn write(&mut self, sheet: &Sheet, pixels: Pixels<'_>, extent: [f64; 2]) -> Result<Texture2D> {
        let alike = *sheet == self.sheet && pixels.kind() == self.kind;
        let mut texture = match if alike { self.texture.take() } else { None } {
            Some(texture) => texture,
            None => {
                let size = sheet.texture.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
                let mut texture = Texture2D::new(self.place.context(), size.into(), pixels.kind().format())?;
                texture.set_interpolation(MinFilter::Nearest, Filter::Nearest)?;
                texture
            }
        };
        match pixels {
            Pixels::U8(list) => texture.write(&sheet.fill::<Bytes>(|at| list[at]))?,
            Pixels::U16(list) => texture.write(&sheet.fill::<Words>(|at| list[at].to_le_bytes()))?,
            Pixels::F32(list) => {
                let [low, high] = extent;
                let scale = if high > low { MOST_SHARE / (high - low) } else { 0.0 };
                let texel = |at: usize| {
                    let value = f64::from(list[at]);
                    let [a, b, c, _] = (((value - low) * scale).round() as u32).to_le_bytes();
                    [a, b, c, if value.is_finite() { 255 } else { 0 }]
                };
                texture.write(&sheet.fill::<Shares>(texel))?;
            }
            Pixels::Rgb(list) => texture.write(&sheet.fill::<Rgb>(|at| list[at]))?,
            Pixels::Rgba(list) => texture.write(&sheet.fill::<Rgba>(|at| list[at]))?,
        }
        Ok(texture)
    }

    fn send_map(&mut self) -> Result<()> {
        if !self.kind.scalar() {
            return Ok(());
        }
        let texture = self.style.colormap.texture(self.place.context())?;
        self.place.set("u_map", &texture)
    }

    fn send_style(&mut self) -> Result<()> {
        self.place.set("u_size", self.sheet.size())?;
        self.place.set("u_sheet", self.sheet.places())?;
        if self.kind.scalar() {
            // From shares of what the texture can hold to shares of the limits.
            let [from, to] = match self.kind {
                Kind::U8 => [0.0, 255.0],
                Kind::U16 => [0.0, 65_535.0],
                _ => self.extent,
            };
            let [low, high] = self.style.limits.unwrap_or(self.extent);
            let size = high - low;
            let [factor, summand] =
                if size == 0.0 { [0.0, 0.5] } else { [(to - from) / size, (from - low) / size] };
            let numbers = [factor as f32, summand as f32, self.style.gamma];
            // Limits that lie too close together for single floats are a step.
            let numbers = numbers.map(|number| number.clamp(-1e30, 1e30));
            self.place.set("u_limits", numbers)?;
            self.place.set("u_bad", self.style.bad.clamped())?;
        }
        self.send_rect()
    }

    /// Sends where it is: a rectangle, or a grid where lines are bent.
    fn send_rect(&mut self) -> Result<()> {
        let [left, right, bottom, top] = self.rect();
        let (from, to) = if self.style.first_row_below { (bottom, top) } else { (top, bottom) };
        let transform = self.place.data_transform();
        let map =
            |x: f64, y: f64| if transform.is_empty() { [x, y, 0.0] } else { transform.map([x, y, 0.0]) };
        let first = map(left, from);
        let last = map(right, to);
        let ways = [last[0] - first[0], last[1] - first[1]];
        let base = points::base(|| [first, last].into_iter());
        let corner = [origin::split(first[0] - base.x), origin::split(first[1] - base.y)];
        let way = ways.map(origin::split);
        let pack = |parts: [[f32; 2]; 2]| [parts[0][0], parts[1][0], parts[0][1], parts[1][1]];
        self.place.set_base(base);
        self.place.set("u_from", pack(corner))?;
        self.place.set("u_way", pack(way))?;
        self.place.set("u_slant", self.slant())
    }

    /// The least slant at which the borders at the sides, and those at top and bottom, are smoothed. Upright borders are left to the
    /// rasterizer, so that images which lie side by side have no seam.
    fn slant(&self) -> [f32; 2] {
        if !self.bent {
            return [1e-4; 2];
        }
        // A transform may also bring a border to the opposite one, as around a pole.
        let [left, right, bottom, top] = self.rect();
        let at = |u: f64, v: f64| {
            let place = [left + (right - left) * u, bottom + (top - bottom) * v, 0.0];
            DVec3::from(self.transform.map(place)).truncate()
        };
        let size = (at(0.25, 0.25) - at(0.75, 0.75)).length().max((at(0.25, 0.75) - at(0.75, 0.25)).length());
        let shares = [0.0, 0.25, 0.5, 0.75, 1.0];
        let meet = |a: DVec2, b: DVec2| (a - b).length() <= 1e-6 * size;
        let closed = [
            shares.iter().all(|&v| meet(at(0.0, v), at(1.0, v))),
            shares.iter().all(|&u| meet(at(u, 0.0), at(u, 1.0))),
        ];
        closed.map(|closed| if closed { 2.0 } else { -1.0 })
    }

    /// A grid of so many cells each way.
    fn grid(&mut self, cells: usize) -> Result<()> {
        self.place.set("u_cells", cells as f32)?;
        if cells == self.cells {
            return Ok(());
        }
        let context = self.place.context().clone();
        let share = |index: usize| index as f32 / cells as f32;
        let corners: Vec<[f32; 2]> = (0..=cells)
            .flat_map(|y| (0..=cells).map(move |x| (x, y)))
            .map(|(x, y)| [share(x), share(y)])
            .collect();
        self.place.set("a_at", &VertexBuffer::new(&context, &corners)?)?;
        let row = cells as u16 + 1;
        let cell = |at: usize| {
            let first = (at / cells) as u16 * row + (at % cells) as u16;
            [first, first + 1, first + row, first + row, first + 1, first + row + 1]
        };
        self.indices = IndexBuffer::new(&context, &(0..cells * cells).flat_map(cell).collect::<Vec<u16>>())?;
        self.cells = cells;
        Ok(())
    }
}

/// Refuses a style that no image has.
fn hold(style: &ImageStyle) -> Result<()> {
    if let Some(rect) = style.rect
        && !rect.iter().all(|side| (*side as f32).is_finite())
    {
        return refuse("the sides of an image's rectangle must be numbers");
    }
    if let Some([low, high]) = style.limits
        && !(low.is_finite() && high.is_finite())
    {
        return refuse(format!("limits of an image must be numbers; {low} and {high} were given"));
    }
    if !(style.gamma.is_finite() && style.gamma > 0.0) {
        return refuse(format!("a gamma of {} is not above 0", style.gamma));
    }
    Ok(())
}

impl Visual for Image {
    /// Rectangles stay rectangles by scaling and moving alone; any other transform is left to the GPU, which draws a grid.
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        let simple = transform.simplified();
        let upright = |at: [f64; 2]| simple.map([at[0], at[1], 0.0]);
        let [a, b, c, m] = [[0.0, 0.0], [2.0, 0.0], [0.0, 4.0], [1.0, 2.0]].map(upright);
        let near = |x: f64, y: f64| (x - y).abs() <= 1e-12 * (x.abs() + y.abs());
        let straight = near(a[1], b[1])
            && near(a[0], c[0])
            && near((a[0] + b[0]) / 2.0, m[0])
            && near((a[1] + c[1]) / 2.0, m[1])
            && simple.len() <= 1;
        let bent = !straight && !simple.is_empty();
        self.place.set_transform(&if bent { simple.clone().dynamic() } else { simple.clone() })?;
        (self.bent, self.transform) = (bent, simple);
        self.grid(if bent { CELLS } else { 1 })?;
        self.send_rect()
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        if self.texture.is_none() {
            return Ok(());
        }
        self.place.draw(view, Mode::Triangles, &self.indices)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        if self.texture.is_some() {
            self.place.pick(view, first, Mode::Triangles, &self.indices)?;
        }
        Ok(1)
    }

    fn bounds(&self) -> Option<Bounds> {
        self.texture.as_ref()?;
        let [left, right, bottom, top] = self.rect();
        Bounds::of([DVec3::new(left, bottom, 0.0), DVec3::new(right, top, 0.0)])
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
