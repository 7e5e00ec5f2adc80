//! What fills hooks: variables, constants, functions and calls of functions.

use crate::function::{Call, Function};
use crate::types::Type;
use glir_spec::{GlslType, SamplerType};
use std::fmt;
use std::sync::Arc;

/// How a variable reaches a shader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VariableKind {
    /// The same for all vertices and fragments of a draw; samplers are uniforms.
    Uniform,
    /// One value a vertex; in vertex shaders only.
    Attribute,
    /// Written by the vertex shader, read by the fragment shader, interpolated between.
    Varying,
    /// A varying that takes the value of one vertex for the whole primitive (GLSL ES 3.00).
    Flat,
}

impl VariableKind {
    /// As messages say it.
    pub fn text(self) -> &'static str {
        match self {
            VariableKind::Uniform => "uniform",
            VariableKind::Attribute => "attribute",
            VariableKind::Varying => "varying",
            VariableKind::Flat => "flat varying",
        }
    }
}

/// What a variable is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declared {
    pub(crate) kind: VariableKind,
    pub(crate) ty: Type,
    /// The length of the array, 1 for none.
    pub(crate) count: u32,
}

impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind.text(), self.ty)?;
        if self.count > 1 { write!(f, "[{}]", self.count) } else { Ok(()) }
    }
}

/// A uniform, attribute, varying or sampler that is bound to hooks. Each has an identity of its own: two of one name are
/// two variables with two names in the program, and a clone is the same variable, whichever hooks of either shader it
/// fills. Where it stands in the program's interface is asked of [`Emitted`](crate::Emitted).
#[derive(Clone, Debug)]
pub struct Variable(Arc<(String, Declared)>);

impl Variable {
    /// A variable, or an array of them where `count` is more than 1. The name is a wish: the program's is made of its letters
    /// and digits, and differs from all others of the program.
    pub fn new(kind: VariableKind, name: &str, ty: impl Into<Type>, count: u32) -> Self {
        Variable(Arc::new((name.to_owned(), Declared { kind, ty: ty.into(), count: count.max(1) })))
    }

    /// A uniform.
    pub fn uniform(name: &str, ty: GlslType) -> Self {
        Self::new(VariableKind::Uniform, name, ty, 1)
    }

    /// An attribute.
    pub fn attribute(name: &str, ty: GlslType) -> Self {
        Self::new(VariableKind::Attribute, name, ty, 1)
    }

    /// A varying: bind it to a hook of either shader.
    pub fn varying(name: &str, ty: GlslType) -> Self {
        Self::new(VariableKind::Varying, name, ty, 1)
    }

    /// A sampler.
    pub fn sampler(name: &str, ty: SamplerType) -> Self {
        Self::new(VariableKind::Uniform, name, ty, 1)
    }

    /// The name wished for.
    pub fn name(&self) -> &str {
        &self.0.0
    }

    /// How it reaches the shader.
    pub fn kind(&self) -> VariableKind {
        self.0.1.kind
    }

    /// Its type; of an array, that of an element.
    pub fn ty(&self) -> Type {
        self.0.1.ty
    }

    pub(crate) fn declared(&self) -> &Declared {
        &self.0.1
    }

    /// A number that differs between variables that live.
    pub(crate) fn identity(&self) -> usize {
        Arc::as_ptr(&self.0) as usize
    }
}

impl PartialEq for Variable {
    /// Whether both are the same variable.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for Variable {}

/// A constant, written into the source. Floats are written so that a compiler reads the very same float.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    pub(crate) ty: GlslType,
    numbers: Numbers,
}

#[derive(Clone, Debug, PartialEq)]
enum Numbers {
    Floats(Vec<f32>),
    Ints(Vec<i32>),
    Bool(bool),
}

impl Constant {
    /// Its type.
    pub fn ty(&self) -> GlslType {
        self.ty
    }

    /// As GLSL; none for what GLSL can't write: NaN and infinities.
    pub(crate) fn text(&self) -> Option<String> {
        let parts: Vec<String> = match &self.numbers {
            Numbers::Floats(values) if values.iter().any(|value| !value.is_finite()) => return None,
            Numbers::Floats(values) => values.iter().map(|value| format!("{value:?}")).collect(),
            // The number without its sign would be too large for an int.
            Numbers::Ints(values) if values.as_slice() == [i32::MIN] => vec!["-2147483647 - 1".to_owned()],
            Numbers::Ints(values) => values.iter().map(i32::to_string).collect(),
            Numbers::Bool(value) => vec![value.to_string()],
        };
        Some(match parts.as_slice() {
            // The parentheses keep `a-$b` from becoming `a--1.0`.
            [one] if one.starts_with('-') => format!("({one})"),
            [one] => one.clone(),
            many => format!("{}({})", self.ty.text(), many.join(", ")),
        })
    }
}

macro_rules! constants {
    ($($from:ty, $ty:ident, $numbers:ident, $value:ident => $list:expr;)+) => { $(
        impl From<$from> for Constant {
            fn from($value: $from) -> Self {
                Constant { ty: GlslType::$ty, numbers: Numbers::$numbers($list) }
            }
        }
        impl From<$from> for Binding {
            fn from(value: $from) -> Self {
                Binding::Constant(value.into())
            }
        }
    )+ };
}

constants! {
    f32, Float, Floats, value => vec![value];
    [f32; 2], Vec2, Floats, value => value.to_vec();
    [f32; 3], Vec3, Floats, value => value.to_vec();
    [f32; 4], Vec4, Floats, value => value.to_vec();
    [[f32; 2]; 2], Mat2, Floats, value => value.concat();
    [[f32; 3]; 3], Mat3, Floats, value => value.concat();
    [[f32; 4]; 4], Mat4, Floats, value => value.concat();
    i32, Int, Ints, value => vec![value];
    [i32; 2], Ivec2, Ints, value => value.to_vec();
    [i32; 3], Ivec3, Ints, value => value.to_vec();
    [i32; 4], Ivec4, Ints, value => value.to_vec();
    bool, Bool, Bool, value => value;
}

/// What fills a hook.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Binding {
    /// A function, for a hook that is called.
    Function(Function),
    /// A variable.
    Variable(Variable),
    /// A constant.
    Constant(Constant),
    /// What a function gives.
    Call(Call),
}

impl From<Function> for Binding {
    fn from(function: Function) -> Self {
        Binding::Function(function)
    }
}

impl From<&Function> for Binding {
    fn from(function: &Function) -> Self {
        Binding::Function(function.clone())
    }
}

impl From<Variable> for Binding {
    fn from(variable: Variable) -> Self {
        Binding::Variable(variable)
    }
}

impl From<&Variable> for Binding {
    fn from(variable: &Variable) -> Self {
        Binding::Variable(variable.clone())
    }
}

impl From<Constant> for Binding {
    fn from(constant: Constant) -> Self {
        Binding::Constant(constant)
    }
}

impl From<Call> for Binding {
    fn from(call: Call) -> Self {
        Binding::Call(call)
    }
}

impl Binding {
    /// The type of its value and the length of its array; none for a function.
    pub(crate) fn value_type(&self) -> Option<(Type, u32)> {
        match self {
            Binding::Function(_) => None,
            Binding::Variable(variable) => Some((variable.ty(), variable.declared().count)),
            Binding::Constant(constant) => Some((Type::Value(constant.ty), 1)),
            Binding::Call(call) => Some((call.function().signature().result, 1)),
        }
    }

    /// How messages name it.
    pub(crate) fn describe(&self) -> String {
        match self {
            Binding::Function(function) => {
                format!("the function `{}`, {}", function.name(), function.signature())
            }
            Binding::Variable(variable) => format!("`{}`, {}", variable.name(), variable.declared()),
            Binding::Constant(constant) => format!("a constant {}", constant.ty.text()),
            Binding::Call(call) => {
                format!("a call of `{}`, {}", call.function().name(), call.function().signature().result)
            }
        }
    }

    /// How many functions lie one inside of another in it.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Binding::Function(function) => function.depth(),
            Binding::Call(call) => call.depth(),
            _ => 0,
        }
    }
}
