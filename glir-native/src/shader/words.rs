//! The words that differ between GLSL ES and desktop GLSL 3.30.

/// Built-in functions of ES 1.00 under their names in 3.30.
pub(super) const FUNCTIONS: [(&str, &str); 13] = [
    ("texture2D", "texture"),
    ("texture2DProj", "textureProj"),
    ("texture2DLod", "textureLod"),
    ("texture2DProjLod", "textureProjLod"),
    ("textureCube", "texture"),
    ("textureCubeLod", "textureLod"),
    ("texture2DLodEXT", "textureLod"),
    ("texture2DProjLodEXT", "textureProjLod"),
    ("textureCubeLodEXT", "textureLod"),
    ("texture2DGradEXT", "textureGrad"),
    ("texture2DProjGradEXT", "textureProjGrad"),
    ("textureCubeGradEXT", "textureGrad"),
    ("gl_FragDepthEXT", "gl_FragDepth"),
];

/// Constants of ES that 3.30 counts in components instead of vectors, or has no name for: then the least that it asks of
/// drivers.
pub(super) const CONSTANTS: [(&str, &str); 7] = [
    ("gl_MaxVertexUniformVectors", "(gl_MaxVertexUniformComponents / 4)"),
    ("gl_MaxFragmentUniformVectors", "(gl_MaxFragmentUniformComponents / 4)"),
    ("gl_MaxVaryingVectors", "(gl_MaxVaryingComponents / 4)"),
    ("gl_MaxVertexOutputVectors", "(gl_MaxVaryingComponents / 4)"),
    ("gl_MaxFragmentInputVectors", "(gl_MaxVaryingComponents / 4)"),
    ("gl_MinProgramTexelOffset", "(-8)"),
    ("gl_MaxProgramTexelOffset", "7"),
];

/// Macros that every ES compiler defines here.
pub(super) const MACROS: [&str; 2] = ["GL_ES", "GL_FRAGMENT_PRECISION_HIGH"];

/// Extensions of ES 1.00 that are part of 3.30; each has a macro of its name.
pub(super) const EXTENSIONS: [&str; 4] =
    ["GL_OES_standard_derivatives", "GL_EXT_frag_depth", "GL_EXT_shader_texture_lod", DRAW_BUFFERS];

/// The extension that makes `gl_FragData` an array of several, and `gl_FragColor` all of them.
pub(super) const DRAW_BUFFERS: &str = "GL_EXT_draw_buffers";

/// The functions that need `GL_ARB_shading_language_packing` in 3.30.
pub(super) const PACKING: [&str; 6] = [
    "packSnorm2x16",
    "unpackSnorm2x16",
    "packUnorm2x16",
    "unpackUnorm2x16",
    "packHalf2x16",
    "unpackHalf2x16",
];

/// Keywords, reserved words and built-in functions of GLSL 3.30 (its sections 3.6 and 8) that are free in ES 1.00.
pub(super) const TAKEN_FROM_100: &str = "active atomic_uint buffer case centroid coherent common filter iimage1D iimage1DArray iimage2D \
iimage2DArray iimage3D iimageBuffer iimageCube image1D image1DArray image1DArrayShadow image1DShadow image2D image2DArray \
image2DArrayShadow image2DShadow image3D imageBuffer imageCube isampler1D isampler1DArray isampler2D isampler2DArray \
isampler2DMS isampler2DMSArray isampler2DRect isampler3D isamplerBuffer isamplerCube layout mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 \
mat3x4 mat4x2 mat4x3 mat4x4 noperspective partition patch precise readonly resource restrict row_major sample sampler1DArray \
sampler1DArrayShadow sampler2DArray sampler2DArrayShadow sampler2DMS sampler2DMSArray samplerBuffer samplerCubeShadow shared \
smooth subroutine uimage1D uimage1DArray uimage2D uimage2DArray uimage3D uimageBuffer uimageCube uint usampler1D \
usampler1DArray usampler2D usampler2DArray usampler2DMS usampler2DMSArray usampler2DRect usampler3D usamplerBuffer \
usamplerCube uvec2 uvec3 uvec4 writeonly \
EmitVertex EndPrimitive acosh asinh atanh cosh determinant floatBitsToInt floatBitsToUint ftransform intBitsToFloat inverse \
isinf isnan modf noise1 noise2 noise3 noise4 outerProduct round roundEven sinh tanh texelFetch texelFetchOffset texture \
textureGrad textureGradOffset textureLod textureLodOffset textureOffset textureProj textureProjGrad textureProjGradOffset \
textureProjLod textureProjLodOffset textureProjOffset textureSize transpose trunc uintBitsToFloat";

/// The same for ES 3.00, which reserves nearly everything itself. Some are names of layouts, and stay so there.
pub(super) const TAKEN_FROM_300: &str = "EmitVertex EndPrimitive buffer ftransform noise1 noise2 noise3 noise4 packed precise \
row_major shared";
