//! GLSL ES 1.00 and 3.00 as desktop GLSL 3.30, for drivers without ES compatibility.
//!
//! ES is the stricter language, so words suffice: what ES accepts means the same in 3.30 once keywords and built-in names
//! are translated, precision is dropped, and names that 3.30 keeps for itself are changed. Lines stay where they are.
//! What ES refuses may pass; who wants it refused takes the feature `validate-shaders`.
//!
//! A changed name is the old one behind `glir_`, and names that begin so already are changed too. So no two names become
//! one, and all shaders of a program change a name alike without knowing of each other.

use super::lexer::{Token, directive_tokens, tokens};
use super::words::*;
use super::{Prepared, Stage};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

const PREFIX: &str = "glir_";

/// The main function around the source's own one; discarded fragments never come behind it.
const BROADCAST: &str = "
void main() {
    glir_main();
    for (int glir_i = 1; glir_i < gl_MaxDrawBuffers; ++glir_i) { glir_FragData[glir_i] = glir_FragData[0]; }
}
";

/// Rewrites a source of GLSL ES 1.00 (`version` 100) or 3.00 (300).
pub(super) fn rewrite(stage: Stage, version: u32, source: &str) -> Prepared {
    let tokens = tokens(source);
    let mentioned = mentioned(&tokens);
    let fragment_100 = version == 100 && stage == Stage::Fragment;
    let has = |word: &str| mentioned.contains(word);
    let several = fragment_100 && has(DRAW_BUFFERS);
    let color = fragment_100 && has("gl_FragColor");
    let data = fragment_100 && has("gl_FragData");
    let taken = if version == 100 { TAKEN_FROM_100 } else { TAKEN_FROM_300 };
    let mut rewriter = Rewriter {
        stage,
        version,
        taken: taken.split_whitespace().collect(),
        renamed: BTreeMap::new(),
        broadcast: several && color && !data,
        depth: 0,
        layout: None,
        has_layout: false,
    };
    let mut out = String::from("#version 330 core\n");
    if version == 300 && PACKING.iter().any(|name| has(name)) {
        out.push_str("#extension GL_ARB_shading_language_packing : enable\n");
    }
    let extensions = if version == 100 { &EXTENSIONS[..] } else { &[] };
    for name in MACROS.iter().chain(extensions) {
        out.push_str(&format!("#define {PREFIX}{name} 1\n"));
    }
    out.push_str(&format!("#define {PREFIX}VERSION {version}\n"));
    if color || data {
        let count = if several { "gl_MaxDrawBuffers" } else { "1" };
        out.push_str(&format!("layout(location = 0) out vec4 {PREFIX}FragData[{count}];\n"));
        rewriter.renamed.insert(format!("{PREFIX}FragData"), "gl_FragData".to_owned());
    }
    out.push_str("#line 1\n");
    rewriter.all(&tokens, &mut out);
    if rewriter.broadcast {
        out.push_str(BROADCAST);
    }
    Prepared { source: out, renamed: rewriter.renamed }
}

/// True if a source of ES 1.00 names one of its extensions. ES compatibility promises none of them.
pub(super) fn names_extension(source: &str) -> bool {
    let tokens = tokens(source);
    let mentioned = mentioned(&tokens);
    EXTENSIONS.iter().any(|name| mentioned.contains(name))
}

/// All words of a source, those in directives included.
fn mentioned<'a>(tokens: &[Token<'a>]) -> BTreeSet<&'a str> {
    let words = |token: Token<'a>| if let Token::Word(word) = token { Some(word) } else { None };
    let within = |token: &Token<'a>| match *token {
        Token::Directive(text) => directive_tokens(text),
        token => vec![token],
    };
    tokens.iter().flat_map(within).filter_map(words).collect()
}

struct Rewriter {
    stage: Stage,
    version: u32,
    taken: BTreeSet<&'static str>,
    renamed: BTreeMap<String, String>,
    /// `gl_FragColor` goes to all draw buffers.
    broadcast: bool,
    /// Open parentheses and braces.
    depth: u32,
    /// Inside `layout(…)`: the depth outside of it.
    layout: Option<u32>,
    /// The declaration at hand has had a `layout(…)`.
    has_layout: bool,
}

impl Rewriter {
    fn all(&mut self, tokens: &[Token<'_>], out: &mut String) {
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            index += 1;
            match *token {
                Token::Word("precision") => index = self.skip_statement(tokens, index, out),
                Token::Word("invariant") => index = self.invariant(tokens, index, out),
                // A line continued; to 3.30 the backslash is an error.
                Token::Sign("\\") => {}
                Token::Directive(text) => self.directive(text, out),
                token => self.plain(token, out),
            }
        }
    }

    /// Leaves out what comes before the next semicolon, and it; lines and directives stay.
    fn skip_statement(&mut self, tokens: &[Token<'_>], mut index: usize, out: &mut String) -> usize {
        while let Some(token) = tokens.get(index) {
            index += 1;
            match *token {
                Token::Sign(";") => break,
                Token::Space(text) | Token::Comment(text) => newlines(text, out),
                Token::Directive(text) => self.directive(text, out),
                Token::Word(_) | Token::Number(_) | Token::Sign(_) => {}
            }
        }
        index
    }

    /// ES asks for invariance at the output alone, 3.30 on both sides. It matters between programs, for positions: there
    /// it stays, elsewhere it goes.
    fn invariant(&mut self, tokens: &[Token<'_>], index: usize, out: &mut String) -> usize {
        let rest = tokens.get(index..).unwrap_or_default();
        let mut next = rest.iter().filter(|token| !matches!(token, Token::Space(_) | Token::Comment(_)));
        match (next.next(), next.next()) {
            (Some(Token::Word(name)), Some(Token::Sign(";" | ","))) => {
                if self.stage == Stage::Vertex && name.starts_with("gl_") {
                    out.push_str("invariant");
                    return index;
                }
                self.skip_statement(tokens, index, out)
            }
            _ => index,
        }
    }

    /// Lines about the version, extensions and line numbers go; in macros and conditions words are rewritten.
    fn directive(&mut self, text: &str, out: &mut String) {
        // In 3.30 a backslash does not continue a line, so the lines are joined and made up for behind it.
        let joined = text.replace("\\\r\n", "").replace("\\\n", "");
        let parts = directive_tokens(&joined);
        let mut words =
            parts.iter().filter_map(|token| if let Token::Word(word) = token { Some(*word) } else { None });
        match words.next() {
            Some("version" | "line") => {}
            Some("extension") => {
                let name = words.next().unwrap_or_default();
                let known = name == "all" || (self.version == 100 && EXTENSIONS.contains(&name));
                if !known && words.next() == Some("require") {
                    out.push_str(&format!("#error the extension {name} is not supported"));
                }
            }
            // All outputs invariant: as with single ones, what counts are positions.
            Some("pragma") if words.next() == Some("STDGL") && words.next() == Some("invariant") => {
                if self.stage == Stage::Vertex {
                    out.push_str("invariant gl_Position;");
                }
            }
            Some("error" | "pragma") => out.push_str(&joined),
            _ => {
                // Parentheses in a macro belong to no declaration.
                let outside = (self.depth, self.layout, self.has_layout);
                parts.into_iter().for_each(|token| self.plain(token, out));
                (self.depth, self.layout, self.has_layout) = outside;
            }
        }
        newlines(text, out);
    }

    fn plain(&mut self, token: Token<'_>, out: &mut String) {
        match token {
            Token::Word(word) => self.word(word, out),
            Token::Sign(sign) => {
                self.sign(sign);
                out.push_str(sign);
            }
            Token::Space(text) | Token::Comment(text) | Token::Number(text) | Token::Directive(text) => {
                out.push_str(text);
            }
        }
    }

    fn sign(&mut self, sign: &str) {
        match sign {
            "(" | "{" => self.depth = self.depth.saturating_add(1),
            ")" | "}" => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        if self.layout == Some(self.depth) && sign == ")" {
            self.layout = None;
        }
        if matches!(sign, ";" | "}") {
            self.has_layout = false;
        }
    }

    fn word(&mut self, word: &str, out: &mut String) {
        match (word, self.version, self.stage) {
            ("lowp" | "mediump" | "highp", ..) => {}
            ("__VERSION__", ..) => out.push_str("glir_VERSION"),
            ("attribute", 100, _) | ("varying", 100, Stage::Fragment) => out.push_str("in"),
            ("varying", 100, _) => out.push_str("out"),
            ("gl_FragColor", 100, _) => out.push_str("glir_FragData[0]"),
            ("gl_FragData", 100, _) => out.push_str("glir_FragData"),
            ("main", 100, _) if self.broadcast => out.push_str("glir_main"),
            // In ES the only output is at 0 without saying so; in 3.30 that is the driver's choice.
            ("out", 300, Stage::Fragment) if self.depth == 0 && !self.has_layout => {
                out.push_str("layout(location = 0) out");
            }
            ("layout", 300, _) => {
                (self.layout, self.has_layout) = (Some(self.depth), true);
                out.push_str(word);
            }
            _ => out.push_str(&self.translated(word)),
        }
    }

    fn translated<'w>(&mut self, word: &'w str) -> Cow<'w, str> {
        if let Some((_, constant)) = CONSTANTS.iter().find(|(name, _)| *name == word) {
            return Cow::Borrowed(constant);
        }
        if let Some((_, name)) = FUNCTIONS.iter().find(|(name, _)| self.version == 100 && *name == word) {
            return Cow::Borrowed(name);
        }
        // Macros of this kind are the driver's own, and may not be defined.
        if word.starts_with("GL_") {
            return Cow::Owned(format!("{PREFIX}{word}"));
        }
        if word.starts_with(PREFIX) || (self.taken.contains(word) && self.layout.is_none()) {
            let name = format!("{PREFIX}{word}");
            self.renamed.insert(name.clone(), word.to_owned());
            return Cow::Owned(name);
        }
        Cow::Borrowed(word)
    }
}

fn newlines(text: &str, out: &mut String) {
    out.extend(text.chars().filter(|&c| c == '\n'));
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
        let expected =
            "\nin vec2 v;\nuniform sampler2D s;\nvoid main() { glir_FragData[0] = texture(s, v); }";
        assert_eq!(body(Stage::Fragment, 100, fragment), expected);
        let head = rewrite(Stage::Fragment, 100, fragment).source;
        assert!(head.starts_with("#version 330 core\n") && head.contains("out vec4 glir_FragData[1];"));
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
        let expected = "\n#ifdef glir_GL_ES\n\n\n#endif\nint x = glir_VERSION;";
        assert_eq!(body(Stage::Fragment, 100, source), expected);
    }

    #[test]
    fn es_300_loses_only_version_and_precision() {
        let source = "#version 300 es\nprecision highp float;\nlayout(location = 1) out vec4 c;\nvoid main() { c = vec4(texture2D); }";
        let expected = "\n\nlayout(location = 1) out vec4 c;\nvoid main() { c = vec4(texture2D); }";
        assert_eq!(body(Stage::Fragment, 300, source), expected);
    }

    #[test]
    fn no_two_names_become_one() {
        let prepared = rewrite(Stage::Vertex, 100, "float smooth, glir_smooth, glir_;");
        assert!(prepared.source.ends_with("float glir_smooth, glir_glir_smooth, glir_glir_;"));
        let back: Vec<_> = prepared.renamed.values().map(String::as_str).collect();
        assert_eq!(back, ["glir_", "glir_smooth", "smooth"]);
    }

    #[test]
    fn layouts_keep_their_words() {
        let source = "layout(shared, row_major) uniform B { float shared; };";
        let expected = "layout(shared, row_major) uniform B { float glir_shared; };";
        assert_eq!(body(Stage::Vertex, 300, source), expected);
    }

    #[test]
    fn outputs_have_places() {
        let source = "out vec4 c;\nvoid f(out float x);\nlayout(location = 2) out vec4 d;";
        let expected =
            "layout(location = 0) out vec4 c;\nvoid f(out float x);\nlayout(location = 2) out vec4 d;";
        assert_eq!(body(Stage::Fragment, 300, source), expected);
    }

    #[test]
    fn extensions_of_others_are_refused_where_they_are_required() {
        let source = "#extension GL_NV_x : enable\n#extension GL_NV_x : require\n#extension GL_EXT_frag_depth : require";
        let expected = "\n#error the extension GL_NV_x is not supported\n";
        assert_eq!(body(Stage::Fragment, 100, source), expected);
    }

    #[test]
    fn continued_lines_are_joined_and_counted() {
        let source = "#define A(x) \\\n  (x)\nfloat a = \\\n 1.0;";
        assert_eq!(body(Stage::Vertex, 300, source), "#define A(x)   (x)\n\nfloat a = \n 1.0;");
    }

    #[test]
    fn precision_in_branches_leaves_the_branches() {
        let source = "precision\n#ifdef GL_ES\nhighp\n#else\nlowp\n#endif\nfloat;\nint a;";
        assert_eq!(body(Stage::Vertex, 100, source), "\n#ifdef glir_GL_ES\n\n#else\n\n#endif\n\nint a;");
    }

    #[test]
    fn invariance_stays_with_positions() {
        let source =
            "#pragma STDGL invariant(all)\ninvariant varying vec2 v;\ninvariant v;\ninvariant gl_Position;";
        let expected = "invariant gl_Position;\n out vec2 v;\n\ninvariant gl_Position;";
        assert_eq!(body(Stage::Vertex, 100, source), expected);
        assert_eq!(body(Stage::Fragment, 100, "#pragma STDGL invariant(all)\ninvariant gl_FragCoord;"), "\n");
    }
}
