//! An object as the digest knows it: what it is, what it holds, and what is set on it.

use super::content::{Content, Region};
use super::effects::{DEPTH, Planes, STENCIL};
use super::hash::{Digest, hash, mix};
use crate::audit::Place;
use glir_spec::commands::{Attribute, Block, Feedback, SetShaders, Texture, Uniform};
use glir_spec::enums::{AttachmentPoint, BufferRole, TextureTarget};
use glir_spec::structs::{Descriptor, Interface};
use std::collections::HashMap;

/// Which property: the opcode of the command that sets it, and what it is of.
pub(super) type Key = (u8, u64);

/// An object that a property refers to: ids come again, serials do not. 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ref {
    pub(super) id: u32,
    pub(super) serial: u64,
}

/// A property: its number, what it refers to, which range of that, and where it was set.
#[derive(Clone, Copy, Debug)]
pub(super) struct Set {
    pub(super) digest: u64,
    pub(super) refers: Ref,
    pub(super) range: (u64, u64),
    pub(super) place: Place,
}

/// An entry of a program's interface. Its key is what it is called and its type: what stays if the shaders are others.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    name: String,
    pub(super) key: u64,
    /// Bytes of an element of a uniform, and how many elements there are.
    pub(super) elements: (u32, u32),
}

/// What a program takes and gives.
#[derive(Clone, Debug, Default)]
pub(super) struct Slots(Vec<(u8, Vec<Slot>)>);

impl Slots {
    pub(super) fn of(interface: &Interface<'_>) -> Self {
        let slot = |name: &str, ty: u64, elements| Slot {
            name: name.to_owned(),
            key: mix(hash(name.as_bytes()), ty),
            elements,
        };
        let uniforms = interface.uniforms.iter().map(|entry| {
            let elements = (entry.ty.size(), entry.count);
            slot(&entry.name, mix(entry.ty as u64, entry.count.into()), elements)
        });
        let attributes = interface.attributes.iter().map(|entry| slot(&entry.name, entry.ty as u64, (0, 0)));
        let samplers = interface.samplers.iter().map(|entry| slot(&entry.name, entry.ty as u64, (0, 0)));
        let blocks = interface
            .blocks
            .iter()
            .map(|entry| slot(&entry.name, mix(entry.size.into(), entry.storage.into()), (0, 0)));
        let mode = interface.feedback_mode as u64;
        let feedback =
            interface.feedback.iter().map(|entry| slot(&entry.name, mix(entry.ty as u64, mode), (0, 0)));
        Slots(vec![
            (Attribute::OPCODE, attributes.collect()),
            (Uniform::OPCODE, uniforms.collect()),
            (Texture::OPCODE, samplers.collect()),
            (Block::OPCODE, blocks.collect()),
            (Feedback::OPCODE, feedback.collect()),
        ])
    }

    fn kind(&self, opcode: u8) -> &[Slot] {
        self.0.iter().find(|(of, _)| *of == opcode).map_or(&[], |(_, slots)| slots)
    }

    pub(super) fn get(&self, opcode: u8, slot: u32) -> Option<&Slot> {
        self.kind(opcode).get(slot as usize)
    }

    /// The key of a slot; one that is not declared has its number.
    pub(super) fn key(&self, opcode: u8, slot: u32) -> u64 {
        self.get(opcode, slot).map_or_else(|| mix(0x0510, slot.into()), |slot| slot.key)
    }

    fn has(&self, key: &Key) -> bool {
        self.kind(key.0).iter().any(|slot| slot.key == key.1)
    }

    /// What a property is called.
    pub(super) fn name(&self, key: Key) -> String {
        let info = glir_spec::commands::COMMANDS.iter().find(|info| info.opcode == key.0);
        let what = info.map_or("property", |info| info.name).to_lowercase();
        match self.kind(key.0).iter().find(|slot| slot.key == key.1) {
            Some(slot) => format!("{what} {}", slot.name),
            None => what,
        }
    }
}

/// An object.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    pub(super) kind: &'static str,
    pub(super) serial: u64,
    /// Its descriptor.
    pub(super) base: u64,
    pub(super) made: Place,
    /// Its storage, as a number and by its extents.
    pub(super) size: u64,
    extents: [u64; 3],
    texture: Option<TextureTarget>,
    /// A buffer that shaders may write.
    pub(super) is_storage: bool,
    pub(super) content: Content,
    /// The stencil plane of what has one.
    pub(super) stencil: Content,
    pub(super) write_place: Place,
    pub(super) slots: Slots,
    /// Properties that refer to nothing.
    sets: HashMap<Key, Set>,
    /// The sum of those.
    pub(super) plain: u64,
    /// Properties that refer to others.
    pub(super) refers: Vec<(Key, Set)>,
    /// The elements of uniform arrays.
    arrays: HashMap<u64, Vec<u64>>,
    /// Uniforms that signals drive, and the signals' serials.
    pub(super) bound: Vec<(u64, u64)>,
    /// The colour attachments that are drawn to.
    pub(super) drawn_colors: Planes,
    pub(super) label: u64,
    /// The sum of the commands that name it.
    pub(super) said: u64,
}

impl Object {
    pub(super) fn new(descriptor: &Descriptor, base: u64, serial: u64, made: Place) -> Self {
        let texture =
            if let Descriptor::Texture { texture, .. } = descriptor { Some(*texture) } else { None };
        let is_storage = matches!(descriptor, Descriptor::Buffer { buffer: BufferRole::Storage, .. });
        let kind = crate::audit::kind(descriptor);
        Object { kind, serial, base, made, texture, is_storage, drawn_colors: 1, ..Object::default() }
    }

    /// What was said of it, with its id, kind and place.
    pub(super) fn history(&self, id: u32) -> (u64, u32, &'static str, Place) {
        (mix(self.base, self.said), id, self.kind, self.made)
    }

    /// It gets new storage.
    pub(super) fn resize(&mut self, size: u64, extents: [u64; 3], place: Place) {
        (self.size, self.extents, self.write_place) = (size, extents, place);
        (self.content, self.stencil) = Default::default();
    }

    /// What it is and holds, but for what its properties refer to.
    pub(super) fn own(&self) -> Digest {
        let what = mix(mix(self.base, self.size), self.plain);
        self.content.digest().and(self.stencil.digest()).with(what)
    }

    /// Its extents on a level.
    fn level(&self, level: u64) -> [u64; 3] {
        let half =
            |extent: u64| extent.checked_shr(u32::try_from(level).unwrap_or(u32::MAX)).unwrap_or(0).max(1);
        let [width, height, depth] = self.extents;
        let depth = match self.texture {
            Some(TextureTarget::D3) => half(depth),
            Some(TextureTarget::Cube) => 6,
            _ => depth,
        };
        [half(width), half(height), depth]
    }

    /// A box of a level; what is not said is the rest.
    pub(super) fn region(&self, level: u64, from: [u64; 3], size: [Option<u64>; 3]) -> Region {
        let mut to = self.level(level);
        for ((to, from), size) in to.iter_mut().zip(from).zip(size) {
            *to = size.map_or(*to, |size| from.saturating_add(size));
        }
        Region { levels: [level, level.saturating_add(1)], from, to }
    }

    /// An image that can be attached.
    pub(super) fn image(&self, level: u64, layer: u64) -> Region {
        self.region(level, [0, 0, layer], [None, None, Some(1)])
    }

    /// All levels but the first.
    pub(super) fn mipmaps(&self) -> Region {
        let to = self.level(0);
        Region { levels: [1, u64::MAX], from: [0; 3], to }
    }

    /// The range of a buffer; a size of 0 is the rest.
    pub(super) fn range(&self, offset: u64, size: u64) -> (u64, u64) {
        let [all, ..] = self.extents;
        (offset, if size == 0 { all } else { offset.saturating_add(size).min(all) })
    }

    /// Sets a property.
    pub(super) fn set(&mut self, key: Key, set: Set) {
        self.unset(&key);
        if set.refers.serial == 0 {
            self.plain = self.plain.wrapping_add(mix(set.digest, number(key)));
            self.sets.insert(key, set);
        } else {
            self.refers.push((key, set));
        }
    }

    fn unset(&mut self, key: &Key) {
        if let Some(old) = self.sets.remove(key) {
            self.plain = self.plain.wrapping_sub(mix(old.digest, number(*key)));
        } else if let Some(at) = self.refers.iter().position(|(known, _)| known == key) {
            self.refers.swap_remove(at);
        }
    }

    /// Sets elements of a uniform array; what they all come to then.
    pub(super) fn set_elements(&mut self, key: u64, first: u32, elements: &[u64]) -> u64 {
        let array = self.arrays.entry(key).or_default();
        let first = first as usize;
        let end = first.saturating_add(elements.len());
        if array.len() < end {
            array.resize(end, 0);
        }
        if let Some(place) = array.get_mut(first..end) {
            place.copy_from_slice(elements);
        }
        array.iter().zip(0u64..).fold(0, |sum, (element, at)| sum.wrapping_add(mix(at, *element)))
    }

    /// Other shaders: what keeps its name and type keeps its value.
    pub(super) fn declare(&mut self, slots: Slots, digest: u64, place: Place) {
        self.slots = slots;
        let shaders = (SetShaders::OPCODE, 0);
        let gone: Vec<Key> = self
            .sets
            .keys()
            .chain(self.refers.iter().map(|(key, _)| key))
            .filter(|key| **key != shaders && !self.slots.has(key))
            .copied()
            .collect();
        gone.iter().for_each(|key| self.unset(key));
        let slots = &self.slots;
        self.arrays.retain(|key, _| slots.has(&(Uniform::OPCODE, *key)));
        self.bound.retain(|(key, _)| slots.has(&(Uniform::OPCODE, *key)));
        self.set(shaders, Set { digest, refers: Ref::default(), range: (0, 0), place });
    }

    /// All properties.
    pub(super) fn properties(&self) -> impl Iterator<Item = (Key, &Set)> {
        let plain = self.sets.iter().map(|(key, set)| (*key, set));
        plain.chain(self.refers.iter().map(|(key, set)| (*key, set)))
    }
}

/// A key as a number.
pub(super) fn number((opcode, of): Key) -> u64 {
    mix(opcode.into(), of)
}

/// The planes of what is attached at a point, by its number.
pub(super) fn planes_at(point: u64) -> Planes {
    match AttachmentPoint::from_number(point) {
        Some(AttachmentPoint::Depth) => DEPTH,
        Some(AttachmentPoint::Stencil) => STENCIL,
        Some(AttachmentPoint::DepthStencil) => DEPTH | STENCIL,
        Some(color) => 1 << (color as u32 - AttachmentPoint::Color0 as u32),
        None => 0,
    }
}
