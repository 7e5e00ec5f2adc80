//! Programs: uniforms by their elements, and slots that move when shaders are given anew.

use super::fold::spliced;
use super::graph::{Graph, NodeId, Set, Setting};
use glir_spec::commands::{Command, SetShaders};
use glir_spec::structs::Interface;
use glir_spec::wire::Reader;

impl<K: Clone> Graph<K> {
    /// A program's interface as it was declared last, none before the first SHADERS.
    fn interface(&self, program: u32) -> Option<Interface<'_>> {
        let shaders = self.object(program)?.setting(Setting::Shaders)?;
        match Command::decode(&mut Reader::new(&self.node(shaders.node)?.command)) {
            Ok(Command::SetShaders(SetShaders { interface, .. })) => Some(interface),
            _ => None,
        }
    }

    /// How many elements of a uniform so many bytes are.
    pub(super) fn elements(&mut self, program: u32, slot: u32, bytes: u64) -> u32 {
        // An array's elements are of 64 bytes at most, so most values need no look at the declaration.
        let alone = |set: &Set| !matches!(set.setting, Setting::Uniform { slot: other, count, .. } if other == slot && count > 1);
        let plain = self.object(program).is_some_and(|object| object.settings.iter().all(alone));
        if bytes <= 4 && plain {
            return 1;
        }
        (bytes / u64::from(self.size(program, slot).unwrap_or(1).max(1))) as u32
    }

    /// Bytes of an element of a uniform. The declaration is read once, since animations set thousands a frame.
    fn size(&mut self, program: u32, slot: u32) -> Option<u8> {
        let shaders = self.object(program)?.setting(Setting::Shaders)?.node;
        if self.object(program)?.uniforms.0 != shaders {
            let sizes = self.interface(program)?.uniforms.iter().map(|entry| entry.ty.size() as u8).collect();
            self.object_mut(program)?.uniforms = (shaders, sizes);
        }
        self.object(program)?.uniforms.1.get(slot as usize).copied()
    }

    /// Lets go of values that a new one covers.
    pub(super) fn forget_uniforms(&mut self, program: u32, slot: u32, first: u32, count: u32) {
        let Some(object) = self.object_mut(program) else { return };
        object.settings.retain(|set| match set.setting {
            Setting::Uniform { slot: other, first: from, count: length } => {
                other != slot || from < first || from.saturating_add(length) > first.saturating_add(count)
            }
            _ => true,
        });
    }

    /// Gives a program new shaders. Values and bindings of entries whose name and type stay are set anew, behind the
    /// shaders and by their new slots; the others are gone.
    pub(super) fn redefine(&mut self, program: u32, shaders: NodeId, interface: &Interface<'_>) {
        let mut moves: Vec<(Set, Setting)> = Vec::new();
        let mut stays = Vec::new();
        if let Some(old) = self.interface(program) {
            let sets = self.object(program).map_or(&[][..], |object| &object.settings);
            stays.extend(old.uniforms.iter().zip(&interface.uniforms).map(|(old, new)| old == new));
            let kept_mode = old.feedback_mode == interface.feedback_mode;
            for set in sets {
                let moved = match set.setting {
                    Setting::Uniform { slot, first, count } => same(&old.uniforms, &interface.uniforms, slot)
                        .map(|slot| Setting::Uniform { slot, first, count }),
                    Setting::Attribute(slot) => {
                        same(&old.attributes, &interface.attributes, slot).map(Setting::Attribute)
                    }
                    Setting::Texture(slot) => {
                        same(&old.samplers, &interface.samplers, slot).map(Setting::Texture)
                    }
                    Setting::Block(slot) => same(&old.blocks, &interface.blocks, slot).map(Setting::Block),
                    Setting::Feedback(slot) if kept_mode => {
                        same(&old.feedback, &interface.feedback, slot).map(Setting::Feedback)
                    }
                    _ => None,
                };
                moves.extend(moved.map(|moved| (*set, moved)));
            }
        }
        let Some(object) = self.object_mut(program) else { return };
        object.settings.retain(|set| set.setting == Setting::Label);
        self.set(program, Setting::Shaders, shaders, 0);
        for (set, setting) in moves {
            let Some(node) = self.node(set.node) else { continue };
            let slot = match setting {
                Setting::Uniform { slot, .. }
                | Setting::Attribute(slot)
                | Setting::Texture(slot)
                | Setting::Block(slot)
                | Setting::Feedback(slot) => slot,
                _ => continue,
            };
            // In all of them the slot follows opcode and program.
            let mut r = Reader::new(&node.command);
            if r.array().and_then(|_| r.skip()).and_then(|()| r.skip()).is_err() {
                continue;
            }
            let from = r.offset();
            if r.skip().is_err() {
                continue;
            }
            let command = spliced(&node.command, from, r.offset(), |w| w.uint(slot.into()));
            let (payload, needs) = (node.payload.clone(), node.needs.clone());
            let node = self.add(command, payload, needs);
            self.set(program, setting, node, set.object);
        }
        self.rewire(program, &stays);
    }
}

/// Where the entry of an old slot stands now.
fn same<T: PartialEq>(old: &[T], new: &[T], slot: u32) -> Option<u32> {
    let entry = old.get(slot as usize)?;
    new.iter().position(|candidate| candidate == entry).map(|index| index as u32)
}
