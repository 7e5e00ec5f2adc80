//! A command on the way back: whether anything that is needed rests on it, and what it needs itself.

use super::live::{Live, Taken, Wiring};
use super::parts::Block;
use super::surface::{Area, COLOR, Shape, Surface, drawn, scissored, shape};
use super::world::{CANVAS, Object, Program, Serial, World, points};
use glir_spec::StateField;
use glir_spec::commands::*;
use glir_spec::enums::Plane;
use glir_spec::structs::{AttributeSource, BindTarget, Region, Selection};

/// Which fields of a STATE are kept, by their numbers; of any other command all or nothing.
pub(super) type Keep = u64;

const WHOLE: Keep = 1;

/// The way back.
pub(super) struct Walk<'w, 'a> {
    pub(super) live: &'w mut Live,
    /// What holds before the command.
    pub(super) world: &'w World<'a>,
    /// The command's number.
    pub(super) at: usize,
}

impl<'a> Walk<'_, 'a> {
    /// Decides about a command. `made` is what it has created, and `program` the one to which it has given shaders.
    pub(super) fn command(&mut self, command: &Command<'a>, made: Option<Serial>) -> Keep {
        if let Command::State(state) = command {
            let keep =
                state.changes.0.iter().fold(0, |bits, field| bits | bit(field.number())) & self.live.fields;
            self.live.fields &= !keep;
            return keep;
        }
        let keep = match command {
            Command::Current(command) => self.current(command),
            Command::Swap(_) => Some(true),
            Command::Create(_) => made.and_then(|made| self.live.needed(made)).map(|needed| needed.object),
            Command::Delete(command) => self.delete(command),
            Command::Size(command) => self.size(command),
            Command::Data(command) => self.data(command),
            Command::Interpolation(command) => {
                self.setting(command.texture.0, |needed| std::mem::take(&mut needed.interpolation))
            }
            Command::Wrapping(command) => {
                self.setting(command.texture.0, |needed| std::mem::take(&mut needed.wrapping))
            }
            Command::Mipmaps(command) => self.mipmaps(command),
            Command::Attribute(command) => {
                let buffer = match command.source {
                    AttributeSource::View { buffer, .. } => buffer.0,
                    AttributeSource::Constant { .. } => 0,
                };
                self.slot(command.program.0, command.slot.0, buffer, |wiring| &mut wiring.views)
            }
            Command::Texture(command) => {
                self.slot(command.program.0, command.slot.0, command.texture.0, |wiring| &mut wiring.textures)
            }
            Command::Block(command) => {
                self.slot(command.program.0, command.slot.0, command.buffer.0, |wiring| &mut wiring.blocks)
            }
            Command::Feedback(command) => {
                self.slot(command.program.0, command.slot.0, command.buffer.0, |wiring| &mut wiring.feedback)
            }
            Command::Uniform(command) => self.uniform(command),
            Command::Attach(command) => self.attach(command),
            Command::Framebuffer(command) => {
                let keep = std::mem::take(&mut self.live.target);
                if keep && let Some(serial) = self.world.serial(command.framebuffer.0) {
                    self.live.made(serial);
                }
                Some(keep)
            }
            Command::DrawBuffers(command) => {
                self.setting(command.framebuffer.0, |needed| std::mem::take(&mut needed.drawn))
            }
            Command::Clear(command) => self.clear(command),
            Command::Draw(command) => self.draw(command),
            Command::Blit(command) => self.blit(command),
            Command::Dispatch(command) => self.dispatch(command),
            Command::Bind(command) => self.bind(command),
            // With the first BIND that is needed all of them are.
            Command::Input(_) | Command::Signal(_) | Command::Forget(_) => Some(true),
            // SHADERS are looked at where both worlds are known, STATE has been.
            Command::SetShaders(_) | Command::State(_) => Some(false),
            // These draw nothing, or do not stand in pictures.
            Command::Group(_) | Command::End(_) | Command::Meta(_) | Command::Extension(_) => Some(false),
            Command::Label(_) | Command::Read(_) | Command::Query(_) => Some(false),
            Command::Record(_) | Command::Run(_) | Command::Redraw(_) => Some(false),
        };
        if keep == Some(true) { WHOLE } else { 0 }
    }

    /// SHADERS are given anew.
    pub(super) fn shaders(&mut self, serial: Serial, old: &Program<'_>, new: &Program<'_>) -> Keep {
        let Some(wiring) = self.live.wiring(serial).filter(|wiring| wiring.shaders) else { return 0 };
        wiring.shaders = wiring.behind(old, new);
        self.live.made(serial);
        WHOLE
    }

    fn current(&mut self, command: &Current) -> Option<bool> {
        let id = command.canvas.0;
        let known = self.world.canvases.get(&id).copied();
        let resizes = known != Some(self.world.sized(command));
        let shown = self.live.canvases.get_mut(&id)?;
        if !(self.live.canvas || self.live.target || resizes && shown.sized) {
            if resizes {
                shown.passed.push(self.at);
            }
            return Some(false);
        }
        (self.live.canvas, self.live.target) = (false, false);
        if resizes {
            shown.planes.iter_mut().for_each(super::parts::Blocks::clear);
            shown.sized = false;
            // What is drawn before it is gone because of it.
            shown.passed.clear();
        }
        if resizes && (command.width.is_none() || command.height.is_none()) {
            let from = if known.is_some() { id } else { 0 };
            self.live.canvases.get_mut(&from)?.sized = true;
        }
        Some(true)
    }

    /// Whether it stays is found at the end; here, whether something rests on what it unsets.
    fn delete(&mut self, command: &Delete) -> Option<bool> {
        let serial = self.world.serial(command.id.0)?;
        if self.world.target == serial && std::mem::take(&mut self.live.target) {
            let needed = self.live.needed(serial)?;
            (needed.object, needed.deletion) = (true, true);
        }
        Some(true)
    }

    fn size(&mut self, command: &Size) -> Option<bool> {
        let needed = self.live.needed(self.world.serial(command.id.0)?)?;
        if !std::mem::take(&mut needed.storage) {
            return Some(false);
        }
        needed.object = true;
        needed.whole = false;
        needed.bytes.clear();
        needed.planes.iter_mut().for_each(super::parts::Blocks::clear);
        Some(true)
    }

    fn data(&mut self, command: &Data<'_>) -> Option<bool> {
        let serial = self.world.serial(command.id.0)?;
        let object = self.world.object(serial)?;
        let needed = self.live.needed(serial)?;
        let keep = match command.region {
            Region::Bytes { offset } => {
                let span = offset..offset.saturating_add(command.payload.byte_len());
                let keep = needed.bytes.meets(&span);
                needed.bytes.remove(&span);
                keep
            }
            Region::Texels { .. } => {
                let block = texels(object, &command.region);
                let planes = needed.planes.iter_mut().zip(object.planes());
                let mut keep = false;
                for (plane, _) in planes.filter(|(plane, has)| *has && plane.meets(&block)) {
                    plane.remove(&block);
                    keep = true;
                }
                needed.whole &= !keep;
                keep
            }
        };
        needed.object |= keep;
        needed.storage |= keep;
        Some(keep)
    }

    fn mipmaps(&mut self, command: &Mipmaps) -> Option<bool> {
        let serial = self.world.serial(command.texture.0)?;
        let [width, height, layers] = self.world.object(serial)?.extent(0);
        let needed = self.live.needed(serial)?;
        let smaller = Block { from: [0, 0, 0, 1], to: [u32::MAX; 4] };
        let texels = needed.planes.get_mut(COLOR)?;
        if !texels.meets(&smaller) {
            return Some(false);
        }
        texels.remove(&smaller);
        texels.add(Block { from: [0; 4], to: [width, height, layers, 1] });
        (needed.whole, needed.object, needed.storage) = (false, true, true);
        Some(true)
    }

    /// Something that is set of an object as a whole.
    fn setting(&mut self, id: u32, take: impl FnOnce(&mut super::live::Needed) -> bool) -> Option<bool> {
        let needed = self.live.needed(self.world.serial(id)?)?;
        let keep = take(needed);
        needed.object |= keep;
        Some(keep)
    }

    /// What is bound to a slot of a program.
    fn slot(
        &mut self,
        program: u32,
        slot: u32,
        refers: u32,
        of: impl FnOnce(&mut Wiring) -> &mut Vec<bool>,
    ) -> Option<bool> {
        let program = self.world.serial(program)?;
        let keep = std::mem::take(of(self.live.wiring(program)?).get_mut(slot as usize)?);
        if keep {
            self.used(program);
            if let Some(refers) = self.world.serial(refers) {
                self.live.made(refers);
            }
        }
        Some(keep)
    }

    /// A program must have its shaders here.
    fn used(&mut self, program: Serial) {
        self.live.made(program);
        if let Some(wiring) = self.live.wiring(program) {
            wiring.shaders = true;
        }
    }

    fn uniform(&mut self, command: &Uniform<'_>) -> Option<bool> {
        let program = self.world.serial(command.program.0)?;
        let declared = self.world.program(program)?.uniforms().get(command.slot.0 as usize)?;
        let count = command.value.0.byte_len() / u64::from(declared.ty.size().max(1));
        let first = u64::from(command.first);
        let span = first..first.saturating_add(count);
        let driven = self.world.object(program)?.driven;
        let wiring = self.live.wiring(program)?;
        let spans = wiring.uniforms.get_mut(command.slot.0 as usize)?;
        // What signals have driven may be driven again, whatever is set.
        let keep = if driven { wiring.shaders } else { spans.meets(&span) };
        if keep && !driven {
            spans.remove(&span);
            wiring.but.push(command.slot.0);
        }
        if keep {
            self.used(program);
        }
        Some(keep)
    }

    fn attach(&mut self, command: &Attach) -> Option<bool> {
        let needed = self.live.needed(self.world.serial(command.framebuffer.0)?)?;
        let bits = points(command.point).fold(0, |bits, point| bits | 1 << point);
        if needed.attached & bits == 0 {
            return Some(false);
        }
        needed.attached &= !bits;
        needed.object = true;
        if let Some(image) = self.world.serial(command.object.0) {
            let image = self.live.needed(image)?;
            (image.object, image.storage) = (true, true);
        }
        Some(true)
    }

    fn clear(&mut self, command: &Clear<'_>) -> Option<bool> {
        if self.world.is(&StateField::RasterizerDiscard(true)) {
            return Some(false);
        }
        let surface = Surface::of(self.world, self.world.target);
        let reach = scissored(self.world);
        let all = surface.clipped(&reach);
        let mut fields = 0;
        for plane in &command.planes {
            let plane = place(*plane);
            let [some, whole] = self.masked(plane);
            if !some {
                continue;
            }
            let mut seen = false;
            for place in surface.written(plane, command.attachment) {
                let meets =
                    self.live.texels(place, plane).is_some_and(|texels| texels.meets(&reach.block(place)));
                if meets && whole {
                    self.live.covered(place, plane, &all.block(place));
                }
                seen |= meets;
            }
            if seen {
                fields |= [CLEARS_COLOR, CLEARS_DEPTH, CLEARS_STENCIL][plane];
            }
        }
        if fields == 0 {
            return Some(false);
        }
        if command.attachment.is_some() {
            fields &= !field(60);
        }
        self.live.fields |= fields | field(3) | field(54);
        self.targets();
        Some(true)
    }

    /// Whether some, and whether all bits of a plane are written.
    fn masked(&self, plane: usize) -> [bool; 2] {
        let masks = self.world.fields().iter().find_map(|field| match (field, plane) {
            (StateField::ColorMask(mask), 0) => Some([*mask != [false; 4], *mask == [true; 4]]),
            (StateField::DepthMask(on), 1) => Some([*on, *on]),
            (StateField::StencilWriteMask(mask), 2) => Some([*mask != 0, *mask == 255]),
            _ => None,
        });
        masks.unwrap_or([true, true])
    }

    /// The target is drawn to.
    fn targets(&mut self) {
        self.live.target = true;
        self.live.surface(self.world, self.world.target);
    }

    fn draw(&mut self, command: &Draw) -> Option<bool> {
        let serial = self.world.serial(command.program.0)?;
        let program = self.world.program(serial)?;
        let (first, count) = match command.selection {
            Selection::Arrays { count, first } | Selection::Elements { count, first, .. } => (first, count),
        };
        if count == 0 || command.instances == 0 {
            return Some(false);
        }
        let writes = self.live.writes(self.world, program);
        let tests = [false, self.on(20), self.on(30)];
        if !self.on(54) {
            let reach = drawn(self.world, command.mode, program.has_geometry);
            let surface = Surface::of(self.world, self.world.target);
            let seen = self.seen(&surface, &reach, tests);
            if seen.is_empty() && !writes {
                return Some(false);
            }
            self.live.tests(&surface, tests, &seen);
        } else if !writes {
            return Some(false);
        }
        self.live.fields |= self.drawing(command, program.has_geometry);
        self.targets();
        let (first, count) = (u64::from(first), u64::from(count));
        let instances = u64::from(command.instances);
        let taken = match command.selection {
            Selection::Arrays { .. } => Taken { first, count: Some(count), instances },
            Selection::Elements { elements, ty, .. } => {
                let size = u64::from(ty.size());
                if let Some(elements) = self.world.serial(elements.0) {
                    self.live.bytes(self.world, elements, first * size..(first + count) * size);
                }
                Taken { first: 0, count: None, instances }
            }
        };
        self.live.program(self.world, serial, Some(taken));
        Some(true)
    }

    /// What of a draw is seen: of colours, of depths and stencil values where they are tested and written.
    fn seen(&mut self, surface: &Surface, reach: &Area, tests: [bool; 3]) -> Vec<Block> {
        let mut seen = Vec::new();
        for plane in 0..3 {
            if plane != COLOR && !tests[plane] || !self.masked(plane)[0] {
                continue;
            }
            for place in surface.written(plane, None) {
                let Some(texels) = self.live.texels(place, plane) else { continue };
                let block = reach.block(place);
                if tests == [false; 3] {
                    // Nothing but that something is seen will be asked.
                    if texels.meets(&block) {
                        return vec![block];
                    }
                    continue;
                }
                seen.extend(texels.within(&block));
            }
        }
        seen
    }

    /// Whether a field that is a switch is on.
    fn on(&self, number: u8) -> bool {
        self.world.fields().iter().any(|field| match field {
            StateField::DepthTest(on) | StateField::StencilTest(on) | StateField::Blend(on) => {
                *on && field.number() == number
            }
            StateField::RasterizerDiscard(on) => *on && number == 54,
            _ => false,
        })
    }

    /// The fields that a draw reads.
    fn drawing(&self, command: &Draw, has_geometry: bool) -> u64 {
        let shape = shape(command.mode);
        let (lines, polygons) = (shape == Shape::Lines, shape == Shape::Polygons);
        let all = self.world.fields().iter().fold(0, |bits, known| bits | bit(known.number()));
        let mut not = field(60) | field(61) | field(62);
        if !self.on(10) {
            not |= field(11) | field(12) | field(13);
        }
        if !self.on(20) {
            not |= field(21) | field(22);
        }
        if !self.on(30) {
            not |= (31..=37).fold(0, |bits, number| bits | bit(number));
        }
        if !lines && !has_geometry {
            not |= field(43);
        }
        if !polygons && !has_geometry {
            not |= field(40) | field(41) | field(42);
        }
        all & !not
    }

    fn blit(&mut self, command: &Blit) -> Option<bool> {
        let of = |id: u32| if id == 0 { Some(CANVAS) } else { self.world.serial(id) };
        let (source, destination) = (of(command.source.0)?, of(command.destination.0)?);
        let (from, to) = (Surface::of(self.world, source), Surface::of(self.world, destination));
        let (read, written) = (Area::of(&command.source_rect), Area::of(&command.destination_rect));
        let reach = scissored(self.world).common(&written);
        let (a, b) = (&command.source_rect, &command.destination_rect);
        if a.width == 0 || a.height == 0 || b.width == 0 || b.height == 0 {
            return Some(false);
        }
        // Where nothing is to be read, nothing is written.
        let covers = from.holds(&read);
        let scaled = (a.width, a.height) != (b.width, b.height);
        let mut seen = Vec::new();
        for plane in command.planes.iter().copied().map(place) {
            for place in to.written(plane, None) {
                let Some(texels) = self.live.texels(place, plane) else { continue };
                let parts = texels.within(&reach.block(place));
                if covers && !parts.is_empty() {
                    self.live.covered(place, plane, &to.clipped(&reach).block(place));
                }
                seen.extend(parts.into_iter().map(|part| (plane, part)));
            }
        }
        if seen.is_empty() {
            return Some(false);
        }
        for (plane, part) in seen {
            let [x, y] = [i64::from(a.x) - i64::from(b.x), i64::from(a.y) - i64::from(b.y)];
            let edge = |edge: u32, by: i64| i64::from(edge) + by;
            let exact = Area([
                edge(part.from[0], x),
                edge(part.from[1], y),
                edge(part.to[0], x),
                edge(part.to[1], y),
            ]);
            // Filters look at what is beside.
            let area = if scaled { read.wider(2) } else { exact };
            let area = from.clipped(&area);
            for place in from.read(plane) {
                if let Some(texels) = self.live.texels(place, plane) {
                    texels.add(area.block(place));
                }
            }
        }
        self.live.fields |= field(3);
        self.live.surface(self.world, source);
        self.live.surface(self.world, destination);
        Some(true)
    }

    fn dispatch(&mut self, command: &Dispatch) -> Option<bool> {
        let serial = self.world.serial(command.program.0)?;
        let keep = self.live.writes(self.world, self.world.program(serial)?);
        if keep {
            self.live.program(self.world, serial, None);
        }
        Some(keep)
    }

    fn bind(&mut self, command: &Bind) -> Option<bool> {
        let BindTarget::Uniform { program, .. } = command.target else { return Some(false) };
        let program = self.world.serial(program.0)?;
        let keep = self.live.wiring(program).is_some_and(|wiring| wiring.shaders);
        if keep {
            self.live.signals = true;
            self.used(program);
        }
        Some(keep)
    }
}

/// A field of the state as a bit.
pub(super) const fn bit(number: u8) -> u64 {
    1 << (number & 63)
}

/// The same of a number of the table.
const fn field(number: u8) -> u64 {
    bit(number)
}

/// What CLEARs of planes read.
const CLEARS_COLOR: u64 = field(50) | field(53) | field(60);
const CLEARS_DEPTH: u64 = field(22) | field(61);
const CLEARS_STENCIL: u64 = field(35) | field(62);

pub(super) const CLEARS: u64 = CLEARS_COLOR | CLEARS_DEPTH | CLEARS_STENCIL | field(3) | field(54);

/// A plane's place among colour, depth and stencil.
fn place(plane: Plane) -> usize {
    plane as usize - 1
}

/// The box that a DATA fills.
fn texels(object: &Object<'_>, region: &Region) -> Block {
    let Region::Texels { level, x, y, z, width, height, depth } = *region else {
        return Block::flat(0..0, 0..0);
    };
    let all = object.extent(level);
    let end =
        |i: usize, from: u32, given: Option<u32>| given.map_or(all[i], |given| from.saturating_add(given));
    let to = [end(0, x, width), end(1, y, height), end(2, z, depth), level.saturating_add(1)];
    Block { from: [x, y, z, level], to }
}
