//! What goes out before a draw: what differs from what the stream was told.
//!
//! In a list being recorded the settings of the first draw go out before the list, as long as they are the same in all its draws. A
//! setting that differs from draw to draw stands in the list: as the first draw has it at the list's beginning, then where it changes.

use super::Program;
use super::slots::{Listed, Slots, Source, Told, UniformSlot};
use crate::buffer::object::BufferObject;
use crate::error::{Error, Result, refuse, shown};
use crate::queue::Queue;
use crate::value::Bytes;
use glir_spec::commands::{Attribute, Bind, Block, Command, SetShaders, Texture, Uniform};
use glir_spec::ids::{
    AttributeSlot, BlockSlot, BufferId, ProgramId, SamplerSlot, SignalId, TextureId, UniformSlot as Slot,
};
use glir_spec::structs::{AttributeSource, BindTarget, Descriptor, Shaders};
use glir_spec::{Code, Encoding, Payload, Value, limits};
use std::ops::Range;
use std::sync::Arc;

/// Where settings go.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// To the stream: no list is being recorded.
    Stream,
    /// The list's first draw of this program.
    First,
    /// A further one.
    Again,
}

impl Program {
    /// Sends what was set since the last draw, for lists that draw with this program: their next run shows it. A draw does so itself.
    ///
    /// # Errors
    /// If a list is being recorded, or the program can't be made with the header's features.
    pub fn send(&mut self) -> Result<()> {
        let context = self.handle.context.clone();
        let before = self.before.take();
        let mut queue = context.queue();
        let mut grants = queue.grants;
        let may = queue.has_room().and_then(|()| self.sources.may_exist(&mut grants));
        let may = may.and_then(|()| match queue.recording {
            Some(_) => refuse(Code::BadArgument, "settings are sent by draws while a list is recorded"),
            None => Ok(()),
        });
        if let Err(error) = may {
            self.before = before;
            return Err(error);
        }
        queue.grants = grants;
        self.bring(&mut queue, before.as_ref(), None);
        Ok(())
    }

    /// Brings the program in the stream up to date.
    pub(super) fn bring(
        &mut self,
        queue: &mut Queue,
        before: Option<&Slots>,
        elements: Option<&Arc<BufferObject>>,
    ) {
        queue.create(&self.handle, &mut self.label, Descriptor::Program {});
        let program = ProgramId(self.handle.id);
        let place = match &mut queue.recording {
            None => Place::Stream,
            Some(recording) => match recording.uses(self.handle.serial) {
                true => Place::Again,
                false => {
                    recording.kept.handles.push(Arc::clone(&self.handle));
                    Place::First
                }
            },
        };
        if !self.linked {
            if place == Place::Again {
                self.changed_in_list(queue, "shaders");
            }
            if let Some(before) = before {
                // Slots may be others', so what is bound is bound anew.
                for (slot, entry) in (0..).map(Slot).zip(&before.uniforms) {
                    if entry.bound_told != 0 {
                        let target = BindTarget::Uniform { program, uniform: slot };
                        queue.push(Bind { signal: SignalId(0), target });
                    }
                }
                self.slots.inherit(before);
            }
            queue.push(SetShaders {
                program,
                shaders: Shaders::Render {
                    vertex: (*self.sources.vertex).into(),
                    fragment: (*self.sources.fragment).into(),
                    geometry: self.sources.geometry.as_deref().map(Into::into),
                },
                interface: self.sources.interface.clone(),
            });
            self.linked = true;
        }
        if let Some(elements) = elements {
            elements.flush(queue);
            queue.keep(|kept| kept.buffers.push(Arc::clone(elements)));
        }
        self.settings(queue, program, place);
    }

    fn changed_in_list(&self, queue: &mut Queue, what: &str) {
        let (id, label) = (self.handle.id, self.label.quoted());
        let message = format!("the {what} of program {id}{label} change between two draws of one list");
        if let Some(recording) = &mut queue.recording {
            recording.fault.get_or_insert(Error::new(Code::BadArgument, message));
        }
    }

    fn settings(&mut self, queue: &mut Queue, program: ProgramId, place: Place) {
        for (slot, entry) in (0..).map(AttributeSlot).zip(&mut self.slots.attributes) {
            let Some(wanted) = &entry.wanted else { continue };
            if let Some(view) = wanted.view() {
                view.object.flush(queue);
                queue.keep(|kept| kept.buffers.push(Arc::clone(&view.object)));
            }
            let told = Told::from(wanted);
            let differs = entry.told.as_ref() != Some(&told);
            if !differs && !entry.listed.varies {
                continue;
            }
            entry.told = Some(told);
            let source = match wanted {
                Source::View(view) | Source::Own(view) => {
                    let tight = view.stride == view.format.size() as u64;
                    let same = u32::from(view.format.components) == entry.ty.shape().1;
                    AttributeSource::View {
                        buffer: BufferId(view.object.handle.id),
                        ty: view.format.component,
                        components: if same { 0 } else { view.format.components },
                        offset: view.offset,
                        stride: if tight { 0 } else { view.stride as u32 },
                        normalized: view.format.normalized,
                        divisor: view.divisor,
                    }
                }
                Source::Constant(bytes) => AttributeSource::Constant { constant: constant(entry.ty, bytes) },
            };
            tell(queue, &mut entry.listed, place, differs, Attribute { program, slot, source });
        }
        let mut bound = None;
        for (slot, entry) in (0..).map(Slot).zip(&mut self.slots.uniforms) {
            let signal = entry.bound.as_ref().map_or(0, |signal| signal.id().0);
            if signal != entry.bound_told {
                let target = BindTarget::Uniform { program, uniform: slot };
                queue.push(Bind { signal: SignalId(signal), target });
                entry.bound_told = signal;
                // What the signal has left there.
                entry.unknown = true;
                bound = bound.or((place == Place::Again).then(|| shown(entry.name())));
            }
            if signal == 0 {
                uniform(queue, program, slot, entry, place);
            }
        }
        if let Some(name) = bound {
            self.changed_in_list(queue, &format!("signals of `{name}`"));
        }
        for (slot, entry) in (0..).map(SamplerSlot).zip(&mut self.slots.samplers) {
            let Some(texture) = &entry.wanted else { continue };
            texture.flush(queue, true);
            queue.keep(|kept| kept.textures.push(Arc::clone(texture)));
            let told = Some(texture.handle.serial);
            let differs = std::mem::replace(&mut entry.told, told) != told;
            let texture = TextureId(texture.handle.id);
            tell(queue, &mut entry.listed, place, differs, Texture { program, slot, texture });
        }
        for (slot, entry) in (0..).map(BlockSlot).zip(&mut self.slots.blocks) {
            let Some(buffer) = &entry.wanted else { continue };
            buffer.flush(queue);
            queue.keep(|kept| kept.buffers.push(Arc::clone(buffer)));
            let told = Some(buffer.handle.serial);
            let differs = std::mem::replace(&mut entry.told, told) != told;
            let buffer = BufferId(buffer.handle.id);
            tell(
                queue,
                &mut entry.listed,
                place,
                differs,
                Block { program, slot, buffer, offset: 0, size: 0 },
            );
        }
    }
}

/// Tells a setting where it belongs, if the stream or the list has another one.
fn tell<'a>(
    queue: &mut Queue,
    listed: &mut Listed,
    place: Place,
    differs: bool,
    command: impl Into<Command<'a>>,
) {
    let again = place == Place::Again;
    if !differs && (again || !listed.varies) {
        return;
    }
    let mut bytes = Vec::new();
    command.into().encode(&mut bytes);
    match &mut queue.recording {
        Some(recording) if again || listed.varies => {
            if !listed.varies {
                recording.before.push_encoded(&listed.command);
                listed.varies = true;
            }
            recording.body.push_encoded(&bytes);
        }
        _ => queue.frame.push_encoded(&bytes),
    }
    listed.command = bytes;
}

/// Tells a uniform's value where it belongs.
fn uniform(queue: &mut Queue, program: ProgramId, slot: Slot, entry: &mut UniformSlot, place: Place) {
    let set = std::mem::take(&mut entry.set);
    let varies = entry.listed.varies;
    let whole = match place {
        Place::Stream | Place::First => varies || entry.unknown,
        Place::Again => entry.unknown,
    };
    if !set && !whole {
        return;
    }
    let size = entry.ty.size() as usize;
    let range =
        if whole { Some(0..entry.value.len() / size) } else { difference(&entry.value, &entry.told, size) };
    let Some(range) = range else { return };
    entry.unknown = false;
    let bytes = entry.value.get(range.start * size..range.end * size).unwrap_or(&[]);
    match &mut queue.recording {
        Some(recording) if varies || place == Place::Again => {
            let parts = |bytes: &[u8], first: usize, frame: &mut glir_spec::Frame| {
                let most = (limits::MAX_INLINE_BYTES / size).max(1);
                for (part, bytes) in bytes.chunks(most * size).enumerate() {
                    let value = inline(entry.ty.encoding(), bytes);
                    frame.push(Uniform { program, slot, value, first: (first + part * most) as u32 });
                }
            };
            if !varies {
                parts(&entry.told, 0, &mut recording.before);
                entry.listed.varies = true;
            }
            parts(bytes, range.start, &mut recording.body);
        }
        _ => {
            let value = Value(queue.frame.payload(entry.ty.encoding(), bytes));
            queue.frame.push(Uniform { program, slot, value, first: range.start as u32 });
        }
    }
    entry.told.clone_from(&entry.value);
}

/// The elements between the first and the last one that differ.
fn difference(value: &[u8], told: &[u8], size: usize) -> Option<Range<usize>> {
    let differs = |(value, told): (&[u8], &[u8])| value != told;
    let first = value.chunks(size).zip(told.chunks(size)).position(differs)?;
    let last = value.chunks(size).zip(told.chunks(size)).rposition(differs)?;
    Some(first..last + 1)
}

/// The value of a constant attribute.
fn constant(ty: glir_spec::GlslType, bytes: &Bytes) -> Value<'static> {
    inline(ty.encoding(), bytes.get(..ty.size() as usize).unwrap_or(bytes))
}

fn inline(encoding: Encoding, bytes: &[u8]) -> Value<'static> {
    Value(Payload::Inline { encoding, bytes: bytes.to_vec().into() })
}
