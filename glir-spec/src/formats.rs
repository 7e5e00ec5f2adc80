//! The table of texture and renderbuffer formats: OpenGL ES 3.0.6, tables 3.2, 3.13 and 3.14, and OpenGL ES 2.0.25, table 3.8.
//!
//! Renderability and filtering are the guaranteed minimum of those tables; a feature widens them where the column names it.

use crate::features::Feature;
use crate::generated::gl;
use crate::wire::Encoding;

macro_rules! formats {
    ($( $number:literal $variant:ident $text:literal $internal:ident $format:ident $ty:ident $bytes:literal $encoding:ident
        $class:ident $render:ident $filter:ident $needs:ident )+) => {
        wire_enum! {
            /// The format of a texture or renderbuffer. Names are GL's sized internal formats in lower case; on profile
            /// es2 the interpreter uses the matching unsized format.
            Format { $( $number $variant $text = $internal, )+ }
        }

        impl Format {
            /// Everything that a check or a backend needs to know of the format.
            pub const fn info(self) -> FormatInfo {
                match self { $( Format::$variant => FormatInfo {
                    internal: gl::$internal,
                    format: gl::$format,
                    ty: gl::$ty,
                    texel_bytes: $bytes,
                    encoding: Encoding::$encoding,
                    class: FormatClass::$class,
                    render: formats!(@level $render),
                    filter: formats!(@level $filter),
                    needs: formats!(@feature $needs),
                }, )+ }
            }

            /// The names in GL of the pixel format and the pixel type of uploads.
            pub const fn upload_names(self) -> (&'static str, &'static str) {
                match self {
                    $( Format::$variant => (concat!("GL_", stringify!($format)), concat!("GL_", stringify!($ty))), )+
                }
            }
        }
    };
    (@level Yes) => { Support::Base };
    (@level No) => { Support::Never };
    (@level Rgb8Render) => { Support::Needs(Feature::SizedFormats) };
    (@level HalfFloat) => { Support::Needs(Feature::HalfFloatRender) };
    (@level Float) => { Support::Needs(Feature::FloatRender) };
    (@level FloatLinear) => { Support::Needs(Feature::FloatLinear) };
    (@feature Base) => { None };
    (@feature $feature:ident) => { Some(Feature::$feature) };
}

impl Format {
    /// Whether a *renderbuffer* may have the format. Those of OpenGL ES 2.0.25, table 4.5, need nothing, nor do rgba8 and
    /// packed depth-stencil, which every WebGL 1 has or can stand in for.
    pub const fn renderbuffer(self) -> Support {
        match self {
            Format::Rgba8
            | Format::Rgba4
            | Format::Rgb5A1
            | Format::Rgb565
            | Format::Depth16
            | Format::Depth24Stencil8
            | Format::Stencil8 => Support::Base,
            _ => match self.info().render {
                Support::Base => Support::Needs(Feature::SizedFormats),
                other => other,
            },
        }
    }
}

/// What a format is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatInfo {
    /// GL's sized internal format.
    pub internal: u32,
    /// GL's pixel format for uploads.
    pub format: u32,
    /// GL's pixel type for uploads.
    pub ty: u32,
    /// Bytes of one texel as uploaded.
    pub texel_bytes: u32,
    /// The element type of uploads.
    pub encoding: Encoding,
    /// What a shader or framebuffer sees.
    pub class: FormatClass,
    /// Whether it may be rendered to.
    pub render: Support,
    /// Whether linear filters may be used.
    pub filter: Support,
    /// The feature that a *texture* of this format needs; none for those of ES 2.0.
    pub needs: Option<Feature>,
}

/// What a format holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatClass {
    /// Colours read as floats (normalized or float).
    Float,
    /// Colours read as signed integers.
    Int,
    /// Colours read as unsigned integers.
    Uint,
    /// Depth.
    Depth,
    /// Depth and stencil.
    DepthStencil,
    /// Stencil (renderbuffers only).
    Stencil,
}

impl FormatClass {
    /// True for colour formats.
    pub const fn is_color(self) -> bool {
        matches!(self, FormatClass::Float | FormatClass::Int | FormatClass::Uint)
    }
}

/// Whether an ability is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// Wherever the format is.
    Base,
    /// Only with this feature.
    Needs(Feature),
    /// Nowhere.
    Never,
}

formats! {
    1 Alpha8 "alpha8" ALPHA ALPHA UNSIGNED_BYTE 1 U8 Float No Yes Base
    2 Luminance8 "luminance8" LUMINANCE LUMINANCE UNSIGNED_BYTE 1 U8 Float No Yes Base
    3 LuminanceAlpha8 "luminance_alpha8" LUMINANCE_ALPHA LUMINANCE_ALPHA UNSIGNED_BYTE 2 U8 Float No Yes Base
    4 Rgb8 "rgb8" RGB8 RGB UNSIGNED_BYTE 3 U8 Float Rgb8Render Yes Base
    5 Rgba8 "rgba8" RGBA8 RGBA UNSIGNED_BYTE 4 U8 Float Yes Yes Base
    6 Rgb565 "rgb565" RGB565 RGB UNSIGNED_SHORT_5_6_5 2 U16 Float Yes Yes Base
    7 Rgba4 "rgba4" RGBA4 RGBA UNSIGNED_SHORT_4_4_4_4 2 U16 Float Yes Yes Base
    8 Rgb5A1 "rgb5_a1" RGB5_A1 RGBA UNSIGNED_SHORT_5_5_5_1 2 U16 Float Yes Yes Base
    10 R8 "r8" R8 RED UNSIGNED_BYTE 1 U8 Float Yes Yes SizedFormats
    11 Rg8 "rg8" RG8 RG UNSIGNED_BYTE 2 U8 Float Yes Yes SizedFormats
    12 R8Snorm "r8_snorm" R8_SNORM RED BYTE 1 I8 Float No Yes SizedFormats
    13 Rg8Snorm "rg8_snorm" RG8_SNORM RG BYTE 2 I8 Float No Yes SizedFormats
    14 Rgb8Snorm "rgb8_snorm" RGB8_SNORM RGB BYTE 3 I8 Float No Yes SizedFormats
    15 Rgba8Snorm "rgba8_snorm" RGBA8_SNORM RGBA BYTE 4 I8 Float No Yes SizedFormats
    16 Srgb8 "srgb8" SRGB8 RGB UNSIGNED_BYTE 3 U8 Float No Yes SizedFormats
    17 Srgb8Alpha8 "srgb8_alpha8" SRGB8_ALPHA8 RGBA UNSIGNED_BYTE 4 U8 Float Yes Yes SizedFormats
    18 Rgb10A2 "rgb10_a2" RGB10_A2 RGBA UNSIGNED_INT_2_10_10_10_REV 4 U32 Float Yes Yes SizedFormats
    19 R16f "r16f" R16F RED HALF_FLOAT 2 F16 Float HalfFloat Yes SizedFormats
    20 Rg16f "rg16f" RG16F RG HALF_FLOAT 4 F16 Float HalfFloat Yes SizedFormats
    21 Rgb16f "rgb16f" RGB16F RGB HALF_FLOAT 6 F16 Float No Yes HalfFloatTextures
    22 Rgba16f "rgba16f" RGBA16F RGBA HALF_FLOAT 8 F16 Float HalfFloat Yes HalfFloatTextures
    23 R32f "r32f" R32F RED FLOAT 4 F32 Float Float FloatLinear SizedFormats
    24 Rg32f "rg32f" RG32F RG FLOAT 8 F32 Float Float FloatLinear SizedFormats
    25 Rgb32f "rgb32f" RGB32F RGB FLOAT 12 F32 Float No FloatLinear FloatTextures
    26 Rgba32f "rgba32f" RGBA32F RGBA FLOAT 16 F32 Float Float FloatLinear FloatTextures
    27 R11fG11fB10f "r11f_g11f_b10f" R11F_G11F_B10F RGB UNSIGNED_INT_10F_11F_11F_REV 4 U32 Float Float Yes SizedFormats
    28 Rgb9E5 "rgb9_e5" RGB9_E5 RGB UNSIGNED_INT_5_9_9_9_REV 4 U32 Float No Yes SizedFormats
    30 R8ui "r8ui" R8UI RED_INTEGER UNSIGNED_BYTE 1 U8 Uint Yes No SizedFormats
    31 R8i "r8i" R8I RED_INTEGER BYTE 1 I8 Int Yes No SizedFormats
    32 Rg8ui "rg8ui" RG8UI RG_INTEGER UNSIGNED_BYTE 2 U8 Uint Yes No SizedFormats
    33 Rg8i "rg8i" RG8I RG_INTEGER BYTE 2 I8 Int Yes No SizedFormats
    34 Rgb8ui "rgb8ui" RGB8UI RGB_INTEGER UNSIGNED_BYTE 3 U8 Uint No No SizedFormats
    35 Rgb8i "rgb8i" RGB8I RGB_INTEGER BYTE 3 I8 Int No No SizedFormats
    36 Rgba8ui "rgba8ui" RGBA8UI RGBA_INTEGER UNSIGNED_BYTE 4 U8 Uint Yes No SizedFormats
    37 Rgba8i "rgba8i" RGBA8I RGBA_INTEGER BYTE 4 I8 Int Yes No SizedFormats
    38 R16ui "r16ui" R16UI RED_INTEGER UNSIGNED_SHORT 2 U16 Uint Yes No SizedFormats
    39 R16i "r16i" R16I RED_INTEGER SHORT 2 I16 Int Yes No SizedFormats
    40 Rg16ui "rg16ui" RG16UI RG_INTEGER UNSIGNED_SHORT 4 U16 Uint Yes No SizedFormats
    41 Rg16i "rg16i" RG16I RG_INTEGER SHORT 4 I16 Int Yes No SizedFormats
    42 Rgb16ui "rgb16ui" RGB16UI RGB_INTEGER UNSIGNED_SHORT 6 U16 Uint No No SizedFormats
    43 Rgb16i "rgb16i" RGB16I RGB_INTEGER SHORT 6 I16 Int No No SizedFormats
    44 Rgba16ui "rgba16ui" RGBA16UI RGBA_INTEGER UNSIGNED_SHORT 8 U16 Uint Yes No SizedFormats
    45 Rgba16i "rgba16i" RGBA16I RGBA_INTEGER SHORT 8 I16 Int Yes No SizedFormats
    46 R32ui "r32ui" R32UI RED_INTEGER UNSIGNED_INT 4 U32 Uint Yes No SizedFormats
    47 R32i "r32i" R32I RED_INTEGER INT 4 I32 Int Yes No SizedFormats
    48 Rg32ui "rg32ui" RG32UI RG_INTEGER UNSIGNED_INT 8 U32 Uint Yes No SizedFormats
    49 Rg32i "rg32i" RG32I RG_INTEGER INT 8 I32 Int Yes No SizedFormats
    50 Rgb32ui "rgb32ui" RGB32UI RGB_INTEGER UNSIGNED_INT 12 U32 Uint No No SizedFormats
    51 Rgb32i "rgb32i" RGB32I RGB_INTEGER INT 12 I32 Int No No SizedFormats
    52 Rgba32ui "rgba32ui" RGBA32UI RGBA_INTEGER UNSIGNED_INT 16 U32 Uint Yes No SizedFormats
    53 Rgba32i "rgba32i" RGBA32I RGBA_INTEGER INT 16 I32 Int Yes No SizedFormats
    54 Rgb10A2ui "rgb10_a2ui" RGB10_A2UI RGBA_INTEGER UNSIGNED_INT_2_10_10_10_REV 4 U32 Uint Yes No SizedFormats
    60 Depth16 "depth_component16" DEPTH_COMPONENT16 DEPTH_COMPONENT UNSIGNED_SHORT 2 U16 Depth Yes No DepthTextures
    61 Depth24 "depth_component24" DEPTH_COMPONENT24 DEPTH_COMPONENT UNSIGNED_INT 4 U32 Depth Yes No DepthTextures
    62 Depth32f "depth_component32f" DEPTH_COMPONENT32F DEPTH_COMPONENT FLOAT 4 F32 Depth Yes No SizedFormats
    63 Depth24Stencil8 "depth24_stencil8" DEPTH24_STENCIL8 DEPTH_STENCIL UNSIGNED_INT_24_8 4 U32 DepthStencil Yes No DepthTextures
    64 Depth32fStencil8 "depth32f_stencil8" DEPTH32F_STENCIL8 DEPTH_STENCIL FLOAT_32_UNSIGNED_INT_24_8_REV 8 Raw DepthStencil Yes No SizedFormats
    65 Stencil8 "stencil_index8" STENCIL_INDEX8 STENCIL_INDEX UNSIGNED_BYTE 1 U8 Stencil Yes No Base
}
