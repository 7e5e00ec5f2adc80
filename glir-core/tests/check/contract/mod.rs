//! What `glir_core::backend` promises to backends, as a model that panics where a promise is broken.
//!
//! The model keeps its own account of objects, bindings and state from nothing but the calls, and computes anew what a
//! draw reads, so that it shares no code with the check whose work it holds to account.

mod draws;
mod surfaces;

use glir_core::Capabilities;
use glir_core::backend::*;
use glir_spec::enums::*;
use glir_spec::formats::FormatClass;
use glir_spec::structs::Descriptor;
use glir_spec::{Format, GlslType, Profile, SamplerType, StateField};
use std::collections::{BTreeMap, HashMap};

/// An image attached to a framebuffer, with the count of creations that tells it from a later one at its handle.
type Image = (Attachment, u64);

#[derive(Debug, Default)]
struct Buffer {
    role: Option<BufferRole>,
    bytes: Vec<u8>,
    size: u64,
}

#[derive(Debug)]
struct Texture {
    target: TextureTarget,
    format: Format,
    storage: Option<(Extent, u32)>,
    born: u64,
}

#[derive(Debug)]
struct Renderbuffer {
    format: Format,
    storage: Option<(u32, u32, u32)>,
    born: u64,
}

#[derive(Debug, Default)]
struct Framebuffer {
    images: BTreeMap<AttachmentPoint, Image>,
    drawn: Vec<bool>,
    agreed: bool,
}

#[derive(Debug, Default)]
struct Program {
    linked: Option<Linked>,
    captured: Vec<u32>,
    interleaved: bool,
    units: HashMap<u32, u32>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Query {
    Fresh,
    Running,
    Ended,
}

/// The account of everything that a backend has been told.
#[derive(Debug)]
pub(crate) struct Contract {
    capabilities: Capabilities,
    /// Objects made so far.
    born: u64,
    buffers: HashMap<Handle, Buffer>,
    textures: HashMap<Handle, Texture>,
    renderbuffers: HashMap<Handle, Renderbuffer>,
    framebuffers: HashMap<Handle, Framebuffer>,
    programs: HashMap<Handle, Program>,
    queries: HashMap<Handle, (QueryKind, Query)>,
    canvases: HashMap<Handle, (u32, u32, u32)>,
    used: [u32; 6],
    program: Option<Handle>,
    locations: HashMap<u32, VertexSource>,
    units: HashMap<u32, (TextureTarget, Handle)>,
    ranges: HashMap<(u8, u32), BufferRange>,
    target: Option<Surface>,
    state: HashMap<u8, StateField>,
    groups: usize,
}

/// The handle's entry, which must be there.
fn alive<'m, T>(objects: &'m HashMap<Handle, T>, handle: Handle, what: &str) -> &'m T {
    objects.get(&handle).unwrap_or_else(|| panic!("{what} {handle:?} is not alive"))
}

fn alive_mut<'m, T>(objects: &'m mut HashMap<Handle, T>, handle: Handle, what: &str) -> &'m mut T {
    objects.get_mut(&handle).unwrap_or_else(|| panic!("{what} {handle:?} is not alive"))
}

fn level_extent(texture: &Texture, level: u32) -> Option<Extent> {
    let (extent, levels) = texture.storage?;
    let half = |side: u32| (side >> level).max(1);
    let depth = match texture.target {
        TextureTarget::D3 => half(extent.depth),
        TextureTarget::Cube => 6,
        _ => extent.depth,
    };
    (level < levels).then(|| Extent { width: half(extent.width), height: half(extent.height), depth })
}

impl Contract {
    pub(crate) fn new(capabilities: Capabilities) -> Self {
        Contract {
            capabilities,
            born: 0,
            buffers: HashMap::new(),
            textures: HashMap::new(),
            renderbuffers: HashMap::new(),
            framebuffers: HashMap::new(),
            programs: HashMap::new(),
            queries: HashMap::new(),
            canvases: HashMap::new(),
            used: [0; 6],
            program: None,
            locations: HashMap::new(),
            units: HashMap::new(),
            ranges: HashMap::new(),
            target: None,
            state: HashMap::new(),
            groups: 0,
        }
    }

    fn is_es2(&self) -> bool {
        self.capabilities.target.profile() == Profile::Es2
    }

    fn exists(&self, kind: Kind, handle: Handle) -> bool {
        match kind {
            Kind::Buffer => self.buffers.contains_key(&handle),
            Kind::Texture => self.textures.contains_key(&handle),
            Kind::Renderbuffer => self.renderbuffers.contains_key(&handle),
            Kind::Framebuffer => self.framebuffers.contains_key(&handle),
            Kind::Program => self.programs.contains_key(&handle),
            Kind::Query => self.queries.contains_key(&handle),
        }
    }

    /// An object is made; `fails` says that the backend is about to refuse it.
    pub(crate) fn create(&mut self, handle: Handle, descriptor: &Descriptor, fails: bool) {
        let kind = Kind::of(descriptor);
        assert!(!self.exists(kind, handle), "{kind:?} {handle:?} is in use");
        let used = &mut self.used[kind as usize];
        assert!(handle.0 <= *used, "{kind:?} {handle:?} leaves a gap behind {used}");
        *used = (*used).max(handle.0 + 1);
        if fails {
            return;
        }
        self.born += 1;
        let born = self.born;
        match *descriptor {
            Descriptor::Buffer { buffer, .. } => {
                self.buffers.insert(handle, Buffer { role: Some(buffer), ..Buffer::default() });
            }
            Descriptor::Texture { texture, format, .. } => {
                self.textures.insert(handle, Texture { target: texture, format, storage: None, born });
            }
            Descriptor::Renderbuffer { renderbuffer, .. } => {
                self.renderbuffers.insert(handle, Renderbuffer { format: renderbuffer, storage: None, born });
            }
            Descriptor::Framebuffer {} => {
                let drawn = vec![true];
                self.framebuffers.insert(handle, Framebuffer { drawn, ..Framebuffer::default() });
            }
            Descriptor::Program {} => drop(self.programs.insert(handle, Program::default())),
            Descriptor::Query { query } => drop(self.queries.insert(handle, (query, Query::Fresh))),
        }
    }

    pub(crate) fn delete(&mut self, kind: Kind, handle: Handle) {
        assert!(self.exists(kind, handle), "{kind:?} {handle:?} is not alive");
        match kind {
            Kind::Buffer => {
                let held = |source: &VertexSource| matches!(source, VertexSource::View { buffer, .. } if *buffer == handle);
                assert!(!self.locations.values().any(held), "an array of {handle:?} is enabled");
                self.ranges.retain(|_, range| range.buffer != handle);
                self.buffers.remove(&handle);
            }
            Kind::Texture => {
                self.units.retain(|_, (_, texture)| *texture != handle);
                self.textures.remove(&handle);
            }
            Kind::Renderbuffer => drop(self.renderbuffers.remove(&handle)),
            Kind::Framebuffer => {
                self.framebuffers.remove(&handle);
                if self.target == Some(Surface::Framebuffer(handle)) {
                    self.target = None;
                }
            }
            Kind::Program => {
                self.programs.remove(&handle);
                self.program = self.program.filter(|&program| program != handle);
            }
            Kind::Query => {
                let query = self.queries.remove(&handle);
                assert!(query.is_none_or(|(_, state)| state != Query::Running), "{handle:?} is running");
            }
        }
    }

    /// Storage is asked for; `fails` says that the backend is about to refuse it.
    pub(crate) fn allocate(&mut self, handle: Handle, storage: &Storage, fails: bool) {
        let limits = &self.capabilities.limits;
        match *storage {
            Storage::Buffer { role, bytes, .. } => {
                let buffer = alive_mut(&mut self.buffers, handle, "buffer");
                assert_eq!(buffer.role, Some(role));
                assert!((1..=i32::MAX as u64).contains(&bytes), "{bytes} bytes");
                buffer.size = if fails { 0 } else { bytes };
                let kept = if role == BufferRole::Index && !fails { bytes as usize } else { 0 };
                buffer.bytes = vec![0; kept];
            }
            Storage::Texture { target, format, extent, levels } => {
                let texture = alive_mut(&mut self.textures, handle, "texture");
                assert_eq!((texture.target, texture.format), (target, format));
                let Extent { width, height, depth } = extent;
                let (plane, slices) = match target {
                    TextureTarget::D2 => (limits.max_texture_size, 1),
                    TextureTarget::Cube => (limits.max_cube_map_texture_size, 1),
                    TextureTarget::D3 => (limits.max_3d_texture_size, limits.max_3d_texture_size),
                    TextureTarget::Array => (limits.max_texture_size, limits.max_array_texture_layers),
                };
                assert!((1..=plane).contains(&width) && (1..=plane).contains(&height), "{extent:?}");
                assert!((1..=slices).contains(&depth), "{extent:?}");
                assert!(target != TextureTarget::Cube || width == height);
                let longest = width.max(height).max(if target == TextureTarget::D3 { depth } else { 1 });
                assert!((1..=longest.ilog2() + 1).contains(&levels), "{levels} levels of {extent:?}");
                texture.storage = (!fails).then_some((extent, levels));
            }
            Storage::Renderbuffer { format, width, height, samples } => {
                let renderbuffer = alive_mut(&mut self.renderbuffers, handle, "renderbuffer");
                assert_eq!(renderbuffer.format, format);
                let sides = 1..=limits.max_renderbuffer_size;
                assert!(sides.contains(&width) && sides.contains(&height) && samples <= limits.max_samples);
                renderbuffer.storage = (!fails).then_some((width, height, samples));
            }
        }
        if !matches!(storage, Storage::Buffer { .. }) {
            self.framebuffers.values_mut().for_each(|framebuffer| framebuffer.agreed = false);
        }
    }

    pub(crate) fn write_buffer(&mut self, handle: Handle, role: BufferRole, offset: u64, bytes: &[u8]) {
        let buffer = alive_mut(&mut self.buffers, handle, "buffer");
        assert_eq!(buffer.role, Some(role));
        assert!(
            !bytes.is_empty() && offset + bytes.len() as u64 <= buffer.size,
            "{offset} of {}",
            buffer.size
        );
        if role == BufferRole::Index {
            buffer.bytes[offset as usize..][..bytes.len()].copy_from_slice(bytes);
        }
    }

    pub(crate) fn write_texture(&self, handle: Handle, region: &TexelBox, bytes: &[u8]) {
        let texture = alive(&self.textures, handle, "texture");
        assert_eq!((texture.target, texture.format), (region.target, region.format));
        let extent = level_extent(texture, region.level).expect("the level is there");
        let sides = [extent.width, extent.height, extent.depth];
        for ((origin, size), side) in region.origin.into_iter().zip(region.size).zip(sides) {
            assert!(size > 0 && u64::from(origin) + u64::from(size) <= u64::from(side), "{region:?}");
        }
        let texels: u64 = region.size.iter().map(|&side| u64::from(side)).product();
        assert_eq!(bytes.len() as u64, texels * u64::from(region.format.info().texel_bytes));
        assert!(region.format.info().class.is_color() || !self.is_es2(), "{}", region.format);
        assert_ne!(region.format, Format::Depth32fStencil8);
    }

    pub(crate) fn sampling(&self, handle: Handle, sampling: &Sampling) {
        let texture = alive(&self.textures, handle, "texture");
        assert_eq!(texture.target, sampling.target);
        let most = self.capabilities.limits.max_texture_max_anisotropy.max(1.0);
        assert!((1.0..=most).contains(&sampling.anisotropy), "{sampling:?}");
        if matches!(texture.format.info().class, FormatClass::Int | FormatClass::Uint) {
            assert!(!sampling.min.is_linear() && sampling.mag == Filter::Nearest, "{sampling:?}");
        }
    }

    pub(crate) fn mipmaps(&self, handle: Handle) {
        let texture = alive(&self.textures, handle, "texture");
        assert!(texture.storage.is_some(), "no storage");
        assert_eq!(texture.format.info().class, FormatClass::Float);
    }

    pub(crate) fn link(&mut self, handle: Handle, source: &ProgramSource<'_>, linked: Option<&Linked>) {
        let program = alive_mut(&mut self.programs, handle, "program");
        let interleaved = source.interface.feedback_mode == FeedbackMode::Interleaved;
        let captured = source.interface.feedback.iter().map(|entry| entry.ty.size()).collect();
        *program = Program { linked: linked.cloned(), captured, interleaved, units: HashMap::new() };
        if self.program == Some(handle) {
            self.program = None;
        }
    }

    pub(crate) fn use_program(&mut self, handle: Handle) {
        assert!(alive(&self.programs, handle, "program").linked.is_some(), "{handle:?} is not linked");
        assert_ne!(self.program, Some(handle), "redundant");
        self.program = Some(handle);
    }

    pub(crate) fn uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]) {
        let program = self.program.expect("a program is in use");
        let program = alive_mut(&mut self.programs, program, "program");
        let linked = program.linked.as_ref().expect("it is linked");
        let uniform = linked.uniforms.iter().find(|uniform| uniform.location == location);
        let uniform = uniform.unwrap_or_else(|| panic!("no uniform is at {location}"));
        assert!(count >= 1 && count <= uniform.size, "{count} values for {uniform:?}");
        assert_eq!(bytes.len(), ty.size() as usize * count as usize);
        if SamplerType::from_gl(uniform.ty).is_some() {
            assert_eq!((ty, count), (GlslType::Int, 1));
            let unit = u32::from_le_bytes(bytes.try_into().expect("four bytes"));
            assert!(unit < self.capabilities.limits.max_combined_texture_image_units);
            program.units.insert(location, unit);
        } else {
            assert_eq!(GlslType::from_gl(uniform.ty), Some(ty));
        }
    }

    pub(crate) fn attribute(&mut self, location: u32, source: &VertexSource) {
        assert!(location < self.capabilities.limits.max_vertex_attribs, "{location}");
        if let VertexSource::View { buffer, offset, stride, ty, components, normalized, integer, divisor } =
            *source
        {
            assert_eq!(alive(&self.buffers, buffer, "buffer").role, Some(BufferRole::Vertex));
            assert!((1..=255).contains(&stride) && (1..=4).contains(&components), "{source:?}");
            let size = ty.size();
            assert!(stride.is_multiple_of(size) && offset.is_multiple_of(u64::from(size)), "{source:?}");
            assert!(offset <= i32::MAX as u64);
            assert!(!integer || (!ty.is_float() && !normalized), "{source:?}");
            assert!(divisor == 0 || self.capabilities.features.has(glir_spec::Feature::Instancing));
            let es3 = [ComponentType::F16, ComponentType::I32, ComponentType::U32];
            assert!(!es3.contains(&ty) || !self.is_es2(), "{source:?}");
        }
        assert_ne!(self.locations.insert(location, *source), Some(*source), "redundant");
    }

    pub(crate) fn texture_unit(&mut self, unit: u32, texture: Option<(TextureTarget, Handle)>) {
        assert!(unit < self.capabilities.limits.max_combined_texture_image_units, "{unit}");
        match texture {
            Some((target, handle)) => {
                assert_eq!(alive(&self.textures, handle, "texture").target, target);
                assert_ne!(self.units.insert(unit, (target, handle)), Some((target, handle)), "redundant");
            }
            None => drop(self.units.remove(&unit)),
        }
    }

    pub(crate) fn buffer_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>) {
        let limits = &self.capabilities.limits;
        let (role, most, alignment) = match point {
            RangePoint::Uniform => (BufferRole::Uniform, limits.max_uniform_buffer_bindings, 256),
            RangePoint::Storage => (BufferRole::Storage, limits.max_shader_storage_buffer_bindings, 256),
            RangePoint::Feedback => {
                (BufferRole::Vertex, limits.max_transform_feedback_separate_attribs.max(1), 4)
            }
        };
        assert!(index < most, "{point:?} {index}");
        let key = (point as u8, index);
        let Some(range) = range else {
            self.ranges.remove(&key);
            return;
        };
        let buffer = alive(&self.buffers, range.buffer, "buffer");
        assert_eq!(buffer.role, Some(role));
        assert!(range.size > 0 && range.offset.checked_add(range.size).is_some_and(|end| end <= buffer.size));
        assert!(range.offset.is_multiple_of(alignment), "{range:?}");
        assert!(point != RangePoint::Feedback || range.size.is_multiple_of(4), "{range:?}");
        let known = self.ranges.insert(key, range);
        assert!(point == RangePoint::Feedback || known != Some(range), "redundant");
    }

    pub(crate) fn query(&mut self, handle: Handle, kind: QueryKind, action: QueryAction) {
        let target = |kind: QueryKind| {
            if kind == QueryKind::SamplesPassed { QueryKind::AnySamplesPassed } else { kind }
        };
        let known = alive(&self.queries, handle, "query");
        assert_eq!(known.0, kind);
        if action == QueryAction::Begin {
            let clash = |(other, state): &(QueryKind, Query)| {
                *state == Query::Running && target(*other) == target(kind)
            };
            assert!(!self.queries.values().any(clash), "a query of this kind is running");
        } else {
            assert_eq!(known.1, Query::Running);
        }
        let state = if action == QueryAction::Begin { Query::Running } else { Query::Ended };
        self.queries.insert(handle, (kind, state));
    }

    pub(crate) fn query_result(&self, handle: Handle, kind: QueryKind) {
        assert_eq!(*alive(&self.queries, handle, "query"), (kind, Query::Ended));
    }

    pub(crate) fn label(&self, kind: Kind, handle: Handle) {
        assert!(self.exists(kind, handle), "{kind:?} {handle:?} is not alive");
    }

    pub(crate) fn group(&mut self, opens: bool) {
        assert!(opens || self.groups > 0, "no group is open");
        self.groups = if opens { self.groups + 1 } else { self.groups - 1 };
    }
}
