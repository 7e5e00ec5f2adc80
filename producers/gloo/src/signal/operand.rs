//! What signals are computed of: signals, and numbers that become constants.

use super::{Identity, Signal, Source};
use crate::context::Context;
use crate::error::Result;
use glir_spec::enums::SignalOp as Op;
use glir_spec::signals::SignalKind;

/// A signal, or numbers: an `f64`, `[f64; 2]` to `[f64; 4]`, `[f64; 9]` for a mat3 and `[f64; 16]` for a mat4, column by column.
#[derive(Clone, Debug)]
pub struct Operand(Given);

#[derive(Clone, Debug)]
enum Given {
    Signal(Signal),
    Numbers(SignalKind, Vec<f64>),
}

impl Operand {
    /// Its type.
    pub fn kind(&self) -> SignalKind {
        match &self.0 {
            Given::Signal(signal) => signal.kind(),
            Given::Numbers(kind, _) => *kind,
        }
    }

    pub(super) fn numbers(&self) -> Option<Vec<f64>> {
        match &self.0 {
            Given::Signal(_) => None,
            Given::Numbers(_, numbers) => Some(numbers.clone()),
        }
    }

    pub(super) fn signal(self, context: &Context) -> Result<Signal> {
        match self.0 {
            Given::Signal(signal) => {
                context.owns(&signal.0.context, format_args!("signal {}", signal.0.id))?;
                Ok(signal)
            }
            Given::Numbers(kind, numbers) => {
                let source = Source::Computed(Op::Constant);
                Ok(context.signal(kind, source, Vec::new(), numbers, Identity::Shared))
            }
        }
    }
}

impl From<Signal> for Operand {
    fn from(signal: Signal) -> Self {
        Operand(Given::Signal(signal))
    }
}

impl From<&Signal> for Operand {
    fn from(signal: &Signal) -> Self {
        Operand(Given::Signal(signal.clone()))
    }
}

impl From<f64> for Operand {
    fn from(number: f64) -> Self {
        Operand(Given::Numbers(SignalKind::Float, vec![number]))
    }
}

macro_rules! arrays {
    ($($count:literal $kind:ident),+) => { $(
        impl From<[f64; $count]> for Operand {
            fn from(numbers: [f64; $count]) -> Self {
                Operand(Given::Numbers(SignalKind::$kind, numbers.to_vec()))
            }
        }
    )+ };
}

arrays! { 2 Vec2, 3 Vec3, 4 Vec4, 9 Mat3, 16 Mat4 }
