//! Signals: what moves in a picture without its producer.
//!
//! INPUT, SIGNAL and BIND build a graph: inputs and controllers change with what a person does, other signals are computed from
//! them, and bound values go to uniforms and lists. Everything is computed here, in f64 and with one mathematical library, so
//! that a log of events gives the same values wherever it is replayed.
//!
//! [`Signals::event`] and [`Signals::advance`] let things happen; [`Signals::take_changes`] then says which targets have new values.

mod bindings;
mod control;
mod hand;
mod ops;
mod value;

pub use value::{Kind, Value};

use crate::diagnostic::{Check, Fault, refuse};
use bindings::Bindings;
pub(crate) use bindings::{TargetKey, UNIFORM, key_of};
use control::{Area, Controller};
use glam::DVec2;
use glir_spec::commands::Input;
use glir_spec::enums::{InputSource, SignalOp};
use glir_spec::replies::{Key, Pointer, Wheel};
use glir_spec::signals::{Kinds, kind_of, kind_of_controller, kind_of_input, kind_of_question};
use glir_spec::structs::BindTarget;
use glir_spec::{Code, Reply, limits};
use hand::Hand;

/// The signals of a stream.
#[derive(Default)]
pub struct Signals {
    /// Operands stand before what is computed from them.
    nodes: Vec<Node>,
    /// Of those, how many have been forgotten.
    gone: usize,
    /// Where a signal stands, by id in ascending order.
    ids: Vec<(u32, usize)>,
    bindings: Bindings,
    /// The places of signals with `changed`.
    changed: Vec<usize>,
    canvases: Vec<Canvas>,
    hand: Hand,
    /// Seconds since the stream began.
    time: f64,
    /// Something has changed since the graph was evaluated.
    stale: bool,
}

struct Node {
    id: u32,
    value: Value,
    /// It has another value than what was told, and stands among those that have.
    changed: bool,
    /// It was declared or given other numbers since the graph was evaluated.
    new: bool,
    /// How often others have it as operand.
    uses: u32,
    source: Source,
}

enum Source {
    Input {
        source: InputSource,
        canvas: u32,
    },
    Computed {
        op: SignalOp,
        operands: Vec<usize>,
        numbers: Vec<f64>,
    },
    Controller(Handle),
    /// It was forgotten.
    Gone,
}

/// A controller, and where it listens.
struct Handle {
    op: SignalOp,
    /// What it was declared with, first and last: who comes late needs both.
    operands: [Vec<usize>; 2],
    canvas: u32,
    /// The vec4 that is its area; none for the whole canvas.
    area: Option<usize>,
    /// The controllers whose x and y it shares.
    links: [Option<usize>; 2],
    controller: Box<dyn Controller>,
}

/// What is known of a canvas and the pointer over it.
#[derive(Clone, Copy)]
struct Canvas {
    id: u32,
    size: DVec2,
    /// The size at which it is shown, as the last RESIZE says.
    shown: Option<(u32, u32)>,
    ratio: f64,
    pointer: DVec2,
    buttons: u32,
    wheel: DVec2,
    modifiers: u32,
}

impl Signals {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The value of a signal.
    pub fn value(&self, id: u32) -> Option<Value> {
        self.find(id).and_then(|at| self.nodes.get(at)).map(|node| node.value)
    }

    /// Whether something changes with time alone, so that [`advance`](Signals::advance) should be called at every frame.
    pub fn is_moving(&self) -> bool {
        self.nodes.iter().any(|node| match &node.source {
            Source::Input { source, .. } => *source == InputSource::Time,
            Source::Controller(handle) => handle.controller.is_moving(),
            Source::Computed { .. } | Source::Gone => false,
        })
    }

    /// Whether the stream wants canvases to have the size that they are shown at: it has an input `canvas_size` of it.
    pub fn follows_size(&self, canvas: u32) -> bool {
        let follows = |node: &Node| matches!(node.source, Source::Input { source: InputSource::CanvasSize, canvas: of } if of == canvas);
        self.nodes.iter().any(follows)
    }

    /// A canvas that should have the size at which it is shown, and has another one.
    pub(crate) fn misfit(&self) -> Option<(u32, (u32, u32))> {
        let misfit = |canvas: &Canvas| {
            let (width, height) = canvas.shown?;
            let fits = canvas.size == DVec2::new(width.into(), height.into());
            (!fits && self.follows_size(canvas.id)).then_some((canvas.id, (width, height)))
        };
        self.canvases.iter().find_map(misfit)
    }

    /// The size at which a canvas is shown can't be its own.
    pub(crate) fn give_size_up(&mut self, canvas: u32) {
        self.canvas(canvas).shown = None;
    }

    /// Whether a controller listens on a canvas.
    pub fn interacts(&self, canvas: u32) -> bool {
        self.nodes
            .iter()
            .any(|node| matches!(&node.source, Source::Controller(handle) if handle.canvas == canvas))
    }

    /// Tells the size of a canvas in pixels.
    pub fn set_size(&mut self, canvas: u32, width: u32, height: u32) {
        let size = DVec2::new(width.into(), height.into());
        let canvas = self.canvas(canvas);
        if canvas.size != size {
            canvas.size = size;
            self.stale = true;
        }
    }

    /// Lets time go on to so many seconds since the stream began. It never goes back.
    pub fn advance(&mut self, time: f64) {
        let seconds = time - self.time;
        // A page that was in the background does not jump.
        if seconds <= 0.0 || !time.is_finite() {
            return;
        }
        self.time = time;
        let seconds = seconds.min(0.25);
        for at in 0..self.nodes.len() {
            self.follow(at);
            if let Source::Controller(handle) = &mut self.nodes[at].source
                && handle.controller.is_moving()
            {
                handle.controller.advance(seconds);
                self.lead(at);
            }
        }
        self.stale = true;
    }

    /// Lets something happen to a canvas. True if a controller has taken it; else it is the producer's.
    pub fn event(&mut self, event: &Reply<'_>) -> bool {
        match event {
            Reply::Pointer(Pointer { time, .. })
            | Reply::Wheel(Wheel { time, .. })
            | Reply::Key(Key { time, .. }) => self.advance(*time),
            _ => {}
        }
        match event {
            Reply::Pointer(pointer) => {
                let at = DVec2::new(pointer.x.into(), pointer.y.into());
                if !at.is_finite() {
                    return false;
                }
                let canvas = self.canvas(pointer.canvas.0);
                (canvas.pointer, canvas.buttons, canvas.modifiers) = (at, pointer.buttons, pointer.modifiers);
            }
            Reply::Wheel(wheel) => {
                let canvas = self.canvas(wheel.canvas.0);
                let turned = canvas.wheel + DVec2::new(wheel.dx.into(), wheel.dy.into());
                if turned.is_finite() {
                    canvas.wheel = turned;
                }
                canvas.modifiers = wheel.modifiers;
            }
            Reply::Key(key) => self.canvas(key.canvas.0).modifiers = key.modifiers,
            Reply::Resize(resize) => {
                let canvas = self.canvas(resize.canvas.0);
                if resize.pixel_ratio.is_finite() {
                    canvas.ratio = resize.pixel_ratio.into();
                }
                canvas.shown = Some((resize.width, resize.height));
                self.stale = true;
                return false;
            }
            _ => return false,
        }
        self.stale = true;
        self.evaluate();
        let taken = self.hand_over(event);
        self.stale = true;
        taken
    }

    /// The bound targets whose values have changed since this was asked last, with their values.
    pub fn take_changes(&mut self) -> Vec<(BindTarget, Value)> {
        self.evaluate();
        let changed = std::mem::take(&mut self.changed);
        let mut changes = Vec::new();
        let moved = |at: usize| self.nodes.get(at).is_some_and(|node| node.changed);
        self.bindings.tell((!changed.is_empty()).then_some(moved), |target, at| {
            changes.extend(self.nodes.get(at).map(|node| (target.clone(), node.value)));
        });
        for at in changed {
            self.nodes[at].changed = false;
        }
        changes
    }

    /// Takes over the state of canvases and controllers of another graph, where a controller of the same id and kind stands.
    pub(crate) fn take_over(&mut self, other: Signals) {
        for node in other.nodes {
            let Source::Controller(theirs) = node.source else { continue };
            let Some(at) = self.find(node.id) else { continue };
            if let Source::Controller(ours) = &mut self.nodes[at].source
                && ours.op == theirs.op
            {
                ours.controller = theirs.controller;
            }
        }
        self.canvases = other.canvases;
        self.time = other.time;
        self.stale = true;
    }

    /// Takes over what a person did to the controllers of another graph that has the same ones in the same order, whatever their ids.
    /// What nobody has moved stands where this graph begins, and so does all where the graphs differ.
    pub(crate) fn carry_over(&mut self, mut other: Signals) {
        let controllers = |signals: &Signals| -> Vec<(usize, SignalOp)> {
            let of = |(at, node): (usize, &Node)| match &node.source {
                Source::Controller(handle) => Some((at, handle.op)),
                _ => None,
            };
            signals.nodes.iter().enumerate().filter_map(of).collect()
        };
        let (ours, theirs) = (controllers(self), controllers(&other));
        if ours.iter().map(|(_, op)| op).eq(theirs.iter().map(|(_, op)| op)) {
            for ((at, _), (from, _)) in ours.into_iter().zip(theirs) {
                let source = std::mem::replace(&mut other.nodes[from].source, Source::Gone);
                if let (Source::Controller(ours), Source::Controller(theirs)) =
                    (&mut self.nodes[at].source, source)
                {
                    control::go_on(&mut ours.controller, theirs.controller);
                }
                if other.hand.is_at(from) {
                    self.hand.turn_to(at, &other.hand);
                }
            }
        }
        self.canvases = other.canvases;
        self.time = other.time;
        self.stale = true;
    }

    // ---- what the stream declares ----------------------------------------------------------------------------------

    pub(crate) fn declare_input(&mut self, input: &Input) -> Check<()> {
        let source = Source::Input { source: input.source, canvas: input.canvas.0 };
        self.canvas(input.canvas.0);
        self.add(input.id.0, kind_of_input(input.source), source)
    }

    pub(crate) fn declare_signal(
        &mut self,
        id: u32,
        op: SignalOp,
        operands: &[u32],
        numbers: &[f64],
    ) -> Check<()> {
        if operands.len() > limits::MAX_SIGNAL_OPERANDS {
            let (count, most) = (operands.len(), limits::MAX_SIGNAL_OPERANDS);
            return refuse!(Code::LimitExceeded, 0, "{count} operands are given; at most {most} are allowed");
        }
        let mut places = Vec::with_capacity(operands.len());
        for operand in operands {
            match self.find(*operand) {
                Some(place) => places.push(place),
                None => {
                    let id = operand;
                    return refuse!(
                        Code::UnknownId,
                        0,
                        "there is no signal {id}; declare it before it is used"
                    );
                }
            }
        }
        if let Some(made) = control::of(op, numbers) {
            let controller = made.map_err(|why| Fault::new(Code::BadArgument, 0, why))?;
            return self.declare_controller(id, op, &places, control::linked(op, numbers), controller);
        }
        let kinds: Vec<Kind> = places.iter().map(|place| self.nodes[*place].value.kind).collect();
        let kind = match kind_of_question(op) {
            Some((kind, of)) => self.asked_of(op, of, &places).map(|()| kind),
            None => kind_of(op, &kinds, numbers),
        };
        let kind = kind.map_err(|why| Fault::new(Code::BadArgument, 0, why))?;
        let source = Source::Computed { op, operands: places, numbers: numbers.to_vec() };
        if let (SignalOp::Constant, Some(at)) = (op, self.find(id)) {
            return self.change_constant(at, kind, source);
        }
        self.add(id, kind, source)
    }

    pub(crate) fn bind(&mut self, signal: u32, target: BindTarget, takes: &[Kind]) -> Check<()> {
        let Some(node) = self.find(signal) else {
            return refuse!(Code::UnknownId, 0, "there is no signal {signal}");
        };
        let kind = self.nodes[node].value.kind;
        if !takes.contains(&kind) {
            let wanted = Kinds(takes, " or ");
            return refuse!(Code::TypeMismatch, 0, "signal {signal} is {kind}; the target takes {wanted}");
        }
        if !self.bindings.bind(target, node) {
            return refuse!(
                Code::LimitExceeded,
                0,
                "there are {} bindings already, as many as are allowed",
                limits::MAX_BINDINGS
            );
        }
        Ok(())
    }

    /// Lets a target go; it keeps the value that it has.
    pub(crate) fn unbind(&mut self, target: &BindTarget) {
        self.bindings.unbind(key_of(target));
    }

    /// Takes a signal out. Gives what was bound to it.
    pub(crate) fn forget(&mut self, id: u32) -> Check<Vec<BindTarget>> {
        let Some(at) = self.find(id) else {
            return refuse!(Code::UnknownId, 0, "there is no signal {id}");
        };
        if self.nodes[at].uses > 0 {
            return refuse!(
                Code::BadArgument,
                0,
                "signal {id} can't be forgotten: it is among the operands of another"
            );
        }
        self.count_uses(at, false);
        self.nodes[at].source = Source::Gone;
        if let Ok(place) = self.ids.binary_search_by_key(&id, |(known, _)| *known) {
            self.ids.remove(place);
        }
        self.hand.forget(at);
        self.changed.retain(|changed| *changed != at);
        let targets = self.bindings.forget(at);
        self.gone += 1;
        if self.gone > self.nodes.len() / 2 {
            self.close_ranks();
        }
        Ok(targets)
    }

    /// Counts what a signal has as operands, or no longer.
    fn count_uses(&mut self, at: usize, more: bool) {
        let operands: Vec<usize> = match &self.nodes[at].source {
            Source::Computed { operands, .. } => operands.clone(),
            Source::Controller(handle) => handle.operands.concat(),
            Source::Input { .. } | Source::Gone => return,
        };
        for operand in operands {
            let uses = &mut self.nodes[operand].uses;
            *uses = if more { uses.saturating_add(1) } else { uses.saturating_sub(1) };
        }
    }

    /// Lets signals take the places of those that are gone, in their order.
    fn close_ranks(&mut self) {
        let mut count = 0;
        let places: Vec<usize> = self
            .nodes
            .iter()
            .map(|node| {
                count += usize::from(!matches!(node.source, Source::Gone));
                count.saturating_sub(1)
            })
            .collect();
        self.nodes.retain(|node| !matches!(node.source, Source::Gone));
        let moved = |at: &mut usize| *at = places.get(*at).copied().unwrap_or_default();
        for node in &mut self.nodes {
            match &mut node.source {
                Source::Computed { operands, .. } => operands.iter_mut().for_each(moved),
                Source::Controller(handle) => {
                    handle.operands.iter_mut().flatten().for_each(moved);
                    handle.links.iter_mut().flatten().chain(&mut handle.area).for_each(moved);
                }
                Source::Input { .. } | Source::Gone => {}
            }
        }
        self.ids.iter_mut().for_each(|(_, at)| moved(at));
        self.changed.iter_mut().for_each(moved);
        self.bindings.move_signals(moved);
        self.hand.each(moved);
        self.gone = 0;
    }

    /// Lets all targets go that something says are no more.
    pub(crate) fn unbind_all(&mut self, gone: impl Fn(&BindTarget) -> bool) {
        self.bindings.unbind_all(gone);
    }

    fn declare_controller(
        &mut self,
        id: u32,
        op: SignalOp,
        operands: &[usize],
        linked: [bool; 2],
        controller: Box<dyn Controller>,
    ) -> Check<()> {
        // What follows the area, if that is given, are the controllers that it is linked with.
        let is_link = |place: &usize| match &self.nodes[*place].source {
            Source::Controller(other) => op == SignalOp::PanZoom && other.op == op,
            _ => false,
        };
        let (area, mut others) = match operands.split_first() {
            Some((first, others)) if !is_link(first) => (Some(*first), others),
            _ => (None, operands),
        };
        let (canvas, area) = match area {
            None => (0, None),
            Some(place) => match (&self.nodes[place].source, self.nodes[place].value.kind) {
                (Source::Input { source: InputSource::CanvasSize, canvas }, _) => (*canvas, None),
                (_, Kind::Vec4) => (0, Some(place)),
                (_, kind) => {
                    return refuse!(
                        Code::BadArgument,
                        0,
                        "{op} takes its area as vec4, or an input canvas_size, but no {kind}"
                    );
                }
            },
        };
        let mut links = [None; 2];
        for axis in 0..2 {
            if !linked[axis] {
                continue;
            }
            let first = match others.split_first() {
                Some((first, rest)) if is_link(first) => {
                    others = rest;
                    *first
                }
                _ => {
                    return refuse!(
                        Code::BadArgument,
                        0,
                        "a linked pan_zoom takes the pan_zoom of each linked axis behind its area"
                    );
                }
            };
            // One step leads to who has the state, so nothing goes in circles.
            if matches!(&self.nodes[first].source, Source::Controller(other) if other.links[axis].is_some()) {
                let first = self.nodes[first].id;
                return refuse!(
                    Code::BadArgument,
                    0,
                    "signal {first} is itself linked; link to what it is linked to"
                );
            }
            links[axis] = Some(first);
        }
        if !others.is_empty() {
            let most = usize::from(area.is_some()) + links.iter().flatten().count();
            let s = if most == 1 { "" } else { "s" };
            return refuse!(
                Code::BadArgument,
                0,
                "{op} takes {most} operand{s} here, not {}",
                operands.len()
            );
        }
        self.canvas(canvas);
        let operands = [operands.to_vec(), operands.to_vec()];
        let mut handle = Handle { op, operands, canvas, area, links, controller };
        if let Some(at) = self.find(id) {
            if !matches!(&self.nodes[at].source, Source::Controller(old) if old.op == op) {
                return refuse!(Code::IdInUse, 0, "signal {id} stands already, and is no {op}");
            }
            // What stands behind it would be computed too late.
            if area.into_iter().chain(links.into_iter().flatten()).any(|place| place >= at) {
                return refuse!(
                    Code::BadArgument,
                    0,
                    "signal {id} can't take an area or a link that was declared after it"
                );
            }
            // Who has the state stays the one who has it.
            let led = |node: &Node| match &node.source {
                Source::Controller(other) => {
                    (0..2).any(|axis| other.links[axis] == Some(at) && links[axis].is_some())
                }
                _ => false,
            };
            if self.nodes.iter().any(led) {
                return refuse!(Code::BadArgument, 0, "signal {id} can't be linked; others are linked to it");
            }
            self.hand.let_go(at);
            self.count_uses(at, false);
            if let Source::Controller(old) = &mut self.nodes[at].source {
                handle.operands[0] = std::mem::take(&mut old.operands[0]);
            }
            self.nodes[at].source = Source::Controller(handle);
            self.count_uses(at, true);
            self.stale = true;
            return Ok(());
        }
        let kind = kind_of_controller(op).unwrap_or(Kind::Float);
        self.add(id, kind, Source::Controller(handle))
    }

    /// Refuses what asks something of a controller and was not given one, of the sort that is named.
    fn asked_of(&self, op: SignalOp, sort: Option<SignalOp>, operands: &[usize]) -> Result<(), String> {
        match operands {
            [place] if matches!(&self.nodes[*place].source, Source::Controller(of) if sort.is_none_or(|sort| of.op == sort)) => {
                Ok(())
            }
            _ => Err(match sort {
                Some(sort) => format!("{op} takes a {sort}"),
                None => format!("{op} takes a controller"),
            }),
        }
    }

    fn change_constant(&mut self, at: usize, kind: Kind, source: Source) -> Check<()> {
        let node = &mut self.nodes[at];
        let constant = matches!(node.source, Source::Computed { op: SignalOp::Constant, .. });
        if !constant || node.value.kind != kind {
            return refuse!(Code::IdInUse, 0, "signal {} stands already, and is no constant {kind}", node.id);
        }
        node.source = source;
        node.new = true;
        self.stale = true;
        Ok(())
    }

    fn add(&mut self, id: u32, kind: Kind, source: Source) -> Check<()> {
        if id == 0 {
            return refuse!(Code::ReservedId, 0, "0 names no signal; ids begin at 1");
        }
        let Err(place) = self.ids.binary_search_by_key(&id, |(known, _)| *known) else {
            return refuse!(Code::IdInUse, 0, "signal {id} stands already");
        };
        if self.ids.len() >= limits::MAX_SIGNALS {
            return refuse!(
                Code::LimitExceeded,
                0,
                "there are {} signals already, as many as are allowed",
                limits::MAX_SIGNALS
            );
        }
        self.ids.insert(place, (id, self.nodes.len()));
        self.nodes.push(Node { id, value: Value::zero(kind), changed: true, new: true, uses: 0, source });
        // Its value must be known when it is bound.
        let at = self.nodes.len() - 1;
        self.changed.push(at);
        self.count_uses(at, true);
        self.follow(at);
        self.nodes[at].value = self.compute(at);
        Ok(())
    }

    // ---- evaluation ------------------------------------------------------------------------------------------------

    /// Gives a controller the axes of those that it is linked with.
    fn follow(&mut self, at: usize) {
        self.share(at, false);
    }

    /// Gives those that a controller is linked with its axes.
    fn lead(&mut self, at: usize) {
        self.share(at, true);
    }

    fn share(&mut self, at: usize, leads: bool) {
        let links = match self.nodes.get(at).map(|node| &node.source) {
            Some(Source::Controller(handle)) => handle.links,
            _ => return,
        };
        for (axis, other) in links.into_iter().enumerate() {
            let Some(other) = other else { continue };
            let (from, to) = if leads { (at, other) } else { (other, at) };
            let ends = self.axis(from, axis, None);
            self.axis(to, axis, ends);
        }
    }

    /// Where an axis of what a controller shows begins and ends, after it has been given other ends.
    fn axis(&mut self, at: usize, axis: usize, ends: Option<[f64; 2]>) -> Option<[f64; 2]> {
        let Source::Controller(handle) = &self.nodes[at].source else { return None };
        let area = self.area(handle);
        let Source::Controller(handle) = &mut self.nodes[at].source else { return None };
        Some(handle.controller.axis(axis, ends, &area))
    }

    fn find(&self, id: u32) -> Option<usize> {
        let place = self.ids.binary_search_by_key(&id, |(known, _)| *known).ok()?;
        self.ids.get(place).map(|(_, at)| *at)
    }

    fn canvas(&mut self, id: u32) -> &mut Canvas {
        let at = match self.canvases.iter().position(|canvas| canvas.id == id) {
            Some(at) => at,
            // Events of canvases beyond the limit all go to one that nothing listens to.
            None if self.canvases.len() > limits::MAX_CANVASES => limits::MAX_CANVASES,
            None => {
                self.canvases.push(Canvas {
                    id,
                    size: DVec2::ZERO,
                    shown: None,
                    ratio: 1.0,
                    pointer: DVec2::ZERO,
                    buttons: 0,
                    wheel: DVec2::ZERO,
                    modifiers: 0,
                });
                self.canvases.len() - 1
            }
        };
        &mut self.canvases[at]
    }

    fn known_canvas(&self, id: u32) -> Option<&Canvas> {
        self.canvases.iter().find(|canvas| canvas.id == id)
    }

    /// Brings all values up to date.
    fn evaluate(&mut self) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        // What is computed of what has not changed has not changed either.
        let mut moved = vec![false; self.nodes.len()];
        for at in 0..self.nodes.len() {
            if let Source::Computed { op, operands, .. } = &self.nodes[at].source
                && !self.nodes[at].new
                && kind_of_question(*op).is_none()
                && !operands.iter().any(|operand| moved[*operand])
            {
                continue;
            }
            self.follow(at);
            let value = self.compute(at);
            let node = &mut self.nodes[at];
            node.new = false;
            // Bit by bit, so that what is no number does not change for ever.
            let same =
                node.value.numbers().iter().zip(value.numbers()).all(|(a, b)| a.to_bits() == b.to_bits());
            moved[at] = !same;
            if !same && !std::mem::replace(&mut node.changed, true) {
                self.changed.push(at);
            }
            node.value = value;
        }
    }

    fn compute(&self, at: usize) -> Value {
        let node = &self.nodes[at];
        match &node.source {
            Source::Input { source, canvas } => self.read(*source, *canvas),
            Source::Controller(handle) => handle.controller.value(&self.area(handle)),
            Source::Computed { op: SignalOp::Selection, operands, .. } => {
                let of = operands.first().map(|at| &self.nodes[*at].source);
                match of {
                    Some(Source::Controller(handle)) => Value::vec4(handle.controller.selection()),
                    _ => Value::zero(node.value.kind),
                }
            }
            Source::Computed { op: SignalOp::Focused, operands, .. } => {
                let focused = operands.first().is_some_and(|at| self.hand.has_chosen(*at));
                Value::float(f64::from(u8::from(focused)))
            }
            Source::Gone => node.value,
            Source::Computed { op, operands, numbers } => {
                let values: Vec<&Value> = operands.iter().map(|at| &self.nodes[*at].value).collect();
                ops::evaluate(*op, node.value.kind, &values, numbers)
            }
        }
    }

    fn read(&self, source: InputSource, canvas: u32) -> Value {
        let kind = kind_of_input(source);
        if source == InputSource::Time {
            return Value::float(self.time);
        }
        let Some(canvas) = self.known_canvas(canvas) else { return Value::zero(kind) };
        match source {
            InputSource::Pointer => Value::of(kind, &canvas.pointer.to_array()),
            InputSource::Wheel => Value::of(kind, &canvas.wheel.to_array()),
            InputSource::CanvasSize => Value::of(kind, &canvas.size.to_array()),
            InputSource::Buttons => Value::of(kind, &[canvas.buttons.into()]),
            InputSource::Modifiers => Value::of(kind, &[canvas.modifiers.into()]),
            InputSource::PixelRatio | InputSource::Time => Value::of(kind, &[canvas.ratio]),
        }
    }

    fn area(&self, handle: &Handle) -> Area {
        match handle.area.and_then(|at| self.nodes.get(at)) {
            Some(node) => Area::of(&node.value),
            None => {
                let size = self.known_canvas(handle.canvas).map_or(DVec2::ZERO, |canvas| canvas.size);
                Area { low: DVec2::ZERO, size }
            }
        }
    }
}
