//! Lists that run, and what signals drive.

use super::super::object::{Ref, Set};
use super::super::value::{Bytes, binding, value};
use super::{Digester, FrameDigest, mix};
use crate::audit::Place;
use glir_core::retain::{Driven, Ran};
use glir_spec::commands::{Bind, Uniform};
use glir_spec::enums::RectangleField;
use glir_spec::structs::{BindTarget, Rect};
use glir_spec::{Command, StateField, limits};
use std::sync::Arc;

impl Digester<'_> {
    pub(super) fn bind(&mut self, command: &Bind, value: u64, at: Place) {
        let signal = self.signals.serial(command.signal.0);
        let (id, field) = match &command.target {
            BindTarget::Uniform { program, uniform } => {
                // It has the signal's value now, and whenever that changes.
                let driven = mix(value, self.signals.role(command.signal.0));
                if let Some(object) = self.objects.get_mut(&program.0)
                    && let Some(key) = object.slots.get(Uniform::OPCODE, uniform.0).map(|slot| slot.key)
                {
                    object.bound.retain(|(bound, _)| *bound != key);
                    if signal != 0 {
                        object.bound.push((key, signal));
                        let set = Set { digest: driven, refers: Ref::default(), range: (0, 0), place: at };
                        object.set((Uniform::OPCODE, key), set);
                    }
                }
                return;
            }
            BindTarget::Rectangle { rectangle, list } => (list.0, Some(*rectangle)),
            BindTarget::Range { range } => (range.0, None),
            BindTarget::Visible { visible } => (visible.0, None),
        };
        let key = binding(&command.target);
        let list = self.lists.entry(id).or_default();
        list.bound.retain(|(bound, ..)| *bound != key);
        if signal != 0 {
            list.bound.push((key, signal, field));
        }
    }

    /// Takes what a RUN carries out, what hidden lists would do included.
    pub(super) fn run(&mut self, id: u32, at: Place, frame: &mut FrameDigest) {
        let account = self.account.clone();
        account.ran(at.1, id, &mut Running { digester: self, at, frame, contexts: Vec::new() });
    }
}

/// A RUN whose commands are taken.
struct Running<'d, 'a> {
    digester: &'d mut Digester<'a>,
    at: Place,
    frame: &'d mut FrameDigest,
    /// What signals make of the lists around those that run now.
    contexts: Vec<u64>,
}

impl Running<'_, '_> {
    /// Hidden lists are not bounded by what an interpreter does.
    fn may_go_on(&mut self) -> bool {
        self.digester.ran += 1;
        self.digester.ran <= limits::MAX_LIST_COMMANDS
    }
}

impl Ran for Running<'_, '_> {
    fn list(&self, id: u32) -> Option<Arc<[u8]>> {
        self.digester.lists.get(&id).map(|list| list.commands.clone())
    }

    fn begins(&mut self, id: u32, _: Option<&Driven>) -> bool {
        if !self.may_go_on() {
            return false;
        }
        let digester = &mut *self.digester;
        self.contexts.push(digester.context);
        let bound = digester.lists.get(&id).map(|list| list.bound.clone()).unwrap_or_default();
        for (key, signal, field) in bound {
            let Some(digest) = digester.signals.digest(signal) else { continue };
            digester.context = digester.context.wrapping_add(mix(key, digest));
            let field = match field {
                Some(RectangleField::Viewport) => StateField::Viewport(None),
                Some(RectangleField::Scissor) => {
                    StateField::Scissor(Some(Rect { x: 0, y: 0, width: 0, height: 0 }))
                }
                None => continue,
            };
            digester.state.drive(field, digest, self.at);
        }
        true
    }

    fn command(&mut self, command: &Command<'_>, bytes: &[u8]) {
        if !self.may_go_on() {
            return;
        }
        let digester = &mut *self.digester;
        let value = value(Some(command), bytes, Bytes { arena: &[], blobs: &digester.follower.blobs });
        digester.mention(command, value);
        digester.take(command, &[], value, self.at, self.frame);
    }

    fn ends(&mut self) {
        self.digester.context = self.contexts.pop().unwrap_or(0);
    }
}
