//! A backend for tests: it holds every call to the contract, misbehaves where its script says so, and hands on the rest.

use crate::contract::Contract;
use glir_core::backend::*;
use glir_core::{Backend, Capabilities};
use glir_spec::enums::*;
use glir_spec::ids::{CanvasId, ObjectId};
use glir_spec::structs::{Descriptor, Shaders};
use glir_spec::{GlslType, SamplerType, StateField};

/// How the backend departs from one that accepts everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    /// Storage of more bytes than this is refused.
    pub(crate) memory: Option<u64>,
    /// What the driver refuses: `create query` (or another kind), `complete`, `canvas`, `read`, `link`, `draw`, `context`.
    pub(crate) fails: Vec<String>,
    /// The result of every query; none means that the context cannot tell.
    pub(crate) result: Option<u64>,
}

impl Script {
    fn refuses(&self, what: &str) -> bool {
        self.fails.iter().any(|fails| fails == what)
    }
}

/// The backend. Shaders may say `#error sentence`, which does not compile, and `#pragma has uniform vec4 u_color` (or
/// `attribute`, `varying`, `block`, `storage`, `warning`): then they link to a program that has just what the pragmas
/// name.
pub(crate) struct Stage<B> {
    inner: B,
    contract: Contract,
    script: Script,
    error: Option<Failure>,
}

impl<B: Backend> Stage<B> {
    pub(crate) fn new(inner: B, script: Script) -> Self {
        let contract = Contract::new(inner.capabilities().clone());
        Stage { inner, contract, script, error: None }
    }

    pub(crate) fn inner(&mut self) -> &mut B {
        &mut self.inner
    }
}

fn driver(what: &str) -> Failure {
    Failure::Driver(format!("{what} is not supported"))
}

/// The sources of a program with the names of their stages.
fn stages<'s>(shaders: &'s Shaders<'_>) -> Vec<(&'static str, &'s str)> {
    match shaders {
        Shaders::Render { vertex, fragment, geometry } => {
            let geometry = geometry.iter().map(|source| ("geometry shader", &**source));
            [("vertex shader", &**vertex), ("fragment shader", &**fragment)]
                .into_iter()
                .chain(geometry)
                .collect()
        }
        Shaders::Compute { compute } => vec![("compute shader", &**compute)],
    }
}

/// The lines of all stages that start with a directive: stage, line number, rest.
fn directives<'s>(shaders: &'s Shaders<'_>, directive: &str) -> Vec<(&'static str, u32, &'s str)> {
    let mut found = Vec::new();
    for (stage, source) in stages(shaders) {
        for (number, line) in (1..).zip(source.lines()) {
            if let Some(rest) = line.trim().strip_prefix(directive) {
                found.push((stage, number, rest.trim()));
            }
        }
    }
    found
}

/// A type, a name and, for arrays, a length.
fn declared(text: &str) -> Option<(u32, String, u32)> {
    let (ty, name) = text.split_once(' ')?;
    let glsl = GlslType::from_text(ty).map(GlslType::gl).or(SamplerType::from_text(ty).map(SamplerType::gl));
    let ty = glsl.or(ty.parse().ok())?;
    match name.split_once("; ") {
        Some((name, length)) => Some((ty, name.to_owned(), length.parse().ok()?)),
        None => Some((ty, name.to_owned(), 1)),
    }
}

/// Adds what a pragma says.
fn add(linked: &mut Linked, line: &str) -> Option<()> {
    let (sort, rest) = line.split_once(' ')?;
    match sort {
        "attribute" => {
            let (ty, name, _) = declared(rest)?;
            let location = linked.attributes.len() as u32;
            linked.attributes.push(ActiveAttribute { name, ty, location });
        }
        "uniform" => {
            let (ty, name, size) = declared(rest)?;
            let location = linked.uniforms.len() as u32;
            linked.uniforms.push(ActiveUniform { name, ty, size, location });
        }
        "block" | "storage" => {
            let parts: Vec<&str> = rest.split(' ').collect();
            let [name, size, binding] = parts[..] else { return None };
            let (size, binding) = (size.parse().ok()?, binding.parse().ok()?);
            linked.blocks.push(ActiveBlock {
                name: name.to_owned(),
                size,
                storage: sort == "storage",
                binding,
            });
        }
        "varying" => {
            let (ty, _, size) = declared(rest)?;
            linked.captured.push(CapturedVarying { ty, size });
        }
        "warning" => {
            linked.warnings.push(ShaderMessage { stage: "vertex shader", line: 1, text: rest.to_owned() });
        }
        _ => return None,
    }
    Some(())
}

/// What pragmas say that a program has, if there are any.
fn pragmas(shaders: &Shaders<'_>) -> Result<Option<Linked>, LinkFailure> {
    let lines = directives(shaders, "#pragma has ");
    let mut linked = Linked::default();
    for &(stage, line, text) in &lines {
        if add(&mut linked, text).is_none() {
            let text = format!("the pragma {text:?} is not understood");
            return Err(LinkFailure::Source(vec![ShaderMessage { stage, line, text }]));
        }
    }
    Ok((!lines.is_empty()).then_some(linked))
}

impl<B: Backend> Backend for Stage<B> {
    fn capabilities(&self) -> &Capabilities {
        self.inner.capabilities()
    }

    fn create(&mut self, handle: Handle, id: ObjectId, descriptor: &Descriptor) -> Result<(), Failure> {
        let what = format!("create {}", Kind::of(descriptor).name());
        let fails = self.script.refuses(&what);
        self.contract.create(handle, descriptor, fails);
        if fails {
            return Err(driver(&what));
        }
        self.inner.create(handle, id, descriptor)
    }

    fn delete(&mut self, kind: Kind, handle: Handle) {
        self.contract.delete(kind, handle);
        self.inner.delete(kind, handle);
    }

    fn allocate(&mut self, handle: Handle, storage: &Storage) -> Result<(), Failure> {
        let bytes = match storage {
            Storage::Buffer { bytes, .. } => *bytes,
            Storage::Texture { format, extent, .. } => {
                let texels = u64::from(extent.width) * u64::from(extent.height) * u64::from(extent.depth);
                texels * u64::from(format.info().texel_bytes)
            }
            Storage::Renderbuffer { format, width, height, .. } => {
                u64::from(*width) * u64::from(*height) * u64::from(format.info().texel_bytes)
            }
        };
        let fails = self.script.memory.is_some_and(|memory| bytes > memory);
        self.contract.allocate(handle, storage, fails);
        if fails {
            return Err(Failure::OutOfMemory);
        }
        self.inner.allocate(handle, storage)
    }

    fn write_buffer(&mut self, buffer: Handle, role: BufferRole, offset: u64, bytes: &[u8]) {
        self.contract.write_buffer(buffer, role, offset, bytes);
        self.inner.write_buffer(buffer, role, offset, bytes);
    }

    fn write_texture(&mut self, texture: Handle, region: &TexelBox, bytes: &[u8]) {
        self.contract.write_texture(texture, region, bytes);
        self.inner.write_texture(texture, region, bytes);
    }

    fn sampling(&mut self, texture: Handle, sampling: &Sampling) {
        self.contract.sampling(texture, sampling);
        self.inner.sampling(texture, sampling);
    }

    fn mipmaps(&mut self, texture: Handle) {
        self.contract.mipmaps(texture);
        self.inner.mipmaps(texture);
    }

    fn link(&mut self, program: Handle, source: &ProgramSource<'_>) -> Result<Linked, LinkFailure> {
        if self.script.refuses("link") {
            self.contract.link(program, source, None);
            return Err(LinkFailure::Failure(driver("linking")));
        }
        let errors = directives(source.shaders, "#error ");
        if !errors.is_empty() {
            self.contract.link(program, source, None);
            let message = |&(stage, line, text): &(&'static str, u32, &str)| ShaderMessage {
                stage,
                line,
                text: text.to_owned(),
            };
            return Err(LinkFailure::Source(errors.iter().map(message).collect()));
        }
        let linked = self.inner.link(program, source)?;
        match pragmas(source.shaders) {
            Ok(other) => {
                let linked = other.unwrap_or(linked);
                self.contract.link(program, source, Some(&linked));
                Ok(linked)
            }
            Err(failure) => {
                self.contract.link(program, source, None);
                Err(failure)
            }
        }
    }

    fn use_program(&mut self, program: Handle) {
        self.contract.use_program(program);
        self.inner.use_program(program);
    }

    fn uniform(&mut self, location: u32, ty: GlslType, count: u32, bytes: &[u8]) {
        self.contract.uniform(location, ty, count, bytes);
        self.inner.uniform(location, ty, count, bytes);
    }

    fn attribute(&mut self, location: u32, source: &VertexSource) {
        self.contract.attribute(location, source);
        self.inner.attribute(location, source);
    }

    fn texture_unit(&mut self, unit: u32, texture: Option<(TextureTarget, Handle)>) {
        self.contract.texture_unit(unit, texture);
        self.inner.texture_unit(unit, texture);
    }

    fn buffer_range(&mut self, point: RangePoint, index: u32, range: Option<BufferRange>) {
        self.contract.buffer_range(point, index, range);
        self.inner.buffer_range(point, index, range);
    }

    fn attach(&mut self, framebuffer: Handle, point: AttachmentPoint, image: Option<&Attachment>) {
        self.contract.attach(framebuffer, point, image);
        self.inner.attach(framebuffer, point, image);
    }

    fn draw_buffers(&mut self, framebuffer: Handle, enabled: &[bool]) {
        self.contract.draw_buffers(framebuffer, enabled);
        self.inner.draw_buffers(framebuffer, enabled);
    }

    fn complete(&mut self, framebuffer: Handle) -> Result<(), Failure> {
        self.contract.complete(framebuffer);
        if self.script.refuses("complete") {
            return Err(driver("this combination of formats"));
        }
        self.inner.complete(framebuffer)
    }

    fn canvas(
        &mut self,
        canvas: Handle,
        id: CanvasId,
        width: u32,
        height: u32,
        samples: u32,
    ) -> Result<(), Failure> {
        let fails = self.script.refuses("canvas") && (id.0 > 0 || width > 100);
        self.contract.canvas(canvas, width, height, samples, fails);
        if fails {
            return Err(Failure::OutOfMemory);
        }
        self.inner.canvas(canvas, id, width, height, samples)
    }

    fn target(&mut self, target: Surface) {
        self.contract.target(target);
        self.inner.target(target);
    }

    fn state(&mut self, field: &StateField) {
        self.contract.state(field);
        self.inner.state(field);
    }

    fn clear(&mut self, planes: &[Plane]) {
        self.contract.clear(planes);
        self.inner.clear(planes);
    }

    fn clear_attachment(&mut self, attachment: u32, value: &ClearValue) {
        self.contract.clear_attachment(attachment, value);
        self.inner.clear_attachment(attachment, value);
    }

    fn draw(&mut self, draw: &DrawCall) {
        self.contract.draw(draw);
        if self.script.refuses("draw") {
            self.error = Some(Failure::Driver("GL_INVALID_OPERATION".into()));
        }
        if self.script.refuses("context") {
            self.error = Some(Failure::ContextLost);
        }
        self.inner.draw(draw);
    }

    fn dispatch(&mut self, groups: [u32; 3]) {
        self.contract.dispatch(groups);
        self.inner.dispatch(groups);
    }

    fn blit(&mut self, blit: &BlitCall) {
        self.contract.blit(blit);
        self.inner.blit(blit);
    }

    fn read_pixels(&mut self, read: &PixelRead) -> Result<Vec<u8>, Failure> {
        self.contract.read_pixels(read);
        if self.script.refuses("read") {
            return Err(Failure::OutOfMemory);
        }
        self.inner.read_pixels(read)
    }

    fn read_buffer(&mut self, buffer: Handle, offset: u64, size: u64) -> Result<Vec<u8>, Failure> {
        self.contract.read_buffer(buffer, offset, size);
        if self.script.refuses("read") {
            return Err(Failure::OutOfMemory);
        }
        self.inner.read_buffer(buffer, offset, size)
    }

    fn query(&mut self, query: Handle, kind: QueryKind, action: QueryAction) {
        self.contract.query(query, kind, action);
        self.inner.query(query, kind, action);
    }

    fn query_result(&mut self, query: Handle, kind: QueryKind, wait: bool) -> QueryState {
        self.contract.query_result(query, kind);
        self.inner.query_result(query, kind, wait);
        self.script.result.map_or(QueryState::Unknown, QueryState::Ready)
    }

    fn present(&mut self, canvas: Handle) {
        self.contract.present(canvas);
        self.inner.present(canvas);
    }

    fn label(&mut self, kind: Kind, handle: Handle, text: &str) {
        self.contract.label(kind, handle);
        self.inner.label(kind, handle, text);
    }

    fn group(&mut self, label: Option<&str>) {
        self.contract.group(label.is_some());
        self.inner.group(label);
    }

    fn poll_error(&mut self) -> Option<Failure> {
        self.error.take().or(self.inner.poll_error())
    }
}
