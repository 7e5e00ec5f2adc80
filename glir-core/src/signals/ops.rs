//! The pure operations of signals: what they take, and what they give.

use super::value::{Kind, Value};
use glam::{DMat4, DVec3};
use glir_spec::enums::SignalOp as Op;

/// The value of an operation that [`kind_of`](glir_spec::signals::kind_of) has agreed to.
pub(super) fn evaluate(op: Op, kind: Kind, operands: &[&Value], numbers: &[f64]) -> Value {
    let [first, rest @ ..] = operands else { return Value::of(kind, numbers) };
    let second = rest.first().copied().unwrap_or(first);
    match op {
        Op::Mul => first.times(second),
        Op::Select => {
            let chosen = if first.first() == 0.0 { rest.get(1) } else { rest.first() };
            chosen.map_or(Value::zero(kind), |value| **value)
        }
        Op::Vector => {
            let mut all = [0.0; 4];
            let components = operands.iter().flat_map(|value| value.numbers());
            all.iter_mut().zip(components).for_each(|(to, from)| *to = *from);
            Value::of(kind, &all)
        }
        Op::Component => {
            let mut chosen = [0.0; 4];
            for (to, index) in chosen.iter_mut().zip(numbers) {
                *to = first.component(*index as usize);
            }
            Value::of(kind, &chosen)
        }
        Op::Dot => Value::float(dot(first, second)),
        Op::Cross => Value::of(kind, &first.vec3().cross(second.vec3()).to_array()),
        Op::Length => Value::float(dot(first, first).sqrt()),
        Op::Translation => Value::mat4(&DMat4::from_translation(first.vec3())),
        Op::Scaling => Value::mat4(&DMat4::from_scale(first.vec3())),
        Op::Rotation => Value::mat4(&rotation(first.vec3(), second.first())),
        Op::Perspective => {
            let number = |index: usize| rest.get(index).map_or(0.0, |value| value.first());
            Value::mat4(&perspective(first.first(), number(0), number(1), number(2)))
        }
        Op::Orthographic => {
            let (low, high) = (first.vec3(), second.vec3());
            // The viewer looks along −z, so the nearer end is the greater z.
            let matrix = DMat4::from_scale(DVec3::new(1.0, 1.0, -1.0) * 2.0 / (high - low))
                * DMat4::from_translation(-(low + high) / 2.0);
            Value::mat4(&matrix)
        }
        Op::Inverse => first.inverse(),
        // Controllers are evaluated elsewhere.
        Op::PanZoom | Op::Turntable | Op::Arcball | Op::Fly | Op::Clock | Op::Selection | Op::Focused => {
            Value::zero(kind)
        }
        _ => {
            let share = rest.get(1).map_or(0.0, |value| value.first());
            let mut value = Value::zero(kind);
            for (index, number) in value.numbers_mut().iter_mut().enumerate() {
                *number = component(op, first.component(index), second.component(index), share);
            }
            value
        }
    }
}

/// One component of an operation that goes component by component. One function for all of them, since each of many would be
/// compiled by itself, and pages wait for it. `floor` and the like are exact, so the standard library's are as good as any.
fn component(op: Op, a: f64, b: f64, share: f64) -> f64 {
    match op {
        Op::Add => a + b,
        Op::Sub => a - b,
        Op::Div => a / b,
        Op::Min => {
            if b < a {
                b
            } else {
                a
            }
        }
        Op::Max => {
            if b > a {
                b
            } else {
                a
            }
        }
        Op::Mod => a - b * (a / b).floor(),
        Op::Atan2 => libm::atan2(a, b),
        Op::Less => f64::from(u8::from(a < b)),
        Op::Mix => a * (1.0 - share) + b * share,
        Op::Sin => libm::sin(a),
        Op::Cos => libm::cos(a),
        Op::Exp => libm::exp(a),
        Op::Log => libm::log(a),
        Op::Sqrt => a.sqrt(),
        Op::Abs => a.abs(),
        Op::Floor => a.floor(),
        Op::High => f64::from(a as f32),
        Op::Low => a - f64::from(a as f32),
        Op::Int if a.is_nan() => 0.0,
        Op::Int => a.round_ties_even().clamp(-2_147_483_648.0, 4_294_967_295.0),
        // The others do not go component by component.
        _ => 0.0,
    }
}

fn dot(a: &Value, b: &Value) -> f64 {
    a.numbers().iter().zip(b.numbers()).map(|(a, b)| a * b).sum()
}

/// A turn around an axis; none for an axis without length.
fn rotation(axis: DVec3, angle: f64) -> DMat4 {
    axis.try_normalize().map_or(DMat4::IDENTITY, |axis| DMat4::from_axis_angle(axis, angle))
}

/// OpenGL's perspective: gluPerspective in the OpenGL 2.1 reference pages.
fn perspective(angle: f64, aspect: f64, near: f64, far: f64) -> DMat4 {
    let f = libm::cos(angle / 2.0) / libm::sin(angle / 2.0);
    let depth = near - far;
    DMat4::from_cols_array(&[
        f / aspect,
        0.0,
        0.0,
        0.0,
        0.0,
        f,
        0.0,
        0.0,
        0.0,
        0.0,
        (far + near) / depth,
        -1.0,
        0.0,
        0.0,
        2.0 * far * near / depth,
        0.0,
    ])
}
