//! GLSL ES 1.00 and 3.00 as desktop GLSL 3.30, for drivers without ES compatibility.
//!
//! ES is the stricter language, so words suffice: what ES accepts means the same in 3.30 once keywords and built-in names
//! are translated, precision is dropped, and names that 3.30 keeps for itself are changed. Lines stay where they are.

use super::lexer::{Token, directive_tokens, tokens};
use super::{Prepared, Stage};
use std::collections::{BTreeMap, BTreeSet};

/// Built-in functions of ES 1.00 under their names in 3.30.
const FUNCTIONS: [(&str, &str); 15] = [
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
    ("gl_FragColor", "glir_FragColor"),
    ("gl_FragData", "glir_FragData"),
];

/// Constants of ES that 3.30 counts in components instead of vectors.
const CONSTANTS: [(&str, &str); 5] = [
    ("gl_MaxVertexUniformVectors", "(gl_MaxVertexUniformComponents / 4)"),
    ("gl_MaxFragmentUniformVectors", "(gl_MaxFragmentUniformComponents / 4)"),
    ("gl_MaxVaryingVectors", "(gl_MaxVaryingComponents / 4)"),
    ("gl_MaxVertexOutputVectors", "(gl_MaxVaryingComponents / 4)"),
    ("gl_MaxFragmentInputVectors", "(gl_MaxVaryingComponents / 4)"),
];

/// Macros that an ES compiler defines. Names that begin with `GL_` may not be defined, so they are given others.
const MACROS: [&str; 6] = [
    "GL_ES",
    "GL_FRAGMENT_PRECISION_HIGH",
    "GL_OES_standard_derivatives",
    "GL_EXT_frag_depth",
    "GL_EXT_shader_texture_lod",
    "GL_EXT_draw_buffers",
];

/// Keywords, reserved words and built-in functions of GLSL 3.30 (its sections 3.6 and 8) that are free in ES 1.00.
const TAKEN_FROM_100: &str = "active atomic_uint buffer case centroid coherent common filter iimage1D iimage1DArray iimage2D \
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

/// The same for ES 3.00, which reserves nearly everything itself.
const TAKEN_FROM_300: &str =
    "EmitVertex EndPrimitive buffer ftransform noise1 noise2 noise3 noise4 precise sample shared";

/// Rewrites a source of GLSL ES 1.00 (`version` 100) or 3.00 (300).
pub(super) fn rewrite(stage: Stage, version: u32, source: &str) -> Prepared {
    let taken: BTreeSet<&str> =
        if version == 100 { TAKEN_FROM_100 } else { TAKEN_FROM_300 }.split_whitespace().collect();
    let mut rewriter = Rewriter {
        stage,
        version,
        taken,
        renamed: BTreeMap::new(),
        color: false,
        data: false,
        packing: false,
    };
    let mut body = String::with_capacity(source.len());
    rewriter.rewrite_all(&tokens(source), &mut body);
    Prepared { source: rewriter.head() + &body, renamed: rewriter.renamed }
}

struct Rewriter {
    stage: Stage,
    version: u32,
    taken: BTreeSet<&'static str>,
    renamed: BTreeMap<String, String>,
    /// `gl_FragColor` is used.
    color: bool,
    /// `gl_FragData` is used.
    data: bool,
    /// The packing functions of ES 3.00 are used.
    packing: bool,
}

impl Rewriter {
    /// What stands before the source. The source's first line stays line 1.
    fn head(&self) -> String {
        let mut head = String::from("#version 330 core\n");
        if self.packing {
            head.push_str("#extension GL_ARB_shading_language_packing : enable\n");
        }
        for name in MACROS.iter().take(if self.version == 100 { MACROS.len() } else { 2 }) {
            head.push_str(&format!("#define {} 1\n", renamed_macro(name)));
        }
        if self.color {
            head.push_str("out vec4 glir_FragColor;\n");
        }
        if self.data {
            head.push_str("out vec4 glir_FragData[8];\n");
        }
        head.push_str("#line 1\n");
        head
    }

    fn rewrite_all(&mut self, tokens: &[Token<'_>], out: &mut String) {
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            index += 1;
            match *token {
                Token::Word("precision") => {
                    // The statement ends at its semicolon; newlines in it are kept.
                    while let Some(token) = tokens.get(index) {
                        index += 1;
                        match *token {
                            Token::Sign(";") => break,
                            Token::Space(text) | Token::Comment(text) => {
                                out.extend(text.chars().filter(|&c| c == '\n'))
                            }
                            _ => {}
                        }
                    }
                }
                Token::Word(word) => self.word(word, out),
                Token::Directive(text) => self.directive(text, out),
                Token::Space(text) | Token::Comment(text) | Token::Number(text) | Token::Sign(text) => {
                    out.push_str(text)
                }
            }
        }
    }

    /// Version and extension lines go (their newline stands behind them); in others words are rewritten.
    fn directive(&mut self, text: &str, out: &mut String) {
        let parts = directive_tokens(text);
        let name =
            parts.iter().find_map(|token| if let Token::Word(word) = token { Some(*word) } else { None });
        if matches!(name, Some("version" | "extension")) {
            out.extend(text.chars().filter(|&c| c == '\n'));
            return;
        }
        for token in parts {
            match token {
                Token::Word(word) => self.word(word, out),
                Token::Directive(text)
                | Token::Space(text)
                | Token::Comment(text)
                | Token::Number(text)
                | Token::Sign(text) => {
                    out.push_str(text);
                }
            }
        }
    }

    fn word(&mut self, word: &str, out: &mut String) {
        match word {
            "lowp" | "mediump" | "highp" => return,
            "__VERSION__" => {
                out.push_str(&self.version.to_string());
                return;
            }
            "packSnorm2x16" | "unpackSnorm2x16" | "packUnorm2x16" | "unpackUnorm2x16" | "packHalf2x16"
            | "unpackHalf2x16" => {
                self.packing = self.version == 300;
            }
            _ => {}
        }
        if MACROS.contains(&word) {
            out.push_str(&renamed_macro(word));
            return;
        }
        if let Some((_, constant)) = CONSTANTS.iter().find(|(name, _)| *name == word) {
            out.push_str(constant);
            return;
        }
        if self.version == 100 {
            match (word, self.stage) {
                ("attribute", _) | ("varying", Stage::Fragment) => return out.push_str("in"),
                ("varying", _) => return out.push_str("out"),
                ("gl_FragColor", _) => self.color = true,
                ("gl_FragData", _) => self.data = true,
                _ => {}
            }
            if let Some((_, name)) = FUNCTIONS.iter().find(|(name, _)| *name == word) {
                return out.push_str(name);
            }
        }
        if self.taken.contains(word) {
            let name = format!("glir_{word}");
            out.push_str(&name);
            self.renamed.insert(name, word.to_owned());
            return;
        }
        out.push_str(word);
    }
}

fn renamed_macro(name: &str) -> String {
    format!("GLIR_{}", name.trim_start_matches("GL_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(stage: Stage, version: u32, source: &str) -> String {
        let prepared = rewrite(stage, version, source);
        prepared.source.split_once("#line 1\n").map(|(_, body)| body.to_owned()).unwrap_or_default()
    }

    #[test]
    fn es_100_becomes_330() {
        let vertex = "attribute vec2 a;\nvarying highp vec2 v;\nvoid main() { v = a; gl_Position = vec4(a, 0.0, 1.0); }\n";
        let expected = "in vec2 a;\nout  vec2 v;\nvoid main() { v = a; gl_Position = vec4(a, 0.0, 1.0); }\n";
        assert_eq!(body(Stage::Vertex, 100, vertex), expected);
        let fragment = "precision mediump float;\nvarying vec2 v;\nuniform sampler2D s;\nvoid main() { gl_FragColor = texture2D(s, v); }";
        let expected = "\nin vec2 v;\nuniform sampler2D s;\nvoid main() { glir_FragColor = texture(s, v); }";
        assert_eq!(body(Stage::Fragment, 100, fragment), expected);
        let head = rewrite(Stage::Fragment, 100, fragment).source;
        assert!(head.starts_with("#version 330 core\n") && head.contains("out vec4 glir_FragColor;"));
    }

    #[test]
    fn taken_names_are_changed_and_remembered() {
        let prepared = rewrite(
            Stage::Fragment,
            100,
            "uniform sampler2D texture; // texture\nfloat round(float sample);",
        );
        assert!(
            prepared
                .source
                .contains("sampler2D glir_texture; // texture\nfloat glir_round(float glir_sample)")
        );
        assert_eq!(prepared.renamed.get("glir_texture").map(String::as_str), Some("texture"));
    }

    #[test]
    fn directives_keep_their_lines() {
        let source = "#extension GL_OES_standard_derivatives : enable\n#ifdef GL_ES\nprecision\n highp float;\n#endif\nint x = __VERSION__;";
        let expected = "\n#ifdef GLIR_ES\n\n\n#endif\nint x = 100;";
        assert_eq!(body(Stage::Fragment, 100, source), expected);
    }

    #[test]
    fn es_300_loses_only_version_and_precision() {
        let source = "#version 300 es\nprecision highp float;\nlayout(location = 1) out vec4 c;\nvoid main() { c = vec4(texture2D); }";
        let expected = "\n\nlayout(location = 1) out vec4 c;\nvoid main() { c = vec4(texture2D); }";
        assert_eq!(body(Stage::Fragment, 300, source), expected);
    }
}
