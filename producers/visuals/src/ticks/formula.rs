//! Formulas that are reckoned here, or written into a stream as signals that reckon the same there.

use crate::error::Result;
use glir_gloo::{Context, Operand, Signal};
use std::collections::HashMap;
use std::ops::{Add, Div, Mul, Neg, Sub};
use std::sync::Arc;

/// An operation; each is one of SIGNAL's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    Add,
    Sub,
    Mul,
    Div,
    Min,
    Max,
    Abs,
    Floor,
    Mod,
    Log,
    Exp,
    Less,
    Select,
}

/// A number that is computed from a formula's inputs.
#[derive(Clone, Debug)]
pub(crate) struct Expr(Arc<Node>);

#[derive(Debug)]
enum Node {
    Number(f64),
    Input(usize),
    Apply(Op, Vec<Expr>),
}

impl Expr {
    /// The input with this index.
    pub(crate) fn input(index: usize) -> Expr {
        Expr(Arc::new(Node::Input(index)))
    }

    fn apply<const N: usize>(op: Op, operands: [Expr; N]) -> Expr {
        Expr(Arc::new(Node::Apply(op, operands.into())))
    }

    pub(crate) fn min(&self, other: impl Into<Expr>) -> Expr {
        Expr::apply(Op::Min, [self.clone(), other.into()])
    }

    pub(crate) fn max(&self, other: impl Into<Expr>) -> Expr {
        Expr::apply(Op::Max, [self.clone(), other.into()])
    }

    pub(crate) fn abs(&self) -> Expr {
        Expr::apply(Op::Abs, [self.clone()])
    }

    pub(crate) fn floor(&self) -> Expr {
        Expr::apply(Op::Floor, [self.clone()])
    }

    /// The least whole number that is not less.
    pub(crate) fn ceil(&self) -> Expr {
        -(-self.clone()).floor()
    }

    pub(crate) fn modulo(&self, other: impl Into<Expr>) -> Expr {
        Expr::apply(Op::Mod, [self.clone(), other.into()])
    }

    pub(crate) fn log10(&self) -> Expr {
        Expr::apply(Op::Log, [self.clone()]) / std::f64::consts::LN_10
    }

    /// 10 to this power.
    pub(crate) fn exp10(&self) -> Expr {
        Expr::apply(Op::Exp, [self * std::f64::consts::LN_10])
    }

    /// 10 to this whole power, from 0 on: exact up to 10¹³, which the exponential function by itself is not.
    pub(crate) fn ten_to(&self) -> Expr {
        (self.exp10() + 0.5).floor()
    }

    /// 1 where this is less than the other, else 0.
    pub(crate) fn less(&self, other: impl Into<Expr>) -> Expr {
        Expr::apply(Op::Less, [self.clone(), other.into()])
    }

    /// The first where this is not 0, else the second.
    pub(crate) fn select(&self, yes: impl Into<Expr>, no: impl Into<Expr>) -> Expr {
        Expr::apply(Op::Select, [self.clone(), yes.into(), no.into()])
    }

    /// The exponent of ten of a positive number.
    pub(crate) fn order(&self) -> Expr {
        // Logarithms of powers of ten fall short by a bit or two.
        (self.max(1e-300).log10() + 1e-9).floor()
    }
}

impl From<f64> for Expr {
    fn from(number: f64) -> Self {
        Expr(Arc::new(Node::Number(number)))
    }
}

impl From<&Expr> for Expr {
    fn from(expr: &Expr) -> Self {
        expr.clone()
    }
}

macro_rules! operators {
    ($($operator:ident $method:ident $op:ident;)+) => { $(
        impl<T: Into<Expr>> $operator<T> for Expr {
            type Output = Expr;
            fn $method(self, other: T) -> Expr {
                Expr::apply(Op::$op, [self, other.into()])
            }
        }
        impl<T: Into<Expr>> $operator<T> for &Expr {
            type Output = Expr;
            fn $method(self, other: T) -> Expr {
                Expr::apply(Op::$op, [self.clone(), other.into()])
            }
        }
    )+ };
}

operators! { Add add Add; Sub sub Sub; Mul mul Mul; Div div Div; }

impl Neg for Expr {
    type Output = Expr;
    fn neg(self) -> Expr {
        Expr::from(0.0) - self
    }
}

/// A step of a formula; operands are earlier steps.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Step {
    Number(u64),
    Input(usize),
    Apply(Op, Vec<usize>),
}

/// Several vectors that are computed from the same inputs, each step once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Formula {
    steps: Vec<Step>,
    outputs: Vec<Vec<usize>>,
}

impl Formula {
    /// A formula that gives these vectors.
    pub(crate) fn new(outputs: &[Vec<Expr>]) -> Formula {
        let mut formula = Formula { steps: Vec::new(), outputs: Vec::new() };
        let (mut nodes, mut known) = (HashMap::new(), HashMap::new());
        for output in outputs {
            let places = output.iter().map(|expr| formula.add(expr, &mut nodes, &mut known)).collect();
            formula.outputs.push(places);
        }
        formula
    }

    /// The step of an expression: one that there is already, if it is the same.
    fn add(
        &mut self,
        expr: &Expr,
        nodes: &mut HashMap<*const Node, usize>,
        known: &mut HashMap<Step, usize>,
    ) -> usize {
        if let Some(place) = nodes.get(&Arc::as_ptr(&expr.0)) {
            return *place;
        }
        let step = match &*expr.0 {
            Node::Number(number) => Step::Number(number.to_bits()),
            Node::Input(index) => Step::Input(*index),
            Node::Apply(op, operands) => {
                Step::Apply(*op, operands.iter().map(|operand| self.add(operand, nodes, known)).collect())
            }
        };
        let place = *known.entry(step).or_insert_with_key(|step| {
            self.steps.push(step.clone());
            self.steps.len() - 1
        });
        nodes.insert(Arc::as_ptr(&expr.0), place);
        place
    }

    /// The vectors, for these inputs.
    pub(crate) fn eval(&self, inputs: &[f64]) -> Vec<Vec<f64>> {
        let mut values: Vec<f64> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let value = match step {
                Step::Number(bits) => f64::from_bits(*bits),
                Step::Input(index) => inputs.get(*index).copied().unwrap_or(f64::NAN),
                Step::Apply(op, operands) => {
                    let operand =
                        |index: usize| operands.get(index).and_then(|place| values.get(*place)).copied();
                    let (a, b) = (operand(0).unwrap_or(f64::NAN), operand(1).unwrap_or(f64::NAN));
                    match op {
                        Op::Add => a + b,
                        Op::Sub => a - b,
                        Op::Mul => a * b,
                        Op::Div => a / b,
                        Op::Min => a.min(b),
                        Op::Max => a.max(b),
                        Op::Abs => a.abs(),
                        Op::Floor => a.floor(),
                        Op::Mod => a - b * (a / b).floor(),
                        Op::Log => a.ln(),
                        Op::Exp => a.exp(),
                        Op::Less => f64::from(u8::from(a < b)),
                        Op::Select if a != 0.0 => b,
                        Op::Select => operand(2).unwrap_or(f64::NAN),
                    }
                }
            };
            values.push(value);
        }
        let value = |place: &usize| values.get(*place).copied().unwrap_or(f64::NAN);
        self.outputs.iter().map(|output| output.iter().map(value).collect()).collect()
    }

    /// The vectors as signals that reckon the same wherever the stream is shown; inputs are floats.
    pub(crate) fn signals(&self, context: &Context, inputs: &[Signal]) -> Result<Vec<Signal>> {
        let mut values: Vec<Signal> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let value = match step {
                Step::Number(bits) => context.number(f64::from_bits(*bits))?,
                Step::Input(index) => match inputs.get(*index) {
                    Some(input) => input.clone(),
                    None => context.number(f64::NAN)?,
                },
                Step::Apply(op, operands) => {
                    let operand = |index: usize| operands.get(index).and_then(|place| values.get(*place));
                    let (Some(a), b, c) = (operand(0), operand(1), operand(2)) else { continue };
                    // What takes one operand is not asked for the second.
                    let b = b.unwrap_or(a);
                    match op {
                        Op::Add => a.add(b)?,
                        Op::Sub => a.sub(b)?,
                        Op::Mul => a.mul(b)?,
                        Op::Div => a.div(b)?,
                        Op::Min => a.min(b)?,
                        Op::Max => a.max(b)?,
                        Op::Abs => a.abs()?,
                        Op::Floor => a.floor()?,
                        Op::Mod => a.modulo(b)?,
                        Op::Log => a.ln()?,
                        Op::Exp => a.exp()?,
                        Op::Less => a.less(b)?,
                        Op::Select => a.select(b, c.unwrap_or(b))?,
                    }
                }
            };
            values.push(value);
        }
        let vector = |output: &Vec<usize>| {
            let parts = output.iter().filter_map(|place| values.get(*place));
            context.vector(parts.map(Operand::from))
        };
        Ok(self.outputs.iter().map(vector).collect::<Result<Vec<Signal>, _>>()?)
    }
}
