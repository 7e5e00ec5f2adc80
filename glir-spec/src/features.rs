//! Profiles, features and targets: what a stream may need and where it is to be had.
//!
//! A stream's header names a *profile*, the features that it *requires* and those that it *uses* where they are there.
//! Each feature's row says on which GL version or extension it rests for each kind of context. `core` means always
//! there, `-` means never, a version such as `4.3` means from that version on, and a name is an extension (without the
//! `GL_` prefix natively); alternatives stand apart by `|`.

wire_enum! {
    /// A base profile: what every interpreter of a kind has without asking.
    Profile {
        /// OpenGL ES 2.0 and WebGL 1; shaders in GLSL ES 1.00.
        1 Es2 "es2",
        /// OpenGL ES 3.0, WebGL 2 and OpenGL 3.3; shaders in GLSL ES 1.00 or 3.00.
        2 Es3 "es3",
    }
}

wire_enum! {
    /// A kind of context for which a stream can be checked without having one.
    Target {
        /// WebGL 1.
        1 Webgl1 "webgl1",
        /// WebGL 2.
        2 Webgl2 "webgl2",
        /// OpenGL ES 2.0.
        3 Gles2 "gles2",
        /// OpenGL ES 3.0.
        4 Gles3 "gles3",
        /// OpenGL 3.3 core.
        5 Gl33 "gl33",
    }
}

impl Target {
    /// The greatest profile of the target.
    pub const fn profile(self) -> Profile {
        match self {
            Target::Webgl1 | Target::Gles2 => Profile::Es2,
            Target::Webgl2 | Target::Gles3 | Target::Gl33 => Profile::Es3,
        }
    }
}

macro_rules! features {
    ($( $(#[doc = $doc:literal])+ $number:literal $name:ident $text:literal $base:ident
        { gl: $gl:literal, gles2: $gles2:literal, gles3: $gles3:literal, webgl1: $webgl1:literal, webgl2: $webgl2:literal } )+) => {
        wire_enum! {
            /// An ability beyond the base profile es2. Those with the base `es3` are part of that profile.
            Feature { $( $(#[doc = $doc])+ $number $name $text, )+ }
        }
        impl Feature {
            /// The feature's row.
            pub const fn info(self) -> FeatureInfo {
                match self { $( Feature::$name => FeatureInfo {
                    base: features!(@base $base), gl: $gl, gles2: $gles2, gles3: $gles3, webgl1: $webgl1, webgl2: $webgl2,
                }, )+ }
            }
            /// The column of a kind of context.
            const fn column(self, target: Target) -> &'static str {
                match self { $( Feature::$name => match target {
                    Target::Webgl1 => $webgl1,
                    Target::Webgl2 => $webgl2,
                    Target::Gles2 => $gles2,
                    Target::Gles3 => $gles3,
                    Target::Gl33 => $gl,
                }, )+ }
            }
            /// The profile that includes the feature, if one does.
            pub const fn base(self) -> Option<Profile> {
                match self { $( Feature::$name => features!(@base $base), )+ }
            }
        }
    };
    (@base es3) => { Some(Profile::Es3) };
    (@base none) => { None };
}

/// Where a feature is to be had; see the head of this file for the notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeatureInfo {
    /// The profile that includes it, if one does.
    pub base: Option<Profile>,
    /// On desktop OpenGL 3.3 core and later.
    pub gl: &'static str,
    /// On OpenGL ES 2.0.
    pub gles2: &'static str,
    /// On OpenGL ES 3.0 and later.
    pub gles3: &'static str,
    /// On WebGL 1.
    pub webgl1: &'static str,
    /// On WebGL 2.
    pub webgl2: &'static str,
}

impl FeatureInfo {
    /// The column of a kind of context.
    pub const fn on(&self, target: Target) -> &'static str {
        match target {
            Target::Webgl1 => self.webgl1,
            Target::Webgl2 => self.webgl2,
            Target::Gles2 => self.gles2,
            Target::Gles3 => self.gles3,
            Target::Gl33 => self.gl,
        }
    }
}

impl Feature {
    /// True if a context of this kind, version and extensions has the feature. `has_extension` is asked for names
    /// without the `GL_` prefix.
    pub fn available(
        self,
        target: Target,
        version: (u32, u32),
        has_extension: impl Fn(&str) -> bool,
    ) -> bool {
        // The words of a column stand apart by blanks: ways by `|`, extensions that must all be there by `+`.
        let (mut found, mut all) = (false, true);
        for word in self.column(target).split_ascii_whitespace() {
            all &= match word.as_bytes() {
                b"|" => {
                    found |= all;
                    all = true;
                    continue;
                }
                b"+" | b"core" => true,
                b"-" => false,
                // Versions have one digit before the point and one behind it.
                [major @ b'0'..=b'9', b'.', minor] => {
                    version >= (u32::from(major - b'0'), u32::from(minor.wrapping_sub(b'0')))
                }
                _ => all && !found && has_extension(word),
            };
        }
        found | all
    }
}

features! {
    /// GLSL ES 3.00, with its types, and 64 KiB of its limits.
    1 Glsl300 "glsl-300" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// Sized texture formats beyond ES 2.0: one and two channels, signed normalized, sRGB, packed, float and integer formats.
    2 SizedFormats "sized-formats" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// Instanced draws and attribute divisors.
    3 Instancing "instancing" es3 { gl: "core", gles2: "ANGLE_instanced_arrays | EXT_instanced_arrays | NV_instanced_arrays", gles3: "core", webgl1: "ANGLE_instanced_arrays", webgl2: "core" }
    /// 32-bit indices.
    4 UintIndices "uint-indices" es3 { gl: "core", gles2: "OES_element_index_uint", gles3: "core", webgl1: "OES_element_index_uint", webgl2: "core" }
    /// `dFdx`, `dFdy` and `fwidth` in fragment shaders.
    5 Derivatives "derivatives" es3 { gl: "core", gles2: "OES_standard_derivatives", gles3: "core", webgl1: "OES_standard_derivatives", webgl2: "core" }
    /// Writing the fragment's depth.
    6 FragDepth "frag-depth" es3 { gl: "core", gles2: "EXT_frag_depth", gles3: "core", webgl1: "EXT_frag_depth", webgl2: "core" }
    /// Level-of-detail texture functions in fragment shaders. Profile es3 has them in GLSL ES 3.00; the columns speak of
    /// the extension of GLSL ES 1.00.
    7 ShaderTextureLod "shader-texture-lod" es3 { gl: "core", gles2: "EXT_shader_texture_lod", gles3: "EXT_shader_texture_lod", webgl1: "EXT_shader_texture_lod", webgl2: "core" }
    /// Several colour attachments and DRAW_BUFFERS.
    8 DrawBuffers "draw-buffers" es3 { gl: "core", gles2: "EXT_draw_buffers", gles3: "core", webgl1: "WEBGL_draw_buffers", webgl2: "core" }
    /// The blend equations min and max.
    9 BlendMinmax "blend-minmax" es3 { gl: "core", gles2: "EXT_blend_minmax", gles3: "core", webgl1: "EXT_blend_minmax", webgl2: "core" }
    /// Textures whose sides are not powers of two with mipmaps or repeat wrapping.
    10 NpotTextures "npot-textures" es3 { gl: "core", gles2: "OES_texture_npot", gles3: "core", webgl1: "-", webgl2: "core" }
    /// 3D textures.
    11 Texture3d "texture-3d" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// 2D array textures.
    12 TextureArray "texture-array" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// Textures of depth and depth-stencil formats.
    13 DepthTextures "depth-textures" es3 { gl: "core", gles2: "OES_depth_texture + OES_packed_depth_stencil", gles3: "core", webgl1: "WEBGL_depth_texture", webgl2: "core" }
    /// Swizzles other than the identity.
    14 TextureSwizzle "texture-swizzle" none { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "-" }
    /// Textures of 32-bit float RGB and RGBA, sampled with nearest filters.
    15 FloatTextures "float-textures" es3 { gl: "core", gles2: "OES_texture_float", gles3: "core", webgl1: "OES_texture_float", webgl2: "core" }
    /// Textures of 16-bit float RGB and RGBA.
    16 HalfFloatTextures "half-float-textures" es3 { gl: "core", gles2: "OES_texture_half_float + OES_texture_half_float_linear", gles3: "core", webgl1: "OES_texture_half_float + OES_texture_half_float_linear", webgl2: "core" }
    /// Linear filtering of 32-bit float textures.
    17 FloatLinear "float-linear" none { gl: "core", gles2: "OES_texture_float_linear", gles3: "OES_texture_float_linear", webgl1: "OES_texture_float_linear", webgl2: "OES_texture_float_linear" }
    /// Rendering to 16-bit float formats.
    18 HalfFloatRender "half-float-render" none { gl: "core", gles2: "EXT_color_buffer_half_float", gles3: "EXT_color_buffer_half_float | EXT_color_buffer_float | 3.2", webgl1: "EXT_color_buffer_half_float", webgl2: "EXT_color_buffer_half_float | EXT_color_buffer_float" }
    /// Rendering to 32-bit float formats.
    19 FloatRender "float-render" none { gl: "core", gles2: "-", gles3: "EXT_color_buffer_float | 3.2", webgl1: "WEBGL_color_buffer_float", webgl2: "EXT_color_buffer_float" }
    /// Blending into 32-bit float attachments.
    20 FloatBlend "float-blend" none { gl: "core", gles2: "-", gles3: "EXT_float_blend | 3.2", webgl1: "EXT_float_blend", webgl2: "EXT_float_blend" }
    /// Uniform blocks.
    21 UniformBlocks "uniform-blocks" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// Transform feedback and rasterizer discard.
    22 TransformFeedback "transform-feedback" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// Multisampled renderbuffers and canvases.
    23 Multisample "multisample" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// BLIT.
    24 Blit "blit" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// READ of a buffer.
    25 BufferRead "buffer-read" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// READ of a colour attachment other than the first.
    26 ReadBuffer "read-buffer" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// Framebuffers with attachments of unequal size, mipmap levels and layers as attachments.
    27 LayeredAttachments "layered-attachments" es3 { gl: "core", gles2: "-", gles3: "core", webgl1: "-", webgl2: "core" }
    /// Queries whether any sample passed.
    28 OcclusionQuery "occlusion-query" es3 { gl: "core", gles2: "EXT_occlusion_query_boolean", gles3: "core", webgl1: "-", webgl2: "core" }
    /// Queries that count samples.
    29 SamplesQuery "samples-query" none { gl: "core", gles2: "-", gles3: "-", webgl1: "-", webgl2: "-" }
    /// Queries of GPU time.
    30 TimerQuery "timer-query" none { gl: "core", gles2: "EXT_disjoint_timer_query", gles3: "EXT_disjoint_timer_query", webgl1: "EXT_disjoint_timer_query", webgl2: "EXT_disjoint_timer_query_webgl2" }
    /// Anisotropic filtering.
    31 Anisotropy "anisotropy" none { gl: "4.6 | EXT_texture_filter_anisotropic | ARB_texture_filter_anisotropic", gles2: "EXT_texture_filter_anisotropic", gles3: "EXT_texture_filter_anisotropic", webgl1: "EXT_texture_filter_anisotropic", webgl2: "EXT_texture_filter_anisotropic" }
    /// Indexed draws with a base vertex.
    32 BaseVertex "base-vertex" none { gl: "core", gles2: "-", gles3: "3.2 | OES_draw_elements_base_vertex | EXT_draw_elements_base_vertex", webgl1: "-", webgl2: "-" }
    /// Geometry shaders (GLSL ES 3.20) and draws with adjacency.
    33 GeometryShader "geometry-shader" none { gl: "4.5 | ARB_ES3_2_compatibility", gles2: "-", gles3: "3.2", webgl1: "-", webgl2: "-" }
    /// Compute shaders (GLSL ES 3.10), storage blocks and DISPATCH.
    34 Compute "compute" none { gl: "4.5 | ARB_ES3_1_compatibility", gles2: "-", gles3: "3.1", webgl1: "-", webgl2: "-" }
    /// Shaders in desktop GLSL, version 3.30.
    35 DesktopGlsl "desktop-glsl" none { gl: "core", gles2: "-", gles3: "-", webgl1: "-", webgl2: "-" }
    /// INPUT, SIGNAL and BIND: interaction that travels with the stream.
    36 Signals "signals" none { gl: "core", gles2: "core", gles3: "core", webgl1: "core", webgl2: "core" }
    /// RECORD, RUN and REDRAW: commands that are kept and run again.
    37 Lists "lists" none { gl: "core", gles2: "core", gles3: "core", webgl1: "core", webgl2: "core" }
}
