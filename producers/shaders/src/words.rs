//! The words of GLSL ES 1.00 and 3.00, from the Khronos specifications (sections 3.6 to 3.8, 7 and 8 of each).

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that may not be names in at least one of the versions.
const RESERVED: &str = "attribute const uniform varying break continue do else for if in inout float int void bool true false lowp mediump highp precision invariant discard return mat2 mat3 mat4 vec2 vec3 vec4 ivec2 ivec3 ivec4 bvec2 bvec3 bvec4 sampler2D samplerCube struct while \
layout centroid flat smooth out case switch default uint uvec2 uvec3 uvec4 mat2x2 mat2x3 mat2x4 mat3x2 mat3x3 mat3x4 mat4x2 mat4x3 mat4x4 sampler3D samplerCubeShadow sampler2DShadow sampler2DArray sampler2DArrayShadow isampler2D isampler3D isamplerCube isampler2DArray usampler2D usampler3D usamplerCube usampler2DArray main defined";

/// Reserved words without a meaning in either version, yet plain names in older or other dialects: they are renamed
/// wherever they stand.
const AWKWARD: &str = "coherent volatile restrict readonly writeonly resource atomic_uint noperspective patch sample subroutine common partition active asm class union enum typedef template this packed goto inline noinline public static extern external interface long short double half fixed unsigned superp input output hvec2 hvec3 hvec4 dvec2 dvec3 dvec4 fvec2 fvec3 fvec4 sampler1D sampler1DShadow sampler1DArray sampler2DRect sampler2DRectShadow sampler3DRect filter image1D image2D image3D imageCube sizeof cast namespace using";

/// Functions of both versions.
const FUNCTIONS: &str = "radians degrees sin cos tan asin acos atan pow exp log exp2 log2 sqrt inversesqrt abs sign floor ceil fract mod min max clamp mix step smoothstep length distance dot cross normalize faceforward reflect refract matrixCompMult lessThan lessThanEqual greaterThan greaterThanEqual equal notEqual any all not dFdx dFdy fwidth \
texture2D texture2DProj texture2DLod texture2DProjLod textureCube textureCubeLod texture2DLodEXT texture2DProjLodEXT textureCubeLodEXT texture2DGradEXT texture2DProjGradEXT textureCubeGradEXT";

/// Functions of version 3.00 that version 1.00 lacks, but for `texture` and `textureLod`, which have their like there.
const NEW_FUNCTIONS: &str = "sinh cosh tanh asinh acosh atanh trunc round roundEven modf isnan isinf floatBitsToInt floatBitsToUint intBitsToFloat uintBitsToFloat packSnorm2x16 unpackSnorm2x16 packUnorm2x16 unpackUnorm2x16 packHalf2x16 unpackHalf2x16 outerProduct transpose determinant inverse textureSize textureProj textureOffset texelFetch texelFetchOffset textureProjOffset textureLodOffset textureProjLod textureProjLodOffset textureGrad textureGradOffset textureProjGrad textureProjGradOffset";

/// Other words of version 3.00 that say something version 1.00 can't.
const NEW_WORDS: &str = "case switch uint uvec2 uvec3 uvec4 mat2x3 mat2x4 mat3x2 mat3x4 mat4x2 mat4x3 mat2x2 mat3x3 mat4x4 sampler3D samplerCubeShadow sampler2DShadow sampler2DArray sampler2DArrayShadow isampler2D isampler3D isamplerCube isampler2DArray usampler2D usampler3D usamplerCube usampler2DArray gl_VertexID gl_InstanceID";

/// A list's words, to be looked up: a figure of many lines asks for some hundred thousand.
struct Words(LazyLock<HashSet<&'static str>>);

impl Words {
    fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

static RESERVED_WORDS: Words = Words(LazyLock::new(|| RESERVED.split_ascii_whitespace().collect()));
static AWKWARD_WORDS: Words = Words(LazyLock::new(|| AWKWARD.split_ascii_whitespace().collect()));
static FUNCTION_WORDS: Words = Words(LazyLock::new(|| FUNCTIONS.split_ascii_whitespace().collect()));
static NEW_FUNCTION_WORDS: Words = Words(LazyLock::new(|| NEW_FUNCTIONS.split_ascii_whitespace().collect()));
static NEW_ONES: Words = Words(LazyLock::new(|| NEW_WORDS.split_ascii_whitespace().collect()));

/// Whether no name of a program may be this word, or begin or be made as it is.
pub(crate) fn reserved(word: &str) -> bool {
    word.starts_with("gl_")
        || word.starts_with("webgl_")
        || word.starts_with("_webgl_")
        || word.contains("__")
        || RESERVED_WORDS.has(word)
        || awkward(word)
        || FUNCTION_WORDS.has(word)
        || NEW_FUNCTION_WORDS.has(word)
        || matches!(word, "texture" | "textureLod")
}

/// Whether snippets may use the word as a name, but programs may not.
pub(crate) fn awkward(word: &str) -> bool {
    AWKWARD_WORDS.has(word)
}

/// Whether version 1.00 has nothing like it. `called`: a parenthesis follows.
pub(crate) fn only_300(word: &str, called: bool) -> bool {
    (called && NEW_FUNCTION_WORDS.has(word)) || NEW_ONES.has(word)
}

/// What a function of version 1.00 is called in version 3.00.
pub(crate) fn function_300(word: &str) -> Option<&'static str> {
    Some(match word {
        "texture2D" | "textureCube" => "texture",
        "texture2DProj" => "textureProj",
        "texture2DLod" | "texture2DLodEXT" | "textureCubeLod" | "textureCubeLodEXT" => "textureLod",
        "texture2DProjLod" | "texture2DProjLodEXT" => "textureProjLod",
        "texture2DGradEXT" | "textureCubeGradEXT" => "textureGrad",
        "texture2DProjGradEXT" => "textureProjGrad",
        _ => return None,
    })
}

/// Whether it is one of the level-of-detail functions, which fragment shaders of version 1.00 have by extension only;
/// the name without `EXT`.
pub(crate) fn lod(word: &str) -> Option<&str> {
    let plain = word.strip_suffix("EXT").unwrap_or(word);
    let known = matches!(
        plain,
        "texture2DLod"
            | "texture2DProjLod"
            | "textureCubeLod"
            | "texture2DGrad"
            | "texture2DProjGrad"
            | "textureCubeGrad"
    );
    known.then_some(plain)
}

/// The extensions of version 1.00 that are part of version 3.00.
pub(crate) fn part_of_300(extension: &str) -> bool {
    matches!(
        extension,
        "GL_OES_standard_derivatives"
            | "GL_EXT_frag_depth"
            | "GL_EXT_shader_texture_lod"
            | "GL_EXT_draw_buffers"
            | "GL_OES_texture_3D"
    )
}
