//! The types of hooks and functions.

use glir_spec::{GlslType, SamplerType};
use std::fmt;

/// A type that a hook or a function may have. Structures and arrays stay inside of snippets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Nothing, of functions only.
    Void,
    /// A scalar, vector or matrix.
    Value(GlslType),
    /// A sampler.
    Sampler(SamplerType),
}

impl Type {
    /// The type of this name in GLSL.
    pub fn named(name: &str) -> Option<Type> {
        if name == "void" {
            return Some(Type::Void);
        }
        // GLSL ES 3.00 has these names for the square ones, too.
        let name = match name {
            "mat2x2" => "mat2",
            "mat3x3" => "mat3",
            "mat4x4" => "mat4",
            name => name,
        };
        let value = GlslType::ALL.iter().find(|ty| ty.text() == name).map(|&ty| Type::Value(ty));
        value.or_else(|| SamplerType::ALL.iter().find(|ty| ty.text() == name).map(|&ty| Type::Sampler(ty)))
    }

    /// The type's name in GLSL.
    pub fn text(self) -> &'static str {
        match self {
            Type::Void => "void",
            Type::Value(ty) => ty.text(),
            Type::Sampler(ty) => ty.text(),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl From<GlslType> for Type {
    fn from(ty: GlslType) -> Self {
        Type::Value(ty)
    }
}

impl From<SamplerType> for Type {
    fn from(ty: SamplerType) -> Self {
        Type::Sampler(ty)
    }
}

/// Which way a parameter's value goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Into the function.
    #[default]
    In,
    /// Out of it.
    Out,
    /// Both ways.
    InOut,
}

/// A function's result and parameters. It reads as in GLSL: `vec4 (vec4, inout float)`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Signature {
    /// What it gives.
    pub result: Type,
    /// What it takes.
    pub parameters: Vec<(Direction, Type)>,
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (", self.result)?;
        for (index, (direction, ty)) in self.parameters.iter().enumerate() {
            let comma = if index > 0 { ", " } else { "" };
            let direction = match direction {
                Direction::In => "",
                Direction::Out => "out ",
                Direction::InOut => "inout ",
            };
            write!(f, "{comma}{direction}{ty}")?;
        }
        f.write_str(")")
    }
}
