//! The programs of this test: sources beside it, the declared interface, the values to draw with.

use glir_spec::enums::{FeedbackMode, Mode};
use glir_spec::structs::{AttributeDecl, BlockDecl, Interface, SamplerDecl, UniformDecl};
use glir_spec::{Feature, GlslType as T, Profile, SamplerType as S};

/// A program and how it is drawn.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) vertex: &'static str,
    pub(crate) fragment: &'static str,
    pub(crate) profile: Profile,
    pub(crate) needs: &'static [Feature],
    pub(crate) attributes: &'static [(&'static str, T)],
    /// Name, type, array length and values; those of integers are whole.
    pub(crate) uniforms: &'static [(&'static str, T, u32, &'static [f32])],
    pub(crate) samplers: &'static [(&'static str, S)],
    /// Name and contents.
    pub(crate) blocks: &'static [(&'static str, &'static [f32])],
    pub(crate) mode: Mode,
    pub(crate) instances: u32,
    /// Colour attachments; 1 draws to the canvas.
    pub(crate) targets: u32,
}

impl Sample {
    pub(crate) fn interface(&self) -> Interface<'static> {
        Interface {
            attributes: self
                .attributes
                .iter()
                .map(|&(name, ty)| AttributeDecl { name: name.into(), ty })
                .collect(),
            uniforms: self
                .uniforms
                .iter()
                .map(|&(name, ty, count, _)| UniformDecl { name: name.into(), ty, count })
                .collect(),
            samplers: self.samplers.iter().map(|&(name, ty)| SamplerDecl { name: name.into(), ty }).collect(),
            blocks: self
                .blocks
                .iter()
                .map(|&(name, values)| BlockDecl {
                    name: name.into(),
                    size: values.len() as u32 * 4,
                    storage: false,
                })
                .collect(),
            feedback: Vec::new(),
            feedback_mode: FeedbackMode::Interleaved,
        }
    }
}

const IDENTITY: &[f32] = &[1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0];
const SCENE: &[f32] =
    &[0.9, 0.8, 0.7, 1.0, 0.5, 0.1, 0.0, 0.0, -0.1, 0.75, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.1, 0.05, 0.0, 1.0];
const POSITION: &[(&str, T)] = &[("a_position", T::Vec2)];

/// A sample of profile es2 whose sources are `sources/NAME.vert` and `.frag`; fields that differ follow.
macro_rules! sample {
    ($name:literal $(, $field:ident: $value:expr)*) => {
        Sample {
            $($field: $value,)*
            ..Sample {
                name: $name,
                vertex: include_str!(concat!("sources/", $name, ".vert")),
                fragment: include_str!(concat!("sources/", $name, ".frag")),
                profile: Profile::Es2,
                needs: &[],
                attributes: POSITION,
                uniforms: &[],
                samplers: &[],
                blocks: &[],
                mode: Mode::TriangleStrip,
                instances: 1,
                targets: 1,
            }
        }
    };
}

/// All of them.
pub(crate) const ALL: &[Sample] = &[
    sample!("plain", uniforms: &[("u_transform", T::Mat4, 1, IDENTITY), ("u_color", T::Vec4, 1, &[0.9, 0.7, 0.3, 1.0])]),
    sample!("names",
        attributes: &[("texture", T::Vec2), ("sample", T::Float)],
        uniforms: &[
            ("uint", T::Vec2, 2, &[0.8, 0.9, 0.5, 0.4]),
            ("buffer.filter", T::Vec2, 1, &[0.1, 0.2]),
            ("buffer.common", T::Float, 1, &[0.15]),
        ],
        samplers: &[("texelFetch", S::Sampler2d)]),
    sample!("sampling", samplers: &[("u_image", S::Sampler2d), ("u_cube", S::SamplerCube)]),
    sample!("explicit_lod",
        needs: &[Feature::ShaderTextureLod],
        samplers: &[("u_image", S::Sampler2d), ("u_cube", S::SamplerCube)]),
    sample!("derivatives", needs: &[Feature::Derivatives]),
    sample!("depth", needs: &[Feature::FragDepth], uniforms: &[("u_depth", T::Float, 1, &[0.2])]),
    sample!("data", profile: Profile::Es3, needs: &[Feature::DrawBuffers], targets: 2),
    sample!("broadcast", profile: Profile::Es3, needs: &[Feature::DrawBuffers], targets: 2),
    sample!("macros"),
    sample!("invariant"),
    sample!("points", mode: Mode::Points, uniforms: &[("u_size", T::Float, 1, &[13.0])]),
    sample!("es300",
        profile: Profile::Es3,
        uniforms: &[("u_count", T::Int, 1, &[7.0])],
        blocks: &[("Scene", SCENE)],
        instances: 2),
    sample!("images",
        profile: Profile::Es3,
        samplers: &[
            ("u_image", S::Sampler2d),
            ("u_volume", S::Sampler3d),
            ("u_layers", S::Sampler2dArray),
        ],
        targets: 2),
    sample!("packing", profile: Profile::Es3),
];
