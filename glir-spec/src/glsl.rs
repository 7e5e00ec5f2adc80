//! The GLSL types of uniforms, attributes, varyings and samplers.

use crate::enums::TextureTarget;
use crate::features::Feature;
use crate::formats::FormatClass;
use crate::wire::Encoding;

wire_enum! {
    /// A GLSL type of a uniform, attribute or captured varying. Values are column by column, tightly packed:
    /// `float`, vectors and matrices as `f32`; `int` and `bool` (0 or 1) as `i32`; `uint` as `u32`.
    GlslType {
        1 Float "float" = FLOAT,
        2 Vec2 "vec2" = FLOAT_VEC2,
        3 Vec3 "vec3" = FLOAT_VEC3,
        4 Vec4 "vec4" = FLOAT_VEC4,
        5 Int "int" = INT,
        6 Ivec2 "ivec2" = INT_VEC2,
        7 Ivec3 "ivec3" = INT_VEC3,
        8 Ivec4 "ivec4" = INT_VEC4,
        9 Bool "bool" = BOOL,
        10 Bvec2 "bvec2" = BOOL_VEC2,
        11 Bvec3 "bvec3" = BOOL_VEC3,
        12 Bvec4 "bvec4" = BOOL_VEC4,
        13 Mat2 "mat2" = FLOAT_MAT2,
        14 Mat3 "mat3" = FLOAT_MAT3,
        15 Mat4 "mat4" = FLOAT_MAT4,
        /// Profile es3.
        16 Uint "uint" = UNSIGNED_INT,
        /// Profile es3.
        17 Uvec2 "uvec2" = UNSIGNED_INT_VEC2,
        /// Profile es3.
        18 Uvec3 "uvec3" = UNSIGNED_INT_VEC3,
        /// Profile es3.
        19 Uvec4 "uvec4" = UNSIGNED_INT_VEC4,
        /// Two columns of three rows. Profile es3.
        20 Mat2x3 "mat2x3" = FLOAT_MAT2x3,
        /// Two columns of four rows. Profile es3.
        21 Mat2x4 "mat2x4" = FLOAT_MAT2x4,
        /// Three columns of two rows. Profile es3.
        22 Mat3x2 "mat3x2" = FLOAT_MAT3x2,
        /// Three columns of four rows. Profile es3.
        23 Mat3x4 "mat3x4" = FLOAT_MAT3x4,
        /// Four columns of two rows. Profile es3.
        24 Mat4x2 "mat4x2" = FLOAT_MAT4x2,
        /// Four columns of three rows. Profile es3.
        25 Mat4x3 "mat4x3" = FLOAT_MAT4x3,
    }
}

impl GlslType {
    /// Columns and rows; a scalar is 1×1, a vector one column.
    pub const fn shape(self) -> (u32, u32) {
        use GlslType as T;
        match self {
            T::Float | T::Int | T::Bool | T::Uint => (1, 1),
            T::Vec2 | T::Ivec2 | T::Bvec2 | T::Uvec2 => (1, 2),
            T::Vec3 | T::Ivec3 | T::Bvec3 | T::Uvec3 => (1, 3),
            T::Vec4 | T::Ivec4 | T::Bvec4 | T::Uvec4 => (1, 4),
            T::Mat2 => (2, 2),
            T::Mat3 => (3, 3),
            T::Mat4 => (4, 4),
            T::Mat2x3 => (2, 3),
            T::Mat2x4 => (2, 4),
            T::Mat3x2 => (3, 2),
            T::Mat3x4 => (3, 4),
            T::Mat4x2 => (4, 2),
            T::Mat4x3 => (4, 3),
        }
    }

    /// Components in one value.
    pub const fn components(self) -> u32 {
        let (columns, rows) = self.shape();
        columns * rows
    }

    /// Bytes of one value; every component has four.
    #[inline]
    pub const fn size(self) -> u32 {
        4 * self.components()
    }

    /// The element type of values.
    pub const fn encoding(self) -> Encoding {
        use GlslType as T;
        match self {
            T::Int | T::Ivec2 | T::Ivec3 | T::Ivec4 | T::Bool | T::Bvec2 | T::Bvec3 | T::Bvec4 => {
                Encoding::I32
            }
            T::Uint | T::Uvec2 | T::Uvec3 | T::Uvec4 => Encoding::U32,
            _ => Encoding::F32,
        }
    }

    /// True for `bool` and its vectors.
    pub const fn is_bool(self) -> bool {
        matches!(self, GlslType::Bool | GlslType::Bvec2 | GlslType::Bvec3 | GlslType::Bvec4)
    }

    /// The feature that the type needs, none for those of GLSL ES 1.00.
    pub const fn needs(self) -> Option<Feature> {
        if self as u8 >= GlslType::Uint as u8 { Some(Feature::Glsl300) } else { None }
    }

    /// The type with this number in GL.
    pub fn from_gl(value: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|ty| ty.gl() == value)
    }
}

wire_enum! {
    /// A GLSL sampler type.
    SamplerType {
        1 Sampler2d "sampler2D" = SAMPLER_2D,
        2 SamplerCube "samplerCube" = SAMPLER_CUBE,
        /// Profile es3, as all that follow.
        3 Sampler3d "sampler3D" = SAMPLER_3D,
        4 Sampler2dArray "sampler2DArray" = SAMPLER_2D_ARRAY,
        5 Sampler2dShadow "sampler2DShadow" = SAMPLER_2D_SHADOW,
        6 SamplerCubeShadow "samplerCubeShadow" = SAMPLER_CUBE_SHADOW,
        7 Sampler2dArrayShadow "sampler2DArrayShadow" = SAMPLER_2D_ARRAY_SHADOW,
        8 Isampler2d "isampler2D" = INT_SAMPLER_2D,
        9 Isampler3d "isampler3D" = INT_SAMPLER_3D,
        10 IsamplerCube "isamplerCube" = INT_SAMPLER_CUBE,
        11 Isampler2dArray "isampler2DArray" = INT_SAMPLER_2D_ARRAY,
        12 Usampler2d "usampler2D" = UNSIGNED_INT_SAMPLER_2D,
        13 Usampler3d "usampler3D" = UNSIGNED_INT_SAMPLER_3D,
        14 UsamplerCube "usamplerCube" = UNSIGNED_INT_SAMPLER_CUBE,
        15 Usampler2dArray "usampler2DArray" = UNSIGNED_INT_SAMPLER_2D_ARRAY,
    }
}

impl SamplerType {
    /// The shape of texture that it samples.
    pub const fn target(self) -> TextureTarget {
        use SamplerType as S;
        match self {
            S::Sampler2d | S::Sampler2dShadow | S::Isampler2d | S::Usampler2d => TextureTarget::D2,
            S::SamplerCube | S::SamplerCubeShadow | S::IsamplerCube | S::UsamplerCube => TextureTarget::Cube,
            S::Sampler3d | S::Isampler3d | S::Usampler3d => TextureTarget::D3,
            S::Sampler2dArray | S::Sampler2dArrayShadow | S::Isampler2dArray | S::Usampler2dArray => {
                TextureTarget::Array
            }
        }
    }

    /// True for samplers that compare depths.
    pub const fn is_shadow(self) -> bool {
        matches!(
            self,
            SamplerType::Sampler2dShadow | SamplerType::SamplerCubeShadow | SamplerType::Sampler2dArrayShadow
        )
    }

    /// What the shader reads: floats, signed or unsigned integers.
    pub const fn class(self) -> FormatClass {
        use SamplerType as S;
        match self {
            S::Isampler2d | S::Isampler3d | S::IsamplerCube | S::Isampler2dArray => FormatClass::Int,
            S::Usampler2d | S::Usampler3d | S::UsamplerCube | S::Usampler2dArray => FormatClass::Uint,
            _ => FormatClass::Float,
        }
    }

    /// The feature that the type needs, none for those of GLSL ES 1.00.
    pub const fn needs(self) -> Option<Feature> {
        if self as u8 >= SamplerType::Sampler3d as u8 { Some(Feature::Glsl300) } else { None }
    }

    /// The type with this number in GL.
    pub fn from_gl(value: u32) -> Option<Self> {
        Self::ALL.iter().copied().find(|ty| ty.gl() == value)
    }
}
