//! What a shader takes, read from its source: the declarations at its outermost level, behind the preprocessor.
//!
//! This is no compiler: interpreters have one. It reads what stands at global scope, takes `#define`, `#if` and their kin
//! into account, and skips function bodies. Where a condition rests on what only a context knows (`GL_…` macros), both
//! branches count, since declaring more than is used is no fault.

mod declarations;
mod lex;
mod preprocess;
mod std140;

pub(crate) use declarations::{Found, Stage, scan};
pub(crate) use std140::BlockLayout;

use glir_spec::Feature;

/// The GLSL extensions that profile es2 knows, each with its feature.
const EXTENSIONS: [(&str, Feature); 4] = [
    ("GL_OES_standard_derivatives", Feature::Derivatives),
    ("GL_EXT_frag_depth", Feature::FragDepth),
    ("GL_EXT_shader_texture_lod", Feature::ShaderTextureLod),
    ("GL_EXT_draw_buffers", Feature::DrawBuffers),
];

/// A GLSL dialect, by its `#version` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// GLSL ES; 100 where there is no line.
    Es(u32),
    /// Desktop GLSL.
    Desktop(u32),
    /// Something else.
    Unknown,
}

impl Dialect {
    /// The feature that it needs; `Err` if it is none of GLIR's.
    pub(crate) fn needs(self) -> Result<Option<Feature>, ()> {
        match self {
            Dialect::Es(100) => Ok(None),
            Dialect::Es(300) => Ok(Some(Feature::Glsl300)),
            Dialect::Es(310) => Ok(Some(Feature::Compute)),
            Dialect::Es(320) => Ok(Some(Feature::GeometryShader)),
            Dialect::Desktop(330) => Ok(Some(Feature::DesktopGlsl)),
            _ => Err(()),
        }
    }

    /// The value of `__VERSION__`.
    pub(crate) fn number(self) -> u32 {
        match self {
            Dialect::Es(number) | Dialect::Desktop(number) => number,
            Dialect::Unknown => 100,
        }
    }

    /// The dialect of a source. `#version` stands before anything but comments and white space.
    pub(crate) fn of(source: &str) -> Dialect {
        let tokens = lex::lex_start(source);
        let words: Vec<&str> = tokens.iter().map(|token| token.text).collect();
        match words[..] {
            ["#", "version", "100"] => Dialect::Es(100),
            ["#", "version", number, "es"] => number.parse().map_or(Dialect::Unknown, Dialect::Es),
            ["#", "version", number] | ["#", "version", number, "core"] => {
                number.parse().map_or(Dialect::Unknown, Dialect::Desktop)
            }
            ["#", "version", ..] => Dialect::Unknown,
            _ => Dialect::Es(100),
        }
    }
}

/// The features that a source's `#extension` lines ask for; all lines count, as they do for an interpreter's check.
pub(crate) fn extensions(source: &str) -> impl Iterator<Item = (&'static str, Feature)> + '_ {
    source.lines().flat_map(|line| {
        let asked = line.trim_start().strip_prefix('#').map(str::trim_start);
        let asked = asked.and_then(|rest| rest.strip_prefix("extension")).map(str::trim_start);
        EXTENSIONS.into_iter().filter(move |(name, _)| {
            asked
                .and_then(|asked| asked.strip_prefix(name))
                .is_some_and(|behaviour| !behaviour.contains("disable"))
        })
    })
}
