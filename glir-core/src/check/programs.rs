//! Commands on programs: SHADERS, ATTRIBUTE, UNIFORM, TEXTURE, BLOCK, FEEDBACK.

use super::interface::owned;
use super::{Checker, Checking, proven};
use crate::backend::Kind;
use crate::checked::Checked;
use crate::diagnostic::{Check, refuse};
use crate::objects::Ref;
use crate::resources::{AttributeBinding, Program};
use crate::scan;
use glir_spec::commands::{Attribute, Block, Feedback, SetShaders, Texture, Uniform};
use glir_spec::enums::{BufferRole, ComponentType, FeedbackMode};
use glir_spec::formats::FormatClass;
use glir_spec::structs::{AttributeSource, Shaders};
use glir_spec::wire::{Encoding, Payload, Source};
use glir_spec::{Code, Feature, GlslType, Profile, limits};

/// The GLSL extensions that profile es2 knows, each with its feature.
const EXTENSIONS: [(&str, Feature); 4] = [
    ("GL_OES_standard_derivatives", Feature::Derivatives),
    ("GL_EXT_frag_depth", Feature::FragDepth),
    ("GL_EXT_shader_texture_lod", Feature::ShaderTextureLod),
    ("GL_EXT_draw_buffers", Feature::DrawBuffers),
];

impl<'a> Checking<'_, 'a> {
    pub(super) fn shaders(&mut self, command: SetShaders<'a>) -> Check<()> {
        let id = command.program.0;
        let at = self.checker.find(id, Kind::Program)?;
        match &command.shaders {
            Shaders::Render { vertex, fragment, geometry } => {
                self.source_length(vertex, id, "vertex shader")?;
                self.source_length(fragment, id, "fragment shader")?;
                let version = self.checker.may_compile(id, vertex, "vertex shader")?;
                if self.checker.may_compile(id, fragment, "fragment shader")? != version {
                    let message = "the vertex and the fragment shader have different #version lines";
                    return refuse!(Code::ShaderError, id, "{message}");
                }
                if let Some(geometry) = geometry {
                    self.checker.need(Feature::GeometryShader, id, "a geometry shader")?;
                    self.source_length(geometry, id, "geometry shader")?;
                    self.checker.may_compile(id, geometry, "geometry shader")?;
                }
            }
            Shaders::Compute { compute } => {
                self.checker.need(Feature::Compute, id, "a compute shader")?;
                self.source_length(compute, id, "compute shader")?;
                self.checker.may_compile(id, compute, "compute shader")?;
            }
        }
        self.checker.may_declare(id, &command.interface)?;
        self.checker.may_capture(id, &command)?;
        let uniforms = command.interface.uniforms.iter();
        let bytes = uniforms.map(|entry| u64::from(entry.count) * u64::from(entry.ty.size())).sum();
        self.checker.take_budget(id, Kind::Program, at, bytes)?;
        self.checker.declare(at, owned(&command.interface));
        self.checker.epoch += 1;
        if let Some(program) = self.checker.programs.get_mut(at) {
            program.failed = false;
            program.common.reported = false;
            program.compute = matches!(command.shaders, Shaders::Compute { .. });
        }
        proven!(self, Checked::Link { program: at, shaders: command.shaders, interface: command.interface })
    }

    pub(super) fn attribute(&mut self, command: Attribute<'a>) -> Check<()> {
        let id = command.program.0;
        let at = self.checker.find(id, Kind::Program)?;
        let slot = command.slot.0 as usize;
        let declared = self
            .checker
            .programs
            .get(at)
            .and_then(|program| program.attributes.get(slot))
            .map(|slot| slot.ty);
        let Some(ty) = declared else {
            return self.checker.unknown_slot(id, at, "attribute", slot, |p| p.attributes.len());
        };
        let source = match command.source {
            AttributeSource::View {
                buffer,
                ty: component,
                components,
                offset,
                stride,
                normalized,
                divisor,
            } => {
                let buffer = self.checker.find(buffer.0, Kind::Buffer)?;
                self.checker.vertex_role(buffer, "an attribute")?;
                let (columns, rows) = ty.shape();
                let components = if components == 0 { rows } else { u32::from(components) };
                if components > 4 {
                    return refuse!(Code::OutOfRange, id, "a value has 1 to 4 components, not {components}");
                }
                self.checker.may_convert(id, ty, component, normalized)?;
                let size = u64::from(component.size());
                if !offset.is_multiple_of(size) || !u64::from(stride).is_multiple_of(size) {
                    return refuse!(
                        Code::Misaligned,
                        id,
                        "offset {offset} and stride {stride} must be multiples of the {size} bytes of {component}"
                    );
                }
                if stride > limits::MAX_STRIDE {
                    return refuse!(
                        Code::OutOfRange,
                        id,
                        "the stride {stride} exceeds {}",
                        limits::MAX_STRIDE
                    );
                }
                if divisor > 0 {
                    self.checker.need(Feature::Instancing, id, "a divisor")?;
                }
                let stride = if stride == 0 { columns * components * component.size() } else { stride };
                AttributeBinding::View {
                    buffer,
                    offset,
                    stride,
                    ty: component,
                    components,
                    normalized,
                    divisor,
                }
            }
            AttributeSource::Constant { constant } => {
                let bytes = self.typed(constant.0, ty, 1, id)?;
                AttributeBinding::Constant(constant_bits(ty, &bytes))
            }
        };
        if let Some(program) = self.checker.programs.get_mut(at) {
            if let Some(slot) = program.attributes.get_mut(slot) {
                slot.source = Some(source);
            }
            program.reach = None;
        }
        Ok(())
    }

    pub(super) fn uniform(&mut self, command: Uniform<'a>) -> Check<()> {
        let id = command.program.0;
        let at = self.checker.find(id, Kind::Program)?;
        let index = command.slot.0 as usize;
        let declared = self.checker.programs.get(at).and_then(|program| program.uniforms.get(index));
        let Some(slot) = declared else {
            return self.checker.unknown_slot(id, at, "uniform", index, |p| p.uniforms.len());
        };
        let (ty, declared) = (slot.ty, slot.count);
        let size = ty.size() as usize;
        let start = slot.start;
        let length = command.value.0.byte_len();
        let count = length / size as u64;
        let fits = count > 0 && u64::from(command.first) + count <= u64::from(declared);
        if !fits || !length.is_multiple_of(size as u64) {
            return self.wrong_count(id, at, index, length, command.first);
        }
        let bytes = self.typed(command.value.0, ty, count, id)?;
        let Some(program) = self.checker.programs.get_mut(at) else { return Ok(()) };
        let from = start + command.first as usize * size;
        if let Some(value) = program.values.get_mut(from..from + bytes.len()) {
            if *value == *bytes {
                return Ok(());
            }
            value.copy_from_slice(&bytes);
        }
        if let Some(slot) = program.uniforms.get_mut(index)
            && !slot.dirty
            && slot.active.is_some()
        {
            slot.dirty = true;
            program.dirty.push(index as u32);
        }
        Ok(())
    }

    #[cold]
    fn wrong_count(&self, id: u32, at: Ref, index: usize, length: u64, first: u32) -> Check<()> {
        let program = self.checker.programs.get(at);
        let declared =
            program.and_then(|program| program.interface.as_ref()).and_then(|i| i.uniforms.get(index));
        let Some(uniform) = declared else { return Ok(()) };
        refuse!(
            Code::WrongLength,
            id,
            "{} is {} with {} elements of {} bytes; {length} bytes from element {first} on do not fit",
            uniform.name,
            uniform.ty,
            uniform.count,
            uniform.ty.size()
        )
    }

    /// The bytes of a value, which must be of the declared type's encoding (or raw) and length.
    fn typed(
        &self,
        payload: Payload<'a>,
        ty: GlslType,
        count: u64,
        id: u32,
    ) -> Check<std::borrow::Cow<'a, [u8]>> {
        let encoding = payload.encoding();
        if encoding != ty.encoding() && encoding != Encoding::Raw {
            return refuse!(Code::TypeMismatch, id, "{ty} takes {} values, not {encoding}", ty.encoding());
        }
        let expected = u64::from(ty.size()) * count;
        if payload.byte_len() != expected {
            return refuse!(Code::WrongLength, id, "{ty} takes {expected} bytes, not {}", payload.byte_len());
        }
        Ok(self.bytes(payload, id)?.here())
    }

    pub(super) fn texture(&mut self, command: Texture) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.program.0;
        let at = checker.find(id, Kind::Program)?;
        let slot = command.slot.0 as usize;
        let declared =
            checker.programs.get(at).and_then(|program| program.samplers.get(slot)).map(|slot| slot.ty);
        let Some(ty) = declared else {
            return checker.unknown_slot(id, at, "sampler", slot, |p| p.samplers.len());
        };
        let texture = match command.texture.0 {
            0 => None,
            texture => Some(checker.find(texture, Kind::Texture)?),
        };
        if let Some(bound) = texture.and_then(|at| checker.textures.get(at)) {
            let name = || checker.name(Kind::Texture, texture.unwrap_or(at));
            if bound.target != ty.target() {
                return refuse!(
                    Code::TypeMismatch,
                    id,
                    "{} is {}; a {ty} samples {}",
                    name(),
                    bound.target,
                    ty.target()
                );
            }
            let class = match bound.format.info().class {
                FormatClass::Int => FormatClass::Int,
                FormatClass::Uint => FormatClass::Uint,
                _ => FormatClass::Float,
            };
            if class != ty.class() {
                return refuse!(
                    Code::TypeMismatch,
                    id,
                    "{} is {}, which a {ty} can't sample",
                    name(),
                    bound.format
                );
            }
            if ty.is_shadow() != bound.compare.is_some() {
                let message = if ty.is_shadow() {
                    format!("a {ty} samples textures made with \"compare\"; {} is not", name())
                } else {
                    format!("{} is made with \"compare\"; a {ty} can't sample it", name())
                };
                return refuse!(Code::TypeMismatch, id, "{message}");
            }
        }
        if let Some(program) = checker.programs.get_mut(at) {
            if let Some(slot) = program.samplers.get_mut(slot) {
                slot.texture = texture;
            }
            program.validated = None;
        }
        Ok(())
    }

    pub(super) fn block(&mut self, command: Block) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.program.0;
        let at = checker.find(id, Kind::Program)?;
        let slot = command.slot.0 as usize;
        let declared =
            checker.programs.get(at).and_then(|program| program.blocks.get(slot)).map(|slot| slot.storage);
        let Some(storage) = declared else {
            return checker.unknown_slot(id, at, "block", slot, |p| p.blocks.len());
        };
        let range = match command.buffer.0 {
            0 => None,
            buffer => {
                let found = checker.find(buffer, Kind::Buffer)?;
                let role = if storage { BufferRole::Storage } else { BufferRole::Uniform };
                let has = checker.buffers.get(found).map(|buffer| buffer.role);
                if has != Some(role) {
                    return refuse!(
                        Code::WrongKind,
                        buffer,
                        "{} has not the role {role} that the block takes",
                        checker.name(Kind::Buffer, found)
                    );
                }
                if !command.offset.is_multiple_of(256) {
                    return refuse!(
                        Code::Misaligned,
                        id,
                        "the offset {} is not a multiple of 256",
                        command.offset
                    );
                }
                Some((found, command.offset, command.size))
            }
        };
        if let Some(program) = checker.programs.get_mut(at) {
            if let Some(slot) = program.blocks.get_mut(slot) {
                slot.range = range;
            }
            program.validated = None;
        }
        Ok(())
    }

    pub(super) fn feedback(&mut self, command: Feedback) -> Check<()> {
        let checker = &mut *self.checker;
        let id = command.program.0;
        let at = checker.find(id, Kind::Program)?;
        let slot = command.slot.0 as usize;
        let program = checker.programs.get(at);
        let slots = program.map_or(0, Program::captured_slots);
        if slot >= slots {
            return checker.unknown_slot(id, at, "captured varying", slot, |_| slots);
        }
        let range = match command.buffer.0 {
            0 => None,
            buffer => {
                let found = checker.find(buffer, Kind::Buffer)?;
                checker.vertex_role(found, "transform feedback")?;
                if !command.offset.is_multiple_of(4) || !command.size.is_multiple_of(4) {
                    return refuse!(
                        Code::Misaligned,
                        id,
                        "offset {} and size {} must be multiples of 4",
                        command.offset,
                        command.size
                    );
                }
                Some((found, command.offset, command.size))
            }
        };
        if let Some(slot) = checker.programs.get_mut(at).and_then(|program| program.feedback.get_mut(slot)) {
            slot.range = range;
        }
        if let Some(program) = checker.programs.get_mut(at) {
            program.validated = None;
        }
        Ok(())
    }
}

/// A constant attribute as four components a column; missing ones read 0, 0, 0, 1.
fn constant_bits(ty: GlslType, bytes: &[u8]) -> [u32; 16] {
    let (columns, rows) = ty.shape();
    let one = if ty.encoding() == Encoding::F32 { 1f32.to_bits() } else { 1 };
    let mut bits = [0; 16];
    for column in 0..columns as usize {
        bits[column * 4 + 3] = one;
        for row in 0..rows as usize {
            let at = 4 * (column * rows as usize + row);
            if let Some(&[a, b, c, d]) = bytes.get(at..at + 4) {
                bits[column * 4 + row] = u32::from_le_bytes([a, b, c, d]);
            }
        }
    }
    bits
}

impl Checker {
    #[cold]
    pub(super) fn unknown_slot<T>(
        &self,
        id: u32,
        at: Ref,
        what: &str,
        slot: usize,
        count: impl Fn(&Program) -> usize,
    ) -> Check<T> {
        let name = self.name(Kind::Program, at);
        match self.programs.get(at) {
            Some(program) if program.interface.is_some() => {
                let count = count(program);
                refuse!(Code::UnknownSlot, id, "{name} declares {count} {what}s; there is no slot {slot}")
            }
            _ => refuse!(Code::NoShaders, id, "{name} has no shaders yet; SHADERS comes first"),
        }
    }

    fn vertex_role(&self, buffer: Ref, what: &str) -> Check<()> {
        match self.buffers.get(buffer) {
            Some(found) if found.role != BufferRole::Vertex => {
                refuse!(
                    Code::WrongKind,
                    found.common.id,
                    "{} has the role {}; {what} takes vertex",
                    self.name(Kind::Buffer, buffer),
                    found.role
                )
            }
            _ => Ok(()),
        }
    }

    /// Refuses component types that an attribute's declared type can't be read from.
    fn may_convert(&self, id: u32, ty: GlslType, component: ComponentType, normalized: bool) -> Check<()> {
        let signed = matches!(component, ComponentType::I8 | ComponentType::I16 | ComponentType::I32);
        let fits = match ty.encoding() {
            Encoding::I32 => !component.is_float() && signed && !normalized,
            Encoding::U32 => !component.is_float() && !signed && !normalized,
            _ => true,
        };
        if !fits {
            let sort = if ty.encoding() == Encoding::I32 { "signed" } else { "unsigned" };
            return refuse!(
                Code::TypeMismatch,
                id,
                "an attribute declared as {ty} takes {sort} integers, not normalized, instead of {component}"
            );
        }
        let es3 = matches!(component, ComponentType::I32 | ComponentType::U32 | ComponentType::F16);
        if es3 && self.profile == Profile::Es2 {
            return refuse!(Code::FeatureMissing, id, "components of type {component} need the profile es3");
        }
        Ok(())
    }

    /// Refuses a shader whose version or extensions the stream may not use; gives the version.
    fn may_compile(&self, id: u32, source: &Source<'_>, stage: &str) -> Check<Dialect> {
        if source.as_bytes().contains(&0) {
            return refuse!(Code::ShaderError, id, "the {stage} contains a NUL character");
        }
        let dialect = dialect(source);
        let feature = match dialect {
            Dialect::Es(100) => None,
            Dialect::Es(300) => Some(Feature::Glsl300),
            Dialect::Es(310) => Some(Feature::Compute),
            Dialect::Es(320) => Some(Feature::GeometryShader),
            Dialect::Desktop(330) => Some(Feature::DesktopGlsl),
            _ => {
                return refuse!(
                    Code::ShaderError,
                    id,
                    "the {stage}'s #version is none of GLIR's: 100, 300 es, 310 es (compute), 320 es (geometry-shader), 330 (desktop-glsl)"
                );
            }
        };
        if let Some(feature) = feature {
            self.need_for(feature, id, format_args!("the {stage}'s #version"))?;
        }
        if dialect == Dialect::Es(100) {
            for line in scan::lines(source) {
                let Some(rest) = scan::trim_start(line).strip_prefix('#').map(scan::trim_start) else {
                    continue;
                };
                let Some(rest) = rest.strip_prefix("extension") else { continue };
                for (name, feature) in EXTENSIONS {
                    let asked = scan::trim_start(rest).strip_prefix(name);
                    if asked.is_some_and(|behaviour| scan::find(behaviour, "disable").is_none()) {
                        self.need_for(feature, id, format_args!("the {stage}'s #extension {name}"))?;
                    }
                }
            }
        }
        Ok(dialect)
    }

    /// Refuses captured varyings that exceed the context.
    fn may_capture(&self, id: u32, command: &SetShaders<'_>) -> Check<()> {
        let feedback = &command.interface.feedback;
        let bounds = &self.capabilities.limits;
        let components: u32 = feedback.iter().map(|entry| entry.ty.components()).fold(0, u32::saturating_add);
        let (count, most, what) = match command.interface.feedback_mode {
            FeedbackMode::Interleaved => {
                (components, bounds.max_transform_feedback_interleaved_components, "components")
            }
            FeedbackMode::Separate => {
                (feedback.len() as u32, bounds.max_transform_feedback_separate_attribs, "varyings")
            }
        };
        if !feedback.is_empty() && count > most {
            return refuse!(
                Code::LimitExceeded,
                id,
                "{count} {what} are captured; this interpreter has {most}"
            );
        }
        Ok(())
    }
}

/// A GLSL dialect, by its `#version` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// GLSL ES; 100 where there is no line.
    Es(u32),
    /// Desktop GLSL.
    Desktop(u32),
    /// Something else.
    Unknown,
}

/// The dialect of a source. `#version` stands before anything but comments and white space.
pub(crate) fn dialect(source: &str) -> Dialect {
    let mut rest = source;
    loop {
        rest = scan::trim_start(rest);
        let (comment, end) = if let Some(comment) = rest.strip_prefix("//") {
            (comment, "\n")
        } else if let Some(comment) = rest.strip_prefix("/*") {
            (comment, "*/")
        } else {
            break;
        };
        rest = scan::split(comment, end).map_or("", |(_, rest)| rest);
    }
    let directive = rest.strip_prefix('#').map(|rest| {
        let blank = |byte: u8| byte == b' ' || byte == b'\t';
        rest.get(rest.bytes().take_while(|&byte| blank(byte)).count()..).unwrap_or_default()
    });
    let Some(version) = directive.and_then(|directive| directive.strip_prefix("version")) else {
        return Dialect::Es(100);
    };
    let mut line = scan::lines(version).next().unwrap_or("");
    for comment in ["//", "/*"] {
        line = scan::split(line, comment).map_or(line, |(before, _)| before);
    }
    let mut words = line.split_ascii_whitespace();
    let number =
        words.next().and_then(scan::number).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number);
    match (number, words.next(), words.next()) {
        (Some(100), None, None) => Dialect::Es(100),
        (Some(number), Some("es"), None) if number != 100 => Dialect::Es(number),
        (Some(number), None | Some("core"), None) => Dialect::Desktop(number),
        _ => Dialect::Unknown,
    }
}
