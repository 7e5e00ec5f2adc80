//! What is still to be seen of all that holds, on the way back from a picture to what it rests on.

use super::parts::{Block, Blocks, Spans};
use super::surface::{Place, Surface};
use super::world::{CANVAS, Object, Program, Serial, World};
use std::collections::HashMap;
use std::ops::Range;

/// What is needed of a canvas.
#[derive(Debug, Default)]
pub(super) struct Shown {
    /// Its size.
    pub(super) sized: bool,
    pub(super) planes: [Blocks; 3],
    /// Changes of its size that were passed by: what was drawn before them must not show behind them.
    pub(super) passed: Vec<usize>,
}

/// What is needed of a program.
#[derive(Debug, Default)]
pub(super) struct Wiring {
    pub(super) shaders: bool,
    pub(super) uniforms: Vec<Spans>,
    /// All elements of all uniforms are needed, but for those of some slots.
    pub(super) whole: bool,
    pub(super) but: Vec<u32>,
    pub(super) views: Vec<bool>,
    pub(super) textures: Vec<bool>,
    pub(super) blocks: Vec<bool>,
    pub(super) feedback: Vec<bool>,
}

/// What is needed of an object.
#[derive(Debug, Default)]
pub(super) struct Needed {
    pub(super) object: bool,
    pub(super) storage: bool,
    /// That it is gone: something refers to it, and to nothing then.
    pub(super) deletion: bool,
    pub(super) interpolation: bool,
    pub(super) wrapping: bool,
    /// All texels.
    pub(super) whole: bool,
    pub(super) planes: [Blocks; 3],
    pub(super) bytes: Spans,
    /// Attachments of a framebuffer, as bits, and its DRAW_BUFFERS.
    pub(super) attached: u16,
    pub(super) drawn: bool,
    pub(super) wiring: Option<Box<Wiring>>,
}

/// What is needed of everything.
#[derive(Debug, Default)]
pub(super) struct Live {
    /// Fields of the state, by their numbers.
    pub(super) fields: u64,
    pub(super) target: bool,
    pub(super) canvas: bool,
    pub(super) canvases: HashMap<u32, Shown>,
    pub(super) objects: Vec<Needed>,
    /// Commands that were passed by and are needed after all.
    pub(super) late: Vec<usize>,
    /// Something is driven by signals.
    pub(super) signals: bool,
}

/// What a draw takes of its vertices.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    pub(super) first: u64,
    /// None if indices say it.
    pub(super) count: Option<u64>,
    pub(super) instances: u64,
}

impl Live {
    /// At the end: the colours of all canvases, and which of them is current.
    pub(super) fn of(world: &World<'_>) -> Self {
        let mut live = Live { canvas: true, ..Live::default() };
        live.objects.resize_with(world.count(), Needed::default);
        for (id, (width, height)) in &world.canvases {
            let mut shown = Shown { sized: true, ..Shown::default() };
            shown.planes[0].add(Block::flat(0..*width, 0..*height));
            live.canvases.insert(*id, shown);
        }
        live
    }

    /// What is needed of an object; of none, if there is no such.
    pub(super) fn needed(&mut self, serial: Serial) -> Option<&mut Needed> {
        self.objects.get_mut(serial as usize)
    }

    pub(super) fn wiring(&mut self, serial: Serial) -> Option<&mut Wiring> {
        self.needed(serial)?.wiring.as_deref_mut()
    }

    /// An object must have been made.
    pub(super) fn made(&mut self, serial: Serial) {
        if let Some(needed) = self.needed(serial) {
            needed.object = true;
        }
    }

    /// Something refers to an object, and uses it if it is still there.
    fn referred(&mut self, world: &World<'_>, serial: Serial) -> Option<&mut Needed> {
        let alive = world.object(serial)?.alive;
        let needed = self.needed(serial)?;
        needed.object = true;
        if alive {
            needed.storage = true;
            return Some(needed);
        }
        needed.deletion = true;
        None
    }

    /// The texels of a plane of a place.
    pub(super) fn texels(&mut self, place: &Place, plane: usize) -> Option<&mut Blocks> {
        match place {
            Place::Canvas(id) => self.canvases.get_mut(id)?.planes.get_mut(plane),
            Place::Image(image) => self.needed(image.object)?.planes.get_mut(plane),
        }
    }

    /// Texels of a plane of a place are written anew.
    pub(super) fn covered(&mut self, place: &Place, plane: usize, block: &Block) {
        if let Some(texels) = self.texels(place, plane) {
            texels.remove(block);
        }
        if let Place::Image(image) = place
            && let Some(needed) = self.needed(image.object)
        {
            needed.whole = false;
        }
    }

    /// A target is used: all that it is but for what its images hold.
    pub(super) fn surface(&mut self, world: &World<'_>, serial: Serial) {
        if serial == CANVAS {
            self.canvas = true;
            if let Some(shown) = self.canvases.get_mut(&world.canvas) {
                shown.sized = true;
                self.late.append(&mut shown.passed);
            }
            return;
        }
        let Some((attached, _)) = world.attachments(serial) else { return };
        if let Some(needed) = self.needed(serial) {
            (needed.object, needed.attached, needed.drawn) = (true, 0x3ff, true);
        }
        for image in attached.iter().flatten() {
            self.referred(world, image.object);
        }
    }

    /// What a draw reads of a target's planes, too, where it is seen.
    pub(super) fn tests(&mut self, surface: &Surface, planes: [bool; 3], seen: &[Block]) {
        for (plane, _, place) in &surface.places {
            if !planes.get(*plane).is_some_and(|on| *on) {
                continue;
            }
            for part in seen {
                let block = place.block(part.from[0]..part.to[0], part.from[1]..part.to[1]);
                if let Some(texels) = self.texels(place, *plane) {
                    texels.add(block);
                }
            }
        }
    }

    /// Bytes of a buffer are read.
    pub(super) fn bytes(&mut self, world: &World<'_>, buffer: Serial, bytes: Range<u64>) {
        let size = world.object(buffer).map_or(0, |object| object.size[0]);
        if let Some(needed) = self.referred(world, buffer) {
            needed.bytes.add(bytes.start..bytes.end.min(size));
        }
    }

    /// All of a texture is read.
    fn sampled(&mut self, world: &World<'_>, texture: Serial) {
        let Some(object) = world.object(texture) else { return };
        let Some(needed) = self.referred(world, texture) else { return };
        (needed.interpolation, needed.wrapping) = (true, true);
        if std::mem::replace(&mut needed.whole, true) {
            return;
        }
        for level in 0..object.levels().min(32) {
            let [width, height, layers] = object.extent(level);
            let block = Block { from: [0, 0, 0, level], to: [width, height, layers, level + 1] };
            for (texels, _) in needed.planes.iter_mut().zip(object.planes()).filter(|(_, has)| *has) {
                texels.add(block);
            }
        }
    }

    /// True if a program may write bytes that are needed.
    pub(super) fn writes(&self, world: &World<'_>, program: &Program<'_>) -> bool {
        let blocks = program.blocks.iter().flatten();
        let stored = blocks.filter(|part| world.object(part.buffer).is_some_and(Object::is_storage));
        stored.chain(program.feedback.iter().flatten()).any(|part| {
            let end = if part.size == 0 { u64::MAX } else { part.offset.saturating_add(part.size) };
            let needed = self.objects.get(part.buffer as usize);
            needed.is_some_and(|needed| needed.bytes.meets(&(part.offset..end)))
        })
    }

    /// A program is used: all that is set of it, and all that it reads.
    pub(super) fn program(&mut self, world: &World<'_>, serial: Serial, taken: Option<Taken>) {
        let Some(program) = world.program(serial) else { return };
        let Some(needed) = self.needed(serial) else { return };
        needed.object = true;
        let wiring = needed.wiring.get_or_insert_default();
        wiring.shaders = true;
        wiring.read_uniforms(program);
        for (slots, bound) in [
            (&mut wiring.views, program.views.len()),
            (&mut wiring.textures, program.textures.len()),
            (&mut wiring.blocks, program.blocks.len()),
            (&mut wiring.feedback, program.feedback.len()),
        ] {
            slots.clear();
            slots.resize(bound, true);
        }
        for view in program.views.iter().flatten() {
            let (first, count) = match (view.divisor, taken) {
                (0, Some(Taken { first, count: Some(count), .. })) => (first, count),
                (0, _) => (0, u64::from(u32::MAX)),
                (divisor, Some(taken)) => (0, taken.instances.div_ceil(divisor.into())),
                (_, None) => (0, 0),
            };
            let start = view.offset.saturating_add(first.saturating_mul(view.stride));
            let last = first.saturating_add(count.saturating_sub(1)).saturating_mul(view.stride);
            let end = view.offset.saturating_add(last).saturating_add(view.element);
            self.bytes(world, view.buffer, start..end);
        }
        for texture in program.textures.iter().flatten() {
            self.sampled(world, *texture);
        }
        for (slot, part) in program.blocks.iter().enumerate() {
            let Some(part) = part else { continue };
            // Of the rest of a buffer a uniform block reads its own size.
            let size = if part.size == 0 { program.block_size(slot) } else { Some(part.size) };
            let end = size.map_or(u64::MAX, |size| part.offset.saturating_add(size));
            self.bytes(world, part.buffer, part.offset..end);
        }
        for part in program.feedback.iter().flatten() {
            self.referred(world, part.buffer);
        }
    }
}

impl Wiring {
    /// All elements of all uniforms are read.
    fn read_uniforms(&mut self, program: &Program<'_>) {
        let uniforms = program.uniforms();
        let read = |spans: &mut Spans, slot: usize| {
            spans.add(0..uniforms.get(slot).map_or(0, |entry| entry.count.into()));
        };
        if std::mem::replace(&mut self.whole, true) {
            for slot in self.but.drain(..) {
                let slot = slot as usize;
                self.uniforms.get_mut(slot).into_iter().for_each(|spans| read(spans, slot));
            }
            return;
        }
        self.but.clear();
        self.uniforms.resize_with(uniforms.len(), Spans::default);
        self.uniforms.iter_mut().enumerate().for_each(|(slot, spans)| read(spans, slot));
    }

    /// Takes SHADERS back: what is needed of entries that stay is needed of the older ones. True if that is anything.
    pub(super) fn behind(&mut self, old: &Program<'_>, new: &Program<'_>) -> bool {
        let (Some(was), Some(is)) = (old.interface(), new.interface()) else {
            *self = Wiring::default();
            return false;
        };
        (self.whole, self.but) = (false, Vec::new());
        let mut uniforms = vec![Spans::default(); was.uniforms.len()];
        for (entry, needed) in is.uniforms.iter().zip(&self.uniforms) {
            if let Some(place) = was.uniforms.iter().position(|known| known == entry)
                && let Some(spans) = uniforms.get_mut(place)
            {
                spans.clone_from(needed);
            }
        }
        let some = uniforms.iter().any(|spans| spans.meets(&(0..u64::MAX)));
        self.uniforms = uniforms;
        let kept = |yes: &[bool]| yes.iter().any(|yes| *yes);
        self.views = older(&is.attributes, &was.attributes, &self.views);
        self.textures = older(&is.samplers, &was.samplers, &self.textures);
        self.blocks = older(&is.blocks, &was.blocks, &self.blocks);
        self.feedback = older(&is.feedback, &was.feedback, &self.feedback);
        some || kept(&self.views) || kept(&self.textures) || kept(&self.blocks) || kept(&self.feedback)
    }
}

/// What is needed of each of the older entries.
fn older<T: PartialEq>(is: &[T], was: &[T], needed: &[bool]) -> Vec<bool> {
    let needed =
        |entry: &T| is.iter().position(|new| new == entry).and_then(|at| needed.get(at)) == Some(&true);
    was.iter().map(needed).collect()
}
