//! Commands on objects: CREATE, DELETE, SIZE, DATA, LABEL.

use super::{Checker, Checking, proven};
use crate::backend::{Extent, Kind, Storage, TexelBox};
use crate::checked::Checked;
use crate::diagnostic::{Check, refuse};
use crate::objects::Ref;
use crate::resources::{Buffer, Common, Framebuffer, Program, Query, Renderbuffer, Texture};
use glir_spec::commands::{Create, Data, Delete, Label, Size};
use glir_spec::enums::{BufferRole, Filter, MinFilter, QueryKind, Swizzle, TextureTarget, Wrap};
use glir_spec::formats::{FormatClass, Support};
use glir_spec::structs::{BindTarget, Descriptor, Region};
use glir_spec::wire::{Encoding, Payload};
use glir_spec::{Code, Feature, Format, Profile, limits};

impl<'a> Checking<'_, 'a> {
    pub(super) fn create(&mut self, command: Create) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.id.0;
        if id == 0 {
            return refuse!(Code::ReservedId, 0, "0 can't be an object's id; ids begin at 1");
        }
        if let Some((kind, at)) = checker.ids.get(id) {
            return refuse!(
                Code::IdInUse,
                id,
                "{} has this id; DELETE it first or take another",
                checker.name(kind, at)
            );
        }
        if checker.ids.len() >= limits::MAX_OBJECTS {
            return refuse!(
                Code::LimitExceeded,
                id,
                "at most {} objects may be alive at once",
                limits::MAX_OBJECTS
            );
        }
        checker.may_create(id, &command.descriptor)?;
        let object = checker.insert(id, &command.descriptor);
        checker.ids.insert(id, Kind::of(&command.descriptor), object);
        proven!(self, Checked::Create { object, descriptor: command.descriptor })
    }

    pub(super) fn delete(&mut self, command: Delete) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.id.0;
        let (kind, at) = checker.any(id)?;
        if checker.running.iter().any(|&(_, query)| kind == Kind::Query && query == at) {
            return refuse!(Code::Unbalanced, id, "{} is running; end it first", checker.name(kind, at));
        }
        checker.used = checker.used.saturating_sub(checker.bytes_of(kind, at));
        let made = checker.common(kind, at).is_some_and(|common| !common.invalid);
        match kind {
            Kind::Buffer => drop(checker.buffers.remove(at)),
            Kind::Texture => drop(checker.textures.remove(at)),
            Kind::Renderbuffer => drop(checker.renderbuffers.remove(at)),
            Kind::Framebuffer => drop(checker.framebuffers.remove(at)),
            Kind::Program => {
                checker.programs.remove(at);
                checker.signals.unbind_all(
                    |target| matches!(target, BindTarget::Uniform { program, .. } if program.0 == id),
                );
            }
            Kind::Query => drop(checker.queries.remove(at)),
        }
        if checker.framebuffer == Some(at) && kind == Kind::Framebuffer {
            checker.framebuffer = None;
        }
        checker.ids.remove(id);
        checker.epoch += 1;
        checker.buffer_epoch += u64::from(kind == Kind::Buffer);
        // The backend never had an object that it could not make.
        if made { proven!(self, Checked::Delete { kind, handle: at.handle }) } else { Ok(()) }
    }

    pub(super) fn size(&mut self, command: Size) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.id.0;
        let kind = match checker.ids.get(id) {
            Some((kind @ (Kind::Buffer | Kind::Texture | Kind::Renderbuffer), _)) => kind,
            Some((kind, at)) => {
                return refuse!(
                    Code::WrongKind,
                    id,
                    "{} has no storage; SIZE takes buffers, textures and renderbuffers",
                    checker.name(kind, at)
                );
            }
            None => Kind::Buffer,
        };
        let at = checker.find(id, kind)?;
        let storage = match kind {
            Kind::Buffer => checker.buffer_storage(id, at, &command)?,
            Kind::Texture => checker.texture_storage(id, at, &command)?,
            _ => checker.renderbuffer_storage(id, at, &command)?,
        };
        checker.epoch += 1;
        checker.buffer_epoch += u64::from(kind == Kind::Buffer);
        proven!(self, Checked::Allocate { kind, object: at, storage })
    }

    pub(super) fn data(&mut self, command: Data<'a>) -> Check<()> {
        let id = command.id.0;
        match command.region {
            Region::Bytes { offset } => self.buffer_data(id, offset, command.payload),
            Region::Texels { .. } => self.texture_data(id, &command.region, command.payload),
        }
    }

    fn buffer_data(&mut self, id: u32, offset: u64, payload: Payload<'a>) -> Check<()> {
        let at = self.checker.find(id, Kind::Buffer)?;
        let bytes = self.bytes(payload, id)?;
        let name = |checker: &Checker| checker.name(Kind::Buffer, at);
        let Some(buffer) = self.checker.buffers.get_mut(at) else { return Ok(()) };
        if buffer.size == 0 {
            return refuse!(
                Code::NoStorage,
                id,
                "{} has no storage; SIZE comes before DATA",
                name(self.checker)
            );
        }
        let length = bytes.len();
        let Some(end) = offset.checked_add(length).filter(|&end| end <= buffer.size) else {
            let size = buffer.size;
            return refuse!(
                Code::RegionOutside,
                id,
                "{} has {size} bytes; {length} bytes at {offset} exceed it",
                name(self.checker)
            );
        };
        if bytes.is_empty() {
            return Ok(());
        }
        if buffer.role == BufferRole::Index {
            if let Some(part) = buffer.indices.get_mut(offset as usize..end as usize) {
                bytes.copy_to(part);
            }
            buffer.greatest.clear();
        }
        proven!(self, Checked::WriteBuffer { buffer: at.handle, role: buffer.role, offset, bytes })
    }

    fn texture_data(&mut self, id: u32, region: &Region, payload: Payload<'a>) -> Check<()> {
        let Region::Texels { level, x, y, z, width, height, depth } = *region else {
            return Ok(());
        };
        let at = self.checker.find(id, Kind::Texture)?;
        let checker = &*self.checker;
        let name = || checker.name(Kind::Texture, at);
        let Some(texture) = checker.textures.get(at) else { return Ok(()) };
        let info = texture.format.info();
        if !info.class.is_color() && checker.profile == Profile::Es2 {
            return refuse!(
                Code::BadFormat,
                id,
                "{} holds depths, which profile es2 can't write by DATA",
                name()
            );
        }
        if texture.format == Format::Depth32fStencil8 {
            return refuse!(
                Code::BadFormat,
                id,
                "{} is {}, which WebGL can't write by DATA",
                name(),
                texture.format
            );
        }
        if texture.extent.is_none() {
            return refuse!(Code::NoStorage, id, "{} has no storage; SIZE comes before DATA", name());
        }
        let Some(extent) = texture.level_extent(level) else {
            return refuse!(
                Code::RegionOutside,
                id,
                "{} has {} levels; there is no level {level}",
                name(),
                texture.levels
            );
        };
        let size = [
            width.unwrap_or(extent.width.saturating_sub(x)),
            height.unwrap_or(extent.height.saturating_sub(y)),
            depth.unwrap_or(extent.depth.saturating_sub(z)),
        ];
        let inside =
            |origin: u32, size: u32, extent: u32| u64::from(origin) + u64::from(size) <= u64::from(extent);
        if !inside(x, size[0], extent.width)
            || !inside(y, size[1], extent.height)
            || !inside(z, size[2], extent.depth)
        {
            return refuse!(
                Code::RegionOutside,
                id,
                "{} is {}×{}×{} at level {level}; region {x},{y},{z}+{}×{}×{} exceeds it",
                name(),
                extent.width,
                extent.height,
                extent.depth,
                size[0],
                size[1],
                size[2]
            );
        }
        let encoding = payload.encoding();
        if encoding != info.encoding && encoding != Encoding::Raw {
            return refuse!(
                Code::WrongEncoding,
                id,
                "{} is {}, which takes {} data, not {encoding}",
                name(),
                texture.format,
                info.encoding
            );
        }
        let texels = size.iter().fold(1u64, |product, &side| product.saturating_mul(u64::from(side)));
        let expected = texels.saturating_mul(u64::from(info.texel_bytes));
        if payload.byte_len() != expected {
            return refuse!(
                Code::WrongLength,
                id,
                "{}×{}×{} texels of {} are {expected} bytes; the payload has {}",
                size[0],
                size[1],
                size[2],
                texture.format,
                payload.byte_len()
            );
        }
        let region =
            TexelBox { target: texture.target, format: texture.format, level, origin: [x, y, z], size };
        let bytes = self.bytes(payload, id)?;
        if expected == 0 {
            return Ok(());
        }
        proven!(self, Checked::WriteTexture { texture: at.handle, region, bytes })
    }

    pub(super) fn label(&mut self, command: Label<'a>) -> Check<()> {
        let id = command.id.0;
        self.short(&command.text, "the label", limits::MAX_LABEL_BYTES)?;
        let (kind, at) = self.checker.any(id)?;
        let mut made = false;
        if let Some(common) = self.checker.common_mut(kind, at) {
            common.label = command.text.to_string();
            made = !common.invalid;
        }
        if made {
            proven!(self, Checked::Label { kind, handle: at.handle, text: command.text })
        } else {
            Ok(())
        }
    }
}

impl Checker {
    /// An object of whatever kind.
    fn any(&self, id: u32) -> Check<(Kind, Ref)> {
        match self.ids.get(id) {
            Some(known) => Ok(known),
            None if id == 0 => refuse!(Code::ReservedId, 0, "0 names no object; ids begin at 1"),
            None => refuse!(Code::UnknownId, id, "no object has the id {id}"),
        }
    }

    fn may_create(&self, id: u32, descriptor: &Descriptor) -> Check<()> {
        match *descriptor {
            Descriptor::Buffer { buffer: BufferRole::Uniform, .. } => {
                self.need(Feature::UniformBlocks, id, "a uniform buffer")
            }
            Descriptor::Buffer { buffer: BufferRole::Storage, .. } => {
                self.need(Feature::Compute, id, "a storage buffer")
            }
            Descriptor::Texture { texture, format, levels, swizzle, compare } => {
                match texture {
                    TextureTarget::D3 => self.need(Feature::Texture3d, id, "a 3D texture")?,
                    TextureTarget::Array => self.need(Feature::TextureArray, id, "an array texture")?,
                    TextureTarget::D2 | TextureTarget::Cube => {}
                }
                let info = format.info();
                if info.class == FormatClass::Stencil {
                    return refuse!(Code::BadFormat, id, "{format} is for renderbuffers only");
                }
                if let Some(feature) = info.needs {
                    self.need_for(feature, id, format_args!("a texture of format {format}"))?;
                }
                if !info.class.is_color() && texture == TextureTarget::D3 {
                    return refuse!(Code::BadFormat, id, "a 3D texture can't be {format}");
                }
                if !info.class.is_color() && texture == TextureTarget::Cube && self.profile == Profile::Es2 {
                    return refuse!(Code::BadFormat, id, "a cube texture can't be {format} in profile es2");
                }
                if levels > 32 {
                    return refuse!(Code::OutOfRange, id, "{levels} levels are more than any texture has");
                }
                if swizzle != [Swizzle::Red, Swizzle::Green, Swizzle::Blue, Swizzle::Alpha] {
                    self.need(Feature::TextureSwizzle, id, "a swizzle")?;
                }
                if compare.is_some() {
                    self.need(Feature::Glsl300, id, "depth comparison")?;
                    if info.class.is_color() {
                        return refuse!(
                            Code::BadFormat,
                            id,
                            "{format} is no depth format, so it can't be compared"
                        );
                    }
                }
                Ok(())
            }
            Descriptor::Renderbuffer { renderbuffer, samples } => {
                self.renderbuffer_format(id, renderbuffer)?;
                if samples > 0 {
                    self.need(Feature::Multisample, id, "a multisampled renderbuffer")?;
                    if matches!(renderbuffer.info().class, FormatClass::Int | FormatClass::Uint) {
                        return refuse!(
                            Code::BadFormat,
                            id,
                            "a renderbuffer of format {renderbuffer} can't be multisampled"
                        );
                    }
                    let most = self.capabilities.limits.max_samples;
                    if samples > most {
                        return refuse!(
                            Code::LimitExceeded,
                            id,
                            "{samples} samples are more than the {most} that this interpreter has"
                        );
                    }
                }
                Ok(())
            }
            Descriptor::Query { query } => {
                let feature = match query {
                    QueryKind::AnySamplesPassed => Feature::OcclusionQuery,
                    QueryKind::SamplesPassed => Feature::SamplesQuery,
                    QueryKind::TimeElapsed => Feature::TimerQuery,
                    QueryKind::PrimitivesWritten => Feature::TransformFeedback,
                };
                self.need_for(feature, id, format_args!("a query of {query}"))
            }
            Descriptor::Buffer { .. } | Descriptor::Framebuffer {} | Descriptor::Program {} => Ok(()),
        }
    }

    fn renderbuffer_format(&self, id: u32, format: Format) -> Check<()> {
        match format.renderbuffer() {
            Support::Base => Ok(()),
            Support::Never => refuse!(Code::BadFormat, id, "{format} can't be rendered to"),
            Support::Needs(feature) => {
                self.need_for(feature, id, format_args!("a renderbuffer of format {format}"))
            }
        }
    }

    fn insert(&mut self, id: u32, descriptor: &Descriptor) -> Ref {
        let common = Common { id, ..Common::default() };
        match *descriptor {
            Descriptor::Buffer { buffer, usage } => self.buffers.insert(Buffer {
                common,
                role: buffer,
                usage,
                size: 0,
                indices: Vec::new(),
                greatest: Vec::new(),
            }),
            Descriptor::Texture { texture, format, levels, compare, .. } => {
                // Linear only where that needs no feature, so that all contexts agree.
                let linear = format.info().filter == Support::Base;
                self.textures.insert(Texture {
                    common,
                    target: texture,
                    format,
                    levels_asked: levels,
                    levels: 0,
                    extent: None,
                    compare,
                    min: if linear { MinFilter::Linear } else { MinFilter::Nearest },
                    mag: if linear { Filter::Linear } else { Filter::Nearest },
                    anisotropy: 1.0,
                    wrap: [Wrap::ClampToEdge; 3],
                })
            }
            Descriptor::Renderbuffer { renderbuffer, samples } => {
                self.renderbuffers.insert(Renderbuffer { common, format: renderbuffer, samples, size: None })
            }
            Descriptor::Framebuffer {} => self.framebuffers.insert(Framebuffer {
                common,
                draw_buffers: vec![true],
                ..Framebuffer::default()
            }),
            Descriptor::Program {} => self.programs.insert(Program { common, ..Program::default() }),
            Descriptor::Query { query } => {
                self.queries.insert(Query { common, kind: query, ended: false, listed: false })
            }
        }
    }

    /// Bytes that an object counts against the budget. An index buffer counts twice: the check keeps a copy; a program
    /// counts for the values of its uniforms.
    fn bytes_of(&self, kind: Kind, at: Ref) -> u64 {
        match kind {
            Kind::Buffer => {
                self.buffers.get(at).map_or(0, |buffer| buffer.size + buffer.indices.len() as u64)
            }
            Kind::Texture => self.textures.get(at).map_or(0, Texture::bytes),
            Kind::Renderbuffer => self.renderbuffers.get(at).map_or(0, Renderbuffer::bytes),
            Kind::Program => self.programs.get(at).map_or(0, |program| program.values.len() as u64),
            Kind::Framebuffer | Kind::Query => 0,
        }
    }

    /// Takes new storage from the budget and gives the old back, or refuses and changes nothing.
    pub(super) fn take_budget(&mut self, id: u32, kind: Kind, at: Ref, bytes: u64) -> Check<()> {
        let kept = self.used.saturating_sub(self.bytes_of(kind, at));
        match kept.checked_add(bytes).filter(|&total| total <= self.budget) {
            Some(total) => {
                self.used = total;
                Ok(())
            }
            None => {
                refuse!(
                    Code::BudgetExceeded,
                    id,
                    "{} would need {bytes} bytes; {} of the budget of {} are left",
                    self.name(kind, at),
                    self.budget.saturating_sub(kept),
                    self.budget
                )
            }
        }
    }

    /// Forgets storage that the backend could not give.
    pub(crate) fn allocation_failed(&mut self, kind: Kind, at: Ref) {
        self.used = self.used.saturating_sub(self.bytes_of(kind, at));
        match kind {
            Kind::Buffer => {
                if let Some(buffer) = self.buffers.get_mut(at) {
                    buffer.size = 0;
                    buffer.indices = Vec::new();
                }
            }
            Kind::Texture => {
                if let Some(texture) = self.textures.get_mut(at) {
                    texture.extent = None;
                    texture.levels = 0;
                }
            }
            _ => {
                if let Some(renderbuffer) = self.renderbuffers.get_mut(at) {
                    renderbuffer.size = None;
                }
            }
        }
        self.epoch += 1;
        self.buffer_epoch += 1;
    }

    fn buffer_storage(&mut self, id: u32, at: Ref, command: &Size) -> Check<Storage> {
        let bytes = command.width;
        if (command.height, command.depth) != (1, 1) {
            return refuse!(
                Code::BadArgument,
                id,
                "{} is a buffer; SIZE gives it only a number of bytes",
                self.name(Kind::Buffer, at)
            );
        }
        if !(1..=limits::MAX_BUFFER_BYTES).contains(&bytes) {
            return refuse!(
                Code::OutOfRange,
                id,
                "a buffer has 1 to {} bytes, not {bytes}",
                limits::MAX_BUFFER_BYTES
            );
        }
        let copies = self.buffers.get(at).map_or(1, |buffer| 1 + u64::from(buffer.role == BufferRole::Index));
        self.take_budget(id, Kind::Buffer, at, bytes * copies)?;
        let Some(buffer) = self.buffers.get_mut(at) else {
            return refuse!(Code::UnknownId, id, "no such buffer");
        };
        buffer.greatest.clear();
        buffer.indices = Vec::new();
        if buffer.role == BufferRole::Index {
            // Asked for first, since memory that comes zeroed from the system can't be asked for politely.
            if Vec::<u8>::new().try_reserve_exact(bytes as usize).is_err() {
                buffer.size = 0;
                self.used = self.used.saturating_sub(bytes * copies);
                return refuse!(
                    Code::OutOfMemory,
                    id,
                    "no memory is left for {}",
                    self.name(Kind::Buffer, at)
                );
            }
            buffer.indices = vec![0; bytes as usize];
        }
        buffer.size = bytes;
        Ok(Storage::Buffer { role: buffer.role, usage: buffer.usage, bytes })
    }

    fn texture_storage(&mut self, id: u32, at: Ref, command: &Size) -> Check<Storage> {
        let name = self.name(Kind::Texture, at);
        let bounds = &self.capabilities.limits;
        let Some(texture) = self.textures.get(at) else {
            return refuse!(Code::UnknownId, id, "no such texture");
        };
        let (plane, depth) = match texture.target {
            TextureTarget::D2 => (bounds.max_texture_size, 1),
            TextureTarget::Cube => (bounds.max_cube_map_texture_size, 1),
            TextureTarget::D3 => (bounds.max_3d_texture_size, bounds.max_3d_texture_size),
            TextureTarget::Array => (bounds.max_texture_size, bounds.max_array_texture_layers),
        };
        let plane = plane.min(limits::MAX_EXTENT);
        let width = self.extent(id, &name, "width", command.width, plane)?;
        let height = self.extent(id, &name, "height", u64::from(command.height), plane)?;
        let depth =
            self.extent(id, &name, "depth", u64::from(command.depth), depth.min(limits::MAX_EXTENT))?;
        if texture.target == TextureTarget::Cube && width != height {
            return refuse!(Code::BadArgument, id, "{name} is a cube; {width}×{height} is not square");
        }
        let greatest = if texture.target == TextureTarget::D3 {
            width.max(height).max(depth)
        } else {
            width.max(height)
        };
        let all = 32 - greatest.leading_zeros();
        let levels = if texture.levels_asked == 0 { all } else { texture.levels_asked };
        if levels > all {
            return refuse!(
                Code::BadArgument,
                id,
                "{name} was made with {levels} levels; {width}×{height}×{depth} has only {all}"
            );
        }
        if !texture.format.info().class.is_color() && levels > 1 && self.profile == Profile::Es2 {
            return refuse!(
                Code::BadArgument,
                id,
                "{name} holds depths, which have one level in profile es2"
            );
        }
        let extent = Extent { width, height, depth };
        let (target, format) = (texture.target, texture.format);
        let probe = Texture { common: Common::default(), extent: Some(extent), levels, ..*texture };
        let bytes = probe.bytes();
        self.take_budget(id, Kind::Texture, at, bytes)?;
        if let Some(texture) = self.textures.get_mut(at) {
            texture.extent = Some(extent);
            texture.levels = levels;
        }
        Ok(Storage::Texture { target, format, extent, levels })
    }

    fn renderbuffer_storage(&mut self, id: u32, at: Ref, command: &Size) -> Check<Storage> {
        let name = self.name(Kind::Renderbuffer, at);
        let most = self.capabilities.limits.max_renderbuffer_size.min(limits::MAX_EXTENT);
        let width = self.extent(id, &name, "width", command.width, most)?;
        let height = self.extent(id, &name, "height", u64::from(command.height), most)?;
        self.extent(id, &name, "depth", u64::from(command.depth), 1)?;
        let Some(renderbuffer) = self.renderbuffers.get(at) else {
            return refuse!(Code::UnknownId, id, "no such renderbuffer");
        };
        let (format, samples) = (renderbuffer.format, renderbuffer.samples);
        let probe = Renderbuffer { common: Common::default(), format, samples, size: Some((width, height)) };
        self.take_budget(id, Kind::Renderbuffer, at, probe.bytes())?;
        if let Some(renderbuffer) = self.renderbuffers.get_mut(at) {
            renderbuffer.size = Some((width, height));
        }
        Ok(Storage::Renderbuffer { format, width, height, samples })
    }

    fn extent(&self, id: u32, name: &str, what: &str, value: u64, most: u32) -> Check<u32> {
        match u32::try_from(value) {
            Ok(value) if (1..=most).contains(&value) => Ok(value),
            _ => refuse!(
                Code::OutOfRange,
                id,
                "{name} can't have the {what} {value}; it goes from 1 to {most}"
            ),
        }
    }
}
