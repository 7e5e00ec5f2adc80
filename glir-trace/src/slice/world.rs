//! What holds at each command of a stream: made by going forward, and taken back command by command on the way back.

use glir_spec::StateField;
use glir_spec::commands::*;
use glir_spec::enums::{AttachmentPoint, BufferRole, TextureTarget};
use glir_spec::formats::FormatClass;
use glir_spec::structs::{AttributeSource, BindTarget, Descriptor, Interface, Rect, Shaders, UniformDecl};
use std::collections::HashMap;

/// An object's number in the order of its CREATE: ids come again, these do not.
pub(super) type Serial = u32;

/// The depth and the stencil attachment, behind the colours.
pub(super) const DEPTH: usize = 8;
pub(super) const STENCIL: usize = 9;

/// An image at a framebuffer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Attached {
    pub(super) object: Serial,
    pub(super) level: u32,
    pub(super) layer: u32,
}

/// A buffer as an attribute reads it, from the byte `offset` on.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    pub(super) buffer: Serial,
    pub(super) offset: u64,
    /// Bytes from one value to the next, and of one.
    pub(super) stride: u64,
    pub(super) element: u64,
    pub(super) divisor: u32,
}

/// A part of a buffer that a block or a captured varying has; a size of 0 is the rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) buffer: Serial,
    pub(super) offset: u64,
    pub(super) size: u64,
}

/// A program's shaders, as far as they are told, and what is bound to it.
#[derive(Debug, Default)]
pub(super) struct Program<'a> {
    /// None before the first SHADERS.
    interface: Option<Box<Interface<'a>>>,
    /// It makes other primitives than it is given.
    pub(super) has_geometry: bool,
    pub(super) views: Vec<Option<View>>,
    pub(super) textures: Vec<Option<Serial>>,
    pub(super) blocks: Vec<Option<Part>>,
    pub(super) feedback: Vec<Option<Part>>,
}

/// What an object is beside its contents.
#[derive(Debug)]
pub(super) enum What<'a> {
    Plain,
    Program(Box<Program<'a>>),
    /// What is attached, and the colours that are drawn to, as bits.
    Framebuffer(Box<[Option<Attached>; 10]>, u32),
}

#[derive(Debug)]
pub(super) struct Object<'a> {
    pub(super) id: u32,
    pub(super) alive: bool,
    pub(super) descriptor: Descriptor,
    pub(super) size: [u64; 3],
    pub(super) what: What<'a>,
    /// Signals have driven uniforms of it, somewhere in the stream.
    pub(super) driven: bool,
}

impl Object<'_> {
    /// How many levels its storage has.
    pub(super) fn levels(&self) -> u32 {
        let Descriptor::Texture { texture, levels, .. } = &self.descriptor else { return 1 };
        let depth = if *texture == TextureTarget::D3 { self.size[2] } else { 1 };
        let most = self.size[0].max(self.size[1]).max(depth).max(1).ilog2() + 1;
        if *levels == 0 { most } else { *levels }
    }

    /// Width, height and layers of a level.
    pub(super) fn extent(&self, level: u32) -> [u32; 3] {
        let half = |side: u64| (side.checked_shr(level).unwrap_or(0)).clamp(1, u32::MAX.into()) as u32;
        let target = match &self.descriptor {
            Descriptor::Texture { texture, .. } => *texture,
            _ => TextureTarget::D2,
        };
        let layers = match target {
            TextureTarget::Cube => 6,
            TextureTarget::D3 => half(self.size[2]),
            _ => self.size[2].clamp(1, u32::MAX.into()) as u32,
        };
        [half(self.size[0]), half(self.size[1]), layers]
    }

    /// Which of colour, depth and stencil it has.
    pub(super) fn planes(&self) -> [bool; 3] {
        let (Descriptor::Texture { format, .. } | Descriptor::Renderbuffer { renderbuffer: format, .. }) =
            &self.descriptor
        else {
            return [true, false, false];
        };
        match format.info().class {
            FormatClass::Depth => [false, true, false],
            FormatClass::Stencil => [false, false, true],
            FormatClass::DepthStencil => [false, true, true],
            _ => [true, false, false],
        }
    }

    /// A buffer that shaders write.
    pub(super) fn is_storage(&self) -> bool {
        matches!(self.descriptor, Descriptor::Buffer { buffer: BufferRole::Storage, .. })
    }
}

/// What was before a command.
#[derive(Debug)]
pub(super) enum Before<'a> {
    /// The command changes nothing here.
    Same,
    Fields(Vec<StateField>),
    Target(Serial),
    /// The canvas and target, and the size of the canvas that became current if it had one.
    Canvas(u32, Serial, Option<(u32, u32)>),
    /// The object of the same id, which there should not be.
    Created(Option<Serial>),
    /// The object, and the target.
    Deleted(Serial, Serial),
    Size([u64; 3]),
    Program(Box<Program<'a>>),
    View(Option<View>),
    Texture(Option<Serial>),
    Block(Option<Part>),
    Feedback(Option<Part>),
    Attached(Box<[Option<Attached>; 10]>),
    Drawn(u32),
}

/// The canvas as a target: objects count from 1 on.
pub(super) const CANVAS: Serial = 0;

/// All that holds at a place.
pub(super) struct World<'a> {
    ids: HashMap<u32, Serial>,
    /// By serial; the first is none.
    objects: Vec<Object<'a>>,
    /// In the order of the table.
    fields: Vec<StateField>,
    /// The framebuffer that is drawn to.
    pub(super) target: Serial,
    pub(super) canvas: u32,
    pub(super) canvases: HashMap<u32, (u32, u32)>,
}

impl<'a> World<'a> {
    pub(super) fn new(size: (u32, u32)) -> Self {
        let none = Object {
            id: 0,
            alive: false,
            descriptor: Descriptor::Framebuffer {},
            size: [0; 3],
            what: What::Plain,
            driven: false,
        };
        World {
            ids: HashMap::new(),
            objects: vec![none],
            fields: StateField::initial(),
            target: CANVAS,
            canvas: 0,
            canvases: HashMap::from([(0, size)]),
        }
    }

    /// How many serials there are.
    pub(super) fn count(&self) -> usize {
        self.objects.len()
    }

    /// The living object with an id.
    pub(super) fn serial(&self, id: u32) -> Option<Serial> {
        self.ids.get(&id).copied()
    }

    pub(super) fn object(&self, serial: Serial) -> Option<&Object<'a>> {
        self.objects.get(serial as usize)
    }

    pub(super) fn program(&self, serial: Serial) -> Option<&Program<'a>> {
        match &self.object(serial)?.what {
            What::Program(program) => Some(program),
            _ => None,
        }
    }

    /// The attachments of a framebuffer, and which of its colours are drawn to.
    pub(super) fn attachments(&self, serial: Serial) -> Option<(&[Option<Attached>; 10], u32)> {
        match &self.object(serial)?.what {
            What::Framebuffer(attached, drawn) => Some((attached, *drawn)),
            _ => None,
        }
    }

    /// The fields of the state.
    pub(super) fn fields(&self) -> &[StateField] {
        &self.fields
    }

    pub(super) fn is(&self, field: &StateField) -> bool {
        self.fields.contains(field)
    }

    pub(super) fn scissor(&self) -> Option<&Rect> {
        self.fields.iter().find_map(|field| match field {
            StateField::Scissor(rect) => rect.as_ref(),
            _ => None,
        })
    }

    fn object_mut(&mut self, id: u32) -> Option<&mut Object<'a>> {
        let serial = self.serial(id)?;
        self.objects.get_mut(serial as usize)
    }

    fn program_mut(&mut self, id: u32) -> Option<&mut Program<'a>> {
        match &mut self.object_mut(id)?.what {
            What::Program(program) => Some(program),
            _ => None,
        }
    }

    fn put(&mut self, field: &StateField) -> Option<StateField> {
        let known = self.fields.iter_mut().find(|known| known.number() == field.number())?;
        Some(std::mem::replace(known, field.clone()))
    }

    /// Goes over a command; what was before it.
    pub(super) fn apply(&mut self, command: &Command<'a>) -> Before<'a> {
        self.apply_to(command).unwrap_or(Before::Same)
    }

    fn apply_to(&mut self, command: &Command<'a>) -> Option<Before<'a>> {
        Some(match command {
            Command::State(state) => {
                Before::Fields(state.changes.0.iter().filter_map(|field| self.put(field)).collect())
            }
            Command::Framebuffer(command) => {
                let target = match command.framebuffer.0 {
                    0 => CANVAS,
                    id => self.serial(id)?,
                };
                Before::Target(std::mem::replace(&mut self.target, target))
            }
            Command::Current(command) => {
                let id = command.canvas.0;
                let known = self.canvases.get(&id).copied();
                let (width, height) = self.sized(command);
                self.canvases.insert(id, (width, height));
                let before = Before::Canvas(self.canvas, self.target, known);
                (self.canvas, self.target) = (id, CANVAS);
                before
            }
            Command::Create(command) => {
                let serial = self.objects.len() as Serial;
                let what = match command.descriptor {
                    Descriptor::Program {} => What::Program(Box::default()),
                    Descriptor::Framebuffer {} => What::Framebuffer(Box::default(), 1),
                    _ => What::Plain,
                };
                let (id, descriptor) = (command.id.0, command.descriptor.clone());
                let object = Object { id, alive: true, descriptor, size: [0; 3], what, driven: false };
                self.objects.push(object);
                Before::Created(self.ids.insert(id, serial))
            }
            Command::Delete(command) => {
                let serial = self.ids.remove(&command.id.0)?;
                self.objects.get_mut(serial as usize)?.alive = false;
                let target = self.target;
                if target == serial {
                    self.target = CANVAS;
                }
                Before::Deleted(serial, target)
            }
            Command::Size(command) => {
                let size = [command.width, command.height.into(), command.depth.into()];
                Before::Size(std::mem::replace(&mut self.object_mut(command.id.0)?.size, size))
            }
            Command::SetShaders(command) => {
                let known = self.program_mut(command.program.0)?;
                let new = Program::of(command, known);
                Before::Program(Box::new(std::mem::replace(known, new)))
            }
            Command::Attribute(command) => {
                let view = self.view(command);
                let place = self.program_mut(command.program.0)?.views.get_mut(command.slot.0 as usize)?;
                Before::View(std::mem::replace(place, view))
            }
            Command::Texture(command) => {
                let texture = self.serial(command.texture.0);
                let place = self.program_mut(command.program.0)?.textures.get_mut(command.slot.0 as usize)?;
                Before::Texture(std::mem::replace(place, texture))
            }
            Command::Block(command) => {
                let (offset, size) = (command.offset, command.size);
                let part = self.serial(command.buffer.0).map(|buffer| Part { buffer, offset, size });
                let place = self.program_mut(command.program.0)?.blocks.get_mut(command.slot.0 as usize)?;
                Before::Block(std::mem::replace(place, part))
            }
            Command::Feedback(command) => {
                let (offset, size) = (command.offset, command.size);
                let part = self.serial(command.buffer.0).map(|buffer| Part { buffer, offset, size });
                let place = self.program_mut(command.program.0)?.feedback.get_mut(command.slot.0 as usize)?;
                Before::Feedback(std::mem::replace(place, part))
            }
            Command::Attach(command) => {
                let (level, layer) = (command.level, command.layer);
                let image = self.serial(command.object.0).map(|object| Attached { object, level, layer });
                let What::Framebuffer(attached, _) = &mut self.object_mut(command.framebuffer.0)?.what else {
                    return None;
                };
                let before = attached.clone();
                for point in points(command.point) {
                    if let Some(place) = attached.get_mut(point) {
                        *place = image;
                    }
                }
                Before::Attached(before)
            }
            Command::DrawBuffers(command) => {
                let indices = command.attachments.iter().flatten().filter_map(|point| point.color_index());
                let bits = indices.fold(0, |bits, index| bits | 1 << index);
                let What::Framebuffer(_, drawn) = &mut self.object_mut(command.framebuffer.0)?.what else {
                    return None;
                };
                Before::Drawn(std::mem::replace(drawn, bits))
            }
            Command::Bind(Bind { target: BindTarget::Uniform { program, .. }, .. }) => {
                self.object_mut(program.0)?.driven = true;
                return None;
            }
            _ => return None,
        })
    }

    /// The size that a canvas has behind a CURRENT.
    pub(super) fn sized(&self, command: &Current) -> (u32, u32) {
        let known = self.canvases.get(&command.canvas.0).or_else(|| self.canvases.get(&0));
        let (width, height) = known.copied().unwrap_or_default();
        (command.width.unwrap_or(width), command.height.unwrap_or(height))
    }

    fn view(&self, command: &Attribute<'_>) -> Option<View> {
        let AttributeSource::View { buffer, ty, components, offset, stride, divisor, .. } = command.source
        else {
            return None;
        };
        let program = self.program(self.serial(command.program.0)?)?;
        let (columns, rows) = program.interface()?.attributes.get(command.slot.0 as usize)?.ty.shape();
        let components = if components == 0 { rows } else { u32::from(components) };
        let element = u64::from(columns) * u64::from(components) * u64::from(ty.size());
        let stride = if stride == 0 { element } else { u64::from(stride) };
        Some(View { buffer: self.serial(buffer.0)?, offset, stride, element, divisor })
    }

    /// Takes a command back, behind which this world is.
    pub(super) fn take_back(&mut self, command: &Command<'a>, before: Before<'a>) {
        let _ = self.take_from(command, before);
    }

    fn take_from(&mut self, command: &Command<'a>, before: Before<'a>) -> Option<()> {
        match (before, command) {
            (Before::Fields(fields), _) => fields.iter().for_each(|field| {
                self.put(field);
            }),
            (Before::Target(target), _) => self.target = target,
            (Before::Canvas(canvas, target, known), Command::Current(command)) => {
                (self.canvas, self.target) = (canvas, target);
                match known {
                    Some(size) => self.canvases.insert(command.canvas.0, size),
                    None => self.canvases.remove(&command.canvas.0),
                };
            }
            (Before::Created(known), Command::Create(command)) => match known {
                Some(serial) => drop(self.ids.insert(command.id.0, serial)),
                None => drop(self.ids.remove(&command.id.0)),
            },
            (Before::Deleted(serial, target), _) => {
                let object = self.objects.get_mut(serial as usize)?;
                object.alive = true;
                self.ids.insert(object.id, serial);
                self.target = target;
            }
            (Before::Size(size), Command::Size(command)) => self.object_mut(command.id.0)?.size = size,
            (Before::Program(known), Command::SetShaders(command)) => {
                *self.program_mut(command.program.0)? = *known;
            }
            (Before::View(view), Command::Attribute(command)) => {
                *self.program_mut(command.program.0)?.views.get_mut(command.slot.0 as usize)? = view;
            }
            (Before::Texture(texture), Command::Texture(command)) => {
                *self.program_mut(command.program.0)?.textures.get_mut(command.slot.0 as usize)? = texture;
            }
            (Before::Block(part), Command::Block(command)) => {
                *self.program_mut(command.program.0)?.blocks.get_mut(command.slot.0 as usize)? = part;
            }
            (Before::Feedback(part), Command::Feedback(command)) => {
                *self.program_mut(command.program.0)?.feedback.get_mut(command.slot.0 as usize)? = part;
            }
            (Before::Attached(known), Command::Attach(command)) => {
                if let What::Framebuffer(attached, _) = &mut self.object_mut(command.framebuffer.0)?.what {
                    *attached = known;
                }
            }
            (Before::Drawn(known), Command::DrawBuffers(command)) => {
                if let What::Framebuffer(_, drawn) = &mut self.object_mut(command.framebuffer.0)?.what {
                    *drawn = known;
                }
            }
            _ => {}
        }
        Some(())
    }
}

impl<'a> Program<'a> {
    /// What it takes and gives.
    pub(super) fn interface(&self) -> Option<&Interface<'a>> {
        self.interface.as_deref()
    }

    /// Bytes that a uniform block reads; none for storage blocks, whose last array may be as long as the buffer.
    pub(super) fn block_size(&self, slot: usize) -> Option<u64> {
        let block = self.interface()?.blocks.get(slot)?;
        (!block.storage).then_some(block.size.into())
    }

    pub(super) fn uniforms(&self) -> &[UniformDecl<'a>] {
        self.interface().map_or(&[], |interface| &interface.uniforms)
    }

    /// A program with new shaders: what is bound to entries that stay is bound to them.
    fn of(command: &SetShaders<'a>, known: &Program<'a>) -> Self {
        let new = &command.interface;
        let old = known.interface().unwrap_or(new);
        let has_geometry = matches!(command.shaders, Shaders::Render { geometry: Some(_), .. });
        let kept_mode = old.feedback_mode == new.feedback_mode;
        let views = moved(&new.attributes, &old.attributes, &known.views);
        let textures = moved(&new.samplers, &old.samplers, &known.textures);
        let blocks = moved(&new.blocks, &old.blocks, &known.blocks);
        let mut feedback = match kept_mode {
            true => moved(&new.feedback, &old.feedback, &known.feedback),
            false => vec![None; new.feedback.len()],
        };
        feedback.resize(new.feedback.len(), None);
        Program { interface: Some(Box::new(new.clone())), has_geometry, views, textures, blocks, feedback }
    }
}

/// What is bound to each of the new entries.
fn moved<T: PartialEq, V: Copy>(new: &[T], old: &[T], bound: &[Option<V>]) -> Vec<Option<V>> {
    // Most shaders are given once.
    if bound.iter().all(Option::is_none) {
        return vec![None; new.len()];
    }
    let place = |entry: &T| old.iter().position(|known| known == entry);
    new.iter().map(|entry| bound.get(place(entry)?).copied().flatten()).collect()
}

/// The places of an attachment point among those of a framebuffer.
pub(super) fn points(point: AttachmentPoint) -> std::ops::Range<usize> {
    match point {
        AttachmentPoint::DepthStencil => DEPTH..STENCIL + 1,
        point => point as usize - 1..point as usize,
    }
}
