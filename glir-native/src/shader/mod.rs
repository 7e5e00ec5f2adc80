//! Shaders on their way to the driver: dialects, preparation.

mod lexer;
mod rewrite;
#[cfg(feature = "validate-shaders")]
pub mod validate;
mod words;

use crate::context::{Api, ContextInfo};
use glir_core::backend::ShaderMessage;
use std::collections::BTreeMap;

/// How GLSL ES reaches a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// As it is: the context is an ES one.
    Native,
    /// As it is, with its version named: desktop GL with ES compatibility. GLSL ES 3.00 may be missing there still.
    EsCompat {
        /// The context takes GLSL ES 3.00 too.
        es300: bool,
    },
    /// Rewritten as desktop GLSL 3.30.
    Rewrite,
}

impl Dialect {
    /// The way that a context allows.
    pub fn of(info: &ContextInfo) -> Dialect {
        if info.api != Api::Gl {
            return Dialect::Native;
        }
        let has = |name: &str| info.extensions.contains(name);
        let es300 = info.version >= (4, 3) || has("GL_ARB_ES3_compatibility");
        if info.version >= (4, 1) || has("GL_ARB_ES2_compatibility") {
            Dialect::EsCompat { es300 }
        } else {
            Dialect::Rewrite
        }
    }

    /// The way for all shaders of one program: they must go the same way to be linked. ES compatibility does not bring
    /// the extensions of GLSL ES 1.00, so what names one is rewritten.
    pub fn of_program<'a>(self, mut sources: impl Iterator<Item = &'a str>) -> Dialect {
        let extended = |source| version(source) == Version::Es(100) && rewrite::names_extension(source);
        match self {
            Dialect::EsCompat { .. } if sources.any(extended) => Dialect::Rewrite,
            way => way,
        }
    }
}

/// A stage of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Vertex shader.
    Vertex,
    /// Geometry shader.
    Geometry,
    /// Fragment shader.
    Fragment,
    /// Compute shader.
    Compute,
}

impl Stage {
    /// The stage's name in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Stage::Vertex => "vertex shader",
            Stage::Geometry => "geometry shader",
            Stage::Fragment => "fragment shader",
            Stage::Compute => "compute shader",
        }
    }

    /// The stage's number in GL.
    pub const fn gl(self) -> u32 {
        match self {
            Stage::Vertex => glow::VERTEX_SHADER,
            Stage::Geometry => glow::GEOMETRY_SHADER,
            Stage::Fragment => glow::FRAGMENT_SHADER,
            Stage::Compute => glow::COMPUTE_SHADER,
        }
    }
}

/// A source that a context takes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The source.
    pub source: String,
    /// Names that were changed: from the new one to the source's own.
    pub renamed: BTreeMap<String, String>,
}

/// Makes a source ready for a context. Its line numbers stay those of the stream's source.
///
/// With the feature `validate-shaders` a source of GLSL ES must first pass ANGLE's translator; its messages are the errors.
pub fn prepare(dialect: Dialect, stage: Stage, source: &str) -> Result<Prepared, Vec<ShaderMessage>> {
    let version = version(source);
    #[cfg(feature = "validate-shaders")]
    validate::validate(stage, version, source)?;
    let plain = |source: String| Ok(Prepared { source, renamed: BTreeMap::new() });
    match (dialect, version) {
        (Dialect::Rewrite, Version::Es(version @ (100 | 300))) => {
            Ok(rewrite::rewrite(stage, version, source))
        }
        (Dialect::EsCompat { es300: false }, Version::Es(300)) => Ok(rewrite::rewrite(stage, 300, source)),
        // Without a version a desktop compiler would take the source for GLSL 1.10.
        (Dialect::EsCompat { .. }, Version::Es(100)) if !names_version(source) => {
            plain(format!("#version 100\n#line 1\n{source}"))
        }
        _ => plain(source.to_owned()),
    }
}

/// The language of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    /// GLSL ES; 100 where no version is named.
    Es(u32),
    /// Desktop GLSL.
    Desktop,
}

fn directive(source: &str) -> Option<&str> {
    let mut tokens = lexer::tokens(source).into_iter();
    let first = tokens.find(|token| !matches!(token, lexer::Token::Space(_) | lexer::Token::Comment(_)))?;
    let lexer::Token::Directive(text) = first else { return None };
    text.trim_start_matches('#').trim_start().strip_prefix("version").map(str::trim)
}

/// True if a source names its version.
fn names_version(source: &str) -> bool {
    directive(source).is_some()
}

fn version(source: &str) -> Version {
    let Some(text) = directive(source) else { return Version::Es(100) };
    let mut words = text.split_whitespace();
    let number = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
    if number == 100 || words.next() == Some("es") { Version::Es(number) } else { Version::Desktop }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_behind_comments() {
        assert_eq!(version("/* a */\n// b\n#version 300 es\n"), Version::Es(300));
        assert_eq!(version("#version 330 core\n"), Version::Desktop);
        assert_eq!(version("void main() {}\n// #version 330"), Version::Es(100));
    }

    #[test]
    fn desktop_compilers_are_told_the_version() {
        let prepared = prepare(
            Dialect::EsCompat { es300: true },
            Stage::Vertex,
            "void main() { gl_Position = vec4(0.0); }",
        );
        assert!(prepared.is_ok_and(|ready| ready.source.starts_with("#version 100\n#line 1\nvoid")));
    }
}
