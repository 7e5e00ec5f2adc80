//! Commands of lists and of interaction: RECORD, RUN, REDRAW, INPUT, SIGNAL, BIND, FORGET.

use super::{Checking, proven};
use crate::backend::Kind;
use crate::checked::Checked;
use crate::diagnostic::{Check, refuse};
use crate::signals::Kind as SignalKind;
use glir_spec::commands::{Bind, Forget, Input, Record, Redraw, Run, Signal, Uniform};
use glir_spec::enums::SignalOp;
use glir_spec::ids::{ListId, ProgramId, UniformSlot};
use glir_spec::signals::{kind_of_controller, kinds_for};
use glir_spec::structs::BindTarget;
use glir_spec::wire::{Encoding, Payload, Value};
use glir_spec::{Code, GlslType};

impl<'a> Checking<'_, 'a> {
    pub(super) fn record(&mut self, command: Record) -> Check<()> {
        some(command.list)?;
        if self.checker.lists.running() {
            return refuse!(Code::BadArgument, 0, "a list can't record another one");
        }
        proven!(self, Checked::Record(command.list))
    }

    pub(super) fn run(&mut self, command: Run) -> Check<()> {
        some(command.list)?;
        proven!(self, Checked::Run(command.list))
    }

    pub(super) fn redraw(&mut self, command: Redraw) -> Check<()> {
        proven!(self, Checked::Redraw(command.list))
    }

    pub(super) fn input(&mut self, command: Input) -> Check<()> {
        self.checker.signals.declare_input(&command)?;
        self.checker.tell_sizes();
        Ok(())
    }

    pub(super) fn signal(&mut self, command: Signal<'a>) -> Check<()> {
        let mut numbers = Vec::new();
        if let Some(constant) = command.constant {
            let encoding = constant.encoding();
            if !matches!(encoding, Encoding::F64 | Encoding::Raw) {
                return refuse!(Code::WrongEncoding, 0, "a signal's numbers are f64, not {encoding}");
            }
            // More than any operation takes.
            if constant.byte_len() > 256 {
                return refuse!(Code::LimitExceeded, 0, "a signal has at most 32 numbers");
            }
            let bytes = self.bytes(constant, 0)?.here();
            let (whole, _) = bytes.as_chunks::<8>();
            numbers.extend(whole.iter().map(|bytes| f64::from_le_bytes(*bytes)));
        }
        let operands: Vec<u32> = command.operands.iter().map(|operand| operand.0).collect();
        self.checker.signals.declare_signal(command.id.0, command.op, &operands, &numbers)?;
        self.checker.tell_sizes();
        if command.op == SignalOp::Constant || kind_of_controller(command.op).is_some() {
            // It may have another value now, for the draws that follow.
            let changed = self.checker.apply_signals();
            self.checker.lists.due |= changed;
        }
        Ok(())
    }

    pub(super) fn bind(&mut self, command: Bind) -> Check<()> {
        let uniform = uniform_of(&command.target);
        let takes: &[SignalKind] = match &command.target {
            BindTarget::Uniform { program, uniform } => {
                let id = program.0;
                let at = self.checker.find(id, Kind::Program)?;
                let slot = uniform.0 as usize;
                let declared = self.checker.programs.get(at).and_then(|program| program.uniforms.get(slot));
                let Some(declared) = declared else {
                    return self.checker.unknown_slot(id, at, "uniform", slot, |p| p.uniforms.len());
                };
                match kinds_for(declared.ty) {
                    Some(kind) => kind,
                    None => {
                        return refuse!(
                            Code::TypeMismatch,
                            id,
                            "no signal has the type {} of this uniform",
                            declared.ty
                        );
                    }
                }
            }
            BindTarget::Rectangle { list, .. } => {
                some(*list)?;
                &[SignalKind::Vec4]
            }
            BindTarget::Range { range } => {
                some(*range)?;
                &[SignalKind::Vec2]
            }
            BindTarget::Visible { visible } => {
                some(*visible)?;
                &[SignalKind::Float, SignalKind::Int]
            }
        };
        if command.signal.0 == 0 {
            self.checker.signals.unbind(&command.target);
            self.checker.lists.release(&command.target);
            self.checker.left.extend(uniform);
            return Ok(());
        }
        self.checker.signals.bind(command.signal.0, command.target, takes)?;
        let changed = self.checker.apply_signals();
        // It may have had the value before.
        self.checker.left.extend(uniform.filter(|uniform| !self.checker.left.contains(uniform)));
        self.checker.lists.due |= changed;
        Ok(())
    }

    pub(super) fn forget(&mut self, command: Forget) -> Check<()> {
        if command.signal.0 == 0 {
            return refuse!(Code::ReservedId, 0, "0 names no signal; ids begin at 1");
        }
        for target in self.checker.signals.forget(command.signal.0)? {
            self.checker.lists.release(&target);
            self.checker.left.extend(uniform_of(&target));
        }
        Ok(())
    }
}

/// The program and the slot of a uniform.
fn uniform_of(target: &BindTarget) -> Option<(u32, u32)> {
    match target {
        BindTarget::Uniform { program, uniform } => Some((program.0, uniform.0)),
        _ => None,
    }
}

fn some(list: ListId) -> Check<()> {
    if list.0 == 0 { refuse!(Code::ReservedId, 0, "0 names no list; ids begin at 1") } else { Ok(()) }
}

impl super::Checker {
    /// Tells the signals how large canvases are.
    pub(crate) fn tell_sizes(&mut self) {
        for canvas in &self.canvases {
            self.signals.set_size(canvas.id, canvas.width, canvas.height);
        }
    }

    /// Brings the values of signals to what they are bound to. True if any of those has another value now.
    pub(crate) fn apply_signals(&mut self) -> bool {
        if self.signals.is_empty() {
            return false;
        }
        self.tell_sizes();
        let mut changed = false;
        for (target, value) in self.signals.take_changes() {
            changed |= match target {
                BindTarget::Uniform { program, uniform } => {
                    self.set_uniform(program.0, uniform.0 as usize, &value)
                }
                list => self.lists.set(&list, &value),
            };
        }
        changed
    }

    /// Sets the first element of a uniform, if there is one of that type still.
    fn set_uniform(&mut self, id: u32, slot: usize, value: &crate::signals::Value) -> bool {
        let Some((Kind::Program, at)) = self.ids.get(id) else { return false };
        let Some(program) = self.programs.get_mut(at) else { return false };
        let Some(state) = program.uniforms.get_mut(slot) else { return false };
        if !kinds_for(state.ty).is_some_and(|kinds| kinds.contains(&value.kind)) {
            return false;
        }
        let mut bytes = [0; 64];
        for (to, number) in bytes.chunks_exact_mut(4).zip(value.numbers()) {
            to.copy_from_slice(&match state.ty {
                GlslType::Int => (*number as i32).to_le_bytes(),
                GlslType::Uint => (*number as u32).to_le_bytes(),
                GlslType::Bool => u32::from(*number != 0.0).to_le_bytes(),
                _ => (*number as f32).to_le_bytes(),
            });
        }
        let new = &bytes[..4 * value.numbers().len()];
        let Some(old) = program.values.get_mut(state.start..state.start + new.len()) else { return false };
        if old == new {
            return false;
        }
        old.copy_from_slice(new);
        if !state.dirty && state.active.is_some() {
            state.dirty = true;
            program.dirty.push(slot as u32);
        }
        self.left.push((id, slot as u32));
        true
    }

    /// The UNIFORM that would set the first element of a uniform to what it is, encoded.
    pub(crate) fn uniform(&self, (id, slot): (u32, u32)) -> Option<Vec<u8>> {
        let Some((Kind::Program, at)) = self.ids.get(id) else { return None };
        let program = self.programs.get(at)?;
        let state = program.uniforms.get(slot as usize)?;
        let bytes = program.values.get(state.start..state.start + state.ty.size() as usize)?;
        let payload = Payload::Inline { encoding: state.ty.encoding(), bytes: bytes.into() };
        let (program, slot) = (ProgramId(id), UniformSlot(slot));
        let mut command = Vec::new();
        Uniform { program, slot, value: Value(payload), first: 0 }.encode(&mut command);
        Some(command)
    }
}
