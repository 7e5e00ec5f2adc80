//! What signals are: the types of their values, and what each operation takes and gives.
//!
//! Producers and the check both ask here, so that a producer refuses what an interpreter would.

use crate::GlslType;
use crate::enums::{InputSource, SignalOp as Op};
use SignalKind as Kind;
use std::fmt;

/// What a signal's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalKind {
    /// A whole number, for uniforms of type int, uint and bool.
    Int,
    /// A number.
    Float,
    /// Two numbers.
    Vec2,
    /// Three numbers.
    Vec3,
    /// Four numbers.
    Vec4,
    /// Nine numbers, columns first.
    Mat3,
    /// Sixteen numbers, columns first.
    Mat4,
}

impl SignalKind {
    /// How many numbers it has.
    pub const fn count(self) -> usize {
        match self {
            SignalKind::Int | SignalKind::Float => 1,
            SignalKind::Vec2 => 2,
            SignalKind::Vec3 => 3,
            SignalKind::Vec4 => 4,
            SignalKind::Mat3 => 9,
            SignalKind::Mat4 => 16,
        }
    }

    /// The float or vector with so many components.
    pub const fn vector(components: usize) -> Option<SignalKind> {
        match components {
            1 => Some(SignalKind::Float),
            2 => Some(SignalKind::Vec2),
            3 => Some(SignalKind::Vec3),
            4 => Some(SignalKind::Vec4),
            _ => None,
        }
    }

    /// Floats and vectors, not matrices and whole numbers.
    pub const fn is_vector(self) -> bool {
        matches!(self, SignalKind::Float | SignalKind::Vec2 | SignalKind::Vec3 | SignalKind::Vec4)
    }
}

impl fmt::Display for SignalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SignalKind::Int => "int",
            SignalKind::Float => "float",
            SignalKind::Vec2 => "vec2",
            SignalKind::Vec3 => "vec3",
            SignalKind::Vec4 => "vec4",
            SignalKind::Mat3 => "mat3",
            SignalKind::Mat4 => "mat4",
        })
    }
}

/// Types, as they stand in a sentence; the text stands between them.
#[derive(Clone, Copy, Debug)]
pub struct Kinds<'k>(pub &'k [SignalKind], pub &'static str);

impl fmt::Display for Kinds<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, kind) in self.0.iter().enumerate() {
            f.write_str(if index > 0 { self.1 } else { "" })?;
            kind.fmt(f)?;
        }
        Ok(())
    }
}

/// The type of an input's value.
pub const fn kind_of_input(source: InputSource) -> Kind {
    match source {
        InputSource::Pointer | InputSource::Wheel | InputSource::CanvasSize => Kind::Vec2,
        InputSource::Buttons | InputSource::Modifiers => Kind::Int,
        InputSource::Time | InputSource::PixelRatio => Kind::Float,
    }
}

/// The type of a controller's value; none for other operations.
pub const fn kind_of_controller(op: Op) -> Option<Kind> {
    match op {
        Op::PanZoom => Some(Kind::Vec4),
        Op::Turntable | Op::Arcball | Op::Fly => Some(Kind::Mat4),
        Op::Clock => Some(Kind::Float),
        _ => None,
    }
}

/// The type of what is asked of a controller by itself, and the sort of controller if it is one; none for other operations.
pub const fn kind_of_question(op: Op) -> Option<(Kind, Option<Op>)> {
    match op {
        Op::Selection => Some((Kind::Vec4, Some(Op::PanZoom))),
        Op::Focused => Some((Kind::Float, None)),
        _ => None,
    }
}

/// The types of signals that a uniform of this type takes; none for types that no signal has.
pub const fn kinds_for(ty: GlslType) -> Option<&'static [Kind]> {
    Some(match ty {
        GlslType::Float => &[Kind::Float],
        GlslType::Vec2 => &[Kind::Vec2],
        GlslType::Vec3 => &[Kind::Vec3],
        GlslType::Vec4 => &[Kind::Vec4],
        GlslType::Mat3 => &[Kind::Mat3],
        GlslType::Mat4 => &[Kind::Mat4],
        GlslType::Int | GlslType::Uint | GlslType::Bool => &[Kind::Int],
        _ => return None,
    })
}

/// The type of an operation's value, or what is wrong with its operands and numbers, as a clause.
pub fn kind_of(op: Op, operands: &[Kind], numbers: &[f64]) -> Result<Kind, String> {
    let kind = typed(op, operands, numbers.len())?;
    if op == Op::Component {
        let most = operands[0].count();
        if numbers.iter().any(|index| !(0..most).any(|known| known as f64 == *index)) {
            return Err(format!("the components of a {} go from 0 to {}", operands[0], most - 1));
        }
    }
    Ok(kind)
}

fn typed(op: Op, operands: &[Kind], numbers: usize) -> Result<Kind, String> {
    let takes_numbers = matches!(op, Op::Constant | Op::Component);
    if !takes_numbers && numbers > 0 {
        return Err(format!("{op} takes no numbers"));
    }
    match (op, operands) {
        (Op::Constant, []) => match numbers {
            9 => Ok(Kind::Mat3),
            16 => Ok(Kind::Mat4),
            count => Kind::vector(count)
                .ok_or_else(|| format!("constant takes 1 to 4, 9 or 16 numbers; {count} are given")),
        },
        (Op::Mul, [Kind::Mat4, Kind::Vec4]) => Ok(Kind::Vec4),
        (Op::Mul, [Kind::Mat3, Kind::Vec3]) => Ok(Kind::Vec3),
        (Op::Mul, [Kind::Mat4, Kind::Mat4]) => Ok(Kind::Mat4),
        (Op::Mul, [Kind::Mat3, Kind::Mat3]) => Ok(Kind::Mat3),
        (
            Op::Add | Op::Sub | Op::Mul | Op::Div | Op::Min | Op::Max | Op::Mod | Op::Atan2 | Op::Less,
            [a, b],
        ) => both(op, *a, *b),
        (Op::Mix, [a, b, Kind::Float]) => both(op, *a, *b),
        (Op::Select, [Kind::Float | Kind::Int, a, b]) if a == b => Ok(*a),
        (Op::Vector, [_, ..]) if operands.iter().all(|kind| kind.is_vector()) => {
            let count = operands.iter().map(|kind| kind.count()).sum();
            match Kind::vector(count) {
                Some(kind) if count > 1 => Ok(kind),
                _ => Err(format!("vector takes 2 to 4 components; {count} are given")),
            }
        }
        (Op::Component, [kind]) if kind.is_vector() => Kind::vector(numbers)
            .ok_or_else(|| format!("component takes 1 to 4 indices; {numbers} are given")),
        (
            Op::Sin | Op::Cos | Op::Exp | Op::Log | Op::Sqrt | Op::Abs | Op::Floor | Op::High | Op::Low,
            [kind],
        ) if *kind != Kind::Int => Ok(*kind),
        (Op::Dot, [a, b]) if a == b && a.is_vector() => Ok(Kind::Float),
        (Op::Cross, [Kind::Vec3, Kind::Vec3]) => Ok(Kind::Vec3),
        (Op::Length, [kind]) if kind.is_vector() => Ok(Kind::Float),
        (Op::Translation | Op::Scaling, [Kind::Vec3])
        | (Op::Rotation, [Kind::Vec3, Kind::Float])
        | (Op::Perspective, [Kind::Float, Kind::Float, Kind::Float, Kind::Float])
        | (Op::Orthographic, [Kind::Vec3, Kind::Vec3]) => Ok(Kind::Mat4),
        (Op::Inverse, [kind @ (Kind::Mat3 | Kind::Mat4)]) => Ok(*kind),
        (Op::Int, [Kind::Float | Kind::Int]) => Ok(Kind::Int),
        _ => Err(format!("{op} does not take ({})", Kinds(operands, ", "))),
    }
}

/// The type of two operands that go together component by component.
fn both(op: Op, a: Kind, b: Kind) -> Result<Kind, String> {
    match (a, b) {
        (Kind::Int, _) | (_, Kind::Int) => Err(format!("{op} takes no int")),
        (Kind::Float, kind) | (kind, Kind::Float) => Ok(kind),
        (a, b) if a == b => Ok(a),
        (a, b) => Err(format!("{op} takes two signals of one type, not {a} and {b}")),
    }
}
