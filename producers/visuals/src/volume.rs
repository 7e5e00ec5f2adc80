//! Volumes: numbers on a grid in space, seen through by rays: as their maximum, as mist, or by a surface of one value.
//!
//! Rays run from where they enter the box (or the near plane, or the eye, if that is within) to where they leave it, in steps of a part of
//! a voxel; there are at least 64 of them, however few voxels there are, and at most [`MAX_SAMPLES`], then steps grow. The far plane does not
//! cut them. What lies in front of the box hides the volume, and what lies behind or within is seen through it; surfaces have the true depth
//! of each pixel and hide what is behind.
//!
//! Numbers travel as a 3D texture of 16-bit floats (profile es3). In a stream whose settled header is es2, so that WebGL 1 can draw it, they
//! travel as bytes, slice beside slice in one picture of at most [`MAX_ATLAS`] texels a side, and are interpolated all the same.

mod shaders;

use crate::bounds::Bounds;
use crate::color::Color;
use crate::colormap::Colormap;
use crate::error::{Result, refuse};
use crate::light::Light;
use crate::place::{Depth, Place};
use crate::view::{View, ViewSlots};
use crate::visual::Visual;
use glam::DVec3;
use glir_gloo::{
    Context, Face, Feature, Filter, Format, IndexBuffer, MinFilter, Mode, StateField, Texture2D, Texture3D,
    VertexBuffer, Wrap,
};
use glir_transforms::{Transform, origin};

/// The most samples that a ray takes.
pub const MAX_SAMPLES: u32 = 1024;

/// The widest and highest picture that takes a volume's slices where there are no 3D textures, in texels. WebGL 1 has it practically
/// everywhere.
pub const MAX_ATLAS: usize = 4096;

/// How a volume is seen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rendering {
    /// The greatest value on each ray. What is at the lower limit or below is not seen.
    Maximum,
    /// As mist: each voxel hides what is behind it the more, the higher its value.
    Mist {
        /// How much a voxel at the upper limit hides, 0 to 1, times the alpha of its colour.
        density: f32,
    },
    /// The surface where values pass through a level.
    Surface {
        /// The level, in the data's own units.
        level: f64,
        /// The surface's colour.
        color: Color,
    },
}

/// Numbers on a grid in space.
///
/// ```
/// use glir_visuals::{Color, Volume, Rendering, Visual, camera};
///
/// // A ball: 1 in the middle, less outward.
/// let side = 16;
/// let at = |index: usize| (index as f32 - 7.5) / 8.0;
/// let values: Vec<f32> = (0..side * side * side)
///     .map(|i| 1.0 - (at(i % side).powi(2) + at(i / side % side).powi(2) + at(i / side / side).powi(2)).sqrt())
///     .collect();
/// let context = glir_gloo::Context::new(320, 240)?;
/// let mut ball = Volume::new(&context, [side; 3], &values)?;
/// ball.set_rendering(Rendering::Surface { level: 0.5, color: "coral".parse()? })?;
/// ball.draw(&camera::orbit(ball.bounds(), 30.0, 20.0, [0.0, 0.0, 320.0, 240.0]))?;
/// # Ok::<(), glir_visuals::Error>(())
/// ```
///
/// A voxel is a cube of one unit, the first one from 0 to 1 along each axis; a transform puts it elsewhere, and keeps it a box or a box
/// aslant: others are refused. NaN and infinities count as the least value. For picking, a volume is one item.
#[derive(Debug)]
pub struct Volume {
    place: Place,
    size: [usize; 3],
    /// The least and the greatest value; what 0 and 1 are in the texture.
    range: [f64; 2],
    texels: Texels,
    colormap: Texture2D,
    rendering: Rendering,
    limits: Option<[f64; 2]>,
    samples: f32,
    smooth: bool,
    light: Light,
    corners: VertexBuffer<[f32; 3]>,
    indices: IndexBuffer<u16>,
    stale: bool,
}

/// Where the numbers are.
#[derive(Debug)]
enum Texels {
    Solid(Texture3D),
    /// Slices, so many beside each other and so many rows of them.
    Atlas(Texture2D, [usize; 2]),
}

/// The corners of a cube, and its faces as triangles that run counter-clockwise as seen from outside.
const CORNERS: [[f32; 3]; 8] = [
    [0.0, 0.0, 0.0],
    [1.0, 0.0, 0.0],
    [0.0, 1.0, 0.0],
    [1.0, 1.0, 0.0],
    [0.0, 0.0, 1.0],
    [1.0, 0.0, 1.0],
    [0.0, 1.0, 1.0],
    [1.0, 1.0, 1.0],
];
const FACES: [u16; 36] = [
    0, 2, 3, 0, 3, 1, 4, 5, 7, 4, 7, 6, 0, 1, 5, 0, 5, 4, 2, 6, 7, 2, 7, 3, 0, 4, 6, 0, 6, 2, 1, 3, 7, 1, 7,
    5,
];

impl Volume {
    /// A volume of so many voxels along x, y and z; x runs fastest in `values`, z slowest. It is seen by its maximum, in `magma`.
    ///
    /// # Errors
    ///
    /// Another number of values than voxels, no voxels, more than a texture may have.
    pub fn new(context: &Context, size: [usize; 3], values: &[f32]) -> Result<Volume> {
        hold(size, values)?;
        // A settled header may be of es2.
        let solid = context.allow(Feature::Texture3d, true).is_ok();
        let exact = context.allow(Feature::FragDepth, true).is_ok();
        let rendering = Rendering::Maximum;
        let range = range(values);
        let texels = if solid {
            solid_texels(context, size, values, range)?
        } else {
            atlas(context, size, values, range)?
        };
        let place = Place::new(context, "volume", shaders::parts(rendering, solid, exact)?)?;
        let mut volume = Volume {
            place,
            size,
            range,
            texels,
            colormap: Colormap::named("magma")?.texture(context)?,
            rendering,
            limits: None,
            samples: 2.0,
            smooth: true,
            light: Light::default(),
            corners: VertexBuffer::new(context, &CORNERS)?,
            indices: IndexBuffer::new(context, &FACES)?,
            stale: true,
        };
        // The far sides are drawn, so that there are some from within the box too.
        volume.place.set_state(vec![StateField::CullFace(Some(Face::Front))]);
        volume.place.set_depth(Depth::Tested);
        Ok(volume)
    }

    /// Whether every pixel has its true depth; otherwise that of the box's far side. A settled header may lack `frag-depth`.
    pub fn exact_depth(&self) -> bool {
        self.place.context().allow(Feature::FragDepth, true).is_ok()
    }

    /// Takes other numbers on the same grid.
    ///
    /// # Errors
    ///
    /// Another number of them.
    pub fn set_values(&mut self, values: &[f32]) -> Result<()> {
        hold(self.size, values)?;
        let range = range(values);
        match &mut self.texels {
            Texels::Solid(texture) => texture.write(&halves(values, range))?,
            Texels::Atlas(texture, tiles) => texture.write(&tiled(self.size, values, range, *tiles))?,
        }
        self.range = range;
        self.stale = true;
        Ok(())
    }

    /// Sets how it is seen.
    ///
    /// # Errors
    ///
    /// None that composing has not.
    pub fn set_rendering(&mut self, rendering: Rendering) -> Result<()> {
        if std::mem::discriminant(&rendering) != std::mem::discriminant(&self.rendering) {
            let solid = matches!(self.texels, Texels::Solid(_));
            self.place.set_parts(shaders::parts(rendering, solid, self.exact_depth())?)?;
            let surface = matches!(rendering, Rendering::Surface { .. });
            self.place.set_depth(if surface { Depth::Written } else { Depth::Tested });
        }
        self.rendering = rendering;
        self.stale = true;
        Ok(())
    }

    /// Sets the colours. Where they are transparent, so is the volume.
    ///
    /// # Errors
    ///
    /// Too many objects in the context.
    pub fn set_colormap(&mut self, colormap: &Colormap) -> Result<()> {
        self.colormap = colormap.texture(self.place.context())?;
        self.stale = true;
        Ok(())
    }

    /// Sets the values that have the first and the last colour; by default the least and the greatest. A uniform, no data.
    pub fn set_limits(&mut self, limits: Option<[f64; 2]>) {
        self.limits = limits;
        self.stale = true;
    }

    /// Sets how many samples a ray takes in a voxel, 0.1 to 10; 2 by default. It takes 64 at least; surfaces are found between samples anyway.
    pub fn set_samples(&mut self, a_voxel: f32) {
        self.samples = if a_voxel.is_nan() { 2.0 } else { a_voxel.clamp(0.1, 10.0) };
        self.stale = true;
    }

    /// Whether values are interpolated between voxels, or voxels are seen as cubes.
    pub fn set_interpolated(&mut self, interpolated: bool) {
        self.smooth = interpolated;
        self.stale = true;
    }

    /// Sets the light on surfaces, and how they answer it.
    pub fn set_light(&mut self, light: Light) {
        self.light = light;
        self.stale = true;
    }

    /// A value as the texture has it.
    fn stored(&self, value: f64) -> f64 {
        let [low, high] = self.range;
        if high > low { (value - low) / (high - low) } else { value - low }
    }

    /// Brings uniforms to what was set.
    fn prepare(&mut self) -> Result<()> {
        if !self.stale {
            return Ok(());
        }
        let size = self.size.map(|side| side as f64);
        let transform = self.place.data_transform();
        let corner = |point: [f64; 3]| DVec3::from(transform.map(point));
        let first = corner([0.0; 3]);
        let axes = [corner([size[0], 0.0, 0.0]), corner([0.0, size[1], 0.0]), corner([0.0, 0.0, size[2]])];
        let axes = axes.map(|end| (end - first).to_array().map(|part| part as f32));
        let [high, low] = origin::split_point(first.into());
        self.place.set("a_corner", &self.corners)?;
        self.place.set("u_first_high", high)?;
        self.place.set("u_first_low", low)?;
        for (name, axis) in ["u_x", "u_y", "u_z"].into_iter().zip(axes) {
            self.place.set(name, axis)?;
        }
        match &self.texels {
            Texels::Solid(texture) => self.place.set("u_volume", texture)?,
            Texels::Atlas(texture, [columns, rows]) => {
                self.place.set("u_volume", texture)?;
                self.place.set("u_tiles", [*columns as f32, *rows as f32])?;
            }
        }
        self.place.set("u_size", size.map(|side| side as f32))?;
        self.place.set("u_samples", self.samples)?;
        self.place.set("u_smooth", if self.smooth { 1.0_f32 } else { 0.0 })?;
        if let Rendering::Surface { level, color } = self.rendering {
            self.place.set("u_level", self.stored(level) as f32)?;
            self.place.set("u_color", color.clamped())?;
            self.light.set(&mut self.place)?;
        } else {
            let [low, high] = self.limits.unwrap_or(self.range).map(|value| self.stored(value));
            let scale = 1.0 / (high - low);
            let scale = if scale.is_finite() { scale } else { 0.0 };
            self.place.set("u_limits", [low as f32, scale as f32])?;
            self.place.set("u_map", &self.colormap)?;
        }
        if let Rendering::Mist { density } = self.rendering {
            self.place.set("u_density", if density.is_nan() { 0.0 } else { density.clamp(0.0, 1.0) })?;
        }
        self.stale = false;
        Ok(())
    }
}

fn hold(size: [usize; 3], values: &[f32]) -> Result<()> {
    let [x, y, z] = size;
    let count = x.checked_mul(y).and_then(|area| area.checked_mul(z));
    if count == Some(0) {
        return refuse(format!("a volume of {x} × {y} × {z} voxels has none"));
    }
    if count != Some(values.len()) {
        return refuse(format!("{} values for {x} × {y} × {z} voxels", values.len()));
    }
    Ok(())
}

/// The least and the greatest finite value.
fn range(values: &[f32]) -> [f64; 2] {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    let [low, high] = finite
        .fold([f32::INFINITY, f32::NEG_INFINITY], |[low, high], value| [low.min(value), high.max(value)]);
    if low <= high { [low.into(), high.into()] } else { [0.0, 1.0] }
}

/// A value as a share of the range.
fn share(value: f32, [low, high]: [f64; 2]) -> f32 {
    let share = (f64::from(value) - low) / (high - low);
    // Of equal values all are the least.
    if !value.is_finite() || share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) as f32 }
}

fn halves(values: &[f32], range: [f64; 2]) -> Vec<u16> {
    values.iter().map(|value| half::f16::from_f32(share(*value, range)).to_bits()).collect()
}

fn solid_texels(context: &Context, size: [usize; 3], values: &[f32], range: [f64; 2]) -> Result<Texels> {
    let [x, y, z] = size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    let mut texture = Texture3D::with_data(context, (x, y, z), Format::R16f, &halves(values, range))?;
    texture.set_interpolation(MinFilter::Linear, Filter::Linear)?;
    texture.set_wrapping([Wrap::ClampToEdge; 3]);
    texture.set_label("volume")?;
    Ok(Texels::Solid(texture))
}

fn atlas(context: &Context, size: [usize; 3], values: &[f32], range: [f64; 2]) -> Result<Texels> {
    let [width, height, depth] = size;
    let (across, up) = (MAX_ATLAS / width, MAX_ATLAS / height);
    if across.saturating_mul(up) < depth {
        return refuse(format!(
            "{width} × {height} × {depth} voxels do not fit into {MAX_ATLAS} × {MAX_ATLAS} texels, and the stream's header has no 3D \
             textures (profile es3)"
        ));
    }
    // As square as may be.
    let columns = (((depth * height) as f64 / width as f64).sqrt().ceil() as usize).clamp(1, across);
    let columns = columns.max(depth.div_ceil(up)).min(depth);
    let tiles = [columns, depth.div_ceil(columns)];
    let whole = ((columns * width) as u32, (tiles[1] * height) as u32);
    let mut texture =
        Texture2D::with_data(context, whole, Format::Luminance8, &tiled(size, values, range, tiles))?;
    texture.set_interpolation(MinFilter::Linear, Filter::Linear)?;
    texture.set_wrapping([Wrap::ClampToEdge; 3]);
    texture.set_label("volume, slice beside slice")?;
    Ok(Texels::Atlas(texture, tiles))
}

/// Slices beside each other, as bytes.
fn tiled(
    [width, height, _]: [usize; 3],
    values: &[f32],
    range: [f64; 2],
    [columns, rows]: [usize; 2],
) -> Vec<u8> {
    let mut texels = vec![0; columns * width * rows * height];
    for (slice, numbers) in values.chunks_exact(width * height).enumerate() {
        let (column, row) = (slice % columns, slice / columns);
        for (y, line) in numbers.chunks_exact(width).enumerate() {
            let first = (row * height + y) * columns * width + column * width;
            for (texel, value) in texels[first..first + width].iter_mut().zip(line) {
                *texel = (share(*value, range) * 255.0).round() as u8;
            }
        }
    }
    texels
}

impl Visual for Volume {
    fn set_transform(&mut self, transform: &Transform) -> Result<()> {
        let [x, y, z] = self.size.map(|side| side as f64);
        let at = |point: [f64; 3]| DVec3::from(transform.map(point));
        let first = at([0.0; 3]);
        let sum =
            first + (at([x, 0.0, 0.0]) - first) + (at([0.0, y, 0.0]) - first) + (at([0.0, 0.0, z]) - first);
        let middle = (at([x, y, z]) + first) * 0.5;
        let off = (at([x, y, z]) - sum).length().max((at([x * 0.5, y * 0.5, z * 0.5]) - middle).length());
        let size = (sum - first).length();
        let straight = off <= 1e-6 * (size + first.length());
        if !straight {
            return refuse("a volume takes transforms that keep lines straight and parallel");
        }
        if self.place.set_transform(transform)? {
            self.stale = true;
        }
        Ok(())
    }

    fn set_opacity(&mut self, opacity: f32) -> Result<()> {
        self.place.set_opacity(opacity)
    }

    fn draw(&mut self, view: &View) -> Result<()> {
        self.prepare()?;
        self.place.draw(view, Mode::Triangles, &self.indices)
    }

    fn pick(&mut self, view: &View, first: u32) -> Result<u32> {
        self.prepare()?;
        self.place.pick(view, first, Mode::Triangles, &self.indices)?;
        Ok(1)
    }

    fn bounds(&self) -> Option<Bounds> {
        let [x, y, z] = self.size.map(|side| side as f64);
        Some(Bounds { min: DVec3::ZERO, max: DVec3::new(x, y, z) })
    }

    fn programs(&self) -> Vec<ViewSlots> {
        self.place.slots()
    }
}
