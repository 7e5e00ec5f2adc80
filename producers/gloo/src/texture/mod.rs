//! Textures: images that shaders sample and framebuffers draw to.

pub(crate) mod object;

use crate::context::Context;
use crate::error::Result;
use crate::vertex::{Element, encode};
use glir_spec::Format;
use glir_spec::enums::{CompareFunc, Filter, MinFilter, Swizzle, TextureTarget, Wrap};
use glir_spec::ids::TextureId;
use object::{Filters, IDENTITY, TextureObject};
use std::marker::PhantomData;
use std::sync::Arc;

/// A texture of width × height texels. A 1D texture is one of height 1.
pub type Texture2D = Texture<D2>;
/// A texture of width × height × depth texels; no part of profile es2.
pub type Texture3D = Texture<D3>;
/// Six square faces, in the order +X, −X, +Y, −Y, +Z, −Z.
pub type TextureCube = Texture<Cube>;
/// Layers of width × height texels; no part of profile es2.
pub type Texture2DArray = Texture<Array>;

/// The shape of a [`Texture2D`].
#[derive(Debug)]
pub struct D2(());
/// The shape of a [`Texture3D`].
#[derive(Debug)]
pub struct D3(());
/// The shape of a [`TextureCube`].
#[derive(Debug)]
pub struct Cube(());
/// The shape of a [`Texture2DArray`].
#[derive(Debug)]
pub struct Array(());

/// The shape of a texture.
pub trait Shape: sealed::Sealed {
    /// Its name in the stream.
    const TARGET: TextureTarget;
    /// How its size is given, in texels.
    type Size: Copy;
    /// Width, height, and depth or layers (1 where there are none).
    fn extent(size: Self::Size) -> [u32; 3];
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::D2 {}
    impl Sealed for super::D3 {}
    impl Sealed for super::Cube {}
    impl Sealed for super::Array {}
}

impl Shape for D2 {
    const TARGET: TextureTarget = TextureTarget::D2;
    type Size = (u32, u32);
    fn extent((width, height): (u32, u32)) -> [u32; 3] {
        [width, height, 1]
    }
}

impl Shape for D3 {
    const TARGET: TextureTarget = TextureTarget::D3;
    type Size = (u32, u32, u32);
    fn extent((width, height, depth): (u32, u32, u32)) -> [u32; 3] {
        [width, height, depth]
    }
}

impl Shape for Cube {
    const TARGET: TextureTarget = TextureTarget::Cube;
    type Size = u32;
    fn extent(side: u32) -> [u32; 3] {
        [side, side, 1]
    }
}

impl Shape for Array {
    const TARGET: TextureTarget = TextureTarget::Array;
    type Size = (u32, u32, u32);
    fn extent((width, height, layers): (u32, u32, u32)) -> [u32; 3] {
        [width, height, layers]
    }
}

/// What a texture is made with. A [`Format`] alone stands for all else at its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextureOptions {
    /// The format of its texels.
    pub format: Format,
    /// Whether it has smaller levels, and who fills them.
    pub mipmaps: Mipmaps,
    /// Depth formats only: sampling compares with a reference in this way (for shadow samplers). Needs profile es3.
    pub compare: Option<CompareFunc>,
    /// Where the channels that a shader reads come from. Anything but the identity needs the feature `texture-swizzle`.
    pub swizzle: [Swizzle; 4],
}

/// Whether a texture has smaller levels, and who fills them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mipmaps {
    /// Level 0 alone.
    #[default]
    None,
    /// All levels, filled from level 0 before a draw samples the texture, where it has changed.
    Auto,
    /// All levels, each of which is written.
    Manual,
}

impl From<Format> for TextureOptions {
    fn from(format: Format) -> Self {
        TextureOptions { format, mipmaps: Mipmaps::None, compare: None, swizzle: IDENTITY }
    }
}

/// A box of texels, at a level of a texture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// The level; 0 is the largest.
    pub level: u32,
    /// The lower left texel and the first slice, layer or face.
    pub origin: [u32; 3],
    /// Width, height, and number of slices, layers or faces; `None` for all from the origin on.
    pub size: Option<[u32; 3]>,
}

/// A texture: [`Texture2D`], [`Texture3D`], [`TextureCube`] or [`Texture2DArray`].
///
/// ```
/// use glir_gloo::{Context, Format, Texture2D, TextureOptions, Mipmaps};
///
/// let context = Context::new(64, 64)?;
/// let mut image = Texture2D::new(&context, (2, 1), Format::Rgba8)?;
/// image.write(&[[255u8, 0, 0, 255], [0, 0, 255, 255]])?;
/// let small = Texture2D::new(&context, (256, 256), TextureOptions { mipmaps: Mipmaps::Auto, ..Format::Rgb8.into() })?;
/// assert_eq!(image.write(&[1.0f32, 0.0, 0.0, 1.0]).unwrap_err().to_string(),
///     "texture 1 is rgba8, which takes u8 texels; f32 was given");
/// # Ok::<(), glir_gloo::Error>(())
/// ```
///
/// Texels stand row by row from the lowest one up. What is written is sent right before a draw that uses the texture;
/// writes that later ones cover are not sent at all, nor is a texture that nothing uses.
pub struct Texture<S> {
    pub(crate) object: Arc<TextureObject>,
    shape: PhantomData<fn() -> S>,
}

impl<S> std::fmt::Debug for Texture<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.object.fmt(f)
    }
}

impl<S: Shape> Texture<S> {
    /// A texture of zeros.
    ///
    /// # Errors
    /// If a side is 0 or more than 16,384, or the format can't be had in that shape.
    pub fn new(context: &Context, size: S::Size, options: impl Into<TextureOptions>) -> Result<Self> {
        let object = TextureObject::new(context, S::TARGET, S::extent(size), options.into())?;
        Ok(Texture { object, shape: PhantomData })
    }

    /// A texture of these texels.
    ///
    /// # Errors
    /// As [`Texture::new`] and [`Texture::write`].
    pub fn with_data<T: Element>(
        context: &Context,
        size: S::Size,
        options: impl Into<TextureOptions>,
        texels: &[T],
    ) -> Result<Self> {
        let mut texture = Self::new(context, size, options)?;
        texture.write(texels)?;
        Ok(texture)
    }

    /// Writes all of level 0. Texels are numbers of the format's element type or arrays of them, row by row from the lowest
    /// up; the bits of 16-bit floats are given as `u16`.
    ///
    /// # Errors
    /// If element type or length do not fit the format and the size.
    pub fn write<T: Element>(&mut self, texels: &[T]) -> Result<()> {
        self.write_area(Area::default(), texels)
    }

    /// Writes a box of texels.
    ///
    /// # Errors
    /// As [`Texture::write`], and if the box is no part of the level.
    pub fn write_area<T: Element>(&mut self, area: Area, texels: &[T]) -> Result<()> {
        let encoding = crate::vertex::encoding_of(T::FORMAT.component);
        self.object.write(area.level, area.origin, area.size, encoding, encode(texels))
    }

    /// Gives the texture another size. It is then all zeros.
    ///
    /// # Errors
    /// If a side is 0 or more than a texture of this shape may have.
    pub fn resize(&mut self, size: S::Size) -> Result<()> {
        self.object.resize(S::extent(size))
    }

    /// Width, height, and depth or layers in texels.
    pub fn extent(&self) -> [u32; 3] {
        self.object.extent()
    }

    /// The format of its texels.
    pub fn format(&self) -> Format {
        self.object.options.format
    }

    /// Says how the texture is filtered when it is made smaller and larger. It begins as linear, or nearest if the format
    /// needs a feature to be filtered or can't be.
    ///
    /// # Errors
    /// If the format can't be filtered, or the filter asks for levels that the texture has not.
    pub fn set_interpolation(&mut self, min: MinFilter, mag: Filter) -> Result<()> {
        self.object.set_filters(Filters { min, mag, ..self.object.filters() })
    }

    /// The greatest degree of anisotropy, 1 or more; more than 1 needs the feature `anisotropy`.
    ///
    /// # Errors
    /// If it is less than 1 or no number, or more than 1 where the feature `anisotropy` is not to be had.
    pub fn set_anisotropy(&mut self, anisotropy: f32) -> Result<()> {
        self.object.set_filters(Filters { anisotropy, ..self.object.filters() })
    }

    /// Says what lies beyond the edges: left and right, above and below, before and behind. It begins as clamped.
    pub fn set_wrapping(&mut self, wrap: [Wrap; 3]) {
        self.object.set_wrap(wrap);
    }

    /// Names the texture, for messages and inspection.
    ///
    /// # Errors
    /// If the name has more bytes than a label may have.
    pub fn set_label(&mut self, text: &str) -> Result<()> {
        self.object.set_label(text)
    }

    /// The texture's id in the stream.
    pub fn id(&self) -> TextureId {
        TextureId(self.object.handle.id)
    }
}
