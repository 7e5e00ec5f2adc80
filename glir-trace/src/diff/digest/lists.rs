//! Lists that run, and what signals drive.

use super::super::object::{Ref, Set};
use super::super::value::{Bytes, binding, value};
use super::{Digester, FrameDigest, mix};
use crate::audit::Place;
use glir_spec::commands::{Bind, Uniform};
use glir_spec::enums::RectangleField;
use glir_spec::structs::{BindTarget, Rect};
use glir_spec::wire::Reader;
use glir_spec::{Command, StateField, limits};

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

    /// Carries out a list. False if the interpreter has ended it early.
    pub(super) fn run(&mut self, id: u32, at: Place, frame: &mut FrameDigest) -> bool {
        let Some(list) = self.lists.get(&id).cloned() else { return true };
        if self.running.depth >= limits::MAX_RUN_DEPTH {
            return false;
        }
        let outer = self.context;
        for (key, signal, field) in &list.bound {
            let Some(digest) = self.signals.digest(*signal) else { continue };
            self.context = self.context.wrapping_add(mix(*key, digest));
            let field = match field {
                Some(RectangleField::Viewport) => StateField::Viewport(None),
                Some(RectangleField::Scissor) => {
                    StateField::Scissor(Some(Rect { x: 0, y: 0, width: 0, height: 0 }))
                }
                None => continue,
            };
            self.state.drive(field, digest, at);
        }
        self.running.depth += 1;
        let mut is_whole = true;
        for bytes in list.commands.iter() {
            let nth = (self.running.run.0, self.running.run.1);
            self.running.ran += 1;
            if self.running.cut_short.contains(&nth) || self.running.ran > limits::MAX_LIST_COMMANDS {
                is_whole = false;
                break;
            }
            self.running.run.1 += 1;
            if self.running.refused.contains(&nth) {
                continue;
            }
            let Ok(command) = Command::decode(&mut Reader::new(bytes)) else { continue };
            if let Command::Run(inner) = &command {
                is_whole = self.run(inner.list.0, at, frame);
                if !is_whole {
                    break;
                }
                continue;
            }
            let value = value(Some(&command), bytes, Bytes { arena: &[], blobs: &self.follower.blobs });
            self.mention(&command, value);
            self.take(&command, &[], value, at, frame);
        }
        self.running.depth -= 1;
        self.context = outer;
        is_whole
    }
}
