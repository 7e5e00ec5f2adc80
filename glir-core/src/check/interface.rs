//! The interface of a program: what SHADERS declares, and what the linked program turns out to have.

use super::Checker;
use crate::backend::{Kind, Linked};
use crate::diagnostic::{Check, Quoted, refuse};
use crate::objects::Ref;
use crate::resources::{
    AttributeSlotState, BlockSlotState, FeedbackSlotState, Program, SamplerSlotState, UniformSlotState,
};
use glir_spec::structs::{AttributeDecl, BlockDecl, FeedbackDecl, Interface, SamplerDecl, UniformDecl};
use glir_spec::wire::{Encoding, Str};
use glir_spec::{Code, Feature, GlslType, SamplerType, limits};

impl Checker {
    /// Refuses an interface that no program can have.
    pub(super) fn may_declare(&self, id: u32, interface: &Interface<'_>) -> Check<()> {
        let mut locations = 0;
        for attribute in &interface.attributes {
            self.may_use_type(id, attribute.ty, &attribute.name)?;
            if attribute.ty.is_bool() {
                return refuse!(
                    Code::BadArgument,
                    id,
                    "the attribute {} is {}; attributes can't be booleans",
                    attribute.name,
                    attribute.ty
                );
            }
            if attribute.ty.encoding() != Encoding::F32 {
                let what = format!("the attribute {} of type {}", attribute.name, attribute.ty);
                self.need(Feature::Glsl300, id, &what)?;
            }
            locations += attribute.ty.shape().0;
        }
        let most = self.capabilities.limits.max_vertex_attribs.min(limits::MAX_ATTRIBUTE_LOCATIONS);
        if locations > most {
            return refuse!(
                Code::LimitExceeded,
                id,
                "the attributes take {locations} locations (a matrix takes one a column); there are {most}"
            );
        }
        names(id, "attribute", &mut interface.attributes.iter().map(|entry| &entry.name))?;

        let mut bytes = 0;
        for uniform in &interface.uniforms {
            self.may_use_type(id, uniform.ty, &uniform.name)?;
            if !(1..=limits::MAX_UNIFORM_COUNT).contains(&uniform.count) {
                return refuse!(
                    Code::OutOfRange,
                    id,
                    "{} has {} elements; 1 to {} are allowed",
                    uniform.name,
                    uniform.count,
                    limits::MAX_UNIFORM_COUNT
                );
            }
            bytes += u64::from(uniform.count) * u64::from(uniform.ty.size());
        }
        if bytes > limits::MAX_UNIFORM_BYTES {
            return refuse!(
                Code::LimitExceeded,
                id,
                "the uniforms take {bytes} bytes; at most {} are allowed",
                limits::MAX_UNIFORM_BYTES
            );
        }
        for sampler in &interface.samplers {
            if let Some(feature) = sampler.ty.needs() {
                self.need_for(
                    feature,
                    id,
                    format_args!("the sampler {} of type {}", sampler.name, sampler.ty),
                )?;
            }
        }
        let uniforms = interface.uniforms.iter().map(|entry| &entry.name);
        let mut both = uniforms.chain(interface.samplers.iter().map(|entry| &entry.name));
        names(id, "uniform or sampler", &mut both)?;

        for block in &interface.blocks {
            let feature = if block.storage { Feature::Compute } else { Feature::UniformBlocks };
            self.need_for(feature, id, format_args!("the block {}", block.name))?;
            if block.size == 0 {
                return refuse!(Code::OutOfRange, id, "the block {} has the size 0", block.name);
            }
            let most = self.capabilities.limits.max_uniform_block_size;
            if !block.storage && block.size > most {
                return refuse!(
                    Code::LimitExceeded,
                    id,
                    "the block {} has {} bytes; uniform blocks have at most {most} here",
                    block.name,
                    block.size
                );
            }
        }
        names(id, "block", &mut interface.blocks.iter().map(|entry| &entry.name))?;

        if !interface.feedback.is_empty() {
            self.need(Feature::TransformFeedback, id, "capturing varyings")?;
        }
        names(id, "captured varying", &mut interface.feedback.iter().map(|entry| &entry.name))
    }

    fn may_use_type(&self, id: u32, ty: GlslType, name: &str) -> Check<()> {
        match ty.needs() {
            Some(feature) => self.need_for(feature, id, format_args!("{name} of type {ty}")),
            None => Ok(()),
        }
    }

    /// Takes over a declared interface, keeping values and bindings where name and type stay.
    pub(super) fn declare(&mut self, at: Ref, interface: Interface<'static>) {
        let Some(program) = self.programs.get_mut(at) else { return };
        let old = program.interface.take().unwrap_or_else(empty);
        let old_uniforms = std::mem::take(&mut program.uniforms);
        let old_values = std::mem::take(&mut program.values);
        program.dirty.clear();
        for uniform in &interface.uniforms {
            let start = program.values.len();
            let slot =
                UniformSlotState { ty: uniform.ty, count: uniform.count, start, active: None, dirty: false };
            let same = old
                .uniforms
                .iter()
                .position(|entry| entry == uniform)
                .and_then(|index| old_uniforms.get(index));
            match same.and_then(|old| old_values.get(old.start..old.start + old.bytes())) {
                Some(value) => program.values.extend_from_slice(value),
                None => program.values.resize(start + slot.bytes(), 0),
            }
            program.uniforms.push(slot);
        }
        let sources: Vec<_> = program.attributes.drain(..).map(|slot| slot.source).collect();
        program.attributes = interface
            .attributes
            .iter()
            .map(|entry| {
                let same = old.attributes.iter().position(|old| old == entry);
                let source = same.and_then(|index| sources.get(index).copied().flatten());
                AttributeSlotState { ty: entry.ty, location: None, source }
            })
            .collect();
        let textures: Vec<_> = program.samplers.drain(..).map(|slot| slot.texture).collect();
        program.samplers = interface
            .samplers
            .iter()
            .map(|entry| {
                let same = old.samplers.iter().position(|old| old == entry);
                let texture = same.and_then(|index| textures.get(index).copied().flatten());
                SamplerSlotState { ty: entry.ty, unit: None, texture }
            })
            .collect();
        let ranges: Vec<_> = program.blocks.drain(..).map(|slot| slot.range).collect();
        program.blocks = interface
            .blocks
            .iter()
            .map(|entry| {
                let same = old.blocks.iter().position(|old| old == entry);
                let range = same.and_then(|index| ranges.get(index).copied().flatten());
                BlockSlotState { size: entry.size, storage: entry.storage, binding: None, range }
            })
            .collect();
        let captured: Vec<_> = program.feedback.drain(..).map(|slot| slot.range).collect();
        let same_mode = program.feedback_mode == Some(interface.feedback_mode);
        program.feedback = interface
            .feedback
            .iter()
            .map(|entry| {
                let same = old.feedback.iter().position(|old| old == entry).filter(|_| same_mode);
                let range = same.and_then(|index| captured.get(index).copied().flatten());
                FeedbackSlotState { ty: entry.ty, range }
            })
            .collect();
        program.feedback_mode = (!interface.feedback.is_empty()).then_some(interface.feedback_mode);
        program.interface = Some(interface);
        program.validated = None;
        program.reach = None;
        program.has_divisor = false;
    }

    /// Holds the linked program against the declaration and gives units to samplers. Anything that the program uses
    /// must be declared with the same type; the first difference is reported.
    pub(crate) fn linked(&mut self, at: Ref, linked: &Linked, forget_values: bool) -> Check<()> {
        let name = self.name(Kind::Program, at);
        let bounds = &self.capabilities.limits;
        let units = bounds.max_combined_texture_image_units;
        let bindings = [bounds.max_uniform_buffer_bindings, bounds.max_shader_storage_buffer_bindings];
        self.links += 1;
        let links = self.links;
        let Some(program) = self.programs.get_mut(at) else { return Ok(()) };
        let id = program.common.id;
        program.links = links;
        let mismatch = |message: String| refuse!(Code::InterfaceMismatch, id, "{name}: {message}");
        let interface = program.interface.take().unwrap_or_else(empty);
        let result = (|| {
            for active in &linked.attributes {
                if active.name.starts_with("gl_") {
                    continue;
                }
                let ty = GlslType::from_gl(active.ty);
                let found = interface.attributes.iter().position(|entry| *entry.name == *active.name);
                match found.and_then(|index| program.attributes.get_mut(index)) {
                    Some(slot) if Some(slot.ty) == ty => slot.location = Some(active.location),
                    Some(slot) => {
                        return mismatch(format!(
                            "the shaders' attribute {} is {}, declared as {}",
                            active.name,
                            type_name(active.ty),
                            slot.ty
                        ));
                    }
                    None => {
                        return mismatch(format!(
                            "the shaders use the attribute \"{} {}\", which is not declared",
                            type_name(active.ty),
                            active.name
                        ));
                    }
                }
            }
            let mut unit = 0;
            for active in &linked.uniforms {
                if active.name.starts_with("gl_") {
                    continue;
                }
                if let Some(sampler) = SamplerType::from_gl(active.ty) {
                    let found = interface.samplers.iter().position(|entry| *entry.name == *active.name);
                    match found.and_then(|index| program.samplers.get_mut(index)) {
                        Some(slot) if slot.ty == sampler => slot.unit = Some(unit),
                        Some(slot) => {
                            return mismatch(format!(
                                "the shaders' sampler {} is {sampler}, declared as {}",
                                active.name, slot.ty
                            ));
                        }
                        None => {
                            return mismatch(format!(
                                "the shaders use the sampler \"{sampler} {}\", which is not declared",
                                active.name
                            ));
                        }
                    }
                    unit += 1;
                    continue;
                }
                let ty = GlslType::from_gl(active.ty);
                let found = interface.uniforms.iter().position(|entry| *entry.name == *active.name);
                match found.and_then(|index| program.uniforms.get_mut(index)) {
                    Some(slot) if Some(slot.ty) == ty && active.size <= slot.count => {
                        slot.active = Some((active.location, active.size));
                    }
                    Some(slot) if Some(slot.ty) == ty => {
                        return mismatch(format!(
                            "the shaders' uniform {} has {} elements, declared with {}",
                            active.name, active.size, slot.count
                        ));
                    }
                    Some(slot) => {
                        return mismatch(format!(
                            "the shaders' uniform {} is {}, declared as {}",
                            active.name,
                            type_name(active.ty),
                            slot.ty
                        ));
                    }
                    None => {
                        return mismatch(format!(
                            "the shaders use the uniform \"{} {}\", which is not declared",
                            type_name(active.ty),
                            active.name
                        ));
                    }
                }
            }
            if unit > units {
                return refuse!(
                    Code::LimitExceeded,
                    id,
                    "{name} uses {unit} samplers; this interpreter has {units} units"
                );
            }
            for (index, active) in linked.blocks.iter().enumerate() {
                let most = bindings[usize::from(active.storage)];
                if active.binding >= most {
                    return refuse!(
                        Code::LimitExceeded,
                        id,
                        "{name} has more blocks than the {most} binding points of this interpreter"
                    );
                }
                let point = (active.storage, active.binding);
                let earlier = linked.blocks.iter().take(index);
                if let Some(other) = earlier.into_iter().find(|other| (other.storage, other.binding) == point)
                {
                    return mismatch(format!(
                        "the shaders' blocks {} and {} have the same binding {}",
                        other.name, active.name, active.binding
                    ));
                }
                let found = interface
                    .blocks
                    .iter()
                    .position(|entry| *entry.name == *active.name && entry.storage == active.storage);
                // Drivers round the sizes of storage blocks up to whole vec4s, which std430 does not.
                let rounded = |size: u32| size.checked_next_multiple_of(16).unwrap_or(size);
                let holds = |size: u32| active.size <= if active.storage { rounded(size) } else { size };
                match found.and_then(|index| program.blocks.get_mut(index)) {
                    Some(slot) if holds(slot.size) => slot.binding = Some(active.binding),
                    Some(slot) => {
                        return mismatch(format!(
                            "the shaders' block {} has {} bytes, declared with {}",
                            active.name, active.size, slot.size
                        ));
                    }
                    None => {
                        return mismatch(format!(
                            "the shaders use the block {}, which is not declared",
                            active.name
                        ));
                    }
                }
            }
            for (active, declared) in linked.captured.iter().zip(&interface.feedback) {
                if active.size != 1 || GlslType::from_gl(active.ty) != Some(declared.ty) {
                    let array = if active.size == 1 { String::new() } else { format!("[{}]", active.size) };
                    return mismatch(format!(
                        "the shaders' captured varying {} is {}{array}, declared as {}",
                        declared.name,
                        type_name(active.ty),
                        declared.ty
                    ));
                }
            }
            Ok(())
        })();
        program.interface = Some(interface);
        program.failed = result.is_err();
        program.mark_values(forget_values);
        result
    }

    /// Notes that a program has nothing to draw with.
    pub(crate) fn link_failed(&mut self, at: Ref) {
        if let Some(program) = self.programs.get_mut(at) {
            program.failed = true;
        }
    }
}

impl Program {
    /// Queues the values that the fresh program does not have: a linked program starts with zeros, except where
    /// desktop GLSL's initializers may have set others.
    fn mark_values(&mut self, all: bool) {
        for (index, slot) in self.uniforms.iter_mut().enumerate() {
            let value = self.values.get(slot.start..slot.start + slot.bytes()).unwrap_or(&[]);
            slot.dirty = slot.active.is_some() && (all || value.iter().any(|&byte| byte != 0));
            if slot.dirty {
                self.dirty.push(index as u32);
            }
        }
    }
}

fn empty() -> Interface<'static> {
    Interface {
        attributes: Vec::new(),
        uniforms: Vec::new(),
        samplers: Vec::new(),
        blocks: Vec::new(),
        feedback: Vec::new(),
        feedback_mode: glir_spec::enums::FeedbackMode::Interleaved,
    }
}

/// A GL type's name in messages, also for types that GLIR does not have.
fn type_name(gl: u32) -> String {
    match (GlslType::from_gl(gl), SamplerType::from_gl(gl)) {
        (Some(ty), _) => ty.to_string(),
        (_, Some(ty)) => ty.to_string(),
        _ => format!("a type that GLIR has not (GL {gl:#06x})"),
    }
}

/// Refuses names that are no GLSL identifiers (with members and elements), are reserved, or stand twice.
fn names<'n>(id: u32, what: &str, names: &mut dyn Iterator<Item = &'n Str<'n>>) -> Check<()> {
    let is_name = |name: &str| {
        let head = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
        let rest = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.[]".contains(&byte));
        head && rest
    };
    let (mut sorted, mut bad) = (Vec::new(), None);
    for name in names {
        if !is_name(name) || name.len() > limits::MAX_NAME_BYTES {
            bad = Some(name);
            break;
        }
        sorted.push((&**name, sorted.len()));
    }
    sorted.sort_unstable();
    let pairs = sorted.iter().zip(sorted.iter().skip(1));
    // The first that stands a second time.
    let twice =
        pairs.filter(|(one, other)| one.0 == other.0).map(|(_, other)| other).min_by_key(|name| name.1);
    if let Some((name, _)) = twice {
        return refuse!(Code::BadArgument, id, "the {what} {name} is declared twice");
    }
    if let Some(name) = bad {
        let end = name.char_indices().nth(40).map_or(name.len(), |(at, _)| at);
        let shown = Quoted(name.get(..end).unwrap_or_default());
        if name.len() > limits::MAX_NAME_BYTES {
            let most = limits::MAX_NAME_BYTES;
            return refuse!(Code::LimitExceeded, id, "{what} {shown}: a name has at most {most} bytes");
        }
        return refuse!(Code::BadArgument, id, "{shown} is no name for a {what}");
    }
    Ok(())
}

/// A copy of an interface that borrows nothing.
pub(super) fn owned(interface: &Interface<'_>) -> Interface<'static> {
    let text = |text: &Str<'_>| Str::from(text.to_string());
    Interface {
        attributes: interface
            .attributes
            .iter()
            .map(|e| AttributeDecl { name: text(&e.name), ty: e.ty })
            .collect(),
        uniforms: interface
            .uniforms
            .iter()
            .map(|e| UniformDecl { name: text(&e.name), ty: e.ty, count: e.count })
            .collect(),
        samplers: interface.samplers.iter().map(|e| SamplerDecl { name: text(&e.name), ty: e.ty }).collect(),
        blocks: interface
            .blocks
            .iter()
            .map(|e| BlockDecl { name: text(&e.name), size: e.size, storage: e.storage })
            .collect(),
        feedback: interface.feedback.iter().map(|e| FeedbackDecl { name: text(&e.name), ty: e.ty }).collect(),
        feedback_mode: interface.feedback_mode,
    }
}
