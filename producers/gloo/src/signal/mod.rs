//! Signals: values that the interpreter computes of what a person does, so that a picture moves without its producer.

mod controller;
mod operand;
mod shared;

pub use controller::{Arcball, Clock, Controller, Fly, PanZoom, Turntable};
pub use operand::Operand;
pub(crate) use shared::Shared;

use crate::context::Context;
use crate::error::{Error, Result, refuse};
use crate::object::lock;
use crate::queue::Queue;
use glir_spec::commands::{Input, Signal as Declare};
use glir_spec::enums::{InputSource, SignalOp as Op};
use glir_spec::ids::{CanvasId, SignalId};
use glir_spec::signals::{SignalKind, kind_of, kind_of_controller, kind_of_input, kind_of_question};
use glir_spec::{Code, Encoding, Feature, limits};
use shared::Key;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// A value that the interpreter keeps up to date: an input, a controller, or what is computed of others, in f64.
///
/// It is bound to [uniforms](crate::Program::bind_uniform) and [lists](crate::List), which then move with no command of the producer.
/// Signals are declared in the stream when something is bound to them, and forgotten with the last handle to them and to what is computed
/// of them. Cloning one is cheap; clones are the same signal.
///
/// ```
/// use glir_gloo::{Context, PanZoom};
///
/// let context = Context::new(640, 480)?;
/// // What is seen: left, bottom, right, top. A person drags it, and zooms at the pointer.
/// let seen = context.control(PanZoom::new([0.0, -1.0, 10.0, 1.0]))?;
/// let (low, high) = (seen.components([0, 1])?, seen.components([2, 3])?);
/// let centre = low.mix(&high, 0.5)?;
/// // Positions that need more digits than a float has travel in two parts.
/// let (centre_high, centre_low) = (centre.high()?, centre.low()?);
/// let scale = context.constant([2.0, 2.0])?.div(high.sub(&low)?)?;
/// assert_eq!(scale.kind().to_string(), "vec2");
/// assert_eq!(scale.add([1.0, 2.0, 3.0]).unwrap_err().to_string(), "add takes two signals of one type, not vec2 and vec3");
/// # Ok::<(), glir_gloo::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Signal(Arc<Node>);

#[derive(Debug)]
struct Node {
    context: Context,
    /// Operands have lesser ones.
    id: u32,
    kind: SignalKind,
    source: Source,
    operands: Vec<Signal>,
    numbers: Mutex<Vec<f64>>,
    identity: Identity,
    declared: AtomicBool,
}

impl Drop for Node {
    fn drop(&mut self) {
        // Operands are dropped after this: the stream forgets them later, too.
        if *self.declared.get_mut() {
            self.context.bury_signal(self.id);
        }
    }
}

/// Whether a signal is the same as another one that is computed likewise.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Identity {
    /// Its value may be set.
    Own,
    Shared,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Source {
    Input(InputSource, u32),
    Computed(Op),
}

impl PartialEq for Signal {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What signals begin with.
impl Context {
    /// Something that happens to a canvas: the pointer, the wheel, its size, or time. With an input
    /// [`CanvasSize`](InputSource::CanvasSize) the canvas takes the size at which it is shown.
    pub fn input(&self, source: InputSource, canvas: u32) -> Signal {
        self.signal(
            kind_of_input(source),
            Source::Input(source, canvas),
            Vec::new(),
            Vec::new(),
            Identity::Shared,
        )
    }

    /// A value that only the producer [changes](Signal::set): a number, a vector of 2 to 4, 9 numbers of a mat3 or 16 of a mat4,
    /// column by column.
    ///
    /// # Errors
    /// If the numbers are those of no type, or the operand is a signal of another context.
    pub fn constant(&self, numbers: impl Into<Operand>) -> Result<Signal> {
        let given = numbers.into();
        let kind = given.kind();
        Ok(match given.numbers() {
            Some(numbers) => {
                self.signal(kind, Source::Computed(Op::Constant), Vec::new(), numbers, Identity::Own)
            }
            None => given.signal(self)?,
        })
    }

    /// A value that never changes: the same signal for the same numbers, as where numbers are operands.
    ///
    /// # Errors
    /// If the numbers are those of no type, or the operand is a signal of another context.
    pub fn number(&self, numbers: impl Into<Operand>) -> Result<Signal> {
        numbers.into().signal(self)
    }

    /// A controller: a value that a person changes by pointer, wheel and keys. It takes these events; the others go to the
    /// producer.
    ///
    /// # Errors
    /// If its numbers are not finite, or say nothing sensible: an empty rectangle, a distance of 0.
    pub fn control(&self, controller: impl Into<Controller>) -> Result<Signal> {
        let Controller { op, numbers, within, links } = controller.into();
        let (kind, numbers) = controller::check(op, numbers)?;
        if let Some(area) = &within {
            self.owns(&area.0.context, format_args!("signal {}", area.0.id))?;
            if area.kind() != SignalKind::Vec4 && !area.is_size() {
                let kind = area.kind();
                return refuse(
                    Code::BadArgument,
                    format!("{op} takes its area as vec4, or an input canvas_size, but no {kind}"),
                );
            }
        }
        for link in &links {
            self.owns(&link.0.context, format_args!("signal {}", link.0.id))?;
            if link.0.source != Source::Computed(Op::PanZoom) {
                return refuse(
                    Code::BadArgument,
                    format!(
                        "a pan_zoom shares axes with another one; signal {} is {}",
                        link.0.id,
                        link.what()
                    ),
                );
            }
            if link.0.is_linked() {
                let id = link.0.id;
                return refuse(
                    Code::BadArgument,
                    format!("signal {id} is itself linked; link to what it is linked to"),
                );
            }
        }
        Ok(self.signal(
            kind,
            Source::Computed(op),
            within.into_iter().chain(links).collect(),
            numbers,
            Identity::Own,
        ))
    }

    /// A vector of numbers and vectors, 2 to 4 components in all.
    ///
    /// # Errors
    /// If there are not 2 to 4 components in all, a part is neither a number nor a vector, or a signal is of another context.
    pub fn vector<O: Into<Operand>>(&self, parts: impl IntoIterator<Item = O>) -> Result<Signal> {
        let parts: Vec<Operand> = parts.into_iter().map(Into::into).collect();
        self.computed(Op::Vector, parts, Vec::new())
    }

    /// A mat4 that turns around an axis (vec3) by an angle in radians.
    ///
    /// # Errors
    /// If the axis is no vec3 or the angle no number, or a signal is of another context.
    pub fn rotation(&self, axis: impl Into<Operand>, angle: impl Into<Operand>) -> Result<Signal> {
        self.computed(Op::Rotation, vec![axis.into(), angle.into()], Vec::new())
    }

    /// A mat4 of a perspective: vertical angle in radians, width over height, distances of the nearest and farthest plane.
    ///
    /// # Errors
    /// If one of them is no number, or a signal is of another context.
    pub fn perspective(
        &self,
        angle: impl Into<Operand>,
        aspect: impl Into<Operand>,
        near: impl Into<Operand>,
        far: impl Into<Operand>,
    ) -> Result<Signal> {
        let operands = vec![angle.into(), aspect.into(), near.into(), far.into()];
        self.computed(Op::Perspective, operands, Vec::new())
    }

    /// A mat4 that maps the box between two vec3 to what is seen; z points at the viewer.
    ///
    /// # Errors
    /// If one of them is no vec3, or a signal is of another context.
    pub fn orthographic(&self, low: impl Into<Operand>, high: impl Into<Operand>) -> Result<Signal> {
        self.computed(Op::Orthographic, vec![low.into(), high.into()], Vec::new())
    }

    fn computed(&self, op: Op, operands: Vec<Operand>, numbers: Vec<f64>) -> Result<Signal> {
        if operands.len() > limits::MAX_SIGNAL_OPERANDS {
            let (count, most) = (operands.len(), limits::MAX_SIGNAL_OPERANDS);
            return refuse(
                Code::LimitExceeded,
                format!("{op} of {count} signals; at most {most} are allowed"),
            );
        }
        let operands: Vec<Signal> =
            operands.into_iter().map(|operand| operand.signal(self)).collect::<Result<_>>()?;
        let kinds: Vec<SignalKind> = operands.iter().map(Signal::kind).collect();
        let kind = kind_of(op, &kinds, &numbers).map_err(|why| Error::new(Code::BadArgument, why))?;
        Ok(self.signal(kind, Source::Computed(op), operands, numbers, Identity::Shared))
    }

    fn signal(
        &self,
        kind: SignalKind,
        source: Source,
        operands: Vec<Signal>,
        numbers: Vec<f64>,
        identity: Identity,
    ) -> Signal {
        let key = (identity == Identity::Shared).then(|| Key::new(source, &operands, &numbers));
        let mut queue = self.queue();
        if let Some(known) = key.as_ref().and_then(|key| queue.shared.get(key)) {
            return Signal(known);
        }
        let id = queue.allot_signal();
        let declared = AtomicBool::new(false);
        let node = Arc::new(Node {
            context: self.clone(),
            id,
            kind,
            source,
            operands,
            numbers: Mutex::new(numbers),
            identity,
            declared,
        });
        if let Some(key) = key {
            queue.shared.add(key, &node);
        }
        Signal(node)
    }
}

macro_rules! one {
    ($( $(#[doc = $doc:literal])+ $name:ident $op:ident; )+) => { $(
        $(#[doc = $doc])+
        ///
        /// # Errors
        /// If this is of a type, or a controller of a kind, that has no such thing.
        pub fn $name(&self) -> Result<Signal> {
            self.with(Op::$op, [])
        }
    )+ };
}

macro_rules! two {
    ($( $(#[doc = $doc:literal])+ $name:ident $op:ident; )+) => { $(
        $(#[doc = $doc])+
        ///
        /// # Errors
        /// If the types of both do not go together, or the other signal is of another context.
        pub fn $name(&self, other: impl Into<Operand>) -> Result<Signal> {
            self.with(Op::$op, [other.into()])
        }
    )+ };
}

/// What is computed of signals. Two operands are of one type, or one of them is a number that stands for all components of the
/// other; numbers and arrays are constants. Errors say which types do not go together.
impl Signal {
    two! {
        /// The sum.
        add Add;
        /// The difference.
        sub Sub;
        /// The product: component by component, of a matrix with a vector, or of two matrices.
        mul Mul;
        /// The quotient, component by component.
        div Div;
        /// The lesser, component by component.
        min Min;
        /// The greater, component by component.
        max Max;
        /// This modulo another, with the sign of the other.
        modulo Mod;
        /// The angle of the point (other, this) from the x axis, in radians.
        atan2 Atan2;
        /// 1 where this is less than the other, else 0.
        less Less;
        /// The dot product of two vectors.
        dot Dot;
        /// The cross product of two vec3.
        cross Cross;
    }

    one! {
        /// The sine, component by component.
        sin Sin;
        /// The cosine.
        cos Cos;
        /// The exponential function.
        exp Exp;
        /// The natural logarithm.
        ln Log;
        /// The square root.
        sqrt Sqrt;
        /// The absolute value.
        abs Abs;
        /// The greatest whole number that is not greater.
        floor Floor;
        /// The length of a vector.
        length Length;
        /// A mat4 that moves by this vec3.
        translation Translation;
        /// A mat4 that scales by this vec3.
        scaling Scaling;
        /// The inverse of a matrix; zeros where there is none.
        inverse Inverse;
        /// The part of each component that a 32-bit float holds.
        high High;
        /// What is left of each component without its high part.
        low Low;
        /// A number rounded to a whole one, for uniforms of type int, uint and bool.
        int Int;
        /// Of a [`PanZoom`]: the box that is being drawn, in pixels (left, bottom, right, top); zeros for none.
        selection Selection;
        /// Of a controller: 1 while keys go to it because a person chose it by Tab, else 0.
        focused Focused;
    }

    /// This, which must not be negative, to the power of another.
    ///
    /// # Errors
    /// If types do not go together, or the other signal is of another context.
    pub fn pow(&self, other: impl Into<Operand>) -> Result<Signal> {
        self.ln()?.mul(other)?.exp()
    }

    /// Between this and another, by a share from 0 to 1.
    ///
    /// # Errors
    /// If types do not go together, or a signal is of another context.
    pub fn mix(&self, other: impl Into<Operand>, share: impl Into<Operand>) -> Result<Signal> {
        self.with(Op::Mix, [other.into(), share.into()])
    }

    /// The first of two where this is not 0, else the second.
    ///
    /// # Errors
    /// If the two are of different types, this is no number, or a signal is of another context.
    pub fn select(&self, some: impl Into<Operand>, zero: impl Into<Operand>) -> Result<Signal> {
        self.with(Op::Select, [some.into(), zero.into()])
    }

    /// One component, from 0 on.
    ///
    /// # Errors
    /// If there is no such component.
    pub fn component(&self, index: usize) -> Result<Signal> {
        self.components([index])
    }

    /// A vector of 1 to 4 components, by their indices.
    ///
    /// # Errors
    /// If there is no such component, or not 1 to 4 are asked for.
    pub fn components<const N: usize>(&self, indices: [usize; N]) -> Result<Signal> {
        let numbers = indices.iter().map(|index| *index as f64).collect();
        self.0.context.computed(Op::Component, vec![self.into()], numbers)
    }

    fn with<const N: usize>(&self, op: Op, others: [Operand; N]) -> Result<Signal> {
        if let Some((kind, sort)) = kind_of_question(op) {
            let asked = match self.0.source {
                Source::Computed(of) => {
                    kind_of_controller(of).is_some() && sort.is_none_or(|sort| sort == of)
                }
                Source::Input(..) => false,
            };
            if !asked {
                let wanted = sort.map_or("controller".to_owned(), |sort| sort.to_string());
                return refuse(Code::BadArgument, format!("{op} takes a {wanted}"));
            }
            return Ok(self.0.context.signal(
                kind,
                Source::Computed(op),
                vec![self.clone()],
                Vec::new(),
                Identity::Shared,
            ));
        }
        let operands = std::iter::once(self.into()).chain(others).collect();
        self.0.context.computed(op, operands, Vec::new())
    }

    /// The type of its value.
    pub fn kind(&self) -> SignalKind {
        self.0.kind
    }

    /// The signal's id in the stream.
    pub fn id(&self) -> SignalId {
        SignalId(self.0.id)
    }

    /// Gives a [constant](Context::constant) another value of its type: a command, if it is in the stream.
    ///
    /// # Errors
    /// If this is no constant of its own, or of another type.
    pub fn set(&self, numbers: impl Into<Operand>) -> Result<()> {
        let given = numbers.into();
        let kind = given.kind();
        match given.numbers() {
            Some(numbers) if self.is_own_constant() && kind == self.0.kind => self.redeclare(numbers),
            _ => refuse(
                Code::TypeMismatch,
                format!("signal {} is {}; a constant {kind} was given", self.0.id, self.what()),
            ),
        }
    }

    /// Lets a [controller](Context::control) begin anew, where this one of the same sort begins. Its area and its links stay.
    ///
    /// # Errors
    /// As [`Context::control`], or if this is a controller of another sort, or none.
    pub fn reset(&self, controller: impl Into<Controller>) -> Result<()> {
        let Controller { op, numbers, .. } = controller.into();
        let (_, numbers) = controller::check(op, numbers)?;
        if self.0.source != Source::Computed(op) {
            let message = format!("signal {} is {}; a {op} was given", self.0.id, self.what());
            return refuse(Code::TypeMismatch, message);
        }
        let mut numbers = numbers;
        if op == Op::PanZoom {
            let all = controller::LINKS.iter().sum::<u32>();
            let options = |numbers: &[f64]| numbers.get(4).map_or(0, |options| *options as u32);
            let options = options(&numbers) & !all | options(&lock(&self.0.numbers)) & all;
            if numbers.len() > 4 {
                numbers[4] = options.into();
            } else if options != 0 {
                numbers.push(options.into());
            }
        }
        self.redeclare(numbers)
    }

    fn redeclare(&self, numbers: Vec<f64>) -> Result<()> {
        let mut queue = self.0.context.queue();
        queue.has_room()?;
        let controls = !matches!(self.0.source, Source::Computed(Op::Constant));
        let mut known = lock(&self.0.numbers);
        let differs = controls || !same(&known, &numbers);
        *known = numbers;
        drop(known);
        if differs && self.0.declared.load(Ordering::Relaxed) {
            self.declare(&mut queue);
        }
        Ok(())
    }

    fn what(&self) -> String {
        match self.0.source {
            Source::Input(source, _) => format!("an input {source}"),
            Source::Computed(Op::Constant) if !self.is_own_constant() => "a number that others share".into(),
            Source::Computed(Op::Constant) => format!("a constant {}", self.0.kind),
            Source::Computed(op) => format!("a {op}"),
        }
    }

    fn is_own_constant(&self) -> bool {
        self.0.source == Source::Computed(Op::Constant) && self.0.identity == Identity::Own
    }

    fn is_size(&self) -> bool {
        matches!(self.0.source, Source::Input(InputSource::CanvasSize, _))
    }

    /// The context that it belongs to.
    pub fn context(&self) -> &Context {
        &self.0.context
    }

    /// Brings the signal and what it is computed of into the stream.
    pub(crate) fn send(&self, queue: &mut Queue) -> Result<()> {
        let mut waiting: Vec<&Signal> = Vec::new();
        let mut open = vec![self];
        while let Some(signal) = open.pop() {
            if !signal.0.declared.load(Ordering::Relaxed) {
                waiting.push(signal);
                open.extend(&signal.0.operands);
            }
        }
        waiting.sort_by_key(|signal| signal.0.id);
        waiting.dedup_by_key(|signal| signal.0.id);
        let mut grants = queue.grants;
        grants.need(Feature::Signals, "a signal")?;
        if queue.signals + waiting.len() > limits::MAX_SIGNALS {
            let message = format!("a stream has at most {} signals", limits::MAX_SIGNALS);
            return refuse(Code::LimitExceeded, message);
        }
        queue.grants = grants;
        queue.signals += waiting.len();
        for signal in waiting {
            signal.declare(queue);
            signal.0.declared.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    fn declare(&self, queue: &mut Queue) {
        let id = SignalId(self.0.id);
        match self.0.source {
            Source::Input(source, canvas) => queue.push(Input { id, source, canvas: CanvasId(canvas) }),
            Source::Computed(op) => {
                let operands = self.0.operands.iter().map(Signal::id).collect();
                let bytes: Vec<u8> = lock(&self.0.numbers).iter().flat_map(|n| n.to_le_bytes()).collect();
                let payload = queue.frame.payload(Encoding::F64, &bytes).into_owned();
                let constant = (!bytes.is_empty()).then_some(payload);
                queue.push(Declare { id, op, operands, constant });
            }
        }
    }
}

impl Node {
    /// Whether it shares an axis with another controller.
    fn is_linked(&self) -> bool {
        let linked = |operand: &Signal| operand.0.source == Source::Computed(Op::PanZoom);
        self.source == Source::Computed(Op::PanZoom) && self.operands.iter().any(linked)
    }
}

/// Equal bit by bit.
fn same(a: &[f64], b: &[f64]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}
