//! What `glir_core::backend` promises to backends, as a model that panics where a promise is broken.
//!
//! The model keeps its own account of objects, bindings and state from nothing but the calls, and computes anew what a
//! draw reads, so that it shares no code with the check whose work it holds to account.

use glir_core::Capabilities;
use glir_core::backend::*;
use glir_spec::enums::*;
use glir_spec::formats::FormatClass;
use glir_spec::structs::{Descriptor, Rect};
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

/// What a surface has.
struct Planes {
    width: u32,
    height: u32,
    samples: u32,
    colors: [Option<Format>; 8],
    drawn: [bool; 8],
    depth: Option<Format>,
    stencil: Option<Format>,
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

    fn born_of(&self, image: &Attachment) -> Option<u64> {
        match image {
            Attachment::Texture { texture, .. } => self.textures.get(texture).map(|texture| texture.born),
            Attachment::Renderbuffer { renderbuffer } => {
                self.renderbuffers.get(renderbuffer).map(|renderbuffer| renderbuffer.born)
            }
        }
    }

    pub(crate) fn attach(&mut self, handle: Handle, point: AttachmentPoint, image: Option<&Attachment>) {
        alive(&self.framebuffers, handle, "framebuffer");
        if let Some(index) = point.color_index() {
            assert!(index < self.capabilities.limits.max_color_attachments, "{point}");
        }
        let image = image.map(|image| (*image, self.born_of(image).expect("the image is alive")));
        if let Some((Attachment::Texture { texture, target, level, layer }, _)) = image {
            let texture = alive(&self.textures, texture, "texture");
            assert_eq!(texture.target, target);
            assert!(
                level <= 14 && (layer == 0 || target != TextureTarget::D2),
                "level {level}, layer {layer}"
            );
            assert!(layer < 6 || target != TextureTarget::Cube, "layer {layer}");
        }
        let points: &[AttachmentPoint] = match point {
            AttachmentPoint::DepthStencil => &[AttachmentPoint::Depth, AttachmentPoint::Stencil],
            _ => std::slice::from_ref(&point),
        };
        let framebuffer = alive_mut(&mut self.framebuffers, handle, "framebuffer");
        framebuffer.agreed = false;
        for point in points {
            match image {
                Some(image) => drop(framebuffer.images.insert(*point, image)),
                None => drop(framebuffer.images.remove(point)),
            }
        }
        self.target = None;
    }

    pub(crate) fn draw_buffers(&mut self, handle: Handle, enabled: &[bool]) {
        assert!(enabled.len() <= self.capabilities.limits.max_draw_buffers as usize);
        let framebuffer = alive_mut(&mut self.framebuffers, handle, "framebuffer");
        framebuffer.drawn = enabled.to_vec();
        framebuffer.agreed = false;
        self.target = None;
    }

    pub(crate) fn complete(&mut self, handle: Handle) {
        self.planes(Surface::Framebuffer(handle));
        alive_mut(&mut self.framebuffers, handle, "framebuffer").agreed = true;
        self.target = None;
    }

    /// A canvas is made anew; `fails` says that the backend is about to refuse it.
    pub(crate) fn canvas(&mut self, canvas: Handle, width: u32, height: u32, samples: u32, fails: bool) {
        let sides = 1..=self.capabilities.limits.max_renderbuffer_size;
        assert!(sides.contains(&width) && sides.contains(&height), "{width}×{height}");
        assert!(samples <= self.capabilities.limits.max_samples);
        self.canvases.remove(&canvas);
        if !fails {
            self.canvases.insert(canvas, (width, height, samples));
        }
        self.target = None;
    }

    /// What a surface has; everything attached must be alive, have storage, and go together.
    fn planes(&self, surface: Surface) -> Planes {
        let handle = match surface {
            Surface::Canvas(canvas) => {
                let &(width, height, samples) = alive(&self.canvases, canvas, "canvas");
                let (mut colors, mut drawn) = ([None; 8], [false; 8]);
                (colors[0], drawn[0]) = (Some(Format::Rgba8), true);
                let packed = Some(Format::Depth24Stencil8);
                return Planes { width, height, samples, colors, drawn, depth: packed, stencil: packed };
            }
            Surface::Framebuffer(handle) => handle,
        };
        let framebuffer = alive(&self.framebuffers, handle, "framebuffer");
        assert!(!framebuffer.images.is_empty(), "nothing is attached");
        let mut planes = Planes {
            width: u32::MAX,
            height: u32::MAX,
            samples: 0,
            colors: [None; 8],
            drawn: std::array::from_fn(|index| framebuffer.drawn.get(index).copied().unwrap_or(false)),
            depth: None,
            stencil: None,
        };
        let mut sizes = Vec::new();
        for (point, (image, born)) in &framebuffer.images {
            assert_eq!(self.born_of(image), Some(*born), "{point} holds an image that is gone");
            let (format, width, height, samples) = match image {
                Attachment::Texture { texture, level, layer, .. } => {
                    let texture = alive(&self.textures, *texture, "texture");
                    let extent = level_extent(texture, *level).expect("the level is there");
                    assert!(*layer < extent.depth, "layer {layer} of {extent:?}");
                    (texture.format, extent.width, extent.height, 0)
                }
                Attachment::Renderbuffer { renderbuffer } => {
                    let renderbuffer = alive(&self.renderbuffers, *renderbuffer, "renderbuffer");
                    let (width, height, samples) = renderbuffer.storage.expect("it has storage");
                    (renderbuffer.format, width, height, samples)
                }
            };
            sizes.push((width, height, samples));
            (planes.width, planes.height) = (planes.width.min(width), planes.height.min(height));
            planes.samples = samples;
            match point {
                AttachmentPoint::Depth => planes.depth = Some(format),
                AttachmentPoint::Stencil => planes.stencil = Some(format),
                _ => planes.colors[*point as usize - 1] = Some(format),
            }
        }
        assert!(sizes.iter().all(|size| size.2 == planes.samples), "different numbers of samples");
        assert!(!self.is_es2() || sizes.iter().all(|size| *size == sizes[0]), "different sizes");
        let both = (
            &framebuffer.images.get(&AttachmentPoint::Depth),
            &framebuffer.images.get(&AttachmentPoint::Stencil),
        );
        assert!(
            both.0.is_none() || both.1.is_none() || both.0 == both.1,
            "different depth and stencil images"
        );
        let colors: Vec<_> =
            framebuffer.images.iter().filter(|(point, _)| point.color_index().is_some()).collect();
        for (index, (_, image)) in colors.iter().enumerate() {
            assert!(colors[..index].iter().all(|(_, other)| other != image), "one image twice");
        }
        planes
    }

    /// A surface is about to be used: the driver must have agreed to it as it is.
    fn usable(&self, surface: Surface) -> Planes {
        if let Surface::Framebuffer(handle) = surface {
            assert!(alive(&self.framebuffers, handle, "framebuffer").agreed, "nobody asked the driver");
        }
        self.planes(surface)
    }

    pub(crate) fn target(&mut self, target: Surface) {
        self.usable(target);
        assert_ne!(self.target, Some(target), "redundant");
        self.target = Some(target);
    }

    pub(crate) fn state(&mut self, field: &StateField) {
        let unit = |value: f32| (0.0..=1.0).contains(&value);
        let small = |rect: &Rect| {
            rect.width <= 1 << 15
                && rect.height <= 1 << 15
                && rect.x.checked_add_unsigned(rect.width).is_some()
        };
        match field {
            StateField::Viewport(rect) => assert!(small(rect.as_ref().expect("a rectangle"))),
            StateField::Scissor(Some(rect)) => assert!(small(rect)),
            StateField::DepthRange([near, far]) => assert!(unit(*near) && unit(*far) && near <= far),
            StateField::ClearDepth(depth) => assert!(unit(*depth)),
            StateField::LineWidth(width) => assert!(*width > 0.0 && width.is_finite()),
            StateField::SampleCoverage(Some(coverage)) => assert!(unit(coverage.value)),
            StateField::BlendEquation(equations) => {
                let extremes = [BlendEquation::Min, BlendEquation::Max];
                let used = extremes.contains(&equations.rgb) || extremes.contains(&equations.alpha);
                assert!(!used || self.capabilities.features.has(glir_spec::Feature::BlendMinmax));
            }
            StateField::RasterizerDiscard(_) => assert!(!self.is_es2()),
            _ => {}
        }
        let known = self.state.insert(field.number(), field.clone());
        let follows_target = matches!(field, StateField::Viewport(_));
        assert!(follows_target || known.as_ref() != Some(field), "redundant: {field:?}");
    }

    /// The target of a clear or draw, with a viewport.
    fn current(&self) -> Planes {
        let planes = self.usable(self.target.expect("a target is bound"));
        let viewport = &self.state[&StateField::Viewport(None).number()];
        assert!(matches!(viewport, StateField::Viewport(Some(_))));
        planes
    }

    pub(crate) fn clear(&self, planes: &[Plane]) {
        assert!(!planes.is_empty());
        let current = self.current();
        if planes.contains(&Plane::Color) {
            for (format, drawn) in current.colors.iter().zip(current.drawn) {
                assert!(!drawn || format.is_none_or(|format| format.info().class == FormatClass::Float));
            }
        }
    }

    pub(crate) fn clear_attachment(&self, attachment: u32, value: &ClearValue) {
        let current = self.current();
        assert!(current.drawn[attachment as usize]);
        let format = current.colors[attachment as usize].expect("it is attached");
        let class = match value {
            ClearValue::Float(_) => FormatClass::Float,
            ClearValue::Int(_) => FormatClass::Int,
            ClearValue::Uint(_) => FormatClass::Uint,
        };
        assert_eq!(format.info().class, class);
    }

    fn program(&self) -> (&Program, &Linked) {
        let program = alive(&self.programs, self.program.expect("a program is in use"), "program");
        (program, program.linked.as_ref().expect("it is linked"))
    }

    /// Samplers and blocks of the program in use.
    fn bindings(&self, target: Option<Surface>) {
        let (program, linked) = self.program();
        for uniform in &linked.uniforms {
            let Some(sampler) = SamplerType::from_gl(uniform.ty) else { continue };
            let unit = program.units.get(&uniform.location).copied().expect("the sampler has a unit");
            let &(bound, handle) = self.units.get(&unit).expect("the unit has a texture");
            let texture = alive(&self.textures, handle, "texture");
            assert_eq!((bound, texture.target), (sampler.target(), sampler.target()));
            assert!(texture.storage.is_some(), "it has storage");
            if let Some(Surface::Framebuffer(framebuffer)) = target {
                let images = &alive(&self.framebuffers, framebuffer, "framebuffer").images;
                let samples = |(image, _): &Image| matches!(image, Attachment::Texture { texture, .. } if *texture == handle);
                assert!(!images.values().any(samples), "the target is sampled");
            }
        }
        for block in &linked.blocks {
            let point = if block.storage { RangePoint::Storage } else { RangePoint::Uniform };
            let range = self.ranges.get(&(point as u8, block.binding)).expect("the block has a buffer");
            let buffer = alive(&self.buffers, range.buffer, "buffer");
            assert!(range.offset + range.size <= buffer.size && range.size >= u64::from(block.size));
        }
    }

    /// The vertices that a draw names: least and greatest.
    fn vertices(&self, draw: &DrawCall) -> Option<(i64, i64)> {
        let Some(indices) = draw.indices else {
            let first = i64::from(draw.first);
            assert!(first + i64::from(draw.count) <= i64::from(i32::MAX));
            return Some((first, first + i64::from(draw.count) - 1));
        };
        let buffer = alive(&self.buffers, indices.buffer, "buffer");
        assert_eq!(buffer.role, Some(BufferRole::Index));
        let size = indices.ty.size() as usize;
        assert!(indices.offset.is_multiple_of(size as u64));
        let bytes = &buffer.bytes[indices.offset as usize..][..draw.count as usize * size];
        let values = bytes
            .chunks_exact(size)
            .map(|bytes| bytes.iter().rev().fold(0u32, |value, &byte| value << 8 | u32::from(byte)));
        let values = values.filter(|&value| value != indices.ty.restart() || self.is_es2());
        let values: Vec<i64> =
            values.map(|value| i64::from(value) + i64::from(indices.base_vertex)).collect();
        Some((*values.iter().min()?, *values.iter().max()?))
    }

    pub(crate) fn draw(&self, draw: &DrawCall) {
        self.current();
        self.bindings(self.target);
        let (program, linked) = self.program();
        assert!(draw.count > 0 && draw.instances > 0);
        assert!(draw.mode < Mode::LinesAdjacency || !self.is_es2());
        let (least, greatest) = self.vertices(draw).expect("a vertex is named");
        assert!(least >= 0 && greatest <= i64::from(u32::MAX));
        let mut divided = false;
        for attribute in &linked.attributes {
            let ty = GlslType::from_gl(attribute.ty).expect("a type of GLIR's");
            for location in attribute.location..attribute.location + ty.shape().0 {
                let source = self.locations.get(&location).expect("the attribute has a source");
                let VertexSource::View { buffer, offset, stride, ty, components, divisor, .. } = *source
                else {
                    continue;
                };
                let last = (draw.instances - 1).checked_div(divisor).map_or(greatest as u64, u64::from);
                divided |= divisor > 0;
                let end = offset + last * u64::from(stride) + u64::from(components * ty.size());
                let size = alive(&self.buffers, buffer, "buffer").size;
                assert!(end <= size, "{} reads to byte {end} of {size}", attribute.name);
            }
        }
        assert_eq!(draw.instanced, draw.instances > 1 || divided);
        for source in self.locations.values() {
            if let VertexSource::View { buffer, .. } = source {
                alive(&self.buffers, *buffer, "buffer of an enabled array");
            }
        }
        if draw.capture {
            self.capture(program, linked, draw);
        }
    }

    fn capture(&self, program: &Program, linked: &Linked, draw: &DrawCall) {
        assert!(draw.indices.is_none());
        let vertices = match draw.mode {
            Mode::Points => draw.count,
            Mode::Lines => draw.count / 2 * 2,
            Mode::Triangles => draw.count / 3 * 3,
            mode => panic!("{mode} captured"),
        };
        let total = u64::from(vertices) * u64::from(draw.instances);
        let strides =
            if program.interleaved { vec![program.captured.iter().sum()] } else { program.captured.clone() };
        let mut taken = Vec::new();
        for (index, stride) in strides.into_iter().enumerate() {
            let range =
                self.ranges.get(&(RangePoint::Feedback as u8, index as u32)).expect("a buffer captures");
            let buffer = alive(&self.buffers, range.buffer, "buffer");
            assert!(range.offset + range.size <= buffer.size && total * u64::from(stride) <= range.size);
            assert!(!taken.contains(&range.buffer), "one buffer captures twice");
            taken.push(range.buffer);
        }
        for attribute in &linked.attributes {
            let source = self.locations.get(&attribute.location);
            if let Some(VertexSource::View { buffer, .. }) = source {
                assert!(!taken.contains(buffer), "read and captured");
            }
        }
    }

    pub(crate) fn dispatch(&self, groups: [u32; 3]) {
        self.bindings(None);
        let most = self.capabilities.limits.max_compute_work_group_count;
        assert!(groups.iter().zip(most).all(|(&groups, most)| (1..=most).contains(&groups)), "{groups:?}");
    }

    pub(crate) fn blit(&mut self, blit: &BlitCall) {
        assert!(!self.is_es2() && blit.source != blit.destination && !blit.planes.is_empty());
        let (from, to) = (self.usable(blit.source), self.usable(blit.destination));
        assert_eq!(to.samples, 0);
        for rect in [&blit.source_rect, &blit.destination_rect] {
            assert!(rect.width > 0 && rect.height > 0);
            assert!(i32::try_from(rect.width).is_ok() && rect.x.checked_add_unsigned(rect.width).is_some());
            assert!(i32::try_from(rect.height).is_ok() && rect.y.checked_add_unsigned(rect.height).is_some());
        }
        assert!(from.samples == 0 || blit.source_rect == blit.destination_rect);
        if blit.planes.contains(&Plane::Color) {
            let read = from.colors[0].expect("there is a colour");
            for (format, _) in to.colors.iter().zip(to.drawn).filter(|(_, drawn)| *drawn) {
                let Some(written) = format else { continue };
                assert_eq!(read.info().class, written.info().class);
                assert!(from.samples == 0 || read == *written);
                assert!(blit.filter == Filter::Nearest || read.info().class == FormatClass::Float);
            }
        }
        if blit.planes.contains(&Plane::Depth) {
            assert!(from.depth.is_some() && from.depth == to.depth && blit.filter == Filter::Nearest);
        }
        if blit.planes.contains(&Plane::Stencil) {
            assert!(from.stencil.is_some() && from.stencil == to.stencil && blit.filter == Filter::Nearest);
        }
        self.target = None;
    }

    pub(crate) fn read_pixels(&mut self, read: &PixelRead) {
        let planes = self.usable(read.source);
        assert!(read.width > 0 && read.height > 0);
        assert!(u64::from(read.x) + u64::from(read.width) <= u64::from(planes.width));
        assert!(u64::from(read.y) + u64::from(read.height) <= u64::from(planes.height));
        assert!(!self.is_es2() || read.attachment == 0);
        let format = planes.colors[read.attachment as usize].expect("it is attached");
        let class = match format.info().class {
            FormatClass::Int => PixelClass::Int,
            FormatClass::Uint => PixelClass::Uint,
            _ => read.class,
        };
        assert_eq!(read.class, class);
        self.target = None;
    }

    pub(crate) fn read_buffer(&self, handle: Handle, offset: u64, size: u64) {
        let buffer = alive(&self.buffers, handle, "buffer");
        assert!(size > 0 && offset.checked_add(size).is_some_and(|end| end <= buffer.size));
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

    pub(crate) fn present(&self, canvas: Handle) {
        alive(&self.canvases, canvas, "canvas");
        assert_eq!(self.groups, 0, "groups are open at the end of a frame");
    }

    pub(crate) fn label(&self, kind: Kind, handle: Handle) {
        assert!(self.exists(kind, handle), "{kind:?} {handle:?} is not alive");
    }

    pub(crate) fn group(&mut self, opens: bool) {
        assert!(opens || self.groups > 0, "no group is open");
        self.groups = if opens { self.groups + 1 } else { self.groups - 1 };
    }
}
