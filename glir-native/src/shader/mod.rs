//! Shaders on their way to the driver: dialects, preparation, compilers' logs.

mod log;

pub use log::read_log;

use crate::context::{Api, ContextInfo};
use glir_core::backend::ShaderMessage;
use std::collections::BTreeMap;

/// How GLSL ES reaches a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// As it is: the context is an ES one.
    Native,
    /// As it is, with its version named: desktop GL with ES compatibility.
    EsCompat,
}

impl Dialect {
    /// The way that a context allows.
    pub fn of(info: &ContextInfo) -> Dialect {
        if info.api == Api::Gl { Dialect::EsCompat } else { Dialect::Native }
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
pub fn prepare(
    _info: &ContextInfo,
    dialect: Dialect,
    _stage: Stage,
    source: &str,
) -> Result<Prepared, Vec<ShaderMessage>> {
    let plain = |source: String| Ok(Prepared { source, renamed: BTreeMap::new() });
    match dialect {
        Dialect::Native => plain(source.to_owned()),
        Dialect::EsCompat if has_version(source) => plain(source.to_owned()),
        // Without a version a desktop compiler would take the source for GLSL 1.10.
        Dialect::EsCompat => plain(format!("#version 100\n#line 1\n{source}")),
    }
}

/// True if a source has a `#version` line.
fn has_version(source: &str) -> bool {
    source.lines().any(|line| {
        let line = line.trim_start();
        line.strip_prefix('#').is_some_and(|rest| rest.trim_start().starts_with("version"))
    })
}
