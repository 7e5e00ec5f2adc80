//! Values of signals: floats, vectors and matrices of f64, and whole numbers.

use glam::{DMat3, DMat4, DVec3};
pub use glir_spec::signals::SignalKind as Kind;

/// A value. The numbers beyond its kind's are 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// Its type.
    pub kind: Kind,
    numbers: [f64; 16],
}

impl Value {
    /// Zeros.
    pub const fn zero(kind: Kind) -> Value {
        Value { kind, numbers: [0.0; 16] }
    }

    /// A float.
    pub fn float(number: f64) -> Value {
        Value::of(Kind::Float, &[number])
    }

    /// A vec4.
    pub fn vec4(numbers: [f64; 4]) -> Value {
        Value::of(Kind::Vec4, &numbers)
    }

    /// A mat4.
    pub fn mat4(matrix: &DMat4) -> Value {
        Value { kind: Kind::Mat4, numbers: matrix.to_cols_array() }
    }

    /// A value of a kind; missing numbers are 0.
    pub fn of(kind: Kind, numbers: &[f64]) -> Value {
        let mut value = Value::zero(kind);
        for (to, from) in value.numbers[..kind.count()].iter_mut().zip(numbers) {
            *to = *from;
        }
        value
    }

    /// Its numbers.
    pub fn numbers(&self) -> &[f64] {
        &self.numbers[..self.kind.count()]
    }

    /// A component; the only one of a float stands for all.
    pub(super) fn component(&self, index: usize) -> f64 {
        match self.kind {
            Kind::Int | Kind::Float => self.numbers[0],
            _ => self.numbers.get(index).copied().unwrap_or(0.0),
        }
    }

    pub(super) fn first(&self) -> f64 {
        self.numbers[0]
    }

    pub(super) fn vec3(&self) -> DVec3 {
        DVec3::new(self.numbers[0], self.numbers[1], self.numbers[2])
    }

    pub(super) fn numbers_mut(&mut self) -> &mut [f64] {
        &mut self.numbers[..self.kind.count()]
    }

    /// The product; kinds as [`super::ops`] allows.
    pub(super) fn times(&self, other: &Value) -> Value {
        match (self.kind, other.kind) {
            (Kind::Mat4, Kind::Mat4 | Kind::Vec4) => self.applied(4, other),
            (Kind::Mat3, Kind::Mat3 | Kind::Vec3) => self.applied(3, other),
            _ => {
                let kind = if self.kind == Kind::Float { other.kind } else { self.kind };
                let mut value = Value::zero(kind);
                for (index, number) in value.numbers_mut().iter_mut().enumerate() {
                    *number = self.component(index) * other.component(index);
                }
                value
            }
        }
    }

    /// A matrix with so many rows times each column of the other. In loops, since products of each size, written out, are what
    /// pages would wait for.
    fn applied(&self, rows: usize, other: &Value) -> Value {
        let mut value = Value::zero(other.kind);
        let columns = value.numbers.chunks_exact_mut(rows).zip(other.numbers().chunks_exact(rows));
        for (column, factors) in columns {
            for (axis, factor) in self.numbers().chunks_exact(rows).zip(factors) {
                for (to, from) in column.iter_mut().zip(axis) {
                    *to += from * factor;
                }
            }
        }
        value
    }

    /// The inverse of a matrix; zeros if it has none.
    pub(super) fn inverse(&self) -> Value {
        if self.kind == Kind::Mat3 {
            let matrix = self.as_mat3();
            let some = matrix.determinant() != 0.0;
            return if some {
                Value::of(Kind::Mat3, &matrix.inverse().to_cols_array())
            } else {
                Value::zero(Kind::Mat3)
            };
        }
        let matrix = self.as_mat4();
        if matrix.determinant() == 0.0 { Value::zero(Kind::Mat4) } else { Value::mat4(&matrix.inverse()) }
    }

    fn as_mat4(&self) -> DMat4 {
        DMat4::from_cols_array(&self.numbers)
    }

    fn as_mat3(&self) -> DMat3 {
        DMat3::from_cols_slice(&self.numbers[..9])
    }
}
